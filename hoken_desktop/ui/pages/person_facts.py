"""What is known of one person as sections of names, values, sources and ages; no widget is made here.

This file has what the parts of a person's file share; each part stands under its own noun (benefits.py, devices.py …).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date
from enum import StrEnum

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import DeviceGroup, EvidenceSource, UnmappedReason, YesNoUnknown
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.fields import Field, FieldGroup
from hoken_desktop.domain.persons import Fact
from hoken_desktop.services.consents import PersonConsents
from hoken_desktop.services.facts import fact_words, field_word
from hoken_desktop.services.overviews import PersonPassage
from hoken_desktop.services.persons import PersonFile
from hoken_desktop.ui.pages.freshness import ago, fact_tone
from hoken_desktop.words import label, say


class Tab(StrEnum):
    """The parts of a person's file, in the order of their tabs."""

    SUMMARY = "summary"
    BASIC = "basic"
    BENEFIT = "benefit"
    DEVICE = "device"
    POWER = "power"
    SUPPORT = "support"
    CONSENT = "consent"
    PLACE = "place"
    DISCLOSURE = "disclosure"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done about a section from the person's page: `code` names the deed, `subject` what it is done to."""

    code: str
    words: str
    subject: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it is, what is known, from where and when (`note`), and what may be done about it alone."""

    name: str
    value: str
    tone: str = "text"
    note: str = ""
    tip: str = ""
    bold: bool = False
    note_tone: str = "text2"
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading; `aside` stands at its right, `acts` are offered where the whole page is open."""

    title: str
    entries: tuple[Entry, ...]
    aside: str = ""
    mark: DeviceGroup | None = None
    acts: tuple[Act, ...] = ()
    aside_tone: str = "text2"


@dataclass(frozen=True, slots=True)
class Known:
    """One person's file with what the other services know of them, on `day`."""

    file: PersonFile
    consents: PersonConsents
    passages: tuple[PersonPassage, ...]
    unmapped: UnmappedReason | None
    names: Mapping[str, str]
    day: date
    supplier_phones: Mapping[str, str] = dataclass_field(default_factory=dict)
    """The number to call at any hour for a device's 業者, by the device's id, where the masters have it."""
    disease_names: Mapping[str, str] = dataclass_field(default_factory=dict)
    """What a row's number means: of 告示番号 without a name, and of a 疾患群; by the row's id."""

    def place_name(self, code: str) -> str:
        """A municipality's name, the code itself where it is not the office's own."""
        return self.names.get(code, code) if code else say("persons_page.no_municipality")


# ---- small words ----------------------------------------------------------------------------------------------


def text_entry(name: str, value: str, *, bold: bool = False) -> Entry:
    """A value of a file: 記載なし where it says nothing."""
    if value.strip():
        return Entry(name, value, bold=bold)
    return Entry(name, say("persons_page.not_written"), "text3")


def day_entry(name: str, value: date | None) -> Entry:
    """A date in 和暦, the other calendar on hover."""
    return Entry(name, format_wareki(value), tip=value.isoformat()) if value else text_entry(name, "")


def three_entry(name: str, value: YesNoUnknown) -> Entry:
    """あり, なし or 不明, which is lit."""
    return Entry(name, label(value), "warn" if value is YesNoUnknown.UNKNOWN else "text")


def origin(source: EvidenceSource | None, as_of: date | None, day: date) -> str:
    """「電話・2か月前」: from where and how long ago."""
    parts = [label(source) if source else "", ago(as_of, day) if as_of else ""]
    return say("persons_page.dot").join(part for part in parts if part)


def origin_in_full(source: EvidenceSource | None, as_of: date | None) -> str:
    """「電話 令和8年9月1日」."""
    parts = [label(source) if source else "", format_wareki(as_of) if as_of else ""]
    return " ".join(part for part in parts if part)


def narrow(name: str) -> str:
    """The wide space of a benefit file as a narrow one: the screen is for reading, the register keeps its own."""
    return name.replace("\u3000", " ")


def fact_entry(field: Field, fact: Fact | None, day: date) -> Entry:
    """A fact with its source and age; what nobody has asked is 不明 or 記載なし, never なし."""
    name = field_word(field.key)
    if fact is None:
        if field.may_be_unknown:
            return Entry(name, label(YesNoUnknown.UNKNOWN), "warn")
        return text_entry(name, "")
    return Entry(
        name, fact_words(field, fact.value), "warn" if fact.value == "unknown" else "text",
        origin(fact.source, fact.as_of, day), origin_in_full(fact.source, fact.as_of),
        note_tone=fact_tone(fact.as_of, day),
    )  # fmt: skip


def fact_section(
    known: Known, group: FieldGroup, mark: DeviceGroup | None = None, *, without: frozenset[str] = frozenset()
) -> Section:
    """Every field of a group but those of `without`; where most facts have one origin it stands once, in the head."""
    entries = [
        fact_entry(field, known.file.facts.get(("", field.key)), known.day)
        for field in fields.FIELDS
        if field.group is group and field.key not in without
    ]
    act = Act("facts", say("person.record_facts"), group.value, "edit")
    return gathered(Section(say(f"fields.group.{group}"), tuple(entries), mark=mark, acts=(act,)))


def gathered(section: Section) -> Section:
    """The section with the origin most of its lines share moved to its head."""
    origins = Counter((entry.note, entry.note_tone) for entry in section.entries if entry.note)
    if not origins:
        return section
    common, shade = origins.most_common(1)[0][0]
    return replace(
        section,
        aside=common,
        aside_tone=shade,
        entries=tuple(replace(e, note="") if e.note == common else e for e in section.entries),
    )
