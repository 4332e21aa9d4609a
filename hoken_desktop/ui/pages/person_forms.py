"""The forms over the 台帳: a new person, their basics, where they are cared for, which devices are in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtWidgets import QCheckBox, QGridLayout, QPushButton, QWidget

from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceKind,
    EvidenceSource,
    Sex,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.persons import Device, Person
from hoken_desktop.services.persons import FactEntry
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, ThreeValued, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.pages.person_facts import field_name
from hoken_desktop.words import label, say

SOURCES = (
    EvidenceSource.PHONE,
    EvidenceSource.VISIT,
    EvidenceSource.SURVEY,
    EvidenceSource.NURSE,
    EvidenceSource.FAMILY,
    EvidenceSource.DOCTOR,
    EvidenceSource.SUPPLIER,
    EvidenceSource.MUNICIPALITY,
    EvidenceSource.CERTIFICATE,
    EvidenceSource.STAFF,
)
"""Where staff hear something from, the usual ways first; what only a file can say is not among them."""

_OXYGEN = (
    DeviceKind.OXYGEN,
    DeviceKind.OXYGEN_CONCENTRATOR,
    DeviceKind.LIQUID_OXYGEN,
    DeviceKind.OXYGEN_CYLINDER,
)
_POWER_FACTS = ("internal_battery", "external_battery", "generator")
_USE = {YesNoUnknown.YES: UseStatus.IN_USE, YesNoUnknown.UNKNOWN: UseStatus.UNKNOWN}


class Form(Sheet):
    """A dialog that keeps what was typed until every field is right; `done` gets what it asks for."""

    def __init__(self, title: str, verb: str, parent: QWidget, *, columns: int = 2) -> None:
        super().__init__(title, parent)
        self._columns = columns
        self.setObjectName("form")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.body.addLayout(self.grid)
        self.warning = Label("", "note", "danger", wrap=True, parent=self)
        self.warning.setVisible(False)
        self.body.addWidget(self.warning)
        back = self.add_button(say("kit.back"))
        back.clicked.connect(self.reject)
        self.deed: QPushButton = self.add_button(verb, primary=True)
        self.deed.clicked.connect(self.try_it)
        self._place = 0
        self.finished.connect(self.deleteLater)

    def field(
        self, name: str, control: QWidget, hint: str = "", *, needed: bool = False, wide: bool = False
    ) -> Field:
        """The next field: as many in a row as the form has columns, a wide one fills it."""
        made = Field(name, control, hint, needed=needed, parent=self)
        if wide:
            self._new_line()
        line_, column = divmod(self._place, self._columns)
        self.grid.addWidget(made, line_, column, 1, self._columns if wide else 1)
        self._place += self._columns if wide else 1
        return made

    def _new_line(self) -> None:
        self._place += -self._place % self._columns

    def heading(self, text: str) -> None:
        """A line of its own over the fields that follow."""
        self._new_line()
        made = Label(text, "note", "accent_deep", bold=True, parent=self)
        self.grid.addWidget(made, self._place // self._columns, 0, 1, self._columns)
        self._place += self._columns

    def day_of(self, field: Field, *, needed: bool, latest: date | None) -> date | None:
        """The field's date; the fault is shown in the field, and `faulty` then."""
        control = field.control
        assert isinstance(control, DateInput)
        day, fault = control.day(), control.fault()
        if not fault and needed and day is None:
            fault = say("persons_page.fault_no_day")
        if not fault and day is not None and latest is not None and day > latest:
            fault = say("persons_page.fault_future")
        field.set_fault(fault)
        return day

    def warn(self, text: str) -> None:
        """Say something over the buttons; an empty text takes it back."""
        self.warning.setText(text)
        self.warning.setVisible(bool(text))

    def try_it(self) -> None:
        """Check the fields and, where all are right, do it and close."""
        raise NotImplementedError

    def stop_at(self, *fields: Field) -> bool:
        """Whether one of these has a fault; the first one gets the focus."""
        faulty = [field for field in fields if field.fault()]
        if faulty:
            faulty[0].control.setFocus()
        return bool(faulty)


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
        self.home = form.field(say("persons_page.phone_home"), line(old.phone_home, longest=30))
        self.mobile = form.field(say("persons_page.phone_mobile"), line(old.phone_mobile, longest=30))
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
        name = _words(self.name)
        self.name.set_fault("" if name else say("persons_page.fault_no_name"))
        birth = self._form.day_of(self.birth, needed=False, latest=self._today)
        if self._form.stop_at(self.name, self.birth):
            return None
        return replace(
            old,
            name=name,
            name_kana=_words(self.kana),
            birth_on=birth,
            sex=self.sex.value(),
            address_registered=_words(self.address),
            address_actual=_words(self.actual),
            phone_home=_words(self.home),
            phone_mobile=_words(self.mobile),
            postcode="".join(c for c in _words(self.postcode) if c.isdigit()),
            guardian_name=_words(self.guardian),
        )


def _words(field: Field) -> str:
    return str(field.control.property("text") or "").strip()


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
            [(label(c), c) for c in CareSetting if c not in (CareSetting.MOVED_OUT, CareSetting.DECEASED)]
        )
        self.care.pick(CareSetting.HOME)
        self.field(say("persons_page.care_setting"), self.care)
        self.heading(say("persons_page.devices_and_power"))
        self.ventilator = ThreeValued()
        self.oxygen = ThreeValued()
        self.vent_field = self.field(label(DeviceKind.VENTILATOR), self.ventilator)
        self.oxygen_field = self.field(label(DeviceKind.OXYGEN), self.oxygen)
        self.facts = {key: ThreeValued() for key in _POWER_FACTS}
        self.kind: Pick[DeviceKind] = Pick(
            [(say("persons_page.supply_unknown") if k is DeviceKind.OXYGEN else label(k), k) for k in _OXYGEN]
        )
        self.field(field_name("oxygen_source"), self.kind)
        for key, control in self.facts.items():
            self.field(field_name(key), control)
        self.supplier = self.field(say("persons_page.supplier"), line(longest=80))
        self.source: Pick[EvidenceSource] = Pick([(label(s), s) for s in SOURCES])
        self.field(say("persons_page.source"), self.source)
        self.day = self.field(say("persons_page.confirmed_on"), DateInput(today), needed=True)
        self.basics.name.control.setFocus()

    def newcomer(self) -> Newcomer | None:
        """What the fields say; None where one is wrong."""
        on = self.day_of(self.day, needed=True, latest=self._today)
        neither = (
            self.ventilator.value() is YesNoUnknown.NO and self.oxygen.value() is YesNoUnknown.NO
        )
        self.vent_field.set_fault(say("persons_page.fault_no_device") if neither else "")
        source = self.source.value()
        person = self.basics.person(Person(id="", registry_no="", name=""))
        if person is None or on is None or self.stop_at(self.day, self.vent_field):
            return None
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
        supplier = _words(self.supplier)
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


class EditForm(Form):
    """The basics of a known person. What comes from a benefit file may be corrected, and the audit says so."""

    def __init__(self, parent: QWidget, person: Person, today: date, done: Callable[[Person], None]) -> None:
        super().__init__(say("persons_page.edit_title"), say("persons_page.edit_verb"), parent)
        self.setMinimumWidth(720)
        self._person = person
        self._done = done
        self.basics = _Basics(self, person, today)
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
        self._done(replace(found, note=_words(self.remark), map_declined=self.declined.isChecked()))
        self.accept()


class CareForm(Form):
    """療養場所の変更: where, since when, known from whom. 転出 and 死亡 end the registration and say so first."""

    def __init__(
        self, parent: QWidget, person: Person, today: date,
        done: Callable[[CareSetting, date, EvidenceSource], None],
    ) -> None:  # fmt: skip
        super().__init__(say("persons_page.care_title"), say("persons_page.care_verb"), parent)
        self.setMinimumWidth(560)
        self._today = today
        self._done = done
        self.add_who(person)
        self.care: Pick[CareSetting] = Pick([(label(c), c) for c in CareSetting])
        self.care.pick(person.care_setting)
        self.field(say("persons_page.care_setting"), self.care)
        self.source: Pick[EvidenceSource] = Pick([(label(s), s) for s in SOURCES])
        self.field(say("persons_page.source"), self.source)
        self.day = self.field(say("persons_page.since"), DateInput(today), needed=True, wide=True)
        self.care.currentIndexChanged.connect(lambda _index: self._tell())
        self._tell()
        self.care.setFocus()

    def add_who(self, person: Person) -> None:
        """Whose file this is, over the fields."""
        self.body.insertWidget(0, Label(say("persons_page.who", name=person.name, number=person.registry_no)))

    def _tell(self) -> None:
        ends = self.care.value() in (CareSetting.MOVED_OUT, CareSetting.DECEASED)
        self.warn(say("persons_page.care_ends", state=label(self.care.value())) if ends else "")
        self.deed.setText(say("persons_page.care_end_verb") if ends else say("persons_page.care_verb"))
        self.deed.setAccessibleName(self.deed.text())

    def try_it(self) -> None:
        on = self.day_of(self.day, needed=True, latest=self._today)
        if on is None or self.stop_at(self.day):
            return
        self._done(self.care.value(), on, self.source.value())
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
        self.body.insertWidget(0, Label(say("persons_page.who", name=person.name, number=person.registry_no)))
        self.uses: dict[str, Pick[UseStatus]] = {}
        for device in devices:
            pick: Pick[UseStatus] = Pick([(label(use), use) for use in UseStatus])
            pick.pick(device.use_status)
            self.field(say("persons_page.use_of", device=label(device.kind)), pick)
            self.uses[device.id] = pick
        self.source: Pick[EvidenceSource] = Pick([(label(s), s) for s in SOURCES])
        self.field(say("persons_page.source"), self.source)
        self.day = self.field(say("persons_page.confirmed_on"), DateInput(today), needed=True, wide=True)
        next(iter(self.uses.values())).setFocus()

    def try_it(self) -> None:
        on = self.day_of(self.day, needed=True, latest=self._today)
        if on is None or self.stop_at(self.day):
            return
        self._done({id_: pick.value() for id_, pick in self.uses.items()}, on, self.source.value())
        self.accept()
