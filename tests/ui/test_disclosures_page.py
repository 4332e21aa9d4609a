"""市町提供 on real windows over the real cipher: from the letter to the file, the password, and the reply."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.domain.characters import CsvEncoding
from hoken_desktop.domain.codes import CareSetting, ConsentDecision, DeviceKind, Exclusion, Lack, LegalBasis, Role
from hoken_desktop.domain.disclosures import STANDARD_ITEMS
from hoken_desktop.domain.events import EventKind
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.domain.passwords import is_generated
from hoken_desktop.doors import create_house
from hoken_desktop.house import House, Settings
from hoken_desktop.services.disclosures import Handing, Settled
from hoken_desktop.ui.kit.tables import TableCard
from hoken_desktop.ui.pages.disclosures import DisclosuresPage
from hoken_desktop.ui.pages.handing_form import HandingSheet
from hoken_desktop.ui.pages.handover import PaperRow, PasswordSheet, open_pdf
from hoken_desktop.ui.pages.preview import ReasonRow
from hoken_desktop.ui.window import Window
from hoken_desktop.words import label, say
from tests.kept import copy_of
from tests.registry_builder import AGEO, KONOSU, OFFICE, CountedIds, FictitiousRegistry, MovableClock

PASSPHRASE = "あおい そらに しろい とり 7"
VENTILATOR, OXYGEN = DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR


@dataclass
class Registry(FictitiousRegistry):
    """The same builder over the store of an open house."""

    house: Any = field(default=None)

    def __post_init__(self) -> None:
        self.municipalities = self.house.municipalities
        self.store = self.house.store
        self.office = self.house.office.get()


def build(folder: Path, then: Callable[[Registry], None] = lambda _made: None) -> Registry:
    """An open house, `then` has been done in; both are done once a process and copied."""
    clock, ids = MovableClock(), CountedIds()
    settings = Settings(clock=clock, ids=ids, stretch=STRETCH_FLOOR, use_device=False)

    def make(data: Path) -> tuple[House, None]:
        house = create_house(
            data, PASSPHRASE, office="見本保健所", municipalities=OFFICE, staff="見本 花子・主任保健師",
            settings=settings, fictitious=True,
        ).house  # fmt: skip
        then(Registry(data, clock=clock, ids=ids, house=house))
        return house, None

    house, _ = copy_of(f"disclosures {then.__name__}", make, folder / "registry", settings, PASSPHRASE)
    return Registry(folder, clock=clock, ids=ids, house=house)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return build(tmp_path, six_people)


def six_people(made: Registry) -> None:
    """Six people of 鴻巣市: three who go, and three who stay for two reasons."""
    for name, kana, devices in (
        ("見本 一郎", "みほん いちろう", (VENTILATOR,)),
        ("見本 二葉", "みほん ふたば", (VENTILATOR, OXYGEN)),
        ("見本 三郎", "みほん さぶろう", (OXYGEN,)),
    ):
        made.consent(made.person(name, kana, devices=devices))
    made.person("残留 四郎", "ざんりゅう しろう", devices=(OXYGEN,))
    made.consent(made.person("残留 五郎", "ざんりゅう ごろう"), decision=ConsentDecision.REFUSED)
    made.consent(
        made.person("残留 六実", "ざんりゅう むつみ", care_setting=CareSetting.HOSPITAL), consented_on=date(2026, 4, 2)
    )
    made.freeze()


@pytest.fixture
def open_page(qtbot: QtBot, doors: Any) -> Iterator[Callable[[House], DisclosuresPage]]:
    windows: list[Window] = []

    def open_(house: House) -> DisclosuresPage:
        window = Window(doors, lambda: {"disclosures": DisclosuresPage})
        windows.append(window)
        window.resize(1366, 728)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        window.unlock(house)
        assert window.desk is not None
        page = window.desk.current
        assert isinstance(page, DisclosuresPage)
        return page

    yield open_
    for window in windows:
        window.lock()
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def page(registry: Registry, open_page: Callable[[House], DisclosuresPage]) -> DisclosuresPage:
    return open_page(registry.house)


def wait(qtbot: QtBot, page: DisclosuresPage) -> None:
    qtbot.waitUntil(lambda: not page.desk.jobs.busy(), timeout=60_000)
    QCoreApplication.processEvents()


def dialog(page: DisclosuresPage, name: str) -> Any:
    found = [each for each in page.window().findChildren(QDialog, name) if each.isVisible()]
    return found[-1] if found else None


def cells(card: TableCard[Any]) -> list[list[str]]:
    model = card.table.window_model
    return [[model.cell(row, at).text for at in range(model.columnCount())] for row in range(model.rowCount())]


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def opened(page: DisclosuresPage, registry: Registry, *, approved: bool = True, **more: Any) -> str:
    """A request on file, opened on the page."""
    request_id = registry.request(approved=approved, **more)
    page.desk.changed("*")
    page.open_request(request_id)
    QCoreApplication.processEvents()
    return request_id


def disclose(
    qtbot: QtBot, page: DisclosuresPage, folder: Path, fill: Callable[[HandingSheet], object] = lambda sheet: None
) -> PasswordSheet:
    """Fires the deed by its key, says how it is handed over, chooses the folder; the sheet that shows the password."""
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: dialog(page, "handingSheet") is not None)
    handing = dialog(page, "handingSheet")
    fill(handing)
    handing.verb_button.click()
    folder.mkdir(exist_ok=True)
    qtbot.waitUntil(lambda: dialog(page, "chooser") is not None)
    chooser: QFileDialog = dialog(page, "chooser")
    chooser.fileSelected.emit(str(folder))
    chooser.reject()
    wait(qtbot, page)
    qtbot.waitUntil(lambda: dialog(page, "passwordSheet") is not None)
    sheet = dialog(page, "passwordSheet")
    assert isinstance(sheet, PasswordSheet)
    return sheet


def password_on(sheet: PasswordSheet) -> str:
    groups = [each.text() for each in sheet.findChildren(QLabel) if each.property("type") == "figure_large"]
    return "".join(groups)


def close(qtbot: QtBot, page: DisclosuresPage, sheet: PasswordSheet) -> None:
    sheet.close_button.click()
    qtbot.waitUntil(lambda: dialog(page, "question") is not None)
    dialog(page, "question").deed_button.click()
    qtbot.waitUntil(lambda: dialog(page, "passwordSheet") is None)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


# --- the list ----------------------------------------------------------------------------------------------------


def test_every_municipality_has_a_line_whether_it_asked_or_not(page: DisclosuresPage, registry: Registry) -> None:
    registry.request(KONOSU, approved=False)
    page.desk.changed("*")
    lines = cells(page.list.requests)
    assert [line[0] for line in lines] == list(registry.house.office.municipalities().values())
    assert lines[0][1] == say("disclosures_page.state_requested")
    assert {line[1] for line in lines[1:]} == {say("disclosures_page.state_none")}


def test_a_deadline_that_passed_is_said_with_its_days(page: DisclosuresPage, registry: Registry) -> None:
    registry.request(KONOSU, approved=False, due_on=date(2026, 10, 14))
    registry.clock.move(date(2026, 10, 20))
    page.desk.changed("*")
    assert say("disclosures_page.due_over", n=6) in cells(page.list.requests)[0][5]


def test_a_municipality_without_a_request_opens_the_form_for_it(page: DisclosuresPage) -> None:
    page.list.requests.table.choose(1)
    QTest.keyClick(page.list.requests.table, Qt.Key.Key_Return)
    assert page.views.currentWidget() is page.form
    assert page.form.municipality.value() == AGEO


def test_standings_of_each_municipality_add_up(page: DisclosuresPage) -> None:
    line = cells(page.list.standings)[0]
    assert line[0] == "鴻巣市"
    assert sum(int(n) for n in line[1:-1]) == int(line[-1]) == 6


def test_a_step_of_the_half_year_points_at_what_it_waits_for(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    close(qtbot, page, disclose(qtbot, page, tmp_path / "out"))
    waiting = registry.request(AGEO, approved=False)
    page.desk.changed("*")
    page.desk.open_page("disclosures", step="requests")
    assert page.list.requests.table.current().request.id == waiting
    page.desk.open_page("disclosures", step="replies")
    assert page.list.requests.table.current().municipality == KONOSU
    page.desk.open_page("disclosures", step="statistics")
    assert page.first_focus() is page.list.half_year
    page.desk.open_page("disclosures", request_id=waiting)
    assert page.views.currentWidget() is page.one


def test_an_empty_registry_says_what_comes_first(tmp_path: Path, open_page: Callable[[House], DisclosuresPage]) -> None:
    page = open_page(build(tmp_path).house)
    assert len(cells(page.list.requests)) == len(OFFICE)
    assert say("disclosures_page.no_people") in texts(page.list)
    assert not page.list.consents_button.isEnabled()
    assert not page.list.statistics_button.isEnabled()
    assert say("disclosures_page.no_frozen") in texts(page.list)


# --- 依頼 and 決裁 -------------------------------------------------------------------------------------------------


def test_what_is_missing_is_said_at_its_field_and_nothing_is_written(page: DisclosuresPage, registry: Registry) -> None:
    page.new_button.click()
    page.form.requested_on.edit.setText("6/3/31")
    page.form.open_button.click()
    assert page.form._f_place.fault() == say("disclosures_page.fault_no_place")
    assert page.form._f_number.fault() == say("disclosures_page.fault_empty")
    assert page.form._f_requested.fault() == say("kit.date_unreadable")
    assert page.form.wishes.purpose_fault.isVisible()
    assert registry.house.requests.list() == []


def test_a_request_is_written_down_with_its_dates_purposes_and_items(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    page.new_button.click()
    form = page.form
    form.municipality.pick(KONOSU)
    form.number.setText("鴻福第312号")
    form.requester.setText("鴻巣市長 架空太郎")
    form.requested_on.edit.setText("R8.10.9")
    form.received_on.edit.setText("2026-10-14")
    form.due_on.edit.setText("令和8年10月30日")
    for box in list(form.purposes.values())[:2]:
        box.setChecked(True)
    form.items["disease"].setChecked(True)
    form.open_button.click()
    wait(qtbot, page)
    (request,) = registry.house.requests.list()
    assert (request.municipality, request.number) == (KONOSU, "鴻福第312号")
    assert (request.requested_on, request.received_on) == (date(2026, 10, 9), date(2026, 10, 14))
    assert request.due_on == date(2026, 10, 30)
    assert list(request.purposes) == list(form.purposes)[:2]
    assert set(request.items) == {*STANDARD_ITEMS, "disease"}
    assert page.views.currentWidget() is page.one
    assert say("disclosures_page.request_opened") == page.notices.text()


def test_every_purpose_of_the_form_is_one_the_service_knows(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    page.new_button.click()
    form = page.form
    form.municipality.pick(KONOSU)
    form.number.setText("福第1号")
    form.requester.setText("架空市長")
    form.requested_on.edit.setText("R8.10.9")
    for box in form.purposes.values():
        box.setChecked(True)
    form.open_button.click()
    wait(qtbot, page)
    assert list(registry.house.requests.list()[0].purposes) == list(form.purposes)


def test_a_refusal_is_said_in_the_notice_bar_and_the_form_keeps_its_values(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    page.new_button.click()
    form = page.form
    form.municipality.pick(KONOSU)
    form.number.setText("福第1号")
    form.requester.setText("架空市長")
    form.requested_on.edit.setText("R8.10.20")
    next(iter(form.purposes.values())).setChecked(True)
    form.open_button.click()
    wait(qtbot, page)
    assert page.notices.text().startswith(
        say("requests.days", requested="2026-10-20", received="2026-10-15", today="")[:9]
    )
    assert page.views.currentWidget() is form
    assert form.number.text() == "福第1号"


def test_without_approval_the_deed_is_closed_with_its_reason_beside_it(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    opened(page, registry, approved=False)
    assert not page.one.disclose_button.isEnabled()
    assert say("disclosures_page.not_without_approval") in texts(page.one)
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog(page, "chooser") is None
    page.one.approval_button.click()
    page.approval.approval.setText("第30号 所長")
    page.approval.approve_button.click()
    wait(qtbot, page)
    assert registry.house.requests.list()[0].approval == "第30号 所長"
    assert page.one.disclose_button.isEnabled()
    assert page.one.disclose_button.text() == say("disclosures_page.make", n=3)


def test_without_a_frozen_round_nothing_can_be_checked_or_made(
    tmp_path: Path, open_page: Callable[[House], DisclosuresPage]
) -> None:
    registry = build(tmp_path)
    page = open_page(registry.house)
    opened(page, registry)
    assert not page.one.disclose_button.isEnabled()
    assert say("disclosures_page.not_without_round") in texts(page.one)
    assert say("disclosures.nothing_frozen") in texts(page.one)


# --- the preview --------------------------------------------------------------------------------------------------


def test_the_count_closes_and_those_who_stay_stand_under_their_reasons(
    page: DisclosuresPage, registry: Registry
) -> None:
    opened(page, registry)
    preview = page.one.preview
    assert page.one.equation.gap == 0
    assert page.one.equation.verdict.text() == say("kit.agrees")
    assert [line[2] for line in cells(preview.going)] == ["見本 一郎", "見本 三郎", "見本 二葉"]
    table = preview.staying.table
    rows = [table.window_model.row_at(n) for n in range(table.window_model.rowCount())]
    reasons = [row for row in rows if isinstance(row, ReasonRow)]
    assert {row.reason: len(row.people) for row in reasons} == {
        Exclusion.HOSPITAL: 1, Exclusion.CONSENT_REFUSED: 1, Exclusion.CONSENT_UNKNOWN: 1,
    }  # fmt: skip
    assert [row.open for row in reasons] == [True, False, False]
    assert say("disclosures_page.no_disease_asked") in texts(preview)
    assert say("disclosures_page.names_stay") in texts(preview)


def test_a_reason_is_opened_and_folded_with_enter(page: DisclosuresPage, registry: Registry) -> None:
    opened(page, registry)
    table = page.one.preview.staying.table
    before = table.window_model.rowCount()
    table.choose(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert table.window_model.rowCount() == before - 1
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert table.window_model.rowCount() == before


def test_the_items_that_would_go_can_be_looked_at(page: DisclosuresPage, registry: Registry) -> None:
    opened(page, registry)
    page.one.preview.items_link.click()
    sheet = dialog(page, "itemsSheet")
    assert say("items.battery") in texts(sheet)
    assert say("disclosures_page.no_disease_asked") in texts(sheet)
    sheet.accept()


def test_leaving_a_request_forgets_its_people(page: DisclosuresPage, registry: Registry) -> None:
    opened(page, registry)
    page.one.back_button.click()
    assert cells(page.one.preview.going) == []
    assert cells(page.one.preview.staying) == []


# --- the deed -----------------------------------------------------------------------------------------------------


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


# --- what comes back ----------------------------------------------------------------------------------------------


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


# --- consents, figures, what happened before ----------------------------------------------------------------------


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


# --- mending, closing, the legal basis ----------------------------------------------------------------------------


def test_a_request_is_mended_until_the_first_disclosure_and_its_decision_taken_again(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    request = opened(page, registry)
    page.one.letter.mend_button.click()
    assert page.title.text() == say("disclosures_page.title_mend")
    assert page.form.municipality.answer() == KONOSU
    page.form.scan.setText("R8依頼綴り 12")
    page.form.open_button.click()
    wait(qtbot, page)
    assert registry.house.requests.get(request).scan == "R8依頼綴り 12"
    assert page.notices.text() == say("disclosures_page.request_mended")
    page.one.letter.mend_button.click()
    page.form.items["battery"].setChecked(False)
    page.form.open_button.click()
    wait(qtbot, page)
    assert page.notices.text() == say("disclosures_page.request_mended_again")
    assert not page.one.disclose_button.isEnabled()


def test_a_closed_request_gives_nothing_out_and_can_be_opened_again(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    request = opened(page, registry)
    page.one.letter.close_button.click()
    dialog(page, "question").deed_button.click()
    wait(qtbot, page)
    assert registry.house.requests.get(request).closed_on == registry.clock.today()
    assert page.one.disclose_button.toolTip() == say("disclosures_page.not_when_closed")
    page.one.letter.reopen_button.click()
    wait(qtbot, page)
    assert page.one.disclose_button.isEnabled()


def test_only_what_is_open_can_be_chosen_and_the_rest_says_why(page: DisclosuresPage) -> None:
    page.new_button.click()
    grounds = page.form.grounds
    offered = [grounds.basis.itemText(at) for at in range(grounds.basis.count())]
    assert offered == [label(LegalBasis.CONSENT), label(LegalBasis.GOV_69_2_3)]
    for lack in (Lack.BASIS_OFF, Lack.NO_EVENT):
        assert label(lack) in grounds._closed.text()
    assert grounds.declare_button.isVisible()


def test_in_a_disaster_the_second_person_answers_in_the_same_window(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    house = registry.house
    house.staff.add("架空 次郎", "保健師", Role.EDITOR, "くろい ねこが ななひき はしる 3")
    page.new_button.click()
    form = page.form
    form.grounds.declare_button.click()
    sheet = dialog(page, "eventSheet")
    sheet.verb.click()
    assert sheet._f_kind.fault() == say("events_page.fault_kind")
    sheet.kind.pick(EventKind.POWER_CUT)
    sheet.name.setText("架空停電")
    sheet.reason.setText("広い停電")
    sheet.verb.click()
    wait(qtbot, page)
    form.grounds.basis.pick(LegalBasis.DISASTER)
    form.grounds.reason.setText("停電が続く")
    form.municipality.pick(KONOSU)
    form.number.setText("福第9号")
    form.requester.setText("架空市長")
    form.requested_on.edit.setText("R8.10.15")
    next(iter(form.purposes.values())).setChecked(True)
    form.open_button.click()
    wait(qtbot, page)
    assert page.one.second_button.isVisible()
    assert label(Lack.TWO_CONFIRMATIONS) in page.one.disclose_button.toolTip()
    page.one.second_button.click()
    second = dialog(page, "secondPersonSheet")
    for passphrase, code in (
        ("あおい そらに しろい とり 7", "confirmations.same_person"),
        ("ちがう ことば 99", "vault."),
    ):
        second.passphrase.edit.setText(passphrase)
        second.verb.click()
        wait(qtbot, page)
        words = say(code, needed=2) if code.startswith("conf") else ""
        assert second.notices.text().startswith(words)
        assert second.isVisible()
        assert not second.passphrase.text()
    second.passphrase.edit.setText("くろい ねこが ななひき はしる 3")
    second.verb.click()
    wait(qtbot, page)
    assert not page.one.second_button.isVisible()
    assert len(house.requests.list()[0].confirmed_by) == 2


def test_the_draft_for_the_decision_is_a_paper_of_counts_without_names(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry, tmp_path: Path
) -> None:
    opened(page, registry)
    out = tmp_path / "draft.pdf"
    page.deeds._write_draft(out)
    wait(qtbot, page)
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(out.read_bytes())).pages)
    assert "見本" not in text.replace("見本保健所", "").replace("見本 花子", "")
    assert "取扱注意" in text
    assert page.notices.text().startswith("起案添付")


# --- every control ------------------------------------------------------------------------------------------------


def test_every_control_has_a_name_and_every_label_is_plain(page: DisclosuresPage, registry: Registry) -> None:
    opened(page, registry)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTableView, QTabBar)
    for view in (page.list, page.form, page.one, page.approval):
        page.turn_to(view)
        QCoreApplication.processEvents()
        for control in view.findChildren(QWidget):
            if isinstance(control, QLabel):
                assert control.textFormat() == Qt.TextFormat.PlainText
            elif isinstance(control, kinds) and control.isVisible():
                name = control.accessibleName() or getattr(control, "text", lambda: "")()
                assert name, control
    page.turn_to(page.list)


def test_a_request_half_typed_is_not_thrown_away_by_escape(qtbot: QtBot, page: DisclosuresPage) -> None:
    page.deeds.begin()
    QTest.keyClick(page.form.number, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.currentWidget() is page.list)
    page.deeds.begin()
    page.form.number.setText("鴻健第1号")
    QTest.keyClick(page.form.number, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog(page, "question") is not None)
    question = dialog(page, "question")
    question.back_button.click()
    assert page.views.currentWidget() is page.form
    assert page.form.number.text() == "鴻健第1号"


def test_the_keyboard_reaches_the_deed_from_the_list(qtbot: QtBot, page: DisclosuresPage, registry: Registry) -> None:
    registry.request()
    page.desk.changed("*")
    page.open_list()
    QTest.keyClick(page.list.requests.table, Qt.Key.Key_Return)
    assert page.views.currentWidget() is page.one
    assert page.one.disclose_button.hasFocus()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.currentWidget() is page.list)
    assert page.list.requests.table.hasFocus()
