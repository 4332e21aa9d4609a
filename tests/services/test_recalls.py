"""Who holds data that may not be held any more, or that are wrong: told by letter, closed by confirmation."""

from __future__ import annotations

import random
import re
import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from hoken_desktop import words
from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.domain.codes import CareSetting, ItemGroup
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Person
from hoken_desktop.domain.recalls import Holding, RecallReason, RecallState
from hoken_desktop.services import items
from hoken_desktop.services.holdings import asked_back
from hoken_desktop.services.previews import known_of
from hoken_desktop.services.printing import Printing
from hoken_desktop.services.recalls import Recalls, recall_counts
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import AGEO, KONOSU, FictitiousRegistry

STANDARD = frozenset({ItemGroup.BASIC, ItemGroup.CONTACT, ItemGroup.DEVICE, ItemGroup.SUPPORTER})


@pytest.fixture
def recalls(registry: FictitiousRegistry, qapp: Any) -> Recalls:
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, QtPrinter)
    return Recalls(registry.store, registry.clock, registry.ids, printing, registry.municipalities)


def handed(
    registry: FictitiousRegistry, people: list[Person], municipality: str = KONOSU,
    groups: frozenset[ItemGroup] = STANDARD,
) -> str:  # fmt: skip
    """A disclosure of these people with their values of today; its id."""
    request = registry.request(municipality)
    with registry.store.read() as shelves:
        keys = shelves.requests.all(id=request)[0].items
        known = known_of(shelves, [p.id for p in people])
    cells = {p.id: items.handed_over(known[p.id], keys, groups, registry.clock.today()) for p in people}
    made, _ = registry.hand_over(request, people, cells=cells, groups=tuple(groups))
    return made.id


def states(recalls: Recalls) -> list[tuple[str, RecallReason, RecallState]]:
    return [(h.held.disclosure_id, h.reason, h.state) for r in recalls.all() for h in r.holdings]


def test_a_withdrawal_reaches_every_list_the_person_was_on(registry: FictitiousRegistry, recalls: Recalls) -> None:
    stays, leaves = registry.person("架空 一", "いち"), registry.person("架空 二", "に")
    for one in (stays, leaves):
        registry.consent(one)
    registry.freeze()
    first = handed(registry, [stays, leaves])
    registry.clock.move(registry.clock.today() + timedelta(days=30))
    second = handed(registry, [stays, leaves])
    assert recalls.all() == ()
    registry.consent(leaves, withdrawn_on=registry.clock.today())
    handed(registry, [stays])  # a newer list without the person closes nothing
    assert states(recalls) == [
        (first, RecallReason.WITHDRAWN, RecallState.OPEN), (second, RecallReason.WITHDRAWN, RecallState.OPEN),
    ]  # fmt: skip
    with registry.store.read() as shelves:
        counts = recall_counts(shelves, registry.clock.today())
        assert asked_back(shelves, registry.clock.today()) == {first: (leaves.id,), second: (leaves.id,)}
    assert (counts.untold_people, counts.untold_recipients, counts.waiting_recipients) == (1, 1, 0)


def test_a_narrowed_consent_asks_back_the_items_it_closed_from_every_list_that_holds_them(
    registry: FictitiousRegistry, recalls: Recalls, tmp_path: Path
) -> None:
    person = registry.person("架空 一", "いち")
    registry.consent(person, consented_on=date(2026, 9, 1))
    registry.freeze()
    first = handed(registry, [person])
    registry.consent(
        person, consented_on=registry.clock.today(), scope=(ItemGroup.BASIC, ItemGroup.DEVICE, ItemGroup.SUPPORTER)
    )
    handed(registry, [person], groups=STANDARD - {ItemGroup.CONTACT})  # what is allowed alone does not delete the rest
    ((recipient),) = recalls.all()
    (holding,) = recipient.holdings
    assert (holding.held.disclosure_id, holding.held.person_id) == (first, person.id)
    assert (holding.reason, holding.groups, holding.items) == (
        RecallReason.NARROWED, (ItemGroup.CONTACT,), ("phone_home", "phone_mobile", "contact"),
    )  # fmt: skip
    with registry.store.read() as shelves:
        assert recall_counts(shelves, registry.clock.today()).untold_people == 1
        assert asked_back(shelves, registry.clock.today()) == {}  # the person may be held
    text = printed_text(recalls.write(KONOSU, tmp_path / "letter.pdf", "見保第20号").file)
    assert "この行のうち、次の項目だけを削除" in text
    assert all(items.header(key) in text for key in holding.items)
    assert "範囲の縮小" not in text
    assert recalls.tell(KONOSU, registry.clock.today()) == 1
    registry.consent(person, consented_on=registry.clock.today(), scope=(ItemGroup.BASIC,))
    assert [(d, h.state, h.groups) for d, h in pairs(recalls)[:2]] == [
        (first, RecallState.TOLD, (ItemGroup.CONTACT,)),
        (first, RecallState.OPEN, (ItemGroup.DEVICE, ItemGroup.SUPPORTER)),
    ]  # fmt: skip
    assert recalls.confirm(KONOSU, registry.clock.today(), "防災課") == 1
    assert all(ItemGroup.CONTACT not in h.groups for _, h in pairs(recalls))
    registry.consent(person, withdrawn_on=registry.clock.today(), consented_on=registry.clock.today())
    assert {(d, h.reason) for d, h in pairs(recalls)} == {
        (holding.held.disclosure_id, RecallReason.WITHDRAWN) for _, holding in pairs(recalls)
    }
    assert len(pairs(recalls)) == 2


def test_what_the_recipient_could_not_delete_stays_open(registry: FictitiousRegistry, recalls: Recalls) -> None:
    people = [registry.person(f"架空 {n}", n) for n in ("いち", "に", "さん")]
    for one in people:
        registry.consent(one)
    registry.freeze()
    handed(registry, people)
    for one in people:
        registry.consent(one, withdrawn_on=registry.clock.today())
    today = registry.clock.today()
    assert recalls.tell(KONOSU, today) == 3
    keys = {h.held.person_id: h.held.outside_key for _, h in pairs(recalls)}
    with pytest.raises(Refusal, match=r"recalls\.unknown_key"):
        recalls.confirm(KONOSU, today, "防災課", left=["ZZZZ-9999"])
    with pytest.raises(Refusal, match=r"recalls\.all_left"):
        recalls.confirm(KONOSU, today, "防災課", left=list(keys.values()))
    typed = keys[people[1].id].lower().replace("-", "－")
    assert recalls.confirm(KONOSU, today, "防災課", left=[typed, ""]) == 2
    assert [(h.held.person_id, h.state) for _, h in pairs(recalls)] == [(people[1].id, RecallState.TOLD)]
    assert recalls.confirm(KONOSU, today, "防災課") == 1
    assert recalls.all() == ()


def test_items_a_narrowed_consent_closed_are_asked_back_and_not_corrected(
    registry: FictitiousRegistry, recalls: Recalls
) -> None:
    person = registry.person("架空 一", "いち")
    registry.consent(person)
    registry.freeze()
    handed(registry, [person])
    registry.consent(person, consented_on=registry.clock.today(), scope=(ItemGroup.BASIC,))
    registry.change(person, phone_mobile="090-0000-0009", address_registered="埼玉県鴻巣市本町9-98")
    said = {h.reason: h.items for _, h in pairs(recalls)}
    assert set(said) == {RecallReason.NARROWED, RecallReason.CORRECTED}
    assert said[RecallReason.CORRECTED] == ("address",)
    assert "phone_mobile" in said[RecallReason.NARROWED]


def pairs(recalls: Recalls) -> list[tuple[str, Holding]]:
    return [(h.held.disclosure_id, h) for r in recalls.all() for h in r.holdings]


def printed_text(file: Path | None) -> str:
    assert file is not None
    with pypdfium2.PdfDocument(file.read_bytes()) as document:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", "".join(pages)))


def test_told_then_confirmed_then_closed_and_each_only_in_its_turn(
    registry: FictitiousRegistry, recalls: Recalls
) -> None:
    person = registry.person("架空 一", "いち")
    registry.consent(person)
    registry.freeze()
    handed(registry, [person])
    today = registry.clock.today()

    def refused(deed: Any, code: str) -> None:
        head = registry.store.head()
        with pytest.raises(Refusal) as refusal:
            deed()
        assert refusal.value.code == f"recalls.{code}"
        assert words.say(refusal.value.code, **refusal.value.facts)
        assert registry.store.head() == head

    refused(lambda: recalls.tell(KONOSU, today), "nothing_open")
    registry.change(person, care_setting=CareSetting.DECEASED)
    refused(lambda: recalls.confirm(KONOSU, today, "防災課"), "nothing_told")
    refused(lambda: recalls.tell(KONOSU, today + timedelta(days=1)), "told_day")
    refused(lambda: recalls.tell(KONOSU, today - timedelta(days=1)), "told_day")
    refused(lambda: recalls.tell(AGEO, today), "nothing_open")
    assert recalls.tell(KONOSU, today, "見保第20号") == 1
    refused(lambda: recalls.tell(KONOSU, today), "nothing_open")
    registry.clock.move(today + timedelta(days=15))
    assert recalls.all()[0].overdue
    refused(lambda: recalls.confirm(KONOSU, today - timedelta(days=1), "防災課"), "confirm_day")
    refused(lambda: recalls.confirm(KONOSU, today, " "), "no_name")
    assert recalls.confirm(KONOSU, today + timedelta(days=10), "防災課 見本") == 1
    assert recalls.all() == ()
    (done,) = recalls.closed()
    assert (done.reason, done.our_number, done.confirmed_by) == (RecallReason.DECEASED, "見保第20号", "防災課 見本")
    assert registry.store.verify().first_break is None


def test_a_value_that_changed_since_is_to_be_corrected_by_the_newest_list_only(
    registry: FictitiousRegistry, recalls: Recalls
) -> None:
    person = registry.person("架空 一", "いち")
    registry.consent(person)
    registry.freeze()
    handed(registry, [person])
    newest = handed(registry, [person])
    assert recalls.all() == ()
    person = registry.change(person, phone_mobile="090-0000-0009", birth_on=date(1960, 4, 1))
    ((recipient),) = recalls.all()
    (holding,) = recipient.holdings
    assert (holding.held.disclosure_id, holding.reason, holding.held.items) == (
        newest, RecallReason.CORRECTED, ("phone_mobile",),
    )  # fmt: skip
    recalls.tell(KONOSU, registry.clock.today())
    assert recalls.confirm(KONOSU, registry.clock.today(), "防災課") == 1
    assert recalls.all() == ()
    registry.change(person, phone_mobile="090-0000-0008")
    assert [state for _, _, state in states(recalls)] == [RecallState.OPEN]
    handed(registry, [registry_person(registry, person.id)])
    assert recalls.all() == ()  # the new list says what is right


def test_a_list_made_while_the_clock_was_ahead_is_not_the_newest_and_can_be_asked_back(
    registry: FictitiousRegistry, recalls: Recalls
) -> None:
    right = registry.clock.today()
    person = registry.person("架空 一", "いち")
    registry.consent(person)
    registry.freeze()
    registry.clock.move(right + timedelta(days=400))
    handed(registry, [person])
    registry.clock.move(right)
    person = registry.change(person, phone_mobile="090-0000-0009")
    newest = handed(registry, [person])
    assert recalls.all() == ()  # the list that came after it says what is right
    registry.change(person, phone_mobile="090-0000-0008")
    assert [d for d, _ in pairs(recalls)] == [newest]
    registry.consent(person, withdrawn_on=right)
    assert recalls.tell(KONOSU, right) == 2
    assert recalls.confirm(KONOSU, right, "防災課") == 2


def registry_person(registry: FictitiousRegistry, id_: str) -> Person:
    with registry.store.read() as shelves:
        return shelves.persons.all(id=id_)[0]


def test_who_moved_within_the_district_is_taken_back_from_the_old_town(
    registry: FictitiousRegistry, recalls: Recalls
) -> None:
    person = registry.person("架空 一", "いち")
    registry.consent(person)
    registry.freeze()
    handed(registry, [person])
    registry.change(person, municipality_registered=AGEO, address_registered="埼玉県上尾市本町9-9")
    assert [reason for _, reason, _ in states(recalls)] == [RecallReason.MOVED_OUT]
    assert recalls.all()[0].municipality == KONOSU


def test_the_letter_names_keys_and_no_person_and_no_reason_of_health(
    registry: FictitiousRegistry, recalls: Recalls, tmp_path: Path
) -> None:
    long = "見本長名" * 15
    people = [registry.person(f"{long}{at}", "ながい") for at in range(3)]
    for one in people:
        registry.consent(one)
    registry.freeze()
    handed(registry, people)
    registry.consent(people[0], withdrawn_on=registry.clock.today())
    registry.change(people[1], care_setting=CareSetting.DECEASED)
    registry.change(people[2], phone_mobile="090-0000-0007")
    printed = recalls.write(KONOSU, tmp_path / "letter.pdf", "見保第20号")
    assert printed.password == ""
    assert printed.file is not None
    with pypdfium2.PdfDocument(printed.file.read_bytes()) as document:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    texts = [re.sub(r"\s", "", unicodedata.normalize("NFKC", page)) for page in pages]
    whole = "".join(texts)
    with registry.store.read() as shelves:
        keys = [row.outside_key for row in shelves.disclosure_persons.all()]
    assert all(key in whole for key in keys)
    assert "見本長名" not in whole
    assert all(word not in whole for word in ("死亡", "撤回", "不同意", "病", "呼吸器", "090"))
    assert all("取扱注意" in text and f"{n}/{len(texts)}" in text for n, text in enumerate(texts, start=1))
    assert "携帯電話" in whole or "電話" in whole
    assert "付け見保第20号で依頼のあった" in texts[-1]
    assert "鴻巣市" in texts[-1]
    unnumbered = recalls.write(KONOSU, tmp_path / "unnumbered.pdf").file
    assert unnumbered is not None
    with pypdfium2.PdfDocument(unnumbered.read_bytes()) as document:
        blank = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    assert "記載なし" not in blank
    with pytest.raises(Refusal, match=r"recalls\.nothing"):
        recalls.write(AGEO, tmp_path / "other.pdf")
