"""The state of the chain: verified in the worker with its own progress, told in one sentence with what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.audits import AuditReport
from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.audit_details import table_word
from hoken_desktop.services.progress import Report, Step
from hoken_desktop.ui import icons
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label, restyle
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.ui.kit.progress import ProgressStrip
from hoken_desktop.words import has, say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_ICONS = {"done": "circle-check", "danger": "alert-triangle", "warn": "alert-circle", "text2": "clock"}


@dataclass(frozen=True, slots=True)
class ChainSeen:
    """What a walk found, and when it was."""

    report: AuditReport
    at: datetime


def broken_words(found: dict[str, object]) -> str:
    """Where the chain breaks, in words; keys of rows are not shown."""
    key = f"audits_page.broken_{found.get('where')}_{found.get('code')}"
    table = table_word(str(found.get("table", "")))
    return say(key if has(key) else "audits_page.broken_other", seq=found.get("seq", ""), table=table)


class ChainCard(Card):
    """A seat of its own in the worker, so that the list beside it goes on being read while the chain is walked."""

    checked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self.seen: ChainSeen | None = None
        self._stopped = False
        self.setAccessibleName(say("audits_page.chain"))
        self.body.setContentsMargins(12, 8, 12, 8)
        row = QHBoxLayout()
        row.setSpacing(10)
        self._icon = icons.Picture("info-circle", "accent", 22, self)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._said = Label("", "card_title", wrap=True, parent=self)
        self._about = Label("", "note", "text2", wrap=True, selectable=True, parent=self)
        words.addWidget(self._said)
        words.addWidget(self._about)
        self.verify_button = button(say("audits_page.verify"), self.verify, key="F5", deed=True, parent=self)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self.verify_button)
        self.body.addLayout(row)
        self._strip = ProgressStrip(self)
        self.body.addWidget(self._strip)
        self.tell()

    def verify(self) -> bool:
        """Walk the chain; False while it is being walked already."""
        house = self._desk.house

        def work(report: Report) -> ChainSeen:
            return ChainSeen(house.audits.verify(report), house.settings.clock.now())

        return self._desk.jobs.run(self, work, self._show)

    def tell(self, newest: int = 0) -> None:
        """Say what is known of the chain, whose newest entry now is `newest`."""
        if self.seen is None:
            self._say("warn" if self._stopped else "text2", _state_words(self._stopped), "")
            return
        report = self.seen.report
        if report.first_break is not None:
            where = broken_words(report.first_break)
            self._say("danger", say("audits_page.chain_broken", where=where), say("audits_page.todo"))
            return
        at = in_japan(self.seen.at)
        about = say(
            "audits_page.chain_about", day=format_wareki(at.date()), time=f"{at:%H:%M}", rows=f"{report.rows:,}",
            seal=report.head[:16],
        )  # fmt: skip
        if newest > report.entries:
            about += say("audits_page.chain_later", n=f"{newest - report.entries:,}")
        self._say("done", say("audits_page.chain_whole", n=f"{report.entries:,}"), about)

    def text(self) -> str:
        """What the card says, in one string."""
        return f"{self._said.text()} {self._about.text()}".strip()

    def _say(self, tone: str, said: str, about: str) -> None:
        self._icon.show_as(_ICONS[tone], tone)
        self._said.setText(said)
        self._said.set_tone(tone if tone != "text2" else "text")
        self._about.setText(about)
        self._about.setVisible(bool(about))
        restyle(self, bar="danger" if tone == "danger" else "")
        self.setAccessibleDescription(self.text())

    def _show(self, seen: ChainSeen) -> None:
        self.seen = seen
        self._stopped = False
        self.checked.emit()

    # The seat of its job.
    def begin(self, cancel: Callable[[], None]) -> None:
        self._stopped = True  # until it is through
        self.verify_button.setEnabled(False)
        if self.seen is None:
            self._say("text2", say("audits_page.chain_looking"), "")
        self._strip.begin(cancel)

    def progress(self, step: Step | None) -> None:
        self._strip.show_step(step)

    def end(self) -> None:
        self.verify_button.setEnabled(True)
        self._strip.end()
        self.tell()

    def refuse(self, refusal: Refusal) -> None:
        self._say("danger", words_of(refusal), "")


def _state_words(stopped: bool) -> str:
    return say("audits_page.chain_stopped") if stopped else say("audits_page.chain_unseen")
