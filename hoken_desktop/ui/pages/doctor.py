"""設定・診断: what was looked at, one by one, and whether it is in order."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.words import has, say


class Looked(Protocol):
    """One check, as the house made it."""

    name: str
    well: bool
    found: str


class DoctorSection(Section):
    """The checks of this PC and the open registry; they take their time and run when asked for."""

    scrolls = False

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("settings.doctor"), say("settings.doctor_what"))
        self.setProperty(PLACE, "settings#診断")
        self._checks: list[Looked] = []
        columns: list[Column[Looked]] = [
            Column(say("settings.check_well"), _well, 110),
            Column(say("settings.check_name"), lambda one: say(f"doctor.{one.name}"), 220, lead=True, grow=1),
            Column(say("settings.check_found"), lambda one: found(one), 360, grow=3),
        ]
        self.card: TableCard[Looked] = TableCard(
            columns, say("settings.doctor"),
            EmptyState(
                say("settings.checks_none"), say("settings.checks_none_text"), say("settings.examine"), "shield-lock"
            ),
            counted="kit.things_shown", parent=self,
        )  # fmt: skip
        self.card.empty.asked.connect(self.examine)
        self.body.addWidget(self.card, 1)
        self.again = button(say("settings.examine"), self.examine, primary=True, deed=True, parent=self)
        self.copy = button(say("settings.copy_checks"), self._copy, icon="copy", parent=self)
        self.copy.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.again)
        row.addWidget(self.copy)
        row.addWidget(Label(say("settings.copy_note"), "note", "text2", wrap=True, parent=self), 1)
        self.body.addLayout(row)

    def first_focus(self) -> QWidget:
        return self.again

    def examine(self) -> None:
        """Look at everything again."""
        house = self.desk.house
        self.run(lambda _report: house.examine(), self._show)

    def _show(self, checks: list[Looked]) -> None:
        self._checks = checks
        self.card.show_source(Rows(checks))
        self.copy.setEnabled(True)
        bad = [one for one in checks if not one.well]
        if bad:
            self.page.notices.say(say("settings.checks_bad", n=len(bad)), "danger")
        else:
            self.page.notices.say(say("settings.checks_well", n=len(checks)), "done")

    def _copy(self) -> None:
        lines = [f"{'○' if one.well else '×'} {say(f'doctor.{one.name}')}: {found(one)}" for one in self._checks]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.page.notices.say(say("settings.checks_copied"), "done")


def found(one: Looked) -> str:
    """What was found, in words where there are any."""
    if one.found == "ok":
        return say("settings.check_ok")
    if one.name == "keys" and has(f"doctor.keys_{one.found}"):
        return say(f"doctor.keys_{one.found}")
    if one.well or not has(one.found):
        return one.found
    try:
        return say(one.found)
    except KeyError:  # a sentence with blanks: its code must do
        return one.found


def _well(one: Looked) -> Cell:
    if one.well:
        return Cell(say("settings.well"), "done", icon="circle-check")
    return Cell(say("settings.not_well"), "danger", bold=True, icon="alert-triangle")
