"""A form in cards beside one another that scrolls where the screen is low, with its deeds in the last row."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.ui.kit.dialogs import ask_to_leave
from hoken_desktop.ui.kit.forms import DateInput, Field, contents
from hoken_desktop.words import say


class TallForm(QWidget):
    """Cards go into `across`, deeds into `deeds`; `_untouched` is what `contents` gave when it was begun."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget(scroll)
        ground.setProperty("ground", "bg")
        scroll.setWidget(ground)
        self.across = QHBoxLayout(ground)
        self.across.setContentsMargins(0, 0, 0, 0)
        self.across.setSpacing(12)
        outer.addWidget(scroll, 1)
        self.deeds = QHBoxLayout()
        self.deeds.setSpacing(8)
        outer.addLayout(self.deeds)
        self.untouched: list[object] = []

    def leave(self) -> None:
        """Back without doing it. Escape, which also ends a conversion of the input method, asks where something is."""
        if contents(self) == self.untouched:
            self.left.emit()
        else:
            ask_to_leave(self, self.left.emit)

    def say_faults(self, faults: Mapping[Field, str]) -> bool:
        """Show the faults at their fields, with the focus on the first; True if there is none."""
        wrong = [field for field, text in faults.items() if text]
        for field, text in faults.items():
            field.set_fault(text)
        if wrong:
            wrong[0].control.setFocus()
        return not wrong


def needed(text: str) -> str:
    """The fault of an empty text; "" where something is written."""
    return "" if text.strip() else say("disclosures_page.fault_empty")


def needed_day(day: DateInput) -> str:
    """The fault of a day that is missing or cannot be read."""
    return day.fault() or ("" if day.day() else say("disclosures_page.fault_empty"))
