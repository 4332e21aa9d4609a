"""この半期, person by person: by device, place, consent, hours without power and age of what is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hoken_desktop.domain.codes import DeviceGroup, RecipientSection, Standing
from hoken_desktop.domain.consents import FOREMOST, Consent, standing
from hoken_desktop.domain.dates import months_after
from hoken_desktop.domain.disclosures import DisclosureState
from hoken_desktop.domain.endurance import endurance
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Benefit, Device, Person, device_group, provision_municipality, standing_facts
from hoken_desktop.domain.places import is_registered, unmapped_reason
from hoken_desktop.domain.statistics import COUNTED, OUTSIDE, tally
from hoken_desktop.services.overview_figures import AGES, BINS, OXYGEN, VENTILATOR, Group
from hoken_desktop.services.ports import Shelves


class PeopleCount:
    """The people of one moment; what is counted keeps its ids in `people` under its key."""

    def __init__(self, shelves: Shelves, day: date) -> None:
        self._shelves = shelves
        self._day = day
        self._office: Office = shelves.offices.all()[0]
        self._by_use = self._office.counting == "use"
        self._everyone = {p.id: p for p in shelves.persons.all()}
        self._devices: dict[str, list[Device]] = by_person(shelves.devices.all())
        devices = self._devices
        self._groups = {id_: device_group(devices.get(id_, ())) for id_ in self._everyone}
        places = {p.person_id: p for p in shelves.places.all()}
        active = sorted((p for p in self._everyone.values() if is_registered(p)), key=lambda p: p.sort_key)
        self._live = [p for p in active if self._groups[p.id] in COUNTED]
        self._unconfirmed = [p.id for p in active if self._groups[p.id] is DeviceGroup.UNCONFIRMED]
        ours = self._office.municipalities
        self._reason = {p.id: unmapped_reason(p, places.get(p.id), ours) for p in self._live}
        self._ledger: dict[str, list[Consent]] = by_person(shelves.consents.all(section=RecipientSection.HEALTH))
        self._rounds = sorted(shelves.rounds.all(), key=lambda r: r.as_of)
        self._requests = shelves.requests.all()
        self._disclosures = shelves.disclosures.all(state=DisclosureState.DONE)
        self.people: dict[str, tuple[str, ...]] = {}

    def _group(self, key: str, ids: Iterable[str], groups: Mapping[str, DeviceGroup] | None = None) -> Group:
        self.people[key] = tuple(ids)
        known = groups or self._groups
        # 人工呼吸器 includes 両方; counted by use, 酸素 does too: a click on one half of a figure shows its people.
        oxygen = (DeviceGroup.OXYGEN, DeviceGroup.BOTH) if self._by_use else (DeviceGroup.OXYGEN,)
        for device, wanted in ((VENTILATOR, (DeviceGroup.VENTILATOR, DeviceGroup.BOTH)), (OXYGEN, oxygen)):
            self.people[f"{key}/{device}"] = tuple(i for i in self.people[key] if known[i] in wanted)
        return Group(key, tally((known[i] for i in self.people[key]), by_use=self._by_use))

    def _place(self, person: Person) -> str:
        return provision_municipality(person, self._office.municipalities)

    def _by_municipality(self) -> tuple[tuple[str, Mapping[DeviceGroup, int]], ...]:
        found: dict[str, Counter[DeviceGroup]] = {code: Counter() for code in self._office.municipalities}
        ids: defaultdict[str, list[str]] = defaultdict(list)
        for person in self._live:
            place = self._place(person) or OUTSIDE
            found.setdefault(place, Counter())[self._groups[person.id]] += 1
            ids[place].append(person.id)
        for place in found:
            self.people[f"municipality:{place}"] = tuple(ids[place])
        return tuple((code, dict(counts)) for code, counts in found.items())

    def _benefits(self) -> None:
        """受給者証: over for longer than the office's grace is 期限切れ, over for less is 更新手続中."""
        newest: dict[str, Benefit] = {}
        for benefit in self._shelves.benefits.all():
            old = newest.get(benefit.person_id)
            if old is None or (benefit.valid_to or date.min) >= (old.valid_to or date.min):
                newest[benefit.person_id] = benefit
        ends = {i: b.valid_to for i, b in newest.items()}
        over = [p.id for p in self._live if (end := ends.get(p.id)) is not None and end < self._day]
        grace = [i for i in over if self._day <= months_after(ends[i] or date.min, self._office.grace_months)]
        self.people["benefit_renewing"] = tuple(grace)
        self.people["benefit_expired"] = tuple(i for i in over if i not in set(grace))

    def _endurance(self) -> tuple[tuple[str, int], ...]:
        """How long each would last without power by the facts that stand; what is not known stands first."""
        facts = {i: standing_facts(rows) for i, rows in by_person(self._shelves.facts.all()).items()}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for person in self._live:
            hours = endurance(self._devices.get(person.id, ()), facts.get(person.id, {})).hours
            found[_bin_of(hours)].append(person.id)
        for key in BINS:
            self.people[f"endurance:{key}"] = tuple(found[key])
        return tuple((key, len(found[key])) for key in BINS)

    def _freshness(self) -> tuple[tuple[str, int], ...]:
        """When each person's devices, or the person, were last confirmed (as the 台帳 shows it)."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for person in self._live:
            seen = [d.as_of for d in self._devices.get(person.id, ()) if d.as_of]
            if person.as_of is not None:
                seen.append(person.as_of)
            found[_age_of(max(seen, default=None), self._day)].append(person.id)
        for key in AGES:
            self.people[f"freshness:{key}"] = tuple(found[key])
        old = [i for key in AGES if key != "fresh" for i in found[key]]
        self.people["devices_left"] = tuple(dict.fromkeys([*self._unconfirmed, *old]))
        return tuple((key, len(found[key])) for key in AGES)

    def _standing(self, person_id: str, recipient: str, day: date) -> Standing:
        """Over all purposes towards the health section: valid for any counts as given, as in the consents' table."""
        rows = self._ledger.get(person_id, ())
        if not rows or not recipient:
            return Standing.UNKNOWN
        person = self._everyone[person_id]
        found = {
            standing(
                rows, recipient=recipient, section=RecipientSection.HEALTH, purpose=purpose, day=day,
                birth_on=person.birth_on, guardian_ends_at=self._office.guardian_ends_at,
            ).standing
            for purpose in {r.purpose for r in rows}
        }  # fmt: skip
        return next(s for s in FOREMOST if s in found)


def by_person(values: Iterable[Any]) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for value in values:
        found[value.person_id].append(value)
    return dict(found)


def _bin_of(hours: float | None) -> str:
    if hours is None:
        return BINS[0]
    return next((key for key, under in zip(BINS[1:], (2, 6, 12, 24), strict=False) if hours < under), BINS[-1])


def _age_of(day: date | None, today: date) -> str:
    if day is None:
        return AGES[0]
    days = (today - day).days
    return AGES[-1] if days <= 183 else AGES[3] if days <= 365 else AGES[2] if days <= 730 else AGES[1]
