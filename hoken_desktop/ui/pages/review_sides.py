"""The two sides of the review: before | after in the middle; reasons, candidates and consequences at the right."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import Choice, PersonState, RowKind, Verdict
from hoken_desktop.domain.dates import age_on, format_wareki, in_japan
from hoken_desktop.services.cases import Candidate, Compared, Effect, ReviewCase, ReviewLine, line_of
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import line
from hoken_desktop.ui.kit.labels import Label, Tag, rule
from hoken_desktop.ui.kit.seats import Seat
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.kit.two_lines import TwoLines, TwoLineTable
from hoken_desktop.ui.pages.review_words import (
    VERDICT_TONES,
    after_cell,
    before_cell,
    field_word,
    reason_word,
    use_cell,
)
from hoken_desktop.words import label, say

_LONG_NAME = 10
"""Characters that every window has room for in one line."""


class ComparisonCard(TableCard[Compared]):
    """いまの台帳 | 今回のファイル, changed fields lit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        columns: list[Column[Compared]] = [
            Column(say("rounds_page.column_field"), _name_cell, 120),
            Column(say("rounds_page.column_before"), before_cell, 92, grow=1),
            Column("", _arrow_cell, 26, Align.CENTRE),
            Column(say("rounds_page.column_after"), after_cell, 92, grow=1),
            Column(say("rounds_page.column_use"), use_cell, 96),
        ]
        empty = EmptyState(say("rounds_page.none_chosen"), picture="list")
        super().__init__(columns, say("rounds_page.compare_name"), empty, row_height="row_review", parent=parent)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.horizontalHeader().setMinimumSectionSize(theme.current().px(24))
        self.table.wrap()  # what differs may stand at the end of a long address
        self.table.window_model.set_tint(lambda row: "lit" if row.effect is Effect.CHANGES else "")
        self.shown.hide()
        self.rule.setText(say("rounds_page.compare_foot"))
        self._kana = Label("", "note", "text2", wrap=True, parent=self)
        self._name = Label("", "name", selectable=True, parent=self)
        self._name.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._about = Label("", "table", "text2", parent=self)
        self._tag = Tag("", "warn", self)
        self._place = Label("", "table", "text2", parent=self)
        head = QVBoxLayout()
        head.setContentsMargins(12, 6, 12, 6)
        head.setSpacing(0)
        head.addWidget(self._kana)
        row = QHBoxLayout()
        row.setSpacing(12)
        for widget in (self._name, self._about, self._tag):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._place)
        head.addLayout(row)
        self._title_row = row
        self._head_words = QFrame(self)
        self._head_words.setLayout(head)
        self.body.insertWidget(0, self._head_words)
        self.body.setSpacing(0)
        self.show_case(None, None, None, date.min, "")

    def show_case(
        self, case: ReviewCase | None, who: ReviewLine | None, against: Candidate | None, on: date, place: str
    ) -> None:
        """Show a row beside `against` (None: nobody, a new person); `on` is the day of the ages."""
        self._head_words.setVisible(case is not None)
        if case is None or who is None:
            self.show_source(None)
            return
        lines = case.fresh if against is None else against.lines
        self._kana.setText(who.kana)
        long = len(who.name) > _LONG_NAME
        self._name.setWordWrap(long)
        self._title_row.setStretch(0, 1 if long else 0)
        self._name.setText(who.name)
        scheme = label(case.row.scheme)
        self._about.setText(
            say("rounds_page.compare_about", age=age_on(who.birth_on, on), scheme=scheme) if who.birth_on else scheme
        )
        changed = against.changed if against is not None else 0
        if case.row.kind is RowKind.ABSENT:
            self._tag.show_as(say("rounds_page.compare_absent"), "danger")
        elif against is None:
            self._tag.show_as(say("rounds_page.compare_new"), "accent")
        elif changed:
            self._tag.show_as(say("rounds_page.compare_changes", n=changed), "warn")
        else:
            self._tag.show_as(say("rounds_page.compare_same"), "done")
        self._place.setText(place)
        self.setAccessibleName(f"{who.name} {self._tag.text()}")
        self.show_source(Rows(lines))


def _name_cell(row: Compared) -> Cell:
    lit = row.effect is Effect.CHANGES
    return Cell(field_word(row.field), "text" if lit else "text2", bold=lit)


def _arrow_cell(row: Compared) -> Cell:
    return Cell(say("rounds_page.arrow"), "text2") if row.effect is Effect.CHANGES else Cell()


class ReasonsCard(Card):
    """Why the program thinks so, who else it may be, what accepting does, where the row stands."""

    picked = Signal(int)  # the place of the candidate chosen
    searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent, flush=True)
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(6)
        self.body.addWidget(Seat(inner, self))
        self._inner = inner
        top = QHBoxLayout()
        self._title = Label("", "card_title", parent=inner)
        self._verdict = Tag("", "plain", inner)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._verdict)
        self._column.addLayout(top)
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(5)
        self._column.addLayout(self._reasons)
        self._candidates_rule = rule(inner)
        self._candidates_title = Label("", "card_title", parent=inner)
        self.candidates: TwoLineTable[Candidate] = TwoLineTable(
            _candidate_lines, say("rounds_page.candidates_name"), inner
        )
        self.candidates.chosen.connect(self._picked)
        self.search = line(placeholder=say("rounds_page.search_hint"), longest=40, parent=inner)
        self.search.setAccessibleName(say("rounds_page.search_hint"))
        self.search.returnPressed.connect(lambda: self.searched.emit(self.search.text().strip()))
        self._column.addWidget(self._candidates_rule)
        self._column.addWidget(self._candidates_title)
        self._column.addWidget(self.candidates)
        self._column.addWidget(self.search)
        self._column.addWidget(rule(inner))
        self._effects_title = Label(say("rounds_page.effects_title"), "card_title", parent=inner)
        self._column.addWidget(self._effects_title)
        self._effects = QVBoxLayout()
        self._effects.setSpacing(5)
        self._column.addLayout(self._effects)
        self._column.addWidget(rule(inner))
        self._column.addWidget(Label(say("rounds_page.source_title"), "card_title", parent=inner))
        self._source = Label("", "note", "text2", wrap=True, parent=inner)
        self._column.addWidget(self._source)
        self._column.addStretch(1)
        self.show_case(None, -1)

    def show_case(self, case: ReviewCase | None, chosen: int) -> None:
        """Show a row; `chosen` is the place of the candidate it is compared with, -1 for nobody."""
        self._inner.setVisible(case is not None)
        self._effects_title.setText(
            say("rounds_page.effects_absent")
            if case is not None and case.row.kind is RowKind.ABSENT
            else say("rounds_page.effects_title")
        )
        _empty(self._reasons)
        _empty(self._effects)
        if case is None:
            self.candidates.show_source(None)
            return
        against = case.candidates[chosen] if 0 <= chosen < len(case.candidates) else None
        absent = case.row.kind is RowKind.ABSENT
        self._verdict.show_as(label(case.row.verdict), VERDICT_TONES[case.row.verdict])
        self._say_reasons(case, against)
        many = not absent and case.joined is None
        self._candidates_title.setText(say("rounds_page.candidates_title", n=len(case.candidates)))
        shown = many and bool(case.candidates)
        for widget in (self._candidates_title, self.candidates):
            widget.setVisible(shown)
        self._candidates_rule.setVisible(many)
        self.search.setVisible(many)
        self.candidates.blockSignals(True)
        self.candidates.show_source(Rows(case.candidates) if many else None)
        rows = min(max(len(case.candidates), 1), 3)
        self.candidates.setFixedHeight(theme.current().height("row_queue") * rows + 2)
        if against is not None:
            self.candidates.choose(chosen)
        else:
            self.candidates.clearSelection()
        self.candidates.blockSignals(False)
        self._say_effects(case, against)
        words = [_source_of(case)]
        if case.file is not None:
            words.append(say("rounds_page.source_read", day=format_wareki(in_japan(case.file.read_at).date())))
        if case.row.choice is not Choice.PENDING:
            words.append(say("rounds_page.decided", choice=label(case.row.choice)))
        self._source.setText("\n".join(words))

    def _say_reasons(self, case: ReviewCase, against: Candidate | None) -> None:
        row = case.row
        if row.kind is RowKind.ABSENT:
            self._title.setText(say("rounds_page.reasons_absent"))
            self._add(self._reasons, "help-circle", "warn", say("rounds_page.absent_reason", scheme=label(row.scheme)))
            return
        if against is None:
            self._title.setText(say("rounds_page.reasons_new"))
            if not case.candidates:
                self._add(self._reasons, "check", "done", say("rounds_page.no_candidate"))
            elif row.verdict is Verdict.DOUBTFUL:
                self._add(self._reasons, "help-circle", "warn", say("rounds_page.pick_first"))
            return
        self._title.setText(say("rounds_page.reasons_title"))
        of_row = ("close_rival", "claimed_twice", "no_device_evidence", "was_ended", "same_as_row")
        codes = [*against.reasons, *(code for code in row.reasons if code in of_row)]
        for words, speaks_for in sorted((reason_word(code) for code in codes), key=lambda said: not said[1]):
            self._add(self._reasons, "check" if speaks_for else "help-circle", "done" if speaks_for else "warn", words)

    def _say_effects(self, case: ReviewCase, against: Candidate | None) -> None:
        if case.row.kind is RowKind.ABSENT:
            self._add(self._effects, "info-circle", "text2", say("rounds_page.effect_absent"))
            return
        if against is None:
            group = label(line_of(case.row).group)
            self._add(self._effects, "plus", "text2", say("rounds_page.effect_new", group=group))
            return
        if against.person.state is PersonState.ENDED:
            self._add(self._effects, "alert-triangle", "warn", say("rounds_page.effect_back"))
        if against.moves:
            self._add(self._effects, "map-pin", "text2", say("rounds_page.effect_move"))
        before, after = label(against.group), label(against.group_after)
        words = (
            say("rounds_page.effect_group_same", group=before)
            if before == after
            else say("rounds_page.effect_group", before=before, after=after)
        )
        self._add(self._effects, "check" if before == after else "alert-circle", "text2", words)
        self._add(self._effects, "file-check", "text2", say("rounds_page.effect_consent"))

    def _add(self, column: QVBoxLayout, icon: str, tone: str, words: str) -> None:
        box = QFrame(self._inner)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(icons.Picture(icon, tone, 16, box), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(words, "table", wrap=True, parent=box), 1)
        column.addWidget(box)

    def _picked(self, _value: object) -> None:
        self.picked.emit(self.candidates.currentIndex().row())


def _source_of(case: ReviewCase) -> str:
    row = case.row
    if not row.file:
        return label(row.scheme)
    parts = (row.file, row.sheet, say("rounds_page.source_row", row=f"{row.row:,}"))
    return say("rounds_page.dot").join(part for part in parts if part)


def _candidate_lines(one: Candidate) -> TwoLines:
    person = one.person
    born = format_wareki(person.birth_on, short=True) if person.birth_on else say("rounds_page.not_known")
    ended = person.state is PersonState.ENDED
    return TwoLines(
        person.name,
        say("rounds_page.candidate_second", born=born, kana=person.name_kana, address=person.address),
        one.group,
        say("rounds_page.candidate_ended") if ended else person.registry_no,
        "warn" if ended else "plain",
    )


def _empty(column: QVBoxLayout) -> None:
    while (slot := column.takeAt(0)) is not None:
        old = slot.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
