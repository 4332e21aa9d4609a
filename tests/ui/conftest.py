"""A house with invented people and a page that shows them: what the tests of the window stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import DeviceGroup, RoundState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.desk import DeskFacts
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.ui import theme
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.doors import DoorState, Founding
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.window import Window
from tests.ui.real_house import People, people_house

CANARY = "鴉谷こはる"
"""A name that must be nowhere once the registry is locked."""
PASSPHRASE = "あおい そらに しろい とり 7"
RECOVERY_KEY = "7C79D-J3Z96-0AB1C-2DE3F-4GH5J-6KM7N-8PQ9R"


@dataclass(frozen=True, slots=True)
class Someone:
    name: str
    kana: str
    group: DeviceGroup


@dataclass
class Persons:
    """A service of two people; `add` is a deed."""

    people: list[Someone] = field(
        default_factory=lambda: [
            Someone(CANARY, "からすだに こはる", DeviceGroup.BOTH),
            Someone("見本 次郎", "みほん じろう", DeviceGroup.OXYGEN),
        ]
    )

    def all(self) -> list[Someone]:
        return list(self.people)

    def add(self, someone: Someone, report: Report) -> int:
        report(Step(0, 1, "jobs.working"))
        self.people.append(someone)
        return len(self.people)


class House:
    """What the desk needs of a house."""

    def __init__(self) -> None:
        self.persons = Persons()
        self.rounds = self.reviews = self.places = self.maps = self.consents = self.requests = None
        self.disclosures = self.replies = self.statistics = self.audits = self.office = None
        self.closed = 0

    def desk_facts(self) -> DeskFacts:
        return DeskFacts(
            "中央保健所", "保健師 卯月 さき", date(2026, 9, 30), RoundState.OPEN, 0,
            datetime(2026, 10, 14, 12, 4, tzinfo=UTC), True, {"rounds": 18},
        )  # fmt: skip

    def close(self, report: Report = no_report) -> None:
        self.closed += 1


class Doors:
    """Doors that know one passphrase."""

    def __init__(self, state: DoorState = DoorState.READY) -> None:
        self._state = state
        self.houses: list[House] = []
        self.founded: list[Founding] = []

    def state(self) -> DoorState:
        return self._state

    def occupied(self) -> bool:
        return self._state is not DoorState.EMPTY

    def open(self, passphrase: str, report: Report) -> Any:
        if passphrase != PASSPHRASE:
            raise Refusal("vault.wrong_passphrase", wait=0)
        self.houses.append(House())
        return self.houses[-1]

    def open_with_recovery(self, recovery_key: str, report: Report) -> Any:
        if recovery_key != RECOVERY_KEY:
            raise Refusal("vault.recovery_mistyped")
        self.houses.append(House())
        return self.houses[-1]

    def create(self, founding: Founding, report: Report) -> str:
        self.founded.append(founding)
        self._state = DoorState.READY
        return RECOVERY_KEY


class PeoplePage(Page):
    """A table of people, an input, and a deed."""

    topics = frozenset({"persons"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "台帳")
        self.reads = 0
        self.places_shown: list[dict[str, object]] = []
        self.filter = QLineEdit(self)
        self.filter.setAccessibleName("この一覧から探す")
        self.body.addWidget(self.filter)
        columns: list[Column[Someone]] = [
            Column("機器", lambda one: Cell(mark=one.group), 46),
            Column("ふりがな", lambda one: Cell(one.kana, "text2"), 110, sort="kana"),
            Column("氏名", lambda one: one.name, 90, lead=True, grow=1),
        ]
        self.card: TableCard[Someone] = TableCard(columns, "対象者の一覧", EmptyState("まだ誰もいません"), parent=self)
        self.body.addWidget(self.card)
        self.add = button("1名を加える", self.add_one, key="Ctrl+N", primary=True, deed=True, parent=self)
        self.head.addWidget(self.add)

    def refresh(self) -> None:
        self.reads += 1
        people = self.desk.house.persons.all()
        self.subtitle.setText(f"{people[0].name} ほか")
        self.filter.setText(people[0].name)
        self.filter.setToolTip(people[0].name)
        self.card.show_source(Rows(people))
        self.card.table.choose(0)

    def show_at(self, **where: object) -> None:
        self.places_shown.append(where)

    def first_focus(self) -> QWidget:
        return self.card.table

    def add_one(self) -> None:
        someone = Someone("追加 三郎", "ついか さぶろう", DeviceGroup.VENTILATOR)
        house = self.desk.house
        self.desk.run(
            self, lambda report: house.persons.add(someone, report), lambda _count: self.desk.changed("persons")
        )


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    """Every test begins in the light theme at the plain size."""
    if theme.current() != theme.Theme() or not qapp.styleSheet():
        theme.apply(qapp, theme.Theme())


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """The open house of five people, and their ids."""
    made = people_house(tmp_path)
    yield made
    made.house.close()


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def make_doors() -> type[Doors]:
    return Doors


@pytest.fixture
def make_house() -> type[House]:
    return House


@pytest.fixture
def canary() -> str:
    return CANARY


@pytest.fixture
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def recovery_key() -> str:
    return RECOVERY_KEY


@pytest.fixture
def pages() -> dict[str, Callable[[Desk], Page]]:
    return {"home": PeoplePage, "persons": PeoplePage, "rounds": PeoplePage}


@pytest.fixture
def window(qtbot: QtBot, doors: Doors, pages: dict[str, Callable[[Desk], Page]]) -> Iterator[Window]:
    """The window at its lock page."""
    made = Window(doors, lambda: pages)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.lock()
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def desk(qtbot: QtBot, window: Window) -> Desk:
    """The window's desk over an open house."""
    window.unlock(House())
    assert window.desk is not None
    return window.desk
