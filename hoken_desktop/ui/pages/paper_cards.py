"""The cards of the papers that are chosen before they are made: the list, and the papers of one person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from hoken_desktop.domain.codes import ListGrouping, PaperKind, RoundState
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.lists import Choice
from hoken_desktop.services.printing import Printed
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import Field, Pick, button, line, link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.statistics import StatisticsPage


class PaperCard(Card):
    """One paper: its name, how many there are, what it holds; controls and buttons are added under it."""

    def __init__(self, kind: PaperKind | None, title: str, text: str, parent: QWidget) -> None:
        super().__init__(title, " ", parent)
        self.kind = kind
        self.body.addWidget(Label(text, "table", "text2", wrap=True, parent=self))
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)

    def finish(self) -> None:
        """Lay the buttons at the foot."""
        self.body.addStretch(1)
        self.buttons.addStretch(1)
        self.body.addLayout(self.buttons)

    def add_button(self, text: str, pressed: Callable[[], object], *, primary: bool = False) -> None:
        made = button(text, pressed, deed=True, primary=primary, parent=self)
        made.setAccessibleName(say("statistics_page.button_of", verb=text, paper=self.title.text()))
        self.buttons.addWidget(made)

    def show_copies(self, copies: int) -> None:
        """How many of this kind were made so far."""
        self.aside.setText(say("statistics_page.copies", n=f"{copies:,}") if copies else "")


class ListCard(PaperCard):
    """庁内用リスト: from which state, parted how, of whom."""

    def __init__(self, page: StatisticsPage, parent: QWidget) -> None:
        super().__init__(
            PaperKind.REGISTER_LIST, label(PaperKind.REGISTER_LIST), say("statistics_page.about_list"), parent
        )
        self._page = page
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        self.state: Pick[date | None] = Pick([], self)
        self.by: Pick[ListGrouping] = Pick([(say("papers.list_by", by=label(g)), g) for g in ListGrouping], self)
        self.municipality: Pick[str] = Pick([], self)
        self.part = line(longest=60, parent=self)
        self._part_field = Field(say("statistics_page.part"), self.part, parent=self)
        self.by.currentIndexChanged.connect(lambda _at: self._by_changed())
        grid.addWidget(Field(say("statistics_page.state"), self.state, parent=self), 0, 0)
        grid.addWidget(Field(say("statistics_page.by"), self.by, parent=self), 0, 1)
        grid.addWidget(Field(say("statistics_page.municipality"), self.municipality, parent=self), 1, 0)
        grid.addWidget(self._part_field, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.add_button(say("printing.save_verb"), lambda: self._save(".pdf"))
        self.add_button(say("statistics_page.save_xlsx"), lambda: self._save(".xlsx"))
        self.add_button(say("printing.print_verb"), self._press)
        self.finish()
        self._by_changed()

    def refresh(self) -> None:
        """Offer today's register and every frozen round, and the office's municipalities."""
        house = self._page.desk.house
        frozen = sorted((r for r in house.rounds.all() if r.state is RoundState.FROZEN), key=lambda r: r.as_of)
        states: list[tuple[str, date | None]] = [
            (say("statistics_page.round_of", day=format_wareki(r.as_of), edition=r.edition), r.as_of)
            for r in reversed(frozen)
        ]
        self.state.offer([*states, (say("statistics_page.live"), None)])
        places = house.office.municipalities()
        self.municipality.offer(
            [(say("statistics_page.all_places"), ""), *((name, code) for code, name in places.items())]
        )

    def choice(self) -> Choice:
        """What is chosen."""
        by, part = self.by.value(), self.part.text().strip()
        as_of = self.state.value()
        return Choice(
            as_of=as_of, live=as_of is None, by=by, municipality=self.municipality.value(),
            district=part if by is ListGrouping.DISTRICT else "",
            supplier=part if by is ListGrouping.SUPPLIER else "",
            nurse=part if by is ListGrouping.NURSE else "",
        )  # fmt: skip

    def _by_changed(self) -> None:
        """What a filter by name would filter: nothing where the parts are municipalities, which are chosen above."""
        by = self.by.value()
        free = by is not ListGrouping.MUNICIPALITY
        self.part.setEnabled(free)
        self.part.setPlaceholderText(say("statistics_page.part_of", by=label(by)) if free else "")
        if not free:
            self.part.clear()

    def _save(self, ending: str) -> None:
        lists, choice = self._page.desk.house.lists, self.choice()
        name = say("statistics_page.list_file", by=label(choice.by), day=self._day())
        kinds = say("printing.kinds_pdf") if ending == ".pdf" else say("printing.kinds_xlsx")

        def put(path: Path) -> Printed:
            printed: Printed = lists.write(path, choice).printed
            return printed

        self._page.papers.save(f"{name}{ending}", put, kinds)

    def _press(self) -> None:
        lists, choice = self._page.desk.house.lists, self.choice()
        self._page.papers.press(lambda printer: lists.print_on(printer, choice).printed)

    def _day(self) -> str:
        return (self.state.value() or self._page.desk.house.overviews.day()).isoformat()


class PersonCard(PaperCard):
    """個票 and 緊急時カード of the person whose 管理番号 is written here."""

    def __init__(self, page: StatisticsPage, parent: QWidget) -> None:
        words = say("statistics_page.of_person"), say("statistics_page.about_person")
        super().__init__(None, *words, parent)
        self._page = page
        row = QHBoxLayout()
        row.setSpacing(8)
        self.number: QLineEdit = line(longest=12, placeholder=say("statistics_page.number_hint"), parent=self)
        row.addWidget(Field(say("dossiers.number"), self.number, parent=self))
        row.addWidget(
            link(say("statistics_page.to_persons"), lambda: page.desk.open_page("persons"), self), 0,
            Qt.AlignmentFlag.AlignBottom,
        )  # fmt: skip
        row.addStretch(1)
        self.body.addLayout(row)
        dossier = label(PaperKind.DOSSIER)
        self.add_button(
            say("statistics_page.save_of", paper=dossier), partial(self._with_person, page.papers.save_dossier)
        )
        self.add_button(
            say("statistics_page.print_of", paper=dossier), partial(self._with_person, page.papers.print_dossier)
        )
        self.add_button(say("statistics_page.card"), partial(self._with_person, page.papers.ask_card))
        self.finish()

    def _with_person(self, deed: Callable[[str], object]) -> None:
        self._page.notices.clear()
        number = self.number.text().strip()
        if not number:
            self._page.notices.say(say("statistics_page.no_number"), "warn")
            self.number.setFocus()
            return
        try:
            person_id = self._page.desk.house.dossiers.find(number)
        except Refusal as refusal:
            self._page.refuse(refusal)
            self.number.setFocus()
            return
        deed(person_id)
