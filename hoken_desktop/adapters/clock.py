"""Japan's time, from the PC's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
"""Japan has had no summer time since 1951; a fixed offset needs no time zone data on Windows."""


class Clock:
    """What time it is in Japan, whatever the PC's own time zone says."""

    def now(self) -> datetime:
        """This moment, aware, in JST."""
        return datetime.now(UTC).astimezone(JST)

    def today(self) -> date:
        """The calendar day in Japan."""
        return self.now().date()
