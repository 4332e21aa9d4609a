"""Files as offices really keep them, each with how it must end: read, refused, or row by row. All people are nobody.

The same tables are written for the present list and for both benefit schemes, as workbooks of two makers and as csv.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import openpyxl
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from hoken_desktop.domain.numbers import check_digit

HEADER = (
    "公費負担者番号", "受給者番号", "氏名", "フリガナ", "生年月日", "性別", "住所", "電話番号", "疾病名", "人工呼吸器",
    "在宅酸素療法", "療養場所", "有効期間終了日",
)  # fmt: skip
AT = {word: column for column, word in enumerate(HEADER)}
KINDS = ("register", "nanbyo", "shoman")
_PAYER = {"register": "5411601", "nanbyo": "5411601", "shoman": "5211601"}


class End(StrEnum):
    READ = "read"
    REFUSED = "refused"
    ROWS = "row by row"


@dataclass(frozen=True)
class Case:
    """A file and how it ends. `faults` are (row, header over the cell, code); `people` are those taken."""

    name: str
    kind: str
    file: str
    data: bytes
    end: End
    people: int = 3
    refusal: str = ""
    faults: tuple[tuple[int, str, str], ...] = ()
    warnings: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.kind}: {self.name} ({self.file.rpartition('.')[2]})"


def number(at: int) -> str:
    stem = f"{300000 + at}"
    return stem + check_digit(stem)


def people(kind: str) -> list[list[object]]:
    """Three people; the second has a real date where the others have texts."""
    payer = _PAYER[kind] + check_digit(_PAYER[kind])
    return [
        [payer, number(1), "青山　一郎", "アオヤマ　イチロウ", "S30.4.1", "男", "埼玉県鴻巣市本町9-1", "048-000-0001",
         "架空性疾患", "○", "×", "在宅", "R9.9.30"],
        [payer, number(2), "赤山　二子", "アカヤマ　ニコ", date(1975, 1, 2), "女", "埼玉県上尾市本町9-2",
         "048-000-0002", "架空性疾患", "○", "○", "入院", "令和9年9月30日"],
        [payer, number(3), "白山　三郎", "シロヤマ　サブロウ", "平成10年1月3日", "男", "埼玉県桶川市泉9-3",
         "048-000-0003", "架空性疾患", "×", "○", "在宅", "2027/9/30"],
    ]  # fmt: skip


def changed(kind: str, row: int, **cells: object) -> list[list[object]]:
    """The three people with cells of one of them (0…2) changed."""
    found = people(kind)
    for word, value in cells.items():
        found[row][AT[word]] = value
    return found


@dataclass
class Draw:
    """How a workbook is drawn: cell styles by (row, column) from 0, and what stands around the cells."""

    styles: Mapping[tuple[int, int], Mapping[str, object]] = field(default_factory=dict)
    rich: Mapping[tuple[int, int], Sequence[tuple[str, bool]]] = field(default_factory=dict)
    merges: Sequence[tuple[int, int, int, int]] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    epoch_1904: bool = False


def book(rows: Sequence[Sequence[object]], draw: Draw | None = None, sheet: str = "名簿") -> bytes:
    """A workbook of one sheet by XlsxWriter."""
    return books({sheet: rows}, {sheet: draw or Draw()})


def books(
    sheets: Mapping[str, Sequence[Sequence[object]]], draws: Mapping[str, Draw] | None = None,
    hidden: Sequence[str] = (),
) -> bytes:  # fmt: skip
    out = io.BytesIO()
    draws = draws or {}
    epoch = any(draw.epoch_1904 for draw in draws.values())
    made = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": epoch})
    for name, rows in sheets.items():
        page = made.add_worksheet(name)
        draw = draws.get(name, Draw())
        for top, left, bottom, right in draw.merges:
            page.merge_range(top, left, bottom, right, "")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                _write(made, page, at, column, value, draw)
        for at in draw.hidden_rows:
            page.set_row(at, None, None, {"hidden": True})
        for column in draw.hidden_columns:
            page.set_column(column, column, None, None, {"hidden": True})
        if name in hidden:
            page.hide()
    made.close()
    return out.getvalue()


def _write(made: object, page: object, at: int, column: int, value: object, draw: Draw) -> None:
    style = dict(draw.styles.get((at, column), {}))
    if runs := draw.rich.get((at, column)):
        pieces: list[object] = []
        struck, plain = made.add_format({"font_strikeout": True}), made.add_format({})  # type: ignore[attr-defined]
        for text, line in runs:
            pieces += [struck if line else plain, text]
        page.write_rich_string(at, column, *pieces)  # type: ignore[attr-defined]
    elif isinstance(value, date):
        day = made.add_format({"num_format": "yyyy/mm/dd", **style})  # type: ignore[attr-defined]
        page.write_datetime(at, column, value, day)  # type: ignore[attr-defined]
    elif isinstance(value, str) and value.startswith("="):
        page.write_formula(at, column, value, None, "")  # type: ignore[attr-defined]
    elif style or value not in ("", None):
        look = made.add_format(style) if style else None  # type: ignore[attr-defined]
        if value in ("", None):
            page.write_blank(at, column, None, look)  # type: ignore[attr-defined]
        else:
            page.write(at, column, value, look)  # type: ignore[attr-defined]


def second_maker(rows: Sequence[Sequence[object]], rich: Mapping[tuple[int, int], CellRichText] | None = None) -> bytes:
    """The same by openpyxl."""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            page.cell(at, column, (rich or {}).get((at, column), value or None))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def struck_text(*runs: tuple[str, bool]) -> CellRichText:
    """A rich text for openpyxl: (text, whether it is struck)."""
    return CellRichText(*[TextBlock(InlineFont(strike=line), text) for text, line in runs])


def as_csv(rows: Sequence[Sequence[object]], encoding: str = "cp932", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    texts = [[f"{v:%Y/%m/%d}" if isinstance(v, date) else "" if v is None else str(v) for v in row] for row in rows]
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(texts)
    return out.getvalue().encode(encoding)


STRIKE: Mapping[str, object] = {"font_strikeout": True}
YELLOW: Mapping[str, object] = {"bg_color": "#FFFF00"}
RED_INK: Mapping[str, object] = {"font_color": "#FF0000"}
NAME, BIRTH, ADDRESS = AT["氏名"], AT["生年月日"], AT["住所"]
VENTILATOR, OXYGEN = AT["人工呼吸器"], AT["在宅酸素療法"]


def cases() -> Iterator[Case]:
    """The whole corpus."""
    for kind in KINDS:
        for made in (_tidy, _headers, _lines, _several, _dates, _marks, _looks, _rows, _cells, _refused):
            yield from made(kind)
    yield from _of_a_scheme()
    yield from _of_the_list()


def _case(kind: str, name: str, data: bytes, end: End = End.READ, suffix: str = "xlsx", **more: object) -> Case:
    return Case(name, kind, f"{name}.{suffix}", data, end, **more)  # type: ignore[arg-type]


def _tidy(kind: str) -> Iterator[Case]:
    rows = [list(HEADER), *people(kind)]
    yield _case(kind, "整った表", book(rows))
    yield _case(kind, "整った表 別の作り手", second_maker(rows))
    yield _case(kind, "整った表 シフトJIS", as_csv(rows), suffix="csv")
    yield _case(kind, "整った表 UTF-8", as_csv(rows, "utf-8"), suffix="csv")
    yield _case(kind, "整った表 BOM付き", as_csv(rows, "utf-8-sig"), suffix="csv")
    yield _case(kind, "整った表 タブ区切り", as_csv(rows, delimiter="\t"), suffix="csv")


def _headers(kind: str) -> Iterator[Case]:
    notes = [["災害時医療機器使用者の一覧(令和8年3月末)"], [], ["※黄色は入院中", "", "担当 仮名"], []]
    yield _case(kind, "見出しの上に注意書き", book([*notes, list(HEADER), *people(kind)]))
    odd = ["公費負担者\n番号", "受給者番号\n(7桁)", "氏　名", "ふりがな", "生年月日(和暦)", "性　別", "住　　所",
           "電話番号", "疾病名", "人工呼吸器", "在宅酸素\n療法", "療養場所", "有効期間\n終了日"]  # fmt: skip
    yield _case(kind, "見出しに改行や空白", book([odd, *people(kind)]))
    upper = ["公費", "", "本人", "", "", "", "", "", "疾病名", "医療機器", "", "療養場所", "有効期間終了日"]
    lower = ["公費負担者番号", "受給者番号", "氏名", "フリガナ", "生年月日", "性別", "住所", "電話番号", "",
             "人工呼吸器", "在宅酸素療法", "", ""]  # fmt: skip
    merges = [(1, 0, 1, 1), (1, 2, 1, 7), (1, 9, 1, 10), (1, 8, 2, 8), (1, 11, 2, 11), (1, 12, 2, 12)]
    two = [["名簿"], upper, lower, *people(kind)]
    yield _case(kind, "見出しが二行", book(two, Draw(merges=merges)))
    yield _case(kind, "見出しが二行 csv", as_csv(two[1:]), suffix="csv")


def _lines(kind: str) -> Iterator[Case]:
    rows = [list(HEADER), *people(kind)]
    gone = ((3, "氏名", "register_struck"),)
    styles = {(2, column): STRIKE for column in range(len(HEADER))}
    yield _case(kind, "行に取り消し線", book(rows, Draw(styles)), End.ROWS, people=2, faults=gone)
    whole = {(2, NAME): (("赤山", True), ("　二子", True))}
    yield _case(kind, "氏名の文字すべてに線", book(rows, Draw(rich=whole)), End.ROWS, people=2, faults=gone)
    other = second_maker(rows, {(3, NAME + 1): struck_text(("赤山　二子", True))})
    yield _case(kind, "氏名に線 別の作り手", other, End.ROWS, people=2, faults=gone)
    partly = {(2, NAME): (("赤山", True), ("黒山　二子", False))}
    yield _case(
        kind, "氏名の一部に線", book(rows, Draw(rich=partly)), End.ROWS, people=2,
        faults=((3, "氏名", "cell_struck_partly"),),
    )  # fmt: skip
    birth = {(1, BIRTH): STRIKE}
    yield _case(
        kind, "生年月日に線", book(rows, Draw(birth)), End.ROWS, people=2, faults=((2, "生年月日", "cell_struck"),)
    )
    address = {(2, ADDRESS): (("埼玉県上尾市本町9-2", True), ("埼玉県桶川市泉9-8", False))}
    partly_read = frozenset({"cell_struck_partly"})
    yield _case(kind, "住所を線で消して書き足し", book(rows, Draw(rich=address)), warnings=partly_read)
    mark = {(1, VENTILATOR): STRIKE}
    yield _case(kind, "○に線", book(rows, Draw(mark)), warnings=frozenset({"cell_struck"}))


def _several(kind: str) -> Iterator[Case]:
    two = (2, "氏名", "register_several_people")
    for name, cell in (
        ("一つの欄に二人 改行", "青山　一郎\n青山　次郎"), ("一つの欄に二人 読点", "青山一郎、青山次郎"),
        ("一つの欄に二人 中黒", "青山一郎・青山次郎"),
    ):  # fmt: skip
        rows = [list(HEADER), *changed(kind, 0, 氏名=cell)]
        yield _case(kind, name, book(rows), End.ROWS, people=2, faults=(two,))
    dead = [list(HEADER), *changed(kind, 1, 氏名="(故)赤山　二子")]
    yield _case(kind, "故と書いた人", book(dead), End.ROWS, people=2, faults=((3, "氏名", "register_ended_row"),))
    lines = [list(HEADER), *changed(kind, 0, 氏名="青山\n一郎")]
    yield _case(kind, "姓と名を改行で", book(lines))


def _dates(kind: str) -> Iterator[Case]:
    for name, cell, code in (
        ("生年月日に文", "昭和のはじめ頃", "date_unreadable"), ("ない元号の年", "昭和99年1月1日", "date_outside_era"),
        ("ない日付", "S30.2.30", "date_impossible"), ("これからの生年月日", "R30.1.1", "birth_in_future"),
    ):  # fmt: skip
        rows = [list(HEADER), *changed(kind, 0, 生年月日=cell)]
        faults = ((2, "生年月日", code),)
        yield _case(kind, name, book(rows), End.ROWS, people=2, faults=faults)
    free = [list(HEADER), *changed(kind, 2, 有効期間終了日="R9年の秋ごろ")]
    yield _case(kind, "期限に文", book(free), warnings=frozenset({"date_unreadable"}))
    serial = [list(HEADER), *changed(kind, 0, 生年月日=20180)]
    yield _case(kind, "日付が数字のまま", book(serial))
    yield _case(kind, "1904年から数える表", book([list(HEADER), *people(kind)], Draw(epoch_1904=True)))


def _marks(kind: str) -> Iterator[Case]:
    rows = [list(HEADER), *people(kind)]
    for row, mark in zip(rows[1:], ("△", "", "－"), strict=True):
        row[OXYGEN] = mark
    dash = frozenset({"register_dash"}) if kind == "register" else frozenset({"dash_as_none"})
    yield _case(kind, "三つの値の印", book(rows), warnings=dash)
    unread = [list(HEADER), *changed(kind, 0, 人工呼吸器="黄色")]
    yield _case(kind, "読めない印", book(unread), warnings=frozenset({"value_unreadable"}))
    ditto = [list(HEADER), *changed(kind, 1, 住所="〃")]
    yield _case(kind, "住所が同上", book(ditto), warnings=frozenset({"register_ditto"}))
    name = [list(HEADER), *changed(kind, 1, 氏名="〃")]
    yield _case(kind, "氏名が同上", book(name), End.ROWS, people=2, faults=((3, "氏名", "name_missing"),))


def _looks(kind: str) -> Iterator[Case]:
    rows = [list(HEADER), *people(kind)]
    blank = [list(HEADER), *changed(kind, 0, 在宅酸素療法="")]
    yield _case(
        kind, "色だけの欄", book(blank, Draw({(1, OXYGEN): YELLOW})), warnings=frozenset({"register_colour"})
    )
    whole = {(2, column): YELLOW for column in range(len(HEADER))}
    yield _case(kind, "行に色", book(rows, Draw(whole)), warnings=frozenset({"register_colour_rows"}))
    ink = {(1, NAME): RED_INK}
    yield _case(kind, "赤い文字", book(rows, Draw(ink)), warnings=frozenset({"register_colour"}))
    yield _case(kind, "隠した行", book(rows, Draw(hidden_rows=[2])), warnings=frozenset({"hidden_rows"}))
    yield _case(kind, "隠した列", book(rows, Draw(hidden_columns=[7])), warnings=frozenset({"hidden_columns"}))
    hidden = books({"名簿": rows, "去年": rows}, hidden=["去年"])
    yield _case(kind, "隠したシート", hidden, warnings=frozenset({"hidden_sheet"}))
    down = frozenset({"register_merged" if kind == "register" else "merged_cells"})
    family = [list(HEADER), *changed(kind, 1, 住所="")]
    yield _case(kind, "縦に結合した住所", book(family, Draw(merges=[(1, ADDRESS, 2, ADDRESS)])), warnings=down)
    across = frozenset({"register_merged_across" if kind == "register" else "merged_cells"})
    wide = [list(HEADER), *changed(kind, 0, 電話番号="")]
    yield _case(kind, "横に結合した欄", book(wide, Draw(merges=[(1, ADDRESS, 1, ADDRESS + 1)])), warnings=across)


def _rows(kind: str) -> Iterator[Case]:
    body = people(kind)
    blank = [list(HEADER), body[0], [], [], body[1], [], body[2]]
    yield _case(kind, "間に空の行", book(blank))
    total = [list(HEADER), *body, [], ["合計 3名"]]
    yield _case(kind, "合計の行", book(total), End.ROWS, faults=((6, "氏名", "totals_row"),))
    again = [list(HEADER), *body[:2], list(HEADER), body[2]]
    yield _case(kind, "見出しがもう一度", book(again), End.ROWS, faults=((4, "", "header_again"),))
    below = [list(HEADER), *body, ["※名簿の見方は別紙"]]
    code = "register_heading" if kind == "register" else "name_missing"
    yield _case(kind, "表の下の注意書き", book(below), End.ROWS, faults=((5, "氏名", code),))
    shifted = as_csv([list(HEADER), *body[:2], [*body[2], "余り"]])
    yield _case(kind, "値の中のコンマ", shifted, End.ROWS, "csv", people=2, faults=((4, "", "columns_shifted"),))


def _cells(kind: str) -> Iterator[Case]:
    swapped = [list(HEADER), *changed(kind, 0, 氏名="アオヤマ　イチロウ", フリガナ="青山　一郎")]
    yield _case(kind, "氏名とフリガナが逆", book(swapped), warnings=frozenset({"name_kana_swapped"}))
    phones = [list(HEADER), *changed(kind, 0, 電話番号="048-000-0001、090-0000-0001")]
    yield _case(kind, "一つの欄に電話二つ", book(phones), warnings=frozenset({"phone_form"}))
    none = [list(HEADER), *changed(kind, 0, 氏名="")]
    yield _case(kind, "氏名がない", book(none), End.ROWS, people=2, faults=((2, "氏名", "name_missing"),))
    nobody = [list(HEADER), *changed(kind, 0, 生年月日="", 受給者番号="")]
    yield _case(
        kind, "生年月日も番号もない", book(nobody), End.ROWS, people=2,
        faults=((2, "生年月日", "birth_and_number_missing"),),
    )  # fmt: skip
    formula = [list(HEADER), *changed(kind, 0, 氏名='=A1&"x"')]
    yield _case(
        kind, "計算していない式", book(formula), End.ROWS, people=2, faults=((2, "氏名", "formula_without_value"),)
    )


def _refused(kind: str) -> Iterator[Case]:
    rows = [list(HEADER), *people(kind)]

    def refused(name: str, data: bytes, code: str, suffix: str = "xlsx") -> Case:
        return _case(kind, name, data, End.REFUSED, suffix, people=0, refusal=code)

    yield refused("見出しがない", book(people(kind)), "layouts.no_header")
    nameless = [["対象" if word == "氏名" else word for word in HEADER], *people(kind)]
    yield refused("氏名の列がない", book(nameless), "layouts.missing_columns")
    twice = [[*HEADER, "氏名"], *[[*row, "別名"] for row in people(kind)]]
    yield refused("見出しが二つ", book(twice), "layouts.header_twice")
    yield refused("パスワード付き", _sealed(book(rows)), "sheets.password_protected")
    yield refused("古いエクセル", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheets.is_xls", "xls")
    yield refused("PDF", b"%PDF-1.7\n", "sheets.is_pdf", "pdf")
    yield refused("空のファイル", b"", "sheets.empty_file", "csv")
    yield refused("中身がウェブページ", b"<html><table></table></html>", "sheets.is_html")
    yield refused("壊れたブック", book(rows)[:900], "sheets.broken")
    yield refused("引用符が合わない", as_csv(rows) + '"途中'.encode("cp932"), "sheets.csv_quotes", "csv")
    mixed = as_csv(rows[:2]) + as_csv(rows[2:], "utf-8")
    yield refused("文字コードが混ざる", mixed, "sheets.csv_encoding", "csv")
    yield refused("すべて隠したシート", _all_hidden(book(rows)), "sheets.all_hidden")
    yield refused("マクロ付き", _with_part(book(rows), "xl/vbaProject.bin"), "sheets.has_macros", "xlsm")
    linked = _with_part(book(rows), "xl/externalLinks/externalLink1.xml")
    yield refused("外へのリンク", linked, "sheets.has_external_links")


def _of_a_scheme() -> Iterator[Case]:
    for kind, other in (("nanbyo", "shoman"), ("shoman", "nanbyo")):
        rows = [list(HEADER), *people(other)]
        yield _case(
            kind, "ほかの制度のファイル", book(rows), End.REFUSED, people=0, refusal="intakes.other_scheme"
        )
        two = books({"鴻巣市": [list(HEADER), *people(kind)], "上尾市": [list(HEADER), *people(kind)]})
        yield _case(kind, "読めるシートが二つ", two, End.REFUSED, people=0, refusal="sheets.several_sheets")


def _of_the_list() -> Iterator[Case]:
    kind = "register"
    rows = [list(HEADER), *people(kind)]
    town = [list(HEADER), ["", "", "【鴻巣市】"], *people(kind)]
    yield _case(kind, "市町の見出し行", book(town), End.ROWS, faults=((2, "氏名", "register_heading"),))
    ended = [list(HEADER), *changed(kind, 1, 療養場所="死亡")]
    over = ((3, "療養場所", "register_ended_row"),)
    yield _case(kind, "療養場所に死亡", book(ended), End.ROWS, people=2, faults=over)
    memo = books({"名簿": rows, "メモ": [["ここは表ではない"]]})
    yield _case(kind, "名簿でないシート", memo, warnings=frozenset({"register_sheet_not_read"}))
    error = [list(HEADER), *changed(kind, 0, 疾病名="=1/0")]
    yield _case(kind, "病名が計算していない式", book(error), warnings=frozenset({"formula_without_value"}))


def _sealed(data: bytes) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt("himitsu 123", out)
    return out.getvalue()


def _all_hidden(data: bytes) -> bytes:
    return _edited(data, "xl/workbook.xml", lambda text: text.replace(b"<sheet name", b'<sheet state="hidden" name'))


def _with_part(data: bytes, part: str) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(part, b"x")
    return out.getvalue()


def _edited(data: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry.filename, edit(text) if entry.filename == part else text)
    return out.getvalue()
