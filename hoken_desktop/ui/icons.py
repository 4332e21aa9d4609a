"""The small pictures of the window: SVG files of resources/icons drawn in the theme's colours."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

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
    """Icon `name` as a picture of `size` px, `ratio` device pixels a pixel."""
    side = round(size * ratio)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint(painter, QRectF(0, 0, side, side), name, role)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, role: str = "text2", chosen: str | None = None, size: int = 18) -> QIcon:
    """Icon `name`; `chosen` is the colour role of its checked state, disabled ones are pale."""
    made = QIcon()
    made.addPixmap(pixmap(name, role, size), QIcon.Mode.Normal, QIcon.State.Off)
    made.addPixmap(pixmap(name, chosen or role, size), QIcon.Mode.Normal, QIcon.State.On)
    made.addPixmap(pixmap(name, "disabled_text", size), QIcon.Mode.Disabled, QIcon.State.Off)
    return made


def extent(size: int) -> QSize:
    """A square of `size` px that grows with the text."""
    side = theme.current().px(size)
    return QSize(side, side)
