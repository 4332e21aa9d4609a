"""同一人の統合と分割: two people found to be one, one found to be two. Both are taken back by `undo` until 確定.

Rows that may be written anew (受給, 機器, 支援者, 連絡先, 位置) change their owner. Facts and consents are append-only:
they are copied to the new owner with their own dates and sources, and taken back from the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from hoken_desktop.domain.codes import CareSetting, EndReason, PersonState, RoundState
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Contact, Fact, Person, next_registry_no
from hoken_desktop.domain.voids import unvoided
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.ports import Clock, Ids, Rows, Shelves, Store, Writing

_MOVABLE = ("benefits", "devices", "supporters", "contacts")

CHOOSABLE = (
    "name", "name_kana", "name_alt", "birth_on", "sex", "postcode", "address_registered", "address_actual",
    "phone_home", "phone_mobile", "fax", "email", "guardian_name", "care_setting", "map_declined", "note",
)  # fmt: skip
"""Basics of which staff choose, field by field, whose stands after a merge."""

_WITH = {"care_setting": ("care_setting_on", "care_setting_source")}
"""Fields that go with a chosen one."""

_R = TypeVar("_R", Fact, Consent)


@dataclass(frozen=True, slots=True)
class Parting:
    """What goes to the new person of a split: the ids of rows of each kind."""

    benefits: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    supporters: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()


class Identities:
    """Who is who on the register."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, persons: Persons) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._persons = persons

    def merge(self, kept_id: str, gone_id: str, take: Iterable[str] = ()) -> Person:
        """`gone` was `kept` all along: everything known of both is kept's, and gone ends as 重複を統合.

        `take` names the basics (CHOOSABLE) in which gone's value stands. Consents of both stay in the ledger of the
        one person, each with its date: the rule of the latest decides. Snapshots and disclosures made of gone stay as
        they were. Refuses the same person twice and people who were merged already.
        """
        fields = tuple(take)
        if kept_id == gone_id or set(fields) - set(CHOOSABLE):
            raise Refusal("identities.not_two")
        with self._store.change(Deed.PERSONS_MERGED, kept_id, gone=gone_id, taken=list(fields)) as shelves:
            kept, gone = shelves.persons.get(kept_id), shelves.persons.get(gone_id)
            if kept is None or gone is None:
                raise Refusal("persons.unknown")
            if kept.merged_into or gone.merged_into:
                raise Refusal("identities.merged_already")
            self._move_rows(shelves, kept, gone)
            self._move_ledger(shelves, kept, gone)
            self._move_round(shelves, kept, gone)
            names = [n for one in fields for n in (one, *_WITH.get(one, ()))]
            chosen: dict[str, Any] = {name: getattr(gone, name) for name in names}
            if kept.state is PersonState.ENDED and gone.state is PersonState.ACTIVE:
                # Somebody found to be on the register still is on it.
                chosen |= {"state": PersonState.ACTIVE, "end_reason": None, "ended_on": None}
            shelves.persons.replace(
                replace(
                    gone, state=PersonState.ENDED, end_reason=EndReason.MERGED, ended_on=self._clock.today(),
                    merged_into=kept.id,
                )
            )  # fmt: skip
            return shelves.persons.replace(self._persons.prepare(replace(kept, **chosen)))

    def split(self, person_id: str, newcomer: Person, parting: Parting) -> Person:
        """`person_id` was two people: the second is registered anew with the rows of `parting`.

        Facts of a device go with it. A consent goes only where it is named; the new person's consents are otherwise
        未確認. Refuses rows that are not this person's, and a newcomer without a name.
        """
        if not newcomer.name.strip():
            raise Refusal("persons.no_name")
        id_ = self._ids()
        with self._store.change(Deed.PERSON_SPLIT, person_id, new=id_) as shelves:
            old = shelves.persons.get(person_id)
            if old is None:
                raise Refusal("persons.unknown")
            number = next_registry_no(shelves.last_registry_no())
            second = replace(
                newcomer, id=id_, registry_no=number, state=PersonState.ACTIVE, end_reason=None, ended_on=None,
                merged_into="",
            )  # fmt: skip
            added = shelves.persons.add(self._persons.prepare(second))
            for table in _MOVABLE:
                self._hand_over(getattr(shelves, table), person_id, id_, getattr(parting, table))
            of_devices = {f.id for f in shelves.facts.all(device_id=list(parting.devices))}
            theirs = {f.id for f in unvoided(shelves.facts.all(person_id=person_id)) if f.id in of_devices}
            self._pass_on(shelves.facts, person_id, id_, parting.facts | theirs)
            self._pass_on(shelves.consents, person_id, id_, parting.consents)
        return added

    # --- merge -----------------------------------------------------------------------------------------------------

    def _move_rows(self, shelves: Writing, kept: Person, gone: Person) -> None:
        for table in ("benefits", "devices", "supporters"):
            rows: Rows[Any] = getattr(shelves, table)
            rows.replace_all(replace(row, person_id=kept.id) for row in rows.all(person_id=gone.id))
        contacts = shelves.contacts.all(person_id=kept.id)
        last = max((c.rank for c in contacts), default=0)
        known = {(c.name, c.phone) for c in contacts}
        moved: list[Contact] = []
        for contact in sorted(shelves.contacts.all(person_id=gone.id), key=lambda c: c.rank):
            if (contact.name, contact.phone) not in known:
                last += 1
                moved.append(replace(contact, person_id=kept.id, rank=last))
        shelves.contacts.replace_all(moved)
        place = shelves.places.get(gone.id)
        if place is not None and shelves.places.get(kept.id) is None:
            shelves.places.add(replace(place, person_id=kept.id))

    def _move_ledger(self, shelves: Writing, kept: Person, gone: Person) -> None:
        self._pass_on(shelves.facts, gone.id, kept.id, None)
        self._pass_on(shelves.consents, gone.id, kept.id, None)

    def _move_round(self, shelves: Writing, kept: Person, gone: Person) -> None:
        """Rows of the open round that speak of gone speak of kept; gone need not be asked for any more."""
        for round_ in shelves.rounds.all(state=RoundState.OPEN):
            rows = shelves.round_rows.all(round_id=round_.id)
            shelves.round_rows.replace_all(
                replace(
                    row,
                    person_id=kept.id if row.person_id == gone.id else row.person_id,
                    rival_id="" if kept.id in (row.person_id, row.rival_id) else kept.id,
                )
                for row in rows
                if gone.id in (row.person_id, row.rival_id)
            )

    # --- rows ------------------------------------------------------------------------------------------------------

    @staticmethod
    def _hand_over(rows: Rows[Any], from_id: str, to_id: str, wanted: frozenset[str]) -> None:
        found = [row for row in rows.all(person_id=from_id) if row.id in wanted]
        if len(found) != len(wanted):
            raise Refusal("identities.not_theirs")
        rows.replace_all(replace(row, person_id=to_id) for row in found)

    def _pass_on(self, rows: Rows[_R], from_id: str, to_id: str, wanted: frozenset[str] | None) -> None:
        """Copies append-only rows to their new owner and takes them back from the old; None for all of them."""
        standing = unvoided(rows.all(person_id=from_id))
        found = [row for row in standing if wanted is None or row.id in wanted]
        if wanted is not None and len(found) != len(wanted):
            raise Refusal("identities.not_theirs")
        copies: list[_R] = []
        takers: list[_R] = []
        for row in found:
            copies.append(replace(row, id=self._ids(), person_id=to_id))
            takers.append(replace(row, id=self._ids(), voids=row.id, entered_at=self._clock.now()))
        rows.add_all(copies)
        rows.add_all(takers)


def found_to_be(shelves: Shelves, ids: Sequence[str]) -> list[str]:
    """Who these people are known to be today, in the same order: a merged person's id gives way to that of the person
    they were found to be, unless that one stands in the list already. Each id stands once."""
    into = {p.id: p.merged_into for p in shelves.persons.all(end_reason=EndReason.MERGED)}
    taken = set(ids)
    found = []
    for id_ in ids:
        known = id_
        while into.get(known):
            known = into[known]
        if known not in taken:
            taken.add(known)
            id_ = known
        found.append(id_)
    return found


def blank_twin(person: Person, on: date) -> Person:
    """What a second person starts from at a split: the same home, nothing that names anybody."""
    return Person(
        id="", registry_no="", name="", postcode=person.postcode, address_registered=person.address_registered,
        address_actual=person.address_actual, care_setting=CareSetting.UNKNOWN, care_setting_on=on,
        source=person.source, as_of=on,
    )  # fmt: skip
