"""A part of a page that holds one noun: a title, what it is for, and its cards; it scrolls unless it holds a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.deeds import Deed, topics_of
from hoken_desktop.services.progress import Report
from hoken_desktop.ui.kit.labels import Label

if TYPE_CHECKING:
    from hoken_desktop.ui.kit.pages import Page

T = TypeVar("T")


class Section(QWidget):
    """One section of `page`: override `topics` and `refresh`; cards go into `body`, verbs beside the title into `head`.

    It is made when it is first shown, and read again when one of its topics has changed.
    """

    topics: frozenset[str] = frozenset()
    """What it shows; the page reads it again when one of these has changed."""
    scrolls = True
    """False for a section whose table fills the height."""

    def __init__(self, page: Page, title: str, what: str = "") -> None:
        super().__init__(page)
        self.page = page
        self.desk = page.desk
        self.stale = True
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(title, "title", parent=self))
        if what:
            words.addWidget(Label(what, "table", "text2", wrap=True, parent=self))
        self.head.addLayout(words, 1)
        column.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.body.setContentsMargins(0, 4, 0, 0)
        if not self.scrolls:
            column.addLayout(self.body, 1)
            return
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget(scroll)
        inner = QVBoxLayout(ground)
        inner.setContentsMargins(0, 0, 4, 0)
        inner.addLayout(self.body)
        inner.addStretch(1)
        scroll.setWidget(ground)
        column.addWidget(scroll, 1)

    def refresh(self) -> None:
        """Read again from the services."""

    def show_at(self, **where: object) -> None:
        """Open at a place; called after `refresh`."""

    def release(self) -> None:
        """Let go of what was read from the register, before the desk is destroyed."""

    def first_focus(self) -> QWidget | None:
        """What shall have the focus when the section is opened."""
        return None

    def run(self, work: Callable[[Report], T], then: Callable[[T], None] | None = None) -> bool:
        """Do `work` in the worker; False while the page's last job is under way."""
        return self.desk.run(self.page, work, then)

    def done(self, words: str, *deeds: Deed, tone: str = "done") -> None:
        """Say that it is done, and have every page read again that shows what these deeds changed."""
        topics = {topic.value for deed in deeds for topic in topics_of(deed)}
        if topics:
            self.desk.changed(*topics)
        self.page.notices.say(words, tone)
