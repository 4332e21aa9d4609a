"""別の方に分ける: one file was two people; what is ticked goes to the second, who is registered anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QWidget

from hoken_desktop.domain.codes import CareSetting, Sex
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.fields import BY_KEY
from hoken_desktop.domain.persons import Person
from hoken_desktop.services.facts import fact_words, field_word
from hoken_desktop.services.identities import Parting, blank_twin
from hoken_desktop.ui.kit.forms import DateInput, Pick, line
from hoken_desktop.ui.pages.person_facts import Known
from hoken_desktop.ui.pages.person_form import TallForm, words_in
from hoken_desktop.words import label, say


class SplitForm(TallForm):
    """The second person's basics, and a tick for each row that is theirs. A device takes its own facts along."""

    def __init__(self, parent: QWidget, known: Known, done: Callable[[Person, Parting], None]) -> None:
        super().__init__(say("person.split_title"), say("person.split_verb"), parent, columns=3)
        self._known = known
        self._done = done
        old = self._twin = blank_twin(known.file.person, known.day)
        self.name = self.field(say("persons_page.name"), line("", longest=80), needed=True)
        self.kana = self.field(say("persons_page.kana"), line("", longest=80))
        self.birth = self.field(say("persons_page.birth_on"), DateInput(None))
        self.sex: Pick[Sex] = Pick([(label(sex), sex) for sex in Sex])
        self.sex.pick(Sex.OTHER)
        self.field(say("persons_page.sex"), self.sex)
        self.phone = self.phone_field(say("persons_page.phone_home"), "")
        self.care: Pick[CareSetting] = Pick(
            [(label(c), c) for c in CareSetting if c not in (CareSetting.MOVED_OUT, CareSetting.DECEASED)]
        )
        self.care.pick(old.care_setting)
        self.field(say("persons_page.care_setting"), self.care)
        self.address = self.field(
            say("persons_page.address_registered"), line(old.address_registered, longest=200), wide=True
        )
        self.boxes: dict[tuple[str, str], QCheckBox] = {}
        for table, rows in self._rows():
            some = list(rows)
            if not some:
                continue
            self.heading(say("person.split_take", what=say(f"histories.table.{table}")))
            for id_, words in some:
                self._add_box(table, id_, words)
        self.add_who(known.file.person)
        self.warn(say("person.split_means"))
        self.name.control.setFocus()

    def _add_box(self, table: str, id_: str, words: str) -> None:
        box = QCheckBox(words, self)
        box.setAccessibleName(words)
        self.new_line()
        self.grid.addWidget(box, self._place // self._columns, 0, 1, self._columns)
        self._place += self._columns
        self.boxes[table, id_] = box

    def _rows(self) -> Iterable[tuple[str, Iterable[tuple[str, str]]]]:
        """(table, (id, words)) of everything that may go."""
        file = self._known.file
        yield "benefits", (
            (b.id, " ".join(p for p in (label(b.scheme), b.beneficiary_no, b.disease_name) if p)) for b in file.benefits
        )
        yield "devices", (
            (d.id, " ".join(p for p in (label(d.kind), d.maker, d.model, label(d.use_status)) if p))
            for d in file.devices
        )
        yield "facts", (
            (f.id, say("persons_page.two", one=field_word(f.field), other=fact_words(BY_KEY[f.field], f.value)))
            for (device, _), f in file.facts.items()
            if not device and f.field in BY_KEY
        )
        yield "supporters", (
            (s.id, " ".join(p for p in (label(s.role), s.organisation, s.name) if p)) for s in file.supporters
        )
        yield "contacts", ((c.id, " ".join(p for p in (c.name, c.relation, c.phone) if p)) for c in file.contacts)
        yield "consents", (
            (
                c.id,
                say(
                    "persons_page.ledger_line", recipient=self._known.names.get(c.recipient, c.recipient),
                    purpose=label(c.purpose), decision=label(c.decision),
                ) + f" {format_wareki(c.consented_on)}",
            )
            for c in self._known.consents.rows
        )  # fmt: skip

    def parting(self) -> Parting:
        """What is ticked."""
        ticked: dict[str, set[str]] = {}
        for (table, id_), box in self.boxes.items():
            if box.isChecked():
                ticked.setdefault(table, set()).add(id_)
        return Parting(**{table: frozenset(ids) for table, ids in ticked.items()})

    def try_it(self) -> None:
        name = words_in(self.name)
        self.name.set_fault("" if name else say("persons_page.fault_no_name"))
        birth = self.day_of(self.birth, needed=False, latest=self._known.day)
        if self.stop_at(self.name, self.birth):
            return
        newcomer = replace(
            self._twin, name=name, name_kana=words_in(self.kana), birth_on=birth, sex=self.sex.value(),
            phone_home=words_in(self.phone), address_registered=words_in(self.address), care_setting=self.care.value(),
        )  # fmt: skip
        self._done(newcomer, self.parting())
        self.accept()
