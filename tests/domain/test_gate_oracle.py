"""The gate beside a second reading of the rule, over random histories.

The oracle is written from the rule as it stands in words (docs/decisions/0060-disclosure-gate.md), not from the code,
and shares nothing with it but the values: it sorts where the program walks, asks for what opens where the program asks
for what closes, and counts ages by the calendar. `--soak` runs a million histories.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    ConsentGiver,
    EndReason,
    ItemGroup,
    LegalBasis,
    PersonState,
    Purpose,
    RecipientSection,
)
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.disclosures import ITEM_BY_KEY, Request, gate
from hoken_desktop.domain.persons import Person

HERE, THERE, OUTSIDE = "112178", "112194", "112062"
OFFICE = (HERE, THERE)
TODAY = date(2026, 9, 30)
NOON = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
DAYS = tuple(TODAY + timedelta(days=d) for d in (-900, -400, -100, -31, -2, -1, 0, 1, 2, 30, 400))


def years_old(born: date, day: date) -> int:
    """満年齢: a year older on the birthday (on 3/1 of common years for who was born on 2/29)."""
    birthday = (born.month, born.day)
    return day.year - born.year - (1 if (day.month, day.day) < birthday else 0)


def open_groups(
    rows: list[Consent], person: Person, request: Request, purpose: Purpose, guardian_ends_at: int | None
) -> set[ItemGroup] | None:
    """What the ledger opens for one purpose today; None for nothing."""
    taken_back = {row.voids for row in rows if row.voids}
    speaking = sorted(
        (
            row
            for row in rows
            if row.person_id == person.id
            and not row.voids
            and row.id not in taken_back
            and (row.recipient, row.section, row.purpose) == (request.municipality, request.section, purpose)
            and row.consented_on <= TODAY
        ),
        key=lambda row: (row.consented_on, row.entered_at),
    )
    if not speaking:
        return None
    last = speaking[-1]
    in_force = (
        last.decision is ConsentDecision.GIVEN
        and (last.withdrawn_on is None or last.withdrawn_on > TODAY)
        and (last.expires_on is None or last.expires_on >= TODAY)
    )
    if last.given_by is ConsentGiver.GUARDIAN:
        if person.birth_on is None:
            entitled = guardian_ends_at is None
        else:
            age = years_old(person.birth_on, TODAY)
            entitled = age < 18 or guardian_ends_at is None or age < guardian_ends_at
    else:
        entitled = person.birth_on is not None and years_old(person.birth_on, last.consented_on) >= 15
    return set(last.scope) if in_force and entitled else None


def may_go(
    rows: list[Consent], person: Person, request: Request, *, away_too: bool, guardian_ends_at: int | None
) -> set[ItemGroup] | None:
    """The groups that go, or None where the person stays."""
    where = person.municipality_actual if person.address_actual else person.municipality_registered
    if where not in OFFICE:
        where = person.municipality_registered
    home = (CareSetting.HOME, CareSetting.UNKNOWN)
    away = (CareSetting.HOSPITAL, CareSetting.FACILITY, CareSetting.RESPITE)
    if not (
        person.state is PersonState.ACTIVE
        and person.end_reason is None
        and (person.care_setting in home or (away_too and person.care_setting in away))
        and where == request.municipality
        and where in OFFICE
        and request.basis is LegalBasis.CONSENT
        and request.purposes
    ):
        return None
    opened = {ITEM_BY_KEY[key].group for key in request.items}
    for purpose in request.purposes:
        groups = open_groups(rows, person, request, purpose, guardian_ends_at)
        if groups is None:
            return None
        opened &= groups
    return opened if ItemGroup.BASIC in opened else None


class Histories:
    """Random people with ledgers in which everything that decides happens often."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def person(self) -> Person:
        rng = self._rng
        ended = rng.random() < 0.1
        actual = rng.choice(("", "", "", HERE, THERE, OUTSIDE))
        return Person(
            "p", "K000001", "見本", address_registered="A", municipality_registered=rng.choice((HERE,) * 6 + OFFICE),
            address_actual="B" if actual else "", municipality_actual=actual,
            birth_on=rng.choice((None, *(date(TODAY.year - age, m, d) for age in (14, 15, 17, 18, 20, 40, 50, 66)
                                         for m, d in ((9, 29), (9, 30), (10, 1))))),
            care_setting=rng.choice((CareSetting.HOME,) * 12 + tuple(CareSetting)),
            state=PersonState.ENDED if ended else PersonState.ACTIVE,
            end_reason=rng.choice(tuple(EndReason)) if ended else None,
        )  # fmt: skip

    def request(self) -> Request:
        rng = self._rng
        return Request(
            "r", rng.choice((HERE,) * 5 + (THERE,)),
            rng.choice((RecipientSection.HEALTH,) * 4 + (RecipientSection.DISASTER,)), "福第1号", TODAY, TODAY, "市長",
            rng.choice((LegalBasis.CONSENT,) * 12 + tuple(LegalBasis)),
            tuple(p for p in (Purpose.ROSTER, Purpose.EVACUATION_PLAN) if rng.random() < 0.7), "",
            tuple(key for key in ITEM_BY_KEY if rng.random() < 0.9),
        )  # fmt: skip

    def rows(self) -> list[Consent]:
        rng = self._rng
        rows: list[Consent] = []
        for n in range(rng.randint(0, 9)):
            facts: dict[str, Any] = {
                "id": f"c{n}",
                "person_id": rng.choice(("p",) * 9 + ("q",)),
                "recipient": rng.choice((HERE,) * 6 + (THERE,)),
                "section": rng.choice((RecipientSection.HEALTH,) * 5 + (RecipientSection.DISASTER,)),
                "purpose": rng.choice((Purpose.ROSTER, Purpose.ROSTER, Purpose.EVACUATION_PLAN, Purpose.DRILL)),
                "decision": rng.choice((ConsentDecision.GIVEN,) * 20 + tuple(ConsentDecision)),
                "consented_on": rng.choice(DAYS[:8]),
                "entered_at": NOON + timedelta(seconds=n),
                "given_by": rng.choice((ConsentGiver.SELF,) * 3 + tuple(ConsentGiver)),
                "scope": tuple(g for g in ItemGroup if rng.random() < 0.95),
                "expires_on": rng.choice((None,) * 20 + DAYS),
                "withdrawn_on": rng.choice((None,) * 20 + DAYS),
            }
            rows.append(Consent(**facts))
        for row in tuple(rows):
            if rng.random() < 0.12:
                rows.append(replace(row, id=f"v{row.id}", voids=row.id))
        rng.shuffle(rows)
        return sorted(rows, key=lambda row: row.entered_at)


def wrong_answers(count: int, seed: int) -> tuple[int, int, int]:
    """(wrong disclosures, wrong refusals, people who went) over `count` histories."""
    made = Histories(seed)
    disclosed = refused = gone = 0
    for _ in range(count):
        person, request, rows = made.person(), made.request(), made.rows()
        away_too, ends_at = made._rng.random() < 0.3, made._rng.choice((None, 18, 20))
        found = gate(
            person, rows, request, day=TODAY, office=OFFICE, include_not_at_home=away_too, guardian_ends_at=ends_at
        )
        expected = may_go(rows, person, request, away_too=away_too, guardian_ends_at=ends_at)
        gone += expected is not None
        if found.excluded is None:
            disclosed += expected is None or set(found.groups) != expected
        else:
            refused += expected is not None
    return disclosed, refused, gone


def test_no_wrong_disclosure_and_no_wrong_refusal_over_random_histories() -> None:
    disclosed, refused, gone = wrong_answers(20_000, seed=1)
    assert (disclosed, refused) == (0, 0)
    assert gone > 500


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_no_wrong_disclosure_and_no_wrong_refusal_over_a_million_histories() -> None:
    disclosed, refused, gone = wrong_answers(1_000_000, seed=2)
    assert (disclosed, refused) == (0, 0)
    assert gone > 25_000
