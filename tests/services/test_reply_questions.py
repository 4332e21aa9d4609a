"""What is not sure in an answer waits for the staff; contradictions overwrite nothing; numbers stand for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from hoken_desktop import words
from hoken_desktop.adapters.read_sheets import read_returned
from hoken_desktop.domain.codes import EvidenceSource, ListUse, OnList, PlanStatus
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Fact
from hoken_desktop.domain.replies import ReplyRow, counts_fit, joined, standing
from hoken_desktop.services.replies import Replies
from hoken_desktop.services.reply_questions import ReplyQuestions
from tests.registry_builder import FictitiousRegistry

NAMES = ("青葉 花子", "斎藤 清", "和田 実")
HEADERS = (
    "照合番号", "氏名", "市町名簿への登載", "個別避難計画(市町)", "個別避難計画の作成日", "個別避難計画の担当",
    "個別支援計画(保健所)の把握", "コメント",
)  # fmt: skip


class Town:
    """One request with three people handed over, and the office's two services for what comes back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.registry = made = FictitiousRegistry(folder / "data")
        self.people = [made.person(name, kana) for name, kana in zip(NAMES, ("あ", "さ", "わ"), strict=True)]
        made.freeze()
        self.request = made.request()
        self.disclosure, keys = made.hand_over(self.request, self.people)
        self.keys = [keys[p.id] for p in self.people]
        self.replies = Replies(made.store, made.clock, made.ids, read_returned, made.municipalities)
        self.questions = ReplyQuestions(made.store, made.clock, made.ids)
        self.files = 0

    def read(self, *rows: tuple[object, ...]):  # type: ignore[no-untyped-def]
        self.registry.clock.tick(60)
        self.files += 1
        book = openpyxl.Workbook()
        for row in (HEADERS, *rows):
            book.active.append(list(row))
        path = self.folder / f"回答{self.files}.xlsx"
        book.save(path)
        return self.replies.read_in(path, self.request)

    def row(self, at: int, *answers: object) -> tuple[object, ...]:
        return (self.keys[at], NAMES[at], *answers)

    def standing(self, at: int) -> ReplyRow | None:
        with self.registry.store.read() as shelves:
            return standing(shelves.replies.all(), shelves.reply_rows.all()).get(self.people[at].id)

    def open(self) -> list[tuple[str, str]]:
        return [(one.question.code, one.question.person_id) for one in self.questions.open(self.request)]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.registry.close()


def test_a_question_is_settled_by_cell_and_the_answer_stands(town: Town) -> None:
    found = town.read(town.row(0, "たぶん", "作成済", "そのうち"), town.row(1, "登載"))
    assert [q.code for q in found.questions] == ["reply_choice_unknown", "date_unreadable"]
    assert (found.answered, found.unanswered, found.on_list["unknown"]) == (2, 1, 1)
    choice, day = town.questions.open(town.request)
    assert (choice.key, choice.question.raw_text, day.key) == ("on_list", "たぶん", "evacuation_plan_on")
    for wrong, code in (("うそ", "replies.unknown_answer"), ("", "replies.unknown_answer")):
        with pytest.raises(Refusal) as refusal:
            town.questions.answer(choice.question.id, wrong)
        assert refusal.value.code == code
        assert words.say(refusal.value.code, **refusal.value.facts)
    with pytest.raises(Refusal, match=r"replies\.answer_day"):
        town.questions.answer(day.question.id, "令和10年1月1日")
    town.questions.answer(choice.question.id, "登載")
    town.questions.answer(day.question.id, "令和8年8月31日")
    assert town.open() == []
    row = town.standing(0)
    assert row is not None
    assert (row.on_list, row.evacuation_plan, row.evacuation_plan_on) == (
        OnList.LISTED, PlanStatus.MADE, date(2026, 8, 31),
    )  # fmt: skip
    with pytest.raises(Refusal, match=r"replies\.settled_already"):
        town.questions.answer(choice.question.id, "登載")
    assert town.replies.result_of(town.replies.of_request(town.request)[0]).on_list["listed"] == 2
    assert town.registry.store.verify().first_break is None


def test_a_contradiction_keeps_what_was_answered_until_somebody_decides(town: Town) -> None:
    town.read(town.row(0, "登載", "作成済", date(2026, 9, 1), "防災課"), town.row(1, "未登載", "未着手"))
    found = town.read(
        town.row(0, "対象外", "未着手", date(2026, 9, 20), "福祉課", None, "確認中"), town.row(1, "登載", "作成中")
    )
    assert [q.code for q in found.questions] == ["reply_day_without_plan", *["reply_conflict"] * 3]
    row, other = town.standing(0), town.standing(1)
    assert row is not None
    assert other is not None
    assert (row.on_list, row.evacuation_plan, row.evacuation_plan_on, row.plan_staff, row.comment) == (
        OnList.LISTED, PlanStatus.MADE, date(2026, 9, 1), "防災課", "確認中",
    )  # fmt: skip
    assert (other.on_list, other.evacuation_plan) == (OnList.LISTED, PlanStatus.IN_PROGRESS)  # news, no contradiction
    by_key = {one.key: one for one in town.questions.open() if one.question.code == "reply_conflict"}
    assert by_key["on_list"].recorded == "登載"
    town.questions.answer(by_key["on_list"].question.id, "対象外")
    town.questions.ignore(by_key["evacuation_plan"].question.id)
    row = town.standing(0)
    assert row is not None
    assert (row.on_list, row.evacuation_plan) == (OnList.NOT_ELIGIBLE, PlanStatus.MADE)


def test_a_blank_takes_nothing_away_and_the_same_file_again_asks_nothing_again(town: Town) -> None:
    first = (town.row(0, "登載", "作成済"), town.row(1, "どうだろう"))
    town.read(*first)
    head = town.registry.store.head()
    assert town.read(*first).repeated
    assert town.registry.store.head() == head
    found = town.read(town.row(0, None, "不明"), town.row(2, "登載"))
    assert (found.answered, found.on_list["listed"], found.evacuation_plan["made"]) == (2, 2, 1)
    assert town.open() == [("reply_choice_unknown", town.people[1].id)]


def test_a_whole_row_is_given_to_the_person_it_is_of(town: Town) -> None:
    town.read(("KKKK-9999", NAMES[0], "登載", "まだ"), town.row(1))
    (question,) = town.questions.open()
    assert question.is_row
    with pytest.raises(Refusal, match=r"replies\.answer_person"):
        town.questions.answer(question.question.id, "somebody else")
    town.questions.answer(question.question.id, town.people[0].id)
    row = town.standing(0)
    assert row is not None
    assert row.on_list is OnList.LISTED
    assert town.open() == [("reply_choice_unknown", town.people[0].id)]


def test_the_centres_own_plan_is_asked_about_and_never_overwritten(town: Town) -> None:
    person = town.people[0]
    with town.registry.store.change(Deed.FACTS_RECORDED, person.id) as shelves:
        shelves.facts.add(
            Fact(
                town.registry.ids(), person.id, "support_plan", "in_progress", EvidenceSource.VISIT,
                date(2026, 9, 2), town.registry.clock.now(),
            )
        )  # fmt: skip
    found = town.read(town.row(0, "登載", None, None, None, "作成済"))
    assert [q.code for q in found.questions] == ["reply_support_differs"]
    with town.registry.store.read() as shelves:
        assert [f.value for f in shelves.facts.all(person_id=person.id, field="support_plan")] == ["in_progress"]


def test_an_answer_by_telephone_is_written_person_by_person(town: Town) -> None:
    row = ReplyRow("", "", town.people[0].id, OnList.LISTED, PlanStatus.MADE, date(2026, 9, 1))
    today = town.registry.clock.today()
    for who, day, rows, code in (
        (" ", today, [row], "no_answerer"),
        ("防災課 見本", date(2026, 10, 1), [row], "answer_day_order"),
        ("防災課 見本", date(2027, 1, 1), [row], "answer_day_order"),
        ("防災課 見本", today, [], "nothing_answered"),
        ("防災課 見本", today, [ReplyRow("", "", "nobody", OnList.LISTED)], "answer_person"),
    ):
        with pytest.raises(Refusal) as refusal:
            town.replies.by_phone(town.request, who, day, rows)
        assert refusal.value.code == f"replies.{code}"
        assert words.say(refusal.value.code, **refusal.value.facts)
    found = town.replies.by_phone(town.request, "防災課 見本", today, [row], use_of_list=ListUse.USED)
    assert (found.answered, found.unanswered, found.use_of_list) == (1, 2, "used")
    assert town.replies.of_request(town.request)[0].way == "phone"
    again = town.replies.by_phone(
        town.request, "防災課 見本", today, [ReplyRow("", "", town.people[0].id, OnList.NOT_LISTED)]
    )
    assert [q.code for q in again.questions] == ["reply_conflict"]
    assert again.on_list["listed"] == 1


def test_numbers_never_stand_for_people_and_never_exceed_them(town: Town) -> None:
    today = town.registry.clock.today()
    with pytest.raises(Refusal, match=r"replies\.too_many"):
        town.replies.by_counts(town.request, "防災課", today, {"on_list.listed": 3, "on_list.not_listed": 1})
    for counts in ({"on_list.listed": -1}, {"evacuation_plan.gone": 1}):
        with pytest.raises(Refusal, match=r"replies\.bad_count"):
            town.replies.by_counts(town.request, "防災課", today, counts)
    with pytest.raises(Refusal, match=r"replies\.nothing_answered"):
        town.replies.by_counts(town.request, "防災課", today, {})
    found = town.replies.by_counts(town.request, "防災課", today, {"on_list.listed": 2, "evacuation_plan.made": 1})
    assert found.counts == {"on_list.listed": 2, "evacuation_plan.made": 1}
    assert (found.answered, found.unanswered, sum(found.on_list.values())) == (0, 3, 0)
    with town.registry.store.read() as shelves:
        assert shelves.reply_rows.all() == []


def test_one_towns_counts_are_bounded_by_what_that_town_was_given() -> None:
    assert counts_fit({"on_list.listed": 5, "evacuation_plan.made": 5}, 5)
    assert not counts_fit({"on_list.listed": 5, "on_list.unknown": 1}, 5)


def test_joining_is_idempotent_and_forgets_nothing() -> None:
    before = ReplyRow("", "", "p", OnList.LISTED, PlanStatus.MADE, date(2026, 9, 1), PlanStatus.MADE, "前", "防災課")
    assert joined(before, before) == (before, ())
    blank = ReplyRow("", "", "p")
    assert joined(before, blank) == (before, ())
    assert joined(None, before) == (before, ())
