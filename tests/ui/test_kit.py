"""The parts pages are made of: tables that show a window of a list, counts that must close, inputs that never guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QRadioButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import DeviceGroup, YesNoUnknown
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.progress import Step
from hoken_desktop.ui import icons, theme
from hoken_desktop.ui.kit import marks, tables
from hoken_desktop.ui.kit.charts import BarPart, BarRow, Bars, by_device
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.equations import Equation, Figure, FigureButton, Term
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, ThreeValued, button, line
from hoken_desktop.ui.kit.labels import plain_tip
from hoken_desktop.ui.kit.notices import NoticeBar
from hoken_desktop.ui.kit.progress import ProgressStrip
from hoken_desktop.ui.kit.steps import StepButton, StepGroup, StepItem, StepsStrip, StepState
from hoken_desktop.ui.kit.tables import PAGE, PAGES_KEPT, Align, Cell, Column, Rows, TableCard, WindowTable
from hoken_desktop.words import label, say

SQUARE, DIAMOND, CIRCLE = DeviceGroup.VENTILATOR, DeviceGroup.BOTH, DeviceGroup.OXYGEN


@dataclass
class Registry:
    """A long list that notes what it was asked for."""

    total: int
    asked: list[tuple[int, int]] = field(default_factory=list)

    def count(self) -> int:
        return self.total

    def page(self, offset: int, limit: int) -> Sequence[int]:
        self.asked.append((offset, limit))
        return range(offset, min(offset + limit, self.total))


def columns() -> list[Column[int]]:
    return [
        Column("機器", lambda n: Cell(mark=SQUARE), 46, Align.CENTRE),
        Column("氏名", lambda n: f"見本 {n}", 120, lead=True, grow=1, sort="name"),
        Column(
            "停電時(時間)",
            lambda n: Cell("不明", "danger", True, "alert-triangle") if n % 2 else str(n),
            90,
            Align.RIGHT,
        ),
    ]


@pytest.fixture
def table(qtbot: QtBot) -> WindowTable[int]:
    made: WindowTable[int] = WindowTable(columns(), "対象者の一覧")
    qtbot.addWidget(made)
    made.resize(500, 320)
    made.show()
    qtbot.waitExposed(made)
    return made


# --- tables ------------------------------------------------------------------------------------------------------


def test_a_long_list_is_asked_for_a_page_at_a_time(qtbot: QtBot, table: WindowTable[int]) -> None:
    source = Registry(100_000)
    table.show_source(source)
    table.grab()
    assert source.asked == [(0, PAGE)]
    table.scrollToBottom()
    table.grab()
    assert set(source.asked) == {(0, PAGE), (100_000 - PAGE, PAGE)}


def test_a_few_pages_are_kept_and_no_more(table: WindowTable[int]) -> None:
    table.show_source(Registry(100_000))
    for row in range(0, 50_000, PAGE):
        assert table.window_model.row_at(row) == row
    assert len(table.window_model._pages) == PAGES_KEPT


def test_a_list_that_became_shorter_shows_nothing_instead_of_breaking(table: WindowTable[int]) -> None:
    source = Registry(300)
    table.show_source(source)
    source.total = 100
    assert table.window_model.row_at(299) is None
    assert table.window_model.cell(299, 1) == Cell()


def test_an_emptied_table_forgets_its_rows(table: WindowTable[int]) -> None:
    table.show_source(Registry(10))
    table.grab()
    table.show_source(None)
    assert table.window_model.rowCount() == 0
    assert table.window_model.row_at(0) is None
    assert len(table.window_model._pages) == 0


def test_the_keyboard_chooses_and_opens(qtbot: QtBot, table: WindowTable[int]) -> None:
    chosen: list[object] = []
    opened: list[object] = []
    table.chosen.connect(chosen.append)
    table.opened.connect(opened.append)
    table.show_source(Registry(500))
    table.choose(0)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    QTest.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert chosen == [0, 1, 499]
    assert opened == [1]
    assert table.current() == 499


def test_a_first_click_chooses_a_row_that_is_already_lit_when_it_is_told(table: WindowTable[int]) -> None:
    lit: list[bool] = []
    table.show_source(Registry(3))
    table.chosen.connect(lambda _row: lit.append(table.selectionModel().hasSelection()))
    place = table.visualRect(table.window_model.index(0, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert lit == [True]
    assert table.current() == 0


def test_enter_presses_the_button_that_has_the_focus_but_never_one_of_ctrl_enter(qtbot: QtBot) -> None:
    pressed: list[str] = []
    plain = button("開く", lambda: pressed.append("plain"))
    keyed = button("渡す", lambda: pressed.append("keyed"), key="Ctrl+Return")
    for each in (plain, keyed):
        qtbot.addWidget(each)
        QTest.keyClick(each, Qt.Key.Key_Return)
        QTest.keyClick(each, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert pressed == ["plain", "plain"]


def test_a_header_asks_for_its_order_and_then_for_the_other_way_round(qtbot: QtBot, table: WindowTable[int]) -> None:
    asked: list[tuple[str, bool]] = []
    table.sort_asked.connect(lambda sort, down: asked.append((sort, down)))
    table.show_source(Registry(3))
    for section in (1, 1, 0):
        table._head_clicked(section)
    assert asked == [("name", False), ("name", True)]


def test_a_screen_reader_hears_the_header_the_mark_and_the_text(table: WindowTable[int]) -> None:
    table.show_source(Registry(3))
    said = [
        table.window_model.data(table.window_model.index(1, column), Qt.ItemDataRole.AccessibleTextRole)
        for column in range(3)
    ]
    assert said == [f"機器 {label(SQUARE)}", "氏名 見本 1", "停電時(時間) 不明"]


def test_what_is_left_of_the_width_goes_to_the_growing_column(table: WindowTable[int]) -> None:
    table.show_source(Registry(3))
    assert table.columnWidth(0) == 46
    assert sum(table.columnWidth(column) for column in range(3)) == table.viewport().width()


def test_where_room_is_lacking_long_words_give_way_and_numbers_do_not(table: WindowTable[int]) -> None:
    wide = [Column("住所", lambda _n: "埼" * 30, 200, grow=1), Column("人数", lambda _n: "1,234", 90, Align.RIGHT)]
    table.resize(220, 200)
    table.show_source(Registry(3), wide)
    QApplication.processEvents()
    assert table.horizontalScrollBar().maximum() == 0
    assert table.columnWidth(0) < 200
    assert table.columnWidth(1) >= table._needed(1)


def test_a_table_that_wraps_shows_every_word_in_taller_rows(table: WindowTable[int]) -> None:
    lengths = {0: 3, 1: 60}
    long = [Column("住所", lambda n: "埼" * lengths[n], 120, grow=1)]
    table.wrap()
    table.show_source(Rows((0, 1)), long)
    table.resize(160, 300)
    assert table.rowHeight(0) == 28
    assert table.rowHeight(1) >= 28 + 4 * QFontMetrics(theme.current().font("table")).lineSpacing()


def test_steps_without_room_in_one_row_stand_in_two(qtbot: QtBot) -> None:
    strip = StepsStrip()
    qtbot.addWidget(strip)
    strip.show_groups(
        [StepGroup(title, tuple(StepItem(f"{title}{n}", "手順", StepState.WAITING) for n in range(count)))
         for title, count in (("一", 3), ("二", 4), ("三", 1), ("四", 4))]
    )  # fmt: skip
    strip.resize(1200, 120)
    strip.show()
    qtbot.waitExposed(strip)
    QApplication.processEvents()
    steps = strip.findChildren(StepButton)
    heights = {each.mapTo(strip, QPoint(0, 0)).y() for each in steps}
    assert len(heights) == 1
    strip.resize(700, 240)
    QApplication.processEvents()
    heights = {each.mapTo(strip, QPoint(0, 0)).y() for each in steps}
    assert len(heights) == 2
    assert strip.minimumWidth() <= 700
    assert all(each.width() >= each.minimumSizeHint().width() for each in steps)


def test_an_empty_table_says_what_would_be_here_and_offers_the_next_step(qtbot: QtBot) -> None:
    empty = EmptyState("まだ誰もいません", "取り込むと並びます。", "ファイルを取り込む")
    asked: list[bool] = []
    empty.asked.connect(lambda: asked.append(True))
    card: TableCard[int] = TableCard(columns(), "一覧", empty)
    qtbot.addWidget(card)
    card.resize(500, 300)
    card.show()
    card.show_source(Rows([]))
    assert empty.isVisible()
    assert not card.table.isVisible()
    empty.findChild(QPushButton).click()
    assert asked == [True]
    card.show_source(Rows(list(range(41))), {SQUARE: 17, DIAMOND: 7, CIRCLE: 17})
    assert card.table.isVisible()
    assert card.shown.text().startswith("41名中 1〜")


def test_a_tooltip_never_becomes_markup() -> None:
    assert plain_tip("山田 太郎") == "山田 太郎"
    assert plain_tip("<img src=x>") == "<span>&lt;img src=x&gt;</span>"


# --- marks -------------------------------------------------------------------------------------------------------


def painted(group: DeviceGroup) -> QImage:
    image = QImage(56, 56, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    marks.paint(painter, QRectF(0, 0, 56, 56), group)
    painter.end()
    return image


def test_the_marks_differ_in_shape_and_not_only_in_colour() -> None:
    def is_full(group: DeviceGroup, x: float, y: float) -> bool:
        return painted(group).pixelColor(int(28 + 28 * x), int(28 + 28 * y)).lightness() < 200

    corner, top = (0.68, -0.68), (0.0, -0.95)
    assert [is_full(SQUARE, *corner), is_full(CIRCLE, *corner), is_full(DIAMOND, *corner)] == [True, False, False]
    assert [is_full(SQUARE, *top), is_full(CIRCLE, *top), is_full(DIAMOND, *top)] == [False, False, True]
    assert all(is_full(group, 0, 0) for group in (SQUARE, DIAMOND, CIRCLE))
    assert not is_full(DeviceGroup.UNCONFIRMED, 0, 0)


def test_a_mark_has_its_colour_from_the_theme() -> None:
    assert painted(SQUARE).pixelColor(28, 28) == theme.current().colour("ventilator")


def test_a_mark_says_its_word(qtbot: QtBot) -> None:
    mark = marks.Mark(DIAMOND)
    qtbot.addWidget(mark)
    assert mark.accessibleName() == label(DIAMOND)


def test_every_icon_can_be_drawn() -> None:
    from hoken_desktop import paths

    for file in sorted((paths.resources() / "icons").glob("*.svg")):
        image = icons.pixmap(file.stem, "text", 18, 1).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(18) for y in range(18)), file.stem


# --- counts that must close --------------------------------------------------------------------------------------


def equation(qtbot: QtBot, *terms: Term) -> Equation:
    made = Equation()
    qtbot.addWidget(made)
    made.show_terms(terms)
    made.show()
    return made


def test_an_equation_that_closes_says_so(qtbot: QtBot) -> None:
    made = equation(
        qtbot,
        Term("登録", (Figure(59, "r.v", SQUARE), Figure(46, "r.o", CIRCLE))),
        Term("地図", (Figure(48, "m.v", SQUARE), Figure(44, "m.o", CIRCLE))),
        Term("未配置", (Figure(11, "u.v", SQUARE), Figure(2, "u.o", CIRCLE))),
    )
    assert made.gap == 0
    assert made.verdict.text() == say("kit.agrees")
    assert made.accessibleName() == "登録 105 = 地図 92 + 未配置 13 一致"


def test_an_equation_that_does_not_close_says_by_how_many(qtbot: QtBot) -> None:
    made = equation(
        qtbot, Term("対象", (Figure(105, "t"),)), Term("提供", (Figure(78, "d"),)), Term("除外", (Figure(25, "x"),))
    )
    assert made.gap == 2
    assert made.verdict.text() == say("kit.gap", n="2")


def test_every_figure_opens_its_list_by_mouse_and_key(qtbot: QtBot) -> None:
    made = equation(qtbot, Term("対象", (Figure(3, "target"),)), Term("提供", (Figure(3, "given", SQUARE, "名"),)))
    opened: list[str] = []
    made.opened.connect(opened.append)
    first, second = made.findChildren(FigureButton)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    QTest.keyClick(second, Qt.Key.Key_Space)
    assert opened == ["target", "given", "given"]
    assert second.accessibleName() == f"提供 {label(SQUARE)} 3名"


def test_showing_other_terms_leaves_nothing_of_the_old_ones(qtbot: QtBot) -> None:
    made = equation(qtbot, Term("対象", (Figure(3, "a"),)), Term("提供", (Figure(3, "b"),)))
    made.show_terms([Term("登録", (Figure(1, "c"),)), Term("地図", (Figure(1, "d"),))])
    qtbot.waitUntil(lambda: len(made.findChildren(FigureButton)) == 2)


# --- steps and charts --------------------------------------------------------------------------------------------


def test_the_steps_are_numbered_through_their_groups_and_say_their_state(qtbot: QtBot) -> None:
    strip = StepsStrip()
    qtbot.addWidget(strip)
    strip.show_groups(
        [
            StepGroup("取り込む", (StepItem("open", "期を開く", StepState.DONE, "済 10月1日"),)),
            StepGroup("確かめる", (StepItem("review", "差分の確認", StepState.CURRENT, "残り 18 / 144", 0.87),)),
        ]
    )
    strip.resize(600, 120)
    strip.show()
    strip.grab()
    steps = strip.findChildren(StepButton)
    assert [step.accessibleName() for step in steps] == [
        "1 期を開く 済 済 10月1日",
        f"2 差分の確認 {label(StepState.CURRENT)} 残り 18 / 144",
    ]
    opened: list[str] = []
    strip.opened.connect(opened.append)
    steps[1].setFocus()
    QTest.keyClick(steps[1], Qt.Key.Key_Return)
    assert opened == ["review"]


def test_stacked_bars_keep_the_fixed_order_and_their_totals(qtbot: QtBot) -> None:
    row = by_device("上原市", {CIRCLE: 17, SQUARE: 17, DIAMOND: 7})
    assert [part.tone for part in row.parts] == ["ventilator", "both", "oxygen"]
    assert row.total == 41
    bars = Bars("市町と機器")
    qtbot.addWidget(bars)
    bars.resize(300, 100)
    bars.show_rows([row, by_device("北沼市", {})])
    spans, _ = bars._spans(0)
    widths = [box.width() + 1 for box, _ in spans]
    assert widths[0] == pytest.approx(widths[2])
    assert widths[1] / widths[0] == pytest.approx(7 / 17, rel=0.01)
    bars.grab()
    assert "上原市 41名" in bars.accessibleName()


def test_bars_are_opened_with_the_keyboard(qtbot: QtBot) -> None:
    bars = Bars("時間")
    qtbot.addWidget(bars)
    bars.show_rows(
        [BarRow("不明", (BarPart(9, "danger"),), key="unknown"), BarRow("2時間未満", (BarPart(6),), key="two")]
    )
    bars.show()
    opened: list[str] = []
    bars.opened.connect(opened.append)
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPointF(10, 10).toPoint())
    assert opened == ["two", "unknown"]


# --- inputs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["令和8年9月30日", "R8.9.30", "2026-09-30", "2026/9/30", "2026年9月30日"])
def test_a_date_is_taken_in_either_calendar_and_shown_as_understood(qtbot: QtBot, text: str) -> None:
    given = DateInput()
    qtbot.addWidget(given)
    given.edit.setText(text)
    assert given.day() == date(2026, 9, 30)
    assert given.fault() == ""
    # What stands there in 和暦 already is only given in the other calendar.
    assert given.echo() == ("2026-09-30" if given.edit.text() == "令和8年9月30日" else "令和8年9月30日(2026-09-30)")


@pytest.mark.parametrize(
    ("text", "code"),
    [("昭和64年1月8日", "date_outside_era"), ("R8.2.30", "date_impossible"), ("6/3/31", "date_unreadable")],
)
def test_a_date_that_could_be_another_is_a_fault_in_words(qtbot: QtBot, text: str, code: str) -> None:
    given = DateInput()
    qtbot.addWidget(given)
    given.edit.setText(text)
    assert given.day() is None
    assert given.fault() == say(f"kit.{code}")
    assert given.echo() == given.fault()


def test_an_empty_date_is_no_date_and_no_fault(qtbot: QtBot) -> None:
    given = DateInput(date(2026, 3, 31))
    qtbot.addWidget(given)
    assert given.edit.text() == "令和8年3月31日"
    given.edit.clear()
    assert (given.day(), given.fault()) == (None, "")


def test_unknown_is_shown_as_such_and_is_where_a_value_begins(qtbot: QtBot) -> None:
    given = ThreeValued()
    qtbot.addWidget(given)
    changes: list[bool] = []
    given.changed.connect(lambda: changes.append(True))
    assert given.value() is YesNoUnknown.UNKNOWN
    assert [each.text() for each in given.findChildren(QRadioButton)] == ["あり", "なし", "不明"]
    for code in YesNoUnknown:
        given.set_value(code)
        assert given.value() is code
    assert len(changes) == 3


def test_a_choice_gives_its_value_and_keeps_it_when_offered_again(qtbot: QtBot) -> None:
    pick: Pick[str] = Pick([("北沼市", "110001"), ("上原市", "110002")])
    qtbot.addWidget(pick)
    pick.pick("110002")
    pick.offer([("すべて", ""), ("上原市", "110002")])
    assert pick.value() == "110002"


def test_a_choice_that_asks_has_no_answer_before_somebody_chooses(qtbot: QtBot) -> None:
    given = Pick([("あり", 1), ("なし", 2)], ask=True)
    qtbot.addWidget(given)
    assert given.answer() is None
    with pytest.raises(IndexError):
        given.value()
    assert given.placeholderText() == say("kit.choose")
    given.pick(2)
    assert given.answer() == given.value() == 2


def test_what_does_not_fit_into_an_input_is_said_and_what_was_long_before_stays_whole(qtbot: QtBot) -> None:
    field = Field("氏名", line(longest=4))
    qtbot.addWidget(field)
    edit = field.control
    assert isinstance(edit, QLineEdit)
    QTest.keyClicks(edit, "abcd")
    assert field.control.accessibleDescription() == ""
    edit.insert("efg")
    assert field.control.accessibleDescription() == say("kit.longest", n=4)
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert field.control.accessibleDescription() == ""
    assert line("とても長い名前", longest=4).text() == "とても長い名前"


def test_a_date_that_cannot_be_read_is_said_below_when_the_text_is_over(qtbot: QtBot) -> None:
    given = DateInput()
    field = Field("確認した日", given)
    qtbot.addWidget(field)
    QTest.keyClicks(given.edit, "6/3/31")
    assert (given.echo(), field.fault()) == (say("kit.date_fault"), "")
    QTest.keyClick(given.edit, Qt.Key.Key_Return)
    assert field.fault() == say("kit.date_unreadable")
    given.set_day(date(2026, 3, 31))
    assert field.fault() == ""
    given.edit.setText("R8.3.31")
    assert given.echo() == "令和8年3月31日", "beside the input of a form there is room for one calendar"


def test_a_field_names_its_control_and_says_its_fault_below(qtbot: QtBot) -> None:
    edit = line()
    given = Field("電話", edit, "市外局番から", needed=True)
    qtbot.addWidget(given)
    assert edit.accessibleName() == "電話"
    given.set_fault("数字とハイフンで入れてください。")
    assert given.fault() == edit.accessibleDescription() == "数字とハイフンで入れてください。"
    given.set_fault("")
    assert given.fault() == ""
    assert edit.accessibleDescription() == "市外局番から"


def test_a_button_shows_and_hears_its_key(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    pressed: list[bool] = []
    column = QVBoxLayout(host)
    made = button("27名のファイルを作る", lambda: pressed.append(True), key="Ctrl+Return", primary=True, parent=host)
    column.addWidget(made)
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    QTest.keyClick(host, Qt.Key.Key_Return)
    assert pressed == []
    QTest.keyClick(host, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: pressed == [True])
    assert made.accessibleName() == "27名のファイルを作る"
    assert made.accessibleDescription() == "Ctrl+Return"


# --- questions, notices, progress --------------------------------------------------------------------------------


class Seat(QWidget):
    lock_asked = Signal()


def test_a_question_lets_ctrl_l_through_to_the_lock(qtbot: QtBot) -> None:
    seat = Seat()
    qtbot.addWidget(seat)
    asked: list[bool] = []
    seat.lock_asked.connect(lambda: asked.append(True))
    page = QWidget(seat)
    seat.show()
    question = ask(page, "上原市へ提供", "渡します。", "提供する", lambda: None)
    qtbot.waitUntil(question.isActiveWindow)
    QTest.keyClick(question, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert asked == [True]


def test_a_question_has_verbs_and_enter_alone_does_not_fire_it(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    done: list[bool] = []
    question = ask(
        host, "上原市へ提供", "氏名・住所・機器を渡します。", "12名を提供する", lambda: done.append(True), danger=True
    )
    texts = [each.text() for each in question.findChildren(QPushButton)]
    assert texts == [say("kit.back"), "12名を提供する"]
    assert not any(word in texts for word in ("はい", "いいえ", "OK"))
    QTest.keyClick(question, Qt.Key.Key_Return)
    assert done == []
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert done == []
    again = ask(host, "上原市へ提供", "渡します。", "12名を提供する", lambda: done.append(True))
    again.deed_button.click()
    assert done == [True]


def test_a_narrow_table_takes_room_from_words_that_can_spare_it_for_those_that_lack_it() -> None:
    assert tables._narrowed([100, 100, 100], [40, 120, 100], 20) == [60, 120, 100]
    assert tables._narrowed([100, 100], [90, 150], 30) == [90, 100], "what is lacking still is the table's to elide"
    assert tables._narrowed([100, 100], [50, 60], 45) == [75, 80], "no more than is needed is taken"


def test_a_notice_says_a_refusal_and_can_offer_the_next_step(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.refuse(Refusal("vault.wrong_passphrase", wait=2))
    assert bar.text() == say("vault.wrong_passphrase", wait=2)
    assert QAccessible.queryAccessibleInterface(bar).text(QAccessible.Text.Name) == bar.text()
    went: list[bool] = []
    bar.say("同意が未確認の人が12名います。", "warn", "一覧を開く", lambda: went.append(True))
    bar.action_button.click()
    assert went == [True]
    assert not bar.isVisible()
    assert bar.text() == ""


def test_progress_says_the_count_or_that_the_end_is_not_known(qtbot: QtBot) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    strip.begin(lambda: None)
    strip.show_step(None)
    assert strip._bar.maximum() == 0
    strip.show_step(Step(120, 3699, "jobs.working"))
    assert (strip._bar.value(), strip._bar.maximum()) == (120, 3699)
    assert strip._count.text() == say("jobs.of", done="120", total="3,699")


def test_line_breaks_that_come_with_a_paste_do_not_stay_in_a_one_line_input(qtbot: QtBot) -> None:
    made, secret = line(longest=20), line(secret=True)
    for each in (made, secret):
        qtbot.addWidget(each)
    QApplication.clipboard().setText("見本\r\n保健所\tあ")
    made.paste()
    assert made.text() == "見本 保健所 あ"
    made.setCursorPosition(2)
    made.insert("\n町\n")
    assert (made.text(), made.cursorPosition()) == ("見本 町  保健所 あ", 5)
    secret.setText("aoi sora\n")
    assert secret.text() == "aoi sora"
