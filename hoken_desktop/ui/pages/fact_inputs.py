"""One input for each kind of field: what stands is in it, 不明 as such, and it says its value as canonical text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import YesNoUnknown
from hoken_desktop.domain.fields import Field, FieldKind
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.forms import DateInput, Pick, ThreeValued, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say

LONGEST = 200
"""Characters of a free text."""


class FactInput(QWidget):
    """`value` is the canonical text, "" where nothing is known; `fault` says in words what is wrong, "" if nothing.

    `moved` tells whether it is another value than the one that stood: only that is recorded.
    """

    changed = Signal()

    def __init__(self, field: Field, standing: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.standing = standing
        self._today = today
        self._read: Callable[[], str]
        self._edit: QLineEdit | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._control = self._make()
        column.addWidget(self._control)
        self.setFocusProxy(self._control)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._control.setAccessibleName(name)
        if self._edit is not None:
            self._edit.setAccessibleName(name)

    def setAccessibleDescription(self, text: str) -> None:
        super().setAccessibleDescription(text)
        self._control.setAccessibleDescription(text)

    def _make(self) -> QWidget:
        field = self.field
        if field.kind is FieldKind.YES_NO_UNKNOWN:
            return self._three()
        if field.kind is FieldKind.CODES:
            return self._several()
        if field.codes is not None:
            return self._one()
        if field.kind is FieldKind.DATE:
            return self._day()
        return self._line()

    def _three(self) -> QWidget:
        made = ThreeValued(YesNoUnknown(self.standing or "unknown"), self)
        made.changed.connect(self.changed)
        self._read = lambda: made.value().value
        return made

    def _one(self) -> QWidget:
        assert self.field.codes is not None
        choices: list[tuple[str, str]] = [(label(code), code.value) for code in self.field.codes]
        if not self.field.may_be_unknown:
            choices.insert(0, (say("persons_page.not_written"), ""))
        made: Pick[str] = Pick(choices, self)
        made.pick(self.standing or ("unknown" if self.field.may_be_unknown else ""))
        made.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self._read = made.value
        return made

    def _several(self) -> QWidget:
        assert self.field.codes is not None
        flow = FlowWidget(self, gap=10)
        boxes: dict[StrEnum, QCheckBox] = {}
        standing = self.standing.split(",")
        for code in self.field.codes:
            box = QCheckBox(label(code), flow)
            box.setAccessibleName(label(code))
            box.setChecked(code.value in standing)
            box.toggled.connect(lambda _on: self.changed.emit())
            flow.flow.addWidget(box)
            boxes[code] = box
        self._read = lambda: ",".join(code.value for code, box in boxes.items() if box.isChecked())
        flow.setFocusProxy(next(iter(boxes.values())))
        return flow

    def _day(self) -> QWidget:
        made = DateInput(date.fromisoformat(self.standing) if self.standing else None, self)
        made.changed.connect(self.changed)
        self._date = made
        self._read = lambda: day.isoformat() if (day := made.day()) is not None else ""
        return made

    def _line(self) -> QWidget:
        number = self.field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL)
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        edit: QLineEdit = line(self.standing, longest=12 if number else LONGEST, parent=holder)
        row.addWidget(edit)
        if number:
            edit.setFixedWidth(90)
            unit = say(f"fields.unit.{self.field.unit}", value="\0") if self.field.unit else "\0"
            before, _, after = unit.partition("\0")
            if before:
                row.insertWidget(0, Label(before, "note", "text2", parent=holder))
            row.addWidget(Label(after.strip(), "note", "text2", parent=holder))
            row.addStretch(1)
        edit.textChanged.connect(lambda _text: self.changed.emit())
        holder.setFocusProxy(edit)
        self._edit = edit
        self._read = lambda: _narrowed(edit.text()) if number else edit.text().strip()
        return holder

    def value(self) -> str:
        """The canonical text, "" for nothing; ValueError where `fault` says something."""
        raw = self._read()
        return fields.canonical(self.field, raw) if raw else ""

    def fault(self) -> str:
        """What is wrong, in words."""
        if self.field.kind is FieldKind.DATE:
            day, fault = self._date.day(), self._date.fault()
            return fault or (say("persons_page.fault_future") if day is not None and day > self._today else "")
        try:
            self.value()
        except ValueError:
            if self.field.least is None:
                return say("person.fault_value")
            key = "person.fault_whole" if self.field.kind is FieldKind.WHOLE else "person.fault_number"
            return say(key, least=f"{self.field.least:g}", most=f"{self.field.most:g}")
        return ""

    def moved(self) -> bool:
        """Whether it says another thing than what stood. 不明 where nothing was known is no news."""
        now = self._read()
        try:
            now = self.value()
        except ValueError:
            return True
        if not self.standing and now == "unknown":
            return False
        return now != self.standing


def _narrowed(text: str) -> str:
    """A number as it is typed, wide or narrow, with 、 or 。 for the point of a Japanese keyboard."""
    return unicodedata.normalize("NFKC", text).strip().replace("。", ".").replace("、", ".").replace(",", ".")
