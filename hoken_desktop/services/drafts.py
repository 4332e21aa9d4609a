"""起案添付: the preview of a disclosure on paper, for whoever decides on it. Counts, reasons, items; no names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hoken_desktop.domain.changes import ChangeKind, Changes
from hoken_desktop.domain.codes import DeviceGroup, Exclusion, ItemGroup, LegalBasis, PaperKind
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import DESPITE_REFUSAL, INCLUDE, ITEM_BY_KEY, WITHOUT_CONSENT, Passage
from hoken_desktop.domain.rounds import SnapshotRow
from hoken_desktop.services import items
from hoken_desktop.services.bases import basis_text, said_lacks
from hoken_desktop.services.consents import Municipalities
from hoken_desktop.services.disclosures import Disclosures
from hoken_desktop.services.papers import Laid, Markup, Printer, edges, fill, join, said, said_day, said_edition, style
from hoken_desktop.services.ports import Clock, Store
from hoken_desktop.services.previews import Basis, Preview, basis_of, judged
from hoken_desktop.services.printing import Job, Printed, Printing
from hoken_desktop.words import label, say

_PAPER = PaperKind.DRAFT.value
_MARKS = frozenset({WITHOUT_CONSENT, DESPITE_REFUSAL})


@dataclass(frozen=True, slots=True)
class GroupAllowed:
    """The items of one group that are asked for: of how many of those who go they are allowed by the person's consent,
    by law alone, and not at all. What allows a group allows each of its items."""

    group: ItemGroup
    keys: tuple[str, ...]
    by_consent: int
    by_law: int
    outside: int


def allowed_groups(preview: Preview) -> tuple[GroupAllowed, ...]:
    """What allows the items of the request, group by group; the three numbers add up to those who go."""
    marked = [p for p in preview.going if not _MARKS.isdisjoint(p.questions)]
    agreed = [p for p in preview.going if _MARKS.isdisjoint(p.questions)]

    def count(people: Iterable[Passage], group: ItemGroup) -> int:
        return sum(group in p.groups for p in people)

    found = []
    for group in ItemGroup:
        keys = tuple(key for key in preview.request.items if ITEM_BY_KEY[key].group is group)
        if keys:
            consent, law = count(agreed, group), count(marked, group)
            found.append(GroupAllowed(group, keys, consent, law, preview.disclosed - consent - law))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the paper says that no preview holds."""

    place: str
    text: str
    event: str
    changes: Changes


class Drafts:
    """Makes the paper. No password: it names nobody; its number and counts are recorded as with every paper."""

    def __init__(
        self, store: Store, clock: Clock, printing: Printing, names: Municipalities, disclosures: Disclosures
    ) -> None:
        self._store = store
        self._clock = clock
        self._printing = printing
        self._names = names
        self._disclosures = disclosures

    def save(self, request_id: str, out: Path) -> Printed:
        """Writes the 起案添付 of a request as a PDF. Refuses without a frozen round, and as `Printing.save`."""
        basis, preview, told = self._read(request_id)
        return self._printing.save(self._job(preview), out, lambda copy: self._lay_out(basis, preview, told, copy))

    def press(self, request_id: str, on: Printer) -> Printed:
        """Prints it on a real printer."""
        basis, preview, told = self._read(request_id)
        return self._printing.press(self._job(preview), on, lambda copy: self._lay_out(basis, preview, told, copy))

    def _read(self, request_id: str) -> tuple[Basis, Preview, _Said]:
        with self._store.read() as shelves:
            basis = basis_of(shelves, request_id, self._clock.now())
            preview = judged(shelves, basis, self._clock.today(), suppose=True)
            text = basis_text(shelves, basis.request.basis)
            event = shelves.events.get(basis.request.event_id) if basis.request.event_id else None
        place = self._names.name_of(basis.request.municipality)
        changes = self._disclosures.changes(request_id)
        return basis, preview, _Said(place, text, event.name if event else "", changes)

    @staticmethod
    def _job(preview: Preview) -> Job:
        detail = {"target": preview.target, "disclosed": preview.disclosed}
        return Job(PaperKind.DRAFT, preview.request.id, detail, sealed=False)

    def _lay_out(self, basis: Basis, preview: Preview, told: _Said, copy: int) -> Laid:
        title = say("drafts.title")
        edition = said_edition(preview.as_of, say("disclosures.edition", edition=preview.edition))
        html = fill(
            _PAPER,
            "page",
            style=style(_PAPER),
            title=title,
            office=say("drafts.office", office=basis.office.name, day=format_wareki(preview.day), edition=edition),
            warning=_warning(preview),
            request_title=say("drafts.part_request"),
            request=join(self._request_rows(basis, preview, told)),
            count_title=say("drafts.part_counts"),
            count_heads=_heads("drafts.count_heads", (52, 16, 16, 16)),
            counts=_counts(basis.rows, preview),
            equation=say(
                "drafts.equation", target=preview.target, disclosed=preview.disclosed,
                excluded=sum(preview.excluded.values()),
            ),
            marks=_marks(preview),
            item_title=say("drafts.part_items"),
            item_heads=_heads("drafts.item_heads", (14, 47, 13, 13, 13)),
            items=join(
                fill(
                    _PAPER, "item", item=say("drafts.joint").join(items.header(key) for key in one.keys),
                    group=label(one.group), consent=one.by_consent, law=one.by_law, none=one.outside,
                )
                for one in allowed_groups(preview)
            ),
            item_note=say("drafts.item_note", disclosed=preview.disclosed),
        ).html  # fmt: skip
        header, footer = edges(f"{basis.office.name}　{title}", preview.day, edition, copy)
        return Laid(title, html, header, footer)

    def _request_rows(self, basis: Basis, preview: Preview, told: _Said) -> list[Markup]:
        request = preview.request
        by_request = say("drafts.away_in") if request.not_at_home == INCLUDE else say("drafts.away_out")
        by_office = say("drafts.away_in") if basis.office.include_not_at_home else say("drafts.away_out")
        disaster = request.basis is LegalBasis.DISASTER
        away = by_request if request.not_at_home or disaster else by_office
        rows = [
            ("drafts.recipient", say("disclosures.mayor", municipality=told.place)),
            ("drafts.route", request.route),
            ("drafts.document", say("drafts.document_of", number=request.number, day=_day(request.requested_on))),
            ("drafts.received_on", _day(request.received_on)),
            ("drafts.requester", request.requester),
            ("drafts.purpose", request.purpose_text),
            ("drafts.due_on", _day(request.due_on) if request.due_on else say("drafts.none")),
            ("drafts.basis", told.text),
        ]
        if request.basis is LegalBasis.GOV_69_2_3:
            rows.append(("drafts.basis_decision", request.basis_decision))
        if disaster:
            rows += [("drafts.event", told.event), ("drafts.reason", request.reason)]
        rows += [("drafts.away", away), ("drafts.changes", _changes(told.changes))]
        return [fill(_PAPER, "row", label=say(key), value=said(value)) for key, value in rows]


def _day(day: date | None) -> str:
    return said_day(day)


def _warning(preview: Preview) -> Markup:
    if not preview.lacks:
        return Markup("")
    key = "drafts.supposed" if preview.supposed else "drafts.closed"
    return fill(_PAPER, "warning", text=say(key, missing=said_lacks(preview.lacks)))


def _heads(key: str, shares: tuple[int, ...]) -> Markup:
    names = say(key).split("|")
    return join(fill(_PAPER, "head", share=share, text=name) for name, share in zip(names, shares, strict=True))


def _counts(rows: tuple[SnapshotRow, ...], preview: Preview) -> Markup:
    """Line by line 人工呼吸器, 酸素 and both together: 提供, each reason to stay, 対象."""
    pairs = list(zip(rows, preview.passages, strict=True))

    def line(part: str, name: str, people: list[SnapshotRow]) -> Markup:
        oxygen = sum(row.group is DeviceGroup.OXYGEN for row in people)
        return fill(
            _PAPER, part, reason=name, ventilator=len(people) - oxygen, oxygen=oxygen, total=len(people),
        )  # fmt: skip

    found = [line("count", say("drafts.going"), [row for row, p in pairs if p.excluded is None])]
    for reason in Exclusion:
        stays = [row for row, p in pairs if p.excluded is reason]
        if stays:
            found.append(line("count", say("drafts.staying", reason=label(reason)), stays))
    found.append(line("sum", say("drafts.target"), [row for row, _ in pairs]))
    return join(found)


def _marks(preview: Preview) -> Markup:
    if not preview.without_consent:
        return Markup("")
    text = say("drafts.marks", without=preview.without_consent, despite=preview.despite_refusal)
    return fill(_PAPER, "note", text=text)


def _changes(changes: Changes) -> str:
    if changes.since is None:
        return say("drafts.first_time")
    return say(
        "drafts.changes_of", day=format_wareki(changes.since), number=changes.our_number,
        added=changes.count(ChangeKind.ADDED), changed=changes.count(ChangeKind.CHANGED),
        removed=changes.count(ChangeKind.REMOVED),
    )  # fmt: skip
