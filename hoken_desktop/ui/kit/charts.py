"""Simple bars: counts by 市町 × 機器, hours, the way from 対象 to 計画. Values are written, so there are no axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.labels import plain_tip
from hoken_desktop.words import label, say

_BAR = 16
_PITCH = 36


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of a bar: `count` in colour role `tone`, `name` for the tooltip and the screen reader."""

    count: int
    tone: str = "accent"
    name: str = ""


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar: its label, its parts from left to right, a note at the right end; `key` is given by `opened`."""

    name: str
    parts: tuple[BarPart, ...]
    note: str = ""
    key: str = ""

    @property
    def total(self) -> int:
        return sum(part.count for part in self.parts)


def by_device(name: str, counts: dict[DeviceGroup, int], key: str = "") -> BarRow:
    """A stacked row in the fixed order ■ ◆ ●."""
    parts = tuple(BarPart(counts.get(group, 0), marks.role(group), label(group)) for group in marks.ORDER)
    return BarRow(name, parts, key=key)


class Bars(QLabel):
    """Bars under one another: Up and Down move, Enter or a click opens; every value is written or in the tooltip.

    What a screen reader says of the whole chart is its description; of the bar the arrows stand on, its name.
    """

    opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None, *, pitch: int = _PITCH) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._name = name
        self._pitch = pitch
        self._rows: tuple[BarRow, ...] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def show_rows(self, rows: Sequence[BarRow]) -> None:
        """Show these bars; the longest total fills the width."""
        self._rows = tuple(rows)
        self._at = 0
        self.setAccessibleName(f"{self._name} {self.summary()}")
        self.setAccessibleDescription(self.summary())
        self.updateGeometry()
        self.update()

    def summary(self) -> str:
        """The chart in one sentence: every bar with its total, its parts where there are several."""
        return "、".join(_spoken(row) for row in self._rows)

    def rows(self) -> tuple[BarRow, ...]:
        return self._rows

    def set_pitch(self, pitch: float) -> None:
        """Give every bar `pitch` px of height, and the widget as much as they need."""
        look = theme.current()
        self._pitch = int(pitch / look.factor)
        self.setFixedHeight(look.px(self._pitch) * max(len(self._rows), 1))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, theme.current().px(self._pitch) * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for place, row in enumerate(self._rows):
            self._paint_row(painter, place, row)
        if self.hasFocus() and self._rows:
            painter.setPen(QPen(look.colour("accent"), 2))
            top = self._at * look.px(self._pitch)
            painter.drawRect(QRectF(1, top + 1, self.width() - 2, look.px(self._pitch) - 2))
        painter.end()

    def _spans(self, place: int) -> tuple[list[tuple[QRectF, BarPart]], float]:
        """The rectangles of a row's parts and the x where its total is written."""
        look = theme.current()
        note = QFontMetrics(look.font("note"))
        names = max((QFontMetrics(look.font("table")).horizontalAdvance(row.name) for row in self._rows), default=0)
        notes = max((note.horizontalAdvance(row.note) for row in self._rows), default=0)
        left = float(min(names, self.width() * 0.4) + 12)
        right = self.width() - notes - look.px(40)
        most = max((row.total for row in self._rows), default=0) or 1
        height = look.px(_BAR)
        top = place * look.px(self._pitch) + (look.px(self._pitch) - height) / 2
        spans: list[tuple[QRectF, BarPart]] = []
        x = left
        for part in self._rows[place].parts:
            width = max(0.0, right - left) * part.count / most
            if part.count:
                spans.append((QRectF(x, top, max(width - 1, 1.0), height), part))
                x += width
        return spans, x + 7

    def _paint_row(self, painter: QPainter, place: int, row: BarRow) -> None:
        look = theme.current()
        pitch = look.px(self._pitch)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        spans, after = self._spans(place)
        table = look.font("table")
        name_room = int(spans[0][0].left() if spans else self.width() * 0.4) - 8
        name = QFontMetrics(table).elidedText(row.name, Qt.TextElideMode.ElideRight, name_room)
        painter.setFont(table)
        painter.setPen(look.colour("text"))
        painter.drawText(QRectF(0, place * pitch, name_room, pitch), middle | int(Qt.AlignmentFlag.AlignLeft), name)
        for box, part in spans:
            painter.fillRect(box, look.colour(part.tone))
            figure = f"{part.count:,}"
            font = look.font("note")
            if len(row.parts) > 1 and QFontMetrics(font).horizontalAdvance(figure) + 6 <= box.width():
                painter.setFont(font)
                painter.setPen(look.colour("on_mark"))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), figure)
        painter.setFont(look.font("table", bold=True))
        painter.setPen(look.colour("text"))
        painter.drawText(
            QRectF(after, place * pitch, 80, pitch), middle | int(Qt.AlignmentFlag.AlignLeft), f"{row.total:,}"
        )
        if row.note:
            painter.setFont(look.font("note"))
            painter.setPen(look.colour("text2"))
            painter.drawText(
                QRectF(0, place * pitch, self.width(), pitch), middle | int(Qt.AlignmentFlag.AlignRight), row.note
            )

    def _row_at(self, y: float) -> int:
        place = int(y // theme.current().px(self._pitch))
        return place if 0 <= place < len(self._rows) else -1

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._row_at(event.pos().y())
            if place >= 0:
                row = self._rows[place]
                parts = "\n".join(f"{part.name} {part.count:,}" for part in row.parts if part.name)
                QToolTip.showText(event.globalPos(), plain_tip(f"{row.name} {row.total:,}\n{parts}".strip()), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._row_at(event.position().y())
        if place >= 0:
            self._at = place
            self._open()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._rows:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._at = min(max(self._at + step, 0), len(self._rows) - 1)
            self.update()
            self.setAccessibleName(f"{self._name} {_spoken(self._rows[self._at])}")
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self._rows and self._rows[self._at].key:
            self.opened.emit(self._rows[self._at].key)


def _spoken(row: BarRow) -> str:
    words = say("kit.bar_spoken", name=row.name, n=f"{row.total:,}")
    parts = [say("kit.bar_part", name=part.name, n=f"{part.count:,}") for part in row.parts if part.name and part.count]
    return words + (say("kit.bar_parts", parts="・".join(parts)) if len(row.parts) > 1 and parts else "")
