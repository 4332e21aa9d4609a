"""依頼: a mayor's request, written down before anything may leave, and its 決裁."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hoken_desktop.domain.bases import Circumstances, open_events, withheld
from hoken_desktop.domain.codes import Lack, LegalBasis, Purpose, RecipientSection
from hoken_desktop.domain.consents import Unreadable, parse_purposes
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import EXCLUDE, INCLUDE, DisclosureState, Request
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.names import tidy
from hoken_desktop.services.bases import circumstances_of, said_lacks
from hoken_desktop.services.consents import Municipalities, resolve_recipient
from hoken_desktop.services.items import parse_items
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store, Writing
from hoken_desktop.words import label, say

DECIDES = (
    "municipality", "section", "basis", "purposes", "items", "not_at_home", "basis_decision", "event_id", "reason",
)  # fmt: skip
"""What decides who and what goes: where one of these is changed, the 決裁 was about something else."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a 依頼文書 says, as it is written: `municipality` a code of 5 or 6 digits or a name, `purpose` its words."""

    municipality: str
    number: str
    requested_on: date
    received_on: date
    requester: str
    purpose: str
    basis: str = LegalBasis.CONSENT
    due_on: date | None = None
    items: tuple[str, ...] = ()
    route: str = ""
    section: RecipientSection = RecipientSection.HEALTH
    scan: str = ""
    not_at_home: str = ""
    basis_decision: str = ""
    event_id: str = ""
    reason: str = ""


def asked_of(request: Request) -> Asked:
    """A request as it could be written down again."""
    same = {name: getattr(request, name) for name in Asked.__slots__ if name != "purpose"}
    return Asked(**same, purpose=request.purpose_text)


class Requests:
    """The requests of the office's municipalities."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, municipalities: Municipalities) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._municipalities = municipalities

    def open(
        self,
        *,
        municipality: str,
        number: str,
        requested_on: date,
        received_on: date,
        requester: str,
        purpose: str,
        items: Iterable[str] = (),
        **more: Any,
    ) -> Request:
        """Writes a 依頼文書 down; `more` are the other fields of `Asked`.

        Refuses a municipality outside the office, days out of order (依頼日 ≤ 受領日 ≤ today), a purpose or an item
        that is not on the list, and a legal basis that is not open (services/bases.py). Whoever writes a request for a
        disaster down is the first of the two who confirm it.
        """
        asked = Asked(municipality, number, requested_on, received_on, requester, purpose, items=tuple(items), **more)
        id_ = self._ids()
        with self._store.change(Deed.REQUEST_OPENED, id_) as writing:
            request = replace(
                self._washed(writing, asked, id_), opened_at=self._clock.now(),
                confirmed_by=self._myself(writing),
            )  # fmt: skip
            if request.basis is not LegalBasis.DISASTER:
                request = replace(request, confirmed_by=())
            self._note(writing, request)
            return writing.requests.add(request)

    def edit(self, request_id: str, **changes: Any) -> Request:
        """Mends what was written down, until the first disclosure; `changes` are fields of `Asked`.

        Where something changes that decides who or what goes (`DECIDES`), the 決裁 and the confirmations were about
        something else and have to be given again. Refuses what `open` refuses, and a request that is closed.
        """
        with self._store.change(Deed.REQUEST_CHANGED, request_id) as writing:
            old = find_request(writing, request_id)
            if old.closed_on is not None:
                raise Refusal("requests.closed")
            if _disclosed(writing, request_id):
                raise Refusal("requests.disclosed_already")
            washed = self._washed(writing, replace(asked_of(old), **changes), request_id)
            new = replace(
                washed, id=old.id, opened_at=old.opened_at, drafted_on=old.drafted_on, approved_on=old.approved_on,
                approval=old.approval, our_number=old.our_number, director=old.director,
                confirmed_by=old.confirmed_by,
            )  # fmt: skip
            changed = [name for name in Request.__slots__ if getattr(new, name) != getattr(old, name)]
            if not changed:
                return old
            if not set(changed).isdisjoint(DECIDES):
                again = self._myself(writing) if new.basis is LegalBasis.DISASTER else ()
                new = replace(new, approved_on=None, approval="", director="", confirmed_by=again)
            writing.detail["fields"] = changed
            return writing.requests.replace(new)

    def approve(
        self,
        request_id: str,
        approved_on: date,
        approval: str,
        our_number: str = "",
        *,
        drafted_on: date | None = None,
        director: str = "",
        basis_decision: str = "",
    ) -> Request:
        """決裁: its day, its number and decider, 起案日, the centre's own 発番 and the 所長名 (else the office's).

        `basis_decision` is the 決裁番号 that GOV_69_2_3 takes. Refuses days that cannot be, and a closed request.
        """
        with self._store.change(Deed.REQUEST_APPROVED, request_id, approved_on=approved_on.isoformat()) as writing:
            request = find_request(writing, request_id)
            if request.closed_on is not None:
                raise Refusal("requests.closed")
            check_approval(request, approved_on, approval, self._clock.today(), drafted_on)
            return writing.requests.replace(
                replace(
                    request, approved_on=approved_on, approval=approval.strip(),
                    our_number=our_number.strip() or request.our_number,
                    drafted_on=drafted_on or request.drafted_on,
                    director=director.strip() or request.director or writing.offices.all()[0].director,
                    basis_decision=basis_decision.strip() or request.basis_decision,
                )
            )  # fmt: skip

    def close(self, request_id: str) -> Request:
        """Closes a request: nothing goes out on it any more. Refuses one that is closed already."""
        with self._store.change(Deed.REQUEST_CLOSED, request_id) as writing:
            request = find_request(writing, request_id)
            if request.closed_on is not None:
                raise Refusal("requests.closed_already")
            return writing.requests.replace(replace(request, closed_on=self._clock.today()))

    def reopen(self, request_id: str) -> Request:
        """Opens a closed request again. Refuses one that is open."""
        with self._store.change(Deed.REQUEST_CHANGED, request_id, fields=["closed_on"]) as writing:
            request = find_request(writing, request_id)
            if request.closed_on is None:
                raise Refusal("requests.open_already")
            return writing.requests.replace(replace(request, closed_on=None))

    def may_edit(self, request_id: str) -> bool:
        """Whether nothing has gone out on it yet, and it is not closed."""
        with self._store.read() as shelves:
            request = find_request(shelves, request_id)
            return request.closed_on is None and not _disclosed(shelves, request_id)

    def list(self) -> list[Request]:
        """Every request, the newest first."""
        with self._store.read() as shelves:
            return sorted(shelves.requests.all(), key=lambda r: (r.received_on, r.requested_on), reverse=True)

    def get(self, request_id: str) -> Request:
        """One request; Refusal where there is none."""
        with self._store.read() as shelves:
            return find_request(shelves, request_id)

    # ---- what is written down ------------------------------------------------------------------------------------

    def _washed(self, shelves: Shelves, asked: Asked, own_id: str) -> Request:
        """The request that `asked` means; Refusal where it cannot be."""
        code = self._municipality(shelves, asked.municipality)
        if not asked.number.strip():
            raise Refusal("requests.no_number")
        if not asked.requester.strip():
            raise Refusal("requests.no_requester")
        _check_days(asked, self._clock.today())
        here = circumstances_of(shelves, self._clock.now())
        basis = _basis(asked.basis, here, self._clock.today())
        if asked.not_at_home not in ("", INCLUDE, EXCLUDE):
            raise Refusal("requests.not_at_home", allowed=say("requests.comma").join((INCLUDE, EXCLUDE)))
        request = Request(
            id=own_id,
            municipality=code,
            section=asked.section,
            number=asked.number.strip(),
            requested_on=asked.requested_on,
            received_on=asked.received_on,
            requester=tidy(asked.requester),
            basis=basis,
            purposes=_purposes(asked.purpose),
            purpose_text=asked.purpose.strip(),
            items=parse_items(asked.items),
            due_on=asked.due_on,
            route=asked.route.strip() or say("requests.route", section=label(asked.section)),
            scan=asked.scan.strip(),
            not_at_home=asked.not_at_home,
            basis_decision=asked.basis_decision.strip() if basis is LegalBasis.GOV_69_2_3 else "",
        )
        if basis is LegalBasis.DISASTER:
            request = replace(request, event_id=_event(asked.event_id, here), reason=_reason(asked.reason))
        same = shelves.requests.all(municipality=code, number=request.number, requested_on=request.requested_on)
        if any(r.purposes == request.purposes and r.section is request.section and r.id != own_id for r in same):
            raise Refusal("requests.exists", municipality=self._municipalities.name_of(code))
        return request

    def _municipality(self, shelves: Shelves, raw: str) -> str:
        offices = shelves.offices.all()
        office = offices[0].municipalities if offices else ()
        try:
            return resolve_recipient(raw, RecipientSection.HEALTH, office, self._municipalities)
        except Unreadable:
            names = say("requests.comma").join(self._municipalities.name_of(c) for c in office)
            raise Refusal("requests.unknown_municipality", allowed=names) from None

    def _myself(self, shelves: Shelves) -> tuple[str, ...]:
        """Whoever opened the registry, where they are a member of staff in post; the recovery key confirms nothing."""
        member = shelves.staff.get(self._store.staff_id)
        return (member.id,) if member is not None and member.withdrawn_at is None else ()

    @staticmethod
    def _note(writing: Writing, request: Request) -> None:
        writing.detail.update(
            municipality=request.municipality, purposes=[p.value for p in request.purposes],
            items=list(request.items), basis=request.basis.value,
        )  # fmt: skip


def _disclosed(shelves: Shelves, request_id: str) -> bool:
    made = shelves.disclosures.all(request_id=request_id)
    return any(each.state is not DisclosureState.ABANDONED for each in made)


def find_request(shelves: Shelves, request_id: str) -> Request:
    """One request; Refusal where there is none."""
    found = shelves.requests.get(request_id)
    if found is None:
        raise Refusal("requests.unknown")
    return found


def check_approval(
    request: Request, approved_on: date, approval: str, today: date, drafted_on: date | None = None
) -> None:
    """Refuses a 決裁 before the request came in or after today, before its 起案, and without number or decider."""
    if not request.received_on <= approved_on <= today:
        raise Refusal(
            "requests.approval_day", approved=approved_on.isoformat(), received=request.received_on.isoformat(),
            today=today.isoformat(),
        )  # fmt: skip
    if drafted_on is not None and not request.received_on <= drafted_on <= approved_on:
        raise Refusal(
            "requests.draft_day", drafted=drafted_on.isoformat(), received=request.received_on.isoformat(),
            approved=approved_on.isoformat(),
        )  # fmt: skip
    if not approval.strip():
        raise Refusal("requests.no_approval")


def _check_days(asked: Asked, today: date) -> None:
    if not asked.requested_on <= asked.received_on <= today:
        raise Refusal(
            "requests.days", requested=asked.requested_on.isoformat(), received=asked.received_on.isoformat(),
            today=today.isoformat(),
        )  # fmt: skip
    if asked.due_on is not None and asked.due_on < asked.received_on:
        raise Refusal(
            "requests.due_before_receipt", due=asked.due_on.isoformat(), received=asked.received_on.isoformat()
        )


def _basis(raw: str, here: Circumstances, today: date) -> LegalBasis:
    try:
        basis = LegalBasis(raw.strip().upper())
    except ValueError:
        raise Refusal("requests.unknown_basis", allowed=say("requests.comma").join(LegalBasis)) from None
    lacks = withheld(basis, here, today)
    if Lack.NO_EVENT in lacks:
        raise Refusal("requests.peacetime", basis=basis.value, label=label(basis))
    if Lack.BASIS_OFF in lacks:
        raise Refusal("requests.basis_off", basis=basis.value, label=label(basis))
    if lacks:
        raise Refusal("requests.basis_lacks", basis=basis.value, label=label(basis), missing=said_lacks(lacks))
    return basis


def _event(raw: str, here: Circumstances) -> str:
    """The event meant; the only one under way where none is named."""
    there = open_events(here)
    if not raw.strip() and len(there) == 1:
        return there[0].id
    if raw.strip() not in {event.id for event in there}:
        raise Refusal("requests.which_event", count=len(there))
    return raw.strip()


def _reason(raw: str) -> str:
    if not raw.strip():
        raise Refusal("requests.no_reason")
    return raw.strip()


def _purposes(text: str) -> tuple[Purpose, ...]:
    try:
        return parse_purposes(text)
    except Unreadable:
        allowed = say("requests.comma").join(label(purpose) for purpose in Purpose)
        raise Refusal("requests.unknown_purpose", allowed=allowed) from None
