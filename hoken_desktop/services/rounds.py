"""更新回: open, read the files in, see where it stands, freeze it, and mend it by an edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from hoken_desktop.domain.codes import (
    Choice,
    DeviceGroup,
    PersonState,
    PlanStatus,
    RoundState,
    RowKind,
    Scheme,
    Verdict,
)
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.layouts import LayoutChoice
from hoken_desktop.domain.persons import (
    Device,
    Person,
    device_group,
    provision_municipality,
    standing_facts,
)
from hoken_desktop.domain.places import is_registered, unmapped_reason
from hoken_desktop.domain.plain import to_plain
from hoken_desktop.domain.rounds import (
    Edition,
    Round,
    RoundFault,
    RoundFile,
    RoundRow,
    SnapshotRow,
    digest_of,
    is_reference_day,
)
from hoken_desktop.domain.statistics import Totals, totals
from hoken_desktop.services.absents import ask_for_absent, unread_schemes
from hoken_desktop.services.linkages import Linkage
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.services.progress import Report, Step, no_report

_LARGE_SHARE = 0.10
"""Above this share of changed or vanished people a freeze asks for their number (a stale or cut file looks so)."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """What one file brought. rows = candidates + not_eligible + faulty rows + blank."""

    rows: int
    candidates: int
    not_eligible: int
    blank: int
    faulty: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    verdicts: dict[str, int]
    absent: int
    unmapped_columns: tuple[str, ...]
    repeated: bool = False

    @property
    def closes(self) -> bool:
        return self.rows == self.candidates + self.not_eligible + self.faulty + self.blank


@dataclass(frozen=True, slots=True)
class RoundView:
    """Where a round stands. An open round is counted from the live register, a frozen one from its snapshot.

    `unread`: how many people no file of an open round could speak for, by scheme (OTHER: no file has them).
    """

    round: Round
    pending: int
    held: int
    totals: Totals
    files: tuple[RoundFile, ...]
    digest: str = ""
    frozen_on: date | None = None
    unread: dict[Scheme, int] = field(default_factory=dict)


class Rounds:
    """The half-years of one registry."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, linkage: Linkage) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._linkage = linkage

    def open(self, as_of: date) -> Round:
        """Opens the half-year of a 基準日; one open round at a time, each 基準日 once."""
        if not is_reference_day(as_of):
            raise Refusal("rounds.not_reference_day", day=as_of.isoformat())
        with self._store.change(Deed.ROUND_OPENED, as_of.isoformat()) as shelves:
            known = shelves.rounds.all()
            if any(r.as_of == as_of for r in known):
                raise Refusal("rounds.exists", day=as_of.isoformat())
            if (other := next((r for r in known if r.state is RoundState.OPEN), None)) is not None:
                raise Refusal("rounds.other_open", day=other.as_of.isoformat())
            if any(r.as_of > as_of for r in known):
                raise Refusal("rounds.older", day=as_of.isoformat())
            return shelves.rounds.add(Round(self._ids(), as_of, opened_at=self._clock.now()))

    def all(self) -> list[Round]:
        """Every round, oldest first."""
        with self._store.read() as shelves:
            return sorted(shelves.rounds.all(), key=lambda r: r.as_of)

    def current(self) -> Round | None:
        """The open round, else the newest."""
        rounds = self.all()
        return next((r for r in rounds if r.state is RoundState.OPEN), rounds[-1] if rounds else None)

    def proposed(self) -> list[date]:
        """The 基準日 a round may be opened for now, the likeliest first: the newest past one, then the one to come."""
        today = self._clock.today()
        newest = max((r.as_of for r in self.all()), default=date.min)
        days = [date(year, *day) for year in (today.year - 1, today.year, today.year + 1) for day in ((3, 31), (9, 30))]
        past = [day for day in days if day <= today][-1:]
        coming = [day for day in days if day > today][:1]
        return [day for day in (*past, *coming) if day > newest]

    def faults(self) -> list[RoundFault]:
        """Faults and warnings of the files of the round in hand (the open one, else the newest), in file order."""
        round_ = self.current()
        if round_ is None:
            return []
        with self._store.read() as shelves:
            return shelves.round_faults.all(round_id=round_.id)

    def read_in(
        self, path: Path, scheme: Scheme, *, layout: LayoutChoice | None = None, sheet: str | None = None,
        report: Report = no_report,
    ) -> FileRead:
        """Reads one benefit file into the waiting room of the open round; the same file again changes nothing."""
        round_ = _open_round(self.all())
        reading = self._linkage.read(path, scheme, layout=layout, sheet=sheet, today=self._clock.today(), report=report)
        with self._store.read() as shelves:
            files = shelves.round_files.all(round_id=round_.id)
            again = next((f for f in files if f.sha256 == reading.sha256 and f.scheme is scheme), None)
            if again is not None:
                rows = shelves.round_rows.all(file_id=again.id)
                return self._result(reading, again, rows, self._absent(shelves, round_, scheme), repeated=True)
        file_id = self._ids()
        with self._store.change(Deed.FILE_READ, round_.id, scheme=scheme.value) as shelves:
            report(Step(0, 0, "rounds.step_match"))
            rows, not_eligible = self._linkage.study(shelves, round_, file_id, reading, report)
            file = RoundFile(
                id=file_id, round_id=round_.id, name=path.name, sheet=reading.sheet, scheme=scheme,
                sha256=reading.sha256, rows=reading.rows, candidates=len(rows), not_eligible=not_eligible,
                faults=reading.faulty_rows, blank=reading.blank, warnings=len(reading.warnings),
                read_at=self._clock.now(),
            )
            shelves.round_files.add(file)
            shelves.round_rows.add_all(rows)
            shelves.round_faults.add_all(self._fault(f, round_, file_id) for f in (*reading.faults, *reading.warnings))
            absent = ask_for_absent(shelves, self._ids, round_, scheme)
            result = self._result(reading, file, rows, absent)
            if not result.closes:
                raise AssertionError("rows = candidates + not_eligible + faults + blank")
            shelves.detail.update(rows=file.rows, candidates=file.candidates, not_eligible=not_eligible, absent=absent)
        return result

    def _fault(self, fault: Fault, round_: Round, file_id: str) -> RoundFault:
        return RoundFault(
            self._ids(), round_.id, file_id, fault.file, fault.sheet, fault.row, fault.column, fault.code,
            fault.warning, dict(fault.facts),
        )

    @staticmethod
    def _result(
        reading: Any, file: RoundFile, rows: list[RoundRow], absent: int, *, repeated: bool = False
    ) -> FileRead:
        verdicts = {v.value: 0 for v in (Verdict.CERTAIN, Verdict.LIKELY, Verdict.DOUBTFUL, Verdict.NEW)}
        for row in rows:
            verdicts[row.verdict.value] += 1
        return FileRead(
            rows=file.rows, candidates=file.candidates, not_eligible=file.not_eligible, blank=file.blank,
            faulty=file.faults, faults=tuple(reading.faults), warnings=tuple(reading.warnings), verdicts=verdicts,
            absent=absent, unmapped_columns=tuple(reading.unmapped_columns), repeated=repeated,
        )

    @staticmethod
    def _absent(shelves: Shelves, round_: Round, scheme: Scheme) -> int:
        return shelves.round_rows.count(round_id=round_.id, kind=RowKind.ABSENT, scheme=scheme)

    def show(self, as_of: date | None = None) -> RoundView:
        """Where a round stands; the open or newest one unless a 基準日 is given."""
        with self._store.read() as shelves:
            known = sorted(shelves.rounds.all(), key=lambda r: r.as_of)
            if not known:
                raise Refusal("rounds.none")
            wanted = next((r for r in known if r.as_of == as_of), None) if as_of else None
            if as_of and wanted is None:
                raise Refusal("rounds.no_such", day=as_of.isoformat())
            round_ = wanted or next((r for r in known if r.state is RoundState.OPEN), known[-1])
            rows = shelves.round_rows.all(round_id=round_.id)
            office = shelves.offices.all()[0]
            edition = None
            if round_.state is RoundState.FROZEN:
                snapshot = shelves.snapshot_rows.all(round_id=round_.id, edition=round_.edition)
                edition = shelves.editions.all(round_id=round_.id, edition=round_.edition)[0]
                by_use = edition.counting == "use"
            else:
                snapshot = self.snapshot(shelves, round_, 0)
                by_use = office.counting == "use"
            return RoundView(
                round=round_,
                pending=sum(r.choice is Choice.PENDING for r in rows),
                held=sum(r.choice is Choice.HOLD for r in rows),
                totals=totals(snapshot, by_use=by_use),
                files=tuple(shelves.round_files.all(round_id=round_.id)),
                digest=edition.digest if edition else "",
                frozen_on=in_japan(edition.frozen_at).date() if edition else None,
                unread={} if edition else unread_schemes(shelves, round_),
            )

    def freeze(self, confirm_changes: int | None = None) -> RoundView:
        """確定: refuses pending rows and undecided absents; writes snapshot, digest and state in one transaction."""
        round_ = _open_round(self.all())
        with self._store.change(Deed.ROUND_FROZEN, round_.id) as shelves:
            pending = shelves.round_rows.count(round_id=round_.id, choice=Choice.PENDING)
            if pending:
                raise Refusal("rounds.pending", count=pending)
            if not shelves.round_files.count(round_id=round_.id):
                raise Refusal("rounds.no_files")
            rows = self.snapshot(shelves, round_, 1)
            self._confirm(shelves, rows, confirm_changes)
            self._write_edition(shelves, round_, 1, rows, "")
            shelves.rounds.replace(replace(round_, state=RoundState.FROZEN, edition=1))
        return self.show(round_.as_of)

    def correct(self, reason: str) -> RoundView:
        """訂正版: a second snapshot of the newest frozen round from today's register; both stay."""
        if not reason.strip():
            raise Refusal("rounds.no_reason")
        frozen = [r for r in self.all() if r.state is RoundState.FROZEN]
        if not frozen:
            raise Refusal("rounds.none_frozen")
        round_ = frozen[-1]
        with self._store.change(Deed.ROUND_CORRECTED, round_.id, edition=round_.edition + 1) as shelves:
            rows = self.snapshot(shelves, round_, round_.edition + 1)
            self._write_edition(shelves, round_, round_.edition + 1, rows, reason.strip())
            shelves.rounds.replace(replace(round_, edition=round_.edition + 1))
        return self.show(round_.as_of)

    def _write_edition(self, shelves: Any, round_: Round, edition: int, rows: list[SnapshotRow], reason: str) -> None:
        counted = totals(rows)
        if not counted.closes:
            raise AssertionError("registered = mapped + unmapped")
        digest = digest_of(rows)
        shelves.snapshot_rows.add_all(rows)
        shelves.editions.add(
            Edition(
                self._ids(), round_.id, edition, digest, self._clock.now(), self._store.staff_id, reason,
                shelves.offices.all()[0].counting,
            )
        )
        shelves.detail.update(edition=edition, digest=digest, **counted.registered.as_dict())

    @staticmethod
    def _confirm(shelves: Shelves, rows: list[SnapshotRow], confirmed: int | None) -> None:
        """A cut or stale file shows as a wave of changes: more than a tenth asks for the number itself."""
        frozen = sorted((r for r in shelves.rounds.all(state=RoundState.FROZEN)), key=lambda r: r.as_of)
        if not frozen:
            return
        last = frozen[-1]
        before = {r.person_id: r for r in shelves.snapshot_rows.all(round_id=last.id, edition=last.edition)}
        now = {r.person_id: r for r in rows}
        moved = sum(
            1
            for person, old in before.items()
            if person not in now or _essence(now[person]) != _essence(old)
        )
        if moved > _LARGE_SHARE * max(len(before), 1) and confirmed != moved:
            raise Refusal("rounds.confirm_changes", count=moved, of=len(before))

    def snapshot(self, shelves: Shelves, round_: Round, edition: int) -> list[SnapshotRow]:
        """The register as it stands, one row a person with a counted or a still unconfirmed device."""
        office = shelves.offices.all()[0].municipalities
        people = [p for p in shelves.persons.all(state=PersonState.ACTIVE) if is_registered(p)]
        devices = _by_person(shelves.devices.all())
        facts = _by_person(shelves.facts.all(field=["support_plan"]))
        places = {p.person_id: p for p in shelves.places.all()}
        rows = []
        for person in people:
            group = device_group(devices[person.id])
            if group is DeviceGroup.NONE:
                continue
            reason = unmapped_reason(person, places.get(person.id), office)
            plan = standing_facts(facts[person.id]).get(("", "support_plan"))
            rows.append(
                SnapshotRow(
                    id=self._ids(), round_id=round_.id, edition=edition, person_id=person.id,
                    registry_no=person.registry_no, group=group,
                    municipality=provision_municipality(person, office), care_setting=person.care_setting,
                    mapped=reason is None, unmapped_reason=reason,
                    support_plan=PlanStatus(plan.value) if plan else PlanStatus.UNKNOWN,
                    payload=_payload(person, devices[person.id]),
                )
            )
        return rows


def _by_person(values: Iterable[Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for value in values:
        found[value.person_id].append(value)
    return found


def _payload(person: Person, devices: list[Device]) -> dict[str, Any]:
    """What the papers of an edition print of a person."""
    return {
        "name": person.name,
        "name_kana": person.name_kana,
        "sort_key": person.sort_key,
        "birth_on": to_plain(person.birth_on),
        "sex": person.sex.value,
        "postcode": person.postcode,
        "address": person.address,
        "phone": person.phone_mobile or person.phone_home,
        "devices": [[d.kind.value, d.use_status.value, d.supplier] for d in devices],
    }


def _essence(row: SnapshotRow) -> tuple[Any, ...]:
    keep = ("name", "birth_on", "address")
    return (row.group, row.municipality, *(row.payload.get(name) for name in keep))


def _open_round(rounds: list[Round]) -> Round:
    found = next((r for r in rounds if r.state is RoundState.OPEN), None)
    if found is None:
        raise Refusal("rounds.none_open")
    return found
