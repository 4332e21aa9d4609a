"""A funnel: stages under one another, each as wide as it is full, joined by what falls away between them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from hoken_desktop.ui import theme
from hoken_desktop.words import say

Stage = tuple[str, int, str]
"""Its name, how many, and its share in words."""
_BAR, _GAP, _LEAST = 30, 16, 24
"""px at 100 %: a bar, what lies between two, and the least a stage takes where there is little room."""


class FunnelChart(QLabel):
    """The picture; a screen reader hears every stage with its count and share."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._name = name
        self._stages: tuple[Stage, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(name)

    def show_stages(self, stages: Sequence[Stage]) -> None:
        """Show these, the first one filling the width."""
        self._stages = tuple(stages)
        self.setAccessibleName(f"{self._name} {self.summary()}")
        self.setAccessibleDescription(self.summary())
        self.updateGeometry()
        self.update()

    def summary(self) -> str:
        """The funnel in one sentence."""
        spoken = (say("kit.funnel_spoken", name=name, n=f"{n:,}", share=share) for name, n, share in self._stages)
        return "、".join(spoken)

    def sizeHint(self) -> QSize:
        look = theme.current()
        return QSize(look.px(360), look.px((_BAR + _GAP) * max(len(self._stages), 1)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(240), theme.current().px(_LEAST) * max(len(self._stages), 1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        table, bold = look.font("table"), look.font("table", bold=True)
        names = max((QFontMetricsF(table).horizontalAdvance(name) for name, _, _ in self._stages), default=0.0)
        figures = [f"{n:,}　{share}" for _, n, share in self._stages]
        right = max((QFontMetricsF(bold).horizontalAdvance(text) for text in figures), default=0.0)
        left = names + 12
        room = max(self.width() - left - right - 14, 40.0)
        most = max((n for _, n, _ in self._stages), default=0) or 1
        middle = left + room / 2
        pitch = min(float(look.px(_BAR + _GAP)), self.height() / max(len(self._stages), 1))
        height = pitch * _BAR / (_BAR + _GAP)
        before: QRectF | None = None
        for at, (name, count, _) in enumerate(self._stages):
            top = at * pitch + (pitch - height) / 2
            wide = max(room * count / most, 2.0 if count else 0.0)
            bar = QRectF(middle - wide / 2, top, wide, height)
            if before is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour("selected"))
                painter.drawPolygon(
                    QPolygonF(
                        [before.bottomLeft(), before.bottomRight(), bar.topRight(), bar.topLeft()]
                    )
                )  # fmt: skip
            painter.fillRect(bar, look.colour("accent"))
            painter.setPen(look.colour("text"))
            painter.setFont(table)
            line = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(0, top, left, height), line | int(Qt.AlignmentFlag.AlignLeft), name)
            painter.setFont(bold)
            end = QRectF(self.width() - right - 2, top, right, height)
            painter.drawText(end, line | int(Qt.AlignmentFlag.AlignRight), figures[at])
            before = bar
        if self.hasFocus():
            painter.setPen(look.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(QPointF(0.5, 0.5), QPointF(self.width() - 1.5, self.height() - 1.5)))
        painter.end()
