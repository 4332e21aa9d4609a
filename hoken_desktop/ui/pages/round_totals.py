"""確定 and これまでの回: the counts that must close, what is still open, the freeze, and the editions after it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup, RoundState, Scheme, UnmappedReason
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.rounds import Round
from hoken_desktop.domain.statistics import OUTSIDE, Tally
from hoken_desktop.services.editions import EditionChange
from hoken_desktop.services.progress import Report
from hoken_desktop.services.rounds import RoundView
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.charts import Bars, by_device
from hoken_desktop.ui.kit.dialogs import Sheet, ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.equations import Equation, Figure, Term
from hoken_desktop.ui.kit.forms import Field, button, line, link
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.kit.marks import Legend
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.round_editions import ChangeSheet, ReasonSheet
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.rounds import RoundsPage


def makeup(tally: Tally) -> tuple[tuple[DeviceGroup, int], ...]:
    """A tally by mark: 人工呼吸器 alone, 両方, 酸素療法 alone."""
    return (
        (DeviceGroup.VENTILATOR, tally.ventilator - tally.both),
        (DeviceGroup.BOTH, tally.both),
        (DeviceGroup.OXYGEN, tally.oxygen),
    )


class TotalsCard(Card):
    """登録 = 地図 + 未配置, 登録 = 人工呼吸器 + 酸素療法, and the municipalities."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent=parent)
        self.mapped = Equation(self, large=True)
        self.devices = Equation(self, large=True)
        for equation in (self.mapped, self.devices):
            row = QHBoxLayout()
            row.addWidget(equation, 1)
            row.addWidget(equation.verdict)
            self.body.addLayout(row)
            self.body.addWidget(rule(self))
            equation.opened.connect(self.opened)
        self._reasons = Label("", "note", "text2", wrap=True, parent=self)
        self.body.insertWidget(1, self._reasons)
        head = QHBoxLayout()
        head.addWidget(Label(say("rounds_page.by_municipality"), "card_title", parent=self))
        head.addStretch(1)
        head.addWidget(Legend(parent=self))
        self.body.addLayout(head)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bars = Bars(say("rounds_page.by_municipality"), self, pitch=30)
        scroll.setWidget(self.bars)
        self.body.addWidget(scroll, 1)

    def show_view(self, view: RoundView, names: dict[str, str]) -> None:
        """Show the totals of a round; `names` are the municipalities' by code."""
        totals = view.totals
        frozen = view.round.state is RoundState.FROZEN
        self.set_title(
            say("rounds_page.freeze_frozen_totals", edition=view.round.edition)
            if frozen
            else say("rounds_page.freeze_totals")
        )
        people = say("rounds_page.people")

        def term(name: str, key: str, tally: Tally) -> Term:
            return Term(name, (Figure(tally.total, key, unit=people),), makeup=makeup(tally))

        self.mapped.show_terms(
            [
                term(say("rounds_page.term_registered"), "registered", totals.registered),
                term(say("rounds_page.term_mapped"), "mapped", totals.mapped),
                term(say("rounds_page.term_unmapped"), "unmapped", totals.unmapped_tally),
            ]
        )
        both = say("rounds_page.term_both_note", n=f"{totals.registered.both:,}")
        registered = totals.registered
        self.devices.show_terms(
            [
                Term(
                    say("rounds_page.term_registered"), (Figure(registered.total, "registered", unit=people),),
                    say("rounds_page.term_registered_note"),
                ),
                Term(
                    say("rounds_page.term_ventilator"),
                    (Figure(registered.ventilator, "registered", DeviceGroup.VENTILATOR, people),), both,
                ),
                Term(
                    say("rounds_page.term_oxygen"),
                    (Figure(registered.oxygen, "registered", DeviceGroup.OXYGEN, people),),
                    say("rounds_page.term_oxygen_note"),
                ),
            ]
        )  # fmt: skip
        self._reasons.setText(
            "、".join(f"{label(UnmappedReason(code))} {n:,}" for code, n in totals.unmapped.items())
            or say("rounds_page.reasons_none")
        )
        rows = []
        for code, tally in totals.by_municipality.items():
            on_map = totals.mapped_by_municipality[code].total
            bar = by_device(names.get(code, code), dict(makeup(tally)), code)
            rows.append(type(bar)(bar.name, bar.parts, say("rounds_page.by_municipality_note", n=f"{on_map:,}"), code))
        self.bars.show_rows(rows)


class NumberSheet(Sheet):
    """More than a tenth has changed: the number itself has to be typed."""

    def __init__(self, count: int, of: int, parent: QWidget) -> None:
        super().__init__(say("rounds_page.many_title"), parent)
        self.setObjectName("numberSheet")
        self._count = count
        self.add_text(say("rounds_page.many_text", count=f"{count:,}", of=f"{of:,}"))
        self.number: QLineEdit = line(longest=9, parent=self)
        self.body.addWidget(Field(say("rounds_page.many_field"), self.number, parent=self))
        self.back_button = self.add_button(say("kit.back"))
        self.deed_button = self.add_button(say("rounds_page.many_verb", count=f"{count:,}"), danger=True)
        self.back_button.clicked.connect(self.reject)
        self.deed_button.clicked.connect(self.accept)
        self.number.textChanged.connect(lambda _text: self._look())
        self._look()
        self.number.setFocus()

    def _look(self) -> None:
        text = self.number.text().replace(",", "").strip()
        self.deed_button.setEnabled(text.isdecimal() and int(text) == self._count)


class FreezeView(QWidget):
    """The totals of the open round, what is still open, and 確定."""

    wanted = Signal(str)

    def __init__(self, page: RoundsPage) -> None:
        super().__init__(page)
        self._page = page
        self._view: RoundView | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.totals = TotalsCard(self)
        self.totals.opened.connect(page.open_figure)
        row.addWidget(self.totals, 1)
        self._card = Card(say("rounds_page.freeze_title"), parent=self, top="accent")
        self._card.setFixedWidth(theme.current().px(380))
        self._checks = QVBoxLayout()
        self._checks.setSpacing(8)
        self._card.body.addLayout(self._checks)
        self._card.body.addStretch(1)
        self._needs = Label("", "note", "text2", wrap=True, parent=self)
        self._card.body.addWidget(self._needs)
        self.freeze = button(
            say("rounds_page.freeze_verb"), self._ask, primary=True, action=True, deed=True, parent=self
        )
        self._card.body.addWidget(self.freeze)
        row.addWidget(self._card)

    def refresh(self, view: RoundView, names: dict[str, str]) -> None:
        """Show where the round stands."""
        self._view = view
        self.totals.show_view(view, names)
        while (slot := self._checks.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        ready = bool(view.files) and not view.pending and view.totals.closes
        for scheme in (Scheme.NANBYO, Scheme.SHOMAN):
            name = label(scheme)
            if n := sum(f.scheme is scheme for f in view.files):
                self._check(say("rounds_page.check_files", scheme=name, n=n), "done")
            elif n := view.unread.get(scheme, 0):
                self._check(say("rounds_page.check_unread", scheme=name, n=f"{n:,}"), "warn", "files")
            else:
                self._check(say("rounds_page.check_no_files", scheme=name), "warn", "files")
        if n := view.unread.get(Scheme.OTHER, 0):
            self._check(say("rounds_page.check_unread_other", n=f"{n:,}"), "warn", "persons")
        if view.pending:
            self._check(say("rounds_page.check_pending", n=f"{view.pending:,}"), "danger", "review")
        else:
            self._check(say("rounds_page.check_no_pending"), "done")
        if view.held:
            self._check(say("rounds_page.check_held", n=f"{view.held:,}"), "warn", "review")
        if view.totals.unconfirmed:
            self._check(say("rounds_page.check_unconfirmed", n=f"{view.totals.unconfirmed:,}"), "warn")
        if n := view.totals.unmapped.get(UnmappedReason.NOT_SEARCHED.value, 0):
            self._check(say("rounds_page.check_not_searched", n=f"{n:,}"), "warn", "places")
        closes = view.totals.closes
        words = say("rounds_page.check_even") if closes else say("rounds_page.check_uneven")
        self._check(words, "done" if closes else "danger")
        self.freeze.setEnabled(ready)
        self._needs.setText("" if ready else say("rounds_page.freeze_needs"))

    def _check(self, words: str, tone: str, where: str = "") -> None:
        box = QFrame(self._card)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        icon = {"done": "circle-check", "warn": "alert-circle", "danger": "alert-triangle"}[tone]
        row.addWidget(icons.Picture(icon, tone, 18, box), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(words, "table", wrap=True, parent=box), 1)
        if where:
            verb = {
                "files": say("rounds_page.go_files"),
                "review": say("rounds_page.go_review"),
                "places": say("rounds_page.go_places"),
                "persons": say("rounds_page.go_persons"),
            }[where]
            row.addWidget(link(verb, partial(self.wanted.emit, where), box), 0, Qt.AlignmentFlag.AlignTop)
        self._checks.addWidget(box)

    def _ask(self) -> None:
        view = self._view
        if view is None:
            return
        registered = view.totals.registered
        facts = {
            "registered": f"{registered.total:,}", "ventilator": f"{registered.ventilator:,}",
            "oxygen": f"{registered.oxygen:,}",
        }  # fmt: skip
        ask(
            self._page,
            say("rounds_page.freeze_ask", day=format_wareki(view.round.as_of)),
            say("rounds_page.freeze_ask_text", **facts),
            say("rounds_page.freeze_ask_verb", registered=facts["registered"]),
            self.freeze_now,
        )

    def freeze_now(self, confirmed: int | None = None) -> None:
        """確定; asks for the number of changes where the rounds service wants it."""
        rounds = self._page.desk.house.rounds

        def work(_report: Report) -> RoundView | Refusal:
            try:
                view: RoundView = rounds.freeze(confirmed)
            except Refusal as refusal:
                if refusal.code != "rounds.confirm_changes":
                    raise
                return refusal.with_traceback(None)
            return view

        self._page.desk.run(self._page, work, self._frozen)

    def _frozen(self, outcome: RoundView | Refusal) -> None:
        if isinstance(outcome, Refusal):
            count, of = int(outcome.facts["count"]), int(outcome.facts["of"])
            sheet = NumberSheet(count, of, self._page)
            sheet.accepted.connect(lambda: self.freeze_now(count))
            sheet.finished.connect(sheet.deleteLater)
            sheet.open()
            return
        self._page.desk.changed("*")
        self._page.notices.say(
            say(
                "rounds_page.freeze_done", day=format_wareki(outcome.round.as_of), edition=outcome.round.edition,
                registered=f"{outcome.totals.registered.total:,}",
            ),
            "done",
        )  # fmt: skip


class PastView(QWidget):
    """Every round with its totals; the newest frozen one can be mended by an edition."""

    def __init__(self, page: RoundsPage) -> None:
        super().__init__(page)
        self._page = page
        self._rounds: list[Round] = []
        self._shown: Round | None = None
        self._names: dict[str, str] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        columns: list[Column[Round]] = [
            Column(
                say("rounds_page.column_as_of"),
                lambda r: Cell(format_wareki(r.as_of), tip=r.as_of.isoformat()), 140, grow=1, lead=True,
            ),
            Column(say("rounds_page.column_state"), _state_cell, 90),
            Column(say("rounds_page.column_edition"), _edition_cell, 70),
        ]  # fmt: skip
        empty = EmptyState(say("rounds_page.past_empty"), say("rounds_page.past_empty_text"), picture="history")
        self.list: TableCard[Round] = TableCard(
            columns, say("rounds_page.past_name"), empty, title=say("rounds_page.past_title"), parent=self
        )
        self.list.setFixedWidth(theme.current().px(330))
        self.list.shown.hide()
        self.list.rule.setText(say("rounds_page.past_rule"))
        self.list.table.chosen.connect(self._chosen)
        row.addWidget(self.list)
        right = QVBoxLayout()
        right.setSpacing(12)
        self.totals = TotalsCard(self)
        self.totals.opened.connect(page.open_figure)
        right.addWidget(self.totals, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self._seal = Label("", "note", "text2", wrap=True, selectable=True, parent=self)
        self._seal.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot.addWidget(self._seal, 1)
        self._why = Label("", "note", "text2", parent=self)
        foot.addWidget(self._why)
        self.differences = button(say("rounds_page.differences"), self.show_differences, parent=self)
        foot.addWidget(self.differences)
        self.correct = button(say("rounds_page.correct_verb"), self.ask_reason, deed=True, parent=self)
        foot.addWidget(self.correct)
        right.addLayout(foot)
        row.addLayout(right, 1)

    def refresh(self, rounds: list[Round], names: dict[str, str]) -> None:
        """Show the rounds, newest first."""
        self._rounds = sorted(rounds, key=lambda r: r.as_of, reverse=True)
        self._names = names
        self.list.show_source(Rows(self._rounds))
        self.totals.setVisible(bool(self._rounds))
        self.correct.setVisible(bool(self._rounds))
        if self._rounds:
            self.list.table.choose(0)
            self._chosen(self._rounds[0])

    def forget(self) -> None:
        """Drop every row."""
        self._rounds, self._shown = [], None
        self.list.show_source(None)

    def _newest_frozen(self) -> Round | None:
        return next((r for r in self._rounds if r.state is RoundState.FROZEN), None)

    def _chosen(self, round_: Round | None) -> None:
        if round_ is None:
            return
        view = self._page.desk.house.rounds.show(round_.as_of)
        self.totals.show_view(view, self._names)
        self._seal.setText(
            say(
                "rounds_page.past_seal", edition=round_.edition, day=format_wareki(view.frozen_on),
                digest=view.digest[:16],
            )
            if view.frozen_on
            else ""
        )  # fmt: skip
        newest = self._newest_frozen()
        mendable = newest is not None and newest.id == round_.id
        self.correct.setEnabled(mendable)
        self._shown = round_
        self.differences.setVisible(round_.edition > 1)
        self._why.setText("" if mendable else say("rounds_page.correct_only"))

    def ask_reason(self) -> None:
        """Reckon what a 訂正版 would change, and open the question why."""
        newest, page = self._newest_frozen(), self._page
        if newest is None:
            return
        editions = page.desk.house.editions

        def asked(change: EditionChange) -> None:
            sheet = ReasonSheet(newest, change, page)
            sheet.accepted.connect(lambda: self._correct(sheet.reason.text()))
            sheet.finished.connect(sheet.deleteLater)
            sheet.open()

        page.desk.run(page, lambda _report: editions.change_now(newest.as_of), asked)

    def show_differences(self) -> None:
        """What the newest edition of the round in sight changed against the one before it."""
        page, round_ = self._page, self._shown
        if round_ is None:
            return
        house = page.desk.house

        def show(change: EditionChange) -> None:
            ChangeSheet(round_, change, str(house.office.who(change.staff_id)), page).open()

        page.desk.run(page, lambda _report: house.editions.change_of(round_.as_of, round_.edition), show)

    def _correct(self, reason: str) -> None:
        rounds = self._page.desk.house.rounds
        self._page.desk.run(self._page, lambda _report: rounds.correct(reason), self._corrected)

    def _corrected(self, view: RoundView) -> None:
        self._page.desk.changed("*")
        self._page.notices.say(
            say(
                "rounds_page.correct_done", day=format_wareki(view.round.as_of), edition=view.round.edition,
                registered=f"{view.totals.registered.total:,}",
            ),
            "done",
        )  # fmt: skip


def _state_cell(round_: Round) -> Cell:
    return Cell(label(round_.state), tag="done" if round_.state is RoundState.FROZEN else "accent")


def _edition_cell(round_: Round) -> str:
    return say("rounds_page.edition_of", n=round_.edition) if round_.edition else say("rounds_page.edition_none")


def municipality_names(page: RoundsPage) -> dict[str, str]:
    """Names by code, 管外 under the key the totals use."""
    office = page.desk.house.office
    return {**office.municipalities(), OUTSIDE: office.name_of("")}
