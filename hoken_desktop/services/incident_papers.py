"""漏えい等の報告のための控え: the facts the report form asks for, as far as the record knows, and room for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.incidents import Incident, report_days
from hoken_desktop.services.losses import Loss, count_words, item_words, protection_words
from hoken_desktop.services.papers import Laid, Markup, edges, fill, has_geta, join, said, said_day, style
from hoken_desktop.words import label, say

_PAPER = "incident"


@dataclass(frozen=True, slots=True)
class IncidentSheet:
    """One incident with what was lost; `loss` None where the record knows nothing of the thing."""

    incident: Incident
    loss: Loss | None
    office: str
    who: str
    printed_on: date


def said_or_not_yet(day: date | None) -> str:
    """A day in words, まだ for none."""
    return format_wareki(day) if day else say("incidents.not_yet")


def moment_words(loss: Loss) -> str:
    """When it was made, in words."""
    if loss.made_at is None:
        return say("papers.nothing_written")
    at = in_japan(loss.made_at)
    return say("disclosures.moment", day=format_wareki(at.date()), time=f"{at:%H:%M}")


def lay_sheet(sheet: IncidentSheet, copy: int) -> Laid:
    """A4: the facts, the days that are due, then whose data they were."""
    incident, loss = sheet.incident, sheet.loss
    title = say("incidents.paper")
    edition = say("incidents.edition", day=format_wareki(sheet.printed_on))
    header, footer = edges(f"{sheet.office}　{title}", sheet.printed_on, edition, copy)
    days = report_days(incident.found_on)

    def row(name: str, value: str) -> Markup:
        return fill(_PAPER, "row", name=name, value=said(value))

    lost = [row(say("incidents.what"), label(incident.kind))]
    if loss is None:
        lost.append(row(say("incidents.name"), incident.subject))
        lost.append(row(say("incidents.count"), say("incidents.people_unknown")))
    else:
        lost += [
            row(say("incidents.name"), loss.title),
            row(say("incidents.made_at"), moment_words(loss)),
            row(say("incidents.made_by"), loss.made_by),
            row(say("incidents.handed_to"), loss.handed_to or say("incidents.nobody")),
            row(say("incidents.count"), count_words(loss)),
            row(say("incidents.items"), item_words(loss)),
            row(say("incidents.protection"), protection_words(loss)),
            *(row(name, value) for name, value in loss.facts),
        ]
    told = [
        row(say("incidents.found_on"), format_wareki(incident.found_on)),
        row(say("incidents.happened_on"), said_day(incident.happened_on)),
        row(say("incidents.circumstances"), incident.circumstances),
        row(say("incidents.cause"), incident.cause),
        row(say("incidents.measures"), incident.measures),
        row(say("incidents.reported_on"), said_or_not_yet(incident.reported_on)),
        *(fill(_PAPER, "blank", name=name) for name in say("incidents.by_hand").strip().splitlines()),
    ]
    guide = say(
        "incidents.guide", first=format_wareki(days.first_from), until=format_wareki(days.first_until),
        final=format_wareki(days.final), malicious=format_wareki(days.final_if_malicious),
    )  # fmt: skip
    persons = loss.persons if loss else ()
    page = fill(
        _PAPER, "page", style=style(_PAPER), title=title, written=say("incidents.written", who=sheet.who),
        told_title=say("incidents.part_told"), told=join(told), lost_title=say("incidents.part_lost"), lost=join(lost),
        guide=guide, sensitive=say("incidents.sensitive"), people=_people(sheet) if persons else Markup(""),
        geta=say("papers.geta_note") if has_geta(*(p.name for p in persons)) else "",
    )  # fmt: skip
    return Laid(title, page.html, header, footer)


def _people(sheet: IncidentSheet) -> Markup:
    persons = sheet.loss.persons if sheet.loss else ()
    return fill(
        _PAPER, "people", title=say("incidents.part_people", n=f"{len(persons):,}"),
        number=say("dossiers.number"), name=say("items.name"), kana=say("items.name_kana"),
        count=say("incidents.item_count"),
        rows=join(
            fill(_PAPER, "person", number=p.registry_no, name=said(p.name), kana=said(p.kana), count=p.items)
            for p in persons
        ),
    )  # fmt: skip
