"""The two ways that need a backup: putting it in the registry's place, and only looking at it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hoken_desktop.domain.dates import JAPAN, format_wareki
from hoken_desktop.services.backups import Checked, Restored
from hoken_desktop.ui.desk import House
from hoken_desktop.ui.doors import Opener
from hoken_desktop.ui.kit.forms import Field, Pick, button, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.secrets import SecretInput
from hoken_desktop.ui.lock_cards import LockCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.choosers import choose_file
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.lock import LockPage


class OpenerForm(QWidget):
    """Which backup, and what opens it: the recovery key on any PC, a passphrase only on the PC it was made on."""

    def __init__(self, parent: QWidget, file: Path | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.file = line(longest=1000, parent=self)
        self.file.setObjectName("backupFile")
        self.file.setText(str(file or ""))
        chooser = QWidget(self)
        row = QHBoxLayout(chooser)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.file, 1)
        row.addWidget(button(say("lock.choose_file"), self._choose, parent=chooser))
        chooser.setFocusProxy(self.file)
        self._file_field = Field(say("lock.backup_file"), chooser, say("lock.backup_file_hint"), parent=self)
        self.file.setAccessibleName(say("lock.backup_file"))
        column.addWidget(self._file_field)
        self.way: Pick[bool] = Pick(
            [(say("lock.by_recovery_key"), True), (say("lock.by_passphrase"), False)], self, ask=True
        )
        self._way_field = Field(say("lock.opens_with"), self.way, parent=self)
        column.addWidget(self._way_field)
        self.key = SecretInput("backupKey", self, shown=True, placeholder=say("lock.recovery_shape"))
        self.passphrase = SecretInput("backupPassphrase", self)
        self._fields = {
            True: Field(say("lock.recovery_key"), self.key, say("lock.recovery_hint"), parent=self),
            False: Field(say("lock.passphrase"), self.passphrase, say("lock.passphrase_here_only"), parent=self),
        }
        # The recovery key is shown as it is typed: a passphrase must not be typed into it because it stood there first.
        self._secrets = QStackedWidget(self)
        self._secrets.addWidget(QWidget(self))
        for each in self._fields.values():
            self._secrets.addWidget(each)
        column.addWidget(self._secrets)
        self.way.currentIndexChanged.connect(lambda at: self._secrets.setCurrentIndex(at + 1))

    def _choose(self) -> None:
        choose_file(
            self, say("lock.backup_file"), say("lock.backup_kinds"), lambda path: self.file.setText(str(path))
        )

    def opener(self) -> Opener | None:
        """What was given; None, with the fault beside it, where something is missing."""
        by_key = self.way.answer()
        self._way_field.set_fault(say("kit.choose") if by_key is None else "")
        if by_key is None:
            self.way.setFocus()
            return None
        secret = self.key.text().strip() if by_key else self.passphrase.text()
        file = self.file.text().strip().strip('"')
        self._file_field.set_fault("" if file else say("lock.fill_in"))
        self._fields[by_key].set_fault("" if secret else say("lock.fill_in"))
        if not file:
            self.file.setFocus()
            return None
        if not secret:
            (self.key if by_key else self.passphrase).edit.setFocus()
            return None
        return Opener(Path(file), recovery_key=secret) if by_key else Opener(Path(file), passphrase=secret)

    def first_focus(self) -> QWidget:
        """Where typing begins."""
        return self.file if not self.file.text() else self.way


def moment(found: Checked) -> str:
    """When a backup was made, as staff say it."""
    at = found.made_at.astimezone(JAPAN)
    return f"{format_wareki(at.date())} {at:%H:%M}"


class RestoreCard(LockCard):
    """First the backup is looked at; what it holds is shown; only then is there a verb that puts it in place."""

    def __init__(self, page: LockPage) -> None:
        super().__init__(page, "restoreCard", say("lock.restore_title"), say("lock.restore_text"))
        self.setProperty(PLACE, "backups#戻す")
        self.form = OpenerForm(self)
        self.body.addWidget(self.form)
        self._found = QFrame(self)
        self._found.setProperty("bar", "done")
        self._grid = QGridLayout(self._found)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setColumnStretch(1, 1)
        self.body.addWidget(self._found)
        self.replace = QCheckBox(say("lock.replace"), self)
        self.replace.setObjectName("replace")
        self.replace.setAccessibleName(say("lock.replace"))
        self._replace_note = Label(say("lock.replace_note"), "note", "text2", wrap=True, parent=self)
        self.body.addWidget(self.replace, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._replace_note)
        row = QHBoxLayout()
        row.addWidget(button(say("lock.back"), page.show_beginning, deed=True, parent=self))
        row.addStretch(1)
        self.look = button(say("lock.look_into"), self._look, icon="search", primary=True, deed=True, parent=self)
        self.restore = button(say("lock.restore"), self._restore, primary=True, deed=True, parent=self)
        self.restore.setObjectName("restore")
        row.addWidget(self.look)
        row.addWidget(self.restore)
        self.body.addLayout(row)
        self._opener: Opener | None = None
        self._occupied = page.doors.occupied()
        self.replace.toggled.connect(lambda on: self.restore.setEnabled(on or not self._occupied))
        for edit in (self.form.file, self.form.key.edit, self.form.passphrase.edit):
            edit.textChanged.connect(lambda _text: self._show(None, None))
            edit.returnPressed.connect(self._look)
        self.form.way.currentIndexChanged.connect(lambda _at: self._show(None, None))
        self._show(None, None)

    def first_focus(self) -> QWidget:
        return self.form.first_focus()

    def _show(self, found: Checked | None, opener: Opener | None) -> None:
        self._opener = opener
        while self._grid.count():
            item = self._grid.takeAt(0)
            part = item.widget() if item is not None else None
            if part is not None:
                part.deleteLater()
        if found is not None:
            facts = (
                (say("lock.found_moment"), moment(found)),
                (say("lock.found_people"), say("lock.people", n=f"{found.contents.rows.get('persons', 0):,}")),
                (say("lock.found_checks"), say("lock.checks", n=len(found.findings))),
            )
            for at, (name, value) in enumerate(facts):
                self._grid.addWidget(Label(name, "note", "text2", parent=self._found), at, 0)
                self._grid.addWidget(Label(value, "table", bold=True, parent=self._found), at, 1)
        seen = found is not None
        self._found.setVisible(seen)
        self.replace.setChecked(False)
        self.replace.setVisible(seen and self._occupied)
        self._replace_note.setVisible(seen and self._occupied)
        self.look.setVisible(not seen)
        self.restore.setVisible(seen)
        self.restore.setEnabled(seen and not self._occupied)
        self.restore.setToolTip(say("lock.replace_first") if self._occupied else "")

    def _look(self) -> None:
        opener = self.form.opener()
        if opener is None:
            return
        doors = self.page.doors

        def seen(found: Checked) -> None:
            self._show(found, opener)
            (self.replace if self._occupied else self.restore).setFocus()

        self.page.run(lambda report: doors.look_into(opener, report), seen)

    def _restore(self) -> None:
        opener = self._opener
        if opener is None:
            return
        doors, replace = self.page.doors, self.replace.isChecked()

        def restored(outcome: tuple[Restored, House]) -> None:
            done, house = outcome
            self.page.open(house, restored_words(done))

        self.page.run(lambda report: doors.restore(opener, replace, report), restored)


def restored_words(done: Restored) -> str:
    """What was put in place, and what is to be done next."""
    words = [say("lock.restored", moment=moment(done.backup))]
    if done.set_beside:
        words.append(say("backups.set_beside", folder=done.set_beside))
    if done.strangers:
        words.append(say("backups.strangers", count=done.strangers))
    if done.by_recovery:
        words.append(say("lock.enrol_next"))
    return "".join(words)


class ViewCard(LockCard):
    """A backup is looked at: nothing of it can be changed, and the registry of this PC stays as it is."""

    def __init__(self, page: LockPage, file: Path | None = None) -> None:
        super().__init__(page, "viewCard", say("lock.view_title"), say("lock.view_text"))
        self.setProperty(PLACE, "backups#閲覧専用で開く")
        self.form = OpenerForm(self, file)
        self.body.addWidget(self.form)
        row = QHBoxLayout()
        row.addWidget(button(say("lock.back"), page.show_beginning, deed=True, parent=self))
        row.addStretch(1)
        row.addWidget(button(say("lock.view"), self._go, icon="eye", primary=True, deed=True, parent=self))
        self.body.addLayout(row)
        for edit in (self.form.file, self.form.key.edit, self.form.passphrase.edit):
            edit.returnPressed.connect(self._go)

    def first_focus(self) -> QWidget:
        return self.form.first_focus()

    def _go(self) -> None:
        opener = self.form.opener()
        if opener is not None:
            doors = self.page.doors
            self.page.run(lambda report: doors.view(opener, report), self.page.open)
