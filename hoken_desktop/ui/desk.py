"""Everything that exists while the registry is open: its pages, its worker, its services. The lock destroys it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QToolTip

from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.desk import DeskFacts
from hoken_desktop.services.progress import Report, no_report
from hoken_desktop.ui import crash
from hoken_desktop.ui.frame import Frame
from hoken_desktop.ui.idle import DEFAULT_MINUTES, Idle
from hoken_desktop.ui.jobs import Jobs, Outcome
from hoken_desktop.ui.kit.forms import DEED, PressButton
from hoken_desktop.ui.kit.notices import words_of
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.tables import WindowModel
from hoken_desktop.ui.pages import PageMaker
from hoken_desktop.ui.pages.person_columns import Setting
from hoken_desktop.ui.search import Search
from hoken_desktop.ui.search_ways import Way
from hoken_desktop.words import say

T = TypeVar("T")


class House(Protocol):
    """The open registry's services, as the pages use them; `house.House` fulfils it."""

    persons: Any
    benefits: Any
    devices: Any
    supporters: Any
    rounds: Any
    registers: Any
    layouts: Any
    reviews: Any
    places: Any
    maps: Any
    consents: Any
    consent_boards: Any
    letters: Any
    requests: Any
    bases: Any
    events: Any
    confirmations: Any
    clocks: Any
    drafts: Any
    disclosures: Any
    disclosure_records: Any
    column_sets: Any
    replies: Any
    reply_questions: Any
    recalls: Any
    incidents: Any
    funnels: Any
    statistics: Any
    lists: Any
    dossiers: Any
    emergency_cards: Any
    packs: Any
    editions: Any
    printing: Any
    audits: Any
    audit_heads: Any
    office: Any
    overviews: Any
    organisations: Any
    device_models: Any
    diseases: Any
    master_sheets: Any
    municipalities: Any
    gazetteer: Any
    settings: Any
    histories: Any
    undo: Any
    identities: Any
    preferences: Any
    staff: Any
    keys: Any
    backups: Any

    def map_files(self, *, names: bool) -> tuple[Any, dict[str, bytes]]:
        """(the map of the register, its document's files); for the worker."""
        ...

    def write_map(self, path: Path, pdf: bytes, numbers: Sequence[str]) -> str:
        """Seal and write a printed map, and record it; gives its password."""
        ...

    def examine(self) -> list[Any]:
        """What the doctor looks at, one by one; for the worker."""
        ...

    def write_text(self, path: Path, text: str) -> None:
        """Write a list that holds no personal data."""
        ...

    def desk_facts(self) -> DeskFacts:
        """What the bars say now."""
        ...

    def close(self, report: Report = ...) -> None:
        """Make the backup, dispose of the engine and drop the key."""
        ...


class Desk(QObject):
    """One per unlocking. Pages call `run`, `open_page` and `changed`, and never each other."""

    lock_asked = Signal()
    restore_asked = Signal()  # lock, and go on to putting a backup in place

    def __init__(
        self,
        house: House,
        pages: Mapping[str, PageMaker],
        parent: QObject | None = None,
        *,
        idle_minutes: int = DEFAULT_MINUTES,
        clock: Callable[[], float] = time.time,
        first_page: str = "home",
    ) -> None:
        super().__init__(parent)
        self.house: House = house
        self._makers = dict(pages)
        self._pages: dict[str, Page] = {}
        self._closed = False
        self._copied_here = False
        QGuiApplication.clipboard().dataChanged.connect(self._clipboard_changed)
        self.jobs = Jobs(self._crashed, self)
        self.frame = Frame(tuple(self._makers))
        self.frame.page_asked.connect(self.open_page)
        self.frame.lock_asked.connect(self.lock_asked)
        self.frame.search_asked.connect(self._search)
        QShortcut(QKeySequence("Ctrl+Z"), self.frame, self.undo)
        self.search = Search(
            self.frame.search, self.frame, self.jobs, lambda: self.house.persons.lists, self._setting, self.has_page
        )
        self.search.way_opened.connect(self._go)
        self.search.all_asked.connect(self.frame.search_asked)
        self.search.opened.connect(self._open_person)
        self.search.left.connect(self.focus_page)
        self.idle = Idle(idle_minutes, busy=self.jobs.busy, clock=clock, parent=self)
        self.idle.expired.connect(self.lock_asked)
        self.idle.left.connect(self.frame.show_minutes_left)
        self.frame.show_minutes_left(idle_minutes)
        facts = house.desk_facts()
        self.viewing = facts.viewing is not None
        self._show(facts)
        if self._makers:
            self.open_page(first_page if first_page in self._makers else next(iter(self._makers)))

    @property
    def current(self) -> Page | None:
        """The page in sight."""
        page = self.frame.current_page()
        return page if isinstance(page, Page) else None

    def has_page(self, name: str) -> bool:
        """Whether there is such a page: nothing offers a way to one that is not here."""
        return name in self._makers

    def run(self, page: Page, work: Callable[[Report], T], then: Callable[[T], None] | None = None) -> bool:
        """Do `work` in the worker and hand its value to `then`; False while the page's last job is under way."""
        return self.jobs.run(page, work, then)

    def open_page(self, name: str, **where: object) -> Page:
        """Show a page, reading it again if something it shows has changed; `where` opens it at a place."""
        page = self._pages.get(name)
        if page is None:
            page = self._makers[name](self)
            self._pages[name] = page
            self.frame.add_page(name, page)
        self.frame.show_page(name)
        self._refresh(page)
        if where:
            page.show_at(**where)
        self.focus_page()
        return page

    def focus_page(self) -> None:
        """Put the focus where the page in sight wants it."""
        page = self.current
        focus = page.first_focus() if page is not None else None
        if focus is not None:
            focus.setFocus()

    def undo(self) -> None:
        """元に戻す: the last deeds over the page in sight. A field with the focus keeps Ctrl+Z for its own text."""
        from hoken_desktop.ui.pages.undo import open_undo

        page = self.current
        if page is not None:
            open_undo(self, page)

    def changed(self, *topics: str) -> None:
        """A deed changed these topics ("*" for all): the page in sight reads again now, the others when opened."""
        for page in self._pages.values():
            if "*" in topics or page.topics.intersection(topics):
                page.stale = True
        self._show(self.house.desk_facts())
        page_in_sight = self.current
        if page_in_sight is not None:
            self._refresh(page_in_sight)

    def _show(self, facts: DeskFacts) -> None:
        self.frame.show_facts(facts)
        if facts.auto_lock_minutes:
            self.idle.set_minutes(facts.auto_lock_minutes)
            self.frame.show_minutes_left(facts.auto_lock_minutes)

    def close(self) -> tuple[Outcome, str]:
        """Destroy all of it: stop the worker, drop every widget and model, close the services.

        Gives how an unfinished job ended, and in words what closing could not do (a backup, say), or "".
        """
        outcome, finish = self.lay_down()
        return outcome, finish(no_report)

    def lay_down(self) -> tuple[Outcome, Callable[[Report], str]]:
        """Destroy everything that is seen, at once. Gives how an unfinished job ended, and what is left to be done
        (the backup, the key): it touches no widget and may run in any thread, once."""
        if self._closed:
            return Outcome.NONE, lambda _report: ""
        self._closed = True
        self.idle.stop()
        self.frame.hide()
        outcome = self.jobs.stop()
        QToolTip.hideText()
        clipboard = QGuiApplication.clipboard()
        clipboard.dataChanged.disconnect(self._clipboard_changed)
        if self._copied_here or clipboard.ownsClipboard():
            clipboard.clear()
        self._let_go_of_pages()
        self.frame.setParent(None)
        self.frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        houses = [self.house]
        del self.house
        return outcome, lambda report: _close(houses.pop(), report)

    def _let_go_of_pages(self) -> None:
        # In a method of its own: a loop's last page would stay alive in the caller's frame.
        self.search.asking.forget()
        for page in self._pages.values():
            page.release()
        for model in self.frame.findChildren(WindowModel):
            model.show(None)
        self._pages.clear()
        self._makers.clear()

    def _refresh(self, page: Page) -> None:
        if page.stale:
            page.stale = False
            try:
                page.refresh()
                self.shut_deeds(page)
            except Refusal as refusal:
                page.refuse(refusal)
            except Exception as error:
                self._crashed(crash.report_of(error))

    def shut_deeds(self, page: Page) -> None:
        """In 閲覧専用 every button that would change something is closed, with the reason."""
        if self.viewing:
            for each in page.findChildren(PressButton):
                if each.property(DEED):
                    each.shut(say("window.viewing_tip"))

    def _clipboard_changed(self) -> None:
        # What is copied while this window is in front was copied from it; another program's text is left alone.
        self._copied_here = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive

    def _search(self, text: str) -> None:
        if "persons" in self._makers:
            self.open_page("persons", text=text)

    def _setting(self) -> Setting:
        office = self.house.office
        return Setting(self.house.overviews.day(), office.municipalities(), office.name_of)

    def _open_person(self, person_id: str) -> None:
        self.open_page("person" if "person" in self._makers else "persons", person=person_id)

    def _go(self, way: Way) -> None:
        self.open_page(way.page, **way.where)
        self.focus_page()

    def _crashed(self, report: crash.CrashReport) -> None:
        crash.show(report, self.frame)


def _close(house: House, report: Report) -> str:
    try:
        house.close(report)
    except Refusal as refusal:
        return words_of(refusal)
    except Exception as error:
        found = crash.report_of(error)
        crash.note(found)
        return crash.in_one_line(found)
    return ""


def later(parent: QObject, deed: Callable[[], None]) -> None:
    """Do `deed` once the event in hand is over: a button must not be destroyed inside its own click."""
    QTimer.singleShot(0, parent, deed)
