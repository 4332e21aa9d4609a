"""緊急時カード as real PDFs: what was agreed to and nothing else, on panels that never cut a text."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.domain.codes import ItemGroup, SupporterRole, YesNoUnknown
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Contact, Person, Supporter
from hoken_desktop.services.dossiers import Dossiers
from hoken_desktop.services.emergency_cards import EmergencyCards, parse_groups
from hoken_desktop.services.printing import Printing
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import FictitiousRegistry
from tests.services.pdf_texts import pages_of

LONG = "見本" * 30
STANDARD = (ItemGroup.BASIC, ItemGroup.CONTACT, ItemGroup.DEVICE, ItemGroup.SUPPORTER)


@pytest.fixture
def cards(registry: FictitiousRegistry, qapp: Any) -> EmergencyCards:
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, QtPrinter)
    dossiers = Dossiers(registry.store, registry.clock, printing, registry.municipalities)
    return EmergencyCards(registry.store, printing, dossiers)


@pytest.fixture
def person(registry: FictitiousRegistry) -> Person:
    made = registry.person(
        "見本 一郎", "みほん いちろう", disease="架空症候群",
        facts={"interface": "tppv", "external_battery": "no", "access_notes": "鍵は植木鉢の下"},
    )  # fmt: skip
    with registry.store.change(Deed.FACTS_RECORDED, made.id) as shelves:
        shelves.contacts.add(Contact("c1", made.id, 1, "見本 花子", "妻", "090-0000-0001"))
        shelves.supporters.add(
            Supporter(
                "s1", made.id, SupporterRole.VISITING_NURSE, "架空訪問看護", phone="048-000-0002",
                around_the_clock=YesNoUnknown.YES,
            )
        )  # fmt: skip
    return made


def test_only_the_chosen_groups_stand_on_the_card(cards: EmergencyCards, person: Person, tmp_path: Path) -> None:
    (text,) = pages_of(cards.write(person.id, STANDARD, tmp_path / "a.pdf"))
    for fact in ("見本一郎", "昭和35年4月1日", "090-0000-0001", "TPPV(気管切開)", "架空訪問看護",
                 "048-000-0002(24時間)"):  # fmt: skip
        assert fact in text
    assert "使用時間帯不明" in text
    assert "外部バッテリー" not in text  # なし is not 不明, and lasts no time
    assert "架空症候群" not in text
    (basic,) = pages_of(cards.write(person.id, (ItemGroup.BASIC,), tmp_path / "b.pdf"))
    for fact in ("090-0000-0001", "TPPV", "架空訪問看護", "架空症候群"):
        assert fact not in basic
    (disease,) = pages_of(cards.write(person.id, (ItemGroup.BASIC, ItemGroup.DISEASE), tmp_path / "c.pdf"))
    assert "架空症候群" in disease


def test_a_way_into_the_house_never_stands_on_a_card(cards: EmergencyCards, person: Person, tmp_path: Path) -> None:
    (text,) = pages_of(cards.write(person.id, tuple(ItemGroup), tmp_path / "a.pdf"))
    assert "植木鉢" not in text


def test_no_word_on_the_card_promises_rescue(cards: EmergencyCards, person: Person, tmp_path: Path) -> None:
    (text,) = pages_of(cards.write(person.id, tuple(ItemGroup), tmp_path / "a.pdf"))
    assert not re.search("救助|助けに|必ず|優先して", text)


def test_every_page_carries_its_marks_and_long_texts_flow_into_more_panels_uncut(
    registry: FictitiousRegistry, cards: EmergencyCards, tmp_path: Path
) -> None:
    made = registry.person(
        "𠮷田 髙﨑" + LONG, "みほん" * 20, address_registered="埼玉県鴻巣市架空町" + "九" * 60 + "9-1"
    )
    with registry.store.change(Deed.FACTS_RECORDED, made.id) as shelves:
        for rank in range(1, 4):
            shelves.contacts.add(Contact(f"c{rank}", made.id, rank, LONG, "長い続柄" * 5, f"090-0000-000{rank}"))
        for number, role in enumerate(SupporterRole):
            shelves.supporters.add(Supporter(f"s{number}", made.id, role, f"{number}番" + LONG, phone="048-000-0002"))
    printed = cards.write(made.id, tuple(ItemGroup), tmp_path / "a.pdf")
    pages = pages_of(printed)
    for number, page in enumerate(pages, start=1):
        assert "取扱注意・個人情報" in page
        assert "印刷日令和8年10月15日" in page
        assert "随時部数番号1" in page
        assert f"{number}/{len(pages)}" in page
    text = "".join(pages)
    assert "九" * 60 in text
    assert "田髙﨑" in text.replace("⽥", "田")
    assert text.count(LONG) >= 1 + 3 + 8


def test_the_choice_is_remembered_in_the_record_and_nothing_else_of_the_person(
    registry: FictitiousRegistry, cards: EmergencyCards, person: Person, tmp_path: Path
) -> None:
    assert cards.last_groups(person.id) == (ItemGroup.BASIC,)
    cards.write(person.id, STANDARD, tmp_path / "a.pdf")
    assert cards.last_groups(person.id) == STANDARD
    with registry.store.read() as shelves:
        entry = shelves.audits.all()[-1]
    assert (entry.deed, entry.subject) == ("paper_printed", person.id)
    assert entry.detail["items"] == ["basic", "contact", "device", "supporter"]
    assert "見本" not in str(entry.detail)


def test_a_card_without_a_name_is_refused_and_words_choose_groups(cards: EmergencyCards, person: Person) -> None:
    with pytest.raises(Refusal, match=r"emergency_cards\.no_basic"):
        cards.paper(person.id, (ItemGroup.CONTACT,))
    assert parse_groups(["基本,機器", "病名"]) == (ItemGroup.BASIC, ItemGroup.DEVICE, ItemGroup.DISEASE)
    assert parse_groups(["basic"]) == (ItemGroup.BASIC,)
    for wrong in ([], [" "], ["基本,住所"]):
        with pytest.raises(Refusal, match=r"emergency_cards\.items"):
            parse_groups(wrong)


def test_a_machine_in_use_is_never_said_to_be_missing_and_its_supplier_is_reached(
    registry: FictitiousRegistry, cards: EmergencyCards, tmp_path: Path
) -> None:
    made = registry.person("見本 四郎", "みほん しろう")
    (text,) = pages_of(cards.write(made.id, STANDARD, tmp_path / "a.pdf"))
    assert "人工呼吸器使用中(機種の記載なし)" in text
    assert "架空医療器電話の記載なし" in text
