"""What the 台帳 page keeps for whoever works now: filters by name, columns in their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hoken_desktop.services.saved_filters import SavedFilter, SavedFilters
from hoken_desktop.ui.pages.column_chooser import ColumnChooser
from hoken_desktop.ui.pages.person_columns import ALL, USUAL
from hoken_desktop.ui.pages.saved_filters import NameSheet
from hoken_desktop.words import say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.persons import PersonsPage


class Keeping:
    """The deeds behind 「この絞り込みを保存」 and 「列を選ぶ」."""

    def __init__(self, page: PersonsPage) -> None:
        self._page = page
        self._saved = SavedFilters(page.desk.house.preferences)
        self._filters: tuple[SavedFilter, ...] = ()

    def read(self) -> None:
        """Read again what is kept."""
        self._page.shown_columns = self._saved.columns(tuple(ALL), USUAL)
        self._filters = self._saved.all()
        self._page.saved.show_filters(self._filters)

    def save(self) -> NameSheet:
        """Ask for a name and keep the present filter under it."""
        query = self._page.filters.query()
        chips = self._page.filters.chips.values()
        words = [chip.word() for chip in chips if chip.filters()]
        suggested = say("persons_page.dot").join([*([query.text] if query.text else []), *words])

        def done(name: str) -> None:
            self._do(lambda: self._saved.save(name, query), say("saved_filters.saved", name=name))

        sheet = NameSheet(self._page, suggested, [one.name for one in self._filters], done)
        sheet.open()
        return sheet

    def forget(self, name: str) -> None:
        """Take a saved filter away."""
        self._do(lambda: self._saved.remove(name), say("saved_filters.forgotten", name=name))

    def choose_columns(self) -> ColumnChooser:
        """Ask which columns to show."""
        sheet = ColumnChooser(
            self._page, self._page.column_words(), self._page.shown_columns, USUAL, self._show_columns
        )
        sheet.open()
        return sheet

    def _show_columns(self, keys: tuple[str, ...]) -> None:
        self._do(lambda: self._saved.keep_columns(keys), "")

    def _do(self, work: Callable[[], None], words: str) -> None:
        page = self._page

        def then(_done: object) -> None:
            self.read()
            page.load()
            if words:
                page.notices.say(words, "done")

        page.desk.run(page, lambda _report: work(), then)
