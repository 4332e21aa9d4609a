"""A basis opens only when nothing is lacking, and names all that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hoken_desktop.domain.bases import (
    PEACETIME,
    BasisRule,
    Circumstances,
    lacking,
    open_events,
    standing_rules,
    supposing,
    withheld,
)
from hoken_desktop.domain.codes import Lack, LegalBasis, Purpose, RecipientSection
from hoken_desktop.domain.disclosures import STANDARD_ITEMS, Request
from hoken_desktop.domain.events import Event, EventKind

DAY = date(2026, 9, 30)
NOW = datetime(2026, 9, 30, 3, 0, tzinfo=UTC)
REQUEST = Request(
    "r1", "112178", RecipientSection.HEALTH, "福第1号", DAY, DAY, "架空市長", LegalBasis.CONSENT, (Purpose.ROSTER,),
    "名簿", STANDARD_ITEMS,
)  # fmt: skip
EVENT = Event("e1", "架空台風", EventKind.STORM, NOW - timedelta(hours=3), NOW - timedelta(hours=1), "s1")
STORM = Circumstances(events=(EVENT,), staff=frozenset({"s1", "s2"}), now=NOW)
URGENT = replace(REQUEST, basis=LegalBasis.DISASTER, event_id="e1", reason="停電が続く", confirmed_by=("s1", "s2"))


def rule(basis: LegalBasis, **more: Any) -> BasisRule:
    facts: dict[str, Any] = {
        "id": "b1", "basis": basis, "enabled": True, "text": "", "decision_number": "保第1号", "decided_on": DAY,
        "entered_at": NOW, "staff_id": "s1",
    }  # fmt: skip
    return BasisRule(**(facts | more))


def of(*rules: BasisRule) -> Circumstances:
    return Circumstances(rules=rules)


def test_consent_is_open_whatever_the_rules_say() -> None:
    assert lacking(REQUEST, PEACETIME, DAY) == ()
    assert lacking(REQUEST, of(rule(LegalBasis.CONSENT, enabled=False)), DAY) == ()


@pytest.mark.parametrize("basis", [LegalBasis.REQ_49_10_4, LegalBasis.REQ_49_14])
@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({}, ()),
        ({"enabled": False}, (Lack.BASIS_OFF,)),
        ({"decision_number": " "}, (Lack.NO_DECISION,)),
        ({"decided_on": None}, (Lack.DECISION_DAY,)),
        ({"decided_on": DAY + timedelta(days=1)}, (Lack.DECISION_DAY,)),
        ({"decision_number": "", "decided_on": None}, (Lack.NO_DECISION, Lack.DECISION_DAY)),
    ],
)
def test_a_mayors_request_by_law_needs_the_centres_standing_decision(
    basis: LegalBasis, more: dict[str, Any], missing: tuple[Lack, ...]
) -> None:
    assert lacking(replace(REQUEST, basis=basis), of(rule(basis, **more)), DAY) == missing


def test_a_rule_of_another_basis_opens_nothing_and_the_last_entered_stands() -> None:
    asked = replace(REQUEST, basis=LegalBasis.REQ_49_14)
    assert lacking(asked, of(rule(LegalBasis.REQ_49_10_4)), DAY) == (Lack.BASIS_OFF,)
    off = rule(LegalBasis.REQ_49_14, id="b2", enabled=False, entered_at=NOW + timedelta(minutes=1))
    on = rule(LegalBasis.REQ_49_14)
    assert lacking(asked, of(off, on), DAY) == lacking(asked, of(on, off), DAY) == (Lack.BASIS_OFF,)
    assert standing_rules((off, on))[LegalBasis.REQ_49_14] is off
    same = rule(LegalBasis.REQ_49_14, id="b3", enabled=False)
    assert standing_rules((same, on))[LegalBasis.REQ_49_14] is same


def test_another_body_of_the_public_needs_a_decision_of_its_own_and_no_rule_against_it() -> None:
    asked = replace(REQUEST, basis=LegalBasis.GOV_69_2_3)
    assert lacking(asked, PEACETIME, DAY) == (Lack.NO_OWN_DECISION,)
    assert lacking(replace(asked, basis_decision=" "), PEACETIME, DAY) == (Lack.NO_OWN_DECISION,)
    decided = replace(asked, basis_decision="保第9号")
    assert lacking(decided, PEACETIME, DAY) == ()
    assert lacking(decided, of(rule(LegalBasis.GOV_69_2_3, decision_number="", decided_on=None)), DAY) == ()
    assert lacking(decided, of(rule(LegalBasis.GOV_69_2_3, enabled=False)), DAY) == (Lack.BASIS_OFF,)


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({}, ()),
        ({"event_id": "e2"}, (Lack.NO_EVENT,)),
        ({"reason": " "}, (Lack.NO_REASON,)),
        ({"confirmed_by": ("s1",)}, (Lack.TWO_CONFIRMATIONS,)),
        ({"confirmed_by": ("s1", "s1")}, (Lack.TWO_CONFIRMATIONS,)),
        ({"confirmed_by": ("s1", "s9")}, (Lack.TWO_CONFIRMATIONS,)),
        (
            {"event_id": "", "reason": "", "confirmed_by": ()},
            (Lack.NO_EVENT, Lack.NO_REASON, Lack.TWO_CONFIRMATIONS),
        ),
        ({"closed_on": DAY, "purposes": ()}, (Lack.REQUEST_CLOSED, Lack.NO_PURPOSE)),
    ],
)
def test_a_disaster_needs_its_event_a_reason_and_two_different_people(
    more: dict[str, Any], missing: tuple[Lack, ...]
) -> None:
    assert lacking(replace(URGENT, **more), STORM, DAY) == missing


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"kind": EventKind.DRILL}, (Lack.EVENT_IS_DRILL,)),
        ({"declared_at": NOW}, ()),
        ({"declared_at": NOW + timedelta(seconds=1)}, (Lack.EVENT_TO_COME,)),
        ({"ended_at": NOW - timedelta(minutes=1)}, (Lack.EVENT_ENDED,)),
        ({"ended_at": NOW + timedelta(days=1)}, (Lack.EVENT_ENDED,)),
    ],
)
def test_a_drill_an_event_to_come_and_one_that_is_over_open_nothing(
    change: dict[str, Any], missing: tuple[Lack, ...]
) -> None:
    here = replace(STORM, events=(replace(EVENT, **change),))
    assert lacking(URGENT, here, DAY) == missing
    assert bool(open_events(here)) is not bool(missing)
    assert withheld(LegalBasis.DISASTER, here, DAY) == ((Lack.NO_EVENT,) if missing else ())


def test_without_knowing_the_moment_no_event_has_begun() -> None:
    assert lacking(URGENT, replace(STORM, now=None), DAY) == (Lack.EVENT_TO_COME,)


def test_what_may_be_chosen_at_all() -> None:
    open_now = {basis: not withheld(basis, PEACETIME, DAY) for basis in LegalBasis}
    assert [basis for basis, is_open in open_now.items() if is_open] == [LegalBasis.CONSENT, LegalBasis.GOV_69_2_3]


def test_what_is_still_to_be_decided_can_be_supposed_and_nothing_else() -> None:
    asked = replace(REQUEST, basis=LegalBasis.GOV_69_2_3)
    assert lacking(*supposing(asked, PEACETIME, DAY), DAY) == ()
    alone = replace(URGENT, confirmed_by=("s1",))
    assert lacking(*supposing(alone, STORM, DAY), DAY) == ()
    for request, here in (
        (REQUEST, PEACETIME),
        (URGENT, STORM),
        (replace(asked, closed_on=DAY), PEACETIME),
        (replace(alone, reason=""), STORM),
        (replace(REQUEST, basis=LegalBasis.REQ_49_14), PEACETIME),
    ):
        assert supposing(request, here, DAY) == (request, here)
