"""回収: who holds data of somebody that may not be held any more (or is wrong), until the recipient confirms.

A pure function of what was handed over, of how each person stands today, and of what was told and confirmed. A newer
list without the person (or without an item) closes nothing: the old file, its copies and its prints may still be there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hoken_desktop.domain.codes import CareSetting, EndReason, Exclusion, ItemGroup, PersonState, RecipientSection
from hoken_desktop.domain.persons import Person


class RecallReason(StrEnum):
    """回収の理由, as the centre knows it; a recipient is told less (`Demand`)."""

    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNCONFIRMED = "unconfirmed"  # a consent that cannot be relied on any more
    DECEASED = "deceased"
    MOVED_OUT = "moved_out"
    ENDED = "ended"
    NARROWED = "narrowed"  # the person may be held, some of what was handed over may not
    CORRECTED = "corrected"


class Demand(StrEnum):
    """What the recipient is asked for, and all it learns of why."""

    DELETE_NOT_GIVEN = "delete_not_given"  # 提供できなくなった: no word of a withdrawal or a refusal
    DELETE_NOT_A_TARGET = "delete_not_a_target"  # 名簿の対象でなくなった: no word of a death or an end
    DELETE_ITEMS = "delete_items"  # the row stays, these items of it go: no word of what the person said
    CORRECT = "correct"


class RecallState(StrEnum):
    OPEN = "open"
    TOLD = "told"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Recall:
    """One person of one disclosure to be taken back or mended by its recipient; closed when the recipient confirms.

    `note` of a correction is its stamp: which items, and a digest of the values that are right. Of 範囲の縮小 it is the
    item groups that were asked back.
    """

    id: str
    disclosure_id: str
    person_id: str
    reason: RecallReason
    opened_at: datetime
    staff_id: str
    told_on: date | None = None
    our_number: str = ""
    confirmed_on: date | None = None
    confirmed_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One person in the hands of one recipient by one disclosure, and what is wrong with that today (None: nothing).

    `handed` are the items that were handed over, by group; `closed` the groups of them that may not be held any more
    although the person may. `items` are what a correction is about, `stamp` tells one correction from the next.
    """

    disclosure_id: str
    person_id: str
    municipality: str
    section: RecipientSection
    outside_key: str
    handed: Mapping[ItemGroup, tuple[str, ...]]
    reason: RecallReason | None = None
    closed: frozenset[ItemGroup] = frozenset()
    items: tuple[str, ...] = ()
    stamp: str = ""

    @property
    def item_count(self) -> int:
        """How many items of the person were handed over."""
        return sum(map(len, self.handed.values()))


@dataclass(frozen=True, slots=True)
class Holding:
    """A `Held` that matters, with how far its recall has come. Not `needed` any more: it was told and is waited for.

    `groups` are what 範囲の縮小 asks back; empty, the whole row is meant.
    """

    held: Held
    reason: RecallReason
    state: RecallState
    recall: Recall | None = None
    needed: bool = True
    groups: tuple[ItemGroup, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """The items it is about; empty where it is the whole row."""
        if self.reason is RecallReason.NARROWED:
            return tuple(item for group in self.groups for item in self.held.handed.get(group, ()))
        return self.held.items if self.reason is RecallReason.CORRECTED else ()

    @property
    def note(self) -> str:
        """What the recall has to remember of what was asked (`Recall.note`)."""
        if self.reason is RecallReason.NARROWED:
            return ",".join(group.value for group in self.groups)
        return self.held.stamp if self.reason is RecallReason.CORRECTED else ""


_BY_CONSENT: Mapping[Exclusion, RecallReason] = {
    Exclusion.CONSENT_WITHDRAWN: RecallReason.WITHDRAWN,
    Exclusion.CONSENT_REFUSED: RecallReason.REFUSED,
    Exclusion.CONSENT_EXPIRED: RecallReason.EXPIRED,
}
BY_CONSENT = frozenset({*_BY_CONSENT.values(), RecallReason.UNCONFIRMED})
"""Reasons the ledger gives to take somebody back whole."""
_IN_PART = frozenset({RecallReason.NARROWED, RecallReason.CORRECTED})
"""Reasons after which the recipient goes on holding the person."""
WAITS_DAYS = 14
"""A recall told longer ago than this without a word is overdue."""


def reason_of(person: Person, municipality: str, lives_in: str, closed: Exclusion | None) -> RecallReason | None:
    """Why `municipality` may not go on holding `person`; None where it may.

    `lives_in` is where the person would be disclosed today ("" outside), `closed` what the consents alone say. Being in
    hospital or a facility is no reason. What the consents say is named before the rest: it binds the most.
    """
    if closed is not None:
        return _BY_CONSENT.get(closed, RecallReason.UNCONFIRMED)
    if person.care_setting is CareSetting.DECEASED or person.end_reason is EndReason.DECEASED:
        return RecallReason.DECEASED
    if person.care_setting is CareSetting.MOVED_OUT or person.end_reason is EndReason.MOVED_OUT:
        return RecallReason.MOVED_OUT
    if person.state is not PersonState.ACTIVE:
        return RecallReason.ENDED
    return RecallReason.MOVED_OUT if lives_in != municipality else None


def demand_of(reason: RecallReason) -> Demand:
    """What a municipality may know of a reason (個人情報保護法70条 binds it; it learns nothing new of the person)."""
    if reason is RecallReason.CORRECTED:
        return Demand.CORRECT
    if reason is RecallReason.NARROWED:
        return Demand.DELETE_ITEMS
    return Demand.DELETE_NOT_GIVEN if reason in BY_CONSENT else Demand.DELETE_NOT_A_TARGET


def differing(handed: Mapping[str, str], now: Mapping[str, str], items: Iterable[str]) -> tuple[str, ...]:
    """Which of `items` were handed over with another value than today's."""
    return tuple(key for key in items if key in handed and handed[key] != now.get(key, ""))


def stamp_of(items: Iterable[str], now: Mapping[str, str]) -> str:
    """What a correction is known by: its items, and a digest of the values that are right today."""
    keys = tuple(items)
    digest = hashlib.sha256("\n".join(now.get(key, "") for key in keys).encode()).hexdigest()
    return f"{','.join(keys)} {digest[:16]}"


def holdings(held: Iterable[Held], recalls: Iterable[Recall]) -> tuple[Holding, ...]:
    """Everything a recipient has to give back or to mend, and what it was told and has not confirmed yet.

    A removal that was confirmed closes the person's row of that disclosure for good: the copy is gone. So are the item
    groups of a confirmed 範囲の縮小; other groups that close later open it again. While the whole row is waited for, no
    part of it is asked for once more. A correction is closed by a confirmation of the very values that are right today.
    """
    by_pair: dict[tuple[str, str], list[Recall]] = {}
    for recall in recalls:
        by_pair.setdefault((recall.disclosure_id, recall.person_id), []).append(recall)
    found: list[Holding] = []
    for one in held:
        mine = by_pair.get((one.disclosure_id, one.person_id), [])
        removals = [r for r in mine if r.reason not in _IN_PART]
        if any(r.confirmed_on for r in removals):
            continue
        told = _told(removals)
        whole = one.reason if one.reason not in _IN_PART else None
        if whole is not None:
            found.append(Holding(one, whole, RecallState.TOLD if told else RecallState.OPEN, told))
        elif told is not None:
            found.append(Holding(one, told.reason, RecallState.TOLD, told, needed=bool(one.closed - _gone(mine))))
        found.extend(_in_part(one, mine, covered=whole is not None or told is not None))
        if one.reason is RecallReason.CORRECTED:
            same = [r for r in mine if r.reason is RecallReason.CORRECTED and r.note == one.stamp]
            if not any(r.confirmed_on for r in same):
                told = _told(same)
                state = RecallState.TOLD if told else RecallState.OPEN
                found.append(Holding(one, RecallReason.CORRECTED, state, told))
    return tuple(found)


def _told(recalls: Iterable[Recall]) -> Recall | None:
    """The newest of them that was told and is waited for."""
    return next((r for r in reversed(list(recalls)) if r.told_on and not r.confirmed_on), None)


def _groups(recall: Recall) -> frozenset[ItemGroup]:
    return frozenset(ItemGroup(value) for value in recall.note.split(",") if value)


def _gone(recalls: Iterable[Recall]) -> frozenset[ItemGroup]:
    """The groups a recipient confirmed to have deleted from one row."""
    done = (r for r in recalls if r.reason is RecallReason.NARROWED and r.confirmed_on)
    return frozenset[ItemGroup]().union(*map(_groups, done))


def _in_part(one: Held, mine: Iterable[Recall], *, covered: bool) -> list[Holding]:
    """What of the row alone has to go: what was told of it and is waited for, then (unless the whole row is asked for)
    what nobody has told yet."""

    def holding(groups: frozenset[ItemGroup], recall: Recall | None) -> Holding:
        state = RecallState.OPEN if recall is None else RecallState.TOLD
        listed = tuple(group for group in ItemGroup if group in groups)
        needed = recall is None or bool(groups & one.closed)
        return Holding(one, RecallReason.NARROWED, state, recall, needed, listed)

    narrowed = [r for r in mine if r.reason is RecallReason.NARROWED]
    gone = _gone(narrowed)
    waiting = [r for r in narrowed if r.told_on and not r.confirmed_on]
    found = [holding(left, r) for r in waiting if (left := _groups(r) - gone)]
    open_ = one.closed - gone - frozenset[ItemGroup]().union(*map(_groups, waiting))
    return [*found, holding(open_, None)] if open_ and not covered else found
