"""The operating system's keyring: absent, empty, wrong, hanging, untrusted, and a real one where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from hoken_desktop.adapters.os_keyring import TRUSTED, OsKeyring, system_backend
from hoken_desktop.domain.errors import NotUnlocked
from hoken_desktop.domain.keys import NO_MARK, Mark

SECRET = bytes(range(32))
OTHER = bytes(32)


class MemoryKeyring(KeyringBackend):
    """A real backend with Windows' habit: overwriting an entry keeps the old one under a second name."""

    priority = 0.1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        old = self.kept.get((service, username))
        if old is not None:
            self.kept[f"{username}@{service}", username] = old
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError(service)
        del self.kept[service, username]


def names(*kinds: type) -> frozenset[str]:
    return frozenset(f"{kind.__module__}.{kind.__qualname__}" for kind in kinds)


def keyring_on(backend: KeyringBackend | None, **more: Any) -> OsKeyring:
    return OsKeyring(lambda: backend, trusted=TRUSTED | names(type(backend)), **more)


def code_of(refusing: Any) -> str:
    with pytest.raises(NotUnlocked) as refused:
        refusing()
    return refused.value.code


def test_a_secret_is_kept_read_and_forgotten() -> None:
    backend = MemoryKeyring()
    keyring = keyring_on(backend)
    assert keyring.read("r1") is None
    keyring.keep("r1", SECRET)
    keyring.keep("r2", OTHER)
    assert (keyring.read("r1"), keyring.read("r2")) == (SECRET, OTHER)
    keyring.forget("r1")
    keyring.forget("r1")
    assert (keyring.read("r1"), keyring.read("r2")) == (None, OTHER)


def test_a_new_secret_leaves_no_trace_of_the_old_one() -> None:
    backend = MemoryKeyring()
    keyring = keyring_on(backend)
    keyring.keep("r1", SECRET)
    keyring.keep("r1", OTHER)
    assert len(backend.kept) == 1
    assert keyring.read("r1") == OTHER


@pytest.mark.parametrize("text", ["", "abc", "ä", "QUJD", "A" * 1000])
def test_an_entry_that_is_no_secret_counts_as_none(text: str) -> None:
    backend = MemoryKeyring()
    keyring = keyring_on(backend)
    keyring.keep("r1", SECRET)
    backend.kept = dict.fromkeys(backend.kept, text)
    assert keyring.read("r1") is None


def test_no_keyring_is_said() -> None:
    keyring = keyring_on(None)
    assert code_of(lambda: keyring.read("r1")) == "vault.keyring_unavailable"
    assert code_of(lambda: keyring.keep("r1", SECRET)) == "vault.keyring_unavailable"


@pytest.mark.parametrize("kind", [null.Keyring, chainer.ChainerBackend, fail.Keyring, MemoryKeyring])
def test_a_backend_not_on_the_list_is_never_given_the_secret(kind: type[KeyringBackend]) -> None:
    backend = kind()
    keyring = OsKeyring(lambda: backend)
    assert code_of(lambda: keyring.keep("r1", SECRET)) == "vault.keyring_untrusted"
    assert code_of(lambda: keyring.read("r1")) == "vault.keyring_untrusted"
    if isinstance(backend, MemoryKeyring):
        assert not backend.kept


def test_the_mark_is_kept_beside_the_secret() -> None:
    backend = MemoryKeyring()
    keyring = keyring_on(backend)
    keyring.keep("r1", SECRET)
    assert keyring.read_mark("r1") is None
    for mark in (Mark(7, "ab" * 32), Mark(8, "cd" * 32), NO_MARK):
        keyring.keep_mark("r1", mark)
        assert keyring.read_mark("r1") == mark
    assert len(backend.kept) == 2
    assert keyring.read("r1") == SECRET
    backend.kept["hoken-desktop:r1:audit-mark", "audit-mark"] = "junk"
    assert keyring.read_mark("r1") is None
    keyring.forget("r1")
    assert backend.kept == {}


class ForgetfulKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        """What keyring's null backend does: says nothing and keeps nothing."""


class AlteringKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        found = super().get_password(service, username)
        return found and found[::-1]


@pytest.mark.parametrize("kind", [ForgetfulKeyring, AlteringKeyring])
def test_a_secret_that_does_not_come_back_the_same_is_not_relied_on(kind: type[KeyringBackend]) -> None:
    assert code_of(lambda: keyring_on(kind()).keep("r1", SECRET)) == "vault.keyring_unavailable"


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("secret words of the backend")


def test_a_failing_keyring_is_refused_without_its_own_words() -> None:
    with pytest.raises(NotUnlocked) as refused:
        keyring_on(LockedKeyring()).read("r1")
    assert refused.value.code == "vault.keyring_unavailable"
    assert "secret words" not in repr(refused.value) + str(refused.value.facts)
    assert refused.value.__cause__ is None


class HangingKeyring(MemoryKeyring):
    released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(60)
        return None


def test_a_hanging_keyring_does_not_hang_the_program() -> None:
    keyring = keyring_on(HangingKeyring(), limit_seconds=0.05)
    try:
        assert code_of(lambda: keyring.read("r1")) == "vault.keyring_silent"
        assert code_of(lambda: keyring.keep("r1", SECRET)) == "vault.keyring_silent"
    finally:
        HangingKeyring.released.set()


def test_choosing_the_keyring_may_hang_too() -> None:
    released = threading.Event()

    def slow() -> KeyringBackend | None:
        released.wait(60)
        return None

    try:
        assert code_of(lambda: OsKeyring(slow, limit_seconds=0.05).read("r1")) == "vault.keyring_silent"
    finally:
        released.set()


def test_neither_environment_nor_configuration_choose_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """keyring itself obeys both; a null or plaintext keyring could be slipped in by either."""
    folder = tmp_path / "python_keyring"
    folder.mkdir()
    (folder / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n", "utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    backend = system_backend()
    assert backend is None or names(type(backend)) <= TRUSTED


@pytest.mark.skipif(sys.platform != "linux", reason="Linux without a session bus")
def test_without_a_secret_service_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    assert code_of(lambda: OsKeyring().read("r1")) == "vault.keyring_unavailable"


def test_windows_secret_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """keyring's default persistence roams with the domain profile."""

    class WinVaultKeyring(MemoryKeyring):
        persist = "enterprise"

    from hoken_desktop.adapters import os_keyring

    monkeypatch.setattr(os_keyring, "_here", lambda: (lambda: WinVaultKeyring,))
    monkeypatch.setenv("KEYRING_PROPERTY_PERSIST", "enterprise")
    backend = system_backend()
    assert isinstance(backend, WinVaultKeyring)
    assert backend.persist == "local machine"


def test_the_environment_cannot_move_the_secret_to_another_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    from hoken_desktop.adapters import os_keyring

    monkeypatch.setattr(os_keyring, "_here", lambda: (lambda: MemoryKeyring,))
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", "/elsewhere")
    assert not hasattr(system_backend(), "preferred_collection")


REAL = """
from hoken_desktop.adapters.os_keyring import OsKeyring, system_backend
print(type(system_backend()).__module__)
keyring = OsKeyring()
secret = bytes(range(32))
assert keyring.read("r1") is None
keyring.keep("r1", secret)
assert keyring.read("r1") == secret
keyring.forget("r1")
assert keyring.read("r1") is None
print("kept and forgotten")
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-run-session and gnome-keyring-daemon for a real Secret Service",
)
def test_a_real_secret_service_keeps_the_secret(tmp_path: Path) -> None:
    script = 'printf "\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$0" -c "$1"'
    here = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    places = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")}
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, sys.executable, REAL],
        env=here | places,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["keyring.backends.SecretService", "kept and forgotten"], done.stderr
