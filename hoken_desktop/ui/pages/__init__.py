"""The pages of the desk, by name. The rail shows those that are here, in the order of the half-year, and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hoken_desktop.ui.desk import Desk
    from hoken_desktop.ui.kit.pages import Page

PageMaker = Callable[["Desk"], "Page"]


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A place in the left rail: the page's name, its icon and the key of its word."""

    name: str
    icon: str
    word: str


RAIL: tuple[RailEntry, ...] = (
    RailEntry("home", "home", "window.page_home"),
    RailEntry("persons", "list-details", "window.page_persons"),
    RailEntry("rounds", "refresh", "window.page_rounds"),
    RailEntry("places", "map", "window.page_places"),
    RailEntry("consents", "file-check", "window.page_consents"),
    RailEntry("disclosures", "building-bank", "window.page_disclosures"),
    RailEntry("statistics", "chart-bar", "window.page_statistics"),
    RailEntry("audits", "history", "window.page_audits"),
    RailEntry("settings", "adjustments-horizontal", "window.page_settings"),
)

UNDER: Mapping[str, str] = {
    "person": "persons", "letters": "consents", "recalls": "disclosures", "funnels": "disclosures",
    "incidents": "audits",
}  # fmt: skip
"""Pages without a place of their own in the rail, and under which they are."""


def all_pages() -> Mapping[str, PageMaker]:
    """Every page there is. Modules are imported here, when the desk is laid, so that the lock page shows at once."""
    from hoken_desktop.ui.pages.audits import AuditsPage
    from hoken_desktop.ui.pages.consents import ConsentsPage
    from hoken_desktop.ui.pages.disclosures import DisclosuresPage
    from hoken_desktop.ui.pages.funnels import FunnelsPage
    from hoken_desktop.ui.pages.home import HomePage
    from hoken_desktop.ui.pages.incidents import IncidentsPage
    from hoken_desktop.ui.pages.layouts import LayoutsPage
    from hoken_desktop.ui.pages.letters import LettersPage
    from hoken_desktop.ui.pages.person import PersonPage
    from hoken_desktop.ui.pages.persons import PersonsPage
    from hoken_desktop.ui.pages.places import PlacesPage
    from hoken_desktop.ui.pages.recalls import RecallsPage
    from hoken_desktop.ui.pages.registers import RegistersPage
    from hoken_desktop.ui.pages.rounds import RoundsPage
    from hoken_desktop.ui.pages.settings import SettingsPage
    from hoken_desktop.ui.pages.statistics import StatisticsPage

    return {
        "home": HomePage,
        "persons": PersonsPage,
        "person": PersonPage,
        "rounds": RoundsPage,
        "places": PlacesPage,
        "disclosures": DisclosuresPage,
        "settings": SettingsPage,
        "audits": AuditsPage,
        "consents": ConsentsPage,
        "registers": RegistersPage,
        "layouts": LayoutsPage,
        "letters": LettersPage,
        "statistics": StatisticsPage,
        "recalls": RecallsPage,
        "funnels": FunnelsPage,
        "incidents": IncidentsPage,
    }
