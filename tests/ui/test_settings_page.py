"""設定 over a real registry: each section changes what it says, once, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import Role
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.doors import open_house
from hoken_desktop.house import House
from hoken_desktop.ui import theme
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question, Sheet
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.pages.backups import BackupsSection
from hoken_desktop.ui.pages.doctor import DoctorSection
from hoken_desktop.ui.pages.gazetteers import GazetteersSection
from hoken_desktop.ui.pages.looks import LooksSection
from hoken_desktop.ui.pages.municipalities import TownsSection
from hoken_desktop.ui.pages.offices import OfficeSection
from hoken_desktop.ui.pages.settings import SECTIONS, SettingsPage
from hoken_desktop.ui.pages.staff import MemberSheet, StaffSection
from hoken_desktop.ui.pages.vault import KeysSection, NewKeySheet
from hoken_desktop.words import say
from tests.ui.real_house import AGEO, KONOSU, PASSPHRASE, people_house, settle

S = TypeVar("S", bound=Section)
W = TypeVar("W", bound=QWidget)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return people_house(tmp_path).house


@pytest.fixture
def desk(qapp: QApplication, house: House) -> Iterator[Desk]:
    made = Desk(house, {"settings": SettingsPage})
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


# --- 職員 ----------------------------------------------------------------------------------------------------------

SECOND = "やまの うえの ほしを みる 8"
THIRD = "うみの そこの しろい かい 9"


def sheet(desk: Desk, kind: type[W]) -> W:
    """The sheet that is open."""
    settle(desk, lambda: any(each.isVisible() for each in page(desk).findChildren(kind)))
    return next(each for each in page(desk).findChildren(kind) if each.isVisible())


def fill(member: MemberSheet, name: str, passphrase: str, twice: str | None = None) -> None:
    member.name.setText(name)
    member.post.setText("主事")
    member.new.once.edit.setText(passphrase)
    member.new.twice.edit.setText(passphrase if twice is None else twice)
    member.verb.click()


def names(section_: StaffSection) -> list[str]:
    model = section_.card.table.window_model
    return [model.cell(row, 0).text for row in range(model.rowCount())]


def test_a_colleague_comes_is_made_administrator_and_goes(desk: Desk, house: House) -> None:
    staff = section(desk, "staff", StaffSection)
    assert names(staff) == [say("settings.staff_myself", name="見本 花子")]
    staff.add.click()
    member = sheet(desk, MemberSheet)
    fill(member, "", SECOND)
    assert member.isVisible()
    fill(member, "見本 二郎", SECOND, "べつの ことば 1234567")
    assert say("lock.passphrases_differ") in [label.text() for label in member.findChildren(QLabel)]
    fill(member, "見本 二郎", "みじかい")
    settle(desk, member.notices.isVisible)
    assert member.notices.text() == say("vault.passphrase_short", least=13, length=4)
    fill(member, "見本 二郎", PASSPHRASE)
    settle(desk, lambda: member.notices.text() == say("vault.passphrase_taken"))
    fill(member, "見本 二郎", SECOND)
    assert told(desk) == say("settings.staff_added_done", who="主事 見本 二郎")
    assert names(staff)[1] == "見本 二郎"

    staff.card.table.choose(1)
    staff.edit.click()
    member = sheet(desk, MemberSheet)
    assert not member.new.isVisibleTo(member)
    member.role.pick(Role.ADMIN)
    page(desk).notices.clear()
    member.verb.click()
    assert told(desk) == say("settings.staff_changed")
    assert house.staff.find("見本 二郎").role is Role.ADMIN

    staff.card.table.choose(1)
    staff.withdraw.click()
    page(desk).notices.clear()
    agree(desk)
    assert told(desk) == say("settings.staff_withdrawn", who="主事 見本 二郎")
    staff.card.table.choose(1)
    assert not staff.withdraw.isEnabled()
    assert "取り消し" in staff.card.table.window_model.cell(1, 3).text


def test_the_last_administrator_stays_one(desk: Desk, house: House) -> None:
    staff = section(desk, "staff", StaffSection)
    staff.edit.click()
    member = sheet(desk, MemberSheet)
    member.role.pick(Role.EDITOR)
    member.verb.click()
    settle(desk, member.notices.isVisible)
    assert member.notices.text() == say("staff.last_admin")
    assert house.staff.all()[0].staff.role is Role.ADMIN


def test_who_is_no_administrator_sees_the_staff_and_changes_only_their_own_passphrase(
    qapp: QApplication, house: House
) -> None:
    house.staff.add("見本 二郎", "主事", Role.EDITOR, SECOND)
    data, settings = house.data, house.settings
    house.close()
    again = open_house(data, SECOND, settings=settings)
    desk = Desk(again, {"settings": SettingsPage})
    desk.frame.show()
    try:
        staff = section(desk, "staff", StaffSection)
        assert not any(verb.isEnabled() for verb in (staff.add, staff.edit, staff.reset, staff.withdraw))
        assert staff._reason.text() == say("settings.admins_only")
        offices = section(desk, "offices", OfficeSection)
        assert (offices.counting.isEnabled(), offices.director.isEnabled()) == (False, True)
        towns = section(desk, "municipalities", TownsSection)
        assert not towns.add.isEnabled()
        with pytest.raises(Refusal) as refused:
            again.office.set(needs_approval=False)
        assert refused.value.code == "staff.not_admin"
        keys = section(desk, "keys", KeysSection)
        settle(desk, lambda: bool(keys.pc.text()))
        assert not keys.renew.isEnabled()
        wrong = (("ちがう ことば 12345678", "vault.wrong_passphrase"), (PASSPHRASE, "staff.not_your_passphrase"))
        for old, code in wrong:
            keys.old.edit.setText(old)
            keys.new.once.edit.setText(THIRD)
            keys.new.twice.edit.setText(THIRD)
            keys.set_own.click()
            assert told(desk) == say(code, wait="")
            page(desk).notices.clear()
        keys.old.edit.setText(SECOND)
        keys.set_own.click()
        assert told(desk) == say("staff.passphrase_set")
        assert keys.old.text() == keys.new.text() == ""
    finally:
        desk.close()
    with pytest.raises(NotUnlocked):
        open_house(data, SECOND, settings=settings)
    open_house(data, THIRD, settings=settings).close()


# --- 鍵 ------------------------------------------------------------------------------------------------------------


def test_a_new_recovery_key_is_valid_only_once_it_was_typed_from_paper(desk: Desk, house: House) -> None:
    keys = section(desk, "keys", KeysSection)
    settle(desk, lambda: bool(keys.recovery.text()))
    keys.renew.click()
    new = sheet(desk, NewKeySheet)
    before = entries(house)
    key = "-".join(
        label.text().replace(" ", "") for label in new.findChildren(QLabel) if label.property("type") == "figure"
    )
    mistyped = ("0" if key[0] != "0" else "1") + key[1:]
    for typed, code in ((key[:-1], "vault.recovery_length"), (mistyped, "vault.recovery_mistyped")):
        new._typed.edit.setText(typed)
        new.verb.click()
        settle(desk, new.notices.isVisible)
        assert new.notices.text() == say(code, length=34, expected=35)
    other = house.keys.draft()
    new._typed.edit.setText(other)
    new.verb.click()
    settle(desk, lambda: new.notices.text() == say("keys.typed_otherwise"))
    assert entries(house) == before
    new._typed.edit.setText(key.lower())
    new.verb.click()
    assert told(desk) == say("settings.renewed")
    data, settings = house.data, house.settings
    desk.close()
    open_house(data, recovery_key=key, settings=settings).close()
    with pytest.raises(NotUnlocked) as refused:
        open_house(data, recovery_key=other, settings=settings)
    assert refused.value.code == "vault.recovery_wrong"


# --- バックアップ --------------------------------------------------------------------------------------------------


def test_a_folder_is_chosen_a_backup_is_made_and_each_says_why_it_is_kept(
    desk: Desk, house: House, tmp_path: Path
) -> None:
    backups = section(desk, "backups", BackupsSection)
    assert backups.last.text() == say("settings.backup_never")
    assert not backups.make.isEnabled()
    assert backups.make.toolTip() == say("settings.folder_first")
    backups.set_folder(house.data)
    assert told(desk) == say("backups.own_folder")
    page(desk).notices.clear()
    server = tmp_path / "server"
    server.mkdir()
    backups.set_folder(server)
    assert told(desk) == say("backups.folder_is", folder=server)
    assert backups.make.isEnabled()
    page(desk).notices.clear()
    backups.make.click()
    found = next(iter(server.glob("hoken-*.backup")), None) or settled(desk, server)
    assert told(desk) == say("settings.backup_done", file=found.name)
    shown = sheet(desk, Sheet)
    assert say("backups.check_audit") in [label.text() for label in shown.findChildren(QLabel)]
    shown.accept()
    model = backups.card.table.window_model
    assert model.rowCount() == 1
    assert model.cell(0, 1).text == say("settings.today")
    assert model.cell(0, 2).text == "日ごと・週ごと・月ごと"
    assert say("settings.nothing_since") in backups.last.text()
    house.office.set(director="所長 見本 一郎")
    desk.changed("office")
    assert say("settings.changed_since") in backups.last.text()


def settled(desk: Desk, server: Path) -> Path:
    settle(desk, lambda: any(server.glob("hoken-*.backup")))
    return next(server.glob("hoken-*.backup"))


def test_a_backup_is_looked_at_without_a_passphrase_and_damage_is_said(
    desk: Desk, house: House, tmp_path: Path
) -> None:
    file = tmp_path / "a.backup"
    house.backups.make(file)
    backups = section(desk, "backups", BackupsSection)
    backups.verify_file(file)
    shown = sheet(desk, Sheet)
    assert say("lock.people", n="5") in [label.text() for label in shown.findChildren(QLabel)]
    shown.accept()
    data = bytearray(file.read_bytes())
    data[-2000] ^= 1
    file.write_bytes(data)
    backups.verify_file(file)
    assert told(desk) == say("backups.damaged", file="a.backup")


def test_a_folder_that_is_gone_is_said_in_the_place_of_the_list(desk: Desk, house: House, tmp_path: Path) -> None:
    server = tmp_path / "server"
    server.mkdir()
    house.backups.set_folder(server)
    server.rmdir()
    backups = section(desk, "backups", BackupsSection)
    shown = [label.text() for label in backups.card.empty.findChildren(QLabel)]
    assert say("settings.backups_unseen") in shown
    assert say("backups.folder_missing") in shown


def test_putting_a_backup_back_asks_first_and_leads_to_the_lock_page(qtbot: QtBot, desk: Desk) -> None:
    backups = section(desk, "backups", BackupsSection)
    backups.restore.click()
    with qtbot.waitSignal(desk.restore_asked):
        agree(desk)


# --- 住所データ, 画面, 診断 ----------------------------------------------------------------------------------------


def test_a_file_that_is_no_address_data_is_refused_in_words(desk: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "表.zip"
    wrong.write_bytes(b"PK")
    gazetteers = section(desk, "gazetteers", GazetteersSection)
    gazetteers.take_in([wrong])
    assert "「表.zip」" in told(desk)
    assert gazetteers.card.table.window_model.rowCount() == 0


def test_the_looks_change_at_once_and_the_minutes_are_the_offices(
    qapp: QApplication, desk: Desk, house: House
) -> None:
    looks = section(desk, "looks", LooksSection)
    try:
        looks.sizes[theme.large_factor()].click()
        looks.themes[theme.DARK].click()
        assert theme.current() == theme.Theme(theme.DARK, theme.large_factor())
        assert theme.choice() == theme.DARK
    finally:
        theme.choose(qapp, theme.LIGHT, 1.0)
        theme.choose(qapp, theme.FOLLOW, 1.0)
    looks.minutes.pick(15)
    looks.keep.click()
    assert told(desk) == say("settings.auto_lock_set", n=15)
    assert desk.idle.seconds_left() > 14 * 60
    assert house.desk_facts().auto_lock_minutes == 15


def test_the_doctor_looks_at_everything_one_by_one(desk: Desk) -> None:
    doctor = section(desk, "doctor", DoctorSection)
    doctor.card.empty._action.click()
    settle(desk, lambda: doctor.card.table.window_model.rowCount() > 0)
    model = doctor.card.table.window_model
    rows = {model.cell(row, 1).text: model.cell(row, 0).text for row in range(model.rowCount())}
    assert rows[say("doctor.audit")] == rows[say("doctor.pages")] == say("settings.well")
    assert rows[say("doctor.backup")] == say("settings.not_well")
    doctor.copy.click()
    assert say("doctor.audit") in QGuiApplication.clipboard().text()
    assert "青葉" not in QGuiApplication.clipboard().text()


def test_every_button_of_every_section_has_a_name(desk: Desk) -> None:
    for entry in SECTIONS:
        shown = page(desk).open_section(entry.name)
        settle(desk, lambda: True)
        verbs = [each for each in shown.findChildren(QPushButton) if each.isVisibleTo(shown)]
        assert all(each.accessibleName() or each.text() for each in verbs), entry.name
