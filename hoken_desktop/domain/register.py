"""移行: one row of the list a centre keeps today, read as codes; what is not understood is said and never guessed.

What single cells say stands in register_marks.py, who stands around somebody in register_people.py, devices and facts
in register_devices.py and register_facts.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from hoken_desktop.domain import devices_text, names, numbers
from hoken_desktop.domain.codes import CareSetting, DeviceKind, RecipientSection, YesNoUnknown
from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.intake import Incoming, wash
from hoken_desktop.domain.layouts import CONSENT_TO
from hoken_desktop.domain.name_cells import NameCell, read_name
from hoken_desktop.domain.register_cells import Cells
from hoken_desktop.domain.register_devices import DEVICE_COLUMNS, read_devices
from hoken_desktop.domain.register_facts import read_facts
from hoken_desktop.domain.register_marks import (
    ConsentMark,
    fold,
    is_dash,
    named_model,
    read_consent,
    read_pin,
    scheme_of,
    three_valued,
    with_municipality,
)
from hoken_desktop.domain.register_people import Kin, Support, contacts_of, supporters_of
from hoken_desktop.domain.sheets import STRUCK, CellTrouble, MappedRow, MappedTable, is_ditto

SECTION_COLUMNS: Mapping[str, RecipientSection] = {
    "consent_fire": RecipientSection.FIRE,
    "consent_power": RecipientSection.POWER,
    "consent_supplier": RecipientSection.SUPPLIER,
    "consent_nurse": RecipientSection.NURSE,
}
_IDENTIFYING = frozenset({"name", "name_kana", "birth_on", "payer_no", "beneficiary_no", "address_registered"})
_USES = frozenset({"ventilator_use", "oxygen_use", "cpap_use", "vad_use", *DEVICE_COLUMNS})
_CONSENT_TEXTS = (
    "recipient", "section", "purpose", "scope", "giver", "giver_name", "relation", "giver_reason", "method", "evidence",
    "explained_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """One sheet of a present list; `written_on` is the day the file was last saved."""

    table: MappedTable
    written_on: date | None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row as it would be taken over; `as_of` is the row's own day of confirmation, None where it has none."""

    incoming: Incoming
    name_alt: str = ""
    old_number: str = ""
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    suppliers: tuple[tuple[DeviceKind, str, str], ...] = ()
    supporters: tuple[Support, ...] = ()
    contacts: tuple[Kin, ...] = ()
    pin: tuple[float, float] | None = None
    map_declined: bool = False
    as_of: date | None = None
    consents: tuple[ConsentMark, ...] = ()
    consented_on: date | None = None
    expires_on: date | None = None
    withdrawn_on: date | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    dashes: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()


def read_row(
    row: MappedRow, today: date, *, municipality: str = "", diseases: DiseaseIndex = NOTHING
) -> RegisterRow | tuple[Fault, ...]:
    """A filled row, or its faults (the first is why it is not taken; the others, `warning`, what else was seen).

    `municipality` is the name of the one that the sheet is about, put into addresses that name none; the column
    市町 goes before it. Not taken: several people in one cell, who died or moved away, and what `wash` does not take.
    """
    cells = Cells(row)
    if row.trouble:
        return (cells.place("", row.trouble, False),)
    if _is_heading(row):
        return (cells.place("name", "register_heading", False),)
    if row.struck_out:
        return (cells.place("name", CellTrouble.STRUCK_NAME.value, False),)
    _set_troubles_aside(cells)
    name = _read_name(cells)
    if name.several:
        return (cells.place("name", "register_several_people", False), *cells.warnings)
    if name.ended:
        return (cells.place("name", "register_ended_row", False), *cells.warnings)
    _prepare(cells, municipality)
    scheme = scheme_of(cells.text("scheme"), cells.raw("payer_no"))
    washed = wash(replace(row, cells=cells.cells), scheme, today, diseases)
    if not isinstance(washed, Incoming):
        return (washed[0], *washed[1:], *cells.warnings)
    if washed.care_setting in (CareSetting.DECEASED, CareSetting.MOVED_OUT):
        return (cells.place("care_setting", "register_ended_row", False), *cells.warnings)
    cells.warnings[:0] = washed.warnings
    facts = read_facts(cells)
    evidence, suppliers = read_devices(cells, washed)
    incoming = replace(
        washed,
        evidence=evidence,
        name_kana=washed.name_kana or name.kana,
        warnings=(),
    )
    return RegisterRow(
        incoming=incoming,
        name_alt=name.alt or cells.text("name_alt"),
        old_number=cells.text("old_number"),
        note=_note(cells),
        facts=facts,
        suppliers=suppliers,
        supporters=supporters_of(cells),
        contacts=contacts_of(cells),
        pin=_pin(cells),
        map_declined=_map_declined(cells),
        as_of=cells.day("confirmed_on"),
        consents=_consents(cells),
        consented_on=cells.day("consented_on"),
        expires_on=cells.day("expires_on"),
        withdrawn_on=cells.day("withdrawn_on"),
        texts={key: cells.text(key) for key in _CONSENT_TEXTS},
        dashes=tuple(dict.fromkeys(cells.dashes)),
        warnings=tuple(cells.warnings),
    )


def _is_heading(row: MappedRow) -> bool:
    """【鴻巣市】 or ■上尾市 between the people."""
    texts = [cell.value for cell in row.cells.values() if cell.value is not None]
    if len(texts) != 1 or not isinstance(texts[0], str):
        return False
    text = fold(texts[0])
    return bool(re.fullmatch(r"[【\[<〈《■●◆○▼※].*|.{1,6}[市町村郡区]", text))


def _set_troubles_aside(cells: Cells) -> None:
    """#N/A in a column that does not say who it is costs that cell, not the person."""
    for key, cell in list(cells.cells.items()):
        if isinstance(cell.value, CellTrouble):
            struck = cell.value in STRUCK
            if key in _IDENTIFYING and not (struck and key in ("name_kana", "address_registered")):
                continue
            cells.warn(key, cell.value.value)
            del cells.cells[key]
            if struck and key in _USES:
                # A crossed-out ○ may be over or a slip: 不明, so that somebody asks.
                cells.put(key, "不明", key)
        elif isinstance(cell.value, str) and is_ditto(cell.value):
            if key != "address_actual":
                cells.warn(key, "register_ditto")
            del cells.cells[key]


def _read_name(cells: Cells) -> NameCell:
    raw = cells.raw("name")
    if not isinstance(raw, str):
        return NameCell("")
    name = read_name(raw)
    cells.put("name", name.name, "name")
    if name.kana and cells.raw("name_kana") is None:
        cells.put("name_kana", name.kana, "name")
    return name


def _prepare(cells: Cells, municipality: str) -> None:
    """Puts cells where the wash of a benefit row looks for them."""
    hours = fold(cells.raw("hours_per_day"))
    if hours and cells.raw("use_pattern") is None and devices_text.use_pattern_in(hours):
        cells.cells["use_pattern"] = cells.cells["hours_per_day"]
        if not re.fullmatch(r"約?\d+(\.\d+)?(時間|h)?", hours):
            del cells.cells["hours_per_day"]
    for key in ("ventilator_use", "oxygen_use", "cpap_use", "vad_use"):
        raw = cells.raw(key)
        if is_dash(raw):
            # Neither あり nor なし, and no device either way.
            cells.dashes.append(key)
            del cells.cells[key]
        elif key != "vad_use" and (model := _model(cells, key, raw)):
            cells.put(key, "あり", key)
            if key == "ventilator_use" and cells.raw("ventilator_model") is None:
                cells.put("ventilator_model", model, key)
    if is_dash(cells.raw("care_setting")):
        del cells.cells["care_setting"]
    if (raw := cells.raw("address_registered")) is not None and isinstance(raw, str):
        cells.put("address_registered", _address(cells, raw, municipality), "address_registered")


def _model(cells: Cells, key: str, raw: object) -> str:
    try:
        devices_text.yes_no(raw)
    except devices_text.Unreadable:
        text = numbers.as_text(raw)
        known = devices_text.is_only_ventilator_words(text) or devices_text.is_only_oxygen_words(text)
        if not known and (model := named_model(raw)):
            cells.warn(key, "register_model_taken")
            return model
    return ""


def _address(cells: Cells, raw: str, municipality: str) -> str:
    text = names.tidy(raw)
    name = cells.text("municipality") or municipality
    if not text or not name:
        return text
    bare = re.sub(r"^.+郡", "", name)
    if bare in re.sub(r"[\s\u3000]", "", text):
        return text
    if re.search(r"[^\s\u3000]{1,6}[市町村][^\s\u3000]", text) and re.match(r"(.{2,3}[都道府県])?.{1,5}市", text):
        cells.warn("address_registered", "register_other_municipality")
        return text
    return with_municipality(text, bare)


def _pin(cells: Cells) -> tuple[float, float] | None:
    lat, lon = cells.raw("lat"), cells.raw("lon")
    if not fold(lat) and not fold(lon):
        return None
    pin = read_pin(lat, lon)
    if pin is None:
        cells.warn("lat", "register_pin_unreadable")
        return None
    if 122 <= pin[0] <= 154.5 and 20 <= pin[1] <= 46.5:
        cells.warn("lat", "register_pin_swapped")
        pin = (pin[1], pin[0])
    if not (20 <= pin[0] <= 46.5 and 122 <= pin[1] <= 154.5):
        cells.warn("lat", "register_pin_outside")
        return None
    return pin


def _map_declined(cells: Cells) -> bool:
    raw = cells.raw("map_listing")
    if raw is None or is_dash(raw):
        return False
    if re.search(r"希望しない|不同意|拒否", fold(raw)):
        return True
    try:
        return three_valued(raw) is YesNoUnknown.NO
    except devices_text.Unreadable:
        cells.warn("map_listing", "value_unreadable")
        return False


def _note(cells: Cells) -> str:
    text = numbers.as_text(cells.raw("note"))
    if re.search(r"死亡|逝去|亡くな|転出|転居", text):
        cells.warn("note", "register_note_ended")
    return text


def _consents(cells: Cells) -> tuple[ConsentMark, ...]:
    found = []
    for key in cells.cells:
        if key not in ("consent", "consent_municipality") and key not in SECTION_COLUMNS and not key.startswith(
            CONSENT_TO
        ):
            continue
        try:
            if re.search(r"撤回", fold(cells.raw(key))):
                cells.warn(key, "register_consent_withdrawn")
                continue
            mark = read_consent(key, cells.raw(key))
        except ValueError:
            cells.warn(key, "register_consent_unreadable")
            continue
        if mark.decision is not None:
            found.append(mark)
    return tuple(found)
