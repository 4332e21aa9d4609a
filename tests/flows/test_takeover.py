"""A centre begins: its present list is taken over and printed as the centre's own list, by command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hoken_desktop.adapters import sealed_pdfs
from tests.files import present_list
from tests.flows.command_line import prepared


def test_a_present_list_becomes_the_register_and_the_centres_own_list(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object
) -> None:
    line = prepared(monkeypatch, tmp_path, date(2026, 4, 6))
    codes = "11217,11219,11231,11233,11301"
    line("init", "--office", "見本保健所", "--municipalities", codes, "--staff", "見本 花子・保健師")
    file = tmp_path / "名簿.xlsx"
    file.write_bytes(present_list.messy())
    tried = line("register", "read", file, "--as-of", "2026-03-31", "--dry-run")
    read = line("register", "read", file, "--as-of", "2026-03-31")
    assert (tried["people"], tried["dry_run"], read["people"]) == (105, True, 105)
    assert read["rows"] == read["taken"] + read["faulty"] + read["blank"]
    assert read["unmapped_columns"] == ["個別避難計画", "年賀状"]
    assert {fault["code"] for fault in read["faults"]} >= {"register_struck", "register_several_people"}
    head = line.head()[1]
    again = line("register", "read", file, "--as-of", "2026-03-31")
    assert (again["unchanged"], again["created"]) == (105, 0)
    assert line.head()[1] == head + 2  # two unlockings, no deed
    assert line.deeds() == ["registry_created", "register_read"]
    for said in line.said:  # no name in what was said of faults and warnings
        assert present_list.DEAD not in said.stdout + said.stderr

    out = tmp_path / "リスト.pdf"
    written = line("list", "--live", "--out", out)
    assert written["people"] == 105
    assert sealed_pdfs.count_pages(out.read_bytes(), written["password"]) == written["pages"]
    assert line("list", "--live", "--out", out, code=3)["refused"].startswith("sealed_sheets.")
    assert line("list", "--live", "--as-of", "2026-03-31", "--out", tmp_path / "b.pdf", code=2)["refused"] == "usage"
    assert line("list", "--as-of", "2026-03-31", "--out", tmp_path / "b.pdf", code=3)["refused"] == "rounds.no_such"
    assert line.deeds()[-1] == "paper_printed"
