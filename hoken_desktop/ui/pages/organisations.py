"""設定・業者と機関: who is called when the power fails, and which spelling of the register means which of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer

from hoken_desktop.domain.masters import Organisation, OrganisationKind
from hoken_desktop.domain.organisations import label_of
from hoken_desktop.services.master_rows import Master
from hoken_desktop.services.organisations import Organisations, Overview, Proposal
from hoken_desktop.ui.kit.completions import Suggestion
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column
from hoken_desktop.ui.pages.master_forms import OrganisationForm
from hoken_desktop.ui.pages.master_lines import Line, days, said
from hoken_desktop.ui.pages.master_questions import ChooseForm
from hoken_desktop.ui.pages.masters import MasterSection
from hoken_desktop.words import label, say

_AT_NIGHT = (OrganisationKind.SUPPLIER, OrganisationKind.NURSE_STATION)
"""Kinds whose missing 24-hour telephone is a gap in the register."""
_AGAIN_MS = 400


class OrganisationsSection(MasterSection[Organisation, Proposal]):
    """Entries with their telephones; beside them the names of devices and helpers that are no entry yet."""

    master = Master.ORGANISATIONS

    def __init__(self, page: Page) -> None:
        self._names: dict[str, str] = {}
        columns: list[Column[Line[Organisation]]] = [
            Column(say("masters.column_kind"), lambda one: label(one.entry.kind), 100, grow=1),
            Column(say("masters_page.column_name_office"), lambda one: label_of(one.entry), 170, grow=4, lead=True),
            Column(say("masters.column_municipality"), self._town, 72),
            Column(say("masters.column_phone_24h"), _at_night, 124),
            Column(say("masters.column_phone"), lambda one: said(one.entry.phone), 116),
            Column(say("masters_page.column_people"), _people, 52, Align.RIGHT),
            Column(say("masters_page.column_days"), days, 106, grow=1),
        ]
        open_columns: list[Column[Proposal]] = [
            Column(say("masters_page.column_written"), _written, 170, grow=3, lead=True),
            Column(say("masters_page.column_guess"), lambda one: label(one.draft.kind), 130, grow=1),
            Column(say("masters_page.column_people"), lambda one: f"{one.people:,}", 52, Align.RIGHT),
            Column(say("masters_page.column_where"), _where, 150),
            Column(say("masters_page.column_alike"), _alike, 160, grow=3),
        ]
        kinds = [(label(kind), kind) for kind in OrganisationKind]
        super().__init__(
            page, say("settings.organisations"), say("masters_page.organisations_what"), columns, kinds, open_columns
        )

    def _make_verbs(self) -> None:
        super()._make_verbs()
        self.merge_button = button(say("masters_page.merge"), self.merge, deed=True, parent=self)
        self.join_button = button(say("masters_page.join"), self.join, deed=True, parent=self)
        self.verbs.insertWidget(1, self.merge_button)
        self.verbs.insertWidget(2, self.join_button)

    def _tell_verbs(self) -> None:
        super()._tell_verbs()
        one = self._chosen()
        self.show_verb(self.merge_button, known=True, possible=one is not None and len(self._lines) > 1)
        self.show_verb(self.join_button, known=False, possible=self.chosen_proposal() is not None)

    @property
    def service(self) -> Organisations:
        return self.desk.house.organisations  # type: ignore[no-any-return]

    def refresh(self) -> None:
        names = self.desk.house.municipalities
        self._names = {one.municipality: names.name_of(one.municipality) for one in self.service.all()}
        self.load(None, self._proposals)
        self._count()

    def _count(self) -> None:
        """Counting goes through every device and helper, so the worker does it."""
        service = self.service

        def show(found: Overview) -> None:
            self.load(dict(found.people), found.proposals)

        if not self.run(lambda _report: service.overview(), show):
            QTimer.singleShot(_AGAIN_MS, self, self._count)

    def kind_of(self, entry: Organisation) -> OrganisationKind:
        return entry.kind

    def words_of(self, entry: Organisation) -> Sequence[str]:
        town = self._names.get(entry.municipality, "")
        return (label_of(entry), entry.name_kana, entry.phone, entry.phone_24h, entry.contact_name, town, entry.note)

    def title_of(self, entry: Organisation) -> str:
        return label_of(entry)

    # ---- deeds ------------------------------------------------------------------------------------------------

    def form(
        self, entry: Organisation | None, done: Callable[[Organisation], None], adopting: bool = False
    ) -> None:
        fresh = entry is None or adopting
        kind = self.filters.kind.value() or OrganisationKind.SUPPLIER
        OrganisationForm(
            self.page, entry or Organisation("", kind, ""),
            say("masters_page.add_organisation") if fresh else say("masters_page.edit_organisation"),
            say("masters_page.add_verb") if fresh else say("masters_page.edit_verb"), self._towns(), done,
        ).open()  # fmt: skip

    def _towns(self) -> list[Suggestion]:
        """All municipalities of Japan, the office's own first."""
        house = self.desk.house
        ours = house.office.get().municipalities
        towns = sorted(house.municipalities.all(), key=lambda town: (town.code not in ours, town.code))
        return [Suggestion(town.full_name, town.code, keys=(town.name, town.kana, town.code)) for town in towns]

    def adopt(self) -> None:
        one = self.chosen_proposal()
        if one is None:
            return
        service = self.service
        self.form(
            one.draft, lambda made: self._write(partial(service.adopt, one.key), made, "masters_page.adopted"),
            adopting=True,
        )  # fmt: skip

    def join(self) -> None:
        """既にある業者・機関にまとめる: the rows of this spelling belong to a known entry."""
        one = self.chosen_proposal()
        if one is None:
            return
        service = self.service
        written = one.spellings[0][0]
        likely = _suggestion(one.alike[0]) if one.alike else None
        ChooseForm(
            self.page, say("masters_page.join_title", name=written),
            say("masters_page.join_text", name=written, n=one.people), say("masters_page.join_verb"),
            service.suggestions(), likely,
            lambda id_: self._do(partial(service.join, one.key, id_), "masters_page.joined"),
        ).open()  # fmt: skip

    def merge(self) -> None:
        """同じ業者の二つの登録を一つにする: the chosen one ends, its rows go to the other."""
        gone = self._chosen()
        if gone is None:
            return
        service = self.service
        others = [one for one in service.suggestions() if one.id != gone.id]
        ChooseForm(
            self.page, say("masters_page.merge_title", name=label_of(gone)),
            say("masters_page.merge_text", name=label_of(gone)), say("masters_page.merge_verb"), others, None,
            lambda id_: self._do(partial(service.merge, id_, gone.id), "masters_page.merged"),
        ).open()  # fmt: skip

    def _town(self, one: Line[Organisation]) -> Cell:
        return said(self._names.get(one.entry.municipality, "") if one.entry.municipality else "")


def _suggestion(one: Organisation) -> Suggestion:
    return Suggestion(label_of(one), one.id)


def _at_night(one: Line[Organisation]) -> Cell:
    if one.entry.phone_24h:
        return Cell(one.entry.phone_24h, bold=True)
    if one.entry.kind in _AT_NIGHT and not one.ended:
        return Cell(say("masters_page.unknown"), "warn", icon="alert-circle", tip=say("masters_page.no_night_tip"))
    return said("")


def _people(one: Line[Organisation]) -> str:
    return say("masters_page.counting") if one.people is None else f"{one.people:,}"


def _written(one: Proposal) -> Cell:
    more = len(one.spellings) - 1
    text = one.spellings[0][0]
    shown = say("masters_page.and_more", text=text, n=more) if more else text
    return Cell(shown, tip=say("masters_page.comma").join(text for text, _ in one.spellings))


def _where(one: Proposal) -> str:
    parts = []
    if one.devices:
        parts.append(say("masters_page.in_devices", n=one.devices))
    if one.supporters:
        parts.append(say("masters_page.in_supporters", n=one.supporters))
    return say("masters_page.comma").join(parts)


def _alike(one: Proposal) -> Cell:
    names = say("masters_page.comma").join(label_of(each) for each in one.alike)
    return Cell(names, "accent_deep") if names else Cell(say("masters_page.none_alike"), "text3")


