"""What Qt draws itself speaks Japanese, and a choice of files begins among the person's own documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QGroupBox,
    QLabel,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hoken_desktop.ui.pages import choosers
from hoken_desktop.ui.translations import Gaps, speak_japanese

ENGLISH = re.compile(r"[A-Za-z]{3,}")
NOT_WORDS = re.compile(r"PDF|Enter|Ctrl|(?:/[\w.-]*)+")


@pytest.fixture
def japanese(qapp: QApplication) -> Iterator[None]:
    speak_japanese(qapp)
    yield
    for each in qapp.findChildren(QTranslator):
        qapp.removeTranslator(each)
        each.deleteLater()


def english(dialog: QDialog) -> set[str]:
    """What the dialog says in English, paths aside."""
    found = {dialog.windowTitle()}
    for each in dialog.findChildren(QWidget):
        found.add(each.toolTip())
        if isinstance(each, (QLabel, QAbstractButton)):
            found.add(each.text())
        elif isinstance(each, QGroupBox):
            found.add(each.title())
        elif isinstance(each, QComboBox):
            found.update(each.itemText(place) for place in range(each.count()))
    return {words for words in found if ENGLISH.search(NOT_WORDS.sub("", words))}


def test_the_file_dialog_that_qt_draws_is_japanese(qtbot: QtBot, japanese: None, tmp_path: Path) -> None:
    (tmp_path / "中").mkdir()
    dialog = QFileDialog(None, "ファイルを選ぶ", str(tmp_path))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    view = dialog.findChild(QTreeView, "treeView")
    assert isinstance(view, QTreeView)
    model = view.model()
    assert model is not None
    qtbot.waitUntil(lambda: model.rowCount(view.rootIndex()) == 1)
    assert model.index(0, 2, view.rootIndex()).data() == "フォルダー"
    assert english(dialog) == set()


def test_the_print_dialog_that_qt_draws_is_japanese(qtbot: QtBot, japanese: None) -> None:
    printer = QPrinter()
    dialog = QPrintDialog(printer)
    qtbot.addWidget(dialog)
    dialog.show()
    assert english(dialog) == set()


def test_what_has_no_word_of_ours_is_left_to_qt() -> None:
    assert Gaps().translate("QFileDialog", "&Look in:") == "場所(&I):"
    assert Gaps().translate("QFileDialog", "Something else") is None


def test_a_choice_begins_in_the_documents_and_then_where_the_last_one_was(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosers, "_chosen", [])
    monkeypatch.setattr(QFileDialog, "open", lambda self: None)
    file = tmp_path / "受給者.csv"
    file.write_text("", "utf-8")
    page = QWidget()
    qtbot.addWidget(page)
    first = choosers.choose_file(page, "選ぶ", "表 (*.csv)", lambda _path: None)
    assert Path(first.directory().path()) != Path.cwd()
    assert Path(first.directory().path()).is_dir()
    begins = first.directory().path()
    first.filesSelected.emit([str(file)])
    second = choosers.choose_new_file(page, "保存先", "表 (*.csv)", "名前.csv", lambda _path: None)
    assert Path(second.directory().path()) == tmp_path
    assert [Path(each).name for each in second.selectedFiles()] == ["名前.csv"]
    second.filesSelected.emit([str(tmp_path)])
    file.unlink()
    tmp_path.rmdir()
    third = choosers.choose_folder(page, "保存先", lambda _path: None)
    assert third.directory().path() == begins  # the last one is gone
