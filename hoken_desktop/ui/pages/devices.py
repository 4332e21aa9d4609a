"""機器: each device with its use, maker and supplier; what is known of the ventilator, the oxygen and the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hoken_desktop.domain.codes import DeviceGroup, DeviceKind, UseStatus
from hoken_desktop.domain.fields import FIELDS, FieldGroup
from hoken_desktop.domain.persons import OXYGEN_KINDS, Device
from hoken_desktop.ui.pages.endurances import BATTERY
from hoken_desktop.ui.pages.freshness import fact_tone
from hoken_desktop.ui.pages.person_facts import (
    Act,
    Entry,
    Known,
    Section,
    day_entry,
    fact_entry,
    fact_section,
    origin,
    text_entry,
)
from hoken_desktop.words import label, say

OF_CYLINDER = tuple(field for field in FIELDS if field.of_device)
"""What is asked of each cylinder of its own."""


def device_sections(known: Known) -> Iterable[Section]:
    """One section a device, those in use first, then the facts by group."""
    devices = sorted(known.file.devices, key=lambda d: d.use_status is UseStatus.ENDED)
    kinds = {device.kind for device in devices}
    for device in devices:
        yield _device(known, device)
    if not devices:
        yield Section(say("persons_page.devices"), (text_entry(say("persons_page.device"), ""),))
    if DeviceKind.VENTILATOR in kinds:
        yield fact_section(known, FieldGroup.VENTILATOR, without=BATTERY)
    if kinds & OXYGEN_KINDS:
        own = {f.key for f in OF_CYLINDER} - {key for device_id, key in known.file.facts if not device_id}
        without = frozenset(own) if DeviceKind.OXYGEN_CYLINDER in kinds else frozenset()
        yield fact_section(known, FieldGroup.OXYGEN, without=without)
    yield fact_section(known, FieldGroup.OTHER_CARE)


def mark_of(device: Device) -> DeviceGroup | None:
    """The mark of a device that counts; a dashed one where nobody knows whether it is in use."""
    if device.kind is not DeviceKind.VENTILATOR and device.kind not in OXYGEN_KINDS:
        return None
    if device.use_status is UseStatus.UNKNOWN:
        return DeviceGroup.UNCONFIRMED
    return DeviceGroup.VENTILATOR if device.kind is DeviceKind.VENTILATOR else DeviceGroup.OXYGEN


def use_entry(device: Device) -> Entry:
    """Whether a device is in use; 不明 is a value."""
    unknown = device.use_status is UseStatus.UNKNOWN
    return Entry(say("persons_page.use"), label(device.use_status), "warn" if unknown else "text", bold=True)


def _device(known: Known, device: Device) -> Section:
    model = " ".join(part for part in (device.maker, device.model) if part)
    entries = [
        use_entry(device),
        text_entry(say("persons_page.model"), model),
        supplier_entry(known, device, say("persons_page.supplier")),
        day_entry(say("persons_page.started_on"), device.started_on),
        day_entry(say("persons_page.confirmed_on"), device.as_of),
    ]
    if device.note:
        entries.append(Entry(say("persons_page.remark"), device.note))
    if device.kind is DeviceKind.OXYGEN_CYLINDER:
        entries += [fact_entry(f, known.file.facts.get((device.id, f.key)), known.day) for f in OF_CYLINDER]
    shade = fact_tone(device.as_of, known.day)
    made = Section(
        label(device.kind), tuple(entries), mark=mark_of(device),
        acts=(Act("device", say("person.put_right"), device.id, "edit"),),
    )  # fmt: skip
    return replace(made, aside=origin(device.source, device.as_of, known.day), aside_tone=shade)


def supplier_entry(known: Known, device: Device, name: str) -> Entry:
    """The 業者 with the number that is called for this device."""
    entry = text_entry(name, device.supplier)
    return replace(entry, note=known.supplier_phones.get(device.id, ""))
