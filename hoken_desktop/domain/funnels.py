"""対象→同意→提供→登載→計画: how far a half-year's people have come, municipality by municipality, and the four rates.

What nobody answered, and 不明, is not なし: it stands in no denominator of an answer, and is counted beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from hoken_desktop.domain.codes import OnList, PlanStatus
from hoken_desktop.domain.replies import ReplyRow, count_key

MADE = (PlanStatus.MADE, PlanStatus.RENEW)
"""A plan that has to be renewed is there."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `of`; None where there is nobody to be a part of."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """In percent, 0 to 100."""
        return 100 * self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """One municipality in one half-year. disclosed = answered + unanswered.

    `list_known` and `plan_known` are the people of whom the municipality said for sure whether they are on its list,
    and how far the plan is. `counted` of the answered are known in numbers only.
    """

    municipality: str = ""
    target: int = 0
    consented: int = 0
    disclosed: int = 0
    answered: int = 0
    listed: int = 0
    list_known: int = 0
    planned: int = 0
    plan_known: int = 0
    counted: int = 0

    @property
    def unanswered(self) -> int:
        """Disclosed, and no word of them."""
        return self.disclosed - self.answered

    @property
    def consent_rate(self) -> Rate:
        """同意率 = 同意 ÷ 対象."""
        return Rate(self.consented, self.target)

    @property
    def provision_rate(self) -> Rate:
        """提供率 = 提供 ÷ 対象."""
        return Rate(self.disclosed, self.target)

    @property
    def listed_rate(self) -> Rate:
        """登載率 = 登載 ÷ 登載かどうかの回答がある人."""
        return Rate(self.listed, self.list_known)

    @property
    def plan_rate(self) -> Rate:
        """計画策定率 = 策定済み ÷ 個別避難計画の状態の回答がある人."""
        return Rate(self.planned, self.plan_known)


def funnel_of(
    municipality: str, target: Collection[str], consented: Collection[str], went: Collection[str],
    rows: Mapping[str, ReplyRow], counts: Mapping[str, int] | None = None,
) -> Funnel:  # fmt: skip
    """The funnel of one municipality: ids of people, what was answered of each, or `counts` where only numbers came.

    Only people of the target who went are counted as disclosed, and only their answers. Numbers are used where nobody
    was answered for by name; each question's are cut to the people disclosed.
    """
    gone = set(went) & set(target)
    known = {id_: row for id_, row in rows.items() if id_ in gone}
    base = Funnel(municipality, len(set(target)), len(set(consented) & set(target)), len(gone))
    if known or not counts:
        lists = [row.on_list for row in known.values() if row.on_list is not OnList.UNKNOWN]
        plans = [row.evacuation_plan for row in known.values() if row.evacuation_plan is not PlanStatus.UNKNOWN]
        return _with(
            base, answered=len(known), listed=lists.count(OnList.LISTED), list_known=len(lists),
            planned=sum(plan in MADE for plan in plans), plan_known=len(plans),
        )  # fmt: skip

    def number(question: str, answers: Iterable[OnList | PlanStatus]) -> int:
        return min(sum(counts.get(count_key(question, answer.value), 0) for answer in answers), len(gone))

    list_known = number("on_list", (c for c in OnList if c is not OnList.UNKNOWN))
    plan_known = number("evacuation_plan", (c for c in PlanStatus if c is not PlanStatus.UNKNOWN))
    said = max(number("on_list", OnList), number("evacuation_plan", PlanStatus))
    return _with(
        base, answered=said, counted=said, listed=min(number("on_list", [OnList.LISTED]), list_known),
        list_known=list_known, planned=min(number("evacuation_plan", MADE), plan_known), plan_known=plan_known,
    )  # fmt: skip


def _with(base: Funnel, **more: int) -> Funnel:
    values = {f.name: getattr(base, f.name) for f in fields(Funnel)} | more
    return Funnel(**values)


def summed(funnels: Iterable[Funnel]) -> Funnel:
    """All municipalities together."""
    every = list(funnels)
    names = [f.name for f in fields(Funnel) if f.name != "municipality"]
    return _with(Funnel(), **{name: sum(getattr(one, name) for one in every) for name in names})


@dataclass(frozen=True, slots=True)
class NationalFigure:
    """個別避難計画 of the whole country: plans made, people on the lists, of which day, and where it stands."""

    planned: int
    listed: int
    as_of: date
    source: str = ""

    @property
    def rate(self) -> Rate:
        """Plans per person on a list: another denominator than this centre's."""
        return Rate(self.planned, self.listed)


NATIONAL = NationalFigure(1_014_017, 6_696_718, date(2026, 4, 1))
"""内閣府・消防庁, 令和8年4月1日: 15.1 %."""
