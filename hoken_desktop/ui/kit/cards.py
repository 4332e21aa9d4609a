"""Cards: a white field with a title, something at its right, and a body."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.labels import Label


class Card(QFrame):
    """`title` and `aside` stand in the head; widgets go into `body`, and a `footer` may be laid under it."""

    def __init__(
        self, title: str = "", aside: str = "", parent: QWidget | None = None, *, top: str = "", flush: bool = False
    ) -> None:
        """`top` is "accent" or "control" for a coloured upper edge; `flush` lets a table reach the edges."""
        self._widest = 0
        super().__init__(parent)
        self.setProperty("card", True)
        if top:
            self.setProperty("cardTop", top)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(12, 8, 12, 4)
        self.head.setSpacing(8)
        self.title = Label(title, "card_title", parent=self)
        self.aside = Label(aside, "note", "text2", parent=self)
        self.aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.head.addWidget(self.aside)
        if title or aside:
            self._column.addLayout(self.head)
        else:
            self.title.hide()
            self.aside.hide()
        self.body = QVBoxLayout()
        edge = 0 if flush else 12
        self.body.setContentsMargins(edge, 0 if (title or aside) else edge, edge, edge)
        self.body.setSpacing(8)
        self._column.addLayout(self.body, 1)
        self.setAccessibleName(title)

    def limit_width(self, width: int) -> None:
        """At most `width` px at 100 % wide, at every size of text: a text across a wide screen is hard to read."""
        self._widest = width
        self.setMaximumWidth(theme.current().px(width))

    def heightForWidth(self, width: int) -> int:
        """The layout around asks for the height in all of its own width, which this card may not take."""
        return super().heightForWidth(min(width, self.maximumWidth()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and self._widest:
            self.limit_width(self._widest)
        super().changeEvent(event)

    def set_title(self, title: str, aside: str | None = None) -> None:
        """Change the words of the head."""
        self.title.setText(title)
        self.setAccessibleName(title)
        if aside is not None:
            self.aside.setText(aside)

    def add_footer(self) -> QHBoxLayout:
        """A pale foot line; words and links go into the layout returned."""
        self.footer = QFrame(self)
        self.footer.setProperty("footer", True)
        row = QHBoxLayout(self.footer)
        row.setContentsMargins(12, 3, 12, 3)
        row.setSpacing(16)
        self._column.addWidget(self.footer)
        return row
