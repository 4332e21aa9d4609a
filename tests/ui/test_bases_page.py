"""設定・提供の根拠 and the card about the clock, on real windows over the real cipher."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.events import EventKind
from hoken_desktop.house import House
from hoken_desktop.ui.pages.audits import AuditsPage
from hoken_desktop.ui.pages.bases import BasesSection
from hoken_desktop.ui.pages.settings import SettingsPage
from hoken_desktop.ui.window import Window
from hoken_desktop.words import say
from tests.ui.real_house import fresh_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    return fresh_house(tmp_path)


@pytest.fixture
def window(qtbot: QtBot, doors: Any, house: House) -> Iterator[Window]:
    made = Window(doors, lambda: {"settings": SettingsPage, "audits": AuditsPage})
    made.resize(1366, 728)
    made.show()
    qtbot.waitExposed(made)
    made.unlock(house)
    yield made
    made.lock()
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def section(window: Window) -> BasesSection:
    assert window.desk is not None
    window.desk.open_page("settings", section="bases")
    page = window.desk.current
    assert isinstance(page, SettingsPage)
    found = page.section
    assert isinstance(found, BasesSection)
    return found


def sheet(seat: Any, name: str) -> Any:
    return next(d for d in seat.window().findChildren(QDialog) if d.objectName() == name and d.isVisible())


def wait(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: window.desk is not None and not window.desk.jobs.busy(), timeout=30_000)
    QCoreApplication.processEvents()


def test_a_basis_is_turned_on_by_a_decision_and_its_past_stays_in_sight(
    qtbot: QtBot, window: Window, house: House
) -> None:
    ours = section(window)
    assert not ours.on.isVisible()
    ours.card.table.choose(list(LegalBasis).index(LegalBasis.REQ_49_10_4))
    ours.on.click()
    decision = sheet(ours, "decisionSheet")
    decision.verb.click()
    assert decision._f_number.fault() == say("bases_page.fault_empty")
    decision.number.setText("保第5号")
    decision.day.set_day(date(2026, 10, 20))
    decision.verb.click()
    wait(qtbot, window)
    assert decision.notices.text() == say("bases.decision_day", today="2026-10-14")
    decision.day.set_day(date(2026, 10, 1))
    decision.verb.click()
    wait(qtbot, window)
    assert not house.bases.get(LegalBasis.REQ_49_10_4).lacks
    assert ours.history.table.window_model.rowCount() == 1
    ours.text.click()
    text = sheet(ours, "textSheet")
    text.edit.setPlainText("本県の運用による\n求め")
    text.verb.click()
    wait(qtbot, window)
    assert house.bases.get(LegalBasis.REQ_49_10_4).text == "本県の運用による 求め"
    assert ours.history.table.window_model.rowCount() == 2
    ours.off.click()
    decision = sheet(ours, "decisionSheet")
    decision.number.setText("保第6号")
    decision.day.set_day(date(2026, 10, 14))
    decision.verb.click()
    wait(qtbot, window)
    assert house.bases.get(LegalBasis.REQ_49_10_4).lacks


def test_a_disaster_is_declared_and_ended_at_its_basis(qtbot: QtBot, window: Window, house: House) -> None:
    ours = section(window)
    ours.card.table.choose(list(LegalBasis).index(LegalBasis.DISASTER))
    assert not ours.end.isVisible()
    ours.declare.click()
    event = sheet(ours, "eventSheet")
    event.kind.pick(EventKind.STORM)
    event.name.setText("架空台風")
    event.time.setText("25:00")
    event.reason.setText("広い停電")
    event.verb.click()
    assert event._f_time.fault() == say("events_page.fault_time")
    event.time.setText("9:05")
    event.verb.click()
    wait(qtbot, window)
    (declared,) = house.events.under_way()
    assert f"{declared.occurred_at.astimezone(house.events.now().tzinfo):%H:%M}" == "09:05"
    ours.end.click()
    sheet(ours, "question").deed_button.click()
    wait(qtbot, window)
    assert house.events.under_way() == ()


def test_who_is_no_administrator_looks_only(window: Window, house: House) -> None:
    house.store.staff_id = "somebody"
    ours = section(window)
    ours.card.table.choose(1)
    assert not ours.on.isEnabled()
    assert not ours.text.isEnabled()
    assert ours._reason.text() == say("settings.admins_only")


def test_a_clock_behind_the_record_is_said_and_set_right_by_todays_date(
    qtbot: QtBot, window: Window, house: House
) -> None:
    clock: Any = house.settings.clock
    clock.moment += timedelta(days=3)
    with house.store.change(Deed.PREFERENCE_SET):
        pass
    clock.moment -= timedelta(days=2)
    assert window.desk is not None
    window.desk.open_page("audits")
    page = window.desk.current
    assert isinstance(page, AuditsPage)
    wait(qtbot, window)
    assert page.clock.isVisible()
    page.clock.verb.click()
    clock_sheet = sheet(page, "clockSheet")
    clock_sheet.verb.click()
    assert clock_sheet._field.fault() == say("clocks.fault_empty")
    clock_sheet.day.set_day(date(2026, 10, 15))
    clock_sheet.verb.click()
    wait(qtbot, window)
    assert house.clocks.ahead() is None
    assert not page.clock.isVisible()
