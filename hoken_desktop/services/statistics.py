"""統計: the 取組状況 table of item ⑤, filled from a frozen round; the words are left to the staff.

Every number says which 基準日 and which 版 it comes from, and the counting rule is printed beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from hoken_desktop.domain.codes import PlanStatus, RoundState
from hoken_desktop.domain.dates import fiscal_year as fiscal_year_of
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.replies import ReplyRow
from hoken_desktop.domain.rounds import Round, SnapshotRow
from hoken_desktop.domain.statistics import COUNTED, OUTSIDE, Tally, Totals, totals
from hoken_desktop.domain.workbooks import Cell, Column, ColumnKind, PaperSize, PrintSettings, Sheet, Workbook
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.ports import Clock, Shelves, Store
from hoken_desktop.services.replies import ReplySheets
from hoken_desktop.words import label, say

MARCH, SEPTEMBER = "3月末", "9月末"
UNANSWERED = "unanswered"
"""Key of people whose 個別避難計画 no municipality has answered for."""


class PlainFiles(Protocol):
    """Tables without personal data, written whole or not at all (adapters/sealed_sheets.py)."""

    def write_plain(self, workbook: Workbook) -> bytes: ...
    def write_file(self, folder: Path, name: str, data: bytes) -> Any: ...


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the table. `municipality` is a code, "outside", or "" for the whole.

    `as_of` and `edition` name the frozen round it is counted from; `until` the last day counted where it is not the
    snapshot alone (disclosures of the 年度, replies received).
    """

    key: str
    municipality: str
    value: int
    as_of: date
    edition: int
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Provision:
    """③ disclosures made inside the 年度: how often, to how many municipalities, people (each once) and 延べ."""

    times: int
    municipalities: int
    people: int
    person_times: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one 年度, counted from one frozen round.

    `support_plan` and `evacuation_plan` are municipality → status → people; the second holds `unanswered` too. Both
    cover the people counted in `totals` and add up to them (each person once, whatever the counting).
    """

    fiscal_year: int
    figure: str
    as_of: date
    edition: int
    counting: str
    totals: Totals
    provision: Provision
    provision_by_municipality: dict[str, Provision]
    support_plan: dict[str, dict[str, int]]
    evacuation_plan: dict[str, dict[str, int]]
    replies_until: date | None
    numbers: tuple[Number, ...]

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Codes in the office's order, 管外 last where anybody is."""
        return tuple(self.support_plan)


@dataclass(frozen=True, slots=True)
class Texts:
    """The staff's own words in the table: 主な取組, 課題・問題点, 次年度の取組計画."""

    main: str = ""
    issues: str = ""
    plan: str = ""


class Statistics:
    """Tables for the office and for the public, without personal data."""

    def __init__(
        self, store: Store, clock: Clock, files: PlainFiles, municipalities: Municipalities, sheets: ReplySheets
    ) -> None:
        self._store = store
        self._clock = clock
        self._files = files
        self._municipalities = municipalities
        self._sheets = sheets

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

    def write(
        self, path: Path, fiscal_year: int, figure: str | None = None, texts: Texts | None = None
    ) -> Figures:
        """Writes the 取組状況 table as xlsx (no personal data, no password) and gives its figures.

        Without `texts` the staff's cells stay empty. Refuses an existing file, and what `figures` refuses.
        """
        found = self.figures(fiscal_year, figure)
        data = self._files.write_plain(self._workbook(found, texts or Texts()))
        with self._store.change(
            Deed.STATISTICS_MADE, str(fiscal_year), as_of=found.as_of.isoformat(), edition=found.edition,
            total=found.totals.registered.total,
        ):  # fmt: skip
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError:
                raise Refusal("statistics.folder", folder=path.parent.name) from None
            self._files.write_file(path.parent, path.name, data)
        return found

    # ---- the table --------------------------------------------------------------------------------------------

    def _workbook(self, found: Figures, texts: Texts) -> Workbook:
        with self._store.read() as shelves:
            office = shelves.offices.all()[0]
        today = self._clock.today()
        source = say(
            "statistics.source", as_of=format_wareki(found.as_of), edition=found.edition, day=format_wareki(today)
        )
        rule = say("statistics.rule_use") if found.counting == "use" else say("statistics.rule_person")
        printing = PrintSettings(
            paper=PaperSize.A4, header=(office.name, "", ""), footer=(source, "", say("statistics.no_personal_data"))
        )
        year = _wareki_year(found.fiscal_year)
        table = Sheet(
            say("statistics.sheet_table"),
            (
                Column("subject", say("statistics.subject"), 18),
                Column("actor", say("statistics.actor"), 14),
                Column("main", say("statistics.main"), 30, locked=False),
                Column("done", say("statistics.done", year=year), 46),
                Column("issues", say("statistics.issues"), 34, locked=False),
                Column("plan", say("statistics.plan", year=_wareki_year(found.fiscal_year + 1)), 34, locked=False),
            ),
            (
                (
                    say("statistics.item_5"), office.name, texts.main or None, self._done(found),
                    texts.issues or None, texts.plan or None,
                ),
            ),
            notes=(say("statistics.title", year=year), source, rule),
            printing=printing,
            filtered=False,
        )  # fmt: skip
        sheets = (table, self._places(found, source, rule, printing), self._plans(found, source, printing),
                  self._origins(found, rule, printing))  # fmt: skip
        return Workbook(say("statistics.title", year=year), sheets, today)

    def _done(self, found: Figures) -> str:
        """The 実績 cell: the lines of the source document, with this year's numbers."""
        r, m, p = found.totals.registered, found.totals.mapped, found.provision
        support, evacuation = _summed(found.support_plan), _summed(found.evacuation_plan)
        people = sum(support.values())
        lines = (
            say("statistics.done_list", figure=found.figure, ventilator=r.ventilator, oxygen=r.oxygen),
            say("statistics.done_map", figure=found.figure, ventilator=m.ventilator, oxygen=m.oxygen),
            say("statistics.done_provision", times=p.times, municipalities=p.municipalities, people=p.person_times),
            say(
                "statistics.done_plans", support=support[PlanStatus.MADE.value],
                evacuation=evacuation[PlanStatus.MADE.value], unanswered=evacuation[UNANSWERED], people=people,
            ),
        )  # fmt: skip
        return "\n".join(lines)

    def _place(self, code: str) -> str:
        return say("statistics.outside") if code == OUTSIDE else self._municipalities.name_of(code)

    def _places(self, found: Figures, source: str, rule: str, printing: PrintSettings) -> Sheet:
        number = ColumnKind.NUMBER
        heads = say("statistics.place_heads").strip().splitlines()
        columns = (
            Column("place", heads[0], 14),
            *(Column(f"n{at}", head, 11, number) for at, head in enumerate(heads[1:])),
        )
        rows: list[tuple[Cell, ...]] = []
        for code in found.municipalities:
            r = found.totals.by_municipality.get(code, Tally())
            m = found.totals.mapped_by_municipality.get(code, Tally())
            p = found.provision_by_municipality[code]
            rows.append(self._line(self._place(code), r, m, p, found.support_plan[code], found.evacuation_plan[code]))
        whole = found.totals
        rows.append(
            self._line(
                say("statistics.whole"), whole.registered, whole.mapped, found.provision,
                _summed(found.support_plan), _summed(found.evacuation_plan),
            )
        )  # fmt: skip
        return Sheet(
            say("statistics.sheet_places"), columns, tuple(rows),
            notes=(say("statistics.title_places"), source, rule), printing=printing, filtered=False, frozen_columns=1,
        )  # fmt: skip

    @staticmethod
    def _line(
        name: str, r: Tally, m: Tally, p: Provision, support: dict[str, int], evacuation: dict[str, int]
    ) -> tuple[Cell, ...]:
        return (
            name, r.ventilator, r.both, r.oxygen, r.total, m.ventilator, m.both, m.oxygen, m.total, r.total - m.total,
            p.times, p.person_times, support[PlanStatus.MADE.value], evacuation[PlanStatus.MADE.value],
            evacuation[UNANSWERED],
        )  # fmt: skip

    def _plans(self, found: Figures, source: str, printing: PrintSettings) -> Sheet:
        keys = [*(status.value for status in PlanStatus), UNANSWERED]
        heads = [*(label(status) for status in PlanStatus), say("statistics.unanswered")]
        columns = (
            Column("plan", say("statistics.which_plan"), 24),
            Column("place", say("statistics.place"), 14),
            *(Column(key, head, 9, ColumnKind.NUMBER) for key, head in zip(keys, heads, strict=True)),
            Column("sum", say("statistics.whole"), 9, ColumnKind.NUMBER),
        )
        rows: list[tuple[Cell, ...]] = []
        for word, plans in (
            (say("statistics.support_plan"), found.support_plan),
            (say("statistics.evacuation_plan"), found.evacuation_plan),
        ):
            for place, counts in (*plans.items(), ("", _summed(plans))):
                name = self._place(place) if place else say("statistics.whole")
                rows.append((word, name, *(counts.get(key, 0) for key in keys), sum(counts.values())))
        until = (
            say("statistics.replies_until", day=format_wareki(found.replies_until))
            if found.replies_until
            else say("statistics.no_replies")
        )
        return Sheet(
            say("statistics.sheet_plans"), columns, tuple(rows),
            notes=(say("statistics.title_plans"), source, until), printing=printing, filtered=False,
        )  # fmt: skip

    def _origins(self, found: Figures, rule: str, printing: PrintSettings) -> Sheet:
        columns = (
            Column("key", say("statistics.number_of"), 40),
            Column("place", say("statistics.place"), 14),
            Column("value", say("statistics.value"), 9, ColumnKind.NUMBER),
            Column("as_of", say("statistics.as_of"), 18, ColumnKind.DATE),
            Column("edition", say("statistics.edition"), 8, ColumnKind.NUMBER),
            Column("until", say("statistics.until"), 18, ColumnKind.DATE),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                say_number(n), self._place(n.municipality) if n.municipality else say("statistics.whole"), n.value,
                n.as_of, n.edition, n.until,
            )
            for n in found.numbers
        )  # fmt: skip
        return Sheet(
            say("statistics.sheet_origins"), columns, rows, notes=(say("statistics.title_origins"), rule),
            printing=printing,
        )  # fmt: skip


_NUMBER_WORDS = {
    "list.ventilator": "statistics.list_ventilator",
    "list.both": "statistics.list_both",
    "list.oxygen": "statistics.list_oxygen",
    "list.total": "statistics.list_total",
    "map.ventilator": "statistics.map_ventilator",
    "map.both": "statistics.map_both",
    "map.oxygen": "statistics.map_oxygen",
    "map.total": "statistics.map_total",
    "provision.times": "statistics.provision_times",
    "provision.municipalities": "statistics.provision_municipalities",
    "provision.people": "statistics.provision_people",
    "provision.person_times": "statistics.provision_person_times",
}


def say_number(number: Number) -> str:
    """What a number counts, in words."""
    if number.key in _NUMBER_WORDS:
        return say(_NUMBER_WORDS[number.key])
    which, status = number.key.split(".")
    plan = say("statistics.support_plan") if which == "support_plan" else say("statistics.evacuation_plan")
    answer = say("statistics.unanswered") if status == UNANSWERED else label(PlanStatus(status))
    return f"{plan} {answer}"


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
        raise Refusal("statistics.nothing_frozen", year=_wareki_year(fiscal_year))
    return max(frozen, key=lambda r: r.as_of)


def _wareki_year(year: int) -> str:
    return say("statistics.year", year=format_wareki(date(year, 5, 1)).split("年")[0])


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


def _summed(plans: dict[str, dict[str, int]]) -> dict[str, int]:
    count: Counter[str] = Counter()
    for one in plans.values():
        count.update(one)
    return {key: count[key] for key in (*(s.value for s in PlanStatus), UNANSWERED)}


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
            one = _summed(support) if not place else support[place]
            yield number(f"support_plan.{status.value}", place, one[status.value])
        two = _summed(evacuation) if not place else evacuation[place]
        for key in (*(s.value for s in PlanStatus), UNANSWERED):
            yield number(f"evacuation_plan.{key}", place, two[key], replies_until)
