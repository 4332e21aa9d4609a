"""What changed since the last disclosure to this recipient, as its 変更点 sheet will say it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.changes import Change, ChangeKind, Changes
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.services import items
from hoken_desktop.services.disclosure_books import change_notes
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.crowds import Crowd
from hoken_desktop.words import label, say

_TONES = {ChangeKind.ADDED: "done", ChangeKind.CHANGED: "accent", ChangeKind.REMOVED: "warn", ChangeKind.SAME: "plain"}


def changes_words(changes: Changes) -> str:
    """The counts on one line; that it is the first list where it is."""
    if changes.since is None:
        return say("disclosures_page.changes_first")
    return say(
        "disclosures_page.changes", day=format_wareki(changes.since, short=True), added=changes.count(ChangeKind.ADDED),
        changed=changes.count(ChangeKind.CHANGED), removed=changes.count(ChangeKind.REMOVED),
    )  # fmt: skip


def changes_sheet(crowd: Crowd, parent: QWidget) -> Sheet:
    """Everybody that was added, changed or left out; of who is left out only staff see the name, here."""
    changes = crowd.changes
    sheet = Sheet(say("disclosures_page.changes_title"), parent)
    sheet.setObjectName("changesSheet")
    sheet.setMinimumWidth(theme.current().px(900))
    for note in change_notes(changes):
        sheet.add_text(note, note=True)
    if changes.since is not None:
        lines = [*(one.line for one in crowd.going), *(one.line for one in crowd.staying)]
        names = {line.id: line.name for line in lines}
        card: TableCard[Change] = TableCard(
            _columns(names),
            say("disclosures_page.changes_title"),
            EmptyState(say("disclosures_page.no_changes"), picture="circle-check"),
            parent=sheet,
        )
        card.show_source(Rows([one for one in changes.people if one.kind is not ChangeKind.SAME]))
        card.setMinimumHeight(theme.current().px(280))
        card.rule.setText(say("disclosures_page.changes_rule"))
        sheet.body.addWidget(card)
    close = sheet.add_button(say("disclosures_page.close"), primary=True)
    close.clicked.connect(sheet.accept)
    sheet.finished.connect(sheet.deleteLater)
    return sheet


def _columns(names: Mapping[str, str]) -> list[Column[Change]]:
    unseen = say("disclosures_page.not_on_list")
    return [
        Column(say("changes.kind"), lambda c: Cell(label(c.kind), tag=_TONES[c.kind]), 84),
        Column(say("disclosures_page.name"), lambda c: names.get(c.person_id, unseen), 150, lead=True),
        Column(say("disclosures_page.key_before"), lambda c: c.key_before or say("changes.nothing"), 110),
        Column(say("disclosures_page.changes_what"), _what, 320, grow=1),
    ]


def _what(one: Change) -> Cell:
    if one.why is not None:
        return Cell(label(one.why), "text2", tip=label(one.why))
    words = say("items.comma").join(items.header(item.item) for item in one.items) or say("changes.added")
    return Cell(words, tip=words)
