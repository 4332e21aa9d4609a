"""差分の確認: one row of the waiting room as the staff look at it, beside the people it may be; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import (
    CareSetting,
    Choice,
    CopayClass,
    DeviceGroup,
    DeviceKind,
    EndReason,
    RowKind,
    Scheme,
    Sex,
    UseStatus,
    Verdict,
    YesNoUnknown,
)
from hoken_desktop.domain.differences import benefit_of, differences, newcomer, same_benefit
from hoken_desktop.domain.intake import Incoming
from hoken_desktop.domain.linkage import DOUBTFUL_AT, Similarity, compare
from hoken_desktop.domain.names import kana_key
from hoken_desktop.domain.persons import (
    LIVING,
    OXYGEN_KINDS,
    Benefit,
    Device,
    Fact,
    Person,
    device_group,
    standing_facts,
)
from hoken_desktop.domain.plain import from_plain
from hoken_desktop.domain.rounds import RoundFile, RoundRow
from hoken_desktop.services.linkages import features_of_person, features_of_row
from hoken_desktop.services.ports import Shelves

MOST_CANDIDATES = 5

_ORDER = {verdict: at for at, verdict in enumerate((
    Verdict.DOUBTFUL, Verdict.LIKELY, Verdict.CERTAIN, Verdict.NEW, Verdict.ABSENT,
))}  # fmt: skip
_VENTILATORS = frozenset({DeviceKind.VENTILATOR})
_FACTS = (
    "interface", "use_pattern", "hours_per_day", "flow_rest", "flow_exertion", "flow_sleep", "oxygen_source",
    "oxygen_hours_per_day",
)  # fmt: skip
_SILENT = ("", None, Sex.OTHER, CareSetting.UNKNOWN, CopayClass.UNKNOWN, YesNoUnknown.UNKNOWN)
_ALWAYS = frozenset({"name", "name_kana", "birth_on", "number", "valid_to", "address_registered", "care_setting"})
"""Fields that are shown even when neither side says anything."""


class Effect(StrEnum):
    """What accepting the row would do to one field."""

    CHANGES = "changes"
    SAME = "same"
    SPELLING = "spelling"  # another spelling of the same value: the register keeps its own
    SILENT = "silent"  # the file says nothing: the register keeps its own
    ADDS = "adds"  # a new person


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: what stands in the register, what the file says. Values are texts, dates, codes or None."""

    field: str
    before: Any
    after: Any
    effect: Effect


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the row may be. `group_after` is how they would be counted once the row is accepted."""

    person: Person
    group: DeviceGroup
    group_after: DeviceGroup
    reasons: tuple[str, ...]
    points: float
    lines: tuple[Compared, ...]

    @property
    def changed(self) -> int:
        """How many fields would change."""
        return sum(line.effect is Effect.CHANGES for line in self.lines)

    @property
    def moves(self) -> bool:
        """Whether the home would have to be located again."""
        return any(
            line.effect is Effect.CHANGES and line.field in ("address_registered", "address_actual")
            for line in self.lines
        )


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A row as the queue shows it."""

    row: RoundRow
    name: str
    kana: str
    birth_on: date | None
    group: DeviceGroup


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """One row with everything that is needed to decide about it.

    `candidates` begin with the person proposed (or decided); `fresh` compares with nobody, for a row that is a new
    person; `joined` is the earlier row of this round that is the same new person.
    """

    row: RoundRow
    incoming: Incoming | None
    candidates: tuple[Candidate, ...]
    fresh: tuple[Compared, ...]
    file: RoundFile | None
    joined: ReviewLine | None = None

    @property
    def proposed(self) -> Candidate | None:
        """Whom the program (or the staff, once decided) takes the row for; None for a new person."""
        wanted = self.row.person_id or self.row.rival_id
        if self.row.choice is Choice.NEW or (not wanted and not self.row.joins):
            return None
        return self.candidates[0] if self.candidates else None


def lines_of(shelves: Shelves, rows: Sequence[RoundRow]) -> list[ReviewLine]:
    """The rows in the order of the work: what needs a look first, in ふりがな order within."""
    absent = [row.person_id for row in rows if row.kind is RowKind.ABSENT]
    people = {p.id: p for p in shelves.persons.all(id=absent)} if absent else {}
    devices: dict[str, list[Device]] = {}
    for device in shelves.devices.all(person_id=absent) if absent else ():
        devices.setdefault(device.person_id, []).append(device)
    found = []
    for row in rows:
        if row.kind is RowKind.ABSENT:
            person = people.get(row.person_id)
            if person is not None:
                group = device_group(devices.get(person.id, ()))
                found.append(ReviewLine(row, person.name, person.name_kana, person.birth_on, group))
        else:
            found.append(line_of(row))
    return sorted(found, key=lambda one: (_ORDER[one.row.verdict], kana_key(one.kana, one.name), one.row.row))


def line_of(row: RoundRow) -> ReviewLine:
    """A row of a file as the queue shows it; its device is what the file speaks of."""
    plain = row.incoming
    born = plain.get("birth_on")
    claimed = [
        Device("", "", DeviceKind(one["kind"]), UseStatus(one["use_status"])) for one in plain.get("evidence", ())
    ]
    return ReviewLine(
        row, str(plain.get("name", "")), str(plain.get("name_kana", "")), date.fromisoformat(born) if born else None,
        device_group(claimed),
    )  # fmt: skip


def case_of(shelves: Shelves, row: RoundRow, alike: Similarity, also: Iterable[str] = ()) -> ReviewCase:
    """`row` with the people it may be: the proposed one first, then who is nearest. `also` are ids to add."""
    file = shelves.round_files.get(row.file_id) if row.file_id else None
    if row.kind is RowKind.ABSENT:
        known = _known(shelves, row.person_id, row)
        one = () if known is None else (_absent(known),)
        return ReviewCase(row, None, one, (), file)
    incoming = from_plain(Incoming, row.incoming)
    fresh = tuple(_compared(None, incoming))
    if row.joins and not row.person_id:
        other = shelves.round_rows.get(row.joins)
        if other is not None and not other.person_id:
            return ReviewCase(row, incoming, (_joined(other, incoming, alike),), fresh, file, line_of(other))
    found = [
        _candidate(known, row, incoming, alike)
        for id_ in _ids(shelves, row, incoming, also)
        if (known := _known(shelves, id_, row)) is not None
    ]
    first = row.person_id or row.rival_id
    asked = {first, *also}
    found = [one for one in found if one.person.id in asked or one.points >= DOUBTFUL_AT]
    found.sort(key=lambda one: (one.person.id != first, -one.points, one.person.sort_key))
    return ReviewCase(row, incoming, tuple(found[: MOST_CANDIDATES + len(asked)]), fresh, file)


@dataclass(frozen=True, slots=True)
class _Known:
    person: Person
    benefits: tuple[Benefit, ...]
    devices: tuple[Device, ...]
    facts: dict[str, str]


def _known(shelves: Shelves, person_id: str, row: RoundRow) -> _Known | None:
    """What the register says of somebody; of the person `row` was merged into, what it said before that."""
    before = row.before
    if before.get("person", {}).get("id") == person_id and "benefits" in before:
        return _Known(
            from_plain(Person, before["person"]),
            tuple(from_plain(Benefit, plain) for plain in before["benefits"]),
            tuple(from_plain(Device, plain) for plain in before["devices"]),
            {plain["field"]: plain["value"] for plain in before["facts"]},
        )
    person = shelves.persons.get(person_id)
    if person is None or person.id == before.get("made"):
        return None
    return _Known(
        person,
        tuple(shelves.benefits.all(person_id=person_id)),
        tuple(shelves.devices.all(person_id=person_id)),
        _values(shelves.facts.all(person_id=person_id, field=list(_FACTS))),
    )


def _values(facts: Iterable[Fact]) -> dict[str, str]:
    return {field: fact.value for (_, field), fact in standing_facts(facts).items()}


def _ids(shelves: Shelves, row: RoundRow, incoming: Incoming, also: Iterable[str]) -> list[str]:
    """Who shares a number, the birth date or the name as written; ended people too, but no mistakes."""
    ids = [row.person_id, row.rival_id, *also]
    if incoming.beneficiary_no:
        ids += [b.person_id for b in shelves.benefits.all(beneficiary_no=incoming.beneficiary_no)]
    near = shelves.persons.all(name=incoming.name)
    if incoming.birth_on:
        near += shelves.persons.all(birth_on=incoming.birth_on)
    if incoming.name_kana:
        near += shelves.persons.all(name_kana=incoming.name_kana)
    ids += [p.id for p in near if p.end_reason not in (EndReason.MERGED, EndReason.MISTAKE)]
    return [id_ for id_ in dict.fromkeys(ids) if id_]


def _candidate(known: _Known, row: RoundRow, incoming: Incoming, alike: Similarity) -> Candidate:
    likeness = compare(
        features_of_row(row.id, incoming), features_of_person(known.person, list(known.benefits)), alike
    )
    return Candidate(
        known.person, device_group(known.devices), device_group(_after(known.devices, incoming)), likeness.reasons,
        likeness.points, tuple(_compared(known, incoming)),
    )  # fmt: skip


def _joined(other: RoundRow, incoming: Incoming, alike: Similarity) -> Candidate:
    """The new person of an earlier row, as if they were on the register already."""
    first = from_plain(Incoming, other.incoming)
    person = newcomer("", "", first, date.min)
    known = _Known(
        person, (benefit_of("", "", first, date.min),),
        tuple(Device("", "", e.kind, e.use_status) for e in first.evidence),
        {name: value for e in first.evidence for name, value in e.facts},
    )  # fmt: skip
    return _candidate(known, other, incoming, alike)


def _absent(known: _Known) -> Candidate:
    group = device_group(known.devices)
    blank = Incoming(scheme=_newest(known.benefits).scheme if known.benefits else Scheme.OTHER, name="")
    return Candidate(known.person, group, group, (), 0.0, tuple(_compared(known, blank)))


def _newest(benefits: Sequence[Benefit]) -> Benefit:
    return max(benefits, key=lambda b: b.as_of or date.min)


def _compared(known: _Known | None, incoming: Incoming) -> list[Compared]:
    """Field by field, in the order people read; a field of which neither side says anything is left out."""
    person = known.person if known else None
    changed = (
        {c.field for c in differences(known.person, known.benefits, incoming)} if known and incoming.name else set()
    )
    found: list[Compared] = []

    def add(name: str, before: Any, after: Any, effect: Effect | None = None) -> None:
        if before in _SILENT and after in _SILENT and name not in _ALWAYS:
            return
        if effect is None:
            if known is None:
                effect = Effect.ADDS
            elif name in changed:
                effect = Effect.CHANGES
            elif after in _SILENT:
                effect = Effect.SILENT
            else:
                effect = Effect.SAME if before == after else Effect.SPELLING
        found.append(Compared(name, before, after, effect))

    def of_person(*names: str) -> None:
        for name in names:
            add(name, getattr(person, name) if person else None, getattr(incoming, name))

    of_person("name", "name_kana", "birth_on", "sex")
    benefit = _benefit(known, incoming)
    number = (incoming.payer_no, incoming.beneficiary_no) if incoming.beneficiary_no else None
    old = (benefit.payer_no, benefit.beneficiary_no) if benefit and benefit.beneficiary_no else None
    add("number", old, number, Effect.CHANGES if "beneficiary_no" in changed else None)
    for name in ("valid_from", "valid_to"):
        _of_benefit(add, name, benefit, incoming, "beneficiary_no" in changed)
    of_person("postcode", "address_registered", "address_actual", "phone_home", "phone_mobile", "guardian_name")
    for name in ("disease_name", "copay_class", "vent_certified"):
        _of_benefit(add, name, benefit, incoming, "beneficiary_no" in changed)
    for name, kinds in (("ventilator", _VENTILATORS), ("oxygen", OXYGEN_KINDS)):
        before, after = _use(known.devices if known else (), kinds), _evidence_use(incoming, kinds)
        add(name, before, after, _device_effect(known, before, after))
    said = {key: value for e in incoming.evidence for key, value in e.facts}
    for name in _FACTS:
        _of_fact(add, name, known, said.get(name))
    of_person("care_setting")
    return found


def _benefit(known: _Known | None, incoming: Incoming) -> Benefit | None:
    """The benefit row the incoming one renews, else the newest of its scheme."""
    if known is None:
        return None
    same = same_benefit(known.benefits, incoming) if incoming.name else None
    of_scheme = [b for b in known.benefits if b.scheme is incoming.scheme]
    return same or (_newest(of_scheme) if of_scheme else None)


def _of_benefit(add: Any, name: str, benefit: Benefit | None, incoming: Incoming, new: bool) -> None:
    before, after = getattr(benefit, name) if benefit else None, getattr(incoming, name)
    add(name, before, after, Effect.CHANGES if new and after not in _SILENT and before != after else None)


def _of_fact(add: Any, name: str, known: _Known | None, after: str | None) -> None:
    field = fields.BY_KEY[name]
    before = known.facts.get(name) if known else None
    text = fields.canonical(field, after) if after else None
    shown = [field.codes(v) if v and field.codes else v for v in (before, text)]
    effect = Effect.CHANGES if known is not None and text and text != before else None
    add(name, shown[0], shown[1], effect)


def _use(devices: Iterable[Device], kinds: frozenset[DeviceKind]) -> UseStatus | None:
    """The use that counts among devices of these kinds; None where there is no such device."""
    states = [d.use_status for d in devices if d.kind in kinds]
    order = (UseStatus.IN_USE, UseStatus.PAUSED, UseStatus.UNKNOWN, UseStatus.ENDED)
    return next((state for state in order if state in states), None)


def _evidence_use(incoming: Incoming, kinds: frozenset[DeviceKind]) -> UseStatus | None:
    return _use((Device("", "", e.kind, e.use_status) for e in incoming.evidence), kinds)


def _device_effect(known: _Known | None, before: UseStatus | None, after: UseStatus | None) -> Effect | None:
    if known is None:
        return None
    if after is None or (before is not None and after not in LIVING):
        return Effect.SILENT
    return Effect.SAME if before is after else Effect.CHANGES


def _after(devices: Iterable[Device], incoming: Incoming) -> list[Device]:
    """The devices once `incoming` is accepted: evidence confirms or adds, an unknown use changes nothing known."""
    found = list(devices)
    for evidence in incoming.evidence:
        alike = [
            at
            for at, d in enumerate(found)
            if d.kind is evidence.kind or (evidence.kind in OXYGEN_KINDS and d.kind in OXYGEN_KINDS)
        ]
        if not alike:
            found.append(Device("", "", evidence.kind, evidence.use_status))
        elif evidence.use_status in LIVING:
            found[alike[0]] = replace(found[alike[0]], use_status=evidence.use_status)
    return found
