"""The list of an office, made in LibreOffice as people make one: run by the system's own Python with a path in argv[1].

A merged title, notes, a header of two rows, 105 people (all of them nobody), a line through two who died, colours,
dates in six hands, marks in many spellings, a merged town over its people, a sheet of last year, a hidden sheet.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

PEOPLE = 105
DEAD = (17, 63)
FAMILY, GIVEN = "青赤白黒緑紫金銀銅鉄藍", "春夏秋冬朝昼夕夜光影"
READING = ("アオ", "アカ", "シロ", "クロ", "ミドリ", "ムラサキ", "キン", "ギン", "ドウ", "テツ", "アイ")
TIMES = ("ハル", "ナツ", "アキ", "フユ", "アサ", "ヒル", "ユウ", "ヨル", "ヒカリ", "カゲ")
TOWNS = (("鴻巣市", "本町"), ("上尾市", "本町"), ("桶川市", "泉"), ("北本市", "本町"), ("伊奈町", "小室"))
UPPER = (
    "No", "市町", "氏名", "ふりがな", "生年月日", "性別", "住所", "電話番号", "病名", "受給者番号", "医療機器",
    "", "", "", "停電時の備え", "", "緊急連絡先", "", "", "主治医", "訪看", "情報提供", "", "", "現在の状況", "備考",
)  # fmt: skip
LOWER = {
    10: "人工呼吸器", 11: "気切/マスク", 12: "酸素濃縮器", 13: "吸引器", 14: "外部バッテリー", 15: "発電機",
    16: "氏名", 17: "続柄", 18: "電話", 21: "市町への提供同意", 22: "目的", 23: "同意日",
}  # fmt: skip


def check_digit(digits: str) -> str:
    total = 0
    for at, digit in enumerate(reversed(digits), start=1):
        product = int(digit) * (2 if at % 2 else 1)
        total += sum(int(one) for one in str(product))
    return str(-total % 10)


def born(at: int) -> str:
    """A day as one of six hands writes it; every seventh is a true date, typed as LibreOffice takes it."""
    year, month, day = 1938 + at % 70, at % 12 + 1, at % 28 + 1
    era, of_era = ("昭和", year - 1925) if year < 1989 else ("平成", year - 1988)
    letter = "S" if era == "昭和" else "H"
    short = letter.lower()
    return (
        f"{era}{of_era}年{month}月{day}日", f"{letter}{of_era}.{month}.{day}", f"{letter}{of_era}/{month}/{day}",
        f"{year}年{month}月{day}日", f"{short}{of_era:02}.{month:02}.{day:02}", f"{era}{of_era}．{month}．{day}",
    )[at % 6]  # fmt: skip


def person(at: int) -> list[str]:
    town, street = TOWNS[at * 5 // PEOPLE]
    ventilator, oxygen = at % 9 != 0, at % 9 in (0, 4, 8)
    stem = f"{400000 + at}"
    yes = ("○", "〇", "有", "あり", "◯", "使用中")[at % 6]
    no = ("×", "無", "なし", "✕", "－", "")[at % 6]
    name = f"{FAMILY[at % 11]}川 {GIVEN[at // 11]}{'子' if at % 2 else '男'}"
    kana = f"{READING[at % 11]}カワ {TIMES[at // 11]}{'コ' if at % 2 else 'オ'}"
    phone = f"048-000-{at:04}" if at % 5 else f"０４８（０００）{at:04}"
    interface = ("気切", "マスク", "TPPV", "NPPV")[at % 4]
    consent = (("○", "R6.4.1"), ("同意", "令和6年4月1日"), ("×", "2024/4/1"), ("", ""))[at % 4]
    return [
        str(at + 1), town if at == first_of(at) else "", name, kana, born(at),
        ("男", "女", "M", "F")[at % 2 + 2 * (at % 7 == 0)], f"{street}{9000 + at}-{at % 9 + 1}", phone, "架空性疾患",
        stem + check_digit(stem), yes if ventilator else no, interface if ventilator else "", yes if oxygen else no,
        ("○", "×", "", "△")[at % 4], ("2本", "あり(4時間)", "なし", "不明", "")[at % 5],
        ("○", "無", "", "検討中")[at % 4], f"{FAMILY[at % 11]}川{GIVEN[(at + 3) % 10]}",
        ("妻", "夫", "母", "長男")[at % 4], f"090-0000-{9000 - at}", "架空病院　仮医師", "架空訪問看護ステーション",
        consent[0], "避難行動要支援者名簿" if consent[0] else "", consent[1],
        ("在宅", "自宅", "在宅", "入院中", "施設")[at % 5 if at % 3 == 0 else 0], "鍵は裏口" if at % 31 == 0 else "",
    ]  # fmt: skip


def first_of(at: int) -> int:
    town = at * 5 // PEOPLE
    return -(-town * PEOPLE // 5)


def prop(name: str, value: object) -> PropertyValue:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def fill(sheet: object, cells: list[list[str]], top: int) -> None:
    for row, line in enumerate(cells):
        for column, text in enumerate(line):
            cell = sheet.getCellByPosition(column, top + row)
            if column in (0,) and text.isdigit():
                cell.Value = int(text)
            elif text:
                cell.String = text


def merge(sheet: object, left: int, top: int, right: int, bottom: int) -> None:
    sheet.getCellRangeByPosition(left, top, right, bottom).merge(True)


def draw(document: object) -> None:
    sheets = document.Sheets
    sheet = sheets.getByIndex(0)
    sheet.Name = "R8.3月末"
    sheet.getCellByPosition(0, 0).String = "災害時医療機器使用者リスト(令和8年3月末現在)"
    merge(sheet, 0, 0, len(UPPER) - 1, 0)
    sheet.getCellByPosition(0, 1).String = "※黄色は要確認、線で消した人は死亡"
    for column, word in enumerate(UPPER):
        sheet.getCellByPosition(column, 3).String = word
        if column in LOWER:
            sheet.getCellByPosition(column, 4).String = LOWER[column]
        else:
            merge(sheet, column, 3, column, 4)
    for left, right in ((10, 13), (14, 15), (16, 18), (21, 23)):
        merge(sheet, left, 3, right, 3)
    fill(sheet, [person(at) for at in range(PEOPLE)], 5)
    for town in range(5):
        start = -(-town * PEOPLE // 5)
        merge(sheet, 1, 5 + start, 1, 4 + -(-(town + 1) * PEOPLE // 5))
    for at in DEAD:
        line = sheet.getCellRangeByPosition(0, 5 + at, len(UPPER) - 1, 5 + at)
        line.CharStrikeout = 1
    for at in (4, 40, 77):
        sheet.getCellByPosition(12, 5 + at).CellBackColor = 0xFFFF00
    sheet.getCellRangeByPosition(0, 5 + 30, len(UPPER) - 1, 5 + 30).CellBackColor = 0xFFC0C0
    for at in range(0, PEOPLE, 7):
        sheet.getCellByPosition(4, 5 + at).setFormula(f"{1938 + at % 70}-{at % 12 + 1:02}-{at % 28 + 1:02}")
    sheet.getCellByPosition(2, 5 + PEOPLE + 1).String = "合計 105名"
    last = sheets.Count
    sheets.insertNewByName("R7.9月末", last)
    old = sheets.getByName("R7.9月末")
    for column, word in enumerate(("No", "氏名", "生年月日", "住所")):
        old.getCellByPosition(column, 0).String = word
    fill(old, [["1", *[person(0)[at] for at in (2, 4, 6)]]], 1)
    sheets.insertNewByName("作業用", last + 1)
    hidden = sheets.getByName("作業用")
    hidden.getCellByPosition(0, 0).String = "集計の下書き"
    hidden.IsVisible = False


def main() -> None:
    target = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as profile:
        port = 20000 + os.getpid() % 20000
        office = subprocess.Popen(
            ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
             f"--accept=socket,host=127.0.0.1,port={port};urp;"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        context = None
        for _ in range(240):
            try:
                context = resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
                break
            except Exception:
                time.sleep(0.25)
        if context is None:
            office.kill()
            raise SystemExit("LibreOffice did not answer")
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))
        draw(document)
        document.storeToURL(uno.systemPathToFileUrl(str(target)), (prop("FilterName", "Calc MS Excel 2007 XML"),))
        document.close(True)
        with contextlib.suppress(Exception):  # the bridge dies with the office
            desktop.terminate()
        office.wait(timeout=30)
    sys.stdout.write("done\n")
    sys.stdout.flush()
    # The bridge's own threads at times crash Python while it tidies up, after all the work is done.
    os._exit(0)


main()
