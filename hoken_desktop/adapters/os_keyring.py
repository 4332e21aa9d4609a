"""This PC's secret in the keyring of the operating system, and in no other place.

Only the four backends of `TRUSTED` are ever spoken to, each made here by name: keyring's own choice (environment
variable, configuration file, plugins, chainer) could hand the secret to a file in clear and is never asked.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from keyring.backend import KeyringBackend

from hoken_desktop.domain.errors import NotUnlocked

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
_USER = "device-secret"

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
    """The device secret of each registry, one keyring service a registry ("hoken-desktop:<registry id>").

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

        def store() -> bool:
            backend = self._backend()
            self._delete(backend, registry_id)
            # Without the deletion Windows' backend would keep the old secret under a second name.
            backend.set_password(self._service(registry_id), _USER, base64.b64encode(secret).decode("ascii"))
            return self._read(backend, registry_id) == secret

        if not self._limited(store):
            raise NotUnlocked("vault.keyring_unavailable")

    def forget(self, registry_id: str) -> None:
        """Remove the secret, if it is there; refuses as `read`."""
        self._limited(lambda: self._delete(self._backend(), registry_id))

    def is_available(self) -> bool:
        """Whether a trusted keyring answers."""
        try:
            self._limited(self._backend)
        except NotUnlocked:
            return False
        return True

    @staticmethod
    def _service(registry_id: str) -> str:
        return f"hoken-desktop:{registry_id}"

    def _backend(self) -> KeyringBackend:
        backend = self._make()
        if backend is None:
            raise NotUnlocked("vault.keyring_unavailable")
        kind = type(backend)
        if f"{kind.__module__}.{kind.__qualname__}" not in self._trusted:
            raise NotUnlocked("vault.keyring_untrusted")
        return backend

    def _read(self, backend: KeyringBackend, registry_id: str) -> bytes | None:
        text = backend.get_password(self._service(registry_id), _USER)
        if text is None:
            return None
        try:
            secret = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
        return secret if len(secret) == SECRET_BYTES else None

    def _delete(self, backend: KeyringBackend, registry_id: str) -> None:
        if backend.get_password(self._service(registry_id), _USER) is not None:
            backend.delete_password(self._service(registry_id), _USER)

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
