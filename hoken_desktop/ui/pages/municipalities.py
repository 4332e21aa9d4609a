"""設定・市町: the municipalities this centre is responsible for; how many people each has; none is built in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.services.offices import Town
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Field, button, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.kit.tables import Align, Column, Rows, TableCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.words import say


class TownsSection(Section):
    """A table in the office's order, an input for one more, a verb for one less."""

    topics = frozenset({"office", "persons"})
    scrolls = False

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("settings.towns"), say("settings.towns_what"))
        self.setProperty(PLACE, "settings#管内の市町村")
        columns: list[Column[Town]] = [
            Column(say("settings.town_name"), lambda town: town.name, 160, lead=True, grow=1),
            Column(say("settings.town_whole"), lambda town: town.full_name, 240, grow=2),
            Column(say("settings.town_code"), lambda town: town.code, 110),
            Column(say("settings.town_people"), lambda town: f"{town.people:,}", 130, Align.RIGHT),
        ]
        self.card: TableCard[Town] = TableCard(
            columns, say("settings.towns"), EmptyState(say("settings.towns_none")),
            counted="kit.things_shown", parent=self,
        )  # fmt: skip
        self.body.addWidget(self.card, 1)
        self.wanted = line(placeholder=say("settings.town_hint"), longest=40, parent=self)
        self.add = button(say("settings.town_add"), self._add, icon="plus", deed=True, parent=self)
        self.remove = button(say("settings.town_remove"), self._ask_remove, deed=True, parent=self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Field(say("settings.town_wanted"), self.wanted, parent=self), 1)
        for verb in (self.add, self.remove):
            row.addWidget(verb, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(row)
        self._reason = Label(say("settings.admins_only"), "note", "warn", parent=self)
        self.body.addWidget(self._reason)
        self._manages = True
        self.wanted.returnPressed.connect(self._add)
        self.card.table.chosen.connect(lambda _town: self._offer())

    def refresh(self) -> None:
        self.card.show_source(Rows(self.desk.house.office.towns()))
        self._manages = self.desk.house.staff.may_manage()
        self._reason.setVisible(not self._manages)
        self._offer()

    def _offer(self) -> None:
        self.wanted.setEnabled(self._manages)
        self.add.setEnabled(self._manages)
        self.remove.setEnabled(self._manages and self.card.table.current() is not None)

    def first_focus(self) -> QWidget:
        return self.wanted

    def _add(self) -> None:
        raw = self.wanted.text().strip()
        if not raw:
            self.page.notices.say(say("settings.town_missing"), "warn")
            self.wanted.setFocus()
            return
        office = self.desk.house.office

        def added(town: Town) -> None:
            self.wanted.clear()
            self.done(say("settings.town_added", name=town.full_name), Deed.OFFICE_SET)

        self.run(lambda _report: office.add_town(raw), added)

    def _ask_remove(self) -> None:
        town = self.card.table.current()
        if town is None:
            return
        ask(
            self.page,
            say("settings.town_remove_title", name=town.name),
            say("settings.town_remove_text", name=town.name, n=f"{town.people:,}"),
            say("settings.town_remove_verb", name=town.name),
            partial(self._remove, town),
            danger=True,
        )

    def _remove(self, town: Town) -> None:
        office = self.desk.house.office
        self.run(
            lambda _report: office.remove_town(town.code),
            lambda _office: self.done(say("settings.town_removed", name=town.name), Deed.OFFICE_SET),
        )
