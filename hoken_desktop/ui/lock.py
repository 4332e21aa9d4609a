"""What stands in the window while the registry is locked: the unlock page, the way in with the recovery key, and the
first start. It holds nothing of the registry but whether there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.progress import Report, Step
from hoken_desktop.ui import crash, icons, theme
from hoken_desktop.ui.desk import House
from hoken_desktop.ui.jobs import Jobs
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import DEED, Field, button, line, link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import NoticeBar
from hoken_desktop.ui.kit.progress import ProgressStrip
from hoken_desktop.ui.manuals import FIRST_DAY, PLACE
from hoken_desktop.words import say


class DoorState(StrEnum):
    """What lies in the data folder."""

    EMPTY = "empty"  # no registry yet: the first start
    READY = "ready"
    BROKEN = "broken"  # the keys or the registry are missing: only a backup or the recovery key helps


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new registry needs; `municipalities` are codes or names as typed (the house refuses unknown ones)."""

    office: str
    municipalities: tuple[str, ...]
    staff_name: str
    staff_post: str
    passphrase: str = field(repr=False)


class Doors(Protocol):
    """The ways into a registry; app fulfils it with the house. All but `state` run in the worker."""

    def state(self) -> DoorState: ...

    def open(self, passphrase: str, report: Report) -> House:
        """Open with a member of staff's passphrase; refuses in words."""
        ...

    def open_with_recovery(self, recovery_key: str, report: Report) -> House:
        """Open with the recovery key typed from its sheet."""
        ...

    def create(self, founding: Founding, report: Report) -> str:
        """Make a new registry and give its recovery key, which is shown once and never kept."""
        ...


class LockPage(QWidget):
    """`opened` gives the open house; the page is destroyed right after."""

    opened = Signal(object)
    help_asked = Signal()

    def __init__(self, doors: Doors, parent: QWidget | None = None, *, notice: str = "", tone: str = "accent") -> None:
        super().__init__(parent)
        self.setObjectName("lockPage")
        self.setProperty(PLACE, FIRST_DAY)
        self._doors = doors
        self._jobs = Jobs(lambda report: self._crashed(report), self)
        self._card: Card | None = None
        self._first: QWidget | None = None
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
        if self._first is not None:
            self._first.setFocus()

    def leave(self) -> None:
        """End the page's worker; the page is of no use after."""
        self._jobs.stop()

    # --- the seat of jobs --------------------------------------------------------------------------------------

    def begin(self, cancel: Callable[[], None]) -> None:
        self.notices.clear()
        self._closed_deeds = [each for each in self.findChildren(QAbstractButton) if each.property(DEED)]
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

    def hideEvent(self, event: QHideEvent) -> None:
        # A passphrase half typed does not outlive the page.
        for edit in self.findChildren(QLineEdit):
            edit.clear()
        super().hideEvent(event)

    # --- cards -------------------------------------------------------------------------------------------------

    def _brand(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        picture = Label("", parent=self)
        picture.setPixmap(icons.pixmap("shield-lock", "accent", theme.current().px(30)))
        row.addWidget(picture)
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

    def _show(self, card: Card, first: QWidget) -> None:
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
        self._card = card
        card.setFixedWidth(theme.current().px(560))
        self._slot.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        card.setVisible(True)  # at once, so that the focus has somewhere to go
        self._first = first
        first.setFocus()

    def _begin(self) -> None:
        try:
            state = self._doors.state()
        except Refusal as refusal:
            self.show_unlock()
            self.notices.refuse(refusal)
            return
        if state is DoorState.EMPTY:
            self.show_first_start()
        else:
            self.show_unlock()
            if state is DoorState.BROKEN:
                self.notices.say(say("lock.broken"), "danger")

    def show_unlock(self) -> None:
        """The passphrase."""
        card = Card(say("lock.locked_title"), parent=self)
        card.setObjectName("unlockCard")
        card.body.addWidget(Label(say("lock.locked_text"), "table", "text2", wrap=True, parent=card))
        passphrase = line(secret=True, parent=card)
        passphrase.setObjectName("passphrase")
        card.body.addWidget(Field(say("lock.passphrase"), _SecretInput(passphrase, card), parent=card))
        row = QHBoxLayout()
        forgotten = link(say("lock.forgotten"), self.show_recovery, card)
        forgotten.setProperty(DEED, True)
        row.addWidget(forgotten)
        row.addStretch(1)

        def go() -> None:
            typed = passphrase.text()
            if not typed:
                self.notices.say(say("lock.passphrase_missing"), "warn")
                passphrase.setFocus()
                return
            if self._jobs.run(self, lambda report: self._doors.open(typed, report), self._open):
                passphrase.clear()

        open_button = button(say("lock.open"), go, icon="lock-open", primary=True, deed=True, parent=card)
        passphrase.returnPressed.connect(go)
        row.addWidget(open_button)
        card.body.addLayout(row)
        self._show(card, passphrase)

    def show_recovery(self) -> None:
        """The way in for who forgot the passphrase."""
        self.notices.clear()
        card = Card(say("lock.recovery_title"), parent=self)
        card.setObjectName("recoveryCard")
        card.body.addWidget(Label(say("lock.recovery_text"), "table", "text2", wrap=True, parent=card))
        key = line(placeholder=say("lock.recovery_shape"), longest=80, parent=card)
        key.setObjectName("recoveryKey")
        card.body.addWidget(Field(say("lock.recovery_key"), key, say("lock.recovery_hint"), parent=card))

        def go() -> None:
            typed = key.text().strip()
            if not typed:
                self.notices.say(say("lock.recovery_missing"), "warn")
                key.setFocus()
                return
            self._jobs.run(self, lambda report: self._doors.open_with_recovery(typed, report), self._open)

        row = QHBoxLayout()
        row.addWidget(button(say("lock.back"), self.show_unlock, deed=True, parent=card))
        row.addStretch(1)
        row.addWidget(button(say("lock.open_with_recovery"), go, icon="key", primary=True, deed=True, parent=card))
        key.returnPressed.connect(go)
        card.body.addLayout(row)
        self._show(card, key)

    def show_first_start(self) -> None:
        """No registry yet: found one, or try the fictitious one."""
        card = Card(say("lock.first_title"), parent=self)
        card.setObjectName("firstCard")
        card.body.addWidget(Label(say("lock.first_text"), "table", "text2", wrap=True, parent=card))
        office = line(placeholder=say("lock.office_hint"), longest=60, parent=card)
        office.setObjectName("office")
        towns = line(placeholder=say("lock.towns_hint"), longest=400, parent=card)
        towns.setObjectName("municipalities")
        name = line(placeholder=say("lock.staff_name_hint"), longest=40, parent=card)
        name.setObjectName("staffName")
        post = line(placeholder=say("lock.staff_post_hint"), longest=40, parent=card)
        post.setObjectName("staffPost")
        once = line(secret=True, parent=card)
        once.setObjectName("passphraseOnce")
        twice = line(secret=True, parent=card)
        twice.setObjectName("passphraseTwice")
        fields = {
            "office": Field(say("lock.office"), office, needed=True, parent=card),
            "towns": Field(say("lock.towns"), towns, say("lock.towns_note"), needed=True, parent=card),
            "name": Field(say("lock.staff_name"), name, needed=True, parent=card),
            "post": Field(say("lock.staff_post"), post, needed=True, parent=card),
            "once": Field(
                say("lock.new_passphrase"),
                _SecretInput(once, card),
                say("lock.new_passphrase_note"),
                needed=True,
                parent=card,
            ),
            "twice": Field(say("lock.passphrase_twice"), twice, needed=True, parent=card),
        }
        edits = {"office": office, "towns": towns, "name": name, "post": post, "once": once, "twice": twice}
        card.body.addWidget(fields["office"])
        card.body.addWidget(fields["towns"])
        pair = QHBoxLayout()
        pair.setSpacing(12)
        pair.addWidget(fields["name"])
        pair.addWidget(fields["post"])
        card.body.addLayout(pair)
        card.body.addWidget(fields["once"])
        card.body.addWidget(fields["twice"])
        card.body.addWidget(Label(say("lock.first_next"), "note", "text2", wrap=True, parent=card))

        def go() -> None:
            for part in fields.values():
                part.set_fault("")
            missing = [each for each, edit in edits.items() if not edit.text().strip()]
            for each in missing:
                fields[each].set_fault(say("lock.fill_in"))
            if not missing and once.text() != twice.text():
                fields["twice"].set_fault(say("lock.passphrases_differ"))
                missing = ["twice"]
            if missing:
                edits[missing[0]].setFocus()
                return
            parts = towns.text().replace("、", ",").replace(",", ",").replace("・", ",").replace(" ", ",").split(",")
            founding = Founding(
                office.text().strip(),
                tuple(part.strip() for part in parts if part.strip()),
                name.text().strip(),
                post.text().strip(),
                once.text(),
            )

            def made(recovery_key: str) -> None:
                self.show_new_key(founding.office, recovery_key)

            self._jobs.run(self, lambda report: self._doors.create(founding, report), made)

        row = QHBoxLayout()
        row.addWidget(Label(say("lock.try_demo"), "note", "text3", wrap=True, selectable=True, parent=card), 1)
        row.addWidget(button(say("lock.create"), go, primary=True, deed=True, parent=card))
        card.body.addLayout(row)
        self._show(card, office)

    def show_new_key(self, office: str, recovery_key: str) -> None:
        """The recovery key, this once; the way on opens when its keeping is confirmed."""
        card = Card(say("lock.key_title"), parent=self, top="accent")
        card.setObjectName("newKeyCard")
        card.body.addWidget(Label(say("lock.key_text"), "table", "text", wrap=True, parent=card))
        groups = recovery_key.split("-")
        half = (len(groups) + 1) // 2
        frame = QFrame(card)
        frame.setProperty("bar", "accent")
        lines = QVBoxLayout(frame)
        lines.setContentsMargins(16, 10, 16, 10)
        for part in (groups[:half], groups[half:]):
            shown = Label("  -  ".join(part), "figure", parent=frame)
            shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
            shown.setAccessibleName(" ".join(part))
            lines.addWidget(shown)
        card.body.addWidget(frame)
        kept = QCheckBox(say("lock.key_kept"), card)
        kept.setObjectName("kept")
        kept.setAccessibleName(say("lock.key_kept"))

        def go_on() -> None:
            self.show_unlock()
            self.notices.say(say("lock.created"), "done")

        print_button = button(
            say("lock.key_print"), lambda: self._print_key(office, recovery_key), icon="printer", parent=card
        )
        on = button(say("lock.key_on"), go_on, primary=True, parent=card)
        on.setObjectName("goOn")
        on.setEnabled(False)
        kept.toggled.connect(on.setEnabled)
        card.body.addWidget(kept)
        row = QHBoxLayout()
        row.addWidget(print_button)
        row.addWidget(Label(say("lock.key_print_note"), "note", "text2", wrap=True, parent=card), 1)
        row.addWidget(on)
        card.body.addLayout(row)
        self._show(card, print_button)

    # --- outcomes ----------------------------------------------------------------------------------------------

    def _open(self, house: House) -> None:
        self.opened.emit(house)

    def _crashed(self, report: crash.CrashReport) -> None:
        crash.show(report, self)

    def _print_key(self, office: str, recovery_key: str) -> None:
        """On paper only: a key printed into a file would be a key lying on the disk."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, False)

        def chosen() -> None:
            if printer.outputFileName():
                self.notices.say(say("lock.key_not_to_file"), "danger")
                return
            paint_key_sheet(printer, office, recovery_key)

        dialog.accepted.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)


def paint_key_sheet(printer: QPrinter, office: str, recovery_key: str) -> None:
    """One A4 sheet: what this is, the key in groups of five, where to keep it."""
    painter = QPainter(printer)
    page = QRectF(printer.pageRect(QPrinter.Unit.DevicePixel))
    scale = printer.logicalDpiY() / 96
    font = theme.Theme().font("title")

    def write(text: str, top: float, size: int, bold: bool = False) -> float:
        font.setPixelSize(round(size * scale))
        font.setBold(bold)
        painter.setFont(font)
        box = QRectF(48 * scale, top, page.width() - 96 * scale, page.height())
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        needed = painter.boundingRect(box, flags, text)
        painter.drawText(box, flags, text)
        return top + needed.height() + 20 * scale

    top = write(say("lock.sheet_title"), 64 * scale, 24, True)
    top = write(office, top, 18)
    for part in recovery_key.split("-"):
        top = write(part, top, 32, True)
    write(say("lock.sheet_text"), top, 16)
    painter.end()


class _SecretInput(QWidget):
    """An input with a button that shows what is typed while it is pressed in; name and description go to the input."""

    def __init__(self, edit: QLineEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self._edit = edit
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(edit, 1)
        self._eye = QPushButton(self)
        self._eye.setCheckable(True)
        self._eye.setAutoDefault(False)
        self._eye.setAccessibleName(say("lock.show_typed"))
        self._eye.setToolTip(say("lock.show_typed"))
        self._eye.setFixedWidth(40)
        self._eye.toggled.connect(self._show_typed)
        row.addWidget(self._eye)
        self.setFocusProxy(edit)
        self._show_typed(False)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._edit.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self._edit.setAccessibleDescription(description)

    def _show_typed(self, on: bool) -> None:
        self._edit.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self._eye.setIcon(icons.icon("eye-off" if on else "eye", "text2", size=16))
