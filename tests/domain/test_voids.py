"""Taking back a row of an append-only table."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain.voids import unvoided


@dataclass(frozen=True)
class Row:
    id: str
    voids: str = ""


def ids(*rows: Row) -> list[str]:
    return [row.id for row in unvoided(rows)]


def test_a_row_taken_back_and_the_one_that_took_it_are_left_out() -> None:
    assert ids(Row("a"), Row("b"), Row("c", voids="a")) == ["b"]


def test_taking_back_the_taking_back_lets_the_first_row_stand_again() -> None:
    assert ids(Row("a"), Row("b", voids="a"), Row("c", voids="b")) == ["a"]


def test_a_row_stays_away_while_one_of_two_takings_back_stands() -> None:
    assert ids(Row("a"), Row("b", voids="a"), Row("c", voids="a"), Row("d", voids="b")) == []


@given(st.lists(st.integers(0, 30), max_size=25))
def test_the_last_word_on_each_row_decides(targets: list[int]) -> None:
    """Each new row takes back an earlier one: walking from the newest, a row counts unless a counting row names it."""
    rows = [Row("r0")]
    for number, target in enumerate(targets, start=1):
        rows.append(Row(f"r{number}", voids=rows[target % len(rows)].id))
    dead: set[str] = set()
    for row in reversed(rows):
        if row.id not in dead and row.voids:
            dead.add(row.voids)
    assert ids(*rows) == [row.id for row in rows if not row.voids and row.id not in dead]
