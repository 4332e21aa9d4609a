"""Remembered choices of the staff (saved filters, columns): inside the encrypted file, for they may hold names."""

from __future__ import annotations

import json
from typing import Any

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.office import Preference
from hoken_desktop.services.ports import Store


class Preferences:
    """Key → JSON value. Of one member of staff unless `shared`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str, default: Any = None, *, shared: bool = False) -> Any:
        """What is remembered under `key`; `default` where nothing is."""
        with self._store.read() as shelves:
            found = shelves.preferences.get(self._id(key, shared))
        return default if found is None else json.loads(found.value)

    def put(self, key: str, value: Any, *, shared: bool = False) -> None:
        """Remembers `value`. The record names the key, never the value."""
        row = Preference(self._id(key, shared), json.dumps(value, ensure_ascii=False))
        with self._store.change(Deed.PREFERENCE_SET, key) as shelves:
            shelves.preferences.put(row)

    def _id(self, key: str, shared: bool) -> str:
        return key if shared else f"{self._store.staff_id}/{key}"
