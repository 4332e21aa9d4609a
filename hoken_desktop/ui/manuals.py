"""The manual in a window of its own: contents, search, the way back, printing. It knows nothing of the registry, so it
opens over the lock page too; nothing is fetched from outside the program's own files.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMarginsF, QRectF, QSizeF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QCloseEvent,
    QImage,
    QKeySequence,
    QPageLayout,
    QPageSize,
    QPainter,
    QResizeEvent,
    QShortcut,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QTextBrowser,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop import paths
from hoken_desktop.services import manuals
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.reading import move_focus
from hoken_desktop.ui.manual_text import dress
from hoken_desktop.words import say

PLACE = "manual"
"""Property of a widget: the page, or page#section, that explains it. F1 takes the nearest one around the focus."""
FIRST_DAY = "first_day"
_ELSEWHERE = {"registers": "taking_over", "layouts": "taking_over", "funnels": "replies"}
"""Pages of the desk that the manual explains together with another."""
_ADDRESS = Qt.ItemDataRole.UserRole
_SETTLE_MS = 120
_FOOT = 28
"""px at 96 dpi under the text of a printed sheet."""


def page_of(name: str) -> str:
    """The manual's page for a page of the desk."""
    return _ELSEWHERE.get(name, name)


def place_of(widget: QWidget | None) -> str:
    """The manual's place for a widget: the nearest one told by itself or by what it lies in; else the contents."""
    while widget is not None:
        place = widget.property(PLACE)
        if place:
            return str(place)
        widget = widget.parentWidget()
    return manuals.INDEX


class Text(QTextBrowser):
    """One page of the manual. Pictures are taken from the manual's own folder and fitted to the width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """A picture of the manual, or nothing: no other file and no other computer is asked."""
        file = own_picture(name.toString() if isinstance(name, QUrl) else name)
        if kind != QTextDocument.ResourceType.ImageResource.value or file is None:
            return None
        picture = QImage(str(file))
        # Pictures are asked for before the text is long enough to scroll, and its bar takes its room afterwards.
        bar = 0 if self.verticalScrollBar().isVisible() else self.verticalScrollBar().sizeHint().width()
        room = max(self.viewport().width() - bar - 2 * int(self.document().documentMargin()) - 8, 80)
        if picture.width() > room:
            ratio = self.devicePixelRatioF()
            picture = picture.scaledToWidth(round(room * ratio), Qt.TransformationMode.SmoothTransformation)
            picture.setDevicePixelRatio(ratio)
        return picture


def own_picture(address: str) -> Path | None:
    """The file of a picture's address if it is one of the manual's."""
    folder = paths.manual() / "img"
    file = folder / Path(address).name
    return file if address == f"img/{file.name}" and file.is_file() else None


class ManualWindow(QDialog):
    """The manual beside the work. `lock_asked` is Ctrl+L, which must be heard here too."""

    lock_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("manual")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.setSizeGripEnabled(True)
        look = theme.current()
        self.resize(look.px(960), look.px(660))
        self._page: manuals.ManualPage | None = None
        self._been: list[tuple[str, int]] = []
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._show_again)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 8)
        column.setSpacing(8)
        column.addLayout(self._make_bar())
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.addWidget(self._make_side())
        self.text = Text(split)
        self.text.anchorClicked.connect(lambda url: self.go(url.toString()))
        split.addWidget(self.text)
        split.setStretchFactor(1, 1)
        split.setSizes([look.px(250), look.px(700)])
        column.addWidget(split, 1)
        for keys, deed in (
            ("Alt+Left", self.go_back),
            ("Alt+Home", self.go_to_contents),
            ("Ctrl+F", self.search.setFocus),
            ("F3", self.next_hit),
            ("Ctrl+P", self.ask_print),
            ("Ctrl+L", self.lock_asked.emit),
        ):
            QShortcut(QKeySequence(keys), self, deed)
        self._list_pages()

    # --- what others call --------------------------------------------------------------------------------------

    def open_at(self, place: str) -> None:
        """Show the window at a page or page#section; the search begins anew."""
        self.forget_search()
        self.go(place)
        self.show()
        self.raise_()
        self.activateWindow()
        self.text.setFocus()

    def go(self, place: str) -> None:
        """Turn to "page", "page.md", "page#section" or "#section" of this page."""
        name, _, slug = place.partition("#")
        name = name.removesuffix(".md")
        page = self._page if not name else manuals.page(name)
        if page is None:
            page = manuals.page(manuals.INDEX)
            self.note.setText(say("manuals.missing"))
        if page is None:
            return
        if self._page is not None:
            self._been.append((self._page.name, self.text.verticalScrollBar().value()))
        self._show(page, slug)

    def go_back(self) -> None:
        """To what was read before."""
        if not self._been:
            return
        name, at = self._been.pop()
        page = manuals.page(name)
        if page is not None:
            self._show(page, "")
            self.text.verticalScrollBar().setValue(at)

    def go_to_contents(self) -> None:
        self.go(manuals.INDEX)

    def forget_search(self) -> None:
        """Empty the search: what was typed there does not outlive the registry's lock."""
        self.search.clear()

    def next_hit(self) -> None:
        """On to the next place of what is searched for, over the pages' borders."""
        listed = [each for each in self._items() if not each.isHidden() and each.childCount() == 0]
        if not self.search.text().strip() or not listed:
            return
        now = self._contents.currentItem()
        at = listed.index(now) + 1 if now in listed else 0
        self._contents.setCurrentItem(listed[at % len(listed)])
        self.go(str(listed[at % len(listed)].data(0, _ADDRESS)))

    def ask_print(self) -> None:
        """Ask for a printer and print the page in sight."""
        if self._page is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(a4())
        printer.setDocName(say("manuals.print_name", page=self._page.title))
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self.print_to(printer))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)

    def print_to(self, printer: QPrinter) -> None:
        """The page in sight, black on white whatever the window looks like, with page numbers."""
        if self._page is not None:
            paint_paper(self._page, printer)

    # --- parts -------------------------------------------------------------------------------------------------

    def _make_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.back_button = button(say("manuals.back"), self.go_back, icon="chevron-left", parent=self)
        self.back_button.setToolTip(say("manuals.back_tip"))
        self.contents_button = button(say("manuals.to_contents"), self.go_to_contents, icon="list", parent=self)
        self.note = Label("", "note", "text2", parent=self)
        self.print_button = button(say("manuals.print"), self.ask_print, icon="printer", parent=self)
        self.close_button = button(say("manuals.close"), self.close, parent=self)
        for part in (self.back_button, self.contents_button):
            bar.addWidget(part)
        bar.addWidget(self.note, 1)
        for part in (self.print_button, self.close_button):
            bar.addWidget(part)
        return bar

    def _make_side(self) -> QWidget:
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.search = QLineEdit(side)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(say("manuals.search"))
        self.search.setAccessibleName(say("manuals.search"))
        self.search.setAccessibleDescription(say("manuals.search_hint"))
        self.search.setToolTip(say("manuals.search_hint"))
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self.next_hit)
        self._contents = QTreeWidget(side)
        self._contents.setHeaderHidden(True)
        self._contents.setAccessibleName(say("manuals.contents"))
        self._contents.setProperty("contents", True)
        self._contents.itemActivated.connect(lambda item, _column: self.go(str(item.data(0, _ADDRESS))))
        self._contents.itemClicked.connect(lambda item, _column: self.go(str(item.data(0, _ADDRESS))))
        column.addWidget(self.search)
        column.addWidget(self._contents, 1)
        return side

    def _list_pages(self) -> None:
        for page in manuals.pages():
            top = self._line(page.title, page.name)
            self._contents.addTopLevelItem(top)
            for section in page.sections[1:]:
                if section.level == 2:
                    top.addChild(self._line(section.title, f"{page.name}#{section.slug}"))

    @staticmethod
    def _line(title: str, address: str) -> QTreeWidgetItem:
        made = QTreeWidgetItem([title])
        made.setToolTip(0, title)
        made.setData(0, _ADDRESS, address)
        return made

    def _items(self) -> list[QTreeWidgetItem]:
        found: list[QTreeWidgetItem] = []
        for place in range(self._contents.topLevelItemCount()):
            top = self._contents.topLevelItem(place)
            if top is not None:
                found.append(top)
                found += [inner for each in range(top.childCount()) if (inner := top.child(each)) is not None]
        return found

    def _search(self, text: str) -> None:
        hits = manuals.find(text)
        searching = bool(text.strip())
        for page in manuals.pages():
            here = hits.get(page.name, ())
            for item in self._items():
                name, _, slug = str(item.data(0, _ADDRESS)).partition("#")
                if name == page.name:
                    item.setHidden(searching and (slug not in _seconds(page, here) if slug else not here))
                    item.setExpanded(searching and bool(here) and not slug)
        if not searching:
            self.note.setText("")
            self._fold_in()
        elif hits:
            total = sum(len(here) for here in hits.values())
            self.note.setText(say("manuals.found", pages=len(hits), sections=total))
        else:
            self.note.setText(say("manuals.nothing_found", text=text.strip()))
        self._light_up()

    def _show(self, page: manuals.ManualPage, slug: str) -> None:
        self._page = page
        self.setWindowTitle(f"{page.title} — {say('manuals.title')}")
        self.text.setAccessibleName(say("manuals.text", page=page.title))
        self.back_button.setEnabled(bool(self._been))
        self._render()
        self._fold_in()
        self._light_up()
        section = page.section(slug) if slug else None
        if section is not None:
            self._scroll_to(section)

    def _render(self) -> None:
        if self._page is None:
            return
        document = self.text.document()
        document.clear()
        document.setDefaultFont(theme.current().font("base"))
        document.setMarkdown(self._page.markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        dress(document, theme.current())
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _scroll_to(self, section: manuals.Section) -> None:
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and manuals.slug(block.text()) == section.slug:
                top = self.text.document().documentLayout().blockBoundingRect(block).top()
                self.text.setTextCursor(QTextCursor(block))
                self.text.verticalScrollBar().setValue(int(top) - 4)
                return
            block = block.next()

    def _fold_in(self) -> None:
        """Unfold the page in sight in the contents, unless the search has unfolded what it found."""
        if self.search.text().strip():
            return
        for item in self._items():
            here = self._page is not None and item.data(0, _ADDRESS) == self._page.name
            if item.parent() is None:
                item.setExpanded(here)
                if here:
                    self._contents.setCurrentItem(item)

    def _light_up(self) -> None:
        """Mark the words searched for in the page in sight."""
        marked: list[QTextEdit.ExtraSelection] = []
        for word in self.search.text().split():
            found = self.text.document().find(word)
            while not found.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = found
                look = QTextCharFormat()
                look.setBackground(theme.current().colour("lit"))
                look.setForeground(theme.current().colour("text"))
                mark.format = look
                marked.append(mark)
                found = self.text.document().find(word, found)
        self.text.setExtraSelections(marked)

    def _show_again(self) -> None:
        at = self.text.verticalScrollBar()
        share = at.value() / max(at.maximum(), 1)
        self._render()
        self._light_up()
        at.setValue(round(share * at.maximum()))

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "text"):
            self._settle.start()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.forget_search()
        super().closeEvent(event)


def a4() -> QPageLayout:
    """A4 upright with 15 mm at every side."""
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(15, 15, 15, 15),
        QPageLayout.Unit.Millimeter,
    )  # fmt: skip


def paint_paper(page: manuals.ManualPage, printer: QPrinter) -> None:
    """Print a page at the light theme's plain size, pictures as wide as the paper, "title n / N" under each sheet."""
    look = theme.Theme()
    scale = printer.logicalDpiX() / 96
    sheet = printer.pageRect(QPrinter.Unit.DevicePixel)
    width, height = sheet.width() / scale, sheet.height() / scale - _FOOT
    made = QTextDocument()
    made.setDefaultFont(look.font("base"))
    for address in set(manuals.pictures(page.markdown)):
        file = own_picture(address)
        if file is not None:
            picture = QImage(str(file))
            picture.setDevicePixelRatio(max(picture.width() / (width - 2 * look.px(14)), 1.0))
            made.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(address), picture)
    made.setMarkdown(page.markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    dress(made, look)
    made.setPageSize(QSizeF(width, height))
    painter = QPainter(printer)
    painter.scale(scale, scale)
    for number in range(made.pageCount()):
        if number:
            printer.newPage()
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = look.palette()
        context.clip = QRectF(0, number * height, width, height)
        painter.save()
        painter.translate(0, -number * height)
        painter.setClipRect(context.clip)
        made.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(look.font("note"))
        painter.setPen(look.colour("text2"))
        foot = say("manuals.foot", page=page.title, n=number + 1, total=made.pageCount())
        painter.drawText(QRectF(0, height, width, _FOOT), int(Qt.AlignmentFlag.AlignCenter), foot)
    painter.end()


def _seconds(page: manuals.ManualPage, slugs: tuple[str, ...]) -> set[str]:
    """The sections of the second level in which, or under which, these sections stand."""
    found: set[str] = set()
    above = ""
    for section in page.sections:
        if section.level == 2:
            above = section.slug
        if section.slug in slugs and above:
            found.add(above)
    return found
