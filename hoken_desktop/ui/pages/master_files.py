"""A master's table read in from a sheet and written out as one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.services.master_rows import Master
from hoken_desktop.services.master_sheets import MasterReading
from hoken_desktop.ui.kit.forms import button
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.pages.choosers import choose_file, choose_new_file
from hoken_desktop.ui.pages.master_questions import ReadSheet
from hoken_desktop.words import say


class MasterFiles(QObject):
    """The two verbs in the head of `section`."""

    def __init__(self, section: Section, master: Master) -> None:
        super().__init__(section)
        self._section = section
        self._master = master
        self.read_button = button(
            say("masters_page.read"), self._choose, icon="file-import", small=True, deed=True, parent=section
        )
        self.export_button = button(
            say("masters_page.export"), self._export, icon="download", small=True, parent=section
        )

    def _choose(self) -> None:
        choose_file(self._section, say("masters_page.read"), say("masters_page.readable"), self.read)

    def read(self, path: Path) -> None:
        """Try a sheet first; what it would bring is shown, and the verb stands under it."""
        section, master = self._section, self._master
        sheets = section.desk.house.master_sheets

        def take() -> None:
            section.run(
                lambda report: sheets.read_in(master, path, report=report),
                lambda reading: section.done(
                    say("masters_page.taken", added=reading.added, changed=reading.changed), Deed.MASTER_CHANGED
                ),
            )

        def show(reading: MasterReading) -> None:
            ReadSheet(section.page, path.name, reading, take).open()

        section.run(lambda report: sheets.read_in(master, path, dry_run=True, report=report), show)

    def _export(self) -> None:
        table = say(f"masters.{self._master.value}")
        today = self._section.desk.house.settings.clock.today()
        name = say("masters_page.export_name", table=table, day=today.isoformat())
        choose_new_file(
            self._section, say("masters_page.export"), say("masters_page.writable"), name, self.export_to
        )

    def export_to(self, path: Path) -> None:
        """Write the table; it holds nothing of a patient and carries no password."""
        section, master = self._section, self._master
        sheets = section.desk.house.master_sheets
        section.run(
            lambda _report: sheets.export(master, path),
            lambda count: section.page.notices.say(
                say("masters_page.exported", n=f"{count:,}", file=path.name), "done"
            ),
        )
