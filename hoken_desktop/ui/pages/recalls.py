"""回収・訂正: which recipients hold data too long or wrong, what they were told, and what they confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed, Topic, topics_of
from hoken_desktop.domain.disclosures import Disclosure
from hoken_desktop.domain.recalls import Holding, RecallState
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.services.recall_papers import demand_words, reason_words
from hoken_desktop.services.recalls import RecipientRecalls
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.papers import PaperActions
from hoken_desktop.ui.pages.recall_forms import ConfirmForm, TellForm
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """One row of the list: the person by today's name, the disclosure that handed them over."""

    holding: Holding
    person: PersonLine | None
    disclosure: Disclosure


_TONES = {RecallState.OPEN: "danger", RecallState.TOLD: "warn", RecallState.CONFIRMED: "done"}


class RecallsPage(Page):
    """Recipients at the left, what the chosen one has to give back or mend at the right. `show_at(municipality=…)`."""

    topics = frozenset({Topic.DISCLOSURES, Topic.CONSENTS, Topic.PERSONS, Topic.OFFICE})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("recalls_page.title"))
        self._wanted = ""
        self._chosen: RecipientRecalls | None = None
        self.papers = PaperActions(self)
        self.back_button = button(
            say("recalls_page.back"), lambda: desk.open_page("disclosures"), icon="chevron-left", parent=self
        )
        self.head.addWidget(self.back_button)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.body.addLayout(row, 1)
        self.recipients: TableCard[RecipientRecalls] = TableCard(
            self._recipient_columns(),
            say("recalls_page.recipients"),
            EmptyState(say("recalls_page.nothing"), say("recalls_page.nothing_text"), picture="circle-check"),
            title=say("recalls_page.recipients"),
            counted="kit.things_shown",
            parent=self,
        )
        self.recipients.shown.hide()
        self.recipients.table.chosen.connect(self._show_recipient)
        self.holdings: TableCard[HoldingLine] = TableCard(
            _holding_columns(),
            say("recalls_page.holdings"),
            EmptyState(say("recalls_page.nobody"), say("recalls_page.nobody_text"), picture="circle-check"),
            title=say("recalls_page.holdings"),
            counted="kit.things_shown",
            parent=self,
        )
        self.holdings.rule.setText(say("recalls_page.rule"))
        self.holdings.table.opened.connect(self._open_person)
        row.addWidget(self.recipients, 490)
        row.addWidget(self.holdings, 696)
        self._why = Label(say("recalls_page.why"), "note", "text2", wrap=True, parent=self)
        self.body.addWidget(self._why)
        self._make_deeds()

    def _make_deeds(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        self.state_words = Label("", "table", wrap=True, parent=self)
        self.save_button = button(say("recalls_page.save_letter"), self._save, icon="download", parent=self)
        self.print_button = button(say("recalls_page.print_letter"), self._press, icon="printer", parent=self)
        self.tell_button = button(say("recalls_page.tell"), self._ask_told, deed=True, primary=True, parent=self)
        self.confirm_button = button(say("recalls_page.confirm"), self._ask_confirmed, deed=True, parent=self)
        line.addWidget(self.state_words, 1)
        for each in (self.save_button, self.print_button, self.confirm_button, self.tell_button):
            line.addWidget(each)
        self.body.addLayout(line)

    def _recipient_columns(self) -> list[Column[RecipientRecalls]]:
        def number(n: int, tone: str) -> Cell:
            return Cell(f"{n:,}", tone if n else "text3", bold=bool(n))

        return [
            Column(say("recalls_page.place"), lambda r: self._name(r.municipality), 76, lead=True),
            Column(say("recalls_page.section"), _section, 100, grow=1),
            Column(say("recalls_page.open"), lambda r: number(len(r.untold), "danger"), 62, Align.RIGHT),
            Column(say("recalls_page.waiting"), lambda r: number(len(r.waiting), "warn"), 80, Align.RIGHT),
            Column(say("recalls_page.told_on"), _told, 104, grow=1),
        ]

    def _name(self, municipality: str) -> str:
        return str(self.desk.house.office.name_of(municipality))

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        house = self.desk.house
        self.desk.run(self, lambda _report: house.recalls.all(), self._show)

    def show_at(self, **where: object) -> None:
        self._wanted = str(where.get("municipality", ""))
        self._choose()

    def first_focus(self) -> QWidget:
        return self.recipients.table if self._chosen else self.back_button

    def release(self) -> None:
        self.holdings.show_source(None)

    def _show(self, found: tuple[RecipientRecalls, ...]) -> None:
        before = self._wanted or (self._chosen.municipality if self._chosen else "")
        self._wanted = before
        self.recipients.show_source(Rows(found))
        open_ = sum(len(r.untold) for r in found)
        waiting = sum(len(r.waiting) for r in found)
        self.subtitle.setText(
            say("recalls_page.subtitle", open=f"{open_:,}", waiting=f"{waiting:,}") if found else ""
        )
        if found:
            self._choose()
        else:
            self._show_recipient(None)

    def _choose(self) -> None:
        model = self.recipients.table.window_model
        places = [n for n in range(model.rowCount()) if (r := model.row_at(n)) and r.municipality == self._wanted]
        if model.rowCount():
            self.recipients.table.choose(places[0] if places else 0)

    def _show_recipient(self, recipient: RecipientRecalls | None) -> None:
        self._chosen = recipient
        for each in (self.save_button, self.print_button):
            each.setEnabled(recipient is not None)
        self.tell_button.setEnabled(bool(recipient and recipient.untold))
        self.confirm_button.setEnabled(bool(recipient and recipient.waiting))
        self.desk.shut_deeds(self)
        if recipient is None:
            self.holdings.show_source(None)
            self.holdings.set_title(say("recalls_page.holdings"))
            self.state_words.setText("")
            return
        house = self.desk.house
        people = {p.id: p for p in house.persons.lines([h.held.person_id for h in recipient.holdings])}
        made = {d.id: d for d in house.disclosures.all()}
        lines = [
            HoldingLine(h, people.get(h.held.person_id), made[h.held.disclosure_id]) for h in recipient.holdings
        ]
        lines.sort(key=lambda one: (one.person.name_kana if one.person else "", one.disclosure.made_at))
        place = self._name(recipient.municipality)
        self.holdings.set_title(say("recalls_page.holdings_of", place=place, n=f"{recipient.people:,}"))
        self.holdings.show_source(Rows(lines))
        self.state_words.setText(_state_words(recipient))
        self.state_words.set_tone("danger" if recipient.overdue else "text")

    def _open_person(self, line: HoldingLine) -> None:
        self.desk.open_page("person", person=line.holding.held.person_id)

    # ---- doing ------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        recalls = self.desk.house.recalls
        day = self.desk.house.overviews.day()
        name = say("recalls_page.file", place=self._name(chosen.municipality), day=f"{day:%Y%m%d}")
        self.papers.save(name, lambda path: recalls.write(chosen.municipality, path, section=chosen.section))

    def _press(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            recalls = self.desk.house.recalls
            self.papers.press(lambda printer: recalls.print_on(printer, chosen.municipality, section=chosen.section))

    def _ask_told(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        recalls = self.desk.house.recalls

        def done(told_on: object, our_number: str) -> None:
            self.desk.run(
                self, lambda _report: recalls.tell(chosen.municipality, told_on, our_number, chosen.section),
                partial(self._done, Deed.RECALL_TOLD),
            )  # fmt: skip

        place = self._name(chosen.municipality)
        TellForm(self, place, len(chosen.untold), self.desk.house.overviews.day(), done).open()

    def _ask_confirmed(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        recalls = self.desk.house.recalls

        def done(confirmed_on: object, by: str, left: list[str]) -> None:
            self.desk.run(
                self, lambda _report: recalls.confirm(chosen.municipality, confirmed_on, by, chosen.section, left),
                partial(self._done, Deed.RECALL_CONFIRMED),
            )  # fmt: skip

        place = self._name(chosen.municipality)
        ConfirmForm(self, place, len(chosen.waiting), self.desk.house.overviews.day(), done).open()

    def _done(self, deed: Deed, count: int) -> None:
        self.desk.changed(*topics_of(deed))
        key = "recalls_page.told_done" if deed is Deed.RECALL_TOLD else "recalls_page.confirmed_done"
        self.notices.say(say(key, n=f"{count:,}"), "done")


def _section(recipient: RecipientRecalls) -> Cell:
    return Cell(label(recipient.section), "text2", tip=label(recipient.section))


def _told(recipient: RecipientRecalls) -> Cell:
    if recipient.told_on is None:
        return Cell("—", "text3")
    day = format_wareki(recipient.told_on)
    return Cell(day, "danger" if recipient.overdue else "text", tip=recipient.told_on.isoformat())


def _state_words(recipient: RecipientRecalls) -> str:
    if recipient.overdue:
        return say("recalls_page.overdue", n=f"{len(recipient.waiting):,}")
    if recipient.untold:
        return say("recalls_page.next_tell", n=f"{len(recipient.untold):,}")
    return say("recalls_page.next_confirm", n=f"{len(recipient.waiting):,}")


def _holding_columns() -> list[Column[HoldingLine]]:
    def state(one: HoldingLine) -> Cell:
        holding = one.holding
        tip = "" if holding.needed else say("recalls_page.not_needed")
        return Cell(label(holding.state), tag=_TONES[holding.state], tip=tip)

    return [
        Column(say("items.name_kana"), _kana, 100, grow=1),
        Column(say("items.name"), lambda one: one.person.name if one.person else "—", 104, lead=True, grow=1),
        Column(say("recalls_page.reason"), _reason, 132, grow=1),
        Column(say("disclosures.key"), lambda one: one.holding.held.outside_key, 112),
        Column(say("recalls_page.disclosed_on"), _disclosed, 84),
        Column(say("recalls_page.state"), state, 72),
    ]


def _kana(one: HoldingLine) -> Cell:
    return Cell(one.person.name_kana if one.person else "", "text2")


def _reason(one: HoldingLine) -> Cell:
    words = reason_words(one.holding)
    return Cell(words, tip=say("recalls_page.why_and_what", why=words, words=demand_words(one.holding)))


def _disclosed(one: HoldingLine) -> Cell:
    day = one.disclosure.disclosed_on
    number = one.disclosure.our_number or say("papers.nothing_written")
    words = say("recalls_page.disclosed_as", day=day.isoformat(), number=number)
    return Cell(format_wareki(day, short=True), tip=words)
