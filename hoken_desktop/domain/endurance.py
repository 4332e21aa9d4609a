"""持続時間: how many hours power and oxygen last, part by part, with every factor that was used.

Nothing here is clinical advice: it orders the calls of a disaster day. What is not known makes nobody look safer:

- a part that is なし counts 0, a part that is 不明 counts nothing and is named;
- 電源持続時間 = 内部バッテリー + 外部バッテリー (本数 × 1本の時間) + 発電機 (備えている燃料の時間);
- 酸素持続時間 = ボンベ + 液体酸素 + 濃縮器の電池 (+ 発電機 where a concentrator runs on it);
- ボンベ = 内容積 L × 圧力 MPa × 10 × 0.8 × 本数 ÷ 流量 L/分 ÷ 60 × 同調器の倍率: 1 MPa holds ten times the volume at
  atmospheric pressure, and a fifth of the gas is left for the pressure that no longer flows and for reading the gauge;
- 余裕 = 持続時間 + 外せる時間 (an unknown time off the device counts 0).

Where nothing of the batteries (of the oxygen) is known to last, the time is 不明 (None), which is the most urgent of
all: a generator does not help somebody whose battery may end before it runs. Where one part is known and another is
not, the time is a lower bound (`at_least`). Hours are decimal hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hoken_desktop.domain.codes import DeviceKind, UseStatus, YesNoUnknown
from hoken_desktop.domain.persons import OXYGEN_KINDS, Device, Fact

USABLE = 0.8
"""The part of a cylinder's gas, and of a 蓄電池's charge, that is counted on (the usual 安全係数)."""

ATMOSPHERES_PER_MPA = 10
"""Litres at atmospheric pressure in one litre under 1 MPa, as the formula of the wards has it."""

DEMAND_FACTOR = 2.0
"""呼吸同調器 without a known factor: makers say 2 to 3, the lower one is taken."""

Facts = Mapping[tuple[str, str], Fact]
"""Standing facts by (device_id, field); device_id "" is the person's own."""


class PartKind(StrEnum):
    """What a time is made of."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    GENERATOR = "generator"
    PORTABLE = "portable"
    CYLINDERS = "cylinders"
    LIQUID = "liquid"
    CONCENTRATOR = "concentrator"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Factor:
    """One number of a formula: the field it comes from, or a constant; `assumed` where the program set it itself."""

    name: str
    value: float
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """`hours` None is 不明. `counted` False is shown beside the sum only. `as_of` is the oldest day among its facts.

    `absent` is a part that somebody answered なし to, as against 0 hours of something that is there; `present` one that
    somebody answered あり to.
    """

    kind: PartKind
    hours: float | None
    factors: tuple[Factor, ...] = ()
    counted: bool = True
    absent: bool = False
    present: bool = False
    device_id: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """How long one dependence is covered. `hours` and `margin` None: 不明."""

    parts: tuple[Part, ...]
    hours: float | None
    at_least: bool
    off: Part
    margin: float | None

    @property
    def as_of(self) -> date | None:
        """The oldest day among the facts the sum stands on."""
        return min((p.as_of for p in self.parts if p.counted and p.hours is not None and p.as_of), default=None)


@dataclass(frozen=True, slots=True)
class Endurance:
    """`power` None: no ventilator; `oxygen` None: no oxygen. `margin` is the shorter of the two 余裕, None: 不明."""

    power: Span | None
    oxygen: Span | None

    @property
    def applies(self) -> bool:
        """Whether there is anything that a power cut could end."""
        return self.power is not None or self.oxygen is not None

    @property
    def _spans(self) -> tuple[Span, ...]:
        return tuple(span for span in (self.power, self.oxygen) if span is not None)

    @property
    def hours(self) -> float | None:
        """The shorter 持続時間; None where one of them is 不明 (or nothing applies)."""
        return _shortest([span.hours for span in self._spans])

    @property
    def margin(self) -> float | None:
        """The shorter 余裕; None where one of them is 不明 (or nothing applies)."""
        return _shortest([span.margin for span in self._spans])

    @property
    def at_least(self) -> bool:
        """Whether a part that is 不明 could make the time longer."""
        return any(span.at_least for span in self._spans)

    @property
    def urgency(self) -> tuple[int, float]:
        """Sorts the most urgent first: 不明, then the shortest 余裕, then those to whom it does not apply."""
        if not self.applies:
            return 2, 0.0
        margin = self.margin
        return (0, 0.0) if margin is None else (1, margin)


def _shortest(times: list[float | None]) -> float | None:
    known = [time for time in times if time is not None]
    return min(known) if known and len(known) == len(times) else None


def endurance(devices: Iterable[Device], facts: Facts) -> Endurance:
    """How long a person with these devices lasts by the facts that stand (`persons.standing_facts`).

    A device whose use is 不明 counts like one in use: nobody has said that it is not needed.
    """
    running = [device for device in devices if device.use_status is not UseStatus.ENDED]
    ventilators = [d for d in running if d.kind is DeviceKind.VENTILATOR]
    oxygen = [d for d in running if d.kind in OXYGEN_KINDS]
    return Endurance(
        power=_power(_Reading(facts, ventilators)) if ventilators else None,
        oxygen=_oxygen(_Reading(facts, oxygen), oxygen) if oxygen else None,
    )


class _Reading:
    """Facts as numbers and answers, a device's own before the person's unless that is known of a later day; remembers
    the days of what was read."""

    def __init__(self, facts: Facts, devices: Iterable[Device]) -> None:
        self._facts = facts
        self._ids = tuple(device.id for device in devices)
        self._days: list[date] = []

    def _fact(self, field: str, device_id: str = "", *, alone: bool = True) -> Fact | None:
        own = [device_id] if device_id else list(self._ids)
        where = (*own, "") if alone else own
        found = [fact for id_ in where if (fact := self._facts.get((id_, field))) is not None]
        if not found:
            return None
        # A letter tells of the person, an older form of the device: the newer answer stands, as everywhere.
        fact = found[-1] if not found[-1].device_id and found[-1].as_of > found[0].as_of else found[0]
        self._days.append(fact.as_of)
        return fact

    def number(self, field: str, device_id: str = "", *, alone: bool = True) -> float | None:
        """The number of a fact; None where it is not known. Without `alone` only the device's own fact counts."""
        fact = self._fact(field, device_id, alone=alone)
        try:
            return float(fact.value) if fact is not None else None
        except ValueError:
            return None

    def answer(self, field: str) -> YesNoUnknown:
        """あり, なし or 不明."""
        fact = self._fact(field)
        return YesNoUnknown(fact.value) if fact is not None and fact.value else YesNoUnknown.UNKNOWN

    def oldest(self) -> date | None:
        """The oldest day of what was read since the last call."""
        days, self._days = self._days, []
        return min(days, default=None)


def _battery(reading: _Reading, kind: PartKind, has: str, hours: str) -> Part:
    """One that is either there or not, with its hours."""
    there, time = reading.answer(has), reading.number(hours)
    day = reading.oldest()
    if there is YesNoUnknown.NO:
        return Part(kind, 0.0, absent=True, as_of=day)
    factors = (Factor(hours, time),) if time is not None else ()
    return Part(kind, time, factors, present=there is YesNoUnknown.YES, as_of=day)


def _external(reading: _Reading) -> Part:
    """本数 × 1本の時間; without a number one is counted, for there is at least one."""
    there = reading.answer("external_battery")
    count, each = reading.number("external_battery_count"), reading.number("external_battery_hours")
    day = reading.oldest()
    if there is YesNoUnknown.NO or count == 0:
        return Part(PartKind.EXTERNAL, 0.0, absent=True, as_of=day)
    if each is None:
        return Part(PartKind.EXTERNAL, None, present=there is YesNoUnknown.YES or bool(count), as_of=day)
    pieces = Factor("external_battery_count", 1.0 if count is None else count, assumed=count is None)
    factors = (pieces, Factor("external_battery_hours", each))
    return Part(PartKind.EXTERNAL, pieces.value * each, factors, as_of=day)


def _portable(reading: _Reading) -> Part | None:
    """蓄電池の容量 ÷ 消費電力: shown beside the sum, for neither is what it gives on the day. None: nothing to say."""
    there = reading.answer("portable_power")
    size, draw = reading.number("portable_power_wh"), reading.number("watts")
    wave = reading.answer("sine_wave")
    day = reading.oldest()
    if there is YesNoUnknown.NO or not size or not draw or wave is YesNoUnknown.NO:
        return None
    factors = (Factor("portable_power_wh", size), Factor("watts", draw), Factor("usable", USABLE))
    return Part(PartKind.PORTABLE, size * USABLE / draw, factors, counted=False, as_of=day)


def _power(reading: _Reading) -> Span:
    batteries = [
        _battery(reading, PartKind.INTERNAL, "internal_battery", "internal_battery_hours"),
        _external(reading),
    ]
    generator = _battery(reading, PartKind.GENERATOR, "generator", "generator_hours")
    portable = _portable(reading)
    others = [generator] if portable is None else [generator, portable]
    minutes = reading.number("tolerable_off_minutes")
    off = Part(
        PartKind.OFF, None if minutes is None else minutes / 60,
        () if minutes is None else (Factor("tolerable_off_minutes", minutes),), as_of=reading.oldest(),
    )  # fmt: skip
    return _span(batteries, others, off)


def _cylinders(
    reading: _Reading, device_id: str, flow: Factor | None, demand: Factor | None, *, alone: bool
) -> Part:
    """One kind of cylinder: all of its numbers are needed. Where there are several kinds, a number that names none of
    them belongs to none: counted for each it would count twice."""
    litres = reading.number("cylinder_litres", device_id, alone=alone)
    count = reading.number("cylinder_count", device_id, alone=alone)
    pressure = reading.number("cylinder_pressure", device_id, alone=alone)
    day = reading.oldest()
    if count == 0:
        return Part(PartKind.CYLINDERS, 0.0, absent=True, device_id=device_id, as_of=day)
    if litres is None or count is None or pressure is None or flow is None:
        return Part(PartKind.CYLINDERS, None, device_id=device_id, as_of=day)
    usable = litres * pressure * ATMOSPHERES_PER_MPA * USABLE * count
    hours = usable / flow.value / 60 * (demand.value if demand is not None else 1.0)
    factors = [
        Factor("cylinder_litres", litres), Factor("cylinder_pressure", pressure), Factor("usable", USABLE),
        Factor("cylinder_count", count), flow,
    ]  # fmt: skip
    if demand is not None:
        factors.append(demand)
    return Part(PartKind.CYLINDERS, hours, tuple(factors), device_id=device_id, as_of=day)


def _flow(reading: _Reading) -> Factor | None:
    """安静時の流量; where only others are known the highest of them, which shortens the time."""
    rest = reading.number("flow_rest")
    if rest:
        return Factor("flow_rest", rest)
    others = [(reading.number(key) or 0.0, key) for key in ("flow_exertion", "flow_sleep")]
    value, key = max(others)
    return Factor(key, value) if value else None


def _demand(reading: _Reading) -> Factor | None:
    if reading.answer("demand_valve") is not YesNoUnknown.YES:
        return None
    factor = reading.number("demand_valve_factor")
    return Factor("demand_valve_factor", DEMAND_FACTOR if factor is None else factor, assumed=factor is None)


def _oxygen(reading: _Reading, devices: list[Device]) -> Span:
    kinds = {device.kind for device in devices}
    flow, demand = _flow(reading), _demand(reading)
    reading.oldest()  # the day of a part is that of the cylinders themselves
    own = [d.id for d in devices if d.kind is DeviceKind.OXYGEN_CYLINDER]
    parts = [_cylinders(reading, id_, flow, demand, alone=len(own) < 2) for id_ in own or [""]]
    if DeviceKind.LIQUID_OXYGEN in kinds:
        hours = reading.number("liquid_oxygen_hours")
        factors = () if hours is None else (Factor("liquid_oxygen_hours", hours),)
        parts.append(Part(PartKind.LIQUID, hours, factors, as_of=reading.oldest()))
    others: list[Part] = []
    if kinds & {DeviceKind.OXYGEN_CONCENTRATOR, DeviceKind.OXYGEN}:
        hours = reading.number("concentrator_battery_hours")
        factors = () if hours is None else (Factor("concentrator_battery_hours", hours),)
        parts.append(Part(PartKind.CONCENTRATOR, hours, factors, absent=hours == 0, as_of=reading.oldest()))
        others.append(_battery(reading, PartKind.GENERATOR, "generator", "generator_hours"))
    time = reading.number("oxygen_off_hours")
    off = Part(
        PartKind.OFF, time, () if time is None else (Factor("oxygen_off_hours", time),), as_of=reading.oldest()
    )
    return _span(parts, others, off)


def _span(basis: list[Part], others: list[Part], off: Part) -> Span:
    """Sums what is counted. The basis decides whether anything is known at all."""
    at_hand = sum(part.hours for part in basis if part.hours is not None)
    open_ = any(part.hours is None for part in basis)
    known = at_hand > 0 or not open_
    counted = [part for part in (*basis, *others) if part.counted]
    hours = sum(part.hours for part in counted if part.hours is not None) if known else None
    return Span(
        parts=(*basis, *others),
        hours=hours,
        at_least=any(part.hours is None for part in counted),
        off=off,
        margin=None if hours is None else hours + (off.hours or 0.0),
    )
