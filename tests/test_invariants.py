"""Guards of the house's invariants that belong to no one room (docs/ARCHITECTURE.md)."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
from pathlib import Path

import hoken_desktop
from hoken_desktop import paths
from hoken_desktop.domain.deeds import Deed

PACKAGE = Path(hoken_desktop.__file__).parent
TREES = {path: ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


def modules(room: str) -> list[object]:
    package = importlib.import_module(f"hoken_desktop.{room}")
    return [importlib.import_module(m.name) for m in pkgutil.iter_modules(package.__path__, package.__name__ + ".")]


def test_every_value_of_the_domain_is_frozen() -> None:
    for module in modules("domain"):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if name.startswith("_"):
                continue
            if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__:  # type: ignore[attr-defined]
                assert kind.__dataclass_params__.frozen, name  # type: ignore[attr-defined]
                assert "__slots__" in kind.__dict__, name


def test_every_deed_is_done_somewhere() -> None:
    """A deed nobody does is a word without a thing."""
    used = {
        node.attr
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Deed"
    }
    assert {deed.name for deed in Deed} <= used


def test_words_are_never_fetched_at_import() -> None:
    """A sentence evaluated at import or in a default argument would not follow its catalogue."""
    for path, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
                continue
            assert not _says(node), path.name
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                defaults = [d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None]
                assert not any(_says(d) for d in defaults), path.name


def _says(node: ast.AST) -> bool:
    """Whether evaluating `node` fetches a sentence now; a lambda fetches it when it is called."""
    if isinstance(node, ast.Lambda):
        return False
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in ("say", "label"):
            return True
    return any(_says(inner) for inner in ast.iter_child_nodes(node))


def test_only_the_store_begins_a_transaction() -> None:
    for path, tree in TREES.items():
        if "store" in path.parts or path.name == "gazetteer.py":
            continue
        text = ast.unparse(tree)
        assert "BEGIN IMMEDIATE" not in text, path.name


def test_nothing_prints_or_asks_but_the_command_line() -> None:
    for path, tree in TREES.items():
        if "cli" in path.parts:
            continue
        calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        assert not calls & {"print", "input"}, path.name


def test_every_icon_is_shown_somewhere() -> None:
    """A picture nobody draws is one more thing to look through."""
    texts = {node.value for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {file.stem for file in (paths.resources() / "icons").glob("*.svg")} <= texts
