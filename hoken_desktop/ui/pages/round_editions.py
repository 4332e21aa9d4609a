"""訂正版: why a frozen round is mended, what that changes, and what an edition changed against the one before it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.rounds import Round
from hoken_desktop.services.editions import Changed, EditionChange
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import Field, line
from hoken_desktop.words import say


def summary(change: EditionChange) -> list[tuple[str, str]]:
    """The equation of the people, and the counts by device before and after."""
    people = say(
        "rounds_page.edition_people", before=f"{change.people_before:,}", come=f"{len(change.come):,}",
        gone=f"{len(change.gone):,}", after=f"{change.people_after:,}", changed=f"{len(change.changed):,}",
    )  # fmt: skip

    def moved(before: int, after: int) -> str:
        return say("rounds_page.edition_moved", before=f"{before:,}", after=f"{after:,}")

    one, two = change.before, change.after
    return [
        (say("rounds_page.edition_row_people"), people),
        (say("rounds_page.term_ventilator"), moved(one.ventilator, two.ventilator)),
        (say("rounds_page.term_oxygen"), moved(one.oxygen, two.oxygen)),
        (say("rounds_page.edition_total"), moved(one.total, two.total)),
    ]


def lines(change: EditionChange) -> list[str]:
    """Everybody who came, went or changed, a line each."""

    def some(key: str, people: Sequence[Changed]) -> list[str]:
        joint = say("rounds_page.edition_joint")
        return [
            say("rounds_page.edition_line", how=say(key), number=p.registry_no, name=p.name, what=joint.join(p.what))
            for p in people
        ]

    return [
        *some("rounds_page.edition_come", change.come),
        *some("rounds_page.edition_gone", change.gone),
        *some("rounds_page.edition_changed", change.changed),
    ]


class _ChangedSheet(Sheet):
    """A sheet that shows an edition's change."""

    def show_change(self, change: EditionChange) -> None:
        """The counts, then everybody whom it touches."""
        self.setMinimumWidth(theme.current().px(680))
        self.add_facts(summary(change))
        if change.nothing:
            self.add_text(say("rounds_page.edition_nothing"), tone="warn")
            return
        self.people = QPlainTextEdit("\n".join(lines(change)), self)
        self.people.setReadOnly(True)
        self.people.setTabChangesFocus(True)
        self.people.setAccessibleName(say("rounds_page.edition_list"))
        self.people.setFixedHeight(theme.current().px(190))
        self.body.addWidget(self.people)


class ReasonSheet(_ChangedSheet):
    """Why a frozen round is mended, beside what the 訂正版 will change."""

    def __init__(self, round_: Round, change: EditionChange, parent: QWidget) -> None:
        super().__init__(say("rounds_page.correct_title", day=format_wareki(round_.as_of)), parent)
        self.setObjectName("reasonSheet")
        edition = round_.edition + 1
        self.add_text(say("rounds_page.correct_text", edition=edition, before=round_.edition))
        self.show_change(change)
        self.reason = line(longest=200, parent=self)
        self.body.addWidget(Field(say("rounds_page.correct_field"), self.reason, needed=True, parent=self))
        self.back_button = self.add_button(say("kit.back"))
        self.deed_button = self.add_button(say("rounds_page.correct_deed", edition=edition), primary=True)
        self.deed_button.setEnabled(False)
        self.back_button.clicked.connect(self.reject)
        self.deed_button.clicked.connect(self.accept)
        self.reason.textChanged.connect(lambda text: self.deed_button.setEnabled(bool(text.strip())))
        self.reason.setFocus()


class ChangeSheet(_ChangedSheet):
    """What an edition changed: reason, who decided it, and everybody it touched."""

    def __init__(self, round_: Round, change: EditionChange, who: str, parent: QWidget) -> None:
        day = format_wareki(round_.as_of)
        super().__init__(say("rounds_page.edition_title", day=day, edition=change.edition), parent)
        self.setObjectName("changeSheet")
        made = format_wareki(change.made_on) if change.made_on else say("papers.unknown")
        self.add_facts(
            [
                (say("rounds_page.edition_reason"), change.reason or say("papers.nothing_written")),
                (say("rounds_page.edition_made"), say("rounds_page.edition_made_by", day=made, who=who)),
            ]
        )
        self.show_change(change)
        self.close_button = self.add_button(say("rounds_page.edition_close"), primary=True)
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)
        self.close_button.setFocus()
