"""緊急時カード laid out: a strip of text that flows through panels of card size, to be cut out and folded."""

from __future__ import annotations

from hoken_desktop import words
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.papers import CardBlock, CardPaper
from hoken_desktop.services.papers import Laid, Markup, Panel, edges, fill, has_geta, join, said, said_edition, style

_PAPER = "emergency_card"
WIDTH, HEIGHT = 89.0, 55.0
"""Millimetres of one panel: folded it goes where a 診察券 goes; two stand beside one another on A4."""


def lay_out(paper: CardPaper, copy: int) -> Laid:
    """The card on A4 portrait; the office's marks stand outside the lines along which it is cut."""
    title = words.say("emergency_cards.title")
    heading = f"{said(paper.office)}　{title}　{paper.registry_no}"
    header, footer = edges(heading, paper.printed_on, said_edition(paper.printed_on, paper.edition), copy)
    geta = words.say("papers.geta_note") if has_geta(paper.name, paper.kana) else ""
    body = fill(
        _PAPER,
        "page",
        style=style(_PAPER),
        title=title,
        state=words.say("emergency_cards.state", day=format_wareki(paper.printed_on), office=said(paper.office)),
        kana=said(paper.kana),
        name=said(paper.name),
        blocks=join(_block(block) for block in paper.blocks),
    )
    above = words.say("emergency_cards.above")
    return Laid(title, body.html, header, footer, panel=Panel(WIDTH, HEIGHT, f"{above}{geta}"))


def _block(block: CardBlock) -> Markup:
    rows = join(fill(_PAPER, "row", name=name, value=said(value)) for name, value in block.lines)
    return fill(_PAPER, "block", title=block.title, rows=rows)
