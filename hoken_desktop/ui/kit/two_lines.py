"""A list whose rows have two lines: a mark, who it is and a tag in the first, what there is to say in the second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.tables import Cell, Column, WindowTable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TwoLines:
    """What a row shows; `tone` is the tag's (plain, accent, danger, warn, done)."""

    first: str
    second: str = ""
    mark: DeviceGroup | None = None
    tag: str = ""
    tone: str = "plain"


class TwoLineTable(WindowTable[T], Generic[T]):
    """A `WindowTable` of one column without a head; `look` says what a row shows."""

    def __init__(self, look: Callable[[T], TwoLines], name: str, parent: QWidget | None = None) -> None:
        super().__init__([Column(name, lambda row: _cell(look(row)), 80, grow=1)], name, parent, row_height="row_queue")
        self.lines_of = look
        self._two_lines = _Painter(self)
        self.setItemDelegate(self._two_lines)
        self.horizontalHeader().setVisible(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def _cell(lines: TwoLines) -> Cell:
    """What a screen reader and a tooltip say of the row."""
    words = " ".join(part for part in (lines.first, lines.tag, lines.second) if part)
    return Cell(words, mark=lines.mark, tip="\n".join(part for part in (lines.first, lines.second) if part))


class _Painter(QStyledItemDelegate):
    def __init__(self, view: TwoLineTable[Any]) -> None:
        super().__init__(view)
        self._view = view

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme.current()
        value = self._view.window_model.row_at(index.row())
        if value is None:
            return
        lines = self._view.lines_of(value)
        box = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(box, look.colour("selected"))
        elif index.row() == self._view.hovered_row:
            painter.fillRect(box, look.colour("hover"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), look.colour("line"))
        if chosen:
            bar = look.colour("accent" if self._view.hasFocus() else "control")
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), bar)
        side = look.px(14)
        left = box.left() + 10.0
        half = box.height() / 2
        if lines.mark is not None:
            marks.paint(painter, QRectF(left, box.top() + half / 2 - side / 2 + 2, side, side), lines.mark)
            left += side + 6
        right = float(box.right() - 10)
        if lines.tag:
            right = self._tag(painter, box, lines) - 6
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows = (
            (lines.first, look.font("table", bold=chosen), "text", QRectF(left, box.top() + 3, right - left, half - 2)),
            (lines.second, look.font("note"), "text2",
             QRectF(left, box.top() + half - 1, box.right() - 10 - left, half - 3)),
        )  # fmt: skip
        for words, font, tone, room in rows:
            painter.setFont(font)
            painter.setPen(look.colour(tone))
            shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, flags, shown)
        painter.restore()

    @staticmethod
    def _tag(painter: QPainter, box: QRect, lines: TwoLines) -> float:
        """Paint the tag at the right of the first line; gives where it begins."""
        look = theme.current()
        font = look.font("note")
        width = QFontMetrics(font).horizontalAdvance(lines.tag) + 12
        height = look.height("tag")
        ground = QRectF(box.right() - 10 - width, box.top() + 4, width, height)
        tint, ink = look.tag(lines.tone)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawRoundedRect(ground, 3, 3)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(ground, int(Qt.AlignmentFlag.AlignCenter), lines.tag)
        return ground.left()
