"""災害: one declared event; in peacetime there is none, and the basis DISASTER opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """災害の種類."""

    EARTHQUAKE = "earthquake"
    STORM = "storm"  # 風水害
    POWER_CUT = "power_cut"
    DRILL = "drill"  # 訓練: opens nothing


@dataclass(frozen=True, slots=True)
class Event:
    """One event from its declaration to its end."""

    id: str
    name: str
    kind: EventKind
    occurred_at: datetime
    declared_at: datetime
    staff_id: str
    reason: str = ""
    ended_at: datetime | None = None
