"""A seat for a page or a sheet: as large as the window, and scrolled where even the least of it has no room.

Small screens (1366×768 at 150 % has 910×512 pixels), large text and a notice that pushes must never put a button out of
reach. Qt would squeeze what does not fit until words are cut and things lie on one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QBoxLayout,
    QComboBox,
    QFrame,
    QGridLayout,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

_WHOLE = (QAbstractButton, QAbstractScrollArea, QAbstractSpinBox, QComboBox, QLineEdit)
"""What lies inside these is theirs, and so is what they need."""
_OWN_POLICY = "ownSizePolicy"
_ROUNDS = 4
"""A scroll bar takes width, which may break a line anew, and so on; it settles at once or in a few rounds."""


class Seat(QScrollArea):
    """Holds `inner`; scroll bars only where its least size has no room."""

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
        self._fitting = False
        layout = inner.layout()
        self._right = layout.contentsMargins().right() if layout is not None else 0
        inner.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def sizeHint(self) -> QSize:
        inner = self.widget()
        return inner.sizeHint() if inner is not None else QSize()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give the inner widget the room there is, or the least it needs."""
        inner = self.widget()
        if inner is None or self._fitting:
            return
        self._fitting = True
        try:
            for stack in inner.findChildren(QStackedWidget):
                _count_only_what_is_in_sight(stack)
            for _ in range(_ROUNDS):
                wanted = self._wanted(inner)
                if wanted == inner.size():
                    break
                inner.resize(wanted)
        finally:
            self._fitting = False

    def _wanted(self, inner: QWidget) -> QSize:
        room = self.maximumViewportSize()
        bar = self.verticalScrollBar().sizeHint().width()
        least = QSize(least_width(inner), least_height(inner))
        tall = least.height() > room.height()
        wide = least.width() > room.width() - (bar if tall else 0)
        tall = least.height() > room.height() - (bar if wide else 0)
        if (layout := inner.layout()) is not None:  # the bar stands in the margin, and takes no width from the words
            margins = layout.contentsMargins()
            margins.setRight(max(self._right - bar, 0) if tall else self._right)
            layout.setContentsMargins(margins)
        return QSize(
            max(least.width(), room.width() - (bar if tall else 0)),
            max(least.height(), room.height() - (bar if wide else 0)),
        )


def _count_only_what_is_in_sight(stack: QStackedWidget) -> None:
    """Qt gives a stack the room of its largest page, also of one that nobody sees, and squeezes all around it."""
    for place in range(stack.count()):
        page = stack.widget(place)
        if page is None:
            continue
        own = page.property(_OWN_POLICY)
        if place == stack.currentIndex():
            if own is not None:
                page.setProperty(_OWN_POLICY, None)
                page.setSizePolicy(own)
        elif own is None:
            page.setProperty(_OWN_POLICY, page.sizePolicy())
            page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)


def least_width(widget: QWidget) -> int:
    """The least width at which nothing of `widget` is cut; of a stack the page in sight counts."""
    if widget.minimumWidth():
        return widget.minimumWidth()
    if isinstance(widget, QStackedWidget):
        page = widget.currentWidget()
        need = (least_width(page) if page is not None else 0) + widget.width() - widget.contentsRect().width()
    elif (layout := widget.layout()) is not None and not isinstance(widget, _WHOLE):
        need = _layout_width(layout) + widget.width() - widget.contentsRect().width()
    else:
        need = _leaf(
            widget.sizePolicy().horizontalPolicy(), widget.minimumSizeHint().width(), widget.sizeHint().width()
        )
    return min(need, widget.maximumWidth())


def least_height(widget: QWidget) -> int:
    """The least height at which nothing of `widget` is cut, at the width it has now; of a stack the page in sight
    counts."""
    if widget.minimumHeight():
        return widget.minimumHeight()
    if isinstance(widget, QStackedWidget):
        page = widget.currentWidget()
        need = (least_height(page) if page is not None else 0) + widget.height() - widget.contentsRect().height()
    elif (layout := widget.layout()) is not None and not isinstance(widget, _WHOLE):
        need = _layout_height(layout) + widget.height() - widget.contentsRect().height()
    elif widget.hasHeightForWidth():
        need = widget.heightForWidth(widget.width())
    else:
        need = _leaf(
            widget.sizePolicy().verticalPolicy(), widget.minimumSizeHint().height(), widget.sizeHint().height()
        )
    return min(need, widget.maximumHeight())


_SHRINKS = (QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)


def _leaf(policy: QSizePolicy.Policy, least: int, wished: int) -> int:
    if policy == QSizePolicy.Policy.Ignored:
        return 0
    return max(least, 0) if policy in _SHRINKS else max(least, wished)


def _items(layout: QLayout) -> Iterator[QLayoutItem]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is not None:
            yield item


def _item_width(item: QLayoutItem) -> int:
    widget, inner = item.widget(), item.layout()
    if widget is not None:
        return 0 if item.isEmpty() else least_width(widget)
    return _layout_width(inner) if inner is not None else item.minimumSize().width()


def _item_height(item: QLayoutItem) -> int:
    widget, inner = item.widget(), item.layout()
    if widget is not None:
        return 0 if item.isEmpty() else least_height(widget)
    return _layout_height(inner) if inner is not None else item.minimumSize().height()


def _layout_width(layout: QLayout) -> int:
    margins = layout.contentsMargins()
    return _laid_width(layout) + margins.left() + margins.right()


def _layout_height(layout: QLayout) -> int:
    margins = layout.contentsMargins()
    return _laid_height(layout) + margins.top() + margins.bottom()


def _laid_width(layout: QLayout) -> int:
    if isinstance(layout, QBoxLayout):
        along = layout.direction() in (QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.RightToLeft)
        return _boxes(layout, [(_item_width(item), item.isEmpty()) for item in _items(layout)], along)
    if isinstance(layout, QGridLayout):
        return _cells(layout, across=True)
    return layout.minimumSize().width()


def _laid_height(layout: QLayout) -> int:
    if isinstance(layout, QBoxLayout):
        along = layout.direction() in (QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.BottomToTop)
        return _boxes(layout, [(_item_height(item), item.isEmpty()) for item in _items(layout)], along)
    if isinstance(layout, QGridLayout):
        return _cells(layout, across=False)
    if layout.hasHeightForWidth():
        return layout.heightForWidth(layout.geometry().width())
    return layout.minimumSize().height()


def _boxes(layout: QBoxLayout, sizes: list[tuple[int, bool]], along: bool) -> int:
    """`sizes` with whether there is nothing in it: hidden, or a spacer, which takes room but no spacing."""
    if not along:
        return max((size for size, empty in sizes if not empty), default=0)
    spaces = max(layout.spacing(), 0) * max(sum(not empty for _, empty in sizes) - 1, 0)
    return sum(size for size, _ in sizes) + spaces


def _cells(layout: QGridLayout, *, across: bool) -> int:
    """The least of a grid: its lines one by one, and more where something that spans several needs it."""
    space = max(layout.horizontalSpacing() if across else layout.verticalSpacing(), 0)
    lines: dict[int, int] = {}
    spanning: list[tuple[range, int]] = []
    for place, item in enumerate(_items(layout)):
        if item.isEmpty():
            continue
        found: Any = layout.getItemPosition(place)  # the stubs say None
        row, column, rows, columns = found
        first, count = (column, columns) if across else (row, rows)
        size = _item_width(item) if across else _item_height(item)
        if count == 1:
            lines[first] = max(lines.get(first, 0), size)
        else:
            spanning.append((range(first, first + count), size))
    for span, size in spanning:
        has = sum(lines.get(line, 0) for line in span) + space * (len(span) - 1)
        if size > has:
            lines[span[-1]] = lines.get(span[-1], 0) + size - has
    return sum(lines.values()) + space * max(len(lines) - 1, 0)
