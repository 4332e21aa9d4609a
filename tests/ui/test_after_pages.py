"""回収・訂正, 市町の取組 and 漏えい時 on a real window over the real cipher."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import CareSetting
from hoken_desktop.domain.replies import ReplyQuestion
from hoken_desktop.services import items
from hoken_desktop.services.previews import known_of
from hoken_desktop.services.reply_questions import OpenQuestion
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages import all_pages
from hoken_desktop.ui.pages.funnels import FunnelsPage
from hoken_desktop.ui.pages.home_dues import due_items
from hoken_desktop.ui.pages.incident_forms import IncidentForm
from hoken_desktop.ui.pages.incidents import IncidentsPage
from hoken_desktop.ui.pages.recall_forms import ConfirmForm, TellForm
from hoken_desktop.ui.pages.recalls import RecallsPage
from hoken_desktop.ui.pages.reply_forms import AnswerForm, CountsForm, PhoneForm, question_facts
from hoken_desktop.ui.window import Window
from hoken_desktop.words import say
from tests.services.test_recalls import STANDARD
from tests.ui.disclosures.steps import Registry, build, cells

PAGES = ("disclosures", "recalls", "funnels", "incidents", "audits")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Three people handed over to 鴻巣市; since then one withdrew and one died."""
    made = build(tmp_path)
    people = [made.person(f"見本 {at}郎", f"みほん {at}") for at in range(3)]
    for one in people:
        made.consent(one)
    made.freeze()
    request = made.request()
    with made.store.read() as shelves:
        known = known_of(shelves, [p.id for p in people])
        keys = shelves.requests.all(id=request)[0].items
    cells_ = {p.id: items.handed_over(known[p.id], keys, STANDARD, made.clock.today()) for p in people}
    made.hand_over(request, people, cells=cells_)
    made.consent(people[0], withdrawn_on=made.clock.today())
    made.change(people[1], care_setting=CareSetting.DECEASED)
    return made


@pytest.fixture
def desk(registry: Registry, qtbot: QtBot, doors: Any) -> Iterator[Desk]:
    window = Window(doors, lambda: {name: maker for name, maker in all_pages().items() if name in PAGES})
    window.resize(1366, 728)
    window.show()
    qtbot.waitExposed(window)
    window.unlock(registry.house)
    assert window.desk is not None
    yield window.desk
    window.lock()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def opened(qtbot: QtBot, desk: Desk, name: str, **where: object) -> Page:
    page = desk.open_page(name, **where)
    wait(qtbot, desk)
    return page


def wait(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.jobs.busy(), timeout=60_000)
    QCoreApplication.processEvents()


def form(page: Page, kind: type[Any]) -> Any:
    return next(each for each in page.findChildren(QDialog) if isinstance(each, kind) and each.isVisible())


def test_a_recall_is_told_and_confirmed_on_its_page(qtbot: QtBot, desk: Desk, registry: Registry) -> None:
    due = due_items(registry.house.overviews.today(), ("recalls",), {}, None)
    assert [(one.figure, one.tone, one.door.page) for one in due] == [("2名", "danger", "recalls")]
    page = opened(qtbot, desk, "recalls")
    assert isinstance(page, RecallsPage)
    assert [line[:4:2] for line in cells(page.recipients)] == [["鴻巣市", "2"]]
    assert {line[2] for line in cells(page.holdings)} == {"同意の撤回", "死亡"}
    assert not page.confirm_button.isEnabled()
    page.tell_button.click()
    tell = form(page, TellForm)
    tell.deed.click()
    wait(qtbot, desk)
    assert page.notices.text() == say("recalls_page.told_done", n=2)
    assert {line[-1] for line in cells(page.holdings)} == {"確認待ち"}
    assert not page.tell_button.isEnabled()
    page.confirm_button.click()
    confirm = form(page, ConfirmForm)
    confirm.deed.click()
    assert confirm.text_field.fault() == say("recalls_page.by_missing")
    confirm.text.setText("防災課 見本")
    confirm.deed.click()
    wait(qtbot, desk)
    assert cells(page.recipients) == []
    assert page.notices.text() == say("recalls_page.confirmed_done", n=2)
    assert registry.house.recalls.all() == ()


def test_the_picture_says_what_the_table_beside_it_says(qtbot: QtBot, desk: Desk, registry: Registry) -> None:
    page = opened(qtbot, desk, "funnels", municipality="112178")
    assert isinstance(page, FunnelsPage)
    lines = {line[0]: line for line in cells(page.places)}
    assert lines["鴻巣市"][1:4] == ["3", "66.7%", "100.0%"]
    assert lines["鴻巣市"][5:] == ["―", "―"]  # nobody answered: no rate, and no zero
    for word in ("対象 3名 100.0%", "同意 2名 66.7%", "提供 3名 100.0%", "計画 0名"):
        assert word in page.chart.accessibleName()
    assert "15.1%" in page.national.text()
    assert len(cells(page.trend)) == 1


def test_something_lost_is_looked_up_and_written_down(qtbot: QtBot, desk: Desk, registry: Registry) -> None:
    page = opened(qtbot, desk, "incidents", text="鴻巣")
    assert isinstance(page, IncidentsPage)
    assert [(line[1], line[3]) for line in cells(page.found)] == [("提供したファイル", "3")]
    assert "見本 0郎" in page.pane.facts.accessibleName()
    assert "AES-256" in page.pane.facts.accessibleName()
    page.pane.record_button.click()
    asked = form(page, IncidentForm)
    asked.deed.click()
    assert asked.circumstances_field.fault()
    asked.circumstances.setPlainText("庁舎でなくした")
    asked.deed.click()
    wait(qtbot, desk)
    assert page.notices.text() == say("incidents_page.opened")
    assert [line[3] for line in cells(page.written.list)] == ["まだ"]
    assert "確かめていません" in page.written.facts.accessibleName()
    page.release()
    assert "見本" not in page.pane.facts.accessibleName()


def test_an_answer_by_telephone_and_one_in_numbers(qtbot: QtBot, desk: Desk, registry: Registry) -> None:
    with registry.store.read() as shelves:
        request = shelves.requests.all()[0].id
    page = opened(qtbot, desk, "disclosures", request_id=request)
    deeds = page.replies  # type: ignore[attr-defined]
    phone: PhoneForm = deeds.ask_phone()
    phone.by.setText("防災課 見本")
    phone.deed.click()
    assert phone.comment_field.fault() == say("replies_page.nothing_said")
    phone.on_list.setCurrentText("登載")
    phone.deed.click()
    assert phone.person_field.fault() == say("replies_page.whom_missing")
    assert registry.house.replies.of_request(request) == []
    phone.person.setCurrentIndex(1)
    phone.deed.click()
    wait(qtbot, desk)
    (reply,) = registry.house.replies.of_request(request)
    assert (reply.way, reply.file_name) == ("phone", "防災課 見本")
    again = deeds.ask_phone()
    again.by.setText("福祉課 見本")
    again.person.setCurrentIndex(1)
    again.on_list.setCurrentText("未登載")
    again.deed.click()
    wait(qtbot, desk)
    (asked,) = registry.house.reply_questions.open(request)
    assert page.notices.text() == say("replies_page.heard_unsure", name=asked.name, n=1)
    assert dict(question_facts(asked))[say("replies_page.whom")].startswith(asked.name)
    assert "福祉課 見本" in dict(question_facts(asked))[say("replies_page.where")]
    counts: CountsForm = deeds.ask_counts()
    counts.by.setText("防災課 見本")
    counts.numbers["on_list.listed"].setText("4")
    counts.deed.click()
    assert any(field.fault() for field in counts._last.values())
    counts.numbers["on_list.listed"].setText("2")
    counts.deed.click()
    wait(qtbot, desk)
    assert registry.house.replies.result_of(reply).counts == {"on_list.listed": 2}


@pytest.mark.parametrize(
    ("key", "code", "fault"),
    [
        ("on_list", "reply_choice", "replies_page.answer_missing"),
        ("", "reply_key_missing", "replies_page.whom_missing"),
    ],
)
def test_no_answer_is_written_because_it_stood_first(
    qtbot: QtBot, desk: Desk, registry: Registry, key: str, code: str, fault: str
) -> None:
    with registry.store.read() as shelves:
        request = shelves.requests.all()[0].id
    page = opened(qtbot, desk, "disclosures", request_id=request)
    today = registry.clock.today()
    asked = OpenQuestion(
        ReplyQuestion("q", "r", "回答票", 4, "B列", code, raw_text="たぶん"), request, "", "回答.xlsx", today, key
    )
    answers: list[str] = []
    people = page.replies._people()  # type: ignore[attr-defined]
    asking = AnswerForm(page, asked, people, today, answers.append)
    asking.open()
    asking.deed.click()
    assert asking.answer_field.fault() == say(fault)
    assert answers == []
    assert asking.choice is not None
    asking.choice.setCurrentIndex(0)
    asking.deed.click()
    assert len(answers) == 1


def test_leaving_a_question_as_it_is_is_asked_first(qtbot: QtBot, desk: Desk, registry: Registry) -> None:
    with registry.store.read() as shelves:
        request = shelves.requests.all()[0].id
    page = opened(qtbot, desk, "disclosures", request_id=request)
    asked = OpenQuestion(
        ReplyQuestion("q", "r", "回答票", 4, "B列", "reply_key_missing", raw_text="たぶん"), request, "", "回答.xlsx",
        registry.clock.today(), "",
    )  # fmt: skip
    settled: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(registry.house.reply_questions), "ignore", lambda _self, id: settled.append(id))
        question = page.replies.ask_ignore(asked)  # type: ignore[attr-defined]
        question.back_button.click()
        wait(qtbot, desk)
        assert settled == []
        page.replies.ask_ignore(asked).deed_button.click()  # type: ignore[attr-defined]
        wait(qtbot, desk)
    assert settled == ["q"]
