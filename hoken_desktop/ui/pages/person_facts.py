"""What is known of one person as sections of names, values, sources and ages; no widget is made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from hoken_desktop.domain import fields
from hoken_desktop.domain.addresses import AddressSource
from hoken_desktop.domain.codes import (
    CareSetting,
    ConsentGiver,
    DeviceGroup,
    DeviceKind,
    EvidenceSource,
    PersonState,
    RecipientSection,
    Standing,
    SupporterRole,
    UnmappedReason,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.dates import age_on, format_wareki
from hoken_desktop.domain.fields import Field, FieldGroup, FieldKind
from hoken_desktop.domain.persons import OXYGEN_KINDS, Contact, Device, Fact, Supporter
from hoken_desktop.services.consents import PersonConsents
from hoken_desktop.services.overviews import PersonPassage
from hoken_desktop.services.persons import PersonFile
from hoken_desktop.ui.pages.freshness import ago, day_of, tone
from hoken_desktop.words import label, say


class Tab(StrEnum):
    """The parts of a person's file, in the order of their tabs."""

    SUMMARY = "summary"
    BASIC = "basic"
    BENEFIT = "benefit"
    DEVICE = "device"
    SUPPORT = "support"
    CONSENT = "consent"
    PLACE = "place"
    DISCLOSURE = "disclosure"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it is, what is known, and from where and when (`note`)."""

    name: str
    value: str
    tone: str = "text"
    note: str = ""
    tip: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading; `aside` stands at its right."""

    title: str
    entries: tuple[Entry, ...]
    aside: str = ""
    mark: DeviceGroup | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """One person's file with what the other services know of them, on `day`."""

    file: PersonFile
    consents: PersonConsents
    passages: tuple[PersonPassage, ...]
    unmapped: UnmappedReason | None
    names: Mapping[str, str]
    day: date

    def place_name(self, code: str) -> str:
        """A municipality's name, the code itself where it is not the office's own."""
        return self.names.get(code, code) if code else say("persons_page.no_municipality")


def sections(known: Known, tab: Tab) -> tuple[Section, ...]:
    """What a tab shows; a section without lines says so itself."""
    makers = {
        Tab.SUMMARY: _summary,
        Tab.BASIC: _basic,
        Tab.BENEFIT: _benefits,
        Tab.DEVICE: _devices,
        Tab.SUPPORT: _support,
        Tab.CONSENT: _consents,
        Tab.PLACE: _place,
        Tab.DISCLOSURE: _disclosures,
    }
    return tuple(makers[tab](known))


# ---- small words ----------------------------------------------------------------------------------------------


def _text(name: str, value: str, **more: object) -> Entry:
    """A value of a file: 記載なし where it says nothing."""
    if value.strip():
        return Entry(name, value, **more)  # type: ignore[arg-type]
    return Entry(name, say("persons_page.not_written"), "text3")


def _day(name: str, value: date | None) -> Entry:
    return Entry(name, format_wareki(value), tip=value.isoformat()) if value else _text(name, "")


def _three(name: str, value: YesNoUnknown) -> Entry:
    return Entry(name, label(value), "warn" if value is YesNoUnknown.UNKNOWN else "text")


def _origin(source: EvidenceSource | None, as_of: date | None, day: date) -> str:
    """「電話・2か月前」: from where and how long ago."""
    parts = [label(source) if source else "", ago(as_of, day) if as_of else ""]
    return say("persons_page.dot").join(part for part in parts if part)


def _origin_in_full(source: EvidenceSource | None, as_of: date | None) -> str:
    parts = [label(source) if source else "", format_wareki(as_of) if as_of else ""]
    return " ".join(part for part in parts if part)


def narrow(name: str) -> str:
    """The wide space of a benefit file as a narrow one: the screen is for reading, the register keeps its own."""
    return name.replace("\u3000", " ")


def field_value(field: Field, value: str) -> str:
    """A fact's canonical text in the staff's words, with its unit."""
    if field.codes is not None:
        return label(field.codes(value))
    if field.kind is FieldKind.DATE:
        return format_wareki(date.fromisoformat(value))
    return say(f"fields.unit.{field.unit}", value=value) if field.unit else value


def field_name(key: str) -> str:
    """A field's word."""
    return say(f"fields.{key}")


def _fact_entry(field: Field, fact: Fact | None, day: date) -> Entry:
    name = field_name(field.key)
    if fact is None:
        if field.codes is YesNoUnknown:
            return _three(name, YesNoUnknown.UNKNOWN)
        return _text(name, "")
    word = field_value(field, fact.value)
    unknown = fact.value == "unknown"
    old = tone(fact.as_of, day)
    return Entry(
        name, word, "warn" if unknown else "text", _origin(fact.source, fact.as_of, day),
        _origin_in_full(fact.source, fact.as_of) + (say("persons_page.old") if old == "warn" else ""),
    )  # fmt: skip


def _fact_section(known: Known, group: FieldGroup, mark: DeviceGroup | None = None) -> Section:
    """Every field of a group; where most facts have one origin it stands once, beside the heading."""
    entries = [
        _fact_entry(field, known.file.facts.get(("", field.key)), known.day)
        for field in fields.FIELDS
        if field.group is group
    ]
    return _gathered(Section(say(f"fields.group.{group}"), tuple(entries), mark=mark))


def _gathered(section: Section) -> Section:
    origins = Counter(entry.note for entry in section.entries if entry.note)
    if not origins:
        return section
    common = origins.most_common(1)[0][0]
    return replace(
        section,
        aside=common,
        entries=tuple(replace(e, note="") if e.note == common else e for e in section.entries),
    )


def newest_supporters(supporters: Iterable[Supporter]) -> list[Supporter]:
    """Supporters are only ever added: of each role those of the newest day stand, in the order of the roles."""
    some = list(supporters)
    newest: dict[SupporterRole, date] = {}
    for one in some:
        newest[one.role] = max(newest.get(one.role, date.min), one.as_of or date.min)
    roles = list(SupporterRole)
    return sorted(
        (s for s in some if (s.as_of or date.min) == newest[s.role]), key=lambda s: roles.index(s.role)
    )


def newest_contacts(contacts: Iterable[Contact]) -> list[Contact]:
    """The newest contact of each rank, first called first."""
    found: dict[int, Contact] = {}
    for one in contacts:
        old = found.get(one.rank)
        if old is None or (one.as_of or date.min) >= (old.as_of or date.min):
            found[one.rank] = one
    return [found[rank] for rank in sorted(found)]


def use_entry(device: Device) -> Entry:
    """Whether a device is in use; 不明 is a value."""
    return Entry(
        say("persons_page.use"), label(device.use_status), "warn" if device.use_status is UseStatus.UNKNOWN else "text"
    )


def consent_word(standing: Standing) -> tuple[str, str, str]:
    """(icon, word, colour role) of a standing."""
    icon, role = {
        Standing.VALID: ("check", "done"),
        Standing.REFUSED: ("x", "text2"),
        Standing.WITHDRAWN: ("x", "text2"),
        Standing.EXPIRED: ("clock", "danger"),
    }.get(standing, ("help-circle", "warn"))
    return icon, label(standing), role


# ---- tabs -----------------------------------------------------------------------------------------------------


def _summary(known: Known) -> Iterable[Section]:
    file, day = known.file, known.day
    devices: list[Entry] = []
    for device in file.devices:
        about = [label(device.use_status)]
        if device.kind is DeviceKind.VENTILATOR:
            about += [
                field_value(fields.BY_KEY[key], fact.value)
                for key in ("interface", "use_pattern")
                if (fact := file.facts.get(("", key))) is not None
            ]
        elif device.kind in OXYGEN_KINDS and (flow := file.facts.get(("", "flow_rest"))) is not None:
            about.append(field_value(fields.BY_KEY["flow_rest"], flow.value))
        shade = "warn" if device.use_status is UseStatus.UNKNOWN else "text"
        origin = _origin(device.source, device.as_of, day)
        devices.append(Entry(label(device.kind), say("persons_page.dot").join(about), shade, origin))
    if not devices:
        devices.append(_text(say("persons_page.device"), ""))
    for key in ("internal_battery_hours", "generator"):
        if key == "internal_battery_hours" and not any(d.kind is DeviceKind.VENTILATOR for d in file.devices):
            continue
        devices.append(_fact_entry(fields.BY_KEY[key], file.facts.get(("", key)), day))
    yield _gathered(Section(say("persons_page.devices_and_power"), tuple(devices)))
    person = file.person
    home = [
        _text(say("persons_page.phone_home"), person.phone_home),
        _text(say("persons_page.phone_mobile"), person.phone_mobile),
    ]
    contacts = newest_contacts(file.contacts)
    home += [
        Entry(contact.relation or say("persons_page.contact"), say("persons_page.two", one=contact.name, other=phone))
        for contact in contacts[:1]
        for phone in (contact.phone or say("persons_page.no_phone"),)
    ]
    home.append(_text(say("persons_page.address"), person.address))
    home.append(place_entry(known))
    yield Section(
        say("persons_page.contact_and_home"), tuple(home), _origin(person.source, person.as_of, day)
    )
    team = [
        Entry(label(s.role), s.organisation or s.name, note=s.phone)
        for s in newest_supporters(file.supporters)
        if s.role in (SupporterRole.SPECIALIST, SupporterRole.FAMILY_DOCTOR, SupporterRole.VISITING_NURSE,
                      SupporterRole.DEVICE_SUPPLIER, SupporterRole.OXYGEN_SUPPLIER)
    ]  # fmt: skip
    yield Section(say("persons_page.team"), tuple(team) or (_text(say("persons_page.supporter"), ""),))
    yield Section(say("persons_page.consents"), tuple(_own_consents(known)))


def _own_consents(known: Known) -> Iterable[Entry]:
    """What stands for each recipient, over its purposes."""
    found: dict[tuple[str, RecipientSection], list[Standing]] = {}
    days: dict[tuple[str, RecipientSection], str] = {}
    for one in known.consents.standings:
        key = (one.recipient, one.section)
        found.setdefault(key, []).append(one.standing.standing)
        if one.standing.row is not None:
            row = one.standing.row
            days[key] = say(
                "persons_page.two", one=_giver(row.given_by, row.relation), other=format_wareki(row.consented_on)
            )
    if not found:
        yield Entry(say("persons_page.municipality"), label(Standing.UNKNOWN), "warn")
    for key, standings in found.items():
        best = Standing.VALID if Standing.VALID in standings else standings[0]
        _, word, role = consent_word(best)
        yield Entry(_recipient(known, *key), word, role, days.get(key, ""))


def _recipient(known: Known, recipient: str, section: RecipientSection) -> str:
    name = known.names.get(recipient, recipient)
    return name if section is RecipientSection.HEALTH else say("persons_page.two", one=name, other=label(section))


def _giver(given_by: ConsentGiver, relation: str) -> str:
    return say("persons_page.giver_of", giver=label(given_by), relation=relation) if relation else label(given_by)


def _basic(known: Known) -> Iterable[Section]:
    person, day = known.file.person, known.day
    age = say("persons_page.age", n=age_on(person.birth_on, day)) if person.birth_on else ""
    born = Entry(
        say("persons_page.birth_on"), say("persons_page.two", one=format_wareki(person.birth_on), other=age),
        tip=person.birth_on.isoformat(),
    ) if person.birth_on else _text(say("persons_page.birth_on"), "")  # fmt: skip
    state = label(person.state)
    if person.state is PersonState.ENDED and person.end_reason and person.ended_on:
        state = say(
            "persons_page.ended", reason=label(person.end_reason), day=format_wareki(person.ended_on)
        )
    yield Section(
        say("persons_page.basic"),
        (
            Entry(say("persons_page.registry_no"), person.registry_no),
            _text(say("persons_page.kana"), person.name_kana),
            Entry(say("persons_page.name"), person.name),
            *((Entry(say("persons_page.name_alt"), person.name_alt),) if person.name_alt else ()),
            born,
            Entry(say("persons_page.sex"), label(person.sex)),
            _text(say("persons_page.postcode"), _postcode(person.postcode)),
            _text(say("persons_page.address_registered"), person.address_registered),
            _text(say("persons_page.address_actual"), person.address_actual)
            if person.address_actual
            else Entry(say("persons_page.address_actual"), say("persons_page.same_address"), "text2"),
            Entry(say("persons_page.municipality"), known.place_name(person.municipality)),
            _text(say("persons_page.phone_home"), person.phone_home),
            _text(say("persons_page.phone_mobile"), person.phone_mobile),
            _text(say("persons_page.fax"), person.fax),
            _text(say("persons_page.email"), person.email),
            _text(say("persons_page.guardian"), person.guardian_name),
            _text(say("persons_page.remark"), person.note),
            Entry(say("persons_page.state"), state, "text" if person.state is PersonState.ACTIVE else "warn"),
        ),
        _origin(person.source, person.as_of, day),
    )
    yield Section(
        say("persons_page.care"),
        (
            Entry(
                say("persons_page.care_setting"), label(person.care_setting),
                "warn" if person.care_setting is CareSetting.UNKNOWN else "text", bold=True,
            ),
            _day(say("persons_page.since"), person.care_setting_on),
            Entry(
                say("persons_page.map_wish"),
                say("persons_page.map_declined") if person.map_declined else say("persons_page.map_allowed"),
            ),
        ),
        label(person.care_setting_source) if person.care_setting_source else "",
    )  # fmt: skip
    yield _fact_section(known, FieldGroup.PERSON)


def _postcode(text: str) -> str:
    return f"{text[:3]}-{text[3:]}" if len(text) == 7 and text.isdigit() else text


def _benefits(known: Known) -> Iterable[Section]:
    some = sorted(known.file.benefits, key=lambda b: b.valid_to or date.max, reverse=True)
    for benefit in some:
        until = format_wareki(benefit.valid_to) if benefit.valid_to else say("persons_page.not_written")
        since = format_wareki(benefit.valid_from) if benefit.valid_from else ""
        over = benefit.valid_to is not None and benefit.valid_to < known.day
        yield Section(
            label(benefit.scheme),
            (
                _text(say("persons_page.beneficiary_no"), benefit.beneficiary_no, bold=True),
                _text(say("persons_page.payer_no"), benefit.payer_no),
                Entry(
                    say("persons_page.valid"), say("persons_page.from_to", since=since, until=until),
                    "danger" if over else "text", say("persons_page.expired") if over else "",
                ),
                _text(
                    say("persons_page.disease"),
                    " ".join(part for part in (benefit.disease_no, benefit.disease_name) if part),
                ),
                *(
                    (Entry(say("persons_page.shoman_group"), benefit.shoman_group),)
                    if benefit.shoman_group
                    else ()
                ),
                Entry(
                    say("persons_page.copay"), label(benefit.copay_class),
                    "warn" if benefit.copay_class == "unknown" else "text",
                ),
                _three(say("persons_page.vent_certified"), benefit.vent_certified),
            ),
            _origin(benefit.source, benefit.as_of, known.day),
        )  # fmt: skip
    if not some:
        yield Section(say("persons_page.benefit"), (_text(say("persons_page.beneficiary_no"), ""),))


def _devices(known: Known) -> Iterable[Section]:
    kinds = {device.kind for device in known.file.devices}
    for device in known.file.devices:
        mark = (
            DeviceGroup.VENTILATOR
            if device.kind is DeviceKind.VENTILATOR
            else DeviceGroup.OXYGEN if device.kind in OXYGEN_KINDS else None
        )
        if device.use_status is UseStatus.UNKNOWN and mark is not None:
            mark = DeviceGroup.UNCONFIRMED
        model = " ".join(part for part in (device.maker, device.model) if part)
        yield Section(
            label(device.kind),
            (
                replace(use_entry(device), bold=True),
                _text(say("persons_page.model"), model),
                _text(say("persons_page.supplier"), device.supplier),
                _day(say("persons_page.started_on"), device.started_on),
                _day(say("persons_page.confirmed_on"), device.as_of),
            ),
            _origin(device.source, device.as_of, known.day),
            mark,
        )
    if not known.file.devices:
        yield Section(say("persons_page.devices"), (_text(say("persons_page.device"), ""),))
    if DeviceKind.VENTILATOR in kinds:
        yield _fact_section(known, FieldGroup.VENTILATOR)
    if kinds & OXYGEN_KINDS:
        yield _fact_section(known, FieldGroup.OXYGEN)
    yield _fact_section(known, FieldGroup.POWER)
    yield _fact_section(known, FieldGroup.OTHER_CARE)


def _support(known: Known) -> Iterable[Section]:
    file = known.file
    people = []
    for contact in newest_contacts(file.contacts):
        together = (
            say("persons_page.lives_together")
            if contact.lives_together is YesNoUnknown.YES
            else say("persons_page.lives_apart")
            if contact.lives_together is YesNoUnknown.NO
            else say("persons_page.lives_unknown")
        )
        who = contact.name or say("persons_page.not_written")
        relation = contact.relation or say("persons_page.relation_unknown")
        people.append(
            Entry(
                say("persons_page.rank", n=contact.rank),
                say("persons_page.contact_line", name=who, relation=relation, together=together),
                note=contact.phone or say("persons_page.no_phone"),
                tip=_origin_in_full(contact.source, contact.as_of),
            )
        )
    newest = max((c.as_of for c in file.contacts if c.as_of), default=None)
    yield Section(
        say("persons_page.contacts"), tuple(people) or (_text(say("persons_page.rank", n=1), ""),),
        ago(newest, known.day) if newest else "",
    )  # fmt: skip
    team = []
    for one in newest_supporters(file.supporters):
        clock = (
            say("persons_page.around_the_clock")
            if one.around_the_clock is YesNoUnknown.YES
            else say("persons_page.not_around_the_clock")
            if one.around_the_clock is YesNoUnknown.NO
            else say("persons_page.around_the_clock_unknown")
        )
        who = " ".join(part for part in (one.organisation, one.name) if part) or say("persons_page.not_written")
        team.append(
            Entry(
                label(one.role), say("persons_page.supporter_line", who=who, clock=clock),
                note=one.phone or say("persons_page.no_phone"), tip=_origin_in_full(one.source, one.as_of),
            )
        )  # fmt: skip
    yield Section(say("persons_page.supporters"), tuple(team) or (_text(say("persons_page.supporter"), ""),))
    yield _fact_section(known, FieldGroup.HOME)
    yield _fact_section(known, FieldGroup.PLAN)


def _consents(known: Known) -> Iterable[Section]:
    by_recipient: dict[tuple[str, RecipientSection], list[Entry]] = {}
    for one in known.consents.standings:
        _, word, role = consent_word(one.standing.standing)
        row = one.standing.row
        about = ""
        if row is not None:
            about = say(
                "persons_page.consent_note", giver=_giver(row.given_by, row.relation), method=label(row.method),
                day=format_wareki(row.consented_on),
            )
            if row.expires_on is not None:
                about += say("persons_page.until", day=format_wareki(row.expires_on))
        by_recipient.setdefault((one.recipient, one.section), []).append(
            Entry(label(one.purpose), word, role, about)
        )
    for (recipient, section), entries in by_recipient.items():
        yield Section(_recipient(known, recipient, section), tuple(entries))
    if not by_recipient:
        yield Section(
            say("persons_page.consents"),
            (Entry(say("persons_page.municipality"), label(Standing.UNKNOWN), "warn"),),
        )
    rows = sorted(known.consents.rows, key=lambda r: (r.consented_on, r.entered_at), reverse=True)
    if rows:
        yield Section(
            say("persons_page.ledger"),
            tuple(
                Entry(
                    format_wareki(row.consented_on, short=True),
                    say(
                        "persons_page.ledger_line", recipient=known.names.get(row.recipient, row.recipient),
                        purpose=label(row.purpose), decision=label(row.decision),
                    )
                    + (say("persons_page.withdrawn", day=format_wareki(row.withdrawn_on)) if row.withdrawn_on else ""),
                )
                for row in rows
            ),
            say("persons_page.ledger_rows", n=len(rows)),
        )  # fmt: skip


def place_entry(known: Known) -> Entry:
    """地図 with how exactly, or the one reason why not."""
    name = say("persons_page.position")
    if known.unmapped is not None:
        return Entry(name, say("persons_page.unmapped", reason=label(known.unmapped)), "warn")
    place = known.file.place
    if place is None:
        return Entry(name, label(UnmappedReason.NOT_SEARCHED), "warn")
    return Entry(name, say("persons_page.mapped", level=label(place.level)))


def _place(known: Known) -> Iterable[Section]:
    place, person = known.file.place, known.file.person
    entries = [place_entry(known), _text(say("persons_page.address"), person.address)]
    if place is not None:
        entries += [
            _text(say("persons_page.matched"), place.matched),
            _text(say("persons_page.rest"), place.rest),
            Entry(say("persons_page.located_by"), _source(place.source)),
            _day(say("persons_page.located_on"), day_of(place.located_at) if place.located_at else None),
        ]
        if place.lat is not None and place.lon is not None:
            entries.append(Entry(say("persons_page.coordinates"), f"{place.lat:.6f}, {place.lon:.6f}"))
        if place.reason is not None:
            entries.append(Entry(say("persons_page.why"), label(place.reason), "warn"))
        if place.address != person.address:
            entries.append(Entry(say("persons_page.why"), say("persons_page.address_moved"), "warn"))
    yield Section(say("persons_page.position"), tuple(entries))


def _source(code: str) -> str:
    try:
        return label(AddressSource(code))
    except ValueError:
        return code or say("persons_page.not_written")


def _disclosures(known: Known) -> Iterable[Section]:
    for passage in known.passages:
        made = passage.disclosure
        entries = []
        if passage.person.excluded is None:
            entries.append(Entry(say("persons_page.passage"), say("persons_page.went"), "done", bold=True))
            entries.append(Entry(say("persons_page.outside_key"), passage.person.outside_key))
            entries.append(
                Entry(
                    say("persons_page.scope"), say("persons_page.dot").join(label(g) for g in passage.person.groups)
                )
            )
        else:
            entries.append(Entry(say("persons_page.passage"), say("persons_page.stayed"), bold=True))
            entries.append(Entry(say("persons_page.why"), label(passage.person.excluded)))
        if passage.answer is not None:
            entries.append(Entry(say("persons_page.on_list"), label(passage.answer.on_list)))
            entries.append(Entry(say("persons_page.evacuation_plan"), label(passage.answer.evacuation_plan)))
        elif passage.person.excluded is None:
            entries.append(Entry(say("persons_page.answer"), say("persons_page.no_answer"), "warn"))
        yield Section(
            known.place_name(made.municipality), tuple(entries),
            say("persons_page.two", one=format_wareki(made.disclosed_on), other=made.our_number),
        )  # fmt: skip
    if not known.passages:
        yield Section(
            say("persons_page.disclosures"),
            (Entry(say("persons_page.passage"), say("persons_page.never_disclosed"), "text2"),),
        )
