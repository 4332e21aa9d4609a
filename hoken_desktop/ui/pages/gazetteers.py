"""設定・住所データ: the official data this PC places addresses by, and its versions; more is taken in as downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.codes import AddressSource
from hoken_desktop.services.gazetteers import Source
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.choosers import choose_files
from hoken_desktop.words import label, say


class GazetteersSection(Section):
    """A table of what was taken in; it lies beside the registry and holds nobody's data."""

    topics = frozenset({"places"})
    scrolls = False

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("settings.gazetteers"), say("settings.gazetteers_what"))
        self.setProperty(PLACE, "settings#住所データ")
        columns: list[Column[Source]] = [
            Column(say("settings.source_kind"), lambda one: label(AddressSource(one.source)), 250, lead=True, grow=2),
            Column(say("settings.source_version"), lambda one: one.version, 110),
            Column(say("settings.source_rows"), lambda one: f"{one.rows:,}", 90, Align.RIGHT),
            Column(say("settings.source_skipped"), lambda one: f"{one.skipped:,}", 90, Align.RIGHT),
            Column(say("settings.source_state"), _state, 200, grow=1),
            Column(say("settings.source_file"), lambda one: Cell(one.file, "text2"), 200, grow=2),
        ]
        self.card: TableCard[Source] = TableCard(
            columns, say("settings.gazetteers"),
            EmptyState(
                say("settings.sources_none"), say("settings.sources_none_text"), say("settings.source_add"), "map-pin"
            ),
            counted="kit.things_shown", parent=self,
        )  # fmt: skip
        self.card.empty.asked.connect(self._choose)
        self.body.addWidget(self.card, 1)
        self.add = button(
            say("settings.source_add"), self._choose, icon="file-import", primary=True, deed=True, parent=self
        )
        self.locate = button(say("settings.to_places"), self._to_places, icon="map", parent=self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.add)
        row.addWidget(self.locate)
        row.addWidget(Label(say("settings.source_note"), "note", "text2", wrap=True, parent=self), 1)
        self.body.addLayout(row)

    def refresh(self) -> None:
        self.card.show_source(Rows(self.desk.house.gazetteer.sources()))
        self.locate.setVisible(self.desk.has_page("places"))

    def first_focus(self) -> QWidget:
        return self.add

    def _to_places(self) -> None:
        self.desk.open_page("places")

    def _choose(self) -> None:
        choose_files(self, say("settings.source_add"), say("places_page.import_kinds"), self.take_in)

    def take_in(self, files: Sequence[Path]) -> None:
        """Official files as they were downloaded, all of them or none."""
        gazetteer = self.desk.house.gazetteer

        def taken(sources: list[Source]) -> None:
            self.desk.changed("places")
            rows = sum(one.rows for one in sources)
            self.page.notices.say(say("settings.source_added", files=len(sources), rows=f"{rows:,}"), "done")

        self.run(lambda report: gazetteer.add(files, None, report), taken)


def _state(one: Source) -> Cell:
    if one.waiting:
        return Cell(say("settings.source_waiting"), "warn")
    return Cell(say("settings.source_ready"))
