"""Files as other people's programs write them: a benefit system's Excel through LibreOffice, CSVs of CP932, consents.

The people are fictitious (exchanges begin with 0, house numbers at 9000). What is true of them stands here once, in
`Truth`, so that a test can reckon by itself who belongs where.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

CITIES = {
    "112178": "鴻巣市", "112194": "上尾市", "112313": "桶川市", "112330": "北本市", "113018": "北足立郡伊奈町",
}  # fmt: skip
TOWNS = {"112178": "本町", "112194": "本町", "112313": "泉", "112330": "本町", "113018": "小室"}


def check_digit(digits: str) -> str:
    """検証番号 by the rule of the 公費負担医療, written here again."""
    total = 0
    for at, digit in enumerate(reversed(digits), start=1):
        product = int(digit) * (2 if at % 2 else 1)
        total += sum(int(d) for d in str(product))
    return str(-total % 10)


NANBYO = "5411601" + check_digit("5411601")
SHOMAN = "5211601" + check_digit("5211601")


def number(six: int) -> str:
    return f"{six:06d}" + check_digit(f"{six:06d}")


@dataclass(frozen=True)
class Truth:
    """One person as they really are on the day of the first file."""

    key: str
    name: str
    kana: str
    born: date
    sex: str
    city: str
    six: int
    ventilator: bool = False
    oxygen: bool = False
    setting: str = "在宅"
    house: int = 9001

    @property
    def beneficiary(self) -> str:
        return number(self.six)

    @property
    def municipality(self) -> str:
        return self.city if self.city in CITIES else ""

    @property
    def address(self) -> str:
        if self.city in CITIES:
            return f"埼玉県{CITIES[self.city]}{TOWNS[self.city]}{self.house}番地"
        return f"埼玉県行田市本丸{self.house}番地"

    @property
    def phone(self) -> str:
        return f"048-000-{self.six % 10000:04d}"

    @property
    def on_map(self) -> bool:
        return self.setting in ("在宅", "") and self.municipality != ""


def _adult(key: str, name: str, kana: str, born: date, city: str, six: int, **more: object) -> Truth:
    return Truth(key, name, kana, born, "女" if six % 2 else "男", city, six, **more)  # type: ignore[arg-type]


KONOSU, AGEO, OKEGAWA, KITAMOTO, INA = CITIES

ADULTS = (
    _adult("aoki", "架空　青木", "カクウ　アオキ", date(1950, 4, 1), KONOSU, 100001, ventilator=True),
    _adult("baba", "架空　馬場", "カクウ　ババ", date(1989, 1, 7), KONOSU, 100002, ventilator=True, oxygen=True),
    _adult("chiba", "架空　千葉", "カクウ　チバ", date(1989, 1, 8), KONOSU, 100003, oxygen=True),
    _adult("doi", "架空　土井", "カクウ　ドイ", date(2000, 4, 1), AGEO, 100004, ventilator=True),
    _adult("endo", "架空　遠藤", "カクウ　エンドウ", date(1935, 12, 31), AGEO, 100005, oxygen=True),
    _adult(
        "fukuda", "架空　福田", "カクウ　フクダ", date(1926, 12, 25), AGEO, 100006, ventilator=True, setting="入院中"
    ),
    _adult("goto", "架空　後藤", "カクウ　ゴトウ", date(1926, 12, 24), OKEGAWA, 100007, ventilator=True),
    _adult("hara", "架空　原", "カクウ　ハラ", date(1960, 2, 29), OKEGAWA, 100008, oxygen=True),
    _adult("ida", "架空　井田", "カクウ　イダ", date(1971, 7, 7), KITAMOTO, 100009, ventilator=True, oxygen=True),
    _adult("jo", "架空　城", "カクウ　ジョウ", date(1975, 5, 5), KITAMOTO, 100010, oxygen=True, setting="施設入所"),
    _adult("kato", "架空　加藤", "カクウ　カトウ", date(1980, 8, 8), INA, 100011, ventilator=True),
    _adult("mori", "架空　森", "カクウ　モリ", date(1966, 6, 6), "112062", 100012, ventilator=True),
)  # fmt: skip
CHILDREN = (
    _adult("nagai", "架空　永井", "ｶｸｳ ﾅｶﾞｲ", date(2012, 5, 1), KONOSU, 200001, ventilator=True),
    _adult("oda", "架空　小田", "ｶｸｳ ｵﾀﾞ", date(2009, 3, 3), AGEO, 200002, oxygen=True),
    _adult("paku", "架空　朴", "ｶｸｳ ﾊﾟｸ", date(2007, 7, 1), AGEO, 200003, ventilator=True, oxygen=True),
    _adult("sato", "架空　佐藤", "ｶｸｳ ｻﾄｳ", date(2020, 2, 2), INA, 200004, oxygen=True),
)
EVERYONE = {p.key: p for p in (*ADULTS, *CHILDREN)}


# ---- a sheet for LibreOffice --------------------------------------------------------------------------------------


def _cell(value: object, span: int = 1, rows: int = 1) -> str:
    attributes = ""
    if span > 1 or rows > 1:
        attributes = f' table:number-columns-spanned="{span}" table:number-rows-spanned="{rows}"'
    if value is None or value == "":
        return f"<table:table-cell{attributes}/>"
    if isinstance(value, date):
        return (
            f'<table:table-cell table:style-name="day" office:value-type="date" '
            f'office:date-value="{value.isoformat()}"{attributes}/>'
        )
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"{attributes}/>'
    return (
        f'<table:table-cell office:value-type="string"{attributes}>'
        f"<text:p>{escape(str(value))}</text:p></table:table-cell>"
    )


@dataclass(frozen=True)
class Merged:
    """A title over several columns."""

    text: str
    span: int


def fods(path: Path, sheet: str, rows: Iterable[Sequence[object]]) -> Path:
    """A flat OpenDocument sheet: numbers, real dates, merged titles."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            if isinstance(value, Merged):
                cells.append(_cell(value.text, value.span) + "<table:covered-table-cell/>" * (value.span - 1))
            else:
                cells.append(_cell(value))
        lines.append("<table:table-row>" + "".join(cells) + "</table:table-row>")
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><office:document '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>'
        '<number:date-style style:name="d"><number:year number:style="long"/><number:text>/</number:text>'
        '<number:month/><number:text>/</number:text><number:day/></number:date-style>'
        '<style:style style:name="day" style:family="table-cell" style:data-style-name="d"/>'
        f'</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="{sheet}">'
        + "".join(lines)
        + "</table:table></office:spreadsheet></office:body></office:document>",
        "utf-8",
    )
    return path


def has_libreoffice() -> bool:
    return shutil.which("soffice") is not None


def to_xlsx(folder: Path, *files: Path) -> list[Path]:
    """LibreOffice saves every file as xlsx."""
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{folder}/.office", "--headless", "--convert-to", "xlsx",
            "--outdir", str(folder), *map(str, files),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    shutil.rmtree(folder / ".office", ignore_errors=True)
    return [folder / f"{file.stem}.xlsx" for file in files]


# ---- the benefit files --------------------------------------------------------------------------------------------

NANBYO_HEADER = (
    "No.", "負担者番号", "受給者証番号", "患者氏名", "患者氏名カナ", "生年月日", "性別", "郵便番号",
    "住所1", "住所2", "住所3", "TEL", "疾病番号", "疾病名", "有効期間(自)", "有効期間(至)", "階層区分",
    "人工呼吸器等装着", "人工呼吸器", "施行状況", "在宅酸素療法", "酸素流量", "療養場所", "備考",
)  # fmt: skip

_FULL = str.maketrans("0123456789-", "０１２３４５６７８９－")
BIRTHS: dict[str, object] = {
    "aoki": 18354,  # an Excel serial
    "baba": "昭和64年1月7日",
    "chiba": "平成元年１月８日",
    "doi": "H12/4/1",
    "endo": "S10.12.31",
    "fukuda": "S1/12/25",
    "goto": "大正15年12月24日",
    "hara": date(1960, 2, 29),
    "ida": "3460707",
    "jo": "S500505",
    "kato": "1980-08-08",
    "mori": "昭和四十一年六月六日",
}


def _nanbyo_row(at: int, p: Truth) -> list[object]:
    city = f"埼玉県{CITIES[p.city]}" if p.city in CITIES else "埼玉県行田市"
    town = TOWNS.get(p.city, "本丸")
    payer: object = NANBYO.translate(_FULL) if at % 3 == 0 else int(NANBYO) if at % 3 == 1 else NANBYO
    yes = ("あり", "有", "○", "1")[at % 4]
    return [
        at, payer, p.beneficiary, p.name, p.kana, BIRTHS[p.key], p.sex, "000-0000", city, town,
        f"{p.house}番地".translate(_FULL) if at % 2 else f"{p.house}番地", p.phone, 2, "筋萎縮性側索硬化症",
        "R061001", "R07.9.30" if at % 2 else "令和７年９月３０日", "一般Ⅰ", "", yes if p.ventilator else "なし",
        "一日中施行" if p.ventilator else "", yes if p.oxygen else "", "2L/分" if p.oxygen else "", p.setting, "",
    ]  # fmt: skip


def nanbyo_rows() -> list[list[object]]:
    """Row 1 and 2 titles, row 3 empty, row 4 the header, then people and what else such files hold: 28 rows."""
    wide = len(NANBYO_HEADER)
    rows: list[list[object]] = [
        [Merged("令和７年度　特定医療費(指定難病)支給認定者一覧表", 8)],
        [Merged("令和7年9月30日現在", 8)],
        [""],
        list(NANBYO_HEADER),
    ]
    people = [_nanbyo_row(at, p) for at, p in enumerate(ADULTS, start=1)]
    second = list(people[0])
    second[0], second[12], second[13], second[18] = 13, 6, "パーキンソン病", ""
    others = []
    for at in range(6):  # beneficiaries without any device
        row = list(people[1])
        row[0], row[2] = 14 + at, number(300001 + at)
        row[3], row[4] = f"別人　その{at}", "ベツジン　ソノ" + "アイウエオカ"[at]
        row[5], row[11], row[10] = f"S4{at}.3.{at + 1}", f"048-000-3{at:03d}", f"{9100 + at}番地"
        row[18], row[19], row[20], row[21], row[22] = "なし", "", "", "", "在宅"
        others.append(row)
    cpap = list(others[0])
    cpap[0], cpap[2], cpap[3], cpap[4] = 20, number(300101), "別人　シーパップ", "ベツジン　シーパップ"
    cpap[5] = "S30.3.3"
    cpap[11], cpap[10], cpap[18] = "048-000-3101", "9201番地", "CPAP"
    vad = list(others[1])
    vad[0], vad[2], vad[3], vad[4], vad[5] = 21, number(300102), "別人　しんぞう", "ベツジン　シンゾウ", "S31.4.4"
    vad[11], vad[10], vad[17] = "048-000-3102", "9202番地", "該当"
    flagged = list(others[2])  # a certificate and nothing else: a question, not a user
    flagged[0], flagged[2], flagged[3], flagged[4] = 22, number(300103), "別人　にんてい", "ベツジン　ニンテイ"
    flagged[5] = "S32.5.5"
    flagged[11], flagged[10], flagged[16], flagged[18] = "048-000-3103", "9203番地", "人工呼吸器等装着者", ""
    impossible = list(others[3])
    impossible[0], impossible[2], impossible[5], impossible[3] = 23, number(300104), "昭和64年1月8日", "別人　げんごう"
    nameless = list(others[4])
    nameless[0], nameless[2], nameless[3] = 24, number(300105), ""
    rows += [*people, second, [""] * wide, *others, cpap, vad, flagged, [""] * wide, impossible, nameless]
    rows.append(["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""])
    rows.append(["合計", "", "", "24名"])
    return rows


SHOMAN_HEADER = (
    "公費負担者番号", "公費受給者番号", "受診者氏名", "受診者フリガナ", "生年月日(和暦)", "性別", "現住所",
    "電話番号", "疾患群", "疾病名", "有効期間開始", "有効期間終了", "人工呼吸器使用の有無",
    "換気方法", "酸素療法", "流量", "申請者氏名",
)  # fmt: skip
CHILD_BIRTHS = {"nagai": "4240501", "oda": "H21.3.3", "paku": "平成19年7月1日", "sato": "R020202"}


def shoman_csv(people: Iterable[Truth] = CHILDREN) -> bytes:
    """A CSV of CP932 with a title line, half-width kana and a total."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["小児慢性特定疾病 受給者一覧", *[""] * 16])
    writer.writerow(SHOMAN_HEADER)
    for p in people:
        writer.writerow(
            [
                SHOMAN, p.beneficiary, p.name, p.kana, CHILD_BIRTHS[p.key], p.sex, p.address, p.phone, "神経・筋疾患",
                "脊髄性筋萎縮症", "R7.4.1", "令和8年3月31日", "有" if p.ventilator else "無",
                "TPPV" if p.ventilator else "", "有" if p.oxygen else "無", "1.5L" if p.oxygen else "", "架空　保護者",
            ]
        )  # fmt: skip
    writer.writerow([""] * 17)
    writer.writerow(
        [SHOMAN, number(400001), "別人　児童", "ﾍﾞﾂｼﾞﾝ ｼﾞﾄﾞｳ", "H30.1.1", "男", "埼玉県鴻巣市本町9300番地", "048-000-3300",
         "慢性心疾患", "大動脈縮窄症", "R7.4.1", "R8.3.31", "無", "", "無", "", "架空　保護者"]
    )  # fmt: skip
    writer.writerow(["計", "5件", *[""] * 15])
    return out.getvalue().encode("cp932")


# ---- consents -----------------------------------------------------------------------------------------------------

CONSENT_HEADER = (
    "受給者証番号", "負担者No", "対象者名", "提供先市町", "利用目的", "同意の範囲", "同意の有無",
    "同意者", "同意者の氏名", "続柄", "同意方法", "同意年月日", "有効期限", "撤回年月日",
)  # fmt: skip
ROSTER, PLAN = "避難行動要支援者名簿の作成", "個別避難計画"


@dataclass(frozen=True)
class Told:
    """One row of a consent list, and what is true of it: `days` as dates, `sound` whether it says anything at all."""

    key: str
    to: str
    purpose: str
    decision: str
    given: date | None
    giver: str = "本人"
    until: date | None = None
    withdrawn: date | None = None
    scope: str = ""
    sound: bool = True
    spelled: str = ""
    relation: str = ""

    @property
    def purposes(self) -> set[str]:
        return {name for name, word in (("roster", "名簿"), ("plan", "計画")) if word in self.purpose}

    def row(self) -> list[object]:
        p = EVERYONE.get(self.key)
        six = p.beneficiary if p else self.key
        payer = SHOMAN if p in CHILDREN else NANBYO
        to = self.spelled or self.to
        giver_name = "架空　代理" if self.giver not in ("本人", "") else ""
        return [
            six, payer, p.name if p else "", to, self.purpose, self.scope, self.decision, self.giver, giver_name,
            self.relation, "書面", self.given, self.until or "", self.withdrawn or "",
        ]  # fmt: skip


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def may_go(told: Sequence[Told], p: Truth, to: str, purposes: set[str], day: date) -> str:
    """Why the rule of 同意の効力 keeps the person from `to` for one of `purposes` on `day`; "" when it does not."""
    for purpose in sorted(purposes):
        stands: Told | None = None
        for row in told:  # in the order they were entered
            if not (row.sound and row.key == p.key and row.to == to and purpose in row.purposes):
                continue
            assert row.given is not None
            if row.given <= day and (stands is None or row.given >= stands.given):  # type: ignore[operator]
                stands = row
        if stands is None:
            return "consent_unknown"
        assert stands.given is not None
        if stands.decision in ("不同意", "保留", "未確認"):
            return {"不同意": "consent_refused", "保留": "consent_pending"}.get(stands.decision, "consent_unknown")
        if stands.withdrawn is not None and day >= stands.withdrawn:
            return "consent_withdrawn"
        if stands.until is not None and day > stands.until:
            return "consent_expired"
        if age_on(p.born, stands.given) < 15 and stands.giver != "法定代理人":
            return "consent_giver"
        if stands.scope and not ({"標準", "基本"} & set(stands.scope.split("・"))):
            return "scope"
    return ""


def consents_csv(told: Iterable[Told]) -> bytes:
    """Shift_JIS, as Excel saves a csv; the days in the spellings of offices."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CONSENT_HEADER)
    for at, one in enumerate(told):
        cells = one.row()
        for place in (11, 12, 13):
            day = cells[place]
            if isinstance(day, date):
                short = f"R{day.year - 2018}.{day.month}.{day.day}"
                cells[place] = (short, f"{day:%Y/%m/%d}", f"令和{day.year - 2018}年{day.month}月{day.day}日")[at % 3]
        writer.writerow(cells)
    return out.getvalue().encode("cp932")


# ---- half a year later, from another program ----------------------------------------------------------------------

NEWCOMER = _adult("tabe", "架空　田部", "カクウ　タベ", date(1949, 9, 9), KITAMOTO, 100020, oxygen=True)
SECOND_HEADER = (
    "整理", "公費負担者番号(8桁)", "受給者番号(7桁)", "氏名(漢字)", "ふりがな", "生年月日", "性別", "住民票住所",
    "電話番号(自宅)", "療養場所の状態", "使用医療機器", "認定終了日",
)  # fmt: skip


def second_rows() -> list[list[object]]:
    """土井 and 加藤 are missing, 千葉 moved, 遠藤 has another number, 原 another name and number, 朴 came of age."""
    here = {p.key: p for p in (*ADULTS, EVERYONE["paku"], NEWCOMER) if p.key not in ("doi", "kato")}
    rows: list[list[object]] = [[Merged("受給者データ(令和8年3月末)", 6)], list(SECOND_HEADER)]
    for at, p in enumerate(here.values(), start=1):
        six = {"endo": 100105, "hara": 100108, "paku": 200103}.get(p.key, p.six)
        name, kana = {"hara": ("野原　春", "ノハラ　ハル")}.get(p.key, (p.name, p.kana))
        address = f"埼玉県桶川市泉{9077}番地" if p.key == "chiba" else p.address
        devices = "、".join(
            (["人工呼吸器(TPPV)", "吸引器"] if p.ventilator else []) + (["酸素濃縮器"] if p.oxygen else [])
        )
        setting = "入院" if p.key in ("ida", "fukuda") else "施設" if p.key == "jo" else "自宅"
        rows.append(
            [
                at, int(NANBYO), int(number(six)), name, kana.translate(_TO_HIRAGANA), p.born, p.sex, address,
                p.phone.replace("-", ""), setting, devices, "R8.9.30",
            ]
        )  # fmt: skip
    return rows


_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ン") + 1)}
