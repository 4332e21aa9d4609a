"""The centre itself: its name, its municipalities, its rules and its staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hoken_desktop.domain.codes import Role

RECOVERY = "recovery"
"""The "who" of a registry opened by its recovery key."""


@dataclass(frozen=True, slots=True)
class Office:
    """One row. `municipalities` are 6-digit codes; `counting` is "person" (実人数) or "use" (延べ).

    `guardian_ends_at` is the age at which a guardian's consent ends; None leaves it a question.
    `include_not_at_home` lets people in hospital or a facility be provided too. `backup_folder` is where a backup
    goes at each lock; "" for nowhere.
    """

    id: str
    name: str
    municipalities: tuple[str, ...]
    counting: str = "person"
    guardian_ends_at: int | None = None
    include_not_at_home: bool = False
    needs_approval: bool = True
    grace_months: int = 3
    director: str = ""
    fictitious: bool = False
    backup_folder: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff who holds a passphrase slot; the slot that opens is the "who" of the audit."""

    id: str
    name: str
    post: str
    role: Role
    slot_id: str
    added_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preference:
    """One remembered choice (a saved filter, chosen columns): `id` is its key, `value` JSON text."""

    id: str
    value: str
