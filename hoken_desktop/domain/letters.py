"""郵送の紙: each letter with a 整理番号 of its own, out until it comes back or is given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class LetterKind(StrEnum):
    """紙の種類."""

    SURVEY = "survey"  # 療養生活のおたずね
    CHILD_SURVEY = "child_survey"  # 小慢 アンケート
    CONSENT = "consent"  # 説明と同意書
    RECONFIRM = "reconfirm"  # 再確認
    WITHDRAWAL = "withdrawal"  # 撤回受付


class LetterState(StrEnum):
    OUT = "out"
    RETURNED = "returned"
    UNDELIVERED = "undelivered"  # 宛先不明
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person. `number` is the 整理番号 with its check digit; `batch` the printing it belongs to."""

    id: str
    number: str
    kind: LetterKind
    person_id: str
    batch: str
    made_at: datetime
    staff_id: str
    state: LetterState = LetterState.OUT
    sent_on: date | None = None
    due_on: date | None = None
    returned_on: date | None = None
    entered_at: datetime | None = None
    note: str = ""
