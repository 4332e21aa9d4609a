"""`incident`: a file, a paper or the computer is lost; what was in it, and the sheet for the report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.incidents import Incident, IncidentKind, report_days
from hoken_desktop.house import House
from hoken_desktop.services.losses import Loss, count_words, item_words, protection_words
from hoken_desktop.words import label, say


@click.group(help="漏えい等（ファイルや紙をなくした、見られた）。")
def incident() -> None:
    """Incidents."""


@incident.command("find", help="なくしたものを探し、中にあった情報を示します。")
@click.argument("text", required=False, default="")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="同じ中身のファイルがあれば")
@pass_call
def incident_find(call: Call, text: str, file: Path | None) -> None:
    """What was in it."""
    house = call.house()
    try:
        found = house.incidents.losses.find_file(file) if file else house.incidents.losses.find(text)
    finally:
        house.close()
    lines = [
        say(
            "cli.loss", title=one.title, count=count_words(one), items=item_words(one),
            protection=protection_words(one),
        )
        for one in found
    ]  # fmt: skip
    call.answer({"found": [_loss(one) for one in found]}, "\n".join(lines) or say("cli.no_losses"))


def _loss(one: Loss) -> dict[str, Any]:
    """What was in a thing, as JSON: places, counts and codes, nobody's name."""
    return {
        "kind": one.kind.value, "subject": one.subject, "title": one.title, "made_at": one.made_at,
        "handed_to": one.handed_to, "people": one.people, "at_most": one.at_most, "items": list(one.items),
        "whole": one.whole, "protection": one.protection.value, "encrypted": one.protection.encrypts,
    }  # fmt: skip


@incident.command("open", help="漏えい等を記録します。")
@click.option("--what", default="", help="ファイル名、SHA-256、発番、媒体番号、照合語、部数番号")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="同じ中身のファイルがあれば")
@click.option("--kind", type=click.Choice([k.value for k in IncidentKind]), help="1つに決まらないとき")
@click.option("--found-on", type=DAY, required=True, help="分かった日")
@click.option("--happened-on", type=DAY, help="起きた日")
@click.option("--circumstances", required=True, help="概要")
@click.option("--cause", default="", help="原因")
@click.option("--measures", default="", help="行った対応")
@pass_call
def incident_open(
    call: Call, what: str, file: Path | None, kind: str | None, found_on: datetime, happened_on: datetime | None,
    circumstances: str, cause: str, measures: str,
) -> None:  # fmt: skip
    """Writes one down."""
    house = call.house()
    try:
        which, subject = _lost(house, what, file, IncidentKind(kind) if kind else None)
        made = house.incidents.open(
            which, subject, found_on.date(), circumstances, happened_on=day_of(happened_on), cause=cause,
            measures=measures,
        )  # fmt: skip
        loss = house.incidents.loss(made)
    finally:
        house.close()
    days = report_days(made.found_on)
    call.answer(
        _facts(made, loss),
        say("cli.incident_opened", first=days.first_from.isoformat(), until=days.first_until.isoformat(),
            final=days.final.isoformat()),
    )  # fmt: skip


def _lost(house: House, what: str, file: Path | None, kind: IncidentKind | None) -> tuple[IncidentKind, str]:
    if kind is IncidentKind.OTHER:
        return kind, what
    if kind is IncidentKind.COMPUTER:
        return kind, IncidentKind.COMPUTER.value
    found = house.incidents.losses.find_file(file) if file else house.incidents.losses.find(what, kind)
    if not found:
        raise Refusal("incidents.not_found")
    if len(found) != 1 or not (what.strip() or file):
        raise Refusal("incidents.not_one", count=len(found))
    return found[0].kind, found[0].subject


def _facts(one: Incident, loss: Loss | None) -> dict[str, Any]:
    days = report_days(one.found_on)
    return {
        "id": one.id, "kind": one.kind.value, "found_on": one.found_on, "happened_on": one.happened_on,
        "reported_on": one.reported_on, "closed_on": one.closed_on,
        "first_report": [days.first_from, days.first_until], "final_report": days.final,
        "lost": _loss(loss) if loss is not None else None,
    }  # fmt: skip


@incident.command("list", help="漏えい等の記録を示します。")
@pass_call
def incident_list(call: Call) -> None:
    """All of them."""
    house = call.house()
    try:
        found = [(one, house.incidents.loss(one)) for one in house.incidents.all()]
    finally:
        house.close()
    lines = [
        say("cli.incident", id=one.id, kind=label(one.kind), found=one.found_on.isoformat(),
            title=loss.title if loss else say("incidents.none"))
        for one, loss in found
    ]  # fmt: skip
    call.answer({"incidents": [_facts(*one) for one in found]}, "\n".join(lines) or say("cli.no_incidents"))


@incident.command("print", help="報告のための控えを、パスワード付きのPDFで書き出します。")
@click.argument("incident_id")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".pdf")
@pass_call
def incident_print(call: Call, incident_id: str, out: Path) -> None:
    """The sheet."""
    house = call.house()
    try:
        printed = house.incidents.write(incident_id, out)
    finally:
        house.close()
    call.answer(
        {
            "file": str(printed.file), "copy": printed.copy, "pages": printed.pages, "sha256": printed.sha256,
            "password": printed.password,
        },
        say("cli.incident_printed", file=out, pages=printed.pages),
        say("printing.password_once", password=printed.password),
    )  # fmt: skip
