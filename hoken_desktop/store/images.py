"""What deeds found: the past of single rows, and how a deed is taken back."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import RowChange
from hoken_desktop.store import tables
from hoken_desktop.store.rows import TableRows, seal_row

_AT_ONCE = 500
_NOTES = tables.audit_rows


class Images:
    """The rows every deed wrote, with what it found in their place (tables.audit_rows)."""

    def __init__(self, connection: sa.Connection, key: bytes, shelves: Mapping[str, TableRows[Any]]) -> None:
        self._connection = connection
        self._key = key
        self._shelves = shelves

    def of_rows(self, table: str, ids: Iterable[str]) -> list[RowChange]:
        """What each deed changed of these rows, oldest first."""
        listed = list(ids)
        notes: list[sa.RowMapping] = []
        for start in range(0, len(listed), _AT_ONCE):
            some = listed[start : start + _AT_ONCE]
            notes += self._notes(_NOTES.c.table_name == table, _NOTES.c.row_id.in_(some))
        by_row: dict[str, list[sa.RowMapping]] = {}
        for note in notes:
            by_row.setdefault(note["row_id"], []).append(note)
        found = [change for row, some in by_row.items() for _, change in self._walk(table, row, some)]
        return sorted(found, key=lambda change: change.seq)

    def of_deed(self, seq: int) -> list[RowChange]:
        """What one deed changed, in the order it wrote."""
        found: list[tuple[int, RowChange]] = []
        for table, row in dict.fromkeys((n["table_name"], n["row_id"]) for n in self._notes(_NOTES.c.seq == seq)):
            past = self._notes(_NOTES.c.table_name == table, _NOTES.c.row_id == row)
            found += [(id_, change) for id_, change in self._walk(table, row, past) if change.seq == seq]
        return [change for _, change in sorted(found, key=lambda pair: pair[0])]

    def removed_of(self, person_id: str) -> dict[str, list[str]]:
        """Rows of this person that are no longer there: table → ids."""
        found: dict[str, list[str]] = {}
        for note in self._notes(_NOTES.c.seal == "", _NOTES.c.before.contains(person_id)):
            if json.loads(note["before"]).get("person_id") == person_id:
                found.setdefault(note["table_name"], []).append(note["row_id"])
        return found

    def take_back(self, seq: int) -> list[tuple[str, str]]:
        """Puts back what a deed replaced or removed and takes away what it added.

        What stays for the service: people it added (nobody disappears) and rows of append-only tables. Refuses where
        a later deed wrote one of the rows, where an older program kept no image, and where an image does not fit the
        seal its row had: an image is believed only if it gives that seal again.
        """
        left: list[tuple[str, str]] = []
        for note in reversed(self._notes(_NOTES.c.seq == seq)):
            table, row = note["table_name"], note["row_id"]
            if self._seal_now(table, row) != note["seal"]:
                raise Refusal("undo.changed_since", seq=seq)
            if table in tables.APPEND_ONLY or (table == "persons" and note["before"] == ""):
                left.append((table, row))
            elif note["before"] is None:
                raise Refusal("undo.no_image", seq=seq)
            elif note["before"] == "":
                self._shelves[table].remove([row])
            else:
                self._put_back(note, json.loads(note["before"]))
        return left

    def _put_back(self, note: sa.RowMapping, before: dict[str, Any]) -> None:
        table, row, shelf = note["table_name"], note["row_id"], self._shelves[note["table_name"]]
        now = shelf.row(row) or {}
        earlier = self._notes(_NOTES.c.table_name == table, _NOTES.c.row_id == row, _NOTES.c.id < note["id"])
        restored = now | before
        if not earlier or not hmac.compare_digest(earlier[-1]["seal"], seal_row(self._key, table, restored)):
            raise Refusal("undo.not_authentic", seq=note["seq"])
        if now:
            shelf.put_row(restored)
        else:
            shelf.add_row(restored)

    def _seal_now(self, table: str, row: str) -> str:
        now = self._shelves[table].row(row)
        return "" if now is None else seal_row(self._key, table, now)

    def _notes(self, *conditions: sa.ColumnElement[bool]) -> list[sa.RowMapping]:
        query = sa.select(_NOTES).where(*conditions).order_by(_NOTES.c.id)
        return list(self._connection.execute(query).mappings())

    def _walk(self, table: str, row: str, notes: list[sa.RowMapping]) -> list[tuple[int, RowChange]]:
        """From the row as it is now back through its notes."""
        shape = tables.SHAPES[table]
        after = self._shelves[table].row(row)
        found = []
        for note in reversed(notes):
            before: dict[str, Any] | None
            if note["before"] is None or note["before"] == "":
                before = None
            else:
                before = (after or {}) | json.loads(note["before"])
            value = None if after is None or note["seal"] == "" else shape.from_row(after)
            old = None if before is None else shape.from_row(before)
            found.append((note["id"], RowChange(note["seq"], table, row, old, value, note["before"] is not None)))
            if note["before"] is None:
                break  # what was there before is not known
            after = before
        return list(reversed(found))
