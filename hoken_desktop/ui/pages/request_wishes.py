"""What a request asks for and what for: 目的 and 求める項目, box by box."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from hoken_desktop.domain.codes import ItemGroup, Purpose
from hoken_desktop.domain.disclosures import ITEMS
from hoken_desktop.services import items
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say

_ACROSS = 3


class WishesCard(Card):
    """`purposes` and `items` are the boxes by their codes; who a person is always goes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("disclosures_page.wishes"), parent=parent)
        self.body.addWidget(Label(say("disclosures_page.purposes"), "note", "text2", parent=self))
        grid = QGridLayout()
        grid.setSpacing(0)
        self.purposes: dict[Purpose, QCheckBox] = {}
        for place, purpose in enumerate(Purpose):
            box = QCheckBox(label(purpose), self)
            box.setAccessibleName(label(purpose))
            self.purposes[purpose] = box
            grid.addWidget(box, place // _ACROSS, place % _ACROSS)
        self.body.addLayout(grid)
        self.purpose_fault = Label(say("disclosures_page.fault_no_purpose"), "note", "danger", parent=self)
        self.purpose_fault.setVisible(False)
        self.body.addWidget(self.purpose_fault)
        self.body.addWidget(Label(say("disclosures_page.items"), "note", "text2", parent=self))
        self.body.addLayout(self._make_items())
        self.body.addWidget(Label(say("disclosures_page.items_note"), "note", "text3", wrap=True, parent=self))

    def _make_items(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        self.items: dict[str, QCheckBox] = {}
        row = 0
        for group in ItemGroup:
            name = Label(label(group), "note", "text2", bold=True, parent=self)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignVCenter)
            keys = [item.key for item in ITEMS if item.group is group]
            for place, key in enumerate(keys):
                at = (row + place // _ACROSS, 1 + place % _ACROSS)
                if key in items.WHO:
                    words = say("disclosures_page.item_always", item=items.header(key))
                    fixed = Label(words, "table", "text2", parent=self)
                    fixed.setIndent(6)
                    fixed.setMinimumHeight(26)
                    grid.addWidget(fixed, *at)
                    continue
                box = QCheckBox(items.header(key), self)
                box.setAccessibleName(f"{label(group)} {items.header(key)}")
                self.items[key] = box
                grid.addWidget(box, *at)
            row += (len(keys) - 1) // _ACROSS + 1
        grid.setColumnStretch(_ACROSS, 1)
        return grid

    def show_wishes(self, purposes: Collection[Purpose], keys: Collection[str]) -> None:
        """Tick what is asked for."""
        for purpose, box in self.purposes.items():
            box.setChecked(purpose in purposes)
        for key, box in self.items.items():
            box.setChecked(key in keys)
        self.purpose_fault.setVisible(False)

    def check(self) -> bool:
        """Whether there is a purpose; says so where there is none."""
        named = any(box.isChecked() for box in self.purposes.values())
        self.purpose_fault.setVisible(not named)
        return named

    def purpose_words(self) -> str:
        """The purposes as one text, in the words of the letter."""
        chosen = (label(purpose) for purpose, box in self.purposes.items() if box.isChecked())
        return say("disclosures_page.purpose_joint").join(chosen)

    def item_keys(self) -> tuple[str, ...]:
        """The items asked for, who a person is first."""
        return (*items.WHO, *(key for key, box in self.items.items() if box.isChecked()))
