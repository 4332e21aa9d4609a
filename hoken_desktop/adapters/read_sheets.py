"""A returned workbook, sealed or not; what was sealed is never decrypted onto a disk."""

from __future__ import annotations

from pathlib import Path

from hoken_desktop.adapters import sealed_sheets, sheets
from hoken_desktop.adapters.layouts import read_mapped
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.sheets import RawTable

__all__ = ["read_mapped", "read_returned"]

_PROTECTED = "sheets.password_protected"


def read_returned(path: Path, password: str | None = None) -> list[RawTable]:
    """Every visible sheet of a workbook that came back: plain as it is, sealed with its password, in memory.

    A plain file is read even when a password is given. Refuses a sealed file without its password.
    """
    try:
        return sheets.read_tables(path)
    except Refusal as refusal:
        if refusal.code != _PROTECTED:
            raise
        if not password:
            raise Refusal("replies.sealed", file=path.name) from None
    return sheets.read_tables_of(sealed_sheets.unseal(path.read_bytes(), password.strip()), path.name)
