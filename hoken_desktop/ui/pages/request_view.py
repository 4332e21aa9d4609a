"""One request from the letter to the reply: 依頼, 決裁, the count that must close, the deed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState, Request
from hoken_desktop.domain.replies import Reply
from hoken_desktop.services.replies import ReplyResult
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.equations import Equation, Figure, Term
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import KeyCap, Label, Tag, restyle
from hoken_desktop.ui.kit.steps import StepState
from hoken_desktop.ui.pages.handover import RecordsView
from hoken_desktop.ui.pages.preview import Crowd, PreviewView, makeup
from hoken_desktop.ui.pages.reply_view import ReplyView
from hoken_desktop.ui.pages.requests import due_words
from hoken_desktop.ui.pages.step_line import StepLine
from hoken_desktop.words import label, say

TARGET, GOING, STAYING = "target", "going", "staying"
_PREVIEW, _RECORDS, _REPLY = range(3)
_LEAST = (230, 250, 310)
"""Under these heights (px at 100 %) a tab would cut off what it shows: then the page scrolls and its deed stays."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that the page shows of one request today; `crowd` None says in `no_preview` why there is none."""

    request: Request
    place: str
    today: date
    needs_approval: bool
    crowd: Crowd | None
    no_preview: str
    records: tuple[Disclosure, ...]
    recall: Mapping[str, tuple[str, ...]]
    reply: Reply | None
    result: ReplyResult | None

    @property
    def done(self) -> bool:
        """Whether anything was handed over for it."""
        return any(d.state is DisclosureState.DONE for d in self.records)

    def hindrance(self) -> str:
        """Why the file cannot be made now, in words; "" when nothing stands in the way."""
        if self.crowd is None:
            return say("disclosures_page.not_without_round")
        if self.needs_approval and self.request.approved_on is None:
            return say("disclosures_page.not_without_approval")
        if not self.crowd.going:
            return say("disclosures_page.not_without_people")
        return ""


class _FactsCard(Card):
    """A card of names and values with a tag in its head."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.tag = Tag("", "plain", self)
        self.head.addWidget(self.tag)
        self._ground = QWidget(self)
        self.body.setSpacing(0)
        self.body.addWidget(self._ground)
        self.body.addStretch(1)

    def show_facts(self, facts: list[tuple[str, str, bool]]) -> None:
        """Name, value, and whether the value is bold."""
        ground = QWidget(self)
        grid = QGridLayout(ground)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        for at, (name, value, bold) in enumerate(facts):
            grid.addWidget(Label(name, "note", "text2", parent=ground), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(value, "table", bold=bold, wrap=True, parent=ground), at, 1)
        old, self._ground = self._ground, ground
        self.body.replaceWidget(old, ground)
        old.hide()
        old.deleteLater()

    def show_tag(self, text: str, tone: str) -> None:
        self.tag.show_as(text, tone)
        self.tag.setVisible(bool(text))


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
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        self._letter = _FactsCard(say("disclosures_page.request"), self)
        self._approval = _FactsCard(say("disclosures_page.approval"), self)
        self.approval_button = button("", self.approval_asked.emit, small=True, deed=True, parent=self._approval)
        self._approval.head.addWidget(self.approval_button)
        self._count = Card(say("disclosures_page.equation"), parent=self)
        self._count.head.takeAt(1)
        self._judged = Label("", "note", "text2", parent=self._count)
        self._count.head.insertWidget(1, self._judged, 1)
        self.equation = Equation(self._count, large=True)
        self.equation.opened.connect(self._figure)
        self._count.head.addWidget(self.equation.verdict)
        self._count.body.addWidget(self.equation)
        self._no_count = Label(say("disclosures_page.no_count"), "table", "text2", wrap=True, parent=self._count)
        self._count.body.addWidget(self._no_count)
        self._count.body.addStretch(1)
        row.addWidget(self._letter, 352)
        row.addWidget(self._approval, 352)
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
        row.addWidget(self.back_button)
        row.addWidget(self._reason, 1)
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
        self._show_letter(case)
        self._show_approval(case)
        self._show_count(case)
        self.steps.show_steps(_steps(case))
        self.preview.show_crowd(case.crowd)
        self._first.setCurrentWidget(self.preview if case.crowd is not None else self.no_preview)
        if case.crowd is None:
            self.no_preview.say(say("disclosures_page.no_preview"), case.no_preview, self._no_preview_action)
        self.records.show_records(list(case.records), case.recall)
        self.reply.show_reply(case.reply, case.result, can_read=case.done)
        if fresh:
            self.reply.show_faults(None)
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
        self.reply.show_faults(None)

    def open_reply(self) -> None:
        self.tabs.setCurrentIndex(_REPLY)

    def open_records(self) -> None:
        self.tabs.setCurrentIndex(_RECORDS)

    def _show_letter(self, case: Case) -> None:
        request = case.request
        words, tone = due_words(request.due_on, case.today, open_still=not case.done)
        self._letter.show_tag(words, "plain" if tone == "text2" else tone)
        letter = say("disclosures_page.letter_of", number=request.number, requested=format_wareki(request.requested_on))
        received = say("disclosures_page.received_by", day=format_wareki(request.received_on), route=request.route)
        due = format_wareki(request.due_on) if request.due_on else say("disclosures_page.nothing")
        self._letter.show_facts(
            [
                (say("disclosures_page.document"), letter, False),
                (say("disclosures_page.received"), received, False),
                (say("disclosures_page.requester"), request.requester.replace("\u3000", " "), False),
                (say("disclosures_page.purpose"), request.purpose_text, False),
                (say("disclosures_page.due_on"), due, True),
            ]
        )

    def _show_approval(self, case: Case) -> None:
        request = case.request
        nothing = say("disclosures_page.nothing")
        if request.approved_on is None:
            needed = case.needs_approval
            word = say("disclosures_page.approval_waits") if needed else say("disclosures_page.approval_not_needed")
            self._approval.show_tag(word, "warn" if needed else "plain")
        else:
            self._approval.show_tag(say("disclosures_page.approval_done"), "done")
        self._approval.show_facts(
            [
                (
                    say("disclosures_page.approved_on"),
                    format_wareki(request.approved_on) if request.approved_on else nothing,
                    False,
                ),
                (say("disclosures_page.approval_number"), request.approval or nothing, False),
                (say("disclosures_page.our_number"), request.our_number or nothing, True),
                (say("disclosures_page.basis"), label(request.basis), False),
            ]
        )
        words = (
            say("disclosures_page.enter_approval")
            if request.approved_on is None
            else say("disclosures_page.mend_approval")
        )
        self.approval_button.setText(words)
        self.approval_button.setAccessibleName(words)
        self.approval_button.setVisible(not case.done)

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
        self._judged.setText(
            say(
                "disclosures_page.judged", day=format_wareki(preview.day), as_of=format_wareki(preview.as_of),
                edition=preview.edition,
            )
        )  # fmt: skip
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


def _steps(case: Case) -> list[tuple[str, StepState]]:
    """Everything before the first thing left to do is done; the rest waits."""
    approved = case.request.approved_on is not None or not case.needs_approval
    done = (True, approved, case.done, case.done, case.reply is not None)
    names = (
        say("disclosures_page.step_request"),
        say("disclosures_page.step_approval"),
        say("disclosures_page.step_check"),
        say("disclosures_page.step_file"),
        say("disclosures_page.step_reply"),
    )
    found: list[tuple[str, StepState]] = []
    for name, over in zip(names, done, strict=True):
        before = all(state is StepState.DONE for _, state in found)
        state = StepState.DONE if over else StepState.CURRENT if before else StepState.WAITING
        found.append((name, state))
    return found
