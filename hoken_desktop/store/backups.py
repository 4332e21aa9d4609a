"""Copies of a registry under another key, and a look into them that changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from hoken_desktop.domain.backups import Contents, Finding
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import Clock
from hoken_desktop.store import engine as engines
from hoken_desktop.store import migrate, tables
from hoken_desktop.store.unit import RegistryStore, seal_keys, verify_record

if TYPE_CHECKING:
    from hoken_desktop.services import backups
    from hoken_desktop.services.ports import Store

_SIDECARS = ("-wal", "-shm", ".part", ".part-wal", ".part-shm")


class RegistryCopies:
    """Copies made and read with SQLCipher; keys are 32 bytes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def copy(self, path: Path, key: bytearray, to: Path, to_key: bytearray) -> None:
        """A consistent copy of `path` under `to_key`; refuses a full disk and a registry whose pages are damaged."""
        try:
            migrate.copy(path, key, to, to_key)
        except sqlcipher.Error as error:
            raise self._refusal(str(error), path) from None
        except Refusal as refusal:
            if refusal.code in ("store.wrong_key_or_damaged", "store.backup_damaged"):
                raise Refusal("backups.registry_damaged", file=path.name, check="pages") from None
            raise
        finally:
            for tail in _SIDECARS:
                to.with_name(to.name + tail).unlink(missing_ok=True)

    @staticmethod
    def _refusal(text: str, path: Path) -> Refusal:
        # SQLite's own texts; a full disk is told apart from a bad page only by them.
        if "disk is full" in text or "disk I/O" in text or "unable to open" in text:
            return Refusal("backups.no_space")
        return Refusal("backups.registry_damaged", file=path.name, check="pages")

    def look(self, path: Path, key: bytearray, data_key: bytearray) -> tuple[Contents, list[Finding]]:
        """What stands in the file, once every check has passed; `data_key` is the one its seals were made with.

        Refuses (backups.registry_damaged) naming the first check that did not pass, and a file of a newer program.
        """
        newest = migrate.head()
        revision = migrate.revision(path, key)
        if not migrate.knows(revision):
            raise Refusal("store.newer", file=path.name)
        found = engines.check(path, key)
        for name in ("pages", "integrity", "links"):
            if found[name] != "ok":
                raise Refusal("backups.registry_damaged", file=path.name, check=name)
        engine = engines.make_engine(path, key)
        try:
            with engine.connect() as connection, connection.begin():
                entries, head = self._head(connection)
                if revision == newest:
                    # An older schema's rows were sealed in their own shape: its head is compared, and it is upgraded
                    # and verified as a whole when it is opened.
                    report = verify_record(connection, *seal_keys(data_key))
                    if report.first_break is not None:
                        raise Refusal("backups.registry_damaged", file=path.name, check="audit")
                names = sa.inspect(connection).get_table_names()
                rows = {
                    name: int(connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one())
                    for name in sorted(names)
                    if name != "alembic_version"
                }
        finally:
            engine.dispose()
        findings = [
            Finding("schema", revision),
            *(Finding(name, found[name]) for name in ("pages", "integrity", "links")),
            Finding("rows", str(sum(rows.values()))),
            Finding("audit", f"{entries} / {head[:20]}"),
        ]
        return Contents(revision, entries, head, rows), findings

    @staticmethod
    def _head(connection: sa.Connection) -> tuple[int, str]:
        table = tables.AUDITS.table
        last = connection.execute(sa.select(table.c.seq, table.c.seal).order_by(table.c.seq.desc()).limit(1)).first()
        return (int(last[0]), str(last[1])) if last else (0, "")

    def open(self, path: Path, data_key: bytearray, staff_id: str) -> Store:
        """The copy as a registry, upgraded to this program."""
        return RegistryStore(path, data_key, self._clock, staff_id)

    def empty_log(self, path: Path, data_key: bytearray) -> None:
        """Bring the write-ahead log of a registry into its file, so that the log may go; a file that does not open
        with this key is left as it is."""
        try:
            connection = engines.connect(path, data_key)
        except (Refusal, sqlcipher.Error):
            return
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlcipher.Error:
            raise Refusal("backups.no_space") from None
        finally:
            connection.close()


def _are_copies(copies: RegistryCopies) -> backups.RegistryCopies:
    """Tells the type checker that the port is fulfilled."""
    return copies


def _is_open(store: RegistryStore) -> backups.OpenRegistry:
    return store
