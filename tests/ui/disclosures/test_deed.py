"""市町提供: from the deed to the file, the password and the record."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pypdf
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.domain.characters import CsvEncoding
from hoken_desktop.domain.passwords import is_generated
from hoken_desktop.services.disclosures import Handing
from hoken_desktop.ui.kit.tables import TableCard
from hoken_desktop.ui.pages.disclosures import DisclosuresPage
from hoken_desktop.ui.pages.handing_form import HandingSheet
from hoken_desktop.ui.pages.handover import PaperRow, open_pdf
from hoken_desktop.ui.window import Window
from hoken_desktop.words import say
from tests.ui.disclosures.steps import (
    Registry,
    cells,
    close,
    dialog,
    disclose,
    opened,
    password_on,
    texts,
    wait,
)


def test_enter_alone_never_makes_a_file(page: DisclosuresPage, registry: Registry) -> None:
    opened(page, registry)
    page.one.disclose_button.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(page.one.disclose_button, key)
        QTest.keyClick(page, key)
    assert dialog(page, "handingSheet") is None
    assert dialog(page, "chooser") is None
    assert registry.house.disclosures.all() == []


def test_the_password_is_shown_once_and_is_nowhere_afterwards(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    QGuiApplication.clipboard().setText("前の文字")
    sheet = disclose(qtbot, page, tmp_path / "out")
    password = password_on(sheet)
    assert is_generated(password)
    (record,) = registry.house.disclosures.all()
    shown = texts(sheet)
    assert record.file_name in shown
    assert record.check_word in shown
    assert record.sha256[:4] in shown
    assert say("disclosures_page.hand_over") in shown
    for shown_label in sheet.findChildren(QLabel):
        if shown_label.property("type") == "figure_large":
            assert shown_label.textInteractionFlags() == Qt.TextInteractionFlag.NoTextInteraction
    sealed = (tmp_path / "out" / record.file_name).read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(sealed_sheets.unseal(sealed, password)))
    inside = "\n".join(str(c.value) for s in book.worksheets for row in s.iter_rows() for c in row if c.value)
    assert "見本 一郎" in inside
    assert "残留" not in inside

    close(qtbot, page, sheet)

    parts = [password, *password.split("-")]
    for widget in QApplication.allWidgets():
        words = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()]
        for getter in ("text", "toPlainText", "placeholderText"):
            got = getattr(widget, getter, None)
            if callable(got):
                words.append(str(got()))
        assert not any(part in word for part in parts for word in words if word)
    assert QGuiApplication.clipboard().text() == "前の文字"
    spellings = [password.encode(), password.replace("-", "").encode(), password.encode("utf-16-le")]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(spelling in data for spelling in spellings), file.name
            if file.suffix == ".pdf":
                pages = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(data)).pages)
                assert password not in pages
                assert "残留" not in pages
    with registry.store.read() as shelves:
        assert password not in repr(
            [shelves.disclosures.all(), shelves.disclosure_persons.all(), shelves.requests.all()]
        )


def test_how_it_is_handed_over_is_asked_first_and_what_came_back_is_written_afterwards(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    assert page.one.preview.changes_link.text() == say("disclosures_page.changes_first")

    def fill(sheet: HandingSheet) -> None:
        sheet.media_number.setText("媒体-3")
        sheet.return_by.edit.setText("令和3年")
        sheet.verb_button.click()
        assert sheet.isVisible(), "a day that cannot be read keeps the sheet open"
        sheet.return_by.edit.setText("令和20年3月31日")
        sheet.csv.pick(CsvEncoding.UTF8)

    close(qtbot, page, disclose(qtbot, page, tmp_path / "out", fill))
    (record,) = registry.house.disclosures.all()
    assert (record.media_number, record.return_by) == ("媒体-3", date(2038, 3, 31))
    assert (tmp_path / "out" / record.csv_name).is_file()
    shown = texts(page.one.records)
    assert "媒体-3" in shown
    assert say("disclosures_page.not_confirmed") in shown

    page.one.records.follow_button.click()
    sheet = dialog(page, "followSheet")
    sheet.received_on.set_day(record.disclosed_on - timedelta(days=1))
    sheet.verb_button.click()
    assert sheet.isVisible(), "nobody receives what was not made yet"
    sheet.received_on.set_day(record.disclosed_on)
    sheet.received_by.setText("架空 受子")
    sheet.verb_button.click()
    wait(qtbot, page)
    assert page.notices.text() == say("disclosures_page.followed")
    (record,) = registry.house.disclosures.all()
    assert (record.received_on, record.received_by) == (record.disclosed_on, "架空 受子")
    assert "架空 受子" in texts(page.one.records)

    page.one.records.record_button.click()
    chooser = dialog(page, "chooser")
    chooser.fileSelected.emit(str(tmp_path / "記録簿.pdf"))
    chooser.reject()
    wait(qtbot, page)
    assert (tmp_path / "記録簿.pdf").read_bytes().startswith(b"%PDF")
    page.one.preview.changes_link.click()
    changes = dialog(page, "changesSheet")
    assert say("disclosures_page.no_changes") in texts(changes)
    changes.accept()


def test_who_was_added_changed_or_left_out_since_the_last_list_is_shown_before_the_next(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    close(qtbot, page, disclose(qtbot, page, tmp_path / "out"))
    with registry.store.read() as shelves:
        people = {p.name: p for p in shelves.persons.all()}
    registry.change(people["見本 一郎"], phone_home="048-000-9999")
    registry.consent(people["見本 二葉"], withdrawn_on=registry.clock.today())
    page.refresh()
    assert "変更1 削除1" in page.one.preview.changes_link.text()
    page.one.preview.changes_link.click()
    sheet = dialog(page, "changesSheet")
    sheet.grab()  # every kind is painted with its tag
    (table,) = sheet.findChildren(TableCard)
    found = {line[1]: line[3] for line in cells(table)}
    assert found["見本 一郎"] == say("items.phone_home")
    assert found["見本 二葉"].startswith("提供対象外")
    sheet.accept()


def test_the_columns_of_a_municipality_are_chosen_ordered_and_renamed(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    opened(page, registry)
    page.one.preview.columns_asked.emit()
    sheet = dialog(page, "columnsSheet")
    assert sheet.chosen().columns == ()
    sheet.table.selectRow(1)
    sheet.up_button.click()
    sheet.table.item(0, 2).setText("対象者")
    sheet.table.item(2, 0).setCheckState(Qt.CheckState.Unchecked)
    sheet.keep_button.click()
    wait(qtbot, page)
    kept = registry.house.column_sets.of(registry.house.requests.list()[0].municipality)
    assert [one.item for one in kept.columns][:3] == ["name", "name_kana", "age"]
    assert kept.heads == {"name": "対象者"}
    page.one.preview.items_link.click()
    sheet = dialog(page, "itemsSheet")
    assert say("disclosures_page.items_narrowed", items=say("items.birth_on")) in texts(sheet)
    sheet.reject()
    page.one.preview.columns_asked.emit()
    sheet = dialog(page, "columnsSheet")
    sheet.standard_button.click()
    sheet.keep_button.click()
    wait(qtbot, page)
    assert registry.house.column_sets.of(kept.municipality).columns == ()


def test_closing_asks_whether_the_password_was_written_down(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    sheet = disclose(qtbot, page, tmp_path / "out")
    password = password_on(sheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    question = dialog(page, "question")
    assert say("disclosures_page.written_title") in texts(question)
    question.back_button.click()
    assert sheet.isVisible()
    assert password_on(sheet) == password
    sheet.close()
    qtbot.waitUntil(lambda: dialog(page, "question") is not None)
    assert sheet.isVisible()
    dialog(page, "question").deed_button.click()
    qtbot.waitUntil(lambda: dialog(page, "passwordSheet") is None)


def test_the_record_stays_with_its_papers_and_only_pdf_files_are_opened(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "hoken_desktop.ui.pages.handover.QDesktopServices.openUrl",
        lambda url: asked.append(url.toLocalFile()) or True,
    )
    opened(page, registry)
    close(qtbot, page, disclose(qtbot, page, tmp_path / "out"))
    assert cells(page.one.records.records)[0][2:] == [say("codes.disclosure_state.done"), "6", "3", "3"]
    papers = [row for row in page.one.records.findChildren(PaperRow) if row.isVisible()]
    assert len(papers) == 2
    for paper in papers:
        paper.open_button.click()
    assert sorted(asked) == sorted(str(path) for path in (tmp_path / "out").glob("*.pdf"))
    assert not open_pdf(tmp_path / "out" / "名簿.xlsx")
    assert len(asked) == 2


def test_a_second_file_for_the_same_request_is_asked_about_first(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    close(qtbot, page, disclose(qtbot, page, tmp_path / "out"))
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: dialog(page, "question") is not None)
    question = dialog(page, "question")
    assert say("disclosures_page.again_title") in texts(question)
    question.back_button.click()
    assert dialog(page, "handingSheet") is None
    assert len(registry.house.disclosures.all()) == 1


def test_a_folder_that_is_gone_is_refused_in_words_and_not_made(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    page.disclosing.disclose(tmp_path / "stick", Handing())
    wait(qtbot, page)
    assert page.notices.text() == say("store.no_folder", folder="stick")
    assert not (tmp_path / "stick").exists()
    assert registry.house.disclosures.all() == []


def test_a_character_that_excel_cannot_hold_becomes_a_square_only_after_a_question(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    with registry.store.read() as shelves:
        one = next(p for p in shelves.persons.all() if p.name == "見本 一郎")
    registry.change(one, name="見本 一\x07郎")
    opened(page, registry)
    (tmp_path / "out").mkdir()
    page.disclosing.disclose(tmp_path / "out", Handing(media_number="媒体-3"))
    wait(qtbot, page)
    assert f"管理番号{one.registry_no}の" in page.notices.text()
    assert registry.house.disclosures.all() == []
    page.notices.action_button.click()
    question = dialog(page, "question")
    assert f"管理番号{one.registry_no}の" in texts(question)
    assert registry.house.disclosures.all() == []
    question.deed_button.click()
    wait(qtbot, page)
    sheet = dialog(page, "passwordSheet")
    (record,) = registry.house.disclosures.all()
    book = openpyxl.load_workbook(
        io.BytesIO(sealed_sheets.unseal((tmp_path / "out" / record.file_name).read_bytes(), password_on(sheet)))
    )
    assert record.media_number == "媒体-3"
    assert "見本 一□郎" in {cell.value for row in book["名簿"].iter_rows() for cell in row}
    close(qtbot, page, sheet)


def test_a_character_the_csv_cannot_hold_leads_back_to_the_sheet_with_what_was_said(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    with registry.store.read() as shelves:
        one = next(p for p in shelves.persons.all() if p.name == "見本 一郎")
    registry.change(one, name="𠮷本 一郎")
    opened(page, registry)
    (tmp_path / "out").mkdir()
    page.disclosing.disclose(tmp_path / "out", Handing(approver="課長", csv=CsvEncoding.CP932))
    wait(qtbot, page)
    assert "U+20BB7" in page.notices.text()
    page.notices.action_button.click()
    sheet = dialog(page, "handingSheet")
    assert isinstance(sheet, HandingSheet)
    assert (sheet.approver.text(), sheet.csv.value()) == ("課長", CsvEncoding.CP932)
    sheet.spellings.setText("U+20BB7=吉")
    given: list[Handing] = []
    sheet.given.connect(given.append)
    sheet.verb_button.click()
    assert given[0].spellings == {"𠮷": "吉"}
    dialog(page, "chooser").reject()


def test_locking_while_the_password_is_shown_leaves_no_widget_behind(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    password = password_on(disclose(qtbot, page, tmp_path / "out"))
    window = page.window()
    assert isinstance(window, Window)
    window.lock()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for widget in QApplication.allWidgets():
        if isinstance(widget, QLabel):
            assert not any(part in widget.text() for part in password.split("-"))
