"""`statistics`: the 取組状況 table."""

from __future__ import annotations

from pathlib import Path

import click

from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.words import say


@click.command(help="取組状況の表を作ります(確定した更新回から)。")
@click.option("--fiscal-year", required=True, type=click.IntRange(1989, 2200), help="年度(西暦)")
@click.option("--figure", type=click.Choice(["3月末", "9月末"]), help="数字をとる基準日(なければ年度の新しい方)")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@pass_call
def statistics(call: Call, fiscal_year: int, figure: str | None, out: Path) -> None:
    """Every number with its round and edition."""
    if out.suffix.lower() != ".xlsx":
        raise click.UsageError(say("cli.xlsx_only"))
    house = call.house()
    try:
        written = house.statistics.write(out, fiscal_year, figure)
    finally:
        house.close()
    call.answer(written.facts(), say("cli.statistics", file=out))
