"""What every card of the lock page is: a title, what it is for, and where typing begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.labels import Label

if TYPE_CHECKING:
    from hoken_desktop.ui.lock import LockPage


class LockCard(Card):
    """A card over `page`; override `first_focus`."""

    def __init__(self, page: LockPage, name: str, title: str, text: str, *, top: str = "", tone: str = "text2") -> None:
        super().__init__(title, parent=page, top=top)
        self.page = page
        self.setObjectName(name)
        self.body.addWidget(Label(text, "table", tone, wrap=True, parent=self))

    def first_focus(self) -> QWidget:
        """Where typing begins."""
        return self
