"""ホーム: where we are in this half-year, what is left to do, and whether the numbers can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QStackedWidget, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.services.overviews import Overview
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.seats import least_width
from hoken_desktop.ui.kit.steps import StepItem, StepsStrip
from hoken_desktop.ui.pages.home_charts import (
    EnduranceChart,
    FreshnessChart,
    FunnelChart,
    PlacesChart,
)
from hoken_desktop.ui.pages.home_dues import BackupState, due_items
from hoken_desktop.ui.pages.home_equations import EquationCard
from hoken_desktop.ui.pages.home_side import CompareCard, DueCard
from hoken_desktop.ui.pages.home_steps import current_step, door_of, step_groups
from hoken_desktop.ui.pages.home_words import Door, among, captions_of, month_end, next_round, title_of
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_PAGES = ("persons", "rounds", "places", "consents", "letters", "disclosures", "recalls", "statistics", "settings")
_CLOSE, _FAR = 24, 60
"""How near and how far apart the bars may stand, in px at 100 %."""
_SIDE = 320
"""How narrow what is due may be, in px at 100 %; where there is less it goes over the figures."""
_MOST_LINES = 8
_WEEKDAYS = "月火水木金土日"


class HomePage(Page):
    """Reads one overview of the whole register in the worker and shows it; every figure is a door."""

    topics = frozenset({"office", "persons", "rounds", "places", "consents", "disclosures", "audits"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("window.page_home"))
        self.view: Overview | None = None
        self._again = False
        self._names: dict[str, str] = {}
        self._captions: dict[str, str] = {}
        self._today = Label("", "table", "text2", parent=self)
        self.go_on = button(say("home.go_on_plain"), self._go_on, key="Ctrl+Return", primary=True, parent=self)
        self.go_on.setVisible(False)
        self.head.addWidget(self._today)
        self.head.addWidget(self.go_on)
        self._step: StepItem | None = None
        self.steps = StepsStrip(self)
        self.steps.opened.connect(self._open_step)
        steps = Card(parent=self)
        steps.setAccessibleName(say("home.steps"))
        steps.body.setContentsMargins(12, 8, 12, 6)
        steps.body.addWidget(self.steps)
        self.body.addWidget(steps)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(QWidget(self))
        self._stack.addWidget(self._make_empty())
        self._stack.addWidget(self._make_board())
        self.body.addWidget(self._stack, 1)
        self._stack.installEventFilter(self)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_empty(self) -> QWidget:
        card = Card(parent=self)
        can_open = self.desk.has_page("rounds")
        verb = say("home.empty_verb") if can_open else say("persons_page.register")
        self.empty = EmptyState(say("home.empty"), say("home.empty_text"), verb, "calendar", card)
        door = Door("rounds", {"step": "open"}) if can_open else Door("persons")
        self.empty.asked.connect(lambda: self._open(door))
        if self.desk.has_page("registers"):
            self.take_over = self.empty.offer_also(say("home.take_over_verb"), lambda: self._open(Door("registers")))
        card.body.addWidget(self.empty)
        return card

    def _make_board(self) -> QWidget:
        board = self._board = QWidget(self)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, board)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._left = QWidget(board)
        self._grid = QGridLayout(self._left)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self.map_card = EquationCard(say("home.map_equation"), self._open_people, self)
        self.forecast_card = EquationCard(say("home.forecast"), self._open_people, self)
        self.places = PlacesChart(self)
        self.endurance = EnduranceChart(self._open_people, self)
        self.funnel = FunnelChart(lambda: self._open_step("replies"), self)
        self.freshness = FreshnessChart(self)
        for column in range(6):
            self._grid.setColumnStretch(column, 1)
        for card in self.charts():
            card.opened.connect(self._open_people)
        self._row.addWidget(self._left, 1)
        self._side = QWidget(board)
        self._beside = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._side)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(12)
        self.due_card = DueCard(self._open, self)
        self.compare_card = CompareCard(self)
        self._beside.addWidget(self.due_card)
        self._beside.addWidget(self.compare_card)
        self._beside.addStretch(1)
        self._row.addWidget(self._side)
        self._shape: tuple[bool, int, int, int] | None = None
        self._lay_out(True, 2, 3, 6)
        return board

    def _lay_out(self, beside: bool, equations: int, pictures: int, last: int) -> None:
        """What is due beside the figures or over them, with so many equations and pictures in a row, the last picture
        over so many of six columns."""
        if self._shape == (beside, equations, pictures, last):
            return
        self._shape = (beside, equations, pictures, last)
        directions = QBoxLayout.Direction
        self._row.removeWidget(self._side)
        self._row.insertWidget(1 if beside else 0, self._side)
        self._row.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._beside.setDirection(directions.TopToBottom if beside else directions.LeftToRight)
        for place, share in enumerate((0, 0, 1) if beside else (1, 1, 0)):
            self._beside.setStretch(place, share)
        cards: list[tuple[QWidget, int]] = [(card, 6 // equations) for card in (self.map_card, self.forecast_card)]
        cards += [(card, 6 // pictures) for card in (self.places, self.endurance, self.funnel)]
        cards.append((self.freshness, last))
        row = column = 0
        for card, span in cards:
            self._grid.removeWidget(card)
            if column + span > 6:
                row, column = row + 1, 0
            self._grid.addWidget(card, row, column, 1, span)
            column += span
        # What is over stays empty below: stretched pictures would push their own legends out of sight.
        for line in range(_MOST_LINES):
            self._grid.setRowStretch(line, 1 if line == row + 1 else 0)

    def charts(self) -> tuple[PlacesChart | EnduranceChart | FunnelChart | FreshnessChart, ...]:
        """The pictures, in the order they are read."""
        return (self.places, self.endurance, self.funnel, self.freshness)

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        overviews, kept = self.desk.house.overviews, self._backup
        if not self.desk.run(self, lambda _report: (overviews.today(), kept()), self._show):
            self._again = True

    def _backup(self) -> BackupState | None:
        """In the worker. What is looked at in 閲覧専用 is a backup itself."""
        house = self.desk.house
        return None if self.desk.viewing else BackupState(bool(house.office.get().backup_folder), house.backups.last())

    def _show(self, found: tuple[Overview, BackupState | None]) -> None:
        view, backup = found
        if self._again:
            self._again = False
            self.refresh()
            return
        self.view = view
        self._names = self.desk.house.office.municipalities()
        self._captions = captions_of(view, self._names)
        pages = self._pages()
        day = say("home.today", day=format_wareki(view.day), weekday=_WEEKDAYS[view.day.weekday()])
        self._today.setText(day)
        self._today.setToolTip(view.day.isoformat())
        self._show_steps(view, pages)
        empty = view.round is None and not view.registered.total
        self._stack.setCurrentIndex(1 if empty else 2)
        if empty:
            return
        self.map_card.show_map(view)
        self.forecast_card.show_forecast(view)
        self.places.show_view(view, self._names)
        self.endurance.show_view(view)
        self.funnel.show_view(view, self._names, can_open="disclosures" in pages)
        self.freshness.show_view(view)
        self.due_card.show_dues(due_items(view, pages, self._names, backup))
        self.compare_card.show_view(view)
        self._share_room()
        QTimer.singleShot(0, self, self._share_room)  # once more when the layouts know what was put into them

    def _pages(self) -> list[str]:
        return [page for page in _PAGES if self.desk.has_page(page)]

    def _show_steps(self, view: Overview, pages: Sequence[str]) -> None:
        groups = step_groups(view, pages)
        self.steps.show_groups(groups)
        self._step = current_step(groups)
        steps = [s for g in groups for s in g.steps]
        done = sum(s.state == "done" for s in steps)
        as_of = view.round.as_of if view.round else None
        self.title.setText(title_of(as_of) if as_of else say("window.page_home"))
        self.subtitle.setText(say("home.steps_done", total=len(steps), done=done) if steps else "")
        coming = next_round(view)
        if coming is not None and self.desk.has_page("rounds"):
            words = say("home.open_next", day=month_end(coming))
        elif self._step is not None:
            words = say("home.go_on", step=self._step.name)
        else:
            words = ""
        self.go_on.setVisible(bool(words))
        self.go_on.setText(words)
        self.go_on.setAccessibleName(words)
        self.go_on.updateGeometry()

    def release(self) -> None:
        self.view = None
        self._step = None
        for card in self.charts():
            card.table.show_source(None)

    # ---- doors ------------------------------------------------------------------------------------------------

    def _open_people(self, key: str) -> None:
        self._open(among(key, self._captions.get(key, "")))

    def _open_step(self, key: str) -> None:
        if self.view is not None:
            self._open(door_of(key, self.view, self._pages()))

    def _go_on(self) -> None:
        if self.view is None:
            return
        if next_round(self.view) is not None and self.desk.has_page("rounds"):
            self._open_step("open")
        elif self._step is not None:
            self._open_step(self._step.key)

    def _open(self, door: Door) -> None:
        if self.desk.has_page(door.page):
            self.desk.open_page(door.page, **door.where)

    # ---- sizes ------------------------------------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.go_on if self.go_on.isVisible() else None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and getattr(self, "view", None) is not None:
            QTimer.singleShot(0, self, self.refresh)
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched in (self._stack, self.parentWidget()):
            self._share_room()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if (seat := self.parentWidget()) is not None:  # the page itself never gets smaller than its pictures
            seat.installEventFilter(self)

    def _share_room(self) -> None:
        """Side by side where there is width for it, else over one another; the bars take the height that is left."""
        look = theme.current()
        width = self._stack.width()
        equation = max(least_width(card) for card in (self.map_card, self.forecast_card))
        picture = max(least_width(card) for card in (self.places, self.endurance, self.funnel))
        side = look.px(_SIDE)
        least, whole = max(equation, 2 * picture + 12), max(2 * equation + 12, 3 * picture + 24)
        self._board.setMinimumWidth(max(equation, picture))
        beside = width - 12 - side >= least
        if beside:
            wished = width - 12 - (whole if width - 12 - side >= whole else least)
            side = min(look.px(360), max(wished, side))
            self._side.setFixedWidth(side)
        else:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(width)
        left = width - 12 - side if beside else width
        equations = 2 if left >= 2 * equation + 12 else 1
        pictures = next((n for n in (3, 2) if left >= n * picture + 12 * (n - 1)), 1)
        fits = pictures == 2 and left >= 2 * least_width(self.freshness) + 12
        self._lay_out(beside, equations, pictures, 3 if fits else 6)
        top = max(_height_at(card, (left - 12) // 2) for card in (self.map_card, self.forecast_card))
        rows = max(len(card.bars.rows()) for card in (self.places, self.endurance, self.funnel)) or 1
        seat = self.parentWidget() or self
        room = seat.height() - self._stack.y() - 12 - top - 24 - look.px(218)
        pitch = min(max(room / rows, look.px(_CLOSE)), look.px(_FAR))
        for card in (self.places, self.endurance, self.funnel):
            card.bars.set_pitch(pitch)
        self.freshness.bars.set_pitch(look.px(_CLOSE))


def _height_at(card: QWidget, width: int) -> int:
    return card.heightForWidth(width) if card.hasHeightForWidth() else card.sizeHint().height()
