"""市町提供: a request written down, decided, mended and closed, and the bases it may stand on."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdf
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import Lack, LegalBasis, Role
from hoken_desktop.domain.disclosures import STANDARD_ITEMS
from hoken_desktop.domain.events import EventKind
from hoken_desktop.house import House
from hoken_desktop.ui.pages.disclosures import DisclosuresPage
from hoken_desktop.words import label, say
from tests.registry_builder import AGEO, KONOSU
from tests.ui.disclosures.steps import (
    Registry,
    build,
    dialog,
    opened,
    texts,
    wait,
)

# --- 依頼 and 決裁 ---------------------------------------------------------------------------------------------------


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


def test_the_mayor_of_another_municipality_than_the_chosen_one_is_stopped_at_the_form(
    qtbot: QtBot, page: DisclosuresPage, registry: Registry
) -> None:
    page.new_button.click()
    form = page.form
    form.municipality.pick(KONOSU)
    form.number.setText("上健第312号")
    form.requester.setText("上尾市長 架空太郎")
    form.requested_on.set_day(date(2026, 10, 9))
    next(iter(form.purposes.values())).setChecked(True)
    form.open_button.click()
    assert form._f_requester.fault() == say("disclosures_page.fault_other_place", named="上尾市", place="鴻巣市")
    assert registry.house.requests.list() == []
    form.municipality.pick(AGEO)
    form.open_button.click()
    wait(qtbot, page)
    assert [each.municipality for each in registry.house.requests.list()] == [AGEO]


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


# --- mending, closing, the legal basis ---------------------------------------------------------------------------


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
