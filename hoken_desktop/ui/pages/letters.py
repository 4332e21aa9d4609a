"""郵送, under 同意: letters printed in bulk, what came back of them, and what is still out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QWidget

from hoken_desktop.domain.codes import RoundState
from hoken_desktop.domain.deeds import Deed, topics_of
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.letters import Letter, LetterState, Sender, said_number
from hoken_desktop.services.letter_choices import Chosen
from hoken_desktop.services.letters import LetterBoard, LetterLine, LettersPrinted
from hoken_desktop.services.progress import Report
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.kit.forms import button, chip, link
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.choosers import choose_new_file
from hoken_desktop.ui.pages.letter_entry import EntryView
from hoken_desktop.ui.pages.letter_print import Order, PrintForm, SenderForm
from hoken_desktop.ui.pages.letter_sent import SentView
from hoken_desktop.ui.pages.papers import SavedSheet, choose_printer, writes_a_file
from hoken_desktop.ui.printing import PaperPrinter
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

VIEWS = ("sent", "entry")


class LettersPage(Page):
    """`show_at(view=…)` opens sent or entry; `state=…` shows the letters of one state (or "overdue")."""

    topics = frozenset({"letters", "persons", "office"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("letters_page.title"))
        self.board: LetterBoard | None = None
        self._again = False
        self._counting: PrintForm | None = None
        self.tabs: list[QPushButton] = []
        if desk.has_page("consents"):
            back = link(say("letters_page.to_consents"), lambda: desk.open_page("consents"), self)
            self.head.insertWidget(0, back)
        group = QButtonGroup(self)
        for view, text in zip(VIEWS, (say("letters_page.view_sent"), say("letters_page.view_entry")), strict=True):
            made = chip(text, view == VIEWS[0], self)
            made.clicked.connect(lambda _on=False, view=view: self.show_view(view))
            group.addButton(made)
            self.tabs.append(made)
            self.head.addWidget(made)
        self.head.addSpacing(8)
        self.sender_button = button(say("letters_page.sender"), self.ask_sender, deed=True, parent=self)
        self.print_button = button(
            say("letters_page.print_verb"), self.ask_print, key="Ctrl+N", icon="printer", primary=True, deed=True,
            parent=self,
        )  # fmt: skip
        self.head.addWidget(self.sender_button)
        self.head.addWidget(self.print_button)
        self.views = QStackedWidget(self)
        self.sent = SentView(self)
        self.entry = EntryView(self)
        self.views.addWidget(self.sent)
        self.views.addWidget(self.entry)
        self.body.addWidget(self.views, 1)

    # ---- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        letters = self.desk.house.letters
        self._again = not self.desk.run(self, lambda _report: letters.board(), self._show)

    def _show(self, board: LetterBoard) -> None:
        if self._again:
            self.refresh()
            return
        self.board = board
        self.subtitle.setText(
            say("letters_page.subtitle", out=f"{board.count(LetterState.OUT):,}", overdue=f"{board.overdue:,}")
        )
        self.sent.show_board(board, self.desk.house.office.municipalities())
        self.entry.know(board.day)

    def show_at(self, **where: object) -> None:
        view, state = where.get("view"), where.get("state")
        if isinstance(state, str):
            self.sent.show_batch(None)
            self.sent.pick(state)
        self.show_view(str(view) if view in VIEWS else VIEWS[0])

    def show_view(self, view: str) -> None:
        """Show what was sent, or the entry of what came back."""
        at = VIEWS.index(view)
        self.tabs[at].setChecked(True)
        self.views.setCurrentIndex(at)
        if view == "entry":
            self.entry.begin()

    def release(self) -> None:
        self.entry.forget()
        self.sent.forget()
        self.board = None

    def first_focus(self) -> QWidget | None:
        return self.entry.first_focus() if self.views.currentWidget() is self.entry else self.sent.first_focus()

    def deed_done(self) -> None:
        """A letter was printed, entered or marked: every page that shows what it wrote reads again."""
        self.desk.changed(*topics_of(Deed.LETTER_ENTERED))

    # ---- deeds ------------------------------------------------------------------------------------------------

    def enter(self, number: str) -> None:
        """返事を入れる, for a letter of the list."""
        self.tabs[1].setChecked(True)
        self.views.setCurrentWidget(self.entry)
        self.entry.begin(number)

    def mark(self, line: LetterLine, state: LetterState) -> None:
        """宛先不明, 打ち切り, or 返送待ち again, after a question that names whose letter it is."""
        letters, letter, person = self.desk.house.letters, line.letter, line.person
        whom = say("letters_page.whom", name=person.name, kana=person.name_kana, number=person.registry_no)
        facts = [
            (say("letters_page.to_whom"), whom),
            (say("letters_page.number"), said_number(letter.number)),
            (say("letters_page.column_kind"), label(letter.kind)),
        ]

        def do() -> None:
            self.desk.run(self, lambda _report: letters.mark([letter.number], state), self._marked)

        words = {
            LetterState.UNDELIVERED: (say("letters_page.undelivered_text"), say("letters_page.undelivered_verb")),
            LetterState.GIVEN_UP: (say("letters_page.given_up_text"), say("letters_page.given_up_verb")),
            LetterState.OUT: (say("letters_page.out_text"), say("letters_page.out_verb")),
        }
        text, verb = words[state]
        ask(self, say("letters_page.mark_title"), text, verb, do, facts=facts)

    def _marked(self, letters: Sequence[Letter]) -> None:
        self.deed_done()
        words = say("letters_page.marked", number=said_number(letters[0].number), state=label(letters[0].state))
        self.notices.say(words, "done")

    def ask_sender(self) -> SenderForm:
        """差出人 to be put down or changed."""
        letters = self.desk.house.letters

        def keep(sender: Sender) -> None:
            self.desk.run(
                self, lambda _report: letters.set_sender(sender),
                lambda _none: self.notices.say(say("letters_page.sender_kept"), "done"),
            )  # fmt: skip

        form = SenderForm(self, letters.sender(), keep)
        form.open()
        return form

    def ask_print(self) -> PrintForm | SenderForm:
        """印刷する: whom, counted first. Without a 差出人 that one is asked for before."""
        house = self.desk.house
        if not house.letters.sender().is_complete:
            return self.ask_sender()
        frozen = sorted((r.as_of for r in house.rounds.all() if r.state is RoundState.FROZEN), reverse=True)
        day = self.board.day if self.board is not None else house.overviews.day()
        form = PrintForm(self, day, frozen, house.office.municipalities(), self._print)
        form.count_asked.connect(lambda: self._count(form))
        self._counting = form
        form.finished.connect(lambda _code: setattr(self, "_counting", None))
        form.open()
        return form

    def _count(self, form: PrintForm) -> None:
        letters, choice = self.desk.house.letters, form.choice()
        if choice is None:
            return

        def work(_report: Report) -> Chosen | Refusal:
            try:
                found: Chosen = letters.choose(choice)
            except Refusal as refusal:
                return refusal
            return found

        def then(found: Chosen | Refusal) -> None:
            if self._counting is not form:
                return
            if choice != form.choice():
                form.count_asked.emit()
            elif isinstance(found, Refusal):
                form.show_count(None, words_of(found))
            else:
                form.show_count(found)

        if not self.desk.run(self, work, then):
            form._timer.start()

    def _print(self, order: Order) -> None:
        letters = self.desk.house.letters
        if order.paper:
            self._on_paper(
                lambda printer, report: letters.print_on(
                    order.choice, printer, sent_on=order.sent_on, due_on=order.due_on, report=report
                )
            )
            return
        self._into_file(
            say("letters_page.file", kind=label(order.choice.kind), day=order.sent_on.isoformat()),
            lambda path, report: letters.write(
                order.choice, path.parent, name=path.name, sent_on=order.sent_on, due_on=order.due_on, report=report
            ),
        )

    def print_again(self, numbers: Sequence[str]) -> None:
        """督促: the same letters once more, as a PDF."""
        letters = self.desk.house.letters
        day = self.board.day.isoformat() if self.board is not None else ""
        self._into_file(
            say("letters_page.again_file", day=day),
            lambda path, report: letters.write_again(numbers, path.parent, report, name=path.name),
        )

    def _into_file(self, name: str, put: Callable[[Path, Report], LettersPrinted]) -> None:
        def write(path: Path) -> None:
            self.desk.run(self, lambda report: put(path, report), self._printed)

        choose_new_file(self, say("printing.choose_file"), say("printing.kinds_pdf"), name, write)

    def _on_paper(self, put: Callable[[PaperPrinter, Report], LettersPrinted]) -> None:
        self.notices.clear()

        def on(printer: QPrinter) -> None:
            if writes_a_file(printer):
                self.refuse(Refusal("printing.into_a_file"))
                return
            real = PaperPrinter(printer)
            self.desk.run(self, lambda report: put(real, report), self._printed)

        if choose_printer(self, on) is None:
            self.refuse(Refusal("printing.no_printers"))

    def _printed(self, made: LettersPrinted) -> None:
        self.deed_done()
        words = say("letters_page.printed", n=len(made.letters), pages=made.printed.pages)
        self.notices.say(words, "done")
        if made.unshaped:
            listed = say("letters_page.comma").join(said_number(number) for number in made.unshaped)
            self.notices.say(say("letters_page.unshaped", numbers=listed), "warn")
        if made.printed.password:
            SavedSheet(made.printed, self).open()

    # ---- sizes ------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.entry.share(self.width())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "entry"):
            self.entry.share(self.width())
        super().changeEvent(event)
