"""記録: the audit chain verified, and told in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hoken_desktop.domain.audits import AuditEntry, AuditReport
from hoken_desktop.domain.dates import JAPAN
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import AuditQuery, AuditWritten, Shelves, Store
from hoken_desktop.services.printing import NUMBERS
from hoken_desktop.services.progress import Report, no_report
from hoken_desktop.words import has, label, say

_BY_FILE = (Deed.CONSENTS_READ, Deed.REGISTER_READ)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry as it is shown. `subject` is a 管理番号, a 文書番号 or the like, never a name of the register;
    `person_id` is the person it speaks of, or ""."""

    seq: int
    at: datetime
    who: str
    deed: str
    label: str
    subject: str
    detail: Mapping[str, Any]
    rows: int
    person_id: str = ""
    seal: str = ""


class Audits:
    """The record of one registry."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def verify(self, report: Report = no_report) -> AuditReport:
        """Walks the whole chain and every sealed row; may be stopped at any report."""
        return self._store.verify(report)

    def head(self) -> str:
        """The seal of the newest entry: what papers and backups carry away."""
        return self._store.head()[1]

    def head_at(self) -> tuple[int, str]:
        """(number, seal) of the newest entry; (0, zeros) before the first."""
        return self._store.head()

    def agrees(self, seq: int, seal: str) -> bool:
        """Whether entry `seq` still has the seal that a paper gives for it; spaces and case do not count, and the
        first 16 letters are enough. A chain cannot see its own end cut off: a paper can."""
        told = "".join(seal.split()).lower()
        return len(told) >= 16 and self._store.seal_at(seq).startswith(told)

    def find(
        self, *, person: str = "", deed: str = "", staff: str = "", since: date | None = None, until: date | None = None
    ) -> tuple[int, ...]:
        """Numbers of the entries, the newest first. `person` (an id or a 管理番号) keeps what was done to that person
        and everything of theirs, in a file of many too; `deed` is a code, `staff` an id, `since` and `until` are days
        in Japan, both included. Refuses an unknown deed or person."""
        if deed and deed not in set(Deed):
            raise Refusal("audits.unknown_deed", deed=deed)
        with self._store.read() as shelves:
            query = AuditQuery(
                person_id=_person_id(shelves, person) if person else "",
                deed=deed,
                staff_id=staff,
                since=_midnight(since) if since else None,
                until=_midnight(until + timedelta(days=1)) if until else None,
            )
            return tuple(shelves.audit_seqs(query))

    def lines(self, seqs: Sequence[int]) -> tuple[AuditLine, ...]:
        """These entries in plain words, in this order."""
        with self._store.read() as shelves:
            found = {entry.seq: entry for entry in shelves.audits.all(seq=list(seqs))}
            subjects = _Subjects(shelves, found.values())
        return tuple(subjects.line(found[seq]) for seq in seqs if seq in found)

    def entries(
        self, limit: int = 50, *, person: str = "", deed: str = "", staff: str = "",
        since: date | None = None, until: date | None = None,
    ) -> tuple[AuditLine, ...]:  # fmt: skip
        """The newest entries that `find` gives, in plain words."""
        return self.lines(self.find(person=person, deed=deed, staff=staff, since=since, until=until)[:limit])

    def written(self, seq: int, numbers: int = 12) -> AuditWritten:
        """What entry `seq` wrote, table by table, and the first `numbers` 管理番号 of the people concerned: whose rows
        it wrote, or who stands on the paper it printed."""
        with self._store.read() as shelves:
            written = shelves.audit_written(seq, numbers)
            entry = next(iter(shelves.audits.all(seq=seq)), None)
        on_paper = [] if entry is None else entry.detail.get(NUMBERS, [])
        return replace(written, numbers=tuple(on_paper[:numbers]), people=len(on_paper)) if on_paper else written

    def undone_by(self, seq: int) -> int:
        """The number of the entry that took back entry `seq`; 0 where it stands."""
        with self._store.read() as shelves:
            return max((e.seq for e in shelves.audits.all(deed=Deed.DEED_UNDONE.value, subject=str(seq))), default=0)

    def staff(self) -> tuple[tuple[str, str], ...]:
        """(id, 職 氏名) of everyone who has or had a slot."""
        with self._store.read() as shelves:
            return tuple((s.id, f"{s.post} {s.name}".strip()) for s in shelves.staff.all())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN)


def _person_id(shelves: Shelves, person: str) -> str:
    found = shelves.persons.get(person)
    if found is None:
        text = person.strip().upper()
        number = f"K{int(text):06d}" if text.isascii() and text.isdigit() and len(text) <= 6 else text
        found = next(iter(shelves.persons.all(registry_no=number)), None)
    if found is None:
        raise Refusal("audits.unknown_person")
    return found.id


def lines_of(shelves: Shelves, entries: Iterable[AuditEntry]) -> tuple[AuditLine, ...]:
    """Entries as they are shown, in their order."""
    listed = list(entries)
    subjects = _Subjects(shelves, listed)
    return tuple(subjects.line(entry) for entry in listed)


class _Subjects:
    """What the ids of some entries mean to the staff, without names; only what these entries name is read."""

    def __init__(self, shelves: Shelves, entries: Iterable[AuditEntry]) -> None:
        wanted = list({entry.subject for entry in entries if entry.subject})
        self._owners = {d.id: d.person_id for d in shelves.devices.all(id=wanted)}
        people = shelves.persons.all(id=[*wanted, *self._owners.values()])
        self._numbers = {p.id: p.registry_no for p in people}
        self._staff = {s.id: f"{s.post} {s.name}".strip() for s in shelves.staff.all()}
        self._rounds = {r.id: r.as_of for r in shelves.rounds.all()}
        self._requests = {r.id: r.number for r in shelves.requests.all(id=wanted)}
        self._disclosures = {d.id: d.our_number for d in shelves.disclosures.all(id=wanted)}

    def line(self, entry: AuditEntry) -> AuditLine:
        try:
            word = label(Deed(entry.deed))
        except (ValueError, KeyError):
            word = entry.deed  # written by a newer program, or by one before this deed had its word
        person_id = entry.subject if entry.subject in self._numbers else self._owners.get(entry.subject, "")
        return AuditLine(
            seq=entry.seq,
            at=entry.at,
            who=self._staff.get(entry.staff_id) or say("audits.recovery"),
            deed=entry.deed,
            label=word,
            subject=self._said(entry),
            detail=entry.detail,
            rows=entry.rows,
            person_id=person_id,
            seal=entry.seal,
        )

    def _said(self, entry: AuditEntry) -> str:
        subject = entry.subject
        if subject in self._numbers:
            return say("audits.person", number=self._numbers[subject])
        if subject in self._owners:
            return say("audits.device", number=self._numbers[self._owners[subject]])
        if subject in self._rounds:
            return say("audits.round", day=self._rounds[subject].isoformat())
        if entry.deed == Deed.ROUND_OPENED:
            return say("audits.round", day=subject)
        if subject in self._requests:
            return say("audits.request", number=self._requests[subject])
        if subject in self._disclosures:
            return say("audits.disclosure", number=self._disclosures[subject])
        if subject in self._staff:
            return self._staff[subject]
        if entry.deed == Deed.STATISTICS_MADE:
            return say("audits.fiscal_year", year=subject)
        if entry.deed == Deed.DEED_UNDONE:
            return say("audits.entry", seq=subject)
        if entry.deed in _BY_FILE:
            return say("audits.file", digest=subject[:8])
        if has(f"audits.paper_{subject}"):
            return say(f"audits.paper_{subject}")
        return ""  # the id of a slot or of the registry itself says nothing to anybody
