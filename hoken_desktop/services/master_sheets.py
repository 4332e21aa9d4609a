"""マスタの表: each table out as a sheet that staff can mend, and in again, with every fault named by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.sheets import MappedTable
from hoken_desktop.domain.workbooks import Column, ColumnKind, PrintSettings, Sheet, Workbook
from hoken_desktop.paths import check_folder
from hoken_desktop.services.device_models import DeviceModels
from hoken_desktop.services.diseases import Diseases
from hoken_desktop.services.master_rows import COLUMNS, DAYS, FORMULA_STARTS, NUMBERS, Master, MasterRows
from hoken_desktop.services.masters import Entries
from hoken_desktop.services.organisations import Municipalities, Organisations
from hoken_desktop.services.ports import Clock
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.words import label, say

_BUNDLE = 100


class TableReader(Protocol):
    """Reads the one sheet of an xlsx or csv that a layout knows (adapters/layouts.read_mapped)."""

    def __call__(self, path: Path, layout: str, sheet: str | None = None) -> MappedTable: ...


class PlainFiles(Protocol):
    """Tables without personal data, written whole or not at all (adapters/sealed_sheets.py)."""

    def write_plain(self, workbook: Workbook) -> bytes: ...
    def write_file(self, folder: Path, name: str, data: bytes) -> Any: ...


@dataclass(frozen=True, slots=True)
class MasterReading:
    """What a sheet brought. rows = added + changed + unchanged + faulty; blank rows are not counted.

    A blank cell keeps what the entry has: a shorter list takes nothing away.
    """

    rows: int
    added: int
    changed: int
    unchanged: int
    faulty: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    unmapped_columns: tuple[str, ...]
    dry_run: bool

    @property
    def closes(self) -> bool:
        """Whether every row of the sheet went somewhere."""
        return self.rows == self.added + self.changed + self.unchanged + self.faulty


class MasterSheets:
    """Reads and writes the three tables."""

    def __init__(
        self, organisations: Organisations, device_models: DeviceModels, diseases: Diseases, clock: Clock,
        reader: TableReader, files: PlainFiles, write_text: Callable[[Path, str], None],
        municipalities: Municipalities,
    ) -> None:  # fmt: skip
        self._tables: dict[Master, Entries[Any]] = {
            Master.ORGANISATIONS: organisations, Master.MODELS: device_models, Master.DISEASES: diseases,
        }  # fmt: skip
        self._clock = clock
        self._reader = reader
        self._files = files
        self._write_text = write_text
        self._municipalities = municipalities

    def table(self, master: Master) -> Entries[Any]:
        """The service of one table."""
        return self._tables[master]

    # ---- out --------------------------------------------------------------------------------------------------

    def export(self, master: Master, path: Path) -> int:
        """Writes every entry, the ended too, to `path` (.xlsx or .csv) without a password; gives how many.

        No table holds anything of a patient. Refuses another kind of file, a name that is taken and a folder that
        cannot be written to.
        """
        ending = path.suffix.lower()
        if ending not in (".xlsx", ".csv"):
            raise Refusal("masters.export_kind", file=path.name)
        entries = self._tables[master].all()
        keys = [key for key, _ in COLUMNS[master]]
        rows = tuple(tuple(self._cell(entry, key) for key in keys) for entry in entries)
        if ending == ".csv":
            self._write_text(path, _as_csv([say(f"masters.column_{key}") for key in keys], rows))
            return len(entries)
        columns = tuple(
            Column(key, say(f"masters.column_{key}"), width, _column_kind(key)) for key, width in COLUMNS[master]
        )
        title = say(f"masters.{master.value}")
        sheet = Sheet(title, columns, rows, printing=PrintSettings(header=("", title, "")), frozen_columns=3)
        data = self._files.write_plain(Workbook(title, (sheet,), self._clock.today()))
        check_folder(path.parent)
        self._files.write_file(path.parent, path.name, data)
        return len(entries)

    def _cell(self, entry: Any, key: str) -> str | float | date | None:
        value = getattr(entry, key)
        if key == "municipality":
            found = self._municipalities.by_code(value) if value else None
            return found.full_name if found else str(value)
        return label(value) if isinstance(value, Enum) else value

    # ---- in ---------------------------------------------------------------------------------------------------

    def read_in(
        self, master: Master, path: Path, *, dry_run: bool = False, report: Report = no_report
    ) -> MasterReading:
        """Takes a sheet in as one deed: new entries are added, known ones changed, none is taken away.

        A row with a fault stops no other. Refuses what the gate and the layout refuse.
        """
        report(Step(0, 0, "masters.step_read"))
        table = self._reader(path, master.value)
        entries = self._tables[master]
        known = {one.id: one for one in entries.all()}
        taking = MasterRows(master, entries, known, self._municipalities)
        filled = [row for row in table.rows if not row.blank]
        for done, row in enumerate(filled):
            if done % _BUNDLE == 0:
                report(Step(done, len(filled), "masters.step_take"))
            taking.take(row)
        reading = MasterReading(
            rows=len(filled), added=len(taking.added), changed=len(taking.changed), unchanged=taking.unchanged,
            faulty=taking.faulty, faults=tuple(taking.faults), warnings=(*table.warnings, *taking.warnings),
            unmapped_columns=table.unmapped_columns, dry_run=dry_run,
        )  # fmt: skip
        if (taking.added or taking.changed) and not dry_run:
            entries.take(taking.added, taking.changed.values(), table.sha256[:16])
        return reading


def _column_kind(key: str) -> ColumnKind:
    if key in DAYS:
        return ColumnKind.DATE
    return ColumnKind.NUMBER if key in NUMBERS else ColumnKind.TEXT


def _as_csv(headers: list[str], rows: tuple[tuple[Any, ...], ...]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headers)
    for row in rows:
        writer.writerow([_csv_text(cell) for cell in row])
    return out.getvalue()


def _csv_text(cell: Any) -> str:
    if cell is None:
        return ""
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    # A spreadsheet would take it for a formula; the mark is taken off again when the file is read.
    return "'" + text if text[:1] in FORMULA_STARTS else text
