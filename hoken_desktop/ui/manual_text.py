"""How the manual's text looks: sizes and colours of the theme laid over what Qt made of the Markdown."""

from __future__ import annotations

from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from hoken_desktop.ui.theme import Theme, families

_HEADINGS = {1: ("name", 4, 10), 2: ("title", 20, 6), 3: ("card_title", 14, 4), 4: ("base", 10, 2)}
"""Level of a heading: type role, px above, px under."""
_NARROW = 220
"""Up to this many px at the plain size a column keeps the width of its words."""


def dress(document: QTextDocument, look: Theme) -> None:
    """Lay the theme's sizes and colours over a document made of Markdown."""
    document.setDocumentMargin(look.px(14))
    _dress_tables(document, look)
    block = document.begin()
    while block.isValid():
        _dress_block(block, look)
        _dress_words(block, look)
        block = block.next()


def _dress_block(block: QTextBlock, look: Theme) -> None:
    shape = QTextBlockFormat(block.blockFormat())
    level = shape.headingLevel()
    in_table = QTextCursor(block).currentTable() is not None
    if level:
        role, above, under = _HEADINGS[min(level, 4)]
        shape.setTopMargin(look.px(above))
        shape.setBottomMargin(look.px(under))
        _set_heading(block, look.font(role, bold=True), look.colour("accent_deep" if level == 2 else "text"))
    elif in_table:
        shape.setTopMargin(0)
        shape.setBottomMargin(0)
    elif block.textList() is not None:
        shape.setTopMargin(look.px(2))
        shape.setBottomMargin(look.px(2))
    else:
        shape.setTopMargin(look.px(4))
        shape.setBottomMargin(look.px(6))
    if not level and not _holds_picture(block):
        shape.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if shape.hasProperty(QTextFormat.Property.BlockQuoteLevel.value):
        shape.setBackground(look.colour("warn_tint"))
        shape.setLeftMargin(look.px(12))
        shape.setRightMargin(look.px(12))
    QTextCursor(block).setBlockFormat(shape)


def _set_heading(block: QTextBlock, font: QFont, ink: QColor) -> None:
    """Give a heading its size in px: the Markdown's own is relative to the text's."""
    for start, length, before in _fragments(block):
        words = QTextCharFormat(before)
        words.clearProperty(QTextFormat.Property.FontSizeAdjustment.value)
        words.setProperty(QTextFormat.Property.FontPixelSize.value, font.pixelSize())
        words.setFontWeight(QFont.Weight.Bold)
        words.setForeground(ink)
        _put(block, start, length, words)


def _dress_words(block: QTextBlock, look: Theme) -> None:
    """Keys and names of files (`…`) stand on a ground of their own; links have the accent."""
    for start, length, before in _fragments(block):
        words = QTextCharFormat(before)
        if before.isAnchor():
            words.setForeground(look.colour("accent_deep"))
            words.setFontUnderline(True)
        elif before.fontFixedPitch():
            words.setFontFamilies(list(families()))
            words.setFontFixedPitch(False)
            words.setBackground(look.colour("table_head"))
            words.setForeground(look.colour("text"))
        else:
            continue
        _put(block, start, length, words)


def _fragments(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    found = []
    each = block.begin()
    while not each.atEnd():
        piece = each.fragment()
        if piece.isValid():
            found.append((piece.position(), piece.length(), piece.charFormat()))
        each += 1
    return found


def _put(block: QTextBlock, start: int, length: int, words: QTextCharFormat) -> None:
    cursor = QTextCursor(block)
    cursor.setPosition(start)
    cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
    cursor.setCharFormat(words)


def _holds_picture(block: QTextBlock) -> bool:
    """A line's height in proportion would grow with the picture in it."""
    return "\ufffc" in block.text()


def _dress_tables(document: QTextDocument, look: Theme) -> None:
    for frame in document.rootFrame().childFrames():
        if not isinstance(frame, QTextTable):
            continue
        shape = frame.format()
        shape.setBorderCollapse(True)
        shape.setBorder(1)
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        shape.setBorderBrush(look.colour("line"))
        shape.setCellPadding(look.px(5))
        shape.setCellSpacing(0)
        shape.setTopMargin(look.px(6))
        shape.setBottomMargin(look.px(10))
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        shape.setColumnWidthConstraints(_widths(frame, look))
        frame.setFormat(shape)
        for column in range(frame.columns()):
            cell = frame.cellAt(0, column)
            head = QTextCharFormat(cell.format())
            head.setBackground(look.colour("table_head"))
            cell.setFormat(head)


def _widths(table: QTextTable, look: Theme) -> list[QTextLength]:
    """A column of short words is as wide as they are; the others share the rest."""
    measure = QFontMetrics(look.font("base", bold=True))
    found = []
    for column in range(table.columns()):
        longest = 0
        for row in range(table.rows()):
            words = table.cellAt(row, column).firstCursorPosition().block().text()
            longest = max(longest, measure.horizontalAdvance(words))
        room = longest + 2 * look.px(5) + look.px(6)
        narrow = longest <= look.px(_NARROW) and column < table.columns() - 1
        kind = QTextLength.Type.FixedLength if narrow else QTextLength.Type.VariableLength
        found.append(QTextLength(kind, room if narrow else 0))
    return found
