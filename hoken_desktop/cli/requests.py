"""`request`: the register of 依頼文書 and their 決裁."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.disclosures import disclosure_facts
from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call, secret_in
from hoken_desktop.domain.codes import LegalBasis, RecipientSection
from hoken_desktop.domain.consents import Unreadable, parse_section
from hoken_desktop.domain.disclosures import EXCLUDE, INCLUDE, Request
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.words import say

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(help="市町長からの依頼。")
def request() -> None:
    """A mayor's request."""


def _items(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("、", ",").split(",") if part.strip())


def _section(text: str) -> RecipientSection:
    try:
        return parse_section(text)
    except Unreadable:
        raise Refusal("requests.unknown_section") from None


@request.command("open", help="依頼文書を登録します。")
@click.option("--municipality", required=True, help="市町のコードか名前")
@click.option("--number", required=True, help="文書番号")
@click.option("--requested-on", required=True, type=DAY)
@click.option("--received-on", required=True, type=DAY)
@click.option("--requester", required=True, help="依頼者「氏名・職」")
@click.option("--basis", default=LegalBasis.CONSENT.value, show_default=True, help="根拠(basis list で使えるもの)")
@click.option("--purpose", required=True, help="目的")
@click.option("--due", type=DAY, help="回答期限")
@click.option("--items", default="", help="項目(コンマ区切り。なければ標準)")
@click.option("--route", default="", help="経由課")
@click.option("--section", default="", help="提供先の課(なければ保健主管課)")
@click.option("--scan", default="", help="依頼文書の写しの保管場所・ファイル名")
@click.option("--not-at-home", type=click.Choice([INCLUDE, EXCLUDE]), help="入院・施設の人(なければ保健所の設定)")
@click.option("--basis-decision", default="", help="GOV_69_2_3: この依頼についての決裁番号")
@click.option("--event", "event_id", default="", help="DISASTER: 災害のID(event list)")
@click.option("--reason", default="", help="DISASTER: 本人の同意によらず提供する理由")
@click.option("--second-passphrase-file", type=_FILE, help="DISASTER: 確認する2人目の職員のパスフレーズのファイル")
@pass_call
def request_open(
    call: Call, /, due: datetime | None, items: str, section: str, not_at_home: str | None,
    requested_on: datetime, received_on: datetime, second_passphrase_file: Path | None, **said: Any,
) -> None:  # fmt: skip
    """Writes a request down."""
    second = secret_in(second_passphrase_file) if second_passphrase_file else ""
    house = call.house()
    try:
        if second:
            house.confirmations.check(second)  # before anything is written down
        made = house.requests.open(
            **said, requested_on=requested_on.date(), received_on=received_on.date(), due_on=day_of(due),
            items=_items(items), section=_section(section), not_at_home=not_at_home or "",
        )  # fmt: skip
        if second:
            made = house.confirmations.confirm(made.id, second)
    finally:
        house.close()
    call.answer(request_facts(made), say("cli.request", id=made.id, number=made.number))


@request.command("edit", help="最初の提供の前に、依頼の内容を訂正します。")
@click.argument("request_id")
@click.option("--municipality", help="市町のコードか名前")
@click.option("--number", help="文書番号")
@click.option("--requested-on", type=DAY)
@click.option("--received-on", type=DAY)
@click.option("--requester", help="依頼者「氏名・職」")
@click.option("--basis", help="根拠")
@click.option("--purpose", help="目的")
@click.option("--due", "due_on", type=DAY, help="回答期限")
@click.option("--items", help="項目(コンマ区切り)")
@click.option("--route", help="経由課")
@click.option("--section", help="提供先の課")
@click.option("--scan", help="依頼文書の写しの保管場所・ファイル名")
@click.option("--not-at-home", type=click.Choice([INCLUDE, EXCLUDE, "office"]), help="入院・施設の人")
@click.option("--basis-decision", help="GOV_69_2_3: この依頼についての決裁番号")
@click.option("--event", "event_id", help="DISASTER: 災害のID")
@click.option("--reason", help="DISASTER: 理由")
@pass_call
def request_edit(call: Call, /, request_id: str, **said: Any) -> None:
    """Mends what was written down."""
    changes = {key: value for key, value in said.items() if value is not None}
    for key in ("requested_on", "received_on", "due_on"):
        if key in changes:
            changes[key] = changes[key].date()
    if "items" in changes:
        changes["items"] = _items(changes["items"])
    if "section" in changes:
        changes["section"] = _section(changes["section"])
    if changes.get("not_at_home") == "office":
        changes["not_at_home"] = ""
    house = call.house()
    try:
        made = house.requests.edit(request_id, **changes)
    finally:
        house.close()
    call.answer(request_facts(made), say("cli.request_changed", number=made.number))


@request.command("approve", help="決裁を記録します。")
@click.argument("request_id")
@click.option("--approved-on", required=True, type=DAY, help="決裁日")
@click.option("--approval", required=True, help="決裁番号・決裁者")
@click.option("--our-number", default="", help="発番")
@click.option("--drafted-on", type=DAY, help="起案日")
@click.option("--director", default="", help="所長名(なければ保健所の設定)")
@click.option("--basis-decision", default="", help="GOV_69_2_3: この依頼についての決裁番号")
@pass_call
def request_approve(
    call: Call, request_id: str, approved_on: datetime, approval: str, our_number: str, drafted_on: datetime | None,
    director: str, basis_decision: str,
) -> None:  # fmt: skip
    """決裁."""
    house = call.house()
    try:
        made = house.requests.approve(
            request_id, approved_on.date(), approval, our_number, drafted_on=day_of(drafted_on), director=director,
            basis_decision=basis_decision,
        )  # fmt: skip
    finally:
        house.close()
    call.answer(request_facts(made), say("cli.request_approved", number=made.number))


@request.command("confirm", help="災害時の提供を、2人目の職員が自分のパスフレーズで確認します。")
@click.argument("request_id")
@click.option("--second-passphrase-file", required=True, type=_FILE, help="確認する職員のパスフレーズのファイル")
@pass_call
def request_confirm(call: Call, request_id: str, second_passphrase_file: Path) -> None:
    """The second person."""
    second = secret_in(second_passphrase_file)
    house = call.house()
    try:
        made = house.confirmations.confirm(request_id, second)
    finally:
        house.close()
    call.answer(request_facts(made), say("cli.request_confirmed", count=len(made.confirmed_by)))


@request.command("close", help="依頼を終了します。終了した依頼では提供できません。")
@click.argument("request_id")
@click.option("--reopen", is_flag=True, help="終了を取り消して再開する")
@pass_call
def request_close(call: Call, request_id: str, reopen: bool) -> None:
    """Closes a request, or opens it again."""
    house = call.house()
    try:
        made = house.requests.reopen(request_id) if reopen else house.requests.close(request_id)
    finally:
        house.close()
    said = say("cli.request_reopened", number=made.number) if reopen else say("cli.request_closed", number=made.number)
    call.answer(request_facts(made), said)


def request_facts(one: Request) -> dict[str, Any]:
    """A request as JSON; the letter's number and requester belong to the municipality, not to a person served."""
    return {
        "id": one.id,
        "municipality": one.municipality,
        "section": one.section.value,
        "number": one.number,
        "requested_on": one.requested_on.isoformat(),
        "received_on": one.received_on.isoformat(),
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "requester": one.requester,
        "route": one.route,
        "scan": one.scan,
        "basis": one.basis.value,
        "basis_decision": one.basis_decision,
        "event": one.event_id,
        "reason": one.reason,
        "confirmed_by": list(one.confirmed_by),
        "purposes": [p.value for p in one.purposes],
        "items": list(one.items),
        "not_at_home": one.not_at_home,
        "drafted_on": one.drafted_on.isoformat() if one.drafted_on else None,
        "approved_on": one.approved_on.isoformat() if one.approved_on else None,
        "approval": one.approval,
        "our_number": one.our_number,
        "director": one.director,
        "closed_on": one.closed_on.isoformat() if one.closed_on else None,
    }


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
