"""提供のあと: what the recipient confirmed is written into the record, and the 提供記録簿 printed anew with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Disclosure, DisclosureState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.disclosure_forms import filled, said_of
from hoken_desktop.services.disclosure_papers import print_disclosure_record
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Clock, Shelves, Store


@dataclass(frozen=True, slots=True)
class FollowUp:
    """All that may be written into the record after the deed. None and "" mean that nothing is known."""

    media_number: str = ""
    approver: str = ""
    password_by: str = ""
    return_by: date | None = None
    received_on: date | None = None
    received_by: str = ""
    returned_on: date | None = None
    disposal: str = ""


class DisclosureRecords:
    """The records of disclosures that were made."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        municipalities: Municipalities,
        printer: Callable[[], Printer],
        write: Callable[[Path, str, bytes], object],
    ) -> None:
        self._store = store
        self._clock = clock
        self._municipalities = municipalities
        self._printer = printer
        self._write = write

    def get(self, disclosure_id: str) -> Disclosure:
        """One record; Refusal where there is none."""
        with self._store.read() as shelves:
            return _found(shelves, disclosure_id)

    def follow_up(self, disclosure_id: str, said: FollowUp) -> Disclosure:
        """Puts what is known now in the place of what was known. What was made (file, people, items) never changes.

        Refuses a disclosure that was not made, a receipt or return before it or after today, a return before the
        receipt, and a limit before the day of the disclosure.
        """
        with self._store.change(Deed.DISCLOSURE_FOLLOWED, disclosure_id) as writing:
            found = _found(writing, disclosure_id)
            if found.state is not DisclosureState.DONE:
                raise Refusal("disclosures.not_made")
            today = self._clock.today()
            first = found.disclosed_on
            for day in (said.received_on, said.returned_on):
                if day is not None and not first <= day <= today:
                    raise Refusal("disclosures.follow_day", first=first.isoformat(), today=today.isoformat())
            if said.received_on and said.returned_on and said.returned_on < said.received_on:
                raise Refusal("disclosures.returned_before")
            if said.return_by is not None and said.return_by < first:
                raise Refusal("disclosures.return_by", today=first.isoformat())
            values: dict[str, Any] = {field.name: getattr(said, field.name) for field in fields(said)}
            tidy: dict[str, Any] = {
                key: value.strip() if isinstance(value, str) else value for key, value in values.items()
            }
            new = replace(found, **tidy)
            writing.detail.update(changed=[key for key in tidy if getattr(found, key) != tidy[key]])
            return writing.disclosures.replace(new)

    def print_record(self, disclosure_id: str) -> bytes:
        """The 提供記録簿 as it stands today, as PDF."""
        _, head = self._store.head()
        with self._store.read() as shelves:
            found = _found(shelves, disclosure_id)
            place = self._municipalities.name_of(found.municipality)
            said = said_of(shelves, found, place, head, self._clock.today())
        return print_disclosure_record(self._printer(), filled(found, said)[1])

    def write_record(self, disclosure_id: str, path: Path) -> None:
        """The same as a new file. Refuses a name that is taken and a place that cannot be written to."""
        self._write(path.parent, path.name, self.print_record(disclosure_id))


def follow_up_of(disclosure: Disclosure) -> FollowUp:
    """What the record says so far, to be changed."""
    return FollowUp(**{field.name: getattr(disclosure, field.name) for field in fields(FollowUp)})


def _found(shelves: Shelves, disclosure_id: str) -> Disclosure:
    found = shelves.disclosures.get(disclosure_id)
    if found is None:
        raise Refusal("disclosures.unknown")
    return found
