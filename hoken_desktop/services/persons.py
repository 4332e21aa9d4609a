"""対象者: look people up, register them, and add what is learnt about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    EndReason,
    EvidenceSource,
    PersonState,
)
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.names import fold_name, kana_key
from hoken_desktop.domain.persons import (
    Benefit,
    Contact,
    Device,
    Fact,
    Person,
    Supporter,
    device_group,
    next_registry_no,
    standing_facts,
)
from hoken_desktop.domain.places import Place
from hoken_desktop.services.facts import FactEntry, fact_rows
from hoken_desktop.services.person_lists import More, PersonLine, PersonLists
from hoken_desktop.services.ports import Clock, Ids, PersonQuery, Store

__all__ = ["FactEntry", "PersonFile", "PersonLine", "Persons"]


class Addresses(Protocol):
    """Which municipality an address names."""

    def municipality_of(self, address: str) -> str:
        """The 6-digit code, or "" where the text names none or is ambiguous."""
        ...


@dataclass(frozen=True, slots=True)
class PersonFile:
    """All that is known of one person today."""

    person: Person
    benefits: tuple[Benefit, ...]
    devices: tuple[Device, ...]
    facts: dict[tuple[str, str], Fact]
    supporters: tuple[Supporter, ...]
    contacts: tuple[Contact, ...]
    place: Place | None
    consents: tuple[Consent, ...]
    group: DeviceGroup


def search_text(person: Person) -> str:
    """What the search box looks through: folded name, kana, other name, phones, number and address."""
    phones = "".join(c for c in f"{person.phone_home} {person.phone_mobile}" if c.isdigit() or c == " ")
    words = (person.name, person.name_kana, person.name_alt, person.registry_no, person.address_registered)
    return " ".join(fold_name(word) for word in (*words, person.address_actual)) + " " + phones


class Persons:
    """The people of one registry."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, addresses: Addresses) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._addresses = addresses
        self.lists = PersonLists(store, clock)

    def prepare(self, person: Person) -> Person:
        """`person` with everything that follows from its own fields: municipalities, search text, order."""
        return replace(
            person,
            municipality_registered=self._addresses.municipality_of(person.address_registered),
            municipality_actual=self._addresses.municipality_of(person.address_actual) if person.address_actual else "",
            search_text=search_text(person),
            sort_key=kana_key(person.name_kana, person.name),
        )

    def find(self, query: PersonQuery) -> list[str]:
        """Ids in the order asked for."""
        return self.lists.find(query)

    def lines(
        self, ids: Sequence[str], on: date | None = None, more: Collection[More] = frozenset()
    ) -> list[PersonLine]:
        """The lines of these people, in this order."""
        return self.lists.lines(ids, on, more)

    def open(self, person_id: str) -> PersonFile:
        """All that is known of one person; Refusal where there is no such person."""
        with self._store.read() as shelves:
            person = shelves.persons.get(person_id)
            if person is None:
                raise Refusal("persons.unknown")
            devices = tuple(shelves.devices.all(person_id=person_id))
            return PersonFile(
                person=person,
                benefits=tuple(shelves.benefits.all(person_id=person_id)),
                devices=devices,
                facts=standing_facts(shelves.facts.all(person_id=person_id)),
                supporters=tuple(shelves.supporters.all(person_id=person_id)),
                contacts=tuple(sorted(shelves.contacts.all(person_id=person_id), key=lambda c: c.rank)),
                place=shelves.places.get(person_id),
                consents=tuple(shelves.consents.all(person_id=person_id)),
                group=device_group(devices),
            )

    def register(
        self, person: Person, devices: Iterable[Device] = (), facts: Iterable[FactEntry] = ()
    ) -> Person:
        """随時登録: adds a new person (id and registry number are given here) with their devices and first facts."""
        if not person.name.strip():
            raise Refusal("persons.no_name")
        id_ = self._ids()
        rows = fact_rows(id_, facts, self._clock, self._ids)
        with self._store.change(Deed.PERSON_REGISTERED, id_) as shelves:
            number = next_registry_no(shelves.last_registry_no())
            added = shelves.persons.add(self.prepare(replace(person, id=id_, registry_no=number)))
            shelves.devices.add_all(replace(d, id=self._ids(), person_id=id_) for d in devices)
            shelves.facts.add_all(rows)
        return added

    def change(self, person: Person) -> Person:
        """Saves an edited person; the registry number cannot change. Refuses one without a name."""
        if not person.name.strip():
            raise Refusal("persons.no_name")
        if person.birth_on is not None and person.birth_on > self._clock.today():
            raise Refusal("persons.future_date")
        with self._store.change(Deed.PERSON_CHANGED, person.id) as shelves:
            old = shelves.persons.get(person.id)
            if old is None:
                raise Refusal("persons.unknown")
            new = self.prepare(replace(person, registry_no=old.registry_no))
            shelves.detail["fields"] = [n for n in _field_names(old) if getattr(old, n) != getattr(new, n)]
            return shelves.persons.replace(new)

    def set_care_setting(self, person_id: str, setting: CareSetting, on: date, source: EvidenceSource) -> Person:
        """療養場所の変更 (入院, 施設, 転出, 死亡, 帰宅) with its day; 転出 and 死亡 end the registration."""
        if on > self._clock.today():
            raise Refusal("persons.future_date")
        with self._store.change(Deed.PERSON_CHANGED, person_id, fields=["care_setting"], to=setting.value) as shelves:
            person = shelves.persons.get(person_id)
            if person is None:
                raise Refusal("persons.unknown")
            new = replace(person, care_setting=setting, care_setting_on=on, care_setting_source=source)
            if setting in (CareSetting.MOVED_OUT, CareSetting.DECEASED):
                new = replace(new, state=PersonState.ENDED, end_reason=EndReason(setting.value), ended_on=on)
            return shelves.persons.replace(new)

    def end(self, person_id: str, reason: EndReason, on: date) -> Person:
        """登録の終了 with its reason and day; the person stays in the file, and a new row may take them up again."""
        if on > self._clock.today():
            raise Refusal("persons.future_date")
        with self._store.change(Deed.PERSON_ENDED, person_id, reason=reason.value) as shelves:
            person = shelves.persons.get(person_id)
            if person is None:
                raise Refusal("persons.unknown")
            if person.state is PersonState.ENDED:
                raise Refusal("persons.ended_already")
            return shelves.persons.replace(
                replace(person, state=PersonState.ENDED, end_reason=reason, ended_on=on)
            )

    def take_up_again(self, person_id: str, setting: CareSetting, on: date, source: EvidenceSource) -> Person:
        """登録の再開 of somebody whose registration had ended: where they are cared for now, since when, who says so.

        Refuses 転出 and 死亡 as the place, and somebody who was merged into another person.
        """
        if on > self._clock.today():
            raise Refusal("persons.future_date")
        if setting in (CareSetting.MOVED_OUT, CareSetting.DECEASED):
            raise Refusal("persons.no_return_there")
        with self._store.change(Deed.PERSON_RETURNED, person_id, to=setting.value) as shelves:
            person = shelves.persons.get(person_id)
            if person is None:
                raise Refusal("persons.unknown")
            if person.state is PersonState.ACTIVE:
                raise Refusal("persons.not_ended")
            if person.end_reason is EndReason.MERGED:
                raise Refusal("persons.merged")
            shelves.detail["reason"] = person.end_reason.value if person.end_reason else ""
            return shelves.persons.replace(
                replace(
                    person, state=PersonState.ACTIVE, end_reason=None, ended_on=None, care_setting=setting,
                    care_setting_on=on, care_setting_source=source,
                )
            )  # fmt: skip

    def record(
        self,
        person_id: str,
        facts: Iterable[FactEntry] = (),
        *,
        supporters: Iterable[Supporter] = (),
        contacts: Iterable[Contact] = (),
    ) -> None:
        """Adds facts, supporters and contacts, each with its source and day, as one deed.

        An empty value takes a fact back: nothing is known of that field from its day on. Refuses values a field cannot
        hold, days to come, and facts of a device that is not this person's.
        """
        rows = fact_rows(person_id, facts, self._clock, self._ids)
        with self._store.change(Deed.FACTS_RECORDED, person_id, fields=[r.field for r in rows]) as shelves:
            if shelves.persons.get(person_id) is None:
                raise Refusal("persons.unknown")
            named = {r.device_id for r in rows} - {""}
            if named - {d.id for d in shelves.devices.all(person_id=person_id)}:
                raise Refusal("persons.unknown_device")
            shelves.facts.add_all(rows)
            shelves.supporters.add_all(replace(s, id=self._ids(), person_id=person_id) for s in supporters)
            shelves.contacts.add_all(replace(c, id=self._ids(), person_id=person_id) for c in contacts)


def _field_names(person: Person) -> list[str]:
    return [name for name in person.__slots__ if name not in ("search_text", "sort_key")]
