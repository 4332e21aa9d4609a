"""鍵: the recovery key made anew, and what this PC can open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import NO_DEVICE, read_recovery_key
from hoken_desktop.domain.office import RECOVERY
from hoken_desktop.services.staff import KeyedStore, check_admin
from hoken_desktop.services.vault import Vault


@dataclass(frozen=True, slots=True)
class KeyState:
    """`recovery_made_at` is None where there is no recovery key. `pc_problem` is "" where this PC holds a secret of
    this registry, else the code that says why not. Of the staff's slots `bound` open with a PC's secret, `here` on this
    PC; `mine_bound` is the slot that opened now (None: the recovery key opened)."""

    recovery_made_at: datetime | None
    pc_problem: str
    slots: int
    bound: int
    here: int
    mine_bound: bool | None
    by_recovery: bool


class Keys:
    """The keys of the open registry."""

    def __init__(self, store: KeyedStore, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    def state(self) -> KeyState:
        """How the registry is locked; asks the keyring, so: for the worker."""
        slots = self._vault.staff_slots()
        here, problem = self._vault.reach()
        mine = next((slot for slot in slots if slot.staff_id == self._store.staff_id), None)
        return KeyState(
            recovery_made_at=self._vault.recovery_made_at(),
            pc_problem=problem,
            slots=len(slots),
            bound=sum(slot.device != NO_DEVICE for slot in slots),
            here=sum(slot.id in here for slot in slots),
            mine_bound=None if mine is None else mine.device != NO_DEVICE,
            by_recovery=self._store.staff_id == RECOVERY,
        )

    def draft(self) -> str:
        """A recovery key to be written down; it opens nothing until `adopt`. Refuses whoever is no 管理者."""
        check_admin(self._store)
        return self._vault.draft_recovery_key()

    def adopt(self, drafted: str, typed: str) -> None:
        """Make the drafted key valid once it was typed again from paper, and the one before void.

        Refuses a key that was not typed as it was drafted.
        """
        check_admin(self._store)
        if read_recovery_key(typed) != read_recovery_key(drafted):
            raise Refusal("keys.typed_otherwise")
        with self._store.change(Deed.RECOVERY_RENEWED, self._vault.registry_id):
            # Inside the deed: where the key file cannot be written, the record says nothing either.
            self._store.lend_key(lambda key: self._vault.keep_recovery_key(key, drafted))
