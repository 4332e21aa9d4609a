"""漏えい時: "this file or paper is lost" answered on one page, then written down and printed for the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from hoken_desktop.domain.deeds import Deed, Topic, topics_of
from hoken_desktop.domain.incidents import Incident, IncidentKind
from hoken_desktop.services.losses import Loss, count_words
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Pick, button, line
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.choosers import choose_file
from hoken_desktop.ui.pages.incident_forms import IncidentDraft, IncidentForm
from hoken_desktop.ui.pages.incident_view import IncidentList, LossPane, day_cell
from hoken_desktop.ui.pages.papers import PaperActions
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_TYPING_MS = 250
_LOST, _WRITTEN = range(2)


class IncidentsPage(Page):
    """Two tabs: what was lost, and what was written down. `show_at(text=…)` looks something up."""

    topics = frozenset({Topic.DISCLOSURES, Topic.AUDITS})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("incidents_page.title"))
        self.setAcceptDrops(True)
        self.papers = PaperActions(self)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.tabs.setAccessibleName(say("incidents_page.title"))
        self.tabs.addTab(say("incidents_page.tab_lost"))
        self.tabs.addTab(say("incidents_page.tab_written", n=0))
        self.head.addWidget(self.tabs)
        self.stack = QStackedWidget(self)
        self.body.addWidget(self.stack, 1)
        self.stack.addWidget(self._make_search())
        self.written = IncidentList(self)
        self.stack.addWidget(self.written)
        self.written.change_asked.connect(self._ask_change)
        self.written.save_asked.connect(self._save)
        self.written.print_asked.connect(self._press)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._find)

    def _make_search(self) -> QWidget:
        view = QWidget(self)
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        ask = QHBoxLayout()
        ask.setSpacing(8)
        self.text = line(placeholder=say("incidents_page.search_hint"), longest=120, parent=view)
        self.text.setAccessibleName(say("incidents_page.search"))
        self.text.textEdited.connect(lambda _text: self._typing.start())
        self.kind: Pick[IncidentKind | None] = Pick(
            [
                (say("incidents_page.every_kind"), None),
                *((label(k), k) for k in IncidentKind if k is not IncidentKind.OTHER),
            ],
            view,
        )  # fmt: skip
        self.kind.setAccessibleName(say("incidents_page.kind"))
        self.kind.currentIndexChanged.connect(lambda _at: self._find())
        self.file_button = button(say("incidents_page.by_file"), self._choose_file, icon="search", parent=view)
        self.other_button = button(say("incidents_page.other"), self._ask_other, deed=True, parent=view)
        ask.addWidget(self.text, 1)
        for each in (self.kind, self.file_button, self.other_button):
            ask.addWidget(each)
        column.addLayout(ask)
        row = QHBoxLayout()
        row.setSpacing(12)
        column.addLayout(row, 1)
        self.found: TableCard[Loss] = TableCard(
            _columns(), say("incidents_page.found"),
            EmptyState(say("incidents_page.nothing"), say("incidents_page.nothing_text"), picture="search"),
            title=say("incidents_page.found"), counted="kit.things_shown", parent=view,
        )  # fmt: skip
        self.found.rule.setText(say("incidents_page.rule"))
        self.found.table.chosen.connect(self._show_loss)
        self.pane = LossPane(view)
        self.pane.record_asked.connect(self._ask_open)
        row.addWidget(self.found, 640)
        row.addWidget(self.pane, 546)
        return view

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._find()
        house = self.desk.house
        found = [(one, house.incidents.loss(one)) for one in house.incidents.all()]
        self.written.show_incidents(found)
        self.tabs.setTabText(_WRITTEN, say("incidents_page.tab_written", n=len(found)))

    def show_at(self, **where: object) -> None:
        if "text" in where:
            self.tabs.setCurrentIndex(_LOST)
            self.text.setText(str(where["text"]))
            self._find()
        if where.get("tab") == "written":
            self.tabs.setCurrentIndex(_WRITTEN)

    def first_focus(self) -> QWidget:
        return self.text if self.stack.currentIndex() == _LOST else self.written.list.table

    def release(self) -> None:
        self._typing.stop()
        self.found.show_source(None)
        self.pane.forget()
        self.written.forget()

    def _find(self) -> None:
        self._typing.stop()
        self._show_found(self.desk.house.incidents.losses.find(self.text.text(), self.kind.value()))

    def _show_found(self, found: tuple[Loss, ...]) -> None:
        self.found.show_source(Rows(found))
        if found:
            self.found.table.choose(0)
        else:
            self.pane.forget()

    def _show_loss(self, loss: Loss | None) -> None:
        if loss is not None:
            self.pane.show_loss(self.desk.house.incidents.losses.of(loss.kind, loss.subject))

    # ---- a file at hand ---------------------------------------------------------------------------------------

    def _choose_file(self) -> None:
        choose_file(self, say("incidents_page.choose_file"), say("incidents_page.kinds"), self.look_up)

    def look_up(self, file: Path) -> None:
        """Find what a file is by its SHA-256."""
        losses = self.desk.house.incidents.losses
        self.tabs.setCurrentIndex(_LOST)
        self.desk.run(self, lambda _report: losses.find_file(file), self._show_found)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and len(event.mimeData().urls()) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.look_up(Path(event.mimeData().urls()[0].toLocalFile()))
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    # ---- writing down -----------------------------------------------------------------------------------------

    def _ask_open(self, loss: Loss) -> None:
        self._ask(loss.kind, loss.subject, loss.title)

    def _ask_other(self) -> None:
        self._ask(IncidentKind.OTHER, "", "")

    def _ask(self, kind: IncidentKind, subject: str, title: str) -> None:
        incidents = self.desk.house.incidents

        def done(draft: IncidentDraft) -> None:
            self.desk.run(
                self,
                lambda _report: incidents.open(
                    kind, subject or draft.subject, draft.found_on, draft.circumstances,
                    happened_on=draft.happened_on, cause=draft.cause, measures=draft.measures,
                ),
                self._opened,
            )  # fmt: skip

        IncidentForm(self, title, self.desk.house.overviews.day(), done, named=bool(title)).open()

    def _opened(self, _incident: Incident) -> None:
        self.desk.changed(*topics_of(Deed.INCIDENT_OPENED))
        self.tabs.setCurrentIndex(_WRITTEN)
        self.notices.say(say("incidents_page.opened"), "done")

    def _ask_change(self, incident: Incident) -> None:
        incidents = self.desk.house.incidents

        def done(draft: IncidentDraft) -> None:
            self.desk.run(
                self,
                lambda _report: incidents.change(
                    incident.id, circumstances=draft.circumstances, cause=draft.cause, measures=draft.measures,
                    happened_on=draft.happened_on, reported_on=draft.reported_on, closed_on=draft.closed_on,
                ),
                self._changed,
            )  # fmt: skip

        loss = incidents.loss(incident)
        title = loss.title if loss else incident.subject
        IncidentForm(self, title, self.desk.house.overviews.day(), done, incident=incident, named=True).open()

    def _changed(self, _incident: Incident) -> None:
        self.desk.changed(*topics_of(Deed.INCIDENT_CHANGED))
        self.notices.say(say("incidents_page.changed"), "done")

    def _save(self, incident: Incident) -> None:
        incidents = self.desk.house.incidents
        name = say("incidents_page.file", day=f"{incident.found_on:%Y%m%d}")
        self.papers.save(name, lambda path: incidents.write(incident.id, path))

    def _press(self, incident: Incident) -> None:
        incidents = self.desk.house.incidents
        self.papers.press(lambda printer: incidents.print_on(printer, incident.id))


def _columns() -> list[Column[Loss]]:
    def people(loss: Loss) -> Cell:
        if loss.people is None:
            return Cell(say("incidents.people_unknown"), "warn", bold=True)
        return Cell(f"{loss.people:,}", tip=count_words(loss))

    def protection(loss: Loss) -> Cell:
        safe = loss.protection.encrypts
        words = say("incidents_page.encrypted") if safe else say("incidents_page.open")
        return Cell(words, tag="done" if safe else "danger")

    return [
        Column(say("incidents_page.made_at"), day_cell, 124, grow=1),
        Column(say("incidents_page.what"), lambda one: label(one.kind), 108, grow=1),
        Column(say("incidents_page.name"), lambda one: Cell(one.title, tip=one.title), 150, lead=True, grow=6),
        Column(say("incidents_page.people"), people, 58, Align.RIGHT),
        Column(say("incidents_page.protection"), protection, 84),
    ]
