"""元に戻す: the last deeds with what each changed; the chosen one is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.services.audits import AuditLine
from hoken_desktop.services.undo import Undone
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Rows
from hoken_desktop.ui.kit.two_lines import TwoLines, TwoLineTable
from hoken_desktop.ui.pages.histories import change_entry
from hoken_desktop.ui.pages.person_facts import Entry, Section
from hoken_desktop.ui.pages.section_view import EntryGrid
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

DEEDS = 20
"""How many of the last deeds are offered."""


def open_undo(desk: Desk, page: Page, seq: int | None = None) -> UndoSheet | None:
    """The sheet over `page`, at one deed or at the last; a notice where there is nothing to take back."""
    lines: tuple[AuditLine, ...] = desk.house.undo.candidates(DEEDS)
    if not lines:
        page.notices.say(say("undo.nothing"), "accent")
        return None
    sheet = UndoSheet(desk, page, lines)
    if seq is not None and seq in (places := [line.seq for line in lines]):
        sheet.table.choose(places.index(seq))
    sheet.open()
    return sheet


class UndoSheet(Sheet):
    """The list at the left, what the chosen deed changed at the right, one verb."""

    def __init__(self, desk: Desk, page: Page, lines: tuple[AuditLine, ...]) -> None:
        super().__init__(say("undo.title"), page)
        self.setObjectName("undo")
        self._desk = desk
        self._page = page
        look, room = theme.current(), page.window().size()
        self.setMinimumWidth(min(look.px(900), room.width() - 40))
        self.add_text(say("undo.text"), note=True)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.table: TwoLineTable[AuditLine] = TwoLineTable(_two_lines, say("undo.list"), self)
        self.table.setMinimumHeight(min(look.px(360), max(room.height() - 260, 200)))
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(say("undo.changes"))
        row.addWidget(self.table, 1)
        row.addWidget(self.area, 1)
        self.body.addLayout(row, 1)
        back = self.add_button(say("kit.back"))
        back.clicked.connect(self.reject)
        self.deed = self.add_button(say("undo.verb"), primary=True)
        self.deed.clicked.connect(self._take_back)
        QShortcut(QKeySequence("Ctrl+Z"), self, self._take_back)
        self.table.chosen.connect(lambda _line: self._show())
        self.table.show_source(Rows(lines))
        self.table.choose(0)
        self.finished.connect(self._let_go)
        self.table.setFocus()

    def _let_go(self) -> None:
        self.table.show_source(None)
        self.deleteLater()

    def _show(self) -> None:
        line = self.table.current()
        if line is None:
            return
        house = self._desk.house
        names = house.office.municipalities()
        entries = tuple(change_entry(change, names) for change in house.histories.of_deed(line.seq)) or (
            Entry(say("person.history_what"), say("person.history_nothing"), "text2"),
        )
        old = self.area.takeWidget()
        if old is not None:
            old.deleteLater()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(EntryGrid(Section(line.label, entries), holder, name_width=120, wide=True))
        column.addStretch(1)
        self.area.setWidget(holder)

    def _take_back(self) -> None:
        line = self.table.current()
        if line is None:
            return
        undo, page, desk, seq = self._desk.house.undo, self._page, self._desk, line.seq

        def again() -> None:
            open_undo(desk, page)

        def then(done: Undone) -> None:
            desk.changed("*")
            words = say("undo.done", deed=done.line.label, subject=done.line.subject)
            page.notices.say(words, "done", say("undo.more"), again)

        desk.run(page, lambda _report: undo.undo(seq), then)
        self.accept()


def _two_lines(line: AuditLine) -> TwoLines:
    moment = in_japan(line.at)
    when = say("person.history_at", day=format_wareki(moment.date()), time=f"{moment:%H:%M}")
    return TwoLines(say("undo.line", deed=line.label, subject=line.subject), say("undo.by", when=when, who=line.who))
