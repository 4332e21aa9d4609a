"""A passphrase and this PC together open the registry; a keyring that is absent, silent or wrong is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hoken_desktop import words
from hoken_desktop.adapters import key_files
from hoken_desktop.adapters.key_files import KeyFiles
from hoken_desktop.domain.keys import (
    NO_DEVICE,
)
from tests.pc import MemoryKeyring
from tests.services.vault_pc import (
    PASSPHRASE,
    SECOND,
    HangingKeyring,
    OneSaltSlots,
    Pc,
    refused,
    set_up,
)


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    return Pc(tmp_path, MemoryKeyring())


@pytest.fixture
def bare(tmp_path: Path) -> Pc:
    return Pc(tmp_path, None)


# --- the keyring -------------------------------------------------------------------------------------------------


def test_the_passphrase_alone_does_not_open_a_stolen_folder(pc: Pc) -> None:
    set_up(pc)
    pc.backend = MemoryKeyring()
    error = refused("vault.keyring_entry_missing", lambda: pc.start().unlock(PASSPHRASE))
    assert "復旧キー" in words.say(error.code)


def test_the_keyring_alone_does_not_open(pc: Pc) -> None:
    set_up(pc)
    refused("vault.wrong_passphrase", lambda: pc.start().unlock(""))


@pytest.mark.parametrize(
    ("entry", "code"),
    [("", "missing"), ("junk", "missing"), ("QUFB", "missing"), ("A" * 43 + "=", "wrong")],
)
def test_a_wrong_keyring_entry_is_said_and_left_alone(pc: Pc, entry: str, code: str) -> None:
    created = set_up(pc)
    assert isinstance(pc.backend, MemoryKeyring)
    pc.backend.kept = dict.fromkeys(pc.backend.kept, entry)
    before = pc.keys()
    refused(f"vault.keyring_entry_{code}", lambda: pc.start().unlock(PASSPHRASE))
    assert list(pc.backend.kept.values()) == [entry]
    assert pc.keys() == before
    assert pc.start().unlock_with_recovery(created.recovery_key).data_key == created.data_key


def test_an_absent_keyring_is_said(pc: Pc) -> None:
    created = set_up(pc)
    pc.backend = None
    refused("vault.keyring_unavailable", lambda: pc.start().unlock(PASSPHRASE))
    assert pc.start().unlock_with_recovery(created.recovery_key).data_key == created.data_key


@pytest.fixture
def hanging() -> Iterator[HangingKeyring]:
    HangingKeyring.released.clear()
    yield HangingKeyring()
    HangingKeyring.released.set()


def test_a_hanging_keyring_is_said_and_the_recovery_key_still_opens(pc: Pc, hanging: HangingKeyring) -> None:
    created = set_up(pc)
    pc.backend = hanging
    refused("vault.keyring_silent", lambda: pc.start().unlock(PASSPHRASE))
    assert pc.start().unlock_with_recovery(created.recovery_key).data_key == created.data_key


def test_a_hopeless_passphrase_is_neither_counted_nor_stretched(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(pc)
    pc.backend = None
    vault = pc.start()
    monkeypatch.setattr(OneSaltSlots, "stretched", None)
    for _ in range(9):
        refused("vault.keyring_unavailable", lambda: vault.unlock(PASSPHRASE))
    assert vault.next_wait() == 0.0


def test_without_a_keyring_the_registry_works_and_says_so(bare: Pc) -> None:
    vault = bare.start()
    created = vault.create(PASSPHRASE, "staff-1")
    bare.registry.write_bytes(b"sealed pages")
    assert created.device_warning == "vault.without_keyring"
    assert words.say("vault.without_keyring")
    assert [slot.device for slot in vault.staff_slots()] == [NO_DEVICE]
    assert bare.start().unlock(PASSPHRASE).data_key == created.data_key


def test_a_keyring_that_hangs_at_the_beginning_is_done_without_and_said(
    tmp_path: Path, hanging: HangingKeyring
) -> None:
    created = Pc(tmp_path, hanging).start().create(PASSPHRASE, "staff-1")
    assert created.device_warning == "vault.without_keyring"


def test_the_demo_leaves_the_keyring_alone(pc: Pc) -> None:
    created = pc.start(use_device=False).create(PASSPHRASE, "staff-1")
    pc.registry.write_bytes(b"sealed pages")
    assert isinstance(pc.backend, MemoryKeyring)
    assert pc.backend.kept == {}
    assert created.device_warning == ""
    assert pc.start(use_device=False).unlock(PASSPHRASE).data_key == created.data_key


def test_a_slot_cannot_be_talked_out_of_its_device_secret(pc: Pc) -> None:
    """Someone with the passphrase and the folder writes "none" into the slot and puts the checksum right."""
    set_up(pc)
    file = KeyFiles(pc.folder).read().copies[0].file
    slots = tuple(replace(slot, device=NO_DEVICE) for slot in file.slots)
    forged = key_files.encode(replace(file, slots=slots), bytearray(32))
    pc.first.write_bytes(forged)
    pc.second.write_bytes(forged)
    pc.backend = None
    refused("vault.wrong_passphrase", lambda: pc.start().unlock(PASSPHRASE))


def test_a_slot_made_without_a_keyring_is_bound_to_the_pc_later(bare: Pc) -> None:
    bare.start().create(PASSPHRASE, "staff-1")
    bare.registry.write_bytes(b"sealed pages")
    vault = bare.start()
    opened = vault.unlock(PASSPHRASE)
    before = bare.keys()
    refused("vault.keyring_unavailable", lambda: vault.enrol_device(opened.data_key, opened.slot_id, PASSPHRASE))
    assert bare.keys() == before
    bare.backend = MemoryKeyring()
    vault = bare.start()
    opened = vault.unlock(PASSPHRASE)
    assert vault.enrol_device(opened.data_key, opened.slot_id, PASSPHRASE).device_warning == ""
    assert bare.start().unlock(PASSPHRASE).data_key == opened.data_key
    bare.backend = None
    refused("vault.keyring_unavailable", lambda: bare.start().unlock(PASSPHRASE))


def test_a_lost_keyring_entry_is_enrolled_again(pc: Pc) -> None:
    created = set_up(pc)
    pc.backend = MemoryKeyring()
    vault = pc.start()
    opened = vault.unlock_with_recovery(created.recovery_key)
    vault.enrol_device(opened.data_key, created.slot_id, PASSPHRASE)
    assert pc.start().unlock(PASSPHRASE).data_key == created.data_key


def test_after_a_new_pc_a_colleague_not_yet_enrolled_is_told_the_likely_reason(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    vault.add_staff(vault.unlock(PASSPHRASE).data_key, "staff-2", SECOND)
    pc.backend = MemoryKeyring()
    vault = pc.start()
    opened = vault.unlock_with_recovery(created.recovery_key)
    vault.enrol_device(opened.data_key, created.slot_id, PASSPHRASE)
    refused("vault.wrong_passphrase_or_pc", lambda: pc.start().unlock(SECOND))
    assert pc.start().unlock(PASSPHRASE).data_key == created.data_key
