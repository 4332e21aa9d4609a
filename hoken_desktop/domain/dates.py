"""Dates as offices write them: 和暦 in every spelling, 西暦, Excel serials. The five eras and their days.

Era days: 明治 (太政官布告, Gregorian from 明治6年1月1日), 大正 and 昭和 begin on the day the one before ends,
平成 (昭和64年政令第1号) and 令和 (平成31年政令第143号) on the day after.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone


class UnreadableDate(ValueError):
    """`code`: date_unreadable, date_impossible (no such day), date_outside_era. Never holds the text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Era:
    """`code` is the digit of coded dates (5060331); `last` None for the running era."""

    name: str
    letter: str
    code: int
    first: date
    last: date | None


ERAS: tuple[Era, ...] = (
    Era("明治", "M", 1, date(1868, 10, 23), date(1912, 7, 30)),
    Era("大正", "T", 2, date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", 3, date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", 4, date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", 5, date(2019, 5, 1), None),
)
_GREGORIAN = date(1873, 1, 1)
_BY_MARK = {mark: era for era in ERAS for mark in (era.name, era.name[0], era.letter)}
_BY_CODE = {era.code: era for era in ERAS}

_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_MARK = r"(明治|大正|昭和|平成|令和|[明大昭平令MTSHR])"
_NUMBER = r"(元|\d{1,4})"
_TAIL = r"(?:\([^)]*\)|[月火水木金土日]曜日?|生まれ|生|まで|から|T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)*"
_ERA_DATE = re.compile(rf"{_MARK}\.?{_NUMBER}(?:年|[./\-・])(\d{{1,2}})(?:月|[./\-・])(\d{{1,2}})日?{_TAIL}")
_ERA_PACKED = re.compile(rf"{_MARK}(\d{{2}})(\d{{2}})(\d{{2}})")
_CODE_PACKED = re.compile(r"([1-5])(\d{2})(\d{2})(\d{2})")
_CODE_DATE = re.compile(r"([1-5])[-./](\d{1,2})[-./](\d{1,2})[-./](\d{1,2})")
_WEST_DATE = re.compile(rf"(?:西暦)?(\d{{4}})(?:年|[./\-])(\d{{1,2}})(?:月|[./\-])(\d{{1,2}})日?{_TAIL}")
_WEST_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableDate("date_impossible") from None


def _of_era(era: Era, year: str, month: str, day: str) -> date:
    count = 1 if year == "元" else int(year)
    if count < 1:
        raise UnreadableDate("date_outside_era")
    found = _day(era.first.year + count - 1, int(month), int(day))
    if found < era.first or (era.last is not None and found > era.last) or found < _GREGORIAN:
        raise UnreadableDate("date_outside_era")
    return found


def from_serial(serial: float, epoch_1904: bool = False) -> date:
    """Excel's day number. 1900: 60 is the 29 February that never was; whole days only are read."""
    if not 1 <= serial < 2958466:  # NaN fails this too
        raise UnreadableDate("date_unreadable")
    whole = int(serial)
    if epoch_1904:
        return date(1904, 1, 1) + timedelta(days=min(whole, 2957003))
    if whole == 60:
        raise UnreadableDate("date_impossible")
    return date(1899, 12, 31) + timedelta(days=whole if whole < 60 else whole - 1)


def _text(raw: str) -> str:
    folded = unicodedata.normalize("NFKC", raw).upper()
    folded = re.sub(r"[\s\u200b\ufeff]", "", folded)
    folded = folded.translate(str.maketrans("。ー―‐−–—", ".------"))
    if "年" in folded and re.search(r"[〇一二三四五六七八九十]", folded):
        folded = _kanji_numbers(folded)
    return folded.strip("'\"")


def _kanji_numbers(text: str) -> str:
    """十二 -> 12, 二〇二四 -> 2024, only in front of 年, 月 and 日."""

    def number(match: re.Match[str]) -> str:
        digits = match[1]
        if "十" in digits:
            tens, ones = digits.split("十", 1)
            digits = (tens or "一") + (ones or "〇")
        return digits.translate(_KANJI_DIGITS) + match[2]

    return re.sub(r"([〇零一二三四五六七八九十]+)([年月日])", number, text)


def parse(raw: str | int | float | date | datetime, *, epoch_1904: bool = False) -> date:
    """The day `raw` names. Takes 令和6年3月31日, 令和元年…, R6.3.31, R060331, 5060331, H12/4/1, ㋿, ㍻, 西暦 with
    年月日 / - ., 20240331, Excel serials and dates. Refuses (UnreadableDate) days outside their era
    (昭和64年1月8日), days that do not exist, and what could mean two days (6/3/31, 3/31/2024)."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, bool):
        raise UnreadableDate("date_unreadable")
    if isinstance(raw, int | float):
        if 1_000_000 <= raw < 100_000_000 and raw == int(raw):
            raw = str(int(raw))
        else:
            return from_serial(float(raw), epoch_1904)
    text = _text(raw)
    for pattern in (_ERA_DATE, _ERA_PACKED):
        if match := pattern.fullmatch(text):
            return _of_era(_BY_MARK[match[1]], match[2], match[3], match[4])
    for pattern in (_CODE_PACKED, _CODE_DATE):
        if match := pattern.fullmatch(text):
            return _of_era(_BY_CODE[int(match[1])], match[2], match[3], match[4])
    for pattern in (_WEST_DATE, _WEST_PACKED):
        if match := pattern.fullmatch(text):
            return _day(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"[1-9]\d{4}(\.\d+)?", text):
        return from_serial(float(text), epoch_1904)
    raise UnreadableDate("date_unreadable")


def era_of(day: date) -> Era | None:
    """The era a day is written in (the new one on the day of the change); None before 明治6年."""
    if day < _GREGORIAN:
        return None
    return next((era for era in reversed(ERAS) if day >= era.first), None)


def format_wareki(day: date, *, short: bool = False) -> str:
    """令和6年3月31日, 令和元年5月1日; `short` R6.3.31. Before 明治6年 the Western year."""
    era = era_of(day)
    if era is None:
        return f"{day.year}.{day.month}.{day.day}" if short else f"西暦{day.year}年{day.month}月{day.day}日"
    year = day.year - era.first.year + 1
    if short:
        return f"{era.letter}{year}.{day.month}.{day.day}"
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


JAPAN = timezone(timedelta(hours=9), "JST")
"""Japan has had no summer time since 1951."""


def in_japan(moment: datetime) -> datetime:
    """A stored moment (UTC) as the office's wall clock showed it; before 9 in the morning its day is another one."""
    return moment.astimezone(JAPAN)


def fiscal_year(day: date) -> int:
    """年度: April to March; 2026-03-31 belongs to 2025 (令和7年度)."""
    return day.year if day.month >= 4 else day.year - 1


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(birth_on: date, on: date) -> int:
    """Whole years on `on`; who was born on 29 February grows older on 1 March of a common year."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))
