"""疾病: the tables shipped with the program, and over them what the office has changed or added."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.diseases import DiseaseIndex, former_names, index_of, plain_number
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.masters import Disease, is_valid
from hoken_desktop.services.masters import Entries, Suggestion
from hoken_desktop.services.ports import Clock, Ids, PersonQuery, Shelves, Store
from hoken_desktop.words import say

SCHEMES = (Scheme.NANBYO, Scheme.SHOMAN, Scheme.TOKUTEI, Scheme.OTHER)
"""Schemes an entry may belong to."""


class ShippedDiseases(Protocol):
    """The tables that come with the program (adapters/diseases.shipped)."""

    def __call__(self) -> tuple[Disease, ...]: ...


@dataclass(frozen=True, slots=True)
class UnlistedDisease:
    """A number or name in people's benefits that is no entry; `people` counts those on the register today."""

    scheme: Scheme
    number: str
    name: str
    people: int


class Diseases(Entries[Disease]):
    """The diseases of one registry. An entry of the registry takes the place of the shipped one with its id, so that
    a newer program brings new numbers and never undoes what the office wrote."""

    shelf = "diseases"

    def __init__(self, store: Store, clock: Clock, ids: Ids, shipped: ShippedDiseases) -> None:
        super().__init__(store, clock, ids)
        self._shipped = shipped

    def index(self, on: date | None = None) -> DiseaseIndex:
        """The entries valid on a day (today), to be asked for many rows."""
        with self._store.read() as shelves:
            found = self._entries(shelves)
        day = on or self._clock.today()
        return index_of(one for one in found if is_valid(one, day))

    def name_of(self, scheme: Scheme, number: str) -> str:
        """The name under a number today, "" where there is none; a 疾患群's for 小慢."""
        return self.index().name_of(scheme, number)

    def number_of(self, scheme: Scheme, name: str) -> str:
        """The number of a name or reading today, "" where there is none."""
        return self.index().number_of(scheme, name)

    def suggestions(self, scheme: Scheme) -> list[Suggestion]:
        """What a form offers: names valid today with their numbers, found by name, reading, number or former name.

        `id` is the number, which is what a benefit keeps.
        """
        return [
            Suggestion(
                one.name, one.number, say("diseases.hint_number", number=one.number),
                tuple(k for k in (one.name_kana.replace("・", ""), one.number, *former_names(one)) if k),
            )
            for one in self.valid()
            if one.scheme is scheme
        ]  # fmt: skip

    def unlisted(self) -> tuple[UnlistedDisease, ...]:
        """Numbers and names of people's benefits that are no entry, those of the most people first."""
        index = self.index()
        with self._store.read() as shelves:
            active = set(shelves.person_ids(PersonQuery()))
            benefits = [b for b in shelves.benefits.all() if b.person_id in active]
        people: defaultdict[tuple[Scheme, str, str], set[str]] = defaultdict(set)
        for benefit in benefits:
            if benefit.scheme is Scheme.NANBYO and is_unlisted(index, benefit.disease_no, benefit.disease_name):
                people[benefit.scheme, benefit.disease_no, benefit.disease_name].add(benefit.person_id)
            elif benefit.scheme is Scheme.SHOMAN and benefit.shoman_group and not index.group(benefit.shoman_group):
                people[benefit.scheme, benefit.shoman_group, ""].add(benefit.person_id)
        lines = [UnlistedDisease(*key, len(ids)) for key, ids in people.items()]
        return tuple(sorted(lines, key=lambda one: (-one.people, one.scheme, one.number, one.name)))

    def _entries(self, shelves: Shelves) -> list[Disease]:
        own = {one.id: one for one in super()._entries(shelves)}
        ground = [own.pop(one.id, one) for one in self._shipped()]
        return [*ground, *own.values()]

    def _whole(self, entry: Disease) -> Disease:
        tidy = super()._whole(entry)
        if not tidy.name:
            raise Refusal("diseases.no_name")
        if not tidy.number:
            raise Refusal("diseases.no_number")
        return tidy

    def _is_same(self, one: Disease, other: Disease) -> bool:
        return one.scheme is other.scheme and plain_number(one.number) == plain_number(other.number)

    def _order(self, entry: Disease) -> Any:
        number = plain_number(entry.number)
        digits = int(number) if number.isascii() and number.isdigit() else 10**6
        scheme = SCHEMES.index(entry.scheme) if entry.scheme in SCHEMES else len(SCHEMES)
        return (scheme, digits, number, entry.valid_from or date.min)


def is_unlisted(index: DiseaseIndex, number: str, name: str) -> bool:
    """Whether a 指定難病 of a benefit is no entry: by its number where it has one, else by its name."""
    if number:
        return index.numbered(Scheme.NANBYO, number) is None
    return bool(name) and index.named(Scheme.NANBYO, name) is None
