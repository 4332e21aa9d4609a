"""One entry of the record in full: who, when, what, on whom, which rows, and what was before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.audit_details import detail_words, table_word
from hoken_desktop.services.audits import AuditLine
from hoken_desktop.services.histories import FieldChange
from hoken_desktop.services.ports import AuditWritten
from hoken_desktop.services.progress import Step
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import button, link
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.words import say


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """Everything shown of one entry."""

    line: AuditLine
    written: AuditWritten | None
    """None while it is being counted."""
    changes: tuple[FieldChange, ...] = ()
    undone_by: int = 0
    places: dict[str, str] = field(default_factory=dict)


class EntryPane(Card):
    """The detail beside the list. Names are not in the record: one is fetched when it is asked for, for this entry."""

    name_asked = Signal(str)
    person_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("audits_page.choose"), parent=parent, flush=True)
        self.facts: EntryFacts | None = None
        self._at = 0
        self._first_change = 0
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(16, 4, 16, 12)
        self._column.setSpacing(8)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._column.addLayout(self._grid)
        self._column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._inner)
        self.body.addWidget(area)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 12)
        self.name_button = button(say("audits_page.show_name"), self._ask_name, icon="eye", small=True, parent=self)
        self.open_button = link(say("audits_page.open_person"), self._ask_person, self)
        self._named = Label("", "table", bold=True, selectable=True, parent=self)
        row.addWidget(self.name_button)
        row.addWidget(self._named)
        row.addStretch(1)
        row.addWidget(self.open_button)
        self.body.addLayout(row)
        self.show_entry(None)

    def show_entry(self, facts: EntryFacts | None) -> None:
        """Show another entry; the name of the one before is forgotten."""
        self.facts = facts
        while (slot := self._grid.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._at = 0
        self._named.setText("")
        person = facts is not None and bool(facts.line.person_id)
        self.name_button.setVisible(person or bool(facts and facts.changes))
        self.open_button.setVisible(person)
        if facts is None:
            self.set_title(say("audits_page.choose"))
            return
        self.set_title(say("audits_page.entry", seq=f"{facts.line.seq:,}"))
        for name, value in _facts(facts):
            self._add(name, value)
        if facts.changes:
            self._add_wide(rule(self._inner))
            words = say("audits_page.changes")
            self._add_wide(Label(words, "note", "accent_deep", bold=True, parent=self._inner))
            self._first_change = self._at
            for change in facts.changes:
                self._add(_change_words(change)[0], say("audits_page.hidden"))
        if facts.undone_by:
            words = say("audits_page.undone", seq=f"{facts.undone_by:,}")
            self._add_wide(Label(words, "note", "warn", wrap=True, parent=self._inner))

    def show_name(self, words: str) -> None:
        """The name that was asked for, and what was before and after, until another entry is chosen."""
        self._named.setText(words)
        self.name_button.setVisible(False)
        for at, change in enumerate(self.facts.changes if self.facts else ()):
            item = self._grid.itemAtPosition(self._first_change + at, 1)
            said = item.widget() if item is not None else None
            if isinstance(said, Label):
                name, told = _change_words(change)
                said.setText(told)
                said.setAccessibleName(f"{name} {told}")

    def named(self) -> str:
        """The name shown now, or ""."""
        return self._named.text()

    def _add(self, name: str, value: str) -> None:
        made = Label(name, "note", "text2", parent=self._inner)
        self._grid.addWidget(made, self._at, 0, Qt.AlignmentFlag.AlignTop)
        said = Label(value, "table", wrap=True, selectable=True, parent=self._inner)
        said.setAccessibleName(f"{name} {value}")
        self._grid.addWidget(said, self._at, 1)
        self._at += 1

    def _add_wide(self, widget: QWidget) -> None:
        self._grid.addWidget(widget, self._at, 0, 1, 2)
        self._at += 1

    # The seat of the counting of a large deed: nothing of the page waits for it.
    def begin(self, cancel: Callable[[], None]) -> None: ...

    def progress(self, step: Step | None) -> None: ...

    def end(self) -> None: ...

    def refuse(self, refusal: Refusal) -> None: ...

    def _ask_name(self) -> None:
        if self.facts is not None:
            self.name_asked.emit(self.facts.line.person_id)

    def _ask_person(self) -> None:
        if self.facts is not None:
            self.person_asked.emit(self.facts.line.person_id)


def _facts(facts: EntryFacts) -> Sequence[tuple[str, str]]:
    line, written = facts.line, facts.written
    at = in_japan(line.at)
    found: list[tuple[str, str]] = [
        (say("audits_page.when"), f"{format_wareki(at.date())} {at:%H:%M:%S}"),
        (say("audits_page.who"), line.who),
        (say("audits_page.did"), line.label),
    ]
    if line.subject:
        found.append((say("audits_page.whom"), line.subject))
    found += detail_words(line.detail, lambda code: facts.places.get(code, code))
    if written is None:
        found.append((say("audits_page.wrote"), say("audits_page.counting", n=f"{line.rows:,}")))
    elif written.people:
        numbers = "、".join(written.numbers)
        key = "audits_page.people_all" if written.people == len(written.numbers) else "audits_page.people_some"
        found.append((say("audits_page.concerned"), say(key, n=f"{written.people:,}", numbers=numbers)))
    if written is not None:
        parts = (say("audits_page.wrote_part", table=table_word(t), n=f"{n:,}") for t, n in written.rows.items())
        found.append((say("audits_page.wrote"), "、".join(parts) or say("audits_page.wrote_nothing")))
    found.append((say("audits_page.seal"), " ".join(line.seal[at : at + 8] for at in range(0, 32, 8))))
    return found


def _change_words(change: FieldChange) -> tuple[str, str]:
    nothing = say("audits_page.nothing_before")
    name = say("audits_page.changed_field", what=change.what, field=change.field) if change.field else change.what
    return name, say("audits_page.changed_from", before=change.before or nothing, after=change.after or nothing)
