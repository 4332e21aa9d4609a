"""Facts as they are recorded, and in the staff's words, the same on screen and paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import EvidenceSource
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.fields import Field, FieldKind
from hoken_desktop.domain.persons import Fact
from hoken_desktop.services.ports import Clock, Ids
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class FactEntry:
    """One fact to be recorded: field of domain/fields.py, its value, where from, of which day."""

    field: str
    value: object
    source: EvidenceSource
    as_of: date
    device_id: str = ""


def fact_rows(person_id: str, entries: Iterable[FactEntry], clock: Clock, ids: Ids) -> list[Fact]:
    """The rows of these entries, each value in its canonical text; "" takes a fact back.

    Refuses fields that are not in the catalogue, values they cannot hold, and days to come.
    """
    now, today = clock.now(), clock.today()
    rows = []
    for entry in entries:
        field = fields.BY_KEY.get(entry.field)
        if field is None:
            raise Refusal("persons.bad_fact", field=entry.field)
        try:
            value = "" if entry.value == "" else fields.canonical(field, entry.value)
            if entry.as_of > today:
                raise ValueError
        except ValueError:
            raise Refusal("persons.bad_fact", field=field_word(entry.field)) from None
        rows.append(Fact(ids(), person_id, entry.field, value, entry.source, entry.as_of, now, entry.device_id))
    return rows


def field_word(key: str) -> str:
    """A field's name."""
    return say(f"fields.{key}")


def fact_words(field: Field, value: str) -> str:
    """A fact's canonical text in words, with its unit; a code that is no longer known stays as it is."""
    try:
        if field.kind is FieldKind.CODES and field.codes is not None:
            return say("facts.comma").join(label(field.codes(code)) for code in value.split(","))
        if field.codes is not None:
            return label(field.codes(value))
        if field.kind is FieldKind.DATE:
            return format_wareki(date.fromisoformat(value))
    except ValueError:
        return value
    return say(f"fields.unit.{field.unit}", value=value) if field.unit else value
