"""移行: the cells of one row on its way, with what had to be said of them."""

from __future__ import annotations

import re
from datetime import date

from hoken_desktop.domain import dates, names, numbers
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.register_marks import is_dash
from hoken_desktop.domain.sheets import CellTrouble, MappedCell, MappedRow


class Cells:
    """One row: `warnings` are the cells left as they were, `dashes` the keys of those that hold nothing but －."""

    def __init__(self, row: MappedRow) -> None:
        self.row = row
        self.cells = dict(row.cells)
        self.warnings: list[Fault] = []
        self.dashes: list[str] = []

    def place(self, key: str, code: str, warning: bool) -> Fault:
        """Something to be said of one cell."""
        return Fault(self.row.file, self.row.sheet, self.row.number, self.row.column(key), code, warning)

    def warn(self, key: str, code: str) -> None:
        """Says that a cell was left, and why."""
        self.warnings.append(self.place(key, code, True))

    def raw(self, key: str) -> object:
        """What stands in a cell; None for nothing and for a cell in trouble."""
        cell = self.cells.get(key)
        # A trouble is a str by type, and would pass for somebody's name.
        return None if cell is None or isinstance(cell.value, CellTrouble) else cell.value

    def text(self, key: str) -> str:
        """A cell as a tidy text, "" for － too."""
        raw = self.raw(key)
        text = names.tidy(raw) if isinstance(raw, str) else numbers.as_text(raw)
        return "" if is_dash(text) else text

    def put(self, key: str, value: str, like: str) -> None:
        """Lays a text into a cell, as if it stood in the column of `like`."""
        self.cells[key] = MappedCell(value, self.row.column(like))

    def day(self, key: str) -> date | None:
        """The day of a cell; None where it names none, with a warning where it seems to."""
        raw = self.raw(key)
        if raw is None or (isinstance(raw, str) and not re.search(r"\d|元", raw)):
            return None
        try:
            return dates.parse(raw, epoch_1904=self.row.epoch_1904)  # type: ignore[arg-type]
        except dates.UnreadableDate as error:
            self.warn(key, error.code)
            return None
