"""位置: locate every home by its address, keep the staff's pins, and say who is not on the map and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from hoken_desktop.domain.addresses import Located
from hoken_desktop.domain.codes import AddressSource, DeviceGroup, PersonState, PlaceLevel, UnmappedReason
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Device, Person, device_group
from hoken_desktop.domain.places import Place, is_registered, unmapped_reason
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.services.ports import Clock, Shelves, Store
from hoken_desktop.services.progress import Report, no_report

JAPAN = ((20.0, 46.5), (122.0, 154.5))
"""Latitudes and longitudes a pin may have, in degrees."""


class Locator(Protocol):
    """The gazetteer."""

    def locate_many(
        self, addresses: Sequence[str], hint: Sequence[str] = (), report: Report = no_report
    ) -> list[Located]: ...


@dataclass(frozen=True, slots=True)
class PlacedPerson:
    """A registered person with their place, or the reason why they have none on the map."""

    person: Person
    group: DeviceGroup
    place: Place | None
    reason: UnmappedReason | None


@dataclass(frozen=True, slots=True)
class LocateResult:
    """How many people were looked at, and how exactly each is now known."""

    total: int
    by_level: dict[str, int]
    changed: int


class Places:
    """The places of the people of one registry."""

    def __init__(self, store: Store, clock: Clock, locator: Locator) -> None:
        self._store = store
        self._clock = clock
        self._locator = locator

    def locate_all(self, report: Report = no_report) -> LocateResult:
        """Locates everyone on the register again; a manual pin for the same address always wins."""
        with self._store.read() as shelves:
            people = shelves.persons.all(state=PersonState.ACTIVE)
            known = {p.person_id: p for p in shelves.places.all()}
            hint = shelves.offices.all()[0].municipalities
        wanted = [p for p in people if not ((old := known.get(p.id)) and old.pinned and old.address == p.address)]
        found = self._locator.locate_many([p.address for p in wanted], hint, report)
        levels = Counter(PlaceLevel.BUILDING.value for _ in range(len(people) - len(wanted)))
        levels.update(one.level.value for one in found)
        now = self._clock.now()
        changed: list[Place] = []
        moved: list[Person] = []
        for person, one in zip(wanted, found, strict=True):
            place = Place(
                person_id=person.id, address=person.address, level=one.level, lat=one.lat, lon=one.lon,
                matched=one.matched, rest=one.rest, reason=one.reason, source=one.source, located_at=now,
            )
            old = known.get(person.id)
            if old is None or replace(old, located_at=now) != place:
                changed.append(place)
            if one.code and not person.municipality:
                # The text names no municipality, the gazetteer found the one that has this town.
                moved.append(
                    replace(person, municipality_actual=one.code)
                    if person.address_actual
                    else replace(person, municipality_registered=one.code)
                )
        with self._store.change(Deed.PLACES_LOCATED, total=len(people), changed=len(changed)) as shelves:
            for place in changed:
                shelves.places.put(place)
            shelves.persons.replace_all(moved)
        return LocateResult(len(people), dict(sorted(levels.items())), len(changed))

    def pin(self, person_id: str, lat: float, lon: float) -> Place:
        """Sets the place of a home by hand; kept until the address changes."""
        (south, north), (west, east) = JAPAN
        if not (south <= lat <= north and west <= lon <= east):
            raise Refusal("places.outside_japan")
        with self._store.change(Deed.PLACE_PINNED, person_id) as shelves:
            person = shelves.persons.get(person_id)
            if person is None:
                raise Refusal("persons.unknown")
            return shelves.places.put(
                Place(
                    person_id=person_id, address=person.address, level=PlaceLevel.BUILDING, lat=round(lat, 6),
                    lon=round(lon, 6), source=AddressSource.MANUAL.value, pinned=True, located_at=self._clock.now(),
                    staff_id=self._store.staff_id,
                )
            )

    def everyone(self) -> list[PlacedPerson]:
        """Everyone who counts today, in ふりがな order: on the map, or with the one reason why not."""
        with self._store.read() as shelves:
            return placed_people(shelves)


def count_unconfirmed(shelves: Shelves) -> int:
    """機器未確認: registered with evidence of a device nobody has confirmed; counted apart, in no term of 登録."""
    devices: dict[str, list[Device]] = {}
    for device in shelves.devices.all():
        devices.setdefault(device.person_id, []).append(device)
    return sum(
        is_registered(person) and device_group(devices.get(person.id, ())) is DeviceGroup.UNCONFIRMED
        for person in shelves.persons.all(state=PersonState.ACTIVE)
    )


def placed_people(shelves: Shelves) -> list[PlacedPerson]:
    """登録 = 地図 + 未配置 over the live register."""
    office = shelves.offices.all()[0].municipalities
    places = {p.person_id: p for p in shelves.places.all()}
    devices: dict[str, list[Device]] = {}
    for device in shelves.devices.all():
        devices.setdefault(device.person_id, []).append(device)
    found = []
    for person in sorted(shelves.persons.all(state=PersonState.ACTIVE), key=lambda p: p.sort_key):
        group = device_group(devices.get(person.id, ()))
        if group in COUNTED and is_registered(person):
            place = places.get(person.id)
            found.append(PlacedPerson(person, group, place, unmapped_reason(person, place, office)))
    return found
