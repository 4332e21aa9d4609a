"""A centre's present list as it is really kept: titles, two header rows, marks, colours, lines through the dead."""

from __future__ import annotations

import io
from datetime import date, timedelta

import xlsxwriter

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.numbers import check_digit

UPPER = (
    "管理番号", "氏名", "フリガナ", "生年月日", "性別", "〒", "市町", "住所", "電話", "携帯", "疾病名",
    "公費負担者番号", "受給者番号", "人工呼吸器", "換気方法", "使用時間", "酸素濃縮装置", "酸素流量", "吸引器",
    "内部バッテリー", "外部バッテリー", "業者", "主治医", "訪問看護", "緊急連絡先", "", "", "療養場所", "目的",
    "市町への提供同意", "同意日", "緯度", "経度", "個別支援計画", "個別避難計画", "備考", "年賀状",
)  # fmt: skip
CONTACT = UPPER.index("緊急連絡先")
PEOPLE = 105
DEAD, SEVERAL, NO_BIRTH = "線 引子", "二人 太郎\n二人 花子", "日付 無子"
_TOWNS = (("鴻巣市", "本町"), ("上尾市", "本町"), ("桶川市", "泉"), ("北本市", "本町"), ("北足立郡伊奈町", "小室"))
_FAMILY = tuple("青赤白黒緑紫金銀銅鉄藍")
_GIVEN = tuple("春夏秋冬朝昼夕夜光影")
_READINGS = ("アオ", "アカ", "シロ", "クロ", "ミドリ", "ムラサキ", "キン", "ギン", "ドウ", "テツ", "アイ")
_KANA = dict(zip(_FAMILY, _READINGS, strict=True))


def name_of(at: int) -> str:
    return f"{_FAMILY[at % 11]}山 {_GIVEN[at // 11 % 10]}{'子' if at % 2 else '男'}"


def births(day: date, at: int) -> object:
    """One day in the spellings of six hands."""
    era, full = format_wareki(day, short=True), format_wareki(day)
    points = full.replace("年", "．", 1).replace("月", "．", 1).replace("日", "")
    return (full, era, day, era.replace(".", "/"), day.strftime("%Y/%m/%d"), points)[at % 6]


def numbers_of(at: int) -> tuple[str, str]:
    stem = f"{200000 + at}"
    return "5411601" + check_digit("5411601"), stem + check_digit(stem)


def person(at: int) -> list[object]:
    city, town = _TOWNS[at % 5]
    ventilator, oxygen = at < 59, at >= 41
    payer, number = numbers_of(at)
    marks = ("○", "×", "△", "", "－", "あり(6時間)", "不明")
    return [
        at + 1, name_of(at).replace(" ", "　"), f"{_KANA[_FAMILY[at % 11]]}ヤマ　テスト{_kana(at)}",
        births(date(1940, 1, 1) + timedelta(days=at * 211), at), "女" if at % 2 else "男", f"36{at % 9}-000{at % 7}",
        city.removeprefix("北足立郡"), f"{town}9{at:03}-{at % 9 + 1}", f"048-000-{at:04}", f"０９０－００００－{at:04}",
        "架空性疾患", payer, number, "○" if ventilator else "×", ("TPPV", "NPPV")[at % 2] if ventilator else "",
        ("24時間", "夜間のみ", 8)[at % 3] if ventilator else "", "○" if oxygen else "－", "2L/分" if oxygen else "",
        marks[at % 2], marks[at % 7], ("2本", "－", "", "なし")[at % 4], "架空医療器", "架空病院　仮医師",
        "架空訪問看護ステーション", f"家族{_GIVEN[at % 10]}", ("妻", "夫", "長男")[at % 3], f"090-0000-{9000 - at}",
        ("在宅", "自宅", "入院", "施設入所")[0 if at % 20 else at // 20 % 4], "避難行動要支援者名簿の作成",
        ("○", "○", "×", "")[at % 4], "R6.4.1" if at % 4 != 1 else "", 36.0 + at / 1000, 139.5 + at / 1000,
        ("済", "未", "作成中", "R5.10.1", "－")[at % 5], "済", "" if at % 30 else "鍵は裏口", "出す",
    ]  # fmt: skip


def _kana(at: int) -> str:
    return "".join(chr(ord("ア") + 5 + int(digit) * 2) for digit in f"{at:03}")


def messy() -> bytes:
    """105 people, three rows that cannot be taken, three blank rows, a heading and a row of totals."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("R8.3月末")
    day = book.add_format({"num_format": "yyyy/mm/dd"})
    struck = book.add_format({"font_strikeout": True})
    yellow = book.add_format({"bg_color": "#FFFF00"})
    page.write(0, 0, "災害時医療機器使用者リスト（令和8年3月末現在）")
    for column, word in enumerate(UPPER):
        if CONTACT <= column <= CONTACT + 2:
            page.write(4, column, ("氏名", "続柄", "電話")[column - CONTACT])
        else:
            page.merge_range(3, column, 4, column, word)
    page.merge_range(3, CONTACT, 3, CONTACT + 2, "緊急連絡先")
    at = 5
    page.write(at, 1, "【鴻巣市】")
    at += 1
    for number in range(PEOPLE):
        if number in (20, 50, 80):
            at += 1
        write(page, at, person(number), day, yellow if number == 7 else None)
        at += 1
    for name, birth in ((DEAD, "S10.1.1"), (SEVERAL, "S20.1.1"), (NO_BIRTH, "昭和99年1月1日")):
        row = person(104)
        row[0], row[1], row[3], row[12] = 999, name, birth, ""
        write(page, at, row, day, struck if name == DEAD else None)
        at += 1
    page.write(at, 0, "合計105名")
    book.close()
    return out.getvalue()


def write(page: object, at: int, row: list[object], day: object, style: object) -> None:
    for column, value in enumerate(row):
        if isinstance(value, date):
            page.write_datetime(at, column, value, day)  # type: ignore[attr-defined]
        elif value not in ("", None):
            page.write(at, column, value, style)  # type: ignore[attr-defined]
