"""元に戻す: the last deeds taken back, whole, or refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hoken_desktop.domain.codes import CareSetting, EndReason, EvidenceSource, PersonState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Person, standing_facts
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
def undo(registry: FictitiousRegistry) -> Undo:
    return Undo(registry.store, registry.clock, registry.ids)


def take_back_last(undo: Undo) -> str:
    last = undo.last()
    assert last is not None
    undo.undo(last.seq)
    return last.deed


def stored(registry: FictitiousRegistry, person: Person) -> Person:
    with registry.store.read() as shelves:
        found = shelves.persons.get(person.id)
    assert found is not None
    return found


def test_deeds_are_taken_back_one_by_one_newest_first(
    registry: FictitiousRegistry, persons: Persons, undo: Undo
) -> None:
    person = persons.change(replace(registry.person("架空 一郎"), note="はじめ"))
    persons.change(replace(person, note="二つめ"))
    persons.set_care_setting(person.id, CareSetting.HOSPITAL, date(2026, 10, 1), EvidenceSource.PHONE)
    assert take_back_last(undo) == "person_changed"
    assert stored(registry, person).care_setting is CareSetting.HOME
    take_back_last(undo)
    assert stored(registry, person).note == "はじめ"
    take_back_last(undo)
    assert stored(registry, person).note == ""
    assert registry.store.verify().first_break is None


def test_facts_taken_back_stand_no_more_and_stay_in_the_file(
    registry: FictitiousRegistry, persons: Persons, undo: Undo
) -> None:
    person = registry.person("架空 一郎", facts={"internal_battery": "yes"})
    persons.record(person.id, [FactEntry("internal_battery", "no", EvidenceSource.VISIT, date(2026, 10, 1))])
    assert persons.open(person.id).facts["", "internal_battery"].value == "no"
    take_back_last(undo)
    assert persons.open(person.id).facts["", "internal_battery"].value == "yes"
    with registry.store.read() as shelves:
        rows = shelves.facts.all(person_id=person.id)
    assert [row.value for row in rows] == ["yes", "no", "no"]
    assert len(standing_facts(rows)) == 1


def test_a_registration_taken_back_keeps_the_person_as_a_mistake(
    registry: FictitiousRegistry, persons: Persons, undo: Undo
) -> None:
    added = persons.register(Person("", "", "架空 二郎"))
    take_back_last(undo)
    found = stored(registry, added)
    assert (found.state, found.end_reason) == (PersonState.ENDED, EndReason.MISTAKE)


def test_an_older_deed_under_a_newer_one_on_the_same_row_is_refused_and_nothing_changes(
    registry: FictitiousRegistry, persons: Persons, undo: Undo
) -> None:
    person = persons.change(replace(registry.person("架空 一郎"), note="はじめ"))
    older = undo.last()
    assert older is not None
    persons.change(replace(person, note="二つめ"))
    with pytest.raises(Refusal) as refused:
        undo.undo(older.seq)
    assert refused.value.code == "undo.changed_since"
    assert stored(registry, person).note == "二つめ"


def test_a_deed_is_taken_back_once(registry: FictitiousRegistry, persons: Persons, undo: Undo) -> None:
    persons.change(replace(registry.person("架空 一郎"), note="はじめ"))
    last = undo.last()
    assert last is not None
    undo.undo(last.seq)
    with pytest.raises(Refusal) as refused:
        undo.undo(last.seq)
    assert refused.value.code == "undo.not_open"


def test_nothing_before_the_freeze_is_taken_back(registry: FictitiousRegistry, persons: Persons, undo: Undo) -> None:
    person = persons.change(replace(registry.person("架空 一郎"), note="はじめ"))
    before = undo.last()
    assert before is not None
    registry.freeze()
    assert undo.last() is None
    with pytest.raises(Refusal) as refused:
        undo.undo(before.seq)
    assert refused.value.code == "undo.not_open"
    assert stored(registry, person).note == "はじめ"


def test_a_consent_entered_for_the_wrong_person_opens_nothing_once_taken_back(
    registry: FictitiousRegistry, persons: Persons, undo: Undo
) -> None:
    from hoken_desktop.domain.codes import Purpose, RecipientSection, Standing
    from hoken_desktop.domain.consents import standing

    person = registry.person("架空 一郎")
    registry.consent(person)

    def now() -> Standing:
        with registry.store.read() as shelves:
            rows = shelves.consents.all(person_id=person.id)
        return standing(
            rows, recipient="112178", section=RecipientSection.HEALTH, purpose=Purpose.ROSTER,
            day=registry.clock.today(), birth_on=person.birth_on,
        ).standing  # fmt: skip

    assert now() is Standing.VALID
    assert take_back_last(undo) == "consent_recorded"
    assert now() is Standing.UNKNOWN


def test_an_image_that_was_tampered_with_is_not_put_back(
    registry: FictitiousRegistry, persons: Persons, undo: Undo
) -> None:
    from hoken_desktop.store import engine as engines

    person = persons.change(replace(registry.person("架空 一郎"), note="はじめ"))
    last = undo.last()
    assert last is not None
    connection = engines.connect(registry.store.path, registry.key)
    connection.execute("DROP TRIGGER audit_rows_no_update")
    connection.execute("UPDATE audit_rows SET before = '{\"note\": \"よそから\"}' WHERE seq = ?", (last.seq,))
    connection.close()
    with pytest.raises(Refusal) as refused:
        undo.undo(last.seq)
    assert refused.value.code == "undo.not_authentic"
    assert stored(registry, person).note == "はじめ"
