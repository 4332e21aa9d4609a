"""療養生活のおたずね for everybody; run by `python3 installer/dev.py bench letters`.

One printing: who gets a letter, the letters laid out, drawn, put under a password, written and recorded. Beside the seconds stand the
memory the whole program takes at its most and the longest stretch without a word of progress: that is how long 「中止」 waits. The peer is
QPdfWriter drawing the same texts line under line on as many pages, without frames, QR, fitting, password or record. No test asserts a time.
"""

from __future__ import annotations

import os
import random
import resource
import tempfile
import time
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pypdfium2
from PySide6.QtCore import QBuffer, QIODevice, QPointF
from PySide6.QtGui import QPainter, QPdfWriter

from hoken_desktop.adapters import sealed_pdfs
from hoken_desktop.domain.codes import DeviceKind
from hoken_desktop.domain.letters import LetterKind, LetterWho
from hoken_desktop.services.letter_choices import LetterChoice
from hoken_desktop.services.progress import Step
from tests.bench.stages import Line, main, show, timed
from tests.registry_builder import FictitiousRegistry
from tests.services.letter_desk import LetterDesk

KINDS = ((DeviceKind.VENTILATOR,), (DeviceKind.OXYGEN_CONCENTRATOR,), (DeviceKind.VENTILATOR, DeviceKind.SUCTION))


def town(folder: Path, size: int) -> FictitiousRegistry:
    registry = FictitiousRegistry(folder / "data")
    rng = random.Random(1)
    for number in range(size):
        registry.person(
            f"計測 {number:05d}", f"けいそく{number:05d}", devices=rng.choice(KINDS),
            facts={"interface": "tppv", "use_pattern": "all_day"},
            address_registered=f"埼玉県鴻巣市架空町{number % 40}丁目9-{number}",
        )  # fmt: skip
    return registry


def peer(pages: list[list[str]]) -> int:
    """The same texts, line under line; the bytes of the file."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    writer.setResolution(300)
    painter = QPainter(writer)
    for at, page in enumerate(pages):
        if at:
            writer.newPage()
        for row, text in enumerate(page):
            painter.drawText(QPointF(100, 100 + row * 48), text)
    painter.end()
    return int(held.size())


def peak() -> float:
    """MiB this program took at its most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(size: int) -> None:
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as place:
        registry = timed("(the fictitious town)", lambda: town(Path(place), size), [])
        desk = LetterDesk.of(registry, Path(place) / "out")
        choice = LetterChoice(LetterKind.SURVEY, LetterWho.EVERYBODY)
        before = peak()
        told = [time.perf_counter()]

        def report(_step: Step) -> None:
            told.append(time.perf_counter())

        timed("choose", lambda: desk.letters.choose(choice), lines)
        made = timed("print, seal, write, record", lambda: desk.letters.write(choice, desk.out, report=report), lines)
        told.append(time.perf_counter())
        after = peak()
        board = timed("the board of what is out", desk.letters.board, lines)
        file = made.printed.file
        assert file is not None
        if not (len(made.letters) == len(board.lines) == size and board.batches[0].closes):
            raise AssertionError("a letter is missing")
        with pypdfium2.PdfDocument(sealed_pdfs.unseal_pdf(file.read_bytes(), made.printed.password)) as document:
            pages = [document[n].get_textpage().get_text_range().splitlines() for n in range(len(document))]
        timed("peer: QPdfWriter, the same texts", lambda: peer(pages), lines)
        quiet = max(later - earlier for earlier, later in pairwise(told))
        megabytes = file.stat().st_size / 1024**2
        registry.close()
    show(f"{size:,} letters, {len(pages):,} pages, {megabytes:.1f} MiB", lines)
    print(f"\nMemory: {before:.0f} MiB before, {after:.0f} MiB at the most. Longest without progress: {quiet:.2f} s.\n")


if __name__ == "__main__":
    main(__doc__, run)
