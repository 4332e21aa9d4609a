"""市町提供: who goes, who stays and why, before anything is made."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hoken_desktop.domain.codes import Exclusion
from hoken_desktop.ui.pages.disclosures import DisclosuresPage
from hoken_desktop.ui.pages.preview import ReasonRow
from hoken_desktop.words import say
from tests.ui.disclosures.steps import (
    Registry,
    cells,
    dialog,
    opened,
    texts,
)


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
