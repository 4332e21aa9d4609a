"""Lists of people: who is asked for and in what order, a window of their lines, and the best answers to a search."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from hoken_desktop.domain import freshness
from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    OnMap,
    PersonState,
    PlanStatus,
    Sex,
    Standing,
    UnmappedReason,
)
from hoken_desktop.domain.consents import Consent, age_on
from hoken_desktop.domain.endurance import Endurance, endurance
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import Device, Fact, Person, device_group, standing_facts
from hoken_desktop.domain.places import unmapped_reason
from hoken_desktop.services.censuses import Census, standing_towards
from hoken_desktop.services.ports import Clock, PersonQuery, Shelves, Store

T = TypeVar("T")
V = TypeVar("V")

_CONSIDERED = 400
"""People looked at for the best answers: more than that fit only while a word is one or two letters long."""


MANY = 3000
"""From this many people on, a question may take longer than a keystroke allows."""


class More(StrEnum):
    """What a line tells only where it is asked to: each is another table to read."""

    CONSENT = "consent"
    BENEFIT = "benefit"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the 台帳 table. `age` is on the day asked for, None without a birth date.

    `consent` is towards the 提供先の市町 (None: 管外), `endurance` and `support_plan` by the facts that stand; all four
    of the last only where `More` was asked for.
    """

    id: str
    registry_no: str
    name: str
    name_kana: str
    age: int | None
    municipality: str
    address: str
    phone: str
    group: DeviceGroup
    care_setting: CareSetting
    unmapped: UnmappedReason | None
    confirmed_on: date | None
    birth_on: date | None = None
    sex: Sex = Sex.OTHER
    state: PersonState = PersonState.ACTIVE
    consent: Standing | None = None
    beneficiary_nos: tuple[str, ...] = ()
    endurance: Endurance | None = None
    support_plan: PlanStatus | None = None


class PersonLists:
    """Reads only. Ids of everyone found, then lines for the few in sight."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.census = Census(store, clock)

    def are_long(self) -> bool:
        """Whether a question is better asked off the window's thread."""
        return self.census.size() > MANY

    def find(self, query: PersonQuery) -> list[str]:
        """Ids in the order asked for."""
        with self._store.read() as shelves:
            ids = shelves.person_ids(query)
        for fits in self._filters(query):
            ids = [id_ for id_ in ids if fits(id_)]
        return self._ordered(ids, query)

    def _filters(self, query: PersonQuery) -> Iterable[Callable[[str], bool]]:
        census, today = self.census, self._clock.today()
        if (fresh := query.freshness) is not None:
            seen = census.seen()
            yield lambda id_: freshness.fits(fresh, seen.get(id_), today)
        if (position := query.position) is not None:
            reasons = census.positions()
            if isinstance(position, OnMap):
                yield lambda id_: (reasons.get(id_) is None) is (position is OnMap.MAPPED)
            else:
                yield lambda id_: reasons.get(id_) is position
        if (wanted := query.consent) is not None:
            consents = census.consents()
            yield lambda id_: consents.get(id_) is wanted

    def _ordered(self, ids: list[str], query: PersonQuery) -> list[str]:
        """By what the census knows; people of one kind stay in ふりがな order, who has none stands last."""
        ranks: Mapping[str, Any]
        if query.order == "group":
            ranks = _ranked(self.census.groups(), DeviceGroup)
        elif query.order == "seen":
            ranks = self.census.seen()
        elif query.order == "position":
            order = (None, *UnmappedReason)
            ranks = {id_: order.index(reason) for id_, reason in self.census.positions().items()}
        elif query.order == "consent":
            ranks = _ranked(self.census.consents(), Standing)
        elif query.order == "endurance":
            ranks = self.census.urgencies()
        elif query.order == "plan":
            ranks = _ranked(self.census.support_plans(), PlanStatus)
        else:
            return ids
        known = sorted((id_ for id_ in ids if id_ in ranks), key=ranks.__getitem__, reverse=query.descending)
        return known + [id_ for id_ in ids if id_ not in ranks]

    def counts(self, ids: Iterable[str]) -> dict[DeviceGroup, int]:
        """These people by device; who has none in use is 機器未確認, so that the counts close."""
        groups = self.census.groups()
        found = Counter(groups.get(id_, DeviceGroup.NONE) for id_ in ids)
        found[DeviceGroup.UNCONFIRMED] += found.pop(DeviceGroup.NONE, 0)
        return dict(found)

    def registered(self) -> int:
        """How many stand on the register: everyone whose registration was not ended."""
        with self._store.read() as shelves:
            return shelves.persons.count(state=PersonState.ACTIVE)

    def best(self, text: str, limit: int = 8) -> tuple[list[PersonLine], int]:
        """(the lines of the best answers, how many people fit in all): who begins with what was typed first, the ended
        last."""
        ids = self.find(PersonQuery(text=text, state=None))
        with self._store.read() as shelves:
            found = _by_rank(shelves, ids[:_CONSIDERED], text)
        return self.lines(found[:limit]), len(ids)

    def lines(
        self, ids: Sequence[str], on: date | None = None, more: Collection[More] = frozenset()
    ) -> list[PersonLine]:
        """The lines of these people, in this order."""
        with self._store.read() as shelves:
            window = _Window(shelves, list(ids), on or self._clock.today(), more)
        return [window.line(person) for id_ in ids if (person := window.people.get(id_)) is not None]


def _by_rank(shelves: Shelves, ids: list[str], text: str) -> list[str]:
    words = [fold_name(word) for word in text.split()]
    first = words[0] if words else ""
    ranks = {}
    for person in shelves.persons.all(id=ids):
        begins = any(fold_name(name).startswith(first) for name in (person.name, person.name_kana, person.registry_no))
        phones = "".join(c for c in person.phone_home if c.isdigit()), "".join(
            c for c in person.phone_mobile if c.isdigit()
        )
        ends = first.isdigit() and any(phone.endswith(first) for phone in phones)
        ranks[person.id] = (person.state is not PersonState.ACTIVE, not (begins or ends))
    return sorted((id_ for id_ in ids if id_ in ranks), key=ranks.__getitem__)


def _ranked(values: Mapping[str, V], order: Iterable[V]) -> dict[str, int]:
    places = {value: place for place, value in enumerate(order)}
    return {id_: places[value] for id_, value in values.items()}


class _Window:
    """A few people and what their lines need."""

    def __init__(self, shelves: Shelves, ids: list[str], day: date, more: Collection[More]) -> None:
        self._day = day
        self._more = more
        self._office = shelves.offices.all()[0]
        self.people = {p.id: p for p in shelves.persons.all(id=ids)}
        self._devices = _by_person(shelves.devices.all(person_id=ids))
        self._places = {p.person_id: p for p in shelves.places.all(person_id=ids)}
        self._consents: Mapping[str, list[Consent]] = (
            _by_person(shelves.consents.all(person_id=ids)) if More.CONSENT in more else {}
        )
        self._benefits = _by_person(shelves.benefits.all(person_id=ids)) if More.BENEFIT in more else {}
        self._facts: Mapping[str, list[Fact]] = (
            _by_person(shelves.facts.all(person_id=ids)) if More.FACTS in more else {}
        )

    def line(self, person: Person) -> PersonLine:
        devices: list[Device] = self._devices.get(person.id, [])
        seen = [d.as_of for d in devices if d.as_of] + ([person.as_of] if person.as_of else [])
        facts = standing_facts(self._facts.get(person.id, ())) if More.FACTS in self._more else None
        plan = facts.get(("", "support_plan")) if facts is not None else None
        return PersonLine(
            id=person.id,
            registry_no=person.registry_no,
            name=person.name,
            name_kana=person.name_kana,
            age=age_on(person.birth_on, self._day) if person.birth_on else None,
            municipality=person.municipality,
            address=person.address,
            phone=person.phone_mobile or person.phone_home,
            group=device_group(devices),
            care_setting=person.care_setting,
            unmapped=unmapped_reason(person, self._places.get(person.id), self._office.municipalities),
            confirmed_on=max(seen) if seen else None,
            birth_on=person.birth_on,
            sex=person.sex,
            state=person.state,
            consent=self._standing(person),
            beneficiary_nos=tuple(b.beneficiary_no for b in self._benefits.get(person.id, ()) if b.beneficiary_no),
            endurance=endurance(devices, facts) if facts is not None else None,
            support_plan=None if facts is None else PlanStatus(plan.value) if plan else PlanStatus.UNKNOWN,
        )

    def _standing(self, person: Person) -> Standing | None:
        if More.CONSENT not in self._more:
            return None
        return standing_towards(person, self._consents.get(person.id, ()), self._office, self._day)


def _by_person(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found
