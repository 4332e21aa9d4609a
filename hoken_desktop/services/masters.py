"""マスタ: entries with the days they are valid, looked up, added, changed and ended; nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar, cast

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.masters import Dated, DeviceModel, Disease, Organisation, is_valid
from hoken_desktop.services.ports import Clock, Ids, Rows, Shelves, Store, Writing

E = TypeVar("E", bound=Organisation | DeviceModel | Disease)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One known word that a form offers: `text` goes into the field, `id` is what it stands for.

    `hint` stands behind it in the list (a telephone, a number); `keys` are further words it is found by (its
    reading, its number).
    """

    text: str
    id: str = ""
    hint: str = ""
    keys: tuple[str, ...] = ()


def overlap(one: Dated, other: Dated) -> bool:
    """Whether there is a day on which both are valid."""
    return (one.valid_from or date.min) <= (other.valid_to or date.max) and (other.valid_from or date.min) <= (
        one.valid_to or date.max
    )


def fields_changed(old: Any, new: Any) -> list[str]:
    """The names of the fields that differ, for the record: names only, never values."""
    return [name for name in old.__slots__ if getattr(old, name) != getattr(new, name)]


class Entries(Generic[E]):
    """One table of the masters. A subclass says what makes an entry whole, which two are the same, and their order."""

    shelf: ClassVar[str]

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    # ---- looking ----------------------------------------------------------------------------------------------

    def all(self, *, on: date | None = None) -> list[E]:
        """Every entry in its order, the ended too; with `on` those valid on that day."""
        with self._store.read() as shelves:
            found = self._entries(shelves)
        return sorted((one for one in found if on is None or is_valid(one, on)), key=self._order)

    def valid(self) -> list[E]:
        """The entries valid today."""
        return self.all(on=self._clock.today())

    def get(self, id_: str) -> E | None:
        """The entry with this id, ended or not."""
        return next((one for one in self.all() if one.id == id_), None)

    # ---- deeds ------------------------------------------------------------------------------------------------

    def add(self, draft: E) -> E:
        """Adds an entry; its id is given here. Refuses one without what it needs, and one that is there already."""
        made = replace(self._whole(draft), id=self._ids())
        with self._change(made.id, "added") as shelves:
            self._refuse_twice(made, self._entries(shelves))
            return self._rows(shelves).add(made)

    def change(self, entry: E) -> E:
        """Puts `entry` in the place of the one with its id. Refuses what `add` refuses, and an unknown id."""
        new = self._whole(entry)
        with self._change(new.id, "changed") as shelves:
            known = self._entries(shelves)
            old = next((one for one in known if one.id == new.id), None)
            if old is None:
                raise Refusal("masters.unknown")
            self._refuse_twice(new, known)
            shelves.detail["fields"] = fields_changed(old, new)
            return self._rows(shelves).put(new)

    def end(self, id_: str, on: date) -> E:
        """終了: valid to the end of that day, and kept. Refuses a day before the entry began."""
        with self._change(id_, "ended") as shelves:
            old = next((one for one in self._entries(shelves) if one.id == id_), None)
            if old is None:
                raise Refusal("masters.unknown")
            if old.valid_from is not None and on < old.valid_from:
                raise Refusal("masters.days_reversed")
            return self._rows(shelves).put(replace(old, valid_to=on))

    def take(self, added: Iterable[E], changed: Iterable[E], file_digest: str) -> None:
        """A table read in as one deed: whole entries only, checked before by `checked`."""
        new = [replace(one, id=self._ids()) for one in added]
        with self._change(file_digest, "read") as shelves:
            rows = self._rows(shelves)
            rows.add_all(new)
            count = 0
            for one in changed:
                rows.put(one)
                count += 1
            shelves.detail.update(added=len(new), changed=count)

    def checked(self, entry: E) -> E:
        """`entry` tidied; refuses, in words, what it lacks."""
        return self._whole(entry)

    def same(self, entry: E, among: Iterable[E]) -> E | None:
        """The one among them that `entry` speaks of, valid on a day they share; None for a new one.

        Of several (the office of before, and of now) the one of the same days, else the one that has not ended.
        """
        alike = [
            other
            for other in among
            if not (other.id and other.id == entry.id) and self._is_same(entry, other) and overlap(other, entry)
        ]
        days = (entry.valid_from, entry.valid_to)
        return min(alike, key=lambda o: ((o.valid_from, o.valid_to) != days, o.valid_to is not None), default=None)

    # ---- what a table says of itself --------------------------------------------------------------------------

    def _whole(self, entry: E) -> E:
        texts = {
            name: value.strip()
            for name in entry.__slots__
            if type(value := getattr(entry, name)) is str and value != value.strip()
        }
        tidy = replace(entry, **cast("Any", texts))
        if tidy.valid_from is not None and tidy.valid_to is not None and tidy.valid_to < tidy.valid_from:
            raise Refusal("masters.days_reversed")
        return tidy

    def _is_same(self, one: E, other: E) -> bool:
        """Whether both speak of one thing, whatever their days are."""
        raise NotImplementedError

    def _order(self, entry: E) -> Any:
        raise NotImplementedError

    def _entries(self, shelves: Shelves) -> list[E]:
        return self._rows(shelves).all()

    # ---- the shelf --------------------------------------------------------------------------------------------

    def _rows(self, shelves: Shelves) -> Rows[E]:
        return cast("Rows[E]", getattr(shelves, self.shelf))

    def _change(self, subject: str, done: str) -> AbstractContextManager[Writing]:
        return self._store.change(Deed.MASTER_CHANGED, subject, table=self.shelf, done=done)

    def _refuse_twice(self, entry: E, known: Iterable[E]) -> None:
        if self.same(entry, known) is not None:
            raise Refusal("masters.already_there")


def settle(shelves: Writing, table: str, rows: Iterable[Any]) -> int:
    """Puts altered rows of people back on their shelf; how many there were."""
    altered = list(rows)
    getattr(shelves, table).replace_all(altered)
    return len(altered)
