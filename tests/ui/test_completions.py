"""Words are offered while one types; what is known is named by its id, what is not stays as it was typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hoken_desktop.ui.kit.completions import MOST, CompletionInput, Suggestion

KNOWN = (
    Suggestion("架空メディカル 北部営業所", "o1", "24時間 048-000-0024", ("カクウメディカル",)),
    Suggestion("見本呼吸器サービス", "o2"),
    Suggestion("髙見酸素", "o3", keys=("たかみさんそ",)),
)


@pytest.fixture
def field(qtbot: QtBot) -> CompletionInput:
    made = CompletionInput(KNOWN)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def ids(found: list[Suggestion]) -> list[str]:
    return [one.id for one in found]


def test_width_kana_and_variants_of_kanji_do_not_count(field: CompletionInput) -> None:
    assert ids(field.found("ｶｸｳ")) == ["o1"]
    assert ids(field.found("かくう")) == ["o1"]
    assert ids(field.found("高見")) == ["o3"]
    assert ids(field.found("タカミ")) == ["o3"]


def test_what_begins_with_the_typed_stands_before_what_holds_it(field: CompletionInput) -> None:
    field.offer([Suggestion("北部酸素", "a"), Suggestion("酸素北部", "b"), Suggestion("無関係", "c")])
    assert ids(field.found("酸素")) == ["b", "a"]


def test_a_long_list_shows_only_its_first_part(field: CompletionInput) -> None:
    field.offer([Suggestion(f"見本{n}", str(n)) for n in range(MOST * 3)])
    assert len(field.found("")) == MOST
    assert ids(field.found("見本30")) == ["30"]


def test_one_types_goes_down_and_takes_it_with_enter(field: CompletionInput) -> None:
    taken: list[Suggestion] = []
    field.taken.connect(taken.append)
    QTest.keyClick(field, Qt.Key.Key_Down)
    popup = field.completer().popup()
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert not popup.isVisible()
    assert taken == [field.suggestion()]
    assert field.text() == taken[0].text
    assert field.id() == taken[0].id


def test_the_list_says_the_hint_and_puts_in_only_the_text(field: CompletionInput) -> None:
    model = field.completer().completionModel()
    field.setText("")
    field.offer(KNOWN)
    assert "048-000-0024" in model.index(0, 0).data()
    assert model.index(0, 0).data(Qt.ItemDataRole.EditRole) == KNOWN[0].text


def test_a_text_typed_whole_is_known_without_the_list(field: CompletionInput) -> None:
    field.setText("見本呼吸器ｻｰﾋﾞｽ")
    assert field.id() == "o2"


def test_a_free_text_stays_and_names_nothing(field: CompletionInput) -> None:
    field.setText("見本呼吸器サービス東")
    assert field.id() == ""
    assert field.text() == "見本呼吸器サービス東"


def test_two_of_one_name_are_told_apart_only_by_taking_one(field: CompletionInput) -> None:
    twins = [Suggestion("見本病院", "h1", "鴻巣市"), Suggestion("見本病院", "h2", "上尾市")]
    field.offer(twins)
    field.setText("見本病院")
    assert field.id() == ""
    field.choose(twins[1])
    assert field.id() == "h2"
    field.setText("見本病院 別館")
    assert field.id() == ""
