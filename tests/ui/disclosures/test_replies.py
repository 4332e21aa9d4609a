"""市町提供: what comes back, lists of consents, the year's figures, and what was interrupted."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QTableView,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.house import House
from hoken_desktop.services.disclosures import Settled
from hoken_desktop.ui.pages.disclosures import DisclosuresPage
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

# --- what comes back ---------------------------------------------------------------------------------------------


def answered(sealed: Path, password: str, folder: Path, *, wrong: bool = False) -> Path:
    """The file as a municipality returns it: filled in, without its password."""
    book = openpyxl.load_workbook(io.BytesIO(sealed_sheets.unseal(sealed.read_bytes(), password)))
    sheet = book[say("replies.sheet")]
    head = next(row for row in sheet.iter_rows() if any(c.value == say("replies.on_list") for c in row))
    at = {cell.value: cell.column for cell in head}
    for line, row in enumerate(range(head[0].row + 1, head[0].row + 3)):
        on_list = "たぶん" if wrong and line else say("codes.on_list.listed")
        sheet.cell(row, at[say("replies.on_list")]).value = on_list
        sheet.cell(row, at[say("replies.evacuation_plan")]).value = say("codes.plan_status.made")
    path = folder / "回答.xlsx"
    book.save(path)
    return path


def test_a_reply_is_read_back_and_its_counts_close(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    request_id = opened(page, registry)
    sheet = disclose(qtbot, page, tmp_path / "out")
    password = password_on(sheet)
    close(qtbot, page, sheet)
    made = registry.house.disclosures.all()[0]
    reply = answered(tmp_path / "out" / made.file_name, password, tmp_path)
    page.one.reply.read_button.click()
    qtbot.waitUntil(lambda: dialog(page, "chooser") is not None)
    chooser = dialog(page, "chooser")
    chooser.fileSelected.emit(str(reply))
    chooser.reject()
    wait(qtbot, page)
    assert page.notices.text() == say("disclosures_page.reply_read", people=3, answered=2, unanswered=1, faults=0)
    shown = texts(page.one.reply)
    assert shown.count(say("disclosures_page.answers_close", n=3)) == 3
    assert len(registry.house.replies.of_request(request_id)) == 1
    page._read_reply(reply)
    wait(qtbot, page)
    assert page.notices.text() == say("disclosures_page.reply_repeated")
    page.open_list()
    assert cells(page.list.requests)[0][1] == say("disclosures_page.state_replied")


def test_what_a_reply_says_wrongly_is_shown_by_its_place(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    sheet = disclose(qtbot, page, tmp_path / "out")
    password = password_on(sheet)
    close(qtbot, page, sheet)
    made = registry.house.disclosures.all()[0]
    page._read_reply(answered(tmp_path / "out" / made.file_name, password, tmp_path, wrong=True))
    wait(qtbot, page)
    ((where, row, column, words),) = cells(page.one.reply.faults)
    assert where == say("replies.sheet")
    assert row.isdigit()
    assert say("replies.on_list") in column
    assert words == say("faults.reply_choice_unknown")


def test_a_sealed_reply_asks_for_its_password(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    sheet = disclose(qtbot, page, tmp_path / "out")
    password = password_on(sheet)
    close(qtbot, page, sheet)
    made = registry.house.disclosures.all()[0]
    page._read_reply(tmp_path / "out" / made.file_name)
    wait(qtbot, page)
    asked = dialog(page, "unsealSheet")
    assert asked.password.echoMode() is QLineEdit.EchoMode.Password
    asked.password.setText("ABCD-ABCD-ABCD-ABCD")
    asked.read_button.click()
    wait(qtbot, page)
    asked = dialog(page, "unsealSheet")  # the file need not be chosen again
    assert asked.field.fault() == say("sealed_sheets.wrong_password")
    asked.password.setText(password)
    asked.read_button.click()
    wait(qtbot, page)
    assert dialog(page, "unsealSheet") is None
    assert page.notices.text() == say("disclosures_page.reply_read", people=3, answered=0, unanswered=3, faults=0)


def test_another_file_is_refused_in_the_notice_bar(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    close(qtbot, page, disclose(qtbot, page, tmp_path / "out"))
    (tmp_path / "別.csv").write_text("氏名,備考\n架空,なし\n", "utf-8-sig")
    page._read_reply(tmp_path / "別.csv")
    wait(qtbot, page)
    assert page.notices.text() == say("replies.no_sheet", file="別.csv")


# --- consents, figures, what happened before ---------------------------------------------------------------------


def test_a_list_of_consents_is_read_with_its_counts_and_faults(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    file = tmp_path / "同意.csv"
    file.write_text(
        "公費負担者番号,受給者番号,提供先,目的,判断,同意者,方法,同意日\n"
        "54116015,0000004,鴻巣市,避難行動要支援者名簿の作成,同意,本人,書面,R8.10.1\n"
        "54116015,0000004,どこか市,避難行動要支援者名簿の作成,同意,本人,書面,R8.10.1\n",
        "utf-8-sig",
    )
    page.list.consents_button.click()
    qtbot.waitUntil(lambda: dialog(page, "chooser") is not None)
    chooser = dialog(page, "chooser")
    chooser.fileSelected.emit(str(file))
    chooser.reject()
    wait(qtbot, page)
    assert page.notices.text() == say(
        "disclosures_page.consents_read", file="同意.csv", rows=2, taken=1, unchanged=0, faulty=1
    )
    page.notices._act()
    sheet = dialog(page, "faultsSheet")
    table = sheet.findChild(QTableView).window_model
    words = [table.cell(row, 3).text for row in range(table.rowCount())]
    assert say("faults.recipient_unknown") in words
    sheet.accept()


def test_the_table_of_a_year_is_written_once_and_never_over_another_file(
    qtbot: QtBot, page: DisclosuresPage, tmp_path: Path
) -> None:
    page.list.statistics_button.click()
    qtbot.waitUntil(lambda: dialog(page, "chooser") is not None)
    chooser: QFileDialog = dialog(page, "chooser")
    path = tmp_path / "取組状況.xlsx"
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    wait(qtbot, page)
    assert path.is_file()
    assert path.name in page.notices.text()
    before = path.read_bytes()
    page._write_statistics(path, 2026, "9月末")
    wait(qtbot, page)
    assert path.read_bytes() == before
    assert page.notices.text() != ""
    assert page.notices.property("bar") == "danger"


def test_interrupted_disclosures_are_said_when_the_page_opens_first(
    registry: Registry, open_page: Callable[[House], DisclosuresPage]
) -> None:
    registry.house.settled = (Settled("x", "鴻巣市", "提供.xlsx", True),)
    page = open_page(registry.house)
    assert page.notices.text() == say("disclosures.settled_abandoned", municipality="鴻巣市", file="提供.xlsx")
    page.notices.clear()
    page.desk.changed("*")
    assert page.notices.text() == ""
