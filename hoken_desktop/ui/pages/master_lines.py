"""An entry of a master in the table: the entry on a day, and how its days and blanks are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.masters import DeviceModel, Disease, Organisation, is_valid
from hoken_desktop.ui.kit.tables import Cell
from hoken_desktop.words import say

E = TypeVar("E", bound=Organisation | DeviceModel | Disease)


@dataclass(frozen=True, slots=True)
class Line(Generic[E]):
    """One entry of the table on a day; `people` are those on the register it serves, None where nobody counts them."""

    entry: E
    on: date
    people: int | None = None

    @property
    def ended(self) -> bool:
        """Whether it is not valid on the day: over, or not begun."""
        return not is_valid(self.entry, self.on)


def days(line_: Line[Any]) -> Cell:
    """「令和8年4月1日から」; what has ended or not begun says so in a word, not by its colour alone."""
    start, end = line_.entry.valid_from, line_.entry.valid_to
    tip = say("masters_page.days_tip", start=_iso(start), end=_iso(end))
    if start is not None and start > line_.on:
        return Cell(say("masters_page.coming", day=format_wareki(start)), "warn", tip=tip)
    if end is not None and line_.ended:
        return Cell(say("masters_page.ended_on", day=format_wareki(end)), "text3", tip=tip)
    if end is not None:
        return Cell(say("masters_page.until", day=format_wareki(end)), "warn", tip=tip)
    return Cell(say("masters_page.since", day=format_wareki(start)) if start else say("masters_page.always"), tip=tip)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else say("masters_page.open_end")


def said(text: str, tone: str = "text") -> Cell:
    """A text, or 記載なし: an empty cell does not exist."""
    return Cell(text, tone) if text else Cell(say("masters_page.nothing"), "text3")
