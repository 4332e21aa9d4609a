"""The keys of the registry as plain values: slots, the key file, the recovery key and the passphrase rules.

The registry is encrypted under one random data key. The data key is never stored in clear: each slot
holds a sealed copy of it, opened by one member of staff's passphrase or by the recovery key.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hoken_desktop.domain.errors import Refusal

KEY_FILE_VERSION = 1
DATA_KEY_BYTES = 32
PASSPHRASE_LENGTH = 13
"""Shortest passphrase in characters: long enough to need no periodic change (厚労省 安全管理ガイドライン 6.0, 14)."""
PASSPHRASE_VARIETY = 5
NO_DEVICE = "none"
"""`Slot.device` of a slot that needs no secret of this PC."""

RECOVERY_BYTES = 20
RECOVERY_CHARACTERS = 35
RECOVERY_GROUP = 5
_RECOVERY_CHECK_BITS = 15
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's Base32
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DASHES = "-‐‑‒–—―−ー－_・.,/"


class SlotKind(StrEnum):
    STAFF = "staff"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a passphrase is made expensive to guess: Argon2id with memory in KiB, passes and lanes (RFC 9106)."""

    memory_kib: int
    passes: int
    lanes: int

    def is_weaker_than(self, floor: Stretch) -> bool:
        """Whether any of the three falls below `floor`."""
        return self.memory_kib < floor.memory_kib or self.passes < floor.passes or self.lanes < floor.lanes


STRETCH_FLOOR = Stretch(64 * 1024, 3, 4)
"""RFC 9106's second choice; a key file that asks for less is refused."""
STRETCH_CEILING = Stretch(4 * 1024 * 1024, 64, 64)
"""More than any office PC can do: such a figure is damage or mischief."""
STRETCH_DEFAULT = Stretch(256 * 1024, 4, 4)
"""About 1.2 seconds on an office PC."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One sealed copy of the data key.

    `device` is the fingerprint of the PC's secret that is needed beside the passphrase, or "none";
    `stretch` is None for the recovery key, which is random enough to need no stretching. `sealed` is
    AES-256-GCM's ciphertext and tag; everything else in the slot is bound into it (`bound_facts`).
    """

    id: str
    kind: SlotKind
    staff_id: str
    salt: bytes
    stretch: Stretch | None
    device: str
    nonce: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """The audit chain's high-water mark: the registry must hold at least entry `seq` with seal `head`."""

    seq: int
    head: str


NO_MARK = Mark(0, "")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """All slots of one registry. `revision` grows with every writing, so that the newer of two copies is known."""

    version: int
    registry_id: str
    revision: int
    slots: tuple[Slot, ...]
    mark: Mark = NO_MARK

    def of_kind(self, kind: SlotKind) -> tuple[Slot, ...]:
        """The slots of one kind, in their order."""
        return tuple(slot for slot in self.slots if slot.kind is kind)

    def slot(self, slot_id: str) -> Slot | None:
        """The slot with this id, if there is one."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)


def bound_facts(
    version: int,
    registry_id: str,
    slot_id: str,
    kind: SlotKind,
    staff_id: str,
    salt: bytes,
    stretch: Stretch | None,
    device: str,
    created_at: datetime,
) -> bytes:
    """The canonical text sealed along with a slot, so that none of it can be exchanged for something weaker."""
    return json.dumps(
        {
            "format": f"hoken-desktop slot v{version}",
            "registry_id": registry_id,
            "slot_id": slot_id,
            "kind": kind.value,
            "staff_id": staff_id,
            "salt": salt.hex(),
            "stretch": [stretch.memory_kib, stretch.passes, stretch.lanes] if stretch else None,
            "device_secret": device,
            "created_at": created_at.isoformat(),
        },
        sort_keys=True,
        separators=(",", ":"),
    ).encode("ascii")


def check_new_passphrase(passphrase: str) -> None:
    """Refuse a new passphrase shorter than 13 characters or made of fewer than 5 different ones."""
    plain = unicodedata.normalize("NFKC", passphrase)
    if len(plain) < PASSPHRASE_LENGTH:
        raise Refusal("vault.passphrase_short", least=PASSPHRASE_LENGTH, length=len(plain))
    if len(set(plain)) < PASSPHRASE_VARIETY:
        raise Refusal("vault.passphrase_monotonous", least=PASSPHRASE_VARIETY)


def passphrase_bytes(passphrase: str) -> bytearray:
    """The passphrase as the key derivation takes it: NFKC, so that full and half width are the same; wipe it after."""
    return bytearray(unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"))


def _check_bits(secret: bytes) -> int:
    digest = hashlib.sha256(b"hoken-desktop recovery key v1" + secret).digest()
    return int.from_bytes(digest[:2], "big") >> (16 - _RECOVERY_CHECK_BITS)


def write_recovery_key(secret: bytes) -> str:
    """160 bits and a 15-bit check as seven groups of five: "7C79D-J3Z96-…"."""
    if len(secret) != RECOVERY_BYTES:
        raise ValueError("a recovery key has 160 bits")
    number = int.from_bytes(secret, "big") << _RECOVERY_CHECK_BITS | _check_bits(secret)
    text = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(RECOVERY_CHARACTERS)))
    return "-".join(text[at : at + RECOVERY_GROUP] for at in range(0, RECOVERY_CHARACTERS, RECOVERY_GROUP))


def read_recovery_key(text: str) -> bytes:
    """The 20 bytes of a recovery key typed from paper.

    Case, width, spaces and dashes do not matter; O is read as 0, I and L as 1. Refuses a wrong
    length, a character that no recovery key has, and a mistyped key (the check catches all but one in 32,768).
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(mark for mark in plain if not mark.isspace() and mark not in _DASHES).translate(_MISREAD)
    if len(plain) != RECOVERY_CHARACTERS:
        raise Refusal("vault.recovery_length", length=len(plain), expected=RECOVERY_CHARACTERS)
    number = 0
    for place, mark in enumerate(plain):
        if mark not in _ALPHABET:
            raise Refusal("vault.recovery_character", group=place // RECOVERY_GROUP + 1)
        number = number << 5 | _ALPHABET.index(mark)
    secret = (number >> _RECOVERY_CHECK_BITS).to_bytes(RECOVERY_BYTES, "big")
    if number & ((1 << _RECOVERY_CHECK_BITS) - 1) != _check_bits(secret):
        raise Refusal("vault.recovery_mistyped")
    return secret


def wipe(secret: bytearray) -> None:
    """Overwrite a secret in place. Python may hold other copies; this is the most it can do."""
    secret[:] = bytes(len(secret))
