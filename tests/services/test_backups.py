"""A backup opens with what the registry opens with, harm to it is named, and a restore is whole or did not happen."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hoken_desktop import doors, words
from hoken_desktop.adapters.backups import BackupFiles
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.services.backups import Checked, Restored
from tests.pc import CANARY, PASSPHRASE, PEOPLE, SECOND, Pc
from tests.registry_builder import MovableClock

resource = pytest.importorskip("resource", reason="fills disks as POSIX does")

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ["container", "keys", "schema", "pages", "integrity", "links", "rows", "audit"]
HARM = {"backups.damaged", "backups.cut", "backups.not_a_backup", "backups.altered", "backups.newer"}


def refused(code: str, doing: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        doing()
    assert caught.value.code == code
    assert words.say(code, **caught.value.facts).endswith(("。", "。)"))
    return caught.value


def make(pc: Pc, path: Path) -> Checked:
    house = pc.open(recovery=True)
    try:
        return house.backups.make(path)
    finally:
        house.close()


def verify(pc: Pc, path: Path, passphrase: str = "") -> Checked:
    key = "" if passphrase else pc.recovery_key
    return doors.verify_backup(pc.data, path, passphrase, recovery_key=key, settings=pc.settings)


def restore(pc: Pc, path: Path, passphrase: str = "", *, replace: bool = False, recovery_key: str = "") -> object:
    key = "" if passphrase else recovery_key or pc.recovery_key
    return doors.restore_backup(pc.data, path, passphrase, recovery_key=key, replace=replace, settings=pc.settings)


# --- making -----------------------------------------------------------------------------------------------------


def test_a_backup_is_one_file_in_which_everything_was_looked_at(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    made = make(pc, path)
    assert [f.name for f in made.findings] == CHECKS
    assert made.contents.rows["persons"] == PEOPLE
    assert [p.name for p in tmp_path.iterdir() if p != pc.data] == ["one.backup"]
    assert {name.split("/")[0] for name in pc.files()} == {
        "registry.db",
        "registry.keys.json",
        "registry.keys.bak.json",
    }
    before = pc.files()
    for passphrase in ("", PASSPHRASE):
        found = verify(pc, path, passphrase)
        assert (found.contents, found.sha256) == (made.contents, made.sha256)
        assert [f.name for f in found.findings] == CHECKS
    assert pc.files() == before


def test_nothing_of_the_register_stands_in_a_backup(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    text = path.read_bytes()
    for known in (CANARY.encode(), "見本".encode(), b"SQLite format 3", b"K00000"):
        assert known not in text


def test_each_backup_has_a_key_of_its_own(pc: Pc, tmp_path: Path) -> None:
    pages: list[set[bytes]] = []
    for name in ("one", "two"):
        made = make(pc, tmp_path / name)
        copy = (tmp_path / name).read_bytes()[-made.size :]
        pages.append({copy[at : at + 4096] for at in range(0, len(copy), 4096)})
    registry = (pc.data / "registry.db").read_bytes()
    pages.append({registry[at : at + 4096] for at in range(0, len(registry), 4096)})
    assert not pages[0] & pages[1]
    assert not pages[0] & pages[2]


def test_the_desk_says_when_the_newest_backup_was_made(pc: Pc, tmp_path: Path) -> None:
    house = pc.open(recovery=True)
    assert house.desk_facts().backup_at is None
    house.backups.make(tmp_path / "one.backup")
    assert house.desk_facts().backup_at == pc.clock.now()
    newest = house.audits.entries(limit=1)[0]
    assert (newest.deed, newest.label) == ("backup_made", "バックアップを作成")
    house.close()


def test_a_backup_takes_the_place_of_its_own_registrys_only(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    first = path.read_bytes()
    make(pc, path)
    assert path.read_bytes() != first
    other = tmp_path / "list.xlsx"
    other.write_bytes(b"somebody's own file")
    refused("backups.something_else", lambda: make(pc, other))
    assert other.read_bytes() == b"somebody's own file"
    refused("backups.own_folder", lambda: make(pc, pc.data / "one.backup"))
    refused("backups.folder_missing", lambda: make(pc, tmp_path / "nowhere" / "one.backup"))


def test_a_damaged_registry_is_not_copied_over_a_good_backup(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    good, sound = path.read_bytes(), (pc.data / "registry.db").read_bytes()
    last = len(sound) // 4096 - 1
    for page in (0, 1, 5, last // 2, last):
        house = pc.open(recovery=True)
        (pc.data / "registry.db").write_bytes(harmed(sound, page * 4096 + 100))
        refused("backups.registry_damaged", lambda: house.backups.make(path))  # noqa: B023
        (pc.data / "registry.db").write_bytes(sound)
        for log in pc.data.glob("registry.db-*"):
            log.unlink()
        house.close()
        assert path.read_bytes() == good


def harmed(text: bytes, place: int) -> bytes:
    """The same bytes, one of them changed."""
    return text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]


# --- a full disk ------------------------------------------------------------------------------------------------


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes, as on a disk that fills up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("share", [0.02, 0.5, 1.0])
def test_a_disk_that_fills_up_leaves_the_old_backup_and_no_rest(pc: Pc, tmp_path: Path, share: float) -> None:
    path = tmp_path / "one.backup"
    made = make(pc, path)
    good = path.read_bytes()
    house = pc.open(recovery=True)
    with room_for(int(made.size * share)):
        refused("backups.no_space", lambda: house.backups.make(path))
    assert path.read_bytes() == good
    assert [p.name for p in tmp_path.iterdir() if p != pc.data] == ["one.backup"]
    assert not list(pc.data.glob(".backup-work-*"))
    house.backups.make(path)
    house.close()
    assert pc.people(recovery=True) == PEOPLE


def test_a_disk_that_fills_up_during_a_restore_leaves_the_registry(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    made = make(pc, path)
    pc.register()
    before = pc.files()
    with room_for(made.size // 2):
        refused("backups.no_space", lambda: restore(pc, path, replace=True))
    assert pc.files() == before


# --- at lock ----------------------------------------------------------------------------------------------------


def test_each_lock_after_a_change_leaves_a_backup_in_the_offices_folder(pc: Pc, tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    house = pc.open(recovery=True)
    house.backups.set_folder(folder)
    house.close()
    assert len(list(folder.iterdir())) == 1
    assert pc.people(recovery=True) == PEOPLE
    assert len(list(folder.iterdir())) == 1
    pc.register()
    names = sorted(p.name for p in folder.iterdir())
    assert len(names) == 2
    assert verify(pc, folder / names[1]).contents.rows["persons"] == PEOPLE + 1
    (folder / names[1]).unlink()
    pc.open(recovery=True).close()
    assert len(list(folder.iterdir())) == 2


def test_older_generations_are_thinned_and_other_files_left_alone(pc: Pc, tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    house = pc.open(recovery=True)
    house.backups.set_folder(folder)
    registry_id = house.backups.make_at_lock().registry_id  # type: ignore[union-attr]
    moments = [pc.clock.moment - timedelta(hours=n) for n in range(24, 24 * 90, 12)]
    for at in reversed(moments):
        with house.store.change(Deed.BACKUP_MADE, registry_id, made_at=at.isoformat()):
            pass
    house.close()
    ours = {f"hoken-{registry_id}-{at:%Y%m%d-%H%M%S}.backup" for at in moments}
    strangers = {f"hoken-ffffffffffffffff-202610{day:02d}-090000.backup" for day in range(1, 31)} | {"memo.txt"}
    # Made by a restored copy of this registry on another PC: this record does not know them.
    strangers |= {
        f"hoken-{registry_id}-{at + timedelta(minutes=7):%Y%m%d-%H%M%S}.backup" for at in moments
    }
    for name in strangers | ours:
        (folder / name).write_bytes(b"")
    pc.register()
    left = {p.name for p in folder.iterdir()}
    assert strangers <= left
    assert 20 <= len(left - strangers) <= 37
    assert len(left - strangers) < len(ours)


def test_a_newer_backup_of_another_copy_in_the_folder_is_told_and_never_thinned(
    pc: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    house = pc.open()
    house.backups.set_folder(folder)
    house.close()
    pc.clock.tick(60)
    other = pc.copy_to(tmp_path / "other" / "data").sit_down(monkeypatch)
    other.register()  # somebody works on with a copy of the data folder on another PC
    pc.sit_down(monkeypatch)
    house = pc.open()
    newest, own = house.backups.in_folder()
    assert (newest.own, newest.kept_as, own.own) == (False, (), True)
    last = house.backups.last()
    assert last is not None
    assert last.beside is None
    house.close()
    house = pc.open()
    last = house.backups.last()
    assert last is not None
    assert last.beside is None  # opening alone made no backup
    house.close()
    pc.register()
    house = pc.open()
    last = house.backups.last()
    assert last is not None
    assert last.beside == newest.made_at
    assert newest.file.exists()
    assert [each.own for each in house.backups.in_folder()] == [True, False, True]
    house.close()
    pc.register()
    house = pc.open()
    last = house.backups.last()
    assert last is not None
    assert last.beside is None  # the other has written nothing since
    house.close()


def test_what_hinders_the_backup_never_hinders_the_lock(pc: Pc, tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    house = pc.open(recovery=True)
    house.backups.set_folder(folder)
    house.close()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    house = pc.open(recovery=True)
    refused("backups.folder_missing", house.close)
    house = pc.open(recovery=True)  # let go of, so that it opens again
    told: list[str] = []
    house.tell_unbacked = lambda refusal: told.append(refusal.code)
    house.close()
    assert told == ["backups.folder_missing"]
    folder.mkdir()
    house = pc.open(recovery=True)
    with room_for(100_000):
        refused("backups.no_space", house.close)
    assert list(folder.iterdir()) == []
    assert pc.people(recovery=True) == PEOPLE


# --- harm -------------------------------------------------------------------------------------------------------


def test_every_flipped_byte_is_named_before_anything_is_opened(pc: Pc, tmp_path: Path) -> None:
    path, harmed = tmp_path / "one.backup", tmp_path / "harmed.backup"
    made = make(pc, path)
    text = bytearray(path.read_bytes())
    head = len(text) - made.size
    places = [*range(0, head, 7), head - 1, head, len(text) - 1]
    places += random.Random(5).sample(range(head, len(text)), 120)
    codes = set()
    for place in places:
        text[place] ^= 1 << place % 8
        harmed.write_bytes(text)
        with pytest.raises(Refusal) as caught:
            verify(pc, harmed)
        codes.add(caught.value.code)
        text[place] ^= 1 << place % 8
    assert codes <= HARM
    before = pc.files()
    harmed.write_bytes(text[:-1] + bytes([text[-1] ^ 1]))
    refused("backups.damaged", lambda: restore(pc, harmed, replace=True))
    assert pc.files() == before


def test_a_cut_a_longer_an_empty_and_a_foreign_file_are_named(pc: Pc, tmp_path: Path) -> None:
    path, harmed = tmp_path / "one.backup", tmp_path / "harmed.backup"
    made = make(pc, path)
    text = path.read_bytes()
    for length in (0, 5, 12, 40, 300, len(text) - made.size, len(text) - 4096, len(text) - 1):
        harmed.write_bytes(text[:length])
        with pytest.raises(Refusal) as caught:
            verify(pc, harmed)
        assert caught.value.code in HARM
    harmed.write_bytes(text + b"\0")
    refused("backups.cut", lambda: verify(pc, harmed))
    refused("backups.not_a_backup", lambda: verify(pc, pc.data / "registry.db"))
    refused("backups.not_found", lambda: verify(pc, tmp_path / "gone.backup"))
    refused("backups.not_a_backup", lambda: doors.restore_backup(tmp_path / "new", pc.data / "registry.keys.json"))
    assert not (tmp_path / "new").exists()


def with_head(text: bytes, **changes: object) -> bytes:
    """The same file with another head, made by someone who knows the format but not the key."""
    (length,) = struct.unpack(">I", text[12:16])
    head = json.loads(text[48 : 48 + length]) | changes
    new = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
    return text[:12] + struct.pack(">I", len(new)) + hashlib.sha256(new).digest() + new + text[48 + length :]


def test_a_rewritten_head_or_a_copy_from_another_backup_is_found_by_its_seal(pc: Pc, tmp_path: Path) -> None:
    one, two, forged = tmp_path / "one", tmp_path / "two", tmp_path / "forged"
    older = make(pc, one)
    pc.register()
    make(pc, two)
    forged.write_bytes(with_head(two.read_bytes(), made_at="2030-01-01T00:00:00+09:00"))
    refused("backups.altered", lambda: verify(pc, forged))
    older_copy = one.read_bytes()[-older.size :]
    swapped = with_head(two.read_bytes(), size=older.size, sha256=hashlib.sha256(older_copy).hexdigest())
    (length,) = struct.unpack(">I", swapped[12:16])
    forged.write_bytes(swapped[: 48 + length] + older_copy)
    refused("backups.altered", lambda: verify(pc, forged))
    forged.write_bytes(with_head(two.read_bytes(), sealed=base64.b64encode(b"short").decode()))
    refused("backups.altered", lambda: verify(pc, forged))
    forged.write_bytes(with_head(two.read_bytes(), version=2))
    refused("backups.newer", lambda: verify(pc, forged))
    forged.write_bytes(with_head(two.read_bytes(), keys="{}"))
    refused("vault.key_file_damaged", lambda: verify(pc, forged))


# --- restoring --------------------------------------------------------------------------------------------------


def test_a_restore_needs_a_word_and_keeps_what_was_there(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    pc.register(2)
    before = pc.files()
    refused("backups.occupied", lambda: restore(pc, path))
    assert pc.files() == before
    done = restore(pc, path, PASSPHRASE, replace=True)
    assert isinstance(done, Restored)
    assert pc.people() == PEOPLE
    kept = {name.split("/")[-1]: text for name, text in pc.files().items() if name.startswith(done.set_beside)}
    assert kept == before
    house = pc.open()
    assert "backup_restored" in [line.deed for line in house.audits.entries()]
    assert house.desk_facts().backup_at == done.backup.made_at
    house.close()


def test_a_later_state_comes_back_after_an_earlier_one(pc: Pc, tmp_path: Path) -> None:
    """Back and forth between two branches: the mark in the key file and the keyring follows each time."""
    make(pc, tmp_path / "early")
    pc.register()
    make(pc, tmp_path / "late")
    for name, people in (("early", PEOPLE), ("late", PEOPLE + 1), ("early", PEOPLE)):
        restore(pc, tmp_path / name, replace=True)
        assert pc.people() == people


def test_a_stale_log_is_not_played_into_the_restored_registry(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    house = pc.open(recovery=True)
    with house.store.change(Deed.PERSON_REGISTERED) as shelves:
        shelves.persons.replace_all(list(shelves.persons.all()))
    log = (pc.data / "registry.db-wal").read_bytes()
    assert log
    # As after a power cut: the log lies beside the file, nobody has closed it.
    torn = {name: (pc.data / name).read_bytes() for name in ("registry.db", "registry.db-wal", "registry.db-shm")}
    house.close()
    for name, text in torn.items():
        (pc.data / name).write_bytes(text)
    done = restore(pc, path, replace=True)
    assert isinstance(done, Restored)
    assert not (pc.data / "registry.db-wal").exists()
    assert (pc.data / done.set_beside / "registry.db-wal").read_bytes() == log
    assert pc.people(recovery=True) == PEOPLE


def test_a_damaged_registry_and_a_lost_key_file_come_back(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    (pc.data / "registry.db").write_bytes(b"not a registry at all" * 999)
    restore(pc, path, PASSPHRASE, replace=True)
    assert pc.people() == PEOPLE
    for key_file in pc.data.glob("registry.keys*"):
        key_file.unlink()
    refused("vault.key_file_lost", pc.people)
    restore(pc, path, PASSPHRASE, replace=True)
    assert pc.people() == PEOPLE
    (pc.data / "registry.db").unlink()
    restore(pc, path, PASSPHRASE)
    assert pc.people() == PEOPLE


def test_a_backup_from_before_a_passphrase_change_opens_with_todays_here_and_with_its_own_elsewhere(
    pc: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    house = pc.open()
    house.staff.set_passphrase(house.store.staff_id, SECOND)
    house.close()
    verify(pc, path, SECOND)
    restore(pc, path, SECOND, replace=True)
    assert pc.people(SECOND) == PEOPLE
    refused("vault.wrong_passphrase", pc.people)
    empty = Pc(tmp_path / "elsewhere", pc.clock, pc.keyring, pc.recovery_key).sit_down(monkeypatch)
    refused("vault.wrong_passphrase", lambda: verify(empty, path, SECOND))
    restore(empty, path, PASSPHRASE)
    assert empty.people() == PEOPLE


def test_who_was_withdrawn_does_not_come_back_by_an_old_backup(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    house = pc.open(recovery=True)
    first = house.staff.all()[0].staff
    house.staff.add("見本 二郎", "主事", first.role, SECOND)
    house.staff.withdraw(first.id)
    house.close()
    before = pc.files()
    refused("vault.withdrawn", lambda: restore(pc, path, PASSPHRASE, replace=True))
    assert pc.files() == before
    done = restore(pc, path, replace=True)
    assert isinstance(done, Restored)
    assert done.strangers == 1
    refused("vault.wrong_passphrase", pc.people)
    refused("vault.withdrawn", lambda: pc.people(SECOND))
    assert pc.people(recovery=True) == PEOPLE


def test_another_registrys_folder_and_a_wrong_key_are_refused(
    pc: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.backup"
    make(pc, path)
    other = Pc(tmp_path / "other", pc.clock).sit_down(monkeypatch)
    other.found()
    before = other.files()
    refused("vault.other_registry", lambda: restore(other, path, replace=True, recovery_key=pc.recovery_key))
    refused("vault.recovery_wrong", lambda: restore(other, path, replace=True))
    with pytest.raises(NotUnlocked):
        verify(other, path, PASSPHRASE)
    assert other.files() == before


def test_an_open_registry_is_not_exchanged(pc: Pc, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    house = pc.open(recovery=True)
    house.backups.make(path)
    # filelock is re-entrant by object only: a second one in this process is refused as one of another would be.
    refused("vault.second_instance", lambda: restore(pc, path, replace=True))
    house.close()


_KILLED = """
import os, sys
from pathlib import Path
from hoken_desktop import doors, house
from hoken_desktop.domain.keys import STRETCH_FLOOR
data, backup, key, work = (Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
import shutil
settings = house.Settings(stretch=STRETCH_FLOOR, use_device=False)
codes = []
for point in range(1, 500, int(sys.argv[5])):
    copy = work / str(point)
    shutil.copytree(data, copy)
    child = os.fork()
    if child == 0:
        calls = [0]
        def dying(real):
            def call(*a, **k):
                calls[0] += 1
                if calls[0] == point:
                    os._exit(9)
                return real(*a, **k)
            return call
        for name in ("replace", "fsync", "unlink", "rename", "mkdir"):
            setattr(os, name, dying(getattr(os, name)))
        try:
            doors.restore_backup(copy, backup, recovery_key=key, replace=True, settings=settings)
        except BaseException:
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == 0:
        print(point)
        sys.exit(0)
    if code != 9:
        sys.exit(code)
"""


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_restore_killed_at_any_step_leaves_the_old_registry_or_the_new_one(
    pc: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    path, work = tmp_path / "one.backup", tmp_path / "killed"
    work.mkdir()
    stride = 1 if pytestconfig.getoption("--soak") else 4
    make(pc, path)
    pc.register()
    ran = subprocess.run(
        [sys.executable, "-c", _KILLED, str(pc.data), str(path), pc.recovery_key, str(work), str(stride)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    points = int(ran.stdout)
    assert points > 15
    seen = []
    for point in range(1, points + 1, stride):
        at = Pc(work / str(point), MovableClock(pc.clock.moment), recovery_key=pc.recovery_key).sit_down(monkeypatch)
        seen.append(at.people(recovery=True))
    # First the old registry with its one person more, then the restored one, and never anything between.
    assert seen == sorted(seen, reverse=True)
    assert set(seen) == {PEOPLE, PEOPLE + 1}
    again = Pc(work / "5", MovableClock(pc.clock.moment), recovery_key=pc.recovery_key)
    restore(again, path, replace=True)
    assert not list(again.data.glob(".backup-work-*"))


def test_reading_a_backup_back_that_is_not_what_was_written_is_a_refusal(
    pc: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A medium that takes everything and gives back something else."""
    path = tmp_path / "one.backup"
    house = pc.open(recovery=True)
    real = BackupFiles.extract

    def faulty(self: BackupFiles, written: Path, envelope: object, to: Path | None) -> None:
        with written.open("r+b") as file:
            file.seek(-1, 2)
            file.write(b"?")
        real(self, written, envelope, to)  # type: ignore[arg-type]

    monkeypatch.setattr(BackupFiles, "extract", faulty)
    refused("backups.not_as_written", lambda: house.backups.make(path))
    assert not path.exists()
    assert house.desk_facts().backup_at is None
    house.close()
