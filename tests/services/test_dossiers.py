"""個票 on a real registry, as real sealed PDFs: everything known stands on it, and 不明 is not なし."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop.adapters import sealed_pdfs, sealed_sheets
from hoken_desktop.domain.codes import DeviceKind, EvidenceSource, PlaceLevel, SupporterRole, UseStatus, YesNoUnknown
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Contact, Device, Fact, Person, Supporter
from hoken_desktop.domain.places import Place
from hoken_desktop.services.dossiers import Dossiers
from hoken_desktop.services.printing import Printing
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import FictitiousRegistry
from tests.services.pdf_texts import pages_of

LONG = "見本" * 30


@pytest.fixture
def dossiers(registry: FictitiousRegistry, qapp: Any) -> Dossiers:
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, QtPrinter)
    return Dossiers(registry.store, registry.clock, printing, registry.municipalities)


def in_full(registry: FictitiousRegistry) -> Person:
    """A person with something in every group, names and addresses of sixty characters."""
    person = registry.person(
        LONG, "みほん" * 20, facts={"interface": "tppv", "internal_battery": "yes", "internal_battery_hours": "4.5",
                                  "external_battery": "no", "bag_valve": "unknown", "district": "第3地区"},
        address_registered="埼玉県鴻巣市架空町" + "九" * 60 + "9-1", note="備考" * 40,
    )  # fmt: skip
    registry.consent(person)
    with registry.store.change(Deed.FACTS_RECORDED, person.id) as shelves:
        shelves.devices.add(
            Device(registry.ids(), person.id, DeviceKind.OXYGEN_CONCENTRATOR, UseStatus.UNKNOWN, supplier=LONG)
        )
        shelves.contacts.add(Contact("c1", person.id, 1, "𠮷田 髙﨑" + LONG, "妻", "090-0000-0001"))
        shelves.supporters.add(Supporter("s1", person.id, SupporterRole.VISITING_NURSE, LONG, phone="048-000-0002"))
    return person


def test_everything_of_sixty_characters_stands_on_it_uncut_and_every_page_carries_its_marks(
    registry: FictitiousRegistry, dossiers: Dossiers, tmp_path: Path
) -> None:
    person = in_full(registry)
    registry.freeze()
    printed = dossiers.write(person.id, tmp_path / "個票.pdf")
    pages = pages_of(printed)
    assert 1 <= len(pages) <= 2
    for number, page in enumerate(pages, start=1):
        assert "取扱注意・個人情報" in page
        assert "印刷日令和8年10月15日" in page
        assert "令和8年10月15日現在随時部数番号1" in page
        assert f"{number}/{len(pages)}" in page
    text = "".join(pages)
    for fact in (LONG, "九" * 60, "備考" * 40, "みほん" * 20, "090-0000-0001", "第3地区", "TPPV(気管切開)"):
        assert fact in text
    assert text.count(LONG) >= 4  # the name, the supplier, the contact, the visiting nurse
    assert "基準日令和8年9月30日第1版" in text
    assert "療養生活のおたずね令和8年9月2日(43日前)" in text


def test_an_unasked_fact_and_an_unknown_one_are_printed_as_unknown_and_a_no_as_no(
    registry: FictitiousRegistry, dossiers: Dossiers
) -> None:
    person = in_full(registry)
    paper = dossiers.paper(person.id)
    facts = {fact.name: fact for part in paper.parts for fact in part.facts}
    assert (facts["外部バッテリー"].value, facts["外部バッテリー"].unknown) == ("なし", False)
    assert (facts["蘇生バッグ"].value, facts["蘇生バッグ"].unknown) == ("不明", True)
    assert (facts["使用時間帯"].value, facts["使用時間帯"].origin) == ("不明", "確認の記録なし")
    assert facts["内部の持続"].value == "4.5時間"
    assert "外部の持続" not in facts  # there is none to last
    assert facts["電源の持続時間"].value.startswith("4.5時間")
    assert facts["酸素の持続時間"].unknown


def test_a_group_that_holds_nothing_is_left_out_but_missing_contacts_are_said(
    registry: FictitiousRegistry, dossiers: Dossiers
) -> None:
    person = registry.person("見本 一郎", "みほん いちろう", birth_on=None)
    paper = dossiers.paper(person.id)
    titles = {part.title: part for part in paper.parts}
    assert "酸素療法" not in titles
    assert "市町への提供" not in titles
    assert titles["緊急連絡先"].note == "緊急連絡先の記載がありません。"
    assert paper.age is None


def test_the_newest_fact_stands_with_its_source(registry: FictitiousRegistry, dossiers: Dossiers) -> None:
    person = registry.person("見本 一郎", facts={"bag_valve": "no"})
    with registry.store.change(Deed.FACTS_RECORDED, person.id) as shelves:
        shelves.facts.add(
            Fact(
                "f9", person.id, "bag_valve", YesNoUnknown.YES.value, EvidenceSource.PHONE, date(2026, 10, 14),
                registry.clock.now(),
            )
        )  # fmt: skip
    (fact,) = (f for part in dossiers.paper(person.id).parts for f in part.facts if f.name == "蘇生バッグ")
    assert (fact.value, fact.origin) == ("あり", "電話 令和8年10月14日(1日前)")


def test_the_day_of_a_place_put_in_before_nine_in_the_morning_is_the_day_in_japan(
    registry: FictitiousRegistry, dossiers: Dossiers
) -> None:
    person = registry.person("見本 一郎")
    early = datetime(2026, 10, 13, 21, 20, tzinfo=UTC)
    with registry.store.change(Deed.PLACE_PINNED, person.id) as shelves:
        shelves.places.put(
            Place(person.id, person.address, PlaceLevel.BUILDING, 36.0, 139.5, pinned=True, located_at=early)
        )
    (fact,) = (f for part in dossiers.paper(person.id).parts for f in part.facts if f.name == "位置の確からしさ")
    assert "令和8年10月14日(1日前)" in fact.origin


def test_printing_is_recorded_under_the_person_and_numbered(
    registry: FictitiousRegistry, dossiers: Dossiers, tmp_path: Path
) -> None:
    person = registry.person("見本 一郎")
    first = dossiers.write(person.id, tmp_path / "a.pdf")
    second = dossiers.write(person.id, tmp_path / "b.pdf")
    assert (first.copy, second.copy) == (1, 2)
    assert first.password not in repr(first)
    with registry.store.read() as shelves:
        entry = shelves.audits.all()[-1]
    assert (entry.deed, entry.subject) == ("paper_printed", person.id)
    assert entry.detail == {
        "paper": "dossier", "people": 1, "format": "pdf", "copy": 2, "sha256": second.sha256, "pages": second.pages,
    }  # fmt: skip
    assert dossiers.file_name(person.id) == f"個票_{person.registry_no}.pdf"


def test_a_person_is_found_by_number_and_refusals_change_nothing(
    registry: FictitiousRegistry, dossiers: Dossiers, tmp_path: Path
) -> None:
    person = registry.person("見本 一郎")
    assert dossiers.find(person.registry_no.lower()) == person.id
    before = registry.store.head()
    with pytest.raises(Refusal, match=r"dossiers\.unknown_number"):
        dossiers.find("K999999")
    with pytest.raises(Refusal, match=r"printing\.ending"):
        dossiers.write(person.id, tmp_path / "a.xlsx")
    with pytest.raises(Refusal, match=r"persons\.unknown"):
        dossiers.paper("nobody")
    assert registry.store.head() == before
    assert not list(tmp_path.glob("*.xlsx"))


def test_somebody_who_has_left_the_register_can_still_be_printed_and_it_says_so(
    registry: FictitiousRegistry, dossiers: Dossiers
) -> None:
    from hoken_desktop.domain.codes import EndReason, PersonState

    person = registry.person("見本 一郎")
    registry.change(
        replace(person), state=PersonState.ENDED, end_reason=EndReason.DECEASED, ended_on=date(2026, 10, 1)
    )
    facts = {fact.name: fact.value for part in dossiers.paper(person.id).parts for fact in part.facts}
    assert facts["登録の終了"] == "死亡(令和8年10月1日)"
