"""取組状況 as a table: the row of the source document, and the counts beside it; in words, ready for screen and paper.

A public table withholds small numbers (domain/statistics.py): 市町 by 市町 it shows the list and the plans only, for
what is mapped and what is not could be reckoned from one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain.codes import PlanStatus
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.statistics import OUTSIDE, SMALL, Tally, Totals, is_small, withheld
from hoken_desktop.domain.workbooks import Cell
from hoken_desktop.words import label, say

MARCH, SEPTEMBER = "3月末", "9月末"
UNANSWERED = "unanswered"
"""Key of people whose 個別避難計画 no municipality has answered for."""


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


@dataclass(frozen=True, slots=True)
class Grid:
    """Counts under their heads; the first `words` columns are words, the others numbers (or why there is none)."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProgressTable:
    """取組状況: `heads` and `cells` are the one row of the source document; `grids` stand under it."""

    figures: Figures
    office: str
    title: str
    heads: tuple[str, ...]
    cells: tuple[str, ...]
    source: str
    rule: str
    grids: tuple[Grid, ...]
    masked: bool
    printed_on: date
    origins: Grid


def lay_table(
    found: Figures, texts: Texts, office: str, today: date, name_of: Callable[[str], str], *, masked: bool
) -> ProgressTable:
    """The table of these figures with the staff's words."""
    year = wareki_year(found.fiscal_year)
    names = {code: say("statistics.outside") if code == OUTSIDE else name_of(code) for code in found.municipalities}
    rule = say("statistics.rule_use") if found.counting == "use" else say("statistics.rule_person")
    return ProgressTable(
        figures=found,
        office=office,
        title=say("statistics.title", year=year),
        heads=(
            say("statistics.subject"), say("statistics.actor"), say("statistics.main"),
            say("statistics.done", year=year), say("statistics.issues"),
            say("statistics.plan", year=wareki_year(found.fiscal_year + 1)),
        ),
        cells=(say("statistics.item_5"), office, texts.main, _done(found, masked), texts.issues, texts.plan),
        source=say(
            "statistics.source", as_of=format_wareki(found.as_of), edition=found.edition, day=format_wareki(today)
        ),
        rule=f"{rule}{say('statistics.rule_masked', least=SMALL)}" if masked else rule,
        grids=(
            (_public_places(found, names), _public_plans(found, names))
            if masked
            else (_places(found, names), _plans(found, names))
        ),
        masked=masked,
        printed_on=today,
        origins=_origins(found, names),
    )  # fmt: skip


def wareki_year(year: int) -> str:
    """令和8年度."""
    return say("statistics.year", year=format_wareki(date(year, 5, 1)).split("年")[0])


def summed(plans: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The statuses of all municipalities together."""
    count: Counter[str] = Counter()
    for one in plans.values():
        count.update(one)
    return {key: count[key] for key in (*(s.value for s in PlanStatus), UNANSWERED)}


def _done(found: Figures, masked: bool) -> str:
    """The 実績 cell: the lines of the source document, with this year's numbers."""
    r, m, p = found.totals.registered, found.totals.mapped, found.provision
    support, evacuation = summed(found.support_plan), summed(found.evacuation_plan)

    def n(count: int) -> str:
        return say("statistics.fewer", n=SMALL) if masked and is_small(count) else say("statistics.people", n=count)

    lines = (
        say("statistics.done_list", figure=found.figure, ventilator=n(r.ventilator), oxygen=n(r.oxygen)),
        say("statistics.done_map", figure=found.figure, ventilator=n(m.ventilator), oxygen=n(m.oxygen)),
        say("statistics.done_provision", times=p.times, municipalities=p.municipalities, people=n(p.person_times)),
        say(
            "statistics.done_plans", support=n(support[PlanStatus.MADE.value]),
            evacuation=n(evacuation[PlanStatus.MADE.value]), unanswered=n(evacuation[UNANSWERED]),
            people=n(sum(support.values())),
        ),
    )  # fmt: skip
    return "\n".join(lines)


def _public(count: int) -> str:
    return say("statistics.fewer", n=SMALL) if is_small(count) else f"{count:,}"


# ---- 市町 by 市町 ----------------------------------------------------------------------------------------------


def _places(found: Figures, names: Mapping[str, str]) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for code in found.municipalities:
        r = found.totals.by_municipality.get(code, Tally())
        m = found.totals.mapped_by_municipality.get(code, Tally())
        p = found.provision_by_municipality[code]
        rows.append(_line(names[code], r, m, p, found.support_plan[code], found.evacuation_plan[code]))
    whole = found.totals
    rows.append(
        _line(
            say("statistics.whole"), whole.registered, whole.mapped, found.provision, summed(found.support_plan),
            summed(found.evacuation_plan),
        )
    )  # fmt: skip
    heads = tuple(say("statistics.place_heads").strip().splitlines())
    return Grid(say("statistics.sheet_places"), say("statistics.title_places"), heads, tuple(rows))


def _line(
    name: str, r: Tally, m: Tally, p: Provision, support: Mapping[str, int], evacuation: Mapping[str, int]
) -> tuple[Cell, ...]:
    return (
        name, r.ventilator, r.both, r.oxygen, r.total, m.ventilator, m.both, m.oxygen, m.total, r.total - m.total,
        p.times, p.person_times, support[PlanStatus.MADE.value], evacuation[PlanStatus.MADE.value],
        evacuation[UNANSWERED],
    )  # fmt: skip


def _plans(found: Figures, names: Mapping[str, str]) -> Grid:
    keys = [*(status.value for status in PlanStatus), UNANSWERED]
    heads = [*(label(status) for status in PlanStatus), say("statistics.unanswered")]
    rows: list[tuple[Cell, ...]] = []
    for word, plans in (
        (say("statistics.support_plan"), found.support_plan),
        (say("statistics.evacuation_plan"), found.evacuation_plan),
    ):
        for place, counts in (*plans.items(), ("", summed(plans))):
            name = names[place] if place else say("statistics.whole")
            rows.append((word, name, *(counts.get(key, 0) for key in keys), sum(counts.values())))
    return Grid(
        say("statistics.sheet_plans"), say("statistics.title_plans"),
        (say("statistics.which_plan"), say("statistics.place"), *heads, say("statistics.whole")), tuple(rows), words=2,
        note=_until(found),
    )  # fmt: skip


def _until(found: Figures) -> str:
    if found.replies_until is None:
        return say("statistics.no_replies")
    return say("statistics.replies_until", day=format_wareki(found.replies_until))


# ---- for a public paper ---------------------------------------------------------------------------------------


def _public_places(found: Figures, names: Mapping[str, str]) -> Grid:
    """The list, 市町 by 市町, small numbers withheld; the columns of the map are left out altogether."""
    tallies = {code: found.totals.by_municipality.get(code, Tally()) for code in found.municipalities}
    hidden = withheld({code: _apart(tally) for code, tally in tallies.items()})
    rows: list[tuple[Cell, ...]] = [
        (names[code], *(_hidden(4) if code in hidden else (t.ventilator, t.both, t.oxygen, t.total)),
         found.provision_by_municipality[code].times)
        for code, t in tallies.items()
    ]  # fmt: skip
    rows.append((say("statistics.whole"), *_public_whole(found.totals), found.provision.times))
    heads = tuple(say("statistics.public_heads").strip().splitlines())
    return Grid(
        say("statistics.sheet_places"), say("statistics.title_places"), heads, tuple(rows),
        note=say("statistics.withheld_note", least=SMALL),
    )  # fmt: skip


def _apart(tally: Tally) -> tuple[int, ...]:
    """The numbers of a tally that can be read or reckoned: 両方 and the rest of 人工呼吸器 are told apart."""
    return tally.both, tally.ventilator - tally.both, tally.oxygen, tally.total


def _hidden(columns: int) -> tuple[str, ...]:
    return (say("statistics.withheld"),) * columns


def _public_whole(whole: Totals) -> tuple[Cell, ...]:
    r = whole.registered
    both: Cell = say("statistics.withheld") if is_small(r.both) or is_small(r.ventilator - r.both) else r.both
    if is_small(r.ventilator) or is_small(r.oxygen):  # either could be reckoned from the total
        return _public(r.ventilator), both, _public(r.oxygen), say("statistics.withheld")
    return r.ventilator, both, r.oxygen, r.total


def _public_plans(found: Figures, names: Mapping[str, str]) -> Grid:
    """How many plans are made, 市町 by 市町; one that could be reckoned from those not made is withheld too."""
    made = PlanStatus.MADE.value
    rows: list[tuple[Cell, ...]] = []
    for word, plans in (
        (say("statistics.support_plan"), found.support_plan),
        (say("statistics.evacuation_plan"), found.evacuation_plan),
    ):
        counts = {code: (one[made], sum(one.values()) - one[made]) for code, one in plans.items()}
        hidden = withheld(counts)
        rows += [
            (word, names[code], say("statistics.withheld") if code in hidden else done)
            for code, (done, _) in counts.items()
        ]
        whole = (sum(done for done, _ in counts.values()), sum(rest for _, rest in counts.values()))
        total: Cell = say("statistics.withheld") if any(map(is_small, whole)) else whole[0]
        rows.append((word, say("statistics.whole"), total))
    return Grid(
        say("statistics.sheet_plans"), say("statistics.title_plans"),
        (say("statistics.which_plan"), say("statistics.place"), label(PlanStatus.MADE)), tuple(rows), words=2,
        note=_until(found),
    )  # fmt: skip


# ---- where the numbers come from ------------------------------------------------------------------------------


def _origins(found: Figures, names: Mapping[str, str]) -> Grid:
    rows: Sequence[tuple[Cell, ...]] = [
        (
            say_number(n), names[n.municipality] if n.municipality else say("statistics.whole"), n.value, n.as_of,
            n.edition, n.until,
        )
        for n in found.numbers
    ]  # fmt: skip
    heads = (
        say("statistics.number_of"), say("statistics.place"), say("statistics.value"), say("statistics.as_of"),
        say("statistics.edition"), say("statistics.until"),
    )  # fmt: skip
    return Grid(say("statistics.sheet_origins"), say("statistics.title_origins"), heads, tuple(rows), words=2)


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
