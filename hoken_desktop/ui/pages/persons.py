"""台帳: everyone on the register in ふりがな order, filtered as one types, with one person's file beside the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.asking import Asking
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.tables import PAGE, TableCard
from hoken_desktop.ui.pages.person_columns import ALL, USUAL, Lines, Setting, columns, needed
from hoken_desktop.ui.pages.person_deeds import PersonDeeds, PersonSeat
from hoken_desktop.ui.pages.person_facts import Known
from hoken_desktop.ui.pages.person_file import PersonPane
from hoken_desktop.ui.pages.person_filters import PersonFilters
from hoken_desktop.ui.pages.person_keeping import Keeping
from hoken_desktop.ui.pages.person_order import OrderChip
from hoken_desktop.ui.pages.saved_filters import SavedFilterRow
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_READING_MS = 40
_NARROW, _LOW, _LEAST_LIST = 880, 300, 420
"""In px at 100 %: where the file goes under the list, how low each may then be, how narrow the list."""
QWIDGETSIZE_MAX = 16_777_215
"""Qt's own "as large as you like", which PySide6 does not name."""
_Found = tuple[Lines, dict[DeviceGroup, int], int]


class PersonsPage(PersonSeat):
    """`show_at(text=…)` searches, `person=id` chooses, `among=key` shows the people behind a figure of the home page
    (its words in `caption`); `municipality`, `group`, `care_setting`, `consent`, `freshness`, `position` and `state`
    filter by their codes."""

    topics = frozenset({"persons", "places", "consents", "disclosures", "rounds", "office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("window.page_persons"))
        self.deeds = PersonDeeds(self)
        self.keeping = Keeping(self)
        self.shown_columns: tuple[str, ...] = USUAL
        self._names: dict[str, str] = {}
        self._among = ""
        self._ids: Sequence[str] = ()
        self._wanted = ""
        self._unread = True
        self.asking = Asking(desk.jobs, self, slow=desk.house.persons.lists.are_long, refuse=self.refuse)
        self._make_head()
        self._make_filters()
        self._make_body()
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(_READING_MS)
        self._reading.timeout.connect(self._read_chosen)
        QShortcut(QKeySequence("Ctrl+F"), self, self.filters.edit.setFocus)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.order = OrderChip(self)
        self.order.changed.connect(self.load)
        self.columns_button = button(
            say("saved_filters.columns"), self.keeping.choose_columns, icon="adjustments-horizontal", deed=True,
            parent=self,
        )  # fmt: skip
        self.take_over_button = button(say("persons_page.take_over"), self.take_over, icon="file-import", parent=self)
        self.take_over_button.setVisible(self.desk.has_page("registers"))
        self.add_button = button(
            say("persons_page.register"), self.deeds.register, key="Ctrl+N", icon="plus", primary=True, deed=True,
            parent=self,
        )  # fmt: skip
        for each in (self.order, self.columns_button, self.take_over_button, self.add_button):
            self.head.addWidget(each)

    def _make_filters(self) -> None:
        self.filters = PersonFilters(self)
        self.filters.changed.connect(self.load)
        self.filters.cleared.connect(self.clear_filters)
        self.filters.edit.returnPressed.connect(self._to_table)
        self.filters.edit.installEventFilter(self)
        self.saved = SavedFilterRow(self)
        self.saved.picked.connect(self.show_query)
        self.saved.save_asked.connect(self.keeping.save)
        self.saved.forget_asked.connect(self.keeping.forget)
        self.filters.add_link(self.saved.save_link)
        self.body.addWidget(self.filters)
        self.body.addWidget(self.saved)

    def _make_body(self) -> None:
        self.empty = EmptyState(
            say("persons_page.empty"), say("persons_page.empty_text"), say("persons_page.register"), "list-details"
        )
        self.empty.asked.connect(self._empty_asked)
        self.card: TableCard[PersonLine] = TableCard(
            columns(self.shown_columns, self._setting()), say("persons_page.table"), self.empty, parent=self
        )
        self.table = self.card.table
        self.table.chosen.connect(lambda _value: self._reading.start())
        self.table.sort_asked.connect(self.order.sort)
        self.table.installEventFilter(self)
        self.pane = PersonPane(
            self, can_pin=self.desk.has_page("places"), can_open=self.desk.has_page("person")
        )
        self.table.opened.connect(self._open)
        self.pane.open_asked.connect(self._open_chosen)
        self.pane.edit_asked.connect(self.deeds.edit)
        self.pane.care_asked.connect(self.deeds.set_care)
        self.pane.use_asked.connect(self.deeds.set_use)
        self.pane.pin_asked.connect(self.deeds.pin)
        both = QWidget(self)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, both)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(12)
        self._both.addWidget(self.card, 1)
        self._both.addWidget(self.pane)
        self.body.addWidget(both, 1)
        self._share_width()

    def _setting(self) -> Setting:
        return Setting(self.today, self._names, self.desk.house.office.name_of)

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        house = self.desk.house
        self.today = house.overviews.day()
        self._names = house.office.municipalities()
        self.filters.offer_municipalities(self._names)
        by_use = house.office.get().counting == "use"
        self.card.rule.setText(say("persons_page.rule_by_use") if by_use else say("persons_page.rule"))
        self.card.rule.setToolTip(say("persons_page.rule_tip"))
        self.keeping.read()
        self._unread = True
        self.load()

    def show_at(self, **where: object) -> None:
        person = where.get("person")
        if where.keys() & {"text", "among", *self.filters.chips} or person:
            self._set_filters(where)
        if isinstance(person, str):
            self._wanted = person
        self.load()

    def _set_filters(self, where: dict[str, object]) -> None:
        self._among = str(where.get("among", ""))
        codes = {name: where[name] for name in self.filters.chips if name in where}
        if "state" not in codes and (self._among or "person" in where):
            codes["state"] = None
        self.filters.show_query(PersonQuery(text=str(where.get("text", "")), **codes))  # type: ignore[arg-type]
        self.filters.show_among(
            say("persons_page.among", caption=where.get("caption", "")) if self._among else ""
        )

    def show_query(self, query: PersonQuery) -> None:
        """Filter by `query`, whatever was filtered by before."""
        self._among = ""
        self.filters.show_among("")
        self.filters.show_query(query)
        self.load()

    def clear_filters(self) -> None:
        """Everyone on the register again."""
        self._set_filters({})
        self.load()
        self.filters.edit.setFocus()

    def known(self) -> Known | None:
        """The person the pane shows."""
        return self.pane.known

    def want(self, person_id: str) -> None:
        """Choose this person, without any filter, when the list is read next."""
        self._set_filters({})
        self._wanted = person_id

    def query(self) -> PersonQuery:
        """What the filters ask for now, in the order chosen."""
        return self.order.applied(self.filters.query())

    def filtered(self) -> bool:
        """Whether anything is filtered by."""
        return bool(self._among) or self.filters.query() != PersonQuery()

    def load(self) -> None:
        """Read the list again: at once where it is short, in the worker where it is long."""
        self.filters.typing.stop()
        query, among, house = self.query(), self._among, self.desk.house
        more = needed(self.shown_columns)

        def work() -> _Found:
            ids = house.persons.lists.find(query)
            if among:
                wanted = frozenset(house.overviews.people(among))
                ids = [id_ for id_ in ids if id_ in wanted]
            lists = house.persons.lists
            lines = Lines(ids, house.persons, more, lists.lines(ids[:PAGE], more=more))
            return lines, lists.counts(ids), lists.registered()

        # Counting the whole register may take a moment, so the worker does it; the list waits, the window not.
        self.asking.ask(work, self._show, slow=bool(among))

    def _show(self, found: _Found) -> None:
        lines, counts, registered = found
        ids = lines.ids
        wanted, self._wanted = self._wanted, ""
        chosen = wanted or self._chosen_id()
        self._ids = ids
        self._say_empty()
        keys = self.shown_columns
        self.card.show_source(lines, counts, columns(keys, self._setting()))
        self.table.show_sort(*self.order.order())
        filtered = self.filtered()
        self.filters.clear_link.setVisible(filtered)
        self.saved.show_query(self.filters.query(), filtered and not self._among)
        of_all = {"n": f"{len(ids):,}", "total": f"{registered:,}"}
        self.subtitle.setText(
            say("persons_page.shown_of", **of_all) if filtered else say("persons_page.registered", n=f"{registered:,}")
        )
        if ids:
            place = {id_: at for at, id_ in enumerate(ids)}.get(chosen, -1)
            self.table.choose(max(place, 0))
            if wanted and place < 0:
                self.notices.say(say("persons_page.not_shown"), "warn")
        self._reading.stop()
        one = self.table.current() if ids else None
        if wanted or self._unread or one is None:
            self._read_chosen()
        elif one.id != self._chosen_id():
            self._reading.start()

    def _chosen_id(self) -> str:
        known = self.pane.known
        return known.file.person.id if known is not None else ""

    def _say_empty(self) -> None:
        if self.filtered():
            self.empty.say(say("persons_page.nobody"), say("persons_page.nobody_text"), say("persons_page.clear"))
        else:
            taking = self.desk.has_page("registers")
            verb = say("persons_page.take_over") if taking else say("persons_page.register")
            self.empty.say(say("persons_page.empty"), say("persons_page.empty_text"), verb)

    def take_over(self) -> None:
        """いまの名簿を引き継ぐ: the way in for the list the office keeps today."""
        self.desk.open_page("registers")

    def _empty_asked(self) -> None:
        if self.filtered():
            self.clear_filters()
        elif self.desk.has_page("registers"):
            self.take_over()
        else:
            self.deeds.register()

    def _read_chosen(self) -> None:
        self._unread = False
        one = self.table.current() if self._ids else None
        self.pane.show_person(self.read(one.id, self._names) if one is not None else None)

    def _open_chosen(self) -> None:
        if (one := self.table.current()) is not None:
            self._open(one)

    def _open(self, one: PersonLine) -> None:
        """Enter or a double click: the person's own page; without one the pane's tabs."""
        if self.desk.has_page("person"):
            self.desk.open_page("person", person=one.id)
        else:
            self.pane.tabs.setFocus()

    def release(self) -> None:
        self.asking.forget()
        self._reading.stop()
        self.filters.show_query(PersonQuery())
        self.filters.edit.clear()
        self.filters.typing.stop()
        self.saved.show_filters(())
        self.pane.show_person(None)
        self._ids = ()

    # ---- keys and sizes ---------------------------------------------------------------------------------------

    def first_focus(self) -> QWidget:
        return self.table if self._ids and self.filtered() else self.filters.edit

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.table:
                return self._table_key(event)
            if watched is self.filters.edit:
                return self._filter_key(event)
        return super().eventFilter(watched, event)

    def _table_key(self, event: QKeyEvent) -> bool:
        """J and K move, / and whatever else is typed over the list filters it (a number K000012 with its capital K)."""
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return False
        if event.text() in ("j", "k"):
            step = 1 if event.text() == "j" else -1
            self.table.choose(min(max(self.table.currentIndex().row() + step, 0), len(self._ids) - 1))
            return True
        if not event.text().strip() or not event.text().isprintable():
            return False
        self.filters.edit.setFocus()
        if event.text() != "/":
            self.filters.edit.insert(event.text())
        return True

    def _filter_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Down:
            self._to_table()
            return True
        if event.key() == Qt.Key.Key_Escape and self.filters.edit.text():
            self.filters.edit.clear()
            return True
        return False

    def _to_table(self) -> None:
        if self.filters.typing.isActive():
            self.load()
        if self._ids:
            self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "pane"):
            self._share_width()
        super().changeEvent(event)

    def _share_width(self) -> None:
        """The file beside the list, or under it where the list would have no room for its columns."""
        look = theme.current()
        beside = self.width() >= look.px(_NARROW)
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        wide = look.px(480) if self.width() >= 1400 else min(look.px(380), max(self.width() // 3, look.px(300)))
        self.pane.setMinimumWidth(wide if beside else 0)
        self.pane.setMaximumWidth(wide if beside else QWIDGETSIZE_MAX)
        self.pane.setMinimumHeight(0 if beside else look.px(_LOW))
        self.card.setMinimumHeight(0 if beside else look.px(_LOW))
        self.card.setMinimumWidth(look.px(_LEAST_LIST))
        self.card.rule.setVisible(self.width() >= look.px(_NARROW + 200))

    def column_words(self) -> dict[str, str]:
        """Every column's word by its key."""
        return {key: say(column.word) for key, column in ALL.items()}
