"""聞き取りを入れる: many facts on one form, from one source and of one day, as at a visit; what changed is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QWidget

from hoken_desktop.domain.codes import DeviceKind, UseStatus
from hoken_desktop.domain.fields import FIELDS, Field, FieldGroup
from hoken_desktop.domain.persons import OXYGEN_KINDS, Device
from hoken_desktop.services.facts import field_word
from hoken_desktop.services.persons import FactEntry, PersonFile
from hoken_desktop.ui.kit import forms
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.forms import link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.pages.endurances import BATTERY
from hoken_desktop.ui.pages.fact_inputs import FactInput
from hoken_desktop.ui.pages.freshness import fact_tone
from hoken_desktop.ui.pages.person_facts import Known, origin
from hoken_desktop.ui.pages.person_form import TallForm
from hoken_desktop.words import label, say

_HEADING = 24
"""Characters of a device's name in a heading."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Fields under one heading; of one device where `device_id` says so."""

    title: str
    fields: tuple[Field, ...]
    device_id: str = ""


def sheets_of(file: PersonFile, only: str = "") -> tuple[Sheet, ...]:
    """What is asked of this person: all of it, or one group ("battery" for the batteries of the ventilator)."""
    running = [device for device in file.devices if device.use_status is not UseStatus.ENDED]
    kinds = {device.kind for device in running}
    groups = []
    for group in FieldGroup:
        if group is FieldGroup.VENTILATOR and DeviceKind.VENTILATOR not in kinds and only != group.value:
            continue
        if group is FieldGroup.OXYGEN and not kinds & OXYGEN_KINDS and only != group.value:
            continue
        groups.append(group)
    if only == "battery":
        return (Sheet(say("person.batteries"), tuple(f for f in FIELDS if f.key in BATTERY)),)
    made = [
        Sheet(
            say(f"fields.group.{group}"),
            tuple(f for f in FIELDS if f.group is group and not _of_cylinder(f, running)),
        )
        for group in groups
        if only in ("", group.value)
    ]
    if only in ("", FieldGroup.OXYGEN.value):
        own = tuple(field for field in FIELDS if field.of_device)
        made += [
            Sheet(say("person.facts_of", device=_named(d)), own, d.id)
            for d in running
            if d.kind is DeviceKind.OXYGEN_CYLINDER
        ]
    return tuple(made)


def _named(device: Device) -> str:
    """A device by its kind and model, cut to what a heading holds."""
    words = " ".join(part for part in (label(device.kind), device.maker, device.model) if part)
    return words if len(words) <= _HEADING else f"{words[: _HEADING - 1]}…"


def _of_cylinder(field: Field, devices: Sequence[object]) -> bool:
    """Whether the field is asked for each cylinder of its own instead."""
    return field.of_device and any(getattr(d, "kind", None) is DeviceKind.OXYGEN_CYLINDER for d in devices)


class FactsForm(TallForm):
    """`done` gets the facts to be recorded. The button says how many; unchanged ones can be confirmed as well."""

    def __init__(
        self, parent: QWidget, known: Known, sheets: Sequence[Sheet], done: Callable[[Sequence[FactEntry]], None]
    ) -> None:
        super().__init__(say("person.facts_title"), say("person.facts_verb", n=0), parent)
        self._known = known
        self._done = done
        self.inputs: dict[tuple[str, str], FactInput] = {}
        self._fields: dict[tuple[str, str], forms.Field] = {}
        self._headings: list[tuple[str, QWidget]] = []
        self.add_source(known.day)
        self.again = QCheckBox(say("person.confirm_unchanged"), self)
        self.again.setAccessibleName(say("person.confirm_unchanged"))
        self.again.setToolTip(say("person.confirm_unchanged_tip"))
        self.field(say("person.unchanged"), self.again)
        links = self._lay_links()
        for sheet in sheets:
            self._add(sheet)
        self.add_who(known.file.person)
        if len(sheets) > 2:
            self._add_links(links)
        self.again.toggled.connect(lambda _on: self._count())
        self._count()
        QShortcut(QKeySequence("Ctrl+Return"), self, self.try_it)
        self.deed.setToolTip("Ctrl+Enter")
        self.source.setFocus()

    def _add(self, sheet: Sheet) -> None:
        self._headings.append((sheet.title, self.heading(sheet.title)))
        for field in sheet.fields:
            fact = self._known.file.facts.get((sheet.device_id, field.key))
            made = FactInput(field, fact.value if fact is not None else "", self._known.day, self)
            hint = origin(fact.source, fact.as_of, self._known.day) if fact is not None else ""
            placed = self.field(field_word(field.key), made, hint)
            if fact is not None:
                placed.set_hint_tone("warn" if fact_tone(fact.as_of, self._known.day) == "warn" else "text3")
            made.changed.connect(self._count)
            self.inputs[sheet.device_id, field.key] = made
            self._fields[sheet.device_id, field.key] = placed

    def _lay_links(self) -> FlowWidget:
        """A line for the ways to the headings, between the day and the first of them."""
        flow = FlowWidget(self, gap=14)
        self.new_line()
        self.grid.addWidget(flow, self._place // self._columns, 0, 1, self._columns)
        self._place += self._columns
        return flow

    def _add_links(self, flow: FlowWidget) -> None:
        flow.flow.addWidget(Label(say("person.jump"), "note", "text2", parent=flow))
        before: QWidget = self.again
        for title, heading in self._headings:
            made = link(title, partial(self._jump, heading), flow)
            flow.flow.addWidget(made)
            QWidget.setTabOrder(before, made)
            before = made

    def _jump(self, heading: QWidget) -> None:
        self.area.verticalScrollBar().setValue(heading.y() - 4)

    def _entries(self) -> list[FactEntry] | None:
        on = self.day_of(self.day, needed=True, latest=self._known.day)
        for key, made in self.inputs.items():
            self._fields[key].set_fault(made.fault())
        self.answered(self.source_field)
        if on is None or self.stop_at(self.source_field, self.day, *self._fields.values()):
            return None
        source = self.source.value()
        return [
            FactEntry(field, made.value(), source, on, device_id)
            for (device_id, field), made in self.inputs.items()
            if made.moved() or (self.again.isChecked() and made.standing)
        ]

    def _count(self) -> None:
        n = sum(made.moved() or (self.again.isChecked() and bool(made.standing)) for made in self.inputs.values())
        self.deed.setText(say("person.facts_verb", n=n) if n else say("person.facts_none"))
        self.deed.setAccessibleName(self.deed.text())
        self.deed.setEnabled(bool(n))

    def try_it(self) -> None:
        if not self.deed.isEnabled():
            return
        entries = self._entries()
        if entries is None:
            return
        self._done(entries)
        self.accept()
