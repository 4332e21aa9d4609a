"""The field catalogue, as rows of `Fact`.

Groups A (暮らし), D (人工呼吸器), E (酸素), F (そのほかのケア), G (電源), I (家族・住環境), J (ハザード), L (計画).

To add a field: one line here, its word in resources/words/fields.toml, and `python docs/fields.py`, which writes the
catalogue docs/FIELDS.md anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hoken_desktop.domain import codes


class FieldKind(StrEnum):
    TEXT = "text"
    DATE = "date"
    WHOLE = "whole"
    DECIMAL = "decimal"
    YES_NO_UNKNOWN = "yes_no_unknown"
    CODE = "code"
    CODES = "codes"  # several, joined by commas in the order of the enumeration


class FieldGroup(StrEnum):
    PERSON = "person"
    VENTILATOR = "ventilator"
    OXYGEN = "oxygen"
    OTHER_CARE = "other_care"
    POWER = "power"
    HOME = "home"
    HAZARD = "hazard"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `least`/`most` bound numbers in `unit`; `of_device` facts may belong to one device."""

    key: str
    group: FieldGroup
    kind: FieldKind
    unit: str = ""
    codes: type[StrEnum] | None = None
    least: float | None = None
    most: float | None = None
    of_device: bool = False

    @property
    def may_be_unknown(self) -> bool:
        """Whether 不明 is one of the field's own values."""
        return self.codes is not None and "unknown" in {code.value for code in self.codes}


_K = FieldKind
_G = FieldGroup


def _three(group: FieldGroup, *keys: str) -> tuple[Field, ...]:
    return tuple(Field(key, group, _K.YES_NO_UNKNOWN, codes=codes.YesNoUnknown) for key in keys)


FIELDS: tuple[Field, ...] = (
    Field("communication", _G.PERSON, _K.TEXT),
    Field("communication_means", _G.PERSON, _K.CODES, codes=codes.Communication),
    Field("district", _G.PERSON, _K.TEXT),
    Field("building", _G.PERSON, _K.TEXT),
    Field("room", _G.PERSON, _K.TEXT),
    Field("floor", _G.PERSON, _K.WHOLE, unit="floor", least=-2, most=60),
    Field("dwelling_type", _G.PERSON, _K.CODE, codes=codes.DwellingType),
    Field("interface", _G.VENTILATOR, _K.CODE, codes=codes.VentilationInterface),
    Field("use_pattern", _G.VENTILATOR, _K.CODE, codes=codes.UsePattern),
    Field("hours_per_day", _G.VENTILATOR, _K.DECIMAL, unit="hour", least=0, most=24),
    Field("tolerable_off_minutes", _G.VENTILATOR, _K.WHOLE, unit="minute", least=0, most=1440),
    Field("ventilator_settings", _G.VENTILATOR, _K.TEXT),
    *_three(_G.VENTILATOR, "internal_battery"),
    Field("internal_battery_hours", _G.VENTILATOR, _K.DECIMAL, unit="hour", least=0, most=72),
    Field("internal_battery_on", _G.VENTILATOR, _K.DATE),
    *_three(_G.VENTILATOR, "external_battery"),
    Field("external_battery_count", _G.VENTILATOR, _K.WHOLE, unit="piece", least=0, most=20),
    Field("external_battery_hours", _G.VENTILATOR, _K.DECIMAL, unit="hour", least=0, most=72),
    Field("external_battery_on", _G.VENTILATOR, _K.DATE),
    Field("external_battery_charging", _G.VENTILATOR, _K.DECIMAL, unit="hour", least=0, most=48),
    Field("hours_basis", _G.VENTILATOR, _K.CODE, codes=codes.HoursBasis),
    *_three(_G.VENTILATOR, "spare_unit", "humidifier", "hme"),
    Field("cannula", _G.VENTILATOR, _K.TEXT),
    Field("cannula_on", _G.VENTILATOR, _K.DATE),
    *_three(_G.VENTILATOR, "bag_valve"),
    Field("bag_valve_people", _G.VENTILATOR, _K.WHOLE, unit="person", least=0, most=20),
    Field("watts", _G.VENTILATOR, _K.WHOLE, unit="watt", least=0, most=2000),
    Field("oxygen_source", _G.OXYGEN, _K.CODE, codes=codes.OxygenSource),
    Field("flow_rest", _G.OXYGEN, _K.DECIMAL, unit="litre_per_minute", least=0.1, most=15),
    Field("flow_exertion", _G.OXYGEN, _K.DECIMAL, unit="litre_per_minute", least=0.1, most=15),
    Field("flow_sleep", _G.OXYGEN, _K.DECIMAL, unit="litre_per_minute", least=0.1, most=15),
    Field("oxygen_hours_per_day", _G.OXYGEN, _K.DECIMAL, unit="hour", least=0, most=24),
    *_three(_G.OXYGEN, "demand_valve"),
    Field("demand_valve_factor", _G.OXYGEN, _K.DECIMAL, least=1, most=5),
    Field("cylinder_litres", _G.OXYGEN, _K.DECIMAL, unit="litre", least=0.1, most=50, of_device=True),
    Field("cylinder_count", _G.OXYGEN, _K.WHOLE, unit="piece", least=0, most=30, of_device=True),
    Field("cylinder_pressure", _G.OXYGEN, _K.DECIMAL, unit="megapascal", least=0, most=30, of_device=True),
    Field("liquid_oxygen_hours", _G.OXYGEN, _K.DECIMAL, unit="hour", least=0, most=720),
    Field("concentrator_battery_hours", _G.OXYGEN, _K.DECIMAL, unit="hour", least=0, most=72),
    Field("oxygen_off_hours", _G.OXYGEN, _K.DECIMAL, unit="hour", least=0, most=24),
    *_three(_G.OXYGEN, "smoking_fire"),
    *_three(_G.OTHER_CARE, "manual_suction", "suction_battery"),
    Field("suction_battery_hours", _G.OTHER_CARE, _K.DECIMAL, unit="hour", least=0, most=72),
    Field("suction_day", _G.OTHER_CARE, _K.DECIMAL, unit="per_hour", least=0, most=60),
    Field("suction_night", _G.OTHER_CARE, _K.DECIMAL, unit="per_hour", least=0, most=60),
    Field("tube_feeding", _G.OTHER_CARE, _K.CODE, codes=codes.TubeFeeding),
    Field("stock_days", _G.OTHER_CARE, _K.WHOLE, unit="day", least=0, most=90),
    Field("stock_water_days", _G.OTHER_CARE, _K.WHOLE, unit="day", least=0, most=90),
    Field("stock_nutrition_days", _G.OTHER_CARE, _K.WHOLE, unit="day", least=0, most=90),
    Field("stock_medicine_days", _G.OTHER_CARE, _K.WHOLE, unit="day", least=0, most=90),
    Field("stock_supplies_days", _G.OTHER_CARE, _K.WHOLE, unit="day", least=0, most=90),
    Field("weight", _G.OTHER_CARE, _K.DECIMAL, unit="kilogram", least=0.3, most=300),
    Field("transfer_means", _G.OTHER_CARE, _K.CODE, codes=codes.TransferMeans),
    Field("transfer_people", _G.OTHER_CARE, _K.WHOLE, unit="person", least=0, most=20),
    Field("transfer", _G.OTHER_CARE, _K.TEXT),
    Field("other_dependency", _G.OTHER_CARE, _K.CODES, codes=codes.OtherDependency),
    *_three(_G.POWER, "power_company"),
    Field("power_company_on", _G.POWER, _K.DATE),
    Field("power_company_no", _G.POWER, _K.TEXT),
    *_three(_G.POWER, "generator"),
    Field("generator_fuel", _G.POWER, _K.CODE, codes=codes.GeneratorFuel),
    Field("generator_hours", _G.POWER, _K.DECIMAL, unit="hour", least=0, most=240),
    *_three(_G.POWER, "portable_power"),
    Field("portable_power_wh", _G.POWER, _K.WHOLE, unit="watt_hour", least=0, most=20000),
    *_three(_G.POWER, "sine_wave"),
    Field("car_power", _G.POWER, _K.CODE, codes=codes.CarPower),
    *_three(_G.POWER, "solar", "solar_battery"),
    Field("powered_refuge", _G.POWER, _K.TEXT),
    Field("subsidy", _G.POWER, _K.CODE, codes=codes.Subsidy),
    Field("main_caregiver", _G.HOME, _K.TEXT),
    Field("alone_daytime", _G.HOME, _K.CODE, codes=codes.AloneDaytime),
    Field("trained_people", _G.HOME, _K.WHOLE, unit="person", least=0, most=20),
    Field("household", _G.HOME, _K.WHOLE, unit="person", least=0, most=30),
    Field("access_notes", _G.HOME, _K.TEXT),
    *_three(_G.HOME, "entry_preauthorised"),
    Field("flood_rank", _G.HAZARD, _K.CODE, codes=codes.FloodRank),
    Field("flood_hours", _G.HAZARD, _K.WHOLE, unit="hour", least=0, most=2000),
    *_three(_G.HAZARD, "house_collapse"),
    Field("landslide", _G.HAZARD, _K.CODE, codes=codes.Landslide),
    Field("quake", _G.HAZARD, _K.TEXT),
    *_three(_G.HAZARD, "isolation"),
    Field("shelter", _G.HAZARD, _K.TEXT),
    Field("welfare_shelter", _G.HAZARD, _K.TEXT),
    Field("support_plan", _G.PLAN, _K.CODE, codes=codes.PlanStatus),
    Field("support_plan_on", _G.PLAN, _K.DATE),
    Field("support_plan_renewed_on", _G.PLAN, _K.DATE),
    Field("support_plan_kept", _G.PLAN, _K.TEXT),
    Field("strategy", _G.PLAN, _K.CODE, codes=codes.Strategy),
    Field("evacuation_trigger", _G.PLAN, _K.TEXT),
    Field("check_rank", _G.PLAN, _K.WHOLE, least=1, most=9),
    Field("check_method", _G.PLAN, _K.CODE, codes=codes.CheckMethod),
    Field("check_by", _G.PLAN, _K.TEXT),
)

BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}


def canonical(field: Field, value: object) -> str:
    """`value` as the canonical text of `field`; ValueError names the field only, never the value."""
    text = str(value).strip()
    try:
        if field.kind is FieldKind.DATE:
            return (value if isinstance(value, date) else date.fromisoformat(text)).isoformat()
        if field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL):
            number = float(text)
            below = field.least is not None and number < field.least
            above = field.most is not None and number > field.most
            if below or above or (field.kind is FieldKind.WHOLE and number != int(number)):
                raise ValueError
            return str(int(number)) if number == int(number) else repr(number)
        if field.kind is FieldKind.CODES and field.codes is not None:
            named = {field.codes(part.strip()) for part in text.split(",")}
            return ",".join(code.value for code in field.codes if code in named)
        if field.codes is not None:
            return field.codes(text).value
    except (ValueError, OverflowError):
        raise ValueError(field.key) from None
    return text
