"""What a map of the register shows: values only, no way of drawing them.

Coordinates are degrees of latitude and longitude (JGD2011, which the map treats as WGS 84: the
difference is centimetres). Radii are metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MarkerDevice = Literal["ventilator", "oxygen", "both"]

# A position known only to the 町丁目 or the 大字 stands at its middle: half of the true homes lie
# within this many metres, so the mark is drawn hollow inside a circle and never read as a house.
RADIUS_M: Mapping[str, float] = {"chome": 300.0, "oaza": 1300.0}


@dataclass(frozen=True, slots=True)
class Marker:
    """One person's place.

    `level` says how exact the position is; "chome" and "oaza" are drawn hollow with the radius of
    RADIUS_M unless `radius_m` gives another; any other level is a filled mark, with a dashed circle
    when `radius_m` is not 0. `label` and `kana` (氏名, ふりがな) appear only while names are shown;
    `number` (台帳番号) and `sublabel` (地区・時間 and so on) always may.
    """

    id: str
    lat: float
    lon: float
    device: MarkerDevice
    level: str = ""
    radius_m: float = 0.0
    label: str = ""
    kana: str = ""
    sublabel: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One line of the 凡例: a mark and its words.

    `mark` is ventilator, both, oxygen, area (位置の幅), cluster, boundary, flood or landslide.
    """

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class MapDocument:
    """Everything one map shows.

    `background` is a mapping with "areas" (GeoJSON FeatureCollection of municipalities; a feature's
    properties give `name` and `code`), "labels" (places' names with lat and lon), and optionally
    "flood", "landslide", "water", "roads", "railways" (FeatureCollections) and "note" (a sketched
    border says so). `legend` empty means the usual one. `source` is the 出典, `note` one line under
    a printed title.
    """

    markers: tuple[Marker, ...] = ()
    background: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    legend: tuple[LegendLine, ...] = ()
    source: str = ""
    note: str = ""
    show_names: bool = False


def area_of(lat: float, lon: float, background: Mapping[str, Any]) -> str:
    """The code of the background's area a point lies in, "" for none: even-odd rule over each polygon's rings.

    The built-in areas are sketched from town points (概形), so this raises a question and decides nothing.
    """
    for feature in background.get("areas", {}).get("features", ()):
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        if any(sum(_crosses(lat, lon, ring) for ring in polygon) % 2 for polygon in polygons):
            return str(feature["properties"].get("code", ""))
    return ""


def _crosses(lat: float, lon: float, ring: Any) -> int:
    """How often a ray from the point to the east crosses the ring; its vertices are (lon, lat)."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(
        1
        for (x1, y1), (x2, y2) in pairs
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1)
    )
