"""`event`: a disaster is declared and ended; only between the two may people go out without anybody's consent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.domain.dates import JAPAN
from hoken_desktop.domain.events import Event, EventKind
from hoken_desktop.words import label, say

MOMENT = click.DateTime(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@click.group(help="災害の宣言と終了。")
def event() -> None:
    """Events."""


@event.command("declare", help="災害を宣言します。訓練では何も提供できるようになりません。")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in EventKind]))
@click.option("--name", required=True, help="災害の名前")
@click.option("--occurred-at", type=MOMENT, help="発生日時(なければ今)")
@click.option("--reason", default="", help="宣言の理由(何が起きているか)")
@pass_call
def event_declare(call: Call, kind: str, name: str, occurred_at: datetime | None, reason: str) -> None:
    """Declares an event."""
    moment = occurred_at.replace(tzinfo=JAPAN) if occurred_at else None
    house = call.house()
    try:
        made = house.events.declare(EventKind(kind), name, moment, reason)
    finally:
        house.close()
    call.answer(event_facts(made), say("cli.event_declared", name=made.name, id=made.id))


@event.command("end", help="災害を終了します。")
@click.argument("event_id")
@pass_call
def event_end(call: Call, event_id: str) -> None:
    """Ends an event."""
    house = call.house()
    try:
        made = house.events.end(event_id)
    finally:
        house.close()
    call.answer(event_facts(made), say("cli.event_ended", name=made.name))


@event.command("list", help="宣言した災害を新しい順に示します。")
@pass_call
def event_list(call: Call) -> None:
    """Every event."""
    house = call.house()
    try:
        found = house.events.all()
    finally:
        house.close()
    lines = [f"{e.id} {label(e.kind)} {e.name} {e.declared_at:%Y-%m-%d %H:%M}" for e in found]
    call.answer({"events": [event_facts(e) for e in found]}, "\n".join(lines) or say("cli.no_events"))


def event_facts(one: Event) -> dict[str, Any]:
    """An event as JSON."""
    return {
        "id": one.id, "name": one.name, "kind": one.kind.value, "occurred_at": one.occurred_at,
        "declared_at": one.declared_at, "reason": one.reason, "ended_at": one.ended_at,
    }  # fmt: skip
