"""The manual's pictures: opens a registry of fictitious people and saves every page and its places.

    xvfb-run -s "-screen 0 1920x1080x24" python docs/manual/screenshots.py \
        --demo build/demo --passphrase-file FILE --out FOLDER

Works on a copy of the demo, in which it opens the next half-year, so that the review has something to show. A registry
of real people is refused. Names: <page>-<width>.png, <page>-<part>-<width>.png; `--dark`, `--large` and `--scale` add
themes, sizes and the screen's own scale to the name. `--manual` takes only the light pictures of 1366 px that the
manual's pages show, in few colours, and writes them to docs/manual/img.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from shiboken6 import isValid

from hoken_desktop import app
from hoken_desktop.domain.codes import Scheme
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.letters import LetterState
from hoken_desktop.house import House
from hoken_desktop.services import manuals
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.progress import no_report
from hoken_desktop.ui import theme
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.tables import WindowTable
from hoken_desktop.ui.manuals import ManualWindow
from hoken_desktop.ui.pages.letters import LettersPage
from hoken_desktop.ui.window import Window

SCREENS = ((1366, 768), (1920, 1080))
TASKBAR = 40
MAP_MS = 12_000


def sizes(scale: float) -> tuple[tuple[int, int], ...]:
    """The window on each screen without its taskbar, in pixels of the window's own."""
    return tuple((round(width / scale), round(height / scale) - TASKBAR) for width, height in SCREENS)


def settle(milliseconds: int, until: Callable[[], bool] = lambda: False) -> None:
    """Let the window work for a while, or until something holds."""
    timer = QElapsedTimer()
    timer.start()
    while timer.elapsed() < milliseconds and not until():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


class Camera:
    """Takes pictures under their names; `wanted` names those to take, None all; `sheets` adds the dialogs."""

    def __init__(self, out: Path, suffix: str, wanted: set[str] | None, sizes: tuple[tuple[int, int], ...]) -> None:
        self.sheets = self.few = False
        self._out = out
        self._suffix = suffix
        self._wanted = wanted
        self._sizes = sizes

    def wants(self, name: str) -> bool:
        """Whether any picture of this page or part is to be taken."""
        return self._wanted is None or any(each.startswith(name) for each in self._wanted)

    def wants_one(self, name: str) -> bool:
        """Whether this very picture is to be taken."""
        return self._wanted is None or name in self._wanted

    def window(self, window: QWidget, name: str) -> None:
        """The window at every size."""
        for size, screen in zip(self._sizes, SCREENS, strict=False):
            if self._wanted is None or name in self._wanted:
                window.resize(*size)
                # The map lays itself out in a process of its own.
                settle(3_000 if name.startswith("places") else 400)
                self._save(window.grab(), f"{name}-{screen[0]}{self._suffix}")

    def sheet(self, sheet: QWidget, name: str) -> None:
        """A dialog as large as it is."""
        if self._wanted is None or name in self._wanted:
            settle(200)
            self._save(sheet.grab(), f"{name}{self._suffix}")

    def _save(self, picture: QPixmap, name: str) -> None:
        if self.few:
            name = name.removesuffix("-1366")
        image = picture.toImage()
        file = self._out / f"{name}.png"
        if not (few_colours(image) if self.few else image).save(str(file), "PNG", 0):
            raise SystemExit(f"cannot write {file}")
        sys.stdout.write(f"{file}\n")


def few_colours(image: QImage) -> QImage:
    """The picture in its 256 most frequent colours: a third of the size, and letters stay as they are."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(plain.constBits()).cast("I"))
    table = [colour | 0xFF000000 for colour, _ in counted.most_common(256)]
    flags = Qt.ImageConversionFlag.AvoidDither | Qt.ImageConversionFlag.ThresholdDither
    return plain.convertToFormat(QImage.Format.Format_Indexed8, table, flags)


SCENES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("rounds-files", "rounds", {"step": "files"}),
    ("rounds-review", "rounds", {"step": "review"}),
    ("rounds-freeze", "rounds", {"step": "freeze"}),
    ("consents-papers", "consents", {"view": "papers"}),
    ("letters", "letters", {"state": ""}),
    ("statistics-papers", "statistics", {"tab": "papers"}),
    ("statistics-trend", "statistics", {"tab": "trend"}),
    ("recalls", "recalls", {}),
    ("funnels", "funnels", {}),
    ("incidents", "incidents", {"text": "鴻巣"}),
    ("settings-organisations", "settings", {"section": "organisations"}),
    ("settings-bases", "settings", {"section": "bases"}),
    ("settings-staff", "settings", {"section": "staff"}),
    ("settings-keys", "settings", {"section": "keys"}),
    ("settings-backups", "settings", {"section": "backups"}),
    ("settings-looks", "settings", {"section": "looks"}),
)
"""What a page shows at a place of its own: (picture, page, where)."""


def shoot_pages(window: Window, desk: Desk, camera: Camera, registry: House) -> None:
    """Every page of the desk in the rail's order, then its places, one person, one request and the manual."""
    for name in desk.frame.rail_buttons:
        if camera.wants_one(name):
            desk.open_page(name)
            wait(desk, MAP_MS if name == "places" else 400)
            camera.window(window, name)
    for picture, name, where in SCENES:
        if camera.wants_one(picture):
            desk.open_page(name, **where)
            wait(desk, 400)
            camera.window(window, picture)
    if camera.wants("person-") and desk.has_page("person"):
        someone = registry.persons.find(PersonQuery())[0]
        for tab in ("basic", "device", "power", "history"):
            if camera.wants_one(f"person-{tab}"):
                desk.open_page("person", person=someone, tab=tab)
                wait(desk, 400)
                camera.window(window, f"person-{tab}")
    if camera.wants_one("disclosures-request"):
        shoot_request(window, desk, camera)
    if camera.wants_one("letters-entry") and desk.has_page("letters"):
        shoot_letter(window, desk, camera, registry)
    if camera.wants_one("registers") and desk.has_page("registers"):
        desk.open_page("registers")
        wait(desk, 400)
        camera.window(window, "registers")
    if camera.sheets:
        shoot_sheets(desk, camera)
    if camera.wants_one("manual"):
        window.open_manual()
        for manual in window.findChildren(ManualWindow):
            manual.go("index")
            camera.sheet(manual, "manual")
            manual.close()


def shoot_sheets(desk: Desk, camera: Camera) -> None:
    """Every dialog that a button of a page opens."""
    for name in desk.frame.rail_buttons:
        page = desk.open_page(name)
        wait(desk, 300)
        for number, button in enumerate(buttons(page)):
            button.click()
            wait(desk, 300)
            sheet = QApplication.activeModalWidget()
            if isinstance(sheet, QDialog):
                if sheet.objectName() != "chooser":
                    camera.sheet(sheet, f"{name}-sheet{number}")
                sheet.reject()
            elif desk.current is not page:
                desk.open_page(name)
            wait(desk, 100)


def shoot_request(window: Window, desk: Desk, camera: Camera) -> None:
    """One request as it is opened from the list."""
    page = desk.open_page("disclosures")
    wait(desk, 400)
    table = next(each for each in page.findChildren(WindowTable) if each.isVisible())
    table.choose(table.window_model.rowCount() - 1)
    table.opened.emit(table.current())
    wait(desk, 600)
    camera.window(window, "disclosures-request")


def shoot_letter(window: Window, desk: Desk, camera: Camera, registry: House) -> None:
    """A letter that is still out, as it is entered once it came back."""
    out = next((one for one in registry.letters.board().lines if one.letter.state is LetterState.OUT), None)
    page = desk.open_page("letters", view="entry")
    wait(desk, 400)
    if out is not None and isinstance(page, LettersPage):
        page.enter(out.letter.number)
        wait(desk, 400)
    camera.window(window, "letters-entry")


def buttons(page: QWidget) -> Iterator[QPushButton]:
    """The buttons of a page that may open a dialog."""
    for each in page.findChildren(QPushButton):
        if (
            isValid(each)
            and each.isVisible()
            and each.isEnabled()
            and not each.property("chip")
            and not each.property("link")
        ):
            yield each


def wait(desk: Desk, milliseconds: int) -> None:
    settle(20_000, lambda: not desk.jobs.busy())
    settle(milliseconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, required=True, help="the folder `hoken-desktop demo` made")
    parser.add_argument("--passphrase-file", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", action="append", default=[])
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0, help="the screen's scale, as 1.5")
    parser.add_argument("--small", action="store_true", help="only the smaller screen")
    parser.add_argument("--sheets", action="store_true", help="the dialogs too")
    parser.add_argument("--manual", action="store_true")
    given = parser.parse_args()
    out = Path(__file__).parent / "img" if given.manual else given.out
    if out is None:
        parser.error("--out or --manual")
    out.mkdir(parents=True, exist_ok=True)
    wanted = set(given.page) or None
    if given.manual:
        shown = {address for page in manuals.pages() for address in manuals.pictures(page.markdown)}
        wanted = {Path(address).stem for address in shown}.intersection(given.page or (Path(a).stem for a in shown))
    suffix = ("-dark" if given.dark else "") + ("-large" if given.large else "")
    if given.scale != 1:
        os.environ["QT_SCALE_FACTOR"] = str(given.scale)  # Qt reads it when the program begins
        suffix += f"-{given.scale:.0%}".replace("%", "")
    both = sizes(given.scale)
    camera = Camera(out, suffix, wanted, both[:1] if given.manual or given.small else both)
    camera.sheets, camera.few = given.sheets, given.manual
    program = app.make_application()
    passphrase = given.passphrase_file.read_text("utf-8").removesuffix("\n")
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "registry"
        shutil.copytree(given.demo / "registry", data)
        lock = app.make_window(Path(place) / "nothing")
        dress(program, given)
        lock.show()
        camera.window(lock, "first")
        lock.close()
        window = app.make_window(data)
        dress(program, given)
        window.show()
        camera.window(window, "lock")
        house = app.HouseDoors(data).open(passphrase, no_report)
        if not house.desk_facts().fictitious:
            house.close()
            raise SystemExit("only a registry of fictitious people is pictured")
        begin_next(house, given.demo / "input")
        window.unlock(house)
        if window.desk is None:
            return 1
        shoot_pages(window, window.desk, camera, house)
        window.close()
    return 0


def begin_next(house: House, files: Path) -> None:
    """Open the half-year after the newest and read the files of the one before: something has changed, some are new."""
    newest = house.desk_facts().as_of
    if newest is None:
        return
    following = date(newest.year + 1, 3, 31) if newest.month == 9 else date(newest.year, 9, 30)
    try:
        house.rounds.open(following)
        older = sorted(files.glob("難病_*.xlsx"))[0]
        house.rounds.read_in(older, Scheme.NANBYO)
    except Refusal as refusal:
        raise SystemExit(f"the next half-year could not be opened: {refusal.code}") from refusal


def dress(program: QApplication, given: argparse.Namespace) -> None:
    """The look asked for, whatever the system's is."""
    factor = theme.large_factor() if given.large else 1.0
    theme.apply(program, theme.Theme(theme.DARK if given.dark else theme.LIGHT, factor))


if __name__ == "__main__":
    raise SystemExit(main())
