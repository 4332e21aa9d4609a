"""The 取組状況 table: every number from a frozen edition, disclosures inside the 年度, no personal data."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.adapters.read_sheets import read_returned
from hoken_desktop.domain.codes import CareSetting, DeviceKind
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.disclosures import Disclosures
from hoken_desktop.services.replies import Replies
from hoken_desktop.services.statistics import UNANSWERED, Statistics, Texts, say_number
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
def statistics(registry: FictitiousRegistry) -> Statistics:
    return Statistics(registry.store, registry.clock, sealed_sheets, registry.municipalities, read_returned)


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
    path = tmp_path / "out" / "取組状況.xlsx"
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
