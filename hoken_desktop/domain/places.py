"""位置: where a home is, how exactly that is known, and why someone is not on the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hoken_desktop.domain.codes import CareSetting, PersonState, PlaceLevel, UnmappedReason, Unplaceable
from hoken_desktop.domain.persons import Person, provision_municipality


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one person. `address` is the text that was located; if the person's address has
    changed since, the place no longer holds and counts as 未検索 (a pin too: it pinned another home).

    lat/lon are WGS84 degrees, None where unplaced; then `reason` says why.
    """

    person_id: str
    address: str
    level: PlaceLevel
    lat: float | None = None
    lon: float | None = None
    matched: str = ""
    rest: str = ""
    reason: Unplaceable | None = None
    source: str = ""
    pinned: bool = False
    located_at: datetime | None = None
    staff_id: str = ""


_SETTING_REASON = {
    CareSetting.HOSPITAL: UnmappedReason.HOSPITAL,
    CareSetting.FACILITY: UnmappedReason.FACILITY,
    CareSetting.RESPITE: UnmappedReason.RESPITE,
}
_BAD_ADDRESS = frozenset(
    {
        Unplaceable.EMPTY,
        Unplaceable.MALFORMED,
        Unplaceable.UNKNOWN_MUNICIPALITY,
        Unplaceable.UNKNOWN_TOWN,
        Unplaceable.ONLY_MUNICIPALITY,
    }
)


def unmapped_reason(person: Person, place: Place | None, office: Iterable[str]) -> UnmappedReason | None:
    """Why this registered person is not on the map, or None if they are: one person, one reason.

    登録 = 地図 + 未配置 closes because this is the only place that decides it.
    """
    if person.care_setting in _SETTING_REASON:
        return _SETTING_REASON[person.care_setting]
    if person.map_declined:
        return UnmappedReason.DECLINED
    ours = frozenset(office)
    if person.municipality and person.municipality not in ours and not provision_municipality(person, ours):
        return UnmappedReason.OUTSIDE
    if not person.address.strip():
        return UnmappedReason.BAD_ADDRESS
    if place is None or place.address != person.address:
        return UnmappedReason.NOT_SEARCHED
    if place.lat is None or place.lon is None:
        return UnmappedReason.BAD_ADDRESS if place.reason in _BAD_ADDRESS else UnmappedReason.NOT_PLACED
    return None


def is_registered(person: Person) -> bool:
    """Whether the person stands on the register today. Ended people stay in the file, not in the count; so do those
    known to have died or moved out until their ending is decided (地図対象 = 在宅 or 不明)."""
    return person.state is PersonState.ACTIVE and person.care_setting not in _GONE


_GONE = (CareSetting.DECEASED, CareSetting.MOVED_OUT)
