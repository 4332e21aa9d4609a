"""持続時間: parts add up, factors are shown, and what is not known never makes somebody look safer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hoken_desktop.domain.codes import DeviceKind, EvidenceSource, UseStatus
from hoken_desktop.domain.endurance import Endurance, Part, PartKind, Span, endurance
from hoken_desktop.domain.persons import Device, Fact, standing_facts

ON = date(2026, 9, 1)
VENTILATOR = Device("v", "p", DeviceKind.VENTILATOR, UseStatus.IN_USE)
CONCENTRATOR = Device("c", "p", DeviceKind.OXYGEN_CONCENTRATOR, UseStatus.IN_USE)
CYLINDER = Device("b", "p", DeviceKind.OXYGEN_CYLINDER, UseStatus.IN_USE)
LIQUID = Device("l", "p", DeviceKind.LIQUID_OXYGEN, UseStatus.IN_USE)
NO_BATTERIES = {"internal_battery": "no", "external_battery": "no"}


def fact(field: str, value: object, device_id: str = "", on: date = ON) -> Fact:
    return Fact(f"{device_id}-{field}-{on}", "p", field, str(value), EvidenceSource.VISIT, on,
                datetime(2026, 9, 1, tzinfo=UTC), device_id)  # fmt: skip


def of(devices: list[Device], *facts: Fact, **known: object) -> Endurance:
    return endurance(devices, standing_facts([*facts, *(fact(key, value) for key, value in known.items())]))


def power(**known: object) -> Span:
    span = of([VENTILATOR], **known).power
    assert span is not None
    return span


def oxygen(devices: list[Device], *facts: Fact, **known: object) -> Span:
    span = of(devices, *facts, **known).oxygen
    assert span is not None
    return span


def part(span: Span, kind: PartKind) -> Part:
    return next(each for each in span.parts if each.kind is kind)


# ---- power ------------------------------------------------------------------------------------------------------


def test_internal_external_and_generator_add_up() -> None:
    span = power(
        internal_battery="yes", internal_battery_hours=4, external_battery="yes", external_battery_count=2,
        external_battery_hours=3.5, generator="yes", generator_hours=10, tolerable_off_minutes=30,
    )  # fmt: skip
    assert [part(span, kind).hours for kind in (PartKind.INTERNAL, PartKind.EXTERNAL, PartKind.GENERATOR)] == [4, 7, 10]
    assert (span.hours, span.margin, span.at_least) == (21, 21.5, False)


def test_nothing_asked_is_unknown_and_not_zero() -> None:
    span = power()
    assert (span.hours, span.margin) == (None, None)
    assert [each.hours for each in span.parts] == [None, None, None]


def test_a_battery_without_hours_is_unknown() -> None:
    assert power(internal_battery="yes", external_battery="no").hours is None


def test_no_batteries_is_zero_and_known() -> None:
    span = power(**NO_BATTERIES)
    assert span.hours == 0
    assert span.at_least  # of the generator nothing is known
    assert part(span, PartKind.INTERNAL).absent


def test_no_counts_even_where_hours_are_written() -> None:
    assert power(**NO_BATTERIES, internal_battery_hours=8, generator="no").hours == 0


def test_a_generator_alone_does_not_make_unknown_batteries_known() -> None:
    span = power(generator="yes", generator_hours=24)
    assert span.hours is None


def test_one_known_battery_is_a_lower_bound() -> None:
    span = power(internal_battery_hours=4, generator="no")
    assert (span.hours, span.at_least) == (4, True)


def test_an_external_battery_without_a_number_counts_as_one() -> None:
    span = power(internal_battery="no", external_battery="yes", external_battery_hours=6)
    assert span.hours == 6
    pieces = part(span, PartKind.EXTERNAL).factors[0]
    assert (pieces.value, pieces.assumed) == (1, True)


def test_no_pieces_is_no_external_battery() -> None:
    assert power(internal_battery_hours=2, external_battery="yes", external_battery_count=0).hours == 2


def test_an_unknown_time_off_counts_nothing() -> None:
    span = power(**NO_BATTERIES, generator="no")
    assert (span.off.hours, span.margin) == (None, 0)


def test_a_portable_battery_is_shown_and_not_counted() -> None:
    span = power(**NO_BATTERIES, generator="no", portable_power="yes", portable_power_wh=500, watts=100)
    shown = part(span, PartKind.PORTABLE)
    assert (shown.hours, shown.counted, span.hours) == (4, False, 0)


@pytest.mark.parametrize("known", [{"sine_wave": "no"}, {"portable_power": "no"}, {"watts": 0}])
def test_a_portable_battery_that_cannot_drive_it_is_not_shown(known: dict[str, object]) -> None:
    span = power(**({"portable_power": "yes", "portable_power_wh": 500, "watts": 100} | known))
    assert PartKind.PORTABLE not in {each.kind for each in span.parts}


def test_the_facts_of_the_device_itself_come_before_those_of_the_person() -> None:
    span = of(
        [VENTILATOR], fact("internal_battery_hours", 9), fact("internal_battery_hours", 3, "v"), external_battery="no"
    ).power
    assert span is not None
    assert span.hours == 3


def test_what_a_letter_says_later_comes_before_an_older_fact_of_the_device() -> None:
    later = ON + timedelta(days=30)
    span = oxygen(
        [CYLINDER], fact("cylinder_count", 3, "b"), fact("cylinder_litres", 3.4, "b"),
        fact("cylinder_pressure", 14.7, "b"), fact("cylinder_count", 1, on=later), flow_rest=2,
    )  # fmt: skip
    (part,) = (one for one in span.parts if one.kind is PartKind.CYLINDERS)
    assert {factor.name: factor.value for factor in part.factors}["cylinder_count"] == 1
    two = oxygen(
        [CYLINDER, replace(CYLINDER, id="b2")], fact("cylinder_count", 3, "b"), fact("cylinder_litres", 3.4, "b"),
        fact("cylinder_pressure", 14.7, "b"), fact("cylinder_count", 1, on=later), flow_rest=2,
    )  # fmt: skip
    known = next(one for one in two.parts if one.device_id == "b")
    assert {factor.name: factor.value for factor in known.factors}["cylinder_count"] == 3  # of which nobody said


def test_a_part_is_as_old_as_its_oldest_fact() -> None:
    old = fact("internal_battery_hours", 4, on=date(2024, 1, 5))
    span = of([VENTILATOR], old, fact("internal_battery", "yes"), fact("external_battery", "no")).power
    assert span is not None
    assert part(span, PartKind.INTERNAL).as_of == date(2024, 1, 5)
    assert span.as_of == date(2024, 1, 5)


# ---- oxygen -----------------------------------------------------------------------------------------------------


def test_the_formula_of_the_wards() -> None:
    """3.4 L at 10 MPa and 4 L/分 last 68 minutes."""
    span = oxygen(
        [CYLINDER], cylinder_litres=3.4, cylinder_pressure=10, cylinder_count=1, flow_rest=4, demand_valve="no"
    )
    assert span.hours is not None
    assert round(span.hours * 60) == 68


def test_more_cylinders_last_longer_and_a_demand_valve_doubles() -> None:
    known = {"cylinder_litres": 2, "cylinder_pressure": 14, "cylinder_count": 3, "flow_rest": 2}
    plain = oxygen([CYLINDER], **known).hours
    assert plain == pytest.approx(2 * 14 * 10 * 0.8 * 3 / 2 / 60)
    assert plain is not None
    doubled = oxygen([CYLINDER], **known, demand_valve="yes")
    assert doubled.hours == pytest.approx(plain * 2)
    assert [f.name for f in part(doubled, PartKind.CYLINDERS).factors if f.assumed] == ["demand_valve_factor"]
    assert oxygen([CYLINDER], **known, demand_valve="yes", demand_valve_factor=3).hours == pytest.approx(plain * 3)


def test_each_cylinder_device_is_a_part_of_its_own() -> None:
    second = Device("b2", "p", DeviceKind.OXYGEN_CYLINDER, UseStatus.PAUSED)
    facts = [
        fact("cylinder_litres", 2, "b"), fact("cylinder_pressure", 10, "b"), fact("cylinder_count", 1, "b"),
        fact("cylinder_litres", 4, "b2"), fact("cylinder_pressure", 10, "b2"), fact("cylinder_count", 2, "b2"),
    ]  # fmt: skip
    span = oxygen([CYLINDER, second], *facts, flow_rest=1)
    assert [each.device_id for each in span.parts] == ["b", "b2"]
    assert span.hours == pytest.approx((160 + 640) / 60)


def test_a_number_that_names_no_cylinder_is_not_counted_for_each_of_several() -> None:
    known = {"cylinder_litres": 2, "cylinder_pressure": 14, "cylinder_count": 3, "flow_rest": 2}
    second = Device("b2", "p", DeviceKind.OXYGEN_CYLINDER, UseStatus.IN_USE)
    assert oxygen([CYLINDER], **known).hours is not None
    assert oxygen([CYLINDER, second], **known).hours is None


@pytest.mark.parametrize("missing", ["cylinder_litres", "cylinder_pressure", "cylinder_count", "flow_rest"])
def test_a_cylinder_with_a_missing_number_is_unknown(missing: str) -> None:
    known: dict[str, object] = {"cylinder_litres": 2, "cylinder_pressure": 14, "cylinder_count": 3, "flow_rest": 2}
    del known[missing]
    assert oxygen([CYLINDER], **known).hours is None


def test_without_a_flow_at_rest_the_highest_known_flow_is_used() -> None:
    span = oxygen(
        [CYLINDER], cylinder_litres=3, cylinder_pressure=10, cylinder_count=1, flow_sleep=1, flow_exertion=4
    )
    assert span.hours == pytest.approx(1)
    assert "flow_exertion" in {f.name for f in part(span, PartKind.CYLINDERS).factors}


def test_a_concentrator_without_anything_known_is_unknown() -> None:
    assert oxygen([CONCENTRATOR]).hours is None
    assert oxygen([CONCENTRATOR], cylinder_count=0).hours is None
    assert oxygen([CONCENTRATOR], cylinder_count=0, concentrator_battery_hours=0).hours == 0


def test_a_concentrator_runs_on_battery_and_generator() -> None:
    span = oxygen(
        [CONCENTRATOR], cylinder_count=0, concentrator_battery_hours=2, generator="yes", generator_hours=8,
        oxygen_off_hours=0.5,
    )  # fmt: skip
    assert (span.hours, span.margin) == (10, 10.5)


def test_liquid_oxygen_lasts_its_own_hours() -> None:
    span = oxygen([LIQUID], cylinder_count=0, liquid_oxygen_hours=48)
    assert span.hours == 48


# ---- both, and the order ----------------------------------------------------------------------------------------


def test_who_needs_both_lasts_as_long_as_the_shorter() -> None:
    known = {"internal_battery_hours": 8, "external_battery": "no", "generator": "no", "cylinder_count": 0}
    both = of([VENTILATOR, CONCENTRATOR], **known, concentrator_battery_hours=2)
    assert (both.hours, both.margin) == (2, 2)
    assert of([VENTILATOR, CONCENTRATOR], **known).margin is None


def test_nobody_without_a_device_is_given_a_time() -> None:
    ended = Device("v", "p", DeviceKind.VENTILATOR, UseStatus.ENDED)
    suction = Device("s", "p", DeviceKind.SUCTION, UseStatus.IN_USE)
    found = of([ended, suction], internal_battery_hours=4)
    assert (found.applies, found.hours, found.margin) == (False, None, None)


def test_a_device_of_unknown_use_counts_like_one_in_use() -> None:
    unclear = Device("v", "p", DeviceKind.VENTILATOR, UseStatus.UNKNOWN)
    assert of([unclear]).applies


def test_the_unknown_come_first_then_the_shortest_margin() -> None:
    unknown = of([VENTILATOR])
    short = of([VENTILATOR], internal_battery_hours=1, external_battery="no", generator="no")
    long = of([VENTILATOR], internal_battery_hours=9, external_battery="no", generator="no")
    none = of([])
    assert sorted([none, long, short, unknown], key=lambda e: e.urgency) == [unknown, short, long, none]
