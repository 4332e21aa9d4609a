"""One person's file on their page: the head, nine tabs, and the cards of the tab in one or two columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabBar, QVBoxLayout, QWidget

from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label, rule
from hoken_desktop.ui.pages.person_facts import Act, Known, Section, Tab
from hoken_desktop.ui.pages.person_head import PersonHead
from hoken_desktop.ui.pages.person_tabs import IN_PAGE, WORDS
from hoken_desktop.ui.pages.section_view import SectionCard
from hoken_desktop.words import say

_TWO_COLUMNS = 970
"""Width in px at 100 % from which cards stand in two columns."""
_NAMES, _LONG_NAMES = 132, 240
"""Width in px at 100 % of the names; those of the history say the table as well."""


class PersonView(Card):
    """`sections` and `deeds` say what a tab shows and what adds to it; `act` does what a button names."""

    def __init__(
        self, parent: QWidget, sections: Callable[[Tab], Sequence[Section]], deeds: Callable[[Tab], Sequence[Act]],
        act: Callable[[Act], object],
    ) -> None:  # fmt: skip
        super().__init__(parent=parent, flush=True)
        self.tab = Tab.BASIC
        self._sections = sections
        self._deeds = deeds
        self._act = act
        self._full = False
        self.header = PersonHead(self)
        self.body.addWidget(self.header)
        self.tabs = QTabBar(self)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(say("persons_page.tabs"))
        for tab in IN_PAGE:
            self.tabs.addTab(say(WORDS[tab]))
        self.tabs.currentChanged.connect(self._tab_changed)
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 14, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        row.addLayout(self._buttons)
        self.body.addLayout(row)
        self.body.addWidget(rule(self))
        self.scroll_area = QScrollArea(self)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scroll_area.setAccessibleName(say("person.page"))
        self.body.addWidget(self.scroll_area, 1)

    def show_person(self, known: Known) -> None:
        """Fill the head and the tab in sight."""
        self.header.show_person(known)
        self._full = True
        self.fill()

    def fill(self) -> None:
        """Show the tab in sight again, where it was scrolled to."""
        if not self._full:
            return
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for act in self._deeds(self.tab):
            made = button(act.words, partial(self._act, act), icon=act.icon, small=True, deed=True, parent=self)
            self._buttons.addWidget(made)
        at = self.scroll_area.verticalScrollBar().value()
        inner = self._make_inner()
        self._drop()
        self.scroll_area.setWidget(inner)
        self.scroll_area.verticalScrollBar().setValue(at)

    def _make_inner(self) -> QWidget:
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        shown = tuple(self._sections(self.tab))
        history = self.tab is Tab.HISTORY
        two = self._is_wide(self.width()) and len(shown) > 1 and not history
        for part in _halves(shown) if two else (shown,):
            column = QVBoxLayout()
            column.setSpacing(12)
            for section in part:
                names = _LONG_NAMES if history else _NAMES
                column.addWidget(SectionCard(section, self._act, inner, name_width=names))
            column.addStretch(1)
            row.addLayout(column, 1)
        return inner

    def forget(self) -> None:
        """Empty it."""
        self._full = False
        self.header.forget()
        self._drop()

    def _drop(self) -> None:
        old = self.scroll_area.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()

    def show_tab(self, tab: Tab) -> None:
        """Turn to a tab."""
        self.tabs.setCurrentIndex(IN_PAGE.index(tab))

    def turn(self, step: int) -> None:
        """To the next tab or the one before."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())

    def texts(self) -> list[str]:
        """Every word in sight of the tab, for tests and for reading aloud."""
        inner = self.scroll_area.widget()
        return [each.text() for each in inner.findChildren(Label)] if inner is not None else []

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_wide(event.oldSize().width()) != self._is_wide(self.width()):
            self.fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "scroll_area"):
            self.fill()

    @staticmethod
    def _is_wide(width: int) -> bool:
        return width >= theme.current().px(_TWO_COLUMNS)

    def _tab_changed(self, place: int) -> None:
        self.tab = IN_PAGE[place]
        self.scroll_area.verticalScrollBar().setValue(0)
        self.fill()


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
