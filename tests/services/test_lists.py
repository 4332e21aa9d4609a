"""庁内用リスト on a real registry, as real sealed files."""

from __future__ import annotations

import hashlib
import io
import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from hoken_desktop.adapters import sealed_pdfs, sealed_sheets, similarity, workbook_reading
from hoken_desktop.domain.codes import CareSetting, DeviceKind, EndReason, PersonState, Purpose
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Contact
from hoken_desktop.domain.rounds import Round
from hoken_desktop.services.linkages import Linkage
from hoken_desktop.services.lists import Lists, WrittenList
from hoken_desktop.services.ports import Shelves
from hoken_desktop.services.rounds import Rounds
from hoken_desktop.ui.printing import QtPrinter
from tests.registry_builder import AGEO, KONOSU, OUTSIDE, FictitiousRegistry

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
    return Lists(
        registry.store, registry.clock, sealed_sheets, sealed_pdfs, registry.municipalities,
        random.Random(3).randrange, QtPrinter,
    )  # fmt: skip


def freeze(registry: FictitiousRegistry) -> Round:
    """An edition with the payload that the papers print."""
    linkage = Linkage(None, similarity.ratio, registry.ids)  # type: ignore[arg-type]
    rounds = Rounds(registry.store, registry.clock, registry.ids, linkage)

    def snapshot(shelves: Shelves, round_: Round) -> list[Any]:
        return rounds.snapshot(shelves, round_, round_.edition)

    registry._snapshot = snapshot  # type: ignore[method-assign]
    return registry.freeze(date(2026, 9, 30))


def pages_of(written: WrittenList) -> list[str]:
    plain = sealed_pdfs.unseal_pdf(written.file.read_bytes(), written.password)
    with pypdfium2.PdfDocument(plain) as document:
        texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    return [re.sub(r"\s", "", unicodedata.normalize("NFKC", text)) for text in texts]


def test_the_list_of_an_edition_is_sealed_and_says_everything_on_every_page(
    registry: FictitiousRegistry, lists: Lists, tmp_path: Path
) -> None:
    freeze(registry)
    written = lists.write(tmp_path / "out" / "リスト.pdf")
    assert (written.people, written.apart, written.edition) == (5, 0, 1)
    assert written.sha256 == hashlib.sha256(written.file.read_bytes()).hexdigest()
    with pytest.raises(Refusal, match=r"sealed_pdfs\.wrong_password"):
        sealed_pdfs.unseal_pdf(written.file.read_bytes(), "AAAA-AAAA-AAAA-AAAA")
    pages = pages_of(written)
    assert len(pages) == written.pages
    for number, page in enumerate(pages, start=1):
        assert "取扱注意" in page
        assert "令和8年9月30日現在第1版" in page
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
    assert written.password not in repr(written)


def test_parts_follow_the_offices_order_and_rows_the_furigana(registry: FictitiousRegistry, lists: Lists) -> None:
    from hoken_desktop.domain.papers import in_order

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
    live = lists.paper(live=True)
    assert first.registry_no not in {row.registry_no for row in live.rows}
    assert live.edition == "随時"


def test_without_a_frozen_round_the_list_is_todays_register(registry: FictitiousRegistry, lists: Lists) -> None:
    paper = lists.paper()
    assert (paper.edition, paper.as_of) == ("随時", date(2026, 10, 15))
    assert next(row for row in paper.rows if row.name == "見本 一郎").devices == "人工呼吸器 TPPV(気管切開)"


def test_one_municipality_by_code_or_name_and_no_other(registry: FictitiousRegistry, lists: Lists) -> None:
    for raw in (AGEO, AGEO[:5], "上尾市"):
        paper = lists.paper(municipality=raw)
        assert [row.name for row in paper.rows] == ["見本 四郎"]
    with pytest.raises(Refusal, match=r"lists\.unknown_municipality"):
        lists.paper(municipality=OUTSIDE)


def test_the_workbook_holds_the_same_people_and_the_deed_is_recorded(
    registry: FictitiousRegistry, lists: Lists, tmp_path: Path
) -> None:
    written = lists.write(tmp_path / "リスト.xlsx", live=True, municipality=KONOSU)
    book = sealed_sheets.unseal(written.file.read_bytes(), written.password)
    (_, header, rows), = workbook_reading.sheets(book)
    assert len(rows) == written.people == 3
    assert {"氏名", "緊急連絡先", "同意", "位置"} <= set(header)
    assert io.BytesIO(book).read(2) == b"PK"
    with registry.store.read() as shelves:
        entry = shelves.audits.all()[-1]
    assert entry.deed == "paper_printed"
    assert entry.detail["people"] == 3
    assert entry.detail["sha256"] == written.sha256
    assert "見本" not in str(entry.detail)


def test_refusals_write_nothing_and_record_nothing(
    registry: FictitiousRegistry, lists: Lists, tmp_path: Path
) -> None:
    before = registry.store.head()
    for name, more, code in (
        ("リスト.docx", {}, "lists.ending"),
        ("リスト.xlsx", {"as_of": date(2026, 3, 31)}, "rounds.no_such"),
        ("リスト.xlsx", {"municipality": "13101"}, "lists.unknown_municipality"),
    ):
        with pytest.raises(Refusal) as refused:
            lists.write(tmp_path / name, **more)  # type: ignore[arg-type]
        assert refused.value.code == code
        assert not (tmp_path / name).exists()
    (tmp_path / "ある.xlsx").write_bytes(b"")
    with pytest.raises(Refusal):
        lists.write(tmp_path / "ある.xlsx")
    assert registry.store.head() == before
