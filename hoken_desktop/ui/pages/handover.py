"""After the deed: the password shown once with what it opens, and the record of what was handed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.characters import Oddity, OddKind
from hoken_desktop.domain.codes import Exclusion
from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.services.disclosure_forms import confirmed_words, papers_of
from hoken_desktop.services.system_csv import say_oddities
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import NoticeBar
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.passwords import OnceSheet
from hoken_desktop.words import label, say

_SHOWN = 16  # digits of the digest that are compared by eye


def open_pdf(path: Path) -> bool:
    """Opens a paper with the system's reader; nothing but PDF files is ever opened."""
    if path.suffix.lower() != ".pdf":
        return False
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def say_paper(notices: NoticeBar, words: str, path: Path) -> None:
    """Says that a paper without a password was saved; a PDF can be opened from there."""

    def show() -> None:
        open_pdf(path)

    pdf = path.suffix.lower() == ".pdf"
    notices.say(words, "done", say("disclosures_page.open_paper") if pdf else "", show)


def short_digest(sha256: str) -> str:
    """The beginning of a SHA-256 in groups of four."""
    return " ".join(sha256[at : at + 4] for at in range(0, _SHOWN, 4))


class PaperRow(QWidget):
    """A PDF's name, its whole path on hover, and a button that opens it, or where it is missing a word."""

    def __init__(self, name: str, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        shown = Label(path.name, "table", wrap=True, selectable=True, parent=self)
        shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        shown.setToolTip(str(path))
        row.addWidget(shown, 1)
        self.open_button = button(say("disclosures_page.open_paper"), lambda: open_pdf(path), small=True, parent=self)
        self.open_button.setAccessibleName(say("disclosures_page.open_paper_of", paper=name))
        self.missing = Label(say("disclosures_page.paper_missing"), "note", "warn", parent=self)
        there = path.is_file()
        self.open_button.setVisible(there)
        self.missing.setVisible(not there)
        row.addWidget(self.open_button)
        row.addWidget(self.missing)


class PasswordSheet(OnceSheet):
    """The password of a disclosure, with what was handed over."""

    def __init__(
        self, place: str, password: str, disclosure: Disclosure, count: int, parent: QWidget | None = None,
        oddities: Sequence[Oddity] = (),
    ) -> None:  # fmt: skip
        super().__init__(say("disclosures_page.made_title", place=place, n=f"{count:,}"), password, parent)
        self.add_text(say("disclosures_page.hand_over"))
        self.add_facts(
            [
                (say("disclosures_page.file"), disclosure.file_name),
                *([(say("disclosures_page.csv_file"), disclosure.csv_name)] if disclosure.csv_name else []),
                (say("disclosures_page.folder"), disclosure.folder),
                (say("disclosures_page.digest"), short_digest(disclosure.sha256)),
                (
                    say("disclosures_page.check_word"),
                    say("disclosures_page.check_word_means", word=disclosure.check_word),
                ),
            ]
        )
        self.body.addLayout(_papers_grid(disclosure, self))
        for kind in OddKind:
            those = [one for one in oddities if one.kind is kind]
            if those:
                self.add_text(
                    say("disclosures_page.csv_oddities", what=label(kind), n=len(those), places=say_oddities(those)),
                    tone="warn",
                )
        self.finish()


def _papers_grid(disclosure: Disclosure, parent: QWidget) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnMinimumWidth(0, theme.current().px(84))
    grid.setColumnStretch(1, 1)
    names = (say("disclosures_page.letter_paper"), say("disclosures_page.record_paper"))
    for line, (name, path) in enumerate(zip(names, papers_of(disclosure), strict=True)):
        grid.addWidget(Label(name, "note", "text2", parent=parent), line, 0)
        grid.addWidget(PaperRow(name, path, parent), line, 1)
    return grid


def _state(disclosure: Disclosure) -> Cell:
    tone = {DisclosureState.DONE: "done", DisclosureState.ABANDONED: "plain"}.get(disclosure.state, "warn")
    return Cell(label(disclosure.state), tag=tone)


def _columns() -> list[Column[Disclosure]]:
    return [
        Column(
            say("disclosures_page.disclosed_on"),
            # Two of one day and one 発番 are told apart by their minute.
            lambda d: Cell(
                say(
                    "disclosures.moment", day=format_wareki(d.disclosed_on, short=True),
                    time=f"{in_japan(d.made_at):%H:%M}",
                ),
                tip=d.disclosed_on.isoformat(),
            ),
            128,
        ),
        Column(say("disclosures_page.our_number"), lambda d: d.our_number, 120, grow=1, lead=True),
        Column(say("disclosures_page.state"), _state, 76),
        Column(say("disclosures_page.target"), lambda d: f"{d.target:,}", 56, Align.RIGHT),
        Column(say("disclosures_page.went"), lambda d: f"{d.disclosed:,}", 56, Align.RIGHT),
        Column(say("disclosures_page.stayed"), lambda d: f"{d.target - d.disclosed:,}", 56, Align.RIGHT),
    ]


class RecordsView(QWidget):
    """What was handed over for one request: the newest first, and the facts of the chosen one beside it.

    `follow_asked` and `record_asked` carry the disclosure: what the recipient confirmed, and the 提供記録簿 anew.
    """

    follow_asked = Signal(object)
    record_asked = Signal(object)

    def __init__(self, who: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._who = who
        self._recall: Mapping[str, tuple[str, ...]] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.records: TableCard[Disclosure] = TableCard(
            _columns(),
            say("disclosures_page.records"),
            EmptyState(
                say("disclosures_page.no_records"), say("disclosures_page.no_records_text"), picture="file-spreadsheet"
            ),
            title=say("disclosures_page.records"),
            parent=self,
        )
        self.records.shown.setVisible(False)
        self.records.rule.setText(say("disclosures_page.password_nowhere"))
        self.records.table.chosen.connect(self._show)
        self._side = Card(say("disclosures_page.record"), parent=self)
        self._facts = QWidget(self._side)
        self._side.body.addWidget(self._facts)
        self._side.body.addStretch(1)
        row.addWidget(self.records, 560)
        row.addWidget(self._side, 626)

    def show_records(self, records: list[Disclosure], recall: Mapping[str, tuple[str, ...]]) -> None:
        """Show the disclosures of a request; `recall` names, by disclosure, the people who would stay behind today."""
        self._recall = recall
        self.records.show_source(Rows(records))
        self._side.setVisible(bool(records))
        if records:
            self.records.table.choose(0)
            self._show(records[0])

    def forget(self) -> None:
        """Forget every name."""
        self.show_records([], {})
        self._replace(QWidget(self._side))

    def _replace(self, facts: QWidget) -> None:
        old, self._facts = self._facts, facts
        self._side.body.replaceWidget(old, facts)
        old.hide()
        old.deleteLater()

    def _show(self, disclosure: Disclosure | None) -> None:
        if disclosure is None:
            return
        facts = QWidget(self._side)
        column = QVBoxLayout(facts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, theme.current().px(84))
        grid.setColumnStretch(1, 1)
        for at, (name, value) in enumerate(self._lines(disclosure)):
            grid.addWidget(Label(name, "note", "text2", parent=facts), at, 0, Qt.AlignmentFlag.AlignTop)
            shown = Label(value, "table", wrap=True, selectable=True, parent=facts)
            shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(shown, at, 1)
        column.addLayout(grid)
        if disclosure.state is DisclosureState.DONE:
            column.addLayout(_papers_grid(disclosure, facts))
            column.addLayout(self._deeds(disclosure, facts))
        recall = self._recall.get(disclosure.id, ())
        if recall:
            names = say("disclosures_page.item_joint").join(recall)
            words = say("disclosures_page.recall", n=f"{len(recall):,}", names=names)
            column.addWidget(Label(words, "table", "warn", wrap=True, selectable=True, parent=facts))
        self._replace(facts)

    def _deeds(self, disclosure: Disclosure, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.follow_button = button(
            say("disclosures_page.follow"), lambda: self.follow_asked.emit(disclosure), small=True, deed=True,
            parent=parent,
        )  # fmt: skip
        self.record_button = button(
            say("disclosures_page.print_record"), lambda: self.record_asked.emit(disclosure), small=True, deed=True,
            parent=parent,
        )  # fmt: skip
        row.addWidget(self.follow_button)
        row.addWidget(self.record_button)
        row.addStretch(1)
        return row

    def _lines(self, disclosure: Disclosure) -> list[tuple[str, str]]:
        made = in_japan(disclosure.made_at)
        reasons = say("disclosures_page.item_joint").join(
            say("disclosures_page.reason_count", reason=label(Exclusion(code)), n=n)
            for code, n in disclosure.excluded.items()
        )
        return [
            (
                say("disclosures_page.done_by"),
                say(
                    "disclosures_page.done_at", day=format_wareki(disclosure.disclosed_on), time=f"{made:%H:%M}",
                    who=self._who(disclosure.staff_id),
                ),
            ),
            (say("disclosures_page.stayed_for"), reasons or say("disclosures_page.nothing")),
            (say("disclosures_page.file"), disclosure.file_name),
            (say("disclosures_page.folder"), disclosure.folder),
            (say("disclosures_page.digest"), short_digest(disclosure.sha256)),
            (say("disclosures_page.check_word"), disclosure.check_word),
            *([(say("disclosures_page.csv_file"), disclosure.csv_name)] if disclosure.csv_name else []),
            (say("disclosures_page.medium"), _joined(disclosure.media_number, disclosure.approver)),
            (
                say("disclosures_page.return_by"),
                format_wareki(disclosure.return_by) if disclosure.return_by else say("disclosures_page.no_limit"),
            ),
            (
                say("disclosures_page.confirmed_after"),
                "\n".join(confirmed_words(disclosure)) or say("disclosures_page.not_confirmed"),
            ),
        ]  # fmt: skip


def _joined(*texts: str) -> str:
    """What is known of several, or that nothing is."""
    return say("disclosures_page.item_joint").join(text for text in texts if text) or say("disclosures_page.nothing")
