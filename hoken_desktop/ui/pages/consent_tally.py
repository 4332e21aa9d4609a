"""The counts of one recipient that must close, and the work that is left; each is a filter of the table under it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from hoken_desktop.domain.codes import RecipientSection, Standing
from hoken_desktop.services.consent_boards import OUTSIDE, SECTIONS, SOON_DAYS, WORKS, ConsentBoard
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.equations import Verdict
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.forms import chip
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.pages.consent_words import section_word
from hoken_desktop.words import label, say

_ORDER = (
    Standing.VALID, Standing.REFUSED, Standing.UNKNOWN, Standing.EXPIRED, Standing.WITHDRAWN, Standing.PENDING,
    Standing.GIVER_NOT_ENTITLED,
)  # fmt: skip


class ConsentTally(Card):
    """`picked` tells what is shown: `key` is "" for everyone, a work, "standing:…" or "outside"."""

    picked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.section = RecipientSection.HEALTH
        self.key = ""
        self._board: ConsentBoard | None = None
        self.body.setContentsMargins(12, 8, 12, 8)
        self.body.setSpacing(6)
        top = QHBoxLayout()
        top.setSpacing(8)
        self._switch = QHBoxLayout()
        self._switch.setSpacing(8)
        self._group = QButtonGroup(self)
        self.verdict = Verdict(self)
        top.addLayout(self._switch)
        top.addStretch(1)
        top.addWidget(Label(say("consents_page.counts_rule"), "note", "text2", parent=self))
        top.addWidget(self.verdict)
        self.body.addLayout(top)
        self.sums = FlowWidget(self)
        self.works = FlowWidget(self)
        self.body.addWidget(self.sums)
        self.body.addWidget(self.works)

    def show_board(self, board: ConsentBoard) -> None:
        """Show the counts of a board; what was picked stays picked."""
        self._board = board
        self._show_sections((*SECTIONS, *board.extra))
        self._show_counts()

    def pick(self, key: str, section: RecipientSection | None = None) -> None:
        """Show other people, without telling."""
        self.key = key
        self.section = section or self.section
        if self._board is not None:
            self.show_board(self._board)

    def _show_sections(self, sections: Sequence[RecipientSection]) -> None:
        while (slot := self._switch.takeAt(0)) is not None:
            old = slot.widget()
            if isinstance(old, QPushButton):
                self._group.removeButton(old)
                old.hide()
                old.deleteLater()
        for section in sections:
            made = chip(section_word(section), section is self.section, self)
            made.clicked.connect(lambda _checked=False, section=section: self._pick(self.key, section))
            self._group.addButton(made)
            self._switch.addWidget(made)

    def _show_counts(self) -> None:
        board = self._board
        if board is None:
            return
        counts, works = board.counts(self.section), board.works(self.section)
        self.sums.clear()
        total = len(board.rows)
        parts = [(f"standing:{s}", label(s), counts[s.value]) for s in _ORDER]
        parts.append((OUTSIDE, say("consents_page.outside"), counts[OUTSIDE]))
        self._add(self.sums, say("consents_page.target", n=f"{total:,}"), "")
        for place, (key, name, count) in enumerate(parts):
            self._sign(self.sums, "=" if not place else "+")
            self._add(self.sums, say("consents_page.part", name=name, n=f"{count:,}"), key, bool(count))
        self.verdict.show_gap(total - sum(count for _, _, count in parts))
        self.works.clear()
        self._sign(self.works, say("consents_page.work"), "note")
        for work in WORKS:
            text = say("consents_page.part", name=work_word(work), n=f"{works[work]:,}")
            self._add(self.works, text, work, bool(works[work]))
        for widget in (self.sums, self.works):
            widget.updateGeometry()

    def _add(self, into: FlowWidget, text: str, key: str, open_: bool = True) -> None:
        made = chip(text, key == self.key, into)
        made.setEnabled(open_ or key == self.key)
        made.setProperty("key", key)
        made.clicked.connect(lambda _checked=False: self._pick("" if key == self.key else key, self.section))
        into.flow.addWidget(made)
        made.show()

    @staticmethod
    def _sign(into: FlowWidget, sign: str, kind: str = "table") -> None:
        made = Label(sign, kind, "text2", parent=into)
        made.setFixedHeight(chip("", parent=None).sizeHint().height())
        into.flow.addWidget(made)
        made.show()

    def _pick(self, key: str, section: RecipientSection) -> None:
        self.pick(key, section)
        self.picked.emit()


def work_word(work: str) -> str:
    """The name of a kind of work."""
    if work == "expiry":
        return say("consents_page.work_expiry", n=SOON_DAYS)
    return say(f"consents_page.work_{work}")
