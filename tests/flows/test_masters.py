"""A list of suppliers is tried, taken in, written out, mended in a spreadsheet and read in again, by command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.flows.command_line import prepared

LIST = (
    "区分,会社名,営業所,市町,24時間連絡先,TEL\r\n"
    "業者,架空メディカル,北部営業所,鴻巣市,048-000-0024,048-000-0001\r\n"
    "消防,架空消防本部,,架空市,,\r\n"
)


def test_a_list_goes_in_comes_out_is_mended_and_goes_in_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    line = prepared(monkeypatch, tmp_path, date(2026, 4, 6))
    line("init", "--office", "見本保健所", "--municipalities", "112178", "--staff", "見本 花子・保健師")
    file = tmp_path / "業者.csv"
    file.write_text(LIST, "utf-8")
    tried = line("master", "read", "organisations", file, "--dry-run")
    assert (tried["rows"], tried["added"], tried["faulty"], tried["dry_run"]) == (2, 1, 1, True)
    assert line("master", "list", "organisations")["entries"] == []
    read = line("master", "read", "organisations", file)
    (fault,) = read["faults"]
    assert (fault["row"], fault["column"], fault["code"]) == (3, "市町", "master_municipality_unknown")
    assert "架空市" not in line.said[-1].stderr  # places and codes, never a cell's value
    (entry,) = line("master", "list", "organisations")["entries"]
    assert (entry["name"], entry["municipality"], entry["phone_24h"]) == ("架空メディカル", "112178", "048-000-0024")

    out = tmp_path / "業者.xlsx"
    assert line("master", "export", "organisations", "--out", out)["entries"] == 1
    book = openpyxl.load_workbook(out)
    sheet = book.active
    assert sheet is not None
    column = [cell.value for cell in sheet[1]].index("24時間の電話") + 1
    sheet.cell(2, column).value = "048-000-0099"
    book.save(out)
    again = line("master", "read", "organisations", out)
    assert (again["added"], again["changed"], again["faulty"]) == (0, 1, 0)
    assert line("master", "list", "organisations")["entries"][0]["phone_24h"] == "048-000-0099"
    assert line("master", "export", "organisations", "--out", out, code=3)["refused"] == "sealed_sheets.name_taken"

    assert line("master", "list", "diseases")["total"] == 364
    assert line("master", "list", "人", code=2)["refused"] == "usage"
    assert line("audit", "verify")["first_break"] is None
