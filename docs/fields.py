"""Writes docs/FIELDS.md, the catalogue of the facts that may be recorded of a person.

    python docs/fields.py

A test says when it was forgotten.
"""

from __future__ import annotations

from pathlib import Path

from hoken_desktop.domain.fields import FIELDS, Field, FieldGroup, FieldKind
from hoken_desktop.words import label, say

FILE = Path(__file__).with_name("FIELDS.md")
HEAD = """# The field catalogue

Written by `python docs/fields.py` from `hoken_desktop/domain/fields.py`; do not edit it by hand.

These are the facts of groups A and D to L that are kept as rows: each with its source, its day and the moment it was
entered, only ever added; the newest day stands. What nobody has asked has no row and is shown as 不明 or 記載なし,
never as なし. Values are kept as canonical text: ISO dates, plain decimals in the unit named here, codes; several codes
are joined by commas in the order named here. Name, addresses, telephones (A), benefits (B), devices (C), supporters
(H), contacts (I), places (J) and consents (K) are values of their own in `domain/persons.py`, `domain/places.py` and
`domain/consents.py`. 「機器ごと」 marks a field that may belong to one device.
"""


def _bounds(field: Field) -> str:
    if field.codes is not None and field.kind is not FieldKind.YES_NO_UNKNOWN:
        return "、".join(f"`{code.value}` {label(code)}" for code in field.codes)
    if field.least is None:
        return ""
    return f"{field.least:g}〜{field.most:g}"


def catalogue() -> str:
    """The whole file."""
    parts = [HEAD.rstrip()]
    for group in FieldGroup:
        parts.append(f"\n## {say(f'fields.group.{group}')}\n")
        parts.append("| 名前 | key | 種類 | 単位 | 値 |\n|---|---|---|---|---|")
        for field in FIELDS:
            if field.group is group:
                unit = say(f"fields.unit.{field.unit}", value="n") if field.unit else ""
                kind = say(f"fields.kind.{field.kind}") + ("(機器ごと)" if field.of_device else "")
                parts.append(f"| {say(f'fields.{field.key}')} | `{field.key}` | {kind} | {unit} | {_bounds(field)} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    FILE.write_text(catalogue(), "utf-8")
