"""Recalls as a function of what was handed over, how people stand, and what was told: nobody falls out of the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoken_desktop.domain.codes import CareSetting, EndReason, Exclusion, PersonState, RecipientSection
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


def held(reason: RecallReason | None, disclosure: str = "d", who: str = "p", stamp: str = "") -> Held:
    return Held(disclosure, who, TOWN, RecipientSection.HEALTH, "AAAA-2222", 9, reason, ("address",), stamp)


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
    others = set(RecallReason) - BY_CONSENT - {RecallReason.CORRECTED}
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


PEOPLE, LISTS = ("a", "b", "c"), ("d1", "d2", "d3")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hand"), st.sampled_from(LISTS), st.frozensets(st.sampled_from(PEOPLE))),
        st.tuples(st.just("stand"), st.sampled_from(PEOPLE), st.sampled_from([None, *RecallReason])),
        st.tuples(st.just("tell"), st.none(), st.none()),
        st.tuples(st.just("confirm"), st.none(), st.none()),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_every_past_holder_of_somebody_who_may_not_be_held_is_on_the_list_until_it_confirms(
    steps: Iterable[tuple[str, object, object]],
) -> None:
    """A plain model beside it: pairs (list, person) handed over, and those whose removal the recipient confirmed."""
    handed: dict[str, frozenset[str]] = {}
    stands: dict[str, RecallReason | None] = dict.fromkeys(PEOPLE)
    recalls: list[Recall] = []
    destroyed: set[tuple[str, str]] = set()
    day = DAY
    for what, one, two in steps:
        day += timedelta(days=1)
        if what == "hand" and one not in handed:
            handed[str(one)] = frozenset(two)  # type: ignore[call-overload]
        elif what == "stand":
            stands[str(one)] = two  # type: ignore[assignment]
        every = [held(stands[p], d, p, "x") for d, people in handed.items() for p in people]
        if what == "tell":
            for h in holdings(every, recalls):
                if h.state is RecallState.OPEN:
                    note = h.held.stamp if h.reason is RecallReason.CORRECTED else ""
                    recalls.append(
                        Recall(f"r{len(recalls)}", h.held.disclosure_id, h.held.person_id, h.reason, NOW, "s", day,
                               note=note)
                    )  # fmt: skip
        elif what == "confirm":
            waiting = {h.recall.id for h in holdings(every, recalls) if h.recall is not None}
            for at, recall in enumerate(recalls):
                if recall.id in waiting:
                    recalls[at] = replace(recall, confirmed_on=day, confirmed_by="課")
                    if recall.reason is not RecallReason.CORRECTED:
                        destroyed.add((recall.disclosure_id, recall.person_id))
        listed = {(h.held.disclosure_id, h.held.person_id) for h in holdings(every, recalls)}
        may_not = {p for p, reason in stands.items() if reason not in (None, RecallReason.CORRECTED)}
        wrong = {(d, p) for d, people in handed.items() for p in people & may_not}
        assert wrong - destroyed <= listed
        assert not destroyed & listed
        assert listed <= {(d, p) for d, people in handed.items() for p in people}
