"""Which area of the ground a point lies in."""

from __future__ import annotations

from hoken_desktop.domain.maps import area_of

SQUARE = [[139.0, 36.0], [140.0, 36.0], [140.0, 37.0], [139.0, 37.0], [139.0, 36.0]]
HOLE = [[139.4, 36.4], [139.6, 36.4], [139.6, 36.6], [139.4, 36.6], [139.4, 36.4]]
FAR = [[141.0, 36.0], [142.0, 36.0], [142.0, 37.0], [141.0, 36.0]]
GROUND = {
    "areas": {
        "features": [
            {"properties": {"code": "112178"}, "geometry": {"type": "Polygon", "coordinates": [SQUARE, HOLE]}},
            {"properties": {"code": "112194"}, "geometry": {"type": "MultiPolygon", "coordinates": [[FAR]]}},
        ]
    }
}


def test_a_point_lies_in_its_area_not_in_its_hole_and_not_beside_it() -> None:
    assert area_of(36.2, 139.2, GROUND) == "112178"
    assert area_of(36.5, 139.5, GROUND) == ""
    assert area_of(36.3, 141.6, GROUND) == "112194"
    assert area_of(35.0, 139.2, GROUND) == ""
    assert area_of(36.2, 139.2, {}) == ""
