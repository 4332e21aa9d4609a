"""台帳 on a real registry: it filters as one types, shows what is known and from where, and its deeds are kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QTabBar, QTableView
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    EndReason,
    EvidenceSource,
    Freshness,
    OnMap,
    PersonState,
    Sex,
    Standing,
    UnmappedReason,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.services.persons import PersonFile
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question
from hoken_desktop.ui.kit.forms import DateInput
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.freshness import ago, tone
from hoken_desktop.ui.pages.home import HomePage
from hoken_desktop.ui.pages.person_columns import ALL, USUAL
from hoken_desktop.ui.pages.person_facts import Known, Tab
from hoken_desktop.ui.pages.person_file import age_and_sex
from hoken_desktop.ui.pages.person_tabs import IN_PANE
from hoken_desktop.ui.pages.persons import PersonsPage
from hoken_desktop.words import label, say
from tests.ui.real_house import AGEO, KONOSU, TODAY, People, fresh_house, settle


class MapStub(Page):
    """Notes where it was opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "地図")
        self.opened: list[dict[str, object]] = []

    def show_at(self, **where: object) -> None:
        self.opened.append(where)


@pytest.fixture
def desk(qtbot: QtBot, people: People) -> Iterator[Desk]:
    desk = Desk(people.house, {"home": HomePage, "persons": PersonsPage, "places": MapStub})
    qtbot.addWidget(desk.frame)
    desk.frame.resize(1366, 728)
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    yield desk
    desk.close()


@pytest.fixture
def page(desk: Desk) -> PersonsPage:
    page = desk.open_page("persons")
    assert isinstance(page, PersonsPage)
    return page


def names(page: PersonsPage) -> list[str]:
    model = page.table.window_model
    return [model.cell(row, 2).text for row in range(model.rowCount())]


def cell(page: PersonsPage, row: int, key: str) -> str:
    return page.table.window_model.cell(row, page.shown_columns.index(key)).text


def typed(page: PersonsPage, text: str) -> list[str]:
    page.filters.edit.setText(text)
    page.load()
    return names(page)


def test_everyone_stands_in_the_order_of_their_kana(page: PersonsPage) -> None:
    assert names(page) == ["青葉 茂", "笠雲 昇", "早苗田 キヨ", "灯田 照", "雪平 春"]
    assert page.subtitle.text() == say("persons_page.registered", n="5")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("早苗田", ["早苗田 キヨ"]),
        ("さなえだ", ["早苗田 キヨ"]),
        ("サナエ", ["早苗田 キヨ"]),
        ("7777", ["早苗田 キヨ"]),
        ("K000002", ["笠雲 昇"]),
        ("0000034", ["早苗田 キヨ"]),
        ("上尾市", ["早苗田 キヨ", "灯田 照"]),
        ("鴻巣 かさぐも", ["笠雲 昇"]),
        ("いない", []),
    ],
)
def test_typing_finds_by_name_kana_phone_number_and_address(page: PersonsPage, text: str, found: list[str]) -> None:
    assert typed(page, text) == found


def test_typing_over_the_list_filters_it(qtbot: QtBot, page: PersonsPage) -> None:
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_7)
    assert page.filters.edit.text() == "7"
    QTest.keyClicks(page.filters.edit, "777")
    qtbot.waitUntil(lambda: names(page) == ["早苗田 キヨ"])
    QTest.keyClick(page.filters.edit, Qt.Key.Key_Down)
    assert page.table.hasFocus()
    QTest.keyClick(page.filters.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(names(page)) == 5)


def test_the_chips_filter_and_say_what_they_filter_by(page: PersonsPage) -> None:
    actions = {action.text(): action for action in page.filters.municipality.menu_of_choices().actions()}
    actions["上尾市"].trigger()
    assert names(page) == ["早苗田 キヨ", "灯田 照"]
    assert page.filters.municipality.text() == "市町:上尾市"
    page.filters.municipality.set_value("")
    page.filters.group.set_value(DeviceGroup.BOTH)
    page.load()
    assert names(page) == ["笠雲 昇"]
    page.filters.group.set_value(None)
    page.filters.care.set_value(CareSetting.HOSPITAL)
    page.load()
    assert names(page) == ["笠雲 昇"]
    page.filters.clear_link.click()
    assert len(names(page)) == 5
    assert not page.filters.clear_link.isVisible()


def test_the_cross_of_a_chip_and_delete_take_its_filter_away(page: PersonsPage) -> None:
    chip = page.filters.municipality
    page.show_at(municipality=AGEO)
    assert len(names(page)) == 2
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 8, chip.height() // 2))
    assert (chip.value(), len(names(page))) == ("", 5)
    page.show_at(freshness=Freshness.OLD)
    assert names(page) == ["早苗田 キヨ"]
    QTest.keyClick(page.filters.freshness, Qt.Key.Key_Delete)
    assert len(names(page)) == 5


def test_the_chips_of_consent_and_position_divide_the_list(page: PersonsPage) -> None:
    def found(**where: object) -> list[str]:
        page.show_at(**where)
        return names(page)

    assert found(consent=Standing.VALID) == ["青葉 茂", "笠雲 昇", "早苗田 キヨ"]
    assert found(consent=Standing.REFUSED) == ["灯田 照"]
    assert found(consent=Standing.UNKNOWN) == ["雪平 春"]
    assert found(position=OnMap.UNMAPPED) == ["笠雲 昇", "灯田 照"]
    assert found(position=UnmappedReason.NOT_SEARCHED) == ["灯田 照"]
    assert page.filters.position.text() == "位置:未検索"


def test_the_ended_are_found_by_their_state_only(page: PersonsPage, people: People, desk: Desk) -> None:
    people.house.persons.end(people.ids["sana"], EndReason.DEVICE_ENDED, TODAY)
    desk.changed("persons")
    assert "早苗田 キヨ" not in names(page)
    page.filters.state.set_value(PersonState.ENDED)
    page.load()
    assert names(page) == ["早苗田 キヨ"]


def test_a_click_on_the_head_sorts(page: PersonsPage) -> None:
    page.table.sort_asked.emit("kana", True)
    assert names(page)[0] == "雪平 春"
    page.table.sort_asked.emit("birth", False)
    ages = [page.table.window_model.cell(row, 3).text for row in range(5)]
    assert ages.index(say("persons_page.unknown")) in (0, 4)


def test_the_order_is_chosen_by_keyboard_too_and_the_head_shows_it(page: PersonsPage) -> None:
    head = page.table.horizontalHeader()
    assert head.sortIndicatorSection() == page.shown_columns.index("kana")
    actions = {action.text(): action for action in page.order.menu_of_choices().actions()}
    actions[say("persons_page.age_head")].trigger()
    assert names(page)[-1] == "灯田 照"  # whose age nobody knows
    assert head.sortIndicatorSection() == page.shown_columns.index("age")
    actions = {action.text(): action for action in page.order.menu_of_choices().actions()}
    actions[say("persons_page.reverse")].trigger()
    assert head.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    assert page.order.text() == "並び:年齢"
    QTest.keyClick(page.order, Qt.Key.Key_Delete)
    assert names(page)[0] == "青葉 茂"


def test_every_column_can_be_sorted_by(page: PersonsPage) -> None:
    page.shown_columns = tuple(ALL)
    page.load()
    for column in page.table.window_model.columns:
        page.table.sort_asked.emit(column.sort, False)
        assert len(names(page)) == 5, column.title


def test_j_and_k_move_and_a_slash_goes_to_the_filter(page: PersonsPage) -> None:
    page.table.setFocus()
    for key, row in ((Qt.Key.Key_J, 1), (Qt.Key.Key_J, 2), (Qt.Key.Key_K, 1)):
        QTest.keyClick(page.table, key)
        assert page.table.currentIndex().row() == row
    QTest.keyClick(page.table, "/")
    assert page.filters.edit.hasFocus()
    assert page.filters.edit.text() == ""
    page.table.setFocus()
    QTest.keyClick(page.table, "K", Qt.KeyboardModifier.ShiftModifier)
    assert page.filters.edit.text() == "K"


# ---- what is kept ------------------------------------------------------------------------------------------------


def test_a_saved_filter_comes_back_with_one_press_and_is_forgotten_with_another(
    desk: Desk, page: PersonsPage, people: People
) -> None:
    assert not page.saved.isVisible()
    page.show_at(text="上尾市", consent=Standing.VALID)
    assert page.saved.save_link.isVisible()
    sheet = page.keeping.save()
    assert sheet.edit.text() == "上尾市・同意あり"
    sheet.edit.clear()
    sheet.deed.click()
    assert sheet.field.fault() == say("saved_filters.no_name")
    sheet.edit.setText("上尾の同意")
    sheet.deed.click()
    settle(desk, lambda: page.notices.isVisible())
    assert page.saved.chips["上尾の同意"].isChecked()
    assert not page.saved.save_link.isVisible()
    page.clear_filters()
    assert not page.saved.chips["上尾の同意"].isChecked()
    page.saved.chips["上尾の同意"].click()
    assert names(page) == ["早苗田 キヨ"]
    assert page.filters.edit.text() == "上尾市"
    QTest.keyClick(page.saved.chips["上尾の同意"], Qt.Key.Key_Delete)
    settle(desk, lambda: not page.saved.isVisible())
    assert people.house.preferences.get("persons.filters") == []


def test_chosen_columns_are_kept_in_their_order(desk: Desk, page: PersonsPage) -> None:
    sheet = page.keeping.choose_columns()
    assert sheet.keys() == USUAL
    sheet.fill(("name",))
    sheet.deed.click()
    assert sheet.warning.text() == say("saved_filters.columns_none")
    sheet.fill(("mark", "name", "phone", "beneficiary"))
    sheet.list.setCurrentRow(2)
    sheet.move_by(-1)
    sheet.deed.click()
    settle(desk, lambda: page.table.window_model.columnCount() == 4)
    assert [c.title for c in page.table.window_model.columns] == ["機器", "電話", "氏名", "受給者番号"]
    assert cell(page, 2, "phone") == "048-000-7777"
    assert cell(page, 2, "beneficiary") == "0000034"
    page.shown_columns = USUAL
    page.refresh()  # as after the next unlocking
    assert page.shown_columns == ("mark", "phone", "name", "beneficiary")


def test_a_long_list_is_asked_for_in_the_worker_and_only_the_last_question_counts(
    desk: Desk, page: PersonsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoken_desktop.services.person_lists.MANY", 2)
    page.notices.say("前の知らせ", "done")
    for text in ("さ", "さな", "かさぐも"):
        page.filters.edit.setText(text)
        page.load()
    assert page.asking.busy()
    settle(desk, lambda: names(page) == ["笠雲 昇"])
    assert page.notices.isVisible()  # a question is no deed: it clears nothing
    assert page.add_button.isEnabled()


def test_the_list_says_mark_place_and_age_of_what_is_known(page: PersonsPage) -> None:
    page.shown_columns = ("mark", "name", "position", "seen")
    page.load()
    model = page.table.window_model
    assert [model.cell(row, 0).mark for row in range(5)] == [
        DeviceGroup.VENTILATOR, DeviceGroup.BOTH, DeviceGroup.OXYGEN, DeviceGroup.OXYGEN, DeviceGroup.UNCONFIRMED,
    ]  # fmt: skip
    assert [model.cell(row, 2).text for row in range(5)] == ["地図", "入院中", "地図", "未検索", "地図"]
    assert model.cell(0, 3).text == "11日前"
    assert (model.cell(2, 3).text, model.cell(2, 3).tone) == ("9か月前", "warn")


def test_the_foot_counts_by_device_and_adds_up_to_the_list(page: PersonsPage) -> None:
    words = [each.text() for each in page.card.footer.findChildren(QLabel)]
    assert words[:1] == [say("kit.rows_shown", total="5", first="1", last="5")]
    assert page.card._counts_widget is not None
    assert [e.text() for e in page.card._counts_widget.findChildren(QLabel)] == ["1", "1", "2", "機器未確認 1"]


def test_nobody_found_offers_the_way_back(page: PersonsPage) -> None:
    typed(page, "いない")
    assert page.empty.isVisible()
    page.empty.asked.emit()
    assert len(names(page)) == 5


def test_the_search_of_the_top_bar_lands_here(desk: Desk, page: PersonsPage) -> None:
    desk.open_page("home")
    desk.frame.search_asked.emit("かさぐも")
    assert desk.current is page
    assert names(page) == ["笠雲 昇"]
    assert page.filters.edit.text() == "かさぐも"


def test_the_people_behind_a_figure_of_the_home_page(desk: Desk, page: PersonsPage) -> None:
    desk.open_page("persons", among="unmapped", caption="未配置")
    settle(desk, lambda: len(names(page)) == 2)
    assert names(page) == ["笠雲 昇", "灯田 照"]
    assert page.filters.among_tag.text() == say("persons_page.among", caption="未配置")
    page.filters.clear_link.click()
    assert len(names(page)) == 5


# ---- one person -------------------------------------------------------------------------------------------------


def shown(page: PersonsPage, tab: Tab) -> list[str]:
    page.pane.show_tab(tab)
    return page.pane.texts()


def test_the_file_says_what_is_known_from_where_and_how_old_it_is(page: PersonsPage) -> None:
    assert label(UseStatus.IN_USE) in shown(page, Tab.DEVICE)
    words = shown(page, Tab.POWER)
    assert "あり" in words
    assert "4時間" in words
    assert "電話・11日前" in words
    assert "療養生活のおたずね・8か月前" in words
    assert say("persons_page.not_written") in words
    assert "不明" in words  # what nobody has asked is unknown, never なし


def test_every_supporter_stands_the_newest_of_a_role_first(page: PersonsPage) -> None:
    words = " ".join(shown(page, Tab.SUPPORT))
    assert words.index("架空訪看") < words.index("見本訪看")
    assert "青葉 見本(妻・同居)" in words


def test_consents_place_benefit_and_disclosures_have_their_tabs(page: PersonsPage, people: People) -> None:
    assert "同意あり" in shown(page, Tab.CONSENT)
    assert "0000014" in shown(page, Tab.BENEFIT)
    assert any("大字・町" in text for text in shown(page, Tab.PLACE))
    assert say("persons_page.never_disclosed") in shown(page, Tab.DISCLOSURE)
    page.show_at(person=people.ids["tomo"])
    assert say("persons_page.unmapped", reason="未検索") in shown(page, Tab.PLACE)
    assert "不同意" in shown(page, Tab.CONSENT)


def test_a_name_that_looks_like_markup_is_shown_as_it_is(desk: Desk, page: PersonsPage, people: People) -> None:
    people.add("odd", "<b>太字</b>", "ああ", ())
    desk.changed("persons")
    assert names(page)[0] == "<b>太字</b>"
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in page.findChildren(QLabel))


# ---- deeds ------------------------------------------------------------------------------------------------------


def test_a_change_of_care_is_kept_with_its_day_and_source(desk: Desk, page: PersonsPage, people: People) -> None:
    form = page.deeds.set_care()
    assert form is not None
    form.care.pick(CareSetting.FACILITY)
    form.source.pick(EvidenceSource.FAMILY)
    day = form.day.control
    assert isinstance(day, DateInput)
    day.edit.setText("R8.10.20")
    form.deed.click()
    assert form.day.fault() == say("persons_page.fault_future")
    day.edit.setText("令和8年10月10日")
    form.deed.click()
    settle(desk, lambda: page.notices.isVisible())
    person = people.house.persons.open(people.ids["aoba"]).person
    assert (person.care_setting, person.care_setting_on, person.care_setting_source) == (
        CareSetting.FACILITY, date(2026, 10, 10), EvidenceSource.FAMILY,
    )  # fmt: skip
    assert page.notices.text() == say("persons_page.care_saved", state="施設入所")
    assert cell(page, 0, "care") == "施設入所"


def test_death_says_that_it_ends_the_registration_first(desk: Desk, page: PersonsPage, people: People) -> None:
    form = page.deeds.set_care()
    assert form is not None
    form.care.pick(CareSetting.DECEASED)
    form.source.pick(EvidenceSource.FAMILY)
    assert form.warning.text() == say("persons_page.care_ends", state="死亡")
    assert form.deed.text() == say("persons_page.care_end_verb")
    form.deed.click()
    settle(desk, lambda: page.notices.isVisible())
    assert people.house.persons.open(people.ids["aoba"]).person.end_reason is EndReason.DECEASED
    assert "青葉 茂" not in names(page)


def test_a_new_person_begins_with_unknown_and_is_chosen_when_registered(
    desk: Desk, page: PersonsPage, people: People
) -> None:
    form = page.deeds.register()
    assert form.ventilator.value() is YesNoUnknown.UNKNOWN
    form.deed.click()
    assert form.basics.name.fault() == say("persons_page.fault_no_name")
    form.basics.name.control.setText("橘野 静")  # type: ignore[attr-defined]
    form.basics.kana.control.setText("たちばなの しず")  # type: ignore[attr-defined]
    form.basics.birth.control.edit.setText("S30.1.2")  # type: ignore[attr-defined]
    form.basics.address.control.setText("埼玉県上尾市本町9999番地")  # type: ignore[attr-defined]
    form.basics.postcode.control.setText("３６２－００００")  # type: ignore[attr-defined]
    form.basics.home.control.setText("０４８ー０００ー０００８")  # type: ignore[attr-defined]
    form.basics.mobile.control.setText("なし")  # type: ignore[attr-defined]
    form.ventilator.set_value(YesNoUnknown.YES)
    form.oxygen.set_value(YesNoUnknown.NO)
    form.facts["generator"].set_value(YesNoUnknown.YES)
    assert "電話はかけられません" in form.basics.mobile._below.text()  # なし is kept, and said
    form.deed.click()
    assert form.care_field.fault() == form.source_field.fault() == say("kit.choose")
    form.care.pick(CareSetting.HOME)
    form.source.pick(EvidenceSource.PHONE)
    form.deed.click()
    settle(desk, lambda: page.notices.isVisible())
    known = page.pane.known
    assert known is not None
    assert (known.file.person.name, known.file.person.municipality) == ("橘野 静", AGEO)
    assert known.file.person.birth_on == date(1955, 1, 2)
    assert (known.file.person.postcode, known.file.person.phone_home) == ("3620000", "048-000-0008")
    assert known.file.person.phone_mobile == "なし"
    assert known.file.group is DeviceGroup.VENTILATOR
    assert known.file.facts["", "generator"].value == "yes"
    assert ("", "internal_battery") not in known.file.facts


def test_an_age_nobody_knows_is_said_beside_the_name(page: PersonsPage, people: People) -> None:
    known = page.pane.known
    assert known is not None
    file = people.house.persons.open(people.ids["tomo"])
    assert age_and_sex(replace(known, file=file)) == f"年齢不明・{label(Sex.FEMALE)}"


def test_escape_asks_before_it_throws_away_what_was_typed(qtbot: QtBot, page: PersonsPage) -> None:
    form = page.deeds.register()
    QTest.keyClick(form, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not form.isVisible())
    form = page.deeds.register()
    form.basics.name.control.setText("橘野 静")  # type: ignore[attr-defined]
    QTest.keyClick(form.basics.name.control, Qt.Key.Key_Escape)
    question = form.findChild(Question)
    assert question is not None
    assert form.isVisible()
    question.back_button.click()
    assert form.isVisible()
    assert form.basics.name.control.text() == "橘野 静"  # type: ignore[attr-defined]
    QTest.keyClick(form.basics.name.control, Qt.Key.Key_Escape)
    next(each for each in form.findChildren(Question) if each.isVisible()).deed_button.click()
    assert not form.isVisible()


def test_a_namesake_asks_for_a_second_press(desk: Desk, page: PersonsPage) -> None:
    form = page.deeds.register()
    form.basics.name.control.setText("青葉 茂")  # type: ignore[attr-defined]
    form.care.pick(CareSetting.HOME)
    form.source.pick(EvidenceSource.PHONE)
    form.deed.click()
    assert form.isVisible()
    assert form.warning.text() == say("persons_page.namesakes", n=1)
    form.deed.click()
    settle(desk, lambda: page.notices.isVisible())
    assert names(page).count("青葉 茂") == 2


def test_neither_device_is_no_person_of_this_register(page: PersonsPage) -> None:
    form = page.deeds.register()
    form.basics.name.control.setText("対象 外子")  # type: ignore[attr-defined]
    form.ventilator.set_value(YesNoUnknown.NO)
    form.oxygen.set_value(YesNoUnknown.NO)
    form.deed.click()
    assert form.isVisible()
    assert form.vent_field.fault() == say("persons_page.fault_no_device")


def test_edited_basics_are_saved_and_a_moved_home_says_what_is_next(desk: Desk, page: PersonsPage) -> None:
    form = page.deeds.edit()
    assert form is not None
    form.basics.address.control.setText("埼玉県上尾市本町9777番地")  # type: ignore[attr-defined]
    form.deed.click()
    settle(desk, lambda: page.notices.isVisible())
    assert page.notices.text() == say("persons_page.saved_moved")
    assert cell(page, 0, "place") == "上尾市 本町9777番地"
    assert page.pane.known is not None
    assert page.pane.known.unmapped is UnmappedReason.NOT_SEARCHED


def test_a_confirmed_device_carries_the_day_and_the_source(desk: Desk, page: PersonsPage, people: People) -> None:
    page.show_at(person=people.ids["yuki"])
    form = page.deeds.set_use()
    assert form is not None
    next(iter(form.uses.values())).pick(UseStatus.IN_USE)
    form.source.pick(EvidenceSource.VISIT)
    form.deed.click()
    settle(desk, lambda: page.notices.isVisible())
    file = people.house.persons.open(people.ids["yuki"])
    assert file.group is DeviceGroup.VENTILATOR
    assert (file.devices[0].source, file.devices[0].as_of) == (EvidenceSource.VISIT, TODAY)


def test_a_place_is_pinned_on_the_map_page(desk: Desk, page: PersonsPage, people: People) -> None:
    page.pane.pin_button.click()
    assert isinstance(desk.current, MapStub)
    assert desk.current.opened == [{"person": people.ids["aoba"]}]


# ---- reach ------------------------------------------------------------------------------------------------------


def test_every_control_has_a_name_for_the_screen_reader(page: PersonsPage) -> None:
    for each in page.findChildren(QAbstractButton) + page.findChildren(QLineEdit) + page.findChildren(QTableView):
        if each.isVisible() and type(each).__module__.startswith("hoken_desktop"):
            assert each.accessibleName(), each
    assert page.findChildren(QTabBar)[0].accessibleName()
    for form in (page.deeds.register(), page.deeds.edit(), page.deeds.set_care(), page.deeds.set_use()):
        assert form is not None
        assert all(each.accessibleName() for each in form.findChildren(QComboBox))
        form.reject()


def test_the_keys_reach_everything(qtbot: QtBot, desk: Desk, page: PersonsPage) -> None:
    desk.frame.activateWindow()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.pane.tabs.hasFocus()
    QTest.keyClick(desk.frame, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.filters.edit.hasFocus)
    assert [b.accessibleDescription() for b in page.pane.deeds()] == ["F2", "F3", "F4", "F6"]


def test_the_list_fits_a_low_screen_without_scrolling_sideways(page: PersonsPage) -> None:
    assert page.table.horizontalScrollBar().maximum() == 0
    assert page.pane.width() == 380


def test_in_a_narrow_window_the_file_stands_under_the_list(desk: Desk, page: PersonsPage) -> None:
    desk.frame.resize(910, 472)
    QApplication.processEvents()
    assert page.table.horizontalScrollBar().maximum() == 0
    assert page.pane.y() > page.card.geometry().bottom()
    assert page.width() <= desk.frame.stack.width()
    assert page.pane.height() >= 300


def test_a_fresh_registry_says_how_people_come_here(qtbot: QtBot, tmp_path: Path) -> None:
    house = fresh_house(tmp_path)
    desk = Desk(house, {"persons": PersonsPage})
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    page = desk.current
    assert isinstance(page, PersonsPage)
    assert page.empty.isVisible()
    assert not page.pane.pin_button.isVisible()
    desk.close()


def test_nothing_of_a_person_is_left_once_the_desk_is_closed(qtbot: QtBot, people: People) -> None:
    desk = Desk(people.house, {"persons": PersonsPage})
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    for tab in IN_PANE:
        desk.current.pane.show_tab(tab)  # type: ignore[union-attr]
    desk.current.deeds.edit().reject()  # type: ignore[union-attr]
    desk.close()
    desk.deleteLater()
    del desk
    gc.collect()
    assert not [each for each in gc.get_objects() if isinstance(each, (PersonFile, PersonLine, Known))]
    QTest.qWait(20)  # the form that was put away goes with the next event
    gc.collect()
    left = [each for each in gc.get_objects() if isinstance(each, PersonsPage)]
    assert not left


@pytest.mark.parametrize(
    ("day", "words", "role"),
    [
        (date(2026, 10, 14), "今日", "text"),
        (date(2026, 10, 3), "11日前", "text"),
        (date(2026, 4, 14), "6か月前", "text"),
        (date(2026, 2, 14), "7か月前", "warn"),
        (date(2024, 10, 1), "2年前", "warn"),
    ],
)
def test_ages_of_facts_are_said_in_words(day: date, words: str, role: str) -> None:
    assert (ago(day, TODAY), tone(day, TODAY)) == (words, role)


def test_the_municipalities_of_the_office_are_the_choices(page: PersonsPage) -> None:
    assert [value for _, value in page.filters.municipality._choices] == [KONOSU, AGEO]
