"""What is due, most urgent first: a list of lines that each open what they speak of."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.labels import plain_tip


class DueRow(QAbstractButton):
    """An icon, a name, a few words and a figure; Space, Enter or a click opens it."""

    def __init__(
        self, icon: str, tone: str, name: str, about: str, figure: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._tone, self._name, self._about, self._figure = icon, tone, name, about, figure
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        words = " ".join(part for part in (name, about, figure) if part)
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))

    def sizeHint(self) -> QSize:
        return QSize(320, theme.current().height("row_due"))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.underMouse():
            painter.fillRect(box, look.colour("hover"))
        painter.fillRect(QRectF(0, box.bottom() - 1, box.width(), 1), look.colour("line"))
        side = look.px(16)
        icons.paint(painter, QRectF(12, box.center().y() - side / 2, side, side), self._icon, self._tone)
        left = 12.0 + side + 12
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        bold = look.font("table", bold=True)
        figure = QFontMetrics(bold).horizontalAdvance(self._figure)
        table, note = look.font("table"), look.font("note")
        right = box.right() - 12 - figure
        name = QFontMetrics(table).elidedText(self._name, Qt.TextElideMode.ElideRight, int(right - left - 8))
        painter.setFont(table)
        painter.setPen(look.colour("text"))
        painter.drawText(QRectF(left, 0, right - left, box.height()), middle | int(Qt.AlignmentFlag.AlignLeft), name)
        start = max(left + QFontMetrics(table).horizontalAdvance(name) + 12, left + look.px(124))
        room = right - 8 - start
        if self._about and room > look.px(24):
            painter.setFont(note)
            painter.setPen(look.colour("text2"))
            about = QFontMetrics(note).elidedText(self._about, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QRectF(start, 0, room, box.height()), middle | int(Qt.AlignmentFlag.AlignLeft), about)
        painter.setFont(bold)
        painter.setPen(look.colour(self._tone))
        painter.drawText(
            QRectF(right - 4, 0, figure + 8, box.height()), middle | int(Qt.AlignmentFlag.AlignRight), self._figure
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -2))
        painter.end()


class TagButton(QAbstractButton):
    """A small tinted word that opens its people (入院中 6); `tone` is plain, accent, warn, danger or done."""

    def __init__(self, text: str, tone: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        look = theme.current()
        width = QFontMetrics(look.font("note")).horizontalAdvance(self.text())
        return QSize(width + 14, look.height("tag") + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        ground, ink = look.tag(self._tone)
        painter.setBrush(look.colour("selected") if self.underMouse() else ground)
        painter.drawRoundedRect(box, 3, 3)
        painter.setFont(look.font("note"))
        painter.setPen(ink)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
        painter.end()
