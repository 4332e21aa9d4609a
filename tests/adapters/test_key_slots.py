"""The cipher of the slots: every fact bound, every key apart, and the key file of each release still opened."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hoken_desktop.adapters.key_files import KeyFiles, decode
from hoken_desktop.adapters.key_slots import KeySlots
from hoken_desktop.domain.errors import NotUnlocked
from hoken_desktop.domain.keys import (
    NO_DEVICE,
    STRETCH_FLOOR,
    Slot,
    SlotKind,
    Stretch,
    passphrase_bytes,
    read_recovery_key,
)

KEY_FILES = Path(__file__).parent.parent / "files" / "keys"
DATA_KEY = bytearray(range(32))
DEVICE = bytes(range(32, 64))
STRETCHED = bytearray(b"s" * 32)
AT = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
SLOTS = KeySlots()


def staff_slot(device: bytes | None = DEVICE) -> Slot:
    return SLOTS.seal_for_staff(
        DATA_KEY,
        STRETCHED,
        device,
        registry_id="r",
        slot_id="s",
        staff_id="p",
        salt=b"a" * 16,
        stretch=STRETCH_FLOOR,
        created_at=AT,
    )


def test_a_slot_opens_with_all_it_was_sealed_with() -> None:
    assert SLOTS.open_for_staff(staff_slot(), "r", 1, STRETCHED, DEVICE) == DATA_KEY
    assert SLOTS.open_for_staff(staff_slot(None), "r", 1, STRETCHED, None) == DATA_KEY
    assert SLOTS.open_for_staff(staff_slot(None), "r", 1, STRETCHED, DEVICE) == DATA_KEY


@pytest.mark.parametrize(
    "change",
    [
        {"id": "t"},
        {"kind": SlotKind.RECOVERY},
        {"staff_id": "q"},
        {"salt": b"b" * 16},
        {"stretch": Stretch(64 * 1024, 4, 4)},
        {"stretch": None},
        {"device": NO_DEVICE},
        {"device": "0" * 16},
        {"nonce": b"n" * 12},
        {"nonce": b""},
        {"sealed": b"c" * 48},
        {"sealed": b""},
        {"created_at": AT + timedelta(seconds=1)},
    ],
)
def test_a_slot_with_any_fact_changed_stays_shut(change: dict[str, object]) -> None:
    changed = replace(staff_slot(), **change)  # type: ignore[arg-type]
    assert SLOTS.open_for_staff(changed, "r", 1, STRETCHED, DEVICE) is None


def test_a_slot_stays_shut_for_another_registry_version_passphrase_or_pc() -> None:
    slot = staff_slot()
    assert SLOTS.open_for_staff(slot, "other", 1, STRETCHED, DEVICE) is None
    assert SLOTS.open_for_staff(slot, "r", 2, STRETCHED, DEVICE) is None
    assert SLOTS.open_for_staff(slot, "r", 1, bytearray(32), DEVICE) is None
    assert SLOTS.open_for_staff(slot, "r", 1, STRETCHED, bytes(32)) is None
    assert SLOTS.open_for_staff(slot, "r", 1, STRETCHED, None) is None


def test_every_flipped_bit_of_the_sealed_key_keeps_it_shut() -> None:
    slot = staff_slot()
    for place in range(len(slot.sealed) * 8):
        flipped = bytearray(slot.sealed)
        flipped[place // 8] ^= 1 << place % 8
        assert SLOTS.open_for_staff(replace(slot, sealed=bytes(flipped)), "r", 1, STRETCHED, DEVICE) is None


def test_sealing_twice_never_gives_the_same_bytes() -> None:
    first, second = staff_slot(), staff_slot()
    assert first.nonce != second.nonce
    assert first.sealed != second.sealed


def test_the_fingerprint_and_the_mac_key_are_hkdf_as_rfc_5869_has_it() -> None:
    def hkdf(material: bytes, info: bytes) -> bytes:
        extracted = hmac.digest(bytes(32), material, "sha256")
        return hmac.digest(extracted, info + b"\x01", "sha256")

    assert SLOTS.mac_key(DATA_KEY) == hkdf(bytes(DATA_KEY), b"keyfile/v1")
    assert SLOTS.fingerprint(DEVICE) == hkdf(DEVICE, b"device/fingerprint/v1")[:8].hex()
    assert hashlib.sha256(DEVICE).hexdigest()[:16] != SLOTS.fingerprint(DEVICE)


def test_a_pc_without_the_memory_is_told_so() -> None:
    with pytest.raises(NotUnlocked) as refused:
        SLOTS.stretched(bytearray(b"x"), b"a" * 16, Stretch((1 << 32) - 1, 3, 4))
    assert refused.value.code == "vault.memory"


def test_the_key_file_of_version_1_opens_for_ever() -> None:
    """Written by the first release's format; whoever changes the format keeps this file and adds one beside it."""
    copy = decode((KEY_FILES / "registry.keys.v1.json").read_bytes(), "registry.keys.v1.json")
    file = copy.file
    bound, free, spare = file.slots
    for slot, passphrase, device in (
        (bound, "みどりの窓辺に朝の風がふく", DEVICE),
        (free, "冬の駅で待つ三本の木のかげ", None),
    ):
        assert slot.stretch is not None
        stretched = SLOTS.stretched(passphrase_bytes(passphrase), slot.salt, slot.stretch)
        assert SLOTS.open_for_staff(slot, file.registry_id, file.version, stretched, device) == DATA_KEY
    secret = read_recovery_key("000G4-0R40M-30E20-9185G-R38E1-W8124-GK7SJ")
    assert SLOTS.open_for_recovery(spare, file.registry_id, file.version, secret) == DATA_KEY
    assert KeyFiles(KEY_FILES).is_genuine(copy, SLOTS.mac_key(DATA_KEY))
