"""差分の確認: the queue at the left, before | after in the middle, the reasons at the right, one key a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.codes import Choice, EndReason, RowKind, Verdict
from hoken_desktop.services.cases import Candidate, ReviewCase, ReviewLine
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.reviews import Decision
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button, chip
from hoken_desktop.ui.kit.labels import KeyCap, Label
from hoken_desktop.ui.kit.tables import Rows
from hoken_desktop.ui.kit.two_lines import TwoLineTable
from hoken_desktop.ui.pages.review_sides import ComparisonCard, ReasonsCard
from hoken_desktop.ui.pages.review_words import VERDICTS, queue_lines
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.rounds import RoundsPage

END_REASONS = (EndReason.DECEASED, EndReason.MOVED_OUT, EndReason.DEVICE_ENDED, EndReason.MISTAKE, EndReason.OTHER)
_MOST_FOUND = 5
_MOST_WIDTH = 280
_MOST_REASONS = 340
_NARROW = 1100


def _rule_of(verdict: Verdict) -> str:
    return {
        Verdict.CERTAIN: say("rounds_page.certain_rule"),
        Verdict.LIKELY: say("rounds_page.likely_rule"),
        Verdict.DOUBTFUL: say("rounds_page.doubtful_rule"),
        Verdict.NEW: say("rounds_page.new_rule"),
        Verdict.ABSENT: say("rounds_page.absent_rule"),
    }[verdict]


class ReviewView(QWidget):
    """`summed` gives the words of the sum for the page's head; `wanted` asks for another tab."""

    summed = Signal(str, int)  # the words of the sum, how many rows are left
    wanted = Signal(str)

    def __init__(self, page: RoundsPage) -> None:
        super().__init__(page)
        self._page = page
        self._lines: list[ReviewLine] = []
        self._shown: list[ReviewLine] = []
        self._verdict = Verdict.DOUBTFUL
        self._case: ReviewCase | None = None
        self._candidate = -1
        self._also: tuple[str, ...] = ()
        self._as_of = date.min
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._make_filters())
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self._make_queue())
        self.comparison = ComparisonCard(self)
        middle.addWidget(self.comparison, 1)
        self.reasons = ReasonsCard(self)
        self.reasons.picked.connect(self.pick_candidate)
        self.reasons.searched.connect(self.search_candidates)
        middle.addWidget(self.reasons)
        column.addLayout(middle, 1)
        column.addWidget(self._make_actions())
        for key, deed in (("J", partial(self.step, 1)), ("K", partial(self.step, -1))):
            QShortcut(QKeySequence(key), self, deed, context=Qt.ShortcutContext.WindowShortcut)
        for place in range(_MOST_FOUND):
            QShortcut(QKeySequence(str(place + 1)), self, partial(self.pick_candidate, place))

    # --- parts -------------------------------------------------------------------------------------------------

    def _make_filters(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._chips: dict[Verdict, QPushButton] = {}
        group = QButtonGroup(self)
        for verdict in VERDICTS:
            made = chip(label(verdict), verdict is self._verdict, self)
            made.clicked.connect(partial(self._chip_clicked, verdict))
            group.addButton(made)
            self._chips[verdict] = made
            row.addWidget(made)
        row.addSpacing(8)
        self.pending_only = chip(say("rounds_page.filter_pending"), True, self)
        self.pending_only.toggled.connect(lambda _on: self._show_queue())
        row.addWidget(self.pending_only)
        row.addStretch(1)
        self._rule = Label("", "note", "text2", parent=self)
        row.addWidget(self._rule)
        return row

    def _make_queue(self) -> QWidget:
        self._queue_card = Card(" ", parent=self, flush=True)
        self.queue: TwoLineTable[ReviewLine] = TwoLineTable(queue_lines, say("rounds_page.queue_name"), self)
        self.queue.chosen.connect(self._row_chosen)
        self._queue_empty = EmptyState(say("rounds_page.queue_empty"), say("rounds_page.queue_empty_text"), parent=self)
        self._queue_empty.asked.connect(self._empty_asked)
        self._queue_stack = QStackedWidget(self)
        self._queue_stack.addWidget(self.queue)
        self._queue_stack.addWidget(self._queue_empty)
        self._queue_card.body.addWidget(self._queue_stack)
        foot = self._queue_card.add_footer()
        foot.setContentsMargins(4, 8, 4, 8)
        self.bulk = button(" ", self._ask_bulk, key="Shift+A", deed=True, parent=self)
        foot.addWidget(self.bulk)
        return self._queue_card

    def _make_actions(self) -> QFrame:
        bar = QFrame(self)
        bar.setProperty("card", True)
        bar.setFixedHeight(theme.current().height("action_bar"))
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        self.accept = button(
            say("rounds_page.accept"), self.accept_row, key="A", primary=True, action=True, deed=True, parent=bar
        )
        self.new = button(say("rounds_page.accept_new"), self.take_as_new, key="N", action=True, deed=True, parent=bar)
        self.keep = button(say("rounds_page.keep"), self.keep_row, key="T", action=True, deed=True, parent=bar)
        self.end = button(say("rounds_page.end"), self._ask_end, key="E", action=True, deed=True, parent=bar)
        self.hold = button(say("rounds_page.hold"), self.hold_row, key="H", action=True, deed=True, parent=bar)
        self.skip = button(say("rounds_page.skip"), self.skip_row, key="R", action=True, deed=True, parent=bar)
        for each in (self.accept, self.new, self.keep, self.end, self.hold, self.skip):
            row.addWidget(each)
        self._reason = Label("", "note", "text2", parent=bar)
        row.addWidget(self._reason)
        row.addSpacing(8)
        self._hints: list[QWidget] = []
        for key, words in (("J", say("rounds_page.next")), ("K", say("rounds_page.previous"))):
            for hint in (KeyCap(key, bar), Label(words, "note", "text2", parent=bar)):
                row.addWidget(hint)
                self._hints.append(hint)
        row.addStretch(1)
        self.to_freeze = button(
            say("rounds_page.to_freeze"), lambda: self.wanted.emit("freeze"), action=True, parent=bar
        )
        row.addWidget(self.to_freeze)
        self._left = Label("", "note", "text2", parent=bar)
        row.addWidget(self._left)
        return bar

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the sides give way, the comparison does not."""
        super().resizeEvent(event)
        look = theme.current()
        narrow = self.width() < look.px(_NARROW)
        self._queue_card.setFixedWidth(min(look.px(200 if narrow else 248), _MOST_WIDTH))
        self.reasons.setFixedWidth(min(look.px(248 if narrow else 308), _MOST_REASONS))
        for hint in self._hints:
            hint.setVisible(not narrow)

    # --- showing -----------------------------------------------------------------------------------------------

    def refresh(self, as_of: date) -> None:
        """Read every row of the round again."""
        self._as_of = as_of
        self._lines = self._page.desk.house.reviews.lines()
        left = self._left_by_verdict()
        if not left[self._verdict]:
            self._verdict = next((v for v in VERDICTS if left[v]), self._verdict)
        self._show_queue()

    def show_verdict(self, verdict: Verdict) -> None:
        """Show the rows of one verdict."""
        self._verdict = verdict
        self._case = None
        self._show_queue(from_top=True)

    def renew(self, ids: Iterable[str]) -> None:
        """Read these rows and the absent people again after a decision; the others cannot have changed."""
        found = self._page.desk.house.reviews.lines(ids)
        new = {line.row.id: line for line in found if line.row.kind is RowKind.ROW}
        self._lines = [new.get(line.row.id, line) for line in self._lines if line.row.kind is RowKind.ROW]
        self._lines += [line for line in found if line.row.kind is RowKind.ABSENT]
        self._show_queue()

    def forget(self) -> None:
        """Drop every row."""
        self._lines, self._shown, self._case = [], [], None
        self.queue.show_source(None)
        self.comparison.show_source(None)
        self.reasons.candidates.show_source(None)

    def rows_shown(self) -> list[ReviewLine]:
        """The rows in the queue now."""
        return list(self._shown)

    @property
    def case(self) -> ReviewCase | None:
        """The row in sight."""
        return self._case

    def _left_by_verdict(self) -> Counter[Verdict]:
        return Counter(line.row.verdict for line in self._lines if line.row.choice is Choice.PENDING)

    def _show_queue(self, *, from_top: bool = False) -> None:
        left = self._left_by_verdict()
        every = Counter(line.row.verdict for line in self._lines)
        pending_only = self.pending_only.isChecked()
        counts = left if pending_only else every
        for verdict, made in self._chips.items():
            words = say("rounds_page.verdict_chip", verdict=label(verdict), n=f"{counts[verdict]:,}")
            made.setText(words)
            made.setAccessibleName(words)
            made.setChecked(verdict is self._verdict)
        self._rule.setText(_rule_of(self._verdict))
        place = 0 if from_top else max(self.queue.currentIndex().row(), 0)
        before = self._case.row.id if self._case is not None else ""
        self._shown = [
            line
            for line in self._lines
            if line.row.verdict is self._verdict and (not pending_only or line.row.choice is Choice.PENDING)
        ]
        facts = {"verdict": label(self._verdict), "n": f"{counts[self._verdict]:,}"}
        self._queue_card.set_title(
            say("rounds_page.queue_title", **facts) if pending_only else say("rounds_page.queue_all_title", **facts)
        )
        with QSignalBlocker(self.queue):
            self.queue.show_source(Rows(self._shown))
        self._queue_stack.setCurrentWidget(self.queue if self._shown else self._queue_empty)
        self._say_empty(left)
        self._show_bulk(left)
        self._tell_sum(left)
        same = next((at for at, line in enumerate(self._shown) if line.row.id == before), -1)
        if self._shown:
            with QSignalBlocker(self.queue):
                self.queue.choose(same if same >= 0 else min(place, len(self._shown) - 1))
        self._row_chosen(self.queue.current() if self._shown else None)

    def _say_empty(self, left: Counter[Verdict]) -> None:
        if not self._lines:
            self._queue_empty.say(
                say("rounds_page.queue_empty"), say("rounds_page.queue_empty_text"), say("rounds_page.queue_read")
            )
            return
        upcoming = next((v for v in VERDICTS if left[v]), None)
        action = (
            say("rounds_page.queue_next", verdict=label(upcoming), n=f"{left[upcoming]:,}")
            if upcoming is not None
            else say("rounds_page.queue_finish")
        )
        self._queue_empty.say(say("rounds_page.queue_done"), say("rounds_page.queue_done_text"), action)

    def _empty_asked(self) -> None:
        upcoming = next((v for v in VERDICTS if self._left_by_verdict()[v]), None)
        if not self._lines:
            self.wanted.emit("files")
        elif upcoming is None:
            self.wanted.emit("freeze")
        else:
            self.show_verdict(upcoming)
            self.queue.setFocus()

    def _show_bulk(self, left: Counter[Verdict]) -> None:
        n = left[self._verdict]
        words = {
            Verdict.CERTAIN: say("rounds_page.bulk_certain", n=f"{n:,}"),
            Verdict.NEW: say("rounds_page.bulk_new", n=f"{n:,}"),
        }.get(self._verdict)
        self._queue_card.footer.setVisible(bool(words) and n > 0)
        if words:
            self.bulk.setText(words)
            self.bulk.setAccessibleName(words)

    def _tell_sum(self, left: Counter[Verdict]) -> None:
        choices = Counter(line.row.choice for line in self._lines)
        absent = sum(line.row.kind is RowKind.ABSENT for line in self._lines)
        total, remaining = len(self._lines), left.total()
        accepted = choices[Choice.SAME] + choices[Choice.NEW] + choices[Choice.KEEP] + choices[Choice.ENDED]
        words = say(
            "rounds_page.review_sum", rows=f"{total - absent:,}", absent=f"{absent:,}", total=f"{total:,}",
            done=f"{total - remaining:,}", accepted=f"{accepted:,}", held=f"{choices[Choice.HOLD]:,}",
            rejected=f"{choices[Choice.SKIP]:,}", left=f"{remaining:,}",
        )  # fmt: skip
        self.to_freeze.setEnabled(total > 0 and remaining == 0)
        self._left.setText(say("rounds_page.left_first", n=f"{remaining:,}") if remaining else "")
        self.summed.emit(words, remaining)

    def _row_chosen(self, line: ReviewLine | None) -> None:
        self._also = ()
        self.reasons.search.clear()
        self._case = self._page.desk.house.reviews.open(line.row.id) if line is not None else None
        self._candidate = self._first_candidate()
        self._show_case()

    def _first_candidate(self) -> int:
        """Nobody is chosen for the staff where several people fit as well."""
        case = self._case
        if case is None or not case.candidates:
            return -1
        if case.row.verdict is Verdict.DOUBTFUL and not case.row.person_id:
            return 0 if len(case.candidates) == 1 else -1
        return 0 if case.proposed is not None or case.row.kind is RowKind.ABSENT else -1

    def _show_case(self) -> None:
        case, line = self._case, self.queue.current() if self._shown else None
        at, n = self.queue.currentIndex().row() + 1, len(self._shown)
        place = say("rounds_page.compare_place", at=f"{at:,}", n=f"{n:,}") if self._shown else ""
        self.comparison.empty.say(say("rounds_page.none_chosen") if self._shown else say("rounds_page.none_left"))
        self.reasons.setVisible(case is not None)
        self.comparison.show_case(case, line, self._against(), self._as_of, place)
        self.reasons.show_case(case, self._candidate)
        absent = case is not None and case.row.kind is RowKind.ABSENT
        for each in (self.keep, self.end):
            each.setVisible(absent)
        for each in (self.accept, self.new, self.skip):
            each.setVisible(not absent)
        for each in (self.accept, self.new, self.keep, self.end, self.hold, self.skip):
            each.setEnabled(case is not None)
        pick = case is not None and case.row.verdict is Verdict.DOUBTFUL and self._candidate < 0
        self._reason.setText(say("rounds_page.pick_first") if pick and case is not None and case.candidates else "")
        takes_new = self._against() is None and not pick
        words = say("rounds_page.accept")
        if case is not None and case.joined is not None:
            words = say("rounds_page.accept_row")
        elif takes_new:
            words = say("rounds_page.accept_new")
        self.accept.setText(words)
        self.accept.setAccessibleName(words)
        self.accept.setEnabled(case is not None and not pick)
        self.new.setVisible(not absent and not takes_new)

    def _against(self) -> Candidate | None:
        case = self._case
        if case is None or not 0 <= self._candidate < len(case.candidates):
            return None
        return case.candidates[self._candidate]

    def _chip_clicked(self, verdict: Verdict, _checked: bool = False) -> None:
        self.show_verdict(verdict)

    # --- what the keys do --------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """J and K."""
        if self._shown:
            self.queue.choose(min(max(self.queue.currentIndex().row() + by, 0), len(self._shown) - 1))

    def pick_candidate(self, place: int) -> None:
        """Compare with (and accept as) this candidate."""
        case = self._case
        if case is not None and case.row.kind is RowKind.ROW and 0 <= place < len(case.candidates):
            self._candidate = place
            self._show_case()

    def search_candidates(self, text: str) -> None:
        """Put people of the register who fit `text` among the candidates, ended ones too."""
        if self._case is None or not text:
            return
        self._page.notices.clear()
        found = self._page.desk.house.persons.find(PersonQuery(text=text, state=None))[:_MOST_FOUND]
        if not found:
            self._page.notices.say(say("rounds_page.search_none", text=text), "warn")
            return
        self._also = tuple(dict.fromkeys((*self._also, *found)))
        self._case = self._page.desk.house.reviews.open(self._case.row.id, self._also)
        places = [at for at, one in enumerate(self._case.candidates) if one.person.id in found]
        self._candidate = places[0] if places else self._candidate
        self._show_case()

    def accept_row(self) -> None:
        """A: take the row for the person it is compared with, or for a new one."""
        case, against = self._case, self._against()
        if case is None or case.row.kind is RowKind.ABSENT or not self.accept.isEnabled():
            return
        if case.joined is not None:
            self._decide(Choice.SAME)
        elif against is not None:
            self._decide(Choice.SAME, against.person.id)
        else:
            self._decide(Choice.NEW)

    def take_as_new(self) -> None:
        """N."""
        self._decide(Choice.NEW)

    def keep_row(self) -> None:
        """T: the person stays although no file holds them."""
        self._decide(Choice.KEEP)

    def hold_row(self) -> None:
        """H."""
        self._decide(Choice.HOLD)

    def skip_row(self) -> None:
        """R: the row makes nobody."""
        self._decide(Choice.SKIP)

    def end_row(self, reason: EndReason) -> None:
        """The registration ends with a reason."""
        self._decide(Choice.ENDED, reason=reason)

    def _ask_end(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for reason in END_REASONS:
            menu.addAction(label(reason), partial(self.end_row, reason))
        menu.popup(self.end.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _decide(self, choice: Choice, person_id: str = "", reason: EndReason | None = None) -> None:
        if self._case is not None:
            self._page.decide([Decision(self._case.row.id, choice, person_id, reason)])

    def _ask_bulk(self) -> None:
        n = f"{self._left_by_verdict()[self._verdict]:,}"
        certain = self._verdict is Verdict.CERTAIN
        verb = say("rounds_page.bulk_certain", n=n) if certain else say("rounds_page.bulk_new", n=n)
        text = say("rounds_page.bulk_certain_text", n=n) if certain else say("rounds_page.bulk_new_text", n=n)
        ask(self._page, verb, text, verb, partial(self._page.accept_all, self._verdict))
