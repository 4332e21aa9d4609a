"""更新回: two files become a reviewed, frozen register. Values of the waiting room and of the snapshot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hoken_desktop.domain.codes import (
    CareSetting,
    Choice,
    DeviceGroup,
    EndReason,
    PlanStatus,
    RoundState,
    RowKind,
    Scheme,
    UnmappedReason,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Round:
    """One half-year, named by its 基準日 (3/31 or 9/30). `edition` 0 until the first freeze."""

    id: str
    as_of: date
    state: RoundState = RoundState.OPEN
    edition: int = 0
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoundFile:
    """A benefit file read into a round. rows = candidates + not_eligible + faults + blank."""

    id: str
    round_id: str
    name: str
    sheet: str
    scheme: Scheme
    sha256: str
    rows: int
    candidates: int
    not_eligible: int
    faults: int
    blank: int
    warnings: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class RoundFault:
    """A row that could not be read (or was read with a warning): a place and a code, never a value."""

    id: str
    round_id: str
    file_id: str
    file: str
    sheet: str
    row: int
    column: str
    code: str
    warning: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One candidate or one absent person in the waiting room.

    `incoming` is the washed row as plain JSON values (empty for an absent person); `person_id` the
    proposed person, and after a decision the decided one; `rival_id` the runner-up. `joins` is an
    earlier row of the same round that is the same new person. `before` holds what acceptance replaced,
    so that the decision can be taken back until 確定.
    """

    id: str
    round_id: str
    file_id: str
    file: str
    sheet: str
    row: int
    kind: RowKind
    verdict: Verdict
    scheme: Scheme
    person_id: str = ""
    score: float = 0.0
    rival_id: str = ""
    reasons: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    incoming: dict[str, Any] = field(default_factory=dict)
    choice: Choice = Choice.PENDING
    end_reason: EndReason | None = None
    joins: str = ""
    before: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """第n版 of a frozen round: the digest over its snapshot rows, who decided it and why."""

    id: str
    round_id: str
    edition: int
    digest: str
    frozen_at: datetime
    staff_id: str
    reason: str = ""
    counting: str = "person"


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One person as they stood when a round was frozen. `payload` holds what papers of that edition print."""

    id: str
    round_id: str
    edition: int
    person_id: str
    registry_no: str
    group: DeviceGroup
    municipality: str
    care_setting: CareSetting
    mapped: bool
    unmapped_reason: UnmappedReason | None = None
    support_plan: PlanStatus = PlanStatus.UNKNOWN
    payload: dict[str, Any] = field(default_factory=dict)


def half_year_of(as_of: date) -> str:
    """"first" for 9月末, "second" for 3月末 of a 年度."""
    return "first" if as_of.month == 9 else "second"


def is_reference_day(day: date) -> bool:
    """Whether `day` is a 基準日: 3月31日 or 9月30日."""
    return (day.month, day.day) in {(3, 31), (9, 30)}


def digest_of(rows: Iterable[SnapshotRow]) -> str:
    """SHA-256 over the snapshot rows in order of registry number, in hex: numbers of an edition cannot move unseen."""
    seal = hashlib.sha256()
    for row in sorted(rows, key=lambda r: r.registry_no):
        seal.update(
            json.dumps(
                [
                    row.registry_no,
                    row.person_id,
                    row.group,
                    row.municipality,
                    row.care_setting,
                    row.mapped,
                    row.unmapped_reason or "",
                    row.support_plan,
                    row.payload,
                ],
                ensure_ascii=False,
                sort_keys=True,
                separators=(",", ":"),
                default=str,
            ).encode()
        )
    return seal.hexdigest()
