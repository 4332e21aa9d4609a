"""`statistics`: the 取組状況 table."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.services.statistics import WrittenTable
from hoken_desktop.words import say


@click.command(help="取組状況の表を作ります(確定した更新回から)。")
@click.option("--fiscal-year", required=True, type=click.IntRange(1989, 2200), help="年度(西暦)")
@click.option("--figure", type=click.Choice(["3月末", "9月末"]), help="数字をとる基準日(なければ年度の新しい方)")
@click.option("--masked", is_flag=True, help="公表用に、少ない人数を秘匿する")
@click.option("--texts", type=click.Path(path_type=Path, dir_okay=False), help="文章をとる前の表(.xlsx)")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".xlsx か .pdf")
@pass_call
def statistics(
    call: Call, fiscal_year: int, figure: str | None, masked: bool, texts: Path | None, out: Path
) -> None:
    """Every number with its round and edition."""
    if out.suffix.lower() not in (".xlsx", ".pdf"):
        raise click.UsageError(say("cli.table_only"))
    house = call.house()
    try:
        words = house.statistics.read_texts(texts) if texts else None
        written = house.statistics.write(out, fiscal_year, figure, words, masked=masked)
    finally:
        house.close()
    call.answer(_facts(written, out, masked), say("cli.statistics", file=out))


def _facts(written: WrittenTable, out: Path, masked: bool) -> dict[str, Any]:
    found = written.figures
    totals = found.totals
    return {
        "file": str(out),
        "fiscal_year": found.fiscal_year,
        "figure": found.figure,
        "as_of": found.as_of.isoformat(),
        "edition": found.edition,
        "counting": found.counting,
        "masked": masked,
        "copy": written.printed.copy,
        "pages": written.printed.pages,
        "sha256": written.printed.sha256,
        "registered": totals.registered.as_dict(),
        "mapped": totals.mapped.as_dict(),
        "unmapped": totals.unmapped,
        "by_municipality": {code: tally.as_dict() for code, tally in totals.by_municipality.items()},
        "support_plan": found.support_plan,
        "evacuation_plan": found.evacuation_plan,
        "numbers": [asdict(number) for number in found.numbers],
    }
