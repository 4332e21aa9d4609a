"""The list a centre keeps today, sheet by sheet: merged cells filled down, strike-through and colours noticed.

The cells come through the gate of sheets.py (a child process); only then are the same bytes asked for their looks.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from xml.parsers.expat import ExpatError

from hoken_desktop.adapters import sheets, workbook_parts, workbook_rows
from hoken_desktop.adapters.layouts import Layout, LayoutField, Match, load, map_table
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.register import RegisterTable
from hoken_desktop.domain.sheets import RawRow, RawTable

_JST = timezone(timedelta(hours=9), "JST")
_WHITE = {"FFFFFFFF", "00FFFFFF", "FFFFFF"}
_STRIKE = re.compile(rb"""<(?:\w+:)?strike(?!\s+val=["'](?:0|false))""")
_SAVED = re.compile(rb"<(?:\w+:)?modified[^>]*>\s*(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?Z?\s*<")


def read_register(path: Path, layout: str, also: Mapping[str, Sequence[str]]) -> list[RegisterTable]:
    """Every visible sheet of `path` that `layout` knows, in order; the others are named in the warnings.

    `also` are fields beyond the layout (key -> header words): consent columns that name a municipality of the office.
    Refuses what sheets.py and the layout refuse.
    """
    words = load(layout)
    words = replace(
        words, fields=(*words.fields, *(LayoutField(key, tuple(heads)) for key, heads in also.items() if heads))
    )
    data = sheets.read_bytes(path)
    tables = sheets.read_tables_of(data, path.name)
    known = tables if len(tables) == 1 else [table for table in tables if words.knows(table)]
    if not known:
        raise Refusal("sheets.no_known_sheet", file=path.name, sheets="、".join(table.sheet for table in tables))
    others = [
        Fault(path.name, table.sheet, 0, "", "register_sheet_not_read", True) for table in tables if table not in known
    ]
    try:
        looks = _looks(data, [table.sheet for table in known])
    except (ExpatError, ValueError, OverflowError, OSError, zipfile.BadZipFile, zlib.error):
        # Looks are a kindness: the cells themselves have passed the gate.
        looks = {}
        others.append(Fault(path.name, "", 0, "", "register_looks_unread", True))
    saved = _saved_on(data, path)
    found = [_one(words, table, looks.get(table.sheet), saved) for table in known]
    first = found[0]
    found[0] = replace(first, table=replace(first.table, warnings=(*first.table.warnings, *others)))
    return found


def _one(words: Layout, table: RawTable, looks: _Looks | None, saved: date | None) -> RegisterTable:
    match = words.match(table)
    filled, count, first = _filled(table, match)
    mapped = map_table(words, filled)
    warnings = list(mapped.warnings)
    if count:
        warnings.append(Fault(table.file, table.sheet, first, "", "register_merged", True, {"count": count}))
    struck: frozenset[int] = frozenset()
    if looks is not None:
        name = match.columns["name"]
        below = {(row, column) for row, column in looks.struck if row > match.last_row}
        struck = frozenset(row for row, column in below if column in name)
        elsewhere = sorted(row for row, column in below if column not in name and row not in struck)
        coloured = sorted(row for row, column in looks.coloured if row > match.last_row and column in match.headers)
        for rows, code in ((elsewhere, "register_strike_elsewhere"), (coloured, "register_colour")):
            if rows:
                warnings.append(Fault(table.file, table.sheet, rows[0], "", code, True, {"count": len(rows)}))
        if looks.struck_inside:
            warnings.append(Fault(table.file, table.sheet, 0, "", "register_strike_inside", True))
    return RegisterTable(replace(mapped, warnings=tuple(warnings)), struck, saved)


def _filled(table: RawTable, match: Match) -> tuple[RawTable, int, int]:
    """The table with each merged cell below the header repeated down its rows; how many, and the first row."""
    merges = [merge for merge in table.merges if merge[0] > match.last_row]
    if not merges:
        return table, 0, 0
    rows = {row.number: list(row.cells) for row in table.rows}
    for top, left, bottom, _ in merges:
        source = rows.get(top, [])
        value = source[left - 1] if len(source) >= left else None
        if value is None:
            continue
        for number in range(top + 1, bottom + 1):
            if number not in rows:
                continue  # nothing else stands there: no row of a person
            cells = rows[number]
            cells.extend([None] * (left - len(cells)))
            cells[left - 1] = value
    kept = tuple(RawRow(number, tuple(cells)) for number, cells in sorted(rows.items()))
    header = tuple(merge for merge in table.merges if merge[0] <= match.last_row)
    return replace(table, rows=kept, merges=header), len(merges), min(merge[0] for merge in merges)


# ---- looks ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Looks:
    """(row, column) of filled cells under a strike-through, and of cells with a colour behind them."""

    struck: frozenset[tuple[int, int]]
    coloured: frozenset[tuple[int, int]]
    struck_inside: bool


def _looks(data: bytes, wanted: list[str]) -> dict[str, _Looks]:
    if workbook_parts.kind_of(data) == "text":
        return {}
    archive = workbook_parts.open_zip(data)
    book = workbook_rows.map_workbook(archive)
    struck, coloured = _styles(archive)
    inside = book.shared is not None and _STRIKE.search(_part(archive, book.shared)) is not None
    return {
        sheet.name: _cells(archive, sheet.path, struck, coloured, inside)
        for sheet in book.sheets
        if sheet.name in wanted
    }


def _part(archive: zipfile.ZipFile, path: str) -> bytes:
    wanted = path.lower().lstrip("/")
    for entry in archive.infolist():
        if entry.filename.lower().lstrip("/") == wanted:
            return archive.read(entry)
    return b""


def _styles(archive: zipfile.ZipFile) -> tuple[frozenset[int], frozenset[int]]:
    """Numbers of the cell formats that strike through, and of those with a colour that is not white."""
    data = next((archive.read(e) for e in archive.infolist() if e.filename.lower().endswith("xl/styles.xml")), b"")
    if not data:
        return frozenset(), frozenset()
    fonts: list[bool] = []
    fills: list[bool] = []
    formats: list[tuple[int, int]] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = workbook_parts.local(tag)
        inside.append(name)
        group = inside[1] if len(inside) > 1 else ""
        if group == "fonts" and name == "font":
            fonts.append(False)
        elif group == "fonts" and name == "strike" and fonts:
            fonts[-1] = attributes.get("val", "1") not in ("0", "false")
        elif group == "fills" and name == "fill":
            fills.append(False)
        elif group == "fills" and name == "patternFill" and fills:
            fills[-1] = attributes.get("patternType", "none") == "solid"
        elif group == "fills" and name == "fgColor" and fills:
            white = attributes.get("rgb", "").upper() in _WHITE or attributes.get("theme") == "0"
            fills[-1] = fills[-1] and not white
        elif group == "cellXfs" and name == "xf":
            formats.append((int(attributes.get("fontId", "0")), int(attributes.get("fillId", "0"))))

    def end(_: str) -> None:
        inside.pop()

    parser = workbook_parts.new_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(data, True)
    return (
        frozenset(at for at, (font, _) in enumerate(formats) if font < len(fonts) and fonts[font]),
        frozenset(at for at, (_, fill) in enumerate(formats) if fill < len(fills) and fills[fill]),
    )


def _cells(
    archive: zipfile.ZipFile, path: str, struck: frozenset[int], coloured: frozenset[int], inside: bool
) -> _Looks:
    found: dict[str, set[tuple[int, int]]] = {"struck": set(), "coloured": set()}
    here: tuple[int, int] | None = None
    crossed = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal here, crossed
        name = workbook_parts.local(tag)
        if name == "c":
            place = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", attributes.get("r", ""))
            here = (int(place[2]), _column(place[1])) if place else None
            style = attributes.get("s", "0")
            number = int(style) if style.isdigit() else 0
            crossed = number in struck
            if here is not None and number in coloured:
                found["coloured"].add(here)
        elif name in ("v", "is") and here is not None and crossed:
            found["struck"].add(here)

    if struck or coloured:
        parser = workbook_parts.new_parser()
        parser.StartElementHandler = start
        parser.Parse(_part(archive, path), True)
    return _Looks(frozenset(found["struck"]), frozenset(found["coloured"]), inside)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _saved_on(data: bytes, path: Path) -> date | None:
    """The day the workbook says it was last saved, in Japan's time; else the file's own; None where neither is told."""
    if workbook_parts.kind_of(data) != "text":
        archive = workbook_parts.open_zip(data)
        if match := _SAVED.search(_part(archive, "docProps/core.xml")):
            try:
                moment = datetime.fromisoformat(match[1].decode("ascii")).replace(tzinfo=UTC)
                return moment.astimezone(_JST).date()
            except (ValueError, OverflowError):
                return None
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, _JST).date()
    except OSError:
        return None
