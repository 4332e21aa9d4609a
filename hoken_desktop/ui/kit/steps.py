"""The steps of the half-year in a row: what is done, where we are, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.labels import Label, plain_tip
from hoken_desktop.words import label

_LEAST_STEP = 76
"""How narrow a step may be, in px at 100 %."""


class StepState(StrEnum):
    DONE = "done"
    CURRENT = "current"
    UNDER_WAY = "under_way"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class StepItem:
    """One step: `left` says what is left (残り 18 / 144), `share` is 0…1 for its bar or None for none."""

    key: str
    name: str
    state: StepState
    left: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class StepGroup:
    """Steps under one heading (取り込む, 確かめる, …)."""

    title: str
    steps: tuple[StepItem, ...]


class StepButton(QAbstractButton):
    """One step, painted; Space, Enter or a click opens its page."""

    def __init__(self, number: int, item: StepItem, follows: StepState | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._item = item
        self._follows = follows  # the state of the next step, for the line to it; None at the end of a group
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(plain_tip(f"{item.name} {item.left}".strip()))
        self.setAccessibleName(
            " ".join(part for part in (str(number), item.name, label(item.state), item.left) if part)
        )

    def sizeHint(self) -> QSize:
        look = theme.current()
        name = QFontMetrics(look.font("table", bold=True)).horizontalAdvance(self._item.name)
        left = QFontMetrics(look.font("note")).horizontalAdvance(self._item.left)
        return QSize(max(name, left, look.px(64)) + 16, look.px(84))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(_LEAST_STEP), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        state = self._item.state
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if state is StepState.CURRENT:
            painter.fillRect(box, look.colour("selected"))
        elif self.underMouse():
            painter.fillRect(box, look.colour("hover"))
        side = look.px(22)
        ring = QRectF(6, look.px(6), side, side)
        if self._follows is not None:
            done = state is StepState.DONE
            painter.setPen(QPen(look.colour("done" if done else "line"), 2 if done else 1))
            painter.drawLine(QPointF(ring.right() + 6, ring.center().y()), QPointF(box.right() - 1, ring.center().y()))
        self._ring(painter, ring)
        left = ring.left()
        width = box.width() - left - 2
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        name_font = look.font("table", bold=True)
        name = QFontMetrics(name_font).elidedText(self._item.name, Qt.TextElideMode.ElideRight, int(width))
        painter.setFont(name_font)
        painter.setPen(look.colour("text"))
        painter.drawText(QRectF(left, ring.bottom() + 3, width, look.px(20)), flags, name)
        note_font = look.font("note")
        note = QFontMetrics(note_font).elidedText(self._item.left, Qt.TextElideMode.ElideRight, int(width))
        painter.setFont(note_font)
        painter.setPen(look.colour("text2"))
        painter.drawText(QRectF(left, ring.bottom() + 3 + look.px(19), width, look.px(17)), flags, note)
        if self._item.share is not None:
            bar = QRectF(left, box.bottom() - look.px(8), width - 8, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("track"))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setBrush(look.colour("accent"))
            full = QRectF(bar.left(), bar.top(), bar.width() * min(max(self._item.share, 0.0), 1.0), 4)
            painter.drawRoundedRect(full, 2, 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _ring(self, painter: QPainter, ring: QRectF) -> None:
        look = theme.current()
        state = self._item.state
        if state is StepState.DONE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("done"))
            painter.drawEllipse(ring)
            icons.paint(painter, ring.adjusted(4, 4, -4, -4), "check", "on_mark")
            return
        painter.setFont(look.font("note", bold=True))
        if state is StepState.CURRENT:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            painter.drawEllipse(ring)
            painter.setPen(look.colour("on_accent"))
        else:
            under_way = state is StepState.UNDER_WAY
            painter.setBrush(look.colour("surface"))
            painter.setPen(QPen(look.colour("accent" if under_way else "control"), 2 if under_way else 1))
            painter.drawEllipse(ring.adjusted(1, 1, -1, -1))
            painter.setPen(look.colour("accent_deep" if under_way else "text2"))
        painter.drawText(ring, int(Qt.AlignmentFlag.AlignCenter), str(self._number))


class StepsStrip(QWidget):
    """All steps in their groups, in one row, or in two where the window is narrow; `opened` gives the key of the step
    that was pressed."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._rows = (QHBoxLayout(), QHBoxLayout())
        for row in self._rows:
            row.setSpacing(4)
            column.addLayout(row)
        self._blocks: list[tuple[QWidget, QWidget, int]] = []  # a group, the line before it, its steps
        self._broken: int | None = None

    def show_groups(self, groups: Sequence[StepGroup]) -> None:
        """Show the groups from left to right; numbers run through all of them."""
        self._take_out()
        for block, line, _ in self._blocks:
            for old in (block, line):
                old.hide()
                old.deleteLater()
        self._blocks = []
        number = 0
        for group in groups:
            line = QWidget(self)
            line.setProperty("standing", True)
            line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            block = QWidget(self)
            column = QVBoxLayout(block)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            title = Label(group.title, "note", "text2", parent=block)
            title.setIndent(6)
            column.addWidget(title)
            buttons = QHBoxLayout()
            buttons.setSpacing(0)
            for within, item in enumerate(group.steps):
                number += 1
                follows = group.steps[within + 1].state if within + 1 < len(group.steps) else None
                button = StepButton(number, item, follows, block)
                button.clicked.connect(lambda _checked=False, key=item.key: self.opened.emit(key))
                buttons.addWidget(button)
            column.addLayout(buttons)
            self._blocks.append((block, line, len(group.steps)))
        self._broken = None
        self._lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_blocks"):
            self._lay()
        super().changeEvent(event)

    def _lay(self) -> None:
        """All groups in one row where it holds them, else in the two rows that are least apart in length."""
        widths = [theme.current().px(_LEAST_STEP) * steps + 9 for _, _, steps in self._blocks]
        if not widths:
            return
        half = min(range(1, len(widths) + 1), key=lambda at: max(sum(widths[:at]), sum(widths[at:])))
        self.setMinimumWidth(max(sum(widths[:half]), sum(widths[half:])))
        at = half if self.width() < sum(widths) else len(widths)
        if at == self._broken:
            return
        self._broken = at
        self._take_out()
        for place, (block, line, steps) in enumerate(self._blocks):
            row = self._rows[place >= at]
            line.setVisible(place not in (0, at))
            row.addWidget(line)
            row.addWidget(block, steps)
            block.setVisible(True)

    def _take_out(self) -> None:
        for row in self._rows:
            while row.takeAt(0) is not None:
                pass
