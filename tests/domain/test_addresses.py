"""Addresses: washing, matching and refusing, against a small gazetteer held in memory."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoken_desktop.domain.addresses import Located, locate
from hoken_desktop.domain.codes import AddressSource, PlaceLevel, Unplaceable
from hoken_desktop.domain.municipalities import Municipality, MunicipalityIndex, check_digit, code6_of, municipality_of
from hoken_desktop.domain.towns import Spot, TownIndex, TownRow

RES, PARCEL, BLOCK = AddressSource.ABR_RESIDENCE, AddressSource.ABR_PARCEL, AddressSource.ISJ_BLOCK

MUNICIPALITIES = MunicipalityIndex(
    [
        Municipality("112178", "埼玉県", "", "鴻巣市"),
        Municipality("112313", "埼玉県", "", "桶川市"),
        Municipality("113018", "埼玉県", "北足立郡", "伊奈町"),
        Municipality("111007", "埼玉県", "", "さいたま市"),
        Municipality("111031", "埼玉県", "", "さいたま市大宮区"),
        Municipality("111040", "埼玉県", "", "さいたま市見沼区"),
        Municipality("132063", "東京都", "", "府中市"),
        Municipality("342084", "広島県", "", "府中市"),
        Municipality("122211", "千葉県", "", "八千代市"),
        Municipality("016951", "北海道", "色丹郡", "色丹村"),
    ]
)

TOWNS = {
    "112178": [
        ("本町一丁目", "", 36.06, 139.51, 1),
        ("本町二丁目", "", 36.061, 139.512, 2),
        ("栄町", "", 36.062, 139.507, 3),
        ("三ツ木", "", 36.09, 139.47, 4),
        ("大字市ノ縄", "", 36.08, 139.48, 5),
        ("赤見台一丁目", "", None, None, 6),
        ("新宿", "", 36.05, 139.5, 7),
        ("新宿一丁目", "", 36.055, 139.5, 8),
        ("緑ヶ丘", "", 36.04, 139.52, 9),
        ("郷地", "", 36.1, 139.45, 10),
        ("郷地", "イ", 36.101, 139.451, 0),
        ("大字上", "", 36.11, 139.44, 11),
        ("上", "", 36.2, 139.4, 12),
    ],
    "112313": [("大字上日出谷", "", 36.005, 139.54, 20), ("朝日一丁目", "", 35.99, 139.57, 21)],
    "113018": [("大字小室", "", 35.987, 139.627, 30)],
    "111031": [("高鼻町四丁目", "", 35.918, 139.631, 40)],
    "111040": [("大和田町一丁目", "", 35.93, 139.66, 41)],
    "132063": [("宮西町二丁目", "", 35.669, 139.477, 50)],
    "342084": [("鵜飼町", "", 34.57, 133.23, 51)],
    "122211": [("大和田新田", "", 35.73, 140.09, 60)],
}

NUMBERS = {
    (1, "2-3"): [(RES, "", 36.0601, 139.5101)],
    (1, "2"): [(BLOCK, "", 36.0602, 139.5102)],
    (2, "5-1"): [(RES, "", 36.0611, 139.5121)],
    (2, "5-2"): [(RES, "", 36.0612, 139.5122)],
    (4, "甲100"): [(BLOCK, "", 36.0901, 139.4701)],
    (7, "1-28"): [(PARCEL, "", 36.0501, 139.5001)],
    (8, "28"): [(BLOCK, "", 36.0551, 139.5002)],
    (7, "560-2"): [(PARCEL, "", 36.0509, 139.5009)],
    (10, "77"): [(BLOCK, "イ", 36.1011, 139.4511), (BLOCK, "ロ", 36.12, 139.47)],
    (30, "9493"): [(BLOCK, "", 35.986, 139.626)],
    (30, "9493-1"): [(PARCEL, "", 35.9861, 139.6261)],
}


class Held:
    """A gazetteer in two dictionaries."""

    def municipalities(self) -> MunicipalityIndex:
        return MUNICIPALITIES

    def towns(self, code: str) -> TownIndex | None:
        rows = TOWNS.get(code)
        return rows and TownIndex(TownRow(n, k, la, lo, AddressSource.GEOLONIA, i) for n, k, la, lo, i in rows)

    def numbers(self, town: int, number: str) -> Sequence[Spot]:
        return [Spot(*spot) for spot in NUMBERS.get((town, number), [])]

    def numbers_under(self, town: int, number: str) -> Sequence[Spot]:
        return [
            Spot(*spot)
            for (id_, key), spots in NUMBERS.items()
            if id_ == town and key.startswith(number + "-")
            for spot in spots
        ]


def place(address: str, hint: Sequence[str] = ()) -> Located:
    return locate(address, Held(), hint)


EXACT = (36.0601, 139.5101)


@pytest.mark.parametrize(
    "address",
    [
        "埼玉県鴻巣市本町一丁目2番3号",
        "鴻巣市本町1-2-3",
        "鴻巣市本町１－２－３",
        "鴻巣市本町1ー2ー3",
        "鴻巣市本町1─2─3",
        "鴻巣市本町一ー二ー三",
        "鴻巣市本町一の二の三",
        "鴻巣市本町1丁目2-3",
        "鴻巣市本町1丁目2番地3",
        "鴻巣市本町1丁目2番地の3",
        "鴻巣市本町一丁目二番三号",
        "鴻巢市本町1-2-3",
        "埼玉県 鴻巣市　本町 1-2-3",
        "埼 玉 県 鴻 巣 市 本 町 1 丁目 2 番 3 号",
        "〒365-0038 鴻巣市本町1-2-3",
        "〒３６５－００３８　埼玉県鴻巣市本町1-2-3",
        "3650038 鴻巣市本町1-2-3",
        "鴻巣市本町1 - 2 - 3",
        "埼玉県鴻巣本町1-2-3",
        "鴻巣市大字本町1-2-3",
        "鴻巣市本町01-02-03",
    ],
)
def test_every_spelling_of_a_house_number_leads_to_the_house(address: str) -> None:
    found = place(address)
    assert (found.level, found.lat, found.lon) == (PlaceLevel.RESIDENCE, *EXACT)
    assert found.code == "112178"
    assert found.rest == ""


@pytest.mark.parametrize(
    ("tail", "rest"),
    [
        (" コーポ第2ハイツ203号室", "コーポ第2ハイツ203号室"),
        ("コーポ第2ハイツ", "コーポ第2ハイツ"),
        ("-203", "203"),
        ("-203号室", "203号室"),
        (" 203", "203"),
        (" 山田様方", "山田様方"),
        ("（山田様方）", "(山田様方)"),
    ],
)
def test_building_room_and_sama_kata_are_split_off(tail: str, rest: str) -> None:
    found = place("鴻巣市本町1-2-3" + tail)
    assert (found.lat, found.lon) == EXACT
    assert found.rest == rest


def test_a_house_number_without_a_point_falls_to_its_block() -> None:
    assert place("鴻巣市本町1-2-99").level is PlaceLevel.BLOCK
    found = place("鴻巣市本町2-5-9")
    assert found.level is PlaceLevel.BLOCK
    assert found.lat == pytest.approx(36.06115)
    assert place("鴻巣市本町1-8-8").level is PlaceLevel.CHOME


def test_a_lot_is_placed_by_its_branch_and_else_by_its_number() -> None:
    assert place("伊奈町小室9493-1").level is PlaceLevel.PARCEL
    assert place("北足立郡伊奈町大字小室9493番地1").level is PlaceLevel.PARCEL
    assert place("伊奈町大字小室字志久9493番地").level is PlaceLevel.BLOCK
    found = place("伊奈町小室9493-55")
    assert (found.level, found.rest) == (PlaceLevel.BLOCK, "55")
    assert place("鴻巣市三ツ木甲100番地").level is PlaceLevel.BLOCK


def test_an_oaza_with_a_number_nobody_knows_is_an_oaza() -> None:
    found = place("鴻巣市市ノ縄123-4")
    assert (found.level, found.rest, found.candidates) == (PlaceLevel.OAZA, "123-4", 1)


@pytest.mark.parametrize(
    "address", ["鴻巣市三木5", "鴻巣市三つ木5", "鴻巣市緑が丘5", "鴻巣市緑ケ丘5", "鴻巣市市の縄5", "鴻巣市榮町5"]
)
def test_small_kana_and_old_letters_do_not_matter(address: str) -> None:
    assert place(address).level is PlaceLevel.OAZA


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", Unplaceable.EMPTY),
        (" 　", Unplaceable.EMPTY),
        ("???", Unplaceable.MALFORMED),
        ("12345", Unplaceable.MALFORMED),
        ("鴻巣市" + "本" * 300, Unplaceable.MALFORMED),
        ("本町1-2-3", Unplaceable.UNKNOWN_MUNICIPALITY),
        ("同上", Unplaceable.UNKNOWN_MUNICIPALITY),
        ("埼玉県", Unplaceable.UNKNOWN_MUNICIPALITY),
        ("埼玉県鴻巣市", Unplaceable.ONLY_MUNICIPALITY),
        ("鴻巣市1-2", Unplaceable.ONLY_MUNICIPALITY),
        ("鴻巣市本丁1-2-3", Unplaceable.UNKNOWN_TOWN),
        ("鴻巣市本1-2-3", Unplaceable.UNKNOWN_TOWN),
        ("鴻巣市本町9丁目1-1", Unplaceable.UNKNOWN_TOWN),
        ("鴻巣市本町9-1-1", Unplaceable.UNKNOWN_TOWN),
        ("桶川市上日出谷南1-1-1", Unplaceable.UNKNOWN_TOWN),
        ("桶川市上日出谷 南1-1-1", Unplaceable.UNKNOWN_TOWN),
        ("色丹村斜古丹1", Unplaceable.OUTSIDE_DATA),
        ("鴻巣市赤見台1-1-1", Unplaceable.NO_POINT),
    ],
)
def test_what_is_doubtful_is_refused_with_its_reason(address: str, reason: Unplaceable) -> None:
    found = place(address)
    assert (found.level, found.reason) == (PlaceLevel.NONE, reason)
    assert (found.lat, found.lon) == (None, None)


def test_a_chome_and_a_lot_that_read_alike_are_ambiguous_unless_the_data_decides() -> None:
    assert place("鴻巣市新宿1-28").reason is Unplaceable.AMBIGUOUS
    assert place("鴻巣市新宿1丁目28").level is PlaceLevel.BLOCK
    assert place("鴻巣市新宿1番地28").level is PlaceLevel.PARCEL
    assert place("鴻巣市新宿560-2").level is PlaceLevel.PARCEL
    assert place("鴻巣市新宿1").reason is Unplaceable.AMBIGUOUS


@pytest.mark.parametrize("address", ["鴻巣市栄町一の坂5", "鴻巣市栄町二号地5", "鴻巣市栄町五本田3-1"])
def test_a_numeral_that_runs_on_into_a_name_is_no_house_number(address: str) -> None:
    assert place(address).reason is Unplaceable.UNKNOWN_TOWN


def test_two_towns_that_fold_alike_are_told_apart_by_their_spelling() -> None:
    assert place("鴻巣市大字上5").lat == 36.11
    assert place("鴻巣市上5").lat == 36.2


def test_a_house_number_in_kanji_may_be_followed_by_a_building() -> None:
    assert place("鴻巣市栄町五 コーポ").level is PlaceLevel.OAZA
    assert place("鴻巣市栄町五番地コーポ").level is PlaceLevel.OAZA
    assert place("鴻巣市栄町5コーポ").level is PlaceLevel.OAZA


def test_one_number_in_two_koaza_needs_the_koaza() -> None:
    assert place("鴻巣市郷地77").level is PlaceLevel.OAZA
    assert place("鴻巣市郷地イ77").level is PlaceLevel.BLOCK


def test_a_city_without_its_ward_finds_the_ward_that_has_the_town() -> None:
    assert place("さいたま市高鼻町4-1").code == "111031"


def test_namesakes_are_decided_by_the_town_or_refused() -> None:
    assert place("府中市宮西町2-24").code == "132063"
    assert place("府中市緑町1").level is PlaceLevel.NONE


def test_the_hint_serves_only_a_text_that_names_no_municipality() -> None:
    assert place("本町1-2-3", ["112178", "112313"]).level is PlaceLevel.RESIDENCE
    assert place("桶川市本町1-2-3", ["112178"]).reason is Unplaceable.UNKNOWN_TOWN


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("埼玉県北足立郡伊奈町大字小室9493", "113018"),
        ("伊奈町小室9493", "113018"),
        ("北足立郡伊奈町", "113018"),
        ("千葉県八千代市大和田新田312", "122211"),
        ("さいたま市大宮区高鼻町", "111031"),
        ("さいたま市", "111007"),
        ("広島県府中市鵜飼町", "342084"),
        ("府中市宮西町", None),
        ("本町1-2-3", None),
        ("", None),
    ],
)
def test_the_municipality_of_an_address(address: str, code: str | None) -> None:
    assert municipality_of(address, MUNICIPALITIES) == code


def test_the_offices_own_codes_decide_between_namesakes() -> None:
    assert municipality_of("府中市宮西町", MUNICIPALITIES, ["132063"]) == "132063"


def test_check_digits_are_those_of_the_ministry() -> None:
    assert [check_digit(c) for c in ("11217", "11301", "01100", "13101")] == ["8", "8", "2", "6"]
    assert code6_of("11217") == code6_of("112178") == "112178"
    assert code6_of("112177") is None
    assert code6_of("埼玉") is None


_DASHES = st.sampled_from(["-", "－", "−", "ー", "—", "‐", "–", "─", "ｰ", "の", " - "])
_SPACE = st.sampled_from(["", " ", "　"])


@given(_DASHES, _DASHES, _SPACE, _SPACE, _SPACE, st.sampled_from(["", "埼玉県"]), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_mixture_of_dashes_spaces_and_widths_finds_the_house(
    first: str, second: str, a: str, b: str, c: str, pref: str, wide: bool, old: bool
) -> None:
    numbers = f"1{first}2{second}3"
    if wide:
        numbers = numbers.translate(str.maketrans("123", "１２３"))
    city = "鴻巢市" if old else "鴻巣市"
    found = place(f"{pref}{a}{city}{b}本町{c}{numbers}")
    assert (found.level, found.lat, found.lon) == (PlaceLevel.RESIDENCE, *EXACT)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_answered_and_never_half_placed(text: str) -> None:
    for address in (text, "鴻巣市" + text, "鴻巣市本町" + text):
        found = place(address)
        assert found.is_placed == (found.level is not PlaceLevel.NONE)
        assert (found.reason is None) == found.is_placed
        municipality_of(address, MUNICIPALITIES)
