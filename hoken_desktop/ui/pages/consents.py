"""同意: everyone against the recipients, the work that is left, papers that came back, and lists read in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import RecipientSection
from hoken_desktop.domain.consents import Consent
from hoken_desktop.services.consent_boards import SECTIONS, WORKS, ConsentBoard, ConsentRow, is_of
from hoken_desktop.services.consents import KeyStanding
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.services.progress import Report
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button, chip
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column, TableCard
from hoken_desktop.ui.pages.consent_files import FileView
from hoken_desktop.ui.pages.consent_forms import ConsentForm, WithdrawForm
from hoken_desktop.ui.pages.consent_pane import ConsentPane, PersonLedger
from hoken_desktop.ui.pages.consent_papers import PapersView
from hoken_desktop.ui.pages.consent_tally import ConsentTally
from hoken_desktop.ui.pages.consent_words import ask_cell, column_word, others_cell, standing_cell
from hoken_desktop.ui.pages.person_facts import narrow
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_READING_MS = 40
VIEWS = ("board", "papers", "file")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the matrix: the person as the register knows them, and how they stand."""

    line: PersonLine
    row: ConsentRow


@dataclass(frozen=True, slots=True)
class Entries:
    """The people shown, their names read a window at a time."""

    rows: Sequence[ConsentRow]
    persons: Any

    def count(self) -> int:
        return len(self.rows)

    def page(self, offset: int, limit: int) -> Sequence[Entry]:
        some = self.rows[offset : offset + limit]
        lines = {one.id: one for one in self.persons.lines([row.person_id for row in some])}
        return [Entry(lines[row.person_id], row) for row in some if row.person_id in lines]


class ConsentsPage(Page):
    """`show_at(view=…)` opens board, papers or file; `work=…` (unknown, expiry, withdrawn, ask) filters, with
    `section=…`; `person=id` chooses a person, and `enter=True` opens the form for them."""

    topics = frozenset({"consents", "persons", "office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("window.page_consents"))
        self.board: ConsentBoard | None = None
        self._places: Mapping[str, str] = {}
        self._rows: Sequence[ConsentRow] = ()
        self._again = False
        self._wanted = ""
        self._enter_wanted = False
        self._make_head()
        self.views = QStackedWidget(self)
        self.views.addWidget(self._make_board())
        self.papers = PapersView(self)
        self.file = FileView(self)
        self.views.addWidget(self.papers)
        self.views.addWidget(self.file)
        self.body.addWidget(self.views, 1)
        self._reading = QTimer(self, singleShot=True, interval=_READING_MS)
        self._reading.timeout.connect(self._read_chosen)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.tabs: list[QPushButton] = []
        group = QButtonGroup(self)
        words = (say("consents_page.to_board"), say("consents_page.to_papers"), say("consents_page.to_file"))
        for view, text in zip(VIEWS, words, strict=True):
            made = chip(text, view == VIEWS[0], self)
            made.clicked.connect(lambda _checked=False, view=view: self.show_view(view))
            group.addButton(made)
            self.tabs.append(made)
            self.head.addWidget(made)
        if self.desk.has_page("letters"):
            to_letters = button(say("consents_page.to_letters"), self._open_letters, icon="printer", parent=self)
            self.head.addWidget(to_letters)
        self.head.addSpacing(8)
        self.enter_button = button(
            say("consents_page.enter"), self.enter, key="Ctrl+N", icon="plus", primary=True, deed=True, parent=self
        )
        self.head.addWidget(self.enter_button)

    def _make_board(self) -> QWidget:
        ground = QWidget(self)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.tally = ConsentTally(ground)
        self.tally.picked.connect(self._show_rows)
        column.addWidget(self.tally)
        self.empty = EmptyState(
            say("consents_page.empty"), say("consents_page.empty_text"), say("consents_page.empty_verb"), "file-check"
        )
        self.empty.asked.connect(self._empty_asked)
        self.card: TableCard[Entry] = TableCard(
            self._columns(()), say("consents_page.table"), self.empty, parent=ground
        )
        self.card.rule.setText(say("consents_page.rule"))
        self.table = self.card.table
        self.table.chosen.connect(lambda _value: self._reading.start())
        self.table.opened.connect(lambda _value: self.pane.enter_button.setFocus())
        self.pane: ConsentPane = ConsentPane(ground)
        self.pane.enter_asked.connect(self.enter)
        self.pane.withdraw_asked.connect(self.withdraw)
        self.pane.person_asked.connect(self._open_person)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.card, 1)
        row.addWidget(self.pane)
        column.addLayout(row, 1)
        return ground

    def _columns(self, extra: Sequence[RecipientSection]) -> tuple[Column[Entry], ...]:
        found: list[Column[Entry]] = [
            Column(say("consents_page.column_device"), lambda e: Cell(mark=e.row.group), 48, Align.CENTRE),
            Column(say("consents_page.column_kana"), lambda e: Cell(narrow(e.line.name_kana), "text2"), 108, grow=1),
            Column(say("consents_page.column_name"), lambda e: narrow(e.line.name), 96, lead=True, grow=1),
        ]
        roomy = self.width() >= theme.current().px(1100)
        if roomy:
            found.append(Column(say("consents_page.column_age"), _age, 46, Align.RIGHT))
            found.append(Column(say("consents_page.column_place"), self._place, 64))
        for section in (*SECTIONS, *extra):
            found.append(Column(column_word(section), self._standing_of(section), 150, grow=int(roomy)))
        if self.board is not None and any(row.others for row in self.board.rows):
            found.append(Column(say("consents_page.column_others"), lambda e: others_cell(e.row), 110, grow=1))
        found.append(Column(say("consents_page.column_ask"), self._ask, 100, grow=2))
        return tuple(found)

    def _standing_of(self, section: RecipientSection) -> Any:
        return lambda entry: standing_cell(entry.row.cells.get(section), self._day())

    def _ask(self, entry: Entry) -> Cell:
        return ask_cell(entry.row, self.tally.section, self._places, self._day())

    def _place(self, entry: Entry) -> Cell:
        code = entry.row.municipality
        return Cell(self._places.get(code, code)) if code else Cell(say("consents_page.outside"), "text2")

    def _day(self) -> date:
        return self.board.day if self.board is not None else date.min

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._places = self.desk.house.office.municipalities()
        boards = self.desk.house.consent_boards
        self._again = not self.desk.run(self, lambda report: boards.board(report), self._show)

    def show_at(self, **where: object) -> None:
        view, work, person, section = (where.get(key) for key in ("view", "work", "person", "section"))
        if isinstance(section, RecipientSection) or work in WORKS or person:
            chosen = section if isinstance(section, RecipientSection) else RecipientSection.HEALTH
            self.tally.pick(str(work) if work in WORKS else "", chosen)
        self.show_view(str(view) if view in VIEWS else "board")
        if isinstance(person, str):
            self._wanted = person
            self._enter_wanted = bool(where.get("enter"))
        if self.board is not None:
            self._show_rows()

    def show_view(self, view: str) -> None:
        """Show the matrix, the papers or the list read in."""
        at = VIEWS.index(view)
        self.tabs[at].setChecked(True)
        self.views.setCurrentIndex(at)
        self.enter_button.setVisible(view == "board")
        if view == "papers":
            self.papers.begin_entry()

    def _show(self, board: ConsentBoard) -> None:
        if self._again:
            self.refresh()
            return
        self.board = board
        self.subtitle.setText(say("consents_page.subtitle", n=f"{len(board.rows):,}"))
        self.tally.show_board(board)
        self.papers.know(self._places, board.day)
        self._show_rows()

    def _show_rows(self) -> None:
        board = self.board
        if board is None:
            return
        section, key = self.tally.section, self.tally.key
        chosen = self._wanted or (self.pane.ledger.line.id if self.pane.ledger else "")
        self._rows = [row for row in board.rows if is_of(row, section, key, board.day)]
        if board.rows:
            self.empty.say(
                say("consents_page.nothing"), say("consents_page.nothing_text"), say("consents_page.nothing_verb")
            )
        else:
            self.empty.say(
                say("consents_page.empty"), say("consents_page.empty_text"), say("consents_page.empty_verb")
            )
        self.card.show_source(Entries(self._rows, self.desk.house.persons), columns=self._columns(board.extra))
        ids = [row.person_id for row in self._rows]
        if ids:
            self.table.choose(ids.index(chosen) if chosen in ids else 0)
        self._reading.stop()
        self._read_chosen()
        self._wanted = ""
        if self._enter_wanted:
            self._enter_wanted = False
            self.enter()

    def _read_chosen(self) -> None:
        entry = self.table.current() if self._rows else None
        self.pane.show_person(self._ledger_of(entry) if entry is not None else None)
        self.enter_button.setEnabled(entry is not None)

    def _ledger_of(self, entry: Entry) -> PersonLedger:
        consents = self.desk.house.consents.of_person(entry.line.id)
        return PersonLedger(entry.line, entry.row.municipality, consents, self._places, self._day())

    def _empty_asked(self) -> None:
        if self.board is not None and self.board.rows:
            self.tally.pick("")
            self._show_rows()
        elif self.desk.has_page("persons"):
            self.desk.open_page("persons")

    def release(self) -> None:
        self._reading.stop()
        self.pane.show_person(None)
        self.papers.forget()
        self.file.forget()
        self._rows = ()
        self.board = None

    # ---- deeds ------------------------------------------------------------------------------------------------

    def enter(self) -> ConsentForm | None:
        """同意を入れる, for the person chosen."""
        ledger = self.pane.ledger
        if ledger is None:
            return None
        form = ConsentForm(self, ledger, self.tally.section, self._enter)
        form.open()
        return form

    def _enter(self, drafts: Sequence[Consent]) -> None:
        consents, ledger = self.desk.house.consents, self.pane.ledger
        number = ledger.line.registry_no if ledger is not None else ""

        def then(added: Sequence[Consent]) -> None:
            self.desk.changed("consents")
            words = say("consents_page.entered", number=number, n=len(added))
            self.notices.say(words if added else say("consents_page.entered_same"), "done" if added else "accent")

        self.desk.run(self, lambda _report: consents.record_paper(drafts), then)

    def withdraw(self) -> WithdrawForm | None:
        """撤回を入れる, for the person chosen."""
        ledger = self.pane.ledger
        if ledger is None or not ledger.valid():
            return None
        form = WithdrawForm(self, ledger, self._withdraw)
        form.open()
        return form

    def _withdraw(self, standings: Sequence[KeyStanding], on: date) -> None:
        consents, ledger = self.desk.house.consents, self.pane.ledger
        if ledger is None:
            return
        person, number = ledger.line.id, ledger.line.registry_no

        def work(_report: Report) -> int:
            return len(consents.withdraw_all(person, [(s.recipient, s.section, s.purpose) for s in standings], on))

        def then(count: int) -> None:
            self.desk.changed("consents")
            self.notices.say(say("consents_page.withdrawn", number=number, n=count), "done")

        self.desk.run(self, work, then)

    def _open_letters(self) -> None:
        self.desk.open_page("letters")

    def _open_person(self) -> None:
        if self.pane.ledger is not None and self.desk.has_page("persons"):
            self.desk.open_page("persons", person=self.pane.ledger.line.id)

    # ---- sizes ------------------------------------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        if self.views.currentWidget() is self.papers:
            return self.papers.first_focus()
        return self.table if self._rows else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "pane"):
            self._share_width()
        super().changeEvent(event)

    def _share_width(self) -> None:
        wide = theme.current().px(440 if self.width() >= 1400 else 304)
        self.pane.setFixedWidth(min(wide, max(self.width() * 2 // 5, 300)))


def _age(entry: Entry) -> Cell:
    age = entry.line.age
    return Cell(say("consents_page.age_unknown"), "warn") if age is None else Cell(str(age))
