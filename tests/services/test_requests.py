"""A mayor's request: what it must say before anything may leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop import words
from hoken_desktop.domain.codes import LegalBasis, Purpose
from hoken_desktop.domain.disclosures import ITEMS, STANDARD_ITEMS
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services import items
from hoken_desktop.services.requests import Requests
from tests.registry_builder import INA, KONOSU, OUTSIDE, FictitiousRegistry


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(Path(tmp_path_factory.mktemp("requests")))
    yield made
    made.close()


@pytest.fixture
def requests(registry: FictitiousRegistry) -> Requests:
    return Requests(registry.store, registry.clock, registry.ids, registry.municipalities)


def letter(**more: Any) -> dict[str, Any]:
    return {
        "municipality": KONOSU, "number": "福第123号", "requested_on": date(2026, 10, 1),
        "received_on": date(2026, 10, 5), "requester": "架空市長 見本太郎", "purpose": "避難行動要支援者名簿の作成",
    } | more  # fmt: skip


def test_a_request_is_written_down_and_listed(registry: FictitiousRegistry, requests: Requests) -> None:
    made = requests.open(**letter(municipality="鴻巣市", number="福第1号", due_on=date(2026, 12, 25)))
    assert (made.municipality, made.purposes, made.items) == (KONOSU, (Purpose.ROSTER,), STANDARD_ITEMS)
    assert made.route
    assert requests.list()[0] == made
    assert registry.store.verify().first_break is None


def test_the_five_digit_code_and_two_purposes_are_understood(requests: Requests) -> None:
    made = requests.open(**letter(municipality="11301", number="福第2号", purpose="個別避難計画・避難行動要支援者名簿"))
    assert (made.municipality, made.purposes) == (INA, (Purpose.ROSTER, Purpose.EVACUATION_PLAN))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"municipality": OUTSIDE}, "requests.unknown_municipality"),
        ({"municipality": "112179"}, "requests.unknown_municipality"),
        ({"municipality": ""}, "requests.unknown_municipality"),
        ({"number": " "}, "requests.no_number"),
        ({"requester": ""}, "requests.no_requester"),
        ({"received_on": date(2026, 10, 16)}, "requests.days"),
        ({"requested_on": date(2026, 10, 6)}, "requests.days"),
        ({"due_on": date(2026, 10, 4)}, "requests.due_before_receipt"),
        ({"basis": "REQ_49_10_4"}, "requests.basis_off"),
        ({"basis": "DISASTER"}, "requests.peacetime"),
        ({"basis": "WISH"}, "requests.unknown_basis"),
        ({"purpose": "広報"}, "requests.unknown_purpose"),
        ({"purpose": "避難行動要支援者名簿・広報"}, "requests.unknown_purpose"),
        ({"purpose": ""}, "requests.unknown_purpose"),
        ({"items": ["氏名", "住所", "年収"]}, "items.unknown"),
        ({"items": ["機器"]}, "items.nobody"),
    ],
)
def test_what_nobody_has_decided_on_is_refused_in_words_and_leaves_no_trace(
    registry: FictitiousRegistry, requests: Requests, more: dict[str, Any], code: str
) -> None:
    before = registry.store.head()
    with pytest.raises(Refusal) as refusal:
        requests.open(**letter(**more))
    assert refusal.value.code == code
    said = words.say(refusal.value.code, **refusal.value.facts)
    assert "年収" not in said
    assert registry.store.head() == before


def test_the_refusal_of_an_item_names_those_there_are() -> None:
    with pytest.raises(Refusal) as refusal:
        items.parse_items(["年収"])
    assert all(items.header(item.key) in str(refusal.value.facts["allowed"]) for item in ITEMS)


def test_items_are_named_by_key_by_word_and_by_group() -> None:
    assert items.parse_items([]) == STANDARD_ITEMS
    assert items.parse_items(["標準"]) == STANDARD_ITEMS
    assert items.parse_items(["name,address"]) == ("name", "address")
    assert items.parse_items(["氏名、住所、電話番号", "病名"]) == ("name", "address", "phone_home", "disease")
    assert set(items.parse_items(["基本", "病名"])) == {
        "name_kana", "name", "birth_on", "age", "sex", "postcode", "address", "disease",
    }  # fmt: skip
    for item in ITEMS:
        assert item.key in items.parse_items(["name", "address", items.header(item.key)])
        assert items.explanation(item.key)


def test_the_standard_items_never_hold_the_disease() -> None:
    assert "disease" not in STANDARD_ITEMS


def test_the_same_letter_twice_is_refused(requests: Requests) -> None:
    requests.open(**letter(number="福第3号"))
    with pytest.raises(Refusal, match=r"requests\.exists"):
        requests.open(**letter(number="福第3号"))


def test_the_decision_carries_its_day_its_number_and_the_centres_own_number(requests: Requests) -> None:
    made = requests.open(**letter(number="福第4号"))
    assert made.approved_on is None
    approved = requests.approve(made.id, date(2026, 10, 14), "見保第1号・所長", "見保第12号")
    assert (approved.approved_on, approved.approval, approved.our_number) == (
        date(2026, 10, 14), "見保第1号・所長", "見保第12号",
    )  # fmt: skip
    assert requests.get(made.id) == approved
    for day, approval, code in (
        (date(2026, 10, 4), "所長", "requests.approval_day"),
        (date(2026, 10, 16), "所長", "requests.approval_day"),
        (date(2026, 10, 14), " ", "requests.no_approval"),
    ):
        with pytest.raises(Refusal) as refusal:
            requests.approve(made.id, day, approval)
        assert refusal.value.code == code
    with pytest.raises(Refusal, match=r"requests\.unknown"):
        requests.approve("nothing", date(2026, 10, 14), "所長")


def test_every_legal_basis_has_its_word() -> None:
    assert all(words.label(basis) for basis in LegalBasis)


def test_a_request_can_be_mended_until_something_went_out_on_it(requests: Requests) -> None:
    made = requests.open(**letter(number="福第31号", due_on=date(2026, 12, 25)))
    requests.approve(made.id, date(2026, 10, 10), "保第8号・所長", "保第9号", drafted_on=date(2026, 10, 6))
    mended = requests.edit(made.id, number="福第32号", scan="R8依頼綴り 12", route="健康づくり課経由")
    assert (mended.number, mended.scan, mended.route) == ("福第32号", "R8依頼綴り 12", "健康づくり課経由")
    assert (mended.approval, mended.director, mended.drafted_on) == ("保第8号・所長", "見本 所長", date(2026, 10, 6))
    other = requests.edit(made.id, items=["氏名", "住所"], not_at_home="include")
    assert (other.approved_on, other.approval, other.our_number) == (None, "", "保第9号")
    assert requests.may_edit(made.id)
    head = requests._store.head()
    assert requests.edit(made.id) == other
    for more, code in (
        ({"not_at_home": "maybe"}, "requests.not_at_home"),
        ({"received_on": date(2026, 10, 16)}, "requests.days"),
        ({"number": ""}, "requests.no_number"),
        ({"basis": "REQ_49_14"}, "requests.basis_off"),
    ):
        with pytest.raises(Refusal) as refusal:
            requests.edit(made.id, **more)
        assert refusal.value.code == code
    assert requests.get(made.id) == other
    assert requests._store.head()[0] == head[0] + 1


def test_a_closed_request_is_left_alone_until_it_is_opened_again(requests: Requests) -> None:
    made = requests.open(**letter(number="福第33号"))
    assert requests.close(made.id).closed_on == date(2026, 10, 15)
    assert not requests.may_edit(made.id)
    for deed in (
        lambda: requests.close(made.id),
        lambda: requests.edit(made.id, number="福第34号"),
        lambda: requests.approve(made.id, date(2026, 10, 10), "保第8号"),
    ):
        with pytest.raises(Refusal) as refusal:
            deed()
        assert refusal.value.code in ("requests.closed", "requests.closed_already")
    assert requests.reopen(made.id).closed_on is None
    with pytest.raises(Refusal, match=r"requests\.open_already"):
        requests.reopen(made.id)


def test_a_draft_stands_between_the_receipt_and_the_decision(requests: Requests) -> None:
    made = requests.open(**letter(number="福第35号"))
    for drafted in (date(2026, 10, 4), date(2026, 10, 11)):
        with pytest.raises(Refusal, match=r"requests\.draft_day"):
            requests.approve(made.id, date(2026, 10, 10), "保第8号", drafted_on=drafted)
