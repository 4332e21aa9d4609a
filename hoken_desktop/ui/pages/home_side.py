"""The right side of the home page: what is due, and last half-year beside this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hoken_desktop.services.overviews import Overview
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dues import DueRow
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.pages.home_charts import clear
from hoken_desktop.ui.pages.home_dues import Due, comparison
from hoken_desktop.ui.pages.home_words import Door, month_end
from hoken_desktop.words import say


class DueCard(Card):
    """やることと期限, 急ぐ順; a row opens the place where it is done."""

    def __init__(self, opened: Callable[[Door], object], parent: QWidget | None = None) -> None:
        super().__init__(say("home.due"), say("home.due_order"), parent, flush=True)
        self._opened = opened
        self.body.setSpacing(0)
        self.body.addWidget(rule(self))
        # No scrolling of its own: beside the page's, two scroll bars stood next to each other.
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)

    def show_dues(self, found: Sequence[Due]) -> None:
        """Show these, in their order."""
        clear(self._rows)
        for due in found:
            row = DueRow(due.icon, due.tone, due.name, due.about, due.figure)
            row.clicked.connect(lambda _checked=False, door=due.door: self._opened(door))
            self._rows.addWidget(row)
        if not found:
            done = Label(say("home.nothing_due"), "table", "text2", wrap=True)
            done.setContentsMargins(12, 10, 12, 10)
            self._rows.addWidget(done)


class CompareCard(Card):
    """前期と今期, line by line with the change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("home.compare"), parent=parent)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(0, 1)
        self.body.setSpacing(0)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)

    def show_view(self, view: Overview) -> None:
        """Show one overview's halves."""
        while (slot := self._grid.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        now, before = view.now, view.before
        last = month_end(before.as_of) if before else say("home.no_before")
        heads = ("", last, month_end(now.as_of), say("home.change"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, head in enumerate(heads):
            self._grid.addWidget(Label(head, "note", "text2", bold=True), 0, column, right)
        lines = comparison(now, before)
        for line, (name, was, new) in enumerate(lines, start=1):
            change = "" if was is None else f"{new - was:+,}" if new != was else "±0"
            cells = (name, "" if was is None else f"{was:,}", f"{new:,}", change)
            for column, text in enumerate(cells):
                made = Label(text, "table", "text2" if column == 3 else "text", bold=column == 2)
                made.setMinimumHeight(theme.current().height("row_compare"))
                self._grid.addWidget(made, line, column, right if column else Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(say("home.dot").join(f"{name} {new:,}" for name, _, new in lines))
