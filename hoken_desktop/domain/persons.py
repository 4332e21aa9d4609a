"""A person of the register and what is known about them, each fact with its source and date.

Groups A (本人), B (受給者情報), C (機器) are values of their own; groups D-I are `Fact` rows whose
fields stand in domain/fields.py, so that a new field needs no new column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from hoken_desktop.domain.codes import (
    CareSetting,
    CopayClass,
    DeviceGroup,
    DeviceKind,
    EndReason,
    EvidenceSource,
    PersonState,
    Scheme,
    Sex,
    SupporterRole,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.voids import unvoided

OXYGEN_KINDS = frozenset(
    {DeviceKind.OXYGEN, DeviceKind.OXYGEN_CONCENTRATOR, DeviceKind.LIQUID_OXYGEN, DeviceKind.OXYGEN_CYLINDER}
)
"""Kinds that count as 酸素療法; CPAP/ASV and 体外式補助人工心臓 alone are not counted (PRODUCT)."""

LIVING = frozenset({UseStatus.IN_USE, UseStatus.PAUSED})
"""Use that counts: a device laid aside for a while still stands at the bedside."""


@dataclass(frozen=True, slots=True)
class Person:
    """本人. `registry_no` is never reused; municipalities are 6-digit codes, "" where the address names none.

    `merged_into` is the id of the person this one was found to be (end reason MERGED)."""

    id: str
    registry_no: str
    name: str
    name_kana: str = ""
    name_alt: str = ""
    birth_on: date | None = None
    sex: Sex = Sex.OTHER
    postcode: str = ""
    address_registered: str = ""
    address_actual: str = ""
    municipality_registered: str = ""
    municipality_actual: str = ""
    phone_home: str = ""
    phone_mobile: str = ""
    fax: str = ""
    email: str = ""
    guardian_name: str = ""
    care_setting: CareSetting = CareSetting.UNKNOWN
    care_setting_on: date | None = None
    care_setting_source: EvidenceSource | None = None
    map_declined: bool = False
    state: PersonState = PersonState.ACTIVE
    end_reason: EndReason | None = None
    ended_on: date | None = None
    source: EvidenceSource = EvidenceSource.STAFF
    as_of: date | None = None
    note: str = ""
    search_text: str = ""
    sort_key: str = ""
    merged_into: str = ""

    @property
    def address(self) -> str:
        """居所 (療養場所): what the map and the call use; 住民票住所 where no other is known."""
        return self.address_actual or self.address_registered

    @property
    def municipality(self) -> str:
        """The municipality of the 居所."""
        return self.municipality_actual if self.address_actual else self.municipality_registered


@dataclass(frozen=True, slots=True)
class Benefit:
    """受給者情報: one row per payer and beneficiary number; numbers change, so a person keeps several.

    `mild_high_cost` 軽症高額, `high_cost_long` 高額かつ長期 (指定難病), `severe_certified` 重症認定 (小慢).
    """

    id: str
    person_id: str
    scheme: Scheme
    payer_no: str = ""
    beneficiary_no: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    disease_no: str = ""
    disease_name: str = ""
    shoman_group: str = ""
    copay_class: CopayClass = CopayClass.UNKNOWN
    vent_certified: YesNoUnknown = YesNoUnknown.UNKNOWN
    source: EvidenceSource = EvidenceSource.BENEFIT_FILE
    as_of: date | None = None
    mild_high_cost: YesNoUnknown = YesNoUnknown.UNKNOWN
    high_cost_long: YesNoUnknown = YesNoUnknown.UNKNOWN
    severe_certified: YesNoUnknown = YesNoUnknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Device:
    """使用医療機器: one row per device. `supplier_id` is the master's organisation, `supplier` the name as written."""

    id: str
    person_id: str
    kind: DeviceKind
    use_status: UseStatus = UseStatus.UNKNOWN
    maker: str = ""
    model: str = ""
    supplier: str = ""
    started_on: date | None = None
    source: EvidenceSource = EvidenceSource.STAFF
    as_of: date | None = None
    supplier_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a person or of one of their devices. Only ever added; the newest `as_of` stands.

    `value` is the canonical text of the field's kind (domain/fields.py): ISO dates, plain decimals in
    the field's unit, codes. `voids` is the id of an earlier row that this one takes back (domain/voids.py).
    """

    id: str
    person_id: str
    field: str
    value: str
    source: EvidenceSource
    as_of: date
    entered_at: datetime
    device_id: str = ""
    voids: str = ""


@dataclass(frozen=True, slots=True)
class Supporter:
    """支援者・関係機関 (group H). `organisation_id` is the master's; `organisation` stays as it was written."""

    id: str
    person_id: str
    role: SupporterRole
    organisation: str = ""
    name: str = ""
    phone: str = ""
    around_the_clock: YesNoUnknown = YesNoUnknown.UNKNOWN
    agreed: YesNoUnknown = YesNoUnknown.UNKNOWN
    source: EvidenceSource = EvidenceSource.STAFF
    as_of: date | None = None
    organisation_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """緊急連絡先 (group I); `rank` 1 is called first."""

    id: str
    person_id: str
    rank: int
    name: str = ""
    relation: str = ""
    phone: str = ""
    lives_together: YesNoUnknown = YesNoUnknown.UNKNOWN
    source: EvidenceSource = EvidenceSource.STAFF
    as_of: date | None = None
    note: str = ""


def device_group(devices: Iterable[Device]) -> DeviceGroup:
    """How a person with these devices is counted: 人工呼吸器 with or without oxygen, or oxygen only.

    A device whose use is 不明 (a certificate flag alone) makes nobody a user: UNCONFIRMED is shown
    on a line of its own.
    """
    ventilator = oxygen = unclear = False
    for device in devices:
        counted = device.kind is DeviceKind.VENTILATOR or device.kind in OXYGEN_KINDS
        if not counted:
            continue
        if device.use_status in LIVING:
            ventilator |= device.kind is DeviceKind.VENTILATOR
            oxygen |= device.kind in OXYGEN_KINDS
        elif device.use_status is UseStatus.UNKNOWN:
            unclear = True
    if ventilator:
        return DeviceGroup.BOTH if oxygen else DeviceGroup.VENTILATOR
    if oxygen:
        return DeviceGroup.OXYGEN
    return DeviceGroup.UNCONFIRMED if unclear else DeviceGroup.NONE


def standing_facts(facts: Iterable[Fact], on: date | None = None) -> dict[tuple[str, str], Fact]:
    """The fact that stands for each (device_id, field): the newest `as_of`, then the last entered.

    `on` leaves out what was not yet known on that day; what was taken back counts on no day. An empty value says that
    nothing is known any more: no fact stands then.
    """
    found: dict[tuple[str, str], Fact] = {}
    for fact in unvoided(facts):
        if on is not None and fact.as_of > on:
            continue
        key = (fact.device_id, fact.field)
        old = found.get(key)
        if old is None or (fact.as_of, fact.entered_at, fact.id) >= (old.as_of, old.entered_at, old.id):
            found[key] = fact
    return {key: fact for key, fact in found.items() if fact.value}


def provision_municipality(person: Person, office: Iterable[str]) -> str:
    """提供先の市町: of the 居所; if that is 管外 but the 住民票 is 管内, that one; else "" (管外: never disclosed)."""
    ours = frozenset(office)
    for code in (person.municipality, person.municipality_registered):
        if code in ours:
            return code
    return ""


def next_registry_no(last: int) -> str:
    """管理番号 after the `last` number given; six digits, never reused."""
    return f"K{last + 1:06d}"
