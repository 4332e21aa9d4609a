"""並び: by which column the 台帳 is ordered; the same as a click on a column's head, for the keyboard."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.ui.kit.filters import FilterChip
from hoken_desktop.ui.pages.person_columns import ALL
from hoken_desktop.words import say

_USUAL = "kana"
_REVERSE = "~"
_FALLING = frozenset({"birth", "seen"})
"""What is shown rises while the day behind it falls: the youngest have the latest birth dates."""


class OrderChip(FilterChip[str]):
    """`changed` when the list must be read again. ふりがな is the usual order; the × goes back to it."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        self._descending = False
        words: dict[str, str] = {}
        for column in ALL.values():
            words.setdefault(column.sort, say(column.word))
        choices = [(word, sort) for sort, word in words.items() if sort != _USUAL]
        super().__init__(
            say("persons_page.order"), [*choices, (say("persons_page.reverse"), _REVERSE)], _USUAL, parent,
            nothing_word=words[_USUAL],
        )  # fmt: skip
        self._before = _USUAL
        self.picked.connect(self._was_picked)

    def order(self) -> tuple[str, bool]:
        """(the column's order, whether it falls as shown)."""
        return self.value(), self._descending

    def applied(self, query: PersonQuery) -> PersonQuery:
        """`query` in this order."""
        order, descending = self.order()
        return replace(query, order=order, descending=descending is not (order in _FALLING))

    def sort(self, order: str, descending: bool) -> None:
        """A click on a column's head."""
        self.set_value(order)
        self._before = order
        self._descending = descending
        self.changed.emit()

    def _was_picked(self, order: str) -> None:
        if order == _REVERSE:
            self.sort(self._before, not self._descending)
        else:
            self.sort(order, False)
