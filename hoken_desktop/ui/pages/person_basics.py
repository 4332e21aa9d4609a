"""基本: who the person is, where they are cared for, and how they live."""

from __future__ import annotations

from collections.abc import Iterable

from hoken_desktop.domain.codes import CareSetting, PersonState
from hoken_desktop.domain.dates import age_on, format_wareki
from hoken_desktop.domain.fields import FieldGroup
from hoken_desktop.domain.numbers import format_postcode
from hoken_desktop.ui.pages.person_facts import (
    Act,
    Entry,
    Known,
    Section,
    day_entry,
    fact_section,
    origin,
    text_entry,
)
from hoken_desktop.words import label, say


def basic_sections(known: Known) -> Iterable[Section]:
    person, day = known.file.person, known.day
    age = say("persons_page.age", n=age_on(person.birth_on, day)) if person.birth_on else ""
    born = Entry(
        say("persons_page.birth_on"), say("persons_page.two", one=format_wareki(person.birth_on), other=age),
        tip=person.birth_on.isoformat(),
    ) if person.birth_on else text_entry(say("persons_page.birth_on"), "")  # fmt: skip
    state = label(person.state)
    if person.state is PersonState.ENDED and person.end_reason and person.ended_on:
        state = say(
            "persons_page.ended", reason=label(person.end_reason), day=format_wareki(person.ended_on)
        )
    yield Section(
        say("persons_page.basic"),
        (
            Entry(say("persons_page.registry_no"), person.registry_no),
            text_entry(say("persons_page.kana"), person.name_kana),
            Entry(say("persons_page.name"), person.name),
            *((Entry(say("persons_page.name_alt"), person.name_alt),) if person.name_alt else ()),
            born,
            Entry(say("persons_page.sex"), label(person.sex)),
            text_entry(say("persons_page.postcode"), format_postcode(person.postcode)),
            text_entry(say("persons_page.address_registered"), person.address_registered),
            text_entry(say("persons_page.address_actual"), person.address_actual)
            if person.address_actual
            else Entry(say("persons_page.address_actual"), say("persons_page.same_address"), "text2"),
            Entry(say("persons_page.municipality"), known.place_name(person.municipality)),
            text_entry(say("persons_page.phone_home"), person.phone_home),
            text_entry(say("persons_page.phone_mobile"), person.phone_mobile),
            text_entry(say("persons_page.fax"), person.fax),
            text_entry(say("persons_page.email"), person.email),
            text_entry(say("persons_page.guardian"), person.guardian_name),
            text_entry(say("persons_page.remark"), person.note),
            Entry(say("persons_page.state"), state, "text" if person.state is PersonState.ACTIVE else "warn"),
        ),
        origin(person.source, person.as_of, day),
        acts=(Act("edit", say("persons_page.edit"), icon="edit"),),
    )
    yield Section(
        say("persons_page.care"),
        (
            Entry(
                say("persons_page.care_setting"), label(person.care_setting),
                "warn" if person.care_setting is CareSetting.UNKNOWN else "text", bold=True,
            ),
            day_entry(say("persons_page.since"), person.care_setting_on),
            Entry(
                say("persons_page.map_wish"),
                say("persons_page.map_declined") if person.map_declined else say("persons_page.map_allowed"),
            ),
        ),
        label(person.care_setting_source) if person.care_setting_source else "",
        acts=(Act("care", say("persons_page.care_verb"), icon="home"),),
    )  # fmt: skip
    yield fact_section(known, FieldGroup.PERSON)


