"""Who may open the registry: making its keys, opening, changing and withdrawing them, and losing none.

Nothing here ever makes a new key where a registry already lies, and nothing overwrites a key file it has
not opened. Every way of failing to open is a refusal of its own with its own next step (exit code 4).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.errors import NotUnlocked, Refusal
from hoken_desktop.domain.keys import (
    KEY_FILE_VERSION,
    NO_DEVICE,
    NO_MARK,
    STRETCH_DEFAULT,
    KeyFile,
    Mark,
    Slot,
    SlotKind,
    Stretch,
    check_new_passphrase,
    passphrase_bytes,
    read_recovery_key,
    write_recovery_key,
)
from hoken_desktop.services.ports import Clock, Ids
from hoken_desktop.words import say

_FREE_ATTEMPTS = 3
_LONGEST_WAIT = 60.0


# --- what the vault asks of the adapters ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyCopy:
    """One sound copy of the key file: its text, and what its MAC must be the MAC of."""

    file: KeyFile
    text: bytes = field(repr=False)
    body: bytes = field(repr=False)
    mac: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyCopies:
    """The sound copies, newest first, equal ones once; `whole` when both lie there and are equal."""

    copies: tuple[KeyCopy, ...]
    whole: bool


class KeyFiles(Protocol):
    """The key file in the data folder, twice."""

    def exist(self) -> bool: ...
    def read(self) -> KeyCopies: ...
    def decode(self, text: bytes, name: str) -> KeyCopy: ...
    def is_genuine(self, copy: KeyCopy, mac_key: bytearray) -> bool: ...
    def write(self, file: KeyFile, mac_key: bytearray) -> bytes: ...
    def set_aside(self, name: str) -> None: ...


class KeySlots(Protocol):
    """The cipher work."""

    def new_data_key(self) -> bytearray: ...
    def new_recovery_secret(self) -> bytes: ...
    def new_device_secret(self) -> bytes: ...
    def new_salt(self) -> bytes: ...
    def fingerprint(self, device_secret: bytes) -> str: ...
    def mac_key(self, data_key: bytearray) -> bytearray: ...
    def stretched(self, passphrase: bytearray, salt: bytes, stretch: Stretch) -> bytearray: ...
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
    ) -> Slot: ...
    def seal_for_recovery(
        self, data_key: bytearray, secret: bytes, *, registry_id: str, slot_id: str, created_at: datetime
    ) -> Slot: ...
    def open_for_staff(
        self, slot: Slot, registry_id: str, version: int, stretched: bytearray, device_secret: bytes | None
    ) -> bytearray | None: ...
    def open_for_recovery(self, slot: Slot, registry_id: str, version: int, secret: bytes) -> bytearray | None: ...


class DeviceSecrets(Protocol):
    """This PC's secrets, kept by its keyring. All refuse (NotUnlocked) when there is no keyring to trust."""

    def read(self, registry_id: str) -> bytes | None: ...
    def keep(self, registry_id: str, secret: bytes) -> None: ...
    def read_mark(self, registry_id: str) -> Mark | None: ...
    def keep_mark(self, registry_id: str, mark: Mark) -> None: ...


# --- what the vault gives back ----------------------------------------------------------------------------------


class VaultState(StrEnum):
    """What lies in the data folder."""

    EMPTY = "empty"  # neither registry nor keys: init may run
    UNFINISHED = "unfinished"  # keys of an init that never got as far as a registry
    READY = "ready"
    KEY_FILE_LOST = "key_file_lost"
    REGISTRY_LOST = "registry_lost"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The open vault. The caller wipes `data_key` when the store has it (`wipe`).

    `staff_id` is "" when the recovery key opened it. `mended` says that a damaged or missing copy of the key
    file was put right. `mark` is what the audit chain must at least hold: the higher of the key file's and the
    keyring's, so that the whole folder put back by hand is noticed too.
    """

    data_key: bytearray = field(repr=False)
    registry_id: str
    staff_id: str
    slot_id: str
    mark: Mark
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Created:
    """A new vault. `recovery_key` is shown once and never kept; `device_warning` is "" or why no PC secret is used."""

    data_key: bytearray = field(repr=False)
    recovery_key: str = field(repr=False)
    registry_id: str
    staff_id: str
    slot_id: str
    device_warning: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A slot made or renewed; `device_warning` is "" or why no PC secret is used."""

    slot_id: str
    device_warning: str = ""


def wipe(secret: bytearray) -> None:
    """Overwrite a secret in place. Python may hold other copies; this is the most it can do."""
    secret[:] = bytes(len(secret))


class Vault:
    """The keys of one data folder. `registry` is the path of the registry file, which the vault never touches."""

    def __init__(
        self,
        registry: Path,
        files: KeyFiles,
        slots: KeySlots,
        devices: DeviceSecrets,
        clock: Clock,
        new_id: Ids,
        *,
        stretch: Stretch = STRETCH_DEFAULT,
        use_device: bool = True,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._registry = registry
        self._files = files
        self._slots = slots
        self._devices = devices
        self._clock = clock
        self._new_id = new_id
        self._stretch = stretch
        self._use_device = use_device
        self._pause = pause
        self._failures = 0
        self._file: KeyFile | None = None
        self._mac_key = bytearray()
        self._outside: Mark | None = None  # the keyring's mark; None when no slot of this registry uses the keyring
        self._writing = threading.RLock()

    # --- looking -----------------------------------------------------------------------------------------------

    def state(self) -> VaultState:
        """What lies in the data folder; refuses (NotUnlocked) when the key file cannot be read at all."""
        registry = self._registry.exists()
        if not self._files.exist():
            return VaultState.KEY_FILE_LOST if registry else VaultState.EMPTY
        if registry:
            return VaultState.READY
        # The first deed of a registry moves the mark; a key file without one never had a registry to open.
        newest = self._files.read().copies[0].file
        return VaultState.UNFINISHED if newest.mark == NO_MARK else VaultState.REGISTRY_LOST

    def staff_slots(self) -> tuple[Slot, ...]:
        """The staff's slots, withdrawn ones not among them."""
        file = self._file or self._files.read().copies[0].file
        return file.of_kind(SlotKind.STAFF)

    @property
    def registry_id(self) -> str:
        """Which registry is open."""
        return self._open_file().registry_id

    def next_wait(self) -> float:
        """Seconds the next attempt waits before it is looked at: 0 for the first three, then 1, 2, 4 … 60."""
        late = self._failures - _FREE_ATTEMPTS
        return 0.0 if late < 0 else min(2.0 ** min(late, 10), _LONGEST_WAIT)

    def _said_wait(self) -> str:
        """What the next attempt waits, in words; nothing where it waits for nothing."""
        seconds = int(self.next_wait())
        return say("vault.waits", seconds=seconds) if seconds else ""

    # --- beginning ---------------------------------------------------------------------------------------------

    def create(self, passphrase: str, staff_id: str) -> Created:
        """Make the keys of a new registry: a slot for the first member of staff and one for the recovery key.

        Refuses when a registry or its keys are here already, in whole or in part. The keys are on the disk
        before this returns; the caller makes the registry next, and calls `create` again should that fail.
        """
        state = self.state()
        if state is VaultState.READY:
            raise Refusal("vault.exists", file=self._registry.name)
        if state is VaultState.KEY_FILE_LOST:
            raise Refusal("vault.key_file_lost", file=self._registry.name)
        if state is VaultState.REGISTRY_LOST:
            raise Refusal("vault.registry_lost", file=self._registry.name)
        check_new_passphrase(passphrase)
        now = self._clock.now()
        if state is VaultState.UNFINISHED:
            self._files.set_aside(f"unfinished-{now:%Y%m%d%H%M%S}-{self._new_id()}")
        registry_id = self._new_id()
        data_key = self._slots.new_data_key()
        recovery = self._slots.new_recovery_secret()
        device, warning = self._device_for_sealing(registry_id)
        staff = self._staff_slot(
            data_key, passphrase, staff_id, self._new_id(), registry_id, self._slots.new_salt(), device
        )
        spare = self._slots.seal_for_recovery(
            data_key, recovery, registry_id=registry_id, slot_id=self._new_id(), created_at=now
        )
        self._mac_key = self._slots.mac_key(data_key)
        self._write(KeyFile(KEY_FILE_VERSION, registry_id, 0, (staff, spare)))
        self._outside = None if device is None else NO_MARK
        return Created(data_key, write_recovery_key(recovery), registry_id, staff_id, staff.id, warning)

    # --- opening -----------------------------------------------------------------------------------------------

    def unlock(self, passphrase: str) -> Unlocked:
        """Open with a member of staff's passphrase; the slot that opens says who it is.

        Refuses (NotUnlocked), each in its own words: no registry, a lost key file or registry, a damaged, forged
        or newer key file, a keyring that is absent, silent, or without this registry's entry, a wrong passphrase.
        """
        self._check_ready()
        copies = self._files.read()
        return self._opened(copies, self._try_passphrase(copies.copies, passphrase))

    def unlock_with_recovery(self, recovery_key: str) -> Unlocked:
        """Open with the recovery key, typed from its sheet; needs neither a passphrase nor this PC's keyring."""
        self._check_ready()
        copies = self._files.read()
        return self._opened(copies, self._try_recovery(copies.copies, recovery_key))

    def open_copy(
        self, text: bytes, name: str, *, passphrase: str | None = None, recovery_key: str | None = None
    ) -> Unlocked:
        """Open a key file that came with a backup (its base name is `name`); what lies here stays untouched.

        Where this folder holds the keys of the same registry, today's passphrase opens an older backup too.
        """
        copies: tuple[KeyCopy, ...] = (self._files.decode(text, name),)
        here = self._readable_here()
        if here is not None and here.file.registry_id == copies[0].file.registry_id:
            copies = (*copies, here)
        if recovery_key is not None:
            slot, data_key = self._try_recovery(copies, recovery_key)
        else:
            slot, data_key = self._try_passphrase(copies, passphrase or "")
        copy = self._genuine(copies, slot, data_key)
        return Unlocked(data_key, copy.file.registry_id, slot.staff_id, slot.id, copy.file.mark)

    def decode(self, text: bytes, name: str) -> KeyFile:
        """A key file that came with a backup, as it was."""
        return self._files.decode(text, name).file

    def lock(self) -> None:
        """Forget everything: after this only a passphrase or the recovery key opens again.

        Before it goes, the mark is left in this PC's keyring, if it is higher than the one there.
        """
        with self._writing:
            wipe(self._mac_key)
            file, self._file = self._file, None
            if file is not None and self._outside is not None and file.mark.seq > self._outside.seq:
                self._leave_outside(file)
            self._outside = None

    def _check_ready(self) -> None:
        state = self.state()
        if state is VaultState.EMPTY:
            raise NotUnlocked("vault.no_registry")
        if state is VaultState.UNFINISHED:
            raise NotUnlocked("vault.unfinished")
        if state is VaultState.KEY_FILE_LOST:
            raise NotUnlocked("vault.key_file_lost", file=self._registry.name)
        if state is VaultState.REGISTRY_LOST:
            raise NotUnlocked("vault.registry_lost", file=self._registry.name)

    def _try_passphrase(self, copies: tuple[KeyCopy, ...], passphrase: str) -> tuple[Slot, bytearray]:
        reach = _Reach(copies, self._devices, self._slots)
        if not reach.any_open:
            # Before any delay or Argon2: no passphrase could open anything on this PC today.
            raise reach.problem
        self._pause(self.next_wait())
        secret = passphrase_bytes(passphrase)
        stretched: dict[tuple[bytes, Stretch], bytearray] = {}
        try:
            for copy in copies:
                for slot in copy.file.of_kind(SlotKind.STAFF):
                    if slot.stretch is None or not reach.has(copy.file.registry_id, slot):
                        continue
                    way = (slot.salt, slot.stretch)
                    if way not in stretched:
                        stretched[way] = self._slots.stretched(secret, *way)
                    device = reach.secrets.get(copy.file.registry_id)
                    data_key = self._slots.open_for_staff(
                        slot, copy.file.registry_id, copy.file.version, stretched[way], device
                    )
                    if data_key is not None:
                        self._failures = 0
                        return slot, data_key
        finally:
            wipe(secret)
            for key in stretched.values():
                wipe(key)
        self._failures += 1
        if reach.any_closed:
            raise NotUnlocked("vault.wrong_passphrase_or_pc", wait=self._said_wait())
        raise NotUnlocked("vault.wrong_passphrase", wait=self._said_wait())

    def _try_recovery(self, copies: tuple[KeyCopy, ...], recovery_key: str) -> tuple[Slot, bytearray]:
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

    def _genuine(self, copies: tuple[KeyCopy, ...], slot: Slot, data_key: bytearray) -> KeyCopy:
        """The newest copy that holds `slot` and was written by someone who had the data key."""
        mac_key = self._slots.mac_key(data_key)
        for copy in copies:
            if slot in copy.file.slots and self._files.is_genuine(copy, mac_key):
                return copy
        wipe(data_key)
        raise NotUnlocked("vault.key_file_altered")

    def _opened(self, copies: KeyCopies, found: tuple[Slot, bytearray]) -> Unlocked:
        slot, data_key = found
        copy = self._genuine(copies.copies, slot, data_key)
        with self._writing:
            self._mac_key = self._slots.mac_key(data_key)
            self._file = copy.file
            self._outside = self._read_outside(copy.file)
            mended = not copies.whole
            if mended:
                # Above every revision that lay here, so that the mended text is the newest.
                newest = max(each.file.revision for each in copies.copies)
                self._write(replace(copy.file, revision=newest))
        mark = copy.file.mark
        if self._outside is not None and self._outside.seq >= mark.seq:
            mark = self._outside
        return Unlocked(data_key, copy.file.registry_id, slot.staff_id, slot.id, mark, mended)

    # --- keeping -----------------------------------------------------------------------------------------------

    def add_staff(self, data_key: bytearray, staff_id: str, passphrase: str) -> Enrolled:
        """Give a member of staff a passphrase of their own on this PC.

        Refuses a weak passphrase, and one that already opens another slot: the slot is the "who" of the audit.
        """
        check_new_passphrase(passphrase)
        return self._put_staff(data_key, staff_id, passphrase, self._new_id())

    def set_passphrase(self, data_key: bytearray, slot_id: str, passphrase: str) -> Enrolled:
        """Give a slot a new passphrase under this PC's secret: after the recovery key, or on a new PC."""
        check_new_passphrase(passphrase)
        slot = self._staff_slot_of(slot_id)
        return self._put_staff(data_key, slot.staff_id, passphrase, slot.id)

    def enrol_device(self, data_key: bytearray, slot_id: str, passphrase: str) -> Enrolled:
        """Bind a slot to this PC: after a new PC, a lost keyring entry, or a start without a keyring.

        Refuses (NotUnlocked) when there is still no keyring here; then the slot stays as it was.
        """
        slot = self._staff_slot_of(slot_id)
        registry_id = self._open_file().registry_id
        device = self._read_or_make(registry_id)
        return self._put_staff(data_key, slot.staff_id, passphrase, slot.id, device=(device, ""))

    def confirm(self, passphrase: str) -> str:
        """Ask again who is at the keyboard, before a grave deed: the staff id of the slot that opens; refuses as
        `unlock`."""
        opened = self.unlock(passphrase)
        wipe(opened.data_key)
        return opened.staff_id

    def recovery_made_at(self) -> datetime | None:
        """When the recovery key was made; None where no slot has one."""
        made = self._open_file().of_kind(SlotKind.RECOVERY)
        return made[-1].created_at if made else None

    def reach(self) -> tuple[frozenset[str], str]:
        """(the staff slots this PC can try at all, "" or the code of why it has no secret of its own). Asks the
        keyring, which may take its seconds."""
        copy = self._files.read().copies[0]
        reach = _Reach((copy,), self._devices, self._slots)
        slots = copy.file.of_kind(SlotKind.STAFF)
        here = frozenset(slot.id for slot in slots if reach.has(copy.file.registry_id, slot))
        try:
            secret = self._devices.read(copy.file.registry_id) if self._use_device else None
        except NotUnlocked as problem:
            return here, problem.code
        return here, "" if secret is not None else "vault.keyring_entry_missing"

    def draft_recovery_key(self) -> str:
        """A recovery key that opens nothing yet: it is written down first, and `keep_recovery_key` makes it valid."""
        return write_recovery_key(self._slots.new_recovery_secret())

    def keep_recovery_key(self, data_key: bytearray, recovery_key: str) -> None:
        """Let this key open the registry from now on, and the one before no longer; refuses a mistyped one."""
        secret = read_recovery_key(recovery_key)
        with self._writing:
            file = self._open_file()
            self._check_key(data_key)
            slot = self._slots.seal_for_recovery(
                data_key,
                secret,
                registry_id=file.registry_id,
                slot_id=self._new_id(),
                created_at=self._clock.now(),
            )
            self._write(replace(file, slots=(*file.of_kind(SlotKind.STAFF), slot)))

    def withdraw(self, slot_id: str) -> None:
        """Take a member of staff's slot away (人事異動). Refuses the last one: nobody could open the registry."""
        with self._writing:
            slot = self._staff_slot_of(slot_id)
            file = self._open_file()
            if len(file.of_kind(SlotKind.STAFF)) == 1:
                raise Refusal("vault.last_slot")
            self._write(replace(file, slots=tuple(each for each in file.slots if each is not slot)))

    def set_mark(self, seq: int, head: str, *, after_restore: bool = False) -> None:
        """Keep the audit chain's newest entry (number, seal) outside the registry file.

        Refuses to go back, which would hide a rollback, unless a backup has just been restored.
        """
        with self._writing:
            file = self._open_file()
            mark = Mark(seq, head)
            if mark == file.mark and not after_restore:
                return
            if seq <= file.mark.seq and not after_restore:
                raise Refusal("vault.mark_backwards", seq=seq, mark=file.mark.seq)
            self._write(replace(file, mark=mark))
            if after_restore and self._outside is not None:
                self._leave_outside(self._open_file())

    def copy_for_backup(self) -> bytes:
        """The key file's text, to lie in a backup: useless without a passphrase and this PC, or the recovery key."""
        file = self._file
        copies = self._files.read().copies
        if file is not None and copies[0].file != file:
            raise Refusal("vault.changed_underneath")
        return copies[0].text

    def put_back(
        self, text: bytes, name: str, *, passphrase: str | None = None, recovery_key: str | None = None
    ) -> Unlocked:
        """Take the key file of a backup for this folder's own, once it has been opened.

        For a lost or damaged key file, for an empty folder (a new PC) and for an older state brought back. Where a
        genuine key file of the same data key lies, its slots stay (who was withdrawn stays withdrawn) and only the
        mark goes back. Refuses another registry's key file where a readable one lies; what is replaced is kept
        beside under another name.
        """
        opened = self.open_copy(text, name, passphrase=passphrase, recovery_key=recovery_key)
        try:
            self.adopt(text, name, opened)
        except BaseException:
            wipe(opened.data_key)
            raise
        return opened

    def check_adoptable(self, text: bytes, name: str, opened: Unlocked) -> None:
        """Refuse what `adopt` would refuse, before anything is changed.

        Another registry lies here, or the slot that opened the backup has been withdrawn (or the recovery key
        renewed) here since.
        """
        copy = self._files.decode(text, name)
        here = self._readable_here()
        if here is None:
            return
        if here.file.registry_id != copy.file.registry_id:
            raise Refusal("vault.other_registry", file=name)
        genuine = self._files.is_genuine(here, self._slots.mac_key(opened.data_key))
        if genuine and here.file.slot(opened.slot_id) is None:
            raise NotUnlocked("vault.withdrawn" if opened.staff_id else "vault.recovery_wrong")

    def adopt(self, text: bytes, name: str, opened: Unlocked, *, mark: Mark | None = None) -> None:
        """The writing half of `put_back`, for a copy already opened. `mark` stands in for the copy's own:
        NO_MARK while the registry file itself is being exchanged, so that both the old and the new one open."""
        self.check_adoptable(text, name, opened)
        copy = self._files.decode(text, name)
        mark = copy.file.mark if mark is None else mark
        with self._writing:
            self._mac_key = self._slots.mac_key(opened.data_key)
            here = self._readable_here()
            if here is not None and self._files.is_genuine(here, self._mac_key):
                self._write(replace(here.file, mark=mark))
            else:
                if self._files.exist():
                    self._files.set_aside(f"replaced-{self._clock.now():%Y%m%d%H%M%S}-{self._new_id()}")
                self._write(replace(copy.file, mark=mark))
            self._outside = self._read_outside(self._open_file())
            if self._outside is not None:
                self._leave_outside(self._open_file())

    def _readable_here(self) -> KeyCopy | None:
        if not self._files.exist():
            return None
        try:
            return self._files.read().copies[0]
        except NotUnlocked:
            return None

    # --- within ------------------------------------------------------------------------------------------------

    def _open_file(self) -> KeyFile:
        if self._file is None:
            raise NotUnlocked("vault.locked")
        return self._file

    def _read_outside(self, file: KeyFile) -> Mark | None:
        if all(slot.device == NO_DEVICE for slot in file.slots):
            return None
        try:
            return self._devices.read_mark(file.registry_id) or NO_MARK
        except NotUnlocked:
            return None

    def _leave_outside(self, file: KeyFile) -> None:
        # A second witness only: a keyring that fails now must not keep anyone from locking.
        with contextlib.suppress(NotUnlocked):
            self._devices.keep_mark(file.registry_id, file.mark)
            self._outside = file.mark

    def _check_key(self, data_key: bytearray) -> None:
        # A foreign data key sealed into a slot would be a slot that opens nothing.
        if self._slots.mac_key(data_key) != self._mac_key:
            raise NotUnlocked("vault.locked")

    def _staff_slot_of(self, slot_id: str) -> Slot:
        slot = self._open_file().slot(slot_id)
        if slot is None or slot.kind is not SlotKind.STAFF:
            raise Refusal("vault.no_such_slot")
        return slot

    def _write(self, file: KeyFile) -> None:
        with self._writing:
            newer = replace(file, version=KEY_FILE_VERSION, revision=file.revision + 1)
            self._files.write(newer, self._mac_key)
            self._file = newer

    def _staff_slot(
        self,
        data_key: bytearray,
        passphrase: str,
        staff_id: str,
        slot_id: str,
        registry_id: str,
        salt: bytes,
        device: bytes | None,
    ) -> Slot:
        secret = passphrase_bytes(passphrase)
        try:
            stretched = self._slots.stretched(secret, salt, self._stretch)
            return self._slots.seal_for_staff(
                data_key,
                stretched,
                device,
                registry_id=registry_id,
                slot_id=slot_id,
                staff_id=staff_id,
                salt=salt,
                stretch=self._stretch,
                created_at=self._clock.now(),
            )
        finally:
            wipe(secret)

    def _put_staff(
        self,
        data_key: bytearray,
        staff_id: str,
        passphrase: str,
        slot_id: str,
        device: tuple[bytes | None, str] | None = None,
    ) -> Enrolled:
        with self._writing:
            file = self._open_file()
            self._check_key(data_key)
            secret, warning = device or self._device_for_sealing(file.registry_id)
            self._check_unused(file, passphrase, slot_id)
            # One salt for all slots of the file: a passphrase is stretched once, however many slots are tried.
            salt = file.of_kind(SlotKind.STAFF)[0].salt
            slot = self._staff_slot(data_key, passphrase, staff_id, slot_id, file.registry_id, salt, secret)
            others = tuple(each for each in file.slots if each.id != slot_id)
            self._write(replace(file, slots=(*others, slot)))
            return Enrolled(slot_id, warning)

    def _check_unused(self, file: KeyFile, passphrase: str, slot_id: str) -> None:
        secret = passphrase_bytes(passphrase)
        stretched: dict[tuple[bytes, Stretch], bytearray] = {}
        try:
            device = self._devices.read(file.registry_id) if self._use_device else None
        except NotUnlocked:
            device = None
        try:
            for slot in file.of_kind(SlotKind.STAFF):
                if slot.id == slot_id or slot.stretch is None:
                    continue
                way = (slot.salt, slot.stretch)
                if way not in stretched:
                    stretched[way] = self._slots.stretched(secret, *way)
                found = self._slots.open_for_staff(slot, file.registry_id, file.version, stretched[way], device)
                if found is not None:
                    wipe(found)
                    raise Refusal("vault.passphrase_taken")
        finally:
            wipe(secret)

    def _device_for_sealing(self, registry_id: str) -> tuple[bytes | None, str]:
        """This PC's secret, or None and the words' key that says why the slot will do without."""
        if not self._use_device:
            return None, ""
        try:
            return self._read_or_make(registry_id), ""
        except NotUnlocked:
            return None, "vault.without_keyring"

    def _read_or_make(self, registry_id: str) -> bytes:
        secret = self._devices.read(registry_id)
        if secret is None:
            secret = self._slots.new_device_secret()
            self._devices.keep(registry_id, secret)
        return secret


class _Reach:
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
