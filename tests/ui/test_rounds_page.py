"""半期更新 in its window: real files into a real registry, decided by keys, frozen with its number."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QTabBar, QTableView, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import Choice, EndReason, PersonState, RoundState, Scheme, Verdict
from hoken_desktop.domain.persons import Person
from hoken_desktop.house import House
from hoken_desktop.services.cases import Effect
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.progress import Step
from hoken_desktop.services.reviews import Decision
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question
from hoken_desktop.ui.pages.fault_lists import faults_csv
from hoken_desktop.ui.pages.round_editions import ChangeSheet, ReasonSheet
from hoken_desktop.ui.pages.round_files import Order, ReadSheet, scheme_of
from hoken_desktop.ui.pages.round_totals import NumberSheet
from hoken_desktop.ui.pages.rounds import RoundsPage
from hoken_desktop.words import label, say
from tests.ui.registry_house import HANAKO, JIRO, TARO, Clock, dialog, first_half, new_house, settled, write_file

MOVED = (*TARO[:6], "埼玉県鴻巣市本町三丁目9999番地8", "048-000-0009", "R9.3.31", *TARO[9:])
TWIN = ("54116017", "", "見本　花江", "みほん はなえ", "S19.12.31", "女", "埼玉県上尾市本町二丁目9999番地2",
        "048-000-0002", "R9.3.31", "なし", "あり", "")  # fmt: skip
NEW = ("54116017", "1000040", "架空　三郎", "かくう さぶろう", "H2.2.2", "男", "埼玉県桶川市北一丁目9999番地7",
       "048-000-0040", "R9.3.31", "あり", "なし", "")  # fmt: skip
UNREADABLE = ("54116017", "1000057", "", "", "S19.1.1", "女", "", "", "", "あり", "なし", "")
BLANK = ("",) * 12


@pytest.fixture
def clock() -> Clock:
    return Clock(date(2026, 4, 6))


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    made = new_house(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def second(house: House, tmp_path: Path, clock: Clock) -> House:
    """A registry with two people, and the next half-year open."""
    first_half(house, tmp_path)
    clock.set(date(2026, 10, 5))
    house.rounds.open(date(2026, 9, 30))
    return house


@pytest.fixture
def desks(qtbot: QtBot) -> Iterator[list[Desk]]:
    opened: list[Desk] = []
    yield opened
    for desk in opened:
        desk.house.close = lambda: None  # type: ignore[method-assign]
        desk.close()


def open_page(qtbot: QtBot, desks: list[Desk], house: House) -> RoundsPage:
    desk = Desk(house, {"rounds": RoundsPage})
    desks.append(desk)
    qtbot.addWidget(desk.frame)
    desk.frame.resize(1366, 728)
    desk.frame.show()
    qtbot.waitExposed(desk.frame)
    desk.frame.activateWindow()  # keys are heard by the active window
    qtbot.waitUntil(desk.frame.isActiveWindow)
    page = desk.current
    assert isinstance(page, RoundsPage)
    return page


def read(qtbot: QtBot, page: RoundsPage, *orders: Order) -> None:
    page.files.read(orders)
    settled(qtbot, page.desk, page)


def shown(page: RoundsPage) -> list[str]:
    return [line.name for line in page.review.rows_shown()]


def second_file(folder: Path) -> Path:
    return write_file(folder, "指定難病_2.csv", [MOVED, TWIN, NEW, JIRO, BLANK, UNREADABLE])


def press(qtbot: QtBot, page: RoundsPage, key: Qt.Key) -> None:
    before = page.desk.house.store.head()
    QTest.keyClick(page.review.queue, key)  # a button pressed by its key clicks a little later
    qtbot.waitUntil(lambda: page.desk.house.store.head() != before, timeout=20000)
    settled(qtbot, page.desk, page)


def test_an_empty_registry_offers_the_newest_reference_day_and_opens_it(
    qtbot: QtBot, desks: list[Desk], house: House
) -> None:
    page = open_page(qtbot, desks, house)
    assert page.current_tab() == "open"
    assert page.opening.days.value() == date(2026, 3, 31)
    assert "令和8年3月31日" in page.opening.open_button.text()
    page.opening.open_button.click()
    settled(qtbot, page.desk, page)
    assert page.current_tab() == "files"
    assert house.rounds.current().as_of == date(2026, 3, 31)


def test_a_dropped_file_asks_for_its_scheme_and_its_rows_add_up(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    page = open_page(qtbot, desks, second)
    page.show_tab("files")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(second_file(tmp_path)))])
    page.files.dropEvent(
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    sheet = dialog(page, ReadSheet)
    assert sheet.schemes[0].value() is Scheme.NANBYO  # by its name
    sheet.deed_button.click()
    settled(qtbot, page.desk, page)
    assert [page.files.files.table.window_model.cell(0, at).text for at in (3, 4, 5, 6, 7, 9)] == [
        "6", "3", "1", "1", "1", say("rounds_page.check_closes"),
    ]  # fmt: skip
    assert "備考" in page.files.unmapped.text()
    faults = page.files.faults.table.window_model
    assert [faults.cell(0, at).text for at in (1, 3, 4)] == ["指定難病_2.csv", "7", "氏名"]
    assert faults.cell(0, 5).text == say("faults.name_missing")
    assert page.notices.text() == say(
        "rounds_page.read_done", file="指定難病_2.csv", rows=6, candidates=3, not_eligible=1, faulty=1, blank=1,
        absent=0,
    )  # fmt: skip


def test_a_file_of_an_unknown_scheme_waits_for_the_staff(qtbot: QtBot, desks: list[Desk], second: House) -> None:
    page = open_page(qtbot, desks, second)
    sheet = page.files.ask_schemes([Path("一覧.xlsx")])
    assert not sheet.deed_button.isEnabled()
    sheet.schemes[0].pick(Scheme.SHOMAN)
    assert sheet.deed_button.isEnabled()
    assert [order.scheme for order in sheet.orders()] == [Scheme.SHOMAN]
    sheet.reject()
    assert scheme_of("小慢_R8.csv") is Scheme.SHOMAN
    assert scheme_of("小慢と難病.csv") is None


def test_a_refused_file_says_so_in_words_and_the_rest_is_not_read(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    page = open_page(qtbot, desks, second)
    page.show_tab("files")
    bad = tmp_path / "空.csv"
    bad.write_bytes(b"")
    read(qtbot, page, Order(bad, Scheme.NANBYO), Order(second_file(tmp_path), Scheme.NANBYO))
    assert page.notices.text() == say("sheets.empty_file", file="空.csv")
    assert second.rounds.show().files == ()


def test_a_cancelled_read_leaves_nothing_behind(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(qtbot, desks, second)
    page.show_tab("files")
    before = second.store.head()
    real = second.rounds.read_in
    steps: list[str] = []

    def watched(path: Path, scheme: Scheme, *, report: Any, **how: Any) -> Any:
        def cancelling(step: Step) -> None:
            steps.append(step.note_key)
            if step.note_key == "rounds.step_match":  # inside the transaction
                page.desk.jobs.cancel(page)
            report(step)

        return real(path, scheme, report=cancelling, **how)

    monkeypatch.setattr(second.rounds, "read_in", watched)
    read(qtbot, page, Order(second_file(tmp_path), Scheme.NANBYO))
    assert steps[-1] == "rounds.step_match"
    assert second.store.head() == before
    assert second.rounds.show().files == ()
    assert second.reviews.rows() == []
    assert second.rounds.faults() == []
    assert page.files.files.table.window_model.rowCount() == 0
    monkeypatch.undo()
    read(qtbot, page, Order(second_file(tmp_path), Scheme.NANBYO))
    assert len(second.rounds.show().files) == 1


def test_the_faults_go_into_a_csv_without_values_and_without_formulas(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    page = open_page(qtbot, desks, second)
    page.show_tab("files")
    read(qtbot, page, Order(second_file(tmp_path), Scheme.NANBYO))
    page.files.faults.write_csv(tmp_path / "読めない行.csv")
    settled(qtbot, page.desk, page)
    rows = list(csv.reader(io.StringIO((tmp_path / "読めない行.csv").read_text("utf-8-sig"))))
    assert rows[0] == ["種別", "ファイル", "シート", "行", "列", "内容と直し方"]
    assert rows[1][:5] == ["読めない", "指定難病_2.csv", "", "7", "氏名"]
    fault = replace(second.rounds.faults()[0], column="=cmd|x", sheet="@a")
    assert "'=cmd|x" in faults_csv([fault])
    assert "'@a" in faults_csv([fault])


def test_the_review_shows_before_and_after_and_the_reasons_in_words(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    second.rounds.read_in(second_file(tmp_path), Scheme.NANBYO)
    page = open_page(qtbot, desks, second)
    assert page.current_tab() == "review"
    page.review.show_verdict(Verdict.CERTAIN)
    assert shown(page) == ["試験　太郎"]
    table = page.review.comparison.table.window_model
    lit = {table.cell(at, 0).text for at in range(table.rowCount()) if table.tint(at) == "lit"}
    assert lit == {"住所", "電話", "有効期限"}
    address = next(at for at in range(table.rowCount()) if table.cell(at, 0).text == "住所")
    assert table.cell(address, 1).text == "鴻巣市本町一丁目9999番地1"
    assert table.cell(address, 3).text == "鴻巣市本町三丁目9999番地8"
    words = [each.text() for each in page.review.reasons.findChildren(QLabel)]
    assert say("rounds_page.reason.number_same") in words
    assert say("rounds_page.effect_move") in words
    assert not [word for word in words if re.search("[a-z]_[a-z]", word)]  # no code without words


def test_every_key_decides_and_a_decision_can_be_changed(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    second.rounds.read_in(second_file(tmp_path), Scheme.NANBYO)
    page = open_page(qtbot, desks, second)
    page.review.show_verdict(Verdict.CERTAIN)
    press(qtbot, page, Qt.Key.Key_A)
    people = {p.person.name: p.person for p in second.places.everyone()}
    assert people["試験　太郎"].address == MOVED[6]
    assert shown(page) == []  # decided rows leave the queue
    page.review.pending_only.click()
    assert shown(page) == ["試験　太郎"]
    case = page.review.case
    assert case is not None
    assert case.row.choice is Choice.SAME
    # what stood there before the decision is still shown beside the file
    assert any(line.effect is Effect.CHANGES and line.before == TARO[6] for line in case.candidates[0].lines)
    press(qtbot, page, Qt.Key.Key_H)
    people = {p.person.name: p.person for p in second.places.everyone()}
    assert people["試験　太郎"].address == TARO[6]
    assert second.reviews.counts().held == 1

    page.review.show_verdict(Verdict.NEW)
    assert shown(page) == ["架空　三郎"]
    press(qtbot, page, Qt.Key.Key_R)
    assert "架空　三郎" not in {p.person.name for p in second.places.everyone()}
    press(qtbot, page, Qt.Key.Key_A)
    assert "架空　三郎" in {p.person.name for p in second.places.everyone()}


def test_a_doubtful_row_waits_until_its_person_is_picked_or_is_taken_as_new(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    second.rounds.read_in(write_file(tmp_path, "難病_3.csv", [TWIN, HANAKO]), Scheme.NANBYO)
    page = open_page(qtbot, desks, second)
    doubtful = [line for line in second.reviews.lines() if line.row.verdict is Verdict.DOUBTFUL]
    assert doubtful, "the twin is doubtful"
    page.review.show_verdict(Verdict.DOUBTFUL)
    case = page.review.case
    assert case is not None
    assert [c.person.name for c in case.candidates] == ["見本　花子"]
    page.review.search_candidates("試験")
    assert page.review.case is not None
    assert {c.person.name for c in page.review.case.candidates} == {"見本　花子", "試験　太郎"}
    press(qtbot, page, Qt.Key.Key_N)
    assert [line.name for line in page.review._lines if line.row.verdict is Verdict.ABSENT] == ["試験　太郎"]
    assert sum(p.person.birth_on == date(1944, 12, 31) for p in second.places.everyone()) == 2


def test_bulk_acceptance_says_how_many_and_takes_them_all(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    second.rounds.read_in(write_file(tmp_path, "難病_4.csv", [MOVED, HANAKO]), Scheme.NANBYO)
    page = open_page(qtbot, desks, second)
    page.review.show_verdict(Verdict.CERTAIN)
    assert page.review.bulk.text() == say("rounds_page.bulk_certain", n=2)
    page.review.bulk.click()
    dialog(page, Question).deed_button.click()
    settled(qtbot, page.desk, page)
    assert second.reviews.counts().pending == 0
    assert second.reviews.counts().accepted == 2
    assert "残り 0" in page.subtitle.text()
    assert page.review.to_freeze.isEnabled()


def test_who_vanished_stays_or_ends_with_a_reason(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    second.rounds.read_in(write_file(tmp_path, "難病_5.csv", [JIRO]), Scheme.NANBYO)
    page = open_page(qtbot, desks, second)
    page.review.show_verdict(Verdict.ABSENT)
    assert shown(page) == ["試験　太郎", "見本　花子"]
    assert page.review.keep.isVisible()
    assert not page.review.accept.isVisible()
    press(qtbot, page, Qt.Key.Key_T)
    page.review.end_row(EndReason.MOVED_OUT)
    settled(qtbot, page.desk, page)
    row = next(r for r in second.reviews.rows() if r.choice is Choice.ENDED)
    ended = second.persons.open(row.person_id).person
    assert (ended.name, ended.state, ended.end_reason) == ("見本　花子", PersonState.ENDED, EndReason.MOVED_OUT)
    assert second.reviews.counts().pending == 0


def test_before_the_freeze_it_says_whom_no_file_can_speak_for(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    second.persons.register(Person("", "", "見本　無番", "みほん むばん", birth_on=date(1951, 1, 1)))
    page = open_page(qtbot, desks, second)
    page.show_tab("freeze")
    said = [x.text() for x in page.freezing.findChildren(QLabel)]
    assert say("rounds_page.check_unread", scheme=label(Scheme.NANBYO), n=2) in said
    assert say("rounds_page.check_unread_other", n=1) in said


def test_a_freeze_with_many_changes_asks_for_their_number(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    second.rounds.read_in(second_file(tmp_path), Scheme.NANBYO)
    page = open_page(qtbot, desks, second)
    page.show_tab("freeze")
    assert not page.freezing.freeze.isEnabled()
    assert say("rounds_page.check_pending", n=3) in [x.text() for x in page.freezing.findChildren(QLabel)]
    choice = {Verdict.CERTAIN: Choice.SAME, Verdict.ABSENT: Choice.KEEP}
    for _ in range(2):  # taking the twin as new leaves 花子 absent, which is one more question
        rows = [x.row for x in second.reviews.lines() if x.row.choice is Choice.PENDING]
        page.decide([Decision(row.id, choice.get(row.verdict, Choice.NEW), row.person_id) for row in rows])
        settled(qtbot, page.desk, page)
    assert page.freezing.freeze.isEnabled()
    assert page.freezing.totals.mapped.gap == 0
    assert page.freezing.totals.devices.gap == 0
    page.freezing.freeze.click()
    dialog(page, Question).deed_button.click()
    settled(qtbot, page.desk, page)
    sheet = dialog(page, NumberSheet)
    assert not sheet.deed_button.isEnabled()
    sheet.number.setText("7")
    assert not sheet.deed_button.isEnabled()
    sheet.number.setText("1")
    sheet.deed_button.click()
    settled(qtbot, page.desk, page)
    newest = second.rounds.current()
    assert newest is not None
    assert (newest.state, newest.edition) == (RoundState.FROZEN, 1)
    assert page.current_tab() in ("open", "past")


def test_a_frozen_round_is_mended_by_an_edition_with_its_reason(
    qtbot: QtBot, desks: list[Desk], house: House, tmp_path: Path
) -> None:
    first_half(house, tmp_path)
    page = open_page(qtbot, desks, house)
    page.show_tab("past")
    assert page.past.totals.mapped.gap == 0
    assert not page.past.differences.isVisible()
    first = house.persons.open(house.persons.find(PersonQuery())[0]).person
    house.persons.end(first.id, EndReason.MISTAKE, house.overviews.day())
    page.past.ask_reason()
    settled(qtbot, page.desk, page)
    sheet = dialog(page, ReasonSheet)
    assert f"外れる {first.registry_no}" in sheet.people.toPlainText()
    assert not sheet.deed_button.isEnabled()
    sheet.reason.setText("機器の確認もれ")
    sheet.deed_button.click()
    settled(qtbot, page.desk, page)
    assert house.rounds.show().round.edition == 2
    assert say("rounds_page.edition_of", n=2) == page.past.list.table.window_model.cell(0, 2).text
    page.past.differences.click()
    settled(qtbot, page.desk, page)
    shown = dialog(page, ChangeSheet)
    said = "\n".join(each.text() for each in shown.findChildren(QLabel))
    assert "機器の確認もれ" in said
    assert "2名 ＋ 加わる 0名 － 外れる 1名 ＝ 1名" in said
    assert f"外れる {first.registry_no}" in shown.people.toPlainText()
    shown.accept()


def test_home_can_open_each_step(qtbot: QtBot, desks: list[Desk], second: House) -> None:
    page = open_page(qtbot, desks, second)
    for step in ("files", "review", "freeze", "past"):
        page.desk.open_page("rounds", step=step)
        assert page.current_tab() == step
    page.desk.open_page("rounds", step="open")  # there is an open round: the step is not offered
    assert page.current_tab() == "past"


def test_every_control_has_a_name_and_no_words_are_markup(
    qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path
) -> None:
    second.rounds.read_in(second_file(tmp_path), Scheme.NANBYO)
    page = open_page(qtbot, desks, second)
    for step in ("files", "review", "freeze", "past"):
        page.show_tab(step)
        controls = [c for c in page.findChildren(QWidget) if isinstance(c, (QAbstractButton, QLineEdit, QTableView))]
        for control in controls:
            inner = control.objectName().startswith("qt_") or type(control) is QAbstractButton  # Qt's own
            if control.isVisible() and not inner and type(control.parent()) is not QTabBar:
                assert control.accessibleName(), control
        for words in page.findChildren(QLabel):
            assert words.textFormat() is Qt.TextFormat.PlainText


def test_the_lock_drops_every_row(qtbot: QtBot, desks: list[Desk], second: House, tmp_path: Path) -> None:
    second.rounds.read_in(second_file(tmp_path), Scheme.NANBYO)
    page = open_page(qtbot, desks, second)
    assert page.review.queue.window_model.rowCount()
    page.release()
    assert page.review.queue.window_model.rowCount() == 0
    assert page.review.case is None
    assert page.review.rows_shown() == []
