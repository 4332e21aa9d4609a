"""Lists of consents read in, rows recorded and withdrawn by hand, standings counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from hoken_desktop import words
from hoken_desktop.adapters.read_sheets import read_mapped
from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    DeviceKind,
    EndReason,
    ItemGroup,
    PersonState,
    Purpose,
    RecipientSection,
    Standing,
)
from hoken_desktop.domain.consents import STANDARD_SCOPE, Consent, standing
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.consents import ConsentReading, Consents
from hoken_desktop.services.undo import Undo
from tests.registry_builder import AGEO, INA, KONOSU, FictitiousRegistry

HEADERS = (
    "公費負担者番号", "受給者番号", "管理番号", "氏名", "提供先", "提供先区分", "目的", "範囲", "判断", "同意者",
    "方法", "同意日", "期限", "撤回日",
)  # fmt: skip
ROSTER = "避難行動要支援者名簿"


@pytest.fixture
def consents(registry: FictitiousRegistry) -> Consents:
    return Consents(registry.store, registry.clock, registry.ids, read_mapped, registry.municipalities)


def line(**cells: Any) -> dict[str, Any]:
    usual = {"提供先": "鴻巣市", "目的": ROSTER, "判断": "同意", "同意者": "本人", "方法": "書面"}
    return usual | {"同意日": "令和8年4月1日"} | cells


def sheet(folder: Path, *lines: dict[str, Any], name: str = "同意.xlsx") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["同意の一覧"])
    page.append(HEADERS)
    for one in lines:
        page.append([one.get(head) for head in HEADERS])
    path = folder / name
    book.save(path)
    return path


def rows_of(registry: FictitiousRegistry, person_id: str) -> list[Consent]:
    with registry.store.read() as shelves:
        return shelves.consents.all(person_id=person_id)


def codes(reading: ConsentReading) -> list[str]:
    return [fault.code for fault in reading.faults]


def test_a_list_becomes_rows_of_the_ledger_one_for_each_purpose(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子", "みほん はなこ")
    two = "避難行動要支援者名簿・個別避難計画"
    reading = consents.read_in(sheet(tmp_path, line(管理番号=person.registry_no, 目的=two)))
    assert (reading.rows, reading.taken, reading.added, reading.faults) == (1, 1, 2, ())
    first, second = rows_of(registry, person.id)
    assert {first.purpose, second.purpose} == {Purpose.ROSTER, Purpose.EVACUATION_PLAN}
    assert first.recipient == KONOSU
    assert first.section is RecipientSection.HEALTH
    assert first.scope == STANDARD_SCOPE
    assert first.consented_on == date(2026, 4, 1)
    assert registry.store.verify().first_break is None


def test_the_same_list_again_changes_nothing(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子")
    path = sheet(tmp_path, line(管理番号=person.registry_no), line(管理番号=person.registry_no))
    once = consents.read_in(path)
    assert (once.taken, once.unchanged) == (1, 1)
    before = registry.store.head()
    registry.clock.move(date(2026, 11, 1))
    again = consents.read_in(path)
    assert (again.taken, again.unchanged, again.added) == (0, 2, 0)
    assert registry.store.head() == before
    assert again.closes


@pytest.mark.parametrize(
    "recipient", [KONOSU, KONOSU[:5], 112178, "鴻巣市", "埼玉県鴻巣市", "鴻巣市長", " 鴻巣市役所 "]
)
def test_the_recipient_is_known_by_code_and_by_name(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path, recipient: Any
) -> None:
    person = registry.person("見本 花子")
    assert consents.read_in(sheet(tmp_path, line(管理番号=person.registry_no, 提供先=recipient))).faults == ()
    assert rows_of(registry, person.id)[0].recipient == KONOSU


@pytest.mark.parametrize("recipient", ["伊奈町", "北足立郡伊奈町", "埼玉県北足立郡伊奈町", "113018", "11301"])
def test_a_town_is_known_with_and_without_its_county(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path, recipient: str
) -> None:
    person = registry.person("見本 花子", municipality=INA)
    assert consents.read_in(sheet(tmp_path, line(管理番号=person.registry_no, 提供先=recipient))).faults == ()
    assert rows_of(registry, person.id)[0].recipient == INA


def test_another_body_is_known_by_its_name(registry: FictitiousRegistry, consents: Consents, tmp_path: Path) -> None:
    person = registry.person("見本 花子")
    fire = line(管理番号=person.registry_no, 提供先="架空県央消防本部", 提供先区分="消防本部")
    consents.read_in(sheet(tmp_path, fire))
    row = rows_of(registry, person.id)[0]
    assert (row.recipient, row.section) == ("架空県央消防本部", RecipientSection.FIRE)


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"管理番号": "K999999"}, "person_unknown", "管理番号"),
        ({"管理番号": None}, "person_not_named", "受給者番号"),
        ({"管理番号": None, "公費負担者番号": "54116015", "受給者番号": "9999999"}, "person_unknown", "受給者番号"),
        ({"受給者番号": "0000002"}, "person_contradiction", "管理番号"),
        ({"氏名": "別人 太郎"}, "name_mismatch", "氏名"),
        ({"提供先": "行田市"}, "recipient_unknown", "提供先"),
        ({"提供先": "112179"}, "recipient_unknown", "提供先"),
        ({"提供先": None}, "recipient_missing", "提供先"),
        ({"目的": "広報"}, "purpose_unknown", "目的"),
        ({"目的": "避難行動要支援者名簿・広報"}, "purpose_unknown", "目的"),
        ({"提供先区分": "商工会"}, "section_unknown", "提供先区分"),
        ({"範囲": "連絡帳"}, "scope_unknown", "範囲"),
        ({"判断": "たぶん"}, "decision_unknown", "判断"),
        ({"同意者": "友人"}, "giver_unknown", "同意者"),
        ({"方法": "噂"}, "method_unknown", "方法"),
        ({"同意日": None}, "consented_on_missing", "同意日"),
        ({"同意日": "令和8年2月30日"}, "date_impossible", "同意日"),
        ({"同意日": "そのうち"}, "date_unreadable", "同意日"),
        ({"同意日": "令和8年10月16日"}, "consented_in_future", "同意日"),
        ({"撤回日": "令和8年3月31日"}, "withdrawn_before_consent", "撤回日"),
        ({"期限": "令和8年3月31日"}, "expires_before_consent", "期限"),
        ({"同意日": "昭和30年1月1日"}, "consented_before_birth", "同意日"),
        ({"同意日": "=1/0"}, "formula_without_value", "同意日"),
    ],
)
def test_a_row_with_a_fault_opens_nothing_and_stops_no_other(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path, cells: dict[str, Any], code: str, column: str
) -> None:
    person = registry.person("見本 花子")
    other = registry.person("見本 次郎")
    bad = line(**({"管理番号": person.registry_no} | cells))
    reading = consents.read_in(sheet(tmp_path, bad, line(管理番号=other.registry_no)))
    assert codes(reading) == [code]
    fault = reading.faults[0]
    assert (fault.file, fault.sheet, fault.row) == ("同意.xlsx", "Sheet", 3)
    assert fault.column.startswith(column)
    assert words.say(f"faults.{code}", **fault.facts)
    assert (reading.taken, reading.faulty, reading.closes) == (1, 1, True)
    assert rows_of(registry, person.id) == []
    assert len(rows_of(registry, other.id)) == 1


@pytest.mark.parametrize("cells", [{}, {"判断": "撤回"}])
def test_a_withdrawal_told_of_beforehand_counts_from_its_day_and_warns(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path, cells: dict[str, Any]
) -> None:
    person = registry.person("見本 花子")
    consents.read_in(sheet(tmp_path, line(管理番号=person.registry_no)))
    reading = consents.read_in(sheet(tmp_path, line(管理番号=person.registry_no, 撤回日="令和8年11月1日", **cells)))
    assert (reading.faults, [w.code for w in reading.warnings]) == ((), ["withdrawn_in_future"])

    def on(day: date) -> Standing:
        rows, roster = rows_of(registry, person.id), Purpose.ROSTER
        return standing(
            rows, recipient=KONOSU, section=RecipientSection.HEALTH, purpose=roster, day=day, birth_on=person.birth_on
        ).standing

    assert (on(date(2026, 10, 31)), on(date(2026, 11, 1))) == (Standing.VALID, Standing.WITHDRAWN)


def test_a_withdrawal_of_a_later_day_opens_nothing_where_nothing_stood(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子")
    consents.read_in(
        sheet(tmp_path, line(管理番号=person.registry_no, 判断="撤回", 同意日=None, 撤回日="令和8年11月1日"))
    )
    (row,) = rows_of(registry, person.id)
    assert row.withdrawn_on == row.consented_on == registry.clock.today()


def test_a_number_that_two_people_share_is_a_fault(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    for name in ("見本 花子", "見本 次郎"):
        registry.person(name, benefit=("54116015", "1234561"))
    third = registry.person("見本 三郎", benefit=("52116017", "1234561"))
    by_two = line(公費負担者番号="54116015", 受給者番号="1234561")
    alone = line(受給者番号=1234561)
    right = line(公費負担者番号="52116017", 受給者番号="1234561", 氏名="見本　三郎")
    reading = consents.read_in(sheet(tmp_path, by_two, alone, right))
    assert codes(reading) == ["person_ambiguous", "person_ambiguous"]
    assert len(rows_of(registry, third.id)) == 1


def test_the_number_of_somebody_merged_since_means_who_they_are(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    kept, gone = registry.person("見本 花子"), registry.person("見本 花子")
    registry.change(gone, state=PersonState.ENDED, end_reason=EndReason.MERGED, merged_into=kept.id)
    reading = consents.read_in(sheet(tmp_path, line(管理番号=gone.registry_no)))
    assert reading.faults == ()
    assert len(rows_of(registry, kept.id)) == 1
    assert not rows_of(registry, gone.id)


def test_a_number_that_lost_its_zeros_in_excel_still_finds_its_person(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子", benefit=("54116015", "0000019"))
    assert consents.read_in(sheet(tmp_path, line(公費負担者番号=54116015, 受給者番号=19))).faults == ()
    assert len(rows_of(registry, person.id)) == 1


def test_scopes_givers_and_days_are_read_in_every_spelling(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子")
    no = person.registry_no
    reading = consents.read_in(
        sheet(
            tmp_path,
            line(
                管理番号=no, 範囲="標準＋病名", 同意者="代筆(見本次郎・手が動かないため)", 同意日="R8.4.1",
                期限=date(2027, 3, 31),
            ),
            line(管理番号=no, 目的="訓練", 範囲="全て", 同意者="家族（妻）", 同意日=date(2026, 4, 2), 方法="電話"),
            line(管理番号=no, 目的="停電対応", 判断="不同意", 同意日="2026/4/3"),
        )
    )
    assert reading.faults == ()
    assert [w.code for w in reading.warnings] == ["scope_all_without_disease"]
    first, second, third = rows_of(registry, person.id)
    assert ItemGroup.DISEASE in first.scope
    assert (first.given_by, first.giver_name, first.giver_reason) == (
        ConsentGiver.SCRIBE, "見本次郎", "手が動かないため",
    )  # fmt: skip
    assert first.expires_on == date(2027, 3, 31)
    assert (second.given_by, second.relation) == (ConsentGiver.FAMILY, "妻")
    assert ItemGroup.DISEASE not in second.scope
    assert third.decision is ConsentDecision.REFUSED


def test_of_two_rows_of_one_day_the_later_row_of_the_list_stands(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子")
    no = person.registry_no
    consents.read_in(sheet(tmp_path, line(管理番号=no), line(管理番号=no, 判断="不同意")))
    assert stands(registry, consents, person.id) is Standing.REFUSED


def stands(registry: FictitiousRegistry, consents: Consents, person_id: str, day: date | None = None) -> Standing:
    found = standing(
        rows_of(registry, person_id), recipient=KONOSU, section=RecipientSection.HEALTH, purpose=Purpose.ROSTER,
        day=day or registry.clock.today(), birth_on=date(1960, 4, 1),
    )  # fmt: skip
    return found.standing


def test_a_withdrawal_in_a_list_closes_what_stands_even_without_its_day_of_consent(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子")
    no = person.registry_no
    given = sheet(tmp_path, line(管理番号=no, 範囲="標準+病名"), name="a.xlsx")
    consents.read_in(given)
    path = sheet(tmp_path, line(管理番号=no, 判断="撤回", 同意日=None, 撤回日="令和8年9月10日"), name="b.xlsx")
    assert consents.read_in(path).added == 1
    first, second = rows_of(registry, person.id)
    assert (second.consented_on, second.scope) == (first.consented_on, first.scope)
    assert second.withdrawn_on == date(2026, 9, 10)
    assert stands(registry, consents, person.id, date(2026, 9, 9)) is Standing.VALID
    assert stands(registry, consents, person.id, date(2026, 9, 10)) is Standing.WITHDRAWN
    assert consents.read_in(path).added == 0
    assert consents.read_in(given).added == 0
    assert stands(registry, consents, person.id) is Standing.WITHDRAWN


def test_a_withdrawal_without_its_day_closes_from_the_day_there_is_and_says_so(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person, other = registry.person("見本 花子"), registry.person("見本 次郎")
    for one in (person, other):
        registry.consent(one)
    reading = consents.read_in(
        sheet(
            tmp_path,
            line(管理番号=person.registry_no, 判断="撤回"),
            line(管理番号=other.registry_no, 判断="撤回", 同意日=None),
        )
    )
    assert [w.code for w in reading.warnings] == ["withdrawal_day_assumed"] * 2
    assert stands(registry, consents, person.id) is Standing.WITHDRAWN
    assert stands(registry, consents, other.id) is Standing.WITHDRAWN


def test_a_newer_consent_outlives_an_older_withdrawal_and_the_list_warns_of_it(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子")
    registry.consent(person, consented_on=date(2026, 4, 15))
    reading = consents.read_in(
        sheet(tmp_path, line(管理番号=person.registry_no, 同意日="令和8年4月1日", 撤回日="令和8年5月1日"))
    )
    assert [w.code for w in reading.warnings] == ["withdrawal_overridden"]
    assert stands(registry, consents, person.id) is Standing.VALID


def test_rows_without_a_decision_yet_may_come_without_a_day(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person, asked = registry.person("見本 花子"), registry.person("見本 次郎")
    registry.consent(asked)
    path = sheet(
        tmp_path,
        line(管理番号=person.registry_no, 判断="未確認", 同意日=None),
        line(管理番号=person.registry_no, 判断="保留", 同意日=None, 目的="訓練"),
        line(管理番号=asked.registry_no, 判断="未確認", 同意日=None),
    )
    reading = consents.read_in(path)
    assert codes(reading) == ["consented_on_missing"]
    assert (reading.added, reading.unchanged) == (1, 1)
    registry.clock.move(date(2026, 12, 1))
    assert consents.read_in(path).added == 0


def test_a_csv_of_shift_jis_is_read_as_well(registry: FictitiousRegistry, consents: Consents, tmp_path: Path) -> None:
    person = registry.person("見本 花子")
    text = "管理番号,提供先,目的,判断,同意日\r\n" + f"{person.registry_no},鴻巣市,{ROSTER},同意,R8.4.1\r\n"
    path = tmp_path / "同意.csv"
    path.write_bytes(text.encode("cp932"))
    assert consents.read_in(path).added == 1


def test_a_list_without_its_columns_is_refused(consents: Consents, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["氏名", "住所"])
    book.active.append(["見本 花子", "埼玉県鴻巣市本町9-1"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(Refusal) as refusal:
        consents.read_in(tmp_path / "a.xlsx")
    assert refusal.value.code.startswith("layouts.")


# ---- by hand --------------------------------------------------------------------------------------------------


def draft(person_id: str, **more: Any) -> Consent:
    facts: dict[str, Any] = {
        "id": "", "person_id": person_id, "recipient": "鴻巣市", "section": RecipientSection.HEALTH,
        "purpose": Purpose.ROSTER, "decision": ConsentDecision.GIVEN, "consented_on": date(2026, 4, 1),
        "entered_at": None,
    } | more  # fmt: skip
    return Consent(**facts)


def test_a_recorded_consent_is_added_once_for_each_purpose(registry: FictitiousRegistry, consents: Consents) -> None:
    person = registry.person("見本 花子")
    added = consents.record(draft(person.id), (Purpose.ROSTER, Purpose.EVACUATION_PLAN))
    assert [row.recipient for row in added] == [KONOSU, KONOSU]
    registry.clock.tick()
    assert consents.record(draft(person.id), (Purpose.ROSTER, Purpose.EVACUATION_PLAN)) == ()
    assert len(rows_of(registry, person.id)) == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"person_id": "nobody"}, "consents.unknown_person"),
        ({"recipient": "行田市"}, "consents.unknown_recipient"),
        ({"consented_on": date(2027, 1, 1)}, "consents.impossible_day"),
        ({"given_by": ConsentGiver.FAMILY}, "consents.giver_unnamed"),
        ({"given_by": ConsentGiver.SCRIBE, "giver_name": "見本次郎"}, "consents.giver_unnamed"),
        ({"scope": ()}, "consents.no_scope"),
    ],
)
def test_what_cannot_be_is_not_recorded(
    registry: FictitiousRegistry, consents: Consents, more: dict[str, Any], code: str
) -> None:
    person = registry.person("見本 花子")
    with pytest.raises(Refusal) as refusal:
        consents.record(draft(**({"person_id": person.id} | more)))
    assert refusal.value.code == code
    assert words.say(refusal.value.code, **refusal.value.facts)
    assert rows_of(registry, person.id) == []


def test_a_withdrawal_is_one_more_row_and_the_old_one_stays(registry: FictitiousRegistry, consents: Consents) -> None:
    person = registry.person("見本 花子")
    given = registry.consent(person)
    closed = consents.withdraw(person.id, KONOSU, RecipientSection.HEALTH, Purpose.ROSTER, date(2026, 10, 1))
    assert rows_of(registry, person.id) == [given, closed]
    assert stands(registry, consents, person.id, date(2026, 9, 30)) is Standing.VALID
    assert stands(registry, consents, person.id, date(2026, 10, 1)) is Standing.WITHDRAWN
    for day in (date(2026, 10, 2), date(2026, 3, 1)):
        with pytest.raises(Refusal, match=r"consents\.nothing_to_withdraw"):
            consents.withdraw(person.id, KONOSU, RecipientSection.HEALTH, Purpose.ROSTER, day)
    with pytest.raises(Refusal, match=r"consents\.impossible_day"):
        consents.withdraw(
            person.id, KONOSU, RecipientSection.HEALTH, Purpose.ROSTER, registry.clock.today() + timedelta(days=1)
        )


def test_standings_count_every_registered_person_of_each_municipality_once(
    registry: FictitiousRegistry, consents: Consents
) -> None:
    people = [registry.person(f"見本 {n}郎") for n in range(5)]
    elsewhere = registry.person("見本 花子", municipality=AGEO)
    registry.person("機器 なし", devices=(DeviceKind.SUCTION,))
    registry.consent(people[0])
    registry.consent(people[1], decision=ConsentDecision.REFUSED)
    registry.consent(people[2], withdrawn_on=date(2026, 5, 1))
    registry.consent(people[3], expires_on=date(2026, 5, 1))
    registry.consent(people[1], purpose=Purpose.DRILL)
    registry.consent(elsewhere, recipient=KONOSU)
    found = {one.recipient: one for one in consents.standings()}
    konosu = found[KONOSU]
    assert konosu.people == 5
    assert {k: v for k, v in konosu.overall.items() if v} == {
        "valid": 2, "withdrawn": 1, "expired": 1, "unknown": 1,
    }  # fmt: skip
    assert konosu.by_purpose["roster"]["refused"] == 1
    assert all(sum(counts.values()) == 5 for counts in (konosu.overall, *konosu.by_purpose.values()))
    assert {k: v for k, v in found[AGEO].overall.items() if v} == {"unknown": 1}
    assert found[INA].people == 0


def test_one_persons_ledger_shows_every_row_and_what_stands(
    registry: FictitiousRegistry, consents: Consents
) -> None:
    person = registry.person("見本 花子")
    registry.consent(person)
    registry.consent(person, decision=ConsentDecision.REFUSED, consented_on=date(2026, 5, 1))
    found = consents.of_person(person.id)
    assert len(found.rows) == 2
    assert [one.standing.standing for one in found.standings] == [Standing.REFUSED]


# ---- papers -------------------------------------------------------------------------------------------------------


def test_one_paper_of_two_answers_is_one_deed(registry: FictitiousRegistry, consents: Consents) -> None:
    person = registry.person("見本 花子")
    before = registry.store.head()[0]
    rows = [
        replace(draft(person.id), section=section, decision=decision)
        for section, decision in (
            (RecipientSection.HEALTH, ConsentDecision.GIVEN), (RecipientSection.SUPPORTERS, ConsentDecision.REFUSED),
        )
    ]  # fmt: skip
    added = consents.record_paper(rows)
    assert registry.store.head()[0] == before + 1
    assert [(row.section, row.decision) for row in added] == [(row.section, row.decision) for row in rows]
    assert consents.record_paper(rows) == ()
    assert consents.record_paper([]) == ()
    assert registry.store.head()[0] == before + 1


def test_a_paper_with_one_row_that_cannot_be_is_not_taken_at_all(
    registry: FictitiousRegistry, consents: Consents
) -> None:
    person, other = registry.person("見本 花子"), registry.person("見本 次郎")
    good = draft(person.id)
    for bad, code in (
        (replace(good, section=RecipientSection.SUPPORTERS, consented_on=date(2027, 1, 1)), "consents.impossible_day"),
        (replace(good, person_id=other.id), "consents.two_people"),
    ):
        with pytest.raises(Refusal) as refusal:
            consents.record_paper([good, bad])
        assert refusal.value.code == code
        assert words.say(refusal.value.code, **refusal.value.facts)
    assert rows_of(registry, person.id) == rows_of(registry, other.id) == []


def test_a_paper_taken_back_leaves_what_stood_before(registry: FictitiousRegistry, consents: Consents) -> None:
    person = registry.person("見本 花子")
    registry.consent(person)
    consents.record_paper([replace(draft(person.id), decision=ConsentDecision.REFUSED, consented_on=date(2026, 9, 1))])
    today = registry.clock.today()
    assert stands(registry, consents, person.id, today) is Standing.REFUSED
    Undo(registry.store, registry.clock, registry.ids).undo(registry.store.head()[0])
    assert stands(registry, consents, person.id, today) is Standing.VALID
    assert len(rows_of(registry, person.id)) == 3


def test_several_consents_are_withdrawn_in_one_deed_or_none_of_them(
    registry: FictitiousRegistry, consents: Consents
) -> None:
    person = registry.person("見本 花子")
    consents.record(draft(person.id), (Purpose.ROSTER, Purpose.DRILL))
    keys = [(KONOSU, RecipientSection.HEALTH, purpose) for purpose in (Purpose.ROSTER, Purpose.DRILL)]
    before = registry.store.head()[0]
    with pytest.raises(Refusal, match=r"consents\.nothing_to_withdraw"):
        consents.withdraw_all(
            person.id, [*keys, (KONOSU, RecipientSection.HEALTH, Purpose.POWER_CUT)], date(2026, 10, 1)
        )
    assert registry.store.head()[0] == before
    assert len(consents.withdraw_all(person.id, keys, date(2026, 10, 1))) == 2
    assert registry.store.head()[0] == before + 1


def test_a_person_is_found_by_either_number_and_only_while_registered(
    registry: FictitiousRegistry, consents: Consents
) -> None:
    person = registry.person("見本 花子", benefit=("54116017", "1000016"), municipality=AGEO)
    for number in (person.registry_no, person.registry_no.lower(), str(int(person.registry_no[1:])), "1000016"):
        found = consents.find_by_number(number)
        assert [(p.id, place) for p, place in found] == [(person.id, AGEO)]
    for nobody in ("", "K999999", "999", "見本"):
        assert consents.find_by_number(nobody) == ()


def test_a_list_can_be_looked_at_without_taking_it(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    person = registry.person("見本 花子")
    path = sheet(tmp_path, line(管理番号=person.registry_no), line(管理番号="K999999"))
    before = registry.store.head()
    looked = consents.read_in(path, dry_run=True)
    assert (looked.taken, looked.faulty, looked.closes) == (1, 1, True)
    assert registry.store.head() == before
    assert rows_of(registry, person.id) == []
    taken = consents.read_in(path)
    assert (taken.rows, taken.taken, taken.faulty) == (looked.rows, looked.taken, looked.faulty)
    assert len(rows_of(registry, person.id)) == 1


# ---- a clock that was wrong, and a paper older than the withdrawal ----------------------------------------------


def stands_as(registry: FictitiousRegistry, person_id: str) -> Standing:
    return standing(
        rows_of(registry, person_id), recipient=KONOSU, section=RecipientSection.HEALTH, purpose=Purpose.ROSTER,
        day=registry.clock.today(), birth_on=date(1960, 4, 1),
    ).standing  # fmt: skip


def given(person_id: str, on: date, decision: ConsentDecision = ConsentDecision.GIVEN) -> Consent:
    return Consent(
        "", person_id, KONOSU, RecipientSection.HEALTH, Purpose.ROSTER, decision, on, datetime.min.replace(tzinfo=UTC)
    )


def test_a_withdrawal_counts_although_the_clock_was_ahead_when_the_consent_was_entered(
    registry: FictitiousRegistry, consents: Consents
) -> None:
    right = registry.clock.today()
    ids = [registry.person(f"見本 {n}").id for n in ("一", "二", "三")]
    registry.clock.move(right + timedelta(days=400))
    for id_ in ids:
        consents.record(given(id_, right))
    registry.clock.move(right)
    consents.withdraw(ids[0], KONOSU, RecipientSection.HEALTH, Purpose.ROSTER, right)
    consents.record(given(ids[1], right, ConsentDecision.REFUSED))
    assert stands_as(registry, ids[0]) is Standing.WITHDRAWN
    assert stands_as(registry, ids[1]) is Standing.REFUSED
    assert stands_as(registry, ids[2]) is Standing.VALID


def test_a_list_counts_although_the_clock_was_ahead_when_the_consent_was_entered(
    registry: FictitiousRegistry, consents: Consents, tmp_path: Path
) -> None:
    right = registry.clock.today()
    person = registry.person("見本 一郎")
    registry.clock.move(right + timedelta(days=400))
    consents.record(given(person.id, right))
    registry.clock.move(right)
    path = sheet(tmp_path, line(管理番号=person.registry_no, 判断="不同意", 同意日=right.isoformat()))
    assert codes(consents.read_in(path)) == []
    assert stands_as(registry, person.id) is Standing.REFUSED


def test_a_paper_older_than_the_withdrawal_does_not_let_the_consent_count_again(
    registry: FictitiousRegistry, consents: Consents
) -> None:
    today = registry.clock.today()
    person = registry.person("見本 一郎")
    consents.record(given(person.id, today - timedelta(days=30)))
    consents.withdraw(person.id, KONOSU, RecipientSection.HEALTH, Purpose.ROSTER, today - timedelta(days=5))
    for days in (30, 20, 6):
        with pytest.raises(Refusal) as refusal:
            consents.record(replace(given(person.id, today - timedelta(days=days)), evidence="綴2"))
        assert refusal.value.code == "consents.before_withdrawal"
    assert stands_as(registry, person.id) is Standing.WITHDRAWN
    consents.record(given(person.id, today - timedelta(days=20), ConsentDecision.REFUSED))
    assert stands_as(registry, person.id) is Standing.REFUSED  # a no is never too old to be heard
    consents.record(given(person.id, today - timedelta(days=5)))
    assert stands_as(registry, person.id) is Standing.VALID  # given anew
