"""What is asked before a recall is written down as told, and before it is closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QLineEdit, QWidget

from hoken_desktop.ui.kit.forms import DateInput, Field, line
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import say

Done = Callable[[date, str], object]


class _DayForm(Form):
    """A day, and a line of text; `done` gets both."""

    def __init__(
        self, parent: QWidget, words: tuple[str, str, str], day_name: str, text_name: str, today: date, done: Done, *,
        needed: str = "",
    ) -> None:  # fmt: skip
        title, text, verb = words
        super().__init__(title, verb, parent, columns=1)
        self._done, self._needed, self._today = done, needed, today
        self.body.insertWidget(0, self.add_text(text))
        self.day_input: DateInput = DateInput(today, self)
        self.day_field: Field = self.field(day_name, self.day_input, needed=True)
        self.text: QLineEdit = line(longest=60)
        self.text_field: Field = self.field(text_name, self.text, needed=bool(needed))
        self.day_input.edit.setFocus()

    def try_it(self) -> None:
        day = self.day_input.day()
        fault = self.day_input.fault() or ("" if day else say("recalls_page.day_missing"))
        if day is not None and day > self._today:
            fault = say("recalls_page.day_in_future")
        self.day_field.set_fault(fault)
        missing = self._needed if self._needed and not self.text.text().strip() else ""
        self.text_field.set_fault(missing)
        if self.stop_at(self.day_field, self.text_field) or day is None:
            return
        self._done(day, self.text.text().strip())
        self.accept()


class TellForm(_DayForm):
    """When the recipient was told, and under which number."""

    def __init__(self, parent: QWidget, place: str, count: int, today: date, done: Done) -> None:
        words = (
            say("recalls_page.tell_title", place=place), say("recalls_page.tell_text", n=f"{count:,}"),
            say("recalls_page.tell_verb"),
        )  # fmt: skip
        super().__init__(
            parent, words, say("recalls_page.told_on"), say("recalls_page.our_number"), today, done
        )


class ConfirmForm(_DayForm):
    """When the recipient confirmed, and who, and what it could not do; `done` gets the 照合番号 of these as well."""

    def __init__(
        self, parent: QWidget, place: str, count: int, today: date, done: Callable[[date, str, list[str]], object]
    ) -> None:
        words = (
            say("recalls_page.confirm_title", place=place), say("recalls_page.confirm_text", n=f"{count:,}"),
            say("recalls_page.confirm_verb"),
        )  # fmt: skip
        super().__init__(
            parent, words, say("recalls_page.confirmed_on"), say("recalls_page.confirmed_by"), today,
            lambda day, by: done(day, by, re.split(r"[\s、,，;；]+", self.left.text().strip())),
            needed=say("recalls_page.by_missing"),
        )  # fmt: skip
        self.left: QLineEdit = line(longest=400)
        self.field(say("recalls_page.left"), self.left, say("recalls_page.left_hint"))
