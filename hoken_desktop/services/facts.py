"""Facts in the staff's words, the same on screen and paper."""

from __future__ import annotations

from datetime import date

from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.fields import Field, FieldKind
from hoken_desktop.words import label, say


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
