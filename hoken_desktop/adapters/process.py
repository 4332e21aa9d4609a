"""What the process itself gives away: nothing readable by others, no core dump, no error report with its memory."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

_PR_SET_DUMPABLE = 4
_SEM_FAILCRITICALERRORS, _SEM_NOGPFAULTERRORBOX, _SEM_NOOPENFILEERRORBOX = 0x1, 0x2, 0x8000
_HAZARDS = (
    "PYTHON_KEYRING_BACKEND",  # could name a keyring that keeps secrets in clear
    "QTWEBENGINE_REMOTE_DEBUGGING",  # opens the map to any program of this PC
)


def _close_files_to_others() -> None:
    os.umask(0o077)


def _no_core_file() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _no_dump() -> None:
    # Also keeps other processes of this user from reading the memory through ptrace or /proc.
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _no_error_report() -> None:
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(_SEM_FAILCRITICALERRORS | _SEM_NOGPFAULTERRORBOX | _SEM_NOOPENFILEERRORBOX)
        ctypes.windll.wer.WerAddExcludedApplication(os.path.basename(sys.executable), False)  # noqa: PTH119


def _clean_environment() -> None:
    for name in _HAZARDS:
        os.environ.pop(name, None)


_STEPS: tuple[Callable[[], None], ...] = (
    _close_files_to_others,
    _no_core_file,
    _no_dump,
    _no_error_report,
    _clean_environment,
)


def harden() -> None:
    """Do all of it, first thing in the program. What this system cannot do is left out: the start never fails."""
    for step in _STEPS:
        try:
            step()
        except Exception:  # noqa: S112 - see above
            continue
