"""The map document: nothing remote, nothing personal outside data.json, nothing that could run."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib

import pytest

from hoken_desktop import paths
from hoken_desktop.adapters import leaflet
from hoken_desktop.adapters.leaflet import LegendLine, MapDocument, Marker

HOSTILE = (
    "${alert(1)}",
    "`+alert(1)+`",
    "</script><script>window.__xss=1</script>",
    "\\2019",
    "<img src=x onerror=window.__xss=1>",
    "{{7*7}}{%raw%}",
    "線\u2028区切り\u2029終",
    "'\"><svg onload=window.__xss=1>",
    "𠮷野家\u0000髙﨑",
)
SQUARE = {
    "type": "Feature",
    "properties": {"name": "北足立郡見本町", "code": "99999"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[139.4, 36.0], [139.6, 36.0], [139.6, 36.1], [139.4, 36.1], [139.4, 36.0]]],
    },
}
BACKGROUND = {
    "areas": {"type": "FeatureCollection", "features": [SQUARE]},
    "labels": [{"name": "見本一丁目", "lat": 36.02, "lon": 139.45}],
}


def _data(document: MapDocument) -> dict:
    return json.loads(leaflet.build(document)["data.json"])


def test_no_document_names_an_address_outside_itself() -> None:
    files = leaflet.build(MapDocument(background=BACKGROUND))
    for name in ("index.html", "frame.js", "registry_map.css"):
        assert not re.search(rb"(https?:)?//[a-z0-9]", files[name]), name
    for name in ("leaflet.css", "leaflet.markercluster.css", "registry_map.css"):
        assert not re.search(rb"@import|url\([^)]*//", files[name]), name
    outside = set(re.findall(rb"https?://[^\s\"'<]+", files["registry_map.js"]))
    assert outside == {b"http://www.w3.org/2000/svg"}
    assert b"jquery" not in files["index.html"].lower()
    assert b"bootstrap" not in files["index.html"].lower()


def test_every_file_the_page_loads_is_there_but_the_channel_script_of_the_window() -> None:
    files = leaflet.build(MapDocument())
    wanted = set(re.findall(r'(?:src|href)="([^"]+)"', files["index.html"].decode()))
    assert wanted - set(files) == {"qwebchannel.js"}


def test_the_policy_allows_no_inline_script_and_the_page_has_none() -> None:
    page = leaflet.build(MapDocument())["index.html"].decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "<style" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)


def test_the_page_is_the_same_whoever_is_on_it() -> None:
    one = leaflet.build(MapDocument(title="甲", markers=(Marker("1", 36.0, 139.5, "both", label="架空太郎"),)))
    other = leaflet.build(MapDocument())
    assert {name for name in one if one[name] != other[name]} == {"data.json"}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_kept_verbatim_as_data_and_only_there(text: str) -> None:
    marker = Marker("1", 36.0, 139.5, "oxygen", label=text, kana=text, sublabel=text, number=text)
    background = {
        "areas": [{**SQUARE, "properties": {"name": text}}],
        "labels": [{"name": text, "lat": 36.0, "lon": 139.5}],
    }
    document = MapDocument(
        (marker,), background, title=text, legend=(LegendLine("flood", text),), source=text, note=text
    )
    files = leaflet.build(document)
    raw = files["data.json"].decode()
    assert "<" not in raw
    assert "\u2028" not in raw
    assert "\u2029" not in raw
    data = json.loads(raw)
    assert [data["markers"][0][key] for key in ("label", "kana", "sublabel", "number")] == [text] * 4
    assert data["title"] == data["source"] == data["note"] == data["legend"][0]["text"] == text
    assert data["areas"][0]["name"] == text


def test_the_vendored_files_are_the_published_ones() -> None:
    folder = paths.resources() / "map"
    listed = tomllib.loads((folder / "manifest.toml").read_text("utf-8"))["file"]
    for entry in listed:
        assert hashlib.sha256((folder / entry["name"]).read_bytes()).hexdigest() == entry["sha256"], entry["name"]
    own = {"manifest.toml", "registry_map.js", "registry_map.css"}
    assert {file.name for file in folder.iterdir()} == {entry["name"] for entry in listed} | own
    for package in {entry["package"] for entry in listed}:
        licence = folder / f"LICENSE-{package.rpartition('@')[0]}.txt"
        assert "copyright" in licence.read_text("utf-8").lower()


def test_a_place_known_to_the_town_only_is_hollow_with_its_radius() -> None:
    markers = tuple(
        Marker(level or "house", 36.0, 139.5, "ventilator", level=level, radius_m=radius)
        for level, radius in (("building", 0.0), ("chome", 0.0), ("oaza", 0.0), ("oaza", 800.0), ("block", 60.0))
    )
    drawn = [(m["hollow"], m["radius"]) for m in _data(MapDocument(markers))["markers"]]
    assert drawn == [(False, 0.0), (True, 300.0), (True, 1300.0), (True, 800.0), (False, 60.0)]


def test_every_municipality_has_its_name_without_the_county() -> None:
    data = _data(MapDocument(background={"areas": {"type": "FeatureCollection", "features": [SQUARE]}}))
    assert [(label["text"], label["rank"]) for label in data["labels"]] == [("見本町", "municipality")]
    assert data["labels"][0]["lat"] == pytest.approx(36.05)
    assert data["labels"][0]["lon"] == pytest.approx(139.5)


def test_labels_may_also_be_geojson_points_and_what_cannot_be_drawn_is_left_out() -> None:
    point = {
        "type": "Feature",
        "properties": {"name": "駅前"},
        "geometry": {"type": "Point", "coordinates": [139.5, 36.0]},
    }
    background = {
        "labels": {"type": "FeatureCollection", "features": [point, {"properties": {"name": "どこにもない"}}]},
        "areas": {"type": "FeatureCollection", "features": [point]},
        "flood": {"type": "FeatureCollection", "features": [{**SQUARE, "properties": None}]},
    }
    data = _data(MapDocument(background=background))
    assert data["labels"] == [{"text": "駅前", "lat": 36.0, "lon": 139.5, "rank": "town"}]
    assert data["areas"] == []
    assert len(data["overlays"]["flood"]) == 1


def test_an_empty_map_and_one_of_five_thousand_are_built() -> None:
    assert _data(MapDocument())["markers"] == []
    many = tuple(Marker(str(n), 36.0 + n / 50000, 139.5, "oxygen") for n in range(5000))
    assert len(_data(MapDocument(many))["markers"]) == 5000


def test_the_usual_legend_names_only_what_the_map_has() -> None:
    plain = [line.mark for line in leaflet.standard_legend(MapDocument())]
    assert plain == ["ventilator", "both", "oxygen"]
    full = MapDocument(
        (Marker("1", 36, 139.5, "both", level="oaza"), Marker("2", 36, 139.5, "both")),
        {**BACKGROUND, "flood": [SQUARE]},
    )
    assert [line.mark for line in leaflet.standard_legend(full)][3:] == ["area", "cluster", "boundary", "flood"]
