"""設定の業者・機関, 機種, 疾病 on a real registry: names of the register become entries, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import DeviceKind, Scheme
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.masters import DeviceModel, Organisation, OrganisationKind
from hoken_desktop.house import House
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.forms import DateInput
from hoken_desktop.ui.pages.device_models import ModelsSection
from hoken_desktop.ui.pages.diseases import DiseasesSection
from hoken_desktop.ui.pages.master_filters import KNOWN, OPEN
from hoken_desktop.ui.pages.master_forms import DiseaseForm, ModelForm, OrganisationForm
from hoken_desktop.ui.pages.master_questions import ChooseForm, EndForm, ReadSheet
from hoken_desktop.ui.pages.masters import MasterSection
from hoken_desktop.ui.pages.organisations import OrganisationsSection
from hoken_desktop.ui.pages.settings import SettingsPage
from hoken_desktop.words import say
from tests.ui.real_house import KONOSU, people_house, settle

D = TypeVar("D", bound=QDialog)
S = TypeVar("S", bound=MasterSection[Any, Any])
NORTH = Organisation(
    "", OrganisationKind.SUPPLIER, "架空メディカル", "北部営業所", phone="048-000-0001", phone_24h="048-000-0024"
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = people_house(tmp_path).house
    devices(made, ["架空メディカル 北部営業所", "㈱架空メディカル 北部営業所", "空想酸素"])
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


def devices(house: House, suppliers: list[str]) -> None:
    """Gives the first devices of the register these suppliers, in these words."""
    with house.store.change(Deed.FACTS_RECORDED) as shelves:
        for device, supplier in zip(shelves.devices.all(), suppliers, strict=False):
            shelves.devices.replace(replace(device, supplier=supplier))


def section(desk: Desk, name: str, kind: type[S]) -> S:
    page = desk.open_page("settings", section=name)
    assert isinstance(page, SettingsPage)
    idle(desk)
    found = page.section
    assert isinstance(found, kind)
    return found


def idle(desk: Desk) -> None:
    settle(desk, lambda: not desk.jobs.busy())


def form(desk: Desk, kind: type[D]) -> D:
    """The dialog that is open."""
    assert desk.current is not None
    return next(one for one in desk.current.findChildren(kind) if one.isVisible())


def told(desk: Desk) -> str:
    idle(desk)
    assert desk.current is not None
    return desk.current.notices.text()


def shown(part: MasterSection[Any, Any]) -> list[str]:
    """What the table shows in its lead column."""
    model = part.card.table.window_model
    lead = next(at for at, column in enumerate(model.columns) if column.lead)
    return [model.cell(row, lead).text for row in range(model.rowCount())]


def cell(part: MasterSection[Any, Any], row: int, title: str) -> str:
    model = part.card.table.window_model
    return model.cell(row, next(at for at, c in enumerate(model.columns) if c.title == title)).text


# ---- organisations ----------------------------------------------------------------------------------------------


def test_a_name_of_the_register_becomes_an_entry_with_its_people(desk: Desk, house: House) -> None:
    part = section(desk, "organisations", OrganisationsSection)
    assert shown(part) == []
    part._empty.asked.emit()  # the empty table leads on to the names that stand in the register
    assert part.filters.open_tab.isChecked()
    first = part.chosen_proposal()
    assert first is not None
    assert (first.people, len(first.spellings)) == (2, 2)
    part.adopt_button.click()
    dialog = form(desk, OrganisationForm)
    assert dialog._texts["name"].text() == "架空メディカル"
    dialog._texts["phone_24h"].setText("048-000-0024")
    dialog.deed.click()
    assert say("masters_page.adopted") in told(desk)
    idle(desk)
    part.filters.turn(KNOWN)
    assert shown(part) == ["架空メディカル 北部営業所"]
    assert cell(part, 0, say("masters_page.column_people")) == "2"
    assert cell(part, 0, say("masters.column_phone_24h")) == "048-000-0024"
    assert part.filters.open_tab.text() == say("masters_page.tab_open", n="3")


def test_another_spelling_is_joined_to_a_known_entry(desk: Desk, house: House) -> None:
    added = house.organisations.add(NORTH)
    devices(house, ["架空メディカル(北部)"])
    part = section(desk, "organisations", OrganisationsSection)
    part.filters.turn(OPEN)
    keys = [one.spellings[0][0] for one in house.organisations.proposals()]
    part.open_card.table.choose(keys.index("架空メディカル(北部)"))
    part.join_button.click()
    dialog = form(desk, ChooseForm)
    assert dialog.which.id() == added.id  # the likely one stands there already
    dialog.which.setText("知らない業者")
    dialog.deed.click()
    assert dialog.which_field.fault() == say("masters_page.fault_which")
    dialog.which.setText("架空メディカル 北部営業所")
    dialog.deed.click()
    assert say("masters_page.joined") in told(desk)
    with house.store.read() as shelves:
        assert [d.supplier for d in shelves.devices.all(supplier_id=added.id)] == ["架空メディカル(北部)"]


def test_a_missing_night_telephone_is_unknown_and_not_blank(desk: Desk, house: House) -> None:
    house.organisations.add(replace(NORTH, phone_24h=""))
    house.organisations.add(Organisation("", OrganisationKind.HOSPITAL, "見本病院"))
    part = section(desk, "organisations", OrganisationsSection)
    night = say("masters.column_phone_24h")
    assert [cell(part, row, night) for row in range(2)] == [say("masters_page.unknown"), say("masters_page.nothing")]


def test_typing_narrows_by_reading_telephone_and_municipality(desk: Desk, house: House) -> None:
    house.organisations.add(replace(NORTH, name_kana="かくうめでぃかる", municipality=KONOSU))
    house.organisations.add(Organisation("", OrganisationKind.HOSPITAL, "見本病院"))
    part = section(desk, "organisations", OrganisationsSection)
    for typed in ("ｶｸｳ", "0024", "鴻巣", "北部"):
        part.filters.typed.setText(typed)
        assert shown(part) == ["架空メディカル 北部営業所"], typed
    part.filters.typed.setText("")
    part.filters.kind.set_value(OrganisationKind.HOSPITAL)
    part.filters.kind.picked.emit(OrganisationKind.HOSPITAL)
    assert shown(part) == ["見本病院"]


def test_an_entry_ends_on_a_day_and_is_found_again(desk: Desk, house: House) -> None:
    added = house.organisations.add(NORTH)
    part = section(desk, "organisations", OrganisationsSection)
    part.end_button.click()
    dialog = form(desk, EndForm)
    assert isinstance(dialog.day.control, DateInput)
    dialog.day.control.edit.setText("R8.9.30")
    dialog.deed.click()
    assert say("masters_page.ended_now") in told(desk)
    idle(desk)
    assert shown(part) == []
    part.filters.state.set_value("")
    part.filters.state.picked.emit("")
    assert shown(part) == ["架空メディカル 北部営業所"]
    assert not part.end_button.isEnabled()
    ended = house.organisations.get(added.id)
    assert ended is not None
    assert ended.valid_to == date(2026, 9, 30)


def test_two_entries_are_made_one(desk: Desk, house: House) -> None:
    kept = house.organisations.add(NORTH)
    gone = house.organisations.add(Organisation("", OrganisationKind.SUPPLIER, "カクウ北部"))
    part = section(desk, "organisations", OrganisationsSection)
    part.card.table.choose(shown(part).index("カクウ北部"))
    part.merge_button.click()
    dialog = form(desk, ChooseForm)
    dialog.which.setText("架空メディカル 北部営業所")
    dialog.deed.click()
    assert say("masters_page.merged") in told(desk)
    assert [one.id for one in house.organisations.valid()] == [kept.id]
    assert house.organisations.get(gone.id) is not None


def test_the_form_says_its_faults_at_their_fields_and_keeps_what_was_typed(desk: Desk, house: House) -> None:
    part = section(desk, "organisations", OrganisationsSection)
    part.add_button.click()
    dialog = form(desk, OrganisationForm)
    dialog.kind.pick(OrganisationKind.MUNICIPALITY)
    dialog._texts["office"].setText("防災課")
    dialog.deed.click()
    assert dialog.fields["name"].fault() == say("organisations.no_name")
    assert dialog.town_field.fault() == say("organisations.no_municipality")
    dialog._texts["name"].setText("伊奈町")
    dialog.town.setText("架空市")
    dialog.deed.click()
    assert dialog.town_field.fault() == say("organisations.unknown_municipality")
    assert dialog._texts["office"].text() == "防災課"
    dialog.town.setText("埼玉県北足立郡伊奈町")
    dialog.deed.click()
    assert say("masters_page.added") in told(desk)
    assert house.organisations.sections("113018")[0].office == "防災課"


def test_an_entry_that_is_there_already_is_refused_in_words(desk: Desk, house: House) -> None:
    house.organisations.add(NORTH)
    part = section(desk, "organisations", OrganisationsSection)
    part.add_button.click()
    dialog = form(desk, OrganisationForm)
    dialog._texts["name"].setText("㈱架空メディカル")
    dialog._texts["office"].setText("北部営業所")
    dialog.deed.click()
    assert say("masters.already_there") in told(desk)
    assert len(house.organisations.all()) == 1


def test_a_sheet_is_shown_before_it_is_taken(desk: Desk, house: House, tmp_path: Path) -> None:
    house.organisations.add(NORTH)
    path = tmp_path / "業者.csv"
    path.write_text("区分,会社名,営業所,TEL\r\n業者,見本酸素,,048-000-0002\r\n謎,見本,,\r\n", "utf-8")
    part = section(desk, "organisations", OrganisationsSection)
    part.files.read(path)
    idle(desk)
    sheet = form(desk, ReadSheet)
    assert sheet.verb.text() == say("masters_page.read_verb", n=1)
    assert len(house.organisations.all()) == 1
    sheet.verb.click()
    assert say("masters_page.taken", added=1, changed=0) in told(desk)
    assert {one.name for one in house.organisations.all()} == {"架空メディカル", "見本酸素"}


def test_the_table_is_written_out_for_a_spreadsheet(desk: Desk, house: House, tmp_path: Path) -> None:
    house.organisations.add(NORTH)
    part = section(desk, "organisations", OrganisationsSection)
    path = tmp_path / "業者.xlsx"
    part.files.export_to(path)
    assert path.name in told(desk)
    assert path.read_bytes()[:2] == b"PK"


def test_enter_opens_the_chosen_entry(desk: Desk, house: House) -> None:
    house.organisations.add(NORTH)
    part = section(desk, "organisations", OrganisationsSection)
    QTest.keyClick(part.filters.typed, Qt.Key.Key_Return)
    assert part.card.table.hasFocus()
    QTest.keyClick(part.card.table, Qt.Key.Key_Return)
    dialog = form(desk, OrganisationForm)
    assert dialog._texts["name"].text() == "架空メディカル"
    dialog.reject()


def test_every_control_has_a_name_for_a_screen_reader(desk: Desk) -> None:
    for name, kind in (
        ("organisations", OrganisationsSection), ("device_models", ModelsSection), ("diseases", DiseasesSection),
    ):  # fmt: skip
        part = section(desk, name, kind)
        assert all(one.accessibleName() for one in part.findChildren(QPushButton) if not one.isHidden())
        assert part.filters.typed.accessibleName()
        assert part.card.table.accessibleName()


def test_the_lock_lets_go_of_what_was_read(desk: Desk, house: House) -> None:
    part = section(desk, "organisations", OrganisationsSection)
    assert part._proposals
    page = desk.current
    assert isinstance(page, SettingsPage)
    page.release()
    assert (part._lines, part._proposals, page.section) == ([], (), None)


# ---- device models and diseases ---------------------------------------------------------------------------------


def test_a_model_is_entered_with_its_catalogue_values(desk: Desk, house: House) -> None:
    part = section(desk, "device_models", ModelsSection)
    part.add_button.click()
    dialog = form(desk, ModelForm)
    dialog.maker.setText("見本製作所")
    dialog._texts["model"].setText("MH-1")
    for key, text in (("battery_hours", "約4時間"), ("watts", "90")):
        control: Any = dialog.numbers[key].control
        control.setText(text)
    dialog.deed.click()
    assert dialog.numbers["battery_hours"].fault() == say("faults.master_number_unreadable")
    control = dialog.numbers["battery_hours"].control
    control.setText("4.5")
    dialog.deed.click()
    assert say("masters_page.added") in told(desk)
    (one,) = house.device_models.all()
    assert one == DeviceModel(one.id, DeviceKind.VENTILATOR, "見本製作所", "MH-1", 4.5, None, 90)
    assert cell(part, 0, say("masters_page.column_external")) == say("masters_page.unknown")


def test_all_diseases_are_there_and_one_is_renamed(desk: Desk, house: House) -> None:
    part = section(desk, "diseases", DiseasesSection)
    assert len(shown(part)) == 364
    part.filters.typed.setText("きんいしゅくせいそくさく")
    assert shown(part) == ["筋萎縮性側索硬化症"]
    part.edit_button.click()
    dialog = form(desk, DiseaseForm)
    dialog._texts["note"].setText("旧「ALS」")
    dialog.deed.click()
    assert say("masters_page.changed") in told(desk)
    assert house.diseases.number_of(Scheme.NANBYO, "ALS") == "2"
    assert len(house.diseases.all()) == 364
