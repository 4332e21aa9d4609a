"""Writing a 依頼文書 down, and its 決裁. What is missing or unreadable is said at its field before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import ItemGroup, Purpose, RecipientSection
from hoken_desktop.domain.disclosures import ITEMS, STANDARD_ITEMS, Request
from hoken_desktop.services import items
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import ask_to_leave
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, button, contents, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say

_SECTIONS = (RecipientSection.HEALTH, RecipientSection.DISASTER, RecipientSection.SUPPORTERS)
_ACROSS = 3


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """What was typed in for `services.requests.open`."""

    municipality: str
    section: RecipientSection
    number: str
    requested_on: date
    received_on: date
    requester: str
    purpose: str
    due_on: date | None
    items: tuple[str, ...]
    route: str


@dataclass(frozen=True, slots=True)
class ApprovalDraft:
    """What was typed in for `services.requests.approve`."""

    approved_on: date
    approval: str
    our_number: str


class _Form(QWidget):
    """A form in two columns that scrolls where the screen is low; deeds stand in the last row."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget(scroll)
        ground.setProperty("ground", "bg")
        scroll.setWidget(ground)
        self.across = QHBoxLayout(ground)
        self.across.setContentsMargins(0, 0, 0, 0)
        self.across.setSpacing(12)
        outer.addWidget(scroll, 1)
        self.deeds = QHBoxLayout()
        self.deeds.setSpacing(8)
        outer.addLayout(self.deeds)
        self._untouched: list[object] = []

    def leave(self) -> None:
        """Back without doing it. Escape, which also ends a conversion of the input method, asks where something is."""
        if contents(self) == self._untouched:
            self.left.emit()
        else:
            ask_to_leave(self, self.left.emit)

    def _say_faults(self, faults: Mapping[Field, str]) -> bool:
        """Show the faults at their fields, with the focus on the first; True if there is none."""
        wrong = [field for field, text in faults.items() if text]
        for field, text in faults.items():
            field.set_fault(text)
        if wrong:
            wrong[0].control.setFocus()
        return not wrong


def _needed(text: str) -> str:
    return "" if text.strip() else say("disclosures_page.fault_empty")


def _needed_day(day: DateInput) -> str:
    return day.fault() or ("" if day.day() else say("disclosures_page.fault_empty"))


class RequestForm(_Form):
    """`submitted` gives a RequestDraft whose needed fields are filled and whose dates are dates."""

    submitted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.across.addWidget(self._make_letter(), 5, Qt.AlignmentFlag.AlignTop)
        self.across.addWidget(self._make_wishes(), 6, Qt.AlignmentFlag.AlignTop)
        self.deeds.addWidget(button(say("disclosures_page.leave_form"), self.leave, key="Esc", parent=self))
        self.deeds.addStretch(1)
        self.open_button = button(
            say("disclosures_page.open_request"), self._submit, primary=True, action=True, deed=True, parent=self
        )
        self.deeds.addWidget(self.open_button)

    def begin(self, municipalities: Mapping[str, str], today: date, municipality: str = "") -> None:
        """An empty form; the letter is supposed to have come in today."""
        self.municipality.offer([(name, code) for code, name in municipalities.items()])
        if municipality in municipalities:
            self.municipality.pick(municipality)
        self.section.pick(RecipientSection.HEALTH)
        for edit in (self.number, self.requester, self.route):
            edit.clear()
        self.requested_on.set_day(None)
        self.received_on.set_day(today)
        self.due_on.set_day(None)
        for box in self.purposes.values():
            box.setChecked(False)
        for key, box in self.items.items():
            box.setChecked(key in STANDARD_ITEMS)
        for field in self._fields:
            field.set_fault("")
        self._purpose_fault.setVisible(False)
        self._untouched = contents(self)

    def _make_letter(self) -> Card:
        card = Card(say("disclosures_page.letter"), parent=self)
        self.municipality: Pick[str] = Pick([], card)
        self.section: Pick[RecipientSection] = Pick([(label(each), each) for each in _SECTIONS], card)
        self.number = line(placeholder=say("disclosures_page.number_hint"), longest=60, parent=card)
        self.requester = line(placeholder=say("disclosures_page.requester_hint"), longest=60, parent=card)
        self.requested_on, self.received_on, self.due_on = (DateInput(parent=card) for _ in range(3))
        self.route = line(longest=60, parent=card)
        f_place = Field(say("disclosures_page.municipality"), self.municipality, needed=True, parent=card)
        f_section = Field(say("disclosures_page.section"), self.section, parent=card)
        self._f_number = Field(say("disclosures_page.number"), self.number, needed=True, parent=card)
        self._f_requester = Field(say("disclosures_page.requester"), self.requester, needed=True, parent=card)
        self._f_requested = Field(say("disclosures_page.requested_on"), self.requested_on, needed=True, parent=card)
        self._f_received = Field(say("disclosures_page.received_on"), self.received_on, needed=True, parent=card)
        f_route = Field(say("disclosures_page.route"), self.route, say("disclosures_page.route_hint"), parent=card)
        self._f_due = Field(say("disclosures_page.due_on"), self.due_on, parent=card)
        self._fields = (self._f_number, self._f_requester, self._f_requested, self._f_received, self._f_due)
        for pair in ((f_place, f_section), (self._f_number, self._f_requester)):
            row = QHBoxLayout()
            row.setSpacing(12)
            for field in pair:
                row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            card.body.addLayout(row)
        for field in (self._f_requested, self._f_received, f_route, self._f_due):
            card.body.addWidget(field)
        return card

    def _make_wishes(self) -> Card:
        card = Card(say("disclosures_page.wishes"), parent=self)
        card.body.addWidget(Label(say("disclosures_page.purposes"), "note", "text2", parent=card))
        grid = QGridLayout()
        grid.setSpacing(0)
        self.purposes: dict[Purpose, QCheckBox] = {}
        for place, purpose in enumerate(Purpose):
            box = QCheckBox(label(purpose), card)
            box.setAccessibleName(label(purpose))
            self.purposes[purpose] = box
            grid.addWidget(box, place // _ACROSS, place % _ACROSS)
        card.body.addLayout(grid)
        self._purpose_fault = Label(say("disclosures_page.fault_no_purpose"), "note", "danger", parent=card)
        self._purpose_fault.setVisible(False)
        card.body.addWidget(self._purpose_fault)
        card.body.addWidget(Label(say("disclosures_page.items"), "note", "text2", parent=card))
        card.body.addLayout(self._make_items(card))
        card.body.addWidget(Label(say("disclosures_page.items_note"), "note", "text3", wrap=True, parent=card))
        return card

    def _make_items(self, card: Card) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        self.items: dict[str, QCheckBox] = {}
        row = 0
        for group in ItemGroup:
            name = Label(label(group), "note", "text2", bold=True, parent=card)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignVCenter)
            keys = [item.key for item in ITEMS if item.group is group]
            for place, key in enumerate(keys):
                at = (row + place // _ACROSS, 1 + place % _ACROSS)
                if key in items.WHO:
                    words = say("disclosures_page.item_always", item=items.header(key))
                    fixed = Label(words, "table", "text2", parent=card)
                    fixed.setIndent(6)
                    fixed.setMinimumHeight(26)
                    grid.addWidget(fixed, *at)
                    continue
                box = QCheckBox(items.header(key), card)
                box.setAccessibleName(f"{label(group)} {items.header(key)}")
                self.items[key] = box
                grid.addWidget(box, *at)
            row += (len(keys) - 1) // _ACROSS + 1
        grid.setColumnStretch(_ACROSS, 1)
        return grid

    def _submit(self) -> None:
        faults = {
            self._f_number: _needed(self.number.text()),
            self._f_requester: _needed(self.requester.text()),
            self._f_requested: _needed_day(self.requested_on),
            self._f_received: _needed_day(self.received_on),
            self._f_due: self.due_on.fault(),
        }
        purposes = [purpose for purpose, box in self.purposes.items() if box.isChecked()]
        self._purpose_fault.setVisible(not purposes)
        if not self._say_faults(faults):
            return
        requested_on, received_on = self.requested_on.day(), self.received_on.day()
        if not purposes or requested_on is None or received_on is None:
            next(iter(self.purposes.values())).setFocus()
            return
        self.submitted.emit(
            RequestDraft(
                municipality=self.municipality.value(),
                section=self.section.value(),
                number=self.number.text(),
                requested_on=requested_on,
                received_on=received_on,
                requester=self.requester.text(),
                purpose=say("disclosures_page.purpose_joint").join(label(purpose) for purpose in purposes),
                due_on=self.due_on.day(),
                items=(*items.WHO, *(key for key, box in self.items.items() if box.isChecked())),
                route=self.route.text(),
            )
        )


class ApprovalForm(_Form):
    """`submitted` gives an ApprovalDraft."""

    submitted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = Card(say("disclosures_page.approval"), parent=self)
        card.setMaximumWidth(680)
        self.approved_on = DateInput(parent=card)
        self.approval = line(placeholder=say("disclosures_page.approval_hint"), longest=60, parent=card)
        self.our_number = line(placeholder=say("disclosures_page.our_number_hint"), longest=40, parent=card)
        self._f_day = Field(say("disclosures_page.approved_on"), self.approved_on, needed=True, parent=card)
        self._f_approval = Field(say("disclosures_page.approval_number"), self.approval, needed=True, parent=card)
        f_number = Field(
            say("disclosures_page.our_number"), self.our_number, say("disclosures_page.our_number_note"), parent=card
        )
        self._asked = Label("", "table", "text2", wrap=True, parent=card)
        for widget in (self._asked, self._f_day, self._f_approval, f_number):
            card.body.addWidget(widget)
        self.across.addWidget(card, 1, Qt.AlignmentFlag.AlignTop)
        self.across.addStretch(0)
        self.deeds.addWidget(button(say("disclosures_page.leave_approval"), self.leave, key="Esc", parent=self))
        self.deeds.addStretch(1)
        self.approve_button = button(
            say("disclosures_page.approve"), self._submit, primary=True, action=True, deed=True, parent=self
        )
        self.deeds.addWidget(self.approve_button)

    def begin(self, request: Request, asked: str, today: date) -> None:
        """The 決裁 as far as it is known; `asked` names the request in a sentence."""
        self._asked.setText(asked)
        self.approved_on.set_day(request.approved_on or today)
        self.approval.setText(request.approval)
        self.our_number.setText(request.our_number)
        for field in (self._f_day, self._f_approval):
            field.set_fault("")
        self._untouched = contents(self)

    def _submit(self) -> None:
        faults = {self._f_day: _needed_day(self.approved_on), self._f_approval: _needed(self.approval.text())}
        approved_on = self.approved_on.day()
        if self._say_faults(faults) and approved_on is not None:
            self.submitted.emit(ApprovalDraft(approved_on, self.approval.text(), self.our_number.text()))
