"""Where a file could not be read, and what to look at: a list by sheet, row and column that can be written out."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QButtonGroup

from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button, chip
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.choosers import choose_new_file
from hoken_desktop.words import has, say

_FORMULA_STARTS = "=+-@\t\r"


class Told(Protocol):
    """A fault or a warning: of a file just read (domain/errors.Fault) or of a round (domain/rounds.RoundFault)."""

    @property
    def file(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def warning(self) -> bool: ...
    @property
    def facts(self) -> Mapping[str, object]: ...


def fault_word(fault: Told) -> str:
    """The sentence of one fault."""
    key = f"faults.{fault.code}"
    return say(key, **fault.facts) if has(key) else fault.code


def faults_csv(faults: Sequence[Told]) -> str:
    """The faults as a list for whoever mends the file: places and sentences, never a cell's value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [say("rounds_page.column_kind"), say("rounds_page.column_file"), say("rounds_page.column_sheet"),
         say("rounds_page.column_row"), say("rounds_page.column_column"), say("rounds_page.column_message")]
    )  # fmt: skip
    for fault in faults:
        kind = say("rounds_page.kind_warn") if fault.warning else say("rounds_page.kind_stop")
        cells = [kind, fault.file, fault.sheet, str(fault.row or ""), fault.column, fault_word(fault)]
        # A header or a sheet's name that begins like a formula would be run by a spreadsheet.
        writer.writerow(["'" + cell if cell[:1] in _FORMULA_STARTS and cell else cell for cell in cells])
    return out.getvalue()


class FaultsCard(TableCard[Told]):
    """The list, narrowed to what stops or to what warns; the sentence of the chosen line stands whole under it."""

    def __init__(self, page: Page) -> None:
        columns: list[Column[Told]] = [
            Column(say("rounds_page.column_kind"), _kind_cell, 90),
            Column(say("rounds_page.column_file"), lambda f: f.file, 150),
            Column(say("rounds_page.column_sheet"), lambda f: f.sheet, 100),
            Column(say("rounds_page.column_row"), lambda f: f"{f.row:,}" if f.row else "", 60, Align.RIGHT),
            Column(say("rounds_page.column_column"), lambda f: f.column, 130),
            Column(say("rounds_page.column_message"), fault_word, 260, grow=1),
        ]
        empty = EmptyState(
            say("rounds_page.faults_empty"), say("rounds_page.faults_empty_text"), picture="circle-check"
        )
        super().__init__(
            columns, say("rounds_page.faults_name"), empty, title=say("rounds_page.faults_title"), parent=page
        )
        self._page = page
        self.set_least(96)
        self.faults: list[Told] = []
        self.file_name = ""
        self.shown.hide()
        self.rule.setText(say("rounds_page.faults_rule"))
        self._kinds = [chip("", at == 0, self) for at in range(3)]
        group = QButtonGroup(self)
        for at, made in enumerate(self._kinds):
            group.addButton(made)
            made.clicked.connect(lambda _checked=False: self._show())
            self.head.insertWidget(1 + at, made)
        self.csv_button = button(
            say("rounds_page.csv_verb"), self._ask, icon="file-spreadsheet", small=True, deed=True, parent=self
        )
        self.head.addWidget(self.csv_button)
        self.sentence = Label("", "table", wrap=True, selectable=True, parent=self)
        self.sentence.setContentsMargins(12, 4, 12, 6)
        self.body.addWidget(self.sentence)
        self.table.chosen.connect(self._tell_whole)
        self.show_faults(())

    def show_faults(self, faults: Sequence[Told], file_name: str = "") -> None:
        """Show these; `file_name` is proposed for the list written out."""
        self.faults = list(faults)
        self.file_name = file_name
        self._show()

    def _show(self) -> None:
        stops = [f for f in self.faults if not f.warning]
        warns = [f for f in self.faults if f.warning]
        words = (
            say("rounds_page.faults_all", n=f"{len(self.faults):,}"),
            say("rounds_page.faults_stop", n=f"{len(stops):,}"),
            say("rounds_page.faults_warn", n=f"{len(warns):,}"),
        )
        for made, text in zip(self._kinds, words, strict=True):
            made.setText(text)
            made.setAccessibleName(text)
            made.setVisible(bool(self.faults))
        which = next(at for at, made in enumerate(self._kinds) if made.isChecked())
        shown = (self.faults, stops, warns)[which]
        self.show_source(Rows(shown))
        self.csv_button.setVisible(bool(self.faults))
        self.sentence.setVisible(bool(shown))
        if shown:
            self.table.choose(0)
            self._tell_whole(shown[0])

    def _tell_whole(self, fault: Told | None) -> None:
        self.sentence.setText(fault_word(fault) if fault is not None else "")

    def _ask(self) -> None:
        choose_new_file(
            self._page, say("rounds_page.csv_title"), say("rounds_page.csv_kinds"), self.file_name, self.write_csv
        )

    def write_csv(self, path: Path) -> None:
        """Write every fault to `path`."""
        faults = list(self.faults)
        house = self._page.desk.house

        def done(_nothing: None) -> None:
            self._page.notices.say(say("rounds_page.csv_done", file=path.name, n=f"{len(faults):,}"), "done")

        self._page.desk.run(self._page, lambda _report: house.write_text(path, faults_csv(faults)), done)


def _kind_cell(fault: Told) -> Cell:
    if fault.warning:
        return Cell(say("rounds_page.kind_warn"), tag="warn")
    return Cell(say("rounds_page.kind_stop"), tag="danger")

