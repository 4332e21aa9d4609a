"""The device marks ■ ◆ ●: shape and word carry the meaning, colour only helps.

人工呼吸器 ■, 両方 ◆, 酸素療法 ●; 機器が未確認 is a dashed ring. The same in lists, charts, map and print.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label

ORDER = (DeviceGroup.VENTILATOR, DeviceGroup.BOTH, DeviceGroup.OXYGEN)
"""The fixed order of legends and stacked bars."""

_ROLES = {
    DeviceGroup.VENTILATOR: "ventilator",
    DeviceGroup.BOTH: "both",
    DeviceGroup.OXYGEN: "oxygen",
    DeviceGroup.UNCONFIRMED: "warn",
    DeviceGroup.NONE: "text3",
}


def role(group: DeviceGroup) -> str:
    """The colour role of a device group."""
    return _ROLES[group]


def paint(painter: QPainter, box: QRectF, group: DeviceGroup) -> None:
    """Draw the mark of `group` in the middle of `box`; a side of 14 gives the mark its size in lists."""
    side = min(box.width(), box.height())
    centre = box.center()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.current().colour(role(group)))
    if group is DeviceGroup.VENTILATOR:
        half = side * 0.38
        painter.drawRect(QRectF(centre.x() - half, centre.y() - half, half * 2, half * 2))
    elif group is DeviceGroup.OXYGEN:
        painter.drawEllipse(centre, side * 0.43, side * 0.43)
    elif group is DeviceGroup.BOTH:
        half = side * 0.5
        painter.drawPolygon(
            QPolygonF(
                [
                    centre + QPointF(0, -half),
                    centre + QPointF(half, 0),
                    centre + QPointF(0, half),
                    centre - QPointF(half, 0),
                ]
            )
        )
    elif group is DeviceGroup.UNCONFIRMED:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.current().colour(role(group)), 1.4, Qt.PenStyle.DashLine))
        painter.drawEllipse(centre, side * 0.4, side * 0.4)
    else:
        painter.setPen(QPen(theme.current().colour(role(group)), 1.4))
        painter.drawLine(centre - QPointF(side * 0.3, 0), centre + QPointF(side * 0.3, 0))
    painter.restore()


class Mark(QWidget):
    """One mark as a widget; its word is its accessible name and tooltip."""

    def __init__(self, group: DeviceGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = group
        self.setAccessibleName(label(group))
        self.setToolTip(label(group))
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        side = theme.current().px(14)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint(painter, QRectF(self.rect()), self._group)
        painter.end()


class Legend(QWidget):
    """Marks with their words, or with counts when `counts` is given, in the fixed order."""

    def __init__(self, counts: dict[DeviceGroup, int] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for group in ORDER:
            row.addWidget(Mark(group, self))
            words = label(group) if counts is None else f"{counts.get(group, 0):,}"
            row.addWidget(Label(words, "note", "text2", parent=self))
            row.addSpacing(8)
        for group, count in (counts or {}).items():
            if group not in ORDER and count:
                row.addWidget(Label(f"{label(group)} {count:,}", "note", "warn", parent=self))
                row.addSpacing(8)
        row.addStretch(1)
