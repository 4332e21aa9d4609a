"""市町の取組: what became of the lists, municipality by municipality and round by round, beside the whole country."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed, Topic, topics_of
from hoken_desktop.domain.funnels import Funnel, Rate
from hoken_desktop.services.funnel_papers import answer_words, national_words, percent_words, rate_words, stages
from hoken_desktop.services.funnels import RoundFunnels
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Pick, button
from hoken_desktop.ui.kit.funnels import FunnelChart
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.national_form import NationalForm
from hoken_desktop.ui.pages.papers import PaperActions
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a table: a municipality, or a round."""

    name: str
    funnel: Funnel


class FunnelsPage(Page):
    """A round and a municipality are chosen in the two tables; the picture shows where they meet."""

    topics = frozenset({Topic.DISCLOSURES, Topic.CONSENTS, Topic.ROUNDS, Topic.OFFICE, Topic.PERSONS})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("funnels_page.title"))
        self._rounds: tuple[RoundFunnels, ...] = ()
        self._place = ""
        self.papers = PaperActions(self)
        self.back_button = button(
            say("recalls_page.back"), lambda: desk.open_page("disclosures"), icon="chevron-left", parent=self
        )
        self.round: Pick[int] = Pick([], self)
        self.round.setAccessibleName(say("funnels_page.round"))
        self.round.setMinimumContentsLength(14)
        self.round.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.round.currentIndexChanged.connect(lambda _at: self._show_round())
        self.save_button = button(say("funnels_page.save"), self._save, icon="download", parent=self)
        self.print_button = button(say("funnels_page.print"), self._press, icon="printer", parent=self)
        for each in (self.round, self.save_button, self.print_button, self.back_button):
            self.head.addWidget(each)
        above = QHBoxLayout()
        above.setSpacing(12)
        self.body.addLayout(above, 5)
        above.addWidget(self._make_picture(), 420)
        self.places = self._table(say("funnels_page.places"), say("funnels.place"))
        self.places.table.chosen.connect(self._choose_place)
        above.addWidget(self.places, 766)
        self.trend = self._table(say("funnels_page.trend"), say("funnels_page.round"))
        self.body.addWidget(self.trend, 3)
        self.body.addLayout(self._make_foot())

    def _make_picture(self) -> Card:
        self._card = Card(say("funnels_page.picture"), parent=self)
        self.chart = FunnelChart(say("funnels_page.picture"), self._card)
        self._card.body.addWidget(self.chart, 1)
        self._answers = Label("", "note", "text2", wrap=True, parent=self._card)
        self._card.body.addWidget(self._answers)
        return self._card

    def _table(self, title: str, head: str) -> TableCard[_Line]:
        made: TableCard[_Line] = TableCard(
            _columns(head), title,
            EmptyState(say("funnels_page.nothing"), say("funnels_page.nothing_text"), picture="chart-bar"),
            title=title, counted="kit.things_shown", parent=self,
        )  # fmt: skip
        made.shown.hide()
        made.rule.setText(say("funnels_page.rule"))
        made.set_least(84)
        return made

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self.national = Label("", "note", "text", wrap=True, parent=self)
        texts.addWidget(self.national)
        texts.addWidget(Label(say("funnels.rules"), "note", "text2", wrap=True, parent=self))
        row.addLayout(texts, 1)
        self.national_button = button(
            say("funnels_page.change"), self._ask_national, small=True, deed=True, parent=self
        )
        row.addWidget(self.national_button)
        return row

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        funnels = self.desk.house.funnels
        self.national.setText(national_words(funnels.national()))
        self.desk.run(self, lambda _report: funnels.all(), self._show)

    def show_at(self, **where: object) -> None:
        self._place = str(where.get("municipality", self._place))
        self._show_round()

    def first_focus(self) -> QWidget:
        return self.places.table if self._rounds else self.back_button

    def _show(self, rounds: tuple[RoundFunnels, ...]) -> None:
        self._rounds = rounds
        self.round.offer(
            [
                (say("statistics_page.round_of", day=format_wareki(r.as_of), edition=r.edition), at)
                for at, r in enumerate(rounds)
            ]
        )
        for each in (self.round, self.save_button, self.print_button):
            each.setEnabled(bool(rounds))
        self._show_round()

    def _show_round(self) -> None:
        if not self._rounds:
            self.places.show_source(None)
            self.trend.show_source(None)
            self.chart.show_stages([])
            return
        chosen = self._rounds[self.round.value()]
        lines = [_Line(self._name(f.municipality), f) for f in (*chosen.places, chosen.whole)]
        self.places.show_source(Rows(lines))
        at = next((n for n, line in enumerate(lines) if line.funnel.municipality == self._place), len(lines) - 1)
        self.places.table.choose(at)
        self._choose_place(lines[at])

    def _name(self, municipality: str) -> str:
        return str(self.desk.house.office.name_of(municipality)) if municipality else say("funnels.whole")

    def _choose_place(self, line: _Line | None) -> None:
        if line is None:
            return
        self._place = line.funnel.municipality
        self._card.set_title(say("funnels_page.picture_of", place=line.name))
        self.chart.show_stages(stages(line.funnel))
        self._answers.setText(
            say(
                "funnels_page.answers", answers=answer_words(line.funnel), unanswered=f"{line.funnel.unanswered:,}",
                list_unknown=f"{line.funnel.answered - line.funnel.list_known:,}",
                plan_unknown=f"{line.funnel.answered - line.funnel.plan_known:,}",
            )
        )  # fmt: skip
        self.trend.set_title(say("funnels_page.trend_of", place=line.name))
        self.trend.show_source(
            Rows([_Line(_round_name(r), _at(r, line.funnel.municipality)) for r in self._rounds])
        )

    # ---- doing ------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        funnels = self.desk.house.funnels
        name = say("funnels_page.file", day=f"{self.desk.house.overviews.day():%Y%m%d}")
        self.papers.save(name, funnels.write)

    def _press(self) -> None:
        self.papers.press(self.desk.house.funnels.print_on)

    def _ask_national(self) -> None:
        funnels = self.desk.house.funnels

        def done(planned: int, listed: int, as_of: date, source: str) -> None:
            self.desk.run(
                self, lambda _report: funnels.set_national(planned, listed, as_of, source),
                self._national_set,
            )  # fmt: skip

        NationalForm(self, funnels.national(), self.desk.house.overviews.day(), done).open()

    def _national_set(self, _none: None) -> None:
        self.desk.changed(*topics_of(Deed.PREFERENCE_SET))
        self.national.setText(national_words(self.desk.house.funnels.national()))


def _round_name(one: RoundFunnels) -> str:
    return say("statistics_page.round_of", day=format_wareki(one.as_of), edition=one.edition)


def _at(one: RoundFunnels, municipality: str) -> Funnel:
    if not municipality:
        return one.whole
    return next((f for f in one.places if f.municipality == municipality), Funnel(municipality))


def _columns(head: str) -> list[Column[_Line]]:
    def rate(title: str, of: Callable[[Funnel], Rate]) -> Column[_Line]:
        def show(line: _Line) -> Cell:
            found = of(line.funnel)
            tone = "text3" if found.percent is None else "text"
            return Cell(percent_words(found), tone, tip=rate_words(found))

        return Column(title, show, 86, Align.RIGHT)

    return [
        Column(head, lambda line: line.name, 104, lead=True, grow=1),
        Column(say("funnels.target"), lambda line: f"{line.funnel.target:,}", 54, Align.RIGHT),
        rate(say("funnels.consent_rate"), lambda f: f.consent_rate),
        rate(say("funnels.provision_rate"), lambda f: f.provision_rate),
        Column(say("funnels.answered"), _answered, 112, Align.RIGHT, grow=1),
        rate(say("funnels.listed_rate"), lambda f: f.listed_rate),
        rate(say("funnels.plan_rate"), lambda f: f.plan_rate),
    ]


def _answered(line: _Line) -> Cell:
    funnel = line.funnel
    words = say("funnels_page.answered", answered=f"{funnel.answered:,}", disclosed=f"{funnel.disclosed:,}")
    if funnel.counted:
        only = funnel.counted == funnel.answered
        words = say("funnels_page.counted", words=words) if only else say("funnels_page.counted_some", words=words)
    return Cell(words, "warn" if funnel.unanswered else "text", tip=answer_words(funnel))
