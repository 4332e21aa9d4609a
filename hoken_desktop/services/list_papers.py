"""庁内用リスト on paper and as a workbook."""

from __future__ import annotations

from hoken_desktop import words
from hoken_desktop.domain.codes import DeviceGroup, ListGrouping
from hoken_desktop.domain.papers import RegisterListPaper, RegisterListRow, count_by_group, in_order
from hoken_desktop.domain.workbooks import Column, ColumnKind, PrintSettings, Sheet, Workbook
from hoken_desktop.services.papers import (
    MARKS,
    Laid,
    Markup,
    edges,
    fill,
    has_geta,
    join,
    said,
    said_age,
    said_day,
    said_edition,
    style,
)


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


def _total(paper: RegisterListPaper) -> str:
    """The people of all parts, each once; where somebody stands in two parts the sum of the lines is said too."""
    counts = _counts(paper.rows)
    if not paper.repeated:
        return counts
    return counts + words.say(
        "papers.counts_repeated", entries=paper.entries, people=len(paper.rows), repeated=paper.repeated,
        by=words.label(paper.by),
    )  # fmt: skip


def _by(paper: RegisterListPaper) -> str:
    """How the parts are made, and what was chosen."""
    by = words.say("papers.list_by", by=words.label(paper.by))
    return f"{by}　{paper.chosen}" if paper.chosen else by


def _title(paper: RegisterListPaper, part: str) -> str:
    """A part's name, with the number to call where it is a 業者 or a 訪看."""
    phone = paper.phones.get(part, "")
    return f"{part}　{phone}" if phone else part


def register_list_html(paper: RegisterListPaper) -> str:
    """The 庁内用リスト as HTML: a summary, then a table for each part; but for districts each from a new page on."""
    parts = in_order(paper)
    summary = [
        fill("register_list", "summary", municipality=part, counts=counts)
        for part, counts in (
            *((part, _counts(rows)) for part, rows in parts), (words.say("papers.total"), _total(paper)),
        )
    ]  # fmt: skip
    heads = words.say("papers.list_heads").strip().splitlines()
    together = paper.by is ListGrouping.DISTRICT
    tables = [
        fill(
            "register_list",
            "table",
            municipality=_title(paper, part),
            people=words.say("papers.persons", count=len(rows)),
            counts=_counts(rows),
            heads=join([fill("register_list", "head", text=head) for head in heads]),
            rows=join([_list_row(row) for row in rows]),
            break_class="first" if index == 0 or together else "next",
        )
        for index, (part, rows) in enumerate(part for part in parts if part[1])
    ]
    shapeless = any(
        has_geta(
            row.name, row.kana, row.address, row.phone, row.contact, row.devices, row.supplier, row.place, row.consent,
            row.nurse,
        )
        for row in paper.rows
    )
    return fill(
        "register_list",
        "page",
        style=style("register_list"),
        title=words.say("papers.list_title"),
        office=said(paper.office),
        state=f"{said_edition(paper.as_of, paper.edition)}　{_by(paper)}",
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
        summary=join(summary),
        tables=join(tables) if tables else fill("register_list", "empty", text=words.say("papers.list_empty")),
    ).html


def _list_row(row: RegisterListRow) -> Markup:
    return fill(
        "register_list",
        "row",
        group=row.group.value,
        mark=MARKS[row.group],
        kana=said(row.kana),
        name=said(row.name),
        registry_no=row.registry_no,
        born=said_day(row.born_on),
        age=said_age(row.age),
        address=said(row.address),
        phone=said(row.phone),
        contact_label=words.say("papers.contact_short"),
        contact=said(row.contact),
        devices=said(row.devices),
        supplier=said(row.supplier),
        nurse_label=words.say("papers.nurse_short"),
        nurse=said(row.nurse),
        consent=said(row.consent),
        place=said(row.place),
        care_setting=said(row.care_setting),
    )


def _edges(
    paper: RegisterListPaper, copy: int
) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    heading = f"{said(paper.office)}　{words.say('papers.list_title')}"
    return edges(heading, paper.printed_on, said_edition(paper.as_of, paper.edition), copy)


def lay_out(paper: RegisterListPaper, copy: int = 0) -> Laid:
    """The 庁内用リスト on landscape pages; it names people, so it goes under a password before it is written."""
    header, footer = _edges(paper, copy)
    return Laid(words.say("papers.list_title"), register_list_html(paper), header, footer, landscape=True)


def register_list_workbook(paper: RegisterListPaper, copy: int = 0) -> Workbook:
    """The 庁内用リスト as a workbook: one sheet in the list's order, to be sealed."""
    title = words.say("papers.list_title")
    edition = said_edition(paper.as_of, paper.edition)
    header, footer = _edges(paper, copy)
    columns = (
        Column("part", words.label(paper.by), 8 if paper.by is ListGrouping.MUNICIPALITY else 14),
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
        Column("nurse", words.say("papers.column_nurse"), 12),
        Column("consent", words.say("papers.column_consent"), 11),
        Column("place", words.say("papers.column_place"), 8),
        Column("care_setting", words.say("papers.column_care_setting"), 8),
        Column("registry_no", words.say("papers.column_registry_no"), 9),
        Column("municipality", words.say("papers.column_municipality"), 8),
        Column("district", words.say("papers.column_district"), 12),
    )
    rows = tuple(
        (
            part,
            MARKS[row.group],
            words.label(row.group),
            said(row.kana),
            said(row.name),
            said_day(row.born_on),
            words.say("papers.unknown") if row.age is None else row.age,
            said(row.address),
            said(row.phone),
            said(row.contact),
            said(row.devices),
            said(row.supplier),
            said(row.nurse),
            said(row.consent),
            said(row.place),
            said(row.care_setting),
            row.registry_no,
            row.municipality,
            said(row.district),
        )
        for part, people in in_order(paper)
        for row in people
    )
    sheet = Sheet(
        name=words.say("papers.list_sheet"),
        columns=columns,
        rows=rows,
        notes=(
            title,
            f"{said(paper.office)}　{edition}　{_by(paper)}",
            " ".join(part for part in (footer[0], footer[2]) if part),
            words.say("papers.handle_with_care"),
            f"{_total(paper)}　{words.say('papers.counting_rule')}",
            *((paper.remark,) if paper.remark else ()),
            *(_title(paper, part) for part in paper.groups if part in paper.phones),
        ),
        printing=PrintSettings(header=header, footer=footer),
        frozen_columns=5,
    )
    return Workbook(title, (sheet,), paper.printed_on)
