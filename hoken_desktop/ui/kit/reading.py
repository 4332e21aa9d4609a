"""The way Tab goes: in the order of reading, found anew at each press, because pages build their parts as they go.

Qt's own chain is the order in which widgets were made, and whatever is made later stands at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTextEdit,
    QWidget,
)

_WHOLE = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QTextEdit)
"""What lies inside these is theirs."""


def in_reading_order(root: QWidget, closed: QWidget | None = None) -> Iterator[QWidget]:
    """Every widget under `root` at which Tab stops now, as its layouts lay them: by rows, each from the left; among
    them `closed`, which was one a moment ago."""
    for inner in _inside(root):
        if inner.isHidden() or inner.isWindow():
            continue
        if inner is closed or stops_at(inner):
            yield inner
        if not isinstance(inner, _WHOLE):
            yield from in_reading_order(inner, closed)


def move_focus(root: QWidget, forward: bool) -> bool:
    """Give the focus to the next stop under `root`, or the one before; from the last on to the first again.

    Qt asks for this too when what has the focus is closed or hidden, also while a sheet lies over the window.
    """
    now: QWidget | None = root.window().focusWidget()
    stops = list(in_reading_order(root, now))
    while now is not None and now not in stops:
        now = now.parentWidget()
    place = stops.index(now) if now is not None else (-1 if forward else 0)
    targets = [*stops[place + 1 :], *stops[: max(place, 0)]]
    targets = [each for each in targets if stops_at(each)]
    if not targets:
        return False
    target = targets[0 if forward else -1]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    target.setFocus(reason)
    _bring_into_sight(target)
    return True


def go_on(*widgets: QWidget) -> None:
    """Give the focus to the stop after these, for Enter that leaves a line or a digit that answers a group.

    Of a group with an answer only the answer is a stop (Qt takes the others out of the way of Tab).
    """
    stops = list(in_reading_order(widgets[0].window()))
    places = [stops.index(each) for each in widgets if each in stops]
    if places:
        target = stops[(max(places) + 1) % len(stops)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        _bring_into_sight(target)


def stops_at(widget: QWidget) -> bool:
    """Whether Tab stops here."""
    wants = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return wants and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None


def _inside(widget: QWidget) -> Iterator[QWidget]:
    """The widgets right inside, in order: by what lays them, then by where they lie."""
    if isinstance(widget, QStackedWidget):
        current = widget.currentWidget()
        if current is not None:
            yield current
        return
    if isinstance(widget, QScrollArea):
        inner = widget.widget()
        if inner is not None:
            yield inner
        return
    laid: list[QWidget] = []
    if isinstance(widget, QSplitter):
        laid = [each for place in range(widget.count()) if (each := widget.widget(place)) is not None]
    layout = widget.layout()
    if layout is not None:
        laid = list(_of_layout(layout))
    yield from laid
    others = [
        each
        for each in widget.children()
        if isinstance(each, QWidget) and each not in laid and not each.isWindow() and not each.isHidden()
    ]
    yield from sorted(others, key=lambda each: (each.y(), each.x()))


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        grid = layout
        places.sort(key=lambda place: _cell(grid, place))
    for place in places:
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _of_layout(inner)


def _cell(grid: QGridLayout, place: int) -> tuple[int, int]:
    found: Any = grid.getItemPosition(place)  # the stubs say None
    return int(found[0]), int(found[1])


def _bring_into_sight(widget: QWidget) -> None:
    holder = widget.parentWidget()
    while holder is not None:
        inner = holder.widget() if isinstance(holder, QScrollArea) else None
        if isinstance(holder, QScrollArea) and inner is not None and inner.isAncestorOf(widget):
            holder.ensureWidgetVisible(widget)
        holder = holder.parentWidget()
