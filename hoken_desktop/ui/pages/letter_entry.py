"""返ってきた郵便: the number of a paper, whose it is, its answers beside what is known, and the next; by keys only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.letters import LetterKind, said_number
from hoken_desktop.services.letter_answers import LetterAnswers
from hoken_desktop.services.letters import OpenedLetter
from hoken_desktop.services.progress import Report
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import DateInput, Field, button, line
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.ui.kit.reading import go_on
from hoken_desktop.ui.kit.tables import Cell, Column, TableCard
from hoken_desktop.ui.kit.tables import Rows as Shown
from hoken_desktop.ui.pages.letter_consents import ConsentPart
from hoken_desktop.ui.pages.letter_rows import ContactRow, DeviceRow, FactRow, ReachRow, Rows, lay_rows, rows_of
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.letters import LettersPage


@dataclass(frozen=True, slots=True)
class Sitting:
    """One paper of this sitting. `seq` is the number of its entry in the record."""

    number: str
    kind: LetterKind
    registry_no: str
    seq: int
    undone: bool = False


class EntryView(QWidget):
    """The paper at the left, what was entered in this sitting at the right, the newest first."""

    def __init__(self, page: LettersPage) -> None:
        super().__init__(page)
        self._page = page
        self._today = date.min
        self.opened: OpenedLetter | None = None
        self.rows: Rows | None = None
        self.consent: ConsentPart | None = None
        self._done: tuple[Sitting, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._make_paper(), 1)
        self._side = self._make_done()
        row.addWidget(self._side)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_paper(self) -> QWidget:
        card = Card(say("letters_page.entry_title"), parent=self)
        top = QHBoxLayout()
        top.setSpacing(12)
        self.number = line(longest=12)
        self.number_field = Field(
            say("letters_page.number"), self.number, say("letters_page.number_hint"), parent=self
        )
        self.number_field.setFixedWidth(220)
        self.written = DateInput(quiet=True)
        self.written_field = Field(say("letters_page.written_on"), self.written, needed=True, parent=self)
        self.back = DateInput(quiet=True)
        self.back_field = Field(say("letters_page.returned_on"), self.back, needed=True, parent=self)
        for field in (self.number_field, self.written_field, self.back_field):
            top.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        top.addStretch(1)
        card.body.addLayout(top)
        self.whose = Label("", "card_title", wrap=True, selectable=True, parent=card)
        self.whose.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.remark = Label("", "table", "warn", wrap=True, parent=card)
        self.remark.hide()
        card.body.addWidget(self.whose)
        card.body.addWidget(self.remark)
        card.body.addWidget(rule(card))
        self.empty = EmptyState(say("letters_page.entry_empty"), say("letters_page.entry_empty_text"), "", "inbox")
        card.body.addWidget(self.empty, 1)
        self._area = QScrollArea(card)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.hide()
        card.body.addWidget(self._area, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(Label(say("letters_page.entry_note"), "note", "text2", wrap=True, parent=card), 1)
        self.same_button = button(say("letters_page.all_same"), self.confirm_all, key="Ctrl+E", parent=card)
        self.save_button = button(
            say("letters_page.entry_verb"), self.save, key="Ctrl+Return", primary=True, deed=True, parent=card
        )
        self.undo_button = button(
            say("letters_page.undo"), self.undo, key="Ctrl+Shift+Z", deed=True, parent=card
        )
        self.undo_button.setEnabled(False)
        for made in (self.undo_button, self.same_button, self.save_button):
            buttons.addWidget(made)
        card.body.addLayout(buttons)
        self.number.returnPressed.connect(self.look_up)
        self.number.textEdited.connect(lambda _text: self._show(None))
        self.written.edit.returnPressed.connect(lambda: go_on(self.written.edit))
        self.back.edit.returnPressed.connect(lambda: go_on(self.back.edit))
        self._show(None)
        return card

    def _make_done(self) -> QWidget:
        ground = QWidget(self)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        empty = EmptyState(say("letters_page.done_empty"), say("letters_page.done_empty_text"), "", "inbox")
        columns: tuple[Column[Sitting], ...] = (
            Column(say("letters_page.number"), lambda s: said_number(s.number), 74, lead=True),
            Column(say("letters_page.column_kind"), lambda s: label(s.kind), 90, grow=1),
            Column(say("letters_page.column_registry_no"), lambda s: s.registry_no, 70),
            Column(say("letters_page.column_state"), _sitting_state, 64),
        )
        self.done: TableCard[Sitting] = TableCard(
            columns, say("letters_page.done"), empty, title=say("letters_page.done"), parent=ground
        )
        self.done.shown.hide()
        column.addWidget(self.done, 1)
        return ground

    # ---- what the page tells ----------------------------------------------------------------------------------

    def know(self, today: date) -> None:
        """The day; a paper came back today unless somebody says otherwise."""
        self._today = today
        if self.back.day() is None:
            self.back.set_day(today)

    def share(self, width: int) -> None:
        """The list of this sitting takes what the paper does not need; in a narrow window the paper needs all."""
        self._side.setVisible(width >= theme.current().px(1200))
        self._side.setFixedWidth(max(width // 4, 250))

    def first_focus(self) -> QWidget:
        return self.number

    def begin(self, number: str = "") -> None:
        """The first paper of a sitting, or one from the list; one that is half entered stays, with its number."""
        kept = self.opened.letter.number if self.opened is not None else ""
        self.number.setText(number or kept)
        self.number.setFocus()
        if number:
            self.look_up()

    def forget(self) -> None:
        """Drop everything typed and found."""
        self._clear()
        self._done = ()
        self.done.show_source(None)

    # ---- one paper --------------------------------------------------------------------------------------------

    def look_up(self) -> bool:
        """Find the letter of the number; the focus goes on to the first thing the paper says."""
        self._page.notices.clear()
        try:
            opened = self._page.desk.house.letters.open(self.number.text())
        except Refusal as refusal:
            self._show(None)
            self.number_field.set_fault(words_of(refusal))
            self.number.setFocus()
            self.number.selectAll()
            return False
        self.number_field.set_fault("")
        self._show(opened)
        self.written.edit.setFocus()
        return True

    def _show(self, opened: OpenedLetter | None) -> None:
        self.opened = opened
        self.rows = self.consent = None
        old = self._area.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        known = opened is not None
        self.empty.setVisible(not known)
        self._area.setVisible(known)
        self.same_button.setVisible(opened is not None and opened.letter.kind is LetterKind.RECONFIRM)
        self.save_button.setEnabled(known)
        self.whose.setText(self._whose(opened) if opened is not None else "")
        remarks = self._remarks(opened) if opened is not None else ""
        self.remark.setText(remarks)
        self.remark.setVisible(bool(remarks))
        if opened is None:
            return
        inner = QWidget()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, theme.current().px(112))
        grid.setColumnMinimumWidth(1, theme.current().px(96))
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(2, 9)
        self.rows = rows_of(opened)
        lay_rows(grid, self.rows, inner)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        self.consent = ConsentPart(opened, inner)
        column.addWidget(self.consent)
        column.addStretch(1)
        self._area.setWidget(inner)
        inner.show()

    def _whose(self, opened: OpenedLetter) -> str:
        person = opened.person
        born = (
            say("consents_page.papers_born_unknown")
            if person.birth_on is None
            else say("consents_page.papers_born", day=format_wareki(person.birth_on))
        )
        return say(
            "letters_page.whose", kind=label(opened.letter.kind), name=person.name, kana=person.name_kana,
            number=person.registry_no, birth=born,
        )  # fmt: skip

    def _remarks(self, opened: OpenedLetter) -> str:
        """What is unusual about this letter: late, marked otherwise, merged, ended."""
        letter, parts = opened.letter, []
        if opened.late and letter.due_on is not None:
            words = say("letters_page.late", state=label(letter.state), day=format_wareki(letter.due_on, short=True))
            parts.append(words)
        if opened.merged:
            parts.append(say("letters_page.merged", number=opened.person.registry_no))
        if opened.person.end_reason is not None:
            parts.append(say("letters_page.ended", reason=label(opened.person.end_reason)))
        if not opened.municipality:
            parts.append(say("letters_page.outside"))
        return "\n".join(parts)

    def confirm_all(self) -> None:
        """すべてこのとおり: every line that was not answered takes what is known."""
        if self.rows is not None:
            for row in self.rows.all:
                row.confirm()

    def answers(self) -> LetterAnswers | None:
        """What the paper says; None where something cannot be, and then it says so in its place."""
        if self.opened is None or self.rows is None or self.consent is None:
            self.number_field.set_fault(say("letters_page.fault_number"))
            self.number.setFocus()
            return None
        written, back = self.written.day(), self.back.day()
        self.written_field.set_fault(_day_fault(self.written, self._today))
        self.back_field.set_fault(_day_fault(self.back, self._today))
        for field in (self.written_field, self.back_field):
            if field.fault():
                field.control.setFocus()
                return None
        facts: dict[str, str] = {}
        devices, contacts, reach = [], [], {}
        for row in self.rows.all:
            if isinstance(row, FactRow):
                told = row.facts()
                if told is None:
                    return None
                facts |= told
            elif isinstance(row, DeviceRow):
                if row.lacks_use():
                    return None
                devices.append(row.device())
            elif isinstance(row, ContactRow):
                if row.lacks_name():
                    return None
                contacts.append(row.contact())
            elif isinstance(row, ReachRow) and row.text():
                reach[row.key] = row.text()
        told_consent = self.consent.told()
        if told_consent is None or written is None or back is None:
            return None
        return LetterAnswers(
            written, back, facts, tuple(d for d in devices if d is not None), reach,
            tuple(c for c in contacts if c is not None), told_consent.consent, told_consent.withdraws,
        )  # fmt: skip

    def save(self) -> None:
        """Write the paper down in one deed, and go on to the next."""
        if self.opened is None and self.number.text().strip():
            self.look_up()
        answers = self.answers()
        if answers is None or self.opened is None:
            return
        if answers.is_blank:
            text = say("letters_page.blank_text", number=said_number(self.opened.letter.number))
            ask(
                self._page, say("letters_page.blank_title"), text, say("letters_page.blank_verb"),
                lambda: self._save(answers),
            )  # fmt: skip
            return
        self._save(answers)

    def _save(self, answers: LetterAnswers) -> None:
        if self.opened is None:
            return
        house, letter, person = self._page.desk.house, self.opened.letter, self.opened.person

        def work(_report: Report) -> tuple[Sitting, tuple[str, ...]]:
            entered = house.letters.enter(letter.number, answers)
            sitting = Sitting(letter.number, letter.kind, person.registry_no, house.audits.head_at()[0])
            return sitting, entered.kept

        def then(result: tuple[Sitting, tuple[str, ...]]) -> None:
            sitting, kept = result
            self._done = (sitting, *self._done)
            self._clear()
            self.number.setFocus()  # before the page reads again: it gives the focus back to what had it then
            self._list()
            self._page.deed_done()
            if kept:
                names = say("letters_page.comma").join(kept)
                self._page.notices.say(say("letters_page.kept", number=said_number(letter.number), what=names), "warn")
            else:
                self._page.notices.say(say("letters_page.entered", number=said_number(letter.number)), "done")
            self.number.setFocus()

        self._page.desk.run(self._page, work, then)

    def undo(self) -> None:
        """取り消す: the newest paper of this sitting that stands."""
        sitting = next((s for s in self._done if not s.undone), None)
        if sitting is None:
            return
        house = self._page.desk.house

        def then(_undone: object) -> None:
            self._done = tuple(replace(s, undone=True) if s is sitting else s for s in self._done)
            self._list()
            self._page.deed_done()
            self._page.notices.say(say("letters_page.undone", number=said_number(sitting.number)), "done")
            self.number.setFocus()

        self._page.desk.run(self._page, lambda _report: house.undo.undo(sitting.seq), then)

    def _list(self) -> None:
        self.done.show_source(Shown(self._done))
        entered = sum(not s.undone for s in self._done)
        self.done.set_title(say("letters_page.done"), say("letters_page.done_count", n=entered))
        self.undo_button.setEnabled(entered > 0)

    def _clear(self) -> None:
        self.number.clear()
        self.written.set_day(None)
        self.number_field.set_fault("")
        self.written_field.set_fault("")
        self.back_field.set_fault("")
        self._show(None)


def _day_fault(days: DateInput, today: date) -> str:
    if days.fault():
        return days.fault()
    day = days.day()
    if day is None:
        return say("persons_page.fault_no_day")
    return say("persons_page.fault_future") if day > today else ""


def _sitting_state(sitting: Sitting) -> Cell:
    return Cell(say("letters_page.state_undone"), "warn") if sitting.undone else Cell(say("letters_page.state_done"))
