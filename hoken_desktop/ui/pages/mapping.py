"""列の対応: the columns of a file with their fields, some values and what they are read as; each can be decided."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hoken_desktop.domain.layouts import FieldWord, LayoutDraft, LayoutFile, assigned
from hoken_desktop.services.layouts import ColumnView, SheetView
from hoken_desktop.services.samples import How, Sample
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Field, Pick, button, chip, line
from hoken_desktop.ui.kit.labels import Tag
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard, WindowTable
from hoken_desktop.words import say

_HEADS = 15
"""Rows offered as the header."""
_TONES = {How.READ: "text", How.UNKNOWN: "warn", How.LEFT: "danger"}


class MappingView(QWidget):
    """`open` shows a file by a draft; `settled` tells that the file was looked at again."""

    settled = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.file: LayoutFile | None = None
        self.draft = LayoutDraft("")
        self.sheets: tuple[SheetView, ...] = ()
        self._words: dict[str, str] = {}
        self._fields: Sequence[FieldWord] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.bar = self._make_bar()
        column.addLayout(self.bar)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._make_table(), 1)
        self.pane = ColumnPane(self)
        self.pane.decided.connect(self.decide)
        row.addWidget(self.pane)
        column.addLayout(row, 1)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self.sheet: Pick[str] = Pick([], self)
        self.sheet.currentIndexChanged.connect(lambda _at: self._show_sheet())
        self._sheet_field = Field(say("mapping.sheet"), self.sheet, parent=self)
        self.head: Pick[tuple[int, ...]] = Pick([], self)
        self.head.activated.connect(lambda _at: self._set_head())
        self.sheet.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row.addWidget(self._sheet_field, 3)
        row.addWidget(Field(say("mapping.head"), self.head, parent=self), 2)
        self.state = Tag("", "done", self)
        row.addWidget(self.state, 0, Qt.AlignmentFlag.AlignBottom)
        self.unread = chip("", parent=self)
        self.unread.toggled.connect(lambda _on: self._show_sheet())
        row.addWidget(self.unread, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _make_table(self) -> TableCard[ColumnView]:
        columns: list[Column[ColumnView]] = [
            Column(say("mapping.column_letter"), lambda c: c.seen.letter, 36),
            Column(say("mapping.column_header"), _header, 104, lead=True, grow=1),
            Column(say("mapping.column_field"), self._field, 112, grow=1),
            Column(say("mapping.column_values"), _values, 92, grow=2),
            Column(say("mapping.column_read"), _read, 112, grow=2),
            Column(say("mapping.column_left"), _left, 62, Align.RIGHT),
        ]
        empty = EmptyState(say("mapping.empty"), say("mapping.empty_text"), picture="file-spreadsheet")
        self.card: TableCard[ColumnView] = TableCard(columns, say("mapping.table"), empty, parent=self)
        self.card.shown.hide()
        self.card.set_least(112)
        self.table = self.card.table
        self.table.chosen.connect(lambda column: self.pane.show_column(column, self._fields))
        self.table.opened.connect(lambda _column: self.pane.filter.setFocus())
        return self.card

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pane.setFixedWidth(min(theme.current().px(372), self.width() // 3))

    # ---- showing ----------------------------------------------------------------------------------------------

    def open(self, file: LayoutFile, draft: LayoutDraft) -> None:
        """Look at a file by a draft."""
        self.file = file
        self._look(draft)

    def _look(self, draft: LayoutDraft) -> None:
        file, layouts = self.file, self._page.desk.house.layouts
        if file is None:
            return

        def then(found: tuple[tuple[SheetView, ...], list[FieldWord]]) -> None:
            self.draft = draft
            self._show(*found)

        self._page.desk.run(self._page, lambda _report: (layouts.see(file, draft), layouts.fields(draft)), then)

    def _show(self, sheets: tuple[SheetView, ...], fields: list[FieldWord]) -> None:
        self.sheets, self._fields = sheets, fields
        self._words = {field.key: field.word for field in fields}
        best = max(sheets, key=lambda one: (one.seen.fits, len([c for c in one.columns if c.seen.key])))
        fresh = self.sheet.count() == 0
        self.sheet.offer([(_sheet_word(one), one.seen.sheet) for one in sheets])
        if fresh:
            self.sheet.pick(best.seen.sheet)
        self._sheet_field.setVisible(len(sheets) > 1)
        self._show_sheet()
        self.settled.emit()

    def current(self) -> SheetView | None:
        """The sheet in sight."""
        if not self.sheets:
            return None
        return next((one for one in self.sheets if one.seen.sheet == self.sheet.value()), self.sheets[0])

    def _show_sheet(self) -> None:
        view = self.current()
        if view is None:
            return
        before = self.table.current()
        unread = [column for column in view.columns if not column.seen.key]
        shown = unread if self.unread.isChecked() and unread else view.columns
        self.card.show_source(Rows(shown))
        self.unread.setVisible(bool(unread))
        self.unread.setText(say("mapping.only_unread", n=len(unread)))
        self.unread.setAccessibleName(self.unread.text())
        heads: list[tuple[str, tuple[int, ...]]] = [
            (say("mapping.head_row", row=row, text=text), (row,)) for row, text in view.seen.heads[:_HEADS]
        ]
        for (first, text), (second, _) in zip(view.seen.heads[:_HEADS], view.seen.heads[1:_HEADS], strict=False):
            if second == first + 1:
                heads.append((say("mapping.head_rows", first=first, second=second, text=text), (first, second)))
        rows = say("mapping.to").join(map(str, view.seen.header))
        self.head.offer([(say("mapping.head_found", rows=rows) if rows else say("mapping.head_none"), ()), *heads])
        self.head.pick(self.draft.header if any(key == self.draft.header for _, key in heads) else ())
        read = sum(bool(c.seen.key) for c in view.columns)
        self.card.rule.setText(
            say("mapping.rule", rows=f"{view.seen.rows:,}", read=read, left=len(view.columns) - read)
        )
        if view.seen.fits:
            self.state.show_as(say("mapping.fits"), "done")
        else:
            self.state.show_as(say("mapping.lacks", columns="、".join(view.seen.missing)), "danger")
        if shown:
            number = before.seen.number if before is not None else 0
            # The column decided last stays in sight; where it has left the list, the one after it.
            at = next((at for at, column in enumerate(shown) if column.seen.number >= number), len(shown) - 1)
            self.table.choose(at)

    def _field(self, column: ColumnView) -> Cell:
        if not column.seen.key:
            return Cell(say("mapping.not_read"), "text3", tip=say("mapping.not_read_tip"))
        word = self._words.get(column.seen.key, column.seen.key)
        return Cell(word, "accent_deep", icon="edit" if column.seen.by_hand else "")

    # ---- deciding ---------------------------------------------------------------------------------------------

    def decide(self, key: str | None) -> None:
        """The column in sight is the field `key`; "" is not to be read, None is left to its header's word."""
        view, column = self.current(), self.table.current()
        if view is None or column is None:
            return
        self.table.setFocus()
        self._look(assigned(self.draft, view.seen, column.seen, key))

    def _set_head(self) -> None:
        self._look(LayoutDraft(self.draft.base, self.draft.columns, self.head.value()))

    def release(self) -> None:
        """Let go of every value."""
        self.file, self.sheets, self.draft = None, (), LayoutDraft("")
        self.card.show_source(None)
        self.sheet.offer([])
        self.head.offer([])
        self.pane.show_column(None, ())


class ColumnPane(Card):
    """One column: its field, found by typing, and its values with what they are read as."""

    decided = Signal(object)

    def __init__(self, view: MappingView) -> None:
        super().__init__(say("mapping.pane"), parent=view)
        self._fields: Sequence[FieldWord] = ()
        self.filter = line(placeholder=say("mapping.filter"), longest=20, parent=self)
        self.filter.setAccessibleName(say("mapping.filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _text: self._offer())
        self.filter.returnPressed.connect(self._take)
        self.body.addWidget(self.filter)
        self.fields: WindowTable[FieldWord] = WindowTable(
            [Column(say("mapping.column_field"), lambda f: f.word, 120, grow=1)], say("mapping.fields"), self
        )
        self.fields.horizontalHeader().hide()
        self.fields.setMinimumHeight(theme.current().px(84))
        self.fields.opened.connect(lambda _field: self._take())
        self.body.addWidget(self.fields, 2)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.take_button = button(say("mapping.take"), self._take, small=True, deed=True, parent=self)
        self.leave_button = button(
            say("mapping.leave"), lambda: self.decided.emit(""), small=True, deed=True, parent=self
        )
        self.auto_button = button(
            say("mapping.auto"), lambda: self.decided.emit(None), small=True, deed=True, parent=self
        )
        self.fields.chosen.connect(lambda _field: self.take_button.setEnabled(True))
        for each in (self.take_button, self.leave_button, self.auto_button):
            row.addWidget(each)
        row.addStretch(1)
        self.body.addLayout(row)
        samples: list[Column[Sample]] = [
            Column(say("mapping.sample_raw"), lambda s: s.raw, 92, grow=1),
            Column(say("mapping.sample_said"), lambda s: Cell(s.said, _TONES[s.how]), 108, grow=1),
            Column(say("mapping.sample_count"), lambda s: f"{s.count:,}", 44, Align.RIGHT),
        ]
        empty = EmptyState(say("mapping.no_values"), picture="list")
        self.samples: TableCard[Sample] = TableCard(samples, say("mapping.samples"), empty, parent=self)
        self.samples.shown.hide()
        self.samples.set_least(84)
        self.body.addWidget(self.samples, 3)

    def show_column(self, column: ColumnView | None, fields: Sequence[FieldWord]) -> None:
        """Show a column, or nothing."""
        self._fields = fields
        self.filter.clear()
        if column is None:
            self.set_title(say("mapping.pane"))
            self.samples.show_source(None)
            self.fields.show_source(None)
            return
        header = column.seen.header or say("mapping.no_header")
        self.set_title(say("mapping.pane_of", letter=column.seen.letter, header=header))
        self._offer(column.seen.key)
        self.auto_button.setEnabled(column.seen.by_hand)
        self.samples.show_source(Rows(column.read.samples))
        self.samples.rule.setText(say("mapping.samples_rule", filled=f"{column.read.filled:,}"))

    def _offer(self, chosen: str = "") -> None:
        text = self.filter.text().strip()
        found = [field for field in self._fields if text in field.word]
        self.fields.show_source(Rows(found))
        at = next((at for at, field in enumerate(found) if field.key == chosen), 0 if text else -1)
        self.take_button.setEnabled(at >= 0)
        if at >= 0:
            self.fields.choose(at)
            QTimer.singleShot(0, self, self._centre)

    def _centre(self) -> None:
        self.fields.scrollTo(self.fields.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _take(self) -> None:
        field = self.fields.current()
        if field is not None:
            self.decided.emit(field.key)


# ---- cells ----------------------------------------------------------------------------------------------------


def _sheet_word(view: SheetView) -> str:
    state = say("mapping.fits") if view.seen.fits else say("mapping.not_a_list")
    return say("mapping.sheet_of", sheet=view.seen.sheet or view.seen.file, rows=f"{view.seen.rows:,}", state=state)


def _header(column: ColumnView) -> Cell:
    return Cell(column.seen.header) if column.seen.header else Cell(say("mapping.no_header"), "text3")


def _values(column: ColumnView) -> Cell:
    if not column.read.samples:
        return Cell(say("mapping.no_values"), "text3")
    return Cell("、".join(sample.raw for sample in column.read.samples))


def _read(column: ColumnView) -> Cell:
    if not column.seen.key or not column.read.samples:
        return Cell("―", "text3")
    tone = _TONES[column.read.samples[0].how]
    return Cell("、".join(dict.fromkeys(sample.said for sample in column.read.samples if sample.said)), tone)


def _left(column: ColumnView) -> Cell:
    if not column.seen.key or not column.read.left:
        return Cell("―" if not column.seen.key else "0", "text3")
    return Cell(f"{column.read.left:,}", "danger", bold=True)
