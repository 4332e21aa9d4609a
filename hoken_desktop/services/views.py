"""閲覧専用: a backup opened from any PC to be read. Nothing of it can be changed, and nothing of it stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import KeyFile, Slot, SlotKind, wipe
from hoken_desktop.services.backups import BackupReader, Checked
from hoken_desktop.services.ports import Store
from hoken_desktop.services.preferences import Preferences
from hoken_desktop.services.progress import Report, no_report


@dataclass(frozen=True, slots=True)
class Viewed:
    """Which backup is looked at."""

    file: str
    made_at: datetime


class ViewedKeys:
    """The keys of a backup, as far as a reader needs them: who has a slot. Everything else is refused."""

    def __init__(self, file: KeyFile) -> None:
        self._file = file

    @property
    def registry_id(self) -> str:
        """Which registry the backup is of."""
        return self._file.registry_id

    def staff_slots(self) -> tuple[Slot, ...]:
        """The staff's slots as they were."""
        return self._file.of_kind(SlotKind.STAFF)

    def recovery_made_at(self) -> datetime | None:
        """When the recovery key of this backup was made."""
        made = self._file.of_kind(SlotKind.RECOVERY)
        return made[-1].created_at if made else None

    def reach(self) -> tuple[frozenset[str], str]:
        """No slot opens a registry here: there is only its backup."""
        return frozenset(), ""

    def lock(self) -> None:
        """Nothing is held."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Refusal("views.read_only")


class Shut:
    """Stands where papers and files are made: in 閲覧専用 nothing leaves, since no record of it could be kept.

    Everything of it may be taken into the hand and given on to a service; using it is refused.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> Any:
        raise Refusal("views.read_only")


class HeldPreferences(Preferences):
    """Choices made while a backup is looked at: remembered until it is closed, and nowhere else."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._held: dict[str, Any] = {}

    def get(self, key: str, default: Any = None, *, shared: bool = False) -> Any:
        """As remembered in the backup, or chosen since it was opened."""
        return self._held.get(key, super().get(key, default, shared=shared))

    def put(self, key: str, value: Any, *, shared: bool = False) -> None:
        """Remembers `value` for this look only."""
        self._held[key] = value


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A verified, still encrypted copy at `path`. The caller wipes both keys once the store has them."""

    checked: Checked
    path: Path
    key: bytearray = field(repr=False)
    data_key: bytearray = field(repr=False)
    staff_id: str
    keys: ViewedKeys


class ViewReader(BackupReader):
    """Takes the copy out of a backup; `vault` is the one of this PC's data folder, where there is one."""

    def take_out(
        self, path: Path, to: Path, *, passphrase: str = "", recovery_key: str = "", report: Report = no_report
    ) -> TakenOut:
        """The copy at `to`, once every check has passed. Refuses as `verify`, and a slot withdrawn on this PC since."""
        envelope, opened = self._open(path, passphrase, recovery_key or None)
        try:
            self._check_still_in_post(envelope.keys, path.name, opened)
            checked, key = self._take_out(path, envelope, opened, to, report)
            keys = ViewedKeys(self._vault.decode(envelope.keys, path.name))
        except BaseException:
            wipe(opened.data_key)
            raise
        return TakenOut(checked, to, key, opened.data_key, opened.staff_id, keys)

    def _check_still_in_post(self, keys: bytes, name: str, opened: Any) -> None:
        try:
            self._vault.check_adoptable(keys, name, opened)
        except Refusal as refusal:
            if refusal.code != "vault.other_registry":  # another centre's backup may be looked at
                raise
