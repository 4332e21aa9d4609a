"""Bring a registry file to the newest schema: backup, one transaction, checks; never a downgrade."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from hoken_desktop import paths
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.store import engine as engines

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(paths.migrations()))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def head() -> str:
    """The newest schema this program knows."""
    return _scripts().get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this program can read a file of that schema, or bring it up to its own."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def revision(path: Path, key: bytes | bytearray) -> str:
    """The schema of a registry file; "" for an empty one."""
    connection = engines.connect(path, key)
    try:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name='alembic_version'").fetchone()
        if not known:
            return ""
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else ""
    finally:
        connection.close()


def copy(path: Path, key: bytes | bytearray, to: Path, to_key: bytes | bytearray) -> None:
    """A consistent copy under another (or the same) key, verified by reopening; an existing `to` is replaced."""
    part = to.with_name(to.name + ".part")
    part.unlink(missing_ok=True)
    source = engines.connect(path, key)
    try:
        target = engines.connect(part, to_key)
        try:
            source.backup(target)
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            target.close()
    finally:
        source.close()
    if engines.check(part, to_key)["pages"] != "ok":
        part.unlink()
        raise Refusal("store.backup_damaged", file=to.name)
    for sidecar in ("-wal", "-shm"):
        part.with_name(part.name + sidecar).unlink(missing_ok=True)
    part.replace(to)


def upgrade(path: Path, key: bytes | bytearray) -> bool:
    """Upgrades the file if it is older than the program; True if it did.

    Refuses a file made by a newer program. Before a change of an existing file a verified copy is
    laid beside it in backups/.
    """
    newest = head()
    now = revision(path, key)
    if now == newest:
        return False
    if now:
        if not knows(now):
            raise Refusal("store.newer", file=path.name)
        folder = paths.make_private(path.parent / "backups")
        copy(path, key, folder / f"before-{newest}.db", key)
    from alembic import command

    # A batch alter drops and re-makes its table: with foreign_keys=ON every CASCADE child would go with it.
    engine = engines.make_engine(path, key)
    try:
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.execution_options(writes=True).begin():
                    config = _config()
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")
                    if connection.execute(sa.text("PRAGMA foreign_key_check")).fetchall():
                        raise Refusal("store.migration_links", file=path.name)
            finally:
                raw.execute("PRAGMA foreign_keys=ON")
    finally:
        engine.dispose()
    return True
