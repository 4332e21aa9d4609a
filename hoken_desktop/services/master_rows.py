"""マスタの表, row by row: a cell is read in the staff's words or named as a fault, and nothing known is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from hoken_desktop.domain.codes import DeviceKind, Scheme
from hoken_desktop.domain.dates import UnreadableDate, parse
from hoken_desktop.domain.devices_text import listed
from hoken_desktop.domain.errors import Fault, Refusal
from hoken_desktop.domain.masters import DeviceModel, Disease, Organisation, OrganisationKind
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.numbers import as_text, wash_phone
from hoken_desktop.domain.organisations import read_kind
from hoken_desktop.domain.sheets import CellTrouble, MappedRow
from hoken_desktop.services.diseases import SCHEMES
from hoken_desktop.services.masters import Entries
from hoken_desktop.services.organisations import Municipalities
from hoken_desktop.words import label

C = TypeVar("C", bound=StrEnum)


class Master(StrEnum):
    """Which table; the value is also the name of its layout in resources/layouts."""

    ORGANISATIONS = "organisations"
    MODELS = "device_models"
    DISEASES = "diseases"


COLUMNS = {
    Master.ORGANISATIONS: (
        ("kind", 14), ("name", 26), ("office", 18), ("name_kana", 22), ("municipality", 14), ("phone", 15),
        ("phone_24h", 15), ("fax", 15), ("email", 24), ("address", 34), ("contact_name", 14), ("valid_from", 17),
        ("valid_to", 17), ("source", 20), ("note", 24),
    ),
    Master.MODELS: (
        ("kind", 16), ("maker", 22), ("model", 22), ("battery_hours", 14), ("external_battery_hours", 14),
        ("watts", 12), ("valid_from", 17), ("valid_to", 17), ("source", 20), ("note", 24),
    ),
    Master.DISEASES: (
        ("scheme", 18), ("number", 8), ("name", 40), ("name_kana", 40), ("valid_from", 17), ("valid_to", 17),
        ("source", 24), ("note", 24),
    ),
}  # fmt: skip
"""Fields in the order of the sheet, with the width of their columns."""

_BLANKS: Mapping[Master, Any] = {
    Master.ORGANISATIONS: Organisation("", OrganisationKind.OTHER, ""),
    Master.MODELS: DeviceModel("", DeviceKind.OTHER, "", ""),
    Master.DISEASES: Disease("", Scheme.NANBYO, "", ""),
}
FORMULA_STARTS = ("=", "+", "-", "@")
DAYS = ("valid_from", "valid_to")
NUMBERS = ("battery_hours", "external_battery_hours", "watts")
_PHONES = ("phone", "phone_24h", "fax")


class _Unreadable(Exception):
    """A cell whose meaning cannot be read; the code is the fault's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MasterRows:
    """The table as it would stand after the sheet."""

    def __init__(
        self, master: Master, entries: Entries[Any], known: dict[str, Any], municipalities: Municipalities
    ) -> None:
        self._master = master
        self._entries = entries
        self._known = known
        self._municipalities = municipalities
        self._met: set[str] = set()
        self.added: list[Any] = []
        self.changed: dict[str, Any] = {}
        self.unchanged = self.faulty = 0
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def take(self, row: MappedRow) -> None:
        """One row: an entry added, changed or as it was, or a fault."""
        before = len(self.faults)
        said = self._said(row)
        if len(self.faults) == before:
            self._settle(row, said)
        self.faulty += len(self.faults) > before

    def _said(self, row: MappedRow) -> dict[str, Any]:
        """The cells that say something, by field; a cell that cannot be read becomes the row's fault."""
        if row.trouble:
            self._blame(row, "", row.trouble)
            return {}
        said: dict[str, Any] = {}
        for key, _ in COLUMNS[self._master]:
            cell = row.cells.get(key)
            if cell is None:
                continue
            try:
                if isinstance(cell.value, CellTrouble):
                    raise _Unreadable(cell.value.value)
                value = self._read(key, cell.value, row)
            except _Unreadable as error:
                self._blame(row, key, error.code)
                return {}
            if value not in ("", None):
                said[key] = value
        return said

    def _read(self, key: str, raw: Any, row: MappedRow) -> Any:
        text = as_text(raw)
        if not text:
            return ""
        if key in DAYS:
            try:
                return parse(raw, epoch_1904=row.epoch_1904)
            except UnreadableDate as error:
                raise _Unreadable(error.code) from None
        if key in NUMBERS:
            return _number(text, whole=key == "watts")
        if key in _PHONES:
            washed = wash_phone(raw)
            self.warnings += [_fault(row, key, code, warning=True) for code in washed.warnings]
            return washed.value
        if key == "kind":
            return self._kind(text)
        if key == "scheme":
            return _scheme(text)
        if key == "municipality":
            found = self._municipalities.by_code(text) or self._municipalities.by_name(text)
            if found is None:
                raise _Unreadable("master_municipality_unknown")
            return found.code
        given = raw.strip() if isinstance(raw, str) else text
        return given[1:] if given[:1] == "'" and given[1:2] in FORMULA_STARTS else given

    def _kind(self, text: str) -> Any:
        if self._master is Master.ORGANISATIONS:
            found = _by_word(text, OrganisationKind) or read_kind(text)
            if found is None:
                raise _Unreadable("master_kind_unknown")
            return found
        named = _by_word(text, DeviceKind) or next((kind for kind, _, _ in listed(text)), None)
        if named is None:
            raise _Unreadable("master_device_kind_unknown")
        return named

    def _settle(self, row: MappedRow, said: dict[str, Any]) -> None:
        draft = replace(_BLANKS[self._master], **said)
        standing = [*self._known.values()]
        same = self._entries.same(draft, standing)
        try:
            whole = self._entries.checked(replace(same, **said) if same is not None else draft)
        except Refusal as refusal:
            self._blame(row, _BLAMED.get(refusal.code, ""), "master_" + refusal.code.partition(".")[2])
            return
        twice = same is not None and same.id in self._met
        if twice or self._entries.same(whole, [*self.added, *self.changed.values()]) is not None:
            self._blame(row, _BLAMED["masters.already_there"], "master_twice")
        elif same is not None and self._entries.same(whole, [o for o in standing if o.id != same.id]) is not None:
            self._blame(row, "valid_from", "master_already_there")
        elif same is None:
            self.added.append(whole)
        else:
            self._met.add(same.id)
            if whole == same:
                self.unchanged += 1
            else:
                self.changed[same.id] = whole

    def _blame(self, row: MappedRow, key: str, code: str) -> None:
        self.faults.append(_fault(row, key, code))


_BLAMED = {
    "organisations.no_name": "name",
    "organisations.no_municipality": "municipality",
    "organisations.unknown_municipality": "municipality",
    "device_models.no_model": "model",
    "device_models.hours_out_of_bounds": "battery_hours",
    "device_models.watts_out_of_bounds": "watts",
    "diseases.no_name": "name",
    "diseases.no_number": "number",
    "masters.days_reversed": "valid_to",
    "masters.already_there": "name",
}
"""The column a refusal is about."""


def _fault(row: MappedRow, key: str, code: str, warning: bool = False) -> Fault:
    return Fault(row.file, row.sheet, row.number, row.column(key), code, warning)


def _number(text: str, *, whole: bool) -> float | int:
    bare = text.replace(",", "").lower()
    for unit in ("時間", "hours", "hour", "h", "ワット", "w"):
        bare = bare.removesuffix(unit).strip()
    try:
        value = float(bare)
    except ValueError:
        raise _Unreadable("master_number_unreadable") from None
    if whole and not value.is_integer():
        raise _Unreadable("master_number_unreadable")
    return int(value) if whole else value


def _by_word(text: str, allowed: Iterable[C]) -> C | None:
    """By the staff's word or the code's own; None for anything else."""
    wanted = fold_name(text)
    return next((one for one in allowed if wanted in (fold_name(label(one)), one.value)), None)


def _scheme(text: str) -> Scheme:
    found = _by_word(text, SCHEMES)
    if found is not None:
        return found
    if text.startswith("小"):
        return Scheme.SHOMAN
    if "難病" in text:
        return Scheme.NANBYO
    raise _Unreadable("master_scheme_unknown")
