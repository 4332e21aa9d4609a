"""移行: the list a centre keeps today taken over in one deed. Nobody is made twice, nothing known is overwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.layouts import CONSENT_TO, REGISTER, LayoutChoice
from hoken_desktop.domain.linkage import Similarity
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.register import RegisterTable
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.ports import Clock, Ids, Store
from hoken_desktop.services.progress import Report, Step, no_report
from hoken_desktop.services.register_draft import BLANK, CREATED, FAULTY, MERGED, UNCHANGED, Draft, Municipalities
from hoken_desktop.services.register_rows import RegisterRows
from hoken_desktop.words import say

_BUNDLE = 50


class RegisterReader(Protocol):
    """Reads the known sheets of a present list (adapters/register_sheets.read_register)."""

    def __call__(
        self, path: Path, layout: LayoutChoice, also: Mapping[str, Sequence[str]], wanted: Collection[str] = ()
    ) -> list[RegisterTable]: ...


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """What a list brought. rows = created + merged + unchanged + faulty + blank; `people` are those its rows speak of.

    A row that only adds to the blanks of somebody known counts as `merged`, one that adds nothing as `unchanged`.
    """

    rows: int
    people: int
    created: int
    merged: int
    unchanged: int
    faulty: int
    blank: int
    consents: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    unmapped_columns: tuple[str, ...]
    as_of: date
    dry_run: bool
    sha256: str = ""

    @property
    def taken(self) -> int:
        """Rows that were understood."""
        return self.created + self.merged + self.unchanged

    @property
    def closes(self) -> bool:
        """Whether every row of the list went somewhere."""
        return self.rows == self.taken + self.faulty + self.blank


class Registers:
    """Takes present lists over into one registry."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, persons: Persons, reader: RegisterReader,
        municipalities: Municipalities, alike: Similarity, diseases: Callable[[], DiseaseIndex] = lambda: NOTHING,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._ids = ids
        self._persons = persons
        self._reader = reader
        self._municipalities = municipalities
        self._alike = alike
        self._diseases = diseases

    def read_in(
        self, path: Path, *, layout: LayoutChoice | None = None, sheets: Collection[str] = (),
        as_of: date | None = None, dry_run: bool = False, tried: str = "", report: Report = no_report,
    ) -> RegisterReading:  # fmt: skip
        """Takes a list over (xlsx or csv, resources/layouts/register.toml) as one deed; `dry_run` writes nothing.

        A row that is certainly somebody known fills only what is blank there; one that might be is a fault. The
        facts carry the row's own day (確認日), else `as_of`, else the day the file was saved. The same file again
        changes nothing. `sheets` names those to be read, else all that the layout knows. Refuses what the gate and
        the layout refuse, an `as_of` after today, and a file that is no longer the one that was tried (`tried` is
        the digest its dry run gave).
        """
        today = self._clock.today()
        if as_of is not None and as_of > today:
            raise Refusal("registers.future_date", file=path.name)
        report(Step(0, 0, "registers.step_read"))
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
        tables = self._reader(path, layout or REGISTER, self.consent_columns(office), sheets)
        digest = tables[0].table.sha256
        if tried and digest != tried:
            raise Refusal("registers.changed_since_trial", file=path.name)
        saved = next((t.written_on for t in tables if t.written_on), None)
        day = as_of or min(saved or today, today)
        with self._store.read() as shelves:
            draft = Draft(
                shelves, office, self._clock, self._ids, self._persons, self._municipalities, self._alike, day,
                self._store.staff_id, self._diseases(),
            )  # fmt: skip
        counts = self._take(tables, draft, office, report)
        reading = RegisterReading(
            rows=counts["rows"],
            people=len(draft.spoken_of),
            created=counts[CREATED],
            merged=counts[MERGED],
            unchanged=counts[UNCHANGED],
            faulty=counts[FAULTY],
            blank=counts[BLANK],
            consents=len(draft.consents_added),
            faults=tuple(draft.faults),
            warnings=tuple(draft.warnings),
            unmapped_columns=tuple(dict.fromkeys(c for t in tables for c in t.table.unmapped_columns)),
            as_of=day,
            dry_run=dry_run,
            sha256=digest,
        )
        if not reading.closes:
            raise AssertionError("rows = created + merged + unchanged + faulty + blank")
        if draft.changed and not dry_run:
            with self._store.change(
                Deed.REGISTER_READ, digest[:16], rows=reading.rows, created=reading.created,
                merged=reading.merged, faults=reading.faulty, consents=reading.consents, as_of=day.isoformat(),
            ) as writing:  # fmt: skip
                draft.write(writing)
        return reading

    def _take(self, tables: Sequence[RegisterTable], draft: Draft, office: Office, report: Report) -> Counter[str]:
        """Every row of every table; how many there were, and what became of them."""
        rows = RegisterRows(draft)
        counts: Counter[str] = Counter()
        for table in tables:
            draft.warnings.extend(table.table.warnings)
            named = self._municipalities.find(table.table.sheet, office.municipalities) if table.table.sheet else None
            about = named.name if named and named.code in office.municipalities else ""
            for row in table.table.rows:
                if counts["rows"] % _BUNDLE == 0:
                    report(Step(counts["rows"], 0, "registers.step_take"))
                counts["rows"] += 1
                counts[rows.take(row, about)] += 1
            draft.tell_dashes()
        return counts

    def consent_columns(self, office: Office) -> dict[str, list[str]]:
        """Header words of consent columns that name a municipality of the office, and of it as a 提供先."""
        endings = say("registers.consent_endings").split()
        return {
            CONSENT_TO + code: [self._municipalities.name_of(code) + ending for ending in endings]
            for code in office.municipalities
        }
