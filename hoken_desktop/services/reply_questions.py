"""回答の問い: the cells of a 回答票 that were not sure, settled one by one by the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from hoken_desktop.domain.codes import ListUse
from hoken_desktop.domain.dates import UnreadableDate, parse
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.replies import (
    IGNORED,
    ROW_QUESTIONS,
    Reply,
    ReplyQuestion,
    ReplyRow,
    ReplyWay,
    joined,
    standing,
)
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store, Writing
from hoken_desktop.services.reply_sheets import (
    CHOICES,
    COMMENT_LIMIT,
    choice_of,
    key_of,
    row_again,
    said,
    say_header,
)
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question with where it came from. `key` is the answer it is about ("" for a whole row or a header);
    `recorded` what stands now, in words; `outside_key` and `name` whose cell it is, where that is known."""

    question: ReplyQuestion
    request_id: str
    municipality: str
    file_name: str
    received_on: date
    key: str
    recorded: str = ""
    outside_key: str = ""
    name: str = ""

    @property
    def is_row(self) -> bool:
        """Whether it asks whose a whole row is."""
        return self.question.code in ROW_QUESTIONS

    @property
    def is_fillable(self) -> bool:
        """Whether an answer can be given at all; a missing column can only be noted."""
        return self.is_row or bool(self.key and self.question.code != "reply_column_missing")


class ReplyQuestions:
    """What is left to ask of the replies."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def open(self, request_id: str = "") -> tuple[OpenQuestion, ...]:
        """The questions nobody has settled (of one request), in the order of their cells."""
        with self._store.read() as shelves:
            replies = shelves.replies.all(**({"request_id": request_id} if request_id else {}))
            by_id = {r.id: r for r in replies}
            found = []
            for question in shelves.reply_questions.all(reply_id=list(by_id)):
                if question.settled_on is None:
                    found.append(_placed(shelves, question, by_id[question.reply_id]))
        return tuple(sorted(found, key=lambda one: (one.received_on, one.file_name, one.question.row)))

    def people(self, request_id: str) -> tuple[str, ...]:
        """Ids of the people a row of this request may be of."""
        with self._store.read() as shelves:
            return tuple(_people(shelves, request_id))

    def answer(self, question_id: str, answer: str) -> None:
        """Settles a question: a word of the list, a date or a text; the id of a person for a whole row.

        Refuses what the column cannot hold, somebody who was not disclosed, and a question settled before.
        """
        with self._store.change(Deed.REPLY_SETTLED, question_id) as writing:
            question, reply = _find(writing, question_id)
            if question.code == "reply_column_missing":
                raise Refusal("replies.only_ignore")
            key = key_of(question.column)
            row: ReplyRow | None
            if question.code in ROW_QUESTIONS:
                row, kept = self._of_row(writing, question, reply, answer)
            elif key == "use_of_list":
                row, kept = None, self._use(writing, reply, answer)
            else:
                row, kept = self._of_cell(writing, question, reply, key, answer)
            if row is not None:
                # Under the newest reply, or a newer one would go on hiding what was settled now.
                writing.reply_rows.add(replace(row, id=self._ids(), reply_id=_newest(writing, reply)))
            writing.detail.update(request=reply.request_id)
            writing.reply_questions.replace(self._settled(question, kept))

    def ignore(self, question_id: str) -> None:
        """Settles a question without an answer: what is recorded stays."""
        with self._store.change(Deed.REPLY_SETTLED, question_id, ignored=True) as writing:
            question, reply = _find(writing, question_id)
            writing.detail.update(request=reply.request_id)
            writing.reply_questions.replace(self._settled(question, IGNORED))

    def _settled(self, question: ReplyQuestion, answer: str) -> ReplyQuestion:
        return replace(question, settled_on=self._clock.today(), answer=answer, staff_id=self._store.staff_id)

    def _of_row(
        self, shelves: Writing, question: ReplyQuestion, reply: Reply, person_id: str
    ) -> tuple[ReplyRow, str]:
        """The row's answers for the person chosen; of what contradicts, or is not sure in it, questions are made."""
        if person_id not in _people(shelves, reply.request_id):
            raise Refusal("replies.answer_person")
        again, unsure = row_again(question.raw_text, person_id, self._clock.today())
        row, contradicted = joined(_standing(shelves, reply.request_id).get(person_id), again)
        shelves.reply_questions.add_all(
            ReplyQuestion(
                self._ids(), reply.id, question.sheet, question.row, one.fault.column, one.fault.code, person_id,
                one.raw_text,
            )
            for one in unsure
        )  # fmt: skip
        shelves.reply_questions.add_all(
            ReplyQuestion(
                self._ids(), reply.id, question.sheet, question.row, say_header(key), "reply_conflict", person_id,
                said(getattr(again, key)),
            )
            for key in contradicted
        )  # fmt: skip
        return row, person_id

    def _of_cell(
        self, shelves: Shelves, question: ReplyQuestion, reply: Reply, key: str, answer: str
    ) -> tuple[ReplyRow, str]:
        if not question.person_id or not key:
            raise Refusal("replies.only_ignore")
        now = _standing(shelves, reply.request_id).get(question.person_id) or ReplyRow("", "", question.person_id)
        if key in CHOICES:
            chosen = _chosen(key, answer)
            return _with(now, key, chosen), chosen.value
        if key == "evacuation_plan_on":
            day = self._day(answer)
            return replace(now, evacuation_plan_on=day), day.isoformat()
        text = answer.strip()[:COMMENT_LIMIT]
        if not text:
            raise Refusal("replies.nothing_answered")
        return _with(now, key, text), text

    def _day(self, answer: str) -> date:
        try:
            day = parse(answer.strip())
        except UnreadableDate:
            raise Refusal("replies.answer_day") from None
        if day > self._clock.today():
            raise Refusal("replies.answer_day")
        return day

    @staticmethod
    def _use(shelves: Writing, reply: Reply, answer: str) -> str:
        chosen = _chosen("use_of_list", answer)
        shelves.replies.replace(replace(reply, use_of_list=ListUse(chosen.value)))
        return chosen.value


def _with(row: ReplyRow, key: str, value: Any) -> ReplyRow:
    return replace(row, **{key: value})


def _chosen(key: str, answer: str) -> StrEnum:
    found = choice_of(key, answer)
    if found is None:
        allowed = say("replies.comma").join(label(code) for code in CHOICES[key])
        raise Refusal("replies.unknown_answer", allowed=allowed)
    return found


def _find(shelves: Shelves, question_id: str) -> tuple[ReplyQuestion, Reply]:
    question = shelves.reply_questions.get(question_id)
    reply = shelves.replies.get(question.reply_id) if question is not None else None
    if question is None or reply is None:
        raise Refusal("replies.unknown_question")
    if question.settled_on is not None:
        raise Refusal("replies.settled_already")
    return question, reply


def _standing(shelves: Shelves, request_id: str) -> dict[str, ReplyRow]:
    replies = shelves.replies.all(request_id=request_id)
    return standing(replies, shelves.reply_rows.all(reply_id=[r.id for r in replies]))


def _newest(shelves: Shelves, reply: Reply) -> str:
    """The newest reply of the same request that names people."""
    known = [r for r in shelves.replies.all(request_id=reply.request_id) if r.way != ReplyWay.COUNTS]
    return max(known, key=lambda r: r.read_at, default=reply).id


def _people(shelves: Shelves, request_id: str) -> Sequence[str]:
    disclosures = [d.id for d in shelves.disclosures.all(request_id=request_id)]
    rows = shelves.disclosure_persons.all(disclosure_id=disclosures)
    return list(dict.fromkeys(r.person_id for r in rows if r.outside_key))


def _placed(shelves: Shelves, question: ReplyQuestion, reply: Reply) -> OpenQuestion:
    disclosure = shelves.disclosures.get(reply.disclosure_id)
    key = "" if question.code in ROW_QUESTIONS else key_of(question.column)
    recorded = ""
    if question.person_id and key and key != "use_of_list":
        now = _standing(shelves, reply.request_id).get(question.person_id)
        recorded = said(getattr(now, key)) if now is not None else ""
    person = shelves.persons.get(question.person_id) if question.person_id else None
    given = shelves.disclosure_persons.all(disclosure_id=reply.disclosure_id, person_id=question.person_id)
    return OpenQuestion(
        question, reply.request_id, disclosure.municipality if disclosure else "", reply.file_name,
        reply.received_on, key, recorded, next((row.outside_key for row in given), ""), person.name if person else "",
    )  # fmt: skip
