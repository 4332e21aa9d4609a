"""`recall`: who holds data that have to be given back or mended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.rounds import DAY
from hoken_desktop.cli.speech import Call, pass_call
from hoken_desktop.domain.codes import RecipientSection
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.house import House
from hoken_desktop.services.recalls import RecipientRecalls
from hoken_desktop.words import label, say

_PLACE = click.option("--municipality", required=True, help="市町のコードか名前")
_SECTION = click.option(
    "--section", type=click.Choice([s.value for s in RecipientSection]), default=RecipientSection.HEALTH.value,
    show_default=True, help="渡した課",
)  # fmt: skip


@click.group(help="提供した情報の回収・訂正。")
def recall() -> None:
    """Recalls."""


@recall.command("list", help="回収・訂正をお願いする相手と件数を示します。")
@pass_call
def recall_list(call: Call) -> None:
    """Every recipient with something open."""
    house = call.house()
    try:
        found = [(each, house.office.name_of(each.municipality)) for each in house.recalls.all()]
    finally:
        house.close()
    lines = (
        say("cli.recall", place=name, section=label(r.section), open=len(r.untold), told=len(r.waiting))
        for r, name in found
    )
    call.answer({"recipients": [_facts(r) for r, _ in found]}, "\n".join(lines) or say("cli.no_recalls"))


def _facts(one: RecipientRecalls) -> dict[str, Any]:
    return {
        "municipality": one.municipality, "section": one.section.value, "people": one.people,
        "open": len(one.untold), "told": len(one.waiting), "told_on": one.told_on, "overdue": one.overdue,
        "holdings": [
            {
                "disclosure": h.held.disclosure_id, "key": h.held.outside_key, "reason": h.reason.value,
                "state": h.state.value, "needed": h.needed, "items": list(h.items),
                "groups": [group.value for group in h.groups],
            }
            for h in one.holdings
        ],
    }  # fmt: skip


@recall.command("told", help="相手に伝えたことを記録します。")
@_PLACE
@_SECTION
@click.option("--on", "told_on", type=DAY, required=True, help="伝えた日")
@click.option("--our-number", default="", help="発番")
@pass_call
def recall_told(call: Call, municipality: str, section: str, told_on: datetime, our_number: str) -> None:
    """The recipient was told."""
    house = call.house()
    try:
        code = _code(house, municipality)
        count = house.recalls.tell(code, told_on.date(), our_number, RecipientSection(section))
    finally:
        house.close()
    call.answer({"municipality": code, "told": count}, say("cli.recall_told", count=count))


@recall.command("confirm", help="相手が消した、直したことの確認を記録します。")
@_PLACE
@_SECTION
@click.option("--on", "confirmed_on", type=DAY, required=True, help="確認の日")
@click.option("--by", "confirmed_by", required=True, help="確認した人「課・氏名」")
@click.option("--left", multiple=True, help="できなかったものの照合番号。くり返せます")
@pass_call
def recall_confirm(
    call: Call, municipality: str, section: str, confirmed_on: datetime, confirmed_by: str, left: tuple[str, ...]
) -> None:
    """The recipient confirmed."""
    house = call.house()
    try:
        code = _code(house, municipality)
        count = house.recalls.confirm(code, confirmed_on.date(), confirmed_by, RecipientSection(section), left)
    finally:
        house.close()
    call.answer({"municipality": code, "confirmed": count}, say("cli.recall_confirmed", count=count))


@recall.command("print", help="依頼の文書をPDFで書き出します。照合番号だけで、氏名は載りません。")
@_PLACE
@_SECTION
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".pdf")
@click.option("--our-number", default="", help="発番")
@pass_call
def recall_print(call: Call, municipality: str, section: str, out: Path, our_number: str) -> None:
    """The letter."""
    house = call.house()
    try:
        printed = house.recalls.write(_code(house, municipality), out, our_number, RecipientSection(section))
    finally:
        house.close()
    call.answer(
        {"file": str(printed.file), "copy": printed.copy, "pages": printed.pages, "sha256": printed.sha256},
        say("cli.recall_printed", file=out, pages=printed.pages),
    )


def _code(house: House, text: str) -> str:
    found = house.municipalities.find(text)
    if found is None:
        raise Refusal("offices.unknown_municipality", municipality=text)
    return found.code
