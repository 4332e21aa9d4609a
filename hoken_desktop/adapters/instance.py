"""One program at a time on one data folder.

The lock is the operating system's own (filelock), so it ends with the process, however that ends. Beside it
lies a note of who holds it, for the words to the second one only.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from datetime import datetime
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.ports import Clock

_NOTE_LARGEST = 4096


class Instance:
    """The hold on a data folder: `with Instance(folder, clock): …`, or `take` and `release`."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._lock = FileLock(
            folder / "registry.lock",
            timeout=0,
            mode=0o600,
            thread_local=False,  # taken on one thread, released on another
            fallback_to_soft=False,  # a lock that outlives its process would lock everyone out
        )
        self._note = folder / "registry.holder.json"
        self._clock = clock

    def take(self) -> None:
        """Hold the folder; refuses when another process does, saying which PC, process and since when."""
        try:
            self._lock.acquire()
        except Timeout:
            raise Refusal("vault.second_instance", **self._holder()) from None
        except OSError:
            raise Refusal("vault.folder_unusable") from None
        # The note is a courtesy: not being able to write it is no reason not to open.
        with contextlib.suppress(OSError):
            self._note.write_text(
                json.dumps(
                    {
                        "pid": os.getpid(),
                        "host": socket.gethostname(),
                        "since": self._clock.now().isoformat(timespec="seconds"),
                    }
                ),
                "utf-8",
            )

    def release(self) -> None:
        """Let the folder go."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                self._note.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Instance:
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _holder(self) -> dict[str, str | int]:
        try:
            with self._note.open("rb") as file:
                note = json.loads(file.read(_NOTE_LARGEST))
            since = datetime.fromisoformat(note["since"])
            return {
                "host": str(note["host"])[:64],
                "since": f"{since.month}月{since.day}日{since.hour}時{since.minute:02d}分",
                "pid": int(note["pid"]),
            }
        except (OSError, ValueError, TypeError, KeyError):
            return {"host": "?", "since": "?", "pid": "?"}
