"""What is done about a person from the 台帳 page: each deed asks in its form, then runs, then says what it did."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from hoken_desktop.domain.codes import CareSetting, EvidenceSource, PersonState, UseStatus
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.progress import Report
from hoken_desktop.ui.pages.person_forms import CareForm, EditForm, Newcomer, RegisterForm, UseForm
from hoken_desktop.words import label, say

if TYPE_CHECKING:
    from hoken_desktop.ui.pages.persons import PersonsPage


class PersonDeeds:
    """The deeds of one page, about the person its pane shows."""

    def __init__(self, page: PersonsPage) -> None:
        self._page = page
        self._desk = page.desk

    def person(self) -> Person | None:
        """The person chosen."""
        known = self._page.pane.known
        return known.file.person if known is not None else None

    def register(self) -> RegisterForm:
        """随時登録."""
        form = RegisterForm(self._page, self._page.today, self._namesakes, self._register)
        form.open()
        return form

    def _namesakes(self, name: str) -> int:
        persons = self._desk.house.persons
        ids = persons.find(PersonQuery(text=fold_name(name), state=None))
        return sum(fold_name(one.name) == fold_name(name) for one in persons.lines(ids))

    def _register(self, new: Newcomer) -> None:
        persons = self._desk.house.persons

        def work(_report: Report) -> Person:
            added: Person = persons.register(new.person, new.devices)
            if new.facts:
                persons.record(added.id, new.facts)
            return added

        def then(added: Person) -> None:
            self._page.want(added.id)
            self._desk.changed("persons", "places")
            words = say("persons_page.registered_as", number=added.registry_no)
            if self._desk.has_page("places"):
                self._page.notices.say(words, "done", say("persons_page.set_pin"), lambda: self._pin(added.id))
            else:
                self._page.notices.say(words, "done")

        self._desk.run(self._page, work, then)

    def edit(self) -> EditForm | None:
        """直す: the basics of the person chosen."""
        person = self.person()
        if person is None:
            return None
        form = EditForm(self._page, person, self._page.today, self._save)
        form.open()
        return form

    def _save(self, person: Person) -> None:
        persons = self._desk.house.persons
        before = self.person()
        moved = before is not None and before.address != person.address

        def then(_saved: Person) -> None:
            self._desk.changed("persons", "places")
            words = say("persons_page.saved_moved") if moved else say("persons_page.saved")
            self._page.notices.say(words, "done")

        self._desk.run(self._page, lambda _report: persons.change(person), then)

    def set_care(self) -> CareForm | None:
        """療養場所の変更."""
        person = self.person()
        if person is None:
            return None
        form = CareForm(self._page, person, self._page.today, self._set_care)
        form.open()
        return form

    def _set_care(self, setting: CareSetting, on: date, source: EvidenceSource) -> None:
        person = self.person()
        if person is None:
            return
        persons, id_ = self._desk.house.persons, person.id

        def then(saved: Person) -> None:
            self._desk.changed("persons", "places")
            words = (
                say("persons_page.ended_now", state=label(setting))
                if saved.state is PersonState.ENDED
                else say("persons_page.care_saved", state=label(setting))
            )
            self._page.notices.say(words, "done")

        self._desk.run(self._page, lambda _report: persons.set_care_setting(id_, setting, on, source), then)

    def set_use(self) -> UseForm | None:
        """機器の使用状況の確認."""
        person = self.person()
        known = self._page.pane.known
        if person is None or known is None or not known.file.devices:
            return None
        form = UseForm(self._page, person, known.file.devices, self._page.today, self._set_use)
        form.open()
        return form

    def _set_use(self, uses: dict[str, UseStatus], on: date, source: EvidenceSource) -> None:
        persons = self._desk.house.persons

        def work(_report: Report) -> int:
            for device_id, use in uses.items():
                persons.set_use(device_id, use, on, source)
            return len(uses)

        def then(count: int) -> None:
            self._desk.changed("persons", "places")
            self._page.notices.say(say("persons_page.use_saved", n=count), "done")

        self._desk.run(self._page, work, then)

    def pin(self) -> None:
        """位置をピンで決める: the map page at this person."""
        person = self.person()
        if person is not None:
            self._pin(person.id)

    def _pin(self, person_id: str) -> None:
        self._desk.open_page("places", person=person_id)
