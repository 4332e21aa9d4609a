"""回答票 of one request: what the municipality answered, in counts that close, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.replies import Reply
from hoken_desktop.services.replies import ReplyResult
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Field, button, line
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
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

    def __init__(self, file: str, parent: QWidget | None = None) -> None:
        super().__init__(say("disclosures_page.unseal_title"), parent)
        self.setObjectName("unsealSheet")
        self.add_text(say("disclosures_page.unseal_text", file=file))
        self.password = line(secret=True, longest=120, parent=self)
        self.body.addWidget(Field(say("disclosures_page.password"), self.password, parent=self))
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


class ReplyView(QWidget):
    """The newest reply's counts on the left, the faults of a reading just done on the right."""

    read_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._card = Card(say("disclosures_page.reply"), parent=self)
        self.read_button = button(
            say("disclosures_page.read_reply"), self.read_asked.emit, icon="file-import", small=True, deed=True,
            parent=self,
        )  # fmt: skip
        self._card.head.addWidget(self.read_button)
        self._ground = QWidget(self._card)
        self._card.body.addWidget(self._ground, 1)
        self.faults: TableCard[Fault] = TableCard(
            fault_columns(),
            say("disclosures_page.faults"),
            EmptyState(say("disclosures_page.faults_later"), say("disclosures_page.faults_later_text")),
            title=say("disclosures_page.faults"),
            parent=self,
        )
        self.faults.shown.setVisible(False)
        self._words = Label("", "note", "text", wrap=True, parent=self.faults)
        self._words.setContentsMargins(8, 0, 8, 6)
        self.faults.body.addWidget(self._words)
        self.faults.table.chosen.connect(lambda fault: self._words.setText(fault_words(fault) if fault else ""))
        row.addWidget(self._card, 682)
        row.addWidget(self.faults, 504)

    def show_reply(self, reply: Reply | None, result: ReplyResult | None, *, can_read: bool) -> None:
        """The reply on file; without one the next step. Faults of another request's reading are forgotten."""
        self.read_button.setVisible(can_read)
        ground = self._answers(reply, result) if reply and result else self._none_yet(can_read)
        old, self._ground = self._ground, ground
        self._card.body.replaceWidget(old, ground)
        old.hide()
        old.deleteLater()

    def show_faults(self, faults: Sequence[Fault] | None) -> None:
        """What the reading just done could not take; the rest of the file was taken. None: nothing was read now."""
        if faults is None:
            self.faults.empty.say(say("disclosures_page.faults_later"), say("disclosures_page.faults_later_text"))
            faults = ()
        else:
            self.faults.empty.say(say("disclosures_page.no_faults"), say("disclosures_page.no_faults_text"))
        self.faults.show_source(Rows(tuple(faults)))
        self.faults.table.choose(0)
        self._words.setVisible(bool(faults))
        self.faults.rule.setText(say("disclosures_page.fault_count", n=f"{len(faults):,}"))

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
        use = label(ListUse(result.use_of_list))
        column.addWidget(
            Label(
                say(
                    "disclosures_page.reply_facts", day=format_wareki(reply.received_on), file=reply.file_name, use=use
                ),
                "table", wrap=True, selectable=True, parent=ground,
            )
        )  # fmt: skip
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
