"""提供する列 of each municipality: looked at, kept, put back to the standard."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.column_sets import ColumnSet, checked
from hoken_desktop.domain.disclosures import ITEM_BY_KEY
from hoken_desktop.services import items
from hoken_desktop.words import say


class ColumnSetShelf(Protocol):
    """The kept sets (adapters/column_set_files.ColumnSetFiles)."""

    def read(self, municipality: str) -> ColumnSet | None: ...
    def read_file(self, path: Path, municipality: str) -> ColumnSet: ...
    def keep(self, found: ColumnSet) -> None: ...


class ColumnSets:
    """The sets of an office's municipalities."""

    def __init__(self, shelf: ColumnSetShelf) -> None:
        self._shelf = shelf

    def of(self, municipality: str) -> ColumnSet:
        """The set kept for a municipality, else the standard. Refuses a kept file that cannot be used."""
        found = self._shelf.read(municipality)
        return ColumnSet(municipality) if found is None else checked(found, _own_words())

    def from_file(self, path: Path, municipality: str) -> ColumnSet:
        """A set from a file, for one disclosure or to be kept."""
        return checked(self._shelf.read_file(path, municipality), _own_words())

    def keep(self, found: ColumnSet) -> ColumnSet:
        """Keeps a set; one without columns puts the standard back."""
        washed = checked(found, _own_words())
        self._shelf.keep(washed)
        return washed


def _own_words() -> dict[str, str]:
    return {"": say("disclosures.key")} | {key: items.header(key) for key in ITEM_BY_KEY}
