"""同意の一覧: a list of consents (xlsx or csv) on its way into the ledger, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from hoken_desktop import words
from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    EndReason,
    EvidenceSource,
    ItemGroup,
    Purpose,
    RecipientSection,
)
from hoken_desktop.domain.consents import (
    AGE_OF_OWN_CONSENT,
    Consent,
    Giver,
    Scope,
    Unreadable,
    age_on,
    entered_after,
    impossible_day,
    parse_decision,
    parse_giver,
    parse_method,
    parse_purposes,
    parse_scope,
    parse_section,
    same_content,
    standing_row,
)
from hoken_desktop.domain.dates import UnreadableDate, parse
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.numbers import as_text, wash_beneficiary_no, wash_payer_no
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.persons import Person
from hoken_desktop.domain.sheets import CellTrouble, MappedRow, MappedTable, RawValue
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.recipients import Municipalities, office_of, resolve_recipient

LAYOUT = "consents"
_BUNDLE = 200
_T = TypeVar("_T")


class TableReader(Protocol):
    """Reads the one sheet of an xlsx or csv that a layout knows; refuses what it cannot trust."""

    def __call__(self, path: Path, layout: str, sheet: str | None = None) -> MappedTable: ...


@dataclass(frozen=True, slots=True)
class ConsentReading:
    """What a list brought. rows = taken + unchanged + faulty; `added` rows of the ledger (two purposes make two)."""

    rows: int
    taken: int
    unchanged: int
    faulty: int
    added: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]

    @property
    def closes(self) -> bool:
        """Whether every row of the list went somewhere."""
        return self.rows == self.taken + self.unchanged + self.faulty


class ConsentLists:
    """Takes lists over into the ledger of one registry."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, tables: TableReader, municipalities: Municipalities
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._tables = tables
        self._municipalities = municipalities

    def read_in(self, path: Path, report: Report = no_report, *, dry_run: bool = False) -> ConsentReading:
        """Takes a list over (xlsx or csv, resources/layouts/consents.toml) in one deed.

        A row with a fault opens nothing and stops no other; the same row again changes nothing. A `dry_run` only
        says what would be taken.
        """
        report(Step(0, 0, "consents.step_read"))
        table = self._tables(path, LAYOUT)
        with self._store.read() as shelves:
            people = _People(shelves)
            office = office_of(shelves)
            ledger: defaultdict[str, list[Consent]] = defaultdict(list)
            for row in shelves.consents.all():
                ledger[row.person_id].append(row)
        list_ = _List(people, office, ledger, self._municipalities, self._clock, self._ids)
        filled = [row for row in table.rows if not row.blank]
        for done, mapped in enumerate(filled):
            if done % _BUNDLE == 0:
                report(Step(done, len(filled), "consents.step_take"))
            list_.take(mapped)
        reading = ConsentReading(
            rows=len(filled),
            taken=list_.taken,
            unchanged=list_.unchanged,
            faulty=len(filled) - list_.taken - list_.unchanged,
            added=len(list_.added),
            faults=tuple(list_.faults),
            warnings=(*table.warnings, *list_.warnings),
        )
        if list_.added and not dry_run:
            with self._store.change(
                Deed.CONSENTS_READ, table.sha256[:16], rows=reading.rows, added=reading.added, faults=reading.faulty
            ) as writing:
                writing.consents.add_all(list_.added)
        return reading


_DAY_COLUMNS = {
    "consented_in_future": "consented_on",
    "withdrawn_before_consent": "withdrawn_on",
    "expires_before_consent": "expires_on",
    "consented_before_birth": "consented_on",
}
_COLUMNS = {
    "payer_no": "consents.column_payer_no",
    "beneficiary_no": "consents.column_beneficiary_no",
    "registry_no": "consents.column_registry_no",
    "name": "consents.column_name",
    "recipient": "consents.column_recipient",
    "section": "consents.column_section",
    "purpose": "consents.column_purpose",
    "scope": "consents.column_scope",
    "decision": "consents.column_decision",
    "giver": "consents.column_giver",
    "method": "consents.column_method",
    "consented_on": "consents.column_consented_on",
    "expires_on": "consents.column_expires_on",
    "withdrawn_on": "consents.column_withdrawn_on",
}
"""How a column is called in a fault where the list has none."""


class _People:
    """Who is meant by the numbers of a list."""

    def __init__(self, shelves: Shelves) -> None:
        self.by_id = {p.id: p for p in shelves.persons.all()}
        self._by_registry_no = {p.registry_no: p.id for p in self.by_id.values()}
        self._by_number: defaultdict[str, set[str]] = defaultdict(set)
        self._by_both: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for benefit in shelves.benefits.all():
            if benefit.beneficiary_no:
                self._by_number[benefit.beneficiary_no].add(benefit.person_id)
                self._by_both[benefit.payer_no, benefit.beneficiary_no].add(benefit.person_id)

    def by_registry_no(self, raw: RawValue) -> set[str]:
        """The person with this 管理番号 (K000012, or its digits alone); of a merged one, who they were found to be."""
        text = as_text(raw).upper()
        if text.isascii() and text.isdigit() and len(text) <= 6:
            text = f"K{int(text):06d}"
        found = self._by_registry_no.get(text, "")
        while found and self.by_id[found].merged_into:
            found = self.by_id[found].merged_into
        return {found} if found else set()

    def by_benefit(self, payer: RawValue, number: RawValue) -> set[str]:
        """People with this 公費負担者番号 and 受給者番号; by the second alone where no payer is given."""
        washed = wash_beneficiary_no(number).value
        found = self._by_number[washed]
        if as_text(payer):
            found = self._by_both[wash_payer_no(payer).value, washed]
        if len(found) > 1:
            # Someone entered twice and merged since is one person.
            found = {p for p in found if self.by_id[p].end_reason is not EndReason.MERGED}
        return set(found)


@dataclass(slots=True)
class _Line:
    """One row while it is read: what was wrong with it, and where."""

    row: MappedRow
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def raw(self, key: str) -> RawValue:
        cell = self.row.cells.get(key)
        return cell.value if cell else None

    def text(self, key: str) -> str:
        """The cell as text; line breaks inside it stay."""
        value = self.raw(key)
        if isinstance(value, CellTrouble):
            return ""
        return value.strip() if isinstance(value, str) else as_text(value)

    def blame(self, key: str, code: str, *, warning: bool = False) -> None:
        column = self.row.column(key) or words.say(_COLUMNS[key])
        fault = Fault(self.row.file, self.row.sheet, self.row.number, column, code, warning)
        (self.warnings if warning else self.faults).append(fault)

    def read(self, key: str, parser: Callable[[str], _T]) -> _T | None:
        """The cell through `parser`; None and a fault where it opens nothing."""
        try:
            return parser(self.text(key))
        except Unreadable as unreadable:
            self.blame(key, unreadable.code)
            return None

    def day(self, key: str) -> date | None:
        value = self.raw(key)
        if value is None or (isinstance(value, str) and not value.strip()) or isinstance(value, CellTrouble | bool):
            return None
        try:
            return parse(value, epoch_1904=self.row.epoch_1904)
        except UnreadableDate as unreadable:
            self.blame(key, unreadable.code)
            return None


class _List:
    """Rows of a list on their way into the ledger, each seeing what the ones before it brought."""

    def __init__(
        self,
        people: _People,
        office: Office,
        ledger: defaultdict[str, list[Consent]],
        municipalities: Municipalities,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._people = people
        self._office = office
        self._ledger = ledger
        self._municipalities = municipalities
        self._today = clock.today()
        self._moment: datetime = entered_after((row for rows in ledger.values() for row in rows), clock.now())
        self._ids = ids
        self.added: list[Consent] = []
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.taken = 0
        self.unchanged = 0

    def take(self, row: MappedRow) -> None:
        """One row: into the ledger, or its faults into the report."""
        line = _Line(row)
        rows = self._read(line)
        if line.faults or rows is None:
            self.faults.extend(line.faults)
        else:
            self._keep(line, rows)
        self.warnings.extend(line.warnings)

    def _keep(self, line: _Line, rows: list[Consent]) -> None:
        fresh = [r for r in rows if not any(same_content(r, old) for old in self._ledger[r.person_id])]
        for one in fresh:
            self._ledger[one.person_id].append(one)
            self.added.append(one)
        if fresh:
            self.taken += 1
            self._warn_of_order(line, fresh)
        else:
            self.unchanged += 1

    def _next_moment(self) -> datetime:
        # The later row of a list counts as the later entered, so no two share a moment.
        self._moment += timedelta(microseconds=1)
        return self._moment

    def _read(self, line: _Line) -> list[Consent] | None:
        if line.row.trouble:
            line.faults.append(Fault(line.row.file, line.row.sheet, line.row.number, "", line.row.trouble))
            return None
        for key, cell in line.row.cells.items():
            if isinstance(cell.value, CellTrouble):
                line.faults.append(
                    Fault(line.row.file, line.row.sheet, line.row.number, cell.column, cell.value.value)
                )
                if key in ("payer_no", "beneficiary_no", "registry_no"):
                    return None
        person = self._person(line)
        section = line.read("section", parse_section)
        recipient = self._recipient(line, section) if section else None
        purposes = line.read("purpose", parse_purposes)
        scope = line.read("scope", parse_scope)
        giver = line.read("giver", parse_giver)
        method = line.read("method", parse_method)
        days = {key: line.day(key) for key in ("consented_on", "expires_on", "withdrawn_on")}
        withdrawn = False
        decision = None
        before = len(line.faults)
        read = line.read("decision", parse_decision)
        if len(line.faults) == before:
            withdrawn, decision = read is None, read or ConsentDecision.GIVEN
        if line.faults or not (person and section and recipient and purposes and scope and giver and method):
            return None
        assert decision is not None
        if scope.warning:
            line.blame("scope", scope.warning, warning=True)
        draft = Consent(
            id="", person_id=person.id, recipient=recipient, section=section, purpose=purposes[0], decision=decision,
            consented_on=days["consented_on"] or self._today, entered_at=self._moment,
            scope=_scope_in_order(scope), given_by=giver.given_by, giver_name=line.text("giver_name") or giver.name,
            relation=line.text("relation") or giver.relation, giver_reason=line.text("giver_reason") or giver.reason,
            method=method, expires_on=days["expires_on"], withdrawn_on=days["withdrawn_on"],
            evidence=line.text("evidence"), explained_by=line.text("explained_by"),
            source=EvidenceSource.STAFF,
        )  # fmt: skip
        if withdrawn:
            return self._withdrawals(line, draft, purposes, days["consented_on"], person)
        if days["consented_on"] is None:
            return self._undated(line, draft, purposes)
        if (code := impossible_day(draft, person.birth_on, self._today)) is not None:
            line.blame(_DAY_COLUMNS[code], code)
            return None
        self._warn_of_giver(line, draft, giver, person)
        self._warn_of_later(line, draft.withdrawn_on)
        return [self._new(replace(draft, purpose=purpose)) for purpose in purposes]

    def _new(self, row: Consent) -> Consent:
        return replace(row, id=self._ids(), entered_at=self._next_moment())

    def _standing(self, draft: Consent, day: date) -> Consent | None:
        return standing_row(
            self._ledger[draft.person_id], recipient=draft.recipient, section=draft.section, purpose=draft.purpose,
            day=day,
        )  # fmt: skip

    def _person(self, line: _Line) -> Person | None:
        """Who the row is about; every number it gives must say the same."""
        named: list[tuple[str, set[str]]] = []
        if line.text("registry_no"):
            named.append(("registry_no", self._people.by_registry_no(line.raw("registry_no"))))
        if number := line.text("beneficiary_no"):
            found = self._people.by_benefit(line.raw("payer_no"), line.raw("beneficiary_no"))
            if not found and number.upper().startswith("K"):
                found = self._people.by_registry_no(number)
            named.append(("beneficiary_no", found))
        if not named:
            line.blame("beneficiary_no", "person_not_named")
            return None
        for key, found in named:
            if len(found) != 1:
                line.blame(key, "person_ambiguous" if found else "person_unknown")
                return None
        if len({next(iter(found)) for _, found in named}) > 1:
            line.blame("registry_no", "person_contradiction")
            return None
        person = self._people.by_id[next(iter(named[0][1]))]
        written = line.text("name")
        if written and fold_name(written) not in {fold_name(person.name), fold_name(person.name_alt or person.name)}:
            line.blame("name", "name_mismatch")
            return None
        return person

    def _recipient(self, line: _Line, section: RecipientSection) -> str | None:
        return line.read(
            "recipient",
            lambda text: resolve_recipient(text, section, self._office.municipalities, self._municipalities),
        )

    def _withdrawals(
        self, line: _Line, draft: Consent, purposes: tuple[Purpose, ...], consented_on: date | None, person: Person
    ) -> list[Consent] | None:
        """判断 撤回: a given consent that is closed. Without its 同意日 the row that stands is the one withdrawn;
        without a 撤回日 it is closed from the 同意日 (else from today), because closing is the safe reading."""
        on = draft.withdrawn_on or consented_on or self._today
        assumed = draft.withdrawn_on is None
        draft = replace(draft, consented_on=consented_on or min(on, self._today), withdrawn_on=on)
        if (code := impossible_day(draft, person.birth_on, self._today)) is not None:
            line.blame(_DAY_COLUMNS[code], code)
            return None
        if assumed:
            line.blame("withdrawn_on", "withdrawal_day_assumed", warning=True)
        found = []
        for purpose in purposes:
            one = replace(draft, purpose=purpose)
            if consented_on is None:
                stands = self._standing(one, on)
                if stands is not None and (
                    stands.decision is ConsentDecision.REFUSED
                    or (stands.withdrawn_on is not None and stands.withdrawn_on <= on)
                ):
                    continue
                if stands is not None and stands.decision is ConsentDecision.GIVEN:
                    one = replace(stands, withdrawn_on=on, source=EvidenceSource.STAFF)
                else:
                    # Nothing stands that could last until a later day: a withdrawal alone opens nothing.
                    one = replace(one, withdrawn_on=one.consented_on)
            found.append(self._new(one))
        self._warn_of_later(line, on)
        return found

    def _warn_of_later(self, line: _Line, withdrawn_on: date | None) -> None:
        """A withdrawal told of beforehand counts from its own day; not taking it would leave the consent open."""
        if withdrawn_on is not None and withdrawn_on > self._today:
            line.blame("withdrawn_on", "withdrawn_in_future", warning=True)

    def _undated(self, line: _Line, draft: Consent, purposes: tuple[Purpose, ...]) -> list[Consent] | None:
        """A row without 同意日. 未確認 and 保留 say nothing against an empty ledger; anything else needs its day."""
        found = []
        for purpose in purposes:
            one = replace(draft, purpose=purpose)
            stands = self._standing(one, self._today)
            quiet = stands is None or stands.decision is draft.decision
            if draft.decision in (ConsentDecision.GIVEN, ConsentDecision.REFUSED) or not quiet:
                line.blame("consented_on", "consented_on_missing")
                return None
            if stands is None and draft.decision is ConsentDecision.PENDING:
                found.append(self._new(one))
        return found

    def _warn_of_giver(self, line: _Line, draft: Consent, giver: Giver, person: Person) -> None:
        if draft.decision is not ConsentDecision.GIVEN:
            return
        if giver.given_by in (ConsentGiver.FAMILY, ConsentGiver.SCRIBE) and not (draft.giver_name or draft.relation):
            line.blame("giver", "giver_not_named", warning=True)
        too_young = person.birth_on is not None and age_on(person.birth_on, draft.consented_on) < AGE_OF_OWN_CONSENT
        if too_young and giver.given_by is not ConsentGiver.GUARDIAN:
            line.blame("giver", "giver_under_15", warning=True)

    def _warn_of_order(self, line: _Line, fresh: list[Consent]) -> None:
        """What staff would not expect of the rule that the latest 同意日 stands."""
        for row in fresh:
            others = [r for r in self._ledger[row.person_id] if r.id != row.id]
            before = standing_row(
                others, recipient=row.recipient, section=row.section, purpose=row.purpose, day=self._today
            )
            if before is None:
                continue
            now = self._standing(row, self._today)
            if row.withdrawn_on is not None and now is before and before.withdrawn_on is None:
                line.blame("withdrawn_on", "withdrawal_overridden", warning=True)
            elif (
                now is row
                and row.withdrawn_on is None
                and row.decision is ConsentDecision.GIVEN
                and before.withdrawn_on is not None
                and row.consented_on <= before.withdrawn_on
            ):
                line.blame("consented_on", "consent_before_withdrawal", warning=True)


def _scope_in_order(scope: Scope) -> tuple[ItemGroup, ...]:
    return tuple(group for group in ItemGroup if group in scope.groups)
