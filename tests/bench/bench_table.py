"""The 台帳 page with 10,000 and 100,000 people beside a QSortFilterProxyModel over the same rows; run by
`python3 installer/dev.py bench table`.

The page asks the encrypted registry and holds ids and a few pages of lines; the peer holds every line in memory with
its words and sort keys made beforehand, as Qt's own way of filtering wants it. Times are processor time of the whole
process until the rows are painted, so that other work on the machine does not count. `held` is the longest stretch of
the window's own thread, in which it answers nobody. Prints a table in Markdown; no test asserts a time.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QApplication, QTableView

from hoken_desktop.domain.codes import DeviceGroup, Freshness, Standing
from hoken_desktop.domain.names import fold_name
from hoken_desktop.house import House
from hoken_desktop.services.person_lists import More, PersonLine
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.ui import theme
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.pages.persons import PersonsPage
from hoken_desktop.words import label
from tests.bench.crowd import crowd, kept

_Index = QModelIndex | QPersistentModelIndex
NAME, AGE, GROUP, CONSENT, SEEN = range(5)


class Held(QAbstractTableModel):
    """Every line in memory, with the text that is searched."""

    def __init__(self, lines: Sequence[PersonLine]) -> None:
        super().__init__()
        self.texts = [" ".join(fold_name(t) for t in (p.name, p.name_kana, p.registry_no, p.address)) for p in lines]
        self.births = [p.birth_on.toordinal() if p.birth_on else 0 for p in lines]
        self.shown = [
            (p.name, p.age, label(p.group), label(p.consent) if p.consent else "", str(p.confirmed_on)) for p in lines
        ]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.texts)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 5

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.shown[index.row()][index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return self.texts[index.row()]
        return self.births[index.row()] if role == Qt.ItemDataRole.UserRole + 1 else None


class Peer:
    """QTableView over QSortFilterProxyModel over every line."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.view = QTableView()
        self.proxy = QSortFilterProxyModel()
        self.view.resize(806, 560)

    def load(self, house: House) -> None:
        """Read every line and show the first of them."""
        ids = house.persons.find(PersonQuery())
        self.model = Held(house.persons.lines(ids, more={More.CONSENT, More.FACTS}))
        self.proxy.setSourceModel(self.model)
        self.view.setModel(self.proxy)
        self.view.show()
        self.paint()

    def paint(self) -> None:
        self.view.viewport().repaint()
        self._app.processEvents()

    def text(self, words: str) -> None:
        self.proxy.setFilterRole(int(Qt.ItemDataRole.UserRole))
        self.proxy.setFilterKeyColumn(NAME)
        self.proxy.setFilterFixedString(fold_name(words))
        self.paint()

    def value(self, column: int, words: str) -> None:
        self.proxy.setFilterRole(int(Qt.ItemDataRole.DisplayRole))
        self.proxy.setFilterKeyColumn(column)
        self.proxy.setFilterFixedString(words)
        self.paint()

    def sort(self, column: int, role: int = int(Qt.ItemDataRole.DisplayRole)) -> None:
        self.proxy.setSortRole(role)
        self.proxy.sort(column, Qt.SortOrder.DescendingOrder)
        self.paint()


@dataclass
class Watch:
    """Processor seconds of a deed, and the longest stretch of the window's thread in it."""

    app: QApplication

    def take(self, deed: Callable[[], None], done: Callable[[], bool]) -> tuple[float, float]:
        started, last = time.process_time(), time.thread_time()
        held = 0.0
        deed()
        while True:
            held = max(held, time.thread_time() - last)
            if done():
                return time.process_time() - started, held
            time.sleep(0.005)
            last = time.thread_time()
            self.app.processEvents()


class Bench:
    def __init__(self, app: QApplication, size: int, house: House) -> None:
        self.size = size
        self._house = house
        self._watch = Watch(app)
        self._peer = Peer(app)
        self._desk = Desk(house, {"persons": PersonsPage}, idle_minutes=600)
        self._desk.frame.resize(1366, 728)
        self.rows: dict[str, str] = {}

    def run(self) -> None:
        self._desk.frame.show()
        page: Any = self._desk.current

        def still() -> bool:
            return not page.asking.busy() and not self._desk.jobs.busy()

        self._watch.take(lambda: None, still)

        def ask(what: str, ours: Callable[[], None], theirs: Callable[[], None]) -> None:
            def deed() -> None:
                ours()
                page.load()

            spent, held = self._watch.take(deed, still)
            page.table.viewport().repaint()
            other, _ = self._watch.take(theirs, lambda: True)
            self.rows[what] = (
                f"{spent * 1000:,.0f} ms (held {held * 1000:,.0f}) · {other * 1000:,.0f} ms · ×{spent / other:.2f}"
            )
            print(f"  {self.size:>7} {what}: {self.rows[what]}", file=sys.stderr)

        filters = page.filters
        ask("show the whole list", lambda: None, lambda: self._peer.load(self._house))
        ask("type a surname", lambda: filters.edit.setText("さなえだ"), lambda: self._peer.text("さなえだ"))
        ask("type one letter", lambda: filters.edit.setText("か"), lambda: self._peer.text("か"))
        ask("take the filter away", page.clear_filters, lambda: self._peer.text(""))
        ask(
            "filter by 両方",
            lambda: filters.group.set_value(DeviceGroup.BOTH),
            lambda: self._peer.value(GROUP, label(DeviceGroup.BOTH)),
        )
        page.clear_filters()
        self._watch.take(lambda: None, still)
        for again in ("first", "again"):
            ask(
                f"filter by 同意 ({again})",
                lambda: filters.consent.set_value(Standing.REFUSED),
                lambda: self._peer.value(CONSENT, label(Standing.REFUSED)),
            )
            page.clear_filters()
            self._watch.take(lambda: None, still)
        ask(
            "filter by 最後の確認",
            lambda: filters.freshness.set_value(Freshness.OLD),
            lambda: self._peer.value(SEEN, "2025"),
        )
        page.clear_filters()
        self._peer.text("")
        self._watch.take(lambda: None, still)
        ask(
            "sort by age",
            lambda: page.order.set_value("birth"),
            lambda: self._peer.sort(AGE, int(Qt.ItemDataRole.UserRole) + 1),
        )
        ask("sort by device", lambda: page.order.set_value("group"), lambda: self._peer.sort(GROUP))
        page.order.set_value("kana")
        page.load()
        self._watch.take(lambda: None, still)
        self._scroll(page)
        self._desk.jobs.stop()

    def _scroll(self, page: Any) -> None:
        """A hundred places from the top to the end, each painted."""

        def longest(view: Any, model: Any) -> float:
            steps = []
            for step in range(101):
                started = time.thread_time()
                view.scrollTo(model.index((self.size - 1) * step // 100, 0))
                view.viewport().repaint()
                steps.append(time.thread_time() - started)
            return max(steps[1:]) * 1000

        ours = longest(page.table, page.table.window_model)
        other = longest(self._peer.view, self._peer.proxy)
        self.rows["jump to another place (longest of 100)"] = f"{ours:,.0f} ms · {other:,.0f} ms · ×{ours / other:.1f}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    arguments.add_argument("--keep", type=Path, help="keep the registries in this folder, and use those that are there")
    given = arguments.parse_args()
    sizes = given.sizes
    app = QApplication(sys.argv[:1])
    theme.apply(app, theme.Theme())
    tables: dict[int, dict[str, str]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            started = time.perf_counter()
            folder = (given.keep or Path(name)) / str(size)
            known = (folder / "registry").is_dir()
            folder.mkdir(parents=True, exist_ok=True)
            house = kept(folder) if known else crowd(folder, size)
            print(f"  {size:>7} people made in {time.perf_counter() - started:.0f} s", file=sys.stderr)
            bench = Bench(app, size, house)
            bench.run()
            tables[size] = bench.rows
            house.close()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores\n")
    print("| page (held) · QSortFilterProxyModel · ratio | " + " | ".join(f"{size:,} people" for size in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    for what in tables[sizes[0]]:
        print(f"| {what} | " + " | ".join(tables[size].get(what, "–") for size in sizes) + " |")


if __name__ == "__main__":
    main()
