"""The consent and the withdrawal on a letter: two recipients, the purposes, 病名, and who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from hoken_desktop.domain.codes import ConsentDecision, Purpose, RecipientSection, Standing
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.letter_questions import CONSENTS, PARTS, PURPOSES, LetterPart
from hoken_desktop.services.letter_answers import ConsentAnswer
from hoken_desktop.services.letters import OpenedLetter
from hoken_desktop.ui.kit.checks import Answers, Checks
from hoken_desktop.ui.kit.forms import Field
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.reading import go_on
from hoken_desktop.ui.pages.consent_forms import GiverFields
from hoken_desktop.words import label, say

_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class ToldConsent:
    """What a paper says of consents; nothing where nothing was ticked."""

    consent: ConsentAnswer | None = None
    withdraws: tuple[RecipientSection, ...] = ()


class ConsentPart(QWidget):
    """The part of the paper about consent; empty for a letter that does not ask."""

    def __init__(self, opened: OpenedLetter, parent: QWidget) -> None:
        super().__init__(parent)
        self._opened = opened
        parts = PARTS[opened.letter.kind]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 8, 8, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        for place in range(_COLUMNS):
            self._grid.setColumnStretch(place, 1)
        self._at = 0
        self.answers: dict[RecipientSection, Answers[ConsentDecision]] = {}
        self.withdrawals: dict[RecipientSection, Answers[bool]] = {}
        self.giver: GiverFields | None = None
        if LetterPart.CONSENT in parts:
            self._make_consent()
        if LetterPart.WITHDRAWAL in parts:
            self._make_withdrawal()

    def _make_consent(self) -> None:
        self._heading(say("letter_papers.part_consent"))
        choices = [
            (say("letter_papers.agree"), ConsentDecision.GIVEN), (say("letter_papers.refuse"), ConsentDecision.REFUSED),
            (say("letter_papers.undecided"), ConsentDecision.PENDING),
        ]  # fmt: skip
        for section in CONSENTS:
            made: Answers[ConsentDecision] = Answers(choices)
            self.answers[section] = made
            self.field(say(f"letter_papers.to_{section.value}"), made, self._stands(section), wide=True)
        self.disease: Answers[bool] = Answers(
            [
                (say("letter_papers.may_pass"), True), (say("letter_papers.may_not"), False),
                (say("letter_papers.dont_know"), False),
            ]
        )  # fmt: skip
        self.field(say("letter_papers.ask_disease"), self.disease, wide=True)
        self.purposes: Checks[Purpose] = Checks([(label(p), p) for p in PURPOSES], PURPOSES)
        self.purposes_field = self.field(
            say("letters_page.purposes"), self.purposes, say("letters_page.purposes_hint"), wide=True
        )
        self.giver = GiverFields(self)

    def _make_withdrawal(self) -> None:
        self._heading(say("letter_papers.part_withdrawal"))
        choices = [(say("letter_papers.withdraw"), True), (say("letter_papers.keep"), False)]
        for section in CONSENTS:
            made: Answers[bool] = Answers(choices)
            self.withdrawals[section] = made
            self.field(say(f"letter_papers.to_{section.value}"), made, self._stands(section), wide=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from a box, a choice and a line here as it does everywhere else on the paper."""
        here = self.focusWidget()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if here is not None and plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            go_on(here)
            return
        super().keyPressEvent(event)

    def field(self, name: str, control: QWidget, hint: str = "", *, wide: bool = False) -> Field:
        """The next labelled field."""
        if wide:
            self._at += -self._at % _COLUMNS
        made = Field(name, control, hint, parent=self)
        line, column = divmod(self._at, _COLUMNS)
        self._grid.addWidget(made, line, column, 1, _COLUMNS if wide else 1, Qt.AlignmentFlag.AlignTop)
        self._at += _COLUMNS if wide else 1
        return made

    def _heading(self, text: str) -> None:
        self._grid.addWidget(
            Label(text, "note", "accent_deep", bold=True, parent=self), self._at // _COLUMNS, 0, 1, _COLUMNS
        )
        self._at += _COLUMNS

    def _stands(self, section: RecipientSection) -> str:
        """How the ledger stands today, with its day."""
        standing, day = self._opened.to.consents.get(section, (Standing.UNKNOWN, None))
        when = format_wareki(day) if isinstance(day, date) else ""
        return say("letters_page.stands", standing=label(standing), day=when).strip()

    def told(self) -> ToldConsent | None:
        """What the paper says; None where something is missing, and then it says so in its place."""
        withdraws = tuple(section for section, answer in self.withdrawals.items() if answer.value())
        found = {section: value for section, answer in self.answers.items() if (value := answer.value()) is not None}
        if not found or self.giver is None:
            return ToldConsent(None, withdraws)
        purposes = self.purposes.values()
        self.purposes_field.set_fault("" if purposes else say("consents_page.fault_purpose"))
        given_any = ConsentDecision.GIVEN in found.values()
        given = self.giver.given(ConsentDecision.GIVEN if given_any else ConsentDecision.REFUSED)
        if not purposes:
            self.purposes.setFocus()
            return None
        if given is None:
            faulty = self.giver.faulty()
            assert faulty is not None
            faulty.control.setFocus()
            return None
        consent = ConsentAnswer(
            found, purposes, bool(self.disease.value()), given.by, given.name, given.relation, given.reason
        )
        return ToldConsent(consent, withdraws)
