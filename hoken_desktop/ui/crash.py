"""What the window says when the program itself was wrong: type, place, version; never row data or an error's text."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtWidgets import QWidget

import hoken_desktop
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.words import say

_log = logging.getLogger("hoken_desktop")


@dataclass(frozen=True, slots=True)
class CrashReport:
    """Where it broke. An exception's text may quote a cell or a person, so it is left out on purpose."""

    kind: str
    place: str
    version: str
    undone: bool = False  # it broke inside a deed, whose transaction left no trace


def report_of(error: BaseException, *, undone: bool = False) -> CrashReport:
    """The type, the deepest place inside this program, and the version."""
    frames = traceback.extract_tb(error.__traceback__)
    home = Path(hoken_desktop.__file__).parent
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(home)] or list(frames)
    if own:
        last = own[-1]
        file = Path(last.filename)
        shown = file.relative_to(home).as_posix() if file.is_relative_to(home) else file.name
        place = f"{shown}:{last.lineno} {last.name}"
    else:
        place = "?"
    return CrashReport(type(error).__name__, place, hoken_desktop.__version__, undone)


def note(report: CrashReport) -> None:
    """One line in the log, as bare as the sheet."""
    _log.error("crash type=%s at=%s version=%s", report.kind, report.place, report.version)


def in_one_line(report: CrashReport) -> str:
    """The same facts where there is no page left to show a sheet on."""
    return say("jobs.crash_line", kind=report.kind, place=report.place, version=report.version)


class CrashSheet(Sheet):
    """Shown once a fault of the program stopped a deed or kept a result from being shown."""

    def __init__(self, report: CrashReport, parent: QWidget | None = None) -> None:
        super().__init__(say("jobs.crash_title"), parent)
        self.setObjectName("crashSheet")
        self.add_text(say("jobs.crash_undone") if report.undone else say("jobs.crash_unsure"))
        self.add_facts(
            [
                (say("jobs.crash_kind"), report.kind),
                (say("jobs.crash_place"), report.place),
                (say("jobs.crash_version"), report.version),
            ]
        )
        self.add_text(say("jobs.crash_next"), note=True)
        self.add_button(say("jobs.crash_close"), primary=True).clicked.connect(self.accept)


def show(report: CrashReport, parent: QWidget | None = None) -> CrashSheet:
    """Open the sheet without stopping the event loop, and write the log line."""
    note(report)
    sheet = CrashSheet(report, parent)
    sheet.open()
    return sheet


def catch_all(window: Callable[[], QWidget | None]) -> None:
    """Send what nothing else caught to the crash sheet; Python's own printing of values is switched off."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.exit(1)
        show(report_of(error.with_traceback(trace)), window())

    sys.excepthook = hook
