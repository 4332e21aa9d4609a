"""The strip that shows how far a long job has come, with a cancel button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from hoken_desktop.services.progress import Step
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import has, say


class ProgressStrip(QFrame):
    """Hidden until a job has taken half a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progressStrip")
        self.setProperty("bar", "accent")
        self._cancel_job: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(12)
        self._note = Label("", "table", "text", parent=self)
        self._reason = Label(say("jobs.deeds_wait"), "note", "text2", parent=self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(240)
        self._bar.setAccessibleName(say("jobs.progress"))
        self._count = Label("", "note", "text2", parent=self)
        self.cancel_button = QPushButton(say("jobs.cancel"), self)
        self.cancel_button.setProperty("small", True)
        self.cancel_button.setAccessibleName(say("jobs.cancel"))
        self.cancel_button.clicked.connect(self._stop)
        row.addWidget(self._note)
        row.addWidget(self._bar)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self._reason)
        row.addWidget(self.cancel_button)
        self.setVisible(False)

    def begin(self, cancel: Callable[[], None]) -> None:
        """A job starts; nothing is shown yet."""
        self._cancel_job = cancel
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText(say("jobs.cancel"))

    def say_cancel(self, words: str) -> None:
        """Other words for the way out of this job, and no word of other deeds: there are none to wait."""
        self.cancel_button.setText(words)
        self.cancel_button.setAccessibleName(words)
        self._reason.setVisible(False)

    def show_step(self, step: Step | None) -> None:
        """Show the strip at `step`; None while the job has not said anything."""
        known = step is not None and step.total > 0
        note = step.note_key if step is not None and has(step.note_key) else "jobs.working"
        self._note.setText(say(note))
        if known and step is not None:
            self._bar.setRange(0, step.total)
            self._bar.setValue(min(step.done, step.total))
            self._count.setText(say("jobs.of", done=f"{step.done:,}", total=f"{step.total:,}"))
        else:
            self._bar.setRange(0, 0)
            self._count.setText("")
        self.setVisible(True)

    def end(self) -> None:
        self._cancel_job = None
        self.setVisible(False)

    def _stop(self) -> None:
        if self._cancel_job is not None:
            self._cancel_job()
            self.cancel_button.setEnabled(False)
            self.cancel_button.setText(say("jobs.cancelling"))
