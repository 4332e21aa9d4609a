"""概要: what somebody who rings this home must know at once."""

from __future__ import annotations

from collections.abc import Iterable

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import DeviceKind, SupporterRole, UseStatus
from hoken_desktop.domain.endurance import endurance
from hoken_desktop.domain.persons import OXYGEN_KINDS
from hoken_desktop.services.facts import fact_words
from hoken_desktop.ui.pages.devices import supplier_entry
from hoken_desktop.ui.pages.endurances import sum_entry
from hoken_desktop.ui.pages.person_consents import own_consents
from hoken_desktop.ui.pages.person_facts import (
    Entry,
    Known,
    Section,
    fact_entry,
    gathered,
    origin,
    text_entry,
)
from hoken_desktop.ui.pages.person_places import place_entry
from hoken_desktop.ui.pages.supporters import in_role_order
from hoken_desktop.words import label, say

_TEAM = (
    SupporterRole.SPECIALIST,
    SupporterRole.FAMILY_DOCTOR,
    SupporterRole.VISITING_NURSE,
    SupporterRole.DEVICE_SUPPLIER,
    SupporterRole.OXYGEN_SUPPLIER,
    SupporterRole.EMERGENCY_HOSPITAL,
)


def summary_sections(known: Known) -> Iterable[Section]:
    """Devices and power, contact and home, the team, the consents."""
    yield gathered(Section(say("persons_page.devices_and_power"), tuple(_devices(known))))
    yield _home(known)
    team = [
        Entry(label(s.role), s.organisation or s.name, note=s.phone)
        for s in in_role_order(known.file.supporters)
        if s.role in _TEAM
    ]
    named = {entry.value for entry in team}
    team += [
        supplier_entry(known, device, say("person.supplier_of", device=label(device.kind)))
        for device in known.file.devices
        if device.supplier and device.supplier not in named and device.use_status is not UseStatus.ENDED
    ]
    yield Section(say("persons_page.team"), tuple(team) or (text_entry(say("persons_page.supporter"), ""),))
    yield Section(say("persons_page.consents"), tuple(own_consents(known)))


def _devices(known: Known) -> Iterable[Entry]:
    file, day = known.file, known.day
    for device in file.devices:
        about = [label(device.use_status)]
        keys: tuple[str, ...] = ()
        if device.kind is DeviceKind.VENTILATOR:
            keys = ("interface", "use_pattern")
        elif device.kind in OXYGEN_KINDS:
            keys = ("flow_rest",)
        about += [
            fact_words(fields.BY_KEY[key], fact.value)
            for key in keys
            if (fact := file.facts.get((device.id, key)) or file.facts.get(("", key))) is not None
        ]
        shade = "warn" if device.use_status is UseStatus.UNKNOWN else "text"
        yield Entry(
            label(device.kind), say("persons_page.dot").join(about), shade, origin(device.source, device.as_of, day)
        )
    if not file.devices:
        yield text_entry(say("persons_page.device"), "")
    lasts = endurance(file.devices, file.facts)
    if lasts.power is not None:
        yield sum_entry(say("person.power_hours"), lasts.power, day)
    if lasts.oxygen is not None:
        yield sum_entry(say("person.oxygen_hours"), lasts.oxygen, day)
    yield fact_entry(fields.BY_KEY["generator"], file.facts.get(("", "generator")), day)


def _home(known: Known) -> Section:
    person = known.file.person
    lines = [
        text_entry(say("persons_page.phone_home"), person.phone_home),
        text_entry(say("persons_page.phone_mobile"), person.phone_mobile),
    ]
    lines += [
        Entry(contact.relation or say("persons_page.contact"), say("persons_page.two", one=contact.name, other=phone))
        for contact in known.file.contacts[:1]
        for phone in (contact.phone or say("persons_page.no_phone"),)
    ]
    lines.append(text_entry(say("persons_page.address"), person.address))
    lines.append(place_entry(known))
    return Section(
        say("persons_page.contact_and_home"), tuple(lines), origin(person.source, person.as_of, known.day)
    )
