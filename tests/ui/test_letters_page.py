"""郵送 on a real registry: counted before it is printed, entered by keys alone, and followed until nothing is out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import ConsentDecision, ConsentMethod, DeviceKind, RecipientSection, UseStatus
from hoken_desktop.domain.letters import LetterKind, LetterState, LetterWho, Sender, number_of
from hoken_desktop.house import House
from hoken_desktop.services.letter_choices import LetterChoice
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Question
from hoken_desktop.ui.pages.consents import ConsentsPage
from hoken_desktop.ui.pages.letter_print import PrintForm, SenderForm
from hoken_desktop.ui.pages.letter_rows import DeviceRow, FactRow
from hoken_desktop.ui.pages.letters import LettersPage
from hoken_desktop.ui.pages.papers import SavedSheet
from hoken_desktop.words import label, say
from tests.ui.real_house import People, five_people, fresh_house, settle

SENDER = Sender("365-0039", "埼玉県鴻巣市東9-9-9", "保健予防推進担当", "048-000-9999", "048-000-9990")


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    house = fresh_house(tmp_path)
    house.letters.set_sender(SENDER)
    yield five_people(house)
    house.close()


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Callable[[House], LettersPage]]:
    desks: list[Desk] = []

    def opened(house: House) -> LettersPage:
        desk = Desk(house, {"consents": ConsentsPage, "letters": LettersPage}, first_page="letters")
        desks.append(desk)
        qtbot.addWidget(desk.frame)
        desk.frame.resize(1366, 728)
        desk.frame.show()
        qtbot.waitExposed(desk.frame)
        page = desk._pages["letters"]
        assert isinstance(page, LettersPage)
        settle(desk, lambda: page.board is not None)
        return page

    yield opened
    for desk in desks:
        desk.close()


def printed(people: People, tmp_path: Path, kind: LetterKind = LetterKind.SURVEY) -> list[str]:
    """The numbers of a printing to everybody."""
    (tmp_path / "out").mkdir(exist_ok=True)
    made = people.house.letters.write(LetterChoice(kind, LetterWho.EVERYBODY, not_at_home=True), tmp_path / "out")
    return [one.number for one in made.letters]


def press(text: str) -> None:
    """Types into what has the focus, as hands do."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, text)


def key(which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, which, modifier)


def test_a_letter_is_entered_by_keys_alone_and_the_next_number_waits(
    people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    number = printed(people, tmp_path)[0]
    page = open_page(people.house)
    page.show_view("entry")
    press(f"{number[:3]} {number[3:]}")
    key(Qt.Key.Key_Return)
    entry = page.entry
    assert entry.opened is not None
    assert entry.opened.person.name in entry.whose.text()
    press(people.house.settings.clock.today().isoformat())
    key(Qt.Key.Key_Return)  # to the day it came back, which is today
    key(Qt.Key.Key_Return)  # to the first line of the paper
    press("1")  # 人工呼吸器 使用中; on to its supplier
    press("Kakuu Inc")
    assert entry.rows is not None
    assert entry.rows is not None
    assert entry.consent is not None
    battery = next(r for r in entry.rows.all if r.asks == say("letter_papers.ask_internal_battery"))
    assert isinstance(battery, FactRow)
    battery.answer.findChildren(QLineEdit)[0].setText("４．５")
    next(iter(battery._inputs.values())).setFocus()
    press("1")
    entry.consent.answers[RecipientSection.HEALTH].setFocus()
    press("1")
    press("3")  # 避難支援等関係者: not decided
    giver = entry.consent.giver
    assert giver is not None
    for _ in range(1 + len(entry.consent.purposes.boxes)):  # 病名 not answered, every 使いみち as it is
        key(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is giver.who
    key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(page.desk, lambda: bool(giver.who_field.fault()))  # nobody is presumed to have signed
    assert QApplication.focusWidget() is giver.who
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(page.desk, lambda: bool(entry._done))
    person = people.house.persons.open(people.house.letters.board().lines[-1].person.id)
    assert person.devices[0].supplier == "Kakuu Inc"
    assert person.facts["", "internal_battery"].value == "yes"
    assert person.facts["", "internal_battery_hours"].value == "4.5"
    told = {(c.section, c.decision) for c in person.consents if c.method is ConsentMethod.MAIL}
    assert told == {
        (RecipientSection.HEALTH, ConsentDecision.GIVEN), (RecipientSection.SUPPORTERS, ConsentDecision.PENDING),
    }  # fmt: skip
    assert QApplication.focusWidget() is entry.number
    assert entry.number.text() == ""
    assert people.house.letters.board().count(LetterState.RETURNED) == 1
    entry.undo()
    settle(page.desk, lambda: entry._done[0].undone)
    assert people.house.letters.board().count(LetterState.RETURNED) == 0


def test_a_number_typed_wrong_says_so_in_its_place_and_shows_nobody(
    people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    number = printed(people, tmp_path)[0]
    page = open_page(people.house)
    entry = page.entry
    page.show_view("entry")
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    for typed, words in (
        (wrong, say("letters.check_digit")), ("12", say("letters.shape")),
        (number_of(70000), say("letters.unknown", number=number_of(70000))),
    ):  # fmt: skip
        entry.number.setText(typed)
        assert not entry.look_up()
        assert entry.number_field.fault() == words
        assert entry.opened is None
        assert not entry.save_button.isEnabled()
        assert QApplication.focusWidget() is entry.number


def test_a_paper_half_entered_keeps_its_number_when_the_list_was_looked_at(
    people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    number = printed(people, tmp_path)[0]
    page = open_page(people.house)
    page.enter(number)
    shown = page.entry.opened
    assert shown is not None
    page.show_view("sent")
    page.show_view("entry")
    assert page.entry.opened is shown
    assert page.entry.number.text() == number


def test_what_cannot_be_is_said_at_its_line_and_nothing_is_written(
    people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    page = open_page(people.house)
    page.enter(printed(people, tmp_path)[0])
    entry = page.entry
    entry.save()
    assert entry.written_field.fault() == say("persons_page.fault_no_day")
    entry.written.set_day(people.house.settings.clock.today())
    assert entry.rows is not None
    rows = {row.asks: row for row in entry.rows.all}
    hours = rows[say("letter_papers.ask_hours_per_day")]
    hours.answer.findChild(QLineEdit).setText("25")
    assert entry.answers() is None
    assert QApplication.focusWidget() is hours.answer.findChild(QLineEdit)
    hours.answer.findChild(QLineEdit).setText("?")
    device = rows[label(DeviceKind.SUCTION)]
    assert isinstance(device, DeviceRow)
    device.supplier.setText("架空医療器")
    assert entry.answers() is None
    device.use.choose(UseStatus.ENDED)
    answers = entry.answers()
    assert answers is not None
    assert answers.facts == {"hours_per_day": ""}
    assert [(d.kind, d.use) for d in answers.devices] == [(DeviceKind.SUCTION, UseStatus.ENDED)]
    assert answers.consent is None


def test_a_reconfirmation_takes_all_that_is_known_with_one_key(
    people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    numbers = printed(people, tmp_path, LetterKind.RECONFIRM)
    page = open_page(people.house)
    for number in numbers:
        page.enter(number)
        opened = page.entry.opened
        assert opened is not None
        page.entry.confirm_all()
        page.entry.written.set_day(people.house.settings.clock.today())
        answers = page.entry.answers()
        assert answers is not None
        living = {d.kind for d in opened.to.devices if d.use_status is UseStatus.IN_USE}
        assert {d.kind for d in answers.devices} == living
        assert all(opened.to.fact(name).value == value for name, value in answers.facts.items())  # type: ignore[union-attr]


def test_people_are_counted_before_anything_is_printed(
    qtbot: QtBot, people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    page = open_page(people.house)
    form = page.ask_print()
    assert isinstance(form, PrintForm)
    assert not form.deed.isEnabled()
    form.who.pick(LetterWho.EVERYBODY)
    qtbot.waitUntil(form.deed.isEnabled, timeout=10000)
    chosen = people.house.letters.choose(LetterChoice(LetterKind.SURVEY, LetterWho.EVERYBODY))
    assert f"出す {len(chosen.writes_to)}通" in form.count.text()
    form.deed.click()
    chooser = next(d for d in page.findChildren(QFileDialog) if d.isVisible())
    file = tmp_path / "letters" / "x.pdf"
    file.parent.mkdir()
    chooser.fileSelected.emit(str(file))
    chooser.reject()
    settle(page.desk, lambda: file.is_file())
    qtbot.waitUntil(lambda: any(s.isVisible() for s in page.findChildren(SavedSheet)), timeout=10000)
    assert people.house.letters.board().count(LetterState.OUT) == len(chosen.writes_to)
    assert page.sent.batches.table.window_model.rowCount() == 1


def test_without_a_sender_the_office_is_asked_for_it_first(
    people: People, open_page: Callable[[House], LettersPage]
) -> None:
    people.house.preferences.put("letter_sender", {}, shared=True)
    page = open_page(people.house)
    form = page.ask_print()
    assert isinstance(form, SenderForm)
    form.try_it()
    assert form.postcode.fault() == say("letters_page.fault_needed")
    for field, text in (
        (form.postcode, "365-0039"), (form.address, "埼玉県鴻巣市東9-9-9"), (form.phone, "048-000-9999"),
    ):  # fmt: skip
        field.control.setProperty("text", text)
    form.try_it()
    settle(page.desk, lambda: people.house.letters.sender().is_complete)


def test_an_undelivered_letter_is_marked_after_a_question_and_stands_among_the_work_of_consents(
    qtbot: QtBot, people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    printed(people, tmp_path)
    page = open_page(people.house)
    page.sent.card.table.choose(0)
    number = page.sent.shown()[0].letter.number
    page.sent.undelivered_button.click()
    question = next(q for q in page.findChildren(Question) if q.isVisible())
    assert question.deed_button.text() == say("letters_page.undelivered_verb")
    question.deed_button.click()
    settle(page.desk, lambda: people.house.letters.board().count(LetterState.UNDELIVERED) == 1)
    settle(page.desk, lambda: page.board is not None and page.board.count(LetterState.UNDELIVERED) == 1)
    page.sent.pick(LetterState.UNDELIVERED.value)
    assert [one.letter.number for one in page.sent.shown()] == [number]
    board = people.house.consent_boards.board()
    assert board.works(RecipientSection.HEALTH)["undelivered"] == 1
    consents = page.desk.open_page("consents", work="undelivered")
    assert isinstance(consents, ConsentsPage)
    settle(page.desk, lambda: consents.board is not None)
    assert consents.table.window_model.rowCount() == 1


def test_a_blank_paper_is_asked_about_before_it_counts_as_returned(
    people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    page = open_page(people.house)
    page.enter(printed(people, tmp_path)[0])
    page.entry.written.set_day(people.house.settings.clock.today())
    page.entry.save()
    question = next(q for q in page.findChildren(Question) if q.isVisible())
    assert people.house.letters.board().count(LetterState.RETURNED) == 0
    question.deed_button.click()
    settle(page.desk, lambda: people.house.letters.board().count(LetterState.RETURNED) == 1)


def test_a_lock_leaves_no_letter_behind(
    people: People, open_page: Callable[[House], LettersPage], tmp_path: Path
) -> None:
    page = open_page(people.house)
    page.enter(printed(people, tmp_path)[0])
    assert page.entry.whose.text()
    page.release()
    assert page.entry.whose.text() == ""
    assert page.entry.opened is None
    assert page.sent.shown() == ()
    assert date.min < people.house.settings.clock.today()
