"""Official files taken in, joined, replaced, refused, and answered from."""

from __future__ import annotations

import io
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoken_desktop import words
from hoken_desktop.adapters import gazetteer_loading
from hoken_desktop.adapters.gazetteer import FILE_NAME, Gazetteer
from hoken_desktop.domain.codes import AddressSource, PlaceLevel, Unplaceable
from hoken_desktop.domain.errors import Cancelled, Refusal
from hoken_desktop.services.progress import Step
from tests.adapters import official_data as made


@pytest.fixture
def gazetteer(tmp_path: Path) -> Gazetteer:
    return Gazetteer(tmp_path / "data")


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


BLOCK = {"市区町村名": "鴻巣市", "大字・丁目名": "大字架空", "街区符号・地番": "100", "緯度": 36.07, "経度": 139.52}
TOWN = {"市区町村コード": "11217", "市区町村名": "鴻巣市", "大字町丁目名": "大字架空", "緯度": 36.07, "経度": 139.52}


def refusal_of(gazetteer: Gazetteer, *files: Path, codes: list[str] | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        gazetteer.add(files, codes)
    assert words.say(caught.value.code, **caught.value.facts)
    return caught.value


def test_with_nothing_imported_every_town_of_japan_is_known(gazetteer: Gazetteer, tmp_path: Path) -> None:
    found = gazetteer.locate("埼玉県鴻巣市本町1-1-1")
    assert (found.level, found.source, found.code) == (PlaceLevel.CHOME, "geolonia", "112178")
    assert gazetteer.locate("札幌市中央区北一条西19-1").level is PlaceLevel.CHOME
    assert gazetteer.locate("大阪府堺市堺区浅香山町1丁2-3").level is PlaceLevel.CHOME
    assert gazetteer.locate("浜松市中央区元城町103").level is PlaceLevel.OAZA
    assert gazetteer.sources() == []
    assert not (tmp_path / "data").exists()


def test_the_block_file_is_taken_in_by_its_flags(gazetteer: Gazetteer, box: Path) -> None:
    rows = [
        BLOCK,
        BLOCK | {"緯度": 36.09, "代表フラグ": 0},
        BLOCK | {"街区符号・地番": "24,29", "緯度": 36.071},
        BLOCK | {"街区符号・地番": "161", "更新後履歴フラグ": 3},
        BLOCK | {"街区符号・地番": "1.5"},
        BLOCK | {"街区符号・地番": "甲100", "緯度": 36.072},
        BLOCK | {"街区符号・地番": "7", "小字・通称名": "字前", "緯度": 36.073},
        BLOCK | {"大字・丁目名": "（大字なし）", "街区符号・地番": "5", "緯度": 36.074},
        BLOCK | {"市区町村名": "存在しない市"},
    ]
    [source] = gazetteer.add([made.isj_block(box, rows)])
    assert (source.source, source.version, source.rows, source.skipped) == ("isj_block", "24.0a", 5, 4)
    assert not source.waiting
    for address, lat in [
        ("鴻巣市架空100", 36.07),
        ("鴻巣市架空100番地の3", 36.07),
        ("鴻巣市大字架空24", 36.071),
        ("鴻巣市大字架空29番地", 36.071),
        ("鴻巣市架空甲100", 36.072),
        ("鴻巣市大字架空字前7", 36.073),
        ("鴻巣市5番地", 36.074),
    ]:
        found = gazetteer.locate(address)
        assert (found.level, found.lat, found.source) == (PlaceLevel.BLOCK, lat, "isj_block"), address
    assert gazetteer.locate("鴻巣市架空161").reason is Unplaceable.NO_POINT


def test_older_headers_and_a_bare_csv_are_understood(gazetteer: Gazetteer, box: Path) -> None:
    header = [
        {"大字・丁目名": "大字・町丁目名", "Ｘ座標": "X座標", "Ｙ座標": "Y座標"}.get(c, c) for c in made.ISJ_BLOCK
    ]
    row = {"都道府県名": "埼玉県", "大字・町丁目名": "大字架空", "代表フラグ": 1, "更新後履歴フラグ": 0} | BLOCK
    plain = box / "11_2019.csv"
    plain.write_bytes(made.sheet(header, [row], quoted=True).encode("cp932"))
    assert gazetteer.add([plain])[0].rows == 1
    assert gazetteer.locate("鴻巣市架空100").level is PlaceLevel.BLOCK


def test_the_town_file_with_backslash_paths_is_taken_in(gazetteer: Gazetteer, box: Path) -> None:
    [source] = gazetteer.add([made.isj_town(box, [TOWN])])
    assert (source.source, source.version, source.rows) == ("isj_town", "19.0b", 1)
    found = gazetteer.locate("鴻巣市架空9")
    assert (found.level, found.lat, found.source) == (PlaceLevel.OAZA, 36.07, "isj_town")


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
def test_the_two_halves_meet_in_any_order(gazetteer: Gazetteer, box: Path, apart: bool, backwards: bool) -> None:
    files = [*made.abr_town(box), *made.abr_residences(box), *made.abr_parcels(box)]
    if backwards:
        files.reverse()
    if apart:
        for file in files:
            gazetteer.add([file])
    else:
        gazetteer.add(files)
    assert [s.waiting for s in gazetteer.sources()] == [False] * 8
    expected = {
        "鴻巣市架空町1-2-3": (PlaceLevel.RESIDENCE, 36.0601, "abr_residence"),
        "鴻巣市架空町1-2-9": (PlaceLevel.BLOCK, 36.0603, "abr_block"),
        "鴻巣市架空町1-9": (PlaceLevel.CHOME, 36.06, "abr_town"),
        "鴻巣市架空10-5": (PlaceLevel.PARCEL, 36.0701, "abr_parcel"),
        "鴻巣市架空10-6": (PlaceLevel.BLOCK, 36.0701, "abr_parcel"),
        "鴻巣市架空11": (PlaceLevel.OAZA, 36.07, "abr_town"),
    }
    for address, (level, lat, source) in expected.items():
        found = gazetteer.locate(address)
        assert (found.level, found.lat, found.source) == (level, lat, source), address
    assert gazetteer.locate("鴻巣市廃止町1").level is PlaceLevel.NONE


def test_a_half_without_its_partner_is_kept_and_said(gazetteer: Gazetteer, box: Path) -> None:
    names, positions = made.abr_parcels(box)
    [source] = gazetteer.add([names])
    assert (source.half, source.waiting, source.rows) == ("names", True, 3)
    assert gazetteer.locate("鴻巣市架空10-5").level is PlaceLevel.NONE
    [source] = gazetteer.add([positions])
    assert (source.half, source.waiting, source.rows, source.skipped) == ("positions", False, 1, 1)
    assert [s.waiting for s in gazetteer.sources()] == [False, False]
    assert gazetteer.locate("鴻巣市架空10-5").level is PlaceLevel.PARCEL


def test_the_better_tier_answers_first(gazetteer: Gazetteer, box: Path) -> None:
    block = BLOCK | {"大字・丁目名": "架空町一丁目", "街区符号・地番": "2", "緯度": 36.0699}
    gazetteer.add([*made.abr_town(box), *made.abr_residences(box), made.isj_block(box, [block])])
    assert gazetteer.locate("鴻巣市架空町1-2-3").source == AddressSource.ABR_RESIDENCE
    assert gazetteer.locate("鴻巣市架空町1-2").source == AddressSource.ABR_BLOCK
    assert gazetteer.locate("鴻巣市架空町1丁目").source == AddressSource.ABR_TOWN


def test_the_same_file_again_and_a_newer_one_replace_the_rows(gazetteer: Gazetteer, box: Path) -> None:
    first = made.isj_block(box, [BLOCK, BLOCK | {"街区符号・地番": "200"}])
    assert gazetteer.add([first])[0].rows == 2
    assert gazetteer.add([first])[0].rows == 2
    assert [(s.version, s.rows) for s in gazetteer.sources()] == [("24.0a", 2)]
    newer = made.isj_block(box, [BLOCK | {"緯度": 36.08}], "11000-25.0a.zip")
    gazetteer.add([newer])
    assert [(s.version, s.rows) for s in gazetteer.sources()] == [("25.0a", 1)]
    assert gazetteer.locate("鴻巣市架空100").lat == 36.08
    assert gazetteer.locate("鴻巣市架空200").level is PlaceLevel.NONE


def test_another_municipality_of_the_same_kind_stays(gazetteer: Gazetteer, box: Path) -> None:
    gazetteer.add([made.isj_block(box, [BLOCK, BLOCK | {"市区町村名": "桶川市"}])])
    gazetteer.add([made.isj_block(box, [BLOCK | {"緯度": 36.08}], "11217-25.0a.zip")])
    assert [(s.version, s.rows) for s in gazetteer.sources()] == [("24.0a", 1), ("25.0a", 1)]
    assert gazetteer.locate("桶川市架空100").lat == 36.07


def test_only_the_offices_municipalities_are_kept_when_asked(gazetteer: Gazetteer, box: Path) -> None:
    file = made.isj_block(box, [BLOCK, BLOCK | {"市区町村名": "桶川市"}])
    assert gazetteer.add([file], ["11217"])[0].rows == 1
    assert gazetteer.locate("桶川市架空100").level is PlaceLevel.NONE
    refused = refusal_of(gazetteer, file, codes=["113018"])
    assert (refused.code, refused.facts) == ("gazetteer.nothing_here", {"file": "11000-24.0a.zip", "rows": 2})
    assert refusal_of(gazetteer, file, codes=["112177"]).code == "gazetteer.bad_code"


def test_a_failed_call_leaves_the_gazetteer_as_it_was(gazetteer: Gazetteer, box: Path) -> None:
    gazetteer.add([made.isj_block(box, [BLOCK])])
    before = gazetteer.sources()
    bad = box / "bad.zip"
    bad.write_bytes(b"no zip")
    newer = made.isj_block(box, [BLOCK | {"緯度": 36.09}], "11000-25.0a.zip")
    assert refusal_of(gazetteer, newer, bad).code == "gazetteer.not_zip"
    assert gazetteer.sources() == before
    assert gazetteer.locate("鴻巣市架空100").lat == 36.07


def test_a_cancel_leaves_the_gazetteer_as_it_was(
    gazetteer: Gazetteer, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gazetteer.add([made.isj_block(box, [BLOCK])])
    monkeypatch.setattr(gazetteer_loading, "_BATCH", 1)

    def stop(step: Step) -> None:
        assert words.has(step.note_key)
        raise Cancelled

    with pytest.raises(Cancelled):
        gazetteer.add([made.isj_block(box, [BLOCK | {"緯度": 36.09}], "11000-25.0a.zip")], None, stop)
    assert gazetteer.locate("鴻巣市架空100").lat == 36.07


def test_what_is_no_official_file_is_refused_in_words(gazetteer: Gazetteer, box: Path) -> None:
    def file(name: str, content: bytes) -> Path:
        (box / name).write_bytes(content)
        return box / name

    utf8 = made.sheet(made.ISJ_TOWN, [TOWN]).encode()
    good = made.isj_town(box, [TOWN] * 50).read_bytes()
    cases = {
        "gazetteer.missing": [box / "nowhere.zip", box],
        "gazetteer.not_zip": [file("a.zip", b""), file("b.zip", utf8), file("c.zip", good[: len(good) // 2])],
        "gazetteer.no_data": [made.packed(box / "d.zip", "readme.txt", b"x")],
        "gazetteer.bad_path": [
            made.packed(box / "e.zip", "../../11.csv", utf8),
            made.packed(box / "f.zip", "..\\11.csv", utf8),
            made.packed(box / "g.zip", "/etc/11.csv", utf8),
            made.packed(box / "h.zip", "C:\\11.csv", utf8),
        ],
        "gazetteer.too_large": [made.packed(box / "i.zip", "bomb.csv", b"0" * 5_000_000)],
        "gazetteer.unknown_file": [
            made.packed(box / "j.zip", "a.csv", "氏名,住所\r\n架空太郎,鴻巣市\r\n".encode("cp932")),
            made.packed(box / "k.zip", "a.csv", b""),
            made.packed(box / "l.zip", "a.geojson", b"{"),
            made.packed(box / "m.zip", "a.geojson", b"[" * 100_000),
            made.packed(box / "n.zip", "a.geojson", b'{"features": [{"properties": {"N03_007": "11217"}}]}'),
        ],
        "gazetteer.encoding": [
            made.packed(box / "o.zip", "a.csv", "市区町村コード".encode("utf-16")),
            made.packed(box / "p.zip", "a.csv", b"\x81\xff\x81\xff\r\n"),
        ],
        "gazetteer.no_rows": [
            made.packed(box / "q.zip", "a.csv", made.sheet(made.ISJ_TOWN, []).encode()),
            made.isj_town(box, [TOWN | {"緯度": 0, "経度": "x"}], "r.zip"),
            made.isj_town(box, [TOWN | {"緯度": "nan"}], "s.zip"),
        ],
    }
    for code, files in cases.items():
        for path in files:
            refused = refusal_of(gazetteer, path)
            assert refused.code == code, path.name
            assert refused.facts["file"] == path.name
            assert "架空太郎" not in str(refused.facts)


def test_an_encrypted_and_a_damaged_zip_are_refused(gazetteer: Gazetteer, box: Path) -> None:
    raw = bytearray(made.isj_town(box, [TOWN] * 200).read_bytes())
    central = raw.index(b"PK\x01\x02")
    locked = bytearray(raw)
    locked[central + 8] |= 1
    (box / "locked.zip").write_bytes(locked)
    assert refusal_of(gazetteer, box / "locked.zip").code == "gazetteer.encrypted"
    torn = bytearray(raw)
    torn[80:120] = b"\xff" * 40
    (box / "torn.zip").write_bytes(torn)
    assert refusal_of(gazetteer, box / "torn.zip").code == "gazetteer.damaged"


def test_a_few_unreadable_letters_cost_their_rows_and_many_the_file(gazetteer: Gazetteer, box: Path) -> None:
    rows = [TOWN | {"大字町丁目名": f"架空{n}番町"} for n in range(200)]
    text = made.sheet(made.ISJ_TOWN, rows, quoted=True).encode("cp932")
    one = text.replace("架空7番町".encode("cp932"), b"\x81\xff7", 1)
    [source] = gazetteer.add([made.packed(box / "one.zip", "a.csv", one)])
    assert (source.rows, source.skipped) == (199, 1)
    many = text.replace("架空1".encode("cp932"), b"\x81\xff1")
    assert refusal_of(gazetteer, made.packed(box / "many.zip", "a.csv", many)).code == "gazetteer.encoding"


def test_imported_boundaries_are_joined_and_kept(gazetteer: Gazetteer, box: Path) -> None:
    [source] = gazetteer.add([made.boundary(box)])
    assert (source.source, source.version, source.rows, source.skipped) == ("boundary", "20250101", 2, 1)
    area = gazetteer.boundaries(["112178", "113018"])
    assert list(area) == ["112178"]
    assert area["112178"].geom_type == "Polygon"
    assert area["112178"].bounds == pytest.approx((139.45, 36.05, 139.55, 36.1))


def test_a_broken_or_newer_gazetteer_file_is_refused_in_words(tmp_path: Path, box: Path) -> None:
    broken = Gazetteer(tmp_path / "broken")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / FILE_NAME).write_bytes(b"not a database" * 100)
    with pytest.raises(Refusal) as caught:
        broken.locate("鴻巣市本町1-1")
    assert caught.value.code == "gazetteer.broken"
    newer = Gazetteer(tmp_path / "newer")
    newer.add([made.isj_block(box, [BLOCK])])
    newer.close()
    with sqlite3.connect(tmp_path / "newer" / FILE_NAME) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Refusal) as caught:
        newer.sources()
    assert caught.value.code == "gazetteer.newer"


def test_many_addresses_keep_their_order_and_any_thread_may_ask(gazetteer: Gazetteer, box: Path) -> None:
    gazetteer.add([made.isj_block(box, [BLOCK])])
    steps: list[Step] = []
    addresses = ["鴻巣市架空100", "", "埼玉県鴻巣市"] * 300
    found = []
    worker = threading.Thread(target=lambda: found.extend(gazetteer.locate_many(addresses, None, steps.append)))
    worker.start()
    worker.join()
    assert [f.level for f in found[:3]] == [PlaceLevel.BLOCK, PlaceLevel.NONE, PlaceLevel.NONE]
    assert (len(found), steps[-1].done, steps[-1].total) == (900, 900, 900)
    assert gazetteer.locate("架空100", "11217").level is PlaceLevel.BLOCK
    assert gazetteer.locate("架空100", ["113018", "112178"]).level is PlaceLevel.BLOCK


@given(st.binary(max_size=400), st.integers(0, 3000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_any_bytes_in_it_is_taken_or_refused(tmp_path: Path, noise: bytes, place: int) -> None:
    good = io.BytesIO()
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("11_2025.csv", made.sheet(made.ISJ_TOWN, [TOWN] * 20).encode("cp932"))
    raw = bytearray(good.getvalue())
    raw[place % len(raw) : place % len(raw) + len(noise)] = noise
    file = tmp_path / "noise.zip"
    file.write_bytes(raw)
    refused = None
    try:
        Gazetteer(tmp_path / "noise").add([file])
    except Refusal as caught:
        refused = caught
    assert refused is None or words.say(refused.code, **refused.facts)
