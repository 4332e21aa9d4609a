"""`funnel`: 対象→同意→提供→登載→計画 per municipality over the rounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.domain.funnels import Funnel
from hoken_desktop.services.funnel_papers import national_words, rate_words
from hoken_desktop.words import say


@click.group(help="市町の取組（同意率・提供率・登載率・計画策定率）。")
def funnel() -> None:
    """The four rates."""


@funnel.command("show", help="更新回ごと、市町ごとの割合を示します。")
@pass_call
def funnel_show(call: Call) -> None:
    """Every round, the newest first."""
    house = call.house()
    try:
        rounds, national = house.funnels.all(), house.funnels.national()
        names = {f.municipality: house.office.name_of(f.municipality) for r in rounds for f in r.places}
    finally:
        house.close()
    lines = [
        say(
            "cli.funnel", day=r.as_of.isoformat(), place=names.get(f.municipality, say("funnels.whole")),
            consent=rate_words(f.consent_rate), provision=rate_words(f.provision_rate),
            listed=rate_words(f.listed_rate), plan=rate_words(f.plan_rate),
        )
        for r in rounds
        for f in (*r.places, r.whole)
    ]  # fmt: skip
    facts = {
        "rounds": [
            {
                "as_of": r.as_of, "edition": r.edition, "whole": _facts(r.whole),
                "by_municipality": {f.municipality: _facts(f) for f in r.places},
            }
            for r in rounds
        ],
        "national": {
            "planned": national.planned, "listed": national.listed, "as_of": national.as_of, "source": national.source,
        },
    }  # fmt: skip
    call.answer(facts, "\n".join([*lines, national_words(national)]))


def _facts(one: Funnel) -> dict[str, Any]:
    rates = {
        "consent": one.consent_rate, "provision": one.provision_rate, "listed": one.listed_rate, "plan": one.plan_rate,
    }  # fmt: skip
    return {
        "target": one.target, "consented": one.consented, "disclosed": one.disclosed, "answered": one.answered,
        "unanswered": one.unanswered, "listed": one.listed, "list_known": one.list_known, "planned": one.planned,
        "plan_known": one.plan_known, "counted": one.counted,
        "rates": {
            name: {"count": r.count, "of": r.of, "percent": None if r.percent is None else round(r.percent, 1)}
            for name, r in rates.items()
        },
    }  # fmt: skip


@funnel.command("print", help="図と表をPDFで書き出します。個人情報は入りません。")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".pdf")
@pass_call
def funnel_print(call: Call, out: Path) -> None:
    """The paper."""
    house = call.house()
    try:
        printed = house.funnels.write(out)
    finally:
        house.close()
    call.answer(
        {"file": str(printed.file), "copy": printed.copy, "pages": printed.pages, "sha256": printed.sha256},
        say("cli.funnel_printed", file=out, pages=printed.pages),
    )
