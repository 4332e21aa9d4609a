"""地図 in its window: a real registry on a real map, pins by hand, paper under a password, nothing after the lock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import CareSetting, DeviceGroup, EvidenceSource, UnmappedReason
from hoken_desktop.domain.passwords import is_generated
from hoken_desktop.house import House
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question
from hoken_desktop.ui.pages.place_sheets import ImportedSheet, MapPasswordSheet, PrintSheet
from hoken_desktop.ui.pages.places import PlacesPage
from hoken_desktop.ui.webmap import register_scheme
from hoken_desktop.words import say
from tests.adapters import official_data
from tests.ui.registry_house import Clock, dialog, house_after_first_half, settled

register_scheme()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = house_after_first_half(tmp_path, Clock(date(2026, 4, 6)))
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, house: House) -> Iterator[PlacesPage]:
    desk = Desk(house, {"places": PlacesPage})
    qtbot.addWidget(desk.frame)
    desk.frame.resize(1366, 728)
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    desk.frame.activateWindow()
    qtbot.waitUntil(desk.frame.isActiveWindow)
    found = desk.current
    assert isinstance(found, PlacesPage)
    settled(qtbot, desk, found)
    yield found
    house_close, house.close = house.close, lambda: None  # type: ignore[method-assign]
    desk.close()
    house.close = house_close  # type: ignore[method-assign]


def ready(qtbot: QtBot, page: PlacesPage) -> None:
    """Wait for the worker and for the map to be drawn."""
    settled(qtbot, page.desk, page)
    qtbot.waitUntil(lambda: page.map._ready, timeout=30000)


def located(qtbot: QtBot, page: PlacesPage) -> None:
    page.locate_all()
    settled(qtbot, page.desk, page)
    ready(qtbot, page)


def cells(page: PlacesPage, row: int) -> list[str]:
    model = page.list.table.window_model
    return [model.cell(row, at).text for at in range(model.columnCount())]


def test_before_the_search_everybody_is_in_the_tray_and_after_it_on_the_map(qtbot: QtBot, page: PlacesPage) -> None:
    assert page.shown() == []
    assert [p.reason for p in page.tray.rows()] == [UnmappedReason.NOT_SEARCHED] * 2
    assert page.list.empty.isVisible()
    assert page.sum.gap == 0
    located(qtbot, page)
    assert len(page.shown()) == 2
    assert page.tray.rows() == []
    assert page.sum.gap == 0
    assert "登録 2名 = 地図 2名 + 未配置 0名" in page.sum.accessibleName()
    assert page.notices.text().startswith("2名の位置を調べ、2名が変わりました")


def test_names_stay_hidden_until_they_are_asked_for(qtbot: QtBot, page: PlacesPage) -> None:
    located(qtbot, page)
    everything = [each.text() for each in page.findChildren(QLabel)] + cells(page, 0) + cells(page, 1)
    assert not any("試験" in text or "しけん" in text for text in everything)
    assert cells(page, 0)[1].startswith("K")
    QTest.keyClick(page.list.table, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: "試験　太郎" in cells(page, 0) + cells(page, 1), timeout=10000)
    assert page.names.text() == say("places_page.names_hide")
    QTest.keyClick(page.list.table, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: cells(page, 0)[1].startswith("K"), timeout=10000)


def test_the_list_the_map_and_the_chips_show_the_same_people(qtbot: QtBot, page: PlacesPage) -> None:
    located(qtbot, page)
    page._device_chips[DeviceGroup.OXYGEN].click()
    assert [p.person.name for p in page.shown()] == ["試験　太郎"]
    assert page.map._ids == (page.shown()[0].person.id,)
    page._device_chips[DeviceGroup.OXYGEN].click()
    page.municipality.pick("112194")
    assert [p.person.name for p in page.shown()] == ["見本　花子"]
    assert "上尾市" in page.list.title.text()
    page.municipality.pick("")
    page.filter.setText("しけん")
    page._show_people()
    assert [p.person.name for p in page.shown()] == ["試験　太郎"]
    page.filter.setText("だれもいない")
    page._show_people()
    assert page.list.empty.isVisible()
    assert not page.print_button.isEnabled()
    assert page.sum.gap == 0  # the sum is of everybody, whatever the filter


def test_a_click_on_the_map_chooses_in_the_list_and_the_other_way_round(qtbot: QtBot, page: PlacesPage) -> None:
    located(qtbot, page)
    other = page.shown()[1].person.id
    page.map.marker_clicked.emit(other)
    assert page.chosen() is not None
    assert page.chosen().person.id == other  # type: ignore[union-attr]
    page.list.table.choose(0)
    assert page.chosen() == page.shown()[0]


def test_somebody_is_put_on_the_map_by_hand_and_stays_there(
    qtbot: QtBot, page: PlacesPage, house: House
) -> None:
    ready(qtbot, page)
    page.tray.table.choose(0)
    placed = page.chosen()
    assert placed is not None
    assert page.tray.pin.isEnabled()
    page.tray.pin.click()
    assert page.notices.text() == say("places_page.pin_ask", who=placed.person.registry_no)
    page.map.point_chosen.emit(36.0612, 139.5031)
    question = dialog(page, Question)
    assert question.deed_button.text() == say("places_page.pin_verb")
    question.deed_button.click()
    settled(qtbot, page.desk, page)
    ready(qtbot, page)
    now = next(p for p in house.places.everyone() if p.person.id == placed.person.id)
    assert now.reason is None
    assert now.place is not None
    assert (now.place.lat, now.place.lon, now.place.pinned) == (36.0612, 139.5031, True)
    assert page.chosen() is not None
    assert page.chosen().person.id == placed.person.id  # type: ignore[union-attr]
    located(qtbot, page)
    again = next(p for p in house.places.everyone() if p.person.id == placed.person.id)
    assert again.place is not None
    assert again.place.pinned


def test_escape_takes_the_question_for_a_place_back(qtbot: QtBot, page: PlacesPage) -> None:
    ready(qtbot, page)
    page.tray.table.choose(0)
    page.pins.ask_point()
    QTest.keyClick(page.tray.table, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.pins.asking is None, timeout=5000)
    page.map.point_chosen.emit(36.0, 139.5)
    assert not [each for each in page.findChildren(Question) if each.isVisible()]


def test_who_is_in_hospital_is_not_put_on_the_map(qtbot: QtBot, page: PlacesPage, house: House) -> None:
    person = house.places.everyone()[0].person
    house.persons.set_care_setting(person.id, CareSetting.HOSPITAL, date(2026, 4, 5), EvidenceSource.PHONE)
    page.desk.changed("persons")
    settled(qtbot, page.desk, page)
    page.desk.open_page("places", person=person.id)
    assert page.chosen() is not None
    assert page.chosen().reason is UnmappedReason.HOSPITAL  # type: ignore[union-attr]
    assert not page.tray.pin.isEnabled()
    assert page.tray.why.text() == say("places_page.pin_not_mendable", reason="入院中")


def test_the_printed_map_opens_with_the_password_shown_once_and_not_without(
    qtbot: QtBot, page: PlacesPage, house: House, tmp_path: Path
) -> None:
    located(qtbot, page)
    page.printing.ask()
    sheet = dialog(page, PrintSheet)
    assert "2名" in sheet.deed_button.text()
    sheet.reject()
    before = house.audits.verify().entries
    page.printing.print_to(tmp_path / "位置図", "A4")
    settled(qtbot, page.desk, page)
    shown = dialog(page, MapPasswordSheet)
    password = shown.password.text()
    assert is_generated(password)
    sealed = (tmp_path / "位置図.pdf").read_bytes()
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(BytesIO(sealed))
    pdf = pypdfium2.PdfDocument(BytesIO(sealed), password=password)
    assert len(pdf) == 1
    text = pdf[0].get_textpage().get_text_bounded()
    assert "K000001" in text
    assert "試験" not in text  # names were hidden on the screen
    assert "部数番号 1" in text
    assert "現在 随時" in text
    assert house.audits.verify().entries == before + 1
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.isVisible()  # Esc does not lose it
    label = shown.password
    shown.close_button.click()
    assert label.text() == ""


def test_nothing_to_print_is_said_in_words(qtbot: QtBot, page: PlacesPage, tmp_path: Path) -> None:
    ready(qtbot, page)
    page.map.dispose()
    page.printing.print_to(tmp_path / "a.pdf")
    assert page.notices.text() == say("map.empty")
    assert not (tmp_path / "a.pdf").exists()


def test_address_data_comes_in_and_offers_the_search(qtbot: QtBot, page: PlacesPage, tmp_path: Path) -> None:
    path = tmp_path / "13000.zip"
    path.write_bytes(b"not a zip")
    page.import_data([path])
    settled(qtbot, page.desk, page)
    assert page.notices.text() == say("gazetteer.not_zip", file="13000.zip")
    assert not [each for each in page.findChildren(ImportedSheet) if each.isVisible()]
    page.import_data([official_data.boundary(tmp_path)])
    settled(qtbot, page.desk, page)
    sheet = dialog(page, ImportedSheet)
    assert "行政区域（国土数値情報）" in [each.text() for each in sheet.findChildren(QLabel)]
    sheet.deed_button.click()
    settled(qtbot, page.desk, page)
    ready(qtbot, page)
    assert len(page.shown()) == 2
    assert page.desk.house.gazetteer.sources()


def test_every_control_has_a_name_and_no_words_are_markup(qtbot: QtBot, page: PlacesPage) -> None:
    ready(qtbot, page)
    controls = [c for c in page.findChildren(QWidget) if isinstance(c, (QAbstractButton, QLineEdit, QTableView))]
    for control in controls:
        if control.isVisible() and not control.objectName().startswith("qt_") and type(control) is not QAbstractButton:
            assert control.accessibleName(), control
    for words in page.findChildren(QLabel):
        assert words.textFormat() is Qt.TextFormat.PlainText


def test_the_lock_ends_the_map_and_drops_every_row(qtbot: QtBot, page: PlacesPage) -> None:
    located(qtbot, page)
    page.toggle_names()
    page.release()
    assert page.map._view is None
    assert page.map._files == {}
    assert page.people() == ()
    assert page.list.table.window_model.rowCount() == 0
    assert page.tray.table.window_model.rowCount() == 0
