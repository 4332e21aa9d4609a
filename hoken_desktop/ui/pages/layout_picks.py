"""様式: chosen from those kept, kept under a name, taken in from another centre and written out for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.layouts import LayoutDraft, LayoutFile, LayoutName, is_layout_name
from hoken_desktop.services.progress import Report
from hoken_desktop.ui.kit.dialogs import Sheet, ask
from hoken_desktop.ui.kit.forms import Field, Pick, line, link
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.choosers import choose_file, choose_new_file
from hoken_desktop.words import say


class LayoutPick(QWidget):
    """The kept layouts for one kind of file; `picked` gives the name of a shipped or a kept one."""

    picked = Signal(str)

    def __init__(self, page: Page, base: str) -> None:
        super().__init__(page)
        self._page = page
        self._base = base
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.pick: Pick[str] = Pick([(say("layouts_page.automatic"), base)], self)
        self.pick.setAccessibleName(say("layouts_page.layout"))
        self.pick.activated.connect(lambda _at: self.picked.emit(self.pick.value()))
        row.addWidget(self.pick, 1)
        row.addWidget(link(say("layouts_page.take_in"), self._ask_file, self))
        self.out_link = link(say("layouts_page.write_out"), self._ask_place, self)
        row.addWidget(self.out_link)
        self.pick.currentIndexChanged.connect(lambda _at: self._look())

    def refresh(self, base: str = "", chosen: str = "") -> None:
        """Read the kept layouts again; `base` for another kind of file."""
        self._base = base or self._base
        names = self._page.desk.house.layouts.names(self._base)
        self.pick.offer([(say("layouts_page.automatic"), self._base), *((one.name, one.name) for one in names)])
        if chosen in [one.name for one in names]:
            self.pick.pick(chosen)
        self._look()

    def _look(self) -> None:
        self.out_link.setVisible(self.pick.value() != self._base)

    def _ask_file(self) -> None:
        choose_file(self, say("layouts_page.take_in_title"), say("layouts_page.kinds"), self.take_in)

    def take_in(self, path: Path) -> None:
        """Keep a layout's file that came from elsewhere, and choose it."""
        layouts = self._page.desk.house.layouts

        def then(kept: LayoutName) -> None:
            self.refresh(chosen=kept.name)
            self._page.notices.say(say("layouts_page.taken_in", name=kept.name), "done")
            self.picked.emit(self.pick.value())

        self._page.desk.run(self._page, lambda _report: layouts.add(path), then)

    def _ask_place(self) -> None:
        name = self.pick.value()
        choose_new_file(
            self, say("layouts_page.write_out_title"), say("layouts_page.kinds"), f"{name}.toml", self.write_out
        )

    def write_out(self, path: Path) -> None:
        """Write the chosen layout's file to be sent: it holds no personal data."""
        house, name = self._page.desk.house, self.pick.value()

        def then(_nothing: None) -> None:
            self._page.notices.say(say("layouts_page.written_out", file=path.name), "done")

        self._page.desk.run(
            self._page, lambda _report: house.write_text(path, house.layouts.text_of(name)), then
        )


class KeepSheet(Sheet):
    """Under which name the columns are kept."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(say("layouts_page.keep_title"), parent)
        self.setObjectName("keepSheet")
        self.add_text(say("layouts_page.keep_text"))
        self.name = line(name, longest=40, parent=self)
        self.body.addWidget(Field(say("layouts_page.keep_name"), self.name, say("layouts_page.keep_hint"), parent=self))
        self.back_button = self.add_button(say("kit.back"))
        self.deed_button = self.add_button(say("layouts_page.keep_verb"), primary=True)
        self.back_button.clicked.connect(self.reject)
        self.deed_button.clicked.connect(self.accept)
        self.name.textChanged.connect(lambda _text: self._look())
        self._look()

    def _look(self) -> None:
        self.deed_button.setEnabled(is_layout_name(self.name.text().strip()))


def keep(page: Page, draft: LayoutDraft, file: LayoutFile, then: Callable[[LayoutName], None]) -> KeepSheet:
    """Ask for a name and keep the draft, tried against the file; a name that is taken is asked about once more."""
    layouts = page.desk.house.layouts
    known = [one.name for one in layouts.names()]
    sheet = KeepSheet(draft.base if draft.base in known else "", page)

    def write(name: str, replacing: bool) -> None:
        def work(_report: Report) -> LayoutName:
            kept: LayoutName = layouts.keep(name, draft, file, replacing=replacing)
            return kept

        page.desk.run(page, work, then)

    def accepted() -> None:
        name = sheet.name.text().strip()
        if name in known:
            ask(
                page, say("layouts_page.replace_title", name=name), say("layouts_page.replace_text"),
                say("layouts_page.replace_verb"), lambda: write(name, True),
            )  # fmt: skip
        else:
            write(name, False)

    sheet.accepted.connect(accepted)
    sheet.finished.connect(sheet.deleteLater)
    sheet.open()
    return sheet


def wants_columns(refusal: Refusal) -> bool:
    """Whether the columns of a file were not understood, so that staff may decide them."""
    return refusal.code in (
        "layouts.no_header", "layouts.missing_columns", "layouts.header_twice", "sheets.no_known_sheet",
    )  # fmt: skip
