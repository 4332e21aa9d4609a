"""One office PC for the drills with keys: a data folder, a keyring that keeps in memory, a fictitious registry."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from hoken_desktop import doors
from hoken_desktop import house as houses
from hoken_desktop.adapters.os_keyring import OsKeyring
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.domain.persons import Person
from tests.registry_builder import MovableClock

PASSPHRASE = "kawa no mizu ga agaru mae ni"
SECOND = "yama no ue no hoshi wo miru"
CANARY = "架空山 検知子"
PEOPLE = 3


class MemoryKeyring(KeyringBackend):
    """A real backend of keyring's that keeps in memory."""

    priority = 0.1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@dataclass
class Pc:
    """`sit_down` at it before opening anything: its keyring is the one the program finds."""

    data: Path
    clock: MovableClock
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)
    recovery_key: str = ""

    def sit_down(self, monkeypatch: pytest.MonkeyPatch) -> Pc:
        kind = f"{MemoryKeyring.__module__}.{MemoryKeyring.__qualname__}"
        monkeypatch.setattr(houses, "OsKeyring", lambda: OsKeyring(lambda: self.keyring, trusted=frozenset({kind})))
        return self

    @property
    def settings(self) -> houses.Settings:
        return houses.Settings(clock=self.clock, stretch=STRETCH_FLOOR)

    def found(self) -> None:
        """The first day, with three people in the register."""
        made = doors.create_house(
            self.data, PASSPHRASE, office="見本保健所", municipalities=["112178"], staff="見本 花子・保健師",
            settings=self.settings,
        )  # fmt: skip
        self.recovery_key = made.recovery_key
        with made.house.store.change(Deed.PERSON_REGISTERED) as shelves:
            shelves.persons.add_all(Person(f"p{n}", f"K{n:06d}", f"{CANARY}{n}") for n in range(PEOPLE))
        made.house.close()

    def open(self, passphrase: str = PASSPHRASE, *, recovery: bool = False) -> houses.House:
        self.clock.tick(60)
        if recovery:
            return doors.open_house(self.data, recovery_key=self.recovery_key, settings=self.settings)
        return doors.open_house(self.data, passphrase, settings=self.settings)

    def people(self, passphrase: str = PASSPHRASE, *, recovery: bool = False) -> int:
        """How many people the registry holds, after its record has been verified."""
        house = self.open(passphrase, recovery=recovery)
        try:
            assert house.audits.verify().first_break is None
            with house.store.read() as shelves:
                return shelves.persons.count()
        finally:
            house.close()

    def register(self, count: int = 1) -> None:
        """More people, so that a backup is due."""
        house = self.open(recovery=True)
        with house.store.change(Deed.PERSON_REGISTERED) as shelves:
            first = shelves.persons.count()
            shelves.persons.add_all(Person(f"p{first + n}", f"K{first + n:06d}", CANARY) for n in range(count))
        house.close()

    def files(self) -> dict[str, bytes]:
        """Everything in the data folder that is not the lock."""
        found = (path for path in sorted(self.data.rglob("*")) if path.is_file() and path.name != "registry.lock")
        return {str(path.relative_to(self.data)): path.read_bytes() for path in found}

    def copy_to(self, data: Path) -> Pc:
        """The same PC with its own copy of the data folder, so that one founding serves many tests."""
        shutil.copytree(self.data, data)
        keyring = MemoryKeyring()
        keyring.kept.update(self.keyring.kept)
        return Pc(data, MovableClock(self.clock.moment), keyring, self.recovery_key)
