"""設定・機種: makers' models with catalogue values, entered from a catalogue and never guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hoken_desktop.domain.codes import DeviceKind
from hoken_desktop.domain.masters import DeviceModel
from hoken_desktop.services.device_models import DeviceModels, ModelProposal
from hoken_desktop.services.master_rows import Master
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column
from hoken_desktop.ui.pages.master_forms import ModelForm
from hoken_desktop.ui.pages.master_lines import Line, days, said
from hoken_desktop.ui.pages.masters import MasterSection
from hoken_desktop.words import label, say


class ModelsSection(MasterSection[DeviceModel, ModelProposal]):
    """Models and their hours; beside them the models of people's devices that are no entry yet."""

    master = Master.MODELS

    def __init__(self, page: Page) -> None:
        columns: list[Column[Line[DeviceModel]]] = [
            Column(say("masters.column_kind"), lambda one: label(one.entry.kind), 100, grow=1),
            Column(say("masters.column_maker"), lambda one: said(one.entry.maker), 100, grow=2),
            Column(say("masters.column_model"), lambda one: one.entry.model, 110, grow=2, lead=True),
            Column(say("masters_page.column_internal"), lambda one: _hours(one.entry.battery_hours), 106, Align.RIGHT),
            Column(
                say("masters_page.column_external"), lambda one: _hours(one.entry.external_battery_hours), 106,
                Align.RIGHT,
            ),
            Column(say("masters.column_watts"), lambda one: _number(one.entry.watts), 92, Align.RIGHT),
            Column(say("masters_page.column_days"), days, 108),
        ]  # fmt: skip
        open_columns: list[Column[ModelProposal]] = [
            Column(say("masters.column_kind"), lambda one: label(one.draft.kind), 150),
            Column(say("masters.column_maker"), lambda one: said(one.draft.maker), 180, grow=1),
            Column(say("masters.column_model"), lambda one: one.draft.model, 220, grow=2, lead=True),
            Column(say("masters_page.column_people"), lambda one: f"{one.people:,}", 80, Align.RIGHT),
        ]
        kinds = [(label(kind), kind) for kind in DeviceKind]
        super().__init__(page, say("settings.models"), say("masters_page.models_what"), columns, kinds, open_columns)

    @property
    def service(self) -> DeviceModels:
        return self.desk.house.device_models  # type: ignore[no-any-return]

    def refresh(self) -> None:
        self.load(None, self.service.proposals())

    def kind_of(self, entry: DeviceModel) -> DeviceKind:
        return entry.kind

    def words_of(self, entry: DeviceModel) -> Sequence[str]:
        return (entry.model, entry.maker, entry.note)

    def title_of(self, entry: DeviceModel) -> str:
        return f"{entry.maker} {entry.model}".strip()

    def form(self, entry: DeviceModel | None, done: Callable[[DeviceModel], None], adopting: bool = False) -> None:
        fresh = entry is None or adopting
        kind = self.filters.kind.value() or DeviceKind.VENTILATOR
        ModelForm(
            self.page, entry or DeviceModel("", kind, "", ""),
            say("masters_page.add_model") if fresh else say("masters_page.edit_model"),
            say("masters_page.add_verb") if fresh else say("masters_page.edit_verb"), self.service.makers(), done,
        ).open()  # fmt: skip

    def adopt(self) -> None:
        one = self.chosen_proposal()
        if one is not None:
            service = self.service
            self.form(
                one.draft, lambda made: self._write(service.add, made, "masters_page.added"), adopting=True
            )


def _hours(value: float | None) -> Cell:
    return _number(value) if value is None else Cell(say("masters_page.hours", n=f"{value:g}"))


def _number(value: float | None) -> Cell:
    return Cell(say("masters_page.unknown"), "warn") if value is None else Cell(f"{value:g}")
