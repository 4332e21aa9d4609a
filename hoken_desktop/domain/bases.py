"""法的根拠: which of them the centre has turned on, by which decision, since when; data whose past is kept.

A basis opens nothing by itself: `lacking` names everything that a request still lacks on a day, and only a request that
lacks nothing passes on to the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from hoken_desktop.domain.codes import Lack, LegalBasis
from hoken_desktop.domain.events import Event, EventKind

if TYPE_CHECKING:
    from hoken_desktop.domain.disclosures import Request

SWITCHED = (LegalBasis.REQ_49_10_4, LegalBasis.REQ_49_14)
"""Off until the centre turns them on by a decision. CONSENT is always on; GOV_69_2_3 takes a decision for each request
and can be turned off; DISASTER takes an event and cannot be turned on in advance."""

CONFIRMERS = 2


@dataclass(frozen=True, slots=True)
class BasisRule:
    """One state of one basis; rows are only added, the last entered of a basis stands.

    `text` is how the centre words it on its papers; `decision_number` (決裁番号) and `decided_on` are those of the
    decision by which it was turned on or off.
    """

    id: str
    basis: LegalBasis
    enabled: bool
    text: str
    decision_number: str
    decided_on: date | None
    entered_at: datetime
    staff_id: str


def standing_rules(rows: Iterable[BasisRule]) -> dict[LegalBasis, BasisRule]:
    """The rule that stands for each basis: the last entered. A basis without a row is off, but for CONSENT."""
    found: dict[LegalBasis, BasisRule] = {}
    for row in rows:
        old = found.get(row.basis)
        if old is None or (row.entered_at, row.id) >= (old.entered_at, old.id):
            found[row.basis] = row
    return found


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the bases stand on at one moment: the centre's rules, its events, the ids of its active staff.

    Without any of it (`PEACETIME`) CONSENT is the only basis that opens anything.
    """

    rules: tuple[BasisRule, ...] = ()
    events: tuple[Event, ...] = ()
    staff: frozenset[str] = frozenset()
    now: datetime | None = None


PEACETIME = Circumstances()


def withheld(basis: LegalBasis, circumstances: Circumstances, day: date) -> tuple[Lack, ...]:
    """What keeps this basis from being chosen at all on `day`, whatever a request says; () where it may be chosen."""
    rule = standing_rules(circumstances.rules).get(basis)
    if basis in SWITCHED:
        return tuple(_rule_lacks(rule, day))
    if basis is LegalBasis.GOV_69_2_3 and rule is not None and not rule.enabled:
        return (Lack.BASIS_OFF,)
    if basis is LegalBasis.DISASTER and not open_events(circumstances):
        return (Lack.NO_EVENT,)
    return ()


def lacking(request: Request, circumstances: Circumstances, day: date) -> tuple[Lack, ...]:
    """Everything `request` lacks before its basis opens on `day`; () where it is open.

    個情法69条2項1号 (CONSENT) needs nothing more than a request with purposes that is not closed. 災対法49条の10第4項
    and 49条の14 need the centre's standing decision, 個情法69条2項3号 one of its own and no rule against it. 災害時
    (個情法69条2項4号) needs an event of this registry that is declared, not over and no drill, a reason, and two
    different active members of staff who confirmed it. Whatever is not there counts as lacking.
    """
    return tuple(_lacks(request, circumstances, day))


def _lacks(request: Request, circumstances: Circumstances, day: date) -> Iterator[Lack]:
    if request.closed_on is not None:
        yield Lack.REQUEST_CLOSED
    if not request.purposes:
        yield Lack.NO_PURPOSE
    if request.basis is LegalBasis.DISASTER:
        yield from _disaster_lacks(request, circumstances)
        return
    yield from withheld(request.basis, circumstances, day)
    if request.basis is LegalBasis.GOV_69_2_3 and not request.basis_decision.strip():
        yield Lack.NO_OWN_DECISION


def _rule_lacks(rule: BasisRule | None, day: date) -> Iterator[Lack]:
    if rule is None or not rule.enabled:
        yield Lack.BASIS_OFF
        return
    if not rule.decision_number.strip():
        yield Lack.NO_DECISION
    if rule.decided_on is None or rule.decided_on > day:
        yield Lack.DECISION_DAY


def _disaster_lacks(request: Request, circumstances: Circumstances) -> Iterator[Lack]:
    event = next((e for e in circumstances.events if e.id == request.event_id), None)
    if event is None:
        yield Lack.NO_EVENT
    else:
        yield from _event_lacks(event, circumstances.now)
    if not request.reason.strip():
        yield Lack.NO_REASON
    if len(set(request.confirmed_by) & circumstances.staff) < CONFIRMERS:
        yield Lack.TWO_CONFIRMATIONS


def _event_lacks(event: Event, now: datetime | None) -> Iterator[Lack]:
    if event.kind is EventKind.DRILL:
        yield Lack.EVENT_IS_DRILL
    if now is None or event.declared_at > now:
        yield Lack.EVENT_TO_COME
    if event.ended_at is not None:
        # An event that was ended stays so, wherever the clock is put.
        yield Lack.EVENT_ENDED


def supposing(request: Request, circumstances: Circumstances, day: date) -> tuple[Request, Circumstances]:
    """Both as they would be once what is still to be decided was: 決裁番号 of GOV_69_2_3, the two confirmations.

    For looking at who would go before anybody decides on it. Where anything else is lacking, both as they are.
    """
    lacks = lacking(request, circumstances, day)
    if lacks == (Lack.NO_OWN_DECISION,):
        return replace(request, basis_decision="?"), circumstances
    if lacks == (Lack.TWO_CONFIRMATIONS,):
        two = ("?", "??")
        return replace(request, confirmed_by=two), replace(circumstances, staff=frozenset(two))
    return request, circumstances


def open_events(circumstances: Circumstances) -> tuple[Event, ...]:
    """The events on which a disclosure may stand now: declared, not ended, no drill."""
    return tuple(e for e in circumstances.events if not tuple(_event_lacks(e, circumstances.now)))
