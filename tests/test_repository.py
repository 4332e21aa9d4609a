"""What may lie in the repository, what none of its files may name, and how long a module may grow."""

from __future__ import annotations

import ast
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
LONGEST = 520
"""Lines of a module; what is longer wants to be two things."""
LONGER = {
    "hoken_desktop/ui/kit/tables.py": 680,
    "hoken_desktop/domain/codes.py": 640,
    "hoken_desktop/ui/printing.py": 600,
    "hoken_desktop/adapters/sealed_sheets.py": 580,
    "hoken_desktop/services/letters.py": 580,
}
"""Those that still are, and what they must not pass: a name goes from here once its module has been shortened."""
MOST = 25
"""Methods of a class."""
MORE = {
    "Vault": 36, "DisclosuresPage": 36, "ReviewView": 36, "PersonsPage": 36, "PlacesPage": 34, "_Wash": 32,
    "ConsentsPage": 30, "AuditsPage": 28, "LockPage": 28, "WindowTable": 28,
}  # fmt: skip


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


def test_no_module_and_no_class_grows_past_what_can_be_taken_in() -> None:
    texts = {name.as_posix(): text for name, text in _texts().items() if name.suffix == ".py"}
    modules = {name: text for name, text in texts.items() if name.startswith("hoken_desktop/")}
    long = {name: text.count("\n") for name, text in modules.items()}
    assert {name: lines for name, lines in long.items() if lines > LONGER.get(name, LONGEST)} == {}
    nodes = (node for text in modules.values() for node in ast.walk(ast.parse(text)))
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    counts = {one.name: sum(isinstance(each, ast.FunctionDef) for each in one.body) for one in classes}
    assert {name: methods for name, methods in counts.items() if methods > MORE.get(name, MOST)} == {}
    assert {name for name in LONGER if long[name] <= LONGEST} | {name for name in MORE if counts[name] < MOST} == set()
