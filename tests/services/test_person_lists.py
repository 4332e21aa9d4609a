"""Lists of people on a real registry: every filter divides everybody, every order is whole, the counts close."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    DeviceGroup,
    DeviceKind,
    Freshness,
    OnMap,
    PersonState,
    PlanStatus,
    Standing,
    UnmappedReason,
)
from hoken_desktop.domain.persons import Person
from hoken_desktop.domain.places import unmapped_reason
from hoken_desktop.services.overviews import Overviews
from hoken_desktop.services.person_lists import More, PersonLists
from hoken_desktop.services.ports import PersonQuery
from tests.registry_builder import AGEO, KONOSU, OUTSIDE, FictitiousRegistry

OXYGEN = DeviceKind.OXYGEN_CONCENTRATOR
VENTILATOR = DeviceKind.VENTILATOR
ORDERS = (
    "kana", "registry_no", "birth", "address", "municipality", "care", "sex", "group", "seen", "position", "consent",
    "endurance", "plan", "phone", "beneficiary", "birth_on",
)  # fmt: skip


@pytest.fixture
def people(registry: FictitiousRegistry) -> dict[str, Person]:
    made = {
        "ao": registry.person("青葉 茂", "あおば しげる"),
        "ika": registry.person("烏賊田 凪", "いかた なぎ", devices=(VENTILATOR, OXYGEN), municipality=AGEO),
        "kasa": registry.person(
            "笠雲 昇", "かさぐも のぼる", devices=(OXYGEN,), care_setting=CareSetting.HOSPITAL, birth_on=None
        ),
        "sana": registry.person("早苗田 キヨ", "さなえだ きよ", devices=(OXYGEN,), mapped=False, municipality=AGEO),
        "soto": registry.person("外山 遥", "そとやま はるか", municipality=OUTSIDE),
        "yuki": registry.person("雪平 春", "ゆきひら はる", devices=()),
    }
    made["yuki"] = registry.change(made["yuki"], as_of=None)
    made["ao"] = registry.change(made["ao"], as_of=date(2026, 10, 14))
    for key in ("kasa", "soto"):
        made[key] = registry.change(made[key], as_of=date(2025, 1, 1))
    registry.consent(made["ao"])
    registry.consent(made["ika"], AGEO, decision=ConsentDecision.REFUSED)
    registry.consent(made["sana"], KONOSU)  # towards another municipality than their own
    return made


@pytest.fixture
def lists(registry: FictitiousRegistry, people: dict[str, Person]) -> PersonLists:
    return PersonLists(registry.store, registry.clock)


def keys(lists: PersonLists, people: dict[str, Person], **query: object) -> list[str]:
    back = {person.id: key for key, person in people.items()}
    return [back[id_] for id_ in lists.find(PersonQuery(**query))]  # type: ignore[arg-type]


def test_freshness_divides_everybody_and_who_was_never_confirmed_is_old(
    registry: FictitiousRegistry, lists: PersonLists, people: dict[str, Person]
) -> None:
    registry.clock.move(date(2027, 3, 10))  # the devices of all were confirmed on 2026-09-01
    assert keys(lists, people, freshness=Freshness.NEVER) == ["yuki"]
    fresh = keys(lists, people, freshness=Freshness.FRESH)
    old = keys(lists, people, freshness=Freshness.OLD)
    assert fresh == ["ao", "ika", "sana"]  # of themselves: 2026-10-14 and 15
    assert old == ["kasa", "soto", "yuki"]
    assert sorted(fresh + old) == sorted(people)
    registry.clock.move(date(2027, 9, 10))
    assert keys(lists, people, freshness=Freshness.VERY_OLD) == ["kasa", "soto", "yuki"]


def test_every_place_on_the_map_is_the_one_the_domain_gives(
    registry: FictitiousRegistry, lists: PersonLists, people: dict[str, Person]
) -> None:
    with registry.store.read() as shelves:
        places = {p.person_id: p for p in shelves.places.all()}
    for person in people.values():
        wanted = unmapped_reason(person, places.get(person.id), registry.office.municipalities)
        assert lists.census.positions()[person.id] is wanted
    assert keys(lists, people, position=OnMap.MAPPED) == ["ao", "ika", "yuki"]
    assert keys(lists, people, position=OnMap.UNMAPPED) == ["kasa", "sana", "soto"]
    assert keys(lists, people, position=UnmappedReason.HOSPITAL) == ["kasa"]
    assert keys(lists, people, position=UnmappedReason.NOT_SEARCHED) == ["sana"]
    assert keys(lists, people, position=UnmappedReason.OUTSIDE) == ["soto"]


def test_consent_is_the_standing_towards_the_municipality_that_would_be_given(
    registry: FictitiousRegistry, lists: PersonLists, people: dict[str, Person]
) -> None:
    assert keys(lists, people, consent=Standing.VALID) == ["ao"]
    assert keys(lists, people, consent=Standing.REFUSED) == ["ika"]
    assert keys(lists, people, consent=Standing.UNKNOWN) == ["kasa", "sana", "yuki"]
    assert people["soto"].id not in lists.census.consents()
    overview = Overviews(registry.store, registry.clock, registry.municipalities).today()
    unknown = set(lists.find(PersonQuery(consent=Standing.UNKNOWN)))
    assert set(overview.people["consent:unknown"]) == unknown - {people["yuki"].id}  # who uses nothing is not counted


def test_a_deed_is_seen_by_the_next_question(
    registry: FictitiousRegistry, lists: PersonLists, people: dict[str, Person]
) -> None:
    assert keys(lists, people, consent=Standing.VALID) == ["ao"]
    registry.consent(people["yuki"])
    assert keys(lists, people, consent=Standing.VALID) == ["ao", "yuki"]


def test_filters_add_up(lists: PersonLists, people: dict[str, Person]) -> None:
    assert keys(lists, people, municipality=AGEO, group=DeviceGroup.OXYGEN, consent=Standing.UNKNOWN) == ["sana"]
    assert keys(lists, people, text="さなえだ", position=OnMap.MAPPED) == []


def test_every_order_keeps_everybody(lists: PersonLists, people: dict[str, Person]) -> None:
    for order, descending, state in itertools.product(ORDERS, (False, True), (PersonState.ACTIVE, None)):
        found = keys(lists, people, order=order, descending=descending, state=state)
        assert sorted(found) == sorted(people), (order, descending, state)


def test_an_order_keeps_equals_in_the_order_of_their_kana(lists: PersonLists, people: dict[str, Person]) -> None:
    found = {order: keys(lists, people, order=order) for order in ORDERS}
    assert found["kana"] == found["registry_no"] == ["ao", "ika", "kasa", "sana", "soto", "yuki"]
    assert found["group"] == ["ao", "soto", "ika", "kasa", "sana", "yuki"]
    assert found["care"] == ["ao", "ika", "sana", "soto", "yuki", "kasa"]
    assert found["consent"] == ["ao", "ika", "kasa", "sana", "yuki", "soto"]
    assert found["position"] == ["ao", "ika", "yuki", "kasa", "soto", "sana"]


def test_what_is_not_known_stands_last_in_either_direction(lists: PersonLists, people: dict[str, Person]) -> None:
    assert keys(lists, people, order="birth")[-1] == "kasa"
    assert keys(lists, people, order="birth", descending=True)[-1] == "kasa"
    assert keys(lists, people, order="seen")[-1] == "yuki"
    assert keys(lists, people, order="seen", descending=True)[-1] == "yuki"


def test_the_ended_stand_among_the_others_in_kana_order(
    registry: FictitiousRegistry, lists: PersonLists, people: dict[str, Person]
) -> None:
    people["kasa"] = registry.change(people["kasa"], state=PersonState.ENDED)
    assert "kasa" not in keys(lists, people)
    assert keys(lists, people, state=None) == ["ao", "ika", "kasa", "sana", "soto", "yuki"]
    assert keys(lists, people, state=None, descending=True)[0] == "yuki"
    assert keys(lists, people, state=PersonState.ENDED) == ["kasa"]
    assert lists.registered() == 5


def test_the_counts_close(lists: PersonLists, people: dict[str, Person]) -> None:
    counts = lists.counts(person.id for person in people.values())
    assert counts == {
        DeviceGroup.VENTILATOR: 2, DeviceGroup.BOTH: 1, DeviceGroup.OXYGEN: 2, DeviceGroup.UNCONFIRMED: 1,
    }  # fmt: skip
    assert sum(counts.values()) == len(people)


def test_a_line_tells_what_it_is_asked_for(
    registry: FictitiousRegistry, lists: PersonLists, people: dict[str, Person]
) -> None:
    fact = registry.person(
        "渡鳥 遊", "わたりどり ゆう",
        facts={"support_plan": "made", "internal_battery": "yes", "internal_battery_hours": "4"},
    )  # fmt: skip
    ids = [people["ao"].id, people["soto"].id, fact.id]
    plain = lists.lines(ids)
    assert [line.consent for line in plain] == [None, None, None]
    assert plain[0].endurance is None
    assert plain[0].beneficiary_nos == ()
    ao, soto, yu = lists.lines(ids, more=frozenset(More))
    assert (ao.consent, soto.consent) == (Standing.VALID, None)
    assert ao.beneficiary_nos == ("0000001",)
    assert ao.endurance is not None
    assert (ao.endurance.hours, ao.support_plan) == (None, PlanStatus.UNKNOWN)  # nobody asked: 不明, never なし
    assert yu.support_plan is PlanStatus.MADE
    assert yu.endurance is not None
    assert yu.endurance.hours == 4


def test_the_best_answer_is_who_begins_with_what_was_typed(
    registry: FictitiousRegistry, lists: PersonLists, people: dict[str, Person]
) -> None:
    people["sana"] = registry.change(
        people["sana"], search_text="早苗田キヨ サナエダキヨ  K000004 埼玉県上尾市本町9-4  0480000004"
    )
    for text in ("さなえ", "サナエ", "ｻﾅｴ", "早苗田", "早苗", "K000004", "0004", "0000004"):
        found, total = lists.best(text)
        assert [line.id for line in found][:1] == [people["sana"].id], text
        assert total >= 1


def test_the_ended_come_last_among_the_best(
    registry: FictitiousRegistry, lists: PersonLists, people: dict[str, Person]
) -> None:
    for key in people:
        people[key] = registry.change(people[key], search_text="架空")
    people["ao"] = registry.change(people["ao"], state=PersonState.ENDED)
    found, total = lists.best("架空", limit=8)
    assert total == len(people)
    assert found[-1].id == people["ao"].id
    assert found[-1].state is PersonState.ENDED
    assert len(lists.best("架空", limit=3)[0]) == 3
