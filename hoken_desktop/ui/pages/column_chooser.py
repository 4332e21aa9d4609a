"""列を選ぶ: which columns the 台帳 shows and in which order; the name is always among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import button, link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import say

ALWAYS = "name"
_KEY = int(Qt.ItemDataRole.UserRole)


class ColumnChooser(Sheet):
    """`words` names every column by its key; `done` gets the chosen keys in their order."""

    def __init__(
        self,
        parent: QWidget,
        words: dict[str, str],
        shown: Sequence[str],
        usual: Sequence[str],
        done: Callable[[tuple[str, ...]], None],
    ) -> None:
        super().__init__(say("saved_filters.columns"), parent)
        self._words = words
        self._usual = tuple(usual)
        self._done = done
        self.add_text(say("saved_filters.columns_text"), note=True)
        self.list = QListWidget(self)
        self.list.setProperty("completions", True)  # the same edge and height of rows
        self.list.setAccessibleName(say("saved_filters.columns_list"))
        self.list.setMinimumHeight(theme.current().px(300))
        self.list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        beside = QVBoxLayout()
        beside.setSpacing(8)
        for word, icon, step in (("columns_up", "chevron-up", -1), ("columns_down", "chevron-down", 1)):
            beside.addWidget(
                button(say(f"saved_filters.{word}"), partial(self.move_by, step), icon=icon, parent=self)
            )
        beside.addStretch(1)
        beside.addWidget(link(say("saved_filters.columns_usual"), lambda: self.fill(self._usual), self))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.list, 1)
        row.addLayout(beside)
        self.body.addLayout(row)
        self.add_text(say("saved_filters.columns_keys"), note=True)
        self.warning = Label("", "note", "danger", wrap=True, parent=self)
        self.warning.setVisible(False)
        self.body.addWidget(self.warning)
        back = self.add_button(say("kit.back"))
        self.deed = self.add_button(say("saved_filters.columns_verb"), primary=True)
        back.clicked.connect(self.reject)
        self.deed.clicked.connect(self.try_it)
        QShortcut(QKeySequence("Alt+Up"), self.list, lambda: self.move_by(-1))
        QShortcut(QKeySequence("Alt+Down"), self.list, lambda: self.move_by(1))
        self.finished.connect(self.deleteLater)
        self.fill(shown)
        self.list.setFocus()

    def fill(self, shown: Sequence[str]) -> None:
        """The shown columns first, in their order, then the others."""
        self.list.clear()
        for key in (*shown, *(key for key in self._words if key not in shown)):
            item = QListWidgetItem(self._words[key], self.list)
            item.setData(_KEY, key)
            flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDragEnabled
            item.setFlags(flags if key == ALWAYS else flags | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in shown or key == ALWAYS else Qt.CheckState.Unchecked)
        self.list.setCurrentRow(0)

    def move_by(self, step: int) -> None:
        """Move the chosen column up (-1) or down (1)."""
        row = self.list.currentRow()
        if 0 <= row + step < self.list.count():
            item = self.list.takeItem(row)
            self.list.insertItem(row + step, item)
            self.list.setCurrentRow(row + step)

    def keys(self) -> tuple[str, ...]:
        """The checked columns, in their order."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return tuple(item.data(_KEY) for item in items if item.checkState() is Qt.CheckState.Checked)

    def try_it(self) -> None:
        """Show these columns, if there are any beside the name."""
        keys = self.keys()
        if len(keys) < 2:
            self.warning.setText(say("saved_filters.columns_none"))
            self.warning.setVisible(True)
            return
        self.accept()
        self._done(keys)
