"""地図の下地: municipalities' areas and town names for a map with nothing imported.

Imported 行政区域 (N03) are drawn as they are. Where there is none, each municipality's 概形 is made from the points
of its 町丁目: what lies nearer to them than to a neighbour's, no further than a fixed distance from any point. That is
a sketch, said as such in every feature, and good for finding one's way only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import mapping

from hoken_desktop import words
from hoken_desktop.adapters.builtin_towns import builtin_boxes, builtin_towns
from hoken_desktop.adapters.gazetteer import Gazetteer
from hoken_desktop.adapters.municipalities import master
from hoken_desktop.domain.municipalities import code6_of

_REACH_M = 1_500.0  # how far an area reaches from its outermost town
_NEAR_M = 6_000.0  # neighbours' towns within this distance decide the border
_GRID_M = 300.0
_SIMPLE_M = 60.0
_EXACT_SIMPLE_M = 5.0
_LAT_M = 111_000.0


class Basemap:
    """Backgrounds out of the address data of this PC."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def background(self, municipality_codes: Sequence[str]) -> dict[str, Any]:
        """`areas` (GeoJSON FeatureCollection, WGS84) and `labels` (FeatureCollection of points) of municipalities.

        An area's properties are code, name, approximate and note (概形 or ""); a label's are name, code, lat, lon,
        rank and approximate. `approximate` at the top says whether any area is a sketch; `source` is the 出典. Codes
        of 5 or 6 digits; unknown ones, and municipalities without any point, are left out.
        """
        codes = []
        for raw in municipality_codes:
            code = code6_of(raw)
            if code and code in master().by_code:
                codes += master().with_wards([code])
        codes = list(dict.fromkeys(codes))
        exact = self._gazetteer.boundaries(codes)
        points = {code: self._points(code) for code in codes}
        sketched = [code for code in codes if code not in exact and points[code]]
        areas = {code: _simple(area, _EXACT_SIMPLE_M) for code, area in exact.items()}
        areas |= self._sketch(sketched)
        features = [
            {
                "type": "Feature",
                "properties": {
                    "code": code,
                    "name": master().by_code[code].name,
                    "approximate": code not in exact,
                    "note": "" if code in exact else words.say("gazetteer.approximate"),
                },
                "geometry": mapping(areas[code]),
            }
            for code in codes
            if code in areas
        ]
        labels = [
            {
                "type": "Feature",
                "properties": {
                    "name": name,
                    "code": code,
                    "lat": lat,
                    "lon": lon,
                    "rank": "town",
                    "approximate": True,
                },
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
            }
            for code in codes
            for name, lat, lon in points[code]
        ]
        said = []
        if any(code in exact for code in codes):
            said.append(words.say("gazetteer.credit_boundary"))
        if sketched or labels:
            said.append(words.say("gazetteer.credit_towns"))
        return {
            "areas": {"type": "FeatureCollection", "features": features},
            "labels": {"type": "FeatureCollection", "features": labels},
            "approximate": bool(sketched),
            "note": words.say("gazetteer.approximate") if sketched else "",
            "source": words.say("gazetteer.and_also").join(said),
        }

    def _points(self, code: str) -> list[tuple[str, float, float]]:
        towns = self._gazetteer.towns(code)
        return towns.points() if towns else []

    def _neighbours(self, codes: Sequence[str]) -> list[str]:
        boxes = builtin_boxes()
        mine = [boxes[code] for code in codes if code in boxes]
        if not mine:
            return []
        margin = _NEAR_M / _LAT_M * 1.3
        south, west = min(b[0] for b in mine) - margin, min(b[1] for b in mine) - margin
        north, east = max(b[2] for b in mine) + margin, max(b[3] for b in mine) + margin
        return [
            code
            for code, (s, w, n, e) in boxes.items()
            if code not in codes and s <= north and n >= south and w <= east and e >= west
        ]

    def _sketch(self, codes: Sequence[str]) -> dict[str, shapely.Geometry]:
        """The cells of the towns' points, joined by municipality, on a plane in metres around them."""
        if not codes:
            return {}
        sites: dict[tuple[float, float], str] = {}
        located = {code: self._points(code) for code in codes}
        for code in self._neighbours(codes):
            located[code] = [
                (row.name, row.lat, row.lon)
                for row in builtin_towns(code)
                if row.lat is not None and row.lon is not None
            ]
        mine = [point for code in codes for point in located[code]]
        lat0 = sum(lat for _, lat, _ in mine) / len(mine)
        lon0 = sum(lon for _, _, lon in mine) / len(mine)
        lon_m = _LAT_M * math.cos(math.radians(lat0))
        for code in located:
            for _, lat, lon in located[code]:
                sites.setdefault((round((lon - lon0) * lon_m, 1), round((lat - lat0) * _LAT_M, 1)), code)
        own = [place for place in sites if sites[place] in codes]
        tree = shapely.STRtree(shapely.points(own))
        everywhere = list(sites)
        close = set(tree.query(shapely.points(everywhere), "dwithin", _NEAR_M)[0])
        places = [place for index, place in enumerate(everywhere) if index in close]
        # one disc for each grid square that has a town: discs of thousands of crowded points would never be joined
        squares = {(round(x / _GRID_M), round(y / _GRID_M)): (x, y) for x, y in own}
        reach = shapely.unary_union(shapely.buffer(shapely.points(list(squares.values())), _REACH_M, quad_segs=4))
        if len(places) == 1:
            areas = {sites[places[0]]: reach}
        else:
            cells = shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=reach, ordered=True)
            of: dict[str, list[shapely.Geometry]] = {}
            for place, cell in zip(places, cells.geoms, strict=True):
                if sites[place] in codes:
                    of.setdefault(sites[place], []).append(cell)
            areas = {code: shapely.unary_union(mine).intersection(reach) for code, mine in of.items()}
        names = list(areas)
        # simplified together, so that two neighbours keep one border
        simple = shapely.coverage_simplify([areas[name] for name in names], _SIMPLE_M)
        return {
            name: shapely.transform(
                _without_crumbs(area),
                lambda xy: ((xy / (lon_m, _LAT_M)) + (lon0, lat0)).round(6),
            )
            for name, area in zip(names, simple, strict=True)
        }


def _without_crumbs(area: shapely.Geometry) -> shapely.Geometry:
    """Without the islets a stray point makes: parts under a fiftieth of the whole."""
    parts = list(getattr(area, "geoms", [area]))
    kept = [part for part in parts if part.geom_type == "Polygon" and part.area * 50 >= area.area]
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def _simple(area: shapely.Geometry, metres: float) -> shapely.Geometry:
    return shapely.simplify(area, metres / _LAT_M, preserve_topology=True)
