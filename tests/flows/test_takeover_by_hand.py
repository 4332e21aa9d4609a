"""A list made in LibreOffice as an office makes one, taken over from the window: lines, colours, merges and all."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import CareSetting, EvidenceSource
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.doors import create_house
from hoken_desktop.house import House, Settings
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question
from hoken_desktop.ui.pages.persons import PersonsPage
from hoken_desktop.ui.pages.registers import RegistersPage
from tests.flows.foreign import has_libreoffice
from tests.ui.registry_house import Clock, dialog, settled

PYTHON = Path("/usr/bin/python3")
"""LibreOffice's UNO is a module of the system's own Python."""
SCRIPT = Path(__file__).parent.parent / "files" / "office_list.py"
TOWNS = ("112178", "112194", "112313", "112330", "113018")


def has_uno() -> bool:
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import uno"], capture_output=True).returncode == 0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = create_house(
        tmp_path / "data", "あおい そらに しろい とり 7", office="架空保健所", municipalities=TOWNS,
        staff="卯月 さき・保健師", fictitious=True,
        settings=Settings(clock=Clock(date(2026, 4, 6)), stretch=STRETCH_FLOOR, use_device=False),
    ).house  # fmt: skip
    yield made
    made.close()


@pytest.fixture
def desk(qtbot: QtBot, house: House) -> Iterator[Desk]:
    made = Desk(house, {"persons": PersonsPage, "registers": RegistersPage})
    qtbot.addWidget(made.frame)
    made.frame.resize(1366, 728)
    made.frame.show()
    qtbot.waitExposed(made.frame)
    yield made
    made.house.close = lambda: None  # type: ignore[method-assign]
    made.close()


@pytest.mark.skipif(not has_libreoffice() or not has_uno(), reason="LibreOffice with UNO is not installed")
def test_a_list_of_105_made_by_hand_ends_as_103_people_and_every_mark_is_told(
    qtbot: QtBot, desk: Desk, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "医療機器名簿.xlsx"
    subprocess.run([PYTHON, SCRIPT, path], check=True, capture_output=True, timeout=180)
    page = desk.open_page("registers", path=path)
    assert isinstance(page, RegistersPage)
    settled(qtbot, desk, page)
    page.sheets.boxes["R8.3月末"].setChecked(True)
    unread = [c.seen.header for c in page.mapping.sheets[0].columns if not c.seen.key]
    assert unread == ["No", "現在の状況"]
    view = page.mapping.current()
    assert view is not None
    page.mapping.table.choose(next(at for at, c in enumerate(view.columns) if c.seen.header == "現在の状況"))
    page.mapping.decide("care_setting")
    settled(qtbot, desk, page)
    page.try_out()
    settled(qtbot, desk, page)
    reading = page._reading
    assert reading is not None
    assert (reading.rows, reading.created, reading.faulty, reading.blank) == (107, 103, 3, 1)
    assert [(fault.row, fault.code) for fault in reading.faults] == [
        (23, "register_struck"), (69, "register_struck"), (112, "totals_row"),
    ]  # fmt: skip
    told = Counter(fault.code for fault in reading.warnings)
    assert {"register_colour", "register_colour_rows", "register_merged", "register_dash", "hidden_sheet"} <= set(told)
    assert reading.unmapped_columns == ("No",)
    page.next_button.click()
    dialog(page, Question).deed_button.click()
    settled(qtbot, desk, page)
    with house.store.read() as shelves:
        people = shelves.persons.all()
        consents = shelves.consents.all()
    assert len(people) == 103
    assert Counter(p.municipality for p in people) == {
        "112178": 20, "112194": 21, "112313": 21, "112330": 20, "113018": 21,
    }  # fmt: skip
    assert {p.care_setting for p in people} == {CareSetting.HOME, CareSetting.HOSPITAL, CareSetting.FACILITY}
    assert all(p.birth_on is not None for p in people)
    assert {c.source for c in consents} == {EvidenceSource.MIGRATED}
