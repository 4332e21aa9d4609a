"""The forms over the masters: one for each table, the last day of an entry, and what a sheet would bring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from hoken_desktop.domain.codes import DeviceKind, Scheme
from hoken_desktop.domain.masters import DeviceModel, Disease, Organisation, OrganisationKind
from hoken_desktop.services.diseases import SCHEMES
from hoken_desktop.ui.kit.completions import CompletionInput, Suggestion
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, line
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import label, say

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
