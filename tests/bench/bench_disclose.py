"""A whole disclosure to one municipality; run by `python3 installer/dev.py bench disclose`.

Everybody consents, and half-year after half-year the list goes out: the first one, one that is compared with it, one with a
CSV for a system. Each stage is timed too. The peer is openpyxl with msoffcrypto: the same cells, written and sealed,
opened once more and read back, without a check, a gate, a record or a paper. Seconds of the clock, and beside them of processor time, which other
work on the machine tells less. No test asserts a time.
"""

from __future__ import annotations

import io
import os
import random
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msoffcrypto.format.ooxml as ooxml
import openpyxl

from hoken_desktop.adapters import sealed_archives, sealed_sheets
from hoken_desktop.domain.characters import CsvEncoding
from hoken_desktop.domain.codes import DeviceKind
from hoken_desktop.services.disclosures import Disclosures, Handing
from hoken_desktop.services.progress import Step
from hoken_desktop.ui.printing import QtPrinter
from tests.bench.stages import Line, main, show, timed
from tests.registry_builder import FictitiousRegistry

PASSWORD = "K7QF-2MZT-9XWA-HD4R"


def town(folder: Path, size: int) -> FictitiousRegistry:
    registry = FictitiousRegistry(folder / "data")
    rng = random.Random(1)
    kinds = ((DeviceKind.VENTILATOR,), (DeviceKind.OXYGEN_CONCENTRATOR,), (DeviceKind.VENTILATOR, DeviceKind.SUCTION))
    for number in range(size):
        person = registry.person(
            f"計測 {number:05d}", f"けいそく{number:05d}", devices=rng.choice(kinds),
            facts={"interface": "tppv", "use_pattern": "all_day", "internal_battery_hours": str(number % 9)},
        )  # fmt: skip
        registry.consent(person)
    registry.freeze()
    return registry


def peer(rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    plain = io.BytesIO()
    book.save(plain)
    sealed = io.BytesIO()
    ooxml.OOXMLFile(plain).encrypt(PASSWORD, sealed)
    file = ooxml.OOXMLFile(io.BytesIO(sealed.getvalue()))
    file.load_key(password=PASSWORD)
    opened = io.BytesIO()
    file.decrypt(opened)
    back = openpyxl.load_workbook(opened, read_only=True).worksheets[0]
    if sum(1 for _ in back.iter_rows(values_only=True)) != len(rows):
        raise AssertionError("the peer lost rows")


def run(size: int) -> None:
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as place:
        registry = timed("(the fictitious town)", lambda: town(Path(place), size), [])
        rng = random.Random(2)
        disclosures = Disclosures(
            registry.store, registry.clock, registry.ids, sealed_sheets, registry.municipalities, rng.randrange,
            QtPrinter, sealed_archives,
        )  # fmt: skip
        out = Path(place) / "out"
        steps: list[Line] = []

        def report(step: Step) -> None:
            steps.append((step.note_key, time.perf_counter(), time.process_time()))

        timed("preview", lambda: disclosures.preview(registry.request()), lines)
        made = timed("disclose, the first list", lambda: disclosures.disclose(
            registry.request(), out, report=report), lines)  # fmt: skip
        ends = [*steps[1:], ("", time.perf_counter(), time.process_time())]
        for (name, at, worked), (_, end, ended) in zip(steps, ends, strict=True):
            lines.append((f"… of it {name.removeprefix('disclosures.step_')}", end - at, ended - worked))
        timed("disclose again, compared with the first", lambda: disclosures.disclose(registry.request(), out), lines)
        timed("disclose again, with a CSV in an archive", lambda: disclosures.disclose(
            registry.request(), out, handing=Handing(csv=CsvEncoding.UTF8)), lines)  # fmt: skip
        book = openpyxl.load_workbook(io.BytesIO(sealed_sheets.unseal(made.file.read_bytes(), made.password)))
        rows = [list(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
        timed("peer: openpyxl + msoffcrypto, the same cells", lambda: peer(rows), lines)
        registry.close()
    show(f"{size:,} people, one municipality", lines)


if __name__ == "__main__":
    main(__doc__, run)
