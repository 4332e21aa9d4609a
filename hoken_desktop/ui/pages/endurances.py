"""電源: how long power and oxygen last, with the sum each part was made of, its source and its age."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.domain.endurance import Part, PartKind, Span, endurance
from hoken_desktop.domain.fields import FIELDS, FieldGroup
from hoken_desktop.services.endurances import formula, hours_words, sum_words, tone
from hoken_desktop.ui.pages.freshness import ago, fact_tone
from hoken_desktop.ui.pages.person_facts import Act, Entry, Known, Section, fact_entry, fact_section, gathered
from hoken_desktop.words import label, say

BATTERY = frozenset(
    {
        "internal_battery", "internal_battery_hours", "internal_battery_on", "external_battery",
        "external_battery_count", "external_battery_hours", "external_battery_on", "external_battery_charging",
        "hours_basis", "tolerable_off_minutes", "watts",
    }
)  # fmt: skip
"""Fields of the ventilator that are shown with the power."""


def endurance_sections(known: Known) -> Iterable[Section]:
    """The sums first, then what they were made of."""
    lasts = endurance(known.file.devices, known.file.facts)
    if lasts.power is not None:
        yield _span(say("person.power_hours"), lasts.power, known.day, DeviceGroup.VENTILATOR)
    if lasts.oxygen is not None:
        yield _span(say("person.oxygen_hours"), lasts.oxygen, known.day, DeviceGroup.OXYGEN)
    if lasts.power is not None:
        entries = tuple(
            fact_entry(field, known.file.facts.get(("", field.key)), known.day)
            for field in FIELDS
            if field.key in BATTERY
        )
        act = Act("facts", say("person.record_facts"), "battery", "edit")
        yield gathered(Section(say("person.batteries"), entries, acts=(act,)))
    yield fact_section(known, FieldGroup.POWER)


def sum_entry(name: str, span: Span, day: date) -> Entry:
    """One line: the sum with its parts, lit where it is short or 不明."""
    note = ago(span.as_of, day) if span.as_of else ""
    return Entry(
        name, sum_words(span), tone(span.hours), note, bold=span.hours is None,
        note_tone=fact_tone(span.as_of, day) if span.as_of else "text2",
    )  # fmt: skip


def _span(title: str, span: Span, day: date, mark: DeviceGroup) -> Section:
    entries = [Entry(title, hours_words(span.hours), tone(span.hours), bold=True)]
    entries += [_part(part, day) for part in (*span.parts, span.off)]
    entries.append(Entry(say("person.margin"), hours_words(span.margin), tone(span.margin), bold=True))
    note = say("person.endurance_unknown") if span.hours is None else ""
    if span.hours is not None and span.at_least:
        note = say("person.endurance_partly")
    if note:
        entries.append(Entry(say("person.endurance_note"), note, "text2"))
    return Section(title, tuple(entries), say("person.estimate"), mark)


def _part(part: Part, day: date) -> Entry:
    name = label(part.kind)
    note = ago(part.as_of, day) if part.as_of else ""
    shade = fact_tone(part.as_of, day) if part.as_of else "text2"
    if part.absent:
        return Entry(name, say("person.absent"), "text", note, note_tone=shade)
    words = hours_words(part.hours)
    sum_ = formula(part)
    if sum_:
        words = say("person.with_formula", hours=words, formula=sum_)
    if part.hours is None and part.present:
        return Entry(name, say("person.present_unknown"), "danger", note, bold=True, note_tone=shade)
    if part.hours is None and part.kind is not PartKind.OFF:
        return Entry(name, words, "danger", note, bold=True, note_tone=shade)
    return Entry(name, words, "warn" if part.hours is None else "text", note, note_tone=shade)
