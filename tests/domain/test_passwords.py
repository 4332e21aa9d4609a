"""Generated passwords: strong enough, and plain enough for the telephone."""

from __future__ import annotations

import math
import random
import re

import pytest

from hoken_desktop.domain import passwords


def test_a_password_has_four_groups_of_four_without_letters_that_are_mistaken() -> None:
    draw = random.Random(1)
    for _ in range(2_000):
        password = passwords.generate(draw.randrange)
        assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", password)
        assert not set("0O1IL") & set(password)
        assert passwords.is_generated(password)


def test_a_password_is_worth_more_than_77_bits() -> None:
    assert len(set(passwords.ALPHABET)) == len(passwords.ALPHABET) == 31
    assert passwords.LENGTH * math.log2(31) > 79


def test_every_character_is_drawn_about_equally_often() -> None:
    draw = random.Random(2)
    counts = dict.fromkeys(passwords.ALPHABET, 0)
    for _ in range(3_100):
        for letter in passwords.generate(draw.randrange).replace("-", ""):
            counts[letter] += 1
    assert min(counts.values()) > 1_400
    assert max(counts.values()) < 1_800


def test_no_password_comes_twice_in_a_hundred_thousand() -> None:
    draw = random.Random(3)
    assert len({passwords.generate(draw.randrange) for _ in range(100_000)}) == 100_000


def test_the_given_source_of_randomness_decides_alone() -> None:
    assert passwords.generate(lambda _: 0) == "2222-2222-2222-2222"


@pytest.mark.parametrize(
    "chosen",
    ["", "himitsu", "2222222222222222", "2222-2222-2222-222", "2222-2222-2222-222O", "あああああ", "2222-" * 4],
)
def test_a_password_somebody_chose_is_not_taken_for_a_generated_one(chosen: str) -> None:
    assert not passwords.is_generated(chosen)


def test_the_check_word_is_ten_bits_and_belongs_to_its_password() -> None:
    draw = random.Random(4)
    made = [passwords.generate(draw.randrange) for _ in range(2_000)]
    checks = [passwords.check_word(password) for password in made]
    assert all(re.fullmatch(r"\d{4}", check) and int(check) < 1024 for check in checks)
    assert len(set(checks)) > 800
    assert passwords.check_word(made[0]) == checks[0]
