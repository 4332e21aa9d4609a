"""`consent`: the ledger read in and summed up."""

from __future__ import annotations

from pathlib import Path

import click

from hoken_desktop.cli.speech import Call, fault_facts, pass_call, progress
from hoken_desktop.words import say


@click.group(help="同意台帳。")
def consent() -> None:
    """The consent ledger."""


@consent.command("read", help="同意の一覧(xlsx・csv)を読み込みます。")
@click.argument("file", type=click.Path(path_type=Path))
@pass_call
def read(call: Call, file: Path) -> None:
    """Adds the rows of a list to the ledger."""
    house = call.house()
    try:
        result = house.consents.read_in(file, progress(call))
    finally:
        house.close()
    faults = fault_facts(result.faults)
    lines = [
        say(
            "cli.consents", file=file.name, rows=result.rows, taken=result.taken, unchanged=result.unchanged,
            faulty=result.faulty,
        )
    ]  # fmt: skip
    lines += [
        say("cli.fault", file=f["file"], sheet=f["sheet"], row=f["row"], column=f["column"], message=f["message"])
        for f in faults
    ]
    call.answer(
        {
            "rows": result.rows, "taken": result.taken, "unchanged": result.unchanged, "faulty": result.faulty,
            "added": result.added, "faults": faults, "warnings": fault_facts(result.warnings),
        },
        "\n".join(lines),
    )  # fmt: skip


@consent.command("show", help="提供先ごとに、今日の同意の状態を数えます。")
@pass_call
def show(call: Call) -> None:
    """Per recipient: valid, refused, unknown, withdrawn, expired."""
    house = call.house()
    try:
        standings = house.consents.standings()
    finally:
        house.close()
    call.answer(
        {
            "recipients": {
                s.recipient: {"name": s.name, "people": s.people, **s.overall, "by_purpose": s.by_purpose}
                for s in standings
            }
        },
        "\n".join(
            say("cli.standing", name=s.name, people=s.people, **{k: s.overall[k] for k in _SHOWN}) for s in standings
        ),
    )


_SHOWN = ("valid", "refused", "unknown", "withdrawn", "expired")
