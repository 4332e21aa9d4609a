"""What is done about a person: each deed asks in its form, then runs, then says what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hoken_desktop.domain.codes import CareSetting, EndReason, EvidenceSource, PersonState, UseStatus
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import Person
from hoken_desktop.domain.places import unmapped_reason
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.progress import Report
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.pages.device_forms import UseForm
from hoken_desktop.ui.pages.person_facts import Known
from hoken_desktop.ui.pages.person_forms import EditForm, Newcomer, RegisterForm
from hoken_desktop.ui.pages.person_states import CareForm, EndForm, ReturnForm
from hoken_desktop.words import label, say


class PersonSeat(Page):
    """A page that shows one person: the list with its pane, and the person's own page."""

    today: date = date.min

    def known(self) -> Known | None:
        """What is known of the person in sight."""
        raise NotImplementedError

    def want(self, person_id: str) -> None:
        """Show this person when the page is read next."""
        raise NotImplementedError

    def read(self, person_id: str, names: Mapping[str, str]) -> Known:
        """All that is known of somebody today; `names` are the office's municipalities by code."""
        house = self.desk.house
        file = house.persons.open(person_id)
        return Known(
            file=file,
            consents=house.consents.of_person(person_id),
            passages=tuple(house.overviews.passages_of(person_id)),
            unmapped=unmapped_reason(file.person, file.place, names),
            names=names,
            day=self.today,
            supplier_phones={one.device_id: one.phone for one in house.organisations.suppliers_of(person_id)},
            disease_names={
                row.id: house.diseases.name_of(row.scheme, row.shoman_group or row.disease_no)
                for row in file.benefits
                if row.shoman_group or (row.disease_no and not row.disease_name)
            },
        )

    def do(
        self, work: Callable[[], Any], words: Callable[[Any], str], first: Callable[[Any], None] | None = None
    ) -> None:
        """Do a deed in the worker, read again (after `first`), and say what was done."""

        def then(done: Any) -> None:
            if first is not None:
                first(done)
            self.desk.changed("persons", "places", "consents")
            self.notices.say(words(done), "done")

        self.desk.run(self, lambda _report: work(), then)


class PersonDeeds:
    """The deeds of one page, about the person it shows."""

    def __init__(self, page: PersonSeat) -> None:
        self._page = page
        self._desk = page.desk

    def person(self) -> Person | None:
        """The person chosen."""
        known = self._page.known()
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
            added: Person = persons.register(new.person, new.devices, new.facts)
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
        words = say("persons_page.saved_moved") if moved else say("persons_page.saved")
        self._page.do(lambda: persons.change(person), lambda _saved: words)

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

        def words(saved: Person) -> str:
            key = "ended_now" if saved.state is PersonState.ENDED else "care_saved"
            return say(f"persons_page.{key}", state=label(setting))

        self._page.do(lambda: persons.set_care_setting(id_, setting, on, source), words)

    def end(self) -> EndForm | None:
        """登録の終了."""
        person = self.person()
        if person is None or person.state is PersonState.ENDED:
            return None
        form = EndForm(self._page, person, self._page.today, self._end)
        form.open()
        return form

    def _end(self, reason: EndReason, on: date) -> None:
        person = self.person()
        if person is None:
            return
        persons, id_ = self._desk.house.persons, person.id
        self._page.do(
            lambda: persons.end(id_, reason, on), lambda _ended: say("persons_page.ended_now", state=label(reason))
        )

    def take_up_again(self) -> ReturnForm | None:
        """登録の再開."""
        person = self.person()
        if person is None or person.state is not PersonState.ENDED:
            return None
        form = ReturnForm(self._page, person, self._page.today, self._take_up_again)
        form.open()
        return form

    def _take_up_again(self, setting: CareSetting, on: date, source: EvidenceSource) -> None:
        person = self.person()
        if person is None:
            return
        persons, id_ = self._desk.house.persons, person.id
        self._page.do(
            lambda: persons.take_up_again(id_, setting, on, source),
            lambda _back: say("person.returned", state=label(setting)),
        )

    def set_use(self) -> UseForm | None:
        """機器の使用状況の確認."""
        person = self.person()
        known = self._page.known()
        if person is None or known is None or not known.file.devices:
            return None
        form = UseForm(self._page, person, known.file.devices, self._page.today, self._set_use)
        form.open()
        return form

    def _set_use(self, uses: dict[str, UseStatus], on: date, source: EvidenceSource) -> None:
        person = self.person()
        if person is None:
            return
        devices, id_ = self._desk.house.devices, person.id
        self._page.do(
            lambda: devices.confirm(id_, uses, on, source), lambda done: say("persons_page.use_saved", n=len(done))
        )

    def pin(self) -> None:
        """位置をピンで決める: the map page at this person."""
        person = self.person()
        if person is not None and self._desk.has_page("places"):
            self._pin(person.id)

    def _pin(self, person_id: str) -> None:
        self._desk.open_page("places", person=person_id)
