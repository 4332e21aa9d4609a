"""公開データの入口: official zips as they were downloaded, opened with distrust and told apart by their header row.

Nothing is unpacked to disk. Formats: 国土交通省 位置参照情報 (街区レベル, 大字・町丁目レベル; CP932), デジタル庁
アドレス・ベース・レジストリ (UTF-8), 国土数値情報 行政区域 N03 (GeoJSON).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from hoken_desktop.domain.codes import AddressSource
from hoken_desktop.domain.errors import Refusal

T = TypeVar("T")
NAMES, POSITIONS, WHOLE = "names", "positions", ""

_MAX_FILE = 1024**3
_MAX_MEMBER = 2 * 1024**3
_MAX_JSON = 300 * 1024**2
_MAX_RATIO = 200
_MAX_MEMBERS = 10_000
_SNIFF = 64 * 1024
# what zipfile and zlib raise for damaged archives, an impossible offset (OSError) and an odd method included
_ZIP_TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
    OSError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a table is, by the columns it must and must not have."""

    source: AddressSource
    half: str
    needed: frozenset[str]
    without: frozenset[str] = frozenset()


def _kind(source: AddressSource, half: str, needed: str, without: str = "") -> Kind:
    return Kind(source, half, frozenset(needed.split()), frozenset(without.split()))


KINDS = (
    _kind(AddressSource.ISJ_BLOCK, WHOLE, "都道府県名 市区町村名 大字・丁目名 街区符号・地番 緯度 経度"),
    _kind(AddressSource.ISJ_TOWN, WHOLE, "市区町村コード 大字町丁目名 緯度 経度"),
    _kind(AddressSource.ABR_TOWN, NAMES, "lg_code machiaza_id oaza_cho chome koaza machiaza_type"),
    _kind(AddressSource.ABR_TOWN, POSITIONS, "lg_code machiaza_id rep_lon rep_lat", "blk_id prc_id"),
    _kind(AddressSource.ABR_RESIDENCE, NAMES, "lg_code machiaza_id blk_id rsdt_id oaza_cho chome blk_num rsdt_num"),
    _kind(AddressSource.ABR_RESIDENCE, POSITIONS, "lg_code machiaza_id blk_id rsdt_id rep_lon rep_lat"),
    _kind(AddressSource.ABR_BLOCK, NAMES, "lg_code machiaza_id blk_id oaza_cho chome blk_num", "rsdt_id"),
    _kind(AddressSource.ABR_BLOCK, POSITIONS, "lg_code machiaza_id blk_id rep_lon rep_lat", "rsdt_id"),
    _kind(AddressSource.ABR_PARCEL, NAMES, "lg_code machiaza_id prc_id oaza_cho chome prc_num1"),
    _kind(AddressSource.ABR_PARCEL, POSITIONS, "lg_code machiaza_id prc_id rep_lon rep_lat"),
)

# Older 街区レベル files call the town column by another name.
_SYNONYMS = {
    "大字・町丁目名": "大字・丁目名",
    "大字・町丁目": "大字・丁目名",
    "大字町丁目": "大字町丁目名",
    "小字・通称": "小字・通称名",
    "街区符号・地番名": "街区符号・地番",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A csv of a known kind. `columns` are its header's names, `rows` the rest as lists of text."""

    file: str
    version: str
    kind: Kind
    columns: dict[str, int]
    rows: Iterator[list[str]]
    size: int
    """Bytes of the csv, unpacked."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """A GeoJSON of 行政区域, as bytes."""

    file: str
    version: str
    raw: bytes


def _version(file: str, info: zipfile.ZipInfo | None, sample: bytes) -> str:
    """What names the edition: MLIT's letter (24.0a), N03's date, else the day the agency packed the file."""
    inner = info.filename if info else ""
    for name in (file, inner):
        if found := re.search(r"(?<![0-9])([0-9]{2}\.[0-9][ab])", name):
            return found[1]
        if found := re.search(r"N03-([0-9]{8}|[0-9]{2}(?:_[0-9]{6})?)", name):
            return found[1]
    if info and info.date_time[0] > 1980:
        return "{:04d}-{:02d}-{:02d}".format(*info.date_time[:3])
    return hashlib.sha256(sample).hexdigest()[:8]


@contextmanager
def opened(path: Path) -> Iterator[Iterator[Table | Shapes]]:
    """The tables and shapes inside an official file (zip, or a bare csv or geojson).

    Refuses what is missing, not a zip, encrypted, damaged, larger or more tightly packed than such data ever is, holds
    paths that lead elsewhere, or has no table whose header is known.
    """
    file = path.name
    try:
        if path.stat().st_size > _MAX_FILE:
            raise Refusal("gazetteer.too_large", file=file, limit_mb=_MAX_FILE // 1024**2)
        stream: IO[bytes] = path.open("rb")
    except OSError:
        raise Refusal("gazetteer.missing", file=file) from None
    with stream:
        bare = path.suffix.lower() in (".csv", ".geojson", ".json")
        yield _guarded(file, _bare(file, stream, path) if bare else _packed(file, stream))


def _guarded(file: str, items: Iterator[T]) -> Iterator[T]:
    """The same items; what damaged bytes make the libraries raise while reading them becomes a refusal."""
    while True:
        try:
            item = next(items)
        except StopIteration:
            return
        except (csv.Error, UnicodeError):
            raise Refusal("gazetteer.unknown_file", file=file) from None
        except _ZIP_TROUBLE:
            raise Refusal("gazetteer.damaged", file=file) from None
        yield item


def _bare(file: str, stream: IO[bytes], path: Path) -> Iterator[Table | Shapes]:
    size = path.stat().st_size
    if path.suffix.lower() == ".csv":
        yield _table(file, stream, size, None)
    else:
        yield _shapes(file, stream, size, None)


def _packed(file: str, stream: IO[bytes]) -> Iterator[Table | Shapes]:
    if not zipfile.is_zipfile(stream):
        raise Refusal("gazetteer.not_zip", file=file)
    with zipfile.ZipFile(stream) as box:
        members = box.infolist()
        if len(members) > _MAX_MEMBERS:
            raise Refusal("gazetteer.too_large", file=file, limit_mb=_MAX_MEMBER // 1024**2)
        for info in members:
            parts = info.filename.replace("\\", "/").split("/")
            if ".." in parts or parts[0] == "" or ":" in parts[0]:
                raise Refusal("gazetteer.bad_path", file=file)
            if info.flag_bits & 1:
                raise Refusal("gazetteer.encrypted", file=file)
        wanted = [info for info in members if info.filename.lower().endswith((".csv", ".geojson", ".json"))]
        if not wanted:
            raise Refusal("gazetteer.no_data", file=file)
        for info in wanted:
            packed = max(info.compress_size, 1)
            if info.file_size > _MAX_MEMBER or (info.file_size > 1024**2 and info.file_size / packed > _MAX_RATIO):
                raise Refusal("gazetteer.too_large", file=file, limit_mb=_MAX_MEMBER // 1024**2)
        for info in wanted:
            with box.open(info) as member:
                if info.filename.lower().endswith(".csv"):
                    yield _table(file, member, info.file_size, info)
                else:
                    yield _shapes(file, member, info.file_size, info)


def _shapes(file: str, stream: IO[bytes], size: int, info: zipfile.ZipInfo | None) -> Shapes:
    if size > _MAX_JSON:
        raise Refusal("gazetteer.too_large", file=file, limit_mb=_MAX_JSON // 1024**2)
    raw = stream.read(_MAX_JSON + 1)
    return Shapes(file, _version(file, info, raw[:_SNIFF]), raw)


def _table(file: str, stream: IO[bytes], size: int, info: zipfile.ZipInfo | None) -> Table:
    head = stream.read(_SNIFF)
    encoding = _encoding(file, head)
    # what was read ahead is put in front again, so that a member that cannot seek is read once
    # bytes that do not belong to the encoding become U+FFFD; their rows are skipped and counted by the reader
    text = io.TextIOWrapper(io.BufferedReader(_Joined(head, stream)), encoding=encoding, errors="replace", newline="")
    rows = csv.reader(text)
    header = next(rows, [])
    columns: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = unicodedata.normalize("NFKC", cell).strip()
        columns.setdefault(_SYNONYMS.get(name, name), place)
    for kind in KINDS:
        if kind.needed <= columns.keys() and not kind.without & columns.keys():
            return Table(file, _version(file, info, head), kind, columns, _guarded(file, rows), size)
    raise Refusal("gazetteer.unknown_file", file=file)


def _encoding(file: str, head: bytes) -> str:
    whole = head[: head.rfind(b"\n") + 1] or head
    if b"\0" in whole:
        raise Refusal("gazetteer.encoding", file=file)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    # one bad letter in the first rows does not make it another encoding, if the header is readable
    header = whole.partition(b"\n")[0]
    for encoding in ("utf-8-sig", "cp932"):
        try:
            header.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Refusal("gazetteer.encoding", file=file)


class _Joined(io.RawIOBase):
    """The bytes already read, then the rest of the stream."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._head:
            part = self._head[: len(buffer)]
            buffer[: len(part)] = part
            self._head = self._head[len(part) :]
            return len(part)
        data = self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
