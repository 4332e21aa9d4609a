"""送付書 and 提供記録簿 on paper: what goes with a disclosure, and what the office keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hoken_desktop import words
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.papers import CoverLetter, DisclosureRecordPaper
from hoken_desktop.services.papers import (
    Markup,
    Printer,
    edges,
    fill,
    join,
    said,
    said_day,
    said_edition,
    style,
)

_SHA_SHOWN = 16
_HEAD_SHOWN = 20
_ONLY_COPY = 1
"""A disclosure has one letter and one record; another disclosure has its own."""


def _addressed(name: str) -> str:
    """The name of the addressee with 様, unless it carries an honorific already."""
    return name if name.endswith(("様", "殿", "宛", "宛て")) else words.say("papers.addressed", name=said(name))


def _limit(day: date | None) -> str:
    return words.say("papers.no_limit") if day is None else words.say("papers.until", day=format_wareki(day))


def _grouped(digest: str, shown: int) -> str:
    """The beginning of a digest in groups of four, to be compared by eye."""
    head = digest[:shown]
    return " ".join(head[start : start + 4] for start in range(0, len(head), 4)) or words.say("papers.nothing_written")


# ---- 送付書 ----------------------------------------------------------------------------------------------------


def cover_letter_html(letter: CoverLetter) -> str:
    """The 送付書 as HTML: one or two pages of A4."""

    def row(label: str, value: str | Markup) -> Markup:
        return fill("cover_letter", "row", label=label, value=said(value) if isinstance(value, str) else value)

    items = words.say("papers.comma").join(letter.items)
    conditions = [
        fill("cover_letter", "condition", number=number, text=text)
        for number, text in (line.split(" ", 1) for line in words.say("papers.conditions").strip().splitlines())
    ]
    rows = [
        row(words.say("papers.basis"), letter.legal_basis),
        row(words.say("papers.request"), _request(letter.request_number, letter.requested_on)),
        row(words.say("papers.purpose"), words.say("papers.purpose_only", purpose=said(letter.purpose))),
        row(words.say("papers.state"), said_edition(letter.as_of, letter.edition)),
        row(
            words.say("papers.people"),
            words.say(
                "papers.people_counts", target=letter.target, disclosed=letter.disclosed, excluded=letter.excluded
            ),
        ),
        row(words.say("papers.items", count=len(letter.items)), items),
        row(words.say("papers.file"), letter.file_name),
        row(words.say("papers.sha256"), _grouped(letter.sha256, _SHA_SHOWN)),
        *_archive(row, letter.csv_name, letter.csv_sha256, _SHA_SHOWN),
        *([row(words.say("papers.media_number"), letter.media_number)] if letter.media_number else []),
        row(
            words.say("papers.conditions_label"),
            fill("cover_letter", "conditions", rows=join(conditions)),
        ),
        row(words.say("papers.return_by"), _limit(letter.return_by)),
    ]
    route = letter.route.strip().removesuffix("経由").strip()
    return fill(
        "cover_letter",
        "page",
        style=style("cover_letter"),
        our_number=said(letter.our_number),
        issued_on=format_wareki(letter.issued_on),
        recipient=_addressed(letter.recipient),
        route=words.say("papers.route", route=route) if route else "",
        address=said(letter.address) if letter.address else "",
        sender=said(letter.sender),
        subject=said(letter.subject),
        opening=words.say(
            "papers.opening", day=format_wareki(letter.requested_on), number=said(letter.request_number)
        ),
        below=words.say("papers.below"),
        rows=join(rows),
        end=words.say("papers.end"),
        contact=words.say("papers.contact", contact=said(letter.contact)),
        record=words.say("papers.record_id", id=said(letter.record_id)),
        audit=words.say("papers.audit_head", head=_grouped(letter.audit_head, _HEAD_SHOWN)),
    ).html


def print_cover_letter(printer: Printer, letter: CoverLetter) -> bytes:
    """The 送付書 as PDF bytes (not yet under a password; it names no person of the register)."""
    title = words.say("papers.cover_title")
    header, footer = edges(title, letter.printed_on, said_edition(letter.as_of, letter.edition), _ONLY_COPY)
    return printer.print_pdf(cover_letter_html(letter), title=title, header=header, footer=footer, serif=True)


def _archive(row: Callable[[str, str], Markup], name: str, digest: str, shown: int) -> list[Markup]:
    """The file for a system, where one was made: its name and its digest."""
    if not name:
        return []
    return [row(words.say("papers.csv_file"), name), row(words.say("papers.csv_sha256"), _grouped(digest, shown))]


def _request(number: str, requested_on: date) -> str:
    return words.say("papers.request_document", number=said(number), day=format_wareki(requested_on))


# ---- 提供記録簿 ------------------------------------------------------------------------------------------------


def disclosure_record_html(paper: DisclosureRecordPaper) -> str:
    """The 提供記録簿 as HTML: who asked, on what basis, who decided, what went, who stayed and why."""

    def row(label: str, value: str | Markup) -> Markup:
        return fill("disclosure_record", "row", label=label, value=said(value) if isinstance(value, str) else value)

    def part(title: str, rows: list[Markup]) -> Markup:
        return fill("disclosure_record", "section", title=title, rows=join(rows))

    excluded = sum(count for _, count in paper.excluded)
    reasons = [
        fill("disclosure_record", "reason", reason=reason, count=words.say("papers.persons", count=count))
        for reason, count in paper.excluded
    ]
    numbers = words.say("papers.comma").join(paper.registry_numbers)
    sections = [
        part(
            words.say("papers.part_request"),
            [
                row(words.say("papers.recipient"), paper.recipient),
                row(words.say("papers.route_label"), paper.route),
                row(words.say("papers.requester"), paper.requester),
                row(words.say("papers.request"), _request(paper.request_number, paper.requested_on)),
                row(words.say("papers.received_on"), format_wareki(paper.received_on)),
                row(words.say("papers.basis"), paper.legal_basis),
                row(words.say("papers.purpose"), paper.purpose),
            ],
        ),
        part(
            words.say("papers.part_decision"),
            [
                row(words.say("papers.drafted_by"), paper.drafted_by),
                *([row(words.say("papers.drafted_on"), format_wareki(paper.drafted_on))] if paper.drafted_on else []),
                row(words.say("papers.approval"), paper.approval),
                *([row(words.say("papers.approver"), paper.approver)] if paper.approver else []),
                row(words.say("papers.approved_on"), said_day(paper.approved_on)),
                row(words.say("papers.our_number"), paper.our_number),
                row(words.say("papers.issued_on"), format_wareki(paper.issued_on)),
            ],
        ),
        part(
            words.say("papers.part_disclosure"),
            [
                row(words.say("papers.performed"), f"{said(paper.performed_by)}　{paper.performed_at}"),
                row(words.say("papers.handed_over"), paper.handed_over),
                row(words.say("papers.state"), said_edition(paper.as_of, paper.edition)),
                row(
                    words.say("papers.people"),
                    words.say(
                        "papers.people_counts", target=paper.target, disclosed=paper.disclosed, excluded=excluded
                    ),
                ),
                row(
                    words.say("papers.excluded"),
                    fill("disclosure_record", "reasons", rows=join(reasons))
                    if reasons
                    else words.say("papers.nobody_excluded"),
                ),
                row(words.say("papers.items", count=len(paper.items)), words.say("papers.comma").join(paper.items)),
                row(words.say("papers.registry_numbers", count=len(paper.registry_numbers)), numbers),
                row(words.say("papers.file"), paper.file_name),
                row(words.say("papers.sha256_whole"), _grouped(paper.sha256, 64)),
                *_archive(row, paper.csv_name, paper.csv_sha256, 64),
                row(words.say("papers.check_word"), paper.check_word),
                row(words.say("papers.password_by"), paper.password_by),
                row(words.say("papers.media_number"), paper.media_number),
                row(words.say("papers.return_by"), _limit(paper.return_by)),
            ],
        ),
    ]
    confirmations = [
        fill("disclosure_record", "confirmation", label=label)
        for label in words.say("papers.confirmations").strip().splitlines()
    ]
    return fill(
        "disclosure_record",
        "page",
        style=style("disclosure_record"),
        title=words.say("papers.record_title"),
        office=said(paper.office),
        record=words.say("papers.record_id", id=said(paper.record_id)),
        sections=join(sections),
        returned=fill("disclosure_record", "returned", lines=join(
            [fill("disclosure_record", "line", text=said(line)) for line in paper.returned]
        )) if paper.returned else "",
        confirmation_title=words.say("papers.confirmation_title"),
        day=words.say("papers.confirmation_day"),
        name=words.say("papers.confirmation_name"),
        what=words.say("papers.confirmation_what"),
        confirmations=join(confirmations),
        audit=words.say("papers.audit_head", head=_grouped(paper.audit_head, _HEAD_SHOWN)),
    ).html


def print_disclosure_record(printer: Printer, paper: DisclosureRecordPaper) -> bytes:
    """The 提供記録簿 as PDF bytes."""
    title = words.say("papers.record_title")
    header, footer = edges(title, paper.printed_on, said_edition(paper.as_of, paper.edition), _ONLY_COPY)
    return printer.print_pdf(disclosure_record_html(paper), title=title, header=header, footer=footer)
