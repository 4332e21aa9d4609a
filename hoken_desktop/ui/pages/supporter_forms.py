"""The forms for a supporter and for an emergency contact; both may be taken away again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtWidgets import QWidget

from hoken_desktop.domain.codes import SupporterRole
from hoken_desktop.domain.persons import Contact, Supporter
from hoken_desktop.ui.kit.completions import CompletionInput, Suggestion
from hoken_desktop.ui.kit.forms import Pick, ThreeValued, line
from hoken_desktop.ui.pages.person_facts import Known
from hoken_desktop.ui.pages.person_form import Form, phone_in, words_in
from hoken_desktop.words import label, say


@dataclass(frozen=True, slots=True)
class Organisations:
    """What is offered while somebody types, and the telephone of each by its id or, where it has none, by its name."""

    suggestions: tuple[Suggestion, ...] = ()
    phones: Mapping[str, str] = field(default_factory=dict)


class SupporterForm(Form):
    """One supporter. Taking the organisation from the list brings its telephone."""

    def __init__(
        self, parent: QWidget, known: Known, supporter: Supporter | None, organisations: Organisations,
        done: Callable[[Supporter], None], removed: Callable[[Supporter], None],
    ) -> None:  # fmt: skip
        super().__init__(
            say("person.supporter_title") if supporter else say("person.new_supporter_title"),
            say("person.supporter_verb"), parent,
        )  # fmt: skip
        self.setMinimumWidth(760)
        self._known = known
        self._done = done
        self._phones = organisations.phones
        old = self._old = supporter or Supporter("", known.file.person.id, SupporterRole.VISITING_NURSE)
        self.role: Pick[SupporterRole] = Pick([(label(r), r) for r in SupporterRole], ask=supporter is None)
        if supporter is not None:
            self.role.pick(supporter.role)
        self.role_field = self.field(say("person.role"), self.role, needed=supporter is None)
        self.organisation = CompletionInput(organisations.suggestions, old.organisation, longest=120)
        self.organisation_field = self.field(say("person.organisation"), self.organisation)
        self.name = self.field(say("person.in_charge"), line(old.name, longest=80))
        self.phone = self.phone_field(say("persons_page.phone_home"), old.phone)
        self.clock = ThreeValued(old.around_the_clock)
        self.field(say("person.clock"), self.clock)
        self.agreed = ThreeValued(old.agreed)
        self.agreed_field = self.field(say("person.agreement"), self.agreed, say("person.agreement_hint"))
        self.remark = self.field(say("persons_page.remark"), line(old.note, longest=200), wide=True)
        self.add_source(known.day, supporter.source if supporter else None)
        self.add_who(known.file.person)
        if supporter is not None:
            self.remove = self.add_removal(say("person.remove_supporter"))
            self.remove.clicked.connect(lambda: removed(supporter))
        self.organisation.taken.connect(self._take_phone)
        self.role.currentIndexChanged.connect(lambda _index: self._show_own())
        self._show_own()
        (self.organisation if supporter else self.role).setFocus()

    def _take_phone(self, taken: Suggestion) -> None:
        phone = self._phones.get(taken.id or taken.text, "")
        if phone:
            self.phone.control.setProperty("text", phone)

    def _organisation_id(self) -> str:
        """Untouched words keep the entry they were joined to; other words mean the entry they name, or none."""
        same = self.organisation.text().strip() == self._old.organisation
        return self._old.organisation_id if same and self._old.organisation_id else self.organisation.id()

    def _show_own(self) -> None:
        self.agreed_field.setVisible(self.role.answer() is SupporterRole.EMERGENCY_HOSPITAL)

    def try_it(self) -> None:
        organisation, name = self.organisation.text().strip(), words_in(self.name)
        self.organisation_field.set_fault("" if organisation or name else say("person.fault_nobody"))
        on = self.day_of(self.day, needed=True, latest=self._known.day)
        self.answered(self.role_field)
        self.answered(self.source_field)
        if on is None or self.stop_at(self.role_field, self.organisation_field, self.source_field, self.day):
            return
        role = self.role.value()
        agreed = self.agreed.value() if role is SupporterRole.EMERGENCY_HOSPITAL else self._old.agreed
        new = replace(
            self._old, role=role, organisation=organisation, name=name, phone=phone_in(self.phone),
            around_the_clock=self.clock.value(), agreed=agreed, source=self.source.value(), as_of=on,
            organisation_id=self._organisation_id(), note=words_in(self.remark),
        )  # fmt: skip
        self._done(new)
        self.accept()


class ContactForm(Form):
    """One emergency contact, with its place in the order of calling."""

    def __init__(
        self, parent: QWidget, known: Known, contact: Contact | None, count: int,
        done: Callable[[Contact], None], removed: Callable[[Contact], None],
    ) -> None:  # fmt: skip
        super().__init__(
            say("person.contact_title") if contact else say("person.new_contact_title"), say("person.contact_verb"),
            parent,
        )  # fmt: skip
        self.setMinimumWidth(720)
        self._known = known
        self._done = done
        places = count if contact else count + 1
        old = self._old = contact or Contact("", known.file.person.id, places)
        self.name = self.field(say("persons_page.name"), line(old.name, longest=80))
        self.relation = self.field(say("person.relation"), line(old.relation, longest=30))
        self.phone = self.phone_field(say("persons_page.phone_home"), old.phone)
        self.together = ThreeValued(old.lives_together)
        self.field(say("person.together"), self.together)
        self.rank: Pick[int] = Pick([(say("persons_page.rank", n=n), n) for n in range(1, places + 1)])
        self.rank.pick(min(max(old.rank, 1), places))
        self.field(say("person.rank"), self.rank, say("person.rank_hint"))
        self.remark = self.field(say("persons_page.remark"), line(old.note, longest=200))
        self.add_source(known.day, contact.source if contact else None)
        self.add_who(known.file.person)
        if contact is not None:
            self.remove = self.add_removal(say("person.remove_contact"))
            self.remove.clicked.connect(lambda: removed(contact))
        self.name.control.setFocus()

    def try_it(self) -> None:
        name, phone = words_in(self.name), phone_in(self.phone)
        self.name.set_fault("" if name or phone else say("person.fault_empty_contact"))
        on = self.day_of(self.day, needed=True, latest=self._known.day)
        self.answered(self.source_field)
        if on is None or self.stop_at(self.name, self.source_field, self.day):
            return
        self._done(
            replace(
                self._old, name=name, relation=words_in(self.relation), phone=phone,
                lives_together=self.together.value(), source=self.source.value(), as_of=on, rank=self.rank.value(),
                note=words_in(self.remark),
            )
        )  # fmt: skip
        self.accept()
