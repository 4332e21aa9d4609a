"""A workbook as a plain value: what the sheets hold and how they print, without any spreadsheet library."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Cell = str | int | float | date | None

_SHEET_NAME_LIMIT = 31
_SHEET_NAME_FORBIDDEN = frozenset("[]:*?/\\")


class ColumnKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


class PaperSize(StrEnum):
    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is in characters of the sheet's font; `key` names it to the program, `header` to the staff.

    `locked` matters on a protected sheet only: the cells of a column that is not locked may be
    filled in (the 回答 columns). `choices` is the drop-down of a CHOICE column.
    A str in a NUMBER or DATE column (不明, a 和暦 text) stays text; a number in a TEXT column becomes text.
    """

    key: str
    header: str
    width: float = 12
    kind: ColumnKind = ColumnKind.TEXT
    choices: tuple[str, ...] = ()
    hidden: bool = False
    locked: bool = True

    def __post_init__(self) -> None:
        if (self.kind is ColumnKind.CHOICE) != bool(self.choices):
            raise ValueError(f"column {self.key}: choices belong to a choice column, and it needs some")


@dataclass(frozen=True, slots=True)
class PrintSettings:
    """How a sheet prints: fitted to one page in width, the header row repeated.

    `header` and `footer` are (left, centre, right) texts; `page_numbers` puts 頁／総頁 after the centre of the footer.
    """

    landscape: bool = True
    paper: PaperSize = PaperSize.A4
    header: tuple[str, str, str] = ("", "", "")
    footer: tuple[str, str, str] = ("", "", "")
    page_numbers: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `notes` (title, print date, edition …) one a row from row 1, then the header row, then `rows`.

    `frozen_columns` first columns stay in view. `protected` locks what `Column.locked` names against slips of the
    hand; it is no secret and has no password.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    printing: PrintSettings = field(default_factory=PrintSettings)
    protected: bool = False
    filtered: bool = True
    frozen_columns: int = 0

    def __post_init__(self) -> None:
        if not self.name or len(self.name) > _SHEET_NAME_LIMIT or _SHEET_NAME_FORBIDDEN & set(self.name):
            raise ValueError("a sheet's name has 1 to 31 characters and none of []:*?/\\")
        if not self.columns:
            raise ValueError("a sheet has columns")
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError("a column's key is used once in a sheet")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError("every row has a cell for every column")
            for cell in row:
                if isinstance(cell, bool | datetime) or (isinstance(cell, float) and not math.isfinite(cell)):
                    raise ValueError("a cell is a text, a finite number, a date or None")

    @property
    def header_row(self) -> int:
        """The row of the headers, counted from 1 as Excel shows it; the data begin in the next one."""
        return len(self.notes) + 1


@dataclass(frozen=True, slots=True)
class Workbook:
    """Sheets under one title (the document's property; it never holds a person's name)."""

    title: str
    sheets: tuple[Sheet, ...]
    made_on: date

    def __post_init__(self) -> None:
        names = [sheet.name.casefold() for sheet in self.sheets]
        if not names or len(set(names)) != len(names):
            raise ValueError("a workbook has sheets, each with its own name")
