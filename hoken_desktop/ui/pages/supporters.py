"""支援者: who is called first, who looks after the person, the household, and what was planned with them."""

from __future__ import annotations

from collections.abc import Iterable

from hoken_desktop.domain.codes import SupporterRole, YesNoUnknown
from hoken_desktop.domain.fields import FieldGroup
from hoken_desktop.domain.persons import Supporter
from hoken_desktop.services.supporters import in_order
from hoken_desktop.ui.pages.freshness import ago, fact_tone
from hoken_desktop.ui.pages.person_facts import Act, Entry, Known, Section, fact_section, origin_in_full, text_entry
from hoken_desktop.words import label, say

_TOGETHER = {
    YesNoUnknown.YES: "persons_page.lives_together",
    YesNoUnknown.NO: "persons_page.lives_apart",
    YesNoUnknown.UNKNOWN: "persons_page.lives_unknown",
}
_CLOCK = {
    YesNoUnknown.YES: "persons_page.around_the_clock",
    YesNoUnknown.NO: "persons_page.not_around_the_clock",
    YesNoUnknown.UNKNOWN: "persons_page.around_the_clock_unknown",
}
_AGREED = {
    YesNoUnknown.YES: "person.agreed",
    YesNoUnknown.NO: "person.not_agreed",
    YesNoUnknown.UNKNOWN: "person.agreed_unknown",
}


def in_role_order(supporters: Iterable[Supporter]) -> list[Supporter]:
    """By role, the newest of a role first."""
    roles = list(SupporterRole)
    return sorted(supporters, key=lambda s: (roles.index(s.role), -(s.as_of.toordinal() if s.as_of else 0)))


def support_sections(known: Known) -> Iterable[Section]:
    """Contacts in the order of calling, supporters by role, the household, the plan."""
    yield _contacts(known)
    yield _supporters(known)
    yield fact_section(known, FieldGroup.HOME)
    yield fact_section(known, FieldGroup.PLAN)


def _contacts(known: Known) -> Section:
    contacts = in_order(known.file.contacts)
    entries = []
    for place, contact in enumerate(contacts, 1):
        who = contact.name or say("persons_page.not_written")
        relation = contact.relation or say("persons_page.relation_unknown")
        words = say(
            "persons_page.contact_line", name=who, relation=relation, together=say(_TOGETHER[contact.lives_together])
        )
        if contact.note:
            words = say("person.with_note", words=words, note=contact.note)
        entries.append(
            Entry(
                say("persons_page.rank", n=place), words, note=contact.phone or say("persons_page.no_phone"),
                tip=origin_in_full(contact.source, contact.as_of),
                act=Act("contact", say("person.put_right"), contact.id),
            )
        )  # fmt: skip
    newest = max((c.as_of for c in contacts if c.as_of), default=None)
    return Section(
        say("persons_page.contacts"),
        tuple(entries) or (text_entry(say("persons_page.rank", n=1), ""),),
        ago(newest, known.day) if newest else "",
        acts=(Act("contact", say("person.add_contact"), "", "plus"),),
        aside_tone=fact_tone(newest, known.day) if newest else "text2",
    )


def _supporters(known: Known) -> Section:
    entries = []
    for one in in_role_order(known.file.supporters):
        who = " ".join(part for part in (one.organisation, one.name) if part) or say("persons_page.not_written")
        words = say("persons_page.supporter_line", who=who, clock=say(_CLOCK[one.around_the_clock]))
        if one.role is SupporterRole.EMERGENCY_HOSPITAL:
            words = say("persons_page.supporter_line", who=who, clock=say(_AGREED[one.agreed]))
        if one.note:
            words = say("person.with_note", words=words, note=one.note)
        entries.append(
            Entry(
                label(one.role), words, note=one.phone or say("persons_page.no_phone"),
                tip=origin_in_full(one.source, one.as_of), act=Act("supporter", say("person.put_right"), one.id),
            )
        )  # fmt: skip
    return Section(
        say("persons_page.supporters"),
        tuple(entries) or (text_entry(say("persons_page.supporter"), ""),),
        acts=(Act("supporter", say("person.add_supporter"), "", "plus"),),
    )
