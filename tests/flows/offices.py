"""LibreOffice behind a socket of this computer, for a whole test session."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Ask = Callable[..., dict[str, Any]]
_SYSTEM_PYTHON = "/usr/bin/python3"
_SCRIPT = Path(__file__).parents[1] / "adapters" / "libreoffice.py"


def has_uno() -> bool:
    """Whether LibreOffice and the bridge of the system's Python to it are here."""
    if shutil.which("soffice") is None or not Path(_SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([_SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


@contextmanager
def open_office(profile: Path) -> Iterator[Ask]:
    """A running LibreOffice that takes orders as tests/adapters/libreoffice.py describes them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    office = subprocess.Popen(
        [
            "soffice", "--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{profile}",
            f"--accept=socket,host=127.0.0.1,port={port};urp;",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}

    def ask(**order: Any) -> dict[str, Any]:
        done = subprocess.run(
            [_SYSTEM_PYTHON, str(_SCRIPT), json.dumps({"port": port} | order)],
            capture_output=True, text=True, check=False, timeout=120, env=clean,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
        return answer

    try:
        yield ask
        ask(quit=True)
        office.wait(30)
    finally:
        if office.poll() is None:
            office.kill()
