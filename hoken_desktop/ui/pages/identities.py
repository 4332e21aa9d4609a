"""同じ方をまとめる and 別の方に分ける: who is found, both side by side, and which value stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from hoken_desktop.domain.codes import EndReason
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.histories import spoken
from hoken_desktop.services.identities import CHOOSABLE
from hoken_desktop.services.persons import PersonFile, PersonLine
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import Pick, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Rows
from hoken_desktop.ui.kit.two_lines import TwoLines, TwoLineTable
from hoken_desktop.ui.pages.person_facts import narrow
from hoken_desktop.ui.pages.person_form import TallForm
from hoken_desktop.words import label, say

_TYPING_MS = 150
MOST = 30
"""People found that are shown: more are narrowed by typing on."""


class FindOther(Sheet):
    """Who is the same person: found by typing, chosen with Enter."""

    def __init__(
        self, parent: QWidget, person: Person, find: Callable[[str], Sequence[PersonLine]],
        done: Callable[[str], object],
    ) -> None:  # fmt: skip
        super().__init__(say("person.merge_title"), parent)
        self._find = find
        self._done = done
        self.setMinimumWidth(theme.current().px(620))
        self.add_text(say("person.merge_find_text", name=person.name, number=person.registry_no), note=True)
        self.search = line(placeholder=say("window.search_hint"), longest=80, parent=self)
        self.search.setAccessibleName(say("window.search_hint"))
        self.body.addWidget(self.search)
        self.table: TwoLineTable[PersonLine] = TwoLineTable(_two_lines, say("person.merge_found"), self)
        self.table.setMinimumHeight(theme.current().px(220))
        self.body.addWidget(self.table, 1)
        self.none = self.add_text(say("person.merge_none"), tone="warn")
        back = self.add_button(say("kit.back"))
        back.clicked.connect(self.reject)
        self.deed = self.add_button(say("person.merge_compare"), primary=True)
        self.deed.clicked.connect(self._choose)
        self.table.opened.connect(lambda _line: self._choose())
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.look)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self.table.setFocus)
        self.finished.connect(self.deleteLater)
        self.search.setText(narrow(person.name).split(" ")[0])
        self.look()
        self.search.setFocus()
        self.search.selectAll()

    def look(self) -> None:
        """Find again."""
        found = list(self._find(self.search.text().strip()))[:MOST]
        self.table.show_source(Rows(found))
        self.deed.setEnabled(bool(found))
        self.none.setVisible(not found)
        if found:
            self.table.choose(0)

    def _choose(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            self.accept()
            self._done(chosen.id)


def _two_lines(one: PersonLine) -> TwoLines:
    first = say("persons_page.who", name=one.name, number=one.registry_no)
    second = say("persons_page.two", one=one.name_kana, other=one.address)
    return TwoLines(first, second, one.group, label(one.care_setting))


class MergeForm(TallForm):
    """Two files side by side: whose registration stays, and field by field whose value stands."""

    def __init__(
        self, parent: QWidget, one: PersonFile, other: PersonFile, done: Callable[[str, str, Sequence[str]], None]
    ) -> None:
        super().__init__(say("person.merge_title"), say("person.merge_verb"), parent, columns=1)
        self._files = (one, other)
        self._done = done
        self.kept: Pick[int] = Pick([(self._who(file), place) for place, file in enumerate(self._files)])
        self.field(say("person.merge_kept"), self.kept, say("person.merge_kept_hint"))
        self._table = QWidget(self)
        self._lines = QGridLayout(self._table)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setHorizontalSpacing(16)
        self._lines.setVerticalSpacing(6)
        self._lines.setColumnStretch(1, 1)
        self._lines.setColumnStretch(2, 1)
        self._groups: dict[str, QButtonGroup] = {}
        self._lay()
        self.grid.addWidget(self._table, 1, 0)
        self.grid.setRowStretch(2, 1)
        self.kept.currentIndexChanged.connect(lambda _index: self._kept_changed())
        self._kept_changed()
        self.kept.setFocus()

    def _who(self, file: PersonFile) -> str:
        return say("persons_page.who", name=file.person.name, number=file.person.registry_no)

    def _lay(self) -> None:
        for column, file in enumerate(self._files, 1):
            head = Label(self._who(file), "base", bold=True, wrap=True, parent=self._table)
            self._lines.addWidget(head, 0, column)
        row = 1
        for name in CHOOSABLE:
            values = [spoken(getattr(file.person, name)) for file in self._files]
            if not any(values):
                continue
            word = say(f"histories.field.{name}")
            self._lines.addWidget(Label(word, "note", "text2", parent=self._table), row, 0)
            if values[0] == values[1]:
                for column, value in enumerate(values, 1):  # in both: an empty place would look like a missing value
                    self._lines.addWidget(Label(value, "table", "text2", wrap=True, parent=self._table), row, column)
            else:
                self._choice(row, name, word, values)
            row += 1
        for word, counts in self._counts():
            self._lines.addWidget(Label(word, "note", "text2", parent=self._table), row, 0)
            for column, count in enumerate(counts, 1):
                text = say("person.merge_rows", n=count)
                self._lines.addWidget(Label(text, "table", "text2", parent=self._table), row, column)
            row += 1

    def _choice(self, row: int, name: str, word: str, values: Sequence[str]) -> None:
        group = QButtonGroup(self)
        for column, value in enumerate(values):
            shown = value or say("persons_page.not_written")
            made = QRadioButton("", self._table)
            made.setAccessibleName(say("person.merge_value", field=word, value=shown))
            text = Label(shown, "table", "text" if value else "text3", wrap=True, parent=self._table)
            holder = QWidget(self._table)
            inside = QGridLayout(holder)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(made, 0, 0)
            inside.addWidget(text, 0, 1)
            inside.setColumnStretch(1, 1)
            group.addButton(made, column)
            self._lines.addWidget(holder, row, column + 1)
        self._groups[name] = group

    def _counts(self) -> Sequence[tuple[str, tuple[int, int]]]:
        one, other = self._files
        parts = (
            ("benefits", one.benefits, other.benefits),
            ("devices", one.devices, other.devices),
            ("facts", one.facts, other.facts),
            ("supporters", one.supporters, other.supporters),
            ("contacts", one.contacts, other.contacts),
            ("consents", one.consents, other.consents),
        )
        return [(say(f"histories.table.{name}"), (len(left), len(right))) for name, left, right in parts]

    def _kept_changed(self) -> None:
        """The one who stays brings the values, but where theirs is blank."""
        kept = self.kept.value()
        for name, group in self._groups.items():
            blank = not spoken(getattr(self._files[kept].person, name))
            group.button(1 - kept if blank else kept).setChecked(True)
        gone = self._files[1 - kept].person
        self.warn(
            say("person.merge_means", gone=gone.registry_no, kept=self._files[kept].person.registry_no,
                reason=label(EndReason.MERGED))
        )  # fmt: skip
        self.deed.setText(
            say("person.merge_verb_of", gone=gone.registry_no, kept=self._files[kept].person.registry_no)
        )
        self.deed.setAccessibleName(self.deed.text())

    def taken(self) -> list[str]:
        """The fields in which the value of the one who goes stands."""
        kept = self.kept.value()
        return [name for name, group in self._groups.items() if group.checkedId() != kept]

    def try_it(self) -> None:
        kept = self.kept.value()
        self._done(self._files[kept].person.id, self._files[1 - kept].person.id, self.taken())
        self.accept()
