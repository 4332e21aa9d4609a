"""ホーム: where we are in this half-year, what is left to do, and whether the numbers can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.codes import DeviceGroup, Exclusion
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.statistics import OUTSIDE, Tally
from hoken_desktop.services.overviews import MENDABLE, OXYGEN, VENTILATOR, Group, Overview
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.charts import BarPart, BarRow, Bars, by_device
from hoken_desktop.ui.kit.dues import DueRow, TagButton
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.equations import Equation, Figure, Term
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.forms import button, link
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.steps import StepItem, StepsStrip
from hoken_desktop.ui.pages.home_steps import (
    Door,
    among,
    comparison,
    current_step,
    door_of,
    due_items,
    month_end,
    next_round,
    step_groups,
    title_of,
)
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_PAGES = ("persons", "rounds", "places", "disclosures")
_CLOSE, _FAR = 26, 54
"""How near and how far apart the bars may stand, in px at 100 %."""
_WEEKDAYS = "月火水木金土日"
_UNCERTAIN = frozenset({
    Exclusion.CONSENT_UNKNOWN, Exclusion.CONSENT_EXPIRED, Exclusion.CONSENT_GIVER, Exclusion.CONSENT_PENDING,
    Exclusion.SCOPE,
})  # fmt: skip
"""Reasons to stay behind that a question at the home could take away."""


class RoomyBars(Bars):
    """Bars that stand closer where the page is low and further apart where there is room."""

    def set_pitch(self, pitch: float) -> None:
        """Give every bar `pitch` px of height, and the widget as much as they need."""
        look = theme.current()
        self._pitch = int(pitch / look.factor)
        self.setFixedHeight(look.px(self._pitch) * max(len(self.rows()), 1))
        self.update()


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
        self.empty = EmptyState(
            say("home.empty"),
            say("home.empty_text"),
            say("home.empty_verb") if can_open else say("persons_page.register"),
            "calendar",
            card,
        )
        door = Door("rounds", {"step": "open"}) if can_open else Door("persons")
        self.empty.asked.connect(lambda: self._open(door))
        card.body.addWidget(self.empty)
        return card

    def _make_board(self) -> QWidget:
        board = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, board)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._left = QWidget(board)
        left = QGridLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(12)
        left.addWidget(self._make_map_card(), 0, 0)
        left.addWidget(self._make_forecast_card(), 0, 1)
        left.addWidget(self._make_places_card(), 1, 0)
        left.addWidget(self._make_funnel_card(), 1, 1)
        left.setColumnStretch(0, 1)
        left.setColumnStretch(1, 1)
        left.setRowStretch(2, 1)
        self._row.addWidget(self._left, 1)
        self._side = QWidget(board)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(12)
        side.addWidget(self._make_due_card(), 100)
        side.addWidget(self._make_compare_card())
        side.addStretch(1)
        self._row.addWidget(self._side)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(board)
        return area

    def _make_map_card(self) -> Card:
        self.map_card = Card(say("home.map_equation"), parent=self)
        self.map_equation = Equation(self.map_card)
        self.map_equation.opened.connect(self._open_people)
        self._map_tags = FlowWidget(self.map_card)
        self._equation_into(self.map_card, self.map_equation, self._map_tags)
        return self.map_card

    def _make_forecast_card(self) -> Card:
        self.forecast_card = Card(say("home.forecast"), parent=self)
        self.forecast_equation = Equation(self.forecast_card)
        self.forecast_equation.opened.connect(self._open_people)
        self._forecast_tags = FlowWidget(self.forecast_card)
        self._equation_into(self.forecast_card, self.forecast_equation, self._forecast_tags)
        return self.forecast_card

    @staticmethod
    def _equation_into(card: Card, equation: Equation, tags: FlowWidget) -> None:
        card.head.insertWidget(1, card.aside)
        card.head.addWidget(equation.verdict)
        card.body.addWidget(equation)
        card.body.addWidget(tags)
        card.body.addStretch(1)

    def _make_places_card(self) -> Card:
        card = Card(say("home.by_municipality"), parent=self)
        self._places_card = card
        self.bars = RoomyBars(say("home.by_municipality"), card)
        self.bars.opened.connect(self._open_people)
        card.body.addWidget(self.bars)
        self._legend = QHBoxLayout()
        card.body.addStretch(1)
        card.body.addLayout(self._legend)
        return card

    def _make_funnel_card(self) -> Card:
        card = Card(say("home.funnel"), parent=self)
        self._funnel_card = card
        self.funnel = RoomyBars(say("home.funnel"), card)
        self.funnel.opened.connect(self._open_people)
        self._funnel_note = Label("", "note", "text2", wrap=True, parent=card)
        self._unanswered = link("", lambda: self._open(Door("disclosures", {"step": "replies"})), card)
        card.body.addWidget(self.funnel)
        card.body.addStretch(1)
        card.body.addWidget(self._funnel_note)
        card.body.addWidget(self._unanswered, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _make_due_card(self) -> Card:
        card = Card(say("home.due"), say("home.due_order"), self, flush=True)
        card.body.setSpacing(0)
        card.body.addWidget(rule(card))
        inner = QWidget()
        self._dues = QVBoxLayout(inner)
        self._dues.setContentsMargins(0, 0, 0, 0)
        self._dues.setSpacing(0)
        area = QScrollArea(card)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumHeight(theme.current().px(96))
        area.setWidget(inner)
        self._due_area = area
        self._due_card = card
        card.body.addWidget(area, 1)
        return card

    def _make_compare_card(self) -> Card:
        card = Card(say("home.compare"), parent=self)
        self._compare = QGridLayout()
        self._compare.setVerticalSpacing(0)
        self._compare.setHorizontalSpacing(12)
        self._compare.setColumnStretch(0, 1)
        card.body.setSpacing(0)
        card.body.addLayout(self._compare)
        self._compare_card = card
        return card

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        overviews = self.desk.house.overviews
        if not self.desk.run(self, lambda _report: overviews.today(), self._show):
            self._again = True

    def _show(self, view: Overview) -> None:
        if self._again:
            self._again = False
            self.refresh()
            return
        self.view = view
        self._names = self.desk.house.office.municipalities()
        self._captions = self._captions_of(view)
        pages = [page for page in _PAGES if self.desk.has_page(page)]
        day = say("home.today", day=format_wareki(view.day), weekday=_WEEKDAYS[view.day.weekday()])
        self._today.setText(day)
        self._today.setToolTip(view.day.isoformat())
        self._show_steps(view, pages)
        empty = view.round is None and not view.registered.total
        self._stack.setCurrentIndex(1 if empty else 2)
        if empty:
            return
        self._show_map(view)
        self._show_forecast(view)
        self._show_places(view)
        self._show_funnel(view)
        self._show_dues(view, pages)
        self._show_comparison(view)
        self._share_room()
        QTimer.singleShot(0, self, self._share_room)  # once more when the layouts know what was put into them

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

    def _show_map(self, view: Overview) -> None:
        self.map_card.set_title(say("home.map_equation"), say("home.counted_today"))
        self.map_equation.show_terms(
            (
                _halves(say("home.registered"), view.registered),
                _halves(say("home.mapped"), view.mapped),
                _halves(say("home.unmapped"), view.unmapped),
            )
        )
        self._map_tags.clear()
        for reason, count in view.reasons:
            self._tag(
                self._map_tags, say("home.reason_count", reason=label(reason), n=count),
                "warn" if reason in MENDABLE else "plain", f"unmapped:{reason}",
            )  # fmt: skip

    def _show_forecast(self, view: Overview) -> None:
        forecast = view.forecast
        aside = say("home.if_today")
        if forecast.basis is not None:
            aside = say("home.if_today_of", month=month_end(forecast.basis), n=forecast.edition)
        self.forecast_card.set_title(say("home.forecast"), aside)
        self.forecast_equation.show_terms(
            (
                _whole(say("home.target"), forecast.target),
                _whole(say("home.goes"), forecast.disclosed),
                _whole(say("home.stays"), forecast.stays),
            )
        )
        self._forecast_tags.clear()
        for reason, count in forecast.excluded:
            self._tag(
                self._forecast_tags, say("home.reason_count", reason=_short(reason), n=count),
                "warn" if reason in _UNCERTAIN else "plain", f"excluded:{reason}",
            )  # fmt: skip

    def _tag(self, into: FlowWidget, text: str, tone: str, key: str) -> None:
        made = TagButton(text, tone, into)
        made.clicked.connect(lambda _checked=False: self._open_people(key))
        into.flow.addWidget(made)
        made.show()
        into.updateGeometry()

    def _show_places(self, view: Overview) -> None:
        self._places_card.set_title(
            say("home.by_municipality"), say("home.people_total", n=f"{view.count('registered'):,}")
        )
        self.bars.show_rows(
            [
                by_device(self._names.get(code, say("offices.outside")), dict(counts), f"municipality:{code}")
                for code, counts in view.by_municipality
                if code != OUTSIDE or any(counts.values())
            ]
        )
        while (slot := self._legend.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        totals = dict.fromkeys(marks.ORDER, 0)
        for _, some in view.by_municipality:
            for group, count in some.items():
                totals[group] = totals.get(group, 0) + count
        for group in marks.ORDER:
            self._legend.addWidget(marks.Mark(group, self._places_card))
            words = say("home.legend", device=_only(group), n=f"{totals[group]:,}")
            self._legend.addWidget(Label(words, "note", "text2", parent=self._places_card))
            self._legend.addSpacing(8)
        self._legend.addStretch(1)

    def _show_funnel(self, view: Overview) -> None:
        funnel = view.funnel
        basis = view.forecast.basis
        self._funnel_card.set_title(
            say("home.funnel"), say("home.of_month", month=month_end(basis)) if basis else say("home.before_first")
        )
        rows = (
            (say("home.target"), funnel.target, "target"),
            (say("home.consented_short"), funnel.consented, "funnel:consented"),
            (say("home.disclosed_short"), funnel.disclosed, "funnel:disclosed"),
            (say("home.listed"), funnel.listed, "funnel:listed"),
            (say("home.planned"), funnel.planned, "funnel:planned"),
        )
        share = {key: f"{round(100 * count / (funnel.target or 1))}%" for _, count, key in rows if key != "target"}
        self.funnel.show_rows(
            [BarRow(name, (BarPart(count),), share.get(key, ""), key) for name, count, key in rows]
        )
        self._funnel_note.setText(say("home.funnel_note"))
        self._unanswered.setVisible(bool(funnel.unanswered) and self.desk.has_page("disclosures"))
        names = say("home.dot").join(self._names.get(code, code) for code in funnel.unanswered)
        self._unanswered.setText(say("home.unanswered", n=len(funnel.unanswered), names=names))
        self._unanswered.setAccessibleName(self._unanswered.text())

    def _show_dues(self, view: Overview, pages: Sequence[str]) -> None:
        while (slot := self._dues.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        found = due_items(view, pages, self._names)
        for due in found:
            row = DueRow(due.icon, due.tone, due.name, due.about, due.figure)
            row.clicked.connect(lambda _checked=False, door=due.door: self._open(door))
            self._dues.addWidget(row)
        if not found:
            done = Label(say("home.nothing_due"), "table", "text2", wrap=True)
            done.setContentsMargins(12, 10, 12, 10)
            self._dues.addWidget(done)
        self._dues.addStretch(1)
        look = theme.current()
        rows = max(len(found), 3) * look.height("row_due")
        self._due_area.setMaximumHeight(rows)
        self._due_card.setMaximumHeight(rows + look.px(40))

    def _show_comparison(self, view: Overview) -> None:
        while (slot := self._compare.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        now, before = view.now, view.before
        last = month_end(before.as_of) if before else say("home.no_before")
        heads = ("", last, month_end(now.as_of), say("home.change"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, head in enumerate(heads):
            self._compare.addWidget(Label(head, "note", "text2", bold=True), 0, column, right)
        for line, (name, was, new) in enumerate(comparison(now, before), start=1):
            change = "" if was is None else f"{new - was:+,}" if new != was else "±0"
            cells = (name, "" if was is None else f"{was:,}", f"{new:,}", change)
            for column, text in enumerate(cells):
                made = Label(text, "table", "text2" if column == 3 else "text", bold=column == 2)
                made.setMinimumHeight(theme.current().height("row_compare"))
                self._compare.addWidget(made, line, column, right if column else Qt.AlignmentFlag.AlignVCenter)
        self._compare_card.setAccessibleName(
            say("home.dot").join(f"{name} {new:,}" for name, _, new in comparison(now, before))
        )

    def release(self) -> None:
        self.view = None
        self._step = None

    # ---- doors ------------------------------------------------------------------------------------------------

    def _captions_of(self, view: Overview) -> dict[str, str]:
        """What the 台帳 writes over the people behind a figure."""
        found = {
            "registered": say("home.registered"),
            "mapped": say("home.mapped"),
            "unmapped": say("home.unmapped"),
            "target": say("home.target"),
            "disclosed": say("home.goes"),
            "excluded": say("home.stays"),
            "funnel:consented": say("home.consented_short"),
            "funnel:disclosed": say("home.disclosed_short"),
            "funnel:listed": say("home.listed"),
            "funnel:planned": say("home.planned"),
        }
        for reason, _ in view.reasons:
            found[f"unmapped:{reason}"] = say("home.caption", name=say("home.unmapped"), of=label(reason))
        for stays, _ in view.forecast.excluded:
            found[f"excluded:{stays}"] = say("home.caption", name=say("home.stays"), of=label(stays))
        for code, _ in view.by_municipality:
            found[f"municipality:{code}"] = self._names.get(code, say("offices.outside"))
        for key, name in list(found.items()):
            found[f"{key}/{VENTILATOR}"] = say("home.caption", name=name, of=label(DeviceGroup.VENTILATOR))
            found[f"{key}/{OXYGEN}"] = say("home.caption", name=name, of=label(DeviceGroup.OXYGEN))
        return found

    def _open_people(self, key: str) -> None:
        self._open(among(key, self._captions.get(key, "")))

    def _open_step(self, key: str) -> None:
        if self.view is not None:
            self._open(door_of(key, self.view))

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
        if watched is self._stack and event.type() == QEvent.Type.Resize:
            self._share_room()
        return super().eventFilter(watched, event)

    def _share_room(self) -> None:
        """Side by side where there is width for it, else under one another; the bars take the height that is left."""
        look = theme.current()
        width, side = self._stack.width(), look.px(360)
        beside = width >= self._left.minimumSizeHint().width() + side + 12
        if beside:
            self._row.setDirection(QBoxLayout.Direction.LeftToRight)
            self._side.setFixedWidth(side)
        else:
            self._row.setDirection(QBoxLayout.Direction.TopToBottom)
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(width)
        half = (width - (side + 24 if beside else 12)) // 2
        top = max(_height_at(card, half) for card in (self.map_card, self.forecast_card))
        rows = max(len(self.bars.rows()), len(self.funnel.rows()), 1)
        room = self._stack.height() - top - 12 - look.px(82)
        pitch = min(max(room / rows, look.px(_CLOSE)), look.px(_FAR))
        self.bars.set_pitch(pitch)
        self.funnel.set_pitch(pitch)


def _height_at(card: QWidget, width: int) -> int:
    return card.heightForWidth(width) if card.hasHeightForWidth() else card.sizeHint().height()


def _halves(name: str, group: Group) -> Term:
    """■ 59 + ● 46, 計 105名."""
    return Term(
        name,
        (
            Figure(group.tally.ventilator, f"{group.key}/{VENTILATOR}", DeviceGroup.VENTILATOR),
            Figure(group.tally.oxygen, f"{group.key}/{OXYGEN}", DeviceGroup.OXYGEN),
        ),
        note=say("home.sum", n=f"{group.total:,}"),
    )


def _whole(name: str, group: Group) -> Term:
    """105名 with ■ 59 + ● 46 under it."""
    tally: Tally = group.tally
    makeup = ((DeviceGroup.VENTILATOR, tally.ventilator), (DeviceGroup.OXYGEN, tally.oxygen))
    return Term(name, (Figure(group.total, group.key, unit=say("home.unit")),), makeup=makeup)


_SHORT = {
    Exclusion.ENDED: "home.ended",
    Exclusion.NOT_RESIDENT: "home.moved_within",
    Exclusion.FACILITY: "home.facility",
    Exclusion.CONSENT_WITHDRAWN: "home.withdrawn",
    Exclusion.CONSENT_EXPIRED: "home.expired",
    Exclusion.CONSENT_PENDING: "home.pending",
    Exclusion.CONSENT_GIVER: "home.giver",
    Exclusion.CONSENT_UNKNOWN: "home.unknown",
    Exclusion.SCOPE: "home.scope",
}


def _short(reason: Exclusion) -> str:
    """A reason in as few letters as its card has room for; the 台帳 says it in full."""
    return say(_SHORT[reason]) if reason in _SHORT else label(reason)


def _only(group: DeviceGroup) -> str:
    if group is DeviceGroup.VENTILATOR:
        return say("persons_page.only_ventilator")
    if group is DeviceGroup.OXYGEN:
        return say("persons_page.only_oxygen")
    return label(group)
