"""回収: who holds data of somebody that may not be held any more (or is wrong), until the recipient confirms.

A pure function of what was handed over, of how each person stands today, and of what was told and confirmed. A newer
list without the person closes nothing: the old file, its copies and its prints may still be there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hoken_desktop.domain.codes import CareSetting, EndReason, Exclusion, PersonState, RecipientSection
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
    CORRECTED = "corrected"


class Demand(StrEnum):
    """What the recipient is asked for, and all it learns of why."""

    DELETE_NOT_GIVEN = "delete_not_given"  # 提供できなくなった: no word of a withdrawal or a refusal
    DELETE_NOT_A_TARGET = "delete_not_a_target"  # 名簿の対象でなくなった: no word of a death or an end
    CORRECT = "correct"


class RecallState(StrEnum):
    OPEN = "open"
    TOLD = "told"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Recall:
    """One person of one disclosure to be taken back or mended by its recipient; closed when the recipient confirms.

    `note` of a correction is its stamp: which items, and a digest of the values that are right.
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

    `items` are what a correction is about, `stamp` tells one correction from the next.
    """

    disclosure_id: str
    person_id: str
    municipality: str
    section: RecipientSection
    outside_key: str
    item_count: int
    reason: RecallReason | None = None
    items: tuple[str, ...] = ()
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """A `Held` that matters, with how far its recall has come. Not `needed` any more: it was told and is waited for."""

    held: Held
    reason: RecallReason
    state: RecallState
    recall: Recall | None = None
    needed: bool = True


_BY_CONSENT: Mapping[Exclusion, RecallReason] = {
    Exclusion.CONSENT_WITHDRAWN: RecallReason.WITHDRAWN,
    Exclusion.CONSENT_REFUSED: RecallReason.REFUSED,
    Exclusion.CONSENT_EXPIRED: RecallReason.EXPIRED,
}
BY_CONSENT = frozenset({*_BY_CONSENT.values(), RecallReason.UNCONFIRMED})
"""Reasons the ledger gives."""
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

    A removal that was confirmed closes the person's row of that disclosure for good: the copy is gone. A correction is
    closed by a confirmation of the very values that are right today.
    """
    by_pair: dict[tuple[str, str], list[Recall]] = {}
    for recall in recalls:
        by_pair.setdefault((recall.disclosure_id, recall.person_id), []).append(recall)
    found: list[Holding] = []
    for one in held:
        mine = by_pair.get((one.disclosure_id, one.person_id), [])
        removals = [r for r in mine if r.reason is not RecallReason.CORRECTED]
        if any(r.confirmed_on for r in removals):
            continue
        if one.reason is RecallReason.CORRECTED:
            waiting = [r for r in mine if r.reason is RecallReason.CORRECTED and r.note == one.stamp]
        else:
            waiting = removals
        answered = any(r.confirmed_on for r in waiting)
        told = next((r for r in reversed(waiting) if r.told_on and not r.confirmed_on), None)
        if one.reason is not None and not answered:
            found.append(Holding(one, one.reason, RecallState.TOLD if told else RecallState.OPEN, told))
        elif told is not None and not answered:
            found.append(Holding(one, told.reason, RecallState.TOLD, told, needed=False))
    return tuple(found)
