"""試し読み: what the present list would bring, row by row in one sum, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.services.registers import RegisterReading
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.fault_lists import FaultsCard
from hoken_desktop.words import say


class TrialView(QWidget):
    """The sum of the rows, the columns that are not read, and every place to look at."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = Card(say("registers_page.trial_title"), parent=self, top="accent")
        self.people = Label("", "figure", parent=card)
        self.sum = Label("", "base", wrap=True, selectable=True, parent=card)
        self.more = Label("", "table", "text2", wrap=True, parent=card)
        self.left = Label("", "table", "warn", wrap=True, parent=card)
        for each in (self.people, self.sum, self.more, self.left):
            card.body.addWidget(each)
        column.addWidget(card)
        self.card = card
        self.faults = FaultsCard(page)
        column.addWidget(self.faults, 1)

    def show_reading(self, reading: RegisterReading | None) -> None:
        """Show what a dry run found; None lets go of it."""
        if reading is None:
            self.faults.show_faults(())
            for each in (self.people, self.sum, self.more, self.left):
                each.setText("")
            return
        self.card.set_title(
            say("registers_page.trial_title") if reading.dry_run else say("registers_page.taken_title")
        )
        self.people.setText(say("registers_page.people", n=f"{reading.people:,}"))
        self.sum.setText(
            say(
                "registers_page.sum", rows=f"{reading.rows:,}", created=f"{reading.created:,}",
                merged=f"{reading.merged:,}", unchanged=f"{reading.unchanged:,}", faulty=f"{reading.faulty:,}",
                blank=f"{reading.blank:,}",
            )
        )  # fmt: skip
        self.more.setText(
            say("registers_page.more", consents=f"{reading.consents:,}", day=format_wareki(reading.as_of))
        )
        self.left.setText(_left(reading.unmapped_columns))
        day = f"{reading.as_of:%Y%m%d}"
        faults = (*reading.faults, *reading.warnings)
        self.faults.show_faults(faults, say("registers_page.faults_file", day=day))


def _left(columns: Sequence[str]) -> str:
    if not columns:
        return say("registers_page.all_columns")
    return say("registers_page.left_columns", columns="、".join(columns))
