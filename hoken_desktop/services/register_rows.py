"""移行: one row of a present list after another: who it is, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hoken_desktop.domain.codes import CareSetting, EvidenceSource, PersonState, Scheme, Sex, Verdict
from hoken_desktop.domain.differences import benefit_of, differences, newcomer
from hoken_desktop.domain.intake import Incoming
from hoken_desktop.domain.linkage import propose
from hoken_desktop.domain.names import fold_name
from hoken_desktop.domain.persons import Person, device_group, next_registry_no
from hoken_desktop.domain.register import RegisterRow, read_row
from hoken_desktop.domain.sheets import MappedRow
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.services.linkages import features_of_person, features_of_row
from hoken_desktop.services.register_belongings import Belongings
from hoken_desktop.services.register_consents import RegisterConsents
from hoken_desktop.services.register_draft import BLANK, CREATED, FAULTY, MERGED, UNCHANGED, Draft
from hoken_desktop.words import say

_TEXTS = (
    "name_kana", "postcode", "address_registered", "address_actual", "phone_home", "phone_mobile", "guardian_name",
)  # fmt: skip
_BENEFIT_BLANKS = ("valid_from", "valid_to", "disease_no", "disease_name", "shoman_group")


class RegisterRows:
    """Takes rows into a draft. Nobody is made twice, nothing known is overwritten."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._belongings = Belongings(draft)
        self._consents = RegisterConsents(draft)

    def take(self, row: MappedRow, about: str) -> str:
        """One row: what became of it. `about` is the municipality its sheet speaks of, or ""."""
        self.draft.row = row
        if row.blank:
            return BLANK
        read = read_row(row, self.draft.today, municipality=about, diseases=self.draft.diseases)
        if not isinstance(read, RegisterRow):
            self.draft.faults.append(read[0])
            self.draft.warnings.extend(read[1:])
            return FAULTY
        incoming = read.incoming
        person, code = self._match(incoming)
        if code:
            return self.draft.fault("name", code)
        self.draft.warnings.extend(read.warnings)
        for key in read.dashes:
            seen = self.draft.dashes.get(key)
            self.draft.dashes[key] = (seen[0], seen[1] + 1) if seen else (row, 1)
        day = min(read.as_of or self.draft.day, self.draft.today)
        if person is None:
            made = self._create(read, day)
            self._add(made, read, day)
            self.draft.spoken_of.add(made.id)
            self._look_at(made)
            return CREATED
        before, people = self.draft.writes, dict(self.draft.altered)
        self.draft.altered = {}
        self._fill(person, read, day)
        self._add(self.draft.people[person.id], read, day)
        touched = bool(self.draft.altered) or self.draft.writes != before - len(people)
        self.draft.altered = {**people, **self.draft.altered}
        self.draft.spoken_of.add(person.id)
        return MERGED if touched else UNCHANGED

    # ---- who it is --------------------------------------------------------------------------------------------

    def _match(self, incoming: Incoming) -> tuple[Person | None, str]:
        """(the known person, "") or (None, "") for somebody new, or (None, the fault's code)."""
        row = features_of_row("", incoming)
        proposal = propose(row, self.draft.index, self.draft.alike)
        if proposal.verdict is Verdict.NEW:
            return None, ""
        person = self.draft.people[proposal.ref]
        near = [self.draft.people[features.ref] for features in self.draft.index.near(row)]
        same = [one for one in near if self._says_the_same(one, incoming)]
        if proposal.verdict is Verdict.CERTAIN or same == [person]:
            if person.state is not PersonState.ACTIVE:
                return None, "register_was_ended"
            return person, ""
        if self._is_sibling(person, incoming):
            self.draft.warn("name", "register_resembles")
            return None, ""
        return None, "register_row_twice" if person.id in self.draft.fresh else "register_doubtful"

    def _says_the_same(self, person: Person, incoming: Incoming) -> bool:
        """Whether all that a row says about who it is stands with this person already: the same row once more."""
        said = features_of_row("", incoming)
        known = features_of_person(person, self.draft.benefits[person.id])
        return (
            said.name == known.name
            and (not said.kana or said.kana == known.kana)
            and said.birth_on == known.birth_on
            and (not said.address or said.address == known.address)
            and said.numbers <= known.numbers
            and said.phones <= known.phones
            and (said.birth_on is not None or bool(said.numbers))
        )

    def _is_sibling(self, person: Person, incoming: Incoming) -> bool:
        """Two rows of one list that give other names and other 受給者番号 are two people (twins), however alike."""
        if person.id not in self.draft.fresh or not incoming.beneficiary_no:
            return False
        known = {b.beneficiary_no for b in self.draft.benefits[person.id] if b.beneficiary_no}
        return bool(known) and incoming.beneficiary_no not in known and (
            fold_name(person.name) != fold_name(incoming.name)
        )

    # ---- somebody new -----------------------------------------------------------------------------------------

    def _create(self, read: RegisterRow, day: date) -> Person:
        number = next_registry_no(self.draft.last)
        self.draft.last += 1
        person = newcomer(self.draft.ids(), number, read.incoming, day)
        person = self.draft.persons.prepare(
            replace(
                person,
                source=EvidenceSource.MIGRATED,
                care_setting_source=EvidenceSource.MIGRATED if person.care_setting_on else None,
                name_alt=read.name_alt,
                map_declined=read.map_declined,
                note=_note(read),
            )
        )
        self.draft.people[person.id] = person
        self.draft.fresh[person.id] = None
        incoming = read.incoming
        if incoming.beneficiary_no or incoming.disease_name or incoming.scheme is not Scheme.OTHER:
            self._add_benefit(person.id, incoming, day)
        self.draft.index.add(features_of_person(person, self.draft.benefits[person.id]))
        return person

    def _look_at(self, person: Person) -> None:
        """What staff should see of somebody new before they count."""
        if device_group(self.draft.devices[person.id]) not in COUNTED:
            self.draft.warn("ventilator_use", "register_no_device")
        if not person.address:
            self.draft.warn("address_registered", "register_no_address")
        elif not person.municipality:
            self.draft.warn("address_registered", "register_no_municipality")

    # ---- somebody known ---------------------------------------------------------------------------------------

    def _fill(self, person: Person, read: RegisterRow, day: date) -> None:
        """Puts what the row says where nothing stands yet; what differs is kept as it is, and said."""
        incoming = read.incoming
        fresh = person.id in self.draft.fresh
        for change in differences(person, self.draft.benefits[person.id], incoming):
            if change.field in person.__slots__ and not _blank(change.before):
                self.draft.warn(change.field, "register_kept")
        new: dict[str, object] = {
            name: getattr(incoming, name)
            for name in (*_TEXTS, "birth_on", "sex")
            if _blank(getattr(person, name)) and not _blank(getattr(incoming, name))
        }
        if _blank(person.care_setting) and not _blank(incoming.care_setting):
            new |= {
                "care_setting": incoming.care_setting, "care_setting_on": day,
                "care_setting_source": EvidenceSource.MIGRATED,
            }  # fmt: skip
        if read.name_alt and not person.name_alt:
            new["name_alt"] = read.name_alt
        note = _note(read)
        if note and (not person.note or (fresh and note not in person.note)):
            new["note"] = "\n".join(text for text in (person.note, note) if text)
        if new:
            filled = self.draft.persons.prepare(replace(person, **new))  # type: ignore[arg-type]
            self.draft.people[person.id] = filled
            self.draft.altered[person.id] = None
        self._fill_benefit(person.id, incoming, day, fresh)

    def _fill_benefit(self, person_id: str, incoming: Incoming, day: date, fresh: bool) -> None:
        known = self.draft.benefits[person_id]
        same = next(
            (b for b in known if (b.payer_no, b.beneficiary_no) == (incoming.payer_no, incoming.beneficiary_no)), None
        )
        if same is None and not incoming.beneficiary_no and len(known) == 1:
            same = known[0]
        if same is not None:
            more = {
                name: getattr(incoming, name)
                for name in _BENEFIT_BLANKS
                if _blank(getattr(same, name)) and not _blank(getattr(incoming, name))
            }
            if more:
                filled = replace(same, **more)
                known[known.index(same)] = filled
                added = same.id in self.draft.benefits_added
                (self.draft.benefits_added if added else self.draft.benefits_altered)[same.id] = filled
                self.draft.altered[person_id] = None
        elif incoming.beneficiary_no and (fresh or all(b.scheme is not incoming.scheme for b in known)):
            self._add_benefit(person_id, incoming, day)
        elif incoming.beneficiary_no:
            self.draft.warn("beneficiary_no", "register_kept")
        elif not known and incoming.disease_name:
            self._add_benefit(person_id, incoming, day)

    def _add_benefit(self, person_id: str, incoming: Incoming, day: date) -> None:
        benefit = replace(benefit_of(self.draft.ids(), person_id, incoming, day), source=EvidenceSource.MIGRATED)
        self.draft.benefits[person_id].append(benefit)
        self.draft.benefits_added[benefit.id] = benefit

    def _add(self, person: Person, read: RegisterRow, day: date) -> None:
        self._belongings.add(person, read, day)
        for mark in read.consents:
            self._consents.add(person, read, mark)


_BLANKS = ("", None, Sex.OTHER, CareSetting.UNKNOWN)


def _blank(value: object) -> bool:
    return value in _BLANKS


def _note(read: RegisterRow) -> str:
    """備考 with the number the old list knew the person by: the registry gives a 管理番号 of its own."""
    old = say("registers.old_number", number=read.old_number) if read.old_number else ""
    return "\n".join(text for text in (old, read.note) if text)
