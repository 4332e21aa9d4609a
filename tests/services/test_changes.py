"""変更点: what a recipient of an earlier list learns, and what it never learns of who is no longer on it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from hoken_desktop.adapters import sealed_sheets
from hoken_desktop.domain.changes import ChangeKind, Leaving
from hoken_desktop.domain.codes import CareSetting, EndReason, ItemGroup, PersonState, Purpose
from hoken_desktop.domain.consents import STANDARD_SCOPE
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import DisclosureState
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.disclosures import Made
from tests.registry_builder import AGEO, FictitiousRegistry
from tests.services.test_disclosures import identities, service


def opened(made: Made) -> Any:
    return openpyxl.load_workbook(io.BytesIO(sealed_sheets.unseal(made.file.read_bytes(), made.password)))


def rows_of(made: Made, sheet: str) -> list[dict[str, Any]]:
    rows = [[cell.value for cell in row] for row in opened(made)[sheet].iter_rows()]
    start = next(at for at, row in enumerate(rows) if "氏名" in row)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def everything(made: Made) -> str:
    return "\n".join(
        str(cell) for sheet in opened(made) for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )


def town(registry: FictitiousRegistry, *names: str) -> dict[str, Person]:
    people = {name: registry.person(f"架空 {name}", f"かくう{name}") for name in names}
    for person in people.values():
        registry.consent(person)
    registry.freeze()
    return people


def later(registry: FictitiousRegistry) -> None:
    registry.clock.move(date(2026, 10, 20))


def test_the_first_list_of_a_recipient_says_that_there_is_none_to_compare_it_with(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    town(registry, "一", "二")
    disclosures = service(registry)
    request = registry.request()
    assert disclosures.changes(request).since is None
    made = disclosures.disclose(request, tmp_path / "out")
    page = opened(made)["変更点"]
    assert "初めて" in str(page["A3"].value)
    assert page.max_row == 4


def test_every_person_of_both_lists_stands_there_once_and_the_counts_close(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    people = town(registry, "死亡", "同じ", "撤回", "入院", "電話")
    disclosures = service(registry)
    before = disclosures.disclose(registry.request(), tmp_path / "out")
    old = {row["氏名"]: row["照合番号"] for row in rows_of(before, "名簿")}
    later(registry)
    registry.change(people["死亡"], state=PersonState.ENDED, care_setting=CareSetting.DECEASED)
    registry.change(people["入院"], care_setting=CareSetting.HOSPITAL)
    registry.change(people["電話"], phone_home="048-000-9999")
    registry.consent(people["撤回"], withdrawn_on=registry.clock.today())
    newcomer = registry.person("架空 新人", "かくうん")
    registry.consent(newcomer)
    registry.freeze(edition=2)
    request = registry.request()
    seen = disclosures.changes(request)
    assert {kind: seen.count(kind) for kind in ChangeKind} == {
        ChangeKind.ADDED: 1, ChangeKind.CHANGED: 1, ChangeKind.REMOVED: 3, ChangeKind.SAME: 1,
    }  # fmt: skip
    made = disclosures.disclose(request, tmp_path / "out")
    new = {row["氏名"]: row["照合番号"] for row in rows_of(made, "名簿")}
    rows = rows_of(made, "変更点")
    assert [row["区分"] for row in rows] == ["追加", "変更", "削除", "削除", "削除", "変更なし"]
    changed = rows[1]
    assert (changed["照合番号(前回)"], changed["照合番号(今回)"]) == (old["架空 電話"], new["架空 電話"])
    assert (changed["変わった項目"], changed["前回"], changed["今回"]) == (
        "電話番号", people["電話"].phone_home, "048-000-9999",
    )  # fmt: skip
    assert (rows[5]["照合番号(前回)"], rows[5]["照合番号(今回)"]) == (old["架空 同じ"], new["架空 同じ"])
    gone = {row["照合番号(前回)"]: row["備考"] for row in rows[2:5]}
    assert gone[old["架空 死亡"]].startswith("対象外となりました")
    assert gone[old["架空 撤回"]].startswith("提供対象外")
    assert gone[old["架空 入院"]].startswith("現在は自宅にいない")
    assert set(old) | set(new) == {f"架空 {name}" for name in (*people, "新人")}


def test_of_who_is_no_longer_given_neither_name_nor_value_nor_the_true_reason_is_said(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    people = town(registry, "残る", "撤回", "期限", "転出", "終了")
    disclosures = service(registry)
    disclosures.disclose(registry.request(), tmp_path / "out")
    later(registry)
    registry.consent(people["撤回"], withdrawn_on=registry.clock.today())
    registry.consent(people["期限"], expires_on=date(2026, 10, 19))
    registry.change(people["転出"], address_actual="埼玉県上尾市本町9-99", municipality_actual=AGEO)
    registry.change(people["終了"], state=PersonState.ENDED, end_reason=EndReason.DEVICE_ENDED)
    made = disclosures.disclose(registry.request(), tmp_path / "out")
    text = everything(made)
    for name in ("撤回", "期限", "転出", "終了"):
        assert people[name].name not in text
        assert people[name].phone_home not in text
        assert people[name].address not in text
    said = {row["備考"] for row in rows_of(made, "変更点") if row["区分"] == "削除"}
    assert len(said) == 2
    assert not any(word in "".join(said) for word in ("撤回", "期限", "転", "死亡", "不同意"))


def test_who_is_in_hospital_and_has_withdrawn_is_not_said_to_be_away(registry: FictitiousRegistry) -> None:
    people = town(registry, "残る", "入院")
    disclosures = service(registry)
    disclosures.disclose(registry.request(), registry.folder / "out")
    later(registry)
    registry.change(people["入院"], care_setting=CareSetting.HOSPITAL)
    registry.consent(people["入院"], withdrawn_on=registry.clock.today())
    (gone,) = [c for c in disclosures.changes(registry.request()).people if c.kind is ChangeKind.REMOVED]
    assert gone.why is Leaving.NOT_GIVEN


def test_a_value_the_consent_no_longer_opens_is_not_repeated(registry: FictitiousRegistry, tmp_path: Path) -> None:
    people = town(registry, "狭める", "残る")
    disclosures = service(registry)
    disclosures.disclose(registry.request(), tmp_path / "out")
    later(registry)
    narrow = tuple(group for group in STANDARD_SCOPE if group is not ItemGroup.CONTACT)
    registry.consent(people["狭める"], scope=narrow, consented_on=date(2026, 10, 16))
    made = disclosures.disclose(registry.request(), tmp_path / "out")
    assert people["狭める"].phone_home not in everything(made)
    rows = [row for row in rows_of(made, "変更点") if row["区分"] == "変更"]
    assert {row["変わった項目"] for row in rows} == {"電話番号", "携帯電話", "緊急連絡先"}
    assert {row["今回"] for row in rows} == {"同意の範囲外"}


def test_a_birthday_and_a_newer_confirmation_alone_are_no_change(registry: FictitiousRegistry) -> None:
    town(registry, "誕生日")
    disclosures = service(registry)
    disclosures.disclose(registry.request(), registry.folder / "out")
    registry.clock.move(date(2027, 4, 2))
    assert [c.kind for c in disclosures.changes(registry.request()).people] == [ChangeKind.SAME]


def test_another_purpose_another_town_and_what_never_went_are_not_compared_with(
    registry: FictitiousRegistry, tmp_path: Path
) -> None:
    people = town(registry, "一")
    registry.consent(people["一"], purpose=Purpose.DRILL)
    elsewhere = registry.person("上尾 光", municipality=AGEO)
    registry.consent(elsewhere, recipient=AGEO)
    registry.freeze(edition=2)
    disclosures = service(registry)
    disclosures.disclose(registry.request(purpose="訓練"), tmp_path / "out")
    disclosures.disclose(registry.request(AGEO), tmp_path / "out")
    request = registry.request()
    assert disclosures.changes(request).since is None
    made = disclosures.disclose(request, tmp_path / "out")
    assert disclosures.changes(request).since == registry.clock.today()
    with registry.store.read() as shelves:
        record = shelves.disclosures.get(made.id)
    assert record is not None
    with registry.store.change(Deed.DISCLOSURE_ABANDONED, made.id) as writing:
        writing.disclosures.replace(replace(record, state=DisclosureState.ABANDONED))
    assert disclosures.changes(request).since is None


def test_somebody_found_to_be_another_since_keeps_the_number_they_were_given_under(
    registry: FictitiousRegistry,
) -> None:
    people = town(registry, "一郎")
    disclosures = service(registry)
    disclosures.disclose(registry.request(), registry.folder / "out")
    kept = registry.person("架空 一朗")
    identities(registry).merge(kept.id, people["一郎"].id)
    (one,) = disclosures.changes(registry.request()).people
    assert (one.person_id, one.kind) == (kept.id, ChangeKind.CHANGED)
    assert one.key_before
