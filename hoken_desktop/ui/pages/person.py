"""個人票: everything that is known of one person, in nine tabs, with its source and age, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from hoken_desktop.domain.codes import PersonState
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button, link
from hoken_desktop.ui.pages.histories import history_sections
from hoken_desktop.ui.pages.identity_deeds import IdentityDeeds
from hoken_desktop.ui.pages.papers import PaperActions
from hoken_desktop.ui.pages.person_deeds import PersonDeeds, PersonSeat
from hoken_desktop.ui.pages.person_facts import Act, Known, Section, Tab
from hoken_desktop.ui.pages.person_tabs import sections
from hoken_desktop.ui.pages.person_view import PersonView
from hoken_desktop.ui.pages.record_deeds import RecordDeeds
from hoken_desktop.ui.pages.undo import DEEDS, open_undo
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

class PersonPage(PersonSeat):
    """`show_at(person=id, tab=…)` opens somebody's file; Esc leads back to the list."""

    topics = frozenset({"persons", "places", "consents", "disclosures", "rounds", "office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("person.page"))
        self._id = ""
        self._known: Known | None = None
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
        self.view = PersonView(self, self._sections, self._deeds_of, self.act)
        self._stack.addWidget(self.view)
        self.body.addWidget(self._stack, 1)
        for key, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(key), self, partial(self.view.turn, step))
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
            self.view.show_tab(Tab(tab))
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
        self.setAccessibleName(say("persons_page.pane_of", name=self._known.file.person.name))
        merged = self._known.file.person.merged_into
        self.merged_link.setVisible(bool(merged))
        self.view.show_person(self._known)

    def _deeds_of(self, tab: Tab) -> tuple[Act, ...]:
        """What adds something to the tab as a whole."""
        known = self._known
        if known is None:
            return ()
        ended = known.file.person.state is PersonState.ENDED
        return {
            Tab.BASIC: (Act("return", say("person.return_verb")),) if ended else (Act("end", say("person.end_verb")),),
            Tab.BENEFIT: (Act("benefit", say("person.add_benefit"), icon="plus"),),
            Tab.CONSENT: (Act("consents", say("person.to_consents")),) if self.desk.has_page("consents") else (),
            Tab.DEVICE: (
                *((Act("use", say("persons_page.set_use"), icon="check"),) if known.file.devices else ()),
                Act("device", say("person.add_device"), icon="plus"),
            ),
        }.get(tab, ())

    def _sections(self, tab: Tab) -> tuple[Section, ...]:
        if self._known is None:
            return ()
        return self._history() if tab is Tab.HISTORY else sections(self._known, tab)

    def _history(self) -> tuple[Section, ...]:
        house = self.desk.house
        undoable = frozenset(line.seq for line in house.undo.candidates(DEEDS))
        entries = house.histories.of_person(self._id)
        return tuple(history_sections(entries, undoable, house.office.municipalities(), all_of_them=self._all_history))

    def _show_older(self) -> None:
        self._all_history = True
        self.view.fill()

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

    def first_focus(self) -> QWidget | None:
        return self.view.tabs if self._known is not None else None

    def release(self) -> None:
        self._known = None
        self._id = ""
        self.view.forget()
