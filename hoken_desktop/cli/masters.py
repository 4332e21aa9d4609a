"""`master`: the tables of organisations, device models and diseases, listed, read in and written out."""

from __future__ import annotations

from pathlib import Path

import click

from hoken_desktop.cli.speech import Call, fault_facts, pass_call, progress
from hoken_desktop.domain.masters import is_valid
from hoken_desktop.domain.plain import to_plain
from hoken_desktop.services.master_rows import Master
from hoken_desktop.words import say

KIND = click.Choice([master.value for master in Master])


@click.group(help="業者・機関(organisations)、機種(device_models)、疾病(diseases)の一覧。")
def master() -> None:
    """The masters."""


@master.command("list", help="今日有効な項目を並べます。")
@click.argument("kind", type=KIND)
@click.option("--all", "everything", is_flag=True, help="終了したものと、これから始まるものも")
@pass_call
def list_(call: Call, kind: str, everything: bool) -> None:
    """Every entry with its days; none holds anything of a patient."""
    house = call.house()
    try:
        entries = house.master_sheets.table(Master(kind)).all()
        today = house.settings.clock.today()
    finally:
        house.close()
    shown = [one for one in entries if everything or is_valid(one, today)]
    call.answer(
        {"kind": kind, "total": len(entries), "entries": [to_plain(one) for one in shown]},
        say("masters.listed", table=say(f"masters.{kind}"), shown=len(shown), total=len(entries)),
    )


@master.command("read", help="一覧(xlsx・csv)を取り込みます。空欄は今ある値を消しません。")
@click.argument("kind", type=KIND)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="読んで確かめるだけで、何も書き込まない")
@pass_call
def read(call: Call, kind: str, file: Path, dry_run: bool) -> None:
    """Every row ends as added, changed, unchanged or fault."""
    house = call.house()
    try:
        result = house.master_sheets.read_in(Master(kind), file, dry_run=dry_run, report=progress(call))
    finally:
        house.close()
    faults, warnings = fault_facts(result.faults), fault_facts(result.warnings)
    lines = [
        say(
            "masters.read", file=file.name, rows=result.rows, added=result.added, changed=result.changed,
            unchanged=result.unchanged, faulty=result.faulty,
        )
    ]  # fmt: skip
    lines += [
        say("cli.fault", file=f["file"], sheet=f["sheet"], row=f["row"], column=f["column"], message=f["message"])
        for f in (*faults, *warnings)
    ]
    if dry_run:
        lines.append(say("masters.tried"))
    call.answer(
        {
            "kind": kind, "rows": result.rows, "added": result.added, "changed": result.changed,
            "unchanged": result.unchanged, "faulty": result.faulty, "faults": faults, "warnings": warnings,
            "unmapped_columns": list(result.unmapped_columns), "dry_run": result.dry_run,
        },
        "\n".join(lines),
    )  # fmt: skip


@master.command("export", help="一覧を、パスワードなしのxlsxかcsvに書き出します。")
@click.argument("kind", type=KIND)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".xlsx か .csv")
@pass_call
def export(call: Call, kind: str, out: Path) -> None:
    """A table that staff can mend and read in again."""
    house = call.house()
    try:
        count = house.master_sheets.export(Master(kind), out)
    finally:
        house.close()
    call.answer({"kind": kind, "entries": count, "file": str(out)}, say("masters.exported", n=count, file=out))
