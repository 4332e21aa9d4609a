"""One worker thread for everything that takes time: one job is one deed is one transaction.

A page asks everything it must ask first, then runs. The worker owns no Qt object and asks no question; it reports
through `Report`, and the window looks at the newest report every 100 ms. A cancel is raised inside the worker at its
next report, so that the transaction rolls back and nothing has happened.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer

from hoken_desktop.domain.errors import Cancelled, Refusal
from hoken_desktop.services.progress import Report, Step
from hoken_desktop.ui.crash import CrashReport, report_of
from hoken_desktop.ui.garbage import keep_in_this_thread

T = TypeVar("T")

POLL_MS = 100
DONE_MS = 15
SHOW_AFTER_S = 0.5


class Seat(Protocol):
    """What a page lends to its job."""

    def begin(self, cancel: Callable[[], None]) -> None:
        """A job starts: the page's deeds are closed, with the reason beside them."""

    def progress(self, step: Step | None) -> None:
        """Show the progress strip; called only once half a second has passed."""

    def end(self) -> None:
        """The job is over, however it ended."""

    def refuse(self, refusal: Refusal) -> None:
        """Say in the page's notice bar what was found, where, and what to do next."""


class Outcome(StrEnum):
    """How a job that was stopped by the lock ended."""

    NONE = "none"  # no job was under way
    DONE = "done"  # it was through before it could stop
    UNDONE = "undone"  # it left no trace


@dataclass(slots=True, eq=False)
class _Job:
    seat: Seat
    work: Callable[[Report], Any]
    then: Callable[[Any], None] | None
    asked_at: float
    stop: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    step: Step | None = None
    value: Any = None
    refusal: Refusal | None = None
    cancelled: bool = False
    crash: CrashReport | None = None
    shown: bool = False

    def report(self, step: Step) -> None:
        if self.stop.is_set():
            raise Cancelled
        self.step = step

    def run(self) -> None:
        """In the worker. What went wrong is kept as plain facts: a traceback would hold the rows it was working on."""
        try:
            if self.stop.is_set():
                raise Cancelled
            self.value = self.work(self.report)
        except Cancelled:
            self.cancelled = True
        except Refusal as refusal:
            self.refusal = refusal.with_traceback(None)
        except Exception as error:
            self.crash = report_of(error, undone=True)
        finally:
            self.over.set()

    def let_go(self) -> None:
        """In the window's thread, once all is done: what this was made of may hold widgets, and the worker, which
        still has this job in its hand, must not be the last to hold them."""
        del self.seat, self.work, self.then


def _serve(waiting: queue.SimpleQueue[_Job | None]) -> None:
    while (job := waiting.get()) is not None:
        job.run()
        del job


class Jobs(QObject):
    """The worker and the window's end of it. Jobs of different pages wait for each other; a page has one at a time."""

    def __init__(
        self,
        on_crash: Callable[[CrashReport], None],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        keep_in_this_thread()
        self._on_crash = on_crash
        self._clock = clock
        self._jobs: list[_Job] = []
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=_serve, args=(self._waiting,), name="worker", daemon=True)
        self._thread.start()
        self._progress_timer = QTimer(self)
        self._progress_timer.setInterval(POLL_MS)
        self._progress_timer.timeout.connect(self._look)
        self._done_timer = QTimer(self)
        self._done_timer.setInterval(DONE_MS)
        self._done_timer.timeout.connect(self._gather)
        self._closed = False

    def run(self, seat: Seat, work: Callable[[Report], T], then: Callable[[T], None] | None = None) -> bool:
        """Do `work` in the worker, then hand its value to `then` in the window's thread.

        False, and nothing is started, while a job of the same page is under way or after `stop`.
        """
        if self._closed or self.busy(seat):
            return False
        job = _Job(seat, work, then, self._clock())
        self._jobs.append(job)
        seat.begin(job.stop.set)
        self._waiting.put(job)
        self._progress_timer.start()
        self._done_timer.start()
        return True

    def busy(self, seat: Seat | None = None) -> bool:
        """Whether a job is under way or waiting (of this page, or any)."""
        return any(seat is None or job.seat is seat for job in self._jobs)

    def cancel(self, seat: Seat) -> None:
        """Ask the page's job to stop at its next report."""
        for job in self._jobs:
            if job.seat is seat:
                job.stop.set()

    def stop(self) -> Outcome:
        """For the lock: ask every job to stop, wait until the worker is idle, and end it. No `then` is called."""
        if self._closed:
            return Outcome.NONE
        self._closed = True
        self._progress_timer.stop()
        self._done_timer.stop()
        for job in self._jobs:
            job.stop.set()
        self._waiting.put(None)
        self._thread.join()
        outcome = Outcome.NONE
        for job in self._jobs:
            through = not job.cancelled and job.refusal is None and job.crash is None
            if through:
                outcome = Outcome.DONE
            elif outcome is Outcome.NONE:
                outcome = Outcome.UNDONE
        self._jobs.clear()
        return outcome

    def _look(self) -> None:
        now = self._clock()
        for job in list(self._jobs):
            if not job.over.is_set() and (job.shown or now - job.asked_at >= SHOW_AFTER_S):
                job.shown = True
                job.seat.progress(job.step)

    def _gather(self) -> None:
        for job in [job for job in self._jobs if job.over.is_set()]:
            if job not in self._jobs:  # the lock took it while an earlier one was handled
                continue
            self._jobs.remove(job)
            if not self._jobs:
                self._progress_timer.stop()
                self._done_timer.stop()
            job.seat.end()
            self._finish(job)
            job.let_go()

    def _finish(self, job: _Job) -> None:
        if job.cancelled:
            return
        if job.refusal is not None:
            job.seat.refuse(job.refusal)
        elif job.crash is not None:
            self._on_crash(job.crash)
        elif job.then is not None:
            try:
                job.then(job.value)
            except Refusal as refusal:
                job.seat.refuse(refusal)
            except Exception as error:
                self._on_crash(report_of(error))
