"""What the bars around every page say: whose registry, which half-year, who works, and whether it is safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hoken_desktop.domain.codes import RoundState


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """`as_of` None means that no round was ever opened; `edition` is the newest frozen one (0 for none).

    `staff` is post and name of the slot that opened; `waiting` counts what is left to do, by page name.
    `viewing` is the moment of a backup that is only looked at; None for the registry itself. `by_recovery` says that
    the recovery key opened; `auto_lock_minutes` 0 that the office has chosen none.
    """

    office: str
    staff: str
    as_of: date | None = None
    state: RoundState | None = None
    edition: int = 0
    backup_at: datetime | None = None
    fictitious: bool = False
    waiting: Mapping[str, int] = field(default_factory=dict)
    viewing: datetime | None = None
    by_recovery: bool = False
    auto_lock_minutes: int = 0
