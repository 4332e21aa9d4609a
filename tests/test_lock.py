"""What is installed is what was declared, exactly, and from wherever the computer gets its packages."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "installer/requirements.lock"
DEV = ROOT / "installer/requirements-dev.lock"
# Qt's own second half: it comes with PySide6 in the very same version.
PART_OF = {"shiboken6": "pyside6"}
# LibreOffice's, imported only by what the system's own Python runs inside it.
OFFICE = {"uno", "com"}
PEERS = {"jageocoder", "jageocoder_dbtool"}
"""What a bench is measured beside where it happens to be installed."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _entries(lock: Path) -> list[tuple[Requirement, list[str]]]:
    """Each requirement of a lock with its hashes."""
    joined = lock.read_text("utf-8").replace("\\\n", " ")
    lines = [line.split("#", 1)[0].strip() for line in joined.splitlines()]
    return [
        (Requirement(line.split("--hash", 1)[0].strip()), re.findall(r"--hash=(\S+)", line)) for line in lines if line
    ]


def _declared(group: str = "") -> list[Requirement]:
    """The project's own dependencies, with those of a dependency group."""
    found = list(PROJECT["project"]["dependencies"])
    for entry in PROJECT["dependency-groups"].get(group, []):
        found += PROJECT["dependency-groups"][entry["include-group"]] if isinstance(entry, dict) else [entry]
    return [Requirement(line) for line in found]


def _imports(*folders: str) -> set[str]:
    """The names of all top-level packages that the Python files of `folders` import."""
    found: set[str] = set()
    for file in (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"hoken_desktop", "tests", "__future__"}


def _distributions(names: set[str]) -> dict[str, set[str]]:
    """Which distributions each imported name may come from."""
    known = packages_distributions()
    return {name: {str(canonicalize_name(PART_OF.get(dist, dist))) for dist in known.get(name, [])} for name in names}


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda file: file.name)
def test_every_line_is_one_version_with_hashes_and_no_address(lock: Path) -> None:
    entries = _entries(lock)
    assert len(entries) > 20
    for requirement, hashes in entries:
        assert [bound.operator for bound in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement
        assert requirement.url is None
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    assert str(ROOT) not in text


@pytest.mark.parametrize(("lock", "group"), [(RUN, "build"), (DEV, "dev")], ids=["run", "test"])
def test_the_lock_keeps_the_bounds_declared(lock: Path, group: str) -> None:
    locked = {canonicalize_name(requirement.name): requirement for requirement, _ in _entries(lock)}
    for wanted in _declared(group):
        have = locked[canonicalize_name(wanted.name)]
        version = next(iter(have.specifier)).version
        assert wanted.specifier.contains(version), f"{wanted} is locked as {version}"
        assert {bound.operator for bound in wanted.specifier} >= {">=", "<"}, f"{wanted} has no bounds"


def test_the_lock_for_tests_holds_the_other_one_whole() -> None:
    whole = {str(requirement): hashes for requirement, hashes in _entries(DEV)}
    for requirement, hashes in _entries(RUN):
        assert whole.get(str(requirement)) == hashes, requirement


def test_what_the_package_imports_is_declared() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in _declared()}
    for name, distributions in _distributions(_imports("hoken_desktop", "migrations")).items():
        assert distributions & declared, f"{name} is imported but not declared"


def test_what_is_declared_is_imported() -> None:
    used = set().union(*_distributions(_imports("hoken_desktop", "migrations")).values())
    idle = {str(canonicalize_name(requirement.name)) for requirement in _declared()} - used
    assert not idle, "declared but imported nowhere"


def test_what_the_tests_import_is_declared() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in _declared("dev")}
    for name, distributions in _distributions(_imports("tests", "installer") - OFFICE - PEERS).items():
        assert distributions & declared, f"{name} is imported but not declared"
