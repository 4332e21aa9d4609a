"""災害: the sheet that declares one, and the sheet in which the second person answers for it."""

from __future__ import annotations

import re
from datetime import datetime, time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.dates import JAPAN
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.events import EventKind
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, line
from hoken_desktop.ui.kit.notices import NoticeBar, words_of
from hoken_desktop.ui.kit.secrets import SecretInput
from hoken_desktop.words import label, say

_TIME = re.compile(r"([01]?\d|2[0-3])[::時]([0-5]\d)分?")


class EventSheet(Sheet):
    """`given` gives (kind, name, occurred_at, reason) as typed; the page does it and closes the sheet, or refuses."""

    given = Signal(object, str, object, str)

    def __init__(self, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(say("events_page.declare_title"), parent)
        self.setObjectName("eventSheet")
        self.setMinimumWidth(theme.current().px(520))
        self.add_text(say("events_page.declare_text"))
        self.kind: Pick[EventKind] = Pick([(label(kind), kind) for kind in EventKind], self, ask=True)
        self.name = line(placeholder=say("events_page.name_hint"), longest=60, parent=self)
        self.day = DateInput(now.date(), self)
        self.time = line(f"{now:%H:%M}", longest=8, parent=self)
        self.reason = line(placeholder=say("events_page.reason_hint"), longest=200, parent=self)
        self._f_kind = Field(say("events_page.kind"), self.kind, needed=True, parent=self)
        self._f_name = Field(say("events_page.name"), self.name, needed=True, parent=self)
        self._f_day = Field(say("events_page.day"), self.day, needed=True, parent=self)
        self._f_time = Field(say("events_page.time"), self.time, say("events_page.time_hint"), parent=self)
        self._f_reason = Field(say("events_page.reason"), self.reason, say("events_page.reason_note"), parent=self)
        for field in (self._f_kind, self._f_name, self._f_day, self._f_time, self._f_reason):
            self.body.addWidget(field)
        self.notices = NoticeBar(self)
        self.body.addWidget(self.notices)
        self.add_button(say("kit.back")).clicked.connect(self.reject)
        self.verb = self.add_button(say("events_page.declare"), danger=True)
        self.verb.clicked.connect(self._check)
        self.finished.connect(self.deleteLater)
        self.kind.setFocus()

    def refuse(self, refusal: Refusal) -> None:
        """Say why it was not done; what was typed stays."""
        self.notices.say(words_of(refusal), "danger")

    def _check(self) -> None:
        kind, day, clock = self.kind.answer(), self.day.day(), _TIME.fullmatch(self.time.text().strip())
        drill = kind is EventKind.DRILL
        faults = {
            self._f_kind: "" if kind else say("events_page.fault_kind"),
            self._f_name: "" if self.name.text().strip() else say("events_page.fault_empty"),
            self._f_day: self.day.fault() or ("" if day else say("events_page.fault_empty")),
            self._f_time: "" if clock else say("events_page.fault_time"),
            self._f_reason: "" if drill or self.reason.text().strip() else say("events_page.fault_empty"),
        }
        for field, text in faults.items():
            field.set_fault(text)
        wrong = [field for field, text in faults.items() if text]
        if wrong:
            wrong[0].control.setFocus()
            return
        if day is not None and clock is not None:
            moment = datetime.combine(day, time(int(clock[1]), int(clock[2])), JAPAN)
            self.given.emit(kind, self.name.text(), moment, self.reason.text())


class SecondPersonSheet(Sheet):
    """Asks the second person's own passphrase; `given` gives it, and the field is emptied."""

    given = Signal(str)

    def __init__(self, facts: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(say("events_page.second_title"), parent)
        self.setObjectName("secondPersonSheet")
        self.setMinimumWidth(theme.current().px(520))
        self.add_text(say("events_page.second_text"))
        self.add_facts(facts)
        self.passphrase = SecretInput("secondPassphrase", self)
        self.body.addWidget(
            Field(say("events_page.second_passphrase"), self.passphrase, say("events_page.second_hint"), parent=self)
        )
        self.notices = NoticeBar(self)
        self.body.addWidget(self.notices)
        self.add_button(say("kit.back")).clicked.connect(self.reject)
        self.verb = self.add_button(say("events_page.second_verb"), danger=True)
        self.verb.clicked.connect(self._give)
        self.passphrase.edit.returnPressed.connect(self._give)
        self.finished.connect(self._wipe)
        self.passphrase.edit.setFocus()

    def refuse(self, refusal: Refusal) -> None:
        """Say why it was not done; the passphrase has to be typed again."""
        self.passphrase.edit.clear()
        self.notices.say(words_of(refusal), "danger")
        self.passphrase.edit.setFocus()

    def _give(self) -> None:
        text = self.passphrase.text()
        if text:
            self.notices.clear()
            self.given.emit(text)

    def _wipe(self) -> None:
        self.passphrase.edit.clear()
        self.deleteLater()
