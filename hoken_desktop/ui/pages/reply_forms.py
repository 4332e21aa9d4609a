"""What is asked for an answer by telephone, for one in numbers, and for a cell that was not sure.

Whose answer it is, and what it is, has to be chosen: nobody's answer is written because a name stood first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.replies import COUNTED, ReplyRow, count_key
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.services.reply_questions import OpenQuestion
from hoken_desktop.services.reply_sheets import CHOICES, say_header
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, line
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import label, say

Choice = OnList | PlanStatus | ListUse


@dataclass(frozen=True, slots=True)
class Heard:
    """Who answered and when, and the use of the whole list."""

    answered_by: str
    received_on: date
    use_of_list: ListUse


class _HeardForm(Form):
    """The fields both ways share."""

    def __init__(self, title: str, text: str, verb: str, parent: QWidget, today: date, before: Heard | None) -> None:
        super().__init__(title, verb, parent, columns=2)
        self._today = today
        self.body.insertWidget(0, self.add_text(text, note=True))
        self.by = line(before.answered_by if before else "", longest=60, parent=self)
        self.heard_on = DateInput(before.received_on if before else today, self)
        self.use: Pick[ListUse] = Pick([(label(c), c) for c in (ListUse.UNKNOWN, *_but_unknown(ListUse))], self)
        self.by_field = self.field(say("replies_page.by"), self.by, needed=True)
        self.day_field = self.field(say("replies_page.day"), self.heard_on, needed=True)

    def heard(self) -> Heard | None:
        """What was typed, or None where a fault is shown."""
        self.by_field.set_fault("" if self.by.text().strip() else say("replies_page.by_missing"))
        day = self.heard_on.day()
        fault = self.heard_on.fault() or ("" if day else say("recalls_page.day_missing"))
        self.day_field.set_fault(say("recalls_page.day_in_future") if day and day > self._today else fault)
        if self.stop_at(self.by_field, self.day_field) or day is None:
            return None
        return Heard(self.by.text().strip(), day, self.use.value())


def _but_unknown(kind: type[ListUse]) -> list[ListUse]:
    return [code for code in kind if code.value != "unknown"]


def _names(people: Sequence[PersonLine]) -> list[tuple[str, str]]:
    return [(say("replies_page.person", name=p.name, kana=p.name_kana, number=p.registry_no), p.id) for p in people]


def _pick(key: str, parent: QWidget) -> Pick[Choice]:
    """The answers of a column; 不明 is where it begins."""
    kind = CHOICES[key]
    codes = sorted(kind, key=lambda code: code.value != "unknown")
    return Pick([(label(code), code) for code in codes], parent)  # type: ignore[misc]


class PhoneForm(_HeardForm):
    """What was heard of one person; `done` gets it, and the form asks for the next one."""

    def __init__(
        self, parent: QWidget, people: Sequence[PersonLine], today: date, done: Callable[[Heard, ReplyRow], object],
        before: Heard | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            say("replies_page.phone_title"), say("replies_page.phone_text"), say("replies_page.phone_verb"), parent,
            today, before,
        )  # fmt: skip
        self._done = done
        self.setMinimumWidth(theme.current().px(760))
        self.person: Pick[str] = Pick(_names(people), self, ask=True)
        self.on_list, self.plan, self.support = (_pick(k, self) for k in ("on_list", "evacuation_plan", "support_plan"))
        self.plan_on = DateInput(None, self)
        self.staff = line(longest=60, parent=self)
        self.comment = line(longest=200, parent=self)
        self.person_field = self.field(say("replies_page.whom"), self.person, needed=True, wide=True)
        self.field(say_header("on_list"), self.on_list)
        self.field(say_header("evacuation_plan"), self.plan)
        self.plan_on_field = self.field(say_header("evacuation_plan_on"), self.plan_on)
        self.field(say_header("plan_staff"), self.staff)
        self.field(say_header("support_plan"), self.support)
        self.field(say("replies.use_of_list"), self.use)
        self.comment_field = self.field(say_header("comment"), self.comment, wide=True)
        (self.person if before else self.by).setFocus()

    def try_it(self) -> None:
        person = self.person.answer()
        self.person_field.set_fault("" if person else say("replies_page.whom_missing"))
        heard = self.heard()
        plan_on = self.plan_on.day()
        self.plan_on_field.set_fault(self.plan_on.fault())
        if plan_on is not None and plan_on > self._today:
            self.plan_on_field.set_fault(say("recalls_page.day_in_future"))
        row = ReplyRow(
            "", "", person or "", OnList(self.on_list.value()), PlanStatus(self.plan.value()), plan_on,
            PlanStatus(self.support.value()), self.comment.text().strip(), self.staff.text().strip(),
        )  # fmt: skip
        said = row != ReplyRow("", "", row.person_id) or self.use.value() is not ListUse.UNKNOWN
        self.comment_field.set_fault("" if said else say("replies_page.nothing_said"))
        if heard is None or self.stop_at(self.person_field, self.plan_on_field, self.comment_field):
            return
        self._done(heard, row)
        self.accept()


class CountsForm(_HeardForm):
    """Numbers of each answer; empty ones were not said."""

    def __init__(
        self, parent: QWidget, disclosed: int, today: date, done: Callable[[Heard, Mapping[str, int]], object]
    ) -> None:
        super().__init__(
            say("replies_page.counts_title"), say("replies_page.counts_text", n=f"{disclosed:,}"),
            say("replies_page.counts_verb"), parent, today, None,
        )  # fmt: skip
        self._done, self._disclosed = done, disclosed
        self.field(say("replies.use_of_list"), self.use, wide=True)
        self.numbers: dict[str, QLineEdit] = {}
        self._last: dict[str, Field] = {}
        for question in ("on_list", "evacuation_plan"):
            for answer in COUNTED[question]:
                edit = line(longest=5, parent=self)
                edit.setValidator(QIntValidator(0, 99_999, edit))
                word = label(CHOICES[question](answer))
                name = say("replies_page.count_of", question=say_header(question), answer=word)
                self._last[question] = self.field(name, edit)
                self.numbers[count_key(question, answer)] = edit
        self.by.setFocus()

    def try_it(self) -> None:
        heard = self.heard()
        counts = {key: int(edit.text()) for key, edit in self.numbers.items() if edit.text().strip()}
        for question, field in self._last.items():
            total = sum(counts.get(count_key(question, answer), 0) for answer in COUNTED[question])
            over = say("replies_page.over", total=f"{total:,}", disclosed=f"{self._disclosed:,}")
            field.set_fault(over if total > self._disclosed else "")
        if not counts:
            self._last["on_list"].set_fault(say("replies_page.nothing_said"))
        if heard is None or self.stop_at(*self._last.values()):
            return
        self._done(heard, counts)
        self.accept()


class AnswerForm(Form):
    """One question; `done` gets the answer: a code, a day, a text, or the person a whole row is of."""

    def __init__(
        self, parent: QWidget, question: OpenQuestion, people: Sequence[PersonLine], today: date,
        done: Callable[[str], object],
    ) -> None:  # fmt: skip
        super().__init__(say("replies_page.answer_title"), say("replies_page.answer_verb"), parent, columns=1)
        self._done, self._question, self._today = done, question, today
        self.add_facts(question_facts(question))
        self.choice: Pick[str] | None = None
        self.answer_day: DateInput | None = None
        self.text = line(longest=200, parent=self)
        if question.is_row:
            self.choice = Pick(_names(people), self, ask=True)
            self.answer_field = self.field(say("replies_page.whom"), self.choice, needed=True)
        elif question.key in CHOICES:
            self.choice = Pick([(label(code), code.value) for code in CHOICES[question.key]], self, ask=True)
            self.answer_field = self.field(say("replies_page.answer"), self.choice, needed=True)
        elif question.key == "evacuation_plan_on":
            self.answer_day = DateInput(None, self)
            self.answer_field = self.field(say("replies_page.answer"), self.answer_day, needed=True)
        else:
            self.answer_field = self.field(say("replies_page.answer"), self.text, needed=True)
        (self.choice or self.answer_day or self.text).setFocus()

    def try_it(self) -> None:
        if self.choice is not None:
            answer = self.choice.answer() or ""
            missing = say("replies_page.whom_missing" if self._question.is_row else "replies_page.answer_missing")
            self.answer_field.set_fault("" if answer else missing)
        elif self.answer_day is not None:
            day = self.answer_day.day()
            fault = self.answer_day.fault() or ("" if day else say("recalls_page.day_missing"))
            self.answer_field.set_fault(say("recalls_page.day_in_future") if day and day > self._today else fault)
            answer = day.isoformat() if day else ""
        else:
            answer = self.text.text().strip()
            self.answer_field.set_fault("" if answer else say("replies_page.nothing_said"))
        if self.stop_at(self.answer_field):
            return
        self._done(answer)
        self.accept()


def question_facts(question: OpenQuestion) -> list[tuple[str, str]]:
    """Where it stands and whose it is, what stands there, and what is recorded now. An answer by telephone stands in
    no sheet."""
    asked = question.question
    shown = asked.raw_text.replace("\t", "：").replace("\n", "　") or say("replies_page.blank")
    place = say("replies_page.place", sheet=asked.sheet, row=asked.row or "—", column=asked.column)
    if not asked.sheet:
        place = say("replies_page.place_heard", by=question.file_name, column=asked.column)
    facts = [(say("replies_page.where"), place)]
    if question.name:
        key = question.outside_key
        whom = say("replies_page.whose", name=question.name, key=key) if key else question.name
        facts.append((say("replies_page.whom"), whom))
    facts.append((say("replies_page.written"), shown))
    if not question.is_row:
        facts.append((say("replies_page.recorded"), question.recorded or say("replies_page.blank")))
    return facts
