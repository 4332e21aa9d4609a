"""推移: the totals of every frozen round, as bars and as a table of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.statistics import Tally
from hoken_desktop.services.statistics import Point
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.charts import BarRow, Bars, by_device
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.marks import Legend
from hoken_desktop.ui.kit.tables import Align, Cell, Column, Rows, TableCard
from hoken_desktop.ui.pages.round_totals import makeup
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.statistics import StatisticsPage


class TrendView(QWidget):
    """Two charts beside one another, the list and the map, and the table under them; the newest round first."""

    def __init__(self, page: StatisticsPage) -> None:
        super().__init__(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        charts = QHBoxLayout()
        charts.setSpacing(12)
        self.listed = self._chart(say("statistics_page.trend_list"), charts)
        self.mapped = self._chart(say("statistics_page.trend_map"), charts)
        column.addLayout(charts, 3)
        empty = EmptyState(
            say("statistics_page.no_round"), say("statistics_page.trend_empty"), say("statistics_page.to_rounds"),
            picture="history",
        )  # fmt: skip
        empty.asked.connect(lambda: page.desk.open_page("rounds"))
        self.table: TableCard[Point] = TableCard(
            _columns(), say("statistics_page.trend_table"), empty, title=say("statistics_page.trend_table"),
            counted="kit.things_shown", parent=self,
        )  # fmt: skip
        column.addWidget(self.table, 2)

    def _chart(self, title: str, row: QHBoxLayout) -> Bars:
        card = Card(title, parent=self)
        card.head.addWidget(Legend(parent=card))
        scroll = QScrollArea(card)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the bars take it
        bars = Bars(title, card, pitch=40)
        scroll.setWidget(bars)
        card.body.addWidget(scroll, 1)
        row.addWidget(card, 1)
        return bars

    def show_points(self, points: Sequence[Point]) -> None:
        """Show these rounds."""
        newest = list(reversed(points))
        for bars, of_list in ((self.listed, True), (self.mapped, False)):
            bars.show_rows([_bar(point, point.registered if of_list else point.mapped) for point in newest])
        self.table.show_source(Rows(newest))
        mixed = len({point.counting for point in points}) > 1
        self.table.rule.setText(say("statistics_page.mixed_counting") if mixed else say("statistics_page.trend_rule"))


def _name(point: Point) -> str:
    return say("statistics_page.round_of", day=format_wareki(point.as_of), edition=point.edition)


def _bar(point: Point, tally: Tally) -> BarRow:
    return by_device(_name(point), dict(makeup(tally)))


def _columns() -> list[Column[Point]]:
    def number(head: str, of: str, side: str) -> Column[Point]:
        def show(point: Point) -> str:
            tally: Tally = getattr(point, side)
            return f"{getattr(tally, of):,}"

        return Column(say(head), show, 84, Align.RIGHT, grow=1)

    return [
        Column(
            say("statistics_page.column_round"), lambda p: Cell(_name(p), tip=p.as_of.isoformat()), 190, lead=True
        ),
        number("statistics_page.column_ventilator", "ventilator", "registered"),
        number("statistics_page.column_both", "both", "registered"),
        number("statistics_page.column_oxygen", "oxygen", "registered"),
        number("statistics_page.column_total", "total", "registered"),
        number("statistics_page.column_map_ventilator", "ventilator", "mapped"),
        number("statistics_page.column_map_oxygen", "oxygen", "mapped"),
        number("statistics_page.column_map_total", "total", "mapped"),
        Column(
            say("statistics_page.column_unmapped"), lambda p: f"{p.registered.total - p.mapped.total:,}", 84,
            Align.RIGHT, grow=1,
        ),
    ]  # fmt: skip
