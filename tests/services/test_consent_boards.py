"""The matrix of consents: both consents of everyone, counts that close, and the work that is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    DeviceKind,
    Purpose,
    RecipientSection,
    Standing,
)
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.services.consent_boards import OUTSIDE, WORKS, ConsentBoard, ConsentBoards, is_of
from hoken_desktop.services.consents import Consents
from tests.registry_builder import AGEO, KONOSU, FictitiousRegistry
from tests.registry_builder import OUTSIDE as ANOTHER_TOWN

HEALTH, SUPPORTERS = RecipientSection.HEALTH, RecipientSection.SUPPORTERS
TODAY = date(2026, 10, 15)


def add(registry: FictitiousRegistry, person_id: str, **more: Any) -> None:
    row = Consent(
        registry.ids(), person_id, KONOSU, HEALTH, Purpose.ROSTER, ConsentDecision.GIVEN, date(2026, 4, 1),
        registry.clock.now(),
    )  # fmt: skip
    with registry.store.change(Deed.CONSENT_RECORDED, person_id) as shelves:
        shelves.consents.add(replace(row, **more))


def board(registry: FictitiousRegistry) -> ConsentBoard:
    return ConsentBoards(registry.store, registry.clock).board()


def keys_of(found: ConsentBoard, person_id: str, section: RecipientSection = HEALTH) -> set[str]:
    row = next(r for r in found.rows if r.person_id == person_id)
    return {work for work in WORKS if is_of(row, section, work, found.day)}


def test_the_counts_close_over_everyone_with_a_counted_device(registry: FictitiousRegistry) -> None:
    people = [registry.person(f"見本 {n}郎") for n in range(6)]
    outside = registry.person("見本 外子", municipality=ANOTHER_TOWN)
    registry.person("見本 吸子", devices=(DeviceKind.SUCTION,))
    add(registry, people[0].id)
    add(registry, people[1].id, decision=ConsentDecision.REFUSED)
    add(registry, people[2].id, withdrawn_on=date(2026, 9, 1))
    add(registry, people[3].id, expires_on=date(2026, 9, 30))
    add(registry, people[4].id, decision=ConsentDecision.PENDING)
    found = board(registry)
    counts = found.counts(HEALTH)
    assert sum(counts.values()) == len(found.rows) == 7
    assert {key: n for key, n in counts.items() if n} == dict.fromkeys(
        ("valid", "refused", "withdrawn", "expired", "pending", "unknown", OUTSIDE), 1
    )
    assert found.counts(SUPPORTERS)["unknown"] == 6
    assert next(r for r in found.rows if r.person_id == outside.id).cells == {}
    for key in (*(f"standing:{s}" for s in Standing), OUTSIDE):
        assert sum(is_of(row, HEALTH, key, found.day) for row in found.rows) == counts[key.removeprefix("standing:")]


def test_the_matrix_and_the_counts_of_the_municipalities_agree(registry: FictitiousRegistry) -> None:
    for n, place in enumerate((KONOSU, KONOSU, AGEO, AGEO, AGEO)):
        person = registry.person(f"見本 {n}郎", municipality=place)
        if n % 2:
            add(registry, person.id, recipient=place)
    consents = Consents(
        registry.store, registry.clock, registry.ids, lambda *_: None, registry.municipalities,  # type: ignore
    )
    counts = board(registry).counts(HEALTH)
    for standing in Standing:
        told = sum(one.overall[standing] for one in consents.standings(TODAY))
        assert counts[standing] == told


def test_the_two_consents_of_a_person_are_two(registry: FictitiousRegistry) -> None:
    person = registry.person("見本 花子")
    add(registry, person.id)
    add(registry, person.id, section=SUPPORTERS, decision=ConsentDecision.REFUSED, consented_on=date(2026, 5, 2))
    add(registry, person.id, section=RecipientSection.FIRE, recipient="見本消防本部")
    row = board(registry).rows[0]
    assert row.cells[HEALTH].standing is Standing.VALID
    assert row.cells[HEALTH].day == date(2026, 4, 1)
    assert (row.cells[SUPPORTERS].standing, row.cells[SUPPORTERS].day) == (Standing.REFUSED, date(2026, 5, 2))
    assert row.others == (("見本消防本部", Standing.VALID),)


def test_work_that_is_left_is_found_by_kind(registry: FictitiousRegistry) -> None:
    unknown, soon, later, withdrawn, pending, moved, unnamed = (registry.person(f"見本 {n}郎") for n in range(7))
    add(registry, soon.id, expires_on=date(2027, 1, 13))  # the ninetieth day
    add(registry, later.id, expires_on=date(2027, 1, 14))
    add(registry, withdrawn.id, withdrawn_on=TODAY)
    add(registry, pending.id, decision=ConsentDecision.PENDING)
    add(registry, moved.id, recipient=AGEO)
    add(registry, unnamed.id, given_by=ConsentGiver.FAMILY)
    found = board(registry)
    assert keys_of(found, unknown.id) == {"unknown"}
    assert keys_of(found, soon.id) == {"expiry"}
    assert keys_of(found, later.id) == set()
    assert keys_of(found, withdrawn.id) == {"withdrawn"}
    assert keys_of(found, pending.id) == {"ask"}
    assert keys_of(found, moved.id) == {"unknown", "ask"}
    assert keys_of(found, unnamed.id) == {"ask"}
    cell = next(r for r in found.rows if r.person_id == moved.id).cells[HEALTH]
    assert (cell.standing, cell.elsewhere) == (Standing.UNKNOWN, AGEO)
    assert found.works(HEALTH) == {"unknown": 2, "expiry": 1, "withdrawn": 1, "undelivered": 0, "ask": 3}


def test_valid_for_one_purpose_is_valid_and_says_for_which(registry: FictitiousRegistry) -> None:
    person = registry.person("見本 花子")
    add(registry, person.id)
    add(registry, person.id, purpose=Purpose.DRILL, decision=ConsentDecision.REFUSED)
    cell = board(registry).rows[0].cells[HEALTH]
    assert (cell.standing, cell.purposes) == (Standing.VALID, (Purpose.ROSTER,))


def test_a_consent_of_tomorrow_does_not_stand_yet(registry: FictitiousRegistry) -> None:
    person = registry.person("見本 花子")
    add(registry, person.id, consented_on=date(2026, 10, 16))
    assert board(registry).rows[0].cells[HEALTH].standing is Standing.UNKNOWN
