"""市町の取組 on paper: the funnel of the newest half-year, the rates of every one, and how they are reckoned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.funnels import Funnel, NationalFigure, Rate
from hoken_desktop.services.papers import Laid, Markup, edges, fill, join, style
from hoken_desktop.words import say

_PAPER = "funnel"
_BAR, _ROOM = 64, 68
"""Percent of the page's width: the longest bar, and what bars have for themselves."""


@dataclass(frozen=True, slots=True)
class FunnelPaper:
    """What is printed: (round in words, municipalities, all of them), the newest first."""

    office: str
    printed_on: date
    rounds: tuple[tuple[str, tuple[Funnel, ...], Funnel], ...]
    names: Mapping[str, str]
    national: NationalFigure


def stages(funnel: Funnel) -> tuple[tuple[str, int, str], ...]:
    """(stage, people, its share of the 対象 in words), from the widest to the narrowest."""
    found = (
        (say("funnels.target"), funnel.target), (say("funnels.consented"), funnel.consented),
        (say("funnels.disclosed"), funnel.disclosed), (say("funnels.listed"), funnel.listed),
        (say("funnels.planned"), funnel.planned),
    )  # fmt: skip
    return tuple((name, count, percent_words(Rate(count, funnel.target))) for name, count in found)


def percent_words(rate: Rate) -> str:
    """51.9% or — where there is nobody."""
    return say("funnels.no_rate") if rate.percent is None else say("funnels.percent", value=f"{rate.percent:.1f}")


def rate_words(rate: Rate) -> str:
    """51.9%(14/27): a rate never stands without its two numbers."""
    if rate.percent is None:
        return say("funnels.no_rate")
    return say("funnels.rate", percent=percent_words(rate), count=f"{rate.count:,}", of=f"{rate.of:,}")


def answer_words(funnel: Funnel) -> str:
    """How many were answered for, in words."""
    key = "funnels.answers_counted" if funnel.counted else "funnels.answers"
    return say(key, answered=f"{funnel.answered:,}", disclosed=f"{funnel.disclosed:,}")


def national_words(national: NationalFigure) -> str:
    """The national figure with its day and its source."""
    return say(
        "funnels.national", rate=rate_words(national.rate), day=format_wareki(national.as_of), source=national.source
    )


def lay_funnels(paper: FunnelPaper, copy: int) -> Laid:
    """A4 portrait: the picture first, then a table for every round."""
    title = say("funnels.paper")
    newest, _, whole = paper.rounds[0]
    header, footer = edges(f"{paper.office}　{title}", paper.printed_on, newest, copy)
    most = max(whole.target, 1)
    bars = join(_bar(name, count / most, f"{count:,}", share) for name, count, share in stages(whole))
    answers = say("funnels.answers_line", words=answer_words(whole), unanswered=f"{whole.unanswered:,}")
    page = fill(
        _PAPER, "page", style=style(_PAPER), title=title, newest=newest, bars=bars,
        answers=answers, national=national_words(paper.national), rules=say("funnels.rules"),
        rounds=join(_round(words, places, total, paper.names) for words, places, total in paper.rounds),
    )  # fmt: skip
    return Laid(title, page.html, header, footer)


def _bar(name: str, part: float, count: str, share: str) -> Markup:
    """One bar in the middle of its room; `part` 0 to 1 of the longest. Nobody at all has a place and no bar."""
    half = max(round(_BAR * part / 2), 1)
    kind = "bar" if part else "none"
    return fill(_PAPER, "bar", kind=kind, name=name, width=2 * half, side=_ROOM // 2 - half, count=count, share=share)


def _round(words: str, places: tuple[Funnel, ...], total: Funnel, names: Mapping[str, str]) -> Markup:
    heads = [
        say("funnels.place"), say("funnels.target"), say("funnels.consent_rate"), say("funnels.provision_rate"),
        say("funnels.answered"), say("funnels.listed_rate"), say("funnels.plan_rate"),
    ]  # fmt: skip
    lines = [*((names.get(f.municipality, f.municipality), f) for f in places), (say("funnels.whole"), total)]
    return fill(
        _PAPER, "round", title=words, heads=join(fill(_PAPER, "head", text=head) for head in heads),
        rows=join(_row(name, funnel) for name, funnel in lines),
    )  # fmt: skip


def _row(name: str, funnel: Funnel) -> Markup:
    cells = [
        name, f"{funnel.target:,}", rate_words(funnel.consent_rate), rate_words(funnel.provision_rate),
        answer_words(funnel), rate_words(funnel.listed_rate), rate_words(funnel.plan_rate),
    ]  # fmt: skip
    return fill(_PAPER, "row", cells=join(fill(_PAPER, "cell", text=text) for text in cells))
