"""鮮度: how old the newest confirmation may be before it is shown as old."""

from __future__ import annotations

from datetime import date

from hoken_desktop.domain.codes import Freshness

OLD_DAYS = 183
"""A fact nobody has looked at for half a year is shown as old: every half-year asks again."""

VERY_OLD_DAYS = 366


def fits(wanted: Freshness, seen: date | None, today: date) -> bool:
    """Whether a newest confirmation of the day `seen` is that fresh. Who was never confirmed is old and very old too:
    half a year or newer + older = everybody."""
    if wanted is Freshness.NEVER:
        return seen is None
    days = OLD_DAYS if wanted in (Freshness.FRESH, Freshness.OLD) else VERY_OLD_DAYS
    old = seen is None or (today - seen).days > days
    return not old if wanted is Freshness.FRESH else old
