"""庁内用リスト on a real registry, as real sealed files."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hoken_desktop.adapters import sealed_pdfs, sealed_sheets, similarity, workbook_reading
from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceKind,
    EndReason,
    EvidenceSource,
    ListGrouping,
    PersonState,
    Purpose,
    SupporterRole,
    UseStatus,
)
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.papers import in_order
from hoken_desktop.domain.persons import Contact, Device, Fact, Person, Supporter
from hoken_desktop.domain.rounds import Round
from hoken_desktop.services.linkages import Linkage
from hoken_desktop.services.lists import Choice, Lists
from hoken_desktop.services.ports import Shelves
from hoken_desktop.services.printing import Printing
from hoken_desktop.services.rounds import Rounds
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import AGEO, KONOSU, OUTSIDE, FictitiousRegistry
from tests.services.pdf_texts import pages_of

OXYGEN = (DeviceKind.OXYGEN_CONCENTRATOR,)
LONG = "見本" * 30


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FictitiousRegistry]:
    made = FictitiousRegistry(tmp_path / "data")
    first = made.person("見本 一郎", "みほん いちろう", facts={"interface": "tppv"})
    made.consent(first)
    made.consent(first, purpose=Purpose.EVACUATION_PLAN)
    with made.store.change(_any_deed(), first.id) as shelves:
        shelves.contacts.add(Contact("c1", first.id, 1, "見本 花子", "妻", "090-0000-0001"))
    made.person(LONG, "あいうえお" * 12, address_registered="埼玉県鴻巣市架空町" + "九" * 60 + "9-1")
    made.person("見本 三郎", "かめい", devices=OXYGEN, care_setting=CareSetting.HOSPITAL)
    made.person("見本 四郎", "さくら", devices=OXYGEN, municipality=AGEO)
    made.person("見本 五郎", "た", municipality=OUTSIDE)
    made.person("見本 六郎", "な", devices=(DeviceKind.CPAP,))
    yield made
    made.close()


def _any_deed() -> Any:
    from hoken_desktop.domain.deeds import Deed

    return Deed.FACTS_RECORDED


@pytest.fixture
def lists(registry: FictitiousRegistry, qapp: Any) -> Lists:
    printing = Printing(registry.store, sealed_sheets, sealed_pdfs, random.Random(3).randrange, QtPrinter)
    return Lists(registry.store, registry.clock, printing, registry.municipalities)


def freeze(registry: FictitiousRegistry) -> Round:
    """An edition with the payload that the papers print."""
    linkage = Linkage(None, similarity.ratio, registry.ids)  # type: ignore[arg-type]
    rounds = Rounds(registry.store, registry.clock, registry.ids, linkage)

    def snapshot(shelves: Shelves, round_: Round) -> list[Any]:
        return rounds.snapshot(shelves, round_, round_.edition)

    registry._snapshot = snapshot  # type: ignore[method-assign]
    return registry.freeze(date(2026, 9, 30))


def test_the_list_of_an_edition_is_sealed_and_says_everything_on_every_page(
    registry: FictitiousRegistry, lists: Lists, tmp_path: Path
) -> None:
    freeze(registry)
    written = lists.write(tmp_path / "リスト.pdf")
    printed = written.printed
    assert printed.file is not None
    assert (written.people, written.apart, written.edition) == (5, 0, 1)
    assert printed.sha256 == hashlib.sha256(printed.file.read_bytes()).hexdigest()
    with pytest.raises(Refusal, match=r"sealed_pdfs\.wrong_password"):
        sealed_pdfs.unseal_pdf(printed.file.read_bytes(), "AAAA-AAAA-AAAA-AAAA")
    pages = pages_of(printed)
    assert len(pages) == printed.pages
    for number, page in enumerate(pages, start=1):
        assert "取扱注意" in page
        assert "令和8年9月30日現在第1版部数番号1" in page
        assert "印刷日令和8年10月15日" in page
        assert f"{number}/{len(pages)}" in page
    text = "".join(pages)
    assert "見本一郎" in text
    assert "人工呼吸器3名(うち両方0名)+酸素療法2名=5名" in text
    assert "同意あり(名簿・避難計画)" in text
    assert "見本花子(妻)090-0000-0001" in text
    assert "令和8年10月15日現在です" in text  # of consents and contacts
    assert "見本六郎" not in text  # CPAP alone
    assert LONG in text  # nothing of sixty characters is cut
    assert "九" * 60 in text
    assert printed.password not in repr(written)


def test_parts_follow_the_offices_order_and_rows_the_furigana(registry: FictitiousRegistry, lists: Lists) -> None:
    freeze(registry)
    parts = in_order(lists.paper())
    assert [municipality for municipality, _ in parts] == ["鴻巣市", "上尾市", "桶川市", "北本市", "伊奈町", "管外"]
    assert [row.name for row in parts[0][1]] == [LONG, "見本 三郎", "見本 一郎"]
    assert parts[5][1][0].consent == "提供先なし(管外)"


def test_an_edition_keeps_its_values_and_says_what_has_happened_since(
    registry: FictitiousRegistry, lists: Lists
) -> None:
    freeze(registry)
    with registry.store.read() as shelves:
        first = shelves.persons.all()[0]
    registry.change(
        first, name="変更 後", state=PersonState.ENDED, end_reason=EndReason.DECEASED, ended_on=date(2026, 10, 2)
    )
    row = next(row for row in lists.paper().rows if row.registry_no == first.registry_no)
    assert (row.name, row.care_setting) == ("見本 一郎", "在宅\nその後\n死亡")
    live = lists.paper(Choice(live=True))
    assert first.registry_no not in {row.registry_no for row in live.rows}
    assert live.edition == "随時"


def test_without_a_frozen_round_the_list_is_todays_register(registry: FictitiousRegistry, lists: Lists) -> None:
    paper = lists.paper()
    assert (paper.edition, paper.as_of) == ("随時", date(2026, 10, 15))
    assert next(row for row in paper.rows if row.name == "見本 一郎").devices == "人工呼吸器 TPPV(気管切開)"


def test_one_municipality_by_code_or_name_and_no_other(registry: FictitiousRegistry, lists: Lists) -> None:
    for raw in (AGEO, AGEO[:5], "上尾市"):
        paper = lists.paper(Choice(municipality=raw))
        assert [row.name for row in paper.rows] == ["見本 四郎"]
    with pytest.raises(Refusal, match=r"lists\.unknown_municipality"):
        lists.paper(Choice(municipality=OUTSIDE))


def test_the_workbook_holds_the_same_people_and_the_deed_is_recorded(
    registry: FictitiousRegistry, lists: Lists, tmp_path: Path
) -> None:
    written = lists.write(tmp_path / "リスト.xlsx", Choice(live=True, municipality=KONOSU))
    assert written.printed.file is not None
    book = sealed_sheets.unseal(written.printed.file.read_bytes(), written.printed.password)
    (_, header, rows), = workbook_reading.sheets(book)
    assert len(rows) == written.people == 3
    assert {"氏名", "緊急連絡先", "同意", "位置"} <= set(header)
    assert io.BytesIO(book).read(2) == b"PK"
    with registry.store.read() as shelves:
        entry = shelves.audits.all()[-1]
    assert entry.deed == "paper_printed"
    assert entry.detail["people"] == 3
    assert entry.detail["sha256"] == written.printed.sha256
    assert "見本" not in str(entry.detail)


def test_refusals_write_nothing_and_record_nothing(
    registry: FictitiousRegistry, lists: Lists, tmp_path: Path
) -> None:
    before = registry.store.head()
    for name, more, code in (
        ("リスト.docx", Choice(), "printing.ending"),
        ("リスト.xlsx", Choice(as_of=date(2026, 3, 31)), "rounds.no_such"),
        ("リスト.xlsx", Choice(municipality="13101"), "lists.unknown_municipality"),
        ("リスト.pdf", Choice(nurse="ない訪看"), "lists.nobody"),
    ):
        with pytest.raises(Refusal) as refused:
            lists.write(tmp_path / name, more)
        assert refused.value.code == code
        assert not (tmp_path / name).exists()
    (tmp_path / "ある.xlsx").write_bytes(b"")
    with pytest.raises(Refusal):
        lists.write(tmp_path / "ある.xlsx")
    assert registry.store.head() == before


def support(registry: FictitiousRegistry, person: Person, organisation: str) -> None:
    with registry.store.change(_any_deed(), person.id) as shelves:
        shelves.supporters.add(
            Supporter(registry.ids(), person.id, SupporterRole.VISITING_NURSE, organisation=organisation)
        )


def test_a_person_with_two_suppliers_stands_under_each_and_the_total_says_so(
    registry: FictitiousRegistry, lists: Lists, tmp_path: Path
) -> None:
    with registry.store.read() as shelves:
        first = shelves.persons.all()[0]
    with registry.store.change(_any_deed(), first.id) as shelves:
        shelves.devices.add(
            Device(registry.ids(), first.id, OXYGEN[0], UseStatus.IN_USE, supplier="別の酸素", as_of=date(2026, 9, 1))
        )
    paper = lists.paper(Choice(live=True, by=ListGrouping.SUPPLIER))
    parts = in_order(paper)
    assert [name for name, _ in parts] == ["別の酸素", "架空医療器"]
    assert [row.registry_no for row in parts[0][1]] == [first.registry_no]
    assert first.registry_no in {row.registry_no for row in parts[1][1]}
    assert (len(paper.rows), paper.entries, paper.repeated) == (5, 6, 1)
    assert sum(len(rows) for _, rows in parts) == paper.entries
    text = "".join(pages_of(lists.write(tmp_path / "業者別.pdf", Choice(live=True, by=ListGrouping.SUPPLIER)).printed))
    assert "のべ6名で、2つ以上の業者に載る方が1名いるため実人数5名" in text
    only = lists.paper(Choice(live=True, by=ListGrouping.SUPPLIER, supplier="別の"))
    assert [(name, len(rows)) for name, rows in in_order(only)] == [("別の酸素", 1)]
    assert only.chosen == "業者「別の」だけ"


def test_districts_stand_under_their_municipality_and_what_nobody_knows_stands_last(
    registry: FictitiousRegistry, lists: Lists
) -> None:
    with registry.store.read() as shelves:
        people = shelves.persons.all()
    with registry.store.change(_any_deed(), people[0].id) as shelves:
        shelves.facts.add(
            Fact(
                "f1", people[0].id, "district", "第3地区", EvidenceSource.STAFF, date(2026, 9, 1), registry.clock.now()
            )
        )
        place = shelves.places.get(people[3].id)
        assert place is not None
        shelves.places.replace(replace(place, matched="埼玉県上尾市本町一丁目9-4"))
    parts = in_order(lists.paper(Choice(live=True, by=ListGrouping.DISTRICT)))
    assert [name for name, _ in parts] == [
        "鴻巣市 第3地区", "鴻巣市 地区の記載なし", "上尾市 本町一丁目", "管外 地区の記載なし",
    ]  # fmt: skip
    with pytest.raises(Refusal) as refused:
        lists.paper(Choice(live=True, district="第9地区"))
    assert "第3地区" in refused.value.facts["allowed"]


def test_the_list_by_visiting_nurse_keeps_those_without_one(registry: FictitiousRegistry, lists: Lists) -> None:
    with registry.store.read() as shelves:
        people = shelves.persons.all()
    support(registry, people[0], "訪問看護 あおぞら")
    support(registry, people[2], "訪問看護 あおぞら")
    parts = in_order(lists.paper(Choice(live=True, by=ListGrouping.NURSE)))
    assert [(name, [row.name for row in rows]) for name, rows in parts] == [
        ("訪問看護 あおぞら", ["見本 三郎", "見本 一郎"]),
        ("訪問看護の記載なし", [LONG, "見本 四郎", "見本 五郎"]),
    ]
    only = lists.paper(Choice(live=True, nurse="訪問看護あおぞら"))
    assert {row.name for row in only.rows} == {"見本 三郎", "見本 一郎"}


def test_no_message_names_a_person_who_stands_where_a_body_should(registry: FictitiousRegistry, lists: Lists) -> None:
    with registry.store.read() as shelves:
        people = shelves.persons.all()
    support(registry, people[0], "訪問看護 あおぞら")
    with registry.store.change(_any_deed(), people[2].id) as shelves:
        shelves.supporters.add(Supporter("s9", people[2].id, SupporterRole.VISITING_NURSE, name="看護 太郎"))
    assert "看護 太郎" in {row.nurse for row in lists.paper(Choice(live=True)).rows}
    with pytest.raises(Refusal) as refused:
        lists.paper(Choice(live=True, nurse="ない"))
    assert refused.value.facts["allowed"] == "訪問看護 あおぞら"


def test_copies_are_numbered_by_kind_from_the_record(
    registry: FictitiousRegistry, lists: Lists, tmp_path: Path
) -> None:
    copies = [lists.write(tmp_path / f"{n}.{kind}").printed.copy for n, kind in enumerate(("pdf", "xlsx", "pdf"))]
    assert copies == [1, 2, 3]
    with pytest.raises(Refusal):
        lists.write(tmp_path / "2.pdf")
    assert lists.write(tmp_path / "4.pdf").printed.copy == 4  # a refused one has taken no number
