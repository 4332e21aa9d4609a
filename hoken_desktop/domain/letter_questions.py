"""What each letter asks, in the order of the paper: the paper and the screen on which it is entered follow it alike."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from hoken_desktop.domain.codes import DeviceKind, Purpose, RecipientSection
from hoken_desktop.domain.letters import LetterKind


class LetterPart(StrEnum):
    DEVICES = "devices"
    VENTILATOR = "ventilator"
    OXYGEN = "oxygen"
    POWER = "power"
    HOME = "home"
    REACH = "reach"  # 電話と住所
    CONTACTS = "contacts"
    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"


DEVICES = (
    DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR, DeviceKind.LIQUID_OXYGEN, DeviceKind.OXYGEN_CYLINDER,
    DeviceKind.SUCTION,
)  # fmt: skip
"""Asked one by one: used, not used, 不明."""

LINES: Mapping[LetterPart, tuple[tuple[str, ...], ...]] = {
    LetterPart.VENTILATOR: (
        ("interface",),
        ("use_pattern",),
        ("hours_per_day",),
        ("tolerable_off_minutes",),
        ("internal_battery", "internal_battery_hours"),
        ("external_battery", "external_battery_count", "external_battery_hours"),
        ("bag_valve",),
    ),
    LetterPart.OXYGEN: (
        ("flow_rest",),
        ("oxygen_hours_per_day",),
        ("demand_valve",),
        ("cylinder_litres", "cylinder_count"),
        ("concentrator_battery_hours",),
        ("oxygen_off_hours",),
    ),
    LetterPart.POWER: (
        ("suction_battery", "suction_battery_hours"),
        ("manual_suction",),
        ("power_company",),
        ("generator", "generator_hours"),
        ("portable_power",),
        ("car_power",),
    ),
    LetterPart.HOME: (("alone_daytime",), ("household",), ("transfer_means",)),
}
"""Lines of the paper by part: fields of domain/fields.py, those of one line beside one another."""

CHILD_LINES = (("tube_feeding",), ("weight",))
"""Asked about children besides."""

REACH = ("postcode", "address_actual", "phone_home", "phone_mobile")
"""Fields of the person that a letter may bring: where they are cared for, and their telephones."""

CONTACTS = 2
"""緊急連絡先 asked for."""

PARTS: Mapping[LetterKind, tuple[LetterPart, ...]] = {
    LetterKind.SURVEY: (
        LetterPart.DEVICES, LetterPart.VENTILATOR, LetterPart.OXYGEN, LetterPart.POWER, LetterPart.HOME,
        LetterPart.REACH, LetterPart.CONTACTS, LetterPart.CONSENT,
    ),
    LetterKind.CHILD_SURVEY: (
        LetterPart.DEVICES, LetterPart.VENTILATOR, LetterPart.OXYGEN, LetterPart.POWER, LetterPart.HOME,
        LetterPart.REACH, LetterPart.CONTACTS, LetterPart.CONSENT,
    ),
    LetterKind.CONSENT: (LetterPart.CONSENT,),
    LetterKind.RECONFIRM: (
        LetterPart.REACH, LetterPart.DEVICES, LetterPart.VENTILATOR, LetterPart.OXYGEN, LetterPart.POWER,
        LetterPart.HOME, LetterPart.CONTACTS, LetterPart.CONSENT,
    ),
    LetterKind.WITHDRAWAL: (LetterPart.WITHDRAWAL,),
}  # fmt: skip

PURPOSES = (Purpose.ROSTER, Purpose.EVACUATION_PLAN, Purpose.SAFETY_CHECK, Purpose.POWER_CUT)
"""The purposes the papers name; 訓練 is not among them and has to be asked for on its own."""

CONSENTS = (RecipientSection.HEALTH, RecipientSection.SUPPORTERS)
"""The two consents: 保健所 → 市町, and 市町 → 避難支援等関係者."""


def lines_of(kind: LetterKind, part: LetterPart) -> tuple[tuple[str, ...], ...]:
    """The lines of a part on a letter of this kind."""
    more = CHILD_LINES if kind is LetterKind.CHILD_SURVEY and part is LetterPart.HOME else ()
    return (*LINES.get(part, ()), *more)


def fields_of(kind: LetterKind) -> tuple[str, ...]:
    """Every field of the catalogue a letter of this kind asks for."""
    return tuple(key for part in PARTS[kind] for line in lines_of(kind, part) for key in line)
