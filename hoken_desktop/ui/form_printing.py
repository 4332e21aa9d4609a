"""Forms on Qt: each form on one sheet of A4, two pages at most, for a window envelope and for a pen.

A4 folded in three (99 mm) goes into a 長形3号 envelope (120 × 235 mm), whose window is usually 90 × 45 mm, 12 to 14 mm
from the top and 20 to 24 mm from the left. The paper moves in it by up to 25 mm sideways and 21 mm up and down, so the
first lines of an address stand where the window always shows them, and nothing but the address stands where it may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPen,
    QTextLayout,
    QTextOption,
)

from hoken_desktop import words
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.forms import LONGEST_PAGES, Blank, Block, Form, Heading, Passage, Row, Tick
from hoken_desktop.services.progress import Report, Step, no_report

PAGE = QRectF(0, 0, 210, 297)
SIDE = 15.0
WINDOW = QRectF(22, 14, 82, 41)
"""Where the address stands; its upper left part is seen however the paper lies in the envelope."""
FOLD = 99.0
_RIGHT = 122.0  # left edge of what stands beside the window
_QR_AT = QRectF(171, 50, 24, 24)
_QR_LATER = QRectF(179, 8, 16, 16)
_BODY_TOP, _LATER_TOP, _BODY_END = 82.0, 28.0, 281.0
_USUAL = 10.0
_SMALLER, _LARGER = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0), (12.0, 11.5, 11.0, 10.5)
"""Sizes of the letters of a form: smaller until it fits on its sheet, larger where that takes no more pages."""
_ASKS, _KNOWN = 44.0, 52.0
_BOX = 3.2
_GAP = 3.5
_PAD = 1.1
_ROW = 7.6
"""A row's least height: room for a pen."""


_Paragraphs = tuple[tuple[tuple[QTextLayout, float], ...], float]
"""Paragraphs laid in lines, each with its distance from the top, and how high they are together; in dots."""

_KEPT = 5000
"""Texts whose lines are kept: a pile of letters says the same ones again and again."""


class _Pen:
    """A painter that thinks in millimetres, in one size of letters."""

    def __init__(self, painter: QPainter, device: QPagedPaintDevice, font: QFont) -> None:
        self.painter = painter
        self.mm = device.logicalDpiX() / 25.4
        self.points = _USUAL
        self._device = device
        self._font = font
        self._laid: dict[tuple[object, ...], _Paragraphs] = {}
        self._widths: dict[tuple[object, ...], float] = {}

    def font(self, points: float = 0.0, *, bold: bool = False) -> QFont:
        made = QFont(self._font)
        made.setPointSizeF(points or self.points)
        made.setBold(bold)
        return made

    def width(self, text: str) -> float:
        key = (text, self.points)
        if key not in self._widths:
            self._widths[key] = QFontMetricsF(self.font(), self._device).horizontalAdvance(text) / self.mm
        return self._widths[key]

    def line_height(self) -> float:
        return self.text(" ", QPointF(), 10.0, draw=False)

    def text(
        self, text: str, at: QPointF, width: float, points: float = 0.0, *, bold: bool = False, draw: bool = True,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> float:
        """Lays `text` in lines as wide as `width`, its upper left corner at `at`; gives its height."""
        key = (text, width, points or self.points, bold, align)
        if key not in self._laid:
            if len(self._laid) > _KEPT:
                self._laid.clear()
            self._laid[key] = self._lay(text, width, points, bold, align)
        paragraphs, height = self._laid[key]
        if draw:
            for layout, down in paragraphs:
                layout.draw(self.painter, QPointF(at.x() * self.mm, at.y() * self.mm + down))
        return height / self.mm

    def _lay(self, text: str, width: float, points: float, bold: bool, align: Qt.AlignmentFlag) -> _Paragraphs:
        option = QTextOption(align)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        found: list[tuple[QTextLayout, float]] = []
        height = 0.0
        for paragraph in text.split("\n"):
            layout = QTextLayout(paragraph or " ", self.font(points, bold=bold), self._device)
            layout.setTextOption(option)
            layout.beginLayout()
            y = 0.0
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width * self.mm)
                line.setPosition(QPointF(0, y))
                y += line.height()
            layout.endLayout()
            found.append((layout, height))
            height += y
        return tuple(found), height

    def fitted(self, text: str, box: QRectF, points: float, least: float = 5.0, *, bold: bool = False) -> float:
        """The largest size, from `points` down, in which `text` keeps inside `box`."""
        def high() -> float:
            return self.text(text, box.topLeft(), box.width(), points, bold=bold, draw=False)

        while points > least and high() > box.height():
            points -= 0.25
        return points

    def rect(self, box: QRectF, line: float = 0.2) -> None:
        self.painter.setPen(QPen(Qt.GlobalColor.black, line * self.mm))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(self._dots(box))

    def fill(self, box: QRectF, colour: Qt.GlobalColor = Qt.GlobalColor.black) -> None:
        self.painter.fillRect(self._dots(box), colour)

    def line(self, one: QPointF, other: QPointF, width: float = 0.2) -> None:
        self.painter.setPen(QPen(Qt.GlobalColor.black, width * self.mm))
        self.painter.drawLine(one * self.mm, other * self.mm)

    def _dots(self, box: QRectF) -> QRectF:
        return QRectF(box.left() * self.mm, box.top() * self.mm, box.width() * self.mm, box.height() * self.mm)



def paint_forms(
    device: QPagedPaintDevice, forms: Sequence[Form], font: QFont, shape: Shape, report: Report = no_report
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Lays every form on pages of `device`; gives the pages of each, and the places of those with a 〓 on them.

    Where one form of the pile takes two pages every form does: a pile printed on both sides of the paper must not put
    the beginning of one letter on the back of another.
    """
    margins = QMarginsF(0, 0, 0, 0)
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
    )
    layout.setMode(QPageLayout.Mode.FullPageMode)
    device.setPageLayout(layout)
    painter = QPainter()
    if not painter.begin(device):
        raise Refusal("printing.no_printer")
    unshaped: list[int] = []
    pen = _Pen(painter, device, font)
    try:
        laid: list[_LaidForm] = []
        for place, form in enumerate(forms):
            if place % 20 == 0:
                report(Step(place, 2 * len(forms), "letters.step_lay"))
            shown, missing = shape(form)
            if missing:
                unshaped.append(place)
            laid.append(_lay(pen, shown))
        longest = max((len(one.pages) for one in laid), default=0)
        for place, one in enumerate(laid):
            if place % 20 == 0:
                report(Step(len(forms) + place, 2 * len(forms), "letters.step_lay"))
            for number in range(longest):
                if place or number:
                    device.newPage()
                pen.points = one.points
                _draw_page(pen, one, number, longest)
    finally:
        painter.end()
    return tuple(longest for _ in laid), tuple(unshaped)


class Shape(Protocol):
    """Puts 〓 in the place of letters that no font here can draw."""

    def __call__(self, form: Form) -> tuple[Form, bool]: ...


# ---- layout ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _LaidForm:
    """A form with its blocks put on pages, and the size of letters in which they fit."""

    form: Form
    points: float
    pages: tuple[tuple[tuple[float, Block], ...], ...]


def _lay(pen: _Pen, form: Form) -> _LaidForm:
    """In the largest letters in which the form keeps to its sheet."""
    pen.points = _USUAL
    pages = _pages(pen, form)
    fits, sizes = (len(pages), _LARGER) if len(pages) <= LONGEST_PAGES else (LONGEST_PAGES, _SMALLER)
    for points in sizes:
        pen.points = points
        laid = _pages(pen, form)
        if len(laid) <= fits:
            return _LaidForm(form, points, laid)
    return _LaidForm(form, _USUAL if sizes is _LARGER else sizes[-1], pages if sizes is _LARGER else laid)


def _pages(pen: _Pen, form: Form) -> tuple[tuple[tuple[float, Block], ...], ...]:
    pages: list[list[tuple[float, Block]]] = [[]]
    at = _BODY_TOP
    if form.greeting:
        at += pen.text(form.greeting, QPointF(SIDE, at), PAGE.width() - 2 * SIDE, draw=False) + 2
    heights = [_block(pen, block, 0.0, draw=False) for block in form.blocks]
    for place, (block, height) in enumerate(zip(form.blocks, heights, strict=True)):
        # The title of a part stays with the first thing that is asked under it.
        needed = height + (heights[place + 1] if isinstance(block, Heading) and place + 1 < len(heights) else 0.0)
        if at + needed > _BODY_END and (len(pages) > 1 or pages[-1]):
            pages.append([])
            at = _LATER_TOP
        pages[-1].append((at, block))
        at += height
    return tuple(tuple(page) for page in pages)


def _block(pen: _Pen, block: Block, at: float, *, draw: bool = True) -> float:
    """Lays one block at the height `at`; gives how high it is."""
    width = PAGE.width() - 2 * SIDE
    if isinstance(block, Heading):
        return _heading(pen, block, at, width, draw=draw)
    if isinstance(block, Passage):
        edge = 2.0 if block.boxed else 0.0
        inner = pen.text(block.text, QPointF(SIDE + edge, at + 0.6 + edge * 0.6), width - 2 * edge, draw=draw)
        height = inner + 1.2 + edge * 1.2
        if block.boxed and draw:
            pen.rect(QRectF(SIDE, at, width, height), 0.35)
        return height + (1.6 if block.boxed else 0.4)
    return _row(pen, block, at, width, draw=draw)


def _heading(pen: _Pen, block: Heading, at: float, width: float, *, draw: bool) -> float:
    points = pen.points + 0.5
    height = pen.text(block.text, QPointF(SIDE + 1.5, at + 2.6), width - 3, points, bold=True, draw=False)
    if draw:
        pen.fill(QRectF(SIDE, at + 2.0, width, height + 1.2), Qt.GlobalColor.lightGray)
        pen.text(block.text, QPointF(SIDE + 1.5, at + 2.6), width - 3, points, bold=True)
    return height + 3.6


def _row(pen: _Pen, row: Row, at: float, width: float, *, draw: bool) -> float:
    known = _KNOWN if row.known else 0.0
    asks = pen.text(row.asks, QPointF(SIDE + 1, at + _PAD + 0.5), _ASKS - 2, draw=False)
    told = pen.text(row.known, QPointF(0, 0), known - 2, draw=False) if known else 0.0
    left = SIDE + _ASKS + known
    lines = list(_flow(pen, row.answers, SIDE + width - left - 2))
    least = _ROW * pen.points / _USUAL
    height = max(least * max(len(lines), 1), asks + 2 * _PAD, told + 2 * _PAD)
    if not draw:
        return height
    pen.rect(QRectF(SIDE, at, width, height), 0.15)
    pen.line(QPointF(SIDE + _ASKS, at), QPointF(SIDE + _ASKS, at + height), 0.15)
    pen.text(row.asks, QPointF(SIDE + 1, at + (height - asks) / 2), _ASKS - 2)
    if known:
        pen.line(QPointF(left, at), QPointF(left, at + height), 0.15)
        pen.text(row.known, QPointF(SIDE + _ASKS + 1, at + (height - told) / 2), known - 2)
    step = height / max(len(lines), 1)
    for place, line in enumerate(lines):
        for x, answer, long in line:
            _answer(pen, answer, QRectF(left + 1.5 + x, at + place * step, long, step))
    return height


def _flow(
    pen: _Pen, answers: Sequence[Tick | Blank], room: float
) -> Iterator[tuple[tuple[float, Tick | Blank, float], ...]]:
    """The answers in lines: each with its distance from the left and its width."""
    line: list[tuple[float, Tick | Blank, float]] = []
    x = 0.0
    for answer in answers:
        long = min(_long(pen, answer), room)
        if line and x + long > room:
            yield tuple(line)
            line, x = [], 0.0
        line.append((x, answer, long))
        x += long + _GAP
    if line:
        yield tuple(line)


def _long(pen: _Pen, answer: Tick | Blank) -> float:
    if isinstance(answer, Tick):
        return _BOX + 1.0 + pen.width(answer.word)
    return pen.width(answer.before) + answer.width + pen.width(answer.after) + 1.0


def _answer(pen: _Pen, answer: Tick | Blank, box: QRectF) -> None:
    middle = box.center().y()
    half = pen.line_height() / 2
    if isinstance(answer, Tick):
        pen.rect(QRectF(box.left(), middle - _BOX / 2, _BOX, _BOX), 0.3)
        pen.text(answer.word, QPointF(box.left() + _BOX + 1.0, middle - half), box.width() - _BOX)
        return
    before, after = pen.width(answer.before), pen.width(answer.after)
    if before:
        pen.text(answer.before, QPointF(box.left(), middle - half), before + 1)
    foot = box.bottom() - 1.4
    pen.line(QPointF(box.left() + before + 0.5, foot), QPointF(box.right() - after - 0.5, foot), 0.2)
    if after:
        pen.text(answer.after, QPointF(box.right() - after, middle - half), after + 1)


# ---- pages ----------------------------------------------------------------------------------------------------


def _draw_page(pen: _Pen, laid: _LaidForm, number: int, pages: int) -> None:
    form = laid.form
    if number == 0:
        _first_page(pen, form)
    else:
        title = QRectF(SIDE, 11, 96, 6)
        pen.text(form.title, title.topLeft(), title.width(), pen.fitted(form.title, title, 12, bold=True), bold=True)
        pen.text(form.number_word, QPointF(126, 9), 50, 8, align=Qt.AlignmentFlag.AlignRight)
        pen.text(form.number, QPointF(126, 13), 50, 13, bold=True, align=Qt.AlignmentFlag.AlignRight)
        _qr(pen, form.qr, _QR_LATER)
        _care(pen, form.care, QRectF(114, 10, 34, 6))
    blocks = laid.pages[number] if number < len(laid.pages) else ()
    for at, block in blocks:
        _block(pen, block, at)
    if not blocks:
        pen.text(words.say("letter_papers.nothing_here"), QPointF(SIDE, _LATER_TOP), PAGE.width() - 2 * SIDE)
    _foot(pen, form, number, pages)


def _first_page(pen: _Pen, form: Form) -> None:
    _window(pen, form.window)
    _care(pen, form.care, QRectF(_RIGHT, 8, PAGE.width() - SIDE - _RIGHT, 6))
    box = QRectF(_RIGHT, 17, PAGE.width() - SIDE - _RIGHT, 31)
    text = "\n".join(form.sender)
    pen.text(text, box.topLeft(), box.width(), pen.fitted(text, box, 9.5))
    pen.text(form.number_word, QPointF(_RIGHT, 52), 46, 9)
    pen.text(form.number, QPointF(_RIGHT, 57), 48, 20, bold=True)
    _qr(pen, form.qr, _QR_AT)
    pen.text("\n".join(form.dates), QPointF(SIDE, 62.5), 100, 9)
    pen.text(form.title, QPointF(SIDE, 72), 150, 16, bold=True)
    if form.greeting:
        pen.text(form.greeting, QPointF(SIDE, _BODY_TOP), PAGE.width() - 2 * SIDE)
    for at in (FOLD, 2 * FOLD):  # where to fold
        pen.line(QPointF(4, at), QPointF(9, at), 0.15)
        pen.line(QPointF(PAGE.width() - 9, at), QPointF(PAGE.width() - 4, at), 0.15)


def _window(pen: _Pen, lines: Sequence[str]) -> None:
    """Postcode and address, then the name in larger letters; all of it smaller where it would leave the window."""
    *address, name = lines
    above = "\n".join(address)
    points = 11.0
    while points > 5.0:
        height = pen.text(above, WINDOW.topLeft(), WINDOW.width(), points, draw=False)
        high = pen.text(name, WINDOW.topLeft(), WINDOW.width(), points + 2, bold=True, draw=False)
        if height + 1.5 + high <= WINDOW.height():
            break
        points -= 0.25
    height = pen.text(above, WINDOW.topLeft(), WINDOW.width(), points)
    pen.text(name, QPointF(WINDOW.left(), WINDOW.top() + height + 1.5), WINDOW.width(), points + 2, bold=True)


def _care(pen: _Pen, text: str, box: QRectF) -> None:
    points = pen.fitted(text, QRectF(box.left(), box.top(), box.width() - 2, box.height() - 1), 8.5)
    pen.rect(box, 0.35)
    height = pen.text(text, box.topLeft(), box.width() - 2, points, draw=False)
    at = QPointF(box.left() + 1, box.top() + (box.height() - height) / 2)
    pen.text(text, at, box.width() - 2, points, align=Qt.AlignmentFlag.AlignHCenter)


def _qr(pen: _Pen, pattern: Sequence[Sequence[bool]], box: QRectF) -> None:
    """The pattern as squares, four of its own dots away from everything else on each side (ISO/IEC 18004)."""
    dots = len(pattern) + 8
    size = box.width() / dots
    for y, line in enumerate(pattern):
        x = 0
        for black, run in groupby(line):
            long = len(list(run))
            if black:
                pen.fill(QRectF(box.left() + (x + 4) * size, box.top() + (y + 4) * size, long * size, size))
            x += long


def _foot(pen: _Pen, form: Form, number: int, pages: int) -> None:
    width = PAGE.width() - 2 * SIDE
    pen.line(QPointF(SIDE, 283.5), QPointF(PAGE.width() - SIDE, 283.5), 0.15)
    whole = QRectF(SIDE, 284.2, 112, 4)
    pen.text(form.foot[0], whole.topLeft(), whole.width(), pen.fitted(form.foot[0], whole, 8))
    right = f"{form.number_word} {form.number}　{words.say('papers.page', page=number + 1, pages=pages)}"
    pen.text(right, QPointF(SIDE + 112, 284.2), width - 112, 8, align=Qt.AlignmentFlag.AlignRight)
    under = QRectF(SIDE, 288.2, width, 4)
    pen.text(form.foot[1], under.topLeft(), width, pen.fitted(form.foot[1], under, 7.5))
