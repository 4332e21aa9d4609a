"""`demo --no-window --json`: the published figures, every reason to stay off the map and out of a file, paths there."""

from __future__ import annotations

import contextlib
import io
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pypdf
import pytest

from hoken_desktop import cli
from hoken_desktop.adapters.clock import Clock
from hoken_desktop.domain.codes import Exclusion, UnmappedReason
from hoken_desktop.domain.dates import JAPAN as JST

DEVICES = ("ventilator", "oxygen", "both", "total")


def told(folder: Path, *more: str) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.run(["demo", "--no-window", "--json", "--out", str(folder), *more])
    assert code == 0, err.getvalue()
    answer: dict[str, Any] = json.loads(out.getvalue())
    assert answer["passphrase"] not in err.getvalue()
    assert answer["recovery_key"] not in err.getvalue()
    return answer


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return told(tmp_path_factory.mktemp("demo") / "見本")


def test_the_published_figures_come_out_exactly(demo: dict[str, Any]) -> None:
    assert {k: demo["registered"][k] for k in ("ventilator", "oxygen", "total")} == {
        "ventilator": 59, "oxygen": 46, "total": 105,
    }  # fmt: skip
    assert {k: demo["mapped"][k] for k in ("ventilator", "oxygen", "total")} == {
        "ventilator": 48, "oxygen": 44, "total": 92,
    }  # fmt: skip
    assert len(demo["rounds"]) == 2
    assert demo["rounds"][0]["as_of"] == demo["as_of"] > demo["rounds"][1]["as_of"]
    assert [r["state"] for r in demo["rounds"]] == ["frozen", "frozen"]


def test_every_equation_closes(demo: dict[str, Any]) -> None:
    for one in demo["rounds"]:
        off = one["unmapped_devices"]
        for device in DEVICES:
            assert one["registered"][device] == one["mapped"][device] + off[device]
        assert sum(one["unmapped"].values()) == one["registered"]["total"] - one["mapped"]["total"]
        for device in DEVICES:
            assert sum(m[device] for m in one["by_municipality"].values()) == one["registered"][device]
        for file in one["files"]:
            assert file["rows"] == file["candidates"] + file["not_eligible"] + file["blank"] + file["faults"]
    newest = demo["by_municipality"]
    for one in demo["disclosures"]:
        assert one["target"] == one["disclosed"] + sum(one["excluded"].values())
        if one["as_of"] == demo["as_of"]:
            assert one["target"] == newest[one["municipality"]]["total"]
    assert demo["closes"]


def test_every_reason_off_the_map_and_out_of_a_file_occurs(demo: dict[str, Any]) -> None:
    assert set(demo["unmapped"]) == {reason.value for reason in UnmappedReason}
    excluded = Counter[str]()
    for one in demo["disclosures"]:
        excluded.update(one["excluded"])
    assert set(excluded) == {reason.value for reason in Exclusion} - {Exclusion.BASIS_CLOSED.value}


def test_every_path_is_there_and_every_file_opens_with_its_password(demo: dict[str, Any]) -> None:
    assert all(Path(paper).stat().st_size for paper in (*demo["papers"], *demo["inputs"]))
    assert (Path(demo["registry"]) / "registry.db").is_file()
    numbers = [one["our_number"] for one in demo["disclosures"]]
    assert len(set(numbers)) == len(numbers)
    for one in demo["disclosures"]:
        file = msoffcrypto.OfficeFile(io.BytesIO(Path(one["file"]).read_bytes()))
        file.load_key(password=one["password"], verify_password=True)
        plain = io.BytesIO()
        file.decrypt(plain, verify_integrity=True)
        rows = list(openpyxl.load_workbook(plain).worksheets[0].iter_rows(values_only=True))
        top = next(at for at, row in enumerate(rows) if "氏名" in row)
        at = rows[top].index("氏名")
        assert sum(bool(row[at]) for row in rows[top + 1 :]) == one["disclosed"]
    letters = [p for p in demo["papers"] if p.endswith("送付書.pdf")]
    assert len(letters) == len(demo["disclosures"])
    assert all(len(pypdf.PdfReader(p).pages) == 1 for p in letters)


def test_the_registry_opens_with_the_passphrase_and_its_chain_is_whole(demo: dict[str, Any], tmp_path: Path) -> None:
    secret = tmp_path / "passphrase.txt"
    secret.write_text(demo["passphrase"] + "\n", "utf-8")
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        line = ["--data", demo["registry"], "--passphrase-file", str(secret), "--json"]
        assert cli.run([*line, "doctor"]) == 0
        assert cli.run([*line, "round", "show"]) == 0
    checked, shown = map(json.loads, out.getvalue().splitlines())
    assert checked["well"]
    assert (shown["registered"], shown["mapped"]) == (demo["registered"], demo["mapped"])


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "大切.txt").write_text("x", "utf-8")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert cli.run(["demo", "--no-window", "--json", "--out", str(tmp_path)]) == 3
    assert json.loads(out.getvalue())["refused"] == "cli.demo_not_empty"
    assert [p.name for p in tmp_path.iterdir()] == ["大切.txt"]


@pytest.mark.soak
@pytest.mark.parametrize("day", [date(2024, 12, 1), date(2025, 5, 20), date(2027, 6, 1), date(2028, 3, 1)])
def test_the_figures_hold_on_any_day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, day: date) -> None:
    monkeypatch.setattr(Clock, "today", lambda self: day)
    monkeypatch.setattr(Clock, "now", lambda self: datetime(day.year, day.month, day.day, 9, tzinfo=JST))
    demo = told(tmp_path / "見本")
    test_the_published_figures_come_out_exactly(demo)
    test_every_equation_closes(demo)
    test_every_reason_off_the_map_and_out_of_a_file_occurs(demo)
