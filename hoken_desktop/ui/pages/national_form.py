"""A newer figure of the whole country, with its day and its source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.funnels import NationalFigure
from hoken_desktop.ui.kit.forms import DateInput, line
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import say


class NationalForm(Form):
    """`done` gets plans, people on the lists, the day and the source."""

    def __init__(
        self, parent: QWidget, now: NationalFigure, today: date, done: Callable[[int, int, date, str], object]
    ) -> None:
        super().__init__(say("funnels_page.national_title"), say("funnels_page.national_verb"), parent, columns=2)
        self._done, self._today = done, today
        self.planned = line(f"{now.planned}", longest=10, parent=self)
        self.listed = line(f"{now.listed}", longest=10, parent=self)
        self.as_of = DateInput(now.as_of, self)
        self.where_from = line(now.source, longest=200, parent=self)
        self.planned_field = self.field(say("funnels_page.national_planned"), self.planned, needed=True)
        self.listed_field = self.field(say("funnels_page.national_listed"), self.listed, needed=True)
        self.as_of_field = self.field(say("funnels_page.national_as_of"), self.as_of, needed=True)
        self.source_field = self.field(say("funnels_page.national_source"), self.where_from, needed=True, wide=True)
        self.planned.setFocus()

    def try_it(self) -> None:
        numbers = [text.replace(",", "").strip() for text in (self.planned.text(), self.listed.text())]
        for field, number in zip((self.planned_field, self.listed_field), numbers, strict=True):
            field.set_fault("" if number.isascii() and number.isdigit() else say("funnels_page.national_number"))
        day = self.as_of.day()
        wrong_day = self.as_of.fault() or ("" if day and day <= self._today else say("recalls_page.day_in_future"))
        self.as_of_field.set_fault(wrong_day)
        self.source_field.set_fault("" if self.where_from.text().strip() else say("funnels_page.national_no_source"))
        if not self.planned_field.fault() and not self.listed_field.fault() and int(numbers[0]) > int(numbers[1]):
            self.planned_field.set_fault(say("funnels_page.national_more"))
        if self.stop_at(self.planned_field, self.listed_field, self.as_of_field, self.source_field) or day is None:
            return
        self._done(int(numbers[0]), int(numbers[1]), day, self.where_from.text().strip())
        self.accept()
