"""設定 over a real registry: each section changes what it says, once, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.house import House
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.pages.municipalities import TownsSection
from hoken_desktop.ui.pages.offices import OfficeSection
from hoken_desktop.ui.pages.settings import SECTIONS, SettingsPage
from hoken_desktop.words import say
from tests.ui.real_house import AGEO, KONOSU, five_people, fresh_house, settle

S = TypeVar("S", bound=Section)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = fresh_house(tmp_path)
    five_people(made)
    return made


@pytest.fixture
def desk(qtbot: QtBot, house: House) -> Iterator[Desk]:
    made = Desk(house, {"settings": SettingsPage})
    qtbot.addWidget(made.frame)
    made.frame.resize(1366, 728)
    made.frame.show()
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def page(desk: Desk) -> SettingsPage:
    found = desk.current
    assert isinstance(found, SettingsPage)
    return found


def section(desk: Desk, name: str, kind: type[S]) -> S:
    found = page(desk).open_section(name)
    assert isinstance(found, kind)
    return found


def told(desk: Desk) -> str:
    """What the notice bar says once the worker is through."""
    settle(desk, lambda: bool(page(desk).notices.text()))
    return page(desk).notices.text()


def agree(desk: Desk) -> None:
    """Press the verb of the question that is open."""
    next(each for each in page(desk).findChildren(Question) if each.isVisible()).deed_button.click()


def entries(house: House) -> int:
    return house.store.head()[0]


# --- the page ------------------------------------------------------------------------------------------------------


def test_every_section_opens_by_its_button_and_has_a_name(desk: Desk) -> None:
    for entry in SECTIONS:
        page(desk).section_buttons[entry.name].click()
        shown = page(desk).section
        assert shown is not None
        assert shown.accessibleName()
        assert page(desk).section_buttons[entry.name].isChecked()
        settle(desk, lambda: True)


def test_a_section_is_opened_from_elsewhere_by_its_name(desk: Desk) -> None:
    desk.open_page("settings", section="municipalities")
    assert isinstance(page(desk).section, TownsSection)


# --- 保健所 --------------------------------------------------------------------------------------------------------


def test_the_rules_of_the_office_are_changed_in_one_deed(desk: Desk, house: House) -> None:
    form = section(desk, "offices", OfficeSection)
    before = entries(house)
    form.director.setText("所長 見本 一郎")
    form.counting.pick("use")
    form.grace.pick(2)
    form.guardian.pick(18)
    form.approval.setChecked(False)
    form.save.click()
    assert told(desk) == say("settings.saved", n=5)
    office = house.office.get()
    assert (office.director, office.counting, office.grace_months) == ("所長 見本 一郎", "use", 2)
    assert (office.guardian_ends_at, office.needs_approval, office.include_not_at_home) == (18, False, False)
    assert entries(house) == before + 1


def test_nothing_changed_writes_nothing(desk: Desk, house: House) -> None:
    before = entries(house)
    section(desk, "offices", OfficeSection).save.click()
    assert told(desk) == say("settings.nothing_changed")
    assert entries(house) == before


def test_an_office_without_a_name_is_not_kept(desk: Desk, house: House) -> None:
    form = section(desk, "offices", OfficeSection)
    form.name.setText("  ")
    form.save.click()
    assert form.name.hasFocus()
    assert house.office.get().name == "見本保健所"
    form.back.click()
    assert form.name.text() == "見本保健所"


# --- 市町 ----------------------------------------------------------------------------------------------------------


def test_a_municipality_is_added_by_name_or_code_and_a_namesake_is_asked_for(desk: Desk, house: House) -> None:
    towns = section(desk, "municipalities", TownsSection)
    towns.wanted.setText("桶川市")
    towns.add.click()
    assert told(desk) == say("settings.town_added", name="埼玉県桶川市")
    assert house.office.get().municipalities == (KONOSU, AGEO, "112313")
    assert towns.card.table.window_model.rowCount() == 3
    for raw, code in (("伊達市", "offices.town_unknown"), ("112178", "offices.town_here")):
        towns.wanted.setText(raw)
        towns.add.click()
        assert told(desk) == say(code, municipality=raw, name="埼玉県鴻巣市")
        page(desk).notices.clear()
    assert len(house.office.get().municipalities) == 3


def test_a_municipality_is_taken_away_only_after_its_people_were_counted(desk: Desk, house: House) -> None:
    towns = section(desk, "municipalities", TownsSection)
    assert not towns.remove.isEnabled()
    towns.card.table.choose(1)
    town = towns.card.table.current()
    assert town is not None
    assert (town.name, town.people) == ("上尾市", 2)
    towns.remove.click()
    question = page(desk).findChildren(Question)[0]
    assert say("settings.town_remove_text", name="上尾市", n="2") in [
        label.text() for label in question.findChildren(QWidget) if hasattr(label, "text")
    ]
    agree(desk)
    assert told(desk) == say("settings.town_removed", name="上尾市")
    assert house.office.get().municipalities == (KONOSU,)
    towns.card.table.choose(0)
    towns.remove.click()
    agree(desk)
    settle(desk, lambda: page(desk).notices.text() == say("offices.last_town"))


def test_every_button_of_every_section_has_a_name(desk: Desk) -> None:
    for entry in SECTIONS:
        shown = page(desk).open_section(entry.name)
        settle(desk, lambda: True)
        verbs = [each for each in shown.findChildren(QPushButton) if each.isVisibleTo(shown)]
        assert all(each.accessibleName() or each.text() for each in verbs), entry.name
