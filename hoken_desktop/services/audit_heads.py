"""記録: the head of the chain on paper, because a chain cannot see its own end cut off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hoken_desktop.domain.codes import PaperKind
from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.papers import Laid, edges, fill
from hoken_desktop.services.ports import Clock, Store
from hoken_desktop.services.printing import Job, Printing
from hoken_desktop.words import say

_GROUP = 8


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

    def __init__(self, store: Store, clock: Clock, printing: Printing) -> None:
        self._store = store
        self._clock = clock
        self._printing = printing

    def write(self, out: Path) -> AuditHead:
        """Writes the head as a PDF; the entry that records it comes after the one it names.

        Refuses another ending than .pdf, and a file that is there already.
        """
        with self._store.read() as shelves:
            office = shelves.offices.all()[0].name
            seq, seal = self._store.head()
            entry = next(iter(shelves.audits.all(seq=seq)), None)
            who = next((f"{s.post} {s.name}".strip() for s in shelves.staff.all(id=self._store.staff_id)), "")
        if entry is None:
            raise Refusal("audits.no_entries")
        head = AuditHead(seq, in_japan(entry.at), seal)
        job = Job(PaperKind.AUDIT_HEAD, PaperKind.AUDIT_HEAD.value, {"seq": seq}, sealed=False)
        self._printing.save(job, out, lambda copy: self._lay_out(head, office, who or say("audits.recovery"), copy))
        return head

    def _lay_out(self, head: AuditHead, office: str, who: str, copy: int) -> Laid:
        title = say("audits.head_title")
        half = len(head.groups) // 2
        html = fill(
            PaperKind.AUDIT_HEAD.value,
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
        header, footer = edges(
            f"{office}　{title}", self._clock.today(), say("audits.entry", seq=f"{head.seq:,}"), copy,
            care=say("audits.head_care"),
        )  # fmt: skip
        return Laid(title, html, header, footer)
