"""設定・提供の根拠: what the centre discloses on, since when, by which decision; a disaster is declared here too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from hoken_desktop.domain.bases import BasisRule
from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.domain.dates import JAPAN, format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.events import Event
from hoken_desktop.services.bases import SWITCHABLE, BasisState, said_lacks
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.asking import do_in_sheet
from hoken_desktop.ui.kit.dialogs import Sheet, ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import DateInput, Field, button, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import NoticeBar, words_of
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.events import EventSheet
from hoken_desktop.words import label, say


class BasesSection(Section):
    """The bases above, everything that was ever decided on the chosen one below."""

    topics = frozenset({"office", "disclosures"})
    scrolls = False

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("bases_page.title"), say("bases_page.what"))
        self.setProperty(PLACE, "bases")
        columns: list[Column[BasisState]] = [
            Column(say("bases_page.basis"), lambda one: Cell(one.text, tip=label(one.basis)), 320, lead=True, grow=2),
            Column(say("bases_page.state"), _state, 240, grow=2),
            Column(say("bases_page.decision"), lambda one: one.rule.decision_number if one.rule else "", 110, grow=1),
            Column(say("bases_page.decided_on"), lambda one: _day(one.rule.decided_on if one.rule else None), 124),
        ]
        self.card: TableCard[BasisState] = TableCard(
            columns, say("bases_page.title"), EmptyState(say("bases_page.none")), counted="kit.things_shown",
            parent=self,
        )  # fmt: skip
        self.body.addWidget(self.card, 3)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.on = button(say("bases_page.on"), lambda: self._ask_switch(True), deed=True, parent=self)
        self.off = button(say("bases_page.off"), lambda: self._ask_switch(False), deed=True, parent=self)
        self.text = button(say("bases_page.reword"), self._ask_text, deed=True, parent=self)
        self.declare = button(say("bases_page.declare"), self._ask_event, deed=True, parent=self)
        self.end = button(say("bases_page.end"), self._ask_end, deed=True, parent=self)
        for verb in (self.on, self.off, self.text, self.declare, self.end):
            row.addWidget(verb)
        self._reason = Label("", "note", "text3", wrap=True, parent=self)
        row.addWidget(self._reason, 1)
        self.body.addLayout(row)
        past: list[Column[BasisRule]] = [
            Column(say("bases_page.entered_at"), _entered, 150, lead=True),
            Column(say("bases_page.who"), lambda rule: self.desk.house.office.who(rule.staff_id), 140, grow=1),
            Column(say("bases_page.state"), _switched, 90),
            Column(say("bases_page.decision"), lambda rule: rule.decision_number, 120, grow=1),
            Column(say("bases_page.decided_on"), lambda rule: _day(rule.decided_on), 124),
            Column(say("bases_page.text"), lambda rule: rule.text or say("bases_page.text_shipped"), 200, grow=2),
        ]
        self.history: TableCard[BasisRule] = TableCard(
            past, say("bases_page.history"), EmptyState(say("bases_page.history_none")), counted="kit.things_shown",
            parent=self,
        )  # fmt: skip
        self.body.addWidget(self.history, 2)
        self._manages = False
        self._events: tuple[Event, ...] = ()
        self.card.table.chosen.connect(lambda _state: self._look())

    def refresh(self) -> None:
        house = self.desk.house
        before = self.card.table.current()
        self._manages = house.staff.may_manage()
        self._events = tuple(event for event in house.events.all() if event.ended_at is None)
        states = house.bases.all()
        self.card.show_source(Rows(states))
        self.card.table.choose(next((at for at, s in enumerate(states) if before and s.basis is before.basis), 0))
        self._look()

    def first_focus(self) -> QWidget:
        return self.card.table

    def _look(self) -> None:
        one = self.card.table.current()
        self.history.show_source(Rows(list(one.history) if one else []))
        switchable = one is not None and one.basis in SWITCHABLE
        disaster = one is not None and one.basis is LegalBasis.DISASTER
        self.on.setVisible(switchable and one is not None and not one.enabled)
        self.off.setVisible(switchable and one is not None and one.enabled)
        self.declare.setVisible(disaster)
        self.end.setVisible(disaster and bool(self._events))
        for verb in (self.on, self.off, self.text):
            verb.setEnabled(self._manages and one is not None)
        under_way = say("bases_page.joint").join(
            say("bases_page.event", kind=label(event.kind), name=event.name) for event in self._events
        )
        if disaster:
            self._reason.setText(under_way or say("bases_page.no_event"))
        elif not self._manages:
            self._reason.setText(say("settings.admins_only"))
        else:
            self._reason.setText("" if switchable else say("bases_page.consent_always"))

    # --- deeds -------------------------------------------------------------------------------------------------

    def _ask_switch(self, enabled: bool) -> None:
        one = self.card.table.current()
        if one is None:
            return
        bases = self.desk.house.bases

        def switch(sheet: DecisionSheet, number: str, day: date) -> None:
            words = "bases_page.turned_on" if enabled else "bases_page.turned_off"
            do_in_sheet(
                self.run, sheet, lambda: bases.switch(one.basis, enabled, number, day),
                lambda _kept: self.done(say(words, basis=label(one.basis)), Deed.BASIS_SET),
            )  # fmt: skip

        DecisionSheet(self, one, enabled, switch).open()

    def _ask_text(self) -> None:
        one = self.card.table.current()
        if one is None:
            return
        bases = self.desk.house.bases

        def reword(sheet: TextSheet, text: str) -> None:
            do_in_sheet(
                self.run, sheet, lambda: bases.reword(one.basis, text),
                lambda _kept: self.done(say("bases_page.reworded"), Deed.BASIS_SET),
            )  # fmt: skip

        TextSheet(self, one, reword).open()

    def _ask_event(self) -> None:
        house = self.desk.house
        sheet = EventSheet(house.events.now(), self)

        def declare(kind: object, name: str, moment: object, reason: str) -> None:
            do_in_sheet(
                self.run, sheet, lambda: house.events.declare(kind, name, moment, reason),
                lambda _: self.done(say("bases_page.declared", name=name.strip()), Deed.EVENT_DECLARED, tone="warn"),
            )  # fmt: skip

        sheet.given.connect(declare)
        sheet.open()

    def _ask_end(self) -> None:
        event = self._events[0]
        ask(
            self.page, say("bases_page.end_title", name=event.name), say("bases_page.end_text"),
            say("bases_page.end_verb"), lambda: self._end(event), danger=True,
        )  # fmt: skip

    def _end(self, event: Event) -> None:
        events = self.desk.house.events
        self.run(
            lambda _report: events.end(event.id),
            lambda _event: self.done(say("bases_page.ended", name=event.name), Deed.EVENT_ENDED),
        )


def _state(one: BasisState) -> Cell:
    if one.lacks:
        return Cell(said_lacks(one.lacks), "text2", icon="lock", tip=said_lacks(one.lacks))
    if one.basis is LegalBasis.DISASTER:
        return Cell(say("bases_page.open_event"), "danger", icon="alert-triangle")
    each = one.basis is LegalBasis.GOV_69_2_3
    return Cell(say("bases_page.open_each") if each else say("bases_page.open"), icon="check", tone="done")


def _day(day: date | None) -> str:
    return format_wareki(day) if day else ""


def _entered(rule: BasisRule) -> str:
    at = rule.entered_at.astimezone(JAPAN)
    return f"{format_wareki(at.date(), short=True)} {at:%H:%M}"


def _switched(rule: BasisRule) -> str:
    return say("bases_page.was_on") if rule.enabled else say("bases_page.was_off")


class _BasisSheet(Sheet):
    """What both sheets have: the basis, a place for refusals, the way back."""

    def __init__(self, section: BasesSection, title: str, text: str) -> None:
        super().__init__(title, section)
        self.setMinimumWidth(theme.current().px(560))
        self.add_text(text)
        self.notices = NoticeBar(self)
        self.finished.connect(self.deleteLater)

    def refuse(self, refusal: Refusal) -> None:
        """Say why it was not done; what was typed stays."""
        self.notices.say(words_of(refusal), "danger")

    def _finish(self, verb: str, pressed: Callable[[], None], *, danger: bool = False) -> None:
        self.body.addWidget(self.notices)
        self.add_button(say("kit.back")).clicked.connect(self.reject)
        self.verb = self.add_button(verb, primary=not danger, danger=danger)
        self.verb.clicked.connect(pressed)


class DecisionSheet(_BasisSheet):
    """決裁番号 and 決裁日 by which a basis is turned on or off."""

    def __init__(
        self, section: BasesSection, one: BasisState, enabled: bool, then: Callable[[DecisionSheet, str, date], None]
    ) -> None:
        title = say("bases_page.on_title") if enabled else say("bases_page.off_title")
        text = say("bases_page.on_text") if enabled else say("bases_page.off_text")
        super().__init__(section, title, f"{label(one.basis)}\n{text}")
        self.setObjectName("decisionSheet")
        self._then = then
        self.number = line(placeholder=say("bases_page.decision_hint"), longest=60, parent=self)
        self.day = DateInput(parent=self)
        self._f_number = Field(say("bases_page.decision"), self.number, needed=True, parent=self)
        self._f_day = Field(say("bases_page.decided_on"), self.day, needed=True, parent=self)
        self.body.addWidget(self._f_number)
        self.body.addWidget(self._f_day)
        verb = say("bases_page.on_verb") if enabled else say("bases_page.off_verb")
        self._finish(verb, self._check, danger=enabled)
        self.number.setFocus()

    def _check(self) -> None:
        day, number = self.day.day(), self.number.text().strip()
        self._f_number.set_fault("" if number else say("bases_page.fault_empty"))
        self._f_day.set_fault(self.day.fault() or ("" if day else say("bases_page.fault_empty")))
        if number and day is not None and not self.day.fault():
            self._then(self, number, day)


class TextSheet(_BasisSheet):
    """How the basis reads on papers; empty gives the shipped text back."""

    def __init__(self, section: BasesSection, one: BasisState, then: Callable[[TextSheet, str], None]) -> None:
        super().__init__(section, say("bases_page.reword"), say("bases_page.reword_text", shipped=label(one.basis)))
        self.setObjectName("textSheet")
        self._then = then
        self.edit = QPlainTextEdit(one.rule.text if one.rule else "", self)
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(theme.current().px(96))
        self.body.addWidget(Field(say("bases_page.text"), self.edit, parent=self))
        self._finish(say("bases_page.reword_verb"), lambda: self._then(self, " ".join(self.edit.toPlainText().split())))
        self.edit.setFocus()
