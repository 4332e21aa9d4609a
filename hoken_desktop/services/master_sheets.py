"""マスタの表: each table out as a sheet that staff can mend, and in again, with every fault named by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from hoken_desktop.domain.codes import DeviceKind, Scheme
from hoken_desktop.domain.dates import UnreadableDate, parse
from hoken_desktop.domain.devices_text import listed
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.masters import DeviceModel, Disease, Organisation, OrganisationKind
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.numbers import as_text, wash_phone
from hoken_desktop.domain.organisations import read_kind
from hoken_desktop.domain.sheets import CellTrouble, MappedRow, MappedTable
from hoken_desktop.domain.workbooks import Column, ColumnKind, PrintSettings, Sheet, Workbook
from hoken_desktop.services.device_models import DeviceModels
from hoken_desktop.services.diseases import SCHEMES, Diseases
from hoken_desktop.services.masters import Entries
from hoken_desktop.services.organisations import Municipalities, Organisations
from hoken_desktop.services.ports import Clock
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.words import label, say

C = TypeVar("C", bound=StrEnum)

_BUNDLE = 100


class Master(StrEnum):
    """Which table; the value is also the name of its layout in resources/layouts."""

    ORGANISATIONS = "organisations"
    MODELS = "device_models"
    DISEASES = "diseases"


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


class _Unreadable(Exception):
    """A cell whose meaning cannot be read; the code is the fault's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_TEXT_COLUMNS = {
    Master.ORGANISATIONS: (
        ("kind", 14), ("name", 26), ("office", 18), ("name_kana", 22), ("municipality", 14), ("phone", 15),
        ("phone_24h", 15), ("fax", 15), ("email", 24), ("address", 34), ("contact_name", 14), ("valid_from", 17),
        ("valid_to", 17), ("source", 20), ("note", 24),
    ),
    Master.MODELS: (
        ("kind", 16), ("maker", 22), ("model", 22), ("battery_hours", 14), ("external_battery_hours", 14),
        ("watts", 12), ("valid_from", 17), ("valid_to", 17), ("source", 20), ("note", 24),
    ),
    Master.DISEASES: (
        ("scheme", 18), ("number", 8), ("name", 40), ("name_kana", 40), ("valid_from", 17), ("valid_to", 17),
        ("source", 24), ("note", 24),
    ),
}  # fmt: skip
"""Fields in the order of the sheet, with the width of their columns."""

_BLANKS: Mapping[Master, Any] = {
    Master.ORGANISATIONS: Organisation("", OrganisationKind.OTHER, ""),
    Master.MODELS: DeviceModel("", DeviceKind.OTHER, "", ""),
    Master.DISEASES: Disease("", Scheme.NANBYO, "", ""),
}
_FORMULA_STARTS = ("=", "+", "-", "@")
_DAYS = ("valid_from", "valid_to")
_NUMBERS = ("battery_hours", "external_battery_hours", "watts")
_PHONES = ("phone", "phone_24h", "fax")


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
        keys = [key for key, _ in _TEXT_COLUMNS[master]]
        rows = tuple(tuple(self._cell(entry, key) for key in keys) for entry in entries)
        if ending == ".csv":
            self._write_text(path, _as_csv([say(f"masters.column_{key}") for key in keys], rows))
            return len(entries)
        columns = tuple(
            Column(key, say(f"masters.column_{key}"), width, _column_kind(key)) for key, width in _TEXT_COLUMNS[master]
        )
        title = say(f"masters.{master.value}")
        sheet = Sheet(title, columns, rows, printing=PrintSettings(header=("", title, "")), frozen_columns=3)
        data = self._files.write_plain(Workbook(title, (sheet,), self._clock.today()))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise Refusal("store.cannot_write", file=path.name) from None
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
        taking = _Taking(master, entries, known, self._municipalities)
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


class _Taking:
    """The table as it would stand after the sheet."""

    def __init__(
        self, master: Master, entries: Entries[Any], known: dict[str, Any], municipalities: Municipalities
    ) -> None:
        self._master = master
        self._entries = entries
        self._known = known
        self._municipalities = municipalities
        self._met: set[str] = set()
        self.added: list[Any] = []
        self.changed: dict[str, Any] = {}
        self.unchanged = self.faulty = 0
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def take(self, row: MappedRow) -> None:
        """One row: an entry added, changed or as it was, or a fault."""
        before = len(self.faults)
        said = self._said(row)
        if len(self.faults) == before:
            self._settle(row, said)
        self.faulty += len(self.faults) > before

    def _said(self, row: MappedRow) -> dict[str, Any]:
        """The cells that say something, by field; a cell that cannot be read becomes the row's fault."""
        if row.trouble:
            self._blame(row, "", row.trouble)
            return {}
        said: dict[str, Any] = {}
        for key, _ in _TEXT_COLUMNS[self._master]:
            cell = row.cells.get(key)
            if cell is None:
                continue
            try:
                if isinstance(cell.value, CellTrouble):
                    raise _Unreadable(cell.value.value)
                value = self._read(key, cell.value, row)
            except _Unreadable as error:
                self._blame(row, key, error.code)
                return {}
            if value not in ("", None):
                said[key] = value
        return said

    def _read(self, key: str, raw: Any, row: MappedRow) -> Any:
        text = as_text(raw)
        if not text:
            return ""
        if key in _DAYS:
            try:
                return parse(raw, epoch_1904=row.epoch_1904)
            except UnreadableDate as error:
                raise _Unreadable(error.code) from None
        if key in _NUMBERS:
            return _number(text, whole=key == "watts")
        if key in _PHONES:
            washed = wash_phone(raw)
            self.warnings += [_fault(row, key, code, warning=True) for code in washed.warnings]
            return washed.value
        if key == "kind":
            return self._kind(text)
        if key == "scheme":
            return _scheme(text)
        if key == "municipality":
            found = self._municipalities.by_code(text) or self._municipalities.by_name(text)
            if found is None:
                raise _Unreadable("master_municipality_unknown")
            return found.code
        given = raw.strip() if isinstance(raw, str) else text
        return given[1:] if given[:1] == "'" and given[1:2] in _FORMULA_STARTS else given

    def _kind(self, text: str) -> Any:
        if self._master is Master.ORGANISATIONS:
            found = _by_word(text, OrganisationKind) or read_kind(text)
            if found is None:
                raise _Unreadable("master_kind_unknown")
            return found
        named = _by_word(text, DeviceKind) or next((kind for kind, _, _ in listed(text)), None)
        if named is None:
            raise _Unreadable("master_device_kind_unknown")
        return named

    def _settle(self, row: MappedRow, said: dict[str, Any]) -> None:
        draft = replace(_BLANKS[self._master], **said)
        standing = [*self._known.values()]
        same = self._entries.same(draft, standing)
        try:
            whole = self._entries.checked(replace(same, **said) if same is not None else draft)
        except Refusal as refusal:
            self._blame(row, _BLAMED.get(refusal.code, ""), "master_" + refusal.code.partition(".")[2])
            return
        twice = same is not None and same.id in self._met
        if twice or self._entries.same(whole, [*self.added, *self.changed.values()]) is not None:
            self._blame(row, _BLAMED["masters.already_there"], "master_twice")
        elif same is not None and self._entries.same(whole, [o for o in standing if o.id != same.id]) is not None:
            self._blame(row, "valid_from", "master_already_there")
        elif same is None:
            self.added.append(whole)
        else:
            self._met.add(same.id)
            if whole == same:
                self.unchanged += 1
            else:
                self.changed[same.id] = whole

    def _blame(self, row: MappedRow, key: str, code: str) -> None:
        self.faults.append(_fault(row, key, code))


_BLAMED = {
    "organisations.no_name": "name",
    "organisations.no_municipality": "municipality",
    "organisations.unknown_municipality": "municipality",
    "device_models.no_model": "model",
    "device_models.hours_out_of_bounds": "battery_hours",
    "device_models.watts_out_of_bounds": "watts",
    "diseases.no_name": "name",
    "diseases.no_number": "number",
    "masters.days_reversed": "valid_to",
    "masters.already_there": "name",
}
"""The column a refusal is about."""


def _fault(row: MappedRow, key: str, code: str, warning: bool = False) -> Fault:
    return Fault(row.file, row.sheet, row.number, row.column(key), code, warning)


def _number(text: str, *, whole: bool) -> float | int:
    bare = text.replace(",", "").lower()
    for unit in ("時間", "hours", "hour", "h", "ワット", "w"):
        bare = bare.removesuffix(unit).strip()
    try:
        value = float(bare)
    except ValueError:
        raise _Unreadable("master_number_unreadable") from None
    if whole and not value.is_integer():
        raise _Unreadable("master_number_unreadable")
    return int(value) if whole else value


def _by_word(text: str, allowed: Iterable[C]) -> C | None:
    """By the staff's word or the code's own; None for anything else."""
    wanted = fold_name(text)
    return next((one for one in allowed if wanted in (fold_name(label(one)), one.value)), None)


def _scheme(text: str) -> Scheme:
    found = _by_word(text, SCHEMES)
    if found is not None:
        return found
    if text.startswith("小"):
        return Scheme.SHOMAN
    if "難病" in text:
        return Scheme.NANBYO
    raise _Unreadable("master_scheme_unknown")


def _column_kind(key: str) -> ColumnKind:
    if key in _DAYS:
        return ColumnKind.DATE
    return ColumnKind.NUMBER if key in _NUMBERS else ColumnKind.TEXT


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
    return "'" + text if text[:1] in _FORMULA_STARTS else text
