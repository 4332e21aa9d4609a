"""The recovery key on the screen, this once, and on one sheet of paper; never in a file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFrame, QVBoxLayout, QWidget

from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import say


def shown_key(recovery_key: str, parent: QWidget) -> QFrame:
    """The key in two lines of groups; it cannot be selected, so that it is not pasted where it should be typed."""
    groups = recovery_key.split("-")
    half = (len(groups) + 1) // 2
    frame = QFrame(parent)
    frame.setProperty("bar", "accent")
    lines = QVBoxLayout(frame)
    lines.setContentsMargins(16, 10, 16, 10)
    for part in (groups[:half], groups[half:]):
        shown = Label("  -  ".join(part), "figure", parent=frame)
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        shown.setAccessibleName(" ".join(part))
        lines.addWidget(shown)
    return frame


def print_key(
    parent: QWidget, office: str, recovery_key: str, printed: Callable[[], object], to_file: Callable[[], object]
) -> None:
    """On paper only: a key printed into a file would be a key lying on the disk. `to_file` is told where one was."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, False)

    def chosen() -> None:
        if printer.outputFileName():
            to_file()
            return
        paint_key_sheet(printer, office, recovery_key)
        printed()

    dialog.accepted.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    QDialog.open(dialog)


def paint_key_sheet(printer: QPrinter, office: str, recovery_key: str) -> None:
    """One A4 sheet: what this is, the key in groups of five, where to keep it."""
    painter = QPainter(printer)
    page = QRectF(printer.pageRect(QPrinter.Unit.DevicePixel))
    scale = printer.logicalDpiY() / 96
    font = theme.Theme().font("title")

    def write(text: str, top: float, size: int, bold: bool = False) -> float:
        font.setPixelSize(round(size * scale))
        font.setBold(bold)
        painter.setFont(font)
        box = QRectF(48 * scale, top, page.width() - 96 * scale, page.height())
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        needed = painter.boundingRect(box, flags, text)
        painter.drawText(box, flags, text)
        return top + needed.height() + 20 * scale

    top = write(say("lock.sheet_title"), 64 * scale, 24, True)
    top = write(office, top, 18)
    for part in recovery_key.split("-"):
        top = write(part, top, 32, True)
    write(say("lock.sheet_text"), top, 16)
    painter.end()
