"""記録: the head of the chain on paper, because a chain cannot see its own end cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.papers import Printer, fill
from hoken_desktop.services.ports import Clock, Store
from hoken_desktop.words import say

PAPER = "audit_head"
_GROUP = 8


class Files(Protocol):
    """Writes a file whole or not at all (adapters/sealed_sheets.py)."""

    def write_file(self, folder: Path, name: str, data: bytes) -> Any: ...


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry when the paper was made: its number, its moment and its seal (64 hexadecimal letters)."""

    seq: int
    at: datetime
    seal: str

    @property
    def groups(self) -> str:
        """The seal in groups of eight, to be read aloud and typed."""
        return " ".join(self.seal[at : at + _GROUP] for at in range(0, len(self.seal), _GROUP))


class AuditHeads:
    """Makes the paper. It names nobody, so it needs no password; that it was made is recorded, as with every paper."""

    def __init__(self, store: Store, clock: Clock, files: Files, printer: Callable[[], Printer]) -> None:
        self._store = store
        self._clock = clock
        self._files = files
        self._printer = printer

    def write(self, out: Path) -> AuditHead:
        """Writes the head as a PDF; the entry that records it comes after the one it names.

        Refuses another ending than .pdf, and a file that is there already.
        """
        if out.suffix.lower() != ".pdf":
            raise Refusal("audits.head_ending", file=out.name)
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
            seq, seal = self._store.head()
            entry = shelves.audits.get(seq)  # type: ignore[arg-type]
            who = next((f"{s.post} {s.name}".strip() for s in shelves.staff.all(id=self._store.staff_id)), "")
        if entry is None:
            raise Refusal("audits.no_entries")
        head = AuditHead(seq, in_japan(entry.at), seal)
        pdf = self._print(head, office.name, who or say("audits.recovery"))
        with self._store.change(Deed.PAPER_PRINTED, PAPER, seq=seq):
            try:
                out.parent.mkdir(parents=True, exist_ok=True)
            except OSError:
                raise Refusal("store.cannot_write", file=out.name) from None
            self._files.write_file(out.parent, out.name, pdf)
        return head

    def _print(self, head: AuditHead, office: str, who: str) -> bytes:
        title = say("audits.head_title")
        half = len(head.groups) // 2
        html = fill(
            PAPER,
            "page",
            title=title,
            office=office,
            text=say("audits.head_text"),
            seq_name=say("audits.head_seq"),
            seq=f"{head.seq:,}",
            at_name=say("audits.head_at"),
            at=f"{format_wareki(head.at.date())} {head.at:%H:%M:%S}",
            seal_name=say("audits.head_seal"),
            seal=f"{head.groups[:half].strip()}\n{head.groups[half:].strip()}",
            who_name=say("audits.head_who"),
            who=who,
            checked=say("audits.head_checked"),
        ).html
        printed = say("papers.printed_on", day=format_wareki(self._clock.today()))
        return self._printer().print_pdf(
            html, title=title, header=(f"{office}　{title}", "", say("audits.head_care")), footer=(printed, "", "")
        )
