"""`layout`: the kept layouts, and what a file's columns are taken for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.services.layouts import SHIPPED, SheetView
from hoken_desktop.words import say


@click.group(help="様式(列の対応表)。")
def layout() -> None:
    """Layouts."""


@layout.command("list", help="保存してある様式を並べます。")
@pass_call
def list_(call: Call) -> None:
    """The kept layouts."""
    house = call.house()
    try:
        found = house.layouts.names()
    finally:
        house.close()
    lines = [say("layouts.line", name=one.name, base=one.base or say("layouts.no_base")) for one in found]
    call.answer(
        {"layouts": [{"name": one.name, "title": one.title, "base": one.base} for one in found]},
        "\n".join(lines) or say("layouts.none"),
    )


@layout.command("try", help="ファイルの列がどの項目として読まれるかを示します。何も取り込みません。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--layout", "name", default="register", help=f"様式の名前か、様式のTOMLファイル({'・'.join(SHIPPED)})")
@pass_call
def try_(call: Call, file: Path, name: str) -> None:
    """Headers and fields, never a value."""
    house = call.house()
    try:
        draft = house.layouts.draft(name)
        sheets = house.layouts.see(house.layouts.open(file), draft)
        words = {one.key: one.word for one in house.layouts.fields(draft)}
    finally:
        house.close()
    lines = []
    for sheet in sheets:
        said = say("layouts.fits") if sheet.seen.fits else say("layouts.lacks", columns="、".join(sheet.seen.missing))
        lines.append(say("layouts.sheet", sheet=sheet.seen.sheet or file.name, rows=sheet.seen.rows, said=said))
        for column in sheet.columns:
            word = words.get(column.seen.key, say("layouts.not_read"))
            counts = {"filled": column.read.filled, "left": column.read.left, "unknown": column.read.unknown}
            lines.append(
                say("layouts.column", letter=column.seen.letter, header=column.seen.header, word=word, **counts)
            )
    call.answer({"sheets": [_facts(sheet) for sheet in sheets]}, "\n".join(lines))


def _facts(sheet: SheetView) -> dict[str, Any]:
    return {
        "sheet": sheet.seen.sheet, "header": list(sheet.seen.header), "rows": sheet.seen.rows,
        "fits": sheet.seen.fits, "missing": list(sheet.seen.missing),
        "columns": [
            {"letter": c.seen.letter, "header": c.seen.header, "field": c.seen.key, "by_hand": c.seen.by_hand,
             "filled": c.read.filled, "left": c.read.left, "unknown": c.read.unknown}
            for c in sheet.columns
        ],
    }  # fmt: skip


@layout.command("add", help="ほかで作った様式(TOMLファイル)を保存します。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="保存する名前(なければファイルの名前)")
@pass_call
def add(call: Call, file: Path, name: str) -> None:
    """Takes a layout in."""
    house = call.house()
    try:
        kept = house.layouts.add(file, name)
    finally:
        house.close()
    call.answer({"name": kept.name, "base": kept.base}, say("layouts.added", name=kept.name))
