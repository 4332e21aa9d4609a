"""個票, part by part: the groups of the field catalogue in words, each fact with its source, its day and its age.

A group that holds nothing is left out; what is needed in a power cut and nobody has asked yet is printed as 不明.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import (
    CareSetting,
    DeviceGroup,
    DeviceKind,
    EvidenceSource,
    PersonState,
    Purpose,
    RecipientSection,
    Scheme,
    Standing,
    UnmappedReason,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.consents import Consent, standing
from hoken_desktop.domain.dates import format_wareki, in_japan
from hoken_desktop.domain.disclosures import Disclosure
from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex
from hoken_desktop.domain.endurance import endurance
from hoken_desktop.domain.fields import FieldGroup
from hoken_desktop.domain.numbers import format_postcode
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.organisations import NOBODY, Directory
from hoken_desktop.domain.papers import DossierFact, DossierPart
from hoken_desktop.domain.persons import (
    OXYGEN_KINDS,
    Benefit,
    Contact,
    Device,
    Fact,
    Person,
    Supporter,
    device_group,
    provision_municipality,
)
from hoken_desktop.domain.places import Place, unmapped_reason
from hoken_desktop.domain.replies import ReplyRow
from hoken_desktop.services.endurances import hours_words, sum_words
from hoken_desktop.services.facts import fact_words, field_word
from hoken_desktop.services.organisations import phone_words
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class Known:
    """All that the register holds of one person on `day`; `names` are municipalities by code."""

    person: Person
    office: Office
    day: date
    names: Mapping[str, str]
    benefits: tuple[Benefit, ...]
    devices: tuple[Device, ...]
    facts: Mapping[tuple[str, str], Fact]
    supporters: tuple[Supporter, ...]
    contacts: tuple[Contact, ...]
    place: Place | None
    consents: tuple[Consent, ...]
    disclosures: tuple[Disclosure, ...]
    reply: ReplyRow | None
    directory: Directory = NOBODY
    diseases: DiseaseIndex = NOTHING

    @property
    def group(self) -> DeviceGroup:
        return device_group(self.devices)

    def municipality(self, code: str) -> str:
        """A municipality's name, 管外 for none."""
        return self.names.get(code, code) if code else say("offices.outside")


def parts(known: Known) -> tuple[DossierPart, ...]:
    """The parts that hold something, in the order of the catalogue: what saves time in a power cut comes first."""
    made = (
        _endurance(known), _devices(known), _ventilator(known), _oxygen(known), _power(known), _other_care(known),
        _contacts(known), _supporters(known), _home(known), _basic(known), _place(known), _benefits(known),
        _plans(known), _consents(known), _disclosures(known),
    )  # fmt: skip
    return tuple(part for part in made if part.facts or part.rows or part.note)


# ---- small words ----------------------------------------------------------------------------------------------


def ago(day: date, today: date) -> str:
    """今日, 11日前, 8か月前, 2年前."""
    days = (today - day).days
    if days <= 0:
        return say("dossiers.today")
    if days < 60:
        return say("dossiers.ago_days", n=days)
    if days < 730:
        return say("dossiers.ago_months", n=days * 12 // 365)
    return say("dossiers.ago_years", n=days // 365)


def origin(source: EvidenceSource | None, day: date | None, today: date) -> str:
    """From where and when something is known: 電話 令和8年10月3日(11日前)."""
    if day is None:
        return say("dossiers.origin_undated", source=label(source)) if source else say("dossiers.no_origin")
    said = say("dossiers.origin_day", day=format_wareki(day), ago=ago(day, today))
    return f"{label(source)} {said}" if source else said


def _text(name: str, value: str) -> Iterator[DossierFact]:
    """A text of the file, left out where there is none."""
    if value.strip():
        yield DossierFact(say(name), value)


def _written(value: str) -> str:
    return value if value.strip() else say("dossiers.nothing")


def _three(value: YesNoUnknown) -> str:
    return label(value)


# ---- facts of the catalogue -----------------------------------------------------------------------------------

_NEEDED: Mapping[FieldGroup, tuple[str, ...]] = {
    FieldGroup.VENTILATOR: (
        "interface", "use_pattern", "tolerable_off_minutes", "internal_battery", "internal_battery_hours",
        "external_battery", "external_battery_hours", "bag_valve",
    ),
    FieldGroup.OXYGEN: ("oxygen_source", "flow_rest", "cylinder_count", "oxygen_off_hours"),
    FieldGroup.POWER: ("power_company", "generator", "portable_power", "car_power"),
    FieldGroup.HOME: ("main_caregiver", "alone_daytime"),
    FieldGroup.PLAN: ("support_plan",),
}  # fmt: skip
"""What must be read from the paper at once, asked or not: an unasked one is printed as 不明."""

_UNDER = {
    "internal_battery_hours": "internal_battery",
    "external_battery_hours": "external_battery",
}
"""A number that has no meaning where the other answer is なし."""


def _facts(known: Known, group: FieldGroup, *, needed: bool = True) -> Iterator[DossierFact]:
    many = Counter(key for device, key in known.facts if device)
    devices = {d.id: d for d in known.devices}
    for field in fields.FIELDS:
        if field.group is not group:
            continue
        found = sorted(
            (f for (_, key), f in known.facts.items() if key == field.key), key=lambda f: (f.device_id, f.as_of)
        )
        name = field_word(field.key)
        for fact in found:
            of = devices.get(fact.device_id)
            if of is not None and of.use_status is UseStatus.ENDED:
                continue
            if of is not None and many[field.key] > 1:
                name = say("dossiers.of_device", name=field_word(field.key), device=of.model or label(of.kind))
            value = fact_words(field, fact.value) if fact.value else say("dossiers.unknown")
            yield DossierFact(name, value, origin(fact.source, fact.as_of, known.day), value == say("dossiers.unknown"))
        if not found and needed and field.key in _NEEDED.get(group, ()) and _asks(known, field.key):
            yield DossierFact(name, say("dossiers.unknown"), say("dossiers.not_asked"), True)


def _asks(known: Known, key: str) -> bool:
    has = known.facts.get(("", _UNDER.get(key, "")))
    return has is None or has.value != YesNoUnknown.NO.value


def _uses(known: Known, kinds: Iterable[DeviceKind]) -> bool:
    wanted = frozenset(kinds)
    return any(d.kind in wanted and d.use_status is not UseStatus.ENDED for d in known.devices)


def _ventilator(known: Known) -> DossierPart:
    uses = _uses(known, (DeviceKind.VENTILATOR,))
    return DossierPart(say("fields.group.ventilator"), tuple(_facts(known, FieldGroup.VENTILATOR, needed=uses)))


def _oxygen(known: Known) -> DossierPart:
    uses = _uses(known, OXYGEN_KINDS)
    return DossierPart(say("fields.group.oxygen"), tuple(_facts(known, FieldGroup.OXYGEN, needed=uses)))


def _power(known: Known) -> DossierPart:
    return DossierPart(say("fields.group.power"), tuple(_facts(known, FieldGroup.POWER)))


def _other_care(known: Known) -> DossierPart:
    return DossierPart(say("fields.group.other_care"), tuple(_facts(known, FieldGroup.OTHER_CARE)))


def _home(known: Known) -> DossierPart:
    return DossierPart(say("fields.group.home"), tuple(_facts(known, FieldGroup.HOME)))


def _endurance(known: Known) -> DossierPart:
    """How long power and oxygen last, as the rule of domain/endurance.py reckons it; 不明 is the most urgent."""
    found = endurance(known.devices, known.facts)

    def line(name: str, hours: float | None, words: str, day: date | None = None) -> DossierFact:
        if hours is None:
            return DossierFact(say(name), words, say("dossiers.most_urgent"), True)
        return DossierFact(say(name), words, say("dossiers.oldest", day=origin(None, day, known.day)) if day else "")

    lines = [
        line(name, span.hours, sum_words(span), span.as_of)
        for name, span in (("dossiers.power_hours", found.power), ("dossiers.oxygen_hours", found.oxygen))
        if span is not None
    ]
    if found.applies:
        words = hours_words(found.margin)
        more = found.at_least and found.margin is not None
        lines.append(line("dossiers.margin", found.margin, say("dossiers.or_more", hours=words) if more else words))
    return DossierPart(say("dossiers.part_endurance"), tuple(lines))


# ---- rows -----------------------------------------------------------------------------------------------------


_SHARES = {
    "device": (12, 9, 16, 18, 10, 9, 26),
    "contact": (4, 22, 10, 17, 6, 13, 28),
    "supporter": (13, 20, 10, 14, 7, 6, 9, 21),
    "benefit": (8, 13, 16, 19, 10, 14, 20),
    "consent": (11, 16, 22, 11, 13, 15, 12),
    "disclosure": (30, 30, 40),
}
"""Widths in percent: wide enough for a telephone number in one piece."""


def _table(key: str, rows: tuple[tuple[str, ...], ...], note: str = "") -> DossierPart:
    heads = tuple(say(f"dossiers.{key}_heads").strip().splitlines())
    return DossierPart(say(f"dossiers.part_{key}s"), heads=heads, rows=rows, note=note, shares=_SHARES[key])


def _with_phone(known: Known, said: str, id_: str, text: str, written: str = "") -> str:
    """`said` and, in a line of its own, the number the master holds for this organisation; beside one that is
    `written` already only another that answers at any hour."""
    one = known.directory.of(id_, text)
    if one is not None and written and one.phone_24h in ("", written):
        one = None
    phone = phone_words(one, known.day)
    return f"{said}\n{phone}" if phone else said


def _devices(known: Known) -> DossierPart:
    rows = tuple(
        (
            label(d.kind),
            label(d.use_status),
            _written(" ".join(part for part in (d.maker, d.model) if part)),
            _with_phone(known, _written(d.supplier), d.supplier_id, d.supplier),
            format_wareki(d.started_on) if d.started_on else say("dossiers.unknown"),
            _written(d.note),
            origin(d.source, d.as_of, known.day),
        )
        for d in sorted(known.devices, key=lambda d: d.use_status is UseStatus.ENDED)
    )
    note = "" if rows else say("dossiers.no_devices")
    return _table("device", rows, note)


def _contacts(known: Known) -> DossierPart:
    rows = tuple(
        (
            str(c.rank), _written(c.name), _written(c.relation), _written(c.phone), _three(c.lives_together),
            _written(c.note), origin(c.source, c.as_of, known.day),
        )
        for c in sorted(known.contacts, key=lambda c: c.rank)
    )  # fmt: skip
    note = "" if rows else say("dossiers.no_contacts")
    return _table("contact", rows, note)


def _supporters(known: Known) -> DossierPart:
    rows = tuple(
        (
            label(s.role), _written(s.organisation), _written(s.name),
            _with_phone(known, _written(s.phone), s.organisation_id, s.organisation, s.phone),
            _three(s.around_the_clock),
            _three(s.agreed), _written(s.note), origin(s.source, s.as_of, known.day),
        )
        for s in known.supporters
    )  # fmt: skip
    note = "" if rows else say("dossiers.no_supporters")
    return _table("supporter", rows, note)


def _basic(known: Known) -> DossierPart:
    person = known.person

    def lines() -> Iterator[DossierFact]:
        yield from _text("dossiers.name_alt", person.name_alt)
        yield from _text("dossiers.guardian", person.guardian_name)
        yield from _text("dossiers.address_registered", person.address_registered)
        yield from _text("dossiers.address_actual", person.address_actual)
        yield from _text("dossiers.postcode", format_postcode(person.postcode))
        yield DossierFact(say("dossiers.municipality"), known.municipality(person.municipality))
        yield from _text("dossiers.fax", person.fax)
        yield from _text("dossiers.email", person.email)
        yield from _facts(known, FieldGroup.PERSON)
        setting = person.care_setting
        yield DossierFact(
            say("dossiers.care_setting"), label(setting),
            origin(person.care_setting_source, person.care_setting_on, known.day), setting is CareSetting.UNKNOWN,
        )  # fmt: skip
        if person.state is PersonState.ENDED:
            reason = label(person.end_reason) if person.end_reason else say("dossiers.unknown")
            on = format_wareki(person.ended_on) if person.ended_on else say("dossiers.unknown")
            yield DossierFact(say("dossiers.ended"), say("dossiers.ended_for", reason=reason, day=on))
        yield DossierFact(say("dossiers.basic_source"), label(person.source), origin(None, person.as_of, known.day))
        yield from _text("dossiers.note", person.note)

    return DossierPart(say("dossiers.part_basic"), tuple(lines()))


def _place(known: Known) -> DossierPart:
    place, person = known.place, known.person
    reason = unmapped_reason(person, place, known.office.municipalities)

    def lines() -> Iterator[DossierFact]:
        if reason is None:
            yield DossierFact(say("dossiers.on_map"), say("dossiers.on_map_yes"))
        else:
            yield DossierFact(
                say("dossiers.on_map"), say("dossiers.on_map_no", reason=label(reason)), "",
                reason in (UnmappedReason.NOT_SEARCHED, UnmappedReason.NOT_PLACED, UnmappedReason.BAD_ADDRESS),
            )  # fmt: skip
        if place is None or place.lat is None or place.lon is None or place.address != person.address:
            return
        how = say("dossiers.pinned") if place.pinned else place.source
        on = in_japan(place.located_at).date() if place.located_at else None
        seen = say("dossiers.origin_day", day=format_wareki(on), ago=ago(on, known.day)) if on else ""
        yield DossierFact(say("dossiers.place_level"), label(place.level), f"{how} {seen}".strip())
        yield from _text("dossiers.place_matched", place.matched)
        yield DossierFact(say("dossiers.place_point"), f"{place.lat:.5f}, {place.lon:.5f}")

    facts = (*lines(), *_facts(known, FieldGroup.HAZARD))
    return DossierPart(say("dossiers.part_place"), facts)


def _benefits(known: Known) -> DossierPart:
    rows = tuple(
        (
            label(b.scheme),
            say("dossiers.numbers", payer=_written(b.payer_no), beneficiary=_written(b.beneficiary_no)),
            say("dossiers.validity", first=_wareki(b.valid_from), last=_wareki(b.valid_to)),
            _written(_disease(b, known.diseases)),
            label(b.copay_class),
            _certified(b),
            origin(b.source, b.as_of, known.day),
        )
        for b in known.benefits
    )
    return _table("benefit", rows)


def _disease(benefit: Benefit, index: DiseaseIndex) -> str:
    """The disease by number and name, then the 疾患群 in words; what the master does not know stays as written."""
    name, group = benefit.disease_name, ""
    if not name and benefit.scheme is Scheme.NANBYO:
        name = index.name_of(Scheme.NANBYO, benefit.disease_no)
    if benefit.shoman_group:
        named = index.name_of(Scheme.SHOMAN, benefit.shoman_group)
        group = say("dossiers.disease_group", number=benefit.shoman_group, name=named).strip()
    return " ".join(part for part in (benefit.disease_no, name, group) if part)


def _certified(benefit: Benefit) -> str:
    """人工呼吸器等装着者の認定, and the other recognitions that the scheme knows where somebody has answered them."""
    flags = (
        ("dossiers.mild_high_cost", benefit.mild_high_cost),
        ("dossiers.high_cost_long", benefit.high_cost_long),
        ("dossiers.severe", benefit.severe_certified),
    )
    more = [say(key, value=label(value)) for key, value in flags if value is not YesNoUnknown.UNKNOWN]
    return say("dossiers.comma").join([say("dossiers.certified", ventilator=label(benefit.vent_certified)), *more])


def _wareki(day: date | None) -> str:
    return format_wareki(day) if day else say("dossiers.unknown")


def _plans(known: Known) -> DossierPart:
    made = list(_facts(known, FieldGroup.PLAN))
    reply = known.reply
    if reply is not None:
        on = format_wareki(reply.evacuation_plan_on) if reply.evacuation_plan_on else ""
        made.append(DossierFact(say("dossiers.on_list"), label(reply.on_list), say("dossiers.by_reply")))
        plan = " ".join(part for part in (label(reply.evacuation_plan), on, reply.plan_staff) if part)
        made.append(DossierFact(say("dossiers.evacuation_plan"), plan, say("dossiers.by_reply")))
    return DossierPart(say("dossiers.part_plans"), tuple(made))


def _consents(known: Known) -> DossierPart:
    home = provision_municipality(known.person, known.office.municipalities)
    asked = dict.fromkeys(
        ([(home, RecipientSection.HEALTH)] if home else []) + [(c.recipient, c.section) for c in known.consents]
    )
    rows = []
    for recipient, section in asked:
        found = {
            purpose: standing(
                known.consents, recipient=recipient, section=section, purpose=purpose, day=known.day,
                birth_on=known.person.birth_on, guardian_ends_at=known.office.guardian_ends_at,
            )
            for purpose in Purpose
        }  # fmt: skip
        for purpose, one in found.items():
            if one.standing is Standing.UNKNOWN and any(f.row for f in found.values()):
                continue
            row = one.row
            rows.append(
                (
                    known.names.get(recipient, recipient),
                    label(section),
                    label(purpose) if row else say("dossiers.every_purpose"),
                    label(one.standing),
                    format_wareki(row.consented_on) if row else say("dossiers.nothing"),
                    say("dossiers.comma").join(label(group) for group in row.scope) if row else say("dossiers.nothing"),
                    _ends(row) if row else say("dossiers.nothing"),
                )
            )
            if row is None:
                break
    note = "" if rows else say("dossiers.no_recipient")
    return _table("consent", tuple(rows), note)


def _ends(row: Consent) -> str:
    if row.withdrawn_on:
        return say("dossiers.withdrawn", day=format_wareki(row.withdrawn_on))
    return say("dossiers.until", day=format_wareki(row.expires_on)) if row.expires_on else say("dossiers.no_end")


def _disclosures(known: Known) -> DossierPart:
    rows = tuple(
        (format_wareki(d.disclosed_on), known.municipality(d.municipality), _written(d.our_number))
        for d in sorted(known.disclosures, key=lambda d: d.disclosed_on, reverse=True)
    )
    return _table("disclosure", rows)
