"""The set-up script does no more than is needed and says what it cannot do."""

from __future__ import annotations

import importlib.util
import json
import platform
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, on a folder of its own, with every command it would run written down in `dev.ran`."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "installer/dev.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ran: list[list[str]] = []

    def run(*command: object, env: object = None) -> None:
        ran.append([str(word) for word in command])
        if "venv" in ran[-1]:
            (tmp_path / ".venv").mkdir()

    for name, value in {
        "ran": ran,
        "run": run,
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv/made-from.json",
        "LOCKS": {"run": tmp_path / "run.lock", "test": tmp_path / "test.lock"},
    }.items():
        monkeypatch.setattr(module, name, value, raising=False)
    for file in ("run.lock", "test.lock", "pyproject.toml"):
        (tmp_path / file).write_text(file)
    return module


def _installs(dev: ModuleType) -> list[str]:
    """What was installed: a lock's file name, or the project itself; "venv" where the folder was made anew."""
    said = []
    for command in dev.ran:
        if "venv" in command:
            said.append("venv")
        elif "-r" in command:
            assert {"--require-hashes", "--no-deps"} <= set(command)
            said.append(Path(command[-1]).name)
        else:
            assert {"--no-deps", "--no-build-isolation", "--editable"} <= set(command)
            said.append("project")
    dev.ran.clear()
    return said


def test_a_second_run_installs_nothing(dev: ModuleType) -> None:
    dev.ready("test")
    assert _installs(dev) == ["venv", "test.lock", "project"]
    dev.ready("test")
    dev.ready("run")  # the tests' lock holds the other one whole
    assert _installs(dev) == []


def test_the_tests_need_is_added_to_what_the_demo_had(dev: ModuleType) -> None:
    dev.ready("run")
    assert _installs(dev) == ["venv", "run.lock", "project"]
    dev.ready("test")
    assert _installs(dev) == ["test.lock", "project"]


def test_another_lock_or_another_python_makes_the_folder_anew(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    dev.ready("test")
    dev.LOCKS["run"].write_text("newer")
    _installs(dev)
    dev.ready("test")
    assert _installs(dev) == ["venv", "test.lock", "project"]
    monkeypatch.setattr(platform, "python_version", lambda: "3.12.99")
    dev.ready("test")
    assert _installs(dev) == ["venv", "test.lock", "project"]


def test_a_changed_project_file_reinstalls_only_the_project(dev: ModuleType) -> None:
    dev.ready("test")
    _installs(dev)
    (dev.ROOT / "pyproject.toml").write_text("another entry point")
    dev.ready("test")
    assert _installs(dev) == ["project"]


def test_a_set_up_broken_off_begins_again(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dev.run

    def breaks_at_the_lock(*command: object, env: object = None) -> None:
        whole(*command, env=env)
        if "-r" in command:
            raise dev.Stop("no network")

    monkeypatch.setattr(dev, "run", breaks_at_the_lock)
    with pytest.raises(dev.Stop):
        dev.ready("run")
    monkeypatch.setattr(dev, "run", whole)
    _installs(dev)
    dev.ready("run")
    assert _installs(dev) == ["venv", "run.lock", "project"]
    assert json.loads(dev.STAMP.read_text())["kinds"] == ["run"]


def test_no_index_and_no_mirror_is_named_to_pip(dev: ModuleType) -> None:
    dev.ready("test")
    for word in (word for command in dev.ran for word in command):
        assert not word.startswith(("-i", "--index", "--extra-index", "--find-links", "--trusted-host", "http"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Debian's packages")
def test_without_the_right_to_install_the_line_to_run_is_said(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev, "missing_packages", lambda wanted: [name for name in wanted if name == "libegl1"])
    monkeypatch.setattr(dev, "is_root", lambda: False)
    monkeypatch.setattr(dev, "names_here", lambda packages: packages)
    with pytest.raises(dev.Stop, match="apt-get install -y --no-install-recommends libegl1"):
        dev.system_libraries(["libegl1", "libgl1"])


def test_every_demo_has_a_folder_of_its_own(dev: ModuleType) -> None:
    assert dev.fresh_demo_folder() == dev.ROOT / "build/demo"
    (dev.ROOT / "build/demo").mkdir(parents=True)
    assert dev.fresh_demo_folder() == dev.ROOT / "build/demo-2"


@pytest.mark.parametrize("words", [[], ["dance"]])
def test_an_unknown_command_shows_how_it_is_used(
    dev: ModuleType, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(words) == 2
    said = capsys.readouterr()
    assert "installer/dev.py demo" in said.err
    assert said.out == ""


def test_a_python_too_old_or_too_new_is_refused(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for version in ((3, 10, 9), (3, 14, 0)):
        monkeypatch.setattr(dev, "PYTHONS", (version[:2], version[:2]))
        assert dev.main(["demo"]) == 2
    assert "Python 3.11" in capsys.readouterr().err
    assert dev.ran == []
