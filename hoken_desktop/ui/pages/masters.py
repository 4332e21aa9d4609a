"""設定・マスタ: what the three tables have in common: a filter, the entries with their days, the verbs over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.masters import DeviceModel, Disease, Organisation, is_valid
from hoken_desktop.domain.names import fold_kana, fold_name
from hoken_desktop.services.master_sheets import Master, MasterReading
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.filters import FilterChip
from hoken_desktop.ui.kit.forms import button, chip, line
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.choosers import choose_file, choose_new_file
from hoken_desktop.ui.pages.master_forms import EndForm, ReadSheet
from hoken_desktop.words import say

E = TypeVar("E", bound=Organisation | DeviceModel | Disease)
P = TypeVar("P")

VALID, ENDED = "valid", "ended"
_TYPING_MOST = 60


@dataclass(frozen=True, slots=True)
class Line(Generic[E]):
    """One entry of the table on a day; `people` are those on the register it serves, None where nobody counts them."""

    entry: E
    on: date
    people: int | None = None

    @property
    def ended(self) -> bool:
        """Whether it is not valid on the day: over, or not begun."""
        return not is_valid(self.entry, self.on)


def days(line_: Line[Any]) -> Cell:
    """「令和8年4月1日から」; what has ended or not begun says so in a word, not by its colour alone."""
    start, end = line_.entry.valid_from, line_.entry.valid_to
    tip = say("masters_page.days_tip", start=_iso(start), end=_iso(end))
    if start is not None and start > line_.on:
        return Cell(say("masters_page.coming", day=format_wareki(start)), "warn", tip=tip)
    if end is not None and line_.ended:
        return Cell(say("masters_page.ended_on", day=format_wareki(end)), "text3", tip=tip)
    if end is not None:
        return Cell(say("masters_page.until", day=format_wareki(end)), "warn", tip=tip)
    return Cell(say("masters_page.since", day=format_wareki(start)) if start else say("masters_page.always"), tip=tip)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else say("masters_page.open_end")


def said(text: str, tone: str = "text") -> Cell:
    """A text, or 記載なし: an empty cell does not exist."""
    return Cell(text, tone) if text else Cell(say("masters_page.nothing"), "text3")


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
        self._make_head()
        self._make_filters(kinds)
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
        self._tell_verbs()

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.read_button = button(
            say("masters_page.read"), self._choose, icon="file-import", small=True, deed=True, parent=self
        )
        self.export_button = button(say("masters_page.export"), self._export, icon="download", small=True, parent=self)
        for verb in (self.read_button, self.export_button):
            self.head.addWidget(verb, 0, Qt.AlignmentFlag.AlignBottom)

    def _make_filters(self, kinds: Sequence[tuple[str, Any]]) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.known_tab, self.open_tab = chip("", True, self), chip("", False, self)
        group = QButtonGroup(self)
        for place, tab in enumerate((self.known_tab, self.open_tab)):
            group.addButton(tab)
            tab.clicked.connect(partial(self.show_tab, place))
            row.addWidget(tab)
        row.addSpacing(8)
        words = say("masters_page.filter_phone" if self.master is Master.ORGANISATIONS else "masters_page.filter")
        self.filter = line(placeholder=words, longest=_TYPING_MOST, parent=self)
        self.filter.setAccessibleName(words)
        self.filter.textChanged.connect(lambda _text: self._show())
        self.filter.returnPressed.connect(lambda: self.card.table.setFocus())
        row.addWidget(self.filter, 1)
        self.kind: FilterChip[Any] = FilterChip(say("masters_page.kind"), kinds, None, self)
        self.state: FilterChip[str] = FilterChip(
            say("masters_page.state"),
            [(say("masters_page.valid"), VALID), (say("masters_page.ended"), ENDED)], "", self,
        )  # fmt: skip
        self.state.set_value(VALID)
        for each in (self.kind, self.state):
            each.picked.connect(lambda _value: self._show())
            row.addWidget(each)
        for widget in (self.filter, self.kind, self.state):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # the tabs keep their place
            widget.setSizePolicy(policy)
        self.body.addLayout(row)

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

    def show_tab(self, place: int, _checked: bool = False) -> None:
        """0 the entries, 1 the names that are none yet."""
        (self.known_tab, self.open_tab)[place].setChecked(True)
        self._stack.setCurrentIndex(place)
        for each in (self.filter, self.kind, self.state):
            each.setVisible(place == 0)
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
        self.known_tab.setText(say("masters_page.tab_known", n=f"{len(self._lines):,}"))
        self.open_tab.setText(say("masters_page.tab_open", n=f"{len(proposals):,}"))
        for tab in (self.known_tab, self.open_tab):
            tab.setAccessibleName(tab.text())
        self._show()

    def _show(self) -> None:
        chosen = self._chosen()
        shown = [one for one in self._lines if self._fits(one)]
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

    def _fits(self, one: Line[E]) -> bool:
        if self.state.value() and (self.state.value() == ENDED) != one.ended:
            return False
        if self.kind.value() is not None and self.kind_of(one.entry) is not self.kind.value():
            return False
        typed = self.filter.text().strip()
        words = self.words_of(one.entry)
        return not typed or any(
            fold(typed) in fold(word) for word in words if word for fold in (fold_name, fold_kana)
        )

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
        return self.filter

    def _empty_asked(self) -> None:
        if not self._lines and self._proposals:
            self.show_tab(1)
            self.open_card.table.setFocus()
            return
        if not self._lines:
            self.add()
            return
        self.filter.clear()
        self.kind.set_value(None)
        self.state.set_value("")
        self._show()

    def _chosen(self) -> E | None:
        one = self.card.table.current() if self._lines else None
        return one.entry if one is not None else None

    def chosen_proposal(self) -> P | None:
        """The name chosen among those that are no entry yet."""
        return self.open_card.table.current() if self._proposals else None

    def _tell_verbs(self) -> None:
        known = self._stack.currentIndex() == 0
        one = self.card.table.current() if self._lines else None
        for verb in (self.end_button, self.edit_button, self.add_button):
            verb.setVisible(known)
        self.edit_button.setEnabled(one is not None)
        self.end_button.setEnabled(one is not None and not one.ended)
        self.adopt_button.setVisible(not known)
        self.adopt_button.setEnabled(self.chosen_proposal() is not None)

    def show_verb(self, verb: QPushButton, *, known: bool, possible: bool) -> None:
        """A verb of one tab only."""
        verb.setVisible(known == (self._stack.currentIndex() == 0))
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

    # ---- sheets -----------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        choose_file(self, say("masters_page.read"), say("masters_page.readable"), self.read_file)

    def read_file(self, path: Any) -> None:
        """Try a sheet first; what it would bring is shown, and the verb stands under it."""
        sheets, master = self.desk.house.master_sheets, self.master

        def take() -> None:
            self.run(
                lambda report: sheets.read_in(master, path, report=report),
                lambda reading: self.done(
                    say("masters_page.taken", added=reading.added, changed=reading.changed), Deed.MASTER_CHANGED
                ),
            )

        def show(reading: MasterReading) -> None:
            ReadSheet(self.page, path.name, reading, take).open()

        self.run(lambda report: sheets.read_in(master, path, dry_run=True, report=report), show)

    def _export(self) -> None:
        name = say("masters_page.export_name", table=say(f"masters.{self.master.value}"), day=self.today.isoformat())
        choose_new_file(self, say("masters_page.export"), say("masters_page.writable"), name, self.export_to)

    def export_to(self, path: Any) -> None:
        """Write the table; it holds nothing of a patient and carries no password."""
        sheets, master = self.desk.house.master_sheets, self.master
        self.run(
            lambda _report: sheets.export(master, path),
            lambda count: self.page.notices.say(
                say("masters_page.exported", n=f"{count:,}", file=path.name), "done"
            ),
        )
