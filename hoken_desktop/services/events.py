"""災害: declared, then ended. Only while one is under way may people go out on the basis DISASTER."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hoken_desktop.domain.bases import open_events
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.events import Event, EventKind
from hoken_desktop.services.bases import circumstances_of
from hoken_desktop.services.ports import Clock, Ids, Store


class Events:
    """The events of one registry."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def now(self) -> datetime:
        """This moment, in Japan's time."""
        return self._clock.now()

    def all(self) -> list[Event]:
        """Every event, the newest first."""
        with self._store.read() as shelves:
            return sorted(shelves.events.all(), key=lambda event: event.declared_at, reverse=True)

    def under_way(self) -> tuple[Event, ...]:
        """The events on which a disclosure may stand now; a drill is none."""
        with self._store.read() as shelves:
            return open_events(circumstances_of(shelves, self._clock.now()))

    def declare(self, kind: EventKind, name: str, occurred_at: datetime | None = None, reason: str = "") -> Event:
        """Declares an event. `occurred_at` (aware) is when it began, now unless said.

        Refuses an event without a name, one that begins later than now, and, unless it is a drill, one without a
        reason. A drill opens nothing.
        """
        now = self._clock.now()
        began = occurred_at or now
        if not name.strip():
            raise Refusal("events.no_name")
        if began > now:
            raise Refusal("events.to_come", now=now.isoformat(timespec="minutes"))
        if kind is not EventKind.DRILL and not reason.strip():
            raise Refusal("events.no_reason")
        event = Event(self._ids(), name.strip(), kind, began, now, self._store.staff_id, reason.strip())
        with self._store.change(Deed.EVENT_DECLARED, event.id, event_kind=kind.value) as writing:
            return writing.events.add(event)

    def end(self, event_id: str) -> Event:
        """Ends an event: from now on nothing goes out on it. Refuses one that is not there or is ended already."""
        with self._store.change(Deed.EVENT_ENDED, event_id) as writing:
            event = writing.events.get(event_id)
            if event is None:
                raise Refusal("events.unknown")
            if event.ended_at is not None:
                raise Refusal("events.ended_already")
            return writing.events.replace(replace(event, ended_at=self._clock.now()))
