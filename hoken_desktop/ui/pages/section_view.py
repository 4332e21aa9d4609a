"""A section of a person's file as widgets: in the narrow pane, and as a card of the whole page with its deeds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hoken_desktop.ui import theme
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import button, link
from hoken_desktop.ui.kit.labels import Label, plain_tip
from hoken_desktop.ui.pages.person_facts import Act, Entry, Section

Deed = Callable[[Act], object]
_SHORT_NOTE, _SHORT_LINE = 13, 22
"""Characters: a note of a short line stands at its right in the pane, a longer one under it."""


class EntryGrid(QWidget):
    """Names at the left, values that can be selected, origins at the right or below."""

    def __init__(
        self, section: Section, parent: QWidget | None = None, *, name_width: int = 88, wide: bool = False,
        deed: Deed | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._wide = wide
        self._deed = deed
        self._name_width = theme.current().px(name_width)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, self._name_width)
        grid.setColumnStretch(1, 1)
        line = 0
        for entry in section.entries:
            line = self._lay(grid, line, entry)
        self.setAccessibleName(section.title)

    def _lay(self, grid: QGridLayout, line: int, entry: Entry) -> int:
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        name = Label(entry.name, "note", "text2", wrap=True, parent=self)
        name.setFixedWidth(self._name_width)
        name.setAlignment(top)
        value = Label(entry.value, "table", entry.tone, wrap=True, bold=entry.bold, selectable=True, parent=self)
        value.setAlignment(top)
        value.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        value.setAccessibleName(" ".join(part for part in (entry.name, entry.value, entry.note) if part))
        if entry.tip:
            value.setToolTip(plain_tip(entry.tip))
        short = self._wide or (
            len(entry.note) <= _SHORT_NOTE and len(entry.value) + len(entry.note) <= _SHORT_LINE
        )
        tall = 2 if entry.note and not short else 1
        grid.addWidget(name, line, 0, tall, 1)
        if entry.note and short:
            grid.addWidget(value, line, 1)
            grid.addWidget(self._note(entry), line, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        else:
            grid.addWidget(value, line, 1, 1, 2)
        if entry.note and not short:
            note = self._note(entry)
            note.setWordWrap(True)
            grid.addWidget(note, line + 1, 1, 1, 2)
        if entry.act is not None and self._deed is not None:
            grid.addWidget(self._link(entry, self._deed, entry.act), line, 3, Qt.AlignmentFlag.AlignTop)
        return line + tall

    def _note(self, entry: Entry) -> Label:
        note = Label(entry.note, "note", entry.note_tone, parent=self)
        note.setToolTip(plain_tip(entry.tip))
        return note

    def _link(self, entry: Entry, deed: Deed, act: Act) -> QWidget:
        made = link(act.words, lambda: deed(act), self)
        made.setAccessibleName(say_with(entry.name, act.words))
        return made


def say_with(name: str, verb: str) -> str:
    """What a screen reader says of a verb that stands beside a name."""
    return f"{name} {verb}"


class SectionView(QWidget):
    """A heading with its lines, for the pane."""

    def __init__(self, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        head = QHBoxLayout()
        head.setSpacing(5)
        if section.mark is not None:
            head.addWidget(marks.Mark(section.mark, self))
        head.addWidget(Label(section.title, "note", "accent_deep", bold=True, parent=self))
        head.addStretch(1)
        if section.aside:
            head.addWidget(Label(section.aside, "note", section.aside_tone, parent=self))
        column.addLayout(head)
        column.addWidget(EntryGrid(section, self))
        self.setAccessibleName(section.title)


class SectionCard(Card):
    """A card of the page; `deed` is called with the act whose button was pressed."""

    def __init__(
        self, section: Section, deed: Deed, parent: QWidget | None = None, *, name_width: int = 132
    ) -> None:
        super().__init__(section.title, section.aside, parent)
        self.aside.set_tone(section.aside_tone)
        if section.mark is not None:
            self.head.insertWidget(0, marks.Mark(section.mark, self))
        for act in section.acts:
            made = button(act.words, partial(deed, act), icon=act.icon, small=True, deed=True, parent=self)
            made.setAccessibleName(say_with(section.title, act.words))
            self.head.addWidget(made)
        self.body.addWidget(EntryGrid(section, self, name_width=name_width, wide=True, deed=deed))
