"""Whom a letter goes to: a selection from the register. Chosen = letters + left out, each with one reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from hoken_desktop.domain.codes import CareSetting, EndReason, PersonState, RoundState, Standing
from hoken_desktop.domain.consents import AGE_OF_MAJORITY, Consent, age_on, standing
from hoken_desktop.domain.dates import months_after
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.letter_questions import CONSENTS
from hoken_desktop.domain.letters import LeftOut, Letter, LetterKind, LetterState, LetterWho
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Device, Person, device_group, provision_municipality
from hoken_desktop.domain.places import is_registered
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.domain.voids import unvoided
from hoken_desktop.services.identities import found_to_be
from hoken_desktop.services.ports import Shelves
from hoken_desktop.services.recipients import office_of

CHILD_UNDER = 20
"""小児慢性特定疾病 goes on to the day before the 20th birthday (児童福祉法6条の2)."""


@dataclass(frozen=True, slots=True)
class LetterChoice:
    """What is printed and for whom. `days` of EXPIRING, `months` of RECONFIRM, `as_of` of ROUND, `numbers` of CHOSEN
    (管理番号). `not_at_home` writes to people in hospital or a facility too."""

    kind: LetterKind
    who: LetterWho = LetterWho.NO_CONSENT
    days: int = 90
    months: int = 12
    as_of: date | None = None
    numbers: tuple[str, ...] = ()
    municipality: str = ""
    not_at_home: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The people chosen: those who get a letter, in ふりがな order, and those left out with the reason."""

    writes_to: tuple[Person, ...]
    left_out: tuple[tuple[Person, LeftOut], ...]
    counts: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Everybody the selection names."""
        return len(self.writes_to) + len(self.left_out)


def choose(shelves: Shelves, choice: LetterChoice, today: date) -> Chosen:
    """Who gets a letter of this choice today. Refuses a 管理番号 nobody has, and a round that is not frozen."""
    desk = _Desk(shelves, choice, today)
    people = sorted(desk.named(), key=lambda p: (p.sort_key, p.registry_no))
    if choice.municipality:
        people = [p for p in people if provision_municipality(p, desk.office.municipalities) == choice.municipality]
    writes_to: list[Person] = []
    left_out: list[tuple[Person, LeftOut]] = []
    for person in people:
        reason = desk.reason(person)
        if reason is None:
            writes_to.append(person)
        else:
            left_out.append((person, reason))
    counts = Counter(reason for _, reason in left_out)
    return Chosen(tuple(writes_to), tuple(left_out), {r: counts[r] for r in LeftOut if counts[r]})


class _Desk:
    """The register of one moment, as a choice needs it."""

    def __init__(self, shelves: Shelves, choice: LetterChoice, today: date) -> None:
        self.office: Office = office_of(shelves)
        self._shelves = shelves
        self._choice = choice
        self._today = today
        self._people = {p.id: p for p in shelves.persons.all()}
        self._devices: defaultdict[str, list[Device]] = defaultdict(list)
        for device in shelves.devices.all():
            self._devices[device.person_id].append(device)
        self._ledger: defaultdict[str, list[Consent]] = defaultdict(list)
        for row in shelves.consents.all():
            self._ledger[row.person_id].append(row)
        self._letters: dict[str, list[Letter]] = {}
        letters = shelves.letters.all()
        whose = owners(shelves, {letter.person_id for letter in letters})
        for letter in letters:
            self._letters.setdefault(whose[letter.person_id], []).append(letter)

    # ---- who is named -----------------------------------------------------------------------------------------

    def named(self) -> list[Person]:
        """Everybody the selection speaks of."""
        who = self._choice.who
        if who is LetterWho.CHOSEN:
            return self._by_numbers()
        if who is LetterWho.ROUND:
            return self._of_round()
        if who is LetterWho.UNDELIVERED:
            return [p for p in self._people.values() if p.state is PersonState.ACTIVE and self._came_back(p)]
        fits = self._rule()
        return [p for p in self._registered() if fits(p)]

    def _registered(self) -> Iterable[Person]:
        return (
            p for p in self._people.values() if is_registered(p) and device_group(self._devices[p.id]) in COUNTED
        )

    def _rule(self) -> Callable[[Person], bool]:
        return {
            LetterWho.NO_CONSENT: self._is_unknown,
            LetterWho.EXPIRING: self._expires,
            LetterWho.RECONFIRM: self._is_stale,
            LetterWho.CAME_OF_AGE: self._came_of_age,
            LetterWho.EVERYBODY: lambda person: True,
        }[self._choice.who]

    def _by_numbers(self) -> list[Person]:
        by_number = {p.registry_no: p.id for p in self._people.values()}
        wanted = dict.fromkeys(_registry_no(number) for number in self._choice.numbers)
        if not wanted:
            raise Refusal("letters.nobody_named")
        missing = [number for number in wanted if number not in by_number]
        if missing:
            raise Refusal("letters.unknown_person", number=missing[0])
        found = found_to_be(self._shelves, [by_number[number] for number in wanted])
        return [self._people[id_] for id_ in dict.fromkeys(found)]

    def _of_round(self) -> list[Person]:
        frozen = [r for r in self._shelves.rounds.all() if r.state is RoundState.FROZEN]
        wanted = [r for r in frozen if self._choice.as_of in (None, r.as_of)]
        if not wanted:
            raise Refusal("letters.no_round")
        newest = max(wanted, key=lambda r: r.as_of)
        rows = self._shelves.snapshot_rows.all(round_id=newest.id, edition=newest.edition)
        ids = [row.person_id for row in rows if row.group in COUNTED]
        return [self._people[id_] for id_ in dict.fromkeys(found_to_be(self._shelves, ids))]

    def _standings(self, person: Person) -> list[tuple[Standing, Consent | None, str]]:
        """How the person stands towards their municipality, purpose by purpose that was asked for."""
        place = provision_municipality(person, self.office.municipalities)
        rows = [r for r in unvoided(self._ledger[person.id]) if r.recipient == place and r.section in CONSENTS]
        found = []
        for section, purpose in dict.fromkeys((r.section, r.purpose) for r in rows):
            one = standing(
                rows, recipient=place, section=section, purpose=purpose, day=self._today, birth_on=person.birth_on,
                guardian_ends_at=self.office.guardian_ends_at,
            )  # fmt: skip
            found.append((one.standing, one.row, one.question))
        return found

    def _is_unknown(self, person: Person) -> bool:
        """Towards either recipient: nobody ever asked, or nothing that was said counts."""
        told = self._standings(person)
        said = {row.section for one, row, _ in told if row is not None and one is not Standing.UNKNOWN}
        return not set(CONSENTS) <= said

    def _expires(self, person: Person) -> bool:
        last = self._today + timedelta(days=self._choice.days)
        return any(
            one is Standing.EXPIRED
            or (one is Standing.VALID and row is not None and row.expires_on is not None and row.expires_on <= last)
            for one, row, _ in self._standings(person)
        )

    def _came_of_age(self, person: Person) -> bool:
        return any(question == "came_of_age" for _, _, question in self._standings(person))

    def _is_stale(self, person: Person) -> bool:
        days = [d.as_of for d in self._devices[person.id] if d.as_of is not None]
        return not days or months_after(max(days), self._choice.months) <= self._today

    # ---- who is left out --------------------------------------------------------------------------------------

    def reason(self, person: Person) -> LeftOut | None:
        """Why this person gets no letter; None for one who does."""
        return next((reason for reason, holds in self._reasons(person) if holds), None)

    def _reasons(self, person: Person) -> Iterable[tuple[LeftOut, bool]]:
        choice, setting = self._choice, person.care_setting
        dead = setting is CareSetting.DECEASED or person.end_reason is EndReason.DECEASED
        yield LeftOut.DECEASED, dead
        yield LeftOut.ENDED, not is_registered(person)
        for reason, where in (
            (LeftOut.HOSPITAL, CareSetting.HOSPITAL), (LeftOut.FACILITY, CareSetting.FACILITY),
            (LeftOut.RESPITE, CareSetting.RESPITE),
        ):  # fmt: skip
            yield reason, setting is where and not choice.not_at_home
        yield LeftOut.STILL_OUT, any(
            one.state is LetterState.OUT and one.kind is choice.kind for one in self._letters.get(person.id, ())
        )
        named = choice.who in (LetterWho.UNDELIVERED, LetterWho.CHOSEN)
        yield LeftOut.UNDELIVERED, self._came_back(person) and not named
        yield LeftOut.NO_ADDRESS, not person.address.strip()
        yield LeftOut.NOT_A_CHILD, choice.kind is LetterKind.CHILD_SURVEY and not is_child(
            person, self._today, CHILD_UNDER
        )
        yield LeftOut.NO_CONSENT, choice.kind is LetterKind.WITHDRAWAL and not any(
            one is Standing.VALID for one, _, _ in self._standings(person)
        )

    def _came_back(self, person: Person) -> bool:
        return is_undelivered(self._letters.get(person.id, ()))


def is_undelivered(letters: Iterable[Letter]) -> bool:
    """宛先不明: whether the newest of a person's letters came back."""
    newest = max(letters, key=lambda one: (one.made_at, one.number), default=None)
    return newest is not None and newest.state is LetterState.UNDELIVERED


def is_child(person: Person, day: date, under: int = AGE_OF_MAJORITY) -> bool:
    """Whether somebody is under that age; without a birth date only a guardian's name speaks of a child."""
    if person.birth_on is None:
        return bool(person.guardian_name)
    return age_on(person.birth_on, day) < under


def undelivered_ids(shelves: Shelves) -> frozenset[str]:
    """Everybody whose newest letter came back, as who they are known to be today."""
    letters = shelves.letters.all()
    whose = owners(shelves, {letter.person_id for letter in letters})
    found: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        found[whose[letter.person_id]].append(letter)
    return frozenset(id_ for id_, theirs in found.items() if is_undelivered(theirs))


def owners(shelves: Shelves, ids: Iterable[str]) -> dict[str, str]:
    """Whose a letter is today: a merged person's letters are those of the person they were found to be."""
    into = {p.id: p.merged_into for p in shelves.persons.all(end_reason=EndReason.MERGED)}

    def known(id_: str) -> str:
        while into.get(id_):
            id_ = into[id_]
        return id_

    return {id_: known(id_) for id_ in ids}


def _registry_no(text: str) -> str:
    plain = text.strip().upper()
    return f"K{int(plain):06d}" if plain.isascii() and plain.isdigit() and len(plain) <= 6 else plain

