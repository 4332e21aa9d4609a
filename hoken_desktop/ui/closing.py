"""Closing takes its time where a backup is made: it goes on in a thread of its own while the window says what it does.

The desk is gone before this begins; the key goes when it ends.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hoken_desktop.domain.errors import Cancelled
from hoken_desktop.services.progress import Report, Step
from hoken_desktop.ui import theme
from hoken_desktop.ui.jobs import POLL_MS
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.progress import ProgressStrip
from hoken_desktop.words import say

AT_ONCE_S = 0.4
"""A close that takes no longer than this is never seen."""


class Closing:
    """`finish(report)` in a thread; it gives in words what closing could not do, or ""."""

    def __init__(self, finish: Callable[[Report], str]) -> None:
        self.trouble = ""
        self.step: Step | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(finish,), name="closing", daemon=False)
        self._thread.start()

    def _run(self, finish: Callable[[Report], str]) -> None:
        self.trouble = finish(self._report)

    def _report(self, step: Step) -> None:
        self.step = step
        if self._stop.is_set() and step.done < step.total:
            raise Cancelled

    def leave_out(self) -> None:
        """Make no backup this time; the lock goes on."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is over, within `seconds` (None: however long it takes)."""
        self._thread.join(seconds)
        return not self._thread.is_alive()


class ClosingPage(QWidget):
    """What stands in the window meanwhile; `done` is called once it is over."""

    def __init__(self, closing: Closing, done: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("closingPage")
        self.closing = closing
        self._done = done
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(2)
        card = Card(say("lock.closing_title"), parent=self)
        card.setFixedWidth(theme.current().px(760))
        card.body.addWidget(Label(say("lock.closing_text"), "table", "text2", wrap=True, parent=card))
        self.strip = ProgressStrip(card)
        card.body.addWidget(self.strip)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.strip.begin(closing.leave_out)
        self.strip.say_cancel(say("lock.leave_backup_out"))
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._look()

    def _look(self) -> None:
        if self.closing.wait(0):
            self._timer.stop()
            self._done()
            return
        self.strip.show_step(self.closing.step)
