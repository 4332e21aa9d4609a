"""What every page of the desk has: a title row, a notice bar, a progress strip and its contents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.progress import Step
from hoken_desktop.ui.kit.forms import DEED
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import NoticeBar
from hoken_desktop.ui.kit.progress import ProgressStrip
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk


class Page(QWidget):
    """A page: override `topics`, `refresh` and, when it can be opened at a place, `show_at`.

    Buttons that change something carry the property `deed` (forms.button(deed=True)): while a job of this page runs
    they are closed and the reason is shown.
    """

    topics: frozenset[str] = frozenset()
    """The page reads again when one of these has changed; "*" in a call of `Desk.changed` reaches every page."""

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__()
        self.desk = desk
        self.stale = True
        self._closed_deeds: list[tuple[QAbstractButton, bool, str]] = []
        self._focus_before: QWidget | None = None
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.title = Label(title, "title", parent=self)
        self.subtitle = Label("", "table", "text2", parent=self)
        self.head.addWidget(self.title)
        self.head.addSpacing(4)
        self.head.addWidget(self.subtitle, 1)
        self.head.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(self.head)
        self.notices = NoticeBar(self)
        self.progress_strip = ProgressStrip(self)
        column.addWidget(self.notices)
        column.addWidget(self.progress_strip)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        column.addLayout(self.body, 1)

    def refresh(self) -> None:
        """Read again from the services; called when the page is shown and something it shows has changed."""

    def show_at(self, **where: object) -> None:
        """Open at a place, for instance `person_id=…` or `filter=…`; called after `refresh`."""

    def release(self) -> None:
        """Let go of what must go in its own order before the desk is destroyed (a web page before its profile)."""

    def first_focus(self) -> QWidget | None:
        """What shall have the focus when the page is opened."""
        return None

    # The seat of jobs.
    def begin(self, cancel: Callable[[], None]) -> None:
        self.notices.clear()
        focus = self.window().focusWidget()  # under a sheet that closes: what had it before
        self._focus_before = focus if focus is not None and self.isAncestorOf(focus) else None
        self._closed_deeds = [
            (button, button.isEnabled(), button.toolTip())
            for button in self.findChildren(QAbstractButton)
            if button.property(DEED)
        ]
        for button, _, _ in self._closed_deeds:
            button.setEnabled(False)
            button.setToolTip(say("jobs.deeds_wait"))
        self.progress_strip.begin(cancel)

    def progress(self, step: Step | None) -> None:
        self.progress_strip.show_step(step)

    def end(self) -> None:
        for button, enabled, tip in self._closed_deeds:
            if not isValid(button):  # the page was read again meanwhile
                continue
            button.setEnabled(enabled)
            button.setToolTip(tip)
        self._closed_deeds = []
        self.progress_strip.end()
        before, self._focus_before = self._focus_before, None
        if before is not None and isValid(before) and before.isVisible() and before.isEnabled():
            before.setFocus()

    def refuse(self, refusal: Refusal) -> None:
        self.notices.refuse(refusal)
