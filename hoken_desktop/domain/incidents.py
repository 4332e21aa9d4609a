"""漏えい等: a file, paper or computer that is lost or was seen, with what was on it (個人情報保護法68条).

病歴 is 要配慮個人情報: one person is enough for a report. The days of 速報 and 確報 are those of the rule for
businesses; that the rules for public bodies (施行規則43条, 44条) run alike was not verified, so they are a guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

FIRST_DAYS = (3, 5)
"""速報: 「速やかに」, by the guideline within about three to five days of finding it."""
FINAL_DAYS, FINAL_DAYS_IF_MALICIOUS = 30, 60
"""確報: within 30 days of finding it, 60 where it was done on purpose."""


class IncidentKind(StrEnum):
    """失われたもの."""

    DISCLOSURE = "disclosure"  # 提供したファイル
    PAPER = "paper"
    BACKUP = "backup"
    COMPUTER = "computer"
    OTHER = "other"


class Protection(StrEnum):
    """What stands between a finder and the data."""

    SEALED_WORKBOOK = "sealed_workbook"  # Excel under a password: AES-256, agile
    SEALED_PDF = "sealed_pdf"  # PDF under a password: AES-256
    SEALED_BACKUP = "sealed_backup"  # SQLCipher AES-256, the key in slots
    SEALED_REGISTRY = "sealed_registry"
    PAPER = "paper"  # nothing
    UNKNOWN = "unknown"

    @property
    def encrypts(self) -> bool:
        """Whether it can be read without a password or a key."""
        return self not in (Protection.PAPER, Protection.UNKNOWN)


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


@dataclass(frozen=True, slots=True)
class ReportDays:
    """By when a report is due, as a guide: 速報 between two days, 確報 by one."""

    first_from: date
    first_until: date
    final: date
    final_if_malicious: date


def report_days(found_on: date) -> ReportDays:
    """The days of the two reports, counted from the day it was found."""
    return ReportDays(
        found_on + timedelta(days=FIRST_DAYS[0]), found_on + timedelta(days=FIRST_DAYS[1]),
        found_on + timedelta(days=FINAL_DAYS), found_on + timedelta(days=FINAL_DAYS_IF_MALICIOUS),
    )  # fmt: skip
