"""Japan's time, from the PC's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hoken_desktop.domain.dates import JAPAN


class Clock:
    """What time it is in Japan, whatever the PC's own time zone says."""

    def now(self) -> datetime:
        """This moment, aware, in Japan's time."""
        return datetime.now(UTC).astimezone(JAPAN)

    def today(self) -> date:
        """The calendar day in Japan."""
        return self.now().date()
