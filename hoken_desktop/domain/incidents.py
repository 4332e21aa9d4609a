"""漏えい等: a file, paper or computer that is lost or was seen, with what was on it (個人情報保護法68条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class IncidentKind(StrEnum):
    """失われたもの."""

    DISCLOSURE = "disclosure"  # 提供したファイル
    PAPER = "paper"
    BACKUP = "backup"
    COMPUTER = "computer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. `subject` is the id of the disclosure, or the number of the record's entry of a paper or backup."""

    id: str
    kind: IncidentKind
    subject: str
    found_on: date
    happened_on: date | None
    circumstances: str
    opened_at: datetime
    staff_id: str
    cause: str = ""
    measures: str = ""
    reported_on: date | None = None
    closed_on: date | None = None
