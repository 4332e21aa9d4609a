"""住所データ: official points in one plain SQLite file, above the towns built into the program.

The file holds public data only and may be deleted and made again. One `add` is one transaction: all its files or
none. An import replaces, for every municipality it holds, what the same kind of data said before. The data of
デジタル庁 comes in two halves, names and positions, which meet by their ids whenever the second one comes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import sqlite3
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from hoken_desktop import paths
from hoken_desktop.adapters.municipalities import master
from hoken_desktop.adapters.official_files import NAMES, POSITIONS, WHOLE, Shapes, Table, opened
from hoken_desktop.domain.address_texts import key_of, strict
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
_BATCH = 5_000
_SCALE = 1_000_000
_WRONG_SHARE = 0.05
_SRIDS = frozenset({"", "EPSG:6668", "EPSG:4612", "EPSG:4326", "EPSG:6697"})
_EMPTY_TOWN = "（大字なし）"
_KANJI = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")

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
            Spot(AddressSource(source), koaza, lat / _SCALE, lon / _SCALE)
            for source, koaza, lat, lon in self._rows(
                "SELECT n.source, n.koaza, p.lat, p.lon FROM number n JOIN position p ON p.ref = n.ref"
                " WHERE n.town_id = ? AND n.num = ?",
                (town, number),
            )
        ]

    def numbers_under(self, town: int, number: str) -> list[Spot]:
        # "-" is followed by "." in ASCII: the range is every number that begins with this one and a dash
        return [
            Spot(AddressSource(source), koaza, lat / _SCALE, lon / _SCALE)
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
    return None if scaled is None else scaled / _SCALE


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


# --- built-in towns --------------------------------------------------------------------------------------------------


@cache
def _towns_box() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO((paths.resources() / "tables" / "towns.zip").read_bytes()))


def builtin_towns(code: str) -> list[TownRow]:
    """The 町丁目 and 小字 of a municipality that come with the program (Geolonia 住所データ); [] if there are none."""
    try:
        text = _towns_box().read(f"{code}.csv").decode("utf-8")
    except KeyError:
        return []
    return [
        TownRow(name, koaza, float(lat) if lat else None, float(lon) if lon else None, AddressSource.GEOLONIA)
        for name, koaza, lat, lon in csv.reader(io.StringIO(text))
    ]


@cache
def builtin_boxes() -> Mapping[str, tuple[float, float, float, float]]:
    """(south, west, north, east) of each municipality's built-in towns, by 6-digit code."""
    text = _towns_box().read("index.csv").decode("utf-8")
    return {
        code: (float(south), float(west), float(north), float(east))
        for code, _count, south, west, north, east in csv.reader(io.StringIO(text))
    }


# --- taking in -------------------------------------------------------------------------------------------------------


def _take_in(db: sqlite3.Connection, path: Path, only: frozenset[str] | None, report: Report) -> list[int]:
    taken = []
    with opened(path) as parts:
        for part in parts:
            loader: _Loader = _Loader(db, part, only)
            if isinstance(part, Shapes):
                loader.take_shapes(part)
            else:
                loader.take_table(part, report)
            taken.append(loader.finish())
    return taken


@cache
def _name_keys(name: str, koaza: str) -> tuple[str, str]:
    return strict(name), strict(koaza)


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _KANJI[tens] + "十") + _KANJI[ones]


@cache
def _chome_name(chome: str) -> str:
    """「１丁目」 as 「一丁目」, the way 位置参照情報 writes it."""
    key = key_of(chome)
    digits = key.rstrip("丁目")
    return _kanji(int(digits)) + key[len(digits) :] if digits.isdigit() and 0 < int(digits) < 100 else chome


def _ref(*parts: str) -> int:
    """A number for an official id: 63 bits of its hash, so that names and positions meet without long keys."""
    digest = hashlib.blake2b("|".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class _Loader:
    """One table on its way into the file."""

    def __init__(self, db: sqlite3.Connection, part: Table | Shapes, only: frozenset[str] | None) -> None:
        self._db = db
        self._file = part.file
        self._only = only
        self._source = AddressSource.BOUNDARY if isinstance(part, Shapes) else part.kind.source
        self._half = WHOLE if isinstance(part, Shapes) else part.kind.half
        self._rows: dict[str, int] = {}
        self._town_ids: dict[tuple[str, str, str], int] = {}
        self._positions: list[tuple[object, ...]] = []
        self._numbers: list[tuple[object, ...]] = []
        self._read = self._skipped = self._wrong = self._elsewhere = 0
        self._codes: dict[tuple[str, str], str | None] = {}
        self._towns_seen: set[int] = set()
        cursor = db.execute(
            "INSERT INTO source (source, half, version, file, skipped) VALUES (?, ?, ?, ?, 0)",
            (self._source.value, self._half, part.version, part.file),
        )
        self._id = int(cursor.lastrowid or 0)

    # every municipality of this file is cleared of the same kind's old rows the first time it is met

    def _entered(self, code: str | None) -> bool:
        """Whether rows of this municipality are wanted."""
        if code is None:
            self._skipped += 1
            return False
        if self._only is not None and code not in self._only:
            self._elsewhere += 1
            return False
        if code not in self._rows:
            self._rows[code] = 0
            self._clear(code)
        return True

    def _clear(self, code: str) -> None:
        key = (self._source.value, self._half, code)
        if not self._db.execute("SELECT 1 FROM coverage WHERE source = ? AND half = ? AND code = ?", key).fetchone():
            return
        towns = "(SELECT id FROM town WHERE code = ?)"
        if self._source is AddressSource.BOUNDARY:
            self._db.execute("DELETE FROM boundary WHERE code = ?", (code,))
        if self._half in (NAMES, WHOLE):
            self._db.execute(f"DELETE FROM number WHERE town_id IN {towns} AND source = ?", (code, key[0]))  # noqa: S608
            self._db.execute(f"DELETE FROM town_point WHERE town_id IN {towns} AND source = ?", (code, key[0]))  # noqa: S608
        if self._half in (POSITIONS, WHOLE):
            self._db.execute("DELETE FROM position WHERE source = ? AND code = ?", (key[0], code))
        self._db.execute("DELETE FROM coverage WHERE source = ? AND half = ? AND code = ?", key)

    def finish(self) -> int:
        """Writes what is left and the counts; refuses a table that gave nothing or is not what it seems."""
        self._flush()
        kept = sum(self._rows.values())
        if self._read and self._wrong > max(5, self._read * _WRONG_SHARE):
            raise Refusal("gazetteer.encoding", file=self._file)
        if kept == 0 and self._elsewhere:
            raise Refusal("gazetteer.nothing_here", file=self._file, rows=self._elsewhere)
        if kept == 0:
            raise Refusal("gazetteer.no_rows", file=self._file, rows=self._read)
        self._db.executemany(
            "INSERT INTO coverage (source, half, code, source_id, rows) VALUES (?, ?, ?, ?, ?)",
            [(self._source.value, self._half, code, self._id, rows) for code, rows in self._rows.items()],
        )
        self._db.execute("UPDATE source SET skipped = ? WHERE id = ?", (self._skipped + self._wrong, self._id))
        self._db.execute("DELETE FROM source WHERE id NOT IN (SELECT source_id FROM coverage)")
        return self._id

    def _flush(self) -> None:
        self._db.executemany("INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?, ?)", self._positions)
        self._db.executemany("INSERT OR IGNORE INTO number VALUES (?, ?, ?, ?, ?)", self._numbers)
        self._positions.clear()
        self._numbers.clear()

    def take_table(self, table: Table, report: Report) -> None:
        take = {
            (AddressSource.ISJ_BLOCK, WHOLE): self._isj_block,
            (AddressSource.ISJ_TOWN, WHOLE): self._isj_town,
            (AddressSource.ABR_TOWN, NAMES): self._abr_town,
            (AddressSource.ABR_RESIDENCE, NAMES): self._abr_number,
            (AddressSource.ABR_BLOCK, NAMES): self._abr_number,
            (AddressSource.ABR_PARCEL, NAMES): self._abr_number,
        }.get((self._source, self._half), self._abr_position)
        columns = table.columns
        width = max(columns[name] for name in table.kind.needed) + 1
        read_bytes = 0
        for row in table.rows:
            if not row:
                continue
            self._read += 1
            read_bytes += sum(map(len, row))
            if len(row) < width or any("\ufffd" in cell for cell in row):
                self._wrong += 1
                continue
            take(row, columns)
            if self._read % _BATCH == 0:
                self._flush()
                report(Step(min(read_bytes, table.size), table.size, "gazetteer.adding"))

    # --- one row each ---

    def _town(self, code: str, name: str, koaza: str = "", lone: bool = False) -> int:
        key = (code, *_name_keys(name, koaza))
        town_id = self._town_ids.get(key)
        if town_id is None:
            found = self._db.execute(
                "SELECT id FROM town WHERE code = ? AND name_key = ? AND koaza_key = ?", key
            ).fetchone()
            if found:
                town_id = int(found[0])
                if not lone:
                    self._db.execute("UPDATE town SET lone = 0 WHERE id = ? AND lone", (town_id,))
            else:
                cursor = self._db.execute(
                    "INSERT INTO town (code, name, koaza, name_key, koaza_key, source, lone)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (code, name, koaza, key[1], key[2], self._source.value, int(lone)),
                )
                town_id = int(cursor.lastrowid or 0)
            self._town_ids[key] = town_id
        return town_id

    def _town_point(self, town_id: int, ref: int) -> None:
        """A town named twice in one file is two places under one name: it keeps its name and loses its point."""
        known = town_id in self._towns_seen
        self._towns_seen.add(town_id)
        self._db.execute(
            "INSERT OR REPLACE INTO town_point VALUES (?, ?, ?)", (town_id, self._source.value, None if known else ref)
        )

    def _place(self, ref: int, code: str, lat: str, lon: str) -> bool:
        try:
            north, east = float(lat), float(lon)
        except ValueError:
            return False
        if not (math.isfinite(north) and math.isfinite(east) and 20 <= north <= 46 and 122 <= east <= 154):
            return False
        self._positions.append((ref, self._source.value, code, round(north * _SCALE), round(east * _SCALE)))
        return True

    def _isj_town(self, row: list[str], at: dict[str, int]) -> None:
        code = code6_of(row[at["市区町村コード"]])
        if not self._entered(code) or code is None:
            return
        name = row[at["大字町丁目名"]]
        ref = _ref(self._source.value, code, name)
        if not name or not self._place(ref, code, row[at["緯度"]], row[at["経度"]]):
            self._skipped += 1
            return
        self._town_point(self._town(code, name), ref)
        self._rows[code] += 1

    def _isj_block(self, row: list[str], at: dict[str, int]) -> None:
        def cell(name: str, default: str = "") -> str:
            place = at.get(name)
            return row[place] if place is not None and place < len(row) else default

        where = (row[at["都道府県名"]], row[at["市区町村名"]])
        if where not in self._codes:
            self._codes[where] = _code_of(*where)
        code = self._codes[where]
        if not self._entered(code) or code is None:
            return
        lot = key_of(row[at["街区符号・地番"]])
        # 更新後履歴フラグ 3 = abolished; 代表フラグ 0 = another point of a block that has a representative one
        if cell("更新後履歴フラグ") == "3" or cell("代表フラグ", "1") == "0" or not lot or "." in lot:
            self._skipped += 1
            return
        name, koaza = row[at["大字・丁目名"]] or _EMPTY_TOWN, cell("小字・通称名")
        ref = _ref(self._source.value, code, name, koaza, lot)
        if not self._place(ref, code, row[at["緯度"]], row[at["経度"]]):
            self._skipped += 1
            return
        town_id = self._town(code, name)
        for one in lot.replace("、", ",").split(","):
            if one:
                self._numbers.append((town_id, one, self._source.value, key_of(koaza), ref))
        self._rows[code] += 1

    def _abr_town(self, row: list[str], at: dict[str, int]) -> None:
        code = code6_of(row[at["lg_code"]])
        if not self._entered(code) or code is None:
            return
        abolished = at.get("ablt_date")
        if abolished is not None and abolished < len(row) and row[abolished]:
            self._skipped += 1
            return
        oaza, chome, koaza = row[at["oaza_cho"]], row[at["chome"]], row[at["koaza"]]
        ref = _ref(self._source.value, code, row[at["machiaza_id"]])
        if oaza or chome:
            self._town_point(self._town(code, oaza + _chome_name(chome), koaza), ref)
        elif koaza:
            self._town_point(self._town(code, koaza, lone=True), ref)
        else:
            self._town_point(self._town(code, _EMPTY_TOWN), ref)
        self._rows[code] += 1

    def _abr_number(self, row: list[str], at: dict[str, int]) -> None:
        code = code6_of(row[at["lg_code"]])
        if not self._entered(code) or code is None:
            return
        abolished = at.get("ablt_date")
        if abolished is not None and abolished < len(row) and row[abolished]:
            self._skipped += 1
            return
        if self._source is AddressSource.ABR_PARCEL:
            parts: tuple[str, ...] = ("prc_num1", "prc_num2", "prc_num3")
        elif self._source is AddressSource.ABR_BLOCK:
            parts = ("blk_num",)
        else:
            parts = ("blk_num", "rsdt_num", "rsdt_num2")
        found = [row[at[part]] for part in parts if part in at and at[part] < len(row)]
        if not found or not found[0]:
            self._skipped += 1
            return
        koaza_at = at.get("koaza")
        koaza = row[koaza_at] if koaza_at is not None and koaza_at < len(row) else ""
        name = row[at["oaza_cho"]] + _chome_name(row[at["chome"]])
        if not name and koaza:
            town_id, koaza = self._town(code, koaza, lone=True), ""
        else:
            town_id = self._town(code, name or _EMPTY_TOWN)
        number = "-".join(_lot(part) for part in found if part)
        self._numbers.append(
            (town_id, number, self._source.value, key_of(koaza) if koaza else "", self._abr_ref(code, row, at))
        )
        self._rows[code] += 1

    def _abr_ref(self, code: str, row: list[str], at: dict[str, int]) -> int:
        by_source: dict[AddressSource, tuple[str, ...]] = {
            AddressSource.ABR_TOWN: ("machiaza_id",),
            AddressSource.ABR_BLOCK: ("machiaza_id", "blk_id"),
            AddressSource.ABR_RESIDENCE: ("machiaza_id", "blk_id", "rsdt_id", "rsdt2_id"),
            AddressSource.ABR_PARCEL: ("machiaza_id", "prc_id"),
        }
        names = by_source[self._source]
        return _ref(self._source.value, code, *(row[at[name]] if name in at else "" for name in names))

    def _abr_position(self, row: list[str], at: dict[str, int]) -> None:
        code = code6_of(row[at["lg_code"]])
        if not self._entered(code) or code is None:
            return
        srid = row[at["rep_srid"]] if "rep_srid" in at and at["rep_srid"] < len(row) else ""
        if srid not in _SRIDS or not self._place(
            self._abr_ref(code, row, at), code, row[at["rep_lat"]], row[at["rep_lon"]]
        ):
            self._skipped += 1
            return
        self._rows[code] += 1

    def take_shapes(self, shapes: Shapes) -> None:
        """N03: one feature for each part of a municipality; the parts are joined by N03_007 (JIS code)."""
        try:
            features = json.loads(shapes.raw)["features"]
            parts: dict[str, list[shapely.Geometry]] = {}
            for feature in features:
                self._read += 1
                code = code6_of(str(feature["properties"].get("N03_007") or ""))
                if code is None or code not in master().by_code or not self._entered(code):
                    self._skipped += code is None  # 所属未定地
                    continue
                area = shape(feature["geometry"])
                west, south, east, north = area.bounds
                if not (122 <= west <= east <= 154 and 20 <= south <= north <= 46):
                    raise ValueError("outside Japan")
                parts.setdefault(code, []).append(area)
                self._rows[code] += 1
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError):
            raise Refusal("gazetteer.unknown_file", file=self._file) from None
        codes = list(parts)
        whole = [shapely.unary_union([shapely.make_valid(area) for area in parts[code]]) for code in codes]
        self._db.executemany(
            "INSERT OR REPLACE INTO boundary VALUES (?, ?)",
            [(code, shapely.to_wkb(area)) for code, area in zip(codes, whole, strict=True)],
        )


def _lot(part: str) -> str:
    if part.isascii() and part.isdigit():
        return part.lstrip("0") or "0"
    return key_of(part)


def _code_of(pref: str, city: str) -> str | None:
    key = key_of(city)
    for end, codes in master().named_at(key, 0, pref):
        if end == len(key):
            return codes[0] if len(codes) == 1 else None
    return None
