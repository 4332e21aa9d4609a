"""設定・バックアップ: where they go at each lock, which are kept and why, one made now, one looked at, one put back."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from hoken_desktop.domain.backups import DAILY, MONTHLY, NEWEST, WEEKLY, Generation
from hoken_desktop.domain.dates import JAPAN, format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.backups import Checked, KeptBackup, LastBackup
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import Sheet, ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.choosers import choose_file, choose_folder, choose_new_file
from hoken_desktop.words import label, say

_OLD_DAYS = 14
"""Days after which the newest backup is called old."""


class BackupsSection(Section):
    """The last backup and the folder; the kept ones; the verbs."""

    topics = frozenset({"office", "audits"})
    scrolls = False

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("settings.backups"), say("settings.backups_what"))
        self.setProperty(PLACE, "backups")
        self._folder = ""
        self._make_state()
        columns: list[Column[KeptBackup]] = [
            Column(say("settings.backup_made"), lambda one: moment(one.made_at), 168, lead=True),
            Column(say("settings.backup_age"), lambda one: self._age(one.made_at), 72),
            Column(say("settings.backup_kept_as"), _kept_as, 166, grow=1),
            Column(say("settings.backup_size"), lambda one: size(one.size), 80, Align.RIGHT),
            Column(say("settings.backup_file"), lambda one: Cell(one.file.name, "text2"), 190, grow=2),
        ]
        self.card: TableCard[KeptBackup] = TableCard(
            columns, say("settings.backups_kept"), EmptyState(say("settings.backups_none"), picture="shield-lock"),
            title=say("settings.backups_kept"), counted="kit.things_shown", parent=self,
        )  # fmt: skip
        self.card.aside.setText(
            say("settings.thinning", newest=NEWEST, daily=DAILY, weekly=WEEKLY, monthly=MONTHLY)
        )
        self.card.empty.asked.connect(self._choose_folder)
        self.body.addWidget(self.card, 1)
        self.make = button(say("settings.backup_make"), self._make, primary=True, deed=True, parent=self)
        self.make_at = button(say("settings.backup_make_at"), self._choose_place, deed=True, parent=self)
        self.verify = button(say("settings.backup_verify"), self._verify_chosen, deed=True, parent=self)
        self.verify_other = button(say("settings.backup_verify_other"), self._choose_file, deed=True, parent=self)
        self.restore = button(say("settings.backup_restore"), self._ask_restore, deed=True, parent=self)
        row = QHBoxLayout()
        row.setSpacing(8)
        for verb in (self.make, self.make_at, self.verify, self.verify_other, self.restore):
            row.addWidget(verb)
        row.addStretch(1)
        self.body.addLayout(row)
        self.card.table.chosen.connect(lambda one: self.verify.setEnabled(one is not None))
        self.card.table.opened.connect(lambda _one: self._verify_chosen())

    def _make_state(self) -> None:
        card = Card(parent=self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.last = Label("", "table", wrap=True, parent=card)
        self.folder = Label("", "table", wrap=True, selectable=True, parent=card)
        self.choose = button(say("settings.folder_choose"), self._choose_folder, small=True, deed=True, parent=card)
        self.off = button(say("settings.folder_off"), self._ask_off, small=True, deed=True, parent=card)
        for line, (name, value) in enumerate(
            ((say("settings.backup_last"), self.last), (say("settings.backup_folder"), self.folder))
        ):
            grid.addWidget(Label(name, "note", "text2", parent=card), line, 0)
            grid.addWidget(value, line, 1, 1, 1 if line else 2)
        verbs = QHBoxLayout()
        verbs.setSpacing(8)
        verbs.addWidget(self.choose)
        verbs.addWidget(self.off)
        grid.addLayout(verbs, 1, 2)
        card.body.addLayout(grid)
        self.strange = Label("", "table", "danger", wrap=True, parent=card)
        self.strange.setVisible(False)
        card.body.addWidget(self.strange)
        self.body.addWidget(card)

    # --- showing -----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        house = self.desk.house
        self._folder = house.office.get().backup_folder
        self._show_last(house.backups.last())
        self.folder.setText(self._folder or say("settings.no_folder"))
        self.folder.set_tone("text" if self._folder else "danger")
        self.off.setVisible(bool(self._folder))
        self.make.setEnabled(bool(self._folder))
        self.make.setToolTip("" if self._folder else say("settings.folder_first"))
        try:
            found = house.backups.in_folder()
            self.card.empty.say(
                say("settings.backups_none"),
                say("settings.backups_none_yet") if self._folder else say("settings.backups_no_folder"),
                "" if self._folder else say("settings.folder_choose"),
            )
        except Refusal as refusal:
            found = []
            self.card.empty.say(say("settings.backups_unseen"), words_of(refusal), say("settings.folder_choose"))
        strange = bool(found) and not found[0].own
        self.strange.setVisible(strange)
        if strange:
            self.strange.setText(say("settings.backup_strange_newest", moment=moment(found[0].made_at)))
        self.card.show_source(Rows(found))
        self.card.table.choose(0)
        self.verify.setEnabled(bool(found))

    def _show_last(self, last: LastBackup | None) -> None:
        if last is None:
            self.last.setText(say("settings.backup_never"))
            self.last.set_tone("danger")
            return
        words = say("settings.backup_last_is", moment=moment(last.made_at), age=self._age(last.made_at))
        since = say("settings.changed_since") if last.changed_since else say("settings.nothing_since")
        self.last.setText(f"{words} {since}")
        old = last.changed_since and self._days(last.made_at) >= _OLD_DAYS
        self.last.set_tone("warn" if old else "text")

    def _days(self, at: datetime) -> int:
        passed: timedelta = self.desk.house.settings.clock.today() - at.astimezone(JAPAN).date()
        return max(passed.days, 0)

    def _age(self, at: datetime) -> str:
        days = self._days(at)
        return say("settings.days_ago", n=f"{days:,}") if days else say("settings.today")

    def first_focus(self) -> QWidget:
        return self.make if self.make.isEnabled() else self.choose

    # --- where -------------------------------------------------------------------------------------------------

    def _choose_folder(self) -> None:
        choose_folder(self, say("settings.folder_choose"), self.set_folder)

    def set_folder(self, folder: Path | None) -> None:
        """Where backups go at each lock from now on; None for nowhere."""
        service = self.desk.house.backups

        def done(_nothing: object) -> None:
            words = say("backups.folder_is", folder=folder) if folder else say("settings.folder_gone")
            self.done(words, Deed.OFFICE_SET, tone="done" if folder else "warn")

        self.run(lambda _report: service.set_folder(folder), done)

    def _ask_off(self) -> None:
        ask(
            self.page,
            say("settings.folder_off_title"),
            say("settings.folder_off_text"),
            say("settings.folder_off"),
            partial(self.set_folder, None),
            danger=True,
        )

    # --- deeds -------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        service = self.desk.house.backups
        self.run(service.make_now, self._made)

    def _choose_place(self) -> None:
        now = self.desk.house.settings.clock.now().astimezone(JAPAN)
        name = say("settings.backup_name", stamp=f"{now:%Y%m%d-%H%M}")
        choose_new_file(self, say("settings.backup_make_at"), say("lock.backup_kinds"), name, self.make_file)

    def make_file(self, file: Path) -> None:
        """One backup at a place of one's own choice."""
        service = self.desk.house.backups
        self.run(lambda report: service.make(file, report), self._made)

    def _made(self, found: Checked) -> None:
        self.done(say("settings.backup_done", file=found.file.name), Deed.BACKUP_MADE)
        self._show_findings(say("settings.backup_done_title"), found)

    def _verify_chosen(self) -> None:
        one = self.card.table.current()
        if one is not None and self.verify.isEnabled():
            self.verify_file(one.file)

    def _choose_file(self) -> None:
        choose_file(self, say("settings.backup_verify_other"), say("lock.backup_kinds"), self.verify_file)

    def verify_file(self, file: Path) -> None:
        """Look at all of a backup."""
        service = self.desk.house.backups
        self.run(
            lambda report: service.verify(file, report),
            lambda found: self._show_findings(say("settings.backup_well"), found),
        )

    def _show_findings(self, title: str, found: Checked) -> None:
        sheet = Sheet(title, self.page)
        sheet.setObjectName("findings")
        sheet.setMinimumWidth(theme.current().px(560))
        people = say("lock.people", n=f"{found.contents.rows.get('persons', 0):,}")
        sheet.add_facts(
            [
                (say("lock.found_moment"), moment(found.made_at)),
                (say("lock.found_people"), people),
                (say("settings.backup_file"), found.file.name),
                *((say(f"backups.check_{each.name}"), said(each.name, each.found)) for each in found.findings),
            ]
        )
        close = sheet.add_button(say("settings.close"), primary=True)
        close.clicked.connect(sheet.accept)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()
        close.setFocus()

    def _ask_restore(self) -> None:
        ask(
            self.page,
            say("settings.backup_restore_title"),
            say("settings.backup_restore_text"),
            say("settings.backup_restore_verb"),
            self.desk.restore_asked.emit,
        )


def moment(at: datetime) -> str:
    """令和8年10月14日 17:05."""
    there = at.astimezone(JAPAN)
    return f"{format_wareki(there.date())} {there:%H:%M}"


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1024 / 1024:,.1f} MB"


def said(name: str, found: str) -> str:
    """What a check found, in words."""
    if name == "keys":
        return say(f"backups.keys_{found}")
    return say("settings.check_ok") if found == "ok" else found


def _kept_as(one: KeptBackup) -> Cell:
    if not one.own:
        return Cell(say("settings.backup_strange"), "warn")
    if not one.kept_as:
        return Cell(say("settings.goes_next"), "text3")
    return Cell(say("settings.and").join(label(each) for each in one.kept_as if each is not Generation.NEWEST)
                or label(Generation.NEWEST))  # fmt: skip
