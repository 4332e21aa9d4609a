"""Where the program's own files and the office's data lie."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hoken_desktop.domain.errors import Refusal

_HERE = Path(__file__).resolve().parent


def _own(name: str) -> Path:
    """The folder `name` shipped with the program: frozen, installed, or beside the package."""
    frozen = getattr(sys, "_MEIPASS", None)
    for base in ([Path(frozen)] if frozen else []) + [_HERE, _HERE.parent]:
        if (base / name).is_dir():
            return base / name
    raise FileNotFoundError(name)


def resources() -> Path:
    """Words, tables, layouts, map assets and icons."""
    return _own("resources")


def migrations() -> Path:
    """The Alembic scripts."""
    return _own("migrations")


def manual() -> Path:
    """The manual's pages and pictures: beside the package they lie in docs/."""
    try:
        return _own("manual")
    except FileNotFoundError:
        return _own("docs") / "manual"


def default_data() -> Path:
    """The office's data folder: a local folder of this user alone (%LOCALAPPDATA% on Windows)."""
    import platformdirs

    return Path(platformdirs.user_data_dir("hoken-desktop", appauthor=False, roaming=False))


def check_folder(folder: Path) -> None:
    """Refuses a folder that is not there: one made unasked would stand in for a medium that was pulled out."""
    if not folder.is_dir():
        raise Refusal("store.no_folder", folder=folder.name or str(folder))


def make_private(folder: Path) -> Path:
    """Make `folder` readable by this user only (mode 0700; on Windows the profile's own ACL holds)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix":
        folder.chmod(0o700)
    return folder
