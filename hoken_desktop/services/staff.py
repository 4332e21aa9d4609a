"""職員: who may open the registry, each with a passphrase of their own; only a 管理者 gives and takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from hoken_desktop.domain.codes import Role
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import NO_DEVICE, check_new_passphrase
from hoken_desktop.domain.office import RECOVERY, Staff
from hoken_desktop.services.ports import Clock, Ids, Store
from hoken_desktop.services.vault import Enrolled, Vault

T = TypeVar("T")


class KeyedStore(Store, Protocol):
    """The open registry; it lends its key for the making of a slot."""

    def lend_key(self, use: Callable[[bytearray], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff. `opens` says that there is a slot; `this_pc_only` that it opens only where it was enrolled;
    `unlocked_at` is when they last opened the registry."""

    staff: Staff
    opens: bool
    this_pc_only: bool
    myself: bool
    unlocked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A member of staff whose slot was made or renewed; `device_warning` is a key of words, or ""."""

    staff: Staff
    device_warning: str


class StaffRoll:
    """The staff of one registry. Whoever opened it with the recovery key may do what a 管理者 may."""

    def __init__(self, store: KeyedStore, vault: Vault, clock: Clock, new_id: Ids) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._new_id = new_id

    def all(self) -> list[Member]:
        """Everyone who has or had a passphrase here, in the order they came."""
        slots = {slot.id: slot for slot in self._vault.staff_slots()}
        with self._store.read() as shelves:
            staff = shelves.staff.all()
            unlocked = {entry.staff_id: entry.at for entry in shelves.audits.all(deed=Deed.UNLOCKED.value)}
        return [
            Member(
                each,
                opens=each.withdrawn_at is None and each.slot_id in slots,
                this_pc_only=each.slot_id in slots and slots[each.slot_id].device != NO_DEVICE,
                myself=each.id == self._store.staff_id,
                unlocked_at=unlocked.get(each.id),
            )
            for each in staff
        ]

    def find(self, who: str) -> Staff:
        """The member with this id, or the only one in post with this name; refuses when there is none or more."""
        members = [member.staff for member in self.all()]
        by_id = [each for each in members if each.id == who]
        by_name = [each for each in members if each.name == who.strip() and each.withdrawn_at is None]
        found = by_id or by_name
        if len(found) != 1:
            raise Refusal("staff.unknown" if not found else "staff.ambiguous", count=len(found))
        return found[0]

    def add(self, name: str, post: str, role: Role, passphrase: str) -> Kept:
        """A new member of staff with a passphrase; refuses a name without letters, and what the vault refuses."""
        self._check_admin()
        if not name.strip():
            raise Refusal("staff.no_name")
        staff_id = self._new_id()
        made: list[Enrolled] = []
        try:
            with self._store.change(Deed.STAFF_ADDED, staff_id, role=role.value) as shelves:
                made.append(self._store.lend_key(lambda key: self._vault.add_staff(key, staff_id, passphrase)))
                member = Staff(staff_id, name.strip(), post.strip(), role, made[0].slot_id, self._clock.now())
                shelves.staff.add(member)
        except BaseException:
            # The registry did not take the name: the slot would open nothing and must not stay.
            for slot in made:
                self._vault.withdraw(slot.slot_id)
            raise
        return Kept(member, made[0].device_warning)

    def withdraw(self, who: str) -> Staff:
        """Take the passphrase of a member of staff away (人事異動). Refuses the last one and the last 管理者, so
        nobody can withdraw themselves unless another 管理者 stays."""
        self._check_admin()
        member = self.find(who)
        members = self.all()
        here = next(each for each in members if each.staff.id == member.id)
        if member.withdrawn_at is not None and not here.opens and not self._has_slot(member):
            raise Refusal("staff.already_withdrawn")
        left = [each.staff for each in members if each.opens and each.staff.id != member.id]
        if not left:
            raise Refusal("vault.last_slot")
        if not any(each.role is Role.ADMIN for each in left):
            raise Refusal("staff.last_admin")
        gone = replace(member, withdrawn_at=member.withdrawn_at or self._clock.now())
        with self._store.change(Deed.STAFF_WITHDRAWN, member.id) as shelves:
            shelves.staff.replace(gone)
            if self._has_slot(member):
                # Inside the deed: where the key file cannot be written, the record says nothing either.
                self._vault.withdraw(member.slot_id)
        return gone

    def change(self, who: str, name: str, post: str, role: Role) -> Staff:
        """Another name, post or role of a member in post (管理者). Refuses an empty name and the last 管理者 made a
        plain member."""
        self._check_admin()
        if not name.strip():
            raise Refusal("staff.no_name")
        member = self.find(who)
        if member.withdrawn_at is not None:
            raise Refusal("staff.already_withdrawn")
        others = [m.staff for m in self.all() if m.opens and m.staff.id != member.id]
        if role is not Role.ADMIN and not any(each.role is Role.ADMIN for each in others):
            raise Refusal("staff.last_admin")
        new = replace(member, name=name.strip(), post=post.strip(), role=role)
        fields = [key for key in ("name", "post", "role") if getattr(new, key) != getattr(member, key)]
        if not fields:
            return member
        with self._store.change(Deed.STAFF_CHANGED, member.id, fields=fields, role=role.value) as shelves:
            return shelves.staff.replace(new)

    def change_own(self, old: str, new: str) -> Kept:
        """One's own passphrase: the old one is asked for again, so that nobody else at the keyboard can do it."""
        check_new_passphrase(new)
        if self._vault.confirm(old) != self._store.staff_id:
            raise Refusal("staff.not_your_passphrase")
        return self.set_passphrase(self._store.staff_id, new)

    def may_manage(self) -> bool:
        """Whether who opened the registry is a 管理者 (or came with the recovery key)."""
        try:
            self._check_admin()
        except Refusal:
            return False
        return True

    def set_passphrase(self, who: str, passphrase: str) -> Kept:
        """A new passphrase, bound to this PC where it has a keyring: one's own, or (管理者) a colleague's who forgot
        it. A member whose slot is gone gets a new one."""
        return self._renew(who, passphrase, lambda key, slot_id: self._vault.set_passphrase(key, slot_id, passphrase))

    def enrol(self, who: str, passphrase: str) -> Kept:
        """「このパソコンを登録」: bind a member's slot to this PC, under the passphrase given (the old or a new one).
        Refuses (NotUnlocked) where this PC has no keyring; `set_passphrase` does without."""
        return self._renew(who, passphrase, lambda key, slot_id: self._vault.enrol_device(key, slot_id, passphrase))

    def _renew(self, who: str, passphrase: str, seal: Callable[[bytearray, str], Enrolled]) -> Kept:
        member = self.find(who)
        if member.id != self._store.staff_id:
            self._check_admin()
        if member.withdrawn_at is not None:
            raise Refusal("staff.already_withdrawn")
        check_new_passphrase(passphrase)
        with self._store.change(Deed.STAFF_ENROLLED, member.id) as shelves:
            if self._has_slot(member):
                made = self._store.lend_key(lambda key: seal(key, member.slot_id))
            else:
                made = self._store.lend_key(lambda key: self._vault.add_staff(key, member.id, passphrase))
                member = shelves.staff.replace(replace(member, slot_id=made.slot_id))
        return Kept(member, made.device_warning)

    def _has_slot(self, member: Staff) -> bool:
        return any(slot.id == member.slot_id for slot in self._vault.staff_slots())

    def _check_admin(self) -> None:
        check_admin(self._store)


def check_admin(store: Store) -> None:
    """Refuse whoever is no 管理者; the recovery key may do what a 管理者 may."""
    if store.staff_id == RECOVERY:
        return
    with store.read() as shelves:
        member = shelves.staff.get(store.staff_id)
    if member is None or member.role is not Role.ADMIN:
        raise Refusal("staff.not_admin")
