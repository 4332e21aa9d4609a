"""The frame around every page: top bar, left rail, status bar and the stack of pages; it knows nothing of services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hoken_desktop.domain.codes import RoundState
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.services.desk import DeskFacts
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit.forms import KeyedButton
from hoken_desktop.ui.kit.labels import KeyCap, Label, Tag
from hoken_desktop.ui.kit.reading import move_focus, stops_at
from hoken_desktop.ui.kit.seats import Seat
from hoken_desktop.ui.manuals import PLACE, page_of
from hoken_desktop.ui.pages import RAIL, UNDER
from hoken_desktop.ui.viewing import ViewingBar
from hoken_desktop.words import say

_LEAST_RAIL_ITEM, _LEAST_SEARCH = 30, 150


class RailButton(QToolButton):
    """A page's place in the rail, with the number of things left to do on it."""

    def __init__(self, icon: str, word: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._word = word
        self._waiting = 0
        self.setText(f" {word}")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(f"{word}({key})")
        self.setShortcut(QKeySequence(key))
        self.set_waiting(0)
        self.dress()

    def dress(self) -> None:
        """Take the theme's colours and sizes."""
        look = theme.current()
        self.setIcon(icons.icon(self._icon, "text2", "accent_deep"))
        self.setIconSize(icons.extent(18))
        self.setFixedWidth(look.width("rail") - 1)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        look = theme.current()
        return QSize(look.width("rail") - 1, look.height("rail_item"))

    def minimumSizeHint(self) -> QSize:
        """On a low screen they stand closer."""
        return QSize(self.sizeHint().width(), theme.current().px(_LEAST_RAIL_ITEM))

    def set_waiting(self, count: int) -> None:
        """Show `count` at the right end; 0 shows nothing."""
        self._waiting = count
        self.setAccessibleName(say("window.rail_waiting", page=self._word, n=f"{count:,}") if count else self._word)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._waiting:
            return
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = f"{self._waiting:,}" if self._waiting < 1000 else "999+"
        painter.setFont(look.font("note", bold=True))
        width = max(painter.fontMetrics().horizontalAdvance(text) + 10, look.px(18))
        box = QRectF(self.width() - width - 7, (self.height() - look.px(18)) / 2, width, look.px(18))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("warn"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(look.colour("on_mark"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()


class Frame(QWidget):
    """What stands around the page in sight, with the keys that work everywhere (Ctrl+K, Ctrl+L, Ctrl+1 to 9 and 0)."""

    page_asked = Signal(str)
    lock_asked = Signal()
    search_asked = Signal(str)
    help_asked = Signal()

    def __init__(self, pages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("frame")
        self._seats: dict[str, Seat] = {}
        self.stack = QStackedWidget(self)
        self.stack.setProperty("ground", "bg")
        self._top = self._make_top_bar()
        self.rail_buttons: dict[str, RailButton] = {}
        self._rail = self._make_rail(pages)
        self._status = self._make_status_bar()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._rail)
        middle.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        self._viewing = ViewingBar(self)
        column.addWidget(self._viewing)
        column.addLayout(middle, 1)
        column.addWidget(self._status)
        QShortcut(QKeySequence("Ctrl+K"), self, self.focus_search)
        QShortcut(QKeySequence("Ctrl+L"), self, self.lock_asked.emit)
        self._measure()

    # --- what desk calls ---------------------------------------------------------------------------------------

    def add_page(self, name: str, page: QWidget) -> None:
        if not page.property(PLACE):
            page.setProperty(PLACE, page_of(name))
        self._seats[name] = Seat(page, self.stack)
        self.stack.addWidget(self._seats[name])

    def show_page(self, name: str) -> None:
        self.stack.setCurrentWidget(self._seats[name])
        for each, button in self.rail_buttons.items():
            button.setChecked(each == UNDER.get(name, name))

    def current_page(self) -> QWidget | None:
        seat = self.stack.currentWidget()
        return seat.widget() if isinstance(seat, Seat) else None

    def show_facts(self, facts: DeskFacts) -> None:
        """Fill the bars."""
        self._viewing.show_moment(facts.viewing)
        self._office.setText(facts.office)
        self._office.setToolTip("")
        if facts.as_of is None:
            self._as_of.setText(say("window.no_round"))
            self._as_of.setToolTip("")
            self._state.setVisible(False)
            self._edition_note.setText("")
        else:
            self._as_of.setText(format_wareki(facts.as_of))
            self._as_of.setToolTip(facts.as_of.isoformat())
            frozen = facts.state is RoundState.FROZEN
            words = say("window.round_frozen", edition=facts.edition) if frozen else say("window.round_open")
            self._state.show_as(words, "done" if frozen else "accent")
            self._state.setVisible(True)
            self._edition_note.setText(say("window.round_of", month=f"{facts.as_of:%Y-%m}"))
        self._who.setText(facts.staff)
        self._backup.setText(_backup_words(facts.backup_at))
        self._backup.setVisible(facts.viewing is None)  # what is looked at is a backup itself
        self._backup.set_tone("text2" if facts.backup_at else "warn")
        self._fictitious.setText(say("window.fictitious") if facts.fictitious else "")
        for name, button in self.rail_buttons.items():
            button.set_waiting(facts.waiting.get(name, 0))
        self._share_top()

    def show_minutes_left(self, minutes: int) -> None:
        """How long until the registry locks itself."""
        self._idle_note.setText(say("window.locks_in", minutes=minutes))
        self._idle_note.set_tone("warn" if minutes <= 1 else "text2")

    def focus_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    # --- parts -------------------------------------------------------------------------------------------------

    def _make_top_bar(self) -> QFrame:
        bar = QFrame(self)
        bar.setObjectName("topBar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        self._office = Label("", "card_title", parent=bar)
        row.addWidget(self._office)
        row.addSpacing(16)
        row.addWidget(Label(say("window.as_of"), "note", "text2", parent=bar))
        self._as_of = Label("", "table", bold=True, parent=bar)
        row.addWidget(self._as_of)
        self._state = Tag("", "accent", bar)
        row.addWidget(self._state)
        row.addStretch(1)
        self.search = QLineEdit(bar)
        self.search.setPlaceholderText(say("window.search_hint"))
        self.search.setAccessibleName(say("window.search"))
        self.search.setAccessibleDescription(say("window.search_hint"))
        self.search.setToolTip(say("window.search_tip"))
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(10, 0, 8, 0)
        self._search_icon = icons.Picture("search", "text2", 16, self.search)
        inside.addWidget(self._search_icon)
        inside.addStretch(1)
        self._search_key = KeyCap("Ctrl+K", self.search)
        inside.addWidget(self._search_key)
        self.search.textChanged.connect(lambda text: self._search_key.setVisible(not text))
        row.addWidget(self.search)
        self._who = Label("", "table", "text2", parent=bar)
        row.addSpacing(8)
        row.addWidget(self._who)
        row.addSpacing(8)
        self.lock_button = KeyedButton(say("window.lock"), "Ctrl+L", bar)
        self.lock_button.setToolTip(say("window.lock_tip"))
        self.lock_button.clicked.connect(lambda _checked=False: self.lock_asked.emit())
        row.addWidget(self.lock_button)
        return bar

    def _make_rail(self, pages: Sequence[str]) -> QFrame:
        rail = QFrame(self)
        rail.setObjectName("rail")
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(0)
        for entry in RAIL:
            if entry.name not in pages:
                continue
            button = RailButton(entry.icon, say(entry.word), f"Ctrl+{(len(self.rail_buttons) + 1) % 10}", rail)
            button.clicked.connect(partial(self._rail_clicked, entry.name))
            column.addWidget(button)
            self.rail_buttons[entry.name] = button
        column.addStretch(1)
        return rail

    def _make_status_bar(self) -> QFrame:
        bar = QFrame(self)
        bar.setObjectName("statusBar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(24)
        self._edition_note = Label("", "note", "text2", parent=bar)
        self._idle_note = Label("", "note", "text2", parent=bar)
        self._backup = Label("", "note", "text2", parent=bar)
        self._fictitious = Label("", "note", "text2", parent=bar)
        self.large_button = QPushButton(say("window.large_text"), bar)
        self.large_button.setProperty("link", True)
        self.large_button.setProperty("type", "note")
        self.large_button.setAccessibleName(say("window.large_text"))
        self.large_button.clicked.connect(lambda _checked=False: toggle_large())
        self.help_button = QPushButton(f"{say('manuals.open')} F1", bar)
        self.help_button.setProperty("link", True)
        self.help_button.setProperty("type", "note")
        self.help_button.setAccessibleName(say("manuals.open"))
        self.help_button.setToolTip(say("manuals.open_tip"))
        self.help_button.clicked.connect(lambda _checked=False: self.help_asked.emit())
        for label in (self._edition_note, self._idle_note, self._backup):
            row.addWidget(label)
        row.addStretch(1)
        row.addWidget(self._fictitious)
        row.addWidget(self.large_button)
        row.addWidget(self.help_button)
        return bar

    def focusNextPrevChild(self, forward: bool) -> bool:
        """From a control that was closed or hidden under the hand the focus goes on in its page: in the search above,
        Ctrl+Z would take back what was typed there and not the deed just done."""
        page, now = self.current_page(), self.window().focusWidget()
        if page is None or now is None or not page.isAncestorOf(now) or stops_at(now):
            return move_focus(self, forward)
        if now.isVisible() and now.isEnabled():  # inside the map, say, whose own control has the place in the row
            return move_focus(self, forward)
        if not move_focus(page, forward):
            page.setFocus()
        return True

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_status"):
            self._measure()
        super().changeEvent(event)

    def _measure(self) -> None:
        look = theme.current()
        self._top.setFixedHeight(look.height("top_bar"))
        self._status.setFixedHeight(look.height("status_bar"))
        self._rail.setFixedWidth(look.width("rail"))
        self.search.setTextMargins(look.px(24), 0, look.px(54), 0)
        self._share_top()
        self.lock_button.setIcon(icons.icon("lock", "text2"))
        self.large_button.setText(say("window.normal_text") if look.factor > 1 else say("window.large_text"))
        self.large_button.setAccessibleName(self.large_button.text())
        for button in self.rail_buttons.values():
            button.dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_top()

    def _share_top(self) -> None:
        """The search takes what the other words of the bar leave."""
        look, row = theme.current(), self._top.layout()
        if row is None:
            return
        others = row.sizeHint().width() - self.search.minimumWidth()
        widest = look.px(360) if look.factor == 1 else look.px(300)
        self.search.setFixedWidth(min(widest, max(self.width() - others, look.px(_LEAST_SEARCH))))

    def _rail_clicked(self, name: str, _checked: bool = False) -> None:
        self.page_asked.emit(name)


def _backup_words(made_at: datetime | None) -> str:
    if made_at is None:
        return say("window.backup_none")
    return say("window.backup_at", day=format_wareki(made_at.date()), time=f"{made_at:%H:%M}")


def toggle_large() -> None:
    """文字を大きく, and back."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        look = theme.current()
        theme.apply(app, theme.Theme(look.name, 1.0 if look.factor > 1 else theme.large_factor()))
