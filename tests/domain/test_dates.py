"""Dates in every spelling offices use, and none that never was."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoken_desktop.domain import dates

DAYS = st.dates(min_value=date(1873, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    "raw",
    [
        "令和6年3月31日", "令和 6 年 3 月31日", "令和６年３月３１日", "R6.3.31", "Ｒ６．３．３１", "r6/3/31",
        "R6-03-31", "R060331", "5060331", 5060331, 5060331.0, "5-06-03-31", "㋿6年3月31日", "令6.3.31", "R.6.3.31",
        "令和六年三月三十一日",
        "2024年3月31日", "2024-03-31", "2024/3/31", "2024.3.31", "20240331", 20240331, "西暦2024年3月31日",
        "2024-03-31T00:00:00", "2024/03/31 0:00:00", "令和6年3月31日まで", "R6.3.31(日)", 45382, 45382.75, "45382",
        date(2024, 3, 31), datetime(2024, 3, 31, 12, 30),  # noqa: DTZ001 - a sheet has no zone
    ],
)  # fmt: skip
def test_one_day_in_all_its_spellings(raw: object) -> None:
    assert dates.parse(raw) == date(2024, 3, 31)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("H12/4/1", date(2000, 4, 1)),
        ("㍻12.4.1", date(2000, 4, 1)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("3450301", date(1970, 3, 1)),
        ("S45.3.1生", date(1970, 3, 1)),
        ("2000/2/29", date(2000, 2, 29)),
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
    ],
)
def test_the_first_and_last_days_of_eras(raw: object, day: date) -> None:
    assert dates.parse(raw) == day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("昭和64年1月8日", "date_outside_era"),
        ("S64.1.8", "date_outside_era"),
        ("3640108", "date_outside_era"),
        ("平成元年1月7日", "date_outside_era"),
        ("平成31年5月1日", "date_outside_era"),
        ("令和元年4月30日", "date_outside_era"),
        ("大正元年7月29日", "date_outside_era"),
        ("昭和元年12月24日", "date_outside_era"),
        ("令和0年1月1日", "date_outside_era"),
        ("令和6年2月30日", "date_impossible"),
        ("2023/2/29", "date_impossible"),
        ("20241301", "date_impossible"),
        (60, "date_impossible"),
        ("6/3/31", "date_unreadable"),
        ("3/31/2024", "date_unreadable"),
        ("060331", "date_unreadable"),
        ("不明", "date_unreadable"),
        ("", "date_unreadable"),
        (0, "date_unreadable"),
        (-5, "date_unreadable"),
        (True, "date_unreadable"),
        (float("nan"), "date_unreadable"),
        (float("inf"), "date_unreadable"),
    ],
)
def test_days_that_never_were_are_refused_by_code(raw: object, code: str) -> None:
    with pytest.raises(dates.UnreadableDate) as caught:
        dates.parse(raw)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert str(raw) in ("", "0", "True") or str(raw) not in str(caught.value)


def test_a_serial_counts_from_1904_where_the_workbook_does() -> None:
    assert dates.parse(43920, epoch_1904=True) == date(2024, 3, 31)


@given(DAYS)
def test_what_is_written_is_read_back(day: date) -> None:
    assert dates.parse(dates.format_wareki(day)) == day
    assert dates.parse(dates.format_wareki(day, short=True)) == day
    assert dates.parse(day.isoformat()) == day
    assert dates.parse(day.strftime("%Y%m%d")) == day


@given(st.dates(min_value=date(1900, 3, 1), max_value=date(2099, 12, 31)))
def test_serials_are_days_since_1899(day: date) -> None:
    assert dates.parse((day - date(1899, 12, 30)).days) == day


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers()))
def test_anything_else_is_refused_and_nothing_breaks(raw: str | float | int) -> None:
    with contextlib.suppress(dates.UnreadableDate):
        assert isinstance(dates.parse(raw), date)


def test_eras_are_written_with_their_first_year() -> None:
    assert dates.format_wareki(date(2019, 5, 1)) == "令和元年5月1日"
    assert dates.format_wareki(date(2019, 4, 30)) == "平成31年4月30日"
    assert dates.format_wareki(date(2024, 3, 31), short=True) == "R6.3.31"


def test_the_fiscal_year_begins_in_april() -> None:
    assert dates.fiscal_year(date(2026, 3, 31)) == 2025
    assert dates.fiscal_year(date(2026, 4, 1)) == 2026


def test_age_is_counted_in_whole_years() -> None:
    assert dates.age_on(date(2006, 4, 2), date(2026, 4, 1)) == 19
    assert dates.age_on(date(2006, 4, 2), date(2026, 4, 2)) == 20
    assert dates.age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17


def test_eras_follow_each_other_without_a_gap() -> None:
    for older, newer in zip(dates.ERAS, dates.ERAS[1:], strict=False):
        assert older.last is not None
        assert newer.first - older.last in (timedelta(0), timedelta(1))


def test_months_later_is_the_same_day_or_the_last_of_the_month() -> None:
    assert dates.months_after(date(2026, 7, 13), 3) == date(2026, 10, 13)
    assert dates.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert dates.months_after(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert dates.months_after(date(2026, 9, 30), 0) == date(2026, 9, 30)
