"""A 回答票 rebuilt by Excel, LibreOffice or a 無害化 gateway: what is sure is taken, the rest is a question by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from hoken_desktop import words
from hoken_desktop.adapters.read_sheets import read_returned
from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.names import fold_name
from hoken_desktop.services.reply_sheets import Answers, Expected, key_of, read_answers, row_again

TODAY = date(2026, 11, 25)
KEYS = ("A7K2-9QFM", "23E4-5678", "ZZWX-4RTY")
PEOPLE = ("p1", "p2", "p3")
NAMES = ("青葉 花子", "斎藤 清", "和田 実")
HEADERS = (
    "照合番号", "氏名", "市町名簿への登載", "個別避難計画(市町)", "個別避難計画の作成日", "個別避難計画の担当",
    "個別支援計画(保健所)の把握", "コメント",
)  # fmt: skip
ROWS: tuple[tuple[Any, ...], ...] = (
    (KEYS[0], NAMES[0], "登載", "作成済", date(2026, 9, 1), "防災課 見本", "不明", "+と=を含む文"),
    (KEYS[1], NAMES[1], "未登載", "作成中", None, None, None, None),
    (KEYS[2], NAMES[2], None, None, None, None, None, None),
)
EXPECTED = Expected(
    {key: ("d1", person) for key, person in zip(KEYS, PEOPLE, strict=True)},
    {person: frozenset({fold_name(name)}) for person, name in zip(PEOPLE, NAMES, strict=True)},
    frozenset({"BBBB-2222"}),
)
Table = list[list[Any]]


def table() -> Table:
    return [list(HEADERS), *(list(row) for row in ROWS)]


def read(path: Path) -> Answers:
    return read_answers(read_returned(path), path.name, EXPECTED, TODAY)


def workbook(path: Path, rows: Table, title: str = "回答票", dress: Callable[[Worksheet], None] | None = None) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(row)
    if dress is not None:
        dress(page)
    book.save(path)
    return path


def text_file(path: Path, rows: Table, encoding: str, delimiter: str = ",") -> Path:
    out = io.StringIO()
    plain = [["" if c is None else c.strftime("%Y/%m/%d") if isinstance(c, date) else c for c in r] for r in rows]
    csv.writer(out, delimiter=delimiter).writerows(plain)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def check_whole(found: Answers) -> None:
    """Everything of ROWS came back, and nothing else."""
    assert found.asked == []
    assert set(found.rows) == set(KEYS[:2])
    first, second = found.rows[KEYS[0]][1], found.rows[KEYS[1]][1]
    assert (first.person_id, first.on_list, first.evacuation_plan) == ("p1", OnList.LISTED, PlanStatus.MADE)
    assert (first.evacuation_plan_on, first.plan_staff) == (date(2026, 9, 1), "防災課 見本")
    assert (first.support_plan, first.comment) == (PlanStatus.UNKNOWN, "+と=を含む文")
    assert (second.person_id, second.on_list, second.evacuation_plan) == (
        "p2", OnList.NOT_LISTED, PlanStatus.IN_PROGRESS,
    )  # fmt: skip


def wide(text: Any) -> Any:
    return text.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)}) if isinstance(text, str) else text


def merged(rows: Table) -> Table:
    return [["令和8年度 名簿提供の回答"], [None, "黄色の欄に記入"], [], *rows]


def moved(rows: Table) -> Table:
    order = (7, 3, 2, 4, 0, 6, 1, 5)
    return [[None, "市の控え", *(row[at] if at < len(row) else None for at in order)] for row in rows]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows: rows, id="values only"),
        pytest.param(merged, id="title rows above"),
        pytest.param(lambda rows: [[]] * 20 + rows, id="header far down"),
        pytest.param(moved, id="columns moved and one put in"),
        pytest.param(lambda rows: [[wide(c) for c in rows[0]], *rows[1:]], id="full-width headers"),
        pytest.param(
            lambda rows: [rows[0], *([wide(r[0]), r[1].replace(" ", "\u3000"), *r[2:]] for r in rows[1:])],
            id="full-width keys and spaces",
        ),
        pytest.param(lambda rows: [rows[0], *([r[0].lower().replace("-", ""), *r[1:]] for r in rows[1:])], id="keys"),
        pytest.param(lambda rows: [[f"{c} " for c in rows[0]], *rows[1:]], id="blanks behind headers"),
        pytest.param(
            lambda rows: [rows[0], *([c and (f" {c}　" if isinstance(c, str) else c) for c in r] for r in rows[1:])],
            id="blanks around cells",
        ),
        pytest.param(lambda rows: [rows[0], *reversed(rows[1:]), ["", None]], id="rows in another order"),
        pytest.param(
            lambda rows: [
                ["照合キー", "氏名", "名簿登載", "個別避難計画", "計画作成日", "担当", "個別支援計画", "備考"],
                *rows[1:],
            ],
            id="headers said otherwise",
        ),
        pytest.param(
            lambda rows: [*rows[:1], [*rows[1][:2], "登載済み", "策定済み", *rows[1][4:]], *rows[2:]], id="answers"
        ),
    ],
)  # fmt: skip
def test_a_rebuilt_sheet_comes_back_whole(change: Callable[[Table], Table], tmp_path: Path) -> None:
    check_whole(read(workbook(tmp_path / "回答.xlsx", change(table()), title="Sheet1")))


@pytest.mark.parametrize(("form", "encoding"), [("xlsm", ""), ("csv", "utf-8-sig"), ("csv", "cp932"), ("tsv", "utf-8")])
def test_a_file_saved_in_another_form_comes_back_whole(form: str, encoding: str, tmp_path: Path) -> None:
    rows = moved(merged(table()))
    if form == "xlsm":
        check_whole(read(workbook(tmp_path / "回答.xlsm", rows)))
    else:
        check_whole(read(text_file(tmp_path / "回答.csv", rows, encoding, "\t" if form == "tsv" else ",")))


def test_merged_titles_hidden_rows_and_lost_protection_do_not_matter(tmp_path: Path) -> None:
    def dress(page: Worksheet) -> None:
        page.merge_cells("A1:H1")
        page.row_dimensions[6].hidden = True
        page.column_dimensions["D"].hidden = True
        page.freeze_panes = "C5"

    check_whole(read(workbook(tmp_path / "a.xlsx", merged(table()), "回答", dress)))


def test_the_roster_beside_it_is_never_taken_for_the_answers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "名簿"
    book.active.append(["照合番号", "氏名", "個別支援計画"])
    book.active.append([KEYS[0], NAMES[0], "作成済"])
    book.save(tmp_path / "roster.xlsx")
    with pytest.raises(Refusal, match=r"replies\.no_sheet"):
        read(tmp_path / "roster.xlsx")
    page = book.create_sheet("Sheet3")
    for row in table():
        page.append(row)
    book.save(tmp_path / "both.xlsx")
    check_whole(read(tmp_path / "both.xlsx"))


def asked(found: Answers) -> list[tuple[str, int, str, str]]:
    return [(one.fault.code, one.fault.row, one.person_id, one.raw_text) for one in found.asked]


@pytest.mark.parametrize(
    ("at", "text", "code"),
    [
        (2, "たぶん登載", "reply_choice_unknown"),
        (2, "○", "reply_choice_unknown"),
        (3, "検討中(来月)", "reply_choice_unknown"),
        (4, "そのうち", "date_unreadable"),
        (4, "令和9年1月1日", "reply_day_in_future"),
        (6, "?", "reply_choice_unknown"),
    ],
)
def test_free_text_is_a_question_and_the_rest_of_its_row_is_taken(
    at: int, text: str, code: str, tmp_path: Path
) -> None:
    rows = table()
    rows[1][at] = text
    found = read(workbook(tmp_path / "a.xlsx", rows))
    assert asked(found) == [(code, 2, "p1", text)]
    assert set(found.rows) == set(KEYS[:2])
    assert found.rows[KEYS[0]][1].comment == "+と=を含む文"
    assert words.say(f"faults.{code}")
    assert key_of(found.asked[0].fault.column) in ("on_list", "evacuation_plan", "evacuation_plan_on", "support_plan")


@pytest.mark.parametrize(
    ("at", "text", "code"),
    [
        (0, None, "reply_key_missing"),
        (0, "A7K2-9QFN", "reply_key_unknown"),
        (0, "BBBB-2222", "reply_key_other"),
        (1, "別人 太郎", "reply_name_mismatch"),
    ],
)
def test_a_row_of_nobody_for_sure_is_kept_whole_and_can_be_given_to_somebody(
    at: int, text: str | None, code: str, tmp_path: Path
) -> None:
    rows = table()
    rows[1][at] = text
    found = read(workbook(tmp_path / "a.xlsx", rows))
    assert [one.fault.code for one in found.asked] == [code]
    assert set(found.rows) == {KEYS[1]}
    row, unsure = row_again(found.asked[0].raw_text, "p1", TODAY)
    assert unsure == []
    assert (row.on_list, row.evacuation_plan, row.evacuation_plan_on, row.plan_staff, row.comment) == (
        OnList.LISTED, PlanStatus.MADE, date(2026, 9, 1), "防災課 見本", "+と=を含む文",
    )  # fmt: skip


def test_rows_added_by_the_municipality_are_questions_and_empty_ones_are_nothing(tmp_path: Path) -> None:
    rows = [*table(), [None, "新しい人", "登載"], [None, "名前だけ"], ["AAAA-AAAA", "だれか"]]
    found = read(workbook(tmp_path / "a.xlsx", rows))
    assert [(one.fault.code, one.fault.row) for one in found.asked] == [("reply_key_missing", 5)]
    assert set(found.rows) == set(KEYS[:2])


def test_a_key_twice_is_taken_when_both_rows_say_the_same(tmp_path: Path) -> None:
    same = [*table(), list(ROWS[0])]
    check_whole(read(workbook(tmp_path / "same.xlsx", same)))
    blank = [*table(), [KEYS[0], NAMES[0]]]
    check_whole(read(workbook(tmp_path / "blank.xlsx", blank)))
    other = [*table(), [KEYS[0], NAMES[0], "対象外"]]
    found = read(workbook(tmp_path / "other.xlsx", other))
    assert [(one.fault.code, one.fault.row, one.person_id) for one in found.asked] == [
        ("reply_key_twice", 2, "p1"), ("reply_key_twice", 5, "p1"),
    ]  # fmt: skip
    assert set(found.rows) == {KEYS[1]}


def test_a_column_that_is_gone_is_one_question_and_the_others_are_read(tmp_path: Path) -> None:
    rows = [[c for at, c in enumerate(row) if at != 3] for row in table()]
    found = read(workbook(tmp_path / "a.xlsx", rows))
    assert [(one.fault.code, one.fault.column) for one in found.asked] == [
        ("reply_column_missing", "個別避難計画(市町)")
    ]
    assert found.rows[KEYS[0]][1].on_list is OnList.LISTED
    assert found.rows[KEYS[0]][1].evacuation_plan is PlanStatus.UNKNOWN


def test_the_use_of_the_list_is_found_beside_it(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path / "a.xlsx", table()))
    use = book.create_sheet("Sheet2")
    for row in (["名簿の活用"], ["名簿の活用状況", "活用の内容・課題"], ["活用した", "訓練に使った"]):
        use.append(row)
    book.save(tmp_path / "b.xlsx")
    found = read(tmp_path / "b.xlsx")
    assert (found.use_of_list, found.comment) == (ListUse.USED, "訓練に使った")
    use["A3"] = "まあまあ"
    book.save(tmp_path / "c.xlsx")
    found = read(tmp_path / "c.xlsx")
    assert [one.fault.code for one in found.asked] == ["reply_choice_unknown"]
    assert key_of(found.asked[0].fault.column) == "use_of_list"
