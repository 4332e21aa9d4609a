"""The 取組状況 table: every number from a frozen edition, disclosures inside the 年度, no personal data."""

from __future__ import annotations

import io
import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.adapters.read_sheets import read_returned
from hoken_desktop.domain.codes import CareSetting, DeviceKind
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.disclosures import Disclosures
from hoken_desktop.services.preferences import Preferences
from hoken_desktop.services.printing import Printing
from hoken_desktop.services.replies import Replies
from hoken_desktop.services.statistics import Kept, Statistics
from hoken_desktop.services.statistics_tables import UNANSWERED, Texts, say_number
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import AGEO, KONOSU, FictitiousRegistry
from tests.services.test_replies import filled

OXYGEN = (DeviceKind.OXYGEN_CONCENTRATOR,)
BOTH = (DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path / "data")
    made.consent(made.person("見本 一郎", "あ", facts={"support_plan": "made"}))
    made.consent(made.person("見本 二郎", "い", devices=BOTH))
    made.person("見本 三郎", "う", devices=OXYGEN, care_setting=CareSetting.HOSPITAL)
    made.person("見本 四郎", "え", devices=OXYGEN, municipality=AGEO)
    made.person("見本 五郎", "お", devices=(DeviceKind.CPAP,))
    made.freeze(date(2026, 9, 30))
    yield made
    made.close()


@pytest.fixture
def statistics(registry: FictitiousRegistry, qapp: Any) -> Statistics:
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, QtPrinter)
    return Statistics(
        registry.store, registry.clock, printing, registry.municipalities, read_returned, Preferences(registry.store)
    )


def disclose(registry: FictitiousRegistry, folder: Path) -> Any:
    service = Disclosures(
        registry.store, registry.clock, registry.ids, sealed_sheets, registry.municipalities,
        random.Random(registry.ids.given).randrange,
    )  # fmt: skip
    request = registry.request()
    return request, service.disclose(request, folder)


def test_the_figures_are_those_of_the_frozen_edition_and_do_not_move(
    registry: FictitiousRegistry, statistics: Statistics
) -> None:
    before = statistics.figures(2026)
    registry.person("あとから 来た人")
    assert statistics.figures(2026) == before
    r, m = before.totals.registered, before.totals.mapped
    assert (r.ventilator, r.both, r.oxygen, r.total) == (2, 1, 2, 4)
    assert (m.ventilator, m.oxygen, m.total) == (2, 1, 3)
    assert before.totals.unmapped == {"hospital": 1}
    assert before.totals.closes
    registry.freeze(date(2026, 9, 30), edition=2)
    again = statistics.figures(2026)
    assert (again.edition, again.totals.registered.total) == (2, 5)


def test_march_belongs_to_the_year_that_ends_with_it(registry: FictitiousRegistry, statistics: Statistics) -> None:
    registry.clock.move(date(2027, 4, 20))
    registry.freeze(date(2027, 3, 31))
    found = statistics.figures(2026)
    assert (found.as_of, found.figure) == (date(2027, 3, 31), "3月末")
    assert statistics.figures(2026, "9月末").as_of == date(2026, 9, 30)
    assert statistics.figures(2026, "３月末").as_of == date(2027, 3, 31)
    with pytest.raises(Refusal, match=r"statistics\.nothing_frozen"):
        statistics.figures(2027)
    with pytest.raises(Refusal, match=r"statistics\.not_frozen"):
        statistics.figures(2025, "3月末")
    with pytest.raises(Refusal, match=r"statistics\.unknown_figure"):
        statistics.figures(2026, "6月末")


def test_disclosures_count_by_their_day_inside_the_year(
    registry: FictitiousRegistry, statistics: Statistics, tmp_path: Path
) -> None:
    disclose(registry, tmp_path / "a")
    registry.clock.move(date(2027, 3, 31))
    disclose(registry, tmp_path / "b")
    registry.clock.move(date(2027, 4, 5))
    disclose(registry, tmp_path / "c")
    found = statistics.figures(2026).provision
    assert (found.times, found.municipalities, found.people, found.person_times) == (2, 1, 2, 4)
    registry.clock.move(date(2027, 10, 5))
    registry.freeze(date(2027, 9, 30))
    assert statistics.figures(2027).provision.times == 1


def test_plans_are_two_things_and_each_adds_up_to_the_people(
    registry: FictitiousRegistry, statistics: Statistics, tmp_path: Path
) -> None:
    before = statistics.figures(2026)
    assert before.support_plan[KONOSU]["made"] == 1
    assert before.evacuation_plan[KONOSU] == {**dict.fromkeys(before.evacuation_plan[KONOSU], 0), UNANSWERED: 3}
    request, made = disclose(registry, tmp_path)

    def answers(page: Any, at: int, columns: dict[str, int]) -> None:
        page.cell(at + 2, columns["個別避難計画(市町)"]).value = "作成済"

    replies = Replies(registry.store, registry.clock, registry.ids, read_returned, registry.municipalities)
    replies.read_in(filled(made, answers, tmp_path), request)
    after = statistics.figures(2026)
    assert after.support_plan == before.support_plan
    assert (after.evacuation_plan[KONOSU]["made"], after.evacuation_plan[KONOSU][UNANSWERED]) == (1, 2)
    assert after.replies_until == registry.clock.today()
    for plans in (after.support_plan, after.evacuation_plan):
        assert sum(sum(counts.values()) for counts in plans.values()) == 4


def test_every_number_names_its_round_and_edition(registry: FictitiousRegistry, statistics: Statistics) -> None:
    found = statistics.figures(2026)
    assert {(n.as_of, n.edition) for n in found.numbers} == {(date(2026, 9, 30), 1)}
    whole = {n.key: n.value for n in found.numbers if not n.municipality}
    for key, value in whole.items():
        parts = [n.value for n in found.numbers if n.key == key and n.municipality]
        if key not in ("provision.municipalities", "provision.people"):
            assert sum(parts) == value, key
    assert all(say_number(n) for n in found.numbers)
    assert whole["list.ventilator"] == 2


def test_the_table_has_the_columns_of_the_source_and_leaves_the_words_to_the_staff(
    registry: FictitiousRegistry, statistics: Statistics, tmp_path: Path
) -> None:
    path = tmp_path / "取組状況.xlsx"
    statistics.write(path, 2026)
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    rows = [list(row) for row in book["取組状況"].iter_rows(values_only=True)]
    at = next(n for n, row in enumerate(rows) if row[0] == "重点取組")
    assert rows[at] == [
        "重点取組", "実施主体", "主な取組", "令和8年度 取組内容・実績", "課題・問題点", "令和9年度 取組計画",
    ]  # fmt: skip
    subject, office, main, done, issues, plan = rows[at + 1]
    assert (main, issues, plan) == (None, None, None)
    assert office == "見本保健所"
    assert "⑤" in subject
    assert "人工呼吸器装着 2人、酸素療法利用者 2人" in done
    assert "人工呼吸器装着 2人、酸素療法利用者 1人" in done
    assert "個別支援計画(保健所・訪問看護) 作成済 1人" in done
    text = "\n".join(str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell)
    assert "実人数" in text
    assert "第1版" in text
    assert "見本 一郎" not in text
    assert registry.store.verify().first_break is None


def test_last_years_words_are_kept(registry: FictitiousRegistry, statistics: Statistics, tmp_path: Path) -> None:
    texts = Texts("リストの更新", "マンパワーが足りない", "協議の場に参加する")
    statistics.write(tmp_path / "a.xlsx", 2026, texts=texts)
    assert statistics.read_texts(tmp_path / "a.xlsx") == texts
    with pytest.raises(Refusal, match=r"sealed_sheets\.name_taken"):
        statistics.write(tmp_path / "a.xlsx", 2026)
    book = openpyxl.Workbook()
    book.active.append(["別の表"])
    book.active.append(["値"])
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(Refusal, match=r"statistics\.no_table"):
        statistics.read_texts(tmp_path / "b.xlsx")


def test_an_office_that_counts_uses_says_so(
    registry: FictitiousRegistry, statistics: Statistics, tmp_path: Path
) -> None:
    registry.set_office(counting="use")
    registry.freeze(date(2026, 9, 30), edition=2)
    found = statistics.figures(2026)
    assert (found.totals.registered.oxygen, found.totals.registered.total) == (3, 5)
    statistics.write(tmp_path / "a.xlsx", 2026)
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["取組状況"]
    notes = [str(row[0]) for row in page.iter_rows(max_row=3, values_only=True)]
    assert words.say("statistics.rule_use") in notes


def pages_of(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    return [re.sub(r"\s", "", unicodedata.normalize("NFKC", text)) for text in texts]


def test_the_paper_has_the_source_documents_columns_and_carries_its_marks(
    registry: FictitiousRegistry, statistics: Statistics, tmp_path: Path
) -> None:
    texts = Texts("まちごとの取組。" * 60, "人手が足りない。\n市町の活用状況を知る。", "医療的ケア児協議の場への参加")
    written = statistics.write(tmp_path / "a.pdf", 2026, texts=texts)
    pages = pages_of(tmp_path / "a.pdf")
    assert (written.printed.password, written.printed.pages) == ("", len(pages))
    for number, page in enumerate(pages, start=1):
        assert "取扱注意・庁内用" in page
        assert "印刷日令和8年10月15日" in page
        assert "9月末第1版部数番号1" in page
        assert f"{number}/{len(pages)}" in page
    text = "".join(pages)
    for head in ("重点取組", "実施主体", "主な取組", "令和8年度取組内容・実績", "課題・問題点", "令和9年度取組計画"):
        assert head in text
    assert "9月末人工呼吸器装着2人、酸素療法利用者2人" in text
    assert text.count("まちごとの取組。") == 60
    assert "医療的ケア児協議の場への参加" in text


def test_a_public_paper_withholds_small_numbers_and_says_so(
    registry: FictitiousRegistry, statistics: Statistics, tmp_path: Path
) -> None:
    statistics.write(tmp_path / "a.pdf", 2026, masked=True)
    text = "".join(pages_of(tmp_path / "a.pdf"))
    assert "公表用・個人情報を含みません" in text
    assert "取扱注意" not in text
    assert "人工呼吸器装着5人未満、酸素療法利用者5人未満" in text
    assert "秘匿" in text
    statistics.write(tmp_path / "a.xlsx", 2026, masked=True)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert words.say("statistics.sheet_origins") not in book.sheetnames
    shown = [value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row]
    assert not {1, 2, 3, 4, "1", "2", "3", "4"} & set(shown)


def test_the_words_are_kept_for_the_next_year_to_begin_with(
    registry: FictitiousRegistry, statistics: Statistics
) -> None:
    assert statistics.texts(2026) == Kept(Texts(), None)
    texts = Texts("主", "課題", "計画")
    statistics.keep_texts(2026, texts)
    assert statistics.texts(2026) == Kept(texts, 2026)
    assert statistics.texts(2027) == Kept(texts, 2026)
    assert statistics.texts(2025) == Kept(Texts(), None)
    assert statistics.table(2026).cells[2] == "主"
    with registry.store.read() as shelves:
        assert "課題" not in str(shelves.audits.all()[-1])


def test_the_trend_has_every_frozen_round_in_its_newest_edition(
    registry: FictitiousRegistry, statistics: Statistics
) -> None:
    registry.person("見本 六郎")
    registry.freeze(date(2026, 9, 30), edition=2)
    registry.clock.move(date(2027, 4, 20))
    registry.freeze(date(2027, 3, 31))
    points = statistics.trend()
    assert [(p.as_of, p.edition, p.registered.total, p.mapped.total) for p in points] == [
        (date(2026, 9, 30), 2, 5, 4), (date(2027, 3, 31), 1, 5, 4),
    ]  # fmt: skip
    assert statistics.years() == ((2026, "3月末"), (2026, "9月末"))


def test_papers_name_the_new_edition_after_a_correction(
    registry: FictitiousRegistry, statistics: Statistics, tmp_path: Path
) -> None:
    registry.person("見本 六郎")
    registry.freeze(date(2026, 9, 30), edition=2)
    statistics.write(tmp_path / "a.pdf", 2026)
    assert all("9月末第2版" in page for page in pages_of(tmp_path / "a.pdf"))
