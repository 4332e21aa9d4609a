"""A background for a map with nothing imported, and the imported boundary above it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry import shape

from hoken_desktop.adapters.basemap import Basemap
from hoken_desktop.adapters.gazetteer import Gazetteer
from tests.adapters import official_data as made

OFFICE = ("112178", "112194", "112313", "112330", "11301")


@pytest.fixture
def gazetteer(tmp_path: Path) -> Gazetteer:
    return Gazetteer(tmp_path / "data")


def test_the_offices_municipalities_are_sketched_from_their_towns(gazetteer: Gazetteer) -> None:
    ground = Basemap(gazetteer).background(OFFICE)
    areas = {f["properties"]["code"]: f for f in ground["areas"]["features"]}
    assert list(areas) == ["112178", "112194", "112313", "112330", "113018"]
    assert areas["113018"]["properties"] == {
        "code": "113018",
        "name": "伊奈町",
        "approximate": True,
        "note": "概形",
    }
    assert ground["approximate"]
    assert "Geolonia" in ground["source"]
    shapes = {code: shape(f["geometry"]) for code, f in areas.items()}
    assert all(area.is_valid and not area.is_empty for area in shapes.values())
    # neighbours share a border and no ground
    pairs = [(a, b) for a in shapes for b in shapes if a < b]
    assert all(shapes[a].intersection(shapes[b]).area < 1e-7 for a, b in pairs)
    assert len(json.dumps(ground["areas"])) < 50_000


def test_a_town_lies_in_the_sketch_of_its_municipality(gazetteer: Gazetteer) -> None:
    ground = Basemap(gazetteer).background(OFFICE)
    shapes = {f["properties"]["code"]: shape(f["geometry"]) for f in ground["areas"]["features"]}
    labels = ground["labels"]["features"]
    assert len(labels) > 400
    inside = sum(
        shapes[label["properties"]["code"]].buffer(0.001).contains(shapely.Point(label["geometry"]["coordinates"]))
        for label in labels
    )
    assert inside / len(labels) > 0.97
    assert all(label["properties"]["approximate"] for label in labels)


def test_an_imported_boundary_takes_the_place_of_the_sketch(gazetteer: Gazetteer, tmp_path: Path) -> None:
    gazetteer.add([made.boundary(tmp_path)])
    ground = Basemap(gazetteer).background(("112178", "112330"))
    told = {f["properties"]["code"]: f["properties"]["approximate"] for f in ground["areas"]["features"]}
    assert told == {"112178": False, "112330": True}
    area = shape(ground["areas"]["features"][0]["geometry"])
    assert area.bounds == pytest.approx((139.45, 36.05, 139.55, 36.1), abs=1e-4)
    assert "国土数値情報" in ground["source"]


def test_a_city_of_wards_a_lonely_island_and_an_unknown_code_are_drawn_as_far_as_known(gazetteer: Gazetteer) -> None:
    ground = Basemap(gazetteer)
    assert len(ground.background(("111007",))["areas"]["features"]) == 10
    assert ground.background(("016951", "999999"))["areas"]["features"] == []
    assert ground.background(())["areas"]["features"] == []
    assert len(ground.background(("134015",))["areas"]["features"]) == 1
