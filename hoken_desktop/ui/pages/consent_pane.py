"""One person's consents: what stands today towards whom and for what, and every row of the ledger behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import RecipientSection, Standing
from hoken_desktop.domain.consents import MUNICIPAL_SECTIONS, Consent
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.voids import unvoided
from hoken_desktop.services.consent_boards import SECTIONS
from hoken_desktop.services.consents import KeyStanding, PersonConsents
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.ui import icons
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import button, link
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.pages.consent_words import LOOKS, question_word, section_word
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class PersonLedger:
    """What the pane shows: the person's line, the municipality their consents go to today ("" for 管外), the ledger,
    and the names of the municipalities."""

    line: PersonLine
    recipient: str
    consents: PersonConsents
    places: Mapping[str, str]
    day: date

    def valid(self) -> tuple[KeyStanding, ...]:
        """The consents that stand today: what can be withdrawn."""
        return tuple(one for one in self.consents.standings if one.standing.standing is Standing.VALID)


class ConsentPane(Card):
    """Beside the matrix; its verbs are the page's."""

    enter_asked = Signal()
    withdraw_asked = Signal()
    person_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("consents_page.pane_choose"), parent=parent, flush=True)
        self.ledger: PersonLedger | None = None
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(16, 0, 16, 12)
        self._column.setSpacing(4)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._inner)
        self.body.addWidget(area, 1)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 10)
        row.setSpacing(8)
        self.enter_button = button(
            say("consents_page.enter"), self.enter_asked.emit, small=True, deed=True, parent=self
        )
        self.withdraw_button = button(
            say("consents_page.withdraw"), self.withdraw_asked.emit, small=True, deed=True, parent=self
        )
        self.open_link = link(say("consents_page.open_person"), self.person_asked.emit, self)
        row.addWidget(self.enter_button)
        row.addWidget(self.withdraw_button)
        row.addStretch(1)
        row.addWidget(self.open_link)
        self.body.addLayout(row)
        self.show_person(None)

    def show_person(self, ledger: PersonLedger | None) -> None:
        """Show another person's ledger; None forgets it."""
        self.ledger = ledger
        while (slot := self._column.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for made in (self.enter_button, self.withdraw_button, self.open_link):
            made.setVisible(ledger is not None)
        if ledger is None:
            self.set_title(say("consents_page.pane_choose"))
            return
        line = ledger.line
        self.set_title(say("consents_page.pane_title", name=line.name, number=line.registry_no))
        valid = bool(ledger.valid())
        self.withdraw_button.setEnabled(valid)
        self.withdraw_button.setToolTip("" if valid else say("consents_page.nothing_valid"))
        self._head(say("consents_page.pane_stands"))
        self._show_standings(ledger)
        rows = sorted(ledger.consents.rows, key=lambda r: (r.consented_on, r.entered_at), reverse=True)
        if rows:
            self._add(rule(self._inner))
            self._head(say("consents_page.pane_ledger", n=len(rows)))
            standing = {row.id for row in unvoided(rows)}
            for row in rows:
                self._row(row, row.id in standing, ledger.places)
        self._column.addStretch(1)

    def _show_standings(self, ledger: PersonLedger) -> None:
        """Today's recipient first, said even where nobody was asked; what went to an earlier home says so."""
        told = {(one.recipient, one.section) for one in ledger.consents.standings}
        for section in SECTIONS if ledger.recipient else ():
            if (ledger.recipient, section) not in told:
                self._head_of(ledger.places.get(ledger.recipient, ledger.recipient), section)
                self._add(Label(say("consents_page.pane_unasked"), "table", "warn", parent=self._inner))
        before = ("", "")
        ordered = sorted(ledger.consents.standings, key=lambda one: one.recipient != ledger.recipient)
        for one in ordered:
            municipal = one.section in MUNICIPAL_SECTIONS
            if (one.recipient, one.section) != before:
                self._head_of(recipient_word(one.recipient, municipal, ledger.places), one.section)
                if municipal and one.recipient != ledger.recipient:
                    self._add(Label(say("consents_page.pane_elsewhere"), "note", "warn", parent=self._inner))
            before = (one.recipient, one.section)
            self._standing(one)

    def _head_of(self, to: str, section: RecipientSection) -> None:
        self._add(Label(f"{to} {section_word(section)}", "note", "text2", parent=self._inner))

    def _standing(self, one: KeyStanding) -> None:
        icon, tone = LOOKS[one.standing.standing]
        line = QWidget(self._inner)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(icons.Picture(icon, tone, 15, line))
        row.addWidget(Label(label(one.purpose), "table", parent=line), 1)
        said = label(one.standing.standing)
        row.addWidget(Label(said, "table", tone, parent=line))
        line.setAccessibleName(f"{label(one.purpose)} {said}")
        self._add(line)
        if one.standing.question:
            self._add(Label(question_word(one.standing.question), "note", "warn", wrap=True, parent=self._inner))

    def _row(self, row: Consent, stands: bool, places: Mapping[str, str]) -> None:
        to = recipient_word(row.recipient, row.section in MUNICIPAL_SECTIONS, places)
        first = say("consents_page.pane_line", purpose=label(row.purpose), decision=label(row.decision))
        giver = label(row.given_by)
        if row.giver_name or row.relation:
            giver = say("consents_page.pane_giver", giver=giver, name=row.giver_name or row.relation)
        about = say(
            "consents_page.pane_about", giver=giver, method=label(row.method),
            day=format_wareki(row.consented_on, short=True),
        )  # fmt: skip
        if row.expires_on is not None:
            about += say("consents_page.pane_until", day=format_wareki(row.expires_on, short=True))
        if row.withdrawn_on is not None:
            about += say("consents_page.pane_withdrawn", day=format_wareki(row.withdrawn_on, short=True))
        if row.evidence:
            about += say("consents_page.pane_evidence", evidence=row.evidence)
        tone = "text" if stands else "text3"
        self._add(Label(f"{to} {first}", "table", tone, wrap=True, parent=self._inner))
        note = about if stands else f"{say('consents_page.pane_voided')} {about}"
        self._add(Label(note, "note", "text2" if stands else "text3", wrap=True, parent=self._inner))

    def _head(self, text: str) -> None:
        self._add(Label(text, "note", "accent_deep", bold=True, parent=self._inner))

    def _add(self, widget: QWidget) -> None:
        self._column.addWidget(widget)


def recipient_word(recipient: str, municipal: bool, places: Mapping[str, str]) -> str:
    """The municipality's name, or the body's."""
    return places.get(recipient, recipient) if municipal else recipient
