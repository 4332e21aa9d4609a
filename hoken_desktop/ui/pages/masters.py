"""設定・マスタ: what the three tables have in common: a filter, the entries with their days, the verbs over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QWidget

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.services.master_rows import Master
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.kit.tables import Column, Rows, TableCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.master_files import MasterFiles
from hoken_desktop.ui.pages.master_filters import KNOWN, OPEN, MasterFilters
from hoken_desktop.ui.pages.master_lines import E, Line
from hoken_desktop.ui.pages.master_questions import EndForm
from hoken_desktop.words import say

P = TypeVar("P")


class MasterSection(Section, Generic[E, P]):
    """Entries on one side; on the other the names of the register that are no entry yet (`P`), where there are any."""

    topics = frozenset({"masters", "persons"})
    scrolls = False
    master: Master

    def __init__(
        self, page: Page, title: str, what: str, columns: Sequence[Column[Line[E]]],
        kinds: Sequence[tuple[str, Any]], open_columns: Sequence[Column[P]],
    ) -> None:  # fmt: skip
        super().__init__(page, title, what)
        self.setProperty(PLACE, "masters")
        self._lines: list[Line[E]] = []
        self._proposals: Sequence[P] = ()
        self.files = MasterFiles(self, self.master)
        for verb in (self.files.read_button, self.files.export_button):
            self.head.addWidget(verb, 0, Qt.AlignmentFlag.AlignBottom)
        phone = self.master is Master.ORGANISATIONS
        self.filters = MasterFilters(
            say("masters_page.filter_phone" if phone else "masters_page.filter"), kinds, self
        )  # fmt: skip
        self.body.addWidget(self.filters)
        self._stack = QStackedWidget(self)
        self._empty = EmptyState(
            say("masters_page.none"), say("masters_page.none_text"), say("masters_page.add"), "list", self
        )
        self._empty.asked.connect(self._empty_asked)
        self.card: TableCard[Line[E]] = TableCard(
            columns, title, self._empty, counted="kit.things_shown", parent=self
        )  # fmt: skip
        self.open_card: TableCard[P] = TableCard(
            open_columns, say("masters_page.open_names"),
            EmptyState(say("masters_page.all_known"), say("masters_page.all_known_text"), picture="circle-check"),
            counted="kit.things_shown", parent=self,
        )  # fmt: skip
        self._stack.addWidget(self.card)
        self._stack.addWidget(self.open_card)
        self.body.addWidget(self._stack, 1)
        self._make_verbs()
        self.card.table.opened.connect(lambda _line: self.edit())
        self.card.table.chosen.connect(lambda _line: self._tell_verbs())
        self.open_card.table.opened.connect(lambda _one: self.adopt())
        self.open_card.table.chosen.connect(lambda _one: self._tell_verbs())
        self.filters.changed.connect(self._show)
        self.filters.turned.connect(self._turned)
        self.filters.left.connect(self.card.table.setFocus)
        self._tell_verbs()

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_verbs(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.end_button = button(say("masters_page.end"), self.end, deed=True, parent=self)
        self.edit_button = button(say("masters_page.edit"), self.edit, icon="edit", deed=True, parent=self)
        self.add_button = button(say("masters_page.add"), self.add, icon="plus", primary=True, deed=True, parent=self)
        self.adopt_button = button(
            say("masters_page.adopt"), self.adopt, icon="plus", primary=True, deed=True, parent=self
        )
        row.addStretch(1)
        self.verbs = row
        for verb in (self.end_button, self.edit_button, self.add_button, self.adopt_button):
            row.addWidget(verb)
        self.body.addLayout(row)

    def _turned(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._tell_verbs()

    # ---- reading ----------------------------------------------------------------------------------------------

    @property
    def service(self) -> Any:
        """The service of this table."""
        raise NotImplementedError

    @property
    def today(self) -> date:
        return self.desk.house.settings.clock.today()  # type: ignore[no-any-return]

    def refresh(self) -> None:
        self.load(None, ())

    def load(self, people: dict[str, int] | None, proposals: Sequence[P]) -> None:
        """Show the entries with who uses them, and the names that are none yet."""
        today = self.today
        self._lines = [
            Line(one, today, None if people is None else people.get(one.id, 0))
            for one in self.service.all()
        ]
        self._proposals = proposals
        self.open_card.show_source(Rows(proposals))
        self.filters.count(len(self._lines), len(proposals))
        self._show()

    def _show(self) -> None:
        chosen = self._chosen()
        fits = self.filters.fits
        shown = [
            one for one in self._lines if fits(self.words_of(one.entry), self.kind_of(one.entry), one.ended)
        ]
        if self._lines:
            self._empty.say(say("masters_page.nobody"), say("masters_page.nobody_text"), say("masters_page.clear"))
        elif self._proposals:
            n = f"{len(self._proposals):,}"
            self._empty.say(say("masters_page.none"), say("masters_page.none_but", n=n), say("masters_page.see_open"))
        else:
            self._empty.say(say("masters_page.none"), say("masters_page.none_text"), say("masters_page.add"))
        self.card.show_source(Rows(shown))
        ids = [one.entry.id for one in shown]
        if ids:
            self.card.table.choose(ids.index(chosen.id) if chosen is not None and chosen.id in ids else 0)
        self._tell_verbs()

    def kind_of(self, entry: E) -> Any:
        """What the chip 種類 filters by."""
        raise NotImplementedError

    def words_of(self, entry: E) -> Sequence[str]:
        """What the filter looks through."""
        raise NotImplementedError

    def release(self) -> None:
        self._lines = []
        self._proposals = ()

    def first_focus(self) -> QWidget:
        return self.filters.typed

    def _empty_asked(self) -> None:
        if not self._lines and self._proposals:
            self.filters.turn(OPEN)
            self.open_card.table.setFocus()
            return
        if not self._lines:
            self.add()
            return
        self.filters.clear()

    def _chosen(self) -> E | None:
        one = self.card.table.current() if self._lines else None
        return one.entry if one is not None else None

    def chosen_proposal(self) -> P | None:
        """The name chosen among those that are no entry yet."""
        return self.open_card.table.current() if self._proposals else None

    def _tell_verbs(self) -> None:
        known = self.filters.place == KNOWN
        one = self.card.table.current() if self._lines else None
        for verb in (self.end_button, self.edit_button, self.add_button):
            verb.setVisible(known)
        self.edit_button.setEnabled(one is not None)
        self.end_button.setEnabled(one is not None and not one.ended)
        self.adopt_button.setVisible(not known)
        self.adopt_button.setEnabled(self.chosen_proposal() is not None)

    def show_verb(self, verb: QPushButton, *, known: bool, possible: bool) -> None:
        """A verb of one tab only."""
        verb.setVisible(known == (self.filters.place == KNOWN))
        verb.setEnabled(possible)

    # ---- deeds ------------------------------------------------------------------------------------------------

    def form(self, entry: E | None, done: Callable[[E], None], adopting: bool = False) -> None:
        """Open the form over a new entry (None), a known one, or a proposal about to be one (`adopting`)."""
        raise NotImplementedError

    def add(self) -> None:
        """加える."""
        self.form(None, lambda draft: self._write(self.service.add, draft, "masters_page.added"))

    def edit(self) -> None:
        """直す: the entry chosen."""
        one = self._chosen()
        if one is not None:
            self.form(one, lambda entry: self._write(self.service.change, entry, "masters_page.changed"))

    def adopt(self) -> None:
        """新しく登録する: the name chosen becomes an entry."""
        raise NotImplementedError

    def end(self) -> None:
        """終了にする: the last day the entry is valid."""
        one = self.card.table.current() if self._lines else None
        if one is None or one.ended:
            return
        id_, service = one.entry.id, self.service
        form = EndForm(
            self.page, self.title_of(one.entry), one.people, self.today,
            lambda day: self._do(lambda: service.end(id_, day), "masters_page.ended_now"),
        )  # fmt: skip
        form.open()

    def title_of(self, entry: E) -> str:
        """How the entry is called in a question."""
        raise NotImplementedError

    def _write(self, deed: Callable[[E], E], entry: E, words: str) -> None:
        self._do(lambda: deed(entry), words)

    def _do(self, deed: Callable[[], Any], words: str) -> None:
        self.run(lambda _report: deed(), lambda _value: self.done(say(words), Deed.MASTER_CHANGED))
