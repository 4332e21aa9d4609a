"""The counts that must close: 登録 = 地図 + 未配置, 対象 = 提供する + 提供しない.

Every figure is a link; the verdict says ✓ 一致 or ⚠ 差 n名.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that opens its list: `Equation.opened` gives `key`; `mark` stands before it, `unit` small after it."""

    value: int
    key: str
    mark: DeviceGroup | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the equation: its name, its figures (added up), a note under them and its make-up by device."""

    name: str
    figures: tuple[Figure, ...]
    note: str = ""
    makeup: tuple[tuple[DeviceGroup, int], ...] = ()

    @property
    def total(self) -> int:
        return sum(figure.value for figure in self.figures)


class FigureButton(QAbstractButton):
    """A figure with a thin underline; Space, Enter or a click opens its list."""

    def __init__(self, name: str, figure: Figure, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure = figure
        self._kind = "figure_large" if large else "figure"
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        word = label(figure.mark) if figure.mark else ""
        self.setAccessibleName(" ".join(part for part in (name, word, f"{figure.value:,}{figure.unit}") if part))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _text(self) -> str:
        return f"{self._figure.value:,}"

    def sizeHint(self) -> QSize:
        look = theme.current()
        width = QFontMetrics(look.font(self._kind)).horizontalAdvance(self._text()) + 4
        if self._figure.mark is not None:
            width += look.px(16)
        if self._figure.unit:
            width += QFontMetrics(look.font("base")).horizontalAdvance(self._figure.unit) + 2
        return QSize(width, QFontMetrics(look.font(self._kind)).height() + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self.underMouse():
            painter.fillRect(box, look.colour("selected"))
        left = 2.0
        if self._figure.mark is not None:
            side = look.px(14)
            marks.paint(painter, QRectF(0, box.center().y() - side / 2, side, side), self._figure.mark)
            left = float(look.px(16)) + 1
        font = look.font(self._kind)
        width = QFontMetrics(font).horizontalAdvance(self._text())
        painter.setFont(font)
        painter.setPen(look.colour("text"))
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(left, -1, width + 4, box.height()), flags, self._text())
        if self._figure.unit:
            painter.setFont(look.font("base"))
            painter.drawText(
                QRectF(left + width + 2, 0, box.width() - left - width, box.height() - 3),
                int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom),
                self._figure.unit,
            )
        painter.setPen(QPen(look.colour("control"), 1))
        painter.drawLine(int(left), self.height() - 2, int(left + width), self.height() - 2)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Verdict(QWidget):
    """✓ 一致, or ⚠ 差 n名."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._icon = icons.Picture("check", "done", 15, self)
        self._text = Label("", "note", "done", parent=self)
        row.addWidget(self._icon)
        row.addWidget(self._text)

    def show_gap(self, gap: int) -> None:
        """`gap` people stand on one side only."""
        tone = "danger" if gap else "done"
        words = say("kit.gap", n=f"{abs(gap):,}") if gap else say("kit.agrees")
        self._icon.show_as("alert-triangle" if gap else "check", tone)
        self._text.setText(words)
        self._text.set_tone(tone)
        self.setAccessibleName(words)

    def text(self) -> str:
        return self._text.text()


class Equation(QWidget):
    """first = second + third + …; `opened` gives the key of the figure that was pressed."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, large: bool = False) -> None:
        super().__init__(parent)
        self._large = large
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.verdict = Verdict(self)
        self._gap = 0

    @property
    def gap(self) -> int:
        """first − the others; 0 when the count closes."""
        return self._gap

    def show_terms(self, terms: Sequence[Term]) -> None:
        """Show the terms; the verdict is computed from them, never told from outside."""
        while (slot := self._row.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for place, term in enumerate(terms):
            if place:
                sign = Label("=" if place == 1 else "+", "name", "text2", parent=self)
                sign.setStyleSheet("font-weight: normal;")
                sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
                self._row.addWidget(sign, 1)
            self._row.addWidget(self._term(term))
        self._row.addStretch(1)
        self._gap = terms[0].total - sum(term.total for term in terms[1:])
        self.verdict.show_gap(self._gap)
        signs = " = ".join((f"{terms[0].name} {terms[0].total}", " + ".join(f"{t.name} {t.total}" for t in terms[1:])))
        self.setAccessibleName(f"{signs} {self.verdict.text()}")

    def _term(self, term: Term) -> QWidget:
        block = QWidget(self)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(Label(term.name, "note", "text2", parent=block))
        row = QHBoxLayout()
        row.setSpacing(4)
        for place, figure in enumerate(term.figures):
            if place:
                row.addWidget(Label("+", "base", "text2", parent=block))
            made = FigureButton(term.name, figure, self._large, block)
            made.clicked.connect(lambda _checked=False, key=figure.key: self.opened.emit(key))
            row.addWidget(made)
        row.addStretch(1)
        column.addLayout(row)
        under = QHBoxLayout()
        under.setSpacing(3)
        for place, (group, count) in enumerate(term.makeup):
            if place:
                under.addWidget(Label("+", "note", "text2", parent=block))
            under.addWidget(marks.Mark(group, block))
            under.addWidget(Label(f"{count:,}", "note", "text2", parent=block))
        if term.note:
            under.addWidget(Label(term.note, "note", "text2", parent=block))
        under.addStretch(1)
        column.addLayout(under)
        return block
