"""The house, wired: the rooms put together for one unlocked registry. `app` and `cli` both live in it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoken_desktop import paths
from hoken_desktop.adapters import (
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
from hoken_desktop.doctor import Check, examine_pc, examine_registry
from hoken_desktop.domain import passwords
from hoken_desktop.domain.codes import RoundState
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Cancelled, Refusal
from hoken_desktop.domain.keys import STRETCH_DEFAULT, Stretch
from hoken_desktop.domain.office import RECOVERY, Office
from hoken_desktop.services import vault as vaults
from hoken_desktop.services.audit_heads import AuditHeads
from hoken_desktop.services.audits import Audits
from hoken_desktop.services.backups import Backups
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
from hoken_desktop.services.views import HeldPreferences, Shut, Viewed
from hoken_desktop.store.backups import RegistryCopies
from hoken_desktop.store.unit import FILE_NAME, RegistryStore

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
        self.let_go = ExitStack()
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
        self.organisations = Organisations(store, clock, ids, names, similarity.ratio)
        self.lists = Lists(store, clock, self.printing, names, self.organisations.directory)
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
        checks = examine_pc(self.data, make_vault(self.data, self.settings) if self.viewing else self._vault)
        problem = self.keys.state().pc_problem
        checks.append(Check("device", not problem, problem or "ok"))
        checks += examine_registry(self.audits, self.store)
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
            self.let_go.close()
            self._instance.release()
        if unbacked is not None:
            logs.note("backup.failed code=%s", unbacked.code)
            if self.tell_unbacked is None:
                raise unbacked
            self.tell_unbacked(unbacked)
