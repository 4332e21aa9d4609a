"""`request` and `disclose`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call, progress
from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.domain.disclosures import Disclosure, Request
from hoken_desktop.services.disclosures import Made
from hoken_desktop.services.previews import Preview
from hoken_desktop.words import say


@click.group(help="市町長からの依頼。")
def request() -> None:
    """A mayor's request."""


@request.command("open", help="依頼文書を登録します。")
@click.option("--municipality", required=True, help="市町のコードか名前")
@click.option("--number", required=True, help="文書番号")
@click.option("--requested-on", required=True, type=DAY)
@click.option("--received-on", required=True, type=DAY)
@click.option("--requester", required=True, help="依頼者「氏名・職」")
@click.option("--basis", default=LegalBasis.CONSENT.value, show_default=True)
@click.option("--purpose", required=True, help="目的")
@click.option("--due", type=DAY)
@click.option("--items", default="", help="項目(コンマ区切り。なければ標準)")
@click.option("--route", default="", help="経由課")
@pass_call
def request_open(
    call: Call, municipality: str, number: str, requested_on: datetime, received_on: datetime, requester: str,
    basis: str, purpose: str, due: datetime | None, items: str, route: str,
) -> None:  # fmt: skip
    """Writes a request down."""
    house = call.house()
    try:
        made = house.requests.open(
            municipality=municipality, number=number, requested_on=requested_on.date(),
            received_on=received_on.date(), requester=requester, basis=basis, purpose=purpose, due_on=day_of(due),
            items=[i.strip() for i in items.replace("、", ",").split(",") if i.strip()], route=route,
        )  # fmt: skip
    finally:
        house.close()
    call.answer(request_facts(made), say("cli.request", id=made.id, number=made.number))


def request_facts(one: Request) -> dict[str, Any]:
    """A request as JSON; the letter's number and requester belong to the municipality, not to a person served."""
    return {
        "id": one.id,
        "municipality": one.municipality,
        "number": one.number,
        "requested_on": one.requested_on.isoformat(),
        "received_on": one.received_on.isoformat(),
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "requester": one.requester,
        "basis": one.basis.value,
        "purposes": [p.value for p in one.purposes],
        "items": list(one.items),
        "approved_on": one.approved_on.isoformat() if one.approved_on else None,
    }


def disclosure_facts(one: Disclosure) -> dict[str, Any]:
    """A disclosure's record as JSON."""
    facts = asdict(one)
    return facts | {"excluded": one.excluded, "folder": ""}


@request.command("list", help="依頼と提供を示します。")
@pass_call
def request_list(call: Call) -> None:
    """Every request with its disclosures."""
    house = call.house()
    try:
        found = [
            request_facts(r) | {"disclosures": [disclosure_facts(d) for d in house.disclosures.all(r.id)]}
            for r in house.requests.list()
        ]
    finally:
        house.close()
    lines = [f"{r['id']} {r['municipality']} {r['number']} {r['received_on']} {len(r['disclosures'])}" for r in found]
    call.answer({"requests": found}, "\n".join(lines))


@click.command(help="依頼に答えて、同意のある人だけのファイルを作ります。")
@click.argument("request_id")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--preview", is_flag=True, help="だれが提供され、だれが残るかを数えるだけ")
@click.option("--our-number", default="", help="発番")
@click.option("--approved-on", type=DAY, help="決裁日")
@click.option("--approval", default="", help="決裁番号・決裁者")
@pass_call
def disclose(
    call: Call, request_id: str, out: Path, preview: bool, our_number: str, approved_on: datetime | None, approval: str
) -> None:
    """The sealed workbook, its letter, its record."""
    house = call.house()
    try:
        if preview:
            seen = house.disclosures.preview(request_id)
            call.answer(preview_facts(seen), _excluded_text(seen.target, seen.disclosed, seen.excluded))
            return
        made = house.disclosures.disclose(
            request_id, out, our_number=our_number, approved_on=day_of(approved_on), approval=approval,
            report=progress(call),
        )  # fmt: skip
    finally:
        house.close()
    text = _excluded_text(made.target, made.disclosed, made.excluded) + "\n" + say("cli.disclosed", file=made.file)
    call.answer(made_facts(made), text, say("cli.password", password=made.password))


def preview_facts(seen: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    return {
        "target": seen.target, "disclosed": seen.disclosed, "excluded": seen.excluded, "file": None, "sha256": None,
        "password": None, "preview": True, "as_of": seen.as_of.isoformat(), "edition": seen.edition,
        "closes": seen.closes,
    }  # fmt: skip


def made_facts(made: Made) -> dict[str, Any]:
    """A disclosure just made as JSON; the password stands here this once."""
    return {
        "id": made.id, "target": made.target, "disclosed": made.disclosed, "excluded": made.excluded,
        "file": str(made.file), "sha256": made.sha256, "password": made.password, "check_word": made.check_word,
        "letter": str(made.letter) if made.letter else None, "record": str(made.record) if made.record else None,
    }  # fmt: skip


def _excluded_text(target: int, disclosed: int, excluded: dict[str, int]) -> str:
    reasons = "、".join(f"{say(f'codes.exclusion.{reason}')} {count}" for reason, count in excluded.items()) or "―"
    return say("cli.target", target=target, disclosed=disclosed, left=target - disclosed, reasons=reasons)
