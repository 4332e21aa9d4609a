"""The map on paper: a PDF made in memory, for the window and for the command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QEventLoop, QMarginsF, QTimer, qInstallMessageHandler
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QApplication

from hoken_desktop import words
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.ui.webfence import Bridge, Enclosure, FencedPage, end, page_url, register_scheme

MARGIN_MM = 10.0
SECONDS = 60
_SIZES = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
_PAGE_SIZES = {"A4": QPageSize.PageSizeId.A4, "A3": QPageSize.PageSizeId.A3}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a map is to stand on paper.

    `title` and `note` empty mean the document's own. `printed_on` is the date as it is to be read
    (令和8年9月30日). `names` None means as the document says; `ids` None means everybody; `bounds` is
    (south, west, north, east) in degrees, None the whole area.
    """

    paper: Literal["A4", "A3"] = "A4"
    landscape: bool = True
    title: str = ""
    note: str = ""
    office: str = ""
    printed_on: str = ""
    names: bool | None = None
    ids: tuple[str, ...] | None = None
    bounds: tuple[float, float, float, float] | None = None

    def layout(self) -> QPageLayout:
        """The paper with its margins."""
        turned = QPageLayout.Orientation.Landscape if self.landscape else QPageLayout.Orientation.Portrait
        margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
        return QPageLayout(QPageSize(_PAGE_SIZES[self.paper]), turned, margins, QPageLayout.Unit.Millimeter)

    def content(self) -> bytes:
        """sheet.json, as the page reads it; lengths in mm."""
        wide, high = _SIZES[self.paper] if self.landscape else _SIZES[self.paper][::-1]
        return json.dumps(
            {
                # a hair less than the paper, so that rounding never makes a second page
                "width": wide - 2 * MARGIN_MM - 0.2,
                "height": high - 2 * MARGIN_MM - 0.4,
                "title": self.title,
                "note": self.note,
                "office": self.office,
                "stamp": words.say("map.handle_with_care"),
                "printed": words.say("map.printed_on", date=self.printed_on) if self.printed_on else "",
                "names": self.names,
                "ids": None if self.ids is None else list(self.ids),
                "bounds": self.bounds,
            }
        ).encode("utf-8")


class SheetJob:
    """One map on its way to paper: loads a page of its own, waits for its word, takes the PDF, ends the page."""

    def __init__(self, enclosure: Enclosure, files: Mapping[str, bytes], sheet: Sheet, seconds: int = SECONDS) -> None:
        self.pdf = b""
        self.refusal: Refusal | None = None
        self.console: list[tuple[str, str]] = []
        self._enclosure = enclosure
        self._layout = sheet.layout()
        self._seconds = seconds
        self._then: Callable[[], None] = lambda: None
        self._over = False
        enclosure.shelf.put("sheet", {**files, "sheet.json": sheet.content()})
        self._bridge = Bridge(self._drawn)
        self._page = FencedPage(enclosure.profile, self._bridge)
        self._page.loadFinished.connect(self._loaded)
        self._page.renderProcessTerminated.connect(self._terminated)
        self._clock = QTimer()
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._late)

    def run(self) -> bytes:
        """The PDF; waits without taking keys or clicks. Refuses map.not_drawn, map.print_failed, map.closed."""
        waiting = QEventLoop()
        self._then = waiting.quit
        self._clock.start(self._seconds * 1000)
        self._page.go(page_url("sheet", "?sheet"))
        waiting.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if self.refusal is not None:
            raise self.refusal
        return self.pdf

    def cancel(self) -> None:
        """Give up at once, because the program is being locked."""
        self._finish(Refusal("map.closed"))

    def _drawn(self, markers: int) -> None:
        if self._over:
            return
        if markers < 0:
            QTimer.singleShot(0, lambda: self._finish(Refusal("map.print_failed")))
            return
        # not from inside the page's own call
        QTimer.singleShot(0, self._take)

    def _take(self) -> None:
        if not self._over:
            self._page.printToPdf(self._received, self._layout)

    def _received(self, content: Any) -> None:
        # An exception in a callback of the web engine vanishes without a trace, so none may arise here.
        self.pdf = bytes(getattr(content, "data", lambda: b"")() or b"")
        QTimer.singleShot(0, self._taken)

    def _taken(self) -> None:
        self._finish(None if self.pdf.startswith(b"%PDF") else Refusal("map.print_failed"))

    def _loaded(self, well: bool) -> None:
        if not well:
            QTimer.singleShot(0, lambda: self._finish(Refusal("map.print_failed")))

    def _terminated(self, _status: QWebEnginePage.RenderProcessTerminationStatus, _code: int) -> None:
        QTimer.singleShot(0, lambda: self._finish(Refusal("map.stopped")))

    def _late(self) -> None:
        self._finish(Refusal("map.not_drawn", seconds=self._seconds))

    def _finish(self, refusal: Refusal | None) -> None:
        if self._over:
            return
        self._over = True
        self.refusal = refusal
        self._clock.stop()
        self.console = list(self._page.console)
        end(self._page)
        self._enclosure.shelf.documents.pop("sheet", None)
        self._then()


def print_map(
    files: Mapping[str, bytes],
    *,
    paper: Literal["A4", "A3"] = "A4",
    landscape: bool = True,
    title: str = "",
    note: str = "",
    office: str = "",
    printed_on: str = "",
    names: bool | None = None,
    ids: Iterable[str] | None = None,
    seconds: int = SECONDS,
) -> bytes:
    """The map document `files` as PDF bytes, without a window.

    Makes an offscreen QApplication if the process has none. Refuses as SheetJob.run does.
    """
    register_scheme()
    if QCoreApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        # What Qt says of drawing without a screen would stand among the words for people.
        qInstallMessageHandler(lambda kind, place, text: None)
        QApplication(sys.argv[:1])
    enclosure = Enclosure()
    sheet = Sheet(paper, landscape, title, note, office, printed_on, names, None if ids is None else tuple(ids))
    try:
        return SheetJob(enclosure, files, sheet, seconds).run()
    finally:
        enclosure.close()
