"""町丁目: the towns that come with the program (Geolonia 住所データ), read from one archive."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from functools import cache

from hoken_desktop import paths
from hoken_desktop.domain.codes import AddressSource
from hoken_desktop.domain.towns import TownRow


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
