"""Recovery keys typed from paper, and what a passphrase must be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import (
    NO_DEVICE,
    STRETCH_DEFAULT,
    STRETCH_FLOOR,
    SlotKind,
    Stretch,
    bound_facts,
    check_new_passphrase,
    passphrase_bytes,
    read_recovery_key,
    write_recovery_key,
)

SECRET = bytes(range(20))


@given(st.binary(min_size=20, max_size=20))
def test_a_recovery_key_comes_back_as_it_was_printed(secret: bytes) -> None:
    text = write_recovery_key(secret)
    assert [len(group) for group in text.split("-")] == [5] * 7
    assert not set(text) & set("OILU")
    assert read_recovery_key(text) == secret


def test_a_recovery_key_may_be_typed_as_people_type() -> None:
    text = write_recovery_key(SECRET)
    full_width = "".join(chr(ord(mark) + 0xFEE0) if "!" <= mark <= "~" else mark for mark in text)
    for typed in (
        text.lower(),
        text.replace("-", ""),
        text.replace("-", " "),
        text.replace("-", "ー"),
        text.replace("-", "−"),
        text.replace("-", "\u3000"),
        full_width,
        text.replace("0", "O").replace("1", "I"),
        text.replace("0", "o").replace("1", "l"),
        f"  {text}\r\n",
    ):
        assert read_recovery_key(typed) == SECRET


def test_every_single_mistyped_character_is_noticed() -> None:
    text = write_recovery_key(SECRET)
    for place, mark in enumerate(text):
        if mark == "-":
            continue
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if other != mark:
                with pytest.raises(Refusal) as refused:
                    read_recovery_key(text[:place] + other + text[place + 1 :])
                assert refused.value.code == "vault.recovery_mistyped"


def test_a_recovery_key_of_the_wrong_length_is_counted_back() -> None:
    with pytest.raises(Refusal) as refused:
        read_recovery_key(write_recovery_key(SECRET)[:-1])
    assert (refused.value.code, refused.value.facts) == ("vault.recovery_length", {"length": 34, "expected": 35})


def test_a_character_no_recovery_key_has_is_placed_by_its_group() -> None:
    text = write_recovery_key(SECRET)
    with pytest.raises(Refusal) as refused:
        read_recovery_key(text[:12] + "U" + text[13:])
    assert (refused.value.code, refused.value.facts) == ("vault.recovery_character", {"group": 3})


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_key_or_a_refusal(text: str) -> None:
    try:
        code = f"{len(read_recovery_key(text))} bytes"
    except Refusal as refused:
        code = refused.code
    assert code == "20 bytes" or code.startswith("vault.recovery_")


def test_a_passphrase_needs_thirteen_characters_of_five_kinds() -> None:
    check_new_passphrase("ひがしのやまにつきがでるよ")
    for passphrase, code in (("あさひのぼる川のほとり", "short"), ("1212121212121", "monotonous"), ("", "short")):
        with pytest.raises(Refusal) as refused:
            check_new_passphrase(passphrase)
        assert refused.value.code == f"vault.passphrase_{code}"
        assert passphrase == "" or passphrase not in str(refused.value.facts)


def test_full_and_half_width_are_the_same_passphrase() -> None:
    assert passphrase_bytes("ｶﾞｯｺｳ Ｎｏ．１２") == passphrase_bytes("ガッコウ No.12")
    assert passphrase_bytes("か\u3099") == passphrase_bytes("が")
    assert passphrase_bytes("a") != passphrase_bytes("A")


def test_each_fact_of_a_slot_is_bound() -> None:
    at = datetime(2026, 9, 30, 1, 2, 3, tzinfo=UTC)
    facts: list[object] = [1, "registry", "slot", SlotKind.STAFF, "staff", b"s", STRETCH_DEFAULT, "abcd", at]
    others: list[object] = [2, "r", "s", SlotKind.RECOVERY, "x", b"t", STRETCH_FLOOR, NO_DEVICE, at.replace(second=4)]
    plain = bound_facts(*facts)  # type: ignore[arg-type]
    for place, other in enumerate(others):
        assert bound_facts(*[*facts[:place], other, *facts[place + 1 :]]) != plain  # type: ignore[arg-type]


def test_weaker_in_one_respect_is_weaker() -> None:
    assert not STRETCH_FLOOR.is_weaker_than(STRETCH_FLOOR)
    assert not STRETCH_DEFAULT.is_weaker_than(STRETCH_FLOOR)
    assert Stretch(1 << 21, 2, 4).is_weaker_than(STRETCH_FLOOR)
    assert Stretch(1 << 21, 9, 1).is_weaker_than(STRETCH_FLOOR)
    assert Stretch(1 << 10, 9, 9).is_weaker_than(STRETCH_FLOOR)
