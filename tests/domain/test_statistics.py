"""Small numbers: what a public table shows lets nobody reckon one to four people."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain.statistics import SMALL, is_small, withheld


def test_a_row_with_a_small_number_takes_the_next_smallest_along() -> None:
    rows = {"a": (20, 30), "b": (3, 12), "c": (8, 9)}
    assert withheld(rows) == {"b", "c"}


def test_a_table_without_small_numbers_is_shown_whole() -> None:
    assert withheld({"a": (20, 30), "b": (5, 0)}) == frozenset()
    assert not is_small(0)
    assert is_small(SMALL - 1)
    assert not is_small(SMALL)


def test_what_is_withheld_never_adds_up_to_a_small_number() -> None:
    assert withheld({"a": (1, 50), "b": (0, 60), "c": (9, 70), "d": (90, 80)}) == {"a", "b", "c"}


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1))
def test_no_small_number_is_shown_or_can_be_reckoned_from_the_total(rows: dict[str, tuple[int, int]]) -> None:
    hidden = withheld(rows)
    for key, at in product(rows, (0, 1)):
        assert key in hidden or not is_small(rows[key][at])
    rest = [row for key, row in rows.items() if key not in hidden]
    if hidden and any(any(row) for row in rest):
        assert len(hidden) > 1
        assert not any(is_small(sum(rows[key][at] for key in hidden)) for at in (0, 1))
