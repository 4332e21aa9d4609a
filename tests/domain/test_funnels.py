"""The four rates: denominators that hold only what is known, and counts that close."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain.codes import OnList, PlanStatus
from hoken_desktop.domain.funnels import NATIONAL, Funnel, Rate, funnel_of, summed
from hoken_desktop.domain.replies import ReplyRow, counts_fit

TARGET = ("a", "b", "c", "d", "e")


def row(who: str, on_list: OnList = OnList.UNKNOWN, plan: PlanStatus = PlanStatus.UNKNOWN) -> ReplyRow:
    return ReplyRow("", "", who, on_list, plan)


def test_what_nobody_answered_and_what_is_unknown_stand_in_no_denominator() -> None:
    rows = {
        "a": row("a", OnList.LISTED, PlanStatus.MADE), "b": row("b", OnList.NOT_ELIGIBLE, PlanStatus.RENEW),
        "c": row("c", OnList.UNKNOWN, PlanStatus.NOT_STARTED),
    }  # fmt: skip
    found = funnel_of("x", TARGET, ("a", "b", "c", "d"), ("a", "b", "c", "d"), rows)
    assert (found.target, found.consented, found.disclosed, found.answered, found.unanswered) == (5, 4, 4, 3, 1)
    assert found.consent_rate == Rate(4, 5)
    assert found.provision_rate == Rate(4, 5)
    assert found.listed_rate == Rate(1, 2)
    assert found.plan_rate == Rate(2, 3)
    assert Funnel().plan_rate.percent is None


def test_numbers_alone_stand_in_where_nobody_was_answered_for_by_name() -> None:
    counts = {"on_list.listed": 2, "on_list.unknown": 1, "evacuation_plan.made": 1, "evacuation_plan.not_started": 1}
    found = funnel_of("x", TARGET, TARGET, TARGET, {}, counts)
    assert (found.answered, found.counted, found.listed_rate, found.plan_rate) == (3, 3, Rate(2, 2), Rate(1, 2))
    named = funnel_of("x", TARGET, TARGET, TARGET, {"a": row("a", OnList.LISTED)}, counts)
    assert (named.answered, named.counted, named.listed_rate) == (1, 0, Rate(1, 1))


def test_only_people_of_the_target_who_went_are_counted() -> None:
    rows = {"z": row("z", OnList.LISTED), "e": row("e", OnList.LISTED)}
    found = funnel_of("x", TARGET, ("a", "z"), ("a", "z"), rows)
    assert (found.consented, found.disclosed, found.answered, found.listed) == (1, 1, 0, 0)


def test_the_national_figure_is_the_published_one() -> None:
    assert NATIONAL.rate.percent is not None
    assert f"{NATIONAL.rate.percent:.1f}" == "15.1"


PEOPLE = st.frozensets(st.sampled_from([*TARGET, "z"]))
ANSWERS = st.dictionaries(
    st.sampled_from([*TARGET, "z"]), st.tuples(st.sampled_from(OnList), st.sampled_from(PlanStatus)), max_size=6
)
KEYS = [f"on_list.{c}" for c in OnList] + [f"evacuation_plan.{c}" for c in PlanStatus]
COUNTS = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 6), max_size=6)


@given(PEOPLE, PEOPLE, ANSWERS, COUNTS)
def test_every_part_lies_within_its_whole(
    consented: frozenset[str], went: frozenset[str], answers: dict[str, tuple[OnList, PlanStatus]],
    counts: dict[str, int],
) -> None:  # fmt: skip
    rows = {who: row(who, *said) for who, said in answers.items()}
    gone = went & set(TARGET)
    found = funnel_of("x", TARGET, consented, went, rows, counts if counts_fit(counts, len(gone)) else None)
    assert found.consented <= found.target
    assert found.listed <= found.list_known <= found.answered <= found.disclosed <= found.target
    assert found.planned <= found.plan_known <= found.answered
    assert found.counted in (0, found.answered)
    twice = summed([found, found])
    assert (twice.target, twice.listed, twice.unanswered) == (10, 2 * found.listed, 2 * found.unanswered)
