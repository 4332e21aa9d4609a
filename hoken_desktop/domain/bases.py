"""法的根拠: which of them the centre has turned on, by which decision, since when; data whose past is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from hoken_desktop.domain.codes import LegalBasis


@dataclass(frozen=True, slots=True)
class BasisRule:
    """One state of one basis; rows are only added, the last entered of a basis stands.

    `text` is how the centre words it on its papers; `decision_number` (決裁番号) and `decided_on` are those of the
    decision by which it was turned on or off.
    """

    id: str
    basis: LegalBasis
    enabled: bool
    text: str
    decision_number: str
    decided_on: date | None
    entered_at: datetime
    staff_id: str


def standing_rules(rows: Iterable[BasisRule]) -> dict[LegalBasis, BasisRule]:
    """The rule that stands for each basis: the last entered. A basis without a row is off, but for CONSENT."""
    found: dict[LegalBasis, BasisRule] = {}
    for row in rows:
        old = found.get(row.basis)
        if old is None or (row.entered_at, row.id) >= (old.entered_at, old.id):
            found[row.basis] = row
    return found
