"""`demo`: two half-years of a health centre happen to fictitious people, then the window opens on them."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import click

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.cli import demo_files, demo_letters
from hoken_desktop.cli.disclosures import disclosure_facts
from hoken_desktop.cli.fictitious import MUNICIPALITIES, PUBLISHED, Fictitious, Population
from hoken_desktop.cli.rounds import round_facts
from hoken_desktop.cli.speech import Call, pass_call, progress
from hoken_desktop.domain.codes import (
    CareSetting,
    EndReason,
    EvidenceSource,
    Exclusion,
    Scheme,
    UnmappedReason,
    Verdict,
)
from hoken_desktop.domain.consents import STANDARD_SCOPE
from hoken_desktop.domain.dates import JAPAN as JST
from hoken_desktop.domain.dates import fiscal_year
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.doors import create_house
from hoken_desktop.house import House, Settings
from hoken_desktop.services.printing import Printed
from hoken_desktop.services.progress import Report
from hoken_desktop.services.reviews import Decision
from hoken_desktop.words import say

_MARK = "hoken-demo.txt"
_SETTLED = timedelta(days=45)
"""A demo's newest half-year lies at least this long back, so that its request and reply lie in the past too."""
_CARE = {
    UnmappedReason.HOSPITAL: CareSetting.HOSPITAL,
    UnmappedReason.FACILITY: CareSetting.FACILITY,
    UnmappedReason.RESPITE: CareSetting.RESPITE,
}
_IN_DETAIL = 200
"""People whose facts, pins and contacts are recorded one by one; a larger demo measures the files' road."""


class StoryClock:
    """A clock the story sets: its deeds carry the days on which they would have happened."""

    def __init__(self) -> None:
        self._now = datetime(2000, 1, 1, 9, 0, tzinfo=JST)

    def set(self, day: date) -> None:
        self._now = datetime(day.year, day.month, day.day, 9, 0, tzinfo=JST)

    def now(self) -> datetime:
        self._now += timedelta(seconds=7)
        return self._now

    def today(self) -> date:
        return self._now.date()


def reference_days(today: date) -> tuple[date, date]:
    """The two newest 基準日 that lie long enough back."""
    days = [date(year, *day) for year in range(today.year - 2, today.year + 1) for day in ((3, 31), (9, 30))]
    past = [day for day in days if day + _SETTLED <= today]
    return past[-2], past[-1]


@click.command(help="架空の人で、半期の仕事をひととおり行います。")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="書き出し先(なければ hoken-demo)")
@click.option("--people", default=PUBLISHED, show_default=True, type=click.IntRange(20, 100000))
@click.option("--seed", default=20260930, show_default=True, type=int)
@click.option("--no-window", is_flag=True, help="画面を開かない")
@pass_call
def demo(call: Call, out: Path | None, people: int, seed: int, no_window: bool) -> int | None:
    """The whole road on fictitious people, never on the real data."""
    folder = (out or Path("hoken-demo")).absolute()
    _clear(folder)
    application = call.prepare_window() if call.prepare_window is not None and not no_window else None
    clock = StoryClock()
    real_today = Settings().clock.today()
    story = Story(folder, people, seed, clock, reference_days(real_today), progress(call))
    facts = story.tell()
    call.answer(facts, say("cli.demo", folder=folder), say("cli.demo_passphrase", passphrase=facts["passphrase"]))
    if application is not None and call.open_window is not None:
        return call.open_window(folder / "registry")
    return None


def _clear(folder: Path) -> None:
    """An earlier demo is replaced; anything else in the folder is left alone and refused."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise Refusal("cli.demo_not_empty", folder=folder.name)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text(say("cli.demo_mark"), "utf-8")


class Story:
    """Two half-years. Everything goes through the same services as the staff's own work."""

    def __init__(
        self, folder: Path, people: int, seed: int, clock: StoryClock, days: tuple[date, date], report: Report
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._days = days
        self._report = report
        self._random = Random(seed)  # noqa: S311 - fictitious people need a repeatable order, not secrecy
        self._population = Population(seed, days[0])
        self._people = people
        self._papers: list[str] = []
        self._disclosures: list[dict[str, Any]] = []
        self._passwords: dict[str, str] = {}
        self._in_touch: set[str] = set()
        self._ids: dict[str, str] = {}

    def tell(self) -> dict[str, Any]:
        """The story; gives the demo's JSON."""
        passphrase = "mihon " + secrets.token_hex(8)
        random = self._random
        settings = Settings(
            clock=self._clock, ids=lambda: f"{random.getrandbits(64):016x}", stretch=STRETCH_FLOOR, use_device=False
        )
        first, second = self._days
        self._clock.set(first + timedelta(days=1))
        made = create_house(
            self._folder / "registry", passphrase, office=say("demo.office"), municipalities=MUNICIPALITIES,
            staff=say("demo.staff"), settings=settings, fictitious=True,
        )  # fmt: skip
        house = made.house
        try:
            house.office.set(director=say("demo.director"))
            users = self._population.registered(self._people)
            others = self._population.others(max(200, 35 * self._people) if self._people <= 1000 else self._people * 3)
            self._half_year(house, first, users, others, disclose_to=MUNICIPALITIES[:3], newest=False)
            gone, come = self._population.turnover(users, max(1, self._people // 18))
            self._gone = {p.key for p in gone}
            users = self._next_half(users, come)
            others = others[len(others) // 20 :] + self._population.others(len(others) // 20)
            self._half_year(house, second, users, others, disclose_to=MUNICIPALITIES[:4], newest=True)
            self._clock.set(second + timedelta(days=41))
            demo_letters.come_back(house, self._sent, self._clock.today(), self._random)
            self._print(house, second)
            views = [round_facts(house.rounds.show(day)) for day in (second, first)]
        finally:
            house.close()
        newest = views[0]
        return {
            "registered": newest["registered"],
            "mapped": newest["mapped"],
            "unmapped": newest["unmapped"],
            "by_municipality": newest["by_municipality"],
            "as_of": newest["as_of"],
            "closes": newest["closes"] and all(v["closes"] for v in views) and self._all_closed(),
            "rounds": views,
            "registry": str(self._folder / "registry"),
            "passphrase": passphrase,
            "recovery_key": made.recovery_key,
            "inputs": sorted(str(p) for p in (self._folder / "input").iterdir()),
            "papers": self._papers,
            "passwords": self._passwords,
            "disclosures": self._disclosures,
        }

    def _all_closed(self) -> bool:
        return all(d["target"] == d["disclosed"] + sum(d["excluded"].values()) for d in self._disclosures)

    def _next_half(self, users: list[Fictitious], come: list[Fictitious]) -> list[Fictitious]:
        """Half a year on: some left, as many came, one came home from hospital and another went in."""
        stay = [p for p in users if p.key not in self._gone]
        swap = next(p for p in stay if p.role is UnmappedReason.HOSPITAL)
        other = next(p for p in stay if p.role is None and p.group is swap.group and p.scheme is Scheme.NANBYO)
        roles = {swap.key: None, other.key: UnmappedReason.HOSPITAL}
        found = [replace(p, role=roles[p.key]) if p.key in roles else p for p in stay]
        self._home_again = swap.beneficiary_no
        return found + come

    def _half_year(
        self, house: House, as_of: date, users: list[Fictitious], others: list[Fictitious],
        disclose_to: tuple[str, ...], *, newest: bool,
    ) -> None:  # fmt: skip
        self._clock.set(as_of + timedelta(days=5))
        house.rounds.open(as_of)
        folder = self._folder / "input"
        folder.mkdir(exist_ok=True)
        for scheme, path in demo_files.write_benefits(folder, as_of, users + others, self._random).items():
            result = house.rounds.read_in(path, scheme, report=self._report)
            if not result.closes:
                raise AssertionError(path.name)
        self._clock.set(as_of + timedelta(days=8))
        self._review(house, as_of)
        self._know(house)
        self._care(house, users, as_of)
        house.places.locate_all(self._report)
        self._pin(house, users)
        self._late_moves(house, users)
        self._clock.set(as_of + timedelta(days=14))
        roles = self._consents(house, users, as_of, newest=newest)
        self._clock.set(as_of + timedelta(days=18))
        self._freeze(house)
        self._disclose(house, as_of, roles, disclose_to, newest=newest)

    def _review(self, house: House, as_of: date) -> None:
        house.reviews.accept([Verdict.CERTAIN, Verdict.LIKELY, Verdict.NEW], self._report)
        decisions: list[Decision] = []
        for row in house.reviews.rows():
            if row.choice.value != "pending":
                continue
            if row.verdict is Verdict.ABSENT:
                reason = (EndReason.DECEASED, EndReason.MOVED_OUT, EndReason.DEVICE_ENDED)[len(decisions) % 3]
                decisions.append(demo_files.ended(row, reason))
            else:
                decisions.append(demo_files.new(row))
        house.reviews.decide(decisions, self._report)

    def _know(self, house: House) -> None:
        """Numbers of the fictitious → ids of the register."""
        with house.store.read() as shelves:
            self._ids = {b.beneficiary_no: b.person_id for b in shelves.benefits.all()}

    def _care(self, house: House, users: list[Fictitious], as_of: date) -> None:
        """⑤ devices and care settings confirmed by telephone and おたずね."""
        day = as_of + timedelta(days=8)
        for number, person in enumerate(users):
            id_ = self._ids[person.beneficiary_no]
            if person.role in _CARE:
                house.persons.set_care_setting(id_, _CARE[person.role], day, EvidenceSource.PHONE)
            elif number < _IN_DETAIL or person.beneficiary_no == getattr(self, "_home_again", ""):
                house.persons.set_care_setting(id_, CareSetting.HOME, day, EvidenceSource.SURVEY)
            if person.role is UnmappedReason.DECLINED:
                house.persons.change(replace(house.persons.open(id_).person, map_declined=True))
            if number < _IN_DETAIL:
                facts, supporters, contacts = demo_files.particulars(person, self._random, day)
                if id_ in self._in_touch:  # asked again: only what may have changed
                    house.persons.record(id_, facts)
                else:
                    house.persons.record(id_, facts, supporters=supporters, contacts=contacts)
                self._in_touch.add(id_)

    def _pin(self, house: House, users: list[Fictitious]) -> None:
        """A visit fixes some homes by hand, near their town."""
        for person in users[:_IN_DETAIL]:
            file = house.persons.open(self._ids[person.beneficiary_no])
            place = file.place
            if place and place.lat and place.lon and person.role is None and self._random.random() < 0.45:
                spread = self._random.uniform(-0.004, 0.004), self._random.uniform(-0.005, 0.005)
                house.places.pin(file.person.id, place.lat + spread[0], place.lon + spread[1])

    def _late_moves(self, house: House, users: list[Fictitious]) -> None:
        """Someone rings after the homes were located: their new address has not been searched yet."""
        for person in users:
            if person.role is UnmappedReason.NOT_SEARCHED:
                file = house.persons.open(self._ids[person.beneficiary_no])
                house.persons.change(replace(file.person, address_actual=self._population.moved(person).address))

    def _consents(
        self, house: House, users: list[Fictitious], as_of: date, *, newest: bool
    ) -> dict[Exclusion, list[str]]:
        rows, roles = demo_files.consent_rows(users, as_of, self._random, newest=newest)
        path = demo_files.write_consents(self._folder / "input", as_of, rows)
        reading = house.consents.read_in(path, self._report)
        if reading.faults:
            raise AssertionError([f.code for f in reading.faults])
        return {reason: [self._ids[n] for n in numbers] for reason, numbers in roles.items()}

    def _freeze(self, house: House) -> None:
        try:
            house.rounds.freeze()
        except Refusal as refusal:
            if refusal.code != "rounds.confirm_changes":
                raise
            house.rounds.freeze(int(refusal.facts["count"]))

    def _disclose(
        self, house: House, as_of: date, roles: dict[Exclusion, list[str]], to: tuple[str, ...], *, newest: bool
    ) -> None:
        received = as_of + timedelta(days=22)
        self._clock.set(received)
        later = 60 if newest else 0  # both half-years may lie in one 年度, whose numbers run on
        requests = [
            house.requests.open(
                municipality=code, number=say("demo.request_number", number=100 + at + later),
                requested_on=received - timedelta(days=3), received_on=received,
                requester=say("demo.requester", municipality=house.office.name_of(code)),
                purpose=say("demo.purpose"), due_on=received + timedelta(days=21),
            )
            for at, code in enumerate(MUNICIPALITIES if newest else to)
        ]  # fmt: skip
        self._clock.set(as_of + timedelta(days=26))
        if newest:
            self._events(house, roles, as_of + timedelta(days=25))
        answered: list[tuple[str, Path, str]] = []
        for at, request in enumerate(requests[: len(to)]):
            made = house.disclosures.disclose(
                request.id, self._folder / "disclosures" / as_of.isoformat(),
                our_number=say("demo.our_number", number=480 + 100 * newest + at), approved_on=self._clock.today(),
                approval=say("demo.approval", number=30 + at), report=self._report,
            )  # fmt: skip
            stored = next(d for d in house.disclosures.all(request.id) if d.id == made.id)
            self._disclosures.append(
                disclosure_facts(stored)
                | {"as_of": as_of.isoformat(), "file": str(made.file), "password": made.password}
            )
            self._papers += [str(p) for p in (made.letter, made.record) if p]
            answered.append((request.id, made.file, made.password))
        if newest:
            self._clock.set(as_of + timedelta(days=27))
            papers = self._folder / "papers"
            papers.mkdir(exist_ok=True)
            self._sent = demo_letters.send(house, papers)
            self._keep(self._sent.printed)
        # The clock only goes forward: nothing is disclosed on a day before one that stands in the record.
        self._clock.set(as_of + timedelta(days=40))
        for request_id, file, password in answered[:2]:
            self._reply(house, request_id, file, password, as_of)
        for request_id, _, _ in answered[2:3]:
            self._answer_in_numbers(house, request_id)

    def _events(self, house: House, roles: dict[Exclusion, list[str]], day: date) -> None:
        """What happens between 確定 and the disclosure: the gate looks at each person again on the day."""
        for reason, setting in (
            (Exclusion.DECEASED, CareSetting.DECEASED),
            (Exclusion.MOVED_OUT, CareSetting.MOVED_OUT),
        ):
            for id_ in roles.get(reason, ()):
                house.persons.set_care_setting(id_, setting, day, EvidenceSource.FAMILY)
        for id_ in roles.get(Exclusion.ENDED, ()):
            house.persons.end(id_, EndReason.DEVICE_ENDED, day)
        for id_ in roles.get(Exclusion.NOT_RESIDENT, ()):
            person = house.persons.open(id_).person
            elsewhere = next(c for c in MUNICIPALITIES if c != person.municipality)
            house.persons.change(
                replace(person, address_registered=self._population.address(elsewhere), address_actual="")
            )

    def _reply(self, house: House, request_id: str, file: Path, password: str, as_of: date) -> None:
        """The municipality fills its 回答票 in and sends it back, sealed with the same password."""
        book = demo_files.answered(sealed_sheets.unseal(file.read_bytes(), password), self._random, as_of)
        name = file.stem + "_" + say("demo.reply") + ".xlsx"
        sealed_sheets.write_file(self._folder / "input", name, sealed_sheets.seal(book, password))
        house.replies.read_in(self._folder / "input" / name, request_id, password=password)

    def _answer_in_numbers(self, house: House, request_id: str) -> None:
        """A municipality that has no time for the 回答票 rings up and says how many."""
        disclosed = max(d.disclosed for d in house.disclosures.all(request_id))
        counts = {
            "on_list.listed": disclosed * 3 // 4, "on_list.not_listed": disclosed // 8,
            "evacuation_plan.made": disclosed // 4, "evacuation_plan.not_started": disclosed // 4,
        }  # fmt: skip
        house.replies.by_counts(request_id, say("demo.answered_by"), self._clock.today(), counts)

    def _print(self, house: House, as_of: date) -> None:
        """⑩ and ⑫: the list, the papers of one person, the table of each 年度 and the map."""
        self._clock.set(as_of + timedelta(days=41))
        papers = self._folder / "papers"
        papers.mkdir(exist_ok=True)
        years = sorted({fiscal_year(day) for day in self._days})
        for year in years:
            for ending in (".xlsx", ".pdf"):
                file = papers / say("demo.statistics_file", year=year, ending=ending)
                house.statistics.write(file, year)
                self._papers.append(str(file))
        public = papers / say("demo.public_file", year=years[-1])
        house.statistics.write(public, years[-1], masked=True)
        self._papers.append(str(public))
        for ending in (".pdf", ".xlsx"):
            self._keep(house.lists.write(papers / say("demo.list_file", ending=ending)).printed)
        person = min(self._in_touch, key=lambda id_: house.persons.open(id_).person.registry_no)
        self._keep(house.dossiers.write(person, papers / house.dossiers.file_name(person)))
        cards = house.emergency_cards
        self._keep(cards.write(person, STANDARD_SCOPE, papers / cards.file_name(person)))
        drawn, data, password = house.print_map(names=False, paper="A4")
        house.write_sealed(papers / say("demo.map_file"), data)
        house.maps.printed([each.number for each in drawn.document.markers], "")
        self._papers.append(str(papers / say("demo.map_file")))
        self._passwords[say("demo.map_file")] = password

    def _keep(self, printed: Printed) -> None:
        if printed.file is not None:
            self._papers.append(str(printed.file))
            self._passwords[printed.file.name] = printed.password
