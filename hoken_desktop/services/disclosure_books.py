"""The workbook of a disclosure: 名簿, 回答票, 名簿全体 and 項目の説明, as plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import ITEM_BY_KEY, Passage
from hoken_desktop.domain.persons import Person
from hoken_desktop.domain.workbooks import Cell, Column, ColumnKind, PaperSize, PrintSettings, Sheet, Workbook
from hoken_desktop.services import items
from hoken_desktop.services.items import Known
from hoken_desktop.services.previews import Basis
from hoken_desktop.words import label, say

KEY = "outside_key"


def disclosure_book(
    place: str,
    basis: Basis,
    going: list[Passage],
    known: dict[str, Known],
    keys: dict[str, str],
    columns: tuple[str, ...],
    day: date,
) -> Workbook:
    """The workbook for `place`: 名簿, 回答票, 名簿全体 and 項目の説明; people in the order of their 氏名カナ."""
    passages = sorted(going, key=lambda p: _order(known[p.person_id].person))
    edition = say("disclosures.edition", edition=basis.round.edition)
    as_of = format_wareki(basis.round.as_of)
    care = say("disclosures.handle_with_care")
    printing = PrintSettings(
        header=(basis.office.name, say("disclosures.short_title"), care),
        footer=(say("disclosures.made_on", day=format_wareki(day)), "", f"{as_of} {edition}"),
    )
    notes = (
        say("disclosures.title", municipality=place),
        say("disclosures.note_care"),
        say(
            "disclosures.note_state", as_of=as_of, edition=edition, day=format_wareki(day),
            number=basis.request.our_number, count=len(going),
        ),
    )  # fmt: skip
    key_column = Column(KEY, say("disclosures.key"), 12)
    roster = Sheet(
        say("disclosures.sheet_roster"),
        (key_column, *(items.column(key) for key in columns)),
        tuple((keys[p.person_id], *items.cells(known[p.person_id], columns, p.groups, day)) for p in passages),
        notes=notes,
        printing=replace(printing, paper=PaperSize.A3),
        protected=True,
        frozen_columns=1 + sum(key in columns for key in ("name_kana", "name")),
    )
    people: tuple[tuple[Cell, ...], ...] = tuple(
        (keys[p.person_id], known[p.person_id].person.name, None, None, None, None, None) for p in passages
    )
    answer = Sheet(
        say("replies.sheet"),
        (key_column, *answer_columns()),
        people,
        notes=(say("replies.title", municipality=place), say("replies.how")),
        printing=printing,
        protected=True,
        frozen_columns=2,
    )
    whole = Sheet(
        say("replies.sheet_use"),
        use_columns(),
        ((None, None),),
        notes=(say("replies.title_use"),),
        printing=replace(printing, landscape=False),
        protected=True,
        filtered=False,
    )
    about = Sheet(
        say("disclosures.sheet_about"),
        (
            Column("item", say("disclosures.about_item"), 26),
            Column("scope", say("disclosures.about_scope"), 12),
            Column("text", say("disclosures.about_text"), 60),
        ),
        (
            (say("disclosures.key"), None, say("disclosures.about_key")),
            *((items.header(k), label(ITEM_BY_KEY[k].group), items.explanation(k)) for k in columns),
            (say("items.outside_scope"), None, say("disclosures.about_outside")),
        ),
        notes=(say("disclosures.about_title"), say("disclosures.note_care")),
        printing=printing,
        protected=True,
        filtered=False,
    )
    return Workbook(say("disclosures.title", municipality=place), (roster, answer, whole, about), day)


def answer_columns() -> tuple[Column, ...]:
    """The 回答票 beside its key: 氏名 (locked), then what the municipality fills in."""
    plans = tuple(label(status) for status in PlanStatus)
    choice = ColumnKind.CHOICE
    return (
        Column("name", items.header("name"), 16),
        Column("on_list", say("replies.on_list"), 19, choice, tuple(label(c) for c in OnList), locked=False),
        Column("evacuation_plan", say("replies.evacuation_plan"), 21, choice, plans, locked=False),
        Column("evacuation_plan_on", say("replies.evacuation_plan_on"), 23, ColumnKind.DATE, locked=False),
        Column("support_plan", say("replies.support_plan"), 29, choice, plans, locked=False),
        Column("comment", say("replies.comment"), 36, locked=False),
    )


def use_columns() -> tuple[Column, ...]:
    """活用状況 of the whole list."""
    return (
        Column(
            "use_of_list", say("replies.use_of_list"), 24, ColumnKind.CHOICE, tuple(label(c) for c in ListUse),
            locked=False,
        ),
        Column("use_comment", say("replies.use_comment"), 60, locked=False),
    )  # fmt: skip


def _order(person: Person) -> tuple[str, str]:
    return person.sort_key, person.registry_no
