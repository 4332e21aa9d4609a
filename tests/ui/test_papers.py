"""Papers from a page: saved under a password that is shown once, printed on real printers only, always recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.adapters import sealed_pdfs
from hoken_desktop.domain.codes import ItemGroup
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages import papers
from hoken_desktop.ui.pages.papers import CardSheet, PaperActions, SavedSheet, writes_a_file
from hoken_desktop.ui.printing import PaperPrinter, QtPrinter
from tests.ui.real_house import People, settle


class Bench(Page):
    """A page with nothing on it but papers."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "帳票")
        self.papers = PaperActions(self)


@pytest.fixture
def bench(qtbot: QtBot, people: People) -> Iterator[Bench]:
    desk = Desk(people.house, {"bench": Bench}, first_page="bench")
    qtbot.addWidget(desk.frame)
    desk.frame.resize(1366, 728)
    desk.frame.show()
    page = desk.current
    assert isinstance(page, Bench)
    yield page
    desk.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whoever is asked where to save says: here, under the name proposed."""

    def choose(_page: QWidget, _title: str, _kinds: str, name: str, then: Callable[[Path], object]) -> None:
        then(tmp_path / "out" / name)

    monkeypatch.setattr(papers, "choose_new_file", choose)
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def open_sheet(page: QWidget, kind: type[SavedSheet]) -> SavedSheet:
    return next(each for each in page.findChildren(kind) if each.isVisible())


def test_a_dossier_is_saved_sealed_and_its_password_shown_once(bench: Bench, people: People, folder: Path) -> None:
    person = people.ids["aoba"]
    bench.papers.save_dossier(person)
    settle(bench.desk, lambda: bool(bench.findChildren(SavedSheet)))
    sheet = open_sheet(bench, SavedSheet)
    password = "".join(label.text() for label in sheet._secret if len(label.text()) in (1, 4))
    (file,) = folder.iterdir()
    assert file.name == "個票_K000001.pdf"
    assert sealed_pdfs.count_pages(file.read_bytes(), password) in (1, 2)
    secret = list(sheet._secret)
    sheet._leave()
    assert not sheet._secret
    assert all(not label.text() for label in secret)
    with people.house.store.read() as shelves:
        assert shelves.audits.all()[-1].subject == person


def test_a_card_remembers_its_choice_but_never_ticks_the_disease(bench: Bench, people: People, folder: Path) -> None:
    person = people.ids["aoba"]
    sheet = bench.papers.ask_card(person)
    assert isinstance(sheet, CardSheet)
    assert sheet.groups() == (ItemGroup.BASIC,)
    for group in (ItemGroup.CONTACT, ItemGroup.DISEASE):
        sheet.boxes[group].setChecked(True)
    sheet.save_button.click()
    settle(bench.desk, lambda: bool(bench.findChildren(SavedSheet)))
    open_sheet(bench, SavedSheet)._leave()
    cards = people.house.emergency_cards
    assert cards.last_groups(person) == (ItemGroup.BASIC, ItemGroup.CONTACT, ItemGroup.DISEASE)
    assert bench.papers.ask_card(person).groups() == (ItemGroup.BASIC, ItemGroup.CONTACT)


def test_without_a_printer_nothing_is_printed_and_it_says_so(
    bench: Bench, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "choose_printer", lambda page, then: None)
    before = people.house.store.head()
    bench.papers.print_dossier(people.ids["aoba"])
    assert "プリンターが登録されていません" in bench.notices.text()
    assert people.house.store.head() == before


def test_a_printer_that_writes_a_file_is_refused(
    bench: Bench, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "leak.pdf"))
    assert writes_a_file(printer)

    def choose(_page: QWidget, then: Callable[[QPrinter], object]) -> object:
        then(printer)
        return printer

    monkeypatch.setattr(papers, "choose_printer", choose)
    before = people.house.store.head()
    bench.papers.print_dossier(people.ids["aoba"])
    assert "パスワードが付きません" in bench.notices.text()
    assert people.house.store.head() == before
    assert not (tmp_path / "leak.pdf").exists()


def test_what_goes_to_the_printer_is_recorded_and_is_the_same_as_the_pdf(
    bench: Bench, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printer of this test keeps its pages in a file, which the page is told nothing of."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "pages.pdf"))

    def choose(_page: QWidget, then: Callable[[QPrinter], object]) -> object:
        then(printer)
        return printer

    monkeypatch.setattr(papers, "choose_printer", choose)
    monkeypatch.setattr(papers, "writes_a_file", lambda printer: False)
    bench.papers.print_dossier(people.ids["aoba"])
    settle(bench.desk, lambda: "印刷に送りました" in bench.notices.text())
    with people.house.store.read() as shelves:
        entry = shelves.audits.all()[-1]
    assert (entry.detail["format"], entry.detail["copy"]) == ("paper", 1)
    with pypdfium2.PdfDocument(tmp_path / "pages.pdf") as document:
        assert len(document) == entry.detail["pages"]
        text = document[0].get_textpage().get_text_range()
        assert abs(document[0].get_width() - 595) < 2  # A4
    assert "K000001" in text
    assert "部数番号 1" in text


def test_the_name_of_a_print_job_says_no_more_than_the_kind_of_paper(people: People, tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "pages.pdf"))
    people.house.dossiers.print_on(people.ids["aoba"], PaperPrinter(printer))
    assert printer.docName() == "個票"
    assert isinstance(PaperPrinter(printer), QtPrinter)
