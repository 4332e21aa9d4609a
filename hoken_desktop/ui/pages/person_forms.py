"""The forms of 台帳 for a new person and for the basics of a known one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtWidgets import QCheckBox, QWidget

from hoken_desktop.domain.codes import CareSetting, DeviceKind, Sex, UseStatus, YesNoUnknown
from hoken_desktop.domain.numbers import as_text
from hoken_desktop.domain.persons import Device, Person
from hoken_desktop.services.facts import field_word
from hoken_desktop.services.persons import FactEntry
from hoken_desktop.ui.kit.forms import DateInput, Pick, ThreeValued, line
from hoken_desktop.ui.pages.person_form import Form, TallForm, phone_in, words_in
from hoken_desktop.words import label, say

_OXYGEN = (
    DeviceKind.OXYGEN,
    DeviceKind.OXYGEN_CONCENTRATOR,
    DeviceKind.LIQUID_OXYGEN,
    DeviceKind.OXYGEN_CYLINDER,
)
_POWER_FACTS = ("internal_battery", "external_battery", "generator")
_USE = {YesNoUnknown.YES: UseStatus.IN_USE, YesNoUnknown.UNKNOWN: UseStatus.UNKNOWN}


class _Basics:
    """The fields of a person that are typed, for the new and the known."""

    def __init__(self, form: Form, person: Person | None, today: date) -> None:
        self._form = form
        self._today = today
        old = person or Person(id="", registry_no="", name="")
        self.name = form.field(say("persons_page.name"), line(old.name, longest=80), needed=True)
        self.kana = form.field(say("persons_page.kana"), line(old.name_kana, longest=80))
        self.birth = form.field(say("persons_page.birth_on"), DateInput(old.birth_on))
        self.sex: Pick[Sex] = Pick([(label(sex), sex) for sex in Sex])
        self.sex.pick(old.sex)
        form.field(say("persons_page.sex"), self.sex)
        self.home = form.phone_field(say("persons_page.phone_home"), old.phone_home)
        self.mobile = form.phone_field(say("persons_page.phone_mobile"), old.phone_mobile)
        self.address = form.field(
            say("persons_page.address_registered"), line(old.address_registered, longest=200), wide=True
        )
        self.actual = form.field(
            say("persons_page.address_actual"), line(old.address_actual, longest=200),
            say("persons_page.hint_actual"), wide=True,
        )  # fmt: skip
        self.postcode = form.field(say("persons_page.postcode"), line(old.postcode, longest=8))
        self.guardian = form.field(say("persons_page.guardian"), line(old.guardian_name, longest=80))

    def person(self, old: Person) -> Person | None:
        """`old` with what the fields say; None where one is wrong, and then it says so itself."""
        name = words_in(self.name)
        self.name.set_fault("" if name else say("persons_page.fault_no_name"))
        birth = self._form.day_of(self.birth, needed=False, latest=self._today)
        if self._form.stop_at(self.name, self.birth):
            return None
        return replace(
            old,
            name=name,
            name_kana=words_in(self.kana),
            birth_on=birth,
            sex=self.sex.value(),
            address_registered=words_in(self.address),
            address_actual=words_in(self.actual),
            phone_home=phone_in(self.home),
            phone_mobile=phone_in(self.mobile),
            postcode="".join(c for c in as_text(words_in(self.postcode)) if c.isdigit()),
            guardian_name=words_in(self.guardian),
        )


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the form of 随時登録 gives: a person without id and number, devices, and facts of the power."""

    person: Person
    devices: tuple[Device, ...]
    facts: tuple[FactEntry, ...]


class RegisterForm(Form):
    """随時登録: a person with their devices. A namesake is named before, and asks for a second press."""

    def __init__(
        self, parent: QWidget, today: date, namesakes: Callable[[str], int], done: Callable[[Newcomer], None]
    ) -> None:
        super().__init__(say("persons_page.register_title"), say("persons_page.register_verb"), parent, columns=3)
        self.setMinimumWidth(900)
        self._today = today
        self._namesakes = namesakes
        self._done = done
        self._warned_of = ""
        self.basics = _Basics(self, None, today)
        self.care: Pick[CareSetting] = Pick(
            [(label(c), c) for c in CareSetting if c not in (CareSetting.MOVED_OUT, CareSetting.DECEASED)], ask=True
        )
        self.care_field = self.field(say("persons_page.care_setting"), self.care, needed=True)
        self.heading(say("persons_page.devices_and_power"))
        self.ventilator = ThreeValued()
        self.oxygen = ThreeValued()
        self.vent_field = self.field(label(DeviceKind.VENTILATOR), self.ventilator)
        self.field(label(DeviceKind.OXYGEN), self.oxygen)
        self.facts = {key: ThreeValued() for key in _POWER_FACTS}
        self.kind: Pick[DeviceKind] = Pick(
            [(say("persons_page.supply_unknown") if k is DeviceKind.OXYGEN else label(k), k) for k in _OXYGEN]
        )
        self.field(field_word("oxygen_source"), self.kind)
        for key, control in self.facts.items():
            self.field(field_word(key), control)
        self.supplier = self.field(say("persons_page.supplier"), line(longest=80))
        self.source, self.source_field = self.ask_source()
        self.day = self.field(say("persons_page.confirmed_on"), DateInput(today), needed=True)
        self.basics.name.control.setFocus()

    def newcomer(self) -> Newcomer | None:
        """What the fields say; None where one is wrong."""
        on = self.day_of(self.day, needed=True, latest=self._today)
        neither = (
            self.ventilator.value() is YesNoUnknown.NO and self.oxygen.value() is YesNoUnknown.NO
        )
        self.vent_field.set_fault(say("persons_page.fault_no_device") if neither else "")
        self.answered(self.care_field)
        self.answered(self.source_field)
        person = self.basics.person(Person(id="", registry_no="", name=""))
        if person is None or on is None or self.stop_at(self.care_field, self.vent_field, self.source_field, self.day):
            return None
        source = self.source.value()
        devices = []
        if (use := _USE.get(self.ventilator.value())) is not None:
            devices.append(self._device(DeviceKind.VENTILATOR, use, on))
        if (use := _USE.get(self.oxygen.value())) is not None:
            devices.append(self._device(self.kind.value(), use, on))
        care = self.care.value()
        person = replace(
            person, care_setting=care, care_setting_on=on, care_setting_source=source, source=source, as_of=on
        )
        facts = tuple(
            FactEntry(key, control.value(), source, on)
            for key, control in self.facts.items()
            if control.value() is not YesNoUnknown.UNKNOWN
        )
        return Newcomer(person, tuple(devices), facts)

    def _device(self, kind: DeviceKind, use: UseStatus, on: date) -> Device:
        supplier = words_in(self.supplier)
        return Device("", "", kind, use, supplier=supplier, source=self.source.value(), as_of=on)

    def try_it(self) -> None:
        found = self.newcomer()
        if found is None:
            return
        same = self._namesakes(found.person.name)
        if same and self._warned_of != found.person.name:
            self._warned_of = found.person.name
            self.warn(say("persons_page.namesakes", n=same))
            self.deed.setText(say("persons_page.register_anyway"))
            self.deed.setAccessibleName(self.deed.text())
            return
        self._done(found)
        self.accept()


class EditForm(TallForm):
    """The basics of a known person. What comes from a benefit file may be corrected, and the audit says so."""

    def __init__(self, parent: QWidget, person: Person, today: date, done: Callable[[Person], None]) -> None:
        super().__init__(
            say("persons_page.edit_title"), say("persons_page.edit_verb"), parent, columns=2, width=780
        )
        self._person = person
        self._done = done
        self.basics = _Basics(self, person, today)
        self.fax = self.phone_field(say("persons_page.fax"), person.fax)
        self.email = self.field(say("persons_page.email"), line(person.email, longest=100))
        self.alt = self.field(
            say("persons_page.name_alt"), line(person.name_alt, longest=80), say("person.hint_alt"), wide=True
        )
        self.remark = self.field(say("persons_page.remark"), line(person.note, longest=500), wide=True)
        self.declined = QCheckBox(say("persons_page.map_declined_box"), self)
        self.declined.setChecked(person.map_declined)
        self.declined.setAccessibleName(say("persons_page.map_declined_box"))
        self.field(say("persons_page.map_wish"), self.declined, wide=True)
        self.basics.name.control.setFocus()

    def try_it(self) -> None:
        found = self.basics.person(self._person)
        if found is None:
            return
        self._done(
            replace(
                found, note=words_in(self.remark), map_declined=self.declined.isChecked(), fax=phone_in(self.fax),
                email=words_in(self.email), name_alt=words_in(self.alt),
            )
        )  # fmt: skip
        self.accept()
