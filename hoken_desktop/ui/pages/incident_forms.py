"""The form in which an incident is written down, and what has become known of it since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from hoken_desktop.domain.incidents import Incident
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.forms import DateInput, Field, line
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import say


@dataclass(frozen=True, slots=True)
class IncidentDraft:
    """What was typed."""

    subject: str
    found_on: date
    happened_on: date | None
    circumstances: str
    cause: str
    measures: str
    reported_on: date | None
    closed_on: date | None


class IncidentForm(Form):
    """`named`: what was lost is known; else it is typed here. With an `incident` its days of report and end too."""

    def __init__(
        self, parent: QWidget, title: str, today: date, done: Callable[[IncidentDraft], object], *,
        incident: Incident | None = None, named: bool,
    ) -> None:  # fmt: skip
        head = say("incidents_page.form_change") if incident else say("incidents_page.form_open")
        verb = say("incidents_page.form_keep") if incident else say("incidents_page.form_verb")
        super().__init__(head, verb, parent, columns=2)
        self.setMinimumWidth(theme.current().px(760))
        self._done, self._today, self._incident = done, today, incident
        if named:
            self.body.insertWidget(0, self.add_text(title))
        self.subject = line(longest=120)
        self.subject_field: Field | None = None
        if not named:
            self.subject_field = self.field(
                say("incidents_page.subject"), self.subject, say("incidents_page.subject_hint"), needed=True, wide=True
            )
        self.found = DateInput(incident.found_on if incident else today, self)
        self.found.setEnabled(incident is None)
        self.happened = DateInput(incident.happened_on if incident else None, self)
        self.found_field = self.field(say("incidents.found_on"), self.found, needed=True)
        self.happened_field = self.field(
            say("incidents.happened_on"), self.happened, say("incidents_page.happened_hint")
        )
        self.circumstances = self._area(incident.circumstances if incident else "", 5)
        self.cause = self._area(incident.cause if incident else "", 3)
        self.measures = self._area(incident.measures if incident else "", 4)
        self.circumstances_field = self.field(
            say("incidents.circumstances"), self.circumstances, say("incidents_page.circumstances_hint"), needed=True,
            wide=True,
        )  # fmt: skip
        self.field(say("incidents.cause"), self.cause, wide=True)
        self.field(say("incidents.measures"), self.measures, wide=True)
        self.reported = DateInput(incident.reported_on if incident else None, self)
        self.closed = DateInput(incident.closed_on if incident else None, self)
        if incident is not None:
            self.reported_field = self.field(say("incidents.reported_on"), self.reported)
            self.closed_field = self.field(say("incidents_page.closed_on"), self.closed)
        else:
            self.reported.hide()
            self.closed.hide()
        (self.circumstances if named else self.subject).setFocus()

    def _area(self, text: str, lines: int) -> QPlainTextEdit:
        made = QPlainTextEdit(self)
        made.setTabChangesFocus(True)
        made.setPlainText(text)
        made.setFixedHeight(made.fontMetrics().lineSpacing() * lines + 14)
        return made

    def try_it(self) -> None:
        found = self.found.day()
        self.found_field.set_fault(self.found.fault() or ("" if found else say("incidents_page.day_missing")))
        if found is not None and found > self._today:
            self.found_field.set_fault(say("incidents_page.day_in_future"))
        happened = self.happened.day()
        late = happened is not None and found is not None and happened > found
        self.happened_field.set_fault(self.happened.fault() or (say("incidents_page.happened_late") if late else ""))
        empty = not self.circumstances.toPlainText().strip()
        self.circumstances_field.set_fault(say("incidents_page.circumstances_missing") if empty else "")
        fields = [self.found_field, self.happened_field, self.circumstances_field]
        if self.subject_field is not None:
            self.subject_field.set_fault("" if self.subject.text().strip() else say("incidents_page.subject_missing"))
            fields.insert(0, self.subject_field)
        if self._incident is not None:
            self.reported_field.set_fault(self.reported.fault())
            self.closed_field.set_fault(self.closed.fault())
            fields += [self.reported_field, self.closed_field]
        if self.stop_at(*fields) or found is None:
            return
        self._done(
            IncidentDraft(
                self.subject.text().strip(), found, happened, self.circumstances.toPlainText(),
                self.cause.toPlainText(), self.measures.toPlainText(), self.reported.day(), self.closed.day(),
            )
        )  # fmt: skip
        self.accept()
