"""Inputs with their labels: text, dates in 和暦 or 西暦, あり/なし/不明, choices, and the buttons of a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.codes import YesNoUnknown
from hoken_desktop.domain.dates import UnreadableDate, format_wareki, parse
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.labels import KeyCap, Label, restyle
from hoken_desktop.words import label, say

T = TypeVar("T")

_KEYPAD = Qt.KeyboardModifier.KeypadModifier

DEED = "deed"
"""Property of buttons that change something: they are closed while a job of their page runs."""


class PressButton(QPushButton):
    """A push button that Enter presses while it has the focus, in a window as in a dialog, and never otherwise."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAutoDefault(False)
        self._icon = ("", "")
        self._shut = False

    def shut(self, reason: str) -> None:
        """Close it for good, with the reason beside it (閲覧専用)."""
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)
        self.setEnabled(False)
        self._shut = True

    def setEnabled(self, on: bool) -> None:
        super().setEnabled(on and not self._shut)

    def setToolTip(self, tip: str) -> None:
        if not self._shut:
            super().setToolTip(tip)

    def show_icon(self, name: str, tone: str) -> None:
        """An icon before the words, in a colour role; it follows the theme."""
        self._icon = (name, tone)
        self.setIcon(icons.icon(name, tone))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and getattr(self, "_icon", ("", ""))[0]:
            self.setIcon(icons.icon(*self._icon))
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD:
            if not event.isAutoRepeat():  # a key held down from the dialog before presses nothing here
                self.click()
            return
        super().keyPressEvent(event)


class KeyedButton(PressButton):
    """A push button that shows the key which does the same; the key itself is bound by its maker."""

    def __init__(self, text: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self.setAccessibleDescription(key)
        self.setProperty("keyed", True)
        self._of_return = "Return" in key
        self._cap = KeyCap(key.replace("Return", "Enter"), self)
        self._cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(0, 0, 10, 0)
        inside.addStretch(1)
        inside.addWidget(self._cap)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._of_return and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QPushButton.keyPressEvent(self, event)  # a deed of Ctrl+Enter is never done by Enter alone
            return
        super().keyPressEvent(event)

    def setText(self, text: str) -> None:
        """Other words, the same key: Qt would forget it with the old words."""
        key = self.shortcut()
        super().setText(text)
        self.setShortcut(key)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        plain = super().sizeHint()
        return QSize(plain.width() + self._cap.sizeHint().width() + 8, plain.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def button(
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    key: str = "",
    icon: str = "",
    primary: bool = False,
    danger: bool = False,
    action: bool = False,
    small: bool = False,
    deed: bool = False,
    parent: QWidget | None = None,
) -> QPushButton:
    """A push button; `key` is a shortcut such as "Ctrl+N", shown in its text and heard on the whole page.

    One primary a page. `deed` closes it while a job runs. A key for a disclosure is never plain Enter.
    """
    made = KeyedButton(text, key, parent) if key else PressButton(text, parent)
    made.setAccessibleName(text)
    for name, on in (("primary", primary), ("danger", danger), ("action", action), ("small", small), (DEED, deed)):
        if on:
            made.setProperty(name, True)
    if icon:
        made.show_icon(icon, "on_accent" if primary else "text2")
    if key:
        made.setShortcut(QKeySequence(key))
    if pressed is not None:
        made.clicked.connect(lambda _checked=False: pressed())
    return made


def link(text: str, pressed: Callable[[], object] | None = None, parent: QWidget | None = None) -> QPushButton:
    """An underlined word that opens something."""
    made = PressButton(text, parent)
    made.setProperty("link", True)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAccessibleName(text)
    if pressed is not None:
        made.clicked.connect(lambda _checked=False: pressed())
    return made


def chip(text: str, checked: bool = False, parent: QWidget | None = None) -> QPushButton:
    """A filter that is on or off."""
    made = PressButton(text, parent)
    made.setProperty("chip", True)
    made.setCheckable(True)
    made.setChecked(checked)
    made.setAccessibleName(text)
    return made


class Field(QWidget):
    """A label over its control, a hint under it, and the fault in its place when there is one."""

    def __init__(
        self, name: str, control: QWidget, hint: str = "", *, needed: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._hint = hint
        self._hint_tone = "text3"
        self._note = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        shown = say("kit.needed", name=name) if needed else name
        self.label = Label(shown, "note", "text2", parent=self)
        self.label.setBuddy(control)
        if not control.accessibleName():
            control.setAccessibleName(name)
        control.setAccessibleDescription(hint)
        self._below = Label(hint, "note", "text3", wrap=True, parent=self)
        self._below.setVisible(bool(hint))
        column.addWidget(self.label)
        column.addWidget(control)
        column.addWidget(self._below)
        self.setFocusProxy(control)
        if isinstance(control, DateInput):
            control.be_brief()
            control.edit.editingFinished.connect(lambda: self._say_date(control, over=True))
            control.changed.connect(lambda: self._say_date(control, over=False))
        if isinstance(control, QLineEdit):
            control.inputRejected.connect(lambda: self._say_longest(control))
            control.textEdited.connect(lambda _text: self._forget_longest(control))

    def _say_date(self, control: DateInput, *, over: bool) -> None:
        """What cannot be read is said once the text is `over`, and taken back as soon as it can be read."""
        if control.fault() and over:
            self.set_fault(control.fault())
        elif not control.fault() and not over:
            self.set_fault("")

    def _say_longest(self, control: QLineEdit) -> None:
        """What is pasted and does not fit is not taken: that is said, or half a name would be kept."""
        self.set_note(say("kit.longest", n=control.maxLength()))

    def _forget_longest(self, control: QLineEdit) -> None:
        if len(control.text()) < control.maxLength() and self._note == say("kit.longest", n=control.maxLength()):
            self.set_note("")

    def set_note(self, text: str) -> None:
        """A warning in the hint's place that stops nobody; a fault goes before it. An empty text takes it back."""
        self._note = text
        if not self.fault():
            self._show_below()

    def set_fault(self, text: str) -> None:
        """Say what is wrong with the value; an empty text takes it back."""
        self._show_below(text)
        restyle(self.control, faulty=bool(text))

    def _show_below(self, fault: str = "") -> None:
        words = fault or self._note or self._hint
        self._below.setText(words)
        self._below.set_tone("danger" if fault else "warn" if self._note else self._hint_tone)
        self._below.setVisible(bool(words))
        self.control.setAccessibleDescription(words)

    def set_hint_tone(self, tone: str) -> None:
        """Another colour role for the hint: warn where what is shown is old."""
        self._hint_tone = tone
        if not self.fault():
            self._show_below()

    def fault(self) -> str:
        """The fault shown now."""
        return self._below.text() if self._below.property("tone") == "danger" else ""


_BREAKS = re.compile(r"[\t\v\f\x85\u2028\u2029\r\n]+")


class _OneLine(QValidator):
    """Keeps line breaks and tabs, which come with what is pasted from Excel, out of a one-line input.

    Qt shows them as spaces and keeps them: a name with a break in it would go into lists and onto papers.
    """

    def __init__(self, joint: str, parent: QLineEdit) -> None:
        super().__init__(parent)
        self._joint = joint

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        clean = _BREAKS.sub(self._joint, text)
        return QValidator.State.Acceptable, clean, at if clean == text else len(_BREAKS.sub(self._joint, text[:at]))


def line(
    text: str = "", placeholder: str = "", *, secret: bool = False, longest: int = 0, parent: QWidget | None = None
) -> QLineEdit:
    """A one-line input. `secret` hides what is typed and keeps it out of undo and of input methods."""
    made = QLineEdit(parent)
    made.setPlaceholderText(placeholder)
    made.setValidator(_OneLine("" if secret else " ", made))
    if longest:
        made.setMaxLength(max(longest, len(text)))  # what a file brought in is not cut by looking at it
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    made.setText(text)
    return made


_DATE_FAULTS = {
    "date_unreadable": "kit.date_unreadable",
    "date_impossible": "kit.date_impossible",
    "date_outside_era": "kit.date_outside_era",
}


class DateInput(QWidget):
    """A date as people write it (令和8年9月30日, R8.9.30, 2026-09-30); beside it stands how it was understood.

    An empty text is no date; what cannot be read is a fault in words, never a guess. A `quiet` one, for filters,
    says how it was understood on hover.
    """

    changed = Signal()

    def __init__(self, value: date | None = None, parent: QWidget | None = None, *, quiet: bool = False) -> None:
        super().__init__(parent)
        self._quiet = quiet
        self._brief = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.edit = line(placeholder=say("kit.date_placeholder"), longest=24, parent=self)
        self._echo = Label("", "note", "text2", parent=self)
        self._echo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._measure()
        # To the left also where the echo is hidden: a fixed width alone would stand in the middle of a wide field.
        row.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self._echo, 1)
        self.edit.textChanged.connect(self._look)
        self.setFocusProxy(self.edit)
        self.set_day(value)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_echo"):
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        """Room for the example, at every size of text."""
        words = QFontMetrics(theme.current().font("table")).horizontalAdvance(say("kit.date_placeholder"))
        self.edit.setFixedWidth(max(words + 26, theme.current().px(170)))

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.edit.setAccessibleName(name)

    def day(self) -> date | None:
        """The date, or None for an empty or unreadable text; ask `fault` which."""
        return self._understood()[0]

    def fault(self) -> str:
        """What is wrong with the text, in words; empty if nothing is."""
        return self._understood()[1]

    def set_day(self, value: date | None) -> None:
        """Show a date."""
        self.edit.setText("" if value is None else format_wareki(value))
        self._look()

    def echo(self) -> str:
        """How the text was understood, as shown beside it."""
        return self._echo.text()

    def be_brief(self) -> None:
        """Say a fault in one word and a day in one calendar: what stands around says the sentence, with room for all
        of it, and the other calendar is said on hover."""
        self._brief = True
        self._show_echo()

    def _understood(self) -> tuple[date | None, str]:
        text = self.edit.text().strip()
        if not text:
            return None, ""
        try:
            return parse(text), ""
        except UnreadableDate as unreadable:
            return None, say(_DATE_FAULTS[unreadable.code])

    def _other_words(self, day: date) -> str:
        """What the text itself does not say: a day that stands in 和暦 is not said in it twice."""
        same = self.edit.text().strip() == format_wareki(day)
        if same:
            return day.isoformat()
        return format_wareki(day) if self._brief else f"{format_wareki(day)}({day.isoformat()})"

    def _look(self) -> None:
        self._show_echo()
        self.changed.emit()

    def _show_echo(self) -> None:
        day, fault = self._understood()
        if fault:
            self._echo.set_tone("danger")
            self._echo.setText(say("kit.date_fault") if self._brief else fault)
        else:
            self._echo.set_tone("text2")
            self._echo.setText("" if day is None else self._other_words(day))
        both = "" if day is None else f"{format_wareki(day)}({day.isoformat()})"
        self._echo.setToolTip(fault or both)  # in a narrow form there is no room for all of it
        if self._quiet:
            self.edit.setToolTip(self._echo.toolTip())
            self._echo.setVisible(False)
        restyle(self.edit, faulty=bool(fault))


class ThreeValued(QWidget):
    """あり/なし/不明: 不明 is a choice of its own and where every new value begins."""

    changed = Signal()

    def __init__(self, value: YesNoUnknown = YesNoUnknown.UNKNOWN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._group = QButtonGroup(self)
        self._buttons: dict[YesNoUnknown, QRadioButton] = {}
        for code in YesNoUnknown:
            made = QRadioButton(label(code), self)
            made.setAccessibleName(label(code))
            self._group.addButton(made)
            self._buttons[code] = made
            row.addWidget(made)
        row.addStretch(1)
        self.set_value(value)
        self._group.buttonToggled.connect(self._toggled)
        self.setFocusProxy(self._buttons[YesNoUnknown.YES])

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for code, made in self._buttons.items():
            made.setAccessibleName(f"{name} {label(code)}")

    def value(self) -> YesNoUnknown:
        return next(code for code, made in self._buttons.items() if made.isChecked())

    def set_value(self, value: YesNoUnknown) -> None:
        self._buttons[value].setChecked(True)

    def _toggled(self, _button: QAbstractButton, checked: bool) -> None:
        if checked:
            self.changed.emit()


class Pick(QComboBox, Generic[T]):
    """One of a few values, each shown by its word. With `ask` none is chosen before somebody chooses: what nobody said
    must not be written because it stood first."""

    def __init__(self, choices: Sequence[tuple[str, T]], parent: QWidget | None = None, *, ask: bool = False) -> None:
        super().__init__(parent)
        self._values: list[T] = []
        self.offer(choices)
        if ask:
            self.setPlaceholderText(say("kit.choose"))
            self.setCurrentIndex(-1)

    def offer(self, choices: Sequence[tuple[str, T]]) -> None:
        """Replace the choices; the value stays if it is among them."""
        before = self.answer()
        self.blockSignals(True)
        self.clear()
        self._values = [value for _, value in choices]
        self.addItems([word for word, _ in choices])
        self.blockSignals(False)
        if before is not None and before in self._values:
            self.pick(before)

    def answer(self) -> T | None:
        """The chosen value; None where nothing is chosen yet."""
        return self._values[self.currentIndex()] if self.currentIndex() >= 0 else None

    def value(self) -> T:
        """The chosen value; IndexError if none is."""
        if self.currentIndex() < 0:
            raise IndexError
        return self._values[self.currentIndex()]

    def pick(self, value: T) -> None:
        self.setCurrentIndex(self._values.index(value))


def contents(form: QWidget) -> list[object]:
    """What all inputs of a form say, to tell whether it was touched; windows opened over it have their own."""
    said: list[object] = []
    for each in form.findChildren(QWidget):
        if each.window() is not form.window():
            continue
        if isinstance(each, QLineEdit):
            said.append(each.text())
        elif isinstance(each, QPlainTextEdit):
            said.append(each.toPlainText())
        elif isinstance(each, QComboBox):
            said.append(each.currentIndex())
        elif isinstance(each, QAbstractButton):
            said.append(each.isChecked())
    return said
