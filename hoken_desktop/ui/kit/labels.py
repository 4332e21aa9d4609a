"""Words on the screen: plain text always, never rich text, so that a cell of a file can never become markup."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget


class Label(QLabel):
    """Plain text. `kind` is a type role (title, name, card_title, base, table, note …), `tone` a colour role."""

    def __init__(
        self,
        text: str = "",
        kind: str = "base",
        tone: str = "text",
        *,
        wrap: bool = False,
        bold: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", kind)
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        if bold:
            self.setStyleSheet("font-weight: bold;")
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setText(text)

    def set_tone(self, tone: str) -> None:
        """Change the colour role."""
        restyle(self, tone=tone)


class Tag(QLabel):
    """A small tinted word (確実, 要確認); `tone` is plain, accent, danger, warn, done, ventilator, oxygen or both."""

    def __init__(self, text: str = "", tone: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tagged", True)
        self.setProperty("tag", tone)
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def show_as(self, text: str, tone: str) -> None:
        """Another word in another tone."""
        restyle(self, tag=tone)
        self.setText(text)


class KeyCap(QLabel):
    """The key that does the same as the button beside it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("keyCap", True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.setText(text)


def rule(parent: QWidget | None = None) -> QFrame:
    """A hairline between two parts."""
    line = QFrame(parent)
    line.setProperty("rule", True)
    return line


def restyle(widget: QWidget, **properties: object) -> None:
    """Set style properties and have the style sheet read again for this widget."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def plain_tip(text: str) -> str:
    """A tooltip's text: Qt guesses whether it is markup, so what looks like markup is escaped."""
    return f"<span>{html.escape(text)}</span>" if "<" in text or "&" in text else text
