"""Workbooks that may leave the PC: written in memory, sealed under a password, opened again before anyone gets them.

No plaintext touches a disk on the way. Every text stays a text (no formula, link or number is ever made of it), and
what a second, independent reader finds in the sealed file is compared with the value cell by cell.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import math
import os
import re
import secrets
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter
from msoffcrypto.exceptions import InvalidKeyError
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_agile import ECMA376Agile

from hoken_desktop import words
from hoken_desktop.adapters import agile
from hoken_desktop.domain import passwords
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.workbooks import Cell, Column, ColumnKind, PaperSize, Sheet, Workbook

SPIN = 100_000  # rounds of SHA-512 for every guess of the password, as Excel itself writes

# A cell that begins with one of these would be read as a formula by some program on the way.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF100  full-width ones included
# What XML 1.0 cannot hold: controls, lone surrogates, two non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLACEHOLDER = "\u25a1"
_CELL_LIMIT = 32_767  # UTF-16 units in one cell
_EXACT = 2**53  # beyond this a number of a spreadsheet is no longer exact
_FIRST_SAFE_DATE = date(1900, 3, 1)  # before it a spreadsheet's calendar is wrong
_LIST_LIMIT = 255  # characters of a drop-down written in place
_FONT = "游ゴシック"
_LINE = 17.0  # points of one line at 10.5 pt
_ROW_LIMIT = 409.0  # the highest row a spreadsheet has
_DATE_FORMAT = '[$-411]ggge"年"m"月"d"日"'
_PAPER_INDEX = {PaperSize.A4: 9, PaperSize.A3: 8}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the sheet's name, the row Excel shows, the column's header."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is complete on the disk, with the SHA-256 of its bytes (64 hex digits)."""

    path: Path
    sha256: str


# ---- the doors ------------------------------------------------------------------------------------------------


def seal(
    workbook: Workbook,
    password: str,
    *,
    replace_unwritable: bool = False,
    token_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> bytes:
    """The workbook as an xlsx under `password` (ECMA-376 agile: AES-256-CBC, SHA-512, HMAC), opened again and checked.

    The password is one of `domain.passwords.generate`; another is a mistake of the program (ValueError).
    Refuses characters that XML cannot hold unless `replace_unwritable` puts □ in their place
    (`find_unwritable` names the cells first), and texts longer than a cell can hold.
    Line breaks inside a cell are written as LF, which is what Excel itself writes.
    """
    if not passwords.is_generated(password):
        raise ValueError("a sealed file takes a generated password")
    plain = _written(workbook, replace_unwritable)
    sealed = _sealed(plain, password, token_bytes)
    opened = unseal(sealed, password)
    if opened != plain:
        raise Refusal("sealed_sheets.verification_failed")
    _compare(workbook, opened, replace_unwritable)
    return sealed


def write_plain(workbook: Workbook) -> bytes:
    """The workbook as an xlsx without a password: only for tables that hold no personal data (統計)."""
    plain = _written(workbook, False)
    _compare(workbook, plain, False)
    return plain


def unseal(data: bytes, password: str) -> bytes:
    """The xlsx inside a sealed file: ours, or one that Excel or LibreOffice saved again under its password.

    LibreOffice 7 saves with the standard encryption of Office 2007 (AES-128, no HMAC); such a reply is read too, and
    has to pass the same gate as any sheet from outside.
    Refuses not_sealed, old_encryption, wrong_password and tampered, each in its own words.
    """
    try:
        return agile.decrypt(data, password)
    except Refusal as refusal:
        if refusal.code != "sealed_sheets.old_encryption":
            raise
    return _standard(data, password)


def find_unwritable(workbook: Workbook) -> tuple[Place, ...]:
    """The cells that hold a character XML cannot carry; row 0 stands for a sheet's name, the title or a drop-down."""
    return tuple(place for place, text in _texts(workbook) if _UNWRITABLE.search(text))


def write_file(folder: Path, name: str, data: bytes, *, pause: Callable[[float], None] = time.sleep) -> Written:
    """Put `data` into `folder` under `name`, whole or not at all.

    A hidden file beside the final name is written, flushed to the disk, read back and compared, and only then
    given its name. Refuses an existing name, a name that is no plain file name, a full or read-only disk and a
    folder that is gone; nothing is left behind then. `pause` waits between tries while a virus scanner holds the file.
    """
    if not _is_file_name(name):
        raise Refusal("sealed_sheets.bad_name")
    target = folder / name
    draft = folder / f".{name}.part"
    try:
        if os.path.lexists(target):
            raise Refusal("sealed_sheets.name_taken", file=name)
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()  # left by a power cut; it never got its name, so nobody was told of it
        try:
            _write_through(draft, data)
            if draft.read_bytes() != data:
                raise Refusal("sealed_sheets.read_back", file=name)
            if os.path.lexists(target):
                raise Refusal("sealed_sheets.name_taken", file=name)
            _replace(draft, target, pause)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise
        _flush_folder(folder)
    except OSError as problem:
        raise _refusal_of(problem, name) from problem
    return Written(target, hashlib.sha256(data).hexdigest())


# ---- sealing --------------------------------------------------------------------------------------------------


def _sealed(plain: bytes, password: str, token_bytes: Callable[[int], bytes]) -> bytes:
    """The agile container; the library's own package key is 16 random and 16 known bytes, so it gets ours of 32."""
    info, _ = ECMA376Agile.generate_encryption_parameters(password, spin_count=SPIN)
    package_key = token_bytes(32)
    info.encryptedKeyValue = agile.wrap_package_key(password, info.encryptedKey.saltValue, SPIN, package_key)
    package = ECMA376Agile.encrypt_payload(io.BytesIO(plain), info.encryptedKey, package_key, info.keyData.saltValue)
    description = ECMA376Agile.get_encryption_information(info, package, package_key)
    container = io.BytesIO()
    ECMA376Encrypted(package, description).write_to(container)
    return container.getvalue()


def _standard(data: bytes, password: str) -> bytes:
    """The package under ECMA-376 standard encryption, [MS-OFFCRYPTO] 2.3.4.5; refuses every other kind."""
    try:
        file = OOXMLFile(io.BytesIO(data))
        if file.type != "standard":
            raise Refusal("sealed_sheets.old_encryption")
        file.load_key(password=password, verify_password=True)
        plain = io.BytesIO()
        file.decrypt(plain)
    except Refusal:
        raise
    except InvalidKeyError as problem:
        raise Refusal("sealed_sheets.wrong_password") from problem
    except Exception as problem:  # struct.error, OSError, ValueError …: a damaged file, or one of another make
        raise Refusal("sealed_sheets.tampered") from problem
    return plain.getvalue()


# ---- writing --------------------------------------------------------------------------------------------------


def _written(workbook: Workbook, replace: bool) -> bytes:
    unwritable = find_unwritable(workbook)
    if unwritable and not replace:
        raise Refusal("sealed_sheets.unwritable", count=len(unwritable), places=_in_words(unwritable))
    long = tuple(place for place, text in _texts(workbook) if len(_washed(text).encode("utf-16-le")) // 2 > _CELL_LIMIT)
    if long:
        raise Refusal("sealed_sheets.too_long", count=len(long), places=_in_words(long))
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties(
        {
            "title": _washed(workbook.title),
            "created": datetime(workbook.made_on.year, workbook.made_on.month, workbook.made_on.day, tzinfo=UTC),
        }
    )
    _Writer(book, workbook).write()
    book.close()
    return buffer.getvalue()


class _Writer:
    """Writes the sheets of one workbook; keeps the formats that several cells share."""

    def __init__(self, book: Any, workbook: Workbook) -> None:
        self._book = book
        self._workbook = workbook
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._lists: list[tuple[str, ...]] = []
        self._list_name = _unused_name([sheet.name for sheet in workbook.sheets])

    def write(self) -> None:
        for sheet in self._workbook.sheets:
            self._sheet(sheet)
        if self._lists:
            page = self._book.add_worksheet(self._list_name)
            text = self._format(num_format="@")
            for index, choices in enumerate(self._lists):
                for row, choice in enumerate(choices):
                    page.write_string(row, index, choice, text)
            page.protect()
            page.hide()
        self._book.get_worksheet_by_name(_washed(self._workbook.sheets[0].name)).activate()

    def _format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": _FONT, "font_size": 10.5, "valign": "top", "text_wrap": True}
            self._formats[key] = self._book.add_format(base | properties)
        return self._formats[key]

    def _sheet(self, sheet: Sheet) -> None:
        page = self._book.add_worksheet(_washed(sheet.name))
        self._notes(page, sheet)
        header = sheet.header_row - 1
        last = header + max(len(sheet.rows), 1)
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width, None, {"hidden": column.hidden})
            look = self._format(bold=True, bg_color="#EAEFF1", border=1, border_color="#76838F", valign="vcenter",
                                quote_prefix=column.header[:1] in _FORMULA_STARTS)  # fmt: skip
            page.write_string(header, index, _washed(column.header), look)
            if column.kind is ColumnKind.CHOICE and sheet.rows:
                self._drop_down(page, header + 1, last, index, column)
        # Bold letters are wider, and the filter's arrow lies over the last three.
        room = 3 if sheet.filtered else 1
        heads = max(_lines_of(_washed(c.header), c.width - room) for c in sheet.columns if not c.hidden)
        page.set_row(header, min(heads * _LINE, _ROW_LIMIT))
        for number, row in enumerate(sheet.rows, start=header + 1):
            lines = 1
            for index, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
                self._cell(page, number, index, column, cell)
                if isinstance(cell, str) and not column.hidden:
                    lines = max(lines, _lines_of(_washed(cell), column.width))
            if lines > 1:  # not every program grows a row by itself for the wrapped text it holds
                page.set_row(number, min(lines * _LINE, _ROW_LIMIT))
        if sheet.filtered and sheet.rows:
            page.autofilter(header, 0, last, len(sheet.columns) - 1)
        page.freeze_panes(header + 1, sheet.frozen_columns)
        if sheet.protected:
            page.protect(
                "", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True, "objects": True}
            )
        self._printing(page, sheet, last)

    def _notes(self, page: Any, sheet: Sheet) -> None:
        shown = [index for index, column in enumerate(sheet.columns) if not column.hidden] or [0]
        width = sum(sheet.columns[index].width for index in shown)
        for row, note in enumerate(sheet.notes):
            text = _washed(note)
            size = 14 if row == 0 else 10.5
            look = self._format(font_size=size, bold=row == 0, quote_prefix=text[:1] in _FORMULA_STARTS)
            lines = _lines_of(text, width * 10.5 / size)
            page.set_row(row, min(lines * _LINE * size / 10.5, _ROW_LIMIT))
            if shown[-1] > shown[0]:
                page.merge_range(row, shown[0], row, shown[-1], "", look)
            page.write_string(row, shown[0], text, look)

    def _cell(self, page: Any, row: int, index: int, column: Column, cell: Cell) -> None:
        value = _intended(column, cell)
        common: dict[str, object] = {
            "border": 1,
            "border_color": "#B7C1C8",
            "locked": column.locked,
        }
        if not column.locked:
            common["bg_color"] = "#FFFBE6"
        if isinstance(value, str):
            look = self._format(num_format="@", quote_prefix=value[:1] in _FORMULA_STARTS, **common)
            page.write_string(row, index, value, look)
        elif isinstance(value, date):
            page.write_datetime(row, index, value, self._format(num_format=_DATE_FORMAT, align="left", **common))
        elif isinstance(value, int | float):
            page.write_number(row, index, value, self._format(align="right", **common))
        else:
            # What the recipient types into an empty text cell stays as typed (a telephone number keeps its 0).
            empty = {ColumnKind.DATE: _DATE_FORMAT, ColumnKind.NUMBER: "General"}.get(column.kind, "@")
            page.write_blank(row, index, None, self._format(num_format=empty, **common))

    def _drop_down(self, page: Any, first: int, last: int, index: int, column: Column) -> None:
        choices = tuple(_washed(choice) for choice in column.choices)
        joined = ",".join(choices)
        awkward = any(
            {",", '"', "\n"} & set(choice) or choice != choice.strip() or choice[:1] in _FORMULA_STARTS
            for choice in choices
        )
        source: list[str] | str = list(choices)
        if awkward or len(joined.encode("utf-16-le")) // 2 > _LIST_LIMIT:
            if choices not in self._lists:
                self._lists.append(choices)
            letter = xlsxwriter.utility.xl_col_to_name(self._lists.index(choices))
            source = f"='{self._list_name}'!${letter}$1:${letter}${len(choices)}"
        outcome = page.data_validation(
            first, index, last, index,
            {
                "validate": "list", "source": source, "ignore_blank": True, "error_type": "stop",
                "error_title": words.say("sealed_sheets.choice_title"),
                "error_message": words.say("sealed_sheets.choice_message"),
            },
        )  # fmt: skip
        if outcome != 0:
            raise ValueError("the drop-down was not taken")

    def _printing(self, page: Any, sheet: Sheet, last: int) -> None:
        settings = sheet.printing
        if settings.landscape:
            page.set_landscape()
        else:
            page.set_portrait()
        page.set_paper(_PAPER_INDEX[settings.paper])
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.75)
        page.repeat_rows(sheet.header_row - 1)
        page.print_area(0, 0, last, len(sheet.columns) - 1)
        left, centre, right = settings.footer
        numbers = f"{_print_text(centre)} &P／&N" if settings.page_numbers else _print_text(centre)
        page.set_header("&L{}&C{}&R{}".format(*map(_print_text, settings.header)))
        page.set_footer(f"&L{_print_text(left)}&C{numbers}&R{_print_text(right)}")


def _print_text(text: str) -> str:
    """A header or footer text: & doubled, one line, short enough for three of them in Excel's 255 characters."""
    line = " ".join(_washed(text).split())
    short = line if len(line) <= 60 else line[:59] + "…"
    # A digit right after &L would be read as a font size.
    return (" " if short[:1].isdigit() else "") + short.replace("&", "&&")


def _unused_name(taken: list[str]) -> str:
    folded = {name.casefold() for name in taken}
    name = words.say("sealed_sheets.list_sheet")
    while name.casefold() in folded:
        name += "_"
    return name


def _lines_of(text: str, width: float) -> int:
    """How many lines `text` takes in a cell of `width` characters (Japanese letters count two)."""
    fitting = max(width - 1, 2)
    return sum(
        max(1, math.ceil(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) / fitting))
        for line in text.split("\n")
    )


# ---- what a cell will hold ------------------------------------------------------------------------------------


def _intended(column: Column, cell: Cell) -> Cell:
    """The value as the sheet holds it: what a spreadsheet cannot keep exactly, or a text column gets, becomes text."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return _washed(cell)
    if isinstance(cell, date):
        return cell if column.kind is ColumnKind.DATE and cell >= _FIRST_SAFE_DATE else cell.isoformat()
    if column.kind is not ColumnKind.NUMBER or abs(cell) > _EXACT:
        return str(cell)
    return cell


def _washed(text: str) -> str:
    return _UNWRITABLE.sub(_PLACEHOLDER, text.replace("\r\n", "\n").replace("\r", "\n"))


def _texts(workbook: Workbook) -> Iterator[tuple[Place, str]]:
    yield Place("", 0, ""), workbook.title
    for sheet in workbook.sheets:
        yield Place(_washed(sheet.name), 0, ""), sheet.name
        for row, note in enumerate(sheet.notes, start=1):
            yield Place(_washed(sheet.name), row, ""), note
        for column in sheet.columns:
            yield Place(_washed(sheet.name), sheet.header_row, _washed(column.header)), column.header
            for choice in column.choices:
                yield Place(_washed(sheet.name), 0, _washed(column.header)), choice
        for row, cells in enumerate(sheet.rows, start=sheet.header_row + 1):
            for column, cell in zip(sheet.columns, cells, strict=True):
                if isinstance(cell, str):
                    yield Place(_washed(sheet.name), row, _washed(column.header)), cell


def _in_words(places: tuple[Place, ...]) -> str:
    named = [
        words.say("sealed_sheets.place", sheet=place.sheet, row=place.row, column=place.column) for place in places[:5]
    ]
    if len(places) > len(named):
        named.append(words.say("sealed_sheets.more_places", count=len(places) - len(named)))
    return words.say("sealed_sheets.comma").join(named)


# ---- opening again --------------------------------------------------------------------------------------------


def _compare(workbook: Workbook, plain: bytes, replace: bool) -> None:
    """Refuse unless a reader that shares nothing with the writer finds every cell as meant, and no formula."""
    try:
        with zipfile.ZipFile(io.BytesIO(plain)) as package:
            formulas = any(
                re.search(rb"<f[ />]", package.read(name))
                for name in package.namelist()
                if name.startswith("xl/worksheets/")
            )
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(plain))
        same = not formulas and all(
            _found(book.get_sheet_by_name(_washed(sheet.name)), sheet) for sheet in workbook.sheets
        )
    except Exception as problem:  # whatever a parser says of our own file, it is not handed over
        raise Refusal("sealed_sheets.verification_failed") from problem
    if not same:
        raise Refusal("sealed_sheets.verification_failed")


def _found(page: Any, sheet: Sheet) -> bool:
    width = len(sheet.columns)
    first = next((index for index, column in enumerate(sheet.columns) if not column.hidden), 0)
    expected: list[list[Cell]] = [
        [_washed(note) if index == first else None for index in range(width)] for note in sheet.notes
    ]
    expected.append([_washed(column.header) for column in sheet.columns])
    expected.extend(
        [_intended(column, cell) for column, cell in zip(sheet.columns, row, strict=True)] for row in sheet.rows
    )
    found = page.to_python(skip_empty_area=False)
    if len(found) > len(expected) or any(len(row) > width for row in found):
        return False
    found += [[]] * (len(expected) - len(found))
    return all(
        _same(wanted, row[index] if index < len(row) else "")
        for cells, row in zip(expected, found, strict=True)
        for index, wanted in enumerate(cells)
    )


def _same(wanted: Cell, found: object) -> bool:
    if wanted is None or wanted == "":
        return found == ""
    if isinstance(wanted, str):
        return isinstance(found, str) and found == wanted
    if isinstance(wanted, date):
        day = found.date() if isinstance(found, datetime) else found
        return day == wanted
    # A spreadsheet keeps 16 digits of a number.
    return isinstance(found, int | float) and abs(found - wanted) <= abs(wanted) * 1e-14


# ---- the file on the disk -------------------------------------------------------------------------------------


def _is_file_name(name: str) -> bool:
    stem = name.split(".")[0].rstrip().upper()
    return (
        0 < len(name.encode("utf-8", "replace")) <= 240
        and name == name.strip(" .")
        and not re.search(r'[\x00-\x1f<>:"/\\|?*]', name)
        and stem not in {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
    )


def _write_through(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _replace(draft: Path, target: Path, pause: Callable[[float], None]) -> None:
    """Rename; on Windows a virus scanner may hold a new file for a moment (errors 5, 32, 33): try for 2.5 s."""
    for wait in (0.05, 0.1, 0.2, 0.4, 0.75, 1.0, None):
        try:
            draft.replace(target)
            return
        except OSError as problem:
            if wait is None or getattr(problem, "winerror", None) not in (5, 32, 33):
                raise
            pause(wait)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    # The file itself is whole by now; a network folder that cannot flush its list of names is no reason to refuse.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _refusal_of(problem: OSError, name: str) -> Refusal:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Refusal("sealed_sheets.disk_full", file=name)
    if problem.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Refusal("sealed_sheets.not_writable", file=name)
    if problem.errno in (errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV, errno.ENXIO):
        return Refusal("sealed_sheets.folder_gone", file=name)
    return Refusal("sealed_sheets.write_failed", file=name, number=problem.errno or 0)
