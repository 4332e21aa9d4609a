"""帳票: every paper of the centre in one place, with what it holds and the ways to make it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import PaperKind
from hoken_desktop.domain.deeds import Deed, topics_of
from hoken_desktop.services.packs import Pack
from hoken_desktop.services.printing import Printed
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import link
from hoken_desktop.ui.pages.choosers import choose_folder
from hoken_desktop.ui.pages.paper_cards import ListCard, PaperCard, PersonCard
from hoken_desktop.ui.pages.passwords import OnceSheet
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.statistics import StatisticsPage


class PackSheet(OnceSheet):
    """The password of a pack, with its files."""

    def __init__(self, pack: Pack, parent: QWidget) -> None:
        super().__init__(say("statistics_page.pack_title"), pack.password, parent)
        self.add_facts(
            [
                (say("printing.folder"), str(pack.folder)),
                (say("statistics_page.pack_files"), f"{len(pack.files):,}"),
                (say("printing.pages"), f"{pack.pages:,}"),
                (say("statistics_page.pack_people"), f"{pack.people:,}"),
                (say("printing.copy"), f"{pack.copy:,}"),
            ]
        )
        self.finish()


class PackCard(PaperCard):
    """停電用の紙一式."""

    def __init__(self, page: StatisticsPage, parent: QWidget) -> None:
        super().__init__(PaperKind.PACK, label(PaperKind.PACK), say("statistics_page.about_pack"), parent)
        self._page = page
        self.add_button(say("statistics_page.pack_save"), self._choose)
        self.add_button(say("printing.print_verb"), self._press)
        self.finish()

    def _choose(self) -> None:
        choose_folder(self._page, say("statistics_page.pack_folder"), self._write)

    def _write(self, folder: Path) -> None:
        page = self._page
        page.desk.run(page, lambda report: page.desk.house.packs.write(folder, report), self._written)

    def _written(self, pack: Pack) -> None:
        page = self._page
        page.desk.changed(*topics_of(Deed.PAPER_PRINTED))
        words = say("statistics_page.pack_saved", folder=str(pack.folder), people=pack.people, files=len(pack.files))
        page.notices.say(words, "done")
        PackSheet(pack, page).open()

    def _press(self) -> None:
        packs = self._page.desk.house.packs

        def put(printer: object) -> Printed:
            pack: Pack = packs.print_on(printer)
            return Printed(None, pack.copy, pack.pages, "")

        self._page.papers.press(put)


class HubView(QWidget):
    """The papers side by side, and the way to those that other pages make."""

    def __init__(self, page: StatisticsPage) -> None:
        super().__init__(page)
        self._page = page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget(scroll)
        grid = QGridLayout(ground)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setSpacing(12)
        self.lists = ListCard(page, ground)
        self.person = PersonCard(page, ground)
        self.pack = PackCard(page, ground)
        grid.addWidget(self.lists, 0, 0)
        grid.addWidget(self.person, 0, 1)
        grid.addWidget(self.pack, 1, 0)
        grid.addWidget(self._elsewhere(ground), 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2, 1)
        scroll.setWidget(ground)
        column.addWidget(scroll)

    def _elsewhere(self, parent: QWidget) -> Card:
        card = PaperCard(None, say("statistics_page.elsewhere"), say("statistics_page.about_elsewhere"), parent)
        desk = self._page.desk
        doors: list[tuple[str, Callable[[], object], bool]] = [
            (say("statistics_page.to_table"), lambda: self._page.show_tab("table"), True),
            (say("statistics_page.to_map"), lambda: desk.open_page("places"), desk.has_page("places")),
            (say("statistics_page.to_letters"), lambda: desk.open_page("disclosures"), desk.has_page("disclosures")),
            (say("statistics_page.to_consents"), lambda: desk.open_page("consents"), desk.has_page("consents")),
            (
                say("statistics_page.to_record"),
                lambda: desk.open_page("audits", deed=Deed.PAPER_PRINTED.value),
                desk.has_page("audits"),
            ),
        ]
        for words, opened, there in doors:
            if there:
                card.body.addWidget(link(words, opened, card), 0, Qt.AlignmentFlag.AlignLeft)
        card.finish()
        return card

    def refresh(self) -> None:
        """Read what can be chosen, and how many papers there are."""
        self.lists.refresh()
        printing = self._page.desk.house.printing
        for card in (self.lists, self.person, self.pack):
            if card.kind is not None:
                card.show_copies(printing.last_copy(card.kind))
