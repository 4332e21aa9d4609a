"""バックアップ: made and verified in one go, at each lock too; looked into; restored, on this PC or on a new one.

Each backup is encrypted under a key of its own, which is sealed so that the registry's own slots open it: a passphrase
on the PC it was made on, or the recovery key anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from hoken_desktop.domain import backups
from hoken_desktop.domain.backups import Contents, Finding
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.domain.keys import NO_MARK, wipe
from hoken_desktop.domain.office import RECOVERY
from hoken_desktop.services.offices import Offices
from hoken_desktop.services.ports import Clock, Store
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.vault import Unlocked, Vault

T = TypeVar("T")

_MAKING, _RESTORING = 3, 4
_LOOKED_AT_MOST = 400
"""More entries than this since the last backup are a change without looking at each."""
_QUIET = frozenset({Deed.UNLOCKED, Deed.BACKUP_MADE})
"""Deeds that alone need no new backup at lock."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The head of a backup file. `size` in bytes and `sha256` are those of the encrypted copy; `keys` is the key file's
    text as it was; `sealed` is nonce and ciphertext of the copy's key and contents."""

    name: str
    registry_id: str
    made_at: datetime
    program: str
    size: int
    sha256: str
    keys: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup and what was looked at in it, one by one; all of it was in order."""

    file: Path
    registry_id: str
    made_at: datetime
    size: int
    sha256: str
    contents: Contents
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """`set_beside` is the folder (below the data folder) where what lay here before is kept, "" for nothing;
    `strangers` counts staff registered after the backup, who must be registered again; `by_recovery` says that this PC
    is to be enrolled next."""

    backup: Checked
    registry: Path
    set_beside: str
    strangers: int
    by_recovery: bool


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A backup in the office's folder: its moment by its name, its size in bytes, and what it is kept as. One that is
    not `own` was made by another copy of this registry, on another PC say; it is neither counted nor thinned out."""

    file: Path
    made_at: datetime
    size: int
    kept_as: tuple[backups.Generation, ...]
    own: bool = True


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup the record knows (or the one this registry was restored from) and what was done since."""

    made_at: datetime
    entries: int
    changed_since: bool
    beside: datetime | None = None
    """When another copy of this registry, on another PC say, had put a newer one into the same folder by then."""


class OpenRegistry(Store, Protocol):
    """The open registry, as far as a backup needs it."""

    path: Path

    def lend_key(self, use: Callable[[bytearray], T]) -> T: ...


class RegistryCopies(Protocol):
    """Copies of a registry file (store)."""

    def copy(self, path: Path, key: bytearray, to: Path, to_key: bytearray) -> None: ...
    def look(self, path: Path, key: bytearray, data_key: bytearray) -> tuple[Contents, list[Finding]]: ...
    def open(self, path: Path, data_key: bytearray, staff_id: str) -> Store: ...
    def empty_log(self, path: Path, data_key: bytearray) -> None: ...


class BackupFiles(Protocol):
    """Backup files and the folders they lie in (adapters)."""

    def new_key(self) -> bytearray: ...
    def unseal(self, envelope: Envelope, data_key: bytearray) -> tuple[bytearray, Contents]: ...
    def write(
        self,
        path: Path,
        copy: Path,
        *,
        registry_id: str,
        made_at: datetime,
        keys: bytes,
        key: bytearray,
        contents: Contents,
        data_key: bytearray,
    ) -> Envelope: ...
    def read(self, path: Path) -> Envelope: ...
    def extract(self, path: Path, envelope: Envelope, to: Path | None) -> None: ...
    def work(self, folder: Path | None = None) -> AbstractContextManager[Path]: ...
    def check_folder(self, folder: Path) -> None: ...
    def made_in(self, folder: Path, registry_id: str) -> dict[datetime, Path]: ...
    def size_of(self, path: Path) -> int: ...
    def remove(self, path: Path) -> None: ...
    def set_beside(self, registry: Path, name: str) -> str: ...
    def make_durable(self, path: Path) -> None: ...
    def drop_log(self, registry: Path) -> None: ...
    def put_in_place(self, path: Path, registry: Path) -> None: ...


class Backups:
    """Backups of the open registry."""

    def __init__(
        self,
        store: OpenRegistry,
        vault: Vault,
        copies: RegistryCopies,
        files: BackupFiles,
        office: Offices,
        clock: Clock,
    ) -> None:
        self._store = store
        self._vault = vault
        self._copies = copies
        self._files = files
        self._office = office
        self._clock = clock

    def made_at(self) -> datetime | None:
        """When the newest backup was made (the one this registry was restored from, at first); None for none."""
        with self._store.read() as shelves:
            known = shelves.audits.all(deed=[Deed.BACKUP_MADE.value, Deed.BACKUP_RESTORED.value])
        return datetime.fromisoformat(known[-1].detail["made_at"]) if known else None

    def last(self) -> LastBackup | None:
        """The newest backup; None for none. It was verified when it was made, or it would not be in the record."""
        with self._store.read() as shelves:
            known = shelves.audits.all(deed=[Deed.BACKUP_MADE.value, Deed.BACKUP_RESTORED.value])
        if not known:
            return None
        entry = known[-1]
        made_at, entries = datetime.fromisoformat(entry.detail["made_at"]), int(entry.detail.get("entries", entry.seq))
        beside = entry.detail.get("beside")
        return LastBackup(
            made_at, entries, self._changed_since(entry.seq), datetime.fromisoformat(beside) if beside else None
        )

    def in_folder(self) -> list[KeptBackup]:
        """The backups of this registry in the office's folder, newest first; none where no folder is chosen. Refuses a
        folder that is not there."""
        chosen = self._office.get().backup_folder
        if not chosen:
            return []
        made = self._files.made_in(Path(chosen), self._vault.registry_id)
        own = self._own_names(self._vault.registry_id)
        reasons = backups.generations(at for at, file in made.items() if file.name in own)
        return [
            KeptBackup(made[at], at, self._files.size_of(made[at]), reasons.get(at, ()), at in reasons)
            for at in sorted(made, reverse=True)
        ]

    def make_now(self, report: Report = no_report) -> Checked:
        """One backup in the office's folder, under the name a lock would give it; older ones stay."""
        chosen = self._office.get().backup_folder
        if not chosen:
            raise Refusal("backups.no_folder_chosen")
        now = self._clock.now()
        return self.make(Path(chosen) / backups.file_name(self._vault.registry_id, now), report)

    def verify(self, path: Path, report: Report = no_report) -> Checked:
        """Look at all of a backup of this registry while it is open: its own key opens it, nobody is asked for one.

        Refuses damage, another file, another registry's backup.
        """
        envelope = self._files.read(path)
        if envelope.registry_id != self._vault.registry_id:
            raise Refusal("backups.other_registry", file=path.name)

        def look(data_key: bytearray) -> Checked:
            key, contents = self._files.unseal(envelope, data_key)
            try:
                with self._files.work() as work:
                    report(Step(0, _RESTORING, "backups.checking"))
                    self._files.extract(path, envelope, work / "copy.db")
                    report(Step(1, _RESTORING, "backups.checking"))
                    found, findings = self._copies.look(work / "copy.db", key, data_key)
            finally:
                wipe(key)
            if found != contents:
                raise Refusal("backups.altered", file=path.name)
            told = (Finding("container", envelope.sha256[:20]), Finding("keys", "registry"))
            return _checked(path, envelope, contents, [*told, *findings])

        return self._store.lend_key(look)

    def make(self, path: Path, report: Report = no_report) -> Checked:
        """One backup at `path`; done only when it has been reopened and every check has passed.

        An existing file is replaced if it is a backup of this registry. Refuses a folder that is not there or is the
        registry's own, another file in the place, a full disk, a registry that is damaged (older backups stay).
        """
        path = path.absolute()
        self._check_folder(path.parent)
        if path.exists():
            try:
                ours = self._files.read(path).registry_id == self._vault.registry_id
            except Refusal:
                ours = False
            if not ours:
                raise Refusal("backups.something_else", file=path.name)
        return self._make(path, self._clock.now(), report, at_lock=False)

    def set_folder(self, folder: Path | None) -> None:
        """The folder that gets a backup at each lock; None for none. Refuses as `make`."""
        if folder is not None:
            folder = folder.absolute()
            self._check_folder(folder)
        self._office.set(backup_folder=str(folder) if folder else "")

    def make_at_lock(self, report: Report = no_report) -> Checked | None:
        """The backup of a lock: into the office's folder, with its own older generations thinned out; None where no
        folder is set or nothing has changed since the newest one there. Refuses as `make`."""
        chosen = self._office.get().backup_folder
        if not chosen:
            return None
        folder, registry_id = Path(chosen), self._vault.registry_id
        self._files.check_folder(folder)
        if self._is_there_already(folder, registry_id):
            return None
        now = self._clock.now()
        found, own = self._files.made_in(folder, registry_id), self._own_names(registry_id)
        beside = found and found[max(found)].name not in own
        made = self._make(
            folder / backups.file_name(registry_id, now), now, report, at_lock=True,
            told={"beside": max(found).isoformat()} if beside else {},
        )  # fmt: skip
        own = self._own_names(registry_id)
        generations = {at: f for at, f in self._files.made_in(folder, registry_id).items() if f.name in own}
        for at in set(generations) - backups.kept(generations):
            self._files.remove(generations[at])
        return made

    def _own_names(self, registry_id: str) -> set[str]:
        """What this registry's record knows to have been made. A restored copy of it on another PC puts its backups
        into the same folder, and neither may crowd out the other's."""
        with self._store.read() as shelves:
            known = shelves.audits.all(deed=[Deed.BACKUP_MADE.value, Deed.BACKUP_RESTORED.value])
        return {backups.file_name(registry_id, datetime.fromisoformat(entry.detail["made_at"])) for entry in known}

    def _changed_since(self, seq: int) -> bool:
        newest = self._store.head()[0]
        if newest - seq > _LOOKED_AT_MOST:
            return True
        with self._store.read() as shelves:
            since = shelves.audits.all(seq=list(range(seq + 1, newest + 1)))
        return any(entry.deed not in _QUIET for entry in since)

    def _is_there_already(self, folder: Path, registry_id: str) -> bool:
        with self._store.read() as shelves:
            made = shelves.audits.all(deed=Deed.BACKUP_MADE.value)
        if not made or self._changed_since(made[-1].seq):
            return False
        name = backups.file_name(registry_id, datetime.fromisoformat(made[-1].detail["made_at"]))
        return any(path.name == name for path in self._files.made_in(folder, registry_id).values())

    def _check_folder(self, folder: Path) -> None:
        home = self._store.path.parent.resolve()
        if folder.resolve() == home or home in folder.resolve().parents:
            raise Refusal("backups.own_folder")
        self._files.check_folder(folder)

    def _make(
        self, path: Path, now: datetime, report: Report, *, at_lock: bool, told: Mapping[str, str] | None = None
    ) -> Checked:
        """`told` goes into the record with it: that another copy of the registry wrote here since, for instance."""

        def step(done: int) -> None:
            report(Step(done, _MAKING, "backups.making"))

        def make(data_key: bytearray) -> Checked:
            key = self._files.new_key()
            try:
                # The copy is made on this PC's own disk: SQLite's locks do not hold on a file server.
                with self._files.work(self._store.path.parent) as work:
                    copy = work / "copy.db"
                    step(0)
                    self._copies.copy(self._store.path, data_key, copy, key)
                    step(1)
                    contents, findings = self._copies.look(copy, key, data_key)
                    if (contents.entries, contents.head) != self._store.head():
                        raise Refusal("backups.registry_damaged", file=self._store.path.name, check="audit")
                    step(2)
                    envelope = self._files.write(
                        path, copy, registry_id=self._vault.registry_id, made_at=now,
                        keys=self._vault.copy_for_backup(), key=key, contents=contents, data_key=data_key,
                    )  # fmt: skip
            finally:
                wipe(key)
            written = (Finding("container", envelope.sha256[:20]), Finding("keys", "sealed"))
            return _checked(path, envelope, contents, [*written, *findings])

        made = self._store.lend_key(make)
        with self._store.change(
            Deed.BACKUP_MADE, self._vault.registry_id, made_at=now.isoformat(), entries=made.contents.entries,
            size=made.size, sha256=made.sha256, at_lock=at_lock, **(told or {}),
        ):  # fmt: skip
            pass
        step(_MAKING)
        return made


def _checked(path: Path, envelope: Envelope, contents: Contents, findings: list[Finding]) -> Checked:
    return Checked(
        path, envelope.registry_id, envelope.made_at, envelope.size, envelope.sha256, contents, tuple(findings)
    )


class BackupReader:
    """Backups looked into and restored, while no registry is open. `vault` is the one of the data folder."""

    def __init__(self, vault: Vault, copies: RegistryCopies, files: BackupFiles, clock: Clock) -> None:
        self._vault = vault
        self._copies = copies
        self._files = files
        self._clock = clock

    def verify(
        self, path: Path, *, passphrase: str | None = None, recovery_key: str | None = None, report: Report = no_report
    ) -> Checked:
        """Open a backup and look at all of it; the registry is not touched and need not be there.

        Refuses damage, another file, a newer program's backup; NotUnlocked where neither secret opens it.
        """
        envelope, opened = self._open(path, passphrase, recovery_key)
        try:
            with self._files.work() as work:
                return self._take_out(path, envelope, opened, work / "copy.db", report)[0]
        finally:
            wipe(opened.data_key)

    def _open(self, path: Path, passphrase: str | None, recovery_key: str | None) -> tuple[Envelope, Unlocked]:
        envelope = self._files.read(path)
        opened = self._vault.open_copy(envelope.keys, path.name, passphrase=passphrase, recovery_key=recovery_key)
        if opened.registry_id != envelope.registry_id:
            wipe(opened.data_key)
            raise Refusal("backups.altered", file=path.name)
        return envelope, opened

    def _take_out(
        self, path: Path, envelope: Envelope, opened: Unlocked, to: Path, report: Report
    ) -> tuple[Checked, bytearray]:
        key, contents = self._files.unseal(envelope, opened.data_key)
        report(Step(0, _RESTORING, "backups.checking"))
        self._files.extract(path, envelope, to)
        report(Step(1, _RESTORING, "backups.checking"))
        found, findings = self._copies.look(to, key, opened.data_key)
        if found != contents:
            raise Refusal("backups.altered", file=path.name)
        # The copy opens under its own key, which the sealed head gave: nobody else could have written either.
        opener = "recovery" if not opened.staff_id else "passphrase"
        told = [Finding("container", envelope.sha256[:20]), Finding("keys", opener), *findings]
        return _checked(path, envelope, contents, told), key

    def restore(
        self,
        path: Path,
        registry: Path,
        *,
        passphrase: str | None = None,
        recovery_key: str | None = None,
        replace: bool = False,
        report: Report = no_report,
    ) -> Restored:
        """Put a backup in the registry's place. The caller holds the data folder.

        Everything is made ready and checked beside the registry; then one exchange of files. Until that moment, and
        after any interruption before it, the old registry opens as before. What lay here is kept in backups/.
        Refuses as `verify`, an existing registry unless `replace`, another registry's folder, a slot withdrawn since.
        """
        if registry.exists() and not replace:
            raise Refusal("backups.occupied", file=registry.name)
        envelope, opened = self._open(path, passphrase, recovery_key)
        try:
            self._vault.check_adoptable(envelope.keys, path.name, opened)
            with self._files.work(registry.parent) as work:
                backup, key = self._take_out(path, envelope, opened, work / "copy.db", report)
                ready = work / registry.name
                try:
                    self._copies.copy(work / "copy.db", key, ready, opened.data_key)
                finally:
                    wipe(key)
                report(Step(2, _RESTORING, "backups.restoring"))
                head, staff = self._sign(ready, envelope, opened)
                contents, _ = self._copies.look(ready, opened.data_key, opened.data_key)
                if (contents.entries, contents.head) != head:
                    raise Refusal("backups.altered", file=path.name)
                self._files.make_durable(ready)
                report(Step(3, _RESTORING, "backups.restoring"))
                beside = self._files.set_beside(registry, f"before-restore-{self._clock.now():%Y%m%d-%H%M%S}-")
                # From here on the old registry and the new one both open: the old one's log is in its file, and
                # the key file's mark asks for nothing.
                if registry.exists():
                    self._copies.empty_log(registry, opened.data_key)
                self._vault.adopt(envelope.keys, path.name, opened, mark=NO_MARK)
                self._files.drop_log(registry)
                self._files.put_in_place(ready, registry)
            self._vault.set_mark(*head, after_restore=True)
            strangers = sum(slot.staff_id not in staff for slot in self._vault.staff_slots())
        finally:
            self._vault.lock()
            wipe(opened.data_key)
        report(Step(_RESTORING, _RESTORING, "backups.restoring"))
        return Restored(backup, registry, beside, strangers, not opened.staff_id)

    def _sign(self, ready: Path, envelope: Envelope, opened: Unlocked) -> tuple[tuple[int, str], set[str]]:
        """Bring the copy up to this program and record in it that it was restored; its head and its staff."""
        store = self._copies.open(ready, opened.data_key, opened.staff_id or RECOVERY)
        try:
            with store.read() as shelves:
                member = shelves.staff.get(opened.staff_id) if opened.staff_id else None
                staff = {each.id for each in shelves.staff.all() if each.withdrawn_at is None}
            if member is not None and member.withdrawn_at is not None:
                raise NotUnlocked("vault.withdrawn")
            with store.change(Deed.BACKUP_RESTORED, envelope.registry_id, made_at=envelope.made_at.isoformat()):
                pass
            return store.head(), staff
        finally:
            store.close()
