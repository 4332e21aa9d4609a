"""A new PC, an empty keyring, the sheet from the safe: the whole move through the window's own doors."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop import app, doors
from hoken_desktop.domain.office import RECOVERY
from hoken_desktop.store.backups import RegistryCopies
from hoken_desktop.ui.closing import ClosingPage
from hoken_desktop.ui.lock import LockPage
from hoken_desktop.ui.lock_backups import OpenerForm
from hoken_desktop.ui.pages import all_pages
from hoken_desktop.ui.pages.settings import SettingsPage
from hoken_desktop.ui.pages.vault import KeysSection
from hoken_desktop.ui.window import Window
from hoken_desktop.words import say
from tests.pc import PASSPHRASE, PEOPLE, SECOND, Pc
from tests.registry_builder import MovableClock

LONG = 60_000


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pc:
    """The PC that is given back, with a backup on the server."""
    pc = Pc(tmp_path / "old", MovableClock()).sit_down(monkeypatch)
    pc.found()
    (tmp_path / "server").mkdir()
    house = pc.open()
    house.backups.make(tmp_path / "server" / "a.backup")
    house.close()
    return pc


@pytest.fixture
def backup(tmp_path: Path, old: Pc) -> Path:
    return tmp_path / "server" / "a.backup"


@pytest.fixture
def new(tmp_path: Path, old: Pc, monkeypatch: pytest.MonkeyPatch) -> Pc:
    """A second home directory, with an empty keyring."""
    return Pc(tmp_path / "new", MovableClock(), recovery_key=old.recovery_key).sit_down(monkeypatch)


@pytest.fixture
def window(qtbot: QtBot, new: Pc) -> Iterator[Window]:
    with opened(qtbot, new) as made:
        yield made


@contextmanager
def opened(qtbot: QtBot, pc: Pc) -> Iterator[Window]:
    """The window over this PC's data folder."""
    pages = {name: maker for name, maker in all_pages().items() if name in ("home", "persons", "settings")}
    made = Window(app.HouseDoors(pc.data, pc.settings), lambda: pages)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.finish()
    made.close()
    # Gone before the next test: another thread's collector must not be the one to delete a window.
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    del made
    gc.collect()


def lock_page(window: Window) -> LockPage:
    shown = window.centralWidget()
    assert isinstance(shown, LockPage)
    return shown


def press(seat: QWidget, words: str) -> None:
    seen = [each for each in seat.findChildren(QPushButton) if each.isVisibleTo(seat)]
    next(each for each in seen if each.accessibleName() == words).click()


WAYS = {"backupKey": True, "backupPassphrase": False}


def give(window: Window, **texts: str) -> None:
    for name, text in texts.items():
        if name in WAYS:
            form = next(each for each in lock_page(window).findChildren(OpenerForm) if each.isVisible())
            form.way.pick(WAYS[name])
        lock_page(window).findChild(QLineEdit, name).setText(text)


def told(window: Window) -> str:
    """What the page in sight says."""
    page = window.desk.current if window.desk is not None else None
    return page.notices.text() if page is not None else ""


def is_open(window: Window) -> bool:
    desk = window.desk
    return desk is not None and not desk.jobs.busy()


def test_the_whole_move_to_a_new_pc_in_the_window(qtbot: QtBot, window: Window, new: Pc, backup: Path) -> None:
    assert lock_page(window).findChild(QWidget, "firstCard") is not None
    press(lock_page(window), say("lock.restore_link"))
    card = lock_page(window).findChild(QWidget, "restoreCard")
    restore = card.findChild(QPushButton, "restore")
    assert not restore.isVisibleTo(card)
    give(window, backupFile=str(backup), backupKey=new.recovery_key.lower())
    press(lock_page(window), say("lock.look_into"))
    qtbot.waitUntil(lambda: restore.isVisibleTo(card), timeout=LONG)
    assert not (new.data / "registry.db").exists()
    assert say("lock.people", n=str(PEOPLE)) in [label.text() for label in card.findChildren(QLabel)]
    restore.click()
    qtbot.waitUntil(lambda: is_open(window), timeout=LONG)

    # With the recovery key nobody is anybody yet: the window leads on to a passphrase on this PC.
    desk = window.desk
    assert desk is not None
    assert desk.house.store.staff_id == RECOVERY
    page = desk.current
    assert isinstance(page, SettingsPage)
    keys = page.section
    assert isinstance(keys, KeysSection)
    assert say("lock.recovery_opened") in page.notices.text()
    assert page.notices.text().startswith(say("lock.restored", moment="").split("を")[0])
    keys.set_own.click()
    assert keys.who.hasFocus()
    keys.who.setCurrentIndex(1)
    assert keys.who.currentText() == "保健師 見本 花子"
    keys.new.once.edit.setText(SECOND)
    keys.new.twice.edit.setText(SECOND)
    keys.set_own.click()
    del desk, page, keys
    qtbot.waitUntil(lambda: say("settings.enrolled") in told(window), timeout=LONG)
    press(window, say("settings.lock_now"))
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), LockPage), timeout=LONG)

    give(window, passphrase=SECOND)
    press(lock_page(window), say("lock.open"))
    qtbot.waitUntil(lambda: is_open(window), timeout=LONG)
    desk = window.desk
    assert desk is not None
    assert desk.house.desk_facts().staff == "保健師 見本 花子"
    done = [(line.deed, line.who) for line in desk.house.audits.entries()]
    assert ("staff_enrolled", say("audits.recovery")) in done
    assert ("backup_restored", say("audits.recovery")) in done
    window.lock()
    assert new.people(SECOND) == PEOPLE
    assert new.people(recovery=True) == PEOPLE


def test_a_registry_that_lies_here_is_replaced_only_when_that_was_said(
    qtbot: QtBot, old: Pc, backup: Path
) -> None:
    old.register(2)
    with opened(qtbot, old) as window:
        press(lock_page(window), say("lock.restore_link"))
        card = lock_page(window).findChild(QWidget, "restoreCard")
        restore, replace = card.findChild(QPushButton, "restore"), card.findChild(QCheckBox, "replace")
        give(window, backupFile=str(backup), backupPassphrase=PASSPHRASE)
        press(lock_page(window), say("lock.look_into"))
        qtbot.waitUntil(lambda: restore.isVisibleTo(card), timeout=LONG)
        assert not restore.isEnabled()
        assert replace.isVisibleTo(card)
        replace.setChecked(True)
        assert restore.isEnabled()
        restore.click()
        qtbot.waitUntil(lambda: is_open(window), timeout=LONG)
        desk = window.desk
        assert desk is not None
        assert desk.current is not None
        assert "backups/before-restore-" in desk.current.notices.text()
        assert desk.house.desk_facts().staff == "保健師 見本 花子"
        del desk
    assert old.people() == PEOPLE


def test_a_backup_that_was_changed_after_it_was_seen_must_be_seen_again(
    qtbot: QtBot, window: Window, new: Pc, backup: Path
) -> None:
    press(lock_page(window), say("lock.restore_link"))
    card = lock_page(window).findChild(QWidget, "restoreCard")
    restore = card.findChild(QPushButton, "restore")
    give(window, backupFile=str(backup), backupKey=new.recovery_key)
    press(lock_page(window), say("lock.look_into"))
    qtbot.waitUntil(lambda: restore.isVisibleTo(card), timeout=LONG)
    give(window, backupFile=str(backup) + "x")
    assert not restore.isVisibleTo(card)
    press(lock_page(window), say("lock.look_into"))
    qtbot.waitUntil(lock_page(window).notices.isVisible, timeout=LONG)
    assert lock_page(window).notices.text() == say("backups.not_found", file="a.backupx")
    assert not new.data.exists()


def test_a_backup_is_looked_at_in_the_window_and_says_so_on_every_page(
    qtbot: QtBot, window: Window, new: Pc, backup: Path
) -> None:
    press(lock_page(window), say("lock.view_link"))
    give(window, backupFile=str(backup), backupKey=new.recovery_key)
    press(lock_page(window), say("lock.view"))
    qtbot.waitUntil(lambda: is_open(window), timeout=LONG)
    desk = window.desk
    assert desk is not None
    assert window.windowTitle().startswith("【閲覧専用】")
    bar = desk.frame.findChild(QWidget, "viewingBar")
    for name in ("home", "persons", "settings"):
        page = desk.open_page(name)
        qtbot.waitUntil(lambda: is_open(window), timeout=LONG)
        assert bar.isVisibleTo(desk.frame)
        assert "令和8年10月15日" in bar.accessibleName()
        shut = [each for each in page.findChildren(QPushButton) if each.property("deed")]
        assert not any(each.isEnabled() for each in shut)
        assert all(each.toolTip() == say("window.viewing_tip") for each in shut)
    settings = desk.open_page("settings", section="staff")
    assert not settings.section.add.isEnabled()
    assert desk.house.persons.find is not None
    assert list((new.data / doors.VIEWING).rglob("*.db"))
    del desk, page, settings, bar, shut
    window.lock()
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), LockPage), timeout=LONG)
    assert not list((new.data / doors.VIEWING).rglob("*.db"))
    assert not (new.data / "registry.db").exists()


def test_a_long_backup_at_lock_is_seen_and_the_window_closes_after_it(
    qtbot: QtBot, old: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = old.open()
    house.backups.set_folder(tmp_path / "server")
    house.close()
    begun, gate = threading.Event(), threading.Event()
    copy = RegistryCopies.copy

    def slow(self: object, *arguments: object) -> None:
        begun.set()
        assert gate.wait(60)
        copy(self, *arguments)

    monkeypatch.setattr(RegistryCopies, "copy", slow)
    with opened(qtbot, old) as window:
        window.unlock(old.open())
        qtbot.waitUntil(lambda: is_open(window), timeout=LONG)
        assert window.desk is not None
        window.desk.house.office.set(director="所長 見本 一郎")
        before = len(list((tmp_path / "server").glob("hoken-*.backup")))
        window.close()
        assert begun.wait(60)
        shown = window.centralWidget()
        assert isinstance(shown, ClosingPage)
        assert window.isVisible()
        assert window.desk is None
        qtbot.waitUntil(shown.strip.isVisible)
        gate.set()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
        assert len(list((tmp_path / "server").glob("hoken-*.backup"))) == before + 1


def test_a_backup_at_lock_can_be_left_out_and_that_is_said(
    qtbot: QtBot, old: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = old.open()
    house.backups.set_folder(tmp_path / "server")
    house.close()
    begun, gate = threading.Event(), threading.Event()
    look = RegistryCopies.look

    def slow(self: object, *arguments: object) -> object:
        begun.set()
        assert gate.wait(60)
        return look(self, *arguments)

    monkeypatch.setattr(RegistryCopies, "look", slow)
    with opened(qtbot, old) as window:
        window.unlock(old.open())
        qtbot.waitUntil(lambda: is_open(window), timeout=LONG)
        assert window.desk is not None
        window.desk.house.office.set(director="所長 見本 一郎")
        before = len(list((tmp_path / "server").glob("hoken-*.backup")))
        window.lock()
        assert begun.wait(60)
        shown = window.centralWidget()
        assert isinstance(shown, ClosingPage)
        press(shown, say("lock.leave_backup_out"))
        gate.set()
        qtbot.waitUntil(lambda: isinstance(window.centralWidget(), LockPage), timeout=LONG)
        assert lock_page(window).notices.text() == say("backups.left_out")
        assert len(list((tmp_path / "server").glob("hoken-*.backup"))) == before
    assert old.people() == PEOPLE

