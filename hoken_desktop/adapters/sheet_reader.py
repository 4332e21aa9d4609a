"""The reading child: takes a file's bytes on stdin, gives its cells on stdout as JSON lines, and may die.

A parser that aborts, swallows memory or never ends takes only this process with it. It limits itself
(400 MB, 30 s of the processor), opens no file and writes none. Started by adapters/sheets.py as
`python -m …` or, frozen, as the program itself with `SWITCH`. Lines: {"sheet": …},
{"rows": [[number, [cell, …]], …]}, {"end": …}, {"refuse": code, "facts": {…}}, {"done": true}.
A cell is null, text, number, true/false, or a tagged pair: ["d", ISO date], ["t", ISO datetime],
["!", trouble].
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from hoken_desktop.adapters import workbook_parts, workbook_rows
from hoken_desktop.adapters.workbook_rows import MAX_COLUMNS, MAX_ROWS, SheetNotes, SheetPart
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.sheets import CellTrouble, column_letter

SWITCH = "--read-sheet-in-child"
MEMORY = 400 * 1024 * 1024
MAX_CELL = 32_767
_BATCH = 500

Tagged = str | int | float | bool | list[str] | None


def limit_itself(seconds: int) -> None:
    """400 MB of address space (POSIX) or process memory (Windows, by a Job Object), and `seconds` of the
    processor: a busy PC makes nobody's file unreadable."""
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    elif sys.platform == "win32":
        _limit_by_job(seconds)


def _limit_by_job(seconds: int) -> None:
    import ctypes
    from ctypes import wintypes

    class Basic(ctypes.Structure):
        _fields_ = [
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        ]

    class Extended(ctypes.Structure):
        _fields_ = [
            ("Basic", Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        ]

    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
    kernel.SetInformationJobObject.argtypes = [wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD]
    job = kernel.CreateJobObjectW(None, None)
    limits = Extended()
    # JOB_OBJECT_LIMIT_PROCESS_MEMORY | PROCESS_TIME | ACTIVE_PROCESS | DIE_ON_UNHANDLED_EXCEPTION
    limits.Basic.LimitFlags = 0x100 | 0x2 | 0x8 | 0x400
    limits.Basic.PerProcessUserTimeLimit = seconds * 10_000_000  # in 100 ns
    limits.Basic.ActiveProcessLimit = 1
    limits.ProcessMemoryLimit = MEMORY
    kernel.SetInformationJobObject(job, 9, ctypes.byref(limits), ctypes.sizeof(limits))
    kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())


class _Out:
    """JSON lines, rows in batches."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.rows: list[list[Any]] = []

    def line(self, **what: Any) -> None:
        self.flush()
        self._write(what)

    def row(self, number: int, cells: list[Tagged]) -> None:
        self.rows.append([number, cells])
        if len(self.rows) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        if self.rows:
            rows, self.rows = self.rows, []
            self._write({"rows": rows})

    def _write(self, what: dict[str, Any]) -> None:
        # ASCII only: lone surrogates and every kind of line end cross the pipe unharmed.
        self.stream.write(json.dumps(what, separators=(",", ":")).encode("ascii") + b"\n")


def read(data: bytes, sheet: str | None, out: _Out) -> None:
    """Writes the sheets of `data` (all visible ones, or the one named) or raises Refusal."""
    if len(data) > workbook_parts.MAX_FILE:
        raise Refusal("sheets.too_large", most=workbook_parts.MAX_FILE // 1024 // 1024)
    if workbook_parts.kind_of(data) == "text":
        _read_csv(data, out)
    else:
        _read_workbook(data, sheet, out)
    out.line(done=True)


# ---- workbook ----------------------------------------------------------------------------------------------


def _read_workbook(data: bytes, wanted: str | None, out: _Out) -> None:
    import python_calamine

    archive = workbook_parts.open_zip(data)
    book = workbook_rows.map_workbook(archive)
    names = [part.name for part in book.sheets]
    if not names:
        raise Refusal("sheets.no_sheet")
    if wanted is not None and wanted not in names:
        raise Refusal("sheets.sheet_not_found", sheet=wanted, sheets="、".join(names))
    parts = [part for part in book.sheets if (part.name == wanted if wanted is not None else not part.hidden)]
    if not parts:
        raise Refusal("sheets.all_hidden", sheets="、".join(names))
    out.line(names=names, hidden=[part.name for part in book.sheets if part.hidden])
    for part in parts:
        if workbook_rows.may_reach_far(archive, part):
            # Only content counts: formatted blanks far down are common and harmless to both readers.
            for _ in workbook_rows.rows(archive, part, SheetNotes()):
                pass
    texts = workbook_rows.shared_texts(archive, book.shared)
    try:
        first = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError:
        raise Refusal("sheets.password_protected") from None
    for part in parts:
        out.line(sheet=part.name, epoch=book.epoch_1904, hidden=part.hidden)
        notes = SheetNotes()
        for number, cells in _agreed_rows(first, archive, part, texts, book.epoch_1904, notes):
            out.row(number, cells)
        out.line(
            end=part.name,
            merges=notes.merges,
            hidden_rows=[*notes.hidden_rows[:1], len(notes.hidden_rows)],
            hidden_columns=[*notes.hidden_columns[:1], len(notes.hidden_columns)],
        )


def _agreed_rows(
    book: Any, archive: Any, part: SheetPart, texts: list[str], epoch: bool, notes: SheetNotes
) -> Iterator[tuple[int, list[Tagged]]]:
    """Rows both readers agree on; a cell they read differently becomes a trouble, a row only one of them
    has a Refusal."""
    sheet = book.get_sheet_by_name(part.name)
    # calamine's rows begin at row 1, its cells at the first used column.
    others = iter(sheet.iter_rows())
    left = sheet.start[1] if sheet.start is not None else 0
    at = 1
    agree = _Agreement(texts, epoch).cell
    for number, found in workbook_rows.rows(archive, part, notes):
        other: list[Any] = []
        while at <= number:
            other = next(others, [])
            if at < number and _has_content(other):
                raise Refusal("sheets.readers_disagree", sheet=part.name, row=at)
            at += 1
        cells: list[Tagged] = [None] * found[-1][0]
        for column, kind, raw, formula in found:
            index = column - 1 - left
            value = other[index] if 0 <= index < len(other) else ""
            cells[column - 1] = agree(kind, raw, formula, value)
        if len(other) - other.count("") - other.count(None) > len(found):
            raise Refusal("sheets.readers_disagree", sheet=part.name, row=number)
        if any(cell is not None for cell in cells):
            yield number, cells
    for other in others:
        if _has_content(other):
            raise Refusal("sheets.readers_disagree", sheet=part.name, row=at)
        at += 1


def _has_content(row: list[Any]) -> bool:
    return any(value is not None and value != "" for value in row)


class _Agreement:
    """What a cell holds when both readers say the same, else a trouble. Repeated dates are judged once."""

    def __init__(self, texts: list[str], epoch: bool) -> None:
        self.texts = texts
        self.epoch = epoch
        self.dates: dict[tuple[str, date], Tagged] = {}

    def cell(self, kind: str, raw: str | None, formula: bool, value: Any) -> Tagged:
        """`kind`, `raw` and `formula` from the XML, `value` from calamine ("" for blank)."""
        if raw is None or (raw == "" and formula and kind != "str"):
            # A formula whose result was never saved reads as blank elsewhere: the person would lose a value.
            return ["!", CellTrouble.FORMULA] if formula else None
        if kind == "s":
            at = int(raw)
            if not 0 <= at < len(self.texts):
                return ["!", CellTrouble.DISAGREE]
            text = self.texts[at]
        elif kind == "n":
            if not isinstance(value, date):
                return _agreed_number(raw, value, self.epoch)
            key = (raw, value)
            if key not in self.dates:
                self.dates[key] = _agreed_number(raw, value, self.epoch)
            return self.dates[key]
        elif kind == "e":
            return ["!", CellTrouble.ERROR]
        elif kind == "b":
            truth = raw.strip() in ("1", "true")
            return truth if value is truth else ["!", CellTrouble.DISAGREE]
        elif kind == "d":
            return _dated(value) if isinstance(value, date | datetime) else ["!", CellTrouble.DISAGREE]
        else:
            text = workbook_rows.unescape(raw)
        if text != value and (not isinstance(value, str) or _bare(text) != _bare(value)):
            return ["!", CellTrouble.DISAGREE]
        return text if text and not text.isspace() else None


def _bare(text: str) -> str:
    """Text without the differences readers may have: line ends, outer blanks."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _agreed_number(raw: str, value: Any, epoch: bool) -> Tagged:
    if not raw.strip():
        return None
    number = float(raw)
    if not math.isfinite(number):
        return ["!", CellTrouble.DISAGREE]
    plain: Tagged = int(number) if number.is_integer() and abs(number) < 1e15 else number
    if isinstance(value, bool) or value == "":
        return ["!", CellTrouble.DISAGREE]
    if isinstance(value, int | float):
        return plain if math.isclose(float(value), number, rel_tol=1e-12) else ["!", CellTrouble.DISAGREE]
    if isinstance(value, date | datetime | time | timedelta):
        # Shown as a date: the day is reckoned here, the other reader only says that it is one. Serials
        # that are no day (0, 60, negative) go on as numbers and are refused where a date is wanted.
        if isinstance(value, time | timedelta) or not 1 <= number < 2958466 or (int(number) == 60 and not epoch):
            return plain
        days = int(number) if epoch or number >= 60 else int(number) + 1
        moment = datetime(1904, 1, 1) if epoch else datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet has no zone
        moment += timedelta(days=days, seconds=round((number - int(number)) * 86400))
        seen = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        if abs((seen - moment).total_seconds()) > 1 and number >= 61:
            return ["!", CellTrouble.DISAGREE]
        return _dated(moment)
    return ["!", CellTrouble.DISAGREE]


def _dated(value: date | datetime) -> Tagged:
    if not isinstance(value, datetime):
        return ["d", value.isoformat()]
    if value.time() == time(0, 0):
        return ["d", value.date().isoformat()]
    return ["t", value.isoformat()]


# ---- csv ---------------------------------------------------------------------------------------------------


_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_NO_CP932 = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
"""Bytes 80, A0, FD-FF: undefined in CP932, passed on by Windows; they mean another encoding."""


def _decode(data: bytes) -> str:
    """BOM, else UTF-8, else CP932, each strict and for the whole file; Refusal names the first bad line."""
    for mark, code in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(code)
            except UnicodeDecodeError as error:
                raise _bad_line(data, len(mark) + error.start) from None
    if b"\x00" in data:
        raise Refusal("sheets.csv_nul", row=data[: data.index(b"\x00")].count(b"\n") + 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        utf8_stop = error.start
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as error:
        # The encoding that got further is the one meant; its first bad byte is the place to show.
        raise _bad_line(data, max(error.start, utf8_stop)) from None
    if odd := _NO_CP932.search(text):
        raise Refusal("sheets.csv_encoding", row=text.count("\n", 0, odd.start()) + 1)
    return text


def _bad_line(data: bytes, stop: int) -> Refusal:
    return Refusal("sheets.csv_encoding", row=data[:stop].count(b"\n") + 1)


def _delimiter(text: str) -> str:
    """Comma or tab: whichever parts the first 30 lines into more columns, then more of the lines."""
    head = text[:65536].splitlines()[:30]
    return max(
        (",", "\t"),
        key=lambda mark: (max((line.count(mark) for line in head), default=0), sum(mark in x for x in head)),
    )


def _read_csv(data: bytes, out: _Out) -> None:
    text = _decode(data)
    if "\x00" in text:
        raise Refusal("sheets.csv_nul", row=text[: text.index("\x00")].count("\n") + 1)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    out.line(names=[""], hidden=[])
    out.line(sheet="", epoch=False, hidden=False)
    begins = 1
    try:
        for fields in reader:
            if begins > MAX_ROWS:
                raise Refusal("sheets.csv_too_many", row=begins, most=MAX_ROWS)
            while fields and not fields[-1].strip():
                fields.pop()
            if len(fields) > MAX_COLUMNS:
                raise Refusal("sheets.far_cell", sheet="", cell=f"{column_letter(len(fields))}{begins}", rows=MAX_ROWS,
                              columns=MAX_COLUMNS)  # fmt: skip
            if fields:
                out.row(begins, [field if field.strip() else None for field in fields])
            begins = reader.line_num + 1
    except csv.Error:
        raise Refusal("sheets.csv_quotes", row=begins) from None
    out.line(end="", merges=[], hidden_rows=[0], hidden_columns=[0])


# ---- the process -------------------------------------------------------------------------------------------


def main() -> int:
    """Reads the order line and the file from stdin, answers on stdout; never shows an exception's text."""
    source = open(0, "rb", closefd=False)  # noqa: SIM115 - the process's own stdin
    sink = open(1, "wb", closefd=False, buffering=1 << 16)  # noqa: SIM115
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(0, os.O_BINARY)
        msvcrt.setmode(1, os.O_BINARY)
    out = _Out(sink)
    try:
        order = json.loads(source.readline())
        limit_itself(int(order["seconds"]))
        read(source.read(), order["sheet"], out)
    except Refusal as refusal:
        out.rows.clear()
        out.line(refuse=refusal.code, facts=refusal.facts)
    except MemoryError:
        out.rows.clear()
        out.line(refuse="sheets.too_heavy", facts={})
    except BaseException:
        # A broken workbook raises a dozen kinds of exception in three parsers; all mean the same to the office.
        out.rows.clear()
        out.line(refuse="sheets.broken", facts={})
    sink.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
