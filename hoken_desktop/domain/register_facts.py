"""移行: the facts of the field catalogue in one row of a present list."""

from __future__ import annotations

import re

from hoken_desktop.domain import dates, devices_text, fields, numbers
from hoken_desktop.domain.codes import PlanStatus, YesNoUnknown
from hoken_desktop.domain.fields import Field, FieldKind
from hoken_desktop.domain.register_cells import Cells
from hoken_desktop.domain.register_marks import DAY_IN, HOURS, batteries, coded, fold, is_dash, measure, three_valued

_WASHED = frozenset(
    {"interface", "use_pattern", "hours_per_day", "oxygen_source", "flow_rest", "flow_exertion", "flow_sleep",
     "oxygen_hours_per_day"}
)  # fmt: skip
"""Facts that the wash of a benefit row reads already."""


def read_facts(cells: Cells) -> tuple[tuple[str, str], ...]:
    """(field, canonical value) of what a row says; a cell that is not understood is left, with a warning."""
    found: dict[str, str] = {}
    if (raw := cells.raw("battery")) is not None:
        if is_dash(raw):
            cells.dashes.append("battery")
        else:
            try:
                found.update(batteries(raw))
            except (ValueError, devices_text.Unreadable):
                cells.warn("battery", "register_battery_unclear")
    for one in fields.FIELDS:
        if one.key in _WASHED or (raw := cells.raw(one.key)) is None:
            continue
        if is_dash(raw):
            cells.dashes.append(one.key)
            continue
        try:
            found.update(_fact(cells, one, raw))
        except (ValueError, dates.UnreadableDate):
            cells.warn(one.key, "register_value_left")
    return tuple(found.items())


def _fact(cells: Cells, one: Field, raw: object) -> dict[str, str]:
    if one.kind is FieldKind.YES_NO_UNKNOWN:
        return _yes_no(one, raw)
    if one.kind in (FieldKind.WHOLE, FieldKind.DECIMAL):
        if fold(raw) in ("不明", "?", "△", "なし", "無"):
            return {}
        return {one.key: measure(one, raw)}
    if one.kind is FieldKind.DATE:
        return {one.key: dates.parse(raw, epoch_1904=cells.row.epoch_1904).isoformat()}  # type: ignore[arg-type]
    if one.kind in (FieldKind.CODE, FieldKind.CODES):
        if one.key == "support_plan":
            return _plan(cells, raw)
        return {one.key: coded(one.key, raw)}
    text = cells.text(one.key)
    return {one.key: text} if text else {}


def _yes_no(one: Field, raw: object) -> dict[str, str]:
    """あり with its hours or its number in one cell: あり(6時間), 2本."""
    text = fold(raw)
    found: dict[str, str] = {}
    hours = fields.BY_KEY.get(f"{one.key}_hours")
    count = fields.BY_KEY.get(f"{one.key}_count")
    if hours and (match := re.search(HOURS, text, re.I)):
        found[hours.key] = fields.canonical(hours, match[1])
    if count and (match := re.search(r"(\d+)(?:本|個|台)", text)):
        found[count.key] = fields.canonical(count, match[1])
    try:
        value = three_valued(raw)
    except devices_text.Unreadable:
        if not found:
            raise
        value = YesNoUnknown.YES
    if value is not None:
        found[one.key] = value.value
    return found


def _plan(cells: Cells, raw: object) -> dict[str, str]:
    """個別支援計画: a state, a day (then it was made on it), or both."""
    day = ""
    if not isinstance(raw, str):
        day = dates.parse(raw, epoch_1904=cells.row.epoch_1904).isoformat()  # type: ignore[arg-type]
        return {"support_plan": PlanStatus.MADE.value, "support_plan_on": day}
    if match := DAY_IN.search(numbers.as_text(raw).upper()):
        day = dates.parse(match[0]).isoformat()
        rest = DAY_IN.sub("", numbers.as_text(raw).upper())
        state = coded("support_plan", rest) if re.sub(r"[\s()]", "", rest) else PlanStatus.MADE.value
        return {"support_plan": state, "support_plan_on": day}
    return {"support_plan": coded("support_plan", raw)}
