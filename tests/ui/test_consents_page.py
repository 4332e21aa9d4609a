"""同意 on a real registry: the matrix that closes, the work that is left, forms, papers and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    Purpose,
    RecipientSection,
    Standing,
)
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.forms import DateInput
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.consents import ConsentsPage
from hoken_desktop.words import label, say
from tests.ui.real_house import AGEO, KONOSU, People, fresh_house, settle

HEALTH, SUPPORTERS = RecipientSection.HEALTH, RecipientSection.SUPPORTERS


class Elsewhere(Page):
    """Notes where it was opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "ほか")
        self.opened: list[dict[str, object]] = []

    def show_at(self, **where: object) -> None:
        self.opened.append(where)


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Callable[[object], ConsentsPage]]:
    desks: list[Desk] = []

    def opened(house: object) -> ConsentsPage:
        desk = Desk(house, {"consents": ConsentsPage, "persons": Elsewhere}, first_page="consents")  # type: ignore[arg-type]
        desks.append(desk)
        qtbot.addWidget(desk.frame)
        desk.frame.resize(1366, 728)
        desk.frame.show()
        qtbot.waitExposed(desk.frame)
        page = desk._pages["consents"]
        assert isinstance(page, ConsentsPage)
        settle(desk, lambda: page.board is not None)
        return page

    yield opened
    for desk in desks:
        desk.close()


def names(page: ConsentsPage) -> list[str]:
    model = page.table.window_model
    return [model.cell(row, 2).text for row in range(model.rowCount())]


def cell(page: ConsentsPage, name: str, head: str) -> str:
    model = page.table.window_model
    column = next(at for at, each in enumerate(model.columns) if each.title == head)
    return model.cell(names(page).index(name), column).text


def stands(page: ConsentsPage, name: str, section: RecipientSection) -> str:
    """What the matrix says of one person towards one recipient."""
    heads = {HEALTH: "consents_page.column_health", SUPPORTERS: "consents_page.column_supporters"}
    return cell(page, name, say(heads[section]))


def press(page: ConsentsPage, key: str) -> None:
    found = [
        each
        for flow in (page.tally.sums, page.tally.works)
        for each in flow.findChildren(QPushButton)
        if each.property("key") == key and not each.isHidden()
    ]
    found[-1].click()


def pane_texts(page: ConsentsPage) -> list[str]:
    QTest.qWait(20)
    return [each.text() for each in page.pane.findChildren(QLabel) if not each.isHidden()]


def choose(page: ConsentsPage, key: str, people: People) -> None:
    page.show_at(person=people.ids[key])
    settle(page.desk, lambda: page.pane.ledger is not None and page.pane.ledger.line.id == people.ids[key])


# ---- the matrix ---------------------------------------------------------------------------------------------------


def test_everyone_stands_once_and_the_count_closes(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    assert names(page) == ["青葉 茂", "笠雲 昇", "早苗田 キヨ", "灯田 照"]
    assert page.tally.verdict.text() == say("kit.agrees")
    assert stands(page, "青葉 茂", HEALTH).startswith(label(Standing.VALID))
    assert stands(page, "青葉 茂", SUPPORTERS) == label(Standing.UNKNOWN)
    assert stands(page, "灯田 照", HEALTH).startswith(label(Standing.REFUSED))


def test_the_matrix_agrees_with_the_home_page(people: People, open_page: Callable[[object], ConsentsPage]) -> None:
    page = open_page(people.house)
    assert page.board is not None
    counts = page.board.counts(HEALTH)
    view = people.house.overviews.today()
    assert len(page.board.rows) == view.registered.total
    for standing in (Standing.UNKNOWN, Standing.EXPIRED, Standing.PENDING, Standing.GIVER_NOT_ENTITLED):
        assert counts[standing.value] == view.count(f"consent:{standing}")


def test_a_count_shows_its_people_and_the_other_recipient_has_its_own(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    press(page, f"standing:{Standing.REFUSED}")
    assert names(page) == ["灯田 照"]
    press(page, f"standing:{Standing.REFUSED}")
    assert len(names(page)) == 4
    page.show_at(section=SUPPORTERS, work="unknown")
    assert len(names(page)) == 4
    page.show_at(section=HEALTH, work="unknown")
    assert names(page) == []
    page._empty_asked()
    assert len(names(page)) == 4


def test_one_person_shows_what_stands_and_every_row(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    choose(page, "aoba", people)
    said = pane_texts(page)
    assert say("consents_page.pane_ledger", n=1) in said
    assert label(Purpose.ROSTER) in said
    page.pane.open_link.click()
    persons = page.desk._pages["persons"]
    assert isinstance(persons, Elsewhere)
    assert persons.opened == [{"person": people.ids["aoba"]}]


def test_a_consent_to_an_earlier_municipality_never_looks_like_one_to_todays(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    person = people.house.persons.open(people.ids["aoba"]).person
    people.house.persons.change(replace(person, address_actual="埼玉県上尾市本町9999番地"))
    page = open_page(people.house)
    choose(page, "aoba", people)
    said = pane_texts(page)
    assert said.index(say("consents_page.pane_unasked")) < said.index(say("consents_page.pane_elsewhere"))
    assert stands(page, "青葉 茂", HEALTH) == label(Standing.UNKNOWN)
    assert cell(page, "青葉 茂", say("consents_page.column_ask")) == say("consents_page.elsewhere", place="鴻巣市")
    form = page.enter()
    assert form is not None
    assert form.place.value() == AGEO
    form.reject()


def test_an_empty_register_says_what_would_be_here(
    tmp_path: Path, open_page: Callable[[object], ConsentsPage]
) -> None:
    house = fresh_house(tmp_path)
    page = open_page(house)
    assert page.table.window_model.rowCount() == 0
    assert page.pane.ledger is None
    assert not page.enter_button.isEnabled()
    assert page.tally.verdict.text() == say("kit.agrees")


# ---- by hand ------------------------------------------------------------------------------------------------------


def test_a_consent_by_hand_is_one_deed_for_all_its_purposes(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    choose(page, "sana", people)
    form = page.enter()
    assert form is not None
    form.section.pick(SUPPORTERS)
    form.purposes.tick((Purpose.ROSTER, Purpose.SAFETY_CHECK))
    form.try_it()
    assert form.isVisible()  # neither given nor refused before somebody says which
    form.decision.pick(ConsentDecision.GIVEN)
    form.try_it()
    assert form.day.fault() == say("persons_page.fault_no_day")
    days = form.day.control
    assert isinstance(days, DateInput)
    days.set_day(date(2026, 10, 1))
    before = people.house.audits.head_at()[0]
    form.try_it()
    assert form.giver.who_field.fault() == say("kit.choose")  # nobody is presumed to have signed
    form.giver.who.pick(ConsentGiver.SELF)
    form.try_it()
    settle(page.desk, lambda: bool(page.notices.text()))
    assert page.notices.text() == say("consents_page.entered", number="K000003", n=2)
    assert people.house.audits.head_at()[0] == before + 1
    settle(page.desk, lambda: stands(page, "早苗田 キヨ", SUPPORTERS) != label(Standing.UNKNOWN))
    assert stands(page, "早苗田 キヨ", SUPPORTERS).startswith(label(Standing.VALID))


@pytest.mark.parametrize("giver", [ConsentGiver.FAMILY, ConsentGiver.SCRIBE])
def test_family_and_scribe_name_the_giver_and_the_reason(
    people: People, open_page: Callable[[object], ConsentsPage], giver: ConsentGiver
) -> None:
    page = open_page(people.house)
    choose(page, "sana", people)
    form = page.enter()
    assert form is not None
    days = form.day.control
    assert isinstance(days, DateInput)
    days.set_day(date(2026, 10, 1))
    form.giver.who.pick(giver)
    form.decision.pick(ConsentDecision.GIVEN)
    assert form.drafts() is None
    assert form.giver.name.fault() == say("consents_page.fault_giver_name")
    assert form.giver.reason.fault() == say("consents_page.fault_reason")
    form.giver.name.control.setProperty("text", "早苗田 見本")
    assert form.drafts() is None
    form.giver.reason.control.setProperty("text", "手が動かないため")
    drafts = form.drafts()
    assert drafts is not None
    assert (drafts[0].given_by, drafts[0].giver_name, drafts[0].giver_reason) == (
        giver, "早苗田 見本", "手が動かないため",
    )  # fmt: skip
    form.giver.who.pick(ConsentGiver.SELF)
    drafts = form.drafts()
    assert drafts is not None
    assert (drafts[0].giver_name, drafts[0].giver_reason) == ("", "")
    form.reject()


def test_another_body_is_named_and_a_purpose_and_a_scope_are_needed(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    choose(page, "sana", people)
    form = page.enter()
    assert form is not None
    form.section.pick(RecipientSection.FIRE)
    form.decision.pick(ConsentDecision.GIVEN)
    form.purposes.tick(())
    form.scope.tick(())
    assert form.drafts() is None
    assert form.purposes_field.fault() == say("consents_page.fault_purpose")
    assert form.scope_field.fault() == say("consents_page.fault_scope")
    assert form._body_name.fault() == say("consents_page.fault_body")
    form.reject()


def test_a_withdrawal_ends_what_stands_from_its_day(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    choose(page, "tomo", people)
    assert page.withdraw() is None  # 不同意: nothing stands
    choose(page, "aoba", people)
    form = page.withdraw()
    assert form is not None
    form.try_it()
    settle(page.desk, lambda: bool(page.notices.text()))
    assert page.notices.text() == say("consents_page.withdrawn", number="K000001", n=1)
    page.show_at(section=HEALTH, work="withdrawn")
    settle(page.desk, lambda: names(page) == ["青葉 茂"])


# ---- papers -------------------------------------------------------------------------------------------------------


def test_a_paper_is_typed_without_the_mouse_and_the_next_one_begins(
    people: People, open_page: Callable[[object], ConsentsPage], qtbot: QtBot
) -> None:
    page = open_page(people.house)
    page.desk.frame.activateWindow()
    page.show_view("papers")
    view = page.papers
    view.number.setFocus()
    QTest.keyClicks(view.number, "4")
    QTest.keyClick(view.number, Qt.Key.Key_Return)
    assert "灯田 照" in view.whose.text()
    first = view.answers[HEALTH].buttons[0][0]
    QTest.keyClick(first, Qt.Key.Key_1)
    QTest.keyClick(view.answers[SUPPORTERS].buttons[0][0], Qt.Key.Key_2)
    days = view.day.control
    assert isinstance(days, DateInput)
    QTest.keyClicks(days.edit, "R8.10.5")
    view.save_button.click()
    assert view.giver.who_field.fault() == say("kit.choose")
    QTest.keyClick(view.giver.who, Qt.Key.Key_Down)
    before = people.house.audits.head_at()[0]
    view.save_button.click()
    settle(page.desk, lambda: bool(view._papers))
    assert page.notices.text() == say("consents_page.papers_added", number="K000004")
    assert view.number.text() == ""
    assert view.whose.text() == ""
    assert view.giver.who.answer() is None  # the next paper says who
    rows = people.house.consents.of_person(people.ids["tomo"]).rows
    assert [(r.section, r.decision, r.consented_on) for r in rows[1:]] == [
        (HEALTH, ConsentDecision.GIVEN, date(2026, 10, 5)), (SUPPORTERS, ConsentDecision.REFUSED, date(2026, 10, 5)),
    ]  # fmt: skip
    assert people.house.audits.head_at()[0] == before + 1
    view.undo_button.click()
    settle(page.desk, lambda: view._papers[0].undone)
    page.show_view("board")
    settle(page.desk, lambda: stands(page, "灯田 照", HEALTH).startswith(label(Standing.REFUSED)))
    assert stands(page, "灯田 照", SUPPORTERS) == label(Standing.UNKNOWN)
    assert not view.undo_button.isEnabled()


def test_a_paper_without_its_person_its_answer_or_its_day_stays_on_the_screen(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    page.show_view("papers")
    view = page.papers
    assert view.drafts() is None
    assert view.number_field.fault() == say("consents_page.papers_fault_who")
    assert view.health_field.fault() == say("consents_page.papers_fault_answer")
    view.number.setText("K999999")
    assert not view.look_up()
    assert view.number_field.fault() == say("consents_page.papers_nobody")
    view.number.setText("0000014")  # 受給者番号
    assert view.look_up()
    assert "青葉" in view.whose.text()
    view.answers[HEALTH].buttons[0][0].setChecked(True)
    days = view.day.control
    assert isinstance(days, DateInput)
    days.set_day(date(2026, 10, 15))
    assert view.drafts() is None
    assert view.day.fault() == say("persons_page.fault_future")


# ---- lists --------------------------------------------------------------------------------------------------------


def test_a_list_is_looked_at_first_and_then_taken(
    people: People, open_page: Callable[[object], ConsentsPage], tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "管理番号,提供先,提供先区分,目的,判断,同意者,同意日\n"
        "K000001,鴻巣市,避難支援等関係者,名簿,同意,本人,R8.10.1\n"
        "K999999,鴻巣市,,名簿,同意,本人,R8.10.1\n"
        "K000002,鴻巣市,,何か,同意,本人,R8.10.1\n",
        "utf-8-sig",
    )
    page = open_page(people.house)
    page.show_view("file")
    before = people.house.audits.head_at()
    page.file.read(path)
    settle(page.desk, lambda: page.file.reading is not None)
    assert people.house.audits.head_at() == before
    assert page.file.verdict.text() == say("kit.agrees")
    model = page.file.faults.table.window_model
    assert [model.cell(row, 2).text for row in range(model.rowCount())] == ["3", "4"]
    assert page.file.take_button.text() == say("consents_page.file_take", n=1)
    page.file.take_button.click()
    settle(page.desk, lambda: bool(page.notices.text()))
    assert people.house.audits.head_at()[0] == before[0] + 1
    page.show_view("board")
    settle(page.desk, lambda: stands(page, "青葉 茂", SUPPORTERS).startswith(label(Standing.VALID)))
    page.file.write_csv(tmp_path / "faults.csv")
    settle(page.desk, lambda: (tmp_path / "faults.csv").exists())
    told = (tmp_path / "faults.csv").read_text("utf-8-sig")
    assert told.count("\n") == 3
    assert "K999999" not in told


def test_a_refused_list_says_why_and_takes_nothing(
    people: People, open_page: Callable[[object], ConsentsPage], tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("あ,い\n1,2\n", "utf-8-sig")
    page = open_page(people.house)
    page.file.read(path)
    settle(page.desk, lambda: bool(page.notices.text()))
    assert page.file.reading is None
    assert page.file.take_button.isHidden()


# ---- reach ----------------------------------------------------------------------------------------------------------


def test_the_page_is_read_by_name_and_forgets_when_it_lets_go(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    for widget, name in (
        (page.table, say("consents_page.table")), (page.papers.number, say("consents_page.papers_number")),
        (page.enter_button, say("consents_page.enter")),
    ):  # fmt: skip
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        assert interface.text(QAccessible.Text.Name) == name
    page.papers.number.setText("K000001")
    page.papers.look_up()
    page.release()
    assert page.pane.ledger is None
    assert page.papers.whose.text() == ""
    assert page.papers.number.text() == ""


def test_a_person_of_another_page_opens_with_the_form(
    people: People, open_page: Callable[[object], ConsentsPage]
) -> None:
    page = open_page(people.house)
    page.show_at(person=people.ids["sana"], enter=True)
    settle(page.desk, lambda: page.pane.ledger is not None)
    assert page.pane.ledger is not None
    assert page.pane.ledger.line.id == people.ids["sana"]
    assert page.pane.ledger.places[KONOSU] == "鴻巣市"
