"""The forms for where a person is cared for, and for the end and the return of a registration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.codes import CareSetting, EndReason, EvidenceSource
from hoken_desktop.domain.persons import Person
from hoken_desktop.ui.kit.forms import DateInput, Pick
from hoken_desktop.ui.kit.labels import restyle
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import label, say

GONE = (CareSetting.MOVED_OUT, CareSetting.DECEASED)
"""Settings that end a registration."""


class CareForm(Form):
    """療養場所の変更: where, since when, known from whom. 転出 and 死亡 end the registration and say so first."""

    def __init__(
        self, parent: QWidget, person: Person, today: date,
        done: Callable[[CareSetting, date, EvidenceSource], None],
    ) -> None:  # fmt: skip
        super().__init__(say("persons_page.care_title"), say("persons_page.care_verb"), parent)
        self.setMinimumWidth(560)
        self._today = today
        self._done = done
        self.add_who(person)
        self.care: Pick[CareSetting] = Pick([(label(c), c) for c in CareSetting])
        self.care.pick(person.care_setting)
        self.field(say("persons_page.care_setting"), self.care)
        self.source, self._source_field = self.ask_source()
        self.day = self.field(say("persons_page.since"), DateInput(today), needed=True, wide=True)
        self.care.currentIndexChanged.connect(lambda _index: self._tell())
        self._tell()
        self.care.setFocus()

    def _tell(self) -> None:
        ends = self.care.value() in GONE
        self.warn(say("persons_page.care_ends", state=label(self.care.value())) if ends else "")
        self.deed.setText(say("persons_page.care_end_verb") if ends else say("persons_page.care_verb"))
        self.deed.setAccessibleName(self.deed.text())

    def try_it(self) -> None:
        on = self.day_of(self.day, needed=True, latest=self._today)
        self.answered(self._source_field)
        if on is None or self.stop_at(self._source_field, self.day):
            return
        self._done(self.care.value(), on, self.source.value())
        self.accept()


class EndForm(Form):
    """登録の終了: the reason and the day. 転出 and 死亡 are said as the place of care, which ends it by itself."""

    def __init__(
        self, parent: QWidget, person: Person, today: date, done: Callable[[EndReason, date], None]
    ) -> None:
        super().__init__(say("person.end_title"), say("persons_page.care_end_verb"), parent)
        self.setMinimumWidth(560)
        self._today = today
        self._done = done
        self.add_who(person)
        restyle(self.deed, primary=False, danger=True)
        reasons = [(label(r), r) for r in EndReason if r is not EndReason.MERGED]
        self.reason: Pick[EndReason] = Pick(reasons, ask=True)
        self._reason_field = self.field(say("person.end_reason"), self.reason, needed=True)
        self.day = self.field(say("person.ended_on"), DateInput(today), needed=True, wide=True)
        self.warn(say("person.end_means"))
        self.reason.setFocus()

    def try_it(self) -> None:
        on = self.day_of(self.day, needed=True, latest=self._today)
        self.answered(self._reason_field)
        if on is None or self.stop_at(self._reason_field, self.day):
            return
        self._done(self.reason.value(), on)
        self.accept()


class ReturnForm(Form):
    """登録の再開: where the person is cared for now, since when, known from whom."""

    def __init__(
        self, parent: QWidget, person: Person, today: date,
        done: Callable[[CareSetting, date, EvidenceSource], None],
    ) -> None:  # fmt: skip
        super().__init__(say("person.return_title"), say("person.return_verb"), parent)
        self.setMinimumWidth(560)
        self._today = today
        self._done = done
        self.add_who(person)
        self.care: Pick[CareSetting] = Pick([(label(c), c) for c in CareSetting if c not in GONE], ask=True)
        self._care_field = self.field(say("persons_page.care_setting"), self.care, needed=True)
        self.source, self._source_field = self.ask_source()
        self.day = self.field(say("persons_page.since"), DateInput(today), needed=True, wide=True)
        self.add_text(say("person.return_means"), note=True)
        self.care.setFocus()

    def try_it(self) -> None:
        on = self.day_of(self.day, needed=True, latest=self._today)
        self.answered(self._care_field)
        self.answered(self._source_field)
        if on is None or self.stop_at(self._care_field, self._source_field, self.day):
            return
        self._done(self.care.value(), on, self.source.value())
        self.accept()
