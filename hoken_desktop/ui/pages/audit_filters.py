"""What the record is filtered by: a person's 管理番号, a deed, a member of staff, and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.filters import FilterChip
from hoken_desktop.ui.kit.forms import DateInput, line, link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say

_TYPING_MS = 250


class AuditFilters(QWidget):
    """One row of filters; `changed` when something else is asked, a moment after the last letter."""

    changed = Signal()
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.person = line(placeholder=say("audits_page.person_hint"), longest=12, parent=self)
        self.person.setAccessibleName(say("audits_page.person"))
        self.person.setClearButtonEnabled(True)
        self.person.textChanged.connect(lambda _text: self._typing.start())
        self.deed: FilterChip[str] = FilterChip(
            say("audits_page.deed"), [(label(deed), deed.value) for deed in Deed], "", self
        )
        self.staff: FilterChip[str] = FilterChip(say("audits_page.staff"), (), "", self)
        self.since = DateInput(parent=self, quiet=True)
        self.until = DateInput(parent=self, quiet=True)
        self.clear_link = link(say("audits_page.clear"), self.cleared.emit, self)
        row.addWidget(Label(say("audits_page.person"), "note", "text2", parent=self))
        row.addWidget(self.person)
        for name, day in ((say("audits_page.since"), self.since), (say("audits_page.until"), self.until)):
            day.setAccessibleName(name)
            day.edit.setPlaceholderText(say("audits_page.day_hint"))  # the whole example does not fit here
            day.changed.connect(lambda: self._typing.start())
            row.addSpacing(4)
            row.addWidget(Label(name, "note", "text2", parent=self))
            row.addWidget(day)
        for chip in (self.deed, self.staff):
            chip.picked.connect(lambda _value: self.changed.emit())
            row.addWidget(chip)
        row.addStretch(1)
        row.addWidget(self.clear_link)
        self.clear_link.setVisible(False)
        self._measure()

    def asked(self) -> dict[str, Any]:
        """What `Audits.find` is asked."""
        self._typing.stop()
        self.clear_link.setVisible(self.is_set())
        return self._values()

    def fault(self) -> str:
        """Why the days cannot be asked for, in words; "" if they can."""
        if fault := self.since.fault() or self.until.fault():
            return fault
        since, until = self.since.day(), self.until.day()
        return say("audits_page.fault_days") if since and until and since > until else ""

    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return any(self._values().values())

    def fill(self, where: Mapping[str, object]) -> None:
        """Filter by these and by nothing else, without telling."""
        self.person.setText(str(where.get("person", "")))
        self.deed.set_value(str(where.get("deed", "")))
        self.staff.set_value(str(where.get("staff", "")))
        for control, key in ((self.since, "since"), (self.until, "until")):
            day = where.get(key)
            control.set_day(day if isinstance(day, date) else None)
        self._typing.stop()

    def offer_staff(self, staff: Sequence[tuple[str, str]]) -> None:
        """(id, 職 氏名) of those to choose from."""
        self.staff.offer([(name, id_) for id_, name in staff])

    def stop(self) -> None:
        """Ask nothing more."""
        self._typing.stop()

    def is_waiting(self) -> bool:
        """Whether somebody is still typing."""
        return self._typing.isActive()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "clear_link"):
            self._measure()
        super().changeEvent(event)

    def _values(self) -> dict[str, Any]:
        return {
            "person": self.person.text().strip(), "deed": self.deed.value(), "staff": self.staff.value(),
            "since": self.since.day(), "until": self.until.day(),
        }  # fmt: skip

    def _measure(self) -> None:
        look = theme.current()
        self.person.setFixedWidth(look.px(118))
        for day in (self.since, self.until):
            day.edit.setFixedWidth(look.px(132))
