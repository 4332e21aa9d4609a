"""同意の表: everyone on the register against the recipients, and the work that is left; each count closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hoken_desktop.domain.codes import DeviceGroup, PersonState, Purpose, RecipientSection, Standing
from hoken_desktop.domain.consents import (
    FOREMOST,
    MUNICIPAL_SECTIONS,
    Consent,
    ConsentStanding,
    standing,
)
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Device, Person, device_group, provision_municipality
from hoken_desktop.domain.places import is_registered
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.domain.voids import unvoided
from hoken_desktop.services.letter_choices import undelivered_ids
from hoken_desktop.services.ports import Clock, Store
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.recipients import office_of

SOON_DAYS = 90
"""A consent that ends within this many days is asked for again now: a letter takes weeks to come back."""
SECTIONS = (RecipientSection.HEALTH, RecipientSection.SUPPORTERS)
"""The two consents every person is asked for: 保健所 → 市町, and 市町 → 避難支援等関係者."""
OUTSIDE = "outside"
_BUNDLE = 500


@dataclass(frozen=True, slots=True)
class ConsentCell:
    """How one person stands towards one recipient, over all purposes: valid for any is valid.

    `day` is the day of the row that decides (its 同意日; for 撤回 the 撤回日, for 期限切れ the 期限). `question` is a
    code of what staff should ask about a consent that stands; `elsewhere` the municipality of an earlier home that
    has a valid consent while this one has none.
    """

    standing: Standing
    day: date | None = None
    purposes: tuple[Purpose, ...] = ()
    expires_on: date | None = None
    question: str = ""
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One person's line of the matrix. A section without a cell has no recipient: the person lives 管外.

    `others` are bodies known by name (消防本部 …) with how the person stands towards each. `undelivered`: the newest
    letter to them came back (宛先不明), so that nobody can be asked by post.
    """

    person_id: str
    group: DeviceGroup
    municipality: str
    cells: Mapping[RecipientSection, ConsentCell]
    others: tuple[tuple[str, Standing], ...]
    undelivered: bool = False


@dataclass(frozen=True, slots=True)
class ConsentBoard:
    """Everyone registered with a counted device, in ふりがな order, on one day."""

    day: date
    rows: tuple[ConsentRow, ...]
    extra: tuple[RecipientSection, ...]
    """Municipal sections beside the two that somebody has a row for (市町 防災・福祉)."""

    def counts(self, section: RecipientSection) -> dict[str, int]:
        """How many stand how, and how many have no recipient ("outside"). They add up to everyone."""
        found = dict.fromkeys([*(s.value for s in Standing), OUTSIDE], 0)
        for row in self.rows:
            cell = row.cells.get(section)
            found[cell.standing.value if cell else OUTSIDE] += 1
        return found

    def works(self, section: RecipientSection) -> dict[str, int]:
        """How many there are to do, by kind of work; one person may need several."""
        return {work: sum(is_of(row, section, work, self.day) for row in self.rows) for work in WORKS}


WORKS = ("unknown", "expiry", "withdrawn", "undelivered", "ask")
"""未確認; 期限 (over or soon); 撤回; 宛先不明; 確認の要るもの (a question, 保留, a giver not entitled, a consent
elsewhere)."""


def is_of(row: ConsentRow, section: RecipientSection, key: str, day: date) -> bool:
    """Whether a row stands under a key: "" for everyone, a kind of work, "standing:…" or "outside"."""
    cell = row.cells.get(section)
    if not key:
        return True
    if key == "undelivered":
        return row.undelivered
    if key == OUTSIDE or cell is None:
        return key == OUTSIDE and cell is None
    if key.startswith("standing:"):
        return cell.standing.value == key.removeprefix("standing:")
    if key == "unknown":
        return cell.standing is Standing.UNKNOWN
    if key == "expiry":
        return cell.standing is Standing.EXPIRED or ends_soon(cell, day)
    if key == "withdrawn":
        return cell.standing is Standing.WITHDRAWN
    asked = cell.standing in (Standing.PENDING, Standing.GIVER_NOT_ENTITLED)
    return asked or bool(cell.question) or bool(cell.elsewhere)


def ends_soon(cell: ConsentCell, day: date) -> bool:
    """Whether a consent that stands ends within `SOON_DAYS`."""
    if cell.standing is not Standing.VALID or cell.expires_on is None:
        return False
    return cell.expires_on - day <= timedelta(days=SOON_DAYS)


class ConsentBoards:
    """Reads the whole ledger of one registry and writes nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def board(self, report: Report = no_report) -> ConsentBoard:
        """The matrix of today; about a second for 10,000 people."""
        day = self._clock.today()
        report(Step(0, 0, "consents.step_board"))
        with self._store.read() as shelves:
            office = office_of(shelves)
            devices: defaultdict[str, list[Device]] = defaultdict(list)
            for device in shelves.devices.all():
                devices[device.person_id].append(device)
            ledger: defaultdict[str, list[Consent]] = defaultdict(list)
            for row in shelves.consents.all():
                ledger[row.person_id].append(row)
            people = shelves.persons.all(state=PersonState.ACTIVE)
            undelivered = undelivered_ids(shelves)
        counted = [
            (person, group)
            for person in people
            if is_registered(person) and (group := device_group(devices[person.id])) in COUNTED
        ]
        counted.sort(key=lambda one: one[0].sort_key)
        rows = []
        for done, (person, group) in enumerate(counted):
            if done % _BUNDLE == 0:
                report(Step(done, len(counted), "consents.step_board"))
            row_ = _row(person, group, ledger.get(person.id, ()), office, day)
            rows.append(replace(row_, undelivered=person.id in undelivered))
        extra = {s for row in rows for s in row.cells} - set(SECTIONS)
        return ConsentBoard(day, tuple(rows), tuple(s for s in RecipientSection if s in extra))


def _row(person: Person, group: DeviceGroup, rows: Iterable[Consent], office: Office, day: date) -> ConsentRow:
    rows = tuple(unvoided(rows))
    place = provision_municipality(person, office.municipalities)
    named = {row.section for row in rows}
    sections = [s for s in RecipientSection if s in SECTIONS or (s in MUNICIPAL_SECTIONS and s in named)]
    cells = {s: _cell(person, rows, place, s, office, day) for s in sections} if place else {}
    bodies = dict.fromkeys((r.recipient, r.section) for r in rows if r.section not in MUNICIPAL_SECTIONS)
    others = tuple(
        (recipient, _cell(person, rows, recipient, section, office, day).standing) for recipient, section in bodies
    )
    return ConsentRow(person.id, group, place, cells, others)


def _cell(
    person: Person, rows: tuple[Consent, ...], recipient: str, section: RecipientSection, office: Office, day: date
) -> ConsentCell:
    mine = [r for r in rows if r.section is section]
    found = _standings(person, mine, recipient, section, office, day)
    if not found:
        elsewhere = next(
            (
                other
                for other in dict.fromkeys(r.recipient for r in mine if r.recipient != recipient)
                if any(
                    s.standing is Standing.VALID
                    for s in _standings(person, mine, other, section, office, day).values()
                )
            ),
            "",
        )
        return ConsentCell(Standing.UNKNOWN, elsewhere=elsewhere)
    foremost = next(s for s in FOREMOST if any(one.standing is s for one in found.values()))
    deciding = {purpose: one for purpose, one in found.items() if one.standing is foremost}
    row = max((one.row for one in deciding.values() if one.row), key=lambda r: r.consented_on, default=None)
    ends = [one.row.expires_on for one in deciding.values() if one.row and one.row.expires_on]
    return ConsentCell(
        foremost,
        day=_day_of(foremost, row),
        purposes=tuple(deciding),
        expires_on=min(ends, default=None),
        question=next((one.question for one in found.values() if one.question), ""),
    )


def _standings(
    person: Person, rows: list[Consent], recipient: str, section: RecipientSection, office: Office, day: date
) -> dict[Purpose, ConsentStanding]:
    named = {r.purpose for r in rows if r.recipient == recipient and r.consented_on <= day}
    return {
        purpose: standing(
            rows, recipient=recipient, section=section, purpose=purpose, day=day, birth_on=person.birth_on,
            guardian_ends_at=office.guardian_ends_at,
        )
        for purpose in Purpose
        if purpose in named
    }  # fmt: skip


def _day_of(standing_: Standing, row: Consent | None) -> date | None:
    if row is None:
        return None
    if standing_ is Standing.WITHDRAWN:
        return row.withdrawn_on
    if standing_ is Standing.EXPIRED:
        return row.expires_on
    return row.consented_on
