"""統合と分割: everything known goes to whom it belongs, and comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hoken_desktop.domain.codes import EndReason, EvidenceSource, PersonState, Sex, UseStatus
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Contact, Person
from hoken_desktop.services.devices import Devices
from hoken_desktop.services.histories import Histories
from hoken_desktop.services.identities import Identities, Parting, blank_twin
from hoken_desktop.services.persons import FactEntry, Persons
from hoken_desktop.services.undo import Undo
from tests.registry_builder import FictitiousRegistry


class _NoTown:
    def municipality_of(self, address: str) -> str:
        return "112178" if "鴻巣" in address else ""


@pytest.fixture
def persons(registry: FictitiousRegistry) -> Persons:
    return Persons(registry.store, registry.clock, registry.ids, _NoTown())


@pytest.fixture
def identities(registry: FictitiousRegistry, persons: Persons) -> Identities:
    return Identities(registry.store, registry.clock, registry.ids, persons)


@pytest.fixture
def undo(registry: FictitiousRegistry) -> Undo:
    return Undo(registry.store, registry.clock, registry.ids)


def content(registry: FictitiousRegistry, *people: Person) -> list[object]:
    """All that counts of these people, without ids of copies."""
    from hoken_desktop.domain.voids import unvoided

    found: list[object] = []
    with registry.store.read() as shelves:
        for person in people:
            found.append(replace(shelves.persons.get(person.id) or person, search_text="", sort_key=""))
            found += [sorted(str(row) for row in getattr(shelves, table).all(person_id=person.id))
                      for table in ("benefits", "devices", "supporters", "contacts", "places")]  # fmt: skip
            found.append(sorted((f.field, f.value) for f in unvoided(shelves.facts.all(person_id=person.id))))
            found.append(sorted(str(c.consented_on) for c in unvoided(shelves.consents.all(person_id=person.id))))
    return found


def test_a_merge_gathers_everything_and_the_chosen_basics(
    registry: FictitiousRegistry, persons: Persons, identities: Identities
) -> None:
    kept = registry.person("架空 一郎", facts={"internal_battery": "yes"})
    gone = registry.person("架空 一朗", facts={"external_battery": "no"}, sex=Sex.MALE, phone_mobile="090-0000-0001")
    registry.consent(gone)
    persons.record(gone.id, contacts=[Contact("", "", 1, "架空 花子", "妻", "048-000-1111")])
    identities.merge(kept.id, gone.id, take=["name", "phone_mobile"])
    file = persons.open(kept.id)
    assert (file.person.name, file.person.phone_mobile) == ("架空 一朗", "090-0000-0001")
    assert file.person.registry_no == kept.registry_no
    assert len(file.devices) == 2
    assert len(file.benefits) == 2
    assert {key for _, key in file.facts} == {"internal_battery", "external_battery"}
    assert [c.consented_on for c in file.consents] == [date(2026, 4, 1)]
    assert [c.rank for c in file.contacts] == [1]
    left = persons.open(gone.id)
    assert (left.person.state, left.person.end_reason) == (PersonState.ENDED, EndReason.MERGED)
    assert left.person.merged_into == kept.id
    assert not left.devices
    assert not left.facts


def test_a_merge_is_taken_back_whole(
    registry: FictitiousRegistry, persons: Persons, identities: Identities, undo: Undo
) -> None:
    kept = registry.person("架空 一郎", facts={"solar": "no"})
    gone = registry.person("架空 一朗", facts={"solar": "yes"})
    registry.consent(gone)
    persons.record(gone.id, contacts=[Contact("", "", 1, "架空 花子", "妻", "048-000-1111")])
    before = content(registry, kept, gone)
    identities.merge(kept.id, gone.id, take=["name"])
    assert content(registry, kept, gone) != before
    last = undo.last()
    assert last is not None
    undo.undo(last.seq)
    assert content(registry, kept, gone) == before
    assert registry.store.verify().first_break is None


def test_an_ended_person_found_to_be_one_still_registered_is_registered(
    registry: FictitiousRegistry, persons: Persons, identities: Identities
) -> None:
    kept, gone = registry.person("架空 一郎"), registry.person("架空 一朗")
    persons.end(kept.id, EndReason.MOVED_OUT, date(2026, 9, 1))
    merged = identities.merge(kept.id, gone.id)
    assert (merged.state, merged.end_reason, merged.ended_on) == (PersonState.ACTIVE, None, None)


def test_a_person_is_not_merged_with_themself_or_twice(
    registry: FictitiousRegistry, identities: Identities
) -> None:
    one, two, three = (registry.person(f"架空 {n}郎") for n in "一二三")
    with pytest.raises(Refusal, match=r"identities\.not_two"):
        identities.merge(one.id, one.id)
    identities.merge(one.id, two.id)
    with pytest.raises(Refusal, match=r"identities\.merged_already"):
        identities.merge(three.id, two.id)


def test_a_split_gives_each_their_own_and_leaves_consents_where_they_are(
    registry: FictitiousRegistry, persons: Persons, identities: Identities, undo: Undo
) -> None:
    from hoken_desktop.domain.codes import DeviceKind

    person = registry.person(
        "架空 一郎", devices=(DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR), facts={"solar": "yes"}
    )
    registry.consent(person)
    oxygen = next(d for d in persons.open(person.id).devices if d.kind is DeviceKind.OXYGEN_CONCENTRATOR)
    persons.record(
        person.id, [FactEntry("flow_rest", 2, EvidenceSource.VISIT, date(2026, 10, 1), device_id=oxygen.id)]
    )
    before = content(registry, person)
    twin = replace(blank_twin(person, date(2026, 10, 1)), name="架空 次郎")
    second = identities.split(person.id, twin, Parting(devices=frozenset({oxygen.id})))
    assert second.registry_no != person.registry_no
    theirs = persons.open(second.id)
    assert [d.id for d in theirs.devices] == [oxygen.id]
    assert [(d, k) for d, k in theirs.facts] == [(oxygen.id, "flow_rest")]
    assert not theirs.consents
    first = persons.open(person.id)
    assert [d.kind for d in first.devices] == [DeviceKind.VENTILATOR]
    assert [k for _, k in first.facts] == ["solar"]
    assert len(first.consents) == 1
    last = undo.last()
    assert last is not None
    undo.undo(last.seq)
    assert content(registry, person) == before
    assert persons.open(second.id).person.end_reason is EndReason.MISTAKE
    assert registry.store.verify().first_break is None


def test_rows_of_somebody_else_cannot_be_split_off(registry: FictitiousRegistry, persons: Persons,
                                                   identities: Identities) -> None:
    one, other = registry.person("架空 一郎"), registry.person("架空 二郎")
    strange = persons.open(other.id).devices[0].id
    twin = replace(blank_twin(one, date(2026, 10, 1)), name="架空 次郎")
    with pytest.raises(Refusal, match=r"identities\.not_theirs"):
        identities.split(one.id, twin, Parting(devices=frozenset({strange})))
    assert len(persons.open(other.id).devices) == 1


def test_the_history_tells_who_changed_what_before_and_after(
    registry: FictitiousRegistry, persons: Persons, undo: Undo
) -> None:
    person = registry.person("架空 一郎")
    persons.change(replace(person, phone_home="048-000-9999"))
    device = persons.open(person.id).devices[0]
    devices = Devices(registry.store, registry.clock, registry.ids)
    devices.confirm(person.id, {device.id: UseStatus.PAUSED}, date(2026, 10, 2), EvidenceSource.PHONE)
    persons.record(person.id, [FactEntry("internal_battery_hours", 6, EvidenceSource.VISIT, date(2026, 10, 3))])
    persons.record(person.id, [FactEntry("internal_battery_hours", 4, EvidenceSource.SUPPLIER, date(2026, 10, 4))])
    last = undo.last()
    assert last is not None
    undone = undo.undo(last.seq).seq
    told = Histories(registry.store).of_person(person.id)
    assert [e.changes[0].after for e in told[:2]] == ["(取消)", "4時間"]
    assert told[1].undone_by == told[0].seq > undone
    assert (told[1].changes[0].before, told[1].source) == ("6時間", EvidenceSource.SUPPLIER)
    use = told[3]
    assert (use.changes[0].field, use.changes[0].before, use.changes[0].after) == ("使用状況", "使用中", "一時中断")
    assert (use.source, use.as_of, use.who) == (EvidenceSource.PHONE, date(2026, 10, 2), "主任保健師 見本 花子")
    phone = told[4].changes[0]
    assert (phone.field, phone.before, phone.after) == ("電話(固定)", person.phone_home, "048-000-9999")
    assert told[-1].label == "対象者を登録"


def test_every_field_of_a_row_has_its_word_in_the_history() -> None:
    from dataclasses import fields

    from hoken_desktop.domain.consents import Consent
    from hoken_desktop.domain.persons import Benefit, Device, Supporter
    from hoken_desktop.domain.places import Place
    from hoken_desktop.services.histories import _SILENT
    from hoken_desktop.words import has

    for kind in (Person, Benefit, Device, Supporter, Contact, Consent, Place):
        assert not [f.name for f in fields(kind) if f.name not in _SILENT and not has(f"histories.field.{f.name}")]
