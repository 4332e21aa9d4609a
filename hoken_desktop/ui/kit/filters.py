"""A filter as a chip: it says what it filters by, opens its choices, and is emptied by its ×, Delete or すべて."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from hoken_desktop.ui import icons
from hoken_desktop.words import say

T = TypeVar("T")


class FilterChip(QPushButton, Generic[T]):
    """`name` alone while nothing is filtered (`nothing`), else 「市町:鴻巣市 ×」; Enter, Space, Down or a click opens,
    the × and Delete empty it."""

    picked = Signal(object)

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[str, T]],
        nothing: T,
        parent: QWidget | None = None,
        *,
        nothing_word: str = "",
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._nothing_word = nothing_word
        self._nothing = nothing
        self._choices = tuple(choices)
        self._value = nothing
        self.setProperty("chip", True)
        self.setAutoDefault(False)
        self.setCheckable(True)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands after the word
        self.clicked.connect(lambda _checked=False: self.open_menu())
        self._dress()

    def value(self) -> T:
        return self._value

    def filters(self) -> bool:
        """Whether it filters by anything."""
        return self._value != self._nothing

    def word(self) -> str:
        """The word of the value it filters by."""
        return next((word for word, value in self._choices if value == self._value), "")

    def offer(self, choices: Sequence[tuple[str, T]]) -> None:
        """Replace the choices; a value that is no longer among them is dropped without a word."""
        self._choices = tuple(choices)
        if self._value not in [value for _, value in self._choices]:
            self._value = self._nothing
        self._dress()

    def set_value(self, value: T) -> None:
        """Choose without telling `picked`."""
        self._value = value
        self._dress()

    def menu_of_choices(self) -> QMenu:
        """The choices as a menu."""
        menu = QMenu(self)
        for word, value in ((self._word_of_nothing(), self._nothing), *self._choices):
            action = QAction(word, menu)
            action.setCheckable(True)
            action.setChecked(value == self._value)
            action.triggered.connect(lambda _checked=False, value=value: self._pick(value))
            menu.addAction(action)
        return menu

    def open_menu(self) -> None:
        """Show the choices under the chip."""
        self._dress()  # a click must not leave the chip checked
        menu = self.menu_of_choices()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _word_of_nothing(self) -> str:
        return self._nothing_word or say("kit_filters.all")

    def clear(self) -> None:
        """Filter by nothing again."""
        self._pick(self._nothing)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._value != self._nothing and self.rect().contains(at) and at.x() >= self.width() - self.height():
            self.setDown(False)
            self.clear()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._value != self._nothing:
            self.clear()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.open_menu()
            return
        super().keyPressEvent(event)

    def _pick(self, value: T) -> None:
        if value != self._value:
            self.set_value(value)
            self.picked.emit(value)

    def _dress(self) -> None:
        on = self.filters()
        text = say("kit_filters.chosen", name=self._name, value=self.word()) if on else self._name
        self.setText(text)
        unchosen = say("kit_filters.unchosen", name=self._name, value=self._word_of_nothing())
        self.setAccessibleName(text if on else unchosen)
        self.setAccessibleDescription(say("kit_filters.emptied_by") if on else "")
        self.setToolTip(say("kit_filters.emptied_by") if on else "")
        self.setIcon(icons.icon("x" if on else "chevron-down", "accent_deep" if on else "text2", size=14))
        self.setChecked(on)
