"""Over a master's table: the two tabs, what is typed, and the chips of kind and days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from hoken_desktop.domain.names import fold_kana, fold_name
from hoken_desktop.ui.kit.filters import FilterChip
from hoken_desktop.ui.kit.forms import chip, line
from hoken_desktop.words import say

VALID, ENDED = "valid", "ended"
KNOWN, OPEN = 0, 1
"""The tabs: the entries; the names of the register that are none yet."""
_LONGEST = 60


class MasterFilters(QWidget):
    """Which tab is open, and which entries fit."""

    changed = Signal()
    turned = Signal(int)
    left = Signal()
    """Enter in the input: on to the table."""

    def __init__(self, typed: str, kinds: Sequence[tuple[str, Any]], parent: QWidget) -> None:
        super().__init__(parent)
        self.place = KNOWN
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.known_tab, self.open_tab = chip("", True, self), chip("", False, self)
        group = QButtonGroup(self)
        for place, tab in ((KNOWN, self.known_tab), (OPEN, self.open_tab)):
            group.addButton(tab)
            tab.clicked.connect(partial(self.turn, place))
            row.addWidget(tab)
        row.addSpacing(8)
        self.typed = line(placeholder=typed, longest=_LONGEST, parent=self)
        self.typed.setAccessibleName(typed)
        self.typed.textChanged.connect(self.changed)
        self.typed.returnPressed.connect(self.left)
        row.addWidget(self.typed, 1)
        self.kind: FilterChip[Any] = FilterChip(say("masters_page.kind"), kinds, None, self)
        self.state: FilterChip[str] = FilterChip(
            say("masters_page.state"),
            [(say("masters_page.valid"), VALID), (say("masters_page.ended"), ENDED)], "", self,
        )  # fmt: skip
        self.state.set_value(VALID)
        for each in (self.kind, self.state):
            each.picked.connect(self.changed)
            row.addWidget(each)
        for widget in (self.typed, self.kind, self.state):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # the tabs keep their place
            widget.setSizePolicy(policy)

    def turn(self, place: int, _checked: bool = False) -> None:
        """Open a tab; the other one has nothing to filter."""
        self.place = place
        (self.known_tab, self.open_tab)[place].setChecked(True)
        for each in (self.typed, self.kind, self.state):
            each.setVisible(place == KNOWN)
        self.turned.emit(place)

    def count(self, known: int, unknown: int) -> None:
        """Say on the tabs how many stand behind each."""
        self.known_tab.setText(say("masters_page.tab_known", n=f"{known:,}"))
        self.open_tab.setText(say("masters_page.tab_open", n=f"{unknown:,}"))
        for tab in (self.known_tab, self.open_tab):
            tab.setAccessibleName(tab.text())

    def fits(self, words: Iterable[str], kind: object, ended: bool) -> bool:
        """Whether an entry of these words, this kind and these days is wanted."""
        if self.state.value() and (self.state.value() == ENDED) != ended:
            return False
        if self.kind.value() is not None and kind is not self.kind.value():
            return False
        typed = self.typed.text().strip()
        return not typed or any(
            fold(typed) in fold(word) for word in words if word for fold in (fold_name, fold_kana)
        )

    def clear(self) -> None:
        """Every entry, the ended too."""
        self.typed.clear()
        self.kind.set_value(None)
        self.state.set_value("")
        self.changed.emit()
