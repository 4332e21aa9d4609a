"""地図: the map with its list, the people who are not on it and why, pins by hand, and the map on paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup, PlaceLevel
from hoken_desktop.domain.names import fold_kana, fold_name
from hoken_desktop.domain.persons import provision_municipality
from hoken_desktop.domain.statistics import tally
from hoken_desktop.services.gazetteers import Source
from hoken_desktop.services.maps import RegistryMap
from hoken_desktop.services.places import LocateResult, PlacedPerson
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.forms import Pick, button, chip, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.choosers import choose_files
from hoken_desktop.ui.pages.place_lists import MapList, SumLine, Tray
from hoken_desktop.ui.pages.place_pins import Pins
from hoken_desktop.ui.pages.place_printing import MapPrinting
from hoken_desktop.ui.pages.place_sheets import ImportedSheet
from hoken_desktop.ui.webmap import WebMap
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_TYPING_MS = 250
_TRAY_PX = 290  # three people, and the chips in two lines
_LEAST_TRAY_PX = 212
_LEAST_LIST_PX = 130


def _layers() -> tuple[tuple[str, str], ...]:
    return (
        ("boundary", say("places_page.layer_boundary")),
        ("towns", say("places_page.layer_towns")),
        ("flood", say("places_page.layer_flood")),
        ("landslide", say("places_page.layer_landslide")),
    )


class PlacesPage(Page):
    """`show_at(person=id)` chooses somebody, on the map or in the tray; `unmapped=True` goes to the tray."""

    topics = frozenset({"persons", "places", "rounds", "office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("window.page_places"))
        self.drawn: RegistryMap | None = None
        self._shown: list[PlacedPerson] = []
        self.with_names = False
        self.municipalities: dict[str, str] = {}
        self.pins = Pins(self)
        self.printing = MapPrinting(self)
        self.wanted = ""
        self._again = False
        self._data = b""
        self._make_head()
        self._make_filters()
        row = QHBoxLayout()
        row.setSpacing(12)
        frame = QFrame(self)
        frame.setProperty("card", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        self.map = WebMap(frame)
        self.map.setAccessibleName(say("places_page.map_name"))
        inside.addWidget(self.map)
        row.addWidget(frame, 1)
        side = QVBoxLayout()
        side.setSpacing(12)
        self.list = MapList(self)
        self.tray = Tray(self)
        for card in (self.list, self.tray):
            card.setFixedWidth(theme.current().px(356))
        self.list.setMinimumHeight(theme.current().px(_LEAST_LIST_PX))
        self.tray.setMinimumHeight(theme.current().px(_LEAST_TRAY_PX))
        self.tray.setMaximumHeight(theme.current().px(_TRAY_PX))
        side.addWidget(self.list, 1)
        side.addWidget(self.tray, 1)
        row.addLayout(side)
        self.body.addLayout(row, 1)
        self.list.table.chosen.connect(self._list_chosen)
        self.list.table.opened.connect(self._open_person)
        self.tray.chosen.connect(self._tray_chosen)
        self.tray.opened.connect(self._open_person)
        self.tray.locate.clicked.connect(lambda _checked=False: self.locate_all())
        self.tray.pin.clicked.connect(lambda _checked=False: self.pins.ask_point())
        self.map.marker_clicked.connect(self._marker_clicked)
        self.map.marker_opened.connect(self._marker_opened)
        self.map.ground_clicked.connect(self._ground_clicked)
        self.map.point_chosen.connect(self.pins.point_chosen)
        QShortcut(QKeySequence("Escape"), self, self.pins.stop)

    # --- parts -------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.sum = SumLine(self)
        self.head.insertWidget(2, self.sum)
        self.names = button(say("places_page.names_show"), self.toggle_names, key="N", icon="eye", parent=self)
        self.print_button = button(
            say("places_page.print"), self.printing.ask, key="Ctrl+P", icon="printer", deed=True, parent=self
        )
        for each in (self.names, self.print_button):
            self.head.addWidget(each)

    def _make_filters(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(say("places_page.layers"), "note", "text2", parent=self))
        self._layer_chips: dict[str, QPushButton] = {}
        for name, words in _layers():
            made = chip(words, True, self)
            made.toggled.connect(partial(self.map_layer, name))
            self._layer_chips[name] = made
            row.addWidget(made)
        row.addSpacing(8)
        row.addWidget(Label(say("places_page.devices"), "note", "text2", parent=self))
        self._device_chips: dict[DeviceGroup, QPushButton] = {}
        for group in marks.ORDER:
            made = chip(label(group), True, self)
            made.toggled.connect(lambda _on: self._show_people())
            self._device_chips[group] = made
            row.addWidget(marks.Mark(group, self))
            row.addWidget(made)
        row.addSpacing(8)
        self.municipality: Pick[str] = Pick([(say("places_page.municipality_all"), "")], self)
        self.municipality.setAccessibleName(say("places_page.municipality"))
        self.municipality.currentIndexChanged.connect(lambda _at: self._municipality_changed())
        row.addWidget(self.municipality)
        self.filter = line(placeholder=say("places_page.filter"), longest=40, parent=self)
        self.filter.setAccessibleName(say("places_page.filter"))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._show_people)
        self.filter.textChanged.connect(lambda _text: self._typing.start())
        row.addWidget(self.filter, 1)
        self.import_button = button(
            say("places_page.import"), self._choose_data, icon="file-import", small=True, deed=True, parent=self
        )
        row.addWidget(self.import_button)
        self.body.addLayout(row)

    # --- the page ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        house = self.desk.house
        if not self.desk.run(self, lambda _report: house.map_files(names=False), self._draw):
            self._again = True

    def show_at(self, **where: object) -> None:
        person = where.get("person")
        if isinstance(person, str):
            self.wanted = person
            self._choose_wanted()
        elif where.get("unmapped"):
            self.tray.table.setFocus()

    def release(self) -> None:
        self._typing.stop()
        self.map.dispose()
        self.drawn = None
        self._shown = []
        self._data = b""
        self.tray.forget()
        self.list.show_source(None)

    def first_focus(self) -> QWidget | None:
        return self.list.table if self._shown else self.filter

    def end(self) -> None:
        super().end()
        if self._again:
            self._again = False
            QTimer.singleShot(0, self, self.refresh)

    def _draw(self, found: tuple[RegistryMap, dict[str, bytes]]) -> None:
        drawn, files = found
        self.drawn = drawn
        self.municipalities = self.desk.house.office.municipalities()
        with QSignalBlocker(self.municipality):
            self.municipality.offer(
                [(say("places_page.municipality_all"), ""), *((n, c) for c, n in self.municipalities.items())]
            )
        off_map = [p for p in drawn.people if p.reason is not None]
        by_use = self.desk.house.office.get().counting == "use"
        self.sum.show_tallies(
            drawn.registered, drawn.mapped, tally((p.group for p in off_map), by_use=by_use), drawn.unconfirmed
        )
        ground = drawn.document.background
        for name in ("flood", "landslide"):
            self._layer_chips[name].setVisible(bool(ground.get(name)))
        if files["data.json"] != self._data:
            self._data = files["data.json"]
            self.map.show_document(files)
            self.map.show_names(self.with_names)
            for name, made in self._layer_chips.items():
                if not made.isChecked():
                    self.map.show_layer(name, False)
            if self.municipality.value():
                self.map.choose_area(self.municipality.value())
        self._show_people()
        self._choose_wanted()

    # --- who is shown ------------------------------------------------------------------------------------------

    def people(self) -> tuple[PlacedPerson, ...]:
        """Everybody registered, on the map or not."""
        return self.drawn.people if self.drawn is not None else ()

    def shown(self) -> list[PlacedPerson]:
        """Who is on the map now, as filtered."""
        return list(self._shown)

    def _fits(self, placed: PlacedPerson) -> bool:
        chosen = self._device_chips.get(placed.group)
        if chosen is not None and not chosen.isChecked():
            return False
        code = self.municipality.value()
        return not code or provision_municipality(placed.person, self.municipalities) == code

    def _says(self, placed: PlacedPerson) -> bool:
        text = self.filter.text().strip()
        if not text:
            return True
        person = placed.person
        if text.casefold() in person.registry_no.casefold():
            return True
        return fold_name(text) in fold_name(person.name) or fold_kana(text) in fold_kana(person.name_kana)

    def _show_people(self) -> None:
        if self.drawn is None:
            return
        chosen = self.list.table.current()
        fitting = [p for p in self.drawn.people if self._fits(p) and self._says(p)]
        self._shown = [p for p in fitting if p.reason is None]
        every = sum(p.reason is None for p in self.drawn.people)
        narrowed = len(self._shown) < every
        self.map.filter([p.person.id for p in self._shown] if narrowed else None)
        code, n = self.municipality.value(), f"{len(self._shown):,}"
        title = (
            say("places_page.list_title_of", municipality=self.municipalities.get(code, ""), n=n)
            if code
            else say("places_page.list_title", n=n)
        )
        self.list.show_people(
            self._shown, self.municipalities, with_names=self.with_names, title=title, filtered=narrowed
        )
        # Who is not on the map is narrowed by the text alone: the sum must stay in sight.
        off_map = [p for p in self.drawn.people if p.reason is not None and self._says(p)]
        self.tray.show_people(off_map, self.municipalities, with_names=self.with_names)
        if chosen is not None:
            self._choose_in_list(chosen.person.id)
        self.pins.show()
        self.print_button.setEnabled(bool(self._shown))
        self.print_button.setToolTip("" if self._shown else say("places_page.print_none"))

    def _municipality_changed(self) -> None:
        self.map.choose_area(self.municipality.value())
        self._show_people()
        self.map.whole()

    def map_layer(self, name: str, on: bool) -> None:
        """Lay a layer over the map, or take it away."""
        self.map.show_layer(name, on)

    def toggle_names(self) -> None:
        """N."""
        self.with_names = not self.with_names
        words = say("places_page.names_hide") if self.with_names else say("places_page.names_show")
        self.names.setText(words)
        self.names.setAccessibleName(words)
        self.map.show_names(self.with_names)
        self._show_people()

    # --- choosing ----------------------------------------------------------------------------------------------

    def _choose_wanted(self) -> None:
        if not self.wanted or self.drawn is None:
            return
        wanted, self.wanted = self.wanted, ""
        placed = next((p for p in self.drawn.people if p.person.id == wanted), None)
        if placed is None:
            return
        if placed.reason is None:
            if placed not in self._shown:
                self._widen()
            self._choose_in_list(wanted)
            self._list_chosen(placed)
            self.list.table.setFocus()
        else:
            self.filter.clear()
            self._show_people()
            self.tray.choose(wanted)
            self.tray.table.setFocus()

    def _widen(self) -> None:
        """Take every filter away."""
        with QSignalBlocker(self.filter), QSignalBlocker(self.municipality):
            self.filter.clear()
            self.municipality.pick("")
            for made in self._device_chips.values():
                with QSignalBlocker(made):
                    made.setChecked(True)
        self.map.choose_area("")
        self._show_people()

    def _choose_in_list(self, person_id: str) -> None:
        at = next((at for at, p in enumerate(self._shown) if p.person.id == person_id), -1)
        if at >= 0:
            with QSignalBlocker(self.list.table):
                self.list.table.choose(at)

    def _list_chosen(self, placed: PlacedPerson | None) -> None:
        if placed is not None:
            self.tray.unchoose()
            self.map.select(placed.person.id)
        self.pins.show()

    def _tray_chosen(self, placed: PlacedPerson | None) -> None:
        if placed is not None:
            with QSignalBlocker(self.list.table):
                self.list.table.selectionModel().clear()
            self.map.select("")
        self.pins.show()

    def _marker_clicked(self, person_id: str) -> None:
        self.tray.unchoose()
        self._choose_in_list(person_id)
        self.pins.show()

    def _ground_clicked(self) -> None:
        if self.pins.asking is None:
            self.map.select("")
            with QSignalBlocker(self.list.table):
                self.list.table.selectionModel().clear()
            self.pins.show()

    def _marker_opened(self, person_id: str) -> None:
        placed = next((p for p in self.people() if p.person.id == person_id), None)
        if placed is not None:
            self._open_person(placed)

    def _open_person(self, placed: PlacedPerson) -> None:
        if "persons" in self.desk.frame.rail_buttons:
            self.desk.open_page("persons", person=placed.person.id)

    def chosen(self) -> PlacedPerson | None:
        """Who is chosen, in the tray or on the map."""
        if self.tray.table.selectionModel().hasSelection():
            return self.tray.table.current()
        return self.list.table.current() if self.list.table.selectionModel().hasSelection() else None

    def who(self, placed: PlacedPerson) -> str:
        """How somebody is named here: by number, unless names are shown."""
        return placed.person.name if self.with_names else placed.person.registry_no

    def tell(self, words: str) -> None:
        """Say how a deed ended; the map is read again meanwhile, which clears the bar when it begins."""
        self.notices.say(words, "done")

    # --- addresses ---------------------------------------------------------------------------------------------

    def locate_all(self) -> None:
        """Locate every home again by its address; pins stay."""
        places = self.desk.house.places
        self.desk.run(self, places.locate_all, self._located)

    def _located(self, result: LocateResult) -> None:
        levels = say("places_page.comma").join(
            say("places_page.level_count", level=label(PlaceLevel(level)), n=f"{n:,}")
            for level, n in result.by_level.items()
        )
        self.desk.changed("places", "persons")
        self.tell(
            say("places_page.located", total=f"{result.total:,}", changed=f"{result.changed:,}", levels=levels)
        )

    def _choose_data(self) -> None:
        choose_files(self, say("places_page.import_title"), say("places_page.import_kinds"), self.import_data)

    def import_data(self, files: Sequence[Path]) -> None:
        """Take official address files in, all of them or none."""
        gazetteer = self.desk.house.gazetteer
        self.desk.run(self, lambda report: gazetteer.add(files, None, report), self._imported)

    def _imported(self, sources: list[Source]) -> None:
        self.desk.changed("places")
        sheet = ImportedSheet(sources, self)
        sheet.accepted.connect(self.locate_all)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()
