"""様式: which column of a file is which field, as the staff see it and decide it. A layout holds no personal data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hoken_desktop.domain.sheets import RawTable, RawValue

CONSENT_TO = "consent_to:"
"""Key of a consent column that names a municipality of the office: 「鴻巣市への提供同意」 -> consent_to:112178."""

JOINED = frozenset({"name", "name_kana", "birth_on", "postcode", "address_registered", "address_actual",
                    "disease_name", "guardian_name", "note"})  # fmt: skip
"""Fields that several columns may make together."""

REGISTER = "register"
"""The layout of the list a centre keeps today; every office layout extends it or that of a benefit scheme."""

_NAME = re.compile(r"[\w\-]{1,40}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.I)
_DATA = re.compile(r"\d{3}|[@＠]|[年/.\-]\d{1,2}[月/.\-]\d")


@dataclass(frozen=True, slots=True)
class LayoutName:
    """A kept layout: its name, the words its maker gave it, and the shipped layout it extends ("" for none)."""

    name: str
    title: str
    base: str


@dataclass(frozen=True, slots=True)
class LayoutDraft:
    """What the staff decided of a file. `base` is a shipped layout or the name of a kept one.

    `columns` are header words, or 「H列」 for a column by its letter, with the key of their field; "" for a column
    that is not to be read. `header` are the rows of the header where they were decided, else ().
    """

    base: str
    columns: Mapping[str, str] = field(default_factory=dict)
    header: tuple[int, ...] = ()

    @property
    def touched(self) -> bool:
        """Whether anything was decided by hand."""
        return bool(self.columns or self.header)


LayoutChoice = str | LayoutDraft
"""A layout to read by: a shipped or kept one by its name, a TOML file by its path, or a draft not kept yet."""


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column of a sheet. `address` names it in `LayoutDraft.columns`; `key` is its field, "" where it is not read.

    `values` are the cells below the header that hold anything, as they stand: untrusted, and never for a log.
    """

    number: int
    letter: str
    header: str
    address: str
    key: str
    by_hand: bool
    values: tuple[RawValue, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """One sheet by a layout: its header rows, its columns, and the required fields (by their words) it has not."""

    file: str
    sheet: str
    header: tuple[int, ...]
    rows: int
    columns: tuple[ColumnSeen, ...]
    missing: tuple[str, ...]
    heads: tuple[tuple[int, str], ...]

    @property
    def fits(self) -> bool:
        """Whether the sheet can be read as it is."""
        return bool(self.header) and not self.missing


@dataclass(frozen=True, slots=True)
class LayoutFile:
    """A file that was opened to be looked at. `tables` hold personal data: let go of it with the page."""

    file: str
    sha256: str
    saved_on: date | None
    tables: tuple[RawTable, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FieldWord:
    """A field a column may be, by the word it goes by."""

    key: str
    word: str


def is_layout_name(name: str) -> bool:
    """Whether a layout may be kept under this name (letters of any script, figures, - and _)."""
    return bool(_NAME.fullmatch(name)) and not _RESERVED.fullmatch(name)


def looks_like_data(header: str) -> bool:
    """Whether a header word may be somebody's value (a number, a day, an address): no word for a layout."""
    return len(header) > 40 or bool(_DATA.search(header))


def assigned(draft: LayoutDraft, sheet: SheetSeen, column: ColumnSeen, key: str | None) -> LayoutDraft:
    """`draft` with `column` decided as the field `key`: "" not to be read, None as its word says.

    A field that only one column can be is taken from the column that had it.
    """
    columns = dict(draft.columns)
    columns.pop(column.address, None)
    if key is not None:
        columns[column.address] = key
    if key and key not in JOINED:
        for other in sheet.columns:
            if other.key == key and other.number != column.number:
                columns[other.address] = ""
    return LayoutDraft(draft.base, columns, draft.header)
