"""A real, small registry for the tests of pages: five people nobody is, in an encrypted file of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from PySide6.QtTest import QTest

from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    DeviceKind,
    EvidenceSource,
    PlaceLevel,
    Purpose,
    RecipientSection,
    RowKind,
    Scheme,
    Sex,
    SupporterRole,
    UseStatus,
    Verdict,
    YesNoUnknown,
)
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.domain.persons import Benefit, Contact, Device, Person, Supporter
from hoken_desktop.domain.places import Place
from hoken_desktop.domain.rounds import RoundFile, RoundRow
from hoken_desktop.doors import create_house
from hoken_desktop.house import House, Settings
from hoken_desktop.services.persons import FactEntry
from hoken_desktop.ui.desk import Desk
from tests.kept import copy_of

JST = timezone(timedelta(hours=9))
TODAY = date(2026, 10, 14)
KONOSU, AGEO = "112178", "112194"
PASSPHRASE = "あおい そらに しろい とり 7"


@dataclass
class StillClock:
    """Stands still."""

    moment: datetime = datetime(2026, 10, 14, 10, 0, tzinfo=JST)

    def now(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def today(self) -> date:
        return self.moment.date()


@dataclass
class Ids:
    """x000000000000001, …"""

    given: int = 0

    def __call__(self) -> str:
        self.given += 1
        return f"x{self.given:015d}"


def _settings() -> Settings:
    return Settings(clock=StillClock(), ids=Ids(), stretch=STRETCH_FLOOR, use_device=False)


def _created(data: Path, settings: Settings) -> House:
    return create_house(
        data, PASSPHRASE, office="見本保健所", municipalities=(KONOSU, AGEO), staff="見本 花子・保健師",
        settings=settings, fictitious=True,
    ).house  # fmt: skip


def fresh_house(folder: Path) -> House:
    """A registry without anybody."""
    settings = _settings()
    house, _ = copy_of(
        "nobody", lambda data: (_created(data, settings), None), folder / "registry", settings, PASSPHRASE
    )
    return house


def people_house(folder: Path) -> People:
    """A registry of `five_people`."""
    settings = _settings()

    def make(data: Path) -> tuple[House, dict[str, str]]:
        house = _created(data, settings)
        return house, five_people(house).ids

    house, ids = copy_of("five people", make, folder / "registry", settings, PASSPHRASE)
    return People(house, ids)


@dataclass
class People:
    """The house and its people by a short name."""

    house: House
    ids: dict[str, str] = field(default_factory=dict)

    def add(
        self, key: str, name: str, kana: str, kinds: tuple[DeviceKind, ...], *, town: str = "埼玉県鴻巣市本町",
        use: UseStatus = UseStatus.IN_USE, born: date | None = date(1960, 4, 1), placed: bool = True,
        care: CareSetting = CareSetting.HOME, as_of: date = date(2026, 9, 30), phone: str = "048-000-0001",
    ) -> str:  # fmt: skip
        number = len(self.ids) + 1
        devices = [Device("", "", kind, use, source=EvidenceSource.BENEFIT_FILE, as_of=as_of) for kind in kinds]
        person = self.house.persons.register(
            Person(
                "", "", name, kana, birth_on=born, sex=Sex.FEMALE, address_registered=f"{town}99{number:02d}番地",
                phone_home=phone, care_setting=care, care_setting_on=as_of,
                care_setting_source=EvidenceSource.BENEFIT_FILE, source=EvidenceSource.BENEFIT_FILE, as_of=as_of,
            ),
            devices,
        )  # fmt: skip
        self.ids[key] = person.id
        with self.house.store.change(Deed.FACTS_RECORDED, person.id) as shelves:
            shelves.benefits.add(
                Benefit(
                    f"b{number:015d}", person.id, Scheme.NANBYO, "54116017", f"000{number:03d}4",
                    date(2026, 10, 1), date(2027, 9, 30), "2", "架空病", as_of=as_of,
                )
            )  # fmt: skip
            if placed:
                shelves.places.add(Place(person.id, person.address, PlaceLevel.OAZA, 36.06, 139.5, person.address))
        return person.id

    def consent(self, key: str, municipality: str, decision: ConsentDecision = ConsentDecision.GIVEN) -> None:
        self.house.consents.record(
            Consent(
                "", self.ids[key], municipality, RecipientSection.HEALTH, Purpose.ROSTER, decision, date(2026, 4, 1),
                datetime(2026, 4, 1, tzinfo=JST),
            )
        )  # fmt: skip


def five_people(house: House) -> People:
    """■ 1, ◆ 1 (in hospital), ● 2 (one of them nobody has placed yet), and one whose device nobody has confirmed."""
    people = People(house)
    ventilator, oxygen = DeviceKind.VENTILATOR, DeviceKind.OXYGEN
    people.add("aoba", "青葉　茂", "あおば　しげる", (ventilator,), as_of=date(2026, 10, 3))
    people.add("kasa", "笠雲 昇", "かさぐも のぼる", (ventilator, oxygen), care=CareSetting.HOSPITAL)
    people.add(
        "sana", "早苗田 キヨ", "さなえだ きよ", (oxygen,), town="埼玉県上尾市本町", phone="048-000-7777",
        as_of=date(2026, 1, 10),
    )  # fmt: skip
    people.add("tomo", "灯田 照", "ともしだ てる", (oxygen,), town="埼玉県上尾市本町", placed=False, born=None)
    people.add("yuki", "雪平 春", "ゆきひら はる", (ventilator,), use=UseStatus.UNKNOWN)
    for key, place in (("aoba", KONOSU), ("kasa", KONOSU), ("sana", AGEO)):
        people.consent(key, place)
    people.consent("tomo", AGEO, ConsentDecision.REFUSED)
    house.persons.record(
        people.ids["aoba"],
        [
            FactEntry("internal_battery", YesNoUnknown.YES, EvidenceSource.PHONE, date(2026, 10, 3)),
            FactEntry("internal_battery_hours", 4, EvidenceSource.PHONE, date(2026, 10, 3)),
            FactEntry("generator", YesNoUnknown.NO, EvidenceSource.SURVEY, date(2026, 2, 1)),
        ],
        supporters=[
            Supporter("", "", SupporterRole.VISITING_NURSE, "見本訪看", phone="048-000-2000", as_of=date(2026, 1, 1)),
            Supporter("", "", SupporterRole.VISITING_NURSE, "架空訪看", phone="048-000-3000", as_of=date(2026, 10, 3)),
        ],
        contacts=[Contact("", "", 1, "青葉 見本", "妻", "090-0000-0001", YesNoUnknown.YES, as_of=date(2026, 10, 3))],
    )
    return people


def read_files(house: House, as_of: date, pending: int = 0) -> None:
    """Opens a round and lays two read files and `pending` undecided rows into it."""
    round_ = house.rounds.open(as_of)
    with house.store.change(Deed.FILE_READ, round_.id) as shelves:
        for number, scheme in enumerate((Scheme.NANBYO, Scheme.SHOMAN)):
            id_ = f"f{as_of:%Y%m%d}{number}"
            shelves.round_files.add(
                RoundFile(
                    id_, round_.id, f"{scheme}.xlsx", "一覧", scheme, "0" * 64, 60, 5, 55, 0, 0, 0,
                    datetime(2026, 10, 2, tzinfo=JST),
                )
            )  # fmt: skip
        for number in range(pending):
            shelves.round_rows.add(
                RoundRow(
                    f"r{number:015d}", round_.id, f"f{as_of:%Y%m%d}0", "a.xlsx", "一覧", number + 2, RowKind.ROW,
                    Verdict.LIKELY, Scheme.NANBYO,
                )
            )  # fmt: skip


def settle(desk: Desk, ready: Callable[[], bool]) -> None:
    """Let the worker finish and its words arrive."""
    for _ in range(2000):
        QTest.qWait(5)
        if not desk.jobs.busy() and ready():
            return
    raise AssertionError("the page did not settle")
