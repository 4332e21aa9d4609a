"""送付書 and 提供記録簿 of one disclosure, filled in; how they look stands in disclosure_papers.py."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hoken_desktop.domain.codes import Exclusion
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import Disclosure
from hoken_desktop.domain.papers import CoverLetter, DisclosureRecordPaper
from hoken_desktop.services import items
from hoken_desktop.services.disclosure_papers import print_cover_letter, print_disclosure_record
from hoken_desktop.services.items import Known
from hoken_desktop.services.papers import Printer
from hoken_desktop.services.previews import Basis
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class Said:
    """What the papers say that no row of the disclosure holds: the municipality, who made it, the record's head."""

    place: str
    who: str
    audit_head: str


def printed_forms(
    printer: Printer, disclosure: Disclosure, basis: Basis, known: dict[str, Known], said: Said
) -> tuple[tuple[str, bytes], ...]:
    """(file name, PDF) of the 送付書 and the 提供記録簿: counts only, no names."""
    request, office, place, who, head = basis.request, basis.office, said.place, said.who, said.audit_head
    edition = say("disclosures.edition", edition=disclosure.edition)
    headers = tuple(items.header(key) for key in disclosure.items)
    letter = CoverLetter(
        our_number=disclosure.our_number,
        issued_on=disclosure.disclosed_on,
        recipient=say("disclosures.mayor", municipality=place),
        route=request.route,
        sender=f"{office.name} {office.director}".strip(),
        contact=who,
        subject=say("disclosures.subject"),
        legal_basis=label(disclosure.basis),
        request_number=request.number,
        requested_on=request.requested_on,
        purpose=request.purpose_text,
        as_of=basis.round.as_of,
        edition=edition,
        target=disclosure.target,
        disclosed=disclosure.disclosed,
        excluded=sum(disclosure.excluded.values()),
        items=headers,
        # 依頼の回答期限 binds the centre; how long the municipality may keep the list is not set there.
        return_by=None,
        file_name=disclosure.file_name,
        sha256=disclosure.sha256,
        record_id=disclosure.id,
        audit_head=head,
        printed_on=disclosure.disclosed_on,
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
        approved_on=disclosure.approved_on,
        performed_by=who,
        performed_at=say(
            "disclosures.moment", day=format_wareki(disclosure.disclosed_on),
            time=disclosure.made_at.strftime("%H:%M"),
        ),
        handed_over=say("disclosures.handed_over"),
        as_of=basis.round.as_of,
        edition=edition,
        target=disclosure.target,
        disclosed=disclosure.disclosed,
        excluded=tuple((label(Exclusion(reason)), count) for reason, count in disclosure.excluded.items()),
        items=headers,
        registry_numbers=tuple(sorted(k.person.registry_no for k in known.values())),
        return_by=None,
        file_name=disclosure.file_name,
        sha256=disclosure.sha256,
        check_word=disclosure.check_word,
        audit_head=head,
        printed_on=disclosure.disclosed_on,
    )  # fmt: skip
    stem = disclosure.file_name.removesuffix(".xlsx")
    tails = paper_tails()
    return (
        (stem + tails[0], print_cover_letter(printer, letter)),
        (stem + tails[1], print_disclosure_record(printer, record)),
    )


def papers_of(disclosure: Disclosure) -> tuple[Path, Path]:
    """Where the 送付書 and the 提供記録簿 of a disclosure were written."""
    stem = disclosure.file_name.removesuffix(".xlsx")
    letter, record = (Path(disclosure.folder) / (stem + tail) for tail in paper_tails())
    return letter, record


def paper_tails() -> tuple[str, str]:
    """What the names of the two papers end with."""
    letter, record = say("disclosures.letter_name"), say("disclosures.record_name")
    return f"_{letter}.pdf", f"_{record}.pdf"
