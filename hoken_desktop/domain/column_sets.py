"""提供する列: which items a municipality is given, in which order and under which headers, as its system wants them.

A set only narrows: what a consent or a request does not open, no set opens (the 病名 least of all).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hoken_desktop.domain.disclosures import ITEM_BY_KEY
from hoken_desktop.domain.errors import Refusal

HEAD_LIMIT = 40
NEEDED = ("name", "address")
"""Without these nobody could be found by the list."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column: the item's key, and the header where it is not the item's own word."""

    item: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """The columns for one municipality (6 digits); without any, the program's own order and words."""

    municipality: str = ""
    columns: tuple[ColumnChoice, ...] = ()

    def apply(self, keys: Iterable[str]) -> tuple[str, ...]:
        """`keys` in the order of the set, without what it leaves out."""
        given = tuple(keys)
        if not self.columns:
            return given
        return tuple(choice.item for choice in self.columns if choice.item in given)

    @property
    def heads(self) -> dict[str, str]:
        """item → the header that is not its own word."""
        return {choice.item: choice.head for choice in self.columns if choice.head}


STANDARD = ColumnSet()


def checked(found: ColumnSet, own_words: dict[str, str]) -> ColumnSet:
    """The set, washed. `own_words` are the headers of the items by key, the number's (照合番号) under "".

    Refuses an item that is none or stands twice, a header used twice, longer than forty letters or with a control
    character, and a set without 氏名 and 住所.
    """
    columns = tuple(ColumnChoice(one.item, _washed(one.head, own_words.get(one.item, ""))) for one in found.columns)
    keys = [one.item for one in columns]
    for key in keys:
        if key not in ITEM_BY_KEY:
            raise Refusal("column_sets.unknown_item", place=keys.index(key) + 1)
        if keys.count(key) > 1:
            raise Refusal("column_sets.item_twice", item=own_words[key])
    if columns and not set(keys).issuperset(NEEDED):
        raise Refusal("column_sets.nobody")
    heads = [own_words[""], *(one.head or own_words[one.item] for one in columns)]
    twice = next((head for head in heads if heads.count(head) > 1), None)
    if twice is not None:
        raise Refusal("column_sets.head_twice", place=heads.index(twice, heads.index(twice) + 1))
    return ColumnSet(found.municipality, columns)


def _washed(head: str, own: str) -> str:
    text = head.strip()
    if len(text) > HEAD_LIMIT or _CONTROL.search(text):
        raise Refusal("column_sets.bad_head", item=own, most=HEAD_LIMIT)
    return "" if text == own else text
