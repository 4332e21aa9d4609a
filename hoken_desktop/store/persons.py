"""Which people a list asks for, by what the columns hold: text, municipality, care setting, state, devices.

Always read in ふりがな order from the index that covers it; another order is sorted here, stably, so that equals stay
in ふりがな order. SQLite's own sorter is slow under the cipher's guarded memory (ten times as long).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from hoken_desktop.domain.codes import CareSetting, DeviceGroup, DeviceKind, PersonState
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import LIVING, OXYGEN_KINDS
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.store import tables

_DIGITS = "0123456789"


def ids_of(connection: sa.Connection, query: PersonQuery) -> list[str]:
    """The ids of the people `query` asks for, in its order; an order that no column holds leaves ふりがな order."""
    person = tables.PERSONS.table
    key = _order(query.order)
    reads_key = key is not None or query.state is None
    chosen = [person.c.id, person.c.sort_key, person.c.registry_no] if reads_key else [person.c.id]
    wanted = sa.select(*chosen, *([] if key is None else [key])).where(*_conditions(query))
    # Without a state no index gives the order: each state is read in its own, then the two are laid together.
    states = [query.state] if query.state is not None else list(PersonState)
    rows: list[Any] = []
    for state in states:
        of_state = wanted.where(person.c.state == state.value).order_by(person.c.sort_key, person.c.registry_no)
        rows.extend(connection.execute(of_state))
    if len(states) > 1:
        rows.sort(key=lambda row: (row[1], row[2]))
    if key is not None:
        rows = _sorted(rows, query.descending)
    elif query.order == "kana" and query.descending:
        rows.reverse()
    return [row[0] for row in rows]


def _sorted(rows: list[Any], descending: bool) -> list[Any]:
    """By the fourth value; what is not known stands last in either direction."""
    known = sorted((row for row in rows if row[3] not in (None, "")), key=lambda row: row[3], reverse=descending)
    return known + [row for row in rows if row[3] in (None, "")]


def _order(order: str) -> sa.ColumnElement[Any] | None:
    person, benefit = tables.PERSONS.table, tables.BENEFITS.table
    address = sa.case((person.c.address_actual != "", person.c.address_actual), else_=person.c.address_registered)
    care = sa.case({setting.value: place for place, setting in enumerate(CareSetting)}, value=person.c.care_setting)
    keys: dict[str, sa.ColumnElement[Any]] = {
        "registry_no": person.c.registry_no,
        "birth": person.c.birth_on,
        "birth_on": person.c.birth_on,
        "address": address,
        "municipality": _municipality(),
        "care": care,
        "sex": person.c.sex,
        "phone": sa.case((person.c.phone_mobile != "", person.c.phone_mobile), else_=person.c.phone_home),
        "beneficiary": sa.select(benefit.c.beneficiary_no)
        .where(benefit.c.person_id == person.c.id)
        .limit(1)
        .scalar_subquery(),
    }
    return keys.get(order)


def _municipality() -> sa.ColumnElement[Any]:
    person = tables.PERSONS.table
    return sa.case(
        (person.c.address_actual != "", person.c.municipality_actual), else_=person.c.municipality_registered
    )


def _conditions(query: PersonQuery) -> list[sa.ColumnElement[bool]]:
    person = tables.PERSONS.table
    found: list[sa.ColumnElement[bool]] = []
    if query.care_setting is not None:
        found.append(person.c.care_setting == query.care_setting.value)
    if query.municipality:
        found.append(_municipality() == query.municipality)
    if query.group is not None:
        found.extend(_of_group(query.group))
    found.extend(_matches(word) for word in query.text.split())
    return found


def _matches(word: str) -> sa.ColumnElement[bool]:
    person, benefit = tables.PERSONS.table, tables.BENEFITS.table
    folded = fold_name(word)
    found = [person.c.search_text.contains(folded, autoescape=True)]
    digits = "".join(c for c in folded if c in _DIGITS)
    if digits and all(c in _DIGITS + "-" for c in folded):
        numbers = sa.select(benefit.c.person_id).where(
            benefit.c.beneficiary_no.contains(digits) | benefit.c.payer_no.contains(digits)
        )
        found.append(person.c.id.in_(numbers))
        found.append(person.c.search_text.contains(digits))
    return sa.or_(*found)


def _of_group(group: DeviceGroup) -> list[sa.ColumnElement[bool]]:
    device, person = tables.DEVICES.table, tables.PERSONS.table
    living = [status.value for status in LIVING]

    def uses(kinds: Iterable[DeviceKind]) -> sa.ColumnElement[bool]:
        return sa.exists().where(
            device.c.person_id == person.c.id,
            device.c.kind.in_([kind.value for kind in kinds]),
            device.c.use_status.in_(living),
        )

    ventilator, oxygen = uses([DeviceKind.VENTILATOR]), uses(sorted(OXYGEN_KINDS))
    return {
        DeviceGroup.VENTILATOR: [ventilator, ~oxygen],
        DeviceGroup.BOTH: [ventilator, oxygen],
        DeviceGroup.OXYGEN: [~ventilator, oxygen],
    }.get(group, [~ventilator, ~oxygen])


def columns_of(connection: sa.Connection, table: str, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """These columns of every row, each as the value's own type."""
    shape = tables.SHAPES[table]
    by_name = {column.name: column for column in shape.columns}
    reads = [by_name[name].read for name in names]
    rows = connection.execute(sa.select(*(shape.table.c[name] for name in names)))
    return [
        tuple(None if inner is None else read(inner) for inner, read in zip(row, reads, strict=True)) for row in rows
    ]
