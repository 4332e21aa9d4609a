"""The house, wired: the rooms put together for one unlocked registry. `app` and `cli` both live in it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hoken_desktop import __version__, paths
from hoken_desktop.adapters import (
    data_folder,
    logs,
    sealed_archives,
    sealed_pdfs,
    sealed_sheets,
    similarity,
    whole_files,
)
from hoken_desktop.adapters.backups import BackupFiles
from hoken_desktop.adapters.basemap import Basemap
from hoken_desktop.adapters.clock import Clock as SystemClock
from hoken_desktop.adapters.column_set_files import ColumnSetFiles
from hoken_desktop.adapters.diseases import shipped
from hoken_desktop.adapters.gazetteer import Gazetteer
from hoken_desktop.adapters.instance import Instance
from hoken_desktop.adapters.key_files import KeyFiles
from hoken_desktop.adapters.key_slots import KeySlots
from hoken_desktop.adapters.layout_files import LayoutFiles
from hoken_desktop.adapters.layouts import read_mapped
from hoken_desktop.adapters.municipalities import Municipalities
from hoken_desktop.adapters.os_keyring import OsKeyring
from hoken_desktop.adapters.qr_codes import qr_pattern
from hoken_desktop.adapters.read_sheets import read_returned
from hoken_desktop.domain import passwords
from hoken_desktop.domain.codes import Role, RoundState
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Cancelled, NotUnlocked, Refusal
from hoken_desktop.domain.keys import STRETCH_DEFAULT, Stretch, wipe
from hoken_desktop.domain.office import RECOVERY, Office, Staff
from hoken_desktop.services import vault as vaults
from hoken_desktop.services.audit_heads import AuditHeads
from hoken_desktop.services.audits import Audits
from hoken_desktop.services.backups import BackupReader, Backups, Checked, Restored
from hoken_desktop.services.bases import Bases
from hoken_desktop.services.benefits import Benefits
from hoken_desktop.services.clocks import Clocks
from hoken_desktop.services.column_sets import ColumnSets
from hoken_desktop.services.confirmations import Confirmations
from hoken_desktop.services.consent_boards import ConsentBoards
from hoken_desktop.services.consents import Consents
from hoken_desktop.services.desk import DeskFacts
from hoken_desktop.services.device_models import DeviceModels
from hoken_desktop.services.devices import Devices
from hoken_desktop.services.disclosure_records import DisclosureRecords
from hoken_desktop.services.disclosures import Disclosures, Settled
from hoken_desktop.services.diseases import Diseases
from hoken_desktop.services.dossiers import Dossiers
from hoken_desktop.services.drafts import Drafts
from hoken_desktop.services.editions import Editions
from hoken_desktop.services.emergency_cards import EmergencyCards
from hoken_desktop.services.events import Events
from hoken_desktop.services.funnels import Funnels
from hoken_desktop.services.histories import Histories
from hoken_desktop.services.identities import Identities
from hoken_desktop.services.incidents import Incidents
from hoken_desktop.services.intakes import Intakes
from hoken_desktop.services.keys import Keys
from hoken_desktop.services.layouts import Layouts
from hoken_desktop.services.letters import FormPrinter, Letters
from hoken_desktop.services.linkages import Linkage
from hoken_desktop.services.lists import Lists
from hoken_desktop.services.losses import Losses
from hoken_desktop.services.maps import Maps, RegistryMap
from hoken_desktop.services.master_sheets import MasterSheets
from hoken_desktop.services.offices import Offices
from hoken_desktop.services.organisations import Organisations
from hoken_desktop.services.overviews import Overviews
from hoken_desktop.services.packs import Packs
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.places import Places
from hoken_desktop.services.ports import Clock, Ids
from hoken_desktop.services.preferences import Preferences
from hoken_desktop.services.printing import Printing
from hoken_desktop.services.progress import Report, no_report
from hoken_desktop.services.recalls import Recalls
from hoken_desktop.services.registers import Registers
from hoken_desktop.services.replies import Replies
from hoken_desktop.services.reply_questions import ReplyQuestions
from hoken_desktop.services.requests import Requests
from hoken_desktop.services.reviews import Reviews
from hoken_desktop.services.rounds import Rounds
from hoken_desktop.services.staff import StaffRoll
from hoken_desktop.services.statistics import Statistics
from hoken_desktop.services.supporters import Supporters
from hoken_desktop.services.undo import Undo
from hoken_desktop.services.views import HeldPreferences, Shut, Viewed, ViewReader
from hoken_desktop.store import migrate
from hoken_desktop.store.backups import RegistryCopies
from hoken_desktop.store.unit import FILE_NAME, RegistryStore
from hoken_desktop.store.views import RegistryView

if TYPE_CHECKING:
    from hoken_desktop.services.vault import Vault

def new_id() -> str:
    """16 random characters that say nothing about anybody."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a caller may choose: the clock, ids and random numbers (the demo's are fixed), the cost of a passphrase."""

    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = new_id
    randbelow: Callable[[int], int] = secrets.randbelow
    stretch: Stretch = STRETCH_DEFAULT
    use_device: bool = True


class _Addresses:
    """Municipalities of addresses, the office's own first among namesakes."""

    def __init__(self, office: Callable[[], Office]) -> None:
        self._office = office
        self._master = Municipalities()

    def municipality_of(self, address: str) -> str:
        return self._master.of_address(address, self._office().municipalities) or ""


def make_vault(data: Path, settings: Settings) -> Vault:
    """The keys of a data folder."""
    return vaults.Vault(
        data / FILE_NAME, KeyFiles(data), KeySlots(), OsKeyring(), settings.clock, settings.ids,
        stretch=settings.stretch, use_device=settings.use_device,
    )  # fmt: skip


def qt_printer() -> Printer:
    """Qt's printer, loaded only when a paper is wanted."""
    from hoken_desktop.ui.printing import QtPrinter

    return QtPrinter()


def qt_forms() -> FormPrinter:
    """Qt's printer as one of forms."""
    from hoken_desktop.ui.printing import QtPrinter

    return QtPrinter()


def _ways_out(viewing: Viewed | None) -> tuple[Any, Any, Any]:
    """What makes workbooks, sealed PDFs and papers; all shut while a backup is looked at."""
    return (sealed_sheets, sealed_pdfs, qt_printer) if viewing is None else (Shut(), Shut(), Shut())


class House:
    """One unlocked registry with every service on it. `close` locks: engine disposed, key dropped, folder let go.

    `viewing` says that it is a backup which is only looked at: every deed is refused, and no paper or file is made.
    """

    def __init__(
        self, data: Path, store: RegistryStore, vault: Vault, instance: Instance, settings: Settings,
        viewing: Viewed | None = None,
    ) -> None:  # fmt: skip
        self.data = data
        self.store = store
        self.settings = settings
        self._vault = vault
        self._instance = instance
        self._closed = False
        self.viewing = viewing
        self._let_go = ExitStack()
        self.mended = False
        self.settled: tuple[Settled, ...] = ()
        clock, ids = settings.clock, settings.ids
        # In the place of the real ones for every service below, so that none of them is forgotten.
        sealed_sheets, sealed_pdfs, qt_printer = _ways_out(viewing)
        self.municipalities = Municipalities()
        self.gazetteer = Gazetteer(data)
        self.office = Offices(store, self.municipalities)
        self.persons = Persons(store, clock, ids, _Addresses(self.office.get))
        self.benefits = Benefits(store, clock, ids)
        self.devices = Devices(store, clock, ids)
        self.supporters = Supporters(store, clock, ids)
        layouts = LayoutFiles(data / "layouts")
        self.diseases = Diseases(store, clock, ids, shipped)
        intakes = Intakes(layouts.read_benefit, self.diseases.index)
        self.rounds = Rounds(store, clock, ids, Linkage(intakes.read_benefit_file, similarity.ratio, ids))
        self.editions = Editions(store, self.rounds, self.municipalities)
        self.reviews = Reviews(store, clock, ids, self.persons, similarity.ratio)
        self.places = Places(store, clock, self.gazetteer)
        self.maps = Maps(store, Basemap(self.gazetteer))
        names = self.municipalities
        self.consents = Consents(store, clock, ids, read_mapped, names)
        self.consent_boards = ConsentBoards(store, clock)
        self.clocks = Clocks(store, clock)
        self.bases = Bases(store, clock, ids)
        self.events = Events(store, clock, ids)
        self.requests = Requests(store, clock, ids, names)
        self.confirmations = Confirmations(store, lambda passphrase: vault.confirm(passphrase))
        self.column_sets = ColumnSets(ColumnSetFiles(data / "columns"))
        self.disclosures = Disclosures(
            store, clock, ids, sealed_sheets, names, settings.randbelow, qt_printer,
            Shut() if viewing else sealed_archives, self.column_sets.of,
        )  # fmt: skip
        self.disclosure_records = DisclosureRecords(store, clock, names, qt_printer, sealed_sheets.write_file)
        self.replies = Replies(store, clock, ids, read_returned, names)
        self.reply_questions = ReplyQuestions(store, clock, ids)
        self.registers = Registers(
            store, clock, ids, self.persons, layouts.read_register, names, similarity.ratio, self.diseases.index
        )
        self.layouts = Layouts(
            layouts, lambda: self.registers.consent_columns(self.office.get()), self.diseases.index
        )
        self.printing = Printing(store, sealed_sheets, sealed_pdfs, settings.randbelow, qt_printer)
        self.recalls = Recalls(store, clock, ids, self.printing, names)
        self.incidents = Incidents(store, clock, ids, self.printing, Losses(store, names, lambda: vault.registry_id))
        self.drafts = Drafts(store, clock, self.printing, names, self.disclosures)
        self.audit_heads = AuditHeads(store, clock, self.printing)
        self.preferences = HeldPreferences(store) if viewing else Preferences(store)
        self.funnels = Funnels(store, clock, self.printing, names, self.preferences)
        self.letters = Letters(
            store, clock, ids, self.printing, self.consents, self.persons, self.preferences, qr_pattern,
            qt_forms if viewing is None else Shut(),
        )  # fmt: skip
        self.statistics = Statistics(store, clock, self.printing, names, read_returned, self.preferences)
        self.lists = Lists(store, clock, self.printing, names)
        self.organisations = Organisations(store, clock, ids, names, similarity.ratio)
        self.dossiers = Dossiers(
            store, clock, self.printing, names, self.organisations.directory, self.diseases.index
        )
        self.emergency_cards = EmergencyCards(store, self.printing, self.dossiers)
        self.packs = Packs(store, self.printing, self.lists, self.dossiers)
        self.device_models = DeviceModels(store, clock, ids)
        self.master_sheets = MasterSheets(
            self.organisations, self.device_models, self.diseases, clock, read_mapped, sealed_sheets, self.write_text,
            names,
        )  # fmt: skip
        self.audits = Audits(store)
        self.histories = Histories(store)
        self.undo = Undo(store, clock, ids)
        self.identities = Identities(store, clock, ids, self.persons)
        self.overviews = Overviews(store, clock, names)
        self.staff = StaffRoll(store, vault, clock, ids)
        self.keys = Keys(store, vault)
        self.backups = Backups(store, vault, RegistryCopies(clock), BackupFiles(), self.office, clock)
        self.tell_unbacked: Callable[[Refusal], None] | None = None
        store.on_change(self._keep_mark)

    def _keep_mark(self, deed: Deed) -> None:
        # Outside the registry file, so that an older copy of it laid in its place is noticed. The deed is done by
        # now: where the mark cannot be written (a full disk) the next deed's mark takes its place.
        try:
            self._vault.set_mark(*self.store.head())
        except Refusal as refusal:
            logs.note("mark code=%s", refusal.code)

    def desk_facts(self) -> DeskFacts:
        """What the bars around every page say."""
        office = self.office.get()
        current = self.rounds.current()
        return DeskFacts(
            office=office.name,
            staff=self.office.who(self.store.staff_id),
            as_of=current.as_of if current else None,
            state=current.state if current else None,
            edition=current.edition if current else 0,
            backup_at=self.backups.made_at(),
            fictitious=office.fictitious,
            waiting=self._waiting(),
            viewing=self.viewing.made_at if self.viewing else None,
            by_recovery=self.store.staff_id == RECOVERY,
            auto_lock_minutes=int(self.preferences.get("auto_lock_minutes", 0, shared=True)),
        )

    def _waiting(self) -> dict[str, int]:
        counts = self.reviews.counts()
        open_ = any(r.state is RoundState.OPEN for r in self.rounds.all())
        return {"rounds": counts.pending if open_ else 0}

    def examine(self) -> list[Check]:
        """What the doctor looks at while the registry is open, its folder of backups among it; changes nothing."""
        checks = _examine_pc(self.data, make_vault(self.data, self.settings) if self.viewing else self._vault)
        problem = self.keys.state().pc_problem
        checks.append(Check("device", not problem, problem or "ok"))
        checks += _examine_registry(self)
        try:
            backup_at = self.backups.made_at()
            self.backups.in_folder()
            checks.append(Check("backup", backup_at is not None, f"{backup_at:%Y-%m-%d %H:%M}" if backup_at else "-"))
        except Refusal as refusal:
            checks.append(Check("backup", False, refusal.code))
        return checks

    def write_text(self, path: Path, text: str) -> None:
        """Writes a list without personal data, with a BOM so that Excel reads it as UTF-8."""
        self._check_may_write()
        paths.check_folder(path.parent)
        try:
            whole_files.write_whole(path, text.encode("utf-8-sig"))
        except OSError:
            raise Refusal("store.cannot_write", file=path.name) from None

    def print_map(self, *, names: bool, paper: str) -> tuple[RegistryMap, bytes, str]:
        """(the map, its sealed PDF, the password shown once). Drawn offscreen; needs the main thread."""
        from hoken_desktop.adapters import leaflet
        from hoken_desktop.adapters.sealed_pdfs import seal_pdf
        from hoken_desktop.ui.map_printing import print_map

        self._check_may_write()
        drawn = self.maps.draw(show_names=names)
        pdf = print_map(
            leaflet.build(drawn.document), paper="A3" if paper == "A3" else "A4", title=drawn.document.title,
            office=self.office.get().name, printed_on=self.maps.stamp(self.settings.clock.today()), names=names,
        )
        password = passwords.generate(self.settings.randbelow)
        return drawn, seal_pdf(pdf, password), password

    def map_files(self, *, names: bool) -> tuple[RegistryMap, dict[str, bytes]]:
        """(the map of the register, the files of its document for the window). Slow: for the worker."""
        from hoken_desktop.adapters import leaflet

        drawn = self.maps.draw(show_names=names)
        return drawn, leaflet.build(drawn.document)

    def write_map(self, path: Path, pdf: bytes, numbers: Sequence[str]) -> str:
        """Seals a printed map, writes it, records that it left and whom it shows; gives the password, shown once."""
        from hoken_desktop.adapters.sealed_pdfs import seal_pdf

        self._check_may_write()
        password = passwords.generate(self.settings.randbelow)
        sealed = seal_pdf(pdf, password)
        try:
            self.write_sealed(path, sealed)
        except OSError:
            raise Refusal("store.cannot_write", file=path.name) from None
        self.maps.printed(numbers, hashlib.sha256(sealed).hexdigest())
        return password

    def write_sealed(self, path: Path, data: bytes) -> None:
        """Writes a sealed file whole or not at all; refuses where it cannot."""
        self._check_may_write()
        paths.check_folder(path.parent)
        whole_files.write_whole(path, data)

    def _check_may_write(self) -> None:
        if self.viewing is not None:
            raise Refusal("views.read_only")

    def close(self, report: Report = no_report) -> None:
        """Locks, after a backup where the office names a folder for it.

        What hinders the backup (`report` may also stop it) never hinders the lock: it is told to `tell_unbacked` where
        somebody listens, else raised once everything is closed. A backup that was only looked at leaves nothing here.
        """
        if self._closed:
            return
        self._closed = True
        unbacked: Refusal | None = None
        try:
            if self.viewing is None:
                self.backups.make_at_lock(report)
        except Refusal as refusal:
            unbacked = refusal
        except Cancelled:
            unbacked = Refusal("backups.left_out")
        except Exception as error:
            logs.note_unexpected(error)
            unbacked = Refusal("backups.failed")
        finally:
            self.store.close()
            self.gazetteer.close()
            self._vault.lock()
            self._let_go.close()
            self._instance.release()
        if unbacked is not None:
            logs.note("backup.failed code=%s", unbacked.code)
            if self.tell_unbacked is None:
                raise unbacked
            self.tell_unbacked(unbacked)


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
    settings = settings or Settings()
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
        vault = make_vault(data, settings)
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
    settings = settings or Settings()
    if not data.is_dir():
        raise NotUnlocked("vault.no_registry")
    data_folder.check_place(data)
    instance = Instance(data, settings.clock)
    instance.take()
    try:
        vault = vault or make_vault(data, settings)
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
    settings = settings or Settings()
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
            vault or make_vault(data, settings), RegistryCopies(settings.clock), BackupFiles(), settings.clock
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
        house._let_go = let_go.pop_all()
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
    instance = Instance(folder, (settings or Settings()).clock)
    try:
        instance.take()
    except Refusal:
        return
    try:
        BackupFiles().sweep(folder)
    finally:
        instance.release()


def verify_backup(
    data: Path, file: Path, passphrase: str = "", *, recovery_key: str = "", settings: Settings | None = None,
    report: Report = no_report,
) -> Checked:
    """Opens a backup and looks at all of it; neither the registry nor the data folder is touched or needed."""
    settings = settings or Settings()
    reader = BackupReader(make_vault(data, settings), RegistryCopies(settings.clock), BackupFiles(), settings.clock)
    return reader.verify(file, passphrase=passphrase, recovery_key=recovery_key or None, report=report)


def restore_backup(
    data: Path, file: Path, passphrase: str = "", *, recovery_key: str = "", replace: bool = False,
    settings: Settings | None = None, report: Report = no_report,
) -> Restored:
    """Puts a backup in the place of the registry in `data`, which is made where it is missing.

    Refuses a registry that is there unless `replace` (what lay there is kept in backups/), one that is open, and a
    folder where a registry may not lie.
    """
    settings = settings or Settings()
    BackupFiles().read(file)  # a wrong file must not leave a new folder behind
    data_folder.open_folder(data)
    with Instance(data, settings.clock):
        reader = BackupReader(make_vault(data, settings), RegistryCopies(settings.clock), BackupFiles(), settings.clock)
        return reader.restore(
            file, data / FILE_NAME, passphrase=passphrase, recovery_key=recovery_key or None, replace=replace,
            report=report,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`: what was looked at, whether it is in order, what was found."""

    name: str
    well: bool
    found: str


def _examine_pc(data: Path, vault: Vault) -> list[Check]:
    """The program, the folder and the keys."""
    import sqlite3
    import sys

    checks = [
        Check("version", True, __version__),
        Check("python", sys.version_info >= (3, 11), sys.version.split()[0]),
        Check("sqlite", True, sqlite3.sqlite_version),
    ]
    try:
        data_folder.check_place(data)
        checks.append(Check("place", True, str(data)))
    except Refusal as refusal:
        checks.append(Check("place", False, refusal.code))
    try:
        state = vault.state()
        checks.append(Check("keys", state is vaults.VaultState.READY, state.value))
    except Refusal as refusal:
        checks.append(Check("keys", False, refusal.code))
    checks.append(Check("gazetteer", True, str(len(Gazetteer(data).sources()))))
    return checks


def _examine_registry(house: House) -> list[Check]:
    """The open registry: cipher, pages, structure, links, schema and record."""
    report = house.audits.verify()
    found = house.store.integrity()
    return [
        Check("cipher", bool(found["cipher"]), found["cipher"]),
        *(Check(name, found[name] == "ok", found[name]) for name in ("pages", "integrity", "links")),
        Check("schema", found["revision"] == migrate.head(), found["revision"]),
        Check("audit", report.first_break is None, f"{report.entries} / {report.head[:20]}"),
    ]


def examine(data: Path, passphrase: str | None = None) -> list[Check]:
    """What `doctor` looks at: the program, the folder, the keys, and with a passphrase the registry itself."""
    checks = _examine_pc(data, make_vault(data, Settings()))
    if passphrase is None:
        return checks
    try:
        house = open_house(data, passphrase)
    except Refusal as refusal:
        return [*checks, Check("unlock", False, refusal.code)]
    unbacked: list[Refusal] = []
    house.tell_unbacked = unbacked.append
    try:
        of_registry = _examine_registry(house)
        backup_at = house.backups.made_at()
    finally:
        house.close()
    checks += [Check("unlock", True, "ok"), *of_registry]
    newest = backup_at.isoformat(timespec="minutes") if backup_at else "-"
    checks.append(Check("backup", not unbacked, unbacked[0].code if unbacked else newest))
    return checks
