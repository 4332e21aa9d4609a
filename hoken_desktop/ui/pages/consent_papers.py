"""返ってきた紙: one screen for a pile of signed papers, typed without the mouse, one deed a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import ConsentDecision, ConsentMethod, Purpose, RecipientSection
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.consent_boards import SECTIONS
from hoken_desktop.services.progress import Report
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.checks import Answers, Checks
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, button, line
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.consent_forms import GiverFields, draft_of, text_of
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.consents import ConsentsPage

_COLUMNS = 3
_YES, _NO, _BLANK = ConsentDecision.GIVEN, ConsentDecision.REFUSED, ConsentDecision.UNKNOWN


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of this sitting. `seq` is the number of its entry in the record, 0 where nothing was added."""

    number: str
    answers: Mapping[RecipientSection, ConsentDecision]
    day: date
    seq: int
    undone: bool = False


class PapersView(QWidget):
    """The form at the left, what was entered in this sitting at the right, the newest first."""

    def __init__(self, page: ConsentsPage) -> None:
        super().__init__(page)
        self._page = page
        self._places: Mapping[str, str] = {}
        self._today = date.min
        self._found: tuple[Person, str] | None = None
        self._papers: tuple[Paper, ...] = ()
        self._at = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._make_form(), 3)
        row.addWidget(self._make_done(), 2)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_form(self) -> QWidget:
        card = Card(say("consents_page.papers_title"), parent=self)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        column.addWidget(Label(say("consents_page.papers_text"), "note", "text2", wrap=True, parent=inner))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        for place in range(_COLUMNS):
            self._grid.setColumnStretch(place, 1)
        self._heading(say("consents_page.papers_common"))
        self.purposes: Checks[Purpose] = Checks([(label(p), p) for p in Purpose], (Purpose.ROSTER,))
        self.purposes_field = self.field(say("consents_page.papers_purposes"), self.purposes, wide=True)
        self.method: Pick[ConsentMethod] = Pick([(label(m), m) for m in ConsentMethod])
        self.field(say("consents_page.papers_method"), self.method)
        self.explained = self.field(say("consents_page.papers_explained"), line(longest=80))
        self.expires = self.field(say("consents_page.papers_expires"), DateInput(quiet=True))
        self._new_line()
        self._grid.addWidget(rule(card), self._at // _COLUMNS, 0, 1, _COLUMNS)
        self._at += _COLUMNS
        self._heading(say("consents_page.papers_one"))
        self.number = line(longest=12)
        self.number_field = self.field(
            say("consents_page.papers_number"), self.number, say("consents_page.papers_number_hint")
        )
        self.whose = Label("", "card_title", wrap=True, selectable=True, parent=card)
        self.whose.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grid.addWidget(self.whose, self._at // _COLUMNS, 1, 1, _COLUMNS - 1)
        self._new_line()
        words = (say("consents_page.papers_yes"), say("consents_page.papers_no"), say("consents_page.papers_blank"))
        choices = list(zip(words, (_YES, _NO, _BLANK), strict=True))
        self.answers: dict[RecipientSection, Answers[ConsentDecision]] = {s: Answers(choices) for s in SECTIONS}
        self.health_field = self.field(
            say("consents_page.papers_health"), self.answers[RecipientSection.HEALTH], wide=True
        )
        self.field(say("consents_page.papers_supporters"), self.answers[RecipientSection.SUPPORTERS], wide=True)
        self.day = self.field(say("consents_page.papers_day"), DateInput(quiet=True))
        self.evidence = self.field(say("consents_page.form_evidence"), line(longest=120))
        self.giver = GiverFields(self)
        column.addLayout(self._grid)
        column.addStretch(1)
        area = QScrollArea(card)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        card.body.addWidget(area, 1)
        self.save_button = button(
            say("consents_page.papers_verb"), self.save, key="Ctrl+Return", primary=True, deed=True, parent=card
        )
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.save_button)
        card.body.addLayout(row)
        self.number.returnPressed.connect(self.look_up)
        self.number.textEdited.connect(lambda _text: self._know(None))
        self._chain_keys()
        return card

    def field(self, name: str, control: QWidget, hint: str = "", *, wide: bool = False) -> Field:
        """The next labelled field of the form."""
        if wide:
            self._new_line()
        made = Field(name, control, hint, parent=self)
        self._grid.addWidget(
            made, self._at // _COLUMNS, self._at % _COLUMNS, 1, _COLUMNS if wide else 1, Qt.AlignmentFlag.AlignTop
        )
        self._at += _COLUMNS if wide else 1
        return made

    def _heading(self, text: str) -> None:
        self._new_line()
        made = Label(text, "note", "accent_deep", bold=True, parent=self)
        self._grid.addWidget(made, self._at // _COLUMNS, 0, 1, _COLUMNS)
        self._at += _COLUMNS

    def _new_line(self) -> None:
        self._at += -self._at % _COLUMNS

    def _chain_keys(self) -> None:
        """Enter goes on from line to line; the last one leads to the button."""
        days = self.day.control
        assert isinstance(days, DateInput)
        chain = [days.edit, self.evidence.control, self.giver.who]
        days.edit.returnPressed.connect(lambda: chain[1].setFocus())
        for before, after in (
            (self.evidence, self.giver.who), (self.giver.name, self.giver.relation.control),
            (self.giver.relation, self.giver.reason.control), (self.giver.reason, self.save_button),
        ):  # fmt: skip
            before.control.returnPressed.connect(after.setFocus)  # type: ignore[attr-defined]

    def _make_done(self) -> QWidget:
        ground = QWidget(self)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        empty = EmptyState(say("consents_page.papers_done_empty"), say("consents_page.papers_done_text"), "", "inbox")
        columns: tuple[Column[Paper], ...] = (
            Column(say("consents_page.column_number"), lambda p: p.number, 84, lead=True, grow=1),
            Column(say("consents_page.column_to_health"), lambda p: _answer(p, RecipientSection.HEALTH), 94),
            Column(say("consents_page.column_to_supporters"), lambda p: _answer(p, RecipientSection.SUPPORTERS), 94),
            Column(say("consents_page.column_day"), lambda p: format_wareki(p.day, short=True), 76),
            Column(say("consents_page.column_state"), _state, 92),
        )
        self.done: TableCard[Paper] = TableCard(
            columns, say("consents_page.papers_done"), empty, title=say("consents_page.papers_done"), parent=ground
        )
        self.done.shown.hide()
        self.undo_button = button(
            say("consents_page.papers_undo"), self.undo, key="Ctrl+Shift+Z", small=True, deed=True, parent=ground
        )
        self.undo_button.setEnabled(False)
        self.done.head.addWidget(self.undo_button)
        column.addWidget(self.done, 1)
        return ground

    # ---- what the page tells ----------------------------------------------------------------------------------

    def know(self, places: Mapping[str, str], today: date) -> None:
        """The municipalities' names, and the day."""
        self._places, self._today = places, today

    def begin_entry(self) -> None:
        """The first paper of a sitting; what is common to the papers stays as it was until the registry is locked."""
        self.number.setFocus()

    def first_focus(self) -> QWidget:
        return self.number

    def forget(self) -> None:
        """Drop everything typed and found."""
        self._clear()
        self._papers = ()
        self.done.show_source(None)

    # ---- one paper --------------------------------------------------------------------------------------------

    def look_up(self) -> bool:
        """Find whose paper it is by its number; the focus goes on to the first answer."""
        found = self._page.desk.house.consents.find_by_number(self.number.text())
        fault = ""
        if len(found) != 1:
            fault = say("consents_page.papers_many") if found else say("consents_page.papers_nobody")
        elif not found[0][1]:
            fault = say("consents_page.papers_outside")
        self._know(None if fault else found[0])
        self.number_field.set_fault(fault)
        if fault:
            self.number.setFocus()
            return False
        self.answers[RecipientSection.HEALTH].setFocus()
        return True

    def _know(self, found: tuple[Person, str] | None) -> None:
        self._found = found
        if found is None:
            self.whose.setText("")
            return
        person, place = found
        born = (
            say("consents_page.papers_born_unknown")
            if person.birth_on is None
            else say("consents_page.papers_born", day=format_wareki(person.birth_on))
        )
        self.whose.setText(
            say(
                "consents_page.papers_whose", name=person.name, kana=person.name_kana, birth=born,
                place=self._places.get(place, place),
            )
        )  # fmt: skip

    def drafts(self) -> Sequence[Consent] | None:
        """The rows of this paper; None where something is missing, and then it says so in its place."""
        self.number_field.set_fault("" if self._found else say("consents_page.papers_fault_who"))
        purposes = self.purposes.values()
        self.purposes_field.set_fault("" if purposes else say("consents_page.fault_purpose"))
        told = self._told()
        self.health_field.set_fault("" if told else say("consents_page.papers_fault_answer"))
        days = self.day.control
        expires = self.expires.control
        assert isinstance(days, DateInput)
        assert isinstance(expires, DateInput)
        day, until = days.day(), expires.day()
        self.day.set_fault(_day_fault(days, self._today))
        self.expires.set_fault(
            expires.fault() or (say("consents_page.fault_before") if day and until and until < day else "")
        )
        given = self.giver.given(_YES if _YES in told.values() else _NO)
        faulty = [
            f for f in (self.number_field, self.purposes_field, self.health_field, self.day, self.expires) if f.fault()
        ]
        faulty += [f for f in (self.giver.faulty(),) if f is not None]
        if faulty or given is None or self._found is None or day is None:
            if faulty:
                faulty[0].control.setFocus()
            return None
        person, place = self._found
        return [
            draft_of(
                person.id, place, section, purpose, decision, day, given, method=self.method.value(),
                expires_on=until if decision is _YES else None, evidence=text_of(self.evidence),
                explained_by=text_of(self.explained),
            )
            for section, decision in told.items()
            for purpose in purposes
        ]  # fmt: skip

    def _told(self) -> dict[RecipientSection, ConsentDecision]:
        """What the paper says; 記入なし says nothing."""
        found = {section: answers.value() for section, answers in self.answers.items()}
        return {section: value for section, value in found.items() if value in (_YES, _NO)}

    def save(self) -> None:
        """Put the paper into the ledger in one deed, and go on to the next."""
        if self._found is None and self.number.text().strip():
            self.look_up()
        drafts = self.drafts()
        if drafts is None or self._found is None:
            return
        house, person = self._page.desk.house, self._found[0]
        told = self._told()

        def work(_report: Report) -> Paper:
            added = house.consents.record_paper(drafts)
            seq = house.audits.head_at()[0] if added else 0
            return Paper(person.registry_no, told, drafts[0].consented_on, seq)

        def then(paper: Paper) -> None:
            self._papers = (paper, *self._papers)
            self._clear()
            self._show()
            key = "consents_page.papers_added" if paper.seq else "consents_page.papers_same"
            self._page.desk.changed("consents")
            self._page.notices.say(say(key, number=paper.number), "done" if paper.seq else "accent")
            self.number.setFocus()

        self._page.desk.run(self._page, work, then)

    def undo(self) -> None:
        """取り消す: the newest paper of this sitting that stands."""
        paper = self._undoable()
        if paper is None:
            return
        house = self._page.desk.house

        def then(_undone: object) -> None:
            self._papers = tuple(replace(p, undone=True) if p is paper else p for p in self._papers)
            self._show()
            self._page.desk.changed("consents")
            self._page.notices.say(say("consents_page.papers_undone", number=paper.number), "done")
            self.number.setFocus()

        self._page.desk.run(self._page, lambda _report: house.undo.undo(paper.seq), then)

    def _undoable(self) -> Paper | None:
        return next((p for p in self._papers if p.seq and not p.undone), None)

    def _show(self) -> None:
        self.done.show_source(Rows(self._papers))
        entered = sum(bool(p.seq) and not p.undone for p in self._papers)
        self.done.set_title(say("consents_page.papers_done"), say("consents_page.papers_done_count", n=entered))
        self.undo_button.setEnabled(self._undoable() is not None)

    def _clear(self) -> None:
        self.number.clear()
        self._know(None)
        for answers in self.answers.values():
            answers.clear()
        days = self.day.control
        assert isinstance(days, DateInput)
        days.set_day(None)
        self.evidence.control.setProperty("text", "")
        self.giver.clear()
        for field in (self.number_field, self.health_field, self.day, self.expires):
            field.set_fault("")


def _day_fault(days: DateInput, today: date) -> str:
    if days.fault():
        return days.fault()
    if days.day() is None:
        return say("persons_page.fault_no_day")
    return say("persons_page.fault_future") if days.day() > today else ""  # type: ignore[operator]


def _answer(paper: Paper, section: RecipientSection) -> Cell:
    decision = paper.answers.get(section)
    if decision is None:
        return Cell("—", "text2")
    given = decision is ConsentDecision.GIVEN
    return Cell(label(decision), "done" if given else "text2", icon="check" if given else "x")


def _state(paper: Paper) -> Cell:
    if paper.undone:
        return Cell(say("consents_page.state_undone"), "warn")
    return Cell(say("consents_page.state_entered")) if paper.seq else Cell(say("consents_page.state_same"), "text2")
