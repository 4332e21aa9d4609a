"""位置: where the home is on the map and how exactly, or the one reason why not; what threatens it."""

from __future__ import annotations

from collections.abc import Iterable

from hoken_desktop.domain.codes import AddressSource, UnmappedReason
from hoken_desktop.domain.fields import FieldGroup
from hoken_desktop.ui.pages.freshness import day_of
from hoken_desktop.ui.pages.person_facts import (
    Act,
    Entry,
    Known,
    Section,
    day_entry,
    fact_section,
    text_entry,
)
from hoken_desktop.words import label, say


def place_entry(known: Known) -> Entry:
    """地図 with how exactly, or the one reason why not."""
    name = say("persons_page.position")
    if known.unmapped is not None:
        return Entry(name, say("persons_page.unmapped", reason=label(known.unmapped)), "warn")
    place = known.file.place
    if place is None:
        return Entry(name, label(UnmappedReason.NOT_SEARCHED), "warn")
    return Entry(name, say("persons_page.mapped", level=label(place.level)))


def place_sections(known: Known) -> Iterable[Section]:
    place, person = known.file.place, known.file.person
    entries = [place_entry(known), text_entry(say("persons_page.address"), person.address)]
    if place is not None:
        entries += [
            text_entry(say("persons_page.matched"), place.matched),
            text_entry(say("persons_page.rest"), place.rest),
            Entry(say("persons_page.located_by"), _source(place.source)),
            day_entry(say("persons_page.located_on"), day_of(place.located_at) if place.located_at else None),
        ]
        if place.lat is not None and place.lon is not None:
            entries.append(Entry(say("persons_page.coordinates"), f"{place.lat:.6f}, {place.lon:.6f}"))
        if place.reason is not None:
            entries.append(Entry(say("persons_page.why"), label(place.reason), "warn"))
        if place.address != person.address:
            entries.append(Entry(say("persons_page.why"), say("persons_page.address_moved"), "warn"))
    yield Section(
        say("persons_page.position"), tuple(entries), acts=(Act("pin", say("persons_page.set_pin"), icon="map-pin"),)
    )
    yield fact_section(known, FieldGroup.HAZARD)


def _source(code: str) -> str:
    try:
        return label(AddressSource(code))
    except ValueError:
        return code or say("persons_page.not_written")


