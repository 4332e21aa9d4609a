"""Layouts by command line: tried against a file, taken in, and used by name for the present list and a benefit file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.files import malformed
from tests.flows.command_line import prepared

LAYOUT = 'extends = "{base}"\ntitle = "架空"\n[columns]\n"対象の方" = "name"\n'


def test_a_layout_from_elsewhere_reads_what_no_word_fits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object
) -> None:
    line = prepared(monkeypatch, tmp_path, date(2026, 4, 6))
    codes = "11217,11219,11231,11233,11301"
    line("init", "--office", "見本保健所", "--municipalities", codes, "--staff", "見本 花子・保健師")
    head = ["対象の方" if word == "氏名" else word for word in malformed.HEADER]
    files = {}
    for kind in ("register", "nanbyo"):
        files[kind] = tmp_path / f"{kind}.xlsx"
        files[kind].write_bytes(malformed.book([head, *malformed.people(kind)]))
        own = tmp_path / f"架空_{kind}.toml"
        own.write_text(LAYOUT.format(base=kind), "utf-8")
    tried = line("layout", "try", files["register"])["sheets"][0]
    assert (tried["fits"], tried["missing"]) == (False, ["氏名"])
    assert line("register", "read", files["register"], "--dry-run", code=3)["refused"] == "layouts.missing_columns"

    assert line("layout", "add", tmp_path / "架空_register.toml")["base"] == "register"
    line("layout", "add", tmp_path / "架空_nanbyo.toml", "--name", "難病の様式")
    assert line("layout", "add", tmp_path / "架空_register.toml", code=3)["refused"] == "layouts.name_taken"
    assert {one["name"] for one in line("layout", "list")["layouts"]} == {"架空_register", "難病の様式"}
    assert line("layout", "try", files["register"], "--layout", "架空_register")["sheets"][0]["fits"]
    for said in line.said:  # what is tried is told by columns, never by somebody's value
        assert "青山" not in said.stdout + said.stderr

    read = line("register", "read", files["register"], "--layout", "架空_register", "--dry-run")
    assert read["people"] == 3
    assert line("register", "read", files["register"], "--layout", tmp_path / "架空_register.toml")["people"] == 3
    line("round", "open", "--as-of", "2026-03-31")
    read = line("round", "read", files["nanbyo"], "--scheme", "nanbyo", "--layout", "難病の様式")
    assert (read["rows"], read["candidates"]) == (3, 3)
    assert line("register", "read", files["register"], "--layout", "ない様式", code=3)["refused"] == "layouts.not_found"
    assert line("register", "read", files["register"], "--sheet", "ない", code=3)["refused"] == "sheets.sheet_not_found"
