"""The schema: the scripts and the tables say the same, an upgrade is whole or nothing, a newer file is refused."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.store import engine as engines
from hoken_desktop.store import migrate, tables


@pytest.fixture
def key() -> bytes:
    return secrets.token_bytes(32)


def test_the_scripts_make_the_tables_the_program_reads(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "registry.db"
    assert migrate.upgrade(path, key)
    engine = engines.make_engine(path, key)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        triggers = set(connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars())
    engine.dispose()
    assert triggers == {f"{t}_no_{d}" for t in tables.APPEND_ONLY for d in ("update", "delete")}


def test_an_upgraded_file_is_left_alone(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "registry.db"
    migrate.upgrade(path, key)
    assert not migrate.upgrade(path, key)
    assert migrate.revision(path, key) == migrate.head()
    assert not (tmp_path / "backups").exists()


def test_a_file_of_a_newer_program_is_refused_and_untouched(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "registry.db"
    migrate.upgrade(path, key)
    connection = engines.connect(path, key)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Refusal) as refused:
        migrate.upgrade(path, key)
    assert refused.value.code == "store.newer"
    assert path.read_bytes() == before


def test_an_upgrade_that_fails_leaves_nothing_behind(
    tmp_path: Path, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    path = tmp_path / "registry.db"
    made = []
    real = op.create_table

    def fails_at_the_tenth(*args: object, **kwargs: object) -> object:
        made.append(args[0])
        if len(made) == 10:
            raise RuntimeError("power cut")
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_table", fails_at_the_tenth)
    with pytest.raises(RuntimeError):
        migrate.upgrade(path, key)
    monkeypatch.undo()
    connection = engines.connect(path, key)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    connection.close()
    assert migrate.upgrade(path, key)


def test_a_copy_opens_only_with_its_own_key(tmp_path: Path, key: bytes) -> None:
    path, other = tmp_path / "registry.db", secrets.token_bytes(32)
    migrate.upgrade(path, key)
    migrate.copy(path, key, tmp_path / "copy.db", other)
    assert engines.check(tmp_path / "copy.db", other)["integrity"] == "ok"
    with pytest.raises(Refusal):
        engines.connect(tmp_path / "copy.db", key)
