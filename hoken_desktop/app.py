"""The window, wired: theme, lock page, the house's doors, the desk's pages."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from hoken_desktop import doors, house
from hoken_desktop.adapters import logs, process
from hoken_desktop.services.backups import Checked, Restored
from hoken_desktop.services.progress import Report
from hoken_desktop.services.vault import VaultState
from hoken_desktop.store.unit import FILE_NAME
from hoken_desktop.ui import crash, theme
from hoken_desktop.ui.doors import DoorState, Founding, Opener
from hoken_desktop.ui.pages import PageMaker, all_pages
from hoken_desktop.ui.translations import speak_japanese
from hoken_desktop.ui.webmap import register_scheme
from hoken_desktop.ui.window import Window
from hoken_desktop.words import say

_LOOK_FILE = "look.ini"
_FACTOR = "text/factor"
_THEME = "look/theme"


class HouseDoors:
    """The ways into the registry of one data folder (`ui.lock.Doors`)."""

    def __init__(self, data: Path, settings: house.Settings | None = None) -> None:
        self._data = data
        self._settings = settings or house.Settings()
        # One vault for all attempts: it makes each wrong passphrase wait longer than the one before.
        self._vault = house.make_vault(data, self._settings)
        doors.sweep_view(data, self._settings)

    def state(self) -> DoorState:
        if not self._data.is_dir():
            return DoorState.EMPTY
        state = self._vault.state()
        if state in (VaultState.EMPTY, VaultState.UNFINISHED):
            return DoorState.EMPTY
        return DoorState.READY if state is VaultState.READY else DoorState.BROKEN

    def occupied(self) -> bool:
        return (self._data / FILE_NAME).exists()

    def open(self, passphrase: str, report: Report) -> house.House:
        return doors.open_house(self._data, passphrase, settings=self._settings, vault=self._vault)

    def open_with_recovery(self, recovery_key: str, report: Report) -> house.House:
        return doors.open_house(
            self._data, recovery_key=recovery_key, settings=self._settings, vault=self._vault
        )

    def create(self, founding: Founding, report: Report) -> str:
        made = doors.create_house(
            self._data,
            founding.passphrase,
            office=founding.office,
            municipalities=founding.municipalities,
            staff=f"{founding.staff_name}・{founding.staff_post}",
            settings=self._settings,
        )
        made.house.close()
        return made.recovery_key


    def look_into(self, opener: Opener, report: Report) -> Checked:
        return doors.verify_backup(
            self._data, opener.file, opener.passphrase, recovery_key=opener.recovery_key, settings=self._settings,
            report=report,
        )  # fmt: skip

    def restore(self, opener: Opener, replace: bool, report: Report) -> tuple[Restored, house.House]:
        done = doors.restore_backup(
            self._data, opener.file, opener.passphrase, recovery_key=opener.recovery_key, replace=replace,
            settings=self._settings, report=report,
        )  # fmt: skip
        if opener.recovery_key:
            return done, self.open_with_recovery(opener.recovery_key, report)
        return done, self.open(opener.passphrase, report)

    def view(self, opener: Opener, report: Report) -> house.House:
        return doors.open_view(
            self._data, opener.file, opener.passphrase, recovery_key=opener.recovery_key, settings=self._settings,
            report=report,
        )  # fmt: skip


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The one QApplication, in Japanese and dressed; the map's scheme must be known before it."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    register_scheme()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    # The map's engine reads the program's name from here and crashes without one.
    app = QApplication(arguments or sys.argv[:1])
    app.setApplicationDisplayName(say("window.title"))
    QLocale.setDefault(QLocale(QLocale.Language.Japanese, QLocale.Country.Japan))
    speak_japanese(app)
    return app


def make_window(data: Path, pages: Mapping[str, PageMaker] | None = None) -> Window:
    """The window over a data folder, at its lock page. A look chosen before is taken up again."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.choose(app, _kept(data, _THEME), _kept_factor(data))
        QGuiApplication.styleHints().colorSchemeChanged.connect(_follow_system)
    window = Window(HouseDoors(data), lambda: all_pages() if pages is None else pages)
    crash.catch_all(lambda: window)
    return window


def open_window(data: Path, backup: Path | None = None) -> int:
    """Run the program with its window until it is closed; gives the exit code. `backup` is one to be looked at."""
    process.harden()
    app = make_application()
    window = make_window(data)
    # A folder that does not exist yet is made by the house, which knows whether it may be one.
    window.unlocked.connect(lambda: logs.start(data / "logs"))
    window.locked.connect(lambda: _keep_look(data))
    show(window)
    if backup is not None:
        window.show_lock().show_view(backup)
    code = app.exec()
    window.finish()
    _keep_look(data)
    logs.stop()
    return code


def show(window: Window) -> None:
    """Show it as large as it wishes to be, or fill a screen that is smaller (1366×768 at 150 %)."""
    room = window.screen().availableGeometry().size()
    if window.size().boundedTo(room) == window.size():
        window.show()
    else:
        window.showMaximized()


def _follow_system() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and theme.choice() == theme.FOLLOW:
        theme.choose(app, theme.FOLLOW, theme.current().factor)


def _kept(data: Path, name: str) -> str:
    if not (data / _LOOK_FILE).is_file():
        return ""
    return str(QSettings(str(data / _LOOK_FILE), QSettings.Format.IniFormat).value(name))


def _kept_factor(data: Path) -> float:
    """The size of the text chosen last; only two sizes are known, anything else is the plain one."""
    return theme.large_factor() if _kept(data, _FACTOR) == str(theme.large_factor()) else 1.0


def _keep_look(data: Path) -> None:
    if data.is_dir():
        kept = QSettings(str(data / _LOOK_FILE), QSettings.Format.IniFormat)
        kept.setValue(_FACTOR, str(theme.current().factor))
        kept.setValue(_THEME, theme.choice())
