"""`print`: papers of one person and the papers for a blackout."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from hoken_desktop.cli.speech import Call, pass_call, progress
from hoken_desktop.services.emergency_cards import parse_groups
from hoken_desktop.services.printing import Printed
from hoken_desktop.words import label, say

_PDF = click.Path(path_type=Path, dir_okay=False)


@click.group("print", help="個票などの紙を、パスワード付きのPDFで書き出します。")
def print_() -> None:
    """Papers."""


def _facts(printed: Printed) -> dict[str, object]:
    return {
        "file": str(printed.file),
        "copy": printed.copy,
        "pages": printed.pages,
        "sha256": printed.sha256,
        "password": printed.password,
    }


@print_.command("person", help="1人の個票を書き出します。")
@click.argument("number", metavar="管理番号")
@click.option("--out", required=True, type=_PDF, help=".pdf")
@pass_call
def person(call: Call, number: str, out: Path) -> None:
    """個票."""
    house = call.house()
    try:
        printed = house.dossiers.write(house.dossiers.find(number), out)
    finally:
        house.close()
    call.answer(
        _facts(printed), say("dossiers.written", file=out, pages=printed.pages, copy=printed.copy),
        say("printing.password_once", password=printed.password),
    )  # fmt: skip


@print_.command("card", help="1人の緊急時カードを書き出します。載せる項目は本人が載せてよいとしたものだけです。")
@click.argument("number", metavar="管理番号")
@click.option("--items", required=True, multiple=True, help="載せる項目: 基本,連絡先,機器,支援者,病名,住環境")
@click.option("--out", required=True, type=_PDF, help=".pdf")
@pass_call
def card(call: Call, number: str, items: tuple[str, ...], out: Path) -> None:
    """緊急時カード."""
    groups = parse_groups(items)
    house = call.house()
    try:
        printed = house.emergency_cards.write(house.dossiers.find(number), groups, out)
    finally:
        house.close()
    named = say("emergency_cards.comma").join(map(label, groups))
    call.answer(
        {**_facts(printed), "items": [group.value for group in groups]},
        say("emergency_cards.written", file=out, pages=printed.pages, copy=printed.copy, items=named),
        say("printing.password_once", password=printed.password),
    )


@print_.command("pack", help="停電に備えて、リストと全員の個票を市町ごとに書き出します。")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="保存するフォルダー")
@pass_call
def pack(call: Call, out: Path) -> None:
    """停電用の紙一式."""
    house = call.house()
    try:
        made = house.packs.write(out, progress(call))
    finally:
        house.close()
    call.answer(
        {
            "folder": str(out),
            "people": made.people,
            "copy": made.copy,
            "pages": made.pages,
            "files": [asdict(file) for file in made.files],
            "password": made.password,
        },
        say("packs.written", folder=out, people=made.people, files=len(made.files), pages=made.pages, copy=made.copy),
        say("printing.password_once", password=made.password),
    )
