"""Printing: a paper is numbered, made, sealed, written or laid on paper, and recorded; all of it or nothing.

The 部数番号 of a paper is counted from the record, kind by kind, and stands on every page of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hoken_desktop.domain import passwords
from hoken_desktop.domain.codes import PaperKind
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.workbooks import Workbook
from hoken_desktop.paths import check_folder
from hoken_desktop.services.papers import Laid, Printer
from hoken_desktop.services.ports import Shelves, Store

PDF, XLSX = ".pdf", ".xlsx"
ON_PAPER = "paper"
"""The format of what went to a real printer."""

NUMBERS = "numbers"
"""Under this a paper's record says the 管理番号 of everybody on it, so that a lost paper has a list of whom to tell."""

_DEEDS = (Deed.PAPER_PRINTED, Deed.STATISTICS_MADE, Deed.LETTERS_PRINTED)


class Files(Protocol):
    """Workbooks with or without a password, files whole or not at all (adapters/sealed_sheets.py)."""

    def seal(self, workbook: Workbook, password: str, *, replace_unwritable: bool = False) -> bytes: ...
    def write_plain(self, workbook: Workbook) -> bytes: ...
    def write_file(self, folder: Path, name: str, data: bytes) -> Any: ...


class PdfFiles(Protocol):
    """PDFs under a password (adapters/sealed_pdfs.py)."""

    def seal_pdf(self, pdf: bytes, password: str) -> bytes: ...
    def count_pages(self, pdf: bytes, password: str | None = None) -> int: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What is printed: its kind, what the record names as its subject, counts and codes for the record.

    `deed` is another one than PAPER_PRINTED for a paper with a deed of its own; `sealed` False for a paper that names
    nobody, which takes no password.
    """

    kind: PaperKind
    subject: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    sealed: bool = True
    deed: Deed = Deed.PAPER_PRINTED


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper that was made. `file` is None on a real printer, `pages` None for a workbook (Excel makes its pages).

    The password is shown once and kept nowhere; "" where the paper names nobody, or went to a real printer.
    """

    file: Path | None
    copy: int
    pages: int | None
    sha256: str
    password: str = field(default="", repr=False)


class Printing:
    """The one way out for papers of a registry. Make the printer on the main thread; print from any."""

    def __init__(
        self, store: Store, files: Files, pdfs: PdfFiles, randbelow: Callable[[int], int],
        printer: Callable[[], Printer],
    ) -> None:  # fmt: skip
        self._store = store
        self._files = files
        self._pdfs = pdfs
        self._randbelow = randbelow
        self._printer = printer

    def last_copy(self, kind: PaperKind) -> int:
        """The 部数番号 of the newest paper of this kind; 0 where there is none."""
        with self._store.read() as shelves:
            return copies(shelves, kind)

    def save(self, job: Job, out: Path, lay: Callable[[int], Laid]) -> Printed:
        """Writes the PDF that `lay` lays out for its 部数番号 to `out`. Refuses another ending, an existing file."""
        check_ending(out, PDF)
        check_folder(out.parent)
        with self._store.change(job.deed, job.subject) as shelves:
            copy = copies(shelves, job.kind) + 1
            printed = self.put_pdf(lay(copy).print_on(self._printer()), out, copy, sealed=job.sealed)
            shelves.detail.update(_detail(job, "pdf", printed))
        return printed

    def save_workbook(self, job: Job, out: Path, lay: Callable[[int], Workbook]) -> Printed:
        """Writes the workbook that `lay` makes for its 部数番号 to `out`. Refuses another ending, an existing file."""
        check_ending(out, XLSX)
        check_folder(out.parent)
        with self._store.change(job.deed, job.subject) as shelves:
            copy = copies(shelves, job.kind) + 1
            book = lay(copy)
            password = self.new_password() if job.sealed else ""
            data = (
                self._files.seal(book, password, replace_unwritable=True)
                if job.sealed
                else self._files.write_plain(book)
            )
            self.put(out, data)
            printed = Printed(out, copy, None, hashlib.sha256(data).hexdigest(), password)
            shelves.detail.update(_detail(job, "xlsx", printed))
        return printed

    def press(self, job: Job, on: Printer, lay: Callable[[int], Laid]) -> Printed:
        """Prints on a real printer (`on` gives the same pages as a PDF, whose digest and pages are recorded)."""
        with self._store.change(job.deed, job.subject) as shelves:
            copy = copies(shelves, job.kind) + 1
            pdf = lay(copy).print_on(on)
            printed = Printed(None, copy, self._pdfs.count_pages(pdf), hashlib.sha256(pdf).hexdigest())
            shelves.detail.update(_detail(job, ON_PAPER, printed))
        return printed

    # ---- the parts, for a deed that makes several files at once ------------------------------------------------

    def printer(self) -> Printer:
        """The printer of PDFs."""
        return self._printer()

    def new_password(self) -> str:
        """A generated password."""
        return passwords.generate(self._randbelow)

    def put_pdf(self, pdf: bytes, out: Path, copy: int, *, sealed: bool, password: str = "") -> Printed:
        """Seals a PDF (under a password of its own, or the one given) and writes it."""
        if sealed:
            password = password or self.new_password()
            pdf = self._pdfs.seal_pdf(pdf, password)
        pages = self._pdfs.count_pages(pdf, password or None)
        self.put(out, pdf)
        return Printed(out, copy, pages, hashlib.sha256(pdf).hexdigest(), password)

    def count_pages(self, pdf: bytes) -> int:
        """How many pages an unsealed PDF has."""
        return self._pdfs.count_pages(pdf)

    def put(self, out: Path, data: bytes) -> None:
        """Writes a file whole or not at all; refuses where it cannot, and a folder that is not there."""
        check_folder(out.parent)
        self._files.write_file(out.parent, out.name, data)


def check_ending(out: Path, *endings: str) -> str:
    """The ending of `out` in small letters; refuses one that is none of these."""
    ending = out.suffix.lower()
    if ending not in endings:
        raise Refusal("printing.ending", file=out.name, endings=" ".join(endings))
    return ending


def copies(shelves: Shelves, kind: PaperKind) -> int:
    """The newest 部数番号; papers from before they were numbered (their kind was the subject) count as well."""
    entries = shelves.audits.all(deed=[deed.value for deed in _DEEDS])
    mine = [e for e in entries if e.detail.get("paper", _OLD_KINDS.get(e.deed, e.subject)) == kind.value]
    return max((int(e.detail.get("copy", at)) for at, e in enumerate(mine, start=1)), default=0)


_OLD_KINDS = {Deed.STATISTICS_MADE.value: PaperKind.STATISTICS.value}


def _detail(job: Job, format_: str, printed: Printed) -> dict[str, Any]:
    pages = {} if printed.pages is None else {"pages": printed.pages}
    return {
        **job.detail, "paper": job.kind.value, "format": format_, "copy": printed.copy, "sha256": printed.sha256,
        **pages,
    }  # fmt: skip
