"""What is written into a person's file from their page: facts, devices, benefits, supporters and contacts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hoken_desktop.domain.masters import OrganisationKind
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import Benefit, Contact, Device, Supporter
from hoken_desktop.services.persons import FactEntry
from hoken_desktop.ui.kit.completions import Suggestion
from hoken_desktop.ui.kit.dialogs import ask
from hoken_desktop.ui.pages.benefits import BenefitForm
from hoken_desktop.ui.pages.device_forms import DeviceForm, DeviceWords
from hoken_desktop.ui.pages.facts import FactsForm, sheets_of
from hoken_desktop.ui.pages.person_deeds import PersonSeat
from hoken_desktop.ui.pages.person_facts import Known
from hoken_desktop.ui.pages.supporter_forms import ContactForm, Organisations, SupporterForm
from hoken_desktop.words import label, say


class RecordDeeds:
    """The deeds of one page, about the person it shows; `subject` is the id of the row in hand, "" for a new one."""

    def __init__(self, page: PersonSeat) -> None:
        self._page = page
        self._desk = page.desk

    def _known(self) -> Known:
        known = self._page.known()
        assert known is not None
        return known

    # ---- facts ------------------------------------------------------------------------------------------------

    def facts(self, only: str = "") -> FactsForm:
        """聞き取りを入れる: all that is asked of this person, or one group of it."""
        known = self._known()
        form = FactsForm(self._page, known, sheets_of(known.file, only), self._record)
        form.open()
        return form

    def _record(self, entries: Sequence[FactEntry]) -> None:
        persons, id_ = self._desk.house.persons, self._known().file.person.id
        self._page.do(
            lambda: persons.record(id_, entries), lambda _done: say("person.facts_recorded", n=len(entries))
        )

    # ---- devices ----------------------------------------------------------------------------------------------

    def device(self, subject: str = "") -> DeviceForm:
        """A device put right, or a new one."""
        known = self._known()
        device = next((d for d in known.file.devices if d.id == subject), None)
        form = DeviceForm(self._page, known, device, self._device_words(), self._save_device)
        form.open()
        return form

    def _device_words(self) -> DeviceWords:
        """The masters first, then what only the register knows."""
        house = self._desk.house
        known = house.devices.known_words()
        return DeviceWords(
            makers=with_words(house.device_models.makers(), (maker for maker, _, _ in known)),
            models=with_words(house.device_models.suggestions(), (model for _, model, _ in known)),
            suppliers=with_words(
                house.organisations.suggestions((OrganisationKind.SUPPLIER,)), (supplier for _, _, supplier in known)
            ),
            catalogue={one.id: one for one in house.device_models.valid()},
        )

    def _save_device(self, device: Device, facts: Sequence[FactEntry]) -> None:
        devices = self._desk.house.devices
        deed = devices.change if device.id else devices.add
        self._page.do(lambda: deed(device, facts), lambda _saved: say("person.device_saved", device=label(device.kind)))

    # ---- benefits ---------------------------------------------------------------------------------------------

    def benefit(self, subject: str = "") -> BenefitForm:
        """A benefit put right, or a new one."""
        known = self._known()
        return self._open_benefit(known, next((b for b in known.file.benefits if b.id == subject), None))

    def benefit_disease(self, subject: str) -> BenefitForm:
        """Another disease under the same number: a row of its own that begins as a copy."""
        known = self._known()
        benefit = next(b for b in known.file.benefits if b.id == subject)
        return self._open_benefit(known, replace(benefit, id="", disease_no="", disease_name=""))

    def _open_benefit(self, known: Known, benefit: Benefit | None) -> BenefitForm:
        service, id_ = self._desk.house.benefits, known.file.person.id

        def holders(payer: str, number: str) -> tuple[str, ...]:
            found: tuple[str, ...] = service.holders(payer, number, other_than=id_)
            return found

        diseases = self._desk.house.diseases
        form = BenefitForm(self._page, known, benefit, diseases.suggestions, holders, self._save_benefit)
        form.open()
        return form

    def _save_benefit(self, benefit: Benefit) -> None:
        benefits = self._desk.house.benefits
        deed = benefits.change if benefit.id else benefits.add
        self._page.do(lambda: deed(benefit), lambda _saved: say("person.benefit_saved"))

    # ---- supporters and contacts ------------------------------------------------------------------------------

    def supporter(self, subject: str = "") -> SupporterForm:
        """A supporter put right, or a new one."""
        known = self._known()
        supporter = next((s for s in known.file.supporters if s.id == subject), None)
        form = SupporterForm(
            self._page, known, supporter, self._organisations(), self._save_supporter, self._remove_supporter
        )
        form.open()
        return form

    def _organisations(self) -> Organisations:
        house = self._desk.house
        known = dict(house.supporters.known_words())
        phones = {one.id: one.phone_24h or one.phone for one in house.organisations.valid()}
        return Organisations(with_words(house.organisations.suggestions(), known), known | phones)

    def _save_supporter(self, supporter: Supporter) -> None:
        supporters = self._desk.house.supporters
        deed = supporters.change if supporter.id else supporters.add
        self._page.do(lambda: deed(supporter), lambda _saved: say("person.supporter_saved", role=label(supporter.role)))

    def _remove_supporter(self, supporter: Supporter) -> None:
        supporters = self._desk.house.supporters
        who = supporter.organisation or supporter.name
        self._ask_removal(
            say("person.remove_supporter"),
            say("person.remove_supporter_text", role=label(supporter.role), who=who),
            lambda: supporters.remove(supporter.id),
        )

    def contact(self, subject: str = "") -> ContactForm:
        """An emergency contact put right, or a new one."""
        known = self._known()
        contact = next((c for c in known.file.contacts if c.id == subject), None)
        form = ContactForm(
            self._page, known, contact, len(known.file.contacts), self._save_contact, self._remove_contact
        )
        form.open()
        return form

    def _save_contact(self, contact: Contact) -> None:
        supporters = self._desk.house.supporters
        self._page.do(
            lambda: supporters.put_contact(contact), lambda saved: say("person.contact_saved", n=saved.rank)
        )

    def _remove_contact(self, contact: Contact) -> None:
        supporters = self._desk.house.supporters
        self._ask_removal(
            say("person.remove_contact"), say("person.remove_contact_text", who=contact.name or contact.phone),
            lambda: supporters.remove_contact(contact.id),
        )  # fmt: skip

    def _ask_removal(self, verb: str, text: str, work: Callable[[], object]) -> None:
        ask(
            self._page, verb, text, verb, lambda: self._page.do(work, lambda _done: say("person.removed")), danger=True
        )


def with_words(known: Iterable[Suggestion], words: Iterable[str]) -> tuple[Suggestion, ...]:
    """Suggestions of the masters, then words of the register that are none of them."""
    first = tuple(known)
    named = {fold_name(one.text) for one in first}
    return (*first, *(Suggestion(word) for word in sorted({w for w in words if w and fold_name(w) not in named})))
