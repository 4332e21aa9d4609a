"""The forms of the ledger: one consent by hand, and a withdrawal with its day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    ConsentMethod,
    ItemGroup,
    Purpose,
    RecipientSection,
)
from hoken_desktop.domain.consents import MUNICIPAL_SECTIONS, STANDARD_SCOPE, Consent
from hoken_desktop.services.consents import KeyStanding
from hoken_desktop.ui.kit.checks import Checks
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.pages.consent_pane import PersonLedger, recipient_word
from hoken_desktop.ui.pages.consent_words import section_word
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import label, say

_OTHERS_HAND = (ConsentGiver.FAMILY, ConsentGiver.SCRIBE)
_DECISIONS = (ConsentDecision.GIVEN, ConsentDecision.REFUSED, ConsentDecision.PENDING)


@dataclass(frozen=True, slots=True)
class Given:
    """Who gave a consent, in whose hand and why."""

    by: ConsentGiver
    name: str
    relation: str
    reason: str


class FieldMaker(Protocol):
    """Something that lays labelled fields one after another."""

    def field(self, name: str, control: QWidget, hint: str = "") -> Field: ...


class GiverFields:
    """同意した人, asked and not presumed: 家族 and 代筆 name themselves and the reason; the three stay closed until
    somebody else than the person is chosen."""

    def __init__(self, form: FieldMaker) -> None:
        self.who: Pick[ConsentGiver] = Pick([(label(giver), giver) for giver in ConsentGiver], ask=True)
        self.who_field: Field = form.field(
            say("consents_page.form_giver"), self.who, say("consents_page.form_giver_hint")
        )
        self.name: Field = form.field(say("consents_page.form_giver_name"), line(longest=80))
        self.relation: Field = form.field(say("consents_page.form_relation"), line(longest=40))
        self.reason: Field = form.field(say("consents_page.form_reason"), line(longest=120))
        self.who.currentIndexChanged.connect(lambda _at: self._open())
        self._open()

    def given(self, decision: ConsentDecision) -> Given | None:
        """What the fields say; None where something is missing, and then it says so in its place."""
        by = self.who.answer()
        self.who_field.set_fault("" if by is not None else say("kit.choose"))
        if by is None:
            return None
        needed = by in _OTHERS_HAND and decision is ConsentDecision.GIVEN
        found = Given(by, text_of(self.name), text_of(self.relation), text_of(self.reason))
        self.name.set_fault(say("consents_page.fault_giver_name") if needed and not found.name else "")
        self.reason.set_fault(say("consents_page.fault_reason") if needed and not found.reason else "")
        return None if self.name.fault() or self.reason.fault() else found

    def faulty(self) -> Field | None:
        """The first field that is missing something."""
        return next((one for one in (self.who_field, self.name, self.reason) if one.fault()), None)

    def clear(self) -> None:
        """Nobody yet: the next paper says who."""
        self.who.setCurrentIndex(-1)
        self.who_field.set_fault("")

    def _open(self) -> None:
        other = self.who.answer() not in (None, ConsentGiver.SELF)
        if self.who.answer() is not None:
            self.who_field.set_fault("")
        for field in (self.name, self.relation, self.reason):
            field.control.setEnabled(other)
            if not other:
                field.control.setProperty("text", "")
                field.set_fault("")


class ConsentForm(Form):
    """同意を入れる: one recipient, any purposes, one decision; `done` gets a row for each purpose."""

    def __init__(
        self, parent: QWidget, ledger: PersonLedger, section: RecipientSection,
        done: Callable[[Sequence[Consent]], None],
    ) -> None:  # fmt: skip
        super().__init__(say("consents_page.form_title"), say("consents_page.form_verb"), parent, columns=4)
        self.setMinimumWidth(960)
        self._ledger = ledger
        self._done = done
        who = say("consents_page.form_who", name=ledger.line.name, number=ledger.line.registry_no)
        self.body.insertWidget(0, Label(who, "base", bold=True, parent=self))
        self.section: Pick[RecipientSection] = Pick([(section_word(s), s) for s in RecipientSection])
        self.section.pick(section)
        self.field(say("consents_page.form_section"), self.section)
        self.place: Pick[str] = Pick([(name, code) for code, name in ledger.places.items()])
        if ledger.recipient in ledger.places:
            self.place.pick(ledger.recipient)
        self._place_field = self.field(say("consents_page.form_municipality"), self.place)
        self.decision: Pick[ConsentDecision] = Pick([(label(d), d) for d in _DECISIONS], ask=True)
        self._decision_field = self.field(say("consents_page.form_decision"), self.decision, needed=True)
        self._body_name = self.field(
            say("consents_page.form_body"), line(longest=80), say("consents_page.form_body_hint")
        )
        self.purposes: Checks[Purpose] = Checks([(label(p), p) for p in Purpose], (Purpose.ROSTER,))
        self.purposes_field = self.field(say("consents_page.form_purposes"), self.purposes, needed=True, wide=True)
        self.scope: Checks[ItemGroup] = Checks([(label(g), g) for g in ItemGroup], STANDARD_SCOPE)
        self.scope_field = self.field(
            say("consents_page.form_scope"), self.scope, say("consents_page.form_scope_hint"), needed=True, wide=True
        )
        self.day = self.field(
            say("consents_page.form_day"), DateInput(), say("consents_page.form_day_hint"), needed=True
        )
        self.expires = self.field(say("consents_page.form_expires"), DateInput())
        self.method: Pick[ConsentMethod] = Pick([(label(m), m) for m in ConsentMethod])
        self.field(say("consents_page.form_method"), self.method)
        self.explained = self.field(say("consents_page.form_explained"), line(longest=80))
        self.giver = GiverFields(self)
        self.evidence = self.field(
            say("consents_page.form_evidence"), line(longest=120), say("consents_page.form_evidence_hint"), wide=True
        )
        self.section.currentIndexChanged.connect(lambda _at: self._open())
        self._open()
        self.section.setFocus()

    def _open(self) -> None:
        municipal = self.section.value() in MUNICIPAL_SECTIONS
        self._place_field.setVisible(municipal)
        self._body_name.setVisible(not municipal)

    def drafts(self) -> Sequence[Consent] | None:
        """A row for each purpose; None where a field is wrong, and then it says so itself."""
        purposes, scope = self.purposes.values(), self.scope.values()
        if not self.answered(self._decision_field):
            self.decision.setFocus()
            return None
        decision = self.decision.value()
        municipal = self.section.value() in MUNICIPAL_SECTIONS
        recipient = self.place.value() if municipal else text_of(self._body_name)
        self._body_name.set_fault("" if recipient else say("consents_page.fault_body"))
        self.purposes_field.set_fault("" if purposes else say("consents_page.fault_purpose"))
        self.scope_field.set_fault("" if scope else say("consents_page.fault_scope"))
        day = self.day_of(self.day, needed=True, latest=self._ledger.day)
        expires = self.day_of(self.expires, needed=False, latest=None)
        if day and expires and expires < day:
            self.expires.set_fault(say("consents_page.fault_before"))
        given = self.giver.given(decision)
        faulty = self.stop_at(
            self._body_name, self.purposes_field, self.scope_field, self.day, self.expires, self.giver.who_field,
            self.giver.name, self.giver.reason,
        )  # fmt: skip
        if faulty or day is None or given is None:
            return None
        return [
            draft_of(
                self._ledger.line.id, recipient, self.section.value(), purpose, decision, day, given,
                scope=scope, method=self.method.value(), expires_on=expires, evidence=text_of(self.evidence),
                explained_by=text_of(self.explained),
            )
            for purpose in purposes
        ]  # fmt: skip

    def try_it(self) -> None:
        drafts = self.drafts()
        if drafts is None:
            return
        self._done(drafts)
        self.accept()


class WithdrawForm(Form):
    """撤回を入れる: one of the consents that stand, or all of them, from a day on."""

    def __init__(
        self, parent: QWidget, ledger: PersonLedger, done: Callable[[Sequence[KeyStanding], date], None]
    ) -> None:
        super().__init__(say("consents_page.withdraw_title"), say("consents_page.withdraw_verb"), parent, columns=1)
        self.setMinimumWidth(560)
        self._ledger = ledger
        self._done = done
        who = say("consents_page.form_who", name=ledger.line.name, number=ledger.line.registry_no)
        self.body.insertWidget(0, Label(who, "base", bold=True, parent=self))
        valid = ledger.valid()
        choices: list[tuple[str, tuple[KeyStanding, ...]]] = [
            (say("consents_page.withdraw_all", n=len(valid)), valid)
        ]
        choices += [(_one(each, ledger.places), (each,)) for each in valid]
        self.what: Pick[tuple[KeyStanding, ...]] = Pick(choices if len(valid) > 1 else choices[1:])
        self.field(say("consents_page.withdraw_what"), self.what)
        self.day = self.field(
            say("consents_page.withdraw_day"), DateInput(ledger.day), say("consents_page.withdraw_hint"), needed=True
        )
        self.add_text(say("consents_page.withdraw_text"), note=True)
        self.what.setFocus()

    def try_it(self) -> None:
        day = self.day_of(self.day, needed=True, latest=self._ledger.day)
        if day is None or self.stop_at(self.day):
            return
        self._done(self.what.value(), day)
        self.accept()


def draft_of(
    person_id: str, recipient: str, section: RecipientSection, purpose: Purpose, decision: ConsentDecision, day: date,
    given: Given, *, scope: tuple[ItemGroup, ...] = STANDARD_SCOPE, method: ConsentMethod = ConsentMethod.PAPER,
    expires_on: date | None = None, evidence: str = "", explained_by: str = "",
) -> Consent:  # fmt: skip
    """A row for the ledger, without id and moment: the service gives both."""
    return Consent(
        "", person_id, recipient, section, purpose, decision, day, datetime.min.replace(tzinfo=UTC), scope=scope,
        given_by=given.by, giver_name=given.name, relation=given.relation, giver_reason=given.reason, method=method,
        expires_on=expires_on, evidence=evidence, explained_by=explained_by,
    )  # fmt: skip


def text_of(field: Field) -> str:
    """What a line says, without the spaces around it."""
    return str(field.control.property("text") or "").strip()


def _one(standing: KeyStanding, places: Mapping[str, str]) -> str:
    to = recipient_word(standing.recipient, standing.section in MUNICIPAL_SECTIONS, places)
    to = f"{to} {section_word(standing.section)}"
    return say("consents_page.withdraw_one", recipient=to, purpose=label(standing.purpose))
