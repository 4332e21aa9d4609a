"""`list`: the centre's own 庁内用リスト."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.words import say


@click.command("list", help="庁内用リストを、パスワード付きのPDFかExcelで書き出します。")
@click.option("--as-of", type=DAY, help="確定した更新回の基準日(なければ最も新しい確定版)")
@click.option("--live", is_flag=True, help="今日の台帳から作る")
@click.option("--municipality", default="", help="この市町だけ(コードか名前)")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".pdf か .xlsx")
@pass_call
def list_(call: Call, as_of: datetime | None, live: bool, municipality: str, out: Path) -> None:
    """The list by municipality and in ふりがな order."""
    if as_of is not None and live:
        raise click.UsageError(say("lists.one_state"))
    house = call.house()
    try:
        written = house.lists.write(out, as_of=day_of(as_of), live=live, municipality=municipality)
    finally:
        house.close()
    call.answer(
        {
            "file": str(out),
            "as_of": written.as_of.isoformat(),
            "edition": written.edition,
            "live": written.edition == 0,
            "people": written.people,
            "apart": written.apart,
            "pages": written.pages,
            "sha256": written.sha256,
            "password": written.password,
        },
        say("lists.written", file=out, people=written.people, apart=written.apart, password=written.password),
    )
