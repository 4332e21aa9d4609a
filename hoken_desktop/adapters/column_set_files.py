"""The columns of each municipality: TOML files in DATA/columns, written to be read and sent on; no personal data."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from hoken_desktop import paths
from hoken_desktop.adapters import whole_files
from hoken_desktop.domain.column_sets import ColumnChoice, ColumnSet
from hoken_desktop.domain.errors import Refusal

MOST = 1 << 16
"""Bytes of a file of columns."""
_HEAD = (
    "# 市町に提供する列。個人の情報は入っていません。並び順のとおりに名簿とCSVの列になります。",
    "# item は項目の記号、head は見出し(空なら項目の名前のまま)。書いていない項目は提供しません。",
)


class ColumnSetFiles:
    """The kept sets of one data folder, by municipality."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, municipality: str) -> ColumnSet | None:
        """The kept set; None where there is none. Refuses a file that cannot be used (a wrong list must not go out)."""
        path = self._path(municipality)
        return self.read_file(path, municipality) if path.exists() else None

    def read_file(self, path: Path, municipality: str) -> ColumnSet:
        """A set from any file."""
        try:
            data = path.read_bytes()[: MOST + 1]
            if len(data) > MOST:
                raise Refusal("column_sets.broken", file=path.name)
            raw = tomllib.loads(data.decode("utf-8-sig"))
            columns = tuple(_choice(each) for each in raw["columns"])
        except OSError:
            raise Refusal("column_sets.not_found", file=path.name) from None
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
            raise Refusal("column_sets.broken", file=path.name) from None
        if not columns:
            raise Refusal("column_sets.broken", file=path.name)
        return ColumnSet(municipality, columns)

    def keep(self, found: ColumnSet) -> None:
        """Writes a set; without columns the file goes and the standard stands again."""
        path = self._path(found.municipality)
        try:
            if not found.columns:
                path.unlink(missing_ok=True)
                return
            paths.make_private(self._folder)
            whole_files.write_whole(path, text_of(found).encode("utf-8"))
        except OSError:
            raise Refusal("store.cannot_write", file=path.name) from None

    def _path(self, municipality: str) -> Path:
        if not (municipality.isascii() and municipality.isdigit()):
            raise ValueError("a municipality is its code")
        return self._folder / f"{municipality}.toml"


def text_of(found: ColumnSet) -> str:
    """The file of a set."""
    lines = [*_HEAD]
    for one in found.columns:
        lines += ["", "[[columns]]", f"item = {json.dumps(one.item)}"]
        if one.head:
            lines.append(f"head = {json.dumps(one.head, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _choice(raw: dict[str, Any]) -> ColumnChoice:
    item, head = raw["item"], raw.get("head", "")
    if not (isinstance(item, str) and isinstance(head, str)):
        raise TypeError("item and head are texts")
    return ColumnChoice(item, head)
