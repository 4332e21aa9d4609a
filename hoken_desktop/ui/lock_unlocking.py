"""The two ways into the registry of this PC: one's own passphrase, and the recovery key from the safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.ui.kit.forms import DEED, Field, button, line, link
from hoken_desktop.ui.kit.labels import rule
from hoken_desktop.ui.kit.secrets import SecretInput
from hoken_desktop.ui.lock_cards import LockCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.lock import LockPage


class UnlockCard(LockCard):
    """The passphrase; below it the ways for who cannot use one here."""

    def __init__(self, page: LockPage) -> None:
        super().__init__(page, "unlockCard", say("lock.locked_title"), say("lock.locked_text"))
        self._secret = SecretInput("passphrase", self)
        self.body.addWidget(Field(say("lock.passphrase"), self._secret, parent=self))
        row = QHBoxLayout()
        forgotten = link(say("lock.forgotten"), page.show_recovery, self)
        forgotten.setProperty(DEED, True)
        row.addWidget(forgotten)
        row.addStretch(1)
        row.addWidget(button(say("lock.open"), self._go, icon="lock-open", primary=True, deed=True, parent=self))
        self._secret.edit.returnPressed.connect(self._go)
        self.body.addLayout(row)
        self.body.addWidget(rule(self))
        self.body.addLayout(backup_links(page, self))

    def first_focus(self) -> QWidget:
        return self._secret.edit

    def _go(self) -> None:
        typed = self._secret.text()
        if not typed:
            self.page.notices.say(say("lock.passphrase_missing"), "warn")
            self._secret.edit.setFocus()
            return
        doors = self.page.doors
        if self.page.run(lambda report: doors.open(typed, report), self.page.open):
            self._secret.edit.clear()


class RecoveryCard(LockCard):
    """The recovery key, typed from its sheet."""

    def __init__(self, page: LockPage) -> None:
        super().__init__(page, "recoveryCard", say("lock.recovery_title"), say("lock.recovery_text"))
        self.setProperty(PLACE, "staff#だれも開けないとき")
        self._key = line(placeholder=say("lock.recovery_shape"), longest=80, parent=self)
        self._key.setObjectName("recoveryKey")
        self.body.addWidget(Field(say("lock.recovery_key"), self._key, say("lock.recovery_hint"), parent=self))
        row = QHBoxLayout()
        row.addWidget(button(say("lock.back"), page.show_beginning, deed=True, parent=self))
        row.addStretch(1)
        row.addWidget(
            button(say("lock.open_with_recovery"), self._go, icon="key", primary=True, deed=True, parent=self)
        )
        self._key.returnPressed.connect(self._go)
        self.body.addLayout(row)

    def first_focus(self) -> QWidget:
        return self._key

    def _go(self) -> None:
        typed = self._key.text().strip()
        if not typed:
            self.page.notices.say(say("lock.recovery_missing"), "warn")
            self._key.setFocus()
            return
        doors = self.page.doors
        self.page.run(lambda report: doors.open_with_recovery(typed, report), self.page.open)


def backup_links(page: LockPage, parent: QWidget) -> QHBoxLayout:
    """The two ways that need a backup."""
    row = QHBoxLayout()
    row.setSpacing(16)
    for words, deed in (
        (say("lock.restore_link"), page.show_restore),
        (say("lock.view_link"), lambda: page.show_view()),
    ):
        made = link(words, deed, parent)
        made.setProperty(DEED, True)
        row.addWidget(made)
    row.addStretch(1)
    return row
