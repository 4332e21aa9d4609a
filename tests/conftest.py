"""What every test stands on: no screen, no network, no real keyring, no folder of the person at the keyboard.

The environment is set here, before anything imports Qt.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Set
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings

_HOME = Path(tempfile.mkdtemp(prefix="hoken-tests-"))

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    # Chromium refuses to run as root with its sandbox. Only here, never in the program.
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for name, folder in {
    "HOME": ".",
    "USERPROFILE": ".",
    "APPDATA": "roaming",
    "LOCALAPPDATA": "local",
    "XDG_CONFIG_HOME": "config",
    "XDG_CACHE_HOME": "cache",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
}.items():
    os.environ[name] = str(_HOME / folder)
    (_HOME / folder).mkdir(exist_ok=True)


# --- the network is closed -------------------------------------------------------------------------------------


class NetworkClosed(RuntimeError):
    """A test reached for another computer."""


def _refuse_other_computers(event: str, arguments: tuple[Any, ...]) -> None:
    """Let a socket speak to this computer only (loopback, Unix); covers every socket Python makes."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        return
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name and not (name in ("localhost", "::1") or name.startswith("127.")):
        raise NetworkClosed(f"{event}: {name}")


sys.addaudithook(_refuse_other_computers)


# --- how long and how much -------------------------------------------------------------------------------------

settings.register_profile("desk", deadline=None, max_examples=40)
# The same examples on every run, so that a change is judged by what it changed.
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True, print_blob=True, database=None)
settings.register_profile("soak", deadline=None, max_examples=2000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long tests too, and many more examples")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--soak"):
        settings.load_profile("soak")
    else:
        settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--soak"):
        return
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="only with --soak"))


def pytest_collection_finish() -> None:
    # What was imported and collected lives as long as the run: the collector need not walk through it at every lock.
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


# --- the window ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What pytest-qt gives to the application; the map's own scheme must be known before there is one."""
    from PySide6.QtCore import QCoreApplication, Qt

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    from hoken_desktop.ui.webmap import register_scheme

    register_scheme()
    return ["hoken-desktop-tests"]


@pytest.fixture(autouse=True)
def _own_data_folder() -> Iterator[None]:
    """Every test has an empty data folder of its own, should it ask for the default one."""
    before = {name: os.environ[name] for name in ("XDG_DATA_HOME", "LOCALAPPDATA")}
    folder = _HOME / "data" / os.urandom(6).hex()
    for name in before:
        os.environ[name] = str(folder)
    yield
    if not gc.isenabled():  # a window of a test before has taken the collector to its thread; no timer runs now
        gc.collect(2 if gc.get_count()[2] > gc.get_threshold()[2] else 1)
    os.environ.update(before)
    shutil.rmtree(folder, ignore_errors=True)


def _windows() -> dict[int, Any]:
    """Everything that stands on the screen by itself, seen or not, by its address."""
    if "PySide6.QtWidgets" not in sys.modules:
        return {}
    import shiboken6
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return {}
    return {shiboken6.getCppPointer(each)[0]: each for each in QApplication.topLevelWidgets()}


def _let_go_of_windows(but: Set[int] = frozenset()) -> None:
    """Hundreds of forgotten windows would all follow every change of the theme, and pages whose house is closed would
    ask it for people."""
    left = [each for pointer, each in _windows().items() if pointer not in but]
    if left:
        from PySide6.QtCore import QCoreApplication, QEvent

        for each in left:
            each.deleteLater()
        del each
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="module", autouse=True)
def _no_window_outlives_its_file() -> Iterator[None]:
    yield
    _let_go_of_windows()


@pytest.fixture(autouse=True)
def _no_window_outlives_its_test() -> Iterator[None]:
    """But for those of the whole file."""
    before = frozenset(_windows())
    yield
    _let_go_of_windows(before)


# --- the empty registry ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _empty_registry_at_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The scripts of `migrations/` make one empty registry a run; each new one is an encrypted copy under its own key.

    The scripts take a second, the copy a tenth of it. A file that is there already goes the program's own way, and
    tests/migrations calls the scripts themselves.
    """
    from hoken_desktop.store import migrate, unit

    template, key = tmp_path_factory.mktemp("empty") / "registry.db", bytes(range(32))

    def upgrade(path: Path, data_key: bytes | bytearray) -> bool:
        if path.exists():
            return migrate.upgrade(path, data_key)
        if not template.exists():
            migrate.upgrade(template, key)
        migrate.copy(template, key, path, data_key)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit, "migrate", SimpleNamespace(**vars(migrate) | {"upgrade": upgrade}))
        yield
