"""How old what is known of a person is, where the row itself does not say: read from the record of the deeds.

Facts, devices and contacts carry a day of their own. Telephones and addresses do not, and what was taken away carries
nothing any more; for both the deed that did it is the witness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from hoken_desktop.domain.audits import AuditEntry
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.persons import Contact
from hoken_desktop.services.ports import RowChange, Shelves

ANSWERED_ON = "answered_on"
"""What a deed that enters a letter keeps in its detail: the day written on the paper."""

_AS_OF_ITS_ROW = frozenset({Deed.PERSON_REGISTERED, Deed.ROWS_DECIDED, Deed.REGISTER_READ})
"""Deeds that write down what was known on a day the row names."""


def known_since(shelves: Shelves, person_id: str, names: Iterable[str]) -> dict[str, date]:
    """Each of these fields of a person → the day from which its value of today (an emptied one too) is known.

    A field nobody ever filled in is not there; what was taken back does not count.
    """
    fields = tuple(names)
    found: dict[str, date] = {}
    for change, entry in _stood(shelves, shelves.changes_of("persons", [person_id])):
        if change.after is None:
            continue
        for name in fields:
            after = getattr(change.after, name)
            if after != getattr(change.before, name) if change.before is not None else bool(after):
                found[name] = _day_of(entry, change)
    return found


def contacts_taken_away(shelves: Shelves, person_id: str, after: date) -> tuple[Contact, ...]:
    """The contacts of a person that were taken away on a day later than `after`."""
    gone = shelves.removed_of(person_id).get("contacts", [])
    last: dict[str, tuple[RowChange, AuditEntry]] = {}
    for change, entry in _stood(shelves, shelves.changes_of("contacts", gone)):
        last[change.row_id] = change, entry
    return tuple(
        change.before
        for change, entry in last.values()
        if change.after is None and isinstance(change.before, Contact) and _day_of(entry, change) > after
    )


def _stood(shelves: Shelves, changes: Iterable[RowChange]) -> list[tuple[RowChange, AuditEntry]]:
    """Each change with its deed, the oldest first, without those that were taken back and what took them back."""
    told = list(changes)
    entries: Mapping[int, AuditEntry] = {e.seq: e for e in shelves.audits.all(seq=[one.seq for one in told])}
    undone = {e.subject for e in shelves.audits.all(deed=Deed.DEED_UNDONE)}
    return [
        (one, entries[one.seq])
        for one in told
        if entries[one.seq].deed != Deed.DEED_UNDONE and str(one.seq) not in undone
    ]


def _day_of(entry: AuditEntry, change: RowChange) -> date:
    said = entry.detail.get(ANSWERED_ON)
    if isinstance(said, str):
        return date.fromisoformat(said)
    row_says: date | None = getattr(change.after, "as_of", None)
    if entry.deed in _AS_OF_ITS_ROW and row_says is not None:
        return row_says
    return in_japan(entry.at).date()
