"""提供項目: what a municipality may be given of a person, column by column, in words.

Each column belongs to a group of the consent's 範囲 (domain/disclosures.py ITEMS). Values are the newest of the
register; 不明 stays 不明, and the 事由 is told from the devices, never from the disease.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import (
    DeviceKind,
    ItemGroup,
    SupporterRole,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.consents import age_on
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import ITEM_BY_KEY, ITEMS, STANDARD_ITEMS
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import (
    LIVING,
    OXYGEN_KINDS,
    Benefit,
    Contact,
    Device,
    Fact,
    Person,
    Supporter,
    standing_facts,
)
from hoken_desktop.domain.workbooks import Cell, Column, ColumnKind
from hoken_desktop.words import label, say

_HEADERS: Mapping[str, str] = {
    "name_kana": "items.name_kana",
    "name": "items.name",
    "birth_on": "items.birth_on",
    "age": "items.age",
    "sex": "items.sex",
    "postcode": "items.postcode",
    "address": "items.address",
    "phone_home": "items.phone_home",
    "phone_mobile": "items.phone_mobile",
    "contact": "items.contact",
    "support_need": "items.support_need",
    "devices": "items.devices",
    "interface": "items.interface",
    "use_pattern": "items.use_pattern",
    "battery": "items.battery",
    "oxygen": "items.oxygen",
    "facts_as_of": "items.facts_as_of",
    "supplier": "items.supplier",
    "doctor": "items.doctor",
    "nurse": "items.nurse",
    "support_plan": "items.support_plan",
    "disease": "items.disease",
    "dwelling": "items.dwelling",
    "alone_daytime": "items.alone_daytime",
}
_EXPLANATIONS: Mapping[str, str] = {
    "name_kana": "items.about_name_kana",
    "name": "items.about_name",
    "birth_on": "items.about_birth_on",
    "age": "items.about_age",
    "sex": "items.about_sex",
    "postcode": "items.about_postcode",
    "address": "items.about_address",
    "phone_home": "items.about_phone_home",
    "phone_mobile": "items.about_phone_mobile",
    "contact": "items.about_contact",
    "support_need": "items.about_support_need",
    "devices": "items.about_devices",
    "interface": "items.about_interface",
    "use_pattern": "items.about_use_pattern",
    "battery": "items.about_battery",
    "oxygen": "items.about_oxygen",
    "facts_as_of": "items.about_facts_as_of",
    "supplier": "items.about_supplier",
    "doctor": "items.about_doctor",
    "nurse": "items.about_nurse",
    "support_plan": "items.about_support_plan",
    "disease": "items.about_disease",
    "dwelling": "items.about_dwelling",
    "alone_daytime": "items.about_alone_daytime",
}
_WIDTHS: Mapping[str, float] = {
    "name_kana": 13, "name": 12, "birth_on": 16, "age": 6, "sex": 6, "postcode": 10, "address": 23, "phone_home": 14,
    "phone_mobile": 14, "contact": 18, "support_need": 23, "devices": 15, "interface": 11, "use_pattern": 12,
    "battery": 13, "oxygen": 16, "facts_as_of": 18, "supplier": 17, "doctor": 17, "nurse": 17, "support_plan": 14,
    "disease": 16, "dwelling": 12, "alone_daytime": 12,
}  # fmt: skip
"""In characters: as narrow as the headers allow, so that the standard items stay legible on A3."""
_KINDS: Mapping[str, ColumnKind] = {
    "birth_on": ColumnKind.DATE,
    "age": ColumnKind.NUMBER,
    "facts_as_of": ColumnKind.DATE,
}
WHO = ("name", "address")
"""Without these nobody could be found by the list, so a request always names them."""


def header(key: str) -> str:
    """The Japanese word of an item."""
    return say(_HEADERS[key])


def explanation(key: str) -> str:
    """What stands in an item's column, and how old it may be."""
    return say(_EXPLANATIONS[key])


def column(key: str) -> Column:
    """The item's column of the 名簿 sheet."""
    return Column(key, header(key), _WIDTHS[key], _KINDS.get(key, ColumnKind.TEXT))


def _folded(text: str) -> str:
    return re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", text)).lower()


def _names() -> dict[str, tuple[str, ...]]:
    """Every word a request may name items by: keys, labels, groups and 標準."""
    found: dict[str, tuple[str, ...]] = {_folded(say("items.standard")): STANDARD_ITEMS}
    for group in ItemGroup:
        keys = tuple(item.key for item in ITEMS if item.group is group)
        found[group.value] = found[_folded(label(group))] = keys
    for item in ITEMS:
        found[item.key] = found[_folded(header(item.key))] = (item.key,)
    for line in say("items.other_names").strip().splitlines():
        key, *others = line.split()
        for other in others:
            found.setdefault(_folded(other), (key,))
    return found


def parse_items(wanted: Iterable[str]) -> tuple[str, ...]:
    """Items by key, by Japanese label or by group, in the order of ITEMS; nothing said is the standard set.

    Refuses what is not on the list (naming what is), and a choice without 氏名 and 住所.
    """
    texts = [part.strip() for text in wanted for part in re.split(r"[,、，\n]", text)]
    texts = [text for text in texts if text]
    if not texts:
        return STANDARD_ITEMS
    names = _names()
    found: set[str] = set()
    for text in texts:
        keys = names.get(_folded(text))
        if keys is None:
            comma = say("items.comma")
            raise Refusal("items.unknown", number=texts.index(text) + 1, allowed=comma.join(map(header, ITEM_BY_KEY)))
        found |= set(keys)
    if not found.issuperset(WHO):
        raise Refusal("items.nobody", needed=say("items.comma").join(map(header, WHO)))
    return tuple(item.key for item in ITEMS if item.key in found)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person on the day, as the register holds it."""

    person: Person
    devices: tuple[Device, ...] = ()
    facts: tuple[Fact, ...] = ()
    supporters: tuple[Supporter, ...] = ()
    contacts: tuple[Contact, ...] = ()
    benefits: tuple[Benefit, ...] = ()


def cells(known: Known, keys: Iterable[str], groups: frozenset[ItemGroup], day: date) -> tuple[Cell, ...]:
    """One row of the 名簿 sheet: the items in order; 「同意の範囲外」 where this person's consent does not open it."""
    values = _Values(known, day)
    outside = say("items.outside_scope")
    return tuple(values.cell(key) if ITEM_BY_KEY[key].group in groups else outside for key in keys)


def handed_over(known: Known, keys: Iterable[str], groups: frozenset[ItemGroup], day: date) -> dict[str, str]:
    """What the 名簿 row says of this person, item → text (days in ISO), without what the consent does not open."""
    values = _Values(known, day)
    found: dict[str, str] = {}
    for key in keys:
        if ITEM_BY_KEY[key].group in groups:
            cell = values.cell(key)
            found[key] = cell.isoformat() if isinstance(cell, date) else str(cell)
    return found


def shown(key: str, text: str) -> str:
    """A text of `handed_over` as the staff read it: a day in 和暦."""
    if _KINDS.get(key) is not ColumnKind.DATE:
        return text
    try:
        return format_wareki(date.fromisoformat(text))
    except ValueError:
        return text  # 不明


class _Values:
    """The items of one person in words."""

    def __init__(self, known: Known, day: date) -> None:
        self.known = known
        self.day = day
        standing = standing_facts(known.facts, day)
        living = {d.id for d in known.devices if d.use_status is not UseStatus.ENDED}
        self.facts: dict[str, Fact] = {}
        for (device, field_key), fact in sorted(standing.items(), key=lambda item: item[1].as_of):
            if not device or device in living:
                self.facts[field_key] = fact

    def cell(self, key: str) -> Cell:
        person = self.known.person
        match key:
            case "name_kana":
                return person.name_kana or say("items.nothing")
            case "name":
                return person.name
            case "birth_on":
                return person.birth_on or say("items.unknown_value")
            case "age":
                return age_on(person.birth_on, self.day) if person.birth_on else say("items.unknown_value")
            case "sex":
                return label(person.sex)
            case "postcode":
                digits = person.postcode
                return f"{digits[:3]}-{digits[3:]}" if len(digits) == 7 else digits or say("items.nothing")
            case "address":
                return self._address()
            case "phone_home":
                return person.phone_home or say("items.nothing")
            case "phone_mobile":
                return person.phone_mobile or say("items.nothing")
            case "contact":
                return self._contacts()
            case "support_need":
                return self._support_need()
            case "devices":
                return self._devices()
            case "battery":
                return self._battery()
            case "oxygen":
                return self._oxygen()
            case "facts_as_of":
                return self._as_of() or say("items.unknown_value")
            case "supplier":
                return self._suppliers()
            case "doctor":
                return self._supporters(SupporterRole.SPECIALIST, SupporterRole.FAMILY_DOCTOR)
            case "nurse":
                return self._supporters(SupporterRole.VISITING_NURSE)
            case "disease":
                return self._disease()
            case "dwelling":
                return self._dwelling()
            case "interface" | "use_pattern" | "support_plan" | "alone_daytime":
                if key in ("interface", "use_pattern") and not self._uses(DeviceKind.VENTILATOR):
                    return say("items.not_applicable")
                return self._fact(key)
        raise KeyError(key)

    def _fact(self, key: str, unit: str = "") -> str:
        """A fact in words with its unit; 不明 where nothing is known."""
        fact = self.facts.get(key)
        if fact is None or not fact.value:
            return say("items.unknown_value")
        field = fields.BY_KEY[key]
        if field.codes is not None:
            code: StrEnum = field.codes(fact.value)
            return label(code)
        return f"{fact.value}{unit}"

    def _uses(self, *kinds: DeviceKind) -> bool:
        return any(d.kind in kinds and d.use_status in LIVING for d in self.known.devices)

    def _address(self) -> str:
        person = self.known.person
        actual, registered = person.address_actual.strip(), person.address_registered.strip()
        if actual and registered and actual != registered:
            return say("items.two_addresses", actual=actual, registered=registered)
        return actual or registered or say("items.nothing")

    def _contacts(self) -> str:
        lines = [
            f"{c.name}({c.relation}) {c.phone}".replace("()", "").strip()
            for c in sorted(self.known.contacts, key=lambda c: c.rank)
        ]
        return "\n".join(line for line in lines if line) or say("items.nothing")

    def _support_need(self) -> str:
        """避難支援等を必要とする事由, from the devices alone (病名 is not needed to say it)."""
        needs = []
        if self._uses(DeviceKind.VENTILATOR):
            known = [key for key in ("interface", "use_pattern") if key in self.facts and self.facts[key].value]
            detail = say("items.dot").join(map(self._fact, known))
            tail = f"({detail})" if detail else ""
            needs.append(say("items.need_ventilator", detail=tail))
        if self._uses(*OXYGEN_KINDS):
            needs.append(say("items.need_oxygen"))
        if self._uses(DeviceKind.SUCTION):
            needs.append(say("items.need_suction"))
        if not needs:
            return say("items.unknown_value")
        return say("items.need", needs=say("items.comma").join(needs))

    def _devices(self) -> str:
        named = []
        for device in self.known.devices:
            if device.use_status is UseStatus.ENDED:
                continue
            text = label(device.kind)
            if device.use_status is not UseStatus.IN_USE:
                text += f"({label(device.use_status)})"
            named.append(text)
        return say("items.comma").join(dict.fromkeys(named)) or say("items.nothing")

    def _battery(self) -> str:
        if not self._uses(DeviceKind.VENTILATOR):
            return say("items.not_applicable")

        def one(has: str, hours: str, word: str) -> str:
            answer = self.facts.get(has)
            if answer is not None and answer.value == YesNoUnknown.NO.value:
                return say(word, hours=label(YesNoUnknown.NO))
            return say(word, hours=self._fact(hours, say("items.hours")))

        return say("items.comma").join(
            (
                one("internal_battery", "internal_battery_hours", "items.internal_battery"),
                one("external_battery", "external_battery_hours", "items.external_battery"),
            )
        )

    def _oxygen(self) -> str:
        if not self._uses(*OXYGEN_KINDS):
            return say("items.not_applicable")
        return say(
            "items.oxygen_detail",
            source=self._fact("oxygen_source"),
            flow=self._fact("flow_rest", say("items.litres_per_minute")),
            cylinders=self._fact("cylinder_count", say("items.pieces")),
        )

    def _as_of(self) -> date | None:
        days = [d.as_of for d in self.known.devices if d.as_of and d.use_status is not UseStatus.ENDED]
        days += [f.as_of for key, f in self.facts.items() if fields.BY_KEY[key].group in _DEVICE_FACTS]
        return max(days) if days else None

    def _suppliers(self) -> str:
        named = [d.supplier for d in self.known.devices if d.supplier and d.use_status is not UseStatus.ENDED]
        found = self._supporters(SupporterRole.DEVICE_SUPPLIER, SupporterRole.OXYGEN_SUPPLIER, empty="")
        return "\n".join(dict.fromkeys([*found.splitlines(), *named])) or say("items.nothing")

    def _supporters(self, *roles: SupporterRole, empty: str | None = None) -> str:
        lines = [
            " ".join(part for part in (s.organisation, s.name, s.phone) if part)
            for role in roles
            for s in self.known.supporters
            if s.role is role
        ]
        return "\n".join(line for line in lines if line) or (say("items.nothing") if empty is None else empty)

    def _disease(self) -> str:
        newest = sorted(self.known.benefits, key=lambda b: (b.as_of or date.min, b.valid_from or date.min))
        return next((b.disease_name for b in reversed(newest) if b.disease_name), say("items.nothing"))

    def _dwelling(self) -> str:
        kind = self._fact("dwelling_type")
        floor = self.facts.get("floor")
        return kind if floor is None else say("items.dwelling_floor", kind=kind, floor=floor.value)


_DEVICE_FACTS = frozenset({fields.FieldGroup.VENTILATOR, fields.FieldGroup.OXYGEN, fields.FieldGroup.POWER})

