"""Recalls as a function of what was handed over, how people stand, and what was told: nobody falls out of the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoken_desktop.domain.codes import CareSetting, EndReason, Exclusion, ItemGroup, PersonState, RecipientSection
from hoken_desktop.domain.persons import Person
from hoken_desktop.domain.recalls import (
    BY_CONSENT,
    Demand,
    Held,
    Recall,
    RecallReason,
    RecallState,
    demand_of,
    differing,
    holdings,
    reason_of,
    stamp_of,
)

TOWN, OTHER = "112178", "112194"
DAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def person(**fields: object) -> Person:
    return replace(Person("p", "K000001", "見本", care_setting=CareSetting.HOME), **fields)  # type: ignore[arg-type]


HANDED = {
    ItemGroup.BASIC: ("name", "address"), ItemGroup.CONTACT: ("phone_home", "contact"), ItemGroup.DEVICE: ("devices",),
}  # fmt: skip


def held(
    reason: RecallReason | None, disclosure: str = "d", who: str = "p", stamp: str = "",
    closed: Iterable[ItemGroup] = (),
) -> Held:  # fmt: skip
    return Held(
        disclosure, who, TOWN, RecipientSection.HEALTH, "AAAA-2222", HANDED, reason, frozenset(closed), ("address",),
        stamp,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("closed", "reason"),
    [
        (Exclusion.CONSENT_WITHDRAWN, RecallReason.WITHDRAWN),
        (Exclusion.CONSENT_REFUSED, RecallReason.REFUSED),
        (Exclusion.CONSENT_EXPIRED, RecallReason.EXPIRED),
        (Exclusion.CONSENT_PENDING, RecallReason.UNCONFIRMED),
        (Exclusion.CONSENT_GIVER, RecallReason.UNCONFIRMED),
        (Exclusion.CONSENT_UNKNOWN, RecallReason.UNCONFIRMED),
        (Exclusion.SCOPE, RecallReason.UNCONFIRMED),
    ],
)
def test_what_the_ledger_says_comes_before_everything_else(closed: Exclusion, reason: RecallReason) -> None:
    assert reason_of(person(), TOWN, TOWN, closed) is reason
    assert reason_of(person(care_setting=CareSetting.DECEASED), TOWN, TOWN, closed) is reason


def test_death_move_and_end_are_reasons_and_a_hospital_is_none() -> None:
    assert reason_of(person(care_setting=CareSetting.DECEASED), TOWN, TOWN, None) is RecallReason.DECEASED
    assert reason_of(person(care_setting=CareSetting.MOVED_OUT), TOWN, "", None) is RecallReason.MOVED_OUT
    assert reason_of(person(), TOWN, OTHER, None) is RecallReason.MOVED_OUT
    ended = person(state=PersonState.ENDED, end_reason=EndReason.DEVICE_ENDED)
    assert reason_of(ended, TOWN, TOWN, None) is RecallReason.ENDED
    for setting in (CareSetting.HOSPITAL, CareSetting.FACILITY, CareSetting.RESPITE, CareSetting.UNKNOWN):
        assert reason_of(person(care_setting=setting), TOWN, TOWN, None) is None


def test_a_recipient_cannot_tell_a_withdrawal_from_a_refusal_nor_a_death_from_an_end() -> None:
    assert {demand_of(reason) for reason in BY_CONSENT} == {Demand.DELETE_NOT_GIVEN}
    others = set(RecallReason) - BY_CONSENT - {RecallReason.CORRECTED, RecallReason.NARROWED}
    assert {demand_of(reason) for reason in others} == {Demand.DELETE_NOT_A_TARGET}


def test_a_correction_is_closed_by_the_values_that_are_right_and_opens_again_when_they_change() -> None:
    handed = {"address": "あ1-1", "age": "60", "phone_home": "048-000-0001"}
    now = handed | {"address": "あ2-2", "age": "61"}
    items = differing(handed, now, ("address", "phone_home", "contact"))
    assert items == ("address",)
    stamp = stamp_of(items, now)
    assert stamp == stamp_of(items, dict(now))
    assert "あ2-2" not in stamp
    mine = held(RecallReason.CORRECTED, stamp=stamp)
    told = Recall("r", "d", "p", RecallReason.CORRECTED, NOW, "s", DAY, note=stamp)
    assert [h.state for h in holdings([mine], [])] == [RecallState.OPEN]
    assert [h.state for h in holdings([mine], [told])] == [RecallState.TOLD]
    assert holdings([mine], [replace(told, confirmed_on=DAY)]) == ()
    again = held(RecallReason.CORRECTED, stamp=stamp_of(items, now | {"address": "あ3-3"}))
    assert [h.state for h in holdings([again], [replace(told, confirmed_on=DAY)])] == [RecallState.OPEN]
    gone = held(RecallReason.WITHDRAWN)
    assert [h.state for h in holdings([gone], [replace(told, confirmed_on=DAY)])] == [RecallState.OPEN]


def test_what_was_told_is_waited_for_even_when_the_reason_is_gone() -> None:
    told = Recall("r", "d", "p", RecallReason.WITHDRAWN, NOW, "s", DAY)
    (found,) = holdings([held(None)], [told])
    assert (found.state, found.needed, found.reason) == (RecallState.TOLD, False, RecallReason.WITHDRAWN)
    assert holdings([held(None)], [replace(told, confirmed_on=DAY)]) == ()
    assert holdings([held(None)], []) == ()


def narrowed(groups: str, at: int = 0, confirmed_on: date | None = None) -> Recall:
    return Recall(f"n{at}", "d", "p", RecallReason.NARROWED, NOW, "s", DAY, confirmed_on=confirmed_on, note=groups)


def told_of(mine: Held, *recalls: Recall) -> list[tuple[RecallReason, RecallState, tuple[ItemGroup, ...], bool]]:
    return [(h.reason, h.state, h.groups, h.needed) for h in holdings([mine], recalls)]


def test_a_narrowed_scope_asks_back_the_items_of_its_closed_groups_and_nothing_else() -> None:
    mine = held(None, closed=[ItemGroup.DEVICE, ItemGroup.CONTACT])
    (found,) = holdings([mine], [])
    assert (found.reason, found.state, found.needed) == (RecallReason.NARROWED, RecallState.OPEN, True)
    assert (found.groups, found.items) == (
        (ItemGroup.CONTACT, ItemGroup.DEVICE), ("phone_home", "contact", "devices"),
    )  # fmt: skip
    assert found.note == "contact,device"
    assert demand_of(found.reason) is Demand.DELETE_ITEMS
    told_whole = holdings([replace(mine, reason=RecallReason.WITHDRAWN)], [])
    assert [(h.reason, h.groups, h.items, h.note) for h in told_whole] == [(RecallReason.WITHDRAWN, (), (), "")]


def test_a_group_that_closes_later_is_asked_back_beside_the_one_that_was_told_or_is_gone() -> None:
    contact, device = (ItemGroup.CONTACT,), (ItemGroup.DEVICE,)
    both = held(None, closed=[*contact, *device])
    waits = (RecallReason.NARROWED, RecallState.TOLD, contact, True)
    opens = (RecallReason.NARROWED, RecallState.OPEN, device, True)
    assert told_of(both, narrowed("contact")) == [waits, opens]
    assert told_of(both, narrowed("contact", confirmed_on=DAY)) == [opens]
    assert told_of(both, narrowed("contact", confirmed_on=DAY), narrowed("device", 1, DAY)) == []
    assert told_of(held(None), narrowed("contact")) == [(*waits[:3], False)]
    assert told_of(held(None), narrowed("contact,device", confirmed_on=DAY)) == []
    again = held(None, closed=contact)
    assert told_of(again, narrowed("contact,device", confirmed_on=DAY)) == []


def test_deleted_items_do_not_close_the_row_and_a_deleted_row_closes_its_items() -> None:
    gone = held(RecallReason.WITHDRAWN)
    assert told_of(gone, narrowed("contact,device", confirmed_on=DAY)) == [
        (RecallReason.WITHDRAWN, RecallState.OPEN, (), True)
    ]
    whole = Recall("w", "d", "p", RecallReason.WITHDRAWN, NOW, "s", DAY)
    mine = held(None, closed=[ItemGroup.CONTACT])
    assert told_of(mine, whole) == [(RecallReason.WITHDRAWN, RecallState.TOLD, (), True)]
    assert told_of(mine, replace(whole, confirmed_on=DAY)) == []


def test_a_row_asked_back_is_waited_for_although_the_person_may_be_held_again_and_a_value_is_wrong() -> None:
    told = Recall("w", "d", "p", RecallReason.WITHDRAWN, NOW, "s", DAY)
    wrong = held(RecallReason.CORRECTED, stamp="x", closed=[ItemGroup.CONTACT])
    assert told_of(wrong, told) == [
        (RecallReason.WITHDRAWN, RecallState.TOLD, (), True), (RecallReason.CORRECTED, RecallState.OPEN, (), True),
    ]  # fmt: skip
    assert told_of(wrong) == [
        (RecallReason.NARROWED, RecallState.OPEN, (ItemGroup.CONTACT,), True),
        (RecallReason.CORRECTED, RecallState.OPEN, (), True),
    ]


PEOPLE, LISTS = ("a", "b", "c"), ("d1", "d2", "d3")
REASONS = [None, *(reason for reason in RecallReason if reason is not RecallReason.NARROWED)]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hand"), st.sampled_from(LISTS), st.frozensets(st.sampled_from(PEOPLE))),
        st.tuples(st.just("stand"), st.sampled_from(PEOPLE), st.sampled_from(REASONS)),
        st.tuples(st.just("close"), st.sampled_from(PEOPLE), st.frozensets(st.sampled_from(list(HANDED)[1:]))),
        st.tuples(st.just("tell"), st.none(), st.none()),
        st.tuples(st.just("confirm"), st.none(), st.none()),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_every_past_holder_of_what_may_not_be_held_is_on_the_list_until_it_confirms(
    steps: Iterable[tuple[str, object, object]],
) -> None:
    """A plain model beside it: groups of a person on a list, and those whose removal the recipient confirmed."""
    handed: dict[str, frozenset[str]] = {}
    stands: dict[str, RecallReason | None] = dict.fromkeys(PEOPLE)
    closed: dict[str, frozenset[ItemGroup]] = dict.fromkeys(PEOPLE, frozenset())
    recalls: list[Recall] = []
    destroyed: set[tuple[str, str, ItemGroup]] = set()
    day = DAY
    for what, one, two in steps:
        day += timedelta(days=1)
        if what == "hand" and one not in handed:
            handed[str(one)] = frozenset(two)  # type: ignore[call-overload]
        elif what == "stand":
            stands[str(one)] = two  # type: ignore[assignment]
        elif what == "close":
            closed[str(one)] = two  # type: ignore[assignment]
        every = [held(stands[p], d, p, "x", closed[p]) for d, people in handed.items() for p in people]
        if what == "tell":
            for h in holdings(every, recalls):
                if h.state is RecallState.OPEN:
                    recalls.append(
                        Recall(f"r{len(recalls)}", h.held.disclosure_id, h.held.person_id, h.reason, NOW, "s", day,
                               note=h.note)
                    )  # fmt: skip
        elif what == "confirm":
            for h in holdings(every, recalls):
                if h.recall is None:
                    continue
                recalls[recalls.index(h.recall)] = replace(h.recall, confirmed_on=day, confirmed_by="課")
                if h.reason is not RecallReason.CORRECTED:
                    about = h.groups or tuple(HANDED)
                    destroyed |= {(h.held.disclosure_id, h.held.person_id, group) for group in about}
        listed = {
            (h.held.disclosure_id, h.held.person_id, group)
            for h in holdings(every, recalls)
            if h.reason is not RecallReason.CORRECTED
            for group in h.groups or HANDED
        }
        wrong = {
            (d, p, group)
            for d, people in handed.items()
            for p in people
            for group in (closed[p] if stands[p] in (None, RecallReason.CORRECTED) else HANDED)
        }
        assert wrong - destroyed <= listed
        gone = {(d, p) for d, p, group in destroyed if group is ItemGroup.BASIC}
        assert not gone & {(h.held.disclosure_id, h.held.person_id) for h in holdings(every, recalls)}
        assert {(d, p) for d, p, _ in listed} <= {(d, p) for d, people in handed.items() for p in people}
        no_whole = {k for k in listed if (k[0], k[1], ItemGroup.BASIC) not in listed}
        assert not destroyed & no_whole  # an item that is gone is asked for only where the whole row is
