"""一覧の読み込み: a list is read and looked at first; what is sound is taken, the rest is named by place."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.errors import Fault
from hoken_desktop.services.consents import ConsentReading
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.equations import Verdict
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.choosers import choose_file, choose_new_file
from hoken_desktop.words import has, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.consents import ConsentsPage

_FORMULA_STARTS = "=+-@\t\r"


def fault_word(fault: Fault) -> str:
    """The sentence of one fault."""
    key = f"faults.{fault.code}"
    return say(key, **fault.facts) if has(key) else fault.code


class FileView(QWidget):
    """The door at the top, the sum that closes, and the faults under it."""

    def __init__(self, page: ConsentsPage) -> None:
        super().__init__(page)
        self._page = page
        self.path: Path | None = None
        self.reading: ConsentReading | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._make_door())
        column.addWidget(self._make_faults(), 1)

    def _make_door(self) -> QWidget:
        card = Card(say("consents_page.file_title"), parent=self)
        card.body.addWidget(Label(say("consents_page.file_text"), "note", "text2", wrap=True, parent=card))
        row = QHBoxLayout()
        row.setSpacing(12)
        self.sum = Label("", "base", bold=True, wrap=True, parent=card)
        self.verdict = Verdict(card)
        self.verdict.hide()
        self.choose_button = button(
            say("consents_page.file_choose"), self.choose, key="Ctrl+O", icon="file-import", deed=True, parent=card
        )
        self.take_button = button(say("consents_page.file_nothing"), self.take, primary=True, deed=True, parent=card)
        self.take_button.hide()
        row.addWidget(self.choose_button)
        row.addWidget(self.sum, 1)
        row.addWidget(self.verdict)
        row.addWidget(self.take_button, 0, Qt.AlignmentFlag.AlignRight)
        card.body.addLayout(row)
        return card

    def _make_faults(self) -> QWidget:
        columns: tuple[Column[Fault], ...] = (
            Column(say("consents_page.column_kind"), _kind, 70),
            Column(say("consents_page.column_sheet"), lambda f: f.sheet or "—", 120),
            Column(say("consents_page.column_row"), lambda f: f"{f.row:,}" if f.row else "—", 60, Align.RIGHT),
            Column(say("consents_page.column_column"), lambda f: f.column, 130),
            Column(say("consents_page.column_message"), fault_word, 360, grow=1),
        )
        empty = EmptyState(
            say("consents_page.file_faults_empty"), say("consents_page.file_faults_text"), "", "circle-check"
        )
        self.faults: TableCard[Fault] = TableCard(
            columns, say("consents_page.file_faults"), empty, title=say("consents_page.file_faults"), parent=self
        )
        self.faults.shown.hide()
        self.csv_button = button(
            say("consents_page.file_csv"), self.ask_csv, icon="file-spreadsheet", small=True, deed=True, parent=self
        )
        self.csv_button.hide()
        self.faults.head.addWidget(self.csv_button)
        return self.faults

    def forget(self) -> None:
        """Drop what was read."""
        self._show(None, None)

    # ---- reading ----------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a list."""
        choose_file(self, say("consents_page.file_where"), say("consents_page.file_kinds"), self.read)

    def read(self, path: Path) -> None:
        """Read a list without taking anything."""
        consents = self._page.desk.house.consents
        self._page.desk.run(
            self._page,
            lambda report: consents.read_in(path, report, dry_run=True),
            lambda reading: self._show(path, reading),
        )

    def take(self) -> None:
        """Put what is sound into the ledger, in one deed."""
        path, consents = self.path, self._page.desk.house.consents
        if path is None:
            return

        def then(reading: ConsentReading) -> None:
            self._show(path, reading)
            self.take_button.hide()
            self._page.desk.changed("consents")
            words = say(
                "consents_page.file_taken", file=path.name, taken=f"{reading.taken:,}", added=f"{reading.added:,}",
                faulty=f"{reading.faulty:,}",
            )  # fmt: skip
            self._page.notices.say(words, "warn" if reading.faulty else "done")

        self._page.desk.run(self._page, lambda report: consents.read_in(path, report), then)

    def _show(self, path: Path | None, reading: ConsentReading | None) -> None:
        self.path, self.reading = path, reading
        found = [*reading.faults, *reading.warnings] if reading else []
        self.faults.show_source(Rows(found))
        self.csv_button.setVisible(bool(found))
        self.verdict.setVisible(reading is not None)
        self.take_button.setVisible(reading is not None)
        if reading is None or path is None:
            self.sum.setText("")
            self.faults.set_title(say("consents_page.file_faults"), "")
            return
        self.sum.setText(
            say(
                "consents_page.file_sum", file=path.name, rows=f"{reading.rows:,}", taken=f"{reading.taken:,}",
                unchanged=f"{reading.unchanged:,}", faulty=f"{reading.faulty:,}",
            )
        )  # fmt: skip
        self.verdict.show_gap(reading.rows - reading.taken - reading.unchanged - reading.faulty)
        counts = say(
            "consents_page.file_faults_sum", faults=f"{len(reading.faults):,}", warnings=f"{len(reading.warnings):,}"
        )
        self.faults.set_title(say("consents_page.file_faults"), counts)
        some = bool(reading.taken)
        words = say("consents_page.file_take", n=f"{reading.taken:,}") if some else say("consents_page.file_nothing")
        self.take_button.setText(words)
        self.take_button.setAccessibleName(words)
        self.take_button.setEnabled(some)

    # ---- the faults as a list ---------------------------------------------------------------------------------

    def ask_csv(self) -> None:
        """Ask where the faults shall be written."""
        day = f"{self._page.desk.house.overviews.day():%Y%m%d}"
        choose_new_file(
            self, say("consents_page.file_csv"), say("consents_page.file_csv_kinds"),
            say("consents_page.file_csv_name", day=day), self.write_csv,
        )  # fmt: skip

    def write_csv(self, path: Path) -> None:
        """Write the faults: places and sentences, never a cell's value."""
        house, reading = self._page.desk.house, self.reading
        found = [*reading.faults, *reading.warnings] if reading else []

        def then(_nothing: None) -> None:
            self._page.notices.say(say("consents_page.file_csv_done", file=path.name, n=f"{len(found):,}"), "done")

        self._page.desk.run(self._page, lambda _report: house.write_text(path, _as_csv(found)), then)


def _kind(fault: Fault) -> Cell:
    if fault.warning:
        return Cell(say("consents_page.kind_warn"), tag="warn")
    return Cell(say("consents_page.kind_fault"), tag="danger")


def _as_csv(faults: Sequence[Fault]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [say("consents_page.column_kind"), say("consents_page.column_sheet"), say("consents_page.column_row"),
         say("consents_page.column_column"), say("consents_page.column_message")]
    )  # fmt: skip
    for fault in faults:
        cells = [_kind(fault).text, fault.sheet, str(fault.row or ""), fault.column, fault_word(fault)]
        # A header or a sheet's name that begins like a formula would be run by a spreadsheet.
        writer.writerow(["'" + cell if cell and cell[0] in _FORMULA_STARTS else cell for cell in cells])
    return out.getvalue()
