"""`hoken-desktop`: with a command the command line, without one the window."""

from __future__ import annotations

import sys
from pathlib import Path

from hoken_desktop.adapters import process, sheet_reader


def main() -> int:
    """Starts the program; gives its exit code."""
    process.harden()
    if sheet_reader.SWITCH in sys.argv[1:2]:
        return sheet_reader.main()
    from hoken_desktop import cli

    return cli.run(sys.argv[1:], open_window, prepare_window)


def open_window(data: Path, backup: Path | None = None) -> int:
    """The window over a data folder; over the lock page the card that opens `backup` 閲覧専用, where one is given."""
    from hoken_desktop import app

    return app.open_window(data, backup)


def prepare_window() -> object:
    """The window's application, before a paper makes one that has no screen."""
    from hoken_desktop import app

    return app.make_application()


if __name__ == "__main__":
    sys.exit(main())
