"""地図と台帳の数 and 市町提供の見込み: two counts that must close, with the reasons under them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.codes import DeviceGroup, Exclusion
from hoken_desktop.domain.statistics import Tally
from hoken_desktop.services.overviews import MENDABLE, OXYGEN, VENTILATOR, Group, Overview
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dues import TagButton
from hoken_desktop.ui.kit.equations import Equation, Figure, Term
from hoken_desktop.ui.kit.flow import FlowWidget
from hoken_desktop.ui.pages.home_words import month_end
from hoken_desktop.words import label, say

_UNCERTAIN = frozenset({
    Exclusion.CONSENT_UNKNOWN, Exclusion.CONSENT_EXPIRED, Exclusion.CONSENT_GIVER, Exclusion.CONSENT_PENDING,
    Exclusion.SCOPE,
})  # fmt: skip
"""Reasons to stay behind that a question at the home could take away."""


class EquationCard(Card):
    """An equation with its verdict in the head, and a tag for each reason; `opened` gets the key of what is pressed."""

    def __init__(self, title: str, opened: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._opened = opened
        self.equation = Equation(self)
        self.equation.opened.connect(opened)
        self.tags = FlowWidget(self)
        self.head.insertWidget(1, self.aside)
        self.head.addWidget(self.equation.verdict)
        self.body.addWidget(self.equation)
        self.body.addWidget(self.tags)
        self.body.addStretch(1)

    def show_map(self, view: Overview) -> None:
        """登録 = 地図 + 未配置(理由)."""
        self.set_title(say("home.map_equation"), say("home.counted_today"))
        self.equation.show_terms(
            (
                _halves(say("home.registered"), view.registered),
                _halves(say("home.mapped"), view.mapped),
                _halves(say("home.unmapped"), view.unmapped),
            )
        )
        self.tags.clear()
        for reason, count in view.reasons:
            tone = "warn" if reason in MENDABLE else "plain"
            self._tag(say("home.reason_count", reason=label(reason), n=count), tone, f"unmapped:{reason}")
        apart = view.count("unconfirmed")
        if apart:  # on the 台帳 with everybody else, and in no term here
            self._tag(say("home.apart", group=label(DeviceGroup.UNCONFIRMED), n=f"{apart:,}"), "warn", "unconfirmed")

    def show_forecast(self, view: Overview) -> None:
        """対象 = 提供する + 提供しない(理由)."""
        forecast = view.forecast
        aside = say("home.if_today")
        if forecast.basis is not None:
            aside = say("home.if_today_of", month=month_end(forecast.basis), n=forecast.edition)
        self.set_title(say("home.forecast"), aside)
        self.equation.show_terms(
            (
                _whole(say("home.target"), forecast.target),
                _whole(say("home.goes"), forecast.disclosed),
                _whole(say("home.stays"), forecast.stays),
            )
        )
        self.tags.clear()
        for reason, count in forecast.excluded:
            tone = "warn" if reason in _UNCERTAIN else "plain"
            self._tag(say("home.reason_count", reason=_short(reason), n=count), tone, f"excluded:{reason}")

    def _tag(self, text: str, tone: str, key: str) -> None:
        made = TagButton(text, tone, self.tags)
        made.clicked.connect(lambda _checked=False: self._opened(key))
        self.tags.flow.addWidget(made)
        made.show()
        self.tags.updateGeometry()


def _halves(name: str, group: Group) -> Term:
    """■ 59 + ● 46, 計 105名."""
    return Term(
        name,
        (
            Figure(group.tally.ventilator, f"{group.key}/{VENTILATOR}", DeviceGroup.VENTILATOR),
            Figure(group.tally.oxygen, f"{group.key}/{OXYGEN}", DeviceGroup.OXYGEN),
        ),
        note=say("home.sum", n=f"{group.total:,}"),
    )


def _whole(name: str, group: Group) -> Term:
    """105名 with ■ 59 + ● 46 under it."""
    tally: Tally = group.tally
    makeup = ((DeviceGroup.VENTILATOR, tally.ventilator), (DeviceGroup.OXYGEN, tally.oxygen))
    return Term(name, (Figure(group.total, group.key, unit=say("home.unit")),), makeup=makeup)


_SHORT = {
    Exclusion.ENDED: "home.ended",
    Exclusion.NOT_RESIDENT: "home.moved_within",
    Exclusion.FACILITY: "home.facility",
    Exclusion.CONSENT_WITHDRAWN: "home.withdrawn",
    Exclusion.CONSENT_EXPIRED: "home.expired",
    Exclusion.CONSENT_PENDING: "home.pending",
    Exclusion.CONSENT_GIVER: "home.giver",
    Exclusion.CONSENT_UNKNOWN: "home.unknown",
    Exclusion.SCOPE: "home.scope",
}


def _short(reason: Exclusion) -> str:
    """A reason in as few letters as its card has room for; the 台帳 says it in full."""
    return say(_SHORT[reason]) if reason in _SHORT else label(reason)
