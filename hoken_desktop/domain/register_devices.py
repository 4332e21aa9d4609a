"""移行: the devices of one row of a present list, all of them with 移行 as their source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from hoken_desktop.domain import devices_text
from hoken_desktop.domain.codes import DeviceKind, EvidenceSource, UseStatus, YesNoUnknown
from hoken_desktop.domain.intake import DeviceEvidence, Incoming
from hoken_desktop.domain.persons import OXYGEN_KINDS
from hoken_desktop.domain.register_cells import Cells
from hoken_desktop.domain.register_marks import fold, is_dash, named_model, three_valued

DEVICE_COLUMNS: Mapping[str, DeviceKind] = {
    "device_concentrator": DeviceKind.OXYGEN_CONCENTRATOR,
    "device_liquid": DeviceKind.LIQUID_OXYGEN,
    "device_cylinder": DeviceKind.OXYGEN_CYLINDER,
    "device_suction": DeviceKind.SUCTION,
    "device_humidifier": DeviceKind.HUMIDIFIER,
    "device_cough_assist": DeviceKind.COUGH_ASSIST,
    "device_feeding": DeviceKind.FEEDING_PUMP,
    "device_nebulizer": DeviceKind.NEBULIZER,
    "device_oximeter": DeviceKind.OXIMETER,
    "device_communication": DeviceKind.COMMUNICATION,
    "device_bed": DeviceKind.BED,
}


def read_devices(
    cells: Cells, washed: Incoming
) -> tuple[tuple[DeviceEvidence, ...], tuple[tuple[DeviceKind, str, str], ...]]:
    """The devices of the row, all of them 移行, and (kind, model, supplier) where the row names one."""
    found = {one.kind: replace(one, source=EvidenceSource.MIGRATED) for one in washed.evidence}
    named: dict[DeviceKind, tuple[str, str]] = {}
    for kind, one in found.items():
        said = dict(one.facts)
        named[kind] = (said.get("model", ""), said.get("supplier", ""))
    for key, kind in DEVICE_COLUMNS.items():
        status, model = _device(cells, key)
        if status is None:
            continue
        if kind in OXYGEN_KINDS and DeviceKind.OXYGEN in found:
            plain = found.pop(DeviceKind.OXYGEN)
            found[kind] = replace(plain, kind=kind)
            named[kind] = named.pop(DeviceKind.OXYGEN)
        elif kind not in found:
            found[kind] = DeviceEvidence(kind, status, EvidenceSource.MIGRATED)
        if model:
            named[kind] = (model, named.get(kind, ("", ""))[1])
    general, oxygen = cells.text("supplier"), cells.text("oxygen_supplier")
    suppliers = []
    for kind in found:
        model, supplier = named.get(kind, ("", ""))
        supplier = supplier or (oxygen if kind in OXYGEN_KINDS else "") or general
        if model or supplier:
            suppliers.append((kind, model, supplier))
    return tuple(found.values()), tuple(suppliers)


def _device(cells: Cells, key: str) -> tuple[UseStatus | None, str]:
    raw = cells.raw(key)
    if raw is None:
        return None, ""
    if is_dash(raw):
        cells.dashes.append(key)
        return None, ""
    try:
        value = three_valued(raw)
    except devices_text.Unreadable:
        if model := named_model(raw):
            cells.warn(key, "register_model_taken")
            return UseStatus.IN_USE, model
        if re.fullmatch(r"\d+(\.\d+)?(本|台|個|l|L)(/分)?", fold(raw)):
            return UseStatus.IN_USE, ""
        cells.warn(key, "value_unreadable")
        return UseStatus.UNKNOWN, ""
    if value is YesNoUnknown.YES:
        return UseStatus.IN_USE, ""
    return (UseStatus.UNKNOWN, "") if value is YesNoUnknown.UNKNOWN else (None, "")
