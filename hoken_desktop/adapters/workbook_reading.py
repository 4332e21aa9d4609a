"""A trusted workbook of our own making, read sheet by sheet as it lies (openpyxl); untrusted files go by sheets.py."""

from __future__ import annotations

import io
from datetime import datetime

from hoken_desktop.domain.workbooks import Cell


def sheets(content: bytes) -> list[tuple[str, list[str], list[list[Cell]]]]:
    """(name, header, rows) of each visible sheet; the header is the row the sheet is frozen under."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    found = []
    for page in book.worksheets:
        if page.sheet_state != "visible":
            continue
        first = page[page.freeze_panes].row - 1 if page.freeze_panes else 1
        rows = [[_cell(value) for value in row] for row in page.iter_rows(min_row=first, values_only=True)]
        found.append((page.title, [str(value or "") for value in rows[0]], rows[1:]))
    return found


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, (str, int, float)) or value is None:
        return value
    return str(value)
