"""One request from the letter to the reply: 依頼, 決裁, the count that must close, the deed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import DisclosureState
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.equations import Equation, Figure, Term
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import KeyCap, Label, restyle
from hoken_desktop.ui.pages.crowds import makeup
from hoken_desktop.ui.pages.handover import RecordsView
from hoken_desktop.ui.pages.preview import PreviewView
from hoken_desktop.ui.pages.reply_view import ReplyView
from hoken_desktop.ui.pages.request_cards import ApprovalCard, LetterCard
from hoken_desktop.ui.pages.request_cases import Case, steps_of
from hoken_desktop.ui.pages.step_line import StepLine
from hoken_desktop.words import say

TARGET, GOING, STAYING = "target", "going", "staying"
_PREVIEW, _RECORDS, _REPLY = range(3)
_LEAST = (230, 350, 310)
"""Under these heights (px at 100 %) a tab would cut off what it shows: then the page scrolls and its deed stays."""


class _Stack(QStackedWidget):
    """Takes the height it is given: the wrapped texts of a tab that is not in sight must not make the page scroll."""

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.minimumHeight())


class RequestView(QWidget):
    """Signals only ask; the page does."""

    left = Signal()
    approval_asked = Signal()
    disclosure_asked = Signal()
    draft_asked = Signal()
    second_asked = Signal()
    rounds_asked = Signal()

    def __init__(self, who: Callable[[str], str], *, has_rounds: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget(scroll)
        ground.setProperty("ground", "bg")
        scroll.setWidget(ground)
        outer.addWidget(scroll, 1)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.steps = StepLine(self)
        column.addWidget(self.steps)
        column.addLayout(self._make_cards())
        self.tabs = QTabBar(self)
        self.tabs.setAccessibleName(say("disclosures_page.tabs"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for _tab in range(3):
            self.tabs.addTab("")
        column.addWidget(self.tabs)
        self.preview = PreviewView(self)
        self.records = RecordsView(who, self)
        self.reply = ReplyView(self)
        self.no_preview = EmptyState(
            say("disclosures_page.no_preview"),
            action=say("disclosures_page.open_rounds") if has_rounds else "",
            picture="lock",
            parent=self,
        )
        self._no_preview_action = say("disclosures_page.open_rounds") if has_rounds else ""
        self.no_preview.asked.connect(self.rounds_asked)
        self._first = QStackedWidget(self)
        self._first.addWidget(self.preview)
        self._first.addWidget(self.no_preview)
        self._stack = _Stack(self)
        for view in (self._first, self.records, self.reply):
            self._stack.addWidget(view)
        column.addWidget(self._stack, 1)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self._stack.currentChanged.connect(lambda _place: self._measure())
        outer.addWidget(self._make_bar())
        self._measure()

    # --- parts -------------------------------------------------------------------------------------------------

    def _make_cards(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self.letter = LetterCard(self)
        self.approval = ApprovalCard(self)
        self.approval.asked.connect(self.approval_asked)
        self.approval_button = self.approval.button
        self._count = Card(say("disclosures_page.equation"), parent=self)
        self._count.head.takeAt(1)
        self._judged = Label("", "note", "text2", wrap=True, parent=self._count)
        self._count.head.insertWidget(1, self._judged, 1)
        self.equation = Equation(self._count, large=True)
        self.equation.opened.connect(self._figure)
        self._count.head.addWidget(self.equation.verdict)
        self._count.body.addWidget(self.equation)
        self._no_count = Label(say("disclosures_page.no_count"), "table", "text2", wrap=True, parent=self._count)
        self._count.body.addWidget(self._no_count)
        self._count.body.addStretch(1)
        row.addWidget(self.letter, 352)
        row.addWidget(self.approval, 352)
        row.addWidget(self._count, 470)
        return row

    def _make_bar(self) -> QFrame:
        bar = QFrame(self)
        bar.setProperty("card", True)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(12)
        self.back_button = button(say("disclosures_page.to_list"), self.left.emit, key="Esc", action=True, parent=bar)
        self._reason = Label("", "table", "text2", wrap=True, parent=bar)
        self._reason.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.disclose_button = button(
            "", self.disclosure_asked.emit, key="Ctrl+Return", primary=True, action=True, deed=True, parent=bar
        )
        self.disclose_button.setShortcut(
            QKeySequence()
        )  # a new text would take it away; both Enter keys are heard here
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self).activated.connect(self.disclose_button.click)
        self.draft_button = button(say("disclosures_page.draft"), self.draft_asked.emit, icon="printer", parent=bar)
        self.second_button = button(say("disclosures_page.second"), self.second_asked.emit, deed=True, parent=bar)
        row.addWidget(self.back_button)
        row.addWidget(self.draft_button)
        row.addWidget(self._reason, 1)
        row.addWidget(self.second_button)
        row.addWidget(self.disclose_button)
        return bar

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_stack"):
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        self._stack.setMinimumHeight(theme.current().px(_LEAST[self._stack.currentIndex()]))

    # --- showing -----------------------------------------------------------------------------------------------

    def show_case(self, case: Case, *, fresh: bool) -> None:
        """Show a request; `fresh` opens it at what is next, otherwise the tab in sight stays."""
        self.letter.show_case(case)
        self.approval.show_case(case)
        self._show_count(case)
        self.steps.show_steps(steps_of(case))
        self.preview.show_crowd(case.crowd)
        self._first.setCurrentWidget(self.preview if case.crowd is not None else self.no_preview)
        if case.crowd is None:
            self.no_preview.say(say("disclosures_page.no_preview"), case.no_preview, self._no_preview_action)
        self.records.show_records(list(case.records), case.recall)
        self.reply.show_reply(case.reply, case.result, can_read=case.done, questions=case.questions)
        made = sum(d.state is DisclosureState.DONE for d in case.records)
        self.tabs.setTabText(_PREVIEW, say("disclosures_page.tab_preview"))
        self.tabs.setTabText(_RECORDS, say("disclosures_page.tab_records", n=made))
        self.tabs.setTabText(_REPLY, say("disclosures_page.tab_reply", n=1 if case.reply else 0))
        if fresh:
            self.tabs.setCurrentIndex(_REPLY if case.reply else _RECORDS if case.done else _PREVIEW)
        self._show_deed(case)

    def forget(self) -> None:
        """Forget every person shown."""
        self.preview.show_crowd(None)
        self.records.forget()
        self.reply.show_reply(None, None, can_read=False)

    def open_reply(self) -> None:
        self.tabs.setCurrentIndex(_REPLY)

    def open_records(self) -> None:
        self.tabs.setCurrentIndex(_RECORDS)

    def _show_count(self, case: Case) -> None:
        crowd = case.crowd
        self.equation.setVisible(crowd is not None)
        self.equation.verdict.setVisible(crowd is not None)
        self._no_count.setVisible(crowd is None)
        if crowd is None:
            self._judged.setText("")
            return
        going = [one.line.group for one in crowd.going]
        staying = [one.line.group for one in crowd.staying]
        unit = say("disclosures_page.unit")
        preview = crowd.preview
        key = "disclosures_page.judged_supposed" if preview.supposed else "disclosures_page.judged"
        self._judged.set_tone("warn" if preview.supposed else "text2")
        self._judged.setText(
            say(key, day=format_wareki(preview.day), as_of=format_wareki(preview.as_of), edition=preview.edition)
        )
        self.equation.show_terms(
            [
                Term(say("disclosures_page.target"), (Figure(preview.target, TARGET, unit=unit),),
                     makeup=makeup(going + staying)),
                Term(say("disclosures_page.going"), (Figure(len(going), GOING, unit=unit),), makeup=makeup(going)),
                Term(
                    say("disclosures_page.staying"), (Figure(len(staying), STAYING, unit=unit),),
                    makeup=makeup(staying),
                ),
            ]
        )  # fmt: skip

    def _show_deed(self, case: Case) -> None:
        hindrance = case.hindrance()
        self.draft_button.setEnabled(case.crowd is not None)
        self.second_button.setVisible(case.waits_for_second)
        count = len(case.crowd.going) if case.crowd is not None else 0
        if case.done:
            words = say("disclosures_page.make_again", n=f"{count:,}")
        elif count:
            words = say("disclosures_page.make", n=f"{count:,}")
        else:
            words = say("disclosures_page.make_none")
        self.disclose_button.setText(words)
        self.disclose_button.setAccessibleName(words)
        self.disclose_button.setEnabled(not hindrance)
        restyle(self.disclose_button, primary=not case.done)  # doing it a second time is not what is next
        for cap in self.disclose_button.findChildren(KeyCap):
            restyle(cap)
        self.disclose_button.setAccessibleDescription(hindrance or "Ctrl+Enter")
        self.disclose_button.setToolTip(hindrance)
        self._reason.set_tone("warn" if hindrance else "text2")
        self._reason.setText(hindrance or say("disclosures_page.deed", place=case.place, n=f"{count:,}"))

    def _figure(self, key: str) -> None:
        self.tabs.setCurrentIndex(_PREVIEW)
        if key == STAYING:
            self.preview.focus_staying()
        else:
            self.preview.focus_going()
