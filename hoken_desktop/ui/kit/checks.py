"""Several of a few values, each a box with its word; and one of a few by a digit key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QWidget

from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.reading import go_on

T = TypeVar("T")


class Checks(FlowWidget, Generic[T]):
    """Boxes in lines that break where the width ends; `values` are those ticked, in the order offered."""

    changed = Signal()

    def __init__(
        self, choices: Sequence[tuple[str, T]], ticked: Iterable[T] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, gap=6)
        wanted = list(ticked)
        self.boxes: list[tuple[QCheckBox, T]] = []
        for word, value in choices:
            box = QCheckBox(word, self)
            box.setAccessibleName(word)
            box.setChecked(value in wanted)
            box.toggled.connect(lambda _on: self.changed.emit())
            self.boxes.append((box, value))
            self.flow.addWidget(box)
        if self.boxes:
            self.setFocusProxy(self.boxes[0][0])

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for box, _ in self.boxes:
            box.setAccessibleName(f"{name} {box.text()}")

    def values(self) -> tuple[T, ...]:
        """Those ticked."""
        return tuple(value for box, value in self.boxes if box.isChecked())

    def tick(self, values: Iterable[T]) -> None:
        """Tick these and no others."""
        wanted = list(values)
        for box, value in self.boxes:
            box.setChecked(value in wanted)


class Answers(QWidget, Generic[T]):
    """One of a few, or nothing yet: 1, 2, 3 choose and go on to the next control, Delete takes the answer back; arrows
    move as in any radio group."""

    changed = Signal()

    def __init__(self, choices: Sequence[tuple[str, T]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self._group = QButtonGroup(self)
        self.buttons: list[tuple[QRadioButton, T]] = []
        for word, value in choices:
            made = QRadioButton(word, self)
            made.setAccessibleName(word)
            made.installEventFilter(self)
            made.toggled.connect(self._toggled)
            self._group.addButton(made)
            self.buttons.append((made, value))
            row.addWidget(made)
        row.addStretch(1)
        self.setFocusProxy(self.buttons[0][0])

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for made, _ in self.buttons:
            made.setAccessibleName(f"{name} {made.text()}")

    def value(self) -> T | None:
        """The answer chosen; None before there is one."""
        return next((value for made, value in self.buttons if made.isChecked()), None)

    def choose(self, value: T) -> None:
        """Choose this answer, where it is offered."""
        for made, offered in self.buttons:
            if offered == value:
                made.setChecked(True)

    def clear(self) -> None:
        """No answer."""
        self._group.setExclusive(False)
        for made, _ in self.buttons:
            made.setChecked(False)
        self._group.setExclusive(True)

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.clear()
                return True
            place = event.key() - Qt.Key.Key_1
            if 0 <= place < len(self.buttons):
                self.buttons[place][0].setChecked(True)
                self.buttons[place][0].setFocus()
                self._leave()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                self._leave()
                return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _leave(self) -> None:
        """On to what comes after this group."""
        go_on(*(made for made, _ in self.buttons))

    def _toggled(self, on: bool) -> None:
        if on:
            self.changed.emit()
