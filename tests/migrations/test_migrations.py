"""The schema: the scripts and the tables say the same, an upgrade is whole or nothing, a newer file is refused."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from hoken_desktop import doors, house
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import STRETCH_FLOOR
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


OLD = Path(__file__).parent.parent / "files" / "registries"


@pytest.mark.parametrize("version", sorted(p.name for p in OLD.iterdir() if p.is_dir()))
def test_a_registry_of_an_earlier_version_comes_up_with_all_it_held(tmp_path: Path, version: str) -> None:
    """A real file of that version: every row is there, the record is unbroken, and today's deeds work on it."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    for name in ("registry.db", "registry.keys.json"):
        shutil.copy(OLD / version / name, data / name)
    settings = house.Settings(stretch=STRETCH_FLOOR, use_device=False)
    opened = doors.open_house(data, (OLD / version / "passphrase").read_text("utf-8").strip(), settings=settings)
    try:
        assert opened.store.upgraded
        assert (data / "backups" / f"before-{migrate.head()}.db").is_file()
        report = opened.audits.verify()
        assert (report.first_break, report.rows) == (None, 1860)
        with opened.store.read() as shelves:
            counts = (shelves.persons.count(), shelves.facts.count(), shelves.consents.count())
            someone = shelves.persons.all()[0]
        assert counts == (42, 828, 84)
        assert opened.histories.of_person(someone.id)[0].changes[0].field == ""
        opened.persons.change(replace(someone, note="新しい版で書いた"))
        told = opened.histories.of_person(someone.id)[0]
        assert [(c.field, c.after) for c in told.changes] == [("備考", "新しい版で書いた")]
        last = opened.undo.last()
        assert last is not None
        opened.undo.undo(last.seq)
        assert opened.persons.open(someone.id).person.note == someone.note
        assert opened.audits.verify().first_break is None
    finally:
        opened.close()


@pytest.mark.parametrize("version", sorted(p.name for p in OLD.iterdir() if p.is_dir()))
def test_a_backup_of_an_earlier_version_is_restored_and_opens(tmp_path: Path, version: str) -> None:
    passphrase = (OLD / version / "passphrase").read_text("utf-8").strip()
    settings = house.Settings(stretch=STRETCH_FLOOR, use_device=False)
    doors.restore_backup(tmp_path / "data", OLD / version / f"backup-{version}.hdb", passphrase=passphrase,
                         settings=settings)  # fmt: skip
    opened = doors.open_house(tmp_path / "data", passphrase, settings=settings)
    try:
        with opened.store.read() as shelves:
            assert shelves.persons.count() == 42
        assert opened.audits.verify().first_break is None
    finally:
        opened.close()
