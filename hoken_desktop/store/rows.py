"""One table as frozen values; every row written is sealed and told, with what it found."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from hoken_desktop.domain import audits
from hoken_desktop.store import tables
from hoken_desktop.store.tables import Shape

T = TypeVar("T")
_AT_ONCE = 500
"""Values in one IN (…) list: far below SQLite's limit of bound variables."""


@dataclass(frozen=True, slots=True)
class Written:
    """One row a deed wrote: its seal after it ("" = removed), and what it found (tables.audit_rows)."""

    table: str
    row: str
    seal: str
    before: str | None = None


Note = Callable[[Written], None]
"""Called for each row written."""


def seal_row(key: bytes, table: str, row: dict[str, Any]) -> str:
    """HMAC-SHA256 over a row's table and SQL values, in hex. A later column counts once it says something."""
    later = tables.LATER.get(table, {})
    sealed = {name: value for name, value in row.items() if name not in later or value != later[name]}
    return hmac.new(key, audits.canonical([table, sealed]), hashlib.sha256).hexdigest()


class TableRows(Generic[T]):
    """One table. Without `note` it only reads; with it every write is told to the deed."""

    def __init__(self, connection: sa.Connection, shape: Shape, key: bytes, note: Note | None) -> None:
        self._connection = connection
        self._shape = shape
        self._key = key
        self._note = note

    def _where(self, equals: dict[str, Any]) -> Iterator[list[sa.ColumnElement[bool]]]:
        """Conditions, split where a list is too long for one statement."""
        conditions: list[sa.ColumnElement[bool]] = []
        long: tuple[sa.Column[Any], list[Any]] | None = None
        by_name = {c.name: c for c in self._shape.columns}
        for name, value in equals.items():
            column, shape = self._shape.table.c[name], by_name[name]
            if value is None:
                conditions.append(column.is_(None))
            elif isinstance(value, (list, tuple, set, frozenset)):
                listed = [shape.write(v) for v in value]
                if len(listed) <= _AT_ONCE:
                    conditions.append(column.in_(listed))
                else:
                    long = (column, listed)
            else:
                conditions.append(column == shape.write(value))
        if long is None:
            yield conditions
            return
        column, listed = long
        for start in range(0, len(listed), _AT_ONCE):
            yield [*conditions, column.in_(listed[start : start + _AT_ONCE])]

    def get(self, key: Any) -> T | None:
        """The value with this key."""
        found = self.all(**{self._shape.key: key})
        return found[0] if found else None

    def all(self, **equals: Any) -> list[T]:
        """Values whose fields equal those given, in the order they were added."""
        found: list[T] = []
        for conditions in self._where(equals):
            query = sa.select(self._shape.table).where(*conditions).order_by(sa.text("rowid"))
            found.extend(self._shape.to_value(row) for row in self._connection.execute(query))
        return found

    def count(self, **equals: Any) -> int:
        """How many there are."""
        return sum(
            self._connection.execute(
                sa.select(sa.func.count()).select_from(self._shape.table).where(*conditions)
            ).scalar_one()
            for conditions in self._where(equals)
        )

    def add(self, value: T) -> T:
        """Adds one value."""
        self.add_all([value])
        return value

    def add_all(self, values: Iterable[T]) -> None:
        """Adds values in one statement."""
        rows = [self._shape.to_row(value) for value in values]
        if rows:
            self._write(sa.insert(self._shape.table), rows)

    def replace(self, value: T) -> T:
        """Puts `value` in the place of its row."""
        self.replace_all([value])
        return value

    def replace_all(self, values: Iterable[T]) -> None:
        """Puts each value in the place of its row; KeyError if one is missing."""
        if self._note is None:
            raise PermissionError("no write without a deed")
        for value in values:
            self.put_row(self._shape.to_row(value))

    def row(self, key: str) -> dict[str, Any] | None:
        """The row with this key, in SQL values."""
        table = self._shape.table
        found = self._connection.execute(sa.select(table).where(table.c[self._shape.key] == key)).mappings().first()
        return dict(found) if found is not None else None

    def put_row(self, row: dict[str, Any]) -> None:
        """Puts a row of SQL values in the place of the one with its key; KeyError if there is none."""
        table, key = self._shape.table, row[self._shape.key]
        old = self.row(key)
        if old is None:
            raise KeyError(table.name)
        self._connection.execute(sa.update(table).where(table.c[self._shape.key] == key).values(row))
        changed = {name: value for name, value in old.items() if row[name] != value}
        self._tell(row, json.dumps(changed, ensure_ascii=False))

    def add_row(self, row: dict[str, Any]) -> None:
        """Adds a row of SQL values."""
        self._write(sa.insert(self._shape.table), [row])

    def put(self, value: T) -> T:
        """Replaces, or adds where there is none yet."""
        if self.get(getattr(value, self._shape.key)) is None:
            return self.add(value)
        return self.replace(value)

    def remove(self, keys: Iterable[str]) -> None:
        """Takes rows away; their last seal becomes ""."""
        if self._note is None:
            raise PermissionError("no write without a deed")
        listed = list(keys)
        table = self._shape.table
        found: dict[str, str] = {}
        for conditions in self._where({self._shape.key: listed}):
            for row in self._connection.execute(sa.select(table).where(*conditions)).mappings():
                found[str(row[self._shape.key])] = json.dumps(dict(row), ensure_ascii=False)
            self._connection.execute(sa.delete(table).where(*conditions))
        for key in listed:
            self._note(Written(table.name, key, "", found.get(key)))

    def _write(self, statement: sa.Insert, rows: list[dict[str, Any]]) -> None:
        if self._note is None:
            raise PermissionError("no write without a deed")
        self._connection.execute(statement, rows)
        for row in rows:
            self._tell(row, "")

    def _tell(self, row: dict[str, Any], before: str) -> None:
        if self._note is None:
            raise PermissionError("no write without a deed")
        name = self._shape.table.name
        self._note(Written(name, str(row[self._shape.key]), seal_row(self._key, name, row), before))
