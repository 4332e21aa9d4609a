"""地図: the map as it stands on the screen, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from shiboken6 import isValid

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.ui.pages.choosers import choose_new_file
from hoken_desktop.ui.pages.place_sheets import MapPasswordSheet, Paper, PrintSheet
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.places import PlacesPage


class MapPrinting:
    """Asks for the paper and the file, and shows the password once."""

    def __init__(self, page: PlacesPage) -> None:
        self._page = page

    def ask(self) -> None:
        """Ctrl+P."""
        if not self._page.shown():
            return
        sheet = PrintSheet(len(self._page.shown()), self._page.with_names, self._page)
        sheet.accepted.connect(lambda: self._choose_place(sheet.paper.value()))
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def _choose_place(self, paper: Paper) -> None:
        day = f"{self._page.desk.house.settings.clock.today():%Y%m%d}"
        name = say("places_page.print_file", day=day)
        choose_new_file(
            self._page, say("places_page.print_save"), say("places_page.print_kinds"), name,
            lambda path: self.print_to(path, paper),
        )  # fmt: skip

    def print_to(self, path: Path, paper: Paper = "A4") -> None:
        """The map as it is on the screen, as a PDF under a password that is shown once."""
        house: Any = self._page.desk.house
        path = path if path.suffix.lower() == ".pdf" else path.with_name(path.name + ".pdf")
        code, people = self._page.municipality.value(), len(self._page.shown())
        numbers = [placed.person.registry_no for placed in self._page.shown()]
        note = (
            say("places_page.note_filtered", municipality=self._page.municipalities.get(code, ""), n=f"{people:,}")
            if code
            else ""
        )
        try:
            pdf = self._page.map.print_pdf(
                paper=paper, note=note, office=house.office.get().name,
                printed_on=house.maps.stamp(house.settings.clock.today()),
            )  # fmt: skip
        except Refusal as refusal:
            if isValid(self._page):  # the lock may have come meanwhile
                self._page.refuse(refusal)
            return

        def done(password: str) -> None:
            MapPasswordSheet(path.name, password, self._page).open()

        self._page.desk.run(self._page, lambda _report: house.write_map(path, pdf, numbers), done)
