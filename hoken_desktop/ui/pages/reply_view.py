"""回答票 of one request: what the municipality answered, in counts that close, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.replies import Reply, ReplyWay
from hoken_desktop.services.replies import ReplyResult
from hoken_desktop.services.reply_questions import OpenQuestion
from hoken_desktop.services.reply_sheets import CHOICES, say_header
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Field, button, line
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.reply_forms import question_facts
from hoken_desktop.words import label, say


def fault_words(fault: Fault) -> str:
    """The sentence of a fault; it names places and never a value."""
    return say(f"faults.{fault.code}", **fault.facts)


def fault_columns() -> list[Column[Fault]]:
    """Where, and what to do: シート, 行, 列, 直すこと."""
    return [
        Column(
            say("disclosures_page.fault_sheet"), lambda f: Cell(f.sheet or say("disclosures_page.nothing"), "text2"), 84
        ),
        Column(say("disclosures_page.fault_row"), lambda f: f"{f.row}", 46, Align.RIGHT),
        Column(say("disclosures_page.fault_column"), lambda f: f.column, 120),
        Column(say("disclosures_page.fault_text"), lambda f: Cell(fault_words(f), tip=fault_words(f)), 150, grow=1),
    ]


class FaultsSheet(Sheet):
    """The places of a file that could not be taken."""

    def __init__(self, title: str, text: str, faults: Sequence[Fault], parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setObjectName("faultsSheet")
        self.resize(860, 480)
        self.add_text(text)
        table: TableCard[Fault] = TableCard(
            fault_columns(), title, EmptyState(say("disclosures_page.no_faults"), picture="circle-check"), parent=self
        )
        table.shown.setVisible(False)
        table.rule.setText(say("disclosures_page.fault_count", n=f"{len(faults):,}"))
        table.show_source(Rows(tuple(faults)))
        table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        table.setMinimumHeight(260)
        self.body.addWidget(table, 1)
        close = self.add_button(say("disclosures_page.close"), primary=True)
        close.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)


class UnsealSheet(Sheet):
    """Asks the password of a 回答票 that came back sealed; `given` gives it once and the field is emptied."""

    given = Signal(str)

    def __init__(self, file: str, fault: str = "", parent: QWidget | None = None) -> None:
        """`fault`: what was wrong with the one typed before."""
        super().__init__(say("disclosures_page.unseal_title"), parent)
        self.setObjectName("unsealSheet")
        self.add_text(say("disclosures_page.unseal_text", file=file))
        self.password = line(secret=True, longest=120, parent=self)
        self.field = Field(say("disclosures_page.password"), self.password, parent=self)
        self.field.set_fault(fault)
        self.body.addWidget(self.field)
        back = self.add_button(say("kit.back"))
        back.clicked.connect(self.reject)
        self.read_button = self.add_button(say("disclosures_page.unseal_verb"), primary=True)
        self.read_button.clicked.connect(self._give)
        self.password.returnPressed.connect(self._give)
        self.password.textChanged.connect(lambda text: self.read_button.setEnabled(bool(text.strip())))
        self.read_button.setEnabled(False)
        self.finished.connect(self._wipe)
        self.password.setFocus()

    def _give(self) -> None:
        text = self.password.text()
        if text.strip():
            self.accept()
            self.given.emit(text)

    def _wipe(self) -> None:
        self.password.clear()
        self.deleteLater()


def question_columns() -> list[Column[OpenQuestion]]:
    """Where, and why it was not taken: シート, 行, 列, 直すこと."""
    nothing = say("disclosures_page.nothing")

    def words(one: OpenQuestion) -> Cell:
        text = say(f"faults.{one.question.code}")
        return Cell(text, tip=text)

    return [
        Column(say("disclosures_page.fault_sheet"), lambda q: Cell(q.question.sheet or nothing, "text2"), 84),
        Column(say("disclosures_page.fault_row"), lambda q: f"{q.question.row or nothing}", 46, Align.RIGHT),
        Column(say("disclosures_page.fault_column"), lambda q: q.question.column, 120),
        Column(say("disclosures_page.fault_text"), words, 150, grow=1),
    ]


class ReplyView(QWidget):
    """What the municipality has answered by now on the left, the cells nobody has decided about on the right."""

    read_asked = Signal()
    phone_asked = Signal()
    counts_asked = Signal()
    answer_asked = Signal(object)
    ignore_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._card = Card(say("disclosures_page.reply"), parent=self)
        self.phone_button = button(
            say("replies_page.phone"), self.phone_asked.emit, icon="phone", small=True, deed=True, parent=self
        )
        self.counts_button = button(
            say("replies_page.counts"), self.counts_asked.emit, small=True, deed=True, parent=self
        )
        self.read_button = button(
            say("disclosures_page.read_reply"), self.read_asked.emit, icon="file-import", small=True, deed=True,
            parent=self,
        )  # fmt: skip
        for each in (self.phone_button, self.counts_button, self.read_button):
            self._card.head.addWidget(each)
        self._ground = QWidget(self._card)
        self._card.body.addWidget(self._ground, 1)
        self._question: OpenQuestion | None = None
        self.faults: TableCard[OpenQuestion] = TableCard(
            question_columns(),
            say("replies_page.questions"),
            EmptyState(
                say("replies_page.no_questions"), say("replies_page.no_questions_text"), picture="circle-check"
            ),
            title=say("replies_page.questions"),
            parent=self,
        )
        self.faults.shown.setVisible(False)
        self._words = Label("", "note", "text", wrap=True, selectable=True, parent=self.faults)
        self._words.setContentsMargins(8, 0, 8, 6)
        self.faults.body.addWidget(self._words)
        self._make_deeds()
        self.faults.table.chosen.connect(self._choose)
        self.faults.table.opened.connect(self.answer_asked)
        row.addWidget(self._card, 682)
        row.addWidget(self.faults, 504)

    def _make_deeds(self) -> None:
        deeds = QHBoxLayout()
        deeds.setContentsMargins(8, 0, 8, 6)
        self.ignore_button = button(
            say("replies_page.ignore_asked"), lambda: self._ask(self.ignore_asked), small=True, deed=True, parent=self
        )
        self.answer_button = button(
            say("replies_page.answer_asked"), lambda: self._ask(self.answer_asked), small=True, deed=True, parent=self
        )
        deeds.addStretch(1)
        deeds.addWidget(self.ignore_button)
        deeds.addWidget(self.answer_button)
        self.faults.body.addLayout(deeds)

    def show_reply(
        self, reply: Reply | None, result: ReplyResult | None, *, can_read: bool,
        questions: Sequence[OpenQuestion] = (),
    ) -> None:  # fmt: skip
        """What was answered by now; without an answer the next step. `questions` are the cells nobody decided about."""
        for each in (self.read_button, self.phone_button, self.counts_button):
            each.setVisible(can_read)
        ground = self._answers(reply, result) if reply and result else self._none_yet(can_read)
        old, self._ground = self._ground, ground
        self._card.body.replaceWidget(old, ground)
        old.hide()
        old.deleteLater()
        self.faults.show_source(Rows(tuple(questions)))
        self.faults.table.choose(0)
        self._choose(questions[0] if questions else None)
        self.faults.rule.setText(say("replies_page.question_count", n=f"{len(questions):,}"))

    def _choose(self, question: OpenQuestion | None) -> None:
        self._question = question
        words = ""
        if question is not None:
            facts = "\n".join(f"{name}　{value}" for name, value in question_facts(question)[1:])
            words = f"{say(f'faults.{question.question.code}')}\n{facts}"
        self._words.setText(words)
        for each in (self._words, self.answer_button, self.ignore_button):
            each.setVisible(question is not None)
        self.answer_button.setEnabled(question is not None and question.is_fillable)

    def _ask(self, signal: object) -> None:
        if self._question is not None:
            signal.emit(self._question)  # type: ignore[attr-defined]

    def _none_yet(self, can_read: bool) -> QWidget:
        if can_read:
            made = EmptyState(
                say("disclosures_page.no_reply"), say("disclosures_page.no_reply_text"), parent=self._card
            )
        else:
            made = EmptyState(
                say("disclosures_page.no_reply"), say("disclosures_page.reply_after_disclosure"), parent=self._card
            )
        return made

    def _answers(self, reply: Reply, result: ReplyResult) -> QWidget:
        ground = QWidget(self._card)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(
            Label(_reply_words(reply, result), "table", wrap=True, selectable=True, parent=ground)
        )
        if result.counts:
            column.addWidget(Label(_counts_words(result.counts), "note", "warn", wrap=True, parent=ground))
        if reply.comment:
            words = say("disclosures_page.reply_comment", comment=reply.comment)
            column.addWidget(Label(words, "note", "text2", wrap=True, parent=ground))
        column.addWidget(rule(ground))
        across = QHBoxLayout()
        across.setSpacing(24)
        questions = (
            (say("disclosures_page.on_list"), [(label(c), result.on_list[c.value]) for c in OnList]),
            (
                say("disclosures_page.evacuation_plan"),
                [(label(c), result.evacuation_plan[c.value]) for c in PlanStatus],
            ),
            (say("disclosures_page.support_plan"), [(label(c), result.support_plan[c.value]) for c in PlanStatus]),
        )
        for title, answers in questions:
            across.addWidget(_question(title, answers, result, ground), 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(across)
        column.addStretch(1)
        return ground


def _reply_words(reply: Reply, result: ReplyResult) -> str:
    """When and how the newest answer came."""
    day, use = format_wareki(reply.received_on), label(ListUse(result.use_of_list))
    if reply.way == ReplyWay.FILE:
        return say("disclosures_page.reply_facts", day=day, file=reply.file_name, use=use)
    way = say("replies_page.way_phone") if reply.way == ReplyWay.PHONE else say("replies_page.way_counts")
    return say("replies_page.facts", day=day, way=way, by=reply.file_name, use=use)


def _counts_words(counts: Mapping[str, int]) -> str:
    """An answer in numbers, in words."""
    parts = []
    for key, count in counts.items():
        question, _, answer = key.partition(".")
        word = label(CHOICES[question](answer))
        parts.append(say("replies_page.count_said", question=say_header(question), answer=word, n=f"{count:,}"))
    return say("replies_page.counts_said", counts=say("replies.comma").join(parts))


def _question(title: str, answers: list[tuple[str, int]], result: ReplyResult, parent: QWidget) -> QWidget:
    """One question: its answers, 未回答, and the sum that must be the people disclosed."""
    block = QWidget(parent)
    grid = QGridLayout(block)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(1)
    grid.setColumnStretch(0, 1)
    grid.addWidget(Label(title, "note", "text2", bold=True, wrap=True, parent=block), 0, 0, 1, 2)
    lines = [*answers, (say("disclosures_page.unanswered"), result.unanswered)]
    at = 1
    for word, count in lines:
        tone = "text" if count else "text3"
        grid.addWidget(Label(word, "note", tone, parent=block), at, 0)
        shown = Label(say("disclosures_page.people", n=f"{count:,}"), "note", tone, parent=block)
        grid.addWidget(shown, at, 1, Qt.AlignmentFlag.AlignRight)
        at += 1
    total = sum(count for _, count in lines)
    closes = total == result.disclosed
    words = (
        say("disclosures_page.answers_close", n=f"{total:,}")
        if closes
        else say("disclosures_page.answers_gap", n=f"{total:,}", people=f"{result.disclosed:,}")
    )
    grid.addWidget(Label(words, "note", "done" if closes else "danger", parent=block), at, 0, 1, 2)
    return block
