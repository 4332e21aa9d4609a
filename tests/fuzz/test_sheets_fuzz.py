"""Mutants of a good workbook and a good csv: only a Refusal or Faults come out, and never another person.

The child's own reading is called directly, many times in one process; what it would send over the pipe is
judged. A few mutants go the whole way through a real child. `--soak` runs many more.
"""

from __future__ import annotations

import importlib.util
import io
import json
import random
import re
import zipfile
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sheet_reader
from hoken_desktop.adapters.layouts import read_mapped
from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.intakes import Intakes

pytestmark = pytest.mark.timeout(3600)  # with --soak a slow computer needs long

SEED = 20260331
TODAY = date(2026, 4, 1)


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "files" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


workbooks = _load("workbooks")


def flipped(data: bytes, rng: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled, or the end cut off."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(out))
        length = rng.choice((1, 1, 2, 16, 200))
        match rng.randrange(4):
            case 0:
                out[at : at + length] = rng.randbytes(len(out[at : at + length]))
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = out[at : at + length]
            case _:
                del out[max(at, 1) :]
        if not out:
            out = bytearray(b"x")
    return bytes(out)


PIECES = (
    b'r="2"', b'r="A1048576"', b'r="XFD1"', b't="s"', b't="e"', b't="b"', b't="d"', b"<v>", b"</v>", b"<f>A1</f>",
    b"<row>", b"</row>", b"<c/>", b"<is><t>x</t></is>", b"-1", b"1e308", b"NaN", b"99999999", b"&#0;", b"&#xD842;",
    b"<!DOCTYPE a>", b'hidden="1"', b'<mergeCell ref="A1:B9"/>', b"_x0000_", b"\xff", b"date1904",
    b'xml:space="preserve"',
)  # fmt: skip


def reworked(data: bytes, rng: random.Random) -> bytes:
    """The zip kept whole and one of its parts changed: what byte flips never reach behind the checksum."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        sheet = next(name for name in names if "sheet1" in name)
        chosen = rng.choice([sheet, sheet, sheet, "xl/sharedStrings.xml", rng.choice(names)])
        for name in names:
            text = old.read(name)
            if name == chosen:
                if rng.random() < 0.5:
                    at = rng.randrange(len(text))
                    text = text[:at] + rng.choice(PIECES) + text[at + rng.choice((0, 0, 3, 9)) :]
                else:
                    text = flipped(text, rng)
            if rng.random() < 0.01:
                continue
            new.writestr(name, text)
    return out.getvalue()


def run(data: bytes) -> list[dict[str, Any]]:
    """The lines a child would send; a Refusal when it would refuse. Anything else is what fuzzing looks for."""
    sink = io.BytesIO()
    sheet_reader.read(data, None, sheet_reader._Out(sink))
    return [json.loads(line) for line in sink.getvalue().splitlines()]


KNOWN_TROUBLE = frozenset(
    {"BadZipFile", "ExpatError", "error", "XmlError", "ZipError", "CalamineError", "ValueError", "UnicodeDecodeError"}
    | {"NotImplementedError", "OverflowError", "EOFError", "LookupError", "WorksheetNotFound", "PanicException"}
)
"""What parsers raise on broken workbooks; `main` turns each into "sheets.broken"."""


def outcome(data: bytes) -> tuple[str, list[dict[str, Any]]]:
    """("read", lines), or the refusal's code, or the name of what a parser raised."""
    try:
        return "read", run(data)
    except Refusal as refusal:
        return said(refusal), []
    except Exception as trouble:
        return type(trouble).__name__, []
    except BaseException as trouble:  # a panic of calamine's is no Exception
        if type(trouble).__name__ != "PanicException":
            raise
        return "PanicException", []


def said(refusal: Refusal) -> str:
    """The code of a refusal whose sentence stands."""
    assert words.say(refusal.code, **{"file": "a.xlsx", **refusal.facts})
    return refusal.code


def check(data: bytes) -> str:
    code, lines = outcome(data)
    assert code == "read" or code.startswith("sheets.") or code in KNOWN_TROUBLE
    if code == "read":
        assert lines[-1] == {"done": True}
        numbers = [number for line in lines for number, _ in line.get("rows", [])]
        assert numbers == sorted(set(numbers))
    return code


def _counts(config: pytest.Config, few: int, many: int) -> int:
    return many if config.getoption("--soak") else few


def test_mutants_of_a_workbook_are_read_or_refused(pytestconfig: pytest.Config) -> None:
    rng = random.Random(SEED)
    good = workbooks.good()
    seen = {check((flipped if n % 4 == 0 else reworked)(good, rng)) for n in range(_counts(pytestconfig, 600, 20_000))}
    assert {"read", "BadZipFile", "sheets.rows_out_of_order"} <= seen


def test_mutants_of_a_csv_are_read_or_refused(pytestconfig: pytest.Config) -> None:
    rng = random.Random(SEED + 1)
    seen = set()
    for n in range(_counts(pytestconfig, 600, 20_000)):
        encoding = ("cp932", "utf-8", "utf-8-sig", "utf-16")[n % 4]
        seen.add(check(flipped(workbooks.good_csv(encoding), rng)))
    assert {"read", "sheets.csv_encoding"} <= seen


def test_mutants_through_a_real_child_end_in_a_refusal_or_a_count_that_closes(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    rng = random.Random(SEED + 2)
    good = workbooks.good()
    intakes = Intakes(read_mapped)
    for n in range(_counts(pytestconfig, 25, 2_000)):
        path = tmp_path / "受給者.xlsx"
        path.write_bytes(flipped(workbooks.good_csv(), rng) if n % 3 == 0 else reworked(good, rng))
        try:
            found = intakes.read_benefit_file(path, Scheme.NANBYO, today=TODAY)
        except Refusal as refusal:
            said(refusal)
            continue
        assert found.closes
        for fault in (*found.faults, *found.warnings):
            assert words.say(f"faults.{fault.code}", **fault.facts)


def test_a_mutant_never_turns_one_person_into_another_without_a_word(pytestconfig: pytest.Config) -> None:
    """Where both readers agree, each text of the mutant that names a person is one the file itself holds."""
    rng = random.Random(SEED + 3)
    good = workbooks.good()
    for _ in range(_counts(pytestconfig, 200, 10_000)):
        data = reworked(good, rng)
        _, lines = outcome(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
        held += re.sub("<[^>]*>", "", held)
        for line in lines:
            for _, cells in line.get("rows", []):
                for value in cells[2:3]:
                    if isinstance(value, str) and "&" not in held and "_x" not in held:
                        assert all(piece in held for piece in value.split())
