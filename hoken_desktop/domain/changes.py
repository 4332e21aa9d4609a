"""変更点: what a disclosure changes for a recipient that holds an earlier one, said so that nothing new leaks.

Of somebody who is no longer disclosed only the number of the earlier list is named, never the name, and the reason is
one of three words: none tells a withdrawal from a refusal, nor a death from a removal. 災害対策基本法49条の13 and
個人情報保護法70条 bind the recipient to what it was given; they open no right to learn why something is not given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hoken_desktop.domain.codes import Exclusion
from hoken_desktop.domain.disclosures import DisclosurePerson, Passage

_GONE = frozenset({Exclusion.DECEASED, Exclusion.MOVED_OUT, Exclusion.ENDED, Exclusion.NOT_RESIDENT})
RUNNING = frozenset({"age", "facts_as_of"})
"""Items that grow older by themselves: alone they make nobody 変更."""


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    SAME = "same"


class Leaving(StrEnum):
    """What a municipality may know of somebody it is no longer given."""

    NOT_A_TARGET = "not_a_target"  # died, moved, ended, no device any more, found to be another
    NOT_GIVEN = "not_given"  # no consent that opens the list today, whatever the ledger says of it
    AWAY = "away"  # the consent stands, the person is not at home: not to be deleted


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that differs. None: outside the consent's scope then (`before`) or today (`after`).

    Where it is outside today, what was handed over then is not repeated either: both are None.
    """

    item: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One person of either list. `key_before` and `key` are the outside keys ("" where not on that list)."""

    kind: ChangeKind
    person_id: str
    key_before: str = ""
    key: str = ""
    items: tuple[ItemChange, ...] = ()
    why: Leaving | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everybody of the earlier list and of this one, each once. `since` None: nothing was handed over before.

    before = changed + same + removed; now = added + changed + same.
    """

    since: date | None = None
    our_number: str = ""
    people: tuple[Change, ...] = ()
    new_columns: tuple[str, ...] = ()
    gone_columns: tuple[str, ...] = ()

    def count(self, kind: ChangeKind) -> int:
        """How many people of one kind."""
        return Counter(one.kind for one in self.people)[kind]


def compare(
    before: Mapping[str, DisclosurePerson],
    now: Mapping[str, Mapping[str, str]],
    columns_before: Iterable[str],
    columns: Iterable[str],
    leaving: Mapping[str, Leaving],
    keys: Mapping[str, str],
) -> tuple[Change, ...]:
    """Every person of both lists: added, changed, removed, then the same, each kind in the order it came.

    `before` is who was handed over then, by today's person id; `now` the values of who goes, in the order of the list;
    `leaving` why somebody of `before` who is not in `now` is not; `keys` today's outside keys, where there are any.
    """
    both = [key for key in columns if key in set(columns_before) and key not in RUNNING]
    found: list[Change] = []
    for id_, cells in now.items():
        old = before.get(id_)
        if old is None:
            found.append(Change(ChangeKind.ADDED, id_, "", keys.get(id_, "")))
            continue
        items = tuple(one for key in both if (one := _item(key, old.cells, cells)) is not None)
        kind = ChangeKind.CHANGED if items else ChangeKind.SAME
        found.append(Change(kind, id_, old.outside_key, keys.get(id_, ""), items))
    for id_, old in before.items():
        if id_ not in now:
            found.append(Change(ChangeKind.REMOVED, id_, old.outside_key, why=leaving[id_]))
    order = list(ChangeKind)
    return tuple(sorted(found, key=lambda one: order.index(one.kind)))


def _item(key: str, before: Mapping[str, str], now: Mapping[str, str]) -> ItemChange | None:
    if before.get(key) == now.get(key):
        return None
    if key not in now:
        return ItemChange(key, None, None)
    return ItemChange(key, before.get(key), now[key])


def leaving_of(passage: Passage, at_home: Passage) -> Leaving:
    """`passage` is the gate's answer today for somebody of the earlier list, `at_home` what it would say at home."""
    if passage.excluded is None:
        return Leaving.NOT_A_TARGET  # may be given, but is no longer on the frozen list
    if passage.excluded in _GONE:
        return Leaving.NOT_A_TARGET
    if at_home.excluded is None:
        return Leaving.AWAY
    return Leaving.NOT_GIVEN
