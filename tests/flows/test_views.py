"""閲覧専用: a backup is read on a second PC; nothing can be changed, nothing readable is left on its disk."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hoken_desktop import cli, doors
from hoken_desktop import house as houses
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.ports import PersonQuery
from tests.pc import CANARY, PASSPHRASE, PEOPLE, SECOND, Pc
from tests.registry_builder import MovableClock


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pc:
    """The PC of the registry, with a backup on the server."""
    pc = Pc(tmp_path / "first", MovableClock()).sit_down(monkeypatch)
    pc.found()
    (tmp_path / "server").mkdir()
    house = pc.open()
    house.backups.make(tmp_path / "server" / "a.backup")
    house.close()
    return pc


@pytest.fixture
def backup(tmp_path: Path, first: Pc) -> Path:
    return tmp_path / "server" / "a.backup"


@pytest.fixture
def second(tmp_path: Path, first: Pc, monkeypatch: pytest.MonkeyPatch) -> Pc:
    """Another PC, with an empty keyring and no data folder."""
    return Pc(tmp_path / "second", MovableClock(), recovery_key=first.recovery_key).sit_down(monkeypatch)


def view(pc: Pc, file: Path, passphrase: str = "", *, recovery: bool = True) -> houses.House:
    key = pc.recovery_key if recovery else ""
    return doors.open_view(pc.data, file, passphrase, recovery_key=key, settings=pc.settings)


def test_a_second_pc_reads_a_backup_and_says_whose_moment_it_is(second: Pc, backup: Path) -> None:
    house = view(second, backup)
    try:
        found = house.persons.find(PersonQuery())
        assert len(found) == PEOPLE
        facts = house.desk_facts()
        assert facts.viewing is not None
        assert facts.office == "見本保健所"
        assert house.audits.verify().first_break is None
        assert [member.staff.name for member in house.staff.all()] == ["見本 花子"]
        house.preferences.put("persons.columns", ["name"])
        assert house.preferences.get("persons.columns") == ["name"]
    finally:
        house.close()
    assert not (second.data / "registry.db").exists()


def test_every_deed_is_refused_with_its_own_sentence_and_sqlite_itself_writes_nothing(
    second: Pc, backup: Path, tmp_path: Path
) -> None:
    house = view(second, backup)
    try:
        head = house.store.head()
        for deed in Deed:
            with pytest.raises(Refusal) as refused, house.store.change(deed) as shelves:
                shelves.persons.add(Person("x", "K999999", "架空 次郎"))
            assert refused.value.code == "views.read_only"
        with pytest.raises(Exception, match="readonly"), house.store._engine.begin() as connection:
            connection.execute(text("DELETE FROM persons"))
        out = tmp_path / "out"
        deeds = (
            lambda: house.office.set(director="見本"),
            lambda: house.staff.add("見本 三郎", "主事", house.staff.all()[0].staff.role, SECOND),
            lambda: house.staff.set_passphrase(house.staff.all()[0].staff.id, SECOND),
            lambda: house.keys.adopt(first_key := house.keys._vault.draft_recovery_key(), first_key),
            lambda: house.backups.make(out / "b.backup"),
            lambda: house.backups.set_folder(None),
            lambda: house.write_text(out / "a.csv", "x"),
            lambda: house.write_sealed(out / "a.pdf", b"x"),
            lambda: house.write_map(out / "m.pdf", b"%PDF", ["K000001"]),
            lambda: house.print_map(names=False, paper="A4"),
            lambda: house.places.locate_all(),
            lambda: house.lists.write(out / "l.pdf"),
        )
        out.mkdir()
        for deed in deeds:
            with pytest.raises(Refusal) as refused:
                deed()
            assert refused.value.code == "views.read_only"
        assert list(out.iterdir()) == []
        assert house.store.head() == head
    finally:
        house.close()


def readable(folder: Path) -> list[Path]:
    """Files in which a person's name, or SQLite's clear header, can be read."""
    marks = (CANARY.encode(), CANARY.encode("utf-16-le"), b"SQLite format 3", b"CREATE TABLE")
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(mark in path.read_bytes() for mark in marks)
    ]


def test_nothing_readable_lies_on_the_disk_and_nothing_at_all_after_the_lock(
    second: Pc, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    house = view(second, backup)
    house.persons.find(PersonQuery(text="架空"))
    copies = list((second.data / doors.VIEWING).rglob("*.db"))
    assert len(copies) == 1
    assert readable(second.data) == []
    assert readable(temporary) == []
    house.close()
    assert [path.name for path in second.data.rglob("*") if path.is_file() and path.name != "registry.lock"] == []


def test_what_a_power_cut_left_goes_at_the_next_start(second: Pc, backup: Path) -> None:
    house = view(second, backup)
    kept = second.data / "kept"
    work = next((second.data / doors.VIEWING).glob(".backup-work-*"))
    shutil.copytree(work, kept)
    doors.sweep_view(second.data)  # somebody is looking: it stays
    assert work.exists()
    house.close()
    shutil.move(kept, work)
    doors.sweep_view(second.data)
    assert not work.exists()


def test_one_backup_is_looked_at_at_a_time(second: Pc, backup: Path) -> None:
    house = view(second, backup)
    with pytest.raises(Refusal) as refused:
        view(second, backup)
    assert refused.value.code == "views.already"
    house.close()
    view(second, backup).close()


def test_on_its_own_pc_a_passphrase_opens_a_backup_beside_the_open_registry(
    first: Pc, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.sit_down(monkeypatch)
    working = first.open()
    house = view(first, backup, PASSPHRASE, recovery=False)
    assert house.desk_facts().staff == "保健師 見本 花子"
    house.close()
    working.office.set(director="所長 見本 一郎")
    working.close()
    assert first.people() == PEOPLE


def test_who_was_withdrawn_since_reads_no_backup_on_that_pc(
    first: Pc, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.sit_down(monkeypatch)
    house = first.open()
    added = house.staff.add("見本 二郎", "主事", house.staff.all()[0].staff.role, SECOND)
    later = tmp_path / "server" / "b.backup"
    house.backups.make(later)
    house.staff.withdraw(added.staff.id)
    house.close()
    with pytest.raises(NotUnlocked) as refused:
        view(first, later, SECOND, recovery=False)
    assert refused.value.code == "vault.withdrawn"
    assert list((first.data / doors.VIEWING).rglob("*.db")) == []


def test_a_damaged_backup_is_not_shown(second: Pc, backup: Path) -> None:
    data = bytearray(backup.read_bytes())
    data[-5000] ^= 1
    backup.write_bytes(data)
    with pytest.raises(Refusal) as refused:
        view(second, backup)
    assert refused.value.code == "backups.damaged"
    assert list((second.data / doors.VIEWING).glob(".backup-work-*")) == []


def test_no_file_and_no_wrong_file_leaves_a_new_folder(second: Pc, tmp_path: Path) -> None:
    wrong = tmp_path / "list.xlsx"
    wrong.write_text(json.dumps({}), "utf-8")
    for file in (wrong, tmp_path / "none.backup"):
        with pytest.raises(Refusal):
            view(second, file)
    assert not second.data.exists()


def test_the_command_line_reads_a_backup_and_refuses_to_write(
    second: Pc, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = houses.Settings
    monkeypatch.setattr(houses, "Settings", lambda: replace(real(), stretch=STRETCH_FLOOR))
    key = second.data.parent / "recovery.txt"
    key.write_text(second.recovery_key, "utf-8")

    def line(*words: str) -> tuple[int, dict[str, Any]]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            found = ["--data", str(second.data), "--read-only", str(backup), "--recovery-key-file", str(key)]
            code = cli.run([*found, "--json", *words])
        return code, json.loads(out.getvalue())

    code, said = line("audit", "verify")
    assert (code, said["first_break"]) == (0, None)
    assert line("staff", "list")[1]["staff"][0]["name"] == "見本 花子"
    code, said = line("round", "open", "--as-of", "2026-09-30")
    assert (code, said["refused"]) == (3, "views.read_only")
    assert line("backup", "verify", str(backup))[0] == 2
    assert list((second.data / doors.VIEWING).rglob("*.db")) == []


OLD = Path(__file__).parent.parent / "files" / "registries"


@pytest.mark.parametrize("version", sorted(path.name for path in OLD.iterdir() if path.is_dir()))
def test_a_backup_of_an_earlier_version_is_looked_at_and_stays_as_it_is(tmp_path: Path, version: str) -> None:
    file = OLD / version / f"backup-{version}.hdb"
    before = file.read_bytes()
    settings = houses.Settings(stretch=STRETCH_FLOOR, use_device=False)
    passphrase = (OLD / version / "passphrase").read_text("utf-8").strip()
    house = doors.open_view(tmp_path / "data", file, passphrase, settings=settings)
    try:
        assert house.audits.verify().first_break is None
        with house.store.read() as shelves:
            assert shelves.persons.count() == 42
            assert shelves.organisations.count() == 0
        assert house.desk_facts().viewing is not None
    finally:
        house.close()
    assert file.read_bytes() == before
    assert list((tmp_path / "data").rglob("*.db")) == []
