"""マスタ: organisations, device models and diseases, each with the days it is valid; ended, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from hoken_desktop.domain.codes import DeviceKind, Scheme


class OrganisationKind(StrEnum):
    """機関の種類."""

    MUNICIPALITY = "municipality"  # 市町の課
    SUPPLIER = "supplier"  # 医療機器・酸素の取扱業者(営業所)
    NURSE_STATION = "nurse_station"
    HOSPITAL = "hospital"
    CLINIC = "clinic"
    PHARMACY = "pharmacy"
    CARE_OFFICE = "care_office"  # 居宅介護支援・相談支援・訪問介護
    FIRE = "fire"
    POWER = "power"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Organisation:
    """業者・機関, one row an office (営業所・課). `municipality` is a 6-digit code where the place matters, else ""."""

    id: str
    kind: OrganisationKind
    name: str
    office: str = ""
    name_kana: str = ""
    municipality: str = ""
    phone: str = ""
    phone_24h: str = ""
    fax: str = ""
    email: str = ""
    address: str = ""
    contact_name: str = ""
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class DeviceModel:
    """機種. Hours and watts are the maker's catalogue values, never a measurement of one person's device."""

    id: str
    kind: DeviceKind
    maker: str
    model: str
    battery_hours: float | None = None
    external_battery_hours: float | None = None
    watts: int | None = None
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Disease:
    """疾病: 指定難病 by 告示番号, 小慢 by 疾患群."""

    id: str
    scheme: Scheme
    number: str
    name: str
    name_kana: str = ""
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class Dated(Protocol):
    """An entry with the days it is valid, both included; None leaves that end open."""

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def is_valid(entry: Dated, on: date) -> bool:
    """Whether `entry` is valid on that day."""
    return (entry.valid_from is None or entry.valid_from <= on) and (entry.valid_to is None or on <= entry.valid_to)
