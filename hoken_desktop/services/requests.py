"""依頼: a mayor's request, written down before anything may leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from hoken_desktop.domain.codes import LegalBasis, Purpose, RecipientSection
from hoken_desktop.domain.consents import Unreadable, parse_purposes
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.disclosures import Request
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.names import tidy
from hoken_desktop.services.consents import Municipalities, resolve_recipient
from hoken_desktop.services.items import parse_items
from hoken_desktop.services.ports import Clock, Ids, Shelves, Store
from hoken_desktop.words import label, say


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
        basis: str = LegalBasis.CONSENT,
        due_on: date | None = None,
        items: Iterable[str] = (),
        route: str = "",
        section: RecipientSection = RecipientSection.HEALTH,
    ) -> Request:
        """Writes a 依頼文書 down. `municipality` is a code of 5 or 6 digits or a name; `purpose` the letter's words.

        Refuses a municipality outside the office, days out of order (依頼日 ≤ 受付日 ≤ today), a purpose or an item
        that is not on the list, and every legal basis but the person's consent (the others are off until the centre
        decides on them: 災対法49条の10第4項 asks, it does not by itself set the local rule aside).
        """
        with self._store.read() as shelves:
            offices = shelves.offices.all()
            office = offices[0].municipalities if offices else ()
        try:
            code = resolve_recipient(municipality, RecipientSection.HEALTH, office, self._municipalities)
        except Unreadable:
            names = say("requests.comma").join(self._municipalities.name_of(c) for c in office)
            raise Refusal("requests.unknown_municipality", allowed=names) from None
        if not number.strip():
            raise Refusal("requests.no_number")
        if not requester.strip():
            raise Refusal("requests.no_requester")
        today = self._clock.today()
        if not requested_on <= received_on <= today:
            raise Refusal(
                "requests.days", requested=requested_on.isoformat(), received=received_on.isoformat(),
                today=today.isoformat(),
            )  # fmt: skip
        if due_on is not None and due_on < received_on:
            raise Refusal("requests.due_before_receipt", due=due_on.isoformat(), received=received_on.isoformat())
        request = Request(
            id=self._ids(),
            municipality=code,
            section=section,
            number=number.strip(),
            requested_on=requested_on,
            received_on=received_on,
            requester=tidy(requester),
            basis=_basis(basis),
            purposes=_purposes(purpose),
            purpose_text=purpose.strip(),
            items=parse_items(items),
            due_on=due_on,
            route=route.strip() or say("requests.route", section=label(section)),
            opened_at=self._clock.now(),
            drafted_on=today,
        )
        with self._store.change(
            Deed.REQUEST_OPENED, request.id, municipality=code, purposes=[p.value for p in request.purposes],
            items=list(request.items),
        ) as writing:  # fmt: skip
            same = writing.requests.all(municipality=code, number=request.number, requested_on=requested_on)
            if any(r.purposes == request.purposes and r.section is section for r in same):
                raise Refusal("requests.exists", municipality=self._municipalities.name_of(code))
            return writing.requests.add(request)

    def approve(self, request_id: str, approved_on: date, approval: str, our_number: str = "") -> Request:
        """決裁: its day, its number and decider, and the centre's own 発番. Refuses days that cannot be."""
        with self._store.change(Deed.REQUEST_APPROVED, request_id, approved_on=approved_on.isoformat()) as writing:
            request = find_request(writing, request_id)
            check_approval(request, approved_on, approval, self._clock.today())
            return writing.requests.replace(
                replace(
                    request, approved_on=approved_on, approval=approval.strip(),
                    our_number=our_number.strip() or request.our_number,
                )
            )  # fmt: skip

    def list(self) -> list[Request]:
        """Every request, the newest first."""
        with self._store.read() as shelves:
            return sorted(shelves.requests.all(), key=lambda r: (r.received_on, r.requested_on), reverse=True)

    def get(self, request_id: str) -> Request:
        """One request; Refusal where there is none."""
        with self._store.read() as shelves:
            return find_request(shelves, request_id)


def find_request(shelves: Shelves, request_id: str) -> Request:
    """One request; Refusal where there is none."""
    found = shelves.requests.get(request_id)
    if found is None:
        raise Refusal("requests.unknown")
    return found


def check_approval(request: Request, approved_on: date, approval: str, today: date) -> None:
    """Refuses a 決裁 before the request came in or after today, and one without its number or decider."""
    if not request.received_on <= approved_on <= today:
        raise Refusal(
            "requests.approval_day", approved=approved_on.isoformat(), received=request.received_on.isoformat(),
            today=today.isoformat(),
        )  # fmt: skip
    if not approval.strip():
        raise Refusal("requests.no_approval")


def _basis(raw: str) -> LegalBasis:
    try:
        basis = LegalBasis(raw.strip().upper())
    except ValueError:
        raise Refusal("requests.unknown_basis", allowed=say("requests.comma").join(LegalBasis)) from None
    if basis is not LegalBasis.CONSENT:
        raise Refusal("requests.basis_off", basis=basis.value, label=label(basis))
    return basis


def _purposes(text: str) -> tuple[Purpose, ...]:
    try:
        return parse_purposes(text)
    except Unreadable:
        allowed = say("requests.comma").join(label(purpose) for purpose in Purpose)
        raise Refusal("requests.unknown_purpose", allowed=allowed) from None
