"""A registry of many fictitious people, written in bundles: what the benches of lists and search stand on."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hoken_desktop.cli.demo import StoryClock
from hoken_desktop.cli.fictitious import MUNICIPALITIES, Fictitious, Population
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    DeviceGroup,
    DeviceKind,
    EvidenceSource,
    PlaceLevel,
    Purpose,
    RecipientSection,
    UnmappedReason,
    UseStatus,
)
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.dates import JAPAN
from hoken_desktop.domain.persons import Benefit, Device, Fact, Person
from hoken_desktop.domain.places import Place
from hoken_desktop.doors import create_house, open_house
from hoken_desktop.house import House, Settings
from hoken_desktop.store import engine, tables
from hoken_desktop.store.tables import Shape

DAY = date(2026, 10, 14)
PASSPHRASE = "計測のための合言葉 12345"
_ENTERED = datetime(2026, 10, 1, 9, 0, tzinfo=JAPAN)
_KINDS = {
    DeviceGroup.VENTILATOR: (DeviceKind.VENTILATOR,),
    DeviceGroup.BOTH: (DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR),
    DeviceGroup.OXYGEN: (DeviceKind.OXYGEN_CONCENTRATOR,),
}
_CARE = {
    UnmappedReason.HOSPITAL: CareSetting.HOSPITAL,
    UnmappedReason.FACILITY: CareSetting.FACILITY,
    UnmappedReason.RESPITE: CareSetting.RESPITE,
}
_DECISIONS = (ConsentDecision.GIVEN,) * 6 + (ConsentDecision.REFUSED, ConsentDecision.PENDING)


_TAKEN = (tables.PERSONS, tables.DEVICES, tables.FACTS, tables.BENEFITS, tables.PLACES, tables.CONSENTS)


def crowd(folder: Path, size: int) -> House:
    """An open house with `size` people: devices, benefits, places and consents of most, each with its day."""
    house = create_house(
        folder / "registry", PASSPHRASE, office="計測保健所(架空)", municipalities=MUNICIPALITIES,
        staff="計測 係・保健師", settings=Settings(clock=_clock(), use_device=False), fictitious=True,
    ).house  # fmt: skip
    random = Random(1)
    people = Population(1, DAY).registered(size)
    random.shuffle(people)
    made = [_one(house, one, number, random) for number, one in enumerate(people, 1)]
    plain = folder / "crowd.db"
    _write_plain(
        plain,
        {
            tables.PERSONS: [person for person, *_ in made],
            tables.DEVICES: [device for _, devices, *_ in made for device in devices],
            tables.FACTS: [fact for person, *_ in made for fact in _facts(person, random)],
            tables.BENEFITS: [benefit for *_, benefit, _, _ in made],
            tables.PLACES: [place for *_, place, _ in made if place],
            tables.CONSENTS: [consent for *_, consent in made if consent],
        },
    )
    house.store.lend_key(lambda key: _take_over(house.store.path, key, plain))
    plain.unlink()
    return house


def kept(folder: Path) -> House:
    """The crowd made in `folder` before."""
    return open_house(folder / "registry", PASSPHRASE, settings=Settings(clock=_clock(), use_device=False))


def _clock() -> StoryClock:
    clock = StoryClock()
    clock.set(DAY)
    return clock


def _write_plain(path: Path, shelves: Mapping[Shape, list[Any]]) -> None:
    """The rows in a plain file: one bound value into the encrypted one takes ten times as long."""
    with closing(sqlite3.connect(path)) as connection:
        for shape, values in shelves.items():
            names = ", ".join(column.name for column in shape.columns)
            marks = ", ".join("?" * len(shape.columns))
            connection.execute(f"CREATE TABLE {shape.table.name} ({names})")
            connection.executemany(
                f"INSERT INTO {shape.table.name} VALUES ({marks})",
                (tuple(shape.to_row(value).values()) for value in values),
            )
        connection.commit()


def _take_over(path: Path, key: bytearray, plain: Path) -> None:
    """Everything into the registry at once, without a deed: the record of a crowd nobody registered stays empty."""
    with closing(engine.connect(path, key)) as connection:
        connection.execute("ATTACH ? AS plain KEY ''", (str(plain),))
        connection.execute("BEGIN IMMEDIATE")
        for shape in _TAKEN:
            name = shape.table.name
            names = ", ".join(column.name for column in shape.columns)
            connection.execute(f"INSERT INTO main.{name} ({names}) SELECT {names} FROM plain.{name}")
        connection.execute("COMMIT")


def _facts(person: Person, random: Random) -> list[Fact]:
    """What a phone call found out about half of them."""
    if random.random() < 0.5 or person.as_of is None:
        return []
    known = {"internal_battery": "yes", "internal_battery_hours": str(random.randint(1, 9)), "support_plan": "made"}
    return [
        Fact(f"{person.id[4:]}{name[-4:]}", person.id, name, value, EvidenceSource.PHONE, person.as_of, _ENTERED)
        for name, value in known.items()
    ]


def _one(
    house: House, one: Fictitious, number: int, random: Random
) -> tuple[Person, list[Device], Benefit, Place | None, Consent | None]:
    id_ = f"{number:016x}"
    seen = DAY - timedelta(days=random.randint(0, 500))
    person = house.persons.prepare(
        Person(
            id_, f"K{number:06d}", one.name, one.kana, birth_on=one.birth_on, sex=one.sex, postcode=one.postcode,
            address_registered=one.address, phone_home=one.phone, guardian_name=one.guardian,
            care_setting=_CARE.get(one.role, CareSetting.HOME) if one.role else CareSetting.HOME,
            map_declined=one.role is UnmappedReason.DECLINED, source=EvidenceSource.BENEFIT_FILE, as_of=seen,
        )
    )  # fmt: skip
    devices = [
        Device(f"d{number:014x}{at}", id_, kind, UseStatus.IN_USE, as_of=seen)
        for at, kind in enumerate(_KINDS[one.group])
    ]
    benefit = Benefit(
        f"b{number:015x}", id_, one.scheme, one.payer_no, one.beneficiary_no, DAY, DAY, one.disease_no,
        one.disease_name, as_of=seen,
    )  # fmt: skip
    place = consent = None
    if one.role is not UnmappedReason.NOT_SEARCHED:
        place = Place(id_, person.address, PlaceLevel.OAZA, 36.06, 139.5, person.address)
    if random.random() < 0.8:
        consent = Consent(
            f"c{number:015x}", id_, person.municipality, RecipientSection.HEALTH, Purpose.ROSTER,
            random.choice(_DECISIONS), DAY - timedelta(days=random.randint(1, 900)), _ENTERED,
        )  # fmt: skip
    return person, devices, benefit, place, consent
