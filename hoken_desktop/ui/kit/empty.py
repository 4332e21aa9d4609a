"""A table never shows an empty frame: it says what would stand here and offers the next step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from hoken_desktop.ui import icons
from hoken_desktop.ui.kit.labels import Label


class EmptyState(QWidget):
    """`asked` is emitted when the next step's button is pressed."""

    asked = Signal()

    def __init__(
        self, title: str, text: str = "", action: str = "", picture: str = "inbox", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addStretch(1)
        self._title = Label(title, "card_title", parent=self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = Label(text, "table", "text2", wrap=True, parent=self)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._action = QPushButton(action, self)
        self._action.setAccessibleName(action)
        self._action.clicked.connect(self.asked)
        self._action.setVisible(bool(action))
        column.addWidget(icons.Picture(picture, "text3", 32, self), 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignCenter)
        self._column = column
        column.addStretch(2)

    def offer_also(self, verb: str, pressed: Callable[[], object]) -> QPushButton:
        """Another way on, under the first."""
        made = QPushButton(verb, self)
        made.setAccessibleName(verb)
        made.clicked.connect(lambda _checked=False: pressed())
        self._column.insertWidget(self._column.count() - 1, made, 0, Qt.AlignmentFlag.AlignCenter)
        return made

    def say(self, title: str, text: str = "", action: str = "") -> None:
        """Other words, for instance when a filter leaves nothing."""
        self._title.setText(title)
        self._text.setText(text)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
