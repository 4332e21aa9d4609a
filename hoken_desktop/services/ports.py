"""What the services ask of the rooms below and beside them. Nothing of SQL or Qt crosses these lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from hoken_desktop.domain.audits import AuditEntry, AuditReport
from hoken_desktop.domain.bases import BasisRule
from hoken_desktop.domain.codes import CareSetting, DeviceGroup, Freshness, OnMap, PersonState, Standing, UnmappedReason
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Disclosure, DisclosurePerson, Request
from hoken_desktop.domain.events import Event
from hoken_desktop.domain.incidents import Incident
from hoken_desktop.domain.keys import KeyFile, Mark, Slot, Stretch
from hoken_desktop.domain.letters import Letter
from hoken_desktop.domain.masters import DeviceModel, Disease, Organisation
from hoken_desktop.domain.office import Office, Preference, Staff
from hoken_desktop.domain.persons import Benefit, Contact, Device, Fact, Person, Supporter
from hoken_desktop.domain.places import Place
from hoken_desktop.domain.recalls import Recall
from hoken_desktop.domain.replies import Reply, ReplyQuestion, ReplyRow
from hoken_desktop.domain.rounds import Edition, Round, RoundFault, RoundFile, RoundRow, SnapshotRow
from hoken_desktop.services.progress import Report, no_report

T = TypeVar("T")


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, aware, in Japan's time."""
        ...

    def today(self) -> date:
        """The calendar day in Japan."""
        ...


class Ids(Protocol):
    def __call__(self) -> str:
        """A new id of 16 characters that says nothing about anybody."""
        ...


class Rows(Protocol[T]):
    """One table as a shelf of frozen values, in the order they were added."""

    def get(self, key: str) -> T | None: ...
    def all(self, **equals: Any) -> list[T]:
        """Values whose fields equal those given; a list, tuple or set means "one of"."""
        ...

    def count(self, **equals: Any) -> int: ...
    def add(self, value: T) -> T: ...
    def add_all(self, values: Iterable[T]) -> None: ...
    def replace(self, value: T) -> T:
        """Puts `value` in the place of the row with its key; KeyError if there is none."""
        ...

    def replace_all(self, values: Iterable[T]) -> None: ...
    def put(self, value: T) -> T:
        """Replaces, or adds where there is none yet."""
        ...

    def remove(self, keys: Iterable[str]) -> None:
        """Takes rows of the waiting room away; the audit keeps that they were there."""
        ...


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """What the 台帳 page asks for. `text` matches name, kana, phone tail, numbers and address.

    What no column holds (group, freshness, position, consent, and the orders of the same names) is asked of
    services/censuses.py; the shelves know the rest.
    """

    text: str = ""
    municipality: str = ""
    group: DeviceGroup | None = None
    care_setting: CareSetting | None = None
    state: PersonState | None = PersonState.ACTIVE
    freshness: Freshness | None = None
    position: OnMap | UnmappedReason | None = None
    consent: Standing | None = None
    order: str = "kana"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What the 記録 page asks for: an empty field asks nothing; `since` is included, `until` is not."""

    person_id: str = ""
    deed: str = ""
    staff_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after one deed, as frozen values. `before` None: added (or, where not `known`, unknown, since
    an older program kept nothing); `after` None: removed."""

    seq: int
    table: str
    row_id: str
    before: Any | None
    after: Any | None
    known: bool = True


@dataclass(frozen=True, slots=True)
class AuditWritten:
    """What one deed wrote or took away: how many rows by the names of their tables, and whose they are.

    `numbers` are the first few 管理番号 of `people`; a row that is gone since (waiting room) names nobody.
    """

    rows: Mapping[str, int]
    numbers: tuple[str, ...]
    people: int


class Shelves(Protocol):
    """Every table of the registry, and the few real questions."""

    offices: Rows[Office]
    staff: Rows[Staff]
    persons: Rows[Person]
    benefits: Rows[Benefit]
    devices: Rows[Device]
    facts: Rows[Fact]
    supporters: Rows[Supporter]
    contacts: Rows[Contact]
    places: Rows[Place]
    rounds: Rows[Round]
    round_files: Rows[RoundFile]
    round_faults: Rows[RoundFault]
    round_rows: Rows[RoundRow]
    editions: Rows[Edition]
    snapshot_rows: Rows[SnapshotRow]
    consents: Rows[Consent]
    requests: Rows[Request]
    disclosures: Rows[Disclosure]
    disclosure_persons: Rows[DisclosurePerson]
    replies: Rows[Reply]
    reply_rows: Rows[ReplyRow]
    organisations: Rows[Organisation]
    device_models: Rows[DeviceModel]
    diseases: Rows[Disease]
    preferences: Rows[Preference]
    basis_rules: Rows[BasisRule]
    letters: Rows[Letter]
    recalls: Rows[Recall]
    reply_questions: Rows[ReplyQuestion]
    incidents: Rows[Incident]
    events: Rows[Event]
    audits: Rows[AuditEntry]

    def person_ids(self, query: PersonQuery) -> list[str]:
        """The ids of the people `query` asks for by what columns hold, in its order."""
        ...

    def columns_of(self, table: str, *names: str) -> list[tuple[Any, ...]]:
        """These columns of every row of a table: far quicker than whole values where there are many."""
        ...

    def last_registry_no(self) -> int:
        """The number of the newest 管理番号; 0 when there is nobody yet."""
        ...

    def spellings(self) -> list[tuple[str, str]]:
        """(text, id) of every 業者 and 機関 that rows of people are joined to the master by, each pair once."""
        ...

    def person_ids_by_number(self, number: str) -> set[str]:
        """People with this registry number, or with this 受給者番号 (any payer)."""
        ...

    def audit_seqs(self, query: AuditQuery) -> list[int]:
        """Numbers of the audit entries `query` asks for, the newest first."""
        ...

    def audit_written(self, seq: int, numbers: int) -> AuditWritten:
        """What one deed wrote, the first `numbers` 管理番号 of the people it is of, and how many people there are."""
        ...

    def changes_of(self, table: str, ids: Iterable[str]) -> list[RowChange]:
        """What each deed changed of these rows, oldest first."""
        ...

    def changes_at(self, seq: int) -> list[RowChange]:
        """What one deed changed, in the order it wrote."""
        ...

    def removed_of(self, person_id: str) -> dict[str, list[str]]:
        """Rows of this person that are no longer there: table → ids."""
        ...


class Store(Protocol):
    """The registry file, open. `change` is the only way to write: one deed, or no trace of it."""

    staff_id: str

    def read(self) -> AbstractContextManager[Shelves]: ...
    def change(self, deed: Deed, subject: str = "", **detail: Any) -> AbstractContextManager[Writing]: ...
    def verify(self, report: Report = no_report) -> AuditReport:
        """Walks the audit chain and every sealed row, telling `report` how far it is."""
        ...

    def seal_at(self, seq: int) -> str:
        """The seal of one audit entry; "" if there is none."""
        ...

    def head(self) -> tuple[int, str]:
        """(number, seal) of the newest audit entry."""
        ...

    def close(self) -> None: ...


class Writing(Shelves, Protocol):
    """Shelves inside a deed. `detail` may be added to until the deed is sealed: ids, counts, codes only."""

    detail: dict[str, Any]

    def take_back(self, seq: int) -> list[tuple[str, str]]:
        """Puts back what a deed replaced and takes away what it added; gives (table, id) of what only the service can
        take back: people it added, and rows of append-only tables."""
        ...


# --- the keys of the registry -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyCopy:
    """One sound copy of the key file: its text, and what its MAC must be the MAC of."""

    file: KeyFile
    text: bytes = field(repr=False)
    body: bytes = field(repr=False)
    mac: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyCopies:
    """The sound copies, newest first, equal ones once; `whole` when both lie there and are equal."""

    copies: tuple[KeyCopy, ...]
    whole: bool


class KeyFiles(Protocol):
    """The key file in the data folder, twice."""

    def exist(self) -> bool: ...
    def read(self) -> KeyCopies: ...
    def decode(self, text: bytes, name: str) -> KeyCopy: ...
    def is_genuine(self, copy: KeyCopy, mac_key: bytearray) -> bool: ...
    def write(self, file: KeyFile, mac_key: bytearray) -> bytes: ...
    def set_aside(self, name: str) -> None: ...


class KeySlots(Protocol):
    """The cipher work."""

    def new_data_key(self) -> bytearray: ...
    def new_recovery_secret(self) -> bytes: ...
    def new_device_secret(self) -> bytes: ...
    def new_salt(self) -> bytes: ...
    def fingerprint(self, device_secret: bytes) -> str: ...
    def mac_key(self, data_key: bytearray) -> bytearray: ...
    def stretched(self, passphrase: bytearray, salt: bytes, stretch: Stretch) -> bytearray: ...
    def seal_for_staff(
        self,
        data_key: bytearray,
        stretched: bytearray,
        device_secret: bytes | None,
        *,
        registry_id: str,
        slot_id: str,
        staff_id: str,
        salt: bytes,
        stretch: Stretch,
        created_at: datetime,
    ) -> Slot: ...
    def seal_for_recovery(
        self, data_key: bytearray, secret: bytes, *, registry_id: str, slot_id: str, created_at: datetime
    ) -> Slot: ...
    def open_for_staff(
        self, slot: Slot, registry_id: str, version: int, stretched: bytearray, device_secret: bytes | None
    ) -> bytearray | None: ...
    def open_for_recovery(self, slot: Slot, registry_id: str, version: int, secret: bytes) -> bytearray | None: ...


class DeviceSecrets(Protocol):
    """This PC's secrets, kept by its keyring. All refuse (NotUnlocked) when there is no keyring to trust."""

    def read(self, registry_id: str) -> bytes | None: ...
    def keep(self, registry_id: str, secret: bytes) -> None: ...
    def read_mark(self, registry_id: str) -> Mark | None: ...
    def keep_mark(self, registry_id: str, mark: Mark) -> None: ...
