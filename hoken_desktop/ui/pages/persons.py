"""台帳: everyone on the register in ふりがな order, filtered as one types, with one person's file beside the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.codes import CareSetting, DeviceGroup, PersonState
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.services.persons import PersonLine
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.filters import FilterChip
from hoken_desktop.ui.kit.forms import button, line, link
from hoken_desktop.ui.kit.labels import Tag
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column, TableCard
from hoken_desktop.ui.pages.freshness import ago, tone
from hoken_desktop.ui.pages.person_deeds import PersonDeeds
from hoken_desktop.ui.pages.person_facts import Known, narrow
from hoken_desktop.ui.pages.person_file import PersonPane
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_TYPING_MS = 120
_READING_MS = 40
_GROUPS = (DeviceGroup.VENTILATOR, DeviceGroup.BOTH, DeviceGroup.OXYGEN, DeviceGroup.UNCONFIRMED)
_CARE_TONES = {CareSetting.UNKNOWN: "warn", CareSetting.DECEASED: "text2", CareSetting.MOVED_OUT: "text2"}


@dataclass(frozen=True, slots=True)
class Lines:
    """The people found, read a window at a time."""

    ids: Sequence[str]
    persons: Any

    def count(self) -> int:
        return len(self.ids)

    def page(self, offset: int, limit: int) -> Sequence[PersonLine]:
        found: list[PersonLine] = self.persons.lines(self.ids[offset : offset + limit])
        return found


class PersonsPage(Page):
    """`show_at(text=…)` searches, `person=id` chooses, `among=key` shows the people behind a figure of the home page
    (its words in `caption`), `municipality=code`, `group=…`, `care_setting=…`, `state=…` filter."""

    topics = frozenset({"persons", "places", "consents", "disclosures", "rounds", "office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("window.page_persons"))
        self.deeds = PersonDeeds(self)
        self._names: dict[str, str] = {}
        self._by_group: dict[DeviceGroup, frozenset[str]] = {}
        self._registered = 0
        self._among = ""
        self._ids: Sequence[str] = ()
        self._wanted = ""
        self._order = ("kana", False)
        self.today = date.min
        self._make_head()
        self._make_filters()
        self._make_body()
        self._typing = self._timer(_TYPING_MS, self._load)
        self._reading = self._timer(_READING_MS, self._read_chosen)
        QShortcut(QKeySequence("Ctrl+F"), self, self.filter.setFocus)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _timer(self, wait: int, deed: Any) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(wait)
        made.timeout.connect(deed)
        return made

    def _make_head(self) -> None:
        self.take_over_button = button(say("persons_page.take_over"), self.take_over, icon="file-import", parent=self)
        self.take_over_button.setVisible(self.desk.has_page("registers"))
        self.head.addWidget(self.take_over_button)
        self.add_button = button(
            say("persons_page.register"), self.deeds.register, key="Ctrl+N", icon="plus", primary=True, deed=True,
            parent=self,
        )  # fmt: skip
        self.head.addWidget(self.add_button)

    def _make_filters(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.filter = line(placeholder=say("persons_page.filter_hint"), longest=80, parent=self)
        self.filter.setAccessibleName(say("persons_page.filter"))
        self.filter.setAccessibleDescription(say("window.search_hint"))
        self.filter.setToolTip(say("persons_page.filter_tip"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(theme.current().px(250))
        self.filter.addAction(icons.icon("search", "text2"), self.filter.ActionPosition.LeadingPosition)
        self.filter.textChanged.connect(lambda _text: self._typing.start())
        self.filter.returnPressed.connect(self._to_table)
        self.filter.installEventFilter(self)
        self.municipality: FilterChip[str] = FilterChip(say("persons_page.municipality"), (), "", self)
        self.group: FilterChip[DeviceGroup | None] = FilterChip(
            say("persons_page.device"), [(_group_word(g), g) for g in _GROUPS], None, self
        )
        self.care: FilterChip[CareSetting | None] = FilterChip(
            say("persons_page.care_setting"), [(label(c), c) for c in CareSetting], None, self
        )
        self.state: FilterChip[PersonState | None] = FilterChip(
            say("persons_page.state"), [(label(s), s) for s in PersonState], None, self
        )
        self.state.set_value(PersonState.ACTIVE)
        self.among_tag = Tag("", "accent", self)
        self.among_tag.setVisible(False)
        self.clear_link = link(say("persons_page.clear"), self.clear_filters, self)
        row.addWidget(self.filter)
        for chip in (self.municipality, self.group, self.care, self.state):
            chip.picked.connect(lambda _value: self._load())
            row.addWidget(chip)
        row.addWidget(self.among_tag)
        row.addStretch(1)
        row.addWidget(self.clear_link)
        self.body.addLayout(row)

    def _make_body(self) -> None:
        self.empty = EmptyState(
            say("persons_page.empty"), say("persons_page.empty_text"), say("persons_page.register"), "list-details"
        )
        self.empty.asked.connect(self._empty_asked)
        self.card: TableCard[PersonLine] = TableCard(
            self._columns(), say("persons_page.table"), self.empty, parent=self
        )
        self.card.rule.setText(say("persons_page.rule"))
        self.table = self.card.table
        self.table.chosen.connect(lambda _value: self._reading.start())
        self.table.sort_asked.connect(self._sort)
        self.table.installEventFilter(self)
        self.pane = PersonPane(self, can_pin=self.desk.has_page("places"))
        self.table.opened.connect(lambda _value: self.pane.tabs.setFocus())
        self.pane.edit_asked.connect(self.deeds.edit)
        self.pane.care_asked.connect(self.deeds.set_care)
        self.pane.use_asked.connect(self.deeds.set_use)
        self.pane.pin_asked.connect(self.deeds.pin)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.card, 1)
        row.addWidget(self.pane)
        self.body.addLayout(row, 1)
        self._share_width()

    def _columns(self) -> tuple[Column[PersonLine], ...]:
        return (
            Column(say("persons_page.device"), lambda p: Cell(mark=p.group), 48, Align.CENTRE),
            Column(say("persons_page.kana"), lambda p: Cell(narrow(p.name_kana), "text2"), 124, sort="kana", grow=1),
            Column(say("persons_page.name"), lambda p: narrow(p.name), 108, lead=True, grow=1),
            Column(say("persons_page.age_head"), _age, 48, Align.RIGHT, sort="birth"),
            Column(say("persons_page.municipality"), self._place_name, 72),
            Column(say("persons_page.street"), self._street, 118, sort="address", grow=3),
            Column(say("persons_page.care_head"), _care, 84),
            Column(say("persons_page.position"), _position, 88),
            Column(say("persons_page.seen"), self._seen, 88, Align.RIGHT),
        )

    def _place_name(self, one: PersonLine) -> Cell:
        if not one.municipality:
            return Cell(say("persons_page.no_municipality"), "warn")
        return Cell(self._names.get(one.municipality) or self.desk.house.office.name_of(one.municipality))

    def _street(self, one: PersonLine) -> Cell:
        """The address after its municipality, with the whole of it on hover."""
        if not one.address:
            return Cell(say("persons_page.not_written"), "warn")
        name = self._place_name(one).text
        rest = one.address.partition(name)[2] if one.municipality else ""
        return Cell(rest.strip() or one.address, tip=one.address)

    def _seen(self, one: PersonLine) -> Cell:
        if one.confirmed_on is None:
            return Cell(say("persons_page.never_seen"), "warn")
        return Cell(
            ago(one.confirmed_on, self.today), tone(one.confirmed_on, self.today), tip=format_wareki(one.confirmed_on)
        )

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        house = self.desk.house
        self.today = house.overviews.day()
        self._names = house.office.municipalities()
        self.municipality.offer([(name, code) for code, name in self._names.items()])
        find = house.persons.find
        self._by_group = {
            group: frozenset(find(PersonQuery(group=group, state=None))) for group in marks.ORDER
        }
        self._registered = len(find(PersonQuery()))
        self._load()

    def show_at(self, **where: object) -> None:
        person = where.get("person")
        known = {"text", "among", "municipality", "group", "care_setting", "state"} & where.keys()
        if known or person:
            self._set_filters(where)
        if isinstance(person, str):
            self._wanted = person
        self._load()
        if isinstance(person, str) and person not in self._ids:
            self.notices.say(say("persons_page.not_shown"), "warn")

    def _set_filters(self, where: dict[str, object]) -> None:
        self.filter.setText(str(where.get("text", "")))
        self._typing.stop()
        code = where.get("municipality", "")
        self.municipality.set_value(code if isinstance(code, str) else "")
        group = where.get("group")
        self.group.set_value(group if isinstance(group, DeviceGroup) else None)
        care = where.get("care_setting")
        self.care.set_value(care if isinstance(care, CareSetting) else None)
        self._among = str(where.get("among", ""))
        everyone = bool(self._among) or "person" in where
        state = where.get("state", None if everyone else PersonState.ACTIVE)
        self.state.set_value(state if isinstance(state, PersonState) else None)
        self.among_tag.setText(say("persons_page.among", caption=where.get("caption", "")))
        self.among_tag.setVisible(bool(self._among))

    def clear_filters(self) -> None:
        """Everyone on the register again."""
        self._set_filters({})
        self._load()
        self.filter.setFocus()

    def want(self, person_id: str) -> None:
        """Choose this person, without any filter, when the list is read next."""
        self._set_filters({})
        self._wanted = person_id

    def query(self) -> PersonQuery:
        """What the filters ask for now."""
        return PersonQuery(
            text=self.filter.text().strip(),
            municipality=self.municipality.value(),
            group=self.group.value(),
            care_setting=self.care.value(),
            state=self.state.value(),
            order=self._order[0],
            descending=self._order[1],
        )

    def _load(self) -> None:
        self._typing.stop()
        if self._among:
            among = self._among
            overviews = self.desk.house.overviews
            # Counting the whole register may take a moment, so the worker does it; the list waits, the window not.
            self.desk.run(self, lambda _report: frozenset(overviews.people(among)), self._show)
            return
        self._show(None)

    def _show(self, among: frozenset[str] | None) -> None:
        ids = self.desk.house.persons.find(self.query())
        if among is not None:
            ids = [id_ for id_ in ids if id_ in among]
        chosen = self._wanted or self._chosen_id()
        self._ids = ids
        counts = {group: sum(id_ in some for id_ in ids) for group, some in self._by_group.items()}
        # Evidence without a device known to be in use, or no device: so that the foot adds up to the list.
        counts[DeviceGroup.UNCONFIRMED] = len(ids) - sum(counts.values())
        self._say_empty()
        self.card.show_source(Lines(ids, self.desk.house.persons), counts)
        self._tell(len(ids))
        self._wanted = ""
        if ids:
            self.table.choose(ids.index(chosen) if chosen in ids else 0)
        self._reading.stop()
        self._read_chosen()

    def _chosen_id(self) -> str:
        known = self.pane.known
        return known.file.person.id if known is not None else ""

    def _tell(self, shown: int) -> None:
        filtered = self._filtered()
        self.clear_link.setVisible(filtered)
        if filtered:
            self.subtitle.setText(say("persons_page.shown_of", n=f"{shown:,}", total=f"{self._registered:,}"))
        else:
            self.subtitle.setText(say("persons_page.registered", n=f"{self._registered:,}"))

    def _filtered(self) -> bool:
        now = replace(self.query(), order="kana", descending=False)
        return bool(self._among) or now != PersonQuery()

    def _say_empty(self) -> None:
        if self._filtered():
            self.empty.say(
                say("persons_page.nobody"), say("persons_page.nobody_text"), say("persons_page.clear")
            )
        else:
            taking = self.desk.has_page("registers")
            self.empty.say(
                say("persons_page.empty"), say("persons_page.empty_text"),
                say("persons_page.take_over") if taking else say("persons_page.register"),
            )  # fmt: skip

    def take_over(self) -> None:
        """いまの名簿を引き継ぐ: the way in for the list the office keeps today."""
        self.desk.open_page("registers")

    def _empty_asked(self) -> None:
        if self._filtered():
            self.clear_filters()
        elif self.desk.has_page("registers"):
            self.take_over()
        else:
            self.deeds.register()

    def _sort(self, order: str, descending: bool) -> None:
        # The youngest have the latest birth date: ages rise while birth dates fall.
        self._order = (order, not descending if order == "birth" else descending)
        self._load()

    def _read_chosen(self) -> None:
        one = self.table.current() if self._ids else None
        self.pane.show_person(self._known(one) if one is not None else None)

    def _known(self, one: PersonLine) -> Known:
        house = self.desk.house
        return Known(
            file=house.persons.open(one.id),
            consents=house.consents.of_person(one.id),
            passages=tuple(house.overviews.passages_of(one.id)),
            unmapped=one.unmapped,
            names=self._names,
            day=self.today,
        )

    def release(self) -> None:
        self._typing.stop()
        self._reading.stop()
        self.filter.clear()
        self._typing.stop()
        self.pane.show_person(None)
        self._ids = ()
        self._by_group = {}

    # ---- keys and sizes ---------------------------------------------------------------------------------------

    def first_focus(self) -> QWidget:
        return self.table if self._ids and self._filtered() else self.filter

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            if watched is self.table and plain and event.text().strip() and event.text().isprintable():
                # Typing over the list filters it.
                self.filter.setFocus()
                self.filter.insert(event.text())
                return True
            if watched is self.filter and event.key() == Qt.Key.Key_Down:
                self._to_table()
                return True
            if watched is self.filter and event.key() == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "pane"):
            self.filter.setFixedWidth(theme.current().px(250))
            self._share_width()
        super().changeEvent(event)

    def _share_width(self) -> None:
        wide = theme.current().px(480 if self.width() >= 1400 else 380)
        self.pane.setFixedWidth(min(wide, max(self.width() * 2 // 5, 360)))

    def _to_table(self) -> None:
        if self._typing.isActive():
            self._load()
        if self._ids:
            self.table.setFocus()


# ---- cells ----------------------------------------------------------------------------------------------------


def _age(one: PersonLine) -> Cell:
    return Cell(say("persons_page.unknown"), "warn") if one.age is None else Cell(str(one.age))


def _care(one: PersonLine) -> Cell:
    return Cell(label(one.care_setting), _CARE_TONES.get(one.care_setting, "text"))


def _position(one: PersonLine) -> Cell:
    if one.unmapped is None:
        return Cell(say("persons_page.on_map"), icon="map-pin", tone="done")
    return Cell(label(one.unmapped), "warn")


def _group_word(group: DeviceGroup) -> str:
    words = {
        DeviceGroup.VENTILATOR: "persons_page.only_ventilator",
        DeviceGroup.OXYGEN: "persons_page.only_oxygen",
        DeviceGroup.UNCONFIRMED: "persons_page.none_in_use",
    }
    return say(words[group]) if group in words else label(group)

