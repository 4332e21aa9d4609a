"""A small fictitious registry in a real encrypted file, built person by person and frozen when told.

Nobody in it exists: telephone exchanges begin with 0, house numbers with 9.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hoken_desktop.adapters.municipalities import Municipalities
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    DeviceKind,
    EvidenceSource,
    ItemGroup,
    PersonState,
    PlaceLevel,
    PlanStatus,
    Purpose,
    RecipientSection,
    Role,
    RoundState,
    Scheme,
    UseStatus,
)
from hoken_desktop.domain.consents import STANDARD_SCOPE, Consent
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import STANDARD_ITEMS, Disclosure, DisclosurePerson, DisclosureState
from hoken_desktop.domain.names import kana_key
from hoken_desktop.domain.office import Office, Staff
from hoken_desktop.domain.persons import (
    Benefit,
    Device,
    Fact,
    Person,
    device_group,
    provision_municipality,
    standing_facts,
)
from hoken_desktop.domain.places import Place, unmapped_reason
from hoken_desktop.domain.rounds import Edition, Round, SnapshotRow, digest_of
from hoken_desktop.services.ports import Shelves
from hoken_desktop.services.requests import Requests
from hoken_desktop.store.unit import RegistryStore

KONOSU, AGEO, OKEGAWA, KITAMOTO, INA = "112178", "112194", "112313", "112330", "113018"
OFFICE = (KONOSU, AGEO, OKEGAWA, KITAMOTO, INA)
OUTSIDE = "112062"  # 行田市
JST = timezone(timedelta(hours=9), "JST")
TOWNS = {
    KONOSU: "埼玉県鴻巣市本町", AGEO: "埼玉県上尾市本町", OKEGAWA: "埼玉県桶川市泉", KITAMOTO: "埼玉県北本市本町",
    INA: "埼玉県北足立郡伊奈町小室", OUTSIDE: "埼玉県行田市本丸",
}  # fmt: skip


@dataclass
class MovableClock:
    """Stands still until it is moved."""

    moment: datetime = datetime(2026, 10, 15, 10, 0, tzinfo=JST)

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()

    def move(self, day: date) -> None:
        self.moment = self.moment.replace(year=day.year, month=day.month, day=day.day)

    def tick(self, seconds: int = 1) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class CountedIds:
    """x000000000000001, x000000000000002, …"""

    given: int = 0

    def __call__(self) -> str:
        self.given += 1
        return f"x{self.given:015d}"


@dataclass
class FictitiousRegistry:
    """One registry of five municipalities. `close` it, or use `built` of a test."""

    folder: Path
    office: Office = field(
        default_factory=lambda: Office("office", "見本保健所", OFFICE, director="見本 所長")
    )
    clock: MovableClock = field(default_factory=MovableClock)
    ids: CountedIds = field(default_factory=CountedIds)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        self.random = random.Random(7)
        self.municipalities = Municipalities()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = self.open()
        with self.store.change(Deed.REGISTRY_CREATED) as shelves:
            shelves.offices.add(self.office)
            shelves.staff.add(Staff("staff1", "見本 花子", "主任保健師", Role.ADMIN, "slot1", self.clock.now()))

    def open(self) -> RegistryStore:
        return RegistryStore(self.folder / "registry.db", self.key, self.clock, "staff1")

    def reopen(self) -> None:
        """As after a restart."""
        self.store.close()
        self.store = self.open()

    def close(self) -> None:
        self.store.close()

    def set_office(self, **changes: Any) -> None:
        self.office = replace(self.office, **changes)
        with self.store.change(Deed.OFFICE_SET) as shelves:
            shelves.offices.replace(self.office)

    # ---- people -----------------------------------------------------------------------------------------------

    def person(
        self,
        name: str,
        kana: str = "",
        *,
        municipality: str = KONOSU,
        devices: Iterable[DeviceKind] = (DeviceKind.VENTILATOR,),
        care_setting: CareSetting = CareSetting.HOME,
        birth_on: date | None = date(1960, 4, 1),
        facts: dict[str, str] | None = None,
        disease: str = "架空病",
        benefit: tuple[str, str] | None = None,
        mapped: bool = True,
        **more: Any,
    ) -> Person:
        """One registered person with devices in use, a benefit and a place."""
        id_ = self.ids()
        now = self.clock.now()
        with self.store.change(Deed.PERSON_REGISTERED, id_) as shelves:
            number = shelves.last_registry_no() + 1
            address = more.pop("address_registered", f"{TOWNS.get(municipality, '')}9-{number}")
            person = Person(
                id=id_, registry_no=f"K{number:06d}", name=name, name_kana=kana, birth_on=birth_on,
                address_registered=address, municipality_registered=municipality, care_setting=care_setting,
                phone_home=f"048-000-{number:04d}", postcode="3650000", sort_key=kana_key(kana, name),
                as_of=self.clock.today(), **more,
            )  # fmt: skip
            shelves.persons.add(person)
            for kind in devices:
                shelves.devices.add(
                    Device(self.ids(), id_, kind, UseStatus.IN_USE, supplier="架空医療器", as_of=date(2026, 9, 1))
                )
            payer, beneficiary = benefit or ("54116015", f"{number:07d}")
            shelves.benefits.add(
                Benefit(
                    self.ids(), id_, Scheme.NANBYO, payer, beneficiary, disease_name=disease, as_of=date(2026, 9, 1)
                )
            )  # fmt: skip
            for name_, value in (facts or {}).items():
                shelves.facts.add(
                    Fact(self.ids(), id_, name_, value, EvidenceSource.SURVEY, date(2026, 9, 2), now)
                )
            if mapped:
                shelves.places.add(Place(id_, person.address, PlaceLevel.BLOCK, 36.0, 139.5))
        return person

    def change(self, person: Person, **fields: Any) -> Person:
        """The same person after something happened to them."""
        new = replace(person, **fields)
        with self.store.change(Deed.PERSON_CHANGED, person.id) as shelves:
            shelves.persons.replace(new)
        return new

    def consent(
        self,
        person: Person,
        recipient: str = KONOSU,
        purpose: Purpose = Purpose.ROSTER,
        decision: ConsentDecision = ConsentDecision.GIVEN,
        consented_on: date = date(2026, 4, 1),
        **more: Any,
    ) -> Consent:
        """One row of the ledger."""
        self.clock.tick()
        row = Consent(
            self.ids(), person.id, recipient, more.pop("section", RecipientSection.HEALTH), purpose, decision,
            consented_on, self.clock.now(), **more,
        )  # fmt: skip
        with self.store.change(Deed.CONSENT_RECORDED, person.id) as shelves:
            shelves.consents.add(row)
        return row

    # ---- rounds and requests ----------------------------------------------------------------------------------

    def freeze(self, as_of: date = date(2026, 9, 30), edition: int = 1) -> Round:
        """Freezes the register as it stands as an edition of the round of `as_of`."""
        with self.store.change(Deed.ROUND_FROZEN, as_of.isoformat()) as shelves:
            known = shelves.rounds.all(as_of=as_of)
            round_ = Round(known[0].id if known else self.ids(), as_of, RoundState.FROZEN, edition, self.clock.now())
            shelves.rounds.put(round_)
            rows = self._snapshot(shelves, round_)
            shelves.snapshot_rows.add_all(rows)
            shelves.editions.add(
                Edition(
                    self.ids(), round_.id, edition, digest_of(rows), self.clock.now(), "staff1",
                    counting=self.office.counting,
                )
            )  # fmt: skip
        return round_

    def _snapshot(self, shelves: Shelves, round_: Round) -> list[SnapshotRow]:
        rows = []
        for person in shelves.persons.all(state=PersonState.ACTIVE):
            places = shelves.places.all(person_id=person.id)
            reason = unmapped_reason(person, places[0] if places else None, self.office.municipalities)
            plan = standing_facts(shelves.facts.all(person_id=person.id)).get(("", "support_plan"))
            rows.append(
                SnapshotRow(
                    self.ids(), round_.id, round_.edition, person.id, person.registry_no,
                    device_group(shelves.devices.all(person_id=person.id)),
                    provision_municipality(person, self.office.municipalities), person.care_setting, reason is None,
                    reason, PlanStatus(plan.value) if plan else PlanStatus.UNKNOWN, {"name": person.name},
                )
            )  # fmt: skip
        return rows

    def request(self, municipality: str = KONOSU, *, approved: bool = True, **more: Any) -> str:
        """A request for the roster, with its 決裁; its id."""
        requests = Requests(self.store, self.clock, self.ids, self.municipalities)
        today = self.clock.today()
        facts: dict[str, Any] = {
            "municipality": municipality, "number": f"福第{self.ids()}号", "requested_on": today - timedelta(days=3),
            "received_on": today - timedelta(days=1), "requester": "架空市長 見本太郎",
            "purpose": "避難行動要支援者名簿の作成", "items": STANDARD_ITEMS,
        } | more  # fmt: skip
        opened = requests.open(**facts)
        if approved:
            requests.approve(opened.id, today, "見保第1号・所長決裁", "見保第12号")
        return opened.id

    def hand_over(
        self, request_id: str, people: Iterable[Person], *, cells: dict[str, dict[str, str]] | None = None,
        groups: tuple[ItemGroup, ...] = STANDARD_SCOPE,
    ) -> tuple[Disclosure, dict[str, str]]:  # fmt: skip
        """A disclosure made today to whom it names, without its file: (the record, person id → outside key)."""
        self.clock.tick()
        with self.store.read() as shelves:
            request = shelves.requests.get(request_id)
            rounds = sorted(shelves.rounds.all(), key=lambda r: r.as_of)
        assert request is not None
        everyone = list(people)
        keys = {p.id: f"{self.ids()[-4:]}-{self.ids()[-4:]}" for p in everyone}
        disclosure = Disclosure(
            self.ids(), request_id, rounds[-1].id, rounds[-1].edition, DisclosureState.DONE, request.municipality,
            request.our_number, request.approved_on, request.approval, self.clock.today(), len(everyone),
            len(everyone), {}, request.items, f"提供_{self.ids()}.xlsx", self.ids() * 4, self.ids()[-6:],
            request.basis, "staff1", self.clock.now(),
        )  # fmt: skip
        with self.store.change(Deed.DISCLOSURE_MADE, disclosure.id) as shelves:
            shelves.disclosures.add(disclosure)
            shelves.disclosure_persons.add_all(
                DisclosurePerson(
                    self.ids(), disclosure.id, p.id, keys[p.id], groups=groups, cells=(cells or {}).get(p.id, {})
                )
                for p in everyone
            )  # fmt: skip
        return disclosure, keys
