"""個票: one person on one or two sheets of A4, with everything the register holds of them today."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.codes import PaperKind, RoundState
from hoken_desktop.domain.consents import age_on
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.organisations import NOBODY, Directory
from hoken_desktop.domain.papers import DossierPaper
from hoken_desktop.domain.persons import Person, standing_facts
from hoken_desktop.domain.replies import ReplyRow
from hoken_desktop.services.dossier_papers import lay_out
from hoken_desktop.services.dossier_parts import Known, parts
from hoken_desktop.services.papers import Laid, Printer
from hoken_desktop.services.ports import Clock, Shelves, Store
from hoken_desktop.services.printing import PDF, Job, Printed, Printing, check_ending
from hoken_desktop.words import label, say


class Municipalities(Protocol):
    """The master of 市区町村."""

    def name_of(self, code: str) -> str: ...


class Dossiers:
    """The 個票 of one registry. Saved ones are sealed; every one is numbered and recorded under its person."""

    def __init__(
        self, store: Store, clock: Clock, printing: Printing, municipalities: Municipalities,
        directory: Callable[[], Directory] = lambda: NOBODY, diseases: Callable[[], DiseaseIndex] = lambda: NOTHING,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._printing = printing
        self._municipalities = municipalities
        self._directory = directory
        self._diseases = diseases

    def find(self, number: str) -> str:
        """The id of the person with this 管理番号; refuses an unknown one."""
        wanted = number.strip().upper()
        with self._store.read() as shelves:
            found = shelves.persons.all(registry_no=wanted)
        if not found:
            raise Refusal("dossiers.unknown_number", number=wanted)
        return found[0].id

    def file_name(self, person_id: str) -> str:
        """A name for the file: the 管理番号, never a person's name."""
        return say("dossiers.file", number=self.known(person_id).person.registry_no)

    def known(self, person_id: str) -> Known:
        """All that the register holds of a person today; refuses an unknown one."""
        with self._store.read() as shelves:
            person = shelves.persons.get(person_id)
            if person is None:
                raise Refusal("persons.unknown")
            return self._known(shelves, person)

    def paper(self, person_id: str) -> DossierPaper:
        """The 個票 as a value; refuses an unknown person."""
        today = self._clock.today()
        known = self.known(person_id)
        person = known.person
        with self._store.read() as shelves:
            frozen = max(shelves.rounds.all(state=RoundState.FROZEN), key=lambda r: r.as_of, default=None)
        newest = (
            say("dossiers.frozen", day=format_wareki(frozen.as_of), edition=frozen.edition)
            if frozen
            else say("dossiers.never_frozen")
        )
        phones = [
            say(key, phone=phone)
            for key, phone in (
                ("dossiers.phone_home", person.phone_home), ("dossiers.phone_mobile", person.phone_mobile),
            )
            if phone
        ]  # fmt: skip
        return DossierPaper(
            office=known.office.name,
            edition=say("lists.live"),
            printed_on=today,
            registry_no=person.registry_no,
            group=known.group,
            name=person.name,
            kana=person.name_kana,
            born_on=person.birth_on,
            age=age_on(person.birth_on, today) if person.birth_on else None,
            sex=label(person.sex),
            address=person.address,
            phones="\n".join(phones),
            care_setting=label(person.care_setting),
            parts=parts(known),
            remark=say("dossiers.remark", day=format_wareki(today), frozen=newest),
        )

    def write(self, person_id: str, out: Path) -> Printed:
        """Writes the 個票 as a PDF under a password. Refuses an unknown person, another ending, an existing file."""
        check_ending(out, PDF)
        return self._printing.save(_job(person_id), out, self._lay(person_id))

    def print_on(self, person_id: str, printer: Printer) -> Printed:
        """Prints the 個票 on a real printer."""
        return self._printing.press(_job(person_id), printer, self._lay(person_id))

    def _lay(self, person_id: str) -> Callable[[int], Laid]:
        paper = self.paper(person_id)
        return lambda copy: lay_out([paper], copy)

    def _known(self, shelves: Shelves, person: Person) -> Known:
        office = shelves.offices.all()[0]
        id_ = person.id
        benefits = tuple(shelves.benefits.all(person_id=id_))
        unnamed = any(b.shoman_group or (b.disease_no and not b.disease_name) for b in benefits)
        consents = tuple(shelves.consents.all(person_id=id_))
        disclosures = _disclosures(shelves, id_)
        codes = {*office.municipalities, *(c.recipient for c in consents), *(d.municipality for d in disclosures)}
        return Known(
            person=person,
            office=office,
            day=self._clock.today(),
            names={code: self._municipalities.name_of(code) for code in {*codes, person.municipality} if code},
            benefits=benefits,
            devices=tuple(shelves.devices.all(person_id=id_)),
            facts=standing_facts(shelves.facts.all(person_id=id_)),
            supporters=tuple(shelves.supporters.all(person_id=id_)),
            contacts=tuple(shelves.contacts.all(person_id=id_)),
            place=shelves.places.get(id_),
            consents=consents,
            disclosures=disclosures,
            reply=_reply(shelves, id_),
            directory=self._directory(),
            diseases=self._diseases() if unnamed else NOTHING,
        )


def _job(person_id: str) -> Job:
    return Job(PaperKind.DOSSIER, person_id, {"people": 1})


def _disclosures(shelves: Shelves, person_id: str) -> tuple[Disclosure, ...]:
    went = [row.disclosure_id for row in shelves.disclosure_persons.all(person_id=person_id) if row.outside_key]
    return tuple(d for d in shelves.disclosures.all(id=went) if d.state is DisclosureState.DONE) if went else ()


def _reply(shelves: Shelves, person_id: str) -> ReplyRow | None:
    """What the municipality answered last."""
    rows = shelves.reply_rows.all(person_id=person_id)
    if not rows:
        return None
    received = {r.id: (r.received_on, r.read_at) for r in shelves.replies.all(id=[row.reply_id for row in rows])}
    newest = max(received[row.reply_id] for row in rows)
    return next(row for row in reversed(rows) if received[row.reply_id] == newest)
