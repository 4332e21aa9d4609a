"""The dialogs of the map page: what goes on paper, the password shown once, what an address file brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.codes import AddressSource
from hoken_desktop.services.gazetteers import Source
from hoken_desktop.services.passwords import read_aloud
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import Field, Pick
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say

Paper = Literal["A4", "A3"]


class PrintSheet(Sheet):
    """What is on the screen goes on paper: how many, with or without names, on which paper."""

    def __init__(self, people: int, with_names: bool, parent: QWidget) -> None:
        super().__init__(say("places_page.print_title"), parent)
        self.setObjectName("printSheet")
        names = say("places_page.print_with_names") if with_names else say("places_page.print_without_names")
        self.add_text(say("places_page.print_text", n=f"{people:,}", names=names))
        if with_names:
            self.add_text(say("places_page.print_names_warning"), tone="danger")
        papers: list[tuple[str, Paper]] = [(say("places_page.paper_a4"), "A4"), (say("places_page.paper_a3"), "A3")]
        self.paper: Pick[Paper] = Pick(papers, self)
        self.body.addWidget(Field(say("places_page.print_paper"), self.paper, parent=self))
        self.back_button = self.add_button(say("kit.back"))
        self.deed_button = self.add_button(say("places_page.print_verb", n=f"{people:,}"), primary=True)
        self.back_button.clicked.connect(self.reject)
        self.deed_button.clicked.connect(self.accept)


class MapPasswordSheet(Sheet):
    """A password on the screen this once: only the button closes it, and closing wipes it."""

    locks = False

    def __init__(self, file: str, password: str, parent: QWidget) -> None:
        super().__init__(say("places_page.printed_title"), parent)
        self.setObjectName("mapPasswordSheet")
        self.add_text(say("places_page.printed_text", file=file))
        self.body.addWidget(Label(say("places_page.printed_password"), "note", "text2", parent=self))
        self.password = Label(password, "figure_large", parent=self)
        self.password.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self.password)
        self.body.addWidget(Label(say("places_page.printed_aloud"), "note", "text2", parent=self))
        spoken = say("places_page.comma").join(reading for _, reading in read_aloud(password))
        self._aloud = self.add_text(spoken, note=True)
        self.close_button = self.add_button(say("places_page.printed_close"), primary=True)
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(self._wipe)
        # Not the button: an Enter pressed once too often would close what is never shown again.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()

    def reject(self) -> None:
        """Esc does not lose a password nobody has written down."""

    def _wipe(self, _result: int = 0) -> None:
        self.password.clear()
        self._aloud.clear()
        self.deleteLater()


class ImportedSheet(Sheet):
    """What each file of address data brought, and the next step."""

    def __init__(self, sources: Sequence[Source], parent: QWidget) -> None:
        super().__init__(say("places_page.imported_title", n=len(sources)), parent)
        self.setObjectName("importedSheet")
        self.add_facts([(label(AddressSource(one.source)), _brought(one)) for one in sources])
        self.add_text(say("places_page.imported_text"))
        self.back_button = self.add_button(say("places_page.imported_later"))
        self.deed_button = self.add_button(say("places_page.locate"), primary=True)
        self.back_button.clicked.connect(self.reject)
        self.deed_button.clicked.connect(self.accept)


def _brought(source: Source) -> str:
    rows = f"{source.rows:,}"
    if source.waiting:
        return say("places_page.imported_waiting", version=source.version, rows=rows)
    return say("places_page.imported_line", version=source.version, rows=rows, skipped=f"{source.skipped:,}")
