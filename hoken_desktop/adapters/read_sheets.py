"""Sheets for the services: a list by its layout, and a returned workbook, sealed or not."""

from __future__ import annotations

from pathlib import Path

from hoken_desktop.adapters import layouts, sealed_sheets, sheets
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.sheets import RawTable
from hoken_desktop.services.consents import MappedTable

_PROTECTED = "sheets.password_protected"


def read_mapped(path: Path, layout: str) -> MappedTable:
    """The one sheet of `path` that the layout knows, by its fields. Refuses as `sheets` and `layouts` do."""
    known = layouts.load(layout)
    table = sheets.read_table(path, known.knows)
    return MappedTable(
        file=table.file,
        sheet=table.sheet,
        sha256=table.sha256,
        rows=tuple(known.map(table)),
        warnings=(*table.warnings, *known.warnings(table)),
        unmapped_columns=known.match(table).unmapped_columns,
    )


def read_returned(path: Path, password: str | None = None) -> list[RawTable]:
    """Every visible sheet of a workbook that came back: plain as it is, sealed with its password, in memory.

    A plain file is read even when a password is given. Refuses a sealed file without its password.
    """
    try:
        return sheets.read_tables(path)
    except Refusal as refusal:
        if refusal.code != _PROTECTED or not password:
            raise
    return sheets.read_tables_of(sealed_sheets.unseal(path.read_bytes(), password.strip()), path.name)
