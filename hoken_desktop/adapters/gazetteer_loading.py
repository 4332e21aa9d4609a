"""住所データを読み込む: official tables and boundaries on their way into the gazetteer's file.

Every municipality of a file is cleared of the same kind's old rows the first time it is met.
"""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from collections.abc import Callable, Mapping
from functools import cache

import shapely
from shapely.geometry import shape

from hoken_desktop.adapters.municipalities import master
from hoken_desktop.adapters.official_files import NAMES, POSITIONS, WHOLE, Shapes, Table
from hoken_desktop.domain.address_texts import key_of, strict
from hoken_desktop.domain.codes import AddressSource
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.municipalities import code6_of
from hoken_desktop.services.progress import Report, Step

SCALE = 1_000_000
"""Degrees are kept as whole millionths."""
_BATCH = 5_000
_WRONG_SHARE = 0.05
_SRIDS = frozenset({"", "EPSG:6668", "EPSG:4612", "EPSG:4326", "EPSG:6697"})
_EMPTY_TOWN = "（大字なし）"
_KANJI = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")


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


class Loader:
    """One table on its way into the file."""

    def __init__(self, db: sqlite3.Connection, part: Table | Shapes, only: frozenset[str] | None) -> None:
        self.source = AddressSource.BOUNDARY if isinstance(part, Shapes) else part.kind.source
        self._db = db
        self._file = part.file
        self._only = only
        self._half = WHOLE if isinstance(part, Shapes) else part.kind.half
        self._rows: dict[str, int] = {}
        self._town_ids: dict[tuple[str, str, str], int] = {}
        self._positions: list[tuple[object, ...]] = []
        self._numbers: list[tuple[object, ...]] = []
        self._read = self._skipped = self._wrong = self._elsewhere = 0
        self._towns_seen: set[int] = set()
        cursor = db.execute(
            "INSERT INTO source (source, half, version, file, skipped) VALUES (?, ?, ?, ?, 0)",
            (self.source.value, self._half, part.version, part.file),
        )
        self._id = int(cursor.lastrowid or 0)

    # --- a whole table ---

    def take_table(self, table: Table, report: Report) -> None:
        """Takes the rows of a table in; those of no known municipality and those that say nothing are counted."""
        code_of, take = _TAKERS.get((self.source, self._half), (_lg_code, _abr_position))
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
            code = code_of(row, columns)
            if code is None:
                self._skipped += 1
            elif self._entered(code):
                if take(self, code, row, columns):
                    self._rows[code] += 1
                else:
                    self._skipped += 1
            if self._read % _BATCH == 0:
                self._flush()
                report(Step(min(read_bytes, table.size), table.size, "gazetteer.adding"))

    def take_shapes(self, shapes: Shapes) -> None:
        """N03: one feature for each part of a municipality; the parts are joined by N03_007 (JIS code)."""
        try:
            features = json.loads(shapes.raw)["features"]
            parts: dict[str, list[shapely.Geometry]] = {}
            for feature in features:
                self._read += 1
                code = code6_of(str(feature["properties"].get("N03_007") or ""))
                if code is None:
                    self._skipped += 1  # 所属未定地
                    continue
                if code not in master().by_code or not self._entered(code):
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
            [(self.source.value, self._half, code, self._id, rows) for code, rows in self._rows.items()],
        )
        self._db.execute("UPDATE source SET skipped = ? WHERE id = ?", (self._skipped + self._wrong, self._id))
        self._db.execute("DELETE FROM source WHERE id NOT IN (SELECT source_id FROM coverage)")
        return self._id

    def _entered(self, code: str) -> bool:
        """Whether rows of this municipality are wanted."""
        if self._only is not None and code not in self._only:
            self._elsewhere += 1
            return False
        if code not in self._rows:
            self._rows[code] = 0
            self._clear(code)
        return True

    def _clear(self, code: str) -> None:
        key = (self.source.value, self._half, code)
        if not self._db.execute("SELECT 1 FROM coverage WHERE source = ? AND half = ? AND code = ?", key).fetchone():
            return
        towns = "(SELECT id FROM town WHERE code = ?)"
        if self.source is AddressSource.BOUNDARY:
            self._db.execute("DELETE FROM boundary WHERE code = ?", (code,))
        if self._half in (NAMES, WHOLE):
            self._db.execute(f"DELETE FROM number WHERE town_id IN {towns} AND source = ?", (code, key[0]))  # noqa: S608
            self._db.execute(f"DELETE FROM town_point WHERE town_id IN {towns} AND source = ?", (code, key[0]))  # noqa: S608
        if self._half in (POSITIONS, WHOLE):
            self._db.execute("DELETE FROM position WHERE source = ? AND code = ?", (key[0], code))
        self._db.execute("DELETE FROM coverage WHERE source = ? AND half = ? AND code = ?", key)

    def _flush(self) -> None:
        self._db.executemany("INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?, ?)", self._positions)
        self._db.executemany("INSERT OR IGNORE INTO number VALUES (?, ?, ?, ?, ?)", self._numbers)
        self._positions.clear()
        self._numbers.clear()

    # --- what one row gives ---

    def ref(self, *parts: str) -> int:
        """A number for an official id: 63 bits of its hash, so that names and positions meet without long keys."""
        digest = hashlib.blake2b("|".join((self.source.value, *parts)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1

    def town(self, code: str, name: str, koaza: str = "", lone: bool = False) -> int:
        """The id of a town, entered where it is new; `lone` is a 小字 recorded without its 大字."""
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
                    (code, name, koaza, key[1], key[2], self.source.value, int(lone)),
                )
                town_id = int(cursor.lastrowid or 0)
            self._town_ids[key] = town_id
        return town_id

    def point(self, town_id: int, ref: int) -> None:
        """A town named twice in one file is two places under one name: it keeps its name and loses its point."""
        known = town_id in self._towns_seen
        self._towns_seen.add(town_id)
        self._db.execute(
            "INSERT OR REPLACE INTO town_point VALUES (?, ?, ?)", (town_id, self.source.value, None if known else ref)
        )

    def number(self, town_id: int, number: str, koaza: str, ref: int) -> None:
        """One number of a town; its 小字 as it is written, "" for none."""
        self._numbers.append((town_id, number, self.source.value, key_of(koaza) if koaza else "", ref))

    def place(self, ref: int, code: str, lat: str, lon: str) -> bool:
        """Keeps a position; False for one that is none, or not in Japan."""
        try:
            north, east = float(lat), float(lon)
        except ValueError:
            return False
        if not (math.isfinite(north) and math.isfinite(east) and 20 <= north <= 46 and 122 <= east <= 154):
            return False
        self._positions.append((ref, self.source.value, code, round(north * SCALE), round(east * SCALE)))
        return True


# --- one row of each kind: False where it says nothing that can be used ----------------------------------------------


def _cell(row: list[str], at: Mapping[str, int], name: str, default: str = "") -> str:
    place = at.get(name)
    return row[place] if place is not None and place < len(row) else default


def _isj_town(into: Loader, code: str, row: list[str], at: Mapping[str, int]) -> bool:
    name = row[at["大字町丁目名"]]
    ref = into.ref(code, name)
    if not name or not into.place(ref, code, row[at["緯度"]], row[at["経度"]]):
        return False
    into.point(into.town(code, name), ref)
    return True


def _isj_block(into: Loader, code: str, row: list[str], at: Mapping[str, int]) -> bool:
    lot = key_of(row[at["街区符号・地番"]])
    # 更新後履歴フラグ 3 = abolished; 代表フラグ 0 = another point of a block that has a representative one
    abolished, spare = _cell(row, at, "更新後履歴フラグ") == "3", _cell(row, at, "代表フラグ", "1") == "0"
    if abolished or spare or not lot or "." in lot:
        return False
    name, koaza = row[at["大字・丁目名"]] or _EMPTY_TOWN, _cell(row, at, "小字・通称名")
    ref = into.ref(code, name, koaza, lot)
    if not into.place(ref, code, row[at["緯度"]], row[at["経度"]]):
        return False
    town_id = into.town(code, name)
    for one in lot.replace("、", ",").split(","):
        if one:
            into.number(town_id, one, koaza, ref)
    return True


def _abr_town(into: Loader, code: str, row: list[str], at: Mapping[str, int]) -> bool:
    if _cell(row, at, "ablt_date"):
        return False
    oaza, chome, koaza = row[at["oaza_cho"]], row[at["chome"]], row[at["koaza"]]
    ref = into.ref(code, row[at["machiaza_id"]])
    if oaza or chome:
        into.point(into.town(code, oaza + _chome_name(chome), koaza), ref)
    elif koaza:
        into.point(into.town(code, koaza, lone=True), ref)
    else:
        into.point(into.town(code, _EMPTY_TOWN), ref)
    return True


_NUMBER_PARTS: Mapping[AddressSource, tuple[str, ...]] = {
    AddressSource.ABR_PARCEL: ("prc_num1", "prc_num2", "prc_num3"),
    AddressSource.ABR_BLOCK: ("blk_num",),
    AddressSource.ABR_RESIDENCE: ("blk_num", "rsdt_num", "rsdt_num2"),
}
_IDS: Mapping[AddressSource, tuple[str, ...]] = {
    AddressSource.ABR_TOWN: ("machiaza_id",),
    AddressSource.ABR_BLOCK: ("machiaza_id", "blk_id"),
    AddressSource.ABR_RESIDENCE: ("machiaza_id", "blk_id", "rsdt_id", "rsdt2_id"),
    AddressSource.ABR_PARCEL: ("machiaza_id", "prc_id"),
}


def _abr_number(into: Loader, code: str, row: list[str], at: Mapping[str, int]) -> bool:
    if _cell(row, at, "ablt_date"):
        return False
    parts = [_cell(row, at, part) for part in _NUMBER_PARTS[into.source]]
    if not parts[0]:
        return False
    koaza = _cell(row, at, "koaza")
    name = row[at["oaza_cho"]] + _chome_name(row[at["chome"]])
    if not name and koaza:
        town_id, koaza = into.town(code, koaza, lone=True), ""
    else:
        town_id = into.town(code, name or _EMPTY_TOWN)
    into.number(town_id, "-".join(_lot(part) for part in parts if part), koaza, _abr_ref(into, code, row, at))
    return True


def _abr_ref(into: Loader, code: str, row: list[str], at: Mapping[str, int]) -> int:
    return into.ref(code, *(row[at[name]] if name in at else "" for name in _IDS[into.source]))


def _abr_position(into: Loader, code: str, row: list[str], at: Mapping[str, int]) -> bool:
    return _cell(row, at, "rep_srid") in _SRIDS and into.place(
        _abr_ref(into, code, row, at), code, row[at["rep_lat"]], row[at["rep_lon"]]
    )


def _lot(part: str) -> str:
    if part.isascii() and part.isdigit():
        return part.lstrip("0") or "0"
    return key_of(part)


@cache
def _code_of(pref: str, city: str) -> str | None:
    key = key_of(city)
    for end, codes in master().named_at(key, 0, pref):
        if end == len(key):
            return codes[0] if len(codes) == 1 else None
    return None


def _lg_code(row: list[str], at: Mapping[str, int]) -> str | None:
    return code6_of(row[at["lg_code"]])


def _isj_code(row: list[str], at: Mapping[str, int]) -> str | None:
    return code6_of(row[at["市区町村コード"]])


def _isj_name(row: list[str], at: Mapping[str, int]) -> str | None:
    return _code_of(row[at["都道府県名"]], row[at["市区町村名"]])


_CodeOf = Callable[[list[str], Mapping[str, int]], str | None]
_Take = Callable[[Loader, str, list[str], Mapping[str, int]], bool]
_TAKERS: Mapping[tuple[AddressSource, str], tuple[_CodeOf, _Take]] = {
    (AddressSource.ISJ_BLOCK, WHOLE): (_isj_name, _isj_block),
    (AddressSource.ISJ_TOWN, WHOLE): (_isj_code, _isj_town),
    (AddressSource.ABR_TOWN, NAMES): (_lg_code, _abr_town),
    (AddressSource.ABR_RESIDENCE, NAMES): (_lg_code, _abr_number),
    (AddressSource.ABR_BLOCK, NAMES): (_lg_code, _abr_number),
    (AddressSource.ABR_PARCEL, NAMES): (_lg_code, _abr_number),
}
"""Whose row it is, and how it is read; all the others are the positions of デジタル庁."""
