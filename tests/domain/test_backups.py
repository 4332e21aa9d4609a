"""Which backups stay, and how they are named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain.backups import (
    DAILY,
    MONTHLY,
    NEWEST,
    WEEKLY,
    Generation,
    file_name,
    generations,
    kept,
    made_at_of,
)

JST = timezone(timedelta(hours=9))
START = datetime(2026, 4, 1, 9, 0, tzinfo=JST)


def test_three_years_of_daily_backups_thin_to_days_weeks_and_months() -> None:
    there: set[datetime] = set()
    for day in range(3 * 365):
        there.add(START + timedelta(days=day))
        there = set(kept(there))
    newest = START + timedelta(days=3 * 365 - 1)
    assert {newest - timedelta(days=n) for n in range(DAILY)} <= there
    assert len({at.isocalendar()[:2] for at in there}) >= WEEKLY
    assert len({(at.year, at.month) for at in there}) == MONTHLY
    assert len(there) <= NEWEST + DAILY + WEEKLY + MONTHLY


def test_of_one_busy_day_only_the_newest_few_stay() -> None:
    day = {START + timedelta(minutes=n) for n in range(50)}
    assert kept(day) == frozenset(sorted(day)[-NEWEST:])


def test_a_pause_of_years_loses_nothing_that_was_there_before() -> None:
    few = {START + timedelta(days=400 * n) for n in range(8)}
    assert kept(few) == few


@given(st.sets(st.integers(0, 10 * 365 * 24).map(lambda hours: START + timedelta(hours=hours))))
def test_thinning_twice_is_thinning_once_and_the_newest_stays(moments: set[datetime]) -> None:
    once = kept(moments)
    assert kept(once) == once <= moments
    assert not moments or max(moments) in once


def test_a_name_says_the_registry_and_the_moment_and_nothing_else_is_ours() -> None:
    name = file_name("d6ab01ed835bfe24", START.astimezone(UTC))
    assert name == "hoken-d6ab01ed835bfe24-20260401-090000.backup"
    assert made_at_of(name, "d6ab01ed835bfe24") == START
    for other in (name + ".tmp", "x" + name, name.replace("0401", "0431"), "registry.db"):
        assert made_at_of(other, "d6ab01ed835bfe24") is None
    assert made_at_of(name, "ffffffffffffffff") is None


def test_each_backup_says_why_it_stays() -> None:
    moments = [START + timedelta(days=n) for n in range(40)]
    reasons = generations(moments)
    assert list(reasons) == sorted(moments, reverse=True)
    newest = max(moments)
    assert reasons[newest] == (Generation.NEWEST, Generation.DAILY, Generation.WEEKLY, Generation.MONTHLY)
    assert reasons[newest - timedelta(days=8)] == (Generation.DAILY,)
    assert frozenset(at for at, why in reasons.items() if not why) == frozenset(moments) - kept(moments)
