"""One lost thing with all that was in it, and the incidents that were written down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QWidget

from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.incidents import Incident, report_days
from hoken_desktop.services.incident_papers import moment_words, said_or_not_yet
from hoken_desktop.services.losses import Loss, count_words, item_words, protection_words
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.words import label, say

_NAMES = 60
"""People named in the pane; the sheet names them all."""


def day_cell(loss: Loss) -> Cell:
    """When a thing was made."""
    if loss.made_at is None:
        return Cell("—", "text3")
    at = in_japan(loss.made_at)
    return Cell(format_wareki(at.date()), tip=f"{at:%Y-%m-%d %H:%M}")


def loss_facts(loss: Loss) -> list[tuple[str, str, str]]:
    """(name, value, tone) of everything the record knows."""
    names = say("incidents.comma").join(p.name for p in loss.persons[:_NAMES])
    if len(loss.persons) > _NAMES:
        names = say("incidents_page.names_more", names=names, n=f"{len(loss.persons) - _NAMES:,}")
    return [
        (say("incidents.what"), label(loss.kind), "text"),
        (say("incidents.name"), loss.title, "text"),
        (say("incidents.count"), count_words(loss), "warn" if loss.people is None else "text"),
        (say("incidents.items"), item_words(loss), "text"),
        (say("incidents.protection"), protection_words(loss), "text" if loss.protection.encrypts else "danger"),
        (say("incidents.handed_to"), loss.handed_to or say("incidents.nobody"), "text"),
        (say("incidents.made_at"), moment_words(loss), "text"),
        (say("incidents.made_by"), loss.made_by or say("papers.nothing_written"), "text"),
        *((name, value, "text") for name, value in loss.facts),
        (say("incidents_page.persons"), names or say("incidents_page.persons_unknown"), "text"),
    ]


class _Facts(QScrollArea):
    """Names and values that scroll where there is little room; the values can be selected."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_facts([])

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Show these; an empty list shows nothing."""
        ground = QWidget(self)
        grid = QGridLayout(ground)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for at, (name, value, tone) in enumerate(facts):
            grid.addWidget(Label(name, "note", "text2", parent=ground), at, 0, Qt.AlignmentFlag.AlignTop)
            shown = Label(value, "table", tone, wrap=True, selectable=True, parent=ground)
            shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(shown, at, 1)
        grid.setRowStretch(len(facts), 1)
        self.setWidget(ground)
        self.setAccessibleName("、".join(f"{name} {value}" for name, value, _ in facts))


class LossPane(Card):
    """What was in the chosen thing; `record_asked` gives it to be written down."""

    record_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(say("incidents_page.inside"), parent=parent)
        self._loss: Loss | None = None
        self.facts = _Facts(self)
        self.body.addWidget(self.facts, 1)
        row = QHBoxLayout()
        self._note = Label(say("incidents.sensitive"), "note", "text2", wrap=True, parent=self)
        self.body.addWidget(self._note)
        self.record_button = button(
            say("incidents_page.record"), self._record, primary=True, deed=True, icon="edit", parent=self
        )
        row.addStretch(1)
        row.addWidget(self.record_button)
        self.body.addLayout(row)
        self.forget()

    def show_loss(self, loss: Loss) -> None:
        """Show one thing."""
        self._loss = loss
        self.facts.show_facts(loss_facts(loss))
        self.record_button.setEnabled(True)

    def forget(self) -> None:
        """Nothing is chosen; every name is gone."""
        self._loss = None
        self.facts.show_facts([])
        self.record_button.setEnabled(False)

    def _record(self) -> None:
        if self._loss is not None:
            self.record_asked.emit(self._loss)


Written = tuple[Incident, Loss | None]


def _title(one: Written) -> str:
    incident, loss = one
    return loss.title if loss is not None else incident.subject or say("incidents.none")


class IncidentList(QWidget):
    """The incidents, the newest first, and the chosen one beside them."""

    change_asked = Signal(object)
    save_asked = Signal(object)
    print_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.list: TableCard[Written] = TableCard(
            _columns(), say("incidents_page.written"),
            EmptyState(
                say("incidents_page.none_written"), say("incidents_page.none_written_text"), picture="circle-check"
            ),
            title=say("incidents_page.written"), counted="kit.things_shown", parent=self,
        )  # fmt: skip
        self.list.table.chosen.connect(self._show)
        self._card = Card(say("incidents_page.one"), parent=self)
        self.facts = _Facts(self._card)
        self._card.body.addWidget(self.facts, 1)
        deeds = QHBoxLayout()
        deeds.addStretch(1)
        self._chosen: Incident | None = None
        self.save_button = button(
            say("incidents_page.save"), lambda: self._ask(self.save_asked), icon="download", parent=self
        )
        self.print_button = button(
            say("incidents_page.print"), lambda: self._ask(self.print_asked), icon="printer", parent=self
        )
        self.change_button = button(
            say("incidents_page.change"), lambda: self._ask(self.change_asked), icon="edit", primary=True, deed=True,
            parent=self,
        )  # fmt: skip
        for each in (self.save_button, self.print_button, self.change_button):
            deeds.addWidget(each)
        self._card.body.addLayout(deeds)
        row.addWidget(self.list, 560)
        row.addWidget(self._card, 626)

    def show_incidents(self, found: Sequence[Written]) -> None:
        """Show these; the first one is chosen."""
        self.list.show_source(Rows(tuple(found)))
        self._card.setVisible(bool(found))
        if found:
            self.list.table.choose(0)
            self._show(found[0])

    def forget(self) -> None:
        """Every name is gone."""
        self.list.show_source(None)
        self.facts.show_facts([])

    def _ask(self, signal: object) -> None:
        if self._chosen is not None:
            signal.emit(self._chosen)  # type: ignore[attr-defined]

    def _show(self, one: Written | None) -> None:
        if one is None:
            return
        incident, loss = one
        self._chosen = incident
        days = report_days(incident.found_on)
        guide = say(
            "incidents.guide", first=format_wareki(days.first_from), until=format_wareki(days.first_until),
            final=format_wareki(days.final), malicious=format_wareki(days.final_if_malicious),
        )  # fmt: skip
        nothing = say("papers.nothing_written")
        facts = [
            (say("incidents.found_on"), format_wareki(incident.found_on), "text"),
            (
                say("incidents.happened_on"),
                format_wareki(incident.happened_on) if incident.happened_on else say("papers.unknown"), "text",
            ),
            (say("incidents.circumstances"), incident.circumstances, "text"),
            (say("incidents.cause"), incident.cause or nothing, "text"),
            (say("incidents.measures"), incident.measures or nothing, "text"),
            (
                say("incidents.reported_on"), said_or_not_yet(incident.reported_on),
                "text" if incident.reported_on else "warn",
            ),
            (say("incidents_page.guide"), guide, "text2"),
        ]  # fmt: skip
        self.facts.show_facts(facts + (loss_facts(loss) if loss is not None else []))


def _columns() -> list[Column[Written]]:
    def reported(one: Written) -> Cell:
        day = one[0].reported_on
        return Cell(said_or_not_yet(day), "text" if day else "warn", bold=day is None)

    def state(one: Written) -> Cell:
        if one[0].closed_on is not None:
            return Cell(say("incidents_page.closed"), tag="done")
        return Cell(say("incidents_page.going_on"), tag="warn")

    return [
        Column(say("incidents.found_on"), lambda one: format_wareki(one[0].found_on), 124, grow=1),
        Column(say("incidents.what"), lambda one: label(one[0].kind), 104, grow=1),
        Column(say("incidents.name"), lambda one: Cell(_title(one), tip=_title(one)), 130, lead=True, grow=1),
        Column(say("incidents.reported_on"), reported, 120, grow=1),
        Column(say("incidents_page.state"), state, 76),
    ]
