"""This PC's secret in the keyring of the operating system, and in no other place.

Only the four backends of `TRUSTED` are ever spoken to, each made here by name: keyring's own choice (environment
variable, configuration file, plugins, chainer) could hand the secret to a file in clear and is never asked.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from keyring.backend import KeyringBackend

from hoken_desktop.domain.errors import NotUnlocked
from hoken_desktop.domain.keys import Mark

TRUSTED = frozenset(
    {
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    }
)
SECRET_BYTES = 32
LIMIT_SECONDS = 5.0
_SECRET, _MARK = "device-secret", "audit-mark"

T = TypeVar("T")


def _windows() -> type[KeyringBackend]:
    from keyring.backends.Windows import WinVaultKeyring

    return WinVaultKeyring


def _mac() -> type[KeyringBackend]:
    from keyring.backends.macOS import Keyring

    return Keyring


def _secret_service() -> type[KeyringBackend]:
    from keyring.backends.SecretService import Keyring

    return Keyring


def _kwallet() -> type[KeyringBackend]:
    from keyring.backends.kwallet import DBusKeyring

    return DBusKeyring


def _here() -> tuple[Callable[[], type[KeyringBackend]], ...]:
    if sys.platform == "win32":
        return (_windows,)
    if sys.platform == "darwin":
        return (_mac,)
    return (_secret_service, _kwallet)


def system_backend() -> KeyringBackend | None:
    """The first trusted backend that works on this PC, kept to this machine; None when there is none."""
    for load in _here():
        try:
            kind = load()
            if not kind.viable:
                continue
            backend = kind()
        except Exception:  # noqa: S112 - a backend that cannot even be made is a backend that is not there
            continue
        _forget_environment(backend)
        if kind.__name__ == "WinVaultKeyring":
            # keyring's default would let the secret roam to every PC of the domain with the user's profile.
            backend.persist = "local machine"  # type: ignore[attr-defined]
        return backend
    return None


def _forget_environment(backend: KeyringBackend) -> None:
    """Undo what KEYRING_PROPERTY_… in the environment made of the backend (another collection, another keychain)."""
    for variable in os.environ:
        prefix, found, name = variable.partition("KEYRING_PROPERTY_")
        if found and not prefix:
            with contextlib.suppress(AttributeError):
                delattr(backend, name.lower())


class OsKeyring:
    """The device secret of each registry, one keyring service an entry ("hoken-desktop:<registry id>").

    Every call is limited in time, so that a keyring that hangs cannot hang the program. `backend` gives the
    keyring to speak to (None when there is none); `trusted` names the classes it may be of.
    """

    def __init__(
        self,
        backend: Callable[[], KeyringBackend | None] = system_backend,
        *,
        trusted: frozenset[str] = TRUSTED,
        limit_seconds: float = LIMIT_SECONDS,
    ) -> None:
        self._make = backend
        self._trusted = trusted
        self._limit = limit_seconds

    def read(self, registry_id: str) -> bytes | None:
        """The 32 bytes kept for this registry; None when there are none, or something else.

        Refuses (NotUnlocked): no trusted keyring, a locked or failing one, one that does not answer in time.
        """
        return self._limited(lambda: self._read(self._backend(), registry_id))

    def keep(self, registry_id: str, secret: bytes) -> None:
        """Store the secret and read it back; refuses (NotUnlocked) as `read`, and when it did not stay."""
        if len(secret) != SECRET_BYTES:
            raise ValueError("a device secret has 32 bytes")

        text = base64.b64encode(secret).decode("ascii")
        if not self._limited(lambda: self._put(self._backend(), self._service(registry_id), _SECRET, text)):
            raise NotUnlocked("vault.keyring_unavailable")

    def forget(self, registry_id: str) -> None:
        """Remove the secret and the mark, if they are there; refuses as `read`."""

        def remove() -> None:
            backend = self._backend()
            self._delete(backend, self._service(registry_id), _SECRET)
            self._delete(backend, self._service(registry_id, _MARK), _MARK)

        self._limited(remove)

    def read_mark(self, registry_id: str) -> Mark | None:
        """The audit chain's mark left here at the last lock; None when there is none. Refuses as `read`."""
        text = self._limited(lambda: self._backend().get_password(self._service(registry_id, _MARK), _MARK))
        found = re.fullmatch(r"([0-9]{1,18}) ([0-9A-Za-z]{0,128})", text or "")
        return Mark(int(found[1]), found[2]) if found else None

    def keep_mark(self, registry_id: str, mark: Mark) -> None:
        """Leave the mark here; refuses as `keep`."""
        text = f"{mark.seq} {mark.head}"
        if not self._limited(lambda: self._put(self._backend(), self._service(registry_id, _MARK), _MARK, text)):
            raise NotUnlocked("vault.keyring_unavailable")

    @staticmethod
    def _service(registry_id: str, entry: str = "") -> str:
        # One service an entry: Windows' backend renames entries that share one.
        return f"hoken-desktop:{registry_id}" + (f":{entry}" if entry else "")

    def _backend(self) -> KeyringBackend:
        backend = self._make()
        if backend is None:
            raise NotUnlocked("vault.keyring_unavailable")
        kind = type(backend)
        if f"{kind.__module__}.{kind.__qualname__}" not in self._trusted:
            raise NotUnlocked("vault.keyring_untrusted")
        return backend

    def _read(self, backend: KeyringBackend, registry_id: str) -> bytes | None:
        text = backend.get_password(self._service(registry_id), _SECRET)
        if text is None:
            return None
        try:
            secret = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
        return secret if len(secret) == SECRET_BYTES else None

    def _put(self, backend: KeyringBackend, service: str, user: str, text: str) -> bool:
        # Without the deletion Windows' backend would keep the old text under a second name.
        self._delete(backend, service, user)
        backend.set_password(service, user, text)
        return backend.get_password(service, user) == text

    @staticmethod
    def _delete(backend: KeyringBackend, service: str, user: str) -> None:
        if backend.get_password(service, user) is not None:
            backend.delete_password(service, user)

    def _limited(self, job: Callable[[], T]) -> T:
        """Run `job` on a thread of its own and give up waiting after the limit (the thread is left to itself)."""
        done: list[T] = []
        refused: list[NotUnlocked] = []

        def work() -> None:
            try:
                done.append(job())
            except NotUnlocked as problem:
                refused.append(problem)
            except BaseException:
                # The texts of keyring's own errors are not ours to show; some quote what was stored.
                refused.append(NotUnlocked("vault.keyring_unavailable"))

        thread = threading.Thread(target=work, name="keyring", daemon=True)
        thread.start()
        thread.join(self._limit)
        if done:
            return done[0]
        if refused:
            raise refused[0]
        raise NotUnlocked("vault.keyring_silent", seconds=int(self._limit))
