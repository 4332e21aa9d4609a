"""Nothing is out of reach: a page or a sheet that has no room is scrolled, and squeezed never."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.notices import NoticeBar
from hoken_desktop.ui.kit.seats import Seat, least_height, least_width

LONG = "保つ時間が不明な人から順に電話で確かめてください。" * 12


def _tall(rows: int) -> QWidget:
    """A page of a notice, hidden as yet, some rows and a verb."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.addWidget(NoticeBar(page))
    for _ in range(rows):
        row = QLabel("行", page)
        row.setFixedHeight(40)
        column.addWidget(row)
    column.addStretch(1)
    column.addWidget(QPushButton("答えを入れる", page))
    return page


def _seated(qtbot: QtBot, page: QWidget, width: int, height: int) -> Seat:
    seat = Seat(page)
    qtbot.addWidget(seat)
    seat.resize(width, height)
    seat.show()
    qtbot.waitExposed(seat)
    QApplication.processEvents()
    return seat


def test_a_page_that_fits_fills_its_seat_and_has_no_scroll_bar(qtbot: QtBot) -> None:
    page = _tall(4)
    seat = _seated(qtbot, page, 500, 400)
    assert page.size() == QSize(500, 400)
    assert not seat.verticalScrollBar().isVisible()
    assert not seat.horizontalScrollBar().isVisible()


def test_a_notice_that_pushes_puts_no_button_out_of_reach(qtbot: QtBot) -> None:
    page = _tall(8)
    seat = _seated(qtbot, page, 500, 430)
    assert not seat.verticalScrollBar().isVisible()
    notice = page.findChild(NoticeBar)
    assert notice is not None
    notice.say(LONG, "warn")
    qtbot.waitUntil(lambda: seat.verticalScrollBar().isVisible())
    verb = next(each for each in page.findChildren(QPushButton) if each.text() == "答えを入れる")
    assert verb.height() >= verb.minimumSizeHint().height()
    assert verb.geometry().bottom() <= page.height()
    text = next(each for each in notice.findChildren(QLabel) if each.text() == LONG)
    assert text.height() >= text.heightForWidth(text.width())
    notice.clear()
    qtbot.waitUntil(lambda: not seat.verticalScrollBar().isVisible())
    assert page.height() == 430


def test_of_a_stack_only_the_page_in_sight_counts(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    stack = QStackedWidget(page)
    low, high = QLabel("低い"), _tall(30)
    stack.addWidget(low)
    stack.addWidget(high)
    column.addWidget(stack)
    seat = _seated(qtbot, page, 400, 300)
    assert not seat.verticalScrollBar().isVisible()
    stack.setCurrentWidget(high)
    qtbot.waitUntil(lambda: seat.verticalScrollBar().isVisible())
    stack.setCurrentWidget(low)
    qtbot.waitUntil(lambda: not seat.verticalScrollBar().isVisible())


def test_the_least_of_rows_columns_and_grids_is_counted(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    across = QHBoxLayout(page)
    across.setContentsMargins(5, 6, 7, 8)
    across.setSpacing(10)
    one, two, gone = QWidget(page), QWidget(page), QWidget(page)
    one.setFixedSize(100, 40)
    gone.setFixedSize(900, 900)
    gone.hide()
    grid = QGridLayout(two)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(4)
    for row in range(2):
        for column in range(2):
            cell = QWidget(two)
            cell.setFixedSize(30, 20)
            grid.addWidget(cell, row, column)
    broad = QWidget(two)
    broad.setFixedSize(90, 10)
    grid.addWidget(broad, 2, 0, 1, 2)
    for each in (one, two, gone):
        across.addWidget(each)
    page.show()
    assert least_width(page) == 5 + 100 + 10 + 90 + 7
    assert least_height(page) == 6 + 20 + 4 + 20 + 4 + 10 + 8


def test_a_sheet_larger_than_the_screen_scrolls_and_keeps_its_verbs_in_sight(qtbot: QtBot) -> None:
    sheet = Sheet("長い紙")
    qtbot.addWidget(sheet)
    sheet.setMinimumWidth(5_000)
    for _ in range(60):
        sheet.add_text(LONG)
    verb = sheet.add_button("提供する", primary=True)
    sheet.open()
    qtbot.waitUntil(sheet.isVisible)
    room = sheet.screen().availableGeometry()
    assert sheet.width() <= room.width()
    assert sheet.height() <= room.height()
    assert sheet.rect().contains(verb.geometry())
    bar = next(each for each in sheet.findChildren(Seat)).verticalScrollBar()
    assert bar.maximum() > 0


def test_a_sheet_that_fits_is_not_scrolled(qtbot: QtBot) -> None:
    sheet = Sheet("短い紙")
    qtbot.addWidget(sheet)
    sheet.add_text("一行")
    sheet.add_button("戻る")
    sheet.open()
    qtbot.waitUntil(sheet.isVisible)
    assert not sheet.findChildren(Seat)
