"""The registry locks itself when nobody is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from hoken_desktop.ui.idle import Idle
from hoken_desktop.ui.window import Window


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_seconds(self, idle: Idle, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            idle.tick()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def busy() -> list[bool]:
    return [False]


@pytest.fixture
def expired() -> list[bool]:
    return []


@pytest.fixture
def idle(qapp: QObject, clock: Clock, busy: list[bool], expired: list[bool]) -> Iterator[Idle]:
    made = Idle(5, busy=lambda: busy[0], clock=clock)
    made._timer.stop()  # the test ticks
    made.expired.connect(lambda: expired.append(True))
    yield made
    made.stop()


def test_it_locks_after_the_set_minutes_and_not_a_second_before(idle: Idle, clock: Clock, expired: list[bool]) -> None:
    clock.pass_seconds(idle, 299)
    assert expired == []
    clock.pass_seconds(idle, 1)
    assert expired == [True]
    clock.pass_seconds(idle, 600)
    assert expired == [True]


def test_a_touch_starts_the_minutes_anew(idle: Idle, clock: Clock, expired: list[bool]) -> None:
    clock.pass_seconds(idle, 299)
    idle.touch()
    clock.pass_seconds(idle, 299)
    assert expired == []


def test_a_job_under_way_counts_as_being_there_and_its_end_starts_the_minutes_anew(
    idle: Idle, clock: Clock, busy: list[bool], expired: list[bool]
) -> None:
    busy[0] = True
    clock.pass_seconds(idle, 900)
    assert expired == []
    busy[0] = False
    clock.pass_seconds(idle, 299)
    assert expired == []
    clock.pass_seconds(idle, 2)
    assert expired == [True]


def test_a_pc_that_slept_is_locked_when_it_wakes_even_in_a_job(
    idle: Idle, clock: Clock, busy: list[bool], expired: list[bool]
) -> None:
    clock.pass_seconds(idle, 3)
    busy[0] = True
    clock.now += 45
    idle.tick()
    assert expired == [True]


def test_a_clock_set_back_locks_too(idle: Idle, clock: Clock, expired: list[bool]) -> None:
    clock.now -= 3600
    idle.tick()
    assert expired == [True]


def test_the_minutes_left_are_told(idle: Idle, clock: Clock) -> None:
    told: list[int] = []
    idle.left.connect(told.append)
    clock.pass_seconds(idle, 61)
    assert told[0] == 5
    assert told[-1] == 4


def test_a_key_pressed_by_a_person_counts_and_one_made_by_the_program_does_not(
    qtbot: QtBot, idle: Idle, clock: Clock
) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    edit.show()
    clock.pass_seconds(idle, 20)
    QTest.keyClick(edit.windowHandle(), "a")  # through the window system, as a keyboard does
    assert idle.seconds_left() == 300
    clock.pass_seconds(idle, 20)
    idle.eventFilter(edit, QKeyEvent(QEvent.Type.KeyPress, 0x41, Qt.KeyboardModifier.NoModifier))
    assert idle.seconds_left() == 280


def test_an_idle_desk_becomes_the_lock_page(qtbot: QtBot, window: Window, desk: object) -> None:
    opened = window.desk
    assert opened is not None
    opened.idle.expired.emit()
    qtbot.waitUntil(lambda: window.desk is None)
    assert window.centralWidget().objectName() == "lockPage"


def test_another_limit_counts_from_the_last_touch(qtbot: QtBot) -> None:
    now = [1000.0]
    idle = Idle(5, clock=lambda: now[0])
    now[0] += 20
    idle.set_minutes(1)
    assert idle.seconds_left() == 40
    idle.stop()
