"""様式: what the columns of a file are taken for, decided by the staff, tried against the file, kept and sent on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.layouts import (
    REGISTER,
    ColumnSeen,
    FieldWord,
    LayoutDraft,
    LayoutFile,
    LayoutName,
    SheetSeen,
    looks_like_data,
)
from hoken_desktop.services import samples
from hoken_desktop.services.intakes import LAYOUTS

SHIPPED = (REGISTER, *LAYOUTS.values())
"""The layouts that come with the program and that an office's own extends."""

Also = Mapping[str, Sequence[str]]


class LayoutShelf(Protocol):
    """The kept layouts and the gate for files (adapters/layout_files.LayoutFiles)."""

    def names(self) -> list[LayoutName]: ...
    def draft(self, name: str) -> LayoutDraft: ...
    def keep(self, name: str, draft: LayoutDraft, *, replacing: bool) -> None: ...
    def add(self, path: Path, name: str = "") -> LayoutName: ...
    def text_of(self, name: str) -> str: ...
    def fields(self, draft: LayoutDraft, also: Also) -> list[FieldWord]: ...
    def open(self, path: Path) -> LayoutFile: ...
    def see(self, file: LayoutFile, draft: LayoutDraft, also: Also) -> tuple[SheetSeen, ...]: ...


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column with what its values are understood as."""

    seen: ColumnSeen
    read: samples.Column


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as a draft would read it."""

    seen: SheetSeen
    columns: tuple[ColumnView, ...]


class Layouts:
    """Looks at files by layouts, and keeps what the staff decided."""

    def __init__(
        self, shelf: LayoutShelf, consent_columns: Callable[[], Also],
        diseases: Callable[[], DiseaseIndex] = lambda: NOTHING,
    ) -> None:  # fmt: skip
        self._shelf = shelf
        self._consent_columns = consent_columns
        self._diseases = diseases

    def names(self, base: str = "") -> list[LayoutName]:
        """The kept layouts, or those that extend `base`."""
        return [one for one in self._shelf.names() if not base or one.base in ("", base)]

    def draft(self, name: str) -> LayoutDraft:
        """What a layout decides: nothing yet for a shipped one. Refuses a name that is not there."""
        return LayoutDraft(name) if name in SHIPPED else self._shelf.draft(name)

    def fields(self, draft: LayoutDraft) -> list[FieldWord]:
        """The fields a column may be."""
        return self._shelf.fields(draft, self._also(draft))

    def open(self, path: Path) -> LayoutFile:
        """The visible sheets of a file, to be looked at. Refuses what the gate refuses; stores nothing."""
        return self._shelf.open(path)

    def see(self, file: LayoutFile, draft: LayoutDraft) -> tuple[SheetView, ...]:
        """Every sheet of an opened file as `draft` would read it, column by column."""
        of_register = self._base_of(draft) == REGISTER
        epochs = {table.sheet: table.epoch_1904 for table in file.tables}
        diseases = self._diseases()
        return tuple(
            SheetView(
                sheet,
                tuple(
                    ColumnView(
                        column,
                        samples.of_column(
                            column.key, column.values, epoch_1904=epochs[sheet.sheet], of_register=of_register,
                            diseases=diseases,
                        ),
                    )
                    for column in sheet.columns
                ),
            )
            for sheet in self._shelf.see(file, draft, self._also(draft))
        )

    def keep(self, name: str, draft: LayoutDraft, file: LayoutFile, *, replacing: bool = False) -> LayoutName:
        """Keeps a draft as the layout `name`, after it was tried against a file.

        Refuses a draft no sheet of the file can be read by, a header word that may be somebody's value (a layout is
        sent on), a name that is no name, and one that is taken unless `replacing`.
        """
        sheets = self._shelf.see(file, draft, self._also(draft))
        if not any(sheet.fits for sheet in sheets):
            missing = next((sheet.missing for sheet in sheets if sheet.columns), ())
            raise Refusal("layouts.does_not_fit", file=file.file, columns="、".join(missing))
        for sheet in sheets:
            odd = [column for column in sheet.columns if looks_like_data(column.header)]
            for column in odd:
                # Several such words: a person's row was taken for the header.
                if column.address in draft.columns or len(odd) > 1:
                    raise Refusal("layouts.header_is_data", file=file.file, sheet=sheet.sheet, column=column.letter)
        known = {column.address for sheet in sheets for column in sheet.columns}
        kept = {address: key for address, key in draft.columns.items() if address in known}
        self._shelf.keep(name, LayoutDraft(draft.base, kept, draft.header), replacing=replacing)
        return LayoutName(name, name, self._base_of(draft))

    def add(self, path: Path, name: str = "") -> LayoutName:
        """Takes in a layout's file that came from elsewhere; refuses what cannot be used, and a name that is taken."""
        return self._shelf.add(path, name)

    def text_of(self, name: str) -> str:
        """A kept layout's file, to be sent on: it holds no personal data."""
        return self._shelf.text_of(name)

    def _base_of(self, draft: LayoutDraft) -> str:
        if draft.base in SHIPPED:
            return draft.base
        return next((one.base for one in self._shelf.names() if one.name == draft.base), "")

    def _also(self, draft: LayoutDraft) -> Also:
        return self._consent_columns() if self._base_of(draft) == REGISTER else {}
