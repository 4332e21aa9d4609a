"""The manual's pictures: opens a registry of fictitious people and saves every page at both screen sizes.

    xvfb-run -s "-screen 0 1920x1080x24" python docs/manual/screenshots.py \
        --data build/demo/registry --passphrase-file FILE --out FOLDER

A registry of real people is refused. Names: <page>-<width>.png, lock-<width>.png, first-<width>.png; `--dark` and
`--large` add themes and sizes to the name.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from hoken_desktop import app
from hoken_desktop.services.progress import no_report
from hoken_desktop.ui import theme
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.window import Window

SIZES = ((1366, 728), (1920, 1040))
"""Screens of 1366×768 and 1920×1080 without a taskbar of 40 px."""
MAP_MS = 2500


def settle(milliseconds: int, until: Callable[[], bool] = lambda: False) -> None:
    """Let the window work for a while, or until something holds."""
    timer = QElapsedTimer()
    timer.start()
    while timer.elapsed() < milliseconds and not until():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def shoot(window: Window, out: Path, name: str, suffix: str) -> None:
    """Save the window at both sizes."""
    for size in SIZES:
        window.resize(*size)
        settle(400)
        file = out / f"{name}-{size[0]}{suffix}.png"
        if not window.grab().save(str(file)):
            raise SystemExit(f"cannot write {file}")
        sys.stdout.write(f"{file}\n")


def shoot_pages(window: Window, desk: Desk, out: Path, suffix: str, only: list[str]) -> None:
    """Every page of the desk in the rail's order; a page's jobs are waited for, and the map's tiles."""
    for name in desk.frame.rail_buttons:
        if only and name not in only:
            continue
        desk.open_page(name)
        settle(20_000, lambda: not desk.jobs.busy())
        settle(MAP_MS if name == "places" else 400)
        shoot(window, out, name, suffix)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--passphrase-file", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--page", action="append", default=[])
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--large", action="store_true")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    program = app.make_application()
    suffix = ("-dark" if given.dark else "") + ("-large" if given.large else "")
    with tempfile.TemporaryDirectory() as empty:
        shoot_lock(program, given, Path(empty), suffix)
    window = app.make_window(given.data)
    dress(program, given)
    window.show()
    shoot(window, given.out, "lock", suffix)
    house = app.HouseDoors(given.data).open(given.passphrase_file.read_text("utf-8").removesuffix("\n"), no_report)
    if not house.desk_facts().fictitious:
        house.close()
        raise SystemExit("only a registry of fictitious people is pictured")
    window.unlock(house)
    if window.desk is None:
        return 1
    shoot_pages(window, window.desk, given.out, suffix, given.page)
    window.close()
    return 0


def shoot_lock(program: QApplication, given: argparse.Namespace, empty: Path, suffix: str) -> None:
    """The first start, over a folder where nothing lies."""
    window = app.make_window(empty / "registry")
    dress(program, given)
    window.show()
    shoot(window, given.out, "first", suffix)
    window.close()


def dress(program: QApplication, given: argparse.Namespace) -> None:
    """The look asked for, whatever the system's is."""
    factor = theme.large_factor() if given.large else 1.0
    theme.apply(program, theme.Theme(theme.DARK if given.dark else theme.LIGHT, factor))


if __name__ == "__main__":
    raise SystemExit(main())
