"""The tables, one for each frozen value: a field added to a value is a column here (and a migration).

Dates are ISO texts, moments ISO texts in UTC, codes their values, tuples and dicts JSON. The file is
encrypted as a whole, so every column may be plain.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from hoken_desktop.domain import (
    audits,
    bases,
    consents,
    disclosures,
    events,
    incidents,
    letters,
    masters,
    office,
    persons,
    places,
    recalls,
    replies,
    rounds,
)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """How one field of a value travels: its SQL type, into the file and back out."""

    name: str
    type: sa.types.TypeEngine[Any]
    nullable: bool
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _column(name: str, hint: Any) -> Column:
    nullable = False
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        nullable = True
        hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
    sql: sa.types.TypeEngine[Any] = sa.Text()
    write: Callable[[Any], Any] = _same
    read: Callable[[Any], Any] = _same
    origin = typing.get_origin(hint)
    if origin is tuple:
        inner = typing.get_args(hint)[0]
        write = lambda v: _json(list(v))  # noqa: E731
        read = lambda v: tuple(inner(x) for x in json.loads(v))  # noqa: E731
    elif origin is dict:
        write, read = _json, json.loads
    elif issubclass(hint, StrEnum):
        write, read = (lambda v: v.value), hint
    elif hint is bool:
        sql, write, read = sa.Integer(), int, bool
    elif hint is int:
        sql = sa.Integer()
    elif hint is float:
        sql, read = sa.Float(), float
    elif hint is datetime:
        write, read = _moment, datetime.fromisoformat
    elif hint is date:
        write, read = (lambda v: v.isoformat()), date.fromisoformat
    return Column(name, sql, nullable, write, read)


@dataclass(frozen=True, slots=True)
class Shape:
    """A value type and its table."""

    value_type: type[Any]
    table: sa.Table
    columns: tuple[Column, ...]
    key: str

    def to_row(self, value: Any) -> dict[str, Any]:
        """The value as a row of SQL types."""
        row = {}
        for column in self.columns:
            inner = getattr(value, column.name)
            row[column.name] = None if inner is None else column.write(inner)
        return row

    def from_row(self, row: dict[str, Any]) -> Any:
        """A row by its columns' names as the frozen value; a column younger than the row holds its first value."""
        later = LATER.get(self.table.name, {})
        return self.to_value(tuple(row[c.name] if c.name in row else later[c.name] for c in self.columns))

    def to_value(self, row: Any) -> Any:
        """A row, in the order of the columns, as the frozen value."""
        return self.value_type(
            **{c.name: (None if inner is None else c.read(inner)) for c, inner in zip(self.columns, row, strict=True)}
        )


SHAPES: dict[str, Shape] = {}

LATER: dict[str, dict[str, str | None]] = {
    "persons": {"merged_into": ""},
    "benefits": {"mild_high_cost": "unknown", "high_cost_long": "unknown", "severe_certified": "unknown"},
    "devices": {"supplier_id": "", "note": ""},
    "facts": {"voids": ""},
    "supporters": {"organisation_id": "", "note": ""},
    "contacts": {"note": ""},
    "consents": {"voids": ""},
    "requests": {
        "scan": "", "director": "", "not_at_home": "", "basis_decision": "", "event_id": "", "reason": "",
        "confirmed_by": "[]", "closed_on": None,
    },
    "disclosures": {
        "media_number": "", "approver": "", "password_by": "", "return_by": None, "received_on": None,
        "received_by": "", "returned_on": None, "disposal": "", "csv_name": "", "csv_sha256": "",
    },
    "disclosure_persons": {"cells": "{}"},
    "replies": {"way": "", "counts": "{}", "staff_id": ""},
    "reply_rows": {"plan_staff": ""},
}  # fmt: skip
"""Columns added after 0001 with the SQL value old rows hold. A seal leaves such a column out while it holds that value,
so rows sealed before there was one keep their seals."""


def _shape(
    name: str,
    value_type: type[Any],
    *,
    key: str = "id",
    refers: dict[str, str] | None = None,
    unique: tuple[tuple[str, ...], ...] = (),
    index: tuple[tuple[str, ...], ...] = (),
) -> Shape:
    hints = typing.get_type_hints(value_type)
    later = LATER.get(name, {})
    columns = tuple(_column(f.name, hints[f.name]) for f in fields(value_type))
    parts: list[Any] = []
    for column in columns:
        link = (refers or {}).get(column.name)
        constraint = [sa.ForeignKey(link)] if link else []
        parts.append(
            sa.Column(
                column.name,
                column.type,
                *constraint,
                primary_key=column.name == key,
                nullable=column.nullable,
                server_default=later.get(column.name),
                index=bool(link),
            )
        )
    table = sa.Table(name, metadata, *parts, *(sa.UniqueConstraint(*names) for names in unique))
    for names in index:
        sa.Index("ix_" + name + "_" + "_".join(names), *(table.c[n] for n in names))
    shape = SHAPES[name] = Shape(value_type, table, columns, key)
    return shape


_PERSON = {"person_id": "persons.id"}

OFFICES = _shape("offices", office.Office)
STAFF = _shape("staff", office.Staff)
PERSONS = _shape(
    "persons",
    persons.Person,
    unique=(("registry_no",),),
    index=(
        ("sort_key",),
        ("birth_on",),
        ("municipality_actual",),
        ("state",),
        ("state", "sort_key", "registry_no", "id"),
    ),
)
BENEFITS = _shape("benefits", persons.Benefit, refers=_PERSON, index=(("payer_no", "beneficiary_no"),))
DEVICES = _shape(
    "devices", persons.Device, refers=_PERSON, index=(("person_id", "kind", "use_status", "as_of"),)
)
FACTS = _shape("facts", persons.Fact, refers=_PERSON)
SUPPORTERS = _shape("supporters", persons.Supporter, refers=_PERSON)
CONTACTS = _shape("contacts", persons.Contact, refers=_PERSON)
PLACES = _shape("places", places.Place, key="person_id", refers=_PERSON)
ROUNDS = _shape("rounds", rounds.Round, unique=(("as_of",),))
ROUND_FILES = _shape("round_files", rounds.RoundFile, refers={"round_id": "rounds.id"})
ROUND_FAULTS = _shape(
    "round_faults", rounds.RoundFault, refers={"round_id": "rounds.id", "file_id": "round_files.id"}
)
ROUND_ROWS = _shape("round_rows", rounds.RoundRow, refers={"round_id": "rounds.id"})
EDITIONS = _shape("editions", rounds.Edition, refers={"round_id": "rounds.id"}, unique=(("round_id", "edition"),))
SNAPSHOT_ROWS = _shape(
    "snapshot_rows",
    rounds.SnapshotRow,
    refers={"round_id": "rounds.id", **_PERSON},
    unique=(("round_id", "edition", "person_id"),),
)
CONSENTS = _shape("consents", consents.Consent, refers=_PERSON)
REQUESTS = _shape("requests", disclosures.Request)
DISCLOSURES = _shape(
    "disclosures", disclosures.Disclosure, refers={"request_id": "requests.id", "round_id": "rounds.id"}
)
DISCLOSURE_PERSONS = _shape(
    "disclosure_persons", disclosures.DisclosurePerson, refers={"disclosure_id": "disclosures.id", **_PERSON}
)
REPLIES = _shape("replies", replies.Reply, refers={"request_id": "requests.id", "disclosure_id": "disclosures.id"})
REPLY_ROWS = _shape("reply_rows", replies.ReplyRow, refers={"reply_id": "replies.id", **_PERSON})
ORGANISATIONS = _shape("organisations", masters.Organisation, index=(("kind", "name"),))
DEVICE_MODELS = _shape("device_models", masters.DeviceModel)
DISEASES = _shape("diseases", masters.Disease, index=(("scheme", "number"),))
BASIS_RULES = _shape("basis_rules", bases.BasisRule)
LETTERS = _shape("letters", letters.Letter, refers=_PERSON, unique=(("number",),), index=(("state", "kind"),))
RECALLS = _shape("recalls", recalls.Recall, refers={"disclosure_id": "disclosures.id", **_PERSON})
REPLY_QUESTIONS = _shape("reply_questions", replies.ReplyQuestion, refers={"reply_id": "replies.id"})
INCIDENTS = _shape("incidents", incidents.Incident)
EVENTS = _shape("events", events.Event)
PREFERENCES = _shape("preferences", office.Preference)

AUDITS = _shape("audits", audits.AuditEntry, key="seq")

audit_rows = sa.Table(
    "audit_rows",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seq", sa.Integer, sa.ForeignKey("audits.seq"), nullable=False, index=True),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("row_id", sa.Text, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=True),
    sa.Index("ix_audit_rows_row", "table_name", "row_id"),
)
"""Which rows each deed wrote, and their seals after it ("" = removed). `before` is what it found: "" for a new row,
JSON of the changed columns for a replaced row, of all for a removed one; NULL where an older program kept nothing."""

APPEND_ONLY = (
    "audits", "audit_rows", "consents", "facts", "snapshot_rows", "disclosure_persons", "reply_rows", "basis_rules",
)  # fmt: skip
"""Tables a trigger guards against UPDATE and DELETE."""
