"""いまの名簿を引き継ぐ: a file, its columns, a trial, and the taking over; nothing is written before the last step."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.layouts import REGISTER, LayoutFile, LayoutName
from hoken_desktop.services.progress import Report
from hoken_desktop.services.registers import RegisterReading
from hoken_desktop.ui.kit.dialogs import Question, ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import DateInput, Field, button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.steps import StepState
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.choosers import choose_file
from hoken_desktop.ui.pages.layout_picks import LayoutPick, keep
from hoken_desktop.ui.pages.mapping import MappingView
from hoken_desktop.ui.pages.register_trial import TrialView
from hoken_desktop.ui.pages.round_files import files_in
from hoken_desktop.ui.pages.sheet_choice import SheetChoice
from hoken_desktop.ui.pages.step_line import StepLine
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

STEPS = ("file", "columns", "trial")


class RegistersPage(Page):
    """`show_at(path=…)` opens a file. The steps: file, columns, trial; the deed stands at the end of the last."""

    topics = frozenset({"office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("registers_page.title"))
        self._path: Path | None = None
        self._reading: RegisterReading | None = None
        self._taken: RegisterReading | None = None
        self.setAcceptDrops(True)
        self.setProperty(PLACE, "taking_over")
        self.line = StepLine(self)
        self.head.addWidget(self.line, 2)
        self.stack = QStackedWidget(self)
        self.empty = EmptyState(
            say("registers_page.empty"), say("registers_page.empty_text"), say("registers_page.choose"), "file-import"
        )
        self.empty.asked.connect(self.choose)
        self.mapping = MappingView(self)
        self.mapping.settled.connect(self._mapped)
        self.trial = TrialView(self)
        for view in (self.empty, self._make_columns(), self.trial):
            self.stack.addWidget(view)
        self.body.addWidget(self.stack, 1)
        self.body.addLayout(self._make_bar())
        QShortcut(QKeySequence("Ctrl+O"), self, self.choose)
        self._show_step("file")

    # ---- parts ------------------------------------------------------------------------------------------------

    def _make_columns(self) -> QWidget:
        view = QWidget(self)
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.day = DateInput(parent=view)
        self.day.changed.connect(self._look)
        self.layouts = LayoutPick(self, REGISTER)
        self.layouts.picked.connect(self._choose_layout)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(Field(say("registers_page.day"), self.day, parent=view))
        row.addWidget(Field(say("layouts_page.layout"), self.layouts, parent=view))
        self.sheets = SheetChoice(view)
        self.sheets.changed.connect(self._look)
        row.addWidget(self.sheets, 1)
        column.addLayout(row)
        column.addWidget(self.mapping, 1)
        return view

    def _make_bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.back_button = button(say("registers_page.back"), self.back, parent=self)
        self.keep_button = button(say("layouts_page.keep"), self.keep, key="Ctrl+S", deed=True, parent=self)
        self.why = Label("", "note", "text2", wrap=True, parent=self)
        self.next_button = button(
            say("registers_page.try"), self.go_on, key="Ctrl+Return", primary=True, action=True, deed=True, parent=self
        )
        row.addWidget(self.back_button)
        row.addWidget(self.keep_button)
        row.addWidget(self.why, 1)
        row.addWidget(self.next_button)
        return row

    # ---- steps ------------------------------------------------------------------------------------------------

    def step(self) -> str:
        """The step in sight."""
        return STEPS[self.stack.currentIndex()]

    def _show_step(self, name: str) -> None:
        at = STEPS.index(name)
        self.stack.setCurrentIndex(at)
        words = (say("registers_page.step_file"), say("registers_page.step_columns"), say("registers_page.step_trial"))
        states = [StepState.DONE if n < at else StepState.CURRENT if n == at else StepState.WAITING for n in range(3)]
        self.line.show_steps(tuple(zip(words, states, strict=True)))
        self.back_button.setText(say("registers_page.to_persons") if name == "file" else say("registers_page.back"))
        self.keep_button.setVisible(name == "columns")
        self.next_button.setVisible(name != "file")
        self._look()

    def _look(self) -> None:
        """Whether the next step is open, and why not."""
        if self.step() == "file":
            self.why.setText("")
            return
        if self._taken is not None:
            self.next_button.setText(say("registers_page.see"))
            self.next_button.setEnabled(True)
            self.why.setText("")
            return
        if self.step() == "trial":
            reading = self._reading
            people = reading.created + reading.merged if reading is not None else 0
            self.next_button.setText(say("registers_page.verb", n=f"{people:,}"))
            self.next_button.setEnabled(people > 0)
            self.why.setText(say("registers_page.nothing_new") if not people else say("registers_page.before_verb"))
            return
        chosen = [view for view in self.mapping.sheets if view.seen.sheet in self.sheets.wanted()]
        lacking = [view for view in chosen if not view.seen.fits]
        ready = bool(self.sheets.wanted()) and not lacking and not self.day.fault()
        self.next_button.setText(say("registers_page.try"))
        self.next_button.setEnabled(ready)
        self.keep_button.setEnabled(ready and self.mapping.draft.touched)
        if lacking:
            missing = "、".join(lacking[0].seen.missing)
            self.why.setText(say("registers_page.lacks", sheet=lacking[0].seen.sheet, columns=missing))
        else:
            self.why.setText("" if ready else say("registers_page.no_sheet"))

    def first_focus(self) -> QWidget:
        return {"file": self.empty, "columns": self.mapping.table, "trial": self.trial.faults.table}[self.step()]

    def back(self) -> None:
        """One step back; from the first to the 台帳."""
        if self._taken is not None:
            self.release()
        elif self.step() == "trial":
            self._show_step("columns")
            self._look_again()
        elif self.step() == "columns":
            self.release()
        else:
            self.desk.open_page("persons")

    def go_on(self) -> None:
        """試し読み, or the deed itself."""
        if self._taken is not None:
            self.release()
            self.desk.open_page("persons")
        elif self.step() == "columns":
            self.try_out()
        elif self._reading is not None:
            self.confirm()

    # ---- the file ---------------------------------------------------------------------------------------------

    def show_at(self, **where: object) -> None:
        path = where.get("path")
        if isinstance(path, Path):
            self.open(path)

    def choose(self) -> None:
        """Ask for the file."""
        choose_file(self, say("registers_page.choose_title"), say("registers_page.kinds"), self.open)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = files_in(event)
        if paths:
            event.acceptProposedAction()
            self.open(paths[0])

    def open(self, path: Path) -> None:
        """Look at a file and go on to its columns."""
        layouts = self.desk.house.layouts

        def then(file: LayoutFile) -> None:
            self.release()
            self._path = path
            self.subtitle.setText(path.name)
            today = self.desk.house.overviews.day()
            self.day.set_day(min(file.saved_on or today, today))
            self.layouts.refresh()
            self._show_step("columns")
            self.mapping.open(file, layouts.draft(REGISTER))

        self.desk.run(self, lambda _report: layouts.open(path), then)

    def _look_again(self) -> None:
        """The file as it is by now, by the same columns: whoever goes back has mended it, and may have added one."""
        path, layouts = self._path, self.desk.house.layouts
        if path is not None:
            self.desk.run(
                self, lambda _report: layouts.open(path), lambda file: self.mapping.open(file, self.mapping.draft)
            )

    def _choose_layout(self, name: str) -> None:
        file = self.mapping.file
        if file is not None:
            self.mapping.open(file, self.desk.house.layouts.draft(name))

    def _mapped(self) -> None:
        """The file was looked at again: offer its sheets, those that can be read ticked; a trial is stale."""
        self._reading = None
        self.sheets.offer(self.mapping.sheets)
        self._look()

    # ---- deeds ------------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """様式として保存."""
        file = self.mapping.file
        if file is not None:
            keep(self, self.mapping.draft, file, self._kept)

    def _kept(self, kept: LayoutName) -> None:
        self.layouts.refresh(chosen=kept.name)
        self.notices.say(say("layouts_page.kept", name=kept.name), "done")

    def _read(self, report: Report, *, tried: str = "") -> RegisterReading:
        read: RegisterReading = self.desk.house.registers.read_in(
            self._path, layout=self.mapping.draft, sheets=[name for name in self.sheets.wanted() if name],
            as_of=self.day.day(), dry_run=not tried, tried=tried, report=report,
        )  # fmt: skip
        return read

    def try_out(self) -> None:
        """Read it without writing anything."""

        def then(reading: RegisterReading) -> None:
            self._reading = reading
            self.trial.show_reading(reading)
            self._show_step("trial")

        self.desk.run(self, partial(self._read), then)

    def confirm(self) -> Question | None:
        """Ask once more, with the count."""
        reading = self._reading
        if reading is None:
            return None
        return ask(
            self, say("registers_page.ask_title", n=f"{reading.created + reading.merged:,}"),
            say("registers_page.ask_text", faulty=f"{reading.faulty:,}", warnings=f"{len(reading.warnings):,}"),
            say("registers_page.verb", n=f"{reading.created + reading.merged:,}"),
            lambda: self.take_over(reading.sha256),
            facts=(
                (say("registers_page.fact_created"), say("registers_page.persons", n=f"{reading.created:,}")),
                (say("registers_page.fact_merged"), say("registers_page.persons", n=f"{reading.merged:,}")),
                (say("registers_page.fact_consents"), say("registers_page.items", n=f"{reading.consents:,}")),
                (say("registers_page.fact_day"), format_wareki(reading.as_of)),
            ),
        )  # fmt: skip

    def take_over(self, tried: str) -> None:
        """引き継ぐ: the file that was tried, as one deed."""

        def then(reading: RegisterReading) -> None:
            self.release()
            self._taken = reading
            self.trial.show_reading(reading)
            self._show_step("trial")
            self.desk.changed("persons", "places", "consents")
            counts = {"created": f"{reading.created:,}", "merged": f"{reading.merged:,}"}
            words = say("registers_page.done", **counts, faulty=f"{reading.faulty:,}")
            self.notices.say(words, "warn" if reading.faulty else "done")

        self.desk.run(self, partial(self._read, tried=tried), then)

    def release(self) -> None:
        self._path = self._reading = self._taken = None
        self.subtitle.setText("")
        self.mapping.release()
        self.trial.show_reading(None)
        self.sheets.offer(())
        self._show_step("file")
