"""Every way of losing a key ends with the registry readable or with an explicit refusal; never with a new one.

Real cipher (Argon2id at the floor), real files; the keyring is a real backend of keyring's that keeps in memory.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import ClassVar

import pytest
from keyring.backend import KeyringBackend

from hoken_desktop import words
from hoken_desktop.adapters import key_files
from hoken_desktop.adapters.key_files import KeyFiles
from hoken_desktop.adapters.key_slots import KeySlots
from hoken_desktop.adapters.os_keyring import OsKeyring
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import (
    NO_DEVICE,
    STRETCH_DEFAULT,
    STRETCH_FLOOR,
    KeyFile,
    Mark,
    SlotKind,
    Stretch,
    write_recovery_key,
)
from hoken_desktop.services.vault import Created, Vault, VaultState, wipe
from hoken_desktop.words import say

PASSPHRASE = "みどりの窓辺に朝の風がふく"
SECOND = "冬の駅で待つ三本の木のかげ"
THIRD = "river stone lantern forty-two"
JST = timezone(timedelta(hours=9))


class MemoryKeyring(KeyringBackend):
    priority = 0.1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class HangingKeyring(MemoryKeyring):
    released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(60)
        return None


class OneSaltSlots(KeySlots):
    """The real cipher; one salt for all tests, so that each passphrase is stretched once a run and not 200 times."""

    known: ClassVar[dict[tuple[bytes, bytes, Stretch], bytearray]] = {}

    def new_salt(self) -> bytes:
        return b"salt of the test"

    def stretched(self, passphrase: bytearray, salt: bytes, stretch: Stretch) -> bytearray:
        way = (bytes(passphrase), salt, stretch)
        if way not in self.known:
            self.known[way] = super().stretched(passphrase, salt, stretch)
        return bytearray(self.known[way])


class FrozenClock:
    def now(self) -> datetime:
        return datetime(2026, 9, 30, 9, 0, tzinfo=JST)

    def today(self) -> date:
        return self.now().date()


class Pc:
    """One office PC: a folder, a keyring, and the program started anew with `start`."""

    def __init__(self, folder: Path, backend: KeyringBackend | None) -> None:
        self.folder = folder
        self.backend = backend
        self.waits: list[float] = []
        self._ids = itertools.count(1)

    @property
    def registry(self) -> Path:
        return self.folder / "registry.db"

    @property
    def first(self) -> Path:
        return self.folder / "registry.keys.json"

    @property
    def second(self) -> Path:
        return self.folder / "registry.keys.bak.json"

    def start(self, *, use_device: bool = True) -> Vault:
        kind = type(self.backend)
        keyring = OsKeyring(
            lambda: self.backend, trusted=frozenset({f"{kind.__module__}.{kind.__qualname__}"}), limit_seconds=0.1
        )
        return Vault(
            self.registry,
            KeyFiles(self.folder),
            OneSaltSlots(),
            keyring,
            FrozenClock(),
            lambda: f"{next(self._ids):016d}",
            stretch=STRETCH_FLOOR,
            use_device=use_device,
            pause=self.waits.append,
        )

    def keys(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.glob("registry.keys*")}


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    return Pc(tmp_path, MemoryKeyring())


@pytest.fixture
def bare(tmp_path: Path) -> Pc:
    return Pc(tmp_path, None)


def set_up(pc: Pc, passphrase: str = PASSPHRASE) -> Created:
    """The first day: keys, a registry, its first deeds."""
    vault = pc.start()
    created = vault.create(passphrase, "staff-1")
    pc.registry.write_bytes(b"sealed pages")
    vault.set_mark(3, "cafe")
    return created


def refused(code: str, doing: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        doing()
    assert caught.value.code == code
    said = words.say(caught.value.code, **caught.value.facts)
    assert said.endswith(("。", "。)"))
    for secret in (PASSPHRASE, SECOND, THIRD):
        assert secret not in said
    return caught.value


# --- beginning -------------------------------------------------------------------------------------------------


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


# --- nothing, or half of it, in the folder ----------------------------------------------------------------------


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


# --- passphrases ------------------------------------------------------------------------------------------------


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
    vault = pc.start()
    vault._failures = 5000
    assert vault.next_wait() == 60.0


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


# --- the recovery key -------------------------------------------------------------------------------------------


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


# --- the keyring ------------------------------------------------------------------------------------------------


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
    pc.start().put_back(old, "backup", passphrase=PASSPHRASE)
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


# --- backups ----------------------------------------------------------------------------------------------------


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
    opened = vault.put_back(text, "backup", recovery_key=created.recovery_key)
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
    opened = pc.start().put_back(text, "backup", passphrase=PASSPHRASE)
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
    pc.start().put_back(old, "backup", recovery_key=created.recovery_key)
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
    refused("vault.other_registry", lambda: vault.put_back(text, "backup", recovery_key=foreign.recovery_key))
    assert pc.keys() == before


def test_a_backups_key_file_that_does_not_open_replaces_nothing(pc: Pc) -> None:
    set_up(pc)
    text = pc.first.read_bytes()
    for path in (pc.first, pc.second):
        path.write_bytes(b"{}")
    before = pc.keys()
    refused("vault.wrong_passphrase", lambda: pc.start().put_back(text, "backup", passphrase=SECOND))
    refused("vault.key_file_damaged", lambda: pc.start().put_back(text[:99], "backup", passphrase=PASSPHRASE))
    assert pc.keys() == before


# --- the process ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_key_stands_in_the_command_line_or_the_environment(pc: Pc) -> None:
    created = set_up(pc)
    for name in ("cmdline", "environ"):
        seen = Path(f"/proc/self/{name}").read_bytes()
        for secret in (bytes(created.data_key), created.data_key.hex().encode(), PASSPHRASE.encode()):
            assert secret not in seen
