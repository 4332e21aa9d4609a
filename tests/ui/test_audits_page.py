"""記録 on a real registry: plain words, filters, the chain's state, one entry, and the printed head."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import ConsentDecision, Purpose, RecipientSection
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.store import engine as engines
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.audit_chain import broken_words
from hoken_desktop.ui.pages.audits import AuditsPage
from hoken_desktop.words import label, say
from tests.ui.real_house import KONOSU, People, settle


class Elsewhere(Page):
    """Notes where it was opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "ほか")
        self.opened: list[dict[str, object]] = []

    def show_at(self, **where: object) -> None:
        self.opened.append(where)


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Callable[[object], AuditsPage]]:
    """The page over a house, read and with its chain walked."""
    desks: list[Desk] = []

    def opened(house: object) -> AuditsPage:
        desk = Desk(house, {"audits": AuditsPage, "persons": Elsewhere}, first_page="audits")  # type: ignore[arg-type]
        desks.append(desk)
        qtbot.addWidget(desk.frame)
        desk.frame.resize(1366, 728)
        desk.frame.show()
        qtbot.waitExposed(desk.frame)
        page = desk._pages["audits"]
        assert isinstance(page, AuditsPage)
        settle(desk, lambda: page.chain.seen is not None)
        return page

    yield opened
    for desk in desks:
        desk.close()


def cells(page: AuditsPage, row: int = 0) -> list[str]:
    model = page.table.window_model
    return [model.cell(row, column).text for column in range(model.columnCount())]


def pane_texts(page: AuditsPage) -> list[str]:
    QTest.qWait(20)
    return [each.text() for each in page.pane.findChildren(QLabel) if not each.isHidden()]


def settled(page: AuditsPage) -> None:
    settle(page.desk, lambda: not page.filters.is_waiting() and not page._reading.isActive())
    QTest.qWait(20)  # a layout shows what was put into it at its next turn


def test_the_record_is_told_without_a_name_and_the_chain_is_whole(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    page = open_page(people.house)
    total = people.house.audits.head_at()[0]
    assert page.table.window_model.rowCount() == total
    assert page.chain.text().startswith(say("audits_page.chain_whole", n=total))
    shown = " ".join(" ".join(cells(page, row)) for row in range(total))
    assert "K000001" in shown
    assert label(Deed.PERSON_REGISTERED) in shown
    for name in ("青葉", "笠雲", "早苗田"):
        assert name not in shown


def test_filters_ask_the_registry_and_say_how_many_of_how_many(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    page = open_page(people.house)
    total = people.house.audits.head_at()[0]
    page.filters.person.setText("1")
    settled(page)
    mine = page.table.window_model.rowCount()
    assert 0 < mine < total
    assert page.subtitle.text() == say("audits_page.count_of", total=total, n=mine)
    page.filters.deed._pick(Deed.CONSENT_RECORDED)
    settled(page)
    assert page.table.window_model.rowCount() == 1
    assert cells(page)[3] == label(Deed.CONSENT_RECORDED)
    page.filters.since.set_day(date(2026, 10, 15))
    settled(page)
    assert page.table.window_model.rowCount() == 0
    page.filters.clear_link.click()
    settled(page)
    assert page.table.window_model.rowCount() == total


def test_what_cannot_be_asked_is_said_and_the_list_stays(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    page = open_page(people.house)
    total = page.table.window_model.rowCount()
    page.filters.person.setText("K999999")
    settled(page)
    assert page.notices.text() == say("audits.unknown_person")
    page.filters.person.setText("")
    page.filters.since.set_day(date(2026, 10, 2))
    page.filters.until.set_day(date(2026, 10, 1))
    settled(page)
    assert page.notices.text() == say("audits_page.fault_days")
    assert page.table.window_model.rowCount() == total


def test_an_entry_shows_its_rows_and_a_name_only_on_demand(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    page = open_page(people.house)
    page.show_at(person="K000001", deed=Deed.PERSON_REGISTERED.value)
    settled(page)
    said = pane_texts(page)
    assert "対象者 K000001" in said
    assert any(say("audits.table_devices") in text for text in said)
    assert page.pane.named() == ""
    page.pane.name_button.click()
    assert page.pane.named() == say("audits_page.named", name="青葉　茂", kana="あおば　しげる")
    page.show_at()
    settled(page)
    assert page.pane.named() == ""
    page.show_at(person="K000001", deed=Deed.PERSON_REGISTERED.value)
    settled(page)
    page.pane.open_button.click()
    persons = page.desk._pages["persons"]
    assert isinstance(persons, Elsewhere)
    assert persons.opened == [{"person": people.ids["aoba"]}]


def test_what_a_whole_file_wrote_is_counted_beside_the_page(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    store, ids = people.house.store, list(people.ids.values())
    with store.change(Deed.CONSENTS_READ, "0" * 16, rows=1200) as shelves:
        shelves.consents.add_all(
            Consent(
                f"c{n:015d}", ids[n % 2], KONOSU, RecipientSection.HEALTH, Purpose.DRILL, ConsentDecision.GIVEN,
                date(2026, 4, 1), people.house.settings.clock.now(),
            )
            for n in range(1200)
        )  # fmt: skip
    page = open_page(people.house)
    settle(page.desk, lambda: page.pane.facts is not None and page.pane.facts.written is not None)
    said = pane_texts(page)
    assert say("audits_page.wrote_part", table=say("audits.table_consents"), n="1,200") in said
    assert say("audits_page.people_all", n=2, numbers="K000001、K000002") in said


def test_a_change_is_told_field_by_field_and_its_values_only_on_demand(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    person = people.house.persons.open(people.ids["aoba"]).person
    people.house.persons.change(replace(person, phone_home="048-000-9999"))
    page = open_page(people.house)
    said = pane_texts(page)
    assert any("電話" in text for text in said)
    assert "048-000-9999" not in " ".join(said)
    page.pane.name_button.click()
    assert "048-000-0001 → 048-000-9999" in pane_texts(page)
    people.house.undo.undo(people.house.audits.head_at()[0])
    page.desk.changed("persons", "audits")
    settled(page)
    page.show_at(seq=people.house.audits.head_at()[0] - 1)
    settled(page)
    assert say("audits_page.undone", seq=people.house.audits.head_at()[0]) in pane_texts(page)
    assert "048-000-9999" not in " ".join(pane_texts(page))


def test_a_row_changed_behind_the_record_is_told_with_what_to_do(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    page = open_page(people.house)
    store = people.house.store
    connection = engines.connect(store.path, bytes(store._key))
    connection.execute("UPDATE persons SET name = 'x' WHERE id = ?", (people.ids["aoba"],))
    connection.close()
    page.chain.verify_button.click()
    settle(page.desk, lambda: page.chain.seen is not None and page.chain.seen.report.first_break is not None)
    said = page.chain.text()
    assert say("audits_page.broken_row_altered", table=say("audits.table_persons")) in said
    assert say("audits_page.todo") in said
    assert people.ids["aoba"] not in said


@pytest.mark.parametrize(
    ("where", "code"),
    [("chain", "missing"), ("chain", "unlinked"), ("chain", "altered"), ("deed", "altered"), ("deed", "unlinked"),
     ("row", "altered"), ("row", "unknown"), ("row", "missing"), ("file", "inconsistent"), ("later", "thing")],
)  # fmt: skip
def test_every_kind_of_break_has_its_sentence(where: str, code: str) -> None:
    said = broken_words({"where": where, "code": code, "seq": 7, "table": "persons"})
    assert said
    assert (said == say("audits_page.broken_other")) is (where == "later")


def test_the_chain_says_what_came_after_it_was_walked(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    page = open_page(people.house)
    people.house.office.set(director="見本 所長")
    page.desk.changed("office", "audits")
    settled(page)
    assert say("audits_page.chain_later", n=1) in page.chain.text()


def test_the_head_goes_to_paper_and_the_paper_is_compared_with_the_chain(
    people: People, open_page: Callable[[object], AuditsPage], tmp_path: Path
) -> None:
    page = open_page(people.house)
    seq, seal = people.house.audits.head_at()
    page.write_head(tmp_path / "head.pdf")
    settle(page.desk, lambda: (tmp_path / "head.pdf").exists() and bool(page.notices.text()))
    assert page.notices.text() == say("audits_page.head_done", file="head.pdf", n=seq)
    form = page.compare()
    form.try_it()
    assert form.seq.fault() == say("audits_page.compare_fault_seq")
    form.seq.control.setProperty("text", str(seq))
    form.seal.control.setProperty("text", seal[:8] + " " + seal[8:16])
    form.try_it()
    assert page.notices.text() == say("audits_page.compare_agrees", n=seq)
    form = page.compare()
    form.seq.control.setProperty("text", str(seq))
    form.seal.control.setProperty("text", "0" * 16)
    form.try_it()
    assert page.notices.text() == say("audits_page.compare_differs", n=seq)


def test_the_page_is_read_by_name(people: People, open_page: Callable[[object], AuditsPage]) -> None:
    page = open_page(people.house)
    for widget, name in (
        (page.filters.person, say("audits_page.person")), (page.filters.since.edit, say("audits_page.since")),
        (page.table, say("audits_page.table")), (page.chain, say("audits_page.chain")),
    ):  # fmt: skip
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        assert interface.text(QAccessible.Text.Name) == name


def test_nothing_of_an_entry_is_left_after_the_page_lets_go(
    people: People, open_page: Callable[[object], AuditsPage]
) -> None:
    page = open_page(people.house)
    page.show_at(person="K000001", deed=Deed.PERSON_REGISTERED.value)
    settled(page)
    page.pane.name_button.click()
    page.release()
    assert page.pane.facts is None
    assert page.pane.named() == ""
