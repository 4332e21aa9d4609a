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
    read_recovery_key,
    wipe,
    write_recovery_key,
)
from hoken_desktop.services.attempts import Attempts
from hoken_desktop.services.ports import Clock, DeviceSecrets, Ids, KeyCopies, KeyCopy, KeyFiles, KeySlots
from hoken_desktop.services.sealing import Sealing


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
        self._attempts = Attempts(devices, slots, pause)
        self._sealing = Sealing(slots, devices, clock, stretch, use_device)
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
        """Seconds the next attempt waits before it is looked at."""
        return self._attempts.next_wait()

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
        device, warning = self._sealing.device(registry_id)
        staff = self._sealing.for_staff(
            data_key, passphrase, staff_id, self._new_id(), registry_id, self._slots.new_salt(), device
        )
        spare = self._sealing.for_recovery(data_key, recovery, self._new_id(), registry_id)
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
        return self._opened(copies, self._attempts.with_passphrase(copies.copies, passphrase))

    def unlock_with_recovery(self, recovery_key: str) -> Unlocked:
        """Open with the recovery key, typed from its sheet; needs neither a passphrase nor this PC's keyring."""
        self._check_ready()
        copies = self._files.read()
        return self._opened(copies, self._attempts.with_recovery(copies.copies, recovery_key))

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
            slot, data_key = self._attempts.with_recovery(copies, recovery_key)
        else:
            slot, data_key = self._attempts.with_passphrase(copies, passphrase or "")
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
        device = self._sealing.read_or_make(registry_id)
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
        reach = self._attempts.reach((copy,))
        slots = copy.file.of_kind(SlotKind.STAFF)
        here = frozenset(slot.id for slot in slots if reach.has(copy.file.registry_id, slot))
        try:
            secret = self._sealing.read_device(copy.file.registry_id)
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
            slot = self._sealing.for_recovery(data_key, secret, self._new_id(), file.registry_id)
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
        """Take the key file of a backup, which `open_copy` has opened, for this folder's own.

        For a lost or damaged key file, for an empty folder (a new PC) and for an older state brought back. Where a
        genuine key file of the same data key lies, its slots stay (who was withdrawn stays withdrawn) and only the
        mark goes back; what is replaced is kept beside under another name. `mark` stands in for the copy's own:
        NO_MARK while the registry file itself is being exchanged, so that both the old and the new one open.
        """
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

    def _check_unused(self, file: KeyFile, passphrase: str, slot_id: str) -> None:
        try:
            device = self._sealing.read_device(file.registry_id)
        except NotUnlocked:
            device = None
        self._attempts.check_unused(file, passphrase, slot_id, device)

    def _write(self, file: KeyFile) -> None:
        with self._writing:
            newer = replace(file, version=KEY_FILE_VERSION, revision=file.revision + 1)
            self._files.write(newer, self._mac_key)
            self._file = newer

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
            secret, warning = device or self._sealing.device(file.registry_id)
            self._check_unused(file, passphrase, slot_id)
            # One salt for all slots of the file: a passphrase is stretched once, however many slots are tried.
            salt = file.of_kind(SlotKind.STAFF)[0].salt
            slot = self._sealing.for_staff(data_key, passphrase, staff_id, slot_id, file.registry_id, salt, secret)
            others = tuple(each for each in file.slots if each.id != slot_id)
            self._write(replace(file, slots=(*others, slot)))
            return Enrolled(slot_id, warning)
