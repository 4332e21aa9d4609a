"""The 回答票 comes back: filled in by hand, saved by another program, still sealed, or somebody else's."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.adapters.read_sheets import read_returned
from hoken_desktop.domain.codes import ListUse, OnList, PlanStatus
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.disclosures import Disclosures, Made
from hoken_desktop.services.replies import Replies, ReplyResult
from tests.registry_builder import AGEO, KONOSU, FictitiousRegistry

NAMES = ("青葉 花子", "斎藤 清", "和田 実")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path / "data")
    for name, kana in zip(NAMES, ("あおば", "さいとう", "わだ"), strict=True):
        made.consent(made.person(name, kana))
    made.consent(made.person("上尾 光", "あげお", municipality=AGEO), recipient=AGEO)
    made.freeze()
    yield made
    made.close()


@pytest.fixture
def replies(registry: FictitiousRegistry) -> Replies:
    return Replies(registry.store, registry.clock, registry.ids, read_returned, registry.municipalities)


def disclosed(registry: FictitiousRegistry, folder: Path, municipality: str = KONOSU) -> tuple[str, Made]:
    service = Disclosures(
        registry.store, registry.clock, registry.ids, sealed_sheets, registry.municipalities,
        random.Random(3).randrange,
    )  # fmt: skip
    request = registry.request(municipality)
    return request, service.disclose(request, folder)


def header_row(page: Any) -> tuple[int, dict[str, int]]:
    for row in page.iter_rows():
        texts = {cell.value: cell.column for cell in row if isinstance(cell.value, str)}
        if "照合番号" in texts:
            return row[0].row, texts
    raise AssertionError


def filled(
    made: Made, change: Callable[[Any, int, dict[str, int]], None], folder: Path, name: str = "回答.xlsx"
) -> Path:
    """The 回答票 as the municipality sends it back without its password."""
    book = openpyxl.load_workbook(io.BytesIO(sealed_sheets.unseal(made.file.read_bytes(), made.password)))
    page = book["回答票"]
    at, columns = header_row(page)
    change(page, at, columns)
    if "活用状況" in book.sheetnames:
        use = book["活用状況"]
        use.cell(3, 1).value = words.label(ListUse.USED)
    path = folder / name
    book.save(path)
    return path


def usual(page: Any, at: int, columns: dict[str, int]) -> None:
    page.cell(at + 1, columns["市町名簿への登載"]).value = "登載"
    page.cell(at + 1, columns["個別避難計画(市町)"]).value = "作成済"
    page.cell(at + 1, columns["個別避難計画の作成日"]).value = "令和8年9月1日"
    page.cell(at + 1, columns["個別支援計画(保健所)の把握"]).value = "不明"
    page.cell(at + 2, columns["市町名簿への登載"]).value = "対象外"
    page.cell(at + 2, columns["コメント"]).value = "転居の予定あり"


def codes(found: ReplyResult) -> list[str]:
    return [fault.code for fault in found.faults]


def test_answers_are_read_and_every_question_closes_over_the_people_disclosed(
    registry: FictitiousRegistry, replies: Replies, tmp_path: Path
) -> None:
    request, made = disclosed(registry, tmp_path)
    found = replies.read_in(filled(made, usual, tmp_path), request)
    assert found.faults == ()
    assert (found.disclosed, found.answered, found.unanswered) == (3, 2, 1)
    assert (found.on_list["listed"], found.on_list["not_eligible"]) == (1, 1)
    assert found.evacuation_plan["made"] == 1
    assert found.support_plan["unknown"] == 2
    assert found.use_of_list == "used"
    for counts in (found.on_list, found.evacuation_plan, found.support_plan):
        assert sum(counts.values()) + found.unanswered == found.disclosed
    with registry.store.read() as shelves:
        rows = shelves.reply_rows.all(reply_id=found.reply_id)
        names = {p.id: p.name for p in shelves.persons.all()}
    first = next(r for r in rows if names[r.person_id] == NAMES[0])
    assert (first.on_list, first.evacuation_plan, first.evacuation_plan_on) == (
        OnList.LISTED, PlanStatus.MADE, date(2026, 9, 1),
    )  # fmt: skip
    assert registry.store.verify().first_break is None


def test_the_same_answers_again_change_nothing(
    registry: FictitiousRegistry, replies: Replies, tmp_path: Path
) -> None:
    request, made = disclosed(registry, tmp_path)
    path = filled(made, usual, tmp_path)
    first = replies.read_in(path, request)
    before = registry.store.head()
    registry.clock.tick(3600)
    again = replies.read_in(path, request)
    saved_again = replies.read_in(filled(made, usual, tmp_path, "もう一度.xlsx"), request)
    assert again.repeated
    assert saved_again.repeated
    assert again.reply_id == first.reply_id
    assert (again.on_list, again.unanswered) == (first.on_list, first.unanswered)
    assert registry.store.head() == before
    assert len(replies.of_request(request)) == 1


def test_newer_answers_are_one_more_reply(registry: FictitiousRegistry, replies: Replies, tmp_path: Path) -> None:
    request, made = disclosed(registry, tmp_path)
    replies.read_in(filled(made, usual, tmp_path), request)
    registry.clock.tick(3600)

    def more(page: Any, at: int, columns: dict[str, int]) -> None:
        usual(page, at, columns)
        page.cell(at + 3, columns["市町名簿への登載"]).value = "未登載"

    found = replies.read_in(filled(made, more, tmp_path, "二回目.xlsx"), request)
    assert found.unanswered == 0
    assert len(replies.of_request(request)) == 2


def test_a_sealed_reply_is_read_with_its_password(
    registry: FictitiousRegistry, replies: Replies, tmp_path: Path
) -> None:
    request, made = disclosed(registry, tmp_path)
    with pytest.raises(Refusal, match=r"replies\.sealed"):
        replies.read_in(made.file, request)
    with pytest.raises(Refusal, match=r"sealed_sheets\.wrong_password"):
        replies.read_in(made.file, request, "2222-2222-2222-2222")
    found = replies.read_in(made.file, request, made.password)
    assert (found.unanswered, found.faults, found.use_of_list) == (3, (), "unknown")


@pytest.mark.parametrize(
    ("change", "code", "unanswered"),
    [
        (lambda p, at, c: p.cell(at + 1, 1, "AAAA-AAAA"), "reply_key_unknown", 2),
        (lambda p, at, c: setattr(p.cell(at + 1, 1), "value", None), "reply_key_missing", 2),
        (lambda p, at, c: p.cell(at + 1, c["市町名簿への登載"], "たぶん登載"), "reply_choice_unknown", 1),
        (lambda p, at, c: p.cell(at + 1, c["個別避難計画(市町)"], "検討中"), "reply_choice_unknown", 1),
        (lambda p, at, c: p.cell(at + 1, c["個別避難計画の作成日"], "そのうち"), "date_unreadable", 1),
        (lambda p, at, c: p.cell(at + 1, c["個別避難計画の作成日"], "令和9年1月1日"), "reply_day_in_future", 1),
        (lambda p, at, c: p.cell(at + 1, c["氏名"], "別人 太郎"), "reply_name_mismatch", 2),
    ],
)
def test_an_altered_cell_is_a_fault_and_the_rest_is_taken(
    registry: FictitiousRegistry,
    replies: Replies,
    tmp_path: Path,
    change: Callable[[Any, int, dict[str, int]], None],
    code: str,
    unanswered: int,
) -> None:
    request, made = disclosed(registry, tmp_path)

    def altered(page: Any, at: int, columns: dict[str, int]) -> None:
        usual(page, at, columns)
        change(page, at, columns)

    found = replies.read_in(filled(made, altered, tmp_path), request)
    assert codes(found) == [code]
    fault = found.faults[0]
    assert (fault.file, fault.sheet) == ("回答.xlsx", "回答票")
    assert fault.row == 4
    assert fault.column
    assert words.say(f"faults.{code}", **fault.facts)
    assert found.unanswered == unanswered


def test_a_key_twice_with_two_answers_counts_for_neither(
    registry: FictitiousRegistry, replies: Replies, tmp_path: Path
) -> None:
    request, made = disclosed(registry, tmp_path)

    def twice(page: Any, at: int, columns: dict[str, int]) -> None:
        usual(page, at, columns)
        page.cell(at + 2, 1).value = page.cell(at + 1, 1).value
        page.cell(at + 2, columns["氏名"]).value = page.cell(at + 1, columns["氏名"]).value

    found = replies.read_in(filled(made, twice, tmp_path), request)
    assert codes(found) == ["reply_key_twice"] * 2
    assert (found.answered, found.unanswered) == (0, 3)


def test_keys_typed_again_in_full_width_and_columns_moved_are_still_understood(
    registry: FictitiousRegistry, replies: Replies, tmp_path: Path
) -> None:
    request, made = disclosed(registry, tmp_path)
    answer = filled(made, usual, tmp_path)
    page = openpyxl.load_workbook(answer)["回答票"]
    at, _ = header_row(page)
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=at)]
    order = list(reversed(range(len(rows[0]))))
    other = openpyxl.Workbook()
    sheet = other.active
    sheet.title = "転記"
    for number, row in enumerate(rows):
        moved = [row[at_] for at_ in order]
        if number == 1:
            wide = str(row[0]).translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}).lower()
            moved[order.index(0)] = wide
        sheet.append([*moved, "市町の独自欄" if number == 0 else "メモ"])
    path = tmp_path / "転記.xlsx"
    other.save(path)
    found = replies.read_in(path, request)
    assert (found.faults, found.answered) == ((), 2)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_file_saved_by_libreoffice_is_read(registry: FictitiousRegistry, replies: Replies, tmp_path: Path) -> None:
    request, made = disclosed(registry, tmp_path)
    answer = filled(made, usual, tmp_path)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "lo"), str(answer)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = replies.read_in(tmp_path / "lo" / answer.name, request)
    assert found.faults == ()
    assert (found.answered, found.on_list["listed"], found.use_of_list) == (2, 1, "used")


def test_another_requests_file_is_refused(registry: FictitiousRegistry, replies: Replies, tmp_path: Path) -> None:
    request, _ = disclosed(registry, tmp_path / "a")
    _, other = disclosed(registry, tmp_path / "b", AGEO)
    path = filled(other, usual, tmp_path)
    before = registry.store.head()
    with pytest.raises(Refusal) as refusal:
        replies.read_in(path, request)
    assert refusal.value.code == "replies.other_request"
    assert "上尾市" in words.say(refusal.value.code, **refusal.value.facts)
    assert registry.store.head() == before


def test_what_is_no_reply_is_refused(registry: FictitiousRegistry, replies: Replies, tmp_path: Path) -> None:
    request, made = disclosed(registry, tmp_path)
    book = openpyxl.Workbook()
    book.active.append(["氏名", "住所"])
    book.save(tmp_path / "other.xlsx")

    def strange(page: Any, at: int, columns: dict[str, int]) -> None:
        for row in range(at + 1, at + 4):
            page.cell(row, 1).value = f"ZZZZ-ZZZ{row}"

    def without(page: Any, at: int, columns: dict[str, int]) -> None:
        for name in ("市町名簿への登載", "個別避難計画(市町)"):
            page.cell(at, columns[name]).value = "名前を変えた見出し"

    waiting = registry.request()
    for path, asked, code in (
        (tmp_path / "other.xlsx", request, "replies.no_sheet"),
        (filled(made, strange, tmp_path, "s.xlsx"), request, "replies.unknown_file"),
        (filled(made, without, tmp_path, "w.xlsx"), request, "replies.no_sheet"),
        (filled(made, usual, tmp_path, "u.xlsx"), "no such request", "replies.unknown_request"),
        (filled(made, usual, tmp_path, "v.xlsx"), waiting, "replies.nothing_disclosed"),
    ):
        with pytest.raises(Refusal) as refusal:
            replies.read_in(path, asked)
        assert refusal.value.code == code
        assert words.say(refusal.value.code, **refusal.value.facts)
