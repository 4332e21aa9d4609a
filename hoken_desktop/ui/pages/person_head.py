"""The head of the person's page: who it is, how long their power lasts, how they are counted and where they are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import EndReason
from hoken_desktop.domain.endurance import endurance
from hoken_desktop.services.endurances import hours_words, tone
from hoken_desktop.ui.kit.labels import Label, Tag
from hoken_desktop.ui.pages.person_facts import Known, narrow
from hoken_desktop.ui.pages.person_file import GROUP_TAGS, age_and_sex, care_tag
from hoken_desktop.words import label, say


class PersonHead(QWidget):
    """`show_person` fills it, `forget` empties it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kana = Label("", "note", "text2", wrap=True, selectable=True, parent=self)
        self.name = Label("", "name", wrap=True, selectable=True, parent=self)
        self.name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.number = Label("", "table", "text2", selectable=True, parent=self)
        self.age = Label("", "table", "text2", parent=self)
        self.hours = Label("", "base", "text", bold=True, parent=self)
        self.group = Tag("", "plain", self)
        self.care = Tag("", "plain", self)
        for selectable in (self.kana, self.name, self.number):
            selectable.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.name, 1)
        beside: tuple[QWidget, ...] = (self.number, self.age, self.hours, self.group, self.care)
        for each in beside:
            row.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 0)
        column.setSpacing(0)
        column.addWidget(self.kana)
        column.addLayout(row)

    def show_person(self, known: Known) -> None:
        """Fill it."""
        person = known.file.person
        self.kana.setText(narrow(person.name_kana) or say("persons_page.no_kana"))
        self.name.setText(narrow(person.name))
        self.number.setText(person.registry_no)
        self.age.setText(age_and_sex(known))
        self.group.show_as(label(known.file.group), GROUP_TAGS[known.file.group])
        word, shade = care_tag(person)
        if person.end_reason is EndReason.MERGED:
            word = label(EndReason.MERGED)
        self.care.show_as(word, shade)
        lasts = endurance(known.file.devices, known.file.facts)
        self.hours.setVisible(lasts.applies)
        self.hours.setText(say("person.lasts", hours=hours_words(lasts.hours)))
        self.hours.set_tone(tone(lasts.hours))

    def forget(self) -> None:
        """Empty it."""
        for made in (self.kana, self.name, self.number, self.age, self.hours):
            made.setText("")
