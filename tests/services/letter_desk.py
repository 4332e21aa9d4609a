"""The letters of a fictitious registry, as the house joins them."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.adapters.layouts import read_mapped
from hoken_desktop.adapters.qr_codes import qr_pattern
from hoken_desktop.domain.letters import LetterKind, LetterWho, Sender
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.consents import Consents
from hoken_desktop.services.letter_choices import LetterChoice
from hoken_desktop.services.letters import Letters, LettersPrinted
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.preferences import Preferences
from hoken_desktop.services.printing import Printing
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import FictitiousRegistry

SENDER = Sender("365-0039", "埼玉県鴻巣市東9-9-9", "保健予防推進担当", "048-000-9999", "048-000-9990")


class Addresses:
    """Every address names the municipality it begins with."""

    def __init__(self, registry: FictitiousRegistry) -> None:
        self._registry = registry

    def municipality_of(self, address: str) -> str:
        found = self._registry.municipalities.of_address(address, self._registry.office.municipalities)
        return found or ""


@dataclass
class LetterDesk:
    """A registry, its letters and a folder for their files."""

    registry: FictitiousRegistry
    letters: Letters
    consents: Consents
    persons: Persons
    out: Path

    @classmethod
    def of(cls, registry: FictitiousRegistry, out: Path) -> LetterDesk:
        out.mkdir(exist_ok=True)
        store, clock, ids = registry.store, registry.clock, registry.ids
        printing = Printing(store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, QtPrinter)
        consents = Consents(store, clock, ids, read_mapped, registry.municipalities)
        persons = Persons(store, clock, ids, Addresses(registry))
        letters = Letters(
            store, clock, ids, printing, consents, persons, Preferences(store), qr_pattern, QtPrinter
        )
        letters.set_sender(SENDER)
        return cls(registry, letters, consents, persons, out)

    def print(self, *people: Person, kind: LetterKind = LetterKind.SURVEY) -> LettersPrinted:
        """A letter to each of these, in ふりがな order."""
        numbers = tuple(person.registry_no for person in people)
        return self.letters.write(LetterChoice(kind, LetterWho.CHOSEN, numbers=numbers), self.out)

    def number(self, person: Person, kind: LetterKind = LetterKind.SURVEY) -> str:
        """The 整理番号 of a letter just printed to one person."""
        return self.print(person, kind=kind).letters[0].number


def pdf_of(made: LettersPrinted) -> pypdfium2.PdfDocument:
    """The PDF of a printing, opened by another library than the one that wrote it."""
    assert made.printed.file is not None
    return pypdfium2.PdfDocument(sealed_pdfs.unseal_pdf(made.printed.file.read_bytes(), made.printed.password))


def texts_of(made: LettersPrinted) -> list[str]:
    """What stands on each page, without spaces, wide letters narrow."""
    with pdf_of(made) as document:
        return [plain(document[at].get_textpage().get_text_range()) for at in range(len(document))]


def plain(text: str) -> str:
    """Without spaces; the radicals that a PDF may say for a letter (⾒) as the letter."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
