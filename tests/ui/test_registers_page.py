"""いまの名簿を引き継ぐ in its window: a file, its columns, a trial, the deed; and 列の対応 of a benefit file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import Scheme
from hoken_desktop.house import House
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question
from hoken_desktop.ui.pages.layout_picks import KeepSheet
from hoken_desktop.ui.pages.layouts import LayoutsPage
from hoken_desktop.ui.pages.mapping import MappingView
from hoken_desktop.ui.pages.persons import PersonsPage
from hoken_desktop.ui.pages.registers import RegistersPage
from hoken_desktop.ui.pages.round_files import Order, ReadSheet
from hoken_desktop.ui.pages.rounds import RoundsPage
from tests.files import malformed, present_list, workbooks
from tests.ui.registry_house import Clock, dialog, new_house, settled

PAGES = {"persons": PersonsPage, "rounds": RoundsPage, "registers": RegistersPage, "layouts": LayoutsPage}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = new_house(tmp_path, Clock(date(2026, 4, 6)))
    yield made
    made.close()


@pytest.fixture
def desk(qtbot: QtBot, house: House) -> Iterator[Desk]:
    made = Desk(house, PAGES)
    qtbot.addWidget(made.frame)
    made.frame.resize(1366, 728)
    made.frame.show()
    qtbot.waitExposed(made.frame)
    yield made
    made.house.close = lambda: None  # type: ignore[method-assign]
    made.close()


def opened(qtbot: QtBot, desk: Desk, path: Path) -> RegistersPage:
    page = desk.open_page("registers", path=path)
    assert isinstance(page, RegistersPage)
    settled(qtbot, desk, page)
    return page


def choose(view: MappingView, header: str) -> None:
    found = view.current()
    assert found is not None
    view.table.choose(next(at for at, c in enumerate(found.columns) if c.seen.header == header))


def field_of(view: MappingView, header: str) -> str:
    found = view.current()
    assert found is not None
    return next(c.seen.key for c in found.columns if c.seen.header == header)


def decide(qtbot: QtBot, desk: Desk, page: RegistersPage | LayoutsPage, header: str, word: str) -> None:
    """As the hand does: the column, the first letters of the field, Enter."""
    choose(page.mapping, header)
    page.mapping.pane.filter.setText(word)
    QTest.keyClick(page.mapping.pane.filter, Qt.Key.Key_Return)
    settled(qtbot, desk, page)


def test_an_empty_register_leads_to_the_taking_over(qtbot: QtBot, desk: Desk) -> None:
    persons = desk.open_page("persons")
    assert isinstance(persons, PersonsPage)
    assert persons.take_over_button.isVisible()
    persons.empty.asked.emit()
    page = desk.current
    assert isinstance(page, RegistersPage)
    assert page.step() == "file"
    assert not page.next_button.isVisible()


def test_a_present_list_is_taken_over_after_a_trial_and_never_before(
    qtbot: QtBot, desk: Desk, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "名簿.xlsx"
    path.write_bytes(present_list.messy())
    head = house.store.head()
    page = opened(qtbot, desk, path)
    assert page.step() == "columns"
    assert page.mapping.state.text() == "読めます"
    assert field_of(page.mapping, "年賀状") == ""
    assert field_of(page.mapping, "人工呼吸器") == "ventilator_use"
    page.next_button.click()
    settled(qtbot, desk, page)
    assert page.step() == "trial"
    assert page.trial.people.text() == "105名"
    assert "個別避難計画、年賀状" in page.trial.left.text()
    assert "105名" in page.next_button.text()
    assert house.store.head() == head  # nothing is written yet
    page.next_button.click()
    question = dialog(page, Question)
    assert house.store.head() == head
    question.deed_button.click()
    settled(qtbot, desk, page)
    assert len(house.persons.find(PersonQuery(state=None))) == 105
    assert house.store.head()[0] == head[0] + 1  # one deed
    assert "105名" in page.notices.text()
    assert page.mapping.file is None  # the values are let go of
    out = tmp_path / "読めない行.csv"
    page.trial.faults.write_csv(out)
    settled(qtbot, desk, page)
    text = out.read_text("utf-8-sig")
    assert "取り消し線" in text
    assert present_list.DEAD not in text
    page.next_button.click()
    assert isinstance(desk.current, PersonsPage)


def test_columns_of_other_words_are_decided_by_hand_kept_and_used_again(
    qtbot: QtBot, desk: Desk, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "名簿.xlsx"
    head = ["お名前", "生まれた日", "家の場所", "器械", "鍵"]
    row = ["青山　一郎", "S30.4.1", "埼玉県鴻巣市本町9-1", "○", "裏口"]
    path.write_bytes(workbooks.table([head, row]))
    page = opened(qtbot, desk, path)
    assert not page.next_button.isEnabled()
    assert "氏名" in page.why.text()
    words = {"お名前": "氏名", "生まれた日": "生年月日", "家の場所": "住所", "器械": "人工呼吸器使用"}
    for header, word in words.items():
        decide(qtbot, desk, page, header, word)
    assert field_of(page.mapping, "家の場所") == "address_registered"
    assert page.next_button.isEnabled()
    page.keep_button.click()
    sheet = dialog(page, KeepSheet)
    assert not sheet.deed_button.isEnabled()
    sheet.name.setText("架空の名簿")
    sheet.deed_button.click()
    settled(qtbot, desk, page)
    assert [one.name for one in house.layouts.names()] == ["架空の名簿"]
    page.back()
    again = opened(qtbot, desk, path)
    again.layouts.pick.pick("架空の名簿")
    again.layouts.pick.activated.emit(again.layouts.pick.currentIndex())
    settled(qtbot, desk, again)
    assert field_of(again.mapping, "お名前") == "name"
    again.try_out()
    settled(qtbot, desk, again)
    assert again.trial.people.text() == "1名"
    assert "鍵" in again.trial.left.text()


def test_a_file_that_changed_after_its_trial_is_refused(
    qtbot: QtBot, desk: Desk, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "名簿.xlsx"
    path.write_bytes(malformed.book([list(malformed.HEADER), *malformed.people("register")]))
    page = opened(qtbot, desk, path)
    page.try_out()
    settled(qtbot, desk, page)
    path.write_bytes(malformed.book([list(malformed.HEADER), *malformed.people("register")[:2]]))
    head = house.store.head()
    page.confirm().deed_button.click()
    settled(qtbot, desk, page)
    assert "変わっています" in page.notices.text()
    assert house.store.head() == head


def test_whoever_goes_back_to_mend_the_file_sees_its_new_columns_and_keeps_what_was_decided(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "名簿.xlsx"
    head = ["氏名", "生年月日", "住所", "器械"]
    row = ["青山　一郎", "S30.4.1", "埼玉県鴻巣市本町9-1", "○"]
    path.write_bytes(workbooks.table([head, row]))
    page = opened(qtbot, desk, path)
    decide(qtbot, desk, page, "器械", "人工呼吸器使用")
    page.try_out()
    settled(qtbot, desk, page)
    path.write_bytes(workbooks.table([[*head, "同意", "目的"], [*row, "○", "避難行動要支援者名簿"]]))
    page.back()
    settled(qtbot, desk, page)
    assert field_of(page.mapping, "器械") == "ventilator_use"
    assert field_of(page.mapping, "目的") == "purpose"
    assert page.next_button.isEnabled()


def test_of_several_sheets_that_can_be_read_the_staff_say_which(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "名簿.xlsx"
    rows = [list(malformed.HEADER), *malformed.people("register")]
    path.write_bytes(malformed.books({"R7.9月末": rows[:2], "R8.3月末": rows}))
    page = opened(qtbot, desk, path)
    assert page.sheets.wanted() == []
    assert not page.next_button.isEnabled()
    page.sheets.boxes["R8.3月末"].setChecked(True)
    page.try_out()
    settled(qtbot, desk, page)
    assert page.trial.people.text() == "3名"


def test_a_refused_file_leaves_the_page_where_it_was(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "名簿.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    page = opened(qtbot, desk, path)
    assert page.step() == "file"
    assert "名簿.pdf" in page.notices.text()


def test_a_benefit_file_of_unknown_columns_leads_to_its_columns_and_back_into_the_round(
    qtbot: QtBot, desk: Desk, house: House, tmp_path: Path
) -> None:
    house.rounds.open(date(2026, 3, 31))
    head = ["お名前" if word == "氏名" else word for word in malformed.HEADER]
    path = tmp_path / "難病.xlsx"
    path.write_bytes(malformed.book([head, *malformed.people("nanbyo")]))
    rounds = desk.open_page("rounds", step="files")
    assert isinstance(rounds, RoundsPage)
    rounds.files.read([Order(path, Scheme.NANBYO)])
    settled(qtbot, desk, rounds)
    assert "氏名" in rounds.notices.text()
    rounds.notices.action_button.click()
    page = desk.current
    assert isinstance(page, LayoutsPage)
    settled(qtbot, desk, page)
    assert not page.read_button.isEnabled()
    decide(qtbot, desk, page, "お名前", "氏名")
    assert page.keep_button.isEnabled()
    page.read_button.click()
    settled(qtbot, desk, rounds)
    assert desk.current is rounds
    (file,) = house.rounds.show(date(2026, 3, 31)).files
    assert (file.rows, file.candidates) == (3, 3)


def test_a_kept_layout_is_offered_for_its_scheme_only(
    qtbot: QtBot, desk: Desk, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "小慢.xlsx"
    path.write_bytes(malformed.book([["お名前", *malformed.HEADER[3:]], ["青山", *malformed.people("shoman")[0][3:]]]))
    layouts = house.layouts
    draft = layouts.draft("shoman")
    kept = type(draft)("shoman", {"お名前": "name"})
    layouts.keep("架空_小慢", kept, layouts.open(path))
    house.rounds.open(date(2026, 3, 31))
    rounds = desk.open_page("rounds", step="files")
    assert isinstance(rounds, RoundsPage)
    sheet = rounds.files.ask_schemes([path])
    assert isinstance(sheet, ReadSheet)
    assert sheet.layouts[0].count() == 2
    sheet.schemes[0].pick(Scheme.NANBYO)
    assert sheet.layouts[0].count() == 1
    sheet.schemes[0].pick(Scheme.SHOMAN)
    sheet.layouts[0].pick("架空_小慢")
    assert sheet.orders() == [Order(path, Scheme.SHOMAN, "", "架空_小慢")]
    sheet.reject()


def test_locking_lets_go_of_every_value(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "名簿.xlsx"
    path.write_bytes(malformed.book([list(malformed.HEADER), *malformed.people("register")]))
    page = opened(qtbot, desk, path)
    page.release()
    assert page.mapping.file is None
    assert page.mapping.sheets == ()
    assert page.mapping.table.window_model.rowCount() == 0
    assert page.mapping.pane.samples.table.window_model.rowCount() == 0
