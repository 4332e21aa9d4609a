"""The wash: nobody is lost, nothing is guessed, and every oddity has its place."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop import words
from hoken_desktop.adapters.diseases import shipped
from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import (
    CareSetting,
    CopayClass,
    DeviceKind,
    EvidenceSource,
    Scheme,
    Sex,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.diseases import index_of
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.intake import DeviceEvidence, Incoming, has_device_evidence, wash
from hoken_desktop.domain.plain import from_plain, to_plain
from hoken_desktop.domain.sheets import CellTrouble, MappedCell, MappedRow, RawValue

TODAY = date(2026, 4, 1)
LISTED = index_of(shipped())
PERSON: dict[str, RawValue] = {"name": "試験　太郎", "birth_on": "S45.3.1", "beneficiary_no": "1000017"}


def row(**cells: RawValue) -> MappedRow:
    """A person with these cells; None takes one away."""
    filled = {key: value for key, value in {**PERSON, **cells}.items() if value is not None}
    mapped = {key: MappedCell(value, f"列{key}") for key, value in filled.items()}
    first = next((str(value) for value in filled.values()), "")
    return MappedRow("a.xlsx", "S", 7, mapped, first_text=first)


def washed(scheme: Scheme = Scheme.NANBYO, **cells: RawValue) -> Incoming:
    result = wash(row(**cells), scheme, TODAY)
    assert isinstance(result, Incoming), result
    return result


def faults(**cells: RawValue) -> tuple[Fault, ...]:
    result = wash(row(**cells), Scheme.NANBYO, TODAY)
    assert isinstance(result, tuple), result
    return result


def codes(incoming: Incoming) -> list[tuple[str, str]]:
    return [(one.column, one.code) for one in incoming.warnings]


def evidence(**cells: RawValue) -> dict[DeviceKind, DeviceEvidence]:
    return {one.kind: one for one in washed(**cells).evidence}


# --- the person ------------------------------------------------------------------------------------------------


def test_a_full_row_becomes_a_person() -> None:
    incoming = washed(
        payer_no="54116017", name_kana="シケン　タロウ", sex="男", postcode="365-0000", phone_home="048-000-0001",
        address_registered=" 埼玉県鴻巣市架空町9999-1 ", valid_to="R8.9.30", disease_no="002", disease_name="試験病",
        copay_class="一般所得Ⅱ", care_setting="在宅",
    )  # fmt: skip
    assert incoming.birth_on == date(1970, 3, 1)
    assert (incoming.sex, incoming.postcode, incoming.disease_no) == (Sex.MALE, "3650000", "2")
    assert incoming.address_registered == "埼玉県鴻巣市架空町9999-1"
    assert incoming.valid_to == date(2026, 9, 30)
    assert (incoming.copay_class, incoming.care_setting) == (CopayClass.GENERAL_2, CareSetting.HOME)
    assert incoming.warnings == ()
    assert not has_device_evidence(incoming)


def test_a_washed_row_survives_as_plain_json() -> None:
    incoming = washed(vent_certified="あり", oxygen_use="あり", flow_rest=2, phone_home="x1")
    assert from_plain(Incoming, json.loads(json.dumps(to_plain(incoming)))) == incoming


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"name": None}, "", "name_missing"),
        ({"name": "　"}, "列name", "name_missing"),
        ({"name": "12345"}, "列name", "name_unreadable"),
        ({"birth_on": None, "beneficiary_no": None}, "", "birth_and_number_missing"),
        ({"birth_on": "昭和64年1月8日"}, "列birth_on", "date_outside_era"),
        ({"birth_on": "令和6年2月30日"}, "列birth_on", "date_impossible"),
        ({"birth_on": "わからない"}, "列birth_on", "date_unreadable"),
        ({"birth_on": date(2026, 4, 2)}, "列birth_on", "birth_in_future"),
        ({"birth_on": "M38.1.1"}, "列birth_on", "birth_too_old"),
        ({"name": CellTrouble.FORMULA}, "列name", "formula_without_value"),
        ({"postcode": CellTrouble.ERROR}, "列postcode", "cell_error"),
        ({"flow_rest": CellTrouble.DISAGREE}, "列flow_rest", "readers_disagree"),
        ({"name": "合計", "birth_on": None, "beneficiary_no": "12"}, "列name", "totals_row"),
        ({"name": "計 120 名", "birth_on": None, "beneficiary_no": None}, "列name", "totals_row"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_why(cells: dict[str, RawValue], column: str, code: str) -> None:
    first, *others = faults(**cells)
    assert (first.file, first.sheet, first.row, first.column, first.code) == ("a.xlsx", "S", 7, column, code)
    assert not first.warning
    assert all(one.warning for one in others)
    assert words.say(f"faults.{code}")


def test_one_fault_a_row_and_the_rest_as_warnings() -> None:
    found = faults(name=None, birth_on="昭和64年1月8日", postcode="1")
    assert [(one.code, one.warning) for one in found] == [
        ("name_missing", False), ("postcode_form", True), ("date_outside_era", True),
    ]  # fmt: skip


def test_a_number_or_a_birth_date_is_enough() -> None:
    assert washed(birth_on=None).birth_on is None
    assert washed(beneficiary_no=None).beneficiary_no == ""


def test_a_person_named_as_a_total_is_a_person() -> None:
    assert washed(name="計").name == "計"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"payer_no": "54116018"}, "payer_check_digit"),
        ({"payer_no": "52116019"}, "payer_scheme"),
        ({"beneficiary_no": "1000018"}, "beneficiary_check_digit"),
        ({"valid_to": "R8.9.31"}, "date_impossible"),
        ({"valid_from": "R8.10.1", "valid_to": "R7.9.30"}, "validity_reversed"),
        ({"sex": "ヒト"}, "value_unreadable"),
        ({"care_setting": "入院・在宅"}, "value_unreadable"),
        ({"name": "試\ue000"}, "char_private_use"),
        ({"address_registered": "鴻巣市U+2363A町"}, "char_code_point"),
        ({"name_kana": "試験"}, "kana_form"),
        ({"name": "シケン", "name_kana": "試験"}, "name_kana_swapped"),
        ({"flow_rest": "2~3L"}, "value_unreadable"),
        ({"flow_rest": "99"}, "value_unreadable"),
        ({"ventilator_use": "検討中です"}, "value_unreadable"),
    ],
)
def test_what_is_odd_is_a_warning_and_loses_nobody(cells: dict[str, RawValue], code: str) -> None:
    incoming = washed(**cells)
    assert code in [one.code for one in incoming.warnings]
    assert all(one.warning and one.row == 7 and one.column for one in incoming.warnings)
    assert words.has(f"faults.{code}")


def test_excel_dates_and_serials_are_dates() -> None:
    assert washed(birth_on=25628).birth_on == date(1970, 3, 1)
    assert washed(birth_on=date(1970, 3, 1)).birth_on == date(1970, 3, 1)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("在宅", CareSetting.HOME), ("自宅療養", CareSetting.HOME), ("入院中", CareSetting.HOSPITAL),
        ("施設入所", CareSetting.FACILITY), ("レスパイト入院", CareSetting.RESPITE), ("不明", CareSetting.UNKNOWN),
        (None, CareSetting.UNKNOWN),
    ],
)  # fmt: skip
def test_places_of_care(text: str | None, place: CareSetting) -> None:
    assert washed(care_setting=text).care_setting is place


@pytest.mark.parametrize(
    ("text", "scheme", "known"),
    [
        ("生活保護", Scheme.NANBYO, CopayClass.WELFARE), ("低所得Ⅰ", Scheme.NANBYO, CopayClass.LOW_1),
        ("低所得2", Scheme.NANBYO, CopayClass.LOW_2), ("一般所得Ⅰ", Scheme.NANBYO, CopayClass.GENERAL_1),
        ("一般Ⅱ", Scheme.NANBYO, CopayClass.GENERAL_2), ("上位所得", Scheme.NANBYO, CopayClass.UPPER),
        ("人工呼吸器等装着者", Scheme.NANBYO, CopayClass.VENTILATOR_ETC),
        (1000, Scheme.NANBYO, CopayClass.VENTILATOR_ETC),
        ("1,000円", Scheme.NANBYO, CopayClass.VENTILATOR_ETC), (500, Scheme.SHOMAN, CopayClass.VENTILATOR_ETC),
        (1000, Scheme.SHOMAN, CopayClass.UNKNOWN), (5000, Scheme.NANBYO, CopayClass.UNKNOWN),
        ("人工呼吸器等装着者以外", Scheme.NANBYO, CopayClass.UNKNOWN), (None, Scheme.NANBYO, CopayClass.UNKNOWN),
    ],
)  # fmt: skip
def test_copay_classes(text: RawValue, scheme: Scheme, known: CopayClass) -> None:
    assert washed(scheme, copay_class=text).copay_class is known


@pytest.mark.parametrize(
    ("text", "group"), [("3", "3"), ("03 慢性呼吸器疾患群", "3"), ("神経・筋疾患群", "11"), ("慢性心疾患", "4")]
)
def test_shoman_groups(text: str, group: str) -> None:
    assert listed(Scheme.SHOMAN, shoman_group=text).shoman_group == group
    assert listed(Scheme.SHOMAN, shoman_group=text).warnings == ()


def listed(scheme: Scheme = Scheme.NANBYO, **cells: RawValue) -> Incoming:
    """Washed with the shipped tables of diseases at hand."""
    result = wash(row(**cells), scheme, TODAY, LISTED)
    assert isinstance(result, Incoming), result
    return result


def test_a_group_that_is_none_is_said_and_kept_as_it_stands() -> None:
    found = listed(Scheme.SHOMAN, shoman_group="架空疾患群")
    assert found.shoman_group == "架空疾患群"
    assert codes(found) == [("列shoman_group", "shoman_group_unknown")]


@pytest.mark.parametrize(
    ("number", "name", "kept", "code"),
    [
        ("349", "架空病", "349", ("列disease_no", "disease_unknown_number")),
        ("第1000号", None, "1000", ("列disease_no", "disease_unknown_number")),
        ("ア-1", "筋萎縮性側索硬化症", "ア-1", ("列disease_no", "disease_unknown_number")),
        (None, "架空病", "", ("列disease_name", "disease_unknown_name")),
        ("6", "筋萎縮性側索硬化症", "6", ("列disease_no", "disease_contradiction")),
    ],
)
def test_a_disease_that_is_not_listed_is_said_with_its_place_and_never_lost(
    number: RawValue, name: RawValue, kept: str, code: tuple[str, str]
) -> None:
    found = listed(disease_no=number, disease_name=name)
    assert (found.disease_no, found.disease_name) == (kept, name or "")
    assert codes(found) == [code]


@pytest.mark.parametrize(
    ("number", "name", "kept"),
    [
        ("2", "ALS", "2"), (2, None, "2"), ("006 パーキンソン病", None, "6"), (None, "パーキンソン病", ""),
        (None, None, ""), ("63", "特発性血小板減少性紫斑病", "63"),
    ],
)  # fmt: skip
def test_a_disease_that_is_listed_in_whatever_words_is_no_matter(
    number: RawValue, name: RawValue, kept: str
) -> None:
    found = listed(disease_no=number, disease_name=name)
    assert (found.disease_no, found.warnings) == (kept, ())


# --- evidence --------------------------------------------------------------------------------------------------


def test_the_certificate_alone_makes_a_candidate_but_never_a_ventilator_user() -> None:
    for cells in ({"vent_certified": "あり"}, {"copay_class": "人工呼吸器等装着者"}, {"copay_class": 1000}):
        found = evidence(**cells)
        assert found == {
            DeviceKind.VENTILATOR: DeviceEvidence(DeviceKind.VENTILATOR, UseStatus.UNKNOWN, EvidenceSource.COPAY_CLASS)
        }
        assert has_device_evidence(washed(**cells))


def test_the_absence_of_the_certificate_means_nothing() -> None:
    found = evidence(vent_certified="なし", ventilator_use="あり", interface="2", use_pattern="2")
    ventilator = found[DeviceKind.VENTILATOR]
    assert ventilator.use_status is UseStatus.IN_USE
    assert ventilator.source is EvidenceSource.CERTIFICATE
    assert dict(ventilator.facts) == {"interface": "nppv", "use_pattern": "night"}
    assert washed(vent_certified="なし").vent_certified is YesNoUnknown.NO
    assert washed().vent_certified is YesNoUnknown.UNKNOWN


def test_an_assist_device_explains_the_certificate_and_is_recorded_but_not_counted() -> None:
    incoming = washed(vent_certified="あり", ventilator_use="なし", vad_use="あり")
    assert [(one.kind, one.use_status) for one in incoming.evidence] == [(DeviceKind.VAD, UseStatus.IN_USE)]
    assert not has_device_evidence(incoming)


def test_a_certificate_against_the_word_none_is_a_question() -> None:
    incoming = washed(vent_certified="あり", ventilator_use="なし")
    assert incoming.evidence[0].use_status is UseStatus.UNKNOWN
    assert codes(incoming) == [("列ventilator_use", "certificate_without_ventilator")]


def test_cpap_alone_is_recorded_and_makes_no_candidate() -> None:
    for cells in ({"cpap_use": "あり"}, {"ventilator_use": "CPAP"}, {"devices": "CPAP、吸引器"}):
        incoming = washed(**cells)
        assert DeviceKind.CPAP in {one.kind for one in incoming.evidence}
        assert DeviceKind.VENTILATOR not in {one.kind for one in incoming.evidence}
        assert not has_device_evidence(incoming)


def test_unknown_is_not_none() -> None:
    assert evidence(ventilator_use="不明")[DeviceKind.VENTILATOR].use_status is UseStatus.UNKNOWN
    assert evidence(oxygen_use="不明")[DeviceKind.OXYGEN].use_status is UseStatus.UNKNOWN
    assert evidence(ventilator_use="なし", oxygen_use="なし") == {}
    assert evidence(ventilator_use=None, oxygen_use=None) == {}


def test_a_ventilator_not_running_now_is_paused() -> None:
    assert evidence(ventilator_use="あり", use_pattern="4")[DeviceKind.VENTILATOR].use_status is UseStatus.PAUSED


@pytest.mark.parametrize(
    ("cells", "facts"),
    [
        ({"ventilator_use": "TPPV"}, {"interface": "tppv"}),
        ({"ventilator_use": "あり(NPPV)"}, {"interface": "nppv"}),
        ({"ventilator_use": "有", "interface": "気管切開", "use_pattern": "24時間"},
         {"interface": "tppv", "use_pattern": "all_day"}),
        ({"interface": "1"}, {"interface": "tppv"}),
        ({"use_pattern": "夜間のみ"}, {"use_pattern": "night"}),
        ({"ventilator_use": "○", "hours_per_day": "8時間"}, {"hours_per_day": "8"}),
        ({"ventilator_use": 1, "weaning": 2}, {"weaning": "no"}),
        ({"devices": "人工呼吸器(NPPV)、吸引器"}, {"interface": "nppv"}),
    ],
)  # fmt: skip
def test_ventilators_in_the_words_of_files(cells: dict[str, RawValue], facts: dict[str, str]) -> None:
    found = evidence(**cells)[DeviceKind.VENTILATOR]
    assert found.use_status is UseStatus.IN_USE
    assert dict(found.facts) == facts


@pytest.mark.parametrize(
    ("cells", "kind", "facts"),
    [
        ({"oxygen_use": "あり", "flow_rest": 2.5}, DeviceKind.OXYGEN, {"flow_rest": "2.5"}),
        ({"flow_rest": "2L/分"}, DeviceKind.OXYGEN, {"flow_rest": "2"}),
        ({"oxygen_use": "在宅酸素 1.5L"}, DeviceKind.OXYGEN, {"flow_rest": "1.5"}),
        ({"oxygen_use": "有", "oxygen_source": "濃縮器"}, DeviceKind.OXYGEN_CONCENTRATOR,
         {"oxygen_source": "concentrator"}),
        ({"oxygen_source": "液体酸素"}, DeviceKind.LIQUID_OXYGEN, {"oxygen_source": "liquid"}),
        ({"devices": "酸素ボンベ"}, DeviceKind.OXYGEN_CYLINDER, {}),
        ({"oxygen_use": "HOT"}, DeviceKind.OXYGEN, {}),
    ],
)  # fmt: skip
def test_oxygen_in_the_words_of_files(cells: dict[str, RawValue], kind: DeviceKind, facts: dict[str, str]) -> None:
    found = evidence(**cells)
    assert found[kind].use_status is UseStatus.IN_USE
    assert dict(found[kind].facts) == facts
    assert has_device_evidence(washed(**cells))


def test_a_flow_beside_the_word_none_is_a_question() -> None:
    incoming = washed(oxygen_use="なし", flow_rest="2")
    assert incoming.evidence[0].use_status is UseStatus.UNKNOWN
    assert codes(incoming) == [("列oxygen_use", "device_conflict")]


def test_no_device_is_made_of_what_is_denied() -> None:
    assert evidence(devices="人工呼吸器なし、酸素:なし") == {}
    assert evidence(flow_rest=0, oxygen_source="なし") == {}
    assert DeviceKind.OXYGEN not in evidence(devices="酸素飽和度モニター")


def test_both_devices_stand_side_by_side() -> None:
    found = evidence(ventilator_use="あり", oxygen_use="あり", flow_rest="1", devices="酸素濃縮器、吸引器")
    assert set(found) == {DeviceKind.VENTILATOR, DeviceKind.OXYGEN_CONCENTRATOR, DeviceKind.SUCTION}
    assert dict(found[DeviceKind.OXYGEN_CONCENTRATOR].facts) == {"flow_rest": "1"}


VALUES = st.one_of(
    st.none(),
    st.text(max_size=15),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.sampled_from(["あり", "なし", "不明", "2L/分", "TPPV", "R6.3.31", "合計", "1", "CPAP", *CellTrouble]),
)
KEYS = st.sampled_from(
    [
        "name",
        "name_kana",
        "birth_on",
        "payer_no",
        "beneficiary_no",
        "sex",
        "postcode",
        "address_registered",
        "phone_home",
        "valid_from",
        "valid_to",
        "disease_no",
        "copay_class",
        "vent_certified",
        "ventilator_use",
        "interface",
        "use_pattern",
        "hours_per_day",
        "weaning",
        "vad_use",
        "cpap_use",
        "oxygen_use",
        "oxygen_source",
        "flow_rest",
        "oxygen_hours_per_day",
        "devices",
        "care_setting",
        "recorded_on",
        "shoman_group",
    ]
)


@given(st.dictionaries(KEYS, VALUES, max_size=12), st.sampled_from([Scheme.NANBYO, Scheme.SHOMAN]))
def test_whatever_a_row_holds_it_becomes_a_person_or_a_fault(cells: dict[str, RawValue], scheme: Scheme) -> None:
    result = wash(row(**cells), scheme, TODAY, LISTED)
    if isinstance(result, Incoming):
        assert result.name
        assert result.birth_on or result.beneficiary_no
        assert result.birth_on is None or result.birth_on <= TODAY
        for one in result.evidence:
            for name, value in one.facts:
                if name in fields.BY_KEY:
                    assert fields.canonical(fields.BY_KEY[name], value) == value
        for warning in result.warnings:
            assert words.has(f"faults.{warning.code}")
    else:
        assert not result[0].warning
        assert all(words.has(f"faults.{one.code}") for one in result)
