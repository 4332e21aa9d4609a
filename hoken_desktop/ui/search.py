"""Ctrl+K: the best answers drop down from the top bar while somebody types; Enter opens one, Ctrl+Enter shows all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.person_lists import PersonLine, PersonLists
from hoken_desktop.ui import theme
from hoken_desktop.ui.jobs import Jobs
from hoken_desktop.ui.kit.asking import Asking
from hoken_desktop.ui.kit.forms import link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, WindowTable
from hoken_desktop.ui.pages.person_columns import ALL, Setting
from hoken_desktop.ui.search_ways import Way, find_ways
from hoken_desktop.words import label, say

MOST = 8
_TYPING_MS = 120
_COLUMNS = ("mark", "name", "kana", "municipality", "care", "phone")
_WIDTHS = (40, 150, 150, 84, 84, 116)


class Drop(QFrame):
    """What hangs under the search: a child of the frame, so that it is destroyed with it. It never takes the focus."""

    opened = Signal(str)
    way_opened = Signal(object)
    all_asked = Signal()

    def __init__(self, frame: QWidget, setting: Callable[[], Setting]) -> None:
        super().__init__(frame)
        self.setObjectName("searchDrop")
        self._frame = frame
        self._setting = setting
        self.table: WindowTable[PersonLine] = WindowTable((), say("search.answers"), self)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.horizontalHeader().hide()
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.clicked.connect(lambda _index: self._open())
        self.ways: WindowTable[Way] = WindowTable(
            (Column(say("search.ways"), lambda way: Cell(way.title, icon="chevron-right"), 120, grow=1),),
            say("search.ways"), self,
        )  # fmt: skip
        self.ways.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ways.horizontalHeader().hide()
        self.ways.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.ways.clicked.connect(lambda index: self.way_opened.emit(self.ways.window_model.row_at(index.row())))
        self._foot = QWidget(self)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(10, 4, 10, 6)
        self.words = Label("", "note", "text2", parent=self._foot)
        self.all_link = link(say("search.show_all"), self.all_asked.emit, self._foot)
        self.all_link.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.all_link.setProperty("type", "note")
        foot.addWidget(self.words, 1)
        foot.addWidget(self.all_link)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self.ways)
        column.addWidget(self._foot)
        self.hide()

    def show_answers(self, lines: Sequence[PersonLine], total: int, ways: Sequence[Way] = ()) -> None:
        """The best of them, the first one chosen; under them the screens that are called so."""
        setting = self._setting()
        columns = []
        for key, width in zip(_COLUMNS, _WIDTHS, strict=True):
            made = ALL[key].of(setting)
            columns.append(Column(made.title, made.show, width, made.align, lead=made.lead, grow=made.grow))
        self.table.show_source(Rows(lines), columns)
        look = theme.current()
        self.table.setVisible(bool(lines))
        self.table.setFixedHeight(look.height("row") * len(lines) + 2)
        self.words.setText(say("search.found", n=f"{total:,}") if total else say("search.nobody"))
        self.all_link.setVisible(total > 0)
        self.ways.show_source(Rows(ways))
        self.ways.setVisible(bool(ways))
        self.ways.setFixedHeight(look.height("row") * len(ways) + 2)
        self._choose(0)

    def current(self) -> PersonLine | Way | None:
        """Who is chosen, or which screen."""
        return self.table.current() or self.ways.current()

    def hang(self, edit: QWidget) -> None:
        """Under the search, as wide as its columns want and the frame allows."""
        frame = self._frame
        look = theme.current()
        width = min(look.px(sum(_WIDTHS)) + 4, frame.width() - 16)
        corner = edit.mapTo(frame, QPoint(0, edit.height() + 2))
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(max(min(corner.x(), frame.width() - width - 8), 8), corner.y())
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        """The next answer, or the one before."""
        people = self.table.window_model.rowCount()
        now = self.table.currentIndex().row()
        if now < 0:
            now = people + self.ways.currentIndex().row()
        self._choose(min(max(now + by, 0), people + self.ways.window_model.rowCount() - 1))

    def _choose(self, at: int) -> None:
        people = self.table.window_model.rowCount()
        table, other = (self.table, self.ways) if at < people else (self.ways, self.table)
        other.clearSelection()
        other.setCurrentIndex(QModelIndex())
        table.choose(at if table is self.table else at - people)

    def forget(self) -> None:
        """Away, with everybody in it."""
        self.hide()
        self.table.show_source(None)
        self.ways.show_source(None)

    def _open(self) -> None:
        one = self.table.current()
        if one is not None:
            self.opened.emit(one.id)


class Search(QObject):
    """Watches the input of the top bar. `lists` gives the open registry's lists, `setting` what the columns need."""

    opened = Signal(str)  # a person's id
    way_opened = Signal(object)  # a Way
    all_asked = Signal(str)  # what was typed
    left = Signal()  # Esc: back to the page

    def __init__(
        self, edit: QLineEdit, frame: QWidget, jobs: Jobs, lists: Callable[[], PersonLists],
        setting: Callable[[], Any], has_page: Callable[[str], bool],
    ) -> None:  # fmt: skip
        super().__init__(frame)
        self._edit = edit
        self._lists = lists
        self._has_page = has_page
        self.drop = Drop(frame, setting)
        self.drop.opened.connect(self._open)
        self.drop.way_opened.connect(self._go)
        self.drop.all_asked.connect(self._ask_all)
        self.asking = Asking(jobs, self, slow=lambda: self._lists().are_long(), refuse=self._refuse)
        self.typing = QTimer(self)
        self.typing.setSingleShot(True)
        self.typing.setInterval(_TYPING_MS)
        self.typing.timeout.connect(self.ask)
        edit.textEdited.connect(lambda _text: self.typing.start())
        edit.installEventFilter(self)
        frame.installEventFilter(self)

    def ask(self) -> None:
        """Look up what is typed now."""
        self.typing.stop()
        text = self._edit.text().strip()
        if not text:
            self.put_away()
            return
        self.asking.ask(lambda: self._lists().best(text, MOST), self._show)

    def put_away(self) -> None:
        """No answers in sight, and none kept."""
        self.typing.stop()
        self.asking.take_back()
        self.drop.forget()
        self._edit.setAccessibleDescription(say("window.search_hint"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._edit:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
                if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
                    # The page behind must not hear it: there Ctrl+Enter may be a disclosure.
                    event.accept()
                    return True
            elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            elif event.type() == QEvent.Type.FocusOut:
                self.put_away()
        elif event.type() == QEvent.Type.Resize and self.drop.isVisible():
            QTimer.singleShot(0, self.drop, lambda: self.drop.hang(self._edit))
        return super().eventFilter(watched, event)

    def _show(self, found: tuple[list[PersonLine], int]) -> None:
        if not self._edit.hasFocus():  # the answer came after somebody went elsewhere
            self.drop.forget()
            return
        self.drop.show_answers(*found, find_ways(self._edit.text(), self._has_page))
        self.drop.hang(self._edit)
        self._speak()

    def _key(self, event: QKeyEvent) -> bool:
        key, plain = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._entered(everybody=bool(plain & Qt.KeyboardModifier.ControlModifier))
            return True
        if key == Qt.Key.Key_Escape:
            self._edit.clear()
            self.put_away()
            self.left.emit()
            return True
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.drop.isVisible():
            self.drop.step(1 if key == Qt.Key.Key_Down else -1)
            self._speak()
            return True
        return False

    def _entered(self, *, everybody: bool) -> None:
        """Enter opens who is chosen; before an answer is there, and with Ctrl, the 台帳 shows all who fit."""
        waiting = self.typing.isActive() or self.asking.busy()
        one = self.drop.current() if self.drop.isVisible() and not waiting else None
        if isinstance(one, Way) and not everybody:
            self._go(one)
        elif isinstance(one, PersonLine) and not everybody:
            self._open(one.id)
        else:
            self._ask_all()

    def _open(self, person_id: str) -> None:
        self._edit.clear()
        self.put_away()
        self.opened.emit(person_id)

    def _go(self, way: Way) -> None:
        self._edit.clear()
        self.put_away()
        self.way_opened.emit(way)

    def _ask_all(self) -> None:
        text = self._edit.text().strip()
        self.put_away()
        if text:
            self.all_asked.emit(text)

    def _speak(self) -> None:
        """A screen reader hears the chosen answer from the input that keeps the focus."""
        one = self.drop.current()
        if isinstance(one, Way):
            parts = [say("search.ways"), one.title]
        else:
            parts = [] if one is None else [label(one.group), one.name, one.name_kana]
        self._edit.setAccessibleDescription(" ".join(parts) or self.drop.words.text())

    def _refuse(self, _refusal: Refusal) -> None:
        self.drop.forget()
