"""The map on the screen: one fenced web view that shows a document from memory and says what was clicked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from hoken_desktop import words
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.ui.map_printing import SECONDS, Sheet, SheetJob
from hoken_desktop.ui.webfence import Bridge, Enclosure, FencedPage, end, page_url, register_scheme

__all__ = ["WebMap", "register_scheme"]


class WebMap(QWidget):
    """Shows map documents. The web view is made with the first document and kept until `dispose()`."""

    marker_clicked = Signal(str)  # a person's id
    marker_opened = Signal(str)  # double click, or Enter
    ground_clicked = Signal()
    point_chosen = Signal(float, float)  # latitude, longitude, while ask_point(True)
    drawn = Signal(int)  # how many people the page has drawn
    failed = Signal(str)  # a key of the words: why there is no map

    def __init__(self, parent: QWidget | None = None, *, seconds: int = SECONDS) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._files: dict[str, bytes] = {}
        self._known: frozenset[str] = frozenset()
        self._names: bool | None = None
        self._ids: tuple[str, ...] | None = None
        self._ready = False
        self._waiting: list[str] = []
        self._enclosure: Enclosure | None = None
        self._view: QWebEngineView | None = None
        self._page: FencedPage | None = None
        self._bridge: Bridge | None = None
        self._job: SheetJob | None = None
        self._notice = QLabel(self)
        self._notice.setTextFormat(Qt.TextFormat.PlainText)
        self._notice.setWordWrap(True)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._notice)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._late)

    # ---- showing ---------------------------------------------------------------------------------
    def show_document(self, files: Mapping[str, bytes]) -> None:
        """Show the document `files` (path to content, from the map adapter) in place of the last one."""
        self._files = dict(files)
        self._known = frozenset(marker["id"] for marker in json.loads(files["data.json"])["markers"])
        self._names = None
        self._ids = None
        self._ready = False
        self._waiting.clear()
        page, enclosure = self._opened_page()
        enclosure.shelf.put("map", self._files)
        self._clock.start(self._seconds * 1000)
        page.go(page_url("map"))
        assert self._view is not None
        self._stack.setCurrentWidget(self._view)

    def select(self, marker: str) -> None:
        """Mark one person as chosen and bring them into view; empty: nobody."""
        self._ask("select", marker)

    def show_names(self, on: bool) -> None:
        """Show names beside the marks, or numbers only."""
        self._names = on
        self._ask("showNames", on)

    def filter(self, ids: Iterable[str] | None) -> None:
        """Show these people only; None: everybody."""
        self._ids = None if ids is None else tuple(ids)
        self._ask("filter", None if self._ids is None else list(self._ids))

    def show_layer(self, name: str, on: bool) -> None:
        """Lay over or take away boundary, towns, municipalities, flood, landslide, water, roads or railways."""
        self._ask("showLayer", name, on)

    def choose_area(self, code: str) -> None:
        """Draw the edge of one municipality (code or name) in the accent colour; empty: none."""
        self._ask("chooseArea", code)

    def ask_point(self, on: bool) -> None:
        """Let the next clicks on the ground give positions (point_chosen)."""
        self._ask("askPoint", on)

    def whole(self) -> None:
        """Go back to the whole area."""
        self._ask("whole")

    # ---- paper -----------------------------------------------------------------------------------
    def print_pdf(
        self,
        *,
        paper: Literal["A4", "A3"] = "A4",
        landscape: bool = True,
        title: str = "",
        note: str = "",
        office: str = "",
        printed_on: str = "",
    ) -> bytes:
        """The shown map as PDF bytes: the same people and the same names or numbers, the whole area.

        Waits without taking keys or clicks. Refuses map.empty, map.not_drawn, map.print_failed, and
        map.closed when the program is locked meanwhile.
        """
        if not self._files or self._enclosure is None or self._job is not None:
            raise Refusal("map.empty")
        sheet = Sheet(paper, landscape, title, note, office, printed_on, self._names, self._ids)
        self._job = SheetJob(self._enclosure, self._files, sheet, self._seconds)
        try:
            return self._job.run()
        finally:
            self._job = None

    # ---- end -------------------------------------------------------------------------------------
    def dispose(self) -> None:
        """Forget everything: the page, then the view, then the profile; for the lock and for closing.

        The widget may be shown a new document afterwards.
        """
        self._clock.stop()
        self._files = {}
        self._known = frozenset()
        self._ids = None
        self._ready = False
        self._waiting.clear()
        self._notice.clear()
        if self._job is not None:
            self._job.cancel()
        self._stack.setCurrentWidget(self._notice)
        if self._page is not None:
            end(self._page)
        if self._view is not None:
            self._stack.removeWidget(self._view)
            end(self._view)
        if self._enclosure is not None:
            self._enclosure.close()
        self._page = self._view = self._enclosure = self._bridge = None

    # ---- within ----------------------------------------------------------------------------------
    def _opened_page(self) -> tuple[FencedPage, Enclosure]:
        if self._page is None or self._enclosure is None:
            self._enclosure = Enclosure()
            self._bridge = Bridge(self._drawn, self._clicked, self._opened, self._pointed)
            self._page = FencedPage(self._enclosure.profile, self._bridge)
            self._page.loadFinished.connect(self._loaded)
            self._page.renderProcessTerminated.connect(self._terminated)
            self._view = QWebEngineView(self)
            self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
            self._view.setPage(self._page)
            self._stack.addWidget(self._view)
        return self._page, self._enclosure

    def _ask(self, deed: str, *facts: Any) -> None:
        """Call window.registryMap.<deed>(facts…); before the page is ready it waits its turn."""
        told = ",".join(json.dumps(fact, ensure_ascii=True).replace("<", "\\u003c") for fact in facts)
        script = f"window.registryMap.{deed}({told})"
        if self._ready and self._page is not None:
            self._page.runJavaScript(script)
        else:
            self._waiting.append(script)

    def _drawn(self, markers: int) -> None:
        self._clock.stop()
        if markers < 0:
            self._fail("map.stopped")
            return
        self._ready = True
        waiting, self._waiting = self._waiting, []
        for script in waiting:
            assert self._page is not None
            self._page.runJavaScript(script)
        self.drawn.emit(markers)

    def _clicked(self, marker: str) -> None:
        if not marker:
            self.ground_clicked.emit()
        elif marker in self._known:
            self.marker_clicked.emit(marker)

    def _opened(self, marker: str) -> None:
        if marker in self._known:
            self.marker_opened.emit(marker)

    def _pointed(self, lat: float, lon: float) -> None:
        self.point_chosen.emit(lat, lon)

    def _loaded(self, well: bool) -> None:
        if not well:
            self._fail("map.stopped")

    def _terminated(self, _status: QWebEnginePage.RenderProcessTerminationStatus, _code: int) -> None:
        self._fail("map.stopped")

    def _late(self) -> None:
        self._notice.setText(words.say("map.not_drawn", seconds=self._seconds))
        self._stack.setCurrentWidget(self._notice)
        self.failed.emit("map.not_drawn")

    def _fail(self, key: Literal["map.stopped"]) -> None:
        self._clock.stop()
        self._ready = False
        self._notice.setText(words.say("map.stopped"))
        self._stack.setCurrentWidget(self._notice)
        self.failed.emit(key)
