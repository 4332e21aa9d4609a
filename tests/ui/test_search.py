"""Ctrl+K on a real registry: the best answers drop down, open with one key, and are gone with the lock."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import DeviceKind, EndReason
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.pages.home import HomePage
from hoken_desktop.ui.pages.incidents import IncidentsPage
from hoken_desktop.ui.pages.persons import PersonsPage
from hoken_desktop.ui.search import MOST
from hoken_desktop.ui.search_ways import Way, find_ways
from hoken_desktop.words import label, say
from tests.ui.real_house import TODAY, People, settle
from tests.ui.test_lock import everything_shown


@pytest.fixture
def desk(qtbot: QtBot, people: People) -> Iterator[Desk]:
    desk = Desk(people.house, {"home": HomePage, "persons": PersonsPage})
    desk.frame.resize(1366, 728)
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    desk.frame.activateWindow()
    settle(desk, lambda: True)
    yield desk
    desk.close()


def typed(desk: Desk, text: str) -> list[str]:
    """The names that drop down for what was typed."""
    desk.frame.focus_search()
    QTest.qWait(1)
    desk.frame.search.clear()
    desk.frame.search.insert(text)
    desk.search.ask()
    model = desk.search.drop.table.window_model
    return [model.cell(row, 1).text for row in range(model.rowCount())]


def key(desk: Desk, pressed: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(desk.frame.search, pressed, held)


def test_the_best_answers_drop_down_while_somebody_types(qtbot: QtBot, desk: Desk) -> None:
    desk.frame.focus_search()
    QTest.keyClicks(desk.frame.search, "0480007777")
    qtbot.waitUntil(desk.search.drop.isVisible)
    cells = [desk.search.drop.table.window_model.cell(0, column) for column in range(6)]
    assert [cell.text for cell in cells[1:]] == ["早苗田 キヨ", "さなえだ きよ", "上尾市", "在宅", "048-000-7777"]
    assert desk.search.drop.geometry().right() < desk.frame.width()
    assert desk.frame.search.hasFocus()
    assert "早苗田 キヨ" in desk.frame.search.accessibleDescription()


def test_it_finds_by_name_kana_width_phone_tail_numbers_and_address(desk: Desk) -> None:
    for text in ("早苗田", "さなえだ", "サナエ", "ｻﾅｴ", "7777", "K000003", "0000034"):
        assert typed(desk, text) == ["早苗田 キヨ"], text
    assert typed(desk, "上尾市") == ["早苗田 キヨ", "灯田 照"]
    assert typed(desk, "いない") == []
    assert desk.search.drop.words.text() == say("search.nobody")
    assert desk.search.drop.isVisible()


def test_arrows_choose_and_enter_opens_the_person(desk: Desk, people: People) -> None:
    assert typed(desk, "上尾市") == ["早苗田 キヨ", "灯田 照"]
    key(desk, Qt.Key.Key_Down)
    key(desk, Qt.Key.Key_Return)
    assert not desk.search.drop.isVisible()
    assert desk.frame.search.text() == ""
    page = desk.current
    assert isinstance(page, PersonsPage)
    assert page.pane.known is not None
    assert page.pane.known.file.person.id == people.ids["tomo"]


def test_ctrl_enter_and_the_link_show_all_in_the_list(desk: Desk) -> None:
    for by_key in (True, False):
        desk.open_page("home")
        typed(desk, "上尾市")
        if by_key:
            key(desk, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        else:
            desk.search.drop.all_link.click()
        page = desk.current
        assert isinstance(page, PersonsPage)
        assert page.filters.edit.text() == "上尾市"
        assert page.table.window_model.rowCount() == 2


def test_enter_before_an_answer_is_there_shows_the_list(desk: Desk) -> None:
    desk.frame.focus_search()
    QTest.keyClicks(desk.frame.search, "7777")
    key(desk, Qt.Key.Key_Return)
    assert isinstance(desk.current, PersonsPage)
    assert desk.current.filters.edit.text() == "7777"


def test_escape_returns_to_the_page_and_keeps_nobody(qtbot: QtBot, desk: Desk) -> None:
    page = desk.open_page("persons")
    typed(desk, "上尾市")
    key(desk, Qt.Key.Key_Escape)
    assert desk.frame.search.text() == ""
    assert desk.search.drop.table.window_model.rowCount() == 0
    qtbot.waitUntil(lambda: page.isAncestorOf(desk.frame.focusWidget()))


def test_leaving_the_search_puts_the_answers_away(qtbot: QtBot, desk: Desk) -> None:
    page = desk.open_page("persons")
    typed(desk, "上尾市")
    assert isinstance(page, PersonsPage)
    page.table.setFocus()
    qtbot.waitUntil(lambda: not desk.search.drop.isVisible())
    assert desk.search.drop.table.window_model.rowCount() == 0


def test_more_than_the_drop_holds_are_counted_and_the_ended_come_last(desk: Desk, people: People) -> None:
    for number in range(MOST):
        people.add(f"m{number}", f"架空 {number}子", "かくう", (DeviceKind.VENTILATOR,))
    people.house.persons.end(people.ids["m0"], EndReason.DEVICE_ENDED, TODAY)
    found = typed(desk, "架空")
    assert len(found) == MOST
    assert found[-1] == "架空 0子"
    model = desk.search.drop.table.window_model
    assert model.cell(MOST - 1, 4).text == label(people.house.persons.open(people.ids["m0"]).person.state)
    people.add("m8", "架空 8子", "かくう", (DeviceKind.VENTILATOR,))
    assert len(typed(desk, "架空")) == MOST
    assert desk.search.drop.words.text() == say("search.found", n="9")


def test_a_long_register_is_searched_in_the_worker(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoken_desktop.services.person_lists.MANY", 2)
    typed(desk, "上尾市")
    typed(desk, "7777")
    qtbot.waitUntil(desk.search.drop.isVisible)
    settle(desk, lambda: desk.search.drop.table.window_model.rowCount() == 1)


def test_after_the_lock_no_answer_is_left(qtbot: QtBot, people: People) -> None:
    desk = Desk(people.house, {"home": HomePage, "persons": PersonsPage})
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    desk.frame.activateWindow()
    settle(desk, lambda: True)
    typed(desk, "7777")
    assert desk.search.drop.isVisible()
    assert "早苗田" in everything_shown()  # the walk does find it
    desk.close()
    desk.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    del desk
    gc.collect()
    assert "早苗田" not in everything_shown()
    assert not [each for each in gc.get_objects() if isinstance(each, PersonLine)]


def test_who_lost_something_finds_the_screen_by_what_happened(qtbot: QtBot, people: People) -> None:
    desk = Desk(people.house, {"home": HomePage, "persons": PersonsPage, "incidents": IncidentsPage})
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    desk.frame.activateWindow()
    settle(desk, lambda: True)
    for text in ("漏えい", "ろうえい", "ロウエイ", "なくした"):
        assert typed(desk, text) == [], text
        way = desk.search.drop.current()
        assert isinstance(way, Way), text
        assert way.page == "incidents"
        assert say("incidents_page.title") in desk.frame.search.accessibleDescription()
    key(desk, Qt.Key.Key_Return)
    assert isinstance(desk.current, IncidentsPage)
    assert desk.frame.search.text() == ""
    assert not desk.search.drop.isVisible()
    typed(desk, "だ")
    assert desk.search.drop.ways.window_model.rowCount() == 0, "one letter is how a name begins"
    desk.close()


def test_a_screen_that_is_not_here_is_not_offered(desk: Desk) -> None:
    typed(desk, "漏えい")
    assert desk.search.drop.ways.window_model.rowCount() == 0


def test_the_arrows_go_from_the_people_on_to_the_screens_and_back(desk: Desk) -> None:
    drop = desk.search.drop
    typed(desk, "上尾市")
    drop.show_answers([drop.table.window_model.row_at(0)], 1, find_ways("台帳", desk.has_page))
    assert isinstance(drop.current(), PersonLine)
    key(desk, Qt.Key.Key_Down)
    assert isinstance(drop.current(), Way)
    key(desk, Qt.Key.Key_Down)
    assert isinstance(drop.current(), Way)
    key(desk, Qt.Key.Key_Up)
    assert isinstance(drop.current(), PersonLine)
