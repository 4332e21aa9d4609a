"""A one-line input that offers known words while somebody types; what is not among them may stand all the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from hoken_desktop.domain.names import fold_kana, fold_name
from hoken_desktop.services.masters import Suggestion
from hoken_desktop.words import say

__all__ = ["MOST", "CompletionInput", "Suggestion"]

MOST = 12
"""Suggestions shown at once: more than fit are found by typing on."""

_Index = QModelIndex | QPersistentModelIndex


def _folds(words: Sequence[str]) -> tuple[str, ...]:
    """Each word as names are compared and as readings are: typing かな finds カナ, and 髙 finds 高."""
    folds = (fold for word in words for fold in (fold_name(word), fold_kana(word).casefold()))
    return tuple(dict.fromkeys(fold for fold in folds if fold))


class _Shown(QAbstractListModel):
    """The suggestions that fit what is typed: DisplayRole with the hint, EditRole the bare text."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[Suggestion] = ()

    def show(self, rows: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return row.text
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return say("completions.with_hint", text=row.text, hint=row.hint) if row.hint else row.text
        return None


class CompletionInput(QLineEdit):
    """A line edit with suggestions: typing narrows them, Down on an empty field shows the first, Enter takes one.

    Width, kana shape and kanji variants do not count. `suggestion` says which known word stands in the field, None
    where it is a free text: that is kept as typed, never bent to the nearest known word.
    """

    taken = Signal(object)
    """The suggestion somebody chose from the list."""

    def __init__(
        self, suggestions: Sequence[Suggestion] = (), text: str = "", *, longest: int = 120,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setMaxLength(longest)
        self._all: tuple[tuple[Suggestion, tuple[str, ...]], ...] = ()
        self._taken: Suggestion | None = None
        self._shown = _Shown(self)
        completer = QCompleter(self._shown, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCompletionRole(int(Qt.ItemDataRole.EditRole))
        completer.setMaxVisibleItems(MOST)
        self._popup = QListView()
        self._popup.setProperty("completions", True)
        self._popup.setAccessibleName(say("completions.list"))
        completer.setPopup(self._popup)
        self.setCompleter(completer)
        taken: Any = completer.activated  # an overloaded signal, which the stubs do not know
        taken[QModelIndex].connect(self._take)
        self.textEdited.connect(self._narrow)
        self.offer(suggestions)
        self.setText(text)

    def offer(self, suggestions: Sequence[Suggestion]) -> None:
        """Other suggestions; the text stays."""
        self._all = tuple((one, _folds((one.text, *one.keys))) for one in suggestions)
        self._taken = None
        self._narrow(self.text())

    def found(self, typed: str) -> list[Suggestion]:
        """What fits `typed`: what begins with it first, then what holds it, each in the order given."""
        wanted = _folds((typed,))
        if not wanted:
            return [one for one, _ in self._all[:MOST]]
        begins, holds = [], []
        for one, folds in self._all:
            if any(fold.startswith(want) for fold in folds for want in wanted):
                begins.append(one)
            elif any(want in fold for fold in folds for want in wanted):
                holds.append(one)
        return [*begins, *holds][:MOST]

    def suggestion(self) -> Suggestion | None:
        """The known word that stands in the field: the one taken, else the only one of this text."""
        typed = fold_name(self.text())
        if not typed:
            return None
        if self._taken is not None and fold_name(self._taken.text) == typed:
            return self._taken
        same = [one for one, _ in self._all if fold_name(one.text) == typed]
        return same[0] if len(same) == 1 else None

    def id(self) -> str:
        """The id of the known word in the field, "" for a free text."""
        found = self.suggestion()
        return found.id if found is not None else ""

    def choose(self, suggestion: Suggestion) -> None:
        """Put a suggestion into the field, as if it had been taken from the list."""
        self.setText(suggestion.text)
        self._taken = suggestion
        self.taken.emit(suggestion)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and not self._popup.isVisible() and self._all:
            self._narrow(self.text())
            self.completer().complete()
            return
        super().keyPressEvent(event)

    def _narrow(self, typed: str) -> None:
        self._shown.show(self.found(typed))

    def _take(self, index: QModelIndex) -> None:
        # The completer hands out an index of its own list over ours: the row is the same, the list is not filtered.
        if 0 <= index.row() < len(self._shown.rows):
            self._taken = self._shown.rows[index.row()]
            self.taken.emit(self._taken)
