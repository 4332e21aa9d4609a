"""What the tests of 市町提供 stand on: a registry of six people, and the steps of a clerk at the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLabel,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import CareSetting, ConsentDecision, DeviceKind
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.doors import create_house
from hoken_desktop.house import House, Settings
from hoken_desktop.ui.kit.tables import TableCard
from hoken_desktop.ui.pages.disclosures import DisclosuresPage
from hoken_desktop.ui.pages.handing_form import HandingSheet
from hoken_desktop.ui.pages.handover import PasswordSheet
from tests.kept import copy_of
from tests.registry_builder import OFFICE, CountedIds, FictitiousRegistry, MovableClock

PASSPHRASE = "あおい そらに しろい とり 7"
VENTILATOR, OXYGEN = DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR


@dataclass
class Registry(FictitiousRegistry):
    """The same builder over the store of an open house."""

    house: Any = field(default=None)

    def __post_init__(self) -> None:
        self.municipalities = self.house.municipalities
        self.store = self.house.store
        self.office = self.house.office.get()


def build(folder: Path, then: Callable[[Registry], None] = lambda _made: None) -> Registry:
    """An open house, `then` has been done in; both are done once a process and copied."""
    clock, ids = MovableClock(), CountedIds()
    settings = Settings(clock=clock, ids=ids, stretch=STRETCH_FLOOR, use_device=False)

    def make(data: Path) -> tuple[House, None]:
        house = create_house(
            data, PASSPHRASE, office="見本保健所", municipalities=OFFICE, staff="見本 花子・主任保健師",
            settings=settings, fictitious=True,
        ).house  # fmt: skip
        then(Registry(data, clock=clock, ids=ids, house=house))
        return house, None

    house, _ = copy_of(f"disclosures {then.__name__}", make, folder / "registry", settings, PASSPHRASE)
    return Registry(folder, clock=clock, ids=ids, house=house)


def six_people(made: Registry) -> None:
    """Six people of 鴻巣市: three who go, and three who stay for two reasons."""
    for name, kana, devices in (
        ("見本 一郎", "みほん いちろう", (VENTILATOR,)),
        ("見本 二葉", "みほん ふたば", (VENTILATOR, OXYGEN)),
        ("見本 三郎", "みほん さぶろう", (OXYGEN,)),
    ):
        made.consent(made.person(name, kana, devices=devices))
    made.person("残留 四郎", "ざんりゅう しろう", devices=(OXYGEN,))
    made.consent(made.person("残留 五郎", "ざんりゅう ごろう"), decision=ConsentDecision.REFUSED)
    made.consent(
        made.person("残留 六実", "ざんりゅう むつみ", care_setting=CareSetting.HOSPITAL), consented_on=date(2026, 4, 2)
    )
    made.freeze()


def wait(qtbot: QtBot, page: DisclosuresPage) -> None:
    qtbot.waitUntil(lambda: not page.desk.jobs.busy(), timeout=60_000)
    QCoreApplication.processEvents()


def dialog(page: DisclosuresPage, name: str) -> Any:
    found = [each for each in page.window().findChildren(QDialog, name) if each.isVisible()]
    return found[-1] if found else None


def cells(card: TableCard[Any]) -> list[list[str]]:
    model = card.table.window_model
    return [[model.cell(row, at).text for at in range(model.columnCount())] for row in range(model.rowCount())]


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def opened(page: DisclosuresPage, registry: Registry, *, approved: bool = True, **more: Any) -> str:
    """A request on file, opened on the page."""
    request_id = registry.request(approved=approved, **more)
    page.desk.changed("*")
    page.open_request(request_id)
    QCoreApplication.processEvents()
    return request_id


def disclose(
    qtbot: QtBot, page: DisclosuresPage, folder: Path, fill: Callable[[HandingSheet], object] = lambda sheet: None
) -> PasswordSheet:
    """Fires the deed by its key, says how it is handed over, chooses the folder; the sheet that shows the password."""
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: dialog(page, "handingSheet") is not None)
    handing = dialog(page, "handingSheet")
    fill(handing)
    handing.verb_button.click()
    folder.mkdir(exist_ok=True)
    qtbot.waitUntil(lambda: dialog(page, "chooser") is not None)
    chooser: QFileDialog = dialog(page, "chooser")
    chooser.fileSelected.emit(str(folder))
    chooser.reject()
    wait(qtbot, page)
    qtbot.waitUntil(lambda: dialog(page, "passwordSheet") is not None)
    sheet = dialog(page, "passwordSheet")
    assert isinstance(sheet, PasswordSheet)
    return sheet


def password_on(sheet: PasswordSheet) -> str:
    groups = [each.text() for each in sheet.findChildren(QLabel) if each.property("type") == "figure_large"]
    return "".join(groups)


def close(qtbot: QtBot, page: DisclosuresPage, sheet: PasswordSheet) -> None:
    sheet.close_button.click()
    qtbot.waitUntil(lambda: dialog(page, "question") is not None)
    dialog(page, "question").deed_button.click()
    qtbot.waitUntil(lambda: dialog(page, "passwordSheet") is None)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
