"""What stands in the window while the registry is locked: one card at a time, each a way in. It holds nothing of the
registry but whether there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.progress import Report, Step
from hoken_desktop.ui import crash, icons, theme
from hoken_desktop.ui.desk import House
from hoken_desktop.ui.doors import Doors, DoorState
from hoken_desktop.ui.jobs import Jobs
from hoken_desktop.ui.kit.forms import DEED, link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import NoticeBar
from hoken_desktop.ui.kit.progress import ProgressStrip
from hoken_desktop.ui.kit.reading import move_focus
from hoken_desktop.ui.lock_backups import RestoreCard, ViewCard
from hoken_desktop.ui.lock_cards import LockCard
from hoken_desktop.ui.lock_founding import FoundingCard, NewKeyCard
from hoken_desktop.ui.lock_unlocking import RecoveryCard, UnlockCard
from hoken_desktop.ui.manuals import FIRST_DAY, PLACE
from hoken_desktop.words import say

T = TypeVar("T")


class LockPage(QWidget):
    """`opened` gives the open house and what to say over its first page; the page is destroyed right after."""

    opened = Signal(object, str)
    help_asked = Signal()

    def __init__(self, doors: Doors, parent: QWidget | None = None, *, notice: str = "", tone: str = "accent") -> None:
        super().__init__(parent)
        self.setObjectName("lockPage")
        self.setProperty(PLACE, FIRST_DAY)
        self.doors = doors
        self._jobs = Jobs(lambda report: self._crashed(report), self)
        self._card: LockCard | None = None
        self._closed_deeds: list[QAbstractButton] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(scroll)
        ground = QWidget(scroll)
        scroll.setWidget(ground)
        across = QHBoxLayout(ground)
        across.setContentsMargins(24, 24, 24, 24)
        across.addStretch(1)
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        across.addLayout(self._column)
        across.addStretch(1)
        self._column.addStretch(2)
        self._column.addLayout(self._brand())
        self.notices = NoticeBar(self)
        self.progress_strip = ProgressStrip(self)
        self._column.addWidget(self.notices)
        self._column.addWidget(self.progress_strip)
        self._slot = QVBoxLayout()
        self._column.addLayout(self._slot)
        self._column.addStretch(3)
        self._begin()
        if notice:
            self.notices.say(notice, tone)

    def take_focus(self) -> None:
        """Put the focus where typing begins."""
        if self._card is not None:
            self._card.first_focus().setFocus()

    def leave(self) -> None:
        """End the page's worker; the page is of no use after."""
        self._jobs.stop()

    def founding(self) -> bool:
        """Whether a registry is being made just now: its recovery key has yet to be shown."""
        return isinstance(self._card, FoundingCard) and self._jobs.busy()

    def key_unkept(self) -> bool:
        """Whether the recovery key is shown, this once, and nobody has said yet that it is kept."""
        return isinstance(self._card, NewKeyCard) and not self._card.kept.isChecked()

    def run(self, work: Callable[[Report], T], then: Callable[[T], None]) -> bool:
        """Do `work` in the worker; False while the last job is under way."""
        return self._jobs.run(self, work, then)

    # --- the seat of jobs --------------------------------------------------------------------------------------

    def begin(self, cancel: Callable[[], None]) -> None:
        self.notices.clear()
        self._closed_deeds = [
            each for each in self.findChildren(QAbstractButton) if each.property(DEED) and each.isEnabled()
        ]
        for each in self._closed_deeds:
            each.setEnabled(False)
        self.progress_strip.begin(cancel)

    def progress(self, step: Step | None) -> None:
        self.progress_strip.show_step(step)

    def end(self) -> None:
        for each in self._closed_deeds:
            if isValid(each):  # another card may have taken its place
                each.setEnabled(True)
        self._closed_deeds = []
        self.progress_strip.end()

    def refuse(self, refusal: Refusal) -> None:
        self.notices.refuse(refusal)
        self.take_focus()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and getattr(self, "_card", None) is not None:
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        if self._card is not None:
            self._card.setFixedWidth(theme.current().px(600))

    def hideEvent(self, event: QHideEvent) -> None:
        # A passphrase half typed does not outlive the page.
        for edit in self.findChildren(QLineEdit):
            edit.clear()
        super().hideEvent(event)

    # --- cards -------------------------------------------------------------------------------------------------

    def _brand(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(icons.Picture("shield-lock", "accent", 30, self))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(say("window.title"), "title", parent=self))
        words.addWidget(Label(say("lock.what_it_is"), "note", "text2", parent=self))
        row.addLayout(words)
        row.addStretch(1)
        guide = link(f"{say('manuals.open')} F1", self.help_asked.emit, self)
        guide.setAccessibleName(say("manuals.open"))
        guide.setToolTip(say("manuals.open_tip"))
        row.addWidget(guide, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def show_card(self, card: LockCard) -> None:
        """Put a card in the place of the one before."""
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
        self._card = card
        self._measure()
        self._slot.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        card.setVisible(True)  # at once, so that the focus has somewhere to go
        self.take_focus()

    def _begin(self) -> None:
        try:
            state = self.doors.state()
        except Refusal as refusal:
            self.show_unlock()
            self.notices.refuse(refusal)
            return
        if state is DoorState.EMPTY:
            self.show_first_start()
        else:
            self.show_unlock()
            if state is DoorState.BROKEN:
                self.notices.say(say("lock.broken"), "danger", say("lock.restore_link"), self.show_restore)

    def show_beginning(self) -> None:
        """Back to where the page began: the passphrase, or the first start."""
        self.notices.clear()
        self._begin()

    def show_unlock(self) -> None:
        """The passphrase."""
        self.show_card(UnlockCard(self))

    def show_recovery(self) -> None:
        """The way in for who forgot the passphrase."""
        self.notices.clear()
        self.show_card(RecoveryCard(self))

    def show_first_start(self) -> None:
        """No registry yet: found one, bring one from another PC, or try the fictitious one."""
        self.show_card(FoundingCard(self))

    def show_new_key(self, office: str, recovery_key: str) -> None:
        """The recovery key, this once; the way on opens when its keeping is confirmed."""
        self.show_card(NewKeyCard(self, office, recovery_key))

    def show_restore(self) -> None:
        """A backup in the registry's place: another PC, or an older state."""
        self.notices.clear()
        self.show_card(RestoreCard(self))

    def show_view(self, file: Path | None = None) -> None:
        """A backup only looked at."""
        self.notices.clear()
        self.show_card(ViewCard(self, file))

    # --- outcomes ----------------------------------------------------------------------------------------------

    def open(self, house: House, words: str = "") -> None:
        """The registry is open; `words` are said over its first page."""
        self.opened.emit(house, words)

    def _crashed(self, report: crash.CrashReport) -> None:
        crash.show(report, self)
