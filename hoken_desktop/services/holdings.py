"""持っている先: every person of every disclosure that was made, and what is wrong with it on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hoken_desktop.domain.codes import EndReason, ItemGroup, LegalBasis, RecipientSection
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.disclosures import (
    ITEM_BY_KEY,
    ITEMS,
    Disclosure,
    DisclosurePerson,
    DisclosureState,
    Request,
    consent_bounds,
)
from hoken_desktop.domain.persons import Person, provision_municipality
from hoken_desktop.domain.recalls import BY_CONSENT, Held, RecallReason, differing, reason_of, stamp_of
from hoken_desktop.services import items
from hoken_desktop.services.ports import Shelves
from hoken_desktop.services.previews import known_of

CORRECTED_ITEMS = (
    "name", "name_kana", "birth_on", "sex", "address", "phone_home", "phone_mobile", "contact", "support_need",
    "devices", "supplier",
)  # fmt: skip
"""Items whose change a recipient has to hear of at once; the others go with the next half-year's list."""


def asked_back(shelves: Shelves, day: date) -> dict[str, tuple[str, ...]]:
    """Disclosure id → people it handed over whose consents keep them back on `day`, whatever was told or confirmed."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    into = _found_to_be(shelves)
    for one in held_of(shelves, day, corrections=False):
        if one.reason in BY_CONSENT:
            found[one.disclosure_id].append(into(one.person_id))
    return {id_: tuple(dict.fromkeys(people)) for id_, people in found.items()}


def held_of(shelves: Shelves, day: date, *, corrections: bool = True) -> list[Held]:
    """Every person of every disclosure that was made, each with what is wrong with it on `day`."""
    made = {d.id: d for d in shelves.disclosures.all(state=DisclosureState.DONE)}
    rows = [row for row in shelves.disclosure_persons.all(disclosure_id=list(made)) if row.outside_key]
    requests = {
        r.id: request for r in shelves.requests.all() if (request := _as_today(shelves, r)) is not None
    }
    sections = {r.id: r.section for r in shelves.requests.all()}
    office = shelves.offices.all()[0]
    into = _found_to_be(shelves)
    ids = list({into(row.person_id) for row in rows})
    people = {p.id: p for p in shelves.persons.all(id=ids)}
    lives_in = {p.id: provision_municipality(p, office.municipalities) for p in people.values()}
    ledger: defaultdict[str, list[Consent]] = defaultdict(list)
    for consent in shelves.consents.all(person_id=ids):
        ledger[consent.person_id].append(consent)
    found: list[Held] = []
    for row in rows:
        disclosure, person = made[row.disclosure_id], people[into(row.person_id)]
        request = requests.get(disclosure.request_id)
        excluded, groups = (
            consent_bounds(person, ledger[person.id], request, day=day, guardian_ends_at=office.guardian_ends_at)
            if request is not None
            else (None, frozenset(ItemGroup))
        )
        reason = reason_of(person, disclosure.municipality, lives_in[person.id], excluded)
        handed = _handed(row, disclosure)
        found.append(
            Held(
                row.disclosure_id, row.person_id, disclosure.municipality, sections[disclosure.request_id],
                row.outside_key, handed, reason, frozenset(handed) - groups,
            )
        )  # fmt: skip
    return _with_corrections(shelves, found, rows, made, people, day) if corrections else found


def _handed(row: DisclosurePerson, disclosure: Disclosure) -> dict[ItemGroup, tuple[str, ...]]:
    """The items of one person that were handed over, by group: those with a value, where the values were kept."""
    keys = set(row.cells or disclosure.items)
    found: defaultdict[ItemGroup, list[str]] = defaultdict(list)
    for item in ITEMS:
        if item.key in keys and (item.group in row.groups or not row.groups):
            found[item.group].append(item.key)
    return {group: tuple(items_) for group, items_ in found.items()}


def _with_corrections(
    shelves: Shelves, held: list[Held], rows: list[DisclosurePerson], made: dict[str, Disclosure],
    people: dict[str, Person], day: date,
) -> list[Held]:  # fmt: skip
    """Of each person the newest list a recipient has: where it says something else than the register, it is wrong.

    What may not be held any more is asked back, not corrected."""
    into = _found_to_be(shelves)
    order = {id_: number for number, id_ in enumerate(made)}  # as they were entered, whatever the clock said
    newest: dict[tuple[str, RecipientSection, str], int] = {}
    for at, one in enumerate(held):
        whom = (one.municipality, one.section, into(one.person_id))
        if whom not in newest or order[held[newest[whom]].disclosure_id] < order[one.disclosure_id]:
            newest[whom] = at
    asked = [at for at in newest.values() if held[at].reason is None and rows[at].cells]
    known = known_of(shelves, [into(held[at].person_id) for at in asked])
    found = list(held)
    for at in asked:
        row, person = rows[at], people[into(held[at].person_id)]
        open_ = frozenset(row.groups) - held[at].closed
        now = items.handed_over(known[person.id], row.cells, open_, day)
        changed = differing(row.cells, now, (key for key in CORRECTED_ITEMS if ITEM_BY_KEY[key].group in open_))
        if changed:
            stamp = stamp_of(changed, now)
            found[at] = replace(held[at], reason=RecallReason.CORRECTED, items=changed, stamp=stamp)
    return found


def _as_today(shelves: Shelves, request: Request) -> Request | None:
    """The request as its consents are asked today: while a disaster lasts nothing of it is asked back (None), once it
    is over whoever refused or withdrew is."""
    if request.basis is not LegalBasis.DISASTER:
        return request
    event = shelves.events.get(request.event_id)
    if event is not None and event.ended_at is None:
        return None
    return replace(request, basis=LegalBasis.GOV_69_2_3)


def _found_to_be(shelves: Shelves) -> Callable[[str], str]:
    """Who somebody is known to be today: a merged person's id gives way to the person they were found to be."""
    merged = {p.id: p.merged_into for p in shelves.persons.all(end_reason=EndReason.MERGED)}

    def into(person_id: str) -> str:
        while merged.get(person_id):
            person_id = merged[person_id]
        return person_id

    return into
