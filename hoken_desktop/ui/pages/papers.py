"""Papers from any page: saved under a password that is shown once, or sent to a printer; both are recorded.

    self.papers = PaperActions(self)
    self.papers.save_dossier(person_id)
    self.papers.print_dossier(person_id)
    self.papers.ask_card(person_id)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from hoken_desktop.domain.codes import ItemGroup
from hoken_desktop.domain.deeds import Deed, topics_of
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.printing import Printed
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.pages.choosers import choose_new_file
from hoken_desktop.ui.pages.handover import say_paper, short_digest
from hoken_desktop.ui.pages.passwords import OnceSheet
from hoken_desktop.ui.printing import PaperPrinter
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.kit.pages import Page

_INTO_FILES = ("pdf", "xps", "onenote")
"""Printers that write a file instead of paper: what they write would lie there without a password."""


def choose_printer(parent: QWidget, then: Callable[[QPrinter], object]) -> QPrintDialog | None:
    """The system's dialog for a printer, without a nested event loop; None where this PC has no printer."""
    if not QPrinterInfo.availablePrinterNames():
        return None
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setObjectName("printerChooser")
    for option in (
        QAbstractPrintDialog.PrintDialogOption.PrintToFile,
        QAbstractPrintDialog.PrintDialogOption.PrintSelection,
        QAbstractPrintDialog.PrintDialogOption.PrintPageRange,
        QAbstractPrintDialog.PrintDialogOption.PrintCurrentPage,
    ):
        dialog.setOption(option, False)
    dialog.accepted.connect(lambda: then(printer))
    dialog.finished.connect(dialog.deleteLater)
    QDialog.open(dialog)  # its own `open` wants a slot by name
    return dialog


def writes_a_file(printer: QPrinter) -> bool:
    """Whether what goes to this printer ends in a file instead of on paper."""
    name = printer.printerName().casefold()
    return (
        printer.outputFormat() is not QPrinter.OutputFormat.NativeFormat
        or bool(printer.outputFileName())
        or any(word in name for word in _INTO_FILES)
    )


class SavedSheet(OnceSheet):
    """The password of a paper that was saved, with the file it opens."""

    def __init__(self, printed: Printed, parent: QWidget | None = None) -> None:
        super().__init__(say("printing.saved_title"), printed.password, parent)
        file = printed.file or Path()
        facts = [
            (say("printing.file"), file.name),
            (say("printing.folder"), str(file.parent)),
            (say("printing.copy"), str(printed.copy)),
            (say("printing.digest"), short_digest(printed.sha256)),
        ]
        if printed.pages is not None:
            facts.insert(2, (say("printing.pages"), f"{printed.pages:,}"))
        self.add_facts(facts)
        self.finish()


class CardSheet(Sheet):
    """Which groups of items the person agreed to have on their card; 病名 is never ticked beforehand."""

    def __init__(self, chosen: tuple[ItemGroup, ...], parent: QWidget) -> None:
        super().__init__(say("printing.card_title"), parent)
        self.setObjectName("cardSheet")
        self.add_text(say("printing.card_text"))
        self.boxes: dict[ItemGroup, QCheckBox] = {}
        for group in ItemGroup:
            box = QCheckBox(say(f"printing.card_{group.value}"), self)
            box.setAccessibleName(box.text())
            box.setChecked(group in chosen and group is not ItemGroup.DISEASE)
            self.body.addWidget(box)
            self.boxes[group] = box
        self.boxes[ItemGroup.BASIC].setChecked(True)
        self.boxes[ItemGroup.BASIC].setEnabled(False)
        self.add_text(say("printing.card_note"), note=True)
        self.back_button = self.add_button(say("kit.back"))
        self.print_button = self.add_button(say("printing.print_verb"))
        self.save_button = self.add_button(say("printing.save_verb"), primary=True)
        self.back_button.clicked.connect(self.reject)
        self.boxes[ItemGroup.CONTACT].setFocus()

    def groups(self) -> tuple[ItemGroup, ...]:
        """What is ticked."""
        return tuple(group for group, box in self.boxes.items() if box.isChecked())


class PaperActions:
    """What a page does with papers. The page's notice bar says the outcome."""

    def __init__(self, page: Page) -> None:
        self._page = page

    # ---- the two ways out --------------------------------------------------------------------------------------

    def save(
        self, name: str, put: Callable[[Path], Printed], kinds: str = "", *, deed: Deed = Deed.PAPER_PRINTED
    ) -> None:
        """Asks where, has `put` write there in the worker, and shows the password once (if there is one)."""
        page = self._page

        def write(path: Path) -> None:
            page.desk.run(page, lambda _report: put(path), partial(self._saved, deed))

        choose_new_file(page, say("printing.choose_file"), kinds or say("printing.kinds_pdf"), name, write)

    def press(self, put: Callable[[Printer], Printed], *, deed: Deed = Deed.PAPER_PRINTED) -> None:
        """Asks for a printer and has `put` print on it in the worker; one that writes files is refused."""
        page = self._page
        page.notices.clear()

        def on(printer: QPrinter) -> None:
            if writes_a_file(printer):
                page.refuse(Refusal("printing.into_a_file"))
                return
            real = PaperPrinter(printer)
            page.desk.run(page, lambda _report: put(real), partial(self._pressed, deed))

        if choose_printer(page, on) is None:
            page.refuse(Refusal("printing.no_printers"))

    def _saved(self, deed: Deed, printed: Printed) -> None:
        self._page.desk.changed(*topics_of(deed))
        file = printed.file or Path()
        words = say("printing.saved", file=file.name, folder=str(file.parent), copy=printed.copy)
        if printed.password:
            self._page.notices.say(words, "done")
            SavedSheet(printed, self._page).open()
        else:
            say_paper(self._page.notices, words, file)

    def _pressed(self, deed: Deed, printed: Printed) -> None:
        self._page.desk.changed(*topics_of(deed))
        self._page.notices.say(say("printing.pressed", pages=printed.pages, copy=printed.copy), "done")

    # ---- papers of one person ----------------------------------------------------------------------------------

    def save_dossier(self, person_id: str) -> None:
        """個票 as a PDF."""
        dossiers = self._page.desk.house.dossiers
        self.save(dossiers.file_name(person_id), lambda path: dossiers.write(person_id, path))

    def print_dossier(self, person_id: str) -> None:
        """個票 on a printer."""
        dossiers = self._page.desk.house.dossiers
        self.press(lambda printer: dossiers.print_on(person_id, printer))

    def ask_card(self, person_id: str) -> CardSheet:
        """Which items the person agreed to, then the 緊急時カード as a PDF or on a printer."""
        cards = self._page.desk.house.emergency_cards
        sheet = CardSheet(cards.last_groups(person_id), self._page)

        def save() -> None:
            groups = sheet.groups()
            sheet.accept()
            self.save(cards.file_name(person_id), lambda path: cards.write(person_id, groups, path))

        def press() -> None:
            groups = sheet.groups()
            sheet.accept()
            self.press(lambda printer: cards.print_on(person_id, groups, printer))

        sheet.save_button.clicked.connect(save)
        sheet.print_button.clicked.connect(press)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()
        return sheet
