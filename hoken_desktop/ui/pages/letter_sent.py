"""出した郵便: every printing with its counts that close, and its letters one by one, each with what is next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.letters import LetterState, said_number
from hoken_desktop.services.letters import BatchCount, LetterBoard, LetterLine
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.equations import Verdict
from hoken_desktop.ui.kit.forms import button, chip
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.person_facts import narrow
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.letters import LettersPage

OVERDUE = "overdue"
FILTERS = ("", LetterState.OUT.value, OVERDUE, LetterState.UNDELIVERED.value, LetterState.GIVEN_UP.value,
           LetterState.RETURNED.value)  # fmt: skip
"""What the list of letters may show: all, one state, or what is out after its 返送期限."""


class SentView(QWidget):
    """The printings above, the letters of the one chosen (or of all) below."""

    def __init__(self, page: LettersPage) -> None:
        super().__init__(page)
        self._page = page
        self._board: LetterBoard | None = None
        self._places: Mapping[str, str] = {}
        self.key = LetterState.OUT.value
        self.batch: BatchCount | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.batches = self._make_batches()
        column.addWidget(self.batches, 2)
        column.addWidget(self._make_letters(), 5)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_batches(self) -> TableCard[BatchCount]:
        empty = EmptyState(
            say("letters_page.empty"), say("letters_page.empty_text"), say("letters_page.print_verb"), "printer"
        )
        empty.asked.connect(self._page.ask_print)
        counts: tuple[tuple[str, Callable[[BatchCount], int]], ...] = (
            (say("letters_page.column_sent"), lambda b: b.sent),
            (label(LetterState.OUT), lambda b: b.out),
            (say("letters_page.overdue"), lambda b: b.overdue),
            (label(LetterState.RETURNED), lambda b: b.returned),
            (label(LetterState.UNDELIVERED), lambda b: b.undelivered),
            (label(LetterState.GIVEN_UP), lambda b: b.given_up),
        )
        columns: list[Column[BatchCount]] = [
            Column(say("letters_page.column_batch"), lambda b: b.batch, 110, lead=True),
            Column(say("letters_page.column_kind"), lambda b: label(b.kind), 150, grow=1),
            Column(say("letters_page.column_due"), _due_cell, 100),
        ]
        columns += [Column(name, _counter(read), 80, Align.RIGHT) for name, read in counts]
        made: TableCard[BatchCount] = TableCard(
            columns, say("letters_page.batches"), empty, title=say("letters_page.batches"), counted="kit.things_shown",
            parent=self,
        )  # fmt: skip
        self.verdict = Verdict(made)
        made.head.addWidget(self.verdict)
        made.rule.setText(say("letters_page.rule"))
        made.set_least(96)
        made.table.chosen.connect(self._batch_chosen)
        return made

    def _make_letters(self) -> QWidget:
        ground = QWidget(self)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.all_batches = chip(say("letters_page.all_batches"), True, ground)
        self.all_batches.clicked.connect(lambda _on=False: self.show_batch(None))
        row.addWidget(self.all_batches)
        row.addSpacing(12)
        self.chips: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for key in FILTERS:
            made = chip(_filter_word(key), key == self.key, ground)
            made.clicked.connect(lambda _on=False, key=key: self.pick(key))
            group.addButton(made)
            self.chips[key] = made
            row.addWidget(made)
        row.addStretch(1)
        column.addLayout(row)
        self.empty = EmptyState(say("letters_page.nothing"), say("letters_page.nothing_text"), "", "inbox")
        self.card: TableCard[LetterLine] = TableCard(
            self._columns(), say("letters_page.letters"), self.empty, counted="kit.things_shown", parent=ground
        )
        self.card.table.opened.connect(lambda line: self._page.enter(line.letter.number))
        self.card.table.chosen.connect(lambda _line: self._open())
        self.card.set_least(120)
        column.addWidget(self.card, 1)
        column.addLayout(self._make_deeds(ground))
        return ground

    def _columns(self) -> tuple[Column[LetterLine], ...]:
        return (
            Column(say("letters_page.number"), lambda one: said_number(one.letter.number), 84, lead=True),
            Column(say("letters_page.column_kind"), lambda one: label(one.letter.kind), 130, grow=1),
            Column(say("letters_page.column_registry_no"), lambda one: one.person.registry_no, 76),
            Column(
                say("consents_page.column_kana"), lambda one: Cell(narrow(one.person.name_kana), "text2"), 110, grow=1
            ),
            Column(say("consents_page.column_name"), lambda one: narrow(one.person.name), 110, grow=1),
            Column(say("consents_page.column_place"), self._place, 80),
            Column(say("letters_page.column_state"), _state_cell, 156),
            Column(say("letters_page.column_due"), lambda one: _day(one.letter.due_on), 84),
            Column(say("letters_page.column_returned"), lambda one: _day(one.letter.returned_on), 84),
        )

    def _make_deeds(self, ground: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(say("letters_page.deeds_note"), "note", "text2", wrap=True, parent=ground), 1)
        self.enter_button = button(say("letters_page.to_entry"), self._enter, parent=ground)
        self.undelivered_button = button(
            say("letters_page.mark_undelivered"), lambda: self._mark(LetterState.UNDELIVERED), deed=True, parent=ground
        )
        self.given_up_button = button(
            say("letters_page.mark_given_up"), lambda: self._mark(LetterState.GIVEN_UP), deed=True, parent=ground
        )
        self.out_button = button(
            say("letters_page.mark_out"), lambda: self._mark(LetterState.OUT), deed=True, parent=ground
        )
        self.again_button = button(say("letters_page.again"), self._again, icon="printer", deed=True, parent=ground)
        for made in (
            self.enter_button, self.undelivered_button, self.given_up_button, self.out_button, self.again_button,
        ):  # fmt: skip
            row.addWidget(made)
        return row

    # ---- what the page tells ----------------------------------------------------------------------------------

    def show_board(self, board: LetterBoard, places: Mapping[str, str]) -> None:
        """Show what was read; what was picked stays picked."""
        self._board, self._places = board, places
        kept = self.batch
        self.batches.show_source(Rows(board.batches))
        self.verdict.show_gap(sum(b.sent - b.out - b.returned - b.undelivered - b.given_up for b in board.batches))
        same = [b for b in board.batches if kept and (b.batch, b.kind) == (kept.batch, kept.kind)]
        self.show_batch(same[0] if same else None)

    def pick(self, key: str) -> None:
        """Show the letters of one state."""
        self.key = key if key in FILTERS else ""
        self.chips[self.key].setChecked(True)
        self._show()

    def show_batch(self, batch: BatchCount | None) -> None:
        """Show the letters of one printing, or of all."""
        self.batch = batch
        self.all_batches.setChecked(batch is None)
        self._show()

    def shown(self) -> Sequence[LetterLine]:
        """The letters in the list."""
        board = self._board
        if board is None:
            return ()
        batch = self.batch
        return [
            line
            for line in board.lines
            if (batch is None or (line.letter.batch, line.letter.kind) == (batch.batch, batch.kind))
            and (not self.key or (line.overdue if self.key == OVERDUE else line.letter.state.value == self.key))
        ]

    def forget(self) -> None:
        """Drop every letter."""
        self._board = None
        self.batch = None
        self.batches.show_source(None)
        self.card.show_source(None)

    def first_focus(self) -> QWidget | None:
        return self.card.table if self.shown() else None

    def _show(self) -> None:
        lines = self.shown()
        self.card.show_source(Rows(lines))
        if lines:
            self.card.table.choose(0)
        self._open()

    def _batch_chosen(self, batch: BatchCount | None) -> None:
        if batch is not None and batch is not self.batch and self.batches.table.hasFocus():
            self.show_batch(batch)

    def _place(self, one: LetterLine) -> str:
        person = one.person
        for code in (person.municipality, person.municipality_registered):
            if code in self._places:
                return self._places[code]
        return say("consents_page.outside")

    # ---- deeds ------------------------------------------------------------------------------------------------

    def _current(self) -> LetterLine | None:
        return self.card.table.current() if self.shown() else None

    def _open(self) -> None:
        line = self._current()
        state = line.letter.state if line is not None else None
        self.enter_button.setEnabled(state not in (None, LetterState.RETURNED))
        self.undelivered_button.setEnabled(state in (LetterState.OUT, LetterState.GIVEN_UP))
        self.given_up_button.setEnabled(state in (LetterState.OUT, LetterState.UNDELIVERED))
        self.out_button.setEnabled(state in (LetterState.UNDELIVERED, LetterState.GIVEN_UP))
        self.again_button.setEnabled(any(one.letter.state is LetterState.OUT for one in self.shown()))

    def _enter(self) -> None:
        line = self._current()
        if line is not None:
            self._page.enter(line.letter.number)

    def _mark(self, state: LetterState) -> None:
        line = self._current()
        if line is not None:
            self._page.mark(line, state)

    def _again(self) -> None:
        """The letters in the list that are still out, under their own numbers."""
        numbers = [one.letter.number for one in self.shown() if one.letter.state is LetterState.OUT]
        ask(
            self._page, say("letters_page.again_title"), say("letters_page.again_text", n=len(numbers)),
            say("letters_page.again_verb", n=len(numbers)), lambda: self._page.print_again(numbers),
        )  # fmt: skip


def _counter(read: Callable[[BatchCount], int]) -> Callable[[BatchCount], Cell]:
    def cell(batch: BatchCount) -> Cell:
        count = read(batch)
        return Cell(f"{count:,}", "text" if count else "text3")

    return cell


def _due_cell(batch: BatchCount) -> Cell:
    return Cell(_day(batch.due_on), "danger" if batch.overdue else "text")


def _state_cell(one: LetterLine) -> Cell:
    if one.overdue:
        return Cell(say("letters_page.state_overdue"), "danger", icon="alert-triangle")
    tones = {LetterState.RETURNED: ("done", "check"), LetterState.UNDELIVERED: ("warn", "ban")}
    tone, icon = tones.get(one.letter.state, ("text" if one.letter.state is LetterState.OUT else "text2", ""))
    return Cell(label(one.letter.state), tone, icon=icon)


def _filter_word(key: str) -> str:
    if not key:
        return say("letters_page.filter_all")
    return say("letters_page.overdue") if key == OVERDUE else label(LetterState(key))


def _day(day: date | None) -> str:
    return "" if day is None else format_wareki(day, short=True)
