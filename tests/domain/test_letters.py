"""整理番号: five digits and a check digit that finds what fingers do wrong."""

from __future__ import annotations

import pytest

from hoken_desktop.domain import letters
from hoken_desktop.domain.fields import BY_KEY
from hoken_desktop.domain.letter_questions import PARTS, fields_of
from hoken_desktop.domain.letters import LetterKind


def test_the_check_digit_is_damms() -> None:
    assert letters.check_digit("572") == "4"  # the example of Damm's own dissertation
    assert letters.number_of(10001) == "100014"


def test_every_wrong_digit_and_every_swap_of_neighbours_is_found_in_every_number() -> None:
    checked = 0
    for serial in range(letters.FIRST_SERIAL, letters.LAST_SERIAL + 1, 37):
        number = letters.number_of(serial)
        assert letters.is_number(number)
        for at in range(6):
            for digit in "0123456789":
                if digit != number[at]:
                    assert not letters.is_number(number[:at] + digit + number[at + 1 :])
                    checked += 1
        for at in range(5):
            if number[at] != number[at + 1]:
                swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
                assert not letters.is_number(swapped)
                checked += 1
    assert checked > 100_000


def test_a_number_is_read_as_people_type_it() -> None:
    for typed in ("100014", "100 014", "１００－０１４", " 100-014 ", "100　014"):
        assert letters.washed_number(typed) == "100014"
    for strange in ("10001", "1000144", "10001x", "", "K00001", "１０００１四"):
        assert not letters.is_number(letters.washed_number(strange))


def test_numbers_end_where_five_digits_end() -> None:
    with pytest.raises(ValueError, match="100000"):
        letters.number_of(letters.LAST_SERIAL + 1)


def test_every_question_is_a_field_of_the_catalogue() -> None:
    assert set(PARTS) == set(LetterKind)
    for kind in LetterKind:
        assert all(key in BY_KEY for key in fields_of(kind))
