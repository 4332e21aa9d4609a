"""Matching: named reasons, no number alone, near-ties and twins to the staff, one to one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.adapters.similarity import ratio
from hoken_desktop.domain.codes import Sex, Verdict
from hoken_desktop.domain.linkage import Features, Index, Proposal, compare, propose, settle

KNOWN = Features(
    "p1", "青葉茂", "アオハシケル", date(1950, 4, 1), Sex.MALE, "埼玉県鴻巣市本町9001番地90",
    frozenset({("54116017", "0000018")}), frozenset({"0480000001"}),
)  # fmt: skip


def asked(row: Features, *people: Features) -> Proposal:
    return propose(row, Index(people or (KNOWN,)), ratio)


def test_the_same_row_again_is_certain() -> None:
    assert asked(replace(KNOWN, ref="row")).verdict is Verdict.CERTAIN
    assert asked(replace(KNOWN, ref="row")).ref == "p1"


def test_a_number_alone_never_decides() -> None:
    stranger = Features("row", "夏木立雪", "ナツコタチユキ", date(1988, 1, 2), Sex.FEMALE, numbers=KNOWN.numbers)
    assert asked(stranger).verdict in (Verdict.NEW, Verdict.DOUBTFUL)


def test_blank_is_neutral_and_never_a_mismatch() -> None:
    bare = Features("row", "青葉茂", "", date(1950, 4, 1), numbers=KNOWN.numbers)
    found = asked(bare)
    assert found.verdict is Verdict.CERTAIN
    assert not any("differs" in reason for reason in found.reasons)


def test_a_new_number_and_address_after_a_move_is_not_certain_but_found() -> None:
    number = frozenset({("54116017", "9999993")})
    moved = replace(KNOWN, ref="row", numbers=number, address="埼玉県上尾市小泉9002番地91")
    assert asked(moved).verdict in (Verdict.LIKELY, Verdict.CERTAIN)
    assert "moved" in asked(moved).reasons


def test_a_slip_in_the_birth_date_does_not_hide_anybody() -> None:
    slipped = replace(KNOWN, ref="row", birth_on=date(1950, 4, 2))
    found = asked(slipped)
    assert found.ref == "p1"
    assert "birth_one_off" in found.reasons


def test_a_twin_is_never_taken_for_the_other() -> None:
    twin = replace(KNOWN, ref="row", name="青葉実", kana="アオハミノル", numbers=frozenset({("54116017", "0000026")}))
    assert asked(twin).verdict in (Verdict.DOUBTFUL, Verdict.NEW)


def test_namesakes_go_to_the_staff() -> None:
    other = replace(KNOWN, ref="p2", numbers=frozenset(), phones=frozenset())
    row = replace(KNOWN, ref="row", numbers=frozenset(), phones=frozenset())
    found = asked(row, replace(KNOWN, numbers=frozenset(), phones=frozenset()), other)
    assert found.verdict is Verdict.DOUBTFUL
    assert {found.ref, found.rival} == {"p1", "p2"}


def test_rows_that_claim_the_same_person_without_being_one_are_all_doubtful() -> None:
    one, other = replace(KNOWN, ref="a"), replace(KNOWN, ref="b", name="夏木立雪", kana="ナツコタチユキ")
    claims = [(row, Proposal(Verdict.CERTAIN, "p1", 12.0)) for row in (one, other)]
    assert {p.verdict for p in settle(claims, ratio)} == {Verdict.DOUBTFUL}


def test_two_rows_of_one_person_stay_certain() -> None:
    """Two diseases make two rows of one person."""
    claims = [(replace(KNOWN, ref=ref), Proposal(Verdict.CERTAIN, "p1", 12.0)) for ref in ("a", "b")]
    assert {p.verdict for p in settle(claims, ratio)} == {Verdict.CERTAIN}


texts = st.text("青葉茂実雪夏木立春秋", max_size=4)
features = st.builds(
    Features,
    ref=st.just("x"),
    name=texts,
    kana=st.text("アイウエオカキ", max_size=5),
    birth_on=st.none() | st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    sex=st.sampled_from(Sex),
    address=texts,
    numbers=st.frozensets(st.tuples(st.just("54116017"), st.sampled_from(["1", "2", "3"])), max_size=1),
    phones=st.frozensets(st.sampled_from(["0480000001", "0480000002"]), max_size=1),
)


@given(features, features)
def test_comparing_is_the_same_both_ways(one: Features, other: Features) -> None:
    there, back = compare(one, other, ratio), compare(other, one, ratio)
    assert (there.points, there.reasons) == (back.points, back.reasons)


@given(features)
def test_certain_needs_two_facts_beside_the_number_or_name_and_birth_with_a_third(row: Features) -> None:
    found = propose(row, Index([KNOWN]), ratio)
    if found.verdict is Verdict.CERTAIN:
        like = compare(row, KNOWN, ratio)
        beside = sum((like.name, like.birth, like.phone))
        assert beside >= 2 if like.number else like.name and like.birth and (like.address or like.phone)


def test_a_noisy_second_half_year_links_nobody_to_somebody_else() -> None:
    """2,000 fictitious people, noisy as files are: kana missing, a birth slip, moved, renumbered."""
    random = Random(5)
    kanji, kana = "青葉茂実雪夏木立春秋風花鳥月山川谷", "アイウエオカキクケコサシスセソタチツテト"
    people = [
        Features(
            f"p{n}", "".join(random.choices(kanji, k=4)), "".join(random.choices(kana, k=7)),
            date(1935, 1, 1) + timedelta(days=random.randrange(30000)), random.choice((Sex.MALE, Sex.FEMALE)),
            f"埼玉県鴻巣市{random.choice(kanji)}{random.randrange(9000, 9900)}番地",
            frozenset({("54116017", f"{n:07d}")}), frozenset({f"0480{n:06d}"}),
        )
        for n in range(2000)
    ]  # fmt: skip
    index = Index(people)
    right = wrong = 0
    for person in people:
        row = replace(person, ref="row")
        if random.random() < 0.05:
            row = replace(row, kana="")
        if random.random() < 0.05:
            row = replace(row, address=f"埼玉県上尾市{random.choice(kanji)}{random.randrange(9000, 9900)}番地")
        if random.random() < 0.02 and row.birth_on:
            row = replace(row, birth_on=row.birth_on + timedelta(days=1))
        if random.random() < 0.02:
            row = replace(row, numbers=frozenset({("54116017", f"9{random.randrange(10**6):06d}")}))
        if random.random() < 0.3:
            row = replace(row, phones=frozenset())
        found = propose(row, index, ratio)
        if found.verdict in (Verdict.CERTAIN, Verdict.LIKELY):
            right += found.ref == person.ref
            wrong += found.ref != person.ref
    assert wrong == 0
    assert right >= 1980
