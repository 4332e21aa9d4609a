"""市町提供: the list of municipalities, and every control of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.house import House
from hoken_desktop.ui.pages.disclosures import DisclosuresPage
from hoken_desktop.words import say
from tests.registry_builder import AGEO, KONOSU, OFFICE
from tests.ui.disclosures.steps import (
    Registry,
    build,
    cells,
    close,
    dialog,
    disclose,
    opened,
    texts,
)

# --- the list ----------------------------------------------------------------------------------------------------


def test_every_municipality_has_a_line_whether_it_asked_or_not(page: DisclosuresPage, registry: Registry) -> None:
    registry.request(KONOSU, approved=False)
    page.desk.changed("*")
    lines = cells(page.list.requests)
    assert [line[0] for line in lines] == list(registry.house.office.municipalities().values())
    assert lines[0][1] == say("disclosures_page.state_requested")
    assert {line[1] for line in lines[1:]} == {say("disclosures_page.state_none")}


def test_a_deadline_that_passed_is_said_with_its_days(page: DisclosuresPage, registry: Registry) -> None:
    registry.request(KONOSU, approved=False, due_on=date(2026, 10, 14))
    registry.clock.move(date(2026, 10, 20))
    page.desk.changed("*")
    assert say("disclosures_page.due_over", n=6) in cells(page.list.requests)[0][5]


def test_a_municipality_without_a_request_opens_the_form_for_it(page: DisclosuresPage) -> None:
    page.list.requests.table.choose(1)
    QTest.keyClick(page.list.requests.table, Qt.Key.Key_Return)
    assert page.views.currentWidget() is page.form
    assert page.form.municipality.value() == AGEO


def test_standings_of_each_municipality_add_up(page: DisclosuresPage) -> None:
    line = cells(page.list.standings)[0]
    assert line[0] == "鴻巣市"
    assert sum(int(n) for n in line[1:-1]) == int(line[-1]) == 6


def test_a_step_of_the_half_year_points_at_what_it_waits_for(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    close(qtbot, page, disclose(qtbot, page, tmp_path / "out"))
    waiting = registry.request(AGEO, approved=False)
    page.desk.changed("*")
    page.desk.open_page("disclosures", step="requests")
    assert page.list.requests.table.current().request.id == waiting
    page.desk.open_page("disclosures", step="replies")
    assert page.list.requests.table.current().municipality == KONOSU
    page.desk.open_page("disclosures", step="statistics")
    assert page.first_focus() is page.list.half_year
    page.desk.open_page("disclosures", request_id=waiting)
    assert page.views.currentWidget() is page.one


def test_an_empty_registry_says_what_comes_first(tmp_path: Path, open_page: Callable[[House], DisclosuresPage]) -> None:
    page = open_page(build(tmp_path).house)
    assert len(cells(page.list.requests)) == len(OFFICE)
    assert say("disclosures_page.no_people") in texts(page.list)
    assert not page.list.consents_button.isEnabled()
    assert not page.list.statistics_button.isEnabled()
    assert say("disclosures_page.no_frozen") in texts(page.list)


# --- every control -----------------------------------------------------------------------------------------------


def test_every_control_has_a_name_and_every_label_is_plain(page: DisclosuresPage, registry: Registry) -> None:
    opened(page, registry)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTableView, QTabBar)
    for view in (page.list, page.form, page.one, page.approval):
        page.turn_to(view)
        QCoreApplication.processEvents()
        for control in view.findChildren(QWidget):
            if isinstance(control, QLabel):
                assert control.textFormat() == Qt.TextFormat.PlainText
            elif isinstance(control, kinds) and control.isVisible():
                name = control.accessibleName() or getattr(control, "text", lambda: "")()
                assert name, control
    page.turn_to(page.list)


def test_a_request_half_typed_is_not_thrown_away_by_escape(qtbot: QtBot, page: DisclosuresPage) -> None:
    page.deeds.begin()
    QTest.keyClick(page.form.number, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.currentWidget() is page.list)
    page.deeds.begin()
    page.form.number.setText("鴻健第1号")
    QTest.keyClick(page.form.number, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog(page, "question") is not None)
    question = dialog(page, "question")
    question.back_button.click()
    assert page.views.currentWidget() is page.form
    assert page.form.number.text() == "鴻健第1号"


def test_the_keyboard_reaches_the_deed_from_the_list(qtbot: QtBot, page: DisclosuresPage, registry: Registry) -> None:
    registry.request()
    page.desk.changed("*")
    page.open_list()
    QTest.keyClick(page.list.requests.table, Qt.Key.Key_Return)
    assert page.views.currentWidget() is page.one
    assert page.one.disclose_button.hasFocus()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.currentWidget() is page.list)
    assert page.list.requests.table.hasFocus()
