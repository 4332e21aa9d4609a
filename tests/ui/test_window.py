"""The frame around the pages: what it says, what the keys do, what a screen reader hears."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.services.desk import DeskFacts
from hoken_desktop.ui import theme
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.frame import Frame, toggle_large
from hoken_desktop.ui.window import Window
from hoken_desktop.words import say


def controls(widget: QWidget) -> list[QWidget]:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTableView)
    return [each for each in widget.findChildren(QWidget) if isinstance(each, kinds) and each.isVisible()]


def words_on(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_the_bars_say_whose_registry_which_half_year_and_who_works(desk: Desk) -> None:
    shown = words_on(desk.frame)
    for words in (
        "中央保健所",
        "令和8年9月30日",
        say("window.round_open"),
        "保健師 卯月 さき",
        say("window.fictitious"),
    ):
        assert words in shown


def test_a_frozen_round_and_no_round_are_told_apart(qtbot: QtBot) -> None:
    from datetime import date

    from hoken_desktop.domain.codes import RoundState

    frame = Frame(("home",))
    qtbot.addWidget(frame)
    frame.show()
    frame.show_facts(DeskFacts("中央保健所", "", date(2026, 9, 30), RoundState.FROZEN, 2))
    assert say("window.round_frozen", edition=2) in words_on(frame)
    frame.show_facts(DeskFacts("中央保健所", ""))
    assert say("window.no_round") in words_on(frame)
    assert say("window.backup_none") in words_on(frame)


def test_the_rail_shows_the_pages_there_are_and_no_others(desk: Desk) -> None:
    assert list(desk.frame.rail_buttons) == ["home", "persons", "rounds"]


def test_the_rail_says_how_much_is_left(desk: Desk) -> None:
    assert desk.frame.rail_buttons["rounds"].accessibleName() == say("window.rail_waiting", page="半期更新", n="18")
    assert desk.frame.rail_buttons["home"].accessibleName() == say("window.page_home")


def test_every_page_can_be_opened_by_key(qtbot: QtBot, desk: Desk) -> None:
    for place, name in enumerate(("home", "persons", "rounds")):
        QTest.keyClick(desk.frame, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda name=name: desk.frame.rail_buttons[name].isChecked())
        assert desk.current is desk._pages[name]


def test_the_search_key_leads_to_the_search_and_enter_to_the_register(qtbot: QtBot, desk: Desk) -> None:
    QTest.keyClick(desk.frame, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(desk.frame.search.hasFocus)
    desk.frame.search.setText("みほん")
    QTest.keyClick(desk.frame.search, Qt.Key.Key_Return)
    assert desk.frame.rail_buttons["persons"].isChecked()
    assert desk._pages["persons"].places_shown == [{"text": "みほん"}]


def test_a_page_reads_when_it_is_opened_and_again_only_when_something_it_shows_changed(desk: Desk) -> None:
    home, persons = desk.open_page("home"), desk.open_page("persons")
    assert (home.reads, persons.reads) == (1, 1)
    desk.open_page("persons")
    assert persons.reads == 1
    desk.changed("rounds")
    assert persons.reads == 1
    desk.changed("persons")
    assert (home.reads, persons.reads) == (1, 2)
    desk.open_page("home")
    assert home.reads == 2
    desk.changed("*")
    assert home.reads == 3


def test_a_deed_changes_the_page_in_sight(qtbot: QtBot, desk: Desk) -> None:
    page = desk.open_page("persons")
    rows = page.card.table.window_model.rowCount()
    QTest.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.card.table.window_model.rowCount() == rows + 1)


def test_a_control_closed_under_the_hand_leaves_the_focus_in_its_page(qtbot: QtBot, desk: Desk) -> None:
    page = desk.open_page("persons")
    add = page.add
    add.setFocus()
    add.click()
    closed_meanwhile = QApplication.focusWidget()
    assert closed_meanwhile is not add
    assert page.isAncestorOf(closed_meanwhile)
    qtbot.waitUntil(lambda: not desk.jobs.busy())
    assert QApplication.focusWidget() is add
    add.hide()
    assert page.isAncestorOf(QApplication.focusWidget())
    for each in page.findChildren(QWidget):
        each.setEnabled(False)
    assert not desk.frame.search.hasFocus()


def test_every_control_has_a_name_for_the_screen_reader(desk: Desk, window: Window) -> None:
    desk.open_page("persons")
    nameless = [type(each).__name__ for each in controls(window) if not _spoken(each)]
    assert nameless == []
    window.lock()
    assert [type(each).__name__ for each in controls(window) if not _spoken(each)] == []


def _spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def test_every_control_can_be_reached_with_the_tab_key(qtbot: QtBot, desk: Desk, window: Window) -> None:
    page = desk.open_page("persons")
    desk.frame.search.setFocus()
    reached: list[QWidget] = []
    for _ in range(60):
        focus = QApplication.focusWidget()
        if focus is None or focus in reached:
            break
        reached.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    wanted = [desk.frame.lock_button, *desk.frame.rail_buttons.values(), page.add, page.filter, page.card.table]
    missing = [each.accessibleName() for each in wanted if each not in reached]
    assert missing == []


def test_the_focus_follows_the_reading_order(desk: Desk) -> None:
    page = desk.open_page("persons")
    order: list[QObject] = []
    widget: QWidget = desk.frame.search
    for _ in range(400):
        order.append(widget)
        widget = widget.nextInFocusChain()
        if widget is desk.frame.search:
            break
    places = [order.index(each) for each in (desk.frame.lock_button, desk.frame.rail_buttons["home"], page.card.table)]
    assert places == sorted(places)


def test_all_words_are_plain_text(desk: Desk, window: Window) -> None:
    desk.open_page("persons")
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in _own_labels(window))
    window.lock()
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in _own_labels(window))


def _own_labels(window: Window) -> list[QLabel]:
    return [label for label in window.findChildren(QLabel) if label.text()]


def test_the_text_grows_in_one_click_and_goes_back(qtbot: QtBot, desk: Desk) -> None:
    table = desk.open_page("persons").card.table
    assert table.rowHeight(0) == 28
    desk.frame.large_button.click()
    assert theme.current().factor == theme.large_factor()
    assert table.rowHeight(0) == 35
    assert desk.frame.large_button.text() == say("window.normal_text")
    toggle_large()
    assert table.rowHeight(0) == 28


@pytest.mark.parametrize("size", [(1366, 728), (1920, 1040)])
def test_nothing_is_wider_than_the_window(qtbot: QtBot, desk: Desk, window: Window, size: tuple[int, int]) -> None:
    window.resize(*size)
    QCoreApplication.processEvents()
    page = desk.open_page("persons")
    assert window.width() == size[0]
    assert page.width() == size[0] - theme.current().width("rail")
    assert not page.card.table.horizontalScrollBar().isVisible()


def test_a_page_that_cannot_be_read_says_why(desk: Desk) -> None:
    from hoken_desktop.domain.errors import Refusal

    def refuse() -> None:
        raise Refusal("vault.wrong_passphrase", wait=1)

    page = desk.open_page("persons")
    page.refresh = refuse
    desk.changed("persons")
    assert page.notices.isVisible()


def test_a_house_whose_desk_cannot_be_laid_is_closed_again(qtbot: QtBot, window: Window, make_house: type) -> None:
    house = make_house()

    def broken() -> DeskFacts:
        raise KeyError("x")

    house.desk_facts = broken
    window.unlock(house)
    assert house.closed == 1
    assert window.desk is None
    assert window.centralWidget().objectName() == "lockPage"


def test_none_keeps_its_references(qapp: QApplication) -> None:
    """PySide 6.12 took a reference from None at every call into Qt and brought the program down after some thousand."""
    if sys.version_info >= (3, 12):
        pytest.skip("None is immortal here")
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(5000):
        thing.setObjectName("x")
        QCoreApplication.processEvents()
    assert sys.getrefcount(None) > before - 500
