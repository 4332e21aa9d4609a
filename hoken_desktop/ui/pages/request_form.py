"""Writing a 依頼文書 down, or mending it. What is missing or unreadable is said at its field, before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import RecipientSection
from hoken_desktop.domain.disclosures import STANDARD_ITEMS, Request
from hoken_desktop.services.requests import Asked
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, button, contents, line
from hoken_desktop.ui.pages.request_bases import BasisCard, Grounds
from hoken_desktop.ui.pages.request_wishes import WishesCard
from hoken_desktop.ui.pages.tall_forms import TallForm, needed, needed_day
from hoken_desktop.words import label, say

_SECTIONS = (RecipientSection.HEALTH, RecipientSection.DISASTER, RecipientSection.SUPPORTERS)


class RequestForm(TallForm):
    """`submitted` gives an `Asked` whose needed fields are filled and whose dates are dates.

    `mending` is the request that is mended; None while a new one is written down.
    """

    submitted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mending: Request | None = None
        self._towns: list[tuple[str, str]] = []
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self._make_letter())
        self.grounds = BasisCard(self)
        left.addWidget(self.grounds)
        left.addStretch(1)
        self.across.addLayout(left, 5)
        self.wishes = WishesCard(self)
        self.purposes, self.items = self.wishes.purposes, self.wishes.items
        self.across.addWidget(self.wishes, 6, Qt.AlignmentFlag.AlignTop)
        self.deeds.addWidget(button(say("disclosures_page.leave_form"), self.leave, key="Esc", parent=self))
        self.deeds.addStretch(1)
        self.open_button = button(
            say("disclosures_page.open_request"), self._submit, primary=True, action=True, deed=True, parent=self
        )
        self.deeds.addWidget(self.open_button)

    def begin(
        self, municipalities: Mapping[str, str], today: date, grounds: Grounds, municipality: str = ""
    ) -> None:
        """An empty form; the letter is supposed to have come in today. Whose it is has to be chosen."""
        self.mending = None
        self._offer_towns(municipalities, municipality)
        self.section.pick(RecipientSection.HEALTH)
        for edit in (self.number, self.requester, self.route, self.scan):
            edit.clear()
        self.requested_on.set_day(None)
        self.received_on.set_day(today)
        self.due_on.set_day(None)
        self.grounds.begin(grounds)
        self.wishes.show_wishes((), STANDARD_ITEMS)
        self._ready(say("disclosures_page.open_request"))

    def mend(self, municipalities: Mapping[str, str], request: Request, grounds: Grounds) -> None:
        """The form with what was written down."""
        self.mending = request
        self._offer_towns(municipalities, request.municipality)
        self.section.offer([(label(each), each) for each in dict.fromkeys((*_SECTIONS, request.section))])
        self.section.pick(request.section)
        for edit, text in (
            (self.number, request.number), (self.requester, request.requester), (self.route, request.route),
            (self.scan, request.scan),
        ):  # fmt: skip
            edit.setText(text)
        self.requested_on.set_day(request.requested_on)
        self.received_on.set_day(request.received_on)
        self.due_on.set_day(request.due_on)
        self.grounds.offer(grounds, request)
        self.wishes.show_wishes(request.purposes, request.items)
        self._ready(say("disclosures_page.keep_request"))

    def _offer_towns(self, municipalities: Mapping[str, str], chosen: str) -> None:
        self._towns = [(name, code) for code, name in municipalities.items()]
        self.municipality.offer(self._towns)
        self.municipality.setCurrentIndex(-1)
        if chosen in municipalities:
            self.municipality.pick(chosen)

    def _ready(self, verb: str) -> None:
        for field in self._fields:
            field.set_fault("")
        for field in self.grounds.faults():
            field.set_fault("")
        self.open_button.setText(verb)
        self.open_button.setAccessibleName(verb)
        self.untouched = contents(self)

    def _make_letter(self) -> Card:
        card = Card(say("disclosures_page.letter"), parent=self)
        self.municipality: Pick[str] = Pick([], card, ask=True)
        self.section: Pick[RecipientSection] = Pick([(label(each), each) for each in _SECTIONS], card)
        self.number = line(placeholder=say("disclosures_page.number_hint"), longest=60, parent=card)
        self.requester = line(placeholder=say("disclosures_page.requester_hint"), longest=60, parent=card)
        self.requested_on, self.received_on, self.due_on = (DateInput(parent=card) for _ in range(3))
        self.route = line(longest=60, parent=card)
        self.scan = line(placeholder=say("disclosures_page.scan_hint"), longest=120, parent=card)
        self._f_place = Field(say("disclosures_page.municipality"), self.municipality, needed=True, parent=card)
        f_section = Field(say("disclosures_page.section"), self.section, parent=card)
        self._f_number = Field(say("disclosures_page.number"), self.number, needed=True, parent=card)
        self._f_requester = Field(say("disclosures_page.requester"), self.requester, needed=True, parent=card)
        self._f_requested = Field(say("disclosures_page.requested_on"), self.requested_on, needed=True, parent=card)
        self._f_received = Field(say("disclosures_page.received_on"), self.received_on, needed=True, parent=card)
        f_route = Field(say("disclosures_page.route"), self.route, say("disclosures_page.route_hint"), parent=card)
        self._f_due = Field(say("disclosures_page.due_on"), self.due_on, parent=card)
        f_scan = Field(say("disclosures_page.scan"), self.scan, parent=card)
        self._fields = (
            self._f_place, self._f_number, self._f_requester, self._f_requested, self._f_received, self._f_due,
        )  # fmt: skip
        days = ((self._f_requested,), (self._f_received,), (self._f_due,))  # beside each is how it was understood
        for fields in ((self._f_place, f_section), (self._f_number, self._f_requester), *days, (f_route, f_scan)):
            row = QHBoxLayout()
            row.setSpacing(12)
            for field in fields:
                row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            card.body.addLayout(row)
        return card

    def _requester_fault(self, chosen: str | None) -> str:
        """Empty, or the mayor of another municipality than the one chosen: one line too far in the list would give
        everybody of one town to another."""
        text = self.requester.text()
        named = [place for place, code in self._towns if place in text and code != chosen]
        ours = next((place for place, code in self._towns if code == chosen), "")
        if named and ours and ours not in text:
            return say("disclosures_page.fault_other_place", named=named[0], place=ours)
        return needed(text)

    def _purpose_words(self) -> str:
        """The letter's own words where the purposes are the ones it was read to name."""
        chosen = tuple(purpose for purpose, box in self.purposes.items() if box.isChecked())
        same = self.mending is not None and chosen == self.mending.purposes
        return self.mending.purpose_text if self.mending is not None and same else self.wishes.purpose_words()

    def _submit(self) -> None:
        municipality = self.municipality.answer()
        faults = {
            self._f_place: "" if municipality else say("disclosures_page.fault_no_place"),
            self._f_number: needed(self.number.text()),
            self._f_requester: self._requester_fault(municipality),
            self._f_requested: needed_day(self.requested_on),
            self._f_received: needed_day(self.received_on),
            self._f_due: self.due_on.fault(),
            **self.grounds.faults(),
        }
        named = self.wishes.check()
        if not self.say_faults(faults):
            return
        requested_on, received_on = self.requested_on.day(), self.received_on.day()
        if not named or requested_on is None or received_on is None or municipality is None:
            next(iter(self.purposes.values())).setFocus()
            return
        self.submitted.emit(
            Asked(
                municipality=municipality,
                section=self.section.value(),
                number=self.number.text(),
                requested_on=requested_on,
                received_on=received_on,
                requester=self.requester.text(),
                purpose=self._purpose_words(),
                due_on=self.due_on.day(),
                items=self.wishes.item_keys(),
                route=self.route.text(),
                scan=self.scan.text(),
                **self.grounds.said(),
            )
        )
