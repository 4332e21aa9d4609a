"""How old a fact is, in the words and colours used in lists and on a person's file."""

from __future__ import annotations

from datetime import date, datetime

from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.freshness import OLD_DAYS
from hoken_desktop.words import say


def day_of(moment: datetime) -> date:
    """The day in Japan of a stored moment."""
    return in_japan(moment).date()


def ago(day: date, today: date) -> str:
    """今日, 11日前, 8か月前, 2年前; a day that is still to come says so."""
    days = (today - day).days
    if days < 0:
        return say("persons_page.still_to_come")
    if days == 0:
        return say("persons_page.ago_today")
    if days < 60:
        return say("persons_page.ago_days", n=days)
    if days < 730:
        return say("persons_page.ago_months", n=days * 12 // 365)
    return say("persons_page.ago_years", n=days // 365)


def tone(day: date | None, today: date) -> str:
    """The colour role of a fact of that day."""
    return "warn" if day is None or (today - day).days > OLD_DAYS else "text"


YEAR_DAYS = 365
"""A fact on a person's own page is lit when it is older than this."""


def fact_tone(day: date | None, today: date) -> str:
    """The colour role of the age beside a fact."""
    return "warn" if day is None or (today - day).days > YEAR_DAYS else "text2"
