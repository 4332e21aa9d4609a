"""Everybody can use the window: what is on it is named, reached by keys in the order of reading, whole and legible."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.cli.demo import Story, StoryClock, reference_days
from hoken_desktop.domain.codes import DeviceKind, EvidenceSource, Scheme, UseStatus
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.domain.persons import Device, Person
from hoken_desktop.doors import open_house
from hoken_desktop.house import House, Settings
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.progress import no_report
from hoken_desktop.ui import theme
from hoken_desktop.ui.doors import Doors, DoorState
from hoken_desktop.ui.lock import LockPage
from hoken_desktop.ui.manuals import ManualWindow
from hoken_desktop.ui.pages import all_pages
from hoken_desktop.ui.window import Window
from tests.ui import walking
from tests.ui.real_house import people_house
from tests.ui.registry_house import HANAKO, TARO, write_file
from tests.ui.walking import Found, Walk

KINDS = {
    "names": "every control has a name and a kind for the screen reader",
    "order": "Tab goes in the order of reading",
    "reach": "every control is reached by keys and can be left again",
    "cut": "no word is cut off without a tooltip",
    "overlap": "nothing lies on anything else",
    "sideways": "nothing must be scrolled sideways at 1366 px",
    "contrast": "text differs from its ground by 4.5 : 1, marks by 3 : 1",
}
QUICK = ("names", "order", "reach", "contrast")
"""What the walk of every day looks for."""
PAGES = tuple(all_pages())
_walks: dict[str, Found] = {}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    """A few people and a round under way; with `--soak` two half-years of a small demo, a round, and somebody with a
    very long name and address."""
    folder = tmp_path_factory.mktemp("story")
    if not request.config.getoption("--soak"):
        people = people_house(folder)
        people.house.rounds.open(date(2026, 9, 30))
        people.house.rounds.read_in(write_file(folder, "難病_次.csv", [TARO, HANAKO]), Scheme.NANBYO)
        yield people.house
        people.house.close()
        return
    clock = StoryClock()
    first, second = reference_days(date(2026, 11, 25))
    facts = Story(folder, 105, 20260930, clock, (first, second), no_report).tell()
    settings = Settings(clock=clock, stretch=STRETCH_FLOOR, use_device=False)
    clock.set(date(second.year + 1, 4, 20))
    opened = open_house(folder / "registry", facts["passphrase"], settings=settings)
    opened.persons.register(
        Person(
            "", "", "寿限無" * 20, "じゅげむ" * 15, birth_on=date(1940, 1, 1),
            address_registered="埼玉県鴻巣市" + "大字長い名前の町" * 6 + "9999番地99", phone_home="048-000-0001",
            source=EvidenceSource.PHONE, as_of=date(second.year, 10, 1),
        ),
        [Device("", "", DeviceKind.VENTILATOR, UseStatus.IN_USE, source=EvidenceSource.PHONE)],
    )  # fmt: skip
    opened.rounds.open(date(second.year + 1, 3, 31))
    opened.rounds.read_in(write_file(folder, "難病_次.csv", [TARO, HANAKO]), Scheme.NANBYO)
    yield opened
    opened.close()


class _Doors:
    """Nothing is opened through these: the house is."""

    def state(self) -> DoorState:
        return DoorState.READY


@pytest.fixture(scope="module")
def window(qapp: QApplication, house: House) -> Iterator[Window]:
    made = Window(_Doors(), all_pages, idle_minutes=10_000, clock=lambda: 0.0)  # type: ignore[arg-type]
    made.resize(QSize(1366, 728))
    made.show()
    made.unlock(house)  # type: ignore[arg-type]
    made.activateWindow()
    walking.settle(made.desk)
    yield made
    desk, made.desk = made.desk, None
    assert desk is not None
    desk._let_go_of_pages()
    desk.idle.stop()
    desk.jobs.stop()
    made.takeCentralWidget()
    desk.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if theme.current() != theme.Theme():
        theme.apply(qapp, theme.Theme())


@pytest.fixture(autouse=True)
def _no_dialog_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own dialogs are the system's; Qt's stand-in of a test is not what the staff see."""
    monkeypatch.setattr(QFileDialog, "open", lambda self: self.deleteLater())
    opened = QDialog.open
    monkeypatch.setattr(QDialog, "open", lambda self: None if isinstance(self, QPrintDialog) else opened(self))


def walked(window: Window, name: str, thorough: bool) -> Found:
    """What the walk through a page found; each page is walked once."""
    if name not in _walks:
        assert window.desk is not None
        if name == "person":  # a page about somebody: the walk is through their file
            window.desk.open_page(name, person=window.desk.house.persons.find(PersonQuery())[0])
        _walks[name] = Walk(window.desk, window, name, thorough=thorough).go()
    return _walks[name]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "kind",
    [pytest.param(each, marks=() if each in QUICK else pytest.mark.soak) for each in KINDS],
    ids=[words.replace(" ", "-") for words in KINDS.values()],
)
@pytest.mark.parametrize("name", PAGES)
def test_page(window: Window, name: str, kind: str, request: pytest.FixtureRequest) -> None:
    """Each page as it opens, in the light theme at 1366 px; with `--soak` its tabs at both sizes, every sheet that
    opens, and dark with large text."""
    found = walked(window, name, bool(request.config.getoption("--soak")))
    assert found.views
    if found.of(kind):
        pytest.fail("\n".join(found.of(kind)), pytrace=False)


# --- what is not a page ------------------------------------------------------------------------------------------


def looked_at(root: QWidget, request: pytest.FixtureRequest) -> list[str]:
    """Every defect of a window by itself; with `--soak` in both looks."""
    found = Found()
    for words in walking.nameless(root):
        found.note("names", words, "")
    for kind, words in walking.by_keyboard(root):
        found.note(kind, words, "")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for name, factor in walking.LOOKS if request.config.getoption("--soak") else walking.LOOKS[:1]:
        if theme.current() != theme.Theme(name, factor):
            theme.apply(app, theme.Theme(name, factor))
        walking.settle()
        for kind, check in walking.LAYOUT.items():
            for words in check(root):
                found.note(kind, words, name)
        for words in walking.faint(root):
            found.note("contrast", words, name)
    return [words for kind in KINDS for words in found.of(kind)]


@pytest.mark.parametrize(
    "state",
    [
        DoorState.READY,
        pytest.param(DoorState.EMPTY, marks=pytest.mark.soak),
        pytest.param(DoorState.BROKEN, marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize("card", ["as it opens", "recovery", "new key", "restore", "view"])
def test_the_lock_page(
    qtbot: QtBot, make_doors: Callable[[DoorState], Doors], state: DoorState, card: str, request: pytest.FixtureRequest
) -> None:
    window = Window(make_doors(state), dict)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page = window.centralWidget()
    assert isinstance(page, LockPage)
    if card == "recovery":
        page.show_recovery()
    elif card == "new key":
        page.show_new_key("中央保健所", "7C79D-J3Z96-0AB1C-2DE3F-4GH5J-6KM7N-8PQ9R")
    elif card == "restore":
        page.show_restore()
    elif card == "view":
        page.show_view()
    walking.settle()
    defects = looked_at(window, request)
    assert not defects, "\n" + "\n".join(defects)
    page.leave()


@pytest.mark.parametrize("page", ["index", "keys", "troubles"])
def test_the_manual(qtbot: QtBot, page: str, request: pytest.FixtureRequest) -> None:
    manual = ManualWindow()
    qtbot.addWidget(manual)
    manual.open_at(page)
    qtbot.waitUntil(manual.isActiveWindow)
    walking.settle()
    defects = looked_at(manual, request)
    assert not defects, "\n" + "\n".join(defects)


# --- the measures find what they are for -------------------------------------------------------------------------


def test_the_measures_find_a_control_without_a_name_a_faint_word_a_cut_word_and_a_trap(qtbot: QtBot) -> None:
    root = QWidget()
    root.setProperty("ground", "surface")
    column = QVBoxLayout(root)
    nameless = QLineEdit(root)
    faint = QLabel("薄い字です", root)
    faint.setStyleSheet("color: #BBBBBB;")
    cut = QLabel("とても長くて収まらない言葉がここにあります", root)
    cut.setFixedWidth(40)
    trap = QPlainTextEdit(root)
    for part in (nameless, faint, cut, trap):
        column.addWidget(part)
    mouse = QPushButton("押す", root)
    mouse.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    mouse.setGeometry(0, 0, 60, 30)
    qtbot.addWidget(root)
    root.resize(300, 300)
    root.show()
    qtbot.waitUntil(root.isActiveWindow)
    assert any("QLineEdit" in words for words in walking.nameless(root))
    assert any("薄い字です" in words for words in walking.faint(root))
    assert any("とても長くて" in words for words in walking.cut_off(root))
    keyboard = [words for _, words in walking.by_keyboard(root)]
    assert any("出られない" in words for words in keyboard)
    assert any("マウスでしか" in words for words in keyboard)
    assert any("重なる" in words for words in walking.overlapping(root))


@pytest.mark.soak
@pytest.mark.skipif(walking.SCALED in os.environ, reason="this is the walk at 150 %")
@pytest.mark.timeout(1200)
def test_at_150_percent_the_pages_hold_as_well() -> None:
    """A screen of 1920×1080 at 150 % has 1280×720 pixels of its own."""
    env = dict(os.environ) | {"QT_SCALE_FACTOR": "1.5", walking.SCALED: "1"}
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "--soak",
            "-k", "cut or lies or sideways",
        ],
        cwd=Path(__file__).parents[2], env=env, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        pytest.fail(done.stdout, pytrace=False)
