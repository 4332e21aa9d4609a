"""設定・疾病: the 指定難病 and the 疾患群 the program brings, and what the office has changed or added."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.masters import Disease
from hoken_desktop.services.diseases import SCHEMES, Diseases, UnlistedDisease
from hoken_desktop.services.master_rows import Master
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Column
from hoken_desktop.ui.pages.master_forms import DiseaseForm
from hoken_desktop.ui.pages.master_lines import Line, days, said
from hoken_desktop.ui.pages.masters import MasterSection
from hoken_desktop.words import label, say


class DiseasesSection(MasterSection[Disease, UnlistedDisease]):
    """Numbers and names; beside them what stands in people's benefits and is no entry."""

    master = Master.DISEASES

    def __init__(self, page: Page) -> None:
        columns: list[Column[Line[Disease]]] = [
            Column(say("masters.column_scheme"), lambda one: label(one.entry.scheme), 96, grow=1),
            Column(say("masters.column_number"), lambda one: one.entry.number, 52, Align.RIGHT),
            Column(say("masters.column_name"), lambda one: one.entry.name, 200, grow=3, lead=True),
            Column(say("masters.column_name_kana"), lambda one: said(one.entry.name_kana, "text2"), 130, grow=3),
            Column(say("masters.column_note"), lambda one: said(one.entry.note, "text2"), 84, grow=1),
            Column(say("masters_page.column_days"), days, 108),
        ]
        open_columns: list[Column[UnlistedDisease]] = [
            Column(say("masters.column_scheme"), lambda one: label(one.scheme), 160),
            Column(say("masters.column_number"), lambda one: said(one.number), 140),
            Column(say("masters.column_name"), lambda one: said(one.name), 300, grow=1, lead=True),
            Column(say("masters_page.column_people"), lambda one: f"{one.people:,}", 80, Align.RIGHT),
        ]
        kinds = [(label(scheme), scheme) for scheme in SCHEMES]
        super().__init__(
            page, say("settings.diseases"), say("masters_page.diseases_what"), columns, kinds, open_columns
        )

    @property
    def service(self) -> Diseases:
        return self.desk.house.diseases  # type: ignore[no-any-return]

    def refresh(self) -> None:
        self.load(None, self.service.unlisted())

    def kind_of(self, entry: Disease) -> Scheme:
        return entry.scheme

    def words_of(self, entry: Disease) -> Sequence[str]:
        return (entry.number, entry.name, entry.name_kana.replace("・", ""), entry.note)

    def title_of(self, entry: Disease) -> str:
        return f"{entry.number} {entry.name}"

    def form(self, entry: Disease | None, done: Callable[[Disease], None], adopting: bool = False) -> None:
        fresh = entry is None or adopting
        DiseaseForm(
            self.page, entry or Disease("", self.filters.kind.value() or Scheme.NANBYO, "", ""),
            say("masters_page.add_disease") if fresh else say("masters_page.edit_disease"),
            say("masters_page.add_verb") if fresh else say("masters_page.edit_verb"), done,
        ).open()  # fmt: skip

    def adopt(self) -> None:
        one = self.chosen_proposal()
        if one is not None:
            service = self.service
            draft = Disease("", one.scheme, one.number, one.name, source=say("organisations.source_register"))
            self.form(draft, lambda made: self._write(service.add, made, "masters_page.added"), adopting=True)
