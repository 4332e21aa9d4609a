"""One office PC for the tests of the vault: real cipher (Argon2id at the floor), real files, a keyring in memory."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import ClassVar

import pytest
from keyring.backend import KeyringBackend

from hoken_desktop import words
from hoken_desktop.adapters.key_files import KeyFiles
from hoken_desktop.adapters.key_slots import KeySlots
from hoken_desktop.adapters.os_keyring import OsKeyring
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.keys import (
    STRETCH_FLOOR,
    Stretch,
)
from hoken_desktop.services.vault import Created, Unlocked, Vault
from tests.pc import MemoryKeyring

PASSPHRASE = "みどりの窓辺に朝の風がふく"
SECOND = "冬の駅で待つ三本の木のかげ"
THIRD = "river stone lantern forty-two"
JST = timezone(timedelta(hours=9))


class HangingKeyring(MemoryKeyring):
    released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(60)
        return None


class OneSaltSlots(KeySlots):
    """The real cipher; one salt for all tests, so that each passphrase is stretched once a run and not 200 times."""

    known: ClassVar[dict[tuple[bytes, bytes, Stretch], bytearray]] = {}

    def new_salt(self) -> bytes:
        return b"salt of the test"

    def stretched(self, passphrase: bytearray, salt: bytes, stretch: Stretch) -> bytearray:
        way = (bytes(passphrase), salt, stretch)
        if way not in self.known:
            self.known[way] = super().stretched(passphrase, salt, stretch)
        return bytearray(self.known[way])


class FrozenClock:
    def now(self) -> datetime:
        return datetime(2026, 9, 30, 9, 0, tzinfo=JST)

    def today(self) -> date:
        return self.now().date()


class Pc:
    """One office PC: a folder, a keyring, and the program started anew with `start`."""

    def __init__(self, folder: Path, backend: KeyringBackend | None) -> None:
        self.folder = folder
        self.backend = backend
        self.waits: list[float] = []
        self._ids = itertools.count(1)

    @property
    def registry(self) -> Path:
        return self.folder / "registry.db"

    @property
    def first(self) -> Path:
        return self.folder / "registry.keys.json"

    @property
    def second(self) -> Path:
        return self.folder / "registry.keys.bak.json"

    def start(self, *, use_device: bool = True) -> Vault:
        kind = type(self.backend)
        keyring = OsKeyring(
            lambda: self.backend, trusted=frozenset({f"{kind.__module__}.{kind.__qualname__}"}), limit_seconds=0.1
        )
        return Vault(
            self.registry,
            KeyFiles(self.folder),
            OneSaltSlots(),
            keyring,
            FrozenClock(),
            lambda: f"{next(self._ids):016d}",
            stretch=STRETCH_FLOOR,
            use_device=use_device,
            pause=self.waits.append,
        )

    def keys(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.glob("registry.keys*")}


def set_up(pc: Pc, passphrase: str = PASSPHRASE) -> Created:
    """The first day: keys, a registry, its first deeds."""
    vault = pc.start()
    created = vault.create(passphrase, "staff-1")
    pc.registry.write_bytes(b"sealed pages")
    vault.set_mark(3, "cafe")
    return created


def refused(code: str, doing: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        doing()
    assert caught.value.code == code
    said = words.say(caught.value.code, **caught.value.facts)
    assert said.endswith(("。", "。)"))
    for secret in (PASSPHRASE, SECOND, THIRD):
        assert secret not in said
    return caught.value


def put_back(vault: Vault, text: bytes, name: str, **how: str) -> Unlocked:
    """A backup's key file opened and taken for the folder's own, as a restore does it."""
    opened = vault.open_copy(text, name, **how)
    vault.adopt(text, name, opened)
    return opened
