"""Who would go today and who would stay, in two columns: 提供する | 提供しない(理由別)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup, Exclusion, ItemGroup
from hoken_desktop.domain.disclosures import DESPITE_REFUSAL, ITEM_BY_KEY, STANDARD_ITEMS, WITHOUT_CONSENT
from hoken_desktop.services import items
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard, short_day
from hoken_desktop.ui.pages.changes_view import changes_sheet, changes_words
from hoken_desktop.ui.pages.crowds import QUESTIONS, Crowd, Going, Staying, makeup
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """The heading of one reason, with its counts by device."""

    reason: Exclusion
    people: tuple[Staying, ...]
    open: bool


def _scope(row: Going) -> Cell:
    """標準, or the groups the consent names; what staff should ask first stands before it."""
    joint = say("disclosures_page.group_joint")
    groups = row.passage.groups
    words = joint.join(label(group) for group in ItemGroup if group in groups)
    if row.passage.questions:
        asked = joint.join(say(QUESTIONS[question]) for question in row.passage.questions)
        tip = say("disclosures_page.ask", asked=asked, scope=words)
        if DESPITE_REFUSAL in row.passage.questions:
            return Cell(say("disclosures_page.refused_before"), tag="danger", tip=tip)
        if WITHOUT_CONSENT in row.passage.questions:
            return Cell(say("disclosures_page.no_consent"), tag="warn", tip=tip)
        return Cell(say("disclosures_page.to_ask"), tag="warn", tip=tip)
    if groups == {ITEM_BY_KEY[key].group for key in STANDARD_ITEMS}:
        return Cell(say("disclosures_page.scope_standard"), "text2", tip=words)
    return Cell(words)


def _consent_day(row: Going) -> Cell:
    if row.consented_on is None:
        return Cell(say("disclosures_page.nothing"), "text3")
    return short_day(row.consented_on, "done", icon="check")


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
        Column(say("disclosures_page.consent_day"), _consent_day, 104),
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
    """The two columns of one request on one day. `columns_asked`: to choose what columns this municipality gets."""

    columns_asked = Signal()

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
        self.changes_link = link("", self._show_changes, self.going)
        self.going.head.addWidget(self.changes_link)
        self.going.head.addWidget(self.items_link)
        self.staying = _ReasonTable(self)
        self.staying.rule.setText(say("disclosures_page.names_stay"))
        row.addWidget(self.going, 682)
        row.addWidget(self.staying, 504)

    def show_crowd(self, crowd: Crowd | None) -> None:
        """Show a preview; None forgets everybody."""
        self._crowd = crowd
        self.changes_link.setVisible(crowd is not None)
        if crowd is None:
            self.going.show_source(None)
            self.staying.show_crowd(None)
            return
        self.going.set_title(say("disclosures_page.going_of", n=f"{len(crowd.going):,}"))
        self.items_link.setText(say("disclosures_page.items_given", n=len(crowd.items)))
        self.items_link.setAccessibleName(self.items_link.text())
        self.items_link.setVisible(bool(crowd.going))
        self.changes_link.setText(changes_words(crowd.changes))
        self.changes_link.setAccessibleName(self.changes_link.text())
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
            items_sheet(self._crowd, self, self.columns_asked.emit).open()

    def _show_changes(self) -> None:
        if self._crowd is not None:
            changes_sheet(self._crowd, self).open()


def _disease_words(crowd: Crowd) -> str:
    if "disease" not in crowd.preview.request.items:
        return say("disclosures_page.no_disease_asked")
    allowed = sum(ItemGroup.DISEASE in one.passage.groups for one in crowd.going)
    if not allowed:
        return say("disclosures_page.no_disease_allowed")
    return say("disclosures_page.disease_for", n=f"{allowed:,}")


def items_sheet(crowd: Crowd, parent: QWidget, choose: Callable[[], object]) -> Sheet:
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
    dropped = [key for key in crowd.preview.request.items if key not in crowd.items]
    opened = {group for one in crowd.going for group in one.passage.groups}
    narrowed = [key for key in dropped if ITEM_BY_KEY[key].group in opened]
    if narrowed:  # by the municipality's own columns, not by anybody's consent
        words = joint.join(items.header(key) for key in narrowed)
        sheet.add_text(say("disclosures_page.items_narrowed", items=words), tone="warn")
    sheet.add_text(say("disclosures_page.items_sheet_note"), note=True)
    columns = sheet.add_button(say("disclosures_page.choose_columns"))
    columns.clicked.connect(sheet.accept)
    columns.clicked.connect(lambda: choose())
    close = sheet.add_button(say("disclosures_page.close"), primary=True)
    close.clicked.connect(sheet.accept)
    sheet.finished.connect(sheet.deleteLater)
    return sheet
