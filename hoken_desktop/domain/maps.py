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
