"""The ways into the house: a registry founded, opened, looked at in a backup, restored, and examined from outside.

Every way of failing is a refusal of its own, and none of them leaves a half-made registry behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hoken_desktop import __version__, paths
from hoken_desktop import house as houses
from hoken_desktop.adapters import data_folder, logs
from hoken_desktop.adapters.backups import BackupFiles
from hoken_desktop.adapters.instance import Instance
from hoken_desktop.adapters.municipalities import Municipalities
from hoken_desktop.doctor import Check, examine_pc, examine_registry
from hoken_desktop.domain.codes import Role
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.domain.keys import wipe
from hoken_desktop.domain.office import RECOVERY, Office, Staff
from hoken_desktop.house import House, Settings
from hoken_desktop.services.backups import BackupReader, Checked, Restored
from hoken_desktop.services.progress import Report, no_report
from hoken_desktop.services.views import Viewed, ViewReader
from hoken_desktop.store import migrate
from hoken_desktop.store.backups import RegistryCopies
from hoken_desktop.store.unit import FILE_NAME, RegistryStore
from hoken_desktop.store.views import RegistryView

if TYPE_CHECKING:
    from hoken_desktop.services.vault import Vault


@dataclass(frozen=True, slots=True)
class Created:
    """A new registry. `recovery_key` is shown once and kept nowhere."""

    house: House
    registry: Path
    recovery_key: str = field(repr=False)
    office: Office
    device_warning: str


def create_house(
    data: Path, passphrase: str, *, office: str, municipalities: Sequence[str], staff: str,
    settings: Settings | None = None, fictitious: bool = False,
) -> Created:
    """A new registry in `data`; refuses where one (or half of one) lies already, and unknown municipalities."""
    settings = settings or houses.Settings()
    if not office.strip():
        raise Refusal("offices.no_name")
    codes = Municipalities()
    wanted = []
    for raw in municipalities:
        found = codes.find(raw)
        if found is None:
            raise Refusal("offices.unknown_municipality", municipality=raw)
        wanted.append(found.code)
    if not wanted:
        raise Refusal("offices.no_municipality")
    name, _, post = staff.partition("・")
    if not name.strip():
        raise Refusal("offices.no_staff")
    data_folder.open_folder(data)
    instance = Instance(data, settings.clock)
    instance.take()
    try:
        vault = houses.make_vault(data, settings)
        staff_id = settings.ids()
        made = vault.create(passphrase, staff_id)
        path = data / FILE_NAME
        try:
            store = RegistryStore(path, made.data_key, settings.clock, staff_id)
        except BaseException:
            _clear(path)  # without its first entry a registry would open without an office
            raise
        wipe(made.data_key)
        first = Office(
            id="office", name=office.strip(), municipalities=tuple(dict.fromkeys(wanted)), fictitious=fictitious
        )
        try:
            with store.change(Deed.REGISTRY_CREATED, made.registry_id, version=__version__) as shelves:
                shelves.offices.add(first)
                shelves.staff.add(
                    Staff(staff_id, name.strip(), post.strip(), Role.ADMIN, made.slot_id, settings.clock.now())
                )
            vault.set_mark(*store.head())
        except BaseException:
            store.close()
            _clear(path)
            raise
        house = House(data, store, vault, instance, settings)
    except BaseException:
        instance.release()
        raise
    return Created(house, path, made.recovery_key, first, made.device_warning)


def _clear(path: Path) -> None:
    """Takes away a registry that never came to be, with SQLite's two companions."""
    for tail in ("", "-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)


def open_house(
    data: Path, passphrase: str = "", *, recovery_key: str = "", settings: Settings | None = None,
    vault: Vault | None = None,
) -> House:
    """Unlocks the registry in `data`; every way of failing is a refusal of its own and never a new registry.

    A caller that stays (the window) keeps one `vault`, which makes each wrong passphrase wait longer.
    """
    settings = settings or houses.Settings()
    if not data.is_dir():
        raise NotUnlocked("vault.no_registry")
    data_folder.check_place(data)
    instance = Instance(data, settings.clock)
    instance.take()
    try:
        vault = vault or houses.make_vault(data, settings)
        opened = vault.unlock_with_recovery(recovery_key) if recovery_key else vault.unlock(passphrase)
        store = RegistryStore(data / FILE_NAME, opened.data_key, settings.clock, opened.staff_id or RECOVERY)
        wipe(opened.data_key)
        try:
            mark = opened.mark
            if mark.seq and store.seal_at(mark.seq) != mark.head:
                raise NotUnlocked("vault.mark_backwards", seq=store.head()[0], mark=mark.seq)
            with store.read() as shelves:
                member = shelves.staff.get(opened.staff_id) if opened.staff_id else None
            if opened.staff_id and (member is None or member.withdrawn_at is not None):
                # An older, genuine key file may still hold the slot of someone who has left.
                raise NotUnlocked("vault.withdrawn")
            house = House(data, store, vault, instance, settings)
            house.mended = opened.mended
            if store.upgraded:
                with store.change(Deed.REGISTRY_UPGRADED, migrate.head(), version=__version__):
                    pass
            with store.change(Deed.UNLOCKED, opened.slot_id):
                pass
            house.settled = house.disclosures.settle_unfinished()
        except BaseException:
            store.close()
            raise
    except BaseException:
        instance.release()
        raise
    return house


VIEWING = "viewing"
"""The folder, inside the data folder, where the encrypted copy of a backup lies while it is looked at."""


def open_view(
    data: Path, file: Path, passphrase: str = "", *, recovery_key: str = "", settings: Settings | None = None,
    vault: Vault | None = None, report: Report = no_report,
) -> House:
    """Opens a backup 閲覧専用: verified first, then every deed is refused.

    Its copy lies, encrypted under the backup's own key, in a private folder of this PC and goes when the house is
    closed; what a crash or a power cut left there goes at the next start. A registry of this PC is not touched.
    """
    settings = settings or houses.Settings()
    BackupFiles().read(file)  # a wrong file must not leave a new folder behind
    data_folder.open_folder(data)
    folder = paths.make_private(data / VIEWING)
    instance = Instance(folder, settings.clock)
    try:
        instance.take()
    except Refusal as refusal:
        raise Refusal("views.already", **refusal.facts) from None
    let_go = ExitStack()
    try:
        work = let_go.enter_context(BackupFiles().work(folder))
        reader = ViewReader(
            vault or houses.make_vault(data, settings), RegistryCopies(settings.clock), BackupFiles(), settings.clock
        )
        out = reader.take_out(
            file, work / "copy.db", passphrase=passphrase, recovery_key=recovery_key, report=report
        )
        store = RegistryView(out.path, out.key, out.data_key, settings.clock, out.staff_id or RECOVERY)
        wipe(out.key)
        wipe(out.data_key)
        let_go.callback(store.close)
        with store.read() as shelves:
            member = shelves.staff.get(out.staff_id) if out.staff_id else None
        if out.staff_id and (member is None or member.withdrawn_at is not None):
            raise NotUnlocked("vault.withdrawn")
        house = House(
            data, store, cast("Vault", out.keys), instance, settings, Viewed(file.name, out.checked.made_at)
        )
        house.let_go = let_go.pop_all()
    except BaseException:
        let_go.close()
        instance.release()
        raise
    logs.note("view.opened made_at=%s", out.checked.made_at.isoformat(timespec="minutes"))
    return house


def sweep_view(data: Path, settings: Settings | None = None) -> None:
    """Takes away what an interrupted look at a backup left behind; a look that is going on is left alone."""
    folder = data / VIEWING
    if not folder.is_dir():
        return
    instance = Instance(folder, (settings or houses.Settings()).clock)
    try:
        instance.take()
    except Refusal:
        return
    try:
        BackupFiles().sweep(folder)
    finally:
        instance.release()


def _reader(data: Path, settings: Settings) -> BackupReader:
    vault = houses.make_vault(data, settings)
    return BackupReader(vault, RegistryCopies(settings.clock), BackupFiles(), settings.clock)


def verify_backup(
    data: Path, file: Path, passphrase: str = "", *, recovery_key: str = "", settings: Settings | None = None,
    report: Report = no_report,
) -> Checked:
    """Opens a backup and looks at all of it; neither the registry nor the data folder is touched or needed."""
    settings = settings or houses.Settings()
    return _reader(data, settings).verify(file, passphrase=passphrase, recovery_key=recovery_key or None, report=report)


def restore_backup(
    data: Path, file: Path, passphrase: str = "", *, recovery_key: str = "", replace: bool = False,
    settings: Settings | None = None, report: Report = no_report,
) -> Restored:
    """Puts a backup in the place of the registry in `data`, which is made where it is missing.

    Refuses a registry that is there unless `replace` (what lay there is kept in backups/), one that is open, and a
    folder where a registry may not lie.
    """
    settings = settings or houses.Settings()
    BackupFiles().read(file)  # a wrong file must not leave a new folder behind
    data_folder.open_folder(data)
    with Instance(data, settings.clock):
        return _reader(data, settings).restore(
            file, data / FILE_NAME, passphrase=passphrase, recovery_key=recovery_key or None, replace=replace,
            report=report,
        )  # fmt: skip


def examine(data: Path, passphrase: str | None = None) -> list[Check]:
    """What `doctor` looks at: the program, the folder, the keys, and with a passphrase the registry itself."""
    checks = examine_pc(data, houses.make_vault(data, houses.Settings()))
    if passphrase is None:
        return checks
    try:
        house = open_house(data, passphrase)
    except Refusal as refusal:
        return [*checks, Check("unlock", False, refusal.code)]
    unbacked: list[Refusal] = []
    house.tell_unbacked = unbacked.append
    try:
        of_registry = examine_registry(house.audits, house.store)
        backup_at = house.backups.made_at()
    finally:
        house.close()
    checks += [Check("unlock", True, "ok"), *of_registry]
    newest = backup_at.isoformat(timespec="minutes") if backup_at else "-"
    checks.append(Check("backup", not unbacked, unbacked[0].code if unbacked else newest))
    return checks
