"""住所データ: official address data taken in and listed, and a list of addresses placed; no registry is needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hoken_desktop.domain.addresses import Located
from hoken_desktop.domain.codes import PlaceLevel
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.paths import check_folder
from hoken_desktop.services.progress import Report, no_report

_MAX_BYTES = 100 * 1024 * 1024
_ID_NAMES = ("id", "番号", "管理番号")
_ADDRESS_NAMES = ("address", "住所", "所在地")


@dataclass(frozen=True, slots=True)
class Source:
    """One imported file. `source` is an AddressSource; `half` is "names" or "positions" for data that comes in two.

    `rows` counts the rows kept, `skipped` those left out (abolished, without a number, unreadable); `waiting` says
    that the other half has not come yet, so that nothing can be placed by this one.
    """

    source: str
    version: str
    rows: int
    file: str
    half: str = ""
    waiting: bool = False
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class LocateCount:
    """How many addresses of a list were placed, by level; `total` is the sum of `by_level`."""

    total: int
    by_level: dict[str, int]


class Gazetteer(Protocol):
    """The address data of this PC; adapters/gazetteer.py fulfils it."""

    def add(
        self, files: Sequence[Path], municipalities: Sequence[str] | None = None, report: Report = no_report
    ) -> list[Source]:
        """Takes official files in, all of them or none; `municipalities` (5 or 6 digits) keeps theirs only."""
        ...

    def sources(self) -> list[Source]: ...

    def locate(self, address: str, municipality_hint: str | Sequence[str] | None = None) -> Located:
        """The place of one address; the hint is tried when the text names no municipality."""
        ...

    def locate_many(
        self,
        addresses: Sequence[str],
        municipality_hint: str | Sequence[str] | None = None,
        report: Report = no_report,
    ) -> list[Located]: ...


class Gazetteers:
    """What the staff and the command line do with address data."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def add(
        self, files: Sequence[Path], municipalities: Sequence[str] | None = None, report: Report = no_report
    ) -> list[Source]:
        """Takes official files in as they were downloaded; refuses the whole call if one of them is not usable."""
        return self._gazetteer.add(files, municipalities, report)

    def list(self) -> list[Source]:
        """What was taken in, oldest first."""
        return self._gazetteer.sources()

    def locate_csv(self, in_path: Path, out_path: Path, report: Report = no_report) -> LocateCount:
        """Places every row of a CSV `id,address` (UTF-8 with or without BOM, or CP932) into a CSV of UTF-8.

        OUT has `id,lat,lon,level,matched,rest`, one row for each row of IN in its order; lat and lon are empty at level
        none. Refuses a file that is missing, too large, in another encoding or without the two columns, and an OUT that
        is IN.
        """
        if in_path.resolve() == out_path.resolve():
            raise Refusal("gazetteer.csv_same", file=out_path.name)
        ids, addresses = _read_addresses(in_path)
        places = self._gazetteer.locate_many(addresses, None, report)
        out = io.StringIO()
        sheet = csv.writer(out, lineterminator="\r\n")
        sheet.writerow(["id", "lat", "lon", "level", "matched", "rest"])
        by_level = {level.value: 0 for level in PlaceLevel}
        for row_id, place in zip(ids, places, strict=True):
            by_level[place.level.value] += 1
            at = ["", ""] if place.lat is None or place.lon is None else [f"{place.lat:.6f}", f"{place.lon:.6f}"]
            # a rest that begins like a formula would be run by a spreadsheet
            sheet.writerow([row_id, *at, place.level.value, place.matched, place.rest.lstrip("=+-@\t ")])
        check_folder(out_path.parent)
        try:
            out_path.write_bytes(out.getvalue().encode("utf-8"))
        except OSError:
            raise Refusal("gazetteer.csv_unwritable", file=out_path.name) from None
        return LocateCount(len(ids), {level: count for level, count in by_level.items() if count})


def _read_addresses(path: Path) -> tuple[list[str], list[str]]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise Refusal("gazetteer.too_large", file=path.name, limit_mb=_MAX_BYTES // 1024 // 1024)
        raw = path.read_bytes()
    except OSError:
        raise Refusal("gazetteer.missing", file=path.name) from None
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refusal("gazetteer.csv_encoding", file=path.name)
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        raise Refusal("gazetteer.csv_header", file=path.name) from None
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    id_at = next((header.index(name) for name in _ID_NAMES if name in header), None)
    address_at = next((header.index(name) for name in _ADDRESS_NAMES if name in header), None)
    if id_at is None or address_at is None:
        raise Refusal("gazetteer.csv_header", file=path.name)
    ids, addresses = [], []
    for row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        ids.append(row[id_at] if id_at < len(row) else "")
        addresses.append(row[address_at] if address_at < len(row) else "")
    return ids, addresses
