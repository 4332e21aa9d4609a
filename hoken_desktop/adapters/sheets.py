"""The gate for every sheet that comes from outside: xlsx and csv by content, read in a child that may die.

`read_tables` gives all visible sheets, `read_table` the one a layout knows. Nothing is written to disk;
every failure is a Refusal that names the file, the place and what to do.
"""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, NoReturn

import hoken_desktop
from hoken_desktop.adapters import sheet_reader, workbook_parts
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.sheets import CellTrouble, RawRow, RawTable, RawValue, column_letter

SECONDS = 30
"""Seconds of the processor the child may take; four times as long by the clock, for a busy PC."""


_NO_QUOTA = 1816
"""ERROR_NOT_ENOUGH_QUOTA: how Windows ends a process whose job has used its time."""


def read_tables(path: Path, sheet: str | None = None, *, seconds: int = SECONDS) -> list[RawTable]:
    """Every visible sheet of `path` that holds anything (or the one named `sheet`, hidden or not), in order.

    Refuses, with codes of resources/words/sheets.toml, what is no xlsx or csv by content, protected,
    broken, too large or dangerous, and a sheet name that does not exist.
    """
    return read_tables_of(read_bytes(path), path.name, sheet, seconds=seconds)


def read_tables_of(data: bytes, name: str, sheet: str | None = None, *, seconds: int = SECONDS) -> list[RawTable]:
    """`read_tables` for bytes that lie on no disk (a sealed workbook just opened); `name` is what faults call it."""
    found = [table for table in _Child(data, name, sheet, seconds).tables() if table.rows]
    if not found:
        raise Refusal("sheets.empty_sheet", file=name)
    return found


def read_table(
    path: Path,
    knows: Callable[[RawTable], bool],
    sheet: str | None = None,
    *,
    seconds: int = SECONDS,
) -> RawTable:
    """The one sheet of `path` whose header is known; a lone sheet is given as it is (the layout says what is
    missing). Refuses several known sheets, or none among several, listing their names."""
    return table_of(read_bytes(path), path.name, knows, sheet, seconds=seconds)


def table_of(
    data: bytes, name: str, knows: Callable[[RawTable], bool], sheet: str | None = None, *, seconds: int = SECONDS
) -> RawTable:
    """`read_table` for bytes at hand; `name` is what faults call the file."""
    tables = read_tables_of(data, name, sheet, seconds=seconds)
    if len(tables) == 1:
        return tables[0]
    known = [table for table in tables if knows(table)]
    if len(known) == 1:
        return known[0]
    if known:
        raise Refusal("sheets.several_sheets", file=name, sheets="、".join(table.sheet for table in known))
    raise Refusal("sheets.no_known_sheet", file=name, sheets="、".join(table.sheet for table in tables))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of a size that is read at all."""
    try:
        if path.is_dir():
            raise Refusal("sheets.not_found", file=path.name)
        with path.open("rb") as file:
            data = file.read(workbook_parts.MAX_FILE + 1)
    except FileNotFoundError:
        raise Refusal("sheets.not_found", file=path.name) from None
    except OSError:
        # Excel holds a file it has open; so do scanners and file servers.
        raise Refusal("sheets.cannot_open", file=path.name) from None
    if len(data) > workbook_parts.MAX_FILE:
        raise Refusal("sheets.too_large", file=path.name, most=workbook_parts.MAX_FILE // 1024 // 1024)
    return data


def child_command() -> tuple[list[str], str | None]:
    """How the reading child is started, and where: the frozen program calls itself with a hidden switch."""
    if getattr(sys, "frozen", False):
        return [sys.executable, sheet_reader.SWITCH], None
    package = Path(hoken_desktop.__file__).resolve().parent
    return [sys.executable, "-m", "hoken_desktop.adapters.sheet_reader"], str(package.parent)


class _Child:
    """One run of the reading child over one file's bytes."""

    def __init__(self, data: bytes, name: str, sheet: str | None, seconds: int) -> None:
        self.data = data
        self.name = name
        self.sheet = sheet
        self.seconds = seconds
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.late = threading.Event()
        self.same: dict[str, str] = {}

    def tables(self) -> list[RawTable]:
        command, folder = child_command()
        with subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            timer = threading.Timer(self.seconds * 4, self._stop, (process,))
            timer.daemon = True
            timer.start()
            try:
                self._send(process.stdin)
                found = self._receive(process.stdout)
                if found is None:
                    self._refuse_death(process.wait(timeout=5))
                return found or []
            finally:
                timer.cancel()
                process.kill()

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        self.late.set()
        process.kill()

    def _send(self, pipe: IO[bytes]) -> None:
        try:
            pipe.write(json.dumps({"sheet": self.sheet, "seconds": self.seconds}).encode("ascii") + b"\n")
            pipe.write(self.data)
            pipe.close()
        except OSError:
            # The child is gone already; what it said, or that it said nothing, decides.
            return

    def _refuse_death(self, code: int) -> NoReturn:
        """The child ended without saying why: its time was up, or a parser or the system stopped it."""
        if self.late.is_set() or (hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU) or code == _NO_QUOTA:
            raise Refusal("sheets.too_slow", file=self.name, seconds=self.seconds)
        raise Refusal("sheets.reader_stopped", file=self.name)

    def _receive(self, pipe: IO[bytes]) -> list[RawTable] | None:
        """The tables, or None when the child fell silent before it was done."""
        tables: list[RawTable] = []
        rows: list[RawRow] = []
        head: dict[str, Any] = {}
        hidden: list[str] = []
        for line in pipe:
            if not line.endswith(b"\n"):
                break
            said = json.loads(line)
            if "rows" in said:
                rows.extend(RawRow(number, tuple(map(self._value, cells))) for number, cells in said["rows"])
            elif "sheet" in said:
                head, rows = said, []
            elif "end" in said:
                tables.append(self._table(head, rows, said, hidden))
            elif "refuse" in said:
                raise Refusal(str(said["refuse"]), file=self.name, **said["facts"])
            elif "names" in said:
                hidden = [name for name in said["hidden"] if name != self.sheet]
            elif "done" in said:
                return tables
        return None

    def _value(self, cell: Any) -> RawValue:
        if isinstance(cell, str):
            return self.same.setdefault(cell, cell)
        if isinstance(cell, list):
            tag, text = cell
            if tag == "d":
                return date.fromisoformat(text)
            if tag == "t":
                return datetime.fromisoformat(text)
            return CellTrouble(text)
        if cell is None or isinstance(cell, bool | int | float):
            return cell
        raise Refusal("sheets.reader_stopped", file=self.name)

    def _table(self, head: dict[str, Any], rows: list[RawRow], end: dict[str, Any], hidden: list[str]) -> RawTable:
        sheet = str(head["sheet"])
        merges = tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in end["merges"])
        warnings = [Fault(self.name, name, 0, "", "hidden_sheet", warning=True) for name in hidden]
        if head["hidden"]:
            warnings.append(Fault(self.name, sheet, 0, "", "hidden_sheet_read", warning=True))
        *first_row, row_count = end["hidden_rows"]
        if row_count:
            facts = {"count": row_count}
            warnings.append(Fault(self.name, sheet, first_row[0], "", "hidden_rows", warning=True, facts=facts))
        *first_column, column_count = end["hidden_columns"]
        if column_count:
            facts = {"count": column_count}
            letter = column_letter(first_column[0])
            warnings.append(Fault(self.name, sheet, 0, letter, "hidden_columns", warning=True, facts=facts))
        return RawTable(
            file=self.name,
            sheet=sheet,
            sha256=self.sha256,
            rows=tuple(rows),
            merges=merges,
            hidden=bool(head["hidden"]),
            epoch_1904=bool(head["epoch"]),
            warnings=tuple(warnings),
        )
