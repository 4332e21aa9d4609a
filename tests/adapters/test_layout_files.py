"""Kept layouts: written to be read, sent and used again; what was decided of a column goes before its word."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.adapters.layout_files import LayoutFiles, _toml
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.layouts import LayoutDraft, assigned, is_layout_name, looks_like_data
from tests.files import workbooks

ODD = [
    ["お名前", "生まれた日", "電話（自宅）", "装置", "担当", ""],
    ["青山　一郎", date(1955, 4, 1), "048-000-0001", "○", "秘密の人", "枠外"],
]


@pytest.fixture
def files(tmp_path: Path) -> LayoutFiles:
    return LayoutFiles(tmp_path / "layouts")


def written(folder: Path, rows: list[list[object]] = ODD) -> Path:
    path = folder / "名簿.xlsx"
    path.write_bytes(workbooks.table(rows, sheet="名簿"))
    return path


def test_a_column_decided_by_hand_is_read_as_decided_and_one_put_aside_is_not(
    files: LayoutFiles, tmp_path: Path
) -> None:
    file = files.open(written(tmp_path))
    (sheet,) = files.see(file, LayoutDraft("register"), {})
    assert (sheet.header, sheet.fits, sheet.rows) == ((1,), False, 1)
    assert [c.key for c in sheet.columns if c.header == "お名前"] == [""]
    draft = LayoutDraft("register", {"お名前": "name", "生まれた日": "birth_on", "装置": "ventilator_use", "担当": "",
                                     "F列": "note"})  # fmt: skip
    (sheet,) = files.see(file, draft, {})
    assert sheet.fits
    assert {c.letter: (c.key, c.by_hand) for c in sheet.columns} == {
        "A": ("name", True), "B": ("birth_on", True), "C": ("phone_home", False), "D": ("ventilator_use", True),
        "E": ("", True), "F": ("note", True),
    }  # fmt: skip
    files.keep("架空_名簿", draft, replacing=False)
    (table,) = files.read_register(tmp_path / "名簿.xlsx", "架空_名簿", {})
    (row,) = table.table.rows
    assert (row.cells["name"].value, row.cells["note"].value) == ("青山　一郎", "枠外")
    assert table.table.unmapped_columns == ("担当",)


def test_a_kept_layout_is_a_file_without_personal_data_that_another_centre_can_use(
    files: LayoutFiles, tmp_path: Path
) -> None:
    draft = LayoutDraft("register", {"お名前": "name", "生まれた日": "birth_on", "C列": ""}, (1,))
    files.keep("架空", draft, replacing=False)
    text = files.text_of("架空")
    assert tomllib.loads(text)["columns"] == dict(draft.columns)
    assert "秘密の人" not in text
    assert "青山" not in text
    sent = tmp_path / "届いた様式.toml"
    sent.write_text(text, "utf-8")
    other = LayoutFiles(tmp_path / "other")
    assert other.add(sent).base == "register"
    assert other.draft("届いた様式").columns == dict(draft.columns)
    assert other.draft("届いた様式").header == (1,)
    assert [(one.name, one.title) for one in other.names()] == [("届いた様式", "架空")]


def test_comments_of_a_layout_that_was_added_stay_as_they_are(files: LayoutFiles, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('# 上尾市の様式\nextends = "nanbyo"\ntitle = "上尾"\n[columns]\n"名" = "name" # 姓は別\n', "utf-8")
    files.add(own)
    assert files.text_of("own") == own.read_text("utf-8")


def test_fields_of_a_layouts_own_survive_when_its_columns_are_changed(files: LayoutFiles, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('extends = "register"\ntitle = "古い"\n[fields.name]\nheaders = ["ご芳名"]\n', "utf-8")
    files.add(own)
    files.keep("own", LayoutDraft("own", {"装置": "ventilator_use"}), replacing=True)
    path = written(tmp_path, [["ご芳名", "生年月日", "装置"], ["青山　一郎", "S30.4.1", "○"]])
    (table,) = files.read_register(path, "own", {})
    assert set(next(iter(table.table.rows)).cells) == {"name", "birth_on", "ventilator_use"}


@pytest.mark.parametrize("name", ["", "register", "a/b", "..", "CON", "あ" * 41, "a.b"])
def test_a_name_that_is_no_name_is_refused_and_nothing_is_written(
    files: LayoutFiles, tmp_path: Path, name: str
) -> None:
    with pytest.raises(Refusal, match=r"layouts\.bad_name"):
        files.keep(name, LayoutDraft("register"), replacing=True)
    assert not list(tmp_path.rglob("*.toml"))


def test_a_name_that_is_taken_is_not_written_over_unless_told(files: LayoutFiles) -> None:
    files.keep("一", LayoutDraft("register", {"甲": "name"}), replacing=False)
    with pytest.raises(Refusal, match=r"layouts\.name_taken"):
        files.keep("一", LayoutDraft("register", {"乙": "name"}), replacing=False)
    assert files.draft("一").columns == {"甲": "name"}
    files.keep("一", LayoutDraft("register", {"乙": "name"}), replacing=True)
    assert files.draft("一").columns == {"乙": "name"}


@pytest.mark.parametrize(
    "text",
    [
        "", "これは様式ではない", '[columns]\n"甲" = "name"', 'extends = "register"\n[columns]\n"甲" = "nothing"',
        'extends = "register"\nheader = [3, 9]', 'extends = "../register"',
    ],
)  # fmt: skip
def test_a_file_that_is_no_layout_is_not_taken_in(files: LayoutFiles, tmp_path: Path, text: str) -> None:
    path = tmp_path / "壊れた.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Refusal, match=r"layouts\.broken"):
        files.add(path)
    assert files.names() == []


def test_the_header_rows_may_be_told_where_no_word_is_known(files: LayoutFiles, tmp_path: Path) -> None:
    rows = [["架空の名簿です", "", "長い題", "が", "並ぶ", "行"], ["甲", "乙"], ["青山　一郎", "S30.4.1"]]
    file = files.open(written(tmp_path, rows))
    (sheet,) = files.see(file, LayoutDraft("register", {"甲": "name", "乙": "birth_on"}, (2,)), {})
    assert (sheet.header, sheet.fits, sheet.rows) == ((2,), True, 1)
    assert sheet.heads[1] == (2, "甲 乙")


def test_two_columns_of_one_word_are_told_apart_by_their_letters(files: LayoutFiles, tmp_path: Path) -> None:
    path = written(tmp_path, [["氏名", "生年月日", "番号", "番号"], ["青山　一郎", "S30.4.1", "1", "1000017"]])
    (sheet,) = files.see(files.open(path), LayoutDraft("register"), {})
    last = sheet.columns[-1]
    assert [c.address for c in sheet.columns] == ["氏名", "生年月日", "C列", "D列"]
    (sheet,) = files.see(files.open(path), assigned(LayoutDraft("register"), sheet, last, "beneficiary_no"), {})
    assert [c.key for c in sheet.columns] == ["name", "birth_on", "", "beneficiary_no"]


def test_a_field_of_one_column_leaves_the_column_that_had_it(files: LayoutFiles, tmp_path: Path) -> None:
    path = written(tmp_path, [["氏名", "生年月日", "電話", "固定"], ["青山　一郎", "S30.4.1", "1", "2"]])
    file = files.open(path)
    draft = LayoutDraft("register")
    (sheet,) = files.see(file, draft, {})
    draft = assigned(draft, sheet, sheet.columns[3], "phone_home")
    (sheet,) = files.see(file, draft, {})
    assert [c.key for c in sheet.columns] == ["name", "birth_on", "", "phone_home"]
    draft = assigned(draft, sheet, sheet.columns[3], None)
    assert draft.columns == {"電話": ""}
    both = assigned(draft, sheet, sheet.columns[2], "note")
    both = assigned(both, files.see(file, both, {})[0], sheet.columns[3], "note")
    assert [c.key for c in files.see(file, both, {})[0].columns][2:] == ["note", "note"]  # notes are joined


def test_a_header_that_may_be_somebodys_value_is_known() -> None:
    assert looks_like_data("048-000-0001")
    assert looks_like_data("昭和30年4月1日")
    assert not looks_like_data("電話番号1")
    assert not looks_like_data("令和8年度確認")
    assert is_layout_name("架空保健所-2026_春")


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.one_of(st.text(max_size=8), st.lists(st.text(max_size=4), max_size=3), st.integers(0, 99),
                  st.dictionaries(st.text(max_size=4), st.text(max_size=6), max_size=3)),
        max_size=4,
    )
)  # fmt: skip
def test_what_is_written_is_read_again_as_it_was(raw: dict[str, object]) -> None:
    assert tomllib.loads(_toml(raw)) == raw
