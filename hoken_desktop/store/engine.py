"""The one place that opens the registry file, and checks what it opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlcipher3 import dbapi2 as sqlcipher

from hoken_desktop.domain.errors import Refusal

PLAIN_HEADER = b"SQLite format 3\x00"

_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
    "busy_timeout=10000",
    "cache_size=-65536",
)
_ASSERTED: dict[str, Any] = {
    "cipher_memory_security": "1",
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "temp_store": 2,
    "secure_delete": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
}
"""SECURITY settings read back at every open: a driver that ignores one of them opens nothing."""


def connect(path: Path, key: bytes | bytearray, *, read_only: bool = False) -> Any:
    """A raw connection to the registry at `path`, keyed, checked and set; `read_only`: SQLite itself writes nothing.

    Refuses a key that does not fit, a plaintext file and any setting that did not take.
    """
    if len(key) != 32:
        raise Refusal("store.key_length")
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(16) == PLAIN_HEADER:
                raise Refusal("store.plaintext", file=path.name)
    connection = sqlcipher.connect(str(path), timeout=10, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute("PRAGMA cipher_memory_security=ON")
        connection.execute(f"PRAGMA key=\"x'{bytes(key).hex()}'\"")
        if not connection.execute("PRAGMA cipher_version").fetchone():
            raise Refusal("store.no_cipher")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher.DatabaseError:
            raise Refusal("store.wrong_key_or_damaged", file=path.name) from None
        for setting in _SETTINGS:
            connection.execute("PRAGMA " + setting)
        for name, wanted in _ASSERTED.items():
            found = connection.execute("PRAGMA " + name).fetchone()
            if found is None or found[0] != wanted:
                raise Refusal("store.setting", name=name)
        if read_only:
            connection.execute("PRAGMA query_only=ON")
            if connection.execute("PRAGMA query_only").fetchone() != (1,):
                raise Refusal("store.setting", name="query_only")
    except BaseException:
        connection.close()
        raise
    return connection


def make_engine(path: Path, key: bytes | bytearray, *, read_only: bool = False) -> sa.Engine:
    """The SQLAlchemy engine of one unlocked registry. Writers begin IMMEDIATE, readers see one moment."""
    engine = sa.create_engine(
        f"sqlite:///{path}",
        module=sqlcipher,
        creator=lambda: connect(path, key, read_only=read_only),
        hide_parameters=True,  # exception texts must never hold a person's data
        echo=False,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def check(path: Path, key: bytes | bytearray) -> dict[str, str]:
    """What doctor shows: cipher and SQLite versions and the three integrity checks ("ok" or the first finding)."""
    connection = connect(path, key)
    try:
        cipher = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        plain = connection.execute("PRAGMA integrity_check").fetchall()
        links = connection.execute("PRAGMA foreign_key_check").fetchall()
        return {
            "cipher": str(connection.execute("PRAGMA cipher_version").fetchone()[0]),
            "sqlite": str(connection.execute("SELECT sqlite_version()").fetchone()[0]),
            "pages": "ok" if not cipher else f"{len(cipher)} pages",
            "integrity": "ok" if plain == [("ok",)] else f"{len(plain)} findings",
            "links": "ok" if not links else f"{len(links)} rows",
        }
    finally:
        connection.close()
