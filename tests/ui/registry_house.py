"""A real registry with fictitious people, its files and its window: what the tests of the two pages stand on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hoken_desktop.domain.codes import Scheme, Verdict
from hoken_desktop.domain.dates import JAPAN as JST
from hoken_desktop.domain.keys import STRETCH_FLOOR
from hoken_desktop.doors import create_house
from hoken_desktop.house import House, Settings
from hoken_desktop.ui.desk import Desk
from hoken_desktop.ui.kit.pages import Page
from tests.kept import copy_of

W = TypeVar("W", bound=QWidget)
PASSPHRASE = "あおい そらに しろい とり 7"

HEADER = (
    "公費負担者番号", "受給者番号", "氏名", "フリガナ", "生年月日", "性別", "住所", "電話番号", "有効期間終了日",
    "人工呼吸器使用の有無", "在宅酸素療法", "備考",
)  # fmt: skip
TARO = ("54116017", "1000016", "試験　太郎", "しけん たろう", "S25.4.1", "男", "埼玉県鴻巣市本町一丁目9999番地1",
        "048-000-0001", "R8.9.30", "あり", "なし", "")  # fmt: skip
HANAKO = ("54116017", "1000024", "見本　花子", "みほん はなこ", "S19.12.31", "女", "埼玉県上尾市本町二丁目9999番地2",
          "048-000-0002", "R8.9.30", "なし", "あり", "")  # fmt: skip
JIRO = ("54116017", "1000032", "仮名　次郎", "かめい じろう", "S46.1.15", "男", "埼玉県桶川市南一丁目9999番地3",
        "048-000-0003", "R8.9.30", "なし", "なし", "")  # fmt: skip


class Clock:
    """A clock that stands on a day."""

    def __init__(self, day: date) -> None:
        self._now = datetime(day.year, day.month, day.day, 9, tzinfo=JST)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def today(self) -> date:
        return self._now.date()

    def day(self) -> date:
        """Where it stands, without moving it on."""
        return self._now.date()

    def set(self, day: date) -> None:
        self._now = datetime(day.year, day.month, day.day, 9, tzinfo=JST)


def new_house(folder: Path, clock: Clock) -> House:
    """A new registry of a fictitious centre."""
    return _copied(folder, clock, "new", lambda house, folder: None)


def house_after_first_half(folder: Path, clock: Clock) -> House:
    """The same after `first_half`."""
    return _copied(folder, clock, "first half", first_half)


def _copied(folder: Path, clock: Clock, name: str, then: Callable[[House, Path], None]) -> House:
    settings = Settings(clock=clock, stretch=STRETCH_FLOOR, use_device=False)

    def make(data: Path) -> tuple[House, None]:
        house = create_house(
            data, PASSPHRASE, office="架空保健所", municipalities=["112178", "112194", "112313"],
            staff="卯月 さき・保健師", settings=settings, fictitious=True,
        ).house  # fmt: skip
        then(house, data.parent)
        return house, None

    return copy_of(f"{name} {clock.day()}", make, folder / "data", settings, PASSPHRASE)[0]


def write_file(folder: Path, name: str, rows: Sequence[Sequence[str]]) -> Path:
    """A benefit file as csv."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([HEADER, *rows])
    path = folder / name
    path.write_bytes(out.getvalue().encode("cp932"))
    return path


def settled(qtbot: QtBot, desk: Desk, page: Page) -> None:
    """Wait until the page's jobs are through, and the ones they started."""
    qtbot.waitUntil(lambda: not desk.jobs.busy(page), timeout=20000)


def dialog(page: QWidget, kind: type[W]) -> W:
    """The dialog of this kind that is open."""
    return next(each for each in page.findChildren(kind) if each.isVisible())


def first_half(house: House, folder: Path) -> None:
    """One frozen half-year with 太郎 and 花子 on the register."""
    house.rounds.open(date(2026, 3, 31))
    house.rounds.read_in(write_file(folder, "難病_1.csv", [TARO, HANAKO, JIRO]), Scheme.NANBYO)
    house.reviews.accept([Verdict.NEW])
    house.rounds.freeze()
