"""郵送: letters printed in bulk with their 整理番号, what came back of them, and what is still out.

Sent = out + returned + undelivered + given up, for every printing. A letter and what it brought are one deed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from hoken_desktop.domain import letters as numbers
from hoken_desktop.domain.codes import ConsentDecision, PaperKind, Standing
from hoken_desktop.domain.consents import FOREMOST, Consent, standing, standing_row
from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.forms import Form, PrintedForms
from hoken_desktop.domain.letter_questions import CONSENTS, REACH
from hoken_desktop.domain.letters import Letter, LetterKind, LetterState, Sender, number_of
from hoken_desktop.domain.persons import Person, provision_municipality, standing_facts
from hoken_desktop.domain.voids import unvoided
from hoken_desktop.paths import check_folder
from hoken_desktop.services import letter_answers
from hoken_desktop.services.ages import ANSWERED_ON, contacts_taken_away, known_since
from hoken_desktop.services.consents import Consents
from hoken_desktop.services.facts import fact_rows, field_word
from hoken_desktop.services.letter_answers import LetterAnswers
from hoken_desktop.services.letter_choices import Chosen, LetterChoice, choose, owners
from hoken_desktop.services.letter_papers import Addressee, Stamp, form_of
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store, Writing
from hoken_desktop.services.preferences import Preferences
from hoken_desktop.services.printing import ON_PAPER, PDF, Printed, Printing, check_ending, copies
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.recipients import office_of
from hoken_desktop.words import label, say

SENDER_KEY = "letter_sender"
DUE_DAYS = 21
"""A letter is asked back within three weeks of its sending."""


class FormPrinter(Protocol):
    """Lays forms on pages (ui/printing.py)."""

    def print_forms(self, forms: Sequence[Form], *, title: str, report: Report = ...) -> PrintedForms: ...


@dataclass(frozen=True, slots=True)
class LettersPrinted:
    """A printing. `unshaped` are the numbers of letters with a 〓, to be put right by hand before they are sent."""

    printed: Printed
    letters: tuple[Letter, ...]
    chosen: Chosen | None = None
    unshaped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter with the person it is of today. `merged` says that it was sent to somebody found to be them."""

    letter: Letter
    person: Person
    overdue: bool
    merged: bool = False


@dataclass(frozen=True, slots=True)
class BatchCount:
    """One printing of one kind: sent = out + returned + undelivered + given up; `overdue` is a part of out."""

    batch: str
    kind: LetterKind
    sent_on: date | None
    due_on: date | None
    sent: int
    out: int
    returned: int
    undelivered: int
    given_up: int
    overdue: int

    @property
    def closes(self) -> bool:
        """Whether every letter is somewhere."""
        return self.sent == self.out + self.returned + self.undelivered + self.given_up


@dataclass(frozen=True, slots=True)
class LetterBoard:
    """Every letter ever printed, the newest first, and the counts of each printing."""

    day: date
    lines: tuple[LetterLine, ...]
    batches: tuple[BatchCount, ...]

    def count(self, state: LetterState) -> int:
        """How many stand so today."""
        return sum(line.letter.state is state for line in self.lines)

    @property
    def overdue(self) -> int:
        """Still out after their 返送期限."""
        return sum(line.overdue for line in self.lines)


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """A letter that came back, with whose it is and what is known of them today."""

    letter: Letter
    to: Addressee
    municipality: str
    merged: bool
    late: bool
    consents: tuple[Consent, ...] = ()

    @property
    def person(self) -> Person:
        """Whose it is."""
        return self.to.person


@dataclass(frozen=True, slots=True)
class Entered:
    """What a letter brought: rows by kind, and what was left because something newer is known."""

    letter: Letter
    person: Person
    facts: int
    devices: int
    contacts: int
    consents: int
    kept: tuple[str, ...] = field(default=())


class Letters:
    """The letters of one registry."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, printing: Printing, consents: Consents, persons: Persons,
        preferences: Preferences, qr: Callable[[str], tuple[tuple[bool, ...], ...]],
        printer: Callable[[], FormPrinter],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._ids = ids
        self._printing = printing
        self._consents = consents
        self._persons = persons
        self._preferences = preferences
        self._qr = qr
        self._printer = printer

    # ---- 差出人 -----------------------------------------------------------------------------------------------

    def sender(self) -> Sender:
        """What the office put down as its address and telephones; empty until it did."""
        return Sender(**self._preferences.get(SENDER_KEY, {}, shared=True))

    def set_sender(self, sender: Sender) -> None:
        """Keeps the 差出人 for every letter to come; refuses one without 郵便番号, address and telephone."""
        tidy = Sender(*(str(getattr(sender, name)).strip() for name in Sender.__slots__))
        if not tidy.is_complete:
            raise Refusal("letters.no_sender")
        self._preferences.put(SENDER_KEY, {name: getattr(tidy, name) for name in Sender.__slots__}, shared=True)

    # ---- printing ---------------------------------------------------------------------------------------------

    def choose(self, choice: LetterChoice) -> Chosen:
        """Who would get a letter today, and who is left out why."""
        with self._store.read() as shelves:
            return choose(shelves, choice, self._clock.today())

    def write(
        self, choice: LetterChoice, folder: Path, *, name: str = "", sent_on: date | None = None,
        due_on: date | None = None, report: Report = no_report,
    ) -> LettersPrinted:  # fmt: skip
        """Prints a letter to everybody chosen as one PDF under a password (`name`, or the batch's), and records them
        as sent.

        One deed: the file and the letters, or neither. Refuses when nobody is chosen, without 差出人, and days that
        cannot be (発送日 before today, 返送期限 before 発送日).
        """
        with self._into(folder, name) as put:
            return self._print_new(choice, self._printer(), put, "pdf", sent_on, due_on, report)

    def print_on(
        self, choice: LetterChoice, printer: FormPrinter, *, sent_on: date | None = None, due_on: date | None = None,
        report: Report = no_report,
    ) -> LettersPrinted:  # fmt: skip
        """The same on a real printer."""
        return self._print_new(choice, printer, self._pressed, ON_PAPER, sent_on, due_on, report)

    def write_again(
        self, wanted: Sequence[str], folder: Path, report: Report = no_report, *, name: str = ""
    ) -> LettersPrinted:
        """Prints letters that are still out once more (督促, a spoiled sheet), under their own numbers.

        Refuses an unknown number and a letter that is no longer out.
        """
        with self._into(folder, name) as put:
            return self._print_again(wanted, self._printer(), put, "pdf", report)

    @contextmanager
    def _into(self, folder: Path, wanted: str) -> Iterator[Callable[[PrintedForms, str, int], Printed]]:
        """Writes the file of a printing; it goes again where the deed comes to nothing after it was written."""
        check_folder(folder)
        if wanted:
            check_ending(folder / wanted, PDF)
        written: list[Path] = []

        def put(made: PrintedForms, name: str, copy: int) -> Printed:
            out = folder / (wanted or name)
            printed = self._printing.put_pdf(made.pdf, out, copy, sealed=True)
            written.append(out)
            return printed

        try:
            yield put
        except BaseException:
            for file in written:
                file.unlink(missing_ok=True)
            raise

    def _pressed(self, made: PrintedForms, _name: str, copy: int) -> Printed:
        return Printed(None, copy, sum(made.pages), hashlib.sha256(made.pdf).hexdigest())

    def _print_new(
        self, choice: LetterChoice, printer: FormPrinter, put: Callable[[PrintedForms, str, int], Printed],
        format_: str, sent_on: date | None, due_on: date | None, report: Report,
    ) -> LettersPrinted:  # fmt: skip
        today = self._clock.today()
        sent = sent_on or today
        due = due_on or date.fromordinal(sent.toordinal() + DUE_DAYS)
        if sent < today or due < sent:
            raise Refusal("letters.print_days")
        with self._store.change(Deed.LETTERS_PRINTED) as shelves:
            chosen = choose(shelves, choice, today)
            if not chosen.writes_to:
                raise Refusal("letters.nobody", left=len(chosen.left_out))
            made = self._new_letters(shelves, choice.kind, chosen.writes_to, sent, due)
            result = self._lay(shelves, made, printer, put, report)
            shelves.letters.add_all(made)
            shelves.detail.update(
                self._detail(result, format_, form=choice.kind.value, batch=made[0].batch, who=choice.who.value)
                | {"left_out": {reason.value: count for reason, count in chosen.counts.items()}}
            )
        return replace(result, chosen=chosen)

    def _print_again(
        self, wanted: Sequence[str], printer: FormPrinter, put: Callable[[PrintedForms, str, int], Printed],
        format_: str, report: Report,
    ) -> LettersPrinted:  # fmt: skip
        with self._store.change(Deed.LETTERS_PRINTED) as shelves:
            found = [self._known(shelves, number) for number in dict.fromkeys(wanted)]
            if not found:
                raise Refusal("letters.nobody", left=0)
            closed = next((one for one in found if one.state is not LetterState.OUT), None)
            if closed is not None:
                raise Refusal("letters.not_out", number=closed.number, state=label(closed.state))
            result = self._lay(shelves, found, printer, put, report)
            kinds = list(dict.fromkeys(one.kind.value for one in found))
            shelves.detail.update(self._detail(result, format_, form=kinds, again=True))
        return result

    def _new_letters(
        self, shelves: Shelves, kind: LetterKind, people: Iterable[Person], sent: date, due: date
    ) -> list[Letter]:
        known = shelves.letters.all()
        serial = max((int(one.number[:5]) for one in known), default=numbers.FIRST_SERIAL - 1)
        day = sent.isoformat()
        batches = {one.batch for one in known if one.batch.startswith(day)}
        batch = f"{day}-{len(batches) + 1}"
        made = []
        for person in people:
            serial += 1
            try:
                number = number_of(serial)
            except ValueError:
                raise Refusal("letters.used_up", most=numbers.LAST_SERIAL) from None
            made.append(
                Letter(
                    self._ids(), number, kind, person.id, batch, self._clock.now(), self._store.staff_id,
                    sent_on=sent, due_on=due,
                )
            )  # fmt: skip
        return made

    def _lay(
        self, shelves: Shelves, found: Sequence[Letter], printer: FormPrinter,
        put: Callable[[PrintedForms, str, int], Printed], report: Report,
    ) -> LettersPrinted:  # fmt: skip
        sender = self.sender()
        if not sender.is_complete:
            raise Refusal("letters.no_sender")
        copy = copies(shelves, PaperKind.LETTER) + 1
        stamp = Stamp(office_of(shelves).name, sender, self._clock.today(), copy)
        whose = owners(shelves, {one.person_id for one in found})
        forms = []
        for done, letter in enumerate(found):
            if done % 50 == 0:
                report(Step(done, len(found), "letters.step_lay"))
            to = self._addressee(shelves, whose[letter.person_id])
            forms.append(form_of(letter, to, stamp, self._qr(letter.number)))
        title = say("letters.print_title")
        made = printer.print_forms(forms, title=title, report=report)
        name = say("letters.file", batch=found[0].batch, copy=copy)
        report(Step(0, 0, "letters.step_seal"))
        printed = put(made, name, copy)
        return LettersPrinted(
            printed, tuple(found), unshaped=tuple(found[place].number for place in made.unshaped)
        )

    @staticmethod
    def _detail(result: LettersPrinted, format_: str, **more: Any) -> dict[str, Any]:
        printed = result.printed
        return {
            "paper": PaperKind.LETTER.value, "format": format_, "copy": printed.copy, "pages": printed.pages,
            "sha256": printed.sha256, "letters": len(result.letters), **more,
        }  # fmt: skip

    # ---- what came back ---------------------------------------------------------------------------------------

    def open(self, raw: str) -> OpenedLetter:
        """The letter of a number as typed, with whose it is and what is known of them today.

        Refuses what is not six digits, a wrong check digit, a number no letter has, and a letter entered already.
        """
        with self._store.read() as shelves:
            letter = self._known(shelves, raw)
            if letter.state is LetterState.RETURNED:
                raise Refusal("letters.entered_already", number=letter.number, day=_said(letter.returned_on))
            owner = owners(shelves, [letter.person_id])[letter.person_id]
            to = self._addressee(shelves, owner)
            office = office_of(shelves)
            ledger = tuple(shelves.consents.all(person_id=owner))
        today = self._clock.today()
        late = letter.state is not LetterState.OUT or letter.is_overdue(today)
        return OpenedLetter(
            letter, to, provision_municipality(to.person, office.municipalities), owner != letter.person_id, late,
            ledger,
        )  # fmt: skip

    def enter(self, raw: str, answers: LetterAnswers) -> Entered:
        """Writes down what a letter says, all of it in one deed; the letter is 返送済み then.

        Everything carries the day of the letter: what is known of a later day stays, and `Entered.kept` names it.
        Refuses what `open` refuses, days that cannot be, answers the letter did not ask for, and consents the ledger
        refuses.
        """
        opened = self.open(raw)
        letter, person = opened.letter, opened.person
        letter_answers.check(letter, answers, self._clock.today(), in_japan(letter.made_at).date())
        facts = fact_rows(person.id, letter_answers.fact_entries(answers), self._clock, self._ids)
        drafts = letter_answers.consent_drafts(letter, person.id, opened.municipality, answers)
        older = self._consents.older_than_withdrawals(drafts)
        consents = self._consents.prepare([draft for draft in drafts if draft not in older])
        consents += self._withdrawals(opened, answers)
        devices = letter_answers.device_rows(person.id, answers, opened.to.devices, self._ids)
        with self._store.read() as shelves:
            since = known_since(shelves, person.id, REACH)
            gone = contacts_taken_away(shelves, person.id, answers.answered_on)
        contacts = letter_answers.contact_rows(person.id, answers, opened.to.contacts, self._ids, gone)
        reached = letter_answers.reached(person, answers, since)
        moved = self._persons.prepare(reached.person)
        kept = (
            *(label(kind) for kind in devices.kept),
            *(field_word(key) for key in letter_answers.older_facts(answers, opened.to.facts)),
            *(say(f"histories.field.{key}") for key in reached.kept),
            *((say("letters.kept_contacts"),) if contacts.kept else ()),
            *((say("letters.kept_consents"),) if older else ()),
        )
        with self._store.change(
            Deed.LETTER_ENTERED, person.id, letter=letter.number, form=letter.kind.value,
            fields=[row.field for row in facts], devices=[d.kind.value for d in (*devices.added, *devices.changed)],
            contacts=len(contacts.added) + len(contacts.changed), consents=len(consents), kept=len(kept),
            **{ANSWERED_ON: answers.answered_on.isoformat()},
        ) as shelves:  # fmt: skip
            shelves.facts.add_all(facts)
            shelves.devices.add_all(devices.added)
            shelves.devices.replace_all(devices.changed)
            shelves.contacts.add_all(contacts.added)
            shelves.contacts.replace_all(contacts.changed)
            shelves.consents.add_all(consents)
            if any(getattr(moved, key) != getattr(person, key) for key in answers.reach):
                shelves.persons.replace(moved)
            done = shelves.letters.replace(
                replace(
                    letter, state=LetterState.RETURNED, returned_on=answers.returned_on, entered_at=self._clock.now()
                )
            )
        return Entered(
            done, person, len(facts), len(devices.added) + len(devices.changed),
            len(contacts.added) + len(contacts.changed), len(consents), kept,
        )  # fmt: skip

    def _withdrawals(self, opened: OpenedLetter, answers: LetterAnswers) -> tuple[Consent, ...]:
        """Every consent given towards the recipients named and not withdrawn yet, closed from the day on the paper: one
        that has run out as well, for who said no is heard on every basis (`disclosures.gate`)."""
        if not answers.withdraws:
            return ()
        rows = list(unvoided(opened.consents))
        keys = [
            key
            for key in dict.fromkeys((r.recipient, r.section, r.purpose) for r in rows)
            if key[1] in answers.withdraws
            and (row := standing_row(rows, recipient=key[0], section=key[1], purpose=key[2], day=answers.answered_on))
            and row.decision is ConsentDecision.GIVEN
            and (row.withdrawn_on is None or row.withdrawn_on > answers.answered_on)
        ]  # fmt: skip
        if not keys:
            raise Refusal("consents.nothing_to_withdraw", day=answers.answered_on.isoformat())
        return self._consents.prepare_withdrawals(
            opened.person.id, keys, answers.answered_on, letter_answers.evidence_of(opened.letter)
        )

    def mark(self, wanted: Sequence[str], state: LetterState, on: date | None = None) -> tuple[Letter, ...]:
        """宛先不明, 打ち切り, or 返送待ち again, for all of these letters in one deed.

        Refuses 返送済み, which only `enter` says, letters that were entered, a day to come, and what stands already.
        """
        day = on or self._clock.today()
        if state is LetterState.RETURNED or day > self._clock.today():
            raise Refusal("letters.days_ahead")
        with self._store.change(Deed.LETTER_MARKED, state=state.value) as shelves:
            found = [self._known(shelves, number) for number in dict.fromkeys(wanted)]
            for letter in found:
                if letter.state is LetterState.RETURNED:
                    raise Refusal("letters.entered_already", number=letter.number, day=_said(letter.returned_on))
                if letter.state is state:
                    raise Refusal("letters.stands_already", number=letter.number, state=label(state))
            back = None if state is LetterState.OUT else day
            changed = tuple(replace(one, state=state, returned_on=back) for one in found)
            shelves.letters.replace_all(changed)
            shelves.detail["letter"] = [one.number for one in changed]
        return changed

    # ---- what is still out ------------------------------------------------------------------------------------

    def board(self) -> LetterBoard:
        """Every letter and the counts of every printing, the newest first."""
        today = self._clock.today()
        with self._store.read() as shelves:
            found = shelves.letters.all()
            whose = owners(shelves, {one.person_id for one in found})
            people = {p.id: p for p in shelves.persons.all(id=list(set(whose.values())))}
        found.sort(key=lambda one: one.number, reverse=True)
        lines = tuple(
            LetterLine(
                one, people[whose[one.person_id]], one.is_overdue(today), whose[one.person_id] != one.person_id
            )
            for one in found
        )
        groups: dict[tuple[str, LetterKind], list[Letter]] = {}
        for one in found:
            groups.setdefault((one.batch, one.kind), []).append(one)
        return LetterBoard(today, lines, tuple(_counted(key, some, today) for key, some in groups.items()))

    def of_person(self, person_id: str) -> tuple[Letter, ...]:
        """Every letter to a person, and to those they were found to be, the newest first."""
        return tuple(line.letter for line in self.board().lines if line.person.id == person_id)

    # ---- shelves ----------------------------------------------------------------------------------------------

    def _known(self, shelves: Shelves | Writing, raw: str) -> Letter:
        number = numbers.washed_number(raw)
        if not numbers.has_shape(number):
            raise Refusal("letters.shape")
        if not numbers.is_number(number):
            raise Refusal("letters.check_digit")
        found = shelves.letters.all(number=number)
        if not found:
            raise Refusal("letters.unknown", number=number)
        return found[0]

    def _addressee(self, shelves: Shelves, person_id: str) -> Addressee:
        person = shelves.persons.get(person_id)
        if person is None:
            raise Refusal("persons.unknown")
        rows = tuple(unvoided(shelves.consents.all(person_id=person_id)))
        return Addressee(
            person,
            tuple(shelves.devices.all(person_id=person_id)),
            standing_facts(shelves.facts.all(person_id=person_id)),
            tuple(sorted(shelves.contacts.all(person_id=person_id), key=lambda c: c.rank)),
            self._standings(shelves, person, rows),
        )

    def _standings(self, shelves: Shelves, person: Person, rows: tuple[Consent, ...]) -> dict[Any, Any]:
        office = office_of(shelves)
        place = provision_municipality(person, office.municipalities)
        found = {}
        for section in CONSENTS:
            mine = [r for r in rows if r.recipient == place and r.section is section]
            each = [
                standing(
                    mine, recipient=place, section=section, purpose=purpose, day=self._clock.today(),
                    birth_on=person.birth_on, guardian_ends_at=office.guardian_ends_at,
                )
                for purpose in dict.fromkeys(r.purpose for r in mine)
            ]  # fmt: skip
            foremost = next((s for s in FOREMOST if any(one.standing is s for one in each)), Standing.UNKNOWN)
            said = [one.row for one in each if one.standing is foremost and one.row is not None]
            days = [(foremost is Standing.WITHDRAWN and row.withdrawn_on) or row.consented_on for row in said]
            found[section] = (foremost, max(days, default=None))
        return found


def _counted(key: tuple[str, LetterKind], some: Sequence[Letter], today: date) -> BatchCount:
    def count(state: LetterState) -> int:
        return sum(one.state is state for one in some)

    return BatchCount(
        key[0], key[1], some[0].sent_on, some[0].due_on, len(some), count(LetterState.OUT),
        count(LetterState.RETURNED), count(LetterState.UNDELIVERED), count(LetterState.GIVEN_UP),
        sum(one.is_overdue(today) for one in some),
    )  # fmt: skip


def _said(day: date | None) -> str:
    return "" if day is None else format_wareki(day)
