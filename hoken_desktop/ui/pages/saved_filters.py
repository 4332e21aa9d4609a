"""保存した絞り込み: a line of named filters under the chips, and the sheet that asks for a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.saved_filters import SavedFilter
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.forms import DEED, Field, PressButton, line, link
from hoken_desktop.ui.kit.labels import Label, plain_tip
from hoken_desktop.words import say

LONGEST = 24


class SavedChip(PressButton):
    """One saved filter: Enter or a click applies it, Delete or its menu takes it off the line."""

    forgotten = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name.replace("&", "&&"), parent)
        self.setProperty("chip", True)
        self.setCheckable(True)
        self.setAccessibleName(say("saved_filters.chip", name=name))
        self.setAccessibleDescription(say("saved_filters.chip_tip"))
        self.setToolTip(plain_tip(say("saved_filters.chip_tip")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.forgotten.emit()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        forget = QAction(say("saved_filters.forget"), menu)
        forget.triggered.connect(lambda _checked=False: self.forgotten.emit())
        menu.addAction(forget)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos() if not event.globalPos().isNull() else self.mapToGlobal(QPoint(0, self.height())))


class SavedFilterRow(QWidget):
    """`picked` a filter to apply, `save_asked` to keep the present one, `forget_asked` a name to take away.

    `save_link` belongs beside the filters; the line itself is seen only where something is kept."""

    picked = Signal(object)
    save_asked = Signal()
    forget_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.chips: dict[str, QPushButton] = {}
        self._kept: Sequence[SavedFilter] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._name = Label(say("saved_filters.row"), "note", "text2", parent=self)
        self._flow = FlowWidget(self)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self._flow)
        self.save_link = link(say("saved_filters.save"), self.save_asked.emit, self)
        self.save_link.setProperty(DEED, True)
        row.addWidget(self._name)
        row.addLayout(beside, 1)

    def show_filters(self, kept: Sequence[SavedFilter]) -> None:
        """Lay the line again."""
        self._kept = tuple(kept)
        self._flow.clear()
        self.chips = {}
        for one in kept:
            chip = SavedChip(one.name, self._flow)
            chip.clicked.connect(lambda _checked=False, one=one: self.picked.emit(one.query))
            chip.forgotten.connect(lambda name=one.name: self.forget_asked.emit(name))
            self._flow.flow.addWidget(chip)
            chip.show()
            self.chips[one.name] = chip

    def show_query(self, query: PersonQuery, filtered: bool) -> None:
        """Light the filter that is in use; offer to keep one that is not kept yet."""
        lit = False
        for one in self._kept:
            on = filtered and one.query == query
            self.chips[one.name].setChecked(on)
            lit = lit or on
        self.save_link.setVisible(filtered and not lit)
        self.setVisible(bool(self._kept))


class NameSheet(Sheet):
    """Asks under which name to keep the present filter."""

    def __init__(
        self, parent: QWidget, suggested: str, taken: Sequence[str], done: Callable[[str], None]
    ) -> None:
        super().__init__(say("saved_filters.title"), parent)
        self._taken = frozenset(taken)
        self._done = done
        self.add_text(say("saved_filters.text"), note=True)
        self.edit = line(suggested[:LONGEST], longest=LONGEST, parent=self)
        self.field = Field(say("saved_filters.name"), self.edit, "", needed=True, parent=self)
        self.body.addWidget(self.field)
        back = self.add_button(say("kit.back"))
        self.deed = self.add_button(say("saved_filters.verb"), primary=True)
        back.clicked.connect(self.reject)
        self.deed.clicked.connect(self.try_it)
        self.edit.returnPressed.connect(self.try_it)
        self.edit.textChanged.connect(self._say_taken)
        self.finished.connect(self.deleteLater)
        self._say_taken()
        self.edit.setFocus()
        self.edit.selectAll()

    def _say_taken(self) -> None:
        taken = self.edit.text().strip() in self._taken
        self.deed.setText(say("saved_filters.verb_over") if taken else say("saved_filters.verb"))
        self.field.set_fault("")

    def try_it(self) -> None:
        """Keep it, unless it has no name."""
        name = self.edit.text().strip()
        if not name:
            self.field.set_fault(say("saved_filters.no_name"))
            return
        self.accept()
        self._done(name)
