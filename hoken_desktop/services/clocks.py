"""時計: what the record says about the PC's own clock, and a 管理者's word for it after it went ahead."""

from __future__ import annotations

from datetime import date, datetime

from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import Clock, Shelves, Store
from hoken_desktop.services.staff import check_admin


class Clocks:
    """A clock set back makes withdrawn consents count again; one that went ahead leaves entries of days to come."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def ahead(self) -> date | None:
        """The newest day of the record where it lies after today; None where the clock agrees with the record."""
        with self._store.read() as shelves:
            return day_ahead(shelves, self._clock.today())

    def confirm(self, today: date) -> date:
        """A 管理者 says, by writing today's date, that the clock is right now and the record's later days were not.

        Refuses who is no 管理者, another date than the clock's, and a record that holds no later day.
        """
        check_admin(self._store)
        if today != self._clock.today():
            raise Refusal("clocks.other_day", today=self._clock.today().isoformat())
        newest = self.ahead()
        if newest is None:
            raise Refusal("clocks.agrees")
        with self._store.change(Deed.CLOCK_CONFIRMED, last=newest.isoformat()):
            pass
        return today


def check_clock(shelves: Shelves, today: date) -> None:
    """Refuses on a day before one that the record holds already."""
    newest = day_ahead(shelves, today)
    if newest is not None:
        raise Refusal("clocks.back", last=newest.isoformat(), today=today.isoformat())


def day_ahead(shelves: Shelves, today: date) -> date | None:
    """The newest day of the record, where it lies after `today`; entries before a 管理者's word do not count."""
    moments: list[datetime] = []
    for deed, at in shelves.columns_of("audits", "deed", "at"):
        if deed == Deed.CLOCK_CONFIRMED:
            moments.clear()
        moments.append(at)
    newest = in_japan(max(moments)).date() if moments else today
    return newest if newest > today else None
