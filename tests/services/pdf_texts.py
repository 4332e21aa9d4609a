"""What stands on the pages of a sealed PDF, opened with its password by another program."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pypdfium2

from hoken_desktop.adapters import sealed_pdfs
from hoken_desktop.services.printing import Printed


def texts_of(file: Path, password: str) -> list[str]:
    """The text of each page, NFKC and without spaces."""
    with pypdfium2.PdfDocument(sealed_pdfs.unseal_pdf(file.read_bytes(), password)) as document:
        texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    return [re.sub(r"\s", "", unicodedata.normalize("NFKC", text)) for text in texts]


def pages_of(printed: Printed) -> list[str]:
    """The same of a paper the program printed."""
    assert printed.file is not None
    return texts_of(printed.file, printed.password)
