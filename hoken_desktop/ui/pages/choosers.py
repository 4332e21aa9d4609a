"""Choosing files or a folder without a nested event loop: `then` is called once something was chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

_chosen: list[str] = []
"""The folder of the last choice, while the program runs; before the first one, the person's own documents."""


def choose_file(parent: QWidget, title: str, kinds: str, then: Callable[[Path], object]) -> QFileDialog:
    """An existing file; `kinds` is a filter such as "表 (*.xlsx *.csv)"."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(kinds)
    return _open(dialog, then)


def choose_files(
    parent: QWidget, title: str, kinds: str, then: Callable[[Sequence[Path]], object]
) -> QFileDialog:
    """One existing file or several; `kinds` is a filter such as "表 (*.xlsx *.csv)"."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilter(kinds)
    dialog.filesSelected.connect(lambda chosen: then([Path(each) for each in chosen]))
    return _show(dialog)


def choose_folder(parent: QWidget, title: str, then: Callable[[Path], object]) -> QFileDialog:
    """A folder that files will be written to."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
    return _open(dialog, then)


def choose_new_file(parent: QWidget, title: str, kinds: str, name: str, then: Callable[[Path], object]) -> QFileDialog:
    """A place for a file that will be written; its suffix is that of `name`. Existing files are refused later."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, True)
    dialog.setNameFilter(kinds)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.setDirectory(_start())  # before the name: another folder would empty it
    dialog.selectFile(name)
    return _open(dialog, then)


def _open(dialog: QFileDialog, then: Callable[[Path], object]) -> QFileDialog:
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    return _show(dialog)


def _show(dialog: QFileDialog) -> QFileDialog:
    dialog.setObjectName("chooser")
    if dialog.acceptMode() is QFileDialog.AcceptMode.AcceptOpen:
        dialog.setDirectory(_start())
    dialog.filesSelected.connect(_remember)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _start() -> str:
    """Where a choice begins: never the folder the program happened to be started in."""
    if _chosen and Path(_chosen[-1]).is_dir():
        return _chosen[-1]
    places = QStandardPaths.StandardLocation
    for place in (places.DocumentsLocation, places.HomeLocation):
        folder = QStandardPaths.writableLocation(place)
        if folder and Path(folder).is_dir():
            return folder
    return str(Path.home())


def _remember(files: Sequence[str]) -> None:
    if files:
        first = Path(files[0])
        _chosen[:] = [str(first if first.is_dir() else first.parent)]
