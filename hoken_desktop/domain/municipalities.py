"""市区町村: the master's values and the check digit of 全国地方公共団体コード."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Municipality:
    """One 市区町村. `code` has 6 digits; a ward's `name` holds its city (さいたま市大宮区); `county` may be ""."""

    code: str
    pref: str
    county: str
    name: str
    kana: str = ""

    @property
    def code5(self) -> str:
        """The JIS code without its check digit, as MLIT files write it."""
        return self.code[:5]

    @property
    def full_name(self) -> str:
        return f"{self.pref}{self.county}{self.name}"


def check_digit(code5: str) -> str:
    """The sixth digit of a 5-digit code (総務省「全国地方公共団体コード」: weights 6 to 2, modulus 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(code5, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


def code6_of(raw_code: str) -> str | None:
    """The 6-digit code of a text of 5 or 6 digits, or None if it has other characters or a wrong check digit."""
    code = raw_code.strip()
    if not (code.isascii() and code.isdigit()) or len(code) not in (5, 6):
        return None
    full = code[:5] + check_digit(code[:5])
    return full if full.startswith(code) else None
