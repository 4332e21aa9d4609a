"""列の対応 of a benefit file: what its columns are read as, decided, kept as a layout, and read into the round."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.layouts import LayoutDraft, LayoutFile, LayoutName
from hoken_desktop.services.intakes import LAYOUTS
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Field, button
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.layout_picks import LayoutPick, keep
from hoken_desktop.ui.pages.mapping import MappingView
from hoken_desktop.ui.pages.round_files import Order
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk


class LayoutsPage(Page):
    """`show_at(path=…, scheme=…)` opens a file; `layout=` names the kept layout to begin with."""

    topics = frozenset({"rounds"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("layouts_page.title"))
        self._path: Path | None = None
        self._scheme = Scheme.NANBYO
        self.setProperty(PLACE, "taking_over")
        self.back_button = button(say("layouts_page.to_rounds"), self._back, parent=self)
        self.head.addWidget(self.back_button)
        self.stack = QStackedWidget(self)
        self.empty = EmptyState(
            say("layouts_page.empty"), say("layouts_page.empty_text"), say("layouts_page.to_rounds"), "file-import"
        )
        self.empty.asked.connect(self._back)
        self.mapping = MappingView(self)
        self.mapping.settled.connect(self._look)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.mapping)
        self.body.addWidget(self.stack, 1)
        self._bar = QWidget(self)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.layouts = LayoutPick(self, LAYOUTS[Scheme.NANBYO])
        self.layouts.picked.connect(self._choose)
        row.addWidget(Field(say("layouts_page.layout"), self.layouts, parent=self))
        row.addStretch(1)
        self.keep_button = button(say("layouts_page.keep"), self.keep, key="Ctrl+S", deed=True, parent=self)
        self.read_button = button(
            say("layouts_page.read"), self.read, key="Ctrl+Return", primary=True, deed=True, parent=self
        )
        row.addWidget(self.keep_button)
        row.addWidget(self.read_button)
        self.body.addWidget(self._bar)
        self._look()

    def show_at(self, **where: object) -> None:
        path, scheme = where.get("path"), where.get("scheme")
        if not isinstance(path, Path) or not isinstance(scheme, Scheme):
            return
        self.release()
        self._path, self._scheme = path, scheme
        self.subtitle.setText(say("layouts_page.subtitle", file=path.name, scheme=label(scheme)))
        self.layouts.refresh(LAYOUTS[scheme], str(where.get("layout", "")))
        layouts, name = self.desk.house.layouts, self.layouts.pick.value()

        def then(found: tuple[LayoutFile, LayoutDraft]) -> None:
            self.stack.setCurrentWidget(self.mapping)
            self.mapping.open(*found)

        self.desk.run(self, lambda _report: (layouts.open(path), layouts.draft(name)), then)

    def release(self) -> None:
        self._path = None
        self.subtitle.setText("")
        self.mapping.release()
        self.stack.setCurrentWidget(self.empty)
        self._look()

    def first_focus(self) -> QWidget:
        return self.mapping.table if self._path is not None else self.back_button

    def _look(self) -> None:
        view = self.mapping.current()
        self._bar.setVisible(view is not None)
        fits = view is not None and view.seen.fits
        self.read_button.setEnabled(fits)
        self.read_button.setToolTip("" if fits else say("layouts_page.read_wait"))
        self.keep_button.setEnabled(fits and self.mapping.draft.touched)

    def _choose(self, name: str) -> None:
        file = self.mapping.file
        if file is not None:
            self.mapping.open(file, self.desk.house.layouts.draft(name))

    def keep(self) -> None:
        """様式として保存."""
        file = self.mapping.file
        if file is None:
            return

        def then(kept: LayoutName) -> None:
            self.layouts.refresh(chosen=kept.name)
            self.notices.say(say("layouts_page.kept", name=kept.name), "done")
            self._choose(kept.name)

        keep(self, self.mapping.draft, file, then)

    def read(self) -> None:
        """Into the round, by the columns as they are decided now."""
        view = self.mapping.current()
        if self._path is None or view is None or not view.seen.fits:
            return
        order = Order(self._path, self._scheme, view.seen.sheet, self.mapping.draft)
        self.release()
        self.desk.open_page("rounds", step="files", read=order)

    def _back(self) -> None:
        self.release()
        self.desk.open_page("rounds", step="files")
