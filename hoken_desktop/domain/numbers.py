"""Numbers of benefits, post and telephones, washed. A wrong check digit is a warning, never a refusal.

公費負担者番号: 法別2 + 都道府県2 + 実施機関3 + 検証1; 受給者番号: 受給者区分6 + 検証1 (公費負担医療の
番号設定要領). Excel drops leading zeros of numbers; they are put back and said so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from hoken_desktop.domain.codes import Scheme

PAYER_DIGITS = 8
BENEFICIARY_DIGITS = 7

LAW_NUMBERS: dict[str, Scheme] = {"54": Scheme.NANBYO, "52": Scheme.SHOMAN, "51": Scheme.TOKUTEI}
"""法別番号 -> scheme."""


@dataclass(frozen=True, slots=True)
class Washed:
    """`value` as it is kept ("" when it cannot be one) and the codes of what was noticed."""

    value: str
    warnings: tuple[str, ...] = ()


def check_digit(digits: str) -> str:
    """検証番号 of `digits` (without it): from the right x2, x1, …; two-digit products are digit-summed."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if at % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str((10 - total % 10) % 10)


def has_valid_check_digit(number: str) -> bool:
    """Whether the last digit is the 検証番号 of those before it."""
    return number.isascii() and number.isdigit() and len(number) > 1 and check_digit(number[:-1]) == number[-1]


def as_text(raw: object) -> str:
    """A cell as text: 5411601.0 -> 5411601, full width folded, outer spaces gone; "" for blank."""
    if isinstance(raw, str):
        return _plain(raw)
    if raw is None or isinstance(raw, bool):
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return str(raw)


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().strip("'\u200b\ufeff")


def _digits(raw: object) -> str:
    return re.sub(r"[\s\-‐‑–—―−ー.]", "", as_text(raw))


def _fixed(raw: object, length: int, wrong_form: str, wrong_digit: str) -> Washed:
    digits = _digits(raw)
    if not digits:
        return Washed("")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > length:
        return Washed(as_text(raw), (wrong_form,))
    if len(digits) < length:
        restored = digits.zfill(length)
        noticed = ["leading_zero_restored"]
        if not has_valid_check_digit(restored):
            noticed.append(wrong_digit)
        return Washed(restored, tuple(noticed))
    return Washed(digits, () if has_valid_check_digit(digits) else (wrong_digit,))


def wash_payer_no(raw: object, scheme: Scheme | None = None) -> Washed:
    """公費負担者番号, 8 digits. Warnings: payer_form, payer_check_digit, leading_zero_restored, and
    payer_scheme when its 法別番号 belongs to another scheme than `scheme`."""
    washed = _fixed(raw, PAYER_DIGITS, "payer_form", "payer_check_digit")
    if not washed.value or scheme is None or "payer_form" in washed.warnings:
        return washed
    if LAW_NUMBERS.get(washed.value[:2]) is scheme:
        return washed
    return Washed(washed.value, (*washed.warnings, "payer_scheme"))


def wash_beneficiary_no(raw: object) -> Washed:
    """受給者番号, 7 digits. Warnings: beneficiary_form, beneficiary_check_digit, leading_zero_restored."""
    return _fixed(raw, BENEFICIARY_DIGITS, "beneficiary_form", "beneficiary_check_digit")


def wash_postcode(raw: object) -> Washed:
    """郵便番号 as 7 digits without hyphen. Warnings: postcode_form, leading_zero_restored."""
    digits = _digits(as_text(raw).removeprefix("〒"))
    if not digits:
        return Washed("")
    if not (digits.isascii() and digits.isdigit()) or not 5 <= len(digits) <= 7:
        return Washed("", ("postcode_form",))
    if len(digits) < 7:
        return Washed(digits.zfill(7), ("leading_zero_restored",))
    return Washed(digits)


def format_postcode(text: str) -> str:
    """「365-0000」 of seven digits; anything else as it stands."""
    digits = "".join(c for c in text if c.isdigit())
    return f"{digits[:3]}-{digits[3:]}" if len(digits) == 7 else text.strip()


def wash_phone(raw: object) -> Washed:
    """A telephone number with its hyphens kept; brackets become hyphens, a lost leading zero comes back.

    Warnings: phone_form (no number of 9 to 11 digits can be seen; kept as given), leading_zero_restored.
    """
    text = as_text(raw)
    if not text or not re.search(r"\d", text):
        # なし, 不明 and the like: no number, and nothing to warn about.
        return Washed("")
    tidy = re.sub(r"[‐‑–—―−ー~]", "-", text)
    tidy = re.sub(r"\((\d+)\)", r"-\1-", tidy)
    tidy = re.sub(r"\s*-[\s\-]*", "-", re.sub(r"(?<=\d)\s+(?=\d)", "-", tidy)).strip("-")
    if not re.fullmatch(r"[\d\-]+", tidy):
        return Washed(text, ("phone_form",))
    count = len(tidy.replace("-", ""))
    if tidy.startswith("0") and 9 < count <= 11:
        return Washed(tidy)
    if not tidy.startswith("0") and "-" not in tidy and count in (9, 10):
        return Washed("0" + tidy, ("leading_zero_restored",))
    return Washed(tidy, ("phone_form",))
