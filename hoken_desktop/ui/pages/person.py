"""個人票: everything that is known of one person, in nine tabs, with its source and age, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import PersonState
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button, link
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.pages.histories import history_sections
from hoken_desktop.ui.pages.identity_deeds import IdentityDeeds
from hoken_desktop.ui.pages.papers import PaperActions
from hoken_desktop.ui.pages.person_deeds import PersonDeeds, PersonSeat
from hoken_desktop.ui.pages.person_facts import Act, Known, Section, Tab
from hoken_desktop.ui.pages.person_head import PersonHead
from hoken_desktop.ui.pages.person_tabs import IN_PAGE, WORDS, sections
from hoken_desktop.ui.pages.record_deeds import RecordDeeds
from hoken_desktop.ui.pages.section_view import SectionCard
from hoken_desktop.ui.pages.undo import DEEDS, open_undo
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_TWO_COLUMNS = 1000
"""Width in px at 100 % from which cards stand in two columns."""


class PersonPage(PersonSeat):
    """`show_at(person=id, tab=…)` opens somebody's file; Esc leads back to the list."""

    topics = frozenset({"persons", "places", "consents", "disclosures", "rounds", "office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("person.page"))
        self._id = ""
        self._known: Known | None = None
        self.tab = Tab.BASIC
        self.deeds = PersonDeeds(self)
        self.records = RecordDeeds(self)
        self.identities = IdentityDeeds(self)
        self.papers = PaperActions(self)
        self._all_history = False
        self._acts: dict[str, Callable[[str], object]] = {
            "facts": self.records.facts,
            "device": self.records.device,
            "benefit": self.records.benefit,
            "benefit_disease": self.records.benefit_disease,
            "supporter": self.records.supporter,
            "contact": self.records.contact,
            "edit": lambda _subject: self.deeds.edit(),
            "care": lambda _subject: self.deeds.set_care(),
            "end": lambda _subject: self.deeds.end(),
            "return": lambda _subject: self.deeds.take_up_again(),
            "use": lambda _subject: self.deeds.set_use(),
            "pin": lambda _subject: self.deeds.pin(),
            "undo": lambda subject: open_undo(self.desk, self, int(subject)),
            "older": lambda _subject: self._show_older(),
            "consents": lambda _subject: self.desk.open_page("consents", person=self._id, enter=True),
        }
        self._make_head()
        self._stack = QStackedWidget(self)
        self.empty = EmptyState(
            say("person.nobody"), say("person.nobody_text"), say("person.back"), picture="user", parent=self
        )
        self.empty.asked.connect(self.go_back)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._make_file())
        self.body.addWidget(self._stack, 1)
        for key, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(key), self, lambda step=step: self._turn(step))
        QShortcut(QKeySequence("Escape"), self, self.go_back)
        for key, code in (("F2", "edit"), ("F3", "care"), ("F4", "use"), ("F6", "pin")):
            QShortcut(QKeySequence(key), self, partial(self._press, code))

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.back_button = button(say("person.back"), self.go_back, key="Esc", icon="chevron-left", parent=self)
        self.back_button.setShortcut(QKeySequence())
        self.head.insertWidget(0, self.back_button)
        self.merged_link = link(say("person.open_kept"), self._open_kept, self)
        self.merged_link.setVisible(False)
        self.head.addWidget(self.merged_link)
        self.print_button = button(
            say("person.print"), lambda: self.papers.print_dossier(self._id), key="Ctrl+P", icon="printer", deed=True,
            parent=self,
        )  # fmt: skip
        self.card_button = button(
            say("person.card"), lambda: self.papers.ask_card(self._id), icon="file-check", deed=True, parent=self
        )
        self.more_button = button(say("person.more"), icon="chevron-down", deed=True, parent=self)
        self.more_button.setMenu(self._make_menu())
        for made in (self.print_button, self.card_button, self.more_button):
            self.head.addWidget(made)
        self.facts_button = button(
            say("person.record_facts"), self.records.facts, key="F7", icon="edit", primary=True, deed=True, parent=self
        )
        self.head.addWidget(self.facts_button)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for word, deed in (
            ("person.save_dossier", lambda: self.papers.save_dossier(self._id)),
            ("person.undo_menu", lambda: open_undo(self.desk, self)),
            ("person.merge", self.identities.merge),
            ("person.split", self.identities.split),
        ):
            menu.addAction(say(word)).triggered.connect(lambda _on=False, deed=deed: deed())
        return menu

    def _make_file(self) -> QWidget:
        file = Card(parent=self, flush=True)
        self.header = PersonHead(file)
        file.body.addWidget(self.header)
        self.tabs = QTabBar(file)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(say("persons_page.tabs"))
        for tab in IN_PAGE:
            self.tabs.addTab(say(WORDS[tab]))
        self.tabs.currentChanged.connect(self._tab_changed)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(6, 0, 14, 0)
        tabs.addWidget(self.tabs)
        tabs.addStretch(1)
        self._tab_deeds = QHBoxLayout()
        self._tab_deeds.setSpacing(8)
        tabs.addLayout(self._tab_deeds)
        file.body.addLayout(tabs)
        file.body.addWidget(rule(file))
        self._scroll = QScrollArea(file)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setAccessibleName(say("person.page"))
        file.body.addWidget(self._scroll, 1)
        return file

    # ---- reading ----------------------------------------------------------------------------------------------

    def known(self) -> Known | None:
        return self._known

    def want(self, person_id: str) -> None:
        self._id = person_id

    def show_at(self, **where: object) -> None:
        person = where.get("person")
        if isinstance(person, str):
            self._id = person
            self._all_history = False
            self.notices.clear()
        tab = where.get("tab")
        if isinstance(tab, str):
            self.show_tab(Tab(tab))
        self.refresh()

    def refresh(self) -> None:
        for made in (self.print_button, self.card_button, self.more_button, self.facts_button):
            made.setEnabled(bool(self._id))
            made.setToolTip("" if self._id else say("person.nobody"))
        if not self._id:
            self._stack.setCurrentIndex(0)
            return
        house = self.desk.house
        self.today = house.overviews.day()
        self._known = self.read(self._id, house.office.municipalities())
        self._stack.setCurrentIndex(1)
        self.header.show_person(self._known)
        self.setAccessibleName(say("persons_page.pane_of", name=self._known.file.person.name))
        merged = self._known.file.person.merged_into
        self.merged_link.setVisible(bool(merged))
        self._fill()

    def _deeds_of_tab(self, known: Known) -> tuple[Act, ...]:
        """What adds something to the tab as a whole."""
        ended = known.file.person.state is PersonState.ENDED
        return {
            Tab.BASIC: (Act("return", say("person.return_verb")),) if ended else (Act("end", say("person.end_verb")),),
            Tab.BENEFIT: (Act("benefit", say("person.add_benefit"), icon="plus"),),
            Tab.CONSENT: (Act("consents", say("person.to_consents")),) if self.desk.has_page("consents") else (),
            Tab.DEVICE: (
                *((Act("use", say("persons_page.set_use"), icon="check"),) if known.file.devices else ()),
                Act("device", say("person.add_device"), icon="plus"),
            ),
        }.get(self.tab, ())

    def _fill(self) -> None:
        known = self._known
        if known is None:
            return
        while (item := self._tab_deeds.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for act in self._deeds_of_tab(known):
            made = button(act.words, partial(self.act, act), icon=act.icon, small=True, deed=True, parent=self)
            self._tab_deeds.addWidget(made)
        at = self._scroll.verticalScrollBar().value()
        inner = self._make_inner(known)
        old = self._scroll.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        self._scroll.setWidget(inner)
        self._scroll.verticalScrollBar().setValue(at)

    def _make_inner(self, known: Known) -> QWidget:
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        shown = self._history() if self.tab is Tab.HISTORY else sections(known, self.tab)
        two = self.tab is not Tab.HISTORY and self.width() >= theme.current().px(_TWO_COLUMNS) and len(shown) > 1
        names = 240 if self.tab is Tab.HISTORY else 132
        for part in _halves(shown) if two else (shown,):
            column = QVBoxLayout()
            column.setSpacing(12)
            for section in part:
                column.addWidget(SectionCard(section, self.act, inner, name_width=names))
            column.addStretch(1)
            row.addLayout(column, 1)
        return inner

    def _history(self) -> tuple[Section, ...]:
        house = self.desk.house
        undoable = frozenset(line.seq for line in house.undo.candidates(DEEDS))
        entries = house.histories.of_person(self._id)
        return tuple(history_sections(entries, undoable, house.office.municipalities(), all_of_them=self._all_history))

    def _show_older(self) -> None:
        self._all_history = True
        self._fill()

    # ---- deeds and keys ---------------------------------------------------------------------------------------

    def act(self, act: Act) -> object:
        """Do what a button of a section names."""
        return self._acts[act.code](act.subject)

    def _press(self, code: str) -> None:
        if self._known is not None:
            self._acts[code]("")

    def go_back(self) -> None:
        """To the list, at this person."""
        if self.desk.has_page("persons"):
            self.desk.open_page("persons", **({"person": self._id} if self._id else {}))

    def _open_kept(self) -> None:
        if self._known is not None:
            self.show_at(person=self._known.file.person.merged_into)

    def show_tab(self, tab: Tab) -> None:
        """Turn to a tab."""
        self.tabs.setCurrentIndex(IN_PAGE.index(tab))

    def texts(self) -> list[str]:
        """Every word in sight of the tab, for tests and for reading aloud."""
        inner = self._scroll.widget()
        return [each.text() for each in inner.findChildren(Label)] if inner is not None else []

    def first_focus(self) -> QWidget | None:
        return self.tabs if self._known is not None else None

    def release(self) -> None:
        self._known = None
        self._id = ""
        self.header.forget()
        old = self._scroll.takeWidget()
        if old is not None:
            old.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        before = event.oldSize().width() >= theme.current().px(_TWO_COLUMNS)
        super().resizeEvent(event)
        if before != (self.width() >= theme.current().px(_TWO_COLUMNS)):
            self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_scroll"):
            self._fill()

    def _turn(self, step: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())

    def _tab_changed(self, place: int) -> None:
        self.tab = IN_PAGE[place]
        self._scroll.verticalScrollBar().setValue(0)
        self._fill()


def _halves(shown: tuple[Section, ...]) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """Two columns of about one height, in reading order: the left one is read first."""
    weights = [len(section.entries) + 2 for section in shown]
    whole, left, cut = sum(weights), 0, len(shown)
    for place, weight in enumerate(weights):
        if place and abs(whole - 2 * (left + weight)) > abs(whole - 2 * left):
            cut = place
            break
        left += weight
    return shown[:cut], shown[cut:]
