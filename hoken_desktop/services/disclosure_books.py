"""The workbook of a disclosure: 名簿, 変更点, 回答票, 活用状況 and 項目説明, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from hoken_desktop.domain.changes import Change, ChangeKind, Changes, ItemChange
from hoken_desktop.domain.characters import code_point, not_in_xml
from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import ITEM_BY_KEY
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.workbooks import Cell, Column, ColumnKind, PaperSize, PrintSettings, Sheet, Workbook
from hoken_desktop.services import items
from hoken_desktop.services.items import Known
from hoken_desktop.services.previews import Basis, Preview
from hoken_desktop.words import label, say

KEY = "outside_key"
_SHOWN = 20  # places a refusal names


def in_order(known: Mapping[str, Known]) -> dict[str, Known]:
    """People in the order of the 名簿: by 氏名カナ, then by registry number."""
    return dict(sorted(known.items(), key=lambda pair: (pair[1].person.sort_key, pair[1].person.registry_no)))


@dataclass(frozen=True, slots=True)
class Contents:
    """What the workbook of one disclosure says. `known`: who goes, in order; `heads`: the office's own headers."""

    place: str
    basis: Basis
    preview: Preview
    known: Mapping[str, Known]
    keys: Mapping[str, str]
    columns: tuple[str, ...]
    changes: Changes
    heads: Mapping[str, str] = field(default_factory=dict)

    def head(self, key: str) -> str:
        """The header of an item: the office's own for this municipality, else the item's word."""
        return self.heads.get(key) or items.header(key)


def check_writable(said: Contents) -> None:
    """Refuses characters a workbook cannot hold, by registry number, item and code point; never by value."""
    groups = {p.person_id: p.groups for p in said.preview.going}
    found = [
        say("disclosures.unwritable_place", registry_no=known.person.registry_no, item=said.head(key),
            character=code_point(character))
        for id_, known in said.known.items()
        for key, text in items.handed_over(known, said.columns, groups[id_], said.preview.day).items()
        for character in not_in_xml(text)
    ]  # fmt: skip
    if found:
        shown = say("items.comma").join(found[:_SHOWN])
        if len(found) > _SHOWN:
            shown += say("disclosures.unwritable_more", count=len(found) - _SHOWN)
        raise Refusal("disclosures.unwritable", count=len(found), places=shown)


def disclosure_book(said: Contents) -> Workbook:
    """名簿, 変更点, 回答票, 活用状況 and 項目説明."""
    edition = say("disclosures.edition", edition=said.basis.round.edition)
    printing = PrintSettings(
        header=(said.basis.office.name, say("disclosures.short_title"), say("disclosures.handle_with_care")),
        footer=(
            say("disclosures.made_on", day=format_wareki(said.preview.day)), "",
            f"{format_wareki(said.basis.round.as_of)} {edition}",
        ),
    )  # fmt: skip
    sheets = (_roster(said, printing), _changed(said, printing), *_answers(said, printing), _about(said, printing))
    return Workbook(say("disclosures.title", municipality=said.place), sheets, said.preview.day)


def _key_column() -> Column:
    return Column(KEY, say("disclosures.key"), 12)


def _roster(said: Contents, printing: PrintSettings) -> Sheet:
    basis, day = said.basis, said.preview.day
    groups = {p.person_id: p.groups for p in said.preview.going}
    return Sheet(
        say("disclosures.sheet_roster"),
        (_key_column(), *(replace(items.column(key), header=said.head(key)) for key in said.columns)),
        tuple(
            (said.keys[id_], *items.cells(known, said.columns, groups[id_], day)) for id_, known in said.known.items()
        ),
        notes=(
            say("disclosures.title", municipality=said.place),
            say("disclosures.note_care"),
            say(
                "disclosures.note_state", as_of=format_wareki(basis.round.as_of),
                edition=say("disclosures.edition", edition=basis.round.edition), day=format_wareki(day),
                number=basis.request.our_number, count=len(said.known),
            ),
        ),
        printing=replace(printing, paper=PaperSize.A3),
        protected=True,
        frozen_columns=_frozen(said.columns),
    )  # fmt: skip


def _frozen(columns: tuple[str, ...]) -> int:
    """照合番号 and what follows it up to the name, if that stands near the beginning."""
    last = max((at for at, key in enumerate(columns[:3], start=1) if key in ("name_kana", "name")), default=0)
    return 1 + last


def _answers(said: Contents, printing: PrintSettings) -> tuple[Sheet, Sheet]:
    people: tuple[tuple[Cell, ...], ...] = tuple(
        (said.keys[id_], known.person.name, *[None] * (len(answer_columns()) - 1)) for id_, known in said.known.items()
    )
    answer = Sheet(
        say("replies.sheet"),
        (_key_column(), *answer_columns()),
        people,
        notes=(say("replies.title", municipality=said.place), say("replies.how")),
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
    return answer, whole


def _about(said: Contents, printing: PrintSettings) -> Sheet:
    return Sheet(
        say("disclosures.sheet_about"),
        (
            Column("item", say("disclosures.about_item"), 26),
            Column("scope", say("disclosures.about_scope"), 12),
            Column("text", say("disclosures.about_text"), 60),
        ),
        (
            (say("disclosures.key"), None, say("disclosures.about_key")),
            *((said.head(k), label(ITEM_BY_KEY[k].group), items.explanation(k)) for k in said.columns),
            (say("items.outside_scope"), None, say("disclosures.about_outside")),
        ),
        notes=(say("disclosures.about_title"), say("disclosures.note_care")),
        printing=printing,
        protected=True,
        filtered=False,
    )


# ---- 変更点 ----------------------------------------------------------------------------------------------------


def _changed(said: Contents, printing: PrintSettings) -> Sheet:
    """One row for every changed item of a person, one for everybody else; none for the first list of a recipient."""
    first = said.changes.since is None
    rows = () if first else tuple(row for one in said.changes.people for row in _change_rows(said, one))
    return Sheet(
        say("changes.sheet"),
        (
            Column("kind", say("changes.kind"), 11),
            Column(KEY, say("changes.key_now"), 12),
            Column("key_before", say("changes.key_before"), 12),
            Column("name", items.header("name"), 16),
            Column("item", say("changes.item"), 18),
            Column("before", say("changes.before"), 28),
            Column("after", say("changes.after"), 28),
            Column("note", say("changes.note"), 34),
        ),
        rows,
        notes=(
            say("changes.title", municipality=said.place),
            say("disclosures.note_care"),
            *change_notes(said.changes, said.head),
        ),
        printing=printing,
        protected=True,
        frozen_columns=4,
    )


def change_notes(changes: Changes, head: Callable[[str], str] = items.header) -> tuple[str, ...]:
    """Since when, and the two counts that close; then the columns that are new or gone."""
    if changes.since is None:
        return (say("changes.first"),)
    count = {kind: changes.count(kind) for kind in ChangeKind}
    kept = count[ChangeKind.CHANGED] + count[ChangeKind.SAME]
    notes = [
        say(
            "changes.counts", day=format_wareki(changes.since), number=changes.our_number,
            before=kept + count[ChangeKind.REMOVED], now=kept + count[ChangeKind.ADDED],
            same=count[ChangeKind.SAME], changed=count[ChangeKind.CHANGED], added=count[ChangeKind.ADDED],
            removed=count[ChangeKind.REMOVED],
        ),
        say("changes.running"),
    ]  # fmt: skip
    comma = say("items.comma")
    if changes.new_columns:
        notes.append(say("changes.new_columns", items=comma.join(map(head, changes.new_columns))))
    if changes.gone_columns:
        notes.append(say("changes.gone_columns", items=comma.join(map(head, changes.gone_columns))))
    return tuple(notes)


def _change_rows(said: Contents, one: Change) -> Iterator[tuple[Cell, ...]]:
    nothing = say("changes.nothing")
    if one.kind is ChangeKind.REMOVED:
        assert one.why is not None
        # Neither the name nor anything else of somebody who is not given today.
        yield label(one.kind), nothing, one.key_before, nothing, nothing, nothing, nothing, label(one.why)
        return
    name = said.known[one.person_id].person.name
    before = one.key_before or nothing
    if one.kind is ChangeKind.CHANGED:
        for item in one.items:
            yield (
                label(one.kind), one.key, before, name, said.head(item.item), *_sides(item),
                say("changes.outside_now") if item.after is None else "",
            )  # fmt: skip
        return
    note = say("changes.added") if one.kind is ChangeKind.ADDED else ""
    yield label(one.kind), one.key, before, name, nothing, nothing, nothing, note


def _sides(item: ItemChange) -> tuple[str, str]:
    """前回 and 今回 in words."""
    outside = say("items.outside_scope")
    if item.after is None:
        return say("changes.not_repeated"), outside
    return (outside if item.before is None else items.shown(item.item, item.before)), items.shown(item.item, item.after)


# ---- 回答票 ----------------------------------------------------------------------------------------------------


def answer_columns() -> tuple[Column, ...]:
    """The 回答票 beside its key: 氏名 (locked), then what the municipality fills in."""
    plans = tuple(label(status) for status in PlanStatus)
    choice = ColumnKind.CHOICE
    return (
        Column("name", items.header("name"), 16),
        Column("on_list", say("replies.on_list"), 19, choice, tuple(label(c) for c in OnList), locked=False),
        Column("evacuation_plan", say("replies.evacuation_plan"), 21, choice, plans, locked=False),
        Column("evacuation_plan_on", say("replies.evacuation_plan_on"), 23, ColumnKind.DATE, locked=False),
        Column("plan_staff", say("replies.plan_staff"), 20, locked=False),
        Column("support_plan", say("replies.support_plan"), 29, choice, plans, locked=False),
        Column("comment", say("replies.comment"), 32, locked=False),
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
