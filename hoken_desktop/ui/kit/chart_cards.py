"""A chart in its card: the picture, and the same figures as a table for whoever would rather read than look."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.charts import BarRow, Bars
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, WindowTable
from hoken_desktop.words import say


class ChartCard(Card):
    """`opened` gives the key of a bar or of its row in the table; `under` takes a legend or a note."""

    opened = Signal(str)

    def __init__(self, title: str, what: str, parent: QWidget | None = None) -> None:
        """`what` is the head of the first column: what the bars are of."""
        super().__init__(title, parent=parent)
        self._title = title
        self._what = what
        self.bars = Bars(title, self)
        self.bars.opened.connect(self.opened)
        self.table: WindowTable[BarRow] = WindowTable(self._columns(()), title, self)
        self.table.opened.connect(self._open_row)
        self.toggle = button(say("kit.as_table"), self.turn, small=True, parent=self)
        self.head.addWidget(self.toggle)
        picture = QWidget(self)
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.bars)
        column.addStretch(1)
        self.under = QVBoxLayout()
        self.under.setSpacing(2)
        column.addLayout(self.under)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(picture)
        self.stack.addWidget(self.table)
        self.body.addWidget(self.stack, 1)
        self._say_toggle()

    def show_rows(self, rows: Sequence[BarRow]) -> None:
        """Show these bars, and the same figures in the table."""
        self.bars.show_rows(rows)
        names = tuple(part.name for part in rows[0].parts) if rows and len(rows[0].parts) > 1 else ()
        self.table.show_source(Rows(tuple(rows)), self._columns(names, notes=any(row.note for row in rows)))
        self.setAccessibleDescription(self.bars.summary())

    def turn(self) -> None:
        """From the picture to the table and back; what is shown gets the focus."""
        self.stack.setCurrentIndex(1 - self.stack.currentIndex())
        self._say_toggle()
        (self.table if self.stack.currentIndex() else self.bars).setFocus()

    def _open_row(self, row: BarRow) -> None:
        if row.key:
            self.opened.emit(row.key)

    def _say_toggle(self) -> None:
        words = say("kit.as_picture") if self.stack.currentIndex() else say("kit.as_table")
        self.toggle.setText(words)
        self.toggle.setAccessibleName(f"{self._title} {words}")

    def _columns(self, parts: Sequence[str], *, notes: bool = False) -> tuple[Column[BarRow], ...]:
        found: list[Column[BarRow]] = [Column(self._what, lambda row: row.name, 72, lead=True, grow=1)]
        for place, name in enumerate(parts):
            found.append(Column(name, lambda row, at=place: f"{row.parts[at].count:,}", 62, Align.RIGHT))  # type: ignore
        found.append(
            Column(say("kit.people_head"), lambda row: Cell(f"{row.total:,}", bold=True), 52, Align.RIGHT)
        )
        if notes:
            found.append(Column(say("kit.share_head"), lambda row: row.note or "—", 52, Align.RIGHT))
        return tuple(found)
