"""履歴: who changed what of one person, before and after, and from which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from hoken_desktop.domain.audits import AuditEntry
from hoken_desktop.domain.codes import EvidenceSource
from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.fields import BY_KEY
from hoken_desktop.domain.persons import Fact
from hoken_desktop.services.audits import lines_of
from hoken_desktop.services.facts import fact_words
from hoken_desktop.services.ports import RowChange, Shelves, Store
from hoken_desktop.words import label, say

OWNED = ("benefits", "devices", "supporters", "contacts", "facts", "consents")
"""Tables whose rows belong to a person by `person_id`."""

_SILENT = frozenset(
    {
        "id", "person_id", "device_id", "search_text", "sort_key", "municipality_registered", "municipality_actual",
        "source", "as_of", "entered_at", "care_setting_source", "staff_id", "located_at", "voids", "supplier_id",
        "organisation_id", "merged_into", "registry_no", "care_setting_on", "reason",
    }
)  # fmt: skip
"""Columns that follow from others, or are told beside the change (source and day)."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field in the staff's words; "" where there was (or is) nothing."""

    what: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One deed on one person. `source` and `as_of` are those of what it wrote, where it said any."""

    seq: int
    at: datetime
    who: str
    label: str
    changes: tuple[FieldChange, ...]
    source: EvidenceSource | None = None
    as_of: date | None = None
    undone_by: int = 0


class Histories:
    """The past of each person, read from the record."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of_person(self, person_id: str) -> tuple[HistoryEntry, ...]:
        """Every deed that wrote a row of this person, newest first. Refuses an unknown person."""
        with self._store.read() as shelves:
            if shelves.persons.get(person_id) is None:
                raise Refusal("persons.unknown")
            return tuple(_entries(shelves, _changes(shelves, person_id)))

    def of_deed(self, seq: int) -> tuple[FieldChange, ...]:
        """What one deed changed, field by field; rows of the waiting room and of snapshots are not spelled out."""
        with self._store.read() as shelves:
            told = [c for c in shelves.changes_at(seq) if c.table in ("persons", "places", *OWNED)]
        return tuple(change for one in told for change in field_changes(one))


def _changes(shelves: Shelves, person_id: str) -> list[RowChange]:
    found = shelves.changes_of("persons", [person_id]) + shelves.changes_of("places", [person_id])
    removed = shelves.removed_of(person_id)
    for table in OWNED:
        ids = [row.id for row in getattr(shelves, table).all(person_id=person_id)] + removed.get(table, [])
        found += shelves.changes_of(table, ids)
    return found


def _entries(shelves: Shelves, changes: list[RowChange]) -> Iterator[HistoryEntry]:
    by_deed: dict[int, list[RowChange]] = {}
    for change in changes:
        by_deed.setdefault(change.seq, []).append(change)
    entries = {e.seq: e for e in shelves.audits.all(seq=list(by_deed))}
    undone = {e.subject: e.seq for e in shelves.audits.all(deed=Deed.DEED_UNDONE)}
    standing: dict[str, str] = {}
    found = []
    for seq in sorted(by_deed):
        told = tuple(line for one in by_deed[seq] for line in _with_facts(one, standing))
        found.append(_entry(shelves, entries[seq], by_deed[seq], told, undone.get(str(seq), 0)))
    yield from reversed(found)


def _entry(
    shelves: Shelves, entry: AuditEntry, rows: list[RowChange], told: tuple[FieldChange, ...], undone_by: int
) -> HistoryEntry:
    line = lines_of(shelves, [entry])[0]
    said = [row.after for row in rows if row.after is not None and hasattr(row.after, "source")]
    sources = {one.source for one in said if isinstance(one.source, EvidenceSource)}
    days = {one.as_of for one in said if getattr(one, "as_of", None) is not None}
    return HistoryEntry(
        entry.seq, entry.at, line.who, line.label, told,
        source=sources.pop() if len(sources) == 1 else None,
        as_of=days.pop() if len(days) == 1 else None,
        undone_by=undone_by,
    )  # fmt: skip


def _with_facts(change: RowChange, standing: dict[str, str]) -> Iterator[FieldChange]:
    """A fact is told against what was last recorded of the same field and device."""
    fact = change.after
    if not isinstance(fact, Fact):
        yield from field_changes(change)
        return
    key = f"{fact.device_id}/{fact.field}"
    after = say("histories.taken_back") if fact.voids else fact_text(fact)
    yield FieldChange(say("histories.table.facts"), say(f"fields.{fact.field}"), standing.get(key, ""), after)
    standing[key] = "" if fact.voids else after


def field_changes(change: RowChange) -> tuple[FieldChange, ...]:
    """One row's change, field by field, in words; a row an older program changed without keeping what it found is one
    line that says so."""
    what = say(f"histories.table.{change.table}")
    if not change.known:
        return (FieldChange(what, "", "", say("histories.not_kept")),)
    if isinstance(change.after, Fact):
        return (FieldChange(what, say(f"fields.{change.after.field}"), "", fact_text(change.after)),)
    before, after = change.before, change.after
    some: Any = after if after is not None else before
    found = []
    for one in fields(some):
        if one.name in _SILENT:
            continue
        old = "" if before is None else spoken(getattr(before, one.name))
        new = "" if after is None else spoken(getattr(after, one.name))
        if old != new:
            found.append(FieldChange(what, say(f"histories.field.{one.name}"), old, new))
    return tuple(found)


def fact_text(fact: Fact) -> str:
    """A fact's canonical text in the staff's words, with its unit."""
    field = BY_KEY.get(fact.field)
    return fact.value if field is None or not fact.value else fact_words(field, fact.value)


def spoken(value: Any) -> str:
    """A value of a row in the staff's words; "" for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say("histories.yes") if value else ""
    if isinstance(value, Enum):
        return label(value)
    if isinstance(value, datetime):
        there = in_japan(value)
        return f"{format_wareki(there.date())} {there:%H:%M}"
    if isinstance(value, date):
        return format_wareki(value)
    if isinstance(value, float):
        return f"{value:.5f}"
    if isinstance(value, Mapping):
        return say("histories.comma").join(f"{key} {spoken(inner)}" for key, inner in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return say("histories.comma").join(spoken(inner) for inner in value)
    return str(value)
