"""Sealed workbooks: three readers and LibreOffice open them, nobody else does, and no plaintext touches the disk."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from hoken_desktop import words
from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.domain import passwords
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.workbooks import Cell, Column, ColumnKind, PrintSettings, Sheet, Workbook

PASSWORD = "K7QF-2MZT-9XWA-HD4R"
OTHER = "K7QF-2MZT-9XWA-HD4S"

HOSTILE = [
    "=1+1", "+81-48", "-3", "@SUM(A1)", "\tタブ", "\n改行", "＝1＋1", "＋A1", "－1", "＠x", "=HYPERLINK(\"http://a.example\")",
    "=cmd|' /C calc'!A0", "http://a.example/", "mailto:a@example.jp", "#N/A", "TRUE", "1e5", "0123", "048-000-0001",
    "_x0041_", "_x000D_", "<f>1</f>", "&amp;", "' or 1=1", '"', "  前後の空白  ", "髙﨑 𠮷野", "葛\U000e0100城",
    "\ue000", "か\u3099",
    "あ" * 3000, "一行目\n二行目", "{=1}", "%00", "$A$1", "1900/1/1", "1-2",
]  # fmt: skip

ANSWERS = ("登載", "未登載", "不明")
LONG_ANSWERS = tuple(f"長い選択肢その{number}、読点と,コンマのある答え" for number in range(30))
COLUMNS = (
    Column("no", "台帳番号", 10, hidden=True),
    Column("name", "氏名", 16),
    Column("hours", "持続時間", 8, ColumnKind.NUMBER),
    Column("born", "生年月日", 18, ColumnKind.DATE),
    Column("era", "和暦", 16),
    Column("on_list", "名簿登載", 12, ColumnKind.CHOICE, ANSWERS, locked=False),
    Column("plan", "計画", 20, ColumnKind.CHOICE, LONG_ANSWERS, locked=False),
    Column("memo", "備考", 24, locked=False),
)


def workbook(texts: list[str], **sheet: Any) -> Workbook:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"R{number}", text, number / 2, date(1950, 1, 1 + number % 28), "昭和25年1月1日", None, None, "")
        for number, text in enumerate(texts)
    )
    made = Sheet(
        "提供名簿", COLUMNS, rows, notes=("情報提供名簿", "印刷日 令和8年10月1日 第1版"),
        printing=PrintSettings(
            header=("試験保健所 A&B", "", "取扱注意・個人情報"), footer=("令和8年10月1日", "", "第1版")
        ),
        protected=True, frozen_columns=2,
    )  # fmt: skip
    return Workbook("情報提供名簿", (replace(made, **sheet),), date(2026, 10, 1))


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return sealed_sheets.seal(workbook(HOSTILE), PASSWORD)


def by_library(data: bytes, password: str) -> bytes:
    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    file.load_key(password=password, verify_password=True)
    out = io.BytesIO()
    file.decrypt(out, verify_integrity=True)
    return out.getvalue()


def key_by_library(data: bytes) -> bytes:
    """The key of the package, as the second implementation works it out."""
    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    file.load_key(password=PASSWORD)
    return bytes(file.secret_key)


# ---- opening --------------------------------------------------------------------------------------------------


def test_our_reader_and_the_library_find_the_same_package(sealed: bytes) -> None:
    assert sealed_sheets.unseal(sealed, PASSWORD) == by_library(sealed, PASSWORD)


def test_openpyxl_and_calamine_find_every_hostile_text_as_a_text(sealed: bytes) -> None:
    plain = by_library(sealed, PASSWORD)
    page = openpyxl.load_workbook(io.BytesIO(plain))["提供名簿"]
    assert [page.cell(4 + number, 2).value for number in range(len(HOSTILE))] == HOSTILE
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}
    other = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(plain)).get_sheet_by_name("提供名簿").to_python()
    assert [row[1] for row in other[3:]] == HOSTILE


def test_the_quote_mark_guards_texts_that_could_become_formulas(sealed: bytes) -> None:
    page = openpyxl.load_workbook(io.BytesIO(by_library(sealed, PASSWORD)))["提供名簿"]
    for number, text in enumerate(HOSTILE):
        assert bool(page.cell(4 + number, 2).quotePrefix) == (text[0] in "=+-@\t\r\n＝＋－＠")


def test_the_package_holds_no_formula_link_macro_or_outside_reference(sealed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(by_library(sealed, PASSWORD))) as package:
        names = package.namelist()
        sheets = b"".join(package.read(name) for name in names if name.startswith("xl/worksheets/"))
    assert b"<f>" not in sheets
    assert b"<hyperlink" not in sheets
    assert not [name for name in names if any(part in name for part in ("vba", "external", "embed", "_rels/sheet"))]


def test_a_wrong_password_is_refused_by_every_reader(sealed: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        sealed_sheets.unseal(sealed, OTHER)
    assert refused.value.code == "sealed_sheets.wrong_password"
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        by_library(sealed, OTHER)
    with pytest.raises(zipfile.BadZipFile):
        openpyxl.load_workbook(io.BytesIO(sealed))
    with pytest.raises((python_calamine.PasswordError, python_calamine.CalamineError)):
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sealed))


def test_the_cipher_is_aes_256_with_a_wholly_random_key_and_slow_hash(sealed: bytes) -> None:
    info = msoffcrypto.OfficeFile(io.BytesIO(sealed)).info
    assert (info["keyDataHashAlgorithm"], info["passwordHashAlgorithm"]) == ("SHA512", "SHA512")
    assert (info["passwordKeyBits"], info["spinValue"]) == (256, 100_000)
    key = key_by_library(sealed)
    assert len(key) == 32
    # The library alone would fill the second half of the key with 0x36.
    assert key[16:] != b"\x36" * 16
    assert key != key_by_library(sealed_sheets.seal(workbook(["同じ表"]), PASSWORD))


def test_the_key_of_the_package_comes_from_the_given_randomness() -> None:
    made = sealed_sheets.seal(workbook(["甲"]), PASSWORD, token_bytes=lambda size: bytes(range(size)))
    assert key_by_library(made) == bytes(range(32))


def test_a_password_somebody_chose_is_not_taken() -> None:
    with pytest.raises(ValueError, match="generated"):
        sealed_sheets.seal(workbook(["甲"]), "himitsu")


def test_a_plain_workbook_and_an_old_encryption_are_told_apart() -> None:
    with pytest.raises(Refusal) as plain:
        sealed_sheets.unseal(sealed_sheets.write_plain(workbook(["甲"])), PASSWORD)
    assert plain.value.code == "sealed_sheets.not_sealed"
    with pytest.raises(Refusal) as broken:
        sealed_sheets.unseal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, PASSWORD)
    assert broken.value.code == "sealed_sheets.tampered"
    for refusal in (plain.value, broken.value):
        assert words.say(refusal.code, **refusal.facts)


@pytest.mark.soak
def test_no_flipped_byte_opens_with_another_content(sealed: bytes) -> None:
    plain = sealed_sheets.unseal(sealed, PASSWORD)
    draw = random.Random(5)
    refused = 0
    for _ in range(60):
        damaged = bytearray(sealed)
        damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        try:
            assert sealed_sheets.unseal(bytes(damaged), PASSWORD) == plain
        except Refusal:
            refused += 1
    assert refused > 30


def test_every_cut_off_file_is_refused_or_whole(sealed: bytes) -> None:
    plain = sealed_sheets.unseal(sealed, PASSWORD)
    for length in range(0, len(sealed), 701):
        with contextlib.suppress(Refusal):
            assert sealed_sheets.unseal(sealed[:length], PASSWORD) == plain


@given(st.binary(max_size=600))
def test_arbitrary_bytes_are_refused_in_words(data: bytes) -> None:
    for attempt in (data, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data):
        with pytest.raises(Refusal):
            sealed_sheets.unseal(attempt, PASSWORD)


# ---- LibreOffice ----------------------------------------------------------------------------------------------

_SYSTEM_PYTHON = "/usr/bin/python3"


def _has_uno() -> bool:
    if shutil.which("soffice") is None or not Path(_SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([_SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., dict[str, Any]]]:
    if not _has_uno():
        pytest.skip("LibreOffice with python3-uno is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    profile = tmp_path_factory.mktemp("libreoffice")
    office = subprocess.Popen(
        [
            "soffice", "--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{profile}",
            f"--accept=socket,host=127.0.0.1,port={port};urp;",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}

    def ask(**order: Any) -> dict[str, Any]:
        done = subprocess.run(
            [_SYSTEM_PYTHON, str(Path(__file__).with_name("libreoffice.py")), json.dumps({"port": port} | order)],
            capture_output=True, text=True, check=False, timeout=120, env=clean,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else {}

    try:
        yield ask
        ask(quit=True)
        office.wait(30)
    finally:
        if office.poll() is None:
            office.kill()


def test_libreoffice_opens_it_with_the_password_only_and_finds_no_formula(
    sealed: bytes, libreoffice: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "提供.xlsx"
    file.write_bytes(sealed)
    opened = libreoffice(file=str(file), password=PASSWORD)
    assert opened["opened"]
    assert opened["formulas"] == 0
    names = [row[1] for row in opened["cells"][0][3 : 3 + len(HOSTILE)]]
    assert names == HOSTILE
    assert opened["cells"][0][3][3] == "昭和25年1月1日"
    assert not libreoffice(file=str(file), password=OTHER)["opened"]


def test_a_reply_saved_by_libreoffice_under_the_same_password_opens_in_our_reader(
    sealed: bytes, libreoffice: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    reply = tmp_path / "回答.xlsx"
    reply.write_bytes(sealed)
    libreoffice(file=str(reply), password=PASSWORD, answer=[5, 3, "登載"])
    data = reply.read_bytes()
    assert data != sealed
    plain = sealed_sheets.unseal(data, PASSWORD)
    page = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(plain)).get_sheet_by_name("提供名簿")
    assert [row[1] for row in page.to_python()[3:]] == HOSTILE
    assert page.to_python()[3][5] == "登載"
    with pytest.raises(Refusal) as refused:
        sealed_sheets.unseal(data, OTHER)
    assert refused.value.code == "sealed_sheets.wrong_password"


# ---- what the sheet looks like --------------------------------------------------------------------------------


def test_only_answer_cells_can_be_filled_in_on_a_protected_sheet(sealed: bytes) -> None:
    page = openpyxl.load_workbook(io.BytesIO(by_library(sealed, PASSWORD)))["提供名簿"]
    assert page.protection.sheet
    assert page.protection.autoFilter is False  # False = allowed
    for column in range(1, 9):
        assert page.cell(4, column).protection.locked == (column <= 5)
        assert page.cell(3, column).protection.locked


def test_drop_downs_longer_than_excel_takes_stand_on_a_hidden_sheet(sealed: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(by_library(sealed, PASSWORD)))
    rules = {str(rule.sqref): rule.formula1 for rule in book["提供名簿"].data_validations.dataValidation}
    last = 3 + len(HOSTILE)
    assert rules[f"F4:F{last}"] == '"登載,未登載,不明"'
    assert rules[f"G4:G{last}"] == f"'選択肢'!$A$1:$A${len(LONG_ANSWERS)}"
    assert book["選択肢"].sheet_state == "hidden"
    assert [cell.value for cell in book["選択肢"]["A"]] == list(LONG_ANSWERS)


def test_the_sheet_prints_on_a4_landscape_with_its_warning_and_repeated_header(sealed: bytes) -> None:
    page = openpyxl.load_workbook(io.BytesIO(by_library(sealed, PASSWORD)))["提供名簿"]
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, int(page.page_setup.fitToHeight)) == (1, 0) or page.page_setup.fitToHeight == 0
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$3:$3"
    with zipfile.ZipFile(io.BytesIO(by_library(sealed, PASSWORD))) as package:
        raw = package.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "<oddHeader>&amp;L試験保健所 A&amp;&amp;B&amp;C&amp;R取扱注意・個人情報</oddHeader>" in raw
    assert "<oddFooter>&amp;L令和8年10月1日&amp;C &amp;P／&amp;N&amp;R第1版</oddFooter>" in raw
    assert page.freeze_panes == "C4"
    assert page.auto_filter.ref == f"A3:H{3 + len(HOSTILE)}"
    assert page.column_dimensions["A"].hidden
    assert page["B1"].value == "情報提供名簿"


def test_a_header_that_begins_with_a_digit_or_is_very_long_still_prints() -> None:
    long = workbook(["甲"], printing=PrintSettings(header=("12月分", "あ" * 200, "取扱注意")))
    page = openpyxl.load_workbook(io.BytesIO(sealed_sheets.write_plain(long)))["提供名簿"]
    assert page.oddHeader.left.text.strip() == "12月分"
    assert page.oddHeader.center.text.endswith("…")
    assert page.oddHeader.right.text == "取扱注意"


def test_numbers_stay_numbers_and_texts_in_number_columns_stay_texts() -> None:
    columns = (Column("n", "人数", 8, ColumnKind.NUMBER), Column("t", "番号"), Column("d", "日", 14, ColumnKind.DATE))
    rows: tuple[tuple[Cell, ...], ...] = (
        (12, 7, date(2026, 9, 30)),
        ("不明", 1.5, "令和8年9月"),
        (2**60, date(2026, 9, 30), date(1899, 1, 1)),
        (-3.25, None, None),
    )
    plain = sealed_sheets.write_plain(Workbook("表", (Sheet("表", columns, rows),), date(2026, 10, 1)))
    found = list(openpyxl.load_workbook(io.BytesIO(plain))["表"].iter_rows(min_row=2))
    kinds = [[cell.data_type for cell in row] for row in found]
    assert kinds == [["n", "s", "d"], ["s", "s", "s"], ["s", "s", "s"], ["n", "n", "n"]]
    assert [row[0].value for row in found] == [12, "不明", str(2**60), -3.25]
    assert found[2][2].value == "1899-01-01"


# ---- characters -----------------------------------------------------------------------------------------------


def test_characters_a_sheet_cannot_hold_are_named_by_place_and_never_by_value() -> None:
    made = workbook(["ふつう", "制御\x07文字", "片割れ\ud83d"])
    assert sealed_sheets.find_unwritable(made) == (
        sealed_sheets.Place("提供名簿", 5, "氏名"),
        sealed_sheets.Place("提供名簿", 6, "氏名"),
    )
    with pytest.raises(Refusal) as refused:
        sealed_sheets.seal(made, PASSWORD)
    message = words.say(refused.value.code, **refused.value.facts)
    assert "シート「提供名簿」5行「氏名」" in message
    assert "制御" not in message.replace("制御文字など", "")


def test_the_caller_may_have_a_square_in_their_place() -> None:
    data = sealed_sheets.seal(workbook(["制御\x07文字", "片割れ\ud83d"]), PASSWORD, replace_unwritable=True)
    plain = sealed_sheets.unseal(data, PASSWORD)
    page = openpyxl.load_workbook(io.BytesIO(plain))["提供名簿"]
    assert [page.cell(row, 2).value for row in (4, 5)] == ["制御□文字", "片割れ□"]


def test_a_text_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        sealed_sheets.write_plain(workbook(["𠮷" * 16_384]))
    assert refused.value.code == "sealed_sheets.too_long"
    assert sealed_sheets.write_plain(workbook(["𠮷" * 16_000]))


@settings(max_examples=60)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_text_comes_back_as_it_was(texts: list[str]) -> None:
    made = workbook(texts)
    if sealed_sheets.find_unwritable(made):
        with pytest.raises(Refusal):
            sealed_sheets.write_plain(made)
        return
    plain = sealed_sheets.write_plain(made)
    page = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(plain)).get_sheet_by_name("提供名簿")
    found = [row[1] for row in page.to_python(skip_empty_area=False)[3:]]
    wanted = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert found[: len(wanted)] == wanted or found == [text for text in wanted if text]


def test_a_sheet_without_people_is_a_whole_sheet_too() -> None:
    assert sealed_sheets.unseal(sealed_sheets.seal(workbook([]), PASSWORD), PASSWORD)


def test_a_writer_that_changes_a_value_is_caught_before_anyone_gets_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    import xlsxwriter.worksheet

    honest = xlsxwriter.worksheet.Worksheet.write_string

    def dishonest(self: Any, row: int, column: int, text: str, *more: Any) -> Any:
        return honest(self, row, column, "別人" if text == "正しい氏名" else text, *more)

    monkeypatch.setattr(xlsxwriter.worksheet.Worksheet, "write_string", dishonest)
    with pytest.raises(Refusal) as refused:
        sealed_sheets.seal(workbook(["正しい氏名"]), PASSWORD)
    assert refused.value.code == "sealed_sheets.verification_failed"


# ---- the disk -------------------------------------------------------------------------------------------------

_CANARY = "カナリア花子"
_SCRIPT = f"""
import sys
from datetime import date
from pathlib import Path
from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.domain.workbooks import Column, Sheet, Workbook
rows = tuple(("{_CANARY}", f"{_CANARY}{{n}}") for n in range(3000))
made = Workbook("表", (Sheet("表", (Column("a", "氏名"), Column("b", "備考")), rows),), date(2026, 10, 1))
data = sealed_sheets.seal(made, "{PASSWORD}")
sealed_sheets.write_file(Path(sys.argv[1]), "out.xlsx", data)
"""


def test_no_plaintext_and_no_temporary_file_is_written_on_the_way(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    out, temporary, trace = tmp_path / "out", tmp_path / "tmp", tmp_path / "trace"
    out.mkdir()
    temporary.mkdir()
    calls = "trace=open,openat,creat,write,pwrite64,writev,pwritev,sendto"
    command = ["strace", "-f", "-qq", "-s", "1000000", "-xx", "-e", calls, "-o", str(trace), sys.executable, "-B", "-c", _SCRIPT, str(out)]  # fmt: skip  # noqa: E501
    environment = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    if "PTRACE" in done.stderr:
        pytest.skip("this machine does not allow tracing")
    assert done.returncode == 0, done.stderr
    seen = trace.read_text("ascii", "replace")
    created = [line for line in seen.splitlines() if "O_CREAT" in line]
    assert len(created) == 1
    assert "".join(f"\\x{byte:02x}" for byte in b".out.xlsx.part") in created[0]
    for encoding in ("utf-8", "utf-16-le", "cp932"):
        assert "".join(f"\\x{byte:02x}" for byte in _CANARY.encode(encoding)) not in seen
    assert "\\x50\\x4b\\x03\\x04" not in seen  # the head of a plain xlsx
    assert list(temporary.iterdir()) == []
    assert [file.name for file in out.iterdir()] == ["out.xlsx"]


def test_a_file_arrives_whole_with_its_digest_and_for_this_user_only(tmp_path: Path) -> None:
    written = sealed_sheets.write_file(tmp_path, "提供.xlsx", b"x" * 5000)
    assert written.path.read_bytes() == b"x" * 5000
    assert written.sha256 == hashlib.sha256(b"x" * 5000).hexdigest()
    assert os.name != "posix" or written.path.stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["提供.xlsx"]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"old")
    with pytest.raises(Refusal) as refused:
        sealed_sheets.write_file(tmp_path, "a.xlsx", b"new")
    assert refused.value.code == "sealed_sheets.name_taken"
    assert (tmp_path / "a.xlsx").read_bytes() == b"old"


def test_a_draft_left_by_a_power_cut_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".a.xlsx.part").write_bytes(b"half")
    sealed_sheets.write_file(tmp_path, "a.xlsx", b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_folder_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        sealed_sheets.write_file(tmp_path / "gone", "a.xlsx", b"new")
    assert refused.value.code == "sealed_sheets.folder_gone"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refusal) as refused:
        sealed_sheets.write_file(tmp_path / "file", "a.xlsx", b"new")
    assert refused.value.code == "sealed_sheets.folder_gone"


@pytest.mark.parametrize(
    "name", ["", "../a.xlsx", "a/b.xlsx", "a\\b.xlsx", "CON.xlsx", "a.xlsx ", "a:b", "あ" * 100, "a\n"]
)
def test_a_name_that_is_no_plain_file_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        sealed_sheets.write_file(tmp_path, name, b"new")
    assert refused.value.code == "sealed_sheets.bad_name"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="a size limit of the process stands for a full disk")
def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from hoken_desktop.adapters import sealed_sheets; from hoken_desktop.domain.errors import Refusal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try: sealed_sheets.write_file(Path(sys.argv[1]), 'a.xlsx', b'x' * 50_000)\n"
        "except Refusal as refusal: print(refusal.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.stdout.strip() == "sealed_sheets.disk_full"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EROFS, "not_writable"),
        (errno.EACCES, "not_writable"),
        (errno.EIO, "write_failed"),
    ],
)  # fmt: skip
def test_an_error_at_any_step_is_refused_in_words_and_leaves_nothing(
    number: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise OSError(number, "planted")

    for target, attribute in ((os, "fsync"), (Path, "read_bytes"), (Path, "replace")):
        with monkeypatch.context() as patch:
            patch.setattr(target, attribute, failing)
            with pytest.raises(Refusal) as refused:
                sealed_sheets.write_file(tmp_path, "a.xlsx", b"new")
        assert refused.value.code == f"sealed_sheets.{code}"
        assert words.say(refused.value.code, **refused.value.facts)
        assert list(tmp_path.iterdir()) == []


def test_a_disk_that_gives_back_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"other")
    with pytest.raises(Refusal) as refused:
        sealed_sheets.write_file(tmp_path, "a.xlsx", b"new")
    assert refused.value.code == "sealed_sheets.read_back"
    assert list(tmp_path.iterdir()) == []


def test_a_virus_scanner_that_holds_the_file_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, waits = Path.replace, []

    def held(self: Path, target: Path) -> Path:
        if len(waits) < 3:
            problem = PermissionError(errno.EACCES, "held")
            problem.winerror = 32  # type: ignore[attr-defined,unused-ignore]
            raise problem
        return honest(self, target)

    monkeypatch.setattr(Path, "replace", held)
    sealed_sheets.write_file(tmp_path, "a.xlsx", b"new", pause=waits.append)
    assert len(waits) == 3
    assert sum(waits) < 2.5


def test_generated_passwords_open_what_they_sealed() -> None:
    draw = random.Random(6)
    password = passwords.generate(draw.randrange)
    assert sealed_sheets.unseal(sealed_sheets.seal(workbook(["甲"]), password), password)


def test_a_header_of_two_lines_gets_the_height_of_two() -> None:
    """LibreOffice does not grow a row by itself, so a wrapped header would be cut."""
    from openpyxl import load_workbook

    def height(header: str) -> float:
        sheet = Sheet("表", (Column("n", header, 11),), (("1",),))
        book = Workbook("表", (sheet,), date(2026, 10, 1))
        page = load_workbook(io.BytesIO(sealed_sheets.write_plain(book))).worksheets[0]
        return float(page.row_dimensions[sheet.header_row].height)

    assert height("個別避難計画 未回答") >= 2 * height("計")
