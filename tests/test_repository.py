"""What may lie in the repository, and what none of its files may name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOP = {
    "hoken_desktop", "resources", "migrations", "tests", "installer", "docs",
    "pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
}  # fmt: skip
# The paths in tests of where a registry may lie belong to somebody called office.
MACHINE = re.compile(
    r"(?<![\w.~*-])(?:/work/|/tmp/|/root/|/workspace|/(?:home|Users)/(?!office\b))"
    r"|[A-Za-z]:[\\/]+Users[\\/]+(?!office\b)\w"
)
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|index-url|artifactory|npmjs|:\d+/simple\b|\bdevpi\b|\bsonatype\b", re.IGNORECASE
)


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [Path(name) for name in done.stdout.decode("utf-8").split("\0") if name]


def _texts() -> dict[Path, str]:
    """Every tracked file that is text, but this one, which holds the patterns."""
    found = {}
    for name in _tracked():
        path = ROOT / name
        raw = path.read_bytes() if path.is_file() else b""
        if b"\0" not in raw and path != Path(__file__):
            found[name] = raw.decode("utf-8", "replace")
    return found


def test_nothing_lies_at_the_top_but_what_belongs_there() -> None:
    """A picture or a note left there by hand would be handed on with every copy."""
    assert {name.parts[0] for name in _tracked() if not name.parts[0].startswith(".")} == TOP


def test_no_file_names_a_computer_or_where_it_gets_its_packages() -> None:
    texts = _texts()
    assert len(texts) > 500, "git lists fewer files than the repository has"
    for pattern in (MACHINE, REGISTRY):
        found = {f"{name}: {match[0]}" for name, text in texts.items() for match in pattern.finditer(text)}
        assert not found


def test_the_patterns_find_what_they_are_for() -> None:
    for said in ("cd /work/main", "/tmp/demo.pass", '"/home/taro/src"', r"C:\Users\taro", "/Users/taro/x"):
        assert MACHINE.search(said), said
    for said in ("https://pypi.org/simple", "--index-url x", "http://10.0.0.5:8081/simple"):
        assert REGISTRY.search(said), said
