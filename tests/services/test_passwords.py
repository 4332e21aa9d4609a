"""The words a password is dictated with."""

from __future__ import annotations

from hoken_desktop.domain.passwords import ALPHABET
from hoken_desktop.services.passwords import read_aloud


def test_every_letter_has_a_reading_and_no_two_letters_share_one() -> None:
    table = read_aloud(ALPHABET)
    assert "".join(letter for letter, _ in table) == ALPHABET
    assert len({reading for _, reading in table}) == len(ALPHABET)


def test_nine_and_q_are_told_apart_by_voice() -> None:
    assert read_aloud("9Q-A") == (
        ("9", "数字のキュウ"),
        ("Q", "キュー(クイーンのキュー)"),
        ("-", "ハイフン(横棒)"),
        ("A", "エー(アメリカのエー)"),
    )
