"""半期更新: open a round, read the files in, review the differences, freeze; one tab for each step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import RoundState, Verdict
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.rounds import Round
from hoken_desktop.services.reviews import Decision, ReviewCounts
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import Field, Pick, button, link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.layout_picks import wants_columns
from hoken_desktop.ui.pages.review import ReviewView
from hoken_desktop.ui.pages.round_files import FilesView, Order
from hoken_desktop.ui.pages.round_totals import FreezeView, PastView, municipality_names
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

TABS = ("open", "files", "review", "freeze", "past")
TOPICS_OF_A_DECISION = ("rounds", "persons", "places", "consents")


class OpenView(QWidget):
    """基準日 proposed, and one button."""

    def __init__(self, page: RoundsPage) -> None:
        super().__init__(page)
        self._page = page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card(say("rounds_page.open_title"), parent=self, top="accent")
        card.setFixedWidth(theme.current().px(560))
        card.body.addWidget(Label(say("rounds_page.open_text"), "table", "text2", wrap=True, parent=card))
        self.days: Pick[date] = Pick([], card)
        self.days.currentIndexChanged.connect(lambda _at: self._say_verb())
        self._field = Field(say("rounds_page.open_day"), self.days, parent=card)
        card.body.addWidget(self._field)
        self._none = Label(say("rounds_page.open_none"), "table", wrap=True, parent=card)
        card.body.addWidget(self._none)
        self.open_button = button(" ", self._open, primary=True, action=True, deed=True, parent=card)
        self._ahead = Label("", "note", "warn", wrap=True, parent=card)
        card.body.addWidget(self._ahead)
        card.body.addWidget(self.open_button)
        self._hand_over = link(say("rounds_page.open_hand_over"), self._to_disclosures, card)
        card.body.addWidget(self._hand_over, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def refresh(self, days: Sequence[date], *, frozen: bool) -> None:
        """Offer these 基準日, the first proposed; after a frozen round the way on to 市町提供."""
        self._hand_over.setVisible(frozen and self._page.desk.has_page("disclosures"))
        self.days.offer([(format_wareki(day), day) for day in days])
        for widget in (self._field, self.open_button):
            widget.setVisible(bool(days))
        self._none.setVisible(not days)
        self._say_verb()

    def _say_verb(self) -> None:
        if self.days.count():
            words = say("rounds_page.open_verb", day=format_wareki(self.days.value()))
            self.open_button.setText(words)
            self.open_button.setAccessibleName(words)
        day, today = self.days.value() if self.days.count() else None, self._page.desk.house.overviews.day()
        self._ahead.setVisible(day is not None and day > today)
        if day is not None:
            self._ahead.setText(say("rounds_page.open_ahead", day=format_wareki(day), today=format_wareki(today)))

    def _to_disclosures(self) -> None:
        self._page.desk.open_page("disclosures")

    def _open(self) -> None:
        self._page.open_round(self.days.value())


class RoundsPage(Page):
    """The half-year's work. `show_at(step=…)` (open, files, review, freeze, past) or `verdict=…` opens a step."""

    topics = frozenset({"rounds", "persons", "places"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("window.page_rounds"))
        self._round: Round | None = None
        self._rounds: list[Round] = []
        self._old: set[str] = set(TABS)
        self._settled = False
        self._decided: tuple[str, ...] | None = None
        self._sum = ""
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.subtitle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.tabs.setAccessibleName(say("rounds_page.tabs"))
        for words in (
            say("rounds_page.tab_open"), say("rounds_page.tab_files"), say("rounds_page.tab_review"),
            say("rounds_page.tab_freeze"), say("rounds_page.tab_past"),
        ):  # fmt: skip
            self.tabs.addTab(words)
        self.head.addWidget(self.tabs)
        self.opening = OpenView(self)
        self.files = FilesView(self)
        self.review = ReviewView(self)
        self.freezing = FreezeView(self)
        self.past = PastView(self)
        self.stack = QStackedWidget(self)
        for view in (self.opening, self.files, self.review, self.freezing, self.past):
            self.stack.addWidget(view)
        self.body.addWidget(self.stack, 1)
        self.files.wanted.connect(self.show_tab)
        self.review.wanted.connect(self.show_tab)
        self.freezing.wanted.connect(self.show_tab)
        self.review.summed.connect(self._show_sum)
        self.tabs.currentChanged.connect(self._tab_changed)

    # --- the page ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        house = self.desk.house
        decided, self._decided = self._decided, None
        if decided is not None and self.current_tab() == "review":
            self._old = set(TABS) - {"review"}
            self.review.renew(decided)
            return
        before = self._round
        self._rounds = house.rounds.all()
        self._round = next((r for r in self._rounds if r.state is RoundState.OPEN), None)
        self._old = set(TABS)
        self._sum = ""
        for at, name in enumerate(TABS):
            open_only = name in ("files", "review", "freeze")
            visible = self._round is not None if open_only else name == "past" or self._round is None
            self.tabs.setTabVisible(at, visible)
        changed = (before.id if before else "") != (self._round.id if self._round else "")
        if changed or not self._settled or not self.tabs.isTabVisible(self.tabs.currentIndex()):
            self._settled = True
            self.show_tab(self._first_tab())
        self._show_current()

    def show_at(self, **where: object) -> None:
        tab, verdict = where.get("step"), where.get("verdict")
        if isinstance(tab, str) and tab in TABS and self.tabs.isTabVisible(TABS.index(tab)):
            self.show_tab(tab)
        if self._round is not None and isinstance(verdict, str):
            self.show_tab("review")
            self.review.show_verdict(Verdict(verdict))

        order = where.get("read")
        if isinstance(order, Order) and self._round is not None:
            self.files.read([order])

    def refuse(self, refusal: Refusal) -> None:
        order, self.files.reading = self.files.reading, None
        if order is None or not wants_columns(refusal) or not self.desk.has_page("layouts"):
            super().refuse(refusal)
            return
        self.notices.say(
            words_of(refusal), "danger", say("rounds_page.decide_columns"), lambda: self.files.look_at_columns(order)
        )

    def release(self) -> None:
        for view in (self.files, self.review, self.past):
            view.forget()

    def first_focus(self) -> QWidget | None:
        return {
            "open": self.opening.open_button,
            "files": self.files.choose,
            "review": self.review.queue,
            "freeze": self.freezing.freeze,
            "past": self.past.list.table,
        }[self.current_tab()]

    def current_tab(self) -> str:
        """The step in sight."""
        return TABS[max(self.tabs.currentIndex(), 0)]

    def show_tab(self, name: str) -> None:
        """Go to a step; "places" and "persons" go to their page."""
        if name in TABS:
            self.tabs.setCurrentIndex(TABS.index(name))
        elif name in self.desk.frame.rail_buttons:
            self.desk.open_page(name)

    def open_figure(self, key: str) -> None:
        """A figure of an equation leads to its people."""
        self.show_tab("persons" if key == "registered" else "places")

    def _first_tab(self) -> str:
        if self._round is None:
            return "open" if self.desk.house.rounds.proposed() or not self._rounds else "past"
        view = self.desk.house.rounds.show(self._round.as_of)
        return "files" if not view.files else "review" if view.pending else "freeze"

    def _tab_changed(self, _at: int) -> None:
        self._show_current()
        focus = self.first_focus()
        if focus is not None and self.isVisible():
            focus.setFocus()

    def _show_current(self) -> None:
        name = self.current_tab()
        self.stack.setCurrentIndex(TABS.index(name))
        if name in self._old:
            self._old.discard(name)
            self._refresh_tab(name)
        self._show_subtitle()

    def _refresh_tab(self, name: str) -> None:
        house = self.desk.house
        if name == "open":
            self.opening.refresh(
                house.rounds.proposed(), frozen=any(r.state is RoundState.FROZEN for r in house.rounds.all())
            )
        elif name == "past":
            self.past.refresh(self._rounds, municipality_names(self))
        elif self._round is None:
            return
        elif name == "files":
            self.files.refresh(house.rounds.show(self._round.as_of).files)
        elif name == "review":
            self.review.refresh(self._round.as_of)
        else:
            self.freezing.refresh(house.rounds.show(self._round.as_of), municipality_names(self))

    def _show_sum(self, words: str, left: int) -> None:
        self._sum = words
        at = TABS.index("review")
        text = say("rounds_page.tab_review_left", n=f"{left:,}") if left else say("rounds_page.tab_review")
        self.tabs.setTabText(at, text)
        self._show_subtitle()

    def _show_subtitle(self) -> None:
        if self._round is None:
            self.subtitle.setText(say("rounds_page.subtitle_none"))
        elif self.current_tab() == "review" and self._sum:
            self.subtitle.setText(self._sum)
        else:
            self.subtitle.setText(say("rounds_page.subtitle_of", day=format_wareki(self._round.as_of)))

    # --- deeds -------------------------------------------------------------------------------------------------

    def open_round(self, day: date) -> None:
        """Open the round of a 基準日."""
        rounds = self.desk.house.rounds
        self.desk.run(self, lambda _report: rounds.open(day), lambda _round: self.desk.changed("rounds"))

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Apply decisions; the next row comes into sight when they are through."""
        reviews = self.desk.house.reviews
        self.desk.run(
            self,
            lambda report: reviews.decide(decisions, report),
            lambda _counts: self._were_decided(decision.row_id for decision in decisions),
        )

    def _were_decided(self, ids: Iterable[str]) -> None:
        self._decided = tuple(ids)
        self.desk.changed(*TOPICS_OF_A_DECISION)

    def accept_all(self, verdict: Verdict) -> None:
        """Take the proposals of every pending row of a verdict."""
        reviews = self.desk.house.reviews

        def done(_counts: ReviewCounts) -> None:
            self.desk.changed(*TOPICS_OF_A_DECISION)

        self.desk.run(self, lambda report: reviews.accept([verdict], report), done)
