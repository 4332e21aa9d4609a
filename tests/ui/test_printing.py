"""Papers as they come out of the printer: every page carries its warning, and no text is lost or cut."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.domain.papers import CoverLetter, DisclosureRecordPaper, RegisterListPaper, RegisterListRow
from hoken_desktop.services import disclosure_papers, list_papers, papers
from hoken_desktop.ui.printing import QtPrinter

RADICALS = str.maketrans("⻑⻄⻘⻩⻫⻭⻲⺟⺠⻝⻤", "長西青黄斉歯亀母民食鬼")  # NFKC knows no plain letter for these
GROUPS = (DeviceGroup.VENTILATOR, DeviceGroup.OXYGEN, DeviceGroup.BOTH)


@pytest.fixture(scope="module")
def printer(qapp: Any) -> QtPrinter:
    return QtPrinter()


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without white space. Qt's PDFs give 部首 for some letters, so these are folded."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [folded(document[number].get_textpage().get_text_range()) for number in range(len(document))]


def folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text.translate(RADICALS)))


LETTER = CoverLetter(
    our_number="試保第1234号",
    issued_on=date(2026, 10, 15),
    recipient="架空市長　試験 太郎",
    route="健康づくり課",
    sender="試験保健所長　見本 花子",
    contact="保健予防推進担当 048-000-0001",
    subject="在宅医療機器使用者の情報提供について",
    legal_basis="本人の同意(個人情報保護法第69条第2項第1号)",
    request_number="架健発第567号",
    requested_on=date(2026, 10, 1),
    purpose="災害時の避難支援と安否確認の備え",
    as_of=date(2026, 9, 30),
    edition="第2版",
    target=48,
    disclosed=41,
    excluded=7,
    items=("ふりがな", "氏名", "住所", "使用機器"),
    return_by=date(2027, 3, 31),
    file_name="架空市_情報提供_令和8年9月末_第2版.xlsx",
    sha256="a3f1" + "0" * 60,
    record_id="D-2026-0007",
    audit_head="0f9e1d2c3b4a59687766" + "f" * 44,
    printed_on=date(2026, 10, 16),
)

RECORD = DisclosureRecordPaper(
    office="試験保健所",
    record_id="D-2026-0007",
    our_number=LETTER.our_number,
    issued_on=LETTER.issued_on,
    recipient="架空市長",
    route="健康づくり課",
    requester="架空市長　試験 太郎",
    request_number=LETTER.request_number,
    requested_on=LETTER.requested_on,
    received_on=date(2026, 10, 5),
    legal_basis=LETTER.legal_basis,
    purpose=LETTER.purpose,
    drafted_by="見本 次郎(主任)",
    approval="試保決第99号・所長",
    approved_on=None,
    performed_by="見本 次郎(主任)",
    performed_at="令和8年10月15日 10時30分",
    handed_over="",
    as_of=LETTER.as_of,
    edition="第2版",
    target=48,
    disclosed=41,
    excluded=(("不同意", 4), ("入院中", 3)),
    items=LETTER.items,
    registry_numbers=tuple(f"K{number:04}" for number in range(41)),
    return_by=LETTER.return_by,
    file_name=LETTER.file_name,
    sha256=LETTER.sha256,
    check_word="0731",
    audit_head=LETTER.audit_head,
    printed_on=LETTER.printed_on,
)


def person(number: int, municipality: str = "架空市", **other: Any) -> RegisterListRow:
    row = RegisterListRow(
        registry_no=f"K{number:04}",
        municipality=municipality,
        group=GROUPS[number % 3],
        name=f"試験 {number:03}郎",
        kana=f"しけん{chr(ord('あ') + number % 80)}",
        born_on=date(1950, 1, 1 + number % 28),
        age=76,
        address=f"埼玉県{municipality}架空町{number}番地",
        phone="048-000-0001",
        devices="人工呼吸器(TPPV・24時間)",
        supplier="架空酸素サービス",
        consent="同意あり",
        place="街区",
        care_setting="在宅",
    )
    return replace(row, **other)


def register(*rows: RegisterListRow) -> RegisterListPaper:
    return RegisterListPaper(
        "試験保健所", date(2026, 9, 30), "第1版", date(2026, 10, 1), ("架空市", "見本町", "例示町"), rows
    )


def print_list(printer: QtPrinter, paper: RegisterListPaper) -> bytes:
    return list_papers.lay_out(paper, 7).print_on(printer)


def test_every_page_of_every_paper_says_handle_with_care_print_date_edition_and_page(printer: QtPrinter) -> None:
    people = register(*(person(number, "架空市" if number < 40 else "見本町") for number in range(60)))
    long_letter = replace(LETTER, items=tuple(f"とても長い提供項目の名前その{number}" for number in range(150)))
    for pdf, printed_on, edition in (
        (disclosure_papers.print_cover_letter(printer, LETTER), "令和8年10月16日", "第2版"),
        (disclosure_papers.print_cover_letter(printer, long_letter), "令和8年10月16日", "第2版"),
        (disclosure_papers.print_disclosure_record(printer, RECORD), "令和8年10月16日", "第2版"),
        (print_list(printer, people), "令和8年10月1日", "第1版"),
    ):
        pages = pages_of(pdf)
        for number, page in enumerate(pages, start=1):
            assert "取扱注意・個人情報" in page
            assert f"印刷日{printed_on}" in page
            assert f"令和8年9月30日現在{edition}" in page
            assert f"{number}/{len(pages)}" in page


def test_the_cover_letter_fits_one_page_and_holds_every_fact_but_no_name_of_a_person(printer: QtPrinter) -> None:
    (page,) = pages_of(disclosure_papers.print_cover_letter(printer, LETTER))
    for fact in (
        "試保第1234号", "架空市長 試験 太郎 様", "健康づくり課 経由", "試験保健所長 見本 花子", LETTER.subject,
        "架健発第567号", "本人の同意", "災害時の避難支援と安否確認の備え", "この目的以外に利用しないこと",
        "対象48名=提供41名+除外7名", "ふりがな、氏名、住所、使用機器", LETTER.file_name, "a3f1 0000 0000 0000",
        "第70条", "令和9年3月31日まで", "D-2026-0007", "0f9e 1d2c 3b4a 5968 7766", "以上",
    ):  # fmt: skip
        assert folded(fact) in page
    assert "7766 f".replace(" ", "") not in page  # twenty digits of the audit head, no more


def test_a_letter_whose_counts_do_not_close_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="target"):
        replace(LETTER, disclosed=42)
    with pytest.raises(ValueError, match="target"):
        replace(RECORD, excluded=(("不同意", 1),))


def test_the_record_shows_the_decision_the_reasons_and_what_is_missing(printer: QtPrinter) -> None:
    text = "".join(pages_of(disclosure_papers.print_disclosure_record(printer, RECORD)))
    for fact in ("不同意 4名", "入院中 3名", "K0000、K0001", "K0040", "0731", "試保決第99号", "受渡しの方法 記載なし"):
        assert folded(fact) in text
    assert folded("決裁日 不明") in text


def test_texts_of_sixty_letters_are_whole_and_stay_on_the_paper(printer: QtPrinter) -> None:
    name = "".join(chr(ord("ぁ") + number) for number in range(60))
    address = "".join(chr(ord("ァ") + number) for number in range(60))
    paper = register(person(1, name=name, address=address, kana="あ" * 60, phone="0" * 60), person(2))
    pdf = print_list(printer, paper)
    text = "".join(pages_of(pdf))
    for long in (name, address, "あ" * 60):
        assert all(letter in text for letter in folded(long))
    with pypdfium2.PdfDocument(pdf) as document:
        for number in range(len(document)):
            page = document[number]
            right = page.get_width() - 15 / 25.4 * 72 + 1
            content = page.get_textpage()
            for index in range(content.count_chars()):
                if content.get_text_range(index, 1).strip():
                    box = content.get_charbox(index)
                    assert box[0] >= 15 / 25.4 * 72 - 1
                    assert box[2] <= right


def test_no_row_of_the_list_is_torn_between_two_pages_and_the_head_is_repeated(printer: QtPrinter) -> None:
    paper = register(*(person(number, phone=f"048-000-{number:04}") for number in range(70)))
    pages = pages_of(print_list(printer, paper))
    assert len(pages) > 3
    for number in range(70):
        holding = [page for page in pages if f"試験{number:03}郎" in page]
        assert len(holding) == 1
        assert f"K{number:04}" in holding[0]
        assert f"048-000-{number:04}" in holding[0]
    assert all("療養場所" in page for page in pages)


def test_a_row_higher_than_a_page_goes_on_without_losing_a_line(printer: QtPrinter) -> None:
    devices = "".join(f"〈{number}〉" for number in range(700))
    pages = pages_of(print_list(printer, register(person(1, devices=devices), person(2))))
    assert len(pages) > 1
    assert all(f"〈{number}〉" in "".join(pages).replace("療養場所", "") for number in range(0, 700, 7))


def test_the_list_stands_by_municipality_and_in_the_order_of_the_furigana(printer: QtPrinter) -> None:
    paper = register(
        person(1, "見本町", kana="さとう"),
        person(2, "架空市", kana="ガトウ"),
        person(3, "架空市", kana="かとう"),
        person(4, "架空市", kana=""),
        person(5, "架空市", kana="あおき"),
        person(6, "よその市", kana="い"),
    )
    text = "".join(pages_of(print_list(printer, paper)))
    order = [text.index(f"K000{number}") for number in (5, 3, 2, 4, 1, 6)]
    assert order == sorted(order)
    assert "例示町" in text  # a municipality without anyone is said to have nobody


def test_the_equation_of_the_list_closes_and_names_its_rule(printer: QtPrinter) -> None:
    groups = (
        [DeviceGroup.VENTILATOR] * 3 + [DeviceGroup.BOTH] * 2 + [DeviceGroup.OXYGEN] * 4 + [DeviceGroup.UNCONFIRMED]
    )
    paper = register(*(person(number, group=group) for number, group in enumerate(groups)))
    text = "".join(pages_of(print_list(printer, paper)))
    assert folded("人工呼吸器 5名(うち両方 2名) ＋ 酸素療法 4名 ＝ 9名、ほかに機器未確認・対象機器なし 1名") in text
    assert folded("両方を使う方は人工呼吸器に数えます") in text
    assert {"■", "◆", "●"} <= set(text)


def test_missing_values_say_so_and_gaiji_shows_as_geta_with_a_note(printer: QtPrinter) -> None:
    paper = register(
        person(1, name="外\ue123字", born_on=None, age=None, address="", consent="", kana="がいじ"), person(2)
    )
    text = "".join(pages_of(print_list(printer, paper)))
    assert "外〓字" in text
    assert folded("〓は、ほかの端末では正しく表せない外字です") in text
    assert "年齢不明" in text
    assert "記載なし" in text
    assert "\ue123" not in text


def test_names_that_look_like_markup_or_blanks_print_as_they_are(printer: QtPrinter) -> None:
    hostile = ["<b>太</b>", "<img src=x>", "{{style}}", "&amp;", "</table>", "<!-- x -->", "'\"", "${1}", "<style>*{}"]
    paper = register(*(person(number, name=name) for number, name in enumerate(hostile)))
    text = "".join(pages_of(print_list(printer, paper)))
    for name in hostile:
        assert folded(name) in text
    assert "K0008" in text


def test_a_blank_without_a_fact_is_never_printed_half() -> None:
    with pytest.raises(KeyError):
        papers.fill("cover_letter", "row", label="見出し")


def test_an_empty_list_says_so(printer: QtPrinter) -> None:
    (page,) = pages_of(print_list(printer, register()))
    assert folded("この条件に当てはまる方はいません。") in page


def test_papers_print_on_the_worker_thread_too(printer: QtPrinter) -> None:
    made: list[bytes] = []
    worker = threading.Thread(target=lambda: made.append(disclosure_papers.print_cover_letter(printer, LETTER)))
    worker.start()
    worker.join(60)
    assert "取扱注意・個人情報" in pages_of(made[0])[0]


def test_printing_writes_no_file(printer: QtPrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    print_list(printer, register(*(person(number) for number in range(30))))
    assert list(tmp_path.iterdir()) == []


def test_the_list_as_a_workbook_holds_the_same_people_in_the_same_order() -> None:
    paper = register(
        person(1, "見本町"), person(2, "架空市", kana="かとう", age=None), person(3, "架空市", kana="あおき")
    )
    (sheet,) = list_papers.register_list_workbook(paper).sheets
    keys = [column.key for column in sheet.columns]
    assert [row[keys.index("registry_no")] for row in sheet.rows] == ["K0003", "K0002", "K0001"]
    assert sheet.rows[1][keys.index("age")] == "不明"
    assert sheet.rows[0][keys.index("age")] == 76
    assert "取扱注意・個人情報" in sheet.notes
    assert sheet.printing.header[2] == "取扱注意・個人情報"


def test_a_letter_that_no_font_here_has_is_never_an_empty_box(printer: QtPrinter) -> None:
    nobodys = "\U0003134a"  # a letter of Unicode's newest block of ideographs but one
    (page,) = pages_of(printer.print_pdf(f"<html><body><p>試験{nobodys}郎</p></body></html>", title="試験"))
    assert "試験〓郎" in page
    assert "U+3134A" in page


def test_a_variation_selector_leaves_its_letter_standing(printer: QtPrinter) -> None:
    (page,) = pages_of(printer.print_pdf("<html><body><p>葛\U000e0100城 髙 﨑</p></body></html>", title="試験"))
    assert "葛城髙﨑" in page
    assert "〓" not in page


def test_a_heading_and_the_line_under_it_stay_with_their_table(printer: QtPrinter) -> None:
    """With every height of what stands before, the heading is on the page where its table begins."""
    row = "<tr><td>" + "高い行<br/>" * 20 + "</td></tr>"
    for filler in range(20, 46, 3):
        before = "".join(f"<p>{number}行目</p>" for number in range(filler))
        table = f"<table border='1'><thead><tr><th>見出し行</th></tr></thead>{row}</table>"
        html = f"<html><body>{before}<p>部の見出し</p><p>部の数</p>{table}</body></html>"
        pages = pages_of(printer.print_pdf(html, title="試験"))
        (at,) = (number for number, page in enumerate(pages) if "部の見出し" in page)
        assert "部の数" in pages[at]
        assert "見出し行" in pages[at]
        assert "⾼い行".replace("⾼", "高") in pages[at]
