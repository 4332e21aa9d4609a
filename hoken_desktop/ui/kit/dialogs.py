"""Questions whose buttons are verbs: 「12名を提供する」/「やめる」, never はい/いいえ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from hoken_desktop.ui.kit.forms import PressButton
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.reading import move_focus
from hoken_desktop.ui.kit.seats import Seat
from hoken_desktop.words import say

_BODY = 1
"""The place of the body among the parts of a sheet, under its title."""


class Sheet(QDialog):
    """A dialog of text, facts and verbs. It is opened with `open()`: the event loop is never nested.

    Ctrl+L locks from here too: a modal window keeps every key from the frame behind it. `locks` is False where what
    is shown once would be lost with the sheet. F1 opens the manual at the place the sheet belongs to.
    """

    locks = True

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if self.locks:
            QShortcut(QKeySequence("Ctrl+L"), self, self._ask_lock)
        QShortcut(QKeySequence("F1"), self, self._ask_help)
        self.setModal(True)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 12)
        self._column.setSpacing(12)
        self._column.addWidget(Label(title, "title", wrap=True, parent=self))
        self._ground = QWidget(self)
        self.body = QVBoxLayout(self._ground)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._column.addWidget(self._ground)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._column.addSpacing(4)
        self._column.addLayout(self._buttons)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward)

    def _ask_lock(self) -> None:
        seat = self.parentWidget()
        while seat is not None and not hasattr(seat, "lock_asked"):
            seat = seat.parentWidget()
        if seat is not None:
            seat.lock_asked.emit()

    def _ask_help(self) -> None:
        seat = self.window().parentWidget()
        while seat is not None and not hasattr(seat, "open_manual"):
            seat = seat.parentWidget()
        if seat is not None:
            seat.open_manual(self)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt gives a new dialog two thirds of the screen's height at most, and squeezes what needs more."""
        super().showEvent(event)
        self._keep_on_screen()
        needed = self._column.totalHeightForWidth(self.width())
        if self.height() < needed:
            self.resize(self.width(), min(needed, self._room().height()))

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():  # a fault that is shown needs its line
            self._keep_on_screen()
        return done

    def _room(self) -> QSize:
        """What the screen has for a sheet; never less than the window it lies over."""
        over = self.parentWidget()
        around = self.frameGeometry().size() - self.size()
        room = self.screen().availableGeometry().size() - around
        return room.expandedTo(over.window().size()) if over is not None else room

    def _keep_on_screen(self) -> None:
        """Where even the least of the sheet is larger than the screen its body scrolls, and its verbs stay in sight."""
        room = self._room()
        if self.minimumWidth() > room.width():
            self.setMinimumWidth(room.width())
        least = max(self._column.totalMinimumHeightForWidth(self.width()), self._column.totalMinimumSize().height())
        low = least > room.height() or self._column.totalMinimumSize().width() > room.width()
        if low and self._ground.parentWidget() is self:
            self._column.removeWidget(self._ground)
            self._column.insertWidget(_BODY, Seat(self._ground, self), 1)
            self._column.activate()
            self.resize(self.size().boundedTo(room))

    def add_text(self, text: str, *, note: bool = False, tone: str = "text") -> Label:
        """A paragraph."""
        made = Label(text, "note" if note else "base", "text2" if note else tone, wrap=True, parent=self)
        self.body.addWidget(made)
        return made

    def add_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Names and values in two columns; the values can be selected."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate(facts):
            grid.addWidget(Label(name, "note", "text2", parent=self), line, 0)
            grid.addWidget(Label(value, "table", wrap=True, selectable=True, parent=self), line, 1)
        self.body.addLayout(grid)

    def add_button(self, verb: str, *, primary: bool = False, danger: bool = False) -> QPushButton:
        """A button; the last one added stands rightmost. Enter presses nothing unless it has the focus."""
        button = PressButton(verb, self)
        button.setAccessibleName(verb)
        if danger:
            button.setProperty("danger", True)
        if primary:
            button.setProperty("primary", True)
        self._buttons.addWidget(button)
        return button


class Question(Sheet):
    """One deed to confirm: its scope and count, the verb that does it, and a way back that has the focus."""

    def __init__(
        self,
        title: str,
        text: str,
        verb: str,
        parent: QWidget | None = None,
        *,
        back: str | None = None,
        facts: Sequence[tuple[str, str]] = (),
        danger: bool = False,
    ) -> None:
        super().__init__(title, parent)
        self.setObjectName("question")
        self.add_text(text)
        if facts:
            self.add_facts(facts)
        self.back_button = self.add_button(back or say("kit.back"))
        self.deed_button = self.add_button(verb, primary=not danger, danger=danger)
        self.back_button.clicked.connect(self.reject)
        self.deed_button.clicked.connect(self.accept)
        self.back_button.setFocus()


def ask(
    page: QWidget,
    title: str,
    text: str,
    verb: str,
    then: Callable[[], None],
    *,
    back: str | None = None,
    facts: Sequence[tuple[str, str]] = (),
    danger: bool = False,
) -> Question:
    """Open a question over `page`; `then` runs when its verb is pressed, nothing happens otherwise."""
    question = Question(title, text, verb, page, back=back, facts=facts, danger=danger)
    question.accepted.connect(then)
    question.finished.connect(question.deleteLater)
    question.open()
    return question


def ask_to_leave(seat: QWidget, then: Callable[[], None]) -> Question:
    """Ask before what was typed into `seat` is thrown away."""
    return ask(
        seat, say("kit.leave_title"), say("kit.leave_text"), say("kit.leave_verb"), then,
        back=say("kit.leave_back"), danger=True,
    )  # fmt: skip
