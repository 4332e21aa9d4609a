"""回収・訂正の依頼 on paper: which rows of which file, and what to do with them; no name and no reason of health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import Disclosure
from hoken_desktop.domain.recalls import Demand, Holding, demand_of
from hoken_desktop.services import items
from hoken_desktop.services.papers import Laid, Markup, edges, fill, join, said, style
from hoken_desktop.words import label, say

_PAPER = "recall_letter"


@dataclass(frozen=True, slots=True)
class RecallLot:
    """One disclosure and the rows of it that are to be given back or mended."""

    disclosure: Disclosure
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class RecallLetter:
    """The letter to one recipient."""

    office: str
    sender: str
    contact: str
    recipient: str
    route: str
    our_number: str
    printed_on: date
    municipality: str
    lots: tuple[RecallLot, ...]


def lay_letter(letter: RecallLetter, copy: int) -> Laid:
    """The letter, and on its last page the slip on which the recipient confirms."""
    title = say("recalls.paper")
    edition = say("recalls.as_of_today", day=format_wareki(letter.printed_on))
    header, footer = edges(f"{letter.office}　{title}", letter.printed_on, edition, copy)
    count = sum(len(lot.holdings) for lot in letter.lots)
    number = letter.our_number or say("recalls.no_number")  # a number given later is written in by hand
    page = fill(
        _PAPER, "page", style=style(_PAPER), our_number=number,
        issued_on=format_wareki(letter.printed_on), recipient=say("papers.addressed", name=letter.recipient),
        route=say("recalls.by_route", route=letter.route) if letter.route else "", sender=letter.sender,
        subject=say("recalls.subject"), opening=say("recalls.opening", count=count),
        lots=join(_lot(lot) for lot in letter.lots),
        steps=join(fill(_PAPER, "step", text=line) for line in say("recalls.steps").strip().splitlines()),
        contact=say("recalls.contact", contact=letter.contact),
        slip_title=say("recalls.slip_title"), slip_to=say("recalls.slip_to", office=letter.sender),
        slip_from=letter.recipient,
        slip_text=say("recalls.slip_text", day=format_wareki(letter.printed_on), number=number, count=count),
        slip_rows=join(
            fill(_PAPER, "slip_row", name=line) for line in say("recalls.slip_rows").strip().splitlines()
        ),
    )  # fmt: skip
    return Laid(title, page.html, header, footer, serif=True)


def _lot(lot: RecallLot) -> Markup:
    disclosure = lot.disclosure
    return fill(
        _PAPER, "lot",
        title=say(
            "recalls.lot", day=format_wareki(disclosure.disclosed_on), number=said(disclosure.our_number),
            file=disclosure.file_name,
        ),
        key=say("disclosures.key"), count=say("recalls.item_count"), what=say("recalls.what"),
        rows=join(
            fill(
                _PAPER, "row", key=holding.held.outside_key, count=holding.held.item_count, what=demand_words(holding)
            )
            for holding in lot.holdings
        ),
    )  # fmt: skip


def reason_words(holding: Holding) -> str:
    """Why, as the centre reads it: of 範囲の縮小 the item groups with it."""
    if not holding.groups:
        return label(holding.reason)
    groups = say("recalls.comma").join(label(group) for group in holding.groups)
    return say("recalls.reason_groups", reason=label(holding.reason), groups=groups)


def demand_words(holding: Holding) -> str:
    """What the recipient is asked to do with one row, and all it may know of why."""
    demand = demand_of(holding.reason)
    about = say("recalls.comma").join(items.header(key) for key in holding.items)
    if demand is Demand.CORRECT:
        return say("recalls.correct", items=about)
    return say("recalls.delete_items", items=about) if demand is Demand.DELETE_ITEMS else label(demand)
