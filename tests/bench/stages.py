"""What the measurements of one long deed share: stages timed by the clock and the processor, and the table of them."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtGui import QGuiApplication

T = TypeVar("T")
Line = tuple[str, float, float]
"""A stage: its name, seconds, seconds of processor time."""


def timed(what: str, work: Callable[[], T], lines: list[Line]) -> T:
    """What `work` gives; a line is added and told."""
    started, worked = time.perf_counter(), time.process_time()
    result = work()
    lines.append((what, time.perf_counter() - started, time.process_time() - worked))
    print(f"  {what}: {lines[-1][1]:.2f} ({lines[-1][2]:.2f})", file=sys.stderr)
    return result


def show(title: str, lines: Sequence[Line]) -> None:
    """The stages as a table of Markdown."""
    print(f"| {title} | seconds | of processor |\n|---|---|---|")
    for what, spent, worked in lines:
        print(f"| {what} | {spent:.2f} | {worked:.2f} |")


def main(about: str | None, run: Callable[[int], None]) -> None:
    """Run a measurement for the sizes of the command line, 2,000 people unless told."""
    arguments = argparse.ArgumentParser(description=about)
    arguments.add_argument("sizes", nargs="*", type=int, default=[2000])
    application = QGuiApplication.instance() or QGuiApplication([])
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores\n")
    for size in arguments.parse_args().sizes:
        run(size)
    del application
