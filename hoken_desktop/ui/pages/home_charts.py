"""The pictures of the home page: counts by 市町 × 機器, hours without power, the way to a plan, and freshness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.domain.statistics import OUTSIDE
from hoken_desktop.services.overviews import Overview
from hoken_desktop.ui.kit import marks
from hoken_desktop.ui.kit.chart_cards import ChartCard
from hoken_desktop.ui.kit.charts import BarPart, BarRow, by_device
from hoken_desktop.ui.kit.dues import TagButton
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.kit.forms import link
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.pages.home_words import age_word, bin_word, month_end
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from collections.abc import Callable

_HOUR_TONES = {"unknown": "danger", "under_2": "warn"}
_AGE_TONES = {"never": "danger", "over_2y": "danger", "to_2y": "warn", "to_1y": "accent", "fresh": "done"}


class PlacesChart(ChartCard):
    """市町と機器, stacked ■ ◆ ● in their fixed order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("home.by_municipality"), say("home.what_place"), parent)
        self._legend = QVBoxLayout()
        self._legend.setSpacing(2)
        self.under.addLayout(self._legend)

    def show_view(self, view: Overview, names: Mapping[str, str]) -> None:
        """Show one overview; `names` are the municipalities'."""
        self.set_title(say("home.by_municipality"), say("home.people_total", n=f"{view.count('registered'):,}"))
        self.show_rows(
            [
                by_device(names.get(code, say("offices.outside")), dict(counts), f"municipality:{code}")
                for code, counts in view.by_municipality
                if code != OUTSIDE or any(counts.values())
            ]
        )
        clear(self._legend)
        totals = dict.fromkeys(marks.ORDER, 0)
        for _, some in view.by_municipality:
            for group, count in some.items():
                totals[group] = totals.get(group, 0) + count
        for group in marks.ORDER:
            line = QWidget(self)
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(5)
            row.addWidget(marks.Mark(group, line))
            row.addWidget(Label(_only(group), "note", "text2", parent=line))
            row.addStretch(1)
            row.addWidget(Label(f"{totals[group]:,}", "note", "text", parent=line))
            self._legend.addWidget(line)


class EnduranceChart(ChartCard):
    """停電時に保つ時間: 不明 first, because nobody knows how long those last."""

    def __init__(self, opened: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(say("home.endurance"), say("home.what_hours"), parent)
        self.note = Label("", "note", "danger", wrap=True, parent=self)
        self.list_link = link("", lambda: opened("endurance:unknown"), self)
        self.under.addWidget(self.note)
        self.under.addWidget(self.list_link, 0, Qt.AlignmentFlag.AlignLeft)

    def show_view(self, view: Overview) -> None:
        """Show one overview."""
        total = sum(count for _, count in view.endurance)
        self.set_title(say("home.endurance"), say("home.people", n=f"{total:,}"))
        self.show_rows(
            [
                BarRow(bin_word(key), (BarPart(count, _HOUR_TONES.get(key, "accent")),), key=f"endurance:{key}")
                for key, count in view.endurance
            ]
        )
        unknown = view.count("endurance:unknown")
        self.note.setText(
            say("home.endurance_note", n=f"{unknown:,}") if unknown else say("home.endurance_none")
        )
        self.note.set_tone("danger" if unknown else "done")
        words = say("home.endurance_open", n=f"{unknown:,}")
        self.list_link.setText(words)
        self.list_link.setAccessibleName(words)
        self.list_link.setVisible(bool(unknown))


class FunnelChart(ChartCard):
    """同意から計画まで: 対象 → 同意 → 提供 → 登載 → 計画, each with its share of the 対象."""

    def __init__(self, replies: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(say("home.funnel"), say("home.what_stage"), parent)
        self.note = Label("", "note", "text2", wrap=True, parent=self)
        self.unanswered = link("", replies, self)
        self.under.addWidget(self.note)
        self.under.addWidget(self.unanswered, 0, Qt.AlignmentFlag.AlignLeft)

    def show_view(self, view: Overview, names: Mapping[str, str], *, can_open: bool) -> None:
        """Show one overview."""
        funnel, basis = view.funnel, view.forecast.basis
        self.set_title(
            say("home.funnel"), say("home.of_month", month=month_end(basis)) if basis else say("home.before_first")
        )
        rows = (
            (say("home.target"), funnel.target, "target"),
            (say("home.consented_short"), funnel.consented, "funnel:consented"),
            (say("home.disclosed_short"), funnel.disclosed, "funnel:disclosed"),
            (say("home.listed"), funnel.listed, "funnel:listed"),
            (say("home.planned"), funnel.planned, "funnel:planned"),
        )
        share = {key: f"{round(100 * count / (funnel.target or 1))}%" for _, count, key in rows if key != "target"}
        self.show_rows([BarRow(name, (BarPart(count),), share.get(key, ""), key) for name, count, key in rows])
        notes = [say("home.funnel_note"), say("home.supported", n=f"{funnel.supported:,}")]
        if funnel.counted:
            notes.insert(1, say("home.funnel_counted", n=f"{funnel.counted:,}"))
        self.note.setText("\n".join(notes))
        said = say("home.dot").join(names.get(code, code) for code in funnel.unanswered)
        words = say("home.unanswered", n=len(funnel.unanswered), names=said)
        self.unanswered.setText(words)
        self.unanswered.setAccessibleName(words)
        self.unanswered.setVisible(bool(funnel.unanswered) and can_open)


class FreshnessChart(ChartCard):
    """確認の新しさ in one bar: how long ago anybody looked; what nobody looked at stands first. Each part has a tag."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("home.freshness"), say("home.what_age"), parent)
        self.tags = FlowWidget(self)
        self.under.addWidget(self.tags)

    def show_view(self, view: Overview) -> None:
        """Show one overview."""
        self.set_title(say("home.freshness"), say("home.freshness_rule"))
        parts = tuple(BarPart(count, _AGE_TONES[key], age_word(key)) for key, count in view.freshness)
        self.show_rows([BarRow(say("home.registered"), parts)])
        self.tags.clear()
        for key, count in view.freshness:
            tone = _AGE_TONES[key] if count else "plain"
            made = TagButton(say("home.reason_count", reason=age_word(key), n=f"{count:,}"), tone, self.tags)
            made.clicked.connect(lambda _checked=False, key=key: self.opened.emit(f"freshness:{key}"))
            self.tags.flow.addWidget(made)
            made.show()
        self.tags.updateGeometry()


def clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take every widget out of a layout."""
    while (slot := layout.takeAt(0)) is not None:
        old = slot.widget()
        if old is not None:
            old.hide()
            old.deleteLater()


def _only(group: DeviceGroup) -> str:
    if group is DeviceGroup.VENTILATOR:
        return say("persons_page.only_ventilator")
    if group is DeviceGroup.OXYGEN:
        return say("persons_page.only_oxygen")
    return label(group)
