"""The pane beside the list: one person's file in tabs, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.codes import CareSetting, DeviceGroup, PersonState
from hoken_desktop.domain.dates import age_on
from hoken_desktop.domain.persons import Person
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import KeyedButton, button
from hoken_desktop.ui.kit.labels import Label, Tag, rule
from hoken_desktop.ui.pages.person_facts import Known, Tab, narrow
from hoken_desktop.ui.pages.person_tabs import IN_PANE, WORDS, sections
from hoken_desktop.ui.pages.section_view import SectionView
from hoken_desktop.words import label, say

GROUP_TAGS = {
    DeviceGroup.VENTILATOR: "ventilator",
    DeviceGroup.BOTH: "both",
    DeviceGroup.OXYGEN: "oxygen",
    DeviceGroup.UNCONFIRMED: "warn",
    DeviceGroup.NONE: "plain",
}


def age_and_sex(known: Known) -> str:
    """58歳・男; an age nobody knows is said too: 「その他・不明」 alone reads as if it were the age."""
    person, unknown = known.file.person, say("persons_page.age_unknown")
    years = say("persons_page.age", n=age_on(person.birth_on, known.day)) if person.birth_on else unknown
    return say("persons_page.dot").join((years, label(person.sex)))


def care_tag(person: Person) -> tuple[str, str]:
    """(word, tone) of where somebody is cared for, or that their registration has ended."""
    ended = person.state is PersonState.ENDED
    tone = "plain" if person.care_setting is not CareSetting.HOME else "done"
    tone = "warn" if ended or person.care_setting is CareSetting.UNKNOWN else tone
    return label(person.state) if ended else label(person.care_setting), tone


class PersonPane(Card):
    """`show_person` fills it. The deeds are signals: the page asks what must be asked and does them."""

    open_asked = Signal()
    edit_asked = Signal()
    care_asked = Signal()
    use_asked = Signal()
    pin_asked = Signal()

    def __init__(self, parent: QWidget | None = None, *, can_pin: bool = True, can_open: bool = False) -> None:
        super().__init__(parent=parent, flush=True)
        self.setObjectName("personPane")
        self.known: Known | None = None
        self._tab = Tab.SUMMARY
        self._stack = QStackedWidget(self)
        self._empty = EmptyState(say("persons_page.pane_empty"), say("persons_page.pane_empty_text"), picture="user")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._make_file())
        self.body.addWidget(self._stack)
        self._make_deeds(can_pin, can_open)
        self.show_person(None)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_file(self) -> QWidget:
        file = QWidget(self)
        column = QVBoxLayout(file)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(6)
        head = QVBoxLayout()
        head.setContentsMargins(14, 0, 14, 0)
        head.setSpacing(0)
        self._kana = Label("", "note", "text2", wrap=True, selectable=True, parent=file)
        head.addWidget(self._kana)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._name = Label("", "name", wrap=True, selectable=True, parent=file)
        self._name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._age = Label("", "table", "text2", parent=file)
        self._group = Tag("", "plain", file)
        self._care = Tag("", "plain", file)
        for label_ in (self._kana, self._name):
            label_.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        head.addWidget(self._name)  # a line of its own: beside age and tags a name of five letters was broken in two
        row.addWidget(self._age, 1)
        row.addWidget(self._group)
        row.addWidget(self._care)
        head.addLayout(row)
        column.addLayout(head)
        self.tabs = QTabBar(file)
        self.tabs.setProperty("close", True)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(say("persons_page.tabs"))
        for tab in IN_PANE:
            self.tabs.addTab(say(WORDS[tab]))
        self.tabs.currentChanged.connect(self._tab_changed)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(6, 0, 6, 0)
        tabs.addWidget(self.tabs)
        column.addLayout(tabs)
        column.addWidget(rule(file))
        self._scroll = QScrollArea(file)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName(say("persons_page.pane"))
        column.addWidget(self._scroll, 1)
        return file

    def _make_deeds(self, can_pin: bool, can_open: bool) -> None:
        self.open_button = KeyedButton(say("person.open"), "Return", self)
        self.open_button.clicked.connect(self.open_asked)
        self.open_button.setVisible(can_open)
        self.edit_button = button(
            say("persons_page.edit"), self.edit_asked.emit, key="F2", icon="edit", deed=True, parent=self
        )
        self.care_button = button(
            say("persons_page.set_care"), self.care_asked.emit, key="F3", icon="home", deed=True, parent=self
        )
        self.use_button = button(
            say("persons_page.set_use"), self.use_asked.emit, key="F4", icon="check", deed=True, parent=self
        )
        self.pin_button = button(
            say("persons_page.set_pin"), self.pin_asked.emit, key="F6", icon="map-pin", parent=self
        )
        self.pin_button.setVisible(can_pin)
        self._can_pin = can_pin
        row = self.add_footer()
        row.setContentsMargins(12, 8, 12, 8)
        grid = QGridLayout()
        grid.setSpacing(8)
        verbs = (*((self.open_button,) if can_open else ()), *self.deeds())
        for place, made in enumerate(verbs):
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            alone = place == len(verbs) - 1 and place % 2 == 0  # the longest words stand last and fill a line
            grid.addWidget(made, place // 2, place % 2, 1, 2 if alone else 1)
        row.addLayout(grid)
        for key, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(key), self, lambda step=step: self._turn(step))

    def deeds(self) -> Sequence[QWidget]:
        """The buttons, in reading order."""
        made = (self.edit_button, self.care_button, self.use_button)
        return (*made, self.pin_button) if self._can_pin else made

    # ---- what the page calls ----------------------------------------------------------------------------------

    def show_person(self, known: Known | None) -> None:
        """Show a person's file, at the tab looked at last; None empties the pane."""
        self.known = known
        self._stack.setCurrentIndex(0 if known is None else 1)
        self.footer.setVisible(known is not None)
        if known is None:
            for label_ in (self._kana, self._name, self._age, self._group, self._care):
                label_.setText("")
            old = self._scroll.takeWidget()
            if old is not None:
                old.deleteLater()
            self.setAccessibleName(say("persons_page.pane"))
            return
        person = known.file.person
        self._kana.setText(narrow(person.name_kana) or say("persons_page.no_kana"))
        self._name.setText(narrow(person.name))
        self._age.setText(age_and_sex(known))
        self._group.show_as(label(known.file.group), GROUP_TAGS[known.file.group])
        self._care.show_as(*care_tag(person))
        self.use_button.setEnabled(bool(known.file.devices))
        self.use_button.setToolTip("" if known.file.devices else say("persons_page.no_device_to_confirm"))
        self.setAccessibleName(say("persons_page.pane_of", name=person.name))
        self._fill()

    def show_tab(self, tab: Tab) -> None:
        """Turn to a tab."""
        self.tabs.setCurrentIndex(IN_PANE.index(tab))

    def texts(self) -> list[str]:
        """Every word in sight of the tab, for the page's tests and for reading aloud."""
        inner = self._scroll.widget()
        return [each.text() for each in inner.findChildren(Label)] if inner is not None else []

    def _turn(self, step: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())

    def _tab_changed(self, place: int) -> None:
        self._tab = IN_PANE[place]
        if self.known is not None:
            self._fill()

    def _fill(self) -> None:
        if self.known is None:
            return
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 8, 14, 12)
        column.setSpacing(12)
        for section in sections(self.known, self._tab):
            column.addWidget(SectionView(section, inner))
        column.addStretch(1)
        old = self._scroll.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        self._scroll.setWidget(inner)
        self._scroll.verticalScrollBar().setValue(0)
