"""取り込み: files chosen or dropped, what each brought row by row, and where the faults are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.layouts import LayoutChoice, LayoutName
from hoken_desktop.domain.rounds import RoundFile
from hoken_desktop.services.intakes import LAYOUTS
from hoken_desktop.services.rounds import FileRead
from hoken_desktop.ui import icons
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Field, Pick, button, line, link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.choosers import choose_files
from hoken_desktop.ui.pages.fault_lists import FaultsCard
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.rounds import RoundsPage

READABLE = (".xlsx", ".csv")
_SCHEMES = (Scheme.NANBYO, Scheme.SHOMAN)
_HINTS = ((Scheme.SHOMAN, ("小慢", "小児", "shoman")), (Scheme.NANBYO, ("難病", "特定医療", "nanbyo")))


@dataclass(frozen=True, slots=True)
class Order:
    """One file to read, as the staff confirmed it."""

    path: Path
    scheme: Scheme
    sheet: str = ""
    layout: LayoutChoice | None = None


def scheme_of(name: str) -> Scheme | None:
    """The scheme a file's name speaks of; None where it speaks of none or of both."""
    found = [scheme for scheme, hints in _HINTS if any(hint in name.casefold() for hint in hints)]
    return found[0] if len(found) == 1 else None


class ReadSheet(Sheet):
    """Which scheme each file is of; the verb opens once every file has one. `kept` are the layouts the office keeps.

    `columns_asked`: of a single file the columns are to be looked at before it is read.
    """

    columns_asked = Signal(object)

    def __init__(self, paths: Sequence[Path], kept: Sequence[LayoutName], parent: QWidget) -> None:
        super().__init__(say("rounds_page.read_title", n=len(paths)), parent)
        self.setObjectName("readSheet")
        self._paths = tuple(paths)
        self.schemes: list[Pick[Scheme | None]] = []
        self._sheets = []
        self._kept = tuple(kept)
        self.layouts: list[Pick[str]] = []
        self.add_text(say("rounds_page.read_text"))
        for path in paths:
            self.body.addWidget(Label(path.name, "base", bold=True, wrap=True, parent=self))
            row = QHBoxLayout()
            row.setSpacing(12)
            words: list[tuple[str, Scheme | None]] = [(say("rounds_page.read_pick"), None)]
            pick: Pick[Scheme | None] = Pick([*words, *((label(s), s) for s in _SCHEMES)], self)
            pick.pick(scheme_of(path.name))
            pick.currentIndexChanged.connect(lambda _at: self._look())
            sheet = line(longest=31, parent=self)
            row.addWidget(Field(say("rounds_page.read_scheme"), pick, parent=self))
            row.addWidget(Field(say("rounds_page.read_sheet"), sheet, parent=self), 1)
            layout: Pick[str] = Pick([(say("layouts_page.automatic"), "")], self)
            field = Field(say("layouts_page.layout"), layout, parent=self)
            field.setVisible(bool(self._kept))
            row.addWidget(field, 1)
            self.layouts.append(layout)
            self.body.addLayout(row)
            self.schemes.append(pick)
            self._sheets.append(sheet)
        self.back_button = self.add_button(say("kit.back"))
        self.deed_button = self.add_button(say("rounds_page.read_verb", n=len(paths)), primary=True)
        self.back_button.clicked.connect(self.reject)
        self.deed_button.clicked.connect(self.accept)
        self.columns_link = link(say("rounds_page.read_columns"), self._ask_columns, self)
        self.columns_link.setVisible(len(paths) == 1)
        self.body.addWidget(self.columns_link, 0, Qt.AlignmentFlag.AlignLeft)
        self._look()

    def _look(self) -> None:
        ready = all(pick.value() is not None for pick in self.schemes)
        self.deed_button.setEnabled(ready)
        self.columns_link.setEnabled(ready)
        for pick, layout in zip(self.schemes, self.layouts, strict=True):
            scheme = pick.value()
            base = LAYOUTS[scheme] if scheme is not None else ""
            names = [one.name for one in self._kept if one.base in ("", base)]
            layout.offer([(say("layouts_page.automatic"), ""), *((name, name) for name in names)])

    def _ask_columns(self) -> None:
        order = self.orders()[0]
        self.reject()
        self.columns_asked.emit(order)

    def orders(self) -> list[Order]:
        """The files as confirmed."""
        found = []
        for path, pick, sheet, layout in zip(self._paths, self.schemes, self._sheets, self.layouts, strict=True):
            scheme = pick.value()
            if scheme is not None:
                found.append(Order(path, scheme, sheet.text().strip(), layout.value() or None))
        return found


class FilesView(QWidget):
    """The files of the open round and their faults; files may be dropped anywhere on it."""

    wanted = Signal(str)

    def __init__(self, page: RoundsPage) -> None:
        super().__init__(page)
        self._page = page
        self._unmapped: dict[str, tuple[str, ...]] = {}
        self.reading: Order | None = None
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._make_door())
        files: list[Column[RoundFile]] = [
            Column(say("rounds_page.column_scheme"), lambda f: label(f.scheme), 120),
            Column(say("rounds_page.column_file"), lambda f: f.name, 150, grow=2),
            Column(say("rounds_page.column_sheet"), lambda f: f.sheet, 90, grow=1),
            Column(say("rounds_page.column_rows"), lambda f: f"{f.rows:,}", 72, Align.RIGHT),
            Column(say("rounds_page.column_candidates"), lambda f: f"{f.candidates:,}", 76, Align.RIGHT),
            Column(say("rounds_page.column_not_eligible"), lambda f: f"{f.not_eligible:,}", 84, Align.RIGHT),
            Column(say("rounds_page.column_faulty"), _faulty_cell, 104, Align.RIGHT),
            Column(say("rounds_page.column_blank"), lambda f: f"{f.blank:,}", 66, Align.RIGHT),
            Column(say("rounds_page.column_warnings"), lambda f: f"{f.warnings:,}", 60, Align.RIGHT),
            Column(say("rounds_page.column_check"), _check_cell, 84),
        ]
        empty = EmptyState(say("rounds_page.files_empty"), say("rounds_page.files_empty_text"), picture="file-import")
        self.files: TableCard[RoundFile] = TableCard(
            files, say("rounds_page.files_name"), empty, title=say("rounds_page.files_title"), parent=self
        )
        self.files.shown.hide()
        self.files.rule.setText(say("rounds_page.files_rule"))
        column.addWidget(self.files, 2)
        self.unmapped = Label("", "note", "text2", wrap=True, parent=self)
        column.addWidget(self.unmapped)
        self.faults = FaultsCard(page)
        column.addWidget(self.faults, 3)

    def _make_door(self) -> QFrame:
        door = QFrame(self)
        door.setProperty("card", True)
        row = QHBoxLayout(door)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(icons.Picture("file-import", "accent", 24, door))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(say("rounds_page.drop_title"), "card_title", parent=door))
        words.addWidget(Label(say("rounds_page.drop_text"), "note", "text2", wrap=True, parent=door))
        row.addLayout(words, 1)
        self.choose = button(
            say("rounds_page.choose_files"), self._choose, key="Ctrl+O", primary=True, deed=True, parent=door
        )
        row.addWidget(self.choose)
        return door

    # --- showing -----------------------------------------------------------------------------------------------

    def refresh(self, files: Sequence[RoundFile]) -> None:
        """Show the files of the round and their faults."""
        self.files.show_source(Rows(files))
        house = self._page.desk.house
        round_ = house.rounds.current()
        day = f"{round_.as_of:%Y%m%d}" if round_ is not None else ""
        self.faults.show_faults(house.rounds.faults() if files else [], say("rounds_page.csv_file", day=day))
        said = [
            say("rounds_page.unmapped", file=name, columns="、".join(columns))
            for name, columns in self._unmapped.items()
            if columns and any(f.name == name for f in files)
        ]
        nothing = say("rounds_page.unmapped_none") if files and self._unmapped else ""
        self.unmapped.setText("\n".join(said) or nothing)
        self.unmapped.setVisible(bool(self.unmapped.text()))

    def forget(self) -> None:
        """Drop every row."""
        self.files.show_source(None)
        self.faults.show_faults(())

    # --- reading -----------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = files_in(event)
        if paths:
            event.acceptProposedAction()
            self.ask_schemes(paths)

    def _choose(self) -> None:
        choose_files(self, say("rounds_page.choose_title"), say("rounds_page.choose_kinds"), self.ask_schemes)

    def ask_schemes(self, paths: Sequence[Path]) -> ReadSheet:
        """Open the question which scheme each file is of."""
        layouts = self._page.desk.house.layouts
        sheet = ReadSheet(paths, layouts.names(), self._page)
        sheet.columns_asked.connect(self.look_at_columns)
        sheet.accepted.connect(lambda: self.read(sheet.orders()))
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()
        return sheet

    def look_at_columns(self, order: Order) -> None:
        """列の対応 of a file, before it is read or after it could not be."""
        where = {"layout": order.layout} if isinstance(order.layout, str) else {}
        self._page.desk.open_page("layouts", path=order.path, scheme=order.scheme, **where)

    def read(self, orders: Sequence[Order], before: tuple[tuple[Scheme, FileRead], ...] = ()) -> None:
        """Read the files one after another, each a deed of its own; a refusal or a cancel stops the rest.

        `before` holds what the files before these gave: the last one speaks for all, lest a fault go unsaid.
        """
        if not orders:
            return
        self.reading = orders[0]
        order, rest = orders[0], tuple(orders[1:])
        rounds = self._page.desk.house.rounds
        self._page.desk.run(
            self._page,
            lambda report: rounds.read_in(
                order.path, order.scheme, layout=order.layout, sheet=order.sheet or None, report=report
            ),
            partial(self._was_read, order, rest, before),
        )

    def _was_read(
        self, order: Order, rest: Sequence[Order], before: tuple[tuple[Scheme, FileRead], ...], result: FileRead
    ) -> None:
        name, self.reading = order.path.name, None
        self._unmapped[name] = result.unmapped_columns
        if not result.repeated:
            self._page.desk.changed("rounds")
            before = (*before, (order.scheme, result))
        if rest:
            self.read(rest, before)
            return
        self._page.refresh()
        to_review = (say("rounds_page.to_review"), lambda: self.wanted.emit("review"))
        if not before:
            if order.layout is not None:
                # The rows already wait for review as they were read: said, or the new columns would seem to be in.
                self._page.notices.say(say("rounds_page.read_again_columns", file=name), "warn", *to_review)
            else:
                self._page.notices.say(say("rounds_page.read_again", file=name), "accent", *to_review)
            return
        sums = {
            part: f"{sum(getattr(each, part) for _, each in before):,}"
            for part in ("rows", "candidates", "not_eligible", "faulty", "blank")
        }
        # Absent is counted per scheme over all its files of the round: the last reading of a scheme has its figure.
        sums["absent"] = f"{sum({scheme: each.absent for scheme, each in before}.values()):,}"
        words = (
            say("rounds_page.read_done", file=name, **sums)
            if len(before) == 1
            else say("rounds_page.read_done_files", files=len(before), **sums)
        )
        self._page.notices.say(words, "warn" if any(each.faulty for _, each in before) else "done", *to_review)


def files_in(event: QDropEvent) -> list[Path]:
    """The files of a drop; none where one of them cannot be read."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths if paths and all(path.suffix.lower() in READABLE for path in paths) else []


def _faulty_cell(file: RoundFile) -> Cell:
    return Cell(f"{file.faults:,}", "danger" if file.faults else "text", bold=bool(file.faults))


def _check_cell(file: RoundFile) -> Cell:
    gap = file.rows - file.candidates - file.not_eligible - file.faults - file.blank
    if gap:
        return Cell(say("rounds_page.check_gap", n=abs(gap)), "danger", icon="alert-triangle")
    return Cell(say("rounds_page.check_closes"), "done", icon="check")
