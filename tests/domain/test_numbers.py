"""Numbers of benefits, post and telephones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain import numbers
from hoken_desktop.domain.codes import Scheme


@pytest.mark.parametrize("number", ["54016027", "33120015", "54116017", "52116019"])
def test_published_numbers_have_their_check_digit(number: str) -> None:
    assert numbers.check_digit(number[:-1]) == number[-1]
    assert numbers.has_valid_check_digit(number)


@given(st.from_regex(r"[0-9]{6,7}", fullmatch=True), st.integers(0, 6), st.integers(1, 9))
def test_a_slip_of_one_digit_is_seen(digits: str, at: int, by: int) -> None:
    number = digits + numbers.check_digit(digits)
    at %= len(number)
    slipped = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not numbers.has_valid_check_digit(slipped)


@pytest.mark.parametrize(
    ("raw", "value", "warnings"),
    [
        ("54116017", "54116017", ()),
        ("５４１１６０１７", "54116017", ()),
        ("54-11-601-7", "54116017", ()),
        (54116017.0, "54116017", ()),
        ("54116018", "54116018", ("payer_check_digit",)),
        ("52116019", "52116019", ("payer_scheme",)),
        ("なし", "なし", ("payer_form",)),
        (None, "", ()),
    ],
)
def test_payer_numbers(raw: object, value: str, warnings: tuple[str, ...]) -> None:
    assert numbers.wash_payer_no(raw, Scheme.NANBYO) == numbers.Washed(value, warnings)


def test_a_lost_leading_zero_comes_back_and_is_told() -> None:
    whole = "012345" + numbers.check_digit("012345")
    assert numbers.wash_beneficiary_no(int(whole)) == numbers.Washed(whole, ("leading_zero_restored",))
    assert numbers.wash_postcode(600001) == numbers.Washed("0600001", ("leading_zero_restored",))
    assert numbers.wash_phone(480000001) == numbers.Washed("0480000001", ("leading_zero_restored",))
    assert numbers.wash_phone(9000000001.0) == numbers.Washed("09000000001", ("leading_zero_restored",))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("048-000-0001", "048-000-0001"),
        ("０４８－０００－０００１", "048-000-0001"),
        ("(048)000-0001", "048-000-0001"),
        ("048(000)0001", "048-000-0001"),
        ("090 0000 0001", "090-0000-0001"),
        ("048ー000ー0001", "048-000-0001"),
        ("なし", ""),
        (None, ""),
    ],
)
def test_telephones_keep_their_hyphens(raw: object, value: str) -> None:
    assert numbers.wash_phone(raw) == numbers.Washed(value)


def test_what_is_no_telephone_is_kept_and_told() -> None:
    assert numbers.wash_phone("048-000-0001(妻)") == numbers.Washed("048-000-0001(妻)", ("phone_form",))


def test_postcodes_lose_their_hyphen() -> None:
    assert numbers.wash_postcode("〒365-0000").value == "3650000"
    assert numbers.wash_postcode("365").warnings == ("postcode_form",)


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.none(), st.booleans()))
def test_nothing_breaks_the_wash(raw: object) -> None:
    numbers.wash_payer_no(raw, Scheme.SHOMAN)
    numbers.wash_beneficiary_no(raw)
    numbers.wash_postcode(raw)
    numbers.wash_phone(raw)
