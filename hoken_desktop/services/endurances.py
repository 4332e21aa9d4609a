"""持続時間 in the staff's words: the sum, its parts, and the sum each part was made of."""

from __future__ import annotations

import math

from hoken_desktop.domain.endurance import Endurance, Factor, Part, PartKind, Span
from hoken_desktop.words import label, say

SHORT_HOURS = 3.0
"""Under this many hours a time is shown as short (黄土)."""


def hours_words(hours: float | None) -> str:
    """7時間, 4.5時間, 40分, 不明. Cut off, never rounded up: nobody gets minutes that are not there."""
    if hours is None:
        return say("endurances.unknown")
    if 0 < hours < 1:
        return say("endurances.minutes", n=math.floor(hours * 60 + 1e-9))
    return say("endurances.hours", n=figure(hours))


def figure(hours: float) -> str:
    """Hours with at most one decimal, cut off."""
    return f"{math.floor(hours * 10 + 1e-9) / 10:g}"


def tone(hours: float | None) -> str:
    """The colour role of a time: 不明 is danger, a short one warn."""
    if hours is None:
        return "danger"
    return "warn" if hours < SHORT_HOURS else "text"


def sum_words(span: Span) -> str:
    """7時間(内部4時間+外部3時間): the sum with what it was made of; parts that are not known are named as 不明."""
    shown = [part_words(part) for part in span.parts if part.counted and not part.absent]
    if not shown:
        return hours_words(span.hours)
    return say("endurances.sum", sum=hours_words(span.hours), parts=say("endurances.plus").join(shown))


def part_words(part: Part) -> str:
    """内部バッテリー 4時間."""
    return say("endurances.part", part=label(part.kind), hours=hours_words(part.hours))


def formula(part: Part) -> str:
    """2本 × 3.5時間; "" where a part is not made of more than its own hours."""
    numbers = {factor.name: factor for factor in part.factors}
    if part.kind is PartKind.EXTERNAL and part.factors:
        count, each = numbers["external_battery_count"], numbers["external_battery_hours"]
        words = say("endurances.external", count=f"{count.value:g}", hours=f"{each.value:g}")
        return words + (say("endurances.assumed_piece") if count.assumed else "")
    if part.kind is PartKind.PORTABLE:
        return say(
            "endurances.portable", size=_of(numbers, "portable_power_wh"), usable=_of(numbers, "usable"),
            watts=_of(numbers, "watts"),
        )  # fmt: skip
    if part.kind is PartKind.CYLINDERS and part.factors:
        flow = next(f for f in part.factors if f.name.startswith("flow_"))
        words = say(
            "endurances.cylinders", litres=_of(numbers, "cylinder_litres"), pressure=_of(numbers, "cylinder_pressure"),
            usable=_of(numbers, "usable"), count=_of(numbers, "cylinder_count"), flow=f"{flow.value:g}",
            when=say(f"endurances.at_{flow.name}"),
        )  # fmt: skip
        demand = numbers.get("demand_valve_factor")
        if demand is None:
            return words
        key = "endurances.demand_assumed" if demand.assumed else "endurances.demand"
        return words + say(key, factor=f"{demand.value:g}")
    return ""


def _of(numbers: dict[str, Factor], name: str) -> str:
    return f"{numbers[name].value:g}"


def short_words(found: Endurance) -> str:
    """For a column: the shorter time as a figure, 不明, or — where nothing hangs on power or oxygen."""
    if not found.applies:
        return say("endurances.not_applicable")
    return say("endurances.unknown") if found.hours is None else figure(found.hours)
