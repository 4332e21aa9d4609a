"""バックアップ: what a backup says about itself, its name in a folder, and which of many are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hoken_desktop.domain.dates import JAPAN

DAILY, WEEKLY, MONTHLY = 12, 10, 9
"""Generations kept of each kind in the office's folder (Anki's figures; 厚労省ガイドライン 6.0, 18: several)."""
NEWEST = 6
"""However many are made on one day, the newest six stay: the last may hold the mistake of a minute ago."""
_NAME = re.compile(r"hoken-([0-9A-Za-z]{1,40})-([0-9]{8}-[0-9]{6})\.backup")
_STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a registry file: schema revision, entries and head of its record, rows by table."""

    revision: str
    entries: int
    head: str
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at and found in order; `name` is a key of words ([check] of backups.toml)."""

    name: str
    found: str


def file_name(registry_id: str, made_at: datetime) -> str:
    """The name of a backup the program names itself: the registry and the moment, nobody's name."""
    return f"hoken-{registry_id}-{made_at.astimezone(JAPAN).strftime(_STAMP)}.backup"


def made_at_of(name: str, registry_id: str) -> datetime | None:
    """When the backup of this name was made, to the second; None where it is not one of this registry."""
    found = _NAME.fullmatch(name)
    if found is None or found[1] != registry_id:
        return None
    try:
        return datetime.strptime(found[2], _STAMP).replace(tzinfo=JAPAN)
    except ValueError:
        return None


class Generation(StrEnum):
    """Why a backup stays in the office's folder."""

    NEWEST = "newest"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def generations(moments: Iterable[datetime]) -> dict[datetime, tuple[Generation, ...]]:
    """What each backup is kept as, newest first: the newest of each of the last 12 days, 10 weeks and 9 months that
    have one, and the newest six whatever their day. One with nothing beside it goes at the next lock."""
    newest_first = sorted(moments, reverse=True)
    found: dict[datetime, tuple[Generation, ...]] = {
        at: (Generation.NEWEST,) if place < NEWEST else () for place, at in enumerate(newest_first)
    }
    for generation, count, period in (
        (Generation.DAILY, DAILY, lambda at: at.date()),
        (Generation.WEEKLY, WEEKLY, lambda at: at.isocalendar()[:2]),
        (Generation.MONTHLY, MONTHLY, lambda at: (at.year, at.month)),
    ):
        seen: dict[object, datetime] = {}
        for at in newest_first:
            seen.setdefault(period(at), at)
        for at in list(seen.values())[:count]:
            found[at] = (*found[at], generation)
    return found


def kept(moments: Iterable[datetime]) -> frozenset[datetime]:
    """Of all backups those that stay."""
    return frozenset(at for at, reasons in generations(moments).items() if reasons)
