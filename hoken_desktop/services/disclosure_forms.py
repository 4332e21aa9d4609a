"""送付書 and 提供記録簿 of one disclosure, filled in; how they look stands in disclosure_papers.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hoken_desktop.domain.codes import Exclusion, RecipientSection
from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.disclosures import Disclosure, Request
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.masters import OrganisationKind
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.papers import CoverLetter, DisclosureRecordPaper
from hoken_desktop.services import items
from hoken_desktop.services.bases import basis_text
from hoken_desktop.services.disclosure_papers import print_cover_letter, print_disclosure_record
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.ports import Shelves
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class Said:
    """What the papers say beside the disclosure itself: `basis` as the centre worded it then; `printed_on` None: on
    its day."""

    request: Request
    office: Office
    as_of: date
    place: str
    who: str
    audit_head: str
    registry_numbers: tuple[str, ...]
    basis: str
    address: str = ""
    printed_on: date | None = None


def said_of(
    shelves: Shelves, disclosure: Disclosure, place: str, audit_head: str, printed_on: date | None = None
) -> Said:
    """The facts of a disclosure's papers, as the register holds them; the request as it is written down today."""
    request, round_ = shelves.requests.get(disclosure.request_id), shelves.rounds.get(disclosure.round_id)
    if request is None or round_ is None:
        raise Refusal("requests.unknown")
    gone = [r.person_id for r in shelves.disclosure_persons.all(disclosure_id=disclosure.id) if r.outside_key]
    member = shelves.staff.get(disclosure.staff_id)
    return Said(
        request=request,
        office=shelves.offices.all()[0],
        as_of=round_.as_of,
        place=place,
        who=f"{member.post} {member.name}".strip() if member else say("disclosures.recovery"),
        audit_head=audit_head,
        registry_numbers=tuple(sorted(p.registry_no for p in shelves.persons.all(id=gone))),
        basis=basis_text(shelves, disclosure.basis, disclosure.made_at),
        address=section_address(shelves, disclosure, request),
        printed_on=printed_on,
    )


def section_address(shelves: Shelves, disclosure: Disclosure, request: Request) -> str:
    """The address of the municipality's section, where the list of 業者・機関 holds exactly one that it can be.

    Of several the one whose words are in the request's 経由課 or that speaks of what the section does; else none.
    """
    day = disclosure.disclosed_on
    here = [
        one
        for one in shelves.organisations.all(kind=OrganisationKind.MUNICIPALITY, municipality=disclosure.municipality)
        if one.address and (one.valid_from or day) <= day <= (one.valid_to or day)
    ]
    route = request.route
    words = say(f"disclosures.section_words_{'disaster' if request.section is RecipientSection.DISASTER else 'health'}")
    named = [one for one in here if one.office and one.office in route] or [
        one for one in here if any(word in one.name + one.office for word in words.split())
    ]
    found = named if len(named) == 1 else here if len(here) == 1 else []
    return f"{found[0].address}　{found[0].name} {found[0].office}".strip() if found else ""


def confirmed_words(disclosure: Disclosure) -> tuple[str, ...]:
    """What the recipient confirmed afterwards, line by line; nothing where nothing is known yet."""
    lines = []
    if disclosure.received_on is not None:
        day = format_wareki(disclosure.received_on)
        lines.append(say("disclosures.received", day=day, who=disclosure.received_by or say("disclosures.not_noted")))
    if disclosure.password_by:
        lines.append(say("disclosures.password_by", how=disclosure.password_by))
    if disclosure.returned_on is not None:
        how = disclosure.disposal or say("disclosures.not_noted")
        lines.append(say("disclosures.returned", day=format_wareki(disclosure.returned_on), how=how))
    return tuple(lines)


def printed_forms(printer: Printer, disclosure: Disclosure, said: Said) -> tuple[tuple[str, bytes], ...]:
    """(file name, PDF) of the 送付書 and the 提供記録簿: counts only, no names."""
    letter, record = filled(disclosure, said)
    stem = disclosure.file_name.removesuffix(".xlsx")
    tails = paper_tails()
    return (
        (stem + tails[0], print_cover_letter(printer, letter)),
        (stem + tails[1], print_disclosure_record(printer, record)),
    )


def filled(disclosure: Disclosure, said: Said) -> tuple[CoverLetter, DisclosureRecordPaper]:
    """Both papers of a disclosure."""
    request, office, place, who, head = said.request, said.office, said.place, said.who, said.audit_head
    edition = say("disclosures.edition", edition=disclosure.edition)
    headers = tuple(items.header(key) for key in disclosure.items)
    letter = CoverLetter(
        our_number=disclosure.our_number,
        issued_on=disclosure.disclosed_on,
        recipient=say("disclosures.mayor", municipality=place),
        route=request.route,
        sender=f"{office.name} {request.director or office.director}".strip(),
        contact=who,
        subject=say("disclosures.subject"),
        legal_basis=said.basis,
        request_number=request.number,
        requested_on=request.requested_on,
        purpose=request.purpose_text,
        as_of=said.as_of,
        edition=edition,
        target=disclosure.target,
        disclosed=disclosure.disclosed,
        excluded=sum(disclosure.excluded.values()),
        items=headers,
        # 依頼の回答期限 binds the centre; how long the municipality may keep the list is decided when it is made.
        return_by=disclosure.return_by,
        file_name=disclosure.file_name,
        sha256=disclosure.sha256,
        record_id=disclosure.id,
        audit_head=head,
        printed_on=said.printed_on or disclosure.disclosed_on,
        address=said.address,
        media_number=disclosure.media_number,
        csv_name=disclosure.csv_name,
        csv_sha256=disclosure.csv_sha256,
    )
    record = DisclosureRecordPaper(
        office=office.name,
        record_id=disclosure.id,
        our_number=disclosure.our_number,
        issued_on=disclosure.disclosed_on,
        recipient=letter.recipient,
        route=request.route,
        requester=request.requester,
        request_number=request.number,
        requested_on=request.requested_on,
        received_on=request.received_on,
        legal_basis=letter.legal_basis,
        purpose=request.purpose_text,
        drafted_by=who,
        approval=disclosure.approval,
        drafted_on=request.drafted_on,
        approved_on=disclosure.approved_on,
        performed_by=who,
        performed_at=say(
            "disclosures.moment", day=format_wareki(disclosure.disclosed_on),
            time=f"{in_japan(disclosure.made_at):%H:%M}",
        ),
        handed_over=say("disclosures.handed_over"),
        as_of=said.as_of,
        edition=edition,
        target=disclosure.target,
        disclosed=disclosure.disclosed,
        excluded=tuple((label(Exclusion(reason)), count) for reason, count in disclosure.excluded.items()),
        items=headers,
        registry_numbers=said.registry_numbers,
        return_by=disclosure.return_by,
        file_name=disclosure.file_name,
        sha256=disclosure.sha256,
        check_word=disclosure.check_word,
        audit_head=head,
        printed_on=said.printed_on or disclosure.disclosed_on,
        media_number=disclosure.media_number,
        approver=disclosure.approver,
        password_by=disclosure.password_by,
        csv_name=disclosure.csv_name,
        csv_sha256=disclosure.csv_sha256,
        returned=confirmed_words(disclosure),
    )  # fmt: skip
    return letter, record


def papers_of(disclosure: Disclosure) -> tuple[Path, Path]:
    """Where the 送付書 and the 提供記録簿 of a disclosure were written."""
    stem = disclosure.file_name.removesuffix(".xlsx")
    letter, record = (Path(disclosure.folder) / (stem + tail) for tail in paper_tails())
    return letter, record


def paper_tails() -> tuple[str, str]:
    """What the names of the two papers end with."""
    letter, record = say("disclosures.letter_name"), say("disclosures.record_name")
    return f"_{letter}.pdf", f"_{record}.pdf"
