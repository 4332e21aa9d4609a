"""The layouts an office keeps: TOML files in DATA/layouts, written to be read, sent on and used again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hoken_desktop import paths
from hoken_desktop.adapters import register_sheets, sheets, whole_files
from hoken_desktop.adapters.headers import HEADER_WITHIN, Layout, LayoutField, Match, letter_of, wordless_columns
from hoken_desktop.adapters.layouts import built, load, merged
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.layouts import (
    ColumnSeen,
    FieldWord,
    LayoutChoice,
    LayoutDraft,
    LayoutFile,
    LayoutName,
    SheetSeen,
    is_layout_name,
)
from hoken_desktop.domain.numbers import as_text
from hoken_desktop.domain.register import RegisterTable
from hoken_desktop.domain.sheets import MappedTable, RawTable, column_letter

MOST = 1 << 20
"""Bytes of a layout's file."""
_SHIPPED = ("benefit", "nanbyo", "shoman", "register", "consents")


class LayoutFiles:
    """The kept layouts of one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[LayoutName]:
        """Every kept layout that can be read, by name."""
        found = []
        for path in sorted(self._folder.glob("*.toml")):
            try:
                layout, raw = load(str(path)), _raw(path)
            except Refusal:
                continue
            found.append(LayoutName(path.stem, layout.title, str(raw.get("extends", ""))))
        return found

    def resolve(self, name: str) -> str:
        """The path of a kept layout; what is none (a shipped name, a path) as it is."""
        path = self._path(name) if is_layout_name(name) else None
        return str(path) if path is not None and path.is_file() else name

    def draft(self, name: str) -> LayoutDraft:
        """What a kept layout decides by hand, to be looked at and changed."""
        raw = _raw(Path(self.resolve(name)))
        columns = {str(word): str(key) for word, key in raw.get("columns", {}).items()}
        return LayoutDraft(name, columns, tuple(int(row) for row in raw.get("header", [])))

    def keep(self, name: str, draft: LayoutDraft, *, replacing: bool) -> None:
        """Writes a draft as the kept layout `name`; refuses a name that is taken unless `replacing`."""
        raw = self._own(draft)
        raw["title"] = name
        self._write(name, _toml(raw), replacing=replacing)

    def add(self, path: Path, name: str = "") -> LayoutName:
        """Takes a layout's file from elsewhere in, as it is; refuses one that cannot be used, and a name taken."""
        text = _text(path)
        layout = load(str(path))
        name = name or path.stem
        self._write(name, text, replacing=False)
        return LayoutName(name, layout.title, str(tomllib.loads(text).get("extends", "")))

    def text_of(self, name: str) -> str:
        """The file of a kept layout, to be sent."""
        return _text(Path(self.resolve(name)))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.toml"

    def _own(self, draft: LayoutDraft) -> dict[str, Any]:
        shipped = draft.base in _SHIPPED
        raw: dict[str, Any] = {"extends": draft.base} if shipped else _raw(Path(self.resolve(draft.base)))
        raw["columns"] = dict(draft.columns)
        raw.pop("header", None)
        if draft.header:
            raw["header"] = list(draft.header)
        return raw

    def _write(self, name: str, text: str, *, replacing: bool) -> None:
        if not is_layout_name(name) or name in _SHIPPED:
            raise Refusal("layouts.bad_name", name=name[:40])
        path = self._path(name)
        if path.exists() and not replacing:
            raise Refusal("layouts.name_taken", name=name)
        try:
            paths.make_private(self._folder)
            whole_files.write_whole(path, text.encode("utf-8"))
        except OSError:
            raise Refusal("store.cannot_write", file=path.name) from None

    def layout(self, draft: LayoutDraft, also: Mapping[str, Sequence[str]]) -> Layout:
        """The layout of a draft; `also` are fields beyond it (key -> header words)."""
        base = Path(self.resolve(draft.base))
        if base.suffix != ".toml":
            base = paths.resources() / "layouts" / f"{base.name}.toml"
        try:
            raw = {**merged(base, 0), "columns": dict(draft.columns), "header": list(draft.header)}
            made = built(draft.base, raw)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError):
            raise Refusal("layouts.broken", name=base.name) from None
        more = tuple(LayoutField(key, tuple(heads)) for key, heads in also.items() if heads)
        return replace(made, fields=(*made.fields, *more))

    def fields(self, draft: LayoutDraft, also: Mapping[str, Sequence[str]]) -> list[FieldWord]:
        """The fields a column may be, in the layout's order."""
        return [FieldWord(field.key, field.label) for field in self.layout(draft, also).fields]

    def find(self, layout: LayoutChoice) -> Layout:
        """The layout to read a file by: a shipped one, a kept one, a TOML file elsewhere, or a draft not kept yet."""
        return self.layout(layout, {}) if isinstance(layout, LayoutDraft) else load(self.resolve(layout))

    def read_register(
        self, path: Path, layout: LayoutChoice, also: Mapping[str, Sequence[str]], wanted: Collection[str] = ()
    ) -> list[RegisterTable]:
        """register_sheets.read_register by any layout `find` knows."""
        return register_sheets.read_register(path, self.find(layout), also, wanted)

    def read_benefit(self, path: Path, layout: LayoutChoice, sheet: str | None = None) -> MappedTable:
        """register_sheets.read_benefit by any layout `find` knows."""
        return register_sheets.read_benefit(path, self.find(layout), sheet)

    def open(self, path: Path) -> LayoutFile:
        """A file's visible sheets as they stand. Refuses what the gate refuses."""
        data = sheets.read_bytes(path)
        tables = sheets.read_tables_of(data, path.name)
        return LayoutFile(path.name, tables[0].sha256, register_sheets.saved_on(data, path), tuple(tables))

    def see(
        self, file: LayoutFile, draft: LayoutDraft, also: Mapping[str, Sequence[str]]
    ) -> tuple[SheetSeen, ...]:
        """Every sheet of an opened file as a draft would read it, complete or not."""
        layout = self.layout(draft, also)
        return tuple(_seen(layout, table) for table in file.tables)


def _seen(layout: Layout, table: RawTable) -> SheetSeen:
    match = layout.look(table)
    heads = tuple(
        (row.number, " ".join(as_text(cell) for cell in row.cells if isinstance(cell, str) and cell.strip())[:60])
        for row in table.rows
        if row.number <= HEADER_WITHIN
    )
    if match is None:
        return SheetSeen(table.file, table.sheet, (), len(table.rows), (), (), heads)
    below = [row for row in table.rows if row.number > match.last_row]
    rows = (below[-1].number - match.last_row) if below else 0
    header = tuple(dict.fromkeys((match.first_row, match.last_row)))
    columns = _columns(layout, table, match)
    return SheetSeen(table.file, table.sheet, header, rows, columns, tuple(layout.missing(match)), heads)


def _columns(layout: Layout, table: RawTable, match: Match) -> tuple[ColumnSeen, ...]:
    field_of = {column: key for key, columns in match.columns.items() for column in columns}
    decided = layout.decided_columns(match)
    words = {column: "".join(text.split()) for column, text in match.headers.items()}
    again = {word for word in words.values() if list(words.values()).count(word) > 1}
    below = [row.cells for row in table.rows if row.number > match.last_row]
    found = []
    for number in sorted({*words, *wordless_columns(table, match)}):
        word = words.get(number, "")
        values = tuple(
            cells[number - 1] for cells in below if len(cells) >= number and cells[number - 1] not in (None, "")
        )
        found.append(
            ColumnSeen(
                number=number, letter=column_letter(number), header=word,
                address=word if word and word not in again else letter_of(number),
                key=field_of.get(number, ""), by_hand=number in decided, values=values,
            )
        )  # fmt: skip
    return tuple(found)


# ---- the file -------------------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()[: MOST + 1]
        if len(data) > MOST:
            raise Refusal("layouts.broken", name=path.name)
        return data.decode("utf-8-sig")
    except OSError:
        raise Refusal("layouts.not_found", name=path.name) from None
    except UnicodeDecodeError:
        raise Refusal("layouts.broken", name=path.name) from None


def _raw(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        raise Refusal("layouts.broken", name=path.name) from None


_HEAD = (
    "# 列の対応表(様式)。個人の情報は入っていません。ほかの保健所に渡して使えます。",
    '# [columns] は「見出し = 項目」。"" は読まない列、"H列" のような名前は列の記号で指定した列です。',
)


def _toml(raw: Mapping[str, Any]) -> str:
    """The file of a layout; keys and values are strings, whole numbers, lists of them, and tables of those."""
    plain = [f"{_key(key)} = {_value(value)}" for key, value in raw.items() if not isinstance(value, Mapping)]
    lines = [*_HEAD, *plain]
    for key, value in raw.items():
        if isinstance(value, Mapping):
            lines += _table((key,), value)
    return "\n".join(lines) + "\n"


def _table(name: tuple[str, ...], table: Mapping[str, Any]) -> list[str]:
    plain = [f"{_key(key)} = {_value(value)}" for key, value in table.items() if not isinstance(value, Mapping)]
    lines = ["", f"[{'.'.join(map(_key, name))}]", *plain] if plain or not table else []
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += _table((*name, key), value)
    return lines


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _value(key)


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # A JSON string is a TOML string but for DEL, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

