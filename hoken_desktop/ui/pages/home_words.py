"""Days, doors and captions of the home page; no widget is made here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from hoken_desktop.domain.codes import DeviceGroup, RoundState
from hoken_desktop.domain.dates import fiscal_year, format_wareki
from hoken_desktop.domain.rounds import half_year_of, is_reference_day
from hoken_desktop.services.overviews import OXYGEN, VENTILATOR, Overview
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class Door:
    """A page and where on it to open."""

    page: str
    where: dict[str, object] = field(default_factory=dict)


def among(key: str, caption: str) -> Door:
    """The people behind a figure, on the 台帳."""
    return Door("persons", {"among": key, "caption": caption})


def newest_reference_day(day: date) -> date:
    """The last 3月31日 or 9月30日 that is over."""
    found = day
    while not is_reference_day(found):
        found -= timedelta(days=1)
    return found


def title_of(as_of: date) -> str:
    """令和8年度 上期の更新."""
    year = format_wareki(date(fiscal_year(as_of), 5, 1)).split("年")[0]
    if half_year_of(as_of) == "first":
        return say("home.half_first", year=year)
    return say("home.half_second", year=year)


def month_end(as_of: date | None) -> str:
    """8年9月末, the head of a column."""
    if as_of is None:
        return say("home.today_head")
    year = format_wareki(as_of).split("年")[0].lstrip("令和平成昭")
    return say("home.month_end", year=year, month=as_of.month)


def short_day(day: date) -> str:
    """10月1日."""
    return say("home.short_day", month=day.month, day=day.day)


def next_round(view: Overview) -> date | None:
    """The 基準日 a round can be opened for now: none is open, and one has passed since the newest."""
    newest = newest_reference_day(view.day)
    if view.round is None:
        return newest
    if view.round.state is RoundState.FROZEN and view.round.as_of < newest:
        return newest
    return None


def done_words(day: date | None) -> str:
    """済 10月1日."""
    return say("home.done_on", day=short_day(day)) if day else say("home.done")


def bin_word(key: str) -> str:
    """2〜6時間."""
    return say(f"home.bin_{key}")


def age_word(key: str) -> str:
    """半年以内."""
    return say(f"home.age_{key}")


def captions_of(view: Overview, names: dict[str, str]) -> dict[str, str]:
    """What the 台帳 writes over the people behind each figure."""
    found = {
        "registered": say("home.registered"),
        "unconfirmed": say("home.unconfirmed"),
        "mapped": say("home.mapped"),
        "unmapped": say("home.unmapped"),
        "target": say("home.target"),
        "disclosed": say("home.goes"),
        "excluded": say("home.stays"),
        "funnel:consented": say("home.consented_short"),
        "funnel:disclosed": say("home.disclosed_short"),
        "funnel:listed": say("home.listed"),
        "funnel:planned": say("home.planned"),
    }
    for reason, _ in view.reasons:
        found[f"unmapped:{reason}"] = say("home.caption", name=say("home.unmapped"), of=label(reason))
    for stays, _ in view.forecast.excluded:
        found[f"excluded:{stays}"] = say("home.caption", name=say("home.stays"), of=label(stays))
    for code, _ in view.by_municipality:
        found[f"municipality:{code}"] = names.get(code, say("offices.outside"))
    for key, _ in view.endurance:
        found[f"endurance:{key}"] = say("home.endurance_caption", bin=bin_word(key))
    for key, _ in view.freshness:
        found[f"freshness:{key}"] = say("home.freshness_caption", age=age_word(key))
    for key, name in list(found.items()):
        found[f"{key}/{VENTILATOR}"] = say("home.caption", name=name, of=label(DeviceGroup.VENTILATOR))
        found[f"{key}/{OXYGEN}"] = say("home.caption", name=name, of=label(DeviceGroup.OXYGEN))
    return found
