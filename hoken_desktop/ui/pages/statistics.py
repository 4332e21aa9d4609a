"""統計・帳票: the 取組状況 table, how the totals moved, and every paper of the centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabBar, QWidget

from hoken_desktop.domain.deeds import Topic
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.paper_hub import HubView
from hoken_desktop.ui.pages.papers import PaperActions
from hoken_desktop.ui.pages.progress_tables import ProgressView
from hoken_desktop.ui.pages.trends import TrendView
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk

TABS = ("table", "trend", "papers")


class StatisticsPage(Page):
    """Three tabs. `show_at(tab=…)` opens one: table, trend, papers."""

    topics = frozenset({Topic.ROUNDS, Topic.DISCLOSURES, Topic.OFFICE, Topic.AUDITS})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, say("window.page_statistics"))
        self.papers = PaperActions(self)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.tabs.setAccessibleName(say("statistics_page.tabs"))
        for words in (
            say("statistics_page.tab_table"), say("statistics_page.tab_trend"), say("statistics_page.tab_papers"),
        ):  # fmt: skip
            self.tabs.addTab(words)
        self.head.addWidget(self.tabs)
        self.table = ProgressView(self)
        self.trend = TrendView(self)
        self.hub = HubView(self)
        self.stack = QStackedWidget(self)
        for view in (self.table, self.trend, self.hub):
            self.stack.addWidget(view)
        self.body.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._turned)

    def refresh(self) -> None:
        self.table.refresh()
        self.trend.show_points(self.desk.house.statistics.trend())
        self.hub.refresh()
        self._turned(self.tabs.currentIndex())

    def show_at(self, **where: object) -> None:
        self.show_tab(str(where.get("tab", TABS[0])))

    def show_tab(self, name: str) -> None:
        """Turn to a tab."""
        if name in TABS:
            self.tabs.setCurrentIndex(TABS.index(name))

    def first_focus(self) -> QWidget:
        return self.tabs

    def _turned(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        subtitles = (
            say("statistics_page.subtitle_table"), say("statistics_page.subtitle_trend"),
            say("statistics_page.subtitle_papers"),
        )  # fmt: skip
        self.subtitle.setText(subtitles[at])
