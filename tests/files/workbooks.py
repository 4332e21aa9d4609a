"""Workbooks made for tests: good ones by a library, odd and hostile ones part by part. All people are fictitious."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

HEADER = (
    "公費負担者番号",
    "受給者番号",
    "氏名",
    "フリガナ",
    "生年月日",
    "性別",
    "郵便番号",
    "住所",
    "電話番号",
    "有効期間終了日",
    "疾病番号",
    "疾病名",
    "階層区分",
    "人工呼吸器等装着",
    "人工呼吸器使用の有無",
    "人工呼吸器の種類",
    "施行状況",
    "在宅酸素療法",
    "酸素流量",
    "療養場所",
    "備考",
)

PEOPLE: tuple[tuple[object, ...], ...] = (
    (
        "54116017", "1000017", "試験　太郎", "シケン　タロウ", date(1950, 4, 1), "男", "3650000",
        "埼玉県鴻巣市架空町9999-1", "048-000-0001", "R8.9.30", 2, "筋萎縮性側索硬化症", "人工呼吸器等装着者",
        "あり", "あり", "1", "3", "なし", "", "在宅", "A",
    ),
    (
        "54116017", "1000025", "見本　花子", "ミホン　ハナコ", date(1944, 12, 31), "女", "3620000",
        "埼玉県上尾市架空9999-2", "048-000-0002", "令和8年9月30日", 85, "特発性間質性肺炎", "一般所得Ⅱ",
        "なし", "なし", "", "", "あり", 2.5, "在宅", "B",
    ),
    (
        "54116017", "1000033", "仮名　次郎", "カメイ　ジロウ", date(1971, 1, 15), "男", "3630000",
        "埼玉県桶川市架空9999-3", "048-000-0003", "R080930", 6, "パーキンソン病", "低所得Ⅰ",
        "なし", "なし", "", "", "なし", "", "在宅", "C",
    ),
)  # fmt: skip


def table(rows: Iterable[Sequence[object]], *, sheet: str = "受給者一覧", date_format: str = "yyyy/mm/dd") -> bytes:
    """A workbook of one sheet as a tidy program writes it."""
    return sheets({sheet: rows}, date_format=date_format)


def sheets(
    content: dict[str, Iterable[Sequence[object]]], *, date_format: str = "yyyy/mm/dd", hidden: str = ""
) -> bytes:
    """A workbook of several sheets."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    style = book.add_format({"num_format": date_format})
    for name, rows in content.items():
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(at, column, value, style)
                elif value not in ("", None):
                    page.write(at, column, value)
        if name == hidden:
            page.hide()
    book.close()
    return out.getvalue()


def good() -> bytes:
    """Three people under one header, with a title and a note above it."""
    return table([["令和8年3月末 指定難病 受給者一覧"], ["出力日 R8.4.1"], HEADER, *PEOPLE])


def good_csv(encoding: str = "cp932") -> bytes:
    """The same three people as csv."""
    lines = [",".join(HEADER), *(",".join(_plain(value) for value in person) for person in PEOPLE)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _plain(value: object) -> str:
    return value.strftime("%Y/%m/%d") if isinstance(value, date) else str(value)


def cell(reference: str, value: object, kind: str = "inlineStr") -> str:
    """One <c>; `reference` "" leaves it out."""
    place = f' r="{reference}"' if reference else ""
    if kind == "inlineStr":
        return f'<c{place} t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'
    return f'<c{place} t="{kind}"><v>{escape(str(value))}</v></c>'


def row(number: int | str, *values: object, attributes: str = "") -> str:
    """One <row> of inline texts from column A on; `number` "" leaves the numbers out."""
    at = f' r="{number}"' if number != "" else ""
    cells = "".join(
        cell(f"{chr(65 + column)}{number}" if number != "" else "", value) for column, value in enumerate(values)
    )
    return f"<row{at}{attributes}>{cells}</row>"


def parts(
    body: str,
    *,
    shared: str = "",
    prolog: str = "",
    workbook_attributes: str = "",
    before: str = "",
    after: str = "",
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook of one sheet "S", part by part: `body` stands in <sheetData>, `before` and `after` around it."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    texts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{workbook_attributes}'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'{head}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="176" '
        'formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>'
        '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'{head}<sst xmlns="{MAIN}">{shared}</sst>',
        "xl/worksheets/sheet1.xml": f'{head}{prolog}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"{before}<sheetData>{body}</sheetData>{after}</worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return out.getvalue()


def overlapping(count: int = 120) -> bytes:
    """A zip whose directory names one entry's bytes many times (CVE-2024-0450)."""
    data = parts(row(1, "氏名", "生年月日"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.start_dir
        entries = archive.infolist()
    directory = data[start : data.rindex(b"PK\x05\x06")]
    first_name = entries[0].filename.encode()
    first = directory[: 46 + len(first_name)]
    copies = b"".join(first.replace(first_name, b"%019d" % at) for at in range(count))
    total = len(entries) + count
    new = directory + copies
    end = b"PK\x05\x06\0\0\0\0" + total.to_bytes(2, "little") * 2
    return data[:start] + new + end + len(new).to_bytes(4, "little") + start.to_bytes(4, "little") + b"\0\0"
