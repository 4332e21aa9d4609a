"""The open registry: `read` looks, `change` does one deed or leaves no trace."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa

from hoken_desktop.domain import audits
from hoken_desktop.domain.audits import AuditEntry, AuditReport
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.services.ports import Clock, Shelves, Writing
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.store import engine as engines
from hoken_desktop.store import migrate, tables
from hoken_desktop.store.rows import Written, seal_row
from hoken_desktop.store.shelves import RegistryShelves

if TYPE_CHECKING:
    from hoken_desktop.services.ports import Store

T = TypeVar("T")

FILE_NAME = "registry.db"
_BUNDLE = 500
"""Rows compared between two reports."""


def seal_keys(data_key: bytes | bytearray) -> tuple[bytes, bytes]:
    """(the key of the audit chain, the key of the row seals), derived from the data key."""
    return (
        hmac.new(bytes(data_key), b"audit/v1", hashlib.sha256).digest(),
        hmac.new(bytes(data_key), b"row/v1", hashlib.sha256).digest(),
    )


class RegistryStore:
    """One registry file, unlocked with its 32-byte data key. Close it and the key is dropped."""

    def __init__(self, path: Path, data_key: bytes | bytearray, clock: Clock, staff_id: str) -> None:
        self.path = path
        self.staff_id = staff_id
        self._clock = clock
        self._key = bytearray(data_key)
        self._audit_key, self._row_key = seal_keys(self._key)
        self._listeners: list[Callable[[Deed], None]] = []
        self.upgraded = migrate.upgrade(path, self._key)
        self._engine = engines.make_engine(path, self._key)

    read_only = False
    """True for a backup that is only looked at (store/views.py)."""

    def on_change(self, listener: Callable[[Deed], None]) -> None:
        """Calls `listener` after each deed, on the thread that did it."""
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Shelves]:
        """Shelves of one moment; nothing can be written through them."""
        with self._engine.connect() as connection, connection.begin():
            yield cast("Shelves", RegistryShelves(connection, self._row_key, None, {}))

    @contextmanager
    def change(self, deed: Deed, subject: str = "", **detail: Any) -> Iterator[Writing]:
        """One deed: what is written inside is sealed into the audit chain in the same transaction."""
        written: list[Written] = []
        facts = dict(detail)
        try:
            with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                shelves = RegistryShelves(connection, self._row_key, written.append, facts)
                yield cast("Writing", shelves)
                self._seal(connection, deed, subject, facts, written)
        except sa.exc.OperationalError as error:
            raise self._refusal(error) from None
        for listener in self._listeners:
            listener(deed)

    @staticmethod
    def _refusal(error: sa.exc.OperationalError) -> Exception:
        # The driver gives no code across versions; these two texts are SQLite's own (sqlite3ErrStr).
        text = str(error.orig)
        if "disk is full" in text or "disk I/O" in text:
            return Refusal("store.disk_full")
        if "locked" in text or "busy" in text:
            return Refusal("store.busy")
        return error

    def _seal(
        self,
        connection: sa.Connection,
        deed: Deed,
        subject: str,
        detail: dict[str, Any],
        written: list[Written],
    ) -> None:
        seq, head = self._head(connection)
        entry = AuditEntry(
            seq=seq + 1,
            at=self._clock.now(),
            staff_id=self.staff_id,
            deed=deed.value,
            subject=subject,
            detail=detail,
            rows=len(written),
            rows_digest=audits.rows_digest_of((w.table, w.row, w.seal) for w in written),
            previous=head,
        )
        shape = tables.AUDITS
        # Sealed as it will be read back: the stored moment is in UTC.
        entry = shape.to_value(tuple(shape.to_row(entry)[c.name] for c in shape.columns))
        row = shape.to_row(entry) | {"seal": audits.seal_of(self._audit_key, entry)}
        connection.execute(sa.insert(shape.table), [row])
        if written:
            connection.execute(
                sa.insert(tables.audit_rows),
                [
                    {"seq": entry.seq, "table_name": w.table, "row_id": w.row, "seal": w.seal, "before": w.before}
                    for w in written
                ],
            )

    @staticmethod
    def _head(connection: sa.Connection) -> tuple[int, str]:
        table = tables.AUDITS.table
        last = connection.execute(sa.select(table.c.seq, table.c.seal).order_by(table.c.seq.desc()).limit(1)).first()
        return (int(last[0]), str(last[1])) if last else (0, audits.GENESIS)

    def head(self) -> tuple[int, str]:
        """(number, seal) of the newest audit entry; (0, zeros) in an empty chain."""
        with self._engine.connect() as connection:
            return self._head(connection)

    def seal_at(self, seq: int) -> str:
        """The seal of one audit entry; "" if there is none. What the key file remembers must be here."""
        table = tables.AUDITS.table
        with self._engine.connect() as connection:
            return str(connection.execute(sa.select(table.c.seal).where(table.c.seq == seq)).scalar() or "")

    def verify(self, report: Report = no_report) -> AuditReport:
        """Walks the chain, then compares every row with the seal its last deed gave it.

        SQLCipher authenticates each page but not its age: a page of an older copy put into the file
        opens without complaint. The row seals find it.
        """
        with self._engine.connect() as connection, connection.begin():
            return verify_record(connection, self._audit_key, self._row_key, report)

    def lend_key(self, use: Callable[[bytearray], T]) -> T:
        """`use(data key)` with a copy that is wiped afterwards: for sealing a slot or a backup, never for keeping."""
        if not self._audit_key:
            raise NotUnlocked("vault.locked")
        lent = bytearray(self._key)
        try:
            return use(lent)
        finally:
            lent[:] = bytes(len(lent))

    def integrity(self) -> dict[str, str]:
        """What doctor shows of the file: cipher, integrity checks and schema revision."""
        return engines.check(self.path, self._key) | {"revision": migrate.revision(self.path, self._key)}

    def close(self) -> None:
        """Closes every connection, empties the write-ahead log into the file and drops the key."""
        self._engine.dispose()
        for held in range(len(self._key)):
            self._key[held] = 0
        self._audit_key = self._row_key = b""


def verify_record(
    connection: sa.Connection, audit_key: bytes, row_key: bytes, report: Report = no_report
) -> AuditReport:
    """Walks the chain of any open copy of a registry and compares its rows with their seals."""
    table = tables.AUDITS.table
    report(Step(0, 0, "audits.step_chain"))
    rows = connection.execute(sa.select(table).order_by(table.c.seq)).fetchall()
    entries = [tables.AUDITS.to_value(row) for row in rows]
    count, head, found = audits.first_break_in(audit_key, entries)
    last: dict[tuple[str, str], str] = {}
    total = 0
    if found is None and connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
        # An older page of an index hides rows from lookups without touching a single row.
        found = {"where": "file", "code": "inconsistent"}
    if found is None:
        found, total = _check_deeds(connection, entries, last)
    if found is None:
        found = _check_rows(connection, row_key, last, report)
    return AuditReport(count, head, total, found)


def _check_deeds(
    connection: sa.Connection, entries: list[AuditEntry], last: dict[tuple[str, str], str]
) -> tuple[dict[str, Any] | None, int]:
    table = tables.audit_rows
    by_seq: dict[int, list[tuple[str, str, str]]] = {}
    total = 0
    for seq, name, row, seal in connection.execute(
        sa.select(table.c.seq, table.c.table_name, table.c.row_id, table.c.seal).order_by(table.c.id)
    ):
        by_seq.setdefault(seq, []).append((name, row, seal))
        last[name, row] = seal
        total += 1
    for entry in entries:
        written = by_seq.pop(entry.seq, [])
        if len(written) != entry.rows or audits.rows_digest_of(written) != entry.rows_digest:
            return {"where": "deed", "seq": entry.seq, "code": "altered"}, total
    if by_seq:
        return {"where": "deed", "seq": min(by_seq), "code": "unlinked"}, total
    return None, total


def _check_rows(
    connection: sa.Connection, row_key: bytes, last: dict[tuple[str, str], str], report: Report
) -> dict[str, Any] | None:
    total = len(last)
    for name, shape in tables.SHAPES.items():
        if name == "audits":
            continue
        names = [c.name for c in shape.columns]
        for found in connection.execute(sa.select(shape.table).order_by(sa.text("rowid"))):
            row = dict(zip(names, found, strict=True))
            key = str(row[shape.key])
            seal = last.pop((name, key), None)
            if len(last) % _BUNDLE == 0:
                report(Step(total - len(last), total, "audits.step_rows"))
            if seal is None:
                return {"where": "row", "table": name, "row": key, "code": "unknown"}
            if not hmac.compare_digest(seal, seal_row(row_key, name, row)):
                return {"where": "row", "table": name, "row": key, "code": "altered"}
    for (name, key), seal in last.items():
        if not seal:
            continue
        return {"where": "row", "table": name, "row": key, "code": "missing"}
    return None


def _is_a_store(store: RegistryStore) -> Store:
    """Tells the type checker that the port is fulfilled."""
    return store
