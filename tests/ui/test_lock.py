"""Locked means gone: nothing of the registry is left in any widget, model, object or clipboard."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
import shiboken6
from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QEvent, QMarginsF, Qt
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.progress import Report, Step
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.doors import DoorState
from hoken_desktop.ui.kit.dialogs import Question, ask
from hoken_desktop.ui.lock import LockPage
from hoken_desktop.ui.recovery_keys import paint_key_sheet
from hoken_desktop.ui.window import Window
from hoken_desktop.words import say


def everything_shown() -> str:
    """Every word any widget or model of the program holds, seen or not."""
    found: list[str] = []
    for widget in QApplication.allWidgets():
        found += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()]
        words = [getattr(widget, name, None) for name in ("text", "toPlainText", "title", "currentText")]
        found += [str(each()) for each in words if callable(each)]
    gc.collect()
    for thing in gc.get_objects():
        # A wrapper whose Qt object is gone shows nothing any more.
        if isinstance(thing, QAbstractItemModel) and shiboken6.isValid(thing):
            for row in range(thing.rowCount()):
                found += [str(thing.data(thing.index(row, column))) for column in range(thing.columnCount())]
    return "\n".join(found)


def lock_page(window: Window) -> LockPage:
    page = window.centralWidget()
    assert isinstance(page, LockPage)
    return page


def type_into(page: LockPage, name: str, text: str) -> QLineEdit:
    edit = page.findChild(QLineEdit, name)
    edit.setText(text)
    return edit


def press(page: QWidget, words: str) -> None:
    next(each for each in page.findChildren(QPushButton) if each.accessibleName() == words).click()


def unlock(qtbot: QtBot, window: Window, passphrase: str) -> Desk:
    type_into(lock_page(window), "passphrase", passphrase)
    press(lock_page(window), say("lock.open"))
    qtbot.waitUntil(lambda: window.desk is not None)
    assert window.desk is not None
    return window.desk


def test_after_the_lock_no_widget_and_no_model_knows_anybody(
    qtbot: QtBot, window: Window, passphrase: str, canary: str
) -> None:
    desk = unlock(qtbot, window, passphrase)
    page = desk.open_page("persons")
    page.notices.say(f"{canary} を直しました", "done")
    ask(page, "確かめます", f"{canary} を外します", "1名を外す", lambda: None, facts=[("氏名", canary)])
    desk.frame.search.setText(canary)
    QGuiApplication.clipboard().setText(canary)
    assert everything_shown().count(canary) >= 6  # the walk does find it
    press(desk.frame, say("window.lock"))
    del desk, page
    qtbot.waitUntil(lambda: window.desk is None)
    assert canary not in everything_shown()
    assert canary not in QGuiApplication.clipboard().text()
    assert canary not in window.windowTitle()


def test_after_the_lock_the_desk_its_pages_and_its_house_are_gone(
    qtbot: QtBot, window: Window, doors: object, passphrase: str
) -> None:
    desk = unlock(qtbot, window, passphrase)
    house = doors.houses.pop()
    traces = [weakref.ref(each) for each in (desk.open_page("persons"), desk.jobs, desk.frame, house, house.persons)]
    window.lock()
    assert house.closed == 1
    del desk, house
    qtbot.waitUntil(lambda: gc.collect() >= 0 and all(trace() is None for trace in traces))


def test_no_worker_and_no_page_of_the_past_is_left_behind(qtbot: QtBot, window: Window, make_house: type) -> None:
    def left() -> tuple[int, int]:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return threading.active_count(), len(QApplication.allWidgets())

    window.unlock(make_house())
    window.lock()
    before = left()
    for _ in range(5):
        window.unlock(make_house())
        window.lock()
    assert left() == before


def test_the_keys_lock_from_everywhere(qtbot: QtBot, window: Window, passphrase: str) -> None:
    desk = unlock(qtbot, window, passphrase)
    desk.frame.search.setFocus()
    QTest.keyClick(desk.frame.search, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.desk is None)


def test_a_lock_in_the_middle_of_a_job_undoes_it_and_says_so(qtbot: QtBot, window: Window, passphrase: str) -> None:
    desk = unlock(qtbot, window, passphrase)
    reached = threading.Event()

    def work(report: Report) -> None:
        reached.set()
        while True:
            report(Step(0, 0, "jobs.working"))

    desk.run(desk.open_page("persons"), work)
    assert reached.wait(20)
    window.lock()
    assert lock_page(window).notices.text() == say("lock.job_undone")


def test_what_closing_could_not_do_is_said_on_the_lock_page(
    qtbot: QtBot, window: Window, doors: object, passphrase: str
) -> None:
    unlock(qtbot, window, passphrase)

    def close(report: Report) -> None:
        raise Refusal("nowhere.written")

    doors.houses[-1].close = close
    window.lock()
    assert "nowhere.written" in lock_page(window).notices.text()


def test_closing_the_window_locks(qtbot: QtBot, window: Window, doors: object, passphrase: str) -> None:
    unlock(qtbot, window, passphrase)
    window.close()
    assert window.desk is None
    assert doors.houses[-1].closed == 1


def test_closing_the_window_in_the_middle_of_a_job_asks_first(qtbot: QtBot, window: Window, passphrase: str) -> None:
    desk = unlock(qtbot, window, passphrase)
    gate = threading.Event()
    desk.run(desk.open_page("persons"), lambda report: gate.wait(20))
    window.close()
    assert window.desk is desk
    question = desk.frame.findChildren(QWidget, "question")[0]
    assert question.back_button.text() == say("window.quit_back")
    question.back_button.click()
    gate.set()
    qtbot.waitUntil(lambda: not desk.jobs.busy())


def test_the_question_whether_to_undo_the_work_goes_once_the_work_is_through(
    qtbot: QtBot, window: Window, passphrase: str
) -> None:
    desk = unlock(qtbot, window, passphrase)
    gate = threading.Event()
    desk.run(desk.open_page("persons"), lambda report: gate.wait(20))
    window.close()
    question = desk.frame.findChildren(QWidget, "question")[0]
    QTest.qWait(100)
    assert question.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: not desk.frame.findChildren(QWidget, "question"))
    assert window.desk is desk


# --- the unlock page ---------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_refused_in_words_and_the_field_is_empty(qtbot: QtBot, window: Window) -> None:
    page = lock_page(window)
    edit = type_into(page, "passphrase", "ちがう ことば 1234567")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(page.notices.isVisible)
    assert page.notices.text() == say("vault.wrong_passphrase", wait=0)
    assert edit.text() == ""
    assert edit.hasFocus()
    assert window.desk is None


def test_an_empty_passphrase_is_not_tried(qtbot: QtBot, window: Window) -> None:
    press(lock_page(window), say("lock.open"))
    assert lock_page(window).notices.text() == say("lock.passphrase_missing")


def test_who_forgot_the_passphrase_opens_with_the_recovery_key(qtbot: QtBot, window: Window, recovery_key: str) -> None:
    press(lock_page(window), say("lock.forgotten"))
    type_into(lock_page(window), "recoveryKey", recovery_key)
    press(lock_page(window), say("lock.open_with_recovery"))
    qtbot.waitUntil(lambda: window.desk is not None)


def test_what_was_typed_is_hidden_and_does_not_outlive_the_page(qtbot: QtBot, window: Window, passphrase: str) -> None:
    page = lock_page(window)
    edit = type_into(page, "passphrase", passphrase)
    assert edit.echoMode() == QLineEdit.EchoMode.Password
    page.hide()
    assert edit.text() == ""
    page.show()


def test_missing_files_never_lead_to_a_new_registry(qtbot: QtBot, make_doors: type) -> None:
    page = LockPage(make_doors(DoorState.BROKEN))
    qtbot.addWidget(page)
    assert page.findChild(QWidget, "firstCard") is None
    assert page.notices.text() == say("lock.broken")


# --- the first start ---------------------------------------------------------------------------------------------


@pytest.fixture
def first(qtbot: QtBot, make_doors: type) -> LockPage:
    page = LockPage(make_doors(DoorState.EMPTY))
    qtbot.addWidget(page)
    page.show()
    return page


def fill(page: LockPage, passphrase: str, twice: str | None = None) -> None:
    type_into(page, "office", "中央保健所")
    type_into(page, "municipalities", "鴻巣市、上尾市,112313")
    type_into(page, "staffName", "卯月 さき")
    type_into(page, "staffPost", "保健師")
    type_into(page, "passphraseOnce", passphrase)
    type_into(page, "passphraseTwice", passphrase if twice is None else twice)


def test_the_first_start_founds_a_registry_and_shows_the_recovery_key_once(
    qtbot: QtBot, first: LockPage, passphrase: str, recovery_key: str
) -> None:
    fill(first, passphrase)
    press(first, say("lock.create"))
    qtbot.waitUntil(lambda: first.findChild(QWidget, "newKeyCard") is not None)
    founded = first.doors.founded[0]
    assert founded.municipalities == ("鴻巣市", "上尾市", "112313")
    assert (founded.office, founded.staff_name, founded.staff_post) == ("中央保健所", "卯月 さき", "保健師")
    assert passphrase not in repr(founded)
    card = first.findChild(QWidget, "newKeyCard")
    shown = "".join(label.text() for label in card.findChildren(QLabel)).replace(" ", "")
    assert recovery_key.split("-")[0] in shown
    assert recovery_key.split("-")[-1] in shown
    on = card.findChild(QPushButton, "goOn")
    assert not on.isEnabled()
    card.findChild(QCheckBox, "kept").setChecked(True)
    on.click()
    qtbot.waitUntil(lambda: first.findChild(QWidget, "newKeyCard") is None)
    assert first.notices.text() == say("lock.created")
    assert recovery_key.split("-")[1] not in everything_shown()


def test_enter_in_the_last_field_founds_the_registry(qtbot: QtBot, first: LockPage, passphrase: str) -> None:
    fill(first, passphrase)
    QTest.keyClick(first.findChild(QLineEdit, "passphraseTwice"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: first.findChild(QWidget, "newKeyCard") is not None)
    assert len(first.doors.founded) == 1


def test_the_window_asks_before_it_is_closed_over_a_recovery_key_nobody_kept(
    qtbot: QtBot, window: Window, recovery_key: str
) -> None:
    page = window.show_lock()
    page.show_new_key("中央保健所", recovery_key)
    assert not window.close()
    question = page.findChild(Question)
    assert question is not None
    question.back_button.click()
    assert window.isVisible()
    assert page.key_unkept()
    page.findChild(QCheckBox, "kept").setChecked(True)
    assert window.close()
    window.show()
    page.findChild(QCheckBox, "kept").setChecked(False)
    assert not window.close()
    next(each for each in page.findChildren(Question) if each.isVisible()).deed_button.click()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_missing_answers_are_said_beside_their_fields_and_nothing_is_made(
    qtbot: QtBot, first: LockPage, passphrase: str
) -> None:
    press(first, say("lock.create"))
    shown = [label.text() for label in first.findChildren(QLabel)]
    assert shown.count(say("lock.fill_in")) == 6
    fill(first, passphrase, "べつの ことば 123456")
    press(first, say("lock.create"))
    assert say("lock.passphrases_differ") in [label.text() for label in first.findChildren(QLabel)]
    assert first.doors.founded == []


def test_the_recovery_key_prints_on_one_sheet(qtbot: QtBot, first: LockPage, recovery_key: str) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName("/dev/null")
    printer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(10, 10, 10, 10))
    )
    paint_key_sheet(printer, "中央保健所", recovery_key)
    assert printer.printerState() != QPrinter.PrinterState.Error
