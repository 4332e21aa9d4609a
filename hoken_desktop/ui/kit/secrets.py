"""An input for what nobody else is to read: hidden, unless the button beside it is pressed in."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hoken_desktop.ui import icons
from hoken_desktop.ui.kit.forms import Field, line
from hoken_desktop.words import say


class SecretInput(QWidget):
    """`edit` is the input; name and description go to it. `shown` begins with what is typed in sight (a recovery key is
    read from paper in groups, and typed blind nobody finds the wrong one)."""

    def __init__(self, name: str, parent: QWidget, *, shown: bool = False, placeholder: str = "") -> None:
        super().__init__(parent)
        self.edit = line(secret=True, placeholder=placeholder, longest=200, parent=self)
        self.edit.setObjectName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.edit, 1)
        self._eye = QPushButton(self)
        self._eye.setCheckable(True)
        self._eye.setAutoDefault(False)
        self._eye.setAccessibleName(say("lock.show_typed"))
        self._eye.setToolTip(say("lock.show_typed"))
        self._eye.setFixedWidth(40)
        self._eye.toggled.connect(self.show_typed)
        row.addWidget(self._eye)
        self.setFocusProxy(self.edit)
        self._eye.setChecked(shown)
        self.show_typed(shown)

    def text(self) -> str:
        """What was typed."""
        return self.edit.text()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.edit.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self.edit.setAccessibleDescription(description)

    def show_typed(self, on: bool) -> None:
        """Show or hide what is typed."""
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self._eye.setIcon(icons.icon("eye-off" if on else "eye", "text2", size=16))


class NewPassphrase(QWidget):
    """Two inputs for a new passphrase, the second against slips of the hand."""

    def __init__(self, parent: QWidget, name: str = "") -> None:
        """`name` stands over the first input where another passphrase is asked for beside it."""
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.once = SecretInput("passphraseOnce", self)
        self.twice = SecretInput("passphraseTwice", self)
        self._once = Field(
            name or say("lock.new_passphrase"), self.once, say("lock.new_passphrase_note"), needed=True, parent=self
        )
        self._twice = Field(say("lock.passphrase_twice"), self.twice, needed=True, parent=self)
        column.addWidget(self._once)
        column.addWidget(self._twice)
        self.setFocusProxy(self.once)

    def text(self) -> str:
        """The passphrase, where `check` found nothing."""
        return self.once.text()

    def check(self) -> bool:
        """Whether both are there and equal; what is not is said beside it, and gets the focus."""
        self._once.set_fault("" if self.once.text() else say("lock.fill_in"))
        if not self.once.text():
            self._twice.set_fault("" if self.twice.text() else say("lock.fill_in"))
            self.once.edit.setFocus()
            return False
        same = self.once.text() == self.twice.text()
        fault = say("lock.passphrases_differ") if self.twice.text() else say("lock.fill_in")
        self._twice.set_fault("" if same else fault)
        if not same:
            self.twice.edit.setFocus()
        return same
