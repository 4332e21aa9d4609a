"""個票 laid out for A4: the person at the top, then the groups, two facts beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from hoken_desktop import words
from hoken_desktop.domain.papers import DossierFact, DossierPaper, DossierPart
from hoken_desktop.services.papers import (
    MARKS,
    Laid,
    Markup,
    edges,
    fill,
    has_geta,
    join,
    said,
    said_age,
    said_day,
    said_edition,
    style,
)

_PAPER = "dossier"
_WIDE = 34
"""A value of more letters than this takes the whole width, so that it does not make a tower of its half."""


def lay_out(papers: Sequence[DossierPaper], copy: int) -> Laid:
    """Dossiers of one print, each from a new page on."""
    first = papers[0]
    title = words.say("dossiers.title")
    edition = said_edition(first.printed_on, first.edition)
    header, footer = edges(f"{said(first.office)}　{title}", first.printed_on, edition, copy)
    bodies = join(_body(paper, "first" if at == 0 else "next") for at, paper in enumerate(papers))
    return Laid(title, fill(_PAPER, "page", style=style(_PAPER), bodies=bodies).html, header, footer)


def _body(paper: DossierPaper, break_class: str) -> Markup:
    geta = words.say("papers.geta_note") if has_geta(paper.name, paper.kana, paper.address, paper.phones) else ""
    return fill(
        _PAPER,
        "body",
        break_class=break_class,
        title=words.say("dossiers.title"),
        number_label=words.say("dossiers.number"),
        number=paper.registry_no,
        group=paper.group.value,
        mark=MARKS[paper.group],
        group_word=words.label(paper.group),
        kana=said(paper.kana),
        name=said(paper.name),
        born_label=words.say("dossiers.born"),
        born=said_day(paper.born_on),
        age=said_age(paper.age),
        sex_label=words.say("dossiers.sex"),
        sex=paper.sex,
        care_label=words.say("dossiers.care_setting"),
        care=paper.care_setting,
        address_label=words.say("dossiers.address"),
        address=said(paper.address),
        phone_label=words.say("dossiers.phones"),
        phones=said(paper.phones),
        remark=f"{paper.remark}{words.say('dossiers.unknown_rule')}{geta}",
        parts=join(_part(part) for part in paper.parts),
    )


def _part(part: DossierPart) -> Markup:
    return fill(
        _PAPER,
        "part",
        title=part.title,
        facts=fill(_PAPER, "facts", rows=join(_fact_rows(part.facts))) if part.facts else Markup(""),
        table=_table(part) if part.rows else Markup(""),
        note=fill(_PAPER, "note", text=part.note) if part.note else Markup(""),
    )


def _fact_rows(facts: Sequence[DossierFact]) -> list[Markup]:
    """Two short facts a row, in order; a long one has a row of its own."""
    rows: list[Markup] = []
    waiting: list[DossierFact] = []

    def flush() -> None:
        for left, right in zip_longest(waiting[::2], waiting[1::2]):
            rows.append(fill(_PAPER, "pair", left=_fact(left), right=_fact(right) if right else _blank_pair()))
        waiting.clear()

    for fact in facts:
        if len(fact.value) > _WIDE:
            flush()
            rows.append(fill(_PAPER, "wide", name=fact.name, value=_value(fact)))
        else:
            waiting.append(fact)
    flush()
    return rows


def _blank_pair() -> Markup:
    return fill(_PAPER, "blank")


def _fact(fact: DossierFact) -> Markup:
    return fill(_PAPER, "fact", name=fact.name, value=_value(fact))


def _value(fact: DossierFact) -> Markup:
    shown = fill(_PAPER, "unknown" if fact.unknown else "known", value=fact.value)
    return join((shown, fill(_PAPER, "origin", origin=fact.origin))) if fact.origin else shown


def _table(part: DossierPart) -> Markup:
    shares = part.shares or (100 // len(part.heads),) * len(part.heads)
    heads = join(fill(_PAPER, "head", text=head, width=w) for head, w in zip(part.heads, shares, strict=True))
    rows = join(
        fill(_PAPER, "row", cells=join(fill(_PAPER, "cell", text=cell) for cell in row)) for row in part.rows
    )
    return fill(_PAPER, "table", heads=heads, rows=rows)
