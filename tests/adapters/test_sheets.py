"""The gate for sheets: what comes through comes through whole, and everything else is refused by name."""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from hoken_desktop import words
from hoken_desktop.adapters import sheet_reader, sheets, workbook_parts, workbook_rows
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.sheets import CellTrouble, RawTable

NOON = datetime(2024, 3, 31, 12)  # noqa: DTZ001 - a sheet has no zone


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "files" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


workbooks = _load("workbooks")
row, cell, parts = workbooks.row, workbooks.cell, workbooks.parts


def write(tmp_path: Path, data: bytes, name: str = "受給者.xlsx") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def read(tmp_path: Path, data: bytes, name: str = "受給者.xlsx", sheet: str | None = None) -> RawTable:
    return sheets.read_tables(write(tmp_path, data, name), sheet)[0]


def refused(tmp_path: Path, data: bytes, name: str = "受給者.xlsx", sheet: str | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        sheets.read_tables(write(tmp_path, data, name), sheet)
    assert caught.value.facts["file"] == name
    assert words.say(caught.value.code, **caught.value.facts)
    return caught.value


# --- what comes through ----------------------------------------------------------------------------------------


def test_every_row_of_a_tidy_workbook_comes_through_with_its_number(tmp_path: Path) -> None:
    found = read(tmp_path, workbooks.good())
    assert found.sheet == "受給者一覧"
    assert [one.number for one in found.rows] == [1, 2, 3, 4, 5, 6]
    assert found.rows[2].cells == workbooks.HEADER
    assert found.rows[3].cells[:5] == ("54116017", "1000017", "試験　太郎", "シケン　タロウ", date(1950, 4, 1))
    assert found.rows[4].cells[18] == 2.5
    assert len(found.sha256) == 64


def test_openpyxl_sees_the_same_cells(tmp_path: Path) -> None:
    data = workbooks.good()
    page = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    theirs = {
        (one.row, one.column): one.value.date() if isinstance(one.value, datetime) else one.value
        for line in page.iter_rows()
        for one in line
        if one.value is not None
    }
    ours = {
        (line.number, at): value
        for line in read(tmp_path, data).rows
        for at, value in enumerate(line.cells, start=1)
        if value is not None
    }
    assert ours == theirs


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice_reads_the_same(tmp_path: Path) -> None:
    source = write(tmp_path, workbooks.good(), "source.xlsx")
    out = tmp_path / "out"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(out), str(source)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    ours = sheets.read_tables(source)[0].rows
    theirs = sheets.read_tables(out / "source.xlsx")[0].rows
    assert [one.cells for one in theirs] == [one.cells for one in ours]


def test_a_wrong_dimension_hides_nobody(tmp_path: Path) -> None:
    body = "".join(row(n, f"氏名{n}") for n in range(1, 5))
    assert len(read(tmp_path, parts(body, before='<dimension ref="A1"/>')).rows) == 4


def test_rows_and_cells_without_numbers_are_counted_on(tmp_path: Path) -> None:
    found = read(tmp_path, parts(row("", "a", "b") + row("", "c")))
    assert [(one.number, one.cells) for one in found.rows] == [(1, ("a", "b")), (2, ("c",))]


def test_a_table_that_begins_far_from_a1_keeps_its_places(tmp_path: Path) -> None:
    body = f'<row r="7">{cell("D7", "x")}{cell("F7", "y")}</row>'
    assert read(tmp_path, parts(body)).rows[0].cells == (None, None, None, "x", None, "y")
    assert read(tmp_path, parts(body)).rows[0].number == 7


def test_phonetic_guides_and_runs_do_not_mix_into_a_name(tmp_path: Path) -> None:
    shared = "<si><r><t>仮</t></r><r><t>名</t></r><rPh sb='0' eb='1'><t>カメイ</t></rPh></si>"
    assert read(tmp_path, parts(f'<row r="1">{cell("A1", 0, "s")}</row>', shared=shared)).rows[0].cells == ("仮名",)


def test_escaped_characters_are_read_as_what_they_stand_for(tmp_path: Path) -> None:
    shared = "<si><t>a_x000D_&#10;b</t></si><si><t>_x005F_x000D_</t></si>"
    found = read(tmp_path, parts(f'<row r="1">{cell("A1", 0, "s")}{cell("B1", 1, "s")}</row>', shared=shared))
    assert found.rows[0].cells == ("a\r\nb", "_x000D_")


def test_numbers_dates_truths_and_errors_keep_their_kind(tmp_path: Path) -> None:
    body = (
        '<row r="1"><c r="A1"><v>5060331</v></c><c r="B1" s="1"><v>45382</v></c><c r="C1" s="2"><v>45382.5</v></c>'
        '<c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1"><v>1.5</v></c>'
        '<c r="G1" s="1"><v>60</v></c>'
        '<c r="H1" s="1"/><c r="I1" t="str"><f>"x"</f><v>x</v></c></row>'
    )
    assert read(tmp_path, parts(body)).rows[0].cells == (
        5060331, date(2024, 3, 31), NOON, True, CellTrouble.ERROR, 1.5, 60, None, "x",
    )  # fmt: skip


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    body = '<row r="1"><c r="A1" s="1"><v>43920</v></c><c r="B1"><v>43920</v></c></row>'
    found = read(tmp_path, parts(body, workbook_attributes='<workbookPr date1904="1"/>'))
    assert found.epoch_1904
    assert found.rows[0].cells == (date(2024, 3, 31), 43920)


def test_a_formula_whose_result_was_never_saved_is_named(tmp_path: Path) -> None:
    body = f'<row r="1">{cell("A1", "x")}<c r="B1"><f>A1</f></c><c r="C1"><f>1+1</f><v></v></c></row>'
    assert read(tmp_path, parts(body)).rows[0].cells == ("x", CellTrouble.FORMULA, CellTrouble.FORMULA)


def test_merged_and_hidden_things_are_told(tmp_path: Path) -> None:
    body = row(1, "a", "b") + row(2, "c", "d", attributes=' hidden="1"')
    found = read(
        tmp_path,
        parts(
            body,
            before='<cols><col min="2" max="2" hidden="1"/></cols>',
            after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
        ),
    )
    assert found.merges == ((1, 1, 1, 2),)
    assert {(one.code, one.row, one.column) for one in found.warnings} == {
        ("hidden_rows", 2, ""),
        ("hidden_columns", 0, "B"),
    }
    assert len(found.rows) == 2


def test_formatted_blanks_a_million_rows_down_do_no_harm(tmp_path: Path) -> None:
    body = row(1, "a") + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert len(read(tmp_path, parts(body)).rows) == 1


def test_prefixed_xml_as_some_programs_write_it_is_read(tmp_path: Path) -> None:
    data = parts(row(1, "a", "b"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                text = (
                    f'<?xml version="1.0"?><x:worksheet xmlns:x="{workbooks.MAIN}"><x:sheetData><x:row r="1">'
                    '<x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
                ).encode()
            new.writestr(entry.filename, text)
    assert read(tmp_path, out.getvalue()).rows[0].cells == ("a",)


# --- sheets ----------------------------------------------------------------------------------------------------


def _knows(found: RawTable) -> bool:
    return "氏名" in found.rows[0].cells


def test_the_one_known_sheet_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, workbooks.sheets({"表紙": [["説明"]], "名簿": [["氏名"], ["試験　太郎"]]}))
    assert sheets.read_table(path, _knows).sheet == "名簿"


def test_two_known_sheets_or_none_are_a_question(tmp_path: Path) -> None:
    two = write(tmp_path, workbooks.sheets({"上尾": [["氏名"]], "桶川": [["氏名"]], "控": [["x"]]}), "two.xlsx")
    with pytest.raises(Refusal) as caught:
        sheets.read_table(two, _knows)
    assert (caught.value.code, caught.value.facts["sheets"]) == ("sheets.several_sheets", "上尾、桶川")
    assert sheets.read_table(two, _knows, "桶川").sheet == "桶川"
    none = write(tmp_path, workbooks.sheets({"表紙": [["x"]], "控": [["y"]]}), "none.xlsx")
    with pytest.raises(Refusal) as caught:
        sheets.read_table(none, _knows)
    assert (caught.value.code, caught.value.facts["sheets"]) == ("sheets.no_known_sheet", "表紙、控")


def test_a_hidden_sheet_is_told_and_read_only_by_name(tmp_path: Path) -> None:
    data = workbooks.sheets({"見える": [["氏名"]], "隠れた": [["氏名"], ["x"]]}, hidden="隠れた")
    found = read(tmp_path, data)
    assert found.sheet == "見える"
    assert [(one.sheet, one.code) for one in found.warnings] == [("隠れた", "hidden_sheet")]
    assert read(tmp_path, data, sheet="隠れた").hidden


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    found = refused(tmp_path, workbooks.good(), sheet="名簿")
    assert (found.code, found.facts["sheets"]) == ("sheets.sheet_not_found", "受給者一覧")


# --- csv -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_csv_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, workbooks.good_csv(encoding), "受給者.csv")
    assert found.sheet == ""
    assert found.rows[0].cells == workbooks.HEADER
    assert found.rows[1].cells[2] == "試験　太郎"
    assert [one.number for one in found.rows] == [1, 2, 3, 4]


def test_csv_lines_are_the_physical_ones(tmp_path: Path) -> None:
    found = read(tmp_path, '氏名,備考\r\n"a","1\r\n2\r\n3"\r\n\r\nb,x\r\n'.encode(), "a.csv")
    assert [one.number for one in found.rows] == [1, 2, 6]
    assert found.rows[1].cells == ("a", "1\r\n2\r\n3")


def test_tabs_are_told_from_commas_by_content(tmp_path: Path) -> None:
    assert read(tmp_path, "氏名\t備考\na,b\tc\n".encode(), "a.csv").rows[1].cells == ("a,b", "c")


def test_a_workbook_named_csv_and_a_csv_named_xlsx_are_read_by_content(tmp_path: Path) -> None:
    assert read(tmp_path, workbooks.good(), "a.csv").sheet == "受給者一覧"
    assert read(tmp_path, workbooks.good_csv(), "a.xlsx").sheet == ""


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("氏名\n試験\n".encode("cp932") + b"\x81\x00\n", "sheets.csv_nul", 3),
        ("氏名\n試験\n".encode("cp932") + b"abc\xa0\xfd\n", "sheets.csv_encoding", 3),
        ("氏名\n試験\n".encode("cp932") + b"abc\x81\x01\n", "sheets.csv_encoding", 3),
        ("氏名\n試験\n".encode() + b"abc\xff\n", "sheets.csv_encoding", 3),
        ('氏名,備考\na,b\nb,"c\n'.encode(), "sheets.csv_quotes", 3),
        ('氏名,備考\na,"b"c\n'.encode(), "sheets.csv_quotes", 2),
        (b"\xef\xbb\xbfa\n\xff\n", "sheets.csv_encoding", 2),
    ],
)
def test_a_broken_csv_is_refused_by_its_line(tmp_path: Path, data: bytes, code: str, line: int) -> None:
    found = refused(tmp_path, data, "a.csv")
    assert (found.code, found.facts["row"]) == (code, line)


# --- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheets.empty_file"),
        (b"  \r\n ", "sheets.empty_file"),
        (b"%PDF-1.7 x", "sheets.is_pdf"),
        (workbook_parts._OLE2 + b"\0" * 600 + "Workbook".encode("utf-16-le"), "sheets.is_xls"),
        (workbook_parts._OLE2 + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "sheets.is_word"),
        (b"<html><table><tr><td>a", "sheets.is_html"),
        (b"<?xml version='1.0'?><Workbook/>", "sheets.is_other"),
        (b"\x89PNG\r\n\x1a\n1234", "sheets.is_other"),
        (b"PK\x03\x04" + b"x" * 400, "sheets.broken"),
    ],
)
def test_what_is_no_sheet_is_named(tmp_path: Path, data: bytes, code: str) -> None:
    assert refused(tmp_path, data).code == code


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "sheets.has_macros"),
        ("xl/externalLinks/externalLink1.xml", "sheets.has_external_links"),
        ("xl/embeddings/oleObject1.bin", "sheets.has_objects"),
        ("xl/activeX/activeX1.xml", "sheets.has_objects"),
        ("xl/workbook.bin", "sheets.is_xlsb"),
        ("word/document.xml", "sheets.is_word"),
        ("content.xml", "sheets.is_ods"),
        ("XL/Workbook.XML", "sheets.zip_suspicious"),
        ("xl/bomb.xml", "sheets.zip_bomb"),
    ],
)
def test_dangerous_and_foreign_parts_are_refused(tmp_path: Path, part: str, code: str) -> None:
    content = b"0" * 2_000_000 if "bomb" in part else b"<a/>"
    assert refused(tmp_path, parts(row(1, "a"), extra={part: content})).code == code


def test_an_encrypted_workbook_is_called_password_protected(tmp_path: Path) -> None:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(workbooks.good())).encrypt("test-passphrase", out)
    assert refused(tmp_path, out.getvalue()).code == "sheets.password_protected"


def test_too_many_parts_and_overlapping_parts_are_refused(tmp_path: Path) -> None:
    many = parts(row(1, "a"), extra={f"xl/x{n}.bin": b"x" for n in range(200)})
    assert refused(tmp_path, many).code == "sheets.zip_too_many"
    assert refused(tmp_path, workbooks.overlapping()).code == "sheets.zip_suspicious"


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    ],
)
def test_a_document_type_is_refused_wherever_it_stands(tmp_path: Path, prolog: str) -> None:
    assert refused(tmp_path, parts(row(1, "a"), prolog=prolog)).code == "sheets.has_document_type"
    part = f'<?xml version="1.0"?>{prolog}<a/>'
    extra = {"docProps/custom.xml": part.encode()}
    assert refused(tmp_path, parts(row(1, "a"), extra=extra)).code == "sheets.has_document_type"
    hidden = {"docProps/custom.xml": part.encode("utf-16")}
    assert refused(tmp_path, parts(row(1, "a"), extra=hidden)).code == "sheets.zip_suspicious"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (row(1, "氏名") + row(2, "a") + row(2, "b"), 2),
        (row(3, "a") + row(1, "b"), 1),
        (f'<row r="1">{cell("A1", "a")}{cell("A1", "b")}</row>', 1),
        (f'<row r="1">{cell("B1", "a")}{cell("A1", "b")}</row>', 1),
        (f'<row r="1">{cell("A5", "a")}</row>', 1),
    ],
)
def test_two_rows_of_one_number_and_disorder_are_refused_by_their_row(tmp_path: Path, body: str, line: int) -> None:
    found = refused(tmp_path, parts(body))
    assert (found.code, found.facts["row"]) == ("sheets.rows_out_of_order", line)


def test_a_stray_cell_at_the_far_corner_is_named(tmp_path: Path) -> None:
    body = row(1, "a") + f'<row r="1048576">{cell("XFD1048576", "x")}</row>'
    found = refused(tmp_path, parts(body))
    assert (found.code, found.facts["cell"]) == ("sheets.far_cell", "XFD1048576")


@pytest.mark.parametrize("reference", ["Mdate19044", "xfd9", "&#88;FD9", "A1048577 "])
def test_a_place_that_is_none_never_reaches_the_reader_that_would_abort(tmp_path: Path, reference: str) -> None:
    body = row(1, "a") + f'<row r="9"><c r = "{reference}"><v>1</v></c></row>'
    assert refused(tmp_path, parts(body)).code in ("sheets.broken", "sheets.rows_out_of_order", "sheets.far_cell")


@pytest.mark.soak
def test_an_odd_number_is_seen_wherever_the_bytes_are_cut() -> None:
    def far(before: int, reference: str) -> bool:
        body = f"<row r='1'>{' ' * before}<c r='{reference}'><v>1</v></c></row>" + row(2, *"abcdef") * 3
        with zipfile.ZipFile(io.BytesIO(parts(body))) as archive:
            return workbook_rows.may_reach_far(archive, workbook_rows.map_workbook(archive).sheets[0])

    near_the_cut = range((1 << 20) - 330, (1 << 20) - 150, 3)
    assert all(far(before, "XFD9") for before in near_the_cut)
    assert not any(far(before, "GR1") or far(before, "A100099") for before in near_the_cut)


def test_a_file_beyond_the_size_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a" * (workbook_parts.MAX_FILE + 1), "a.csv").code == "sheets.too_large"


def test_too_many_csv_lines_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a\n" * 100_200, "a.csv").code == "sheets.csv_too_many"


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "ない.xlsx", tmp_path):
        with pytest.raises(Refusal) as caught:
            sheets.read_tables(path)
        assert caught.value.code == "sheets.not_found"


# --- the child -------------------------------------------------------------------------------------------------


@pytest.mark.soak
@pytest.mark.skipif(os.name != "posix", reason="the limit is set by the resource module")
def test_a_child_that_swallows_memory_ends_alone(tmp_path: Path) -> None:
    # Incompressible enough to pass the ratio, far too much for 400 MB once it stands in memory.
    shared = "".join(f"<si><t>{n:08x}</t></si>" for n in range(3_200_000))
    found = refused(tmp_path, parts(row(1, "a"), shared=shared))
    assert found.code in ("sheets.too_heavy", "sheets.reader_stopped")


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("signal", ["SIGKILL", "SIGABRT"])
def test_the_parent_survives_a_child_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signal: str
) -> None:
    dying = [sys.executable, "-c", f"import os, signal; os.kill(os.getpid(), signal.{signal})"]
    monkeypatch.setattr(sheets, "child_command", lambda: (dying, None))
    assert refused(tmp_path, workbooks.good()).code == "sheets.reader_stopped"


@pytest.mark.skipif(os.name != "posix", reason="the limit is set by the resource module")
def test_a_child_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = [
        sys.executable,
        "-c",
        "from hoken_desktop.adapters import sheet_reader as s\ndef read(*a):\n while 1: pass\ns.read = read\ns.main()",
    ]
    monkeypatch.setattr(
        sheets, "child_command", lambda: (endless, sheets.child_command.__globals__["__file__"][:0] or None)
    )
    path = write(tmp_path, workbooks.good())
    with pytest.raises(Refusal) as caught:
        sheets.read_tables(path, seconds=1)
    assert caught.value.code == "sheets.too_slow"


def test_the_frozen_program_calls_itself_with_a_hidden_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert sheets.child_command() == ([sys.executable, sheet_reader.SWITCH], None)


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(scratch))
    path = write(tmp_path, workbooks.good())
    opened: list[str] = []
    sys.addaudithook(
        lambda event, arguments: (
            opened.append(str(arguments[0]))
            if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
            else None
        )
    )
    sheets.read_tables(path)
    assert list(scratch.iterdir()) == []
    assert [name for name in opened if not name.startswith("/dev/") and not name.isdigit()] == []


def test_no_refusal_and_no_fault_holds_a_cell(tmp_path: Path) -> None:
    canary = "秘密　花子"
    body = row(1, "氏名") + row(2, canary) + row(2, canary)
    found = refused(tmp_path, parts(body))
    assert canary not in repr((found.code, found.facts, str(found), words.say(found.code, **found.facts)))
