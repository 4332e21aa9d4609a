"""Every Japanese sentence of the program, fetched at the moment it is used.

resources/words/<noun>.toml holds the sentences of one noun; `say("sheets.encrypted", file="a.xlsx")`
reads key `encrypted` of sheets.toml. Codes of enumerations are in codes.toml, one table a type.
"""

from __future__ import annotations

import re
import tomllib
from enum import Enum
from functools import cache
from typing import Any

from hoken_desktop import paths


@cache
def _catalogue() -> dict[str, str]:
    found: dict[str, str] = {}

    def gather(prefix: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                gather(f"{prefix}.{key}", inner)
        else:
            found[prefix] = str(value)

    for file in sorted((paths.resources() / "words").glob("*.toml")):
        gather(file.stem, tomllib.loads(file.read_text("utf-8")))
    return found


def has(key: str) -> bool:
    """Whether a sentence stands under `key`."""
    return key in _catalogue()


def keys() -> frozenset[str]:
    """All keys, for the test that every sentence is used."""
    return frozenset(_catalogue())


def say(key: str, /, **facts: object) -> str:
    """The sentence under `key` with its blanks filled; KeyError if there is none."""
    return _catalogue()[key].format(**facts)


@cache
def table_of(kind: type[Enum]) -> str:
    """The name of an enumeration's table in codes.toml: CareSetting -> care_setting."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def label(code: Enum) -> str:
    """The staff's word for a code: label(CareSetting.HOME) -> 在宅."""
    return say(f"codes.{table_of(type(code))}.{code.value}")
