"""Which part of a person's file stands under which tab."""

from __future__ import annotations

from hoken_desktop.ui.pages.benefits import benefit_sections
from hoken_desktop.ui.pages.devices import device_sections
from hoken_desktop.ui.pages.endurances import endurance_sections
from hoken_desktop.ui.pages.person_basics import basic_sections
from hoken_desktop.ui.pages.person_consents import consent_sections
from hoken_desktop.ui.pages.person_disclosures import disclosure_sections
from hoken_desktop.ui.pages.person_facts import Known, Section, Tab
from hoken_desktop.ui.pages.person_places import place_sections
from hoken_desktop.ui.pages.person_summary import summary_sections
from hoken_desktop.ui.pages.supporters import support_sections

WORDS = {
    Tab.SUMMARY: "persons_page.tab_summary",
    Tab.BASIC: "persons_page.tab_basic",
    Tab.BENEFIT: "persons_page.tab_benefit",
    Tab.DEVICE: "persons_page.tab_device",
    Tab.POWER: "person.tab_power",
    Tab.SUPPORT: "persons_page.tab_support",
    Tab.CONSENT: "persons_page.tab_consent",
    Tab.PLACE: "persons_page.tab_place",
    Tab.DISCLOSURE: "persons_page.tab_disclosure",
    Tab.HISTORY: "person.tab_history",
}
_MAKERS = {
    Tab.SUMMARY: summary_sections,
    Tab.BASIC: basic_sections,
    Tab.BENEFIT: benefit_sections,
    Tab.DEVICE: device_sections,
    Tab.POWER: endurance_sections,
    Tab.SUPPORT: support_sections,
    Tab.CONSENT: consent_sections,
    Tab.PLACE: place_sections,
    Tab.DISCLOSURE: disclosure_sections,
}
IN_PANE = tuple(_MAKERS)
"""The tabs beside the list; the whole page has no 概要 and has the 履歴."""
IN_PAGE = tuple(tab for tab in Tab if tab is not Tab.SUMMARY)


def sections(known: Known, tab: Tab) -> tuple[Section, ...]:
    """What a tab shows; a section without lines says so itself. 履歴 is a list of its own."""
    return tuple(_MAKERS[tab](known))
