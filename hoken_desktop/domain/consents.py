"""同意台帳: append-only rows; the standing on a day is a pure function of the rows (PRODUCT 同意の効力)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from hoken_desktop.domain.codes import (
    ConsentDecision,
    ConsentGiver,
    ConsentMethod,
    EvidenceSource,
    ItemGroup,
    Purpose,
    RecipientSection,
    Standing,
)

STANDARD_SCOPE = (ItemGroup.BASIC, ItemGroup.CONTACT, ItemGroup.DEVICE, ItemGroup.SUPPORTER)
"""範囲 blank = 標準; never 病名."""

AGE_OF_OWN_CONSENT = 15
AGE_OF_MAJORITY = 18  # 民法4条


@dataclass(frozen=True, slots=True)
class Consent:
    """One row of the ledger. `recipient` is a municipality's 6-digit code, or the name of another body."""

    id: str
    person_id: str
    recipient: str
    section: RecipientSection
    purpose: Purpose
    decision: ConsentDecision
    consented_on: date
    entered_at: datetime
    scope: tuple[ItemGroup, ...] = STANDARD_SCOPE
    given_by: ConsentGiver = ConsentGiver.SELF
    giver_name: str = ""
    relation: str = ""
    giver_reason: str = ""
    method: ConsentMethod = ConsentMethod.PAPER
    expires_on: date | None = None
    withdrawn_on: date | None = None
    evidence: str = ""
    explained_by: str = ""
    source: EvidenceSource = EvidenceSource.STAFF


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """What stands on a day. `row` is the row that decides it; `question` names what staff should ask."""

    standing: Standing
    row: Consent | None = None
    question: str = ""

    @property
    def scope(self) -> frozenset[ItemGroup]:
        """The item groups this opens; nothing unless valid."""
        return frozenset(self.row.scope) if self.row and self.standing is Standing.VALID else frozenset()


def age_on(birth_on: date, day: date) -> int:
    """満年齢 on `day`, in years; someone born on 29 February comes of age on 1 March of a common year."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def standing(
    rows: Iterable[Consent],
    *,
    recipient: str,
    section: RecipientSection,
    purpose: Purpose,
    day: date,
    birth_on: date | None,
    guardian_ends_at: int | None = None,
) -> ConsentStanding:
    """The standing of one person's rows for one recipient and purpose on `day`.

    The row with the latest 同意日 (then the latest entered) stands; a row dated after `day` does not
    exist yet. It is valid from its 同意日 through its 期限, both included, and not from its 撤回日 on.
    Under 15 on the 同意日 only a 法定代理人 can give it. A guardian's consent of someone now 18 is a
    question and stays valid until the age `guardian_ends_at`, where the office has set one.
    """
    known = [
        row
        for row in rows
        if row.recipient == recipient and row.section is section and row.purpose is purpose and row.consented_on <= day
    ]
    if not known:
        return ConsentStanding(Standing.UNKNOWN)
    row = max(known, key=lambda r: (r.consented_on, r.entered_at, r.id))
    if row.decision is ConsentDecision.REFUSED:
        return ConsentStanding(Standing.REFUSED, row)
    if row.decision is ConsentDecision.PENDING:
        return ConsentStanding(Standing.PENDING, row)
    if row.decision is not ConsentDecision.GIVEN:
        return ConsentStanding(Standing.UNKNOWN, row)
    if row.withdrawn_on is not None and day >= row.withdrawn_on:
        return ConsentStanding(Standing.WITHDRAWN, row)
    if row.expires_on is not None and day > row.expires_on:
        return ConsentStanding(Standing.EXPIRED, row)
    guardian = row.given_by is ConsentGiver.GUARDIAN
    if birth_on is None:
        # Without a birth date nobody can say whether the person was old enough to give it.
        return ConsentStanding(Standing.VALID if guardian else Standing.GIVER_NOT_ENTITLED, row, "birth_unknown")
    if age_on(birth_on, row.consented_on) < AGE_OF_OWN_CONSENT and not guardian:
        return ConsentStanding(Standing.GIVER_NOT_ENTITLED, row, "under_15")
    if guardian and age_on(birth_on, day) >= AGE_OF_MAJORITY:
        if guardian_ends_at is not None and age_on(birth_on, day) >= guardian_ends_at:
            return ConsentStanding(Standing.GIVER_NOT_ENTITLED, row, "came_of_age")
        return ConsentStanding(Standing.VALID, row, "came_of_age")
    return ConsentStanding(Standing.VALID, row)
