"""Everyone a preview judged, with what its two columns show of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hoken_desktop.domain.changes import Changes
from hoken_desktop.domain.codes import DeviceGroup, Exclusion, Standing
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.disclosures import DESPITE_REFUSAL, WITHOUT_CONSENT, Passage
from hoken_desktop.services.consents import PersonConsents
from hoken_desktop.services.person_lists import PersonLine
from hoken_desktop.services.ports import PersonQuery
from hoken_desktop.services.previews import Preview
from hoken_desktop.words import say

WITH_VENTILATOR = (DeviceGroup.VENTILATOR, DeviceGroup.BOTH)
"""人工呼吸器 = with or without oxygen: the rule of every table."""
QUESTIONS = {
    "came_of_age": "disclosures_page.question_came_of_age",
    "giver_unnamed": "disclosures_page.question_giver_unnamed",
    "birth_unknown": "disclosures_page.question_birth_unknown",
    "under_15": "disclosures_page.question_under_15",
    WITHOUT_CONSENT: "disclosures_page.question_without_consent",
    DESPITE_REFUSAL: "disclosures_page.question_despite_refusal",
}
_CONSENT_STANDINGS = {
    Exclusion.CONSENT_REFUSED: Standing.REFUSED,
    Exclusion.CONSENT_WITHDRAWN: Standing.WITHDRAWN,
    Exclusion.CONSENT_EXPIRED: Standing.EXPIRED,
    Exclusion.CONSENT_PENDING: Standing.PENDING,
    Exclusion.CONSENT_GIVER: Standing.GIVER_NOT_ENTITLED,
}


@dataclass(frozen=True, slots=True)
class Going:
    """One person who would go: the address within the municipality, the oldest day of the consents that allow it."""

    line: PersonLine
    where: str
    passage: Passage
    consented_on: date | None


@dataclass(frozen=True, slots=True)
class Staying:
    """One person who stays, with what the ledger says about it."""

    line: PersonLine
    reason: Exclusion
    detail: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everyone a preview judged, in ふりがな order. target = going + staying, guarded by the service."""

    preview: Preview
    going: tuple[Going, ...]
    staying: tuple[Staying, ...]
    changes: Changes = field(default_factory=Changes)

    @property
    def items(self) -> tuple[str, ...]:
        """Keys of the items that would be given to anybody, in their order."""
        return self.preview.columns

    def reasons(self) -> tuple[tuple[Exclusion, tuple[Staying, ...]], ...]:
        """Those who stay, by reason: the largest group first, equal ones in the gate's order."""
        found = [(reason, tuple(s for s in self.staying if s.reason is reason)) for reason in Exclusion]
        return tuple(sorted((pair for pair in found if pair[1]), key=lambda pair: -len(pair[1])))


def makeup(groups: Iterable[DeviceGroup]) -> tuple[tuple[DeviceGroup, int], ...]:
    """人工呼吸器 and 酸素 (and 未確認 where anybody is): the parts add up to the people."""
    count = Counter(groups)
    ventilator = sum(count[group] for group in WITH_VENTILATOR)
    rest = count[DeviceGroup.UNCONFIRMED] + count[DeviceGroup.NONE]
    found = [(DeviceGroup.VENTILATOR, ventilator), (DeviceGroup.OXYGEN, count[DeviceGroup.OXYGEN])]
    return tuple([*found, (DeviceGroup.UNCONFIRMED, rest)] if rest else found)


def read_crowd(house: Any, preview: Preview) -> Crowd:
    """The people of a preview with what the two columns show of them."""
    passages = {p.person_id: p for p in preview.passages}
    order = [id_ for id_ in house.persons.find(PersonQuery(state=None)) if id_ in passages]
    place = house.office.name_of(preview.request.municipality)
    going: list[Going] = []
    staying: list[Staying] = []
    for line in house.persons.lines(order, preview.day):
        passage = passages[line.id]
        ledger = house.consents.of_person(line.id, preview.day)
        if passage.excluded is None:
            days = [row.consented_on for row in ledger.rows if row.id in passage.consent_ids]
            going.append(Going(line, line.address.rpartition(place)[2], passage, min(days, default=None)))
        else:
            staying.append(Staying(line, passage.excluded, _detail(house, preview, line, passage.excluded, ledger)))
    return Crowd(preview, tuple(going), tuple(staying), house.disclosures.changes(preview.request.id, preview.day))


def _detail(house: Any, preview: Preview, line: PersonLine, reason: Exclusion, ledger: PersonConsents) -> str:
    if reason is Exclusion.NOT_RESIDENT:
        return say("disclosures_page.lives_in", place=house.office.name_of(line.municipality))
    if reason is Exclusion.CONSENT_UNKNOWN:
        return say("disclosures_page.no_consent_row")
    wanted = _CONSENT_STANDINGS.get(reason)
    if wanted is None:
        return ""
    request = preview.request
    for key in ledger.standings:
        found = key.standing
        ours = (key.recipient, key.section) == (request.municipality, request.section)
        if not ours or key.purpose not in request.purposes or found.standing is not wanted or found.row is None:
            continue
        if wanted is Standing.WITHDRAWN and found.row.withdrawn_on:
            return say("disclosures_page.withdrawn_on", day=format_wareki(found.row.withdrawn_on))
        if wanted is Standing.EXPIRED and found.row.expires_on:
            return say("disclosures_page.expired_on", day=format_wareki(found.row.expires_on))
        if wanted is Standing.GIVER_NOT_ENTITLED and found.question:
            return say(QUESTIONS[found.question])
        return say("disclosures_page.answered_on", day=format_wareki(found.row.consented_on))
    return ""
