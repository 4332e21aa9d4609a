"""Addresses as texts: washed for people, folded for comparing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain.address_texts import fold, kanji_number, key_of, tidy


@given(st.integers(1, 9999))
def test_kanji_numbers_are_read_in_both_ways(number: int) -> None:
    digits = "〇一二三四五六七八九"
    positional = "".join(digits[int(c)] for c in str(number))
    spoken = ""
    for unit, letter in ((1000, "千"), (100, "百"), (10, "十")):
        count = number // unit % 10
        spoken += ("" if count == 1 else digits[count]) + letter if count else ""
    spoken += digits[number % 10] if number % 10 else ""
    assert kanji_number(positional) == str(number)
    assert kanji_number(spoken) == str(number)


@given(st.text(max_size=40))
def test_folding_keeps_the_place_of_every_letter(text: str) -> None:
    folded = fold(tidy(text))
    assert len(folded.at) == len(folded.key) + 1
    assert folded.at == sorted(folded.at)
    assert tidy(tidy(text)) == tidy(text) or "ー" in text or "一" in text


def test_long_vowels_in_names_are_no_dashes() -> None:
    assert tidy("ニュータウン1ー2") == "ニュータウン1-2"
    assert key_of("（大字なし）") == ""
