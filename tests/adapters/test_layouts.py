"""Layouts find the header, join what belongs together, and know what they do not know."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hoken_desktop import words
from hoken_desktop.adapters import layouts
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.sheets import CellTrouble, RawRow, RawTable, RawValue

NANBYO = layouts.load("nanbyo")
BASIC = ("受給者番号", "氏名", "生年月日")


def table(
    *rows: tuple[RawValue, ...], merges: tuple[tuple[int, int, int, int], ...] = (), sheet: str = "S"
) -> RawTable:
    """Rows from 1 on; an empty tuple is a blank row."""
    filled = tuple(RawRow(number, cells) for number, cells in enumerate(rows, start=1) if cells)
    return RawTable("a.xlsx", sheet, "", filled, merges)


def refused(found: RawTable, layout: layouts.Layout = NANBYO) -> Refusal:
    with pytest.raises(Refusal) as caught:
        layout.match(found)
    assert words.say(caught.value.code, **caught.value.facts)
    return caught.value


def test_every_shipped_layout_loads_and_requires_a_name_or_number() -> None:
    for name in ("nanbyo", "shoman"):
        layout = layouts.load(name)
        assert ("name",) in layout.required
    assert any(field.key == "guardian_name" for field in layouts.load("shoman").fields)


def test_the_header_is_found_below_titles_and_notes() -> None:
    found = table(("令和8年 受給者一覧",), (), ("※出力 R8.4.1", None, "担当"), BASIC, ("1000017", "試験", "S45.1.1"))
    match = NANBYO.match(found)
    assert (match.first_row, match.last_row) == (4, 4)
    row = next(iter(NANBYO.map(found)))
    assert (row.number, row.cells["name"].value, row.cells["birth_on"].column) == (5, "試験", "生年月日")


def test_a_header_beyond_the_first_thirty_rows_is_none() -> None:
    assert refused(table(*[("x",)] * 30, BASIC)).code == "layouts.no_header"


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("患者氏名", "name"),
        ("氏 名", "name"),
        ("氏名（漢字）", "name"),
        ("※氏名【必須】", "name"),
        ("受診者氏名", "name"),
        ("ﾌﾘｶﾞﾅ", "name_kana"),
        ("氏名(カナ)", "name_kana"),
        ("受給者証番号", "beneficiary_no"),
        ("生年月日（和暦）", "birth_on"),
        ("人工呼吸器等装着", "vent_certified"),
        ("人工呼吸器の使用の有無", "ventilator_use"),
        ("酸素流量（L/分）", "flow_rest"),
        ("在宅酸素\n療法", "oxygen_use"),
        ("有効期間（終了）", "valid_to"),
        ("体外式補助人工心臓の装着の有無", "vad_use"),
        ("申請者氏名", None),
        ("主治医氏名", None),
    ],
)
def test_headers_are_known_in_their_many_spellings(word: str, field: str | None) -> None:
    others = [known for known, key in zip(BASIC, ("beneficiary_no", "name", "birth_on"), strict=True) if key != field]
    match = NANBYO.match(table((*others, word)))
    column = len(others) + 1
    assert next((key for key, columns in match.columns.items() if columns == (column,)), None) == field


TWO_ROWS = (
    ("受給者情報", None, "生年月日", "保護者", None, "人工呼吸器", None, "酸素"),
    ("氏名", "フリガナ", None, "氏名", "住所", "使用の有無", "種類", "流量"),
    ("試験　太郎", "シケン", "S45.1.1", "別人", "別の住所", "あり", "TPPV", 2),
)


@pytest.mark.parametrize(
    ("sheet", "merges"), [("S", ((1, 1, 1, 2), (1, 3, 2, 3), (1, 4, 1, 5), (1, 6, 1, 7))), ("", ())]
)
def test_a_header_of_two_rows_is_read_by_group_and_word(
    sheet: str, merges: tuple[tuple[int, int, int, int], ...]
) -> None:
    found = table(*TWO_ROWS, merges=merges, sheet=sheet)
    match = NANBYO.match(found)
    assert (match.first_row, match.last_row) == (1, 2)
    assert match.columns == {
        "name": (1,), "name_kana": (2,), "birth_on": (3,), "ventilator_use": (6,), "interface": (7,), "flow_rest": (8,)
    }  # fmt: skip
    # The guardian's name and address never stand in for the patient's.
    assert match.unmapped_columns == ("保護者氏名", "保護者住所")


def test_what_stands_below_a_group_of_a_present_list_is_found_by_itself() -> None:
    register = layouts.load("register")
    rows = (
        ("対象者", "生年月日", "連絡先", None, "停電", None, "疾患", "担当訪看", "同意", None, None),
        ("氏名", None, "自宅TEL", "携帯", "バッテリー", "発電機", None, None, "市町村への情報提供", "同意日", "目的"),
        ("見本　太郎", "S45.1.1", "048-000-0001", "", "内部6時間", "○", "架空病", "仮訪看", "○", "R6.4.1", "名簿"),
    )
    merges = ((1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 1, 6), (1, 7, 2, 7), (1, 8, 2, 8), (1, 9, 1, 11))
    match = register.match(table(*rows, merges=merges, sheet="S"))
    assert match.unmapped_columns == ()
    assert match.columns["phone_home"] == (3,)
    assert match.columns["consent_municipality"] == (9,)
    assert match.columns["consented_on"] == (10,)


def test_parts_of_names_dates_and_addresses_are_joined() -> None:
    head = ("姓", "名", "セイ", "メイ", "元号", "生年", "生月", "生日", "住所１", "住所２", "方書")
    body = ("試験", "太郎", "シケン", "タロウ", "昭和", 45.0, 3, "1", "鴻巣市架空町", None, "架空荘1")
    cells = next(iter(NANBYO.map(table(head, body)))).cells
    assert cells["name"].value == "試験　太郎"
    assert cells["name_kana"].value == "シケン　タロウ"
    assert cells["birth_on"].value == "昭和45年3月1日"
    assert cells["address_registered"].value == "鴻巣市架空町　架空荘1"


def test_a_trouble_in_a_part_is_a_trouble_of_the_whole() -> None:
    head = ("姓", "名", "受給者番号", "生年月日")
    cells = next(iter(NANBYO.map(table(head, ("試験", CellTrouble.FORMULA, "1", "x"))))).cells
    assert cells["name"].value is CellTrouble.FORMULA


def test_columns_not_known_are_named_and_not_carried() -> None:
    found = table((*BASIC, "秘密メモ"), ("1000017", "試験", date(1970, 1, 1), "言えないこと", "見出しなし"))
    match = NANBYO.match(found)
    assert match.unmapped_columns == ("秘密メモ", "E列")
    row = next(iter(NANBYO.map(found)))
    assert "言えないこと" not in repr(row.cells)


def test_missing_columns_are_named() -> None:
    found = refused(table(("フリガナ", "住所", "電話番号"), ("a", "b", "c")))
    assert (found.code, found.facts["columns"]) == ("layouts.missing_columns", "氏名、生年月日か受給者番号")


def test_the_same_header_twice_is_refused_with_both_columns() -> None:
    found = refused(table((*BASIC, "氏　名"), ("1000017", "a", "S45.1.1", "b")))
    assert (found.code, found.facts["first"], found.facts["second"]) == ("layouts.header_twice", "B", "D")


def test_two_columns_that_fit_one_field_are_told() -> None:
    found = table((*BASIC, "患者氏名"), ("1000017", "a", "S45.1.1", "b"))
    assert NANBYO.match(found).columns["name"] == (2,)
    assert [(one.code, one.column) for one in NANBYO.warnings(found)] == [("column_not_used", "患者氏名")]


def test_blank_rows_are_counted_and_multi_line_csv_cells_are_not() -> None:
    found = RawTable(
        "a.csv", "", "", (RawRow(1, BASIC), RawRow(2, ("1", "a\r\nb", "S45.1.1")), RawRow(6, ("2", "c", "S45.1.1")))
    )
    rows = list(NANBYO.map(found))
    assert [(row.number, row.blank) for row in rows] == [(2, False), (4, True), (5, True), (6, False)]


def test_a_csv_line_with_too_many_values_is_in_trouble_as_a_whole() -> None:
    rows = list(NANBYO.map(table(BASIC, ("1", "a", "S45.1.1", "shifted"), sheet="")))
    assert rows[0].trouble == "columns_shifted"
    assert rows[0].cells == {}


def test_a_header_repeated_among_the_rows_is_seen() -> None:
    rows = list(NANBYO.map(table(BASIC, ("1", "a", "S45.1.1"), BASIC)))
    assert [row.trouble for row in rows] == ["", "header_again"]


def test_merged_cells_below_the_header_are_told() -> None:
    found = table(BASIC, ("1", "a", "S45.1.1"), ("2",), merges=((2, 2, 3, 2),))
    assert [(one.code, one.row) for one in NANBYO.warnings(found)] == [("merged_cells", 2)]


def test_an_office_brings_its_own_layout(tmp_path: Path) -> None:
    own = tmp_path / "うちの県.toml"
    own.write_text('extends = "benefit"\ntitle = "うちの県"\n[fields.name]\nheaders = ["お名前"]\n', encoding="utf-8")
    layout = layouts.load(str(own))
    assert layout.match(table(("お名前", "生年月日"))).columns == {"name": (1,), "birth_on": (2,)}


def test_unknown_and_broken_layouts_are_refused(tmp_path: Path) -> None:
    broken = tmp_path / "x.toml"
    broken.write_text("title = ", encoding="utf-8")
    for name, code in (
        ("ない", "layouts.not_found"),
        ("../words/codes", "layouts.not_found"),
        (str(broken), "layouts.broken"),
    ):
        with pytest.raises(Refusal) as caught:
            layouts.load(name)
        assert caught.value.code == code
        assert words.say(caught.value.code, **caught.value.facts)
