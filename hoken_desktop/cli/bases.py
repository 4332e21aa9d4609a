"""`basis`: the legal bases, which of them the centre has turned on, and how it words them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from hoken_desktop.cli.rounds import DAY, day_of
from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.domain.codes import LegalBasis
from hoken_desktop.services.bases import SWITCHABLE, BasisState, said_lacks
from hoken_desktop.words import say


@click.group(help="提供の根拠。保健所の決裁で使う・使わないを決めます。")
def basis() -> None:
    """The legal bases."""


@basis.command("list", help="根拠の一覧を、今使えるかどうかとともに示します。")
@pass_call
def basis_list(call: Call) -> None:
    """Every basis as it stands, with all its rules."""
    house = call.house()
    try:
        states = house.bases.all()
    finally:
        house.close()
    call.answer({"bases": [basis_facts(state) for state in states]}, "\n".join(_line(state) for state in states))


def basis_facts(state: BasisState) -> dict[str, Any]:
    """A basis as JSON: the newest rule first in `history`."""
    return {
        "basis": state.basis.value,
        "text": state.text,
        "enabled": state.enabled,
        "open": not state.lacks,
        "lacks": [lack.value for lack in state.lacks],
        "history": [
            {
                "enabled": rule.enabled, "text": rule.text, "decision_number": rule.decision_number,
                "decided_on": rule.decided_on, "entered_at": rule.entered_at, "staff_id": rule.staff_id,
            }
            for rule in state.history
        ],
    }  # fmt: skip


def _line(state: BasisState) -> str:
    how = say("cli.basis_open") if not state.lacks else said_lacks(state.lacks)
    return f"{state.basis.value} {state.text} {how}"


@basis.command("set", help="根拠を使う・使わない、または文面を決めます(管理者)。")
@click.argument("name", type=click.Choice([each.value for each in LegalBasis], case_sensitive=False), metavar="根拠")
@click.option("--on/--off", "enabled", default=None, help="使う/使わない(決裁番号と決裁日が要ります)")
@click.option("--decision", default="", help="決裁番号")
@click.option("--decided-on", type=DAY, help="決裁日")
@click.option("--text", help="送付書などに印刷する文面(空にすると元の文面)")
@pass_call
def basis_set(
    call: Call, name: str, enabled: bool | None, decision: str, decided_on: datetime | None, text: str | None
) -> None:
    """A rule is added; earlier ones stay."""
    if enabled is None and text is None:
        raise click.UsageError(say("cli.basis_nothing", switchable=say("cli.comma").join(SWITCHABLE)))
    which = LegalBasis(name.upper())
    house = call.house()
    try:
        if enabled is not None:
            house.bases.switch(which, enabled, decision, day_of(decided_on))
        if text is not None:
            house.bases.reword(which, text)
        state = house.bases.get(which)
    finally:
        house.close()
    call.answer(basis_facts(state), _line(state))
