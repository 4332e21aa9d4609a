"""Papers on Qt: a PDF in memory, with 取扱注意, print date and page number on every page, from any thread."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QIODevice,
    QMarginsF,
    QRectF,
    QSizeF,
    Qt,
    qInstallMessageHandler,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QFontMetricsF,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextBlock,
    QTextDocument,
    QTextFormat,
    QTextOption,
    QTextTable,
)

from hoken_desktop import words

# The system's Japanese fonts first; IPAmj明朝 has the name letters the others lack.
GOTHIC = ["BIZ UDPGothic", "Yu Gothic UI", "Meiryo", "IPAexGothic", "Noto Sans CJK JP", "IPAmjMincho"]
MINCHO = ["BIZ UDPMincho", "Yu Mincho", "MS PMincho", "IPAexMincho", "Noto Serif CJK JP", "IPAmjMincho"]

_DPI = 300
_SIDE_MM = 15.0
_TOP_MM = 12.0
_EDGE_MM = 8.0  # the band that holds the header, and the one that holds the footer
_EDGE_POINTS = 8.5
_PAST_MIDDLE = 0.6


class QtPrinter:
    """Fulfils services.papers.Printer. Make it on the main thread; print from any."""

    def __init__(self) -> None:
        _application()

    def print_pdf(
        self,
        html: str,
        *,
        title: str,
        landscape: bool = False,
        header: tuple[str, str, str] = ("", "", ""),
        footer: tuple[str, str, str] = ("", "", ""),
        serif: bool = False,
    ) -> bytes:
        """`html` (what QTextDocument understands) on A4 pages; an empty centre of the footer takes n／N.

        A row of a table is never torn between two pages unless it is higher than a page; a table's head is repeated.
        """
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(_DPI)
        writer.setTitle(title)
        writer.setCreator("hoken-desktop")
        turned = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
        margins = QMarginsF(_SIDE_MM, _TOP_MM, _SIDE_MM, _TOP_MM)
        page = QPageSize(QPageSize.PageSizeId.A4)
        writer.setPageLayout(QPageLayout(page, turned, margins, QPageLayout.Unit.Millimeter))

        font = QFont(MINCHO if serif else GOTHIC)
        font.setPointSizeF(10)
        width, height = float(writer.width()), float(writer.height())
        edge = _EDGE_MM / 25.4 * _DPI
        document = _laid_out(html, writer, font, width)
        slices = _paginate(list(_units(document)), height - 2 * edge)

        painter = QPainter(writer)
        try:
            for number, part in enumerate(slices, start=1):
                if number > 1:
                    writer.newPage()
                numbered = words.say("papers.page", page=number, pages=len(slices))
                below = (footer[0], footer[1] or numbered, footer[2])
                _edge(painter, QRectF(0, 0, width, edge), header, font, Qt.AlignmentFlag.AlignTop, framed=True)
                _edge(painter, QRectF(0, height - edge, width, edge), below, font, Qt.AlignmentFlag.AlignBottom)
                if part.head is not None:
                    _draw(painter, document, part.head, edge)
                _draw(painter, document, (part.top, part.bottom), edge + part.head_height)
        finally:
            painter.end()
        buffer.close()
        return bytes(buffer.data().data())


# ---- layout and pages -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    """A line of a paragraph, or a row of a table with the lines inside it: where the letters stand, without borders."""

    top: float
    bottom: float
    table: QTextTable | None
    is_head: bool
    fresh: bool
    lines: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stays together: a line of a paragraph or a row of a table. Places are dots from the document's top.

    `top` and `bottom` take in the borders; `cuts` are the places inside where an over-high row may be torn.
    """

    top: float
    bottom: float
    fresh: bool = False  # begins a new page
    keep: bool = False  # stays with the next unit
    head: tuple[float, float] | None = None  # the head of its table
    cuts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Slice:
    """One page: the band of the document it shows, under the repeated head of a table that goes on."""

    top: float
    bottom: float
    head: tuple[float, float] | None = None

    @property
    def head_height(self) -> float:
        return self.head[1] - self.head[0] if self.head else 0.0


def _laid_out(html: str, writer: QPdfWriter, font: QFont, width: float) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.documentLayout().setPaintDevice(writer)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    wrapping = QTextOption()
    # A long file name or number without a space breaks where the line ends; nothing runs off the paper.
    wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(wrapping)
    document.setHtml(html)
    # One endless page: Qt tears rows in two at the end of a page, so pages are made below.
    document.setPageSize(QSizeF(width, -1))
    return document


def _lines(document: QTextDocument, block: QTextBlock) -> list[tuple[float, float]]:
    layout = block.layout()
    shift = document.documentLayout().blockBoundingRect(block).top() - layout.boundingRect().top()
    return [
        (layout.lineAt(index).rect().top() + shift, layout.lineAt(index).rect().bottom() + shift)
        for index in range(layout.lineCount())
    ]


def _texts(document: QTextDocument) -> Iterator[_Text]:
    """Lines of paragraphs and rows of tables, from top to bottom; empty ones are left out."""
    place = document.rootFrame().begin()
    while not place.atEnd():
        frame = place.currentFrame()
        if isinstance(frame, QTextTable):
            heads = frame.format().headerRowCount()
            for row in range(frame.rows()):
                lines = tuple(line for block in _blocks_of(frame, row) for line in _lines(document, block))
                if lines:
                    top, bottom = min(line[0] for line in lines), max(line[1] for line in lines)
                    yield _Text(top, bottom, frame, row < heads, False, lines)
        elif frame is None and place.currentBlock().text():
            block = place.currentBlock()
            breaks = block.blockFormat().pageBreakPolicy() & QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
            for index, (top, bottom) in enumerate(_lines(document, block)):
                yield _Text(top, bottom, None, False, bool(breaks) and index == 0, ())
        place += 1


def _units(document: QTextDocument) -> Iterator[_Unit]:
    """The document as units from top to bottom, with the borders round their texts."""
    texts = list(_texts(document))
    head: tuple[float, float] | None = None
    for index, text in enumerate(texts):
        before = texts[index - 1] if index else None
        after = texts[index + 1] if index + 1 < len(texts) else None
        follows = text.table is not None and before is not None and before.table is text.table
        goes_on = text.table is not None and after is not None and after.table is text.table
        over = text.top - before.bottom if before else text.top
        under = after.top - text.bottom if after else document.size().height() - text.bottom
        # Between two rows lie padding, border, padding: a little past the middle, the border belongs to both pages.
        # The outer edge of a table lies as far from its text; a paragraph beside it may be nearer.
        inner = under if goes_on else over if follows else 0.0
        reach_up = inner * _PAST_MIDDLE if inner and not follows else over * _PAST_MIDDLE
        reach_down = inner * _PAST_MIDDLE if inner and not goes_on else under * _PAST_MIDDLE
        if text.fresh:
            reach_up = 0.0  # a new page does not begin with the lower border of the table before it
        top, bottom = text.top - min(reach_up, over * 0.95), text.bottom + min(reach_down, under * 0.95)
        if text.is_head:
            head = (head[0] if head and follows else top, bottom)
        elif not follows:
            head = None
        leads_in = text.table is None and after is not None and after.table is not None
        cuts = tuple(
            end
            for _, end in sorted(text.lines)
            if not any(start < end - 1 and end < other - 1 for start, other in text.lines)
        )
        yield _Unit(top, bottom, text.fresh, text.is_head or leads_in, None if text.is_head else head, cuts)


def _blocks_of(table: QTextTable, row: int) -> Iterator[QTextBlock]:
    for column in range(table.columns()):
        cell = table.cellAt(row, column)
        if cell.row() != row or cell.column() != column:
            continue
        block, last = cell.firstCursorPosition().block(), cell.lastCursorPosition().block().blockNumber()
        while block.isValid() and block.blockNumber() <= last:
            yield block
            block = block.next()


def _paginate(units: list[_Unit], room: float) -> list[_Slice]:
    """Units put on pages of `room` dots, each page as full as it may be."""
    slices: list[_Slice] = []
    first, top = 0, units[0].top if units else 0.0
    head: tuple[float, float] | None = None
    while first < len(units):
        limit = top + room - (head[1] - head[0] if head else 0.0)
        end = first
        while end < len(units) and units[end].bottom <= limit and not (units[end].fresh and end > first):
            end += 1
        if end == first:  # a row higher than a page is torn between its lines
            unit = units[first]
            cut = max((cut for cut in unit.cuts if top < cut <= limit), default=limit)
            slices.append(_Slice(top, cut, head))
            top, head = cut, unit.head
            continue
        if end < len(units) and not units[end].fresh:
            back = end
            while back > first + 1 and units[back - 1].keep:
                back -= 1
            if not units[back - 1].keep:
                end = back
        slices.append(_Slice(top, units[end - 1].bottom, head))
        first = end
        if first < len(units):
            head = units[first].head
            # The repeated head brings the border along; without one the row brings its own.
            top = units[first].top if head is None else units[first - 1].bottom
    return slices or [_Slice(0.0, 0.0)]


def _draw(painter: QPainter, document: QTextDocument, band: tuple[float, float], at: float) -> None:
    """The band of the document, its top at height `at` of the page."""
    painter.save()
    painter.translate(0, at - band[0])
    view = QRectF(0, band[0], document.pageSize().width(), band[1] - band[0])
    painter.setClipRect(view)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = view
    context.palette.setColor(context.palette.ColorRole.Text, Qt.GlobalColor.black)
    document.documentLayout().draw(painter, context)
    painter.restore()


def _edge(
    painter: QPainter,
    band: QRectF,
    texts: tuple[str, str, str],
    font: QFont,
    side: Qt.AlignmentFlag,
    *,
    framed: bool = False,
) -> None:
    """Three texts in one line; one too long for its share is cut with … (the paper itself says it in full).

    `framed` draws a frame round the right one: 取扱注意 is to be seen at once.
    """
    small = QFont(font)
    small.setPointSizeF(_EDGE_POINTS)
    painter.save()
    painter.setFont(small)
    painter.setPen(Qt.GlobalColor.black)
    metrics = QFontMetricsF(small, painter.device())
    shares = (0.42, 0.16, 0.42)
    places = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
    left = band.left()
    for text, share, place in zip(texts, shares, places, strict=True):
        box = QRectF(left, band.top(), band.width() * share, band.height())
        left += box.width()
        line = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        if framed and line and place is Qt.AlignmentFlag.AlignRight:
            gap = metrics.height() * 0.35
            frame = QRectF(0, box.top(), metrics.horizontalAdvance(line) + 2 * gap, metrics.height() * 1.2)
            frame.moveRight(box.right())
            painter.setPen(QPen(Qt.GlobalColor.black, _DPI / 72))
            painter.drawRect(frame)
            painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), line)
            continue
        painter.drawText(box, int(place | side | Qt.TextFlag.TextSingleLine), line)
    painter.restore()


def _application() -> None:
    """A process without a window (the command line) gets one application, offscreen, that the map can use as well."""
    if QCoreApplication.instance() is not None:
        return
    from PySide6.QtWidgets import QApplication

    from hoken_desktop.ui.webfence import register_scheme

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    register_scheme()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # What Qt says of drawing without a screen would stand among the words for people.
    qInstallMessageHandler(lambda kind, place, text: None)
    global _kept
    _kept = QApplication(sys.argv[:1])


_kept: object = None
