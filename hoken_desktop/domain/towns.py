"""町・大字・丁目・小字: the towns of one municipality as several sources name them, merged, found by folded name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from hoken_desktop.domain.address_texts import NUMERALS, key_of, strict
from hoken_desktop.domain.codes import AddressSource

_Key = TypeVar("_Key", int, str)

TIER: Mapping[AddressSource, int] = {source: tier for tier, source in enumerate(AddressSource)}
"""Of two sources the one with the lower number answers."""


class Spot(NamedTuple):
    """One numbered point of a town: `koaza` is the folded 小字 it belongs to, "" if none or unknown."""

    source: AddressSource
    koaza: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class TownRow:
    """One town as a source names it. `id` is the gazetteer's number for its numbered points, 0 if it has none."""

    name: str
    koaza: str
    lat: float | None
    lon: float | None
    source: AddressSource
    id: int = 0


@dataclass(frozen=True, slots=True)
class Town:
    """A town merged over the sources: one point (the best source's) and every id its numbers hang on."""

    name: str
    lat: float | None = None
    lon: float | None = None
    source: AddressSource = AddressSource.GEOLONIA
    ids: tuple[int, ...] = ()

    def joined(self, other: Town) -> Town:
        """Both as one town under this one's name."""
        ids = (*self.ids, *(id_ for id_ in other.ids if id_ not in self.ids))
        if other.lat is not None and (self.lat is None or TIER[other.source] < TIER[self.source]):
            return replace(self, lat=other.lat, lon=other.lon, source=other.source, ids=ids)
        return replace(self, ids=ids)


@dataclass(frozen=True, slots=True)
class TownName:
    """All towns of one name: itself (大字), its 丁目, its 小字."""

    strict: str
    name: str
    bare: Town | None = None
    chomes: dict[int, Town] = field(default_factory=dict)
    koaza: dict[str, Town] = field(default_factory=dict)

    def joined(self, other: TownName) -> TownName:
        """Both as one name, this one's spelling kept."""
        bare = _with(self.bare, other.bare) if other.bare else self.bare
        return replace(
            self, bare=bare, chomes=_joined(self.chomes, other.chomes), koaza=_joined(self.koaza, other.koaza)
        )


def _joined(mine: dict[_Key, Town], theirs: dict[_Key, Town]) -> dict[_Key, Town]:
    return mine | {key: _with(mine.get(key), town) for key, town in theirs.items()}


def _with(known: Town | None, town: Town) -> Town:
    return known.joined(town) if known else town


_CHOME_NAME = re.compile(r"^(.*\D)([0-9]+)丁目?$")
_CHOME_TAIL = re.compile(rf"[0-9０-９{NUMERALS}]+丁目?$")


class TownIndex:
    """The towns of one municipality, by folded name."""

    def __init__(self, rows: Iterable[TownRow]) -> None:
        self._bases: dict[str, dict[str, TownName]] = {}
        by_source: dict[tuple[str, AddressSource], set[str]] = {}
        koaza_names: dict[tuple[str, str, str, AddressSource], set[str]] = {}
        for row in rows:
            key, exact, chome = key_of(row.name), strict(row.name), 0
            if parts := _CHOME_NAME.match(key):
                key, chome = parts[1], int(parts[2])
                exact = _CHOME_NAME.sub(r"\1", exact)
            if exact in ("(大字ナシ)", "(大ジナシ)"):
                exact = ""
            group = self._bases.setdefault(key, {})
            base = group.get(exact) or TownName(exact, _CHOME_TAIL.sub("", row.name) if chome else row.name)
            town = Town(row.name + row.koaza, row.lat, row.lon, row.source, (row.id,) if row.id else ())
            by_source.setdefault((key, row.source), set()).add(exact)
            if row.koaza:
                koaza_key = key_of(row.koaza) or strict(row.koaza)
                base.koaza[koaza_key] = _with(base.koaza.get(koaza_key), town)
                koaza_names.setdefault((key, exact, koaza_key, row.source), set()).add(row.koaza)
            elif chome:
                base.chomes[chome] = _with(base.chomes.get(chome), town)
            else:
                base = replace(base, bare=_with(base.bare, town))
            group[exact] = base
        for (key, exact, koaza_key, _source), names in koaza_names.items():
            if len(names) > 1:  # は and ハ, each a 小字 of its own: neither is placed nearer than their 大字
                koaza = self._bases[key][exact].koaza
                koaza[koaza_key] = replace(koaza[koaza_key], lat=None, lon=None)
        self._merge_spellings(by_source)
        self._longest = max(map(len, self._bases), default=0)

    def _merge_spellings(self, by_source: Mapping[tuple[str, AddressSource], set[str]]) -> None:
        """Two sources spelling one town differently (大字平方/平方) mean one town, unless one of them has both."""
        torn = {key for (key, _source), names in by_source.items() if len(names) > 1}
        for key, group in self._bases.items():
            if len(group) < 2 or key in torn:
                continue
            first, *others = group.values()
            for other in others:
                first = first.joined(other)
            self._bases[key] = {first.strict: first}

    def at(self, key: str, start: int) -> Iterable[tuple[int, list[TownName]]]:
        """(end, towns) of every town name standing at `start`, the longest first; the empty name (大字なし) last."""
        for end in range(min(len(key), start + self._longest), start - 1, -1):
            group = self._bases.get(key[start:end])
            if group:
                yield end, list(group.values())

    def points(self) -> list[tuple[str, float, float]]:
        """(name, lat, lon) of every town and 丁目 that has a position, for labels and rough areas."""
        found = []
        for group in self._bases.values():
            for base in group.values():
                for town in filter(None, (base.bare, *base.chomes.values(), *base.koaza.values())):
                    if town.lat is not None and town.lon is not None:
                        found.append((town.name, town.lat, town.lon))
        return found
