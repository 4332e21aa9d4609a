"""時計: shown only while the PC's day lies before the record's; a 管理者 says that the clock is right."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed, topics_of
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import DateInput, Field, button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.kit.pages import Page


class ClockCard(Card):
    """What is wrong, and the verb that says the clock is right now."""

    def __init__(self, page: Page) -> None:
        super().__init__(parent=page)
        self._page = page
        row = QHBoxLayout()
        row.setSpacing(10)
        self._said = Label("", "base", "danger", wrap=True, parent=self)
        self.verb = button(say("clocks.confirm"), self._ask, deed=True, parent=self)
        row.addWidget(self._said, 1)
        row.addWidget(self.verb)
        self.body.addLayout(row)
        self.setVisible(False)

    def refresh(self) -> None:
        """Show the card where the record holds a day to come."""
        newest = self._page.desk.house.clocks.ahead()
        self.setVisible(newest is not None)
        if newest is not None:
            self._said.setText(say("clocks.ahead", last=format_wareki(newest)))

    def _ask(self) -> None:
        sheet = ClockSheet(self._page)
        sheet.given.connect(self._confirm)
        sheet.open()

    def _confirm(self, today: object) -> None:
        house = self._page.desk.house

        def done(_day: date) -> None:
            self._page.desk.changed(*topics_of(Deed.CLOCK_CONFIRMED))
            self._page.notices.say(say("clocks.confirmed"), "done")

        self._page.desk.run(self._page, lambda _report: house.clocks.confirm(today), done)


class ClockSheet(Sheet):
    """Today's date as the person knows it; `given` gives it."""

    given = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(say("clocks.title"), parent)
        self.setObjectName("clockSheet")
        self.add_text(say("clocks.text"))
        self.day = DateInput(parent=self)
        self._field = Field(say("clocks.today"), self.day, needed=True, parent=self)
        self.body.addWidget(self._field)
        self.add_button(say("kit.back")).clicked.connect(self.reject)
        self.verb = self.add_button(say("clocks.verb"), primary=True)
        self.verb.clicked.connect(self._give)
        self.finished.connect(self.deleteLater)
        self.day.edit.setFocus()

    def _give(self) -> None:
        day = self.day.day()
        self._field.set_fault(self.day.fault() or ("" if day else say("clocks.fault_empty")))
        if day is not None and not self.day.fault():
            self.accept()
            self.given.emit(day)
