"""元に戻す: the last deeds taken back, newest first, until the round is 確定."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from hoken_desktop.domain.audits import AuditEntry
from hoken_desktop.domain.codes import EndReason, PersonState
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.audits import AuditLine, lines_of
from hoken_desktop.services.ports import AuditQuery, Clock, Ids, Shelves, Store, Writing

UNDOABLE = frozenset(
    {
        Deed.PERSON_REGISTERED,
        Deed.PERSON_CHANGED,
        Deed.PERSON_ENDED,
        Deed.PERSON_RETURNED,
        Deed.BENEFIT_RECORDED,
        Deed.DEVICE_RECORDED,
        Deed.SUPPORTER_RECORDED,
        Deed.CONTACT_RECORDED,
        Deed.FACTS_RECORDED,
        Deed.PLACE_PINNED,
        Deed.ROWS_DECIDED,
        Deed.CONSENT_RECORDED,
        Deed.CONSENT_WITHDRAWN,
        Deed.PERSONS_MERGED,
        Deed.PERSON_SPLIT,
        Deed.MASTER_CHANGED,
        Deed.LETTER_ENTERED,
        Deed.LETTER_MARKED,
    }
)
"""What the staff do by hand. A reading, a disclosure, a paper that left are mended by deeds of their own."""

_BARRIERS = frozenset({Deed.ROUND_FROZEN, Deed.ROUND_CORRECTED})
"""確定: what a frozen edition shows is not undone under it; a 訂正版 mends it."""

_LAST = 1000
"""Entries looked back over: what lies deeper is no last deed, and a record of years stays quick."""

_DISCLOSING = frozenset({Deed.DISCLOSURE_PREPARED, Deed.DISCLOSURE_MADE})
_OF_CONSENT = frozenset({Deed.CONSENT_RECORDED, Deed.CONSENT_WITHDRAWN, Deed.LETTER_ENTERED})


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the entry that did it, and the line of the deed it took back."""

    seq: int
    line: AuditLine
    at: datetime


class Undo:
    """Taking back is a deed of its own; the first deed and its taking back both stay in the record."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def candidates(self, limit: int = 20) -> tuple[AuditLine, ...]:
        """The deeds that can be taken back, newest first."""
        with self._store.read() as shelves:
            return lines_of(shelves, _open_deeds(shelves)[:limit])

    def last(self) -> AuditLine | None:
        """The deed Ctrl+Z takes back; None where there is none."""
        found = self.candidates(1)
        return found[0] if found else None

    def undo(self, seq: int) -> Undone:
        """Takes back the deed `seq`: rows it replaced are as before, rows it added are gone; a person it registered
        stays, ended as 誤登録; facts and consents it recorded are taken back by rows that name them.

        Refuses a deed before the last 確定, one that cannot be taken back, and one whose rows were written again since.
        """
        with self._store.change(Deed.DEED_UNDONE, str(seq)) as shelves:
            deed = next((entry for entry in _open_deeds(shelves) if entry.seq == seq), None)
            if deed is None:
                raise Refusal("undo.not_open", seq=seq)
            line = lines_of(shelves, [deed])[0]
            for table, row in shelves.take_back(seq):
                self._void(shelves, table, row)
            shelves.detail["deed"] = deed.deed
        return Undone(seq, line, self._clock.now())

    def _void(self, shelves: Writing, table: str, row: str) -> None:
        if table == "persons":
            person = shelves.persons.get(row)
            assert person is not None
            shelves.persons.replace(
                replace(
                    person, state=PersonState.ENDED, end_reason=EndReason.MISTAKE, ended_on=self._clock.today()
                )
            )
        elif table == "facts":
            fact = shelves.facts.get(row)
            assert fact is not None
            shelves.facts.add(replace(fact, id=self._ids(), voids=row, entered_at=self._clock.now()))
        elif table == "consents":
            consent = shelves.consents.get(row)
            assert consent is not None
            shelves.consents.add(replace(consent, id=self._ids(), voids=row, entered_at=self._clock.now()))
        else:  # a deed of the staff's hand writes no other append-only table
            raise Refusal("undo.not_open", seq=0)


def _open_deeds(shelves: Shelves) -> list[AuditEntry]:
    """Newest first: deeds since the last 確定 not yet taken back; a consent that a disclosure may have used stays."""
    found: list[AuditEntry] = []
    undone: set[str] = set()
    disclosed = False
    seqs = shelves.audit_seqs(AuditQuery())[:_LAST]
    for entry in sorted(shelves.audits.all(seq=seqs), key=lambda one: one.seq, reverse=True):
        if entry.deed in _BARRIERS:
            break
        if entry.deed == Deed.DEED_UNDONE:
            undone.add(entry.subject)
        disclosed |= entry.deed in _DISCLOSING
        if entry.deed not in UNDOABLE or str(entry.seq) in undone or (disclosed and entry.deed in _OF_CONSENT):
            continue
        found.append(entry)
    return found
