"""A job is one deed: done, undone by a cancel, refused in words, or a crash that shows no data."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.ui import crash
from hoken_desktop.ui.crash import CrashReport
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.jobs import SHOW_AFTER_S, Jobs, Outcome
from hoken_desktop.words import say


class Seat:
    """A page without a window."""

    def __init__(self) -> None:
        self.cancel: Callable[[], None] = lambda: None
        self.steps: list[Step | None] = []
        self.refusals: list[Refusal] = []
        self.ended = 0

    def begin(self, cancel: Callable[[], None]) -> None:
        self.cancel = cancel

    def progress(self, step: Step | None) -> None:
        self.steps.append(step)

    def end(self) -> None:
        self.ended += 1

    def refuse(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def crashes() -> list[CrashReport]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(qtbot: QtBot, crashes: list[CrashReport], clock: Clock) -> Iterator[Jobs]:
    made = Jobs(crashes.append, clock=clock)
    yield made
    made.stop()


def test_the_value_of_a_job_comes_back_in_the_windows_thread(qtbot: QtBot, jobs: Jobs) -> None:
    seat, got = Seat(), []

    def work(report: Report) -> int:
        report(Step(1, 2, "jobs.working"))
        return threading.get_ident()

    assert jobs.run(seat, work, lambda value: got.append((value, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(got))
    assert got[0][0] != got[0][1] == threading.get_ident()
    assert seat.ended == 1
    assert not jobs.busy()


def test_a_page_has_one_job_at_a_time_and_other_pages_wait_their_turn(qtbot: QtBot, jobs: Jobs) -> None:
    gate, order = threading.Event(), []
    one, other = Seat(), Seat()
    assert jobs.run(one, lambda report: gate.wait(20), lambda _value: order.append("one"))
    assert not jobs.run(one, lambda report: order.append("never"))
    assert jobs.run(other, lambda report: None, lambda _value: order.append("other"))
    gate.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["one", "other"]


def test_a_cancel_undoes_the_deed_and_says_nothing(qtbot: QtBot, jobs: Jobs, crashes: list[CrashReport]) -> None:
    seat, kept, after = Seat(), [], []
    reached, go = threading.Event(), threading.Event()

    def work(report: Report) -> None:
        pending = []
        for done in range(3):
            report(Step(done, 3, "jobs.working"))
            pending.append(done)
            reached.set()
            go.wait(20)
        kept.extend(pending)  # the commit at the end of the transaction

    jobs.run(seat, work, after.append)
    assert reached.wait(20)
    seat.cancel()
    go.set()
    qtbot.waitUntil(lambda: seat.ended == 1)
    assert (kept, after, seat.refusals, crashes) == ([], [], [], [])


def test_a_refusal_goes_to_the_page(qtbot: QtBot, jobs: Jobs, crashes: list[CrashReport]) -> None:
    def work(report: Report) -> None:
        raise Refusal("store.locked", file="a.xlsx")

    seat = Seat()
    jobs.run(seat, work)
    qtbot.waitUntil(lambda: seat.ended == 1)
    assert [refusal.code for refusal in seat.refusals] == ["store.locked"]
    assert crashes == []


def test_anything_else_is_a_crash_that_holds_no_data(qtbot: QtBot, jobs: Jobs, crashes: list[CrashReport]) -> None:
    def work(report: Report) -> None:
        name = "見本 花子"
        raise ValueError(f"cannot store {name}")

    jobs.run(Seat(), work)
    qtbot.waitUntil(lambda: bool(crashes))
    assert crashes[0].kind == "ValueError"
    assert crashes[0].undone
    assert "花子" not in repr(crashes[0])
    assert crashes[0].place.startswith("ui/jobs.py:")  # the deepest line that is the program's own


def test_a_fault_in_showing_the_result_does_not_claim_that_nothing_changed(
    qtbot: QtBot, jobs: Jobs, crashes: list[CrashReport]
) -> None:
    def then(value: int) -> None:
        raise KeyError(value)

    jobs.run(Seat(), lambda report: 1, then)
    qtbot.waitUntil(lambda: bool(crashes))
    assert not crashes[0].undone


def test_progress_is_shown_only_after_half_a_second(qtbot: QtBot, jobs: Jobs, clock: Clock) -> None:
    gate, reported = threading.Event(), threading.Event()
    seat = Seat()

    def work(report: Report) -> None:
        report(Step(40, 100, "jobs.working"))
        reported.set()
        gate.wait(20)

    jobs.run(seat, work)
    assert reported.wait(20)
    jobs._look()
    assert seat.steps == []
    clock.now += SHOW_AFTER_S
    qtbot.waitUntil(lambda: bool(seat.steps))
    assert seat.steps[0] == Step(40, 100, "jobs.working")
    gate.set()
    qtbot.waitUntil(lambda: seat.ended == 1)


def test_the_lock_stops_a_job_and_knows_that_it_left_no_trace(qtbot: QtBot, crashes: list[CrashReport]) -> None:
    jobs, seat, after = Jobs(crashes.append), Seat(), []
    reached = threading.Event()

    def work(report: Report) -> None:
        reached.set()
        while True:
            report(Step(0, 0, "jobs.working"))

    jobs.run(seat, work, after.append)
    assert reached.wait(20)
    assert jobs.stop() is Outcome.UNDONE
    assert after == []
    assert not jobs.run(seat, lambda report: None)


def test_the_lock_says_when_a_job_was_through_before_it_could_stop(qtbot: QtBot, crashes: list[CrashReport]) -> None:
    jobs = Jobs(crashes.append)
    started = threading.Event()
    jobs.run(Seat(), lambda report: started.set())
    assert started.wait(20)
    assert jobs.stop() is Outcome.DONE
    assert Jobs(crashes.append).stop() is Outcome.NONE


def test_reporting_to_nobody_does_nothing() -> None:
    assert no_report(Step(1, 2, "jobs.working")) is None


# --- on a real page ----------------------------------------------------------------------------------------------


def test_deeds_are_closed_with_the_reason_while_a_job_runs(qtbot: QtBot, desk: Desk) -> None:
    page = desk.open_page("persons")
    gate = threading.Event()
    desk.run(page, lambda report: gate.wait(20))
    assert not page.add.isEnabled()
    assert page.add.toolTip() == say("jobs.deeds_wait")
    assert not desk.run(page, lambda report: None)
    qtbot.waitUntil(page.progress_strip.isVisible)
    gate.set()
    qtbot.waitUntil(page.add.isEnabled)
    assert not page.progress_strip.isVisible()


def test_the_cancel_button_stops_the_job_and_gives_the_focus_back(qtbot: QtBot, desk: Desk) -> None:
    page = desk.open_page("persons")
    page.card.table.setFocus()
    before = len(desk.house.persons.people)

    def work(report: Report) -> None:
        while True:
            report(Step(3, 10, "jobs.working"))

    desk.run(page, work)
    qtbot.waitUntil(page.progress_strip.isVisible)
    assert page.progress_strip._count.text() == say("jobs.of", done="3", total="10")
    page.progress_strip.cancel_button.click()
    qtbot.waitUntil(lambda: not desk.jobs.busy())
    assert not page.notices.isVisible()
    assert len(desk.house.persons.people) == before
    assert page.card.table.hasFocus()


def test_a_refusal_stands_in_the_bar_in_words(qtbot: QtBot, desk: Desk) -> None:
    page = desk.open_page("persons")

    def work(report: Report) -> None:
        raise Refusal("vault.wrong_passphrase", wait=4)

    desk.run(page, work)
    qtbot.waitUntil(page.notices.isVisible)
    assert page.notices.text() == say("vault.wrong_passphrase", wait=4)
    assert page.notices.accessibleName() == page.notices.text()


def test_a_refusal_without_words_still_says_its_code(qtbot: QtBot, desk: Desk) -> None:
    page = desk.open_page("persons")
    page.refuse(Refusal("nowhere.written"))
    assert "nowhere.written" in page.notices.text()


def test_the_crash_sheet_and_the_log_show_no_data(
    qtbot: QtBot, desk: Desk, caplog: pytest.LogCaptureFixture, canary: str
) -> None:
    page = desk.open_page("persons")

    def work(report: Report) -> None:
        raise RuntimeError(f"{canary} の行")

    with caplog.at_level(logging.ERROR, "hoken_desktop"):
        desk.run(page, work)
        qtbot.waitUntil(lambda: bool(desk.frame.findChildren(crash.CrashSheet)))
    sheet = desk.frame.findChildren(crash.CrashSheet)[0]
    shown = " ".join(label.text() for label in sheet.findChildren(QLabel))
    assert "RuntimeError" in shown
    assert say("jobs.crash_undone") in shown
    assert canary not in shown
    assert canary not in caplog.text
    assert "crash type=RuntimeError" in caplog.text
    sheet.accept()


# ---- what the window lets go of --------------------------------------------------------------------------------


class Holder(QWidget):
    """A widget in a cycle, as pages and their closures are."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def test_a_widget_let_go_of_in_a_cycle_is_never_destroyed_in_the_worker(qtbot: QtBot, jobs: Jobs) -> None:
    where: list[threading.Thread] = []
    held = Holder()
    weakref.finalize(held, lambda: where.append(threading.current_thread()))
    for _ in range(3):
        gc.collect(1)  # old enough for the last generation
    del held

    def work(_report: Report) -> int:
        kept = [[each] for each in range(200_000)]  # Python alone would have collected all generations here
        return len(kept)

    results: list[int] = []
    assert jobs.run(Seat(), work, results.append)
    qtbot.waitUntil(lambda: bool(results))
    gc.collect()
    assert where == [threading.main_thread()]


def test_what_a_job_was_made_of_goes_in_the_window_thread(qtbot: QtBot, jobs: Jobs) -> None:
    where: list[threading.Thread] = []

    class Held:
        def __call__(self, _report: Report) -> None:
            return None

    for _ in range(50):
        held = Held()
        weakref.finalize(held, lambda: where.append(threading.current_thread()))
        assert jobs.run(Seat(), held)
        del held
        qtbot.waitUntil(lambda: not jobs.busy())
    assert where == [threading.main_thread()] * 50


def test_the_collector_goes_on_in_the_window_thread(qtbot: QtBot, jobs: Jobs) -> None:
    gone: list[bool] = []
    held = Holder()
    weakref.finalize(held, lambda: gone.append(True))
    del held
    young = [[each] for each in range(5_000)]
    qtbot.waitUntil(lambda: bool(gone))
    assert young
