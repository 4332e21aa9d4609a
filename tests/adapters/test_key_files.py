"""The key file on a real disk: flipped, cut, killed in mid-write, forged, and too new."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop.adapters.key_files import KeyFiles, decode, encode
from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.domain.keys import NO_DEVICE, STRETCH_FLOOR, KeyFile, Mark, Slot, SlotKind, Stretch

MAC_KEY = bytearray(range(32))
AT = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
STAFF = Slot("s1", SlotKind.STAFF, "staff-1", b"a" * 16, STRETCH_FLOOR, "0" * 16, b"n" * 12, b"c" * 48, AT)
SPARE = Slot("r1", SlotKind.RECOVERY, "", b"b" * 16, None, NO_DEVICE, b"m" * 12, b"d" * 48, AT)
FILE = KeyFile(1, "registry-1", 1, (STAFF, SPARE), Mark(7, "ab" * 32))


def first(folder: Path) -> Path:
    return folder / "registry.keys.json"


def second(folder: Path) -> Path:
    return folder / "registry.keys.bak.json"


def reworded(text: bytes, **changes: Any) -> bytes:
    """What someone without the data key can do: change the file and put the checksum right again."""
    document = json.loads(text) | changes
    del document["checksum"]
    body = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    document["checksum"] = hashlib.sha256(body).hexdigest()
    return json.dumps(document).encode()


def test_a_key_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path)
    assert not files.exist()
    files.write(FILE, MAC_KEY)
    copies = files.read()
    assert copies.whole
    assert [copy.file for copy in copies.copies] == [FILE]
    assert files.is_genuine(copies.copies[0], MAC_KEY)
    assert not files.is_genuine(copies.copies[0], bytearray(32))
    assert first(tmp_path).read_bytes() == second(tmp_path).read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_nobody_else_may_read_the_key_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        KeyFiles(tmp_path).write(FILE, MAC_KEY)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_every_flipped_bit_is_noticed_or_changes_nothing() -> None:
    text = encode(FILE, MAC_KEY)
    harmless = 0
    for place in range(len(text)):
        for bit in range(8):
            flipped = bytearray(text)
            flipped[place] ^= 1 << bit
            try:
                copy = decode(bytes(flipped), "registry.keys.json")
            except NotUnlocked as refused:
                assert refused.code == "vault.key_file_damaged"  # noqa: PT017
            else:
                harmless += 1
                assert copy.file == FILE
    assert harmless < 16  # the last newline as another blank


def test_every_cut_and_every_lost_byte_is_noticed() -> None:
    text = encode(FILE, MAC_KEY)
    for place in range(len(text) - 1):
        for broken in (text[:place], text[:place] + text[place + 1 :]):
            with pytest.raises(NotUnlocked):
                decode(broken, "registry.keys.json")


@pytest.mark.parametrize("junk", [b"", b"null", b"[]", b"{}", b"\x00" * 400, b"[" * 100_000, b" " * (1 << 21)])
def test_what_was_never_a_key_file_is_said_to_be_damaged(junk: bytes) -> None:
    with pytest.raises(NotUnlocked) as refused:
        decode(junk, "registry.keys.json")
    assert refused.value.code == "vault.key_file_damaged"


@pytest.mark.parametrize("which", [first, second])
@pytest.mark.parametrize("harm", ["flipped", "cut", "gone", "empty"])
def test_one_damaged_copy_is_made_good_by_the_other(tmp_path: Path, which: Any, harm: str) -> None:
    files = KeyFiles(tmp_path)
    files.write(FILE, MAC_KEY)
    path = which(tmp_path)
    text = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes({"flipped": text.replace(b"staff-1", b"staff-2"), "cut": text[:99], "empty": b""}[harm])
    copies = files.read()
    assert not copies.whole
    assert [copy.file for copy in copies.copies] == [FILE]


def test_two_damaged_copies_are_a_refusal_and_stay_as_they_are(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path)
    files.write(FILE, MAC_KEY)
    for path in (first(tmp_path), second(tmp_path)):
        path.write_bytes(path.read_bytes()[:-40])
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(NotUnlocked) as refused:
        files.read()
    assert refused.value.code == "vault.key_file_damaged"
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_of_two_sound_copies_the_newer_comes_first(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path)
    files.write(replace(FILE, revision=2), MAC_KEY)
    first(tmp_path).write_bytes(encode(FILE, MAC_KEY))
    copies = files.read()
    assert not copies.whole
    assert [copy.file.revision for copy in copies.copies] == [2, 1]


def test_a_forged_file_with_a_mended_checksum_is_not_genuine(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path)
    text = encode(FILE, MAC_KEY)
    for forged in (
        reworded(text, mark={"seq": 1, "head": ""}),
        reworded(text, slots=json.loads(text)["slots"][:1]),
        reworded(text, revision=99),
        reworded(text, mac="00" * 32),
        reworded(text, mac=""),
    ):
        copy = files.decode(forged, "registry.keys.json")
        assert not files.is_genuine(copy, MAC_KEY)


def test_a_newer_format_is_refused_even_beside_an_old_copy(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path)
    text = files.write(FILE, MAC_KEY)
    first(tmp_path).write_bytes(reworded(text, version=2, more="unknown"))
    with pytest.raises(NotUnlocked) as refused:
        files.read()
    assert refused.value.code == "vault.key_file_newer"
    assert refused.value.facts == {"file": "registry.keys.json", "version": 2, "known": 1}


@pytest.mark.parametrize(
    ("stretch", "code"),
    [
        (Stretch(64 * 1024 - 1, 3, 4), "vault.key_file_weak"),
        (Stretch(64 * 1024, 2, 4), "vault.key_file_weak"),
        (Stretch(64 * 1024, 3, 3), "vault.key_file_weak"),
        (Stretch(1 << 40, 3, 4), "vault.key_file_damaged"),
        (Stretch(64 * 1024, 1 << 40, 4), "vault.key_file_damaged"),
    ],
)
def test_stretching_below_the_floor_or_beyond_reason_is_refused(stretch: Stretch, code: str) -> None:
    weak = encode(replace(FILE, slots=(replace(STAFF, stretch=stretch), SPARE)), MAC_KEY)
    with pytest.raises(NotUnlocked) as refused:
        decode(weak, "registry.keys.json")
    assert refused.value.code == code


def test_a_staff_slot_without_stretching_is_no_slot() -> None:
    with pytest.raises(NotUnlocked):
        decode(encode(replace(FILE, slots=(replace(STAFF, stretch=None),)), MAC_KEY), "registry.keys.json")


KILLED_WRITER = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from hoken_desktop.adapters import key_files

folder, fatal = Path(sys.argv[1]), int(sys.argv[2])
files = key_files.KeyFiles(folder)
newest = files.read().copies[0].file
steps = 0

def counted(real):
    def step(*args, **kwargs):
        global steps
        for _ in range(2):  # once before, once after
            steps += 1
            if steps == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            if _ == 0:
                given = real(*args, **kwargs)
        return given
    return step

for name in ("open", "fsync", "replace", "close", "unlink"):
    setattr(os, name, counted(getattr(os, name)))
files.write(replace(newest, revision=newest.revision + 1), bytearray(range(32)))
print(steps)
"""


@pytest.mark.soak
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_killed_at_each_step_of_a_writing_a_sound_copy_stands(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path)
    files.write(FILE, MAC_KEY)
    killed = 0
    for fatal in range(1, 200):
        before = files.read().copies[0].file.revision
        done = subprocess.run(
            [sys.executable, "-c", KILLED_WRITER, str(tmp_path), str(fatal)], capture_output=True, check=False
        )
        newest = files.read().copies[0]
        assert files.is_genuine(newest, MAC_KEY)
        assert newest.file.revision in (before, before + 1)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
    assert killed >= 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["registry.keys.bak.json", "registry.keys.json"]


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_virus_scanner_on_the_new_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winerror: int
) -> None:
    real, waits, busy = os.replace, [], [True] * 5

    def held(source: Any, target: Any) -> None:
        if busy:
            busy.pop()
            error = PermissionError(13, "held")
            error.winerror = winerror  # type: ignore[attr-defined]
            raise error
        real(source, target)

    monkeypatch.setattr(os, "replace", held)
    files = KeyFiles(tmp_path, pause=waits.append)
    files.write(FILE, MAC_KEY)
    assert files.read().whole
    assert len(waits) == 5


def test_a_file_held_for_good_is_a_refusal_and_the_old_keys_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    files = KeyFiles(tmp_path, pause=waits.append)
    files.write(FILE, MAC_KEY)

    def held(source: Any, target: Any) -> None:
        error = PermissionError(13, "held")
        error.winerror = 32  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(os, "replace", held)
    with pytest.raises(Refusal) as refused:
        files.write(replace(FILE, revision=2), MAC_KEY)
    assert refused.value.code == "vault.key_file_unwritable"
    assert sum(waits) <= 2.5
    assert [copy.file for copy in files.read().copies] == [FILE]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_disk_leaves_the_old_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = KeyFiles(tmp_path)
    files.write(FILE, MAC_KEY)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refusal):
        files.write(replace(FILE, revision=2), MAC_KEY)
    assert [copy.file for copy in files.read().copies] == [FILE]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_key_file_set_aside_is_kept(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path)
    text = files.write(FILE, MAC_KEY)
    files.set_aside("unfinished-1")
    assert not files.exist()
    assert (tmp_path / "registry.keys.unfinished-1.json").read_bytes() == text


@pytest.mark.skipif(os.name != "posix", reason="folders are made durable on POSIX only")
def test_each_copy_is_durable_before_its_name_and_its_name_before_the_next_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed process never shows a missing fsync; a power cut does. So the order itself is held fast."""
    done: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        real_fsync(handle)

    def replace_(source: Any, target: Any) -> None:
        done.append(Path(target).name)
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace_)
    KeyFiles(tmp_path).write(FILE, MAC_KEY)
    assert done == ["file", "registry.keys.json", "folder", "file", "registry.keys.bak.json", "folder"]
