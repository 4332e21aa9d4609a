"""この半期: where the work stands today, the counts that must close, and who stands behind each figure.

Every figure has its people under the same key (`people`), so that a click on it can never show another number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain.disclosures import Disclosure, DisclosurePerson, DisclosureState
from hoken_desktop.domain.replies import Reply, ReplyRow
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.overview_counts import Count
from hoken_desktop.services.overview_figures import MENDABLE as MENDABLE
from hoken_desktop.services.overview_figures import OXYGEN as OXYGEN
from hoken_desktop.services.overview_figures import VENTILATOR as VENTILATOR
from hoken_desktop.services.overview_figures import Group as Group
from hoken_desktop.services.overview_figures import Half as Half
from hoken_desktop.services.overview_figures import Overview as Overview
from hoken_desktop.services.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class PersonPassage:
    """One disclosure as it was for one person, with the municipality's newest answer about them."""

    disclosure: Disclosure
    person: DisclosurePerson
    answer: ReplyRow | None


class Overviews:
    """Looks at the whole registry and writes nothing. What was counted is kept until the next deed or day."""

    def __init__(self, store: Store, clock: Clock, names: Municipalities) -> None:
        self._store = store
        self._clock = clock
        self._names = names
        self._kept: tuple[tuple[int, str], date, Overview] | None = None

    def today(self) -> Overview:
        """The overview of this day; 10,000 people take about a second the first time after a deed."""
        head, day = self._store.head(), self._clock.today()
        if self._kept is not None and self._kept[:2] == (head, day):
            return self._kept[2]
        with self._store.read() as shelves:
            found = Count(shelves, day).overview()
        self._kept = (head, day, found)
        return found

    def day(self) -> date:
        """The day everything here is counted on."""
        return self._clock.today()

    def people(self, key: str) -> tuple[str, ...]:
        """Ids of the people behind a figure of `today`; none for a key nobody stands under."""
        return self.today().people.get(key, ())

    def passages_of(self, person_id: str) -> list[PersonPassage]:
        """The disclosures a person was part of or was kept back from, the newest first."""
        with self._store.read() as shelves:
            rows = shelves.disclosure_persons.all(person_id=person_id)
            made = {d.id: d for d in shelves.disclosures.all(id=[r.disclosure_id for r in rows])}
            answers = shelves.reply_rows.all(person_id=person_id)
            replies = {r.id: r for r in shelves.replies.all(id=[a.reply_id for a in answers])}
        newest: dict[str, tuple[Reply, ReplyRow]] = {}
        for answer in answers:
            reply = replies[answer.reply_id]
            old = newest.get(reply.disclosure_id)
            if old is None or reply.read_at >= old[0].read_at:
                newest[reply.disclosure_id] = (reply, answer)
        found = [
            PersonPassage(made[r.disclosure_id], r, newest[r.disclosure_id][1] if r.disclosure_id in newest else None)
            for r in rows
            if made[r.disclosure_id].state is DisclosureState.DONE
        ]
        return sorted(found, key=lambda p: p.disclosure.made_at, reverse=True)
