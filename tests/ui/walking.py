"""Walking the whole window: every page, tab, sheet and view that a button opens, each looked at as a person would who
sees little, hears the screen, or has no mouse. What is found is told in words: where, which control, what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QEventLoop, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetrics, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QTextBrowser,
    QTextEdit,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from hoken_desktop.ui import theme
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.frame import Frame
from hoken_desktop.ui.icons import Picture
from hoken_desktop.ui.kit.forms import PressButton
from hoken_desktop.ui.kit.tables import WindowTable
from hoken_desktop.ui.webmap import WebMap

SLACK = 2
"""Pixels a text may lack: Qt's own hints round."""
_PADDING = 6
"""Pixels of a button's padding that may give way to its words."""
_MOST_LINKS = 100
NO_NAME_NEEDED = ("qt_spinbox_lineedit", "qt_scrollarea_viewport")


def settle(desk: Desk | None = None, milliseconds: int = 30) -> None:
    """Let jobs end and their words arrive."""
    timer = QElapsedTimer()
    timer.start()
    while timer.elapsed() < 20_000:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if timer.elapsed() >= milliseconds and (desk is None or not desk.jobs.busy()):
            break
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


def told(widget: QWidget) -> str:
    """A control in words: its kind, and its name or text."""
    words = widget.accessibleName() or widget.objectName()
    if not words and isinstance(widget, (QLabel, QAbstractButton)):
        words = widget.text()
    return f"{type(widget).__name__} 「{words[:40]}」"


def shown(root: QWidget) -> list[QWidget]:
    """Every widget of `root` in sight, itself too; what scrolls out of sight belongs to it, sheets over it do not."""
    found = [root]
    for each in root.findChildren(QWidget):
        if each.isVisibleTo(root) and each.window() is root.window() and not _in_map(each) and _has_room(each):
            found.append(each)
    return found


def _has_room(widget: QWidget) -> bool:
    return widget.width() > 0 and widget.height() > 0


def _in_map(widget: QWidget | None) -> bool:
    """The map is a web page with its own tests."""
    while widget is not None:
        if isinstance(widget, WebMap):
            return True
        widget = widget.parentWidget()
    return False


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab stops here: it asks for it, is enabled, and does not hand the focus on."""
    wants = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return wants and widget.isEnabled() and widget.focusProxy() is None and widget.isVisible()


# --- what a screen reader says -----------------------------------------------------------------------------------


def nameless(root: QWidget) -> Iterator[str]:
    """Controls that a screen reader could not name, or whose kind it would not know."""
    for each in shown(root):
        if each is root or not (each.focusPolicy() & Qt.FocusPolicy.TabFocus) or each.focusProxy() is not None:
            continue
        if each.objectName() in NO_NAME_NEEDED:
            continue
        spoken = QAccessible.queryAccessibleInterface(each)
        if spoken is None or not spoken.isValid():
            yield f"{told(each)} はスクリーンリーダーから見えない"
            continue
        if not spoken.text(QAccessible.Text.Name).strip():
            yield f"{told(each)} に読み上げの名前がない"
        unknown = (QAccessible.Role.NoRole, QAccessible.Role.Client)
        if spoken.role() in unknown and not isinstance(each, QAbstractScrollArea):
            yield f"{told(each)} の種類が読み上げられない"


# --- the keyboard ------------------------------------------------------------------------------------------------


def by_keyboard(root: QWidget) -> Iterator[tuple[str, str]]:
    """(kind, words): controls that Tab and the arrow keys never reach, places the focus cannot leave, and steps that go
    against the order of reading: up without going on to a column at the right, or back left in the same row."""
    wanted = {each for each in shown(root) if takes_tab(each)}
    if not wanted:
        return
    if not root.isActiveWindow():  # a window that came and went may have taken the activation with it
        root.activateWindow()
        settle()
    visited: list[QWidget] = []
    steps: list[tuple[QWidget, QWidget, QRect, QRect]] = []
    _first(root).setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(2 * len(wanted) + 20):
        now = QApplication.focusWidget()
        if now is None or (visited and now is visited[0]):
            break
        if visited and now is visited[-1]:
            yield "reach", f"{told(now)} から Tab で出られない"
            break
        if visited:  # as they stand at this step: what scrolls moves with the focus
            steps.append((visited[-1], now, _place(visited[-1], root), _place(now, root)))
        visited.append(now)
        if _in_map(now):
            _leave_map(root)  # inside, Tab goes from pin to pin, which the map's own test follows
            continue
        for _ in range(_MOST_LINKS if isinstance(now, QTextBrowser) else 1):  # there Tab goes from link to link
            QTest.keyClick(now, Qt.Key.Key_Tab)
            if QApplication.focusWidget() is not now:
                break
    for each in wanted - set(visited):
        if not _has_reached_sibling(each, visited):
            yield "reach", f"{told(each)} に Tab で着けない"
    for each in shown(root):
        if _for_the_mouse_only(each):
            yield "reach", f"{told(each)} はマウスでしか押せない"
    first = _first(root)
    for before, after, one, two in steps:
        if after is first:  # Tab goes in a ring: where a job moved the focus on, the walk began in its middle
            continue
        up = two.bottom() <= one.top() + 4 and two.left() < one.right() - 4
        back = two.right() <= one.left() + 4 and two.top() < one.bottom() - 4 and two.bottom() > one.top() + 4
        if up or back:
            yield "order", f"{told(before)} の次が {'上' if up else '左'}の {told(after)}"
    if visited and not _goes_back(visited):
        yield "order", "Shift+Tab が逆の順に戻らない"


def _leave_map(root: QWidget) -> None:
    """What the map does after its last pin: it asks the window for the next control."""
    frame = next((each for each in root.findChildren(Frame)), None)
    if frame is not None:
        frame.focusNextPrevChild(True)


def _first(root: QWidget) -> QWidget:
    """The control in sight nearest to the top left, where Tab begins; what is scrolled away above it comes in turn."""
    stops = [each for each in shown(root) if takes_tab(each)]
    stops = [each for each in stops if not each.visibleRegion().isEmpty()] or stops
    upper = min((_place(each, root) for each in stops), key=QRect.top)
    row = [each for each in stops if _place(each, root).top() <= upper.center().y()]
    return min(row, key=lambda each: _place(each, root).left())


def _goes_back(visited: list[QWidget]) -> bool:
    if len(visited) < 2 or isinstance(visited[1], QTextBrowser):
        return True
    visited[1].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(visited[1], Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    return QApplication.focusWidget() is visited[0]


def _for_the_mouse_only(widget: QWidget) -> bool:
    return (
        isinstance(widget, QAbstractButton)
        and widget.isEnabled()
        and not (widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.shortcut().isEmpty()
        and not _excludes_others(widget)
        and not isinstance(widget.parentWidget(), (QTabBar, QLineEdit, QHeaderView, QAbstractItemView))
        and widget.focusProxy() is None
    )


def _has_reached_sibling(widget: QWidget, visited: list[QWidget]) -> bool:
    """Of buttons that exclude one another Tab reaches the checked one; the arrows reach the others."""
    if not _excludes_others(widget):
        return False
    return any(_excludes_others(each) and each.parentWidget() is widget.parentWidget() for each in visited)


def _excludes_others(widget: QWidget) -> bool:
    if not isinstance(widget, QAbstractButton):
        return False
    group = widget.group()
    return widget.autoExclusive() or (group is not None and group.exclusive())


def _place(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


# --- what is cut off ---------------------------------------------------------------------------------------------


def cut_off(root: QWidget) -> Iterator[str]:
    """Words without room: in labels, buttons, tabs, headers, inputs and choices; what is elided must have a tooltip."""
    for each in shown(root):
        if isinstance(each, QLabel):
            yield from _label(each)
        elif isinstance(each, QHeaderView):
            yield from _header(each)
        elif isinstance(each, QTabBar):
            yield from _tabs(each)
        elif isinstance(each, QComboBox):
            yield from _choice(each)
        elif isinstance(each, QLineEdit):
            yield from _hint(each)
        elif isinstance(each, (QPushButton, QCheckBox, QRadioButton, QToolButton)):
            yield from _button(each)
        if each is not root:
            yield from _outside(each, root)


def _label(label: QLabel) -> Iterator[str]:
    text = label.text()
    if not text.strip():
        return
    room = label.contentsRect()
    margins = 2 * label.margin() + max(label.indent(), 0)
    measure = QFontMetrics(label.font())
    hint = label.sizeHint()
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() + SLACK:
            yield f"{told(label)} の行が切れる({needed} > {label.height()})"
        return
    widest = max(measure.horizontalAdvance(line) for line in text.splitlines())
    lacking = widest + margins - room.width()
    if (lacking > SLACK or hint.width() > label.width() + SLACK) and not label.toolTip():
        yield f"{told(label)} の字が切れる({max(widest, hint.width())} > {room.width()})"
    if hint.height() > label.height() + SLACK and measure.height() > room.height() + SLACK:
        yield f"{told(label)} の高さが足りない({measure.height()} > {room.height()})"


def _button(button: QAbstractButton) -> Iterator[str]:
    if not button.text().strip():
        return
    needed = button.sizeHint()
    if isinstance(button, QToolButton):
        needed = QSize(QFontMetrics(button.font()).horizontalAdvance(button.text()) + button.iconSize().width() + 14, 0)
    if needed.width() > button.width() + _PADDING and not button.toolTip():
        yield f"{told(button)} の字が切れる({needed.width()} > {button.width()})"
    if QFontMetrics(button.font()).height() > button.height() + SLACK:
        yield f"{told(button)} の高さが足りない"


def _header(header: QHeaderView) -> Iterator[str]:
    model = header.model()
    if header.orientation() != Qt.Orientation.Horizontal or model is None:
        return
    measure = QFontMetrics(theme.current().font("note", bold=True))  # the style sheet's, not the header's own
    for section in range(header.count()):
        if header.isSectionHidden(section):
            continue
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        tip = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        if measure.horizontalAdvance(text) + 16 > header.sectionSize(section) + SLACK and not tip:
            yield f"{told(header.parentWidget())} の見出し「{text}」が切れる"


def _tabs(bar: QTabBar) -> Iterator[str]:
    for place in range(bar.count()):
        if not bar.isTabVisible(place):
            continue
        room = bar.tabRect(place).width()
        font = theme.current().font("table", bold=place == bar.currentIndex())  # the style sheet's, not the bar's own
        needed = QFontMetrics(font).horizontalAdvance(bar.tabText(place)) + 8  # the padding of tabs set close
        if needed > room + SLACK and not bar.tabToolTip(place):
            yield f"{told(bar)} の見出し「{bar.tabText(place)}」が切れる"
    if bar.count() and not bar.usesScrollButtons() and bar.tabRect(bar.count() - 1).right() > bar.width() + SLACK:
        yield f"{told(bar)} の見出しが窓からはみ出す"


def _choice(choice: QComboBox) -> Iterator[str]:
    if choice.isEditable() or not choice.currentText():
        return
    needed = QFontMetrics(choice.font()).horizontalAdvance(choice.currentText()) + 34
    if needed > choice.width() + SLACK and not choice.toolTip():
        yield f"{told(choice)} の「{choice.currentText()}」が切れる({needed} > {choice.width()})"


def _hint(edit: QLineEdit) -> Iterator[str]:
    if isinstance(edit.parentWidget(), (QAbstractSpinBox, QComboBox)) or not edit.placeholderText() or edit.text():
        return
    margins = edit.textMargins()
    room = edit.width() - 20 - margins.left() - margins.right()
    needed = QFontMetrics(edit.font()).horizontalAdvance(edit.placeholderText())
    if needed > room + SLACK and not edit.toolTip():
        yield f"{told(edit)} の例「{edit.placeholderText()}」が切れる({needed} > {room})"


def _outside(widget: QWidget, root: QWidget) -> Iterator[str]:
    """Part of a control lies outside what holds it, where nothing scrolls."""
    if not isinstance(widget, (QLabel, QAbstractButton, QLineEdit, QComboBox, QTabBar)):
        return
    holder = widget.parentWidget()
    place = widget.geometry()
    while holder is not None and holder is not root:
        if isinstance(holder.parentWidget(), QAbstractScrollArea):
            return
        if not holder.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(place):
            yield f"{told(widget)} が {type(holder).__name__} の外へはみ出す"
            return
        place = QRect(place.topLeft() + holder.pos(), place.size())
        holder = holder.parentWidget()


def overlapping(root: QWidget) -> Iterator[str]:
    """Words and controls that lie on one another."""
    things = [
        each
        for each in shown(root)
        if isinstance(each, (QLabel, Picture, QAbstractButton, QLineEdit, QComboBox, QTabBar, QAbstractItemView))
        and each is not root
        and not each.visibleRegion().isEmpty()
        and (not isinstance(each, QLabel) or each.text() or not each.pixmap().isNull())
    ]
    places = [QRect(each.mapTo(root, each.visibleRegion().boundingRect().topLeft()),
                    each.visibleRegion().boundingRect().size()) for each in things]  # fmt: skip
    for number, one in enumerate(things):
        for other in range(number + 1, len(things)):
            two = things[other]
            shared = places[number].intersected(places[other])
            if shared.width() <= 3 or shared.height() <= 3:
                continue
            if one.isAncestorOf(two) or two.isAncestorOf(one):
                continue
            yield f"{told(one)} と {told(two)} が重なる"


def sideways(root: QWidget) -> Iterator[str]:
    """Places that must be scrolled sideways; a table of many columns may be where the text is large."""
    for each in shown(root):
        if isinstance(each, QAbstractScrollArea) and not isinstance(each, QTextEdit):
            bar = each.horizontalScrollBar()
            hidden = each.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            many = isinstance(each, WindowTable) and theme.current().factor > 1
            if bar.maximum() > SLACK and not hidden and not many:
                yield f"{told(each)} が横に {bar.maximum()}px スクロールする"
            inner = each.widget() if isinstance(each, QScrollArea) else None
            if hidden and inner is not None and inner.minimumSizeHint().width() > each.viewport().width() + SLACK:
                yield f"{told(each)} の右が {inner.minimumSizeHint().width() - each.viewport().width()}px 切れる"


# --- contrast ----------------------------------------------------------------------------------------------------

_SCALE = 2
"""Painted twice as large, so that a stroke of a letter is whole pixels wide."""
TEXT, MARK = 4.5, 3.0


def faint(root: QWidget) -> Iterator[str]:
    """Words and marks whose painted pixels differ too little from their ground (WCAG 2, 1.4.3 and 1.4.11)."""
    pixels = _painted(root)
    for widget, place, least in _inked(root):
        measured = _contrast(pixels, place)
        if measured is not None and measured < least:
            yield f"{told(widget)} の濃さが {measured:.2f}(要 {least})"


def _painted(root: QWidget) -> NDArray[numpy.uint8]:
    image = QImage(root.size() * _SCALE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.scale(_SCALE, _SCALE)
    root.render(painter, QPoint(0, 0))
    painter.end()
    flat = numpy.frombuffer(image.constBits(), dtype=numpy.uint8)
    return flat.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width(), 2::-1].copy()


def _inked(root: QWidget) -> Iterator[tuple[QWidget, QRect, float]]:
    for each in shown(root):
        seen = each.visibleRegion().boundingRect()
        if not each.isEnabled() or seen.isEmpty():
            continue
        if seen.height() * 2 < each.height() and not isinstance(each, WindowTable):
            continue  # scrolled away but for a sliver: no stroke of its letters is whole
        place = QRect(each.mapTo(root, seen.topLeft()), seen.size())
        if isinstance(each, QLabel):
            if each.text().strip():
                yield each, place.adjusted(1, 1, -1, -1), TEXT
            elif not each.pixmap().isNull():
                yield each, place, MARK
        elif isinstance(each, Picture):
            yield each, place, MARK
        elif isinstance(each, (QPushButton, QToolButton)):
            if each.text().strip():
                yield each, place.adjusted(4, 4, -4, -4), TEXT
            elif not each.icon().isNull():
                yield each, place.adjusted(4, 4, -4, -4), MARK
        elif isinstance(each, (QCheckBox, QRadioButton)):
            yield each, place.adjusted(22, 2, -4, -2), TEXT
        elif isinstance(each, QLineEdit) and (each.text() or each.placeholderText()):
            yield each, place.adjusted(6, 4, -6, -4), TEXT
        elif isinstance(each, QComboBox):
            yield each, place.adjusted(6, 4, -28, -4), TEXT
        elif isinstance(each, QTabBar):
            for tab in range(each.count()):
                box = each.tabRect(tab).intersected(seen)
                yield each, QRect(each.mapTo(root, box.topLeft()), box.size()).adjusted(4, 4, -4, -8), TEXT
        elif isinstance(each, WindowTable):
            yield from _cells(each, root)


def _cells(table: WindowTable[object], root: QWidget) -> Iterator[tuple[QWidget, QRect, float]]:
    port = table.viewport()
    for row in range(table.first_shown(), min(table.first_shown() + 6, table.window_model.rowCount())):
        for column in range(table.window_model.columnCount()):
            cell = table.window_model.cell(row, column)
            box = table.visualRect(table.window_model.index(row, column)).intersected(port.rect())
            if box.height() < table.rowHeight(row) or box.width() < 20:
                continue
            place = QRect(port.mapTo(root, box.topLeft()), box.size()).adjusted(5, 2, -2, -2)
            yield table, place, TEXT if cell.text.strip() else MARK


def _contrast(pixels: NDArray[numpy.uint8], place: QRect) -> float | None:
    """The contrast of the strongest ink in a box with the box's ground; None where nothing is painted."""
    part = pixels[
        max(place.top(), 0) * _SCALE : max(place.bottom() + 1, 0) * _SCALE,
        max(place.left(), 0) * _SCALE : max(place.right() + 1, 0) * _SCALE,
    ].reshape(-1, 3)
    if not len(part):
        return None
    packed = (part[:, 0].astype(numpy.uint32) << 16) | (part[:, 1].astype(numpy.uint32) << 8) | part[:, 2]
    colours, counts = numpy.unique(packed, return_counts=True)
    ground = int(colours[counts.argmax()])
    ink = [int(colour) for colour, count in zip(colours, counts, strict=True) if count >= 8 and colour != ground]
    if not ink:
        return None
    return max(theme.contrast(f"#{colour:06X}", f"#{ground:06X}") for colour in ink)


# --- the walk ----------------------------------------------------------------------------------------------------

LOOKS = ((theme.LIGHT, 1.0), (theme.DARK, 1.25))
"""Colours move nothing and sizes colour nothing, so two looks show both themes and both sizes of text."""
SCALED = "HOKEN_TESTS_SCALED"
"""Set in the process that walks at 150 %: it looks at the pages and their tabs only, on a screen of 1280×720."""
_AT_150 = SCALED in os.environ
SIZES = (QSize(1280, 680),) if _AT_150 else (QSize(1366, 728), QSize(1920, 1040))
"""Screens of 1366×768 and 1920×1080 less a taskbar of 40 px; 1920×1080 at 150 % has 1280×720 pixels of its own."""
MOST_PRESSES = 60


@dataclass
class Found:
    """What a walk found, by kind of defect; each once, with the places it was seen at."""

    views: list[str] = field(default_factory=list)
    defects: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def note(self, kind: str, words: str, where: str) -> None:
        self.defects.setdefault(kind, {}).setdefault(words, []).append(where)

    def of(self, kind: str) -> list[str]:
        """The defects of a kind in words, with the first place of each."""
        return [f"{words} [{places[0]}、ほか{len(places) - 1}]" for words, places in self.defects.get(kind, {}).items()]


LAYOUT: dict[str, Callable[[QWidget], Iterator[str]]] = {
    "cut": cut_off,
    "overlap": overlapping,
    "sideways": sideways,
}


class Walk:
    """One walk through a page of the desk as it opens: names, keys, contrast. `thorough` in every look, through its
    tabs and all that opens from it, and for what is cut, lies on something or goes out of sight."""

    def __init__(self, desk: Desk, window: QWidget, name: str, *, thorough: bool) -> None:
        self._thorough = thorough
        self._desk = desk
        self._window = window
        self._name = name
        self.found = Found()
        self._at = ""
        self._structure = True

    def go(self) -> Found:
        """Look at the page and its tabs; thoroughly, also at each sheet and view that opens from it, in every look."""
        for name, factor in LOOKS if self._thorough else LOOKS[:1]:
            self._dress(name, factor)
            self._at = f"{name} ×{factor}"
            self._structure = name == theme.LIGHT
            page = self._desk.open_page(self._name)
            settle(self._desk)
            for place, tab in enumerate(self._tabs(page) if self._thorough else ("",)):
                both = self._thorough and place == 0
                self._look(self._window, f"{self._name}{tab}", SIZES if both else SIZES[:1])
            if self._thorough and not _AT_150:
                self._press_everything()
        self._dress(theme.LIGHT, 1.0)
        settle(self._desk)
        return self.found

    @staticmethod
    def _dress(name: str, factor: float) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if theme.current() != theme.Theme(name, factor):  # dressing every widget anew takes seconds
            theme.apply(app, theme.Theme(name, factor))

    def _tabs(self, page: QWidget) -> Iterator[str]:
        """Turn to every tab of the page in sight; gives its words."""
        bars = [each for each in page.findChildren(QTabBar) if each.isVisible() and each.count() > 1]
        if not bars:
            yield ""
        for bar in bars:
            for place in range(bar.count()):
                if isValid(bar) and bar.isTabEnabled(place) and bar.isTabVisible(place):
                    bar.setCurrentIndex(place)
                    settle(self._desk)
                    yield f"/{bar.tabText(place)}"
            if isValid(bar):
                bar.setCurrentIndex(0)
                settle(self._desk)

    def _look(self, root: QWidget, where: str, sizes: Sequence[QSize] = ()) -> None:
        self.found.views.append(where)
        if self._structure:
            for words in nameless(root):
                self.found.note("names", words, where)
            for kind, words in by_keyboard(root):
                self.found.note(kind, words, where)
        for size in sizes or (None,):
            if size is not None:
                root.resize(size)
                settle(self._desk)
            at = f"{where} {self._at} {root.width()}"
            if size is not None and root.width() > size.width():
                self.found.note("sideways", f"窓が {root.width()}px より狭くならない", at)
            for kind, check in LAYOUT.items() if self._thorough else ():
                if any(check(root)):  # what the walk by keys has just chosen may still be finding its room
                    settle(self._desk, 300)
                for words in check(root):
                    self.found.note(kind, words, at)
            if size in (None, SIZES[0]):
                for words in faint(root):
                    self.found.note("contrast", words, at)
        if len(sizes) > 1:
            root.resize(SIZES[0])
            settle(self._desk)

    def _press_everything(self) -> None:
        """Press each button of the page once, from the page as it opens, and look at what comes."""
        done: set[str] = set()
        doors: set[type] = set()  # kinds of button that lead to another page, which has its own walk
        for _ in range(MOST_PRESSES):
            page = self._fresh()
            button = next(
                (each for each in self._buttons(page) if self._key(each) not in done and type(each) not in doors), None
            )
            if button is None:
                return
            key = self._key(button)
            done.add(key)
            before = self._fingerprint(page)
            button.click()
            settle(self._desk, 60)
            if self._desk.current is not page and not isinstance(button, PressButton):
                doors.add(type(button))
            self._look_at_what_came(page, key, before)
        raise AssertionError(f"{self._name}: more than {MOST_PRESSES} buttons")

    def _look_at_what_came(self, page: QWidget, key: str, before: str) -> None:
        sheet = QApplication.activeModalWidget()
        if QApplication.activePopupWidget() is not None:  # a menu: Qt's own, with its own keys
            self._close_sheets()
        elif sheet is not None:
            self._look(sheet, f"{self._name}>{key}")
            self._close_sheets()
        elif self._desk.current is page and self._fingerprint(page) != before:
            self._look(self._window, f"{self._name}>{key}")

    def _fresh(self) -> QWidget:
        """The page as it opens, with its first row chosen."""
        self._close_sheets()
        page = self._desk.open_page(self._name)
        for _ in range(3):
            back = next(
                (each for each in page.findChildren(QAbstractButton)
                 if each.isVisible() and each.isEnabled() and each.shortcut().toString() == "Esc"), None
            )  # fmt: skip
            if back is None:
                break
            back.click()
            settle(self._desk)
        for table in page.findChildren(WindowTable):
            if table.isVisible() and table.window_model.rowCount() and not table.currentIndex().isValid():
                table.choose(0)
        settle(self._desk, 80)
        return page

    def _buttons(self, page: QWidget) -> list[QAbstractButton]:
        return [
            each
            for each in page.findChildren(QAbstractButton)
            if each.isVisible() and each.isEnabled() and self._key(each) and not _in_map(each)
            and not isinstance(each, (QCheckBox, QRadioButton))
            and not isinstance(each.parentWidget(), QTabBar)
        ]  # fmt: skip

    @staticmethod
    def _key(button: QAbstractButton) -> str:
        return "".join(each for each in (button.accessibleName() or button.text()) if not each.isdigit())

    @staticmethod
    def _fingerprint(page: QWidget) -> str:
        return "|".join(told(each) for each in page.findChildren(QWidget) if each.isVisible())

    def _close_sheets(self) -> None:
        for _ in range(5):
            sheet = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if sheet is None:
                return
            if isinstance(sheet, QDialog):
                sheet.reject()
            else:
                sheet.close()
            settle(self._desk)
