"""The cards at the head of a request: what the letter says, and the 決裁."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import INCLUDE
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label, Tag
from hoken_desktop.ui.pages.request_cases import Case
from hoken_desktop.ui.pages.requests import due_words
from hoken_desktop.words import say

Facts = list[tuple[str, str, bool]]
"""Name, value, and whether the value is bold."""


class FactsCard(Card):
    """A card of names and values with a tag in its head."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.tag = Tag("", "plain", self)
        self.head.addWidget(self.tag)
        self._ground = QWidget(self)
        self.body.setSpacing(0)
        self.body.addWidget(self._ground)
        self.body.addStretch(1)

    def show_facts(self, facts: Facts) -> None:
        """Name, value, and whether the value is bold."""
        ground = QWidget(self)
        grid = QGridLayout(ground)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        for at, (name, value, bold) in enumerate(facts):
            grid.addWidget(Label(name, "note", "text2", parent=ground), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(value, "table", bold=bold, wrap=True, parent=ground), at, 1)
        old, self._ground = self._ground, ground
        self.body.replaceWidget(old, ground)
        old.hide()
        old.deleteLater()

    def show_tag(self, text: str, tone: str) -> None:
        self.tag.show_as(text, tone)
        self.tag.setVisible(bool(text))


class LetterCard(FactsCard):
    """依頼: what the letter says. `mend_asked` until the first disclosure, `close_asked` and `reopen_asked` after."""

    mend_asked = Signal()
    close_asked = Signal()
    reopen_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("disclosures_page.request"), parent)
        self.mend_button = self._verb(say("disclosures_page.mend_request"), self.mend_asked.emit)
        self.close_button = self._verb(say("disclosures_page.close_request"), self.close_asked.emit)
        self.reopen_button = self._verb(say("disclosures_page.reopen_request"), self.reopen_asked.emit)

    def _verb(self, words: str, pressed: Callable[[], object]) -> QPushButton:
        made = button(words, pressed, small=True, deed=True, parent=self)
        self.head.addWidget(made)
        return made

    def show_case(self, case: Case) -> None:
        """Show the letter, how long it may wait, and what can be done with it."""
        request = case.request
        closed = request.closed_on is not None
        words, tone = due_words(request.due_on, case.today, open_still=not case.done and not closed)
        if request.closed_on is not None:
            words, tone = say("disclosures_page.closed_on", day=format_wareki(request.closed_on)), "plain"
        self.show_tag(words, "plain" if tone == "text2" else tone)
        self.mend_button.setVisible(case.may_edit)
        self.close_button.setVisible(not closed)
        self.reopen_button.setVisible(closed)
        letter = say("disclosures_page.letter_of", number=request.number, requested=format_wareki(request.requested_on))
        received = say("disclosures_page.received_by", day=format_wareki(request.received_on), route=request.route)
        due = format_wareki(request.due_on) if request.due_on else say("disclosures_page.nothing")
        facts: Facts = [
            (say("disclosures_page.document"), letter, False),
            (say("disclosures_page.received"), received, False),
            (say("disclosures_page.requester"), request.requester.replace("\u3000", " "), False),
            (say("disclosures_page.purpose"), request.purpose_text, False),
            (say("disclosures_page.due_on"), due, True),
        ]
        if request.not_at_home:
            included = request.not_at_home == INCLUDE
            away = say("disclosures_page.away_in") if included else say("disclosures_page.away_out")
            facts.append((say("disclosures_page.away"), away, False))
        if request.scan:
            facts.append((say("disclosures_page.scan"), request.scan, False))
        self.show_facts(facts)


class ApprovalCard(FactsCard):
    """決裁 and the legal basis it decides on."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("disclosures_page.approval"), parent)
        self.button = button("", self.asked.emit, small=True, deed=True, parent=self)
        self.head.addWidget(self.button)

    def show_case(self, case: Case) -> None:
        """Show what is decided and what the basis stands on."""
        request = case.request
        nothing = say("disclosures_page.nothing")
        if request.approved_on is None:
            needed = case.needs_approval
            word = say("disclosures_page.approval_waits") if needed else say("disclosures_page.approval_not_needed")
            self.show_tag(word, "warn" if needed else "plain")
        else:
            self.show_tag(say("disclosures_page.approval_done"), "done")
        facts: Facts = [
            (
                say("disclosures_page.approved_on"),
                format_wareki(request.approved_on) if request.approved_on else nothing,
                False,
            ),
            (say("disclosures_page.approval_number"), request.approval or nothing, False),
            (say("disclosures_page.our_number"), request.our_number or nothing, True),
            (say("disclosures_page.basis"), case.basis, False),
        ]
        if request.basis is LegalBasis.GOV_69_2_3:
            facts.append((say("disclosures_page.basis_decision"), request.basis_decision or nothing, False))
        if request.basis is LegalBasis.DISASTER:
            joint = say("disclosures_page.item_joint")
            facts.append((say("disclosures_page.event"), case.event or nothing, False))
            facts.append((say("disclosures_page.why_given"), request.reason, False))
            facts.append((say("disclosures_page.confirmed"), joint.join(case.confirmed) or nothing, False))
        self.show_facts(facts)
        words = (
            say("disclosures_page.enter_approval")
            if request.approved_on is None
            else say("disclosures_page.mend_approval")
        )
        self.button.setText(words)
        self.button.setAccessibleName(words)
        self.button.setVisible(request.closed_on is None)
