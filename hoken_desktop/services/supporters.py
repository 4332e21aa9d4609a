"""支援者・関係機関 and 緊急連絡先 of one person: added, put right, taken away, and in the order they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Contact, Supporter
from hoken_desktop.services.ports import Clock, Ids, Store


class Supporters:
    """The supporters and contacts of the people of one registry."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def add(self, supporter: Supporter) -> Supporter:
        """One more supporter of `supporter.person_id`; the id is given here."""
        new = replace(supporter, id=self._ids())
        self._check(new.as_of)
        if not (new.organisation.strip() or new.name.strip()):
            raise Refusal("supporters.nobody")
        with self._store.change(Deed.SUPPORTER_RECORDED, new.person_id, what="added", role=new.role.value) as shelves:
            if shelves.persons.get(new.person_id) is None:
                raise Refusal("persons.unknown")
            return shelves.supporters.add(new)

    def change(self, supporter: Supporter) -> Supporter:
        """A supporter put right; nothing changed is no deed."""
        self._check(supporter.as_of)
        if not (supporter.organisation.strip() or supporter.name.strip()):
            raise Refusal("supporters.nobody")
        with self._store.read() as shelves:
            if shelves.supporters.get(supporter.id) == supporter:
                return supporter
        with self._store.change(Deed.SUPPORTER_RECORDED, supporter.person_id, what="changed") as shelves:
            old = shelves.supporters.get(supporter.id)
            if old is None or old.person_id != supporter.person_id:
                raise Refusal("supporters.unknown")
            return shelves.supporters.replace(supporter)

    def remove(self, supporter_id: str) -> None:
        """Somebody who no longer supports; the record keeps who it was."""
        with self._store.read() as shelves:
            old = shelves.supporters.get(supporter_id)
        if old is None:
            raise Refusal("supporters.unknown")
        with self._store.change(Deed.SUPPORTER_RECORDED, old.person_id, what="removed") as shelves:
            shelves.supporters.remove([supporter_id])

    def known_words(self) -> tuple[tuple[str, str], ...]:
        """(organisation, telephone) as written on the register, for completion while somebody types."""
        with self._store.read() as shelves:
            return tuple(sorted({(s.organisation, s.phone) for s in shelves.supporters.all() if s.organisation}))

    # ---- 緊急連絡先 -------------------------------------------------------------------------------------------

    def put_contact(self, contact: Contact) -> Contact:
        """A contact added (id "") or put right, at the place `rank` among the others; past the end is the last."""
        self._check(contact.as_of)
        if not (contact.name.strip() or contact.phone.strip()):
            raise Refusal("supporters.empty_contact")
        new = contact if contact.id else replace(contact, id=self._ids())
        with self._store.change(
            Deed.CONTACT_RECORDED, new.person_id, what="changed" if contact.id else "added"
        ) as shelves:
            if shelves.persons.get(new.person_id) is None:
                raise Refusal("persons.unknown")
            known = in_order(shelves.contacts.all(person_id=new.person_id))
            if contact.id and contact.id not in {c.id for c in known}:
                raise Refusal("supporters.unknown")
            row = [c for c in known if c.id != new.id]
            place = min(max(contact.rank, 1), len(row) + 1)
            new = replace(new, rank=place)
            row.insert(place - 1, new)
            shelves.contacts.put(new)
            shelves.contacts.replace_all(c for c in _ranked(row) if c.id != new.id)
        return new

    def remove_contact(self, contact_id: str) -> None:
        """A contact taken away; those behind move up. The record keeps who it was."""
        with self._store.read() as shelves:
            old = shelves.contacts.get(contact_id)
            if old is None:
                raise Refusal("supporters.unknown")
            rest = in_order(shelves.contacts.all(person_id=old.person_id))
        with self._store.change(Deed.CONTACT_RECORDED, old.person_id, what="removed") as shelves:
            shelves.contacts.remove([contact_id])
            shelves.contacts.replace_all(_ranked([c for c in rest if c.id != contact_id]))

    def _check(self, day: date | None) -> None:
        if day is not None and day > self._clock.today():
            raise Refusal("persons.future_date")


def in_order(contacts: Sequence[Contact]) -> list[Contact]:
    """As they are called; of two with one rank the newer first."""
    return sorted(contacts, key=lambda c: (c.rank, -(c.as_of or date.min).toordinal(), c.id))


def _ranked(contacts: Sequence[Contact]) -> list[Contact]:
    """Those whose rank changes when they stand in this order."""
    return [replace(c, rank=place) for place, c in enumerate(contacts, 1) if c.rank != place]
