"""地図: the people of the register as a map document, on the office's own background."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.maps import MapDocument, Marker, MarkerDevice
from hoken_desktop.domain.statistics import Tally, tally
from hoken_desktop.services.places import PlacedPerson, count_unconfirmed, placed_people
from hoken_desktop.services.ports import Store
from hoken_desktop.services.printing import NUMBERS
from hoken_desktop.words import say

_DEVICE: dict[DeviceGroup, MarkerDevice] = {
    DeviceGroup.VENTILATOR: "ventilator",
    DeviceGroup.BOTH: "both",
    DeviceGroup.OXYGEN: "oxygen",
}


class Ground(Protocol):
    """What the map lies on."""

    def background(self, municipality_codes: Sequence[str]) -> Mapping[str, Any]:
        """Areas, labels and the words of the 出典 for these municipalities."""
        ...


@dataclass(frozen=True, slots=True)
class RegistryMap:
    """The map of the register. registered = mapped + unmapped, for each device."""

    document: MapDocument
    registered: Tally
    mapped: Tally
    unmapped: dict[str, int]
    people: tuple[PlacedPerson, ...]
    unconfirmed: int
    """Registered people in none of these counts: nobody has confirmed a device of theirs."""


class Maps:
    """Makes the map of one registry."""

    def __init__(self, store: Store, ground: Ground) -> None:
        self._store = store
        self._ground = ground

    def draw(self, *, show_names: bool = False) -> RegistryMap:
        """The live register as a map document, with the equation 登録 = 地図 + 未配置."""
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
            people = placed_people(shelves)
            unconfirmed = count_unconfirmed(shelves)
        ground = self._ground.background(office.municipalities)
        on_map = [p for p in people if p.reason is None]
        document = MapDocument(
            markers=tuple(_marker(p) for p in on_map),
            background=ground,
            title=say("maps.title", office=office.name),
            source=str(ground.get("source", "")),
            show_names=show_names,
        )
        by_use = office.counting == "use"
        reasons = Counter(p.reason.value for p in people if p.reason is not None)
        return RegistryMap(
            document=document,
            registered=tally((p.group for p in people), by_use=by_use),
            mapped=tally((p.group for p in on_map), by_use=by_use),
            unmapped=dict(reasons),
            people=tuple(people),
            unconfirmed=unconfirmed,
        )

    def stamp(self, today: date) -> str:
        """What stands under a printed map: print date, state (the live register), 部数番号, and its one page."""
        with self._store.read() as shelves:
            copy = shelves.audits.count(deed=Deed.MAP_PRINTED.value) + 1
        day = format_wareki(today)
        edition = say("papers.copy", edition=say("papers.edition", day=day, edition=say("lists.live")), copy=copy)
        return say("maps.stamp", day=day, edition=edition, page=say("papers.page", page=1, pages=1))

    def printed(self, numbers: Sequence[str], sha256: str) -> None:
        """Records that a map left for paper, with its 部数番号 and the 管理番号 of those on it."""
        with self._store.change(Deed.MAP_PRINTED, markers=len(numbers), sha256=sha256) as shelves:
            shelves.detail[NUMBERS] = list(numbers)
            shelves.detail["copy"] = shelves.audits.count(deed=Deed.MAP_PRINTED.value) + 1


def _marker(placed: PlacedPerson) -> Marker:
    person, place = placed.person, placed.place
    if place is None or place.lat is None or place.lon is None:
        raise AssertionError("someone on the map has a place")
    return Marker(
        id=person.id,
        lat=place.lat,
        lon=place.lon,
        device=_DEVICE[placed.group],
        level=place.level.value,
        label=person.name,
        kana=person.name_kana,
        number=person.registry_no,
        sublabel=place.matched,
    )
