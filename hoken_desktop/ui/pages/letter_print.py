"""The dialogs of a printing: who gets which letter, counted before it is printed; and the 差出人."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from hoken_desktop.domain.letters import LetterKind, LetterWho, Sender
from hoken_desktop.services.letter_choices import Chosen, LetterChoice
from hoken_desktop.services.letters import DUE_DAYS
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.pages.person_form import Form, words_in
from hoken_desktop.words import label, say

_COUNT_MS = 250


@dataclass(frozen=True, slots=True)
class Order:
    """A printing as it was asked for."""

    choice: LetterChoice
    sent_on: date
    due_on: date
    paper: bool
    """On a real printer; a PDF otherwise."""


class PrintForm(Form):
    """印刷する: `count_asked` wants the people counted; `done` gets the order when a verb is pressed."""

    count_asked = Signal()

    def __init__(
        self, parent: QWidget, today: date, rounds: Sequence[date], places: Mapping[str, str],
        done: Callable[[Order], None],
    ) -> None:  # fmt: skip
        super().__init__(say("letters_page.print_title"), say("printing.save_verb"), parent, columns=3)
        self.setMinimumWidth(860)
        for column in range(3):
            self.grid.setColumnStretch(column, 1)
        self._today = today
        self._done = done
        self.kind: Pick[LetterKind] = Pick([(label(k), k) for k in LetterKind])
        self.field(say("letters_page.column_kind"), self.kind)
        wanted = [who for who in LetterWho if who is not LetterWho.ROUND or rounds]
        self.who: Pick[LetterWho] = Pick([(label(w), w) for w in wanted])
        self.field(say("letters_page.who"), self.who)
        self.place: Pick[str] = Pick(
            [(say("letters_page.all_places"), ""), *((name, code) for code, name in places.items())]
        )
        self.field(say("letters_page.place"), self.place)
        self.days = self._number(say("letters_page.days"), "90")
        self.months = self._number(say("letters_page.months"), "12")
        self.round: Pick[date] = Pick([(say("letters_page.round_of", day=day.isoformat()), day) for day in rounds])
        self.round_field = self.field(say("letters_page.round"), self.round)
        self.numbers = line(longest=2000)
        self.numbers_field = self.field(
            say("letters_page.numbers"), self.numbers, say("letters_page.numbers_hint"), wide=True
        )
        self.not_at_home = QCheckBox(say("letters_page.not_at_home"))
        self.not_at_home.setAccessibleName(self.not_at_home.text())
        self.new_line()
        self.sent = self.field(say("letters_page.sent_on"), DateInput(today), needed=True)
        self.due = self.field(
            say("letters_page.due_on"), DateInput(today + timedelta(days=DUE_DAYS)), needed=True
        )
        self.body.addWidget(self.not_at_home)
        self.count = Label("", "base", wrap=True, bold=True, parent=self)
        self.reasons = Label("", "table", "text2", wrap=True, parent=self)
        self.body.addWidget(self.count)
        self.body.addWidget(self.reasons)
        self.add_text(say("letters_page.print_note"), note=True)
        self.paper_button = self.add_button(say("printing.print_verb"))
        self._buttons.removeWidget(self.deed)  # the deed stands rightmost
        self._buttons.addWidget(self.deed)
        self.paper_button.clicked.connect(lambda: self._try(paper=True))
        self._timer = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._timer.timeout.connect(self.count_asked)
        for pick in (self.kind, self.who, self.place, self.round):
            pick.currentIndexChanged.connect(lambda _at: self._changed())
        for edit in (self.days.control, self.months.control, self.numbers):
            edit.textChanged.connect(lambda _text: self._changed())  # type: ignore[attr-defined]
        self.not_at_home.toggled.connect(lambda _on: self._changed())
        self._changed()
        self.kind.setFocus()

    def _number(self, name: str, value: str) -> Field:
        return self.field(name, line(value, longest=4))

    def _changed(self) -> None:
        who = self.who.value()
        self.days.setVisible(who is LetterWho.EXPIRING)
        self.months.setVisible(who is LetterWho.RECONFIRM)
        self.round_field.setVisible(who is LetterWho.ROUND)
        self.numbers_field.setVisible(who is LetterWho.CHOSEN)
        self.show_count(None)
        self._timer.start()

    def choice(self) -> LetterChoice | None:
        """What is chosen; None while a number cannot be read."""
        who = self.who.value()
        days, months = _whole(words_in(self.days)), _whole(words_in(self.months))
        self.days.set_fault(say("letters_page.fault_number_of") if who is LetterWho.EXPIRING and days is None else "")
        wrong_months = who is LetterWho.RECONFIRM and not months
        self.months.set_fault(say("letters_page.fault_number_of") if wrong_months else "")
        numbers = tuple(words_in(self.numbers_field).replace("、", " ").replace(",", " ").replace("，", " ").split())
        if self.days.fault() or self.months.fault() or (who is LetterWho.CHOSEN and not numbers):
            return None
        return LetterChoice(
            self.kind.value(), who, days or 0, months or 1,
            self.round.value() if who is LetterWho.ROUND else None, numbers, self.place.value(),
            self.not_at_home.isChecked(),
        )  # fmt: skip

    def show_count(self, chosen: Chosen | None, refused: str = "") -> None:
        """How many get a letter and why the others do not; None while it is being counted."""
        ready = chosen is not None and bool(chosen.writes_to)
        self.deed.setEnabled(ready)
        self.paper_button.setEnabled(ready)
        self.warn(refused)
        if chosen is None:
            self.count.setText("" if refused else say("letters_page.counting"))
            self.reasons.setText("")
            return
        self.count.setText(
            say(
                "letters_page.counted", total=f"{chosen.total:,}", letters=f"{len(chosen.writes_to):,}",
                left=f"{len(chosen.left_out):,}",
            )
        )  # fmt: skip
        reasons = (say("letters_page.reason", reason=label(r), n=f"{n:,}") for r, n in chosen.counts.items())
        self.reasons.setText(say("letters_page.comma").join(reasons) or say("letters_page.nobody_left"))

    def try_it(self) -> None:
        self._try(paper=False)

    def _try(self, *, paper: bool) -> None:
        choice = self.choice()
        sent = self.day_of(self.sent, needed=True, latest=None)
        due = self.day_of(self.due, needed=True, latest=None)
        if sent is not None and sent < self._today:
            self.sent.set_fault(say("letters_page.fault_sent"))
        if sent is not None and due is not None and due < sent:
            self.due.set_fault(say("letters_page.fault_due"))
        if choice is None or self.stop_at(self.sent, self.due) or sent is None or due is None:
            return
        self._done(Order(choice, sent, due, paper))
        self.accept()


class SenderForm(Form):
    """差出人: where letters come back to, and the telephones on them."""

    def __init__(self, parent: QWidget, sender: Sender, done: Callable[[Sender], None]) -> None:
        super().__init__(say("letters_page.sender_title"), say("letters_page.sender_verb"), parent, columns=2)
        self.setMinimumWidth(620)
        self._done = done
        self.add_text(say("letters_page.sender_text"), note=True)
        self.postcode = self.field(say("letters_page.postcode"), line(sender.postcode, longest=10), needed=True)
        self.section = self.field(say("letters_page.section"), line(sender.section, longest=40))
        self.address = self.field(say("letters_page.address"), line(sender.address, longest=80), needed=True, wide=True)
        self.phone = self.field(say("letters_page.phone"), line(sender.phone, longest=20), needed=True)
        self.night = self.field(
            say("letters_page.night_phone"), line(sender.night_phone, longest=20), say("letters_page.night_hint")
        )
        self.postcode.control.setFocus()

    def try_it(self) -> None:
        for field in (self.postcode, self.address, self.phone):
            field.set_fault("" if words_in(field) else say("letters_page.fault_needed"))
        if self.stop_at(self.postcode, self.address, self.phone):
            return
        self._done(
            Sender(*(words_in(f) for f in (self.postcode, self.address, self.section, self.phone, self.night)))
        )
        self.accept()


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
