"""回収: who holds data of somebody that may not be held any more (or is wrong), until the recipient confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class RecallReason(StrEnum):
    """回収の理由, in the words a municipality may know."""

    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    EXPIRED = "expired"
    DECEASED = "deceased"
    MOVED_OUT = "moved_out"
    ENDED = "ended"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Recall:
    """One person of one disclosure to be taken back or mended by its recipient; closed when the recipient confirms."""

    id: str
    disclosure_id: str
    person_id: str
    reason: RecallReason
    opened_at: datetime
    staff_id: str
    told_on: date | None = None
    our_number: str = ""
    confirmed_on: date | None = None
    confirmed_by: str = ""
    note: str = ""
