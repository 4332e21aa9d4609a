"""The bar at the top of a page: what was found, where, and what to do next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.ui import icons
from hoken_desktop.ui.kit.labels import Label, restyle
from hoken_desktop.words import has, say

_ICONS = {"accent": "info-circle", "done": "circle-check", "warn": "alert-circle", "danger": "alert-triangle"}


def words_of(refusal: Refusal) -> str:
    """A refusal in the staff's words; one that has no sentence yet says its code, which holds no data."""
    if has(refusal.code):
        return say(refusal.code, **refusal.facts)
    return say("notices.unworded", code=refusal.code)


class NoticeBar(QFrame):
    """One notice at a time; `tone` is accent (知らせ), done (済), warn (注意) or danger (できない)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self._then: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        self._icon = icons.Picture("info-circle", "accent", 18, self)
        self._text = Label("", "table", "text", wrap=True, selectable=True, parent=self)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.action_button = QPushButton(self)
        self.action_button.setProperty("small", True)
        self.action_button.clicked.connect(self._act)
        self._close = QPushButton(self)
        self._close.setProperty("quiet", True)
        self._close.setAccessibleName(say("notices.close"))
        self._close.setToolTip(say("notices.close"))
        self._close.clicked.connect(self.clear)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.action_button)
        row.addWidget(self._close)
        self.setVisible(False)

    def text(self) -> str:
        """What the bar says now."""
        return self._text.text()

    def say(self, text: str, tone: str = "accent", action: str = "", then: Callable[[], None] | None = None) -> None:
        """Show `text`; with `action` (a verb) a button beside it calls `then`."""
        restyle(self, bar=tone)
        self._icon.show_as(_ICONS[tone], tone)
        self._close.setIcon(icons.icon("x", "text2"))
        self._text.setText(text)
        self._then = then
        self.action_button.setText(action)
        self.action_button.setAccessibleName(action)
        self.action_button.setVisible(bool(action))
        self.setAccessibleName(text)
        self.setVisible(True)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def refuse(self, refusal: Refusal) -> None:
        """Say why the program will not do it; nothing has changed."""
        self.say(words_of(refusal), "danger")

    def clear(self) -> None:
        self._then = None
        self._text.setText("")
        self.setAccessibleName("")
        self.setVisible(False)

    def _act(self) -> None:
        then = self._then
        self.clear()
        if then is not None:
            then()
