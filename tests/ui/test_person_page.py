"""個人票 on a real registry: nine tabs that say what is known and how old it is, and forms that record what changed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceKind,
    EndReason,
    EvidenceSource,
    PersonState,
    Scheme,
    SupporterRole,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.fields import FIELDS
from hoken_desktop.domain.masters import DeviceModel, Organisation, OrganisationKind
from hoken_desktop.services.facts import field_word
from hoken_desktop.services.persons import FactEntry, PersonFile
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question
from hoken_desktop.ui.kit.forms import DateInput
from hoken_desktop.ui.pages.facts import FactsForm
from hoken_desktop.ui.pages.identities import MergeForm
from hoken_desktop.ui.pages.person import PersonPage
from hoken_desktop.ui.pages.person_facts import Act, Known, Tab
from hoken_desktop.ui.pages.person_tabs import IN_PAGE
from hoken_desktop.ui.pages.persons import PersonsPage
from hoken_desktop.ui.pages.undo import UndoSheet
from hoken_desktop.words import say
from tests.ui.real_house import TODAY, People, read_files, settle


@pytest.fixture
def desk(qtbot: QtBot, people: People) -> Iterator[Desk]:
    desk = Desk(people.house, {"persons": PersonsPage, "person": PersonPage})
    qtbot.addWidget(desk.frame)
    desk.frame.resize(1366, 728)
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    yield desk
    desk.close()


@pytest.fixture
def page(desk: Desk, people: People) -> PersonPage:
    page = desk.open_page("person", person=people.ids["aoba"])
    assert isinstance(page, PersonPage)
    return page


def shown(page: PersonPage, tab: Tab) -> list[str]:
    page.view.show_tab(tab)
    return page.view.texts()


def file_of(people: People, key: str = "aoba") -> PersonFile:
    file: PersonFile = people.house.persons.open(people.ids[key])
    return file


def done(desk: Desk, page: PersonPage) -> str:
    """What the page says once the deed is done."""
    settle(desk, lambda: page.notices.isVisible())
    return page.notices.text()


def press(page: PersonPage, verb: str) -> None:
    """The button or link of this spoken name."""
    QTest.qWait(1)
    next(b for b in page.findChildren(QPushButton) if b.accessibleName() == verb and b.isVisible()).click()


def typed(form: FactsForm, field: str, text: str) -> None:
    """Type a number or a word into a fact of the person."""
    edit = form.inputs["", field]._edit
    assert edit is not None
    edit.setText(text)


# ---- reading ----------------------------------------------------------------------------------------------------


def test_enter_in_the_list_opens_the_persons_page_and_escape_leads_back(qtbot: QtBot, desk: Desk) -> None:
    persons = desk.open_page("persons")
    assert isinstance(persons, PersonsPage)
    desk.frame.activateWindow()
    persons.table.setFocus()
    QTest.keyClick(persons.table, Qt.Key.Key_Return)
    page = desk.current
    assert isinstance(page, PersonPage)
    assert page.view.header.name.text() == "青葉 茂"
    assert desk.frame.rail_buttons["persons"].isChecked()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: desk.current is persons)
    assert persons.pane.known is not None
    assert persons.pane.known.file.person.name == "青葉　茂"


def test_every_group_of_the_catalogue_has_its_place(page: PersonPage, people: People) -> None:
    page.show_at(person=people.ids["kasa"])
    words = {text for tab in IN_PAGE if tab is not Tab.HISTORY for text in shown(page, tab)}
    assert {field_word(field.key) for field in FIELDS} <= words


def test_each_tab_has_its_heading_and_keys_turn_them(qtbot: QtBot, desk: Desk, page: PersonPage) -> None:
    assert [page.view.tabs.tabText(n) for n in range(page.view.tabs.count())] == [
        "基本", "受給", "機器", "電源", "支援者", "同意", "位置", "提供", "履歴",
    ]  # fmt: skip
    desk.frame.activateWindow()
    page.view.tabs.setFocus()
    QTest.keyClick(page.view.tabs, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.view.tab is Tab.BENEFIT)


def test_the_times_stand_with_their_parts_and_what_is_unknown(page: PersonPage, people: People, desk: Desk) -> None:
    words = shown(page, Tab.POWER)
    assert "4時間" in words
    assert "不明" in words
    assert page.view.header.hours.text() == say("person.lasts", hours="4時間")
    page.show_at(person=people.ids["kasa"])
    assert page.view.header.hours.text() == say("person.lasts", hours="不明")
    assert page.view.header.hours.property("tone") == "danger"


def test_facts_older_than_a_year_are_lit(page: PersonPage, people: People, desk: Desk) -> None:
    old = FactEntry("watts", 90, EvidenceSource.VISIT, date(2025, 2, 1))
    people.house.persons.record(people.ids["aoba"], [old])
    desk.changed("persons")
    page.view.show_tab(Tab.POWER)
    lit = [e for e in page.view.scroll_area.widget().findChildren(QLabel) if e.text() == "訪問・面接・20か月前"]
    assert [each.property("tone") for each in lit] == ["warn"]


def test_what_nobody_asked_is_unknown_and_never_no(page: PersonPage) -> None:
    words = shown(page, Tab.DEVICE)
    place = words.index(field_word("spare_unit"))
    assert words[place + 1] == "不明"


# ---- facts ------------------------------------------------------------------------------------------------------


def test_only_what_was_changed_is_recorded_with_one_source_and_day(
    desk: Desk, page: PersonPage, people: People
) -> None:
    with people.house.store.read() as shelves:
        before = len(shelves.facts.all())
    form = page.records.facts("battery")
    assert not form.deed.isEnabled()
    form.inputs["", "external_battery"]._control.set_value(YesNoUnknown.YES)  # type: ignore[attr-defined]
    typed(form, "external_battery_count", "2")
    typed(form, "external_battery_hours", "3．5")
    assert form.deed.text() == say("person.facts_verb", n=3)
    form.source.pick(EvidenceSource.VISIT)
    form.try_it()
    assert done(desk, page) == say("person.facts_recorded", n=3)
    facts = file_of(people).facts
    assert facts["", "external_battery_hours"].value == "3.5"
    assert {(facts["", f].source, facts["", f].as_of) for f in ("external_battery", "external_battery_count")} == {
        (EvidenceSource.VISIT, TODAY)
    }
    with people.house.store.read() as shelves:
        assert len(shelves.facts.all()) == before + 3
    assert page.view.header.hours.text() == say("person.lasts", hours="11時間")


def test_unchanged_facts_can_be_confirmed_on_the_same_day(desk: Desk, page: PersonPage, people: People) -> None:
    form = page.records.facts("battery")
    form.again.setChecked(True)
    assert form.deed.text() == say("person.facts_verb", n=2)
    form.try_it()
    assert form.source_field.fault() == say("kit.choose")
    form.source.pick(EvidenceSource.PHONE)
    form.try_it()
    done(desk, page)
    assert file_of(people).facts["", "internal_battery_hours"].as_of == TODAY


def test_a_value_out_of_bounds_is_said_beside_its_field(page: PersonPage) -> None:
    form = page.records.facts("battery")
    typed(form, "internal_battery_hours", "99")
    form.try_it()
    assert form.isVisible()
    fault = form._fields["", "internal_battery_hours"].fault()
    assert fault == say("person.fault_number", least="0", most="72")
    typed(form, "internal_battery_hours", "4")
    form.inputs["", "internal_battery_on"]._date.edit.setText("R9.1.1")
    form.try_it()
    assert form._fields["", "internal_battery_on"].fault() == say("persons_page.fault_future")
    form.reject()


def test_an_emptied_number_is_unknown_again(desk: Desk, page: PersonPage, people: People) -> None:
    form = page.records.facts("battery")
    typed(form, "internal_battery_hours", "")
    form.source.pick(EvidenceSource.PHONE)
    form.try_it()
    done(desk, page)
    assert ("", "internal_battery_hours") not in file_of(people).facts
    assert page.view.header.hours.text() == say("person.lasts", hours="不明")


def test_the_whole_form_asks_what_belongs_to_the_persons_devices(page: PersonPage, people: People) -> None:
    form = page.records.facts()
    assert ("", "internal_battery") in form.inputs
    assert ("", "flow_rest") not in form.inputs
    assert all(made.accessibleName() for made in form.findChildren(QLineEdit) + form.findChildren(QComboBox))
    form.reject()


# ---- devices, benefits, supporters, contacts --------------------------------------------------------------------


def test_a_cylinder_is_added_with_its_numbers_and_counts(desk: Desk, page: PersonPage, people: People) -> None:
    page.show_at(person=people.ids["sana"], tab="device")
    press(page, say("person.add_device"))
    form = page.findChildren(type(page.records.device()))[0]
    form.kind.pick(DeviceKind.OXYGEN_CYLINDER)
    form.maker.setText("架空酸素")
    for key, text in (("cylinder_litres", "3.4"), ("cylinder_count", "2"), ("cylinder_pressure", "14")):
        edit = form.inputs[key]._edit
        assert edit is not None
        edit.setText(text)
    form.try_it()
    assert form._use_field.fault() == form.source_field.fault() == say("kit.choose")
    form.use.pick(UseStatus.IN_USE)
    form.source.pick(EvidenceSource.PHONE)
    form.try_it()
    assert done(desk, page) == say("person.device_saved", device="酸素ボンベ")
    people.house.persons.record(
        people.ids["sana"], [FactEntry("flow_rest", 2, EvidenceSource.VISIT, TODAY)]
    )
    desk.changed("persons")
    assert "6.3時間 = 3.4 L × 14 MPa × 10 × 0.8 × 2本 ÷ 2 L/分(安静) ÷ 60" in shown(page, Tab.POWER)


def test_a_device_put_right_keeps_its_kind(desk: Desk, page: PersonPage, people: People) -> None:
    device = file_of(people).devices[0]
    form = page.records.device(device.id)
    assert not form.kind.isEnabled()
    form.model.setText("V-100")
    form.use.pick(UseStatus.PAUSED)
    form.source.pick(EvidenceSource.PHONE)
    form.try_it()
    done(desk, page)
    saved = file_of(people).devices[0]
    assert (saved.kind, saved.model, saved.use_status) == (DeviceKind.VENTILATOR, "V-100", UseStatus.PAUSED)


def test_the_makers_hours_stand_beside_the_model_and_are_nobodys_fact(page: PersonPage, people: People) -> None:
    people.house.device_models.add(
        DeviceModel("", DeviceKind.VENTILATOR, "見本製作所", "MH-1", battery_hours=4.5, external_battery_hours=6)
    )
    before = file_of(people).facts
    form = page.records.device()
    form.model.setText("MH-1")
    assert "内部の持続 4.5時間、外部1本の持続 6時間" in form.model.accessibleDescription()
    form.model.setText("MH-9")
    assert not form.model.accessibleDescription()
    form.reject()
    assert file_of(people).facts == before


def test_a_wrong_check_digit_and_a_number_of_somebody_else_ask_for_a_second_press(
    desk: Desk, page: PersonPage, people: People
) -> None:
    form = page.records.benefit()
    form.scheme.pick(Scheme.NANBYO)
    form.number.control.setText("0000014")  # type: ignore[attr-defined]
    form.payer.control.setText("123")  # type: ignore[attr-defined]
    form.try_it()
    assert form.payer.fault() == say("person.fault_digits", n=8)
    form.payer.control.setText("54116017")  # type: ignore[attr-defined]
    form.number.control.setText("0000024")  # type: ignore[attr-defined]
    form.source.pick(EvidenceSource.PHONE)
    form.try_it()
    assert form.isVisible()
    assert "K000002" in form.warning.text()
    form.try_it()
    assert done(desk, page) == say("person.benefit_saved")
    assert len(file_of(people).benefits) == 2


def test_another_disease_is_a_row_that_begins_as_a_copy(desk: Desk, page: PersonPage, people: People) -> None:
    first = file_of(people).benefits[0]
    form = page.records.benefit_disease(first.id)
    form.disease.setText("架空病その2")
    form.source.pick(EvidenceSource.PHONE)
    form.try_it()
    form.try_it()
    done(desk, page)
    rows = file_of(people).benefits
    assert [(b.beneficiary_no, b.disease_name) for b in rows] == [
        (first.beneficiary_no, "架空病"), (first.beneficiary_no, "架空病その2"),
    ]  # fmt: skip


def test_the_groups_of_shoman_are_asked_of_shoman_only(page: PersonPage) -> None:
    form = page.records.benefit()
    assert not form.group_field.isVisible()
    form.scheme.pick(Scheme.SHOMAN)
    assert form.group_field.isVisible()
    form.reject()


def test_a_number_of_the_list_brings_its_disease_and_a_group_is_chosen_by_its_words(page: PersonPage) -> None:
    form = page.records.benefit()
    form.try_it()
    assert form._scheme_field.fault() == say("kit.choose")
    form.scheme.pick(Scheme.NANBYO)
    form.disease_no.control.setText("2")  # type: ignore[attr-defined]
    form.disease_no.control.editingFinished.emit()  # type: ignore[attr-defined]
    assert form.disease.text() == "筋萎縮性側索硬化症"
    form.disease.setText("架空病")
    form.disease_no.control.setText("5")  # type: ignore[attr-defined]
    form.disease_no.control.editingFinished.emit()  # type: ignore[attr-defined]
    assert form.disease.text() == "架空病"  # what was written stays
    form.scheme.pick(Scheme.SHOMAN)
    assert form.group.itemText(11).startswith("11 ")
    form.reject()


def test_supporters_and_contacts_are_kept_by_hand(desk: Desk, page: PersonPage, people: People) -> None:
    form = page.records.supporter()
    form.organisation.setText("架空総合病院")
    form.try_it()
    assert form.role_field.fault() == say("kit.choose")
    form.organisation.setText("")
    form.role.pick(SupporterRole.EMERGENCY_HOSPITAL)
    assert form.agreed_field.isVisible()
    form.try_it()
    assert form.organisation_field.fault() == say("person.fault_nobody")
    form.organisation.setText("架空総合病院")
    form.agreed.set_value(YesNoUnknown.YES)
    form.source.pick(EvidenceSource.PHONE)
    form.try_it()
    done(desk, page)
    assert f"架空総合病院({say('person.agreed')})" in shown(page, Tab.SUPPORT)
    contact = page.records.contact()
    contact.name.control.setText("青葉 遠方")  # type: ignore[attr-defined]
    contact.rank.pick(1)
    contact.source.pick(EvidenceSource.PHONE)
    contact.try_it()
    assert done(desk, page)
    settle(desk, lambda: file_of(people).contacts[0].name == "青葉 遠方")
    assert [c.rank for c in file_of(people).contacts] == [1, 2]


def test_taking_a_supporter_away_asks_first(desk: Desk, page: PersonPage, people: People) -> None:
    first = file_of(people).supporters[0]
    form = page.records.supporter(first.id)
    form.remove.click()
    question = next(q for q in page.findChildren(Question) if q.isVisible())
    assert question.deed_button.text() == say("person.remove_supporter")
    question.deed_button.click()
    assert done(desk, page) == say("person.removed")
    assert first.id not in {s.id for s in file_of(people).supporters}


def test_untouched_words_keep_the_entry_of_the_master_they_were_joined_to(
    desk: Desk, page: PersonPage, people: People
) -> None:
    house, device = people.house, file_of(people).devices[0]
    firm = house.organisations.add(Organisation("", OrganisationKind.SUPPLIER, "架空医療器", phone="048-000-4000"))
    house.devices.change(replace(device, supplier="カクウ医療器(株)", supplier_id=firm.id))
    desk.changed("persons")
    assert "048-000-4000" in shown(page, Tab.DEVICE)  # the number to call stands beside the 業者
    form = page.records.device(device.id)
    form.model.setText("V-100")
    form.source.pick(EvidenceSource.PHONE)
    form.try_it()
    done(desk, page)
    assert file_of(people).devices[0].supplier_id == firm.id
    again = page.records.device(device.id)
    again.supplier.setText("見本の別の業者")
    again.source.pick(EvidenceSource.PHONE)
    again.try_it()
    settle(desk, lambda: file_of(people).devices[0].supplier == "見本の別の業者")
    assert file_of(people).devices[0].supplier_id == ""


def test_an_organisation_of_the_master_brings_its_telephone(page: PersonPage, people: People) -> None:
    house = people.house
    nurse = Organisation("", OrganisationKind.NURSE_STATION, "架空訪問看護", phone="048-000-1", phone_24h="048-000-2")
    house.organisations.add(nurse)
    form = page.records.supporter()
    found = form.organisation.found("架空訪問")
    form.organisation.choose(found[0])
    assert form.phone.control.property("text") == "048-000-2"
    form.reject()


def test_every_basic_can_be_put_right(desk: Desk, page: PersonPage, people: People) -> None:
    form = page.deeds.edit()
    assert form is not None
    for field, text in ((form.fax, "048-000-9000"), (form.email, "mihon@example.jp"), (form.alt, "若葉 茂")):
        field.control.setProperty("text", text)
    form.try_it()
    done(desk, page)
    person = file_of(people).person
    assert (person.fax, person.email, person.name_alt) == ("048-000-9000", "mihon@example.jp", "若葉 茂")
    assert people.house.persons.find(PersonQuery(text="若葉")) == [person.id]


# ---- the registration -------------------------------------------------------------------------------------------


def test_a_registration_ends_with_a_reason_and_is_taken_up_again(desk: Desk, page: PersonPage, people: People) -> None:
    press(page, say("person.end_verb"))
    form = page.findChildren(type(page.deeds.end()))[0]
    form.try_it()
    assert form.isVisible()  # nobody has said why yet
    form.reason.pick(EndReason.DEVICE_ENDED)
    form.try_it()
    done(desk, page)
    assert file_of(people).person.state is PersonState.ENDED
    assert page.view.header.care.text() == "終了"
    again = page.deeds.take_up_again()
    assert again is not None
    again.care.pick(CareSetting.HOSPITAL)
    again.source.pick(EvidenceSource.PHONE)
    again.try_it()
    settle(desk, lambda: file_of(people).person.state is PersonState.ACTIVE)
    assert file_of(people).person.care_setting is CareSetting.HOSPITAL


# ---- history, undo, merge and split -------------------------------------------------------------------------------


def test_the_history_says_before_after_who_and_from_where(desk: Desk, page: PersonPage, people: People) -> None:
    people.house.persons.set_care_setting(people.ids["aoba"], CareSetting.HOSPITAL, TODAY, EvidenceSource.FAMILY)
    desk.changed("persons")
    words = shown(page, Tab.HISTORY)
    assert "在宅 → 入院中" in words
    assert any("見本 花子" in word for word in words)


def test_a_deed_is_taken_back_from_the_history_and_both_stay_in_it(
    desk: Desk, page: PersonPage, people: People
) -> None:
    people.house.supporters.remove(file_of(people).supporters[0].id)
    desk.changed("persons")
    page.view.show_tab(Tab.HISTORY)
    before = len(people.house.histories.of_person(people.ids["aoba"]))
    last = people.house.undo.last()
    assert last is not None
    sheet = page.act(Act("undo", "", str(last.seq)))
    assert isinstance(sheet, UndoSheet)
    assert sheet.table.current() == last
    sheet.deed.click()
    assert done(desk, page) == say("undo.done", deed=last.label, subject=last.subject)
    assert len(file_of(people).supporters) == 2
    assert len(people.house.histories.of_person(people.ids["aoba"])) == before + 1


@pytest.mark.parametrize("deed", ["benefit", "device", "contact", "return"])
def test_what_is_kept_by_hand_can_be_taken_back(people: People, deed: str) -> None:
    house, id_ = people.house, people.ids["aoba"]
    file = file_of(people)
    if deed == "return":
        house.persons.end(id_, EndReason.OTHER, TODAY)
        ended = file_of(people).person
        house.persons.take_up_again(id_, CareSetting.HOME, TODAY, EvidenceSource.VISIT)
    elif deed == "benefit":
        house.benefits.add(replace(file.benefits[0], disease_name="架空病その2"))
    elif deed == "device":
        house.devices.add(
            replace(file.devices[0], kind=DeviceKind.OXYGEN_CYLINDER),
            [FactEntry("cylinder_count", 2, EvidenceSource.VISIT, TODAY)],
        )
    else:
        house.supporters.put_contact(replace(file.contacts[0], id="", rank=1))
    last = house.undo.last()
    assert last is not None
    house.undo.undo(last.seq)
    again = file_of(people)
    assert again.person == (ended if deed == "return" else file.person)
    assert (again.benefits, again.devices, again.contacts, again.facts) == (
        file.benefits, file.devices, file.contacts, file.facts,
    )  # fmt: skip
    assert house.audits.verify().first_break is None


def test_nothing_to_take_back_is_said(desk: Desk, page: PersonPage, people: People) -> None:
    read_files(people.house, date(2026, 9, 30))
    people.house.rounds.freeze()
    desk.undo()
    assert page.notices.text() == say("undo.nothing")


def test_two_who_are_one_are_merged_field_by_field(desk: Desk, page: PersonPage, people: People) -> None:
    twin = people.add("twin", "青葉 しげる", "あおば　しげる", (DeviceKind.OXYGEN,), phone="048-000-5555")
    find = page.identities.merge()
    assert find is not None
    find.search.setText("青葉")
    find.look()
    row = find.table.current()
    assert row is not None
    assert row.id == twin
    find.deed.click()
    form = next(f for f in page.findChildren(MergeForm) if f.isVisible())
    assert form.taken() == []
    form._groups["phone_home"].button(1).setChecked(True)
    form.try_it()
    assert done(desk, page) == say("person.merged", number="K000001")
    file = file_of(people)
    assert (file.person.name, file.person.phone_home) == ("青葉　茂", "048-000-5555")
    assert {d.kind for d in file.devices} == {DeviceKind.VENTILATOR, DeviceKind.OXYGEN}
    page.show_at(person=twin)
    assert page.view.header.care.text() == "重複を統合"
    page.merged_link.click()
    assert page.view.header.number.text() == "K000001"


def test_the_other_registration_may_stay_and_brings_its_values(page: PersonPage, people: People) -> None:
    twin = people.add("twin", "青葉 しげる", "", (DeviceKind.OXYGEN,), phone="")
    form = page.identities._compare(twin)
    assert form is not None
    form.kept.pick(1)
    assert set(form.taken()) == {"name_kana", "phone_home"}  # where the one who stays has nothing
    assert form.deed.text() == say("person.merge_verb_of", gone="K000001", kept="K000006")
    form.reject()


def test_one_who_was_two_is_split(desk: Desk, page: PersonPage, people: People) -> None:
    page.show_at(person=people.ids["kasa"])
    form = page.identities.split()
    assert form is not None
    oxygen = next(d for d in file_of(people, "kasa").devices if d.kind is DeviceKind.OXYGEN)
    form.try_it()
    assert form.name.fault() == say("persons_page.fault_no_name")
    form.name.control.setText("笠雲 別人")  # type: ignore[attr-defined]
    form.boxes["devices", oxygen.id].setChecked(True)
    form.try_it()
    assert done(desk, page) == say("person.split_done", number="K000006")
    assert [d.kind for d in file_of(people, "kasa").devices] == [DeviceKind.VENTILATOR]


# ---- reach ------------------------------------------------------------------------------------------------------


def test_sixty_characters_fit_at_both_sizes(desk: Desk, page: PersonPage, people: People) -> None:
    person = file_of(people).person
    people.house.persons.change(
        replace(person, name="長" * 60, name_kana="なが" * 30, address_actual="埼玉県鴻巣市" + "町" * 60)
    )
    desk.changed("persons")
    for size in ((1366, 728), (1920, 1040)):
        desk.frame.resize(*size)
        for tab in IN_PAGE:
            page.view.show_tab(tab)
            QTest.qWait(1)
            inner = page.view.scroll_area.widget()
            assert inner.minimumSizeHint().width() <= page.view.scroll_area.viewport().width(), (size, tab)


def test_every_control_has_a_name_for_the_screen_reader(page: PersonPage) -> None:
    for tab in IN_PAGE:
        page.view.show_tab(tab)
        for each in page.findChildren(QAbstractButton):
            if each.isVisible() and type(each).__module__.startswith("hoken_desktop"):
                assert each.accessibleName(), each


def test_a_page_without_a_person_says_how_to_come_here(desk: Desk) -> None:
    page = desk.open_page("person")
    assert isinstance(page, PersonPage)
    assert page.empty.isVisible()
    assert not any(b.isEnabled() for b in (page.print_button, page.card_button, page.more_button, page.facts_button))


def test_nothing_of_a_person_is_left_once_the_desk_is_closed(qtbot: QtBot, people: People) -> None:
    desk = Desk(people.house, {"person": PersonPage})
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    page = desk.open_page("person", person=people.ids["aoba"])
    assert isinstance(page, PersonPage)
    for tab in IN_PAGE:
        page.view.show_tab(tab)
    page.records.facts().reject()
    del page
    desk.close()
    desk.deleteLater()
    del desk
    QTest.qWait(20)
    gc.collect()
    assert not [each for each in gc.get_objects() if isinstance(each, (PersonFile, Known))]


def test_a_day_is_asked_for_in_every_form(page: PersonPage) -> None:
    for form in (page.records.device(), page.records.supporter(), page.records.contact(), page.records.benefit()):
        control = form.day.control
        assert isinstance(control, DateInput)
        assert control.day() == TODAY
        form.reject()
