"""Questions a page asks while somebody types: quick ones at once, slow ones in the worker; only the last one counts.

A job of a page (`Desk.run`) closes its deeds and clears its notices; a question changes nothing and must do neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.progress import Step
from hoken_desktop.ui.jobs import Jobs

T = TypeVar("T")


class Asking(QObject):
    """`slow` says whether a question may take longer than a keystroke allows; `refuse` hears of what was refused.

    While a slow question is under way the newest one waits; those between are never asked.
    """

    def __init__(
        self, jobs: Jobs, parent: QObject, *, slow: Callable[[], bool], refuse: Callable[[Refusal], None]
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._slow = slow
        self._refuse = refuse
        self._waiting: tuple[int, Callable[[], Any], Callable[[Any], None]] | None = None
        self._newest = 0
        self._closed = False

    def ask(self, work: Callable[[], T], then: Callable[[T], None], *, slow: bool = False) -> None:
        """Hand the value of `work` to `then`, at once where it is quick; `slow` asks the worker in any case."""
        if self._closed:
            return
        self._newest += 1
        if not slow and not self._slow():
            self._waiting = None
            then(work())
            return
        self._waiting = (self._newest, work, then)
        self._go()

    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._waiting is not None or self._jobs.busy(self)

    def take_back(self) -> None:
        """Nobody waits for the answer any more."""
        self._newest += 1
        self._waiting = None

    def forget(self) -> None:
        """Ask nothing any more, and drop what is under way."""
        self._closed = True
        self.take_back()

    def _go(self) -> None:
        if self._closed or self._waiting is None or self._jobs.busy(self):
            return
        number, work, then = self._waiting
        self._waiting = None

        def answered(value: Any) -> None:
            if number == self._newest:
                then(value)

        self._jobs.run(self, lambda _report: work(), answered)

    # The seat of jobs.
    def begin(self, cancel: Callable[[], None]) -> None:
        """Nothing to close."""

    def progress(self, step: Step | None) -> None:
        """The old list stands until the new one comes."""

    def end(self) -> None:
        QTimer.singleShot(0, self, self._go)

    def refuse(self, refusal: Refusal) -> None:
        self._refuse(refusal)


class RefusingSheet(Protocol):
    """A sheet that can say a refusal beside what was typed."""

    def refuse(self, refusal: Refusal) -> None: ...
    def accept(self) -> None: ...


def do_in_sheet(
    run: Callable[[Callable[[object], object], Callable[[Any], None]], object],
    sheet: RefusingSheet,
    deed: Callable[[], object],
    then: Callable[[Any], object],
) -> None:
    """Do it in the worker; a refusal is said in the sheet, which stays open with what was typed."""

    def work(_report: object) -> object:
        try:
            return deed()
        except Refusal as refusal:
            return refusal.with_traceback(None)

    def done(outcome: object) -> None:
        if isinstance(outcome, Refusal):
            sheet.refuse(outcome)
            return
        sheet.accept()
        then(outcome)

    run(work, done)
