"""A list of addresses placed without any registry, and address data taken in and listed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hoken_desktop import words
from hoken_desktop.adapters.gazetteer import Gazetteer
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.gazetteers import Gazetteers
from tests.adapters import official_data as made


@pytest.fixture
def service(tmp_path: Path) -> Gazetteers:
    return Gazetteers(Gazetteer(tmp_path / "data"))


ROWS = (
    "id,address\r\nA1,埼玉県鴻巣市本町1-1-1 架空荘\r\nA2,埼玉県鴻巣市\r\nA3,\r\n\r\nA4,北足立郡伊奈町大字小室9493\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_every_row_of_a_list_comes_back_in_order_with_its_level(
    service: Gazetteers, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "in.csv").write_bytes(ROWS.encode(encoding))
    count = service.locate_csv(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (count.total, count.by_level) == (4, {"chome": 1, "oaza": 1, "none": 2})
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "lat", "lon", "level", "matched", "rest"]
    assert [row["id"] for row in rows] == ["A1", "A2", "A3", "A4"]
    assert [row["level"] for row in rows] == ["chome", "none", "none", "oaza"]
    assert rows[0]["matched"] == "埼玉県鴻巣市本町一丁目"
    assert rows[0]["rest"] == "1-1 架空荘"
    assert (rows[1]["lat"], rows[1]["lon"]) == ("", "")
    assert float(rows[0]["lat"]) == pytest.approx(36.06089)


def test_a_rest_never_begins_like_a_formula(service: Gazetteers, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('id,address\n1,"鴻巣市本町1-1-1 =HYPERLINK(1)"\n', encoding="utf-8")
    service.locate_csv(tmp_path / "in.csv", tmp_path / "out.csv")
    assert ",=" not in (tmp_path / "out.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "gazetteer.csv_header"),
        ("番地,氏名\r\n".encode(), "gazetteer.csv_header"),
        (b"id,address\r\n\xff\xff\x81", "gazetteer.csv_encoding"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_and_nothing_written(
    service: Gazetteers, tmp_path: Path, content: bytes, code: str
) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    with pytest.raises(Refusal) as caught:
        service.locate_csv(tmp_path / "in.csv", tmp_path / "out.csv")
    assert caught.value.code == code
    assert words.say(code, **caught.value.facts)
    assert not (tmp_path / "out.csv").exists()


def test_a_missing_list_and_an_impossible_target_are_refused(service: Gazetteers, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(ROWS.encode())
    for source, target, code in [
        ("no.csv", "out.csv", "gazetteer.missing"),
        ("in.csv", "in.csv", "gazetteer.csv_same"),
        ("in.csv", "stick/out.csv", "store.no_folder"),
        ("in.csv", f"{'長' * 100}.csv", "gazetteer.csv_unwritable"),
    ]:
        with pytest.raises(Refusal) as caught:
            service.locate_csv(tmp_path / source, tmp_path / target)
        assert caught.value.code == code
        assert words.say(code, **caught.value.facts)
    assert (tmp_path / "in.csv").read_bytes() == ROWS.encode()


def test_files_are_added_and_listed(service: Gazetteers, tmp_path: Path) -> None:
    names, positions = made.abr_parcels(tmp_path)
    assert [s.waiting for s in service.add([names])] == [True]
    assert [s.waiting for s in service.add([positions])] == [False]
    assert [(s.source, s.half, s.rows) for s in service.list()] == [
        ("abr_parcel", "names", 3),
        ("abr_parcel", "positions", 1),
    ]
