"""The first start: a new registry is founded, and its recovery key is shown this once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from hoken_desktop.ui.doors import Founding
from hoken_desktop.ui.kit.forms import Field, button, line
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.kit.secrets import NewPassphrase
from hoken_desktop.ui.lock_cards import LockCard
from hoken_desktop.ui.lock_unlocking import backup_links
from hoken_desktop.ui.recovery_keys import print_key, shown_key
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.lock import LockPage


class FoundingCard(LockCard):
    """The office, its municipalities and the first member of staff; or a backup from another PC."""

    def __init__(self, page: LockPage) -> None:
        super().__init__(page, "firstCard", say("lock.first_title"), say("lock.first_text"))
        self._edits = {}
        self._fields = {}
        for key, name, label, hint, note, longest in (
            ("office", "office", say("lock.office"), say("lock.office_hint"), "", 60),
            ("towns", "municipalities", say("lock.towns"), say("lock.towns_hint"), say("lock.towns_note"), 400),
            ("name", "staffName", say("lock.staff_name"), say("lock.staff_name_hint"), "", 40),
            ("post", "staffPost", say("lock.staff_post"), say("lock.staff_post_hint"), "", 40),
        ):
            self._edits[key] = line(placeholder=hint, longest=longest, parent=self)
            self._edits[key].setObjectName(name)
            self._fields[key] = Field(label, self._edits[key], note, needed=True, parent=self)
        self.body.addWidget(self._fields["office"])
        self.body.addWidget(self._fields["towns"])
        pair = QHBoxLayout()
        pair.setSpacing(12)
        pair.addWidget(self._fields["name"])
        pair.addWidget(self._fields["post"])
        self.body.addLayout(pair)
        self._passphrase = NewPassphrase(self)
        self._passphrase.twice.edit.returnPressed.connect(self._go)
        self.body.addWidget(self._passphrase)
        self.body.addWidget(Label(say("lock.first_next"), "note", "text2", wrap=True, parent=self))
        row = QHBoxLayout()
        row.addWidget(Label(say("lock.try_demo"), "note", "text3", wrap=True, selectable=True, parent=self), 1)
        row.addWidget(button(say("lock.create"), self._go, primary=True, deed=True, parent=self))
        self.body.addLayout(row)
        self.body.addWidget(rule(self))
        self.body.addWidget(Label(say("lock.from_backup"), "note", "text2", wrap=True, parent=self))
        self.body.addLayout(backup_links(page, self))

    def first_focus(self) -> QWidget:
        return self._edits["office"]

    def _go(self) -> None:
        missing = [key for key, edit in self._edits.items() if not edit.text().strip()]
        for key, part in self._fields.items():
            part.set_fault(say("lock.fill_in") if key in missing else "")
        sound = self._passphrase.check()
        if missing:
            self._edits[missing[0]].setFocus()
        if missing or not sound:
            return
        text = {key: edit.text().strip() for key, edit in self._edits.items()}
        parts = text["towns"]
        for mark in ("、", ",", "・", " ", "\u3000"):
            parts = parts.replace(mark, ",")
        founding = Founding(
            text["office"],
            tuple(part.strip() for part in parts.split(",") if part.strip()),
            text["name"],
            text["post"],
            self._passphrase.text(),
        )
        page = self.page
        page.run(
            lambda report: page.doors.create(founding, report),
            lambda recovery_key: page.show_new_key(founding.office, recovery_key),
        )


class NewKeyCard(LockCard):
    """The recovery key, this once."""

    def __init__(self, page: LockPage, office: str, recovery_key: str) -> None:
        super().__init__(page, "newKeyCard", say("lock.key_title"), say("lock.key_text"), top="accent", tone="text")
        self.body.addWidget(shown_key(recovery_key, self))
        kept = self.kept = QCheckBox(say("lock.key_kept"), self)
        kept.setObjectName("kept")
        kept.setAccessibleName(say("lock.key_kept"))
        self._print = button(
            say("lock.key_print"), lambda: self._to_paper(office, recovery_key), icon="printer", parent=self
        )
        on = button(say("lock.key_on"), self._go_on, primary=True, parent=self)
        on.setObjectName("goOn")
        on.setEnabled(False)
        kept.toggled.connect(on.setEnabled)
        self.body.addWidget(kept)
        row = QHBoxLayout()
        row.addWidget(self._print)
        row.addWidget(Label(say("lock.key_print_note"), "note", "text2", wrap=True, parent=self), 1)
        row.addWidget(on)
        self.body.addLayout(row)

    def first_focus(self) -> QWidget:
        return self._print

    def _to_paper(self, office: str, recovery_key: str) -> None:
        notices = self.page.notices
        refuse = partial(notices.say, say("lock.key_not_to_file"), "danger")
        print_key(self.page, office, recovery_key, lambda: None, refuse)

    def _go_on(self) -> None:
        self.page.show_unlock()
        self.page.notices.say(say("lock.created"), "done")
