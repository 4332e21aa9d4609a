"""Persons by hand on a real registry: each deed in one transaction, days in order, and nobody lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    DeviceKind,
    EndReason,
    EvidenceSource,
    PersonState,
    Scheme,
    SupporterRole,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Benefit, Contact, Device, Person, Supporter, device_group
from hoken_desktop.services.benefits import Benefits
from hoken_desktop.services.devices import Devices
from hoken_desktop.services.persons import FactEntry, PersonFile, Persons
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.supporters import Supporters
from tests.registry_builder import AGEO, KONOSU, FictitiousRegistry

VISIT = EvidenceSource.VISIT
TODAY, TOMORROW = date(2026, 10, 15), date(2026, 10, 16)


class _Addresses:
    def municipality_of(self, address: str) -> str:
        return KONOSU if "鴻巣" in address else AGEO if "上尾" in address else ""


class Desk:
    """The services over one small registry, and one person of it."""

    def __init__(self, folder: Path) -> None:
        self.registry = FictitiousRegistry(folder)
        store, clock, ids = self.registry.store, self.registry.clock, self.registry.ids
        self.persons = Persons(store, clock, ids, _Addresses())
        self.benefits = Benefits(store, clock, ids)
        self.devices = Devices(store, clock, ids)
        self.supporters = Supporters(store, clock, ids)
        self.person = self.registry.person("見本 太郎", "みほん たろう")

    def file(self) -> PersonFile:
        return self.persons.open(self.person.id)

    def deeds(self) -> int:
        return self.registry.store.head()[0]

    def refuses(self, code: str, deed: Callable[[], object]) -> Refusal:
        """The deed is refused with this code and leaves no trace."""
        before = self.deeds()
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.code == code
        assert self.deeds() == before
        return refused.value


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "registry")
    yield made
    assert made.registry.store.verify().first_break is None
    made.registry.close()


# ---- the person -------------------------------------------------------------------------------------------------


def test_a_newcomer_comes_with_devices_and_facts_in_one_deed(desk: Desk) -> None:
    before = desk.deeds()
    added = desk.persons.register(
        Person("", "", "架空 花子", "かくう はなこ", address_registered="埼玉県上尾市本町9-99"),
        [Device("", "", DeviceKind.VENTILATOR, UseStatus.IN_USE)],
        [FactEntry("generator", YesNoUnknown.NO, VISIT, TODAY)],
    )
    assert desk.deeds() == before + 1
    file = desk.persons.open(added.id)
    assert (file.person.registry_no, file.person.municipality, file.group) == (
        "K000002", AGEO, DeviceGroup.VENTILATOR,
    )  # fmt: skip
    assert file.facts["", "generator"].value == "no"


def test_a_bad_first_fact_keeps_the_newcomer_out(desk: Desk) -> None:
    bad = FactEntry("flow_rest", 99, VISIT, TODAY)
    refusal = desk.refuses(
        "persons.bad_fact", lambda: desk.persons.register(Person("", "", "架空 花子"), facts=[bad])
    )
    assert refusal.facts == {"field": "流量(安静)"}
    assert len(desk.persons.find(PersonQuery(state=None))) == 1


def test_nobody_is_left_without_a_name_or_born_tomorrow(desk: Desk) -> None:
    desk.refuses("persons.no_name", lambda: desk.persons.change(replace(desk.person, name=" ")))
    desk.refuses("persons.future_date", lambda: desk.persons.change(replace(desk.person, birth_on=TOMORROW)))


def test_an_end_has_a_reason_and_a_day_and_can_be_taken_up_again(desk: Desk) -> None:
    id_ = desk.person.id
    desk.refuses("persons.future_date", lambda: desk.persons.end(id_, EndReason.DEVICE_ENDED, TOMORROW))
    desk.persons.end(id_, EndReason.DEVICE_ENDED, TODAY)
    assert desk.persons.find(PersonQuery()) == []
    assert desk.persons.find(PersonQuery(state=PersonState.ENDED)) == [id_]
    desk.refuses("persons.ended_already", lambda: desk.persons.end(id_, EndReason.OTHER, TODAY))
    back = desk.persons.take_up_again(id_, CareSetting.HOSPITAL, date(2026, 10, 10), EvidenceSource.NURSE)
    assert (back.state, back.end_reason, back.ended_on) == (PersonState.ACTIVE, None, None)
    assert (back.care_setting, back.care_setting_on) == (CareSetting.HOSPITAL, date(2026, 10, 10))
    assert back.registry_no == desk.person.registry_no


def test_a_return_is_refused_where_it_makes_no_sense(desk: Desk) -> None:
    def again(setting: CareSetting = CareSetting.HOME, on: date = TODAY) -> Callable[[], object]:
        return lambda: desk.persons.take_up_again(desk.person.id, setting, on, VISIT)

    desk.refuses("persons.not_ended", again())
    desk.persons.set_care_setting(desk.person.id, CareSetting.DECEASED, TODAY, VISIT)
    desk.refuses("persons.no_return_there", again(CareSetting.MOVED_OUT))
    desk.refuses("persons.future_date", again(on=TOMORROW))
    desk.registry.change(desk.file().person, end_reason=EndReason.MERGED)
    desk.refuses("persons.merged", again())


# ---- facts ------------------------------------------------------------------------------------------------------


def test_a_fact_taken_back_is_unknown_again_and_the_old_one_stays_in_the_file(desk: Desk) -> None:
    desk.persons.record(desk.person.id, [FactEntry("flow_rest", "2", VISIT, date(2026, 9, 1))])
    desk.persons.record(desk.person.id, [FactEntry("flow_rest", "", EvidenceSource.STAFF, TODAY)])
    assert ("", "flow_rest") not in desk.file().facts
    with desk.registry.store.read() as shelves:
        assert [f.value for f in shelves.facts.all(field="flow_rest")] == ["2", ""]


def test_facts_of_somebody_elses_device_are_refused(desk: Desk) -> None:
    other = desk.registry.person("別人 次郎")
    device = desk.persons.open(other.id).devices[0].id
    desk.refuses(
        "persons.unknown_device",
        lambda: desk.persons.record(desk.person.id, [FactEntry("cylinder_count", 2, VISIT, TODAY, device)]),
    )
    desk.refuses("persons.unknown", lambda: desk.persons.record("nobody", [FactEntry("floor", 2, VISIT, TODAY)]))
    desk.refuses(
        "persons.bad_fact", lambda: desk.persons.record(desk.person.id, [FactEntry("floor", 2, VISIT, TOMORROW)])
    )


# ---- benefits ---------------------------------------------------------------------------------------------------


def test_several_numbers_and_diseases_are_several_rows(desk: Desk) -> None:
    first = desk.file().benefits[0]
    added = desk.benefits.add(replace(first, disease_no="13", disease_name="架空病その2", as_of=TODAY))
    assert added.id != first.id
    assert [b.disease_name for b in desk.file().benefits] == ["架空病", "架空病その2"]
    desk.benefits.change(replace(added, valid_to=date(2027, 9, 30)))
    assert desk.file().benefits[1].valid_to == date(2027, 9, 30)
    desk.benefits.remove(added.id)
    assert [b.id for b in desk.file().benefits] == [first.id]


def test_a_benefit_that_cannot_be_is_refused(desk: Desk) -> None:
    first = desk.file().benefits[0]
    crossed = replace(first, valid_from=date(2026, 10, 1), valid_to=date(2026, 9, 30))
    desk.refuses("benefits.dates_crossed", lambda: desk.benefits.change(crossed))
    desk.refuses("persons.future_date", lambda: desk.benefits.change(replace(first, as_of=TOMORROW)))
    desk.refuses("benefits.group_of_shoman", lambda: desk.benefits.change(replace(first, shoman_group="3")))
    child = replace(first, scheme=Scheme.SHOMAN, shoman_group="17")
    desk.refuses("benefits.bad_group", lambda: desk.benefits.change(child))
    desk.refuses("persons.unknown", lambda: desk.benefits.add(Benefit("", "nobody", Scheme.OTHER)))
    desk.refuses("benefits.unknown", lambda: desk.benefits.change(replace(first, id="nothing")))
    desk.refuses("benefits.unknown", lambda: desk.benefits.remove("nothing"))


def test_nothing_changed_is_no_deed(desk: Desk) -> None:
    before = desk.deeds()
    desk.benefits.change(desk.file().benefits[0])
    desk.devices.change(desk.file().devices[0])
    assert desk.deeds() == before


def test_a_number_another_person_holds_is_named_by_their_registry_number(desk: Desk) -> None:
    other = desk.registry.person("別人 次郎", benefit=("54116015", "7777777"))
    assert desk.benefits.holders("54116015", "7777777", other_than=desk.person.id) == (other.registry_no,)
    assert desk.benefits.holders("", "7777777", other_than=desk.person.id) == (other.registry_no,)
    assert desk.benefits.holders("52116015", "7777777", other_than=desk.person.id) == ()
    assert desk.benefits.holders("54116015", "7777777", other_than=other.id) == ()
    assert desk.benefits.holders("54116015", "", other_than=desk.person.id) == ()


# ---- devices ----------------------------------------------------------------------------------------------------


def test_a_device_is_added_put_right_and_ended(desk: Desk) -> None:
    added = desk.devices.add(
        Device("", desk.person.id, DeviceKind.OXYGEN_CYLINDER, UseStatus.IN_USE, "架空", "C-2", as_of=TODAY)
    )
    assert desk.file().group is DeviceGroup.BOTH
    desk.devices.change(replace(added, model="C-3", use_status=UseStatus.ENDED))
    assert (desk.file().devices[1].model, desk.file().group) == ("C-3", DeviceGroup.VENTILATOR)
    assert ("架空", "C-3", "") in desk.devices.known_words()


def test_a_cylinder_comes_with_its_own_numbers_in_one_deed(desk: Desk) -> None:
    before = desk.deeds()
    numbers = [FactEntry(key, n, VISIT, TODAY) for key, n in (("cylinder_litres", 2), ("cylinder_count", 3))]
    added = desk.devices.add(Device("", desk.person.id, DeviceKind.OXYGEN_CYLINDER, UseStatus.IN_USE), numbers)
    assert desk.deeds() == before + 1
    assert desk.file().facts[added.id, "cylinder_count"].value == "3"
    desk.devices.change(replace(added, model="C-2"), [FactEntry("cylinder_count", 1, VISIT, TODAY)])
    assert desk.deeds() == before + 2
    assert desk.file().facts[added.id, "cylinder_count"].value == "1"
    bad = [FactEntry("cylinder_count", 99, VISIT, TODAY)]
    desk.refuses("persons.bad_fact", lambda: desk.devices.change(added, bad))


def test_all_devices_are_confirmed_in_one_deed(desk: Desk) -> None:
    second = desk.devices.add(Device("", desk.person.id, DeviceKind.SUCTION))
    before = desk.deeds()
    uses = {desk.file().devices[0].id: UseStatus.ENDED, second.id: UseStatus.IN_USE}
    desk.devices.confirm(desk.person.id, uses, TODAY, EvidenceSource.PHONE)
    assert desk.deeds() == before + 1
    assert {d.id: d.use_status for d in desk.file().devices} == uses
    assert {(d.as_of, d.source) for d in desk.file().devices} == {(TODAY, EvidenceSource.PHONE)}
    assert device_group(desk.file().devices) is DeviceGroup.NONE


def test_devices_of_others_and_days_to_come_are_refused(desk: Desk) -> None:
    other = desk.persons.open(desk.registry.person("別人 次郎").id).devices[0]
    own = desk.file().devices[0]
    desk.refuses(
        "persons.unknown_device",
        lambda: desk.devices.confirm(desk.person.id, {other.id: UseStatus.ENDED}, TODAY, VISIT),
    )
    desk.refuses(
        "persons.future_date",
        lambda: desk.devices.confirm(desk.person.id, {own.id: UseStatus.ENDED}, TOMORROW, VISIT),
    )
    desk.refuses("persons.future_date", lambda: desk.devices.add(replace(own, started_on=TOMORROW)))
    desk.refuses(
        "persons.unknown_device", lambda: desk.devices.change(replace(other, person_id=desk.person.id))
    )
    desk.refuses("persons.unknown", lambda: desk.devices.add(replace(own, person_id="nobody")))


# ---- supporters and contacts ------------------------------------------------------------------------------------


def test_supporters_are_added_changed_and_removed(desk: Desk) -> None:
    nurse = Supporter("", desk.person.id, SupporterRole.VISITING_NURSE, "架空訪看", phone="048-000-1111", as_of=TODAY)
    first = desk.supporters.add(nurse)
    second = desk.supporters.add(replace(nurse, organisation="見本訪看"))
    desk.supporters.change(replace(first, around_the_clock=YesNoUnknown.YES))
    assert [s.organisation for s in desk.file().supporters] == ["架空訪看", "見本訪看"]
    assert desk.supporters.known_words() == (("架空訪看", "048-000-1111"), ("見本訪看", "048-000-1111"))
    desk.supporters.remove(second.id)
    assert [s.around_the_clock for s in desk.file().supporters] == [YesNoUnknown.YES]
    desk.refuses("supporters.nobody", lambda: desk.supporters.add(replace(nurse, organisation=" ")))
    desk.refuses("supporters.unknown", lambda: desk.supporters.remove(second.id))
    desk.refuses("supporters.unknown", lambda: desk.supporters.change(second))
    desk.refuses("persons.future_date", lambda: desk.supporters.add(replace(nurse, as_of=TOMORROW)))


def test_contacts_keep_the_order_they_are_called_in(desk: Desk) -> None:
    made = [
        desk.supporters.put_contact(Contact("", desk.person.id, 9, name, "子", "048-000-2222"))
        for name in ("見本 一", "見本 二", "見本 三")
    ]
    assert [c.rank for c in made] == [1, 2, 3]
    desk.supporters.put_contact(replace(made[2], rank=1))
    assert [c.name for c in desk.file().contacts] == ["見本 三", "見本 一", "見本 二"]
    desk.supporters.put_contact(replace(made[0], name="見本 壱", rank=9))
    assert [(c.rank, c.name) for c in desk.file().contacts] == [(1, "見本 三"), (2, "見本 二"), (3, "見本 壱")]
    desk.supporters.put_contact(replace(made[0], name="見本 壱", rank=1))
    desk.supporters.remove_contact(made[2].id)
    assert [(c.rank, c.name) for c in desk.file().contacts] == [(1, "見本 壱"), (2, "見本 二")]


def test_a_contact_without_a_name_and_one_nobody_knows_are_refused(desk: Desk) -> None:
    desk.refuses(
        "supporters.empty_contact", lambda: desk.supporters.put_contact(Contact("", desk.person.id, 0, " "))
    )
    desk.refuses("supporters.unknown", lambda: desk.supporters.remove_contact("nothing"))
