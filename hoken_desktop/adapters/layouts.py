"""What the columns of a file mean: layouts in resources/layouts/*.toml, or TOML files of the office's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hoken_desktop import paths
from hoken_desktop.adapters import sheets
from hoken_desktop.adapters.headers import Layout, LayoutField, Match, fold
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.layouts import CONSENT_TO
from hoken_desktop.domain.sheets import MappedRow, MappedTable, RawTable

__all__ = ["Layout", "LayoutField", "Match", "built", "load", "map_table", "merged", "read_mapped"]


class _Rows:
    """The mapped rows of a table, made anew on each walk: a hundred thousand of them need not stand in memory."""

    def __init__(self, layout: Layout, table: RawTable) -> None:
        self.layout = layout
        self.table = table

    def __iter__(self) -> Iterator[MappedRow]:
        return self.layout.map(self.table)


def map_table(words: Layout, table: RawTable) -> MappedTable:
    """`table` by the fields of a layout. Refuses what `Layout.match` refuses."""
    match = words.match(table)
    return MappedTable(
        file=table.file,
        sheet=table.sheet,
        sha256=table.sha256,
        rows=_Rows(words, table),
        warnings=(*table.warnings, *words.warnings(table)),
        unmapped_columns=match.unmapped_columns,
    )


def read_mapped(path: Path, layout: str, sheet: str | None = None) -> MappedTable:
    """The one sheet of an xlsx or csv that `layout` knows, by its fields.

    Refuses what adapters/sheets.py and `Layout.match` refuse; nothing of a column the layout does not know
    goes further than its header.
    """
    words = load(layout)
    return map_table(words, sheets.read_table(path, words.knows, sheet))


def load(name: str) -> Layout:
    """The layout of this name in resources/layouts, or the TOML file at this path.

    Refuses an unknown name and a file that is no layout.
    """
    path = Path(name)
    if path.suffix != ".toml":
        own = re.fullmatch(r"[\w\-]+", name) is not None
        path = paths.resources() / "layouts" / (f"{name}.toml" if own else "")
    if not path.is_file():
        raise Refusal("layouts.not_found", name=path.name)
    try:
        return built(path.stem, merged(path, depth=0))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise Refusal("layouts.broken", name=path.name) from None


def merged(path: Path, depth: int) -> dict[str, Any]:
    """A layout's file over the shipped ones it extends."""
    own = tomllib.loads(path.read_text("utf-8-sig"))
    base = own.pop("extends", None)
    if base is None:
        return own
    if depth > 3 or not re.fullmatch(r"[\w\-]+", str(base)):
        raise ValueError("extends")
    below = merged(paths.resources() / "layouts" / f"{base}.toml", depth + 1)
    fields = {**below.get("fields", {}), **own.get("fields", {})}
    return {**below, **own, "fields": fields}


def built(name: str, raw: dict[str, Any]) -> Layout:
    """The layout of a file's content; KeyError, TypeError or ValueError where it is none."""
    fields = tuple(
        LayoutField(
            key=str(key),
            headers=tuple(str(word) for word in value["headers"]),
            parts=tuple(tuple(str(word) for word in slot) for slot in value.get("parts", [])),
            join=str(value.get("join", "")),
            template=str(value.get("template", "")),
            partial=bool(value.get("partial", False)),
        )
        for key, value in raw["fields"].items()
    )
    keys = {field.key for field in fields}
    required = tuple(tuple(str(key) for key in group) for group in raw.get("required", []))
    if any(key not in keys for group in required for key in group) or any(not field.headers for field in fields):
        raise ValueError("required")
    by_hand = {fold(str(word)): str(key) for word, key in raw.get("columns", {}).items()}
    header = tuple(int(row) for row in raw.get("header", []))
    unknown = (key for key in by_hand.values() if key and key not in keys and not key.startswith(CONSENT_TO))
    if any(unknown) or not _may_be_header(header):
        raise ValueError("columns")
    return Layout(
        name=name,
        title=str(raw["title"]),
        fields=fields,
        required=required,
        prefixes=tuple(map(str, raw.get("prefixes", []))),
        notes=tuple(map(str, raw.get("notes", []))),
        groups=tuple(map(str, raw.get("groups", []))),
        by_hand=tuple(by_hand.items()),
        header=header,
    )


def _may_be_header(rows: tuple[int, ...]) -> bool:
    """One row, or two that follow each other."""
    return not rows or (rows[0] > 0 and (len(rows) == 1 or (len(rows) == 2 and rows[1] == rows[0] + 1)))
