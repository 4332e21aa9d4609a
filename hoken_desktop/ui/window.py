"""The program's window: the lock page or a desk."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from shiboken6 import isValid

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.ui import crash
from hoken_desktop.ui.closing import AT_ONCE_S, Closing, ClosingPage
from hoken_desktop.ui.desk import Desk, House, later
from hoken_desktop.ui.doors import Doors
from hoken_desktop.ui.idle import DEFAULT_MINUTES
from hoken_desktop.ui.jobs import DONE_MS, Outcome
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.lock import LockPage
from hoken_desktop.ui.manuals import ManualWindow, place_of
from hoken_desktop.ui.pages import PageMaker
from hoken_desktop.words import say

LEAST_SIZE = QSize(640, 400)
"""A screen of 1366×768 at 200 % has 683×384; what has no room is scrolled to."""


class Window(QMainWindow):
    """Either the lock page or a desk, never both: what is locked does not exist."""

    unlocked = Signal()
    locked = Signal()

    def __init__(
        self,
        doors: Doors,
        pages: Callable[[], Mapping[str, PageMaker]],
        *,
        idle_minutes: int = DEFAULT_MINUTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._doors = doors
        self._pages = pages
        self._idle_minutes = idle_minutes
        self._clock = clock
        self.desk: Desk | None = None
        self._manual: ManualWindow | None = None
        QShortcut(QKeySequence("F1"), self, self.open_manual)
        self._closing: Closing | None = None
        self._then_quit = False
        self._then_restore = False
        self.setObjectName("window")
        self.setWindowTitle(say("window.title"))
        self.setMinimumSize(LEAST_SIZE)
        self.resize(1366, 728)
        self.show_lock()

    def show_lock(self, notice: str = "", tone: str = "accent") -> LockPage:
        """Show the lock page, with a word about what just happened."""
        self._leave_lock_page()
        page = LockPage(self._doors, notice=notice, tone=tone)
        page.opened.connect(self.unlock)
        page.help_asked.connect(self.open_manual)
        self.setCentralWidget(page)
        self.setWindowTitle(say("window.title"))
        page.setVisible(True)
        page.take_focus()
        return page

    def unlock(self, house: House, words: str = "") -> None:
        """Lay the desk over an open registry; `words` are said over its first page."""
        try:
            facts = house.desk_facts()
            # Who came with the recovery key is not anybody yet: first a passphrase of their own.
            first = "settings" if facts.by_recovery and facts.viewing is None else "home"
            desk = Desk(
                house, self._pages(), self, idle_minutes=self._idle_minutes, clock=self._clock, first_page=first
            )
        except Exception as error:  # what was opened must not stay open behind a lock page
            with contextlib.suppress(Refusal):  # a backup that could not be made; it is locked all the same
                house.close()
            self.show_lock()
            crash.show(crash.report_of(error), self)
            return
        desk.lock_asked.connect(lambda: later(self, self.lock))
        desk.frame.help_asked.connect(self.open_manual)
        desk.restore_asked.connect(lambda: later(self, self._lock_to_restore))
        self.desk = desk
        self._leave_lock_page()
        self.setCentralWidget(desk.frame)
        desk.frame.setVisible(True)  # at once: Qt would show it later, and the keys pressed meanwhile would be lost
        title = say("window.title_of", office=facts.office)
        self.setWindowTitle(say("window.title_viewing", title=title) if facts.viewing else title)
        page = desk.current
        if first == "settings" and desk.has_page(first):
            page = desk.open_page(first, section="keys")
            words = " ".join(part for part in (words, say("lock.recovery_opened")) if part)
        if words and page is not None:
            page.notices.say(words, "warn" if facts.by_recovery else "done")
        desk.focus_page()
        self.unlocked.emit()

    def lock(self) -> None:
        """Destroy the desk and show the lock page: at once, or once the backup is made that the lock begins with."""
        desk, self.desk = self.desk, None
        if desk is None:
            return
        if self._manual is not None and isValid(self._manual):
            self._manual.forget_search()
        self.takeCentralWidget()
        outcome, finish = desk.lay_down()
        desk.deleteLater()
        del desk
        gc.collect()  # pages and their closures are cycles, and no other thread may be the one to break them
        closing = self._closing = Closing(finish)
        del finish
        if closing.wait(AT_ONCE_S):
            self._locked(outcome)
            return
        self.setWindowTitle(say("window.title"))
        self.setCentralWidget(ClosingPage(closing, partial(self._locked, outcome)))

    def _locked(self, outcome: Outcome) -> None:
        closing, self._closing = self._closing, None
        if closing is None:
            return
        gc.collect()
        words = {Outcome.NONE: "", Outcome.DONE: say("lock.job_done"), Outcome.UNDONE: say("lock.job_undone")}[outcome]
        notice = " ".join(part for part in (words, closing.trouble) if part)
        page = self.show_lock(notice, "danger" if closing.trouble else "accent")
        if self._then_restore:
            self._then_restore = False
            page.show_restore()
        self.locked.emit()
        if self._then_quit:
            later(self, self._end)

    def _end(self) -> None:
        self.close()

    def _lock_to_restore(self) -> None:
        self._then_restore = True
        self.lock()

    def finish(self) -> None:
        """Lock, and wait until the key is gone: the program is about to end."""
        self.lock()
        if self._closing is not None:
            self._closing.wait()

    def open_manual(self, over: QWidget | None = None) -> None:
        """Open the manual at what is in sight. Over a modal sheet it is the sheet's own child, which may be used."""
        focus = QApplication.focusWidget()
        seat = over or self
        place = place_of(focus if focus is not None and seat.isAncestorOf(focus) else over or self._in_sight())
        if self._manual is None or not isValid(self._manual) or self._manual.parentWidget() is not seat:
            if self._manual is not None and isValid(self._manual):
                self._manual.close()
                self._manual.deleteLater()
            self._manual = ManualWindow(seat)
            self._manual.lock_asked.connect(self._lock_from_manual)
        self._manual.open_at(place)

    def _in_sight(self) -> QWidget | None:
        return self.centralWidget() if self.desk is None else self.desk.frame.current_page()

    def _lock_from_manual(self) -> None:
        if self.desk is not None:
            self.desk.lock_asked.emit()

    def _leave_lock_page(self) -> None:
        page = self.centralWidget()
        if isinstance(page, LockPage):
            page.leave()
        if isinstance(page, LockPage | ClosingPage):
            self.takeCentralWidget()
            page.hide()
            page.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.desk is not None and self.desk.jobs.busy():
            event.ignore()
            self._ask_to_quit(self.desk)
            return
        page = self.centralWidget()
        if isinstance(page, LockPage) and page.founding():
            event.ignore()  # a matter of seconds, and its key is shown only once
            return
        if isinstance(page, LockPage) and page.key_unkept():
            event.ignore()
            ask(
                page,
                say("window.key_title"),
                say("window.key_text"),
                say("window.key_verb"),
                partial(later, self, partial(self._leave_unkept, page)),
                back=say("window.key_back"),
                danger=True,
            )
            return
        self.lock()
        if self._closing is not None:  # the backup is finished first; then the window goes
            self._then_quit = True
            event.ignore()
            return
        page = self.centralWidget()
        if isinstance(page, LockPage):
            page.leave()
        event.accept()

    def _ask_to_quit(self, desk: Desk) -> None:
        """Whether to undo the work under way and end. Once it is through there is nothing left to ask: the question
        goes by itself, or it would lie beneath what the work shows, and say that nothing had happened."""
        question = ask(
            desk.frame, say("window.quit_title"), say("window.quit_text"), say("window.quit_verb"), self._quit,
            back=say("window.quit_back"), danger=True,
        )  # fmt: skip
        watch = QTimer(question)
        watch.timeout.connect(lambda: None if desk.jobs.busy() else question.reject())
        watch.start(DONE_MS)

    def _leave_unkept(self, page: LockPage) -> None:
        page.show_unlock()
        self.close()

    def _quit(self) -> None:
        def leave() -> None:
            self.lock()
            self.close()

        later(self, leave)
