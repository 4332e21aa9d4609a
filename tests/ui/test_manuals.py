"""F1 opens the manual where one is, locked or not, and over a dialog; nothing of it comes from outside."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextCharFormat, QTextDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from hoken_desktop import paths
from hoken_desktop.services import manuals
from hoken_desktop.ui import theme
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dialogs import Sheet, ask
from hoken_desktop.ui.manuals import PLACE, ManualWindow, Text, a4, own_picture, page_of, place_of
from hoken_desktop.ui.pages import all_pages
from hoken_desktop.ui.window import Window


def opened(window: Window) -> ManualWindow:
    return next(each for each in window.findChildren(ManualWindow) if each.isVisible())


def title(manual: ManualWindow) -> str:
    return manual.windowTitle().split(" — ")[0]


def page_title(name: str) -> str:
    found = manuals.page(name)
    assert found is not None
    return found.title


def test_every_page_of_the_desk_has_its_page_of_the_manual() -> None:
    assert not [name for name in all_pages() if manuals.page(page_of(name)) is None]


def test_f1_on_the_lock_page_opens_the_first_day(qtbot: QtBot, window: Window) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert title(opened(window)) == page_title("first_day")


def test_f1_opens_the_manual_at_the_page_in_sight(qtbot: QtBot, window: Window, desk: Desk) -> None:
    desk.open_page("persons")
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert title(opened(window)) == page_title("persons")
    desk.open_page("rounds")
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert title(opened(window)) == page_title("rounds")
    assert len(window.findChildren(ManualWindow)) == 1


def test_the_link_in_the_status_bar_does_the_same(window: Window, desk: Desk) -> None:
    desk.open_page("rounds")
    desk.frame.help_button.click()
    assert title(opened(window)) == page_title("rounds")


def test_f1_in_a_question_opens_the_manual_over_it_and_it_can_be_used(qtbot: QtBot, window: Window, desk: Desk) -> None:
    page = desk.open_page("persons")
    question = ask(page, "確かめます", "よろしいですか", "進む", lambda: None)
    qtbot.waitUntil(question.isActiveWindow)
    QTest.keyClick(question, Qt.Key.Key_F1)
    manual = opened(window)
    assert title(manual) == page_title("persons")
    assert manual.parentWidget() is question
    QTest.mouseClick(manual.contents_button, Qt.MouseButton.LeftButton)
    assert title(manual) == page_title("index")
    manual.close()
    question.reject()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert opened(window).parentWidget() is window


def test_a_widget_may_name_its_own_place(qtbot: QtBot, window: Window, desk: Desk) -> None:
    page = desk.open_page("persons")
    sheet = Sheet("記録", page)
    sheet.setProperty(PLACE, "person#直す")
    inner = QLabel("中", sheet)
    assert place_of(inner) == "person#直す"
    assert place_of(page) == "persons"
    assert place_of(None) == "index"
    sheet.deleteLater()


def test_ctrl_l_locks_from_the_manual_and_the_manual_stays(qtbot: QtBot, window: Window, desk: Desk) -> None:
    window.open_manual()
    manual = opened(window)
    manual.search.setText("鴉谷こはる")
    qtbot.waitUntil(manual.isActiveWindow)
    QTest.keyClick(manual, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.desk is None)
    assert manual.isVisible()
    assert manual.search.text() == ""


def test_every_page_is_shown_without_a_fault_and_every_link_turns_to_its_page(qtbot: QtBot) -> None:
    manual = ManualWindow()
    qtbot.addWidget(manual)
    for page in manuals.pages():
        manual.go(page.name)
        assert title(manual) == page.title
        assert len(manual.text.toPlainText()) > 100
        for link in manuals.links(page.markdown):
            manual.text.anchorClicked.emit(QUrl(link))
            name = link.split("#")[0].removesuffix(".md") or page.name
            assert title(manual) == page_title(name)
            manual.go_back()
            assert title(manual) == page.title


def test_a_section_is_scrolled_to(qtbot: QtBot) -> None:
    manual = ManualWindow()
    qtbot.addWidget(manual)
    manual.open_at("first_day#開けないとき")
    assert manual.text.textCursor().block().text() == "開けないとき"
    assert manual.text.verticalScrollBar().value() > 0


def test_the_search_lists_only_where_the_words_stand_and_goes_from_one_to_the_next(qtbot: QtBot) -> None:
    manual = ManualWindow()
    qtbot.addWidget(manual)
    manual.open_at("index")
    manual.search.setText("復旧キー")
    shown = [each.text(0) for each in manual._items() if not each.isHidden()]
    assert page_title("first_day") in shown
    assert page_title("places") not in shown
    manual.next_hit()
    first = title(manual)
    for _ in range(12):
        manual.next_hit()
        if title(manual) != first:
            break
    assert title(manual) != first
    assert manual.text.extraSelections()
    manual.search.setText("どこにもないことば")
    assert "どこにもないことば" in manual.note.text()
    manual.search.clear()
    assert not any(each.isHidden() for each in manual._items())


def test_a_page_that_is_not_there_leads_to_the_contents_and_says_so(qtbot: QtBot) -> None:
    manual = ManualWindow()
    qtbot.addWidget(manual)
    manual.go("no_such_page")
    assert title(manual) == page_title("index")
    assert manual.note.text()


@pytest.mark.parametrize("address", ["../SECURITY.md", "/etc/hostname", "http://example.invalid/a.png", "img/../x.png"])
def test_no_file_but_the_manuals_own_pictures_is_ever_read(qtbot: QtBot, address: str) -> None:
    text = Text()
    qtbot.addWidget(text)
    assert own_picture(address) is None
    assert text.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(address)) is None


def test_a_picture_is_fitted_to_the_width(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "img").mkdir()
    QImage(1366, 700, QImage.Format.Format_RGB32).save(str(tmp_path / "img" / "wide.png"))
    monkeypatch.setattr(paths, "manual", lambda: tmp_path)
    text = Text()
    qtbot.addWidget(text)
    text.resize(600, 400)
    text.show()
    made = text.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("img/wide.png"))
    assert isinstance(made, QImage)
    assert made.width() / made.devicePixelRatio() <= 600


def test_no_page_has_to_be_moved_sideways_for_its_pictures(qtbot: QtBot) -> None:
    manual = ManualWindow()
    qtbot.addWidget(manual)
    manual.show()
    for name in ("first_day", "taking_over"):
        manual.go(name)
        assert manual.text.verticalScrollBar().maximum() > 0
        qtbot.waitUntil(lambda: manual.text.horizontalScrollBar().maximum() == 0)


def test_a_page_is_printed_with_its_words_and_page_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    theme.apply(QApplication.instance(), theme.Theme(theme.DARK))  # type: ignore[arg-type]
    manual = ManualWindow()
    qtbot.addWidget(manual)
    manual.go("rounds")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(a4())
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    manual.print_to(printer)
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    text = "".join(each.get_textpage().get_text_bounded() for each in document)
    assert len(document) >= 2
    assert all(f"{place + 1} / {len(document)}" in text for place in range(len(document)))
    assert "訂正版" in text
    ground = document[0].render(scale=0.5).to_numpy()
    assert ground.mean() > 200  # black on white, whatever the window looks like


@pytest.mark.parametrize("factor", [1.0, 1.25])
def test_the_text_follows_theme_and_size(qtbot: QtBot, factor: float) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    manual = ManualWindow()
    qtbot.addWidget(manual)
    manual.open_at("first_day")
    theme.apply(app, theme.Theme(theme.DARK, factor))

    def words() -> QTextCharFormat:
        return manual.text.document().begin().begin().fragment().charFormat()

    qtbot.waitUntil(lambda: words().foreground().color().name() == theme.current().hex("text").lower())
    assert words().font().pixelSize() == theme.current().size("name")
