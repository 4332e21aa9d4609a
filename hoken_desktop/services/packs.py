"""停電用の紙一式: the list and every 個票, 市町 by 市町, under one password, for the day the PC has no power."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hoken_desktop.domain.codes import PaperKind
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.papers import RegisterListPaper, in_order
from hoken_desktop.paths import check_folder
from hoken_desktop.services import dossier_papers, list_papers
from hoken_desktop.services.dossiers import Dossiers
from hoken_desktop.services.lists import Choice, Lists
from hoken_desktop.services.papers import Laid, Printer
from hoken_desktop.services.ports import Store
from hoken_desktop.services.printing import NUMBERS, ON_PAPER, Printing, copies
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.words import say


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack, or one print job. `people` are those on it."""

    name: str
    people: int
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pack:
    """What was made. Every person of the register today stands in one list and has one 個票.

    The password opens all its files; it is shown once and kept nowhere. "" for a pack that went to a printer.
    """

    folder: Path | None
    files: tuple[PackFile, ...]
    people: int
    copy: int
    password: str = field(default="", repr=False)

    @property
    def pages(self) -> int:
        return sum(file.pages for file in self.files)


class Packs:
    """Makes the pack from the live register."""

    def __init__(self, store: Store, printing: Printing, lists: Lists, dossiers: Dossiers) -> None:
        self._store = store
        self._printing = printing
        self._lists = lists
        self._dossiers = dossiers

    def write(self, folder: Path, report: Report = no_report) -> Pack:
        """Writes the pack's PDFs into `folder`. All of them or none; refuses files that are there and a folder that is
        not."""
        check_folder(folder)
        password = self._printing.new_password()
        written: list[Path] = []

        def put(name: str, laid: Laid, people: int, copy: int) -> PackFile:
            out = folder / name
            pdf = laid.print_on(self._printing.printer())
            made = self._printing.put_pdf(pdf, out, copy, sealed=True, password=password)
            written.append(out)
            return PackFile(name, people, made.pages or 0, made.sha256)

        try:
            files, people, copy = self._make("pdf", put, report)
        except BaseException:
            for out in written:
                out.unlink(missing_ok=True)
            raise
        return Pack(folder, files, people, copy, password)

    def print_on(self, printer: Printer, report: Report = no_report) -> Pack:
        """Prints the pack on a real printer, one print job a file."""

        def put(name: str, laid: Laid, people: int, copy: int) -> PackFile:
            pdf = laid.print_on(printer)
            return PackFile(name, people, self._printing.count_pages(pdf), hashlib.sha256(pdf).hexdigest())

        files, people, copy = self._make(ON_PAPER, put, report)
        return Pack(None, files, people, copy)

    def _make(
        self, format_: str, put: Callable[[str, Laid, int, int], PackFile], report: Report
    ) -> tuple[tuple[PackFile, ...], int, int]:
        paper = self._lists.paper(Choice(live=True))
        if not paper.rows:
            raise Refusal("packs.nobody")
        with self._store.change(Deed.PAPER_PRINTED, PaperKind.PACK.value) as shelves:
            copy = copies(shelves, PaperKind.PACK) + 1
            files = tuple(
                put(name, laid, people, copy) for name, laid, people in self._lays(paper, copy, report)
            )
            detail: dict[str, Any] = {
                "paper": PaperKind.PACK.value, "format": format_, "copy": copy, "people": len(paper.rows),
                "files": [file.name for file in files], "pages": sum(file.pages for file in files),
                "sha256": [file.sha256 for file in files], NUMBERS: [row.registry_no for row in paper.rows],
            }  # fmt: skip
            shelves.detail.update(detail)
        return files, len(paper.rows), copy

    def _lays(self, paper: RegisterListPaper, copy: int, report: Report) -> Iterator[tuple[str, Laid, int]]:
        parts = [(name, rows) for name, rows in in_order(paper) if rows]
        done = 0
        for at, (name, rows) in enumerate(parts, start=1):
            facts = {"number": f"{at:02}", "municipality": name}
            part = replace(paper, groups=(name,), rows=rows, chosen=say("lists.only", chosen=name))
            yield say("packs.list_file", **facts), list_papers.lay_out(part, copy), len(rows)
            dossiers = []
            for row in rows:
                report(Step(done, len(paper.rows), "packs.working"))
                dossiers.append(self._dossiers.paper(self._dossiers.find(row.registry_no)))
                done += 1
            yield say("packs.dossier_file", **facts), dossier_papers.lay_out(dossiers, copy), len(rows)
