"""Counting: one rule for every table, and the equations that must close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hoken_desktop.domain.codes import DeviceGroup, UnmappedReason
from hoken_desktop.domain.rounds import SnapshotRow

COUNTED = (DeviceGroup.VENTILATOR, DeviceGroup.BOTH, DeviceGroup.OXYGEN)


@dataclass(frozen=True, slots=True)
class Tally:
    """People by device. 人工呼吸器 includes 両方; 酸素 is oxygen only (実人数).

    With `by_use` (延べ) a person with both counts in each, and total is a number of uses.
    """

    ventilator: int = 0
    oxygen: int = 0
    both: int = 0

    @property
    def total(self) -> int:
        return self.ventilator + self.oxygen

    def as_dict(self) -> dict[str, int]:
        """The four keys of the command line: ventilator, oxygen, both, total."""
        return {"ventilator": self.ventilator, "oxygen": self.oxygen, "both": self.both, "total": self.total}


def tally(groups: Iterable[DeviceGroup], *, by_use: bool = False) -> Tally:
    """Counts groups by the office's rule: 実人数, or 延べ with `by_use`."""
    count = Counter(groups)
    both = count[DeviceGroup.BOTH]
    return Tally(
        ventilator=count[DeviceGroup.VENTILATOR] + both,
        oxygen=count[DeviceGroup.OXYGEN] + (both if by_use else 0),
        both=both,
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of one edition. registered = mapped + unmapped(reasons), for each device."""

    registered: Tally
    mapped: Tally
    unmapped_tally: Tally
    unmapped: dict[str, int]
    by_municipality: dict[str, Tally]
    mapped_by_municipality: dict[str, Tally]
    unconfirmed: int

    @property
    def closes(self) -> bool:
        """登録 = 地図 + 未配置, and the municipalities add up to the whole."""
        r, m, u = self.registered, self.mapped, self.unmapped_tally
        parts = self.by_municipality.values()
        return (
            (r.ventilator, r.oxygen, r.both)
            == (m.ventilator + u.ventilator, m.oxygen + u.oxygen, m.both + u.both)
            and sum(t.total for t in parts) == r.total
            and sum(t.total for t in self.mapped_by_municipality.values()) == m.total
        )


OUTSIDE = "outside"
"""Key of 管外 in tables by municipality; municipality "" of a snapshot row."""


def totals(rows: Iterable[SnapshotRow], *, by_use: bool = False) -> Totals:
    """Adds up snapshot rows; rows without a confirmed device are shown on a line of their own."""
    every = list(rows)
    counted = [r for r in every if r.group in COUNTED]
    mapped = [r for r in counted if r.mapped]
    unmapped = [r for r in counted if not r.mapped]
    reasons = Counter((r.unmapped_reason or UnmappedReason.NOT_SEARCHED).value for r in unmapped)

    def by_place(some: list[SnapshotRow]) -> dict[str, Tally]:
        codes = sorted({r.municipality or OUTSIDE for r in counted})
        return {
            code: tally((r.group for r in some if (r.municipality or OUTSIDE) == code), by_use=by_use) for code in codes
        }

    return Totals(
        registered=tally((r.group for r in counted), by_use=by_use),
        mapped=tally((r.group for r in mapped), by_use=by_use),
        unmapped_tally=tally((r.group for r in unmapped), by_use=by_use),
        unmapped={reason.value: reasons[reason.value] for reason in UnmappedReason if reasons[reason.value]},
        by_municipality=by_place(counted),
        mapped_by_municipality=by_place(mapped),
        unconfirmed=sum(r.group is DeviceGroup.UNCONFIRMED for r in every),
    )


# ---- small numbers --------------------------------------------------------------------------------------------

SMALL = 5
"""1 to 4 people can be recognised: a public paper withholds such numbers (the usual rule of official statistics)."""


def is_small(count: int) -> bool:
    """Whether a count of people is withheld on a public paper; 0 says nothing about anybody."""
    return 0 < count < SMALL


def withheld(rows: Mapping[str, Sequence[int]]) -> frozenset[str]:
    """Which rows of a table with a shown total are withheld, so that no small number can be read or reckoned back.

    A row with a small number is withheld as a whole. What is withheld can be reckoned from the total: where that is a
    single row, or adds up to a small number in a column, the next smallest row is withheld as well.
    """
    found = {key for key, row in rows.items() if any(is_small(count) for count in row)}
    while found and (len(found) == 1 or _shows_through(rows, found)):
        others = [key for key, row in rows.items() if key not in found and any(row)]
        if not others:
            break
        found.add(min(others, key=lambda key: sum(rows[key])))
    return frozenset(found)


def _shows_through(rows: Mapping[str, Sequence[int]], keys: set[str]) -> bool:
    columns = zip(*(rows[key] for key in sorted(keys)), strict=True)
    return any(is_small(sum(column)) for column in columns)
