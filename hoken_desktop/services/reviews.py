"""The waiting room: proposals accepted in bulk, decided one by one, and taken back until 確定."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import (
    Choice,
    EndReason,
    PersonState,
    RoundState,
    RowKind,
    Verdict,
)
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.differences import benefit_of, merged, newcomer, same_benefit
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.intake import DeviceEvidence, Incoming
from hoken_desktop.domain.linkage import Similarity
from hoken_desktop.domain.organisations import with_supplier
from hoken_desktop.domain.persons import (
    LIVING,
    OXYGEN_KINDS,
    Benefit,
    Device,
    Fact,
    Person,
    next_registry_no,
    standing_facts,
)
from hoken_desktop.domain.plain import from_plain, to_plain
from hoken_desktop.domain.rounds import Round, RoundRow
from hoken_desktop.services.absents import ask_for_absent
from hoken_desktop.services.cases import ReviewCase, ReviewLine, case_of, lines_of
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.ports import Clock, Ids, Rows, Shelves, Store, Writing
from hoken_desktop.services.progress import Report, Step, no_report

COLUMNS = (
    "row_id", "file", "sheet", "row", "kind", "verdict", "person_id", "score", "reasons", "decision",
)  # fmt: skip
_BUNDLE = 100
_Owned = TypeVar("_Owned", Benefit, Device)


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """Where the waiting room stands after a deed."""

    pending: int
    accepted: int
    rejected: int
    held: int


@dataclass(frozen=True, slots=True)
class Decision:
    """The staff's word about one row: an id and a choice, and the person or the reason it names."""

    row_id: str
    choice: Choice
    person_id: str = ""
    end_reason: EndReason | None = None


class Reviews:
    """Decisions of the open round, applied to the live register at once; 確定 then photographs it."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, persons: Persons, alike: Similarity = lambda a, b: float(a == b)
    ) -> None:
        """`alike` is the string distance by which candidates are compared again when a row is opened."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._persons = persons
        self._alike = alike

    def rows(self) -> list[RoundRow]:
        """Every row of the open round (or of the newest, when none is open)."""
        with self._store.read() as shelves:
            round_ = _round_in_hand(shelves)
            return shelves.round_rows.all(round_id=round_.id) if round_ else []

    def lines(self, row_ids: Iterable[str] | None = None) -> list[ReviewLine]:
        """The rows of the round as the queue shows them, in the order of the work: all, or these and every absent
        person, whom a decision may bring or take away."""
        with self._store.read() as shelves:
            round_ = _round_in_hand(shelves)
            if round_ is None:
                return []
            if row_ids is None:
                return lines_of(shelves, shelves.round_rows.all(round_id=round_.id))
            rows = shelves.round_rows.all(round_id=round_.id, kind=RowKind.ROW, id=list(row_ids))
            rows += shelves.round_rows.all(round_id=round_.id, kind=RowKind.ABSENT)
            return lines_of(shelves, rows)

    def open(self, row_id: str, also: Iterable[str] = ()) -> ReviewCase:
        """One row beside the people it may be; `also` are ids of further people to compare it with."""
        with self._store.read() as shelves:
            row = shelves.round_rows.get(row_id)
            if row is None:
                raise Refusal("reviews.unknown_row", row=row_id)
            return case_of(shelves, row, self._alike, tuple(also))

    def counts(self) -> ReviewCounts:
        """How many rows are pending, accepted, rejected and held."""
        with self._store.read() as shelves:
            round_ = _round_in_hand(shelves)
            found = {
                choice: shelves.round_rows.count(round_id=round_.id, choice=choice) if round_ else 0
                for choice in Choice
            }
        return ReviewCounts(
            pending=found[Choice.PENDING],
            accepted=found[Choice.SAME] + found[Choice.NEW] + found[Choice.KEEP] + found[Choice.ENDED],
            rejected=found[Choice.SKIP],
            held=found[Choice.HOLD],
        )

    def accept(self, verdicts: Iterable[Verdict], report: Report = no_report) -> ReviewCounts:
        """Takes the program's proposal for every pending row of these verdicts; DOUBTFUL and ABSENT need a person."""
        wanted = set(verdicts)
        if wanted & {Verdict.DOUBTFUL, Verdict.ABSENT}:
            raise Refusal("reviews.not_in_bulk")
        rows = {row.id: row for row in self.rows()}
        pending = [row for row in rows.values() if row.choice is Choice.PENDING and row.verdict in wanted]
        coming = {row.id for row in pending if row.verdict is Verdict.NEW}
        chosen = [
            Decision(row.id, Choice.NEW if row.verdict is Verdict.NEW else Choice.SAME, row.person_id)
            for row in pending
            # A row that joins a new person waits until that person is taken up.
            if not row.joins or row.joins in coming or rows[row.joins].person_id
        ]
        # A row that joins a new person comes after the row that makes that person.
        return self.decide(sorted(chosen, key=lambda d: d.choice is Choice.SAME), report)

    def decide(self, decisions: Iterable[Decision], report: Report = no_report) -> ReviewCounts:
        """Applies decisions, all of them or none; one decided before is taken back first."""
        chosen = list(decisions)
        with self._store.change(Deed.ROWS_DECIDED) as shelves:
            round_ = next((r for r in shelves.rounds.all() if r.state is RoundState.OPEN), None)
            if round_ is None:
                raise Refusal("rounds.none_open")
            rows = {row.id: row for row in shelves.round_rows.all(round_id=round_.id)}
            for done, decision in enumerate(chosen):
                if done % _BUNDLE == 0:
                    report(Step(done, len(chosen), "rounds.step_apply"))
                row = rows.get(decision.row_id)
                if row is None:
                    raise Refusal("reviews.unknown_row", row=decision.row_id)
                rows[row.id] = shelves.round_rows.replace(self._decide(shelves, round_, rows, row, decision))
            for scheme in sorted({f.scheme for f in shelves.round_files.all(round_id=round_.id)}):
                ask_for_absent(shelves, self._ids, round_, scheme)
            shelves.detail.update(Counter(d.choice.value for d in chosen))
        return self.counts()

    def _decide(
        self, shelves: Writing, round_: Round, rows: dict[str, RoundRow], row: RoundRow, decision: Decision
    ) -> RoundRow:
        absent = row.kind is RowKind.ABSENT
        fits = (Choice.KEEP, Choice.ENDED, Choice.HOLD) if absent else (
            Choice.SAME, Choice.NEW, Choice.SKIP, Choice.HOLD,
        )  # fmt: skip
        if decision.choice not in fits:
            raise Refusal("reviews.does_not_fit", row=row.id)
        if row.before:
            row = self._undo(shelves, row)
        row = replace(row, choice=decision.choice, end_reason=decision.end_reason)
        if decision.choice is Choice.ENDED:
            return self._end(shelves, round_, row)
        if decision.choice is Choice.NEW:
            return self._create(shelves, round_, row)
        if decision.choice is Choice.SAME:
            person_id = decision.person_id or row.person_id or (rows[row.joins].person_id if row.joins else "")
            return self._merge(shelves, round_, row, person_id)
        return row

    def _end(self, shelves: Writing, round_: Round, row: RoundRow) -> RoundRow:
        if row.end_reason is None:
            raise Refusal("reviews.no_reason", row=row.id)
        person = _person(shelves, row.person_id)
        shelves.persons.replace(
            replace(person, state=PersonState.ENDED, end_reason=row.end_reason, ended_on=round_.as_of)
        )
        return replace(row, before={"person": to_plain(person)})

    def _create(self, shelves: Writing, round_: Round, row: RoundRow) -> RoundRow:
        incoming = from_plain(Incoming, row.incoming)
        made = row.before.get("made")
        if made:  # accepted before and taken back: the same person and number again
            person = replace(_person(shelves, made), state=PersonState.ACTIVE, end_reason=None, ended_on=None)
            shelves.persons.replace(person)
            return replace(row, person_id=made, before={"made": made})
        number = next_registry_no(shelves.last_registry_no())
        person = self._persons.prepare(newcomer(self._ids(), number, incoming, round_.as_of))
        shelves.persons.add(person)
        self._apply(shelves, person, incoming, round_.as_of, [], [])
        return replace(row, person_id=person.id, before={"made": person.id})

    def _merge(self, shelves: Writing, round_: Round, row: RoundRow, person_id: str) -> RoundRow:
        if not person_id:
            raise Refusal("reviews.no_person", row=row.id)
        person = _person(shelves, person_id)
        incoming = from_plain(Incoming, row.incoming)
        benefits = shelves.benefits.all(person_id=person_id)
        devices = shelves.devices.all(person_id=person_id)
        before = {
            "person": to_plain(person),
            "benefits": to_plain(benefits),
            "devices": to_plain(devices),
            "facts": to_plain(list(standing_facts(shelves.facts.all(person_id=person_id)).values())),
        }
        shelves.persons.replace(self._persons.prepare(merged(person, benefits, incoming, round_.as_of)))
        self._apply(shelves, person, incoming, round_.as_of, benefits, devices)
        return replace(row, person_id=person_id, before=before)

    def _apply(
        self, shelves: Writing, person: Person, incoming: Incoming, as_of: date, benefits: list[Benefit],
        devices: list[Device],
    ) -> None:
        """Benefit, devices and facts of a washed row, added to what is known of `person`."""
        known = same_benefit(benefits, incoming)
        if known is None:
            shelves.benefits.add(benefit_of(self._ids(), person.id, incoming, as_of))
        else:
            shelves.benefits.replace(benefit_of(known.id, person.id, incoming, as_of))
        standing = standing_facts(shelves.facts.all(person_id=person.id))
        for evidence in incoming.evidence:
            self._device(shelves, person, devices, evidence, as_of)
            for name, value in evidence.facts:
                if name not in fields.BY_KEY:
                    continue
                old = standing.get(("", name))
                text = fields.canonical(fields.BY_KEY[name], value)
                if old is None or (old.value != text and old.as_of <= as_of):
                    shelves.facts.add(
                        Fact(self._ids(), person.id, name, text, evidence.source, as_of, self._clock.now())
                    )

    def _device(
        self, shelves: Writing, person: Person, devices: list[Device], evidence: DeviceEvidence, as_of: date
    ) -> None:
        """Evidence meets what is known: it confirms, or adds; a flag of unknown use never overrides a fact."""
        kind, status, source = evidence.kind, evidence.use_status, evidence.source
        told = dict(evidence.facts)
        model, supplier = told.get("model", ""), told.get("supplier", "")
        alike = [d for d in devices if d.kind is kind or (kind in OXYGEN_KINDS and d.kind in OXYGEN_KINDS)]
        if not alike:
            device = Device(self._ids(), person.id, kind, status, "", model, supplier, source=source, as_of=as_of)
            shelves.devices.add(device)
            devices.append(device)
            return
        device = alike[0]
        if status in LIVING and (device.as_of is None or device.as_of <= as_of):
            renewed = replace(
                with_supplier(device, supplier or device.supplier), use_status=status, source=source, as_of=as_of,
                model=model or device.model,
            )  # fmt: skip
            shelves.devices.replace(renewed)
            devices[devices.index(device)] = renewed

    def _undo(self, shelves: Writing, row: RoundRow) -> RoundRow:
        """Puts back what accepting `row` replaced. A person it made stays in the file, ended as 誤登録."""
        before = row.before
        if "made" in before:
            person = _person(shelves, before["made"])
            shelves.persons.replace(replace(person, state=PersonState.ENDED, end_reason=EndReason.MISTAKE))
            return replace(row, person_id="", choice=Choice.PENDING)
        shelves.persons.replace(from_plain(Person, before["person"]))
        person_id = before["person"]["id"]
        if "benefits" in before:
            self._put_back(shelves.benefits, Benefit, before["benefits"], person_id)
            self._put_back(shelves.devices, Device, before["devices"], person_id)
            self._restate(shelves, before["facts"], person_id)
        return replace(row, choice=Choice.PENDING, before={})

    @staticmethod
    def _put_back(rows: Rows[_Owned], kind: type[_Owned], plain: list[dict[str, Any]], person_id: str) -> None:
        old = {value.id: value for value in (from_plain(kind, p) for p in plain)}
        now = rows.all(person_id=person_id)
        rows.remove([v.id for v in now if v.id not in old])
        rows.replace_all([old[v.id] for v in now if v.id in old and old[v.id] != v])

    def _restate(self, shelves: Writing, plain: list[dict[str, Any]], person_id: str) -> None:
        """Facts are only ever added: what stood before is said again, and what was not known becomes unknown."""
        old = {(f.device_id, f.field): f for f in (from_plain(Fact, p) for p in plain)}
        for key, fact in standing_facts(shelves.facts.all(person_id=person_id)).items():
            was = old.get(key)
            if was is None or was.value != fact.value:
                shelves.facts.add(
                    replace(fact, id=self._ids(), value=was.value if was else "", entered_at=self._clock.now())
                )

    def as_csv(self) -> str:
        """Every row of the round with its proposal and decision; no name leaves the registry here."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for row in self.rows():
            accepted = row.choice in (Choice.SAME, Choice.NEW, Choice.KEEP, Choice.ENDED)
            proposed = row.verdict in (Verdict.CERTAIN, Verdict.LIKELY, Verdict.ABSENT)
            writer.writerow(
                (
                    row.id, row.file, row.sheet, row.row or "", row.kind, row.verdict,
                    row.person_id if accepted or proposed else "", f"{row.score:g}", " ".join(_reasons(row)),
                    _decision_text(row),
                )
            )
        return out.getvalue()

    def decisions_of(self, text: str, file: str) -> list[Decision]:
        """The decisions of a CSV as `as_csv` writes it; an unknown word is refused by its line."""
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
        if not {"row_id", "decision"} <= set(reader.fieldnames or ()):
            raise Refusal("reviews.bad_csv", file=file, row=1)
        current = {row.id: _decision_text(row) for row in self.rows()}
        found = []
        for line in reader:
            word, row_id = (line["decision"] or "").strip(), (line["row_id"] or "").strip()
            if not word or word == current.get(row_id):
                continue  # left open, or already so
            head, _, tail = word.partition(":")
            try:
                choice = Choice(head)
                reason = EndReason(tail) if choice is Choice.ENDED else None
            except ValueError:
                raise Refusal("reviews.bad_csv", file=file, row=reader.line_num) from None
            if choice is Choice.PENDING:
                raise Refusal("reviews.bad_csv", file=file, row=reader.line_num)
            found.append(Decision(row_id, choice, tail if choice is Choice.SAME else "", reason))
        return found


def _reasons(row: RoundRow) -> tuple[str, ...]:
    candidate = (f"candidate:{row.rival_id}",) if row.verdict is Verdict.DOUBTFUL and row.rival_id else ()
    return (*row.reasons, *candidate)


def _decision_text(row: RoundRow) -> str:
    if row.choice is Choice.PENDING:
        return ""
    if row.choice is Choice.SAME:
        return f"same:{row.person_id}"
    if row.choice is Choice.ENDED and row.end_reason:
        return f"ended:{row.end_reason}"
    return row.choice.value


def _round_in_hand(shelves: Shelves) -> Round | None:
    """The open round, else the newest."""
    known = sorted(shelves.rounds.all(), key=lambda r: (r.state is RoundState.OPEN, r.as_of))
    return known[-1] if known else None


def _person(shelves: Writing, person_id: str) -> Person:
    person = shelves.persons.get(person_id)
    if person is None:
        raise Refusal("reviews.unknown_person", person=person_id)
    return person
