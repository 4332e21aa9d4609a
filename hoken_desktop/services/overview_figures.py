"""この半期の数: what the home page shows, as plain values; every figure has its people under the same key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hoken_desktop.domain.codes import DeviceGroup, Exclusion, Scheme, UnmappedReason
from hoken_desktop.domain.rounds import Round
from hoken_desktop.domain.statistics import Tally
from hoken_desktop.services.recalls import RecallCounts

VENTILATOR, OXYGEN = "ventilator", "oxygen"
"""Tails of a key for the two halves of its figure: registered/ventilator, registered/oxygen."""

MENDABLE = (UnmappedReason.NOT_PLACED, UnmappedReason.BAD_ADDRESS, UnmappedReason.NOT_SEARCHED)
"""Reasons the staff can do something about at the desk; the others are true of the person."""


BINS = ("unknown", "under_2", "to_6", "to_12", "to_24", "over_24")
"""停電時に保つ時間: 不明 first, because it is the most urgent; a bin holds its lower bound."""

AGES = ("never", "over_2y", "to_2y", "to_1y", "fresh")
"""確認の新しさ: never confirmed, more than two years, one to two, half a year to one, within half a year."""

PAPERS = ("register_list", "map")
"""What must be on paper before a blackout: the list and the map."""


@dataclass(frozen=True, slots=True)
class Group:
    """People behind one figure, and their make-up by device. `total` counts people (or uses, by the office's rule)."""

    key: str
    tally: Tally

    @property
    def total(self) -> int:
        return self.tally.total


@dataclass(frozen=True, slots=True)
class Work:
    """What is done and left of one round. Rows of the files = candidates + 対象外 + faulty + blank."""

    opened_on: date | None
    schemes: frozenset[Scheme]
    file_rows: int
    rows: int
    pending: int
    held: int
    frozen_on: date | None
    statistics_on: date | None
    disclosed_to: int
    replied: int
    candidates: int = 0
    printed: frozenset[str] = frozenset()
    """Of PAPERS, those printed since the 確定."""
    printed_on: date | None = None
    """When one of PAPERS was last printed, before the 確定 or after."""


@dataclass(frozen=True, slots=True)
class Half:
    """The totals of one half-year, as one column of 前期と今期. `as_of` None: today's register before any round."""

    as_of: date | None
    frozen: bool
    registered: Tally
    mapped: Tally
    unconfirmed: int
    consented: int


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request nothing was disclosed for yet. `days_left` is negative when its deadline has passed."""

    id: str
    municipality: str
    due_on: date | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """市町提供の見込み: what the gate would say today. target = disclosed + excluded(reasons).

    `basis` is the 基準日 of the frozen edition it stands on, None before the first 確定 (then today's register).
    """

    basis: date | None
    edition: int
    target: Group
    disclosed: Group
    stays: Group
    excluded: tuple[tuple[Exclusion, int], ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """同意から計画まで, in people: of the target, how many consent, were disclosed, are listed, have a plan."""

    target: int
    consented: int
    disclosed: int
    listed: int
    planned: int
    unanswered: tuple[str, ...]
    supported: int = 0
    """個別支援計画 (保健所・訪看), another thing than `planned` (市町の個別避難計画)."""
    counted: int = 0
    """Of the answered, how many are known in numbers only."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Today. registered = mapped + unmapped(reasons), for each device; people stand on one side only."""

    day: date
    round: Round | None
    work: Work
    registered: Group
    mapped: Group
    unmapped: Group
    reasons: tuple[tuple[UnmappedReason, int], ...]
    by_municipality: tuple[tuple[str, Mapping[DeviceGroup, int]], ...]
    forecast: Forecast
    funnel: Funnel
    requests: tuple[OpenRequest, ...]
    now: Half
    before: Half | None
    people: Mapping[str, tuple[str, ...]]
    endurance: tuple[tuple[str, int], ...] = ()
    """How many last how long, in the order of BINS; they add up to the registered."""
    freshness: tuple[tuple[str, int], ...] = ()
    """How long ago people were last confirmed, in the order of AGES; they add up to the registered."""
    letters_out: int = 0
    letters_overdue: int = 0
    """Letters that are out, and those of them whose 返送期限 has passed."""
    recalls: RecallCounts = field(default_factory=RecallCounts)

    def count(self, key: str) -> int:
        """How many people stand under a key; 0 for one that has nobody."""
        return len(self.people.get(key, ()))
