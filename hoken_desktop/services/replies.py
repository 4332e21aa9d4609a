"""回答票: what the municipality did with the list, read back by the outside keys of its disclosure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import Fact, standing_facts
from hoken_desktop.domain.replies import (
    COUNTED,
    Reply,
    ReplyQuestion,
    ReplyRow,
    ReplyWay,
    count_key,
    counts_fit,
    essence,
    joined,
    standing,
)
from hoken_desktop.domain.sheets import RawTable
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.reply_sheets import Answers, Asked, Expected, read_answers, said, say_header
from hoken_desktop.words import say

_MADE = (PlanStatus.MADE, PlanStatus.RENEW)


class ReplySheets(Protocol):
    """Every sheet of a returned workbook: plain, or still sealed and then opened with its password."""

    def __call__(self, path: Path, password: str | None) -> list[RawTable]: ...


@dataclass(frozen=True, slots=True)
class ReplyResult:
    """What a municipality has answered by now, in numbers. For each question its answers and `unanswered` add up to the
    people disclosed.

    `faults` are the places of the reading just done that were not taken, `questions` the open ones of the request.
    `counts` are answers in numbers only, which stand for nobody. `repeated`: the same answers were read before, nothing
    was written.
    """

    request_id: str
    reply_id: str
    disclosed: int
    answered: int
    unanswered: int
    on_list: dict[str, int]
    evacuation_plan: dict[str, int]
    support_plan: dict[str, int]
    use_of_list: str
    faults: tuple[Fault, ...]
    repeated: bool = False
    questions: tuple[ReplyQuestion, ...] = ()
    counts: Mapping[str, int] | None = None


class Replies:
    """The replies of the municipalities."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, sheets: ReplySheets, municipalities: Municipalities
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._sheets = sheets
        self._municipalities = municipalities

    def read_in(
        self, path: Path, request_id: str, password: str | None = None, report: Report = no_report
    ) -> ReplyResult:
        """Reads a returned 回答票 for one request. What is sure is taken, the rest is kept as questions by cell; an
        answer that contradicts what was answered before changes nothing until somebody decides.

        Refuses another request's file, a file without 回答票, and a request that disclosed nothing. The same file, or
        the same answers in another file, change nothing.
        """
        report(Step(0, 0, "replies.step_read"))
        tables = self._sheets(path, password)
        with self._store.read() as shelves:
            asked = _asked_of(shelves, request_id)
            found = read_answers(tables, path.name, asked.expected, self._clock.today())
            if not found.known:
                raise self._stranger(shelves, found.seen, request_id, path.name)
            report(Step(0, 0, "replies.step_ask"))
            rows, questions = _compared(shelves, request_id, found, path.name)
            newest = _newest(shelves, request_id)
            repeated = newest is not None and _says_nothing_new(shelves, request_id, found, rows, questions)
        if repeated and newest is not None:
            return self._result(newest, [q.fault for q in questions], repeated=True)
        reply = Reply(
            id=self._ids(),
            request_id=request_id,
            disclosure_id=asked.disclosure_of(found),
            received_on=self._clock.today(),
            file_name=path.name,
            sha256=found.sha256,
            read_at=self._clock.now(),
            use_of_list=found.use_of_list,
            comment=found.comment,
            staff_id=self._store.staff_id,
        )
        self._write(reply, rows, questions)
        return self._result(reply, [q.fault for q in questions])

    def by_phone(
        self, request_id: str, answered_by: str, received_on: date, answers: Sequence[ReplyRow], *,
        use_of_list: ListUse = ListUse.UNKNOWN, comment: str = "",
    ) -> ReplyResult:  # fmt: skip
        """Writes down what a municipality answered by telephone, person by person (`answers` need no ids of their own).

        Refuses without who answered, a day that cannot be, somebody who was not disclosed, and an empty answer.
        """
        with self._store.read() as shelves:
            asked = _asked_of(shelves, request_id)
            self._check(asked, answered_by, received_on)
            people = {person for _, person in asked.expected.by_key.values()}
            if any(row.person_id not in people for row in answers):
                raise Refusal("replies.answer_person")
            if not answers and use_of_list is ListUse.UNKNOWN and not comment.strip():
                raise Refusal("replies.nothing_answered")
            if any(row.evacuation_plan_on and row.evacuation_plan_on > self._clock.today() for row in answers):
                raise Refusal("replies.answer_day")
            heard = Answers(use_of_list=use_of_list, comment=comment.strip())
            key_of = {person: key for key, (_, person) in asked.expected.by_key.items()}
            for row in answers:
                heard.rows[key_of[row.person_id]] = (asked.expected.by_key[key_of[row.person_id]][0], row)
            rows, questions = _compared(shelves, request_id, heard, "")
        reply = self._heard(asked.disclosure_of(heard), request_id, answered_by, received_on, ReplyWay.PHONE)
        self._write(replace(reply, use_of_list=use_of_list, comment=heard.comment), rows, questions)
        return self._result(reply, [q.fault for q in questions])

    def by_counts(
        self, request_id: str, answered_by: str, received_on: date, counts: Mapping[str, int], *,
        use_of_list: ListUse = ListUse.UNKNOWN, comment: str = "",
    ) -> ReplyResult:  # fmt: skip
        """Writes down an answer in numbers only (`counts`: "on_list.listed" and the like). They stand beside the people
        and never for one of them.

        Refuses more people than were disclosed to the municipality, and what `by_phone` refuses.
        """
        with self._store.read() as shelves:
            asked = _asked_of(shelves, request_id)
        self._check(asked, answered_by, received_on)
        disclosure = asked.newest()
        given = {key: count for key, count in counts.items() if count}
        if not given and not counts and use_of_list is ListUse.UNKNOWN:
            raise Refusal("replies.nothing_answered")
        if not counts_fit(counts, disclosure.disclosed):
            raise _misfit(counts, disclosure.disclosed)
        reply = replace(
            self._heard(disclosure.id, request_id, answered_by, received_on, ReplyWay.COUNTS),
            counts=dict(sorted(counts.items())), use_of_list=use_of_list, comment=comment.strip(),
        )  # fmt: skip
        self._write(reply, [], [])
        return self._result(reply, [])

    def of_request(self, request_id: str) -> list[Reply]:
        """Every reply of one request, the newest first."""
        with self._store.read() as shelves:
            return sorted(shelves.replies.all(request_id=request_id), key=lambda r: r.read_at, reverse=True)

    def result_of(self, reply: Reply) -> ReplyResult:
        """What stands answered for the reply's request by now; the faults of a reading are kept as questions."""
        return self._result(reply, [])

    def _check(self, asked: _Case, answered_by: str, received_on: date) -> None:
        if not answered_by.strip():
            raise Refusal("replies.no_answerer")
        first = min(d.disclosed_on for d in asked.disclosures.values())
        if not first <= received_on <= self._clock.today():
            raise Refusal(
                "replies.answer_day_order", received=format_wareki(received_on), disclosed=format_wareki(first),
                today=format_wareki(self._clock.today()),
            )  # fmt: skip

    def _heard(
        self, disclosure_id: str, request_id: str, answered_by: str, received_on: date, way: ReplyWay
    ) -> Reply:
        return Reply(
            self._ids(), request_id, disclosure_id, received_on, answered_by.strip(), "", self._clock.now(),
            way=way.value, staff_id=self._store.staff_id,
        )  # fmt: skip

    def _write(self, reply: Reply, rows: Sequence[ReplyRow], questions: Sequence[Asked]) -> None:
        deed = Deed.REPLY_READ if reply.way == ReplyWay.FILE else Deed.REPLY_HEARD
        with self._store.change(
            deed, reply.request_id, rows=len(rows), faults=len(questions), sha256=reply.sha256
        ) as writing:
            writing.replies.add(reply)
            writing.reply_rows.add_all(replace(row, id=self._ids(), reply_id=reply.id) for row in rows)
            writing.reply_questions.add_all(
                ReplyQuestion(
                    self._ids(), reply.id, q.fault.sheet, q.fault.row, q.fault.column, q.fault.code, q.person_id,
                    q.raw_text,
                )
                for q in questions
            )  # fmt: skip

    def _result(self, reply: Reply, faults: Iterable[Fault], *, repeated: bool = False) -> ReplyResult:
        with self._store.read() as shelves:
            replies = shelves.replies.all(request_id=reply.request_id)
            rows = standing(replies, shelves.reply_rows.all(reply_id=[r.id for r in replies]))
            gone = shelves.disclosure_persons.all(disclosure_id=reply.disclosure_id)
            questions = [
                q for q in shelves.reply_questions.all(reply_id=[r.id for r in replies]) if q.settled_on is None
            ]
        people = {row.person_id for row in gone if row.outside_key} | set(rows)
        used = [r for r in sorted(replies, key=lambda r: r.read_at) if r.use_of_list is not ListUse.UNKNOWN]
        counted = [r for r in sorted(replies, key=lambda r: r.read_at) if r.way == ReplyWay.COUNTS]
        on_list = Counter(row.on_list for row in rows.values())
        evacuation = Counter(row.evacuation_plan for row in rows.values())
        support = Counter(row.support_plan for row in rows.values())
        return ReplyResult(
            request_id=reply.request_id,
            reply_id=reply.id,
            disclosed=len(people),
            answered=len(rows),
            unanswered=len(people) - len(rows),
            on_list={code.value: on_list[code] for code in OnList},
            evacuation_plan={code.value: evacuation[code] for code in PlanStatus},
            support_plan={code.value: support[code] for code in PlanStatus},
            use_of_list=(used[-1] if used else reply).use_of_list.value,
            faults=tuple(faults),
            repeated=repeated,
            questions=tuple(questions),
            counts=counted[-1].counts if counted else None,
        )

    def _stranger(self, shelves: Shelves, seen: set[str], request_id: str, file: str) -> Refusal:
        for person in shelves.disclosure_persons.all():
            if person.outside_key and person.outside_key in seen:
                other = shelves.disclosures.get(person.disclosure_id)
                if other is not None and other.request_id != request_id:
                    place = self._municipalities.name_of(other.municipality)
                    return Refusal("replies.other_request", file=file, municipality=place)
        return Refusal("replies.unknown_file", file=file)


@dataclass(frozen=True, slots=True)
class _Case:
    """What one request handed over, and whom an answer to it may name."""

    disclosures: dict[str, Disclosure]
    expected: Expected

    def newest(self) -> Disclosure:
        return max(self.disclosures.values(), key=lambda d: (d.made_at, d.id))

    def disclosure_of(self, found: Answers) -> str:
        """The disclosure most of the rows are of."""
        counted = Counter(disclosure for disclosure, _ in found.rows.values())
        return max(self.disclosures, key=lambda id_: (counted[id_], self.disclosures[id_].made_at, id_))


def _asked_of(shelves: Shelves, request_id: str) -> _Case:
    if shelves.requests.get(request_id) is None:
        raise Refusal("replies.unknown_request")
    done = {d.id: d for d in shelves.disclosures.all(request_id=request_id, state=DisclosureState.DONE)}
    every = [row for row in shelves.disclosure_persons.all() if row.outside_key]
    by_key = {r.outside_key: (r.disclosure_id, r.person_id) for r in every if r.disclosure_id in done}
    if not by_key:
        raise Refusal("replies.nothing_disclosed")
    ids = list({person for _, person in by_key.values()})
    names: defaultdict[str, set[str]] = defaultdict(set)
    for person in shelves.persons.all(id=ids):
        names[person.id] |= {fold_name(person.name), fold_name(person.name_alt or person.name)}
    for disclosure in done.values():
        for row in shelves.snapshot_rows.all(round_id=disclosure.round_id, edition=disclosure.edition, person_id=ids):
            names[row.person_id].add(fold_name(str(row.payload.get("name", ""))))
    others = frozenset(r.outside_key for r in every if r.disclosure_id not in done)
    expected = Expected(by_key, {person: frozenset(found - {""}) for person, found in names.items()}, others)
    return _Case(done, expected)


def _newest(shelves: Shelves, request_id: str) -> Reply | None:
    known = sorted(shelves.replies.all(request_id=request_id), key=lambda r: r.read_at)
    return known[-1] if known else None


def _compared(
    shelves: Shelves, request_id: str, found: Answers, file: str
) -> tuple[list[ReplyRow], list[Asked]]:
    """The rows to be written over what stands, and every question: the reading's own, contradictions among answers, and
    with the centre's own record of the 個別支援計画."""
    replies = shelves.replies.all(request_id=request_id)
    before = standing(replies, shelves.reply_rows.all(reply_id=[r.id for r in replies]))
    people = [row.person_id for _, row in found.rows.values()]
    ours = _support_plans(shelves, people)
    rows: list[ReplyRow] = []
    asked = list(found.asked)
    for _, row in found.rows.values():
        sheet, number, columns = found.places.get(row.person_id, ("", 0, {}))

        def ask(key: str, code: str, text: str, row: ReplyRow = row, sheet: str = sheet, number: int = number,
                columns: Mapping[str, str] = columns) -> None:  # fmt: skip
            place = Fault(file, sheet, number, columns.get(key) or say_header(key), code)
            asked.append(Asked(place, row.person_id, text))

        if row.evacuation_plan_on and row.evacuation_plan not in (*_MADE, PlanStatus.UNKNOWN):
            ask("evacuation_plan_on", "reply_day_without_plan", row.evacuation_plan_on.isoformat())
            row = replace(row, evacuation_plan_on=None)
        kept, contradicted = joined(before.get(row.person_id), row)
        for key in contradicted:
            ask(key, "reply_conflict", said(getattr(row, key)))
        mine = ours.get(row.person_id, PlanStatus.UNKNOWN)
        if PlanStatus.UNKNOWN not in (mine, row.support_plan) and mine is not row.support_plan:
            ask("support_plan", "reply_support_differs", said(row.support_plan))
        rows.append(kept)
    return rows, asked


def _support_plans(shelves: Shelves, people: list[str]) -> dict[str, PlanStatus]:
    """The centre's own 個別支援計画, where it is known."""
    by_person: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in shelves.facts.all(person_id=people, field="support_plan"):
        by_person[fact.person_id].append(fact)
    found = {}
    for person, facts in by_person.items():
        newest = standing_facts(facts).get(("", "support_plan"))
        if newest is not None and newest.value in set(PlanStatus):
            found[person] = PlanStatus(newest.value)
    return found


def _says_nothing_new(
    shelves: Shelves, request_id: str, found: Answers, rows: Sequence[ReplyRow], questions: Sequence[Asked]
) -> bool:
    """Whether the file leaves everything as it stands: the same answers, the same use, no question not asked before."""
    replies = shelves.replies.all(request_id=request_id)
    before = standing(replies, shelves.reply_rows.all(reply_id=[r.id for r in replies]))
    same_rows = all(
        row.person_id in before and essence(row) == essence(before[row.person_id]) for row in rows
    )
    asked = {
        (q.code, q.person_id, q.raw_text) for q in shelves.reply_questions.all(reply_id=[r.id for r in replies])
    }
    said_of_use = (found.use_of_list, found.comment)
    return (
        same_rows
        and (said_of_use == (ListUse.UNKNOWN, "") or any((r.use_of_list, r.comment) == said_of_use for r in replies))
        and all((q.fault.code, q.person_id, q.raw_text) in asked for q in questions)
    )


def _misfit(counts: Mapping[str, int], disclosed: int) -> Refusal:
    for question, answers in COUNTED.items():
        total = sum(max(counts.get(count_key(question, a), 0), 0) for a in answers)
        if total > disclosed:
            return Refusal(
                "replies.too_many", question=say_header(question), counted=total, disclosed=disclosed
            )
    allowed = say("replies.comma").join(count_key(q, a) for q, answers in COUNTED.items() for a in answers)
    return Refusal("replies.bad_count", allowed=allowed)
