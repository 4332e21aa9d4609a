"""取組状況 on screen: the row of the source document with the staff's words open to be written, the counts under it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.deeds import Deed, topics_of
from hoken_desktop.services.printing import Printed
from hoken_desktop.services.statistics_tables import Grid, ProgressTable, Texts, wareki_year
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Pick, button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.statistics import StatisticsPage

YearAndFigure = tuple[int, str]
_LONGEST = 4000
_KEPT_AFTER_MS = 20_000
"""After a pause in writing the words are kept without being asked: the lock of an idle desk must not lose them."""


class ProgressView(QWidget):
    """One 年度 at one 時点. What is written stays on the screen until it is kept; a paper prints it as it stands."""

    def __init__(self, page: StatisticsPage) -> None:
        super().__init__(page)
        self._page = page
        self._kept = Texts()
        self._inherited = ""
        self._table: ProgressTable | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_KEPT_AFTER_MS)
        self._soon.timeout.connect(self._keep_by_itself)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._make_head())
        self.empty = EmptyState(
            say("statistics_page.no_round"), say("statistics_page.no_round_text"), say("statistics_page.to_rounds"),
            picture="file-spreadsheet", parent=self,
        )  # fmt: skip
        self.empty.asked.connect(lambda: page.desk.open_page("rounds"))
        column.addWidget(self.empty)
        self.row = self._make_row()
        column.addWidget(self.row, 9)
        self.places: TableCard[tuple[str, ...]] = TableCard(
            [], say("statistics_page.places"), EmptyState(say("statistics_page.no_round")),
            title=say("statistics_page.places"), counted="kit.things_shown", parent=self,
        )  # fmt: skip
        self.places.shown.hide()
        column.addWidget(self.places, 11)

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(8)
        self.year: Pick[YearAndFigure] = Pick([], self)
        self.year.setAccessibleName(say("statistics_page.year"))
        self.year.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # they come after it was first shown
        self.year.currentIndexChanged.connect(lambda _at: self._chosen())
        self.masked = QCheckBox(say("statistics_page.masked"), self)
        self.masked.setAccessibleName(self.masked.text())
        self.masked.setToolTip(say("statistics_page.masked_tip"))
        self.masked.toggled.connect(lambda _on: self._show_table())
        self.keep_button = button(
            say("statistics_page.keep"), self.keep, key="Ctrl+S", primary=True, deed=True, parent=self
        )
        self.xlsx_button = button(say("statistics_page.save_xlsx"), lambda: self._save(".xlsx"), deed=True, parent=self)
        self.pdf_button = button(say("printing.save_verb"), lambda: self._save(".pdf"), deed=True, parent=self)
        self.print_button = button(say("printing.print_verb"), self._press, deed=True, parent=self)
        head.addWidget(self.year)
        head.addWidget(self.masked)
        head.addStretch(1)
        for each in (self.xlsx_button, self.pdf_button, self.print_button, self.keep_button):
            head.addWidget(each)
        return head

    def _make_row(self) -> Card:
        card = Card(" ", parent=self)
        self.state = Label("", "note", "text2", wrap=True, parent=card)
        card.body.addWidget(self.state)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.edits: dict[str, QPlainTextEdit] = {}
        self._heads: dict[str, Label] = {}
        self.done = Label("", "table", wrap=True, selectable=True, parent=card)
        for key in ("main", "done", "issues", "plan"):
            part = QVBoxLayout()
            part.setSpacing(4)
            self._heads[key] = Label("", "note", "text2", parent=card)
            part.addWidget(self._heads[key])
            if key == "done":
                part.addWidget(self._scrolling(self.done, card), 1)
            else:
                part.addWidget(self._make_edit(key, card), 1)
            row.addLayout(part, 4 if key == "done" else 3)
        card.body.addLayout(row, 1)
        self.rule = Label("", "note", "text2", wrap=True, parent=card)
        card.body.addWidget(self.rule)
        return card

    @staticmethod
    def _scrolling(words: Label, parent: QWidget) -> QScrollArea:
        """The 実績 whole, however large the letters and small the window."""
        scroll = QScrollArea(parent)
        scroll.setAccessibleName(say("statistics_page.tab_table"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll.setWidget(words)
        return scroll

    def _make_edit(self, key: str, parent: QWidget) -> QPlainTextEdit:
        made = QPlainTextEdit(parent)
        made.setTabChangesFocus(True)
        made.setMinimumHeight(theme.current().px(60))
        made.setPlaceholderText(say("statistics_page.write_here"))
        made.textChanged.connect(self._written)
        made.textChanged.connect(self._soon.start)
        self.edits[key] = made
        return made

    # --- reading ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Offer the frozen half-years; words that are being written stay."""
        statistics = self._page.desk.house.statistics
        offered = [
            (say("statistics_page.year_of", year=wareki_year(year), figure=figure), (year, figure))
            for year, figure in statistics.years()
        ]
        self.year.offer(offered)
        some = bool(offered)
        shown: tuple[QWidget, ...] = (
            self.row, self.places, self.year, self.masked, self.xlsx_button, self.pdf_button, self.print_button,
            self.keep_button,
        )  # fmt: skip
        for each in shown:
            each.setVisible(some)
        self.empty.setVisible(not some)
        if some and self.dirty():
            self._show_table()
        elif some:
            self._chosen()

    def dirty(self) -> bool:
        """Whether words stand here that are not kept yet."""
        return self._table is not None and self.texts() != self._kept

    def texts(self) -> Texts:
        """The words as they stand on the screen."""
        return Texts(*(self.edits[key].toPlainText()[:_LONGEST] for key in ("main", "issues", "plan")))

    def _chosen(self) -> None:
        if not self.year.count():
            return
        year, _ = self.year.value()
        kept = self._page.desk.house.statistics.texts(year)
        self._kept = kept.texts if kept.of_year == year else Texts()
        for key, text in (("main", kept.texts.main), ("issues", kept.texts.issues), ("plan", kept.texts.plan)):
            if self.edits[key].toPlainText() == text:
                continue  # or the cursor of somebody who is writing would jump
            self.edits[key].blockSignals(True)
            self.edits[key].setPlainText(text)
            self.edits[key].blockSignals(False)
        inherited = kept.of_year is not None and kept.of_year != year
        self._inherited = wareki_year(kept.of_year) if inherited and kept.of_year is not None else ""
        self._show_table()

    def _show_table(self) -> None:
        if not self.year.count():
            return
        year, figure = self.year.value()
        masked = self.masked.isChecked()
        self._table = table = self._page.desk.house.statistics.table(year, figure, self.texts(), masked=masked)
        self.row.set_title(table.title, table.source)
        for key, at in (("main", 2), ("done", 3), ("issues", 4), ("plan", 5)):
            self._heads[key].setText(table.heads[at])
            if key in self.edits:
                self.edits[key].setAccessibleName(table.heads[at])
                self._heads[key].setBuddy(self.edits[key])
        self.done.setText(table.cells[3])
        self.rule.setText(table.rule)
        grid = table.grids[0]
        # The sum first: on a low screen the last row would be out of sight.
        rows = sorted((_words(row) for row in grid.rows), key=lambda row: row[0] != say("statistics.whole"))
        self.places.show_source(Rows(rows), columns=_columns(grid, masked))
        self.places.rule.setText(grid.note)
        self._written()

    def _written(self) -> None:
        dirty = self.dirty()
        self.keep_button.setEnabled(dirty)
        if self._inherited and dirty:
            self.state.set_tone("warn")
            self.state.setText(say("statistics_page.inherited", year=self._inherited))
        elif dirty:
            self.state.set_tone("warn")
            self.state.setText(say("statistics_page.not_kept"))
        else:
            some = any((self._kept.main, self._kept.issues, self._kept.plan))
            self.state.set_tone("text2")
            self.state.setText(say("statistics_page.kept") if some else say("statistics_page.nothing_written"))

    # --- deeds --------------------------------------------------------------------------------------------------

    def keep(self, *, said: bool = True) -> None:
        """Keeps the words of this 年度."""
        year, _ = self.year.value()
        texts, page = self.texts(), self._page
        statistics = page.desk.house.statistics

        def done(_nothing: None) -> None:
            self._kept, self._inherited = texts, ""
            page.desk.changed(*topics_of(Deed.PREFERENCE_SET))
            self._written()
            if said:
                page.notices.say(say("statistics_page.kept_now", year=wareki_year(year)), "done")

        page.desk.run(page, lambda _report: statistics.keep_texts(year, texts), done)

    def _keep_by_itself(self) -> None:
        if not self.dirty():
            return
        if self._page.desk.jobs.busy(self._page):
            self._soon.start()
            return
        self.keep(said=False)

    def _save(self, ending: str) -> None:
        year, figure = self.year.value()
        texts, masked = self.texts(), self.masked.isChecked()
        statistics = self._page.desk.house.statistics
        name = say("statistics_page.file_public" if masked else "statistics_page.file", year=year, figure=figure)
        kinds = say("printing.kinds_pdf") if ending == ".pdf" else say("printing.kinds_xlsx")

        def put(path: Path) -> Printed:
            printed: Printed = statistics.write(path, year, figure, texts, masked=masked).printed
            return printed

        self._page.papers.save(f"{name}{ending}", put, kinds, deed=Deed.STATISTICS_MADE)

    def _press(self) -> None:
        year, figure = self.year.value()
        texts, masked = self.texts(), self.masked.isChecked()
        statistics = self._page.desk.house.statistics
        self._page.papers.press(
            lambda printer: statistics.print_on(printer, year, figure, texts, masked=masked), deed=Deed.STATISTICS_MADE
        )


def _words(row: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(f"{value:,}" if isinstance(value, int) else str(value) for value in row)


_ON_SCREEN = (0, 1, 2, 3, 4, 8, 9, 10, 12, 13, 14)
"""Columns of the whole grid that the screen has room for; paper and workbook show them all."""


def _columns(grid: Grid, masked: bool) -> list[Column[tuple[str, ...]]]:
    def column(at: int, head: str) -> Column[tuple[str, ...]]:
        if at < grid.words:
            return Column(head, lambda row: Cell(row[at], bold=row[0] == say("statistics.whole")), 84, lead=True)
        return Column(head, lambda row: row[at], 60, Align.RIGHT, grow=1)

    if masked:
        return [column(at, head) for at, head in enumerate(grid.heads)]
    short = say("statistics_page.place_heads").strip().splitlines()
    return [column(at, head) for at, head in zip(_ON_SCREEN, short, strict=True)]
