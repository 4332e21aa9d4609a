"""`register`: the list a centre keeps today, taken over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, fault_facts, pass_call, progress
from hoken_desktop.words import say


@click.group(help="今お使いの名簿の引き継ぎ。")
def register() -> None:
    """The present list."""


@register.command("read", help="今お使いの名簿(xlsx・csv)を台帳に引き継ぎます。もう一度読んでも何も変わりません。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--layout", help="様式の名前か、様式のTOMLファイル")
@click.option("--sheet", "sheets", multiple=True, help="読むシート(なければ見出しの分かるシートすべて)")
@click.option("--as-of", type=DAY, help="名簿の日付(なければファイルを保存した日)")
@click.option("--dry-run", is_flag=True, help="読んで確かめるだけで、何も書き込まない")
@pass_call
def read(
    call: Call, file: Path, layout: str | None, sheets: tuple[str, ...], as_of: datetime | None, dry_run: bool
) -> None:
    """Every row ends as taken, fault or blank."""
    house = call.house()
    try:
        result = house.registers.read_in(
            file, layout=layout, sheets=sheets, as_of=day_of(as_of), dry_run=dry_run, report=progress(call)
        )
    finally:
        house.close()
    faults, warnings = fault_facts(result.faults), fault_facts(result.warnings)
    lines = [
        say(
            "registers.result", file=file.name, rows=result.rows, taken=result.taken, created=result.created,
            merged=result.merged, unchanged=result.unchanged, faulty=result.faulty, blank=result.blank,
            people=result.people, consents=result.consents, as_of=result.as_of.isoformat(),
        )
    ]  # fmt: skip
    lines += [
        say("cli.fault", file=f["file"], sheet=f["sheet"], row=f["row"], column=f["column"], message=f["message"])
        for f in (*faults, *warnings)
    ]
    if result.unmapped_columns:
        lines.append(say("cli.unmapped_columns", columns=say("lists.comma").join(result.unmapped_columns)))
    if dry_run:
        lines.append(say("registers.tried"))
    call.answer(
        {
            "rows": result.rows, "people": result.people, "taken": result.taken, "created": result.created,
            "merged": result.merged, "unchanged": result.unchanged, "faulty": result.faulty, "blank": result.blank,
            "consents": result.consents, "as_of": result.as_of.isoformat(), "dry_run": result.dry_run,
            "faults": faults, "warnings": warnings, "unmapped_columns": list(result.unmapped_columns),
        },
        "\n".join(lines),
    )  # fmt: skip
