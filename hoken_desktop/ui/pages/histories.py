"""履歴: who changed what of one person and when, before and after, from which source; what can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.services.histories import FieldChange, HistoryEntry
from hoken_desktop.ui.pages.person_facts import Act, Entry, Section, origin_in_full
from hoken_desktop.words import say

SHOWN = 40
"""Deeds shown at first; older ones are asked for."""


def history_sections(
    entries: Sequence[HistoryEntry], undoable: frozenset[int], names: Mapping[str, str], *, all_of_them: bool = False
) -> Iterable[Section]:
    """One section a deed, newest first."""
    shown = entries if all_of_them else entries[:SHOWN]
    for entry in shown:
        yield _section(entry, undoable, names)
    if len(shown) < len(entries):
        act = Act("older", say("person.history_older", n=len(entries) - len(shown)), icon="history")
        yield Section(say("person.history_more"), (), acts=(act,))
    if not entries:
        yield Section(
            say("person.tab_history"), (Entry(say("person.history_what"), say("person.history_none"), "text2"),)
        )


def _section(entry: HistoryEntry, undoable: frozenset[int], names: Mapping[str, str]) -> Section:
    moment = in_japan(entry.at)
    when = say("person.history_at", day=format_wareki(moment.date()), time=f"{moment:%H:%M}")
    known_from = origin_in_full(entry.source, entry.as_of)
    lines = [change_entry(change, names) for change in entry.changes]
    if not lines:
        lines.append(Entry(say("person.history_what"), say("person.history_nothing"), "text2"))
    if known_from:
        lines.append(Entry(say("persons_page.source"), known_from, "text2"))
    aside = say("person.history_by", who=entry.who, seq=entry.seq)
    if entry.undone_by:
        aside = say("person.history_undone", aside=aside, seq=entry.undone_by)
    acts = (Act("undo", say("person.undo"), str(entry.seq), "history"),) if entry.seq in undoable else ()
    title = say("person.history_title", when=when, deed=entry.label)
    return Section(title, tuple(lines), aside, acts=acts, aside_tone="warn" if entry.undone_by else "text2")


def change_entry(change: FieldChange, names: Mapping[str, str]) -> Entry:
    """項目: 前 → 後; where there was nothing before, what there is now. `names` are those of municipalities by code."""
    name = say("person.history_field", what=change.what, field=change.field) if change.field else change.what
    if not change.field:
        return Entry(name, change.after, "text2")
    before, after = names.get(change.before, change.before), names.get(change.after, change.after)
    if not before:
        return Entry(name, say("person.history_new", after=after) if after else say("person.history_blank"))
    return Entry(
        name, say("person.history_change", before=before, after=after or say("person.history_blank"))
    )
