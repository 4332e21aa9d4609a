"""`list`: the centre's own 庁内用リスト."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.domain.codes import ListGrouping
from hoken_desktop.services.lists import Choice
from hoken_desktop.words import say


@click.command("list", help="庁内用リストを、パスワード付きのPDFかExcelで書き出します。")
@click.option("--as-of", type=DAY, help="確定した更新回の基準日(なければ最も新しい確定版)")
@click.option("--live", is_flag=True, help="今日の台帳から作る")
@click.option("--by", type=click.Choice([g.value for g in ListGrouping]), default=ListGrouping.MUNICIPALITY.value,
              help="何ごとに分けるか: 市町・地区・業者・訪問看護")  # fmt: skip
@click.option("--municipality", default="", help="この市町だけ(コードか名前)")
@click.option("--district", default="", help="この地区だけ(名前の一部でもよい)")
@click.option("--supplier", default="", help="この業者だけ(名前の一部でもよい)")
@click.option("--nurse", default="", help="この訪問看護だけ(名前の一部でもよい)")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".pdf か .xlsx")
@pass_call
def list_(
    call: Call, as_of: datetime | None, live: bool, by: str, municipality: str, district: str, supplier: str,
    nurse: str, out: Path,
) -> None:  # fmt: skip
    """The list part by part and in ふりがな order."""
    if as_of is not None and live:
        raise click.UsageError(say("lists.one_state"))
    choice = Choice(day_of(as_of), live, ListGrouping(by), municipality, district, supplier, nurse)
    house = call.house()
    try:
        written = house.lists.write(out, choice)
    finally:
        house.close()
    printed = written.printed
    call.answer(
        {
            "file": str(out),
            "as_of": written.as_of.isoformat(),
            "edition": written.edition,
            "live": written.edition == 0,
            "by": by,
            "people": written.people,
            "apart": written.apart,
            "entries": written.entries,
            "copy": printed.copy,
            "pages": printed.pages,
            "sha256": printed.sha256,
            "password": printed.password,
        },
        say("lists.written", file=out, people=written.people, apart=written.apart, copy=printed.copy),
        say("printing.password_once", password=printed.password),
    )
