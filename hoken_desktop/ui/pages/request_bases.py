"""On what a request stands: only what is open can be chosen, and what is not says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.domain.disclosures import EXCLUDE, INCLUDE, Request
from hoken_desktop.domain.events import Event
from hoken_desktop.services.bases import BasisState, said_lacks
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import Field, Pick, button, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class Grounds:
    """What there is to choose from: every basis as it stands, the events under way, the office's own switch."""

    states: Sequence[BasisState]
    events: Sequence[Event]
    includes_away: bool


class BasisCard(Card):
    """`event_asked` when a disaster is to be declared."""

    event_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("disclosures_page.grounds"), parent=parent)
        self.basis: Pick[LegalBasis] = Pick([], self)
        self.basis.currentIndexChanged.connect(lambda _at: self._look())
        self._f_basis = Field(say("disclosures_page.basis"), self.basis, parent=self)
        self.decision = line(placeholder=say("disclosures_page.basis_decision_hint"), longest=60, parent=self)
        self._f_decision = Field(
            say("disclosures_page.basis_decision"), self.decision, say("disclosures_page.basis_decision_later"),
            parent=self,
        )  # fmt: skip
        self.which: Pick[str] = Pick([], self)
        self._f_event = Field(say("disclosures_page.event"), self.which, parent=self)
        self.reason = line(placeholder=say("disclosures_page.why_given_hint"), longest=200, parent=self)
        self._f_reason = Field(
            say("disclosures_page.why_given"), self.reason, say("disclosures_page.why_given_note"), needed=True,
            parent=self,
        )  # fmt: skip
        self.away: Pick[str] = Pick([], self)
        self._f_away = Field(say("disclosures_page.away"), self.away, parent=self)
        self._closed = Label("", "note", "text3", wrap=True, parent=self)
        self.declare_button = button(say("disclosures_page.declare"), self.event_asked.emit, deed=True, parent=self)
        for widget in (
            self._f_basis, self._f_decision, self._f_event, self._f_reason, self._f_away, self._closed,
            self.declare_button,
        ):  # fmt: skip
            self.body.addWidget(widget)

    def offer(self, grounds: Grounds, request: Request | None = None) -> None:
        """What can be chosen; a request that is mended shows its own, what is chosen now stays otherwise."""
        open_now = [state for state in grounds.states if not state.lacks]
        self.basis.offer([(state.text, state.basis) for state in open_now])
        self.which.offer([(event.name, event.id) for event in grounds.events])
        usual = say("disclosures_page.away_in") if grounds.includes_away else say("disclosures_page.away_out")
        self.away.offer(
            [
                (say("disclosures_page.away_office", usual=usual), ""),
                (say("disclosures_page.away_in"), INCLUDE),
                (say("disclosures_page.away_out"), EXCLUDE),
            ]
        )
        shut = [
            say("disclosures_page.basis_shut", basis=label(state.basis), why=said_lacks(state.lacks))
            for state in grounds.states
            if state.lacks
        ]
        self._closed.setText("\n".join(shut))
        self._closed.setVisible(bool(shut))
        self.declare_button.setVisible(not grounds.events)
        if request is not None:
            self._show(request, {state.basis for state in open_now}, {event.id for event in grounds.events})
        self._look()

    def begin(self, grounds: Grounds) -> None:
        """As for a new request: on the person's consent."""
        self.offer(grounds)
        self.basis.pick(LegalBasis.CONSENT)
        self.away.pick("")
        self.decision.clear()
        self.reason.clear()

    def _show(self, request: Request, bases: set[LegalBasis], events: set[str]) -> None:
        self.basis.pick(request.basis if request.basis in bases else LegalBasis.CONSENT)
        if request.event_id in events:
            self.which.pick(request.event_id)
        self.away.pick(request.not_at_home)
        self.decision.setText(request.basis_decision)
        self.reason.setText(request.reason)

    def _look(self) -> None:
        chosen = self.basis.value() if self.basis.count() else LegalBasis.CONSENT
        disaster = chosen is LegalBasis.DISASTER
        self._f_decision.setVisible(chosen is LegalBasis.GOV_69_2_3)
        self._f_event.setVisible(disaster)
        self._f_reason.setVisible(disaster)

    def faults(self) -> dict[Field, str]:
        """What is missing, by field."""
        empty = self.basis.value() is LegalBasis.DISASTER and not self.reason.text().strip()
        return {self._f_reason: say("disclosures_page.fault_empty") if empty else ""}

    def said(self) -> dict[str, str]:
        """The fields of `services.requests.Asked` that stand here."""
        chosen = self.basis.value()
        disaster = chosen is LegalBasis.DISASTER
        return {
            "basis": chosen.value,
            "basis_decision": self.decision.text() if chosen is LegalBasis.GOV_69_2_3 else "",
            "event_id": self.which.value() if disaster else "",
            "reason": self.reason.text() if disaster else "",
            "not_at_home": self.away.value(),
        }
