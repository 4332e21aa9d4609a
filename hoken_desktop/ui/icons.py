"""The small pictures of the window: SVG files of resources/icons drawn in the theme's colours."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from hoken_desktop import paths
from hoken_desktop.ui import theme


@cache
def _source(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text("utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode("utf-8")))


def paint(painter: QPainter, box: QRectF, name: str, role: str = "text2") -> None:
    """Draw icon `name` into `box` in the colour of `role`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, theme.current().hex(role)).render(painter, box)
    painter.restore()


def pixmap(name: str, role: str = "text2", size: int = 18, ratio: float = 2.0) -> QPixmap:
    """Icon `name` as a picture of `size` px in today's colours; what stays on screen is a `Picture`."""
    side = round(size * ratio)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint(painter, QRectF(0, 0, side, side), name, role)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


class _Drawn(QIconEngine):
    """An icon in the colours of the theme at the moment it is painted, so that a change of theme needs no new icons."""

    def __init__(self, name: str, role: str, chosen: str, most: int) -> None:
        super().__init__()
        self._what = (name, role, chosen)
        self._most = most

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        name, role, chosen = self._what
        if mode is QIcon.Mode.Disabled:
            role = "disabled_text"
        elif state is QIcon.State.On:
            role = chosen
        paint(painter, QRectF(rect), name, role)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, made.rect(), mode, state)
        painter.end()
        return made

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return size.boundedTo(extent(self._most))

    def clone(self) -> QIconEngine:
        return _Drawn(*self._what, self._most)


def icon(name: str, role: str = "text2", chosen: str | None = None, size: int = 18) -> QIcon:
    """Icon `name`, at most `size` px; `chosen` is the colour role of its checked state, disabled ones are pale."""
    return QIcon(_Drawn(name, role, chosen or role, size))


class Picture(QWidget):
    """An icon by itself, `side` px at the plain text size; what it means is told by the words beside it."""

    def __init__(self, name: str, role: str = "text2", side: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = (name, role)
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_as(self, name: str, role: str) -> None:
        """Another icon in another colour."""
        self._what = (name, role)
        self.update()

    def sizeHint(self) -> QSize:
        return extent(self._side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_side"):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint(painter, QRectF(self.rect()), *self._what)
        painter.end()


def extent(size: int) -> QSize:
    """A square of `size` px that grows with the text."""
    side = theme.current().px(size)
    return QSize(side, side)
