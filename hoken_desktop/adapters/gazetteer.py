"""住所データ: official points in one plain SQLite file, above the towns built into the program.

The file holds public data only and may be deleted and made again. One `add` is one transaction: all its files or
none. An import replaces, for every municipality it holds, what the same kind of data said before. The data of
デジタル庁 comes in two halves, names and positions, which meet by their ids whenever the second one comes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import shapely

from hoken_desktop.adapters.builtin_towns import builtin_towns
from hoken_desktop.adapters.gazetteer_loading import SCALE, Loader
from hoken_desktop.adapters.municipalities import master
from hoken_desktop.adapters.official_files import NAMES, POSITIONS, Shapes, opened
from hoken_desktop.domain.address_texts import key_of
from hoken_desktop.domain.addresses import Located, locate
from hoken_desktop.domain.codes import AddressSource
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.municipalities import MunicipalityIndex, code6_of
from hoken_desktop.domain.towns import Spot, TownIndex, TownRow
from hoken_desktop.services.gazetteers import Source
from hoken_desktop.services.progress import Report, Step, no_report

FILE_NAME = "gazetteer.sqlite"
_VERSION = 1
_APPLICATION = 0x484B475A  # "HKGZ"

_SCHEMA = """
CREATE TABLE source (id INTEGER PRIMARY KEY, source TEXT, half TEXT, version TEXT, file TEXT, skipped INTEGER);
CREATE TABLE coverage (source TEXT, half TEXT, code TEXT, source_id INTEGER, rows INTEGER,
                       PRIMARY KEY (source, half, code)) WITHOUT ROWID;
CREATE TABLE town (id INTEGER PRIMARY KEY, code TEXT, name TEXT, koaza TEXT, name_key TEXT, koaza_key TEXT, source TEXT,
                   lone INTEGER, UNIQUE (code, name_key, koaza_key));
CREATE TABLE town_point (town_id INTEGER, source TEXT, ref INTEGER, PRIMARY KEY (town_id, source)) WITHOUT ROWID;
CREATE TABLE number (town_id INTEGER, num TEXT, source TEXT, koaza TEXT, ref INTEGER,
                     PRIMARY KEY (town_id, num, source, koaza, ref)) WITHOUT ROWID;
CREATE TABLE position (ref INTEGER PRIMARY KEY, source TEXT, code TEXT, lat INTEGER, lon INTEGER);
CREATE TABLE boundary (code TEXT PRIMARY KEY, shape BLOB) WITHOUT ROWID;
"""


class Gazetteer:
    """The address data of one data folder. Works with nothing imported; one object serves one thread at a time."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE_NAME
        self._lock = threading.RLock()
        self._reading: sqlite3.Connection | None = None
        self._towns: dict[str, TownIndex | None] = {}

    # --- taking in ---

    def add(
        self, files: Sequence[Path], municipalities: Sequence[str] | None = None, report: Report = no_report
    ) -> list[Source]:
        """Takes official files in, all of them or none, and says what each one gave.

        `municipalities` (5 or 6 digits; a 政令市 brings its wards) keeps their rows only, None keeps all. Refuses
        unusable files and a file without any row of those municipalities; the gazetteer is then as it was.
        """
        only = _codes(municipalities)
        with self._lock:
            self.close()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with closing(self._open()) as db:
                    db.execute("BEGIN IMMEDIATE")
                    try:
                        taken: list[int] = []
                        for path in files:
                            taken += _take_in(db, path, only, report)
                        found = [source for source in _sources(db, taken) if source.rows]
                    except BaseException:
                        db.rollback()
                        raise
                    db.commit()
            except sqlite3.DatabaseError as trouble:
                raise Refusal("gazetteer.broken", file=FILE_NAME) from trouble
            return found

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise Refusal("gazetteer.newer", file=FILE_NAME)
            if version == 0:
                db.executescript(
                    f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION};"
                    f" PRAGMA application_id = {_APPLICATION}; COMMIT;"
                )
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        """Lets the file go; the next question opens it again."""
        with self._lock:
            if self._reading is not None:
                self._reading.close()
                self._reading = None
            self._towns.clear()

    # --- looking ---

    def _db(self) -> sqlite3.Connection | None:
        if self._reading is None and self._path.exists():
            try:
                self._reading = self._open()
            except sqlite3.DatabaseError as trouble:
                raise Refusal("gazetteer.broken", file=FILE_NAME) from trouble
        return self._reading

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        db = self._db()
        if db is None:
            return []
        try:
            return db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as trouble:
            raise Refusal("gazetteer.broken", file=FILE_NAME) from trouble

    def sources(self) -> list[Source]:
        """Every file whose rows are in use, in the order it came."""
        with self._lock:
            db = self._db()
            return [source for source in _sources(db, None) if source.rows] if db else []

    def municipalities(self) -> MunicipalityIndex:
        return master()

    def towns(self, code: str) -> TownIndex | None:
        """The towns of a municipality: imported ones above the built-in ones; None if there are none."""
        if code not in self._towns:
            builtin = builtin_towns(code)
            rows = self._imported_towns(code, {key_of(row.name) for row in builtin}) + builtin
            self._towns[code] = TownIndex(rows) if rows else None
        return self._towns[code]

    def _imported_towns(self, code: str, known: set[str]) -> list[TownRow]:
        found = self._rows(
            "SELECT t.id, t.name, t.koaza, COALESCE(tp.source, t.source), p.lat, p.lon, t.lone FROM town t"
            " LEFT JOIN town_point tp ON tp.town_id = t.id LEFT JOIN position p ON p.ref = tp.ref"
            " WHERE t.code = ? ORDER BY t.lone, t.id",
            (code,),
        )
        rows: list[TownRow] = []
        for town_id, name, koaza, source, lat, lon, lone in found:
            base = key_of(name)
            if lone and base not in known:
                continue  # a 小字 recorded without its 大字 brings no new name: 「宮1」 may be a slip for 宮本町
            if not lone:
                known.add(base)
            rows.append(TownRow(name, koaza, _degrees(lat), _degrees(lon), AddressSource(source), town_id))
        return rows

    def numbers(self, town: int, number: str) -> list[Spot]:
        return [
            Spot(AddressSource(source), koaza, lat / SCALE, lon / SCALE)
            for source, koaza, lat, lon in self._rows(
                "SELECT n.source, n.koaza, p.lat, p.lon FROM number n JOIN position p ON p.ref = n.ref"
                " WHERE n.town_id = ? AND n.num = ?",
                (town, number),
            )
        ]

    def numbers_under(self, town: int, number: str) -> list[Spot]:
        # "-" is followed by "." in ASCII: the range is every number that begins with this one and a dash
        return [
            Spot(AddressSource(source), koaza, lat / SCALE, lon / SCALE)
            for source, koaza, lat, lon in self._rows(
                "SELECT n.source, n.koaza, p.lat, p.lon FROM number n JOIN position p ON p.ref = n.ref"
                " WHERE n.town_id = ? AND n.num >= ? AND n.num < ? LIMIT 500",
                (town, number + "-", number + "."),
            )
        ]

    def locate(self, address: str, municipality_hint: str | Sequence[str] | None = None) -> Located:
        """The place of one address; the hint (codes of 5 or 6 digits) is tried when it names no municipality."""
        with self._lock:
            return locate(address, self, _hint(municipality_hint))

    def locate_many(
        self,
        addresses: Sequence[str],
        municipality_hint: str | Sequence[str] | None = None,
        report: Report = no_report,
    ) -> list[Located]:
        """The places of many addresses, in their order."""
        hint = _hint(municipality_hint)
        found: list[Located] = []
        with self._lock:
            for place, address in enumerate(addresses):
                if place % 500 == 0:
                    report(Step(place, len(addresses), "gazetteer.locating"))
                found.append(locate(address, self, hint))
        report(Step(len(addresses), len(addresses), "gazetteer.locating"))
        return found

    def boundaries(self, codes: Sequence[str]) -> dict[str, shapely.Geometry]:
        """Imported 行政区域 by 6-digit code, in degrees; codes without one are left out."""
        with self._lock:
            found = {}
            for code in codes:
                for (raw,) in self._rows("SELECT shape FROM boundary WHERE code = ?", (code,)):
                    found[code] = shapely.from_wkb(raw)
            return found


def _hint(given: str | Sequence[str] | None) -> tuple[str, ...]:
    codes = [given] if isinstance(given, str) else list(given or ())
    return tuple(code for code in map(code6_of, codes) if code)


def _codes(given: Sequence[str] | None) -> frozenset[str] | None:
    if given is None:
        return None
    codes = []
    for raw in given:
        code = code6_of(raw)
        if code is None or code not in master().by_code:
            raise Refusal("gazetteer.bad_code", municipality=raw[:6] if raw.isdigit() else "?")
        codes.append(code)
    return frozenset([*codes, *master().with_wards(codes)])


def _degrees(scaled: int | None) -> float | None:
    return None if scaled is None else scaled / SCALE


def _sources(db: sqlite3.Connection, ids: Sequence[int] | None) -> Iterator[Source]:
    covered = {
        (source, half, code) for source, half, code in db.execute("SELECT source, half, code FROM coverage").fetchall()
    }
    for source_id, source, half, version, file, skipped in db.execute(
        "SELECT id, source, half, version, file, skipped FROM source ORDER BY id"
    ).fetchall():
        if ids is not None and source_id not in ids:
            continue
        mine = db.execute("SELECT code, rows FROM coverage WHERE source_id = ?", (source_id,)).fetchall()
        other = {NAMES: POSITIONS, POSITIONS: NAMES}.get(half)
        waiting = bool(other) and not any((source, other, code) in covered for code, _rows in mine)
        yield Source(source, version, sum(rows for _, rows in mine), file, half, waiting, skipped)


def _take_in(db: sqlite3.Connection, path: Path, only: frozenset[str] | None, report: Report) -> list[int]:
    taken = []
    with opened(path) as parts:
        for part in parts:
            loader = Loader(db, part, only)
            if isinstance(part, Shapes):
                loader.take_shapes(part)
            else:
                loader.take_table(part, report)
            taken.append(loader.finish())
    return taken
