"""提供する列 of one municipality: which items, in which order, under which headers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from hoken_desktop.domain.column_sets import NEEDED, ColumnChoice, ColumnSet
from hoken_desktop.domain.disclosures import ITEM_BY_KEY, ITEMS
from hoken_desktop.services import items
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.words import label, say

_ITEM, _GROUP, _HEAD = range(3)


class ColumnsSheet(Sheet):
    """Every item as a row: a tick to give it, buttons to move it, and the header to type over.

    `given` carries the set; one without columns is the program's own order and words.
    """

    given = Signal(object)

    def __init__(self, place: str, kept: ColumnSet, parent: QWidget | None = None) -> None:
        super().__init__(say("disclosures_page.columns_title", place=place), parent)
        self.setObjectName("columnsSheet")
        self.setMinimumWidth(theme.current().px(720))
        self._municipality = kept.municipality
        self.add_text(say("disclosures_page.columns_text"), note=True)
        self.table = QTableWidget(0, 3, self)
        self.table.setAccessibleName(say("disclosures_page.columns_table"))
        self.table.setHorizontalHeaderLabels(
            [say("disclosures_page.columns_item"), say("disclosures_page.columns_group"),
             say("disclosures_page.columns_head")]
        )  # fmt: skip
        self.table.verticalHeader().setVisible(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setMinimumHeight(theme.current().px(330))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(_ITEM, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_GROUP, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_HEAD, QHeaderView.ResizeMode.Stretch)
        self.body.addWidget(self.table)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.up_button = button(
            say("disclosures_page.columns_up"), lambda: self._move(-1), key="Alt+Up", small=True, parent=self
        )
        self.down_button = button(
            say("disclosures_page.columns_down"), lambda: self._move(1), key="Alt+Down", small=True, parent=self
        )
        self.standard_button = button(
            say("disclosures_page.columns_reset"), lambda: self._show(ColumnSet()), small=True, parent=self
        )
        for each in (self.up_button, self.down_button, self.standard_button):
            row.addWidget(each)
        row.addStretch(1)
        self.body.addLayout(row)
        back = self.add_button(say("kit.back"))
        back.clicked.connect(self.reject)
        self.keep_button = self.add_button(say("disclosures_page.columns_verb"), primary=True)
        self.keep_button.clicked.connect(self._give)
        self.finished.connect(self.deleteLater)
        self._show(kept)
        self.table.setFocus()

    def _show(self, kept: ColumnSet) -> None:
        chosen = [one.item for one in kept.columns] or [item.key for item in ITEMS]
        order = [*chosen, *(item.key for item in ITEMS if item.key not in chosen)]
        self.table.setRowCount(len(order))
        for at, key in enumerate(order):
            self._fill(at, key, key in chosen, kept.heads.get(key, ""))
        self.table.selectRow(0)

    def _fill(self, at: int, key: str, on: bool, head: str) -> None:
        name = QTableWidgetItem(items.header(key))
        name.setData(Qt.ItemDataRole.UserRole, key)
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        needed = key in NEEDED
        name.setFlags(flags if needed else flags | Qt.ItemFlag.ItemIsUserCheckable)
        name.setCheckState(Qt.CheckState.Checked if on or needed else Qt.CheckState.Unchecked)
        if needed:
            name.setToolTip(say("disclosures_page.columns_needed"))
        group = QTableWidgetItem(label(ITEM_BY_KEY[key].group))
        group.setFlags(flags)
        typed = QTableWidgetItem(head or items.header(key))
        typed.setToolTip(say("disclosures_page.columns_head_tip"))
        for column, cell in ((_ITEM, name), (_GROUP, group), (_HEAD, typed)):
            self.table.setItem(at, column, cell)

    def _row(self, at: int) -> tuple[str, bool, str]:
        name, head = self.table.item(at, _ITEM), self.table.item(at, _HEAD)
        if name is None or head is None:
            raise IndexError(at)
        key = str(name.data(Qt.ItemDataRole.UserRole))
        return key, name.checkState() is Qt.CheckState.Checked, head.text()

    def _move(self, by: int) -> None:
        at = self.table.currentRow()
        to = at + by
        if at < 0 or not 0 <= to < self.table.rowCount():
            return
        here, there = self._row(at), self._row(to)
        self._fill(at, *there)
        self._fill(to, *here)
        self.table.selectRow(to)

    def chosen(self) -> ColumnSet:
        """The set as it stands in the table; the program's own order and words are no set."""
        rows = [self._row(at) for at in range(self.table.rowCount())]
        columns = tuple(
            ColumnChoice(key, "" if head.strip() == items.header(key) else head) for key, on, head in rows if on
        )
        standard = tuple(ColumnChoice(item.key) for item in ITEMS)
        return ColumnSet(self._municipality, () if columns == standard else columns)

    def _give(self) -> None:
        found = self.chosen()
        self.accept()
        self.given.emit(found)
