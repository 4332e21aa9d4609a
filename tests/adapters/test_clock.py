"""Japan's time, whatever the PC says its zone is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from hoken_desktop.adapters import clock as clocks
from hoken_desktop.adapters.clock import Clock


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_the_day_begins_at_midnight_in_japan(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    class At(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2026, 3, 31, 15, 0, tzinfo=UTC)

    monkeypatch.setenv("TZ", zone)
    if hasattr(time, "tzset"):
        time.tzset()
    monkeypatch.setattr(clocks, "datetime", At)
    now = Clock().now()
    assert (now.isoformat(), Clock().today().isoformat()) == ("2026-04-01T00:00:00+09:00", "2026-04-01")
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def test_now_is_aware_and_nine_hours_ahead() -> None:
    assert Clock().now().utcoffset() == timedelta(hours=9)
