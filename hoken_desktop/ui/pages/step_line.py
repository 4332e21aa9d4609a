"""Where one request stands, in one line: 依頼 ― 決裁 ― 対象の確認 ― ファイル作成 ― 回答の受理."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.steps import StepState
from hoken_desktop.words import label

_GAP, _LINE = 8, 32


class StepLine(QWidget):
    """Names with their states, painted; it is looked at and not pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[tuple[str, StepState], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: Sequence[tuple[str, StepState]]) -> None:
        """Show these steps from left to right."""
        self._steps = tuple(steps)
        self.setAccessibleName(" ".join(f"{name} {label(state)}" for name, state in steps))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = theme.current()
        words = sum(QFontMetrics(look.font("table", bold=True)).horizontalAdvance(name) for name, _ in self._steps)
        around = len(self._steps) * (look.px(20) + 6 + _GAP + _LINE + _GAP)
        return QSize(words + around, look.px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = float(look.px(20))
        left, top = 1.0, (self.height() - side) / 2
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, (name, state) in enumerate(self._steps, start=1):
            if number > 1:
                painter.setPen(QPen(look.colour("control"), 1))
                middle = self.height() / 2
                painter.drawLine(round(left), round(middle), round(left + _LINE), round(middle))
                left += _LINE + _GAP
            ring = QRectF(left, top, side, side)
            self._ring(painter, ring, number, state)
            current = state is StepState.CURRENT
            font = look.font("table", bold=current)
            painter.setFont(font)
            painter.setPen(look.colour("accent_deep" if current else "text"))
            width = QFontMetrics(font).horizontalAdvance(name)
            painter.drawText(QRectF(ring.right() + 6, 0, width + 4, self.height()), flags, name)
            left = ring.right() + 6 + width + _GAP
        painter.end()

    @staticmethod
    def _ring(painter: QPainter, ring: QRectF, number: int, state: StepState) -> None:
        look = theme.current()
        if state is StepState.DONE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("done"))
            painter.drawEllipse(ring)
            icons.paint(painter, ring.adjusted(4, 4, -4, -4), "check", "on_mark")
            return
        current = state is StepState.CURRENT
        painter.setPen(Qt.PenStyle.NoPen if current else QPen(look.colour("control"), 1))
        painter.setBrush(look.colour("accent" if current else "surface"))
        painter.drawEllipse(ring if current else ring.adjusted(1, 1, -1, -1))
        painter.setFont(look.font("note", bold=True))
        painter.setPen(look.colour("on_accent" if current else "text2"))
        painter.drawText(ring, int(Qt.AlignmentFlag.AlignCenter), str(number))
