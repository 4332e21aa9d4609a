"""統計・帳票 on a real registry: the table and the staff's words, the trend, and every paper with its way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.adapters import sealed_pdfs
from hoken_desktop.domain.codes import ListGrouping
from hoken_desktop.services.statistics_tables import Texts
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages import paper_hub, papers
from hoken_desktop.ui.pages.paper_hub import PackSheet
from hoken_desktop.ui.pages.papers import CardSheet, SavedSheet
from hoken_desktop.ui.pages.statistics import StatisticsPage
from hoken_desktop.words import say
from tests.ui.real_house import KONOSU, People, read_files, settle


class Stub(Page):
    """A page that is only opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "ほか")
        self.opened: list[dict[str, object]] = []

    def show_at(self, **where: object) -> None:
        self.opened.append(where)


def frozen(people: People, day: date = date(2026, 9, 30)) -> People:
    read_files(people.house, day)
    people.house.rounds.freeze()
    return people


@pytest.fixture
def desk(qtbot: QtBot, people: People) -> Iterator[Desk]:
    desk = Desk(people.house, {"home": Stub, "statistics": StatisticsPage, "rounds": Stub, "audits": Stub})
    qtbot.addWidget(desk.frame)
    desk.frame.resize(1366, 728)
    desk.frame.show()
    yield desk
    desk.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whoever is asked where to save says: here, under the name proposed."""
    out = tmp_path / "out"
    out.mkdir()

    def choose(_page: QWidget, _title: str, _kinds: str, name: str, then: Callable[[Path], object]) -> None:
        then(out / name)

    monkeypatch.setattr(papers, "choose_new_file", choose)
    monkeypatch.setattr(paper_hub, "choose_folder", lambda _page, _title, then: then(out))
    return out


def opened(desk: Desk, **where: object) -> StatisticsPage:
    page = desk.open_page("statistics", **where)
    assert isinstance(page, StatisticsPage)
    return page


def press(page: QWidget, words: str) -> None:
    next(b for b in page.findChildren(QAbstractButton) if b.isVisible() and b.text() == words).click()


def test_before_the_first_freeze_the_page_says_what_would_be_here(desk: Desk) -> None:
    page = opened(desk)
    assert page.table.empty.isVisible()
    assert not page.table.pdf_button.isVisible()
    page.table.empty.asked.emit()
    assert isinstance(desk.current, Stub)


def test_the_table_shows_the_frozen_figures_and_keeps_the_words(desk: Desk, people: People) -> None:
    frozen(people)
    page = opened(desk)
    assert page.table.year.currentText() == "令和8年度 9月末"
    assert "人工呼吸器装着 2人、酸素療法利用者 2人" in page.table.done.text()
    assert not page.table.keep_button.isEnabled()
    page.table.edits["issues"].setPlainText("人手が足りない。")
    assert page.table.dirty()
    assert page.table.keep_button.isEnabled()
    page.table.keep_button.click()
    settle(desk, lambda: not page.table.dirty())
    assert people.house.statistics.texts(2026).texts == Texts("", "人手が足りない。", "")
    assert "残しました" in page.notices.text()


def test_words_are_kept_by_themselves_when_the_hand_rests_and_the_cursor_stays(desk: Desk, people: People) -> None:
    frozen(people)
    page = opened(desk)
    edit = page.table.edits["main"]
    edit.setPlainText("途中まで")
    cursor = edit.textCursor()
    cursor.setPosition(2)
    edit.setTextCursor(cursor)
    assert page.table._soon.isActive()
    page.table._soon.timeout.emit()
    settle(desk, lambda: not page.table.dirty())
    assert people.house.statistics.texts(2026).texts.main == "途中まで"
    assert edit.textCursor().position() == 2
    assert page.notices.text() == ""


def test_words_that_are_being_written_stay_when_something_else_changes(desk: Desk, people: People) -> None:
    frozen(people)
    page = opened(desk)
    page.table.edits["plan"].setPlainText("書きかけ")
    desk.changed("*")
    assert page.table.texts().plan == "書きかけ"
    page.table.masked.setChecked(True)
    assert page.table.texts().plan == "書きかけ"
    assert "5人未満" in page.table.done.text()


def test_last_years_words_are_copied_and_marked_as_such(desk: Desk, people: People) -> None:
    frozen(people)
    people.house.statistics.keep_texts(2025, Texts("前年の取組", "前年の課題", "前年の計画"))
    page = opened(desk)
    assert page.table.texts().main == "前年の取組"
    assert page.table.dirty()
    assert "令和7年度の文章を写しています" in page.table.state.text()


def test_the_table_is_saved_as_it_stands_on_the_screen(desk: Desk, people: People, folder: Path) -> None:
    frozen(people)
    page = opened(desk)
    page.table.edits["main"].setPlainText("画面の文章")
    page.table.xlsx_button.click()
    settle(desk, lambda: folder.exists() and bool(list(folder.iterdir())))
    (file,) = folder.iterdir()
    assert file.name == "取組状況_2026年度_9月末.xlsx"
    sheet = openpyxl.load_workbook(file)["取組状況"]
    assert "画面の文章" in [cell.value for row in sheet.iter_rows() for cell in row]
    assert not page.findChildren(SavedSheet)  # it names nobody, so it has no password


def test_the_trend_shows_every_frozen_round_as_bars_and_as_a_table(desk: Desk, people: People) -> None:
    frozen(people, date(2026, 3, 31))
    frozen(people)
    people.house.rounds.correct("見直し")
    page = opened(desk, tab="trend")
    rows = page.trend.listed.rows()
    assert [row.name for row in rows] == ["令和8年9月30日 第2版", "令和8年3月31日 第1版"]
    assert [row.total for row in rows] == [4, 4]
    assert page.trend.table.table.window_model.rowCount() == 2
    assert "4" in page.trend.listed.accessibleName()


def test_the_list_is_saved_as_chosen(desk: Desk, people: People, folder: Path) -> None:
    page = opened(desk, tab="papers")
    card = page.hub.lists
    card.by.pick(ListGrouping.SUPPLIER)
    card.municipality.pick(KONOSU)
    assert card.part.isEnabled()
    choice = card.choice()
    assert (choice.live, choice.by, choice.municipality) == (True, ListGrouping.SUPPLIER, KONOSU)
    press(card, say("printing.save_verb"))
    settle(desk, lambda: bool(page.findChildren(SavedSheet)))
    (file,) = folder.iterdir()
    assert file.name == "庁内用リスト_業者別_2026-10-14.pdf"
    page.findChildren(SavedSheet)[0]._leave()
    card.by.pick(ListGrouping.MUNICIPALITY)
    assert not card.part.isEnabled()
    assert "1部" in card.aside.text()


def test_papers_of_a_person_ask_for_a_number_that_exists(desk: Desk, people: People, folder: Path) -> None:
    page = opened(desk, tab="papers")
    card = page.hub.person
    press(card, say("statistics_page.card"))
    assert page.notices.text() == say("statistics_page.no_number")
    card.number.setText("K999999")
    press(card, say("statistics_page.card"))
    assert "台帳にいません" in page.notices.text()
    card.number.setText("k000001")
    press(card, say("statistics_page.card"))
    sheet: Any = next(each for each in page.findChildren(CardSheet) if each.isVisible())
    sheet.reject()


def test_the_pack_is_made_in_one_go_and_its_password_shown_once(desk: Desk, people: People, folder: Path) -> None:
    page = opened(desk, tab="papers")
    press(page.hub.pack, say("statistics_page.pack_save"))
    settle(desk, lambda: bool(page.findChildren(PackSheet)))
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == [
        "停電用_01_鴻巣市_リスト.pdf", "停電用_01_鴻巣市_個票.pdf", "停電用_02_上尾市_リスト.pdf",
        "停電用_02_上尾市_個票.pdf",
    ]  # fmt: skip
    sheet = page.findChildren(PackSheet)[0]
    password = "".join(label.text() for label in sheet._secret if len(label.text()) in (1, 4))
    assert all(sealed_pdfs.count_pages(file.read_bytes(), password) for file in files)
    sheet._leave()


def test_the_hub_leads_to_the_papers_that_are_made_elsewhere_and_to_their_record(desk: Desk) -> None:
    page = opened(desk, tab="papers")
    press(page, say("statistics_page.to_record"))
    audits = desk.current
    assert isinstance(audits, Stub)
    assert audits.opened == [{"deed": "paper_printed"}]
    page = opened(desk, tab="papers")
    press(page, say("statistics_page.to_table"))
    assert page.tabs.currentIndex() == 0


def test_every_control_that_takes_the_focus_has_a_name_and_no_words_are_markup(desk: Desk, people: People) -> None:
    frozen(people)
    for tab in ("table", "trend", "papers"):
        page = opened(desk, tab=tab)
        for widget in page.findChildren(QWidget):
            if not widget.isVisible() or widget.focusPolicy() is Qt.FocusPolicy.NoFocus:
                continue
            if isinstance(widget, (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTabBar, QTableView)):
                assert widget.accessibleName(), (tab, type(widget).__name__, widget.objectName())
        for words in page.findChildren(QLabel):
            assert not words.text() or words.textFormat() is Qt.TextFormat.PlainText
