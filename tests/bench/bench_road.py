"""What a user waits for on the main road, over growing registers; run by `python3 installer/dev.py bench road`.

Prints a table in Markdown. A peer on the same work stands beside it where there is one: openpyxl reading the same
workbook, the standard library's sqlite3 without encryption searching the same rows, openpyxl with msoffcrypto
writing and sealing the same workbook. No test asserts a time.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hoken_desktop.cli import demo_files
from hoken_desktop.cli.demo import StoryClock, reference_days
from hoken_desktop.cli.fictitious import MUNICIPALITIES, Population
from hoken_desktop.domain.codes import CareSetting, EvidenceSource, Scheme, Verdict
from hoken_desktop.domain.keys import STRETCH_DEFAULT
from hoken_desktop.doors import create_house, open_house
from hoken_desktop.house import Settings
from hoken_desktop.services.ports import PersonQuery

T = TypeVar("T")
PASSPHRASE = "計測のための合言葉 12345"


class Table:
    """Seconds by what was waited for, one column a size."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, str]] = {}

    def time(self, size: int, what: str, work: Callable[[], T], peer: Callable[[], object] | None = None) -> T:
        started = time.perf_counter()
        result = work()
        spent = time.perf_counter() - started
        cell = f"{spent:.2f}"
        if peer is not None:
            started = time.perf_counter()
            peer()
            other = time.perf_counter() - started
            cell += f" (peer {other:.2f}, ×{spent / max(other, 1e-9):.1f})"
        self.rows.setdefault(what, {})[size] = cell
        print(f"  {size:>6} {what}: {cell}", file=sys.stderr)
        return result

    def show(self, sizes: list[int]) -> None:
        print("| seconds | " + " | ".join(f"{size:,} people" for size in sizes) + " |")
        print("|---|" + "---|" * len(sizes))
        for what, cells in self.rows.items():
            print(f"| {what} | " + " | ".join(cells.get(size, "–") for size in sizes) + " |")


def read_with_openpyxl(path: Path) -> int:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    page = book.worksheets[0]
    page.reset_dimensions()
    return sum(1 for _ in page.iter_rows(values_only=True))


def seal_with_openpyxl(rows: list[list[object]]) -> int:
    import msoffcrypto.format.ooxml as ooxml
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    plain, out = io.BytesIO(), io.BytesIO()
    book.save(plain)
    ooxml.OOXMLFile(plain).encrypt("AAAA-AAAA-AAAA-AAAA", out)
    return len(out.getvalue())


def plain_copy(lines: list[tuple[str, str]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE persons (id TEXT PRIMARY KEY, search_text TEXT)")
    connection.executemany("INSERT INTO persons VALUES (?, ?)", lines)
    return connection


def run(table: Table, size: int) -> None:
    first, _ = reference_days(date.today())
    clock = StoryClock()
    clock.set(first + timedelta(days=5))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        population = Population(1, first)
        users = population.registered(size)
        people = users + population.others(size // 3)
        settings = Settings(clock=clock, stretch=STRETCH_DEFAULT, use_device=False)
        house = create_house(
            folder / "registry", PASSPHRASE, office="計測保健所(架空)", municipalities=MUNICIPALITIES,
            staff="計測 係・保健師", settings=settings, fictitious=True,
        ).house  # fmt: skip
        house.rounds.open(first)
        files = demo_files.write_benefits(folder, first, people, Random(1))
        xlsx = files[Scheme.NANBYO]
        table.time(size, "read and match the 難病 file (peer: openpyxl, reading only)",
                   lambda: house.rounds.read_in(xlsx, Scheme.NANBYO), lambda: read_with_openpyxl(xlsx))  # fmt: skip
        table.time(size, "read and match the 小慢 file", lambda: house.rounds.read_in(files[Scheme.SHOMAN], Scheme.SHOMAN))
        table.time(size, "accept all proposals", lambda: house.reviews.accept([Verdict.CERTAIN, Verdict.LIKELY, Verdict.NEW]))
        house.reviews.decide([demo_files.new(r) for r in house.reviews.rows() if r.choice.value == "pending"])
        table.time(size, "locate everyone", lambda: house.places.locate_all())
        with house.store.read() as shelves:
            ids = {b.beneficiary_no: b.person_id for b in shelves.benefits.all()}
            lines = [(p.id, p.search_text) for p in shelves.persons.all()]
        rows, _roles = demo_files.consent_rows(users, first, Random(2), newest=False)
        list_path = demo_files.write_consents(folder, first, rows)
        table.time(size, "read the consent list", lambda: house.consents.read_in(list_path))
        table.time(size, "freeze", lambda: house.rounds.freeze())
        house.close()

        clock.set(first + timedelta(days=26))
        house = table.time(size, "unlock (Argon2id 256 MiB, checks)", lambda: open_house(
            folder / "registry", PASSPHRASE, settings=settings))  # fmt: skip
        plain = plain_copy(lines)
        table.time(size, "search a surname (peer: sqlite3, not encrypted)",
                   lambda: house.persons.find(PersonQuery(text="さなえだ")),
                   lambda: plain.execute("SELECT id FROM persons WHERE search_text LIKE '%サナエタ%'").fetchall())  # fmt: skip
        found = house.persons.find(PersonQuery())
        table.time(size, "show one page of the table", lambda: house.persons.lines(found[:200]))
        table.time(size, "draw the map's document", lambda: house.maps.draw())
        request = house.requests.open(
            municipality=MUNICIPALITIES[1], number="計測第1号", requested_on=first + timedelta(days=20),
            received_on=first + timedelta(days=22), requester="計測市長 計測 太郎", purpose="避難行動要支援者名簿の作成",
        )  # fmt: skip
        preview = table.time(size, "preview a disclosure", lambda: house.disclosures.preview(request.id))
        columns = [["x" * 12] * 22 for _ in range(preview.disclosed)]
        table.time(size, "disclose to the largest 市町, 4 people of 10 (peer: openpyxl + msoffcrypto, without checks)",
                   lambda: house.disclosures.disclose(
                       request.id, folder / "out", approved_on=clock.today(), approval="計測決第1号"),
                   lambda: seal_with_openpyxl(columns))  # fmt: skip
        table.time(size, "verify the audit chain and every row", lambda: house.audits.verify())
        one = ids[users[0].beneficiary_no]
        table.time(size, "save one change", lambda: house.persons.set_care_setting(
            one, CareSetting.HOME, clock.today(), EvidenceSource.PHONE))  # fmt: skip
        house.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sizes", nargs="*", type=int, default=[105, 1000, 10000])
    sizes = arguments.parse_args().sizes
    table = Table()
    for size in sizes:
        run(table, size)
    cores = os.cpu_count()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {cores} cores\n")
    table.show(sizes)


if __name__ == "__main__":
    main()
