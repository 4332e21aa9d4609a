"""The gate: one reason to stay for everyone who stays, and nobody goes whose consent does not say so."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from hoken_desktop.domain.bases import BasisRule, Circumstances
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    ConsentGiver,
    EndReason,
    Exclusion,
    ItemGroup,
    LegalBasis,
    PersonState,
    Purpose,
    RecipientSection,
)
from hoken_desktop.domain.consents import STANDARD_SCOPE, Consent
from hoken_desktop.domain.disclosures import (
    DESPITE_REFUSAL,
    ITEM_BY_KEY,
    STANDARD_ITEMS,
    WITHOUT_CONSENT,
    Passage,
    Request,
    consent_bounds,
    gate,
)
from hoken_desktop.domain.events import Event, EventKind
from hoken_desktop.domain.persons import Person

HERE, THERE, OUTSIDE = "112178", "112194", "112062"
OFFICE = (HERE, THERE)
DAY = date(2026, 9, 30)
NOON = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
PERSON = Person(
    "p1", "K000001", "見本 花子", birth_on=date(1960, 4, 1), address_registered="埼玉県鴻巣市本町9-1",
    municipality_registered=HERE, care_setting=CareSetting.HOME,
)  # fmt: skip
REQUEST = Request(
    "r1", HERE, RecipientSection.HEALTH, "福第1号", date(2026, 9, 1), date(2026, 9, 2), "架空市長", LegalBasis.CONSENT,
    (Purpose.ROSTER,), "名簿", STANDARD_ITEMS,
)  # fmt: skip


def consent(purpose: Purpose = Purpose.ROSTER, **more: Any) -> Consent:
    facts: dict[str, Any] = {
        "id": f"c-{purpose}", "person_id": "p1", "recipient": HERE, "section": RecipientSection.HEALTH,
        "purpose": purpose, "decision": ConsentDecision.GIVEN, "consented_on": date(2026, 4, 1), "entered_at": NOON,
    }  # fmt: skip
    return Consent(**(facts | more))


def reason(person: Person = PERSON, *rows: Consent, request: Request = REQUEST, **more: Any) -> Exclusion | None:
    return gate(person, rows, request, day=DAY, office=OFFICE, **more).excluded


def test_a_person_with_a_valid_consent_goes_with_its_scope_and_its_row() -> None:
    found = gate(PERSON, [consent()], REQUEST, day=DAY, office=OFFICE)
    assert found.excluded is None
    assert found.groups == frozenset(STANDARD_SCOPE)
    assert found.consent_ids == ("c-roster",)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"care_setting": CareSetting.DECEASED}, Exclusion.DECEASED),
        ({"state": PersonState.ENDED, "end_reason": EndReason.DECEASED}, Exclusion.DECEASED),
        ({"care_setting": CareSetting.MOVED_OUT}, Exclusion.MOVED_OUT),
        ({"state": PersonState.ENDED, "end_reason": EndReason.MOVED_OUT}, Exclusion.MOVED_OUT),
        ({"state": PersonState.ENDED, "end_reason": EndReason.DEVICE_ENDED}, Exclusion.ENDED),
        ({"municipality_registered": THERE}, Exclusion.NOT_RESIDENT),
        ({"municipality_registered": OUTSIDE}, Exclusion.NOT_RESIDENT),
        ({"care_setting": CareSetting.HOSPITAL}, Exclusion.HOSPITAL),
        ({"care_setting": CareSetting.FACILITY}, Exclusion.FACILITY),
        ({"care_setting": CareSetting.RESPITE}, Exclusion.RESPITE),
    ],
)
def test_what_happened_to_a_person_keeps_them_back_whatever_they_consented_to(
    change: dict[str, Any], expected: Exclusion
) -> None:
    assert reason(replace(PERSON, **change), consent()) is expected


def test_a_person_whose_place_is_unknown_counts_as_at_home() -> None:
    assert reason(replace(PERSON, care_setting=CareSetting.UNKNOWN), consent()) is None


def test_the_office_may_let_people_in_hospital_go_but_never_the_dead() -> None:
    assert reason(replace(PERSON, care_setting=CareSetting.HOSPITAL), consent(), include_not_at_home=True) is None
    dead = replace(PERSON, care_setting=CareSetting.DECEASED)
    assert reason(dead, consent(), include_not_at_home=True) is Exclusion.DECEASED


def test_who_lives_outside_goes_to_the_municipality_of_the_register() -> None:
    away = replace(PERSON, address_actual="埼玉県行田市本丸9-1", municipality_actual=OUTSIDE)
    assert reason(away, consent()) is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], Exclusion.CONSENT_UNKNOWN),
        ([consent(decision=ConsentDecision.UNKNOWN)], Exclusion.CONSENT_UNKNOWN),
        ([consent(decision=ConsentDecision.REFUSED)], Exclusion.CONSENT_REFUSED),
        ([consent(decision=ConsentDecision.PENDING)], Exclusion.CONSENT_PENDING),
        ([consent(withdrawn_on=DAY)], Exclusion.CONSENT_WITHDRAWN),
        ([consent(expires_on=DAY - timedelta(days=1))], Exclusion.CONSENT_EXPIRED),
        ([consent(recipient=THERE)], Exclusion.CONSENT_UNKNOWN),
        ([consent(purpose=Purpose.DRILL)], Exclusion.CONSENT_UNKNOWN),
        ([consent(section=RecipientSection.FIRE)], Exclusion.CONSENT_UNKNOWN),
        ([consent(scope=(ItemGroup.DEVICE,))], Exclusion.SCOPE),
    ],
)
def test_each_closed_consent_names_its_reason(rows: list[Consent], expected: Exclusion) -> None:
    assert reason(PERSON, *rows) is expected


def test_another_persons_consent_opens_nothing() -> None:
    assert reason(PERSON, consent(person_id="p2")) is Exclusion.CONSENT_UNKNOWN


def test_a_childs_own_consent_does_not_open_the_gate() -> None:
    child = replace(PERSON, birth_on=date(2015, 1, 1))
    assert reason(child, consent()) is Exclusion.CONSENT_GIVER
    assert reason(child, consent(given_by=ConsentGiver.GUARDIAN)) is None


def test_every_purpose_of_the_request_needs_its_own_consent_and_they_share_their_scopes() -> None:
    both = replace(REQUEST, purposes=(Purpose.ROSTER, Purpose.EVACUATION_PLAN))
    assert reason(PERSON, consent(), request=both) is Exclusion.CONSENT_UNKNOWN
    narrow = consent(Purpose.EVACUATION_PLAN, scope=(ItemGroup.BASIC, ItemGroup.CONTACT))
    found = gate(PERSON, [consent(), narrow], both, day=DAY, office=OFFICE)
    assert found.groups == {ItemGroup.BASIC, ItemGroup.CONTACT}
    assert found.consent_ids == ("c-roster", "c-evacuation_plan")


def test_of_several_closed_purposes_the_weightiest_reason_is_named() -> None:
    both = replace(REQUEST, purposes=(Purpose.ROSTER, Purpose.EVACUATION_PLAN))
    refused = consent(Purpose.EVACUATION_PLAN, decision=ConsentDecision.REFUSED)
    assert reason(PERSON, refused, request=both) is Exclusion.CONSENT_REFUSED


def test_the_disease_goes_only_where_scope_and_request_both_name_it() -> None:
    wide = consent(scope=(*STANDARD_SCOPE, ItemGroup.DISEASE))
    asks = replace(REQUEST, items=(*STANDARD_ITEMS, "disease"))
    assert ItemGroup.DISEASE in gate(PERSON, [wide], asks, day=DAY, office=OFFICE).groups
    assert ItemGroup.DISEASE not in gate(PERSON, [wide], REQUEST, day=DAY, office=OFFICE).groups
    assert ItemGroup.DISEASE not in gate(PERSON, [consent()], asks, day=DAY, office=OFFICE).groups


def test_an_item_of_a_newer_program_opens_nothing_and_hinders_nobody() -> None:
    asks = replace(REQUEST, items=("name", "address", "item_of_tomorrow"))
    assert gate(PERSON, [consent()], asks, day=DAY, office=OFFICE).groups == {ItemGroup.BASIC}


def test_in_peacetime_and_without_a_decision_no_other_basis_opens_anything() -> None:
    for basis in LegalBasis:
        if basis is not LegalBasis.CONSENT:
            assert reason(PERSON, consent(), request=replace(REQUEST, basis=basis)) is Exclusion.BASIS_CLOSED


def test_a_request_without_purposes_and_a_closed_one_open_nothing() -> None:
    assert reason(PERSON, consent(), request=replace(REQUEST, purposes=())) is Exclusion.BASIS_CLOSED
    assert reason(PERSON, consent(), request=replace(REQUEST, closed_on=DAY)) is Exclusion.BASIS_CLOSED


def test_the_requests_switch_goes_before_the_offices_setting() -> None:
    away = replace(PERSON, care_setting=CareSetting.FACILITY)
    assert reason(away, consent(), request=replace(REQUEST, not_at_home="include")) is None
    shut = replace(REQUEST, not_at_home="exclude")
    assert reason(away, consent(), request=shut, include_not_at_home=True) is Exclusion.FACILITY
    unknown = replace(REQUEST, not_at_home="maybe")
    assert reason(away, consent(), request=unknown, include_not_at_home=True) is Exclusion.FACILITY


# ---- by law, without everybody's consent ------------------------------------------------------------------------

ASKED = replace(REQUEST, basis=LegalBasis.REQ_49_10_4, items=tuple(ITEM_BY_KEY))
RULED = Circumstances(
    (BasisRule("b1", LegalBasis.REQ_49_10_4, True, "", "保第1号", date(2026, 4, 1), NOON, "s1"),)
)  # fmt: skip
EVENT = Event("e1", "架空台風", EventKind.STORM, NOON, NOON, "s1")
STORM = Circumstances((), (EVENT,), frozenset({"s1", "s2"}), datetime(2026, 9, 30, 3, 0, tzinfo=UTC))
URGENT = replace(
    ASKED, basis=LegalBasis.DISASTER, event_id="e1", reason="停電が続く", confirmed_by=("s1", "s2"),
    not_at_home="include",
)


def by_law(*rows: Consent, request: Request = ASKED, circumstances: Circumstances = RULED) -> Passage:
    return gate(PERSON, rows, request, day=DAY, office=OFFICE, circumstances=circumstances)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (consent(decision=ConsentDecision.PENDING),),
        (consent(expires_on=DAY - timedelta(days=1)),),
        (consent(decision=ConsentDecision.UNKNOWN),),
    ],
)
def test_whose_consent_is_not_known_goes_by_law_with_the_standard_groups_and_is_marked(rows: tuple[Consent]) -> None:
    found = by_law(*rows)
    assert (found.excluded, found.groups, found.consent_ids) == (None, frozenset(STANDARD_SCOPE), ())
    assert found.questions == (WITHOUT_CONSENT,)


def test_who_refused_or_withdrew_is_not_given_out_by_law() -> None:
    assert by_law(consent(decision=ConsentDecision.REFUSED)).excluded is Exclusion.CONSENT_REFUSED
    assert by_law(consent(withdrawn_on=DAY)).excluded is Exclusion.CONSENT_WITHDRAWN
    both = replace(ASKED, purposes=(Purpose.ROSTER, Purpose.EVACUATION_PLAN))
    refused = consent(Purpose.EVACUATION_PLAN, decision=ConsentDecision.REFUSED)
    assert by_law(consent(), refused, request=both).excluded is Exclusion.CONSENT_REFUSED


def test_a_valid_consent_binds_to_its_own_scope_by_law_too() -> None:
    narrow = by_law(consent(scope=(ItemGroup.BASIC,)))
    assert (narrow.groups, narrow.questions) == (frozenset({ItemGroup.BASIC}), ())
    assert by_law(consent(scope=(ItemGroup.DEVICE,))).excluded is Exclusion.SCOPE
    wide = by_law(consent(scope=(*STANDARD_SCOPE, ItemGroup.DISEASE)))
    assert wide.groups == {*STANDARD_SCOPE, ItemGroup.DISEASE}


def test_who_limited_one_purpose_is_not_widened_by_another_they_were_never_asked_for() -> None:
    both = replace(ASKED, purposes=(Purpose.ROSTER, Purpose.EVACUATION_PLAN))
    found = by_law(consent(scope=(ItemGroup.BASIC, ItemGroup.DISEASE)), request=both)
    assert (found.groups, found.questions) == (frozenset({ItemGroup.BASIC}), (WITHOUT_CONSENT,))


def test_in_a_disaster_everybody_goes_with_the_standard_groups_and_a_refusal_is_marked() -> None:
    found = by_law(consent(decision=ConsentDecision.REFUSED), request=URGENT, circumstances=STORM)
    assert (found.groups, found.questions) == (frozenset(STANDARD_SCOPE), (DESPITE_REFUSAL,))
    assert by_law(request=URGENT, circumstances=STORM).questions == (WITHOUT_CONSENT,)
    wide = by_law(consent(scope=tuple(ItemGroup)), request=URGENT, circumstances=STORM)
    assert (wide.groups, wide.questions) == (frozenset(ItemGroup), ())


def test_in_a_disaster_only_the_requests_own_switch_lets_people_go_who_are_not_at_home() -> None:
    away = replace(PERSON, care_setting=CareSetting.HOSPITAL)
    said = {
        switch: gate(
            away, (), replace(URGENT, not_at_home=switch), day=DAY, office=OFFICE, circumstances=STORM,
            include_not_at_home=True,
        ).excluded
        for switch in ("", "exclude", "include")
    }  # fmt: skip
    assert said == {"": Exclusion.HOSPITAL, "exclude": Exclusion.HOSPITAL, "include": None}


def test_what_a_recipient_holds_is_judged_by_consents_alone_even_after_the_request_is_closed() -> None:
    def bounds(rows: list[Consent], request: Request) -> tuple[Exclusion | None, frozenset[ItemGroup]]:
        return consent_bounds(PERSON, rows, request, day=DAY)

    nothing = frozenset[ItemGroup]()
    over = replace(ASKED, closed_on=DAY)
    basic = consent(scope=(ItemGroup.BASIC,))
    assert bounds([consent(withdrawn_on=DAY)], over) == (Exclusion.CONSENT_WITHDRAWN, nothing)
    assert bounds([], over) == (None, frozenset(STANDARD_SCOPE))
    assert bounds([], replace(REQUEST, closed_on=DAY)) == (Exclusion.CONSENT_UNKNOWN, nothing)
    assert bounds([basic], over) == (None, {ItemGroup.BASIC})
    assert bounds([basic], replace(REQUEST, items=("name", "devices"))) == (None, {ItemGroup.BASIC})
    assert bounds([consent(scope=tuple(ItemGroup))], replace(REQUEST, items=("name",))) == (None, set(ItemGroup))
    assert bounds([], replace(over, purposes=())) == (Exclusion.SCOPE, nothing)
    assert bounds([consent(scope=(ItemGroup.DEVICE,))], over) == (Exclusion.SCOPE, nothing)


def test_whoever_goes_has_a_valid_consent_lives_there_and_is_at_home() -> None:
    """5,000 random people: no wrong disclosure, no wrong refusal, by a second reading of the rule."""
    rng = random.Random(20260930)
    gone = 0
    for _ in range(5_000):
        person = replace(
            PERSON,
            care_setting=rng.choice((CareSetting.HOME, CareSetting.HOME, *CareSetting)),
            state=rng.choice((PersonState.ACTIVE,) * 5 + (PersonState.ENDED,)),
            municipality_registered=rng.choice((HERE, HERE, HERE, THERE, OUTSIDE)),
        )
        purposes = tuple(p for p in (Purpose.ROSTER, Purpose.EVACUATION_PLAN) if rng.random() < 0.7)
        items = tuple(key for key in ITEM_BY_KEY if rng.random() < 0.8)
        request = replace(REQUEST, purposes=purposes, items=items)
        rows = [
            consent(
                purpose, id=f"{purpose}{n}", recipient=rng.choice((HERE,) * 6 + (THERE,)),
                decision=rng.choice((ConsentDecision.GIVEN,) * 5 + (ConsentDecision.REFUSED,)),
                entered_at=NOON + timedelta(seconds=n),
                scope=tuple(g for g in ItemGroup if rng.random() < 0.85),
            )
            for purpose in (Purpose.ROSTER, Purpose.EVACUATION_PLAN)
            for n in range(rng.randint(0, 3))
        ]  # fmt: skip
        found = gate(person, rows, request, day=DAY, office=OFFICE)
        last = {
            purpose: next((r for r in reversed(rows) if r.purpose is purpose and r.recipient == HERE), None)
            for purpose in purposes
        }
        agreed = bool(purposes) and all(r is not None and r.decision is ConsentDecision.GIVEN for r in last.values())
        shared = {ITEM_BY_KEY[key].group for key in items}
        for row in last.values():
            shared &= set(row.scope) if row else set()
        may_go = (
            agreed
            and ItemGroup.BASIC in shared
            and person.state is PersonState.ACTIVE
            and person.care_setting in (CareSetting.HOME, CareSetting.UNKNOWN)
            and person.municipality_registered == HERE
        )
        assert (found.excluded is None) == may_go
        assert found.groups == (frozenset(shared) if may_go else frozenset())
        gone += may_go
    assert gone > 300


def test_reasons_are_asked_in_the_order_they_are_listed() -> None:
    order = [
        (Exclusion.DECEASED, {"care_setting": CareSetting.DECEASED}),
        (Exclusion.ENDED, {"state": PersonState.ENDED}),
        (Exclusion.NOT_RESIDENT, {"municipality_registered": THERE}),
        (Exclusion.HOSPITAL, {"care_setting": CareSetting.HOSPITAL}),
    ]
    for (earlier, first), (_, second) in pairwise(order):
        assert reason(replace(PERSON, **(second | first))) is earlier
