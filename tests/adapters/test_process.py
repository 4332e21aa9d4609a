"""What the hardened process gives away; looked at in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hoken_desktop.adapters import process

LOOK = """
import os, sys
from pathlib import Path
from hoken_desktop.adapters.process import harden
harden()
harden()
Path(sys.argv[1]).write_bytes(b"")
import resource
print(oct(os.stat(sys.argv[1]).st_mode & 0o777), resource.getrlimit(resource.RLIMIT_CORE))
import ctypes
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0)
print("PYTHON_KEYRING_BACKEND" in os.environ)
"""


@pytest.mark.skipif(os.name != "posix", reason="POSIX limits")
def test_a_hardened_process_leaves_no_core_no_dump_and_private_files(tmp_path: Path) -> None:
    environ = dict(os.environ, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path / "file")], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["0o600 (0, 0)", "0", "False"]


def test_a_system_that_can_do_none_of_it_still_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def cannot() -> None:
        raise OSError("not here")

    monkeypatch.setattr(process, "_STEPS", (cannot, lambda: done.append(1), cannot))
    process.harden()
    assert done == [1]
