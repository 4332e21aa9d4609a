"""What a letter that came back says, and the rows of the register it becomes: each with the day it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from hoken_desktop.domain import fields
from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    ConsentMethod,
    DeviceKind,
    EvidenceSource,
    ItemGroup,
    Purpose,
    RecipientSection,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.consents import STANDARD_SCOPE, Consent
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.letter_questions import PARTS, PURPOSES, REACH, LetterPart, fields_of
from hoken_desktop.domain.letters import Letter
from hoken_desktop.domain.persons import OXYGEN_KINDS, Contact, Device, Fact, Person
from hoken_desktop.services.facts import FactEntry, field_word
from hoken_desktop.services.ports import Ids
from hoken_desktop.services.supporters import in_order
from hoken_desktop.words import say

SOURCE = EvidenceSource.SURVEY
"""Where what a letter brings is known from; the record names its 整理番号."""


@dataclass(frozen=True, slots=True)
class DeviceAnswer:
    """One kind of device: IN_USE, ENDED (not used) or UNKNOWN; maker, model and supplier where they were written."""

    kind: DeviceKind
    use: UseStatus
    maker: str = ""
    model: str = ""
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """One 緊急連絡先 as written; `rank` 1 is called first."""

    rank: int
    name: str = ""
    relation: str = ""
    phone: str = ""
    lives_together: YesNoUnknown = YesNoUnknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """What was ticked towards each recipient (nothing ticked: not in `told`), for which purposes, by whom."""

    told: Mapping[RecipientSection, ConsentDecision]
    purposes: tuple[Purpose, ...] = PURPOSES
    disease: bool = False
    given_by: ConsentGiver = ConsentGiver.SELF
    giver_name: str = ""
    relation: str = ""
    reason: str = ""
    explained_by: str = ""


@dataclass(frozen=True, slots=True)
class LetterAnswers:
    """A letter that came back. What is not in it was not answered, and changes nothing.

    `facts` are canonical texts by field of domain/fields.py; "" says 不明 where the field has no code for it: nothing
    is known of it from that day on. `reach` holds fields of the person (letter_questions.REACH).
    """

    answered_on: date
    returned_on: date
    facts: Mapping[str, str] = field(default_factory=dict)
    devices: tuple[DeviceAnswer, ...] = ()
    reach: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[ContactAnswer, ...] = ()
    consent: ConsentAnswer | None = None
    withdraws: tuple[RecipientSection, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was answered."""
        return not (
            self.facts or self.devices or self.reach or self.contacts or self.consent or self.withdraws
        )


def check(letter: Letter, answers: LetterAnswers, today: date, made_on: date) -> None:
    """Refuses days that cannot be, and answers to what a letter of this kind does not ask."""
    if answers.returned_on > today or answers.answered_on > answers.returned_on:
        raise Refusal("letters.days_ahead")
    if answers.answered_on < made_on:
        raise Refusal("letters.days_before", day=format_wareki(made_on))
    parts = PARTS[letter.kind]
    asked = set(fields_of(letter.kind))
    others = (
        (answers.devices, LetterPart.DEVICES), (answers.reach, LetterPart.REACH),
        (answers.contacts, LetterPart.CONTACTS), (answers.consent, LetterPart.CONSENT),
        (answers.withdraws, LetterPart.WITHDRAWAL),
    )  # fmt: skip
    strange = [field_word(key) if key in fields.BY_KEY else key for key in answers.facts if key not in asked]
    strange += [say(f"letter_papers.part_{part.value}") for said, part in others if said and part not in parts]
    strange += [key for key in answers.reach if key not in REACH]
    if strange:
        raise Refusal("letters.not_asked", what=strange[0])


# ---- rows -----------------------------------------------------------------------------------------------------


def fact_entries(answers: LetterAnswers) -> list[FactEntry]:
    """The facts, each of the day the letter was written."""
    return [FactEntry(key, value, SOURCE, answers.answered_on) for key, value in answers.facts.items()]


@dataclass(frozen=True, slots=True)
class DeviceRows:
    """Devices that are new, those that change, and the kinds of which something newer is known already."""

    added: tuple[Device, ...]
    changed: tuple[Device, ...]
    kept: tuple[DeviceKind, ...]


def device_rows(person_id: str, answers: LetterAnswers, known: Iterable[Device], ids: Ids) -> DeviceRows:
    """The devices after the letter.

    不明 changes nothing: a device known to be in use does not stop being one because somebody could not say. What was
    confirmed after the letter was written stays. 使用中 of a kind that is not on the register is a new device; oxygen
    whose supply was not known yet takes the kind that is named.
    """
    devices = list(known)
    added: list[Device] = []
    changed: list[Device] = []
    kept: list[DeviceKind] = []
    day = answers.answered_on
    for one in answers.devices:
        if one.use is UseStatus.UNKNOWN:
            continue
        mine = [d for d in devices if d.kind is one.kind and d.use_status is not UseStatus.ENDED]
        if not mine and one.use is not UseStatus.ENDED and one.kind in OXYGEN_KINDS:
            unnamed = [d for d in devices if d.kind is DeviceKind.OXYGEN and d.use_status is not UseStatus.ENDED]
            taken = {d.id for d in changed}
            mine = [replace(d, kind=one.kind) for d in unnamed[:1] if d.id not in taken]
        if not mine and one.use is not UseStatus.ENDED and _ended_later(devices, one.kind, day):
            kept.append(one.kind)
            continue
        if not mine:
            if one.use is not UseStatus.ENDED:
                added.append(
                    Device(
                        ids(), person_id, one.kind, one.use, one.maker, one.model, one.supplier, source=SOURCE,
                        as_of=day,
                    )
                )  # fmt: skip
            continue
        for device in mine:
            if device.as_of is not None and device.as_of > day:
                kept.append(device.kind)
                continue
            written = {"maker": one.maker, "model": one.model} if len(mine) == 1 else {}
            told: dict[str, Any] = {name: text for name, text in written.items() if text}
            if one.supplier and one.supplier != device.supplier:
                told |= {"supplier": one.supplier, "supplier_id": ""}
            changed.append(replace(device, use_status=one.use, source=SOURCE, as_of=day, **told))
    return DeviceRows(tuple(added), tuple(changed), tuple(dict.fromkeys(kept)))


def _ended_later(devices: Iterable[Device], kind: DeviceKind, day: date) -> bool:
    """Whether a device of this kind (or oxygen of unnamed supply) was found to be used no more after `day`."""
    alike = {kind, DeviceKind.OXYGEN} if kind in OXYGEN_KINDS else {kind}
    return any(
        d.kind in alike and d.use_status is UseStatus.ENDED and d.as_of is not None and d.as_of > day for d in devices
    )


@dataclass(frozen=True, slots=True)
class ContactRows:
    """Contacts that are new, those that change (their places too), and whether newer ones were left as they are."""

    added: tuple[Contact, ...]
    changed: tuple[Contact, ...]
    kept: bool = False


def contact_rows(
    person_id: str, answers: LetterAnswers, known: Iterable[Contact], ids: Ids, gone: Iterable[Contact] = ()
) -> ContactRows:
    """The contacts after the letter: one known by name or telephone is put right, a new one takes its place in the
    order, and nobody goes.

    Who was taken away after the letter was written (`gone`) does not come back by it, and whoever was told of later is
    called before those it brings.
    """
    before = in_order(list(known))
    row = list(before)
    kept = False
    fresh: set[str] = set()
    for one in sorted(answers.contacts, key=lambda c: c.rank):
        if not (one.name.strip() or one.phone.strip()):
            continue
        match = next((c for c in row if c.id not in fresh and _same(c, one)), None)
        if (match is not None and _is_newer(match, answers)) or (match is None and any(_same(c, one) for c in gone)):
            kept = True
            continue
        base = match or Contact(ids(), person_id, one.rank)
        lives = base.lives_together if one.lives_together is YesNoUnknown.UNKNOWN else one.lives_together
        new = replace(
            base, name=one.name.strip() or base.name, relation=one.relation.strip() or base.relation,
            phone=one.phone.strip() or base.phone, lives_together=lives, source=SOURCE, as_of=answers.answered_on,
        )  # fmt: skip
        row = [c for c in row if c.id != new.id]
        wanted = min(one.rank - 1, len(row))
        place = max([wanted, *(at + 1 for at, c in enumerate(row) if _is_newer(c, answers))])
        kept = kept or place != wanted
        row.insert(place, new)
        fresh.add(new.id)
    ranked = [replace(c, rank=place) for place, c in enumerate(row, 1)]
    old = {c.id: c for c in before}
    return ContactRows(
        tuple(c for c in ranked if c.id not in old), tuple(c for c in ranked if c.id in old and c != old[c.id]), kept
    )


def _is_newer(contact: Contact, answers: LetterAnswers) -> bool:
    return contact.as_of is not None and contact.as_of > answers.answered_on


def _same(contact: Contact, answer: ContactAnswer) -> bool:
    def plain(text: str) -> str:
        return "".join(text.split())

    def digits(text: str) -> str:
        return "".join(c for c in text if c.isdigit())

    by_name = bool(plain(answer.name)) and plain(contact.name) == plain(answer.name)
    return by_name or (bool(digits(answer.phone)) and digits(contact.phone) == digits(answer.phone))


@dataclass(frozen=True, slots=True)
class Reached:
    """The person after the letter, and the fields in which something newer was left as it is."""

    person: Person
    kept: tuple[str, ...]


def reached(person: Person, answers: LetterAnswers, since: Mapping[str, date]) -> Reached:
    """The person with what the letter says of where they are and their telephones.

    `since` says from which day each of them is known (services/ages.py): what is known of a later day than the letter's
    stays. A postcode goes with its address.
    """
    day = answers.answered_on
    newer = {key for key in REACH if key in since and since[key] > day}
    if not newer.isdisjoint(_ADDRESS):
        newer |= _ADDRESS
    told = {key: value.strip() for key, value in answers.reach.items() if value.strip()}
    kept = tuple(key for key in REACH if key in newer and told.get(key, getattr(person, key)) != getattr(person, key))
    taken: dict[str, Any] = {key: value for key, value in told.items() if key not in newer}
    return Reached(replace(person, **taken), kept)


_ADDRESS = frozenset({"postcode", "address_actual"})


def older_facts(answers: LetterAnswers, standing: Mapping[tuple[str, str], Fact]) -> tuple[str, ...]:
    """The fields of which something else is known of a later day: the answer is kept as of its own day, and does not
    stand."""
    newer = [(field, f.value) for (_, field), f in standing.items() if f.as_of > answers.answered_on]
    return tuple(key for key, said in answers.facts.items() if any(f == key and v != said for f, v in newer))


def consent_drafts(letter: Letter, person_id: str, place: str, answers: LetterAnswers) -> list[Consent]:
    """The rows for the ledger; refuses a consent towards a municipality of somebody who lives 管外."""
    said = answers.consent
    if said is None or not said.told:
        return []
    if not place:
        raise Refusal("letters.no_recipient")
    if not said.purposes:
        raise Refusal("letters.no_purpose")
    return [
        Consent(
            "", person_id, place, section, purpose, decision, answers.answered_on, datetime.min.replace(tzinfo=UTC),
            scope=(*STANDARD_SCOPE, ItemGroup.DISEASE) if said.disease else STANDARD_SCOPE, given_by=said.given_by,
            giver_name=said.giver_name, relation=said.relation, giver_reason=said.reason, method=ConsentMethod.MAIL,
            evidence=evidence_of(letter), explained_by=said.explained_by, source=SOURCE,
        )
        for section, decision in said.told.items()
        for purpose in said.purposes
    ]  # fmt: skip


def evidence_of(letter: Letter) -> str:
    """証跡: the number under which the signed paper is found."""
    return say("letters.evidence", number=letter.number)
