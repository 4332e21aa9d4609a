"""A table as it stands in a file, before anything in it is believed.

Rows and columns are counted from 1, as Excel shows them (for csv the physical line).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from hoken_desktop.domain.errors import Fault


class CellTrouble(StrEnum):
    """A cell that holds no value which could be taken over; the code is the fault's code.

    STRUCK…: a line goes through all of its text or a part of it, so that nobody can say what stands there now.
    """

    FORMULA = "formula_without_value"
    ERROR = "cell_error"
    DISAGREE = "readers_disagree"
    STRUCK_NAME = "register_struck"
    STRUCK = "cell_struck"
    STRUCK_PARTLY = "cell_struck_partly"


STRUCK = frozenset({CellTrouble.STRUCK_NAME, CellTrouble.STRUCK, CellTrouble.STRUCK_PARTLY})

RawValue = str | int | float | bool | date | datetime | CellTrouble | None
"""What one cell holds. Text is as given; None is blank."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row with at least one non-blank cell; `cells[0]` is column A."""

    number: int
    cells: tuple[RawValue, ...]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One sheet of a workbook, or a csv (then `sheet` is ""). Rows ascend; blank rows are left out.

    `merges` are (first row, first column, last row, last column). `epoch_1904`: serial dates count
    from 1904. `warnings` name hidden rows, columns, sheets and merged cells. `untrusted` in every cell.
    """

    file: str
    sheet: str
    sha256: str
    rows: tuple[RawRow, ...]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    epoch_1904: bool = False
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class MappedCell:
    """A value under a known field, with the header it stood under (for the fault's place)."""

    value: RawValue
    column: str


@dataclass(frozen=True, slots=True)
class MappedRow:
    """One row below the header by field. `first_text` is the first non-blank text, known
    column or not; `trouble` a fault's code that holds for the whole row; `headers` the words over the
    columns of the sheet by field, so that a blank cell can be named too."""

    file: str
    sheet: str
    number: int
    cells: dict[str, MappedCell]
    blank: bool = False
    epoch_1904: bool = False
    first_text: str = ""
    trouble: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def struck_out(self) -> bool:
        """Whether a line goes through the whole name: somebody who is gone, or a slip."""
        cell = self.cells.get("name")
        return cell is not None and cell.value is CellTrouble.STRUCK_NAME

    def column(self, key: str) -> str:
        """The header over a field's cell, blank or not; "" where the sheet has no such column."""
        cell = self.cells.get(key)
        return cell.column if cell else self.headers.get(key, "")


@dataclass(frozen=True, slots=True)
class MappedTable:
    """One sheet by the fields of a layout. `rows` may be walked more than once: every row below the header down
    to the last with content, blank ones included. `warnings` name hidden rows, columns not used and the like."""

    file: str
    sheet: str
    sha256: str
    rows: Iterable[MappedRow]
    warnings: tuple[Fault, ...] = ()
    unmapped_columns: tuple[str, ...] = ()


_DITTO = re.compile(r"〃|″|\"|''|仝|々|同上|上に同じ|(住所|上記|住民票)(地)?(に|と)同じ|同じ|同住所")


def is_ditto(raw: object) -> bool:
    """Whether a cell only says 〃, 同上 or the like: which cell it means is not guessed."""
    return isinstance(raw, str) and bool(_DITTO.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", raw))))


def column_number(letters: str) -> int:
    """A -> 1, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letter(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
