"""記録: what an entry's detail says in the staff's words; counts, codes and places, never a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentDecision,
    DeviceKind,
    EndReason,
    ItemGroup,
    LegalBasis,
    ListGrouping,
    PaperKind,
    Purpose,
    Role,
    Scheme,
    SupporterRole,
    UseStatus,
    Verdict,
)
from hoken_desktop.domain.dates import in_japan
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.events import EventKind
from hoken_desktop.domain.incidents import IncidentKind
from hoken_desktop.domain.letters import LetterKind, LetterState, LetterWho
from hoken_desktop.services.printing import NUMBERS
from hoken_desktop.words import has, label, say

Names = Callable[[str], str]
"""The name of a municipality's code."""

_KINDS: Mapping[str, tuple[type[Enum], ...]] = {
    "decision": (ConsentDecision,),
    "purpose": (Purpose,),
    "purposes": (Purpose,),
    "scheme": (Scheme,),
    "to": (CareSetting, UseStatus),
    "reason": (EndReason,),
    "accepted": (Verdict,),
    "deed": (Deed,),
    "paper": (PaperKind,),
    "by": (ListGrouping,),
    "chosen": (ListGrouping,),
    "kind": (DeviceKind,),
    "form": (LetterKind,),
    "state": (LetterState,),
    "who": (LetterWho,),
    "devices": (DeviceKind,),
    "role": (Role, SupporterRole),
    "basis": (LegalBasis,),
    "event_kind": (EventKind,),
    "lost": (IncidentKind,),
}
_PLACES = ("recipient", "municipality")
_DIGESTS = ("sha256", "digest")
_SPELLED = {"what": "done", "done": "done", "format": "format", "table": "table"}
"""Keys whose values have their words under another name."""
_IDS = ("gone", "request", NUMBERS)
"""What says nothing here; the people concerned stand beside it by number."""


def table_word(name: str) -> str:
    """What a row of a table is to the staff: persons -> 対象者; the table's own name where there is no word."""
    key = f"audits.table_{name}"
    return say(key) if has(key) else name


def detail_words(detail: Mapping[str, Any], name_of: Names = str) -> tuple[tuple[str, str], ...]:
    """(what, value) of each part of a detail, in the order it was written; what has no word keeps its code."""
    def told(key: str, value: Any) -> bool:
        is_id = key in _IDS or (key == "new" and isinstance(value, str))
        return value not in ("", None) and not is_id

    return tuple((_name(key), _value(key, value, name_of)) for key, value in detail.items() if told(key, value))


def detail_line(detail: Mapping[str, Any], name_of: Names = str) -> str:
    """The same in one line."""
    parts = (say("audits.detail_part", name=name, value=value) for name, value in detail_words(detail, name_of))
    return say("audits.detail_gap").join(parts)


def _name(key: str) -> str:
    return say(f"audits.detail_{key}") if has(f"audits.detail_{key}") else key


def _are_groups(value: Any) -> bool:
    """A card names groups of items, a disclosure its items; some words are both."""
    return isinstance(value, list | tuple) and set(value) <= {group.value for group in ItemGroup}


def _value(key: str, value: Any, name_of: Names) -> str:
    if key == "items" and _are_groups(value):
        return say("audits.detail_and").join(label(ItemGroup(each)) for each in value)
    if isinstance(value, list | tuple):
        return say("audits.detail_and").join(_value(key, each, name_of) for each in value)
    if isinstance(value, Mapping):
        return detail_line(value, name_of)
    if isinstance(value, bool):
        return say("audits.detail_true") if value else say("audits.detail_false")
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    if key in _SPELLED and has(f"audits.{_SPELLED[key]}_{text}"):
        return say(f"audits.{_SPELLED[key]}_{text}")
    if key == "items" and has(f"items.{text}"):
        return say(f"items.{text}")
    if key in _DIGESTS:
        return text[:16]
    if key in _PLACES:
        return name_of(text)
    if key in ("fields", "taken"):
        return next((say(k) for k in (f"fields.{text}", f"audits.field_{text}") if has(k)), text)
    if key in ("made_at", "beside"):
        return f"{in_japan(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"
    for kind in _KINDS.get(key, ()):
        if text in {code.value for code in kind}:
            return label(kind(text))
    return text
