"""業者・機関 and 疾病 as files and people write them: many spellings of one, and never a guess between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hoken_desktop.adapters.diseases import shipped
from hoken_desktop.domain.codes import DeviceKind, Scheme, SupporterRole
from hoken_desktop.domain.diseases import NOTHING, index_of
from hoken_desktop.domain.masters import Disease, Organisation, OrganisationKind, is_valid
from hoken_desktop.domain.organisations import (
    directory_of,
    fold_organisation,
    kind_of,
    label_of,
    split_office,
    with_supplier,
)
from hoken_desktop.domain.persons import Device

DAY = date(2026, 10, 14)
NORTH = Organisation("n", OrganisationKind.SUPPLIER, "架空メディカル", "北部営業所", phone_24h="048-000-0024")
SOUTH = Organisation("s", OrganisationKind.SUPPLIER, "架空メディカル", "南部営業所")
INDEX = index_of(shipped())


# ---- organisations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "架空メディカル 北部営業所", "㈱架空メディカル　北部営業所", "架空ﾒﾃﾞｨｶﾙ北部営業所",
        "株式会社 架空メディカル 北部営業所", "架空メディカル（株）北部営業所", "架空・メディカル 北部営業所",
    ],
)  # fmt: skip
def test_legal_forms_width_and_spaces_make_no_other_organisation(text: str) -> None:
    assert fold_organisation(text) == fold_organisation(label_of(NORTH))


def test_a_text_of_a_legal_form_alone_is_still_compared_as_itself() -> None:
    assert fold_organisation("株式会社") != ""


def test_two_offices_of_one_name_are_two() -> None:
    directory = directory_of([NORTH, SOUTH], [], DAY)
    assert directory.of("", "架空メディカル") is None
    assert directory.of("", "架空メディカル北部営業所") is NORTH
    assert directory.of("s", "架空メディカル 北部営業所") is SOUTH  # what staff joined goes before what a text says


def test_a_spelling_joined_once_is_known_ever_after_and_one_joined_to_two_is_not() -> None:
    known = [NORTH, SOUTH]
    assert directory_of(known, [("カクウ北", "n")], DAY).of("", "ｶｸｳ 北") is NORTH
    assert directory_of(known, [("カクウ北", "n"), ("カクウ北", "s")], DAY).of("", "カクウ北") is None


def test_the_name_of_an_office_that_has_closed_means_nobody() -> None:
    closed = replace(NORTH, valid_to=date(2026, 3, 31))
    directory = directory_of([closed], [("カクウ北", "n")], DAY)
    assert directory.of("", "架空メディカル北部営業所") is None
    assert directory.of("", "カクウ北") is None
    assert directory.of("n") is closed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("架空メディカル 北部営業所", ("架空メディカル", "北部営業所")),
        ("鴻巣市　健康づくり課", ("鴻巣市", "健康づくり課")),
        ("見本 呼吸器 上尾支店", ("見本 呼吸器", "上尾支店")),
        ("見本総合病院", ("見本総合病院", "")),
        ("見本 太郎", ("見本 太郎", "")),
    ],
)
def test_the_office_is_what_stands_behind_the_last_space(text: str, parts: tuple[str, str]) -> None:
    assert split_office(text) == parts


def test_the_name_says_what_it_is_before_the_part_it_plays() -> None:
    assert kind_of("見本病院", [SupporterRole.FAMILY_DOCTOR]) is OrganisationKind.HOSPITAL
    assert kind_of("見本会", [SupporterRole.VISITING_NURSE]) is OrganisationKind.NURSE_STATION
    assert kind_of("見本酸素", [None, None, SupporterRole.OXYGEN_SUPPLIER]) is OrganisationKind.SUPPLIER
    assert kind_of("見本小学校", [SupporterRole.SCHOOL]) is OrganisationKind.OTHER


def test_another_supplier_in_words_lets_go_of_the_entry_of_the_one_before() -> None:
    device = Device("d", "p", DeviceKind.VENTILATOR, supplier="架空メディカル 北部営業所", supplier_id="n")
    assert with_supplier(device, "㈱架空メディカル北部営業所").supplier_id == "n"
    other = with_supplier(device, "見本酸素")
    assert (other.supplier, other.supplier_id) == ("見本酸素", "")


def test_both_days_of_validity_are_included() -> None:
    entry = replace(NORTH, valid_from=date(2026, 4, 1), valid_to=DAY)
    assert is_valid(entry, date(2026, 4, 1))
    assert is_valid(entry, DAY)
    assert not is_valid(entry, date(2026, 10, 15))
    assert not is_valid(entry, date(2026, 3, 31))


# ---- diseases ---------------------------------------------------------------------------------------------------


def test_the_shipped_tables_hold_348_numbers_and_16_groups() -> None:
    numbers = [int(one.number) for one in shipped() if one.scheme is Scheme.NANBYO]
    assert numbers == list(range(1, 349))
    assert [int(one.number) for one in shipped() if one.scheme is Scheme.SHOMAN] == list(range(1, 17))
    assert len({one.id for one in shipped()}) == 364


@pytest.mark.parametrize("text", ["2", "００２", "第2号", "告示番号 2", "2番"])
def test_a_number_is_found_as_files_write_it(text: str) -> None:
    assert INDEX.name_of(Scheme.NANBYO, text) == "筋萎縮性側索硬化症"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("筋萎縮性側索硬化症", "2"), ("筋萎縮性側索硬化症 ", "2"), ("きんいしゅくせいそくさくこうかしょう", "2"),
        ("ｷﾝｲｼｭｸｾｲｿｸｻｸｺｳｶｼｮｳ", "2"), ("006 パーキンソン病", "6"), ("ﾊﾟｰｷﾝｿﾝ病", "6"), ("特発性血小板減少性紫斑病", "63"),
        ("ＨＴＲＡ１関連脳小血管病", "123"), ("マルファン症候群", "167"), ("架空病", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_name_is_found_by_itself_its_reading_or_its_former_name(text: str, number: str) -> None:
    assert INDEX.number_of(Scheme.NANBYO, text) == number


def test_every_name_and_reading_of_the_table_finds_its_own_number() -> None:
    for one in shipped():
        if one.scheme is Scheme.NANBYO:
            assert INDEX.number_of(Scheme.NANBYO, one.name) == one.number
            assert not one.name_kana or INDEX.number_of(Scheme.NANBYO, one.name_kana) == one.number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", "3"), ("03 慢性呼吸器疾患群", "3"), ("第11群", "11"), ("神経・筋疾患群", "11"), ("神経筋疾患", "11"),
        ("慢性心疾患", "4"), ("先天性代謝異常", "8"),
    ],
)  # fmt: skip
def test_a_group_is_found_as_files_write_it(text: str, number: str) -> None:
    found = INDEX.group(text)
    assert found is not None
    assert found.number == number


def test_a_group_that_is_none_is_none() -> None:
    assert INDEX.group("17") is None
    assert INDEX.group("架空疾患群") is None
    assert INDEX.group("群") is None


def test_a_name_of_two_numbers_finds_neither() -> None:
    twins = [Disease("a", Scheme.NANBYO, "901", "架空病"), Disease("b", Scheme.NANBYO, "902", "架空病")]
    index = index_of(twins)
    assert index.number_of(Scheme.NANBYO, "架空病") == ""
    assert index.name_of(Scheme.NANBYO, "902") == "架空病"


def test_an_empty_index_knows_no_scheme() -> None:
    assert not NOTHING.knows(Scheme.NANBYO)
    assert INDEX.knows(Scheme.SHOMAN)
