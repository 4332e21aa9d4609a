"""Which sheets of a workbook are read: of several that can be, one may be last year's, so the staff say which."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.services.layouts import SheetView
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import say


class SheetChoice(QWidget):
    """A box for each sheet; the only one that can be read is ticked. It shows itself where there is a choice."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(Label(say("registers_page.sheets"), "note", "text2", parent=self))
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        column.addLayout(self._row, 1)
        self.setAccessibleName(say("registers_page.sheets"))

    def offer(self, views: Sequence[SheetView]) -> None:
        """The sheets of a file; what is ticked stays while they are the same."""
        if list(self.boxes) == [view.seen.sheet for view in views]:
            return
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.boxes = {}
        fit = [view.seen.sheet for view in views if view.seen.fits]
        for view in views:
            box = QCheckBox(view.seen.sheet, self)
            box.setChecked(len(views) == 1 or fit == [view.seen.sheet])
            box.toggled.connect(lambda _on: self.changed.emit())
            self._row.addWidget(box)
            self.boxes[view.seen.sheet] = box
        self._row.addStretch(1)
        self.setVisible(len(views) > 1)

    def wanted(self) -> list[str]:
        """The sheets that are to be read."""
        return [name for name, box in self.boxes.items() if box.isChecked()]
