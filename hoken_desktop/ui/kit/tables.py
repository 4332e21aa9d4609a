"""Tables that show a window of a long list: the model asks its source for one page at a time and keeps a few.

Sorting and filtering are the source's work (its service asks the registry); the view never copies the list.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.labels import Label, plain_tip
from hoken_desktop.words import label, say

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

PAGE = 100
PAGES_KEPT = 16
_MEASURED = 40
"""Rows whose words say how much of a column's width is spare."""
_SORT_MARK = 18
"""px of a head for the mark of the order."""
_Index = QModelIndex | QPersistentModelIndex


class RowSource(Protocol[T_co]):
    """A list that can be asked for a part of itself, in its own order."""

    def count(self) -> int:
        """How many rows there are."""

    def page(self, offset: int, limit: int) -> Sequence[T_co]:
        """Rows `offset` to `offset + limit`, fewer at the end."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """A source over rows already at hand."""

    rows: Sequence[T]

    def count(self) -> int:
        return len(self.rows)

    def page(self, offset: int, limit: int) -> Sequence[T]:
        return self.rows[offset : offset + limit]


class Align(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: `tone` is a colour role, `icon` stands before it, `tag` makes it a tag of that tone."""

    text: str = ""
    tone: str = "text"
    bold: bool = False
    icon: str = ""
    mark: DeviceGroup | None = None
    tag: str = ""
    tip: str = ""

    def spoken(self) -> str:
        """What a screen reader says."""
        return " ".join(part for part in (label(self.mark) if self.mark else "", self.text) if part)


def short_day(day: date, tone: str = "text", *, icon: str = "") -> Cell:
    """A day in few letters (R8.10.22); both calendars in full on hover."""
    return Cell(format_wareki(day, short=True), tone, icon=icon, tip=f"{format_wareki(day)}({day.isoformat()})")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: `show` makes the cell of a row; `sort` names the order a click on the header asks for.

    `width` is px at 100 %; `grow` columns share what is left; `lead` (the name) is bold in the chosen row.
    """

    title: str
    show: Callable[[T], Cell | str]
    width: int
    align: Align = Align.LEFT
    sort: str = ""
    grow: int = 0
    lead: bool = False


_CELL_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class WindowModel(QAbstractTableModel, Generic[T]):
    """The source as Qt sees it, a page at a time."""

    def __init__(self, columns: Sequence[Column[T]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._source: RowSource[T] | None = None
        self._count = 0
        self._pages: OrderedDict[int, Sequence[T]] = OrderedDict()
        self._tint: Callable[[T], str] | None = None

    @property
    def columns(self) -> tuple[Column[T], ...]:
        return self._columns

    def show(self, source: RowSource[T] | None, columns: Sequence[Column[T]] | None = None) -> None:
        """Show another source (None empties the model and forgets every row), with other columns if given."""
        self.beginResetModel()
        if columns is not None:
            self._columns = tuple(columns)
        self._source = source
        self._pages.clear()
        self._count = source.count() if source is not None else 0
        self.endResetModel()

    def set_tint(self, tint: Callable[[T], str] | None) -> None:
        """`tint` gives the colour role of a row's ground, or "" for none."""
        self._tint = tint

    def row_at(self, row: int) -> T | None:
        """The row's value, or None past the end."""
        if self._source is None or not 0 <= row < self._count:
            return None
        number = row // PAGE
        page = self._pages.get(number)
        if page is None:
            page = self._source.page(number * PAGE, PAGE)
            self._pages[number] = page
            while len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        place = row - number * PAGE
        return page[place] if place < len(page) else None

    def cell(self, row: int, column: int) -> Cell:
        """The cell as its column shows it."""
        value = self.row_at(row)
        if value is None:
            return Cell()
        shown = self._columns[column].show(value)
        return Cell(shown) if isinstance(shown, str) else shown

    def tint(self, row: int) -> str:
        """The colour role of the row's ground, or ""."""
        value = self.row_at(row)
        return "" if self._tint is None or value is None else self._tint(value)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column()).text
        if role == _CELL_ROLE:
            return self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            column = self._columns[index.column()]
            return f"{column.title} {self.cell(index.row(), index.column()).spoken()}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_flag(column.align) | Qt.AlignmentFlag.AlignVCenter)
        return None


def _flag(align: Align) -> Qt.AlignmentFlag:
    return {
        Align.LEFT: Qt.AlignmentFlag.AlignLeft,
        Align.RIGHT: Qt.AlignmentFlag.AlignRight,
        Align.CENTRE: Qt.AlignmentFlag.AlignHCenter,
    }[align]


class _Painter(QStyledItemDelegate):
    """Paints a cell: ground, accent bar, icon, mark, tag, text; what is elided has a tooltip."""

    def __init__(self, view: WindowTable[Any]) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look = theme.current()
        model = self._view.window_model
        cell = model.cell(index.row(), index.column())
        column = model.columns[index.column()]
        box = QRect(option.rect)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focused = self._view.hasFocus() and index == self._view.currentIndex()
        painter.save()
        tint = model.tint(index.row())
        if chosen:
            painter.fillRect(box, look.colour("selected"))
        elif index.row() == self._view.hovered_row:
            painter.fillRect(box, look.colour("hover"))
        elif tint:
            painter.fillRect(box, look.colour(tint))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), look.colour("line"))
        if tint == "lit" and index.column() == 0:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height() - 1), look.colour("lit_bar"))
        if chosen and index.column() == 0:
            bar = look.colour("accent" if self._view.hasFocus() else "control")
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), bar)
        self._content(painter, box, cell, column, chosen)
        if focused and not self._view.whole_rows:
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -2))
        painter.restore()

    def _content(self, painter: QPainter, box: QRect, cell: Cell, column: Column[Any], chosen: bool) -> None:
        look = theme.current()
        inner = QRectF(box.adjusted(8, 0, -8, 0))
        font = cell_font(cell, column, chosen)
        metrics = QFontMetrics(font)
        side = look.px(14)
        lead = 0.0
        if cell.mark is not None:
            lead += side + (4 if cell.text else 0)
        if cell.icon:
            lead += side + 3
        text = metrics.elidedText(cell.text, Qt.TextElideMode.ElideRight, max(0, int(inner.width() - lead)))
        width = lead + metrics.horizontalAdvance(text) + (12 if cell.tag else 0)
        left = inner.left()
        if column.align is Align.RIGHT:
            left = inner.right() - width
        elif column.align is Align.CENTRE:
            left = inner.center().x() - width / 2
        left = max(left, inner.left())
        if cell.tag:
            height = look.height("tag")
            ground = look.tag(cell.tag)[0]
            tag_box = QRectF(left, inner.center().y() - height / 2, min(width, inner.width()), height)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(tag_box, 3, 3)
            left += 6
        if cell.mark is not None:
            marks.paint(painter, QRectF(left, inner.center().y() - side / 2, side, side), cell.mark)
            left += side + 4
        if cell.icon:
            icons.paint(painter, QRectF(left, inner.center().y() - side / 2, side, side), cell.icon, cell.tone)
            left += side + 3
        painter.setFont(font)
        painter.setPen(look.colour(_tag_text(cell)))
        if text != cell.text and self._view.wraps:
            wrapped = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(
                Qt.TextFlag.TextWrapAnywhere
            )
            painter.drawText(QRectF(left, box.top(), inner.right() - left, box.height()), wrapped, cell.text)
            return
        painter.drawText(
            QRectF(left, box.top(), inner.right() - left + 8, box.height()),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            text,
        )


def _tag_text(cell: Cell) -> str:
    if cell.tag:
        return {"plain": "text2", "accent": "accent_deep"}.get(cell.tag, cell.tag)
    return cell.tone


def cell_font(cell: Cell, column: Column[Any], chosen: bool = False) -> QFont:
    """The font a cell is painted in."""
    return theme.current().font("note" if cell.tag else "table", bold=cell.bold or (chosen and column.lead))


def _narrowed(widths: Sequence[int], needed: Sequence[int], excess: int) -> list[int]:
    """These widths less `excess`, or as much of it as the words can spare; what can be spared beyond goes to the
    columns whose words have too little."""
    spare = [max(0, width - need) for width, need in zip(widths, needed, strict=True)]
    lack = [max(0, need - width) for width, need in zip(widths, needed, strict=True)]
    taken = min(sum(spare), excess + sum(lack))
    rest = max(0, taken - excess)
    return [
        width - taken * less // max(sum(spare), 1) + rest * more // max(sum(lack), 1)
        for width, less, more in zip(widths, spare, lack, strict=True)
    ]


class WindowTable(QTableView, Generic[T]):
    """The view: rows of one height, keyboard first (arrows, Home, End, Enter opens), no grid, no zebra."""

    chosen = Signal(object)  # the row's value, or None
    opened = Signal(object)  # Enter or a double click
    resized = Signal()
    sort_asked = Signal(str, bool)  # the column's `sort`, and whether descending

    def __init__(
        self, columns: Sequence[Column[T]], name: str, parent: QWidget | None = None, *, row_height: str = "row"
    ) -> None:
        super().__init__(parent)
        self.window_model: WindowModel[T] = WindowModel(columns, self)
        self.setModel(self.window_model)
        self.setAccessibleName(name)
        self.whole_rows = True
        self.hovered_row = -1
        self._row_height = row_height
        self._sort = ("", False)
        self.wraps = False
        self._painter = _Painter(self)
        self.setItemDelegate(self._painter)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setCornerButtonEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.sectionClicked.connect(self._head_clicked)
        head.setSortIndicatorShown(False)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self._measure()

    def show_source(self, source: RowSource[T] | None, columns: Sequence[Column[T]] | None = None) -> None:
        """Show `source` from its top; None forgets every row."""
        self.window_model.show(source, columns)
        self._share_width()
        self.scrollToTop()

    def current(self) -> T | None:
        """The chosen row's value."""
        index = self.currentIndex()
        return self.window_model.row_at(index.row()) if index.isValid() else None

    def choose(self, row: int) -> None:
        """Choose a row by its place and bring it into sight."""
        if 0 <= row < self.window_model.rowCount():
            index = self.window_model.index(row, 0)
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            )
            self.scrollTo(index)

    def wrap(self) -> None:
        """Break what is too long for its column, for a short table in which every word must be seen."""
        self.wraps = True
        self._share_width()

    def _share_height(self) -> None:
        look, model = theme.current(), self.window_model
        for row in range(model.rowCount() if self.wraps else 0):
            lines = max(self._lines(row, column) for column in range(model.columnCount()))
            line = QFontMetrics(look.font("table")).lineSpacing()
            self.setRowHeight(row, look.height(self._row_height) + (lines - 1) * line)

    def _lines(self, row: int, column: int) -> int:
        cell = self.window_model.cell(row, column)
        font = cell_font(cell, self.window_model.columns[column])
        room = QRect(0, 0, max(self.columnWidth(column) - 16, 1), 0)
        tall = QFontMetrics(font).boundingRect(room, int(Qt.TextFlag.TextWrapAnywhere), cell.text).height()
        return max(round(tall / QFontMetrics(font).lineSpacing()), 1)

    def first_shown(self) -> int:
        """The place of the first row in sight."""
        return max(self.rowAt(0), 0)

    def rows_in_sight(self) -> int:
        """How many whole rows the height holds."""
        return self.viewport().height() // max(self.rowHeight(0) if self.window_model.rowCount() else 28, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.currentIndex().isValid():
                self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.rowAt(int(event.position().y())))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row_height"):
            self._measure()
            self._share_width()
        super().changeEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._tip(event)
            return True
        return super().viewportEvent(event)

    def _tip(self, event: Any) -> None:
        index = self.indexAt(event.pos())
        if not index.isValid():
            QToolTip.hideText()
            return
        cell = self.window_model.cell(index.row(), index.column())
        column = self.window_model.columns[index.column()]
        room = self.columnWidth(index.column()) - 16 - (theme.current().px(17) if cell.icon or cell.mark else 0)
        long = QFontMetrics(cell_font(cell, column)).horizontalAdvance(cell.text) > room
        words = cell.tip or (cell.text if long else "") or (label(cell.mark) if cell.mark and not cell.text else "")
        if words:
            QToolTip.showText(event.globalPos(), plain_tip(words), self.viewport())
        else:
            QToolTip.hideText()

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()

    def _measure(self) -> None:
        look = theme.current()
        self.verticalHeader().setMinimumSectionSize(look.height(self._row_height))
        self.verticalHeader().setDefaultSectionSize(look.height(self._row_height))
        self.horizontalHeader().setFixedHeight(look.height("table_head"))

    def _share_width(self) -> None:
        look = theme.current()
        columns = self.window_model.columns
        heads = QFontMetrics(look.font("note", bold=True))
        widths = [max(look.px(column.width), heads.horizontalAdvance(column.title) + 18) for column in columns]
        room, places = self.viewport().width(), range(len(columns))
        if sum(widths) > room:
            widths = _narrowed(widths, [self._needed(place) for place in places], sum(widths) - room)
        spare = [max(0, widths[place] - self._floor(place)) for place in places]
        given = min(max(sum(widths) - room, 0), sum(spare))
        widths = [width - -(-given * each // max(sum(spare), 1)) for width, each in zip(widths, spare, strict=True)]
        left = max(room - sum(widths), 0)
        shares = max(sum(column.grow for column in columns), 1)
        for place, column in enumerate(columns):
            self.setColumnWidth(place, widths[place] + left * column.grow // shares)
        self._share_height()

    def _floor(self, place: int) -> int:
        """How narrow a long column may get: a little too narrow is better elided (with its tooltip) than scrolled
        sideways. A name never elides before its kana does, and nothing short does at all."""
        column = self.window_model.columns[place]
        return theme.current().px(column.width) * 4 // 7 if column.grow and not column.lead else 1_000_000

    def _needed(self, place: int) -> int:
        """The width in which a column shows its head and its first rows whole."""
        look, model = theme.current(), self.window_model
        column = model.columns[place]
        head = QFontMetrics(look.font("note", bold=True)).horizontalAdvance(column.title)
        widest = head + (look.px(_SORT_MARK) if column.sort and column.sort == self._sort[0] else 0)
        for row in range(min(model.rowCount(), _MEASURED)):
            cell = model.cell(row, place)
            room = QFontMetrics(cell_font(cell, column, chosen=True)).horizontalAdvance(cell.text)
            room += 12 if cell.tag else 0
            room += sum(look.px(17) for part in (cell.icon, cell.mark) if part)
            widest = max(widest, room)
        return widest + 18

    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and self.selectionMode() is QAbstractItemView.SelectionMode.SingleSelection:
            # Qt names the current row before it selects it (a click), or without (the focus): who hears of a chosen
            # row may ask for the selection at once, and what is shown beside must be the row that is lit.
            self.selectionModel().select(
                now, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            )
        self.chosen.emit(self.window_model.row_at(now.row()) if now.isValid() else None)

    def _open(self, row: int) -> None:
        value = self.window_model.row_at(row)
        if value is not None:
            self.opened.emit(value)

    def show_sort(self, sort: str, descending: bool) -> None:
        """Show in the head by which column the rows are ordered, and which way."""
        self._sort = (sort, descending)
        head = self.horizontalHeader()
        section = next((at for at, each in enumerate(self.window_model.columns) if each.sort == sort), -1)
        head.setSortIndicatorShown(section >= 0)
        if section >= 0:
            falling, rising = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
            head.setSortIndicator(section, falling if descending else rising)
        self._share_width()  # the mark of the order needs its room

    def _head_clicked(self, section: int) -> None:
        sort = self.window_model.columns[section].sort
        if not sort:
            return
        self.show_sort(sort, not self._sort[1] if self._sort[0] == sort else False)
        self.sort_asked.emit(*self._sort)


class TableCard(Card, Generic[T]):
    """A table in a card: an empty state instead of an empty frame, a foot line for counts and the rule in use."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        name: str,
        empty: EmptyState,
        *,
        title: str = "",
        aside: str = "",
        top: str = "",
        row_height: str = "row",
        counted: str = "kit.rows_shown",
        parent: QWidget | None = None,
    ) -> None:
        """`counted` is the sentence of the foot: people unless "kit.things_shown" says otherwise."""
        super().__init__(title, aside, parent, top=top, flush=True)
        self._counted = counted
        self.table: WindowTable[T] = WindowTable(columns, name, self, row_height=row_height)
        self.empty = empty
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        self.body.addWidget(self._stack)
        self._foot = self.add_footer()
        self.shown = Label("", "note", "text2", parent=self)
        self.rule = Label("", "note", "text2", parent=self)
        self._counts = QVBoxLayout()
        self._counts_widget: QWidget | None = None
        self._foot.addWidget(self.shown)
        self._foot.addLayout(self._counts)
        self._foot.addStretch(1)
        self._foot.addWidget(self.rule)
        self._stack.setCurrentWidget(empty)
        self.table.verticalScrollBar().valueChanged.connect(self._tell)
        self.table.resized.connect(self._tell)
        self._tell()

    def set_least(self, height: int) -> None:
        """Let the list shrink to `height` (px at 100 %): a small window scrolls the list and keeps its own size."""
        self._stack.setMinimumHeight(theme.current().px(height))

    def show_source(
        self,
        source: RowSource[T] | None,
        counts: dict[DeviceGroup, int] | None = None,
        columns: Sequence[Column[T]] | None = None,
    ) -> None:
        """Show `source` and, in the foot, its counts by device; an empty one shows the empty state."""
        self.table.show_source(source, columns)
        full = self.table.window_model.rowCount() > 0
        self._stack.setCurrentWidget(self.table if full else self.empty)
        if self._counts_widget is not None:
            self._counts.removeWidget(self._counts_widget)
            self._counts_widget.hide()
            self._counts_widget.deleteLater()
            self._counts_widget = None
        if counts is not None and full:
            self._counts_widget = marks.Legend(counts, self)
            self._counts.addWidget(self._counts_widget)
        self._tell()

    def _tell(self, _value: int = 0) -> None:
        total = self.table.window_model.rowCount()
        self.footer.setVisible(total > 0)
        if not total:
            self.shown.setText("")
            return
        first = self.table.first_shown() + 1
        last = min(total, first + max(self.table.rows_in_sight(), 1) - 1)
        self.shown.setText(say(self._counted, total=f"{total:,}", first=f"{first:,}", last=f"{last:,}"))
