"""The map document: folium makes the Leaflet frame, people and places travel beside it as JSON.

Nothing that comes from the registry or from an imported file ever goes through a folium or branca
template: html.escape does not stop `${…}` there, and a name holding `\\2019` kills the page. The page
has no inline script or style, so its content security policy needs no exception.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from hoken_desktop import paths, words
from hoken_desktop.domain.maps import RADIUS_M, LegendLine, MapDocument, Marker

__all__ = ["ASSETS", "LegendLine", "MapDocument", "Marker", "build", "standard_legend"]

# Served beside the document, in the order the page loads them.
_SCRIPTS = ("leaflet.js", "leaflet.markercluster.js")
_STYLES = ("leaflet.css", "leaflet.markercluster.css", "registry_map.css")
ASSETS = (*_SCRIPTS, *_STYLES, "registry_map.js")

# 'self' is the map's own scheme and host. Leaflet sets positions through the CSSOM, which needs no
# 'unsafe-inline'.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-src 'none'; object-src 'none'"
)

_OVERLAYS = ("water", "roads", "railways", "flood", "landslide")
_SHAPES = {"Polygon", "MultiPolygon", "LineString", "MultiLineString"}
_POLYGONS = {"Polygon", "MultiPolygon"}
_COUNTY = re.compile(r"^[^\s]{1,6}郡(?=[^\s]+[町村]$)")  # 北足立郡伊奈町 is 伊奈町 on a map


def build(document: MapDocument) -> dict[str, bytes]:
    """The files of the map by path: index.html, frame.js, data.json and the assets.

    index.html also loads `qwebchannel.js`, which the window that shows it adds. With `?sheet` it
    reads `sheet.json` and lays itself out for paper.
    """
    folder = paths.resources() / "map"
    files = {name: (folder / name).read_bytes() for name in ASSETS}
    files.update(_frame())
    files["data.json"] = _plain_json(_content(document))
    return files


def standard_legend(document: MapDocument) -> tuple[LegendLine, ...]:
    """The usual 凡例: the three devices always, the rest only where the map has it."""
    lines = [
        LegendLine("ventilator", words.say("map.legend_ventilator")),
        LegendLine("both", words.say("map.legend_both")),
        LegendLine("oxygen", words.say("map.legend_oxygen")),
    ]
    if any(_radius(marker) for marker in document.markers):
        lines.append(LegendLine("area", words.say("map.legend_radius")))
    if len(document.markers) > 1:
        lines.append(LegendLine("cluster", words.say("map.legend_cluster")))
    if document.background.get("areas"):
        lines.append(LegendLine("boundary", words.say("map.legend_boundary")))
    if document.background.get("flood"):
        lines.append(LegendLine("flood", words.say("map.legend_flood")))
    if document.background.get("landslide"):
        lines.append(LegendLine("landslide", words.say("map.legend_landslide")))
    return tuple(lines)


def _frame() -> dict[str, bytes]:
    """index.html and frame.js, from folium's own map element; both are the same for every registry."""
    import folium  # 0.4 s, so only when a map is wanted
    from branca.element import CssLink, Figure, JavascriptLink

    frame = folium.Map(
        location=[36.0, 139.5],
        tiles=None,
        zoom_start=11,
        zoom_control=False,
        attributionControl=False,
        minZoom=7,
        maxZoom=18,  # without tiles nobody else says so, and clustering needs it
        zoomSnap=0.25,
        zoomDelta=0.75,
        wheelPxPerZoomLevel=90,
        fadeAnimation=False,
        zoomAnimation=False,
        markerZoomAnimation=False,
    )
    frame._id = "registry"  # the name map_registry, the same in every document
    # folium's lists name four CDNs, and jQuery and Bootstrap for popups and icons made by folium,
    # of which this map has none.
    frame.default_js = [(name, name) for name in _SCRIPTS]
    frame.default_css = [(name, name) for name in _STYLES]
    figure = Figure()
    figure.add_child(frame)
    figure.render()
    links = [
        child.render() for child in figure.header._children.values() if isinstance(child, CssLink | JavascriptLink)
    ]
    page = "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="ja">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="referrer" content="no-referrer">',
            "<title>map</title>",
            *links,
            "</head>",
            "<body>",
            '<header id="sheet-head"></header>',
            f'<main id="stage">{figure.html.render()}</main>',
            '<footer id="sheet-foot"></footer>',
            '<script src="qwebchannel.js"></script>',
            '<script src="frame.js"></script>',
            '<script src="registry_map.js"></script>',
            "</body>",
            "</html>",
        ]
    )
    return {"index.html": page.encode("utf-8"), "frame.js": figure.script.render().encode("utf-8")}


def _content(document: MapDocument) -> dict[str, Any]:
    areas = [_area(feature) for feature in _features(document.background.get("areas")) if _kind(feature) in _POLYGONS]
    labels = [label for label in map(_label, _places(document.background.get("labels"))) if label]
    named = {label["text"] for label in labels}
    for area in areas:
        # every municipality has its name on the map, also when the background brought no label for it
        if area["name"] and area["name"] not in named:
            lat, lon = _middle(area["geometry"])
            labels.append({"text": area["name"], "lat": lat, "lon": lon, "rank": "municipality"})
            named.add(area["name"])
    municipal = {area["name"] for area in areas}
    for label in labels:
        if label["text"] in municipal:
            label["rank"] = "municipality"
    return {
        "title": document.title,
        "note": document.note,
        "source": document.source,
        "groundNote": str(document.background.get("note") or ""),
        "showNames": document.show_names,
        "legend": [{"mark": line.mark, "text": line.text} for line in document.legend or standard_legend(document)],
        "texts": {
            "legend": words.say("map.legend_title"),
            "zoomIn": words.say("map.zoom_in"),
            "zoomOut": words.say("map.zoom_out"),
            "whole": words.say("map.whole"),
            "source": words.say("map.source_label"),
            "noBackground": words.say("map.no_background"),
            "count": words.say("map.count", count="%n"),
        },
        "markers": [_marker(marker) for marker in document.markers],
        "areas": areas,
        "labels": labels,
        "overlays": {
            name: [feature["geometry"] for feature in _features(document.background.get(name))] for name in _OVERLAYS
        },
    }


def _marker(marker: Marker) -> dict[str, Any]:
    return {
        "id": marker.id,
        "lat": marker.lat,
        "lon": marker.lon,
        "device": marker.device,
        "hollow": marker.level in RADIUS_M,
        "radius": _radius(marker),
        "label": marker.label,
        "kana": marker.kana,
        "sublabel": marker.sublabel,
        "number": marker.number,
    }


def _radius(marker: Marker) -> float:
    return marker.radius_m or RADIUS_M.get(marker.level, 0.0)


def _features(collection: Any) -> list[dict[str, Any]]:
    """The drawable features of a FeatureCollection, a Feature list or a bare geometry list."""
    if not collection:
        return []
    found = collection.get("features", [collection]) if isinstance(collection, Mapping) else collection
    features = []
    for one in found:
        feature = one if "geometry" in one else {"geometry": one, "properties": {}}
        if _kind(feature) in _SHAPES:
            features.append(
                {
                    "properties": feature.get("properties") or {},
                    "geometry": {
                        "type": feature["geometry"]["type"],
                        "coordinates": feature["geometry"]["coordinates"],
                    },
                }
            )
    return features


def _kind(feature: Mapping[str, Any]) -> str:
    return str((feature.get("geometry") or {}).get("type", ""))


def _area(feature: dict[str, Any]) -> dict[str, Any]:
    about = feature["properties"]
    name = about.get("name") or about.get("N03_004") or ""
    code = about.get("code") or about.get("N03_007") or ""
    return {"name": _COUNTY.sub("", str(name)), "code": str(code), "geometry": feature["geometry"]}


def _places(labels: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(labels, Mapping):
        return list(labels.get("features", []))
    return list(labels or [])


def _label(place: Mapping[str, Any]) -> dict[str, Any] | None:
    """One place name, given as {name, lat, lon} or as a GeoJSON point."""
    about = place.get("properties") or place
    text = about.get("text") or about.get("name") or ""
    point = (place.get("geometry") or {}).get("coordinates")
    lat = point[1] if point else about.get("lat")
    lon = point[0] if point else about.get("lon", about.get("lng"))
    if not text or lat is None or lon is None:
        return None
    rank = str(about.get("rank") or about.get("kind") or about.get("level") or "town")
    return {"text": _COUNTY.sub("", str(text)), "lat": float(lat), "lon": float(lon), "rank": rank}


def _middle(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """Latitude and longitude of the centre of gravity of a polygon's largest ring."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    best, size = (36.0, 139.5), -1.0
    for polygon in polygons:
        ring = polygon[0]
        area = x = y = 0.0
        for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
            cross = x1 * y2 - x2 * y1
            area += cross
            x += (x1 + x2) * cross
            y += (y1 + y2) * cross
        if abs(area) > size and area:
            best, size = (y / (3 * area), x / (3 * area)), abs(area)
    return best


def _plain_json(content: dict[str, Any]) -> bytes:
    """JSON that stays data wherever it is put: `<` and the two line separators are escaped."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode("utf-8")
