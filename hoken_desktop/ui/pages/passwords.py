"""A password on the screen this once: it cannot be copied, and nobody leaves without saying it was written down."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget
from shiboken6 import isValid

from hoken_desktop.services.passwords import read_aloud
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import Sheet, ask
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import say

_HYPHEN = "-"


class OnceSheet(Sheet):
    """Shows a password this once; closing asks whether it was written down, and wipes it.

    Add what it opens, then call `finish`.
    """

    locks = False

    def __init__(self, title: str, password: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setObjectName("passwordSheet")
        self.setMinimumWidth(theme.current().px(760))
        self._secret: list[QLabel] = []
        self._may_close = False
        self.add_text(say("disclosures_page.password_once"), tone="danger")
        self.body.addWidget(self._make_password(password))

    def finish(self) -> None:
        """The button that closes it; the last thing to be added."""
        self.close_button = self.add_button(say("disclosures_page.close_password"), primary=True)
        self.close_button.clicked.connect(self.reject)
        self.finished.connect(self._wipe)
        self.close_button.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:  # with a least width of its own a dialog does not grow to what it holds
            width = max(self.width(), layout.sizeHint().width())
            height = layout.totalHeightForWidth(width)
            self.setMinimumSize(width, height)
            self.resize(width, height)

    def reject(self) -> None:
        """Esc, the window's × and the button all come here: nobody leaves without saying that it was written down."""
        if self._may_close:
            super().reject()
            return
        ask(
            self,
            say("disclosures_page.written_title"),
            say("disclosures_page.written_text"),
            say("disclosures_page.written_verb"),
            self._leave,
            back=say("disclosures_page.written_back"),
        )

    def _leave(self) -> None:
        self._may_close = True
        self.reject()

    def _wipe(self) -> None:
        for shown in self._secret:
            if isValid(shown):
                shown.clear()
                shown.setAccessibleName("")
        self._secret.clear()
        self.deleteLater()

    def _make_password(self, password: str) -> QFrame:
        box = Card(parent=self)
        box.setAccessibleName(say("disclosures_page.password"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.current().px(12))
        grid.setVerticalSpacing(2)
        readings = dict(read_aloud(password))
        for at, group in enumerate(password.split(_HYPHEN)):
            if at:
                grid.addWidget(self._large(_HYPHEN, box), 0, at * 2 - 1)
            grid.addWidget(self._large(group, box), 0, at * 2)
            grid.setColumnStretch(at * 2, 1)
            for below, letter in enumerate(group, start=1):
                line = Label(
                    say("disclosures_page.reading", letter=letter, reading=readings[letter]), "note", "text2",
                    parent=box,
                )  # fmt: skip
                self._secret.append(line)
                grid.addWidget(line, below, at * 2, Qt.AlignmentFlag.AlignHCenter)
        box.body.addLayout(grid)
        note = Label(say("disclosures_page.password_form"), "note", "text3", wrap=True, parent=box)
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.body.addWidget(note)
        return box

    def _large(self, text: str, parent: QWidget) -> Label:
        shown = Label(text, "figure_large", parent=parent)
        size = theme.current().px(34)
        shown.setStyleSheet(f"font-size: {size}px; letter-spacing: 3px;")
        shown.setMinimumHeight(size * 3 // 2)  # the tail of a Q must not be cut off: it would read as O
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        shown.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._secret.append(shown)
        return shown
