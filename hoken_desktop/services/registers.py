"""移行: the list a centre keeps today taken over in one deed. Nobody is made twice, nothing known is overwritten."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from hoken_desktop.domain import fields
from hoken_desktop.domain.addresses import AddressSource, PlaceLevel
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    ConsentGiver,
    EndReason,
    EvidenceSource,
    PersonState,
    Purpose,
    RecipientSection,
    Scheme,
    Sex,
    SupporterRole,
    UseStatus,
    Verdict,
)
from hoken_desktop.domain.consents import (
    AGE_OF_OWN_CONSENT,
    Consent,
    Unreadable,
    age_on,
    parse_giver,
    parse_method,
    parse_purposes,
    parse_scope,
    parse_section,
    same_content,
    standing_row,
)
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.differences import benefit_of, differences, newcomer
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.intake import Incoming
from hoken_desktop.domain.linkage import Index, Similarity, propose
from hoken_desktop.domain.municipalities import Municipality
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import (
    LIVING,
    OXYGEN_KINDS,
    Benefit,
    Contact,
    Device,
    Fact,
    Person,
    Supporter,
    device_group,
    next_registry_no,
    provision_municipality,
    standing_facts,
)
from hoken_desktop.domain.places import Place
from hoken_desktop.domain.register import (
    CONSENT_TO,
    SECTION_COLUMNS,
    ConsentMark,
    Kin,
    RegisterRow,
    RegisterTable,
    Support,
    read_row,
)
from hoken_desktop.domain.sheets import MappedRow
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.services.consents import resolve_recipient
from hoken_desktop.services.linkages import features_of_person, features_of_row
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.words import label, say

LAYOUT = "register"
_BUNDLE = 50
_TEXTS = (
    "name_kana", "postcode", "address_registered", "address_actual", "phone_home", "phone_mobile", "guardian_name",
)  # fmt: skip
_BENEFIT_BLANKS = ("valid_from", "valid_to", "disease_no", "disease_name", "shoman_group")


class RegisterReader(Protocol):
    """Reads the known sheets of a present list (adapters/register_sheets.read_register)."""

    def __call__(self, path: Path, layout: str, also: Mapping[str, Sequence[str]]) -> list[RegisterTable]: ...


class Municipalities(Protocol):
    """The master of 市区町村."""

    def find(self, raw: str, within: tuple[str, ...] = ()) -> Municipality | None: ...
    def name_of(self, code: str) -> str: ...


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """What a list brought. rows = created + merged + unchanged + faulty + blank; `people` are those its rows speak of.

    A row that only adds to the blanks of somebody known counts as `merged`, one that adds nothing as `unchanged`.
    """

    rows: int
    people: int
    created: int
    merged: int
    unchanged: int
    faulty: int
    blank: int
    consents: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    unmapped_columns: tuple[str, ...]
    as_of: date
    dry_run: bool

    @property
    def taken(self) -> int:
        """Rows that were understood."""
        return self.created + self.merged + self.unchanged

    @property
    def closes(self) -> bool:
        """Whether every row of the list went somewhere."""
        return self.rows == self.taken + self.faulty + self.blank


class Registers:
    """Takes present lists over into one registry."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, persons: Persons, reader: RegisterReader,
        municipalities: Municipalities, alike: Similarity,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._ids = ids
        self._persons = persons
        self._reader = reader
        self._municipalities = municipalities
        self._alike = alike

    def read_in(
        self, path: Path, *, layout: str | None = None, as_of: date | None = None, dry_run: bool = False,
        report: Report = no_report,
    ) -> RegisterReading:  # fmt: skip
        """Takes a list over (xlsx or csv, resources/layouts/register.toml) as one deed; `dry_run` writes nothing.

        A row that is certainly somebody known fills only what is blank there; one that might be is a fault. The
        facts carry the row's own day (確認日), else `as_of`, else the day the file was saved. The same file again
        changes nothing. Refuses what the gate and the layout refuse, and an `as_of` after today.
        """
        today = self._clock.today()
        if as_of is not None and as_of > today:
            raise Refusal("registers.future_date", file=path.name)
        report(Step(0, 0, "registers.step_read"))
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
        tables = self._reader(path, layout or LAYOUT, self._consent_columns(office))
        saved = next((t.written_on for t in tables if t.written_on), None)
        day = as_of or min(saved or today, today)
        with self._store.read() as shelves:
            draft = _Draft(
                shelves, office, self._clock, self._ids, self._persons, self._municipalities, self._alike, day,
                self._store.staff_id,
            )  # fmt: skip
        counts: Counter[str] = Counter()
        for table in tables:
            draft.warnings.extend(table.table.warnings)
            named = self._municipalities.find(table.table.sheet, office.municipalities) if table.table.sheet else None
            about = named.name if named and named.code in office.municipalities else ""
            for row in table.table.rows:
                if counts["rows"] % _BUNDLE == 0:
                    report(Step(counts["rows"], 0, "registers.step_take"))
                counts["rows"] += 1
                counts[draft.take(row, about, struck=row.number in table.struck)] += 1
            draft.tell_dashes(table)
        reading = RegisterReading(
            rows=counts["rows"],
            people=len(draft.spoken_of),
            created=counts[CREATED],
            merged=counts[MERGED],
            unchanged=counts[UNCHANGED],
            faulty=counts[FAULTY],
            blank=counts[BLANK],
            consents=len(draft.consents_added),
            faults=tuple(draft.faults),
            warnings=tuple(draft.warnings),
            unmapped_columns=tuple(dict.fromkeys(c for t in tables for c in t.table.unmapped_columns)),
            as_of=day,
            dry_run=dry_run,
        )
        if not reading.closes:
            raise AssertionError("rows = created + merged + unchanged + faulty + blank")
        if draft.changed and not dry_run:
            with self._store.change(
                Deed.REGISTER_READ, tables[0].table.sha256[:16], rows=reading.rows, created=reading.created,
                merged=reading.merged, faults=reading.faulty, consents=reading.consents, as_of=day.isoformat(),
            ) as writing:  # fmt: skip
                writing.persons.add_all(draft.people[id_] for id_ in draft.fresh)
                writing.persons.replace_all(draft.people[id_] for id_ in draft.altered if id_ not in draft.fresh)
                writing.benefits.add_all(draft.benefits_added.values())
                writing.benefits.replace_all(draft.benefits_altered.values())
                writing.devices.add_all(draft.devices_added.values())
                writing.devices.replace_all(draft.devices_altered.values())
                writing.facts.add_all(draft.facts_added)
                writing.supporters.add_all(draft.supporters_added)
                writing.contacts.add_all(draft.contacts_added)
                for place in draft.places_put.values():
                    writing.places.put(place)
                writing.consents.add_all(draft.consents_added)
        return reading

    def _consent_columns(self, office: Office) -> dict[str, list[str]]:
        """Header words of consent columns that name a municipality of the office, and of it as a 提供先."""
        endings = say("registers.consent_endings").split()
        return {
            CONSENT_TO + code: [self._municipalities.name_of(code) + ending for ending in endings]
            for code in office.municipalities
        }


CREATED, MERGED, UNCHANGED, FAULTY, BLANK = "created", "merged", "unchanged", "faulty", "blank"


class _Draft:
    """The registry as it would stand after the list: each row sees what the ones before it brought."""

    def __init__(
        self, shelves: Shelves, office: Office, clock: Clock, ids: Ids, persons: Persons,
        municipalities: Municipalities, alike: Similarity, day: date, staff_id: str,
    ) -> None:  # fmt: skip
        self._office = office
        self._today = clock.today()
        self._moment: datetime = clock.now()
        self._ids = ids
        self._persons = persons
        self._municipalities = municipalities
        self._alike = alike
        self._day = day
        self._staff_id = staff_id
        self._last = shelves.last_registry_no()
        self.people = {
            p.id: p for p in shelves.persons.all() if p.end_reason not in (EndReason.MERGED, EndReason.MISTAKE)
        }
        self._benefits = _by_person(shelves.benefits.all())
        self._devices = _by_person(shelves.devices.all())
        self._facts = {id_: standing_facts(some) for id_, some in _by_person(shelves.facts.all()).items()}
        self._supporters = _by_person(shelves.supporters.all())
        self._contacts = _by_person(shelves.contacts.all())
        self._consents = _by_person(shelves.consents.all())
        self._places = {p.person_id: p for p in shelves.places.all()}
        self._index = Index(features_of_person(p, self._benefits[p.id]) for p in self.people.values())
        self.fresh: dict[str, None] = {}
        self.altered: dict[str, None] = {}
        self.spoken_of: set[str] = set()
        self.benefits_added: dict[str, Benefit] = {}
        self.benefits_altered: dict[str, Benefit] = {}
        self.devices_added: dict[str, Device] = {}
        self.devices_altered: dict[str, Device] = {}
        self.facts_added: list[Fact] = []
        self.supporters_added: list[Supporter] = []
        self.contacts_added: list[Contact] = []
        self.places_put: dict[str, Place] = {}
        self.consents_added: list[Consent] = []
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self._dashes: dict[str, tuple[MappedRow, int]] = {}
        self._row: MappedRow

    @property
    def _writes(self) -> int:
        return (
            len(self.fresh) + len(self.altered) + len(self.benefits_added) + len(self.benefits_altered)
            + len(self.devices_added) + len(self.devices_altered) + len(self.facts_added) + len(self.supporters_added)
            + len(self.contacts_added) + len(self.places_put) + len(self.consents_added)
        )  # fmt: skip

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self._writes > 0

    # ---- one row ----------------------------------------------------------------------------------------------

    def take(self, row: MappedRow, about: str, *, struck: bool) -> str:
        """One row: what became of it."""
        self._row = row
        if row.blank:
            return BLANK
        if struck and "name" in row.cells:
            return self._fault("name", "register_struck")
        read = read_row(row, self._today, municipality=about)
        if not isinstance(read, RegisterRow):
            self.faults.append(read[0])
            self.warnings.extend(read[1:])
            return FAULTY
        incoming = read.incoming
        person, code = self._match(incoming)
        if code:
            return self._fault("name", code)
        self.warnings.extend(read.warnings)
        for key in read.dashes:
            seen = self._dashes.get(key)
            self._dashes[key] = (seen[0], seen[1] + 1) if seen else (row, 1)
        day = min(read.as_of or self._day, self._today)
        if person is None:
            made = self._create(read, day)
            self._add(made, read, day)
            self.spoken_of.add(made.id)
            self._look_at(made)
            return CREATED
        before, people = self._writes, dict(self.altered)
        self.altered = {}
        self._fill(person, read, day)
        self._add(self.people[person.id], read, day)
        touched = bool(self.altered) or self._writes != before - len(people)
        self.altered = {**people, **self.altered}
        self.spoken_of.add(person.id)
        return MERGED if touched else UNCHANGED

    def _fault(self, key: str, code: str) -> str:
        self.faults.append(
            Fault(self._row.file, self._row.sheet, self._row.number, self._row.column(key), code)
        )
        return FAULTY

    def _warn(self, key: str, code: str) -> None:
        self.warnings.append(
            Fault(self._row.file, self._row.sheet, self._row.number, self._row.column(key), code, True)
        )

    def tell_dashes(self, table: RegisterTable) -> None:
        """One warning a column for all its －."""
        for key, (row, count) in self._dashes.items():
            self.warnings.append(
                Fault(row.file, row.sheet, row.number, row.column(key), "register_dash", True, {"count": count})
            )
        self._dashes = {}

    # ---- who it is --------------------------------------------------------------------------------------------

    def _match(self, incoming: Incoming) -> tuple[Person | None, str]:
        """(the known person, "") or (None, "") for somebody new, or (None, the fault's code)."""
        row = features_of_row("", incoming)
        proposal = propose(row, self._index, self._alike)
        if proposal.verdict is Verdict.NEW:
            return None, ""
        person = self.people[proposal.ref]
        same = [self.people[f.ref] for f in self._index.near(row) if self._says_the_same(self.people[f.ref], incoming)]
        if proposal.verdict is Verdict.CERTAIN or same == [person]:
            if person.state is not PersonState.ACTIVE:
                return None, "register_was_ended"
            return person, ""
        if self._is_sibling(person, incoming):
            self._warn("name", "register_resembles")
            return None, ""
        return None, "register_row_twice" if person.id in self.fresh else "register_doubtful"

    def _says_the_same(self, person: Person, incoming: Incoming) -> bool:
        """Whether all that a row says about who it is stands with this person already: the same row once more."""
        said = features_of_row("", incoming)
        known = features_of_person(person, self._benefits[person.id])
        return (
            said.name == known.name
            and (not said.kana or said.kana == known.kana)
            and said.birth_on == known.birth_on
            and (not said.address or said.address == known.address)
            and said.numbers <= known.numbers
            and said.phones <= known.phones
            and (said.birth_on is not None or bool(said.numbers))
        )

    def _is_sibling(self, person: Person, incoming: Incoming) -> bool:
        """Two rows of one list that give other names and other 受給者番号 are two people (twins), however alike."""
        if person.id not in self.fresh or not incoming.beneficiary_no:
            return False
        known = {b.beneficiary_no for b in self._benefits[person.id] if b.beneficiary_no}
        return bool(known) and incoming.beneficiary_no not in known and (
            fold_name(person.name) != fold_name(incoming.name)
        )

    # ---- somebody new -----------------------------------------------------------------------------------------

    def _create(self, read: RegisterRow, day: date) -> Person:
        number = next_registry_no(self._last)
        self._last += 1
        person = newcomer(self._ids(), number, read.incoming, day)
        person = self._persons.prepare(
            replace(
                person,
                source=EvidenceSource.MIGRATED,
                care_setting_source=EvidenceSource.MIGRATED if person.care_setting_on else None,
                name_alt=read.name_alt,
                map_declined=read.map_declined,
                note=_note(read),
            )
        )
        self.people[person.id] = person
        self.fresh[person.id] = None
        incoming = read.incoming
        if incoming.beneficiary_no or incoming.disease_name or incoming.scheme is not Scheme.OTHER:
            self._add_benefit(person.id, incoming, day)
        self._index.add(features_of_person(person, self._benefits[person.id]))
        return person

    def _look_at(self, person: Person) -> None:
        """What staff should see of somebody new before they count."""
        if device_group(self._devices[person.id]) not in COUNTED:
            self._warn("ventilator_use", "register_no_device")
        if not person.address:
            self._warn("address_registered", "register_no_address")
        elif not person.municipality:
            self._warn("address_registered", "register_no_municipality")

    # ---- somebody known ---------------------------------------------------------------------------------------

    def _fill(self, person: Person, read: RegisterRow, day: date) -> None:
        """Puts what the row says where nothing stands yet; what differs is kept as it is, and said."""
        incoming = read.incoming
        fresh = person.id in self.fresh
        for change in differences(person, self._benefits[person.id], incoming):
            if change.field in person.__slots__ and not _blank(change.before):
                self._warn(change.field, "register_kept")
        new: dict[str, object] = {
            name: getattr(incoming, name)
            for name in (*_TEXTS, "birth_on", "sex")
            if _blank(getattr(person, name)) and not _blank(getattr(incoming, name))
        }
        if _blank(person.care_setting) and not _blank(incoming.care_setting):
            new |= {
                "care_setting": incoming.care_setting, "care_setting_on": day,
                "care_setting_source": EvidenceSource.MIGRATED,
            }  # fmt: skip
        if read.name_alt and not person.name_alt:
            new["name_alt"] = read.name_alt
        note = _note(read)
        if note and (not person.note or (fresh and note not in person.note)):
            new["note"] = "\n".join(text for text in (person.note, note) if text)
        if new:
            filled = self._persons.prepare(replace(person, **new))  # type: ignore[arg-type]
            self.people[person.id] = filled
            self.altered[person.id] = None
        self._fill_benefit(person.id, incoming, day, fresh)

    def _fill_benefit(self, person_id: str, incoming: Incoming, day: date, fresh: bool) -> None:
        known = self._benefits[person_id]
        same = next(
            (b for b in known if (b.payer_no, b.beneficiary_no) == (incoming.payer_no, incoming.beneficiary_no)), None
        )
        if same is None and not incoming.beneficiary_no and len(known) == 1:
            same = known[0]
        if same is not None:
            more = {
                name: getattr(incoming, name)
                for name in _BENEFIT_BLANKS
                if _blank(getattr(same, name)) and not _blank(getattr(incoming, name))
            }
            if more:
                filled = replace(same, **more)
                known[known.index(same)] = filled
                added = same.id in self.benefits_added
                (self.benefits_added if added else self.benefits_altered)[same.id] = filled
                self.altered[person_id] = None
        elif incoming.beneficiary_no and (fresh or all(b.scheme is not incoming.scheme for b in known)):
            self._add_benefit(person_id, incoming, day)
        elif incoming.beneficiary_no:
            self._warn("beneficiary_no", "register_kept")
        elif not known and incoming.disease_name:
            self._add_benefit(person_id, incoming, day)

    def _add_benefit(self, person_id: str, incoming: Incoming, day: date) -> None:
        benefit = replace(benefit_of(self._ids(), person_id, incoming, day), source=EvidenceSource.MIGRATED)
        self._benefits[person_id].append(benefit)
        self.benefits_added[benefit.id] = benefit

    # ---- what belongs to a person -----------------------------------------------------------------------------

    def _add(self, person: Person, read: RegisterRow, day: date) -> None:
        self._add_devices(person.id, read, day)
        self._add_facts(person.id, read, day)
        self._add_supporters(person.id, read, day)
        self._add_contacts(person.id, read.contacts, day)
        self._add_pin(person, read)
        for mark in read.consents:
            self._add_consent(person, read, mark)

    def _add_devices(self, person_id: str, read: RegisterRow, day: date) -> None:
        named = {kind: (model, supplier) for kind, model, supplier in read.suppliers}
        for one in read.incoming.evidence:
            model, supplier = named.get(one.kind, ("", ""))
            known = self._devices[person_id]
            alike = [
                d for d in known if d.kind is one.kind or (one.kind in OXYGEN_KINDS and d.kind in OXYGEN_KINDS)
            ]
            if not alike or (person_id in self.fresh and all(d.kind is not one.kind for d in alike)):
                device = Device(
                    self._ids(), person_id, one.kind, one.use_status, model=model, supplier=supplier,
                    source=EvidenceSource.MIGRATED, as_of=day,
                )  # fmt: skip
                known.append(device)
                self.devices_added[device.id] = device
                continue
            device = next((d for d in alike if d.kind is one.kind), alike[0])
            filled = replace(device, model=device.model or model, supplier=device.supplier or supplier)
            if device.use_status is UseStatus.UNKNOWN and one.use_status in LIVING:
                filled = replace(filled, use_status=one.use_status, source=EvidenceSource.MIGRATED, as_of=day)
            if filled != device:
                known[known.index(device)] = filled
                added = device.id in self.devices_added
                (self.devices_added if added else self.devices_altered)[device.id] = filled
                self.altered[person_id] = None

    def _add_facts(self, person_id: str, read: RegisterRow, day: date) -> None:
        standing = self._facts.setdefault(person_id, {})
        said = [(k, v) for one in read.incoming.evidence for k, v in one.facts if k in fields.BY_KEY]
        held = {field for (_, field), fact in standing.items() if fact.value}
        for key, value in (*said, *read.facts):
            if key in held:
                continue
            text = fields.canonical(fields.BY_KEY[key], value)
            fact = Fact(self._ids(), person_id, key, text, EvidenceSource.MIGRATED, day, self._moment)
            standing["", key] = fact
            held.add(key)
            self.facts_added.append(fact)

    def _add_supporters(self, person_id: str, read: RegisterRow, day: date) -> None:
        known = self._supporters[person_id]
        suppliers = [supplier for _, _, supplier in read.suppliers if supplier]
        for one in read.supporters:
            if one.role in (SupporterRole.DEVICE_SUPPLIER, SupporterRole.OXYGEN_SUPPLIER) and not one.organisation:
                one = Support(one.role, suppliers[0] if suppliers else "", one.name, one.phone)
            alike = [s for s in known if s.role is one.role]
            if person_id in self.fresh:
                alike = [s for s in alike if (s.organisation, s.name) == (one.organisation, one.name)]
            if alike:
                continue
            supporter = Supporter(
                self._ids(), person_id, one.role, one.organisation, one.name, one.phone,
                source=EvidenceSource.MIGRATED, as_of=day,
            )  # fmt: skip
            known.append(supporter)
            self.supporters_added.append(supporter)

    def _add_contacts(self, person_id: str, kin: Iterable[Kin], day: date) -> None:
        known = self._contacts[person_id]
        if known and person_id not in self.fresh:
            return
        for one in kin:
            if any((c.name, c.phone) == (one.name, one.phone) for c in known):
                continue
            contact = Contact(
                self._ids(), person_id, len(known) + 1, one.name, one.relation, one.phone,
                source=EvidenceSource.MIGRATED, as_of=day,
            )  # fmt: skip
            known.append(contact)
            self.contacts_added.append(contact)

    def _add_pin(self, person: Person, read: RegisterRow) -> None:
        if read.pin is None:
            return
        if not person.address:
            self._warn("lat", "register_pin_without_address")
            return
        said = fold_name(read.incoming.address_actual or read.incoming.address_registered)
        held = fold_name(person.address)
        if not (said.endswith(held) or held.endswith(said)):  # 埼玉県 in front makes no other home
            self._warn("lat", "register_pin_other_address")
            return
        old = self._places.get(person.id)
        if old is not None and old.pinned and old.address == person.address:
            return
        place = Place(
            person_id=person.id, address=person.address, level=PlaceLevel.BUILDING, lat=read.pin[0], lon=read.pin[1],
            source=AddressSource.MANUAL.value, pinned=True, located_at=self._moment, staff_id=self._staff_id,
        )  # fmt: skip
        self._places[person.id] = place
        self.places_put[person.id] = place

    # ---- consents ---------------------------------------------------------------------------------------------

    def _add_consent(self, person: Person, read: RegisterRow, mark: ConsentMark) -> None:
        """A consent is written only where the list says to whom, for what and when; else it stays 未確認."""
        try:
            section, recipient = self._recipient(person, read, mark)
            decision = mark.decision or ConsentDecision.UNKNOWN
            if decision is ConsentDecision.REFUSED and not read.texts["purpose"]:
                purposes = tuple(Purpose)  # who says no without naming a purpose is asked for none
            else:
                purposes = parse_purposes(read.texts["purpose"])
            scope = parse_scope(read.texts["scope"])
            giver = parse_giver(read.texts["giver"])
            method = parse_method(read.texts["method"])
        except Unreadable as unreadable:
            self._warn(*_WHY.get(unreadable.code, (mark.key, "register_consent_unreadable")))
            return
        day = mark.on or read.consented_on
        if day is None:
            self._warn(mark.key, "register_consent_no_date")
            return
        if (
            day > self._today
            or (read.withdrawn_on is not None and read.withdrawn_on < day)
            or (read.expires_on is not None and read.expires_on < day)
            or (person.birth_on is not None and day < person.birth_on)
        ):
            self._warn("consented_on", "register_consent_bad_day")
            return
        if scope.warning:
            self._warn("scope", scope.warning)
        draft = Consent(
            id="", person_id=person.id, recipient=recipient, section=section, purpose=purposes[0], decision=decision,
            consented_on=day, entered_at=self._moment, scope=scope.groups, given_by=giver.given_by,
            giver_name=read.texts["giver_name"] or giver.name, relation=read.texts["relation"] or giver.relation,
            giver_reason=read.texts["giver_reason"] or giver.reason, method=method, expires_on=read.expires_on,
            withdrawn_on=read.withdrawn_on if decision is ConsentDecision.GIVEN else None,
            evidence=read.texts["evidence"], explained_by=read.texts["explained_by"], source=EvidenceSource.MIGRATED,
        )  # fmt: skip
        known = self._consents[person.id]
        added = False
        for purpose in purposes:
            one = replace(draft, purpose=purpose)
            if any(same_content(one, old) for old in known):
                continue
            if standing_row(known, recipient=recipient, section=section, purpose=purpose, day=self._today) is not None:
                self._warn(mark.key, "register_consent_known")
                continue
            self._moment += timedelta(microseconds=1)
            row = replace(one, id=self._ids(), entered_at=self._moment)
            known.append(row)
            self.consents_added.append(row)
            added = True
        if added and decision is ConsentDecision.GIVEN and person.birth_on is not None:
            too_young = age_on(person.birth_on, day) < AGE_OF_OWN_CONSENT
            if too_young and giver.given_by is not ConsentGiver.GUARDIAN:
                self._warn("giver", "giver_under_15")

    def _recipient(self, person: Person, read: RegisterRow, mark: ConsentMark) -> tuple[RecipientSection, str]:
        if mark.key in SECTION_COLUMNS:
            return SECTION_COLUMNS[mark.key], label(SECTION_COLUMNS[mark.key])
        section = parse_section(read.texts["section"])
        if mark.key.startswith(CONSENT_TO):
            return section, mark.key.removeprefix(CONSENT_TO)
        if mark.key == "consent_municipality":
            code = provision_municipality(person, self._office.municipalities)
            if not code:
                raise Unreadable("no_municipality")
            return section, code
        recipient = resolve_recipient(
            read.texts["recipient"], section, self._office.municipalities, self._municipalities
        )
        return section, recipient


_WHY: dict[str, tuple[str, str]] = {
    "recipient_missing": ("consent", "register_consent_no_recipient"),
    "recipient_unknown": ("recipient", "register_consent_no_recipient"),
    "no_municipality": ("consent_municipality", "register_consent_no_municipality"),
    "purpose_missing": ("purpose", "register_consent_no_purpose"),
    "purpose_unknown": ("purpose", "register_consent_no_purpose"),
}
"""Why a consent stays 未確認: the column to look at, and the warning."""


_BLANKS = ("", None, Sex.OTHER, CareSetting.UNKNOWN)


def _blank(value: object) -> bool:
    return value in _BLANKS


def _note(read: RegisterRow) -> str:
    """備考 with the number the old list knew the person by: the registry gives a 管理番号 of its own."""
    old = say("registers.old_number", number=read.old_number) if read.old_number else ""
    return "\n".join(text for text in (old, read.note) if text)


class _Owned(Protocol):
    @property
    def person_id(self) -> str: ...


_T = TypeVar("_T", bound=_Owned)


def _by_person(values: Iterable[_T]) -> defaultdict[str, list[_T]]:
    found: defaultdict[str, list[_T]] = defaultdict(list)
    for value in values:
        found[value.person_id].append(value)
    return found
