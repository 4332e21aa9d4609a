"""ホーム on a real registry: the steps, the counts that close, what is due, and every figure's people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import DeviceKind, EndReason, EvidenceSource, RoundState, Standing, UseStatus
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.dues import DueRow, TagButton
from hoken_desktop.ui.kit.equations import FigureButton
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.steps import StepButton, StepState
from hoken_desktop.ui.pages.home import HomePage
from hoken_desktop.ui.pages.home_dues import BackupState, due_items
from hoken_desktop.ui.pages.home_steps import step_groups
from hoken_desktop.ui.pages.home_words import newest_reference_day, next_round, title_of
from hoken_desktop.ui.pages.persons import PersonsPage
from hoken_desktop.words import say
from tests.ui.real_house import AGEO, KONOSU, TODAY, People, fresh_house, read_files, settle

PAGES = ("persons", "rounds", "places", "consents", "disclosures", "statistics", "settings")


class Elsewhere(Page):
    """Notes where it was opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "ほか")
        self.opened: list[dict[str, object]] = []

    def show_at(self, **where: object) -> None:
        self.opened.append(where)


@pytest.fixture
def open_desk(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    """A desk over a house, with its home page read."""
    desks: list[Desk] = []

    def opened(house: Any, *pages: str) -> Desk:
        makers = {"home": HomePage, "persons": PersonsPage} | dict.fromkeys(pages, Elsewhere)
        desk = Desk(house, makers)
        desks.append(desk)
        qtbot.addWidget(desk.frame)
        desk.frame.resize(1366, 728)
        desk.frame.show()
        qtbot.waitExposed(desk.frame)
        settle(desk, lambda: home(desk).view is not None)
        return desk

    yield opened
    for desk in desks:
        desk.close()


def home(desk: Desk) -> HomePage:
    page = desk._pages["home"]
    assert isinstance(page, HomePage)
    return page


def texts(page: HomePage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisible()]


def steps(page: HomePage) -> dict[str, StepState]:
    return {b._item.key: b._item.state for b in page.steps.findChildren(StepButton) if not b.isHidden()}


def open_request(house: Any, due_on: date | None) -> str:
    request = house.requests.open(
        municipality="上尾市", number="健第1号", requested_on=date(2026, 10, 1), received_on=date(2026, 10, 2),
        requester="上尾市長", purpose="避難行動要支援者名簿の作成", due_on=due_on,
    )  # fmt: skip
    return str(request.id)


# ---- counting ---------------------------------------------------------------------------------------------------


def test_registered_is_mapped_and_unmapped_with_their_people(people: People) -> None:
    view = people.house.overviews.today()
    assert (view.registered.total, view.mapped.total, view.unmapped.total) == (4, 2, 2)
    assert (view.registered.tally.ventilator, view.registered.tally.both, view.registered.tally.oxygen) == (2, 1, 2)
    assert {reason.value: n for reason, n in view.reasons} == {"hospital": 1, "not_searched": 1}
    ids = people.ids
    assert view.people["unmapped"] == (ids["kasa"], ids["tomo"])
    assert view.people["unmapped/ventilator"] == (ids["kasa"],)
    assert view.people["unmapped/oxygen"] == (ids["tomo"],)
    assert view.people["unconfirmed"] == (ids["yuki"],)
    assert view.people[f"municipality:{AGEO}"] == (ids["sana"], ids["tomo"])
    assert set(view.people["mapped"]) | set(view.people["unmapped"]) == set(view.people["registered"])


def test_what_would_be_disclosed_today_closes_and_gives_one_reason_each(people: People) -> None:
    forecast = people.house.overviews.today().forecast
    assert forecast.basis is None
    assert forecast.target.total == forecast.disclosed.total + forecast.stays.total == 4
    assert {reason.value: n for reason, n in forecast.excluded} == {"hospital": 1, "consent_refused": 1}


def test_the_forecast_agrees_with_what_a_request_would_disclose(people: People) -> None:
    house = people.house
    read_files(house, date(2026, 9, 30))
    house.rounds.freeze()
    request = open_request(house, None)
    view = house.overviews.today()
    preview = house.disclosures.preview(request)
    ageo = {p.person_id for p in preview.passages if p.excluded is None}
    assert ageo == set(view.people["disclosed"]) & set(view.people[f"municipality:{AGEO}"])
    assert view.forecast.basis == date(2026, 9, 30)


def test_what_was_counted_is_kept_until_the_next_deed(people: People) -> None:
    overviews = people.house.overviews
    first = overviews.today()
    assert overviews.today() is first
    people.add("new", "渡鳥 舞", "わたりどり まい", ())
    assert overviews.today() is not first


def test_a_frozen_half_year_stands_beside_the_open_one(people: People) -> None:
    house = people.house
    read_files(house, date(2026, 3, 31))
    house.rounds.freeze()
    read_files(house, date(2026, 9, 30), pending=3)
    view = house.overviews.today()
    assert view.before is not None
    assert (view.before.as_of, view.before.registered.total) == (date(2026, 3, 31), 4)
    assert (view.now.as_of, view.now.frozen, view.now.consented) == (date(2026, 9, 30), False, 3)
    assert (view.work.pending, view.work.rows, view.work.file_rows) == (3, 3, 120)


# ---- steps ------------------------------------------------------------------------------------------------------


def test_only_steps_whose_page_is_here_are_shown(people: People) -> None:
    view = people.house.overviews.today()
    keys = [step.key for group in step_groups(view, ("persons", "rounds")) for step in group.steps]
    assert keys == ["open", "files", "match", "review", "devices", "consents", "freeze"]
    assert len([s for g in step_groups(view, PAGES) for s in g.steps]) == 12


def test_the_steps_follow_the_work(people: People) -> None:
    house = people.house

    def states() -> dict[str, str]:
        return {s.key: s.state for g in step_groups(house.overviews.today(), PAGES) for s in g.steps}

    assert states()["open"] is StepState.CURRENT
    read_files(house, date(2026, 9, 30), pending=2)
    found = states()
    assert (found["open"], found["files"], found["review"]) == (StepState.DONE, StepState.DONE, StepState.CURRENT)
    assert found["freeze"] is StepState.WAITING
    with house.store.change(Deed.ROWS_DECIDED) as shelves:
        shelves.round_rows.remove([row.id for row in shelves.round_rows.all()])
    house.rounds.freeze()
    found = states()
    assert found["freeze"] is StepState.DONE
    assert found["places"] is StepState.UNDER_WAY
    assert found["match"] is StepState.DONE
    assert found["print"] is StepState.WAITING
    assert found["disclose"] is StepState.CURRENT


def test_a_passed_reference_day_offers_the_next_round(people: People) -> None:
    house = people.house
    assert next_round(house.overviews.today()) == date(2026, 9, 30)
    read_files(house, date(2026, 9, 30))
    assert next_round(house.overviews.today()) is None


@pytest.mark.parametrize(
    ("day", "newest"),
    [
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 9, 29), date(2026, 3, 31)),
        (date(2027, 1, 1), date(2026, 9, 30)),
    ],
)
def test_the_newest_reference_day_is_over(day: date, newest: date) -> None:
    assert newest_reference_day(day) == newest


def test_half_years_are_called_as_the_office_calls_them() -> None:
    assert title_of(date(2026, 9, 30)) == "令和8年度 上期の更新"
    assert title_of(date(2027, 3, 31)) == "令和8年度 下期の更新"


# ---- the page ---------------------------------------------------------------------------------------------------


def test_a_fresh_registry_says_what_comes_first(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = open_desk(fresh_house(tmp_path), "rounds", "places", "disclosures", "registers")
    page = home(desk)
    assert page.empty.isVisible()
    assert page.take_over.isVisible()
    page.take_over.click()
    assert desk.current is desk._pages["registers"]
    desk.open_page("home")
    page.empty.asked.emit()
    assert desk.frame.rail_buttons["rounds"].isChecked()
    assert desk._pages["rounds"].opened == [{"step": "open"}]  # type: ignore[attr-defined]


def test_the_page_shows_the_counts_and_that_they_close(open_desk: Callable[..., Desk], people: People) -> None:
    page = home(open_desk(people.house, "rounds", "places", "disclosures"))
    assert (page.map_card.equation.gap, page.forecast_card.equation.gap) == (0, 0)
    assert page.map_card.equation.verdict.text() == say("kit.agrees")
    settle(page.desk, lambda: say("home.sum", n="4") in texts(page))
    assert [row.total for row in page.places.bars.rows()] == [2, 2]
    assert [row.name for row in page.places.bars.rows()] == ["鴻巣市", "上尾市"]
    tags = {tag.text() for tag in page.findChildren(TagButton)}
    assert {"入院中 1", "未検索 1", "不同意 1", "ほかに機器未確認 1"} <= tags


def test_every_figure_opens_its_own_people(open_desk: Callable[..., Desk], people: People) -> None:
    desk = open_desk(people.house, "rounds", "places", "disclosures")
    page = home(desk)
    view = page.view
    assert view is not None
    figures = page.findChildren(FigureButton)
    assert len(figures) == 9
    for figure in figures:
        key = figure._figure.key
        assert len(view.people[key]) == figure._figure.value, key
    figures[4].click()
    persons = desk.current
    assert isinstance(persons, PersonsPage)
    settle(desk, lambda: len(persons._ids) == figures[4]._figure.value)


def test_a_tag_and_a_bar_open_their_people(open_desk: Callable[..., Desk], people: People) -> None:
    desk = open_desk(people.house)
    page = home(desk)
    next(tag for tag in page.findChildren(TagButton) if tag.text() == "不同意 1").click()
    persons = desk.current
    assert isinstance(persons, PersonsPage)
    settle(desk, lambda: list(persons._ids) == [people.ids["tomo"]])
    desk.open_page("home")
    page.places.opened.emit(f"municipality:{KONOSU}")
    settle(desk, lambda: list(persons._ids) == [people.ids["aoba"], people.ids["kasa"]])


def test_due_items_name_deadlines_first(people: People) -> None:
    house = people.house
    late = open_request(house, date(2026, 10, 10))
    view = house.overviews.today()
    found = due_items(view, PAGES, house.office.municipalities(), None)
    assert found[0].name == say("home.request_of", municipality="上尾市")
    assert found[0].figure == say("home.days_over", n=4)
    assert found[0].door.where == {"request_id": late}
    names = [due.name for due in found]
    assert say("home.mend_places") in names
    assert say("home.unconfirmed") in names
    assert not due_items(view, (), {}, None)


def test_a_due_item_opens_its_people(open_desk: Callable[..., Desk], people: People) -> None:
    desk = open_desk(people.house)
    row = next(r for r in home(desk).findChildren(DueRow) if say("home.unconfirmed") in r.accessibleName())
    QTest.keyClick(row, Qt.Key.Key_Return)
    persons = desk.current
    assert isinstance(persons, PersonsPage)
    settle(desk, lambda: list(persons._ids) == [people.ids["yuki"]])


def test_the_primary_button_goes_on_where_the_work_is(open_desk: Callable[..., Desk], people: People) -> None:
    read_files(people.house, date(2026, 9, 30), pending=2)
    desk = open_desk(people.house, "rounds", "places", "disclosures")
    page = home(desk)
    assert page.go_on.text() == say("home.go_on", step=say("home.step_review"))
    assert page.first_focus() is page.go_on
    page.go_on.click()
    assert desk._pages["rounds"].opened == [{"step": "review"}]  # type: ignore[attr-defined]
    assert steps(page)["review"] is StepState.CURRENT


def test_a_deed_elsewhere_is_seen_when_the_page_is_opened_again(
    open_desk: Callable[..., Desk], people: People
) -> None:
    desk = open_desk(people.house, "rounds")
    page = home(desk)
    desk.open_page("rounds")
    read_files(people.house, date(2026, 9, 30))
    people.house.rounds.freeze()
    desk.changed("rounds", "persons")
    desk.open_page("home")
    settle(desk, lambda: page.view is not None and page.view.round is not None)
    assert page.view is not None
    assert page.view.round is not None
    assert page.view.round.state is RoundState.FROZEN
    assert page.title.text() == title_of(date(2026, 9, 30))


def test_a_reading_asked_for_meanwhile_is_not_lost(open_desk: Callable[..., Desk], people: People) -> None:
    desk = open_desk(people.house)
    page = home(desk)
    page.refresh()
    people.house.persons.end(people.ids["sana"], EndReason.OTHER, TODAY)
    page.refresh()
    settle(desk, lambda: page.view is people.house.overviews.today())
    assert page.view is not None
    assert page.view.registered.total == 3


def test_every_control_has_a_name_and_a_key(open_desk: Callable[..., Desk], people: People) -> None:
    page = home(open_desk(people.house, "rounds", "places", "disclosures"))
    for each in page.findChildren(QAbstractButton):
        if each.isVisible():
            assert each.accessibleName(), each
            assert each.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in page.findChildren(QLabel))
    assert page.go_on.accessibleDescription() == "Ctrl+Return"


def test_all_of_it_is_seen_on_a_low_screen(open_desk: Callable[..., Desk], people: People) -> None:
    desk = open_desk(people.house, "rounds", "places", "disclosures")
    page = home(desk)
    for _ in range(5):
        settle(desk, lambda: True)
    assert page.places.bars.isVisible()
    assert page.places.bars.height() >= 24 * len(page.places.bars.rows())
    assert 320 <= page._side.width() <= 360


@pytest.mark.parametrize(("size", "beside"), [((1366, 728), True), ((1280, 680), True), ((910, 472), False)])
def test_what_is_due_stands_beside_the_figures_or_over_them_and_never_below(
    open_desk: Callable[..., Desk], people: People, size: tuple[int, int], beside: bool
) -> None:
    desk = open_desk(people.house, "rounds", "places", "disclosures")
    page = home(desk)
    desk.frame.resize(*size)
    for _ in range(5):
        settle(desk, lambda: True)
    due = page.due_card.mapTo(page, QPoint(0, 0))
    figures = page.map_card.mapTo(page, QPoint(0, 0))
    assert (due.x() > figures.x()) is beside
    assert due.y() <= figures.y()
    assert page.width() <= desk.frame.stack.width()


def test_consents_nobody_asked_for_are_counted(people: People) -> None:
    assert people.house.overviews.today().count(f"consent:{Standing.UNKNOWN}") == 0
    mina = people.add("mina", "水無月 海", "みなづき うみ", (DeviceKind.VENTILATOR,))
    view = people.house.overviews.today()
    assert view.people[f"consent:{Standing.UNKNOWN}"] == (mina,)
    assert view.day == TODAY


# ---- the pictures -----------------------------------------------------------------------------------------------


def test_hours_and_freshness_add_up_to_everyone_and_the_unknown_stand_first(people: People) -> None:
    house = people.house
    view = house.overviews.today()
    assert view.endurance[0][0] == "unknown"
    assert sum(n for _, n in view.endurance) == sum(n for _, n in view.freshness) == view.registered.total == 4
    assert dict(view.endurance)["to_6"] == 1  # 青葉: 4 hours of battery, no generator
    assert view.people["endurance:to_6"] == (people.ids["aoba"],)
    assert dict(view.freshness) == {"never": 0, "over_2y": 0, "to_2y": 0, "to_1y": 1, "fresh": 3}
    assert view.people["freshness:to_1y"] == (people.ids["sana"],)
    assert set(view.people["devices_left"]) == {people.ids["yuki"], people.ids["sana"]}
    for key, count in (*view.endurance, *view.freshness):
        name = "endurance" if key in dict(view.endurance) else "freshness"
        assert view.count(f"{name}:{key}") == count


def test_the_devices_step_counts_who_is_left_and_is_done_when_nobody_is(people: People) -> None:
    house = people.house

    def step() -> Any:
        groups = step_groups(house.overviews.today(), PAGES)
        return next(s for g in groups for s in g.steps if s.key == "devices")

    assert step().left == say("home.left_of", n=2, total=5)
    for key in ("yuki", "sana"):
        uses = {device.id: UseStatus.IN_USE for device in house.persons.open(people.ids[key]).devices}
        house.devices.confirm(people.ids[key], uses, TODAY, EvidenceSource.PHONE)
    assert step().state is StepState.DONE


def test_the_papers_of_the_blackout_are_done_after_the_freeze_only(people: People) -> None:
    house = people.house

    def step() -> Any:
        groups = step_groups(house.overviews.today(), PAGES)
        return next(s for g in groups for s in g.steps if s.key == "print")

    read_files(house, date(2026, 9, 30))
    with house.store.change(Deed.PAPER_PRINTED, "register_list"):
        pass
    assert step().left == say("home.printed_last", day=say("home.short_day", month=10, day=14))
    house.rounds.freeze()
    assert step().state is StepState.WAITING
    with house.store.change(Deed.PAPER_PRINTED, "register_list"):
        pass
    assert (step().state, step().left) == (StepState.UNDER_WAY, say("home.still_map"))
    with house.store.change(Deed.MAP_PRINTED):
        pass
    assert step().state is StepState.DONE


def test_an_ended_certificate_is_due_after_the_grace_only(people: People) -> None:
    house = people.house
    with house.store.change(Deed.PERSON_CHANGED) as shelves:
        first, second, *_ = shelves.benefits.all()
        shelves.benefits.replace(replace(first, valid_to=date(2026, 7, 14)))  # the grace of three months ends today
        shelves.benefits.replace(replace(second, valid_to=date(2026, 7, 13)))
    view = house.overviews.today()
    assert view.people["benefit_renewing"] == (people.ids["aoba"],)
    assert view.people["benefit_expired"] == (people.ids["kasa"],)
    due = next(d for d in due_items(view, PAGES, {}, None) if d.name == say("home.benefit_expired"))
    assert (due.figure, due.about) == (say("home.people", n=1), say("home.renewing", n=1))


def test_a_backup_that_is_missing_or_old_is_due(people: People, tmp_path: Path) -> None:
    house = people.house

    def due() -> Any:
        state = BackupState(bool(house.office.get().backup_folder), house.backups.last())
        found = due_items(house.overviews.today(), PAGES, {}, state)
        return next(d for d in found if d.name == say("home.backup"))

    choose, at_lock = say("home.backup_choose"), say("home.backup_at_lock")
    assert (due().tone, due().about, due().figure) == ("danger", choose, say("home.backup_none"))
    house.backups.set_folder(tmp_path)
    assert (due().tone, due().about) == ("danger", at_lock)

    def made(day: str, **told: str) -> None:
        with house.store.change(Deed.BACKUP_MADE, made_at=f"{day}T09:00:00+09:00", **told):
            pass

    made("2026-10-06")
    assert due().tone == "done"  # old, and nothing was done since
    people.consent("yuki", KONOSU)
    assert (due().tone, due().about, due().figure) == ("danger", at_lock, say("home.backup_days", n=8))
    for day in ("2026-10-07", "2026-10-14"):
        made(day)
        assert (due().tone, due().figure) == ("done", say("home.backup_fine"))
    made("2026-10-14", beside="2026-10-14T08:00:00+09:00")
    assert (due().tone, due().figure) == ("danger", say("home.backup_beside"))
    assert not [d for d in due_items(house.overviews.today(), PAGES, {}, None) if d.name == say("home.backup")]


def test_what_is_due_about_consents_opens_their_page(open_desk: Callable[..., Desk], people: People) -> None:
    people.add("mina", "水無月 海", "みなづき うみ", (DeviceKind.VENTILATOR,))
    desk = open_desk(people.house, "consents")
    row = next(r for r in home(desk).findChildren(DueRow) if say("home.consent_unknown") in r.accessibleName())
    row.click()
    assert desk._pages["consents"].opened == [{"work": "unknown"}]  # type: ignore[attr-defined]


def test_every_chart_has_a_table_and_a_summary_with_its_figures(
    open_desk: Callable[..., Desk], people: People
) -> None:
    page = home(open_desk(people.house, "rounds", "places", "disclosures"))
    for card in page.charts():
        interface = QAccessible.queryAccessibleInterface(card.bars)
        assert interface is not None
        told = interface.text(QAccessible.Text.Description)
        for row in card.bars.rows():
            assert f"{row.name} {row.total:,}名" in told
        assert card.stack.currentWidget() is not card.table
        QTest.keyClick(card.toggle, Qt.Key.Key_Return)
        assert card.stack.currentWidget() is card.table
        model = card.table.window_model
        assert model.rowCount() == len(card.bars.rows())
        heads = [c.title for c in model.columns]
        at = heads.index(say("kit.people_head"))
        assert [model.cell(n, at).text for n in range(model.rowCount())] == [f"{r.total:,}" for r in card.bars.rows()]
        card.turn()


def test_a_chart_is_walked_by_arrows_and_says_where_it_is(open_desk: Callable[..., Desk], people: People) -> None:
    desk = open_desk(people.house)
    page = home(desk)
    bars = page.endurance.bars
    bars.setFocus()
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Down)
    assert bars.accessibleName().endswith(say("kit.bar_spoken", name=say("home.bin_to_6"), n="1"))
    QTest.keyClick(bars, Qt.Key.Key_Return)
    persons = desk.current
    assert isinstance(persons, PersonsPage)
    settle(desk, lambda: list(persons._ids) == [people.ids["aoba"]])
    shown = [each.text() for each in persons.filters.findChildren(QLabel)]
    assert say("persons_page.among", caption="停電時に保つ時間:2〜6時間") in shown
