"""A benefit file from disk to washed rows: every row goes somewhere, and the same gate serves xlsx and csv."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from hoken_desktop.adapters.layouts import read_mapped
from hoken_desktop.domain.codes import DeviceKind, Scheme, UseStatus
from hoken_desktop.domain.errors import Cancelled, Refusal
from hoken_desktop.domain.intake import has_device_evidence
from hoken_desktop.services.intakes import Intakes, Reading
from hoken_desktop.services.progress import Step

TODAY = date(2026, 4, 1)


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "files" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


workbooks = _load("workbooks")


def read(path: Path, **how: str | None) -> Reading:
    return Intakes(read_mapped).read_benefit_file(path, Scheme.NANBYO, today=TODAY, **how)  # type: ignore[arg-type]


def test_three_people_are_washed_from_xlsx_and_csv_alike(tmp_path: Path) -> None:
    xlsx, csv = tmp_path / "a.xlsx", tmp_path / "a.csv"
    xlsx.write_bytes(workbooks.good())
    csv.write_bytes(workbooks.good_csv())
    one, other = read(xlsx), read(csv)
    assert [incoming for _, incoming in one.washed] == [incoming for _, incoming in other.washed]
    assert [place.row for place, _ in one.washed] == [4, 5, 6]
    assert [place.row for place, _ in other.washed] == [2, 3, 4]
    assert (one.rows, one.faulty_rows, one.blank, one.closes) == (3, 0, 0, True)
    assert one.unmapped_columns == ("備考",)
    first, second, third = (incoming for _, incoming in one.washed)
    assert [(e.kind, e.use_status) for e in first.evidence] == [(DeviceKind.VENTILATOR, UseStatus.IN_USE)]
    assert [(e.kind, e.facts) for e in second.evidence] == [(DeviceKind.OXYGEN, (("flow_rest", "2.5"),))]
    assert not has_device_evidence(third)


def test_the_count_closes_over_faults_blanks_and_totals(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [
        ["氏名", "生年月日", "受給者番号", "酸素療法"],
        ["試験　一", "S45.3.1", "1000017", "あり"],
        [],
        ["試験　二", "昭和64年1月8日", "1000025", "あり"],
        ["", "S45.3.1", "1000033", "あり"],
        [],
        ["試験　三", "S46.3.1", "", "なし"],
        ["合計", "", "", 3],
    ]
    path.write_bytes(workbooks.table(rows))
    found = read(path)
    assert (found.rows, len(found.washed), found.blank) == (7, 2, 2)
    assert found.closes
    assert [(one.row, one.column, one.code) for one in found.faults] == [
        (4, "生年月日", "date_outside_era"), (5, "氏名", "name_missing"), (8, "氏名", "totals_row"),
    ]  # fmt: skip


def test_one_person_on_two_rows_stays_two_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("氏名,生年月日,受給者番号,疾病番号\n試験,S45.3.1,1000017,2\n試験,S45.3.1,1000017,6\n".encode())
    assert [incoming.disease_no for _, incoming in read(path).washed] == ["2", "6"]


def test_the_same_file_has_the_same_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbooks.good())
    assert read(path) == read(path)


def test_a_scheme_without_a_benefit_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        Intakes(read_mapped).read_benefit_file(tmp_path / "a.xlsx", Scheme.OTHER, today=TODAY)
    assert caught.value.code == "intakes.no_layout"


def test_a_long_reading_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("氏名,生年月日\n" + "試験,S45.3.1\n" * 1200).encode())
    seen: list[int] = []

    def stop(step: Step) -> None:
        seen.append(step.done)
        if step.done >= 500:
            raise Cancelled

    with pytest.raises(Cancelled):
        Intakes(read_mapped).read_benefit_file(path, Scheme.NANBYO, today=TODAY, report=stop)
    assert seen[-1] == 500


def test_a_file_of_the_other_scheme_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "取り違え.csv"
    header, child = "公費負担者番号,受給者番号,氏名,生年月日,人工呼吸器", "52116019,0000018,見本 太郎,H25.1.1,あり"
    path.write_text(f"{header}\n{child}\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        Intakes(read_mapped).read_benefit_file(path, Scheme.NANBYO, today=date(2026, 10, 1))
    assert refused.value.code == "intakes.other_scheme"
