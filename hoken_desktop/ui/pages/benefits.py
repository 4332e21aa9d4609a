"""受給: the certificates of a person, newest first, each with its number, its validity and its disease."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QLineEdit, QWidget

from hoken_desktop.domain.codes import CopayClass, Scheme
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.diseases import plain_number
from hoken_desktop.domain.numbers import has_valid_check_digit
from hoken_desktop.domain.persons import Benefit
from hoken_desktop.ui.kit.completions import CompletionInput, Suggestion
from hoken_desktop.ui.kit.forms import DateInput, Pick, ThreeValued, line
from hoken_desktop.ui.pages.freshness import fact_tone
from hoken_desktop.ui.pages.person_facts import Act, Entry, Known, Section, origin, text_entry, three_entry
from hoken_desktop.ui.pages.person_form import TallForm, words_in
from hoken_desktop.words import label, say

FLAGS = {
    "vent_certified": "persons_page.vent_certified",
    "mild_high_cost": "person.mild_high_cost",
    "high_cost_long": "person.high_cost_long",
    "severe_certified": "person.severe_certified",
}
"""Three-valued fields of a benefit, with their words."""


def benefit_sections(known: Known) -> Iterable[Section]:
    """One section a row."""
    some = sorted(known.file.benefits, key=lambda b: b.valid_to or date.max, reverse=True)
    for benefit in some:
        yield _benefit(known, benefit)
    if not some:
        yield Section(say("persons_page.benefit"), (text_entry(say("persons_page.beneficiary_no"), ""),))


def _benefit(known: Known, benefit: Benefit) -> Section:
    until = format_wareki(benefit.valid_to) if benefit.valid_to else say("persons_page.not_written")
    since = format_wareki(benefit.valid_from) if benefit.valid_from else ""
    over = benefit.valid_to is not None and benefit.valid_to < known.day
    meant = known.disease_names.get(benefit.id, "")
    name = benefit.disease_name or ("" if benefit.shoman_group else meant)
    disease = " ".join(part for part in (benefit.disease_no, name) if part)
    of_group = " ".join(part for part in (benefit.shoman_group, meant) if part)
    group = (Entry(say("persons_page.shoman_group"), of_group),) if benefit.shoman_group else ()
    return Section(
        label(benefit.scheme),
        (
            text_entry(say("persons_page.beneficiary_no"), benefit.beneficiary_no, bold=True),
            text_entry(say("persons_page.payer_no"), benefit.payer_no),
            Entry(
                say("persons_page.valid"), say("persons_page.from_to", since=since, until=until),
                "danger" if over else "text", say("persons_page.expired") if over else "",
            ),
            text_entry(say("persons_page.disease"), disease),
            *group,
            Entry(
                say("persons_page.copay"), label(benefit.copay_class),
                "warn" if benefit.copay_class is CopayClass.UNKNOWN else "text",
            ),
            *(three_entry(say(FLAGS[key]), getattr(benefit, key)) for key in _flags(benefit)),
        ),
        origin(benefit.source, benefit.as_of, known.day),
        acts=(
            Act("benefit", say("person.put_right"), benefit.id, "edit"),
            Act("benefit_disease", say("person.add_disease"), benefit.id, "plus"),
        ),
        aside_tone=fact_tone(benefit.as_of, known.day),
    )  # fmt: skip


def _flags(benefit: Benefit) -> list[str]:
    """装着の認定 always; what belongs to one scheme only where it does."""
    keys = ["vent_certified"]
    if benefit.scheme is Scheme.NANBYO:
        keys += ["mild_high_cost", "high_cost_long"]
    if benefit.scheme is Scheme.SHOMAN:
        keys.append("severe_certified")
    return keys


class BenefitForm(TallForm):
    """One row. A wrong check digit and a number somebody else holds are said, and ask for a second press."""

    def __init__(
        self, parent: QWidget, known: Known, benefit: Benefit | None,
        diseases: Callable[[Scheme], Sequence[Suggestion]],
        holders: Callable[[str, str], tuple[str, ...]], done: Callable[[Benefit], None],
    ) -> None:  # fmt: skip
        new = benefit is None or not benefit.id
        super().__init__(
            say("person.new_benefit_title") if new else say("person.benefit_title"), say("person.benefit_verb"), parent,
            columns=2, width=800,
        )  # fmt: skip
        self._known = known
        self._holders = holders
        self._done = done
        self._warned = ""
        old = self._old = benefit or Benefit("", known.file.person.id, Scheme.NANBYO)
        self.scheme: Pick[Scheme] = Pick([(label(s), s) for s in Scheme], ask=benefit is None)
        if benefit is not None:
            self.scheme.pick(old.scheme)
        self._scheme_field = self.field(say("person.scheme"), self.scheme, needed=benefit is None)
        self.payer = self.field(say("persons_page.payer_no"), line(old.payer_no, longest=8), say("person.digits", n=8))
        self.number = self.field(
            say("persons_page.beneficiary_no"), line(old.beneficiary_no, longest=7), say("person.digits", n=7)
        )
        self.since = self.field(say("person.valid_from"), DateInput(old.valid_from))
        self.until = self.field(say("person.valid_to"), DateInput(old.valid_to))
        self.copay: Pick[CopayClass] = Pick([(label(c), c) for c in CopayClass])
        self.copay.pick(old.copay_class)
        self.field(say("persons_page.copay"), self.copay)
        self._diseases = diseases
        self.disease = CompletionInput((), old.disease_name, longest=100)
        self.field(say("person.disease_name"), self.disease)
        self.disease_no = self.field(say("person.disease_no"), line(old.disease_no, longest=12))
        self.new_line()
        groups = [(" ".join((one.id, one.text)), one.id) for one in diseases(Scheme.SHOMAN)]
        if old.shoman_group and old.shoman_group not in {number for _, number in groups}:
            groups.append((old.shoman_group, old.shoman_group))  # as a file brought it
        self.group: Pick[str] = Pick([(say("persons_page.not_written"), ""), *groups])
        self.group.pick(old.shoman_group)
        self.group_field = self.field(say("persons_page.shoman_group"), self.group)
        self.new_line()
        self.flags = {
            key: ThreeValued(getattr(old, key)) for key in FLAGS
        }
        self._flag_fields = {key: self.field(say(FLAGS[key]), made) for key, made in self.flags.items()}
        self.add_source(known.day)
        self.add_who(known.file.person)
        self.disease.taken.connect(self._take_number)
        typed = self.disease_no.control
        assert isinstance(typed, QLineEdit)
        typed.editingFinished.connect(self._take_name)
        self.scheme.currentIndexChanged.connect(lambda _index: self._show_own())
        self._show_own()
        self.scheme.setFocus()

    def _take_number(self, taken: Suggestion) -> None:
        if taken.id:
            self.disease_no.control.setProperty("text", taken.id)

    def _take_name(self) -> None:
        """The name of a number that was typed, where none stands yet."""
        number = words_in(self.disease_no)
        scheme = self.scheme.answer()
        if number and scheme is not None and not self.disease.text().strip():
            names = (one.text for one in self._diseases(scheme) if one.id == plain_number(number))
            self.disease.setText(next(names, ""))

    def _show_own(self) -> None:
        scheme = self.scheme.answer()
        self.disease.offer(self._diseases(scheme) if scheme is not None else ())
        own = {"mild_high_cost": Scheme.NANBYO, "high_cost_long": Scheme.NANBYO, "severe_certified": Scheme.SHOMAN}
        self.group_field.setVisible(scheme is Scheme.SHOMAN)
        for key, field in self._flag_fields.items():
            field.setVisible(own.get(key, scheme) is scheme)

    def _faults(self) -> bool:
        payer, number = words_in(self.payer), words_in(self.number)
        self.payer.set_fault("" if not payer or _digits(payer, 8) else say("person.fault_digits", n=8))
        self.number.set_fault("" if not number or _digits(number, 7) else say("person.fault_digits", n=7))
        since = self.day_of(self.since, needed=False, latest=None)
        until = self.day_of(self.until, needed=False, latest=None)
        if since and until and since > until:
            self.until.set_fault(say("person.fault_crossed"))
        self.day_of(self.day, needed=True, latest=self._known.day)
        self.answered(self._scheme_field)
        self.answered(self.source_field)
        return self.stop_at(
            self._scheme_field, self.payer, self.number, self.since, self.until, self.source_field, self.day
        )

    def try_it(self) -> None:
        if self._faults():
            return
        payer, number = words_in(self.payer), words_in(self.number)
        warnings = []
        if any(text and not has_valid_check_digit(text) for text in (payer, number)):
            warnings.append(say("person.warn_check_digit"))
        if held := self._holders(payer, number):
            warnings.append(say("person.warn_holders", numbers=say("facts.comma").join(held)))
        if warnings and self._warned != f"{payer}/{number}":
            self._warned = f"{payer}/{number}"
            self.warn("\n".join(warnings))
            self.deed.setText(say("person.benefit_anyway"))
            self.deed.setAccessibleName(self.deed.text())
            return
        shoman = self.scheme.value() is Scheme.SHOMAN
        self._done(
            replace(
                self._old, scheme=self.scheme.value(), payer_no=payer, beneficiary_no=number,
                valid_from=self._date(self.since.control), valid_to=self._date(self.until.control),
                disease_no=words_in(self.disease_no), disease_name=self.disease.text().strip(),
                shoman_group=self.group.value() if shoman else "", copay_class=self.copay.value(),
                source=self.source.value(), as_of=self._date(self.day.control),
                **{key: made.value() for key, made in self.flags.items()},
            )
        )  # fmt: skip
        self.accept()

    @staticmethod
    def _date(control: QWidget) -> date | None:
        return control.day() if isinstance(control, DateInput) else None


def _digits(text: str, count: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) == count
