"""The cipher work of the key slots: Argon2id, HKDF-SHA256 and AES-256-GCM, all of the cryptography library.

    staff slot     AES-256-GCM( HKDF( Argon2id(passphrase, salt) || device secret ), data key )
    recovery slot  AES-256-GCM( HKDF( recovery key ), data key )

What a slot says about itself is bound in as associated data (`bound_facts`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hoken_desktop.domain.errors import NotUnlocked
from hoken_desktop.domain.keys import (
    DATA_KEY_BYTES,
    KEY_FILE_VERSION,
    NO_DEVICE,
    RECOVERY_BYTES,
    Slot,
    SlotKind,
    Stretch,
    bound_facts,
)

_SALT_BYTES = 16
_NONCE_BYTES = 12


def _derive(material: bytes | bytearray, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(bytes(material))


class KeySlots:
    """Makes and opens slots; `random` gives so many random bytes."""

    def __init__(self, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._random = random

    def new_data_key(self) -> bytearray:
        """32 random bytes: the key of the registry."""
        return bytearray(self._random(DATA_KEY_BYTES))

    def new_recovery_secret(self) -> bytes:
        """160 random bits for the sheet in the safe."""
        return self._random(RECOVERY_BYTES)

    def new_device_secret(self) -> bytes:
        """32 random bytes for the PC's keyring."""
        return self._random(32)

    def new_salt(self) -> bytes:
        """16 random bytes for Argon2id."""
        return self._random(_SALT_BYTES)

    def fingerprint(self, device_secret: bytes) -> str:
        """Which device secret this is, in 16 hex digits that say nothing about the secret itself."""
        return _derive(device_secret, b"", b"device/fingerprint/v1")[:8].hex()

    def mac_key(self, data_key: bytearray) -> bytearray:
        """The key that authenticates the key file; the data key cannot be computed from it."""
        return bytearray(_derive(data_key, b"", b"keyfile/v1"))

    def stretched(self, passphrase: bytearray, salt: bytes, stretch: Stretch) -> bytearray:
        """Argon2id of the passphrase, 32 bytes; slow on purpose. Refuses when the PC has not the memory for it."""
        try:
            return bytearray(
                Argon2id(
                    salt=salt,
                    length=32,
                    iterations=stretch.passes,
                    lanes=stretch.lanes,
                    memory_cost=stretch.memory_kib,
                ).derive(cast("bytes", passphrase))  # any buffer will do; a bytes copy could not be wiped
            )
        except MemoryError:
            raise NotUnlocked("vault.memory", megabytes=stretch.memory_kib // 1024) from None

    def seal_for_staff(
        self,
        data_key: bytearray,
        stretched: bytearray,
        device_secret: bytes | None,
        *,
        registry_id: str,
        slot_id: str,
        staff_id: str,
        salt: bytes,
        stretch: Stretch,
        created_at: datetime,
    ) -> Slot:
        """A slot opened by the passphrase behind `stretched` and, if given, this PC's secret."""
        device = NO_DEVICE if device_secret is None else self.fingerprint(device_secret)
        key = self._staff_key(stretched, device_secret, slot_id)
        return self._seal(
            data_key, key, registry_id, slot_id, SlotKind.STAFF, staff_id, salt, stretch, device, created_at
        )

    def seal_for_recovery(
        self, data_key: bytearray, secret: bytes, *, registry_id: str, slot_id: str, created_at: datetime
    ) -> Slot:
        """A slot opened by the recovery key alone."""
        salt = self.new_salt()
        key = _derive(secret, salt, b"slot/recovery/v1")
        return self._seal(data_key, key, registry_id, slot_id, SlotKind.RECOVERY, "", salt, None, NO_DEVICE, created_at)

    def open_for_staff(
        self, slot: Slot, registry_id: str, version: int, stretched: bytearray, device_secret: bytes | None
    ) -> bytearray | None:
        """The data key, or None when the passphrase, the PC's secret or any fact of the slot is not the one sealed."""
        secret = None if slot.device == NO_DEVICE else device_secret
        return self._open(slot, registry_id, version, self._staff_key(stretched, secret, slot.id))

    def open_for_recovery(self, slot: Slot, registry_id: str, version: int, secret: bytes) -> bytearray | None:
        """The data key, or None when the recovery key or any fact of the slot is not the one sealed."""
        return self._open(slot, registry_id, version, _derive(secret, slot.salt, b"slot/recovery/v1"))

    def _staff_key(self, stretched: bytearray, device_secret: bytes | None, slot_id: str) -> bytes:
        # The salt of Argon2id is the same for all slots of a file, so the slot's id parts their keys here.
        return _derive(bytes(stretched) + (device_secret or b""), slot_id.encode(), b"slot/user/v1")

    def _seal(
        self,
        data_key: bytearray,
        key: bytes,
        registry_id: str,
        slot_id: str,
        kind: SlotKind,
        staff_id: str,
        salt: bytes,
        stretch: Stretch | None,
        device: str,
        created_at: datetime,
    ) -> Slot:
        nonce = self._random(_NONCE_BYTES)
        facts = bound_facts(KEY_FILE_VERSION, registry_id, slot_id, kind, staff_id, salt, stretch, device, created_at)
        sealed = AESGCM(key).encrypt(nonce, bytes(data_key), facts)
        return Slot(slot_id, kind, staff_id, salt, stretch, device, nonce, sealed, created_at)

    def _open(self, slot: Slot, registry_id: str, version: int, key: bytes) -> bytearray | None:
        facts = bound_facts(
            version,
            registry_id,
            slot.id,
            slot.kind,
            slot.staff_id,
            slot.salt,
            slot.stretch,
            slot.device,
            slot.created_at,
        )
        try:
            data_key = bytearray(AESGCM(key).decrypt(slot.nonce, slot.sealed, facts))
        except (InvalidTag, ValueError):
            return None
        return data_key if len(data_key) == DATA_KEY_BYTES else None
