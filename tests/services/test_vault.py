"""Every way of losing a key ends with the registry readable or with an explicit refusal; never with a new one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hoken_desktop.adapters.key_files import KeyFiles
from hoken_desktop.adapters.key_slots import KeySlots
from hoken_desktop.adapters.os_keyring import OsKeyring
from hoken_desktop.domain.keys import (
    STRETCH_DEFAULT,
    Mark,
    SlotKind,
    wipe,
    write_recovery_key,
)
from hoken_desktop.services.attempts import Attempts
from hoken_desktop.services.vault import VaultState
from hoken_desktop.words import say
from tests.pc import MemoryKeyring
from tests.services.vault_pc import (
    PASSPHRASE,
    SECOND,
    THIRD,
    OneSaltSlots,
    Pc,
    refused,
    set_up,
)


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    return Pc(tmp_path, MemoryKeyring())


# --- beginning ---------------------------------------------------------------------------------------------------


def test_what_was_created_opens_again_with_the_passphrase(pc: Pc) -> None:
    created = set_up(pc)
    assert len(created.data_key) == 32
    assert created.device_warning == ""
    opened = pc.start().unlock(PASSPHRASE)
    assert opened.data_key == created.data_key
    assert (opened.staff_id, opened.slot_id, opened.registry_id) == ("staff-1", created.slot_id, created.registry_id)
    assert opened.mark == Mark(3, "cafe")
    assert not opened.mended


def test_full_and_half_width_open_the_same_slot(pc: Pc) -> None:
    created = set_up(pc, "ﾐﾄﾞﾘﾉ窓 No.12 朝の風")
    assert pc.start().unlock("ミドリノ窓　Ｎｏ．１２ 朝の風").data_key == created.data_key


def test_the_usual_stretching_is_what_was_decided() -> None:
    assert (STRETCH_DEFAULT.memory_kib, STRETCH_DEFAULT.passes, STRETCH_DEFAULT.lanes) == (256 * 1024, 4, 4)


def test_a_second_init_is_refused_and_changes_nothing(pc: Pc) -> None:
    set_up(pc)
    before = pc.keys()
    error = refused("vault.exists", lambda: pc.start().create(SECOND, "staff-2"))
    assert error.exit_code == 3
    assert pc.keys() == before


def test_a_weak_passphrase_makes_no_keys(pc: Pc) -> None:
    refused("vault.passphrase_short", lambda: pc.start().create("short", "staff-1"))
    assert pc.keys() == {}
    assert pc.start().state() is VaultState.EMPTY


def test_an_interrupted_init_may_be_run_again_and_keeps_the_first_keys(pc: Pc) -> None:
    pc.start().create(PASSPHRASE, "staff-1")
    unfinished = pc.first.read_bytes()
    assert pc.start().state() is VaultState.UNFINISHED
    refused("vault.unfinished", lambda: pc.start().unlock(PASSPHRASE))
    created = pc.start().create(SECOND, "staff-1")
    pc.registry.write_bytes(b"sealed pages")
    assert pc.start().unlock(SECOND).data_key == created.data_key
    assert unfinished in [path.read_bytes() for path in pc.folder.glob("registry.keys.unfinished-*.json")]


def test_neither_name_nor_secret_stands_in_the_key_file(pc: Pc) -> None:
    created = set_up(pc)
    for text in pc.keys().values():
        for secret in (
            bytes(created.data_key),
            created.data_key.hex().encode(),
            PASSPHRASE.encode(),
            created.recovery_key.encode(),
        ):
            assert secret not in text
    assert "data_key" not in repr(created)
    assert created.recovery_key not in repr(created)


# --- nothing, or half of it, in the folder -----------------------------------------------------------------------


def test_an_empty_folder_says_init(pc: Pc) -> None:
    error = refused("vault.no_registry", lambda: pc.start().unlock(PASSPHRASE))
    assert error.exit_code == 4
    assert pc.keys() == {}


@pytest.mark.parametrize("passphrase", [PASSPHRASE, SECOND])
def test_a_lost_key_file_never_begets_a_new_one(pc: Pc, passphrase: str) -> None:
    created = set_up(pc)
    pc.first.unlink()
    pc.second.unlink()
    assert pc.start().state() is VaultState.KEY_FILE_LOST
    assert refused("vault.key_file_lost", lambda: pc.start().unlock(passphrase)).exit_code == 4
    assert refused("vault.key_file_lost", lambda: pc.start().create(passphrase, "staff-1")).exit_code == 3
    refused("vault.key_file_lost", lambda: pc.start().unlock_with_recovery(created.recovery_key))
    assert pc.keys() == {}
    assert pc.registry.read_bytes() == b"sealed pages"


def test_a_lost_registry_never_begets_a_new_one(pc: Pc) -> None:
    set_up(pc)
    pc.registry.unlink()
    before = pc.keys()
    assert pc.start().state() is VaultState.REGISTRY_LOST
    refused("vault.registry_lost", lambda: pc.start().unlock(PASSPHRASE))
    refused("vault.registry_lost", lambda: pc.start().create(SECOND, "staff-1"))
    assert pc.keys() == before


# --- passphrases -------------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_said_and_each_further_one_waits_longer(pc: Pc) -> None:
    set_up(pc)
    vault = pc.start()
    said = []
    for _ in range(6):
        error = refused("vault.wrong_passphrase", lambda: vault.unlock(SECOND))
        assert error.exit_code == 4
        said.append(error.facts["wait"])
    assert said == ["", "", *(say("vault.waits", seconds=n) for n in (1, 2, 4, 8))]
    assert pc.waits == [0.0, 0.0, 0.0, 1.0, 2.0, 4.0]
    assert vault.next_wait() == 8.0
    vault.unlock(PASSPHRASE)
    assert vault.next_wait() == 0.0


def test_the_wait_grows_to_a_minute_and_no_further(pc: Pc) -> None:
    attempts = Attempts(OsKeyring(lambda: None), KeySlots(), pc.waits.append)
    attempts.failures = 5000
    assert attempts.next_wait() == 60.0


def test_the_slot_that_opens_says_who_it_is(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    opened = vault.unlock(PASSPHRASE)
    second = vault.add_staff(opened.data_key, "staff-2", SECOND)
    third = vault.add_staff(opened.data_key, "staff-3", THIRD)
    again = pc.start()
    for passphrase, staff, slot in (
        (PASSPHRASE, "staff-1", created.slot_id),
        (SECOND, "staff-2", second.slot_id),
        (THIRD, "staff-3", third.slot_id),
    ):
        found = again.unlock(passphrase)
        assert (found.staff_id, found.slot_id, found.data_key) == (staff, slot, created.data_key)
    assert again.confirm(SECOND) == "staff-2"
    assert {slot.staff_id for slot in again.staff_slots()} == {"staff-1", "staff-2", "staff-3"}


def test_two_members_of_staff_cannot_share_a_passphrase(pc: Pc) -> None:
    set_up(pc)
    vault = pc.start()
    opened = vault.unlock(PASSPHRASE)
    before = pc.keys()
    refused("vault.passphrase_taken", lambda: vault.add_staff(opened.data_key, "staff-2", PASSPHRASE))
    assert pc.keys() == before


def test_many_slots_cost_one_stretching(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(pc)
    vault = pc.start()
    opened = vault.unlock(PASSPHRASE)
    vault.add_staff(opened.data_key, "staff-2", SECOND)
    vault.add_staff(opened.data_key, "staff-3", THIRD)
    counted = []
    real = OneSaltSlots.stretched
    monkeypatch.setattr(OneSaltSlots, "stretched", lambda *given: (counted.append(1), real(*given))[1])
    pc.start().unlock(THIRD)
    assert len(counted) == 1


def test_a_changed_passphrase_opens_and_the_old_one_no_longer(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    opened = vault.unlock(PASSPHRASE)
    vault.set_passphrase(opened.data_key, opened.slot_id, SECOND)
    assert pc.start().unlock(SECOND).data_key == created.data_key
    refused("vault.wrong_passphrase", lambda: pc.start().unlock(PASSPHRASE))


def test_a_withdrawn_slot_no_longer_opens(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    opened = vault.unlock(PASSPHRASE)
    vault.add_staff(opened.data_key, "staff-2", SECOND)
    vault.withdraw(created.slot_id)
    refused("vault.wrong_passphrase", lambda: pc.start().unlock(PASSPHRASE))
    assert pc.start().unlock(SECOND).staff_id == "staff-2"
    refused("vault.no_such_slot", lambda: vault.withdraw(created.slot_id))


def test_the_last_slot_cannot_be_withdrawn_nor_the_recovery_key(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    vault.unlock(PASSPHRASE)
    refused("vault.last_slot", lambda: vault.withdraw(created.slot_id))
    spare = next(slot for slot in KeyFiles(pc.folder).read().copies[0].file.slots if slot.kind is SlotKind.RECOVERY)
    refused("vault.no_such_slot", lambda: vault.withdraw(spare.id))


def test_a_locked_vault_changes_nothing(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    opened = vault.unlock(PASSPHRASE)
    vault.lock()
    before = pc.keys()
    refused("vault.locked", lambda: vault.set_mark(9, "ff"))
    refused("vault.locked", lambda: vault.withdraw(created.slot_id))
    refused("vault.locked", lambda: vault.add_staff(opened.data_key, "staff-2", SECOND))
    refused("vault.locked", lambda: vault.keep_recovery_key(opened.data_key, vault.draft_recovery_key()))
    assert pc.keys() == before


def test_a_foreign_data_key_is_not_sealed_into_a_slot(pc: Pc) -> None:
    set_up(pc)
    vault = pc.start()
    vault.unlock(PASSPHRASE)
    before = pc.keys()
    refused("vault.locked", lambda: vault.add_staff(bytearray(32), "staff-2", SECOND))
    assert pc.keys() == before


def test_a_wiped_secret_is_zeros() -> None:
    secret = bytearray(b"data key")
    wipe(secret)
    assert secret == bytearray(8)


# --- the recovery key --------------------------------------------------------------------------------------------


def test_the_recovery_key_opens_with_no_passphrase_and_no_keyring(pc: Pc) -> None:
    created = set_up(pc)
    pc.backend = None
    opened = pc.start().unlock_with_recovery(created.recovery_key.lower().replace("-", " ").replace("0", "o"))
    assert opened.data_key == created.data_key
    assert opened.staff_id == ""


def test_a_mistyped_a_short_and_a_foreign_recovery_key_are_told_apart(pc: Pc) -> None:
    created = set_up(pc)
    key = created.recovery_key
    vault = pc.start()
    mistyped = key[:-1] + ("2" if key[-1] != "2" else "3")
    assert refused("vault.recovery_mistyped", lambda: vault.unlock_with_recovery(mistyped)).exit_code == 4
    refused("vault.recovery_length", lambda: vault.unlock_with_recovery(key[:-6]))
    refused("vault.recovery_character", lambda: vault.unlock_with_recovery("U" + key[1:]))
    refused("vault.recovery_wrong", lambda: vault.unlock_with_recovery(write_recovery_key(bytes(20))))


def test_a_forgotten_passphrase_is_replaced_with_the_recovery_key(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    opened = vault.unlock_with_recovery(created.recovery_key)
    vault.set_passphrase(opened.data_key, created.slot_id, SECOND)
    again = pc.start().unlock(SECOND)
    assert (again.data_key, again.staff_id) == (created.data_key, "staff-1")


def test_a_renewed_recovery_key_voids_the_old_sheet(pc: Pc) -> None:
    created = set_up(pc)
    vault = pc.start()
    renewed = vault.draft_recovery_key()
    refused("vault.recovery_wrong", lambda: pc.start().unlock_with_recovery(renewed))
    vault.keep_recovery_key(vault.unlock(PASSPHRASE).data_key, renewed)
    assert pc.start().unlock_with_recovery(renewed).data_key == created.data_key
    refused("vault.recovery_wrong", lambda: pc.start().unlock_with_recovery(created.recovery_key))


# --- the process -------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_key_stands_in_the_command_line_or_the_environment(pc: Pc) -> None:
    created = set_up(pc)
    for name in ("cmdline", "environ"):
        seen = Path(f"/proc/self/{name}").read_bytes()
        for secret in (bytes(created.data_key), created.data_key.hex().encode(), PASSPHRASE.encode()):
            assert secret not in seen
