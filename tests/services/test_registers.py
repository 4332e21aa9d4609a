"""Taking over the list a centre keeps today: real files into a real registry."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.adapters import similarity
from hoken_desktop.adapters.layouts import load
from hoken_desktop.adapters.municipalities import Municipalities
from hoken_desktop.adapters.register_sheets import read_register
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    DeviceGroup,
    DeviceKind,
    EvidenceSource,
    ItemGroup,
    PersonState,
    Purpose,
    UseStatus,
)
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.persons import Person, device_group, standing_facts
from hoken_desktop.domain.register import RegisterRow, read_row
from hoken_desktop.domain.sheets import CellTrouble, MappedCell, MappedRow, RawValue
from hoken_desktop.services.persons import Persons
from hoken_desktop.services.registers import RegisterReading, Registers
from tests.files import present_list, workbooks
from tests.flows.foreign import has_libreoffice, to_xlsx
from tests.registry_builder import AGEO, KONOSU, OFFICE, FictitiousRegistry

_COLUMNS = ("name", "birth_on", *(f.key for f in load("register").fields if f.key not in ("name", "birth_on")))
_WORDS = ("○", "×", "△", "－", "あり(6時間)", "内部 外部", "048-000-0001", "R6.4.1", "見本 太郎", "2本", "24時間")
_CELLS = st.one_of(
    st.none(), st.none(), st.sampled_from(_WORDS), st.text(max_size=12), st.integers(-10, 10**9), st.floats(),
    st.dates(), st.booleans(), st.sampled_from(list(CellTrouble)),
)  # fmt: skip
HEADER = ("氏名", "フリガナ", "生年月日", "性別", "住所", "公費負担者番号", "受給者番号", "人工呼吸器")


class Addresses:
    def municipality_of(self, address: str) -> str:
        return Municipalities().of_address(address, OFFICE) or ""


@pytest.fixture
def registers(registry: FictitiousRegistry) -> Registers:
    persons = Persons(registry.store, registry.clock, registry.ids, Addresses())
    return Registers(
        registry.store, registry.clock, registry.ids, persons, read_register, registry.municipalities, similarity.ratio
    )


def written(folder: Path, *rows: tuple[object, ...], header: tuple[str, ...] = HEADER) -> Path:
    path = folder / "名簿.xlsx"
    path.write_bytes(workbooks.table([header, *rows], sheet="名簿"))
    return path


def codes(found: tuple[object, ...]) -> Counter[str]:
    return Counter(fault.code for fault in found)  # type: ignore[attr-defined]


def people(registry: FictitiousRegistry) -> list[Person]:
    with registry.store.read() as shelves:
        return shelves.persons.all()


def facts_of(registry: FictitiousRegistry, person: Person) -> dict[str, str]:
    with registry.store.read() as shelves:
        return {k: f.value for (_, k), f in standing_facts(shelves.facts.all(person_id=person.id)).items()}


ONE = ("見本　太郎", "ミホン タロウ", "S30.4.1", "男", "鴻巣市本町9-1", "54116015", "2000017", "○")


@pytest.mark.skipif(not has_libreoffice(), reason="LibreOffice is not installed")
def test_a_messy_list_of_105_saved_by_libreoffice_is_taken_over_whole(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    source = tmp_path / "in" / "list.xlsx"
    source.parent.mkdir()
    source.write_bytes(present_list.messy())
    (path,) = to_xlsx(tmp_path, source)
    tried = registers.read_in(path, dry_run=True)
    assert not people(registry)
    read = registers.read_in(path)
    assert (read.created, read.people, read.blank, read.faulty) == (105, 105, 3, 5)
    assert read.closes
    assert (tried.rows, tried.created, tried.faults) == (read.rows, read.created, read.faults)
    assert codes(read.faults) == {
        "register_heading": 1, "register_struck": 1, "register_several_people": 1, "date_outside_era": 1,
        "totals_row": 1,
    }  # fmt: skip
    assert set(read.unmapped_columns) == {"個別避難計画", "年賀状"}
    seen = codes(read.warnings)
    assert seen["register_colour_rows"] == 1
    assert seen["register_dash"] == 4  # 酸素濃縮装置, 内部, 外部, 個別支援計画
    with registry.store.read() as shelves:
        everyone = shelves.persons.all()
        groups = Counter(device_group(shelves.devices.all(person_id=p.id)) for p in everyone)
        consents = shelves.consents.all()
        places = shelves.places.all()
        contacts = shelves.contacts.all()
        deeds = [a.deed for a in shelves.audits.all()]
        sources = {f.source for f in shelves.facts.all()}
    assert groups == {DeviceGroup.VENTILATOR: 41, DeviceGroup.BOTH: 18, DeviceGroup.OXYGEN: 46}
    assert {p.source for p in everyone} == {EvidenceSource.MIGRATED} == sources
    assert {p.municipality for p in everyone} == set(OFFICE)
    assert len(places) == 105
    assert all(p.pinned for p in places)
    assert len(contacts) == 105
    assert all(c.phone.startswith("090-0000-") and c.relation for c in contacts)
    # Of four: ○ with a day, ○ without (stays 未確認), × with a day, nothing.
    assert Counter(c.decision for c in consents) == {ConsentDecision.GIVEN: 27, ConsentDecision.REFUSED: 26}
    assert seen["register_consent_no_date"] == 26
    assert {(c.source, c.consented_on) for c in consents} == {(EvidenceSource.MIGRATED, date(2024, 4, 1))}
    assert all(ItemGroup.DISEASE not in c.scope for c in consents)
    assert deeds[1:] == ["register_read"]
    first = facts_of(registry, everyone[0])
    assert (first["interface"], first["use_pattern"], first["support_plan"]) == ("tppv", "all_day", "made")
    assert registry.store.verify().first_break is None

    head = registry.store.head()
    again = registers.read_in(path)
    assert (again.created, again.merged, again.unchanged, again.people) == (0, 0, 105, 105)
    assert registry.store.head() == head


def test_the_marks_of_a_list_stay_three_valued(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    header = (*HEADER, "発電機", "蓄電池", "車からの給電", "外せる時間", "内部バッテリー時間", "バッテリー")
    rows = [
        (*ONE, "○", "×", "シガー", "離脱不可", "6時間30分", ""),
        ("架空　花子", "カクウ ハナコ", "昭和50年1月1日", "女", "上尾市本町9-2", "54116015", "2000025", "○",
         "△", "－", "", "", "1～2時間", "内部4時間、外部2本"),
        ("仮名　次郎", "カメイ ジロウ", "H10.1.1", "男", "桶川市泉9-3", "54116015", "2000033", "○",
         "", "不明", "×", "30分", "", "○"),
    ]  # fmt: skip
    read = registers.read_in(written(tmp_path, *rows, header=header))
    one, two, three = (facts_of(registry, p) for p in people(registry))
    assert (one["generator"], one["portable_power"], one["car_power"]) == ("yes", "no", "socket_12v")
    assert (one["tolerable_off_minutes"], one["internal_battery_hours"]) == ("0", "6.5")
    assert two["generator"] == "unknown"
    assert "portable_power" not in two  # － is never なし
    assert (two["internal_battery_hours"], two["external_battery_count"]) == ("4", "2")
    assert "generator" not in three
    assert three["portable_power"] == "unknown"
    assert "internal_battery" not in three  # ○ does not say which
    seen = codes(read.warnings)
    assert (seen["register_dash"], seen["register_value_left"], seen["register_battery_unclear"]) == (1, 1, 1)


def test_somebody_known_is_filled_in_and_never_made_twice(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    known = registry.person(
        "見本　太郎", "", birth_on=date(1955, 4, 1), benefit=("54116015", "2000017"), devices=(),
        address_registered="埼玉県鴻巣市本町9-1", facts={"generator": "no"},
    )  # fmt: skip
    path = written(tmp_path, (*ONE, "○", "048-000-7777"), header=(*HEADER, "発電機", "電話"))
    read = registers.read_in(path)
    assert (read.created, read.merged, read.people) == (0, 1, 1)
    (now,) = people(registry)
    assert (now.name_kana, now.registry_no) == ("ミホン　タロウ", known.registry_no)
    assert now.phone_home == known.phone_home  # what stands stays, and is said
    assert codes(read.warnings)["register_kept"] >= 1
    assert facts_of(registry, now)["generator"] == "no"
    with registry.store.read() as shelves:
        (device,) = shelves.devices.all(person_id=now.id)
        assert (device.kind, device.use_status) == (DeviceKind.VENTILATOR, UseStatus.IN_USE)
        assert len(shelves.benefits.all(person_id=now.id)) == 1
    head = registry.store.head()
    assert registers.read_in(path).unchanged == 1
    assert registry.store.head() == head


def test_who_may_be_somebody_known_is_a_fault_that_names_the_row(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    registry.person("見本　太郎", "ミホン タロウ", birth_on=date(1955, 4, 1), address_registered="鴻巣市別町9-9")
    ended = registry.person("終了　花子", "", birth_on=date(1950, 1, 1), benefit=("54116015", "2000025"))
    registry.change(ended, state=PersonState.ENDED)
    read = registers.read_in(
        written(
            tmp_path,
            ("見本　太郎", "", "S30.4.1", "", "上尾市遠町9-5", "", "", "○"),
            ("終了　花子", "", "S25.1.1", "", "", "54116015", "2000025", "○"),
        )
    )
    assert [(f.row, f.code) for f in read.faults] == [(2, "register_doubtful"), (3, "register_was_ended")]
    assert read.created == 0
    assert len(people(registry)) == 2


def test_two_rows_of_one_person_join_and_twins_with_their_own_numbers_are_two(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    twin = ("双子　一", "フタゴ イチ", "H20.1.1", "男", "鴻巣市本町9-7", "52116017", "3000016", "○")
    other = ("双子　二", "フタゴ ニ", "H20.1.1", "男", "鴻巣市本町9-7", "52116017", "3000024", "○")
    again = (*ONE[:7], "", "○")
    read = registers.read_in(
        written(tmp_path, (*ONE, ""), again, twin, other, header=(*HEADER, "在宅酸素療法"))
    )
    assert (read.created, read.merged, read.faulty) == (3, 1, 0)
    assert len(people(registry)) == 3
    with registry.store.read() as shelves:
        kinds = {d.kind for d in shelves.devices.all(person_id=people(registry)[0].id)}
    assert kinds == {DeviceKind.VENTILATOR, DeviceKind.OXYGEN}


CONSENT = (*HEADER, "同意", "提供先", "目的", "範囲", "同意日")


@pytest.mark.parametrize(
    ("cells", "expected", "warning"),
    [
        (("○", "鴻巣市", "名簿", "", "R6.4.1"), (KONOSU, Purpose.ROSTER), ""),
        (("同意(R6.4.1)", "上尾市長", "個別避難計画", "", ""), (AGEO, Purpose.EVACUATION_PLAN), ""),
        (("○", "", "名簿", "", "R6.4.1"), None, "register_consent_no_recipient"),
        (("○", "行田市", "名簿", "", "R6.4.1"), None, "register_consent_no_recipient"),
        (("○", "鴻巣市", "", "", "R6.4.1"), None, "register_consent_no_purpose"),
        (("○", "鴻巣市", "名簿", "", ""), None, "register_consent_no_date"),
        (("○", "鴻巣市", "名簿", "", "R20.4.1"), None, "register_consent_bad_day"),
        (("黄色", "鴻巣市", "名簿", "", "R6.4.1"), None, "register_consent_unreadable"),
        (("なし", "鴻巣市", "名簿", "", "R6.4.1"), None, ""),
        (("－", "鴻巣市", "名簿", "", "R6.4.1"), None, ""),
    ],
)
def test_a_consent_is_taken_only_where_the_list_says_to_whom_for_what_and_when(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path, cells: tuple[str, ...],
    expected: tuple[str, Purpose] | None, warning: str,
) -> None:  # fmt: skip
    read = registers.read_in(written(tmp_path, (*ONE, *cells), header=CONSENT))
    assert read.created == 1
    with registry.store.read() as shelves:
        found = [(c.recipient, c.purpose) for c in shelves.consents.all()]
    assert found == ([expected] if expected else [])
    if warning:
        assert warning in codes(read.warnings)


def test_a_column_may_name_the_municipality_and_a_withdrawal_closes(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    header = (*HEADER, "上尾市への提供同意", "同意日", "撤回日", "目的")
    registers.read_in(written(tmp_path, (*ONE, "○", "R6.4.1", "R7.4.1", "名簿"), header=header))
    with registry.store.read() as shelves:
        (consent,) = shelves.consents.all()
    assert (consent.recipient, consent.withdrawn_on) == (AGEO, date(2025, 4, 1))


def test_names_with_readings_and_lines_in_one_cell(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    rows = [
        ("見本 太郎(ミホン タロウ)", "", "S30.4.1", "男", "本町9-1", "", "", "トリロジーEvo"),
        ("カクウ ハナコ\n架空 花子様", "", "S31.4.1", "女", "本町9-2", "", "", "○"),
        ("二人一郎、二人二郎", "", "S32.4.1", "男", "本町9-3", "", "", "○"),
        ("故 仮名 三郎", "", "S33.4.1", "男", "本町9-4", "", "", "○"),
    ]
    path = tmp_path / "名簿.xlsx"
    path.write_bytes(workbooks.sheets({"鴻巣市": [HEADER, *rows], "メモ": [["ここは表ではない"]]}))
    read = registers.read_in(path)
    assert [(f.row, f.code) for f in read.faults] == [(4, "register_several_people"), (5, "register_ended_row")]
    one, two = people(registry)
    assert (one.name, one.name_kana) == ("見本　太郎", "ミホン　タロウ")
    assert (two.name, two.name_kana) == ("架空　花子", "カクウ　ハナコ")
    assert one.address_registered == "鴻巣市本町9-1"  # the sheet says which municipality
    assert one.municipality == KONOSU
    seen = codes(read.warnings)
    assert seen["register_model_taken"] == 1
    assert seen["register_sheet_not_read"] == 1
    with registry.store.read() as shelves:
        assert shelves.devices.all(person_id=one.id)[0].model == "トリロジーEvo"


def test_a_pin_of_another_address_is_not_put_on_the_registers_home(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    header = (*HEADER, "緯度", "経度")
    for name, address in (("見本　太郎", "埼玉県鴻巣市本町9-1"), ("見本　次郎", "埼玉県上尾市本町9-8")):
        number = "2000017" if name.endswith("太郎") else "2000025"
        registry.person(
            name, "", birth_on=date(1955, 4, 1), benefit=("54116015", number), address_registered=address, mapped=False
        )
    other = ("見本　次郎", "", "S30.4.1", "男", "鴻巣市別町9-2", "54116015", "2000025", "○")
    rows = [(*ONE, "139.5", "36.1"), (*other, "36.2", "139.6")]
    read = registers.read_in(written(tmp_path, *rows, header=header))
    with registry.store.read() as shelves:
        (place,) = shelves.places.all()
    assert (place.lat, place.lon, place.pinned, place.address) == (36.1, 139.5, True, "埼玉県鴻巣市本町9-1")
    seen = codes(read.warnings)
    assert (seen["register_pin_swapped"], seen["register_pin_other_address"]) == (1, 1)


def test_a_pin_is_as_old_as_the_list_it_comes_from(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    path = written(tmp_path, (*ONE, "36.1", "139.5"), header=(*HEADER, "緯度", "経度"))
    registers.read_in(path, as_of=date(2026, 3, 31))
    with registry.store.read() as shelves:
        (place,) = shelves.places.all()
    assert place.located_at is not None
    assert in_japan(place.located_at).date() == date(2026, 3, 31)


def test_ditto_marks_are_not_taken_for_a_name_or_a_value(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    header = (*HEADER, "居所", "緊急連絡先")
    rows = [(*ONE, "同上", "妻 見本花子 090-0000-0001"), ("〃", "", "S31.4.1", "", "〃", "", "", "○", "", "")]
    read = registers.read_in(written(tmp_path, *rows, header=header))
    assert [(f.row, f.column, f.code) for f in read.faults] == [(3, "氏名", "name_missing")]
    (person,) = people(registry)
    assert person.address == person.address_registered == "鴻巣市本町9-1"
    with registry.store.read() as shelves:
        (contact,) = shelves.contacts.all()
    assert (contact.name, contact.relation, contact.phone) == ("見本花子", "妻", "090-0000-0001")


def test_vertically_merged_cells_hold_for_every_row_of_theirs(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    header = ("氏名", "生年月日", "住所", "人工呼吸器", "緊急連絡先", "緊急連絡先電話")
    body = "".join(
        workbooks.row(number, *cells)
        for number, cells in (
            (1, header),
            (2, ("見本 太郎", "S30.4.1", "鴻巣市本町9-1", "○", "見本花子", "090-0000-0001")),
            (3, ("", "", "", "", "見本次郎", "090-0000-0002")),
        )
    )
    merged = "".join(f'<mergeCell ref="{column}2:{column}3"/>' for column in "ABC")
    merges = f'<mergeCells count="3">{merged}</mergeCells>'
    path = tmp_path / "名簿.xlsx"
    path.write_bytes(workbooks.parts(body, after=merges))
    read = registers.read_in(path)
    assert (read.created, read.merged, read.faulty) == (1, 1, 0)
    assert [f.column for f in read.warnings if f.code == "register_merged"] == ["氏名", "生年月日", "住所"]
    with registry.store.read() as shelves:
        assert [c.name for c in shelves.contacts.all()] == ["見本花子", "見本次郎"]


def test_a_refused_file_and_a_dry_run_leave_no_trace(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    head = registry.store.head()
    with pytest.raises(Refusal, match=r"layouts\.missing_columns"):
        registers.read_in(written(tmp_path, ("見本 太郎", "鴻巣市"), header=("氏名", "住所")))
    with pytest.raises(Refusal, match=r"registers\.future_date"):
        registers.read_in(written(tmp_path, ONE), as_of=date(2030, 1, 1))
    read: RegisterReading = registers.read_in(written(tmp_path, ONE), dry_run=True)
    assert (read.created, read.dry_run) == (1, True)
    assert registry.store.head() == head
    assert not people(registry)


@given(st.lists(st.lists(_CELLS, min_size=len(_COLUMNS), max_size=len(_COLUMNS)), max_size=4))
def test_any_cells_end_as_taken_fault_or_blank(rows: list[list[RawValue]]) -> None:
    for at, cells in enumerate(rows, start=2):
        mapped = {key: MappedCell(value, key) for key, value in zip(_COLUMNS, cells, strict=True) if value is not None}
        read = read_row(MappedRow("f", "s", at, mapped), date(2026, 10, 15), municipality="鴻巣市")
        assert isinstance(read, RegisterRow) or (read[0].code and not read[0].warning)


def test_the_old_number_is_kept_beside_the_registrys_own_and_unknown_columns_are_not_stored(
    registry: FictitiousRegistry, registers: Registers, tmp_path: Path
) -> None:
    read = registers.read_in(
        written(tmp_path, (*ONE, 12, "秘密の言葉", "入院"), header=(*HEADER, "管理番号", "年賀状", "療養場所")),
        as_of=date(2026, 3, 31),
    )
    (person,) = people(registry)
    assert (person.registry_no, person.note) == ("K000001", "移行前の管理番号: 12")
    assert (person.care_setting, person.care_setting_on) == (CareSetting.HOSPITAL, date(2026, 3, 31))
    assert read.unmapped_columns == ("年賀状",)
    assert "秘密の言葉" not in repr(person)
