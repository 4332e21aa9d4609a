"""Buttons in a page's head that lead to pages without a place of their own in the rail."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.ui.kit.forms import button
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk


class Ways(QWidget):
    """One button for each of `pages` that is there."""

    def __init__(self, desk: Desk, pages: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        words = {
            "recalls": say("recalls_page.title"), "funnels": say("funnels_page.title"),
            "incidents": say("incidents_page.title"),
        }  # fmt: skip
        for name in pages:
            if desk.has_page(name):
                row.addWidget(button(words[name], partial(desk.open_page, name), parent=self))
