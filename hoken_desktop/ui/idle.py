"""Locks the registry when nobody has touched keyboard or mouse for some minutes, and when the PC has slept."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication

DEFAULT_MINUTES = 5
KEY = "auto_lock_minutes"
"""The office's choice, in its remembered choices."""
TICK_MS = 1000
SLEPT_S = 30.0
"""A tick that comes this much late means that the PC slept (or that its clock was set): the registry is locked."""

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
        QEvent.Type.Drop,
    }
)


class Idle(QObject):
    """`expired` is emitted once. `clock` gives seconds that go on while the PC sleeps.

    `busy` says that a job is under way, which counts as being there: its end starts the minutes anew, so that no result
    is lost unseen.
    """

    expired = Signal()
    left = Signal(int)  # whole minutes until the lock, rounded up

    def __init__(
        self,
        minutes: int = DEFAULT_MINUTES,
        *,
        busy: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._limit = minutes * 60.0
        self._busy = busy
        self._clock = clock
        self._touched = clock()
        self._ticked = self._touched
        self._over = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        app = QApplication.instance()
        self._listening = isinstance(app, QApplication)
        if isinstance(app, QApplication):
            app.focusWindowChanged.connect(self._watch)
        self._watch_all()

    def _watch(self, window: QWindow | None) -> None:
        # Each window, not the application: a filter of Python's there is shown objects still under construction,
        # and the web engine's crash the program.
        if window is not None and not self._over:
            window.installEventFilter(self)

    def _watch_all(self) -> None:
        for widget in QApplication.topLevelWidgets():
            self._watch(widget.windowHandle())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Only what a person does: a shown window or a test's painting is no touch.
        if event.type() in _TOUCHES and event.spontaneous():
            self.touch()
        return False

    def set_minutes(self, minutes: int) -> None:
        """Another limit, counted from the last touch."""
        self._limit = minutes * 60.0

    def touch(self) -> None:
        """Somebody is there."""
        self._touched = self._clock()

    def seconds_left(self) -> float:
        return max(0.0, self._limit - (self._clock() - self._touched))

    def tick(self) -> None:
        """Once a second: lock if the time is up or the PC slept."""
        now = self._clock()
        slept = abs(now - self._ticked) > SLEPT_S
        self._ticked = now
        if self._over:
            return
        self._watch_all()
        if self._busy() and not slept:
            self._touched = now
        elif slept or now - self._touched >= self._limit:
            self._over = True
            self._timer.stop()
            self.expired.emit()
            return
        self.left.emit(int(-(-self.seconds_left() // 60)))

    def stop(self) -> None:
        """Watch no longer."""
        self._over = True
        self._timer.stop()
        app = QApplication.instance()
        if isinstance(app, QApplication) and self._listening:
            self._listening = False
            app.focusWindowChanged.disconnect(self._watch)
        for widget in QApplication.topLevelWidgets():
            window = widget.windowHandle()
            if window is not None:
                window.removeEventFilter(self)
