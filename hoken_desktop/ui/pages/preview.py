"""Who would go today and who would stay, in two columns: 提供する | 提供しない(理由別)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup, Exclusion, ItemGroup, Standing
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import DESPITE_REFUSAL, ITEM_BY_KEY, STANDARD_ITEMS, WITHOUT_CONSENT, Passage
from hoken_desktop.services import items
from hoken_desktop.services.consents import PersonConsents
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.previews import Preview
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.words import label, say

WITH_VENTILATOR = (DeviceGroup.VENTILATOR, DeviceGroup.BOTH)
"""人工呼吸器 = with or without oxygen: the rule of every table."""
_QUESTIONS = {
    "came_of_age": "disclosures_page.question_came_of_age",
    "giver_unnamed": "disclosures_page.question_giver_unnamed",
    "birth_unknown": "disclosures_page.question_birth_unknown",
    "under_15": "disclosures_page.question_under_15",
    WITHOUT_CONSENT: "disclosures_page.question_without_consent",
    DESPITE_REFUSAL: "disclosures_page.question_despite_refusal",
}
_CONSENT_STANDINGS = {
    Exclusion.CONSENT_REFUSED: Standing.REFUSED,
    Exclusion.CONSENT_WITHDRAWN: Standing.WITHDRAWN,
    Exclusion.CONSENT_EXPIRED: Standing.EXPIRED,
    Exclusion.CONSENT_PENDING: Standing.PENDING,
    Exclusion.CONSENT_GIVER: Standing.GIVER_NOT_ENTITLED,
}


@dataclass(frozen=True, slots=True)
class Going:
    """One person who would go: the address within the municipality, the oldest day of the consents that allow it."""

    line: PersonLine
    where: str
    passage: Passage
    consented_on: date | None


@dataclass(frozen=True, slots=True)
class Staying:
    """One person who stays, with what the ledger says about it."""

    line: PersonLine
    reason: Exclusion
    detail: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """The heading of one reason, with its counts by device."""

    reason: Exclusion
    people: tuple[Staying, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everyone a preview judged, in ふりがな order. target = going + staying, guarded by the service."""

    preview: Preview
    going: tuple[Going, ...]
    staying: tuple[Staying, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """Keys of the items that would be given to anybody, in their order."""
        groups = {group for one in self.going for group in one.passage.groups}
        return tuple(key for key in self.preview.request.items if ITEM_BY_KEY[key].group in groups)

    def reasons(self) -> tuple[tuple[Exclusion, tuple[Staying, ...]], ...]:
        """Those who stay, by reason: the largest group first, equal ones in the gate's order."""
        found = [(reason, tuple(s for s in self.staying if s.reason is reason)) for reason in Exclusion]
        return tuple(sorted((pair for pair in found if pair[1]), key=lambda pair: -len(pair[1])))


def makeup(groups: Iterable[DeviceGroup]) -> tuple[tuple[DeviceGroup, int], ...]:
    """人工呼吸器 and 酸素 (and 未確認 where anybody is): the parts add up to the people."""
    count = Counter(groups)
    ventilator = sum(count[group] for group in WITH_VENTILATOR)
    rest = count[DeviceGroup.UNCONFIRMED] + count[DeviceGroup.NONE]
    found = [(DeviceGroup.VENTILATOR, ventilator), (DeviceGroup.OXYGEN, count[DeviceGroup.OXYGEN])]
    return tuple([*found, (DeviceGroup.UNCONFIRMED, rest)] if rest else found)


def read_crowd(house: Any, preview: Preview) -> Crowd:
    """The people of a preview with what the two columns show of them."""
    passages = {p.person_id: p for p in preview.passages}
    order = [id_ for id_ in house.persons.find(PersonQuery(state=None)) if id_ in passages]
    place = house.office.name_of(preview.request.municipality)
    going: list[Going] = []
    staying: list[Staying] = []
    for line in house.persons.lines(order, preview.day):
        passage = passages[line.id]
        ledger = house.consents.of_person(line.id, preview.day)
        if passage.excluded is None:
            days = [row.consented_on for row in ledger.rows if row.id in passage.consent_ids]
            going.append(Going(line, line.address.rpartition(place)[2], passage, min(days, default=None)))
        else:
            staying.append(Staying(line, passage.excluded, _detail(house, preview, line, passage.excluded, ledger)))
    return Crowd(preview, tuple(going), tuple(staying))


def _detail(house: Any, preview: Preview, line: PersonLine, reason: Exclusion, ledger: PersonConsents) -> str:
    if reason is Exclusion.NOT_RESIDENT:
        return say("disclosures_page.lives_in", place=house.office.name_of(line.municipality))
    if reason is Exclusion.CONSENT_UNKNOWN:
        return say("disclosures_page.no_consent_row")
    wanted = _CONSENT_STANDINGS.get(reason)
    if wanted is None:
        return ""
    request = preview.request
    for key in ledger.standings:
        found = key.standing
        ours = (key.recipient, key.section) == (request.municipality, request.section)
        if not ours or key.purpose not in request.purposes or found.standing is not wanted or found.row is None:
            continue
        if wanted is Standing.WITHDRAWN and found.row.withdrawn_on:
            return say("disclosures_page.withdrawn_on", day=format_wareki(found.row.withdrawn_on))
        if wanted is Standing.EXPIRED and found.row.expires_on:
            return say("disclosures_page.expired_on", day=format_wareki(found.row.expires_on))
        if wanted is Standing.GIVER_NOT_ENTITLED and found.question:
            return say(_QUESTIONS[found.question])
        return say("disclosures_page.answered_on", day=format_wareki(found.row.consented_on))
    return ""


def _scope(row: Going) -> Cell:
    """標準, or the groups the consent names; what staff should ask first stands before it."""
    joint = say("disclosures_page.group_joint")
    groups = row.passage.groups
    words = joint.join(label(group) for group in ItemGroup if group in groups)
    if row.passage.questions:
        asked = joint.join(say(_QUESTIONS[question]) for question in row.passage.questions)
        return Cell(
            say("disclosures_page.to_ask"), tag="warn", tip=say("disclosures_page.ask", asked=asked, scope=words)
        )
    if groups == {ITEM_BY_KEY[key].group for key in STANDARD_ITEMS}:
        return Cell(say("disclosures_page.scope_standard"), "text2", tip=words)
    return Cell(words)


def _consent_day(row: Going) -> Cell:
    if row.consented_on is None:
        return Cell(say("disclosures_page.nothing"), "text3")
    return Cell(format_wareki(row.consented_on), icon="check", tone="done", tip=row.consented_on.isoformat())


def _address(row: Going) -> Cell:
    return Cell(row.where or row.line.address, "text2", tip=row.line.address)


def _age(line: PersonLine) -> Cell:
    return Cell(say("disclosures_page.unknown"), "warn") if line.age is None else Cell(f"{line.age}")


def _going_columns() -> list[Column[Going]]:
    return [
        Column(say("disclosures_page.device"), lambda r: Cell(mark=r.line.group), 46, Align.CENTRE),
        Column(say("disclosures_page.kana"), lambda r: Cell(r.line.name_kana, "text2"), 130, grow=1),
        Column(say("disclosures_page.name"), lambda r: r.line.name, 98, lead=True),
        Column(say("disclosures_page.age"), lambda r: _age(r.line), 46, Align.RIGHT),
        Column(say("disclosures_page.address"), _address, 92, grow=4),
        Column(say("disclosures_page.consent_day"), _consent_day, 150),
        Column(say("disclosures_page.scope"), _scope, 88),
    ]


_Row = ReasonRow | Staying


def _count(row: ReasonRow, group: DeviceGroup) -> Cell:
    return Cell(f"{dict(makeup(s.line.group for s in row.people))[group]:,}", mark=group)


def _title(row: ReasonRow) -> Cell:
    unsure = dict(makeup(s.line.group for s in row.people)).get(DeviceGroup.UNCONFIRMED, 0)
    words = label(row.reason)
    if unsure:
        words = say("disclosures_page.reason_with_unsure", reason=words, n=unsure)
    return Cell(words, bold=True)


def _first(row: _Row) -> Cell:
    if isinstance(row, Staying):
        return Cell(mark=row.line.group)
    state = say("disclosures_page.opened") if row.open else say("disclosures_page.folded")
    return Cell(icon="chevron-down" if row.open else "chevron-right", tone="text2", tip=state)


def _reason(row: _Row) -> Cell:
    if isinstance(row, ReasonRow):
        return _count(row, DeviceGroup.VENTILATOR)
    return Cell(row.detail or say("disclosures_page.nothing"), "text2" if row.detail else "text3")


def _staying_columns() -> list[Column[_Row]]:
    def people(row: _Row) -> Cell:
        words = say("disclosures_page.people", n=f"{len(row.people):,}") if isinstance(row, ReasonRow) else ""
        return Cell(words, bold=True)

    return [
        Column("", _first, 46, Align.CENTRE),
        Column(
            say("disclosures_page.kana"),
            lambda r: _title(r) if isinstance(r, ReasonRow) else Cell(r.line.name_kana, "text2"),
            122,
            grow=1,
        ),
        Column(say("disclosures_page.name"), lambda r: "" if isinstance(r, ReasonRow) else r.line.name, 98, lead=True),
        Column(say("disclosures_page.reason"), _reason, 64, grow=2),
        Column("", lambda r: _count(r, DeviceGroup.OXYGEN) if isinstance(r, ReasonRow) else "", 60),
        Column(say("disclosures_page.count"), people, 60, Align.RIGHT),
    ]


class _ReasonTable(TableCard[_Row]):
    """The people who stay under their reasons; Enter or a click opens and folds a reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _staying_columns(),
            say("disclosures_page.staying_table"),
            EmptyState(say("disclosures_page.nobody_stays"), picture="circle-check"),
            title=say("disclosures_page.staying"),
            top="control",
            parent=parent,
        )
        self._crowd: Crowd | None = None
        self._open: set[Exclusion] = set()
        self.table.window_model.set_tint(lambda row: "bg" if isinstance(row, ReasonRow) else "")
        self.table.opened.connect(self._toggle)
        self.table.clicked.connect(self._clicked)
        self.shown.setVisible(False)

    def show_crowd(self, crowd: Crowd | None) -> None:
        self._crowd = crowd
        self._open = {crowd.reasons()[0][0]} if crowd is not None and crowd.staying else set()
        self._show(0)

    def _clicked(self, index: QModelIndex) -> None:
        self._toggle(self.table.window_model.row_at(index.row()))

    def _toggle(self, row: object) -> None:
        if isinstance(row, ReasonRow):
            self._open ^= {row.reason}
            rows = self._rows()
            place = next(n for n, each in enumerate(rows) if isinstance(each, ReasonRow) and each.reason is row.reason)
            self._show(place)

    def _rows(self) -> list[_Row]:
        rows: list[_Row] = []
        for reason, people in self._crowd.reasons() if self._crowd is not None else ():
            rows.append(ReasonRow(reason, people, reason in self._open))
            rows.extend(people if reason in self._open else ())
        return rows

    def _show(self, place: int) -> None:
        rows = self._rows()
        self.table.clearSpans()
        self.show_source(Rows(rows))
        for at, row in enumerate(rows):
            first, across = (1, 2) if isinstance(row, ReasonRow) else (3, 3)
            self.table.setSpan(at, first, 1, across)
        self.table.choose(place)


class PreviewView(QWidget):
    """The two columns of one request on one day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._crowd: Crowd | None = None
        self.going: TableCard[Going] = TableCard(
            _going_columns(),
            say("disclosures_page.going_table"),
            EmptyState(say("disclosures_page.nobody_goes"), say("disclosures_page.nobody_goes_text"), picture="ban"),
            title=say("disclosures_page.going"),
            top="accent",
            parent=self,
        )
        self.items_link = link("", self._show_items, self.going)
        self.going.head.addWidget(self.items_link)
        self.staying = _ReasonTable(self)
        self.staying.rule.setText(say("disclosures_page.names_stay"))
        row.addWidget(self.going, 682)
        row.addWidget(self.staying, 504)

    def show_crowd(self, crowd: Crowd | None) -> None:
        """Show a preview; None forgets everybody."""
        self._crowd = crowd
        if crowd is None:
            self.going.show_source(None)
            self.staying.show_crowd(None)
            return
        self.going.set_title(say("disclosures_page.going_of", n=f"{len(crowd.going):,}"))
        self.items_link.setText(say("disclosures_page.items_given", n=len(crowd.items)))
        self.items_link.setAccessibleName(self.items_link.text())
        self.items_link.setVisible(bool(crowd.going))
        self.going.rule.setText(_disease_words(crowd))
        self.going.show_source(Rows(crowd.going))
        parts = " + ".join(f"{len(people):,}" for _, people in crowd.reasons())
        total = f"{len(crowd.staying):,}"
        self.staying.set_title(
            say("disclosures_page.staying_of", n=total), f"{parts} = {total}" if len(crowd.reasons()) > 1 else ""
        )
        self.staying.show_crowd(crowd)

    def focus_going(self) -> None:
        self.going.table.setFocus()

    def focus_staying(self) -> None:
        self.staying.table.setFocus()

    def _show_items(self) -> None:
        if self._crowd is not None:
            items_sheet(self._crowd, self).open()


def _disease_words(crowd: Crowd) -> str:
    if "disease" not in crowd.preview.request.items:
        return say("disclosures_page.no_disease_asked")
    allowed = sum(ItemGroup.DISEASE in one.passage.groups for one in crowd.going)
    if not allowed:
        return say("disclosures_page.no_disease_allowed")
    return say("disclosures_page.disease_for", n=f"{allowed:,}")


def items_sheet(crowd: Crowd, parent: QWidget) -> Sheet:
    """The items that would be given, by group, with how many people each group is given of; and those that stay."""
    sheet = Sheet(say("disclosures_page.items_title"), parent)
    sheet.setObjectName("itemsSheet")
    joint = say("disclosures_page.item_joint")
    facts = []
    for group in ItemGroup:
        asked = [key for key in crowd.preview.request.items if ITEM_BY_KEY[key].group is group]
        if not asked:
            continue
        count = sum(group in one.passage.groups for one in crowd.going)
        name = say("disclosures_page.items_group", group=label(group), n=f"{count:,}")
        facts.append((name, joint.join(items.header(key) for key in asked)))
    sheet.add_facts(facts)
    sheet.body.addWidget(Label(_disease_words(crowd), "table", wrap=True, parent=sheet))
    sheet.add_text(say("disclosures_page.items_sheet_note"), note=True)
    close = sheet.add_button(say("disclosures_page.close"), primary=True)
    close.clicked.connect(sheet.accept)
    sheet.finished.connect(sheet.deleteLater)
    return sheet
