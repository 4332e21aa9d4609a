"""The forms for devices: one device with what is its own, and the use of all of them asked on one day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.codes import DeviceKind, EvidenceSource, UseStatus
from hoken_desktop.domain.masters import DeviceModel
from hoken_desktop.domain.persons import Device, Person
from hoken_desktop.services.facts import field_word
from hoken_desktop.services.persons import FactEntry
from hoken_desktop.ui.kit.completions import CompletionInput, Suggestion
from hoken_desktop.ui.kit.forms import DateInput, Pick, line
from hoken_desktop.ui.pages.devices import OF_CYLINDER
from hoken_desktop.ui.pages.fact_inputs import FactInput
from hoken_desktop.ui.pages.person_facts import Known, origin
from hoken_desktop.ui.pages.person_form import Form, words_in
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """What the office's devices are called, offered while somebody types."""

    makers: tuple[Suggestion, ...] = ()
    models: tuple[Suggestion, ...] = ()
    suppliers: tuple[Suggestion, ...] = ()
    catalogue: Mapping[str, DeviceModel] = field(default_factory=dict)
    """The master's models by id."""


class DeviceForm(Form):
    """One device. Another kind cannot become of it: it is ended and a new one added."""

    def __init__(
        self, parent: QWidget, known: Known, device: Device | None, words: DeviceWords,
        done: Callable[[Device, Sequence[FactEntry]], None],
    ) -> None:  # fmt: skip
        super().__init__(
            say("person.device_title") if device else say("person.new_device_title"), say("person.device_verb"), parent
        )
        self.setMinimumWidth(760)
        self._known = known
        self._done = done
        self._old = device or Device("", known.file.person.id, DeviceKind.VENTILATOR, UseStatus.IN_USE)
        kinds = [device.kind] if device else list(DeviceKind)
        self.kind: Pick[DeviceKind] = Pick([(label(k), k) for k in kinds], ask=device is None)
        self.kind.setEnabled(device is None)
        self._kind_field = self.field(say("person.device_kind"), self.kind, needed=device is None)
        self.use: Pick[UseStatus] = Pick([(label(u), u) for u in UseStatus], ask=device is None)
        if device is not None:
            self.use.pick(device.use_status)
        self._use_field = self.field(say("persons_page.use"), self.use, needed=device is None)
        self.maker = CompletionInput(words.makers, self._old.maker, longest=80)
        self.field(say("person.maker"), self.maker)
        self.model = CompletionInput(words.models, self._old.model, longest=80)
        self._model_field = self.field(say("persons_page.model"), self.model)
        self.supplier = CompletionInput(words.suppliers, self._old.supplier, longest=80)
        self.field(say("persons_page.supplier"), self.supplier)
        self.started = self.field(say("persons_page.started_on"), DateInput(self._old.started_on))
        self.remark = self.field(say("persons_page.remark"), line(self._old.note, longest=200), wide=True)
        self.inputs: dict[str, FactInput] = {}
        self.new_line()
        self._fields = []
        for own in OF_CYLINDER:
            fact = known.file.facts.get((self._old.id, own.key)) if device else None
            made = FactInput(own, fact.value if fact else "", known.day, self)
            hint = origin(fact.source, fact.as_of, known.day) if fact else ""
            self._fields.append(self.field(field_word(own.key), made, hint))
            self.inputs[own.key] = made
        self.add_source(known.day, device.source if device else None)
        self.add_who(known.file.person)
        if device is not None:
            self.add_text(say("person.kind_stays"), note=True)
        self.kind.currentIndexChanged.connect(lambda _index: self._show_own())
        self.model.taken.connect(self._take_maker)
        self._catalogue = words.catalogue
        self.model.taken.connect(lambda _taken: self._say_catalogue())
        self.model.textChanged.connect(lambda _text: self._say_catalogue())
        self._say_catalogue()
        self._show_own()
        (self.use if device else self.kind).setFocus()

    def _take_maker(self, taken: Suggestion) -> None:
        if taken.hint and not self.maker.text().strip():
            self.maker.setText(taken.hint)

    def _say_catalogue(self) -> None:
        """The maker's hours beside the model: offered, never taken for what this person's battery lasts."""
        model = self._catalogue.get(self.model.id())
        hours = {
            "internal_battery_hours": model.battery_hours if model else None,
            "external_battery_hours": model.external_battery_hours if model else None,
        }
        said = [
            say("person.catalogue_hours", name=field_word(key), hours=f"{n:g}")
            for key, n in hours.items()
            if n is not None
        ]
        self._model_field.set_note(say("person.catalogue", hours=say("lists.comma").join(said)) if said else "")

    def _supplier_id(self) -> str:
        """Untouched words keep the entry they were joined to; other words mean the entry they name, or none."""
        same = self.supplier.text().strip() == self._old.supplier
        return self._old.supplier_id if same and self._old.supplier_id else self.supplier.id()

    def _show_own(self) -> None:
        for each in self._fields:
            each.setVisible(self.kind.answer() is DeviceKind.OXYGEN_CYLINDER)

    def try_it(self) -> None:
        today = self._known.day
        on = self.day_of(self.day, needed=True, latest=today)
        started = self.day_of(self.started, needed=False, latest=today)
        own = self.kind.answer() is DeviceKind.OXYGEN_CYLINDER
        asked = (self._kind_field, self._use_field, self.source_field)
        for each in asked:
            self.answered(each)
        for each, made in zip(self._fields, self.inputs.values(), strict=True):
            each.set_fault(made.fault() if own else "")
        if on is None or self.stop_at(*asked, self.started, *self._fields, self.day):
            return
        source = self.source.value()
        device = replace(
            self._old, kind=self.kind.value(), use_status=self.use.value(), maker=self.maker.text().strip(),
            model=self.model.text().strip(), supplier=self.supplier.text().strip(), started_on=started, source=source,
            as_of=on, supplier_id=self._supplier_id(), note=words_in(self.remark),
        )  # fmt: skip
        facts = [
            FactEntry(key, made.value(), source, on) for key, made in self.inputs.items() if own and made.moved()
        ]
        self._done(device, facts)
        self.accept()


class UseForm(Form):
    """機器の使用状況の確認: each device, asked on one day from one source."""

    def __init__(
        self, parent: QWidget, person: Person, devices: Sequence[Device], today: date,
        done: Callable[[dict[str, UseStatus], date, EvidenceSource], None],
    ) -> None:  # fmt: skip
        super().__init__(say("persons_page.use_title"), say("persons_page.use_verb"), parent)
        self.setMinimumWidth(560)
        self._today = today
        self._done = done
        self.add_who(person)
        self.uses: dict[str, Pick[UseStatus]] = {}
        for device in devices:
            pick: Pick[UseStatus] = Pick([(label(use), use) for use in UseStatus])
            pick.pick(device.use_status)
            self.field(say("persons_page.use_of", device=label(device.kind)), pick)
            self.uses[device.id] = pick
        self.source, self._source_field = self.ask_source()
        self.day = self.field(say("persons_page.confirmed_on"), DateInput(today), needed=True, wide=True)
        next(iter(self.uses.values())).setFocus()

    def try_it(self) -> None:
        on = self.day_of(self.day, needed=True, latest=self._today)
        self.answered(self._source_field)
        if on is None or self.stop_at(self._source_field, self.day):
            return
        self._done({id_: pick.value() for id_, pick in self.uses.items()}, on, self.source.value())
        self.accept()
