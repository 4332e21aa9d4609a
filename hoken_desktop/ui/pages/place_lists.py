"""Beside the map: who is on it, and who is not and why. Names stay hidden until they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup, UnmappedReason
from hoken_desktop.domain.statistics import Tally
from hoken_desktop.services.places import PlacedPerson
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.forms import button, chip
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.marks import Mark
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.kit.two_lines import TwoLines, TwoLineTable
from hoken_desktop.words import label, say

MENDABLE = frozenset({UnmappedReason.BAD_ADDRESS, UnmappedReason.NOT_PLACED, UnmappedReason.NOT_SEARCHED})
"""Reasons the staff can take away at the desk; the others are true of the person."""


class SumLine(QWidget):
    """登録 105 = 地図 92(■ 48 + ● 44) + 未配置 13(■ 11 + ● 2) ✓ 一致, in one line; who is counted apart after it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.gap = 0

    def show_tallies(self, registered: Tally, mapped: Tally, unmapped: Tally, unconfirmed: int) -> None:
        """Show the equation; the verdict is computed from the three."""
        while (slot := self._row.takeAt(0)) is not None:
            old = slot.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.gap = registered.total - mapped.total - unmapped.total
        self._say(say("places_page.sum_registered", n=f"{registered.total:,}", mapped=f"{mapped.total:,}"))
        self._tally(mapped)
        self._say(say("places_page.sum_middle", n=f"{unmapped.total:,}"))
        self._tally(unmapped)
        self._say(say("places_page.sum_end"))
        verdict = say("places_page.gap", n=abs(self.gap)) if self.gap else say("places_page.agrees")
        tone = "danger" if self.gap else "done"
        self._row.addSpacing(4)
        self._row.addWidget(icons.Picture("alert-triangle" if self.gap else "check", tone, 15, self))
        self._row.addWidget(Label(verdict, "table", tone, parent=self))
        spoken = say(
            "places_page.spoken", registered=f"{registered.total:,}", mapped=f"{mapped.total:,}",
            unmapped=f"{unmapped.total:,}", verdict=verdict,
        )  # fmt: skip
        if unconfirmed:
            apart = say("places_page.apart", group=label(DeviceGroup.UNCONFIRMED), n=f"{unconfirmed:,}")
            self._row.addSpacing(8)
            self._row.addWidget(Label(apart, "table", "warn", parent=self))
            spoken = f"{spoken} {apart}"
        self._row.addStretch(1)
        self.setAccessibleName(spoken)

    def _say(self, words: str) -> None:
        self._row.addWidget(Label(words, "table", "text2", parent=self))

    def _tally(self, tally: Tally) -> None:
        self._row.addWidget(Mark(DeviceGroup.VENTILATOR, self))
        self._row.addWidget(Label(f"{tally.ventilator:,}", "table", "text2", parent=self))
        self._say(say("places_page.sum_plus"))
        self._row.addWidget(Mark(DeviceGroup.OXYGEN, self))
        self._row.addWidget(Label(f"{tally.oxygen:,}", "table", "text2", parent=self))


class MapList(TableCard[PlacedPerson]):
    """The people on the map, as filtered; with names hidden it shows numbers and municipalities."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._names: Mapping[str, str] = {}
        empty = EmptyState(say("places_page.list_empty"), say("places_page.list_empty_text"), picture="map-pin")
        super().__init__(
            self._columns(False), say("places_page.list_name"), empty, title=" ", aside=say("places_page.list_order"),
            parent=parent,
        )  # fmt: skip
        self.table.horizontalHeader().setMinimumSectionSize(theme.current().px(30))

    def _columns(self, with_names: bool) -> list[Column[PlacedPerson]]:
        device: Column[PlacedPerson] = Column(say("places_page.column_device"), lambda p: Cell(mark=p.group), 44)
        level: Column[PlacedPerson] = Column(say("places_page.column_level"), _level_cell, 104)
        if with_names:
            return [
                device,
                Column(say("places_page.column_kana"), lambda p: Cell(p.person.name_kana, "text2"), 96, grow=1),
                Column(say("places_page.column_name"), lambda p: p.person.name, 84, grow=1, lead=True),
                level,
            ]
        return [
            device,
            Column(say("places_page.column_number"), lambda p: p.person.registry_no, 84, grow=1, lead=True),
            Column(say("places_page.column_municipality"), self._municipality, 80, grow=1),
            level,
        ]

    def _municipality(self, placed: PlacedPerson) -> str:
        return self._names.get(placed.person.municipality, "")

    def show_people(
        self, people: Sequence[PlacedPerson], names: Mapping[str, str], *, with_names: bool, title: str, filtered: bool
    ) -> None:
        """Show these people; `filtered` words the empty state."""
        self._names = names
        self.set_title(title)
        if filtered:
            self.empty.say(say("places_page.list_filtered"), say("places_page.list_filtered_text"))
        else:
            self.empty.say(say("places_page.list_empty"), say("places_page.list_empty_text"))
        counts = Counter(p.group for p in people)
        with QSignalBlocker(self.table):
            self.show_source(Rows(people), dict(counts), self._columns(with_names))
        self.shown.setText(say("places_page.list_foot", n=f"{len(people):,}"))

    def _tell(self, _value: int = 0) -> None:
        # The count alone: the marks stand beside it, and there is no room for more.
        total = self.table.window_model.rowCount()
        self.footer.setVisible(total > 0)
        self.shown.setText(say("places_page.list_foot", n=f"{total:,}"))


def _level_cell(placed: PlacedPerson) -> Cell:
    if placed.place is None:
        return Cell()
    tip = say("places_page.pinned") if placed.place.pinned else ""
    return Cell(label(placed.place.level), "text2", tip=tip)


class Tray(Card):
    """未配置: chips by reason with counts, the people, and the button that puts one on the map."""

    chosen = Signal(object)  # a PlacedPerson, or None
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent=parent, flush=True)
        self._people: list[PlacedPerson] = []
        self._municipalities: Mapping[str, str] = {}
        self._with_names = False
        self._reason: UnmappedReason | None = None  # None: those that can be mended
        self.locate = button(say("places_page.locate"), icon="map-pin", small=True, deed=True, parent=self)
        self.locate.setShortcut(QKeySequence("Ctrl+G"))
        self.locate.setToolTip(say("places_page.locate_tip"))
        self.head.addWidget(self.locate)
        self._chips = FlowWidget(self)
        self._group = QButtonGroup(self)
        around = QVBoxLayout()
        around.setContentsMargins(12, 2, 12, 6)
        around.addWidget(self._chips)
        self.body.setSpacing(0)
        self.body.addLayout(around)
        self.table: TwoLineTable[PlacedPerson] = TwoLineTable(self._lines, say("places_page.tray_name"), self)
        self.table.chosen.connect(self.chosen)
        self.table.opened.connect(self.opened)
        self._empty = EmptyState(
            say("places_page.tray_empty"), say("places_page.tray_empty_text"), picture="circle-check", parent=self
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 1)
        foot = self.add_footer()
        foot.setContentsMargins(8, 6, 8, 6)
        foot.setSpacing(8)
        self.pin = button(say("places_page.pin"), key="P", deed=True, parent=self)
        self.pin.setEnabled(False)
        self.why = Label(say("places_page.pin_pick"), "note", "text2", wrap=True, parent=self)
        self.why.setMinimumWidth(1)  # a long address is broken, and takes no room from the button
        foot.addWidget(self.pin)
        foot.addWidget(self.why, 1)

    def _lines(self, placed: PlacedPerson) -> TwoLines:
        person = placed.person
        reason = placed.reason or UnmappedReason.NOT_SEARCHED
        place = self._municipalities.get(person.municipality, "")
        detail = label(placed.place.reason) if placed.place is not None and placed.place.reason is not None else ""
        if self._with_names:
            first, second = person.name_kana or person.name, person.address or label(UnmappedReason.BAD_ADDRESS)
        else:
            first = person.registry_no
            second = say("places_page.comma").join(part for part in (place, detail) if part) or label(reason)
        return TwoLines(first, second, placed.group, label(reason), "warn" if reason in MENDABLE else "plain")

    def show_people(
        self, people: Sequence[PlacedPerson], municipalities: Mapping[str, str], *, with_names: bool
    ) -> None:
        """Show everybody who is not on the map; the chosen reason stays if somebody still has it."""
        self._people = list(people)
        self._municipalities = municipalities
        self._with_names = with_names
        self.set_title(say("places_page.tray_title", n=f"{len(people):,}"))
        before = self.table.current() if self.table.selectionModel().hasSelection() else None
        counts = Counter(p.reason for p in people)
        mendable = sum(counts[reason] for reason in MENDABLE)
        if self._reason is not None and not counts[self._reason]:
            self._reason = None
        if self._reason is None and not mendable:
            self._reason = next((reason for reason in UnmappedReason if counts[reason]), None)
        self._chips.clear()
        choices: list[tuple[UnmappedReason | None, str]] = []
        if mendable:
            choices.append((None, say("places_page.reason_mendable", n=f"{mendable:,}")))
        choices += [
            (reason, say("places_page.reason_chip", reason=label(reason), n=f"{counts[reason]:,}"))
            for reason in UnmappedReason
            if counts[reason] and reason not in MENDABLE
        ]
        for reason, words in choices:
            made = chip(words, reason is self._reason, self._chips)
            made.clicked.connect(partial(self.show_reason, reason))
            self._group.addButton(made)
            self._chips.flow.addWidget(made)
        self._chips.setVisible(bool(choices))
        self._chips.updateGeometry()
        self._show_rows()
        rows = self.rows()
        same = next((at for at, p in enumerate(rows) if before and p.person.id == before.person.id), -1)
        if same >= 0:
            with QSignalBlocker(self.table):
                self.table.choose(same)

    def show_reason(self, reason: UnmappedReason | None, _checked: bool = False) -> None:
        """Show the people with this reason; None: those that can be mended."""
        self._reason = reason
        self._show_rows()
        self.chosen.emit(None)

    def rows(self) -> list[PlacedPerson]:
        """The people shown now."""
        if self._reason is None:
            return [p for p in self._people if p.reason in MENDABLE]
        return [p for p in self._people if p.reason is self._reason]

    def choose(self, person_id: str) -> bool:
        """Choose somebody of the tray, changing the reason shown where needed."""
        placed = next((p for p in self._people if p.person.id == person_id), None)
        if placed is None:
            return False
        if placed not in self.rows():
            self._reason = None if placed.reason in MENDABLE else placed.reason
            self.show_people(self._people, self._municipalities, with_names=self._with_names)
        self.table.choose(self.rows().index(placed))
        return True

    def unchoose(self) -> None:
        """Nobody of the tray is chosen."""
        with QSignalBlocker(self.table):
            self.table.selectionModel().clear()

    def _show_rows(self) -> None:
        rows = self.rows()
        with QSignalBlocker(self.table):
            self.table.show_source(Rows(rows))
        self._stack.setCurrentWidget(self.table if rows else self._empty)

    def forget(self) -> None:
        """Drop every row."""
        self._people = []
        self.table.show_source(None)
