"""Names compare by what they are, sort by how they are read, and are doubted when they look wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain import names, variants


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙﨑 花子", "高崎　花子"),
        ("渡邊 一", "渡辺一"),
        ("渡邉　一", "渡邊一"),
        ("齋藤", "斉藤"),
        ("斎藤", "齊藤"),
        ("𠮷田", "吉田"),
        ("濵田", "浜田"),
        ("嶋田", "島田"),
        ("佐々木", "佐佐木"),
        ("櫻井 惠", "桜井恵"),
        ("邊\U000e0100", "辺"),
        ("神\ufa19", "神神"),
        ("一ノ瀬", "一の瀨"),
        ("霞ヶ関", "霞ケ関"),
        ("ＡＢ　太郎", "ab太郎"),
        ("ジョン・スミス", "ジョンスミス"),
    ],
)
def test_shapes_of_one_name_fold_together(one: str, other: str) -> None:
    assert names.fold_name(one) == names.fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("山田", "山本"), ("太郎", "次郎"), ("大田", "太田"), ("河合", "川合")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert names.fold_name(one) != names.fold_name(other)


@pytest.mark.parametrize(
    "reading",
    [
        "ﾜﾀﾅﾍﾞ ｼﾞｮｳ",
        "わたなべ　じょう",
        "ワタナベ・ジョウ",
        "ワタナヘ゛　シ゛ョウ",
        "ワタナヘ\u3099シ\u3099ョウ",
        "ワタナベ ヂヨウ",
    ],
)
def test_readings_fold_together(reading: str) -> None:
    assert names.fold_kana(reading) == "ワタナベジヨウ"


def test_long_marks_of_every_shape_are_one() -> None:
    assert len({names.fold_kana(f"オ{mark}タ") for mark in "ーｰ－―-−"}) == 1


def test_people_stand_in_the_order_of_the_fifty_sounds() -> None:
    order = [
        "ああさ",
        "アヘ",
        "アベ",
        "かとう",
        "ガトウ",
        "キヨ",
        "キョウ",
        "ハシ",
        "バシ",
        "パシ",
        "ハシモト",
        "わたなべ",
    ]
    assert sorted(set(order), key=names.kana_key) == order


def test_who_has_no_reading_stands_last_by_name() -> None:
    assert sorted(["", "わ"], key=lambda reading: names.kana_key(reading, "亜")) == ["わ", ""]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("山\ue000", "char_private_use"),
        ("山\U000f0001", "char_private_use"),
        ("山\ufffd", "char_replaced"),
        ("山〓", "char_replaced"),
        ("山?田", "char_replaced"),
        ("U+2363A田", "char_code_point"),
        ("ﾔﾏﾀﾞ", "char_half_width"),
        ("山\x01", "char_control"),
        ("山\ufff9", "char_broken"),
        ("山\ud842", "char_broken"),
    ],
)
def test_odd_characters_are_seen(text: str, code: str) -> None:
    assert names.suspicious(text) == (code,)


def test_an_honest_name_is_not_doubted() -> None:
    for name in ("髙﨑　花子", "𠮷田 John-Paul", "佐々木 ゝ子", "渡邊\U000e0100"):
        assert names.suspicious(name) == ()


def test_readings_are_told_from_names() -> None:
    assert names.is_reading("シケン　タロウ")
    assert names.is_reading("しけん たろう")
    assert not names.is_reading("試験　太郎")
    assert not names.is_reading("")


@given(st.text(max_size=40))
def test_folding_is_settled_after_one_time_and_never_breaks(text: str) -> None:
    once = names.fold_name(text)
    assert names.fold_name(once) == once
    names.kana_key(text)
    names.suspicious(text)


def test_no_variant_leads_to_another_variant() -> None:
    assert not set(variants.FOLD) & {ord(new) for new in variants.FOLD.values()}
