"""決裁 of a request: 起案日, 決裁日, 決裁番号, 発番, 所長名."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.domain.disclosures import Request
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import DateInput, Field, button, contents, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.pages.tall_forms import TallForm, needed, needed_day
from hoken_desktop.words import say


@dataclass(frozen=True, slots=True)
class ApprovalDraft:
    """What was typed in for `services.requests.approve`."""

    approved_on: date
    approval: str
    our_number: str
    drafted_on: date | None
    director: str
    basis_decision: str


class ApprovalForm(TallForm):
    """`submitted` gives an ApprovalDraft."""

    submitted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = Card(say("disclosures_page.approval"), parent=self)
        card.limit_width(680)
        self.drafted_on = DateInput(parent=card)
        self.approved_on = DateInput(parent=card)
        self.approval = line(placeholder=say("disclosures_page.approval_hint"), longest=60, parent=card)
        self.basis_decision = line(placeholder=say("disclosures_page.basis_decision_hint"), longest=60, parent=card)
        self.our_number = line(placeholder=say("disclosures_page.our_number_hint"), longest=40, parent=card)
        self.director = line(longest=60, parent=card)
        self._f_draft = Field(say("disclosures_page.drafted_on"), self.drafted_on, parent=card)
        self._f_day = Field(say("disclosures_page.approved_on"), self.approved_on, needed=True, parent=card)
        self._f_approval = Field(say("disclosures_page.approval_number"), self.approval, needed=True, parent=card)
        self._f_basis = Field(
            say("disclosures_page.basis_decision"), self.basis_decision, say("disclosures_page.basis_decision_note"),
            needed=True, parent=card,
        )  # fmt: skip
        f_number = Field(
            say("disclosures_page.our_number"), self.our_number, say("disclosures_page.our_number_note"), parent=card
        )
        f_director = Field(
            say("disclosures_page.director"), self.director, say("disclosures_page.director_note"), parent=card
        )
        self._asked = Label("", "table", "text2", wrap=True, parent=card)
        for widget in (
            self._asked, self._f_draft, self._f_day, self._f_approval, self._f_basis, f_number, f_director,
        ):  # fmt: skip
            card.body.addWidget(widget)
        self.across.addWidget(card, 1, Qt.AlignmentFlag.AlignTop)
        self.across.addStretch(0)
        self.deeds.addWidget(button(say("disclosures_page.leave_approval"), self.leave, key="Esc", parent=self))
        self.deeds.addStretch(1)
        self.approve_button = button(
            say("disclosures_page.approve"), self._submit, primary=True, action=True, deed=True, parent=self
        )
        self.deeds.addWidget(self.approve_button)

    def begin(self, request: Request, asked: str, today: date, director: str) -> None:
        """The 決裁 as far as it is known; `asked` names the request in a sentence, `director` is the office's."""
        self._asked.setText(asked)
        self.drafted_on.set_day(request.drafted_on)
        self.approved_on.set_day(request.approved_on or today)
        self.approval.setText(request.approval)
        self.basis_decision.setText(request.basis_decision)
        self.our_number.setText(request.our_number)
        self.director.setText(request.director or director)
        self._f_basis.setVisible(request.basis is LegalBasis.GOV_69_2_3)
        for field in (self._f_draft, self._f_day, self._f_approval, self._f_basis):
            field.set_fault("")
        self.untouched = contents(self)

    def _submit(self) -> None:
        faults = {
            self._f_draft: self.drafted_on.fault(),
            self._f_day: needed_day(self.approved_on),
            self._f_approval: needed(self.approval.text()),
            self._f_basis: "" if self._f_basis.isHidden() else needed(self.basis_decision.text()),
        }
        approved_on = self.approved_on.day()
        if self.say_faults(faults) and approved_on is not None:
            self.submitted.emit(
                ApprovalDraft(
                    approved_on, self.approval.text(), self.our_number.text(), self.drafted_on.day(),
                    self.director.text(), "" if self._f_basis.isHidden() else self.basis_decision.text(),
                )
            )  # fmt: skip
