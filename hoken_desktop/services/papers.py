"""Papers: their values laid into the templates of resources/print, printed through a port that ui/printing fulfils.

Everything that comes from the registry or the office is escaped on its way into a template; a template holds no
sentence and code holds no tag.
"""

from __future__ import annotations

import html
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from hoken_desktop import paths, words
from hoken_desktop.domain.codes import DeviceGroup
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.papers import (
    CoverLetter,
    DisclosureRecordPaper,
    RegisterListPaper,
    RegisterListRow,
    count_by_group,
    in_order,
)
from hoken_desktop.domain.workbooks import Column, ColumnKind, PrintSettings, Sheet, Workbook

MARKS: dict[DeviceGroup, str] = {
    DeviceGroup.VENTILATOR: "■",
    DeviceGroup.BOTH: "◆",
    DeviceGroup.OXYGEN: "●",
    DeviceGroup.UNCONFIRMED: "？",
    DeviceGroup.NONE: "－",
}
_SHA_SHOWN = 16
_HEAD_SHOWN = 20


class Printer(Protocol):
    """Makes a PDF of simple HTML in memory; no file is written."""

    def print_pdf(
        self,
        html: str,
        *,
        title: str,
        landscape: bool = False,
        header: tuple[str, str, str] = ("", "", ""),
        footer: tuple[str, str, str] = ("", "", ""),
        serif: bool = False,
    ) -> bytes:
        """A4 pages of `html`; `header` and `footer` (left, centre, right) stand on every page.

        An empty centre of the footer takes the page number n／N. `serif` prints in 明朝 (letters), else ゴシック.
        """
        ...


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that `fill` made: its facts are escaped already."""

    html: str


# ---- templates ------------------------------------------------------------------------------------------------

_BLANK = re.compile(r"\{\{(\w+)\}\}")
_PART = re.compile(r"^<!-- part (\w+) -->\n", re.MULTILINE)
# Characters that have no shape of their own on another PC: 外字 (private use), controls, broken ones.
_SHAPELESS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufff0-\uffff\U000f0000-\U0010ffff]")
GETA = "〓"


@cache
def _parts(paper: str) -> dict[str, str]:
    text = (paths.resources() / "print" / f"{paper}.html").read_text("utf-8")
    pieces = _PART.split(text)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def fill(paper: str, part: str, **facts: str | int | Markup) -> Markup:
    """The part of a template with its blanks `{{name}}` filled; every text escaped, line breaks kept.

    KeyError for a blank without a fact, so that nothing is ever printed half.
    """

    def put(match: re.Match[str]) -> str:
        fact = facts[match[1]]
        return fact.html if isinstance(fact, Markup) else _escaped(str(fact))

    return Markup(_BLANK.sub(put, _parts(paper)[part]))


def _escaped(text: str) -> str:
    shown = _SHAPELESS.sub(GETA, text.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = html.escape(shown, quote=True).replace("\n", "<br/>")
    if "\u3000" in shown or "  " in shown:  # or the layout would make one narrow space of them
        return f'<span style="white-space: pre-wrap;">{escaped}</span>'
    return escaped


def _join(pieces: list[Markup]) -> Markup:
    return Markup("".join(piece.html for piece in pieces))


@cache
def _colours() -> dict[str, str]:
    """The device colours and lines of the light theme, which is the one for paper."""
    return {
        name: str(value)
        for name, value in tomllib.loads((paths.resources() / "theme" / "light.toml").read_text("utf-8")).items()
    }


def _style(paper: str) -> Markup:
    colours = _colours()
    return fill(
        paper,
        "style",
        ventilator=colours["ventilator"],
        oxygen=colours["oxygen"],
        both=colours["both"],
        warn=colours["warn"],
        head=colours["table_head"],
        line=colours["control"],
        soft=colours["text2"],
    )


# ---- values in words ------------------------------------------------------------------------------------------


def _day(day: date | None) -> str:
    return words.say("papers.unknown") if day is None else format_wareki(day)


def _said(text: str) -> str:
    return text if text.strip() else words.say("papers.nothing_written")


def _addressed(name: str) -> str:
    """The name of the addressee with 様, unless it carries an honorific already."""
    return name if name.endswith(("様", "殿", "宛", "宛て")) else words.say("papers.addressed", name=_said(name))


def _limit(day: date | None) -> str:
    return words.say("papers.no_limit") if day is None else words.say("papers.until", day=format_wareki(day))


def _grouped(digest: str, shown: int) -> str:
    """The beginning of a digest in groups of four, to be compared by eye."""
    head = digest[:shown]
    return " ".join(head[start : start + 4] for start in range(0, len(head), 4)) or words.say("papers.nothing_written")


def _edges(title: str, printed_on: date, edition: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """What stands on every page: the paper's name and 取扱注意 above; print date, page and edition below."""
    header = (title, "", words.say("papers.handle_with_care"))
    footer = (words.say("papers.printed_on", day=format_wareki(printed_on)), "", edition)
    return header, footer


def _edition(as_of: date, edition: str) -> str:
    return words.say("papers.edition", day=format_wareki(as_of), edition=_said(edition))


def _has_geta(*texts: str) -> bool:
    return any(_SHAPELESS.search(text) for text in texts)


# ---- 送付書 ----------------------------------------------------------------------------------------------------


def cover_letter_html(letter: CoverLetter) -> str:
    """The 送付書 as HTML: one or two pages of A4."""

    def row(label: str, value: str | Markup) -> Markup:
        return fill("cover_letter", "row", label=label, value=_said(value) if isinstance(value, str) else value)

    items = words.say("papers.comma").join(letter.items)
    conditions = [
        fill("cover_letter", "condition", number=number, text=text)
        for number, text in (line.split(" ", 1) for line in words.say("papers.conditions").strip().splitlines())
    ]
    rows = [
        row(words.say("papers.basis"), letter.legal_basis),
        row(words.say("papers.request"), _request(letter.request_number, letter.requested_on)),
        row(words.say("papers.purpose"), words.say("papers.purpose_only", purpose=_said(letter.purpose))),
        row(words.say("papers.state"), _edition(letter.as_of, letter.edition)),
        row(
            words.say("papers.people"),
            words.say(
                "papers.people_counts", target=letter.target, disclosed=letter.disclosed, excluded=letter.excluded
            ),
        ),
        row(words.say("papers.items", count=len(letter.items)), items),
        row(words.say("papers.file"), letter.file_name),
        row(words.say("papers.sha256"), _grouped(letter.sha256, _SHA_SHOWN)),
        row(
            words.say("papers.conditions_label"),
            fill("cover_letter", "conditions", rows=_join(conditions)),
        ),
        row(words.say("papers.return_by"), _limit(letter.return_by)),
    ]
    route = letter.route.strip().removesuffix("経由").strip()
    return fill(
        "cover_letter",
        "page",
        style=_style("cover_letter"),
        our_number=_said(letter.our_number),
        issued_on=format_wareki(letter.issued_on),
        recipient=_addressed(letter.recipient),
        route=words.say("papers.route", route=route) if route else "",
        sender=_said(letter.sender),
        subject=_said(letter.subject),
        opening=words.say(
            "papers.opening", day=format_wareki(letter.requested_on), number=_said(letter.request_number)
        ),
        below=words.say("papers.below"),
        rows=_join(rows),
        end=words.say("papers.end"),
        contact=words.say("papers.contact", contact=_said(letter.contact)),
        record=words.say("papers.record_id", id=_said(letter.record_id)),
        audit=words.say("papers.audit_head", head=_grouped(letter.audit_head, _HEAD_SHOWN)),
    ).html


def print_cover_letter(printer: Printer, letter: CoverLetter) -> bytes:
    """The 送付書 as PDF bytes (not yet under a password; it names no person of the register)."""
    title = words.say("papers.cover_title")
    header, footer = _edges(title, letter.printed_on, _edition(letter.as_of, letter.edition))
    return printer.print_pdf(cover_letter_html(letter), title=title, header=header, footer=footer, serif=True)


def _request(number: str, requested_on: date) -> str:
    return words.say("papers.request_document", number=_said(number), day=format_wareki(requested_on))


# ---- 提供記録簿 ------------------------------------------------------------------------------------------------


def disclosure_record_html(paper: DisclosureRecordPaper) -> str:
    """The 提供記録簿 as HTML: who asked, on what basis, who decided, what went, who stayed and why."""

    def row(label: str, value: str | Markup) -> Markup:
        return fill("disclosure_record", "row", label=label, value=_said(value) if isinstance(value, str) else value)

    def part(title: str, rows: list[Markup]) -> Markup:
        return fill("disclosure_record", "section", title=title, rows=_join(rows))

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
                row(words.say("papers.approval"), paper.approval),
                row(words.say("papers.approved_on"), _day(paper.approved_on)),
                row(words.say("papers.our_number"), paper.our_number),
                row(words.say("papers.issued_on"), format_wareki(paper.issued_on)),
            ],
        ),
        part(
            words.say("papers.part_disclosure"),
            [
                row(words.say("papers.performed"), f"{_said(paper.performed_by)}　{paper.performed_at}"),
                row(words.say("papers.handed_over"), paper.handed_over),
                row(words.say("papers.state"), _edition(paper.as_of, paper.edition)),
                row(
                    words.say("papers.people"),
                    words.say(
                        "papers.people_counts", target=paper.target, disclosed=paper.disclosed, excluded=excluded
                    ),
                ),
                row(
                    words.say("papers.excluded"),
                    fill("disclosure_record", "reasons", rows=_join(reasons))
                    if reasons
                    else words.say("papers.nobody_excluded"),
                ),
                row(words.say("papers.items", count=len(paper.items)), words.say("papers.comma").join(paper.items)),
                row(words.say("papers.registry_numbers", count=len(paper.registry_numbers)), numbers),
                row(words.say("papers.file"), paper.file_name),
                row(words.say("papers.sha256_whole"), _grouped(paper.sha256, 64)),
                row(words.say("papers.check_word"), paper.check_word),
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
        style=_style("disclosure_record"),
        title=words.say("papers.record_title"),
        office=_said(paper.office),
        record=words.say("papers.record_id", id=_said(paper.record_id)),
        sections=_join(sections),
        confirmation_title=words.say("papers.confirmation_title"),
        day=words.say("papers.confirmation_day"),
        name=words.say("papers.confirmation_name"),
        what=words.say("papers.confirmation_what"),
        confirmations=_join(confirmations),
        audit=words.say("papers.audit_head", head=_grouped(paper.audit_head, _HEAD_SHOWN)),
    ).html


def print_disclosure_record(printer: Printer, paper: DisclosureRecordPaper) -> bytes:
    """The 提供記録簿 as PDF bytes."""
    title = words.say("papers.record_title")
    header, footer = _edges(title, paper.printed_on, _edition(paper.as_of, paper.edition))
    return printer.print_pdf(disclosure_record_html(paper), title=title, header=header, footer=footer)


# ---- 庁内用リスト ----------------------------------------------------------------------------------------------


def _age(age: int | None) -> str:
    return words.say("papers.age_unknown") if age is None else words.say("papers.age", age=age)


def _counts(rows: tuple[RegisterListRow, ...]) -> str:
    """人工呼吸器 counts with those who use both (PRODUCT's rule); what is not counted stands apart."""
    counts = count_by_group(rows)
    ventilator = counts[DeviceGroup.VENTILATOR] + counts[DeviceGroup.BOTH]
    said = words.say(
        "papers.counts",
        ventilator=ventilator,
        both=counts[DeviceGroup.BOTH],
        oxygen=counts[DeviceGroup.OXYGEN],
        total=ventilator + counts[DeviceGroup.OXYGEN],
    )
    apart = counts[DeviceGroup.UNCONFIRMED] + counts[DeviceGroup.NONE]
    return said + words.say("papers.counted_apart", count=apart) if apart else said


def register_list_html(paper: RegisterListPaper) -> str:
    """The 庁内用リスト as HTML: a summary, then a table for each municipality from a new page on."""
    parts = in_order(paper)
    summary = [
        fill("register_list", "summary", municipality=municipality, counts=_counts(rows))
        for municipality, rows in (*parts, (words.say("papers.total"), paper.rows))
    ]
    heads = words.say("papers.list_heads").strip().splitlines()
    tables = [
        fill(
            "register_list",
            "table",
            municipality=municipality,
            people=words.say("papers.persons", count=len(rows)),
            counts=_counts(rows),
            heads=_join([fill("register_list", "head", text=head) for head in heads]),
            rows=_join([_list_row(row) for row in rows]),
            break_class="first" if index == 0 else "next",
        )
        for index, (municipality, rows) in enumerate(part for part in parts if part[1])
    ]
    shapeless = any(
        _has_geta(
            row.name, row.kana, row.address, row.phone, row.contact, row.devices, row.supplier, row.place, row.consent
        )
        for row in paper.rows
    )
    return fill(
        "register_list",
        "page",
        style=_style("register_list"),
        title=words.say("papers.list_title"),
        office=_said(paper.office),
        state=_edition(paper.as_of, paper.edition),
        legend=fill(
            "register_list",
            "legend",
            ventilator=MARKS[DeviceGroup.VENTILATOR],
            ventilator_word=words.label(DeviceGroup.VENTILATOR),
            both=MARKS[DeviceGroup.BOTH],
            both_word=words.label(DeviceGroup.BOTH),
            oxygen=MARKS[DeviceGroup.OXYGEN],
            oxygen_word=words.label(DeviceGroup.OXYGEN),
            unconfirmed=MARKS[DeviceGroup.UNCONFIRMED],
            unconfirmed_word=words.label(DeviceGroup.UNCONFIRMED),
        ),
        rule=words.say("papers.counting_rule") + paper.remark,
        note=words.say("papers.geta_note") if shapeless else "",
        summary=_join(summary),
        tables=_join(tables) if tables else fill("register_list", "empty", text=words.say("papers.list_empty")),
    ).html


def _list_row(row: RegisterListRow) -> Markup:
    return fill(
        "register_list",
        "row",
        group=row.group.value,
        mark=MARKS[row.group],
        kana=_said(row.kana),
        name=_said(row.name),
        registry_no=row.registry_no,
        born=_day(row.born_on),
        age=_age(row.age),
        address=_said(row.address),
        phone=_said(row.phone),
        contact_label=words.say("papers.contact_short"),
        contact=_said(row.contact),
        devices=_said(row.devices),
        supplier=_said(row.supplier),
        consent=_said(row.consent),
        place=_said(row.place),
        care_setting=_said(row.care_setting),
    )


def print_register_list(printer: Printer, paper: RegisterListPaper) -> bytes:
    """The 庁内用リスト as PDF bytes; it names people, so it goes under a password before it is written."""
    title = words.say("papers.list_title")
    header, footer = _edges(f"{_said(paper.office)}　{title}", paper.printed_on, _edition(paper.as_of, paper.edition))
    return printer.print_pdf(register_list_html(paper), title=title, landscape=True, header=header, footer=footer)


def register_list_workbook(paper: RegisterListPaper) -> Workbook:
    """The 庁内用リスト as a workbook: one sheet in the list's order, to be sealed."""
    title = words.say("papers.list_title")
    edition = _edition(paper.as_of, paper.edition)
    header, footer = _edges(f"{_said(paper.office)}　{title}", paper.printed_on, edition)
    columns = (
        Column("municipality", words.say("papers.column_municipality"), 8),
        Column("mark", words.say("papers.column_mark"), 4),
        Column("group", words.say("papers.column_group"), 10),
        Column("kana", words.say("papers.column_kana"), 14),
        Column("name", words.say("papers.column_name"), 13),
        Column("born_on", words.say("papers.column_born_on"), 16),
        Column("age", words.say("papers.column_age"), 5, ColumnKind.NUMBER),
        Column("address", words.say("papers.column_address"), 26),
        Column("phone", words.say("papers.column_phone"), 13),
        Column("contact", words.say("papers.column_contact"), 16),
        Column("devices", words.say("papers.column_devices"), 16),
        Column("supplier", words.say("papers.column_supplier"), 12),
        Column("consent", words.say("papers.column_consent"), 11),
        Column("place", words.say("papers.column_place"), 8),
        Column("care_setting", words.say("papers.column_care_setting"), 8),
        Column("registry_no", words.say("papers.column_registry_no"), 9),
    )
    rows = tuple(
        (
            municipality,
            MARKS[row.group],
            words.label(row.group),
            _said(row.kana),
            _said(row.name),
            _day(row.born_on),
            words.say("papers.unknown") if row.age is None else row.age,
            _said(row.address),
            _said(row.phone),
            _said(row.contact),
            _said(row.devices),
            _said(row.supplier),
            _said(row.consent),
            _said(row.place),
            _said(row.care_setting),
            row.registry_no,
        )
        for municipality, people in in_order(paper)
        for row in people
    )
    sheet = Sheet(
        name=words.say("papers.list_sheet"),
        columns=columns,
        rows=rows,
        notes=(
            title,
            f"{_said(paper.office)}　{edition}",
            words.say("papers.printed_on", day=format_wareki(paper.printed_on)),
            words.say("papers.handle_with_care"),
            f"{_counts(paper.rows)}　{words.say('papers.counting_rule')}",
            *((paper.remark,) if paper.remark else ()),
        ),
        printing=PrintSettings(header=header, footer=footer),
        frozen_columns=5,
    )
    return Workbook(title, (sheet,), paper.printed_on)
