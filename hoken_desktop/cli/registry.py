"""`init`, `audit` and `doctor`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.rounds import DAY
from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.doors import create_house, examine
from hoken_desktop.words import say


@click.command(help="新しい台帳を作り、復旧キーを一度だけ表示します。")
@click.option("--office", default="", help="保健所の名前")
@click.option("--municipalities", default="", help="管内の市町のコード(5桁か6桁、コンマ区切り)")
@click.option("--staff", default="", help="最初の職員「氏名・職」")
@pass_call
def init(call: Call, office: str, municipalities: str, staff: str) -> None:
    """Makes a new registry in the data folder."""
    codes = [c.strip() for c in municipalities.replace("、", ",").split(",") if c.strip()]
    made = create_house(call.data, call.passphrase(), office=office, municipalities=codes, staff=staff)
    made.house.close()
    facts: dict[str, Any] = {
        "registry": str(made.registry),
        "recovery_key": made.recovery_key,
        "office": made.office.name,
        "municipalities": list(made.office.municipalities),
        "device_warning": say(made.device_warning) if made.device_warning else "",
    }
    call.answer(
        facts, say("cli.created", registry=made.registry), say("cli.recovery_key", recovery_key=made.recovery_key)
    )


@click.group(help="記録を確かめ、読みます。")
def audit() -> None:
    """The audit chain."""


@audit.command("verify", help="記録の鎖と、すべての行の封を確かめます。")
@pass_call
def audit_verify(call: Call) -> int:
    """Exit 3 names the first break."""
    house = call.house()
    try:
        report = house.audits.verify()
    finally:
        house.close()
    facts = {
        "entries": report.entries, "head": report.head, "rows": report.rows, "first_break": report.first_break,
    }  # fmt: skip
    if report.first_break is None:
        call.answer(facts, say("cli.audit_whole", entries=report.entries, head=report.head[:20]))
        return 0
    call.answer(facts, say("cli.audit_broken", where=_where(report.first_break)))
    return Refusal.exit_code


def _where(found: dict[str, Any]) -> str:
    return " ".join(str(found[key]) for key in ("where", "seq", "table", "row", "code") if key in found)


@audit.command("clock", help="今の時計が正しいことを、今日の日付を入れて確かめます(管理者)。")
@click.option("--today", required=True, type=DAY, help="今日の日付")
@pass_call
def audit_clock(call: Call, today: datetime) -> None:
    """A 管理者's word for the clock."""
    house = call.house()
    try:
        day = house.clocks.confirm(today.date())
    finally:
        house.close()
    call.answer({"today": day}, say("clocks.confirmed"))


@audit.command("list", help="記録を新しい順に示します。")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100000))
@pass_call
def audit_list(call: Call, limit: int) -> None:
    """The newest entries in plain words."""
    house = call.house()
    try:
        lines = house.audits.entries(limit=limit)
        head = house.audits.head()
    finally:
        house.close()
    entries = [
        {"seq": e.seq, "at": in_japan(e.at).isoformat(), "who": e.who, "deed": e.deed, "label": e.label,
         "subject": e.subject, "detail": e.detail}
        for e in lines
    ]  # fmt: skip
    call.answer(
        {"entries": entries, "head": head, "first_break": None},
        "\n".join(f"{e['seq']} {e['at']} {e['who']} {e['label']} {e['subject']}" for e in entries),
    )


@click.command(help="プログラムと台帳の健康診断をします。")
@pass_call
def doctor(call: Call) -> int:
    """What was checked, one by one; exit 3 when something is not in order."""
    passphrase = call.passphrase() if call.passphrase_file is not None else None
    checks = examine(Path(call.data), passphrase)
    well = all(check.well for check in checks)
    facts = {
        "well": well,
        "checks": [
            {"name": c.name, "label": say(f"doctor.{c.name}"), "well": c.well, "found": c.found} for c in checks
        ],
    }
    text = "\n".join(f"{'○' if c.well else '×'} {say(f'doctor.{c.name}')}: {c.found}" for c in checks)
    call.answer(facts, text)
    return 0 if well else Refusal.exit_code
