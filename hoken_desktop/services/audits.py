"""記録: the audit chain verified, and told in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoken_desktop.domain.audits import AuditEntry, AuditReport
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import Shelves, Store
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry as it is shown. `subject` is a 管理番号, a 文書番号 or the like, never a name of the register."""

    seq: int
    at: datetime
    who: str
    deed: str
    label: str
    subject: str
    detail: Mapping[str, Any]
    rows: int


class Audits:
    """The record of one registry."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def verify(self) -> AuditReport:
        """Walks the whole chain and every sealed row."""
        return self._store.verify()

    def head(self) -> str:
        """The seal of the newest entry: what papers and backups carry away."""
        return self._store.head()[1]

    def entries(
        self, limit: int = 50, *, person: str = "", deed: str = "", staff: str = ""
    ) -> tuple[AuditLine, ...]:
        """The newest entries first. `person` (an id or a 管理番号) keeps what was done to that person and their devices
        and the disclosures that judged them; `deed` is a code, `staff` an id. Refuses an unknown deed or person."""
        if deed and deed not in set(Deed):
            raise Refusal("audits.unknown_deed", deed=deed)
        with self._store.read() as shelves:
            subjects = _Subjects(shelves)
            wanted = subjects.of_person(person) if person else None
            found = [
                entry
                for entry in reversed(shelves.audits.all())
                if (wanted is None or entry.subject in wanted)
                and (not deed or entry.deed == deed)
                and (not staff or entry.staff_id == staff)
            ]
        return tuple(subjects.line(entry) for entry in found[:limit])


class _Subjects:
    """What ids mean to the staff, without names."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._numbers = {p.id: p.registry_no for p in shelves.persons.all()}
        self._staff = {s.id: f"{s.post} {s.name}".strip() for s in shelves.staff.all()}
        self._owners = {d.id: d.person_id for d in shelves.devices.all()}
        self._rounds = {r.id: r.as_of for r in shelves.rounds.all()}
        self._requests = {r.id: r.number for r in shelves.requests.all()}
        self._disclosures = {d.id: d.our_number for d in shelves.disclosures.all()}

    def of_person(self, person: str) -> set[str]:
        """Every subject that is this person, one of their devices, or a disclosure that judged them."""
        ids = {id_ for id_, number in self._numbers.items() if person in (id_, number)}
        if not ids:
            raise Refusal("audits.unknown_person")
        found = set(ids) | {device for device, owner in self._owners.items() if owner in ids}
        return found | {r.disclosure_id for r in self._shelves.disclosure_persons.all(person_id=list(ids))}

    def line(self, entry: AuditEntry) -> AuditLine:
        try:
            word = label(Deed(entry.deed))
        except (ValueError, KeyError):
            word = entry.deed  # written by a newer program, or by one before this deed had its word
        return AuditLine(
            seq=entry.seq,
            at=entry.at,
            who=self._staff.get(entry.staff_id) or say("audits.recovery"),
            deed=entry.deed,
            label=word,
            subject=self._said(entry.subject),
            detail=entry.detail,
            rows=entry.rows,
        )

    def _said(self, subject: str) -> str:
        if subject in self._numbers:
            return say("audits.person", number=self._numbers[subject])
        if subject in self._owners:
            return say("audits.device", number=self._numbers[self._owners[subject]])
        if subject in self._rounds:
            return say("audits.round", day=self._rounds[subject].isoformat())
        if subject in self._requests:
            return say("audits.request", number=self._requests[subject])
        if subject in self._disclosures:
            return say("audits.disclosure", number=self._disclosures[subject])
        return subject
