"""提供の事前確認: who would go and who would stay on a day, each with one reason, before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from hoken_desktop.domain.bases import Circumstances, lacking, supposing
from hoken_desktop.domain.codes import Exclusion, Lack, RoundState
from hoken_desktop.domain.column_sets import STANDARD, ColumnSet
from hoken_desktop.domain.consents import Consent
from hoken_desktop.domain.disclosures import (
    DESPITE_REFUSAL,
    ITEM_BY_KEY,
    WITHOUT_CONSENT,
    Passage,
    Request,
    gate,
)
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.office import Office
from hoken_desktop.domain.rounds import Edition, Round, SnapshotRow
from hoken_desktop.domain.statistics import COUNTED
from hoken_desktop.services.bases import circumstances_of
from hoken_desktop.services.identities import found_to_be
from hoken_desktop.services.items import Known
from hoken_desktop.services.ports import Shelves
from hoken_desktop.services.requests import find_request

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a disclosure would do on a day. target = disclosed + excluded(reasons).

    `lacks` is what the request's basis still lacks. Where only a decision is still to be taken, the passages show what
    it would open (`supposed`); nothing goes before it is taken.
    """

    request: Request
    as_of: date
    edition: int
    day: date
    target: int
    disclosed: int
    excluded: dict[str, int]
    passages: tuple[Passage, ...]
    lacks: tuple[Lack, ...] = ()
    column_set: ColumnSet = STANDARD

    @property
    def supposed(self) -> bool:
        """Whether the passages show what a decision still to come would open."""
        return bool(self.lacks) and self.disclosed > 0

    @property
    def without_consent(self) -> int:
        """How many go without a consent that is valid for every purpose, refusals among them."""
        return sum(not {WITHOUT_CONSENT, DESPITE_REFUSAL}.isdisjoint(p.questions) for p in self.passages)

    @property
    def despite_refusal(self) -> int:
        """How many go in a disaster although they refused or withdrew."""
        return sum(DESPITE_REFUSAL in p.questions for p in self.passages)

    @property
    def closes(self) -> bool:
        """対象 = 提供 + 除外."""
        return self.target == self.disclosed + sum(self.excluded.values()) == len(self.passages)

    @property
    def going(self) -> tuple[Passage, ...]:
        """Who would go."""
        return tuple(p for p in self.passages if p.excluded is None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The items asked for that anybody's consent opens, as the municipality's own columns order them."""
        groups = {group for passage in self.going for group in passage.groups}
        return self.column_set.apply(key for key in self.request.items if ITEM_BY_KEY[key].group in groups)


@dataclass(frozen=True, slots=True)
class Basis:
    """The frozen edition a disclosure stands on, who of it belongs to the request's municipality, and what the legal
    bases stand on at that moment."""

    request: Request
    office: Office
    round: Round
    edition: Edition
    rows: tuple[SnapshotRow, ...]
    circumstances: Circumstances


def basis_of(shelves: Shelves, request_id: str, now: datetime) -> Basis:
    """The newest frozen edition and who of it belongs to the request's municipality; Refusal where none is frozen."""
    request = find_request(shelves, request_id)
    office = shelves.offices.all()[0]
    frozen = sorted(shelves.rounds.all(state=RoundState.FROZEN), key=lambda r: r.as_of)
    if not frozen:
        raise Refusal("disclosures.nothing_frozen")
    newest = frozen[-1]
    edition = shelves.editions.all(round_id=newest.id, edition=newest.edition)[0]
    rows = shelves.snapshot_rows.all(round_id=newest.id, edition=newest.edition, municipality=request.municipality)
    counted = tuple(r for r in rows if r.group in COUNTED)
    return Basis(request, office, newest, edition, counted, circumstances_of(shelves, now))


def judged(shelves: Shelves, basis: Basis, day: date, *, suppose: bool = False) -> Preview:
    """Everybody of `basis` before the gate on `day`; with `suppose` as if what is still to be decided were."""
    ids = [row.person_id for row in basis.rows]
    asked = basis.request, basis.circumstances
    lacks = lacking(*asked, day)
    passages = passages_of(shelves, basis.office, ids, day, *(supposing(*asked, day) if suppose else asked))
    reasons = Counter(p.excluded for p in passages if p.excluded is not None)
    preview = Preview(
        request=basis.request,
        as_of=basis.round.as_of,
        edition=basis.round.edition,
        day=day,
        target=len(basis.rows),
        disclosed=sum(p.excluded is None for p in passages),
        excluded={reason.value: reasons[reason] for reason in Exclusion if reasons[reason]},
        passages=passages,
        lacks=lacks,
    )
    if not preview.closes:
        raise AssertionError("target = disclosed + excluded")
    return preview


def passages_of(
    shelves: Shelves, office: Office, ids: list[str], day: date, request: Request, circumstances: Circumstances
) -> tuple[Passage, ...]:
    """The gate's answer for each of `ids`, in their order. Somebody found since to be another person is judged as
    that one (unless that one is asked for too)."""
    ids = found_to_be(shelves, ids)
    people = {p.id: p for p in shelves.persons.all(id=ids)}
    consents: defaultdict[str, list[Consent]] = defaultdict(list)
    for row in shelves.consents.all(person_id=ids):
        consents[row.person_id].append(row)
    return tuple(
        gate(
            people[id_],
            consents[id_],
            request,
            day=day,
            office=office.municipalities,
            circumstances=circumstances,
            include_not_at_home=office.include_not_at_home,
            guardian_ends_at=office.guardian_ends_at,
        )
        for id_ in ids
    )


def known_of(shelves: Shelves, ids: list[str]) -> dict[str, Known]:
    """What the register holds of each of `ids` today, by person id."""

    def grouped(values: Iterable[_T]) -> defaultdict[str, list[_T]]:
        found: defaultdict[str, list[_T]] = defaultdict(list)
        for value in values:
            owner: Any = value
            found[owner.person_id].append(value)
        return found

    devices = grouped(shelves.devices.all(person_id=ids))
    facts = grouped(shelves.facts.all(person_id=ids))
    supporters = grouped(shelves.supporters.all(person_id=ids))
    contacts = grouped(shelves.contacts.all(person_id=ids))
    benefits = grouped(shelves.benefits.all(person_id=ids))
    return {
        p.id: Known(
            p, tuple(devices[p.id]), tuple(facts[p.id]), tuple(supporters[p.id]), tuple(contacts[p.id]),
            tuple(benefits[p.id]),
        )
        for p in shelves.persons.all(id=ids)
    }  # fmt: skip
