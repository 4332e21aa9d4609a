"""庁内用リスト: the centre's own list, from the frozen edition of a round or from the register as it stands today."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    DeviceKind,
    ListGrouping,
    PaperKind,
    PersonState,
    Purpose,
    RecipientSection,
    RoundState,
    Standing,
    SupporterRole,
    UnmappedReason,
    UseStatus,
)
from hoken_desktop.domain.consents import Consent, standing
from hoken_desktop.domain.dates import age_on, format_wareki
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.municipalities import Municipality
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.organisations import NOBODY, Directory
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
from hoken_desktop.services import list_papers
from hoken_desktop.services.consents import FOREMOST
from hoken_desktop.services.organisations import phone_words
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Shelves, Store
from hoken_desktop.services.printing import NUMBERS, PDF, XLSX, Job, Printed, Printing, check_ending
from hoken_desktop.words import label, say


class Municipalities(Protocol):
    """The master of 市区町村."""

    def find(self, raw: str, within: tuple[str, ...] = ()) -> Municipality | None: ...
    def name_of(self, code: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Which list: of a frozen round (`as_of`), of today's register (`live`), by default of the newest frozen round.

    `by` makes the parts; the others keep only the people of a municipality (code or name), a district, a supplier or
    a 訪問看護 (part of its name).
    """

    as_of: date | None = None
    live: bool = False
    by: ListGrouping = ListGrouping.MUNICIPALITY
    municipality: str = ""
    district: str = ""
    supplier: str = ""
    nurse: str = ""


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A list that left for a file or a printer. `people` are those who count; `apart` (機器未確認 and the like) stand
    on it too, each once; `entries` are its lines."""

    printed: Printed
    as_of: date
    edition: int
    people: int
    apart: int
    entries: int


class Lists:
    """Makes the 庁内用リスト of one registry."""

    def __init__(
        self, store: Store, clock: Clock, printing: Printing, municipalities: Municipalities,
        directory: Callable[[], Directory] = lambda: NOBODY,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._printing = printing
        self._municipalities = municipalities
        self._directory = directory

    def paper(self, choice: Choice | None = None) -> RegisterListPaper:
        """The list as a value.

        An edition prints its own names, addresses and devices; consents, emergency contacts, 訪問看護, districts and
        what has happened to a person since are always today's, and the paper says so. Refuses unknown and open
        rounds, a municipality that is not the office's, and a choice that nobody fits.
        """
        return self._assemble(choice or Choice())[0]

    def write(self, out: Path, choice: Choice | None = None) -> WrittenList:
        """Writes the list as PDF or xlsx (by the ending of `out`) under a generated password, and records that.

        Refuses what `paper` refuses, another ending, and a file that exists already.
        """
        ending = check_ending(out, PDF, XLSX)
        chosen = choice or Choice()
        paper, edition = self._assemble(chosen)
        job = _job(paper, edition, chosen)
        printed = (
            self._printing.save(job, out, lambda copy: list_papers.lay_out(paper, copy))
            if ending == PDF
            else self._printing.save_workbook(job, out, lambda copy: list_papers.register_list_workbook(paper, copy))
        )
        return _written(printed, paper, edition)

    def print_on(self, printer: Printer, choice: Choice | None = None) -> WrittenList:
        """Prints the list on a real printer, and records that."""
        chosen = choice or Choice()
        paper, edition = self._assemble(chosen)
        job = _job(paper, edition, chosen)
        printed = self._printing.press(job, printer, lambda copy: list_papers.lay_out(paper, copy))
        return _written(printed, paper, edition)

    # ---- putting it together ----------------------------------------------------------------------------------

    def _assemble(self, choice: Choice) -> tuple[RegisterListPaper, int]:
        today = self._clock.today()
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
            wanted = self._wanted(choice.municipality, office)
            round_ = None if choice.live else _frozen(shelves, choice.as_of)
            known = _Today(shelves, office, today, self._municipalities.name_of)
            if round_ is None:
                day = today
                rows = [self._live_row(known, person, day) for person in known.people() if person.id in known.counted]
            else:
                day = round_.as_of
                snapshot = shelves.snapshot_rows.all(round_id=round_.id, edition=round_.edition)
                rows = [self._frozen_row(known, row, day) for row in snapshot if row.group is not DeviceGroup.NONE]
        ours = [self._municipalities.name_of(code) for code in ((wanted,) if wanted else office.municipalities)]
        if wanted:
            rows = [row for row in rows if row.municipality in ours]
        for grouping, text in _filters(choice):
            rows = _only(rows, grouping, text, known.people_named)
        paper = RegisterListPaper(
            office=office.name,
            as_of=day,
            edition=say("lists.edition", edition=round_.edition) if round_ else say("lists.live"),
            printed_on=today,
            groups=tuple(ours) if choice.by is ListGrouping.MUNICIPALITY else (),
            rows=tuple(rows),
            remark=say("lists.remark_live" if round_ is None else "lists.remark", day=format_wareki(today)),
            by=choice.by,
            chosen=_chosen(choice, ours if wanted else []),
        )
        parted = grouped(paper, choice, [*ours, say("offices.outside")])
        return replace(parted, phones=self._phones(parted)), round_.edition if round_ else 0

    def _phones(self, paper: RegisterListPaper) -> dict[str, str]:
        """The number to call of each part that is an office the master knows."""
        if paper.by not in (ListGrouping.SUPPLIER, ListGrouping.NURSE):
            return {}
        known = self._directory()
        found = {part: phone_words(known.of("", part), paper.printed_on) for part in paper.groups}
        return {part: phone for part, phone in found.items() if phone}

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
            supplier=known.suppliers(person.id),
            consent=known.consent(person.id, code),
            place=label(place.level) if place and reason is None else _unmapped(reason),
            care_setting=label(person.care_setting),
            contact=known.contact(person.id),
            nurse=known.nurses(person.id),
            district=known.district(person, place),
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
            supplier=known.suppliers(row.person_id)
            or _lines(*(supplier for _, use, supplier in devices if use is not UseStatus.ENDED)),
            consent=known.consent(row.person_id, row.municipality),
            place=say("lists.mapped") if row.mapped else _unmapped(row.unmapped_reason),
            care_setting=_lines(label(row.care_setting), known.since(row)),
            contact=known.contact(row.person_id),
            nurse=known.nurses(row.person_id),
            district=known.district_of(row.person_id),
        )


class _Today:
    """What is known today of everyone the list may name."""

    def __init__(self, shelves: Shelves, office: Office, today: date, name_of: Callable[[str], str]) -> None:
        self.office = office
        self._name_of = name_of
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
        for fact in shelves.facts.all(field=["interface", "flow_rest", "district"]):
            facts[fact.person_id].append(fact)
        self._facts = {id_: standing_facts(some) for id_, some in facts.items()}
        self._nurses: defaultdict[str, list[str]] = defaultdict(list)
        self._suppliers: defaultdict[str, list[str]] = defaultdict(list)
        self.people_named: set[str] = set()
        for supporter in shelves.supporters.all(role=[SupporterRole.VISITING_NURSE, *_SUPPLIERS]):
            found = self._suppliers if supporter.role in _SUPPLIERS else self._nurses
            if not supporter.organisation:
                self.people_named.add(supporter.name)
            found[supporter.person_id].append(supporter.organisation or supporter.name)
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

    def suppliers(self, person_id: str) -> str:
        """The 業者 of a person's devices and among their supporters, one a line."""
        of_devices = [d.supplier for d in self.devices[person_id] if d.use_status is not UseStatus.ENDED]
        return _lines(*of_devices, *self._suppliers[person_id])

    def nurses(self, person_id: str) -> str:
        """The 訪問看護 of a person, one a line."""
        return _lines(*self._nurses[person_id])

    def district_of(self, person_id: str) -> str:
        """The district a person lives in today; "" for somebody who is gone."""
        person = self.by_id.get(person_id)
        return self.district(person, self.places.get(person_id)) if person else ""

    def district(self, person: Person, place: Place | None) -> str:
        """地区: what the staff entered, else the 大字・町丁目 that the address data recognised, else ""."""
        fact = self._facts.get(person.id, {}).get(("", "district"))
        if fact is not None and fact.value.strip():
            return fact.value.strip()
        if place is None or place.address != person.address or not person.municipality:
            return ""
        _, found, town = place.matched.partition(self._name_of(person.municipality))
        return _HOUSE_NUMBERS.sub("", town) if found else ""

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


_SUPPLIERS = (SupporterRole.DEVICE_SUPPLIER, SupporterRole.OXYGEN_SUPPLIER)
_HOUSE_NUMBERS = re.compile(r"[0-9][0-9-]*$")

_SHORT = {
    Purpose.ROSTER: "lists.roster",
    Purpose.EVACUATION_PLAN: "lists.evacuation_plan",
    Purpose.SAFETY_CHECK: "lists.safety_check",
    Purpose.POWER_CUT: "lists.power_cut",
    Purpose.DRILL: "lists.drill",
}
"""The purposes in words short enough for a column."""


# ---- parts and choices ----------------------------------------------------------------------------------------


def grouped(paper: RegisterListPaper, choice: Choice, municipalities: Sequence[str]) -> RegisterListPaper:
    """The paper with its parts in order: municipalities as the office names them, districts under theirs, names."""
    if paper.by is ListGrouping.MUNICIPALITY:
        return paper
    place = {name: at for at, name in enumerate(municipalities)}
    order: dict[str, tuple[int, int, str]] = {}
    rows = []
    for row in paper.rows:
        values = [v for v in _values(row, paper.by) if not _filter_of(choice, paper.by) or _fits(v, choice, paper.by)]
        named = values or [say("lists.none_of", by=label(paper.by))]
        if paper.by is ListGrouping.DISTRICT:
            named = [say("lists.district", municipality=row.municipality, district=name) for name in named]
            at = place.get(row.municipality, len(place))
        else:
            at = 0
        for name in named:
            order[name] = (at, not values, name)
        rows.append(replace(row, groups=tuple(dict.fromkeys(named))))
    return replace(paper, rows=tuple(rows), groups=tuple(sorted(order, key=lambda name: order[name])))


def _values(row: RegisterListRow, grouping: ListGrouping) -> list[str]:
    texts = {
        ListGrouping.MUNICIPALITY: row.municipality,
        ListGrouping.DISTRICT: row.district,
        ListGrouping.SUPPLIER: row.supplier,
        ListGrouping.NURSE: row.nurse,
    }
    return [text for text in texts[grouping].splitlines() if text.strip()]


def _filters(choice: Choice) -> list[tuple[ListGrouping, str]]:
    every = (ListGrouping.DISTRICT, ListGrouping.SUPPLIER, ListGrouping.NURSE)
    return [(grouping, text) for grouping in every if (text := _filter_of(choice, grouping))]


def _filter_of(choice: Choice, grouping: ListGrouping) -> str:
    return {
        ListGrouping.DISTRICT: choice.district,
        ListGrouping.SUPPLIER: choice.supplier,
        ListGrouping.NURSE: choice.nurse,
    }.get(grouping, "").strip()


def _fits(value: str, choice: Choice, grouping: ListGrouping) -> bool:
    return _folded(_filter_of(choice, grouping)) in _folded(value)


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def _only(
    rows: list[RegisterListRow], grouping: ListGrouping, text: str, unsaid: Collection[str]
) -> list[RegisterListRow]:
    """The rows that a filter keeps; refuses one that nobody fits, naming the bodies and places there are.

    `unsaid` are names of people who stand where a body's name is missing: they are in no message.
    """
    wanted = _folded(text)
    kept = [row for row in rows if any(wanted in _folded(value) for value in _values(row, grouping))]
    if not kept:
        known = sorted({value for row in rows for value in _values(row, grouping)} - set(unsaid))
        allowed = say("lists.comma").join(known[:_NAMED]) or say("lists.none_of", by=label(grouping))
        raise Refusal("lists.nobody", by=label(grouping), allowed=allowed)
    return kept


_NAMED = 12


def _chosen(choice: Choice, municipalities: Sequence[str]) -> str:
    named = [*municipalities, *(say("lists.chosen", by=label(by), text=text) for by, text in _filters(choice))]
    return say("lists.only", chosen=say("lists.comma").join(named)) if named else ""


def _job(paper: RegisterListPaper, edition: int, choice: Choice) -> Job:
    chosen = [grouping.value for grouping, _ in _filters(choice)]
    return Job(
        PaperKind.REGISTER_LIST, PaperKind.REGISTER_LIST.value,
        {
            "as_of": paper.as_of.isoformat(), "edition": edition, "people": len(paper.rows), "entries": paper.entries,
            "by": paper.by.value, "chosen": [*(["municipality"] if choice.municipality else []), *chosen],
            NUMBERS: [row.registry_no for row in paper.rows],
        },
    )  # fmt: skip


def _written(printed: Printed, paper: RegisterListPaper, edition: int) -> WrittenList:
    people = sum(row.group in COUNTED for row in paper.rows)
    return WrittenList(printed, paper.as_of, edition, people, len(paper.rows) - people, paper.entries)


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
