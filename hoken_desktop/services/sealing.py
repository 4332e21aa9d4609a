"""封印: the slots of the key file made, for a member of staff under this PC's secret or for the recovery key."""

from __future__ import annotations

from hoken_desktop.domain.errors import NotUnlocked
from hoken_desktop.domain.keys import Slot, Stretch, passphrase_bytes, wipe
from hoken_desktop.services.ports import Clock, DeviceSecrets, KeySlots


class Sealing:
    """Seals data keys into slots; `use_device` False does without a secret of this PC."""

    def __init__(
        self, slots: KeySlots, devices: DeviceSecrets, clock: Clock, stretch: Stretch, use_device: bool
    ) -> None:
        self._slots = slots
        self._devices = devices
        self._clock = clock
        self._stretch = stretch
        self._use_device = use_device

    def for_staff(
        self,
        data_key: bytearray,
        passphrase: str,
        staff_id: str,
        slot_id: str,
        registry_id: str,
        salt: bytes,
        device: bytes | None,
    ) -> Slot:
        """A slot that a member of staff's passphrase opens, on the PC that holds `device` (None: on any)."""
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

    def for_recovery(self, data_key: bytearray, secret: bytes, slot_id: str, registry_id: str) -> Slot:
        """A slot that the recovery key opens, on any PC."""
        return self._slots.seal_for_recovery(
            data_key, secret, registry_id=registry_id, slot_id=slot_id, created_at=self._clock.now()
        )

    def device(self, registry_id: str) -> tuple[bytes | None, str]:
        """This PC's secret, or None and the words' key that says why the slot will do without."""
        if not self._use_device:
            return None, ""
        try:
            return self.read_or_make(registry_id), ""
        except NotUnlocked:
            return None, "vault.without_keyring"

    def read_or_make(self, registry_id: str) -> bytes:
        """This PC's secret of a registry, made where there is none yet; refuses (NotUnlocked) without a keyring."""
        secret = self._devices.read(registry_id)
        if secret is None:
            secret = self._slots.new_device_secret()
            self._devices.keep(registry_id, secret)
        return secret

    def read_device(self, registry_id: str) -> bytes | None:
        """This PC's secret, None where it has none or does without; refuses (NotUnlocked) without a keyring."""
        return self._devices.read(registry_id) if self._use_device else None
