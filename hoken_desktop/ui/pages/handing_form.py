"""How a disclosure is handed over, asked before the folder; and what the recipient confirmed, written afterwards."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from hoken_desktop.domain.characters import CsvEncoding, code_point
from hoken_desktop.domain.disclosures import Disclosure
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.disclosure_records import FollowUp
from hoken_desktop.services.disclosures import Handing
from hoken_desktop.services.system_csv import parse_spellings
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, line
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.words import label, say

_LONGEST = 60


class _FormSheet(Sheet):
    """Fields in two columns, and a verb that is heard only when every day can be read."""

    def __init__(self, title: str, name: str, verb: str, parent: QWidget | None) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.setMinimumWidth(theme.current().px(720))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._days: list[tuple[DateInput, Field]] = []
        back = self.add_button(say("kit.back"))
        back.clicked.connect(self.reject)
        self.verb_button = self.add_button(verb, primary=True)
        self.verb_button.clicked.connect(self._give)
        self.finished.connect(self.deleteLater)

    def _text(self, name: str, value: str, hint: str = "") -> QLineEdit:
        made = line(value, longest=_LONGEST, parent=self)
        self._put(Field(name, made, hint, parent=self))
        return made

    def _day(self, name: str, value: date | None, hint: str = "") -> DateInput:
        made = DateInput(value, self)
        field = Field(name, made, hint, parent=self)
        self._days.append((made, field))
        self._put(field)
        return made

    def _put(self, field: Field) -> None:
        at = self._grid.count()
        self._grid.addWidget(field, at // 2, at % 2)

    def _give(self) -> None:
        for made, field in self._days:
            field.set_fault(made.fault())
        if any(made.fault() for made, _ in self._days):
            return
        self._said()

    def _said(self) -> None:
        raise NotImplementedError


class HandingSheet(_FormSheet):
    """媒体番号, 承認者, 返却期限, how the password is passed on, and whether a system's CSV is made too."""

    given = Signal(object)

    def __init__(
        self, place: str, count: int, today: date, parent: QWidget | None = None, before: Handing | None = None
    ) -> None:
        """`before`: what was said when it was tried the last time."""
        said = before or Handing()
        title = say("disclosures_page.handing_title", place=place, n=f"{count:,}")
        super().__init__(title, "handingSheet", say("disclosures_page.handing_verb"), parent)
        self._today = today
        self.add_text(say("disclosures_page.handing_text"), note=True)
        self.media_number = self._text(
            say("disclosures_page.media_number"), said.media_number, say("disclosures_page.media_hint")
        )
        self.approver = self._text(
            say("disclosures_page.approver"), said.approver, say("disclosures_page.approver_hint")
        )
        self.return_by = self._day(
            say("disclosures_page.return_by"), said.return_by, say("disclosures_page.return_hint")
        )
        self.password_by = self._text(
            say("disclosures_page.password_by"), said.password_by, say("disclosures_page.password_by_hint")
        )
        choices: list[tuple[str, CsvEncoding | None]] = [(say("disclosures_page.no_csv"), None)]
        choices += [(label(each), each) for each in CsvEncoding]
        self.csv: Pick[CsvEncoding | None] = Pick(choices, self)
        self._put(Field(say("disclosures_page.csv"), self.csv, say("disclosures_page.csv_hint"), parent=self))
        self.csv.pick(said.csv)
        spelled = " ".join(f"{code_point(c)}={spelling}" for c, spelling in said.spellings.items())
        self.spellings = line(spelled, longest=200, parent=self)
        self._spelling_field = Field(
            say("disclosures_page.spellings"), self.spellings, say("disclosures_page.spellings_hint"), parent=self
        )
        self._put(self._spelling_field)
        self.csv.currentIndexChanged.connect(self._csv_chosen)
        self._csv_chosen()
        self.body.addLayout(self._grid)
        (self.media_number if before is None else self.spellings).setFocus()

    def _csv_chosen(self) -> None:
        self._spelling_field.setEnabled(self.csv.value() is not None)

    def _said(self) -> None:
        try:
            given = parse_spellings(self.spellings.text().replace("、", " ").replace(",", " ").split())
        except Refusal as refusal:
            self._spelling_field.set_fault(words_of(refusal))
            return
        day = self.return_by.day()
        if day is not None and day < self._today:
            self._days[0][1].set_fault(say("disclosures.return_by", today=self._today.isoformat()))
            return
        handing = Handing(
            media_number=self.media_number.text().strip(), approver=self.approver.text().strip(),
            password_by=self.password_by.text().strip(), return_by=day, csv=self.csv.value(),
            spellings=given if self.csv.value() else {},
        )  # fmt: skip
        self.accept()
        self.given.emit(handing)


class FollowUpSheet(_FormSheet):
    """受領, 返却・廃棄 and the rest of what is known only after a disclosure."""

    given = Signal(object)

    def __init__(self, disclosure: Disclosure, today: date, parent: QWidget | None = None) -> None:
        super().__init__(
            say("disclosures_page.follow_title", number=disclosure.our_number), "followSheet",
            say("disclosures_page.follow_verb"), parent,
        )  # fmt: skip
        self._first, self._today = disclosure.disclosed_on, today
        self.add_text(say("disclosures_page.follow_text"), note=True)
        self.received_on = self._day(say("disclosures_page.received_on_them"), disclosure.received_on)
        self.received_by = self._text(say("disclosures_page.received_by_them"), disclosure.received_by)
        self.returned_on = self._day(say("disclosures_page.returned_on"), disclosure.returned_on)
        self.disposal = self._text(
            say("disclosures_page.disposal"), disclosure.disposal, say("disclosures_page.disposal_hint")
        )
        self.password_by = self._text(say("disclosures_page.password_by"), disclosure.password_by)
        self.return_by = self._day(say("disclosures_page.return_by"), disclosure.return_by)
        self.media_number = self._text(say("disclosures_page.media_number"), disclosure.media_number)
        self.approver = self._text(say("disclosures_page.approver"), disclosure.approver)
        self.body.addLayout(self._grid)
        self.received_on.edit.setFocus()

    def _said(self) -> None:
        for made, field in self._days[:2]:
            day = made.day()
            if day is not None and not self._first <= day <= self._today:
                field.set_fault(
                    say("disclosures.follow_day", first=self._first.isoformat(), today=self._today.isoformat())
                )
                return
        self.accept()
        self.given.emit(
            FollowUp(
                media_number=self.media_number.text(), approver=self.approver.text(),
                password_by=self.password_by.text(), return_by=self.return_by.day(),
                received_on=self.received_on.day(), received_by=self.received_by.text(),
                returned_on=self.returned_on.day(), disposal=self.disposal.text(),
            )
        )  # fmt: skip
