"""The columns of each municipality: they choose, order and rename, and never open what is closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hoken_desktop.adapters.column_set_files import ColumnSetFiles, text_of
from hoken_desktop.domain.codes import ItemGroup
from hoken_desktop.domain.column_sets import ColumnChoice, ColumnSet
from hoken_desktop.domain.consents import STANDARD_SCOPE
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.column_sets import ColumnSets
from hoken_desktop.services.disclosures import Handing
from tests.registry_builder import AGEO, KONOSU, FictitiousRegistry
from tests.services.test_changes import opened
from tests.services.test_disclosures import service, table


@pytest.fixture
def sets(tmp_path: Path) -> ColumnSets:
    return ColumnSets(ColumnSetFiles(tmp_path / "columns"))


def columns(*items: str, **heads: str) -> tuple[ColumnChoice, ...]:
    return tuple(ColumnChoice(item, heads.get(item, "")) for item in items)


def test_a_set_is_kept_by_municipality_and_read_back(sets: ColumnSets) -> None:
    kept = sets.keep(ColumnSet(KONOSU, columns("address", "name", "devices", name="対象者名")))
    assert sets.of(KONOSU) == kept
    assert sets.of(AGEO) == ColumnSet(AGEO)
    sets.keep(ColumnSet(KONOSU))
    assert sets.of(KONOSU).columns == ()


def test_a_header_that_is_the_items_own_word_is_none(sets: ColumnSets) -> None:
    kept = sets.keep(ColumnSet(KONOSU, columns("name", "address", name=" 氏名 ")))
    assert kept.heads == {}


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (columns("name", "address", "secret"), "column_sets.unknown_item"),
        (columns("name", "address", "name"), "column_sets.item_twice"),
        (columns("name", "devices"), "column_sets.nobody"),
        (columns("name", "address", name="住所・居所"), "column_sets.head_twice"),
        (columns("name", "address", name="照合番号"), "column_sets.head_twice"),
        (columns("name", "address", name="あ" * 41), "column_sets.bad_head"),
        (columns("name", "address", name="氏\n名"), "column_sets.bad_head"),
    ],
)
def test_what_cannot_be_a_list_is_refused_and_nothing_is_kept(
    sets: ColumnSets, found: tuple[ColumnChoice, ...], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        sets.keep(ColumnSet(KONOSU, found))
    assert refused.value.code == code
    assert sets.of(KONOSU).columns == ()


def test_a_file_that_cannot_be_used_stops_the_disclosure_instead_of_being_passed_over(
    sets: ColumnSets, tmp_path: Path
) -> None:
    folder = tmp_path / "columns"
    folder.mkdir()
    for text in ("", "columns = 3", "[[columns]]\nitem = 5", "[[columns]]\nhead = 'x'", "[[[", "\udcff"):
        (folder / f"{KONOSU}.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(Refusal) as refused:
            sets.of(KONOSU)
        assert refused.value.code == "column_sets.broken"


def test_a_set_may_be_sent_on_as_a_file(sets: ColumnSets, tmp_path: Path) -> None:
    found = ColumnSet(KONOSU, columns("name", "address", name='氏名"\\'))
    path = tmp_path / "送られた列.toml"
    path.write_text(text_of(found), "utf-8")
    assert sets.from_file(path, KONOSU) == found


def test_the_list_has_the_columns_of_the_set_in_its_order_under_its_headers(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    person = registry.person("見本 花子")
    registry.consent(person)
    registry.freeze()
    chosen = ColumnSet(KONOSU, columns("address", "name", "phone_mobile", "devices", name="対象者氏名"))
    disclosures = service(registry)
    made = disclosures.disclose(registry.request(), tmp_path / "out", handing=Handing(columns=chosen))
    heads, rows = table(opened(made)["名簿"])
    assert heads == ["照合番号", "住所・居所", "対象者氏名", "携帯電話", "使用医療機器"]
    assert rows[0][2] == "見本 花子"
    assert disclosures.all()[0].items == ("address", "name", "phone_mobile", "devices")
    about = opened(made)["項目説明"]
    assert "対象者氏名" in [cell.value for cell in about["A"]]


def test_no_set_opens_the_disease_or_an_item_the_request_does_not_name(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    wide = registry.person("広い 範囲")
    registry.consent(wide, scope=(*STANDARD_SCOPE, ItemGroup.DISEASE))
    narrow = registry.person("狭い 範囲")
    registry.consent(narrow)
    registry.freeze()
    greedy = Handing(columns=ColumnSet(KONOSU, columns("name", "address", "disease", "dwelling")))
    disclosures = service(registry)
    unasked = disclosures.disclose(registry.request(), tmp_path / "a", handing=greedy)
    assert table(opened(unasked)["名簿"])[0] == ["照合番号", "氏名", "住所・居所"]
    asked = disclosures.disclose(
        registry.request(items=["氏名", "住所", "病名"]), tmp_path / "b", handing=greedy
    )
    heads, rows = table(opened(asked)["名簿"])
    found = {row[heads.index("氏名")]: row[heads.index("病名")] for row in rows}
    assert found == {"広い 範囲": "架空病", "狭い 範囲": "同意の範囲外"}
