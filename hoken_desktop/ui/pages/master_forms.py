"""The forms over the masters: one for each table, the last day of an entry, and what a sheet would bring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from hoken_desktop.domain.codes import DeviceKind, Scheme
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.masters import DeviceModel, Disease, Organisation, OrganisationKind
from hoken_desktop.services.diseases import SCHEMES
from hoken_desktop.services.master_sheets import MasterReading
from hoken_desktop.ui.kit.completions import CompletionInput, Suggestion
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import has, label, say

E = TypeVar("E", bound=Organisation | DeviceModel | Disease)


class EntryForm(Form):
    """What every entry has: the days it is valid, where it is known from, a note. A fault is said at its field."""

    def __init__(self, parent: QWidget, title: str, verb: str, columns: int = 3) -> None:
        super().__init__(title, verb, parent, columns=columns)
        self.setMinimumWidth(900)
        self._texts: dict[str, QLineEdit] = {}
        self.fields: dict[str, Field] = {}

    def text(
        self, key: str, value: str, longest: int, hint: str = "", *, needed: bool = False, wide: bool = False
    ) -> None:
        """A line for the field `key` of the entry."""
        self._texts[key] = line(value, longest=longest)
        name = say(f"masters.column_{key}")
        self.fields[key] = self.field(name, self._texts[key], hint, needed=needed, wide=wide)

    def field(
        self, name: str, control: QWidget, hint: str = "", *, needed: bool = False, wide: bool = False
    ) -> Field:
        made = super().field(name, control, hint, needed=needed, wide=wide)
        self.grid.setAlignment(made, Qt.AlignmentFlag.AlignTop)  # one with a hint pushes its neighbours down else
        return made

    def days(self, start: date | None, end: date | None) -> None:
        """The two days of validity; blank leaves that end open."""
        hint = say("masters_page.hint_days")
        self.start = self.field(say("masters.column_valid_from"), DateInput(start), hint)
        self.stop = self.field(say("masters.column_valid_to"), DateInput(end), hint)

    def said(self) -> dict[str, str]:
        """Every line as typed, without outer spaces."""
        return {key: edit.text().strip() for key, edit in self._texts.items()}

    def checked_days(self) -> tuple[date | None, date | None]:
        """The days; a fault is shown at its field."""
        start = self.day_of(self.start, needed=False, latest=None)
        end = self.day_of(self.stop, needed=False, latest=None)
        if start and end and end < start:
            self.stop.set_fault(say("masters.days_reversed"))
        return start, end

    def need(self, key: str, fault: str) -> None:
        """A field that must not be blank."""
        self.fields[key].set_fault("" if self._texts[key].text().strip() else fault)


class OrganisationForm(EntryForm):
    """業者・機関. The telephone at any hour stands beside the one by day, because it is the one that is looked for."""

    def __init__(
        self, parent: QWidget, entry: Organisation, title: str, verb: str, towns: Sequence[Suggestion],
        done: Callable[[Organisation], None],
    ) -> None:  # fmt: skip
        super().__init__(parent, title, verb)
        self._entry = entry
        self._done = done
        self.kind: Pick[OrganisationKind] = Pick([(label(kind), kind) for kind in OrganisationKind])
        self.kind.pick(entry.kind)
        self.field(say("masters.column_kind"), self.kind)
        self.text("name", entry.name, 80, needed=True)
        self.text("office", entry.office, 60)
        self.text("phone_24h", entry.phone_24h, 30)
        self.text("phone", entry.phone, 30)
        self.text("fax", entry.fax, 30)
        self.town = CompletionInput(towns, next((t.text for t in towns if t.id == entry.municipality), ""))
        self.town_field = self.field(say("masters.column_municipality"), self.town, say("masters_page.hint_town"))
        self.text("name_kana", entry.name_kana, 80)
        self.text("email", entry.email, 80)
        self.text("address", entry.address, 200, wide=True)
        self.text("contact_name", entry.contact_name, 60)
        self.days(entry.valid_from, entry.valid_to)
        self.text("source", entry.source, 80)
        self.text("note", entry.note, 300)
        self._texts["name"].setFocus()

    def entry(self) -> Organisation | None:
        """What the fields say; None where one is wrong."""
        start, end = self.checked_days()
        self.need("name", say("organisations.no_name"))
        typed, code = self.town.text().strip(), self.town.id()
        fault = say("organisations.unknown_municipality") if typed and not code else ""
        if not typed and self.kind.value() is OrganisationKind.MUNICIPALITY:
            fault = say("organisations.no_municipality")
        self.town_field.set_fault(fault)
        if self.stop_at(self.fields["name"], self.town_field, self.start, self.stop):
            return None
        return replace(
            self._entry, kind=self.kind.value(), municipality=code, valid_from=start, valid_to=end, **self.said()
        )

    def try_it(self) -> None:
        found = self.entry()
        if found is not None:
            self._done(found)
            self.accept()


class ModelForm(EntryForm):
    """機種, with the maker's catalogue values."""

    def __init__(
        self, parent: QWidget, entry: DeviceModel, title: str, verb: str, makers: Sequence[Suggestion],
        done: Callable[[DeviceModel], None],
    ) -> None:  # fmt: skip
        super().__init__(parent, title, verb)
        self._entry = entry
        self._done = done
        self.kind: Pick[DeviceKind] = Pick([(label(kind), kind) for kind in DeviceKind])
        self.kind.pick(entry.kind)
        self.field(say("masters.column_kind"), self.kind)
        self.maker = CompletionInput(makers, entry.maker, longest=60)
        self.field(say("masters.column_maker"), self.maker)
        self.text("model", entry.model, 60, needed=True)
        hint = say("masters_page.hint_catalogue")
        self.numbers: dict[str, Field] = {}
        for key in ("battery_hours", "external_battery_hours", "watts"):
            value = getattr(entry, key)
            edit = line("" if value is None else f"{value:g}", longest=8)
            self.numbers[key] = self.field(say(f"masters.column_{key}"), edit, hint)
        self.days(entry.valid_from, entry.valid_to)
        self.text("source", entry.source, 80)
        self.text("note", entry.note, 300, wide=True)
        self._texts["model"].setFocus()

    def entry(self) -> DeviceModel | None:
        """What the fields say; None where one is wrong."""
        start, end = self.checked_days()
        self.need("model", say("device_models.no_model"))
        read = {key: self._number(key) for key in self.numbers}
        if self.stop_at(self.fields["model"], *self.numbers.values(), self.start, self.stop):
            return None
        watts = read["watts"]
        return replace(
            self._entry, kind=self.kind.value(), maker=self.maker.text().strip(), valid_from=start, valid_to=end,
            battery_hours=read["battery_hours"], external_battery_hours=read["external_battery_hours"],
            watts=int(watts) if watts is not None else None, **self.said(),
        )  # fmt: skip

    def _number(self, key: str) -> float | None:
        field = self.numbers[key]
        control = field.control
        assert isinstance(control, QLineEdit)
        text = control.text().strip()
        field.set_fault("")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if value < 0 or (key == "watts" and not value.is_integer()):
            field.set_fault(say("faults.master_number_unreadable"))
            return None
        return value

    def try_it(self) -> None:
        found = self.entry()
        if found is not None:
            self._done(found)
            self.accept()


class DiseaseForm(EntryForm):
    """疾病: its scheme, number and name."""

    def __init__(
        self, parent: QWidget, entry: Disease, title: str, verb: str, done: Callable[[Disease], None]
    ) -> None:
        super().__init__(parent, title, verb, columns=2)
        self._entry = entry
        self._done = done
        self.scheme: Pick[Scheme] = Pick([(label(scheme), scheme) for scheme in SCHEMES])
        self.scheme.pick(entry.scheme)
        self.field(say("masters.column_scheme"), self.scheme)
        self.text("number", entry.number, 8, needed=True)
        self.text("name", entry.name, 120, needed=True, wide=True)
        self.text("name_kana", entry.name_kana, 120, wide=True)
        self.days(entry.valid_from, entry.valid_to)
        self.text("source", entry.source, 80, wide=True)
        self.text("note", entry.note, 300, say("masters_page.hint_former"), wide=True)
        self._texts["number"].setFocus()

    def entry(self) -> Disease | None:
        """What the fields say; None where one is wrong."""
        start, end = self.checked_days()
        self.need("number", say("diseases.no_number"))
        self.need("name", say("diseases.no_name"))
        if self.stop_at(self.fields["number"], self.fields["name"], self.start, self.stop):
            return None
        return replace(self._entry, scheme=self.scheme.value(), valid_from=start, valid_to=end, **self.said())

    def try_it(self) -> None:
        found = self.entry()
        if found is not None:
            self._done(found)
            self.accept()


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
