"""What no column holds of the people on the register, counted for all of them at once and kept until the next deed.

The list filters, sorts and counts by it: device group, newest confirmation, place on the map, consent. Each is the
domain's own rule over a few columns of every row; nothing of a name is kept here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from hoken_desktop.domain.codes import DeviceGroup, PlaceLevel, PlanStatus, RecipientSection, Standing, UnmappedReason
from hoken_desktop.domain.consents import Consent, standing
from hoken_desktop.domain.endurance import endurance
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Device, Fact, Person, device_group, provision_municipality, standing_facts
from hoken_desktop.domain.places import Place, unmapped_reason
from hoken_desktop.services.consents import FOREMOST
from hoken_desktop.services.ports import Clock, Shelves, Store

T = TypeVar("T")
_LIVES = (
    "id", "care_setting", "map_declined", "address_registered", "address_actual", "municipality_registered",
    "municipality_actual", "birth_on",
)  # fmt: skip


class Census:
    """Asks the whole register, and asks again only after a deed or on another day."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: dict[str, tuple[tuple[int, str], date, Any]] = {}

    def _once(self, name: str, count: Callable[[Shelves], T]) -> T:
        head, day = self._store.head(), self._clock.today()
        kept = self._kept.get(name)
        if kept is not None and kept[:2] == (head, day):
            found: T = kept[2]
            return found
        with self._store.read() as shelves:
            found = count(shelves)
        self._kept[name] = (head, day, found)
        return found

    def size(self) -> int:
        """How many people there are, the ended too."""
        return self._once("size", lambda shelves: shelves.persons.count())

    def groups(self) -> Mapping[str, DeviceGroup]:
        """How each person with a device is counted; who has none is not named."""
        return self._devices()[0]

    def seen(self) -> Mapping[str, date]:
        """The newest day on which a person or one of their devices was confirmed; who never was is not named."""

        def count(shelves: Shelves) -> dict[str, date]:
            found = {id_: day for id_, day in shelves.columns_of("persons", "id", "as_of") if day is not None}
            for id_, day in self._devices()[1].items():
                found[id_] = max(day, found.get(id_, day))
            return found

        return self._once("seen", count)

    def _devices(self) -> tuple[dict[str, DeviceGroup], dict[str, date]]:
        def count(shelves: Shelves) -> tuple[dict[str, DeviceGroup], dict[str, date]]:
            owned: defaultdict[str, list[Device]] = defaultdict(list)
            seen: dict[str, date] = {}
            for id_, kind, use, day in shelves.columns_of("devices", "person_id", "kind", "use_status", "as_of"):
                owned[id_].append(Device("", id_, kind, use))
                if day is not None:
                    seen[id_] = max(day, seen.get(id_, day))
            return {id_: device_group(devices) for id_, devices in owned.items()}, seen

        return self._once("devices", count)

    def positions(self) -> Mapping[str, UnmappedReason | None]:
        """Why each person is not on the map, None for those who are."""

        def count(shelves: Shelves) -> dict[str, UnmappedReason | None]:
            places = {
                id_: Place(id_, address, PlaceLevel.NONE, lat, lon, reason=reason)
                for id_, address, lat, lon, reason in shelves.columns_of(
                    "places", "person_id", "address", "lat", "lon", "reason"
                )
            }
            office = _office(shelves).municipalities
            return {one.id: unmapped_reason(one, places.get(one.id), office) for one in _lives(shelves)}

        return self._once("positions", count)

    def consents(self) -> Mapping[str, Standing]:
        """The standing of each person towards the municipality that would be given their data; who has none is not
        named."""

        def count(shelves: Shelves) -> dict[str, Standing]:
            office, day = _office(shelves), self._clock.today()
            ledger: defaultdict[str, list[Consent]] = defaultdict(list)
            for row in shelves.consents.all():
                ledger[row.person_id].append(row)
            found = {}
            for one in _lives(shelves):
                now = standing_towards(one, ledger.get(one.id, ()), office, day)
                if now is not None:
                    found[one.id] = now
            return found

        return self._once("consents", count)


    def urgencies(self) -> Mapping[str, tuple[int, float]]:
        """How urgent each person with a device in use is in a power cut: 不明 first, then the shortest time."""

        def count(shelves: Shelves) -> dict[str, tuple[int, float]]:
            devices: defaultdict[str, list[Device]] = defaultdict(list)
            for device in shelves.devices.all():
                devices[device.person_id].append(device)
            facts: defaultdict[str, list[Fact]] = defaultdict(list)
            for fact in shelves.facts.all():
                facts[fact.person_id].append(fact)
            return {
                id_: endurance(owned, standing_facts(facts.get(id_, ()))).urgency for id_, owned in devices.items()
            }

        return self._once("urgencies", count)


    def support_plans(self) -> Mapping[str, PlanStatus]:
        """The 個別支援計画 of each person of whom anything about it is known."""

        def count(shelves: Shelves) -> dict[str, PlanStatus]:
            facts: defaultdict[str, list[Fact]] = defaultdict(list)
            for fact in shelves.facts.all(field="support_plan"):
                facts[fact.person_id].append(fact)
            found = {id_: standing_facts(rows).get(("", "support_plan")) for id_, rows in facts.items()}
            return {id_: PlanStatus(fact.value) for id_, fact in found.items() if fact is not None}

        return self._once("support_plans", count)


def standing_towards(person: Person, rows: Iterable[Consent], office: Office, day: date) -> Standing | None:
    """The foremost standing over all purposes towards the health section of the person's 提供先の市町, as in the
    consents' table; None where there is no such municipality (管外)."""
    recipient = provision_municipality(person, office.municipalities)
    if not recipient:
        return None
    ledger = list(rows)
    found = {
        standing(
            ledger, recipient=recipient, section=RecipientSection.HEALTH, purpose=purpose, day=day,
            birth_on=person.birth_on, guardian_ends_at=office.guardian_ends_at,
        ).standing
        for purpose in {row.purpose for row in ledger}
    }  # fmt: skip
    return next((each for each in FOREMOST if each in found), Standing.UNKNOWN)


def _lives(shelves: Shelves) -> Iterable[Person]:
    """Where and how everyone lives, and nothing else of them."""
    for id_, care, declined, registered, actual, of_registered, of_actual, birth in shelves.columns_of(
        "persons", *_LIVES
    ):
        yield Person(
            id_, "", "", birth_on=birth, care_setting=care, map_declined=declined, address_registered=registered,
            address_actual=actual, municipality_registered=of_registered, municipality_actual=of_actual,
        )  # fmt: skip


def _office(shelves: Shelves) -> Office:
    return shelves.offices.all()[0]
