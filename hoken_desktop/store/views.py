"""A backup opened to be read: the same shelves, and no way to write through any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import Clock, Writing
from hoken_desktop.store import engine as engines
from hoken_desktop.store import migrate
from hoken_desktop.store.unit import RegistryStore, seal_keys

T = TypeVar("T")


class RegistryView(RegistryStore):
    """A private copy under a key of its own (`key`); its seals were made with the registry's `data_key`.

    An older copy is first brought up to this program's schema (it is a copy, nobody keeps it); from then on every
    deed is refused, and SQLite writes nothing on any of its connections.
    """

    read_only = True

    def __init__(
        self, path: Path, key: bytes | bytearray, data_key: bytes | bytearray, clock: Clock, staff_id: str
    ) -> None:
        self.path = path
        self.staff_id = staff_id
        self._clock = clock
        self._key = bytearray(key)
        self._audit_key, self._row_key = seal_keys(data_key)
        self._listeners = []
        self.upgraded = migrate.upgrade(path, self._key)
        self._engine = engines.make_engine(path, self._key, read_only=True)

    @contextmanager
    def change(self, deed: Deed, subject: str = "", **detail: Any) -> Iterator[Writing]:
        """Refuses every deed, before anything of it is done."""
        raise Refusal("views.read_only")
        yield

    def lend_key(self, use: Callable[[bytearray], T]) -> T:
        """Refuses: no slot and no backup is made of a backup."""
        raise Refusal("views.read_only")
