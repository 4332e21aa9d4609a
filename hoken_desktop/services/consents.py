"""同意: the ledger read in from a list, written to by hand, withdrawn from, and counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from hoken_desktop import words
from hoken_desktop.domain.codes import (
    ConsentDecision,
    EvidenceSource,
    PersonState,
    Purpose,
    RecipientSection,
    Standing,
)
from hoken_desktop.domain.consents import FOREMOST as FOREMOST
from hoken_desktop.domain.consents import (
    Consent,
    ConsentStanding,
    Unreadable,
    entered_after,
    impossible_day,
    is_giver_named,
    revives,
    same_content,
    standing,
    standing_row,
)
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.numbers import as_text
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Device, Person, device_group, provision_municipality
from hoken_desktop.domain.places import is_registered
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.services.consent_lists import ConsentLists, TableReader
from hoken_desktop.services.consent_lists import ConsentReading as ConsentReading
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.progress import Report, no_report
from hoken_desktop.services.recipients import Municipalities as Municipalities
from hoken_desktop.services.recipients import office_of
from hoken_desktop.services.recipients import resolve_recipient as resolve_recipient


@dataclass(frozen=True, slots=True)
class RecipientStandings:
    """How the people of one municipality stand: over all purposes (valid for any is valid), and purpose by purpose.

    The counts of `overall`, and of each purpose, add up to `people`.
    """

    recipient: str
    name: str
    people: int
    overall: dict[str, int]
    by_purpose: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """What stands for one person, recipient and purpose."""

    recipient: str
    section: RecipientSection
    purpose: Purpose
    standing: ConsentStanding


@dataclass(frozen=True, slots=True)
class PersonConsents:
    """A person's ledger, every row as it was entered, and what stands on the day."""

    rows: tuple[Consent, ...]
    standings: tuple[KeyStanding, ...]


class Consents:
    """The consent ledger of one registry: rows are only ever added."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, tables: TableReader, municipalities: Municipalities
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._municipalities = municipalities
        self._lists = ConsentLists(store, clock, ids, tables, municipalities)

    def read_in(self, path: Path, report: Report = no_report, *, dry_run: bool = False) -> ConsentReading:
        """Takes a list over (xlsx or csv, resources/layouts/consents.toml) in one deed, row by row; a `dry_run` only
        says what would be taken."""
        return self._lists.read_in(path, report, dry_run=dry_run)

    def record(self, draft: Consent, purposes: Iterable[Purpose] = ()) -> tuple[Consent, ...]:
        """Adds one consent (or 不同意, 保留) for each purpose; `draft`'s id and moment are given here.

        What already stands in the same words is not added again. Refuses unknown people and recipients, days that
        cannot be, and a 家族 or 代筆 that does not name the giver and the reason.
        """
        return self.record_paper([replace(draft, purpose=p) for p in tuple(purposes) or (draft.purpose,)])

    def record_paper(self, drafts: Sequence[Consent]) -> tuple[Consent, ...]:
        """Adds what one person said on one paper, to several recipients and for several purposes, in one deed.

        Refuses what `record` refuses, and rows of more than one person; then none of them is added.
        """
        added = self.prepare(drafts)
        if added:
            with self._store.change(
                Deed.CONSENT_RECORDED, added[0].person_id, recipient=list(dict.fromkeys(r.recipient for r in added)),
                decision=list(dict.fromkeys(r.decision.value for r in added)),
                purposes=list(dict.fromkeys(r.purpose.value for r in added)),
            ) as writing:  # fmt: skip
                writing.consents.add_all(added)
        return added

    def prepare(self, drafts: Sequence[Consent]) -> tuple[Consent, ...]:
        """The rows `record_paper` would add, with their ids and moment, for a deed that brings more than consents.

        Refuses what `record_paper` refuses, and a consent of a day before the withdrawal that stands, which would count
        again; what already stands in the same words is left out.
        """
        if not drafts:
            return ()
        if len({draft.person_id for draft in drafts}) > 1:
            raise Refusal("consents.two_people")
        with self._store.read() as shelves:
            person = shelves.persons.get(drafts[0].person_id)
            if person is None:
                raise Refusal("consents.unknown_person")
            office = office_of(shelves)
            known = shelves.consents.all(person_id=person.id)
        now = entered_after(known, self._clock.now())
        rows = [replace(self._checked(draft, person, office), id=self._ids(), entered_at=now) for draft in drafts]
        for row in rows:
            if revives(row, known, self._clock.today()):
                raise Refusal("consents.before_withdrawal")
        return tuple(row for row in rows if not self._stands(row, known))

    def older_than_withdrawals(self, drafts: Sequence[Consent]) -> tuple[Consent, ...]:
        """Those of one person's drafts that `prepare` refuses because the person withdrew after their day."""
        with self._store.read() as shelves:
            known = shelves.consents.all(person_id=list({draft.person_id for draft in drafts}))
        return tuple(draft for draft in drafts if revives(draft, known, self._clock.today()))

    def _checked(self, draft: Consent, person: Person, office: Office) -> Consent:
        """`draft` with its recipient as a code."""
        try:
            recipient = resolve_recipient(
                draft.recipient, draft.section, office.municipalities, self._municipalities
            )
        except Unreadable:
            raise Refusal("consents.unknown_recipient", allowed=self._allowed(office)) from None
        if not draft.scope:
            raise Refusal("consents.no_scope")
        if (code := impossible_day(draft, person.birth_on, self._clock.today())) is not None:
            raise Refusal("consents.impossible_day", reason=words.say(_DAY_REASONS[code]))
        if not is_giver_named(draft):
            raise Refusal("consents.giver_unnamed")
        return replace(draft, recipient=recipient)

    def _stands(self, row: Consent, known: Iterable[Consent]) -> bool:
        stands = standing_row(
            known, recipient=row.recipient, section=row.section, purpose=row.purpose, day=self._clock.today()
        )
        return stands is not None and same_content(stands, row)

    def _allowed(self, office: Office) -> str:
        return words.say("consents.comma").join(self._municipalities.name_of(code) for code in office.municipalities)

    def withdraw(
        self, person_id: str, recipient: str, section: RecipientSection, purpose: Purpose, on: date
    ) -> Consent:
        """撤回: adds a copy of the row that stands, closed from `on`; the row itself stays as it was.

        Refuses a day in the future and where nothing given stands on that day.
        """
        return self.withdraw_all(person_id, [(recipient, section, purpose)], on)[0]

    def withdraw_all(
        self, person_id: str, keys: Sequence[tuple[str, RecipientSection, Purpose]], on: date
    ) -> tuple[Consent, ...]:
        """撤回 of several consents of one person in one deed; refuses what `withdraw` refuses, and then closes none."""
        closed = self.prepare_withdrawals(person_id, keys, on)
        with self._store.change(
            Deed.CONSENT_WITHDRAWN, person_id, recipient=list(dict.fromkeys(row.recipient for row in closed)),
            purpose=list(dict.fromkeys(row.purpose.value for row in closed)), on=on.isoformat(),
        ) as writing:  # fmt: skip
            writing.consents.add_all(closed)
        return closed

    def prepare_withdrawals(
        self, person_id: str, keys: Sequence[tuple[str, RecipientSection, Purpose]], on: date, evidence: str = ""
    ) -> tuple[Consent, ...]:
        """The rows `withdraw_all` would add, for a deed that brings more; refuses what it refuses. `evidence` names the
        paper the withdrawal came on, beside that of the consent."""
        if on > self._clock.today():
            raise Refusal("consents.impossible_day", reason=words.say(_DAY_REASONS["withdrawn_in_future"]))
        with self._store.read() as shelves:
            known = shelves.consents.all(person_id=person_id)
        closed = []
        now = entered_after(known, self._clock.now())
        for recipient, section, purpose in keys:
            row = standing_row(known, recipient=recipient, section=section, purpose=purpose, day=on)
            ended = row is not None and row.withdrawn_on is not None and row.withdrawn_on <= on
            if row is None or row.decision is not ConsentDecision.GIVEN or ended:
                raise Refusal("consents.nothing_to_withdraw", day=on.isoformat())
            both = words.say("consents.comma").join(text for text in (row.evidence, evidence) if text)
            closed.append(
                replace(
                    row, id=self._ids(), entered_at=now, withdrawn_on=on, source=EvidenceSource.STAFF,
                    evidence=both,
                )
            )  # fmt: skip
        return tuple(closed)

    def find_by_number(self, number: str) -> tuple[tuple[Person, str], ...]:
        """(person, the municipality their consents go to) of everyone registered with this 管理番号 (its digits alone
        are enough) or 受給者番号; "" for the municipality of someone who lives 管外."""
        text = as_text(number).strip().upper()
        digits = text.isascii() and text.isdigit()
        spellings = {text, f"K{int(text):06d}"} if digits and len(text) <= 6 else {text}
        with self._store.read() as shelves:
            office = office_of(shelves)
            ids = {id_ for spelling in spellings if spelling for id_ in shelves.person_ids_by_number(spelling)}
            people = [p for p in shelves.persons.all(id=list(ids)) if p.state is PersonState.ACTIVE]
        return tuple((p, provision_municipality(p, office.municipalities)) for p in people)

    def standings(
        self, day: date | None = None, section: RecipientSection = RecipientSection.HEALTH
    ) -> tuple[RecipientStandings, ...]:
        """How the registered people (with a counted device) of each municipality of the office stand on `day`."""
        today = day or self._clock.today()
        with self._store.read() as shelves:
            office = office_of(shelves)
            people = _registered(shelves)
            ledger: defaultdict[str, list[Consent]] = defaultdict(list)
            for row in shelves.consents.all(section=section):
                ledger[row.person_id].append(row)
        by_place: defaultdict[str, list[Person]] = defaultdict(list)
        for person in people:
            by_place[provision_municipality(person, office.municipalities)].append(person)
        return tuple(
            self._of_recipient(code, by_place[code], ledger, office, section, today) for code in office.municipalities
        )

    def _of_recipient(
        self,
        code: str,
        people: list[Person],
        ledger: dict[str, list[Consent]],
        office: Office,
        section: RecipientSection,
        day: date,
    ) -> RecipientStandings:
        overall: Counter[Standing] = Counter()
        by_purpose: dict[Purpose, Counter[Standing]] = {purpose: Counter() for purpose in Purpose}
        for person in people:
            found = {
                purpose: standing(
                    ledger.get(person.id, ()), recipient=code, section=section, purpose=purpose, day=day,
                    birth_on=person.birth_on, guardian_ends_at=office.guardian_ends_at,
                ).standing
                for purpose in Purpose
            }  # fmt: skip
            for purpose, one in found.items():
                by_purpose[purpose][one] += 1
            overall[next(s for s in FOREMOST if s in found.values())] += 1
        return RecipientStandings(
            recipient=code,
            name=self._municipalities.name_of(code),
            people=len(people),
            overall={s.value: overall[s] for s in Standing},
            by_purpose={p.value: {s.value: count[s] for s in Standing} for p, count in by_purpose.items()},
        )

    def of_person(self, person_id: str, day: date | None = None) -> PersonConsents:
        """One person's ledger and what stands on `day` for every recipient and purpose it names."""
        today = day or self._clock.today()
        with self._store.read() as shelves:
            person = shelves.persons.get(person_id)
            if person is None:
                raise Refusal("consents.unknown_person")
            rows = tuple(shelves.consents.all(person_id=person_id))
            office = office_of(shelves)
        keys = dict.fromkeys((r.recipient, r.section, r.purpose) for r in rows)
        return PersonConsents(
            rows,
            tuple(
                KeyStanding(
                    recipient, section, purpose,
                    standing(
                        rows, recipient=recipient, section=section, purpose=purpose, day=today,
                        birth_on=person.birth_on, guardian_ends_at=office.guardian_ends_at,
                    ),
                )
                for recipient, section, purpose in keys
            ),
        )  # fmt: skip


def _registered(shelves: Shelves) -> list[Person]:
    devices: defaultdict[str, list[Device]] = defaultdict(list)
    for device in shelves.devices.all():
        devices[device.person_id].append(device)
    people = shelves.persons.all(state=PersonState.ACTIVE)
    return [p for p in people if is_registered(p) and device_group(devices[p.id]) in COUNTED]


_DAY_REASONS = {
    "consented_in_future": "consents.consented_in_future",
    "withdrawn_in_future": "consents.withdrawn_in_future",
    "withdrawn_before_consent": "consents.withdrawn_before_consent",
    "expires_before_consent": "consents.expires_before_consent",
    "consented_before_birth": "consents.consented_before_birth",
}
