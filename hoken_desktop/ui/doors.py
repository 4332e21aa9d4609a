"""The ways into a registry, as the lock page knows them; app fulfils them with the house."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from hoken_desktop.services.backups import Checked, Restored
from hoken_desktop.services.progress import Report
from hoken_desktop.ui.desk import House


class DoorState(StrEnum):
    """What lies in the data folder."""

    EMPTY = "empty"  # no registry yet: the first start
    READY = "ready"
    BROKEN = "broken"  # the keys or the registry are missing: only a backup or the recovery key helps


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new registry needs; `municipalities` are codes or names as typed (the house refuses unknown ones)."""

    office: str
    municipalities: tuple[str, ...]
    staff_name: str
    staff_post: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opener:
    """A backup and what opens it: a passphrase or the recovery key, the other one is ""."""

    file: Path
    passphrase: str = field(default="", repr=False)
    recovery_key: str = field(default="", repr=False)


class Doors(Protocol):
    """All but `state` and `occupied` run in the worker."""

    def state(self) -> DoorState: ...

    def occupied(self) -> bool:
        """Whether a registry file lies here: a backup would take its place."""
        ...

    def open(self, passphrase: str, report: Report) -> House:
        """Open with a member of staff's passphrase; refuses in words."""
        ...

    def open_with_recovery(self, recovery_key: str, report: Report) -> House:
        """Open with the recovery key typed from its sheet."""
        ...

    def create(self, founding: Founding, report: Report) -> str:
        """Make a new registry and give its recovery key, which is shown once and never kept."""
        ...

    def look_into(self, opener: Opener, report: Report) -> Checked:
        """Open a backup and look at all of it; nothing here is touched."""
        ...

    def restore(self, opener: Opener, replace: bool, report: Report) -> tuple[Restored, House]:
        """Put a backup in the registry's place and open it with what opened the backup."""
        ...

    def view(self, opener: Opener, report: Report) -> House:
        """Open a backup 閲覧専用; the registry here, if any, is not touched."""
        ...
