"""記録: who did what, when and on whom, in plain words and without names; and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.services.audit_details import detail_line
from hoken_desktop.services.audit_heads import AuditHead
from hoken_desktop.services.audits import AuditLine
from hoken_desktop.services.ports import AuditWritten
from hoken_desktop.services.progress import Report
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import Align, Cell, Column, TableCard
from hoken_desktop.ui.pages.audit_chain import ChainCard
from hoken_desktop.ui.pages.audit_compare import CompareForm
from hoken_desktop.ui.pages.audit_filters import AuditFilters
from hoken_desktop.ui.pages.audit_view import EntryFacts, EntryPane
from hoken_desktop.ui.pages.choosers import choose_new_file
from hoken_desktop.ui.pages.clocks import ClockCard
from hoken_desktop.ui.pages.ways import Ways
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

_READING_MS = 40
_AT_ONCE = 1000
_SPELLED_OUT = 40
"""Rows of a deed that are told field by field."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The entries found, read a window at a time."""

    seqs: Sequence[int]
    audits: Any

    def count(self) -> int:
        return len(self.seqs)

    def page(self, offset: int, limit: int) -> Sequence[AuditLine]:
        found: Sequence[AuditLine] = self.audits.lines(self.seqs[offset : offset + limit])
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """What a reading gave: the numbers of the entries, how many there are in all, and the staff to choose from."""

    seqs: Sequence[int]
    total: int
    staff: tuple[tuple[str, str], ...]


class AuditsPage(Page):
    """`show_at(person=…, deed=…, staff=…, since=…, until=…)` opens the record filtered, `seq=…` at one entry."""

    topics = frozenset({"audits"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("window.page_audits"))
        self._seqs: Sequence[int] = ()
        self._again = False
        self._wanted = 0
        self._places: dict[str, str] = {}
        self.compare_button = button(say("audits_page.compare"), self.compare, parent=self)
        self.print_button = button(
            say("audits_page.print_head"), self.ask_head, key="Ctrl+P", icon="printer", deed=True, parent=self
        )
        self.ways = Ways(desk, ("incidents",), self)
        self.head.addWidget(self.ways)
        self.head.addWidget(self.compare_button)
        self.head.addWidget(self.print_button)
        self.chain = ChainCard(desk, self)
        self.chain.checked.connect(self._tell_chain)
        self.body.addWidget(self.chain)
        self.clock = ClockCard(self)
        self.body.addWidget(self.clock)
        self._make_filters()
        self._make_body()
        self._reading = QTimer(self, singleShot=True, interval=_READING_MS)
        self._reading.timeout.connect(self._read_chosen)

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_filters(self) -> None:
        self.filters = AuditFilters(self)
        self.filters.changed.connect(self._load)
        self.filters.cleared.connect(self.clear_filters)
        self.body.addWidget(self.filters)

    def _make_body(self) -> None:
        self.empty = EmptyState(say("audits_page.empty"), say("audits_page.empty_text"), "", "history")
        self.empty.asked.connect(self.clear_filters)
        self.card: TableCard[AuditLine] = TableCard(self._columns(), say("audits_page.table"), self.empty, parent=self)
        self.card.shown.hide()
        self.card.rule.setText(say("audits_page.rule"))
        self.table = self.card.table
        self.table.chosen.connect(lambda _value: self._reading.start())
        self.pane = EntryPane(self)
        self.pane.name_asked.connect(self._show_name)
        self.pane.person_asked.connect(lambda id_: self.desk.open_page("persons", person=id_))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.card, 1)
        row.addWidget(self.pane)
        self.body.addLayout(row, 1)

    def _columns(self) -> tuple[Column[AuditLine], ...]:
        """Where there is little room the detail stands in the pane alone."""
        found: list[Column[AuditLine]] = [
            Column(say("audits_page.column_seq"), lambda e: f"{e.seq:,}", 64, Align.RIGHT),
            Column(say("audits_page.column_at"), _moment, 164),
            Column(say("audits_page.column_who"), lambda e: e.who, 116, grow=1),
            Column(say("audits_page.column_deed"), lambda e: e.label, 142, lead=True, grow=1),
            Column(say("audits_page.column_subject"), lambda e: e.subject or "—", 112, grow=1),
        ]
        if self._is_roomy():
            found.append(Column(say("audits_page.column_detail"), self._detail, 150, grow=3))
            found.append(
                Column(say("audits_page.column_rows"), lambda e: f"{e.rows:,}" if e.rows else "—", 58, Align.RIGHT)
            )
        return tuple(found)

    def _is_roomy(self) -> bool:
        return self.width() >= theme.current().px(1100)

    def _detail(self, entry: AuditLine) -> str:
        return detail_line(entry.detail, lambda code: self._places.get(code, code)) or "—"

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._places = self.desk.house.office.municipalities()
        self._load()
        self.clock.refresh()
        if self.chain.seen is None:
            self.chain.verify()

    def show_at(self, **where: object) -> None:
        seq = where.get("seq")
        self._wanted = seq if isinstance(seq, int) else 0
        self.filters.fill(where)
        self._load()

    def clear_filters(self) -> None:
        """The whole record again."""
        self.filters.fill({})
        self._load()
        self.filters.person.setFocus()

    def _load(self) -> None:
        if fault := self.filters.fault():
            self.notices.say(fault, "warn")
            return
        asked, audits = self.filters.asked(), self.desk.house.audits

        def work(_report: Report) -> Found:
            return Found(audits.find(**asked), audits.head_at()[0], audits.staff())

        self._again = not self.desk.run(self, work, self._show)

    def _show(self, found: Found) -> None:
        if self._again:
            self._again = False
            self._load()
            return
        chosen = self._wanted or (self.pane.facts.line.seq if self.pane.facts else 0)
        self._wanted = 0
        self._seqs = found.seqs
        self.filters.offer_staff(found.staff)
        filtered = self.filters.is_set()
        key = "audits_page.count_of" if filtered else "audits_page.count"
        self.subtitle.setText(say(key, n=f"{len(found.seqs):,}", total=f"{found.total:,}"))
        if filtered:
            self.empty.say(say("audits_page.nothing"), say("audits_page.nothing_text"), say("audits_page.clear"))
        else:
            self.empty.say(say("audits_page.empty"), say("audits_page.empty_text"))
        self.card.show_source(Lines(found.seqs, self.desk.house.audits), columns=self._columns())
        if found.seqs:
            self.table.choose(found.seqs.index(chosen) if chosen in found.seqs else 0)
        self._reading.stop()
        self._read_chosen()
        self.chain.tell(found.total)

    def _tell_chain(self) -> None:
        self.chain.tell(self.desk.house.audits.head_at()[0])

    def _read_chosen(self) -> None:
        chosen = self.table.current() if self._seqs else None
        if chosen is None:
            self.pane.show_entry(None)
            return
        house = self.desk.house
        if chosen.rows <= _AT_ONCE:
            self._show_entry(chosen, house.audits.written(chosen.seq))
            return
        self._show_entry(chosen, None)
        # What a reading of a whole file wrote takes the registry a moment to count: the worker asks it.
        seq = chosen.seq
        self.desk.jobs.run(self.pane, lambda _report: house.audits.written(seq), partial(self._counted, seq))

    def _counted(self, seq: int, written: AuditWritten) -> None:
        chosen = self.table.current() if self._seqs else None
        if chosen is not None and chosen.seq == seq:
            self._show_entry(chosen, written)
        elif chosen is not None and chosen.rows > _AT_ONCE:
            self._read_chosen()

    def _show_entry(self, chosen: AuditLine, written: AuditWritten | None) -> None:
        house = self.desk.house
        # A file of many is not spelled out row by row; what it wrote is counted.
        changes = house.histories.of_deed(chosen.seq) if 0 < chosen.rows <= _SPELLED_OUT else ()
        undone_by = house.audits.undone_by(chosen.seq)
        self.pane.show_entry(EntryFacts(chosen, written, changes, undone_by, self._places))

    def _show_name(self, person_id: str) -> None:
        found = self.desk.house.persons.lines([person_id]) if person_id else []
        words = [say("audits_page.named", name=one.name, kana=one.name_kana) for one in found]
        self.pane.show_name("".join(words))

    def release(self) -> None:
        self.filters.stop()
        self._reading.stop()
        self._seqs = ()
        self.pane.show_entry(None)

    # ---- the head on paper ------------------------------------------------------------------------------------

    def ask_head(self) -> None:
        """Ask where the printed head shall lie."""
        name = say("audits_page.head_file", day=f"{self.desk.house.overviews.day():%Y%m%d}")
        choose_new_file(self, say("audits_page.head_where"), say("audits_page.head_kinds"), name, self.write_head)

    def write_head(self, path: Path) -> None:
        """Write the head of the chain as a paper."""
        heads = self.desk.house.audit_heads

        def then(head: AuditHead) -> None:
            self.desk.changed("audits")
            self.notices.say(say("audits_page.head_done", file=path.name, n=f"{head.seq:,}"), "done")

        self.desk.run(self, lambda _report: heads.write(path), then)

    def compare(self) -> CompareForm:
        """Compare a printed head with the chain."""
        form = CompareForm(self, self._compare)
        form.open()
        return form

    def _compare(self, seq: int, seal: str) -> None:
        if self.desk.house.audits.agrees(seq, seal):
            self.notices.say(say("audits_page.compare_agrees", n=f"{seq:,}"), "done")
        else:
            self.notices.say(say("audits_page.compare_differs", n=f"{seq:,}"), "danger")

    # ---- sizes ------------------------------------------------------------------------------------------------

    def first_focus(self) -> QWidget:
        return self.table if self._seqs else self.filters.person

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
        if self._seqs and len(self.table.window_model.columns) != len(self._columns()):
            self._show_columns()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "pane"):
            self._share_width()
            self._tell_chain()
        super().changeEvent(event)

    def _share_width(self) -> None:
        look = theme.current()
        wide = look.px(460 if self.width() >= 1400 else 320 if self._is_roomy() else 264)
        self.pane.setFixedWidth(min(wide, max(self.width() * 2 // 5, 300)))

    def _show_columns(self) -> None:
        """The columns follow the room; the entry chosen stays."""
        at = self.table.currentIndex().row()
        self.card.show_source(Lines(self._seqs, self.desk.house.audits), columns=self._columns())
        self.table.choose(at)


def _moment(entry: AuditLine) -> Cell:
    at = in_japan(entry.at)
    return Cell(f"{format_wareki(at.date())} {at:%H:%M}", "text2", tip=f"{at:%Y-%m-%d %H:%M:%S}")
