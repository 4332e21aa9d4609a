"""What a member of staff keeps of the 台帳 page: named filters, and which columns in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Protocol

from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    Freshness,
    OnMap,
    PersonState,
    Standing,
    UnmappedReason,
)
from hoken_desktop.services.ports import PersonQuery

_FILTERS, _COLUMNS = "persons.filters", "persons.columns"
_CODES: dict[str, tuple[type[StrEnum], ...]] = {
    "group": (DeviceGroup,),
    "care_setting": (CareSetting,),
    "state": (PersonState,),
    "freshness": (Freshness,),
    "position": (OnMap, UnmappedReason),
    "consent": (Standing,),
}
_ORDER = ("order", "descending")


class Preferences(Protocol):
    """Where choices are kept, each member of staff's own."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def put(self, key: str, value: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter under a name."""

    name: str
    query: PersonQuery


def written(query: PersonQuery) -> dict[str, Any]:
    """What differs from everyone on the register, as JSON can hold it; the order of the list is no part of a filter."""
    plain = PersonQuery()
    found: dict[str, Any] = {}
    for field in fields(query):
        value = getattr(query, field.name)
        if field.name not in _ORDER and value != getattr(plain, field.name):
            found[field.name] = value.value if isinstance(value, StrEnum) else value
    return found


def read(stored: Mapping[str, Any]) -> PersonQuery | None:
    """The filter as it was written; None where it names what this program does not know: showing more people than
    the filter's name promises would mislead."""
    query = PersonQuery()
    known = {field.name for field in fields(query)} - set(_ORDER)
    for name, value in stored.items():
        if name not in known:
            return None
        if name in _CODES and value is not None:
            value = next((kind(value) for kind in _CODES[name] if value in {code.value for code in kind}), None)
            if value is None:
                return None
        query = replace(query, **{name: value})
    return query


class SavedFilters:
    """The filters and columns of whoever works now."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def all(self) -> tuple[SavedFilter, ...]:
        """In the order they were saved; one that cannot be read is left out."""
        stored = self._preferences.get(_FILTERS, [])
        found = [(str(one["name"]), read(one["query"])) for one in stored]
        return tuple(SavedFilter(name, query) for name, query in found if query is not None)

    def save(self, name: str, query: PersonQuery) -> None:
        """Keeps `query` under `name`, in the place of one of that name."""
        kept = [one for one in self._preferences.get(_FILTERS, []) if one["name"] != name]
        self._preferences.put(_FILTERS, [*kept, {"name": name, "query": written(query)}])

    def remove(self, name: str) -> None:
        """Forgets the filter of that name; the people stay as they are."""
        self._preferences.put(_FILTERS, [one for one in self._preferences.get(_FILTERS, []) if one["name"] != name])

    def columns(self, known: Sequence[str], usual: Sequence[str]) -> tuple[str, ...]:
        """The columns chosen, in their order; those of another version of the program are left out."""
        chosen = tuple(key for key in self._preferences.get(_COLUMNS, usual) if key in known)
        return chosen or tuple(usual)

    def keep_columns(self, keys: Sequence[str]) -> None:
        """Remembers which columns to show."""
        self._preferences.put(_COLUMNS, list(keys))
