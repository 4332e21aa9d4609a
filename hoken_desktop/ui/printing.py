"""Papers on Qt: a PDF in memory, with 取扱注意, print date and page number on every page, from any thread."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QIODevice,
    QMarginsF,
    QPointF,
    QRectF,
    QSizeF,
    Qt,
    qInstallMessageHandler,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextBlock,
    QTextDocument,
    QTextFormat,
    QTextLayout,
    QTextOption,
    QTextTable,
)
from PySide6.QtPrintSupport import QPrinter

from hoken_desktop import words
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.forms import Form, PrintedForms, Row
from hoken_desktop.services.papers import GETA, Panel, has_geta
from hoken_desktop.services.progress import Report, no_report
from hoken_desktop.ui.form_printing import paint_forms

# The system's Japanese fonts first; IPAmj明朝 has the name letters the others lack.
GOTHIC = ["BIZ UDPGothic", "Yu Gothic UI", "Meiryo", "IPAexGothic", "Noto Sans CJK JP", "IPAmjMincho"]
MINCHO = ["BIZ UDPMincho", "Yu Mincho", "MS PMincho", "IPAexMincho", "Noto Serif CJK JP", "IPAmjMincho"]

_DPI = 300
_SIDE_MM = 15.0
_TOP_MM = 12.0
_EDGE_MM = 8.0  # the band that holds the header, and the one that holds the footer
_EDGE_POINTS = 8.5
_PAD_MM = 2.5  # between the edge of a card's panel and its text
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
        panel: Panel | None = None,
    ) -> bytes:
        """`html` (what QTextDocument understands) on A4 pages; an empty centre of the footer takes n／N.

        A row of a table is never torn between two pages unless it is higher than a page; a table's head is repeated.
        With a `panel` the text flows through panels of that size, several on a page.
        """
        sheet = _Sheet(html, landscape, header, footer, serif, panel)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(_DPI)
        writer.setTitle(title)
        writer.setCreator("hoken-desktop")
        _paint(writer, sheet)
        buffer.close()
        pdf = bytes(buffer.data().data())
        self._also(title, sheet)
        return pdf

    def print_forms(self, forms: Sequence[Form], *, title: str, report: Report = no_report) -> PrintedForms:
        """Forms one after another in one PDF, each on a sheet of its own (ui/form_printing.py)."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(_DPI)
        writer.setTitle(title)
        writer.setCreator("hoken-desktop")
        pages, unshaped = paint_forms(writer, forms, QFont(GOTHIC), _shaped, report)
        buffer.close()
        self._also_forms(title, forms, report)
        return PrintedForms(bytes(buffer.data().data()), pages, unshaped)

    def _also(self, title: str, sheet: _Sheet) -> None:
        """What else is done with the same pages."""

    def _also_forms(self, title: str, forms: Sequence[Form], report: Report) -> None:
        """What else is done with the same forms."""


class PaperPrinter(QtPrinter):
    """Lays the same pages on a real printer too, which a dialog has set up."""

    def __init__(self, printer: QPrinter) -> None:
        super().__init__()
        self._printer = printer

    def _also(self, title: str, sheet: _Sheet) -> None:
        # The name of the job is seen by everybody at the print server: never more than the paper's kind.
        self._printer.setDocName(title)
        _paint(self._printer, sheet)

    def _also_forms(self, title: str, forms: Sequence[Form], report: Report) -> None:
        self._printer.setDocName(title)
        paint_forms(self._printer, forms, QFont(GOTHIC), _shaped, report)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is laid on pages."""

    html: str
    landscape: bool
    header: tuple[str, str, str]
    footer: tuple[str, str, str]
    serif: bool
    panel: Panel | None


def _paint(device: QPagedPaintDevice, sheet: _Sheet) -> None:
    """All pages of `sheet` on any device that has pages."""
    turned = QPageLayout.Orientation.Landscape if sheet.landscape else QPageLayout.Orientation.Portrait
    margins = QMarginsF(_SIDE_MM, _TOP_MM, _SIDE_MM, _TOP_MM)
    page = QPageSize(QPageSize.PageSizeId.A4)
    device.setPageLayout(QPageLayout(page, turned, margins, QPageLayout.Unit.Millimeter))
    font = QFont(MINCHO if sheet.serif else GOTHIC)
    font.setPointSizeF(10)
    html = _with_geta(sheet.html, font)
    millimetre = device.logicalDpiX() / 25.4
    width, height = float(device.width()), float(device.height())
    edge = _EDGE_MM * millimetre
    painter = QPainter()
    if not painter.begin(device):
        raise Refusal("printing.no_printer")
    try:
        if sheet.panel is None:
            document = _laid_out(html, device, font, width)
            slices = _paginate(list(_units(document)), height - 2 * edge)
            pages: list[_Page] = [_Whole(document, edge, part) for part in slices]
        else:
            pages = _folded(html, sheet.panel, device, font, QSizeF(width, height - 2 * edge), edge)
        for number, one in enumerate(pages, start=1):
            if number > 1:
                device.newPage()
            numbered = words.say("papers.page", page=number, pages=len(pages))
            below = (sheet.footer[0], sheet.footer[1] or numbered, sheet.footer[2])
            _edge(painter, QRectF(0, 0, width, edge), sheet.header, font, Qt.AlignmentFlag.AlignTop, framed=True)
            _edge(painter, QRectF(0, height - edge, width, edge), below, font, Qt.AlignmentFlag.AlignBottom)
            one.draw(painter)
    finally:
        painter.end()


class _Page(Protocol):
    def draw(self, painter: QPainter) -> None: ...


@dataclass(frozen=True, slots=True)
class _Whole:
    """One page of a document as wide as the page."""

    document: QTextDocument
    top: float
    part: _Slice

    def draw(self, painter: QPainter) -> None:
        if self.part.head is not None:
            _draw(painter, self.document, self.part.head, QPointF(0, self.top))
        _draw(
            painter, self.document, (self.part.top, self.part.bottom), QPointF(0, self.top + self.part.head_height)
        )


# ---- cards ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Panels:
    """One page of panels: where each stands, what it shows, and the words above them."""

    document: QTextDocument
    boxes: tuple[tuple[QRectF, _Slice], ...]
    pad: float
    above: QTextDocument
    above_at: QPointF
    millimetre: float

    def draw(self, painter: QPainter) -> None:
        _draw(painter, self.above, (0.0, self.above.size().height()), self.above_at)
        whole = QRectF()
        for box, part in self.boxes:
            whole = whole.united(box)
            at = box.topLeft() + QPointF(self.pad, self.pad)
            _draw(painter, self.document, (part.top, part.bottom), at)
        painter.save()
        painter.setPen(QPen(Qt.GlobalColor.black, self.millimetre * 0.2))
        painter.drawRect(whole)
        folding = QPen(Qt.GlobalColor.black, self.millimetre * 0.2, Qt.PenStyle.CustomDashLine)
        folding.setDashPattern([6.0, 6.0])
        painter.setPen(folding)
        for x in {box.left() for box, _ in self.boxes} - {whole.left()}:
            painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()))
        for y in {box.top() for box, _ in self.boxes} - {whole.top()}:
            painter.drawLine(QPointF(whole.left(), y), QPointF(whole.right(), y))
        painter.restore()


def _folded(
    html: str, panel: Panel, device: QPagedPaintDevice, font: QFont, room: QSizeF, top: float
) -> list[_Page]:
    """The document through panels of one size: two (or what fits) beside one another, row under row."""
    millimetre = device.logicalDpiX() / 25.4
    width, height, pad = panel.width * millimetre, panel.height * millimetre, _PAD_MM * millimetre
    document = _laid_out(html, device, font, width - 2 * pad)
    slices = _paginate(list(_units(document)), height - 2 * pad)
    small = QFont(font)
    small.setPointSizeF(_EDGE_POINTS)
    above = QTextDocument()
    above.documentLayout().setPaintDevice(device)
    above.setDefaultFont(small)
    above.setDocumentMargin(0)
    above.setPlainText(panel.above)
    above.setPageSize(QSizeF(room.width(), -1))
    start = top + above.size().height() + 3 * millimetre
    columns = max(1, int(room.width() // width))
    rows = max(1, int((top + room.height() - start) // height))
    left = (room.width() - columns * width) / 2
    pages: list[_Page] = []
    for first in range(0, len(slices), columns * rows):
        some = slices[first : first + columns * rows]
        # A page of cards is a full rectangle, or it could not be folded: blank panels are for what is added by hand.
        filled = [*some, *([_Slice(0.0, 0.0)] * (-len(some) % columns))]
        boxes = tuple(
            (QRectF(left + at % columns * width, start + at // columns * height, width, height), part)
            for at, part in enumerate(filled)
        )
        pages.append(_Panels(document, boxes, pad, above, QPointF(0, top), millimetre))
    return pages


# ---- letters that no font of this PC has ----------------------------------------------------------------------

_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors (IVS): without the font's own shape the letter before them is drawn in its usual one."""


def _with_geta(html: str, font: QFont) -> str:
    """A letter that no font here can draw is printed as 〓, and the paper ends with its number: never an empty box."""
    missing = [letter for letter in sorted(set(html)) if ord(letter) > 0x7F and not _has_shape(letter, font)]
    if not missing:
        return html
    shown = html.translate({ord(letter): GETA for letter in missing})
    numbers = words.say("papers.comma").join(f"U+{ord(letter):04X}" for letter in missing)
    note = f"<p>{words.say('printing.no_shape', numbers=numbers)}</p></body>"
    return shown.replace("</body>", note) if "</body>" in shown else shown + note.removesuffix("</body>")


def _shaped(form: Form) -> tuple[Form, bool]:
    """The form with 〓 for what no font here draws, and whether there was any."""
    font = QFont(GOTHIC)
    missing = False

    def clean(text: str) -> str:
        nonlocal missing
        shown = "".join(letter if _drawn(letter, font) else GETA for letter in text)
        missing |= shown != text
        return shown

    blocks = tuple(
        replace(block, known=clean(block.known), asks=clean(block.asks)) if isinstance(block, Row) else block
        for block in form.blocks
    )
    made = replace(
        form, window=tuple(map(clean, form.window)), sender=tuple(map(clean, form.sender)), blocks=blocks,
        foot=(clean(form.foot[0]), form.foot[1]),
    )  # fmt: skip
    return made, missing


_known_shapes: dict[str, bool] = {}


def _drawn(letter: str, font: QFont) -> bool:
    """Like `_has_shape`, kept: a pile of letters asks for the same ones thousands of times. 外字 have no shape."""
    if letter == "\n" or " " <= letter <= "~":
        return True
    if letter not in _known_shapes:
        _known_shapes[letter] = not has_geta(letter) and _has_shape(letter, font)
    return _known_shapes[letter]


def _has_shape(letter: str, font: QFont) -> bool:
    """Whether the font, or one that Qt takes in its place, draws this letter."""
    if any(ord(letter) in some for some in _SELECTORS) or not letter.isprintable():
        return True
    layout = QTextLayout(letter, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return all(index != 0 for run in layout.glyphRuns() for index in run.glyphIndexes())


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


def _laid_out(html: str, device: QPagedPaintDevice, font: QFont, width: float) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.documentLayout().setPaintDevice(device)
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
        # A heading, and the line under it, stay with the table they speak of.
        beyond = texts[index + 2] if after is not None and not after.fresh and index + 2 < len(texts) else None
        leads_in = text.table is None and any(each is not None and each.table is not None for each in (after, beyond))
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


def _draw(painter: QPainter, document: QTextDocument, band: tuple[float, float], at: QPointF) -> None:
    """The band of the document, its top left corner at `at` of the page."""
    painter.save()
    painter.translate(at.x(), at.y() - band[0])
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
            painter.setPen(QPen(Qt.GlobalColor.black, painter.device().logicalDpiX() / 72))
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
