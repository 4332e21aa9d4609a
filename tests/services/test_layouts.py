"""The mapping of a file: what is understood of each column, and what may be kept of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hoken_desktop.adapters.layout_files import LayoutFiles
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.layouts import LayoutDraft
from hoken_desktop.domain.sheets import CellTrouble, RawValue
from hoken_desktop.services import samples
from hoken_desktop.services.layouts import Layouts
from hoken_desktop.services.samples import How, of_column
from tests.files import workbooks

ALSO = {"consent_to:112178": ["鴻巣市への提供同意"]}


@pytest.fixture
def layouts(tmp_path: Path) -> Layouts:
    return Layouts(LayoutFiles(tmp_path / "layouts"), lambda: ALSO)


def written(folder: Path, *rows: list[object]) -> Path:
    path = folder / "名簿.xlsx"
    path.write_bytes(workbooks.table(rows, sheet="名簿"))
    return path


@pytest.mark.parametrize(
    ("key", "value", "said", "how"),
    [
        ("birth_on", "S30.4.1", "昭和30年4月1日", How.READ),
        ("birth_on", date(1955, 4, 1), "昭和30年4月1日", How.READ),
        ("birth_on", "昭和のはじめ", "日付として読めません", How.LEFT),
        ("ventilator_use", "○", "あり", How.READ),
        ("ventilator_use", "×", "なし", How.READ),
        ("ventilator_use", "△", "不明", How.UNKNOWN),
        ("ventilator_use", "－", "不明", How.UNKNOWN),
        ("ventilator_use", "トリロジーEvo", "使用中(トリロジーEvo)", How.READ),
        ("ventilator_use", "黄色", "読めません", How.LEFT),
        ("device_suction", "〃", "読みません", How.LEFT),
        ("postcode", "3650000", "365-0000", How.READ),
        ("phone_home", "0480000001、0900000001", "電話番号の形ではありません", How.LEFT),
        ("sex", "F", "女", How.READ),
        ("care_setting", "自宅", "在宅", How.READ),
        ("name", "青山 一郎(アオヤマ イチロウ)", "青山　一郎(アオヤマ　イチロウ)", How.READ),
        ("name", "青山一郎、青山次郎", "2人以上", How.LEFT),
        ("interface", "TPPV", "気管切開", How.READ),
        ("external_battery", "あり(4時間)", "あり(4時間)", How.READ),
        ("external_battery", "2本", "あり(2本)", How.READ),
        ("internal_battery_hours", "6時間30分", "6.5", How.READ),
        ("battery", "内部4時間、外部2本", "内部バッテリー", How.READ),
        ("battery", "○", "読めません", How.LEFT),
        ("support_plan", "作成中", "作成中", How.READ),
        ("consent_to:112178", "○", "同意", How.READ),
        ("consent", "黄色", "読めません", How.LEFT),
        ("purpose", "名簿", "避難行動要支援者名簿", How.READ),
        ("contact1", "青山花子(妻)090-0000-0001", "青山花子 (妻) 090-0000-0001", How.READ),
        ("flow_rest", "2L/分", "2", How.READ),
        ("disease_name", CellTrouble.ERROR, "Excelのエラー", How.LEFT),
        ("note", "鍵は裏口", "鍵は裏口", How.READ),
    ],
)
def test_a_value_is_shown_as_what_it_is_taken_for(key: str, value: RawValue, said: str, how: How) -> None:
    found = samples.understood(key, value, epoch_1904=False, of_register=True)
    assert said in found[0]
    assert found[1] is how


def test_a_dash_is_none_in_a_benefit_file_and_unknown_in_a_list() -> None:
    assert samples.understood("oxygen_use", "－", epoch_1904=False, of_register=False) == ("なし", How.READ)
    assert samples.understood("oxygen_use", "－", epoch_1904=False, of_register=True) == ("不明", How.UNKNOWN)


def test_what_cannot_be_read_stands_first_and_every_cell_is_counted() -> None:
    column = of_column("ventilator_use", ["○"] * 5 + ["×"] * 3 + ["黄色", "△"])
    assert [(one.raw, one.how, one.count) for one in column.samples] == [
        ("黄色", How.LEFT, 1), ("△", How.UNKNOWN, 1), ("○", How.READ, 5), ("×", How.READ, 3),
    ]  # fmt: skip
    assert (column.filled, column.left, column.unknown) == (10, 1, 1)
    assert "黄色" not in repr(column)


def test_a_layout_is_kept_only_after_it_reads_the_file_it_was_made_for(layouts: Layouts, tmp_path: Path) -> None:
    file = layouts.open(written(tmp_path, ["甲", "乙", "丙"], ["青山　一郎", "S30.4.1", "○"]))
    with pytest.raises(Refusal, match=r"layouts\.does_not_fit"):
        layouts.keep("架空", LayoutDraft("register", {"甲": "name"}), file)
    assert layouts.names() == []
    draft = LayoutDraft("register", {"甲": "name", "乙": "birth_on", "丙": "consent_to:112178", "去年の列": "note"})
    assert layouts.keep("架空", draft, file).base == "register"
    assert layouts.draft("架空").columns == {"甲": "name", "乙": "birth_on", "丙": "consent_to:112178"}
    assert [one.name for one in layouts.names("register")] == ["架空"]
    assert layouts.names("shoman") == []
    (view,) = layouts.see(file, layouts.draft("架空"))
    assert view.seen.fits
    assert view.columns[2].read.samples[0].said == "同意"


def test_a_header_that_is_somebodys_value_is_never_kept(layouts: Layouts, tmp_path: Path) -> None:
    file = layouts.open(written(tmp_path, ["青山　一郎", "S30.4.1", "048-000-0001"], ["赤山　二子", "S31.4.1", ""]))
    draft = LayoutDraft("register", {"青山一郎": "name", "B列": "birth_on"})
    with pytest.raises(Refusal, match=r"layouts\.header_is_data"):
        layouts.keep("架空", draft, file)
    assert layouts.names() == []
