"""地図: the place of a home set by hand, asked for on the map and confirmed before it is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hoken_desktop.domain.maps import area_of
from hoken_desktop.domain.persons import provision_municipality
from hoken_desktop.services.places import PlacedPerson
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.pages.place_lists import MENDABLE
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.places import PlacesPage


class Pins:
    """`asking` is whose place the next click on the map is; None while no place is asked for."""

    def __init__(self, page: PlacesPage) -> None:
        self._page = page
        self.asking: PlacedPerson | None = None

    def show(self) -> None:
        """Says below the tray whether whoever is chosen can be pinned, and why not."""
        placed = self._page.chosen()
        why = ""
        if placed is None:
            why = say("places_page.pin_pick")
        elif placed.reason is not None and placed.reason not in MENDABLE:
            why = say("places_page.pin_not_mendable", reason=label(placed.reason))
        elif not placed.person.address.strip():
            why = say("places_page.pin_no_address")
        words = say("places_page.pin_again") if placed and placed.reason is None else say("places_page.pin")
        self._page.tray.pin.setText(words)
        self._page.tray.pin.setAccessibleName(words)
        self._page.tray.pin.setEnabled(not why)
        self._page.tray.why.setText(why or (self._page.who(placed) if placed else ""))

    def ask_point(self) -> None:
        """The next click on the map is the place of whoever is chosen."""
        placed = self._page.chosen()
        if placed is None or not self._page.tray.pin.isEnabled():
            return
        self.asking = placed
        self._page.map.ask_point(True)
        words = say("places_page.pin_ask", who=self._page.who(placed))
        self._page.notices.say(words, "warn", say("places_page.pin_stop"), self.stop)

    def stop(self) -> None:
        """Esc: no place is asked for any more."""
        if self.asking is not None:
            self.asking = None
            self._page.map.ask_point(False)
            self._page.notices.clear()

    def point_chosen(self, lat: float, lon: float) -> None:
        """The map's answer; asks before it is written."""
        placed = self.asking
        if placed is None:
            return
        who = self._page.who(placed)
        facts = [(say("places_page.pin_place"), say("places_page.pin_point", lat=f"{lat:.5f}", lon=f"{lon:.5f}"))]
        code = provision_municipality(placed.person, self._page.municipalities)
        town = self._page.municipalities.get(code, "")
        if town:
            facts.insert(0, (say("places_page.pin_town"), town))
            if self._page.drawn is not None and area_of(lat, lon, self._page.drawn.document.background) != code:
                facts.append((say("places_page.pin_check"), say("places_page.pin_outside", town=town)))
        if self._page.with_names:
            facts.insert(0, (say("places_page.pin_address"), placed.person.address))
        ask(
            self._page,
            say("places_page.pin_title", who=who),
            say("places_page.pin_text"),
            say("places_page.pin_verb"),
            partial(self.pin, placed, lat, lon),
            back=say("places_page.pin_back"),
            facts=facts,
        )

    def pin(self, placed: PlacedPerson, lat: float, lon: float) -> None:
        """Set the place of a home by hand."""
        self.stop()
        places = self._page.desk.house.places
        who = self._page.who(placed)

        def done(_place: object) -> None:
            self._page.wanted = placed.person.id
            self._page.desk.changed("places")
            self._page.tell(say("places_page.pin_done", who=who))

        self._page.desk.run(self._page, lambda _report: places.pin(placed.person.id, lat, lon), done)
