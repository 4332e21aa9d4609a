"""What is asked over the masters: the last day of an entry, which entry is meant, what a sheet would bring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.errors import Fault
from hoken_desktop.services.master_sheets import MasterReading
from hoken_desktop.ui.kit.completions import CompletionInput, Suggestion
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import DateInput
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import has, say


class EndForm(Form):
    """終了: the last day, and how many people this touches (None where nobody counts); nothing of theirs changes."""

    def __init__(
        self, parent: QWidget, name: str, people: int | None, today: date, done: Callable[[date], None]
    ) -> None:
        super().__init__(say("masters_page.end_title", name=name), say("masters_page.end_verb"), parent, columns=1)
        self.setMinimumWidth(520)
        self._done = done
        text = say("masters_page.end_people", n=people) if people else say("masters_page.end_nobody")
        if people is None:
            text = say("masters_page.end_uncounted")
        self.body.insertWidget(0, Label(text, wrap=True, parent=self))
        self.day = self.field(say("masters_page.last_day"), DateInput(today), needed=True)
        self.day.control.setFocus()

    def try_it(self) -> None:
        on = self.day_of(self.day, needed=True, latest=None)
        if on is None or self.stop_at(self.day):
            return
        self._done(on)
        self.accept()


class ChooseForm(Form):
    """Which entry a name or another entry belongs to; the likely ones are offered first."""

    def __init__(
        self, parent: QWidget, title: str, text: str, verb: str, suggestions: Sequence[Suggestion],
        likely: Suggestion | None, done: Callable[[str], None],
    ) -> None:  # fmt: skip
        super().__init__(title, verb, parent, columns=1)
        self.setMinimumWidth(560)
        self._done = done
        self.body.insertWidget(0, Label(text, wrap=True, parent=self))
        self.which = CompletionInput(suggestions)
        self.which_field = self.field(say("masters_page.which"), self.which, say("masters_page.hint_which"))
        if likely is not None:
            self.which.choose(likely)
        self.which.setFocus()

    def try_it(self) -> None:
        id_ = self.which.id()
        self.which_field.set_fault("" if id_ else say("masters_page.fault_which"))
        if id_:
            self._done(id_)
            self.accept()


class ReadSheet(Sheet):
    """What a sheet would bring, row by row where something is wrong; `take` is done when the verb is pressed."""

    def __init__(self, parent: QWidget, file: str, reading: MasterReading, take: Callable[[], None]) -> None:
        super().__init__(say("masters_page.read_title", file=file), parent)
        self.setMinimumWidth(1000)
        self.add_text(
            say(
                "masters_page.read_counts", rows=reading.rows, added=reading.added, changed=reading.changed,
                unchanged=reading.unchanged, faulty=reading.faulty,
            )
        )  # fmt: skip
        self.add_text(say("masters_page.read_blanks"), note=True)
        if reading.unmapped_columns:
            columns = say("masters_page.comma").join(reading.unmapped_columns)
            self.add_text(say("masters_page.read_unmapped", columns=columns), note=True)
        faults = [*reading.faults, *reading.warnings]
        if faults:
            card: TableCard[Fault] = TableCard(
                _fault_columns(), say("masters_page.read_faults"), EmptyState(say("masters_page.read_faults")),
                counted="kit.things_shown", parent=self,
            )  # fmt: skip
            card.show_source(Rows(faults))
            card.setMinimumHeight(180)
            self.body.addWidget(card, 1)
        back = self.add_button(say("kit.back"))
        back.clicked.connect(self.reject)
        count = reading.added + reading.changed
        self.verb = self.add_button(say("masters_page.read_verb", n=count), primary=True)
        self.verb.setEnabled(count > 0)
        self.verb.clicked.connect(self.accept)
        self.accepted.connect(take)
        self.finished.connect(self.deleteLater)


def _fault_columns() -> list[Column[Fault]]:
    def kind(fault: Fault) -> Cell:
        if fault.warning:
            return Cell(say("masters_page.kind_warning"), "warn", icon="alert-circle")
        return Cell(say("masters_page.kind_fault"), "danger", icon="alert-triangle")

    def words(fault: Fault) -> str:
        key = f"faults.{fault.code}"
        return say(key, **fault.facts) if has(key) else fault.code

    return [
        Column(say("masters_page.column_fault"), kind, 96),
        Column(say("masters_page.column_row"), lambda f: str(f.row) if f.row else "", 56, Align.RIGHT),
        Column(say("masters_page.column_column"), lambda f: f.column, 130),
        Column(say("masters_page.column_words"), words, 300, grow=1),
    ]
