"""The requests of the municipalities, how people's consents stand there, and the 取組状況 table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup, RoundState, Standing
from hoken_desktop.domain.dates import fiscal_year, format_wareki
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState, Request
from hoken_desktop.domain.replies import Reply
from hoken_desktop.services.consents import RecipientStandings
from hoken_desktop.services.statistics_tables import MARCH, SEPTEMBER, Figures
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Field, Pick, button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.marks import Mark
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard, short_day
from hoken_desktop.words import label, say

_SOON_DAYS = 7
Choice = tuple[int, str]
"""A 年度 and which of its two 基準日."""


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request with how far it has come; `request` None stands for a municipality without any."""

    municipality: str
    place: str
    request: Request | None
    disclosure: Disclosure | None
    reply: Reply | None
    today: date


def read_lines(house: Any) -> list[RequestLine]:
    """Every request, by municipality in the office's order, the newest first; none is left out."""
    today = house.overviews.day()
    done: dict[str, Disclosure] = {}
    for each in reversed(house.disclosures.all()):
        if each.state is DisclosureState.DONE:
            done[each.request_id] = each
    requests: list[Request] = house.requests.list()
    ours = list(house.office.municipalities())
    others = list(dict.fromkeys(r.municipality for r in requests if r.municipality not in ours))
    lines = []
    for code in ours + others:
        place = house.office.name_of(code)
        here = [r for r in requests if r.municipality == code]
        for request in here:
            disclosure = done.get(request.id)
            replies = house.replies.of_request(request.id) if disclosure else []
            lines.append(RequestLine(code, place, request, disclosure, replies[0] if replies else None, today))
        if not here:
            lines.append(RequestLine(code, place, None, None, None, today))
    return lines


def state_of(line: RequestLine) -> tuple[str, str]:
    """The word of a request's state and the tone of its tag."""
    if line.request is None:
        return say("disclosures_page.state_none"), "plain"
    if line.reply is not None:
        return say("disclosures_page.state_replied"), "done"
    if line.disclosure is not None:
        return say("disclosures_page.state_disclosed"), "done"
    if line.request.approved_on is not None:
        return say("disclosures_page.state_approved"), "accent"
    return say("disclosures_page.state_requested"), "warn"


def due_words(due_on: date | None, today: date, *, open_still: bool) -> tuple[str, str]:
    """How near the deadline is, in words and tone; nothing once the request is answered or without a deadline."""
    if due_on is None or not open_still:
        return "", "text"
    left = (due_on - today).days
    if left < 0:
        return say("disclosures_page.due_over", n=-left), "danger"
    if left == 0:
        return say("disclosures_page.due_today"), "danger"
    return say("disclosures_page.due_left", n=left), "warn" if left <= _SOON_DAYS else "text2"


def _nothing() -> Cell:
    return Cell(say("disclosures_page.nothing"), "text3")


def _day(day: date | None) -> Cell:
    return _nothing() if day is None else short_day(day)


def _due(line: RequestLine) -> Cell:
    if line.request is None or line.request.due_on is None:
        return _nothing()
    words, tone = due_words(line.request.due_on, line.today, open_still=line.disclosure is None)
    shown = format_wareki(line.request.due_on)
    if words and tone != "text2":
        shown = say("disclosures_page.due_with", day=shown, left=words)
    return Cell(shown, tone, tip=line.request.due_on.isoformat())


def _state(line: RequestLine) -> Cell:
    words, tone = state_of(line)
    return Cell(words, tag=tone)


def _disclosed(line: RequestLine) -> Cell:
    if line.disclosure is None:
        return _nothing()
    return Cell(say("disclosures_page.of_target", n=line.disclosure.disclosed, target=line.disclosure.target))


def _columns() -> list[Column[RequestLine]]:
    def text(value: str) -> Cell:
        return Cell(value) if value else _nothing()

    return [
        Column(say("disclosures_page.municipality"), lambda r: r.place, 92, lead=True),
        Column(say("disclosures_page.state"), _state, 114),
        Column(say("disclosures_page.number"), lambda r: text(r.request.number if r.request else ""), 126),
        Column(say("disclosures_page.received_on"), lambda r: _day(r.request.received_on if r.request else None), 92),
        Column(
            say("disclosures_page.purpose"), lambda r: text(r.request.purpose_text if r.request else ""), 150, grow=1
        ),
        Column(say("disclosures_page.due_on"), _due, 190),
        Column(say("disclosures_page.our_number"), lambda r: text(r.request.our_number if r.request else ""), 110),
        Column(say("disclosures_page.disclosed_of"), _disclosed, 98, Align.RIGHT),
        Column(say("disclosures_page.reply_on"), lambda r: _day(r.reply.received_on if r.reply else None), 92),
    ]


_STANDINGS = (
    Standing.VALID,
    Standing.REFUSED,
    Standing.UNKNOWN,
    Standing.PENDING,
    Standing.WITHDRAWN,
    Standing.EXPIRED,
    Standing.GIVER_NOT_ENTITLED,
)


def _standing_columns() -> list[Column[RecipientStandings]]:
    def count(standing: Standing) -> Column[RecipientStandings]:
        def show(row: RecipientStandings) -> Cell:
            n = row.overall[standing.value]
            return Cell(f"{n:,}", "text" if n else "text3")

        return Column(label(standing), show, 106 if standing is Standing.GIVER_NOT_ENTITLED else 74, Align.RIGHT)

    return [
        Column(say("disclosures_page.municipality"), lambda r: r.name, 92, grow=1),
        *(count(standing) for standing in _STANDINGS),
        Column(say("disclosures_page.total"), lambda r: Cell(f"{r.people:,}", bold=True), 60, Align.RIGHT),
    ]


class RequestsView(QWidget):
    """`chosen` gives the id of a request to open, `wanted` a municipality's code to write one down for."""

    chosen = Signal(str)
    wanted = Signal(str)
    consents_asked = Signal()
    statistics_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._house: Any = None
        self.focus_asked: QWidget = self
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.requests: TableCard[RequestLine] = TableCard(
            _columns(),
            say("disclosures_page.requests"),
            EmptyState(say("disclosures_page.no_requests"), say("disclosures_page.no_requests_text")),
            title=say("disclosures_page.requests"),
            parent=self,
        )
        self.requests.shown.setVisible(False)
        self.requests.rule.setText(say("disclosures_page.requests_rule"))
        self.requests.table.opened.connect(self._open)
        column.addWidget(self.requests, 5)
        below = QHBoxLayout()
        below.setSpacing(12)
        column.addLayout(below, 4)
        self.standings: TableCard[RecipientStandings] = TableCard(
            _standing_columns(),
            say("disclosures_page.standings"),
            EmptyState(say("disclosures_page.no_people"), say("disclosures_page.no_people_text"), picture="file-check"),
            title=say("disclosures_page.standings"),
            parent=self,
        )
        self.standings.shown.setVisible(False)
        self.standings.rule.setText(say("disclosures_page.standings_rule"))
        self.consents_button = button(
            say("disclosures_page.read_consents"), self.consents_asked.emit, icon="file-import", small=True, deed=True,
            parent=self,
        )  # fmt: skip
        self.standings.head.addWidget(self.consents_button)
        below.addWidget(self.standings, 776)
        below.addWidget(self._make_statistics(), 410)
        self.focus_asked = self.requests.table

    def show_lines(self, lines: Sequence[RequestLine]) -> None:
        """Show the requests; the one chosen stays chosen."""
        before = self.requests.table.current()
        self.requests.show_source(Rows(tuple(lines)))
        wanted = before.request.id if before is not None and before.request is not None else ""
        places = [n for n, line in enumerate(lines) if line.request is not None and line.request.id == wanted]
        self.requests.table.choose(places[0] if places else 0)
        waiting = sum(line.request is not None and line.disclosure is None for line in lines)
        self.requests.set_title(
            say("disclosures_page.requests"), say("disclosures_page.requests_open", n=waiting) if waiting else ""
        )

    def point_at(self, step: str) -> None:
        """Choose the first request that a step of the half-year waits for, or its table's half-year."""
        model = self.requests.table.window_model
        lines = [line for n in range(model.rowCount()) if (line := model.row_at(n)) is not None]
        waiting = [
            n
            for n, line in enumerate(lines)
            if line.request is not None
            and (
                (step == "requests" and line.disclosure is None)
                or (step == "replies" and line.disclosure is not None and line.reply is None)
            )
        ]
        if waiting:
            self.requests.table.choose(waiting[0])
        at_table = step == "statistics" and self.statistics_button.isEnabled()
        self.focus_asked = self.half_year if at_table else self.requests.table

    def show_standings(self, standings: Sequence[RecipientStandings]) -> None:
        """Show how people stand; an office nobody is registered in shows the next step."""
        anybody = any(row.people for row in standings)
        self.standings.show_source(Rows(tuple(standings) if anybody else ()))
        self.consents_button.setEnabled(anybody)
        self.consents_button.setToolTip("" if anybody else say("disclosures_page.no_people_text"))

    def show_statistics(self, house: Any) -> None:
        """Offer the frozen half-years, the newest first, with the chosen one's figures."""
        self._house = house
        frozen = [r for r in house.rounds.all() if r.state is RoundState.FROZEN]
        choices: list[tuple[str, Choice]] = []
        for each in sorted(frozen, key=lambda r: r.as_of, reverse=True):
            year, figure = fiscal_year(each.as_of), MARCH if each.as_of.month == 3 else SEPTEMBER
            start = format_wareki(date(year, 5, 1)).split("年")[0]
            words = say("disclosures_page.half_year", year=start, figure=figure, edition=each.edition)
            choices.append((words, (year, figure)))
        self.half_year.offer(choices)
        self._half_field.setVisible(bool(choices))
        self.statistics_button.setEnabled(bool(choices))
        self._no_round.setVisible(not choices)
        self._show_figures()

    def _make_statistics(self) -> Card:
        card = Card(say("disclosures_page.statistics"), parent=self)
        self.half_year: Pick[Choice] = Pick([], card)
        self.half_year.currentIndexChanged.connect(lambda _place: self._show_figures())
        self._half_field = Field(say("disclosures_page.half_year_name"), self.half_year, parent=card)
        self._figures = QWidget(card)
        self._no_round = Label(say("disclosures_page.no_frozen"), "table", "text2", wrap=True, parent=card)
        self.statistics_button = button(
            say("disclosures_page.write_statistics"),
            lambda: self.statistics_asked.emit(self.half_year.value()),
            icon="file-spreadsheet", deed=True, parent=card,
        )  # fmt: skip
        card.body.addWidget(self._half_field)
        card.body.addWidget(self._figures)
        card.body.addWidget(self._no_round)
        card.body.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.statistics_button)
        card.body.addLayout(row)
        return card

    def _show_figures(self) -> None:
        card_body = self._figures.parentWidget()
        made = QWidget(card_body)
        if self._house is not None and self.half_year.count():
            year, figure = self.half_year.value()
            _lay_figures(made, self._house.statistics.figures(year, figure))
        old, self._figures = self._figures, made
        layout = card_body.layout() if card_body is not None else None
        if layout is not None:
            layout.replaceWidget(old, made)
        old.hide()
        old.deleteLater()

    def _open(self, line: RequestLine) -> None:
        if line.request is not None:
            self.chosen.emit(line.request.id)
        else:
            self.wanted.emit(line.municipality)


def _lay_figures(ground: QWidget, figures: Figures) -> None:
    """①リスト ②マッピング ③情報提供, as the table will say them."""
    grid = QGridLayout(ground)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(6)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(0, 1)
    totals = figures.totals
    for at, (name, tally) in enumerate(
        ((say("disclosures_page.figure_list"), totals.registered), (say("disclosures_page.figure_map"), totals.mapped))
    ):
        grid.addWidget(Label(name, "note", "text2", parent=ground), at, 0)
        for place, (group, count) in enumerate(
            ((DeviceGroup.VENTILATOR, tally.ventilator), (DeviceGroup.OXYGEN, tally.oxygen))
        ):
            grid.addWidget(Mark(group, ground), at, 1 + place * 2)
            words = say("disclosures_page.people_of", n=f"{count:,}")
            grid.addWidget(Label(words, "table", parent=ground), at, 2 + place * 2)
    grid.addWidget(Label(say("disclosures_page.figure_provision"), "note", "text2", parent=ground), 2, 0)
    provision = figures.provision
    words = say(
        "disclosures_page.provision", times=provision.times, places=provision.municipalities,
        n=f"{provision.person_times:,}",
    )  # fmt: skip
    grid.addWidget(Label(words, "table", parent=ground), 2, 1, 1, 4)
