"""Small files in the official formats, made here: real layouts, invented towns' points and numbers."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path


def _columns(line: str) -> list[str]:
    return line.split(",")


ISJ_BLOCK = _columns(
    "都道府県名,市区町村名,大字・丁目名,小字・通称名,街区符号・地番,座標系番号,Ｘ座標,Ｙ座標,緯度,経度,住居表示フラグ,代表フラグ,"
    "更新前履歴フラグ,更新後履歴フラグ"
)
ISJ_TOWN = _columns(
    "都道府県コード,都道府県名,市区町村コード,市区町村名,大字町丁目コード,大字町丁目名,緯度,経度,原典資料コード,大字・字・丁目区分コード"
)
ABR_TOWN = _columns(
    "lg_code,machiaza_id,machiaza_type,pref,pref_kana,pref_roma,county,county_kana,county_roma,city,city_kana,city_roma,"
    "ward,ward_kana,ward_roma,oaza_cho,oaza_cho_kana,oaza_cho_roma,chome,chome_kana,chome_number,koaza,koaza_kana,"
    "koaza_roma,machiaza_dist,rsdt_addr_flg,rsdt_addr_mtd_code,oaza_cho_aka_flg,koaza_aka_code,oaza_cho_gsi_uncmn,"
    "koaza_gsi_uncmn,status_flg,wake_num_flg,efct_date,ablt_date,src_code,post_code,remarks"
)
ABR_TOWN_POS = _columns(
    "lg_code,machiaza_id,rsdt_addr_flg,rep_lon,rep_lat,rep_srid,rep_scale,rep_src_code,plygn_fname,plygn_kcode,plygn_fmt,"
    "plygn_srid,plygn_scale,plygn_src_code,pos_oaza_cho_chome_code,pos_data_mnt_year,cns_bnd_s_area_kcode,cns_bnd_year"
)
ABR_BLK = _columns(
    "lg_code,machiaza_id,blk_id,city,ward,oaza_cho,chome,koaza,machiaza_dist,blk_num,rsdt_addr_flg,rsdt_addr_mtd_code,"
    "status_flg,efct_date,ablt_date,src_code,remarks"
)
ABR_BLK_POS = _columns(
    "lg_code,machiaza_id,blk_id,rsdt_addr_flg,rsdt_addr_mtd_code,rep_lon,rep_lat,rep_srid,rep_scale,rep_src_code,"
    "plygn_fname,plygn_kcode,plygn_fmt,plygn_srid,plygn_scale,plygn_src_code,pos_pref,pos_city,pos_oaza_cho_chome,"
    "pos_koaza_aka,pos_blk_prc_num,pos_data_mnt_year,rsdt_addr_code_rdbl,rsdt_addr_data_mnt_date"
)
ABR_RSDT = _columns(
    "lg_code,machiaza_id,blk_id,rsdt_id,rsdt2_id,city,ward,oaza_cho,chome,koaza,machiaza_dist,blk_num,rsdt_num,rsdt_num2,"
    "basic_rsdt_div,rsdt_addr_flg,rsdt_addr_mtd_code,status_flg,efct_date,ablt_date,src_code,remarks"
)
ABR_RSDT_POS = _columns(
    "lg_code,machiaza_id,blk_id,rsdt_id,rsdt2_id,rsdt_addr_flg,rsdt_addr_mtd_code,rep_lon,rep_lat,rep_srid,rep_scale,"
    "rep_src_code,rsdt_addr_code_rdbl,rsdt_addr_data_mnt_date,basic_rsdt_div"
)
ABR_PARCEL = _columns(
    "lg_code,machiaza_id,prc_id,city,ward,oaza_cho,chome,koaza,machiaza_dist,prc_num1,prc_num2,prc_num3,rsdt_addr_flg,"
    "prc_rec_flg,prc_area_code,efct_date,ablt_date,src_code,remarks,real_prop_num"
)
ABR_PARCEL_POS = _columns(
    "lg_code,machiaza_id,prc_id,rep_lon,rep_lat,rep_srid,rep_scale,rep_src_code,plygn_fname,plygn_kcode,plygn_fmt,"
    "plygn_srid,plygn_scale,plygn_src_code,moj_map_city_code,moj_map_oaza_code,moj_map_chome_code,moj_map_koaza_code,"
    "moj_map_spare_code,moj_map_brushid"
)


def sheet(header: Sequence[str], rows: Sequence[dict[str, object]], quoted: bool = False) -> str:
    """A csv with every official column; what a row does not say is empty."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    out.writerow(header)
    out.writerows([row.get(name, "") for name in header] for row in rows)
    return text.getvalue()


def packed(path: Path, member: str, content: bytes, **others: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr(zipfile.ZipInfo(member, (2025, 4, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
        for name, extra in others.items():
            box.writestr(name, extra)
    return path


def isj_block(folder: Path, rows: Sequence[dict[str, object]], name: str = "11000-24.0a.zip") -> Path:
    """位置参照情報 街区レベル: CP932, everything quoted."""
    usual = {"都道府県名": "埼玉県", "座標系番号": 9, "住居表示フラグ": 0, "代表フラグ": 1}
    usual |= {"更新前履歴フラグ": 0, "更新後履歴フラグ": 0}
    text = sheet(ISJ_BLOCK, [usual | row for row in rows], quoted=True)
    return packed(folder / name, "11_2025.csv", text.encode("cp932"))


def isj_town(folder: Path, rows: Sequence[dict[str, object]], name: str = "11000-19.0b.zip") -> Path:
    """位置参照情報 大字・町丁目レベル: CP932, a member path with a backslash, beside an html and an xml."""
    text = sheet(ISJ_TOWN, rows, quoted=True)
    return packed(folder / name, "11000-19.0b\\11_2025.csv", text.encode("cp932"), **{"format_2025.html": b"<html>"})


def abr(folder: Path, table: str, header: Sequence[str], rows: Sequence[dict[str, object]]) -> Path:
    """アドレス・ベース・レジストリ: UTF-8 without BOM, one csv in a zip."""
    return packed(folder / f"{table}.csv.zip", f"{table}.csv", sheet(header, rows).encode())


def abr_town(folder: Path) -> list[Path]:
    """鴻巣市: a 丁目, a 大字, an abolished town, a 小字; positions of the first two."""
    town = {"lg_code": "112178", "pref": "埼玉県", "city": "鴻巣市"}
    names = [
        town | {"machiaza_id": "0900001", "machiaza_type": 2, "oaza_cho": "架空町", "chome": "１丁目"},
        town | {"machiaza_id": "0901000", "machiaza_type": 1, "oaza_cho": "大字架空"},
        town | {"machiaza_id": "0902000", "machiaza_type": 1, "oaza_cho": "廃止町", "ablt_date": "2020-01-01"},
        town | {"machiaza_id": "0901101", "machiaza_type": 3, "oaza_cho": "大字架空", "koaza": "字東"},
    ]
    positions = [
        {"lg_code": "112178", "machiaza_id": "0900001", "rep_lon": 139.51, "rep_lat": 36.06, "rep_srid": "EPSG:4612"},
        {"lg_code": "112178", "machiaza_id": "0901000", "rep_lon": 139.52, "rep_lat": 36.07, "rep_srid": "EPSG:6668"},
        {"lg_code": "112178", "machiaza_id": "0902000", "rep_lon": 139.53, "rep_lat": 36.08, "rep_srid": "EPSG:6668"},
    ]
    return [
        abr(folder, "mt_town_pref11", ABR_TOWN, names),
        abr(folder, "mt_town_pos_pref11", ABR_TOWN_POS, positions),
    ]


def abr_residences(folder: Path) -> list[Path]:
    """鴻巣市架空町一丁目2番3号 and 4号, and its 街区 2."""
    key = {"lg_code": "112178", "machiaza_id": "0900001", "blk_id": "002"}
    name = key | {"city": "鴻巣市", "oaza_cho": "架空町", "chome": "１丁目", "blk_num": 2}
    at = {"rep_srid": "EPSG:6668"}
    return [
        abr(
            folder,
            "mt_rsdtdsp_rsdt_pref11",
            ABR_RSDT,
            [name | {"rsdt_id": "003", "rsdt_num": 3}, name | {"rsdt_id": "004", "rsdt_num": 4}],
        ),
        abr(
            folder,
            "mt_rsdtdsp_rsdt_pos_pref11",
            ABR_RSDT_POS,
            [
                key | at | {"rsdt_id": "003", "rep_lon": 139.5101, "rep_lat": 36.0601},
                key | at | {"rsdt_id": "004", "rep_lon": 139.5102, "rep_lat": 36.0602},
            ],
        ),
        abr(folder, "mt_rsdtdsp_blk_pref11", ABR_BLK, [name]),
        abr(folder, "mt_rsdtdsp_blk_pos_pref11", ABR_BLK_POS, [key | at | {"rep_lon": 139.5103, "rep_lat": 36.0603}]),
    ]


def abr_parcels(folder: Path) -> list[Path]:
    """鴻巣市大字架空 10番5 with a position, 10番6 without, 11番 at a position of another datum."""
    key = {"lg_code": "112178", "machiaza_id": "0901000"}
    name = key | {"city": "鴻巣市", "oaza_cho": "大字架空"}
    return [
        abr(
            folder,
            "mt_parcel_city112178",
            ABR_PARCEL,
            [
                name | {"prc_id": "000100000500000", "prc_num1": 10, "prc_num2": 5},
                name | {"prc_id": "000100000600000", "prc_num1": 10, "prc_num2": 6},
                name | {"prc_id": "000110000000000", "prc_num1": 11},
            ],
        ),
        abr(
            folder,
            "mt_parcel_pos_city112178",
            ABR_PARCEL_POS,
            [
                key | {"prc_id": "000100000500000", "rep_lon": 139.5201, "rep_lat": 36.0701, "rep_srid": "EPSG:6668"},
                key | {"prc_id": "000110000000000", "rep_lon": 139.5301, "rep_lat": 36.0801, "rep_srid": "EPSG:4301"},
            ],
        ),
    ]


def boundary(folder: Path) -> Path:
    """N03: 鴻巣市 in two parts that touch, and a 所属未定地."""

    def square(west: float, south: float, code: str | None) -> dict[str, object]:
        ring = [[west, south], [west + 0.05, south], [west + 0.05, south + 0.05], [west, south + 0.05], [west, south]]
        about = {"N03_001": "埼玉県", "N03_004": "鴻巣市", "N03_007": code}
        return {"type": "Feature", "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    parts = [square(139.45, 36.05, "11217"), square(139.5, 36.05, "11217"), square(139.9, 36.05, None)]
    text = json.dumps({"type": "FeatureCollection", "features": parts}, ensure_ascii=False)
    return packed(folder / "N03-20250101_11_GML.zip", "N03-20250101_11.geojson", text.encode())
