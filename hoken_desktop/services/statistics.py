"""統計: the 取組状況 table of item ⑤, filled from a frozen round; the words are left to the staff.

Every number says which 基準日 and which 版 it comes from, and the counting rule is printed beside them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hoken_desktop.domain.codes import PaperKind, PlanStatus, RoundState
from hoken_desktop.domain.dates import fiscal_year as fiscal_year_of
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.replies import ReplyRow
from hoken_desktop.domain.rounds import Round, SnapshotRow
from hoken_desktop.domain.statistics import COUNTED, OUTSIDE, Tally, Totals, totals
from hoken_desktop.services import statistics_papers
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Shelves, Store
from hoken_desktop.services.preferences import Preferences
from hoken_desktop.services.printing import PDF, XLSX, Job, Printed, Printing, check_ending
from hoken_desktop.services.replies import ReplySheets
from hoken_desktop.services.statistics_tables import (
    MARCH,
    SEPTEMBER,
    UNANSWERED,
    Figures,
    Number,
    ProgressTable,
    Provision,
    Texts,
    lay_table,
    summed,
    wareki_year,
)
from hoken_desktop.words import say


@dataclass(frozen=True, slots=True)
class Kept:
    """The words of the table, and the 年度 they were kept for: an earlier one where this one has none yet."""

    texts: Texts
    of_year: int | None


@dataclass(frozen=True, slots=True)
class Point:
    """The totals of one frozen round."""

    as_of: date
    edition: int
    counting: str
    registered: Tally
    mapped: Tally


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table that left for a file, with the figures it was counted from (whole, also where it withholds some)."""

    figures: Figures
    printed: Printed


_TEXTS = "statistics.texts."
"""Begins the keys under which the words of a 年度 are kept."""


class Statistics:
    """Tables for the office and for the public, without personal data."""

    def __init__(
        self, store: Store, clock: Clock, printing: Printing, municipalities: Municipalities, sheets: ReplySheets,
        preferences: Preferences,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._printing = printing
        self._municipalities = municipalities
        self._sheets = sheets
        self._preferences = preferences

    def figures(self, fiscal_year: int, figure: str | None = None) -> Figures:
        """The figures of a 年度 (April to March), of its 9月末 or 3月末, else of the newest frozen one in it.

        Refuses a 年度 without a frozen round, and a word that is neither.
        """
        wanted = _figure(figure)
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
            round_ = _round(shelves, fiscal_year, wanted)
            edition = shelves.editions.all(round_id=round_.id, edition=round_.edition)[0]
            rows = shelves.snapshot_rows.all(round_id=round_.id, edition=round_.edition)
            disclosures = [
                d
                for d in shelves.disclosures.all(state=DisclosureState.DONE)
                if fiscal_year_of(d.disclosed_on) == fiscal_year
            ]
            people = _disclosed_people(shelves, disclosures)
            answers, until = _answers(shelves, round_, fiscal_year)
        counted = [row for row in rows if row.group in COUNTED]
        found = totals(rows, by_use=edition.counting == "use")
        places = [*office.municipalities, *([OUTSIDE] if any(not r.municipality for r in counted) else [])]
        places += sorted({r.municipality for r in counted} - {*places, ""})
        support = {place: _support(counted, place) for place in places}
        evacuation = {place: _evacuation(counted, place, answers) for place in places}
        provision = _provision(disclosures, people)
        by_place = {
            place: _provision([d for d in disclosures if d.municipality == place], people) for place in places
        }
        return Figures(
            fiscal_year=fiscal_year,
            figure=MARCH if round_.as_of.month == 3 else SEPTEMBER,
            as_of=round_.as_of,
            edition=round_.edition,
            counting=edition.counting,
            totals=found,
            provision=provision,
            provision_by_municipality=by_place,
            support_plan=support,
            evacuation_plan=evacuation,
            replies_until=until,
            numbers=tuple(
                _numbers(round_, found, places, provision, by_place, support, evacuation, self._end(fiscal_year), until)
            ),
        )

    def _end(self, fiscal_year: int) -> date:
        return min(date(fiscal_year + 1, 3, 31), self._clock.today())

    def read_texts(self, path: Path) -> Texts:
        """The staff's words of an earlier table, kept for the new one. Refuses a file that is none."""
        wanted = {"main": say("statistics.main"), "issues": say("statistics.issues")}
        plan_end = say("statistics.plan", year="").strip()
        for table in self._sheets(path, None):
            for at, row in enumerate(table.rows[:-1]):
                heads = {_folded(c): n for n, c in enumerate(row.cells) if isinstance(c, str)}
                columns = {key: heads[_folded(text)] for key, text in wanted.items() if _folded(text) in heads}
                plan = [n for head, n in heads.items() if head.endswith(_folded(plan_end))]
                if len(columns) < len(wanted) or not plan:
                    continue
                cells = table.rows[at + 1].cells

                def text(number: int, cells: tuple[Any, ...] = cells) -> str:
                    value = cells[number] if number < len(cells) else None
                    return value if isinstance(value, str) else ""

                return Texts(text(columns["main"]), text(columns["issues"]), text(plan[0]))
        raise Refusal("statistics.no_table", file=path.name)

    # ---- the staff's words ------------------------------------------------------------------------------------

    def texts(self, fiscal_year: int) -> Kept:
        """The words kept for a 年度; else those of the newest 年度 before it, to begin with."""
        with self._store.read() as shelves:
            kept = {p.id: p.value for p in shelves.preferences.all() if p.id.startswith(_TEXTS)}
        years = sorted(int(key.removeprefix(_TEXTS)) for key in kept)
        of = max((year for year in years if year <= fiscal_year), default=None)
        if of is None:
            return Kept(Texts(), None)
        words = json.loads(kept[f"{_TEXTS}{of}"])
        return Kept(Texts(*(str(words.get(name, "")) for name in ("main", "issues", "plan"))), of)

    def keep_texts(self, fiscal_year: int, texts: Texts) -> None:
        """Keeps the words of a 年度; they may name places, so the record names only the 年度."""
        words = {"main": texts.main, "issues": texts.issues, "plan": texts.plan}
        self._preferences.put(f"{_TEXTS}{fiscal_year}", words, shared=True)

    # ---- the table --------------------------------------------------------------------------------------------

    def years(self) -> tuple[tuple[int, str], ...]:
        """(年度, 時点) of every frozen round, the newest first."""
        with self._store.read() as shelves:
            frozen = shelves.rounds.all(state=RoundState.FROZEN)
        return tuple(
            (fiscal_year_of(r.as_of), MARCH if r.as_of.month == 3 else SEPTEMBER)
            for r in sorted(frozen, key=lambda r: r.as_of, reverse=True)
        )

    def trend(self) -> tuple[Point, ...]:
        """The totals of every frozen round, each of its newest edition and by the counting it was frozen with."""
        with self._store.read() as shelves:
            found = []
            for round_ in sorted(shelves.rounds.all(state=RoundState.FROZEN), key=lambda r: r.as_of):
                edition = shelves.editions.all(round_id=round_.id, edition=round_.edition)[0]
                rows = shelves.snapshot_rows.all(round_id=round_.id, edition=round_.edition)
                counted = totals(rows, by_use=edition.counting == "use")
                found.append(
                    Point(round_.as_of, round_.edition, edition.counting, counted.registered, counted.mapped)
                )
        return tuple(found)

    def table(
        self, fiscal_year: int, figure: str | None = None, texts: Texts | None = None, *, masked: bool = False
    ) -> ProgressTable:
        """The 取組状況 table as a value, with the words kept for the 年度 unless others are given.

        `masked` withholds small numbers, for a public paper. Refuses what `figures` refuses.
        """
        found = self.figures(fiscal_year, figure)
        with self._store.read() as shelves:
            office = shelves.offices.all()[0].name
        words = self.texts(fiscal_year).texts if texts is None else texts
        return lay_table(found, words, office, self._clock.today(), self._municipalities.name_of, masked=masked)

    def write(
        self, path: Path, fiscal_year: int, figure: str | None = None, texts: Texts | None = None, *,
        masked: bool = False,
    ) -> WrittenTable:  # fmt: skip
        """Writes the 取組状況 table as xlsx or PDF (no personal data, no password) and gives its figures.

        Refuses an existing file, another ending, and what `figures` refuses.
        """
        ending = check_ending(path, PDF, XLSX)
        table = self.table(fiscal_year, figure, texts, masked=masked)
        job = _job(table)
        printed = (
            self._printing.save(job, path, lambda copy: statistics_papers.lay_out(table, copy))
            if ending == PDF
            else self._printing.save_workbook(job, path, lambda copy: statistics_papers.workbook(table, copy))
        )
        return WrittenTable(table.figures, printed)

    def print_on(
        self, printer: Printer, fiscal_year: int, figure: str | None = None, texts: Texts | None = None, *,
        masked: bool = False,
    ) -> Printed:  # fmt: skip
        """Prints the table on a real printer."""
        table = self.table(fiscal_year, figure, texts, masked=masked)
        return self._printing.press(_job(table), printer, lambda copy: statistics_papers.lay_out(table, copy))


def _job(table: ProgressTable) -> Job:
    found = table.figures
    detail = {
        "as_of": found.as_of.isoformat(), "edition": found.edition, "total": found.totals.registered.total,
        "masked": table.masked,
    }  # fmt: skip
    return Job(PaperKind.STATISTICS, str(found.fiscal_year), detail, sealed=False, deed=Deed.STATISTICS_MADE)


def _figure(raw: str | None) -> str | None:
    if raw is None or not raw.strip():
        return None
    text = _folded(raw)
    if text not in (MARCH, SEPTEMBER):
        raise Refusal("statistics.unknown_figure")
    return text


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _round(shelves: Shelves, fiscal_year: int, figure: str | None) -> Round:
    days = {SEPTEMBER: date(fiscal_year, 9, 30), MARCH: date(fiscal_year + 1, 3, 31)}
    wanted = [days[figure]] if figure else list(days.values())
    frozen = [r for r in shelves.rounds.all(state=RoundState.FROZEN) if r.as_of in wanted]
    if not frozen:
        if figure:
            raise Refusal("statistics.not_frozen", day=format_wareki(days[figure]))
        raise Refusal("statistics.nothing_frozen", year=wareki_year(fiscal_year))
    return max(frozen, key=lambda r: r.as_of)


def _disclosed_people(shelves: Shelves, disclosures: list[Disclosure]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {d.id: set() for d in disclosures}
    for row in shelves.disclosure_persons.all(disclosure_id=list(found)):
        if row.outside_key:
            found[row.disclosure_id].add(row.person_id)
    return found


def _provision(disclosures: Iterable[Disclosure], people: dict[str, set[str]]) -> Provision:
    some = list(disclosures)
    everyone: set[str] = set().union(*(people[d.id] for d in some))
    return Provision(len(some), len({d.municipality for d in some}), len(everyone), sum(d.disclosed for d in some))


def _answers(shelves: Shelves, round_: Round, fiscal_year: int) -> tuple[dict[str, ReplyRow], date | None]:
    """The newest answer for each person, of disclosures of this round or made by the end of the 年度."""
    fits = {
        d.id
        for d in shelves.disclosures.all(state=DisclosureState.DONE)
        if d.round_id == round_.id or fiscal_year_of(d.disclosed_on) <= fiscal_year
    }
    replies = sorted((r for r in shelves.replies.all() if r.disclosure_id in fits), key=lambda r: r.read_at)
    by_reply: dict[str, list[ReplyRow]] = {r.id: [] for r in replies}
    for row in shelves.reply_rows.all(reply_id=list(by_reply)):
        by_reply[row.reply_id].append(row)
    found = {row.person_id: row for reply in replies for row in by_reply[reply.id]}
    return found, max((r.received_on for r in replies), default=None)


def _in(rows: list[SnapshotRow], place: str) -> list[SnapshotRow]:
    return [r for r in rows if (r.municipality or OUTSIDE) == place]


def _support(rows: list[SnapshotRow], place: str) -> dict[str, int]:
    count = Counter(row.support_plan for row in _in(rows, place))
    return {status.value: count[status] for status in PlanStatus}


def _evacuation(rows: list[SnapshotRow], place: str, answers: dict[str, ReplyRow]) -> dict[str, int]:
    some = _in(rows, place)
    count = Counter(answers[r.person_id].evacuation_plan for r in some if r.person_id in answers)
    found = {status.value: count[status] for status in PlanStatus}
    return {**found, UNANSWERED: len(some) - sum(found.values())}


def _numbers(
    round_: Round,
    found: Totals,
    places: list[str],
    provision: Provision,
    by_place: dict[str, Provision],
    support: dict[str, dict[str, int]],
    evacuation: dict[str, dict[str, int]],
    end: date,
    replies_until: date | None,
) -> Iterable[Number]:
    def number(key: str, place: str, value: int, until: date | None = None) -> Number:
        return Number(key, place, value, round_.as_of, round_.edition, until)

    for place in ("", *places):
        registered = found.registered if not place else found.by_municipality.get(place, Tally())
        mapped = found.mapped if not place else found.mapped_by_municipality.get(place, Tally())
        for part, tally in (("list", registered), ("map", mapped)):
            for key, value in tally.as_dict().items():
                yield number(f"{part}.{key}", place, value)
        made = provision if not place else by_place[place]
        yield number("provision.times", place, made.times, end)
        if not place:
            yield number("provision.municipalities", place, made.municipalities, end)
        yield number("provision.people", place, made.people, end)
        yield number("provision.person_times", place, made.person_times, end)
        for status in PlanStatus:
            one = summed(support) if not place else support[place]
            yield number(f"support_plan.{status.value}", place, one[status.value])
        two = summed(evacuation) if not place else evacuation[place]
        for key in (*(s.value for s in PlanStatus), UNANSWERED):
            yield number(f"evacuation_plan.{key}", place, two[key], replies_until)
