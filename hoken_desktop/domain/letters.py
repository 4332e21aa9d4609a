"""郵送の紙: each letter with a 整理番号 of its own, out until it comes back or is given up."""

from __future__ import annotations

import unicodedata
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


class LetterWho(StrEnum):
    """Who a printing is for."""

    NO_CONSENT = "no_consent"  # 未確認: a standing of neither yes nor no towards the municipality
    EXPIRING = "expiring"  # 期限 over, or over within n days
    RECONFIRM = "reconfirm"  # nobody confirmed their devices for n months
    CAME_OF_AGE = "came_of_age"  # 18歳になった: a guardian's consent still stands
    UNDELIVERED = "undelivered"  # 宛先不明: the last letter came back
    ROUND = "round"  # everybody of a frozen round
    CHOSEN = "chosen"  # named one by one
    EVERYBODY = "everybody"  # everybody registered with a device


class LeftOut(StrEnum):
    """Why somebody chosen gets no letter: one person, one reason, in this order."""

    DECEASED = "deceased"
    ENDED = "ended"
    HOSPITAL = "hospital"
    FACILITY = "facility"
    RESPITE = "respite"
    STILL_OUT = "still_out"  # a letter of this kind has not come back
    UNDELIVERED = "undelivered"  # the last letter came back: the address is to be mended first
    NO_ADDRESS = "no_address"
    NOT_A_CHILD = "not_a_child"  # a form for children, to somebody of 18 or more
    NO_CONSENT = "no_consent"  # nothing to withdraw


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

    def is_overdue(self, day: date) -> bool:
        """Whether it is still out after its 返送期限."""
        return self.state is LetterState.OUT and self.due_on is not None and self.due_on < day


@dataclass(frozen=True, slots=True)
class Sender:
    """差出人: where a letter comes back to, and whom its reader telephones. `night_phone` answers around the clock."""

    postcode: str = ""
    address: str = ""
    section: str = ""
    phone: str = ""
    night_phone: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether a letter may carry it: without an address nothing comes back."""
        return bool(self.postcode and self.address and self.phone)


# ---- 整理番号 -------------------------------------------------------------------------------------------------

FIRST_SERIAL, LAST_SERIAL = 10001, 99999
"""Five digits that are never read as fewer: Excel and people drop a leading zero."""

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
"""The totally anti-symmetric quasigroup of order 10 of H. M. Damm (Total anti-symmetrische Quasigruppen, Dissertation,
Marburg 2004): it finds every wrong digit and every pair of neighbours that changed places."""


def check_digit(digits: str) -> str:
    """The digit that makes `digits` a number whose check is right."""
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state


def number_of(serial: int) -> str:
    """The 整理番号 of the `serial`-th letter: five digits and the check digit. ValueError when they are used up."""
    if not FIRST_SERIAL <= serial <= LAST_SERIAL:
        raise ValueError(serial)
    digits = str(serial)
    return digits + check_digit(digits)


def washed_number(raw: str) -> str:
    """What somebody typed, in narrow digits without spaces and hyphens."""
    text = unicodedata.normalize("NFKC", raw)
    return "".join(c for c in text if not c.isspace() and c not in "-‐‑‒–—―−ーｰ")


def has_shape(number: str) -> bool:
    """Whether these are six digits at all."""
    return len(number) == 6 and number.isascii() and number.isdigit()


def is_number(number: str) -> bool:
    """Whether the check digit is right."""
    return has_shape(number) and check_digit(number) == "0"


def said_number(number: str) -> str:
    """As it is printed and read out: 123 456."""
    return f"{number[:3]} {number[3:]}"
