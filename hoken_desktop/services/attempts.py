"""解錠の試み: passphrases and recovery keys tried on the slots of key files; each wrong one makes the next one wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.domain.keys import (
    NO_DEVICE,
    KeyFile,
    Slot,
    SlotKind,
    Stretch,
    passphrase_bytes,
    read_recovery_key,
    wipe,
)
from hoken_desktop.services.ports import DeviceSecrets, KeyCopy, KeySlots
from hoken_desktop.words import say

_FREE_ATTEMPTS = 3
_LONGEST_WAIT = 60.0


class Attempts:
    """All attempts of one start of the program."""

    def __init__(self, devices: DeviceSecrets, slots: KeySlots, pause: Callable[[float], None]) -> None:
        self._devices = devices
        self._slots = slots
        self._pause = pause
        self.failures = 0

    def next_wait(self) -> float:
        """Seconds the next attempt waits before it is looked at: 0 for the first three, then 1, 2, 4 … 60."""
        late = self.failures - _FREE_ATTEMPTS
        return 0.0 if late < 0 else min(2.0 ** min(late, 10), _LONGEST_WAIT)

    def with_passphrase(self, copies: tuple[KeyCopy, ...], passphrase: str) -> tuple[Slot, bytearray]:
        """The staff's slot that a passphrase opens, and the data key in it; refuses (NotUnlocked) where none does."""
        reach = self.reach(copies)
        if not reach.any_open:
            # Before any delay or Argon2: no passphrase could open anything on this PC today.
            raise reach.problem
        self._pause(self.next_wait())
        with self._stretching(passphrase) as stretched:
            for copy in copies:
                for slot in copy.file.of_kind(SlotKind.STAFF):
                    if slot.stretch is None or not reach.has(copy.file.registry_id, slot):
                        continue
                    device = reach.secrets.get(copy.file.registry_id)
                    data_key = self._slots.open_for_staff(
                        slot, copy.file.registry_id, copy.file.version, stretched(slot.salt, slot.stretch), device
                    )
                    if data_key is not None:
                        self.failures = 0
                        return slot, data_key
        self.failures += 1
        code = "vault.wrong_passphrase_or_pc" if reach.any_closed else "vault.wrong_passphrase"
        raise NotUnlocked(code, wait=self._said_wait())

    def with_recovery(self, copies: tuple[KeyCopy, ...], recovery_key: str) -> tuple[Slot, bytearray]:
        """The slot that a recovery key opens, and the data key in it; refuses (NotUnlocked) where none does."""
        try:
            secret = read_recovery_key(recovery_key)
        except Refusal as mistyped:
            raise NotUnlocked(mistyped.code, **mistyped.facts) from None
        for copy in copies:
            for slot in copy.file.of_kind(SlotKind.RECOVERY):
                data_key = self._slots.open_for_recovery(slot, copy.file.registry_id, copy.file.version, secret)
                if data_key is not None:
                    return slot, data_key
        raise NotUnlocked("vault.recovery_wrong")

    def check_unused(self, file: KeyFile, passphrase: str, slot_id: str, device: bytes | None) -> None:
        """Refuses a passphrase that opens another slot already: the slot is the "who" of the audit."""
        with self._stretching(passphrase) as stretched:
            for slot in file.of_kind(SlotKind.STAFF):
                if slot.id == slot_id or slot.stretch is None:
                    continue
                found = self._slots.open_for_staff(
                    slot, file.registry_id, file.version, stretched(slot.salt, slot.stretch), device
                )
                if found is not None:
                    wipe(found)
                    raise Refusal("vault.passphrase_taken")

    def reach(self, copies: tuple[KeyCopy, ...]) -> Reach:
        """Which slots of these files this PC can try. Asks the keyring, which may take its seconds."""
        return Reach(copies, self._devices, self._slots)

    @contextmanager
    def _stretching(self, passphrase: str) -> Iterator[Callable[[bytes, Stretch], bytearray]]:
        """Stretches a passphrase once for each salt, and wipes what came of it."""
        secret = passphrase_bytes(passphrase)
        done: dict[tuple[bytes, Stretch], bytearray] = {}

        def stretched(salt: bytes, stretch: Stretch) -> bytearray:
            if (salt, stretch) not in done:
                done[salt, stretch] = self._slots.stretched(secret, salt, stretch)
            return done[salt, stretch]

        try:
            yield stretched
        finally:
            wipe(secret)
            for key in done.values():
                wipe(key)

    def _said_wait(self) -> str:
        """What the next attempt waits, in words; nothing where it waits for nothing."""
        seconds = int(self.next_wait())
        return say("vault.waits", seconds=seconds) if seconds else ""


class Reach:
    """Which slots this PC can try at all, and in which words to refuse when it is none."""

    def __init__(self, copies: tuple[KeyCopy, ...], devices: DeviceSecrets, slots: KeySlots) -> None:
        self.secrets: dict[str, bytes | None] = {}
        self._fingerprints: dict[str, str] = {}
        self.problem = NotUnlocked("vault.no_staff_slot")
        pairs = [(copy.file.registry_id, slot) for copy in copies for slot in copy.file.of_kind(SlotKind.STAFF)]
        for registry_id in {registry_id for registry_id, slot in pairs if slot.device != NO_DEVICE}:
            try:
                secret = devices.read(registry_id)
            except NotUnlocked as problem:
                self.problem = problem
                continue
            if secret is None:
                self.problem = NotUnlocked("vault.keyring_entry_missing")
                continue
            self.secrets[registry_id] = secret
            self._fingerprints[registry_id] = slots.fingerprint(secret)
            self.problem = NotUnlocked("vault.keyring_entry_wrong")
        self.any_open = any(self.has(*pair) for pair in pairs)
        self.any_closed = not all(self.has(*pair) for pair in pairs)

    def has(self, registry_id: str, slot: Slot) -> bool:
        """Whether this PC holds what the slot needs beside the passphrase."""
        return slot.device == NO_DEVICE or slot.device == self._fingerprints.get(registry_id)
