"""The ledger's rule against an oracle written from the rule's own words, and the spellings offices use."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    ItemGroup,
    Purpose,
    RecipientSection,
    Standing,
)
from hoken_desktop.domain.consents import (
    STANDARD_SCOPE,
    Consent,
    Unreadable,
    parse_decision,
    parse_giver,
    parse_purposes,
    parse_scope,
    parse_section,
    same_content,
    standing,
)

HERE, THERE = "112178", "112194"
DAY = date(2026, 9, 30)
BORN = date(1960, 4, 1)
NOON = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)


def row(consented_on: date = date(2026, 4, 1), **more: object) -> Consent:
    facts: dict[str, object] = {
        "id": "c1", "person_id": "p1", "recipient": HERE, "section": RecipientSection.HEALTH,
        "purpose": Purpose.ROSTER, "decision": ConsentDecision.GIVEN, "consented_on": consented_on, "entered_at": NOON,
    }  # fmt: skip
    return Consent(**(facts | more))  # type: ignore[arg-type]


def stands(*rows: Consent, day: date = DAY, birth_on: date | None = BORN, ends_at: int | None = None) -> Standing:
    return standing(
        rows, recipient=HERE, section=RecipientSection.HEALTH, purpose=Purpose.ROSTER, day=day, birth_on=birth_on,
        guardian_ends_at=ends_at,
    ).standing  # fmt: skip


# ---- the rule, sentence by sentence ---------------------------------------------------------------------------


def test_withdrawn_consent_closes_the_gate_from_that_day() -> None:
    given = row(withdrawn_on=date(2026, 9, 10))
    assert stands(given, day=date(2026, 9, 9)) is Standing.VALID
    assert stands(given, day=date(2026, 9, 10)) is Standing.WITHDRAWN
    assert stands(given, day=date(2026, 9, 11)) is Standing.WITHDRAWN


def test_a_consent_holds_on_its_first_and_on_its_last_day() -> None:
    given = row(date(2026, 4, 1), expires_on=date(2026, 9, 30))
    assert stands(given, day=date(2026, 3, 31)) is Standing.UNKNOWN
    assert stands(given, day=date(2026, 4, 1)) is Standing.VALID
    assert stands(given, day=date(2026, 9, 30)) is Standing.VALID
    assert stands(given, day=date(2026, 10, 1)) is Standing.EXPIRED


def test_the_latest_day_of_consent_stands_whenever_it_was_entered() -> None:
    late_entry = row(date(2026, 4, 1), entered_at=NOON + timedelta(days=90))
    refusal = row(date(2026, 5, 1), decision=ConsentDecision.REFUSED)
    assert stands(refusal, late_entry) is Standing.REFUSED
    assert stands(refusal, late_entry, day=date(2026, 4, 30)) is Standing.VALID


def test_of_two_rows_of_one_day_the_later_entered_stands() -> None:
    given = row(id="zz")
    refused = row(id="aa", decision=ConsentDecision.REFUSED, entered_at=NOON + timedelta(microseconds=1))
    assert stands(given, refused) is Standing.REFUSED
    assert stands(refused, given) is Standing.REFUSED


def test_of_two_rows_of_one_moment_the_one_added_later_stands() -> None:
    assert stands(row(id="zz"), row(id="aa", decision=ConsentDecision.REFUSED)) is Standing.REFUSED


def test_another_recipient_section_or_purpose_opens_nothing() -> None:
    for other in (
        row(recipient=THERE), row(section=RecipientSection.DISASTER), row(purpose=Purpose.EVACUATION_PLAN),
    ):  # fmt: skip
        assert stands(other) is Standing.UNKNOWN


@pytest.mark.parametrize("giver", [ConsentGiver.SELF, ConsentGiver.FAMILY, ConsentGiver.SCRIBE])
def test_under_fifteen_only_a_legal_representative_can_give_it(giver: ConsentGiver) -> None:
    given = row(date(2026, 4, 1), given_by=giver, relation="母")
    assert stands(given, birth_on=date(2011, 4, 2)) is Standing.GIVER_NOT_ENTITLED
    assert stands(given, birth_on=date(2011, 4, 1)) is Standing.VALID


def test_a_consent_given_too_early_does_not_ripen_with_the_years() -> None:
    assert stands(row(date(2026, 4, 1)), birth_on=date(2011, 4, 2), day=date(2030, 1, 1)) is Standing.GIVER_NOT_ENTITLED


def test_a_guardians_consent_becomes_a_question_at_eighteen_and_ends_by_the_offices_setting() -> None:
    given = row(date(2020, 4, 1), given_by=ConsentGiver.GUARDIAN)
    born = date(2008, 9, 30)
    facts = {"recipient": HERE, "section": RecipientSection.HEALTH, "purpose": Purpose.ROSTER, "birth_on": born}
    before = standing([given], day=date(2026, 9, 29), **facts)  # type: ignore[arg-type]
    after = standing([given], day=date(2026, 9, 30), **facts)  # type: ignore[arg-type]
    assert (before.standing, before.question) == (Standing.VALID, "")
    assert (after.standing, after.question) == (Standing.VALID, "came_of_age")
    assert stands(given, birth_on=date(2008, 9, 30), ends_at=18) is Standing.GIVER_NOT_ENTITLED
    assert stands(given, birth_on=date(2008, 9, 30), ends_at=20) is Standing.VALID


def test_without_a_birth_date_only_a_guardians_consent_opens_and_only_while_no_age_ends_it() -> None:
    assert stands(row(), birth_on=None) is Standing.GIVER_NOT_ENTITLED
    guardian = row(given_by=ConsentGiver.GUARDIAN)
    assert stands(guardian, birth_on=None) is Standing.VALID
    assert stands(guardian, birth_on=None, ends_at=20) is Standing.GIVER_NOT_ENTITLED


def test_a_family_consent_that_names_nobody_is_a_question() -> None:
    found = standing(
        [row(given_by=ConsentGiver.FAMILY)], recipient=HERE, section=RecipientSection.HEALTH, purpose=Purpose.ROSTER,
        day=DAY, birth_on=BORN,
    )  # fmt: skip
    assert (found.standing, found.question) == (Standing.VALID, "giver_unnamed")
    for named in ({"giver_name": "架空 花子"}, {"relation": "妻"}):
        found = standing(
            [row(given_by=ConsentGiver.FAMILY, **named)], recipient=HERE, section=RecipientSection.HEALTH,
            purpose=Purpose.ROSTER, day=DAY, birth_on=BORN,
        )  # fmt: skip
        assert (found.standing, found.question) == (Standing.VALID, "")


def test_only_a_valid_consent_opens_its_scope() -> None:
    facts = {"recipient": HERE, "section": RecipientSection.HEALTH, "purpose": Purpose.ROSTER, "birth_on": BORN}
    assert standing([row()], day=DAY, **facts).scope == frozenset(STANDARD_SCOPE)  # type: ignore[arg-type]
    assert standing([row(expires_on=date(2026, 5, 1))], day=DAY, **facts).scope == frozenset()  # type: ignore[arg-type]


def test_rows_that_say_the_same_are_the_same_whoever_entered_them() -> None:
    assert same_content(row(id="a"), row(id="b", entered_at=NOON + timedelta(days=1)))
    assert not same_content(row(), row(withdrawn_on=DAY))


# ---- 20,000 random ledgers against an oracle ------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One line of a ledger as the oracle reads it: plain words and day numbers."""

    order: int
    to: str
    section: str
    purpose: str
    says: str
    given: int
    until: int | None
    back: int | None
    by: str


def years_old(born: date, day: date) -> int:
    """Birthdays passed, counted one by one."""
    count = 0
    while True:
        year = born.year + count + 1
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        if birthday > day:
            return count
        count += 1


def oracle(
    ledger: list[Told], day: int, born: date | None, to: str, section: str, purpose: str, ends: int | None
) -> bool:
    """For one recipient and purpose the row with the latest 同意日 (then the latest entered) stands. Valid from its
    同意日 through its 期限, not from its 撤回日 on, never before its date. Under 15 on the 同意日 only a
    法定代理人; at 18 a guardian's consent stays valid until the office's setting ends it."""
    mine = sorted(
        (t for t in ledger if (t.to, t.section, t.purpose) == (to, section, purpose) and t.given <= day),
        key=lambda t: (t.given, t.order),
    )
    if not mine:
        return False
    last = mine[-1]
    if last.says != "given":
        return False
    if last.until is not None and day > last.until:
        return False
    if last.back is not None and day >= last.back:
        return False
    if last.by == "guardian":
        if ends is None:
            return True
        return born is not None and years_old(born, date.fromordinal(day)) < max(ends, 18)
    return born is not None and years_old(born, date.fromordinal(last.given)) >= 15


def test_twenty_thousand_ledgers_stand_as_the_rule_says() -> None:
    compare_with_oracle(20_000, 20260930)


@pytest.mark.soak
def test_a_million_ledgers_stand_as_the_rule_says() -> None:
    compare_with_oracle(1_000_000, random.SystemRandom().randrange(2**32))


def compare_with_oracle(cases: int, seed: int) -> None:
    """Random ledgers, days and birth dates; a difference names the seed and the case."""
    rng = random.Random(seed)
    centre = DAY.toordinal()
    seen = {True: 0, False: 0}
    for case in range(cases):
        born = None if rng.random() < 0.05 else date.fromordinal(centre - rng.randint(0, 40 * 365))
        if rng.random() < 0.1:
            born = date(rng.choice((2008, 2012)), 2, 29)
        told = []
        for order in range(rng.randint(0, 6)):
            given = centre + rng.randint(-40, 10) - rng.choice((0, 0, 0, 3 * 365, 6 * 365))
            told.append(
                Told(
                    order, rng.choice((HERE, HERE, HERE, HERE, THERE)), rng.choice(("health",) * 4 + ("disaster",)),
                    rng.choice(("roster", "roster", "roster", "evacuation_plan")),
                    rng.choice(("given",) * 6 + ("refused", "pending", "unknown")), given,
                    rng.choice((None, None, None, given + rng.randint(0, 40))),
                    rng.choice((None, None, None, given + rng.randint(0, 40))),
                    rng.choice(("self", "self", "guardian", "family", "scribe")),
                )
            )  # fmt: skip
        rows = [
            Consent(
                id=f"{rng.random()}", person_id="p", recipient=t.to, section=RecipientSection(t.section),
                purpose=Purpose(t.purpose), decision=ConsentDecision(t.says),
                consented_on=date.fromordinal(t.given), entered_at=NOON + timedelta(seconds=t.order),
                given_by=ConsentGiver(t.by), expires_on=date.fromordinal(t.until) if t.until else None,
                withdrawn_on=date.fromordinal(t.back) if t.back else None,
            )
            for t in told
        ]  # fmt: skip
        rng.shuffle(rows)
        day = centre + rng.randint(-20, 20)
        ends = rng.choice((None, None, 18, 20))
        found = standing(
            rows, recipient=HERE, section=RecipientSection.HEALTH, purpose=Purpose.ROSTER, day=date.fromordinal(day),
            birth_on=born, guardian_ends_at=ends,
        )  # fmt: skip
        expected = oracle(told, day, born, HERE, "health", "roster", ends)
        assert (found.standing is Standing.VALID) == expected, (seed, case, told, day, born, ends)
        assert bool(found.scope) == expected
        seen[expected] += 1
    assert min(seen.values()) > cases // 10


# ---- spellings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "purposes"),
    [
        ("避難行動要支援者名簿・個別避難計画", {Purpose.ROSTER, Purpose.EVACUATION_PLAN}),
        ("避難行動要支援者名簿の作成及び個別避難計画の作成のため", {Purpose.ROSTER, Purpose.EVACUATION_PLAN}),
        ("避難行動要支援者名簿の作成・更新", {Purpose.ROSTER}),
        ("災害時の安否確認、停電対応", {Purpose.SAFETY_CHECK, Purpose.POWER_CUT}),
        ("「訓練」", {Purpose.DRILL}),
        ("個別避難計画\n名簿作成", {Purpose.ROSTER, Purpose.EVACUATION_PLAN}),
        ("ROSTER", {Purpose.ROSTER}),
    ],
)
def test_purposes_are_read_as_offices_write_them(text: str, purposes: set[Purpose]) -> None:
    assert set(parse_purposes(text)) == purposes


@pytest.mark.parametrize("text", ["", "個別支援計画", "名簿等", "避難行動要支援者名簿・広報", "その他", "目的"])
def test_one_unknown_purpose_makes_the_whole_unknown(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_purposes(text)


def test_a_blank_scope_is_the_standard_and_never_the_disease() -> None:
    for text in ("", "標準", " 標準 ", "標準(病名を除く)"):
        assert parse_scope(text).groups == STANDARD_SCOPE
    assert ItemGroup.DISEASE not in STANDARD_SCOPE


@pytest.mark.parametrize("text", ["標準+病名", "標準＋病名", "基本・連絡先・機器・支援者・病名", "標準(病名も含む)"])
def test_the_disease_opens_where_it_is_named(text: str) -> None:
    assert set(parse_scope(text).groups) == {*STANDARD_SCOPE, ItemGroup.DISEASE}


def test_everything_does_not_name_the_disease_and_says_so() -> None:
    found = parse_scope("全て")
    assert set(found.groups) == {*STANDARD_SCOPE, ItemGroup.HOME}
    assert found.warning == "scope_all_without_disease"
    assert parse_scope("全て(病名を除く)").warning == ""
    assert ItemGroup.DISEASE in parse_scope("全て+病名").groups


@pytest.mark.parametrize("text", ["病名は含まない", "標準+病名(病名を除く)", "連絡帳", "標準+不明な項目"])
def test_an_unknown_scope_opens_nothing(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_scope(text)


def test_the_decision_and_the_giver_are_read() -> None:
    assert parse_decision("同意") is ConsentDecision.GIVEN
    assert parse_decision("不同意") is ConsentDecision.REFUSED
    assert parse_decision("撤回") is None
    family = parse_giver("家族（妻）")
    assert (family.given_by, family.relation) == (ConsentGiver.FAMILY, "妻")
    scribe = parse_giver("代筆(見本花子・手が動かないため)")
    assert (scribe.given_by, scribe.name, scribe.reason) == (ConsentGiver.SCRIBE, "見本花子", "手が動かないため")
    assert parse_giver("").given_by is ConsentGiver.SELF
    for wrong in ("友人", "民生委員(町内)"):
        with pytest.raises(Unreadable):
            parse_giver(wrong)
    with pytest.raises(Unreadable):
        parse_decision("たぶん同意")


def test_the_section_is_the_health_section_unless_said() -> None:
    assert parse_section("") is RecipientSection.HEALTH
    assert parse_section("市町（防災・福祉）") is RecipientSection.DISASTER
    assert parse_section("消防本部") is RecipientSection.FIRE
