"""訂正版 against the edition before it: the people add up, and everybody touched is named with what changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hoken_desktop.adapters import similarity
from hoken_desktop.domain.codes import CareSetting, DeviceKind, EndReason, PersonState
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.rounds import Round
from hoken_desktop.services.editions import Editions
from hoken_desktop.services.linkages import Linkage
from hoken_desktop.services.ports import Shelves
from hoken_desktop.services.rounds import Rounds
from tests.registry_builder import AGEO, FictitiousRegistry

DAY = date(2026, 9, 30)


@pytest.fixture
def rounds(registry: FictitiousRegistry, monkeypatch: pytest.MonkeyPatch) -> Rounds:
    linkage = Linkage(None, similarity.ratio, registry.ids)  # type: ignore[arg-type]
    made = Rounds(registry.store, registry.clock, registry.ids, linkage)

    def snapshot(shelves: Shelves, round_: Round) -> list[Any]:
        return made.snapshot(shelves, round_, round_.edition)

    monkeypatch.setattr(registry, "_snapshot", snapshot)
    return made


@pytest.fixture
def editions(registry: FictitiousRegistry, rounds: Rounds) -> Editions:
    return Editions(registry.store, rounds, registry.municipalities)


def test_what_a_correction_would_change_is_what_it_then_changes(
    registry: FictitiousRegistry, rounds: Rounds, editions: Editions
) -> None:
    gone = registry.person("見本 一郎")
    moved = registry.person("見本 二郎")
    ill = registry.person("見本 三郎", devices=(DeviceKind.OXYGEN_CONCENTRATOR,))
    registry.person("見本 四郎")
    registry.freeze(DAY)
    registry.change(gone, state=PersonState.ENDED, end_reason=EndReason.MISTAKE, ended_on=date(2026, 10, 1))
    registry.change(moved, municipality_registered=AGEO, address_registered="埼玉県上尾市本町9-9")
    registry.change(ill, care_setting=CareSetting.HOSPITAL)
    come = registry.person("見本 五郎")
    before = registry.store.head()
    would = editions.change_now(DAY)
    assert registry.store.head() == before
    assert (would.people_before, would.people_after) == (4, 4)
    assert would.people_before + len(would.come) - len(would.gone) == would.people_after
    assert [p.registry_no for p in would.come] == [come.registry_no]
    assert [p.name for p in would.gone] == ["見本 一郎"]
    what = {p.name: p.what for p in would.changed}
    assert what == {
        "見本 二郎": ("提供先の市町 鴻巣市→上尾市", "地図 地図掲載→未検索", "住所の記載"),
        "見本 三郎": ("療養場所 在宅→入院中", "地図 地図掲載→入院中"),
    }
    assert (would.before.ventilator, would.after.ventilator, would.after.oxygen) == (3, 3, 1)

    rounds.correct("誤って載せた人がいたため")
    made = editions.change_of(DAY, 2)
    assert (made.come, made.gone, made.changed) == (would.come, would.gone, would.changed)
    assert (made.reason, made.made_on, made.staff_id) == ("誤って載せた人がいたため", date(2026, 10, 15), "staff1")
    assert editions.change_now(DAY).nothing


def test_a_first_edition_has_none_before_it_and_an_open_round_none_at_all(
    registry: FictitiousRegistry, rounds: Rounds, editions: Editions
) -> None:
    registry.person("見本 一郎")
    with pytest.raises(Refusal, match=r"rounds\.no_such"):
        editions.change_now(DAY)
    registry.freeze(DAY)
    with pytest.raises(Refusal, match=r"editions\.no_such"):
        editions.change_of(DAY, 1)


def test_what_changed_in_a_value_is_named_but_not_said(
    registry: FictitiousRegistry, rounds: Rounds, editions: Editions
) -> None:
    person = registry.person("見本 一郎")
    registry.freeze(DAY)
    registry.change(person, name="見本 いちろう", phone_home="048-000-9999")
    (changed,) = editions.change_now(DAY).changed
    assert changed.what == ("氏名・電話の記載",)
