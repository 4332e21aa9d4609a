"""Damaged, forged, older and foreign key files: mended, refused, or brought back from a backup."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from hoken_desktop import words
from hoken_desktop.adapters import key_files
from hoken_desktop.adapters.key_files import KeyFiles
from hoken_desktop.domain.keys import (
    KeyFile,
    Mark,
)
from tests.pc import MemoryKeyring
from tests.services.vault_pc import (
    PASSPHRASE,
    SECOND,
    Pc,
    put_back,
    refused,
    set_up,
)


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    return Pc(tmp_path, MemoryKeyring())


# --- damage, forgery, going back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_damaged_copy_is_mended_on_opening_and_said(pc: Pc, which: str) -> None:
    created = set_up(pc)
    path: Path = getattr(pc, which)
    path.write_bytes(path.read_bytes()[:200])
    opened = pc.start().unlock(PASSPHRASE)
    assert opened.mended
    assert opened.data_key == created.data_key
    assert pc.first.read_bytes() == pc.second.read_bytes()
    assert not pc.start().unlock(PASSPHRASE).mended


def test_both_copies_damaged_is_a_refusal_with_the_backup_as_next_step(pc: Pc) -> None:
    created = set_up(pc)
    for path in (pc.first, pc.second):
        path.write_bytes(path.read_bytes()[:200])
    before = pc.keys()
    for doing in (
        lambda: pc.start().unlock(PASSPHRASE),
        lambda: pc.start().unlock_with_recovery(created.recovery_key),
    ):
        error = refused("vault.key_file_damaged", doing)
        assert "バックアップ" in words.say(error.code, **error.facts)
    refused("vault.exists", lambda: pc.start().create(SECOND, "staff-1"))
    assert pc.keys() == before


def forge(pc: Pc, *paths: Path, revision: int = 99) -> None:
    """Put the mark back by hand, checksum right, MAC impossible."""
    file = KeyFiles(pc.folder).read().copies[0].file
    for path in paths:
        path.write_bytes(key_files.encode(replace(file, mark=Mark(1, "00"), revision=revision), bytearray(32)))


def test_a_forged_key_file_is_refused(pc: Pc) -> None:
    created = set_up(pc)
    forge(pc, pc.first, pc.second)
    refused("vault.key_file_altered", lambda: pc.start().unlock(PASSPHRASE))
    refused("vault.key_file_altered", lambda: pc.start().unlock_with_recovery(created.recovery_key))


@pytest.mark.parametrize("which", ["first", "second"])
def test_one_forged_copy_gives_way_to_the_genuine_one(pc: Pc, which: str) -> None:
    set_up(pc)
    forge(pc, getattr(pc, which))
    opened = pc.start().unlock(PASSPHRASE)
    assert (opened.mended, opened.mark) == (True, Mark(3, "cafe"))
    assert pc.start().unlock(PASSPHRASE).mark == Mark(3, "cafe")


def test_a_newer_key_file_is_left_to_the_newer_program(pc: Pc) -> None:
    set_up(pc)
    for path in (pc.first, pc.second):
        document = json.loads(path.read_bytes()) | {"version": 2}
        del document["checksum"]
        body = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
        path.write_bytes(json.dumps(document | {"checksum": hashlib.sha256(body).hexdigest()}).encode())
    before = pc.keys()
    refused("vault.key_file_newer", lambda: pc.start().unlock(PASSPHRASE))
    assert pc.keys() == before


def test_the_mark_goes_forward_only(pc: Pc) -> None:
    set_up(pc)
    vault = pc.start()
    vault.unlock(PASSPHRASE)
    vault.set_mark(4, "beef")
    vault.set_mark(4, "beef")
    refused("vault.mark_backwards", lambda: vault.set_mark(3, "cafe"))
    refused("vault.mark_backwards", lambda: vault.set_mark(4, "dead"))
    assert pc.start().unlock(PASSPHRASE).mark == Mark(4, "beef")
    vault.set_mark(2, "f00d", after_restore=True)
    assert pc.start().unlock(PASSPHRASE).mark == Mark(2, "f00d")


def put_the_whole_folder_back(pc: Pc, days_ago: dict[str, bytes]) -> None:
    for name, text in days_ago.items():
        (pc.folder / name).write_bytes(text)


def test_the_whole_folder_put_back_by_hand_is_noticed_by_the_keyrings_mark(pc: Pc) -> None:
    set_up(pc)
    days_ago = pc.keys()
    vault = pc.start()
    vault.unlock(PASSPHRASE)
    vault.set_mark(9, "beef")
    vault.lock()
    put_the_whole_folder_back(pc, days_ago)
    for _ in range(2):
        vault = pc.start()
        assert vault.unlock(PASSPHRASE).mark == Mark(9, "beef")
        vault.set_mark(4, "d00d")
        vault.lock()
        put_the_whole_folder_back(pc, days_ago)


def test_a_restore_brings_the_keyrings_mark_back_too(pc: Pc) -> None:
    set_up(pc)
    vault = pc.start()
    vault.unlock(PASSPHRASE)
    old = vault.copy_for_backup()
    vault.set_mark(9, "beef")
    vault.lock()
    put_back(pc.start(), old, "backup", passphrase=PASSPHRASE)
    vault = pc.start()
    assert vault.unlock(PASSPHRASE).mark == Mark(3, "cafe")
    vault.set_mark(9, "beef")
    vault.lock()
    vault.unlock(PASSPHRASE)
    vault.set_mark(5, "f00d", after_restore=True)
    assert pc.start().unlock(PASSPHRASE).mark == Mark(5, "f00d")


def test_a_keyring_that_fails_at_lock_does_not_hinder_locking(pc: Pc) -> None:
    set_up(pc)
    vault = pc.start()
    vault.unlock(PASSPHRASE)
    vault.set_mark(9, "beef")
    pc.backend = None
    vault.lock()
    refused("vault.locked", lambda: vault.set_mark(10, "ff"))


def test_a_slot_of_another_registry_opens_nothing(pc: Pc, tmp_path: Path) -> None:
    set_up(pc)
    file = KeyFiles(pc.folder).read().copies[0].file
    moved = KeyFile(file.version, "other-registry", 1, file.slots, file.mark)
    assert isinstance(pc.backend, MemoryKeyring)
    secret = pc.backend.kept[f"hoken-desktop:{file.registry_id}", "device-secret"]
    pc.backend.kept["hoken-desktop:other-registry", "device-secret"] = secret
    for path in (pc.first, pc.second):
        path.write_bytes(key_files.encode(moved, bytearray(32)))
    refused("vault.wrong_passphrase", lambda: pc.start().unlock(PASSPHRASE))


# --- backups -----------------------------------------------------------------------------------------------------


def new_pc(folder: Path) -> Pc:
    folder.mkdir()
    return Pc(folder, MemoryKeyring())


def test_on_a_new_pc_the_backup_opens_with_the_recovery_key_and_the_pc_is_enrolled(pc: Pc, tmp_path: Path) -> None:
    created = set_up(pc)
    vault = pc.start()
    vault.unlock(PASSPHRASE)
    text = vault.copy_for_backup()
    other = new_pc(tmp_path / "new")
    vault = other.start()
    refused("vault.keyring_entry_missing", lambda: vault.open_copy(text, "backup", passphrase=PASSPHRASE))
    opened = put_back(vault, text, "backup", recovery_key=created.recovery_key)
    assert opened.data_key == created.data_key
    other.registry.write_bytes(b"restored pages")
    vault.enrol_device(opened.data_key, created.slot_id, PASSPHRASE)
    assert other.start().unlock(PASSPHRASE).data_key == created.data_key


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_a_lost_or_damaged_key_file_comes_back_from_a_backup(pc: Pc, harm: str) -> None:
    created = set_up(pc)
    vault = pc.start()
    vault.unlock(PASSPHRASE)
    text = vault.copy_for_backup()
    for path in (pc.first, pc.second):
        path.unlink() if harm == "lost" else path.write_bytes(b"{}")
    opened = put_back(pc.start(), text, "backup", passphrase=PASSPHRASE)
    assert opened.data_key == created.data_key
    assert pc.start().unlock(PASSPHRASE).mark == Mark(3, "cafe")
    kept = {path.read_bytes() for path in pc.folder.glob("registry.keys.replaced-*.json")}
    assert kept == (set() if harm == "lost" else {b"{}"})


def test_an_older_backup_does_not_bring_a_withdrawn_slot_back(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    opened = vault.unlock(PASSPHRASE)
    old = vault.copy_for_backup()
    vault.add_staff(opened.data_key, "staff-2", SECOND)
    vault.withdraw(created.slot_id)
    vault.set_mark(9, "beef")
    put_back(pc.start(), old, "backup", recovery_key=created.recovery_key)
    assert pc.start().unlock(SECOND).mark == Mark(3, "cafe")
    refused("vault.wrong_passphrase", lambda: pc.start().unlock(PASSPHRASE))


def test_another_registrys_key_file_does_not_take_this_ones_place(pc: Pc, tmp_path: Path) -> None:
    set_up(pc)
    other = new_pc(tmp_path / "other")
    other._ids = itertools.count(1000)
    foreign = set_up(other)
    text = other.first.read_bytes()
    before = pc.keys()
    vault = pc.start()
    refused("vault.other_registry", lambda: put_back(vault, text, "backup", recovery_key=foreign.recovery_key))
    assert pc.keys() == before


def test_a_backups_key_file_that_does_not_open_replaces_nothing(pc: Pc) -> None:
    set_up(pc)
    text = pc.first.read_bytes()
    for path in (pc.first, pc.second):
        path.write_bytes(b"{}")
    before = pc.keys()
    refused("vault.wrong_passphrase", lambda: put_back(pc.start(), text, "backup", passphrase=SECOND))
    refused("vault.key_file_damaged", lambda: put_back(pc.start(), text[:99], "backup", passphrase=PASSPHRASE))
    assert pc.keys() == before
