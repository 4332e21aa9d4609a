"""The form that compares a printed head with the chain."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from hoken_desktop.ui.kit.forms import Field, line
from hoken_desktop.ui.pages.person_form import Form
from hoken_desktop.words import say

_LEAST = 16


class CompareForm(Form):
    """Number and seal as they stand on the paper; `done` gets both."""

    def __init__(self, parent: QWidget, done: Callable[[int, str], None]) -> None:
        super().__init__(say("audits_page.compare_title"), say("audits_page.compare_verb"), parent, columns=1)
        self._done = done
        self.body.insertWidget(0, self.add_text(say("audits_page.compare_text")))
        self.seq: Field = self.field(say("audits_page.compare_seq"), line(longest=12), needed=True)
        self.seal: Field = self.field(say("audits_page.compare_seal"), line(longest=80), needed=True)
        self.seq.control.setFocus()

    def try_it(self) -> None:
        number = str(self.seq.control.property("text")).replace(",", "").strip()
        seal = "".join(str(self.seal.control.property("text")).split())
        self.seq.set_fault("" if number.isdecimal() else say("audits_page.compare_fault_seq"))
        self.seal.set_fault("" if len(seal) >= _LEAST else say("audits_page.compare_fault_seal"))
        if self.stop_at(self.seq, self.seal):
            return
        self._done(int(number), seal)
        self.accept()
