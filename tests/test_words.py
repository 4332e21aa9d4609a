"""Every sentence used exists, every sentence is used, every code has its word, every blank is filled."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import string
from enum import Enum
from pathlib import Path

import pytest

import hoken_desktop.domain
from hoken_desktop import paths, words
from hoken_desktop.domain import codes
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.fields import FIELDS
from hoken_desktop.domain.persons import Person

PACKAGE = Path(hoken_desktop.domain.__file__).parent.parent
SOURCES = {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
FILES = {file.stem for file in (paths.resources() / "words").glob("*.toml")}
LITERAL = re.compile(r"""["']([a-z_]+(?:\.[a-z0-9_A-Z]+)+)["']""")
PREFIX = re.compile(r"""f["']([a-z_]+\.(?:[a-z0-9_]+\.)*)(?:[a-z0-9_]*)\{""")
BY_CODE = ("codes", "faults", "fields")
"""Catalogues whose keys are codes and not literals; the tests below go through the codes."""


def literals() -> set[str]:
    return {key for text in SOURCES.values() for key in LITERAL.findall(text) if key.split(".")[0] in FILES}


def prefixes() -> set[str]:
    return {key for text in SOURCES.values() for key in PREFIX.findall(text) if key.split(".")[0] in FILES}


def asked_for() -> set[str]:
    """Keys the code hands to `say`, or to a refusal."""
    found = set()
    for text in SOURCES.values():
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0] if node.args else None
            if name in ("say", "Refusal", "NotUnlocked") and isinstance(first, ast.Constant):
                found.add(str(first.value))
    return found


def test_every_sentence_asked_for_exists() -> None:
    assert not {key for key in asked_for() if not words.has(key)}


def test_every_sentence_is_used() -> None:
    named, begun = literals(), tuple(prefixes())
    unused = {
        key
        for key in words.keys()  # noqa: SIM118
        if key.split(".")[0] not in BY_CODE and key not in named and not (begun and key.startswith(begun))
    }
    assert not unused


def enumerations() -> list[type[Enum]]:
    found: list[type[Enum]] = []
    for module in pkgutil.iter_modules(hoken_desktop.domain.__path__, "hoken_desktop.domain."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, Enum) and kind.__module__ == module.name and len(kind):
                found.append(kind)
    return found


@pytest.mark.parametrize(
    "kind", [k for k in enumerations() if k.__module__ == codes.__name__], ids=lambda k: k.__name__
)
def test_every_code_has_its_word(kind: type[Enum]) -> None:
    assert all(words.label(code) for code in kind)


def test_no_word_stands_for_a_code_that_is_gone() -> None:
    known = {f"codes.{words.table_of(kind)}.{code.value}" for kind in enumerations() for code in kind}
    others = {
        f"codes.{words.table_of(kind)}."
        for path, text in SOURCES.items()
        if "domain" not in path.parts
        for kind in _enums_of(path, text)
    }
    coded = {key for key in words.keys() if key.startswith("codes.")}  # noqa: SIM118
    assert not {key for key in coded - known if not key.startswith(tuple(others))}


def _enums_of(path: Path, text: str) -> list[type[Enum]]:
    if "Enum)" not in text:
        return []
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    module = importlib.import_module(name)
    return [k for _, k in inspect.getmembers(module, inspect.isclass) if issubclass(k, Enum) and k.__module__ == name]


def test_every_deed_has_its_word() -> None:
    assert all(words.label(deed) for deed in Deed)


def test_every_field_of_the_catalogue_has_its_word() -> None:
    assert all(words.say(f"fields.{field.key}") for field in FIELDS)
    assert Person.__doc__


def test_every_fault_code_has_its_sentence() -> None:
    used = {key for text in SOURCES.values() for key in re.findall(r"Fault\([^)]*?\"([a-z_0-9]+)\"\s*[,)]", text, re.S)}
    assert {code for code in used if not words.has(f"faults.{code}")} <= {"", "sheet"}


def test_every_sentence_can_be_filled() -> None:
    for key in words.keys():  # noqa: SIM118
        text = words.say(key, **_blanks(key))
        assert text.strip() or key.endswith(("empty", "blank", "comma")), key


def _blanks(key: str) -> dict[str, object]:
    template = words._catalogue()[key]
    return {name: 1 for _, name, _, _ in string.Formatter().parse(template) if name}
