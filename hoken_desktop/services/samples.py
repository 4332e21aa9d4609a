"""What the values of a column are understood as, in the staff's words, before anything of them is taken over.

The readers are those of the taking over itself (domain/register_marks.py, domain/intake.py): what stands here is
what is stored. A sample holds a person's value: it is for the screen and for nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum

from hoken_desktop.domain import dates, devices_text, fields, names, numbers
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentMethod,
    OxygenSource,
    Scheme,
    Sex,
    UsePattern,
    VentilationInterface,
    YesNoUnknown,
)
from hoken_desktop.domain.consents import Unreadable as UnreadableConsent
from hoken_desktop.domain.consents import parse_giver, parse_method, parse_purposes, parse_scope, parse_section
from hoken_desktop.domain.dates import UnreadableDate, format_wareki
from hoken_desktop.domain.devices_text import Unreadable
from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex
from hoken_desktop.domain.fields import Field, FieldKind
from hoken_desktop.domain.layouts import CONSENT_TO
from hoken_desktop.domain.name_cells import read_name
from hoken_desktop.domain.register import SECTION_COLUMNS
from hoken_desktop.domain.register_devices import DEVICE_COLUMNS
from hoken_desktop.domain.register_marks import (
    batteries,
    coded,
    is_dash,
    measure,
    named_model,
    read_consent,
    scheme_of,
    three_valued,
)
from hoken_desktop.domain.register_people import read_contacts
from hoken_desktop.domain.sheets import CellTrouble, RawValue, is_ditto
from hoken_desktop.words import label, say

MOST = 6
"""Samples of one column."""


class How(StrEnum):
    """What became of a value."""

    READ = "read"
    UNKNOWN = "unknown"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value as it stands (`raw`), what it is taken for (`said`), and in how many cells it stands."""

    raw: str = field(repr=False)
    said: str = field(repr=False)
    how: How
    count: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column's samples, those that cannot be read first; how many cells are filled, and are not read."""

    samples: tuple[Sample, ...]
    filled: int
    left: int
    unknown: int


class _Left(ValueError):
    """A value that is not read, with the sentence that says why."""


def of_column(
    key: str, values: Iterable[RawValue], *, epoch_1904: bool = False, of_register: bool = True,
    diseases: DiseaseIndex = NOTHING,
) -> Column:  # fmt: skip
    """What a column is understood as for the field `key`; "" for one that is not read.

    `of_register`: by the rules of a present list (－ is 不明), else by those of a benefit file.
    """
    counted: Counter[tuple[str, RawValue]] = Counter((type(value).__name__, value) for value in values)
    found = []
    for (_, value), count in counted.items():
        said, how = "", How.READ
        if key:
            said, how = understood(key, value, epoch_1904=epoch_1904, of_register=of_register, diseases=diseases)
        found.append(Sample(_shown(value), said, how, count))
    order = {How.LEFT: 0, How.UNKNOWN: 1, How.READ: 2}
    # The unreadable first, then what stands most often; among equals the order of the file.
    found.sort(key=lambda one: (order[one.how], -one.count))
    return Column(
        tuple(found[:MOST]),
        sum(one.count for one in found),
        sum(one.count for one in found if one.how is How.LEFT),
        sum(one.count for one in found if one.how is How.UNKNOWN),
    )


def understood(
    key: str, value: RawValue, *, epoch_1904: bool, of_register: bool, diseases: DiseaseIndex = NOTHING
) -> tuple[str, How]:
    """(the words a value is taken for, what became of it)."""
    if isinstance(value, CellTrouble):
        return say(f"faults.{value.value}"), How.LEFT
    if is_ditto(value) and key != "address_actual":
        return say("samples.ditto"), How.LEFT
    if is_dash(value) and of_register and key not in ("note", "name"):
        return label(YesNoUnknown.UNKNOWN), How.UNKNOWN
    try:
        said = _reader(key, of_register, diseases)(value, epoch_1904)
    except (_Left, UnreadableDate) as error:
        code = error.code if isinstance(error, UnreadableDate) else ""
        return (say(f"faults.{code}") if code else str(error)), How.LEFT
    except (ValueError, Unreadable, UnreadableConsent):
        return say("samples.left"), How.LEFT
    if said is None:
        return label(YesNoUnknown.UNKNOWN), How.UNKNOWN
    return said, How.UNKNOWN if said == label(YesNoUnknown.UNKNOWN) else How.READ


_Reader = Callable[[RawValue, bool], "str | None"]


def _reader(key: str, of_register: bool, diseases: DiseaseIndex) -> _Reader:
    if key.startswith(CONSENT_TO) or key in SECTION_COLUMNS or key in ("consent", "consent_municipality"):
        return lambda raw, _: _consent(raw)
    if key in ("ventilator_use", "oxygen_use", "cpap_use", "vad_use", *DEVICE_COLUMNS):
        return lambda raw, _: _device(key, raw, of_register)
    if key in _DAYS:
        return _day
    if key == "shoman_group":
        return lambda raw, _: _group(raw, diseases)
    if key in _READERS:
        return lambda raw, _: _READERS[key](raw)
    if key in fields.BY_KEY:
        one = fields.BY_KEY[key]
        return _day if one.kind is FieldKind.DATE else lambda raw, _: _fact(one, raw)
    if re.fullmatch(r"contact\d", key):
        return lambda raw, _: _contacts(raw)
    if key.endswith("_phone"):
        return lambda raw, _: _washed(numbers.wash_phone(raw))
    return lambda raw, _: _text(raw)


# ---- readers --------------------------------------------------------------------------------------------------


def _shown(value: RawValue) -> str:
    if isinstance(value, CellTrouble):
        return say("samples.no_value")
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return " ".join(str(value).split()) if isinstance(value, str) else numbers.as_text(value)


def _text(raw: object) -> str:
    return names.tidy(raw) if isinstance(raw, str) else numbers.as_text(raw)


def _day(raw: RawValue, epoch_1904: bool) -> str | None:
    if isinstance(raw, str) and not re.search(r"\d|元", raw):
        raise _Left(say("faults.date_unreadable"))
    return format_wareki(dates.parse(raw, epoch_1904=epoch_1904))  # type: ignore[arg-type]


def _name(raw: object) -> str:
    cell = read_name(_text(raw) if not isinstance(raw, str) else raw)
    if cell.several:
        raise _Left(say("samples.several"))
    if cell.ended:
        raise _Left(say("samples.ended"))
    return f"{cell.name}({cell.kana})" if cell.kana else cell.name


def _washed(washed: numbers.Washed) -> str:
    forms = [code for code in washed.warnings if code.endswith("_form")]
    if forms:
        raise _Left(say(f"faults.{forms[0]}"))
    return washed.value


def _postcode(raw: object) -> str:
    value = _washed(numbers.wash_postcode(raw))
    return f"{value[:3]}-{value[3:]}" if value else ""


def _code(kind: type[Enum], code: str | None) -> str | None:
    return None if code is None else label(kind(code))


def _group(raw: object, diseases: DiseaseIndex) -> str:
    """The 疾患群's name; one that is not listed is kept as it stands."""
    text = numbers.as_text(raw)
    found = diseases.group(text)
    return found.name if found is not None else text


def _care(raw: object) -> str | None:
    setting = devices_text.care_setting(raw)
    return None if setting is CareSetting.UNKNOWN else label(setting)


def _sex(raw: object) -> str | None:
    sex = devices_text.sex(raw)
    return None if sex is Sex.OTHER else label(sex)


def _three(raw: object) -> str | None:
    value = three_valued(raw)
    return None if value is None else label(value)


def _device(key: str, raw: object, of_register: bool) -> str | None:
    text = numbers.as_text(raw)
    words = {"ventilator_use": devices_text.is_only_ventilator_words, "oxygen_use": devices_text.is_only_oxygen_words}
    if key in words and words[key](text):
        return label(YesNoUnknown.YES)
    try:
        value = three_valued(raw) if of_register else devices_text.yes_no(raw)
        return None if value is None else label(value)
    except Unreadable:
        if of_register and (model := named_model(raw)):
            return say("samples.model", model=model)
        if key == "oxygen_use" and devices_text.flow_in(text):
            return label(YesNoUnknown.YES)
        if key in DEVICE_COLUMNS and re.fullmatch(r"\d+(\.\d+)?(本|台|個|l|L)(/分)?", text):
            return label(YesNoUnknown.YES)
        raise


def _consent(raw: object) -> str | None:
    if re.search(r"撤回", numbers.as_text(raw)):
        raise _Left(say("samples.withdrawn"))
    mark = read_consent("", raw)
    if mark.decision is None:
        return None
    return f"{label(mark.decision)}({format_wareki(mark.on)})" if mark.on else label(mark.decision)


def _fact(one: Field, raw: object) -> str | None:
    text = numbers.as_text(raw)
    if one.key in ("interface", "use_pattern", "oxygen_source"):
        return _certificate(one.key, text)
    if one.kind is FieldKind.YES_NO_UNKNOWN:
        return _yes_no(raw, text)
    if one.kind in (FieldKind.WHOLE, FieldKind.DECIMAL):
        if text in ("不明", "?", "△", "なし", "無"):
            return None
        value = measure(one, raw)
        return say(f"fields.unit.{one.unit}", value=value) if one.unit else value
    if one.kind in (FieldKind.CODE, FieldKind.CODES):
        if one.key == "support_plan" and (not isinstance(raw, str) or re.search(r"\d", text)):
            return text  # a day: made on it
        assert one.codes is not None
        return label(one.codes(coded(one.key, raw)))
    return _text(raw)


def _yes_no(raw: object, text: str) -> str | None:
    """あり with its hours or its number in one cell: あり(6時間), 2本."""
    more = re.search(r"\d", text)
    try:
        value = three_valued(raw)
    except Unreadable:
        if not more:
            raise
        value = YesNoUnknown.YES
    if value is YesNoUnknown.YES and more and text not in ("1", "1.0"):
        return say("samples.yes_with", value=re.sub(r"^(あり|有り?)|[()]", "", text))
    return None if value is None else label(value)


def _certificate(key: str, text: str) -> str | None:
    if key == "interface":
        return _code(VentilationInterface, devices_text.interface(text))
    if key == "oxygen_source":
        return _code(OxygenSource, devices_text.oxygen_source(text)[0])
    pattern = devices_text.use_pattern(text)
    return say("samples.not_running") if pattern == devices_text.NOT_RUNNING else _code(UsePattern, pattern)


def _hours(raw: object) -> str | None:
    text = numbers.as_text(raw)
    if pattern := devices_text.use_pattern_in(text):
        return _code(UsePattern, None if pattern == devices_text.NOT_RUNNING else pattern)
    return _fact(fields.BY_KEY["hours_per_day"], raw)


def _batteries(raw: object) -> str:
    found = []
    for key, value in batteries(raw):
        one = fields.BY_KEY[key]
        said = label(YesNoUnknown(value)) if one.kind is FieldKind.YES_NO_UNKNOWN else value
        found.append(f"{say(f'fields.{key}')} {said}")
    return say("lists.comma").join(found)


def _contacts(raw: object) -> str:
    found = []
    for kin in read_contacts(raw if isinstance(raw, str) else numbers.as_text(raw)):
        parts = (kin.name, f"({kin.relation})" if kin.relation else "", kin.phone)
        found.append(" ".join(part for part in parts if part))
    return " / ".join(found)


def _degrees(raw: object) -> str:
    text = numbers.as_text(raw)
    pieces = re.split(r"[,、\s]+", text)
    return " ".join(str(float(piece)) for piece in pieces)


def _purposes(raw: object) -> str:
    return say("lists.comma").join(label(purpose) for purpose in parse_purposes(numbers.as_text(raw)))


def _scheme(raw: object) -> str | None:
    found = scheme_of(numbers.as_text(raw), None)
    if found is Scheme.OTHER:
        raise ValueError
    return label(found)


def _method(raw: object) -> str:
    found: ConsentMethod = parse_method(numbers.as_text(raw))
    return label(found)


_DAYS = frozenset({"birth_on", "valid_from", "valid_to", "recorded_on", "confirmed_on", "consented_on", "expires_on",
                   "withdrawn_on"})  # fmt: skip
_READERS: Mapping[str, Callable[[object], str | None]] = {
    "name": _name,
    "postcode": _postcode,
    "phone_home": lambda raw: _washed(numbers.wash_phone(raw)),
    "phone_mobile": lambda raw: _washed(numbers.wash_phone(raw)),
    "payer_no": lambda raw: _washed(numbers.wash_payer_no(raw)),
    "beneficiary_no": lambda raw: _washed(numbers.wash_beneficiary_no(raw)),
    "sex": _sex,
    "care_setting": _care,
    "vent_certified": lambda raw: _three(raw),
    "weaning": lambda raw: _three(raw),
    "map_listing": lambda raw: _three(raw),
    "hours_per_day": _hours,
    "battery": _batteries,
    "lat": _degrees,
    "lon": _degrees,
    "scheme": _scheme,
    "purpose": _purposes,
    "scope": lambda raw: say("lists.comma").join(sorted(label(g) for g in parse_scope(numbers.as_text(raw)).groups)),
    "giver": lambda raw: label(parse_giver(numbers.as_text(raw)).given_by),
    "method": _method,
    "section": lambda raw: label(parse_section(numbers.as_text(raw))),
}
