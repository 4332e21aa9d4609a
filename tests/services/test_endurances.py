"""Times in words: cut off and never rounded up, with the sum they were made of."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hoken_desktop.domain.codes import DeviceKind, EvidenceSource, UseStatus
from hoken_desktop.domain.endurance import Endurance, PartKind, endurance
from hoken_desktop.domain.persons import Device, Fact, standing_facts
from hoken_desktop.services.endurances import formula, hours_words, short_words, sum_words, tone

VENTILATOR = Device("v", "p", DeviceKind.VENTILATOR, UseStatus.IN_USE)
CYLINDER = Device("b", "p", DeviceKind.OXYGEN_CYLINDER, UseStatus.IN_USE)


def of(device: Device, **known: object) -> Endurance:
    moment = datetime(2026, 9, 1, tzinfo=UTC)
    return endurance(
        [device],
        standing_facts(
            Fact(key, "p", key, str(value), EvidenceSource.VISIT, date(2026, 9, 1), moment)
            for key, value in known.items()
        ),
    )


@pytest.mark.parametrize(
    ("hours", "words", "role"),
    [
        (None, "不明", "danger"), (0.0, "0時間", "warn"), (0.999, "59分", "warn"), (1.5, "1.5時間", "warn"),
        (2.99, "2.9時間", "warn"), (3.0, "3時間", "text"), (21.0, "21時間", "text"),
    ],
)  # fmt: skip
def test_hours_are_cut_off_and_the_unknown_is_dangerous(hours: float | None, words: str, role: str) -> None:
    assert (hours_words(hours), tone(hours)) == (words, role)


def test_the_sum_names_its_parts_and_what_is_unknown() -> None:
    span = of(VENTILATOR, internal_battery_hours=4, external_battery="no").power
    assert span is not None
    assert sum_words(span) == "4時間(内部バッテリー 4時間+発電機 不明)"
    none = of(VENTILATOR, internal_battery="no", external_battery="no", generator="no").power
    assert none is not None
    assert sum_words(none) == "0時間"


def test_every_formula_shows_its_factors_and_what_was_assumed() -> None:
    power = of(VENTILATOR, external_battery_hours=6, portable_power_wh=500, watts=100).power
    assert power is not None
    found = {part.kind: formula(part) for part in power.parts}
    assert found[PartKind.EXTERNAL] == "1本 × 6時間(本数が不明のため1本として)"
    assert found[PartKind.PORTABLE] == "500 Wh × 0.8 ÷ 100 W"
    assert found[PartKind.INTERNAL] == ""
    oxygen = of(
        CYLINDER, cylinder_litres=3.4, cylinder_pressure=10, cylinder_count=2, flow_rest=4, demand_valve="yes"
    ).oxygen
    assert oxygen is not None
    assert formula(oxygen.parts[0]) == (
        "3.4 L × 10 MPa × 10 × 0.8 × 2本 ÷ 4 L/分(安静) ÷ 60 × 同調器 2(倍率が不明のため)"
    )


def test_a_column_tells_nothing_applies_from_unknown() -> None:
    assert short_words(endurance([], {})) == "—"
    assert short_words(of(VENTILATOR)) == "不明"
    assert short_words(of(VENTILATOR, internal_battery_hours=4.56, external_battery="no")) == "4.5"
