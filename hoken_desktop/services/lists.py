"""庁内用リスト: the centre's own list, from the frozen edition of a round or from the register as it stands today."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from hoken_desktop.domain import passwords
from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    DeviceKind,
    PersonState,
    Purpose,
    RecipientSection,
    RoundState,
    Standing,
    UnmappedReason,
    UseStatus,
)
from hoken_desktop.domain.consents import Consent, standing
from hoken_desktop.domain.dates import age_on, format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.municipalities import Municipality
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.papers import RegisterListPaper, RegisterListRow
from hoken_desktop.domain.persons import (
    OXYGEN_KINDS,
    Contact,
    Device,
    Fact,
    Person,
    device_group,
    provision_municipality,
    standing_facts,
)
from hoken_desktop.domain.places import Place, unmapped_reason
from hoken_desktop.domain.rounds import Round, SnapshotRow
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.domain.workbooks import Workbook
from hoken_desktop.services import papers
from hoken_desktop.services.consents import FOREMOST
from hoken_desktop.services.ports import Clock, Shelves, Store
from hoken_desktop.words import label, say

PDF, XLSX = ".pdf", ".xlsx"


class Files(Protocol):
    """Files under a password, whole or not at all (adapters/sealed_sheets.py)."""

    def seal(self, workbook: Workbook, password: str, *, replace_unwritable: bool = False) -> bytes: ...
    def write_file(self, folder: Path, name: str, data: bytes) -> Any: ...


class PdfFiles(Protocol):
    """PDFs under a password (adapters/sealed_pdfs.py)."""

    def seal_pdf(self, pdf: bytes, password: str) -> bytes: ...
    def count_pages(self, pdf: bytes, password: str | None = None) -> int: ...


class Municipalities(Protocol):
    """The master of 市区町村."""

    def find(self, raw: str, within: tuple[str, ...] = ()) -> Municipality | None: ...
    def name_of(self, code: str) -> str: ...


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A list that left for a file. `people` are those who count; `apart` (機器未確認 and the like) stand on it too.

    `pages` is None for a workbook: Excel makes its pages when it prints. The password is shown once, kept nowhere.
    """

    file: Path
    as_of: date
    edition: int
    people: int
    apart: int
    pages: int | None
    sha256: str
    password: str = field(repr=False)


class Lists:
    """Makes the 庁内用リスト of one registry. Printing a PDF needs the main thread."""

    def __init__(
        self, store: Store, clock: Clock, files: Files, pdfs: PdfFiles, municipalities: Municipalities,
        randbelow: Callable[[int], int], printer: Callable[[], papers.Printer],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._files = files
        self._pdfs = pdfs
        self._municipalities = municipalities
        self._randbelow = randbelow
        self._printer = printer

    def paper(self, *, as_of: date | None = None, live: bool = False, municipality: str = "") -> RegisterListPaper:
        """The list as a value. `as_of` names a frozen round, `live` today's register; by default the newest frozen
        round, or today's register where none is frozen yet. `municipality` is a code or a name of the office's.

        An edition prints its own names, addresses and devices; consents, emergency contacts and what has happened
        to a person since are always today's, and the paper says so. Refuses unknown and open rounds, a municipality
        that is not the office's.
        """
        return self._assemble(as_of, live, municipality)[0]

    def write(
        self, out: Path, *, as_of: date | None = None, live: bool = False, municipality: str = ""
    ) -> WrittenList:
        """Writes the list as PDF or xlsx (by the ending of `out`) under a generated password, and records that.

        Refuses what `paper` refuses, another ending, and a file that exists already.
        """
        kind = out.suffix.lower()
        if kind not in (PDF, XLSX):
            raise Refusal("lists.ending", file=out.name)
        paper, edition = self._assemble(as_of, live, municipality)
        password = passwords.generate(self._randbelow)
        pages = None
        if kind == PDF:
            sealed = self._pdfs.seal_pdf(papers.print_register_list(self._printer(), paper), password)
            pages = self._pdfs.count_pages(sealed, password)
        else:
            sealed = self._files.seal(papers.register_list_workbook(paper), password, replace_unwritable=True)
        people = sum(row.group in COUNTED for row in paper.rows)
        sha256 = hashlib.sha256(sealed).hexdigest()
        with self._store.change(
            Deed.PAPER_PRINTED, "register_list", as_of=paper.as_of.isoformat(), edition=edition,
            people=len(paper.rows), kind=kind[1:], sha256=sha256, municipality=municipality,
        ):  # fmt: skip
            try:
                out.parent.mkdir(parents=True, exist_ok=True)
            except OSError:
                raise Refusal("store.cannot_write", file=out.name) from None
            self._files.write_file(out.parent, out.name, sealed)
        return WrittenList(out, paper.as_of, edition, people, len(paper.rows) - people, pages, sha256, password)

    # ---- putting it together ----------------------------------------------------------------------------------

    def _assemble(self, as_of: date | None, live: bool, municipality: str) -> tuple[RegisterListPaper, int]:
        today = self._clock.today()
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
            wanted = self._wanted(municipality, office)
            round_ = None if live else _frozen(shelves, as_of)
            known = _Today(shelves, office, today)
            if round_ is None:
                day = today
                rows = [self._live_row(known, person, day) for person in known.people() if person.id in known.counted]
            else:
                day = round_.as_of
                snapshot = shelves.snapshot_rows.all(round_id=round_.id, edition=round_.edition)
                rows = [self._frozen_row(known, row, day) for row in snapshot if row.group is not DeviceGroup.NONE]
        if wanted:
            rows = [row for row in rows if row.municipality == self._municipalities.name_of(wanted)]
        codes = (wanted,) if wanted else office.municipalities
        paper = RegisterListPaper(
            office=office.name,
            as_of=day,
            edition=say("lists.edition", edition=round_.edition) if round_ else say("lists.live"),
            printed_on=today,
            municipalities=tuple(self._municipalities.name_of(code) for code in codes),
            rows=tuple(rows),
            remark=say("lists.remark_live" if round_ is None else "lists.remark", day=format_wareki(today)),
        )
        return paper, round_.edition if round_ else 0

    def _wanted(self, raw: str, office: Office) -> str:
        if not raw.strip():
            return ""
        found = self._municipalities.find(raw.strip(), office.municipalities)
        if found is None or found.code not in office.municipalities:
            allowed = say("lists.comma").join(self._municipalities.name_of(code) for code in office.municipalities)
            raise Refusal("lists.unknown_municipality", allowed=allowed)
        return found.code

    def _place_name(self, code: str) -> str:
        return self._municipalities.name_of(code) if code else say("offices.outside")

    def _live_row(self, known: _Today, person: Person, day: date) -> RegisterListRow:
        code = provision_municipality(person, known.office.municipalities)
        place = known.places.get(person.id)
        reason = unmapped_reason(person, place, known.office.municipalities)
        devices = known.devices[person.id]
        return RegisterListRow(
            registry_no=person.registry_no,
            municipality=self._place_name(code),
            group=device_group(devices),
            name=person.name,
            kana=person.name_kana,
            born_on=person.birth_on,
            age=age_on(person.birth_on, day) if person.birth_on else None,
            address=person.address,
            phone=_lines(person.phone_home, person.phone_mobile),
            devices=_lines(*(_device_text(d.kind, d.use_status, known.particulars(d)) for d in devices)),
            supplier=_lines(*(d.supplier for d in devices if d.use_status is not UseStatus.ENDED)),
            consent=known.consent(person.id, code),
            place=label(place.level) if place and reason is None else _unmapped(reason),
            care_setting=label(person.care_setting),
            contact=known.contact(person.id),
        )

    def _frozen_row(self, known: _Today, row: SnapshotRow, day: date) -> RegisterListRow:
        kept = row.payload
        born = date.fromisoformat(kept["birth_on"]) if kept.get("birth_on") else None
        devices = [(DeviceKind(kind), UseStatus(use), supplier) for kind, use, supplier in kept.get("devices", ())]
        return RegisterListRow(
            registry_no=row.registry_no,
            municipality=self._place_name(row.municipality),
            group=row.group,
            name=kept.get("name", ""),
            kana=kept.get("name_kana", ""),
            born_on=born,
            age=age_on(born, day) if born else None,
            address=kept.get("address", ""),
            phone=kept.get("phone", ""),
            devices=_lines(*(_device_text(kind, use) for kind, use, _ in devices)),
            supplier=_lines(*(supplier for _, use, supplier in devices if use is not UseStatus.ENDED)),
            consent=known.consent(row.person_id, row.municipality),
            place=say("lists.mapped") if row.mapped else _unmapped(row.unmapped_reason),
            care_setting=_lines(label(row.care_setting), known.since(row)),
            contact=known.contact(row.person_id),
        )


class _Today:
    """What is known today of everyone the list may name."""

    def __init__(self, shelves: Shelves, office: Office, today: date) -> None:
        self.office = office
        self.today = today
        self.by_id = {p.id: p for p in shelves.persons.all()}
        self.devices: defaultdict[str, list[Device]] = defaultdict(list)
        for device in shelves.devices.all():
            self.devices[device.person_id].append(device)
        self.places: dict[str, Place] = {p.person_id: p for p in shelves.places.all()}
        self._consents: defaultdict[str, list[Consent]] = defaultdict(list)
        for consent in shelves.consents.all(section=RecipientSection.HEALTH):
            self._consents[consent.person_id].append(consent)
        self._contacts: defaultdict[str, list[Contact]] = defaultdict(list)
        for contact in shelves.contacts.all():
            self._contacts[contact.person_id].append(contact)
        facts: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact in shelves.facts.all(field=["interface", "flow_rest"]):
            facts[fact.person_id].append(fact)
        self._facts = {id_: standing_facts(some) for id_, some in facts.items()}
        self.counted = frozenset(
            p.id for p in self.people() if device_group(self.devices[p.id]) is not DeviceGroup.NONE
        )

    def people(self) -> list[Person]:
        return [p for p in self.by_id.values() if p.state is PersonState.ACTIVE]

    def particulars(self, device: Device) -> str:
        """装着方法 of a ventilator, 流量 of oxygen, as known today; "" otherwise."""
        facts = self._facts.get(device.person_id, {})

        def value(name: str) -> str:
            fact = facts.get((device.id, name)) or facts.get(("", name))
            return fact.value if fact else ""

        if device.kind is DeviceKind.VENTILATOR and (code := value("interface")):
            return say(f"codes.ventilation_interface.{code}")
        if device.kind in OXYGEN_KINDS and (flow := value("flow_rest")):
            return say("fields.unit.litre_per_minute", value=flow)
        return ""

    def contact(self, person_id: str) -> str:
        """The emergency contact that is called first."""
        found = sorted(self._contacts[person_id], key=lambda c: c.rank)
        if not found:
            return ""
        first = found[0]
        who = say("lists.contact", name=first.name, relation=first.relation) if first.relation else first.name
        return " ".join(part for part in (who, first.phone) if part)

    def consent(self, person_id: str, recipient: str) -> str:
        """How the person stands today towards the municipality they would be provided to, and for what."""
        if not recipient:
            return say("lists.no_recipient")
        person = self.by_id.get(person_id)
        found = {
            purpose: standing(
                self._consents[person_id], recipient=recipient, section=RecipientSection.HEALTH, purpose=purpose,
                day=self.today, birth_on=person.birth_on if person else None,
                guardian_ends_at=self.office.guardian_ends_at,
            ).standing
            for purpose in Purpose
        }  # fmt: skip
        foremost = next(s for s in FOREMOST if s in found.values())
        if foremost is Standing.UNKNOWN:
            return label(foremost)
        purposes = say("lists.point").join(say(_SHORT[p]) for p, s in found.items() if s is foremost)
        return _lines(label(foremost), say("lists.purposes", purposes=purposes))

    def since(self, row: SnapshotRow) -> str:
        """What has happened since the edition, so that nobody rings a bereaved family."""
        person = self.by_id.get(row.person_id)
        if person is None:
            return ""
        if person.state is PersonState.ENDED and person.end_reason is not None:
            now = label(person.end_reason)
        elif person.care_setting is not row.care_setting and person.care_setting is not CareSetting.UNKNOWN:
            now = label(person.care_setting)
        else:
            return ""
        return say("lists.since", now=now)


_SHORT = {
    Purpose.ROSTER: "lists.roster",
    Purpose.EVACUATION_PLAN: "lists.evacuation_plan",
    Purpose.SAFETY_CHECK: "lists.safety_check",
    Purpose.POWER_CUT: "lists.power_cut",
    Purpose.DRILL: "lists.drill",
}
"""The purposes in words short enough for a column."""


def _lines(*texts: str) -> str:
    """The texts that say something, each once, one a line."""
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _device_text(kind: DeviceKind, use: UseStatus, particulars: str = "") -> str:
    if use is UseStatus.ENDED:
        return ""
    text = label(kind) if use is UseStatus.IN_USE else say("lists.device", kind=label(kind), use=label(use))
    return f"{text} {particulars}".strip()


def _unmapped(reason: UnmappedReason | None) -> str:
    return label(reason or UnmappedReason.NOT_SEARCHED)


def _frozen(shelves: Shelves, as_of: date | None) -> Round | None:
    """The round asked for, else the newest frozen one, else None (today's register)."""
    known: Iterable[Round] = sorted(shelves.rounds.all(), key=lambda r: r.as_of)
    if as_of is None:
        frozen = [r for r in known if r.state is RoundState.FROZEN]
        return frozen[-1] if frozen else None
    found = next((r for r in known if r.as_of == as_of), None)
    if found is None:
        raise Refusal("rounds.no_such", day=as_of.isoformat())
    if found.state is not RoundState.FROZEN:
        raise Refusal("lists.not_frozen", day=as_of.isoformat())
    return found
