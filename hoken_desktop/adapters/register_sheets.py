"""The list a centre keeps today, sheet by sheet, and a benefit file as staff may have marked it.

Merged cells are filled down, lines through cells and colours noticed. The cells come through the gate of sheets.py (a
child process); only then are the same bytes asked for their looks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from hoken_desktop.adapters import looks, sheets, workbook_parts
from hoken_desktop.adapters.headers import Layout, LayoutField, Match, letter_of, one_line
from hoken_desktop.adapters.layouts import load, map_table
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.register import RegisterTable
from hoken_desktop.domain.sheets import MappedTable, RawRow, RawTable

_JST = timezone(timedelta(hours=9), "JST")
_SAVED = re.compile(rb"<(?:\w+:)?modified[^>]*>\s*(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?Z?\s*<")


def read_register(
    path: Path, layout: str | Layout, also: Mapping[str, Sequence[str]], wanted: Collection[str] = ()
) -> list[RegisterTable]:
    """The sheets of `path` named in `wanted`, or every visible one that `layout` knows; others are named in warnings.

    `also` are fields beyond the layout (key -> header words): consent columns that name a municipality of the office.
    Refuses what sheets.py and the layout refuse, and a wanted sheet that is not there.
    """
    words = layout if isinstance(layout, Layout) else load(layout)
    words = replace(
        words, fields=(*words.fields, *(LayoutField(key, tuple(heads)) for key, heads in also.items() if heads))
    )
    data = sheets.read_bytes(path)
    tables = sheets.read_tables_of(data, path.name)
    names = "、".join(table.sheet for table in tables)
    if lost := [name for name in wanted if name not in {table.sheet for table in tables}]:
        raise Refusal("sheets.sheet_not_found", file=path.name, sheet=lost[0], sheets=names)
    if wanted:
        known = [table for table in tables if table.sheet in wanted]
    else:
        known = tables if len(tables) == 1 else [table for table in tables if words.knows(table)]
    if not known:
        raise Refusal("sheets.no_known_sheet", file=path.name, sheets=names)
    code = "register_sheet_not_chosen" if wanted else "register_sheet_not_read"
    others = [Fault(path.name, table.sheet, 0, "", code, True) for table in tables if table not in known]
    found_looks = looks.looks_or_none(data, [table.sheet for table in known])
    if found_looks is None:
        others.append(Fault(path.name, "", 0, "", "register_looks_unread", True))
    saved = saved_on(data, path)
    found = [_one(words, table, (found_looks or {}).get(table.sheet, looks.Looks()), saved) for table in known]
    first = found[0]
    found[0] = replace(first, table=replace(first.table, warnings=(*first.table.warnings, *others)))
    return found


def read_benefit(path: Path, layout: str | Layout, sheet: str | None = None) -> MappedTable:
    """The one sheet of a benefit file that `layout` knows, by its fields, with lines through cells and colours noticed.

    Refuses what adapters/sheets.py and `Layout.match` refuse.
    """
    words = layout if isinstance(layout, Layout) else load(layout)
    data = sheets.read_bytes(path)
    table = sheets.table_of(data, path.name, words.knows, sheet)
    found = looks.looks_or_none(data, [table.sheet])
    if found is None:
        unread = Fault(path.name, "", 0, "", "register_looks_unread", True)
        mapped = map_table(words, table)
        return replace(mapped, warnings=(*mapped.warnings, unread))
    table, warnings = looks.marked(table, words.match(table), found.get(table.sheet, looks.Looks()))
    mapped = map_table(words, table)
    return replace(mapped, warnings=(*mapped.warnings, *warnings))


def _one(words: Layout, table: RawTable, seen: looks.Looks, saved: date | None) -> RegisterTable:
    match = words.match(table)
    table, warnings = looks.marked(table, match, seen)
    filled, merges = _filled(table, match)
    mapped = map_table(words, filled)
    return RegisterTable(replace(mapped, warnings=(*mapped.warnings, *merges, *warnings)), saved)


def _filled(table: RawTable, match: Match) -> tuple[RawTable, list[Fault]]:
    """The table with each merged cell below the header repeated down its rows, and a warning a column for them."""
    merges = [merge for merge in table.merges if merge[0] > match.last_row]
    if not merges:
        return table, []
    rows = {row.number: list(row.cells) for row in table.rows}
    down: dict[int, list[int]] = defaultdict(list)
    across: dict[int, list[int]] = defaultdict(list)
    for top, left, bottom, right in merges:
        if right > left:
            across[left].append(top)
        if bottom > top:
            down[left].append(top)
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
    warnings = [
        Fault(table.file, table.sheet, min(tops), one_line(match.headers.get(column, letter_of(column))), code, True,
              {"count": len(tops), "rows": looks.listed(tops)})
        for code, found in (("register_merged", down), ("register_merged_across", across))
        for column, tops in sorted(found.items())
    ]  # fmt: skip
    return replace(table, rows=kept, merges=header), warnings


def saved_on(data: bytes, path: Path) -> date | None:
    """The day the workbook says it was last saved, in Japan's time; else the file's own; None where neither is told."""
    if workbook_parts.kind_of(data) != "text":
        archive = workbook_parts.open_zip(data)
        if match := _SAVED.search(looks.part(archive, "docProps/core.xml")):
            try:
                moment = datetime.fromisoformat(match[1].decode("ascii")).replace(tzinfo=UTC)
                return moment.astimezone(_JST).date()
            except (ValueError, OverflowError):
                return None
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, _JST).date()
    except OSError:
        return None
