"""Files that are there whole or not at all: temp beside, fsync, replace, fsync of the folder."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

_BUSY = {5, 32, 33}
"""Windows: access denied, sharing violation, lock violation: a virus scanner looking at a new file."""
_WAITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 0.9)
"""Seconds between attempts; 2.5 s in all."""
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}
"""Some file servers keep a folder's entries by themselves and know no fsync of it."""


def write_whole(path: Path, data: bytes, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Put `data` at `path`, readable by this user only, so that a power cut leaves the old file or the new one.

    `data` must already be fit to lie on the disk (sealed). Raises OSError; then the old file stands as it was.
    """
    write_pieces(path, (data,), pause=pause)


def write_pieces(
    path: Path,
    pieces: Iterable[bytes],
    *,
    check: Callable[[Path], None] = lambda written: None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """As `write_whole`, piece by piece; what `check` says of the written file it says before the old one goes."""
    temp = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(temp, flags, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        check(temp)
        replace(temp, path, pause)
    except BaseException:
        with contextlib.suppress(OSError):
            temp.unlink()
        raise
    settle(path.parent)


def replace(temp: Path, path: Path, pause: Callable[[float], None] = time.sleep) -> None:
    """Put `temp` in the place of `path` in one step, waiting a little where something looks at the file."""
    for wait in (*_WAITS, None):
        try:
            os.replace(temp, path)  # noqa: PTH105 - tests stand in for os.replace
            return
        except OSError as error:
            if wait is None or getattr(error, "winerror", None) not in _BUSY:
                raise
            pause(wait)


def settle(folder: Path) -> None:
    """Make the folder's own entries durable (POSIX; Windows does it with the file)."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in _NO_FOLDER_SYNC:
                raise
        finally:
            os.close(handle)


def sweep(path: Path) -> None:
    """Remove what an interrupted `write_whole(path, …)` left beside `path`; only for the one writer of the folder."""
    for left in path.parent.glob(f".{path.name}.*.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()
